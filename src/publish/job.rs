//! What all steps of a publish share.

use super::request::Request;
use super::state::State;
use super::target::Target;
use crate::config::Config;
use crate::config::publish::Target as Settings;
use std::path::{Path, PathBuf};

/// One publish to one target.
pub(super) struct Job<'a> {
    pub(super) root: &'a Path,
    pub(super) config: &'a Config,
    pub(super) request: &'a Request<'a>,
    pub(super) settings: &'a Settings,
    pub(super) output: PathBuf,
    pub(super) state: State,
    pub(super) target: Box<dyn Target>,
}

impl Job<'_> {
    /// The address of a file for readers.
    pub(super) fn address(&self, path: &str) -> String {
        crate::purge::address(&self.home(), path)
    }

    /// The address of the site at this target.
    pub(super) fn home(&self) -> String {
        self.settings.options.base_url.clone().unwrap_or_else(|| self.config.home())
    }
}
