//! Parts of a text that a theme shows by templates of their own: audio and video.
//!
//! Each is found in the events of the text and takes their place by its plain form, which is ordinary Markdown: a paragraph with a link.
//! So its words count for summaries, searches and leaks as all others do, and feeds have something to show. A page has its template in
//! place of the plain form.

use super::events::{Fault, Placed};
use crate::diag::{Code, Severity};
use crate::recording;
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// What stands around the plain form of a block: its words never become the summary.
pub(super) const START: &str = "<aside>\n";
/// See `START`.
pub(super) const END: &str = "</aside>\n";

/// A part of a text with a template of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Audio or video.
    Recording(Recording),
}

impl Block {
    /// The template that shows it.
    pub fn template(&self) -> &'static str {
        match self {
            Block::Recording(_) => "parts/media/recording.html",
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
pub(super) struct Found {
    /// In the text, in bytes.
    pub(super) range: Range<usize>,
    pub(super) block: Block,
}

/// The events of a text with blocks in their plain form, and the blocks in their order.
pub(super) fn take<'a>(all: Vec<Placed<'a>>, faults: &mut Vec<Fault>) -> (Vec<Placed<'a>>, Vec<Found>) {
    let is_recording = |event: &Event| matches!(event, Event::Start(Tag::Image { dest_url, .. }) if recording::kind(dest_url).is_some());
    if !all.iter().any(|(event, _)| is_recording(event)) {
        return (all, Vec::new());
    }
    let (mut taken, mut found) = (Vec::with_capacity(all.len()), Vec::new());
    let mut at = 0;
    // How many links are open, in which no other may stand.
    let mut links = 0_usize;
    while at < all.len() {
        let (event, range) = &all[at];
        if let (Event::Start(Tag::Paragraph), Some((next, _))) = (event, all.get(at + 1))
            && is_recording(next)
            && let Some(length) = alone(&all[at..])
            && let Some(one) = recording_of(&all[at..at + length], &mut taken)
        {
            found.push(one);
            at += length;
            continue;
        }
        match event {
            Event::Start(Tag::Link { .. }) => links += 1,
            Event::End(TagEnd::Link) => links = links.saturating_sub(1),
            _ => {}
        }
        if !is_recording(event) {
            taken.push((event.clone(), range.clone()));
            at += 1;
            continue;
        }
        let end = image_end(&all[at..]).map_or(all.len(), |length| at + length);
        let Event::Start(Tag::Image { dest_url, .. }) = event else { break };
        faults.push(Fault {
            at: range.start,
            severity: Severity::Warning,
            code: Code::MediaBlock,
            message: format!("`{dest_url}` stands beside other text, so its page has a link to it"),
            hint: "audio and video are shown where they stand in a paragraph of their own",
        });
        let inner = all[at + 1..end - 1].iter().filter(|(event, _)| matches!(event, Event::Text(_) | Event::Code(_)));
        let link = |event: Event<'a>| (event, range.clone());
        if links == 0 {
            taken.push(link(Event::Start(plain_link(dest_url.clone()))));
        }
        taken.extend(inner.cloned());
        if links == 0 {
            taken.push(link(Event::End(TagEnd::Link)));
        }
        at = end;
    }
    (taken, found)
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
fn recording_of<'a>(events: &[Placed<'a>], taken: &mut Vec<Placed<'a>>) -> Option<Found> {
    let range = events[0].1.clone();
    let Event::Start(Tag::Image { dest_url, title, .. }) = &events[1].0 else { return None };
    let mut caption = String::new();
    for (event, _) in &events[2..events.len() - 2] {
        match event {
            Event::Text(text) | Event::Code(text) => caption.push_str(text),
            Event::SoftBreak | Event::HardBreak => caption.push(' '),
            _ => {}
        }
    }
    let recording = Recording {
        target: dest_url.to_string(),
        caption: caption.trim().to_string(),
        credit: title.trim().to_string(),
    };
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
    Some(Found { range, block: Block::Recording(recording) })
}

/// The recordings of a text.
pub fn recordings(blocks: Vec<Block>) -> impl Iterator<Item = Recording> {
    blocks.into_iter().map(|block| match block {
        Block::Recording(recording) => recording,
    })
}

/// What stands in a page for a block until its template is in its place.
pub(super) fn token(number: usize, mark: &str) -> String {
    format!("<div id=\"{mark}block-{number}\"></div>\n")
}

/// Puts the HTML of blocks into a text that was rendered for a page.
pub fn fill(html: &mut String, count: usize, mut block: impl FnMut(usize) -> String) {
    for number in 0..count {
        // The ids of a text have other beginnings, so this is no id of its own.
        let token = format!("<div id=\"block-{number}\"></div>");
        if let Some(at) = html.find(&token) {
            html.replace_range(at..at + token.len(), block(number).trim());
        }
    }
}
