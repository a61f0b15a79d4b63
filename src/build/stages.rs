//! The stages of a build: times and diagnostics.

use super::Report;
use crate::diag::{Checked, Diagnostic};
use crate::progress::Progress;
use std::time::Instant;

/// Keeps time and diagnostics from stage to stage.
pub(super) struct Stages<'r> {
    pub(super) report: &'r mut Report,
    pub(super) progress: &'r dyn Progress,
    since: Instant,
    name: &'static str,
}

impl<'r> Stages<'r> {
    pub(super) fn start(report: &'r mut Report, progress: &'r dyn Progress) -> Stages<'r> {
        Stages { report, progress, since: Instant::now(), name: "settings" }
    }

    /// Ends the stage and begins another, of so many steps if that is known.
    pub(super) fn next(&mut self, name: &'static str, total: Option<usize>) {
        self.report.stages.push((self.name, self.since.elapsed().as_secs_f64()));
        (self.since, self.name) = (Instant::now(), name);
        self.progress.stage(name, total);
    }

    /// Ends the last stage.
    pub(super) fn end(self) {
        self.report.stages.push((self.name, self.since.elapsed().as_secs_f64()));
    }

    /// Adds diagnostics to the report.
    pub(super) fn add(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.report.diagnostics.extend(diagnostics);
    }

    /// The value, after its diagnostics went to the report.
    pub(super) fn take<T>(&mut self, checked: Checked<T>) -> T {
        self.report.diagnostics.extend(checked.diagnostics);
        checked.value
    }
}
