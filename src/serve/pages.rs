//! Pages of the server's own, below `/_dateline/`.

pub(super) mod html;

use super::messages::Shown;
use super::response::Reply;
use super::shared::Shared;
use super::snapshot::Snapshot;
use crate::diag::{Diagnostic, Severity};
use html::{Html, document};
use hyper::StatusCode;
use std::path::Path;
use std::sync::Arc;

/// Problems listed at most.
const LISTED: usize = 500;

/// Answers a request for a path below `/_dateline/`. `is_near` tells whether it comes from this machine.
pub(super) fn answer(shared: &Arc<Shared>, snapshot: &Arc<Snapshot>, path: &str, query: &str, is_near: bool) -> Reply {
    let _ = (query, is_near);
    match path {
        "problems" => Reply::html(problems(shared, snapshot)),
        _ => Reply::plain(StatusCode::NOT_FOUND, "there is no such page of the preview"),
    }
}

/// The page that stands in for one that could not be made.
pub(super) fn failed(root: &Path, fatal: &[Diagnostic]) -> String {
    let mut html = Html::default();
    html.text("h1", "This page cannot be made");
    fatal.iter().for_each(|one| problem(&mut html, root, one));
    document("This page cannot be made", &html)
}

/// All that is wrong with the site.
fn problems(shared: &Shared, snapshot: &Snapshot) -> String {
    let mut html = Html::default();
    let fatal = shared.fatal();
    let all: Vec<&Diagnostic> = fatal.iter().chain(snapshot.diagnostics.iter()).collect();
    html.text("h1", if all.is_empty() { "Nothing is wrong" } else { "Problems" });
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let of_it: Vec<&&Diagnostic> = all.iter().filter(|one| one.severity == severity).collect();
        of_it.iter().take(LISTED).for_each(|one| problem(&mut html, &shared.root, one));
        if of_it.len() > LISTED {
            html.text("p", &format!("and {} more; `dateline check` lists them", of_it.len() - LISTED));
        }
    }
    document("Problems", &html)
}

fn problem(html: &mut Html, root: &Path, diagnostic: &Diagnostic) {
    Shown::new(root, diagnostic).draw(html);
}
