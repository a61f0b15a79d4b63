//! Markdown to HTML that is safe to publish.
//!
//! CommonMark with tables, footnotes, strikethrough, smart punctuation and what `events` adds to it. Links and pictures go through the
//! caller, who knows which targets exist. Raw HTML is kept only as far as an allow-list goes; most stories have none and never pay
//! for it. What a page says in words, for summaries and searches, comes from the same events: `text`.

mod address;
mod blocks;
pub(super) mod cjk;
mod clean;
mod definitions;
mod events;
mod fences;
mod ids;
mod nesting;
mod styles;
mod tags;
#[cfg(test)]
mod tests;
mod text;

pub use blocks::{
    Block, Chart, Entry, Facts, Fenced, Form, Gallery, Map, Picture, Quote, Recording, Row, Timeline, When, fill,
};
pub use events::{Fault, anchor, is_any_page};
pub use text::{Body, Files, Shows, files, hidden, read, shown};

use crate::html::LeftOut;
use blocks::Found;
use events::{Events, Placed};
use pulldown_cmark::{Alignment, CowStr, Event, LinkType, Tag, TagEnd, html};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What becomes of a link or picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// It leads here.
    To(String),
    /// The text stays, the link goes. A picture goes altogether, and so does a link whose text is its target.
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

/// A text as the parser takes it, with the same places.
struct Prepared<'a> {
    text: Cow<'a, str>,
    stand_ins: cjk::StandIns,
    /// Where lines begin that are left out because they nest too deep.
    too_deep: Vec<usize>,
    /// Blocks that have rules in the place of the lines around them.
    fences: Vec<fences::Fence>,
}

impl<'a> Prepared<'a> {
    fn of(markdown: &'a str) -> Prepared<'a> {
        let (bounded, too_deep) = nesting::bounded(markdown);
        let (marked, fences) = fences::marked(bounded);
        let (text, stand_ins) = match marked {
            Cow::Borrowed(text) => cjk::prepare(text),
            Cow::Owned(text) => {
                let (text, stand_ins) = cjk::prepare(&text);
                (Cow::Owned(text.into_owned()), stand_ins)
            }
        };
        Prepared { text, stand_ins, too_deep, fences }
    }

    /// The same for a text that needs no preparing.
    fn plain(text: &'a str) -> Prepared<'a> {
        let (stand_ins, too_deep, fences) = (cjk::StandIns::default(), Vec::new(), Vec::new());
        Prepared { text: Cow::Borrowed(text), stand_ins, too_deep, fences }
    }
}

/// What is as wide as it is, a table or code, stands in a frame that scrolls, also for those who have only a keyboard.
const SCROLLS: &str = "<div class=\"table-scroll\" tabindex=\"0\">";

/// Appends the HTML of a text. `home` is the address of the site without a last slash; `resolve` says what becomes of each link and
/// picture. Gives what its raw HTML lost because there is too much of it.
pub fn render(markdown: &str, home: &str, out: &mut String, resolve: impl FnMut(Reference) -> Target) -> LeftOut {
    render_page(markdown, home, out, resolve, |_| false).0
}

/// The same, with places for those blocks that `is_shown` by a template; [`fill`] puts their HTML there.
pub fn render_page(
    markdown: &str,
    home: &str,
    out: &mut String,
    mut resolve: impl FnMut(Reference) -> Target,
    is_shown: impl Fn(&Block) -> bool,
) -> (LeftOut, Vec<Block>) {
    let prepared = Prepared::of(markdown);
    let mut events = Events::new(markdown, &prepared);
    let mut all: Vec<Placed> = events.by_ref().collect();
    events.finish(&mut all);
    let has_html = events.has_html;
    let (mut all, mut found) = blocks::take(all, &prepared.fences, &mut Vec::new());
    found.retain(|found| is_shown(&found.block));
    if !found.is_empty() {
        all = with_places(all, &found, has_html);
    }
    let left_out = push_html(all, &events.anchors, has_html.then_some(home), out, &mut resolve);
    for one in &mut found {
        // Nothing that has to be cleaned stands in a block.
        let parts = std::mem::take(&mut one.parts).into_iter().map(|part| {
            let mut html = String::new();
            push_html(part, &events.anchors, None, &mut html, &mut resolve);
            html
        });
        one.dress(parts);
    }
    (left_out, found.into_iter().map(|found| found.block).collect())
}

/// Events with a place for each of these blocks instead of its plain form.
fn with_places<'a>(all: Vec<Placed<'a>>, found: &[Found<'a>], has_html: bool) -> Vec<Placed<'a>> {
    let mark = if has_html { clean::OWN_ID.to_string() } else { String::new() };
    let mut placed = Vec::with_capacity(all.len());
    let mut blocks = found.iter().enumerate().peekable();
    let mut inside: Option<&Range<usize>> = None;
    for (event, range) in all {
        if inside.is_some_and(|block| range.start >= block.start && range.end <= block.end) {
            continue;
        }
        inside = None;
        if let Some((number, block)) = blocks.peek()
            && range.start >= block.range.start
            && range.end <= block.range.end
        {
            placed.push((Event::Html(blocks::token(*number, &mark).into()), range));
            inside = Some(&block.range);
            blocks.next();
            continue;
        }
        placed.push((event, range));
    }
    placed
}

/// Appends the HTML of the events of a text. `home` is given where there is HTML among them, which has to be cleaned.
fn push_html<'a>(
    all: Vec<Placed<'a>>,
    anchors: &[String],
    home: Option<&str>,
    out: &mut String,
    resolve: impl FnMut(Reference) -> Target,
) -> LeftOut {
    let length = all.last().map_or(0, |(_, range)| range.end);
    let cells = Cells::default();
    let events = Resolving { parser: all.into_iter(), resolve, anchors, open: Vec::new(), gone: 0, next: None, cells };
    let Some(home) = home else {
        html::push_html(out, events);
        return LeftOut::default();
    };
    let all: Vec<Event> = events.map(clean::marked).collect();
    let targets = all.iter().filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    });
    let resolved: HashSet<String> = targets.collect();
    let has_pictures = all.iter().any(|event| matches!(event, Event::Start(Tag::Image { .. })));
    let mut dirty = String::with_capacity(length * 5 / 4);
    html::push_html(&mut dirty, all.into_iter());
    let (clean, left_out) = clean::sanitise(&dirty, home, resolved, anchors, has_pictures);
    out.push_str(&clean);
    left_out
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
struct Resolving<'a, 'i, R> {
    parser: std::vec::IntoIter<Placed<'a>>,
    resolve: R,
    /// The ids that the text has.
    anchors: &'i [String],
    /// For each open link or picture, what became of it.
    open: Vec<Fate>,
    /// How many of the open ones are gone.
    gone: usize,
    next: Option<Event<'a>>,
    cells: Cells,
}

impl<'a, R: FnMut(Reference) -> Target> Resolving<'a, '_, R> {
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
            Event::Start(Tag::Link { link_type: LinkType::Email, .. }) => {
                self.open(Fate::Kept);
                Some(event)
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                if let Some(id) = dest_url.strip_prefix('#').and_then(|fragment| anchor(self.anchors, fragment)) {
                    self.open(Fate::Kept);
                    let (dest_url, id) = (format!("#{id}").into(), CowStr::Borrowed(""));
                    return Some(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
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
            event => Some(event),
        }
    }
}

impl<'a, R: FnMut(Reference) -> Target> Iterator for Resolving<'a, '_, R> {
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

/// Where we are in a table. Alignment is a class: a style attribute would need a hole in the site's content security
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

/// Adds attributes to links, by their addresses.
pub fn mark_links(html: &mut String, attributes: impl Fn(&str) -> Option<&'static str>) {
    const LINKS: [&str; 2] = ["<a ", "<area "];
    let mut marked = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html.as_str();
    while let Some((at, link)) = LINKS.iter().filter_map(|link| Some((rest.find(link)?, *link))).min() {
        let (before, tag) = rest.split_at(at + link.len() - 1);
        marked.push_str(before);
        let (own, length) = attributes_of(tag);
        marked.push_str(&tag[..length]);
        let href = own.iter().find(|(name, _)| *name == "href");
        marked.push_str(href.and_then(|(_, href)| attributes(href)).unwrap_or_default());
        rest = &tag[length..];
    }
    marked.push_str(rest);
    *html = marked;
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
