//! Pages of the server's own, below `/_dateline/`.

mod inspect;

use super::gallery;
use super::hidden;
use super::html::{Html, document};
use super::http::value;
use super::messages::Shown;
use super::response::{Reply, with_script};
use super::route::decoded;
use super::shared::Shared;
use super::snapshot::{Made, Snapshot};
use crate::diag::{Diagnostic, Severity};
use crate::media_type;
use hyper::StatusCode;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Problems listed at most.
const LISTED: usize = 500;

/// Answers a request for a path below `/_dateline/`. `is_local` says whether it comes from this machine.
pub(super) fn answer(shared: &Arc<Shared>, snapshot: &Arc<Snapshot>, path: &str, query: &str, is_local: bool) -> Reply {
    let not_found = || Reply::plain(StatusCode::NOT_FOUND, "there is no such page of the preview");
    match path {
        "" => Reply::html(overview(snapshot, is_local)),
        "inspect" => Reply::html(inspect::page(snapshot, &value(query, "page").unwrap_or_else(|| "/".to_string()))),
        "problems" => Reply::html(problems(shared, snapshot, value(query, "page").as_deref())),
        _ if path.starts_with("stress/") => {
            stress(shared, snapshot, &path["stress/".len()..], query).unwrap_or_else(not_found)
        }
        _ if !is_local => not_found(),
        "hidden/" => Reply::html(hidden_stories(snapshot)),
        _ => hidden_page(shared, snapshot, path).unwrap_or_else(not_found),
    }
}

/// What the preview has besides the site.
fn overview(snapshot: &Snapshot, is_local: bool) -> String {
    let mut html = Html::default();
    html.text("h1", "Preview");
    html.open("ul", "");
    let mut links =
        vec![(snapshot.inputs().config.href("/"), "The site"), ("/_dateline/problems".to_string(), "Problems")];
    links.push((gallery::FOLDER.to_string(), "Stress stories by this theme"));
    if is_local {
        links.push((hidden::FOLDER.to_string(), "Hidden stories"));
    }
    for (href, text) in links {
        html.open("li", "");
        html.link(&href, text);
        html.close("li");
    }
    html.close("ul");
    html.text("p", "Alt and I on a page of the site, or ?inspect after its address, opens the inspector.");
    document("Preview", &html)
}

/// The gallery of stress stories, or one of its pages.
fn stress(shared: &Shared, snapshot: &Snapshot, name: &str, query: &str) -> Option<Reply> {
    if let Some(bytes) = gallery::picture(name) {
        return Some(Reply::new(media_type::of(name), bytes));
    }
    let pages = shared.gallery.pages(snapshot);
    let pages = match pages.as_ref() {
        Ok(pages) => pages,
        Err(fatal) => {
            return Some(Reply::html(failed(&shared.root, fatal)).status(StatusCode::INTERNAL_SERVER_ERROR));
        }
    };
    if name.is_empty() {
        return Some(Reply::html(all_stress(pages)));
    }
    let made = pages.get(name)?;
    let bytes = match &made.error {
        None => made.bytes.clone(),
        Some(error) => failed(&shared.root, std::slice::from_ref(error)).into_bytes(),
    };
    // Many stand side by side in the gallery, and browsers open few connections for events.
    let is_small = value(query, "small").is_some();
    let status = if made.error.is_some() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
    if is_small {
        return Some(Reply::html(bytes).status(status));
    }
    let version = made.version();
    let reply = Reply::html(with_script(&bytes, version)).status(status);
    Some(reply.field("x-dateline-version", version.to_string()))
}

fn all_stress(pages: &BTreeMap<String, Made>) -> String {
    let mut html = Html::default();
    html.text("h1", "Stress stories by this theme");
    html.text("p", "Each opens by its name, and follows edits of the theme there. dateline theme check finds what a program can find.");
    html.open("div", "gallery");
    for (name, made) in pages {
        let href = format!("{}{name}", gallery::FOLDER);
        html.open("section", if made.error.is_some() { "problem error" } else { "" });
        html.open("h2", "");
        html.link(&href, name);
        html.close("h2");
        html.frame(&format!("{href}?small=1"), name);
        html.close("section");
    }
    html.close("div");
    document("Stress stories", &html)
}

fn hidden_stories(snapshot: &Snapshot) -> String {
    let mut html = Html::default();
    let all = hidden::all(snapshot);
    html.text("h1", if all.is_empty() { "No story is hidden" } else { "Hidden stories" });
    html.open("table", "");
    for one in all.iter().take(LISTED) {
        let story = snapshot.inputs().stories.get(one.story);
        let mut href = hidden::FOLDER.to_string();
        crate::path::push_encoded(&mut href, story.source.as_str());
        html.open("tr", "");
        html.open("td", "");
        html.link(&href, if story.headline.is_empty() { story.source.as_str() } else { &story.headline });
        html.classed("div", "place dim", &format!("content/{}", story.source));
        html.close("td");
        html.text("td", &one.why);
        html.close("tr");
    }
    html.close("table");
    if all.len() > LISTED {
        html.text("p", &format!("and {} more", all.len() - LISTED));
    }
    document("Hidden stories", &html)
}

/// A hidden story, or a file that it shows.
fn hidden_page(shared: &Shared, snapshot: &Snapshot, path: &str) -> Option<Reply> {
    let path = format!("/_dateline/{}", decoded(path).ok()?);
    if let Some(file) = path.strip_prefix(hidden::FILES) {
        let made = hidden::file(snapshot, file)?;
        return made.error.is_none().then(|| Reply::new(media_type::of(file), made.bytes));
    }
    let hidden = hidden::in_file(snapshot, path.strip_prefix(hidden::FOLDER)?)?;
    let made = hidden::page(snapshot, &hidden);
    let reply = match &made.error {
        None => {
            let version = made.version();
            Reply::html(with_script(&made.bytes, version)).field("x-dateline-version", version.to_string())
        }
        Some(error) => {
            let text = failed(&shared.root, std::slice::from_ref(error));
            Reply::html(with_script(text.as_bytes(), made.version())).status(StatusCode::INTERNAL_SERVER_ERROR)
        }
    };
    Some(reply.field("x-robots-tag", "noindex"))
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
