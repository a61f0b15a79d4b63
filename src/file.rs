//! Files read with a bound and written whole.
//!
//! A reader of the output never sees half a file: bytes go to a temporary name in the same folder, then take the real name in
//! one step. Nothing else in the crate changes the disk (`clippy.toml` forbids the functions that do), so a test can let every
//! change from some moment on fail ([`faults`]). Programs that are called for a publish, such as git and rsync, are outside of this.

#![allow(clippy::disallowed_methods, reason = "this is the one module that changes the disk")]

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufRead, Read, Write};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

pub mod below;
pub mod faults;
pub mod sealed;

/// How temporary files begin; a crash may leave some, and the next build removes them.
pub(crate) const TEMPORARY_PREFIX: &str = ".dateline-tmp-";

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
    let (file, metadata) = open(path).map_err(ReadError::Io)?;
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

/// Opens a regular file for reading.
pub fn open_regular(path: &Path) -> io::Result<File> {
    open(path).map(|(file, _)| file)
}

fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        // A pipe or device would block or never end.
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    Ok((file, metadata))
}

/// Copies a file whole, as [`write_atomic`] writes one, without having it in memory.
pub fn copy_atomic(from: &Path, to: &Path) -> io::Result<()> {
    renamed(to, |temporary| fs::copy(from, temporary).map(drop))
}

/// Lets `make` make a file under a temporary name beside its own, and renames it. Where either fails, nothing is left.
fn renamed(path: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let temporary = temporary_beside(path);
    let result = faults::step().and_then(|()| make(&temporary)).and_then(|()| rename(&temporary, path));
    if result.is_err() {
        // Best effort: the write failed already, and the next build removes leftovers.
        let _ = remove(&temporary);
    }
    result
}

/// Whether two files hold the same bytes.
pub fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (open_regular(one)?, open_regular(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) =
        (io::BufReader::with_capacity(1 << 20, one), io::BufReader::with_capacity(1 << 20, other));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if length == 0 {
            return Ok(left.len() == right.len());
        }
        if left[..length] != right[..length] {
            return Ok(false);
        }
        one.consume(length);
        other.consume(length);
    }
}

/// Writes a file whole: a temporary file in the same folder, then a rename. The folder must exist. With `sync` the bytes are on
/// the disk before the rename, so that a loss of power leaves one or the other; the rename itself needs [`sync_folder`].
pub fn write_atomic(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    write_pieces(path, |put| put(bytes), sync)
}

/// Writes a file whole, as [`write_atomic`] does, in the place of one that is there: with its permissions, and with its owner and
/// group where the system lets this process set them. Another name of the file, a hard link, keeps the old bytes.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let there = fs::metadata(path)?;
    renamed(path, |temporary| {
        let mut file = File::create(temporary)?;
        put(&mut file, bytes)?;
        keep_owner(&file, &there)?;
        // Behind the owner: a change of that takes some permissions away.
        file.set_permissions(there.permissions())?;
        file.sync_data()
    })
}

/// Gives a file the owner and group of another one, or the group alone; neither where the system does not allow it.
fn keep_owner(file: &File, other: &Metadata) -> io::Result<()> {
    let own = file.metadata()?;
    let (user, group) = (Some(other.uid()), Some(other.gid()));
    if (own.uid(), own.gid()) != (other.uid(), other.gid()) && fchown(file, user, group).is_err() {
        // Only the system's administrator may give files away; the group may be one of the user's own.
        let _ = fchown(file, None, group);
    }
    Ok(())
}

/// Hands a piece of a file on.
pub type Put<'p> = dyn FnMut(&[u8]) -> io::Result<()> + 'p;

/// Writes a file like [`write_atomic`], from bytes that come in pieces.
pub fn write_pieces(path: &Path, pieces: impl FnOnce(&mut Put<'_>) -> io::Result<()>, sync: bool) -> io::Result<()> {
    renamed(path, |temporary| {
        let mut file = File::create(temporary)?;
        pieces(&mut |bytes| put(&mut file, bytes))?;
        if sync { file.sync_data() } else { Ok(()) }
    })
}

/// Writes a new file in a folder that nobody looks into yet: directly, because nobody can see it half written. What could not be
/// written is taken away again.
pub fn write_hidden(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let opened = faults::step().and_then(|()| OpenOptions::new().write(true).create_new(true).open(path));
    let result = opened.and_then(|mut file| {
        put(&mut file, bytes)?;
        if sync { file.sync_data() } else { Ok(()) }
    });
    if result.is_err() {
        // Best effort: the write failed already.
        let _ = remove(path);
    }
    result
}

/// Writes a file that must not exist yet, whole; `AlreadyExists` if it does. The folder must exist.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary_beside(path);
    let result = faults::step()
        .and_then(|()| File::create(&temporary))
        .and_then(|mut file| put(&mut file, bytes))
        .and_then(|()| faults::step())
        .and_then(|()| fs::hard_link(&temporary, path));
    let _ = remove(&temporary);
    result
}

/// Removes the temporary files that a stopped process left in a folder. Best effort: they do no harm.
pub fn remove_temporary(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY_PREFIX)) {
            let _ = remove(&entry.path());
        }
    }
}

/// Writes all bytes. Where a fault is due, half of them get through.
fn put(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    if let Err(error) = faults::step() {
        file.write_all(&bytes[..bytes.len() / 2])?;
        return Err(error);
    }
    file.write_all(bytes)
}

/// Gives a file or folder another name.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    faults::step()?;
    fs::rename(from, to)
}

/// Removes a file.
pub fn remove(path: &Path) -> io::Result<()> {
    faults::step()?;
    fs::remove_file(path)
}

/// Removes an empty folder.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    faults::step()?;
    fs::remove_dir(path)
}

/// Removes a folder with all that is in it.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    faults::step()?;
    fs::remove_dir_all(path)
}

/// Makes a folder in one that exists.
pub fn make_folder(path: &Path) -> io::Result<()> {
    faults::step()?;
    fs::create_dir(path)
}

/// Makes a folder and all above it that are missing.
pub fn make_folders(path: &Path) -> io::Result<()> {
    faults::step()?;
    fs::create_dir_all(path)
}

/// Brings the bytes of a file to the disk.
pub fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_data()
}

/// Brings what was renamed, made and removed in a folder to the disk.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
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

/// An exclusive lock on a file, given back when dropped.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes the lock, and changes the file's time of change, which is returned. `None` if another process holds it. Fails where the
    /// file is a symbolic link, since what it leads to would be written over.
    pub fn take(path: &Path) -> io::Result<Option<(Lock, SystemTime)>> {
        below::not_a_link(path)?;
        faults::step()?;
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {
                file.write_all(b"dateline\n")?;
                let modified = file.metadata()?.modified()?;
                Ok(Some((Lock(file), modified)))
            }
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Whether another process holds the lock on a file, which stays as it is.
pub fn is_locked(path: &Path) -> bool {
    let file = OpenOptions::new().write(true).open(path);
    file.is_ok_and(|file| match file.try_lock() {
        Ok(()) => {
            let _ = file.unlock();
            false
        }
        Err(error) => matches!(error, fs::TryLockError::WouldBlock),
    })
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that was started meanwhile may have it open for a moment still.
        let _ = self.0.unlock();
    }
}

/// A file that only grows, one line at a time; each line is whole or absent after a crash of the program.
pub struct Journal(File);

impl Journal {
    /// Opens it at its end; makes it if need be.
    pub fn open(path: &Path) -> io::Result<Journal> {
        below::not_a_link(path)?;
        faults::step()?;
        OpenOptions::new().create(true).append(true).open(path).map(Journal)
    }

    /// Adds a line in one call of the system.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        faults::step()?;
        self.0.write_all(format!("{text}\n").as_bytes())
    }
}

/// Makes a symbolic link.
pub fn symlink(to: &Path, link: &Path) -> io::Result<()> {
    faults::step()?;
    std::os::unix::fs::symlink(to, link)
}

/// Gives a file a second name without copying it; copies where the file system cannot. The name may exist already.
pub fn link(from: &Path, to: &Path) -> io::Result<()> {
    faults::step()?;
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
        Err(_) => copy_atomic(from, to),
    }
}

fn temporary_beside(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!("{TEMPORARY_PREFIX}{}-{number}", std::process::id()))
}
