//! The feed of an edition or of a list: which stories it holds, and what of them.

mod content;
mod format;

pub(super) use format::Image;

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use super::xml::urn;
use crate::clock::Timestamp;
use crate::desk::{PublicId, PublicStory, Visibility};
use crate::diag::Diagnostic;
use crate::index::{List, ListOf};
use crate::plan::{FeedForm, FeedOf, Page};

impl Keys<'_, '_> {
    pub(super) fn feed(&self, of: FeedOf, key: &mut KeyBuilder) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let (edition, name) = match of {
            FeedOf::Edition(edition) => (edition, String::new()),
            FeedOf::List(at) => {
                let list = &site.index.lists[at as usize];
                (list.edition, renderer.list_name(list))
            }
        };
        key.part(Part::Settings).hash(self.settings[usize::from(edition)]);
        let part = key.part(Part::List);
        part.bytes(name);
        let mut oldest = None;
        for id in renderer.feed_stories(of) {
            oldest = Some(site.public.get(id).published);
            let story = site.stories.get(site.public.get(id).current);
            part.hash(self.cards[id.index()]).bytes(&*story.uri).number(story.version_created.millis());
            story.authors.iter().for_each(|author| {
                part.bytes(site.stories.authors.name(*author));
            });
            if story.rare().sponsor.is_some() {
                let (word, mark) = &renderer.editions[usize::from(edition)].sponsored;
                part.bytes(word).bytes(mark);
            }
        }
        part.number(0);
        for deleted in renderer.deleted(of, oldest) {
            part.bytes(deleted.uri).number(deleted.when.millis());
        }
        self.feed_content(of, key);
    }
}

impl Renderer<'_> {
    /// The stories of a feed, newest first.
    pub(super) fn feed_stories(&self, of: FeedOf) -> impl Iterator<Item = PublicId> {
        let (index, public) = (self.site.index, self.site.public);
        let list = match of {
            FeedOf::Edition(edition) => &index.published[usize::from(edition)],
            FeedOf::List(at) => &index.lists[at as usize].stories,
        };
        let is_shown =
            |id: &PublicId| public.get(*id).visibility == Visibility::Published && !self.story_url(*id).is_empty();
        list.iter().rev().copied().filter(is_shown).take(self.site.config.lists.feed)
    }

    /// The withdrawn stories that a feed names, newest first, of those not older than its `oldest` story: feed readers that may have kept
    /// one learn that it went, but not what it was about (RFC 6721). Lists of topics and other names know none: what a story was about
    /// is gone with it.
    fn deleted(&self, of: FeedOf, oldest: Option<Timestamp>) -> Vec<format::Deleted<'_>> {
        let (config, stories, public) = (self.site.config, self.site.stories, self.site.public);
        let (edition, of_section) = match of {
            FeedOf::Edition(edition) => (edition, None),
            FeedOf::List(at) => match &self.site.index.lists[at as usize] {
                List { edition, of: ListOf::Category(id), .. } => (*edition, Some(*id)),
                _ => return Vec::new(),
            },
        };
        let is_named = |live: &&PublicStory| {
            let section = || stories.sections.lineage(stories.get(live.first).section);
            stories.get(live.current).edition == edition
                && oldest.is_none_or(|oldest| live.published >= oldest)
                && of_section.is_none_or(|id| section().contains(&id))
        };
        let withdrawn = self.lookups.withdrawn.iter().map(|id| public.get(*id)).filter(is_named);
        let deleted = withdrawn.take(config.lists.feed).map(|live| {
            let story = stories.get(live.current);
            format::Deleted { uri: &story.uri, when: story.version_created }
        });
        deleted.collect()
    }

    pub(super) fn feed(&self, page: &Page, of: FeedOf, form: FeedForm, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let (config, stories, public) = (self.site.config, self.site.stories, self.site.public);
        let (edition, home, title) = match of {
            FeedOf::Edition(edition) => {
                let view = &self.editions[usize::from(edition)].view;
                (edition, view.url.clone(), config.title.clone())
            }
            FeedOf::List(at) => {
                let list = &self.site.index.lists[at as usize];
                let name = self.list_name(list);
                let url = self.plan.list_urls[at as usize].clone();
                (list.edition, url, format!("{}: {name}", config.title))
            }
        };
        let newest: Vec<PublicId> = self.feed_stories(of).collect();
        let addresses: Vec<String> = newest.iter().map(|id| config.address(self.story_url(*id))).collect();
        let is_corrections =
            matches!(of, FeedOf::List(at) if self.site.index.lists[at as usize].of == ListOf::Corrections);
        let contents = self.feed_contents(of, &newest)?;
        let entries = newest.iter().zip(&contents).enumerate().map(|(n, (id, content))| {
            let live = public.get(*id);
            let story = stories.get(live.current);
            format::Entry {
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
                categories: vec![&self.section(edition, stories.get(live.first).section).link.name],
                html: &content.html,
                enclosures: &content.enclosures,
                image: self.feed_image(story),
                language: self.story_language(story),
                sponsor: story.rare().sponsor.as_ref(),
            }
        });
        let oldest = newest.last().map(|id| public.get(*id).published);
        let (word, mark) = &self.editions[usize::from(edition)].sponsored;
        let feed = format::Feed {
            title: &title,
            description: config.description.get(self.language(edition)).unwrap_or(&config.title),
            language: self.language(edition),
            id: &feed_id(&config.title, page.url.as_str()),
            home: &config.address(&home),
            url: &config.address(&config.href(page.url.as_str())),
            sponsored: (word, mark),
            hubs: config.hubs(),
            entries: entries.collect(),
            deleted: self.deleted(of, oldest),
        };
        match form {
            FeedForm::Rss => format::rss(&feed, out),
            FeedForm::Atom => format::atom(&feed, out),
            FeedForm::Json => format::json(&feed, out),
        }
        Ok(())
    }
}

/// The id of a feed, by the title of the site and the place of the list in it. Like the ids of stories it names no host, so readers
/// know the feed after the site has moved.
fn feed_id(title: &str, url: &str) -> String {
    let place = url.rfind('/').map_or("/", |end| &url[..=end]);
    urn(&["feed", title, place])
}
