//! Pages become bytes: HTML by the theme's templates, feeds, sitemaps and JSON by code.
//!
//! A renderer is made once a build and shared by all threads. What it says of a story it takes from the table of stories; only
//! a story's own page reads its file again.

pub mod article;
mod calendar;
pub mod dates;
pub mod explain;
pub mod feeds;
pub mod key;
mod lookups;
mod pictures;
mod schema;
mod search;
mod signals;
pub mod sitemap;
mod story;
pub mod views;

use crate::clock::{Day, Timestamp, two_digits};
use crate::desk::{LiveId, State};
use crate::diag::{Code, Diagnostic, Location};
use crate::file::{self, ReadError};
use crate::index::{List, ListOf, lineage};
use crate::load;
use crate::picture::{self, social_card};
use crate::plan::{self, CardOf, FeedForm, FeedOf, Inputs, Kind, Page, Plan};
use crate::story::{NameId, Story};
use crate::theme;
use crate::theme::Theme;
use lookups::Lookups;
use rustc_hash::FxHashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tera::{Context, Value};
use views::{
    Alternate, CardView, CorrectionView, DateView, EditionLink, EditionView, Feeds, FeedsView, FrontSection, FrontView,
    IndexView, Link, ListView, NotFoundView, PageView, PictureView, RightsView, SiteView, StandingView, TombstoneView,
};

/// The largest page, in bytes.
const PAGE_LIMIT: usize = 64 << 20;
/// The largest picture or other file of a story, in bytes.
const MEDIA_LIMIT: u64 = 256 << 20;

/// Stories on the page for addresses that do not exist.
const NOT_FOUND_STORIES: usize = 8;

/// Stories of a section on a front page.
const FRONT_SECTION: usize = 8;

/// What every page of an edition has in common, ready for templates.
struct Edition {
    context: Context,
    view: EditionView,
    site: SiteView,
    untitled: FxHashMap<&'static str, String>,
    /// Path of its social card.
    social_card: Option<String>,
}

impl Edition {
    fn new(site: SiteView, view: EditionView, social_card: Option<String>, theme: &Theme) -> Edition {
        let strings = theme.strings(&view.language);
        let mut context = Context::new();
        context.insert("site", &site);
        context.insert("edition", &view);
        context.insert("t", strings);
        let text = |key: &str| strings.get(key).cloned().unwrap_or_default();
        let untitled = [
            ("topic", "all_topics"),
            ("place", "all_places"),
            ("author", "all_authors"),
            ("category", "all_categories"),
            ("corrections", "corrections"),
            ("feeds", "feeds"),
            ("search", "search"),
            ("tombstone", "withdrawn"),
            ("not-found", "not_found"),
        ];
        let untitled = untitled.map(|(kind, key)| (kind, text(key))).into_iter().collect();
        Edition { context, view, site, untitled, social_card }
    }
}

/// What a renderer made ready for a plan: it holds no reference, so it can be kept beside the plan.
#[derive(Clone)]
pub struct Ready {
    lookups: Arc<Lookups>,
    editions: Arc<[Edition]>,
}

impl Ready {
    /// The same for another theme with static files of the same names. It costs nothing that grows with the archive.
    pub fn with_theme(&self, theme: &Theme) -> Ready {
        let edition = |edition: &Edition| {
            Edition::new(edition.site.clone(), edition.view.clone(), edition.social_card.clone(), theme)
        };
        Ready { lookups: Arc::clone(&self.lookups), editions: self.editions.iter().map(edition).collect() }
    }
}

/// Sees what templates are given; for whoever explains a page.
pub trait Observer: Sync {
    /// A page is about to be made by this template, from these values.
    fn template(&self, name: &str, values: &Context);
}

/// How many cards a worker keeps; a power of two.
const CARDS: usize = 2048;

/// The cards that one worker made last. Pages near one another in time show the same stories, so where pages are rendered in
/// that order most cards are made once.
#[derive(Default)]
pub struct Cards(Vec<Option<(LiveId, bool, Value)>>);

impl Cards {
    fn get(&mut self, id: LiveId, newer: bool, make: impl FnOnce() -> Value) -> Value {
        if self.0.is_empty() {
            self.0.resize(CARDS, None);
        }
        // A story stands beside older and newer ones in turn; the two forms must not push each other out.
        let slot = &mut self.0[(id.index() * 2 + usize::from(newer)) % CARDS];
        match slot {
            Some((known, form, card)) if *known == id && *form == newer => card.clone(),
            _ => {
                let card = make();
                *slot = Some((id, newer, card.clone()));
                card
            }
        }
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
    /// When to give a page up; `None` is never.
    until: Option<Instant>,
}

impl<'a> Renderer<'a> {
    /// Prepares what pages have in common. `root` is the site's folder.
    pub fn new(site: Inputs<'a>, plan: &'a Plan, root: &'a Path) -> Renderer<'a> {
        let lookups = Arc::new(Lookups::new(&site));
        let mut renderer = Renderer::with(site, plan, root, Ready { lookups, editions: Arc::new([]) });
        renderer.editions = (0..site.config.languages.len() as u8)
            .map(|edition| {
                let social_card = plan::card_url(&site, &plan.social_cards, CardOf::Edition(edition));
                Edition::new(renderer.site_view(edition), renderer.edition_view(edition), social_card, site.theme)
            })
            .collect();
        renderer
    }

    /// A renderer of a plan that another one was ready for.
    pub fn with(site: Inputs<'a>, plan: &'a Plan, root: &'a Path, ready: Ready) -> Renderer<'a> {
        Renderer {
            site,
            plan,
            root,
            home: site.config.home(),
            lookups: ready.lookups,
            editions: ready.editions,
            observer: None,
            until: None,
        }
    }

    /// What it made ready, for other renderers of the same plan.
    pub fn ready(&self) -> Ready {
        Ready { lookups: Arc::clone(&self.lookups), editions: Arc::clone(&self.editions) }
    }

    /// Gives pages up that are not made by then: a loop in a template must not hold up who waits for the page.
    pub fn until(mut self, until: Instant) -> Renderer<'a> {
        self.until = Some(until);
        self
    }

    /// Tells what templates are given.
    pub fn observed_by(mut self, observer: &'a dyn Observer) -> Renderer<'a> {
        self.observer = Some(observer);
        self
    }

    /// What the pages are made from.
    pub fn site(&self) -> &Inputs<'a> {
        &self.site
    }

    /// Appends the bytes of a page. Problems that do not stop it go into `found`. `cards` is kept from page to page.
    pub fn page(
        &self,
        page: &Page,
        cards: &mut Cards,
        out: &mut Vec<u8>,
        found: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        match &page.kind {
            Kind::Story(id) => self.story_page(page, *id, cards, out, found),
            Kind::Tombstone(id) => self.tombstone(page, *id, out),
            Kind::Ninjs(id) => self.ninjs(*id, out),
            Kind::Front(edition) => self.front(page, *edition, cards, out),
            Kind::List(list, number) => self.list(page, *list, *number, cards, out),
            Kind::Index(edition, of) => self.index(page, *edition, of, out),
            Kind::Feeds(edition) => self.feeds_page(page, *edition, out),
            Kind::Standing(at) => self.standing(page, *at as usize, out, found),
            Kind::Feed(of, form) => {
                self.feed(page, *of, *form, out);
                Ok(())
            }
            Kind::Calendar(edition, year, month) => self.calendar(page, (*edition, *year, *month), out),
            Kind::NotFound(edition) => self.not_found(page, *edition, cards, out),
            Kind::Redirect(id) => {
                let edition = self.site.stories.get(self.site.standing.get(*id).current).edition;
                self.redirect(page, edition, self.story_url(*id), out)
            }
            Kind::PageRedirect(at) => {
                let at = *at as usize;
                self.redirect(page, self.site.stories.pages[at].edition, &self.plan.standing_urls[at], out)
            }
            Kind::Asset(path) => {
                out.extend_from_slice(self.site.theme.assets.get(path).map_or(&[][..], |bytes| bytes));
                Ok(())
            }
            Kind::Media(path) => {
                file::read_bounded(&path.under(&self.root.join("content")), MEDIA_LIMIT, out).map_err(|error| {
                    let message = match error {
                        ReadError::TooLarge(size) => format!("the file has {size} bytes, more than 256 MiB"),
                        ReadError::Io(error) => format!("cannot be read: {error}"),
                    };
                    Diagnostic::error(Code::FileUnreadable, message).at(Location::file(format!("content/{path}")))
                })?;
                *out = picture::position::without(std::mem::take(out));
                Ok(())
            }
            Kind::Rendition(at, number) => self.rendition(*at, *number, out),
            Kind::SocialCard(of) => self.social_card(*of, out),
            Kind::Search(edition) => self.search(page, *edition, out),
            Kind::SearchIndex(edition) => {
                self.search_index(*edition, out);
                Ok(())
            }
            Kind::SearchPart(edition, segment, file) => self.search_part(*edition, *segment as usize, *file, out),
            Kind::SitemapIndex
            | Kind::SitemapPart(..)
            | Kind::SitemapLists(_)
            | Kind::NewsSitemap
            | Kind::Robots
            | Kind::TdmRep
            | Kind::License => {
                self.sitemap(&page.kind, out);
                Ok(())
            }
        }
    }

    /// The newest story that a page shows; for working in an order that is kind to caches.
    pub fn newest(&self, page: &Page) -> Option<LiveId> {
        match page.kind {
            Kind::Story(id) | Kind::Tombstone(id) | Kind::Ninjs(id) | Kind::Redirect(id) => Some(id),
            Kind::List(list, number) => {
                let stories = &self.site.index.lists[list as usize].stories;
                stories[plan::slice(stories.len(), self.site.config.lists.per_page, number)].last().copied()
            }
            _ => None,
        }
    }

    fn language(&self, edition: u8) -> &str {
        &self.site.config.languages[usize::from(edition)]
    }

    fn edition_view(&self, edition: u8) -> EditionView {
        let config = self.site.config;
        let language = self.language(edition);
        let url = config.href(&format!("{}/", config.edition_prefix(edition)));
        let sections = config.navigation.iter().filter_map(|path| self.site.stories.sections.get(path));
        let indexes = plan::index_urls(config, edition);
        let index_url = |of: &str| {
            let planned =
                self.plan.pages.iter().any(|page| matches!(page.kind, Kind::Index(e, o) if e == edition && o == of));
            let url = indexes.iter().find(|(known, _)| *known == of && planned);
            url.map(|(_, url)| config.href(url)).unwrap_or_default()
        };
        let mut pages: Vec<Link> = Vec::new();
        for (at, page) in self.site.stories.pages.iter().enumerate() {
            if page.edition == edition && !self.plan.standing_urls[at].is_empty() {
                pages.push(Link { name: page.headline.clone(), url: self.plan.standing_urls[at].clone() });
            }
        }
        pages.sort_by(|a, b| a.name.cmp(&b.name));
        EditionView {
            language: language.to_string(),
            dir: dates::direction(language).to_string(),
            url,
            sections: sections.map(|section| self.section_link(edition, section)).collect(),
            pages,
            feeds: self.feed_links(&config.title, &config.edition_prefix(edition), "/"),
            topics_url: index_url("topic"),
            places_url: index_url("place"),
            authors_url: index_url("author"),
            corrections_url: {
                let at = self.plan.lists.get(&(edition, ListOf::Corrections));
                at.map(|at| self.plan.list_urls[*at as usize].clone()).unwrap_or_default()
            },
            feeds_url: match plan::has_feeds_page(config) {
                true => config.href(&plan::feeds_url(config, edition)),
                false => String::new(),
            },
            search_url: if config.search { config.href(&plan::search_url(config, edition)) } else { String::new() },
        }
    }

    fn site_view(&self, edition: u8) -> SiteView {
        let config = self.site.config;
        let language = self.language(edition);
        SiteView {
            title: config.title.clone(),
            description: config.description.get(language).unwrap_or_default().to_string(),
            origin: config.origin.clone(),
            publisher: config.publisher.clone(),
            rights: RightsView {
                tdm_reservation: config.rights.tdm_reservation.map(u8::from),
                tdm_policy: config.rights.tdm_policy.clone().unwrap_or_default(),
                license: if config.rights.has_license() { config.href(plan::LICENSE) } else { String::new() },
            },
            copyright: config.copyright.get(language).unwrap_or_default().to_string(),
            editions: (0..config.languages.len() as u8)
                .map(|edition| EditionLink {
                    language: self.language(edition).to_string(),
                    name: dates::language_name(self.language(edition)),
                    url: config.href(&format!("{}/", config.edition_prefix(edition))),
                })
                .collect(),
            extra: Value::from_serializable(&config.extra),
        }
    }

    fn feed_links(&self, name: &str, prefix: &str, folder: &str) -> Feeds {
        self.feeds_in(name, &self.site.config.href(&format!("{prefix}{folder}")))
    }

    /// The feeds in a folder, by the link to it.
    fn feeds_in(&self, name: &str, folder: &str) -> Feeds {
        let mut feeds = Feeds { name: name.to_string(), ..Feeds::default() };
        for (form, name) in plan::forms(self.site.config) {
            let url = format!("{folder}{name}");
            match form {
                FeedForm::Rss => feeds.rss = url,
                FeedForm::Atom => feeds.atom = url,
                FeedForm::Json => feeds.json = url,
            }
        }
        feeds
    }

    /// What the head of a page needs; callers add what theirs has more.
    fn page_view(&self, page: &Page, kind: &'static str, edition: u8, title: String) -> PageView {
        let config = self.site.config;
        let url = config.href(page.url.as_str());
        let Edition { view, social_card, .. } = &self.editions[usize::from(edition)];
        let (image_width, image_height) = social_card.as_ref().map_or((0, 0), |_| social_card::SIZE);
        PageView {
            kind,
            title,
            description: String::new(),
            canonical: config.address(&url),
            url,
            language: view.language.clone(),
            dir: view.dir.clone(),
            alternates: Vec::new(),
            noindex: false,
            feeds: view.feeds.clone(),
            image: social_card.as_ref().map(|url| config.address(url)).unwrap_or_default(),
            image_width,
            image_height,
            image_alt: social_card.as_ref().map(|_| config.title.clone()).unwrap_or_default(),
            json_ld: Value::safe_string(""),
        }
    }

    fn template(
        &self,
        name: &str,
        edition: u8,
        page: &PageView,
        values: impl FnOnce(&mut Context),
        out: &mut Vec<u8>,
    ) -> Result<(), Diagnostic> {
        let mut context = self.editions[usize::from(edition)].context.clone();
        context.insert("page", page);
        values(&mut context);
        if let Some(observer) = self.observer {
            observer.template(name, &context);
        }
        theme::refill_range();
        let mut bounded = Bounded { out, left: PAGE_LIMIT, until: self.until, writes: 0 };
        match self.site.theme.tera.render_to(name, &context, &mut bounded) {
            Ok(()) => Ok(()),
            Err(_) if bounded.left == 0 => {
                let message = format!("the page {} grew over 64 MB and was not written", page.url);
                Err(Diagnostic::error(Code::PageTooLarge, message).hint(format!("look for a loop in {name}")))
            }
            Err(_) if bounded.is_late() => {
                let message = format!("the page {} took too long and was given up", page.url);
                Err(Diagnostic::error(Code::PageTooLarge, message).hint(format!("look for a loop in {name}")))
            }
            Err(error) => {
                let mut diagnostic = theme::template_diagnostic(&error, Code::TemplateRender);
                diagnostic.hints.push(format!("seen on {}", page.url));
                Err(diagnostic)
            }
        }
    }

    fn date(&self, edition: u8, time: Timestamp) -> DateView {
        let zone = &self.site.config.zone;
        let local = time.in_zone(zone);
        let day = Day::from(local.date());
        let mut clock = String::with_capacity(5);
        two_digits(&mut clock, local.hour().unsigned_abs());
        clock.push(':');
        two_digits(&mut clock, local.minute().unsigned_abs());
        DateView {
            iso: time.rfc3339(zone),
            date: self.lookups.dates.long(usize::from(edition), day),
            time: clock,
            url: self.day_url(edition, day).to_string(),
        }
    }

    /// Path of a day's page, or empty.
    fn day_url(&self, edition: u8, day: Day) -> &str {
        let list = self.plan.lists.get(&(edition, ListOf::Day(day)));
        list.map_or("", |at| self.plan.list_urls[*at as usize].as_str())
    }

    /// The tag of a story's own language.
    fn story_language<'s>(&'s self, story: &'s Story) -> &'s str {
        if story.language.is_empty() { self.language(story.edition) } else { &story.language }
    }

    /// `ltr` or `rtl` by a story's own language.
    fn direction(&self, story: &Story) -> &str {
        if story.language.is_empty() {
            &self.editions[usize::from(story.edition)].view.dir
        } else {
            dates::direction(&story.language)
        }
    }

    /// What a list is called in its edition.
    fn list_name(&self, list: &List) -> String {
        let stories = self.site.stories;
        match list.of {
            ListOf::Category(id) => self.section_link(list.edition, id).name,
            ListOf::Topic(id) => stories.topics.name(id).to_string(),
            ListOf::Place(id) => stories.places.name(id).to_string(),
            ListOf::Author(id) => stories.authors.name(id).to_string(),
            ListOf::Day(day) => self.lookups.dates.long(usize::from(list.edition), day),
            ListOf::Corrections => self.editions[usize::from(list.edition)].untitled["corrections"].clone(),
        }
    }

    fn list_link(&self, edition: u8, of: ListOf, name: &str) -> Link {
        let at = self.plan.lists.get(&(edition, of));
        Link { name: name.to_string(), url: at.map(|at| self.plan.list_urls[*at as usize].clone()).unwrap_or_default() }
    }

    fn section_link(&self, edition: u8, section: NameId) -> Link {
        let sections = &self.site.stories.sections;
        let name =
            self.site.config.section_name(sections.slug(section), self.language(edition), sections.name(section));
        self.list_link(edition, ListOf::Category(section), &name)
    }

    /// The sections above one, from the top.
    fn section_parents(&self, edition: u8, section: NameId) -> Vec<Link> {
        let lineage = lineage(self.site.stories, section);
        lineage[1..].iter().rev().map(|section| self.section_link(edition, *section)).collect()
    }

    fn story_url(&self, id: LiveId) -> &str {
        &self.plan.story_urls[id.index()]
    }

    fn card(&self, id: LiveId, newer: bool) -> Value {
        let live = self.site.standing.get(id);
        let story = self.site.stories.get(live.current);
        let section = self.site.stories.get(live.first).section;
        let language = self.story_language(story);
        let picture = story.rare().picture.as_ref();
        let picture = picture
            .and_then(|picture| Some(PictureView { alt: picture.alt.clone(), ..self.picture_view(&picture.file)? }));
        Value::from_serializable(&CardView {
            url: self.story_url(id).to_string(),
            headline: story.headline.to_string(),
            kicker: story.kicker.to_string(),
            description: story.description.to_string(),
            section: self.section_link(story.edition, section),
            published: self.date(story.edition, live.published),
            corrected: story.corrected,
            correction: story.corrected.then(|| self.correction(story)),
            updated: story.version_created > live.published,
            alert: story.alert && story.body_length == 0,
            archived: live.state == State::Archived,
            urgency: story.urgency,
            picture,
            language: language.to_string(),
            dir: self.direction(story).to_string(),
            newer,
        })
    }

    /// The correction notice of a story as its card has it. No story needs to have come that day, so it has no link to the day.
    fn correction(&self, story: &Story) -> CorrectionView {
        let date =
            story.rare().corrected_at.map(|date| DateView { url: String::new(), ..self.date(story.edition, date) });
        CorrectionView { note: story.rare().note.clone().unwrap_or_default(), date }
    }

    fn cards(&self, cards: &mut Cards, ids: impl Iterator<Item = LiveId>) -> Vec<Value> {
        let shown = ids.filter(|id| !self.story_url(*id).is_empty());
        shown.map(|id| cards.get(id, false, || self.card(id, false))).collect()
    }

    fn tombstone(&self, page: &Page, id: LiveId, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let story = self.site.stories.get(self.site.standing.get(id).current);
        let edition = story.edition;
        let title = self.editions[usize::from(edition)].untitled["tombstone"].clone();
        let mut head = self.page_view(page, "tombstone", edition, title);
        head.noindex = true;
        let note = story.rare().note.clone().unwrap_or_default();
        let view = TombstoneView { date: self.date(edition, story.version_created), note };
        self.template("tombstone.html", edition, &head, |context| context.insert("tombstone", &view), out)
    }

    fn front(&self, page: &Page, edition: u8, cards: &mut Cards, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let config = self.site.config;
        let mut head = self.page_view(page, "front", edition, config.title.clone());
        head.description = config.description.get(self.language(edition)).unwrap_or_default().to_string();
        if config.languages.len() > 1 {
            for other in 0..config.languages.len() as u8 {
                let url = config.address(&self.editions[usize::from(other)].view.url);
                head.alternates.push(Alternate { language: self.language(other).to_string(), url });
            }
            let url = config.address(&self.editions[0].view.url);
            head.alternates.push(Alternate { language: "x-default".to_string(), url });
        }
        let home = config.address(&config.href("/"));
        let publisher = schema::Publisher { name: &config.publisher, url: &home };
        let json_ld = schema::site(&config.title, &head.canonical, &head.language, &head.description, &publisher);
        head.json_ld = Value::safe_string(&json_ld);
        let stories = self.cards(cards, self.site.index.fronts[usize::from(edition)].iter().copied());
        let latest = self.cards(cards, self.front_latest(edition));
        let sections = self.front_sections(edition).into_iter().map(|(section, newest)| {
            let Link { name, url } = self.section_link(edition, section);
            FrontSection { name, url, stories: self.cards(cards, newest.into_iter()) }
        });
        let sections = sections.collect();
        let breaking = self.cards(cards, self.site.index.breaking[usize::from(edition)].iter().copied());
        let view = FrontView { breaking, stories, latest, sections };
        self.template("front.html", edition, &head, |context| context.insert("front", &view), out)
    }

    /// The newest stories of a front page, by time alone.
    fn front_latest(&self, edition: u8) -> impl Iterator<Item = LiveId> {
        let published = &self.site.index.published[usize::from(edition)];
        published.iter().rev().copied().take(self.site.config.lists.front)
    }

    /// The sections of the navigation, each with its newest stories; those without any are left out.
    fn front_sections(&self, edition: u8) -> Vec<(NameId, Vec<LiveId>)> {
        let mut sections = Vec::new();
        for section in self.site.config.navigation.iter().filter_map(|path| self.site.stories.sections.get(path)) {
            let Some(at) = self.plan.lists.get(&(edition, ListOf::Category(section))) else { continue };
            let newest = self.site.index.lists[*at as usize].stories.iter().rev().copied();
            let shown =
                |id: &LiveId| self.site.standing.get(*id).state == State::Published && !self.story_url(*id).is_empty();
            let newest: Vec<LiveId> = newest.filter(shown).take(FRONT_SECTION).collect();
            if !newest.is_empty() {
                sections.push((section, newest));
            }
        }
        sections
    }

    fn list(&self, page: &Page, at: u32, number: u32, cards: &mut Cards, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let (config, stories, index) = (self.site.config, self.site.stories, self.site.index);
        let list = &index.lists[at as usize];
        let edition = list.edition;
        let kind = plan::list_kind(list);
        let url = self.plan.list_urls[at as usize].clone();
        let n = config.lists.per_page;
        let closed = plan::closed_pages(list.stories.len(), n) as u32;
        let page_url = |number: u32| if number == 0 { url.clone() } else { format!("{url}page/{number}/") };
        let name = self.list_name(list);
        let (mut description, mut children) = (String::new(), Vec::new());
        let mut parents = self.day_parents(edition, list.of);
        if let ListOf::Category(id) = list.of {
            let path = stories.sections.slug(id);
            let section = config.sections.get(path).and_then(|section| section.description(self.language(edition)));
            description = section.unwrap_or_default().to_string();
            parents = self.section_parents(edition, id);
            let below = self.lookups.children.get(&(edition, id)).map_or(&[][..], |below| below);
            children = below.iter().map(|child| self.section_link(edition, *child)).collect();
            children.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let has_feeds = config.pages.list_feeds.iter().any(|known| known == kind);
        let path = page.url.as_str().split("page/").next().unwrap_or("/").to_string();
        let feeds = if has_feeds { self.feed_links(&name, "", &path) } else { Feeds::default() };
        let mut head = self.page_view(page, kind, edition, name.clone());
        head.description = description.clone();
        if has_feeds {
            head.feeds = feeds.clone();
        }
        if number == 0 {
            head.alternates = self.same_section(list);
        }
        head.json_ld = Value::safe_string(&self.list_schema(kind, &head, &config.address(&url), &parents));
        let shown = plan::slice(list.stories.len(), n, number);
        let view = ListView {
            kind,
            name,
            description,
            stories: self.cards(cards, list.stories[shown].iter().rev().copied()),
            number,
            newer: match number {
                0 => String::new(),
                _ if number == closed => page_url(0),
                _ => page_url(number + 1),
            },
            older: match number {
                0 if closed > 0 => page_url(closed),
                0 | 1 => String::new(),
                _ => page_url(number - 1),
            },
            url,
            children,
            parents,
            feeds,
        };
        self.template(list_template(list), edition, &head, |context| context.insert("list", &view), out)
    }

    /// Structured data of a page of a list; `newest` is the full address of the list's newest page.
    fn list_schema(&self, kind: &str, head: &PageView, newest: &str, parents: &[Link]) -> String {
        let config = self.site.config;
        let edition = config.languages.iter().position(|language| *language == head.language).unwrap_or(0);
        let home = config.address(&self.editions[edition].view.url);
        let full = |url: &str| if url.is_empty() { String::new() } else { config.address(url) };
        let urls: Vec<String> = parents.iter().map(|parent| full(&parent.url)).collect();
        let parents: Vec<schema::Step> = parents.iter().zip(&urls).map(|(link, url)| (&*link.name, &**url)).collect();
        schema::list(&schema::List {
            kind,
            name: &head.title,
            description: &head.description,
            url: &head.canonical,
            newest,
            language: &head.language,
            site: (&config.title, &home),
            parents: &parents,
        })
    }

    /// A section's page in every edition that has it. Only sections are the same in all languages; topics are words of one.
    fn same_section(&self, list: &List) -> Vec<Alternate> {
        let ListOf::Category(_) = list.of else { return Vec::new() };
        let editions = (0..self.site.config.languages.len() as u8)
            .filter_map(|edition| Some((edition, *self.plan.lists.get(&(edition, list.of))?)));
        let mut alternates: Vec<Alternate> = editions
            .map(|(edition, at)| Alternate {
                language: self.language(edition).to_string(),
                url: self.site.config.address(&self.plan.list_urls[at as usize]),
            })
            .collect();
        if alternates.len() < 2 {
            return Vec::new();
        }
        let url = alternates[0].url.clone();
        alternates.push(Alternate { language: "x-default".to_string(), url });
        alternates
    }

    fn index(&self, page: &Page, edition: u8, of: &'static str, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let mut entries: Vec<Link> = Vec::new();
        for list in self.site.index.lists.iter().filter(|list| list.edition == edition && plan::list_kind(list) == of) {
            let name = self.list_name(list);
            entries.push(self.list_link(edition, list.of, &name));
        }
        entries.sort_by_cached_key(|link| (link.name.to_lowercase(), link.url.clone()));
        let title = self.editions[usize::from(edition)].untitled[of].clone();
        let head = self.page_view(page, "index", edition, title);
        let view = IndexView { of, entries };
        self.template("index.html", edition, &head, |context| context.insert("index", &view), out)
    }

    fn feeds_page(&self, page: &Page, edition: u8, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let Edition { view: edition_view, untitled, .. } = &self.editions[usize::from(edition)];
        let head = self.page_view(page, "feeds", edition, untitled["feeds"].clone());
        let has = |kind: &str| self.site.config.pages.list_feeds.iter().any(|known| known == kind);
        let lists = [
            ("topic", &edition_view.topics_url),
            ("place", &edition_view.places_url),
            ("author", &edition_view.authors_url),
        ];
        let lists = lists.into_iter().filter(|(kind, url)| has(kind) && !url.is_empty());
        let corrections = &edition_view.corrections_url;
        let corrections = if has("corrections") && !corrections.is_empty() {
            self.feeds_in(&untitled["corrections"], corrections)
        } else {
            Feeds::default()
        };
        let view = FeedsView {
            all: edition_view.feeds.clone(),
            sections: self.section_feeds(edition),
            corrections,
            lists: lists.map(|(kind, url)| Link { name: untitled[kind].clone(), url: url.clone() }).collect(),
        };
        self.template("feeds.html", edition, &head, |context| context.insert("feeds", &view), out)
    }

    /// The feeds of every section that has a list, by name.
    fn section_feeds(&self, edition: u8) -> Vec<Feeds> {
        if !self.site.config.pages.list_feeds.iter().any(|kind| kind == "category") {
            return Vec::new();
        }
        let sections = self.site.index.lists.iter().filter_map(|list| match list.of {
            ListOf::Category(id) if list.edition == edition => Some(self.section_link(edition, id)),
            _ => None,
        });
        let mut sections: Vec<Link> = sections.filter(|link| !link.url.is_empty()).collect();
        sections.sort_by_cached_key(|link| (link.name.to_lowercase(), link.url.clone()));
        sections.into_iter().map(|link| self.feeds_in(&link.name, &link.url)).collect()
    }

    fn standing(
        &self,
        page: &Page,
        at: usize,
        out: &mut Vec<u8>,
        found: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let standing = &self.site.stories.pages[at];
        let file = format!("content/{}", standing.source);
        let (front, body, line) = load::reread(self.root, &standing.source, self.site.config)
            .map_err(|error| Diagnostic::error(Code::FileUnreadable, error.to_string()).at(Location::file(&file)))?;
        let mut html = String::with_capacity(body.len() * 5 / 4);
        self.markdown(&standing.source, &body, line, &mut html, found);
        self.dress(&standing.media, true, &mut html);
        let mut head = self.page_view(page, "page", standing.edition, standing.headline.clone());
        head.description = standing.description.clone();
        let extra = Value::from_serializable(&front.extra.unwrap_or_else(|| serde_json::json!({})));
        let view = StandingView { headline: standing.headline.clone(), body: Value::safe_string(&html), extra };
        let template = self.layout(standing.layout.as_deref(), "page.html", &standing.source, found);
        self.template(template, standing.edition, &head, |context| context.insert("standing", &view), out)
    }

    fn not_found(&self, page: &Page, edition: u8, cards: &mut Cards, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let title = self.editions[usize::from(edition)].untitled["not-found"].clone();
        let mut head = self.page_view(page, "not-found", edition, title);
        head.noindex = true;
        let view = NotFoundView { stories: self.cards(cards, self.not_found_stories(edition)) };
        self.template("not-found.html", edition, &head, |context| context.insert("not_found", &view), out)
    }

    /// The stories that the page for wrong addresses offers.
    fn not_found_stories(&self, edition: u8) -> impl Iterator<Item = LiveId> {
        self.front_latest(edition).take(NOT_FOUND_STORIES)
    }

    fn redirect(&self, page: &Page, edition: u8, target: &str, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let mut head = self.page_view(page, "redirect", edition, String::new());
        head.noindex = true;
        self.template("redirect.html", edition, &head, |context| context.insert("target", target), out)
    }

    fn feed(&self, page: &Page, of: FeedOf, form: FeedForm, out: &mut Vec<u8>) {
        let (config, stories, standing) = (self.site.config, self.site.stories, self.site.standing);
        let (edition, list, home, title): (u8, &[LiveId], String, String) = match of {
            FeedOf::Edition(edition) => {
                let view = &self.editions[usize::from(edition)].view;
                (edition, &self.site.index.published[usize::from(edition)], view.url.clone(), config.title.clone())
            }
            FeedOf::List(at) => {
                let list = &self.site.index.lists[at as usize];
                let name = self.list_name(list);
                let url = self.plan.list_urls[at as usize].clone();
                (list.edition, &list.stories, url, format!("{}: {name}", config.title))
            }
        };
        let newest = list
            .iter()
            .rev()
            .copied()
            .filter(|id| standing.get(*id).state == State::Published && !self.story_url(*id).is_empty());
        let newest: Vec<LiveId> = newest.take(config.lists.feed).collect();
        let addresses: Vec<String> = newest.iter().map(|id| config.address(self.story_url(*id))).collect();
        let sections: Vec<String> = newest
            .iter()
            .map(|id| self.section_link(edition, stories.get(standing.get(*id).first).section).name)
            .collect();
        let is_corrections =
            matches!(of, FeedOf::List(at) if self.site.index.lists[at as usize].of == ListOf::Corrections);
        let entries = newest.iter().enumerate().map(|(n, id)| {
            let live = standing.get(*id);
            let story = stories.get(live.current);
            feeds::Entry {
                uri: &story.uri,
                url: &addresses[n],
                headline: &story.headline,
                description: match (is_corrections, &story.rare().note) {
                    (true, Some(note)) => note,
                    _ => &story.description,
                },
                published: live.published,
                updated: story.version_created.max(live.published),
                authors: story.authors.iter().map(|author| stories.authors.name(*author)).collect(),
                publisher: &config.publisher,
                categories: vec![&sections[n]],
                image: self.feed_image(story),
                language: self.story_language(story),
            }
        });
        // A withdrawn story is told to readers that may have kept it; what it was about is not told (RFC 6721).
        let oldest = newest.last().map(|id| standing.get(*id).published);
        let deleted = self.lookups.withdrawn.iter().map(|id| standing.get(*id)).filter(|live| {
            let story = stories.get(live.current);
            let section = stories.get(live.first).section;
            let here = match of {
                FeedOf::Edition(_) => true,
                FeedOf::List(at) => match self.site.index.lists[at as usize].of {
                    ListOf::Category(id) => lineage(stories, section).contains(&id),
                    _ => false,
                },
            };
            story.edition == edition && here && oldest.is_none_or(|oldest| live.published >= oldest)
        });
        let deleted = deleted.take(config.lists.feed).map(|live| {
            let story = stories.get(live.current);
            feeds::Deleted { uri: &story.uri, when: story.version_created }
        });
        let feed = feeds::Feed {
            title: &title,
            description: config.description.get(self.language(edition)).unwrap_or(&config.title),
            language: self.language(edition),
            home: &config.address(&home),
            url: &config.address(&config.href(page.url.as_str())),
            hubs: config.hubs(),
            entries: entries.collect(),
            deleted: deleted.collect(),
        };
        match form {
            FeedForm::Rss => feeds::rss(&feed, out),
            FeedForm::Atom => feeds::atom(&feed, out),
            FeedForm::Json => feeds::json(&feed, out),
        }
    }

    fn modified(&self, id: LiveId) -> Timestamp {
        let live = self.site.standing.get(id);
        self.site.stories.get(live.current).version_created.max(live.published)
    }

    /// The stories in a part of the sitemap.
    fn sitemap_part(&self, year: i16, month: u8, part: u32) -> &[LiveId] {
        // Months are in order.
        let at = self.plan.months.binary_search_by_key(&(year, month), |(year, month, _)| (*year, *month));
        let ids = at.ok().and_then(|at| self.plan.months[at].2.chunks(plan::PART_LIMIT).nth(part as usize));
        ids.unwrap_or(&[])
    }

    fn sitemap(&self, kind: &Kind, out: &mut Vec<u8>) {
        let config = self.site.config;
        let address = |path: &str| config.address(&config.href(path));
        let latest = |ids: &[LiveId]| ids.iter().map(|id| self.modified(*id)).max();
        let url = |id: LiveId| config.address(self.story_url(id));
        match kind {
            Kind::SitemapIndex => {
                let lists = plan::parts(self.plan.listed().count()).max(1);
                let mut parts: Vec<_> = (0..lists).map(|part| (address(&plan::lists_url(part)), None)).collect();
                for (year, month, ids) in &self.plan.months {
                    for (part, ids) in ids.chunks(plan::PART_LIMIT).enumerate() {
                        parts.push((address(&plan::part_url(*year, *month, part as u32)), latest(ids)));
                    }
                }
                sitemap::index(&parts, out);
            }
            Kind::SitemapPart(year, month, part) => {
                let ids = self.sitemap_part(*year, *month, *part);
                let urls: Vec<_> = ids.iter().map(|id| (url(*id), Some(self.modified(*id)))).collect();
                sitemap::part(&urls, out);
            }
            Kind::SitemapLists(part) => {
                let listed = self.plan.listed().skip(*part as usize * plan::PART_LIMIT).take(plan::PART_LIMIT);
                let urls = listed.map(|page| {
                    let at = match &page.kind {
                        Kind::Front(edition) => latest(&self.site.index.fronts[usize::from(*edition)]),
                        Kind::List(list, _) => {
                            let list = &self.site.index.lists[*list as usize].stories;
                            latest(&list[plan::slice(list.len(), config.lists.per_page, 0)])
                        }
                        _ => None,
                    };
                    (address(page.url.as_str()), at)
                });
                sitemap::part(&urls.collect::<Vec<_>>(), out);
            }
            Kind::NewsSitemap => {
                let urls: Vec<String> = self.plan.news.iter().map(|id| url(*id)).collect();
                let entries: Vec<sitemap::NewsEntry> = self
                    .plan
                    .news
                    .iter()
                    .zip(&urls)
                    .map(|(id, url)| {
                        let live = self.site.standing.get(*id);
                        let story = self.site.stories.get(live.current);
                        sitemap::NewsEntry {
                            url,
                            name: &config.title,
                            language: self.story_language(story),
                            published: live.published,
                            title: &story.headline,
                        }
                    })
                    .collect();
                sitemap::news(&entries, &config.zone, out);
            }
            Kind::TdmRep => signals::tdmrep(&config.rights, &config.prefix, out),
            Kind::License => signals::license(&config.rights, &config.prefix, &config.publisher, out),
            _ => {
                let maps = [(config.pages.sitemap, "/sitemap.xml"), (config.pages.news_sitemap, "/news-sitemap.xml")];
                let maps: Vec<String> = maps.iter().filter(|(on, _)| *on).map(|(_, path)| address(path)).collect();
                let license = config.rights.has_license().then(|| address(plan::LICENSE));
                sitemap::robots(&maps, &config.rights.disallow, license.as_deref(), out);
            }
        }
    }
}

/// The template of a list.
fn list_template(list: &List) -> &'static str {
    if list.of == ListOf::Corrections { "corrections.html" } else { "list.html" }
}

/// Takes bytes until there are too many, or it is too late.
struct Bounded<'o> {
    out: &'o mut Vec<u8>,
    left: usize,
    until: Option<Instant>,
    writes: u32,
}

impl Bounded<'_> {
    fn is_late(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() > until)
    }
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.left {
            self.left = 0;
            return Err(io::Error::other("page too large"));
        }
        self.writes = self.writes.wrapping_add(1);
        // Asking for the time costs more than most writes do.
        if self.writes.is_multiple_of(256) && self.is_late() {
            return Err(io::Error::other("page too slow"));
        }
        self.left -= bytes.len();
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
