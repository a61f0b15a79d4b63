//! Pictures: what their files say of themselves, and the renditions that are made of them.
//!
//! Everything here but [`make`] looks at the heads of files alone and decodes nothing, so that a site can be planned without it. A
//! rendition is a pure function of the picture's bytes and a [`Cut`]: its name has the hash of these bytes, and it may be kept for
//! ever, by readers and in [`rendition_cache`].

pub mod embedded;
mod exif;
mod header;
#[cfg(feature = "images")]
pub mod make;
pub mod position;
pub mod rendition;
pub mod rendition_cache;
pub mod social_card;
pub mod svg;

pub use embedded::Embedded;
pub use rendition::{Cut, Rendition};

use crate::hash::Hash;
use serde::{Deserialize, Serialize};

/// The largest picture file, in bytes.
pub const BYTES_LIMIT: u64 = 64 << 20;
/// The most pixels a picture may have. Twice as many as the largest cameras of today make, and as many as two threads can hold.
pub const PIXELS_LIMIT: u64 = 120_000_000;

/// The form of a picture, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// Any other: published as it is.
    Other,
}

/// What is known of a picture without decoding it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Hash of the file.
    pub hash: Hash,
    /// Length of the file in bytes.
    pub length: u64,
    /// Size in pixels as it is seen: turned as its Exif data says.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// Its form.
    pub format: Format,
    /// Whether it moves.
    pub animated: bool,
    /// How long audio or video is; 0 where that is not known, and of pictures.
    pub milliseconds: u32,
    /// What it says in words.
    pub embedded: Option<Box<Embedded>>,
}

impl Facts {
    /// The facts of a picture that is not looked into, and of audio and video.
    pub fn of_size(width: u32, height: u32) -> Facts {
        Facts {
            hash: Hash::default(),
            length: 0,
            width,
            height,
            format: Format::Other,
            animated: false,
            milliseconds: 0,
            embedded: None,
        }
    }
}

/// Why a picture cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It cannot be read as a picture; why.
    Broken(String),
    /// It holds something that could run in a reader's browser, or that asks another file.
    Active(String),
    /// It has so many bytes.
    Bytes(u64),
    /// It has so many pixels across and down.
    Pixels(u64, u64),
}

impl Flaw {
    /// In a sentence after the name of the file.
    pub fn message(&self) -> String {
        match self {
            Flaw::Broken(why) => format!("cannot be read as a picture: {why}"),
            Flaw::Active(what) => format!("has {what}, which a picture must not have"),
            Flaw::Bytes(bytes) => format!("has {bytes} bytes, more than {} MiB", BYTES_LIMIT >> 20),
            Flaw::Pixels(width, height) => {
                format!("has {width} × {height} pixels, more than {} million", PIXELS_LIMIT / 1_000_000)
            }
        }
    }

    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Flaw::Broken(_) => "save it again, as JPEG, PNG or WebP; it was left out, the text stays",
            Flaw::Active(_) => "save it as a plain SVG, or as PNG; it was left out, the text stays",
            Flaw::Bytes(_) | Flaw::Pixels(..) => "make it smaller; it was left out, the text stays",
        }
    }
}

/// Whether a file is taken for a picture that is looked into, by the ending of its name.
pub fn is_picture(extension: &str) -> bool {
    ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// The facts of a picture's bytes.
pub fn facts(bytes: &[u8]) -> Result<Facts, Flaw> {
    let size = imagesize::blob_size(bytes).map_err(|_| Flaw::Broken("it has no size".to_string()))?;
    let (width, height) = (size.width as u64, size.height as u64);
    if width == 0 || height == 0 {
        return Err(Flaw::Broken("it has no size".to_string()));
    }
    if width * height > PIXELS_LIMIT {
        return Err(Flaw::Pixels(width, height));
    }
    let blocks = header::blocks(bytes).map_err(|why| Flaw::Broken(why.to_string()))?;
    // Below the limit, both fit.
    let (mut width, mut height) = (width as u32, height as u32);
    if blocks.exif.is_some_and(|exif| exif::orientation(exif) > 4) {
        std::mem::swap(&mut width, &mut height);
    }
    let embedded = Embedded::read(blocks.iim, blocks.xmp);
    Ok(Facts {
        hash: Hash::of(bytes),
        length: bytes.len() as u64,
        width,
        height,
        format: blocks.format,
        animated: blocks.animated,
        milliseconds: 0,
        embedded: (embedded != Embedded::default()).then(|| Box::new(embedded)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_picture_is_reported() {
        let flaw = |bytes: &[u8]| facts(bytes).unwrap_err().message();
        assert_eq!(flaw(b""), "cannot be read as a picture: it has no size");
        assert_eq!(flaw(b"A text that somebody named quay.jpg."), "cannot be read as a picture: it has no size");
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0".to_vec();
        bomb.extend([0; 16]);
        assert_eq!(flaw(&bomb), "has 65535 × 65535 pixels, more than 120 million");
    }
}
