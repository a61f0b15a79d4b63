//! From a request's path to a page: the behaviour of a host of static files.

use super::snapshot::Snapshot;
use crate::path::UrlPath;
use crate::plan::{Page, PageOf};
use percent_encoding::percent_decode_str;

/// The longest path that is looked at, in bytes.
pub(super) const PATH_LIMIT: usize = 4096;

/// What stands at a path.
#[derive(Debug)]
pub(super) enum Route<'s> {
    /// A page.
    Page(&'s Page),
    /// An old address: the page that says so, and where it leads.
    Moved(&'s Page, String),
    /// A folder, asked for without its slash; it is at this path.
    Folder(String),
    /// Nothing. The site's page for that, if it has one.
    NotFound(Option<&'s Page>),
}

/// A path as it was meant, or why it cannot be one.
pub(super) fn decoded(path: &str) -> Result<String, &'static str> {
    let text = percent_decode_str(path).decode_utf8().map_err(|_| "the path is not UTF-8")?;
    if text.chars().any(char::is_control) {
        return Err("the path holds a control character");
    }
    Ok(text.into_owned())
}

/// Finds what stands at a path, given as links write it and without a query.
pub(super) fn find<'s>(snapshot: &'s Snapshot, path: &str) -> Route<'s> {
    let site = snapshot.inputs();
    let not_found = |inner: &str| Route::NotFound(nearest_not_found(snapshot, inner));
    let home = site.config.href("/");
    let Ok(path) = decoded(path) else { return not_found("") };
    let Ok(prefix) = decoded(home.trim_end_matches('/')) else { return not_found("") };
    let Some(inner) = path.strip_prefix(&prefix) else {
        return if path == "/" { Route::Folder(home) } else { not_found("") };
    };
    if inner.is_empty() {
        return Route::Folder(home);
    }
    let Some(url) = UrlPath::new(inner) else { return not_found(inner) };
    if let Some(page) = snapshot.plan.page_of(&url.file()) {
        return match page.of {
            PageOf::PageRedirect(at) => Route::Moved(page, snapshot.plan.standing_urls[at as usize].clone()),
            PageOf::Redirect(id) => Route::Moved(page, snapshot.plan.story_urls[id.index()].clone()),
            _ => Route::Page(page),
        };
    }
    if !inner.ends_with('/') && snapshot.plan.page_of(&format!("{}/index.html", &url.as_str()[1..])).is_some() {
        return Route::Folder(site.config.href(&format!("{inner}/")));
    }
    not_found(inner)
}

/// The page of the edition that a wrong path lies in, as hosts find it: the one in the nearest folder above.
fn nearest_not_found<'s>(snapshot: &'s Snapshot, path: &str) -> Option<&'s Page> {
    let folders = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
    let mut files = folders.map(|folder| format!("{}/404.html", folder.trim_start_matches('/')));
    let found = files.find_map(|file| snapshot.plan.page_of(file.trim_start_matches('/')));
    found.or_else(|| snapshot.plan.page_of("404.html"))
}

impl<'s> Route<'s> {
    /// The page whose bytes are sent, if any are.
    pub(super) fn page(&self) -> Option<&'s Page> {
        match self {
            Route::Page(page) | Route::Moved(page, _) => Some(page),
            Route::NotFound(page) => *page,
            Route::Folder(_) => None,
        }
    }
}
