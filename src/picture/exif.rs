//! Exif data (a TIFF file without pixels): which way is up, and where the picture was taken.

/// Entries of a directory that are looked at.
const ENTRIES: usize = 512;
const ORIENTATION: u16 = 0x0112;
const POSITION: u16 = 0x8825;

/// The byte order, and where the first directory stands.
fn head(exif: &[u8]) -> Option<(bool, usize)> {
    let is_big = match exif.first_chunk::<4>()? {
        b"II*\0" => false,
        b"MM\0*" => true,
        _ => return None,
    };
    Some((is_big, number(exif, 4, 4, is_big)?))
}

fn number(bytes: &[u8], at: usize, length: usize, is_big: bool) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
    Some(if is_big { digits.iter().fold(0, add) } else { digits.iter().rev().fold(0, add) })
}

/// Where the entries of a directory begin, and how many there are.
fn directory(exif: &[u8], at: usize, is_big: bool) -> Option<(usize, usize)> {
    Some((at.checked_add(2)?, number(exif, at, 2, is_big)?.min(ENTRIES)))
}

/// The value of a tag in the directory at a place.
fn value(exif: &[u8], at: usize, tag: u16, is_big: bool, length: usize) -> Option<usize> {
    let (entries, count) = directory(exif, at, is_big)?;
    let entry =
        (0..count).map(|n| entries + n * 12).find(|at| number(exif, *at, 2, is_big) == Some(usize::from(tag)))?;
    number(exif, entry + 8, length, is_big)
}

/// How a picture has to be turned to be seen as it was taken: 1 to 8; 1 where nothing is said.
pub(super) fn orientation(exif: &[u8]) -> u8 {
    let found = head(exif).and_then(|(is_big, at)| value(exif, at, ORIENTATION, is_big, 2));
    found.and_then(|value| u8::try_from(value).ok()).filter(|value| (1..=8).contains(value)).unwrap_or(1)
}

/// Takes out where the picture was taken: the directory of positions is emptied, and what it leads to is overwritten with
/// zeros, so that nothing moves. Says whether there was one.
pub(super) fn remove_position(exif: &mut [u8]) -> bool {
    let Some((is_big, first)) = head(exif) else { return false };
    let Some(at) = value(exif, first, POSITION, is_big, 4) else { return false };
    let Some((entries, count)) = directory(exif, at, is_big) else { return false };
    for entry in (0..count).map(|n| entries + n * 12) {
        let kind = number(exif, entry + 2, 2, is_big).unwrap_or(0);
        let size = match kind {
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let length = number(exif, entry + 4, 4, is_big).unwrap_or(0).saturating_mul(size);
        if let Some(place) = number(exif, entry + 8, 4, is_big).filter(|_| length > 4) {
            wipe(exif, place, length);
        }
    }
    wipe(exif, at, 2 + count * 12);
    true
}

fn wipe(bytes: &mut [u8], at: usize, length: usize) {
    let end = at.saturating_add(length).min(bytes.len());
    if let Some(range) = bytes.get_mut(at..end) {
        range.fill(0);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Exif data with an orientation, and with a position where one is given.
    pub(in crate::picture) fn exif_of(orientation: u8, position: Option<&[u8; 8]>) -> Vec<u8> {
        let mut exif = b"MM\0*\0\0\0\x08".to_vec();
        exif.extend([0, 1 + u8::from(position.is_some())]);
        exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
        if let Some(position) = position {
            let at = exif.len() as u8 + 12 + 4;
            exif.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, at]);
            exif.extend([0; 4]);
            exif.extend([0, 1, 0, 2, 0, 5, 0, 0, 0, 1, 0, 0, 0, at + 2 + 12 + 4, 0, 0, 0, 0]);
            exif.extend(position);
        }
        exif
    }

    #[test]
    fn orientation_in_both_byte_orders() {
        assert_eq!(orientation(&exif_of(6, None)), 6);
        assert_eq!(orientation(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0"), 8);
        for bytes in [&b""[..], b"II*\0", b"II*\0\xff\xff\xff\xff", &exif_of(9, None), b"MM\0*\0\0\0\x08\xff\xff"] {
            assert_eq!(orientation(bytes), 1);
        }
    }

    #[test]
    fn a_position_is_wiped_and_the_rest_stays() {
        let mut exif = exif_of(6, Some(b"LATITUDE"));
        let length = exif.len();
        assert!(remove_position(&mut exif));
        assert!(memchr::memmem::find(&exif, b"LATITUDE").is_none());
        assert_eq!((exif.len(), orientation(&exif)), (length, 6));
        assert!(!remove_position(&mut exif_of(3, None)));
    }

    #[test]
    fn hostile_data_does_no_harm() {
        let exif = exif_of(6, Some(b"LATITUDE"));
        for at in 0..exif.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut bytes = exif.clone();
                bytes[at] = byte;
                orientation(&bytes);
                remove_position(&mut bytes);
                remove_position(&mut bytes[..at]);
            }
        }
    }
}
