//! How every value is brought into form before it is read.

use crate::parse::markdown::cjk;
use crate::parse::node::Node;
use std::borrow::Cow;

/// The one rule for every value: white space runs become one blank, control characters go, the ends are trimmed, and what is empty
/// then counts as absent. A line end between two characters of Chinese or Japanese is nothing.
pub(super) fn tidy(value: &mut Node, yaml: &str) {
    match value {
        Node::Text(text) => {
            if let Some(joined) = cjk::join_folded(text, yaml) {
                *text = Cow::Owned(joined);
            }
            if let Some(clean) = clean(text) {
                *text = Cow::Owned(clean);
            }
            if text.is_empty() {
                *value = Node::Null;
            }
        }
        Node::List(items) => items.iter_mut().for_each(|item| tidy(item, yaml)),
        Node::Map(entries) => entries.iter_mut().for_each(|(_, value)| tidy(value, yaml)),
        Node::Null | Node::Bool(_) | Node::Int(_) | Node::Float(_) => {}
    }
}

/// A text without control characters and superfluous white space; `None` where it is the same.
fn clean(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_clean = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && memchr::memmem::find(bytes, b"  ").is_none()
        && !text.starts_with(' ')
        && !text.ends_with(' ');
    if is_clean {
        // Nearly every value.
        return None;
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !clean.ends_with(' ') {
                clean.push(' ');
            }
        } else if !c.is_control() && !matches!(c, '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') {
            clean.push(c);
        }
    }
    let trimmed = clean.trim();
    Some(if trimmed.len() == clean.len() { clean } else { trimmed.to_string() })
}
