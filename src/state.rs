//! What the last build saw and made, kept in `.dateline/` beside the content.
//!
//! It is a cache: without it the next build gives the same bytes and takes longer. A part that is missing or damaged is skipped with a
//! warning and made again. Only the record of former addresses ([`addresses`]) cannot be made again; no page depends on it.
//!
//! | table | holds | used by |
//! |---|---|---|
//! | stories | path and stamp of each story file, and its metadata | `load` |
//! | related | the graph of related articles, with the stories it is made from | `index` |
//! | search | words of stories in blocks, and the files of the search index | `index::search` |
//! | pages | for each file of the site its key, the hash of its bytes, and why it was last rendered ([`pages`]) | `plan::changes` |
//!
//! A table lies in parts, each a file named by a hash of its bytes and never overwritten. The file `state` names the parts that belong
//! together, the time at which the build began, the clock it was given, and the hash of the output's manifest. It is written last, by a
//! rename, so a build that is stopped leaves the state of the build before it whole.
//!
//! A part in which nothing changed is neither parsed nor written again. Each part of the stories keeps its texts in one block, and stories
//! in memory are slices of it (`arena`). Records of pages have one size and are looked up in the block they were read into.

use crate::clock::Timestamp;
use crate::diag::{Checked, Code, Diagnostic, Error, Location, Result};
use crate::file::{self, Lock, ReadError, sealed};
use crate::hash::{Hash, Hasher};
use crate::source;
pub use pages::Pages;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

pub mod addresses;
mod pages;

/// The folder of the state, below the site's.
pub const FOLDER: &str = ".dateline";
const HEAD: &str = "state";
const MAGIC: &[u8] = b"dateline state 3\n";
/// The largest part that is read, in bytes.
const PART_LIMIT: u64 = 1 << 30;

/// The program that made or reads the state: pages and tables of another one are not taken over.
pub const ENGINE: &str = env!("DATELINE_ENGINE");

/// The tables that are kept in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// What story files say.
    Stories,
    /// Related articles.
    Related,
    /// Files of the site, by the keys they were made from.
    Pages,
    /// Words of stories for the site's search, and its files.
    Search,
}

impl Table {
    const ALL: [Table; TABLES] = [Table::Stories, Table::Related, Table::Pages, Table::Search];

    fn folder(self) -> &'static str {
        match self {
            Table::Stories => "stories",
            Table::Related => "related",
            Table::Pages => "pages",
            Table::Search => "search",
        }
    }
}

/// How many tables there are.
const TABLES: usize = 4;

/// The parts of a table: which, and the hash of what each holds.
pub type Parts = BTreeMap<u64, u64>;

/// The number of parts of a page's key; see [`Made::parts`].
pub const KEY_PARTS: usize = 7;

/// One file of the site as it was last made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// What it was made from; zero where it must be made again whatever happens, because making it gave a warning.
    pub key: Hash,
    /// The parts of the key, shortened, to show which one changed.
    pub parts: [u32; KEY_PARTS],
    /// Hash of the bytes.
    pub bytes: Hash,
    /// Why it was last made: a bit for each part that had changed, and one more for a new file.
    pub reasons: u8,
}

/// Identifies what the content was read with: this program and the settings (`Config::core_hash`). A state with another value is not
/// used.
pub fn reader_id(settings: Hash) -> Hash {
    Hasher::new().bytes(ENGINE).hash(settings).finish()
}

/// The name of a file of the site in [`Pages`].
pub fn page_id(file: &str) -> u64 {
    Hash::of(file.as_bytes()).short()
}

/// What the state says in its first file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The program and the settings by which the content was read.
    pub settings: Hash,
    /// When the build began, by the file system's clock (see [`source::Stamp`]).
    pub began: i64,
    /// Stamps of the whole content folder.
    pub source: Hash,
    /// All else that the site was made from, but the clock: theme and options.
    pub site: Hash,
    /// The clock of the build.
    pub now: Timestamp,
    /// When the clock alone would change the site, and why.
    pub next_change: Option<(Timestamp, String)>,
    /// Whether nothing was found wrong.
    pub clean: bool,
    /// Hash of the output folder's manifest.
    pub manifest: Hash,
    /// How many stories were public.
    pub stories: usize,
    /// How many files the site had.
    pub pages: usize,
    /// The parts of each table, in the order of [`Table`].
    pub tables: [Parts; TABLES],
}

/// The state of a site, open.
pub struct State {
    folder: PathBuf,
    /// What the last build left; the default where there is nothing to go by.
    pub head: Head,
    /// When this build began, by the file system's clock; 0 where the state is only read.
    pub began: i64,
    lock: Option<Lock>,
    /// Parts that are kept in memory in place of the folder.
    memory: Option<Mutex<FxHashMap<String, Arc<[u8]>>>>,
}

impl State {
    /// Opens the state for a build, and locks the site against others. A folder that cannot be written is a warning: the build
    /// does without.
    pub fn open(root: &Path) -> Result<Checked<State>> {
        let folder = root.join(FOLDER);
        let mut diagnostics = Vec::new();
        let lock = match prepare(&folder) {
            Ok(Some((lock, time))) => Some((lock, source::nanoseconds(time))),
            Ok(None) => {
                let diagnostic = Diagnostic::error(Code::SiteLocked, "another build of this site is running");
                return Err(Error::from(diagnostic.hint("wait for it to end")));
            }
            Err(error) => {
                let message = format!("cannot be written: {error}");
                let diagnostic = Diagnostic::warning(Code::StateUnusable, message).at(Location::file(FOLDER));
                diagnostics.push(diagnostic.hint("every build reads and makes everything, as if it were the first"));
                None
            }
        };
        let (lock, began) = lock.map_or((None, 0), |(lock, began)| (Some(lock), began));
        let mut state = State { folder, head: Head::default(), began, lock, memory: None };
        match state.read_head() {
            Ok(head) => state.head = head.unwrap_or_default(),
            // One complaint of a folder that cannot be used is enough.
            Err(()) if state.is_writable() => diagnostics.push(damaged(HEAD)),
            Err(()) => {}
        }
        Ok(Checked { value: state, diagnostics })
    }

    /// No state: everything is read and made.
    pub fn none() -> State {
        State { folder: PathBuf::new(), head: Head::default(), began: 0, lock: None, memory: None }
    }

    /// Puts aside what was left by other settings (see [`settings`]).
    pub fn restrict_to(&mut self, settings: Hash) {
        if self.head.settings != settings {
            self.head = Head::default();
        }
    }

    /// Opens the state to read it, while builds may go on.
    pub fn peek(root: &Path) -> State {
        let mut state = State { folder: root.join(FOLDER), head: Head::default(), began: 0, lock: None, memory: None };
        state.head = state.read_head().ok().flatten().unwrap_or_default();
        state
    }

    /// Keeps in memory what a build would write, and leaves the folder alone.
    pub fn in_memory(mut self) -> State {
        self.memory = Some(Mutex::default());
        self
    }

    /// Takes over what a run found, for the next run of the same process; parts in memory that it does not name are dropped.
    pub fn remember(&mut self, head: Head) {
        self.head = head;
        let Some(memory) = &mut self.memory else { return };
        let named: BTreeSet<String> = Table::ALL
            .iter()
            .flat_map(|table| self.head.tables[*table as usize].iter().map(|(id, hash)| part_name(*table, *id, *hash)))
            .collect();
        let memory = memory.get_mut().unwrap_or_else(PoisonError::into_inner);
        memory.retain(|name, _| named.contains(name));
    }

    /// Whether parts can be written.
    pub fn is_writable(&self) -> bool {
        self.lock.is_some()
    }

    /// The parts of a table as the last build left them.
    pub fn parts(&self, table: Table) -> &Parts {
        &self.head.tables[table as usize]
    }

    /// The bytes of a part; `None` where the table has none of that name, an error where it should and cannot be read.
    pub fn part(&self, table: Table, id: u64) -> std::result::Result<Option<Vec<u8>>, Diagnostic> {
        let Some(hash) = self.parts(table).get(&id) else { return Ok(None) };
        let name = part_name(table, id, *hash);
        if let Some(memory) = &self.memory
            && let Some(bytes) = memory.lock().unwrap_or_else(PoisonError::into_inner).get(&name)
        {
            return Ok(Some(bytes.to_vec()));
        }
        match sealed::read(&self.folder.join(&name), PART_LIMIT) {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            // Another build may have tidied up since, where there is no lock.
            Ok(None) if !self.is_writable() => Ok(None),
            _ => {
                // Or what takes its place, which has the same name, would never be written.
                if self.is_writable() {
                    let _ = file::remove(&self.folder.join(&name));
                }
                Err(damaged(&name))
            }
        }
    }

    /// Where the last build left a part, to be read later; `None` where it is kept in memory, or there is none.
    pub fn stored(&self, table: Table, id: u64) -> Option<Stored> {
        let name = part_name(table, id, *self.parts(table).get(&id)?);
        let memory = self.memory.as_ref().map(|memory| memory.lock().unwrap_or_else(PoisonError::into_inner));
        let is_held = memory.is_some_and(|memory| memory.contains_key(&name));
        (!is_held).then(|| Stored { path: self.folder.join(name) })
    }

    /// Writes a part if no such part is there, and returns the hash it goes by.
    pub fn put(&self, table: Table, id: u64, bytes: &[u8]) -> io::Result<u64> {
        let hash = Hash::of(bytes);
        let name = part_name(table, id, hash.short());
        let path = self.folder.join(&name);
        if let Some(memory) = &self.memory {
            // What a build keeps on the disk may be tidied away by the next one; what is in memory stays.
            memory.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_insert_with(|| bytes.into());
        } else if self.is_writable() && !path.exists() {
            sealed::write(&path, hash, bytes)?;
        }
        Ok(hash.short())
    }

    /// Makes `head` the state of the site, then removes the parts that no longer belong to it.
    pub fn save(&mut self, head: Head, sync: bool) -> io::Result<()> {
        if !self.is_writable() || head == self.head {
            return Ok(());
        }
        let bytes = postcard::to_stdvec(&head).map_err(io::Error::other)?;
        let mut whole = MAGIC.to_vec();
        whole.extend_from_slice(&Hash::of(&bytes).0.to_le_bytes());
        whole.extend_from_slice(&bytes);
        // Parts that a loss of power takes are found damaged and made again; the site does not depend on them.
        file::write_atomic(&self.folder.join(HEAD), &whole, sync)?;
        self.head = head;
        for table in Table::ALL {
            let named: BTreeSet<PathBuf> =
                self.parts(table).iter().map(|(id, hash)| self.folder.join(part_name(table, *id, *hash))).collect();
            for entry in fs::read_dir(self.folder.join(table.folder()))?.flatten() {
                if !named.contains(&entry.path()) {
                    // Best effort: the next build tries again.
                    let _ = file::remove(&entry.path());
                }
            }
        }
        Ok(())
    }

    fn read_head(&self) -> std::result::Result<Option<Head>, ()> {
        let mut bytes = Vec::new();
        match file::read_bounded(&self.folder.join(HEAD), PART_LIMIT, &mut bytes) {
            Ok(()) => {}
            Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(()),
        }
        let (sum, head) = bytes.strip_prefix(MAGIC).and_then(|rest| rest.split_at_checked(16)).ok_or(())?;
        if Hash::of(head).0.to_le_bytes() != sum {
            return Err(());
        }
        postcard::from_bytes(head).map(Some).map_err(|_| ())
    }
}

/// A part that lies in the folder.
#[derive(Clone, Debug)]
pub struct Stored {
    path: PathBuf,
}

impl Stored {
    /// Its bytes; `None` where it went or was damaged meanwhile.
    pub fn read(&self) -> Option<Vec<u8>> {
        sealed::read(&self.path, PART_LIMIT).ok().flatten()
    }
}

/// Makes the folder and takes the lock, with the file system's time; `None` if another build has it.
fn prepare(folder: &Path) -> io::Result<Option<(Lock, SystemTime)>> {
    for table in Table::ALL {
        file::make_folders(&folder.join(table.folder()))?;
    }
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        file::write_atomic(&ignore, b"*\n", false)?;
    }
    let lock = Lock::take(&folder.join("lock"))?;
    if lock.is_some() {
        file::remove_temporary(folder);
    }
    Ok(lock)
}

fn part_name(table: Table, id: u64, hash: u64) -> String {
    format!("{}/{id:016x}-{hash:016x}", table.folder())
}

/// The warning for a part that cannot be used.
pub fn damaged(name: &str) -> Diagnostic {
    let message = "the state of the last build is damaged here and is ignored";
    Diagnostic::warning(Code::StateDamaged, message)
        .at(Location::file(format!("{FOLDER}/{name}")))
        .hint("this build takes longer; the site is not affected")
}
