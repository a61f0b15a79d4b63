//! Raw HTML in a text: what it hides, what the cleaning takes away, and the anchors that it sets.

use super::super::cjk;
use super::super::is_external;
use super::super::tags::{self, Kind, Piece, Tag as HtmlTag};
use super::Events;
use super::anchors::raw_id;
use crate::diag::{Code, Severity};
use crate::html::{element_end, is_void};
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// Failed searches for the end of a tag in one piece of HTML; after these, the rest is left to the cleaning.
const FAILURES: usize = 64;

/// Elements that need no end tag.
const ENDS_BY_ITSELF: &[&str] = &["P", "LI", "TD", "TR", "TH", "DD", "DT"];

impl<'a> Events<'a> {
    /// A piece of raw HTML: a block, or a single tag.
    pub(super) fn html(&mut self, lines: Vec<(CowStr<'a>, Range<usize>)>, is_block: bool) {
        let mut whole = String::new();
        // Where each line begins in `whole`, and where in the text.
        let mut starts: Vec<(usize, usize)> = Vec::with_capacity(lines.len());
        for (text, range) in &lines {
            starts.push((whole.len(), range.start));
            whole.push_str(text);
        }
        let Some(range) = lines.first().zip(lines.last()).map(|(first, last)| first.1.start..last.1.end) else {
            return;
        };
        let place = |at: usize| {
            let line = starts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
            starts.get(line).map_or(range.start, |(start, place)| place + at - start)
        };
        let (mut clean, mut is_text, mut failures, mut at) = (String::with_capacity(whole.len()), true, 0, 0);
        while at < whole.len() {
            let rest = &whole[at..];
            if failures > FAILURES {
                clean.push_str(rest);
                is_text = false;
                break;
            }
            let (piece, length) = tags::first(rest);
            let raw = &rest[..length];
            match piece {
                Piece::Text => {
                    failures += usize::from(raw == "<");
                    clean.push_str(raw);
                }
                Piece::Hidden(_, Some(())) => self.hidden.push((place(at), Ok(place(at + length - 1) + 1))),
                Piece::Hidden(what, None) => self.hide(what, place(at)),
                Piece::Tag(tag) if self.is_text(&tag) => {
                    clean.push_str("&lt;");
                    clean.push_str(&raw[1..]);
                }
                Piece::Tag(tag) => {
                    is_text = false;
                    self.tag(&tag, place(at));
                    clean.push_str(raw);
                }
            }
            at += length;
        }
        if clean.trim().is_empty() {
            return;
        }
        if is_text && !is_block {
            self.sees(cjk::first(&whole), cjk::last(&whole));
            return self.ready.push_back((Event::Text(whole.into()), range));
        }
        self.has_html = true;
        match (is_text, is_block) {
            (true, _) => {
                self.ready.push_back((Event::Start(Tag::Paragraph), range.clone()));
                self.ready.push_back((Event::Html(clean.into()), range.clone()));
                self.ready.push_back((Event::End(TagEnd::Paragraph), range));
            }
            (false, true) => self.ready.push_back((Event::Html(clean.into()), range)),
            (false, false) => self.ready.push_back((Event::InlineHtml(clean.into()), range)),
        }
    }

    /// Whether something in angle brackets is text: no element has its name, or it is a share like `<A>`, in capitals and never closed.
    fn is_text(&mut self, tag: &HtmlTag) -> bool {
        let kind = tag.kind();
        kind == Kind::Text
            || kind != Kind::Removed
                && tag.name.bytes().all(|byte| byte.is_ascii_uppercase())
                && tag.attributes.is_empty()
                && !tag.ends
                && !ENDS_BY_ITSELF.contains(&tag.name)
                && !is_void(&tag.name.to_ascii_lowercase())
                && !self.has_end(tag.name)
    }

    /// Whether the text has an end tag of this name anywhere.
    fn has_end(&mut self, name: &str) -> bool {
        let bytes = self.source.as_bytes();
        let ends = self.ends.get_or_insert_with(|| {
            let name = |at: usize| {
                let name =
                    bytes[at + 2..].iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-');
                name.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
            };
            memchr::memmem::find_iter(bytes, b"</").map(name).collect()
        });
        ends.contains(&name.to_ascii_lowercase())
    }

    /// A comment that goes on after the piece of HTML in which it begins.
    fn hide(&mut self, what: &'static str, at: usize) {
        let end = match what {
            "comment" => "-->",
            "CDATA section" => "]]>",
            "processing instruction" => "?>",
            _ => ">",
        };
        match self.source[at..].find(end) {
            Some(found) => {
                self.hidden_until = at + found + end.len();
                self.hidden.push((at, Ok(self.hidden_until)));
            }
            None => {
                self.hidden_until = usize::MAX;
                self.hidden.push((at, Ok(self.source.len())));
                let message = format!("the {what} has no end, so the text after it is left out");
                self.fault(at, Code::TextDropped, message, "write `-->` where a comment ends");
            }
        }
    }

    /// Notes what the cleaning will take away, and the anchors that a tag sets.
    fn tag(&mut self, tag: &HtmlTag, at: usize) {
        let name = tag.name.to_ascii_lowercase();
        if name == "a" {
            self.links = if tag.ends { self.links.saturating_sub(1) } else { self.links + 1 };
        }
        self.table_tag(&name, tag.ends, at);
        if tag.ends {
            return;
        }
        let is_hidden = tag.is_hidden();
        if (tag.kind() == Kind::Removed || is_hidden) && !is_void(&name) {
            self.hidden.push((at, Err(())));
        }
        if is_hidden && tag.kind() != Kind::Removed {
            if self.reported.insert("hidden".to_string()) {
                let message = format!("`<{name}>` is hidden by its attributes, and is left out of the page");
                let hint = "remove the attribute if readers should see this";
                self.say(at, Severity::Note, Code::TextDropped, message, hint);
            }
            return;
        }
        let is_new = |events: &mut Events, what: &str| events.reported.insert(format!("<{what}"));
        match tag.kind() {
            Kind::Removed if is_new(self, &name) => {
                let is_void = is_void(&name);
                let message = match is_void || self.has_end(&name) {
                    true if is_void => format!("`<{name}>` is left out of the page"),
                    true => format!("`<{name}>` and all that stands in it is left out of the page"),
                    false => {
                        format!("`<{name}>` has no end tag, so it is left out of the page with all that follows it")
                    }
                };
                self.fault(at, Code::TextDropped, message, removed_hint(&name));
            }
            Kind::Unwrapped if is_new(self, &name) => {
                let message = format!("the tag `<{name}>` is left out of the page; text in it stays");
                self.fault(
                    at,
                    Code::TextDropped,
                    message,
                    "write it in Markdown, or put it into a template of the theme",
                );
            }
            Kind::Kept => self.kept_tag(tag, &name, at),
            _ => {}
        }
    }

    /// Notes cells and rows that stand outside of a table.
    fn table_tag(&mut self, name: &str, ends: bool, at: usize) {
        match (name, ends) {
            ("table", false) => self.tables += 1,
            ("table", true) => self.tables = self.tables.saturating_sub(1),
            (_, false)
                if self.tables == 0 && crate::html::is_of_table(name) && self.reported.insert("a cell".to_string()) =>
            {
                let message = format!(
                    "`<{name}>` stands outside of a table, so the tag is left out of the page; text in it stays"
                );
                self.fault(at, Code::TextDropped, message, "put `<table>` before it and `</table>` behind it");
            }
            _ => {}
        }
    }

    fn kept_tag(&mut self, tag: &HtmlTag, name: &str, at: usize) {
        if let Some(id) = tag.attribute("id") {
            self.anchors.push(raw_id(id));
            self.ids.raw(id, at);
        }
        let target = match name {
            "img" => tag.attribute("src"),
            "a" | "area" => tag.attribute("href"),
            _ => None,
        };
        let Some(target) = target else { return };
        if let Some(fragment) = target.strip_prefix('#') {
            return self.fragments.push((fragment.to_string(), at));
        }
        if name != "img" && is_external(target) {
            return;
        }
        if self.reported.insert(format!("<{name} {target}")) {
            let (what, hint) = match name {
                "img" => ("picture", "write it as `![text](file)`"),
                _ => ("link", "write it as `[text](address)`"),
            };
            let message = format!("the {what} `{target}` in raw HTML is left out of the page");
            self.fault(at, Code::TextDropped, message, hint);
        }
    }

    /// The places of the text that its page hides.
    pub(in crate::parse::markdown) fn hidden_places(&mut self) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        for (start, end) in std::mem::take(&mut self.hidden) {
            if places.last().is_some_and(|last| start < last.end) {
                continue;
            }
            let end = end.unwrap_or_else(|()| element_end(self.source, start));
            places.push(start..end);
        }
        places
    }
}

fn removed_hint(name: &str) -> &'static str {
    match name {
        "script" | "style" => "scripts and styles belong into the theme",
        "iframe" | "embed" | "object" | "video" | "audio" => "link to it, or put it into a template of the theme",
        _ => "write it in Markdown, or put it into a template of the theme",
    }
}
