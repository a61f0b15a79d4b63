//! The events of a text as its page shows it: the one reading of Markdown that pages, summaries, searches and word lists share.
//!
//! What CommonMark says is changed in these places: addresses in running text are links; a line end between two Chinese or Japanese
//! characters is nothing; what only looks like a tag is text; comments and the like go, with all that they enclose; headings
//! and footnotes have ids that no theme has. What readers lose, or get to see as it was typed, is noted as a [`Fault`].

mod addresses;
mod anchors;
mod headings;
mod raw_html;
mod shown_markup;

pub(super) use anchors::raw_id;
pub use anchors::{anchor, is_any_page};

use super::ids::Ids;
use super::{Prepared, address, cjk, nesting};
use crate::diag::{Code, Severity};
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

/// The most faults of one text that are reported.
const FAULTS: usize = 20;

pub(super) type Placed<'a> = (Event<'a>, Range<usize>);

pub(super) struct Events<'a> {
    parser: OffsetIter<'a>,
    /// The text as it is written.
    source: &'a str,
    stand_ins: &'a cjk::StandIns,
    has_addresses: bool,
    /// Whether the text has brackets or braces, which may look like markup where they are not.
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
    reported: FxHashSet<String>,
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
            reported: FxHashSet::default(),
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

fn rest<'a>(text: &str, cut: usize) -> CowStr<'a> {
    text.get(cut..).unwrap_or_default().to_string().into()
}

/// Whether something in angle brackets is an address, and no text with a colon.
fn is_address(target: &str) -> bool {
    let scheme = target.split(':').next().unwrap_or("").to_ascii_lowercase();
    ["http", "https", "mailto", "tel", "urn", "tag", "ftp", "data", "javascript", "file"].contains(&scheme.as_str())
}
