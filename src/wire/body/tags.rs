//! Telling tags of HTML from ticker symbols and other words in pointed brackets.

use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// Whether a text holds tags of HTML. `<IBM>` is a ticker symbol, not a tag.
pub(in crate::wire) fn has_tags(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let inner = rest.strip_prefix('/').unwrap_or(rest);
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let name = &inner[..length.min(12)];
        let is_tag = TAGS.contains(&name.to_ascii_lowercase().as_str()) && name != "B" && name != "I" && name != "A";
        // No tag of the wire is longer than this; the bound keeps a file of `<` signs from being read over and over.
        let after = &inner.as_bytes()[length..inner.len().min(length + 2000)];
        if is_tag && after.first().is_some_and(|b| b">/ \n\t\r".contains(b)) && memchr::memchr(b'>', after).is_some() {
            return true;
        }
    }
    false
}

/// HTML in which ticker symbols (`<IBM>`, `<BAC.N>`) are escaped: a parser would take them for elements, and they would be lost.
pub(in crate::wire) fn with_tickers(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('<') {
        let rest = &text.as_bytes()[at + 1..];
        let length =
            rest.iter().take(11).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'.').count();
        if !(1..=10).contains(&length) || rest.get(length) != Some(&b'>') {
            continue;
        }
        let name = text[at + 1..=at + length].to_ascii_lowercase();
        let known = TAGS.contains(&name.as_str())
            || ["nobr", "dir", "caption", "col", "tfoot", "wbr", "map"].contains(&name.as_str());
        if !known {
            out.push_str(&text[done..at]);
            out.push_str("&lt;");
            done = at + 1;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Text in which tags of data that is not HTML (`<Score>1</Score>`, `<ClipRef id="a"/>`) are blanks. Such an element is closed, by an
/// end tag or by itself. `<IBM>` and `a < b` stay.
pub(in crate::wire) fn without_foreign_tags(text: &str) -> Cow<'_, str> {
    if memchr::memmem::find(text.as_bytes(), b"</").is_none() && memchr::memmem::find(text.as_bytes(), b"/>").is_none()
    {
        return Cow::Borrowed(text);
    }
    let closed: FxHashSet<&str> = foreign_tags(text).filter(|tag| tag.is_end).map(|tag| tag.name).collect();
    let (mut out, mut done) = (String::new(), 0);
    for tag in foreign_tags(text).filter(|tag| tag.is_empty || closed.contains(tag.name)) {
        out.push_str(&text[done..tag.start]);
        out.push(' ');
        done = tag.end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// What may be a tag of data: where it stands, and its name.
struct ForeignTag<'t> {
    start: usize,
    end: usize,
    name: &'t str,
    is_end: bool,
    is_empty: bool,
}

fn foreign_tags(text: &str) -> impl Iterator<Item = ForeignTag<'_>> {
    memchr::memchr_iter(b'<', text.as_bytes()).filter_map(|start| {
        let inner = &text.as_bytes()[start + 1..];
        let length = memchr::memchr2(b'>', b'<', &inner[..inner.len().min(FOREIGN)]).filter(|at| inner[*at] == b'>')?;
        let tag = &text[start + 1..start + 1 + length];
        let is_end = tag.starts_with('/');
        let bare = tag.trim_start_matches('/').trim_end_matches('/');
        let name = &bare[..bare.find(|c: char| c.is_ascii_whitespace()).unwrap_or(bare.len())];
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
            && name.bytes().any(|b| b.is_ascii_lowercase());
        // Behind the name of a tag stand attributes alone.
        let is_tag = bare.len() == name.len() || bare[name.len()..].trim().is_empty() || bare.contains('=');
        let end = start + 2 + length;
        (is_name && is_tag).then_some(ForeignTag { start, end, name, is_end, is_empty: tag.ends_with('/') })
    })
}

/// The longest tag of data, in bytes.
const FOREIGN: usize = 300;

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "endash",
    "emdash",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hl2",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "li",
    "link",
    "main",
    "math",
    "meta",
    "object",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "video",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_data_become_blanks() {
        for (text, expected) in [
            ("<Match><Home>Halden</Home><Goals>1</Goals></Match>", "  Halden  1  "),
            ("Rain. <ClipRef id=\"DS1\"/> Sun.", "Rain.   Sun."),
            ("Port of Halden <HLD.N> rose, a < b </ c", "Port of Halden <HLD.N> rose, a < b </ c"),
            ("He wrote <ana@x.example> and <laughs>/>", "He wrote <ana@x.example> and <laughs>/>"),
        ] {
            assert_eq!(without_foreign_tags(text), expected);
        }
    }
}
