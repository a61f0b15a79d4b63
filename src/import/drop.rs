//! Drop folders: what lies in one, what of it can be taken, and where it goes.
//!
//! A file is taken when nothing about it has changed for a while, or as soon as the system reports that whoever wrote it has closed it.
//! It goes to `done/` or `failed/` in the folder, failed ones with their diagnostics beside them. A story whose pictures have not come
//! goes to `waiting/` until they do; it is on the site meanwhile. Nothing is kept in memory that a restart would miss: what lies in the
//! folder is what is to be done, and importing a file twice writes nothing.

use super::{Action, FileReport, Input, InputSource, is_media};
use crate::diag::{Code, Diagnostic, Error, Result};
use crate::file;
use crate::source::Stamp;
use crate::wire::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a file must stay as it is before it counts as whole.
pub const SETTLE: Duration = Duration::from_millis(500);
/// How long items are held back while a picture beside them is still being written.
const HELD: Duration = Duration::from_secs(5);
/// The end of the name of the file that says what is wrong with an item in `failed/`.
const DIAGNOSTICS: &str = ".diagnostics.txt";
/// The end of the name of the file that says what an item in `waiting/` waits for.
const WAITING: &str = ".waiting.txt";
/// How many files of one name a folder may have.
const NAMESAKES: usize = 10_000;

/// A drop folder.
#[derive(Debug)]
pub struct DropFolder {
    folder: PathBuf,
    /// Where the files lie that items name, if not in the folder itself.
    media: Vec<PathBuf>,
    /// Whether files appear in it whole, because they are renamed into it.
    is_whole: bool,
    /// How the files looked, and since when.
    seen: BTreeMap<PathBuf, (Stamp, Instant)>,
    /// Files that were closed by whoever wrote them, or renamed into the folder.
    closed: BTreeSet<PathBuf>,
    /// Since when items are held back.
    held: Option<Instant>,
    /// The items in `waiting/`, and the files that each waits for.
    waiting: BTreeMap<PathBuf, Vec<String>>,
}

/// What a look at a drop folder found.
#[derive(Debug, Default)]
pub struct Look {
    /// Items that can be taken, by name.
    pub ready: Vec<PathBuf>,
    /// Items in `waiting/` of which a file has come.
    pub arrived: Vec<PathBuf>,
    /// Whether items are left that cannot be taken yet.
    pub has_more: bool,
}

impl Look {
    /// Whether there is nothing to take, now or soon.
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.arrived.is_empty() && !self.has_more
    }
}

/// Where an item went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// `done/`.
    Done,
    /// `failed/`.
    Failed,
    /// `waiting/`.
    Waiting,
    /// Nowhere: its story could not be written, so it is to be tried again.
    Kept,
}

fn fault(what: &str, path: &Path, error: &io::Error) -> Error {
    Diagnostic::error(Code::ImportWrite, format!("cannot {what} {}: {error}", path.display())).into()
}

impl DropFolder {
    /// A folder that other programs write to. Makes it, and the folders in it, where they are missing.
    pub fn open(folder: PathBuf) -> Result<DropFolder> {
        for name in ["done", "failed", "waiting"] {
            let path = folder.join(name);
            file::make_folders(&path).map_err(|error| fault("make the folder", &path, &error))?;
        }
        let waiting = waiting(&folder.join("waiting")).map_err(|error| fault("read", &folder, &error))?;
        Ok(DropFolder {
            folder,
            media: Vec::new(),
            is_whole: false,
            seen: BTreeMap::new(),
            closed: BTreeSet::new(),
            held: None,
            waiting,
        })
    }

    /// A folder whose files appear whole, and whose items name files of the folders `media`.
    pub fn whole(folder: PathBuf, media: Vec<PathBuf>) -> Result<DropFolder> {
        Ok(DropFolder { media, is_whole: true, ..DropFolder::open(folder)? })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Whoever wrote this file closed it, or it was renamed into the folder.
    pub fn closed(&mut self, path: &Path) {
        if path.parent() == Some(&self.folder) {
            self.closed.insert(path.to_path_buf());
        }
    }

    /// Looks at the folder.
    pub fn look(&mut self) -> Result<Look> {
        let (copy, media) = list(&self.folder).map_err(|error| fault("read", &self.folder, &error))?;
        let now = Instant::now();
        let last = std::mem::take(&mut self.seen);
        for (path, stamp) in copy.iter().chain(&media) {
            let since = last.get(path).filter(|(known, _)| known == stamp).map_or(now, |(_, since)| *since);
            self.seen.insert(path.clone(), (*stamp, since));
        }
        self.closed.retain(|path| copy.contains_key(path) || media.contains_key(path));
        let is_writing = media.keys().any(|path| !self.is_settled(path, now));
        self.held = self.held.or(Some(now)).filter(|_| is_writing && !copy.is_empty());
        let is_held = self.held.is_some_and(|since| now.duration_since(since) < HELD);
        let ready = copy.keys().filter(|path| !is_held && self.is_settled(path, now)).cloned().collect::<Vec<_>>();
        let arrived = self.arrived(now);
        Ok(Look { has_more: ready.len() < copy.len(), ready, arrived })
    }

    /// Whether nobody writes to a file of the folder any more.
    fn is_settled(&self, path: &Path, now: Instant) -> bool {
        let known = self.seen.get(path);
        self.is_whole
            || self.closed.contains(path)
            || known.is_some_and(|(_, since)| now.duration_since(*since) >= SETTLE)
    }

    /// The waiting items of which a file has come.
    fn arrived(&self, now: Instant) -> Vec<PathBuf> {
        let has_come = |href: &String| {
            let name = href.trim_start_matches("./");
            if self.media.is_empty() {
                let path = self.folder.join(name);
                return self.seen.contains_key(&path) && self.is_settled(&path, now);
            }
            self.media.iter().any(|media| media.join(name).is_file())
        };
        let items = self.waiting.iter().filter(|(_, hrefs)| hrefs.iter().any(has_come));
        items.map(|(path, _)| path.clone()).collect()
    }

    /// An item of a look as input of an import.
    pub fn input(&self, path: &Path) -> Input {
        let is_waiting = self.waiting.contains_key(path);
        let own = is_waiting && self.media.is_empty();
        let media = if own { vec![self.folder.clone()] } else { self.media.clone() };
        let name = path.to_string_lossy().into_owned();
        Input { name, source: InputSource::Path(path.to_path_buf()), media }
    }

    /// Moves an item that was imported to where it belongs now, and the media that went with it. With `retries`, one whose story could
    /// not be written stays where it is.
    pub fn file(&mut self, report: &FileReport, path: &Path, retries: bool) -> Result<Filed> {
        if retries && report.parsed.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::ImportWrite) {
            return Ok(Filed::Kept);
        }
        let missing = still_missing(report);
        if self.waiting.contains_key(path) {
            if !missing.is_empty() {
                self.wait(path, missing)?;
                return Ok(Filed::Waiting);
            }
            let filed = self.move_on(report, path, missing)?;
            self.waiting.remove(path);
            // The item is out of the folder; without it the note says nothing.
            let _ = file::remove(&with_end(path, WAITING));
            return Ok(filed);
        }
        self.move_on(report, path, missing)
    }

    fn move_on(&mut self, report: &FileReport, path: &Path, missing: Vec<String>) -> Result<Filed> {
        let filed = match report.parsed.outcome() {
            Outcome::Error => Filed::Failed,
            _ if missing.is_empty() => Filed::Done,
            _ => Filed::Waiting,
        };
        let name = match filed {
            Filed::Failed => "failed",
            Filed::Waiting => "waiting",
            _ => "done",
        };
        let moved = move_into(&self.folder.join(name), path).map_err(|error| fault("move", path, &error))?;
        if filed == Filed::Waiting {
            self.wait(&moved, missing)?;
        }
        if !report.parsed.diagnostics.is_empty() {
            write(&with_end(&moved, DIAGNOSTICS), &diagnostics(report))?;
        }
        if self.media.is_empty() {
            let imported = report.imported.iter().filter(|outcome| outcome.action != Action::Failed);
            for media in imported.flat_map(|outcome| &outcome.media) {
                // Two stories may share a picture; the second finds it gone and has its copy already.
                let _ = move_into(&self.folder.join("done"), media);
            }
        }
        Ok(filed)
    }

    /// Notes what an item in `waiting/` waits for.
    fn wait(&mut self, path: &Path, missing: Vec<String>) -> Result<()> {
        write(&with_end(path, WAITING), &(missing.join("\n") + "\n"))?;
        self.waiting.insert(path.to_path_buf(), missing);
        Ok(())
    }
}

/// The items and the media right in a folder.
fn list(folder: &Path) -> io::Result<(BTreeMap<PathBuf, Stamp>, BTreeMap<PathBuf, Stamp>)> {
    let (mut copy, mut media) = (BTreeMap::new(), BTreeMap::new());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A file may go between the listing and the look at it.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() && !is_partial(&name) {
            let of_kind = if is_media(&entry.path()) { &mut media } else { &mut copy };
            of_kind.insert(entry.path(), Stamp::of(&metadata));
        }
    }
    Ok((copy, media))
}

/// Whether a file has a name that programs give to what they are still writing.
fn is_partial(name: &str) -> bool {
    name.starts_with('.') || [".tmp", ".part", ".filepart", ".crdownload"].iter().any(|end| name.ends_with(end))
}

/// How many items lie right in a folder, without media and the notes beside items; at most `most`.
pub fn count_items(folder: &Path, most: usize) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_item = |entry: &fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        !is_partial(&name)
            && !name.ends_with(DIAGNOSTICS)
            && !is_media(&entry.path())
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    entries.filter(is_item).take(most).count()
}

/// What an earlier run left in `waiting/`.
fn waiting(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<String>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(item) = name.strip_suffix(WAITING) {
            let text = fs::read_to_string(&path)?;
            found.insert(folder.join(item), text.lines().map(str::to_string).collect());
        }
    }
    Ok(found)
}

/// The files that the stories of an item still lack; names with line breaks are not ours.
fn still_missing(report: &FileReport) -> Vec<String> {
    if report.parsed.outcome() == Outcome::Error {
        return Vec::new();
    }
    let all = report.imported.iter().flat_map(|outcome| &outcome.missing);
    all.filter(|href| !href.contains(['\n', '\r'])).cloned().collect()
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    path.with_file_name(format!("{}{end}", path.file_name().unwrap_or_default().to_string_lossy()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    file::write_atomic(path, text.as_bytes(), false).map_err(|error| fault("write", path, &error))
}

/// The diagnostics as text, one a line and its hints below.
fn diagnostics(report: &FileReport) -> String {
    let line = |diagnostic: &Diagnostic| {
        let hints: String = diagnostic.hints.iter().map(|hint| format!("  {hint}\n")).collect();
        format!("{diagnostic} [{}]\n{hints}", diagnostic.code)
    };
    report.parsed.diagnostics.iter().map(line).collect()
}

/// Moves a file into a folder; where its name is taken, with a number.
fn move_into(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1..NAMESAKES {
        let target = folder.join(if number == 1 { name.clone() } else { format!("{number}-{name}") });
        if !target.exists() {
            file::rename(path, &target)?;
            return Ok(target);
        }
    }
    Err(io::Error::other(format!("{} has too many files called {name}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_when_it_is_closed_or_has_not_changed_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let mut drop = DropFolder::open(folder.path().to_path_buf()).unwrap();
        assert!(drop.look().unwrap().is_empty());
        let item = folder.path().join("a.xml");
        file::write_atomic(&item, b"one", false).unwrap();
        let look = drop.look().unwrap();
        assert!(look.ready.is_empty() && look.has_more);
        // Looks that follow one another closely prove nothing.
        assert!(drop.look().unwrap().ready.is_empty());
        drop.closed(&item);
        assert_eq!(drop.look().unwrap().ready, std::slice::from_ref(&item));
        let other = folder.path().join("b.xml");
        file::write_atomic(&other, b"two", false).unwrap();
        assert_eq!(drop.look().unwrap().ready, std::slice::from_ref(&item));
        std::thread::sleep(SETTLE);
        assert_eq!(drop.look().unwrap().ready, [item, other]);
    }

    #[test]
    fn items_wait_for_a_picture_that_is_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut drop = DropFolder::open(folder.path().to_path_buf()).unwrap();
        let (item, picture) = (folder.path().join("a.xml"), folder.path().join("a.jpg"));
        for path in [&item, &picture] {
            file::write_atomic(path, b"x", false).unwrap();
        }
        drop.closed(&item);
        assert!(drop.look().unwrap().ready.is_empty());
        drop.closed(&picture);
        assert_eq!(drop.look().unwrap().ready, [item]);
    }
}
