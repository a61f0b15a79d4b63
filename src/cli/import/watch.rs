//! `import --watch`: drop folders.
//!
//! A file is taken when two looks a while apart find it with the same size and time: whoever wrote it is done. It goes to
//! `done/` or `failed/` in the folder, failed ones with their diagnostics beside them. A story whose pictures have not come goes to
//! `waiting/` until they do; it is on the site meanwhile. Nothing is kept in memory that a restart would miss: what lies in the
//! folders is what is to be done, and importing a file twice writes nothing.

use super::super::{Failure, say, show};
use super::{Job, input};
use crate::diag::Diagnostic;
use crate::file;
use crate::import::{self, Action, FileReport, Input, Options};
use crate::source::Stamp;
use crate::wire::Outcome;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Between two looks at the folder.
const PAUSE: Duration = Duration::from_millis(500);
/// Looks for which an item is held back while a picture beside it is still being written.
const MOST_LOOKS: u32 = 10;
/// Items taken at a time.
const BATCH: usize = 64;
/// The end of the name of the file that says what an item in `waiting/` waits for.
const WAITING: &str = ".waiting.txt";

/// What lies right in the folder.
#[derive(Default)]
struct Listing {
    copy: BTreeMap<PathBuf, Stamp>,
    media: BTreeMap<PathBuf, Stamp>,
}

struct Drop<'s> {
    folder: PathBuf,
    options: Options<'s>,
    /// What the last look found.
    last: Listing,
    /// Looks for which items were held back.
    held: u32,
    /// The items in `waiting/`, and the files that each waits for.
    waiting: BTreeMap<PathBuf, Vec<String>>,
}

/// Looks at the folders until stopped; with `once`, until they are empty.
pub(super) fn run(job: &mut Job<'_>, folders: Vec<(PathBuf, Options<'_>)>, once: bool) -> Result<u8, Failure> {
    let mut drops = Vec::with_capacity(folders.len());
    for (folder, options) in folders {
        say(job.common.quiet, &format!("watching {}", folder.display()));
        drops.push(Drop::open(folder, options)?);
    }
    job.keeps = true;
    loop {
        let mut is_empty = true;
        for drop in &mut drops {
            is_empty &= drop.turn(job)?;
        }
        if once && is_empty {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    say(job.common.quiet, &job.counts.summary(false));
    Ok(job.counts.exit_code())
}

fn unreadable(folder: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {error}", folder.display()))
}

/// What is right in the folder. Names that begin with a dot or end in `.tmp` or `.part` are not there yet.
fn look(folder: &Path) -> io::Result<Listing> {
    let mut found = Listing::default();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_partial = name.starts_with('.')
            || [".tmp", ".part", ".filepart", ".crdownload"].iter().any(|end| name.ends_with(end));
        // A file may go between the listing and the look at it.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() && !is_partial {
            let of_kind = if import::is_media(&entry.path()) { &mut found.media } else { &mut found.copy };
            of_kind.insert(entry.path(), Stamp::of(&metadata));
        }
    }
    Ok(found)
}

/// What an earlier run left in `waiting/`.
fn waiting(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<String>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(item) = name.strip_suffix(WAITING) {
            let text = fs::read_to_string(&path)?;
            found.insert(folder.join(item), text.lines().map(str::to_string).collect());
        }
    }
    Ok(found)
}

impl<'s> Drop<'s> {
    fn open(folder: PathBuf, options: Options<'s>) -> Result<Drop<'s>, Failure> {
        for name in ["done", "failed", "waiting"] {
            let path = folder.join(name);
            file::make_folders(&path)
                .map_err(|error| Failure::new(format!("cannot make the folder {}: {error}", path.display())))?;
        }
        let waiting = waiting(&folder.join("waiting")).map_err(|error| unreadable(&folder, &error))?;
        Ok(Drop { folder, options, last: Listing::default(), held: 0, waiting })
    }

    /// Looks at the folder, and imports what is whole. Returns whether nothing is left there that is still to be imported.
    fn turn(&mut self, job: &mut Job<'_>) -> Result<bool, Failure> {
        let now = look(&self.folder).map_err(|error| unreadable(&self.folder, &error))?;
        let last = std::mem::take(&mut self.last);
        let stable = |path: &PathBuf, look: &Stamp, last: &BTreeMap<PathBuf, Stamp>| last.get(path) == Some(look);
        let writing = now.media.iter().any(|(path, look)| !stable(path, look, &last.media));
        self.held = if writing && !now.copy.is_empty() { self.held + 1 } else { 0 };
        let arrived = self.arrived(|path| now.media.get(path).is_some_and(|look| stable(path, look, &last.media)));
        let is_empty = now.copy.is_empty() && arrived.is_empty();
        let ready = now.copy.iter().filter(|(path, look)| stable(path, look, &last.copy));
        let ready: Vec<PathBuf> = ready.map(|(path, _)| path.clone()).collect();
        if !writing || self.held > MOST_LOOKS {
            for batch in ready.chunks(BATCH) {
                self.take(job, batch)?;
            }
        }
        self.complete(job, &arrived)?;
        self.last = now;
        Ok(is_empty)
    }

    /// The waiting items of which a file has come.
    fn arrived(&self, is_there: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
        let has_come =
            |hrefs: &Vec<String>| hrefs.iter().any(|href| is_there(&self.folder.join(href.trim_start_matches("./"))));
        self.waiting.iter().filter(|(_, hrefs)| has_come(hrefs)).map(|(path, _)| path.clone()).collect()
    }

    fn import(&self, job: &mut Job<'_>, inputs: &[Input]) -> Result<Vec<FileReport>, Failure> {
        let options = Options { now: job.now(&self.options), ..self.options };
        job.import(inputs, &options, false)
    }

    /// Imports files and moves them on.
    fn take(&mut self, job: &mut Job<'_>, paths: &[PathBuf]) -> Result<(), Failure> {
        let inputs: Vec<Input> = paths.iter().cloned().map(input).collect();
        for (report, path) in self.import(job, &inputs)?.iter().zip(paths) {
            self.file(job, report, path)?;
        }
        Ok(())
    }

    /// Imports items again for files that have come.
    fn complete(&mut self, job: &mut Job<'_>, paths: &[PathBuf]) -> Result<(), Failure> {
        let again = |path: &PathBuf| Input { media: Some(self.folder.clone()), ..input(path.clone()) };
        let inputs: Vec<Input> = paths.iter().map(again).collect();
        if inputs.is_empty() {
            return Ok(());
        }
        for (report, path) in self.import(job, &inputs)?.iter().zip(paths) {
            self.waiting.remove(path);
            let note = with_end(path, WAITING);
            if !still_missing(report).is_empty() {
                self.wait(path, report)?;
            } else {
                self.file(job, report, path)?;
                // The item is out of the folder; without it the note says nothing.
                let _ = file::remove(&note);
            }
        }
        Ok(())
    }

    /// Moves a file to where it belongs now, and the media that went with it.
    fn file(&mut self, job: &Job<'_>, report: &FileReport, path: &Path) -> Result<(), Failure> {
        let failed = report.parsed.outcome() == Outcome::Error;
        let missing = !failed && !still_missing(report).is_empty();
        let name = if failed { "failed" } else { ["done", "waiting"][usize::from(missing)] };
        let moved = move_into(&self.folder.join(name), path)
            .map_err(|error| Failure::new(format!("cannot move {}: {error}", path.display())))?;
        if missing {
            self.wait(&moved, report)?;
        }
        if !report.parsed.diagnostics.is_empty() {
            write(&with_end(&moved, ".diagnostics.txt"), &diagnostics(report))?;
        }
        let imported = report.imported.iter().filter(|outcome| outcome.action != Action::Failed);
        for media in imported.flat_map(|outcome| &outcome.media) {
            // Two stories may share a picture; the second finds it gone and has its copy already.
            let _ = move_into(&self.folder.join("done"), media);
        }
        let actions: Vec<&str> = report.imported.iter().map(|outcome| outcome.action.as_str()).collect();
        let what = if actions.is_empty() { report.parsed.outcome().as_str().to_string() } else { actions.join(", ") };
        say(job.common.quiet, &format!("{}: {what}", path.display()));
        Ok(())
    }

    /// Notes what an item in `waiting/` waits for.
    fn wait(&mut self, path: &Path, report: &FileReport) -> Result<(), Failure> {
        let missing = still_missing(report);
        write(&with_end(path, WAITING), &(missing.join("\n") + "\n"))?;
        self.waiting.insert(path.to_path_buf(), missing);
        Ok(())
    }
}

/// The files that the stories of an item still lack; names with line breaks are not ours.
fn still_missing(report: &FileReport) -> Vec<String> {
    let all = report.imported.iter().flat_map(|outcome| &outcome.missing);
    all.filter(|href| !href.contains(['\n', '\r'])).cloned().collect()
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    path.with_file_name(format!("{}{end}", path.file_name().unwrap_or_default().to_string_lossy()))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    file::write_atomic(path, text.as_bytes(), false)
        .map(|_| ())
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

/// The diagnostics as text, one a line and its hints below.
fn diagnostics(report: &FileReport) -> String {
    let line = |diagnostic: &Diagnostic| {
        let hints: String = diagnostic.hints.iter().map(|hint| format!("  {hint}\n")).collect();
        format!("{diagnostic} [{}]\n{hints}", diagnostic.code)
    };
    report.parsed.diagnostics.iter().map(line).collect()
}

/// Moves a file into a folder; where its name is taken, with a number.
fn move_into(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1..10_000 {
        let target = folder.join(if number == 1 { name.clone() } else { format!("{number}-{name}") });
        if !target.exists() {
            file::rename(path, &target)?;
            return Ok(target);
        }
    }
    Err(io::Error::other(format!("{} has too many files called {}", folder.display(), show::count(10_000))))
}
