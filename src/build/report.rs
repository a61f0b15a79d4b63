//! What a build reports.

use super::rebuild::Rebuilt;
use crate::clock::Timestamp;
use crate::diag::Diagnostic;
use crate::page::PageKind;
use crate::plan::changes::Reasons;
use crate::plan::{Inputs, PageOf, Plan};
use crate::render::key::Part;

/// What a build did.
#[derive(Debug, Default)]
pub struct Report {
    /// Every page of the site, by URL, where [`BuildOptions::list_pages`] asks for it.
    pub pages: Vec<PageLine>,
    /// Every page that was written, by URL, likewise.
    pub written: Vec<WrittenLine>,
    /// When the clock alone will next change the site.
    pub next_change: Option<NextChange>,
    /// All that was found wrong, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// The stages and their seconds of wall time, in order.
    pub stages: Vec<(&'static str, f64)>,
    /// Counts for the summary line.
    pub counts: Counts,
}

/// One page in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// Path on the site, percent-encoded.
    pub url: String,
    /// What it is.
    pub kind: PageKind,
    /// Uri, version and headline of a story's page.
    pub story: Option<(String, u64, String)>,
}

/// One written page in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenLine {
    /// Path on the site, percent-encoded.
    pub url: String,
    /// Why it was made again, in words; see [`reasons_in_words`].
    pub reasons: Vec<&'static str>,
}

/// A moment at which the clock alone changes the site, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextChange {
    /// When.
    pub at: Timestamp,
    /// Why: `embargo of urn:… ends`.
    pub reason: String,
}

/// What the summary line counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stories that are public (published or archived).
    pub stories: usize,
    /// Story files of the site.
    pub files: usize,
    /// Files of the content folder that were opened to see what they say.
    pub opened: usize,
    /// Files of the site.
    pub pages: usize,
    /// Files of the site that were made.
    pub rendered: usize,
    /// Files written.
    pub written: usize,
    /// Files that were as they should be.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
    /// Bytes written.
    pub bytes: u64,
}

impl Report {
    /// Adds what is known at the end of a build: counts, the next change, and where it is asked for the list of pages.
    pub(super) fn complete(&mut self, counts: Counts, site: &Inputs, list: Option<(&Plan, &Rebuilt)>) {
        self.counts = counts;
        self.next_change = site.public.next_change.clone().map(|(at, reason)| NextChange { at, reason });
        if let Some((plan, rebuilt)) = list {
            self.list(site, plan, rebuilt);
        }
        Diagnostic::sort(&mut self.diagnostics);
    }

    /// Lists every page, and every written one with its reasons.
    fn list(&mut self, site: &Inputs, plan: &Plan, rebuilt: &Rebuilt) {
        self.pages = lines(site, plan);
        let written = rebuilt.written().map(|(at, reasons)| {
            let url = site.config.href(plan.page(at).url.as_str());
            WrittenLine { url, reasons: reasons_in_words(reasons) }
        });
        self.written = written.collect();
        self.written.sort_by(|a, b| a.url.cmp(&b.url));
    }
}

/// The report's list of pages, by URL.
fn lines(site: &Inputs, plan: &Plan) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = plan
        .pages
        .iter()
        .map(|page| {
            let of_story = match page.of {
                PageOf::Story(id) => Some((id, true)),
                PageOf::Tombstone(id) => Some((id, false)),
                _ => None,
            };
            let story = of_story.map(|(id, has_headline)| {
                let story = site.stories.get(site.public.get(id).current);
                let headline = if has_headline { story.headline.to_string() } else { String::new() };
                (story.uri.to_string(), story.version, headline)
            });
            PageLine { url: site.config.href(page.url.as_str()), kind: page.of.page_kind(site.index), story }
        })
        .collect();
    lines.sort_by(|a, b| a.url.cmp(&b.url));
    lines
}

/// Reasons in words.
pub fn reasons_in_words(reasons: Reasons) -> Vec<&'static str> {
    if reasons.is_new() {
        return vec!["the last build did not have it"];
    }
    let words: Vec<&str> = reasons.parts().map(|part| Part::ALL[part].reason()).collect();
    if words.is_empty() {
        vec!["its file was not as the last build left it, or making it gave a warning"]
    } else {
        words
    }
}
