//! Where a renderer finds things by name. It holds places and hashes of names, no references, so it can stand beside the plan
//! that it is of.

use super::Renderer;
use super::dates::Dates;
use crate::clock::Timestamp;
use crate::desk::{Live, LiveId, State};
use crate::hash::Hash;
use crate::index::{ListOf, lineage};
use crate::path::nfc;
use crate::plan::Inputs;
use crate::story::{NameId, Status, StoryId};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;
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
    /// The versions of each story that has public ones besides the one that counts, newest first, where the settings ask for them.
    pub(super) versions: BTreeMap<LiveId, Vec<Version>>,
    /// The sections right below each section of an edition.
    pub(super) children: FxHashMap<(u8, NameId), Vec<NameId>>,
}

/// A version that the public saw, and from when on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    pub(super) id: StoryId,
    pub(super) published: Timestamp,
}

/// The public versions of stories that have several.
///
/// An older version was public if it was usable and no newer one came before its time. One with an embargo of its own, beyond that
/// of the story, is left out: whether it ever was public would depend on the clock of builds long past.
fn versions(site: &Inputs) -> BTreeMap<LiveId, Vec<Version>> {
    let stories = site.stories;
    let mut versions: BTreeMap<LiveId, Vec<Version>> = BTreeMap::new();
    for id in stories.ids() {
        let Some(live) = site.public.of_version[id.index()] else { continue };
        let Live { current, published, state, .. } = *site.public.get(live);
        let (story, counting) = (stories.get(id), stories.get(current));
        let was_public = story.status == Status::Usable
            && !story.advisory
            && story.version < counting.version
            && story.embargoed_until.is_none_or(|end| end <= published);
        if was_public && state != State::Tombstone {
            let version = Version { id, published: story.version_created.max(published) };
            versions.entry(live).or_default().push(version);
        }
    }
    for (live, older) in &mut versions {
        let Live { current, published, .. } = *site.public.get(*live);
        // Of equal versions, the later one counted.
        older.sort_by_key(|version| Reverse((stories.get(version.id).version, version.published, version.id)));
        let newest = Version { id: current, published: stories.get(current).version_created.max(published) };
        let mut shown = vec![newest];
        for version in older.iter() {
            let is_older = |later: &Version| {
                let (version_number, later_number) = (stories.get(version.id).version, stories.get(later.id).version);
                version_number < later_number && version.published < later.published
            };
            if shown.last().is_some_and(is_older) {
                shown.push(*version);
            }
        }
        *older = shown;
    }
    versions.retain(|_, shown| shown.len() > 1);
    versions
}

fn name(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

impl Lookups {
    pub(super) fn new(site: &Inputs) -> Lookups {
        let stories = site.stories;
        let versions = if site.config.version_history { versions(site) } else { BTreeMap::new() };
        let days = site.public.live.iter().flat_map(|live| {
            let story = stories.get(live.current);
            [Some(live.published), Some(story.version_created), story.rare().corrected_at].into_iter().flatten()
        });
        let days = days.chain(versions.values().flatten().map(|version| version.published));
        let dates = Dates::new(&site.config.languages, days.map(|time| time.day(&site.config.zone)));
        let withdrawn = site.public.ids().rev().filter(|id| site.public.get(*id).state == State::Tombstone).collect();
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
            versions,
            children,
        }
    }
}

impl Renderer<'_> {
    /// Public stories that were not withdrawn.
    fn public(&self) -> impl Iterator<Item = (LiveId, &Live)> {
        let public = self.site.public;
        public.ids().map(|id| (id, public.get(id))).filter(|(_, live)| live.state != State::Tombstone)
    }

    /// The public story of that uri, unless it was withdrawn.
    pub(super) fn by_uri(&self, uri: &str) -> Option<LiveId> {
        let by_uri = self.lookups.by_uri.get_or_init(|| {
            let public = self.public().map(|(id, live)| (name(&self.site.stories.get(live.current).uri), id));
            public.collect()
        });
        let id = *by_uri.get(&name(uri))?;
        (*self.site.stories.get(self.site.public.get(id).current).uri == *uri).then_some(id)
    }

    /// The public story whose first version has that slug, unless it was withdrawn.
    pub(super) fn by_slug(&self, slug: &str) -> Option<LiveId> {
        let by_slug = self.lookups.by_slug.get_or_init(|| {
            let public = self.public().map(|(id, live)| (name(&self.site.stories.get(live.first).slug), id));
            public.collect()
        });
        let slug = nfc(slug);
        let id = *by_slug.get(&name(&slug))?;
        (*self.site.stories.get(self.site.public.get(id).first).slug == *slug).then_some(id)
    }

    /// The version in a file of `content/`, public or not; its name may be in either Unicode form.
    pub(super) fn by_file(&self, file: &str) -> Option<StoryId> {
        let by_file = self.lookups.by_file.get_or_init(|| {
            let stories = self.site.stories;
            stories.ids().map(|id| (name(&nfc(stories.get(id).source.as_str())), id)).collect()
        });
        let id = *by_file.get(&name(&nfc(file)))?;
        (nfc(self.site.stories.get(id).source.as_str()) == nfc(file)).then_some(id)
    }

    /// The standing page in a file of `content/`.
    pub(super) fn page_by_file(&self, file: &str) -> Option<usize> {
        let pages_by_file = self.lookups.pages_by_file.get_or_init(|| {
            let pages = self.site.stories.pages.iter().enumerate();
            pages.map(|(at, page)| (name(&nfc(page.source.as_str())), at)).collect()
        });
        let at = *pages_by_file.get(&name(&nfc(file)))?;
        (nfc(self.site.stories.pages[at].source.as_str()) == nfc(file)).then_some(at)
    }
}
