//! Menus as links: those of the settings, those that every edition has, and the standing pages that join them.

use super::Renderer;
use super::views::{EditionView, Link, MenuLink};
use crate::config::{FOOTER, IndexPage, MAIN, MenuItem, MenuTarget};
use crate::story::{MenuPlace, StandingPage};
use std::collections::BTreeMap;

impl Renderer<'_> {
    /// The menus of an edition. Where the settings have none of that name, `main` has the sections of the navigation, and `footer` the
    /// standing pages and all that dateline makes of everything.
    pub(super) fn menus(&self, edition: u8, view: &EditionView) -> BTreeMap<String, Vec<MenuLink>> {
        let menus = self.site.config.menus.iter();
        let mut menus: BTreeMap<String, Vec<MenuLink>> = menus
            .map(|(name, items)| {
                (name.clone(), items.iter().filter_map(|item| self.menu_link(edition, view, item)).collect())
            })
            .collect();
        let links = |links: &[Link]| links.iter().map(MenuLink::from).collect::<Vec<_>>();
        menus.entry(MAIN.to_string()).or_insert_with(|| links(&view.sections));
        menus.entry(FOOTER.to_string()).or_insert_with(|| {
            // The search has a place of its own in the head of each page.
            let indexes = IndexPage::ALL.into_iter().filter(|index| *index != IndexPage::Search);
            let pages = self.standing_pages(edition).filter(|(page, _)| self.joined(page).is_none());
            let mut footer: Vec<MenuLink> = pages.map(|(page, url)| page_link(page, url)).collect();
            footer.sort_by(|a, b| a.name.cmp(&b.name));
            footer.extend(indexes.filter_map(|index| index_link(view, index)));
            footer
        });
        self.join(edition, &mut menus);
        menus
    }

    /// The standing pages of an edition that have an address, with it.
    fn standing_pages(&self, edition: u8) -> impl Iterator<Item = (&StandingPage, &String)> {
        let pages = self.site.stories.pages.iter().zip(&self.plan.standing_urls);
        pages.filter(move |(page, url)| page.edition == edition && !url.is_empty())
    }

    /// The menu that a standing page joins; `None` where it names none, or one that is not there.
    fn joined<'p>(&self, page: &'p StandingPage) -> Option<&'p MenuPlace> {
        page.menu.as_ref().map(|(menu, _)| menu).filter(|menu| self.site.config.has_menu(&menu.name))
    }

    /// Puts standing pages into the menus that they name: by their order, those of one order by title, and those without one at the
    /// end. One that the settings put there already has its place.
    fn join(&self, edition: u8, menus: &mut BTreeMap<String, Vec<MenuLink>>) {
        let pages = self.standing_pages(edition);
        let joining = pages.filter_map(|(page, url)| Some((self.joined(page)?, page, url)));
        let mut joining: Vec<(&MenuPlace, &StandingPage, &String)> = joining.collect();
        joining.sort_by_key(|(menu, page, url)| (menu.order.unwrap_or(u16::MAX), &page.headline, *url));
        for (name, links) in menus {
            // Pages of one order stand one behind another.
            let mut least = 0;
            for (menu, page, url) in joining.iter().filter(|(menu, ..)| menu.name == *name) {
                if links.iter().all(|link| link.url != **url) {
                    let wanted = menu.order.map_or(links.len(), |order| usize::from(order.saturating_sub(1)));
                    let at = wanted.max(least).min(links.len());
                    links.insert(at, page_link(page, url));
                    least = at + 1;
                }
            }
        }
    }

    /// An entry in an edition; `None` where what it leads to is not there.
    fn menu_link(&self, edition: u8, view: &EditionView, item: &MenuItem) -> Option<MenuLink> {
        let config = self.site.config;
        let language = self.language(edition);
        let mut link = match &item.to {
            MenuTarget::Section(path) => {
                MenuLink::from(&self.section_link(edition, self.site.stories.sections.get(path)?))
            }
            MenuTarget::Page(paths) => {
                let path = paths.get(language)?;
                let (page, url) = self.standing_pages(edition).find(|(page, _)| page.path == path)?;
                page_link(page, url)
            }
            MenuTarget::Index(index) => index_link(view, *index)?,
            MenuTarget::Url(urls) => {
                let url = urls.get(language)?;
                // A path of the site stands below its own folder.
                let url = if url.starts_with('/') { format!("{}{url}", config.prefix) } else { url.to_string() };
                MenuLink { url, ..MenuLink::default() }
            }
        };
        if let Some(name) = item.name.get(language) {
            (link.name, link.word) = (name.to_string(), None);
        }
        (!link.url.is_empty()).then_some(link)
    }
}

fn page_link(page: &StandingPage, url: &str) -> MenuLink {
    MenuLink { name: page.headline.clone(), url: url.to_string(), word: None }
}

/// The link to a page of everything; `None` where it is switched off.
fn index_link(view: &EditionView, index: IndexPage) -> Option<MenuLink> {
    let url = match index {
        IndexPage::Latest => &view.latest_url,
        IndexPage::Sections => &view.sections_url,
        IndexPage::Topics => &view.topics_url,
        IndexPage::Places => &view.places_url,
        IndexPage::Authors => &view.authors_url,
        IndexPage::Corrections => &view.corrections_url,
        IndexPage::Feeds => &view.feeds_url,
        IndexPage::Search => &view.search_url,
    };
    let link = MenuLink { name: String::new(), url: url.clone(), word: Some(index.word()) };
    (!url.is_empty()).then_some(link)
}

/// What templates see of an edition: entries of menus without a text of their own get the theme's word.
pub(super) fn with_words(view: &EditionView, words: &BTreeMap<String, String>) -> EditionView {
    let mut view = view.clone();
    for link in view.menus.values_mut().flatten() {
        if let Some(word) = link.word {
            link.name = words.get(word).cloned().unwrap_or_default();
        }
    }
    view
}

impl From<&Link> for MenuLink {
    fn from(link: &Link) -> MenuLink {
        MenuLink { name: link.name.clone(), url: link.url.clone(), word: None }
    }
}
