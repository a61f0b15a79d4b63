//! Where a renderer finds things by name. It holds places and hashes of names, no references, so it can stand beside the plan
//! that it is of.

use super::Renderer;
use super::dates::Dates;
use crate::desk::{LiveId, State};
use crate::hash::Hash;
use crate::index::{ListOf, lineage};
use crate::plan::Inputs;
use crate::story::{NameId, StoryId};
use rustc_hash::FxHashMap;

/// Places by hashes of names. A hit is compared with the name itself, since content may be made to collide.
pub(super) struct Lookups {
    pub(super) dates: Dates,
    by_uri: FxHashMap<Hash, LiveId>,
    by_slug: FxHashMap<Hash, LiveId>,
    by_file: FxHashMap<Hash, StoryId>,
    pages_by_file: FxHashMap<Hash, usize>,
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
        let (mut by_uri, mut by_slug) = (FxHashMap::default(), FxHashMap::default());
        for id in site.standing.ids() {
            let live = site.standing.get(id);
            if live.state != State::Tombstone {
                by_uri.insert(name(&stories.get(live.current).uri), id);
                by_slug.insert(name(&stories.get(live.first).slug), id);
            }
        }
        let by_file = stories.ids().map(|id| (name(stories.get(id).source.as_str()), id)).collect();
        let pages_by_file =
            stories.pages.iter().enumerate().map(|(at, page)| (name(page.source.as_str()), at)).collect();
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
        Lookups { dates, by_uri, by_slug, by_file, pages_by_file, withdrawn, children }
    }
}

impl Renderer<'_> {
    /// The public story of that uri, unless it was withdrawn.
    pub(super) fn by_uri(&self, uri: &str) -> Option<LiveId> {
        let id = *self.lookups.by_uri.get(&name(uri))?;
        (*self.site.stories.get(self.site.standing.get(id).current).uri == *uri).then_some(id)
    }

    /// The public story whose first version has that slug, unless it was withdrawn.
    pub(super) fn by_slug(&self, slug: &str) -> Option<LiveId> {
        let id = *self.lookups.by_slug.get(&name(slug))?;
        (*self.site.stories.get(self.site.standing.get(id).first).slug == *slug).then_some(id)
    }

    /// The version in a file of `content/`, public or not.
    pub(super) fn by_file(&self, file: &str) -> Option<StoryId> {
        let id = *self.lookups.by_file.get(&name(file))?;
        (self.site.stories.get(id).source.as_str() == file).then_some(id)
    }

    /// The standing page in a file of `content/`.
    pub(super) fn page_by_file(&self, file: &str) -> Option<usize> {
        let at = *self.lookups.pages_by_file.get(&name(file))?;
        (self.site.stories.pages[at].source.as_str() == file).then_some(at)
    }
}
