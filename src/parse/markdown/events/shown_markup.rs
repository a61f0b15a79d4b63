//! Text that looks like markup but is not: readers see it as it was typed.

use super::super::ids::Attributes;
use super::Events;
use crate::diag::Code;

impl<'a> Events<'a> {
    /// Notes what readers see as it was typed: links that do not work, ids, comments, signs of other programs.
    pub(super) fn looks_like_markup(&mut self, source: &str, start: usize) {
        let bytes = source.as_bytes();
        // A sign behind a backslash is text.
        let mut at = usize::from(self.source[..start].ends_with('\\'));
        while let Some(found) =
            bytes.get(at..).and_then(|rest| memchr::memchr3(b']', b'{', b'<', rest)).map(|found| at + found)
        {
            at = found + 1;
            let rest = &source[found..];
            let (what, hint) = if rest.starts_with("](") {
                let target = rest.as_bytes()[2..].iter().take(300).take_while(|byte| !matches!(byte, b')' | b'\n'));
                let hint = if target.clone().any(|byte| *byte == b' ') {
                    "put an address with blanks in angle brackets, as in `[text](<my file.pdf>)`"
                } else {
                    "write `[text](address)` on one line, with both brackets closed"
                };
                ("a link or picture that cannot be read", hint)
            } else if rest.starts_with("][") && rest[2..].contains(']') {
                (
                    "a link whose target is not defined",
                    "write a line `[name]: address` for it, or put `\\` before the bracket",
                )
            } else if rest.starts_with("] (http") {
                ("a link with a blank between its brackets", "write `[text](address)` without a blank")
            } else if let Some(attributes) = in_braces(rest) {
                let place = match attributes.id.is_some() {
                    true => (
                        "an id for a place that can have none",
                        "ids stand at the end of headings, as in `## Results {#results}`",
                    ),
                    false => (
                        "attributes for a place that can have none",
                        "take them out: sizes and looks come from the theme",
                    ),
                };
                if self.reported.contains(place.0) || self.ends_heading(start + found) {
                    continue;
                }
                place
            } else if rest.starts_with("{{") || rest.starts_with("{%") {
                ("a tag of another program", "write it in Markdown, or put it into the theme")
            } else if rest.starts_with("<!--") {
                ("the start of a comment", "a comment that has empty lines in it begins on a line of its own")
            } else {
                continue;
            };
            let shown: String = rest.chars().take_while(|c| *c != '\n').take(24).collect();
            let shown = shown.trim_end();
            if self.reported.insert(what.to_string()) {
                self.fault(start + found, Code::MarkupShown, format!("`{shown}` is shown as it stands: {what}"), hint);
            }
        }
        at = 0;
        while let Some(found) = memchr::memmem::find(&bytes[at..], b"[^").map(|found| at + found) {
            at = found + 2;
            let length = bytes[at..].iter().take(100).take_while(|byte| !matches!(byte, b']' | b'\n')).count();
            let name = source.get(at..at + length).unwrap_or_default();
            if !name.is_empty() && bytes.get(at + length) == Some(&b']') && self.reported.insert(format!("[^{name}")) {
                let message = format!("`[^{name}]` is shown as it stands: there is no such footnote");
                let hint = "write a line `[^name]: text` for it, or put `\\` before the bracket";
                self.fault(start + found, Code::MarkupShown, message, hint);
            }
        }
    }
}

/// Attributes in the braces that a text begins with, where they are not text themselves.
fn in_braces(text: &str) -> Option<Attributes> {
    let inner = text.strip_prefix('{')?;
    let end = inner.bytes().take(200).position(|byte| matches!(byte, b'}' | b'\n'))?;
    Attributes::read(inner[..end].trim_start()).filter(|_| inner.as_bytes()[end] == b'}')
}
