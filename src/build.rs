//! The build, stage by stage. This is the function to read first.

use crate::clock::Timestamp;
use crate::diag::{Diagnostic, Result};
use std::path::{Path, PathBuf};

/// What a build is told besides the site's own files.
pub struct BuildOptions<'a> {
    /// The clock of the build; nothing else tells the time.
    pub now: Timestamp,
    /// Show drafts too.
    pub drafts: bool,
    /// Overrides `base_url` of the settings.
    pub base_url: Option<String>,
    /// Overrides the output folder (default: `output` in the site's folder).
    pub output: Option<PathBuf>,
    /// Threads to use; 0 means one a core.
    pub threads: usize,
    /// Whether to write; `check` does everything but.
    pub write: bool,
    /// Who hears how far it is.
    pub progress: &'a dyn Progress,
}

/// Hears how far a build is. Called from many threads.
pub trait Progress: Sync {
    /// A stage begins; `total` is the number of steps if known.
    fn stage(&self, name: &'static str, total: Option<usize>);
    /// Some steps are done.
    fn step(&self, steps: usize);
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &'static str, _: Option<usize>) {}
    fn step(&self, _: usize) {}
}

/// What a build did.
#[derive(Debug, Default)]
pub struct Report {
    /// Every page of the site, by URL.
    pub pages: Vec<PageLine>,
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
    /// What it is: `story`, `tombstone`, `front`, `category`, `rss` …
    pub kind: &'static str,
    /// Uri, version and headline of a story's page.
    pub story: Option<(String, u64, String)>,
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
    /// Story files read.
    pub files: usize,
    /// Files of the site.
    pub pages: usize,
    /// Files written.
    pub written: usize,
    /// Files that were as they should be.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
    /// Bytes written.
    pub bytes: u64,
}

/// Builds the site in `root`.
pub fn build(root: &Path, options: &BuildOptions) -> Result<Report> {
    let _ = (root, options);
    Ok(Report::default())
}
