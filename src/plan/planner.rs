//! Gives each page of the site its address. The first page to claim an address has it; one that loses its address is an error.

use super::address::{
    calendar_url, feeds_url, forms, has_feeds_page, index_urls, list_url, lists_url, not_found_url, part_url, parts,
    push_story_url, search_url, story_url,
};
use super::claims::{Claims, Clash};
use super::media::Shown;
use super::{FeedOf, Inputs, LICENSE, NEWS_LIMIT, Page, PageIndex, PageOf, PageOwner, Plan, SearchFile, list_kind};
use crate::desk::{NEWS_SECONDS, PublicId, PublicStory, Visibility};
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::index::ListOf;
use crate::load::alias_path;
use crate::page::Role;
use crate::path::{UrlPath, nfc};
use crate::search::{SHOWN, part_name};
use crate::state::page_id;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Plans the whole site.
pub fn pages(site: &Inputs) -> Checked<Plan> {
    let plan = Plan { claims: Claims::new(site.config), ..Plan::default() };
    let mut planner = Planner { site, plan, diagnostics: Vec::new() };
    // In this order a story can never push out a page that the whole site needs.
    // Files of the theme, statements to robots, 404 and front pages.
    planner.site_files();
    // Icons, the web application manifest and colours.
    planner.identity();
    planner.search();
    // Indexes of sections, topics, places and authors, and the pages that name feeds.
    planner.indexes();
    planner.lists();
    planner.standing_pages();
    // Oldest first, each with its ninjs.
    planner.stories();
    planner.feeds();
    // Months and years, where nothing else stands.
    planner.calendars();
    planner.sitemaps();
    // Aliases, and the addresses of stories that others replaced.
    planner.redirects();
    // Pictures and files of `content/`, with renditions.
    planner.media();
    planner.social_cards();
    // Files of `static/`.
    planner.statics();
    // No pages: what is wrong with the menus' links to all these.
    planner.menus();
    let mut plan = planner.plan;
    let is_withdrawn = |page: &Page| page.of.page_kind(site.index).role() == Role::Notice;
    let withdrawn = (0..).map(PageIndex).zip(&plan.pages).filter(|(_, page)| is_withdrawn(page)).map(|(at, _)| at);
    plan.withdrawn = withdrawn.collect();
    Checked { value: plan, diagnostics: planner.diagnostics }
}

/// The stories of each month, oldest first; those without an address are left out.
fn months(site: &Inputs, urls: &[String]) -> Vec<(i16, u8, Vec<PublicId>)> {
    let mut months: Vec<(i16, u8, Vec<PublicId>)> = Vec::new();
    for (id, live) in site.public.readable().filter(|(id, _)| !urls[id.index()].is_empty()) {
        let day = live.published.day(&site.config.zone);
        // Public stories are in order of publication, so a month is one run.
        match months.last_mut() {
            Some((year, month, ids)) if (*year, *month) == (day.year, day.month) => ids.push(id),
            _ => months.push((day.year, day.month, vec![id])),
        }
    }
    months
}

/// The stories of the news sitemap, newest first.
fn news(site: &Inputs, urls: &[String]) -> Vec<PublicId> {
    let since = site.now.plus_seconds(-NEWS_SECONDS);
    let is_news = |live: &PublicStory| {
        live.visibility == Visibility::Published && live.published > since && live.published <= site.now
    };
    let news = site.public.readable().rev().filter(|(id, live)| is_news(live) && !urls[id.index()].is_empty());
    news.map(|(id, _)| id).take(NEWS_LIMIT).collect()
}

pub(super) struct Planner<'a> {
    pub(super) site: &'a Inputs<'a>,
    pub(super) plan: Plan,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Planner<'_> {
    /// Adds a page; says whether its URL was free. A URL that cannot be one is a fault of the settings' permalinks.
    pub(super) fn add(&mut self, url: &str, of: PageOf) -> bool {
        match Address::of(url, &mut String::new()) {
            Some(address) => self.claim(address, of),
            None => {
                self.report_bad_address(url, &of);
                false
            }
        }
    }

    /// Says that a text cannot be the address of a page, because it is too long or has a part that no address may have.
    fn report_bad_address(&mut self, url: &str, of: &PageOf) {
        let hint = match of {
            PageOf::Story(_) | PageOf::Tombstone(_) | PageOf::Ninjs(_) | PageOf::TombstoneNinjs(_) => {
                "shorten the slug or the category"
            }
            PageOf::Redirect(_) | PageOf::PageRedirect(_) => "shorten the alias",
            PageOf::Standing(_) | PageOf::Media(_) | PageOf::Rendition(..) | PageOf::Static(_) | PageOf::Asset(_) => {
                "give its file a shorter name"
            }
            _ => "shorten what the address is made of, or change `permalinks` in dateline.yaml",
        };
        let message = format!("`{}` cannot be the address of a page", url.escape_debug());
        self.diagnostics.push(Diagnostic::error(Code::SameUrl, message).hint(hint));
    }

    pub(super) fn claim(&mut self, address: Address, of: PageOf) -> bool {
        if let Some(clash) = self.clash(&address) {
            self.refuse_for(&address.url, &of, clash);
            return false;
        }
        self.plan.insert(address, of);
        true
    }

    /// What keeps a page from an address.
    pub(super) fn clash(&self, address: &Address) -> Option<Clash> {
        self.plan.claims.clash(&self.plan, &address.url, address.id)
    }

    /// Says why a page cannot stand where it wants to.
    fn refuse_for(&mut self, url: &UrlPath, of: &PageOf, clash: Clash) {
        let (file, _) = self.owner(of);
        let other = match clash {
            Clash::Same(other) | Clash::Form(other) | Clash::Folder(other) => {
                Some(self.plan.pages[other as usize].clone())
            }
            Clash::Host(_) => None,
        };
        let theirs = other.as_ref().map(|page| self.owner(&page.of));
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
    pub(super) fn owner(&self, of: &PageOf) -> (Option<String>, String) {
        let file = of.owner().map(|owner| match owner {
            PageOwner::Story(id) => format!("content/{}", self.site.stories.get(self.site.public.get(id).first).source),
            PageOwner::Standing(at) => format!("content/{}", self.site.stories.pages[at as usize].source),
        });
        let name = file.clone().unwrap_or_else(|| format!("the {} page", of.page_kind(self.site.index)));
        (file, name)
    }

    /// Robots, not-found page, theme files and front pages.
    fn site_files(&mut self) {
        let (config, theme) = (self.site.config, self.site.theme);
        for path in theme.assets.keys() {
            self.add(&format!("/assets/{path}"), PageOf::Asset(path.clone()));
        }
        if config.pages.robots {
            self.add("/robots.txt", PageOf::Robots);
        }
        if config.rights.tdm_reservation.is_some() {
            self.add("/.well-known/tdmrep.json", PageOf::TdmRep);
        }
        if config.rights.has_license() {
            self.add(LICENSE, PageOf::License);
        }
        for edition in 0..config.languages.len() as u8 {
            if config.pages.not_found {
                self.add(&not_found_url(config, edition), PageOf::NotFound(edition));
            }
            if config.pages.front {
                self.add(&format!("{}/", config.edition_prefix(edition)), PageOf::Front(edition));
            }
        }
    }

    fn search(&mut self) {
        let (config, search) = (self.site.config, &self.site.index.search);
        for (edition, index) in (0..).zip(&search.editions) {
            let url = search_url(config, edition);
            self.add(&url, PageOf::Search(edition));
            self.add(&format!("{url}index.json"), PageOf::SearchIndex(edition));
            for (at, segment) in (0..).zip(&index.segments) {
                let mut part = |name: &str, file: SearchFile| {
                    self.add(&format!("{url}parts/{name}"), PageOf::SearchPart(edition, at, file));
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
            self.add(&url, PageOf::List(at as u32, 0));
            for page in 1..=list.closed_pages(n) {
                self.add(&format!("{url}page/{page}/"), PageOf::List(at as u32, page as u32));
            }
        }
    }

    /// Indexes, and the pages that name feeds. They are there before there is anything to list, and no list can take the place of one,
    /// for every page leads to them: which of them there are must not depend on the stories.
    fn indexes(&mut self) {
        let config = self.site.config;
        for edition in 0..config.languages.len() as u8 {
            for (of, url) in index_urls(config, edition) {
                // Permalinks may begin alike; then the first has the address.
                if self.plan.claimed(page_id(&format!("{}index.html", &url[1..]))).is_none()
                    && self.add(&url, PageOf::Index(edition, of))
                {
                    self.plan.index_urls.insert((edition, of), config.href(&url));
                }
            }
            if has_feeds_page(config) {
                self.add(&feeds_url(config, edition), PageOf::Feeds(edition));
            }
        }
    }

    fn standing_pages(&mut self) {
        for (at, page) in self.site.stories.pages.iter().enumerate() {
            let url = format!("{}/{}/", self.site.config.edition_prefix(page.edition), page.path);
            let added = self.add(&url, PageOf::Standing(at as u32));
            self.plan.standing_urls.push(if added { self.site.config.href(&url) } else { String::new() });
        }
    }

    fn stories(&mut self) {
        let site = self.site;
        let ninjs = site.config.pages.ninjs;
        let count = site.public.stories.len();
        self.plan.story_urls.reserve_exact(count);
        self.reserve(if ninjs { 2 * count } else { count });
        let ids: Vec<PublicId> = site.public.ids().collect();
        for block in ids.chunks(STORIES) {
            // Addresses are made side by side and given out in order.
            let addresses: Vec<StoryAddresses> = block
                .par_iter()
                .with_min_len(256)
                .map_init(String::new, |room, id| StoryAddresses::of(site, *id, ninjs, room))
                .collect();
            for (id, addresses) in block.iter().zip(addresses) {
                let (of, as_ninjs) = if site.public.is_withdrawn(*id) {
                    (PageOf::Tombstone(*id), PageOf::TombstoneNinjs(*id))
                } else {
                    (PageOf::Story(*id), PageOf::Ninjs(*id))
                };
                let url = || story_url(site, site.public.get(*id).first);
                let added = match addresses.page {
                    Some(page) => self.claim(page, of),
                    None => {
                        self.report_bad_address(&url(), &of);
                        false
                    }
                };
                match addresses.ninjs {
                    Some(page) if added && ninjs => _ = self.claim(page, as_ninjs),
                    None if added && ninjs => {
                        self.report_bad_address(&format!("{}ninjs.json", url()), &as_ninjs);
                    }
                    _ => {}
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
                self.add(&url, PageOf::Feed(FeedOf::Edition(edition), form));
            }
        }
        for (at, list) in site.index.lists.iter().enumerate() {
            if !config.pages.list_feeds.iter().any(|kind| kind == list_kind(list).as_str()) {
                continue;
            }
            if let Some(url) = list_url(site, list) {
                for (form, name) in forms(config) {
                    self.add(&format!("{url}{name}"), PageOf::Feed(FeedOf::List(at as u32), form));
                }
            }
        }
    }

    fn sitemaps(&mut self) {
        let site = self.site;
        if site.config.pages.sitemap {
            self.plan.months = months(site, &self.plan.story_urls);
            self.add("/sitemap.xml", PageOf::SitemapIndex);
            for part in 0..parts(self.plan.listed().count()).max(1) {
                self.add(&lists_url(part), PageOf::SitemapLists(part));
            }
            for (year, month, parts) in
                self.plan.months.iter().map(|(y, m, ids)| (*y, *m, parts(ids.len()))).collect::<Vec<_>>()
            {
                for part in 0..parts {
                    self.add(&part_url(year, month, part), PageOf::SitemapPart(year, month, part));
                }
            }
        }
        if site.config.pages.news_sitemap {
            self.plan.news = news(site, &self.plan.story_urls);
            self.add("/news-sitemap.xml", PageOf::NewsSitemap);
        }
    }

    /// Old addresses: aliases, and the stories that others replaced. A page of the site comes before an old address.
    fn redirects(&mut self) {
        let site = self.site;
        for (id, live) in site.public.readable() {
            if self.plan.story_urls[id.index()].is_empty() {
                continue;
            }
            for alias in site.stories.get(live.current).rare().aliases.iter().filter_map(|alias| alias_path(alias)) {
                self.redirect(alias.as_str(), id);
            }
        }
        for (page, at) in site.stories.pages.iter().zip(0..) {
            let is_there = !self.plan.standing_urls[at as usize].is_empty();
            for alias in page.aliases.iter().filter(|_| is_there).filter_map(|alias| alias_path(alias)) {
                self.add(alias.as_str(), PageOf::PageRedirect(at));
            }
        }
        for (retired, successor) in &site.public.replaced {
            if !self.plan.story_urls[successor.index()].is_empty() {
                self.redirect(&story_url(site, *retired), *successor);
            }
        }
    }

    /// Makes an old address lead to a story. One that leads there anyway is left over from a move, and harms nobody.
    fn redirect(&mut self, old: &str, id: PublicId) {
        let Some(address) = Address::of(old, &mut String::new()) else {
            self.report_bad_address(old, &PageOf::Redirect(id));
            return;
        };
        let clash = self.clash(&address);
        let is_own = |other: u32| self.plan.pages[other as usize].of.owner() == Some(PageOwner::Story(id));
        match clash {
            Some(Clash::Same(other)) if is_own(other) => {}
            Some(Clash::Form(other)) if is_own(other) => {
                let message =
                    format!("the alias {old} differs in case or Unicode form alone from another address of the story");
                let mut diagnostic = Diagnostic::warning(Code::SameUrl, message);
                diagnostic.at = self.owner(&PageOf::Redirect(id)).0.map(Location::file);
                let hint = "no redirect was made: many disks and hosts have one file for both";
                self.diagnostics.push(diagnostic.hint(hint));
            }
            _ => {
                self.claim(address, PageOf::Redirect(id));
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
            let of = PageOf::Calendar(edition, year, month);
            let Some(address) = Address::of(&url, &mut String::new()) else {
                self.report_bad_address(&url, &of);
                continue;
            };
            if self.clash(&address).is_none() {
                self.claim(address, of);
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
            if !self.add(&url, PageOf::Media((*file).clone())) {
                continue;
            }
            self.plan.media_urls.insert((*file).clone(), site.config.href(&url));
            let Some(pictured) = shown.pictured(site, file) else { continue };
            let at = self.plan.pictures.len() as u32;
            let mut is_whole = true;
            for (number, rendition) in (0..).zip(pictured.renditions()) {
                is_whole &= self.add(&rendition.url(), PageOf::Rendition(at, number));
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
pub(super) struct Address {
    pub(super) url: UrlPath,
    pub(super) id: u64,
}

impl Address {
    /// `None` where a text cannot be the address of a page. `room` is working space.
    pub(super) fn of(url: &str, room: &mut String) -> Option<Address> {
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
    fn of(site: &Inputs, id: PublicId, ninjs: bool, room: &mut String) -> StoryAddresses {
        let mut url = String::with_capacity(96);
        push_story_url(site, site.public.get(id).first, &mut url);
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
