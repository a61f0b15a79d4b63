//! Pages of the server's own, below `/_dateline/`.

pub(super) mod html;

use super::http::value;
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
    let _ = is_near;
    match path {
        "problems" => Reply::html(problems(shared, snapshot, value(query, "page").as_deref())),
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

/// All that is wrong with the site, that of a page first.
fn problems(shared: &Shared, snapshot: &Snapshot, path: Option<&str>) -> String {
    let mut html = Html::default();
    let of_page = path.map(|path| shared.problems_of(snapshot, path)).unwrap_or_default();
    if !of_page.is_empty() {
        html.text("h1", "On this page");
        of_page.iter().for_each(|one| problem(&mut html, &shared.root, one));
    }
    let fatal = shared.fatal();
    let all: Vec<&Diagnostic> =
        fatal.iter().chain(snapshot.diagnostics.iter()).filter(|one| !of_page.contains(one)).collect();
    if !all.is_empty() || of_page.is_empty() {
        html.text("h1", if all.is_empty() { "Nothing is wrong" } else { "In the site" });
    }
    html.classed(
        "p",
        "dim",
        "Links and pictures of a story are looked at when its page is made; dateline check looks at all.",
    );
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
