//! The blocks of metadata in JPEG, PNG and WebP files, found by walking over their segments and chunks.

use super::Format;
use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

/// The largest block that is unpacked, in bytes.
const UNPACKED_LIMIT: u64 = 1 << 20;

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
pub(super) const PNG_XMP: &[u8] = b"XML:com.adobe.xmp\0";

/// What the head of a file has.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    pub(super) format: Format,
    pub(super) animated: bool,
    /// Exif data, from its byte order on.
    pub(super) exif: Option<&'a [u8]>,
    /// XMP, as XML.
    pub(super) xmp: Option<Cow<'a, [u8]>>,
    /// Records of the IPTC's Information Interchange Model.
    pub(super) iim: Option<&'a [u8]>,
}

/// Finds the blocks of a file; an error where it ends too early.
pub(super) fn blocks(bytes: &[u8]) -> Result<Blocks<'_>, &'static str> {
    let mut blocks = Blocks { format: Format::Other, animated: false, exif: None, xmp: None, iim: None };
    if bytes.starts_with(&[0xff, 0xd8]) {
        jpeg(bytes, &mut blocks)?;
    } else if bytes.starts_with(PNG) {
        png(bytes, &mut blocks)?;
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp(bytes, &mut blocks)?;
    } else if bytes.starts_with(b"GIF8") {
        blocks.animated = true;
    }
    Ok(blocks)
}

/// The segments of a JPEG before its pixels: marker, and where its content lies. The second value is where the pixels begin;
/// `None` where the file ends before.
pub(super) fn segments(bytes: &[u8]) -> (Vec<(u8, Range<usize>)>, Option<usize>) {
    let mut segments = Vec::new();
    let mut at = 2;
    while let Some(&[0xff, marker]) = bytes.get(at..at + 2) {
        match marker {
            // Fill bytes.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let Some(&[high, low]) = bytes.get(at + 2..at + 4) else { break };
                let length = usize::from(u16::from_be_bytes([high, low]));
                let content = at + 4..at + 2 + length.max(2);
                if content.end > bytes.len() {
                    break;
                }
                let end = content.end;
                segments.push((marker, content));
                if marker == 0xda {
                    return (segments, Some(end));
                }
                at = end;
            }
        }
    }
    (segments, None)
}

fn jpeg<'a>(bytes: &'a [u8], blocks: &mut Blocks<'a>) -> Result<(), &'static str> {
    blocks.format = Format::Jpeg;
    let (segments, pixels) = segments(bytes);
    for (marker, content) in segments {
        let content = &bytes[content];
        match marker {
            0xe1 => {
                blocks.exif = blocks.exif.or(content.strip_prefix(EXIF));
                if let Some(xmp) = content.strip_prefix(XMP) {
                    blocks.xmp.get_or_insert(Cow::Borrowed(xmp));
                }
            }
            0xed => {
                let resources = content.strip_prefix(PHOTOSHOP);
                blocks.iim = blocks.iim.or_else(|| iim(resources?));
            }
            _ => {}
        }
    }
    // Decoders paint what is missing grey, and readers would get that.
    let pixels = pixels.ok_or("the file ends before its pixels")?;
    memchr::memmem::rfind(&bytes[pixels..], &[0xff, 0xd9]).map(|_| ()).ok_or("the file ends in the middle")
}

/// The resource 0x0404 of a block of Photoshop's: IPTC's records.
fn iim(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        rest = rest.strip_prefix(b"8BIM")?;
        let (id, after) = rest.split_first_chunk::<2>()?;
        // A name, its length before it, padded to an even number of bytes.
        let name = 1 + usize::from(*after.first()?);
        let (length, after) = after.get(name + name % 2..)?.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let content = after.get(..length)?;
        if *id == [0x04, 0x04] {
            return Some(content);
        }
        rest = after.get(length + length % 2..)?;
    }
}

/// The chunks of a PNG: type, and where its content lies.
pub(super) fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = PNG.len();
    std::iter::from_fn(move || {
        let (length, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
        let kind = *rest.first_chunk::<4>()?;
        let start = at + 8;
        let end = start.checked_add(u32::from_be_bytes(*length) as usize)?;
        // Its sum of four bytes stands behind it.
        bytes.get(start..end + 4)?;
        at = end + 4;
        Some((kind, start..end))
    })
}

fn png<'a>(bytes: &'a [u8], blocks: &mut Blocks<'a>) -> Result<(), &'static str> {
    blocks.format = Format::Png;
    let mut is_whole = false;
    for (kind, content) in chunks(bytes) {
        let content = &bytes[content];
        match &kind {
            b"acTL" => blocks.animated = true,
            b"eXIf" => blocks.exif = Some(content),
            b"iTXt" => blocks.xmp = blocks.xmp.take().or_else(|| png_xmp(content)),
            b"IEND" => is_whole = true,
            _ => {}
        }
    }
    if is_whole { Ok(()) } else { Err("the file ends in the middle") }
}

/// XMP in a chunk of international text, which may be packed.
fn png_xmp(content: &[u8]) -> Option<Cow<'_, [u8]>> {
    let [packed, 0, rest @ ..] = content.strip_prefix(PNG_XMP)? else { return None };
    // A language and the keyword in that language end in zeros.
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    let text = parts.nth(2)?;
    if *packed == 0 {
        return Some(Cow::Borrowed(text));
    }
    let mut unpacked = Vec::new();
    flate2::read::ZlibDecoder::new(text).take(UNPACKED_LIMIT).read_to_end(&mut unpacked).ok()?;
    Some(Cow::Owned(unpacked))
}

/// The chunks of a WebP: type, and where its content lies.
pub(super) fn riff(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = 12;
    std::iter::from_fn(move || {
        let (kind, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*rest.first_chunk::<4>()?) as usize;
        let start = at + 8;
        let end = start.checked_add(length)?;
        bytes.get(start..end)?;
        at = end + length % 2;
        Some((*kind, start..end))
    })
}

fn webp<'a>(bytes: &'a [u8], blocks: &mut Blocks<'a>) -> Result<(), &'static str> {
    blocks.format = Format::WebP;
    let mut has_pixels = false;
    for (kind, content) in riff(bytes) {
        let content = &bytes[content];
        match &kind {
            b"EXIF" => blocks.exif = Some(content.strip_prefix(EXIF).unwrap_or(content)),
            b"XMP " => blocks.xmp = Some(Cow::Borrowed(content)),
            b"ANIM" => blocks.animated = true,
            b"VP8 " | b"VP8L" => has_pixels = true,
            _ => {}
        }
    }
    if has_pixels || blocks.animated { Ok(()) } else { Err("the file ends in the middle") }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A JPEG without pixels that has these segments.
    pub(in crate::picture) fn jpeg_of(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        for (marker, content) in segments {
            bytes.extend([0xff, *marker]);
            bytes.extend((content.len() as u16 + 2).to_be_bytes());
            bytes.extend_from_slice(content);
        }
        bytes.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
        bytes
    }

    #[test]
    fn blocks_are_found() {
        let exif = [EXIF, b"II*\0"].concat();
        let xmp = [XMP, b"<x/>"].concat();
        let records = [0x1c, 2, 120, 0, 1, b'a'];
        let photoshop = [PHOTOSHOP, b"8BIM\x03\xed\0\0\0\0\0\x01z\0", b"8BIM\x04\x04\0\0\0\0\0\x06", &records].concat();
        let bytes = jpeg_of(&[(0xe0, b"JFIF\0"), (0xe1, &exif), (0xe1, &xmp), (0xed, &photoshop)]);
        let found = blocks(&bytes).unwrap();
        assert_eq!(
            (found.exif, found.xmp.as_deref(), found.iim),
            (Some(&b"II*\0"[..]), Some(&b"<x/>"[..]), Some(&records[..]))
        );
    }

    #[test]
    fn a_file_cut_short_is_reported_whatever_its_length() {
        let bytes = jpeg_of(&[(0xe0, b"JFIF\0")]);
        for end in 2..bytes.len() {
            assert!(blocks(&bytes[..end]).is_err(), "{end}");
        }
        assert!(blocks(&bytes).is_ok());
    }
}
