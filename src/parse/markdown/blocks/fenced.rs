//! Fenced blocks, read from the events that stand in them.

use super::super::events::{Fault, Placed};
use super::super::fences::{Fence, Kind};
use super::chart::{self, Chart};
use super::{END, Found, START, image_end};
use crate::diag::{Code, Severity};
use crate::recording;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// A fenced block.
#[derive(Clone, Debug, PartialEq)]
pub enum Fenced {
    /// Pictures side by side.
    Gallery(Gallery),
    /// A box with a list.
    Facts(Facts),
    /// Words of somebody, set apart.
    Quote(Quote),
    /// What happened when.
    Timeline(Timeline),
    /// Figures, drawn.
    Chart(Chart),
    /// A picture of a map, which leads to a larger one.
    Map(Map),
}

/// Pictures side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gallery {
    /// What it shows, or empty.
    pub title: String,
    /// Its pictures; at least one.
    pub pictures: Vec<Picture>,
}

/// A picture of a gallery: `![alt](quay.jpg "credit") caption`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The file, as written.
    pub target: String,
    /// For those who do not see it; may be empty.
    pub alt: String,
    /// Who made it; may be empty.
    pub credit: String,
    /// Its caption in plain words; may be empty.
    pub words: String,
    /// The same as HTML.
    pub caption: String,
}

/// A picture of a map, which leads to a larger one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// What it shows, or empty.
    pub title: String,
    /// The picture.
    pub picture: Picture,
    /// Address of the larger map, as written.
    pub target: String,
}

/// A box with a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its heading, or empty.
    pub title: String,
    /// Items as HTML.
    pub items: Vec<String>,
}

/// Words of somebody, set apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// Who said them, or empty.
    pub by: String,
    /// Paragraphs as HTML.
    pub text: String,
}

/// What happened when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Its heading, or empty.
    pub title: String,
    /// In the order of the text.
    pub entries: Vec<Entry>,
}

/// One event of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub when: When,
    /// What, as HTML.
    pub text: String,
}

/// A year, month, day or minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// Year.
    pub year: i16,
    /// 1 to 12; 0 where it is not said.
    pub month: u8,
    /// 1 to 31; 0 where it is not said.
    pub day: u8,
    /// Hour and minute.
    pub time: Option<(u8, u8)>,
}

impl When {
    /// Of the beginning of a text, `2026-11-18 14:05: The strike begins`, and the bytes up to what happened.
    fn of(text: &str) -> Option<(When, usize)> {
        let (year, mut rest) = number(text, 4)?;
        let mut part = || -> Option<i16> {
            let Some(behind) = rest.strip_prefix('-') else { return Some(0) };
            let (value, behind) = number(behind, 2)?;
            rest = behind;
            (value > 0).then_some(value)
        };
        let (month, day) = (part()?, part()?);
        let mut time = None;
        if let Some(behind) = rest.strip_prefix([' ', 'T']).filter(|_| day > 0)
            && let Some((hour, behind)) = number(behind, 2)
        {
            let (minute, behind) = number(behind.strip_prefix(':')?, 2)?;
            time = Some(jiff::civil::Time::new(hour as i8, minute as i8, 0, 0).ok()?);
            rest = behind;
        }
        let is_there = jiff::civil::Date::new(year, month.max(1) as i8, day.max(1) as i8).is_ok();
        let rest = rest.trim_start().strip_prefix(':').filter(|_| is_there)?.trim_start();
        let time = time.map(|time| (time.hour() as u8, time.minute() as u8));
        Some((When { year, month: month as u8, day: day as u8, time }, text.len() - rest.len()))
    }
}

/// The number that a text begins with, of so many digits, and what follows.
fn number(text: &str, digits: usize) -> Option<(i16, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))?, rest))
}

impl Fenced {
    /// Takes the HTML of its parts, which its events were given with.
    pub(super) fn dress(&mut self, mut parts: impl Iterator<Item = String>) {
        let mut next = || parts.next().unwrap_or_default();
        match self {
            Fenced::Gallery(gallery) => gallery.pictures.iter_mut().for_each(|picture| picture.caption = next()),
            Fenced::Facts(facts) => facts.items.iter_mut().for_each(|item| *item = next()),
            Fenced::Quote(quote) => quote.text = next(),
            Fenced::Chart(chart) => chart.source = next(),
            Fenced::Map(map) => map.picture.caption = next(),
            Fenced::Timeline(timeline) => timeline.entries.iter_mut().for_each(|entry| entry.text = next()),
        }
    }
}

/// What is wrong with a block, and where.
pub(super) struct Wrong(pub(super) usize, pub(super) String, pub(super) &'static str);

const LIST: &str = "write a list, each item on a line that begins with `- `";
const PICTURES: &str = "write each picture as `![what is seen](quay.jpg \"who made it\")`, and its caption behind it";
const PLAIN: &str = "the block is shown as plain text: leave it out of the block, or write it as text";

/// The block of these events, and its plain form, which goes to `taken`.
pub(super) fn read<'a>(fence: &Fence, inner: &[Placed<'a>], taken: &mut Vec<Placed<'a>>) -> Result<Found<'a>, Fault> {
    let range = fence.open..fence.close;
    let word = fence.kind.word();
    let made = check(fence, inner).and_then(|()| match fence.kind {
        Kind::Gallery => gallery(fence, inner),
        Kind::Facts => facts(fence, inner),
        Kind::Quote => Ok(quote(fence, inner)),
        Kind::Timeline => timeline(fence, inner),
        Kind::Chart => chart::read(fence, inner),
        Kind::Map => map(fence, inner),
    });
    let (block, parts, plain) = made.map_err(|Wrong(at, what, hint)| Fault {
        at,
        severity: Severity::Warning,
        code: Code::BlockContent,
        message: format!("the block `{word}` {what}"),
        hint,
    })?;
    let put = |event: Event<'a>| (event, range.clone());
    taken.push(put(Event::Html(START.into())));
    let title = match &block {
        Fenced::Quote(_) => "",
        Fenced::Chart(chart) => &chart.title,
        _ => &fence.title,
    };
    if !title.is_empty() {
        taken.extend(paragraph(&range, strong(&range, title.to_string())));
    }
    taken.extend(plain);
    taken.push(put(Event::Html(END.into())));
    Ok(Found { range, block: super::Block::Fenced(block), parts })
}

/// Whether a block holds nothing but what its kind may hold.
fn check(fence: &Fence, inner: &[Placed]) -> Result<(), Wrong> {
    let word = fence.kind.word();
    if inner.is_empty() {
        let hint = match fence.kind {
            Kind::Gallery | Kind::Map => PICTURES,
            Kind::Quote => "write what was said in it",
            Kind::Facts | Kind::Timeline => LIST,
            Kind::Chart => chart::CSV,
        };
        return Err(Wrong(fence.open, "is empty".to_string(), hint));
    }
    for (event, range) in inner {
        let is_fine = match event {
            Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak | Event::End(_) => true,
            Event::Start(Tag::Image { dest_url, .. }) if matches!(fence.kind, Kind::Gallery | Kind::Map) => {
                if recording::kind(dest_url).is_some() {
                    let hint = "audio and video stand in a paragraph of their own, outside of the block";
                    return Err(Wrong(range.start, format!("holds `{dest_url}`, which is no picture"), hint));
                }
                true
            }
            Event::Start(Tag::List(_) | Tag::Item) => matches!(fence.kind, Kind::Facts | Kind::Timeline),
            Event::Start(tag) => {
                matches!(tag, Tag::Paragraph | Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
            }
            _ => false,
        };
        if !is_fine {
            return Err(Wrong(range.start, format!("holds {}, which has no place in a {word}", name(event)), PLAIN));
        }
    }
    Ok(())
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Start(Tag::Image { .. }) => "a picture",
        Event::Start(Tag::Heading { .. }) => "a heading",
        Event::Start(Tag::List(_) | Tag::Item) => "a list",
        Event::Start(Tag::Table(_)) => "a table",
        Event::Start(Tag::CodeBlock(_)) => "code",
        Event::Start(Tag::BlockQuote(_)) => "a quotation",
        Event::FootnoteReference(_) | Event::Start(Tag::FootnoteDefinition(_)) => "a footnote",
        Event::Rule => "a rule",
        _ => "HTML",
    }
}

pub(super) type Made<'a> = (Fenced, Vec<Vec<Placed<'a>>>, Vec<Placed<'a>>);

fn facts<'a>(fence: &Fence, inner: &[Placed<'a>]) -> Result<Made<'a>, Wrong> {
    let items = items(inner)?;
    let parts: Vec<Vec<Placed>> = items.into_iter().map(<[Placed]>::to_vec).collect();
    let facts = Facts { title: fence.title.clone(), items: vec![String::new(); parts.len()] };
    Ok((Fenced::Facts(facts), parts, inner.to_vec()))
}

fn quote<'a>(fence: &Fence, inner: &[Placed<'a>]) -> Made<'a> {
    let range = fence.open..fence.close;
    let put = |event: Event<'a>| (event, range.clone());
    let mut plain = vec![put(Event::Start(Tag::BlockQuote(None)))];
    plain.extend_from_slice(inner);
    plain.push(put(Event::End(TagEnd::BlockQuote(None))));
    if !fence.title.is_empty() {
        plain.extend(paragraph(&range, vec![put(Event::Text(format!("— {}", fence.title).into()))]));
    }
    (Fenced::Quote(Quote { by: fence.title.clone(), text: String::new() }), vec![inner.to_vec()], plain)
}

fn timeline<'a>(fence: &Fence, inner: &[Placed<'a>]) -> Result<Made<'a>, Wrong> {
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for item in items(inner)? {
        let at = item.first().map_or(fence.open, |(_, range)| range.start);
        let dated = item.first().and_then(|(event, _)| match event {
            Event::Text(text) => When::of(text).map(|(when, length)| (when, text[length..].to_string())),
            _ => None,
        });
        let Some((when, rest)) = dated else {
            let hint = "begin each with a day and a colon, as in `- 2026-11-18: The strike begins`; a year, a month and a time (`2026-11-18 14:05:`) are fine too";
            return Err(Wrong(at, "has an entry without a date".to_string(), hint));
        };
        let mut text = item.to_vec();
        text[0].0 = Event::Text(rest.into());
        entries.push(Entry { when, text: String::new() });
        parts.push(text);
    }
    Ok((Fenced::Timeline(Timeline { title: fence.title.clone(), entries }), parts, inner.to_vec()))
}

/// The items of a block that holds one list and nothing else. One paragraph in an item is its text.
fn items<'e, 'a>(inner: &'e [Placed<'a>]) -> Result<Vec<&'e [Placed<'a>]>, Wrong> {
    let wrong = |at: usize| Wrong(at, "holds something else than one list".to_string(), LIST);
    let (mut items, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, (event, range)) in inner.iter().enumerate() {
        match event {
            Event::Start(tag) => {
                if depth == 0 && (at > 0 || !matches!(tag, Tag::List(_))) {
                    return Err(wrong(range.start));
                }
                depth += 1;
                if depth == 2 {
                    start = at + 1;
                }
            }
            Event::End(_) => {
                if depth == 2 {
                    items.push(unwrapped(&inner[start..at]));
                }
                depth = depth.saturating_sub(1);
            }
            _ if depth == 0 => return Err(wrong(range.start)),
            _ => {}
        }
    }
    Ok(items)
}

fn unwrapped<'e, 'a>(item: &'e [Placed<'a>]) -> &'e [Placed<'a>] {
    let is_start = |event: &Placed| matches!(event.0, Event::Start(Tag::Paragraph));
    match item {
        [first, text @ .., (Event::End(TagEnd::Paragraph), _)] if is_start(first) && !text.iter().any(is_start) => text,
        _ => item,
    }
}

fn gallery<'a>(fence: &Fence, inner: &[Placed<'a>]) -> Result<Made<'a>, Wrong> {
    let (pictures, parts, plain) = pictures(inner, fence)?;
    Ok((Fenced::Gallery(Gallery { title: fence.title.clone(), pictures }), parts, plain))
}

type Pictures<'a> = (Vec<Picture>, Vec<Vec<Placed<'a>>>, Vec<Placed<'a>>);

/// Pictures with their captions, and the plain form of all.
fn pictures<'a>(inner: &[Placed<'a>], fence: &Fence) -> Result<Pictures<'a>, Wrong> {
    let (mut pictures, mut parts, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    let (mut at, mut depth) = (0, 0_usize);
    // The picture whose caption is read: its events, and those of the caption.
    let mut open: Option<(Picture, Vec<Placed<'a>>, Vec<Placed<'a>>)> = None;
    let mut close = |open: Option<(Picture, Vec<Placed<'a>>, Vec<Placed<'a>>)>| {
        let Some((mut picture, image, caption)) = open else { return };
        let caption = trimmed(caption);
        picture.words = words(&caption);
        plain.extend(paragraph(&image[0].1.clone(), image));
        plain.extend(captioned(&(fence.open..fence.close), &picture, &caption));
        pictures.push(picture);
        parts.push(caption);
    };
    while let Some((event, range)) = inner.get(at) {
        match event {
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                if depth > 0 {
                    let hint = "take it out of the link or the emphasis: its link leads to the picture";
                    return Err(Wrong(range.start, "has a picture inside of something else".to_string(), hint));
                }
                close(open.take());
                let length = image_end(&inner[at..]).unwrap_or(inner.len() - at);
                let image = inner[at..at + length].to_vec();
                let (target, credit) = (dest_url.to_string(), title.trim().to_string());
                let picture = Picture { target, credit, alt: words(&image), ..Picture::default() };
                open = Some((picture, image, Vec::new()));
                at += length;
                continue;
            }
            // Where a paragraph ends, its caption goes on.
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {
                if let Some((.., caption)) = &mut open {
                    caption.push((Event::SoftBreak, range.clone()));
                }
            }
            event => {
                match event {
                    Event::Start(_) => depth += 1,
                    Event::End(_) => depth = depth.saturating_sub(1),
                    _ => {}
                }
                match &mut open {
                    Some((.., caption)) => caption.push((event.clone(), range.clone())),
                    None => return Err(Wrong(range.start, "begins with text".to_string(), PICTURES)),
                }
            }
        }
        at += 1;
    }
    close(open);
    Ok((pictures, parts, plain))
}

/// One picture with its caption, and behind it the address of a larger map.
fn map<'a>(fence: &Fence, inner: &[Placed<'a>]) -> Result<Made<'a>, Wrong> {
    const MAP: &str =
        "write one picture with its caption, and in the last line the address of the map that it leads to";
    let (mut pictures, mut parts, plain) = pictures(inner, fence)?;
    if pictures.len() != 1 {
        return Err(Wrong(fence.open, format!("has {} pictures", pictures.len()), MAP));
    }
    let (picture, mut caption) = (pictures.remove(0), parts.remove(0));
    let link = caption
        .len()
        .checked_sub(3)
        .and_then(|at| super::address(&caption[at].0).map(|target| (at, target.to_string())));
    let Some((at, target)) = link else {
        return Err(Wrong(fence.open, "does not end with an address".to_string(), MAP));
    };
    caption.truncate(at);
    Ok((Fenced::Map(Map { title: fence.title.clone(), picture, target }), vec![trimmed(caption)], plain))
}

/// A caption with its credit, as text below a picture.
fn captioned<'a>(range: &Range<usize>, picture: &Picture, caption: &[Placed<'a>]) -> Vec<Placed<'a>> {
    let mut text = caption.to_vec();
    if !picture.credit.is_empty() {
        let blank = if text.is_empty() { "" } else { " " };
        text.push((Event::Text(format!("{blank}({})", picture.credit).into()), range.clone()));
    }
    if text.is_empty() { text } else { paragraph(range, text) }
}

pub(super) fn paragraph<'a>(range: &Range<usize>, text: Vec<Placed<'a>>) -> Vec<Placed<'a>> {
    let mut events = vec![(Event::Start(Tag::Paragraph), range.clone())];
    events.extend(text);
    events.push((Event::End(TagEnd::Paragraph), range.clone()));
    events
}

fn strong<'a>(range: &Range<usize>, text: String) -> Vec<Placed<'a>> {
    let events = [Event::Start(Tag::Strong), Event::Text(text.into()), Event::End(TagEnd::Strong)];
    events.into_iter().map(|event| (event, range.clone())).collect()
}

/// A caption without breaks and blanks around it.
pub(super) fn trimmed(mut events: Vec<Placed>) -> Vec<Placed> {
    let is_blank = |event: &Event| match event {
        Event::SoftBreak | Event::HardBreak => true,
        Event::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    while events.last().is_some_and(|(event, _)| is_blank(event)) {
        events.pop();
    }
    let first = events.iter().position(|(event, _)| !is_blank(event)).unwrap_or(events.len());
    events.drain(..first);
    if let Some((Event::Text(text), _)) = events.first_mut() {
        *text = text.trim_start().to_string().into();
    }
    if let Some((Event::Text(text), _)) = events.last_mut() {
        *text = text.trim_end().to_string().into();
    }
    events
}

/// The words of some events. An address that stands for itself is none of them: it may name what is hidden.
pub(super) fn words(events: &[Placed]) -> String {
    let mut words = String::new();
    let mut is_address = false;
    for (event, _) in events {
        match event {
            Event::Start(Tag::Link { link_type: LinkType::Autolink, .. }) => is_address = true,
            Event::End(TagEnd::Link) => is_address = false,
            _ if is_address => {}
            Event::Text(text) | Event::Code(text) => words.push_str(text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_timelines_are_read_to_the_minute() {
        let when = |year, month, day, time| Some(When { year, month, day, time });
        for (text, expected, rest) in [
            ("2026-11-18: The strike", when(2026, 11, 18, None), "The strike"),
            ("2026-11-18 14:05: It ends", when(2026, 11, 18, Some((14, 5))), "It ends"),
            ("2026-11-18T14:05 : 3 ships", when(2026, 11, 18, Some((14, 5))), "3 ships"),
            ("2026-11: In autumn", when(2026, 11, 0, None), "In autumn"),
            ("1998: Built", when(1998, 0, 0, None), "Built"),
            ("2026-11-18:", when(2026, 11, 18, None), ""),
            ("2026-02-30: No day", None, ""),
            ("2026-00: No month", None, ""),
            ("2026-11-00: No day", None, ""),
            ("2026-13-01: No month", None, ""),
            ("2026-1-1: Short", None, ""),
            ("2026 14:05: No day", None, ""),
            ("2026-11-18 24:00: No time", None, ""),
            ("2026-11-18 The strike", None, ""),
            ("On Monday: the strike", None, ""),
            (": nothing", None, ""),
            ("٢٠٢٦: other digits", None, ""),
        ] {
            let found = When::of(text);
            assert_eq!(found.map(|(when, _)| when), expected, "{text}");
            if let Some((_, length)) = found {
                assert_eq!(text[length..].trim_start(), rest, "{text}");
            }
        }
    }
}
