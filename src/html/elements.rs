//! What HTML says of its elements, in one table for all that read it: pages, raw HTML in Markdown, and wire copy.
//!
//! The sets are those of the HTML standard and of html5ever, with the obsolete names that it still knows: the bounds on depth hold only
//! while both agree.

/// Elements without an end tag.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
];

/// Elements in which everything up to their end tag is raw text.
pub const RAW: [&str; 9] = ["iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"];

/// Blocks whose start tag ends an open paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "xmp",
];

/// Whether the start tag of an element ends an open paragraph.
pub fn ends_paragraph(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// Elements without an end tag.
pub fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Elements that a parser opens again after a block has ended inside them.
pub(super) fn is_mark(name: &str) -> bool {
    const MARK: &[&str] =
        &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
    MARK.contains(&name)
}

/// Elements that only mean something in a table, and the table.
pub fn is_of_table(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "caption")
}

/// Whether an open element that needs no end tag ends where another begins.
pub(super) fn is_ended_by(open: &str, name: &str) -> bool {
    let is_cell = matches!(name, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot");
    match open {
        "p" => is_cell || ends_paragraph(name),
        "li" => name == "li" || is_cell,
        "dt" | "dd" => matches!(name, "dt" | "dd") || is_cell,
        "option" => matches!(name, "option" | "optgroup"),
        "td" | "th" | "caption" => is_cell,
        "tr" => matches!(name, "tr" | "tbody" | "thead" | "tfoot"),
        "tbody" | "thead" | "tfoot" => matches!(name, "tbody" | "thead" | "tfoot"),
        _ => false,
    }
}
