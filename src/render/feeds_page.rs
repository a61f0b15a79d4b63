//! The page that names the feeds of an edition.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use super::views::{Feeds, FeedsView, Link};
use crate::diag::Diagnostic;
use crate::index::ListOf;
use crate::page::PageKind;
use crate::plan::{self, FeedForm, Page};

impl Keys<'_, '_> {
    pub(super) fn feeds_page(&self, edition: u8, key: &mut KeyBuilder) {
        self.frame(edition, "feeds.html", key);
        for feeds in self.renderer.section_feeds(edition) {
            key.part(Part::List).bytes(feeds.name).bytes(feeds.rss).bytes(feeds.atom).bytes(feeds.json);
        }
    }
}

impl Renderer<'_> {
    pub(super) fn feeds_page(&self, page: &Page, edition: u8, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let titled = &self.editions[usize::from(edition)];
        let edition_view = &titled.view;
        let head = self.page_view(page, PageKind::Feeds, edition, titled.title(PageKind::Feeds));
        let has = |kind: PageKind| self.site.config.pages.list_feeds.iter().any(|known| known == kind.as_str());
        let lists = [
            (PageKind::Topic, &edition_view.topics_url),
            (PageKind::Place, &edition_view.places_url),
            (PageKind::Author, &edition_view.authors_url),
        ];
        let lists = lists.into_iter().filter(|(kind, url)| has(*kind) && !url.is_empty());
        let corrections = &edition_view.corrections_url;
        let corrections = if has(PageKind::Corrections) && !corrections.is_empty() {
            self.feeds_in(&titled.title(PageKind::Corrections), corrections)
        } else {
            Feeds::default()
        };
        let view = FeedsView {
            all: edition_view.feeds.clone(),
            sections: self.section_feeds(edition),
            corrections,
            lists: lists.map(|(kind, url)| Link { name: titled.title(kind), url: url.clone() }).collect(),
        };
        self.template("feeds.html", edition, &head, |context| context.insert("feeds", &view), out)
    }

    /// The feeds of every section that has a list, by name.
    pub(super) fn section_feeds(&self, edition: u8) -> Vec<Feeds> {
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

    pub(super) fn feed_links(&self, name: &str, prefix: &str, folder: &str) -> Feeds {
        self.feeds_in(name, &self.site.config.href(&format!("{prefix}{folder}")))
    }

    /// The feeds in a folder, by the link to it.
    pub(super) fn feeds_in(&self, name: &str, folder: &str) -> Feeds {
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
}
