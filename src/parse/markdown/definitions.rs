//! Definitions of links that appear twice: the parser takes the first and says nothing of the others.

use super::events::options;
use pulldown_cmark::{Event, Parser, Tag};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// The definitions after the first of their name: where they stand, and the name. `known` has the first ones.
pub(super) fn repeated(source: &str, known: &[(String, usize)]) -> Vec<(usize, String)> {
    if known.is_empty() || memchr::memmem::find_iter(source.as_bytes(), b"]:").count() <= known.len() {
        return Vec::new();
    }
    let first: FxHashMap<String, usize> = known.iter().map(|(name, at)| (key(name), *at)).collect();
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let text = line.trim_start_matches(|c: char| {
            matches!(c, ' ' | '\t' | '>' | '-' | '+' | '*' | '.' | ')') || c.is_ascii_digit()
        });
        let at = start + line.len() - text.len();
        start += line.len();
        let name = text
            .strip_prefix('[')
            .and_then(|text| Some(text.split_once("]:")?.0))
            .filter(|name| !name.starts_with('^'));
        if let Some(name) = name
            && first.get(&key(name)).is_some_and(|first| *first != at)
        {
            found.push((at, name.to_string()));
        }
    }
    if found.is_empty() {
        return found;
    }
    // What stands in a paragraph or in code is text.
    let mut shown: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        let is_block = matches!(
            event,
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_) | Tag::Link { .. } | Tag::Image { .. })
        );
        let is_text = matches!(event, Event::Text(_) | Event::Code(_) | Event::Html(_) | Event::InlineHtml(_));
        if is_block || is_text {
            match shown.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => shown.push(range),
            }
        }
    }
    found.retain(|(at, _)| {
        let next = shown.partition_point(|range| range.end <= *at);
        shown.get(next).is_none_or(|range| range.start > *at)
    });
    found
}

fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
