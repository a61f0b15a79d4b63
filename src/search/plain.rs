//! Files of words without control characters.
//!
//! Numbers and lengths are mostly small, and as bytes they would be control characters, which nothing else on a news site has: a
//! search of the output for them, as for what is left of a wire's typesetting, would find words instead. So every byte is moved up by
//! [`UP`], which only the few highest ones, and two more, need a second byte for. It costs some hundredths of the size, where
//! Base64 would cost a third.

/// How far a byte is moved, round after 255.
const UP: u8 = 0x20;
/// Goes before a byte that would be a control character, or this one; the byte then has [`FLIP`] turned over.
const ESCAPE: u8 = 0x7e;
/// The bit that is turned over.
const FLIP: u8 = 0x40;

/// These bytes, without control characters.
pub fn write(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    for byte in bytes {
        match byte.wrapping_add(UP) {
            byte @ (0..UP | ESCAPE | 0x7f) => out.extend([ESCAPE, byte ^ FLIP]),
            byte => out.push(byte),
        }
    }
    out
}

/// The bytes that were written so.
pub fn read(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.iter();
    let mut out = Vec::with_capacity(bytes.len());
    while let Some(byte) = bytes.next() {
        let byte = if *byte == ESCAPE { bytes.next().map_or(0, |byte| byte ^ FLIP) } else { *byte };
        out.push(byte.wrapping_sub(UP));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_and_none_is_a_control_character() {
        let all: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        let written = write(&all);
        assert!(written.iter().all(|byte| !byte.is_ascii_control()));
        assert_eq!(read(&written), all);
        assert_eq!(written.len(), all.len() + 2 * 34);
    }
}
