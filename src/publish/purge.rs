//! The list of addresses whose copies in caches are out of date, and who is told.
//!
//! Withdrawals come first. What is new is not listed: no cache has it.

use super::object::HOST;
use super::plan::{Change, Stage};
use super::{Fault, Job, http};
use crate::diag::{Code, Diagnostic};
use crate::file;
use crate::purge::Stale;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Addresses in one request; what common services take.
const BATCH: usize = 30;
/// Folders of which so many pages changed are named as a whole, where that is allowed.
const FOLDER: usize = 20;

/// The addresses to purge, withdrawals first, then in the order of publishing.
fn addresses(job: &Job, changes: &[Change]) -> Vec<String> {
    let stale = changes.iter().filter(|change| change.kind != HOST && change.why != "new");
    let stale = stale.map(|change| Stale { file: &change.path, withdrawn: change.stage == Stage::Withdraw });
    let (list, withdrawals) = crate::purge::addresses(&job.home(), stale);
    let wildcards = job.settings.options.purge.wildcards;
    if wildcards { with_wildcards(list, withdrawals) } else { list }
}

/// Names folders of which many pages changed as a whole. The first `exact` addresses stay as they are.
fn with_wildcards(list: Vec<String>, exact: usize) -> Vec<String> {
    let folder = |address: &str| {
        let page = address.trim_end_matches('/');
        page.rfind('/').map(|end| page[..=end].to_string()).unwrap_or_default()
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for address in list.iter().skip(exact) {
        *counts.entry(folder(address)).or_default() += 1;
    }
    let mut out: Vec<String> = Vec::new();
    for (n, address) in list.into_iter().enumerate() {
        let folder = folder(&address);
        let whole = n >= exact && counts.get(&folder).is_some_and(|count| *count >= FOLDER);
        let entry = if whole { format!("{folder}*") } else { address };
        if !whole || !out.contains(&entry) {
            out.push(entry);
        }
    }
    out
}

fn path(job: &Job) -> PathBuf {
    let default = || job.root.join(crate::state::FOLDER).join("purge.txt");
    job.request.purge_file.clone().unwrap_or_else(default)
}

/// Writes the list, one address a line. Gives its path and length.
pub(super) fn write(job: &Job, changes: &[Change]) -> Result<(PathBuf, usize), Fault> {
    let (list, path) = (addresses(job, changes), path(job));
    let text: String = list.iter().map(|address| format!("{address}\n")).collect();
    file::write_atomic(&path, text.as_bytes(), false).map_err(|error| Fault::local(&path, &error))?;
    Ok((path, list.len()))
}

/// Tells the command and the address of the settings, if there are any.
pub(super) fn send(job: &Job, changes: &[Change]) -> Result<(), Fault> {
    let purge = &job.settings.options.purge;
    if purge.command.is_none() && purge.url.is_none() {
        return Ok(());
    }
    let list = addresses(job, changes);
    if list.is_empty() {
        return Ok(());
    }
    let (file, _) = write(job, changes)?;
    let fault = |message: String| {
        let hint = format!("the addresses are in {}: purge them by hand", file.display());
        Fault::from(Diagnostic::error(Code::PurgeFailed, message).hint(hint))
    };
    if let Some(command) = &purge.command {
        run(command, &file).map_err(fault)?;
    }
    if let Some(url) = &purge.url {
        let token = (job.request.environment)("DATELINE_PURGE_TOKEN");
        for batch in list.chunks(BATCH) {
            let body = serde_json::json!({ "files": batch }).to_string();
            let mut headers = vec![("content-type", "application/json".to_string())];
            headers.extend(token.iter().map(|token| ("authorization", format!("Bearer {token}"))));
            let request = http::Request { method: "POST", url, headers: &headers, body: body.into_bytes() };
            let answer = http::send(&request, &job.settings.options)?;
            if !(200..300).contains(&answer.status) {
                return Err(fault(format!("purging failed: {} answered {}", http::host(url), answer.status)));
            }
        }
    }
    Ok(())
}

/// Runs the command of the settings with the path of the list in the place of `{file}`.
fn run(command: &str, file: &std::path::Path) -> Result<(), String> {
    let file = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    // The path goes through the environment, so that no character of it means anything to the shell.
    let script = command.replace("{file}", "\"$DATELINE_PURGE_FILE\"");
    let output = Command::new("sh")
        .args(["-c", &script])
        .env("DATELINE_PURGE_FILE", &file)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("the purge command cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("").to_string();
    Err(format!("the purge command failed ({}): {said}", output.status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_as_a_whole_only_where_many_pages_changed() {
        let pages = (0..30).map(|n| format!("https://e.org/topics/t{n}/"));
        let mut list = vec!["https://e.org/topics/killed/".to_string(), "https://e.org/a/".to_string()];
        list.extend(pages);
        assert_eq!(
            with_wildcards(list, 1),
            ["https://e.org/topics/killed/", "https://e.org/a/", "https://e.org/topics/*"]
        );
    }
}
