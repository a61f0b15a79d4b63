//! The events of a text as its page shows it: the one reading of Markdown that pages, summaries, searches and word lists share.
//!
//! What CommonMark says is changed in these places: addresses in running text are links; a line end between two Chinese or Japanese
//! characters is nothing; what only looks like a tag is text; comments and the like go, with all that they enclose; headings
//! and footnotes have ids that no theme has. What readers lose, or get to see as it was typed, is noted as a [`Fault`].

use super::ids::{Attributes, Ids};
use super::tags::{self, Kind, Piece, Tag as HtmlTag};
use super::{Prepared, address, cjk, definitions, nesting};
use crate::diag::{Code, Severity};
use crate::html::element_end;
use crate::path::{decode, slugify};
use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::ops::Range;

/// Something in a text that does not reach its readers as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands in the text, in bytes.
    pub at: usize,
    /// How much it matters.
    pub severity: Severity,
    /// Its kind.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

/// Failed searches for the end of a tag in one piece of HTML; after these, the rest is left to the cleaning.
const FAILURES: usize = 64;
/// Faults of one text that are told.
const FAULTS: usize = 20;

pub(super) type Placed<'a> = (Event<'a>, Range<usize>);

pub(super) struct Events<'a> {
    parser: OffsetIter<'a>,
    /// The text as it is written.
    source: &'a str,
    stand_ins: &'a cjk::StandIns,
    has_addresses: bool,
    /// Whether the text has brackets or braces, which may look like markup where they are none.
    has_brackets: bool,
    /// What comes next.
    ready: VecDeque<Placed<'a>>,
    /// The event after the last text of a run.
    peeked: Option<Placed<'a>>,
    /// Whether each element that is open was kept.
    open: Vec<bool>,
    /// How many of the open elements are links or pictures, in which no address is a link.
    links: usize,
    /// All before this place is hidden by a comment.
    hidden_until: usize,
    /// The last character of the paragraph so far.
    last: Option<char>,
    /// Where a line end lies in `ready` until the next character is known.
    line_end: Option<usize>,
    /// Where the start of the heading that is open lies in `ready`.
    heading: Option<usize>,
    ids: Ids,
    /// How many tables of raw HTML and of Markdown are open.
    tables: usize,
    footnotes: FxHashMap<String, usize>,
    columns: usize,
    fragments: Vec<(String, usize)>,
    used_definitions: FxHashSet<String>,
    told: FxHashSet<String>,
    /// The names of all end tags, once they are asked for.
    ends: Option<FxHashSet<String>>,
    /// Ids of headings and of raw HTML, as the page has them; in order once the text is finished.
    pub(super) anchors: Vec<String>,
    /// What the page hides: where it begins, and where it ends unless it is an element.
    pub(super) hidden: Vec<(usize, Result<usize, ()>)>,
    /// What readers do not get.
    pub(super) faults: Vec<Fault>,
    /// Whether HTML is left that has to be cleaned.
    pub(super) has_html: bool,
}

pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_SMART_PUNCTUATION
}

impl<'a> Events<'a> {
    /// Reads a text as it has been prepared. `source` is the text as it is written, and has the same places.
    pub(super) fn new(source: &'a str, prepared: &'a Prepared) -> Events<'a> {
        let mut events = Events::of(source, &prepared.text, &prepared.stand_ins);
        for at in &prepared.too_deep {
            let message = format!(
                "the line opens more than {} quotations, lists and footnotes inside one another",
                nesting::DEPTH
            );
            let hint = "it is left out of the page: take out the signs at its beginning";
            events.say(*at, Severity::Error, Code::HtmlLimit, message, hint);
        }
        events
    }

    fn of(source: &'a str, prepared: &'a str, stand_ins: &'a cjk::StandIns) -> Events<'a> {
        Events {
            parser: Parser::new_ext(prepared, options()).into_offset_iter(),
            source,
            stand_ins,
            has_addresses: address::may_have(source),
            has_brackets: memchr::memchr3(b']', b'{', b'<', source.as_bytes()).is_some(),
            ready: VecDeque::new(),
            peeked: None,
            open: Vec::new(),
            links: 0,
            hidden_until: 0,
            last: None,
            line_end: None,
            heading: None,
            ids: Ids::default(),
            tables: 0,
            footnotes: FxHashMap::default(),
            columns: 0,
            fragments: Vec::new(),
            used_definitions: FxHashSet::default(),
            told: FxHashSet::default(),
            ends: None,
            anchors: Vec::new(),
            hidden: Vec::new(),
            faults: Vec::new(),
            has_html: false,
        }
    }

    fn fault(&mut self, at: usize, code: Code, message: String, hint: &'static str) {
        self.say(at, Severity::Warning, code, message, hint);
    }

    fn say(&mut self, at: usize, severity: Severity, code: Code, message: String, hint: &'static str) {
        if self.faults.len() < FAULTS {
            self.faults.push(Fault { at, severity, code, message, hint });
        }
    }

    /// The next event of the parser that no comment hides.
    fn pull(&mut self) -> Option<Placed<'a>> {
        if let Some(peeked) = self.peeked.take() {
            return Some(peeked);
        }
        loop {
            let (event, range) = self.parser.next()?;
            let event = self.restore(event);
            let is_hidden = range.end <= self.hidden_until;
            let cut = self.hidden_until.saturating_sub(range.start);
            let event = match event {
                Event::Start(_) => {
                    self.open.push(!is_hidden);
                    (!is_hidden).then_some(event)
                }
                Event::End(_) => self.open.pop().unwrap_or(true).then_some(event),
                _ if is_hidden => None,
                Event::Text(text) if cut > 0 => Some(Event::Text(rest(&text, cut))),
                Event::Html(text) if cut > 0 => Some(Event::Html(rest(&text, cut))),
                event => Some(event),
            };
            if let Some(event) = event {
                return Some((event, range));
            }
        }
    }

    /// The event with the characters that the text has stand-ins for.
    fn restore(&self, event: Event<'a>) -> Event<'a> {
        if self.stand_ins.is_empty() {
            return event;
        }
        let own = |text: CowStr<'a>| self.stand_ins.restore(&text).map_or(text, Into::into);
        match event {
            Event::Text(text) => Event::Text(own(text)),
            Event::Code(text) => Event::Code(own(text)),
            Event::Html(text) => Event::Html(own(text)),
            Event::InlineHtml(text) => Event::InlineHtml(own(text)),
            Event::FootnoteReference(name) => Event::FootnoteReference(own(name)),
            Event::Start(Tag::FootnoteDefinition(name)) => Event::Start(Tag::FootnoteDefinition(own(name))),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Link { link_type, dest_url: own(dest_url), title: own(title), id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Image { link_type, dest_url: own(dest_url), title: own(title), id })
            }
            event => event,
        }
    }

    /// Takes one event of the parser, or a run of them; `None` at the end.
    fn take(&mut self) -> Option<()> {
        let (event, range) = self.pull()?;
        match event {
            Event::Text(text) => self.text(text, range),
            Event::Code(ref text) => {
                self.sees(cjk::first(text), cjk::last(text));
                self.ready.push_back((event, range));
            }
            Event::SoftBreak => {
                self.line_end = Some(self.ready.len());
                self.ready.push_back((event, range));
            }
            Event::InlineHtml(text) => self.html(vec![(text, range)], false),
            Event::Start(Tag::HtmlBlock) => {
                let mut lines = Vec::new();
                while let Some((event, range)) = self.pull() {
                    match event {
                        Event::Html(text) => lines.push((text, range)),
                        Event::Text(text) => lines.push((text, range)),
                        _ => break,
                    }
                }
                self.html(lines, true);
            }
            Event::FootnoteReference(name) => {
                let name = self.footnote_id(&name).into();
                self.sees(None, None);
                self.ready.push_back((Event::FootnoteReference(name), range));
            }
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end, range),
            event => {
                self.sees(None, None);
                self.ready.push_back((event, range));
            }
        }
        Some(())
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        let mut tag = tag;
        match &mut tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::Link { link_type, dest_url, id, .. } | Tag::Image { link_type, dest_url, id, .. } => {
                if !id.is_empty() {
                    self.used_definitions.insert(id.to_lowercase());
                }
                if *link_type == LinkType::Autolink && !is_address(dest_url) {
                    // `<AAPL:US>` is a share, and no address.
                    let text: CowStr = format!("<{dest_url}>").into();
                    while let Some((event, _)) = self.pull() {
                        if matches!(event, Event::End(TagEnd::Link)) {
                            break;
                        }
                    }
                    self.sees(Some('<'), Some('>'));
                    self.ready.push_back((Event::Text(text), range));
                    return;
                }
                self.links += 1;
                if let Some(fragment) = dest_url.strip_prefix('#') {
                    self.fragments.push((fragment.to_string(), range.start));
                }
            }
            Tag::FootnoteDefinition(name) => {
                let id = self.footnote_id(name);
                let (id, is_second) = self.ids.footnote(&id);
                if is_second {
                    let message = format!("the footnote `[^{name}]` is defined a second time");
                    let hint = "its references lead to the first one: give this one another name";
                    self.fault(range.start, Code::DuplicateId, message, hint);
                }
                *name = id.into();
                self.sees(None, None);
            }
            Tag::Heading { .. } => {
                self.sees(None, None);
                self.heading = Some(self.ready.len());
            }
            Tag::Table(columns) => {
                self.columns = columns.len();
                self.tables += 1;
                self.sees(None, None);
            }
            Tag::TableHead | Tag::TableRow => self.row(range.clone()),
            _ => self.sees(None, None),
        }
        self.ready.push_back((Event::Start(tag), range));
    }

    fn end(&mut self, end: TagEnd, range: Range<usize>) {
        match end {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            TagEnd::Link | TagEnd::Image => self.links = self.links.saturating_sub(1),
            TagEnd::Table => self.tables = self.tables.saturating_sub(1),
            _ => self.sees(None, None),
        }
        if matches!(end, TagEnd::Heading(_))
            && let Some(at) = self.heading.take()
        {
            self.name_heading(at);
        }
        self.ready.push_back((Event::End(end), range));
    }

    /// The text goes on with one character and ends with another; `None` where no line goes on.
    fn sees(&mut self, first: Option<char>, last: Option<char>) {
        if let (Some(at), Some(before), Some(after)) = (self.line_end.take(), self.last, first)
            && cjk::joins(before, after)
        {
            self.ready.remove(at);
            // A heading that is open begins before its line ends, so its place stays.
        }
        self.last = last;
    }

    /// The name that a footnote has on the page. Numbers follow one another as the references do.
    fn footnote_id(&mut self, name: &str) -> String {
        let next = self.footnotes.len() + 1;
        let number = *self.footnotes.entry(name.to_lowercase()).or_insert(next);
        format!("fn-{number}")
    }

    /// Cells of a row beyond the columns of its table are not shown.
    fn row(&mut self, range: Range<usize>) {
        let row = self.source[range.clone()].trim();
        let row = row.strip_prefix('|').unwrap_or(row);
        let mut cells = 0;
        let mut escaped = false;
        for (at, byte) in row.bytes().enumerate() {
            match byte {
                b'|' if !escaped => {
                    cells += 1;
                    if cells >= self.columns && !row[at + 1..].trim_matches(['|', ' ', '\t']).is_empty() {
                        let message = format!("the row has more cells than the {} columns of its table", self.columns);
                        let hint = "the cells after the last column are left out: give the table a column more in its first line";
                        return self.fault(range.start, Code::TextDropped, message, hint);
                    }
                    escaped = false;
                }
                byte => escaped = byte == b'\\' && !escaped,
            }
        }
    }

    /// A run of text: its addresses become links.
    fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if !self.has_addresses && !self.has_brackets {
            self.sees(cjk::first(&text), cjk::last(&text));
            return self.ready.push_back((Event::Text(text), range));
        }
        let mut pieces = vec![(text, range)];
        while let Some((event, next)) = self.pull() {
            match event {
                Event::Text(text) if pieces.last().is_some_and(|(_, range)| range.end == next.start) => {
                    pieces.push((text, next));
                }
                event => {
                    self.peeked = Some((event, next));
                    break;
                }
            }
        }
        let first = pieces.iter().find_map(|(text, _)| text.chars().next());
        let last = pieces.iter().rev().find_map(|(text, _)| text.chars().next_back());
        self.sees(first, last);
        let whole = pieces[0].1.start..pieces[pieces.len() - 1].1.end;
        let Some(source) = self.source.get(whole.clone()).filter(|_| self.hidden_until <= whole.start) else {
            return self.ready.extend(pieces.into_iter().map(|(text, range)| (Event::Text(text), range)));
        };
        self.looks_like_markup(source, whole.start);
        if !self.has_addresses || self.links > 0 {
            return self.ready.extend(pieces.into_iter().map(|(text, range)| (Event::Text(text), range)));
        }
        let (mut from, mut done, mut piece) = (0, whole.start, 0);
        while let Some((address, before)) = address::find(source, from) {
            from = address.end;
            let (start, end) = (whole.start + address.start, whole.start + address.end);
            self.between(&pieces, &mut piece, done..start);
            // An entity is read; what smart punctuation made of a sign is not wanted in an address.
            let mut shown = String::with_capacity(address.len());
            for (text, range) in pieces[piece..].iter().take_while(|(_, range)| range.start < end) {
                let inner = start.max(range.start)..end.min(range.end);
                let is_entity = text.len() != range.len() && self.source[range.clone()].starts_with('&');
                shown.push_str(if is_entity { text } else { &self.source[inner] });
            }
            self.link(&shown, before, start..end);
            done = end;
        }
        self.between(&pieces, &mut piece, done..whole.end);
    }

    /// Passes on the text of a run that stands in a range of it. `piece` is the first piece that may.
    fn between(&mut self, pieces: &[(CowStr<'a>, Range<usize>)], piece: &mut usize, wanted: Range<usize>) {
        while let Some((text, range)) = pieces.get(*piece)
            && range.start < wanted.end
        {
            let inner = wanted.start.max(range.start)..wanted.end.min(range.end);
            if range.end > wanted.start && !inner.is_empty() {
                let shown = match text.len() == range.len() {
                    true if inner == *range => text.clone(),
                    true => text[inner.start - range.start..inner.end - range.start].to_string().into(),
                    // Nothing but an address cuts such a piece, and none begins within one.
                    false if range.start >= wanted.start => text.clone(),
                    false => CowStr::Borrowed(""),
                };
                self.ready.push_back((Event::Text(shown), inner));
            }
            if range.end > wanted.end {
                break;
            }
            *piece += 1;
        }
    }

    fn link(&mut self, shown: &str, before: &str, range: Range<usize>) {
        let (dest_url, shown) = (format!("{before}{shown}").into(), shown.to_string());
        let link_type = if before == "mailto:" { LinkType::Email } else { LinkType::Autolink };
        let dest_url = if link_type == LinkType::Email { shown.clone().into() } else { dest_url };
        let tag = Tag::Link { link_type, dest_url, title: CowStr::Borrowed(""), id: CowStr::Borrowed("") };
        self.ready.push_back((Event::Start(tag), range.clone()));
        self.ready.push_back((Event::Text(shown.into()), range.clone()));
        self.ready.push_back((Event::End(TagEnd::Link), range));
    }

    /// Notes what readers see as it was typed: links that are none, ids, comments, signs of other programs.
    fn looks_like_markup(&mut self, source: &str, start: usize) {
        let bytes = source.as_bytes();
        // A sign behind a backslash is text.
        let mut at = usize::from(self.source[..start].ends_with('\\'));
        while let Some(found) =
            bytes.get(at..).and_then(|rest| memchr::memchr3(b']', b'{', b'<', rest)).map(|found| at + found)
        {
            at = found + 1;
            let rest = &source[found..];
            let (what, hint) = if rest.starts_with("](") {
                let target = rest.as_bytes()[2..].iter().take(300).take_while(|byte| !matches!(byte, b')' | b'\n'));
                let hint = if target.clone().any(|byte| *byte == b' ') {
                    "put an address with blanks in angle brackets, as in `[text](<my file.pdf>)`"
                } else {
                    "write `[text](address)` on one line, with both brackets closed"
                };
                ("a link or picture that cannot be read", hint)
            } else if rest.starts_with("][") && rest[2..].contains(']') {
                (
                    "a link whose target is not defined",
                    "write a line `[name]: address` for it, or put `\\` before the bracket",
                )
            } else if rest.starts_with("] (http") {
                ("a link with a blank between its brackets", "write `[text](address)` without a blank")
            } else if let Some(attributes) = in_braces(rest) {
                let place = match attributes.id.is_some() {
                    true => (
                        "an id for a place that can have none",
                        "ids stand at the end of headings, as in `## Results {#results}`",
                    ),
                    false => (
                        "attributes for a place that can have none",
                        "take them out: sizes and looks come from the theme",
                    ),
                };
                if self.told.contains(place.0) || self.ends_heading(start + found) {
                    continue;
                }
                place
            } else if rest.starts_with("{{") || rest.starts_with("{%") {
                ("a tag of another program", "write it in Markdown, or put it into the theme")
            } else if rest.starts_with("<!--") {
                ("the start of a comment", "a comment that has empty lines in it begins on a line of its own")
            } else {
                continue;
            };
            let shown: String = rest.chars().take_while(|c| *c != '\n').take(24).collect();
            let shown = shown.trim_end();
            if self.told.insert(what.to_string()) {
                self.fault(start + found, Code::MarkupShown, format!("`{shown}` is shown as it stands: {what}"), hint);
            }
        }
        at = 0;
        while let Some(found) = memchr::memmem::find(&bytes[at..], b"[^").map(|found| at + found) {
            at = found + 2;
            let length = bytes[at..].iter().take(100).take_while(|byte| !matches!(byte, b']' | b'\n')).count();
            let name = source.get(at..at + length).unwrap_or_default();
            if !name.is_empty() && bytes.get(at + length) == Some(&b']') && self.told.insert(format!("[^{name}")) {
                let message = format!("`[^{name}]` is shown as it stands: there is no such footnote");
                let hint = "write a line `[^name]: text` for it, or put `\\` before the bracket";
                self.fault(start + found, Code::MarkupShown, message, hint);
            }
        }
    }

    /// Gives a heading its id: the one written at its end, else one made of its words.
    fn name_heading(&mut self, at: usize) {
        let Some((Event::Start(Tag::Heading { .. }), range)) = self.ready.get(at) else { return };
        let range = range.clone();
        let written = self.source.get(range.clone()).and_then(written_id);
        if let Some((brace, attributes)) = &written {
            if attributes.has_classes || attributes.has_values {
                let shown: String =
                    self.source[range.start + brace..range.end].chars().take_while(|c| *c != '}').take(40).collect();
                let message =
                    format!("a heading can only have an id, so the rest of `{shown}}}` is left out of the page");
                self.fault(
                    range.start + brace,
                    Code::TextDropped,
                    message,
                    "take it out: the look of headings comes from the theme",
                );
            }
            let brace = range.start + brace;
            while let Some((Event::Text(_), place)) = self.ready.back()
                && place.start >= brace
            {
                self.ready.pop_back();
            }
            if let Some((Event::Text(text), place)) = self.ready.back_mut() {
                let keep = brace.saturating_sub(place.start).min(text.len());
                let is_as_written = text.len() == place.len();
                let kept = text.get(..keep).filter(|_| is_as_written).unwrap_or(text).trim_end().to_string();
                *text = kept.into();
            }
        }
        let mut words = String::new();
        for (event, _) in self.ready.iter().skip(at) {
            match event {
                Event::Text(text) | Event::Code(text) => words.push_str(text),
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                _ => {}
            }
        }
        let written = written.and_then(|(brace, attributes)| Some((attributes.id?, range.start + brace)));
        self.ids.heading(&words, written);
    }

    /// Whether the heading that is open ends with the braces that begin here.
    fn ends_heading(&self, at: usize) -> bool {
        let range = self.heading.and_then(|heading| Some(self.ready.get(heading)?.1.clone()));
        let written = range.and_then(|range| Some(range.start + written_id(self.source.get(range)?)?.0));
        written == Some(at)
    }

    /// A piece of raw HTML: a block, or a single tag.
    fn html(&mut self, lines: Vec<(CowStr<'a>, Range<usize>)>, is_block: bool) {
        let mut whole = String::new();
        // Where each line begins in `whole`, and where in the text.
        let mut starts: Vec<(usize, usize)> = Vec::with_capacity(lines.len());
        for (text, range) in &lines {
            starts.push((whole.len(), range.start));
            whole.push_str(text);
        }
        let Some(range) = lines.first().zip(lines.last()).map(|(first, last)| first.1.start..last.1.end) else {
            return;
        };
        let place = |at: usize| {
            let line = starts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
            starts.get(line).map_or(range.start, |(start, place)| place + at - start)
        };
        let (mut clean, mut is_text, mut failures, mut at) = (String::with_capacity(whole.len()), true, 0, 0);
        while at < whole.len() {
            let rest = &whole[at..];
            if failures > FAILURES {
                clean.push_str(rest);
                is_text = false;
                break;
            }
            let (piece, length) = tags::first(rest);
            let raw = &rest[..length];
            match piece {
                Piece::Text => {
                    failures += usize::from(raw == "<");
                    clean.push_str(raw);
                }
                Piece::Hidden(_, Some(())) => self.hidden.push((place(at), Ok(place(at + length - 1) + 1))),
                Piece::Hidden(what, None) => self.hide(what, place(at)),
                Piece::Tag(tag) if self.is_text(&tag) => {
                    clean.push_str("&lt;");
                    clean.push_str(&raw[1..]);
                }
                Piece::Tag(tag) => {
                    is_text = false;
                    self.tag(&tag, place(at));
                    clean.push_str(raw);
                }
            }
            at += length;
        }
        if clean.trim().is_empty() {
            return;
        }
        if is_text && !is_block {
            self.sees(cjk::first(&whole), cjk::last(&whole));
            return self.ready.push_back((Event::Text(whole.into()), range));
        }
        self.has_html = true;
        match (is_text, is_block) {
            (true, _) => {
                self.ready.push_back((Event::Start(Tag::Paragraph), range.clone()));
                self.ready.push_back((Event::Html(clean.into()), range.clone()));
                self.ready.push_back((Event::End(TagEnd::Paragraph), range));
            }
            (false, true) => self.ready.push_back((Event::Html(clean.into()), range)),
            (false, false) => self.ready.push_back((Event::InlineHtml(clean.into()), range)),
        }
    }

    /// Whether something in angle brackets is text: no element has its name, or it is a share like `<A>`, in capitals and never closed.
    fn is_text(&mut self, tag: &HtmlTag) -> bool {
        let kind = tag.kind();
        kind == Kind::Text
            || kind != Kind::Removed
                && tag.name.bytes().all(|byte| byte.is_ascii_uppercase())
                && tag.attributes.is_empty()
                && !tag.ends
                && !ENDS_BY_ITSELF.contains(&tag.name)
                && tags::VOID.binary_search(&tag.name.to_ascii_lowercase().as_str()).is_err()
                && !self.has_end(tag.name)
    }

    /// Whether the text has an end tag of this name anywhere.
    fn has_end(&mut self, name: &str) -> bool {
        let bytes = self.source.as_bytes();
        let ends = self.ends.get_or_insert_with(|| {
            let name = |at: usize| {
                let name =
                    bytes[at + 2..].iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-');
                name.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
            };
            memchr::memmem::find_iter(bytes, b"</").map(name).collect()
        });
        ends.contains(&name.to_ascii_lowercase())
    }

    /// A comment that goes on after the piece of HTML in which it begins.
    fn hide(&mut self, what: &'static str, at: usize) {
        let end = match what {
            "comment" => "-->",
            "CDATA section" => "]]>",
            "processing instruction" => "?>",
            _ => ">",
        };
        match self.source[at..].find(end) {
            Some(found) => {
                self.hidden_until = at + found + end.len();
                self.hidden.push((at, Ok(self.hidden_until)));
            }
            None => {
                self.hidden_until = usize::MAX;
                self.hidden.push((at, Ok(self.source.len())));
                let message = format!("the {what} has no end, so the text after it is left out");
                self.fault(at, Code::TextDropped, message, "write `-->` where a comment ends");
            }
        }
    }

    /// Notes what the cleaning will take away, and the anchors that a tag sets.
    fn tag(&mut self, tag: &HtmlTag, at: usize) {
        let name = tag.name.to_ascii_lowercase();
        if name == "a" {
            self.links = if tag.ends { self.links.saturating_sub(1) } else { self.links + 1 };
        }
        self.table_tag(&name, tag.ends, at);
        if tag.ends {
            return;
        }
        let is_hidden = tag.is_hidden();
        if (tag.kind() == Kind::Removed || is_hidden) && tags::VOID.binary_search(&name.as_str()).is_err() {
            self.hidden.push((at, Err(())));
        }
        if is_hidden && tag.kind() != Kind::Removed {
            if self.told.insert("hidden".to_string()) {
                let message = format!("`<{name}>` is hidden by its attributes, and is left out of the page");
                let hint = "take the attribute off what readers shall see";
                self.say(at, Severity::Note, Code::TextDropped, message, hint);
            }
            return;
        }
        let is_new = |events: &mut Events, what: &str| events.told.insert(format!("<{what}"));
        match tag.kind() {
            Kind::Removed if is_new(self, &name) => {
                let is_void = tags::VOID.binary_search(&name.as_str()).is_ok();
                let message = match is_void || self.has_end(&name) {
                    true if is_void => format!("`<{name}>` is left out of the page"),
                    true => format!("`<{name}>` and all that stands in it is left out of the page"),
                    false => {
                        format!("`<{name}>` has no end tag, so it is left out of the page with all that follows it")
                    }
                };
                self.fault(at, Code::TextDropped, message, removed_hint(&name));
            }
            Kind::Unwrapped if is_new(self, &name) => {
                let message = format!("the tag `<{name}>` is left out of the page; text in it stays");
                self.fault(
                    at,
                    Code::TextDropped,
                    message,
                    "write it in Markdown, or put it into a template of the theme",
                );
            }
            Kind::Kept => self.kept_tag(tag, &name, at),
            _ => {}
        }
    }

    /// Notes cells and rows that stand outside of a table.
    fn table_tag(&mut self, name: &str, ends: bool, at: usize) {
        match (name, ends) {
            ("table", false) => self.tables += 1,
            ("table", true) => self.tables = self.tables.saturating_sub(1),
            (_, false)
                if self.tables == 0 && crate::html::is_of_table(name) && self.told.insert("a cell".to_string()) =>
            {
                let message = format!(
                    "`<{name}>` stands outside of a table, so the tag is left out of the page; text in it stays"
                );
                self.fault(at, Code::TextDropped, message, "put `<table>` before it and `</table>` behind it");
            }
            _ => {}
        }
    }

    fn kept_tag(&mut self, tag: &HtmlTag, name: &str, at: usize) {
        if let Some(id) = tag.attribute("id") {
            self.anchors.push(raw_id(id));
            self.ids.raw(id, at);
        }
        let target = match name {
            "img" => tag.attribute("src"),
            "a" | "area" => tag.attribute("href"),
            _ => None,
        };
        let Some(target) = target else { return };
        if let Some(fragment) = target.strip_prefix('#') {
            return self.fragments.push((fragment.to_string(), at));
        }
        if name != "img" && super::is_external(target) {
            return;
        }
        if self.told.insert(format!("<{name} {target}")) {
            let (what, hint) = match name {
                "img" => ("picture", "write it as `![text](file)`"),
                _ => ("link", "write it as `[text](address)`"),
            };
            let message = format!("the {what} `{target}` in raw HTML is left out of the page");
            self.fault(at, Code::TextDropped, message, hint);
        }
    }

    /// The places of the text that its page hides.
    pub(super) fn hidden_places(&mut self) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        for (start, end) in std::mem::take(&mut self.hidden) {
            if places.last().is_some_and(|last| start < last.end) {
                continue;
            }
            let end = end.unwrap_or_else(|()| element_end(self.source, start));
            places.push(start..end);
        }
        places
    }

    /// What can only be said at the end of the text, `all` being its events: the ids of headings, definitions that nothing uses, links
    /// to places that are not there.
    pub(super) fn finish(&mut self, all: &mut [Placed<'a>]) {
        let (names, twice) = std::mem::take(&mut self.ids).finish();
        let mut names = names.into_iter();
        for (event, _) in all {
            if let Event::Start(Tag::Heading { id, .. }) = event
                && let Some(name) = names.next()
            {
                let own = format!("{HEADING}{name}");
                self.anchors.push(own.clone());
                *id = Some(own.into());
            }
        }
        for (id, at) in twice {
            let message = format!("the id `{id}` stands a second time in the text");
            self.fault(
                at,
                Code::DuplicateId,
                message,
                "links lead to the first place that has it: give this one another id",
            );
        }
        self.anchors.sort_unstable();
        for (fragment, at) in std::mem::take(&mut self.fragments) {
            if anchor(&self.anchors, &fragment).is_none() && !is_any_page(&fragment) {
                let message = format!("`#{fragment}` leads to no heading of this text");
                let hint =
                    "a heading has its words as its id, as in `#port-strike`, or the id that is written after it";
                self.fault(at, Code::LinkFragment, message, hint);
            }
        }
        let known = self.parser.reference_definitions().iter();
        let known: Vec<(String, usize)> = known.map(|(label, one)| (label.to_string(), one.span.start)).collect();
        for (at, label) in definitions::repeated(self.source, &known) {
            let message = format!("`[{label}]:` is defined a second time, and this line is not shown");
            self.fault(
                at,
                Code::TextDropped,
                message,
                "links lead to the first address: leave one of the lines out, or rename it",
            );
        }
        let definitions = self.parser.reference_definitions().iter();
        let unused = definitions.filter(|(label, _)| !self.used_definitions.contains(&label.to_lowercase()));
        let mut unused: Vec<(usize, String)> =
            unused.map(|(label, definition)| (definition.span.start, label.to_string())).collect();
        unused.sort();
        for (at, label) in unused {
            let message = format!("`[{label}]:` defines a link that the text does not use, so the line is not shown");
            let hint = "put `\\` before the bracket if it is text, or leave the line out";
            self.fault(at, Code::TextDropped, message, hint);
        }
        self.faults.sort_by(|a, b| (a.at, &a.message).cmp(&(b.at, &b.message)));
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Placed<'a>;

    fn next(&mut self) -> Option<Placed<'a>> {
        while self.ready.is_empty() || self.line_end.is_some() || self.heading.is_some() {
            if self.take().is_none() {
                (self.line_end, self.heading) = (None, None);
                break;
            }
        }
        self.ready.pop_front()
    }
}

/// What ids of headings begin with, so that no theme has them.
const HEADING: &str = "h-";

/// The id that something in raw HTML has on the page.
pub(super) fn raw_id(id: &str) -> String {
    format!("a-{}", id.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// The id of a page that a fragment means, `anchors` being its ids in order: as it is written there, of a heading by its words, or one of raw HTML.
pub fn anchor<'i>(anchors: &'i [String], fragment: &str) -> Option<&'i str> {
    let fragment = decode(fragment);
    let find = |wanted: &str| {
        let at = anchors.binary_search_by(|id| id.as_str().cmp(wanted)).ok()?;
        Some(anchors[at].as_str())
    };
    find(&fragment)
        .or_else(|| find(&format!("{HEADING}{fragment}")))
        .or_else(|| find(&raw_id(&fragment)))
        .or_else(|| find(&format!("{HEADING}{}", slugify(&fragment))))
}

/// Fragments that mean a place of every page, or a text in it.
pub fn is_any_page(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top") || fragment.starts_with(":~:")
}

fn rest<'a>(text: &str, cut: usize) -> CowStr<'a> {
    text.get(cut..).unwrap_or_default().to_string().into()
}

/// Whether something in angle brackets is an address, and no text with a colon.
fn is_address(target: &str) -> bool {
    let scheme = target.split(':').next().unwrap_or("").to_ascii_lowercase();
    ["http", "https", "mailto", "tel", "urn", "tag", "ftp", "data", "javascript", "file"].contains(&scheme.as_str())
}

/// Elements that need no end tag.
const ENDS_BY_ITSELF: &[&str] = &["P", "LI", "TD", "TR", "TH", "DD", "DT"];

fn removed_hint(name: &str) -> &'static str {
    match name {
        "script" | "style" => "scripts and styles belong into the theme",
        "iframe" | "embed" | "object" | "video" | "audio" => "link to it, or put it into a template of the theme",
        _ => "write it in Markdown, or put it into a template of the theme",
    }
}

/// Attributes in the braces that a text begins with, where they are no text themselves.
fn in_braces(text: &str) -> Option<Attributes> {
    let inner = text.strip_prefix('{')?;
    let end = inner.bytes().take(200).position(|byte| matches!(byte, b'}' | b'\n'))?;
    Attributes::read(inner[..end].trim_start()).filter(|_| inner.as_bytes()[end] == b'}')
}

/// Where the braces begin that end a heading, and what stands in them: an id, classes, and values beside these.
fn written_id(heading: &str) -> Option<(usize, Attributes)> {
    let mut line = heading.trim_end();
    if !line.starts_with('#')
        && let Some((text, under)) = line.rsplit_once('\n')
        && under.trim().trim_matches(['=', '-']).is_empty()
    {
        line = text.trim_end();
    }
    let line = line.trim_end_matches('#').trim_end();
    let inner = line.strip_suffix('}')?;
    let brace = inner.rfind('{')?;
    let attributes = Attributes::read(inner[brace + 1..].trim_start())?;
    (attributes.id.is_some() || attributes.has_classes).then_some((brace, attributes))
}
