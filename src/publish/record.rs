//! What a target holds, as the target itself remembers it.
//!
//! The record is cut into chunks where the hash of a path says so. A change rewrites only the chunks that it falls into: publishing one
//! story to a site of a million files sends a few chunks, not the list. Chunks are named by their content. A small root names the chunks,
//! and is replaced by compare-and-set.
//!
//! Each finished publish has a random name, because a serial is not enough: a target that was emptied, or restored from a copy, has the
//! same serials again for other states. Notes of former states are believed only if they lead from the named publish, one after another.
//! They are written before the last step, so a publish that is killed there can be taken back.
//!
//! While somebody publishes, the root also holds who it is and the hash of the list of paths that may be touched. If that publish never
//! ends, the next one, on any machine, knows which objects it cannot trust; the journal of the same machine knows more exactly.

use crate::clock::Timestamp;
use crate::hash::Hash;
use crate::page::PageKind;
use crate::path::RelPath;
use std::collections::{BTreeMap, BTreeSet};

/// A publish that has not been heard of for so many seconds counts as dead.
pub const LEASE_SECONDS: i64 = 15 * 60;

/// The folder of dateline's own objects at a target.
pub const FOLDER: &str = ".dateline";
const HEAD: &str = "dateline published 1";
/// A chunk ends after a path whose hash is a multiple of this, so chunks have about so many entries.
const CHUNK: u128 = 512;

/// Everything that a target holds, by path.
pub type Record = BTreeMap<String, Entry>;

/// Whether an entry of a record is the compressed copy of the plain file beside it.
pub fn is_compressed_copy(record: &Record, path: &str, entry: &Entry) -> bool {
    super::headers::plain_path(path).and_then(|plain| record.get(plain)).is_some_and(|plain| plain.hash == entry.hash)
}

/// One object at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Hash of the file that it was made from.
    pub hash: Hash,
    /// Stands for form and headers.
    pub fingerprint: u64,
    /// What it is.
    pub kind: PageKind,
    /// Since when no page uses it, if it only stays for its time of grace.
    pub retired: Option<Timestamp>,
}

impl Entry {
    /// One line, without the path and the line break.
    pub fn to_line(self) -> String {
        let retired = self.retired.map_or_else(|| "-".to_string(), |time| time.millis().to_string());
        format!("{} {:016x} {} {retired}", self.hash, self.fingerprint, self.kind)
    }

    /// Reads what `to_line` wrote, and the path after it.
    pub fn parse(line: &str) -> Option<(String, Entry)> {
        let mut parts = line.splitn(5, ' ');
        let mut next = || parts.next();
        let hash = Hash::parse(next()?)?;
        let fingerprint = u64::from_str_radix(next()?, 16).ok()?;
        let kind = PageKind::parse(next()?)?;
        let retired = match next()? {
            "-" => None,
            millis => Some(Timestamp::from_millis(millis.parse().ok()?)),
        };
        let path = RelPath::new(next()?)?;
        Some((path.as_str().to_string(), Entry { hash, fingerprint, kind, retired }))
    }
}

/// The chunks of a record, by the hash that names them, in order.
pub fn chunks(record: &Record) -> Vec<(Hash, String)> {
    let mut chunks = Vec::new();
    let mut text = String::new();
    for (path, entry) in record {
        text.push_str(&entry.to_line());
        text.push(' ');
        text.push_str(path);
        text.push('\n');
        if Hash::of(path.as_bytes()).0.is_multiple_of(CHUNK) {
            chunks.push((Hash::of(text.as_bytes()), std::mem::take(&mut text)));
        }
    }
    if !text.is_empty() {
        chunks.push((Hash::of(text.as_bytes()), text));
    }
    chunks
}

/// Adds the entries of a chunk; `None` if it is damaged.
pub fn read_chunk(name: Hash, text: &str, record: &mut Record) -> Option<()> {
    if Hash::of(text.as_bytes()) != name {
        return None;
    }
    for line in text.lines() {
        let (path, entry) = Entry::parse(line)?;
        record.insert(path, entry);
    }
    Some(())
}

/// A list of paths, one a line.
pub fn path_list<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

/// Reads a list of paths; `None` if it is damaged.
pub fn read_paths(text: &str) -> Option<BTreeSet<String>> {
    text.lines().map(|line| RelPath::new(line).map(|path| path.as_str().to_string())).collect()
}

/// Somebody who publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Who: the machine, the process and the moment.
    pub id: String,
    /// When it was last heard of.
    pub since: Timestamp,
    /// The list of paths that may have been touched.
    pub touched: Hash,
}

/// Which publish a record was written by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Counts finished publishes; 0 where there was none.
    pub serial: u64,
    /// The target since its first publish: it has another name once it was emptied. Zero where an older version of dateline made it.
    pub target: Hash,
    /// This publish and no other. Zero where an older version of dateline made it.
    pub publish: Hash,
}

impl Head {
    /// That of a publish which follows this one.
    pub fn next(self) -> Head {
        let target = if self.serial == 0 { by_lot() } else { self.target };
        Head { serial: self.serial + 1, target, publish: by_lot() }
    }

    /// One line, without the line break.
    pub fn to_line(self) -> String {
        if self.publish == Hash::default() {
            return format!("serial {}", self.serial);
        }
        format!("serial {} {} {}", self.serial, self.target, self.publish)
    }

    /// Reads what `to_line` wrote.
    pub fn parse(line: &str) -> Option<Head> {
        let mut parts = line.strip_prefix("serial ")?.split(' ');
        let serial = parts.next()?.parse().ok()?;
        let names = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => (Hash::default(), Hash::default()),
            (Some(target), Some(publish), None) => (Hash::parse(target)?, Hash::parse(publish)?),
            _ => return None,
        };
        Some(Head { serial, target: names.0, publish: names.1 })
    }
}

/// A name that nothing else has. Each hasher of `std` has keys of its own, and the first ones come from the system.
fn by_lot() -> Hash {
    use std::hash::{BuildHasher, RandomState};
    let half = || u128::from(RandomState::new().hash_one(std::process::id()));
    Hash(half() << 64 | half())
}

/// The small object that is replaced by compare-and-set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// The last finished publish.
    pub head: Head,
    /// Who publishes now, or stopped half-way.
    pub lease: Option<Lease>,
    /// The chunks of the record.
    pub chunks: Vec<Hash>,
}

impl Root {
    /// The text of the object.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEAD}\n{}\n", self.head.to_line());
        if let Some(lease) = &self.lease {
            text.push_str(&format!("lease {} {} {}\n", lease.touched, lease.since.millis(), lease.id));
        }
        for chunk in &self.chunks {
            text.push_str(&format!("chunk {chunk}\n"));
        }
        text
    }

    /// Reads the object; `None` if it is damaged or of a later form.
    pub fn parse(text: &str) -> Option<Root> {
        let mut lines = text.strip_prefix(HEAD)?.strip_prefix('\n')?.lines();
        let mut root = Root { head: Head::parse(lines.next()?)?, ..Root::default() };
        for line in lines {
            let (word, rest) = line.split_once(' ')?;
            match word {
                "lease" => {
                    let (touched, rest) = rest.split_once(' ')?;
                    let (since, id) = rest.split_once(' ')?;
                    let since = Timestamp::from_millis(since.parse().ok()?);
                    root.lease = Some(Lease { id: id.to_string(), since, touched: Hash::parse(touched)? });
                }
                "chunk" => root.chunks.push(Hash::parse(rest)?),
                _ => return None,
            }
        }
        Some(root)
    }
}

/// A whole record as one text, for targets that keep it in one file.
pub fn to_text(head: Head, record: &Record) -> String {
    let mut text = format!("{HEAD}\n{}\n", head.to_line());
    for (_, chunk) in chunks(record) {
        text.push_str(&chunk);
    }
    text
}

/// Reads what [`to_text`] wrote; `None` if it is damaged.
pub fn from_text(text: &str) -> Option<(Head, Record)> {
    let rest = text.strip_prefix(HEAD)?.strip_prefix('\n')?;
    let (head, lines) = rest.split_once('\n')?;
    let record = lines.lines().map(Entry::parse).collect::<Option<Record>>()?;
    Some((Head::parse(head)?, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(paths: impl Iterator<Item = usize>) -> Record {
        let entry = |n: usize| Entry {
            hash: Hash::of(&n.to_le_bytes()),
            fingerprint: n as u64,
            kind: PageKind::Story,
            retired: n.is_multiple_of(7).then(|| Timestamp::from_millis(5)),
        };
        paths.map(|n| (format!("a b/{n:06}/index.html"), entry(n))).collect()
    }

    #[test]
    fn records_come_back() {
        let record = record(0..3000);
        let head = Head { serial: 7, ..Head::default() }.next();
        assert_eq!(from_text(&to_text(head, &record)), Some((head, record.clone())));
        let mut back = Record::new();
        let chunks = chunks(&record);
        assert!((3..20).contains(&chunks.len()), "{}", chunks.len());
        for (name, text) in &chunks {
            read_chunk(*name, text, &mut back).unwrap();
        }
        assert_eq!(back, record);
        assert_eq!(read_chunk(Hash::of(b"other"), &chunks[0].1, &mut back), None);
    }

    #[test]
    fn a_change_rewrites_one_chunk_and_an_addition_shifts_none() {
        let before: BTreeSet<Hash> = chunks(&record(0..20_000)).into_iter().map(|(name, _)| name).collect();
        let mut changed = record(0..20_000);
        changed.get_mut("a b/010000/index.html").unwrap().fingerprint += 1;
        let count = |record: &Record| chunks(record).iter().filter(|(name, _)| !before.contains(name)).count();
        assert_eq!(count(&changed), 1);
        changed.insert("a b/010000-new/index.html".into(), changed["a b/010000/index.html"]);
        assert!(count(&changed) <= 2);
    }

    #[test]
    fn each_publish_has_a_name_of_its_own_and_so_has_each_first_one() {
        let first = Head::default().next();
        let second = first.next();
        assert_eq!((first.serial, second.serial, first.target), (1, 2, second.target));
        assert!(first.publish != second.publish && first.target != Head::default().next().target);
        assert_eq!(Head::parse(&second.to_line()), Some(second));
        // Older versions wrote the serial alone, and it stays so until the next publish.
        let old = Head { serial: 12, ..Head::default() };
        assert_eq!((old.to_line().as_str(), Head::parse("serial 12")), ("serial 12", Some(old)));
        assert_eq!(old.next().target, Hash::default());
        for damaged in ["serial", "serial x", "serial 1 2", "serial 1 2 3"] {
            assert_eq!(Head::parse(damaged), None, "{damaged}");
        }
        assert_eq!(Head::parse(&format!("{} 4", second.to_line())), None);
    }

    #[test]
    fn roots_come_back_and_damage_shows() {
        let lease = Lease { id: "desk 12".into(), since: Timestamp::from_millis(9), touched: Hash::of(b"t") };
        let head = Head { serial: 2, ..Head::default() }.next();
        let root = Root { head, lease: Some(lease), chunks: vec![Hash::of(b"a"), Hash::of(b"b")] };
        assert_eq!(Root::parse(&root.to_text()), Some(root.clone()));
        assert_eq!(Root::parse("dateline published 2\nserial 1\n"), None);
        assert_eq!(Root::parse(&root.to_text().replace("chunk", "chink")), None);
        assert_eq!(Entry::parse("x"), None);
        let line = format!("{} 0000000000000000 story - ../x", Hash::default());
        assert_eq!(Entry::parse(&line), None);
    }
}
