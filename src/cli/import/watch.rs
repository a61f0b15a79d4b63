//! `import --watch`: takes what comes into drop folders, and says what became of it.

use super::super::{Failure, say};
use super::Job;
use crate::import::drop::{DropFolder, Filed, Look, SETTLE};
use crate::import::{Input, Options};
use std::path::PathBuf;

/// Items taken at a time.
const BATCH: usize = 64;

/// Looks at the folders until stopped; with `once`, until they are empty.
pub(super) fn run(job: &mut Job<'_>, folders: Vec<(PathBuf, Options<'_>)>, once: bool) -> Result<u8, Failure> {
    let mut drops = Vec::with_capacity(folders.len());
    for (folder, options) in folders {
        say(job.common.quiet, &format!("watching {}", folder.display()));
        drops.push((DropFolder::open(folder).map_err(failure)?, options));
    }
    job.keeps = true;
    loop {
        let mut is_empty = true;
        for (drop, options) in &mut drops {
            let look = drop.look().map_err(failure)?;
            is_empty &= look.is_empty();
            turn(job, drop, options, &look)?;
        }
        if once && is_empty {
            break;
        }
        std::thread::sleep(SETTLE);
    }
    say(job.common.quiet, &job.counts.summary(false));
    Ok(job.counts.exit_code())
}

fn failure(error: crate::diag::Error) -> Failure {
    let messages: Vec<String> = error.diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect();
    Failure::new(messages.join("\n"))
}

/// Imports what a look found, and moves it on.
fn turn(job: &mut Job<'_>, drop: &mut DropFolder, options: &Options<'_>, look: &Look) -> Result<(), Failure> {
    for batch in look.ready.chunks(BATCH).chain(look.arrived.chunks(BATCH)) {
        let options = Options { now: job.now(options), ..*options };
        let inputs: Vec<Input> = batch.iter().map(|path| drop.input(path)).collect();
        for (report, path) in job.import(&inputs, &options, false)?.iter().zip(batch) {
            if drop.file(report, path, false).map_err(failure)? == Filed::Waiting && look.arrived.contains(path) {
                continue;
            }
            let actions: Vec<&str> = report.imported.iter().map(|outcome| outcome.action.as_str()).collect();
            let what =
                if actions.is_empty() { report.parsed.outcome().as_str().to_string() } else { actions.join(", ") };
            say(job.common.quiet, &format!("{}: {what}", path.display()));
        }
    }
    Ok(())
}
