//! What the desk reports of itself: `/health`, `/metrics`, and the page at `/`.
//!
//! `/health` says nothing that a stranger may not know. The others name items, also those under embargo: without a secret the server
//! answers this machine alone, and with one they want it as the password.

mod metrics;
mod page;

use super::Shared;
use super::answer::{Answer, Said, no};
use crate::clock::Timestamp;
use crate::import::drop::count_items;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::{Method, StatusCode};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

/// The most files of a folder that are counted.
const COUNTED: usize = 100_000;

/// What a build left to know.
#[derive(Clone, Copy, Default)]
pub(in crate::live_desk) struct Health {
    /// The time of the last build.
    pub(in crate::live_desk) last_build: Option<Timestamp>,
    /// When the clock alone next changes the site.
    pub(in crate::live_desk) next_change: Option<Timestamp>,
}

/// An address that reports.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Report {
    /// Numbers in JSON, for whoever asks.
    Health,
    /// Numbers in the text format of Prometheus.
    Metrics,
    /// A page for people.
    Page,
}

impl Report {
    /// The report at a path.
    pub(super) fn at(path: &str) -> Option<Report> {
        match path {
            "/health" => Some(Report::Health),
            "/metrics" => Some(Report::Metrics),
            "/" => Some(Report::Page),
            _ => None,
        }
    }

    /// Whether a request may have it: how it asks, and the password.
    pub(super) fn admits(self, shared: &Shared, method: &Method, headers: &HeaderMap) -> Result<(), Answer> {
        if method != Method::GET && method != Method::HEAD {
            return Err(no(StatusCode::METHOD_NOT_ALLOWED, "what the desk reports is read by GET"));
        }
        let Some(secret) = shared.secret.as_ref().filter(|_| self != Report::Health) else { return Ok(()) };
        match password(headers) {
            Some(password) if secret.is(&password) => Ok(()),
            _ => Err(no(StatusCode::UNAUTHORIZED, "the password is the secret for pushes; the name does not matter")),
        }
    }

    /// Makes it. Looks into the folders.
    pub(super) fn make(self, shared: &Shared) -> Answer {
        let known = *shared.health.lock().unwrap_or_else(PoisonError::into_inner);
        let folders: Vec<Folder> = shared.drops.iter().map(|path| Folder::look(shared, path)).collect();
        let said = match self {
            Report::Health => {
                let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
                let waiting: usize = folders.iter().map(|folder| folder.waiting).sum();
                let failed: usize = folders.iter().map(|folder| folder.failed).sum();
                let mut value = json!({ "waiting": waiting, "failed": failed, "last_build": time(known.last_build) });
                // The end of an embargo is for this machine alone, and a secret says that others can ask.
                if shared.secret.is_none() {
                    value["next_change"] = json!(time(known.next_change));
                }
                Said::Json(value)
            }
            Report::Metrics => {
                Said::Text(metrics::CONTENT_TYPE, metrics::text(&shared.tally.counts(), known, &folders))
            }
            Report::Page => Said::Text("text/html; charset=utf-8", page::page(&shared.tally.counts(), known, &folders)),
        };
        Answer(StatusCode::OK, said)
    }
}

/// A folder that items come into.
struct Folder {
    /// From the site's folder, where it is below it.
    path: PathBuf,
    waiting: usize,
    failed: usize,
}

impl Folder {
    fn look(shared: &Shared, path: &Path) -> Folder {
        Folder {
            path: path.strip_prefix(&shared.root).unwrap_or(path).to_path_buf(),
            waiting: count_items(path, COUNTED),
            failed: count_items(&path.join("failed"), COUNTED),
        }
    }
}

/// The password of a request (RFC 7617).
fn password(headers: &HeaderMap) -> Option<Vec<u8>> {
    let (scheme, code) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let pair = BASE64_STANDARD.decode(code.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    Some(pair[colon + 1..].to_vec())
}
