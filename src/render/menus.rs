//! Menus as links: those of the settings, and those that every edition has.

use super::Renderer;
use super::views::{EditionView, Link, MenuLink};
use crate::config::{FOOTER, IndexPage, MAIN, MenuItem, MenuTarget};
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
            let mut footer = links(&view.pages);
            footer.extend(indexes.filter_map(|index| index_link(view, index)));
            footer
        });
        menus
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
                let mut pages = self.site.stories.pages.iter().zip(&self.plan.standing_urls);
                let is_it = |page: &crate::story::StandingPage| page.edition == edition && page.path == path;
                let (page, url) = pages.find(|(page, url)| is_it(page) && !url.is_empty())?;
                MenuLink { name: page.headline.clone(), url: url.clone(), word: None }
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
