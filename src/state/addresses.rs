//! The addresses that the site had after the last build, each with the uri of its story or standing page.
//!
//! The other tables of the state are of use to the same program and settings alone. These outlive both, for a change of settings
//! moves more addresses than any other edit. Only diagnostics look at them; no page does.
//!
//! They lie in files by the hash of the uri. A file is named by what it holds, so that one in which nothing changed is neither read
//! nor written. Addresses that went are in a file of their own until something stands there again, or somebody lets them go.

use super::{FOLDER, State, damaged, read_checked, write_checked};
use crate::diag::Checked;
use crate::file;
use crate::hash::Hash;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const PLACE: &str = "addresses";
/// The file of the addresses that went.
const GONE: &str = "gone";
/// How many addresses share a file, about.
const SHARE: usize = 1024;

/// An address, and whose it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The uri of the story or the standing page.
    pub uri: String,
    /// The path on the site, not encoded.
    pub path: String,
    /// Whether it only led on to the page.
    pub redirect: bool,
    /// A hash of the headline, by which a story is known again whose uri was made from its file; 0 where there is none.
    pub headline: u64,
}

/// What became of the addresses of the last build.
#[derive(Debug, Default)]
pub struct Changes {
    /// Those that their uri has no more.
    pub gone: Vec<Address>,
    /// Those of uris that had none.
    pub new: Vec<Address>,
    /// Names and bytes of files to write.
    files: Vec<(String, Vec<u8>)>,
    /// Names of files that these take the place of.
    stale: Vec<String>,
}

/// The addresses in the state of a site.
pub struct Addresses {
    folder: PathBuf,
    is_writable: bool,
}

impl State {
    /// The addresses that the site had.
    pub fn addresses(&self) -> Addresses {
        Addresses { folder: self.folder.join(PLACE), is_writable: self.is_writable() }
    }
}

impl Addresses {
    /// Compares the addresses that the site has now with those that it had.
    pub fn compare(&self, now: Vec<Address>) -> Checked<Changes> {
        let bits = (now.len() / SHARE).next_power_of_two().trailing_zeros().min(12);
        let mut shares: BTreeMap<u64, Vec<Address>> = BTreeMap::new();
        for address in now {
            let share = Hash::of(address.uri.as_bytes()).short().checked_shr(64 - bits).unwrap_or(0);
            shares.entry(share).or_default().push(address);
        }
        let file = |(number, mut addresses): (u64, Vec<Address>)| {
            addresses.sort_unstable();
            addresses.dedup();
            let bytes = bytes(&addresses);
            (format!("{bits:02}-{number:04x}-{:016x}", Hash::of(&bytes).short()), addresses, bytes)
        };
        let shares: Vec<_> = shares.into_iter().collect();
        let shares: Vec<_> = shares.into_par_iter().map(file).collect();
        let there = self.names();
        let wanted: BTreeSet<&str> = shares.iter().map(|(name, ..)| name.as_str()).collect();
        let mut found = Checked::<Changes>::default();
        let mut had: BTreeSet<Address> = BTreeSet::new();
        for name in there.iter().filter(|name| !wanted.contains(name.as_str())) {
            match self.read(name) {
                Some(addresses) => had.extend(addresses),
                None => found.diagnostics.push(damaged(&format!("{PLACE}/{name}"))),
            }
            found.value.stale.push(name.clone());
        }
        let mut has: BTreeSet<Address> = BTreeSet::new();
        for (name, addresses, bytes) in shares {
            if !there.contains(&name) {
                has.extend(addresses);
                found.value.files.push((name, bytes));
            }
        }
        let paths = |of: &BTreeSet<Address>| -> BTreeSet<(String, String)> {
            of.iter().map(|address| (address.uri.clone(), address.path.clone())).collect()
        };
        let (kept, uris) = (paths(&has), had.iter().map(|address| address.uri.as_str()).collect::<BTreeSet<_>>());
        let is_new = |address: &&Address| !uris.contains(address.uri.as_str());
        found.value.new = has.iter().filter(is_new).cloned().collect();
        found.value.gone = had
            .iter()
            .filter(|address| !kept.contains(&(address.uri.clone(), address.path.clone())))
            .cloned()
            .collect();
        found
    }

    /// The addresses that went before and are not settled.
    pub fn gone(&self) -> Checked<Vec<Address>> {
        if !self.folder.join(GONE).exists() {
            return Checked::default();
        }
        match self.read(GONE) {
            Some(value) => Checked { value, diagnostics: Vec::new() },
            None => Checked { value: Vec::new(), diagnostics: vec![damaged(&format!("{PLACE}/{GONE}"))] },
        }
    }

    /// Notes what the site has now, and which addresses went. What was gone is noted first: a build that is stopped between the
    /// two finds the same addresses once more.
    pub fn save(&self, changes: &Changes, gone: &[Address]) -> io::Result<()> {
        if !self.is_writable {
            return Ok(());
        }
        file::make_folders(&self.folder)?;
        file::remove_temporary(&self.folder);
        let place = self.folder.join(GONE);
        if gone.is_empty() {
            remove(&place)?;
        } else if self.gone().value != gone {
            let bytes = bytes(gone);
            write_checked(&place, Hash::of(&bytes), &bytes)?;
        }
        for (name, bytes) in &changes.files {
            write_checked(&self.folder.join(name), Hash::of(bytes), bytes)?;
        }
        changes.stale.iter().try_for_each(|name| remove(&self.folder.join(name)))
    }

    /// The names of the files in the folder, except the one for addresses that went.
    fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name != GONE && !name.starts_with('.')).collect()
    }

    fn read(&self, name: &str) -> Option<Vec<Address>> {
        let bytes = read_checked(&self.folder.join(name)).ok().flatten()?;
        std::str::from_utf8(&bytes).ok()?.lines().map(address).collect()
    }
}

/// Removes a file if it is there.
fn remove(place: &Path) -> io::Result<()> {
    if place.exists() { file::remove(place) } else { Ok(()) }
}

fn bytes(addresses: &[Address]) -> Vec<u8> {
    let mut text = String::new();
    for Address { uri, path, redirect, headline } in addresses {
        text.push_str(&format!("{headline:016x}\t{}\t{path}\t{uri}\n", if *redirect { "redirect" } else { "page" }));
    }
    text.into_bytes()
}

fn address(line: &str) -> Option<Address> {
    let mut fields = line.splitn(4, '\t');
    let headline = u64::from_str_radix(fields.next()?, 16).ok()?;
    let redirect = fields.next()? == "redirect";
    let (path, uri) = (fields.next()?.to_string(), fields.next()?.to_string());
    Some(Address { uri, path, redirect, headline })
}

/// Where the addresses lie, as diagnostics name it.
pub fn shown() -> String {
    format!("{FOLDER}/{PLACE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(uri: &str, path: &str) -> Address {
        Address { uri: uri.to_string(), path: path.to_string(), redirect: false, headline: 7 }
    }

    fn paths(addresses: &[Address]) -> Vec<&str> {
        addresses.iter().map(|address| address.path.as_str()).collect()
    }

    #[test]
    fn what_went_is_found_at_any_size() {
        let folder = tempfile::tempdir().unwrap();
        let store = Addresses { folder: folder.path().join(PLACE), is_writable: true };
        let all =
            |count: usize| (0..count).map(|n| address(&format!("urn:{n}"), &format!("/{n}/"))).collect::<Vec<_>>();
        let first = store.compare(all(10)).value;
        assert_eq!((first.gone.len(), first.new.len()), (0, 10));
        store.save(&first, &[]).unwrap();
        // The files are other ones where there are many more.
        for count in [5_000, 10, 3_000] {
            let mut now = all(count);
            now[3].path = format!("/moved-{count}/");
            let changes = store.compare(now).value;
            assert!(
                paths(&changes.gone).contains(&(if count == 5_000 { "/3/" } else { "/4/" })) == (count == 5_000),
                "{count}"
            );
            store.save(&changes, &changes.gone).unwrap();
            assert_eq!(store.gone().value, changes.gone);
        }
        let mut now = all(3_000);
        now[3].path = "/moved-3000/".to_string();
        let same = store.compare(now).value;
        assert!(same.gone.is_empty() && same.new.is_empty() && same.files.is_empty() && same.stale.is_empty());
    }

    #[test]
    fn damage_is_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let store = Addresses { folder: folder.path().join(PLACE), is_writable: true };
        store.save(&store.compare(vec![address("urn:a", "/a/")]).value, &[address("urn:b", "/b/")]).unwrap();
        for name in store.names().into_iter().chain([GONE.to_string()]) {
            file::write_atomic(&store.folder.join(name), b"x", false).unwrap();
        }
        assert_eq!(store.gone().diagnostics.len(), 1);
        let changes = store.compare(vec![address("urn:a", "/moved/")]);
        assert_eq!((changes.diagnostics.len(), changes.value.gone.len()), (1, 0));
        store.save(&changes.value, &[]).unwrap();
        assert!(store.compare(vec![address("urn:a", "/moved/")]).diagnostics.is_empty());
    }
}
