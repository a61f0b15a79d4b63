//! `import --watch DIR`: a drop folder.
//!
//! A file is taken when two looks a while apart find it with the same size and time: whoever wrote it is done. It goes to
//! `done/` or `failed/` in the folder, failed ones with their diagnostics beside them. Nothing is kept in memory that a restart
//! would miss: what lies in the folder is what is to be done, and importing a file twice writes nothing.

use super::super::{Failure, say, show};
use super::{Job, input};
use crate::diag::Diagnostic;
use crate::file;
use crate::import::{self, Action, FileReport, Options};
use crate::wire::Outcome;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Between two looks at the folder.
const PAUSE: Duration = Duration::from_millis(500);

/// Size and time of change of a file at one look.
type Look = (u64, Option<SystemTime>);

/// Looks at the folder until stopped; with `once`, until it is empty.
pub(super) fn run(job: &mut Job<'_>, folder: &Path, options: Options, once: bool) -> Result<u8, Failure> {
    for name in ["done", "failed"] {
        let path = folder.join(name);
        fs::create_dir_all(&path)
            .map_err(|error| Failure::new(format!("cannot make the folder {}: {error}", path.display())))?;
    }
    say(job.common.quiet, &format!("watching {}", folder.display()));
    let mut last: BTreeMap<PathBuf, Look> = BTreeMap::new();
    loop {
        let now = look(folder).map_err(|error| Failure::new(format!("cannot read {}: {error}", folder.display())))?;
        if once && now.is_empty() {
            break;
        }
        let ready: Vec<PathBuf> =
            now.iter().filter(|(path, look)| last.get(*path) == Some(look)).map(|(path, _)| path.clone()).collect();
        for path in ready {
            take(job, folder, &path, &options)?;
        }
        last = now;
        std::thread::sleep(PAUSE);
    }
    say(job.common.quiet, &job.counts.summary(false));
    Ok(job.counts.exit_code())
}

/// The files that may be wire copy, right in the folder. Names that begin with a dot or end in `.tmp` or `.part` are not there yet;
/// pictures wait for their stories.
fn look(folder: &Path) -> io::Result<BTreeMap<PathBuf, Look>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_partial = name.starts_with('.')
            || [".tmp", ".part", ".filepart", ".crdownload"].iter().any(|end| name.ends_with(end));
        // A file may go between the listing and the look at it.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() && !is_partial && !import::is_media(&entry.path()) {
            found.insert(entry.path(), (metadata.len(), metadata.modified().ok()));
        }
    }
    Ok(found)
}

/// Imports one file and moves it on.
fn take(job: &mut Job<'_>, folder: &Path, path: &Path, options: &Options) -> Result<(), Failure> {
    let options = Options { now: job.now(options), ..*options };
    let reports = job.import(&[input(path.to_path_buf())], &options, false)?;
    let Some(report) = reports.into_iter().next() else { return Ok(()) };
    let failed = report.reading.outcome() == Outcome::Error;
    let moved = move_into(&folder.join(if failed { "failed" } else { "done" }), path)
        .map_err(|error| Failure::new(format!("cannot move {}: {error}", path.display())))?;
    if !report.reading.diagnostics.is_empty() {
        let name = format!("{}.diagnostics.txt", moved.file_name().unwrap_or_default().to_string_lossy());
        let text = diagnostics(&report);
        file::write_atomic(&moved.with_file_name(name), text.as_bytes(), false)
            .map_err(|error| Failure::new(format!("cannot write the diagnostics of {}: {error}", path.display())))?;
    }
    for media in report.landed.iter().filter(|landed| landed.action != Action::Failed).flat_map(|landed| &landed.media)
    {
        // Two stories may share a picture; the second finds it gone and has its copy already.
        let _ = move_into(&folder.join("done"), media);
    }
    let actions: Vec<&str> = report.landed.iter().map(|landed| landed.action.as_str()).collect();
    let what = if actions.is_empty() { report.reading.outcome().as_str().to_string() } else { actions.join(", ") };
    say(job.common.quiet, &format!("{}: {what}", path.display()));
    Ok(())
}

/// The diagnostics as text, one a line and its hints below.
fn diagnostics(report: &FileReport) -> String {
    let line = |diagnostic: &Diagnostic| {
        let hints: String = diagnostic.hints.iter().map(|hint| format!("  {hint}\n")).collect();
        format!("{diagnostic} [{}]\n{hints}", diagnostic.code)
    };
    report.reading.diagnostics.iter().map(line).collect()
}

/// Moves a file into a folder; where its name is taken, with a number.
fn move_into(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1..10_000 {
        let target = folder.join(if number == 1 { name.clone() } else { format!("{number}-{name}") });
        if !target.exists() {
            fs::rename(path, &target)?;
            return Ok(target);
        }
    }
    Err(io::Error::other(format!("{} has too many files called {}", folder.display(), show::count(10_000))))
}
