//! The output folder: bytes to files, whole and only where they differ, and away with what is no longer planned.
//!
//! `.dateline-manifest` in the folder lists what dateline wrote there. What is not in it belongs to somebody else: it is never
//! overwritten and never removed. Before a new file is written its name goes into `.dateline-pending`, so that after a crash the
//! next build still knows its own.
//!
//! A folder that is still empty is filled out of sight, in `.dateline-new`, and all of it takes its place at the end: nobody can
//! see a file there before, so each is written straight, which costs half of a write and a rename.

use crate::diag::{Checked, Code, Diagnostic, Error, Location, Result};
use crate::file::{self, ReadError, TEMPORARY_PREFIX};
use crate::hash::Hash;
use crate::plan::KINDS;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The list of files that dateline wrote.
pub const MANIFEST: &str = ".dateline-manifest";
const PENDING: &str = ".dateline-pending";
const LOCK: &str = ".dateline-lock";
const STAGE: &str = ".dateline-new";
const HEAD: &str = "dateline manifest 2\n";

/// Every file that dateline put into an output folder, by its path.
pub type Manifest = BTreeMap<String, Filed>;

/// One file of a [`Manifest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Hash of its bytes; zero if it could not be written and an older file may stand there.
    pub hash: Hash,
    /// What it is, one of [`KINDS`].
    pub kind: &'static str,
}

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
    before: FxHashMap<String, Filed>,
    pending: FxHashSet<String>,
    folders: Mutex<FxHashSet<PathBuf>>,
    /// Where the files of a new folder are put together.
    stage: Option<PathBuf>,
    _lock: fs::File,
}

impl Output {
    /// Opens the folder, makes it if need be, and locks it against other builds. `name` is what messages call it.
    pub fn open(root: &Path, name: &str) -> Result<Checked<Output>> {
        let fail = |error: io::Error| {
            let diagnostic =
                Diagnostic::error(Code::OutputWrite, format!("the output folder cannot be written: {error}"));
            Error::from(diagnostic.at(Location::file(name)))
        };
        fs::create_dir_all(root).map_err(fail)?;
        let Some(lock) = file::lock(&root.join(LOCK)).map_err(fail)? else {
            let diagnostic = Diagnostic::error(Code::OutputWrite, "another build is writing to this folder");
            let diagnostic = diagnostic.at(Location::file(name));
            return Err(diagnostic.hint("wait for it to end, or name another folder with --output").into());
        };
        let mut diagnostics = Vec::new();
        let before: FxHashMap<String, Filed> = read_list(root, MANIFEST, &mut diagnostics)?;
        let pending: FxHashMap<String, Filed> = read_list(root, PENDING, &mut diagnostics)?;
        let pending: FxHashSet<String> = pending.into_keys().collect();
        let stage = root.join(STAGE);
        match fs::remove_dir_all(&stage) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(fail(error)),
        }
        let stage = if before.is_empty() && pending.is_empty() && is_empty(root).map_err(fail)? {
            fs::create_dir(&stage).map_err(fail)?;
            Some(stage)
        } else {
            None
        };
        let root = root.to_path_buf();
        let output =
            Output { root, name: name.to_string(), before, pending, folders: Mutex::default(), stage, _lock: lock };
        Ok(Checked { value: output, diagnostics })
    }

    /// Notes the names of files that are about to be made, so that a build after a crash knows them.
    pub fn announce<'a>(&self, files: impl Iterator<Item = &'a str>) -> Result<()> {
        if self.stage.is_some() {
            return Ok(());
        }
        let mut list = String::from(HEAD);
        for file in files.filter(|file| !self.before.contains_key(*file) || self.pending.contains(*file)) {
            // A foreign file is not ours because we wanted its place; it keeps its owner.
            let is_ours = self.pending.contains(file) || !self.root.join(file).exists();
            if is_ours {
                list.push_str(&format!("{} {} {file}\n", Hash::default(), KINDS[0]));
            }
        }
        if list.len() == HEAD.len() {
            return Ok(());
        }
        file::write_atomic(&self.root.join(PENDING), list.as_bytes())
            .map_err(|error| self.fault(PENDING, &error).into())
    }

    /// Puts bytes at a file's place if they differ. `buffer` is working space.
    pub fn write(&self, file: &str, bytes: &[u8], buffer: &mut Vec<u8>) -> std::result::Result<Outcome, Diagnostic> {
        if let Some(stage) = &self.stage {
            let path = stage.join(file);
            let made = self.make_folder(path.parent().unwrap_or(stage));
            made.and_then(|_| file::write_hidden(&path, bytes)).map_err(|error| self.fault(file, &error))?;
            return Ok(Outcome::Written);
        }
        let path = self.root.join(file);
        let folder = path.parent().unwrap_or(&self.root);
        let fresh_folder = self.make_folder(folder).map_err(|error| self.fault(file, &error))?;
        if !fresh_folder {
            match file::holds(&path, bytes, buffer) {
                Ok(true) => return Ok(Outcome::Same),
                Ok(false) if !self.owns(file) => return Ok(Outcome::Foreign),
                Ok(false) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) if !self.owns(file) && path.symlink_metadata().is_ok() => return Ok(Outcome::Foreign),
                Err(error) => return Err(self.fault(file, &error)),
            }
        }
        file::write_atomic(&path, bytes).map_err(|error| self.fault(file, &error))?;
        Ok(Outcome::Written)
    }

    /// Whether the folder was empty when the build began.
    pub fn is_new(&self) -> bool {
        self.stage.is_some()
    }

    /// A file of the folder, as messages name it.
    pub fn shown(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }

    /// Whether dateline wrote the file, or was about to when it was stopped.
    fn owns(&self, file: &str) -> bool {
        self.before.contains_key(file) || self.pending.contains(file)
    }

    /// Makes a folder; whether it is certain that nothing lay in it. Two threads may make the same one at once.
    fn make_folder(&self, folder: &Path) -> io::Result<bool> {
        let known = || self.folders.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if known().contains(folder) {
            return Ok(false);
        }
        let fresh = match fs::create_dir(folder) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                true
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => false,
            Err(error) => return Err(error),
        };
        known().insert(folder.to_path_buf());
        Ok(fresh)
    }

    /// Ends the build: removes files that are no longer planned, then writes the manifest. Returns how many were removed.
    pub fn finish(&self, files: &Manifest) -> Result<usize> {
        self.unveil(files)?;
        let mut removed = 0;
        let gone: std::collections::BTreeSet<&String> =
            self.before.keys().chain(&self.pending).filter(|file| !files.contains_key(*file)).collect();
        for file in gone {
            match fs::remove_file(self.root.join(file)) {
                Ok(()) => removed += 1,
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
                Err(error) => return Err(self.fault(file, &error).into()),
            }
            // Folders that are now empty go too; one that is not empty stays, whoever filled it.
            let mut folder = self.root.join(file);
            while folder.pop() && folder != self.root && fs::remove_dir(&folder).is_ok() {}
        }
        let list = listing(files);
        let path = self.root.join(MANIFEST);
        let same = file::holds(&path, list.as_bytes(), &mut Vec::new()).unwrap_or(false);
        if !same {
            file::write_atomic(&path, list.as_bytes()).map_err(|error| self.fault(MANIFEST, &error))?;
        }
        let _ = fs::remove_file(self.root.join(PENDING));
        if self.stage.is_none() {
            self.remove_leftovers();
        }
        Ok(removed)
    }

    /// Moves what was put together out of sight to its place. The names are noted first: a crash may fall between two moves.
    fn unveil(&self, files: &Manifest) -> Result<()> {
        let Some(stage) = &self.stage else { return Ok(()) };
        file::write_atomic(&self.root.join(PENDING), listing(files).as_bytes())
            .map_err(|error| self.fault(PENDING, &error))?;
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
            fs::rename(entry.path(), &place).map_err(|error| self.fault(&name.to_string_lossy(), &error))?;
        }
        fs::remove_dir(stage).map_err(fail)?;
        Ok(())
    }

    /// Temporary files of a build that was killed. Only the folders written to are looked at.
    fn remove_leftovers(&self) {
        let folders = self.folders.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if self.pending.is_empty() {
            return;
        }
        let mut folders: Vec<&PathBuf> = folders.iter().collect();
        folders.sort();
        for folder in folders {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY_PREFIX)) {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
    }

    fn fault(&self, file: &str, error: &io::Error) -> Diagnostic {
        let at = Location::file(self.shown(file));
        Diagnostic::error(Code::OutputWrite, format!("cannot be written: {error}")).at(at)
    }
}

/// The text of a manifest.
fn listing(files: &Manifest) -> String {
    let mut list = String::with_capacity(files.len() * 96);
    list.push_str(HEAD);
    for (file, Filed { hash, kind }) in files {
        let _ = writeln!(list, "{hash} {kind} {file}");
    }
    list
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

/// Files in the output folder that dateline did not write; dot-files are no matter.
pub fn foreign(root: &Path, planned: &Manifest) -> Vec<Diagnostic> {
    let owned: Manifest = read_list(root, MANIFEST, &mut Vec::new()).unwrap_or_default();
    let mut found = Vec::new();
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|n| n.starts_with('.'))
    };
    for entry in entries.filter_entry(visible).flatten().filter(|entry| !entry.file_type().is_dir()) {
        let Some(file) = entry.path().strip_prefix(root).ok().and_then(Path::to_str) else { continue };
        if !owned.contains_key(file) {
            let (code, hint) = (Code::ForeignFile, "it is left alone");
            let planned = planned.contains_key(file);
            let severity = if planned { crate::diag::Severity::Error } else { crate::diag::Severity::Note };
            let diagnostic = Diagnostic::new(severity, code, "dateline did not write this file");
            let hint = if planned { "a page wants this place: move the file away" } else { hint };
            found.push(diagnostic.at(Location::file(entry.path().display().to_string())).hint(hint));
        }
    }
    found
}

/// The manifest of an output folder; empty where there is none. A damaged one is empty too, with a warning.
pub fn manifest(root: &Path) -> Result<Checked<Manifest>> {
    let mut diagnostics = Vec::new();
    let value = read_list(root, MANIFEST, &mut diagnostics)?;
    Ok(Checked { value, diagnostics })
}

fn read_list<L: FromIterator<(String, Filed)> + Default>(
    root: &Path,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<L> {
    let mut bytes = Vec::new();
    let at = || Location::file(root.join(name).display().to_string());
    match file::read_bounded(&root.join(name), 4 << 30, &mut bytes) {
        Ok(()) => {}
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(L::default()),
        Err(ReadError::Io(error)) => {
            return Err(Diagnostic::error(Code::OutputWrite, format!("cannot be read: {error}")).at(at()).into());
        }
        Err(ReadError::TooLarge(_)) => bytes.clear(),
    }
    let text = String::from_utf8(bytes).unwrap_or_default();
    let parsed = text.strip_prefix(HEAD).and_then(|lines| {
        lines
            .lines()
            .map(|line| {
                let (hash, line) = line.split_once(' ')?;
                let (kind, file) = line.split_once(' ')?;
                // A damaged list must never name a file outside the folder.
                crate::path::RelPath::new(file)?;
                let kind = KINDS.iter().copied().find(|known| *known == kind)?;
                Some((file.to_string(), Filed { hash: Hash::parse(hash)?, kind }))
            })
            .collect()
    });
    Ok(parsed.unwrap_or_else(|| {
        let diagnostic =
            Diagnostic::warning(Code::ManifestDamaged, "the list of written files is damaged and was passed over");
        diagnostics.push(
            diagnostic
                .at(at())
                .hint("files that dateline wrote before and that changed since count as foreign: remove them"),
        );
        L::default()
    }))
}
