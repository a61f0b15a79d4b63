//! Parts of a text that a theme shows by templates of their own: audio, video, addresses that a frame can show, and fenced blocks.
//!
//! Each is found in the events of the text and takes their place by its plain form, which is ordinary Markdown, such as a paragraph with
//! a link. So its words count for summaries, searches and leaks as all others do, and feeds have something to show. A page has its
//! template in place of the plain form.

mod chart;
mod fenced;

pub use chart::{Chart, Form, Row};
pub use fenced::{Entry, Facts, Fenced, Gallery, Map, Picture, Quote, Timeline, When};

use super::events::{Fault, Placed};
use super::fences::{Fence, Kind};
use crate::diag::{Code, Severity};
use crate::recording;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// What stands around the plain form of a block: its words never become the summary.
pub(super) const START: &str = "<aside>\n";
/// See `START`.
pub(super) const END: &str = "</aside>\n";

/// Blocks of one text that have templates; those after them stay plain.
const BLOCKS: usize = 200;

/// A part of a text with a template of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Audio or video.
    Recording(Recording),
    /// A fenced block.
    Fenced(Fenced),
    /// An address in a paragraph of its own, which a frame may show.
    Address(String),
}

impl Block {
    /// The template that shows it.
    pub fn template(&self) -> &'static str {
        match self {
            Block::Recording(_) => "parts/media/recording.html",
            Block::Address(_) => "parts/media/embed.html",
            Block::Fenced(Fenced::Gallery(_)) => "parts/media/gallery.html",
            Block::Fenced(Fenced::Facts(_)) => "parts/media/facts.html",
            Block::Fenced(Fenced::Quote(_)) => "parts/media/quote.html",
            Block::Fenced(Fenced::Timeline(_)) => "parts/media/timeline.html",
            Block::Fenced(Fenced::Chart(_)) => "parts/media/chart.html",
            Block::Fenced(Fenced::Map(_)) => "parts/media/map.html",
        }
    }
}

/// Audio or video in a text: `![caption](storm.mp4 "credit")`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The file, as written.
    pub target: String,
    /// What is heard or seen; may be empty.
    pub caption: String,
    /// Who made it; may be empty.
    pub credit: String,
}

/// A block, with the place of its events.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    /// In the text, in bytes.
    pub(super) range: Range<usize>,
    pub(super) block: Block,
    /// Events whose HTML its template is given.
    pub(super) parts: Vec<Vec<Placed<'a>>>,
}

impl Found<'_> {
    /// Takes the HTML of its parts.
    pub(super) fn dress(&mut self, parts: impl Iterator<Item = String>) {
        if let Block::Fenced(fenced) = &mut self.block {
            fenced.dress(parts);
        }
    }
}

fn is_recording(event: &Event) -> bool {
    matches!(event, Event::Start(Tag::Image { dest_url, .. }) if recording::kind(dest_url).is_some())
}

/// Whether code was meant to be a block.
fn block_shown_as_code(event: &Event) -> Option<Kind> {
    match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => Kind::of(info),
        _ => None,
    }
}

/// An address that stands for itself.
fn address<'e>(event: &'e Event) -> Option<&'e str> {
    match event {
        Event::Start(Tag::Link { link_type: LinkType::Autolink, dest_url, .. }) if dest_url.starts_with("http") => {
            Some(dest_url)
        }
        _ => None,
    }
}

/// The events of a text with blocks in their plain form, and the blocks in their order.
pub(super) fn take<'a>(
    all: Vec<Placed<'a>>,
    fences: &[Fence],
    faults: &mut Vec<Fault>,
) -> (Vec<Placed<'a>>, Vec<Found<'a>>) {
    let is_special =
        |event: &Event| is_recording(event) || block_shown_as_code(event).is_some() || address(event).is_some();
    if fences.is_empty() && !all.iter().any(|(event, _)| is_special(event)) {
        return (all, Vec::new());
    }
    let mut taking = Taking {
        taken: Vec::with_capacity(all.len()),
        found: Vec::new(),
        links: 0,
        addresses: 0,
        is_full_said: false,
        faults,
    };
    let mut at = 0;
    while at < all.len() {
        at += match fence_at(&all[at], fences) {
            Some(fence) => taking.fence(fence, &all[at..]),
            None => taking.events(&all[at..]),
        };
    }
    (taking.taken, taking.found)
}

/// The block whose first or last line an event stands for.
fn fence_at<'f>((event, range): &Placed, fences: &'f [Fence]) -> Option<&'f Fence> {
    let fence = fences.get(fences.partition_point(|fence| fence.close < range.start))?;
    let is_line = fence.open == range.start || fence.close == range.start;
    (matches!(event, Event::Rule) && is_line).then_some(fence)
}

/// A text whose blocks are taken.
struct Taking<'a, 'f> {
    taken: Vec<Placed<'a>>,
    found: Vec<Found<'a>>,
    /// How many links are open, in which no other may stand.
    links: usize,
    /// How many of the blocks are addresses.
    addresses: usize,
    is_full_said: bool,
    faults: &'f mut Vec<Fault>,
}

impl<'a> Taking<'a, '_> {
    /// Takes the block that these events begin with. Returns how many of them are done: all of the block, or, where it cannot be one,
    /// the line around it.
    fn fence(&mut self, fence: &Fence, events: &[Placed<'a>]) -> usize {
        let is_end = |at: &usize| *at > 0 && matches!(&events[*at], (Event::Rule, range) if range.start == fence.close);
        let behind = events.iter().position(|(_, range)| range.start >= fence.close);
        // Where something hides the other line, this one says nothing.
        let Some(end) = behind.filter(is_end) else { return 1 };
        if self.is_full(fence.open) {
            return 1;
        }
        match fenced::read(fence, &events[1..end], &mut self.taken) {
            Ok(found) => {
                self.found.push(found);
                end + 1
            }
            Err(fault) => {
                self.faults.push(fault);
                1
            }
        }
    }

    /// Whether no other block has room, which is said of the first that has none.
    fn is_full(&mut self, at: usize) -> bool {
        let is_full = self.found.len() - self.addresses >= BLOCKS;
        if is_full && !std::mem::replace(&mut self.is_full_said, true) {
            let message = format!("the text has more than {BLOCKS} blocks: this one and those after it are plain text");
            self.warn(at, Code::BlockContent, message, "make two stories of it");
        }
        is_full
    }

    fn warn(&mut self, at: usize, code: Code, message: String, hint: &'static str) {
        self.faults.push(Fault { at, severity: Severity::Warning, code, message, hint });
    }

    /// Takes one event, or those of audio or video. Returns how many are done.
    fn events(&mut self, events: &[Placed<'a>]) -> usize {
        let (event, range) = &events[0];
        if let (Event::Start(Tag::Paragraph), Some((next, _))) = (event, events.get(1))
            && is_recording(next)
            && let Some(length) = alone(events)
            && let Some(one) = recording_of(&events[..length], &mut self.taken)
        {
            if !self.is_full(one.range.start) {
                self.found.push(one);
            }
            return length;
        }
        if let [
            (Event::Start(Tag::Paragraph), range),
            (link, _),
            (Event::Text(_), _),
            (Event::End(TagEnd::Link), _),
            (Event::End(TagEnd::Paragraph), _),
            ..,
        ] = events
            && let Some(address) = address(link)
        {
            if self.addresses < BLOCKS {
                self.addresses += 1;
                let block = Block::Address(address.to_string());
                self.found.push(Found { range: range.clone(), block, parts: Vec::new() });
            }
            self.taken.extend_from_slice(&events[..5]);
            return 5;
        }
        match event {
            Event::Start(Tag::Link { .. }) => self.links += 1,
            Event::End(TagEnd::Link) => self.links = self.links.saturating_sub(1),
            _ => {}
        }
        if let Some(kind) = block_shown_as_code(event) {
            let message = format!("the block `{}` is shown as code", kind.word());
            let hint = "its first line begins with ``` and its last line is ```, both without blanks before them and outside of lists and quotations";
            self.warn(range.start, Code::BlockContent, message, hint);
        }
        if !is_recording(event) {
            self.taken.push((event.clone(), range.clone()));
            return 1;
        }
        let end = image_end(events).unwrap_or(events.len());
        let Event::Start(Tag::Image { dest_url, .. }) = event else { return end };
        let message = format!("`{dest_url}` stands beside other text, so its page has a link to it");
        let hint = "audio and video are shown where they stand in a paragraph of their own";
        self.warn(range.start, Code::MediaBlock, message, hint);
        let inner = events[1..end - 1].iter().filter(|(event, _)| matches!(event, Event::Text(_) | Event::Code(_)));
        let link = |event: Event<'a>| (event, range.clone());
        if self.links == 0 {
            self.taken.push(link(Event::Start(plain_link(dest_url.clone()))));
        }
        self.taken.extend(inner.cloned());
        if self.links == 0 {
            self.taken.push(link(Event::End(TagEnd::Link)));
        }
        end
    }
}

fn plain_link(dest_url: CowStr<'_>) -> Tag<'_> {
    let (title, id) = (CowStr::Borrowed(""), CowStr::Borrowed(""));
    Tag::Link { link_type: LinkType::Inline, dest_url, title, id }
}

/// How many events the image has that these begin with.
fn image_end(events: &[Placed]) -> Option<usize> {
    let mut depth = 0_usize;
    let ends = |event: &Event| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    };
    let mut events = events.iter().map(|(event, _)| event);
    events.position(ends).map(|at| at + 1)
}

/// How many events the paragraph has that these begin with, if it holds one image alone.
fn alone(events: &[Placed]) -> Option<usize> {
    let end = 1 + image_end(&events[1..])?;
    matches!(events.get(end), Some((Event::End(TagEnd::Paragraph), _))).then_some(end + 1)
}

/// Takes the paragraph of a recording.
fn recording_of<'a>(events: &[Placed<'a>], taken: &mut Vec<Placed<'a>>) -> Option<Found<'a>> {
    let range = events[0].1.clone();
    let Event::Start(Tag::Image { dest_url, title, .. }) = &events[1].0 else { return None };
    let caption = fenced::words(&events[2..events.len() - 2]);
    let recording = Recording { target: dest_url.to_string(), caption, credit: title.trim().to_string() };
    let name = dest_url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let shown = if recording.caption.is_empty() { name.to_string() } else { recording.caption.clone() };
    let mut put = |event: Event<'a>| taken.push((event, range.clone()));
    put(Event::Html(START.into()));
    put(Event::Start(Tag::Paragraph));
    put(Event::Start(plain_link(dest_url.clone())));
    put(Event::Text(shown.into()));
    put(Event::End(TagEnd::Link));
    if !recording.credit.is_empty() {
        put(Event::Text(format!(" ({})", recording.credit).into()));
    }
    put(Event::End(TagEnd::Paragraph));
    put(Event::Html(END.into()));
    Some(Found { range, block: Block::Recording(recording), parts: Vec::new() })
}

/// What stands in a page for a block until its template is in its place.
pub(super) fn token(number: usize, mark: &str) -> String {
    format!("<div id=\"{mark}block-{number}\"></div>\n")
}

/// Puts the HTML of blocks into a text that was rendered for a page.
pub fn fill(html: &mut String, blocks: &[String]) {
    // The ids of a text have other beginnings, so this is no id of its own.
    const TOKEN: &str = "<div id=\"block-";
    let mut filled = String::with_capacity(html.len() + blocks.iter().map(String::len).sum::<usize>());
    let mut rest = html.as_str();
    while let Some(at) = rest.find(TOKEN) {
        let (before, token) = rest.split_at(at);
        filled.push_str(before);
        let token = &token[TOKEN.len()..];
        let (number, behind) = token.split_once("\"></div>").unwrap_or((token, ""));
        filled.push_str(number.parse().ok().and_then(|at: usize| blocks.get(at)).map_or("", |block| block.trim()));
        rest = behind;
    }
    filled.push_str(rest);
    *html = filled;
}
