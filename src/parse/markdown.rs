//! Markdown to HTML that is safe to publish.
//!
//! CommonMark with tables, footnotes, strikethrough and smart punctuation. Links and pictures go through the caller, who knows
//! which targets exist. Raw HTML is kept only as far as an allow-list goes; most stories have none and never pay for it.

use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};
use pulldown_cmark::{Alignment, CowStr, Event, Options, Parser, Tag, TagEnd, html};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What becomes of a link or picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// It leads here.
    To(String),
    /// The text stays, the link goes; a picture goes altogether.
    Drop,
}

/// A link or picture in a text, as the caller is asked about it.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// The target as written.
    pub target: &'a str,
    /// Whether it is a picture.
    pub picture: bool,
    /// Where it stands in the Markdown, in bytes; `None` inside raw HTML.
    pub at: Option<usize>,
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_SMART_PUNCTUATION
}

/// Appends the HTML of a text. `resolve` says what becomes of each link and picture.
pub fn render(markdown: &str, out: &mut String, mut resolve: impl FnMut(Reference) -> Target) {
    let mut raw_html = false;
    let mut dropped: Vec<bool> = Vec::new();
    let mut picture_depth = 0_usize;
    let mut cells = Cells::default();
    let mut events: Vec<Event> = Vec::new();
    let mut emit = |event: Event<'_>, range: Range<usize>, events: &mut Vec<Event>| match event {
        Event::Start(Tag::Link { .. }) if picture_depth > 0 => dropped.push(true),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            match resolve(Reference { target: &dest_url, picture: false, at: Some(range.start) }) {
                Target::To(url) => {
                    dropped.push(false);
                    let dest_url = CowStr::from(url);
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title: owned(title), id: owned(id) }));
                }
                Target::Drop => dropped.push(true),
            }
        }
        Event::End(TagEnd::Link) => {
            if dropped.pop() == Some(false) {
                events.push(Event::End(TagEnd::Link));
            }
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let target = if picture_depth > 0 {
                Target::Drop
            } else {
                resolve(Reference { target: &dest_url, picture: true, at: Some(range.start) })
            };
            match target {
                Target::To(url) if picture_depth == 0 => {
                    let dest_url = CowStr::from(url);
                    dropped.push(false);
                    events.push(Event::Start(Tag::Image { link_type, dest_url, title: owned(title), id: owned(id) }));
                }
                _ => {
                    dropped.push(true);
                    picture_depth += 1;
                }
            }
        }
        Event::End(TagEnd::Image) => {
            if dropped.pop() == Some(false) {
                events.push(Event::End(TagEnd::Image));
            } else {
                picture_depth -= 1;
            }
        }
        _ if picture_depth > 0 => {}
        Event::Start(Tag::Table(columns)) => {
            events.push(Event::Html("<div class=\"table-scroll\" tabindex=\"0\">".into()));
            events.push(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
            cells = Cells { columns, ..Cells::default() };
        }
        // Code and old tables of typewriter columns are as wide as they are: who has only a keyboard must be able to scroll them.
        Event::Start(Tag::CodeBlock(_)) => {
            events.push(Event::Html("<div class=\"table-scroll\" tabindex=\"0\">".into()));
            events.push(event.into_static());
        }
        Event::End(TagEnd::CodeBlock) => {
            events.push(event.into_static());
            events.push(Event::Html("</div>\n".into()));
        }
        Event::Start(Tag::TableHead | Tag::TableRow) => {
            cells.row(matches!(event, Event::Start(Tag::TableHead)));
            events.push(event.into_static());
        }
        Event::Start(Tag::TableCell) => events.push(cells.start()),
        Event::End(TagEnd::Table) => {
            events.push(Event::End(TagEnd::Table));
            events.push(Event::Html("</div>\n".into()));
        }
        Event::Html(_) | Event::InlineHtml(_) => {
            raw_html = true;
            events.push(event.into_static());
        }
        event => events.push(event.into_static()),
    };
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        emit(event, range, &mut events);
    }
    if raw_html {
        let targets = events.iter().filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
            _ => None,
        });
        let resolved: HashSet<String> = targets.collect();
        let has_pictures = events.iter().any(|event| matches!(event, Event::Start(Tag::Image { .. })));
        let mut dirty = String::with_capacity(markdown.len() * 5 / 4);
        html::push_html(&mut dirty, events.into_iter());
        out.push_str(&sanitise(&dirty, resolved, has_pictures));
    } else {
        html::push_html(out, events.into_iter());
    }
}

/// Where we are in a table. Alignment is told by a class: a style attribute would need a hole in the site's content security
/// policy, and `left` and `right` would be wrong in half of the world's directions.
#[derive(Default)]
struct Cells {
    columns: Vec<Alignment>,
    next: usize,
    head: bool,
}

impl Cells {
    fn row(&mut self, head: bool) {
        self.next = 0;
        self.head = head;
    }

    /// The start of the next cell. `:-` is where a line begins, which is where cells stand anyway; `-:` is its end.
    fn start(&mut self) -> Event<'static> {
        let alignment = self.columns.get(self.next).copied().unwrap_or(Alignment::None);
        self.next += 1;
        match (alignment, self.head) {
            (Alignment::None | Alignment::Left, _) => Event::Start(Tag::TableCell),
            (Alignment::Right, true) => Event::Html("<th class=\"end\">".into()),
            (Alignment::Right, false) => Event::Html("<td class=\"end\">".into()),
            (Alignment::Center, true) => Event::Html("<th class=\"center\">".into()),
            (Alignment::Center, false) => Event::Html("<td class=\"center\">".into()),
        }
    }
}

fn owned(text: CowStr<'_>) -> CowStr<'static> {
    CowStr::from(text.into_string())
}

/// The links and pictures of a text, in order; cheap where it has none.
pub fn references(markdown: &str, mut found: impl FnMut(Reference)) {
    let bytes = markdown.as_bytes();
    if memchr::memmem::find(bytes, b"](").is_none()
        && memchr::memmem::find(bytes, b"]:").is_none()
        && !markdown.contains("<http")
    {
        return;
    }
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                found(Reference { target: &dest_url, picture: false, at: Some(range.start) });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                found(Reference { target: &dest_url, picture: true, at: Some(range.start) });
            }
            _ => {}
        }
    }
}

/// Whether a target leads away from the site by a scheme that is allowed: web, mail or telephone.
pub fn is_external(target: &str) -> bool {
    let lower = target.get(..8).unwrap_or(target).to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
}

/// Whether a target begins with a scheme at all (`javascript:`, `data:` …), after what browsers pass over.
pub fn has_scheme(target: &str) -> bool {
    let clean: String = target.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    clean.split(['/', '?', '#']).next().is_some_and(|head| head.contains(':')) || clean.starts_with("//")
}

/// Cleans HTML by the allow-list. Links and pictures inside it may only lead away from the site or where the text's own links
/// lead: any other path could name a page that is not public. A text without pictures in Markdown has none in HTML either.
fn sanitise(html: &str, resolved: HashSet<String>, has_pictures: bool) -> String {
    let mut builder = Builder::default();
    if !has_pictures {
        builder.rm_tags(["img"]);
    }
    builder
        .add_tags(["section", "figure", "figcaption"])
        .add_tag_attributes("div", ["tabindex", "id"])
        .add_tag_attributes("a", ["id"])
        .add_tag_attributes("sup", ["id"])
        .add_allowed_classes("div", ["table-scroll", "footnote-definition"])
        .add_allowed_classes("th", ["end", "center"])
        .add_allowed_classes("td", ["end", "center"])
        .add_allowed_classes("sup", ["footnote-reference", "footnote-definition-label"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Custom(Box::new(Resolved(resolved))))
        .link_rel(None)
        .clean(html)
        .to_string()
}

/// The relative links that may stay.
struct Resolved(HashSet<String>);

impl UrlRelativeEvaluate<'static> for Resolved {
    fn evaluate<'url>(&self, url: &'url str) -> Option<Cow<'url, str>> {
        (url.starts_with('#') || self.0.contains(url)).then_some(Cow::Borrowed(url))
    }
}

/// The plain words of a text, for summaries and counts: no markup, one blank between words.
pub fn plain(markdown: &str, limit: usize) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !text.ends_with(' ') => text.push(' '),
            _ => {}
        }
        if text.len() >= limit {
            break;
        }
    }
    text.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &str) {
        let mut out = String::new();
        render(markdown, &mut out, |reference| {
            if reference.target.starts_with("ok") || is_external(reference.target) {
                Target::To(reference.target.to_string())
            } else {
                Target::Drop
            }
        });
        assert_eq!(out, expected, "{markdown}");
    }

    #[test]
    fn everyday_copy() {
        check("One \"quote\" -- and\n\nTwo *b*.", "<p>One “quote” – and</p>\n<p>Two <em>b</em>.</p>\n");
        check(
            "|a|b|\n|-|-|\n|1|2|\n",
            "<div class=\"table-scroll\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>\n</div>\n",
        );
    }

    #[test]
    fn plain_words_keep_their_spacing() {
        assert_eq!(plain("The [strike](x.md). A *word*,\nand\n\n- one\n- two", 99), "The strike. A word, and one two");
    }

    #[test]
    fn columns_are_aligned_without_style_attributes() {
        check(
            "|a|b|c|d|\n|-|:-|-:|:-:|\n|1|2|3|4|\n",
            "<div class=\"table-scroll\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th><th class=\"end\">c</th><th class=\"center\">d</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td><td class=\"end\">3</td><td class=\"center\">4</td></tr>\n</tbody></table>\n</div>\n",
        );
        check(
            "```\n1 2\n```\n",
            "<div class=\"table-scroll\" tabindex=\"0\">\n<pre><code>1 2\n</code></pre>\n</div>\n",
        );
        let mut raw = String::new();
        render("|a|\n|-:|\n|<b>1</b>|\n", &mut raw, |_| Target::Drop);
        assert!(raw.contains("<td class=\"end\"><b>1</b></td>"), "{raw}");
    }

    #[test]
    fn links_the_caller_drops_leave_their_text() {
        check(
            "See [the *story*](hidden.md) and [this](ok/).",
            "<p>See the <em>story</em> and <a href=\"ok/\">this</a>.</p>\n",
        );
        check("![a *b* [c](ok)](secret.jpg)", "<p></p>\n");
        check("[x](javascript:alert(1))", "<p>x</p>\n");
    }

    #[test]
    fn raw_html_is_cleaned() {
        check("<script>alert(1)</script>\n\nText <b onclick=\"x()\">bold</b>", "\n<p>Text <b>bold</b></p>\n");
        check("<a href=\"javascript:x\">a</a><img src=x onerror=y>", "<p><a>a</a></p>\n");
        check("<b>x</b> <a href=\"/hidden/slug/\">a</a> [b](ok/)", "<p><b>x</b> <a>a</a> <a href=\"ok/\">b</a></p>\n");
        check("<style>p{}</style><iframe src=\"//x\"></iframe>", "");
        check("a <!-- secret --> b", "<p>a  b</p>\n");
    }

    #[test]
    fn schemes() {
        assert!(
            has_scheme("javascript:x")
                && has_scheme(" java\nscript:x")
                && has_scheme("//host/x")
                && has_scheme("data:x")
        );
        assert!(!has_scheme("a/b:c") && !has_scheme("../x.md") && !has_scheme("#top"));
    }
}
