//! The page in the place of a withdrawn story.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use super::views::TombstoneView;
use crate::desk::PublicId;
use crate::diag::Diagnostic;
use crate::page::PageKind;
use crate::plan::Page;

impl Keys<'_, '_> {
    pub(super) fn tombstone(&self, id: PublicId, key: &mut KeyBuilder) {
        let site = &self.renderer.site;
        let story = site.stories.get(site.public.get(id).current);
        self.frame(story.edition, "tombstone.html", key);
        let note = story.rare().note.as_deref();
        let part = key.part(Part::Story);
        part.bytes(&*story.uri).number(story.version.cast_signed()).number(story.version_created.millis());
        part.optional(note).bytes(self.day_url(story.edition, story.version_created));
    }
}

impl Renderer<'_> {
    pub(super) fn tombstone(&self, page: &Page, id: PublicId, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let story = self.site.stories.get(self.site.public.get(id).current);
        let edition = story.edition;
        let title = self.editions[usize::from(edition)].title(PageKind::Tombstone);
        let mut head = self.page_view(page, PageKind::Tombstone, edition, title);
        head.noindex = true;
        let note = story.rare().note.clone().unwrap_or_default();
        let view = TombstoneView { date: self.date(edition, story.version_created), note };
        self.template("tombstone.html", edition, &head, |context| context.insert("tombstone", &view), out)
    }
}
