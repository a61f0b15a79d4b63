//! Curated fronts: files of `content/fronts/` that say what stands on a front page or at the head of a section, zone by zone.
//!
//! # What becomes of a file
//!
//! ```text
//! content/fronts/en.yaml ─▶ front::read ─▶ load::fronts ─▶ index::fronts::arrange ─▶ render::zones
//!                            checked        texts, files     picks become ids
//! ```
//!
//! - **A file is of one page.** `fronts/en.yaml` is the front page of the edition `en`, `fronts/en/sport/rowing.yaml` the section
//!   `sport/rowing` in it. So no two files can be of the same page, and a page without a file is as it would be without this module.
//! - **A pick is a text until `index::fronts`.** There, and nowhere else, it is looked up among all stories and held against the desk's
//!   rules: it becomes a `PublicId` if the story is published at the time of the build, and nothing otherwise. No later stage sees the text
//!   of a pick. So a pick that is hidden cannot be told from one that was never made.
//! - **A zone that is not due, or that has nothing to show, is not there.** Zones are handed on by their place in the file; what a later
//!   stage is not given it cannot show: no title of a package whose stories are hidden, no text before its time.
//! - **From top to bottom.** Each story stands once. What the file picks is kept for the zone that picks it; automatic choices pass over
//!   it. A zone with `repeat: true` is independent: it ignores the others, and they ignore it.
//! - **The clock.** `from` and `until` of every zone are moments at which the site changes, like the end of an embargo.
//! - **The cost.** A page's key has what its zones show and the cards of their stories. So a change of a file, or of a story that it
//!   picks, makes that page again and no other.

mod keys;
mod read;
pub mod schema;

pub use keys::{KEYS, Key, ZoneKind};
pub use read::{Faults, of_path, read};

use crate::clock::Timestamp;
use crate::config::places::{self, Step};
use crate::diag::{Code, Diagnostic, Location};
use crate::hash::{Hash, Hasher};
use crate::path::RelPath;
use crate::story::MediaRights;

/// The folder of these files, below `content/`.
pub const FOLDER: &str = "fronts";

/// Which page a front is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrontOf {
    /// The edition.
    pub edition: u8,
    /// The path of a section; `None` for the front page.
    pub section: Option<String>,
}

/// A file of `content/fronts/`.
#[derive(Clone, Debug)]
pub struct Front {
    /// The file, below `content/`.
    pub path: RelPath,
    /// Which page it is of.
    pub of: FrontOf,
    /// Its zones, in order. Those at fault are left out.
    pub zones: Vec<Zone>,
    /// The file as it is written, for places.
    yaml: String,
}

/// A part of a front, from top to bottom.
#[derive(Clone, Debug)]
pub struct Zone {
    /// What it is.
    pub kind: ZoneKind,
    /// Its place in the file, from 0.
    pub number: usize,
    /// Heading, or empty.
    pub title: String,
    /// A sentence or two below the heading of a package, or empty.
    pub standfirst: String,
    /// How a package is laid out; `None` for the usual way.
    pub layout: Option<String>,
    /// Picked stories, each a uri or a file.
    pub stories: Vec<String>,
    /// Picked stories that stand as links below a lead.
    pub links: Vec<String>,
    /// The path of a section.
    pub section: String,
    /// How many stories to show; `None` for the usual number.
    pub count: Option<usize>,
    /// The name of a slot.
    pub name: String,
    /// The text of a zone that has one.
    pub text: Option<Text>,
    /// Not shown before.
    pub from: Option<Timestamp>,
    /// Not shown from then on.
    pub until: Option<Timestamp>,
    /// Whether it is independent: it may show stories of other zones, and they may show its stories.
    pub repeat: bool,
}

/// A text of a front, in Markdown.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// As it is written.
    pub markdown: String,
    /// The line of the file that it begins in, and how many characters stand before each of its lines.
    pub start: (u32, u32),
    /// Links and pictures that do not lead to other sites, as written.
    pub links: Vec<String>,
    /// Files of this site that it shows.
    pub media: Vec<RelPath>,
    /// Those that may not be shown on the web.
    pub rights: Vec<MediaRights>,
}

/// A value of a zone: the key, and which item of a list.
pub type ValueAt = (&'static str, Option<usize>);

impl Zone {
    /// Whether it is due at this time.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// A hash of all that it shows besides stories.
    pub fn hash(&self) -> Hash {
        let mut hasher = Hasher::new();
        hasher.bytes(self.kind.as_str()).bytes(&self.title).bytes(&self.standfirst).optional(self.layout.as_deref());
        hasher.bytes(&self.name).optional(self.text.as_ref().map(|text| text.markdown.as_str())).finish()
    }

    /// All of its texts that readers see.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let text = self.text.iter().map(|text| text.markdown.as_str());
        [&self.title, &self.standfirst, &self.name].into_iter().map(String::as_str).chain(text)
    }
}

impl Front {
    /// What messages call the file.
    pub fn file(&self) -> String {
        format!("content/{}", self.path)
    }

    /// A fault of a value, or of a whole zone where `at` is `None`.
    pub fn fault(&self, code: Code, message: String, zone: usize, at: Option<ValueAt>) -> Diagnostic {
        Diagnostic::error(code, message).at(place(&self.yaml, &self.file(), zone, at))
    }
}

/// Where a value of a zone stands, or the zone.
fn place(yaml: &str, file: &str, zone: usize, at: Option<ValueAt>) -> Location {
    let mut steps = vec![Step::Key("zones", 0), Step::Item(zone)];
    // A list of one may be written without being one, at either level.
    let found = |steps: &[Step]| {
        let alone: Vec<Step> = steps.iter().filter(|step| **step != Step::Item(zone)).cloned().collect();
        places::of_value(yaml, steps).or_else(|| places::of_value(yaml, &alone))
    };
    if let Some((key, item)) = at {
        steps.push(Step::Key(key, 0));
        steps.extend(item.map(Step::Item));
    }
    let mut place = found(&steps);
    while place.is_none() && !steps.is_empty() {
        steps.pop();
        place = found(&steps);
    }
    let (line, column) = place.unwrap_or((1, 1));
    Location::at(file, line, column)
}
