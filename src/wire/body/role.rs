//! What each element of the markup is to a story.

use crate::wire::dom::{Element, Node, lower_case};
use crate::wire::shown::{is_hidden, lowered, raised};

/// What an element is to us.
pub(super) enum Role {
    Skip,
    /// A field that stands in the text, or what is for desks.
    Aside,
    Lost(&'static str),
    Figure,
    Note,
    Footnote,
    Break,
    Rule,
    Paragraph,
    Heading(u8),
    List(bool),
    Definitions,
    Quote,
    Pre,
    Table,
    Container,
    Strong,
    Emphasis,
    Link,
    Time,
    Struck,
    Shifted(fn(&str) -> String),
    Fraction,
    Ruby,
    Quoted,
    Inline,
    Typographic(&'static str),
    /// A name of a vendor's own.
    Unknown,
}

pub(super) fn role(element: &Element<'_>) -> Role {
    let name = lower_case(&element.name);
    match &*name {
        "script"
        | "style"
        | "head"
        | "title"
        | "meta"
        | "link"
        | "template"
        | "noscript"
        | "base"
        | "col"
        | "colgroup"
        | "nitf-table-metadata"
        | "wbr" => Role::Skip,
        "body.head" | "body.end" | "byline" | "dat" | "vinjett" | "hedline" => Role::Aside,
        "time" => Role::Time,
        "iframe" | "object" | "embed" | "svg" | "math" | "canvas" | "applet" => Role::Lost("embedded content"),
        "form" | "input" | "button" | "select" | "textarea" => Role::Lost("a form"),
        "figure" | "img" | "picture" | "media" | "bild" | "video" | "audio" => Role::Figure,
        "note" => Role::Note,
        "fn" => Role::Footnote,
        "br" => Role::Break,
        "hr" => Role::Rule,
        "p" | "citat" | "address" | "summary" | "center" | "credit" => Role::Paragraph,
        "h1" | "h2" | "hl2" | "rubrik" | "hl1" => Role::Heading(2),
        "h3" | "mellis" => Role::Heading(3),
        "h4" | "h5" | "h6" => Role::Heading(4),
        "ul" => Role::List(false),
        "ol" => Role::List(true),
        "dl" => Role::Definitions,
        "blockquote" | "bq" => Role::Quote,
        "pre" | "xmp" | "listing" => Role::Pre,
        "table" => Role::Table,
        "strong" | "b" => Role::Strong,
        "em" | "i" | "cite" | "dfn" => Role::Emphasis,
        "a" => Role::Link,
        "endash" => Role::Typographic("–"),
        "emdash" => Role::Typographic("—"),
        "s" | "strike" => Role::Struck,
        "sup" => Role::Shifted(raised),
        "sub" => Role::Shifted(lowered),
        "frac" => Role::Fraction,
        "ruby" => Role::Ruby,
        "q" => Role::Quoted,
        "span" | "u" | "small" | "big" | "font" | "abbr" | "acronym" | "ins" | "rp" | "rtc" | "tt" | "code" | "kbd"
        | "samp" | "var" | "mark" | "bdi" | "bdo" | "person" | "org" | "location" | "city" | "state" | "country"
        | "region" | "sublocation" | "money" | "num" | "chron" | "event" | "function" | "object.title" | "virtloc"
        | "lang" | "pronounce" | "copyrite" | "name.given" | "name.family" | "label" | "data" | "rb" | "rt"
        | "postaddr" | "addressee" | "delivery.point" | "classifier" | "alt-code" => Role::Inline,
        "html" | "body" | "body.content" | "block" | "div" | "section" | "article" | "main" | "header" | "footer"
        | "aside" | "nav" | "nitf" | "nitf-table" | "text" | "ingress" | "brodtext" | "li" | "dd" | "dt" | "td"
        | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" | "figcaption" | "details" | "fieldset" | "hgroup"
        | "datasource" => Role::Container,
        _ => Role::Unknown,
    }
}

/// `<span class="vignette">Trafik</span><span class="source">TT</span>`, and nothing else: what TT puts over its texts.
pub(super) fn is_head_line(element: &Element<'_>) -> bool {
    let is_part = |part: &Element<'_>| part.has_class("vignette") || part.has_class("source");
    let has_words = element.children.iter().any(|node| matches!(node, Node::Text(text) if !text.trim().is_empty()));
    let mut parts = element.elements().peekable();
    !has_words
        && parts.peek().is_some()
        && parts.all(is_part)
        && element.elements().any(|part| part.has_class("vignette"))
}

/// Sections that agencies put into the text for desks: notebooks and closing lines.
pub(super) fn is_desk_section(element: &Element<'_>) -> bool {
    // What a page would not show is for nobody but a desk.
    if is_hidden(element) {
        return true;
    }
    let Some(classes) = element.attribute("class") else { return false };
    classes.split_ascii_whitespace().any(|class| {
        let class = class.to_ascii_lowercase();
        class.starts_with("np-")
            || matches!(
                class.as_str(),
                "notepad"
                    | "notebook"
                    | "closingline"
                    | "nonpublic"
                    | "not-for-publication"
                    | "ednote"
                    | "editorsnote"
                    | "private"
            )
    })
}
