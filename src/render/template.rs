//! A page by a template of the theme, within bounds of size and time.

use super::Renderer;
use super::edition::Edition;
use super::views::{PageView, Shown};
use crate::diag::{Code, Diagnostic};
use crate::page::PageKind;
use crate::picture::social_card;
use crate::plan::Page;
use crate::theme::{self, Fields};
use std::io::{self, Write};
use std::time::Instant;
use tera::{Context, Value};

/// The largest page, in bytes.
const PAGE_LIMIT: usize = 64 << 20;

/// Sees what templates are given; the inspector of the preview uses it.
pub trait Observer: Sync {
    /// A page is about to be made by this template, from these values.
    fn template(&self, name: &str, values: &Context);
}

/// Takes bytes until there are too many, or it is too late.
struct Bounded<'o> {
    out: &'o mut Vec<u8>,
    left: usize,
    until: Option<Instant>,
    writes: u32,
}

impl Bounded<'_> {
    fn is_late(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() > until)
    }
}

impl Write for Bounded<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.left {
            self.left = 0;
            return Err(io::Error::other("page too large"));
        }
        self.writes = self.writes.wrapping_add(1);
        // Asking for the time costs more than most writes do.
        if self.writes.is_multiple_of(256) && self.is_late() {
            return Err(io::Error::other("page too slow"));
        }
        self.left -= bytes.len();
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Takes all or nothing, so nothing is left to try again.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(bytes).map(|_| ())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Renderer<'_> {
    /// What the head of a page needs; callers add the rest.
    pub(super) fn page_view(&self, page: &Page, kind: PageKind, edition: u8, title: String) -> PageView {
        let config = self.site.config;
        let url = config.href(page.url.as_str());
        let Edition { view, feeds, social_card, .. } = &self.editions[usize::from(edition)];
        let (image_width, image_height) = social_card.as_ref().map_or((0, 0), |_| social_card::SIZE);
        PageView {
            kind,
            title,
            description: String::new(),
            canonical: config.address(&url),
            url,
            language: view.language.clone(),
            dir: view.dir.clone(),
            alternates: Vec::new(),
            noindex: false,
            feeds: feeds.clone(),
            image: social_card.as_ref().map(|url| config.address(url)).unwrap_or_default(),
            image_width,
            image_height,
            image_alt: social_card.as_ref().map(|_| config.title.clone()).unwrap_or_default(),
            frame_policy: self.frame_policy(&[]),
            json_ld: Value::safe_string(""),
        }
    }

    /// The fields of the page and of a story that a template names. Whoever explains a page sees all.
    pub(super) fn fields(&self, template: &str) -> Fields {
        if self.observer.is_some() { Fields::ALL } else { self.site.theme.reads(template).fields }
    }

    pub(super) fn template(
        &self,
        name: &str,
        edition: u8,
        page: &PageView,
        values: impl FnOnce(&mut Context),
        out: &mut Vec<u8>,
    ) -> Result<(), Diagnostic> {
        let mut context = self.editions[usize::from(edition)].context.clone();
        context.insert("page", &Shown { view: page, fields: self.fields(name) });
        values(&mut context);
        if let Some(observer) = self.observer {
            observer.template(name, &context);
        }
        self.bounded(name, &context, &page.url, out)
    }

    /// Renders a template within bounds; messages name what it was `seen_on`.
    pub(super) fn bounded(
        &self,
        name: &str,
        context: &Context,
        seen_on: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Diagnostic> {
        theme::refill_range();
        let mut bounded = Bounded { out, left: PAGE_LIMIT, until: self.until, writes: 0 };
        match self.site.theme.tera.render_to(name, context, &mut bounded) {
            Ok(()) => Ok(()),
            Err(_) if bounded.left == 0 => {
                let message = format!("the page {seen_on} grew over 64 MiB and was not written");
                Err(Diagnostic::error(Code::PageTooLarge, message).hint(format!("look for a loop in {name}")))
            }
            Err(_) if bounded.is_late() => {
                let message = format!("the page {seen_on} took too long and was given up");
                Err(Diagnostic::error(Code::PageTooLarge, message).hint(format!("look for a loop in {name}")))
            }
            Err(error) => {
                let mut diagnostic = self.site.theme.fault(&error);
                diagnostic.hints.push(format!("seen on {seen_on}"));
                Err(diagnostic)
            }
        }
    }
}
