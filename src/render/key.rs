//! The key of a page: a hash of all that its bytes depend on.
//!
//! Where the key is the same as when the page was last made, the page is not made again. So whatever a view takes in has to go
//! into the key here; the test of random edits in `tests/incremental.rs` fails where something is missing. The key is made of
//! parts, so that one can say what changed:
//!
//! | part | of |
//! |---|---|
//! | settings | the program, the settings, the edition's navigation and standing pages |
//! | template | the template with all it extends and includes, and the theme's strings |
//! | story | the file of the story, standing page or picture, whether it is published or archived, and when |
//! | names | names and addresses of its section, topics, authors and place |
//! | related | what the cards of related articles show |
//! | links | where the links of its text lead, its pictures, its translations |
//! | list | the name of a list, its neighbours, and what its cards or entries show |
//!
//! Absolute paths and the clock are in no key, and times of change only in those of files from `content/`, which stand for their bytes.

use super::{Renderer, story};
use crate::desk::{LiveId, State};
use crate::hash::{Hash, Hasher};
use crate::index::ListOf;
use crate::parse::markdown::Target;
use crate::path::RelPath;
use crate::picture::Format;
use crate::plan::{self, CardOf, FeedOf, Kind, Page, SearchFile};
use crate::state::{ENGINE, KEY_PARTS};
use crate::story::{NameId, Names};
use rayon::prelude::*;

/// A part of a key, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// See the module.
    Settings,
    /// See the module.
    Template,
    /// See the module.
    Story,
    /// See the module.
    Names,
    /// See the module.
    Related,
    /// See the module.
    Links,
    /// See the module.
    List,
}

impl Part {
    /// Every part, in order.
    pub const ALL: [Part; KEY_PARTS] =
        [Part::Settings, Part::Template, Part::Story, Part::Names, Part::Related, Part::Links, Part::List];

    /// What to say when this part changed.
    pub fn reason(self) -> &'static str {
        match self {
            Part::Settings => "the settings, the navigation or the program changed",
            Part::Template => "its template or the theme's strings changed",
            Part::Story => "its file or its state changed",
            Part::Names => "a name or address of its section, topics, authors or place changed",
            Part::Related => "its related articles changed",
            Part::Links => "what its links, pictures or translations lead to changed",
            Part::List => "what it lists changed",
        }
    }
}

/// The key of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Of all parts together.
    pub hash: Hash,
    /// Each part, shortened: enough to say which changed, not enough to rely on.
    pub parts: [u32; KEY_PARTS],
}

/// Makes the keys of one plan.
pub struct Keys<'r, 'a> {
    renderer: &'r Renderer<'a>,
    /// By edition.
    settings: Vec<Hash>,
    /// What each story's card shows.
    cards: Vec<Hash>,
    /// What feeds say of all stories that were withdrawn.
    withdrawn: Hash,
    /// Name and address of each section, by edition and id.
    sections: Vec<Vec<Hash>>,
    topics: Vec<Vec<Hash>>,
    places: Vec<Vec<Hash>>,
    authors: Vec<Vec<Hash>>,
    /// Stamps from this time on prove nothing.
    sure_before: i64,
}

/// A key in the making, and room for the next one.
#[derive(Default)]
pub struct Making {
    parts: [Hasher; KEY_PARTS],
    /// Whether the page has to be made whatever its key.
    never: bool,
}

impl Making {
    fn part(&mut self, part: Part) -> &mut Hasher {
        &mut self.parts[part as usize]
    }

    fn finish(&mut self) -> Key {
        let mut key = Key::default();
        let mut whole = Hasher::new();
        for (at, part) in self.parts.iter_mut().enumerate() {
            let hash = part.finish();
            key.parts[at] = hash.short() as u32;
            whole.hash(hash);
        }
        key.hash = whole.finish();
        if std::mem::take(&mut self.never) {
            key.hash = Hash::default();
        }
        key
    }
}

impl<'r, 'a> Keys<'r, 'a> {
    /// Prepares what keys have in common. A stamp from `sure_before` on does not prove that a file is the same.
    pub fn new(renderer: &'r Renderer<'a>, sure_before: i64) -> Keys<'r, 'a> {
        let site = &renderer.site;
        let settings = renderer.editions.iter().map(|edition| {
            let navigation = serde_json::to_vec(&edition.view).unwrap_or_default();
            let mut hasher = Hasher::new();
            hasher.bytes(ENGINE).hash(site.config.hash()).bytes(navigation);
            hasher.optional(edition.social_card.as_deref()).finish()
        });
        let settings = settings.collect();
        let section = |edition: u8, id: u32| {
            let link = renderer.section_link(edition, NameId(id));
            Hasher::new().bytes(link.name).bytes(link.url).finish()
        };
        let sections: Vec<Vec<Hash>> = (0..site.config.languages.len() as u8)
            .map(|edition| (0..site.stories.sections.len() as u32).map(|id| section(edition, id)).collect())
            .collect();
        let names = |names: &Names, of: fn(NameId) -> ListOf| -> Vec<Vec<Hash>> {
            let name = |edition: u8, id: NameId| {
                let at = renderer.plan.lists.get(&(edition, of(id)));
                let url = at.map(|at| renderer.plan.list_urls[*at as usize].as_str());
                Hasher::new().bytes(names.name(id)).optional(url).finish()
            };
            let editions = 0..site.config.languages.len() as u8;
            editions.map(|edition| (0..names.len() as u32).map(|id| name(edition, NameId(id))).collect()).collect()
        };
        let topics = names(&site.stories.topics, ListOf::Topic);
        let places = names(&site.stories.places, ListOf::Place);
        let authors = names(&site.stories.authors, ListOf::Author);
        let ids: Vec<LiveId> = site.standing.ids().collect();
        let cards =
            ids.par_iter().map_init(Hasher::new, |hasher, id| renderer.card_hash(*id, &sections, hasher)).collect();
        let mut withdrawn = Hasher::new();
        for id in &renderer.lookups.withdrawn {
            let live = site.standing.get(*id);
            let story = site.stories.get(live.current);
            let section = site.stories.sections.slug(site.stories.get(live.first).section);
            withdrawn.bytes(&*story.uri).bytes(section).number(i64::from(story.edition));
            withdrawn.number(story.version_created.millis()).number(live.published.millis());
        }
        Keys {
            renderer,
            settings,
            cards,
            withdrawn: withdrawn.finish(),
            sections,
            topics,
            places,
            authors,
            sure_before,
        }
    }

    /// The key of one page.
    pub fn of(&self, page: &Page) -> Key {
        self.make(page, &mut Making::default())
    }

    /// The key of one page, made with what is kept from page to page.
    pub fn make(&self, page: &Page, key: &mut Making) -> Key {
        let site = &self.renderer.site;
        key.part(Part::Settings).bytes(page.url.as_str()).bytes(page.kind.name(site.index));
        match &page.kind {
            Kind::Story(id) => self.story(*id, true, key),
            Kind::Ninjs(id) => self.story(*id, false, key),
            Kind::Tombstone(id) => {
                let story = site.stories.get(site.standing.get(*id).current);
                self.frame(story.edition, "tombstone.html", key);
                let note = story.rare().note.as_deref();
                let part = key.part(Part::Story);
                part.bytes(&*story.uri).number(story.version.cast_signed()).number(story.version_created.millis());
                part.optional(note).bytes(self.day_url(story.edition, story.version_created));
            }
            Kind::Front(edition) => {
                self.frame(*edition, "front.html", key);
                self.stories(site.index.fronts[usize::from(*edition)].iter().copied(), key);
                key.part(Part::List).number(0);
                self.stories(site.index.breaking[usize::from(*edition)].iter().copied(), key);
                key.part(Part::List).number(0);
                self.stories(self.renderer.front_latest(*edition), key);
                for (section, newest) in self.renderer.front_sections(*edition) {
                    self.name(*edition, ListOf::Category(section), key.part(Part::List));
                    self.stories(newest.into_iter(), key);
                }
            }
            Kind::List(at, number) => self.list(*at, *number, key),
            Kind::Index(edition, of) => {
                self.frame(*edition, "index.html", key);
                let of_kind =
                    |list: &&crate::index::List| list.edition == *edition && crate::plan::list_kind(list) == *of;
                for list in site.index.lists.iter().filter(of_kind) {
                    let link = self.renderer.list_link(*edition, list.of, &self.renderer.list_name(list));
                    key.part(Part::List).bytes(link.name).bytes(link.url);
                }
            }
            Kind::Feeds(edition) => {
                self.frame(*edition, "feeds.html", key);
                for feeds in self.renderer.section_feeds(*edition) {
                    key.part(Part::List).bytes(feeds.name).bytes(feeds.rss).bytes(feeds.atom).bytes(feeds.json);
                }
            }
            Kind::Standing(at) => {
                let standing = &site.stories.pages[*at as usize];
                let template =
                    self.renderer.layout(standing.layout.as_deref(), "page.html", &standing.source, &mut Vec::new());
                self.frame(standing.edition, template, key);
                key.part(Part::Story).hash(standing.content);
                self.links(&standing.source, &standing.links, &standing.media, key);
            }
            Kind::Feed(of, _) => self.feed(*of, key),
            Kind::Calendar(edition, year, month) => {
                self.frame(*edition, "calendar.html", key);
                // Names are those of the dates in the language of the edition.
                let view = self.renderer.calendar_view(*edition, *year, *month);
                let part = key.part(Part::List);
                view.entries.iter().chain(&view.parents).for_each(|link| {
                    part.bytes(&link.url);
                });
                part.optional(view.older.map(|link| link.url).as_deref());
                part.optional(view.newer.map(|link| link.url).as_deref());
            }
            Kind::NotFound(edition) => {
                self.frame(*edition, "not-found.html", key);
                self.stories(self.renderer.not_found_stories(*edition), key);
            }
            Kind::Redirect(id) => {
                let edition = site.stories.get(site.standing.get(*id).current).edition;
                self.frame(edition, "redirect.html", key);
                key.part(Part::Links).bytes(self.renderer.story_url(*id));
            }
            Kind::PageRedirect(at) => {
                let at = *at as usize;
                self.frame(site.stories.pages[at].edition, "redirect.html", key);
                key.part(Part::Links).bytes(&self.renderer.plan.standing_urls[at]);
            }
            Kind::Asset(path) => {
                let bytes = site.theme.assets.get(path).map_or(&[][..], |bytes| bytes);
                key.part(Part::Template).hash(Hash::of(bytes));
            }
            Kind::Media(path) => {
                // What is known of a picture has the hash of its bytes, which loading compared.
                match site.stories.pictures.get(path).filter(|facts| facts.format != Format::Other) {
                    Some(facts) => {
                        key.part(Part::Story).hash(facts.hash);
                    }
                    None => {
                        let stamp = site.source.media_stamp(path);
                        stamp.put(key.part(Part::Story));
                        // The file may have changed again within that moment: it is looked at once more.
                        key.never = stamp.latest() >= self.sure_before;
                    }
                }
            }
            Kind::SitemapPart(year, month, part) => {
                key.part(Part::Settings).hash(self.settings[0]);
                let list = key.part(Part::List);
                for id in self.renderer.sitemap_part(*year, *month, *part) {
                    list.bytes(self.renderer.story_url(*id)).number(self.renderer.modified(*id).millis());
                }
            }
            // Its address, which is in every key, tells all that it is made from.
            Kind::Rendition(..) | Kind::SocialCard(_) => {}
            Kind::Search(edition) => {
                self.frame(*edition, "search.html", key);
                for section in self.renderer.search_sections(*edition) {
                    key.part(Part::List).bytes(section.name).bytes(section.path);
                }
            }
            Kind::SearchIndex(edition) => {
                key.part(Part::Settings).hash(self.settings[usize::from(*edition)]);
                let mut bytes = Vec::new();
                self.renderer.search_index(*edition, &mut bytes);
                key.part(Part::List).hash(Hash::of(&bytes));
            }
            Kind::SearchPart(edition, segment, file) => {
                // Its name, which is in its address, is a hash of what it says; but for where the stories stand.
                key.part(Part::Settings).bytes(ENGINE);
                if let SearchFile::Stories(chunk, place) = file {
                    for id in self.renderer.search_stories(*edition, *segment as usize, *chunk, *place) {
                        key.part(Part::Links).bytes(self.renderer.story_url(*id));
                    }
                }
            }
            Kind::SitemapIndex
            | Kind::SitemapLists(_)
            | Kind::NewsSitemap
            | Kind::Robots
            | Kind::TdmRep
            | Kind::License => {
                key.part(Part::Settings).hash(self.settings[0]);
                // Made in memory from what is at hand, so its bytes are its key.
                let mut bytes = Vec::new();
                self.renderer.sitemap(&page.kind, &mut bytes);
                key.part(Part::List).hash(Hash::of(&bytes));
            }
        }
        key.finish()
    }

    /// What every page of an edition by this template depends on.
    fn frame(&self, edition: u8, template: &str, key: &mut Making) {
        key.part(Part::Settings).hash(self.settings[usize::from(edition)]);
        key.part(Part::Template).hash(self.renderer.site.theme.closure(template));
    }

    fn stories(&self, ids: impl Iterator<Item = LiveId>, key: &mut Making) {
        let part = key.part(Part::List);
        for id in ids.filter(|id| !self.renderer.story_url(*id).is_empty()) {
            part.hash(self.cards[id.index()]);
        }
    }

    fn story(&self, id: LiveId, is_page: bool, key: &mut Making) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let live = site.standing.get(id);
        let (story, first) = (site.stories.get(live.current), site.stories.get(live.first));
        let rare = story.rare();
        if is_page {
            let template = renderer.layout(rare.layout.as_deref(), "story.html", &story.source, &mut Vec::new());
            self.frame(story.edition, template, key);
        } else {
            key.part(Part::Settings).hash(self.settings[usize::from(story.edition)]);
        }
        let part = key.part(Part::Story);
        part.hash(story.content).bytes(&*story.uri).number(story.version.cast_signed());
        part.number(live.state as i64).number(live.published.millis()).bytes(renderer.story_url(id));
        let names = key.part(Part::Names);
        self.name(story.edition, ListOf::Category(first.section), names);
        for parent in crate::index::lineage(site.stories, first.section) {
            self.name(story.edition, ListOf::Category(parent), names);
        }
        story.authors.iter().for_each(|author| self.name(story.edition, ListOf::Author(*author), names));
        names.number(0);
        story.topics.iter().for_each(|topic| self.name(story.edition, ListOf::Topic(*topic), names));
        story.place.iter().for_each(|place| self.name(story.edition, ListOf::Place(*place), names));
        names.bytes(self.day_url(story.edition, live.published));
        names.bytes(self.day_url(story.edition, story.version_created));
        if is_page {
            key.part(Part::Links)
                .optional(plan::card_url(site, &renderer.plan.social_cards, CardOf::Story(id)).as_deref());
            let part = key.part(Part::Story);
            for version in renderer.lookups.versions.get(&id).map_or(&[][..], |versions| versions) {
                let story = site.stories.get(version.id);
                part.number(story.version.cast_signed()).number(version.published.millis());
                part.number(i64::from(story.corrected))
                    .optional(story.rare().note.as_deref().filter(|_| story.corrected));
            }
            for other in renderer.related_ids(id, story, &mut Vec::new()) {
                let newer = site.standing.get(other).published > live.published;
                key.part(Part::Related).hash(self.cards[other.index()]).number(i64::from(newer));
            }
        }
        self.links(&story.source, &rare.links, &rare.media, key);
        let part = key.part(Part::Links);
        rare.rights.iter().for_each(|rights| {
            part.number(i64::from(rights.until <= site.now));
        });
        for other in site.index.translations.get(&id).map_or(&[][..], |group| group) {
            let story = site.stories.get(site.standing.get(*other).current);
            part.bytes(renderer.story_language(story)).bytes(&*story.headline).bytes(renderer.story_url(*other));
        }
        if let Some(original) = rare.translation_of.as_deref().and_then(|uri| renderer.by_uri(uri)) {
            part.bytes(renderer.story_url(original));
        }
    }

    /// Where the links of a text lead, and the pictures beside it.
    fn links(&self, source: &RelPath, links: &[String], media: &[RelPath], key: &mut Making) {
        let part = key.part(Part::Links);
        for link in links {
            for picture in [false, true] {
                match self.renderer.target(source, story::reference(link, picture)).0 {
                    Target::To(url) => part.bytes(url),
                    Target::Drop => part.number(0),
                };
            }
        }
        media.iter().for_each(|file| self.renderer.picture_hash(file, part));
    }

    /// A name and its address.
    fn name(&self, edition: u8, of: ListOf, part: &mut Hasher) {
        let (names, id) = match of {
            ListOf::Category(id) => (&self.sections, id),
            ListOf::Topic(id) => (&self.topics, id),
            ListOf::Place(id) => (&self.places, id),
            ListOf::Author(id) => (&self.authors, id),
            ListOf::Day(_) | ListOf::Corrections => return,
        };
        part.hash(names[usize::from(edition)][id.index()]);
    }

    fn day_url(&self, edition: u8, time: crate::clock::Timestamp) -> &str {
        self.renderer.day_url(edition, time.day(&self.renderer.site.config.zone))
    }

    fn list(&self, at: u32, number: u32, key: &mut Making) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let list = &site.index.lists[at as usize];
        self.frame(list.edition, super::list_template(list), key);
        let n = site.config.lists.per_page;
        let part = key.part(Part::List);
        part.bytes(renderer.list_name(list)).bytes(&renderer.plan.list_urls[at as usize]).number(i64::from(number));
        // The newest closed page leads on to the open page, and the open page back to it.
        let closed = crate::plan::closed_pages(list.stories.len(), n) as u32;
        part.number(i64::from(number == 0 || number == closed));
        if number == 0 {
            part.number(i64::from(closed));
            for alternate in renderer.same_section(list) {
                part.bytes(alternate.language).bytes(alternate.url);
            }
        }
        for parent in renderer.day_parents(list.edition, list.of) {
            part.bytes(parent.url);
        }
        if let ListOf::Category(id) = list.of {
            let below: &[NameId] = renderer.lookups.children.get(&(list.edition, id)).map_or(&[], |below| below);
            for section in crate::index::lineage(site.stories, id).iter().chain(below) {
                let link = renderer.section_link(list.edition, *section);
                part.bytes(link.name).bytes(link.url);
            }
        }
        let shown = crate::plan::slice(list.stories.len(), n, number);
        self.stories(list.stories[shown].iter().copied(), key);
    }

    fn feed(&self, of: FeedOf, key: &mut Making) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let (edition, list, name): (u8, &[LiveId], String) = match of {
            FeedOf::Edition(edition) => (edition, &site.index.published[usize::from(edition)], String::new()),
            FeedOf::List(at) => {
                let list = &site.index.lists[at as usize];
                (list.edition, &list.stories, renderer.list_name(list))
            }
        };
        key.part(Part::Settings).hash(self.settings[usize::from(edition)]);
        let part = key.part(Part::List);
        part.bytes(name).hash(self.withdrawn);
        let shown =
            |id: &&LiveId| site.standing.get(**id).state == State::Published && !renderer.story_url(**id).is_empty();
        for id in list.iter().rev().filter(shown).take(site.config.lists.feed) {
            let story = site.stories.get(site.standing.get(*id).current);
            part.hash(self.cards[id.index()]).bytes(&*story.uri).number(story.version_created.millis());
            story.authors.iter().for_each(|author| {
                part.bytes(site.stories.authors.name(*author));
            });
        }
    }
}

impl Renderer<'_> {
    /// A hash of all that a story's card shows.
    fn card_hash(&self, id: LiveId, sections: &[Vec<Hash>], hasher: &mut Hasher) -> Hash {
        let live = self.site.standing.get(id);
        let story = self.site.stories.get(live.current);
        let section = self.site.stories.get(live.first).section;
        hasher.bytes(self.story_url(id)).bytes(&*story.headline).bytes(&*story.kicker).bytes(&*story.description);
        hasher.hash(sections[usize::from(story.edition)][section.index()]);
        hasher.number(live.published.millis()).number(live.state as i64);
        hasher.bytes(self.day_url(story.edition, live.published.day(&self.site.config.zone)));
        hasher.optional(story.rare().note.as_deref().filter(|_| story.corrected));
        hasher.number(story.rare().corrected_at.map_or(i64::MIN, |date| date.millis()));
        hasher.number(i64::from(story.corrected)).number(i64::from(story.version_created > live.published));
        hasher.number(i64::from(story.alert && story.body_length == 0)).number(i64::from(story.urgency));
        hasher.bytes(self.story_language(story));
        if let Some(picture) = &story.rare().picture {
            self.picture_hash(&picture.file, hasher.bytes(&picture.alt));
        }
        hasher.finish()
    }

    /// Adds all that a page says of a picture besides what the page's own story says.
    fn picture_hash(&self, file: &RelPath, hasher: &mut Hasher) {
        hasher.optional(self.plan.media_urls.get(file).map(String::as_str));
        if let Some(facts) = self.site.stories.pictures.get(file) {
            hasher.hash(facts.hash).number(i64::from(facts.width)).number(i64::from(facts.height));
        }
        for cut in self.plan.pictured(file).map_or(&[][..], |pictured| &pictured.cuts) {
            hasher.number(i64::from(cut.width)).number(i64::from(cut.social));
        }
    }
}
