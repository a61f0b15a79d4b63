//! Renditions that were made, kept in `.dateline/` by what they are made from.
//!
//! It is a cache and nothing more: each file begins with a hash of the rest, and what is missing or damaged is made again. The way
//! renditions are made is in the name of the folder, so that another program that makes them in the same way finds them.

use super::{Facts, Flaw, Rendition, social_card};
use crate::file::{self, sealed};
use crate::hash::Hash;
use crate::path::RelPath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder, below that of the state.
const FOLDER: &str = "renditions";
/// A hash of the sources and libraries that make renditions.
const RECIPE: &str = env!("DATELINE_RECIPE");
/// Where it is noted which pictures are broken, below the folder of the recipe.
const FLAWS: &str = "flaws";
/// The largest rendition that is read, in bytes.
const LIMIT: u64 = 64 << 20;

/// The renditions of a site.
#[derive(Clone, Debug)]
pub struct RenditionCache {
    /// Of all recipes.
    above: PathBuf,
    folder: PathBuf,
}

impl RenditionCache {
    /// The cache in the folder of a site's state.
    pub fn new(state: &Path) -> RenditionCache {
        let above = state.join(FOLDER);
        RenditionCache { folder: above.join(RECIPE), above }
    }

    /// The bytes of a rendition, if they are there and whole.
    pub fn get(&self, rendition: &Rendition) -> Option<Vec<u8>> {
        read(&self.path(rendition))
    }

    /// Whether a rendition is there. Whether it is whole shows when it is read.
    pub fn has(&self, rendition: &Rendition) -> bool {
        self.path(rendition).is_file()
    }

    /// Keeps the bytes of a rendition.
    pub fn put(&self, rendition: &Rendition, bytes: &[u8]) -> io::Result<()> {
        self.write(&self.path(rendition), bytes)
    }

    /// The bytes of a social card, by its hash, likewise.
    pub fn get_card(&self, card: Hash) -> Option<Vec<u8>> {
        read(&self.card_path(card))
    }

    /// Whether a social card is there.
    pub fn has_card(&self, card: Hash) -> bool {
        self.card_path(card).is_file()
    }

    /// Keeps the bytes of a social card.
    pub fn put_card(&self, card: Hash, bytes: &[u8]) -> io::Result<()> {
        self.write(&self.card_path(card), bytes)
    }

    /// What was found wrong with pictures when they were last decoded.
    pub fn flaws(&self) -> FxHashMap<Hash, Flaw> {
        let mut flaws = FxHashMap::default();
        for entry in fs::read_dir(self.folder.join(FLAWS)).into_iter().flatten().flatten() {
            let picture = entry.file_name().to_str().and_then(Hash::parse);
            if let Some((picture, why)) = picture.and_then(|picture| Some((picture, read(&entry.path())?)))
                && let Ok(why) = String::from_utf8(why)
            {
                flaws.insert(picture, Flaw::Broken(why));
            }
        }
        flaws
    }

    /// Notes what is wrong with a picture.
    pub fn put_flaw(&self, picture: Hash, flaw: &Flaw) -> io::Result<()> {
        let Flaw::Broken(why) = flaw else { return Ok(()) };
        self.write(&self.folder.join(FLAWS).join(picture.to_string()), why.as_bytes())
    }

    /// Removes everything but these renditions, by their tails, social cards, by the names of their files, and the flaws of these
    /// pictures. Best effort: what stays does no harm.
    pub fn keep(&self, renditions: &FxHashSet<String>, pictures: &FxHashSet<Hash>) {
        for entry in fs::read_dir(&self.above).into_iter().flatten().flatten() {
            if entry.path() != self.folder {
                let _ = file::remove_tree(&entry.path());
            }
        }
        for folder in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            for entry in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let is_kept = name.to_str().is_some_and(|name| {
                    renditions.contains(name) || Hash::parse(name).is_some_and(|picture| pictures.contains(&picture))
                });
                if !is_kept {
                    let _ = file::remove(&entry.path());
                }
            }
            // A folder that still holds something stays.
            let _ = file::remove_folder(&folder.path());
        }
    }

    fn path(&self, rendition: &Rendition) -> PathBuf {
        self.folder.join(format!("{:02x}", rendition.hash.0 >> 120)).join(rendition.tail())
    }

    fn card_path(&self, card: Hash) -> PathBuf {
        self.folder.join(format!("{:02x}", card.0 >> 120)).join(social_card::file_name(card))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        // A site without a state has no cache.
        if !self.above.parent().is_some_and(Path::is_dir) {
            return Ok(());
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
            file::make_folders(folder)?;
        }
        sealed::write(path, Hash::of(bytes), bytes)
    }
}

/// The content of a file of the cache, if it is there and whole.
fn read(path: &Path) -> Option<Vec<u8>> {
    sealed::read(path, LIMIT).ok().flatten()
}

/// Reads a picture below `content`, which has to be the one of these facts.
pub fn original(content: &Path, path: &RelPath, facts: &Facts) -> Result<Vec<u8>, Flaw> {
    let mut bytes = Vec::new();
    match file::read_bounded(&path.under(content), super::BYTES_LIMIT, &mut bytes) {
        Ok(()) if Hash::of(&bytes) == facts.hash => Ok(bytes),
        Ok(()) => Err(Flaw::Broken("it changed while the site was built".to_string())),
        Err(file::ReadError::TooLarge(length)) => Err(Flaw::Bytes(length)),
        Err(file::ReadError::Io(error)) => Err(Flaw::Broken(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cut;
    use super::*;

    #[test]
    fn what_is_damaged_or_not_kept_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let cache = RenditionCache::new(folder.path());
        let rendition = |width| Rendition {
            file: RelPath::new("a.jpg").unwrap(),
            hash: Hash(7),
            cut: Cut { width, height: 1, social: false, quality: 75 },
        };
        for width in [1, 2, 3] {
            assert_eq!(cache.get(&rendition(width)), None);
            cache.put(&rendition(width), b"bytes").unwrap();
            assert_eq!(cache.get(&rendition(width)).as_deref(), Some(&b"bytes"[..]));
        }
        let flaw = Flaw::Broken("why".into());
        cache.put_flaw(Hash(8), &flaw).unwrap();
        cache.put_flaw(Hash(9), &flaw).unwrap();
        let path = cache.path(&rendition(2));
        file::write_atomic(&path, b"0123456789abcdefbytes", false).unwrap();
        assert_eq!(cache.get(&rendition(2)), None);
        file::make_folders(&cache.above.join("older/ab")).unwrap();
        cache.keep(&[rendition(1).tail()].into_iter().collect(), &[Hash(8)].into_iter().collect());
        assert_eq!([1, 3].map(|width| cache.get(&rendition(width)).is_some()), [true, false]);
        assert_eq!(cache.flaws(), [(Hash(8), flaw)].into_iter().collect());
        assert!(!cache.above.join("older").exists());
    }
}
