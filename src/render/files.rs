//! Files that are published as they are: static files of the theme, files of `static/`, and pictures and other media of `content/`.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use crate::diag::{Code, Diagnostic, Location};
use crate::file::{self, ReadError, below};
use crate::hash::Hash;
use crate::path::RelPath;
use crate::picture::{self, Format};
use crate::source::{STATIC_FOLDER, Stamp};

/// The largest file of `static/`, and the largest picture or other file of a story, in bytes.
const MEDIA_LIMIT: u64 = 256 << 20;

impl Keys<'_, '_> {
    pub(super) fn asset(&self, path: &RelPath, key: &mut KeyBuilder) {
        let bytes = self.renderer.site.theme.assets.get(path).map_or(&[][..], |bytes| bytes);
        key.part(Part::Template).hash(Hash::of(bytes));
    }

    pub(super) fn media(&self, path: &RelPath, key: &mut KeyBuilder) {
        let site = &self.renderer.site;
        // What is known of a picture has the hash of its bytes, which loading compared.
        match site.stories.pictures.get(path).filter(|facts| facts.format != Format::Other) {
            Some(facts) => {
                key.part(Part::Story).hash(facts.hash);
            }
            None => {
                self.stamp(site.source.media_stamp(path), key);
            }
        }
    }

    pub(super) fn static_file(&self, path: &RelPath, key: &mut KeyBuilder) {
        self.stamp(self.renderer.site.source.static_stamp(path), key);
    }

    /// A file that its stamp stands for.
    fn stamp(&self, stamp: Stamp, key: &mut KeyBuilder) {
        stamp.put(key.part(Part::Story));
        // The file may have changed again within that moment, so the page is made again.
        if stamp.latest() >= self.sure_before {
            key.always_make();
        }
    }
}

impl Renderer<'_> {
    pub(super) fn asset(&self, path: &RelPath, out: &mut Vec<u8>) {
        out.extend_from_slice(self.site.theme.assets.get(path).map_or(&[][..], |bytes| bytes));
    }

    /// A file of `static/`, byte for byte.
    pub(super) fn static_file(&self, path: &RelPath, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        // A link may have taken the place of a file or folder since the walk.
        let folder = self.root.join(STATIC_FOLDER);
        if !below::is_file(&folder, path.as_str()) {
            let at = Location::file(format!("{STATIC_FOLDER}/{path}"));
            return Err(Diagnostic::error(Code::FileUnreadable, "is not a regular file any more").at(at));
        }
        self.whole(STATIC_FOLDER, path, out)
    }

    /// Appends a file from a folder of the site, within bounds.
    fn whole(&self, folder: &str, path: &RelPath, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        file::read_bounded(&path.under(&self.root.join(folder)), MEDIA_LIMIT, out).map_err(|error| {
            let message = match error {
                ReadError::TooLarge(size) => format!("the file has {size} bytes, more than 256 MiB"),
                ReadError::Io(error) => format!("cannot be read: {error}"),
            };
            Diagnostic::error(Code::FileUnreadable, message).at(Location::file(format!("{folder}/{path}")))
        })
    }

    pub(super) fn media(&self, path: &RelPath, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        self.whole("content", path, out)?;
        *out = picture::position::without(std::mem::take(out));
        Ok(())
    }
}
