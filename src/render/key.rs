//! The key of a page: a hash of all that its bytes depend on.
//!
//! A page whose key is the same as when it was last rendered is not rendered again. So everything that a view uses has to go into the key
//! here; the test of random edits in `tests/incremental.rs` fails where something is missing. The key has parts, so that `dateline why` can
//! say what changed ([`Part`]).
//!
//! A template counts with all that it extends and includes, so an edit reaches the pages that use it and no others. Keys include a hash of
//! dateline's sources, so a new version renders every page again.
//!
//! Absolute paths and the clock are in no key, and times of change only in those of files from `content/`, which stand for their bytes.

use super::owners_values::OwnersValues;
use super::views::EditionView;
use super::{Renderer, links};
use crate::desk::PublicId;
use crate::hash::{Hash, Hasher};
use crate::index::ListOf;
use crate::parse::markdown::Target;
use crate::path::RelPath;
use crate::plan::changes::{self, Reasons};
use crate::plan::{Page, PageOf};
use crate::state::{ENGINE, KEY_PARTS, Made};
use crate::story::{NameId, Names};
use crate::theme::Fields;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A part of a key, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The program, the settings, the edition's sections and standing pages; of `extra`, menus and `data/` what the template reads.
    Settings,
    /// The template with all it extends and includes, and the theme's strings.
    Template,
    /// The file of the story, standing page or picture, whether it is published or archived, and when.
    Story,
    /// Names and addresses of its section, topics, authors and place.
    Names,
    /// What the cards of related articles show.
    Related,
    /// Where the links of its text lead, its pictures, its translations.
    Links,
    /// The name of a list, its neighbours, and what its cards or entries show.
    List,
}

impl Part {
    /// Every part, in order.
    pub const ALL: [Part; KEY_PARTS] =
        [Part::Settings, Part::Template, Part::Story, Part::Names, Part::Related, Part::Links, Part::List];

    /// What to say when this part changed.
    pub fn reason(self) -> &'static str {
        match self {
            Part::Settings => "the settings, data or the program changed",
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
    /// Whether the page has to be made though its key is the same: a stamp in it does not prove that a file is as it was.
    pub always: bool,
}

impl Key {
    /// Why the page has to be made again, or `None` where it need not be; see [`changes::compare`].
    pub fn against(&self, last: Option<&Made>) -> Option<Reasons> {
        changes::compare(self.hash, &self.parts, last).or_else(|| self.always.then(Reasons::default))
    }
}

/// Makes the keys of one plan.
pub struct Keys<'r, 'a> {
    pub(super) renderer: &'r Renderer<'a>,
    /// By edition.
    pub(super) settings: Vec<Hash>,
    /// What templates may read of the settings and of `data/`.
    owners_values: OwnersValues,
    /// What each story's card shows, whatever its template reads.
    pub(super) cards: Vec<Hash>,
    /// Name and address of each section, by edition and id.
    sections: Vec<Vec<Hash>>,
    topics: Vec<Vec<Hash>>,
    places: Vec<Vec<Hash>>,
    authors: Vec<Vec<Hash>>,
    /// Stamps from this time on prove nothing.
    pub(super) sure_before: i64,
}

/// A key in the making, and room for the next one.
#[derive(Default)]
pub struct KeyBuilder {
    parts: [Hasher; KEY_PARTS],
    /// Whether the page has to be made whatever its key.
    always: bool,
}

impl KeyBuilder {
    /// Makes the page again whatever its key.
    pub(super) fn always_make(&mut self) {
        self.always = true;
    }

    pub(super) fn part(&mut self, part: Part) -> &mut Hasher {
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
        key.always = std::mem::take(&mut self.always);
        key
    }
}

impl<'r, 'a> Keys<'r, 'a> {
    /// Prepares what keys have in common. A stamp from `sure_before` on does not prove that a file is the same.
    pub fn new(renderer: &'r Renderer<'a>, sure_before: i64) -> Keys<'r, 'a> {
        let site = &renderer.site;
        let settings = renderer.editions.iter().map(|edition| {
            let view = EditionView { menus: BTreeMap::new(), ..edition.view.clone() };
            let navigation = serde_json::to_vec(&view).unwrap_or_default();
            let pictures = serde_json::to_vec(&(&edition.site.icons, &edition.site.logo)).unwrap_or_default();
            let mut hasher = Hasher::new();
            hasher.bytes(ENGINE).hash(site.config.core_hash()).bytes(navigation).bytes(pictures);
            hasher.optional(edition.social_card.as_deref()).finish()
        });
        let settings = settings.collect();
        let section = |edition: u8, id: u32| {
            let link = &renderer.section(edition, NameId(id)).link;
            Hasher::new().bytes(&link.name).bytes(&link.url).finish()
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
        let ids: Vec<PublicId> = site.public.ids().collect();
        let cards =
            ids.par_iter().map_init(Hasher::new, |hasher, id| renderer.card_hash(*id, &sections, hasher)).collect();
        Keys {
            renderer,
            owners_values: OwnersValues::new(renderer),
            settings,
            cards,
            sections,
            topics,
            places,
            authors,
            sure_before,
        }
    }

    /// The key of one page.
    pub fn of(&self, page: &Page) -> Key {
        self.make(page, &mut KeyBuilder::default())
    }

    /// The key of one page, made with what is kept from page to page.
    pub fn make(&self, page: &Page, key: &mut KeyBuilder) -> Key {
        let site = &self.renderer.site;
        key.part(Part::Settings).bytes(page.url.as_str()).bytes(page.of.page_kind(site.index).as_str());
        match &page.of {
            PageOf::Story(id) => self.story(*id, true, key),
            PageOf::Ninjs(id) | PageOf::TombstoneNinjs(id) => self.story(*id, false, key),
            PageOf::Tombstone(id) => self.tombstone(*id, key),
            PageOf::Front(edition) => self.front(*edition, key),
            PageOf::List(at, number) => self.list(*at, *number, key),
            PageOf::Index(edition, of) => self.index(*edition, *of, key),
            PageOf::Feeds(edition) => self.feeds_page(*edition, key),
            PageOf::Standing(at) => self.standing(*at as usize, key),
            PageOf::Feed(of, _) => self.feed(*of, key),
            PageOf::Calendar(edition, year, month) => self.calendar((*edition, *year, *month), key),
            PageOf::NotFound(edition) => self.not_found(*edition, key),
            PageOf::Redirect(id) => self.redirect(*id, key),
            PageOf::PageRedirect(at) => self.page_redirect(*at as usize, key),
            PageOf::Asset(path) => self.asset(path, key),
            PageOf::Icon(_) => self.icon(key),
            PageOf::WebManifest => self.web_manifest(key),
            PageOf::Colors => self.colors(key),
            PageOf::Static(path) => self.static_file(path, key),
            PageOf::Media(path) => self.media(path, key),
            // The address, which is in every key, is a hash of all that these are made from.
            PageOf::Rendition(..) | PageOf::SocialCard(_) => {}
            PageOf::Search(edition) => self.search(*edition, key),
            PageOf::SearchIndex(edition) => self.search_index(*edition, key),
            PageOf::SearchPart(edition, segment, file) => self.search_part(*edition, *segment as usize, *file, key),
            PageOf::SitemapPart(year, month, part) => self.sitemap_part((*year, *month, *part), key),
            PageOf::SitemapIndex => self.bytes(|out| self.renderer.sitemap_index(out), key),
            PageOf::SitemapLists(part) => self.bytes(|out| self.renderer.sitemap_lists(*part, out), key),
            PageOf::NewsSitemap => self.bytes(|out| self.renderer.news_sitemap(out), key),
            PageOf::Robots => self.bytes(|out| self.renderer.robots(out), key),
            PageOf::TdmRep => self.bytes(|out| self.renderer.tdmrep(out), key),
            PageOf::License => self.bytes(|out| self.renderer.license(out), key),
        }
        key.finish()
    }

    /// What every page of an edition by this template depends on.
    pub(super) fn frame(&self, edition: u8, template: &str, key: &mut KeyBuilder) {
        key.part(Part::Settings).hash(self.settings[usize::from(edition)]);
        let theme = self.renderer.site.theme;
        self.owners_values.put(edition, theme.reads(template), key.part(Part::Settings));
        key.part(Part::Template).hash(theme.closure(template));
    }

    /// What the cards of stories show in a template.
    pub(super) fn stories(&self, ids: impl Iterator<Item = PublicId>, fields: Fields, key: &mut KeyBuilder) {
        let part = key.part(Part::List);
        for id in ids.filter(|id| !self.renderer.story_url(*id).is_empty()) {
            self.card(id, fields, part);
        }
    }

    /// Where the links of a text lead, and the pictures beside it.
    pub(super) fn links(&self, source: &RelPath, links: &[String], media: &[RelPath], key: &mut KeyBuilder) {
        let part = key.part(Part::Links);
        for link in links {
            for picture in [false, true] {
                match self.renderer.target(source, links::reference(link, picture)).0 {
                    Target::To(url) => part.bytes(url),
                    Target::Drop => part.number(0),
                };
            }
        }
        media.iter().for_each(|file| self.renderer.picture_hash(file, part));
    }

    /// A name and its address.
    pub(super) fn name(&self, edition: u8, of: ListOf, part: &mut Hasher) {
        let (names, id) = match of {
            ListOf::Category(id) => (&self.sections, id),
            ListOf::Topic(id) => (&self.topics, id),
            ListOf::Place(id) => (&self.places, id),
            ListOf::Author(id) => (&self.authors, id),
            ListOf::Day(_) | ListOf::Corrections | ListOf::Latest => return,
        };
        part.hash(names[usize::from(edition)][id.index()]);
    }

    pub(super) fn day_url(&self, edition: u8, time: crate::clock::Timestamp) -> &str {
        self.renderer.day_url(edition, time.day(&self.renderer.site.config.zone))
    }
}
