//! What publishing must know of the last build: `.dateline/last-build.json` beside `content/`.
//!
//! The output folder itself is a pure function of its inputs, so it cannot say that content had errors, that drafts were shown, or for which
//! moment the site was built. The record says so, and names the manifest that it belongs to by its hash.

use crate::clock::Timestamp;
use crate::file;
use crate::hash::Hash;
use crate::state::FOLDER;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

const NAME: &str = "last-build.json";
/// The most output folders that are remembered; beyond that the file starts again.
const FOLDERS: usize = 100;

/// One build, as publishing sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct BuildRecord {
    /// Hash of the bytes of the manifest that the build left, 32 hexadecimal digits.
    pub manifest: String,
    /// How many errors it found.
    pub errors: usize,
    /// Whether drafts were shown.
    pub drafts: bool,
    /// The clock it was given, in milliseconds since 1970.
    pub now: i64,
    /// The address it was given in the place of the one in the settings.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The address that its pages have, whichever that was; `None` in records of older versions.
    #[serde(default)]
    pub home: Option<String>,
}

impl BuildRecord {
    /// The record of a build that left a manifest of this hash.
    pub fn new(manifest: Hash, errors: usize, drafts: bool, now: Timestamp) -> BuildRecord {
        BuildRecord { manifest: manifest.to_string(), errors, drafts, now: now.millis(), base_url: None, home: None }
    }

    /// The same for a build whose pages have the address `home`: one that it was given, or that of the settings.
    pub fn at(self, base_url: Option<String>, home: String) -> BuildRecord {
        BuildRecord { base_url, home: Some(home), ..self }
    }
}

/// Notes a build of the site in `root` into the output folder of that name.
pub fn write(root: &Path, output: &Path, record: BuildRecord) -> io::Result<()> {
    let folder = root.join(FOLDER);
    let mut records = read_all(root);
    let key = key(output);
    if records.len() >= FOLDERS && !records.contains_key(&key) {
        records.clear();
    }
    if records.get(&key) == Some(&record) {
        return Ok(());
    }
    records.insert(key, record);
    file::make_folders(&folder)?;
    let mut bytes = serde_json::to_vec_pretty(&records)?;
    bytes.push(b'\n');
    file::write_atomic(&folder.join(NAME), &bytes, false)
}

/// The last build into an output folder; `None` where none is remembered.
pub fn read(root: &Path, output: &Path) -> Option<BuildRecord> {
    read_all(root).remove(&key(output))
}

fn read_all(root: &Path) -> BTreeMap<String, BuildRecord> {
    let mut bytes = Vec::new();
    let read = file::read_bounded(&root.join(FOLDER).join(NAME), 1 << 20, &mut bytes);
    // A damaged or absent file means that no build is remembered, and publishing asks for one.
    read.ok().and_then(|()| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// One name for a folder, however it was written.
fn key(output: &Path) -> String {
    std::fs::canonicalize(output).unwrap_or_else(|_| output.to_path_buf()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_folder_has_its_mark() {
        let site = tempfile::tempdir().unwrap();
        let (a, b) = (site.path().join("a"), site.path().join("b"));
        file::make_folder(&a).unwrap();
        assert_eq!(read(site.path(), &a), None);
        let record = BuildRecord::new(Hash::of(b"x"), 2, true, Timestamp::from_millis(5));
        write(site.path(), &a, record.clone()).unwrap();
        write(
            site.path(),
            &b,
            BuildRecord::new(Hash::of(b"y"), 0, false, Timestamp::EPOCH).at(None, "https://e.org".into()),
        )
        .unwrap();
        assert_eq!(read(site.path(), &a), Some(record.clone()));
        assert_eq!(read(site.path(), &a.join("../a")), Some(record));
        file::write_atomic(&site.path().join(FOLDER).join(NAME), b"{", false).unwrap();
        assert_eq!(read(site.path(), &a), None);
    }
}
