//! Assets: pictures and other media that a sender pushes before the item that shows them, as Superdesk does. It asks whether the desk has
//! one, sends it where it has not, and then the item, which names it by its id.
//!
//! An asset lies in a folder of the desk's own until [`KEPT`] is over; a story that shows it has a copy. A sender that needs it later
//! asks again, and sends it again.

use super::folder::NotStored;
use crate::clock::Timestamp;
use crate::file;
use crate::wire::pushed;
use mail_parser::{MessageParser, MimeHeaders};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

/// The most assets that are kept for a source.
const MOST: usize = 4096;
/// How long an asset is kept.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The folder of the assets of a source, in that of its pushes.
pub(in crate::live_desk) fn folder(pushes: &Path) -> PathBuf {
    pushes.join("assets")
}

/// The assets of a source.
pub(super) struct Assets {
    path: PathBuf,
    most: usize,
    /// One is written at a time, so that their number is known.
    writing: Mutex<()>,
}

/// An asset as it was sent.
pub(super) struct Asset {
    /// The name of its file.
    name: String,
    bytes: Vec<u8>,
}

/// Why a body is no asset.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoAsset {
    /// It lacks a field.
    Lacks(&'static str),
    /// Its id cannot be one.
    Id,
    /// No story shows media of this type.
    Type(String),
}

impl Asset {
    /// Reads a form (`multipart/form-data`, RFC 7578) with the fields `media_id` and `media`.
    pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Asset, NoAsset> {
        // A form is a MIME message whose head is in the fields of the request.
        let head = format!("Content-Type: {}\r\n\r\n", content_type.replace(['\r', '\n'], " "));
        let message = [head.as_bytes(), body].concat();
        let message = MessageParser::new().parse(&message);
        let parts = message.as_ref().map(|message| &message.parts[..]).unwrap_or_default();
        let field = |name: &'static str| {
            let is_it = |part: &&mail_parser::MessagePart<'_>| {
                part.content_disposition().and_then(|field| field.attribute("name")) == Some(name)
            };
            parts.iter().find(is_it).ok_or(NoAsset::Lacks(name))
        };
        let id = String::from_utf8_lossy(field("media_id")?.contents()).trim().to_string();
        let media = field("media")?;
        let kind = media.content_type().map_or_else(String::new, |kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_string(),
        });
        if pushed::stem(&id).is_none() {
            return Err(NoAsset::Id);
        }
        let name = pushed::file_name(&id, &kind).ok_or(NoAsset::Type(kind))?;
        Ok(Asset { name, bytes: media.contents().to_vec() })
    }
}

impl Assets {
    /// The assets in a folder, which must exist.
    pub(super) fn new(path: PathBuf) -> Assets {
        Assets { path, most: MOST, writing: Mutex::new(()) }
    }

    /// Whether there is an asset with this id.
    pub(super) fn has(&self, id: &str) -> bool {
        let Some(wanted) = pushed::stem(id) else { return false };
        let names = std::fs::read_dir(&self.path).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.filter_map(|name| Some(Path::new(&name).file_stem()?.to_owned())).any(|stem| stem == *wanted)
    }

    /// Brings an asset to the disk, and removes those that were kept for long enough.
    pub(super) fn store(&self, asset: &Asset, now: Timestamp) -> Result<(), NotStored> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.sweep(now)? >= self.most && !self.path.join(&asset.name).exists() {
            return Err(NotStored::Full);
        }
        file::write_atomic(&self.path.join(&asset.name), &asset.bytes, true)?;
        Ok(file::sync_folder(&self.path)?)
    }

    /// Removes old assets; how many are left.
    fn sweep(&self, now: Timestamp) -> io::Result<usize> {
        let now = Duration::from_millis(u64::try_from(now.millis()).unwrap_or(0));
        let mut left = 0;
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            let since = modified.and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
            if since.is_some_and(|since| now.saturating_sub(since) > KEPT) {
                file::remove(&entry.path())?;
            } else {
                left += 1;
            }
        }
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (head, kind, bytes) in fields {
            let kind = if kind.is_empty() { String::new() } else { format!("\r\nContent-Type: {kind}") };
            body.extend_from_slice(
                format!("--8d3f\r\nContent-Disposition: form-data; {head}{kind}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--8d3f--\r\n");
        body
    }

    const FORM: &str = "multipart/form-data; boundary=8d3f";

    #[test]
    fn bytes_come_as_they_were_sent() {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [&all[..], b"", b"\r\n", b"\n\r\n\n", b"--8d3", b"a\r\n--8d3\r\n\0", b"=3D=20\r\n."] {
            let body =
                form(&[("name=\"media_id\"", "", b"5f1a"), ("name=\"media\"; filename=\"5f1a\"", "image/jpeg", bytes)]);
            let asset = Asset::read(FORM, &body).unwrap();
            assert_eq!((asset.name.as_str(), &asset.bytes[..]), ("5f1a.jpg", bytes));
        }
    }

    #[test]
    fn what_is_no_asset_says_why() {
        let id: (&str, &str, &[u8]) = ("name=\"media_id\"", "", b"5f1a");
        let media = |kind| ("name=\"media\"; filename=\"x\"", kind, &b"x"[..]);
        for (fields, expected) in [
            (vec![], NoAsset::Lacks("media_id")),
            (vec![id], NoAsset::Lacks("media")),
            (vec![media("image/jpeg")], NoAsset::Lacks("media_id")),
            (vec![id, media("text/html")], NoAsset::Type("text/html".to_string())),
            (vec![("name=\"media_id\"", "", b"../"), media("image/png")], NoAsset::Id),
        ] {
            assert_eq!(Asset::read(FORM, &form(&fields)).err(), Some(expected));
        }
        for (kind, body) in
            [("multipart/form-data", &b"--8d3f\r\n"[..]), (FORM, b"--8d3f"), (FORM, b""), ("text/plain", b"\0")]
        {
            assert!(matches!(Asset::read(kind, body), Err(NoAsset::Lacks(_))));
        }
    }

    #[test]
    fn assets_are_found_by_their_id_within_bounds() {
        let place = tempfile::tempdir().unwrap();
        let assets = Assets { most: 2, ..Assets::new(place.path().to_path_buf()) };
        let asset = |name: &str| Asset { name: name.to_string(), bytes: b"x".to_vec() };
        // Files have the time of the machine's clock; by this one they come from the future.
        let now = Timestamp::from_millis(0);
        assert!(!assets.has("a/b"));
        assets.store(&asset("a-b.png"), now).unwrap();
        assert!(assets.has("a/b") && !assets.has("a"));
        assets.store(&asset("c.png"), now).unwrap();
        assert!(matches!(assets.store(&asset("d.png"), now), Err(NotStored::Full)));
        assets.store(&asset("c.png"), now).unwrap();
        // Far later, all that came before is old.
        assets.store(&asset("e.png"), Timestamp::from_millis(i64::MAX / 4)).unwrap();
        assert!(assets.has("e") && !assets.has("c") && !assets.has("a/b"));
    }
}
