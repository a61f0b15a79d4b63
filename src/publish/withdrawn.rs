//! What was withdrawn from a target, as this machine remembers it: the file `withdrawn` in the folder of the target, which only grows.
//!
//! A withdrawal has the serial of its publish, so that a rollback knows which came since the state it leads to. Serials begin again
//! where the target is emptied or restored from a copy, so each is noted with the target and with the publish before it. One from
//! before the target was emptied counts as older than any state there: what was withdrawn stays withdrawn.

use super::record::Head;
use super::state::State;
use crate::file;
use crate::hash::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

const NAME: &str = "withdrawn";

/// One line of the file.
struct Note<'a> {
    /// The serial of the publish that withdrew it.
    serial: u64,
    target: Hash,
    /// The publish before that one.
    over: Hash,
    /// A path, or a uri after a slash: no path begins with one.
    what: &'a str,
}

impl Note<'_> {
    fn parse(line: &str) -> Option<Note<'_>> {
        let (serial, rest) = line.split_once(' ')?;
        let serial = serial.parse().ok()?;
        let named = || {
            let mut parts = rest.splitn(3, ' ');
            Some((Hash::parse(parts.next()?)?, Hash::parse(parts.next()?)?, parts.next()?))
        };
        // Older versions named neither target nor publish.
        let (target, over, what) = named().unwrap_or((Hash::default(), Hash::default(), rest));
        Some(Note { serial, target, over, what })
    }

    /// When it was withdrawn, in the serials of a target as it is now; 0 where that cannot be said.
    fn at(&self, head: Head) -> u64 {
        let is_known = self.serial <= head.serial || self.is_next(head);
        if self.target == head.target && is_known { self.serial } else { 0 }
    }

    /// Whether a publish withdrew it that would be the next one: it did not end, or the target was restored to the state before it.
    fn is_next(&self, head: Head) -> bool {
        let of_target = self.target == head.target || head.serial == 0;
        of_target && self.over == head.publish && self.serial == head.serial + 1
    }
}

impl State {
    /// Notes what the publish `next` withdraws from the state that `head` left.
    pub fn add_withdrawn<'a>(&self, head: Head, next: Head, what: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let mut journal = file::Journal::open(&self.path(NAME))?;
        let about = format!("{} {} {}", next.serial, next.target, head.publish);
        for what in what {
            journal.line(&format!("{about} {what}"))?;
        }
        Ok(())
    }

    /// What was withdrawn, and when, in the serials of a target as it is now: the last time where there were several.
    pub fn withdrawn(&self, head: Head) -> Withdrawals {
        let mut withdrawals = Withdrawals::default();
        let mut bytes = Vec::new();
        if file::read_bounded(&self.path(NAME), 1 << 30, &mut bytes).is_err() {
            return withdrawals;
        }
        let text = String::from_utf8_lossy(&bytes);
        for note in text.lines().filter_map(Note::parse) {
            withdrawals.is_half_way |= note.is_next(head);
            let at = withdrawals.all.entry(note.what.to_string()).or_default();
            *at = note.at(head).max(*at);
        }
        withdrawals
    }
}

/// What was withdrawn from a target.
#[derive(Debug, Default)]
pub struct Withdrawals {
    /// By path, or by uri after a slash: the serial of the publish, 0 where it was in another life of the target.
    pub all: BTreeMap<String, u64>,
    /// Whether some of it may still be at the target.
    pub is_half_way: bool,
}

impl Withdrawals {
    /// What was withdrawn by a publish of this serial or a later one.
    pub fn since(&self, serial: u64) -> Withdrawn {
        let mut withdrawn = Withdrawn::default();
        self.all.iter().filter(|(_, at)| **at >= serial).for_each(|(what, _)| withdrawn.add(what.clone()));
        withdrawn
    }
}

/// Paths and uris that are withdrawn.
#[derive(Default)]
pub struct Withdrawn {
    /// Paths.
    pub paths: BTreeSet<String>,
    /// Folders of pages that were withdrawn, with a slash: what lies in them belongs to the story.
    folders: BTreeSet<String>,
    /// Uris of stories: they identify a story that had other addresses before.
    uris: BTreeSet<String>,
}

impl Withdrawn {
    /// Adds a path, or a uri after a slash.
    pub fn add(&mut self, what: String) {
        if let Some(uri) = what.strip_prefix('/') {
            self.uris.insert(uri.to_string());
            return;
        }
        // The front page is not a story.
        let folder = what.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        self.folders.extend(folder.map(str::to_string));
        self.paths.insert(what);
    }

    /// Whether a file belongs to what was withdrawn.
    pub fn has(&self, path: &str) -> bool {
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..=at]);
        self.paths.contains(path) || folders.any(|folder| self.folders.contains(folder))
    }

    /// Whether a link leads to what was withdrawn.
    pub fn is_target_of(&self, link: &str) -> bool {
        self.has(link) || self.folders.contains(&format!("{link}/"))
    }

    /// Whether a text has the uri of a story that was withdrawn.
    pub fn has_uri_in(&self, text: &str) -> bool {
        self.uris.iter().any(|uri| {
            let is_there = |uri: &str| memchr::memmem::find(text.as_bytes(), uri.as_bytes()).is_some();
            is_there(uri) || uri.contains('&') && is_there(&uri.replace('&', "&amp;"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_a_withdrawn_page_belongs_to_it() {
        let mut withdrawn = Withdrawn::default();
        for noted in ["a/k/index.html", "media/k.jpg", "index.html", "/urn:x&y"] {
            withdrawn.add(noted.to_string());
        }
        for (path, is_withdrawn) in [
            ("a/k/index.html", true),
            ("a/k/ninjs.json", true),
            ("a/k/social-card.0123.png", true),
            ("media/k.jpg", true),
            ("media/k.jpg.txt", false),
            ("a/index.html", false),
            ("a/kk/index.html", false),
            ("about.html", false),
        ] {
            assert_eq!(withdrawn.has(path), is_withdrawn, "{path}");
        }
        assert!(withdrawn.is_target_of("a/k") && !withdrawn.is_target_of("a"));
        assert!(withdrawn.has_uri_in("<id>urn:x&amp;y</id>") && !withdrawn.has_uri_in("urn:x"));
    }

    #[test]
    fn a_withdrawal_of_another_life_of_the_target_is_older_than_any_state() {
        let site = tempfile::tempdir().unwrap();
        let state = State::open(site.path(), "live").unwrap();
        let first = Head::default().next();
        let second = first.next();
        let third = second.next();
        state.add_withdrawn(second, third, ["a b/index.html", "/urn:x"].into_iter()).unwrap();
        let at = |head: Head| {
            let found = state.withdrawn(head);
            assert_eq!(found.all.len(), 2);
            (found.all["a b/index.html"], found.all["/urn:x"], found.is_half_way)
        };
        assert_eq!(at(third), (3, 3, false));
        assert_eq!(at(third.next()), (3, 3, false));
        // Before the publish ends, and where the target is restored to that state.
        assert_eq!(at(second), (3, 3, true));
        // Restored to an earlier state, which may go on otherwise; then emptied.
        assert_eq!(at(first), (0, 0, false));
        assert_eq!(at(first.next()), (0, 0, false));
        assert_eq!(at(Head::default().next()), (0, 0, false));
        assert_eq!(at(Head::default()), (0, 0, false));
        // A second withdrawal, in another life, does not make the first one older.
        let other = Head::default().next();
        state.add_withdrawn(other, other.next(), ["/urn:x"].into_iter()).unwrap();
        assert_eq!(at(third), (3, 3, false));
        assert_eq!(at(other.next()), (0, 2, false));
    }

    #[test]
    fn lines_of_an_older_version_are_read() {
        let site = tempfile::tempdir().unwrap();
        let state = State::open(site.path(), "live").unwrap();
        file::write_atomic(&state.path(NAME), b"3 a b/index.html\n3 /urn:x y\n", false).unwrap();
        let old = Head { serial: 3, ..Head::default() };
        assert_eq!(state.withdrawn(old).all["a b/index.html"], 3);
        assert_eq!(state.withdrawn(old.next()).all["/urn:x y"], 3);
        assert_eq!(state.withdrawn(Head::default().next()).all["/urn:x y"], 0);
    }
}
