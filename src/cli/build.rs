//! `build` and `check`: one command, with and without writing.

use super::args::{BuildArgs, Common, Trust};
use super::progress::Meter;
use super::{CANNOT_GO_ON, CONTENT_ERRORS, Failure, GOOD, clock, machine_clock, report, say, show, site_zone, typed};
use crate::build::{BuildOptions, Report, build};
use crate::diag::{Diagnostic, Severity};
use crate::write;
use std::fs;
use std::path::Path;
use std::time::Instant;

pub(super) fn run(common: &Common, args: &BuildArgs, write: bool) -> Result<u8, Failure> {
    let now = clock(&args.read.clock, &site_zone(&common.site))?;
    if let Some(path) = &args.report {
        check_report_path(path)?;
    }
    let meter = Meter::on_stderr(common.quiet);
    let options = BuildOptions {
        now,
        machine_clock: Some(machine_clock()),
        drafts: args.read.drafts,
        base_url: args.read.base_url.clone(),
        output: args.read.output.clone(),
        threads: usize::from(args.threads),
        write,
        trust_stamps: args.trust_mtime == Trust::Yes,
        verify: args.verify,
        leaks: args.leaks,
        purge: args.purge.clone(),
        sync: args.sync,
        list_pages: args.report.is_some(),
        progress: &meter,
    };
    let start = Instant::now();
    let result = build(&common.site, &options);
    let seconds = start.elapsed().as_secs_f64();
    // Ends the progress line before anything else is said.
    drop(meter);

    let (built, report) = match result {
        Ok(report) => (true, report),
        Err(error) => (false, Report { diagnostics: error.diagnostics, ..Report::default() }),
    };
    let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &report.diagnostics, common.quiet);
    if built {
        say(common.quiet, &show::summary(&report, write, seconds));
        if write {
            say(common.quiet, &where_to_look(common, args.read.output.as_deref()));
        }
    }
    if let Some(path) = &args.report {
        // Written for a failed run too: an old report would be about another build.
        report::write(path, &report)
            .map_err(|error| Failure::new(format!("cannot write the report {}: {error}", path.display())))?;
    }
    Ok(if built { verdict(&report.diagnostics, args.strict) } else { CANNOT_GO_ON })
}

/// The last line of a build: where its front page is, and how to look at it.
fn where_to_look(common: &Common, output: Option<&Path>) -> String {
    let output = output.map_or_else(|| common.site.join(write::OUTPUT), Path::to_path_buf);
    let output = output.strip_prefix(".").unwrap_or(&output);
    let (what, path) = match output.join("index.html") {
        front if front.is_file() => ("front page", front),
        _ => ("output", output.to_path_buf()),
    };
    let mut line = format!("{what}: {}", show::escape(&path.to_string_lossy()));
    if cfg!(feature = "serve") {
        line.push_str(&format!(" (look at it: {})", typed(common, "serve --open")));
    }
    line
}

pub(super) fn verdict(diagnostics: &[Diagnostic], strict: bool) -> u8 {
    let fails = |diagnostic: &Diagnostic| match diagnostic.severity {
        Severity::Error => true,
        Severity::Warning => strict,
        Severity::Note => false,
    };
    if diagnostics.iter().any(fails) { CONTENT_ERRORS } else { GOOD }
}

/// Finds out before the build what would keep the report from being written after it.
///
/// It takes its name by a rename, which would put a file in the place of a device such as `/dev/null`.
fn check_report_path(path: &Path) -> Result<(), Failure> {
    let refuse = |why: &str| Err(Failure::new(format!("cannot write the report {}: {why}", path.display())));
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return refuse("not a regular file"),
        _ => {}
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => refuse("its folder does not exist"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    #[test]
    fn warnings_fail_only_under_strict() {
        let (error, warning) = (Diagnostic::error(Code::BadTime, "x"), Diagnostic::warning(Code::EmptyBody, "x"));
        let note = Diagnostic::new(Severity::Note, Code::EmptyBody, "x");
        assert_eq!(verdict(&[], true), GOOD);
        assert_eq!(verdict(std::slice::from_ref(&note), true), GOOD);
        assert_eq!(verdict(std::slice::from_ref(&warning), false), GOOD);
        assert_eq!(verdict(&[note, warning.clone()], true), CONTENT_ERRORS);
        assert_eq!(verdict(&[warning, error], false), CONTENT_ERRORS);
    }

    #[test]
    fn a_report_never_takes_the_place_of_a_folder_or_device() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check_report_path(folder.path()).is_err());
        assert!(check_report_path(&folder.path().join("report.json")).is_ok());
        assert!(check_report_path(Path::new("report.json")).is_ok());
        assert!(check_report_path(&folder.path().join("missing/report.json")).is_err());
        if cfg!(unix) {
            assert!(check_report_path(Path::new("/dev/null")).is_err());
        }
    }
}
