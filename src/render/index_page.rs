//! The page that names all sections, topics, places or authors of an edition.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use super::views::{IndexView, Link};
use crate::diag::Diagnostic;
use crate::index::List;
use crate::page::PageKind;
use crate::plan::{self, Page};

impl Keys<'_, '_> {
    pub(super) fn index(&self, edition: u8, of: PageKind, key: &mut KeyBuilder) {
        let renderer = self.renderer;
        self.frame(edition, "index.html", key);
        let is_shown = |list: &&List| list.edition == edition && plan::list_kind(list) == of;
        for list in renderer.site.index.lists.iter().filter(is_shown) {
            let link = renderer.list_link(edition, list.of, &renderer.list_name(list));
            key.part(Part::List).bytes(link.name).bytes(link.url);
        }
    }
}

impl Renderer<'_> {
    pub(super) fn index(&self, page: &Page, edition: u8, of: PageKind, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let mut entries: Vec<Link> = Vec::new();
        for list in self.site.index.lists.iter().filter(|list| list.edition == edition && plan::list_kind(list) == of) {
            let name = self.list_name(list);
            entries.push(self.list_link(edition, list.of, &name));
        }
        entries.sort_by_cached_key(|link| (link.name.to_lowercase(), link.url.clone()));
        let title = self.editions[usize::from(edition)].title(of);
        let head = self.page_view(page, PageKind::Index, edition, title);
        let view = IndexView { of, entries };
        self.template("index.html", edition, &head, |context| context.insert("index", &view), out)
    }
}
