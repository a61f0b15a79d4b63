//! Reads a built index as `search.js` does: for tests and checks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// A word of a file of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As the index spells it.
    pub word: String,
    /// The stories that have it, by their places in the segment, and whether their headlines do.
    pub stories: Vec<(u32, bool)>,
}

/// The words of a file, of a segment of so many stories; `None` where the file has another form.
pub fn entries(bytes: &[u8], stories: u32) -> Option<Vec<Entry>> {
    let bytes = &*STANDARD.decode(bytes).ok()?;
    let mut entries = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (shared, more) = (usize::from(*bytes.get(at)?), usize::from(*bytes.get(at + 1)?));
        last.truncate(shared);
        last.extend_from_slice(bytes.get(at + 2..at + 2 + more)?);
        at += 2 + more;
        let head = varint(bytes, &mut at)?;
        let count = head >> 1;
        if count > stories {
            return None;
        }
        let mut found: BTreeMap<u32, bool> = BTreeMap::new();
        if head & 1 == 1 {
            let field = bytes.get(at..at + stories.div_ceil(8) as usize)?;
            at += field.len();
            found.extend(
                (0..stories).filter(|story| field[(story >> 3) as usize] >> (story & 7) & 1 == 1).map(|s| (s, false)),
            );
            let mut story = 0_u32;
            for _ in 0..varint(bytes, &mut at)? {
                story = story.checked_add(varint(bytes, &mut at)?)?;
                *found.get_mut(&story)? = true;
            }
        } else {
            let mut story = 0_u32;
            for _ in 0..count {
                let step = varint(bytes, &mut at)?;
                story = story.checked_add(step >> 1)?;
                found.insert(story, step & 1 == 1);
            }
        }
        if found.len() != count as usize || found.keys().next_back().is_some_and(|last| *last >= stories) {
            return None;
        }
        entries.push(Entry { word: String::from_utf8(last.clone()).ok()?, stories: found.into_iter().collect() });
    }
    Some(entries)
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..32).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= u32::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_can_be_read() {
        let mut state = 3_u64;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..24)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 40) as u8 & 0x83
                })
                .collect();
            let _ = entries(STANDARD.encode(&bytes).as_bytes(), 9);
        }
        assert_eq!(entries(&[], 9), Some(Vec::new()));
    }
}
