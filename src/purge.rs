//! Addresses whose copies in caches are out of date: what a purge list holds, and the list that builds keep.
//!
//! There are two lists, because they answer two questions. A build compares its pages with those of the build before and adds to a list
//! that stays until somebody takes it away. Publishing compares the site with what its target holds, however many builds were between,
//! and writes a list for that target. What both lists name first is decided in [`crate::page`], and how they are written is decided here.

use crate::diag::{Code, Diagnostic, Error, Location, Result};
use crate::file;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// The name of the builds' list, below the folder of the state.
pub const FILE: &str = "purge-build.txt";
/// Addresses in the builds' list at most; beyond that it names the whole site.
const MOST: usize = 100_000;
/// The largest list that is read.
const SIZE_LIMIT: u64 = 64 << 20;

/// A file of the site whose copies are out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale<'a> {
    /// Its path below the output folder.
    pub file: &'a str,
    /// Whether it was withdrawn: a notice stands in its place, or nothing where a story was.
    pub withdrawn: bool,
}

/// The address of a file for readers, on the site at `home`.
pub fn address(home: &str, file: &str) -> String {
    let mut address = home.trim_end_matches('/').to_string();
    address.push('/');
    let page = match file.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => file,
    };
    crate::path::push_encoded(&mut address, page);
    address
}

/// The addresses of files, withdrawals first, else in the order given; and how many of them are withdrawals.
pub fn addresses<'a>(home: &str, stale: impl Iterator<Item = Stale<'a>>) -> (Vec<String>, usize) {
    let (mut withdrawn, mut others) = (Vec::new(), Vec::new());
    for Stale { file, withdrawn: is_withdrawn } in stale {
        let address = address(home, file);
        if !is_withdrawn {
            others.push(address);
            continue;
        }
        // A reader may have come by either address of a withdrawn page.
        if address.ends_with('/') {
            withdrawn.push(format!("{address}index.html"));
        }
        withdrawn.push(address);
    }
    let count = withdrawn.len();
    withdrawn.extend(others);
    (withdrawn, count)
}

/// The list that a build keeps: the file asked for, else the one beside the state, if the site is built into its own folder.
/// One in the output folder would be published with the site, and is refused.
pub fn place(root: &Path, output: &Path, asked: Option<&Path>, is_own: bool) -> Result<Option<PathBuf>> {
    let Some(asked) = asked else { return Ok(is_own.then(|| root.join(crate::state::FOLDER).join(FILE))) };
    let fault = |message: &str, hint: &str| -> Error {
        let at = Location::file(asked.display().to_string());
        Diagnostic::error(Code::OutputWrite, message).at(at).hint(hint).into()
    };
    if !folder_of(asked).exists() {
        return Err(fault("the folder of the purge list does not exist", "make it first"));
    }
    if asked.is_dir() {
        return Err(fault("the purge list is a folder", "name a file"));
    }
    if is_public(asked, &[output.to_path_buf()]) {
        let message = "the purge list lies in the output folder, so it would be published with the site";
        return Err(fault(message, ELSEWHERE));
    }
    Ok(Some(asked.to_path_buf()))
}

/// What to do about a list that readers could fetch.
pub const ELSEWHERE: &str = "it names stories that were withdrawn; put it elsewhere";

/// Whether readers could fetch a list: it lies in one of these folders, or will.
pub fn is_public(list: &Path, folders: &[PathBuf]) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let Some(folder) = real(folder_of(list)) else { return false };
    folders.iter().filter_map(|public| real(public)).any(|public| folder.starts_with(public))
}

fn folder_of(list: &Path) -> &Path {
    list.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Adds what is out of date to the list in a file, one address a line, withdrawals first. What the file says already stays.
pub fn add<'a>(list: &Path, home: &str, stale: impl Iterator<Item = Stale<'a>>) -> std::io::Result<()> {
    let (fresh, withdrawals) = addresses(home, stale);
    if fresh.is_empty() {
        return Ok(());
    }
    let mut bytes = Vec::new();
    // A list that is too long to be read counts as one that names the whole site.
    let known = match file::read_bounded(list, SIZE_LIMIT, &mut bytes) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(file::ReadError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(file::ReadError::Io(error)) => return Err(error),
        Err(file::ReadError::TooLarge(_)) => whole(home),
    };
    let (withdrawn, others) = fresh.split_at(withdrawals);
    let of = |list: &'_ [String]| list.iter().map(String::clone).collect::<Vec<_>>();
    // What was withdrawn by a build before stands at the head of its list.
    let all = of(withdrawn).into_iter().chain(known.lines().map(str::to_string)).chain(of(others));
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut lines: Vec<String> = all.filter(|line| !line.is_empty() && seen.insert(line.clone())).collect();
    if lines.len() > MOST || seen.contains(&whole(home)) {
        lines = vec![whole(home)];
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if let Some(folder) = list.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        file::make_folders(folder)?;
    }
    file::write_atomic(list, text.as_bytes(), false)
}

/// Every address of the site, as caches write it.
fn whole(home: &str) -> String {
    format!("{}/*", home.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_add_to_their_list_and_withdrawals_stay_first() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("a/list.txt");
        let build = |files: &[(&str, bool)]| {
            let stale = files.iter().map(|(file, withdrawn)| Stale { file, withdrawn: *withdrawn });
            add(&list, "https://e.org/wire", stale).unwrap();
            std::fs::read_to_string(&list).unwrap_or_default()
        };
        assert_eq!(build(&[]), "");
        assert_eq!(
            build(&[("index.html", false), ("a/ninjs.json", true)]),
            "https://e.org/wire/a/ninjs.json\nhttps://e.org/wire/\n"
        );
        assert_eq!(
            build(&[("index.html", false), ("é.html", false), ("b/index.html", true)]),
            "https://e.org/wire/b/index.html\nhttps://e.org/wire/b/\nhttps://e.org/wire/a/ninjs.json\nhttps://e.org/wire/\nhttps://e.org/wire/%C3%A9.html\n"
        );
    }

    #[test]
    fn a_list_that_grows_too_long_names_the_whole_site() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list.txt");
        let files: Vec<String> = (0..=MOST).map(|n| format!("s{n}/index.html")).collect();
        let stale = || files.iter().map(|file| Stale { file, withdrawn: false });
        add(&list, "https://e.org", stale()).unwrap();
        add(&list, "https://e.org", stale().take(1)).unwrap();
        assert_eq!(std::fs::read_to_string(&list).unwrap(), "https://e.org/*\n");
    }
}
