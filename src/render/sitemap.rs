//! Sitemaps, robots.txt and the rights for machines: which pages and stories they name.

mod format;

use super::key::{KeyBuilder, Keys, Part};
use super::{Renderer, signals};
use crate::clock::Timestamp;
use crate::desk::PublicId;
use crate::hash::Hash;
use crate::plan::{self, PageOf};

impl Keys<'_, '_> {
    /// A part of the sitemap is too long to be made for its key.
    pub(super) fn sitemap_part(&self, (year, month, part): (i16, u8, u32), key: &mut KeyBuilder) {
        key.part(Part::Settings).hash(self.settings[0]);
        let list = key.part(Part::List);
        for id in self.renderer.sitemap_part(year, month, part) {
            list.bytes(self.renderer.story_url(*id)).number(self.renderer.modified(*id).millis());
        }
    }

    /// The others are made in memory from what is at hand, so their bytes are their keys.
    pub(super) fn bytes(&self, make: impl FnOnce(&mut Vec<u8>), key: &mut KeyBuilder) {
        key.part(Part::Settings).hash(self.settings[0]);
        let mut bytes = Vec::new();
        make(&mut bytes);
        key.part(Part::List).hash(Hash::of(&bytes));
    }
}

impl Renderer<'_> {
    pub(super) fn modified(&self, id: PublicId) -> Timestamp {
        let live = self.site.public.get(id);
        self.site.stories.get(live.current).version_created.max(live.published)
    }

    /// The stories in a part of the sitemap.
    pub(super) fn sitemap_part(&self, year: i16, month: u8, part: u32) -> &[PublicId] {
        // Months are in order.
        let at = self.plan.months.binary_search_by_key(&(year, month), |(year, month, _)| (*year, *month));
        let ids = at.ok().and_then(|at| self.plan.months[at].2.chunks(plan::PART_LIMIT).nth(part as usize));
        ids.unwrap_or(&[])
    }

    pub(super) fn sitemap_index(&self, out: &mut Vec<u8>) {
        let lists = plan::parts(self.plan.listed().count()).max(1);
        let mut parts: Vec<_> = (0..lists).map(|part| (self.page_address(&plan::lists_url(part)), None)).collect();
        for (year, month, ids) in &self.plan.months {
            for (part, ids) in ids.chunks(plan::PART_LIMIT).enumerate() {
                parts.push((self.page_address(&plan::part_url(*year, *month, part as u32)), self.latest(ids)));
            }
        }
        format::index(&parts, out);
    }

    pub(super) fn sitemap_stories(&self, (year, month, part): (i16, u8, u32), out: &mut Vec<u8>) {
        let ids = self.sitemap_part(year, month, part);
        let urls: Vec<_> = ids.iter().map(|id| (self.story_address(*id), Some(self.modified(*id)))).collect();
        format::part(&urls, out);
    }

    pub(super) fn sitemap_lists(&self, part: u32, out: &mut Vec<u8>) {
        let listed = self.plan.listed().skip(part as usize * plan::PART_LIMIT).take(plan::PART_LIMIT);
        let urls = listed.map(|page| {
            let at = match &page.of {
                PageOf::Front(edition) => self.latest(&self.site.index.fronts[usize::from(*edition)]),
                PageOf::List(list, _) => {
                    let list = &self.site.index.lists[*list as usize];
                    self.latest(&list.stories[list.page(self.site.config.lists.per_page, 0)])
                }
                // Of others nothing says when they changed.
                _ => None,
            };
            (self.page_address(page.url.as_str()), at)
        });
        format::part(&urls.collect::<Vec<_>>(), out);
    }

    pub(super) fn news_sitemap(&self, out: &mut Vec<u8>) {
        let config = self.site.config;
        let urls: Vec<String> = self.plan.news.iter().map(|id| self.story_address(*id)).collect();
        let entry = |id: PublicId, url| {
            let live = self.site.public.get(id);
            let story = self.site.stories.get(live.current);
            let (name, language) = (&*config.title, self.story_language(story));
            format::NewsEntry { url, name, language, published: live.published, title: &story.headline }
        };
        let entries: Vec<format::NewsEntry> =
            self.plan.news.iter().copied().zip(&urls).map(|(id, url)| entry(id, url)).collect();
        format::news(&entries, &config.zone, out);
    }

    pub(super) fn robots(&self, out: &mut Vec<u8>) {
        let config = self.site.config;
        let maps = [(config.pages.sitemap, "/sitemap.xml"), (config.pages.news_sitemap, "/news-sitemap.xml")];
        let maps: Vec<String> = maps.iter().filter(|(on, _)| *on).map(|(_, path)| self.page_address(path)).collect();
        let license = config.rights.has_license().then(|| self.page_address(plan::LICENSE));
        format::robots(&maps, &config.rights.disallow, license.as_deref(), out);
    }

    pub(super) fn tdmrep(&self, out: &mut Vec<u8>) {
        signals::tdmrep(&self.site.config.rights, &self.site.config.prefix, out);
    }

    pub(super) fn license(&self, out: &mut Vec<u8>) {
        let config = self.site.config;
        signals::license(&config.rights, &config.prefix, &config.publisher, out);
    }

    /// The full address of a page, by its path.
    fn page_address(&self, path: &str) -> String {
        self.site.config.address(&self.site.config.href(path))
    }

    fn story_address(&self, id: PublicId) -> String {
        self.site.config.address(self.story_url(id))
    }

    /// When the last of some stories changed.
    fn latest(&self, ids: &[PublicId]) -> Option<Timestamp> {
        ids.iter().map(|id| self.modified(*id)).max()
    }
}
