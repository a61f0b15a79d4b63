//! The output folder: writes files atomically, only where they differ, and deletes what is no longer planned.
//!
//! | name in the folder | holds |
//! |---|---|
//! | `.dateline-manifest` | hash, kind and path of each file that dateline wrote; no times, no absolute paths |
//! | `.dateline-pending` | during a build, the names of files that are about to change or go |
//! | `.dateline-lock` | the lock against a second build |
//! | `.dateline-new/` | during the first build into an empty folder, the site so far |
//!
//! A file belongs to dateline if it is in the manifest, or was pending when a build was stopped. All others are never overwritten and
//! never removed. Bytes go to a temporary file that is renamed, so each file is whole at any moment, old or new. A file that has the right
//! bytes already is not touched and keeps its time of change. At the end, files of the old manifest that are no longer planned are removed,
//! then empty folders, and last the manifest is written.
//!
//! While the manifest is the one that the state noted, files are taken to be as they were written; `--verify` looks at each of them. After a
//! crash, files in the list of pending ones are looked at, whatever their keys say.
//!
//! An empty folder is filled out of sight, in `.dateline-new`, and all of it is moved into place at the end. Nobody can see a file there
//! earlier, so each is written under its own name, which saves half of the writes and a rename each.

mod manifest;

pub use manifest::{All, Filed, Lines, Manifest, manifest, manifest_hash};

use crate::diag::{Checked, Code, Diagnostic, Error, Location, Result, Severity};
use crate::file::{self, Lock, Put, below};
use crate::hash::Hash;
use crate::page::PageKind;
use manifest::{HEAD, damaged, filed, find, is_whole, parse, read_file, spliced, stretches};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

/// The output folder, below that of the site, where no other is named.
pub const OUTPUT: &str = "output";
/// The list of files that dateline wrote.
pub const MANIFEST: &str = ".dateline-manifest";
const PENDING: &str = ".dateline-pending";
/// The lock that a build holds while it writes.
pub const LOCK: &str = ".dateline-lock";
const STAGE: &str = ".dateline-new";
/// What came of one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its bytes were written.
    Written,
    /// The file already held them.
    Same,
    /// A foreign file stands there; nothing was written.
    Foreign,
}

/// The output folder during a build.
pub struct Output {
    root: PathBuf,
    name: String,
    /// The manifest that the last build left, as it stands; empty where there is none.
    manifest: Vec<u8>,
    manifest_hash: Hash,
    /// Whether it is whole; found out when somebody asks.
    is_whole: OnceLock<bool>,
    pending: FxHashSet<String>,
    folders: Mutex<FxHashSet<OsString>>,
    /// Where the files of a new folder are put together.
    stage: Option<PathBuf>,
    sync: bool,
    _lock: Lock,
}

impl Output {
    /// Opens the folder, makes it if need be, and locks it against other builds. `name` is what messages call it. With `sync`
    /// every file is brought to the disk, so that a loss of power leaves each whole.
    pub fn open(root: &Path, name: &str, sync: bool) -> Result<Checked<Output>> {
        let fail = |error: io::Error| {
            let diagnostic =
                Diagnostic::error(Code::OutputWrite, format!("the output folder cannot be written: {error}"));
            Error::from(diagnostic.at(Location::file(name)))
        };
        file::make_folders(root).map_err(fail)?;
        let Some((lock, _)) = Lock::take(&root.join(LOCK)).map_err(fail)? else {
            let diagnostic = Diagnostic::error(Code::OutputWrite, "another build is writing to this folder");
            let diagnostic = diagnostic.at(Location::file(name));
            return Err(diagnostic.hint("wait for it to end, or name another folder with --output").into());
        };
        file::remove_temporary(root);
        let mut diagnostics = Vec::new();
        let manifest = read_file(root, MANIFEST)?;
        let pending = parse::<FxHashMap<String, Filed>>(&read_file(root, PENDING)?).unwrap_or_else(|| {
            diagnostics.push(damaged(root, PENDING));
            FxHashMap::default()
        });
        let pending: FxHashSet<String> = pending.into_keys().collect();
        let stage = root.join(STAGE);
        match file::remove_tree(&stage) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(fail(error)),
        }
        let stage = if manifest.is_empty() && pending.is_empty() && is_empty(root).map_err(fail)? {
            file::make_folder(&stage).map_err(fail)?;
            Some(stage)
        } else {
            None
        };
        let value = Output {
            root: root.to_path_buf(),
            name: name.to_string(),
            manifest_hash: Hash::of(&manifest),
            manifest,
            is_whole: OnceLock::new(),
            pending,
            folders: Mutex::default(),
            stage,
            sync,
            _lock: lock,
        };
        Ok(Checked { value, diagnostics })
    }

    /// Whether the manifest is the one with this hash, which dateline noted when it had written it. If so, it need not be gone
    /// through to know that it is whole.
    pub fn is_as_noted(&self, manifest: Hash) -> bool {
        let is_same = self.manifest_hash == manifest;
        if is_same {
            let _ = self.is_whole.set(true);
        }
        is_same
    }

    /// Whether the folder was empty when the build began.
    pub fn is_new(&self) -> bool {
        self.stage.is_some()
    }

    /// Whether a build was stopped while it wrote this file.
    pub fn is_pending(&self, file: &str) -> bool {
        self.pending.contains(file)
    }

    /// Whether a build was stopped before its end.
    pub fn was_stopped(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The files of the last build, and of one that was stopped, that are not planned, in order of their names.
    pub fn gone(&self, is_planned: impl Fn(&str) -> bool + Sync) -> Vec<String> {
        let text = std::str::from_utf8(self.before()).unwrap_or_default();
        let gone = stretches(text, 1 << 18).into_par_iter().flat_map_iter(|stretch| {
            let lines = memchr::memchr_iter(b'\n', stretch.as_bytes()).scan(0, |start, end| {
                let line = &stretch[*start..end];
                *start = end + 1;
                Some(line)
            });
            lines.filter_map(|line| line.splitn(3, ' ').nth(2)).filter(|file| !is_planned(file)).map(str::to_string)
        });
        let mut gone: Vec<String> = gone.collect();
        let count = gone.len();
        gone.extend(self.pending.iter().filter(|file| !is_planned(file)).cloned());
        if gone.len() > count {
            gone.sort_unstable();
            gone.dedup();
        }
        gone
    }

    /// What the last build put into a file.
    pub fn filed(&self, file: &str) -> Option<Filed> {
        let lines = self.before();
        let line = lines.get(find(lines, file).ok()?)?;
        filed(std::str::from_utf8(line).ok()?.trim_end()).map(|(_, filed)| filed)
    }

    /// Notes the names of files that are about to change or go, so that a build after a crash knows them, and looks at them. Each
    /// comes with whether it is known to be dateline's.
    pub fn note_pending(&self, files: impl Iterator<Item = (String, bool)>) -> Result<()> {
        if self.stage.is_some() {
            return Ok(());
        }
        let mut list = String::from(HEAD);
        let mut add = |file: &str| {
            let _ = writeln!(list, "{} {} {file}", Hash::default(), PageKind::Story);
        };
        // What an earlier build announced is still in doubt.
        let mut pending: Vec<&String> = self.pending.iter().collect();
        pending.sort();
        pending.into_iter().for_each(|file| add(file));
        for (file, known) in files.filter(|(file, _)| !self.pending.contains(file)) {
            // Wanting the place of a foreign file does not make it dateline's.
            if known || self.owns(&file) || !self.root.join(&file).exists() {
                add(&file);
            }
        }
        if list.len() == HEAD.len() {
            return Ok(());
        }
        self.put(&self.root.join(PENDING), list.as_bytes()).map_err(|error| self.fault(PENDING, &error).into())
    }

    /// Puts bytes, which have this hash, at a file's place if they differ. `known` is the hash of what the file is known to hold,
    /// where it is known to be dateline's; `buffer` is working space.
    pub fn write(
        &self,
        file: &str,
        bytes: &[u8],
        hash: Hash,
        known: Option<Hash>,
        buffer: &mut Vec<u8>,
    ) -> std::result::Result<Outcome, Diagnostic> {
        if let Some(stage) = &self.stage {
            let path = stage.join(file);
            let made = self.make_folder(path.parent().unwrap_or(stage));
            made.and_then(|_| file::write_hidden(&path, bytes, self.sync)).map_err(|error| self.fault(file, &error))?;
            return Ok(Outcome::Written);
        }
        let path = self.root.join(file);
        if known == Some(hash) {
            return Ok(Outcome::Same);
        }
        let folder = path.parent().unwrap_or(&self.root);
        let fresh_folder = self.make_folder(folder).map_err(|error| self.fault(file, &error))?;
        if !fresh_folder && known.is_none() {
            match file::holds(&path, bytes, buffer) {
                Ok(true) => return Ok(Outcome::Same),
                Ok(false) if !self.owns(file) => return Ok(Outcome::Foreign),
                Ok(false) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) if !self.owns(file) && path.symlink_metadata().is_ok() => return Ok(Outcome::Foreign),
                Err(error) => return Err(self.fault(file, &error)),
            }
        }
        self.put(&path, bytes).map_err(|error| self.fault(file, &error))?;
        Ok(Outcome::Written)
    }

    /// Whether a file holds bytes of this hash. `buffer` is working space.
    pub fn holds(&self, file: &str, hash: Hash, buffer: &mut Vec<u8>) -> bool {
        file::read_bounded(&self.root.join(file), u64::MAX - 1, buffer).is_ok() && Hash::of(buffer) == hash
    }

    /// A file of the folder, as messages name it.
    pub fn shown(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        file::write_atomic(path, bytes, self.sync)
    }

    /// Whether dateline wrote the file, or was about to when it was stopped.
    pub fn owns(&self, file: &str) -> bool {
        self.pending.contains(file) || find(self.before(), file).is_ok()
    }

    /// The lines of the manifest that the last build left; none where it is damaged.
    fn before(&self) -> &[u8] {
        if *self.is_whole.get_or_init(|| is_whole(&self.manifest)) {
            self.manifest.get(HEAD.len()..).unwrap_or_default()
        } else {
            &[]
        }
    }

    /// What is wrong with the manifest that the last build left. It takes time to find out, and need not be asked where the
    /// hash is the one that build noted.
    pub fn damage(&self) -> Option<Diagnostic> {
        self.before();
        (self.is_whole.get() == Some(&false)).then(|| damaged(&self.root, MANIFEST))
    }

    /// Makes a folder; whether it is certain that nothing lay in it. Two threads may make the same one at once.
    fn make_folder(&self, folder: &Path) -> io::Result<bool> {
        let known = || self.folders.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if known().contains(folder.as_os_str()) {
            return Ok(false);
        }
        below::check_folder(&self.root, folder.strip_prefix(&self.root).unwrap_or(Path::new("")))?;
        let fresh = match file::make_folder(folder) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                file::make_folders(folder)?;
                true
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => false,
            Err(error) => return Err(error),
        };
        known().insert(folder.into());
        Ok(fresh)
    }

    /// Ends the build: removes the files that have `gone`, then writes the manifest. Returns how many files were removed, and the
    /// hash of the manifest.
    pub fn finish(&self, lines: &Lines, gone: &[String]) -> Result<(usize, Hash)> {
        let list = |put: &mut Put| match lines {
            Lines::All(all) => all.listing(put),
            Lines::Changed(changed) => spliced(self.before(), changed, put),
        };
        self.move_into_place(list)?;
        let mut removed = 0;
        for file in gone {
            below::check(&self.root, file).map_err(|error| self.fault(file, &error))?;
            match file::remove(&self.root.join(file)) {
                Ok(()) => removed += 1,
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
                Err(error) => return Err(self.fault(file, &error).into()),
            }
            // Folders that are now empty go too; one that is not empty stays, whoever filled it.
            let mut folder = self.root.join(file);
            while folder.pop() && folder != self.root && file::remove_folder(&folder).is_ok() {}
        }
        if self.sync {
            self.sync_folders().map_err(|error| self.fault("", &error))?;
        }
        let hash = Hash::of_pieces(|put| {
            // Memory takes all of it.
            let _ = list(&mut |piece| {
                put(piece);
                Ok(())
            });
        });
        let (manifest, pending) = (self.root.join(MANIFEST), self.root.join(PENDING));
        let result = if self.stage.is_some() {
            // What was announced is what came.
            file::rename(&pending, &manifest)
        } else if hash != self.manifest_hash {
            file::write_pieces(&manifest, list, self.sync)
        } else {
            Ok(())
        };
        result.map_err(|error| self.fault(MANIFEST, &error))?;
        if self.stage.is_none() {
            let _ = file::remove(&pending);
            self.remove_leftovers();
        }
        if self.sync {
            file::sync_folder(&self.root).map_err(|error| self.fault("", &error))?;
        }
        Ok((removed, hash))
    }

    /// Moves what was put together out of sight to its place. The names are noted first: a crash may fall between two moves.
    fn move_into_place(&self, list: impl Fn(&mut Put) -> io::Result<()>) -> Result<()> {
        let Some(stage) = &self.stage else { return Ok(()) };
        file::write_pieces(&self.root.join(PENDING), list, self.sync).map_err(|error| self.fault(PENDING, &error))?;
        let fail = |error: io::Error| self.fault("", &error);
        let mut entries: Vec<_> = fs::read_dir(stage).map_err(fail)?.collect::<io::Result<_>>().map_err(fail)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let place = self.root.join(&name);
            if place.symlink_metadata().is_ok() {
                let found = io::Error::new(io::ErrorKind::AlreadyExists, "somebody put a file there during the build");
                return Err(self.fault(&name.to_string_lossy(), &found).into());
            }
            file::rename(&entry.path(), &place).map_err(|error| self.fault(&name.to_string_lossy(), &error))?;
        }
        file::remove_folder(stage).map_err(fail)?;
        Ok(())
    }

    /// Temporary files of a build that was killed. Only the folders that it may have written to are looked at.
    fn remove_leftovers(&self) {
        if self.pending.is_empty() {
            return;
        }
        let folder = |file: &String| self.root.join(file).parent().map(Path::to_path_buf);
        let folders: std::collections::BTreeSet<PathBuf> = self.pending.iter().filter_map(folder).collect();
        folders.iter().for_each(|folder| file::remove_temporary(folder));
    }

    /// Brings the folders that were written to, and those above them, to the disk.
    fn sync_folders(&self) -> io::Result<()> {
        let known = self.folders.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut folders: std::collections::BTreeSet<PathBuf> = std::collections::BTreeSet::new();
        // What was put together out of sight has moved meanwhile. The set brings them into order.
        let place = |folder: &OsString| {
            let folder = Path::new(folder);
            let inner = self.stage.as_ref().and_then(|stage| folder.strip_prefix(stage).ok());
            inner.map_or_else(|| folder.to_path_buf(), |inner| self.root.join(inner))
        };
        for folder in known.iter().map(place).collect::<std::collections::BTreeSet<PathBuf>>() {
            let above = folder.ancestors().take_while(|folder| folder.starts_with(&self.root));
            folders.extend(above.map(Path::to_path_buf));
        }
        folders.iter().filter(|folder| folder.is_dir()).try_for_each(|folder| file::sync_folder(folder))
    }

    fn fault(&self, file: &str, error: &io::Error) -> Diagnostic {
        let at = Location::file(self.shown(file));
        let diagnostic = Diagnostic::error(Code::OutputWrite, format!("cannot be written: {error}")).at(at);
        if below::is_link(error) { diagnostic.hint("remove the link or put a folder in its place") } else { diagnostic }
    }
}

/// Whether a folder holds nothing but dot-files.
fn is_empty(root: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(root)? {
        if !entry?.file_name().as_encoded_bytes().starts_with(b".") {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Files in the output folder that dateline did not write; dot-files do not matter.
pub fn foreign(root: &Path, is_planned: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let owned = manifest(root).map(|checked| checked.value).unwrap_or_default();
    let mut found = Vec::new();
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|n| n.starts_with('.'))
    };
    for entry in entries.filter_entry(visible).flatten().filter(|entry| !entry.file_type().is_dir()) {
        let Some(file) = entry.path().strip_prefix(root).ok().and_then(Path::to_str) else { continue };
        if !owned.contains_key(file) {
            let (severity, hint) = if is_planned(file) {
                (Severity::Error, "a page needs this place: move the file away")
            } else {
                (Severity::Note, "it is left alone")
            };
            let diagnostic = Diagnostic::new(severity, Code::ForeignFile, "dateline did not write this file");
            found.push(diagnostic.at(Location::file(entry.path().display().to_string())).hint(hint));
        }
    }
    found
}
