//! Addresses that lead nowhere, outside a build: naming them, and forgetting them.

use super::site::{read, read_by};
use super::{BuildOptions, Report, Stages, in_pool};
use crate::diag::{Checked, Code, Diagnostic, Location, Result};
use crate::load::{alias_path, decode};
use crate::moved::{self, Moved};
use crate::path::{self, nfc};
use crate::plan;
use crate::state::{self, State};
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

/// Forgets addresses that lead nowhere: these, or all where none is named. Returns those that are left, and an error for each that is
/// not one of them.
pub fn forget_moved(root: &Path, options: &BuildOptions, addresses: &[String]) -> Result<Checked<Vec<Moved>>> {
    if options.is_ahead() {
        let message = "addresses cannot be forgotten with `--now` later than the machine's clock";
        return Err(Diagnostic::error(Code::AddressMoved, message).hint("leave out `--now`").into());
    }
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut stages = Stages::start(&mut report, options.progress);
        let mut state = stages.take(State::open(root)?);
        let prepared = read_by(root, options, &mut state, &mut stages)?;
        let site = prepared.inputs();
        let Checked { value: mut review, mut diagnostics } = moved::review(&site, &plan::pages(&site).value, &state);
        let known: FxHashSet<String> = review.unsettled.iter().map(|address| address.path.clone()).collect();
        let mut named: FxHashSet<&str> = FxHashSet::default();
        for address in addresses {
            match spellings(&site.config.home(), address).iter().find_map(|path| known.get(path)) {
                Some(path) => drop(named.insert(path)),
                None => diagnostics.push(unknown(address)),
            }
        }
        let (gone, left): (Vec<Moved>, Vec<Moved>) =
            review.moved.into_iter().partition(|one| addresses.is_empty() || named.contains(one.path.as_str()));
        // Addresses of hidden stories are forgotten only by name.
        let is_forgotten =
            |path: &str, uri: &str| named.contains(path) || gone.iter().any(|one| one.path == path && one.uri == uri);
        review.unsettled.retain(|address| !is_forgotten(&address.path, &address.owner.uri));
        let saved = match state.is_writable() {
            true => state.addresses().save(&review.changes, &review.unsettled).map_err(|error| error.to_string()),
            false => Err("the folder of the state is read-only".to_string()),
        };
        saved.map_err(|error| {
            let diagnostic = Diagnostic::error(Code::StateUnusable, format!("cannot be written: {error}"));
            diagnostic.at(Location::file(state::addresses::shown()))
        })?;
        Ok(Checked { value: left, diagnostics })
    })
}

/// The paths that somebody may mean by an address, the likeliest first. It is read as aliases are, and may be a full one.
fn spellings(home: &str, address: &str) -> Vec<String> {
    let address = address.trim();
    let path = path::on_site(home, address).unwrap_or(address).split(['?', '#']).next().unwrap_or("");
    let written = format!("/{}", nfc(&decode(path)).trim_start_matches('/'));
    let folder = format!("{written}/");
    alias_path(path).map(|path| path.as_str().to_string()).into_iter().chain([written, folder]).collect()
}

fn unknown(address: &str) -> Diagnostic {
    let message = format!("{address} is not one of the addresses that lead nowhere");
    Diagnostic::error(Code::AddressMoved, message).hint("`dateline check --moved` names them all")
}
