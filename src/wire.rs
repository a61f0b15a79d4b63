//! Wire copy: what agencies send, in any [`Format`], becomes one kind of record, [`WireItem`].
//!
//! ```text
//!  bytes ─▶ detect ─▶ charset ─▶ one reader a format ─▶ copy (dateline, byline, notes, end) ─▶ WireItem
//! ```
//!
//! Pure: bytes in, stories and diagnostics out. No reader opens a file or an address, whatever the input names. Input is hostile:
//! size, depth and numbers are bounded, markup is parsed and rebuilt from an allow-list. Where it is in doubt
//! whether a story may be published, it comes out withheld and a diagnostic says why. `docs/wire.md` describes the formats.

mod account;
mod afp;
mod anpa1312;
mod ap_media;
pub mod block;
mod body;
mod charset;
mod copy;
mod dateline;
mod detect;
mod digitalwires;
mod dom;
mod feed;
mod hold;
mod html;
mod iptc7901;
pub mod item;
mod json;
mod json_feed;
mod lines;
mod mail;
mod mapped;
pub mod markup;
mod newsml1;
mod newsml_g2;
mod ninjs;
mod nitf;
mod plain;
pub mod pushed;
mod reuters;
mod shown;
mod status;
mod text;
mod time;
mod work;
pub mod wxr;
mod xml;

pub use copy::{DERIVED, Part, part};
pub use item::{Attached, Format, Outcome, WireItem};
pub use time::WireTime;

use crate::clock::Zone;
use crate::config::mapping::Mapping;
use crate::diag::{Code, Diagnostic, Location, Severity, plural};
use detect::Kind;
use encoding_rs::Encoding;
use jiff::civil::Date;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// The largest file that is read, in bytes.
pub const SIZE_LIMIT: u64 = 32 << 20;

/// What a reader gets besides the bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The day to assume for copy that names none.
    pub date: Option<Date>,
    /// Text is wire copy, though nothing in it shows that: whoever imports it says so.
    pub is_copy: bool,
    /// The text is the story, though the feed calls it a summary.
    pub summary_is_text: bool,
    /// The character set of files that are not UTF-8 and declare none.
    pub charset: Option<&'static Encoding>,
    /// The zone of times that name none.
    pub zone: Option<&'a Zone>,
    /// The provider of items that name none.
    pub provider: Option<&'a str>,
    /// The language of items that name none: a BCP 47 tag.
    pub language: Option<&'a str>,
    /// How JSON and XML are read that are in a format of the sender's own.
    pub mapping: Option<&'a Mapping>,
}

/// What a file came to.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Its format, if it is known.
    pub format: Option<Format>,
    /// The character set it was read as.
    pub charset: Option<&'static str>,
    /// Its stories, in the order of the file.
    pub items: Vec<WireItem>,
    /// Pictures and other media that came in it, and that its stories name.
    pub files: Vec<Attached>,
    /// What is to be said about it.
    pub diagnostics: Vec<Diagnostic>,
    /// What it is in all.
    pub outcome: Option<Outcome>,
    /// Words of its items that are neither in the stories nor in fields for the desk.
    pub lost_words: usize,
    /// Words of the stories that the items do not have.
    pub invented_words: usize,
    /// How many of the stories the loss account has balanced.
    pub accounted: usize,
}

impl Parsed {
    /// What the file is in all.
    pub fn outcome(&self) -> Outcome {
        self.outcome.unwrap_or(Outcome::Error)
    }
}

/// Reads one file of wire copy. `name` is what its diagnostics call it.
pub fn read(bytes: &[u8], name: &str, context: &Context) -> Parsed {
    read_after(bytes, name, context, 0).0
}

/// The same, and how many steps of work it took; `None` if they were too many. `before` is spent already.
fn read_after(bytes: &[u8], name: &str, context: &Context, before: usize) -> (Parsed, Option<u64>) {
    let mut notes = Notes::new(name, context);
    let (mut parsed, steps) = work::count(bytes.len(), || {
        work::spend(before);
        read_kind(bytes, context, &mut notes)
    });
    if steps.is_none() {
        // From there on steps were left undone, so nothing of it can be trusted.
        parsed.items.clear();
        parsed.files.clear();
        notes = Notes::new(name, context);
        let message = "reading the file takes more work than its size allows; it was not imported";
        let hint = "ask the sender to send the items one by one, or without markup";
        notes.push(Diagnostic::error(Code::WireWork, message).hint(hint));
    }
    notes.settle(&mut parsed);
    (parsed, steps)
}

fn read_kind(bytes: &[u8], context: &Context, notes: &mut Notes) -> Parsed {
    let mut parsed = Parsed::default();
    let (decoded, utf16) = match early_utf16(bytes) {
        Some(decoded) => {
            let text = decoded.text.into_owned();
            (Cow::Owned(text.into_bytes()), Some(decoded.charset))
        }
        None => (Cow::Borrowed(bytes), None),
    };
    let bytes = &*decoded;
    let kind = detect::kind(bytes);
    if let Kind::Foreign(what, at) = kind {
        notes.error_at_byte(Code::WireFormat, what, bytes, at);
        return parsed;
    }
    if kind == Kind::Mail {
        mail::read(bytes, context, notes, &mut parsed);
        parsed.items.iter_mut().for_each(|item| time::settle(item, context.zone, notes));
        return parsed;
    }
    let declared = if kind == Kind::Xml { charset::xml_declaration(bytes) } else { None };
    // XML that declares nothing is UTF-8, as JSON always is: other bytes deserve a warning.
    let is_utf8 = matches!(kind, Kind::Json | Kind::Xml) && context.charset.is_none() || utf16.is_some();
    let declared = declared.as_deref().filter(|_| utf16.is_none()).or(is_utf8.then_some("utf-8"));
    let decoded = charset::decode(bytes, declared, context.charset);
    parsed.charset = utf16.or(Some(decoded.charset));
    if let Some(warning) = decoded.warning {
        let at = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to());
        notes.push_at_byte(warning, bytes, at);
    }
    let in_doubt = decoded.in_doubt;
    let text = decoded_twice(decoded.text, notes);
    match kind {
        Kind::Iptc7901 => read_lines(&text, notes, |text, notes| iptc7901::read(text, context, notes, &mut parsed)),
        Kind::Anpa1312 => read_lines(&text, notes, |text, notes| anpa1312::read(text, context, notes, &mut parsed)),
        Kind::Plain => read_lines(&text, notes, |text, notes| {
            plain::read(&without_controls(text, notes), context, notes, &mut parsed);
        }),
        Kind::Xml => {
            let text = without_controls(&text, notes);
            read_xml(&text::with_line_ends(&text), context, notes, &mut parsed);
        }
        Kind::Json => json::read(&without_controls(&text, notes), context, notes, &mut parsed),
        // These went back above.
        Kind::Mail | Kind::Foreign(..) => {}
    }
    if in_doubt {
        parsed.items.iter_mut().for_each(|item| item.hold("its character set cannot be told"));
    }
    parsed.items.iter_mut().for_each(|item| time::settle(item, context.zone, notes));
    parsed
}

/// Reads a format of lines of text.
fn read_lines(text: &str, notes: &mut Notes, read: impl FnOnce(&str, &mut Notes)) {
    let text = without_escapes(text, notes);
    let text = text::with_line_ends(&text);
    read(&text, notes);
    notes.place(&text);
}

/// UTF-16 has zeros all over, so it must be text before anything else looks at it.
fn early_utf16(bytes: &[u8]) -> Option<charset::Decoded<'_>> {
    let is_utf16 = bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
        || matches!(bytes, [b'<', 0, second, 0, ..] | [0, b'<', 0, second, ..] if *second != 0);
    is_utf16.then(|| charset::decode(bytes, None, None))
}

/// Removes control characters that no feed or page may hold, for formats that have no use for them.
fn without_controls<'t>(text: &'t str, notes: &mut Notes) -> Cow<'t, str> {
    let (text, count) = text::without_controls(text);
    if count > 0 {
        notes.warn(
            Code::WireControl,
            format!("{} taken out", plural(count, "control character was", "control characters were")),
        );
    }
    text
}

/// Escape sequences for other graphic sets, and shifts, are dropped: nothing says what they stood for.
fn without_escapes<'t>(text: &'t str, notes: &mut Notes) -> Cow<'t, str> {
    let (text, dropped) = text::without_escapes(text);
    if dropped {
        notes.warn(Code::WireControl, "escape sequences for other character sets were dropped; letters may be missing");
    }
    text
}

/// Text of a part of a mail, without what no text should hold.
fn of_lines(text: Cow<'_, str>, notes: &mut Notes) -> String {
    let text = decoded_twice(text, notes);
    let text = without_escapes(&text, notes);
    let text = text::with_line_ends(&text);
    without_controls(&text, notes).into_owned()
}

/// Text that was encoded in UTF-8 twice is decoded once more.
fn decoded_twice<'t>(text: Cow<'t, str>, notes: &mut Notes) -> Cow<'t, str> {
    match text::decoded_twice(&text) {
        Some(decoded) => {
            notes.warn(Code::WireCharset, TWICE);
            Cow::Owned(decoded)
        }
        None => text,
    }
}

/// What is said of a file some of whose text was encoded twice.
const TWICE: &str = "some text was encoded in UTF-8 twice (`Ã©` for `é`); it was decoded once more";

fn read_xml(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let document = match xml::parse(text) {
        Ok(document) => document,
        Err(fault) => {
            parsed.format = xml_format(&xml::root_name(text).unwrap_or_default());
            return notes.error_at_text(Code::WireSyntax, fault.message, text, fault.at);
        }
    };
    for oddity in document.oddities.iter().take(3) {
        let diagnostic = Diagnostic::warning(Code::WireSyntax, oddity.message.clone());
        notes.push_at_text(diagnostic, text, oddity.at);
    }
    if let Some(mapping) = context.mapping {
        mapped::xml(&document.root, mapping, context, notes, parsed);
        return notes.place(text);
    }
    parsed.format = xml_format(&document.root.name);
    match parsed.format {
        Some(Format::NewsmlG2) => newsml_g2::read(&document.root, context, notes, parsed),
        Some(Format::Newsml1) => newsml1::read(&document.root, context, notes, parsed),
        Some(Format::Rss | Format::Atom) => feed::read(&document.root, context, notes, parsed),
        Some(Format::Nitf) => nitf::read(&document.root, context, notes, parsed),
        // These formats are not XML, so they have no root element.
        None
        | Some(
            Format::Ninjs
            | Format::ApMedia
            | Format::Digitalwires
            | Format::ReutersConnect
            | Format::AfpCore
            | Format::JsonFeed
            | Format::Iptc7901
            | Format::Anpa1312
            | Format::Plain
            | Format::Mail
            | Format::Mapped,
        ) => {
            let message = format!(
                "XML with the root element <{}>, which is none of the wire formats",
                short(&document.root.name)
            );
            notes.error_at_text(Code::WireFormat, message, text, document.root.at);
        }
    }
    notes.place(text);
}

fn xml_format(root: &str) -> Option<Format> {
    match root {
        "newsMessage" | "newsItem" | "packageItem" | "conceptItem" | "knowledgeItem" | "planningItem"
        | "catalogItem" => Some(Format::NewsmlG2),
        "NewsML" => Some(Format::Newsml1),
        "nitf" => Some(Format::Nitf),
        "rss" | "RDF" => Some(Format::Rss),
        "feed" => Some(Format::Atom),
        _ => None,
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Collects what is to be said about one file.
#[derive(Debug)]
struct Notes {
    file: String,
    diagnostics: Vec<Diagnostic>,
    /// Messages and their places, so that nothing is said twice.
    noted: FxHashSet<(String, Option<(u32, u32)>)>,
    /// What is known to stand at an offset of the text, until the reader of that text puts line and column to it.
    unplaced: Vec<(Diagnostic, usize)>,
    /// Whether times without a zone are given one.
    has_zone: bool,
    /// Words of the document without the texts of its stories, where the loss account had to look for some outside of their item.
    envelope: Option<account::Words>,
    /// Words of the whole document, where it had to look for them there.
    document: Option<account::Words>,
    /// How many mails the file that is read is attached to.
    mails: u32,
}

impl Notes {
    fn new(file: &str, context: &Context) -> Notes {
        Notes {
            file: file.to_string(),
            has_zone: context.zone.is_some(),
            diagnostics: Vec::new(),
            noted: FxHashSet::default(),
            unplaced: Vec::new(),
            envelope: None,
            document: None,
            mails: 0,
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        work::spend(diagnostic.message.len());
        let diagnostic = if diagnostic.at.is_none() { diagnostic.at(Location::file(&self.file)) } else { diagnostic };
        let place = diagnostic.at.as_ref().and_then(|at| at.place);
        if self.noted.insert((diagnostic.message.clone(), place)) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn note(&mut self, code: Code, message: impl Into<String>) {
        self.push(Diagnostic::new(Severity::Note, code, message));
    }

    fn warn(&mut self, code: Code, message: impl Into<String>) {
        self.push(Diagnostic::warning(code, message));
    }

    /// Says that a time has no zone, unless the source has one for it.
    fn floating(&mut self, name: &str, time: WireTime) {
        if !self.has_zone {
            self.warn(Code::WireTime, format!("{name} `{time}` has no zone; it stays without one"));
        }
    }

    fn error(&mut self, code: Code, message: impl Into<String>) {
        self.push(Diagnostic::error(code, message));
    }

    fn push_at_text(&mut self, diagnostic: Diagnostic, text: &str, at: usize) {
        work::spend(at);
        let (line, column) = text::place(text, at);
        self.push(diagnostic.at(Location::at(&self.file, line, column)));
    }

    /// At an offset of the text that is being read, if there is one.
    fn push_placed(&mut self, diagnostic: Diagnostic, at: Option<usize>) {
        match at {
            Some(at) => self.unplaced.push((diagnostic, at)),
            None => self.push(diagnostic),
        }
    }

    /// Gives line and column to what was found at offsets of a text.
    fn place(&mut self, text: &str) {
        let unplaced = std::mem::take(&mut self.unplaced);
        let places = text::places(text, unplaced.iter().map(|(_, at)| *at));
        for ((diagnostic, _), (line, column)) in unplaced.into_iter().zip(places) {
            self.push(diagnostic.at(Location::at(&self.file, line, column)));
        }
    }

    fn error_at_text(&mut self, code: Code, message: impl Into<String>, text: &str, at: usize) {
        self.push_at_text(Diagnostic::error(code, message), text, at);
    }

    /// At a byte of a file that may be no text; columns count bytes there.
    fn push_at_byte(&mut self, diagnostic: Diagnostic, bytes: &[u8], at: Option<usize>) {
        let Some(at) = at else { return self.push(diagnostic) };
        let before = &bytes[..at.min(bytes.len())];
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = u32::try_from(memchr::memchr_iter(b'\n', before).count() + 1).unwrap_or(u32::MAX);
        let column = u32::try_from(before.len() - start + 1).unwrap_or(u32::MAX);
        self.push(diagnostic.at(Location::at(&self.file, line, column)));
    }

    fn error_at_byte(&mut self, code: Code, message: impl Into<String>, bytes: &[u8], at: Option<usize>) {
        self.push_at_byte(Diagnostic::error(code, message), bytes, at);
    }

    /// Adds an item's story, or says why there is none.
    fn take(&mut self, raw: copy::RawItem, context: &Context, parsed: &mut Parsed) {
        let name = if raw.item.uri().is_empty() {
            "the item".to_string()
        } else {
            format!("the item {}", short(raw.item.uri()))
        };
        match raw.finish(context, self) {
            Ok(item) => parsed.items.push(item),
            Err(copy::NoStory::NoText) => {
                self.error(Code::WireNoText, format!("{name} claims to be text and has none"));
            }
        }
    }

    /// Says why the file holds no text story.
    fn skip(&mut self, parsed: &mut Parsed, outcome: Outcome, reason: impl Into<String>) {
        if parsed.outcome.is_none() || outcome == Outcome::Skip {
            parsed.outcome = Some(outcome);
        }
        self.note(Code::WireSkipped, reason);
    }

    /// The outcome follows from what was found.
    fn settle(self, parsed: &mut Parsed) {
        debug_assert_eq!(parsed.accounted, parsed.items.len(), "each story must be in a loss account");
        let has_error = self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        parsed.diagnostics = self.diagnostics;
        parsed.outcome = Some(if has_error {
            // An error in one item of several does not remove the others, but the run must report it.
            Outcome::Error
        } else if parsed.items.is_empty() {
            parsed.outcome.unwrap_or(Outcome::Error)
        } else if parsed.items.iter().all(|item| item.held.is_some()) {
            Outcome::NotPublished
        } else {
            Outcome::Story
        });
    }
}
