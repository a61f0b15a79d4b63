//! Answers about a site that is not built: why a page would be made again, and when the clock next changes the site.

use super::site::read;
use super::{BuildOptions, NextChange, Report, Stages, in_pool, reasons_in_words};
use crate::desk::{self, Rules};
use crate::diag::{Checked, Result};
use crate::page::PageKind;
use crate::plan::changes::Reasons;
use crate::plan::{self, Page};
use crate::render::Renderer;
use crate::render::key::Keys;
use crate::state::page_id;
use crate::write;
use std::path::Path;

/// What there is to say of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// Path on the site, percent-encoded.
    pub url: String,
    /// What it is.
    pub kind: PageKind,
    /// Why the next build makes it again, in words; `None` if it does not.
    pub next: Option<Vec<&'static str>>,
    /// Why it was last made, in words; `None` where the last build did not have it.
    pub last: Option<Vec<&'static str>>,
}

/// Says why a page was made, and whether and why the next build would make it. `None` where the site has no such page. Nothing
/// is written.
pub fn why(root: &Path, options: &BuildOptions, url: &str) -> Result<Checked<Option<Why>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut stages = Stages::start(&mut report, options.progress);
        let (state, prepared) = read(root, options, &mut stages)?;
        let site = prepared.inputs();
        let plan = stages.take(plan::pages(&site));
        let path = url.strip_prefix(&site.config.origin).unwrap_or(url);
        let wanted = |page: &&Page| site.config.href(page.url.as_str()) == path || page.url.as_str() == path;
        let Some(page) = plan.pages.iter().find(wanted) else {
            return Ok(Checked { value: None, diagnostics: report.diagnostics });
        };
        let renderer = Renderer::new(site, &plan, root);
        let key = Keys::new(&renderer, options.sure_before(&state)).of(page);
        let folder = options.output_folder(root);
        let is_ours = write::manifest_hash(&folder)? == state.head.manifest;
        let pages = stages.take(state.pages());
        let last = pages.get(page_id(&page.url.file()));
        let next = match key.against(last.as_ref()) {
            None if !is_ours => Some(vec!["the output is not as the last build left it"]),
            reasons => reasons.map(reasons_in_words),
        };
        let why = Why {
            url: site.config.href(page.url.as_str()),
            kind: page.of.page_kind(site.index),
            next,
            last: last.map(|last| reasons_in_words(Reasons(last.reasons))),
        };
        Ok(Checked { value: Some(why), diagnostics: report.diagnostics })
    })
}

/// The next moment at which the clock alone changes the site: the first after the last build, which may be due already, or the
/// first after `options.now` where nothing was built yet. Nothing is written.
pub fn next_change(root: &Path, options: &BuildOptions) -> Result<Checked<Option<NextChange>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut stages = Stages::start(&mut report, options.progress);
        let (state, prepared) = read(root, options, &mut stages)?;
        let built = if state.head.settings == prepared.settings { state.head.now } else { options.now };
        let breaking = prepared.config.breaking_seconds();
        let rules = Rules { now: built.min(options.now), drafts: options.drafts, breaking };
        let public = desk::public_stories(&prepared.stories, rules).value;
        let next = public.next_change.map(|(at, reason)| NextChange { at, reason });
        Ok(Checked { value: next, diagnostics: report.diagnostics })
    })
}
