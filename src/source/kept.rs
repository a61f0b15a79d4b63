//! Files of stories that stay in memory from their first reading to their last, so that a first build opens each once.
//!
//! A story is read for its metadata, then for its words in the search index, then for its page. What is kept are the bytes that the
//! metadata came from; its page takes them away. Where there is no more room, or the story was not read in this build, its file is
//! opened.

use super::STORY_LIMIT;
use crate::file::{self, ReadError};
use crate::path::RelPath;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most bytes that are kept.
const ROOM: usize = 32 << 20;

/// Files that were read, within a bound.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Files>);

#[derive(Debug, Default)]
struct Files {
    files: FxHashMap<RelPath, Box<[u8]>>,
    /// How many more bytes may be kept.
    room: usize,
}

impl Kept {
    fn files(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl super::Source {
    /// From now on, keeps what is read of stories, up to [`ROOM`].
    pub fn keep_stories(&self) {
        self.kept.files().room = ROOM;
    }

    /// Keeps the bytes of a story if there is room.
    pub fn keep(&self, path: &RelPath, bytes: &[u8]) {
        let mut kept = self.kept.files();
        if let Some(room) = kept.room.checked_sub(bytes.len()).filter(|_| kept.room > 0) {
            kept.room = room;
            kept.files.insert(path.clone(), bytes.into());
        }
    }

    /// Reads a story again, from memory or from its file below `content`.
    pub fn read_again(&self, content: &Path, path: &RelPath, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        if let Some(bytes) = self.kept.files().files.get(path) {
            buffer.clear();
            buffer.extend_from_slice(bytes);
            return Ok(());
        }
        file::read_bounded(&path.under(content), STORY_LIMIT, buffer)
    }

    /// Reads a story for its page, for which it is kept: whoever reads it after that opens its file.
    pub fn read_for_page(&self, content: &Path, path: &RelPath) -> Result<Vec<u8>, ReadError> {
        let mut kept = self.kept.files();
        if let Some(bytes) = kept.files.remove(path) {
            kept.room += bytes.len();
            return Ok(bytes.into());
        }
        drop(kept);
        let mut bytes = Vec::new();
        file::read_bounded(&path.under(content), STORY_LIMIT, &mut bytes).map(|()| bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn a_story_stays_until_its_page_within_the_bound() {
        let (source, content, mut buffer) = (Source::default(), Path::new("no such folder"), Vec::new());
        let path = RelPath::new("a.md").unwrap();
        source.keep(&path, b"not asked for");
        assert!(source.read_again(content, &path, &mut buffer).is_err());
        source.keep_stories();
        source.keep(&path, &vec![b'x'; ROOM + 1]);
        assert!(source.read_again(content, &path, &mut buffer).is_err());
        for _ in 0..2 {
            // What was taken away leaves room for as much again.
            source.keep(&path, &vec![b'x'; ROOM]);
            assert!(source.read_again(content, &path, &mut buffer).is_ok() && buffer.len() == ROOM);
            assert!(source.read_for_page(content, &path).is_ok_and(|bytes| bytes.len() == ROOM));
            assert!(source.read_for_page(content, &path).is_err());
        }
    }
}
