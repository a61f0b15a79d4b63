//! The addresses that the site had after the last build, each with what its story or standing page can be known again by.
//!
//! The other tables of the state are of use to the same program and settings alone. These outlive both, because a change of settings
//! moves more addresses than any other edit. Only diagnostics look at them; no page does.
//!
//! They lie in files by the hash of the uri. A file is named by what it holds, so that one in which nothing changed is neither read
//! nor written. Addresses that went are in a file of their own until something stands there again, or somebody forgets them.
//!
//! Nothing can make them a second time, so each line has a sum of its own: where a file is damaged, whole lines are kept.

use super::{FOLDER, PART_LIMIT, State};
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::file::{self, sealed};
use crate::hash::Hash;
use crate::path::RelPath;
use crate::story::DERIVED_URI;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const PLACE: &str = "addresses";
/// The file of the addresses that went.
const GONE: &str = "gone";
/// How many addresses share a file, about.
const SHARE: usize = 1024;

/// A story or a standing page, by what a later build can know it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Its uri.
    pub uri: String,
    /// Whether the uri was derived. Such a uri may become another story's when files come, go or change.
    pub is_derived: bool,
    /// The file of the version that counts, below `content/`; `None` in what an older dateline noted.
    pub file: Option<RelPath>,
    /// A hash of the headline; 0 where there is none.
    pub headline: u64,
}

impl Owner {
    /// The hash of a headline.
    pub fn headline(text: &str) -> u64 {
        if text.is_empty() { 0 } else { Hash::of(text.as_bytes()).short() }
    }

    /// What no two stories of a build have in common, and no story loses unless its file or uri changes.
    pub fn key(&self) -> (&str, Option<&RelPath>) {
        (&self.uri, self.file.as_ref())
    }
}

/// An address, and whose it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The story or the standing page.
    pub owner: Owner,
    /// The path on the site, not encoded.
    pub path: String,
    /// Whether it only led on to the page.
    pub redirect: bool,
}

/// What became of the addresses of the last build.
#[derive(Debug, Default)]
pub struct Changes {
    /// Those that their uri has no more.
    pub gone: Vec<Address>,
    /// What had addresses before, and is not there any more with the same uri in the same file.
    pub before: Vec<Owner>,
    /// What has addresses now, and was not there before with the same uri in the same file. Empty where not all is known of the
    /// last build.
    pub after: Vec<Owner>,
    /// Names and bytes of files to write.
    files: Vec<(String, Vec<u8>)>,
    /// Names of files that these take the place of.
    stale: Vec<String>,
}

/// The addresses in the state of a site.
pub struct Addresses {
    folder: PathBuf,
    is_writable: bool,
}

impl State {
    /// The addresses that the site had.
    pub fn addresses(&self) -> Addresses {
        Addresses { folder: self.folder.join(PLACE), is_writable: self.is_writable() }
    }
}

impl Addresses {
    /// Compares the addresses that the site has now with those that it had.
    pub fn compare(&self, now: Vec<Address>) -> Checked<Changes> {
        let bits = (now.len() / SHARE).next_power_of_two().trailing_zeros().min(12);
        let mut shares: BTreeMap<u64, Vec<Address>> = BTreeMap::new();
        for address in now {
            let share = Hash::of(address.owner.uri.as_bytes()).short().checked_shr(64 - bits).unwrap_or(0);
            shares.entry(share).or_default().push(address);
        }
        let file = |(number, mut addresses): (u64, Vec<Address>)| {
            addresses.sort_unstable();
            addresses.dedup();
            let bytes = bytes(&addresses);
            (format!("{bits:02}-{number:04x}-{:016x}", Hash::of(&bytes).short()), addresses, bytes)
        };
        let shares: Vec<_> = shares.into_iter().collect();
        let shares: Vec<_> = shares.into_par_iter().map(file).collect();
        let there = self.names();
        let wanted: BTreeSet<&str> = shares.iter().map(|(name, ..)| name.as_str()).collect();
        let mut found = Checked::<Changes>::default();
        let mut had: BTreeSet<Address> = BTreeSet::new();
        for name in there.iter().filter(|name| !wanted.contains(name.as_str())) {
            let Read { addresses, is_whole } = self.read(name);
            had.extend(addresses);
            if !is_whole {
                found.diagnostics.push(damaged(name));
            }
            found.value.stale.push(name.clone());
        }
        let mut has: BTreeSet<Address> = BTreeSet::new();
        for (name, addresses, bytes) in shares {
            if !there.contains(&name) {
                has.extend(addresses);
                found.value.files.push((name, bytes));
            }
        }
        let kept: FxHashSet<(&str, &str)> = has.iter().map(|one| (one.owner.uri.as_str(), one.path.as_str())).collect();
        let is_gone = |one: &&Address| !kept.contains(&(one.owner.uri.as_str(), one.path.as_str()));
        found.value.gone = had.iter().filter(is_gone).cloned().collect();
        found.value.before = owners_not_in(&had, &has);
        if found.diagnostics.is_empty() {
            found.value.after = owners_not_in(&has, &had);
        }
        found
    }

    /// The addresses that went before and are not settled.
    pub fn gone(&self) -> Checked<Vec<Address>> {
        if !self.folder.join(GONE).exists() {
            return Checked::default();
        }
        let Read { addresses: value, is_whole } = self.read(GONE);
        let diagnostics = if is_whole { Vec::new() } else { vec![damaged(GONE)] };
        Checked { value, diagnostics }
    }

    /// Notes what the site has now, and which addresses went. What was gone is noted first: a build that is stopped between the
    /// two finds the same addresses once more.
    pub fn save(&self, changes: &Changes, gone: &[Address]) -> io::Result<()> {
        if !self.is_writable {
            return Ok(());
        }
        file::make_folders(&self.folder)?;
        file::remove_temporary(&self.folder);
        let place = self.folder.join(GONE);
        if gone.is_empty() {
            remove(&place)?;
        } else if let known = self.gone()
            && (known.value != gone || !known.diagnostics.is_empty())
        {
            let bytes = bytes(gone);
            sealed::write(&place, Hash::of(&bytes), &bytes)?;
        }
        for (name, bytes) in &changes.files {
            sealed::write(&self.folder.join(name), Hash::of(bytes), bytes)?;
        }
        changes.stale.iter().try_for_each(|name| remove(&self.folder.join(name)))
    }

    /// The names of the files in the folder, except the one for addresses that went.
    fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name != GONE && !name.starts_with('.')).collect()
    }

    /// What a file holds. Of one that is damaged, the lines whose sums are right.
    fn read(&self, name: &str) -> Read {
        let mut bytes = Vec::new();
        let is_there = file::read_bounded(&self.folder.join(name), PART_LIMIT, &mut bytes).is_ok();
        let Some((text, is_sound)) = sealed::content(&bytes).filter(|_| is_there) else { return Read::default() };
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let addresses: Vec<Address> = lines.iter().filter_map(|line| address(line, is_sound)).collect();
        Read { is_whole: is_sound && addresses.len() == lines.len(), addresses }
    }
}

/// What was read from a file.
#[derive(Default)]
struct Read {
    addresses: Vec<Address>,
    is_whole: bool,
}

/// The owners of addresses, each once, whose uri and file none of the others has.
fn owners_not_in(addresses: &BTreeSet<Address>, others: &BTreeSet<Address>) -> Vec<Owner> {
    let known: FxHashSet<_> = others.iter().map(|address| address.owner.key()).collect();
    let mut owners: Vec<Owner> = Vec::new();
    // Addresses are in the order of their owners.
    for Address { owner, .. } in addresses {
        if owners.last().is_none_or(|last| last.key() != owner.key()) && !known.contains(&owner.key()) {
            owners.push(owner.clone());
        }
    }
    owners
}

/// Removes a file if it is there.
fn remove(place: &Path) -> io::Result<()> {
    if place.exists() { file::remove(place) } else { Ok(()) }
}

/// The warning for a file of addresses that is damaged: unlike the rest of the state, these cannot be made again.
fn damaged(name: &str) -> Diagnostic {
    let (message, hint) = match name {
        GONE => (
            "the list of addresses that lead nowhere is damaged here; what could be read was kept",
            "the others are not named any more; the pages of the site are not affected",
        ),
        _ => (
            "the addresses of the last build are damaged here; what could be read was kept",
            "the others are not compared: if one of them moved since, nothing says so; the pages of the site are not affected",
        ),
    };
    Diagnostic::warning(Code::StateDamaged, message).at(Location::file(format!("{}/{name}", shown()))).hint(hint)
}

fn bytes(addresses: &[Address]) -> Vec<u8> {
    let mut text = String::new();
    for Address { owner: Owner { uri, is_derived, file, headline }, path, redirect } in addresses {
        let kind = if *redirect { "redirect" } else { "page" };
        let made = if *is_derived { "derived" } else { "written" };
        let file = file.as_ref().map_or("", RelPath::as_str);
        let uri = uri.replace('\\', "\\\\").replace('\n', "\\n");
        let line = format!("{kind}\t{made}\t{headline:016x}\t{file}\t{path}\t{uri}");
        text.push_str(&format!("{:08x}\t{line}\n", sum(line.as_bytes())));
    }
    text.into_bytes()
}

/// The sum of a line.
fn sum(line: &[u8]) -> u32 {
    Hash::of(line).short() as u32
}

/// Reads a line. Where the file is not sound, the line has to prove itself by its sum.
fn address(line: &[u8], is_sound: bool) -> Option<Address> {
    let (first, rest) = line.split_at(line.iter().position(|byte| *byte == b'\t')?);
    let rest = &rest[1..];
    if first.len() == 16 {
        return if is_sound { former(std::str::from_utf8(line).ok()?) } else { None };
    }
    let is_right = || Some(u32::from_str_radix(std::str::from_utf8(first).ok()?, 16).ok()? == sum(rest));
    if !is_sound && !is_right()? {
        return None;
    }
    let mut fields = std::str::from_utf8(rest).ok()?.splitn(6, '\t');
    let redirect = fields.next()? == "redirect";
    let is_derived = fields.next()? == "derived";
    let headline = u64::from_str_radix(fields.next()?, 16).ok()?;
    let file = match fields.next()? {
        "" => None,
        file => Some(RelPath::new(file)?),
    };
    let path = fields.next()?.to_string();
    let uri = unescaped(fields.next()?);
    Some(Address { owner: Owner { uri, is_derived, file, headline }, path, redirect })
}

/// Takes the escapes of a uri off.
fn unescaped(uri: &str) -> String {
    let mut text = String::with_capacity(uri.len());
    let mut letters = uri.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => text.extend(letters.next().map(|c| if c == 'n' { '\n' } else { c })),
            c => text.push(c),
        }
    }
    text
}

/// Reads a line as dateline wrote it before it noted files.
fn former(line: &str) -> Option<Address> {
    let mut fields = line.splitn(4, '\t');
    let headline = u64::from_str_radix(fields.next()?, 16).ok()?;
    let redirect = fields.next()? == "redirect";
    let (path, uri) = (fields.next()?.to_string(), fields.next()?.to_string());
    let is_derived = uri.starts_with(DERIVED_URI);
    Some(Address { owner: Owner { uri, is_derived, file: None, headline }, path, redirect })
}

/// Where the addresses lie, as diagnostics name it.
pub fn shown() -> String {
    format!("{FOLDER}/{PLACE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(uri: &str, path: &str) -> Address {
        let file = RelPath::new(&format!("{}.md", uri.replace(':', "-")));
        let owner = Owner { uri: uri.to_string(), is_derived: false, file, headline: 7 };
        Address { owner, path: path.to_string(), redirect: false }
    }

    fn paths(addresses: &[Address]) -> Vec<&str> {
        addresses.iter().map(|address| address.path.as_str()).collect()
    }

    #[test]
    fn what_went_is_found_at_any_size() {
        let folder = tempfile::tempdir().unwrap();
        let store = Addresses { folder: folder.path().join(PLACE), is_writable: true };
        let all =
            |count: usize| (0..count).map(|n| address(&format!("urn:{n}"), &format!("/{n}/"))).collect::<Vec<_>>();
        let first = store.compare(all(10)).value;
        assert_eq!((first.gone.len(), first.after.len()), (0, 10));
        store.save(&first, &[]).unwrap();
        // The files are other ones where there are many more.
        for count in [5_000, 10, 3_000] {
            let mut now = all(count);
            now[3].path = format!("/moved-{count}/");
            let changes = store.compare(now).value;
            assert!(
                paths(&changes.gone).contains(&(if count == 5_000 { "/3/" } else { "/4/" })) == (count == 5_000),
                "{count}"
            );
            store.save(&changes, &changes.gone).unwrap();
            assert_eq!(store.gone().value, changes.gone);
        }
        let mut now = all(3_000);
        now[3].path = "/moved-3000/".to_string();
        let same = store.compare(now).value;
        assert!(same.gone.is_empty() && same.after.is_empty() && same.files.is_empty() && same.stale.is_empty());
    }

    #[test]
    fn a_line_reads_back() {
        let derived = Owner { uri: "tag:dateline,2026:a".to_string(), is_derived: true, file: None, headline: 0 };
        let all = [
            Address { owner: derived.clone(), path: "/a b/".to_string(), redirect: true },
            address("urn:a\nb\\n\tc\r", "/خبر/"),
        ];
        for one in all {
            let text = bytes(std::slice::from_ref(&one));
            let line = text.strip_suffix(b"\n").unwrap();
            assert!(!line.contains(&b'\n'));
            assert_eq!(super::address(line, false), Some(one));
            let mut broken = line.to_vec();
            broken[line.len() - 1] ^= 1;
            assert_eq!(super::address(&broken, false), None);
        }
        // As it was before files were noted.
        let former = b"0000000000000000\tredirect\t/a b/\ttag:dateline,2026:a";
        let expected = Address { owner: derived, path: "/a b/".to_string(), redirect: true };
        assert_eq!(super::address(former, true), Some(expected));
        assert_eq!(super::address(former, false), None);
    }

    #[test]
    fn damage_is_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let store = Addresses { folder: folder.path().join(PLACE), is_writable: true };
        store.save(&store.compare(vec![address("urn:a", "/a/")]).value, &[address("urn:b", "/b/")]).unwrap();
        for name in store.names().into_iter().chain([GONE.to_string()]) {
            file::write_atomic(&store.folder.join(name), b"x", false).unwrap();
        }
        assert_eq!(store.gone().diagnostics.len(), 1);
        let changes = store.compare(vec![address("urn:a", "/moved/")]);
        assert_eq!((changes.diagnostics.len(), changes.value.gone.len()), (1, 0));
        store.save(&changes.value, &[]).unwrap();
        assert!(store.compare(vec![address("urn:a", "/moved/")]).diagnostics.is_empty());
    }
}
