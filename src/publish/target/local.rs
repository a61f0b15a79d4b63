//! A folder of this machine, or one that is mounted.
//!
//! With releases, each publish makes a new folder like the release before, of a former one or of hard links (`spare`), changes that, and
//! then turns the link `current`, which the server's root is, to it in one step. Withdrawals do not wait for that: they are made at once in
//! the release that readers see, and former releases, whose lists name what is withdrawn, go. A mark beside the record names the paths of withdrawals that
//! are under way; where one is stopped, they are in doubt for the next publish, which may be of other content.
//! Without releases the folder itself is the site, and changes are made in order, each file whole.
//!
//! A symbolic link below the folder is not followed, whoever put it there (`file::below`): what it leads to is not part of the target.
//! Links in the way of what is planned are found before the first change.

mod leftovers;
mod spare;

use super::{Audit, Drift, HOLDS_OTHERS, Held, Target, Work};
use crate::config::publish::Options;
use crate::file::{self, below};
use crate::path::RelPath;
use crate::publish::fault::Fault;
use crate::publish::object::Abilities;
use crate::publish::plan::{Change, Stage};
use crate::publish::record::{self, FOLDER, Head, Lease, Record};
use crate::publish::request::Traffic;
use crate::publish::state::State;
use std::collections::{BTreeMap, BTreeSet};
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
    head: Head,
    /// Whether readers see a release whose record is lost.
    is_lost: bool,
    /// Whether the folder of the new release was made.
    made: bool,
    lock: Option<file::Lock>,
    /// What a publish that was killed may have touched, and may have left a temporary file beside.
    unsure: BTreeSet<String>,
    /// Folders to make a release of, and the paths at which they are not like the release that readers see.
    spares: Vec<u64>,
    behind: BTreeSet<String>,
    /// Whether former releases may hold other files than their records say.
    is_doubtful: bool,
    sent: Traffic,
}

impl Folder {
    pub(super) fn new(root: PathBuf, options: &Options) -> Folder {
        let releases = options.releases;
        Folder {
            root,
            releases,
            record: Record::new(),
            head: Head::default(),
            is_lost: false,
            made: false,
            lock: None,
            unsure: BTreeSet::new(),
            spares: Vec::new(),
            behind: BTreeSet::new(),
            is_doubtful: false,
            sent: Traffic::default(),
        }
    }

    fn fault(path: &Path, error: &io::Error) -> Fault {
        let fault = Fault::local(path, error);
        if below::is_link(error) {
            fault.hint("remove the link or put a folder in its place, and run again")
        } else {
            fault
        }
    }

    fn own(&self, name: &str) -> PathBuf {
        self.root.join(FOLDER).join(name)
    }

    fn write_own(&self, name: &str, text: &str) -> Result<(), Fault> {
        // On the disk before anything else: without them, a loss of power would leave files that nobody knows.
        let written = below::write(&self.root, &format!("{FOLDER}/{name}"), text.as_bytes(), true);
        written.map_err(|error| Self::fault(&self.own(name), &error))
    }

    fn release(&self, serial: u64) -> PathBuf {
        self.root.join(RELEASES).join(serial.to_string())
    }

    /// The name of the record of a release, or of the folder itself.
    fn record_name(&self, serial: u64) -> String {
        if self.releases == 0 { "record".into() } else { format!("record-{serial}") }
    }

    /// The last finished publish, and what is there since. There is no record where nothing was published, or where it was lost: then a
    /// release that readers see has its serial all the same.
    fn read(&self) -> Result<(Head, Option<Record>), Fault> {
        let serial = if self.releases == 0 { Some(0) } else { self.current()? };
        let found = serial.map_or(Ok(None), |serial| read_record(&self.own(&self.record_name(serial))))?;
        Ok(match found {
            Some((head, record)) => (head, Some(record)),
            None => (Head { serial: serial.unwrap_or(0), ..Head::default() }, None),
        })
    }

    /// Takes the lock of the folder; `None` where somebody else has it.
    fn take_lock(&self) -> Result<Option<file::Lock>, Fault> {
        let path = self.own("lock");
        let fail = |error: io::Error| Self::fault(&path, &error);
        file::make_folders(&self.root).map_err(fail)?;
        below::make_folders(&self.root, &format!("{FOLDER}/lock")).map_err(fail)?;
        Ok(file::Lock::take(&path).map_err(fail)?.map(|(lock, _)| lock))
    }

    /// Who stopped half-way in place, and the paths that a publish which was stopped may have touched. A release that was never
    /// finished is not part of the site, so with releases only withdrawals leave doubt.
    fn read_doubt(&self) -> Result<(Option<Lease>, BTreeSet<String>), Fault> {
        if self.releases > 0 {
            return Ok((None, read_stale(&self.own(&stale_name(self.head.serial)))?));
        }
        Ok(read_lease(&self.own("lease"))?.map_or_else(Default::default, |(lease, touched)| (Some(lease), touched)))
    }

    /// The folder that readers see.
    fn live(&self) -> PathBuf {
        if self.releases == 0 { self.root.clone() } else { self.release(self.head.serial) }
    }

    /// The release that `current` leads to.
    fn current(&self) -> Result<Option<u64>, Fault> {
        let link = self.root.join(CURRENT);
        match fs::read_link(&link) {
            Ok(to) => {
                let serial = to.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
                // Readers must see the release that this number stands for.
                let own = |serial: &u64| to == release_link(*serial) || to == self.release(*serial);
                let serial = serial.filter(own);
                let foreign = || Fault::refused(format!("{} leads to no release of dateline", link.display()));
                serial.map(Some).ok_or_else(foreign)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) if link.symlink_metadata().is_ok() => {
                Err(Fault::refused(format!("{} is not a symbolic link", link.display()))
                    .hint("it was not made by dateline: move it away, or set `releases: 0`"))
            }
            Err(error) => Err(Self::fault(&link, &error)),
        }
    }

    /// Fails if the release that readers see lies elsewhere.
    fn check_release(&self) -> Result<(), Fault> {
        if self.releases == 0 {
            return Ok(());
        }
        let checked = below::check_folder(&self.root, &release_link(self.head.serial));
        checked.map_err(|error| Self::fault(&self.live(), &error))
    }

    /// Makes the folder of a new release, with all that the record names: of a spare, or else of hard links.
    fn make_release(&mut self, serial: u64) -> Result<(), Fault> {
        if self.made || self.releases == 0 {
            return Ok(());
        }
        let (from, to) = (self.live(), self.release(serial));
        let fail = |error: io::Error| Self::fault(&to, &error);
        below::make_folders(&self.root, &format!("{RELEASES}/{serial}")).map_err(fail)?;
        match file::remove_tree(&to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(error)),
            _ => {}
        }
        if self.take_spare(&to)? {
            self.made = true;
            return Ok(());
        }
        file::make_folders(&to).map_err(fail)?;
        let mut folder = PathBuf::new();
        for path in self.record.keys() {
            let target = to.join(path);
            if let Some(parent) = target.parent().filter(|parent| *parent != folder) {
                file::make_folders(parent).map_err(fail)?;
                below::check(&from, path).map_err(|error| Self::fault(&from, &error))?;
                folder = parent.to_path_buf();
            }
            Self::link(&from.join(path), &target)?;
        }
        self.made = true;
        Ok(())
    }

    fn link(from: &Path, to: &Path) -> Result<(), Fault> {
        match file::link(from, to) {
            // Somebody removed it by hand; --audit mends that.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map_err(|error| Self::fault(to, &error)),
        }
    }

    fn change(&mut self, folder: &Path, change: &Change, work: &Work) -> Result<(), Fault> {
        let fail = |error: io::Error| Self::fault(&folder.join(&change.path), &error);
        let Some(object) = &change.put else { return below::delete(folder, &change.path).map_err(fail) };
        if let Some(large) = work.large(object) {
            self.sent.bytes += fs::metadata(&large).map_or(0, |metadata| metadata.len());
            return below::copy(&large, folder, &change.path).map_err(fail);
        }
        let bytes = work.bytes(object)?;
        self.sent.bytes += bytes.len() as u64;
        below::write(folder, &change.path, &bytes, false).map_err(fail)
    }

    /// Notes what must be known of the releases if this publish does not end.
    fn begin_release(&self) -> Result<(), Fault> {
        if self.head.serial == 0 {
            // What lies in the folder from now on is dateline's.
            return self.write_own(&self.record_name(0), &record::to_text(Head::default(), &Record::new()));
        }
        // What was withdrawn from releases whose record is lost is not known, so they go.
        let lost = if self.is_lost { self.serials() } else { Vec::new() };
        lost.into_iter().try_for_each(|serial| self.write_own(&stale_name(serial), ""))
    }

    /// A withdrawal: at once in the release that readers see. Former releases go, because their lists and pages name what is withdrawn.
    fn withdraw(&mut self, changes: &[Change], work: &Work) -> Result<(), Fault> {
        let folder = self.live();
        // This release goes too as soon as readers see the next one, whoever makes that.
        let paths = changes.iter().map(|change| change.path.as_str());
        let in_doubt = record::path_list(paths.chain(self.unsure.iter().map(String::as_str)));
        self.write_own(&stale_name(self.head.serial), &in_doubt)?;
        self.forget_spares()?;
        tidy_beside(&folder, changes.iter().map(|change| change.path.as_str()));
        let mut record = self.record.clone();
        for change in changes {
            match &change.put {
                Some(object) => record.insert(change.path.clone(), object.entry()),
                None => record.remove(&change.path),
            };
            self.change(&folder, change, work)?;
        }
        self.record = record;
        self.behind.extend(changes.iter().map(|change| change.path.clone()));
        let current = self.head.serial;
        for serial in self.serials().into_iter().filter(|serial| *serial != current) {
            self.retire(serial)?;
        }
        // The record comes last: what is stopped before it is done once more.
        self.write_own(&self.record_name(self.head.serial), &record::to_text(self.head, &self.record))?;
        changes.iter().for_each(|change| _ = self.unsure.remove(&change.path));
        let in_doubt = record::path_list(self.unsure.iter().map(String::as_str));
        self.write_own(&stale_name(self.head.serial), &in_doubt)?;
        changes.iter().try_for_each(|change| work.done(change))
    }
}

impl Target for Folder {
    fn shown(&self) -> String {
        self.root.display().to_string()
    }

    fn abilities(&self) -> Abilities {
        Abilities { compressed_files: true, ..Abilities::default() }
    }

    fn open(&mut self, _: &State) -> Result<Held, Fault> {
        self.check_way()?;
        let (head, record) = self.read()?;
        (self.head, self.is_lost) = (head, record.is_none() && head.serial > 0);
        let mut held = Held { head, ..Held::default() };
        let is_first = record.is_none() && head.serial == 0;
        if let Some(record) = record {
            (self.record, held.record) = (record.clone(), record);
        }
        (held.lease, self.unsure) = self.read_doubt()?;
        held.unsure = self.unsure.clone();
        self.spares = self.noted_spares();
        let is_begun = held.lease.is_some() || !self.own_serials().is_empty();
        if is_first && !is_begun && self.holds_other_files() {
            // Releases lie beside such files, so there is nothing to take over.
            if self.releases > 0 {
                return Err(Fault::refused(format!("{} {HOLDS_OTHERS}", self.root.display()))
                    .hint("publish to an empty folder"));
            }
            held.has_unrecorded_files = true;
        }
        held.has_unrecorded_files |= self.is_lost;
        Ok(held)
    }

    fn begin(&mut self, lease: &Lease, touched: &str, _: bool) -> Result<(), Fault> {
        let busy = || {
            Fault::conflict(format!("somebody else publishes to {}", self.root.display()))
                .hint("run again when they have ended")
        };
        self.lock = Some(self.take_lock()?.ok_or_else(busy)?);
        // Between reading the record and taking the lock somebody else may have published.
        if self.read()?.0 != self.head || self.read_doubt()?.1 != self.unsure {
            return Err(busy());
        }
        let live = self.live();
        self.check_release()?;
        let mut folder = None;
        for path in touched.lines().filter(|_| self.releases == 0 || self.head.serial > 0) {
            let parent = Path::new(path).parent();
            if folder != parent {
                below::check(&live, path).map_err(|error| Self::fault(&live.join(path), &error))?;
                folder = parent;
            }
        }
        if self.releases > 0 {
            self.spares = self.noted_spares();
            return self.begin_release();
        }
        tidy_beside(&self.root, self.unsure.iter().map(String::as_str));
        self.write_own("lease", &format!("{}\n{touched}", lease.id))
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
        self.check_release()?;
        self.is_doubtful |= changes.iter().any(|change| matches!(change.why, "unsure" | "unknown"));
        if withdraws && self.head.serial > 0 {
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

    fn finish(&mut self, head: Head, after: &Record, _: &State) -> Result<(), Fault> {
        let serial = head.serial;
        self.make_release(serial)?;
        self.write_own(&self.record_name(serial), &record::to_text(head, after))?;
        if self.releases > 0 {
            let link = self.root.join(CURRENT);
            let temporary = self.own("next");
            let _ = file::remove(&temporary);
            let turn = file::symlink(&release_link(serial), &temporary).and_then(|()| file::rename(&temporary, &link));
            turn.map_err(|error| Self::fault(&link, &error))?;
        }
        self.note_behind(after);
        (self.head, self.record) = (head, after.clone());
        let _ = file::remove(&self.own("lease"));
        Ok(())
    }

    fn tidy(&mut self, _: bool) -> Result<(), Fault> {
        let removed = self.remove_leftovers();
        self.lock = None;
        removed
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
        drift.wrong.extend(record.keys().filter(|path| !below::is_file(&live, path)).cloned());
        for (path, object) in &audit.objects {
            let there = live.join(path);
            if !below::is_file(&live, path) {
                drift.wrong.insert(path.clone());
                continue;
            }
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

/// The mark of a release that something was withdrawn from, while its lists still name it.
fn stale_name(serial: u64) -> String {
    format!("stale-{serial}")
}

/// What `current` leads to.
fn release_link(serial: u64) -> PathBuf {
    Path::new(RELEASES).join(serial.to_string())
}

/// Who publishes in place or stopped half-way, and what may have been touched; `None` where nobody did.
fn read_lease(path: &Path) -> Result<Option<(Lease, BTreeSet<String>)>, Fault> {
    let damaged =
        || Fault::failed(format!("{} is damaged", path.display())).hint("remove it, and publish with --audit");
    let Some(text) = read_own(path)? else { return Ok(None) };
    let text = text.ok_or_else(damaged)?;
    let (id, touched) = text.split_once('\n').ok_or_else(damaged)?;
    let paths = record::read_paths(touched).ok_or_else(damaged)?;
    // The lock says whether it is alive, so its age does not matter.
    let since = crate::clock::Timestamp::EPOCH;
    Ok(Some((Lease { id: id.to_string(), since, touched: crate::hash::Hash::of(touched.as_bytes()) }, paths)))
}

/// What withdrawals from a release may have touched that did not end.
fn read_stale(path: &Path) -> Result<BTreeSet<String>, Fault> {
    let damaged =
        || Fault::failed(format!("{} is damaged", path.display())).hint("remove it, and publish with --audit");
    match read_own(path)? {
        Some(text) => record::read_paths(&text.ok_or_else(damaged)?).ok_or_else(damaged),
        None => Ok(BTreeSet::new()),
    }
}

/// A file of dateline's own: its text, if it is any. `None` where there is none.
fn read_own(path: &Path) -> Result<Option<Option<String>>, Fault> {
    below::not_a_link(path).map_err(|error| Folder::fault(path, &error))?;
    let mut bytes = Vec::new();
    match file::read_bounded(path, 4 << 30, &mut bytes) {
        Ok(()) => {}
        Err(file::ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(file::ReadError::Io(error)) => return Err(Fault::local(path, &error)),
        Err(file::ReadError::TooLarge(_)) => return Ok(Some(None)),
    }
    Ok(Some(String::from_utf8(bytes).ok()))
}

/// Removes the temporary files that a killed publish left beside these: readers could fetch them.
fn tidy_beside<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) {
    let folders: BTreeMap<&Path, &str> = paths.filter_map(|path| Some((Path::new(path).parent()?, path))).collect();
    for (folder, path) in folders {
        if below::check(root, path).is_ok() {
            file::remove_temporary(&root.join(folder));
        }
    }
}

/// A record; `None` where there is none.
fn read_record(path: &Path) -> Result<Option<(Head, Record)>, Fault> {
    let Some(text) = read_own(path)? else { return Ok(None) };
    let parsed = text.and_then(|text| record::from_text(&text));
    let damaged = || Fault::failed(format!("{} is damaged", path.display()));
    parsed.map(Some).ok_or_else(|| damaged().hint("remove it, and publish with --audit --prune"))
}
