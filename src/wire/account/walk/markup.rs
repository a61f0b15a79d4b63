//! The text between tags of a string, by a look at the signs alone.

use super::{Walk, is_inline, is_unseen};
use crate::wire::body::{has_tags, with_tickers, without_foreign_tags};
use crate::wire::dom::lower_case;
use crate::wire::html;
use crate::wire::work;

/// The longest tag that may have been escaped once too often, in bytes.
const ESCAPED: usize = 200;

impl Walk<'_> {
    /// A string that may hold markup, as a whole.
    pub(super) fn marked(&mut self, text: &str) {
        self.open_text(text);
        self.end();
    }

    /// A string that may hold markup, or markup that was escaped.
    pub(super) fn open_text(&mut self, text: &str) {
        if memchr::memchr2(b'<', b'&', text.as_bytes()).is_none() {
            return self.take(text);
        }
        if has_tags(text) {
            return self.tags(&with_tickers(text));
        }
        let resolved = html::without_references(text);
        if matches!(resolved, std::borrow::Cow::Owned(_)) && resolved.len() < text.len() {
            return self.open_text(&resolved);
        }
        if self.keeps_foreign_tags {
            return self.take(text);
        }
        self.take(&without_foreign_tags(text));
    }

    /// The text between tags, by a look at the signs alone.
    fn tags(&mut self, text: &str) {
        let is_revised = memchr::memmem::find(text.as_bytes(), b"<ins").is_some();
        let mut rest = text;
        let mut is_shifted = false;
        // What does not come any more is not looked for again: each look would go over the whole rest.
        let mut has_ends = true;
        let mut unclosed: Vec<String> = Vec::new();
        while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
            let before = &rest[..at];
            if is_shifted {
                self.shifted(before)
            } else {
                self.take(before)
            }
            rest = &rest[at..];
            if rest.starts_with('&') {
                rest = self.reference(rest);
                continue;
            }
            if let Some(after) = rest.strip_prefix("<!--") {
                rest = after.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            if let Some(after) = rest.strip_prefix("<![CDATA[") {
                let (inner, after) = after.split_once("]]>").unwrap_or((after, ""));
                self.take(inner);
                rest = after;
                continue;
            }
            let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
            let end = if is_tag && has_ends { memchr::memchr(b'>', rest.as_bytes()) } else { None };
            let Some(end) = end else {
                has_ends &= !is_tag;
                self.end();
                rest = &rest[1..];
                continue;
            };
            let tag = &rest[1..end];
            rest = &rest[end + 1..];
            if self.is_aside && tag.contains('=') {
                // The text of a picture may be the caption.
                self.plain(&html::without_references(tag));
            }
            let is_end = tag.starts_with('/');
            let name = tag.trim_start_matches('/');
            let length = name.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(name.len());
            let name = lower_case(&name[..length]);
            if !is_inline(&name) {
                self.end();
            }
            if matches!(&*name, "sup" | "sub") {
                is_shifted = !is_end;
            }
            let is_gone = is_unseen(&name) || name == "del" || (is_revised && matches!(&*name, "s" | "strike"));
            if is_gone && !is_end && !tag.ends_with('/') && !unclosed.iter().any(|known| *known == *name) {
                match after_end(rest, &name) {
                    Some(after) => rest = after,
                    None => unclosed.push(name.into_owned()),
                }
            }
        }
        if is_shifted { self.shifted(rest) } else { self.take(rest) }
    }

    /// One reference, and what stands after it.
    fn reference<'t>(&mut self, text: &'t str) -> &'t str {
        let end = text.as_bytes().iter().take(12).position(|b| *b == b';');
        let Some(end) = end else {
            self.end();
            return &text[1..];
        };
        let reference = &text[..=end];
        // A tag that was escaped once too often is a tag all the same.
        let after = &text[end + 1..];
        // Every `&lt;` looks that far, so it must not look to the end of the text.
        let near = &after.as_bytes()[..after.len().min(ESCAPED + 4)];
        work::spend(near.len() / 8);
        if reference == "&lt;"
            && let Some(length) = memchr::memmem::find(near, b"&gt;")
            && has_tags(&format!("<{}>", &after[..length]))
        {
            self.end();
            return &after[length + 4..];
        }
        match &reference[1..end] {
            "amp" | "lt" | "gt" | "quot" | "nbsp" | "apos" | "ndash" | "mdash" | "rsquo" | "lsquo" | "ldquo"
            | "rdquo" => self.end(),
            _ => {
                let resolved = html::without_references(reference);
                self.take(&resolved);
            }
        }
        after
    }
}

/// What stands after the end tag of an element, if it has one.
fn after_end<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let bytes = text.as_bytes();
    let found = memchr::memmem::find_iter(bytes, b"</").find(|at| {
        let rest = &bytes[at + 2..];
        rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && !rest.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
    });
    let end = found.and_then(|at| memchr::memchr(b'>', &bytes[at..]).map(|end| at + end + 1))?;
    Some(&text[end..])
}
