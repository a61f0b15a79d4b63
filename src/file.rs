//! Files read with a bound and written whole.
//!
//! A reader of the output never sees half a file: bytes go to a temporary name in the same folder, then take the real name in
//! one step. Nothing else in the crate writes files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How temporary files begin; a crash may leave some, and the next build removes them.
pub const TEMPORARY_PREFIX: &str = ".dateline-tmp-";

/// Why a file could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// It is larger than the bound, in bytes.
    TooLarge(u64),
    /// The system said no.
    Io(io::Error),
}

/// Reads a whole regular file into `buffer` (cleared first) if it has at most `limit` bytes.
pub fn read_bounded(path: &Path, limit: u64, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
    buffer.clear();
    let file = File::open(path).map_err(ReadError::Io)?;
    let metadata = file.metadata().map_err(ReadError::Io)?;
    if !metadata.is_file() {
        // A pipe or device would block or never end.
        return Err(ReadError::Io(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")));
    }
    if metadata.len() > limit {
        return Err(ReadError::TooLarge(metadata.len()));
    }
    buffer.reserve(metadata.len() as usize + 1);
    // The file may grow while it is read; the bound holds all the same.
    let read = file.take(limit + 1).read_to_end(buffer).map_err(ReadError::Io)?;
    if read as u64 > limit {
        return Err(ReadError::TooLarge(read as u64));
    }
    Ok(())
}

/// Writes a file whole: a temporary file in the same folder, then a rename. The folder must exist.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary_beside(path);
    let result =
        File::create(&temporary).and_then(|mut file| file.write_all(bytes)).and_then(|()| fs::rename(&temporary, path));
    if result.is_err() {
        // Best effort: the write failed already, and the next build removes leftovers.
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// Writes a file that must not exist yet, whole; `AlreadyExists` if it does. The folder must exist.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary_beside(path);
    let result = File::create(&temporary)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::hard_link(&temporary, path));
    let _ = fs::remove_file(&temporary);
    result
}

/// Whether the file holds exactly these bytes.
pub fn holds(path: &Path, bytes: &[u8], buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    buffer.clear();
    buffer.reserve(bytes.len() + 1);
    file.read_to_end(buffer)?;
    Ok(buffer == bytes)
}

/// An exclusive lock on a file, given back when dropped. `None` if another process holds it.
pub fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// A file that only grows, one line at a time; each line is whole or absent after a crash of the program.
pub struct Journal(File);

impl Journal {
    /// Opens it at its end; makes it if need be.
    pub fn open(path: &Path) -> io::Result<Journal> {
        OpenOptions::new().create(true).append(true).open(path).map(Journal)
    }

    /// Adds a line in one call of the system.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(format!("{text}\n").as_bytes())
    }
}

/// Gives a file a second name without copying it; copies where the file system cannot. The name may exist already.
pub fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
        Err(_) => {
            let temporary = temporary_beside(to);
            let copied = fs::copy(from, &temporary).and_then(|_| fs::rename(&temporary, to));
            if copied.is_err() {
                let _ = fs::remove_file(&temporary);
            }
            copied
        }
    }
}

fn temporary_beside(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!("{TEMPORARY_PREFIX}{}-{number}", std::process::id()))
}
