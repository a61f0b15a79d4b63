//! Old addresses that lead to a story or a standing page.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use crate::desk::PublicId;
use crate::diag::Diagnostic;
use crate::page::PageKind;
use crate::plan::Page;

impl Keys<'_, '_> {
    pub(super) fn redirect(&self, id: PublicId, key: &mut KeyBuilder) {
        let site = &self.renderer.site;
        self.frame(site.stories.get(site.public.get(id).current).edition, "redirect.html", key);
        key.part(Part::Links).bytes(self.renderer.story_url(id));
    }

    pub(super) fn page_redirect(&self, at: usize, key: &mut KeyBuilder) {
        self.frame(self.renderer.site.stories.pages[at].edition, "redirect.html", key);
        key.part(Part::Links).bytes(&self.renderer.plan.standing_urls[at]);
    }
}

impl Renderer<'_> {
    pub(super) fn redirect(&self, page: &Page, edition: u8, target: &str, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let mut head = self.page_view(page, PageKind::Redirect, edition, String::new());
        head.noindex = true;
        self.template("redirect.html", edition, &head, |context| context.insert("target", target), out)
    }
}
