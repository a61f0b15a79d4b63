//! The one record behind which every wire format hides.

use super::block::Block;
use super::time::WireTime;

/// A wire format, told from the bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// NewsML-G2 (IPTC, XML).
    NewsmlG2,
    /// NewsML 1.0 to 1.2 (IPTC, XML).
    Newsml1,
    /// News Industry Text Format (IPTC, XML).
    Nitf,
    /// News in JSON, versions 1 to 3.
    Ninjs,
    /// JSON of the AP Media API.
    ApMedia,
    /// JSON of dpa's digitalwires.
    Digitalwires,
    /// JSON of Reuters Connect.
    ReutersConnect,
    /// JSON of AFP's Core API.
    AfpCore,
    /// JSON Feed.
    JsonFeed,
    /// RSS 2.0, or RSS 1.0.
    Rss,
    /// Atom.
    Atom,
    /// IPTC 7901, the European text transmission format.
    Iptc7901,
    /// ANPA 1312, the American text transmission format.
    Anpa1312,
    /// Copy as text, with or without a `ZCZC` envelope.
    Plain,
}

impl Format {
    /// The name in messages and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::NewsmlG2 => "newsml-g2",
            Format::Newsml1 => "newsml-1",
            Format::Nitf => "nitf",
            Format::Ninjs => "ninjs",
            Format::ApMedia => "ap-media",
            Format::Digitalwires => "digitalwires",
            Format::ReutersConnect => "reuters-connect",
            Format::AfpCore => "afp-core",
            Format::JsonFeed => "json-feed",
            Format::Rss => "rss",
            Format::Atom => "atom",
            Format::Iptc7901 => "iptc7901",
            Format::Anpa1312 => "anpa1312",
            Format::Plain => "plain",
        }
    }
}

/// What a file came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It holds stories.
    Story,
    /// A good file without a text story: a picture, a package, an event.
    Skip,
    /// Wire markup that only refers to other items.
    NotStory,
    /// Its stories must not become public, because it is in doubt whether they may.
    NotPublished,
    /// It could not be read.
    Error,
}

impl Outcome {
    /// The word in messages and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Story => "story",
            Outcome::Skip => "skip",
            Outcome::NotStory => "not-story",
            Outcome::NotPublished => "not-published",
            Outcome::Error => "error",
        }
    }
}

/// Publishing status as the wire knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PubStatus {
    /// May be published.
    #[default]
    Usable,
    /// Held back, or in doubt.
    Withheld,
    /// Killed.
    Canceled,
}

impl PubStatus {
    /// The ninjs word.
    pub fn as_str(self) -> &'static str {
        match self {
            PubStatus::Usable => "usable",
            PubStatus::Withheld => "withheld",
            PubStatus::Canceled => "canceled",
        }
    }
}

/// A dateline, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dateline {
    /// As it stood in the copy, without the dash after it: `Tehran, Jan 10 (EFE)`.
    pub text: String,
    /// `Tehran`.
    pub place: Option<String>,
    /// The date as written, `Jan 10`.
    pub date: Option<String>,
    /// The agency, without brackets.
    pub agency: Option<String>,
    /// The date understood: `2014-08-29`, or `--01-10` without a year.
    pub iso_date: Option<String>,
}

/// A picture or other file that belongs to a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Association {
    /// `picture`, `video`, `audio`, `graphic`, `text` …
    pub kind: String,
    /// A file beside the item, or a full address.
    pub href: Option<String>,
    /// Caption.
    pub caption: Option<String>,
    /// Who made it.
    pub by: Option<String>,
    /// Credit line.
    pub credit: Option<String>,
    /// Rights or terms.
    pub rights: Option<String>,
}

/// One story of the wire, whatever format it came in. The fields are the keys of `docs/story-format.md`.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "each field is the key of its name in docs/story-format.md")]
pub struct WireItem {
    pub uri: String,
    pub version: u64,
    pub kind: Option<String>,
    pub headline: String,
    /// The headline was made from the text.
    pub headline_derived: bool,
    pub subheadline: Option<String>,
    pub kicker: Option<String>,
    pub slugline: Option<String>,
    pub by: Option<String>,
    pub dateline: Option<Dateline>,
    pub located: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub urgency: Option<u8>,
    pub priority: Option<String>,
    pub category: Option<String>,
    pub sequence: Option<String>,
    pub service: Option<String>,
    pub status: PubStatus,
    /// Why the status is not what the file says, if the import made it `withheld`.
    pub held: Option<String>,
    pub embargoed_until: Option<WireTime>,
    pub expires: Option<WireTime>,
    pub first_created: Option<WireTime>,
    pub version_created: Option<WireTime>,
    pub content_created: Option<WireTime>,
    pub subjects: Vec<String>,
    pub keywords: Vec<String>,
    pub genres: Vec<String>,
    pub places: Vec<String>,
    pub people: Vec<String>,
    pub organisations: Vec<String>,
    /// Lines that rules for copy took off and that no field keeps: end marks, lines of web pages, headlines said twice.
    pub dropped: Vec<String>,
    pub signals: Vec<String>,
    pub provider: Option<String>,
    pub credit_line: Option<String>,
    pub copyright_holder: Option<String>,
    pub copyright_notice: Option<String>,
    pub usage_terms: Option<String>,
    pub ed_note: Option<String>,
    pub signoff: Option<String>,
    pub take: Option<String>,
    /// Desk notes by kind.
    pub notes: Vec<(String, String)>,
    /// The correction notice for readers.
    pub correction: Option<String>,
    pub correction_date: Option<WireTime>,
    pub advisory: bool,
    pub alert: bool,
    pub replaces: Vec<String>,
    pub translation_of: Option<String>,
    pub associations: Vec<Association>,
    pub alt_ids: Vec<String>,
    pub digital_source_type: Option<String>,
    pub body: Vec<Block>,
}

impl WireItem {
    /// Makes the story withheld, and says why. The first reason stands.
    pub fn hold(&mut self, reason: impl Into<String>) {
        if self.status == PubStatus::Usable {
            self.status = PubStatus::Withheld;
        }
        self.held.get_or_insert_with(|| reason.into());
    }
}
