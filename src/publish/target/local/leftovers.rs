//! What lies in a folder that should not: files of somebody else, of the other way to publish to a folder, and of publishes that stopped.

use super::{FOLDER, Folder, RELEASES, stale_name};
use crate::file;
use crate::publish::fault::Fault;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

impl Folder {
    /// Fails where the folder was published to in the other way, with or without releases: the files of that would stay, whatever they
    /// tell.
    pub(super) fn check_way(&self) -> Result<(), Fault> {
        let is_plain = ["record", "lease"].iter().any(|name| self.own(name).symlink_metadata().is_ok());
        let has_releases = !self.own_serials().is_empty();
        let root = self.root.display();
        let (message, hint) = match (is_plain, has_releases, self.releases > 0) {
            (true, true, _) => (
                format!("{root} was published to both with `releases: 0` and with releases"),
                "publish to an empty folder, and serve that one in its place",
            ),
            (true, false, true) => (
                format!("{root} was published to with `releases: 0`, and the files of that would stay"),
                "set `releases: 0` again, or publish to an empty folder and serve that one in its place",
            ),
            (false, true, false) => (
                format!("{root} was published to with releases, and those would stay"),
                "take `releases: 0` out again, or publish to an empty folder and serve that one in its place",
            ),
            _ => return Ok(()),
        };
        Err(Fault::refused(message).hint(hint))
    }

    /// Whether the folder holds anything beside dateline's own.
    pub(super) fn holds_other_files(&self) -> bool {
        let entries = fs::read_dir(&self.root).into_iter().flatten();
        entries.flatten().any(|entry| entry.file_name() != FOLDER)
    }

    /// The releases that dateline made, by its own notes of them; 0 stands for a first publish that did not end.
    pub(super) fn own_serials(&self) -> BTreeSet<u64> {
        let entries = fs::read_dir(self.root.join(FOLDER)).into_iter().flatten().flatten();
        let serial = |name: &str| name.strip_prefix("record-").or(name.strip_prefix("stale-"))?.parse().ok();
        entries.filter_map(|entry| serial(entry.file_name().to_str()?)).collect()
    }

    /// The releases that lie there.
    pub(super) fn serials(&self) -> Vec<u64> {
        let entries = fs::read_dir(self.root.join(RELEASES)).into_iter().flatten().flatten();
        let mut serials: Vec<u64> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        serials.sort_unstable();
        serials
    }

    /// Removes releases beyond the number that is kept, those whose lists name what was withdrawn, and those that readers never saw.
    /// Where somebody else publishes, that is left to them.
    pub(super) fn remove_leftovers(&mut self) -> Result<(), Fault> {
        if self.releases == 0 || self.head.serial == 0 || self.leftovers().is_empty() && !self.has_stale_spares() {
            return Ok(());
        }
        if self.lock.is_none() {
            self.lock = self.take_lock()?;
        }
        self.check_release()?;
        if self.lock.is_none() || self.current()? != Some(self.head.serial) {
            return Ok(());
        }
        // One that cannot be removed keeps none of the others.
        let retired: Vec<Result<(), Fault>> = self.leftovers().into_iter().map(|serial| self.retire(serial)).collect();
        let renewed = self.renew_spares();
        retired.into_iter().chain([renewed]).collect()
    }

    fn leftovers(&self) -> BTreeSet<u64> {
        let serials = self.serials();
        let (old, others): (Vec<u64>, Vec<u64>) = serials.iter().partition(|serial| **serial < self.head.serial);
        let surplus = old.len().saturating_sub(self.releases.saturating_sub(1));
        let is_stale = |serial: u64| self.is_doubtful || self.own(&stale_name(serial)).exists();
        let old = old.iter().enumerate().filter(|(n, serial)| *n < surplus || is_stale(**serial));
        // Notes of releases that are gone go too.
        let notes = self.own_serials().into_iter().filter(|serial| !serials.contains(serial));
        let mut leftovers: BTreeSet<u64> = old.map(|(_, serial)| *serial).chain(others).chain(notes).collect();
        leftovers.remove(&self.head.serial);
        leftovers
    }

    /// Removes a release and the notes of it.
    pub(super) fn remove_release(&self, serial: u64) -> Result<(), Fault> {
        let gone = |path: PathBuf, removed: io::Result<()>| match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Self::fault(&path, &error)),
            _ => Ok(()),
        };
        let release = self.release(serial);
        let removed = file::remove_tree(&release);
        gone(release, removed)?;
        // The mark goes last: as long as it is there, so may be the release.
        for name in [format!("record-{serial}"), stale_name(serial)] {
            let path = self.own(&name);
            let removed = file::remove(&path);
            gone(path, removed)?;
        }
        Ok(())
    }
}
