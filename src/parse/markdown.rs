//! Markdown to HTML that is safe to publish.
//!
//! CommonMark with tables, footnotes, strikethrough and smart punctuation. Links and pictures go through the caller, who knows
//! which targets exist. Raw HTML is kept only as far as an allow-list goes; most stories have none and never pay for it.

use crate::path::on_site;
use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};
use pulldown_cmark::{Alignment, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd, html};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What becomes of a link or picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// It leads here.
    To(String),
    /// The text stays, the link goes. A picture goes altogether, and so does a link in angle brackets, whose text is its target.
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

/// What is as wide as it is, a table or code, stands in a frame that scrolls, also for those who have only a keyboard.
const SCROLLS: &str = "<div class=\"table-scroll\" tabindex=\"0\">";

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_SMART_PUNCTUATION
}

/// Appends the HTML of a text. `home` is the address of the site without a last slash; `resolve` says what becomes of each link and
/// picture.
pub fn render(markdown: &str, home: &str, out: &mut String, resolve: impl FnMut(Reference) -> Target) {
    let parser = Parser::new_ext(markdown, options()).into_offset_iter();
    let mut events =
        Resolving { parser, resolve, open: Vec::new(), gone: 0, next: None, cells: Cells::default(), raw_html: false };
    // Raw HTML begins with `<`; nearly every text has none.
    if !markdown.contains('<') {
        html::push_html(out, events);
        return;
    }
    let all: Vec<Event> = events.by_ref().collect();
    if !events.raw_html {
        html::push_html(out, all.into_iter());
        return;
    }
    let targets = all.iter().filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    });
    let resolved: HashSet<String> = targets.collect();
    let has_pictures = all.iter().any(|event| matches!(event, Event::Start(Tag::Image { .. })));
    let mut dirty = String::with_capacity(markdown.len() * 5 / 4);
    html::push_html(&mut dirty, all.into_iter());
    out.push_str(&sanitise(&dirty, home, resolved, has_pictures));
}

/// What became of a link or picture that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    /// It goes, what stands in it stays.
    Unwrapped,
    /// It goes with all that stands in it.
    Gone,
}

/// The events of a text with links and pictures led to where they belong, and tables in a frame that scrolls.
struct Resolving<'a, R> {
    parser: OffsetIter<'a>,
    resolve: R,
    /// For each open link or picture, what became of it.
    open: Vec<Fate>,
    /// How many of the open ones are gone.
    gone: usize,
    next: Option<Event<'a>>,
    cells: Cells,
    raw_html: bool,
}

impl<'a, R: FnMut(Reference) -> Target> Resolving<'a, R> {
    fn open(&mut self, fate: Fate) {
        self.open.push(fate);
        self.gone += usize::from(fate == Fate::Gone);
    }

    /// Whether the link or picture that ends here was kept.
    fn close(&mut self) -> bool {
        let fate = self.open.pop();
        self.gone -= usize::from(fate == Some(Fate::Gone));
        fate == Some(Fate::Kept)
    }

    /// What becomes of one event; `None` where it goes.
    fn event(&mut self, event: Event<'a>, range: Range<usize>) -> Option<Event<'a>> {
        match event {
            Event::Start(Tag::Link { .. }) if self.gone > 0 => {
                self.open(Fate::Unwrapped);
                None
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                match (self.resolve)(Reference { target: &dest_url, picture: false, at: Some(range.start) }) {
                    Target::To(url) => {
                        self.open(Fate::Kept);
                        Some(Event::Start(Tag::Link { link_type, dest_url: url.into(), title, id }))
                    }
                    Target::Drop => {
                        let says_target = matches!(link_type, LinkType::Autolink | LinkType::Email);
                        self.open(if says_target { Fate::Gone } else { Fate::Unwrapped });
                        None
                    }
                }
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.close().then_some(event),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let target = match self.gone {
                    0 => (self.resolve)(Reference { target: &dest_url, picture: true, at: Some(range.start) }),
                    _ => Target::Drop,
                };
                if let Target::To(url) = target {
                    self.open(Fate::Kept);
                    return Some(Event::Start(Tag::Image { link_type, dest_url: url.into(), title, id }));
                }
                self.open(Fate::Gone);
                None
            }
            _ if self.gone > 0 => None,
            Event::Start(Tag::Table(columns)) => {
                self.next = Some(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
                self.cells = Cells { columns, ..Cells::default() };
                Some(Event::Html(SCROLLS.into()))
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                self.cells.row(matches!(event, Event::Start(Tag::TableHead)));
                Some(event)
            }
            Event::Start(Tag::TableCell) => Some(self.cells.start()),
            Event::Start(Tag::CodeBlock(_)) => {
                self.next = Some(event);
                Some(Event::Html(SCROLLS.into()))
            }
            Event::End(TagEnd::Table | TagEnd::CodeBlock) => {
                self.next = Some(Event::Html("</div>\n".into()));
                Some(event)
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                self.raw_html = true;
                Some(event)
            }
            event => Some(event),
        }
    }
}

impl<'a, R: FnMut(Reference) -> Target> Iterator for Resolving<'a, R> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(event) = self.next.take() {
            return Some(event);
        }
        loop {
            let (event, range) = self.parser.next()?;
            if let Some(event) = self.event(event, range) {
                return Some(event);
            }
        }
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

/// Adds attributes to the pictures of a text that [`render`] made. `attributes` is given a picture's `src` and says what to add; the
/// picture's own attributes stay.
pub fn dress(html: &mut String, mut attributes: impl FnMut(&str) -> String) {
    const PICTURE: &str = "<img ";
    let mut dressed = String::with_capacity(html.len() + html.len() / 4);
    let mut rest = html.as_str();
    while let Some(at) = rest.find(PICTURE) {
        let (before, tag) = rest.split_at(at + PICTURE.len() - 1);
        dressed.push_str(before);
        let (own, length) = attributes_of(tag);
        let src = own.iter().find(|(name, _)| *name == "src").map_or("", |(_, value)| value);
        let mut added = attributes(src);
        // Raw HTML may have said its size already.
        let names = ["width", "height", "srcset", "sizes", "loading", "decoding", "fetchpriority"];
        for name in names.into_iter().filter(|name| own.iter().any(|(known, _)| known == name)) {
            if let Some(start) = added.find(&format!(" {name}=\""))
                && let Some(end) = added[start + name.len() + 3..].find('"')
            {
                added.replace_range(start..start + name.len() + 4 + end, "");
            }
        }
        dressed.push_str(&tag[..length]);
        dressed.push_str(&added);
        rest = &tag[length..];
    }
    dressed.push_str(rest);
    *html = dressed;
}

/// The attributes of a tag after its name, as `render` writes them, and how many bytes they take.
fn attributes_of(tag: &str) -> (Vec<(&str, &str)>, usize) {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = tag[at..].trim_start();
        let start = tag.len() - rest.len();
        let Some((name, value)) = rest.split_once("=\"").filter(|(name, _)| !name.contains(['>', '/', ' '])) else {
            return (found, at);
        };
        let Some((value, _)) = value.split_once('"') else { return (found, at) };
        found.push((name, value));
        at = start + name.len() + 2 + value.len() + 1;
    }
}

/// The links and pictures of a text, in order; cheap where it has none.
pub fn references(markdown: &str, mut found: impl FnMut(Reference)) {
    let bytes = markdown.as_bytes();
    if memchr::memmem::find(bytes, b"](").is_none()
        && memchr::memmem::find(bytes, b"]:").is_none()
        && memchr::memchr(b'<', bytes).is_none()
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
/// lead: any other path could name a page that is not public, and so could a full address of the site at `home`. A text without
/// pictures in Markdown has none in HTML either.
fn sanitise(html: &str, home: &str, resolved: HashSet<String>, has_pictures: bool) -> String {
    let (home, known) = (home.to_string(), resolved.clone());
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
        .attribute_filter(move |_, _, value| {
            (on_site(&home, value).is_none() || known.contains(value)).then_some(Cow::Borrowed(value))
        })
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

/// The plain words of a text, for summaries and counts: no markup, one blank between words. A link in angle brackets is left out: it
/// is no words, and what it names may be hidden.
pub fn plain(markdown: &str, limit: usize) -> String {
    let mut text = String::new();
    let mut is_address = false;
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Start(Tag::Link { link_type: LinkType::Autolink, .. }) => is_address = true,
            Event::End(TagEnd::Link) => is_address = false,
            Event::Text(_) if is_address => {}
            Event::Text(part) if text.ends_with(' ') => text.push_str(part.trim_start()),
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !text.ends_with(' ') => text.push(' '),
            _ => {}
        }
        if text.len() >= limit {
            break;
        }
    }
    text.trim().to_string()
}

/// Gives the text that a page shows, as one piece or in pieces between which no word is cut: no markup, no addresses, nothing of pictures, which may
/// be left out, and nothing within blocks of raw HTML.
pub fn text(markdown: &str, mut see: impl FnMut(&str)) {
    // Most wire copy has none of these, and then its marks are no letters.
    if memchr::memchr3(b'<', b'[', b'&', markdown.as_bytes()).is_none() {
        return see(markdown);
    }
    let mut text = String::with_capacity(markdown.len());
    let mut left_out = 0_u32;
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Start(_) if left_out > 0 => left_out += 1,
            Event::End(_) if left_out > 0 => left_out -= 1,
            _ if left_out > 0 => {}
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } | Tag::Image { .. }) => {
                left_out = 1;
            }
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => {}
            Event::End(_) => text.push(' '),
            _ => {}
        }
    }
    see(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &str) {
        let mut out = String::new();
        render(markdown, "https://own.example", &mut out, |reference| {
            let own = on_site("https://own.example", reference.target).is_some();
            if reference.target.starts_with("ok") || is_external(reference.target) && !own {
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
    fn text_to_search_has_nothing_that_may_be_left_out() {
        let check = |markdown: &str, expected: &str| {
            let mut found = String::new();
            text(markdown, |piece| found.push_str(piece));
            assert_eq!(found.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{markdown}");
        };
        check("Plain *words* of `wire` copy", "Plain *words* of `wire` copy");
        check("The [*port*](held.md \"title\") st<!-- x -->ays.", "The port stays.");
        check("![a [b](c) d](e.jpg) then [![f](g)](h) on", "then on");
        check("<https://own.example/held/> and <desk@own.example> go", "and go");
        check("caf&eacute; AT&amp;T\n\n[x]: /held/\n\n<div>\nraw\n</div>\n\nend", "café AT&T end");
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
        render("|a|\n|-:|\n|<b>1</b>|\n", "https://own.example", &mut raw, |_| Target::Drop);
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
        check("![a [c](ok)](secret.jpg) [b](ok)", "<p> <a href=\"ok\">b</a></p>\n");
    }

    #[test]
    fn a_link_in_angle_brackets_goes_with_its_text() {
        check("See <https://own.example/held/>, <urn:x:held>.", "<p>See , .</p>\n");
        check(
            "See <https://other.example/>.",
            "<p>See <a href=\"https://other.example/\">https://other.example/</a>.</p>\n",
        );
        assert_eq!(plain("See <https://own.example/held/> and [that](x).", 99), "See and that.");
    }

    #[test]
    fn a_full_address_of_the_site_is_no_way_round() {
        check("[a](https://own.example/held/) <b>c</b>", "<p>a <b>c</b></p>\n");
        check(
            "<a href=\"HTTP://own.example/held/\">a</a> <a href=\"https://other.example/\">b</a>",
            "<p><a>a</a> <a href=\"https://other.example/\">b</a></p>\n",
        );
    }

    #[test]
    fn pictures_are_dressed() {
        let check = |html: &str, expected: &str| {
            let mut dressed = html.to_string();
            dress(&mut dressed, |src| format!(" srcset=\"{src} 1w\" width=\"9\""));
            assert_eq!(dressed, expected, "{html}");
        };
        check("<p>none &lt;img src=\"a\"></p>", "<p>none &lt;img src=\"a\"></p>");
        check(
            "<p><img src=\"/a.jpg\" alt=\"b > c\" /> <img src=\"/d.jpg\" alt=\"\"></p>",
            "<p><img src=\"/a.jpg\" alt=\"b > c\" srcset=\"/a.jpg 1w\" width=\"9\" /> <img src=\"/d.jpg\" alt=\"\" srcset=\"/d.jpg 1w\" width=\"9\"></p>",
        );
        check("<img width=\"3\" src=\"a\">", "<img width=\"3\" src=\"a\" srcset=\"a 1w\">");
        check("<img alt>", "<img alt>".replace("<img", "<img srcset=\" 1w\" width=\"9\"").as_str());
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
