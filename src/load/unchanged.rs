//! Compares a file with its entry in the table: changed, unchanged, or unchanged after reading it.
//!
//! 1. A file whose whole stamp is the same, with no time in it that is as late as the start of the last build, is not opened.
//! 2. A file of another length has changed.
//! 3. In every other case the bytes decide. They are read once, and the new stamp is noted, so that the next build need not.
//!
//! Pictures and other files that a story shows go by the same rule, since the state has what is known of them.

use super::LoadInputs;
use super::media::{facts, recorded, size};
use super::table::Entry;
use crate::file;
use crate::hash::Hash;
use crate::path::RelPath;
use crate::picture::{Facts, Format};
use crate::recording;
use crate::source::{STORY_LIMIT, Source, SourceFile, Stamp};
use std::path::Path;

/// A file whose story is the one in the table.
pub(super) struct Unchanged {
    /// Whether it was opened to find that out.
    pub(super) opened: bool,
    /// The stamps of the files that it shows, where one of them is another than before.
    pub(super) files: Option<Vec<Stamp>>,
}

/// Compares a file with its entry; `None` where it differs, or cannot be read.
pub(super) fn check(
    inputs: &LoadInputs,
    source: &Source,
    file: &SourceFile,
    entry: &Entry,
    buffer: &mut Vec<u8>,
) -> Option<Unchanged> {
    let content = inputs.root.join("content");
    let is_sure = is_sure(inputs, entry.stamp(), file.stamp);
    if !is_sure {
        if file.stamp.length != entry.stamp().length {
            return None;
        }
        file::read_bounded(&file.path.under(&content), STORY_LIMIT, buffer).ok()?;
        if Hash::of(buffer) != entry.content() {
            return None;
        }
    }
    let files = shown(inputs, source, entry, &content)?;
    Some(Unchanged { opened: !is_sure, files })
}

/// Whether a stamp proves that a file is as it was.
fn is_sure(inputs: &LoadInputs, old: Stamp, new: Stamp) -> bool {
    inputs.trust_stamps && old == new && new.latest() < inputs.state.head.began
}

/// Looks at the files that a story shows: their new stamps where any is new, or `None` if one of the files is not as it was.
fn shown(inputs: &LoadInputs, source: &Source, entry: &Entry, content: &Path) -> Option<Option<Vec<Stamp>>> {
    let Some(extra) = entry.extra() else { return Some(None) };
    let now: Vec<Stamp> = extra.files.iter().map(|(path, _)| source.media_stamp(path)).collect();
    let mut is_new = false;
    for ((path, old), new) in extra.files.iter().zip(&now) {
        is_new |= old != new;
        if is_sure(inputs, *old, *new) {
            continue;
        }
        let known = extra.pictures.iter().find(|(picture, _)| picture == path).map(|(_, facts)| facts.as_ref());
        // A file that is gone has an empty stamp.
        if old.length != new.length || !is_as_known(path, known, content) {
            return None;
        }
    }
    Some(is_new.then_some(now))
}

/// Whether a file is what is known of it; `None` where nothing but its place is, and `Some(None)` where it cannot be used.
fn is_as_known(path: &RelPath, known: Option<Option<&Facts>>, content: &Path) -> bool {
    match known {
        None => true,
        Some(known) if recording::kind(path.as_str()).is_some() => {
            recorded(&path.under(content)).ok().as_ref() == known
        }
        Some(Some(known)) if known.format == Format::Other && known.hash == Hash::default() => {
            size(&path.under(content)).as_ref() == Some(known)
        }
        Some(known) => facts(&path.under(content)).ok().map(|facts| facts.hash) == known.map(|known| known.hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::State;

    #[test]
    fn a_stamp_is_sure_where_all_of_it_is_the_same_and_older_than_the_build() {
        let site = tempfile::tempdir().unwrap();
        file::write_atomic(
            &site.path().join("dateline.yaml"),
            b"title: Check\nbase_url: https://example.org/\n",
            false,
        )
        .unwrap();
        let config = crate::config::load(site.path()).unwrap();
        let mut state = State::none();
        state.head.began = 100;
        let inputs =
            LoadInputs { root: site.path(), config: &config, state: &state, trust_stamps: true, step: &|_| {} };
        let stamp = Stamp { length: 4, modified: 98, changed: 99, inode: 7, device: 1 };
        assert!(is_sure(&inputs, stamp, stamp));
        assert!(!is_sure(&LoadInputs { trust_stamps: false, ..inputs }, stamp, stamp));
        for other in [
            Stamp { length: 5, ..stamp },
            Stamp { modified: 97, ..stamp },
            Stamp { changed: 98, ..stamp },
            Stamp { inode: 8, ..stamp },
            Stamp { device: 2, ..stamp },
        ] {
            assert!(!is_sure(&inputs, stamp, other), "{other:?}");
        }
        // It may have changed again within the same tick of the clock.
        for late in [100, 101] {
            for stamp in [Stamp { modified: late, ..stamp }, Stamp { changed: late, ..stamp }] {
                assert!(!is_sure(&inputs, stamp, stamp), "{stamp:?}");
            }
        }
    }
}
