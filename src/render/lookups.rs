//! Where a renderer finds things by name. It holds places and hashes of names, no references, so it can stand beside the plan
//! that it is of.

use super::Renderer;
use super::dates::Dates;
use super::views::Link;
use crate::desk::{self, PublicId, Version};
use crate::hash::Hash;
use crate::index::ListOf;
use crate::path::nfc;
use crate::plan::{Inputs, Plan};
use crate::story::{NameId, Story, StoryId};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tera::Value;

/// A section as pages link to it.
pub(super) struct Section {
    /// Its name in the language of the edition, and its address.
    pub(super) link: Link,
    /// The same as templates get it.
    pub(super) value: Value,
}

/// Places by hashes of names. A hit is compared with the name itself, since content may be made to collide.
pub(super) struct Lookups {
    pub(super) dates: Dates,
    /// These are made when somebody asks; in an archive without links nobody does.
    by_uri: OnceLock<FxHashMap<Hash, PublicId>>,
    by_slug: OnceLock<FxHashMap<Hash, PublicId>>,
    by_file: OnceLock<FxHashMap<Hash, StoryId>>,
    pages_by_file: OnceLock<FxHashMap<Hash, usize>>,
    /// Withdrawn stories, newest first: few, and every feed asks for them.
    pub(super) withdrawn: Vec<PublicId>,
    /// The versions of each story that has public ones besides the one that counts, newest first, where the settings ask for them.
    pub(super) versions: BTreeMap<PublicId, Vec<Version>>,
    /// All sections, by edition and id.
    pub(super) sections: Vec<Vec<Section>>,
    /// The sections right below each section of an edition.
    pub(super) children: FxHashMap<(u8, NameId), Vec<NameId>>,
    /// The label of each genre, as its place in the settings.
    labels: FxHashMap<NameId, usize>,
}

fn name(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

impl Lookups {
    pub(super) fn new(site: &Inputs, plan: &Plan) -> Lookups {
        let stories = site.stories;
        let versions =
            if site.config.version_history { desk::public_versions(stories, site.public) } else { BTreeMap::new() };
        let days = site.public.stories.iter().flat_map(|live| {
            let story = stories.get(live.current);
            [Some(live.published), Some(story.version_created), story.rare().corrected_at].into_iter().flatten()
        });
        let days = days.chain(versions.values().flatten().map(|version| version.published));
        let dates = Dates::new(&site.config.languages, days.map(|time| time.day(&site.config.zone)));
        let withdrawn = site.public.ids().rev().filter(|id| site.public.is_withdrawn(*id)).collect();
        let mut children: FxHashMap<(u8, NameId), Vec<NameId>> = FxHashMap::default();
        for list in &site.index.lists {
            if let ListOf::Category(id) = list.of
                && let Some(parent) = stories.sections.lineage(id).get(1)
            {
                children.entry((list.edition, *parent)).or_default().push(id);
            }
        }
        let labels = site.config.labels.iter().enumerate().flat_map(|(at, label)| {
            label.genres.iter().filter_map(move |genre| Some((stories.genres.get(genre)?, at)))
        });
        Lookups {
            dates,
            by_uri: OnceLock::new(),
            by_slug: OnceLock::new(),
            by_file: OnceLock::new(),
            pages_by_file: OnceLock::new(),
            withdrawn,
            versions,
            sections: sections(site, plan),
            children,
            labels: labels.collect(),
        }
    }

    /// The label of the first of a story's genres that has one, as its place in the settings.
    pub(super) fn label(&self, story: &Story) -> Option<usize> {
        story.genres.iter().find_map(|genre| self.labels.get(genre)).copied()
    }
}

fn sections(site: &Inputs, plan: &Plan) -> Vec<Vec<Section>> {
    let sections = &site.stories.sections;
    let section = |(edition, language): (u8, &String), id: NameId| {
        let name = site.config.section_name(sections.slug(id), language, sections.name(id));
        let at = plan.lists.get(&(edition, ListOf::Category(id)));
        let url = at.map(|at| plan.list_urls[*at as usize].clone()).unwrap_or_default();
        let link = Link { name, url };
        Section { value: Value::from_serializable(&link), link }
    };
    let editions = (0_u8..).zip(&site.config.languages);
    editions.map(|edition| (0..sections.len() as u32).map(|id| section(edition, NameId(id))).collect()).collect()
}

impl Renderer<'_> {
    /// A section as pages of an edition link to it.
    pub(super) fn section(&self, edition: u8, id: NameId) -> &Section {
        &self.lookups.sections[usize::from(edition)][id.index()]
    }

    /// The public story of that uri, unless it was withdrawn.
    pub(super) fn by_uri(&self, uri: &str) -> Option<PublicId> {
        let by_uri = self.lookups.by_uri.get_or_init(|| {
            let public = self.site.public.readable();
            public.map(|(id, live)| (name(&self.site.stories.get(live.current).uri), id)).collect()
        });
        let id = *by_uri.get(&name(uri))?;
        (*self.site.stories.get(self.site.public.get(id).current).uri == *uri).then_some(id)
    }

    /// The public story whose first version has that slug, unless it was withdrawn.
    pub(super) fn by_slug(&self, slug: &str) -> Option<PublicId> {
        let by_slug = self.lookups.by_slug.get_or_init(|| {
            let public = self.site.public.readable();
            public.map(|(id, live)| (name(&self.site.stories.get(live.first).slug), id)).collect()
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
