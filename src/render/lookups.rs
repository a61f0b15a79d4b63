//! Where a renderer finds things by name. It holds places and hashes of names, no references, so it can stand beside the plan
//! that it is of.

use super::Renderer;
use super::dates::Dates;
use crate::desk::{Live, LiveId, State};
use crate::hash::Hash;
use crate::index::{ListOf, lineage};
use crate::plan::Inputs;
use crate::story::{NameId, StoryId};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Places by hashes of names. A hit is compared with the name itself, since content may be made to collide.
pub(super) struct Lookups {
    pub(super) dates: Dates,
    /// These are made when somebody asks; in an archive without links nobody does.
    by_uri: OnceLock<FxHashMap<Hash, LiveId>>,
    by_slug: OnceLock<FxHashMap<Hash, LiveId>>,
    by_file: OnceLock<FxHashMap<Hash, StoryId>>,
    pages_by_file: OnceLock<FxHashMap<Hash, usize>>,
    /// Withdrawn stories, newest first: few, and every feed asks for them.
    pub(super) withdrawn: Vec<LiveId>,
    /// The sections right below each section of an edition.
    pub(super) children: FxHashMap<(u8, NameId), Vec<NameId>>,
}

fn name(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

impl Lookups {
    pub(super) fn new(site: &Inputs) -> Lookups {
        let stories = site.stories;
        let days = site.standing.live.iter().flat_map(|live| {
            let story = stories.get(live.current);
            [Some(live.published), Some(story.version_created), story.rare().corrected_at].into_iter().flatten()
        });
        let dates = Dates::new(&site.config.languages, days.map(|time| time.day(&site.config.zone)));
        let withdrawn =
            site.standing.ids().rev().filter(|id| site.standing.get(*id).state == State::Tombstone).collect();
        let mut children: FxHashMap<(u8, NameId), Vec<NameId>> = FxHashMap::default();
        for list in &site.index.lists {
            if let ListOf::Category(id) = list.of
                && let Some(parent) = lineage(stories, id).get(1)
            {
                children.entry((list.edition, *parent)).or_default().push(id);
            }
        }
        Lookups {
            dates,
            by_uri: OnceLock::new(),
            by_slug: OnceLock::new(),
            by_file: OnceLock::new(),
            pages_by_file: OnceLock::new(),
            withdrawn,
            children,
        }
    }
}

impl Renderer<'_> {
    /// Public stories that were not withdrawn.
    fn public(&self) -> impl Iterator<Item = (LiveId, &Live)> {
        let standing = self.site.standing;
        standing.ids().map(|id| (id, standing.get(id))).filter(|(_, live)| live.state != State::Tombstone)
    }

    /// The public story of that uri, unless it was withdrawn.
    pub(super) fn by_uri(&self, uri: &str) -> Option<LiveId> {
        let by_uri = self.lookups.by_uri.get_or_init(|| {
            let public = self.public().map(|(id, live)| (name(&self.site.stories.get(live.current).uri), id));
            public.collect()
        });
        let id = *by_uri.get(&name(uri))?;
        (*self.site.stories.get(self.site.standing.get(id).current).uri == *uri).then_some(id)
    }

    /// The public story whose first version has that slug, unless it was withdrawn.
    pub(super) fn by_slug(&self, slug: &str) -> Option<LiveId> {
        let by_slug = self.lookups.by_slug.get_or_init(|| {
            let public = self.public().map(|(id, live)| (name(&self.site.stories.get(live.first).slug), id));
            public.collect()
        });
        let id = *by_slug.get(&name(slug))?;
        (*self.site.stories.get(self.site.standing.get(id).first).slug == *slug).then_some(id)
    }

    /// The version in a file of `content/`, public or not.
    pub(super) fn by_file(&self, file: &str) -> Option<StoryId> {
        let by_file = self.lookups.by_file.get_or_init(|| {
            let stories = self.site.stories;
            stories.ids().map(|id| (name(stories.get(id).source.as_str()), id)).collect()
        });
        let id = *by_file.get(&name(file))?;
        (self.site.stories.get(id).source.as_str() == file).then_some(id)
    }

    /// The standing page in a file of `content/`.
    pub(super) fn page_by_file(&self, file: &str) -> Option<usize> {
        let pages_by_file = self.lookups.pages_by_file.get_or_init(|| {
            let pages = self.site.stories.pages.iter().enumerate();
            pages.map(|(at, page)| (name(page.source.as_str()), at)).collect()
        });
        let at = *pages_by_file.get(&name(file))?;
        (self.site.stories.pages[at].source.as_str() == file).then_some(at)
    }
}
