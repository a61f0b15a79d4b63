//! Kinds of target, one file each. A target stores objects and its own record; it decides nothing.

mod git;
mod local;
mod ssh;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
mod store;

use super::fault::Fault;
use super::object::{Abilities, Object, Objects};
use super::plan::Change;
use super::record::{Head, Lease, Record};
use super::request::Traffic;
use super::state::{PIECE, State};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::config::publish::{Destination, Options, Target as Settings};
use crate::hash::Hash;
use crate::progress::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// A place that keeps a site.
pub trait Target {
    /// How messages name it.
    fn shown(&self) -> String;

    /// What it can do besides keeping bytes.
    fn abilities(&self) -> Abilities;

    /// Reads its record.
    fn open(&mut self, state: &State) -> Result<Held, Fault>;

    /// Records at the target who is publishing and which paths may change (`touched`, one a line). Fails if another publish is running.
    fn begin(&mut self, lease: &Lease, touched: &str, take_over: bool) -> Result<(), Fault>;

    /// Makes changes, all of one stage. Each that readers see is noted by [`Work::done`]. Stops at the first lasting error.
    fn apply(&mut self, serial: u64, changes: &[Change], work: &Work) -> Result<(), Fault>;

    /// Writes the record and ends the lease, in one step. Fails if another publish took the lease over.
    fn finish(&mut self, head: Head, after: &Record, state: &State) -> Result<(), Fault>;

    /// Removes files that readers no longer get, at the target and on this machine, and leftovers of publishes that stopped before
    /// this step. `is_due`: this machine knows of such a publish.
    fn tidy(&mut self, _is_due: bool) -> Result<(), Fault> {
        Ok(())
    }

    /// Compares what it really holds with its record and with what it should hold.
    fn drift(&mut self, record: &Record, audit: &Audit) -> Result<Drift, Fault>;

    /// Credentials that it found outside the environment, by name: nothing that is published may hold them.
    fn secrets(&self) -> &[(&'static str, String)] {
        &[]
    }

    /// What was sent so far.
    fn traffic(&self) -> Traffic;
}

/// What a target holds.
#[derive(Debug, Default)]
pub struct Held {
    /// The last finished publish.
    pub head: Head,
    /// Its objects after the last finished publish.
    pub record: Record,
    /// Who publishes, or stopped half-way.
    pub lease: Option<Lease>,
    /// Paths that an unfinished publish may have touched.
    pub unsure: BTreeSet<String>,
    /// Whether it holds files and no record of them. They come from somebody else, unless the record was lost.
    pub has_unrecorded_files: bool,
}

/// What is said of a target that holds files of somebody else.
pub const HOLDS_OTHERS: &str = "holds files that dateline did not put there";

/// What a target needs to make changes.
pub struct Work<'a> {
    /// Kept files and the journal.
    pub state: &'a State,
    /// Receives progress.
    pub progress: &'a dyn Progress,
    /// Its settings.
    pub options: &'a Options,
    /// The moment at which publishing began.
    pub now: Timestamp,
}

impl Work<'_> {
    /// The bytes of an object as it is stored.
    pub fn bytes(&self, object: &Object) -> Result<Vec<u8>, Fault> {
        let path = self.state.kept_path(object.hash);
        let bytes = self.state.kept(object.hash).map_err(|error| Fault::local(&path, &error))?;
        super::object::stored(object, bytes).map_err(|error| Fault::local(&path, &error))
    }

    /// The kept file of an object that is stored as it is and too large for the memory.
    pub fn large(&self, object: &Object) -> Option<PathBuf> {
        let path = self.state.kept_path(object.hash);
        let large = object.form.is_none() && std::fs::metadata(&path).is_ok_and(|file| file.len() > PIECE as u64);
        large.then_some(path)
    }

    /// Notes a change that readers see from now on.
    pub fn done(&self, change: &Change) -> Result<(), Fault> {
        self.progress.step(1);
        self.state.note(&change.path, change.put.as_ref().map(Object::entry))
    }
}

/// What a target should hold, and where the bytes lie.
pub struct Audit {
    /// Its objects.
    pub objects: Objects,
    /// Kept files by hash.
    pub kept: BTreeMap<Hash, PathBuf>,
}

impl Audit {
    /// The file of an object that is stored as it is; `None` where a form has to be made of it.
    pub fn plain(&self, object: &Object) -> Option<&Path> {
        self.kept.get(&object.hash).filter(|_| object.form.is_none()).map(PathBuf::as_path)
    }

    /// The bytes of an object as it should be stored.
    pub fn bytes(&self, object: &Object) -> Result<Vec<u8>, Fault> {
        let path = self.kept.get(&object.hash).cloned().unwrap_or_default();
        let bytes = std::fs::read(&path).map_err(|error| Fault::local(&path, &error))?;
        super::object::stored(object, bytes).map_err(|error| Fault::local(&path, &error))
    }
}

/// How a target differs from its record.
#[derive(Debug, Default)]
pub struct Drift {
    /// Paths whose object is missing or other than it should be.
    pub wrong: BTreeSet<String>,
    /// Paths that are in no record.
    pub unknown: BTreeSet<String>,
}

/// Folders of a site that no target may be or lie in: a build reads them, or writes them itself.
const OWN_FOLDERS: [&str; 6] = ["content", "data", "output", "static", "themes", crate::state::FOLDER];

/// Makes the target for an address.
pub fn open(root: &Path, settings: &Settings, config: &Config) -> Result<Box<dyn Target>, Fault> {
    match &settings.to {
        Destination::Folder(folder) => {
            let folder = plain(&root.join(folder));
            if let Some(own) = OWN_FOLDERS.iter().find(|own| is_within(&folder, &root.join(own))) {
                return Err(Fault::refused(format!("{} is part of the site's {own}/", folder.display()))
                    .hint("publish to a folder of its own"));
            }
            Ok(Box::new(local::Folder::new(folder, &settings.options)))
        }
        Destination::Ssh { host, port, path } => Ok(Box::new(ssh::Ssh::new(host, *port, path, &settings.options))),
        Destination::Git { url, branch } => {
            Ok(Box::new(git::Git::new(url, branch, &settings.options, &config.publisher)))
        }
        #[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
        to @ (Destination::S3 { .. } | Destination::Gcs { .. } | Destination::Azure { .. }) => {
            Ok(Box::new(store::Store::new(to, &settings.options)?))
        }
        #[cfg(not(any(feature = "s3", feature = "gcs", feature = "azure")))]
        Destination::S3 { .. } | Destination::Gcs { .. } | Destination::Azure { .. } => {
            Err(super::fault::without("s3"))
        }
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                _ = plain.pop()
            }
            part => plain.push(part),
        }
    }
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

/// Whether a folder, which need not exist yet, is another or lies in it.
fn is_within(folder: &Path, other: &Path) -> bool {
    let Ok(other) = std::fs::canonicalize(other) else { return false };
    let above = folder.ancestors().find_map(|above| Some((above, std::fs::canonicalize(above).ok()?)));
    above.is_some_and(|(above, real)| folder.strip_prefix(above).is_ok_and(|rest| real.join(rest).starts_with(&other)))
}
