//! Writes the XML of feeds, sitemaps and licences.

use crate::path::push_encoded;
use std::borrow::Cow;

/// Appends `<name>text</name>` and a line end.
pub(super) fn push_element(out: &mut Vec<u8>, name: &str, text: &str) {
    push(out, "<");
    push(out, name);
    push(out, ">");
    push_text(out, text);
    push(out, "</");
    push(out, name);
    push(out, ">\n");
}

/// Appends an empty element with attributes, and a line end.
pub(super) fn push_tag(out: &mut Vec<u8>, name: &str, attributes: &[(&str, &str)]) {
    push(out, "<");
    push(out, name);
    push_attributes(out, attributes);
    push(out, "/>\n");
}

pub(super) fn push_attributes(out: &mut Vec<u8>, attributes: &[(&str, &str)]) {
    for (name, value) in attributes {
        push(out, " ");
        push(out, name);
        push(out, "=\"");
        push_text(out, value);
        push(out, "\"");
    }
}

/// Which bytes of a text cannot stand in XML as they are, or begin a character that may not: all other text is copied whole.
static SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        special[byte] = match byte as u8 {
            b'\t' | b'\n' => false,
            // The first bytes of U+0080 to U+00BF, of which some are controls, and of U+F000 to U+FFFF.
            ..b' ' | 0x7f | b'&' | b'<' | b'>' | b'"' | b'\'' | 0xc2 | 0xef => true,
            _ => false,
        };
        byte += 1;
    }
    special
};

/// Appends text, escaped for content and attributes alike, without the characters that XML 1.0 cannot hold in any form.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    if !text.bytes().any(|byte| SPECIAL[usize::from(byte)]) {
        return push(out, text);
    }
    let forbidden =
        |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    let text = if text.contains(forbidden) { Cow::Owned(text.replace(forbidden, "")) } else { Cow::Borrowed(text) };
    push(out, &quick_xml::escape::escape(text));
}

/// Text escaped for content and attributes of HTML.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

/// An id of texts that are none: `urn:x-dateline` and the texts, percent-encoded, with colons between.
pub(super) fn urn(texts: &[&str]) -> String {
    let mut id = "urn:x-dateline".to_string();
    for text in texts {
        id.push(':');
        push_encoded(&mut id, text);
    }
    id
}

/// Appends markup as it stands.
pub(super) fn push(out: &mut Vec<u8>, markup: &str) {
    out.extend_from_slice(markup.as_bytes());
}

#[cfg(test)]
pub(super) mod tests {
    use quick_xml::events::{BytesStart, Event};

    /// Text as an enemy would write it.
    pub(in crate::render) const HOSTILE: &str =
        "</script><script>alert('x')]]> & \"q\" \u{0}\u{b}\u{7f}\u{ffff}🚀 عاجل <!-- ]]>";
    /// What is left of it once the characters that XML forbids are gone.
    pub(in crate::render) const HARMLESS: &str = "</script><script>alert('x')]]> & \"q\" 🚀 عاجل <!-- ]]>";

    /// Reads well-formed XML back as lines of `path attribute=value` and `path text`.
    pub(in crate::render) fn read(bytes: &[u8]) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes).unwrap());
        let (mut path, mut text, mut lines) = (Vec::new(), String::new(), Vec::new());
        let attributes = |tag: &BytesStart<'_>, path: &[String], lines: &mut Vec<String>| {
            for attribute in tag.attributes() {
                let attribute = attribute.unwrap();
                let value = quick_xml::escape::unescape(&attribute.value).unwrap();
                lines.push(format!("{} {}={value}", path.join("/"), attribute.key.as_ref()));
            }
        };
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) => {
                    text.clear();
                    path.push(tag.name().as_ref().to_string());
                    attributes(&tag, &path, &mut lines);
                }
                Event::Empty(tag) => {
                    path.push(tag.name().as_ref().to_string());
                    attributes(&tag, &path, &mut lines);
                    path.pop();
                }
                Event::Text(part) => text.push_str(&part),
                Event::GeneralRef(name) => {
                    text.push_str(&quick_xml::escape::unescape(&format!("&{};", &*name)).unwrap());
                }
                Event::End(_) => {
                    if !text.trim().is_empty() {
                        lines.push(format!("{} {text}", path.join("/")));
                    }
                    text.clear();
                    path.pop();
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(path.is_empty(), "{path:?}");
        lines
    }
}
