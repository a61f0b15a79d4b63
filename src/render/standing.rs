//! Standing pages: about, contact, imprint.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use super::media::{self, Home};
use super::views::StandingView;
use crate::diag::{Code, Diagnostic, Location};
use crate::load;
use crate::page::PageKind;
use crate::plan::Page;
use tera::Value;

impl Keys<'_, '_> {
    pub(super) fn standing(&self, at: usize, key: &mut KeyBuilder) {
        let standing = &self.renderer.site.stories.pages[at];
        let layout = standing.layout.as_deref();
        let template =
            self.renderer.layout(layout, "page.html", || format!("content/{}", standing.source), &mut Vec::new());
        self.frame(standing.edition, template, key);
        self.media_parts(standing.has_blocks, key);
        key.part(Part::Story).hash(standing.content);
        self.links(&standing.source, &standing.links, &standing.media, key);
    }
}

impl Renderer<'_> {
    pub(super) fn standing(
        &self,
        page: &Page,
        at: usize,
        out: &mut Vec<u8>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let standing = &self.site.stories.pages[at];
        let file = format!("content/{}", standing.source);
        let (front, body, line) = load::read_for_page(self.root, self.site.source, &standing.source, self.site.config)
            .map_err(|error| Diagnostic::error(Code::FileUnreadable, error.to_string()).at(Location::file(&file)))?;
        let mut html = String::with_capacity(body.len() * 5 / 4);
        let text = (&standing.source, &*body);
        let blocks = self.markdown_with_blocks(text, (line, 0), &mut html, diagnostics, |block| self.has_part(block));
        self.dress(&standing.media, true, &mut html);
        let language = self.language(standing.edition);
        let home = Home { source: &standing.source, edition: standing.edition, language, associations: &[] };
        let media = media::words(&self.fill(home, &blocks, &mut html)?);
        let mut head = self.page_view(page, PageKind::Page, standing.edition, standing.headline.clone());
        head.description = standing.description.clone();
        head.frame_policy = self.frame_policy(&blocks);
        let extra = Value::from_serializable(&front.extra.unwrap_or_else(|| serde_json::json!({})));
        let body = Value::safe_string(&html);
        let view = StandingView { headline: standing.headline.clone(), body, media, extra };
        let template = self.layout(
            standing.layout.as_deref(),
            "page.html",
            || format!("content/{}", standing.source),
            diagnostics,
        );
        self.template(template, standing.edition, &head, |context| context.insert("standing", &view), out)
    }
}
