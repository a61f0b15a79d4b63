//! One hash for everything that is compared between builds: xxh3, 128 bits, fixed for ever.
//!
//! `std`'s hashers change between releases and runs, so none of them may reach a file. Not for secrets: an attacker who
//! controls content could make two texts with one hash, but would gain only a stale page of their own.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A 128-bit content hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash(pub u128);

impl Hash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(xxhash_rust::xxh3::xxh3_128(bytes))
    }

    /// The hash of bytes that come in pieces: that of all of them in a row.
    pub fn of_pieces(pieces: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Hash {
        let mut state = xxhash_rust::xxh3::Xxh3::new();
        pieces(&mut |piece| state.update(piece));
        Hash(state.digest128())
    }

    /// The first half, where telling apart the parts of one site is enough.
    pub fn short(self) -> u64 {
        (self.0 >> 64) as u64
    }

    /// Reads the 32 hexadecimal digits that `Display` writes.
    pub fn parse(text: &str) -> Option<Hash> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u128::from_str_radix(text, 16).ok().map(Hash)
    }
}

/// The hash of bytes that come piece by piece: the same as [`Hash::of`] all of them.
#[derive(Clone, Default)]
pub struct Stream(xxhash_rust::xxh3::Xxh3);

impl Stream {
    /// Adds the next piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hash of all pieces so far.
    pub fn hash(&self) -> Hash {
        Hash(self.0.digest128())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Feeds several fields into one hash. Each field is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
#[derive(Default)]
pub struct Hasher {
    buffer: Vec<u8>,
}

impl Hasher {
    /// An empty hasher.
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Adds a text or bytes.
    pub fn bytes(&mut self, bytes: impl AsRef<[u8]>) -> &mut Hasher {
        let bytes = bytes.as_ref();
        self.buffer.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.buffer.extend_from_slice(bytes);
        self
    }

    /// Adds a text that may be absent; absent and empty differ.
    pub fn optional(&mut self, text: Option<&str>) -> &mut Hasher {
        match text {
            Some(text) => self.number(1).bytes(text),
            None => self.number(0),
        }
    }

    /// Adds a number.
    pub fn number(&mut self, number: i64) -> &mut Hasher {
        self.buffer.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// Adds another hash.
    pub fn hash(&mut self, hash: Hash) -> &mut Hasher {
        self.buffer.extend_from_slice(&hash.0.to_le_bytes());
        self
    }

    /// The hash of all that was added; the hasher is empty again.
    pub fn finish(&mut self) -> Hash {
        let hash = Hash::of(&self.buffer);
        self.buffer.clear();
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_borders_count() {
        let hash = |fields: &[&str]| {
            let mut hasher = Hasher::new();
            for field in fields {
                hasher.bytes(field);
            }
            hasher.finish()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
    }

    #[test]
    fn pieces_have_the_hash_of_the_whole() {
        let bytes: Vec<u8> = (0..5000u32).flat_map(u32::to_le_bytes).collect();
        let mut stream = Stream::default();
        bytes.chunks(777).for_each(|piece| stream.add(piece));
        assert_eq!(stream.hash(), Hash::of(&bytes));
        assert_eq!(Stream::default().hash(), Hash::of(b""));
    }

    #[test]
    fn text_form_round_trips_and_never_changes() {
        let hash = Hash::of(b"dateline");
        assert_eq!(Hash::parse(&hash.to_string()), Some(hash));
        assert_eq!(Hash::of(b"").to_string(), "99aa06d3014798d86001c324468d497f");
        assert_eq!(Hash::parse("nonsense"), None);
    }

    #[test]
    fn pieces_hash_like_the_whole() {
        let text: Vec<u8> = (0..3000_u32).map(|at| (at * at) as u8).collect();
        for size in [1, 7, 256, 1000, 4000] {
            assert_eq!(Hash::of_pieces(|put| text.chunks(size).for_each(put)), Hash::of(&text), "{size}");
        }
        assert_eq!(Hash::of_pieces(|_| {}), Hash::of(b""));
    }
}
