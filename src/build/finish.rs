//! The end of a build: files that have gone, the list of files, the purge list, the state for the next build, and the search for leaks.

use super::rebuild::{Rebuild, Rebuilt};
use super::site::Prepared;
use super::start::Place;
use super::{BuildOptions, Counts, Stages, pictures};
use crate::diag::{Code, Diagnostic, Location, Result, Severity};
use crate::hash::Hash;
use crate::last_build::{self, BuildRecord};
use crate::moved::Review;
use crate::state::{self, Head, Parts, State, Table, page_id};
use crate::write::{self, Output};
use crate::{leaks, purge};
use rustc_hash::FxHashSet;
use std::path::Path;

/// A build whose pages are made.
pub(super) struct Finish<'f> {
    pub(super) root: &'f Path,
    pub(super) options: &'f BuildOptions<'f>,
    pub(super) place: &'f Place,
    pub(super) prepared: &'f Prepared,
    pub(super) rebuild: &'f Rebuild<'f>,
    pub(super) rebuilt: &'f Rebuilt,
}

/// What is noted for the next build.
pub(super) struct Noted<'n> {
    pub(super) state: &'n mut State,
    /// Hash of all that the site is made from besides its content and the clock.
    pub(super) inputs: Hash,
    /// The addresses of the site beside those that it had; `None` where what is shown is not public.
    pub(super) review: Option<Review>,
}

impl Finish<'_> {
    /// Brings the output folder and the state up to date. `gone` are the files that are no longer planned. Returns the number of
    /// files removed.
    pub(super) fn write(
        &self,
        output: &Output,
        mut gone: Vec<String>,
        mut noted: Noted,
        counts: Counts,
        stages: &mut Stages,
    ) -> Result<usize> {
        let failed = self.rebuilt.failed();
        if !failed.is_empty() {
            gone.extend(failed.iter().map(|at| self.rebuild.file(*at)).filter(|file| output.owns(file)));
            gone.sort_unstable();
        }
        stages.add(self.add_to_purge_list(output, &gone));
        let (removed, manifest) = self.rebuild.finish(output, self.rebuilt, &gone)?;
        if !gone.is_empty() && noted.state.is_writable() {
            pictures::tidy(self.prepared, self.rebuild.plan, self.root);
        }
        // A note need not be repeated while nothing changes.
        let is_quiet = stages.report.diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Note);
        let head = Head {
            settings: self.prepared.settings,
            began: noted.state.began,
            source: self.prepared.source.stamp(),
            site: noted.inputs,
            now: self.options.now,
            next_change: self.prepared.public.next_change.clone(),
            // A build whose addresses were not noted has to be made by the right clock, too.
            clean: is_quiet && !self.options.is_ahead(),
            manifest,
            stories: counts.stories,
            pages: counts.pages,
            tables: Default::default(),
        };
        if let Err(error) = self.save(&mut noted, head, &gone) {
            let message = format!("cannot be written: {error}");
            let diagnostic = Diagnostic::warning(Code::StateUnusable, message).at(Location::file(state::FOLDER));
            stages.add([diagnostic.hint("the next build reads and makes everything again")]);
        }
        if self.options.leaks || self.options.verify {
            self.search_leaks(stages);
        }
        let home = self.prepared.config.home();
        record_build(self.root, &self.place.folder, home, manifest, self.options, &mut stages.report.diagnostics);
        Ok(removed)
    }

    /// Looks at the output folder of a run that writes nothing.
    pub(super) fn look(&self, stages: &mut Stages) {
        let failed = self.rebuilt.failed();
        let is_kept = |file: &str| self.rebuild.plan.at(file).is_some_and(|at| !failed.contains(&at));
        stages.add(write::foreign(&self.place.folder, is_kept));
        if self.options.leaks {
            self.search_leaks(stages);
        }
    }

    fn search_leaks(&self, stages: &mut Stages) {
        stages.next("leaks", None);
        stages.add(leaks::search(&self.prepared.inputs(), self.root, &self.place.folder, &self.place.name));
    }

    fn add_to_purge_list(&self, output: &Output, gone: &[String]) -> Option<Diagnostic> {
        let list = self.place.purge_list.as_ref()?;
        let stale = self.rebuild.out_of_date(output, self.rebuilt, gone);
        let stale = stale.iter().map(|(file, withdrawn)| purge::Stale { file, withdrawn: *withdrawn });
        let error = purge::add(list, &self.prepared.config.home(), stale).err()?;
        let message = format!("the purge list cannot be written: {error}");
        Some(Diagnostic::error(Code::OutputWrite, message).at(Location::file(list.display().to_string())))
    }

    /// Notes what this build saw and made, for the next one.
    fn save(&self, noted: &mut Noted, mut head: Head, gone: &[String]) -> std::io::Result<()> {
        let Noted { state, review, .. } = noted;
        if let Some(review) = review {
            state.addresses().save(&review.changes, &review.unsettled)?;
        }
        if !state.is_writable() {
            return Ok(());
        }
        head.tables[Table::Stories as usize].clone_from(&self.prepared.loaded.parts);
        head.tables[Table::Related as usize] = self.prepared.index.keep(state)?;
        head.tables[Table::Search as usize].clone_from(self.prepared.index.search.parts());
        head.tables[Table::Pages as usize] = self.pages(state, gone)?;
        state.save(head, self.options.sync)
    }

    /// Records the pages that were made. A page that could not be made loses its record; its file may be gone too.
    fn pages(&self, state: &State, gone: &[String]) -> std::io::Result<Parts> {
        let Rebuild { plan, last, .. } = self.rebuild;
        let mut names: Vec<u64> = self.rebuilt.stale.iter().map(|stale| plan.ids[stale.at.index()]).collect();
        let known: FxHashSet<u64> = names.iter().copied().collect();
        names.extend(gone.iter().map(|file| page_id(file)).filter(|id| !known.contains(id)));
        state.put_pages(last, &names, |at| self.rebuilt.made(at))
    }
}

/// Leaves the record that publishing reads, of a build for the address `home` that left a manifest of this hash.
pub(super) fn record_build(
    root: &Path,
    folder: &Path,
    home: String,
    manifest: Hash,
    options: &BuildOptions,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let last_build = BuildRecord::new(manifest, errors, options.drafts, options.now).at(options.base_url.clone(), home);
    // The unusable folder has been reported already.
    let is_reported = diagnostics.iter().any(|diagnostic| diagnostic.code == Code::StateUnusable);
    if let Some(error) = last_build::write(root, folder, last_build).err().filter(|_| !is_reported) {
        let message = format!("the record of this build cannot be written, so it cannot be published: {error}");
        diagnostics.push(Diagnostic::warning(Code::OutputWrite, message).at(Location::file(state::FOLDER)));
    }
}
