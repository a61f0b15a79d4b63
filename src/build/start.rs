//! The start of a build: what there is before a story is read, and whether there is anything to do.

use super::finish::record_build;
use super::site::Site;
use super::{BuildOptions, NextChange, Report, Stages};
use crate::diag::Result;
use crate::hash::Hash;
use crate::purge;
use crate::source::{Source, Touched, Walk};
use crate::state::State;
use crate::write::{OUTPUT, Output};
use std::path::{Path, PathBuf};

/// The output folder, and the list of addresses that are out of date.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    /// What messages call the folder.
    pub(super) name: String,
    pub(super) purge_list: Option<PathBuf>,
}

/// What a build starts from.
pub(super) struct Start {
    pub(super) state: State,
    pub(super) site: Site,
    pub(super) source: Source,
    pub(super) place: Place,
    /// `None` where nothing is to be written.
    pub(super) output: Option<Output>,
    /// Hash of all that the site is made from besides its content and the clock.
    pub(super) inputs: Hash,
    /// Whether the output folder is as the last build noted it.
    pub(super) is_known: bool,
}

impl Start {
    /// Reads settings and theme, locks the output folder, and lists the content, of which `touched` says where it may have changed since
    /// the last `walk`.
    pub(super) fn open(
        root: &Path,
        options: &BuildOptions,
        (walk, touched): (&mut Walk, &Touched),
        stages: &mut Stages,
    ) -> Result<Start> {
        let mut state = if options.write { stages.take(State::open(root)?) } else { State::peek(root) };
        let site = Site::load(root, options.base_url.as_deref(), &mut state)?;
        stages.next("read", None);
        let folder = options.output_folder(root);
        let name = options.output.as_ref().map_or_else(|| OUTPUT.to_string(), |folder| folder.display().to_string());
        let purge_list = purge::place(root, &folder, options.purge.as_deref(), options.output.is_none())?;
        let open = || options.write.then(|| Output::open(&folder, &name, options.sync)).transpose();
        let (output, source) = rayon::join(open, || walk.site(root, &site.config.ignore, touched));
        let source = stages.take(source);
        let output = output?.map(|output| stages.take(output));
        let is_known = output.as_ref().is_some_and(|output| output.is_as_noted(state.head.manifest));
        let inputs = site.hash(options.drafts);
        Ok(Start { state, site, source, place: Place { folder, name, purge_list }, output, inputs, is_known })
    }

    /// Whether nothing can have changed since the last build: no file was touched, nothing was found wrong, and the clock has not
    /// reached the next moment that matters.
    pub(super) fn is_untouched(&self, options: &BuildOptions) -> bool {
        let head = &self.state.head;
        let in_time = head.now <= options.now && head.next_change.as_ref().is_none_or(|(at, _)| options.now < *at);
        self.is_known
            && head.clean
            && in_time
            && options.trusts_stamps()
            && !options.list_pages
            && head.site == self.inputs
            && self.output.as_ref().is_none_or(|output| !output.was_stopped())
            && self.source.newest() < head.began
            && head.source == self.source.stamp()
    }

    /// Reports what the last build left.
    pub(super) fn repeat(self, root: &Path, options: &BuildOptions, report: &mut Report) {
        let head = self.state.head;
        report.next_change = head.next_change.map(|(at, reason)| NextChange { at, reason });
        report.counts.files = self.source.stories.len() + self.source.pages.len();
        report.counts.stories = head.stories;
        report.counts.pages = head.pages;
        report.counts.unchanged = head.pages;
        if options.write {
            let home = self.site.config.home();
            record_build(root, &self.place.folder, home, head.manifest, options, &mut report.diagnostics);
        }
    }
}
