//! What each publish changed, so that it can be taken back: `undo/` in the folder of a target.
//!
//! A note is found by its serial and believed by the name of its publish. A target that was emptied and filled again, or restored from
//! a copy, has the same serials for other states, and so has one that another machine publishes to.

use super::record::{Entry, Head};
use super::state::{Done, State};
use crate::file;
use crate::hash::Hash;
use crate::path::RelPath;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

/// What a rollback of one publish needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undo {
    /// The publish that it takes back.
    pub from: Hash,
    /// The publish before that one, whose state it leads to.
    pub to: Hash,
    /// What stood at each path before it; `None` where nothing did.
    pub before: Done,
    /// Paths whose former files were forgotten, because they named what was withdrawn since.
    pub lost: BTreeSet<String>,
}

impl Undo {
    fn to_text(&self) -> String {
        let mut text = format!("from {} to {}\n", self.from, self.to);
        for (path, entry) in &self.before {
            match entry {
                Some(entry) => text.push_str(&format!("put {} {path}\n", entry.to_line())),
                None => text.push_str(&format!("delete {path}\n")),
            }
        }
        for path in &self.lost {
            text.push_str(&format!("lost {path}\n"));
        }
        text
    }

    fn parse(text: &str) -> Option<Undo> {
        let (first, rest) = text.split_once('\n')?;
        let (from, to) = first.strip_prefix("from ")?.split_once(" to ")?;
        let mut undo = Undo { from: Hash::parse(from)?, to: Hash::parse(to)?, ..Undo::default() };
        for line in rest.lines() {
            let (word, rest) = line.split_once(' ')?;
            if word == "put" {
                let (path, entry) = Entry::parse(rest)?;
                undo.before.insert(path, Some(entry));
                continue;
            }
            let path = RelPath::new(rest)?.as_str().to_string();
            match word {
                "delete" => _ = undo.before.insert(path, None),
                "lost" => _ = undo.lost.insert(path),
                _ => return None,
            }
        }
        Some(undo)
    }

    /// The files that it needs to be kept.
    pub fn hashes(&self) -> impl Iterator<Item = Hash> {
        self.before.values().flatten().map(|entry| entry.hash)
    }
}

impl State {
    fn undo_path(&self, serial: u64) -> PathBuf {
        self.path("undo").join(format!("{serial:012}"))
    }

    /// Notes what a publish changes.
    pub fn add_undo(&self, serial: u64, undo: &Undo) -> io::Result<()> {
        file::write_atomic(&self.undo_path(serial), undo.to_text().as_bytes(), false)
    }

    /// The serials that there are notes of, oldest first.
    pub fn undo_serials(&self) -> Vec<u64> {
        let entries = fs::read_dir(self.path("undo")).into_iter().flatten().flatten();
        let mut serials: Vec<u64> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        serials.sort_unstable();
        serials
    }

    /// What a publish changed; `None` where it is not noted, or was noted by an older version.
    pub fn undo(&self, serial: u64) -> Option<Undo> {
        let mut bytes = Vec::new();
        file::read_bounded(&self.undo_path(serial), 4 << 30, &mut bytes).ok()?;
        Undo::parse(&String::from_utf8(bytes).ok()?)
    }

    /// The publishes that can be taken back from a state of the target, newest first, `most` of them at most: each note leads to the
    /// state that the next one leads from.
    pub fn way_back(&self, head: Head, most: u64) -> Vec<u64> {
        let (mut way, mut serial, mut from) = (Vec::new(), head.serial, head.publish);
        while from != Hash::default() && (way.len() as u64) < most {
            let Some(undo) = self.undo(serial).filter(|undo| undo.from == from) else { break };
            way.push(serial);
            (serial, from) = (serial.saturating_sub(1), undo.to);
        }
        way
    }

    /// Removes all notes but these, and gives the hashes of files that they needed; `None` where one of them cannot be read.
    pub fn keep_undos(&self, kept: &[u64]) -> io::Result<Option<BTreeSet<Hash>>> {
        let mut hashes = Some(BTreeSet::new());
        for serial in self.undo_serials().into_iter().filter(|serial| !kept.contains(serial)) {
            let undo = self.undo(serial);
            hashes = hashes.zip(undo).map(|(mut hashes, undo)| {
                hashes.extend(undo.hashes());
                hashes
            });
            file::remove(&self.undo_path(serial))?;
        }
        Ok(hashes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageKind;

    fn undo(from: Head, to: Head) -> Undo {
        let entry = Entry { hash: Hash::of(b"old"), fingerprint: 1, kind: PageKind::Story, retired: None };
        Undo {
            from: from.publish,
            to: to.publish,
            before: Done::from([("a b".to_string(), Some(entry)), ("b".to_string(), None)]),
            lost: BTreeSet::from(["c".to_string()]),
        }
    }

    /// The heads of some publishes in a row, the second and all later ones noted.
    fn life(state: &State, publishes: usize) -> Vec<Head> {
        let heads: Vec<Head> =
            std::iter::successors(Some(Head::default().next()), |head| Some(head.next())).take(publishes).collect();
        for pair in heads.windows(2) {
            state.add_undo(pair[1].serial, &undo(pair[1], pair[0])).unwrap();
        }
        heads
    }

    #[test]
    fn former_states_are_few() {
        let site = tempfile::tempdir().unwrap();
        let state = State::open(site.path(), "live").unwrap();
        let heads = life(&state, 6);
        assert_eq!(state.undo(4), Some(undo(heads[3], heads[2])));
        assert_eq!(state.way_back(heads[5], u64::MAX), [6, 5, 4, 3, 2]);
        assert_eq!(state.way_back(heads[3], 2), [4, 3]);
        let dropped = state.keep_undos(&state.way_back(heads[5], 3)).unwrap();
        assert_eq!(dropped, Some(BTreeSet::from([Hash::of(b"old")])));
        assert_eq!(state.undo_serials(), [4, 5, 6]);
        assert_eq!(state.undo(3), None);
    }

    #[test]
    fn notes_of_another_life_of_the_target_are_not_believed() {
        let site = tempfile::tempdir().unwrap();
        let state = State::open(site.path(), "live").unwrap();
        let heads = life(&state, 4);
        // Emptied and published to again, from elsewhere.
        let other = Head::default().next().next().next();
        assert_eq!(state.way_back(other, 9), [0; 0]);
        // Restored from a copy, then published to from elsewhere, then from here.
        let elsewhere = heads[1].next();
        let here = elsewhere.next();
        state.add_undo(here.serial, &undo(here, elsewhere)).unwrap();
        assert_eq!(state.way_back(elsewhere, 9), [0; 0]);
        assert_eq!(state.way_back(here, 9), [4]);
        // Restored and nothing since: what came after the copy is not part of it.
        assert_eq!(state.way_back(heads[1], 9), [2]);
        // A record of an older version has no name to believe a note by, and an old note has none either.
        assert_eq!(state.way_back(Head { serial: 4, ..Head::default() }, 9), [0; 0]);
        file::write_atomic(&state.undo_path(2), b"delete a\n", false).unwrap();
        assert_eq!((state.way_back(heads[1], 9), state.keep_undos(&[4]).unwrap()), (vec![], None));
        assert_eq!(state.undo_serials(), [4]);
    }
}
