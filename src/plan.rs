//! Every page that should exist, and its URL. No bytes are made here.
//!
//! Lists are numbered from the oldest story ([`List::closed_pages`]).

mod address;
mod aliases;
pub mod changes;
mod claims;
mod identity;
mod media;
mod menus;
mod planner;
mod social_cards;
mod statics;

pub use address::{
    feeds_url, forms, has_feeds_page, index_urls, lists_url, not_found_url, part_url, parts, search_url, story_url,
};
pub use aliases::NewAliases;
pub use identity::{COLORS, Icon, WEB_MANIFEST};
pub use media::{Pictured, Shown};
pub use planner::pages;
pub use social_cards::{CardOf, SocialCards, card, card_url};

use crate::clock::Timestamp;
use crate::config::Config;
use crate::desk::{PublicId, PublicStories};
use crate::front::{Front, Text, Zone};
use crate::index::{Index, List, ListOf};
use crate::load::{Data, Identity};
use crate::page::PageKind;
use crate::path::{RelPath, UrlPath};
use crate::source::Source;
use crate::state::page_id;
use crate::story::Stories;
use crate::theme::Theme;
use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// The most addresses one part, or one index, may hold (sitemaps.org).
pub const PART_LIMIT: usize = 50_000;

/// The most stories a news sitemap may hold.
pub const NEWS_LIMIT: usize = 1_000;

/// Path of the licence for machines.
pub const LICENSE: &str = "/license.xml";

/// The form of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedForm {
    /// RSS 2.0, `feed.xml`.
    Rss,
    /// Atom, `atom.xml`.
    Atom,
    /// JSON Feed, `feed.json`.
    Json,
}

/// What a feed is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedOf {
    /// All stories of an edition.
    Edition(u8),
    /// A list, by its place in [`Index::lists`].
    List(u32),
}

/// What a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageOf {
    /// A story.
    Story(PublicId),
    /// A withdrawn story.
    Tombstone(PublicId),
    /// A story as ninjs.
    Ninjs(PublicId),
    /// A withdrawn story as ninjs.
    TombstoneNinjs(PublicId),
    /// The front page of an edition.
    Front(u8),
    /// A page of a list: which list, and which page from the oldest; 0 is the open page.
    List(u32, u32),
    /// All sections, topics, places or authors of an edition.
    Index(u8, PageKind),
    /// The page that names the feeds of an edition.
    Feeds(u8),
    /// The calendar of a month, which leads to its days; that of a year, which leads to its months, has no month (0).
    Calendar(u8, i16, u8),
    /// A page that is not a story, by its place in [`Stories::pages`].
    Standing(u32),
    /// A feed.
    Feed(FeedOf, FeedForm),
    /// The page of an edition for addresses that do not exist.
    NotFound(u8),
    /// The list of sitemaps.
    SitemapIndex,
    /// Stories of a month, from the year, the month and the place of their part.
    SitemapPart(i16, u8, u32),
    /// Front pages, lists and standing pages, by the place of their part.
    SitemapLists(u32),
    /// Stories of the last two days.
    NewsSitemap,
    /// What robots may read.
    Robots,
    /// Whether text and data mining is reserved (TDMRep).
    TdmRep,
    /// The licence for machines (RSL).
    License,
    /// An old address that leads to a story.
    Redirect(PublicId),
    /// An old address that leads to a standing page, by its place in [`Stories::pages`].
    PageRedirect(u32),
    /// A static file of the theme.
    Asset(RelPath),
    /// An icon of the site.
    Icon(Icon),
    /// The web application manifest.
    WebManifest,
    /// The style sheet with the colours of the settings.
    Colors,
    /// A file of `static/`, by its path there.
    Static(RelPath),
    /// A picture or other file from `content/`.
    Media(RelPath),
    /// A rendition: of which picture, by its place in [`Plan::pictures`], and which, by its place there.
    Rendition(u32, u8),
    /// A social card.
    SocialCard(CardOf),
    /// The search page of an edition.
    Search(u8),
    /// What the search page loads first: the segments of an edition's index.
    SearchIndex(u8),
    /// A file of a segment of an edition's index.
    SearchPart(u8, u32, SearchFile),
}

/// A file of a segment of the search index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchFile {
    /// What files there are, and how many stories on which day.
    Segment,
    /// Words, with the stories that have them; by their place.
    Words(u32),
    /// Headlines and addresses of stories; by the place of their chunk, and their place in it.
    Stories(u32, u32),
}

impl PageOf {
    /// Its kind, as reports, the manifest and templates have it.
    pub fn page_kind(&self, index: &Index) -> PageKind {
        match self {
            PageOf::Story(_) => PageKind::Story,
            PageOf::Tombstone(_) => PageKind::Tombstone,
            PageOf::Ninjs(_) => PageKind::Ninjs,
            PageOf::TombstoneNinjs(_) => PageKind::TombstoneNinjs,
            PageOf::Front(_) => PageKind::Front,
            PageOf::List(list, _) => list_kind(&index.lists[*list as usize]),
            PageOf::Index(..) => PageKind::Index,
            PageOf::Feeds(_) => PageKind::Feeds,
            PageOf::Standing(_) => PageKind::Page,
            PageOf::Feed(_, FeedForm::Rss) => PageKind::Rss,
            PageOf::Feed(_, FeedForm::Atom) => PageKind::Atom,
            PageOf::Feed(_, FeedForm::Json) => PageKind::JsonFeed,
            PageOf::Calendar(_, _, 0) => PageKind::Year,
            PageOf::Calendar(..) => PageKind::Month,
            PageOf::NotFound(_) => PageKind::NotFound,
            PageOf::SitemapIndex => PageKind::SitemapIndex,
            PageOf::SitemapPart(..) | PageOf::SitemapLists(_) => PageKind::Sitemap,
            PageOf::NewsSitemap => PageKind::NewsSitemap,
            PageOf::Robots => PageKind::Robots,
            PageOf::TdmRep => PageKind::TdmRep,
            PageOf::License => PageKind::License,
            PageOf::Redirect(_) | PageOf::PageRedirect(_) => PageKind::Redirect,
            PageOf::Asset(_) => PageKind::Asset,
            PageOf::Icon(_) => PageKind::Icon,
            PageOf::WebManifest => PageKind::WebManifest,
            PageOf::Colors => PageKind::Colors,
            PageOf::Static(_) => PageKind::Static,
            PageOf::Media(_) => PageKind::Media,
            PageOf::Rendition(..) => PageKind::Rendition,
            PageOf::SocialCard(_) => PageKind::SocialCard,
            PageOf::Search(_) => PageKind::Search,
            PageOf::SearchIndex(_) => PageKind::SearchIndex,
            PageOf::SearchPart(..) => PageKind::SearchPart,
        }
    }
}

/// The content that a page belongs to: one story or one standing page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageOwner {
    /// A story.
    Story(PublicId),
    /// A standing page, by its place in [`Stories::pages`].
    Standing(u32),
}

impl PageOf {
    /// The one story or standing page that it shows or leads to; `None` for pages of several, and for those of none.
    pub fn owner(&self) -> Option<PageOwner> {
        match self {
            PageOf::Story(id)
            | PageOf::Tombstone(id)
            | PageOf::Ninjs(id)
            | PageOf::TombstoneNinjs(id)
            | PageOf::Redirect(id) => Some(PageOwner::Story(*id)),
            PageOf::Standing(at) | PageOf::PageRedirect(at) => Some(PageOwner::Standing(*at)),
            PageOf::Front(_)
            | PageOf::List(..)
            | PageOf::Index(..)
            | PageOf::Feeds(_)
            | PageOf::Calendar(..)
            | PageOf::Feed(..)
            | PageOf::NotFound(_)
            | PageOf::SitemapIndex
            | PageOf::SitemapPart(..)
            | PageOf::SitemapLists(_)
            | PageOf::NewsSitemap
            | PageOf::Robots
            | PageOf::TdmRep
            | PageOf::License
            | PageOf::Asset(_)
            | PageOf::Icon(_)
            | PageOf::WebManifest
            | PageOf::Colors
            | PageOf::Static(_)
            | PageOf::Media(_)
            | PageOf::Rendition(..)
            | PageOf::SocialCard(_)
            | PageOf::Search(_)
            | PageOf::SearchIndex(_)
            | PageOf::SearchPart(..) => None,
        }
    }

    /// Whether the sitemap has it besides stories: fronts, open pages of lists, calendars, standing pages, and the page of feeds.
    fn is_listed(&self) -> bool {
        match self {
            PageOf::Front(_) | PageOf::List(_, 0) | PageOf::Calendar(..) | PageOf::Feeds(_) | PageOf::Standing(_) => {
                true
            }
            // Stories are in sitemaps of their own; closed pages of lists and indexes are found from the pages above.
            PageOf::Story(_) | PageOf::List(..) | PageOf::Index(..) | PageOf::Search(_) => false,
            PageOf::Tombstone(_)
            | PageOf::Ninjs(_)
            | PageOf::TombstoneNinjs(_)
            | PageOf::Feed(..)
            | PageOf::NotFound(_)
            | PageOf::SitemapIndex
            | PageOf::SitemapPart(..)
            | PageOf::SitemapLists(_)
            | PageOf::NewsSitemap
            | PageOf::Robots
            | PageOf::TdmRep
            | PageOf::License
            | PageOf::Redirect(_)
            | PageOf::PageRedirect(_)
            | PageOf::Asset(_)
            | PageOf::Icon(_)
            | PageOf::WebManifest
            | PageOf::Colors
            | PageOf::Static(_)
            | PageOf::Media(_)
            | PageOf::Rendition(..)
            | PageOf::SocialCard(_)
            | PageOf::SearchIndex(_)
            | PageOf::SearchPart(..) => false,
        }
    }
}

/// The kind of a list's pages.
pub fn list_kind(list: &List) -> PageKind {
    match list.of {
        ListOf::Category(_) => PageKind::Category,
        ListOf::Topic(_) => PageKind::Topic,
        ListOf::Place(_) => PageKind::Place,
        ListOf::Author(_) => PageKind::Author,
        ListOf::Day(_) => PageKind::Day,
        ListOf::Corrections => PageKind::Corrections,
        ListOf::Latest => PageKind::Latest,
    }
}

/// A page's place in [`Plan::pages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageIndex(pub u32);

impl PageIndex {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One file of the site.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it stands.
    pub url: UrlPath,
    /// What it is.
    pub of: PageOf,
}

/// Every file of the site.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// By what they are; see [`Report`](crate::build::Report) for a list by URL.
    pub pages: Vec<Page>,
    /// URL of every story by its id; empty where another page has it.
    pub story_urls: Vec<String>,
    /// URL of the open page of every list, by its place in [`Index::lists`].
    pub list_urls: Vec<String>,
    /// The list of a section, topic, place, author or day in an edition.
    pub lists: FxHashMap<(u8, ListOf), u32>,
    /// URL of every standing page.
    pub standing_urls: Vec<String>,
    /// URL of every index of sections, topics, places and authors, by edition.
    pub index_urls: BTreeMap<(u8, PageKind), String>,
    /// URL of every calendar by edition, year and month; that of a year has the month 0.
    pub calendar_urls: BTreeMap<(u8, i16, u8), String>,
    /// URL of every published file of `content/`.
    pub media_urls: FxHashMap<RelPath, String>,
    /// Pictures that have renditions.
    pub pictures: Vec<Pictured>,
    /// Places in `pictures` by the file.
    pictured: FxHashMap<RelPath, u32>,
    /// Social cards.
    pub social_cards: SocialCards,
    /// Stories of the news sitemap, newest first.
    pub news: Vec<PublicId>,
    /// The months of the sitemap with the stories of each part.
    pub months: Vec<(i16, u8, Vec<PublicId>)>,
    /// The name of each page's file in the state: [`page_id`]. No two are the same.
    pub ids: Vec<u64>,
    /// Places in `pages` by these.
    files: HashTable<u32>,
    /// Names that were given out.
    claims: claims::Claims,
    /// Places in `pages` of notices of withdrawal.
    withdrawn: FxHashSet<PageIndex>,
}

impl Plan {
    /// The pages that the sitemap has besides stories.
    pub fn listed(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.of.is_listed())
    }

    /// Whether a page stands at a path that texts may link to; a notice of withdrawal is not such a page.
    pub fn has_url(&self, path: &str) -> bool {
        self.linkable(path).is_some()
    }

    /// The page at a path of the site that a link may lead to; not a withdrawn one. The last slash may be missing.
    pub fn linkable(&self, path: &str) -> Option<&Page> {
        let written = UrlPath::new(path)?.file();
        let at = self.at(&written).or_else(|| self.at(&UrlPath::new(&format!("{path}/"))?.file()))?;
        (!self.withdrawn.contains(&at)).then(|| self.page(at))
    }

    /// The renditions of a picture, if it has any.
    pub fn pictured(&self, file: &RelPath) -> Option<&Pictured> {
        self.pictures.get(*self.pictured.get(file)? as usize)
    }

    /// The page in a file of the site (`a/index.html`).
    pub fn page_of(&self, file: &str) -> Option<&Page> {
        self.at(file).map(|at| self.page(at))
    }

    /// The page at a place.
    pub fn page(&self, at: PageIndex) -> &Page {
        &self.pages[at.index()]
    }

    /// The place of the page in a file.
    pub fn at(&self, file: &str) -> Option<PageIndex> {
        let at = PageIndex(self.claimed(page_id(file))?);
        self.page(at).url.is_file(file).then_some(at)
    }

    fn claimed(&self, id: u64) -> Option<u32> {
        self.files.find(id, |at| self.ids[*at as usize] == id).copied()
    }
}

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The theme.
    pub theme: &'a Theme,
    /// Pictures that the site is known by.
    pub identity: &'a Identity,
    /// What the files of `data/` say.
    pub data: &'a Data,
    /// All versions.
    pub stories: &'a Stories,
    /// What is public.
    pub public: &'a PublicStories,
    /// Curated fronts.
    pub fronts: &'a [Front],
    /// Lists and relations.
    pub index: &'a Index,
    /// The files of the content folder.
    pub source: &'a Source,
    /// The clock of the build.
    pub now: Timestamp,
}

impl<'a> Inputs<'a> {
    /// The zones that fronts show now, each with its front.
    pub fn shown_zones(&self) -> impl Iterator<Item = (&'a Front, &'a Zone)> + use<'a> {
        let Inputs { fronts, index, .. } = *self;
        index.arranged.all().flat_map(move |arrangement| {
            arrangement.zones.iter().filter_map(move |shown| arrangement.of_file(fronts, shown))
        })
    }

    /// The texts among them.
    pub fn front_texts(&self) -> impl Iterator<Item = (&'a Front, &'a Text)> + use<'a> {
        self.shown_zones().filter_map(|(front, zone)| Some((front, zone.text.as_ref()?)))
    }
}
