//! A folder that pushes are written into. The desk reads it as it reads a drop folder.

use crate::clock::Timestamp;
use crate::file;
use ring::digest::{SHA256, digest};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The most items that may wait in a folder.
pub(super) const MOST: usize = 4096;
/// The extension of items. It is not one of a media file, so no item can refer to another item as its picture.
const END: &str = ".item";

/// See the module.
pub(super) struct Folder {
    path: PathBuf,
    most: usize,
    /// The number of the last item, in milliseconds; one writes at a time.
    last: Mutex<i64>,
}

/// Why an item was not stored.
#[derive(Debug)]
pub(super) enum NotStored {
    /// As many items wait as may.
    Full,
    /// The system said no.
    Io(io::Error),
}

impl From<io::Error> for NotStored {
    fn from(error: io::Error) -> NotStored {
        NotStored::Io(error)
    }
}

impl Folder {
    /// A folder of which at most so many items wait. It must exist.
    pub(super) fn new(path: PathBuf, most: usize) -> Folder {
        Folder { path, most, last: Mutex::new(0) }
    }

    /// Brings an item to the disk. One that waits there already is not written again.
    pub(super) fn store(&self, body: &[u8], now: Timestamp) -> Result<(), NotStored> {
        let sum: String = digest(&SHA256, body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let end = format!("-{sum}{END}");
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = waiting(&self.path)?;
        if !waiting.iter().any(|name| name.ends_with(&end)) {
            if waiting.len() >= self.most {
                return Err(NotStored::Full);
            }
            // Items are taken by name, so in the order in which they came, also where the clock was set back.
            let newest = waiting.iter().filter_map(|name| name.split('-').next()?.parse().ok()).max();
            let number = now.millis().max(*last + 1).max(newest.unwrap_or(0) + 1);
            file::write_atomic(&self.path.join(format!("{number:015}{end}")), body, true)?;
            *last = number;
        }
        // An item that waits may have come a moment before the desk was killed.
        Ok(file::sync_folder(&self.path)?)
    }
}

/// The names of the items that wait in a folder.
fn waiting(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(END) {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_lie_in_the_order_in_which_they_came_once_each_and_within_bounds() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().to_path_buf(), 3);
        for (body, now) in [("b", 2000), ("a", 1000), ("b", 3000), ("c", 1000)] {
            folder.store(body.as_bytes(), Timestamp::from_millis(now)).unwrap();
        }
        let bodies = || {
            let mut names = waiting(place.path()).unwrap();
            names.sort();
            names.iter().map(|name| std::fs::read_to_string(place.path().join(name)).unwrap()).collect::<String>()
        };
        assert_eq!(bodies(), "bac");
        let full = folder.store(b"d", Timestamp::from_millis(4000));
        assert!(matches!(full, Err(NotStored::Full)), "{full:?}");
        // What waits already is not stored again.
        folder.store(b"c", Timestamp::from_millis(5000)).unwrap();
        assert_eq!(bodies(), "bac");
        // After a restart too they come in order.
        file::remove(&place.path().join(waiting(place.path()).unwrap().into_iter().max().unwrap())).unwrap();
        Folder::new(place.path().to_path_buf(), 3).store(b"e", Timestamp::from_millis(0)).unwrap();
        assert_eq!(bodies(), "bae");
    }
}
