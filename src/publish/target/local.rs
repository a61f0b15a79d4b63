//! A folder of this machine, or one that is mounted.
//!
//! With releases, each publish makes a new folder of hard links to the release before, changes that, and then turns the link
//! `current`, which the server's root is, to it in one step. Withdrawals do not wait for that: they are made in every release at once.
//! Without releases the folder itself is the site, and changes are made in order, each file whole.

use super::{Audit, Drift, Held, Target, Work};
use crate::config::publish::Options;
use crate::file;
use crate::path::RelPath;
use crate::publish::object::Abilities;
use crate::publish::plan::{Change, Stage};
use crate::publish::record::{self, Entry, FOLDER, Lease, Record};
use crate::publish::state::State;
use crate::publish::{Fault, Traffic};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const CURRENT: &str = "current";
const RELEASES: &str = "releases";

/// A folder.
pub(super) struct Folder {
    root: PathBuf,
    /// Releases kept; 0 publishes in place.
    releases: usize,
    record: Record,
    serial: u64,
    /// Whether the folder of the new release was made.
    made: bool,
    lock: Option<file::Lock>,
    /// What a publish that was killed may have touched, and may have left a temporary file beside.
    unsure: BTreeSet<String>,
    sent: Traffic,
}

impl Folder {
    pub(super) fn new(root: PathBuf, options: &Options) -> Folder {
        let releases = options.releases;
        Folder {
            root,
            releases,
            record: Record::new(),
            serial: 0,
            made: false,
            lock: None,
            unsure: BTreeSet::new(),
            sent: Traffic::default(),
        }
    }

    fn fault(path: &Path, error: &io::Error) -> Fault {
        Fault::local(path, error)
    }

    fn own(&self, name: &str) -> PathBuf {
        self.root.join(FOLDER).join(name)
    }

    fn release(&self, serial: u64) -> PathBuf {
        self.root.join(RELEASES).join(serial.to_string())
    }

    /// The record of a release, or of the folder itself.
    fn record_path(&self, serial: u64) -> PathBuf {
        if self.releases == 0 { self.own("record") } else { self.own(&format!("record-{serial}")) }
    }

    /// The folder that readers see.
    fn live(&self) -> PathBuf {
        if self.releases == 0 { self.root.clone() } else { self.release(self.serial) }
    }

    /// The release that `current` leads to.
    fn current(&self) -> Result<Option<u64>, Fault> {
        let link = self.root.join(CURRENT);
        match fs::read_link(&link) {
            Ok(to) => {
                let serial = to.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
                let foreign = || Fault::refused(format!("{} leads to no release of dateline", link.display()));
                serial.map(Some).ok_or_else(foreign)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) if link.symlink_metadata().is_ok() => {
                Err(Fault::refused(format!("{} is no symbolic link", link.display()))
                    .hint("it was not made by dateline: move it away, or set `releases: 0`"))
            }
            Err(error) => Err(Self::fault(&link, &error)),
        }
    }

    fn serials(&self) -> Vec<u64> {
        let entries = fs::read_dir(self.root.join(RELEASES)).into_iter().flatten().flatten();
        let mut serials: Vec<u64> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        serials.sort_unstable();
        serials
    }

    /// Makes the folder of a new release: hard links to all that the record names.
    fn make_release(&mut self, serial: u64) -> Result<(), Fault> {
        if self.made || self.releases == 0 {
            return Ok(());
        }
        let (from, to) = (self.live(), self.release(serial));
        let fail = |error: io::Error| Self::fault(&to, &error);
        match file::remove_tree(&to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(error)),
            _ => {}
        }
        file::make_folders(&to).map_err(fail)?;
        let mut folder = PathBuf::new();
        for path in self.record.keys() {
            let target = to.join(path);
            if let Some(parent) = target.parent().filter(|parent| *parent != folder) {
                file::make_folders(parent).map_err(fail)?;
                folder = parent.to_path_buf();
            }
            match file::link(&from.join(path), &target) {
                // Somebody removed it by hand; --audit mends that.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => other.map_err(|error| Self::fault(&target, &error))?,
            }
        }
        self.made = true;
        Ok(())
    }

    fn change(&mut self, folder: &Path, change: &Change, work: &Work) -> Result<(), Fault> {
        let path = folder.join(&change.path);
        let fail = |error: io::Error| Self::fault(&path, &error);
        let Some(object) = &change.put else { return remove(folder, &path).map_err(fail) };
        if let Some(parent) = path.parent() {
            file::make_folders(parent).map_err(fail)?;
        }
        if let Some(large) = work.large(object) {
            self.sent.bytes += fs::metadata(&large).map_or(0, |metadata| metadata.len());
            return file::copy_atomic(&large, &path).map_err(fail);
        }
        let bytes = work.bytes(object)?;
        self.sent.bytes += bytes.len() as u64;
        file::write_atomic(&path, &bytes, false).map_err(fail)
    }

    /// A withdrawal, in every release and its record.
    fn withdraw(&mut self, changes: &[Change], work: &Work) -> Result<(), Fault> {
        for serial in self.serials() {
            let Some(mut record) = read_record(&self.record_path(serial))?.map(|(_, record)| record) else { continue };
            let folder = self.release(serial);
            tidy_beside(&folder, changes.iter().map(|change| change.path.as_str()));
            for change in changes {
                let known = record.contains_key(&change.path);
                match &change.put {
                    // A release that never had the story does not need its notice, except the one that is live.
                    Some(object) if known || serial == self.serial => {
                        record.insert(change.path.clone(), Entry::of(object));
                    }
                    None if known => {
                        record.remove(&change.path);
                    }
                    _ => continue,
                }
                self.change(&folder, change, work)?;
            }
            let path = self.record_path(serial);
            let text = record::to_text(serial, &record);
            file::write_atomic(&path, text.as_bytes(), false).map_err(|error| Self::fault(&path, &error))?;
            if serial == self.serial {
                self.record = record;
            }
        }
        changes.iter().try_for_each(|change| work.done(change))
    }

    /// Removes releases beyond the number that is kept.
    fn tidy(&self) {
        let serials = self.serials();
        let old = serials.iter().filter(|serial| **serial < self.serial);
        let count = old.clone().count();
        for serial in old.take(count.saturating_sub(self.releases.saturating_sub(1))) {
            // What cannot be removed now is removed after the next publish.
            let _ = file::remove_tree(&self.release(*serial));
            let _ = file::remove(&self.record_path(*serial));
        }
    }
}

impl Target for Folder {
    fn shown(&self) -> String {
        self.root.display().to_string()
    }

    fn abilities(&self) -> Abilities {
        Abilities { siblings: true, ..Abilities::default() }
    }

    fn open(&mut self, _: &State) -> Result<Held, Fault> {
        let serial = if self.releases == 0 { Some(0) } else { self.current()? };
        let found = serial.map_or(Ok(None), |serial| read_record(&self.record_path(serial)))?;
        let mut held = Held::default();
        if let Some((serial, record)) = found {
            (self.serial, self.record) = (serial, record.clone());
            (held.serial, held.record) = (serial, record);
        } else if self.releases == 0
            && fs::read_dir(&self.root)
                .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != FOLDER)))
        {
            return Err(Fault::refused(format!("{} holds files that dateline did not put there", self.root.display()))
                .hint("publish to an empty folder"));
        }
        // A release that was never finished is no part of the site, so with releases nothing is ever in doubt.
        if self.releases == 0
            && let Ok(text) = fs::read_to_string(self.own("lease"))
        {
            let mut lines = text.splitn(2, '\n');
            let id = lines.next().unwrap_or_default().to_string();
            let touched = lines.next().unwrap_or_default();
            held.unsure = record::read_paths(touched).unwrap_or_default();
            self.unsure = held.unsure.clone();
            // The lock tells whether it is alive, so its age does not matter.
            let since = crate::clock::Timestamp::EPOCH;
            held.lease = Some(Lease { id, since, touched: crate::hash::Hash::of(touched.as_bytes()) });
        }
        Ok(held)
    }

    fn begin(&mut self, lease: &Lease, touched: &str, _: bool) -> Result<(), Fault> {
        let path = self.own("lock");
        let fail = |error: io::Error| Self::fault(&path, &error);
        file::make_folders(&self.root.join(FOLDER)).map_err(fail)?;
        let lock = file::Lock::take(&path).map_err(fail)?.map(|(lock, _)| lock);
        let busy = || {
            Fault::conflict(format!("somebody else publishes to {}", self.root.display()))
                .hint("run again when they have ended")
        };
        self.lock = Some(lock.ok_or_else(busy)?);
        // Between reading the record and taking the lock somebody else may have published.
        let serial = if self.releases == 0 {
            read_record(&self.record_path(0))?.map_or(0, |(serial, _)| serial)
        } else {
            self.current()?.unwrap_or(0)
        };
        if serial != self.serial {
            return Err(busy());
        }
        if self.releases > 0 {
            return Ok(());
        }
        tidy_beside(&self.root, self.unsure.iter().map(String::as_str));
        let path = self.own("lease");
        let text = format!("{}\n{touched}", lease.id);
        file::write_atomic(&path, text.as_bytes(), false).map_err(|error| Self::fault(&path, &error))
    }

    fn apply(&mut self, serial: u64, changes: &[Change], work: &Work) -> Result<(), Fault> {
        self.sent.requests += changes.len() as u64;
        let withdraws = changes.first().is_some_and(|change| change.stage == Stage::Withdraw);
        if self.releases == 0 {
            let folder = self.root.clone();
            for change in changes {
                self.change(&folder, change, work)?;
                work.done(change)?;
            }
            return Ok(());
        }
        if withdraws && self.serial > 0 {
            return self.withdraw(changes, work);
        }
        self.make_release(serial)?;
        let folder = self.release(serial);
        for change in changes {
            self.change(&folder, change, work)?;
            // Readers see it when the link is turned; until then nothing is done.
            work.progress.step(1);
        }
        Ok(())
    }

    fn finish(&mut self, serial: u64, after: &Record, _: &State) -> Result<(), Fault> {
        self.make_release(serial)?;
        let path = self.record_path(serial);
        let text = record::to_text(serial, after);
        file::write_atomic(&path, text.as_bytes(), false).map_err(|error| Self::fault(&path, &error))?;
        if self.releases > 0 {
            let link = self.root.join(CURRENT);
            let temporary = self.own("next");
            let _ = file::remove(&temporary);
            let turn = symlink(&Path::new(RELEASES).join(serial.to_string()), &temporary)
                .and_then(|()| file::rename(&temporary, &link));
            turn.map_err(|error| Self::fault(&link, &error))?;
        }
        (self.serial, self.record) = (serial, after.clone());
        let _ = file::remove(&self.own("lease"));
        if self.releases > 0 {
            self.tidy();
        }
        self.lock = None;
        Ok(())
    }

    fn drift(&mut self, record: &Record, audit: &Audit) -> Result<Drift, Fault> {
        let live = self.live();
        let mut drift = Drift::default();
        for entry in walkdir::WalkDir::new(&live).sort_by_file_name().into_iter().flatten() {
            let path = entry.path().strip_prefix(&live).ok().and_then(RelPath::from_path);
            let Some(path) = path.filter(|_| !entry.file_type().is_dir()) else { continue };
            let path = path.as_str();
            let own = path.starts_with(&format!("{FOLDER}/"));
            if !own && !record.contains_key(path) && !audit.objects.contains_key(path) {
                drift.unknown.insert(path.to_string());
            }
        }
        drift.wrong.extend(record.keys().filter(|path| !live.join(path).is_file()).cloned());
        for (path, object) in &audit.objects {
            let there = live.join(path);
            let same = match audit.plain(object) {
                Some(kept) => file::same(kept, &there),
                None => file::holds(&there, &audit.bytes(object)?, &mut Vec::new()),
            };
            if !same.unwrap_or(false) {
                drift.wrong.insert(path.clone());
            }
        }
        Ok(drift)
    }

    fn traffic(&self) -> Traffic {
        self.sent
    }
}

#[cfg(unix)]
fn symlink(to: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, link)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "releases need symbolic links; set `releases: 0`"))
}

/// Removes the temporary files that a killed publish left beside these: readers could fetch them.
fn tidy_beside<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) {
    let folders: BTreeSet<&Path> = paths.filter_map(|path| Path::new(path).parent()).collect();
    folders.into_iter().for_each(|folder| file::remove_temporary(&root.join(folder)));
}

/// A record; `None` where there is none.
fn read_record(path: &Path) -> Result<Option<(u64, Record)>, Fault> {
    let mut bytes = Vec::new();
    match file::read_bounded(path, 4 << 30, &mut bytes) {
        Ok(()) => {}
        Err(file::ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(file::ReadError::Io(error)) => return Err(Fault::local(path, &error)),
        Err(file::ReadError::TooLarge(_)) => bytes.clear(),
    }
    let parsed = String::from_utf8(bytes).ok().and_then(|text| record::from_text(&text));
    parsed.map(Some).ok_or_else(|| Fault::failed(format!("{} is damaged", path.display())))
}

/// Removes a file, and the folders above it that are empty then.
fn remove(root: &Path, path: &Path) -> io::Result<()> {
    match file::remove(path) {
        Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Err(error),
        _ => {
            let mut folder = path.to_path_buf();
            while folder.pop() && folder != root && file::remove_folder(&folder).is_ok() {}
            Ok(())
        }
    }
}
