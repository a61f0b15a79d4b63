//! The one record behind which every wire format hides.

use super::block::Block;
use super::time::WireTime;
use crate::story::{Meta, Status};

macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// A wire format, detected from the bytes of a file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $($(#[$doc])* $name,)*
        }

        impl Format {
            /// All of them.
            pub const ALL: &[Format] = &[$(Format::$name,)*];

            /// The name in messages and JSON.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Format::$name => $word,)*
                }
            }
        }
    };
}

formats! {
    /// NewsML-G2 (IPTC, XML).
    NewsmlG2 = "newsml-g2",
    /// NewsML 1.0 to 1.2 (IPTC, XML).
    Newsml1 = "newsml-1",
    /// News Industry Text Format (IPTC, XML).
    Nitf = "nitf",
    /// News in JSON, versions 1 to 3.
    Ninjs = "ninjs",
    /// JSON of the AP Media API.
    ApMedia = "ap-media",
    /// JSON of dpa's digitalwires.
    Digitalwires = "digitalwires",
    /// JSON of Reuters Connect.
    ReutersConnect = "reuters-connect",
    /// JSON of AFP's Core API.
    AfpCore = "afp-core",
    /// JSON Feed.
    JsonFeed = "json-feed",
    /// RSS 2.0, or RSS 1.0.
    Rss = "rss",
    /// Atom.
    Atom = "atom",
    /// IPTC 7901, the European text transmission format.
    Iptc7901 = "iptc7901",
    /// ANPA 1312, the American text transmission format.
    Anpa1312 = "anpa1312",
    /// Copy as text, with or without a `ZCZC` envelope.
    Plain = "plain",
    /// Mail (RFC 5322), whose text or attached files are copy.
    Mail = "mail",
    /// JSON or XML of a house, by the mapping of its source.
    Mapped = "mapped",
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

/// A picture or other file that goes with an item.
pub type Association = crate::story::Association<WireTime>;

/// Whether files with this ending, in lower case, may go with a story: pictures, audio and video, and PDF.
pub fn is_media_ending(ending: &str) -> bool {
    const BESIDES: &[&str] = &["jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "tif", "tiff", "pdf"];
    BESIDES.contains(&ending) || crate::recording::content_type(&format!("x.{ending}")).is_some()
}

/// A picture or other medium that came in the same file as the stories that name it.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its name, by which associations refer to it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// One story of the wire, whatever format it came in.
#[derive(Clone, Debug, Default)]
pub struct WireItem {
    /// What its front matter will say.
    pub meta: Meta<WireTime>,
    /// Who wrote it, in one text as the copy has it; becomes `by`.
    pub byline: Option<String>,
    /// Why the status is not what the file says, if the import made it `withheld`.
    pub held: Option<String>,
    /// Lines that rules for copy took off and that no key keeps: end marks, lines of web pages, headlines said twice.
    pub dropped: Vec<String>,
    /// Files that the sender pushes before the item: the address by which the item names one, and the name of the file.
    pub pushed: Vec<(String, String)>,
    /// The text.
    pub body: Vec<Block>,
}

impl WireItem {
    /// Its identifier; empty until there is one.
    pub fn uri(&self) -> &str {
        self.meta.uri.as_deref().unwrap_or_default()
    }

    /// Its version; 1 where it names none.
    pub fn version(&self) -> u64 {
        self.meta.version.unwrap_or(1)
    }

    /// Whether nothing of its own holds it back from readers: it is usable, no advisory, and without an embargo.
    pub fn is_open(&self) -> bool {
        let meta = &self.meta;
        meta.status == Status::Usable && !meta.advisory && meta.embargoed_until.is_none()
    }

    /// Makes the story withheld, and says why. The first reason stands.
    pub fn hold(&mut self, reason: impl Into<String>) {
        if self.meta.status == Status::Usable {
            self.meta.status = Status::Withheld;
        }
        self.held.get_or_insert_with(|| reason.into());
    }
}
