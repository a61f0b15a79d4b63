//! Files that begin with a hash of the rest, so that damage shows when they are read.

use super::{ReadError, read_bounded, write_atomic};
use crate::hash::Hash;
use std::io;
use std::path::Path;

/// Bytes of the hash.
const LENGTH: usize = size_of::<u128>();

/// The bytes behind the hash, and whether they are those that were written. `None` where the file is too short for a hash.
pub fn content(file: &[u8]) -> Option<(&[u8], bool)> {
    let (hash, content) = file.split_at_checked(LENGTH)?;
    Some((content, Hash::of(content).0.to_le_bytes() == hash))
}

/// Reads a file of at most `limit` bytes. `None` where there is none, an error where it is damaged.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    match read_bounded(path, limit, &mut bytes) {
        Ok(()) => {}
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(ReadError::Io(error)) => return Err(error),
        Err(ReadError::TooLarge(_)) => return Err(io::Error::other("too large")),
    }
    if !content(&bytes).is_some_and(|(_, is_whole)| is_whole) {
        return Err(io::Error::other("damaged"));
    }
    bytes.drain(..LENGTH);
    Ok(Some(bytes))
}

/// Writes a file whole; `hash` is that of `content`.
pub fn write(path: &Path, hash: Hash, content: &[u8]) -> io::Result<()> {
    write_atomic(path, &[&hash.0.to_le_bytes(), content].concat(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_shows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(read(&path, 100).unwrap().is_none());
        write(&path, Hash::of(b"abc"), b"abc").unwrap();
        assert_eq!(read(&path, 100).unwrap().as_deref(), Some(&b"abc"[..]));
        assert_eq!(read(&path, 18).unwrap_err().to_string(), "too large");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[17] = b'x';
        write_atomic(&path, &bytes, false).unwrap();
        assert_eq!(content(&bytes), Some((&b"axc"[..], false)));
        assert_eq!(read(&path, 100).unwrap_err().to_string(), "damaged");
        write_atomic(&path, b"short", false).unwrap();
        assert_eq!(content(b"short"), None);
        assert!(read(&path, 100).is_err());
    }
}
