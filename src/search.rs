//! The index that the site's search page reads: words to segments to files, and back.
//!
//! It knows words and numbers and nothing of stories; `index::search` brings the two together. `docs/search.md` says why the index
//! is shaped so, what else was measured, and how its files are read.
//!
//! Stories are ordered by publication. A [`tree`] over time cuts this order into segments, so that a story that comes, changes or
//! goes touches its own segment alone. A segment's words are gathered in [`block`]s of at most [`CHUNK`] stories, which are
//! kept between builds, and [`segment`] merges these into files of some [`SHARD`] bytes, in order of the words. [`read`] is the
//! reader for tests and checks; readers of the site have `search.js`.

pub mod block;
pub mod read;
pub mod segment;
pub mod tree;
pub mod words;

/// Raised when other files would come of the same stories.
pub const VERSION: i64 = 2;

/// The most stories in a segment that may still grow.
pub const OPEN: usize = 128;

/// The most stories in a segment that no newer story reaches.
pub const CLOSED: usize = 32_768;

/// The most stories in a block: so many files are read again when one of them changes.
pub const CHUNK: usize = 256;

/// How many bytes of words and postings a file has, about.
pub const SHARD: usize = 8_192;

/// How many stories share a file of headlines and addresses.
pub const SHOWN: usize = 64;

/// The longest summary shown with a result, in bytes.
pub const SUMMARY: usize = 180;

/// The name of a part: ten digits and letters for 50 bits.
pub fn part_name(hash: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..10).map(|at| char::from(DIGITS[(hash >> (at * 5) & 31) as usize])).collect()
}

/// Appends a number in groups of seven bits, the lowest first.
pub(crate) fn push_varint(out: &mut Vec<u8>, mut number: u32) {
    while number >= 128 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes [`push_varint`] takes.
pub(crate) fn varint_len(number: u32) -> usize {
    (32 - (number | 1).leading_zeros()).div_ceil(7) as usize
}
