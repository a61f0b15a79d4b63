//! Pages become bytes: HTML by the theme's templates, feeds, sitemaps and JSON by code.
//!
//! A renderer is made once a build and shared by all threads. What it says of a story it takes from the table of stories; only
//! a story's own page reads its file again.

pub mod article;
mod calendar;
mod card;
mod chart;
pub mod dates;
mod edition;
pub mod explain;
mod feed;
mod feeds_page;
mod files;
mod front;
mod identity;
mod index_page;
mod json;
pub mod key;
mod links;
mod list;
mod lookups;
mod media;
mod menus;
mod news_article;
mod ninjs;
mod not_found;
mod owners_values;
mod pictures;
mod redirect;
mod schema;
mod search;
mod signals;
mod sitemap;
mod standing;
mod story;
mod template;
mod tombstone;
pub mod views;
mod xml;
mod zones;

pub use card::Cards;
pub use template::Observer;

use crate::desk::PublicId;
use crate::diag::Diagnostic;
use crate::plan::{self, CardOf, Inputs, Page, PageOf, PageOwner, Plan};
use crate::theme::Theme;
use edition::Edition;
use lookups::Lookups;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// What a renderer made ready for a plan: it holds no reference, so it can be kept beside the plan.
#[derive(Clone)]
pub struct RenderCache {
    lookups: Arc<Lookups>,
    editions: Arc<[Edition]>,
}

impl RenderCache {
    /// The same for another theme with static files of the same names. It costs nothing that grows with the archive.
    pub fn with_theme(&self, theme: &Theme) -> RenderCache {
        let edition = |edition: &Edition| {
            let Edition { site, view, data, social_card, .. } = edition.clone();
            Edition::new(site, view, data, social_card, theme)
        };
        RenderCache { lookups: Arc::clone(&self.lookups), editions: self.editions.iter().map(edition).collect() }
    }
}

/// Renders the pages of one plan.
pub struct Renderer<'a> {
    site: Inputs<'a>,
    plan: &'a Plan,
    root: &'a Path,
    /// Address of the site, without a last slash.
    home: String,
    lookups: Arc<Lookups>,
    editions: Arc<[Edition]>,
    observer: Option<&'a dyn Observer>,
    /// When to abort rendering; `None` means never.
    until: Option<Instant>,
}

impl<'a> Renderer<'a> {
    /// Prepares what pages have in common. `root` is the site's folder.
    pub fn new(site: Inputs<'a>, plan: &'a Plan, root: &'a Path) -> Renderer<'a> {
        let lookups = Arc::new(Lookups::new(&site, plan));
        let mut renderer = Renderer::with(site, plan, root, RenderCache { lookups, editions: Arc::new([]) });
        renderer.editions = (0..site.config.languages.len() as u8)
            .map(|edition| {
                let social_card = plan::card_url(&site, &plan.social_cards, CardOf::Edition(edition));
                let data = tera::Value::from_serializable(&site.data.values);
                Edition::new(renderer.site_view(edition), renderer.edition_view(edition), data, social_card, site.theme)
            })
            .collect();
        renderer
    }

    /// A renderer of a plan that another one was ready for.
    pub fn with(site: Inputs<'a>, plan: &'a Plan, root: &'a Path, cache: RenderCache) -> Renderer<'a> {
        Renderer {
            site,
            plan,
            root,
            home: site.config.home(),
            lookups: cache.lookups,
            editions: cache.editions,
            observer: None,
            until: None,
        }
    }

    /// What it made ready, for other renderers of the same plan.
    pub fn cache(&self) -> RenderCache {
        RenderCache { lookups: Arc::clone(&self.lookups), editions: Arc::clone(&self.editions) }
    }

    /// Aborts rendering at this deadline, so that a loop in a template cannot hang the request.
    pub fn until(mut self, until: Instant) -> Renderer<'a> {
        self.until = Some(until);
        self
    }

    /// Reports what templates are given.
    pub fn observed_by(mut self, observer: &'a dyn Observer) -> Renderer<'a> {
        self.observer = Some(observer);
        self
    }

    /// What the pages are made from.
    pub fn site(&self) -> &Inputs<'a> {
        &self.site
    }

    /// Appends the bytes of a page. Problems that do not stop it go into `diagnostics`. `cards` is kept from page to page.
    pub fn page(
        &self,
        page: &Page,
        cards: &mut Cards,
        out: &mut Vec<u8>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        match &page.of {
            PageOf::Story(id) => self.story_page(page, *id, cards, out, diagnostics)?,
            PageOf::Tombstone(id) => self.tombstone(page, *id, out)?,
            PageOf::Ninjs(id) | PageOf::TombstoneNinjs(id) => self.ninjs(*id, out)?,
            PageOf::Front(edition) => self.front(page, *edition, cards, out, diagnostics)?,
            PageOf::List(list, number) => self.list(page, (*list, *number), cards, out, diagnostics)?,
            PageOf::Index(edition, of) => self.index(page, *edition, *of, out)?,
            PageOf::Feeds(edition) => self.feeds_page(page, *edition, out)?,
            PageOf::Standing(at) => self.standing(page, *at as usize, out, diagnostics)?,
            PageOf::Feed(of, form) => self.feed(page, *of, *form, out)?,
            PageOf::Calendar(edition, year, month) => self.calendar(page, (*edition, *year, *month), out)?,
            PageOf::NotFound(edition) => self.not_found(page, *edition, cards, out)?,
            PageOf::Redirect(id) => {
                let edition = self.site.stories.get(self.site.public.get(*id).current).edition;
                self.redirect(page, edition, self.story_url(*id), out)?;
            }
            PageOf::PageRedirect(at) => {
                let at = *at as usize;
                self.redirect(page, self.site.stories.pages[at].edition, &self.plan.standing_urls[at], out)?;
            }
            PageOf::Asset(path) => self.asset(path, out),
            PageOf::Icon(icon) => self.icon(*icon, out)?,
            PageOf::WebManifest => self.web_manifest(out),
            PageOf::Colors => self.colors(out),
            PageOf::Static(path) => self.static_file(path, out)?,
            PageOf::Media(path) => self.media(path, out)?,
            PageOf::Rendition(at, number) => self.rendition(*at, *number, out)?,
            PageOf::SocialCard(of) => self.social_card(*of, out)?,
            PageOf::Search(edition) => self.search(page, *edition, out)?,
            PageOf::SearchIndex(edition) => self.search_index(*edition, out),
            PageOf::SearchPart(edition, segment, file) => self.search_part(*edition, *segment as usize, *file, out)?,
            PageOf::SitemapIndex => self.sitemap_index(out),
            PageOf::SitemapPart(year, month, part) => self.sitemap_stories((*year, *month, *part), out),
            PageOf::SitemapLists(part) => self.sitemap_lists(*part, out),
            PageOf::NewsSitemap => self.news_sitemap(out),
            PageOf::Robots => self.robots(out),
            PageOf::TdmRep => self.tdmrep(out),
            PageOf::License => self.license(out),
        }
        Ok(())
    }

    /// The newest story of a page of one story or of a list. Pages are made in its order, since those of near stories read the same
    /// files.
    pub fn newest(&self, page: &Page) -> Option<PublicId> {
        if let PageOf::List(list, number) = page.of {
            let list = &self.site.index.lists[list as usize];
            return list.stories[list.page(self.site.config.lists.per_page, number)].last().copied();
        }
        match page.of.owner()? {
            PageOwner::Story(id) => Some(id),
            PageOwner::Standing(_) => None,
        }
    }
}
