//! `check --moved`: names the addresses that lead nowhere, keeps them by aliases, or lets them go.

use super::args::{Common, MovedArgs, ReadArgs};
use super::{CONTENT_ERRORS, Failure, GOOD, clock, machine_clock, print, show, site_zone, why};
use crate::build::{self, BuildOptions};
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::file;
use crate::moved::{self, Moved, Now};
use crate::parse::aliases;
use crate::source::STORY_LIMIT;
use std::collections::BTreeSet;
use std::path::Path;

pub(super) fn run(common: &Common, read: &ReadArgs, args: &MovedArgs) -> Result<u8, Failure> {
    let options = BuildOptions {
        base_url: read.base_url.clone(),
        output: read.output.clone(),
        machine_clock: Some(machine_clock()),
        ..BuildOptions::read_only(clock(&read.clock, &site_zone(&common.site))?)
    };
    let moved = match &args.forget {
        Some(paths) => build::forget_moved(&common.site, &options, paths),
        None => build::moved(&common.site, &options),
    };
    let moved = match moved {
        Ok(moved) => moved,
        Err(error) => return Ok(why::fail(common, &error)),
    };
    let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &moved.diagnostics, common.quiet);
    let has_errors = moved.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let mut left = moved.value;
    let refused = moved::of_refused(&left);
    let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &refused, common.quiet);
    let mut lines = String::new();
    if args.fix {
        let kept = fix(common, &left, &mut lines);
        left.retain(|one| !kept.contains(&one.path));
    }
    for one in &left {
        let now = match &one.now {
            Now::Public(source) if one.no_alias.is_some() => format!("content/{source} (no alias can keep it)"),
            Now::Public(source) => format!("content/{source}"),
            Now::Withdrawn(source, _) => format!("content/{source} (withdrawn)"),
            Now::Gone => "in no file".to_string(),
            Now::Other(source) => format!("content/{source} (another story)"),
        };
        lines.push_str(&format!("{} {} {now}\n", one.path, one.uri));
    }
    print(lines.as_bytes())?;
    Ok(if left.is_empty() && !has_errors { GOOD } else { CONTENT_ERRORS })
}

/// Adds the aliases to the files, and gives the addresses that are kept by it.
fn fix(common: &Common, moved: &[Moved], lines: &mut String) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    let mut failed = Vec::new();
    for (source, paths) in moved::aliases_to_add(moved) {
        match add(&source.under(&common.site.join("content")), &paths) {
            Ok(()) => {
                lines.push_str(&format!("content/{source}: added {}\n", paths.join(", ")));
                kept.extend(paths);
            }
            Err(why) => {
                let at = Location::file(format!("content/{source}"));
                let diagnostic = Diagnostic::error(Code::AddressMoved, format!("the aliases were not added: {why}"));
                let items: Vec<String> = paths.iter().map(|path| aliases::item(path)).collect();
                failed.push(diagnostic.at(at).hint(format!("add `{}` to `aliases` by hand", items.join(", "))));
            }
        }
    }
    let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &failed, common.quiet);
    kept
}

fn add(place: &Path, paths: &[String]) -> Result<(), String> {
    let mut bytes = Vec::new();
    file::read_bounded(place, STORY_LIMIT, &mut bytes).map_err(|error| match error {
        file::ReadError::Io(error) => error.to_string(),
        file::ReadError::TooLarge(_) => "the file is too large".to_string(),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_string())?;
    let changed = aliases::add(&text, paths).ok_or("the front matter has a form that cannot be changed safely")?;
    file::replace(place, changed.as_bytes()).map_err(|error| error.to_string())
}
