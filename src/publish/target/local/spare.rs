//! Spares: folders of former releases, brought up to date, of which the next releases are made.
//!
//! Making a release from scratch takes a hard link for every file of the site; the folder of a former release needs only what differs. So
//! a release that is not kept any more is not removed where it can be of use: it goes to `.dateline/spares`, and gets what the release that
//! readers see has otherwise. The next publish makes its release of that folder.
//!
//! - A note beside the record, `spare-N`, names the publish that a spare is like. It is written when the spare is up to date. It goes before
//!   anything is withdrawn, since the spare holds that text too, and it is out of date as soon as readers see another release. A spare without
//!   a good note is removed, so what is killed at any moment never makes a release of the wrong files.
//! - Where an audit found files other than they should be, former releases may hold them as well: none is used, and all are removed.
//! - There are no more folders, releases and spares together, than releases are kept, or two.

use super::{FOLDER, Folder, below, file, read_record, read_stale, stale_name};
use crate::publish::fault::Fault;
use crate::publish::plan;
use crate::publish::record::Record;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const SPARES: &str = "spares";

fn note_name(number: u64) -> String {
    format!("spare-{number}")
}

impl Folder {
    fn spare(&self, number: u64) -> PathBuf {
        self.own(SPARES).join(number.to_string())
    }

    /// The spares that are like the release that readers see, by their notes.
    pub(super) fn noted_spares(&self) -> Vec<u64> {
        let is_like = |number: &u64| {
            let noted = fs::read_to_string(self.own(&note_name(*number)));
            noted.is_ok_and(|noted| noted == self.head.to_line()) && self.spare(*number).is_dir()
        };
        let notes = fs::read_dir(self.root.join(FOLDER)).into_iter().flatten().flatten();
        let number = |name: &str| name.strip_prefix("spare-")?.parse().ok();
        let numbers = notes.filter_map(|entry| number(entry.file_name().to_str()?));
        let mut spares: Vec<u64> = numbers.filter(is_like).collect();
        spares.sort_unstable();
        spares
    }

    /// Takes the notes of all spares away: from now on only this publish knows what they are like.
    pub(super) fn forget_spares(&self) -> Result<(), Fault> {
        self.spares.iter().try_for_each(|number| self.remove_note(*number))
    }

    fn remove_note(&self, number: u64) -> Result<(), Fault> {
        let note = self.own(&note_name(number));
        match file::remove(&note) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Self::fault(&note, &error)),
            _ => Ok(()),
        }
    }

    /// Makes a release of a spare, if there is one, or of the oldest release where that will not be kept beside the new one. Says
    /// whether it did. `to` does not exist.
    pub(super) fn take_spare(&mut self, to: &Path) -> Result<bool, Fault> {
        if self.is_doubtful {
            return Ok(false);
        }
        let old: Vec<u64> = self.serials().into_iter().filter(|serial| *serial < self.head.serial).collect();
        if self.spares.is_empty()
            && old.len() + 1 >= self.releases.max(2)
            && let Some(oldest) = old.first()
        {
            self.keep_as_spare(*oldest)?;
        }
        let Some(number) = self.spares.pop() else { return Ok(false) };
        self.remove_note(number)?;
        self.bring_up_to_date(number, &self.behind)?;
        let spare = self.spare(number);
        file::rename(&spare, to).map_err(|error| Self::fault(&spare, &error))?;
        Ok(true)
    }

    /// Takes a release away: keeps its folder as a spare where there is room, else removes it.
    pub(super) fn retire(&mut self, serial: u64) -> Result<(), Fault> {
        let kept = self.serials().into_iter().filter(|other| *other != serial).count();
        let has_room = kept + self.spares.len() < self.releases.max(2);
        let is_there = self.release(serial).is_dir();
        if has_room && is_there && !self.is_doubtful && serial < self.head.serial {
            self.keep_as_spare(serial)
        } else {
            self.remove_release(serial)
        }
    }

    /// Makes a spare of a former release; removes it where it is not known what it holds.
    fn keep_as_spare(&mut self, serial: u64) -> Result<(), Fault> {
        let is_sure = read_stale(&self.own(&stale_name(serial))).is_ok_and(|in_doubt| in_doubt.is_empty());
        let record = read_record(&self.own(&self.record_name(serial))).ok().flatten().filter(|_| is_sure);
        let Some((_, record)) = record.filter(|(head, _)| head.serial == serial) else {
            return self.remove_release(serial);
        };
        let (release, spare) = (self.release(serial), self.spare(serial));
        let fail = |error: io::Error| Self::fault(&spare, &error);
        self.remove_note(serial)?;
        below::make_folders(&self.root, &format!("{FOLDER}/{SPARES}/{serial}")).map_err(fail)?;
        below::not_a_link(&release).map_err(fail)?;
        match file::remove_tree(&spare) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(error)),
            _ => {}
        }
        file::rename(&release, &spare).map_err(fail)?;
        // It is no release any more; its notes go.
        self.remove_release(serial)?;
        let differing = plan::difference(&record, &self.record).into_keys().map(str::to_string).collect();
        self.bring_up_to_date(serial, &differing)?;
        // Others of this publish may lack what this one has: what it has twice does no harm.
        self.spares.push(serial);
        Ok(())
    }

    /// Gives a spare the files at these paths as the release has them that readers see.
    fn bring_up_to_date(&self, number: u64, paths: &BTreeSet<String>) -> Result<(), Fault> {
        let (live, spare) = (self.live(), self.spare(number));
        for path in paths {
            below::delete(&spare, path).map_err(|error| Self::fault(&spare.join(path), &error))?;
            if self.record.contains_key(path) {
                below::check(&live, path).map_err(|error| Self::fault(&live, &error))?;
                below::make_folders(&spare, path).map_err(|error| Self::fault(&spare, &error))?;
                Self::link(&live.join(path), &spare.join(path))?;
            }
        }
        Ok(())
    }

    /// Notes that a publish gave readers another release: what its record has otherwise, spares lack.
    pub(super) fn note_behind(&mut self, after: &Record) {
        if !self.spares.is_empty() {
            self.behind.extend(plan::difference(&self.record, after).into_keys().map(str::to_string));
        }
    }

    /// Brings the spares up to date, and removes folders that are not known to be like a release.
    pub(super) fn renew_spares(&mut self) -> Result<(), Fault> {
        for number in self.loose_spares() {
            let spare = self.spare(number);
            self.remove_note(number)?;
            match file::remove_tree(&spare) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Self::fault(&spare, &error)),
                _ => {}
            }
        }
        for number in self.spares.clone() {
            self.remove_note(number)?;
            self.bring_up_to_date(number, &self.behind)?;
            self.write_own(&note_name(number), &self.head.to_line())?;
        }
        self.behind.clear();
        Ok(())
    }

    /// Whether there is anything for [`Folder::renew_spares`] to do.
    pub(super) fn has_stale_spares(&self) -> bool {
        self.noted_spares() != self.spares || !self.loose_spares().is_empty()
    }

    /// Folders among the spares of which it is not known what they hold.
    fn loose_spares(&self) -> Vec<u64> {
        let folders = fs::read_dir(self.own(SPARES)).into_iter().flatten().flatten();
        let numbers = folders.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let known = if self.is_doubtful { &[][..] } else { &self.spares };
        numbers.filter(|number| !known.contains(number)).collect()
    }
}
