//! Telling tags of HTML from ticker symbols and other words in pointed brackets.

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
