//! After publishing: notifies hubs and search engines, and fetches pages as readers do.

use super::fault::Fault;
use super::http;
use super::http::{Answer, Client, Request};
use super::job::Job;
use super::plan::{Change, Stage};
use super::state::PIECE;
use crate::diag::{Code, Diagnostic};
use crate::page::{PageKind, Role};
use crate::path::push_encoded;
use std::time::{Duration, Instant};

/// How long a cache may take to show what was published.
const TOTAL_WAIT: Duration = Duration::from_secs(60);
/// Addresses in one IndexNow request; the protocol allows 10,000.
const INDEXNOW: usize = 10_000;

/// Notifies every service that the settings name. What fails is an error of the report; the site is published all the same.
pub(super) fn all(job: &Job, changed: &[Change], diagnostics: &mut Vec<Diagnostic>) {
    let mut check = |result: Result<(), Fault>| {
        if let Err(fault) = result {
            let mut diagnostic = fault.diagnostic();
            diagnostic.code = Code::PurgeFailed;
            diagnostics.push(diagnostic);
        }
    };
    let options = &job.settings.options;
    let sample = job.request.verify.unwrap_or(options.verify);
    if changed.is_empty() || (options.websub.is_none() && options.indexnow.is_none() && sample == 0) {
        return;
    }
    let client = match Client::new(options) {
        Ok(client) => client,
        Err(fault) => return check(Err(fault)),
    };
    check(websub(job, &client, changed));
    check(indexnow(job, &client, changed));
    if sample > 0 {
        check(verify(job, &client, changed, sample));
    }
}

fn websub(job: &Job, client: &Client, changed: &[Change]) -> Result<(), Fault> {
    let options = &job.settings.options;
    let Some(hub) = &options.websub else { return Ok(()) };
    let is_feed = |change: &&Change| change.kind.is_feed() && change.put.is_some();
    for change in changed.iter().filter(is_feed) {
        let mut body = String::from("hub.mode=publish&hub.url=");
        push_encoded(&mut body, &job.address(&change.path));
        let headers = [("content-type", "application/x-www-form-urlencoded".to_string())];
        let request = Request { method: "POST", url: hub, headers: &headers, body: body.into() };
        expect(hub, &client.send(&request)?)?;
    }
    Ok(())
}

fn indexnow(job: &Job, client: &Client, changed: &[Change]) -> Result<(), Fault> {
    let options = &job.settings.options;
    let Some(url) = &options.indexnow else { return Ok(()) };
    let key = (job.request.environment)("DATELINE_INDEXNOW_KEY").ok_or_else(|| {
        Fault::refused("IndexNow needs a key").hint("put it into DATELINE_INDEXNOW_KEY of the environment")
    })?;
    let is_page = |change: &&Change| matches!(change.kind, PageKind::Story | PageKind::Tombstone | PageKind::Page);
    let pages: Vec<String> = changed.iter().filter(is_page).map(|change| job.address(&change.path)).collect();
    for batch in pages.chunks(INDEXNOW) {
        let host = http::host(batch.first().map_or("", String::as_str));
        let body = serde_json::json!({ "host": host, "key": key, "keyLocation": job.address(&format!("{key}.txt")), "urlList": batch });
        let headers = [("content-type", "application/json; charset=utf-8".to_string())];
        let request = Request { method: "POST", url, headers: &headers, body: body.to_string().into_bytes() };
        expect(url, &client.send(&request)?)?;
    }
    Ok(())
}

fn expect(url: &str, answer: &Answer) -> Result<(), Fault> {
    if answer.is_good() {
        return Ok(());
    }
    Err(Fault::failed(format!("{} answered {}", http::host(url), answer.status)))
}

/// Fetches every withdrawal and some other pages until they show the new state.
fn verify(job: &Job, client: &Client, changed: &[Change], sample: usize) -> Result<(), Fault> {
    let (withdrawn, rest): (Vec<&Change>, Vec<&Change>) = changed
        .iter()
        .filter(|change| {
            change.kind != PageKind::Host
                && change.put.as_ref().is_none_or(|object| !is_compressed_file(&change.path, object))
        })
        .partition(|change| change.stage == Stage::Withdraw);
    // A film is not fetched to see whether it is there.
    let is_small = |change: &&Change| {
        let hash = change.put.as_ref().map(|object| object.hash);
        hash.is_none_or(|hash| {
            std::fs::metadata(job.state.kept_path(hash)).is_ok_and(|file| file.len() <= PIECE as u64)
        })
    };
    let rest: Vec<&Change> = rest.into_iter().filter(is_small).collect();
    // Spread over the plan, so that every kind of page is among them.
    let step = rest.len().div_ceil(sample).max(1);
    let all: Vec<&Change> = withdrawn.into_iter().chain(rest.into_iter().step_by(step)).collect();
    job.request.progress.stage("verify", Some(all.len()));
    let start = Instant::now();
    let mut stale = Vec::new();
    let mut silent = None;
    for change in all {
        let mut wait = Duration::from_millis(250);
        loop {
            // A site that cannot be reached for a moment is looked at again, as one that shows what was there before.
            match shows(job, client, change) {
                Ok(true) => break,
                Ok(false) => {}
                Err(fault) => silent = Some(fault),
            }
            if start.elapsed() + wait > TOTAL_WAIT {
                stale.push(job.address(&change.path));
                break;
            }
            std::thread::sleep(wait);
            wait = (wait * 2).min(Duration::from_secs(5));
        }
        job.request.progress.step(1);
    }
    if stale.is_empty() {
        return Ok(());
    }
    let first: Vec<&str> = stale.iter().take(5).map(String::as_str).collect();
    let count = if stale.len() == 1 { "1 page does".to_string() } else { format!("{} pages do", stale.len()) };
    let fault = Fault::failed(format!("{count} not show what was published, among them {}", first.join(", ")));
    Err(match silent {
        Some(silent) => fault.hint(format!("the last fault was: {}", silent.diagnostic.message)),
        None => fault.hint("a cache may still have the old ones: purge it"),
    })
}

fn is_compressed_file(path: &str, object: &super::object::Object) -> bool {
    object.form.is_some() && super::headers::plain_path(path).is_some()
}

/// Whether a reader gets what was published.
fn shows(job: &Job, client: &Client, change: &Change) -> Result<bool, Fault> {
    let headers = [("accept-encoding", "identity".to_string()), ("cache-control", "no-cache".to_string())];
    let url = job.address(&change.path);
    let answer = client.send(&Request { method: "GET", url: &url, headers: &headers, body: Vec::new() })?;
    let Some(object) = &change.put else { return Ok(matches!(answer.status, 404 | 410 | 403)) };
    let good_status =
        (200..300).contains(&answer.status) || (change.kind.role() == Role::Notice && answer.status == 410);
    let bytes = job.state.kept(object.hash).map_err(|error| Fault::local(&job.state.kept_path(object.hash), &error))?;
    let stored = super::object::stored(object, bytes.clone());
    Ok(good_status && (answer.body == bytes || stored.is_ok_and(|stored| stored == answer.body)))
}
