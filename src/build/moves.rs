//! Addresses that lead nowhere, outside a build: naming them, and letting them go.

use super::site::{read, read_by};
use super::{BuildOptions, Report, Stages, in_pool};
use crate::diag::{Checked, Code, Diagnostic, Location, Result};
use crate::moved::{self, Moved};
use crate::state::{self, State};
use crate::{path, plan};
use rustc_hash::FxHashSet;
use std::path::Path;

/// The addresses that lead nowhere, as the next build would name them. Nothing is written.
pub fn moved(root: &Path, options: &BuildOptions) -> Result<Checked<Vec<Moved>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let (state, prepared) = read(root, options, &mut Stages::start(&mut report, options.progress))?;
        let site = prepared.inputs();
        let review = moved::review(&site, &plan::pages(&site).value, &state);
        Ok(Checked { value: review.value.moved, diagnostics: review.diagnostics })
    })
}

/// Lets addresses go that lead nowhere: these, or all where none is named. Gives those that are left.
pub fn forget_moved(root: &Path, options: &BuildOptions, paths: &[String]) -> Result<Checked<Vec<Moved>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut stages = Stages::start(&mut report, options.progress);
        let mut state = stages.take(State::open(root)?);
        let prepared = read_by(root, options, &mut state, &mut stages)?;
        let site = prepared.inputs();
        let mut review = moved::review(&site, &plan::pages(&site).value, &state);
        let on_site = |path: &String| path::on_site(&site.config.home(), path).unwrap_or(path).to_string();
        let named: FxHashSet<String> = paths.iter().map(on_site).collect();
        let (gone, left): (Vec<Moved>, Vec<Moved>) =
            review.value.moved.into_iter().partition(|one| named.is_empty() || named.contains(&one.path));
        let is_forgotten = |path: &str, uri: &str| gone.iter().any(|one| one.path == path && one.uri == uri);
        review.value.unsettled.retain(|address| !is_forgotten(&address.path, &address.owner.uri));
        let saved = state.addresses().save(&review.value.changes, &review.value.unsettled);
        saved.map_err(|error| {
            let diagnostic = Diagnostic::error(Code::StateUnusable, format!("cannot be written: {error}"));
            diagnostic.at(Location::file(state::addresses::shown()))
        })?;
        Ok(Checked { value: left, diagnostics: review.diagnostics })
    })
}
