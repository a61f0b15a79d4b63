//! One version of one story, without its text, and the table of all of them.
//!
//! A story here is what lists, rules and plans need to know of it, and no more: at a million stories every field counts. Its
//! page reads the file once more. Names follow ninjs 3.1.

use crate::clock::Timestamp;
use crate::hash::Hash;
use crate::index::related::Words;
use crate::path::RelPath;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A story version's place in [`Stories`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryId(pub u32);

impl StoryId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A name's place in its table of [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NameId(pub u32);

impl NameId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// IPTC publishing status, and the one that fails closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// May be published.
    Usable,
    /// Held back; may return.
    Withheld,
    /// Killed.
    Canceled,
    /// The front matter has an error: whatever it meant to say, it is not published.
    Unreadable,
}

/// One version of one story.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Story {
    /// The file, below `content/`.
    pub source: RelPath,
    /// Name of the story in all its versions.
    pub uri: Box<str>,
    /// Version number.
    pub version: u64,
    /// Publishing status.
    pub status: Status,
    /// Marked `draft: true`.
    pub draft: bool,
    /// For desks only.
    pub advisory: bool,
    /// A headline alone.
    pub alert: bool,
    /// Carries a correction notice.
    pub corrected: bool,
    /// 1 to 9.
    pub urgency: u8,
    /// Which language edition it belongs to, as an index into the settings' languages.
    pub edition: u8,
    /// Last part of its URL.
    pub slug: Box<str>,
    /// Its section, in [`Stories::sections`].
    pub section: NameId,
    /// Headline.
    pub headline: Box<str>,
    /// Line over the headline, or empty.
    pub kicker: Box<str>,
    /// Summary, or empty.
    pub description: Box<str>,
    /// Its own language where that is not the edition's, else empty.
    pub language: Box<str>,
    /// When its first version was made.
    pub first_created: Timestamp,
    /// When this version was made.
    pub version_created: Timestamp,
    /// Not public before.
    pub embargoed_until: Option<Timestamp>,
    /// End of editorial relevance.
    pub expires: Option<Timestamp>,
    /// Stays on top of the front page until then.
    pub pin_until: Option<Timestamp>,
    /// Topics, in [`Stories::topics`].
    pub topics: Box<[NameId]>,
    /// Authors, in [`Stories::authors`].
    pub authors: Box<[NameId]>,
    /// Place of the dateline, in [`Stories::places`].
    pub place: Option<NameId>,
    /// What few stories have.
    pub rare: Option<Box<Rare>>,
    /// Words for related articles.
    pub words: Words,
    /// Length of the text in bytes.
    pub body_length: u32,
    /// Hash of the whole file.
    pub content: Hash,
}

/// What few stories have, kept apart so that the others do not pay for it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rare {
    /// Uris that this story takes the place of.
    pub replaces: Vec<String>,
    /// The story that this one is a translation of.
    pub translation_of: Option<String>,
    /// Hand-picked related stories: uris or slugs.
    pub related: Vec<String>,
    /// Old paths that lead here.
    pub aliases: Vec<String>,
    /// Links and pictures of the text that do not lead to other sites, as written.
    pub links: Vec<String>,
    /// Template to use instead of `story.html`.
    pub layout: Option<String>,
    /// Files of this site that the story shows.
    pub media: Vec<RelPath>,
    /// First picture, for cards.
    pub picture: Option<Picture>,
    /// The agency's public note on a kill.
    pub kill_note: Option<String>,
    /// When a correction was made.
    pub corrected_at: Option<Timestamp>,
}

/// A picture as a card shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Picture {
    /// The file, below `content/`.
    pub file: RelPath,
    /// Text for those who do not see it.
    pub alt: String,
}

impl Story {
    /// The rare parts; empty ones where there are none.
    pub fn rare(&self) -> &Rare {
        const NONE: &Rare = &Rare {
            replaces: Vec::new(),
            translation_of: None,
            related: Vec::new(),
            aliases: Vec::new(),
            links: Vec::new(),
            layout: None,
            media: Vec::new(),
            picture: None,
            kill_note: None,
            corrected_at: None,
        };
        self.rare.as_deref().unwrap_or(NONE)
    }
}

/// Names of one kind, each once, by the slug that makes its URL: `Wind power` and `wind power` are one.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<(Box<str>, Box<str>)>,
    by_slug: FxHashMap<Box<str>, NameId>,
}

impl Names {
    /// The id of a name with this slug, new or known. Of several spellings the first in byte order stands, whatever the order
    /// in which they come.
    pub fn intern(&mut self, slug: &str, name: &str) -> NameId {
        if let Some(id) = self.by_slug.get(slug) {
            let known = &mut self.names[id.index()].1;
            if name < &**known {
                *known = name.into();
            }
            return *id;
        }
        let id = NameId(self.names.len() as u32);
        self.names.push((slug.into(), name.into()));
        self.by_slug.insert(slug.into(), id);
        id
    }

    /// The id of a slug, if it is known.
    pub fn get(&self, slug: &str) -> Option<NameId> {
        self.by_slug.get(slug).copied()
    }

    /// The slug (or section path).
    pub fn slug(&self, id: NameId) -> &str {
        &self.names[id.index()].0
    }

    /// The name to show.
    pub fn name(&self, id: NameId) -> &str {
        &self.names[id.index()].1
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A page that is no story: about, contact.
#[derive(Clone, Debug)]
pub struct StandingPage {
    /// The file, below `content/`.
    pub source: RelPath,
    /// Headline.
    pub headline: String,
    /// Summary, or empty.
    pub description: String,
    /// Which language edition it belongs to.
    pub edition: u8,
    /// Path below `content/pages/` without its ending: its URL.
    pub path: String,
    /// Files of this site that it shows.
    pub media: Vec<RelPath>,
    /// Links and pictures of the text that do not lead to other sites, as written.
    pub links: Vec<String>,
    /// Template to use instead of `page.html`.
    pub layout: Option<String>,
    /// Hash of the whole file.
    pub content: Hash,
}

/// All story versions and the names they use.
#[derive(Debug, Default)]
pub struct Stories {
    /// By path of their file.
    pub stories: Vec<Story>,
    /// Pages that are no stories, by path.
    pub pages: Vec<StandingPage>,
    /// Section paths, `politics/elections`.
    pub sections: Names,
    /// Topics (keywords).
    pub topics: Names,
    /// Places of datelines.
    pub places: Names,
    /// Authors.
    pub authors: Names,
    /// Size in pixels of every picture that a story shows.
    pub picture_sizes: FxHashMap<RelPath, (u32, u32)>,
}

impl Stories {
    /// The story of an id.
    pub fn get(&self, id: StoryId) -> &Story {
        &self.stories[id.index()]
    }

    /// Every id, in order of the files' paths.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = StoryId> {
        (0..self.stories.len() as u32).map(StoryId)
    }
}
