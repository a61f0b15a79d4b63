//! What a publish is asked for, and what it did: plain data.

use super::plan::Plan;
use crate::clock::Timestamp;
use crate::config::publish::{Percent, Preset, Target as Settings};
use crate::diag::Diagnostic;
use crate::progress::Progress;
use std::path::PathBuf;
use std::sync::RwLock;

/// What to publish, and how.
pub struct Request<'a> {
    /// The target.
    pub target: Settings,
    /// The output folder, if it is not `output` in the site's folder.
    pub output: Option<PathBuf>,
    /// The moment.
    pub now: Timestamp,
    /// Take back so many publishes instead.
    pub rollback: Option<u64>,
    /// Only plan.
    pub dry_run: bool,
    /// Compare with what the target really holds.
    pub audit: bool,
    /// With `audit`: delete files that dateline does not know.
    pub prune: bool,
    /// Publish a build with content errors.
    pub allow_errors: bool,
    /// Overrides the share of files that may be deleted.
    pub max_delete: Option<Percent>,
    /// Overrides the preset.
    pub preset: Option<Preset>,
    /// Do not wait for another publish that never ended.
    pub take_over: bool,
    /// Where the list of addresses to purge goes, if not `.dateline/purge.txt`.
    pub purge_file: Option<PathBuf>,
    /// Overrides the number of pages fetched afterwards.
    pub verify: Option<usize>,
    /// Held for reading while the output folder is read; a process that builds meanwhile takes it for writing. After that a build may
    /// change the folder, since what will be sent is kept.
    pub gate: Option<&'a RwLock<()>>,
    /// Reads a variable of the environment.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    /// Receives progress.
    pub progress: &'a dyn Progress,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Report {
    /// The target, as messages name it.
    pub target: String,
    /// What was planned, in order.
    pub plan: Plan,
    /// How many of the planned changes are live.
    pub done: usize,
    /// Whether the target now is what was asked for. False after a dry run.
    pub finished: bool,
    /// Whether it went on with a publish that had been stopped.
    pub resumed: bool,
    /// Files at the target that dateline does not know; only with `audit`.
    pub unknown: Vec<String>,
    /// Where the list of addresses to purge lies, and how many there are.
    pub purge: Option<(PathBuf, usize)>,
    /// Requests and bytes that were sent.
    pub traffic: Traffic,
    /// What went wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Requests and bytes that were sent, without tries that were repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, or commands run.
    pub requests: u64,
    /// Bytes of bodies sent.
    pub bytes: u64,
}
