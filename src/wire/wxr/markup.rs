//! The text of a post as WordPress stores it: shortcodes, blocks of its editor, and paragraphs without tags.

use super::Medium;
use crate::wire::html;
use crate::wire::work;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A text as HTML, and what was met on the way.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) html: String,
    /// Shortcodes that have no counterpart, by name.
    pub(super) left_out: BTreeSet<String>,
    /// Words of media that the text names by number.
    pub(super) captions: Vec<String>,
}

/// The longest shortcode, in bytes.
const TAG: usize = 2000;
/// The most pictures of a gallery.
const GALLERY: usize = 200;

/// Makes HTML of the text of a post.
pub(super) fn read(text: &str, media: &FxHashMap<u64, Medium>) -> Content {
    work::spend(text.len());
    let mut content = Content::default();
    shortcodes(text, media, &mut content);
    content.html = embedded(&content.html);
    if !content.html.contains("<!-- wp:") {
        content.html = paragraphs(&content.html);
    }
    content
}

/// A shortcode: `[name key="value"]`.
struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
    is_end: bool,
    length: usize,
}

fn shortcodes(text: &str, media: &FxHashMap<u64, Medium>, content: &mut Content) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'[', rest.as_bytes()) {
        content.html.push_str(&rest[..at]);
        rest = &rest[at..];
        // `[[name]]` is how a shortcode is shown.
        if rest.starts_with("[[")
            && let Some(tag) = tag(&rest[1..]).filter(|tag| rest[1 + tag.length..].starts_with(']'))
        {
            content.html.push_str(&rest[1..1 + tag.length]);
            rest = &rest[tag.length + 2..];
            continue;
        }
        let Some(tag) = tag(rest).filter(|tag| is_shortcode(tag, rest)) else {
            content.html.push('[');
            rest = &rest[1..];
            continue;
        };
        let after = &rest[tag.length..];
        rest = if tag.is_end { after } else { one(&tag, after, media, content) };
    }
    content.html.push_str(rest);
}

/// What stands in brackets at the start of a text, if it can be a shortcode.
fn tag(text: &str) -> Option<Tag<'_>> {
    let near = &text.as_bytes()[..text.len().min(TAG)];
    work::spend(64);
    let inner = text.strip_prefix('[')?;
    let (is_end, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let length = inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))?;
    let name = &inner[..length];
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= 60;
    let follows = inner[length..].starts_with([' ', ']', '/', '\n', '\t']);
    if !is_name || !follows {
        return None;
    }
    let (start, mut quote) = (text.len() - inner.len() + length, None);
    for (at, byte) in near.iter().enumerate().skip(start) {
        work::spend(1);
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b']') => {
                let attributes = text[start..at].trim().trim_end_matches('/');
                return Some(Tag { name, attributes, is_end, length: at + 1 });
            }
            (None, b'[' | b'<') => return None,
            (None, _) => {}
        }
    }
    None
}

/// Whether a word in brackets is a shortcode and not a word in brackets: `[sic]`, `[the minister]`.
fn is_shortcode(tag: &Tag<'_>, text: &str) -> bool {
    const KNOWN: &[&str] = &["caption", "wp_caption", "gallery", "embed", "audio", "video", "playlist"];
    let has_attributes = attributes(tag.attributes).next().is_some();
    if tag.is_end
        || KNOWN.contains(&tag.name)
        || has_attributes
        || (tag.name.contains('_') && tag.attributes.is_empty())
    {
        return true;
    }
    // Its end stands near, if it has one.
    let end = format!("[/{}]", tag.name);
    let mut near = text.len().min(4 * TAG);
    while !text.is_char_boundary(near) {
        near -= 1;
    }
    work::spend(near / 8);
    memchr::memmem::find(&text.as_bytes()[..near], end.as_bytes()).is_some()
}

/// The attributes of a shortcode that have a name.
fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (before, after) = rest.split_once('=')?;
            let name = before.trim_end().rsplit(|c: char| c.is_whitespace()).next().unwrap_or("");
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, next) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            rest = next;
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
                return Some((name, value));
            }
        }
    })
}

/// Writes what a shortcode stands for; what comes after it.
fn one<'t>(tag: &Tag<'t>, after: &'t str, media: &FxHashMap<u64, Medium>, content: &mut Content) -> &'t str {
    let attribute = |name: &str| attributes(tag.attributes).find(|(key, _)| *key == name).map(|(_, value)| value);
    // Up to the end of the shortcode, for those that have a text of their own.
    let block = || {
        let end = format!("[/{}]", tag.name);
        work::spend(after.len() / 8);
        let at = memchr::memmem::find(after.as_bytes(), end.as_bytes())?;
        Some((&after[..at], &after[at + end.len()..]))
    };
    match tag.name {
        "caption" | "wp_caption" => {
            let Some((inner, rest)) = block() else { return after };
            let (picture, text) = inner.split_at(end_of_picture(inner));
            let caption = attribute("caption").filter(|_| text.trim().is_empty()).unwrap_or(text.trim());
            content.html.push_str(&format!("\n\n<figure>{picture}<figcaption>{caption}</figcaption></figure>\n\n"));
            rest
        }
        "embed" => {
            let Some((inner, rest)) = block() else { return after };
            content.html.push_str(&format!("\n\n{}\n\n", inner.trim()));
            rest
        }
        "gallery" => {
            let ids = attribute("ids").or_else(|| attribute("include")).unwrap_or("");
            let numbers = ids.split(',').filter_map(|id| id.trim().parse().ok()).take(GALLERY);
            let found: Vec<&Medium> = numbers.filter_map(|id: u64| media.get(&id)).collect();
            if found.is_empty() {
                content.left_out.insert(tag.name.to_string());
            }
            for medium in found {
                let caption = medium.caption.as_deref().unwrap_or("");
                content.captions.extend(medium.caption.clone());
                let (href, caption) = (escaped(&medium.href), escaped(caption));
                content.html.push_str(&format!(
                    "\n\n<figure><img src=\"{href}\"><figcaption>{caption}</figcaption></figure>\n\n"
                ));
            }
            after
        }
        "audio" | "video" => {
            let kinds = ["src", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav"];
            match kinds.iter().find_map(|kind| attribute(kind)) {
                Some(source) => {
                    let name = tag.name;
                    content.html.push_str(&format!("\n\n<{name} src=\"{}\"></{name}>\n\n", escaped(source)));
                }
                None => _ = content.left_out.insert(tag.name.to_string()),
            }
            after
        }
        // The text between two of them stays.
        _ => {
            content.left_out.insert(tag.name.to_string());
            after
        }
    }
}

/// Where the picture in a caption ends, with the link around it.
fn end_of_picture(text: &str) -> usize {
    let Some(at) = text.find("<img") else { return 0 };
    let end = text[at..].find('>').map_or(text.len(), |end| at + end + 1);
    match text[end..].trim_start().starts_with("</a>") {
        true => text[end..].find("</a>").map_or(end, |at| end + at + 4),
        false => end,
    }
}

fn escaped(text: &str) -> String {
    let text = html::without_references(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Addresses of films and the like stand in a figure that has no picture: they become paragraphs.
fn embedded(text: &str) -> String {
    const OPEN: &str = "<div class=\"wp-block-embed__wrapper\">";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((inner, end)) = after.split_once("</div>") else { break };
        out.push_str(before);
        out.push_str(&format!("<p>{}</p>", inner.trim()));
        rest = end;
    }
    out.push_str(rest);
    out
}

/// Elements that are no part of a paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "details",
    "div",
    "dl",
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
    "hr",
    "iframe",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "style",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "video",
];

/// Text of the old editor has no tags of paragraphs: blank lines part them, and each end of a line is a break.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut open_pre = String::new();
    for part in blank_lines(&text) {
        // A blank line in preformatted text is a part of it.
        if !open_pre.is_empty() || (part.contains("<pre") && !part.contains("</pre")) {
            open_pre.push_str(part);
            if part.contains("</pre") {
                out.push_str(&open_pre);
                open_pre.clear();
            }
            continue;
        }
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        if is_block(part) {
            out.push_str(part);
        } else {
            out.push_str(&format!("<p>{}</p>", part.replace('\n', "<br>\n")));
        }
        out.push('\n');
    }
    out.push_str(&open_pre);
    out
}

/// A text cut behind its blank lines.
fn blank_lines(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            parts.push(&text[start..at]);
            start = at;
        }
    }
    parts.push(&text[start..]);
    parts
}

fn is_block(text: &str) -> bool {
    let inner = text.strip_prefix("</").or_else(|| text.strip_prefix('<')).unwrap_or("");
    let name = &inner[..inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len())];
    BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name)) || text.starts_with("<!--") && text.ends_with("-->")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, left_out: &[&str]) {
        let medium = |href: &str, caption: &str| Medium {
            href: href.to_string(),
            caption: Some(caption.to_string()),
            alt: None,
        };
        let media = [(7, medium("https://old.example/a.jpg", "A & B")), (8, medium("https://old.example/b.jpg", ""))];
        let content = read(text, &media.into_iter().collect());
        let html: String = content.html.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(html, expected, "{text}");
        assert_eq!(content.left_out.iter().map(String::as_str).collect::<Vec<_>>(), left_out, "{text}");
    }

    #[test]
    fn shortcodes_become_html() {
        check(
            "[caption id=\"a\" width=\"9\"]<a href=\"x\"><img src=\"p.jpg\" /></a> The port[/caption]",
            "<figure><a href=\"x\"><img src=\"p.jpg\" /></a><figcaption>The port</figcaption></figure>",
            &[],
        );
        check(
            "[caption caption='Old form']<img src='p.jpg'>[/caption]",
            "<figure><img src='p.jpg'><figcaption>Old form</figcaption></figure>",
            &[],
        );
        check(
            "[gallery ids=\"7, 8,9\"]",
            "<figure><img src=\"https://old.example/a.jpg\"><figcaption>A &amp; B</figcaption></figure> \
             <figure><img src=\"https://old.example/b.jpg\"><figcaption></figcaption></figure>",
            &[],
        );
        check(
            "One\n\n[embed]https://film.example/1[/embed]\n\nTwo",
            "<p>One</p> <p>https://film.example/1</p> <p>Two</p>",
            &[],
        );
        check("[video mp4=\"f.mp4\"][/video]", "<video src=\"f.mp4\"></video>", &[]);
        check("[gallery]", "", &["gallery"]);
    }

    #[test]
    fn other_shortcodes_go_and_their_text_stays() {
        check("a [button url=\"x\"]Read [b]this[/b][/button] c", "<p>a Read this c</p>", &["b", "button"]);
        check("[contact-form-7 id=\"3\" title=\"a]b\"] [su_divider]", "", &["contact-form-7", "su_divider"]);
        check(
            "He [the minister] said: \"so [sic]\" [...] [1]",
            "<p>He [the minister] said: \"so [sic]\" [...] [1]</p>",
            &[],
        );
        check("[[gallery ids=\"1\"]] [x <b>y</b>", "<p>[gallery ids=\"1\"] [x <b>y</b></p>", &[]);
    }

    #[test]
    fn paragraphs_of_the_old_editor() {
        check(
            "One\ntwo\r\n\r\n<b>Three</b>\n\n<ul>\n<li>a</li>\n</ul>\nb",
            "<p>One<br> two</p> <p><b>Three</b></p> <ul> <li>a</li> </ul> b",
            &[],
        );
        check("<pre>a\n\nb</pre>\n\nc", "<pre>a b</pre> <p>c</p>", &[]);
        check(
            "<!-- wp:paragraph -->\n<p>One\n\ntwo</p>\n<!-- /wp:paragraph -->",
            "<!-- wp:paragraph --> <p>One two</p> <!-- /wp:paragraph -->",
            &[],
        );
        check(
            "<!-- wp:embed --><figure class=\"wp-block-embed\"><div class=\"wp-block-embed__wrapper\">\nhttps://film.example/1\n</div></figure>",
            "<!-- wp:embed --><figure class=\"wp-block-embed\"><p>https://film.example/1</p></figure>",
            &[],
        );
    }
}
