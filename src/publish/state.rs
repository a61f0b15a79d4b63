//! What publishing keeps on this machine: `.dateline/publish/NAME/` beside `content/`.
//!
//! - `lock`: only one publish to a target from one site at a time.
//! - `unsettled`: a publish has begun, and has not yet tidied up after itself on this machine.
//! - `journal`: what an unfinished publish has done, line by line, so that the next one goes on where it stopped.
//! - `kept/`: the files of the present state and of some former ones, by hash. They are hard links into the output folder, so they
//!   cost no space until a build replaces the file; a build that runs meanwhile cannot change what is being sent.
//! - `undo/`: what each publish changed, so that it can be taken back.
//! - `withdrawn`: what was withdrawn, and when; no rollback restores it.
//! - `chunks/`: pieces of the target's record, so that they need not be fetched.
//!
//! All of it can be removed when no publish is running; then there is nothing to roll back to.

use super::fault::Fault;
use super::record::{Entry, Record};
use crate::file::{self, Journal, ReadError};
use crate::hash::{Hash, Stream};
use crate::path::RelPath;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Files larger than this are read and sent piece by piece, so that a film does not fill the memory.
pub const PIECE: usize = 8 << 20;
/// How much of a piece is looked at again with the next one, so that what lies across their boundary is found.
const OVERLAP: usize = 8 << 10;
/// The largest text that is read as a whole: one that is compressed, or looked through for addresses.
const TEXT_LIMIT: u64 = 1 << 30;

/// The mark of a publish that has not tidied up after itself.
const UNSETTLED: &str = "unsettled";

/// The folder of one target.
pub struct State {
    root: PathBuf,
    journal: Mutex<Option<Journal>>,
    _lock: file::Lock,
}

/// What a publish has done, by path: the new entry, or `None` for a deletion.
pub type Done = BTreeMap<String, Option<Entry>>;

impl State {
    /// Opens and locks the folder of a target.
    pub fn open(site: &Path, name: &str) -> Result<State, Fault> {
        let root = site.join(crate::state::FOLDER).join("publish").join(folder_name(name));
        let fail = |error: io::Error| Fault::local(&root, &error);
        for folder in ["kept", "undo", "chunks"] {
            file::make_folders(&root.join(folder)).map_err(fail)?;
        }
        let lock = file::Lock::take(&root.join("lock")).map_err(fail)?;
        let lock = lock.ok_or_else(|| {
            Fault::conflict("another publish to this target runs on this machine").hint("wait for it to end")
        })?;
        Ok(State { root, journal: Mutex::new(None), _lock: lock.0 })
    }

    /// A path below the folder of the target.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    // The journal.

    /// The journal of a publish that did not end: who it was, and what it did.
    pub fn unfinished(&self) -> Option<(String, Done)> {
        let mut bytes = Vec::new();
        file::read_bounded(&self.root.join("journal"), 4 << 30, &mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let id = lines.next()?.strip_prefix("lease ")?.to_string();
        // A torn last line cannot be read and ends the list; what it noted is done once more.
        let done = lines.map_while(|line| match line.split_once(' ')? {
            ("put", rest) => Entry::parse(rest).map(|(path, entry)| (path, Some(entry))),
            ("delete", rest) => RelPath::new(rest).map(|path| (path.as_str().to_string(), None)),
            _ => None,
        });
        Some((id, done.collect()))
    }

    /// Begins a journal, or goes on with the one of the same publish.
    pub fn begin(&self, id: &str, resume: bool) -> Result<(), Fault> {
        let path = self.root.join("journal");
        let fail = |error: io::Error| Fault::local(&path, &error);
        file::write_atomic(&self.root.join(UNSETTLED), b"", false).map_err(fail)?;
        if !resume {
            file::write_atomic(&path, format!("lease {id}\n").as_bytes(), false).map_err(fail)?;
        }
        *self.journal() = Some(Journal::open(&path).map_err(fail)?);
        Ok(())
    }

    /// Notes one change that is done.
    pub fn note(&self, path: &str, entry: Option<Entry>) -> Result<(), Fault> {
        let line = match entry {
            Some(entry) => format!("put {} {path}", entry.to_line()),
            None => format!("delete {path}"),
        };
        let mut journal = self.journal();
        let written = journal.as_mut().map_or(Ok(()), |journal| journal.line(&line));
        written.map_err(|error| Fault::local(&self.root.join("journal"), &error))
    }

    /// Ends the journal: all is done, also what has to be tidied up here.
    pub fn end(&self) {
        *self.journal() = None;
        let _ = file::remove(&self.root.join("journal"));
        let _ = file::remove(&self.root.join(UNSETTLED));
    }

    /// Whether a publish stopped before it tidied up after itself here, be it finished for readers or not.
    pub fn is_unsettled(&self) -> bool {
        self.root.join(UNSETTLED).exists() || self.root.join("journal").exists()
    }

    fn journal(&self) -> std::sync::MutexGuard<'_, Option<Journal>> {
        self.journal.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    // Kept files.

    /// Where a kept file lies.
    pub fn kept_path(&self, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        self.root.join("kept").join(&name[..2]).join(&name)
    }

    /// Keeps a file and looks through it, piece by piece; gives what was seen. `None` where its bytes have another hash.
    pub fn keep_file<T: Default>(&self, from: &Path, hash: Hash, see: impl Fn(&mut T, &[u8])) -> io::Result<Option<T>> {
        let to = self.kept_path(hash);
        if let Some(folder) = to.parent() {
            file::make_folders(folder)?;
        }
        for _ in 0..2 {
            file::link(from, &to)?;
            let mut seen = T::default();
            if look(&to, &mut |piece| see(&mut seen, piece))? == hash {
                return Ok(Some(seen));
            }
            // Either the file is not what the manifest says, or an older copy was written over by hand.
            file::remove(&to)?;
        }
        Ok(None)
    }

    /// Looks through a kept file, piece by piece; its bytes must be those that were kept.
    pub fn look(&self, hash: Hash, see: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if look(&self.kept_path(hash), see)? == hash { Ok(()) } else { Err(changed()) }
    }

    /// Keeps bytes that are not a file of the output folder.
    pub fn keep_bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let to = self.kept_path(Hash::of(bytes));
        if let Some(folder) = to.parent() {
            file::make_folders(folder)?;
        }
        file::write_atomic(&to, bytes, false)
    }

    /// The bytes of a kept file, checked.
    pub fn kept(&self, hash: Hash) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match file::read_bounded(&self.kept_path(hash), TEXT_LIMIT, &mut bytes) {
            Ok(()) if Hash::of(&bytes) == hash => Ok(bytes),
            Ok(()) => Err(changed()),
            Err(ReadError::Io(error)) => Err(error),
            Err(ReadError::TooLarge(size)) => {
                Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("the text has {size} bytes, more than 1 GiB")))
            }
        }
    }

    /// Removes kept files of these hashes unless the target or a former state still has them.
    pub fn forget(&self, candidates: &BTreeSet<Hash>, record: &Record) {
        let needed = self.needed(record);
        for hash in candidates.difference(&needed) {
            let _ = file::remove(&self.kept_path(*hash));
        }
    }

    /// Removes kept files that nothing needs: dry runs and publishes that never came about leave some.
    pub fn sweep(&self, record: &Record) {
        let needed = self.needed(record);
        for entry in walkdir::WalkDir::new(self.root.join("kept")).into_iter().flatten() {
            let hash = entry.file_name().to_str().and_then(Hash::parse);
            if entry.file_type().is_file() && hash.is_none_or(|hash| !needed.contains(&hash)) {
                let _ = file::remove(entry.path());
            }
        }
    }

    /// What the target and its former states hold.
    fn needed(&self, record: &Record) -> BTreeSet<Hash> {
        let undos = self.undo_serials().into_iter().filter_map(|serial| self.undo(serial));
        let mut needed: BTreeSet<Hash> = record.values().map(|entry| entry.hash).collect();
        undos.for_each(|undo| needed.extend(undo.hashes()));
        needed
    }

    // Chunks.

    /// A piece of the record, if it was seen before.
    pub fn chunk(&self, name: Hash) -> Option<String> {
        let mut bytes = Vec::new();
        file::read_bounded(&self.root.join("chunks").join(name.to_string()), 64 << 20, &mut bytes).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// Keeps exactly these pieces.
    pub fn keep_chunks(&self, chunks: &[(Hash, String)]) -> io::Result<()> {
        let folder = self.root.join("chunks");
        let wanted: BTreeSet<String> = chunks.iter().map(|(name, _)| name.to_string()).collect();
        for entry in fs::read_dir(&folder)?.flatten() {
            if !entry.file_name().to_str().is_some_and(|name| wanted.contains(name)) {
                let _ = file::remove(&entry.path());
            }
        }
        for (name, text) in chunks {
            let path = folder.join(name.to_string());
            if !path.exists() {
                file::write_atomic(&path, text.as_bytes(), false)?;
            }
        }
        Ok(())
    }
}

/// What is said of a kept file whose bytes are others than those that were kept.
pub fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the kept copy was changed by somebody else")
}

/// Reads a file piece by piece and gives its hash. A piece begins with the end of the one before it.
fn look(path: &Path, see: &mut dyn FnMut(&[u8])) -> io::Result<Hash> {
    let mut file = file::open_regular(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let mut stream = Stream::default();
    let mut piece = Vec::with_capacity(length.saturating_add(1).min(PIECE + OVERLAP));
    loop {
        let old = piece.len();
        let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
        stream.add(&piece[old..]);
        if read > 0 || old == 0 {
            see(&piece);
        }
        if read < PIECE {
            return Ok(stream.hash());
        }
        piece.drain(..piece.len() - OVERLAP);
    }
}

/// A folder for a target: its name, or the hash of an address.
fn folder_name(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if plain && !name.is_empty() && name.len() <= 100 {
        name.to_string()
    } else {
        Hash::of(name.as_bytes()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageKind;

    fn entry(text: &str) -> Entry {
        Entry { hash: Hash::of(text.as_bytes()), fingerprint: 1, kind: PageKind::Story, retired: None }
    }

    #[test]
    fn a_journal_survives_a_torn_line() {
        let site = tempfile::tempdir().unwrap();
        let state = State::open(site.path(), "live").unwrap();
        assert!(State::open(site.path(), "live").is_err());
        assert_eq!(state.unfinished(), None);
        state.begin("desk", false).unwrap();
        state.note("a b/index.html", Some(entry("x"))).unwrap();
        state.note("c", None).unwrap();
        let path = state.path("journal");
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("put 0123");
        file::write_atomic(&path, text.as_bytes(), false).unwrap();
        let expected = Done::from([("a b/index.html".to_string(), Some(entry("x"))), ("c".to_string(), None)]);
        assert_eq!(state.unfinished(), Some(("desk".to_string(), expected)));
        state.end();
        assert_eq!(state.unfinished(), None);
    }

    #[test]
    fn kept_files_do_not_follow_the_output_folder() {
        let site = tempfile::tempdir().unwrap();
        let state = State::open(site.path(), "s3://x/y").unwrap();
        let page = site.path().join("page.html");
        file::write_atomic(&page, b"one", false).unwrap();
        let hash = Hash::of(b"one");
        let see = |seen: &mut Vec<u8>, piece: &[u8]| seen.extend_from_slice(piece);
        assert_eq!(state.keep_file(&page, hash, see).unwrap().as_deref(), Some(&b"one"[..]));
        file::write_atomic(&page, b"two", false).unwrap();
        assert_eq!(state.kept(hash).unwrap(), b"one");
        assert_eq!(state.keep_file(&page, Hash::of(b"three"), see).unwrap(), None);
        state.forget(&BTreeSet::from([hash]), &Record::from([("p".to_string(), entry("one"))]));
        assert!(state.kept(hash).is_ok());
        state.forget(&BTreeSet::from([hash]), &Record::new());
        assert!(state.kept(hash).is_err());
        state.keep_bytes(b"one").unwrap();
        state.keep_bytes(b"stray").unwrap();
        state.sweep(&Record::from([("p".to_string(), entry("one"))]));
        assert!(state.kept(hash).is_ok() && state.kept(Hash::of(b"stray")).is_err());
    }

    #[test]
    fn what_lies_across_two_pieces_is_seen() {
        let site = tempfile::tempdir().unwrap();
        let film = site.path().join("film.mp4");
        let mut bytes = vec![b'.'; 3 * PIECE];
        bytes[PIECE - 3..PIECE + 3].copy_from_slice(b"secret");
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            file::write_atomic(&film, &bytes[..length], false).unwrap();
            let (mut count, mut whole) = (0, 0);
            let hash = look(&film, &mut |piece| {
                count += memchr::memmem::find_iter(piece, b"secret").count();
                whole += piece.len();
            });
            assert_eq!(hash.unwrap(), Hash::of(&bytes[..length]), "{length}");
            assert_eq!(count, usize::from(length >= PIECE + 3), "{length}");
            assert!(whole >= length, "{length}");
        }
    }
}
