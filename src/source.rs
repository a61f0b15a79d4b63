//! The content folder and `static/`: which files there are, and their stamps. Nothing is opened here; `load` reads the files.
//!
//! A stamp is what the file system says of a file: length, time of change (mtime), time of status change (ctime), inode and device. One
//! rule holds for stories, standing pages, pictures and other files of `content/` (`load::unchanged`), and for files of `static/`,
//! in builds, in the preview and in imports:
//!
//! | the stamp | then |
//! |---|---|
//! | is the same, and both times are before the start of the last build | the file is not opened |
//! | has another length | the file has changed |
//! | differs in anything else, or has a later time | the file is read, and the hash of its bytes decides |
//!
//! - A program can set the time of change back, but not the time of status change. So an edit that keeps the length is found whatever was
//!   done to its time, and so is a file that was moved into the place of another.
//! - A time at or after the start of the last build proves nothing: the file may have changed again within the same tick of the clock.
//! - What was read is noted with its new stamp, so a fresh checkout or a restored backup is read once. A file with the same bytes is not
//!   parsed, and no page is rendered for it.
//! - `--verify`, `check --leaks` and `--trust-mtime no` trust no stamp. The last is for file systems that keep no time of status change, or
//!   whose clock is set back.
//!
//! Settings, `categories.yaml` and themes are read by every run, so they need no stamps.

mod ignore;
mod kept;
mod resident;
mod statics;

use crate::diag::{Checked, Code, Diagnostic, Location, Severity};
use crate::front::FOLDER;
use crate::hash::{Hash, Hasher};
use crate::path::{RelPath, nfc};
use ignore::Ignore;
use kept::Kept;
use rayon::prelude::*;
pub use resident::{Touched, Walk};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirEntry, FileType, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The largest story file, in bytes.
pub const STORY_LIMIT: u64 = 8 << 20;

/// The folder whose files go to the root of the site.
pub const STATIC_FOLDER: &str = "static";

/// What the file system says of a file without opening it: while all of it is the same, the file need not be read.
///
/// Programs can set the time of change back, as archivers and synchronisers do; they cannot set the time of status change. A file
/// that takes the place of another has another inode. Where only these differ the bytes decide, because nothing may have changed: a
/// fresh checkout or a restored cache has the same files under other inodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Length in bytes.
    pub length: u64,
    /// Time of change (mtime) by the file system's clock, in nanoseconds since 1970; 0 where it has none.
    pub modified: i64,
    /// Time of status change (ctime), likewise.
    pub changed: i64,
    /// The number of the file on its device.
    pub inode: u64,
    /// The device that it lies on.
    pub device: u64,
}

impl Stamp {
    /// The stamp of a file.
    pub fn of(metadata: &Metadata) -> Stamp {
        let changed = metadata.ctime().checked_mul(1_000_000_000);
        Stamp {
            length: metadata.len(),
            modified: metadata.modified().map_or(0, nanoseconds),
            changed: changed.and_then(|seconds| seconds.checked_add(metadata.ctime_nsec())).unwrap_or(0),
            inode: metadata.ino(),
            device: metadata.dev(),
        }
    }

    /// The later of its two times. A time not before the start of a build proves nothing to it: the file may have changed again
    /// within the same tick of the clock.
    pub fn latest(&self) -> i64 {
        self.modified.max(self.changed)
    }

    /// Adds all of it to a hash.
    pub fn put(&self, hasher: &mut Hasher) {
        for number in self.numbers() {
            hasher.number(number);
        }
    }

    fn numbers(&self) -> [i64; 5] {
        let Stamp { length, modified, changed, inode, device } = *self;
        [length.cast_signed(), modified, changed, inode.cast_signed(), device.cast_signed()]
    }
}

/// A time of change as stamps have it.
pub fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

/// A file of the content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path below the folder.
    pub path: RelPath,
    /// Its stamp.
    pub stamp: Stamp,
}

/// What the content folder and `static/` hold, each by path.
#[derive(Debug, Default)]
pub struct Source {
    /// Story files.
    pub stories: Vec<SourceFile>,
    /// Files of standing pages (`pages/`).
    pub pages: Vec<SourceFile>,
    /// Curated fronts (`fronts/*.yaml`).
    pub fronts: Vec<SourceFile>,
    /// All other files: pictures, and what stories may link to.
    pub media: Vec<SourceFile>,
    /// Files of `static/`.
    pub statics: Vec<SourceFile>,
    /// Places in `media` of names that are not ASCII, by their composed form; made when somebody asks.
    composed: OnceLock<FxHashMap<Box<str>, usize>>,
    /// What was left out.
    ignore: Ignore,
    /// What stays in memory of the stories.
    kept: Kept,
}

impl Source {
    /// A folder of these stories alone.
    pub fn of(stories: Vec<SourceFile>) -> Source {
        Source { stories, ..Source::default() }
    }

    /// A hash of all paths and stamps: where it is the same, nothing was touched.
    pub fn stamp(&self) -> Hash {
        Hash::of_pieces(|put| {
            for files in self.all() {
                // Lengths say where a list and a path end.
                put(&(files.len() as u64).to_le_bytes());
                for file in files {
                    let path = file.path.as_str();
                    put(&(path.len() as u64).to_le_bytes());
                    put(path.as_bytes());
                    file.stamp.numbers().iter().for_each(|number| put(&number.to_le_bytes()));
                }
            }
        })
    }

    /// The stamp of a file other than a story; an empty one where there is no such file.
    pub fn media_stamp(&self, path: &RelPath) -> Stamp {
        let at = self.media.binary_search_by(|file| file.path.cmp(path));
        at.map_or_else(|_| Stamp::default(), |at| self.media[at].stamp)
    }

    /// A path of a file other than a story as the disk spells it: a text may name the file in another Unicode form than the disk has.
    /// The path itself where there is no such file.
    pub fn on_disk(&self, path: RelPath) -> RelPath {
        let is_here = |path: &RelPath| self.media.binary_search_by(|file| file.path.cmp(path)).is_ok();
        if path.as_str().is_ascii() || is_here(&path) {
            return path;
        }
        let composed = self.composed.get_or_init(|| {
            let files = self.media.iter().enumerate().filter(|(_, file)| !file.path.as_str().is_ascii());
            files.map(|(at, file)| (nfc(file.path.as_str()).into(), at)).collect()
        });
        composed.get(&*nfc(path.as_str())).map_or(path, |at| self.media[*at].path.clone())
    }

    /// The stamp of a file of `static/`; an empty one where there is no such file.
    pub fn static_stamp(&self, path: &RelPath) -> Stamp {
        let at = self.statics.binary_search_by(|file| file.path.cmp(path));
        at.map_or_else(|_| Stamp::default(), |at| self.statics[at].stamp)
    }

    /// Whether a path of the content folder is never published: the settings leave it out, or it is that of a front.
    pub fn keeps_back(&self, path: &RelPath) -> bool {
        self.ignore.has(path.as_str()) || is_front(path)
    }

    /// The latest time in any stamp.
    pub fn newest(&self) -> i64 {
        self.all().into_iter().flatten().map(|file| file.stamp.latest()).max().unwrap_or(0)
    }

    fn all(&self) -> [&[SourceFile]; 5] {
        [&self.stories, &self.pages, &self.fronts, &self.media, &self.statics]
    }
}

/// Walks `content/` and `static/` of the site in a folder. `ignore` is for `content/`.
pub fn walk_site(root: &Path, ignore: &[String]) -> Checked<Source> {
    let (mut content, statics) =
        rayon::join(|| walk(&root.join("content"), ignore), || statics::walk(&root.join(STATIC_FOLDER)));
    content.value.statics = statics.value;
    content.diagnostics.extend(statics.diagnostics);
    content
}

/// Walks the content folder, its subfolders side by side. Links are not followed, so none can lead out of it or round in a
/// circle. `ignore` are the patterns of files and folders to leave out.
pub fn walk(content: &Path, ignore: &[String]) -> Checked<Source> {
    let mut found: Checked<Source> = Checked::default();
    found.value.ignore = Ignore::new(ignore);
    if !content.is_dir() {
        return found;
    }
    // The upper two levels are read first (`2026/11`), what lies below them in parallel.
    let mut folders = vec![content.to_path_buf()];
    for _ in 0..2 {
        for folder in std::mem::take(&mut folders) {
            read(content, &folder, &mut found, &mut folders);
        }
    }
    let ignore = found.value.ignore.clone();
    let below = |folder: PathBuf| {
        let (mut found, mut folders): (Checked<Source>, _) = (Checked::default(), vec![folder]);
        found.value.ignore.clone_from(&ignore);
        while let Some(folder) = folders.pop() {
            read(content, &folder, &mut found, &mut folders);
        }
        sort(&mut found.value);
        found
    };
    // One after the other, their files are nearly in order.
    folders.sort_unstable();
    let parts: Vec<Checked<Source>> = folders.into_par_iter().with_max_len(1).map(below).collect();
    for part in parts {
        found.diagnostics.extend(part.diagnostics);
        found.value.stories.extend(part.value.stories);
        found.value.pages.extend(part.value.pages);
        found.value.fronts.extend(part.value.fronts);
        found.value.media.extend(part.value.media);
    }
    sort(&mut found.value);
    found
}

/// Reads one folder. A file is asked about by its name in the open folder and not by its path, as `walkdir` does it: that costs
/// two thirds of the time, and threads do not wait for one another at the folders above.
fn read(content: &Path, folder: &Path, found: &mut Checked<Source>, folders: &mut Vec<PathBuf>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            found.diagnostics.push(unreadable(content, folder, &error));
            return;
        }
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                // What else is in it cannot be known.
                found.diagnostics.push(unreadable(content, folder, &error));
                return;
            }
        };
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let at = folder.join(&name);
        let below = || at.strip_prefix(content).ok().and_then(Path::to_str);
        if !found.value.ignore.is_empty() && below().is_some_and(|path| found.value.ignore.has(path)) {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => folders.push(at),
            Ok(kind) => take(content, &at, kind, &entry, found),
            Err(error) => found.diagnostics.push(unreadable(content, &at, &error)),
        }
    }
}

fn sort(source: &mut Source) {
    for files in [&mut source.stories, &mut source.pages, &mut source.fronts, &mut source.media] {
        // This one gains from what is in order already.
        files.par_sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// Files one file of the walk.
fn take(content: &Path, at: &Path, kind: FileType, entry: &DirEntry, found: &mut Checked<Source>) {
    let is_markdown = at.as_os_str().as_encoded_bytes().ends_with(b".md");
    if !kind.is_file() {
        let diagnostic = Diagnostic::warning(Code::FileUnreadable, "not a regular file or folder; skipped");
        let diagnostic = diagnostic.at(Location::file(shown(content, at)));
        found.diagnostics.push(diagnostic.hint("symbolic links in content/ are not followed"));
        return;
    }
    let Some(path) = at.strip_prefix(content).ok().and_then(RelPath::from_path) else {
        let severity = if is_markdown { Severity::Error } else { Severity::Warning };
        let message = "the file name is not UTF-8, or has a backslash";
        let diagnostic = Diagnostic::new(severity, Code::FileUnreadable, message);
        found.diagnostics.push(diagnostic.at(Location::file(shown(content, at))));
        return;
    };
    // A file that goes away during the walk is met again when it is read.
    let stamp = entry.metadata().map(|metadata| Stamp::of(&metadata)).unwrap_or_default();
    let files = match (is_markdown, path.is_standing_page()) {
        (false, _) if is_front(&path) => &mut found.value.fronts,
        (false, _) => &mut found.value.media,
        (true, true) => &mut found.value.pages,
        (true, false) => &mut found.value.stories,
    };
    files.push(SourceFile { path, stamp });
}

/// Whether a file is a front. One with the other ending of YAML is meant as one.
fn is_front(path: &RelPath) -> bool {
    path.folders().next() == Some(FOLDER) && matches!(path.extension(), Some("yaml" | "yml"))
}

fn unreadable(content: &Path, at: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::FileUnreadable, format!("cannot be read: {error}")).at(Location::file(shown(content, at)))
}

fn shown(content: &Path, path: &Path) -> String {
    match path.strip_prefix(content) {
        Ok(inner) => format!("content/{}", inner.display()),
        Err(_) => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file;

    #[test]
    fn a_file_in_the_place_of_another_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other, linked] = ["one.md", "other.md", "linked.md"].map(|name| folder.path().join(name));
        file::write_atomic(&one, b"Text.", false).unwrap();
        file::write_atomic(&other, b"Text.", false).unwrap();
        file::link(&one, &linked).unwrap();
        let stamp = |path: &Path| Stamp::of(&fs::metadata(path).unwrap());
        assert_eq!(stamp(&one), stamp(&linked));
        // Whatever their times are.
        let times = |stamp: Stamp| Stamp { modified: 0, changed: 0, ..stamp };
        assert_ne!(times(stamp(&one)), times(stamp(&other)));
    }
}
