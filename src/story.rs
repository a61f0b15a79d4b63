//! One version of one story, without its text, and the table of all of them.
//!
//! A story here is what lists, rules and plans need to know of it, and no more: at a million stories every field counts. Its
//! page reads the file once more. Names follow ninjs 3.1.

mod keys;
mod values;

pub use keys::{KEYS, Key, KeyGroup, KeyKind, Meta, Slot, Value, key};
pub use values::{Association, Correction, Dateline, ImportRecord, MenuPlace, Sponsor};

use crate::arena::SharedStr;
use crate::clock::Timestamp;
use crate::hash::Hash;
use crate::path::RelPath;
use crate::picture::Facts;
use crate::related::Words;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// What derived uris begin with. The date is a part of the form and must never change.
pub const DERIVED_URI: &str = "tag:dateline,2026:";

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// May be published.
    #[default]
    Usable,
    /// Held back; may return.
    Withheld,
    /// Killed.
    Canceled,
    /// The front matter has an error: whatever it meant to say, it is not published.
    Unreadable,
}

impl Status {
    /// The word of ninjs; `unreadable` has none there.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Usable => "usable",
            Status::Withheld => "withheld",
            Status::Canceled => "canceled",
            Status::Unreadable => "unreadable",
        }
    }
}

/// One version of one story.
#[derive(Clone, Debug)]
pub struct Story {
    /// The file, below `content/`.
    pub source: RelPath,
    /// Name of the story in all its versions.
    pub uri: SharedStr,
    /// Whether the uri was derived, because the front matter names none.
    pub is_uri_derived: bool,
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
    pub slug: SharedStr,
    /// Its section, in [`Stories::sections`].
    pub section: NameId,
    /// Headline.
    pub headline: SharedStr,
    /// Line over the headline, or empty.
    pub kicker: SharedStr,
    /// Summary, or empty.
    pub description: SharedStr,
    /// Its own language where that is not the edition's, else empty.
    pub language: SharedStr,
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
    /// Genres, in [`Stories::genres`].
    pub genres: Box<[NameId]>,
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
    /// Ids of the places in the text that links may lead to.
    pub anchors: Vec<String>,
    /// Whether the page hides something that stands in the text, such as a comment.
    pub hides: bool,
    /// Template to use instead of `story.html`.
    pub layout: Option<String>,
    /// Files of this site that the story shows.
    pub media: Vec<RelPath>,
    /// First picture, for cards.
    pub picture: Option<Picture>,
    /// Pictures and files whose rights end or never held for the web.
    pub rights: Vec<MediaRights>,
    /// Whether it has audio or video, which feeds name.
    pub plays: bool,
    /// Whether a template of its own shows a part of the text.
    pub has_blocks: bool,
    /// The agency's public note on a correction or kill.
    pub note: Option<String>,
    /// When a correction was made.
    pub corrected_at: Option<Timestamp>,
    /// Values for the theme, as JSON.
    pub extra: Option<Box<str>>,
    /// Who paid for it.
    pub sponsor: Option<Sponsor>,
    /// The menu that a standing page joins, and where the file says so: line and column.
    pub menu: Option<(MenuPlace, (u32, u32))>,
}

/// Until when a picture or file may be shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MediaRights {
    /// The file, below `content/`; `None` for one that lies elsewhere.
    pub file: Option<RelPath>,
    /// As the front matter names it.
    pub href: String,
    /// Not shown from then on; the earliest possible time if the terms forbid the web.
    pub until: Timestamp,
}

impl MediaRights {
    /// Whether the terms forbid the web, whatever the time.
    pub fn is_never(&self) -> bool {
        self.until == Timestamp::from_millis(i64::MIN)
    }
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
    /// When the correction was made that this version carries, if that is known, else when the version was made.
    pub fn corrected_at(&self) -> Timestamp {
        self.rare().corrected_at.unwrap_or(self.version_created)
    }

    /// Whether it is an alert that has no text yet.
    pub fn is_headline_alone(&self) -> bool {
        self.alert && self.body_length == 0
    }

    /// The rare parts; empty ones where there are none.
    pub fn rare(&self) -> &Rare {
        const NONE: &Rare = &Rare {
            replaces: Vec::new(),
            translation_of: None,
            related: Vec::new(),
            aliases: Vec::new(),
            links: Vec::new(),
            anchors: Vec::new(),
            hides: false,
            layout: None,
            media: Vec::new(),
            picture: None,
            rights: Vec::new(),
            plays: false,
            has_blocks: false,
            note: None,
            corrected_at: None,
            extra: None,
            sponsor: None,
            menu: None,
        };
        self.rare.as_deref().unwrap_or(NONE)
    }
}

/// Names of one kind, each once, by the slug that makes its URL: `Wind power` and `wind power` are one.
///
/// A name may be spelt in several ways, and by stories that are not public. Which spelling is shown is therefore decided when it is
/// known what is public, by [`Names::spell`].
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<(Box<str>, Box<str>)>,
    by_slug: FxHashMap<Box<str>, NameId>,
    /// Uses of a name in another spelling than its first; few, for desks keep to one.
    others: Vec<OtherSpelling>,
    spellings: Vec<Box<str>>,
    by_spelling: FxHashMap<Box<str>, u32>,
}

/// A name of the table as somebody spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelt {
    /// The name.
    pub id: NameId,
    /// In [`Names::spellings`], where it is not the first spelling that came.
    other: Option<u32>,
}

/// A use of a name in another spelling than the first that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OtherSpelling {
    name: NameId,
    /// `None` where the settings have it, which are always public.
    story: Option<StoryId>,
    /// In [`Names::spellings`].
    spelling: u32,
}

impl Names {
    /// The id of a name with this slug, new or known, as `story` spells it, or the settings where that is `None`.
    pub fn intern(&mut self, slug: &str, name: &str, story: Option<StoryId>) -> NameId {
        let spelt = self.spelt(slug, name);
        self.used(spelt, story);
        spelt.id
    }

    /// A name with this slug, new or known, in a spelling. What is given stays good until [`Names::spell`].
    pub fn spelt(&mut self, slug: &str, name: &str) -> Spelt {
        let Some(&id) = self.by_slug.get(slug) else {
            let id = NameId(self.names.len() as u32);
            self.names.push((slug.into(), name.into()));
            self.by_slug.insert(slug.into(), id);
            return Spelt { id, other: None };
        };
        let other = (*self.names[id.index()].1 != *name).then(|| {
            self.by_spelling.get(name).copied().unwrap_or_else(|| {
                self.by_spelling.insert(name.into(), self.spellings.len() as u32);
                self.spellings.push(name.into());
                self.spellings.len() as u32 - 1
            })
        });
        Spelt { id, other }
    }

    /// Notes that a story, or the settings where that is `None`, spell a name so.
    pub fn used(&mut self, Spelt { id, other }: Spelt, story: Option<StoryId>) {
        self.others.extend(other.map(|spelling| OtherSpelling { name: id, story, spelling }));
    }

    /// Spellings that differ from the first that came, each once: the name, the first story that has it, and the spelling.
    pub fn other_spellings(&self) -> Vec<(NameId, StoryId, &str)> {
        let mut others: Vec<(NameId, u32, StoryId)> =
            self.others.iter().filter_map(|other| Some((other.name, other.spelling, other.story?))).collect();
        others.sort_unstable();
        others.dedup_by_key(|(name, spelling, _)| (*name, *spelling));
        others.into_iter().map(|(name, spelling, story)| (name, story, &*self.spellings[spelling as usize])).collect()
    }

    /// Settles how each name is spelt: of the spellings that these uses have, and the settings, the first in byte order. So no
    /// name is spelt as only a hidden story spells it. To be called once.
    pub fn spell(&mut self, public: impl Iterator<Item = (StoryId, NameId)>) {
        if self.others.is_empty() {
            return;
        }
        self.others.sort_unstable();
        let mut chosen: FxHashMap<NameId, Option<&str>> = FxHashMap::default();
        for other in &self.others {
            let known = chosen.entry(other.name).or_default();
            if other.story.is_none() {
                first(known, &self.spellings[other.spelling as usize]);
            }
        }
        for (story, name) in public {
            let Some(known) = chosen.get_mut(&name) else { continue };
            let find = self.others.binary_search_by(|other| (other.name, other.story).cmp(&(name, Some(story))));
            let spelling =
                find.map_or(&self.names[name.index()].1, |at| &self.spellings[self.others[at].spelling as usize]);
            first(known, spelling);
        }
        let mut settled: Vec<(NameId, Box<str>)> =
            chosen.into_iter().filter_map(|(name, spelling)| Some((name, spelling?.into()))).collect();
        settled.sort_unstable();
        for (name, spelling) in settled {
            self.names[name.index()].1 = spelling;
        }
        (self.others, self.spellings, self.by_spelling) = Default::default();
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

    /// A section and those above it, where these are names of sections.
    pub fn lineage(&self, section: NameId) -> Vec<NameId> {
        let path = self.slug(section);
        let mut lineage = vec![section];
        for (at, _) in path.match_indices('/').collect::<Vec<_>>().into_iter().rev() {
            lineage.extend(self.get(&path[..at]));
        }
        lineage
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

/// Keeps the first of two spellings in byte order.
fn first<'s>(known: &mut Option<&'s str>, spelling: &'s str) {
    if known.is_none_or(|known| spelling < known) {
        *known = Some(spelling);
    }
}

/// A page that is not a story: about, contact.
#[derive(Clone, Debug)]
pub struct StandingPage {
    /// The file, below `content/`.
    pub source: RelPath,
    /// Its name, by which its addresses are known.
    pub uri: SharedStr,
    /// Whether the uri was derived, because the front matter names none.
    pub is_uri_derived: bool,
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
    /// Those whose rights end or never held for the web.
    pub rights: Vec<MediaRights>,
    /// Links and pictures of the text that do not lead to other sites, as written.
    pub links: Vec<String>,
    /// Ids of the places in the text that links may lead to.
    pub anchors: Vec<String>,
    /// Whether a template of its own shows a part of the text.
    pub has_blocks: bool,
    /// Old paths that forward here.
    pub aliases: Vec<String>,
    /// Template to use instead of `page.html`.
    pub layout: Option<String>,
    /// The menu that it joins, and where the file says so: line and column.
    pub menu: Option<(MenuPlace, (u32, u32))>,
    /// `pubStatus`.
    pub status: Status,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether it is for desks only.
    pub advisory: bool,
    /// Not public before.
    pub embargoed_until: Option<Timestamp>,
    /// Hash of the whole file.
    pub content: Hash,
}

/// All story versions and the names they use.
#[derive(Debug, Default)]
pub struct Stories {
    /// By path of their file.
    pub stories: Vec<Story>,
    /// Pages that are not stories, by path. The desk's rules take the hidden ones out.
    pub pages: Vec<StandingPage>,
    /// Those that are hidden.
    pub hidden_pages: Vec<StandingPage>,
    /// Section paths, `politics/elections`.
    pub sections: Names,
    /// Topics (keywords).
    pub topics: Names,
    /// Places of datelines.
    pub places: Names,
    /// Authors.
    pub authors: Names,
    /// Genres.
    pub genres: Names,
    /// What is known of every picture that a story shows.
    pub pictures: FxHashMap<RelPath, Facts>,
    /// Pictures that stories name and that cannot be used: nothing shows them.
    pub broken: FxHashSet<RelPath>,
}

impl Stories {
    /// The story of an id.
    pub fn get(&self, id: StoryId) -> &Story {
        &self.stories[id.index()]
    }

    /// Settles how names are spelt. `public` has, of each public story, the version that counts and the first one, which gives the
    /// section.
    pub fn spell(&mut self, public: &[(StoryId, StoryId)]) {
        let stories = &self.stories;
        let current = || public.iter().map(|(current, _)| (*current, &stories[current.index()]));
        self.topics.spell(current().flat_map(|(id, story)| story.topics.iter().map(move |name| (id, *name))));
        self.authors.spell(current().flat_map(|(id, story)| story.authors.iter().map(move |name| (id, *name))));
        self.places.spell(current().flat_map(|(id, story)| story.place.iter().map(move |name| (id, *name))));
        self.genres.spell(current().flat_map(|(id, story)| story.genres.iter().map(move |name| (id, *name))));
        let sections = &self.sections;
        let lineages: Vec<(StoryId, NameId)> = match sections.others.is_empty() {
            true => Vec::new(),
            false => {
                let lineage =
                    |id: StoryId| sections.lineage(stories[id.index()].section).into_iter().map(move |name| (id, name));
                public.iter().flat_map(|(_, first)| lineage(*first)).collect()
            }
        };
        self.sections.spell(lineages.into_iter());
    }

    /// Every id, in order of the files' paths.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = StoryId> {
        (0..self.stories.len() as u32).map(StoryId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(uses: &[(u32, &str)], settings: &[&str], public: &[u32]) -> String {
        let mut names = Names::default();
        for (story, name) in uses {
            names.intern("wind-power", name, Some(StoryId(*story)));
        }
        for name in settings {
            names.intern("wind-power", name, None);
        }
        names.spell(public.iter().map(|story| (StoryId(*story), NameId(0))));
        names.name(NameId(0)).to_string()
    }

    #[test]
    fn a_name_is_spelt_as_public_stories_or_the_settings_spell_it() {
        let uses = [(0, "WIND POWER"), (1, "wind power"), (2, "Wind power"), (3, "wind power")];
        assert_eq!(spelt(&uses, &[], &[0, 1, 2, 3]), "WIND POWER");
        assert_eq!(spelt(&uses, &[], &[1, 2, 3]), "Wind power");
        assert_eq!(spelt(&uses, &[], &[1, 3]), "wind power");
        assert_eq!(spelt(&uses, &["Wind Power"], &[]), "Wind Power");
        assert_eq!(spelt(&uses[..1], &[], &[0]), "WIND POWER");
    }
}
