//! What every page of an edition has in common.

use super::views::{EditionLink, EditionView, Link, RightsView, SectionLink, SiteView};
use super::{Renderer, dates, menus};
use crate::index::ListOf;
use crate::page::PageKind;
use crate::plan;
use crate::theme::Theme;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use tera::{Context, Value};

/// What every page of an edition has in common, ready for templates.
#[derive(Clone)]
pub(super) struct Edition {
    pub(super) context: Context,
    pub(super) view: EditionView,
    pub(super) site: SiteView,
    /// What the files of `data/` say.
    pub(super) data: Value,
    pub(super) untitled: FxHashMap<PageKind, String>,
    /// Its feeds, as templates get them.
    pub(super) feeds: Value,
    /// Path of its social card.
    pub(super) social_card: Option<String>,
    /// The word that marks sponsored stories in feeds, and what separates it from the headline.
    pub(super) sponsored: (String, String),
}

impl Edition {
    pub(super) fn new(
        site: SiteView,
        view: EditionView,
        data: Value,
        social_card: Option<String>,
        theme: &Theme,
    ) -> Edition {
        let strings = theme.strings(&view.language);
        let mut context = Context::new();
        context.insert("site", &site);
        context.insert("edition", &menus::with_words(&view, strings));
        context.insert("data", &data);
        context.insert("t", strings);
        let text = |key: &str| strings.get(key).cloned().unwrap_or_default();
        let untitled = [
            (PageKind::Topic, "all_topics"),
            (PageKind::Place, "all_places"),
            (PageKind::Author, "all_authors"),
            (PageKind::Category, "all_categories"),
            (PageKind::Corrections, "corrections"),
            (PageKind::Latest, "latest"),
            (PageKind::Feeds, "feeds"),
            (PageKind::Search, "search"),
            (PageKind::Tombstone, "withdrawn"),
            (PageKind::NotFound, "not_found"),
        ];
        let untitled = untitled.map(|(kind, key)| (kind, text(key))).into_iter().collect();
        let sponsored = (text("sponsored"), text("label_mark"));
        let feeds = Value::from_serializable(&view.feeds);
        Edition { context, view, site, data, untitled, feeds, social_card, sponsored }
    }

    /// The title of a kind of page that no story, section or name gives one; empty where the theme has no word for it.
    pub(super) fn title(&self, kind: PageKind) -> String {
        self.untitled.get(&kind).cloned().unwrap_or_default()
    }
}

impl Renderer<'_> {
    pub(super) fn edition_view(&self, edition: u8) -> EditionView {
        let config = self.site.config;
        let language = self.language(edition);
        let url = config.href(&format!("{}/", config.edition_prefix(edition)));
        let sections = config.navigation.iter().filter_map(|path| self.site.stories.sections.get(path));
        let index_url = |of: PageKind| self.plan.index_urls.get(&(edition, of)).cloned().unwrap_or_default();
        let mut pages: Vec<Link> = Vec::new();
        for (at, page) in self.site.stories.pages.iter().enumerate() {
            if page.edition == edition && !self.plan.standing_urls[at].is_empty() {
                pages.push(Link { name: page.headline.clone(), url: self.plan.standing_urls[at].clone() });
            }
        }
        pages.sort_by(|a, b| a.name.cmp(&b.name));
        let mut view = EditionView {
            language: language.to_string(),
            dir: dates::direction(language).to_string(),
            url,
            sections: sections.map(|section| self.section_link(edition, section)).collect(),
            all_sections: self.all_sections(edition),
            menus: BTreeMap::new(),
            pages,
            feeds: self.feed_links(&config.title, &config.edition_prefix(edition), "/"),
            sections_url: index_url(PageKind::Category),
            topics_url: index_url(PageKind::Topic),
            places_url: index_url(PageKind::Place),
            authors_url: index_url(PageKind::Author),
            latest_url: self.list_link(edition, ListOf::Latest, "").url,
            corrections_url: self.list_link(edition, ListOf::Corrections, "").url,
            feeds_url: match plan::has_feeds_page(config) {
                true => config.href(&plan::feeds_url(config, edition)),
                false => String::new(),
            },
            search_url: if config.search { config.href(&plan::search_url(config, edition)) } else { String::new() },
            zone_name: dates::zone(language, &config.zone),
        };
        view.menus = self.menus(edition, &view);
        view
    }

    /// The sections that the settings name, with those below them. Stories add none: each page shows these.
    fn all_sections(&self, edition: u8) -> Vec<SectionLink> {
        let config = self.site.config;
        let link = |path: &String| {
            Some(self.section_link(edition, self.site.stories.sections.get(path)?)).filter(|link| !link.url.is_empty())
        };
        let named: BTreeSet<&String> = config.named_sections().collect();
        let below = |path: &str, other: &str| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        // One below another of the settings stands with that.
        let is_top = |path: &&&String| !named.iter().any(|above| below(above, path));
        let rest = named.iter().filter(|path| !config.navigation.contains(path));
        let navigation = config.navigation.iter().filter_map(|path| named.get(path));
        let mut seen = BTreeSet::new();
        let tops = navigation.chain(rest).filter(is_top).filter(|path| seen.insert(path.as_str()));
        tops.filter_map(|top| {
            let children = named.iter().filter(|path| below(top, path)).filter_map(|path| link(path)).collect();
            let Link { name, url } = link(top)?;
            Some(SectionLink { name, url, children })
        })
        .collect()
    }

    pub(super) fn site_view(&self, edition: u8) -> SiteView {
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
            logo: self.logo_view(),
            icons: self.icons_view(),
            social: self.profile_views(),
            theme_color: self.theme_color(),
            colors_url: self.colors_url(),
            time_zone: config.zone.name().to_string(),
            extra: Value::from_serializable(&config.extra),
        }
    }

    pub(super) fn language(&self, edition: u8) -> &str {
        &self.site.config.languages[usize::from(edition)]
    }
}
