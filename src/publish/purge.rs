//! The list of addresses whose copies in caches are out of date, and the services that are notified.
//!
//! Withdrawals come first. What is new is not listed: no cache has it. What is due is noted on this machine before the first change,
//! and crossed off when every service was notified: a publish that is killed, or a service that does not answer, leaves it to the next run.

use super::fault::Fault;
use super::http;
use super::job::Job;
use super::plan::{Change, Stage};
use crate::diag::{Code, Diagnostic};
use crate::file;
use crate::page::{self, PageKind};
use crate::path::RelPath;
use crate::purge::Stale;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Addresses in one request; what common services take.
const BATCH: usize = 30;
/// Folders of which so many pages changed are named as a whole, where that is allowed.
const FOLDER: usize = 20;
/// The largest note of what is due, in bytes.
const NOTE_LIMIT: u64 = 1 << 30;

/// The files that caches have to drop, in the order of publishing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    files: Vec<(String, bool)>,
}

impl Due {
    /// What former publishes left. A note that cannot be read is ignored.
    pub(super) fn read(path: &std::path::Path) -> Due {
        let mut bytes = Vec::new();
        if file::read_bounded(path, NOTE_LIMIT, &mut bytes).is_err() {
            return Due::default();
        }
        let text = String::from_utf8_lossy(&bytes);
        let files = text.lines().filter_map(|line| {
            let (word, path) = line.split_once(' ')?;
            Some((RelPath::new(path)?.as_str().to_string(), word == "withdrawn"))
        });
        Due { files: files.collect() }
    }

    /// Notes it for the next run; nothing due needs no note.
    pub(super) fn write(&self, path: &std::path::Path) -> io::Result<()> {
        if self.files.is_empty() {
            return match file::remove(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let word = |withdrawn: bool| if withdrawn { "withdrawn" } else { "changed" };
        let text: String =
            self.files.iter().map(|(path, withdrawn)| format!("{} {path}\n", word(*withdrawn))).collect();
        file::write_atomic(path, text.as_bytes(), false)
    }

    /// Adds what changes make out of date.
    pub(super) fn add<'a>(&mut self, changes: impl Iterator<Item = &'a Change>) {
        let known: BTreeSet<(String, bool)> = self.files.iter().cloned().collect();
        let changes: Vec<&Change> = changes.collect();
        let first = page::come_first(changes.iter().map(|change| (change.kind, change.put.is_none())));
        // What may be left of a stopped publish has no kind any more, and may have been seen.
        let is_stale =
            |change: &Change| (change.kind != PageKind::Host || change.why == "unsure") && change.why != "new";
        let stale = changes.into_iter().zip(first).filter(|(change, _)| is_stale(change));
        let files = stale.map(|(change, first)| (change.path.clone(), first || change.stage == Stage::Withdraw));
        self.files.extend(files.filter(|file| !known.contains(file)));
    }

    /// The withdrawals alone.
    pub(super) fn withdrawn(&self) -> Due {
        Due { files: self.files.iter().filter(|(_, withdrawn)| *withdrawn).cloned().collect() }
    }

    /// Whether no cache has to drop anything.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The addresses to purge, withdrawals first.
    fn addresses(&self, job: &Job) -> Vec<String> {
        let stale = self.files.iter().map(|(file, withdrawn)| Stale { file, withdrawn: *withdrawn });
        let (list, withdrawals) = crate::purge::addresses(&job.home(), stale);
        let wildcards = job.settings.options.purge.wildcards;
        if wildcards { with_wildcards(list, withdrawals) } else { list }
    }
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

/// Refuses a list that would lie where readers can fetch it: it names what was withdrawn.
pub(super) fn check_place(job: &Job) -> Result<(), Fault> {
    let Some(asked) = &job.request.purge_file else { return Ok(()) };
    let mut public = vec![job.output.clone()];
    if let Some(folder) = job.settings.to.local_folder() {
        public.push(job.root.join(folder));
    }
    if crate::purge::is_public(asked, &public) {
        let message = format!("the purge list {} would be published with the site", asked.display());
        return Err(Fault::refused(message).hint(crate::purge::ELSEWHERE));
    }
    Ok(())
}

/// Writes the list, one address a line. Returns its path and length.
pub(super) fn write(job: &Job, due: &Due) -> Result<(PathBuf, usize), Fault> {
    let (list, path) = (due.addresses(job), path(job));
    let text: String = list.iter().map(|address| format!("{address}\n")).collect();
    file::write_atomic(&path, text.as_bytes(), false).map_err(|error| Fault::local(&path, &error))?;
    Ok((path, list.len()))
}

/// Notifies the command and the address of the settings, if there are any.
pub(super) fn send(job: &Job, due: &Due) -> Result<(), Fault> {
    let purge = &job.settings.options.purge;
    if due.is_empty() || (purge.command.is_none() && purge.url.is_none()) {
        return Ok(());
    }
    let (file, _) = write(job, due)?;
    let fault = |message: String| {
        let hint = format!("the addresses are in {}: purge them by hand, or publish again", file.display());
        Fault::from(Diagnostic::error(Code::PurgeFailed, message).hint(hint))
    };
    if let Some(command) = &purge.command {
        run(command, &file).map_err(fault)?;
    }
    if let Some(url) = &purge.url {
        let client = http::Client::new(&job.settings.options)?;
        let token = (job.request.environment)("DATELINE_PURGE_TOKEN");
        for batch in due.addresses(job).chunks(BATCH) {
            let body = serde_json::json!({ "files": batch }).to_string();
            let mut headers = vec![("content-type", "application/json".to_string())];
            headers.extend(token.iter().map(|token| ("authorization", format!("Bearer {token}"))));
            let request = http::Request { method: "POST", url, headers: &headers, body: body.into_bytes() };
            let answer = client
                .send(&request)
                .map_err(|error| fault(format!("purging failed: {}", error.diagnostic.message)))?;
            if !answer.is_good() {
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
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stderr = stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("").to_string();
    Err(format!("the purge command failed ({}): {stderr}", output.status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_survives_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("due");
        let change =
            |path: &str, stage, why| Change { path: path.into(), stage, put: None, why, kind: PageKind::Story };
        let mut due = Due::read(&note);
        assert!(due.is_empty());
        let changes = [
            change("a b/index.html", Stage::Withdraw, "withdrawn"),
            change("new/index.html", Stage::Delete, "new"),
            change("c/index.html", Stage::Delete, "gone"),
            Change { kind: PageKind::Asset, ..change("old.css", Stage::Delete, "gone") },
            Change { kind: PageKind::Host, ..change("held/index.html", Stage::Withdraw, "unsure") },
        ];
        due.add(changes.iter());
        due.add(changes.iter());
        due.write(&note).unwrap();
        let read = Due::read(&note);
        let files: Vec<(&str, bool)> = read.files.iter().map(|(path, first)| (path.as_str(), *first)).collect();
        let expected =
            [("a b/index.html", true), ("c/index.html", true), ("old.css", false), ("held/index.html", true)];
        assert_eq!(files, expected);
        assert_eq!(read.withdrawn().files.len(), 3);
        Due::default().write(&note).unwrap();
        Due::default().write(&note).unwrap();
        assert!(!note.exists());
    }

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
