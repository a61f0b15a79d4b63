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
    pub(super) fn sitemap(&self, kind: &PageOf, key: &mut KeyBuilder) {
        key.part(Part::Settings).hash(self.settings[0]);
        let mut bytes = Vec::new();
        self.renderer.sitemap(kind, &mut bytes);
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

    pub(super) fn sitemap(&self, kind: &PageOf, out: &mut Vec<u8>) {
        let config = self.site.config;
        let address = |path: &str| config.address(&config.href(path));
        let latest = |ids: &[PublicId]| ids.iter().map(|id| self.modified(*id)).max();
        let url = |id: PublicId| config.address(self.story_url(id));
        match kind {
            PageOf::SitemapIndex => {
                let lists = plan::parts(self.plan.listed().count()).max(1);
                let mut parts: Vec<_> = (0..lists).map(|part| (address(&plan::lists_url(part)), None)).collect();
                for (year, month, ids) in &self.plan.months {
                    for (part, ids) in ids.chunks(plan::PART_LIMIT).enumerate() {
                        parts.push((address(&plan::part_url(*year, *month, part as u32)), latest(ids)));
                    }
                }
                format::index(&parts, out);
            }
            PageOf::SitemapPart(year, month, part) => {
                let ids = self.sitemap_part(*year, *month, *part);
                let urls: Vec<_> = ids.iter().map(|id| (url(*id), Some(self.modified(*id)))).collect();
                format::part(&urls, out);
            }
            PageOf::SitemapLists(part) => {
                let listed = self.plan.listed().skip(*part as usize * plan::PART_LIMIT).take(plan::PART_LIMIT);
                let urls = listed.map(|page| {
                    let at = match &page.of {
                        PageOf::Front(edition) => latest(&self.site.index.fronts[usize::from(*edition)]),
                        PageOf::List(list, _) => {
                            let list = &self.site.index.lists[*list as usize].stories;
                            latest(&list[plan::slice(list.len(), config.lists.per_page, 0)])
                        }
                        _ => None,
                    };
                    (address(page.url.as_str()), at)
                });
                format::part(&urls.collect::<Vec<_>>(), out);
            }
            PageOf::NewsSitemap => {
                let urls: Vec<String> = self.plan.news.iter().map(|id| url(*id)).collect();
                let entries: Vec<format::NewsEntry> = self
                    .plan
                    .news
                    .iter()
                    .zip(&urls)
                    .map(|(id, url)| {
                        let live = self.site.public.get(*id);
                        let story = self.site.stories.get(live.current);
                        format::NewsEntry {
                            url,
                            name: &config.title,
                            language: self.story_language(story),
                            published: live.published,
                            title: &story.headline,
                        }
                    })
                    .collect();
                format::news(&entries, &config.zone, out);
            }
            PageOf::TdmRep => signals::tdmrep(&config.rights, &config.prefix, out),
            PageOf::License => signals::license(&config.rights, &config.prefix, &config.publisher, out),
            _ => {
                let maps = [(config.pages.sitemap, "/sitemap.xml"), (config.pages.news_sitemap, "/news-sitemap.xml")];
                let maps: Vec<String> = maps.iter().filter(|(on, _)| *on).map(|(_, path)| address(path)).collect();
                let license = config.rights.has_license().then(|| address(plan::LICENSE));
                format::robots(&maps, &config.rights.disallow, license.as_deref(), out);
            }
        }
    }
}
