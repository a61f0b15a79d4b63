//! Takes out of a picture where it was taken, before it is published as it is. All else that the file says stays: caption, credit
//! and copyright are the photographer's, and must not be taken away.

use super::header::{self, PNG, PNG_XMP};
use super::{Format, exif};

const EXIF: &[u8] = b"Exif\0\0";

/// The bytes without a position; the same where there was none, or the format is not JPEG, PNG or WebP.
pub fn without(mut bytes: Vec<u8>) -> Vec<u8> {
    match header::blocks(&bytes).map(|blocks| blocks.format) {
        Ok(Format::Jpeg) => {
            let (segments, _) = header::segments(&bytes);
            for (_, content) in segments.into_iter().filter(|(marker, _)| *marker == 0xe1) {
                let content = &mut bytes[content];
                match content.strip_prefix(EXIF).is_some() {
                    true => drop(exif::remove_position(&mut content[EXIF.len()..])),
                    false => drop(remove_from_xmp(content)),
                }
            }
            bytes
        }
        Ok(Format::WebP) => {
            let chunks: Vec<_> = header::riff(&bytes).collect();
            for (kind, content) in chunks {
                let content = &mut bytes[content];
                match &kind {
                    b"EXIF" => {
                        let start = if content.starts_with(EXIF) { EXIF.len() } else { 0 };
                        exif::remove_position(&mut content[start..]);
                    }
                    b"XMP " => drop(remove_from_xmp(content)),
                    _ => {}
                }
            }
            bytes
        }
        Ok(Format::Png) => png(bytes),
        _ => bytes,
    }
}

/// A PNG's chunks have sums, and some are packed: those with a position are left out or written again.
fn png(bytes: Vec<u8>) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    clean.extend_from_slice(PNG);
    let mut end = PNG.len();
    for (kind, content) in header::chunks(&bytes) {
        let whole = content.start - 8..content.end + 4;
        end = whole.end;
        let mut inner = bytes[content].to_vec();
        let changed = match &kind {
            b"eXIf" => exif::remove_position(&mut inner),
            b"iTXt" if inner.starts_with(PNG_XMP) => {
                // What is packed is not looked into again: it goes.
                if inner.get(PNG_XMP.len()) == Some(&1) {
                    continue;
                }
                remove_from_xmp(&mut inner)
            }
            // Exif data as ImageMagick writes it, in digits.
            b"zTXt" | b"tEXt" | b"iTXt"
                if inner.starts_with(b"Raw profile type ") && !inner.starts_with(b"Raw profile type ic") =>
            {
                continue;
            }
            _ => false,
        };
        if !changed {
            clean.extend_from_slice(&bytes[whole]);
            continue;
        }
        clean.extend_from_slice(&bytes[whole.start..whole.start + 8]);
        clean.extend_from_slice(&inner);
        let mut sum = flate2::Crc::new();
        sum.update(&kind);
        sum.update(&inner);
        clean.extend(sum.sum().to_be_bytes());
    }
    // What follows the last chunk.
    clean.extend_from_slice(&bytes[end..]);
    if clean.len() == bytes.len() && clean == bytes { bytes } else { clean }
}

/// Overwrites with blanks the values of all properties of XMP whose names begin with `GPS`; says whether there was one.
fn remove_from_xmp(xmp: &mut [u8]) -> bool {
    let mut found = false;
    let mut from = 0;
    while let Some(at) = memchr::memchr(b':', &xmp[from..]).map(|at| from + at + 1) {
        from = at;
        if !xmp.get(at..at + 3).is_some_and(|name| name.eq_ignore_ascii_case(b"gps")) {
            continue;
        }
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let after = at + xmp[at..].iter().take_while(|byte| is_name(byte)).count();
        let start = after + xmp[after..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'=').count();
        let end = match xmp.get(start) {
            Some(quote @ (b'"' | b'\'')) => memchr::memchr(*quote, &xmp[start + 1..]),
            Some(b'>') => memchr::memchr(b'<', &xmp[start + 1..]),
            _ => None,
        };
        if let Some(length) = end {
            let value = &mut xmp[start + 1..start + 1 + length];
            found |= value.iter().any(|byte| *byte != b' ');
            value.fill(b' ');
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::exif::tests::exif_of;
    use super::super::header::tests::jpeg_of;
    use super::*;

    #[test]
    fn a_position_leaves_a_jpeg_and_nothing_else_does() {
        let exif = [EXIF, &exif_of(6, Some(b"LATITUDE"))].concat();
        let xmp = b"http://ns.adobe.com/xap/1.0/\0<r:D exif:GPSLatitude=\"38,42.5N\" dc:rights='\xc2\xa9 A'><exif:GPSLongitude>9,8W</exif:GPSLongitude></r:D>";
        let bytes = jpeg_of(&[(0xe1, &exif), (0xe1, xmp)]);
        let clean = without(bytes.clone());
        assert_eq!(clean.len(), bytes.len());
        let has = |text: &[u8]| memchr::memmem::find(&clean, text).is_some();
        assert!(!has(b"LATITUDE") && !has(b"38,42") && !has(b"9,8W"));
        assert!(has(b"dc:rights='\xc2\xa9 A'") && has(b"</exif:GPSLongitude>"));
        assert_eq!(without(clean.clone()), clean);
        let plain = jpeg_of(&[(0xe1, b"http://ns.adobe.com/xap/1.0/\0<a:b c:d=\"1\"/>")]);
        assert_eq!(without(plain.clone()), plain);
    }

    #[test]
    fn a_position_leaves_a_png_whose_sums_stay_right() {
        let chunk = |kind: &[u8; 4], content: &[u8]| {
            let mut sum = flate2::Crc::new();
            sum.update(kind);
            sum.update(content);
            [&(content.len() as u32).to_be_bytes()[..], kind, content, &sum.sum().to_be_bytes()].concat()
        };
        let png = |chunks: &[Vec<u8>]| [PNG, &chunks.concat()[..]].concat();
        let (ihdr, iend) = (chunk(b"IHDR", &[0; 13]), chunk(b"IEND", b""));
        let bytes = png(&[
            ihdr.clone(),
            chunk(b"eXIf", &exif_of(1, Some(b"LATITUDE"))),
            chunk(b"zTXt", b"Raw profile type exif\0\0packed"),
            chunk(b"tEXt", b"Comment\0mark"),
            iend.clone(),
        ]);
        let clean = without(bytes);
        assert!(memchr::memmem::find(&clean, b"LATITUDE").is_none() && memchr::memmem::find(&clean, b"Raw").is_none());
        let kinds: Vec<[u8; 4]> = header::chunks(&clean).map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [*b"IHDR", *b"eXIf", *b"tEXt", *b"IEND"]);
        let wiped = header::chunks(&clean).nth(1).map(|(kind, content)| chunk(&kind, &clean[content])).unwrap();
        assert!(memchr::memmem::find(&clean, &wiped).is_some());
        let plain = png(&[ihdr, chunk(b"tEXt", b"Comment\0mark"), iend]);
        assert_eq!(without(plain.clone()), plain);
    }
}
