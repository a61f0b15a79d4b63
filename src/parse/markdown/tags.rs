//! The pieces of raw HTML: which names are elements of HTML, which of them a page may have, and where a tag ends.

use super::styles;

/// Elements that go with all that stands in them: browsers do not show it, or show something else in its place.
pub(super) const REMOVED: &[&str] = &[
    "applet", "audio", "canvas", "datalist", "dialog", "embed", "iframe", "math", "meter", "noembed", "noframes",
    "noscript", "object", "optgroup", "option", "picture", "progress", "script", "select", "style", "svg", "template",
    "textarea", "title", "video", "xmp",
];

/// Elements of which the tags go and the text stays.
const UNWRAPPED: &[&str] = &[
    "address",
    "base",
    "basefont",
    "bgsound",
    "big",
    "body",
    "button",
    "command",
    "dir",
    "fieldset",
    "font",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "image",
    "input",
    "isindex",
    "keygen",
    "label",
    "legend",
    "link",
    "listing",
    "main",
    "marquee",
    "menu",
    "menuitem",
    "meta",
    "nobr",
    "output",
    "param",
    "plaintext",
    "portal",
    "rb",
    "search",
    "slot",
    "source",
    "track",
];

/// Elements that a page may have. The cleaning goes by the same list.
pub(super) const KEPT: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "area",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "map",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// What becomes of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is kept.
    Kept,
    /// The tag goes, what stands in it stays.
    Unwrapped,
    /// It goes with what stands in it.
    Removed,
    /// It is not a tag but text, as `<AAPL>` is.
    Text,
}

/// A piece of raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text, or a `<` that begins nothing.
    Text,
    /// A comment, processing instruction, declaration or CDATA section; `None` where it has no end, else nothing.
    Hidden(&'static str, Option<()>),
    /// A tag.
    Tag(Tag<'a>),
}

/// A tag as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name, with capitals as written.
    pub(super) name: &'a str,
    /// Whether it ends an element.
    pub(super) ends: bool,
    /// All between the name and the last bracket.
    pub(super) attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// What becomes of it. A name with a hyphen is an element of somebody's own only in small letters: `<BRK-B>` is a share.
    pub(super) fn kind(&self) -> Kind {
        let name = self.name.to_ascii_lowercase();
        let has = |list: &[&str]| list.binary_search(&name.as_str()).is_ok();
        if has(KEPT) {
            Kind::Kept
        } else if has(REMOVED) {
            Kind::Removed
        } else if has(UNWRAPPED) || self.name.contains('-') && *self.name == name {
            Kind::Unwrapped
        } else {
            Kind::Text
        }
    }

    /// The value of an attribute, with entities as written; empty where it has none.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end.max(1).min(rest.len()));
            let after = after.trim_start();
            let (value, tail) = match after.strip_prefix('=').map(str::trim_start) {
                None => ("", after),
                Some(value) => match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                    _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
                },
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = tail;
        }
    }

    /// Whether its own attributes hide the element.
    pub(super) fn is_hidden(&self) -> bool {
        !self.ends && styles::attributes_hide(self.attributes)
    }
}

/// The first piece of some raw HTML, and its length. The text is not empty.
pub(super) fn first(html: &str) -> (Piece<'_>, usize) {
    let bytes = html.as_bytes();
    if bytes[0] != b'<' {
        return (Piece::Text, memchr::memchr(b'<', bytes).unwrap_or(html.len()));
    }
    for (start, end, name) in
        [("<!--", "-->", "comment"), ("<?", "?>", "processing instruction"), ("<![CDATA[", "]]>", "CDATA section")]
    {
        if html.starts_with(start) {
            // `<!-->` and `<!--->` are whole comments.
            let from = if start == "<!--" { 2 } else { start.len() };
            let found = html[from..].find(end).map(|at| from + at + end.len());
            return (Piece::Hidden(name, found.map(|_| ())), found.unwrap_or(html.len()));
        }
    }
    if bytes.get(1) == Some(&b'!') {
        let found = html.find('>').map(|at| at + 1);
        return (Piece::Hidden("declaration", found.map(|_| ())), found.unwrap_or(html.len()));
    }
    let ends = bytes.get(1) == Some(&b'/');
    let start = if ends { 2 } else { 1 };
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return (Piece::Text, 1);
    }
    let name_end = bytes[start..]
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<'))
        .map_or(html.len(), |length| start + length);
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().skip(name_end) {
        match (quote, byte) {
            (None, b'>') => {
                let tag = Tag { name: &html[start..name_end], ends, attributes: &html[name_end..at] };
                return (Piece::Tag(tag), at + 1);
            }
            (None, b'"' | b'\'') if html[..at].trim_end().ends_with('=') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    (Piece::Text, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order_and_apart() {
        for list in [REMOVED, UNWRAPPED, KEPT] {
            assert!(list.is_sorted());
        }
        assert!(REMOVED.iter().chain(UNWRAPPED).all(|name| KEPT.binary_search(name).is_err()));
        assert!(REMOVED.iter().all(|name| UNWRAPPED.binary_search(name).is_err()));
    }

    #[test]
    fn pieces() {
        let tag = |html: &str| match first(html) {
            (Piece::Tag(tag), length) => (tag.name.to_string(), tag.kind(), length),
            other => panic!("{html}: {other:?}"),
        };
        assert_eq!(tag("<AAPL> said"), ("AAPL".to_string(), Kind::Text, 6));
        assert_eq!(tag("<BRK-B>").1, Kind::Text);
        assert_eq!(tag("<my-map x>").1, Kind::Unwrapped);
        assert_eq!(tag("<Video src='a>b'>c"), ("Video".to_string(), Kind::Removed, 17));
        assert_eq!(first("<!-- a > b --> c"), (Piece::Hidden("comment", Some(())), 14));
        assert_eq!(first("<!--> c"), (Piece::Hidden("comment", Some(())), 5));
        assert_eq!(first("<?php if (a > b) ?> c"), (Piece::Hidden("processing instruction", Some(())), 19));
        assert_eq!(first("<![CDATA[a > b]]> c"), (Piece::Hidden("CDATA section", Some(())), 17));
        assert_eq!(first("<!-- a"), (Piece::Hidden("comment", None), 6));
        assert_eq!(first("< 5"), (Piece::Text, 1));
        assert_eq!(first("a <b>"), (Piece::Text, 2));
    }

    #[test]
    fn attributes() {
        let hidden = |html: &str| matches!(first(html).0, Piece::Tag(tag) if tag.is_hidden());
        assert!(
            hidden("<p hidden>")
                && hidden("<p class=x HIDDEN=\"until-found\">")
                && hidden("<p style='display : none'>")
        );
        assert!(
            !hidden("<p title=\"hidden\">") && !hidden("<p>") && !hidden("</p hidden>") && !hidden("<p data-hidden>")
        );
    }
}
