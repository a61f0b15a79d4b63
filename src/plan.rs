//! Every page that should exist, and its URL. No bytes are made here.
//!
//! Lists are numbered from the oldest story: page 7 holds the same stories for ever, and only the open page, with the newest
//! `n` to `2n-1` stories, changes when one comes.

pub mod changes;
mod claims;
mod social_cards;

pub use social_cards::{CardOf, SocialCards, card, card_url};

use crate::clock::{Day, Timestamp};
use crate::config::Config;
use crate::desk::{LiveId, NEWS_SECONDS, Standing, State};
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::hash::Hash;
use crate::index::{Index, List, ListOf};
use crate::load::alias_path;
use crate::page::PageKind;
use crate::path::{RelPath, UrlPath, nfc};
use crate::picture::{Cut, Facts, Rendition, rendition};
use crate::search::{SHOWN, part_name};
use crate::source::Source;
use crate::state::page_id;
use crate::story::{Stories, StoryId};
use crate::theme::Theme;
use claims::{Claims, Clash};
use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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
pub enum Kind {
    /// A story.
    Story(LiveId),
    /// A withdrawn story.
    Tombstone(LiveId),
    /// A story, or a withdrawn one, as ninjs.
    Ninjs(LiveId),
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
    /// A page that is no story, by its place in [`Stories::pages`].
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
    Redirect(LiveId),
    /// An old address that leads to a standing page, by its place in [`Stories::pages`].
    PageRedirect(u32),
    /// A static file of the theme.
    Asset(RelPath),
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

impl Kind {
    /// Its kind, as reports, the manifest and templates have it.
    pub fn of(&self, index: &Index) -> PageKind {
        match self {
            Kind::Story(_) => PageKind::Story,
            Kind::Tombstone(_) => PageKind::Tombstone,
            Kind::Ninjs(_) => PageKind::Ninjs,
            Kind::Front(_) => PageKind::Front,
            Kind::List(list, _) => list_kind(&index.lists[*list as usize]),
            Kind::Index(..) => PageKind::Index,
            Kind::Feeds(_) => PageKind::Feeds,
            Kind::Standing(_) => PageKind::Page,
            Kind::Feed(_, FeedForm::Rss) => PageKind::Rss,
            Kind::Feed(_, FeedForm::Atom) => PageKind::Atom,
            Kind::Feed(_, FeedForm::Json) => PageKind::JsonFeed,
            Kind::Calendar(_, _, 0) => PageKind::Year,
            Kind::Calendar(..) => PageKind::Month,
            Kind::NotFound(_) => PageKind::NotFound,
            Kind::SitemapIndex => PageKind::SitemapIndex,
            Kind::SitemapPart(..) | Kind::SitemapLists(_) => PageKind::Sitemap,
            Kind::NewsSitemap => PageKind::NewsSitemap,
            Kind::Robots => PageKind::Robots,
            Kind::TdmRep => PageKind::TdmRep,
            Kind::License => PageKind::License,
            Kind::Redirect(_) | Kind::PageRedirect(_) => PageKind::Redirect,
            Kind::Asset(_) => PageKind::Asset,
            Kind::Media(_) => PageKind::Media,
            Kind::Rendition(..) => PageKind::Rendition,
            Kind::SocialCard(_) => PageKind::SocialCard,
            Kind::Search(_) => PageKind::Search,
            Kind::SearchIndex(_) => PageKind::SearchIndex,
            Kind::SearchPart(..) => PageKind::SearchPart,
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
    }
}

/// One file of the site.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it stands.
    pub url: UrlPath,
    /// What it is.
    pub kind: Kind,
}

/// A picture that has renditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictured {
    /// The picture, below `content/`.
    pub file: RelPath,
    /// Hash of its bytes.
    pub hash: Hash,
    /// What its renditions show: from the smallest, and last the cut for social media, if there is one.
    pub cuts: Box<[Cut]>,
}

impl Pictured {
    /// One of its renditions.
    pub fn rendition(&self, cut: Cut) -> Rendition {
        Rendition { file: self.file.clone(), hash: self.hash, cut }
    }

    /// Its renditions.
    pub fn renditions(&self) -> impl Iterator<Item = Rendition> + '_ {
        self.cuts.iter().map(|cut| self.rendition(*cut))
    }
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
    pub news: Vec<LiveId>,
    /// The months of the sitemap with the stories of each part.
    pub months: Vec<(i16, u8, Vec<LiveId>)>,
    /// The name of each page's file in the state: [`page_id`]. No two are the same.
    pub ids: Vec<u64>,
    /// Places in `pages` by these.
    files: HashTable<u32>,
    /// Places in `pages` of notices of withdrawal.
    withdrawn: FxHashSet<u32>,
}

impl Plan {
    /// The pages that the sitemap has besides stories: fronts, open pages of lists, calendars, and standing pages.
    pub fn listed(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| {
            let (is_first, is_calendar) =
                (matches!(page.kind, Kind::List(_, 0)), matches!(page.kind, Kind::Calendar(..)));
            is_first || is_calendar || matches!(page.kind, Kind::Front(_) | Kind::Feeds(_) | Kind::Standing(_))
        })
    }

    /// Whether a page stands at a path that texts may link to: notices of withdrawal are none.
    pub fn has_url(&self, path: &str) -> bool {
        self.linkable(path).is_some()
    }

    /// The page at a path of the site that a link may lead to; a withdrawn one is none.
    pub fn linkable(&self, path: &str) -> Option<&Page> {
        let at = self.at(&UrlPath::new(path)?.file())?;
        (!self.withdrawn.contains(&at)).then(|| &self.pages[at as usize])
    }

    /// The renditions of a picture, if it has any.
    pub fn pictured(&self, file: &RelPath) -> Option<&Pictured> {
        self.pictures.get(*self.pictured.get(file)? as usize)
    }

    /// The page in a file of the site (`a/index.html`).
    pub fn page_of(&self, file: &str) -> Option<&Page> {
        self.at(file).map(|at| &self.pages[at as usize])
    }

    /// The place in `pages` of the page in a file.
    pub fn at(&self, file: &str) -> Option<u32> {
        let at = self.claimed(page_id(file))?;
        self.pages[at as usize].url.is_file(file).then_some(at)
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
    /// All versions.
    pub stories: &'a Stories,
    /// What is public.
    pub standing: &'a Standing,
    /// Lists and relations.
    pub index: &'a Index,
    /// The files of the content folder.
    pub source: &'a Source,
    /// The clock of the build.
    pub now: Timestamp,
}

/// How many closed pages a list of so many stories has, when a closed page holds `n`.
pub fn closed_pages(stories: usize, n: usize) -> usize {
    (stories / n).saturating_sub(1)
}

/// Which stories of a list (oldest first) a page shows.
pub fn slice(stories: usize, n: usize, page: u32) -> Range<usize> {
    let closed = closed_pages(stories, n);
    match page as usize {
        0 => closed * n..stories,
        page => (page - 1) * n..page * n,
    }
}

/// Plans the whole site.
pub fn pages(site: &Inputs) -> Checked<Plan> {
    let claims = Claims::new(site.config);
    let mut planner = Planner { site, plan: Plan::default(), claims, diagnostics: Vec::new() };
    // In this order a story can never push out a page that the whole site needs.
    planner.standing_files();
    planner.search();
    planner.lists();
    planner.standing_pages();
    planner.stories();
    planner.feeds();
    planner.calendars();
    planner.sitemaps();
    planner.redirects();
    planner.media();
    planner.social_cards();
    let mut plan = planner.plan;
    let is_withdrawn = |page: &Page| match page.kind {
        Kind::Tombstone(_) => true,
        Kind::Ninjs(id) => site.standing.get(id).state == State::Tombstone,
        _ => false,
    };
    plan.withdrawn = (0..).zip(&plan.pages).filter(|(_, page)| is_withdrawn(page)).map(|(at, _)| at).collect();
    Checked { value: plan, diagnostics: planner.diagnostics }
}

struct Planner<'a> {
    site: &'a Inputs<'a>,
    plan: Plan,
    claims: Claims,
    diagnostics: Vec<Diagnostic>,
}

impl Planner<'_> {
    /// Adds a page; says whether its URL was free. A URL that cannot be one is a fault of the settings' permalinks.
    fn add(&mut self, url: &str, kind: Kind) -> bool {
        match Address::of(url, &mut String::new()) {
            Some(address) => self.claim(address, kind),
            None => self.refuse(url),
        }
    }

    fn refuse(&mut self, url: &str) -> bool {
        let message = format!("`{}` cannot be the address of a page", url.escape_debug());
        self.diagnostics.push(Diagnostic::error(Code::SameUrl, message).hint("shorten the slug or the category"));
        false
    }

    fn claim(&mut self, Address { url, id }: Address, kind: Kind) -> bool {
        if let Some(clash) = self.claims.clash(&self.plan, &url, id) {
            self.refuse_for(&url, &kind, clash);
            return false;
        }
        self.claims.note(&url, self.plan.pages.len() as u32);
        let Plan { pages, ids, files, .. } = &mut self.plan;
        files.insert_unique(id, pages.len() as u32, |at| ids[*at as usize]);
        pages.push(Page { url, kind });
        ids.push(id);
        true
    }

    /// Says why a page cannot stand where it wants to.
    fn refuse_for(&mut self, url: &UrlPath, kind: &Kind, clash: Clash) {
        let (file, _) = self.owner(kind);
        let other = match clash {
            Clash::Same(other) | Clash::Form(other) | Clash::Folder(other) => {
                Some(self.plan.pages[other as usize].clone())
            }
            Clash::Host(_) => None,
        };
        let theirs = other.as_ref().map(|page| self.owner(&page.kind));
        let at = |page: &Option<Page>| page.as_ref().map_or_else(String::new, |page| page.url.to_string());
        let name = theirs.as_ref().map_or("", |(_, name)| name.as_str());
        let message = match clash {
            Clash::Same(_) => format!("{url} is already the address of {name}"),
            Clash::Form(_) => {
                format!(
                    "{url} and {} ({name}) differ in case or Unicode form alone, and many disks and hosts have one file for both",
                    at(&other)
                )
            }
            Clash::Folder(_) => format!("{url} and {} ({name}) need one name as a file and as a folder", at(&other)),
            Clash::Host(host) => format!("{url} is in the place of the file `{host}`, which a host of this site needs"),
        };
        let hint = match (&clash, theirs) {
            (Clash::Host(_), _) => "choose another name; `publish` in dateline.yaml says which host it is",
            (_, Some((Some(_), _))) => "give one of them another `slug`",
            _ => "give the story another `slug` or `category`",
        };
        let mut diagnostic = Diagnostic::error(Code::SameUrl, message).hint(hint);
        diagnostic.at = file.map(Location::file);
        self.diagnostics.push(diagnostic);
    }

    /// Makes room for so many more pages.
    fn reserve(&mut self, pages: usize) {
        let Plan { pages: all, ids, files, .. } = &mut self.plan;
        all.reserve_exact(pages);
        ids.reserve_exact(pages);
        files.reserve(pages, |at| ids[*at as usize]);
    }

    /// The file behind a page, and how to name the page.
    fn owner(&self, kind: &Kind) -> (Option<String>, String) {
        let file = match kind {
            Kind::Story(id) | Kind::Tombstone(id) | Kind::Ninjs(id) | Kind::Redirect(id) => {
                let source = &self.site.stories.get(self.site.standing.get(*id).first).source;
                Some(format!("content/{source}"))
            }
            Kind::Standing(at) | Kind::PageRedirect(at) => {
                Some(format!("content/{}", self.site.stories.pages[*at as usize].source))
            }
            _ => None,
        };
        let name = file.clone().unwrap_or_else(|| format!("the {} page", kind.of(self.site.index)));
        (file, name)
    }

    /// Robots, not-found page, theme files and front pages.
    fn standing_files(&mut self) {
        let (config, theme) = (self.site.config, self.site.theme);
        for path in theme.assets.keys() {
            self.add(&format!("/assets/{path}"), Kind::Asset(path.clone()));
        }
        if config.pages.robots {
            self.add("/robots.txt", Kind::Robots);
        }
        if config.rights.tdm_reservation.is_some() {
            self.add("/.well-known/tdmrep.json", Kind::TdmRep);
        }
        if config.rights.has_license() {
            self.add(LICENSE, Kind::License);
        }
        for edition in 0..config.languages.len() as u8 {
            if config.pages.not_found {
                self.add(&not_found_url(config, edition), Kind::NotFound(edition));
            }
            if config.pages.front {
                self.add(&format!("{}/", config.edition_prefix(edition)), Kind::Front(edition));
            }
        }
    }

    fn search(&mut self) {
        let (config, search) = (self.site.config, &self.site.index.search);
        for (edition, index) in (0..).zip(&search.editions) {
            let url = search_url(config, edition);
            self.add(&url, Kind::Search(edition));
            self.add(&format!("{url}index.json"), Kind::SearchIndex(edition));
            for (at, segment) in (0..).zip(&index.segments) {
                let mut part = |name: &str, file: SearchFile| {
                    self.add(&format!("{url}parts/{name}"), Kind::SearchPart(edition, at, file));
                };
                part(&format!("{}.json", part_name(segment.name)), SearchFile::Segment);
                for (shard, place) in segment.shards.iter().zip(0..) {
                    part(&format!("{}.txt", part_name(shard.name)), SearchFile::Words(place));
                }
                for (chunk, place) in segment.chunks.iter().zip(0..) {
                    for more in 0..chunk.stories.len().div_ceil(SHOWN) as u32 {
                        part(&format!("{}-{more}.json", part_name(chunk.name)), SearchFile::Stories(place, more));
                    }
                }
            }
        }
    }

    fn lists(&mut self) {
        let site = self.site;
        let (config, index) = (site.config, site.index);
        let n = config.lists.per_page;
        for (at, list) in index.lists.iter().enumerate() {
            let url = list_url(site, list);
            let wanted = url.is_some();
            let url = url.unwrap_or_default();
            self.plan.lists.insert((list.edition, list.of), at as u32);
            self.plan.list_urls.push(if wanted { config.href(&url) } else { String::new() });
            if !wanted {
                continue;
            }
            self.add(&url, Kind::List(at as u32, 0));
            for page in 1..=closed_pages(list.stories.len(), n) {
                self.add(&format!("{url}page/{page}/"), Kind::List(at as u32, page as u32));
            }
        }
        for edition in 0..config.languages.len() as u8 {
            for (of, url) in index_urls(config, edition) {
                let any = index.lists.iter().any(|list| list.edition == edition && list_kind(list) == of);
                if any && self.plan.claimed(page_id(&format!("{}index.html", &url[1..]))).is_none() {
                    self.add(&url, Kind::Index(edition, of));
                }
            }
            if has_feeds_page(config) {
                self.add(&feeds_url(config, edition), Kind::Feeds(edition));
            }
        }
    }

    fn standing_pages(&mut self) {
        for (at, page) in self.site.stories.pages.iter().enumerate() {
            let url = format!("{}/{}/", self.site.config.edition_prefix(page.edition), page.path);
            let added = self.add(&url, Kind::Standing(at as u32));
            self.plan.standing_urls.push(if added { self.site.config.href(&url) } else { String::new() });
        }
    }

    fn stories(&mut self) {
        let site = self.site;
        let ninjs = site.config.pages.ninjs;
        let count = site.standing.live.len();
        self.plan.story_urls.reserve_exact(count);
        self.reserve(if ninjs { 2 * count } else { count });
        let pattern = Pattern::of(&site.config.permalinks.story);
        let ids: Vec<LiveId> = site.standing.ids().collect();
        for block in ids.chunks(STORIES) {
            // Addresses are made side by side and given out in order.
            let addresses: Vec<StoryAddresses> = block
                .par_iter()
                .with_min_len(256)
                .map_init(String::new, |room, id| StoryAddresses::of(site, &pattern, *id, ninjs, room))
                .collect();
            for (id, addresses) in block.iter().zip(addresses) {
                let kind = if site.standing.get(*id).state == State::Tombstone {
                    Kind::Tombstone(*id)
                } else {
                    Kind::Story(*id)
                };
                let added = match addresses.page {
                    Some(page) => self.claim(page, kind),
                    None => self.refuse(&story_url(site, site.standing.get(*id).first)),
                };
                if added && ninjs {
                    match addresses.ninjs {
                        Some(page) => self.claim(page, Kind::Ninjs(*id)),
                        None => self.refuse(&format!("{}ninjs.json", story_url(site, site.standing.get(*id).first))),
                    };
                }
                self.plan.story_urls.push(if added { addresses.href } else { String::new() });
            }
        }
    }

    fn feeds(&mut self) {
        let site = self.site;
        let config = site.config;
        for edition in 0..config.languages.len() as u8 {
            for (form, name) in forms(config) {
                let url = format!("{}/{name}", config.edition_prefix(edition));
                self.add(&url, Kind::Feed(FeedOf::Edition(edition), form));
            }
        }
        for (at, list) in site.index.lists.iter().enumerate() {
            if !config.pages.list_feeds.iter().any(|kind| kind == list_kind(list).as_str()) {
                continue;
            }
            if let Some(url) = list_url(site, list) {
                for (form, name) in forms(config) {
                    self.add(&format!("{url}{name}"), Kind::Feed(FeedOf::List(at as u32), form));
                }
            }
        }
    }

    fn sitemaps(&mut self) {
        let site = self.site;
        let since = site.now.plus_seconds(-NEWS_SECONDS);
        let has_page = |id: &LiveId, urls: &[String]| !urls[id.index()].is_empty();
        let urls = &self.plan.story_urls;
        let mut months: Vec<(i16, u8, Vec<LiveId>)> = Vec::new();
        for id in site.standing.ids() {
            let live = site.standing.get(id);
            if live.state == State::Tombstone || !has_page(&id, urls) {
                continue;
            }
            let day = live.published.day(&site.config.zone);
            // Live stories are in order of publication, so a month is one run.
            match months.last_mut() {
                Some((year, month, ids)) if (*year, *month) == (day.year, day.month) => ids.push(id),
                _ => months.push((day.year, day.month, vec![id])),
            }
        }
        let news = site.standing.ids().rev().filter(|id| {
            let live = site.standing.get(*id);
            live.state == State::Published && live.published > since && live.published <= site.now && has_page(id, urls)
        });
        self.plan.news = news.take(NEWS_LIMIT).collect();
        self.plan.months = months;
        if site.config.pages.sitemap {
            self.add("/sitemap.xml", Kind::SitemapIndex);
            for part in 0..parts(self.plan.listed().count()).max(1) {
                self.add(&lists_url(part), Kind::SitemapLists(part));
            }
            for (year, month, parts) in
                self.plan.months.iter().map(|(y, m, ids)| (*y, *m, parts(ids.len()))).collect::<Vec<_>>()
            {
                for part in 0..parts {
                    self.add(&part_url(year, month, part), Kind::SitemapPart(year, month, part));
                }
            }
        }
        if site.config.pages.news_sitemap {
            self.add("/news-sitemap.xml", Kind::NewsSitemap);
        }
    }

    /// Old addresses: aliases, and the stories that others replaced. A page of the site comes before an old address.
    fn redirects(&mut self) {
        let site = self.site;
        for id in site.standing.ids() {
            let live = site.standing.get(id);
            if live.state == State::Tombstone || self.plan.story_urls[id.index()].is_empty() {
                continue;
            }
            for alias in site.stories.get(live.current).rare().aliases.iter().filter_map(|alias| alias_path(alias)) {
                self.redirect(alias.as_str(), id);
            }
        }
        for (page, at) in site.stories.pages.iter().zip(0..) {
            let is_there = !self.plan.standing_urls[at as usize].is_empty();
            for alias in page.aliases.iter().filter(|_| is_there).filter_map(|alias| alias_path(alias)) {
                self.add(alias.as_str(), Kind::PageRedirect(at));
            }
        }
        for (retired, successor) in &site.standing.replaced {
            if !self.plan.story_urls[successor.index()].is_empty() {
                self.redirect(&story_url(site, *retired), *successor);
            }
        }
    }

    /// Makes an old address lead to a story. One that leads there anyway is left over from a move, and harms nobody.
    fn redirect(&mut self, old: &str, id: LiveId) {
        let Some(address) = Address::of(old, &mut String::new()) else {
            self.refuse(old);
            return;
        };
        let clash = self.claims.clash(&self.plan, &address.url, address.id);
        let is_own = |other: u32| matches!(self.plan.pages[other as usize].kind, Kind::Story(own) | Kind::Ninjs(own) | Kind::Redirect(own) if own == id);
        match clash {
            Some(Clash::Same(other)) if is_own(other) => {}
            Some(Clash::Form(other)) if is_own(other) => {
                let message =
                    format!("the alias {old} differs in case or Unicode form alone from another address of the story");
                let mut diagnostic = Diagnostic::warning(Code::SameUrl, message);
                diagnostic.at = self.owner(&Kind::Redirect(id)).0.map(Location::file);
                let hint = "no redirect was made: many disks and hosts have one file for both";
                self.diagnostics.push(diagnostic.hint(hint));
            }
            _ => {
                self.claim(address, Kind::Redirect(id));
            }
        }
    }

    /// The months and years of the days that have a page, where nothing else stands in their place: an address that a reader
    /// shortened leads somewhere.
    fn calendars(&mut self) {
        let site = self.site;
        let pages = &site.config.pages;
        if !pages.calendars || !pages.days {
            return;
        }
        let mut wanted: BTreeSet<(u8, i16, u8)> = BTreeSet::new();
        for list in &site.index.lists {
            if let ListOf::Day(day) = list.of {
                wanted.extend([(list.edition, day.year, 0), (list.edition, day.year, day.month)]);
            }
        }
        for (edition, year, month) in wanted {
            let url = calendar_url(site.config, edition, year, month);
            let Some(address) = Address::of(&url, &mut String::new()) else {
                self.refuse(&url);
                continue;
            };
            if self.claims.clash(&self.plan, &address.url, address.id).is_none() {
                self.claim(address, Kind::Calendar(edition, year, month));
                self.plan.calendar_urls.insert((edition, year, month), site.config.href(&url));
            }
        }
    }

    /// Files of `content/` that a public page shows, and no others, with the renditions of the pictures among them.
    fn media(&mut self) {
        let site = self.site;
        let (shown, diagnostics) = Shown::of(site);
        self.diagnostics.extend(diagnostics);
        for file in &shown.files {
            let url = format!("/media/{}", nfc(file.as_str()));
            if !self.add(&url, Kind::Media((*file).clone())) {
                continue;
            }
            self.plan.media_urls.insert((*file).clone(), site.config.href(&url));
            let Some(pictured) = shown.pictured(site, file) else { continue };
            let at = self.plan.pictures.len() as u32;
            let mut is_whole = true;
            for (number, rendition) in (0..).zip(pictured.renditions()) {
                is_whole &= self.add(&rendition.url(), Kind::Rendition(at, number));
            }
            // Where something else stands in the place of one, pages name none.
            if is_whole {
                self.plan.pictured.insert((*file).clone(), at);
            }
            self.plan.pictures.push(pictured);
        }
    }
}

/// How many stories get their addresses in one go.
const STORIES: usize = 1 << 15;

/// An address, checked, and the name of its file in the state.
struct Address {
    url: UrlPath,
    id: u64,
}

impl Address {
    /// `None` where a text cannot be the address of a page. `room` is working space.
    fn of(url: &str, room: &mut String) -> Option<Address> {
        let url = UrlPath::new(url)?;
        room.clear();
        url.push_file(room);
        Some(Address { id: page_id(room), url })
    }
}

/// The addresses of a story's page and its ninjs.
struct StoryAddresses {
    page: Option<Address>,
    ninjs: Option<Address>,
    href: String,
}

impl StoryAddresses {
    fn of(site: &Inputs, pattern: &Pattern, id: LiveId, ninjs: bool, room: &mut String) -> StoryAddresses {
        let mut url = String::with_capacity(96);
        push_story_url(site, pattern, site.standing.get(id).first, &mut url);
        let page = Address::of(&url, room);
        let mut href = site.config.href(&url);
        href.shrink_to_fit();
        let ninjs = page.as_ref().filter(|_| ninjs).and_then(|_| {
            url.push_str("ninjs.json");
            Address::of(&url, room)
        });
        StoryAddresses { page, ninjs, href }
    }
}

/// What public pages show of `content/`.
pub struct Shown<'a> {
    /// Pictures and other files, each once, in the order of the stories.
    pub files: Vec<&'a RelPath>,
    /// Pictures that stand first in a story.
    leads: FxHashSet<&'a RelPath>,
}

impl<'a> Shown<'a> {
    /// Gathers them, and says which are left out for their rights. Pictures that are broken are left out too.
    pub fn of(site: &Inputs<'a>) -> (Shown<'a>, Vec<Diagnostic>) {
        let (stories, standing) = (site.stories, site.standing);
        let live = standing.live.iter().filter(|live| live.state != State::Tombstone);
        let public = || live.clone().map(|live| stories.get(live.current).rare());
        let (barred, diagnostics) = barred(site);
        let mut seen: FxHashSet<&RelPath> = FxHashSet::default();
        let files = public().flat_map(|rare| &rare.media).chain(stories.pages.iter().flat_map(|page| &page.media));
        let files: Vec<&RelPath> = files
            .filter(|file| !barred.contains(*file) && !stories.broken.contains(*file) && seen.insert(file))
            .collect();
        let leads = public().filter_map(|rare| rare.picture.as_ref()).map(|picture| &picture.file).collect();
        (Shown { files, leads }, diagnostics)
    }

    /// The renditions that one of the files has; `None` where it has none.
    pub fn pictured(&self, site: &Inputs, file: &RelPath) -> Option<Pictured> {
        let facts: &Facts = site.stories.pictures.get(file)?;
        let settings = &site.config.images;
        let social = rendition::social(facts, settings).filter(|_| self.leads.contains(file));
        let cuts: Box<[Cut]> = rendition::widths(facts, settings).chain(social).collect();
        (!cuts.is_empty()).then(|| Pictured { file: file.clone(), hash: facts.hash, cuts })
    }
}

/// Files that must not be shown because a public text, or the picture itself, says that their rights ended or never held for the
/// web. Rights are those of the picture, so it is not shown beside another text either.
fn barred(site: &Inputs) -> (FxHashSet<RelPath>, Vec<Diagnostic>) {
    let public = site.standing.versions().into_iter().map(|(current, _)| site.stories.get(current));
    let stories = public.map(|story| (&story.source, &story.rare().rights));
    let pages = site.stories.pages.iter().map(|page| (&page.source, &page.rights));
    let (mut barred, mut diagnostics) = (FxHashSet::default(), Vec::new());
    for (source, rights) in stories.chain(pages) {
        for rights in rights.iter().filter(|rights| rights.until <= site.now) {
            let message = match rights.is_never() {
                true => format!("the terms of `{}` forbid its use on the web", rights.href),
                false => format!("the rights to `{}` ended on {}", rights.href, rights.until),
            };
            let at = Location::file(format!("content/{source}"));
            let diagnostic = Diagnostic::warning(Code::MediaRights, message).at(at);
            diagnostics.push(diagnostic.hint("the picture was left out, the text stays"));
            barred.extend(rights.file.clone());
        }
    }
    (barred, diagnostics)
}

/// How many parts a month of so many stories has.
pub fn parts(stories: usize) -> u32 {
    stories.div_ceil(PART_LIMIT) as u32
}

/// Path of a part of the sitemap.
pub fn part_url(year: i16, month: u8, part: u32) -> String {
    match part {
        0 => format!("/sitemap-{year:04}-{month:02}.xml"),
        part => format!("/sitemap-{year:04}-{month:02}-{}.xml", part + 1),
    }
}

/// Path of a part of the sitemap of lists.
pub fn lists_url(part: u32) -> String {
    match part {
        0 => "/sitemap-lists.xml".to_string(),
        part => format!("/sitemap-lists-{}.xml", part + 1),
    }
}

/// The forms of feeds that the site has, with their file names.
pub fn forms(config: &Config) -> impl Iterator<Item = (FeedForm, &'static str)> {
    [
        (config.pages.rss, FeedForm::Rss, "feed.xml"),
        (config.pages.atom, FeedForm::Atom, "atom.xml"),
        (config.pages.json_feed, FeedForm::Json, "feed.json"),
    ]
    .into_iter()
    .filter_map(|(on, form, name)| on.then_some((form, name)))
}

/// Paths of the pages that list all sections, topics, places or authors: the fixed part of their permalinks.
pub fn index_urls(config: &Config, edition: u8) -> Vec<(PageKind, String)> {
    let all = [
        (PageKind::Category, &config.permalinks.category, config.pages.categories),
        (PageKind::Topic, &config.permalinks.topic, config.pages.topics),
        (PageKind::Place, &config.permalinks.place, config.pages.places),
        (PageKind::Author, &config.permalinks.author, config.pages.authors),
    ];
    let mut urls = Vec::new();
    for (of, pattern, on) in all {
        let fixed = pattern.split('{').next().unwrap_or("/");
        if on && fixed.len() > 1 && fixed.ends_with('/') {
            urls.push((of, format!("{}{fixed}", config.edition_prefix(edition))));
        }
    }
    urls
}

/// Whether editions have a page that names their feeds.
pub fn has_feeds_page(config: &Config) -> bool {
    config.pages.feeds && forms(config).next().is_some()
}

/// Path of the page of an edition for addresses that do not exist.
pub fn not_found_url(config: &Config, edition: u8) -> String {
    format!("{}/404.html", config.edition_prefix(edition))
}

/// Path of the calendar of a month, or of a year where the month is 0.
fn calendar_url(config: &Config, edition: u8, year: i16, month: u8) -> String {
    let pattern = if month == 0 { &config.permalinks.year } else { &config.permalinks.month };
    format!("{}{}", config.edition_prefix(edition), dated(pattern, Day { year, month, day: 1 }))
}

/// Path of the page that names the feeds of an edition.
pub fn feeds_url(config: &Config, edition: u8) -> String {
    format!("{}{}", config.edition_prefix(edition), config.permalinks.feeds)
}

/// Path of the search page; its index lies below.
pub fn search_url(config: &Config, edition: u8) -> String {
    format!("{}{}", config.edition_prefix(edition), config.permalinks.search)
}

/// Path of a list's open page; `None` where its kind is switched off.
fn list_url(site: &Inputs, list: &List) -> Option<String> {
    let (config, stories) = (site.config, site.stories);
    let pages = &config.pages;
    let (on, pattern, slug) = match list.of {
        ListOf::Category(id) => (pages.categories, &config.permalinks.category, stories.sections.slug(id)),
        ListOf::Topic(id) => (pages.topics, &config.permalinks.topic, stories.topics.slug(id)),
        ListOf::Place(id) => (pages.places, &config.permalinks.place, stories.places.slug(id)),
        ListOf::Author(id) => (pages.authors, &config.permalinks.author, stories.authors.slug(id)),
        ListOf::Corrections => {
            let url = &config.permalinks.corrections;
            return pages.corrections.then(|| format!("{}{url}", config.edition_prefix(list.edition)));
        }
        ListOf::Day(day) => {
            let url = dated(&config.permalinks.day, day);
            return pages.days.then(|| format!("{}{url}", config.edition_prefix(list.edition)));
        }
    };
    on.then(|| format!("{}{}", config.edition_prefix(list.edition), pattern.replace("{slug}", slug)))
}

/// Path of a story. The first version makes it, so it never changes: its section, the day it was first created, its slug.
pub fn story_url(site: &Inputs, first: StoryId) -> String {
    let mut url = String::new();
    push_story_url(site, &Pattern::of(&site.config.permalinks.story), first, &mut url);
    url
}

fn push_story_url(site: &Inputs, pattern: &Pattern, first: StoryId, url: &mut String) {
    let story = site.stories.get(first);
    let day = story.first_created.day(&site.config.zone);
    url.push_str(&site.config.edition_prefix(story.edition));
    pattern.push(day, site.stories.sections.slug(story.section), &story.slug, url);
}

fn dated(pattern: &str, day: Day) -> String {
    let mut url = String::new();
    Pattern::of(pattern).push(day, "", "", &mut url);
    url
}

/// A permalink of the settings, taken apart.
struct Pattern<'p>(Vec<Piece<'p>>);

enum Piece<'p> {
    Text(&'p str),
    Year,
    Month,
    Day,
    Category,
    Slug,
}

impl Pattern<'_> {
    fn of(pattern: &str) -> Pattern<'_> {
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while let Some(at) = rest.find('{') {
            let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
            let piece = match &rest[at..end] {
                "{yyyy}" => Piece::Year,
                "{mm}" => Piece::Month,
                "{dd}" => Piece::Day,
                "{category}" => Piece::Category,
                "{slug}" => Piece::Slug,
                other => Piece::Text(other),
            };
            pieces.extend([Piece::Text(&rest[..at]), piece]);
            rest = &rest[end..];
        }
        pieces.push(Piece::Text(rest));
        Pattern(pieces)
    }

    fn push(&self, day: Day, category: &str, slug: &str, url: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => url.push_str(text),
                Piece::Year => push_padded(url, day.year, 4),
                Piece::Month => push_padded(url, i16::from(day.month), 2),
                Piece::Day => push_padded(url, i16::from(day.day), 2),
                Piece::Category => url.push_str(category),
                Piece::Slug => url.push_str(slug),
            }
        }
    }
}

/// Appends a number with zeros before it.
fn push_padded(text: &mut String, number: i16, width: usize) {
    use std::fmt::Write as _;
    let limit = 10_i16.pow(width as u32);
    if !(0..limit).contains(&number) {
        // Writing to a string does not fail.
        let _ = write!(text, "{number:0width$}");
        return;
    }
    let mut unit = limit / 10;
    while unit > 0 {
        text.push(char::from(b'0' + (number / unit % 10) as u8));
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permalinks_are_filled_in() {
        let fill = |pattern: &str, year| {
            let mut url = String::new();
            Pattern::of(pattern).push(Day { year, month: 3, day: 14 }, "sport/tennis", "final", &mut url);
            url
        };
        assert_eq!(fill("/{category}/{yyyy}/{mm}/{dd}/{slug}/", 2026), "/sport/tennis/2026/03/14/final/");
        assert_eq!(fill("/{yyyy}{x}/{slug", 987), "/0987{x}/{slug");
        assert_eq!(fill("/{yyyy}/", -5), format!("/{:04}/", -5));
        assert_eq!(fill("", 2026), "");
    }

    #[test]
    fn closed_pages_never_change() {
        for (stories, closed, open) in
            [(0, 0, 0..0), (1, 0, 0..1), (99, 0, 0..99), (100, 1, 50..100), (149, 1, 50..149), (150, 2, 100..150)]
        {
            assert_eq!((closed_pages(stories, 50), slice(stories, 50, 0)), (closed, open), "{stories}");
        }
        for stories in 100..500 {
            assert_eq!(slice(stories, 50, 1), 0..50);
            let open = slice(stories, 50, 0);
            assert!(open.len() >= 50 && open.len() < 100 && open.end == stories);
        }
    }
}
