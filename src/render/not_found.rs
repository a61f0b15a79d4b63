//! The page for addresses that do not exist.

use super::key::{KeyBuilder, Keys};
use super::views::NotFoundView;
use super::{Cards, Renderer};
use crate::desk::PublicId;
use crate::diag::Diagnostic;
use crate::page::PageKind;
use crate::plan::Page;

/// Stories on the page for addresses that do not exist.
const NOT_FOUND_STORIES: usize = 8;

impl Keys<'_, '_> {
    pub(super) fn not_found(&self, edition: u8, key: &mut KeyBuilder) {
        self.frame(edition, "not-found.html", key);
        let fields = self.renderer.site.theme.reads("not-found.html").cards;
        self.stories(self.renderer.not_found_stories(edition), fields, key);
    }
}

impl Renderer<'_> {
    pub(super) fn not_found(
        &self,
        page: &Page,
        edition: u8,
        cards: &mut Cards,
        out: &mut Vec<u8>,
    ) -> Result<(), Diagnostic> {
        let title = self.editions[usize::from(edition)].title(PageKind::NotFound);
        let mut head = self.page_view(page, PageKind::NotFound, edition, title);
        head.noindex = true;
        let fields = self.card_fields("not-found.html");
        let view = NotFoundView { stories: self.cards(fields, cards, self.not_found_stories(edition)) };
        self.template("not-found.html", edition, &head, |context| context.insert("not_found", &view), out)
    }

    /// The stories that the page for wrong addresses offers.
    pub(super) fn not_found_stories(&self, edition: u8) -> impl Iterator<Item = PublicId> {
        self.front_latest(edition).take(NOT_FOUND_STORIES)
    }
}
