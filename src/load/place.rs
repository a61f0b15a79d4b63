//! Places in a file, for what is wrong there.

use crate::parse::front_matter::Parts;

/// Line and column in the file of a place in its text.
pub(super) fn place_at(parts: &Parts, at: usize) -> (u32, u32) {
    let before = &parts.body[..at];
    let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
    let line = parts.body_line + memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32;
    (line, before[start..].chars().count() as u32 + 1)
}

/// Line and column of the first place where a text stands, from 1.
pub fn place_of(text: &str, wanted: &str) -> Option<(u32, u32)> {
    let before = &text[..text.find(wanted)?];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Some((before.matches('\n').count() as u32 + 1, before[start..].chars().count() as u32 + 1))
}
