//! Writing JSON: objects without empty keys, and JSON that can stand in a script element.

use crate::clock::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;
use std::io;

/// A small JSON object of texts, without the empty ones.
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    pub(super) fn of(fields: &[(&'static str, &str)]) -> Fields {
        let fields = fields.iter().filter(|(_, text)| !text.is_empty());
        Fields(fields.map(|(key, text)| (*key, text.to_string())).collect())
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, text)| (*key, text)))
    }
}

/// A JSON object in the making, in which what is missing or empty leaves no key.
pub(super) struct Map<M>(pub(super) M);

impl<M: SerializeMap> Map<M> {
    pub(super) fn put<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), M::Error> {
        self.0.serialize_entry(key, value)
    }

    pub(super) fn text(&mut self, key: &'static str, text: Option<&str>) -> Result<(), M::Error> {
        text.filter(|text| !text.is_empty()).map_or(Ok(()), |text| self.put(key, text))
    }

    pub(super) fn time(&mut self, key: &'static str, time: Option<Timestamp>) -> Result<(), M::Error> {
        time.map_or(Ok(()), |time| self.put(key, &time.to_string()))
    }

    pub(super) fn list<T: Serialize>(&mut self, key: &'static str, list: &[T]) -> Result<(), M::Error> {
        if list.is_empty() { Ok(()) } else { self.put(key, list) }
    }
}

/// A value as JSON that can stand in a script element.
pub(super) fn script_safe(value: &impl Serialize) -> String {
    let mut out = Vec::with_capacity(2048);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, ScriptSafe);
    // Writing to memory does not fail, every key is a string, and JSON of strings is UTF-8.
    value.serialize(&mut serializer).expect("strings become JSON");
    String::from_utf8(out).expect("JSON is UTF-8")
}

pub(super) fn push_json(out: &mut Vec<u8>, value: &impl Serialize) {
    // Writing to memory does not fail, and every key is a string.
    serde_json::to_writer(&mut *out, value).expect("strings become JSON");
    out.push(b'\n');
}

/// Writes strings so that they cannot end a script element, begin a comment in it, or break a line of script.
struct ScriptSafe;

impl Formatter for ScriptSafe {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let bytes = fragment.as_bytes();
        // Few texts have any of these, and this look at a text costs much less than the one below.
        if !bytes.iter().fold(false, |found, byte| found | matches!(byte, b'<' | b'>' | b'&' | 0xe2)) {
            return writer.write_all(bytes);
        }
        // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
        let is_unsafe = |at: usize| match bytes[at] {
            b'<' | b'>' | b'&' => true,
            0xe2 => matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])),
            _ => false,
        };
        let mut start = 0;
        for at in (0..bytes.len()).filter(|at| is_unsafe(*at)) {
            writer.write_all(&bytes[start..at])?;
            let c = fragment[at..].chars().next().unwrap_or_default();
            write!(writer, "\\u{:04x}", u32::from(c))?;
            start = at + c.len_utf8();
        }
        writer.write_all(&bytes[start..])
    }
}
