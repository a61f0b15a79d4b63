//! `theme new`, `theme check`, `theme diff`.

use super::args::{Common, ReadArgs, ThemeCommand};
use super::build::verdict;
use super::show::{count, escape, plural};
use super::{CANNOT_GO_ON, Failure, GOOD, clock, print, say, show, site_zone};
use crate::build::BuildOptions;
use crate::diag::{Checked, Diagnostic, Result as Outcome};
use crate::theming::{check, diff, start};
use std::fmt::Write;

/// Groups that are shown; the rest is counted.
const SHOWN: usize = 20;

pub(super) fn run(common: &Common, command: &ThemeCommand) -> Result<u8, Failure> {
    match command {
        ThemeCommand::New { name, extends } => new(common, name, extends),
        ThemeCommand::Check { name, strict } => checked(common, name.as_deref(), *strict),
        ThemeCommand::Diff { read, json } => differences(common, read, *json),
    }
}

/// The value of something that could be done; else says why not.
fn or_report<T>(common: &Common, outcome: Outcome<T>) -> Result<T, u8> {
    outcome.map_err(|error| {
        report(common, &error.diagnostics);
        CANNOT_GO_ON
    })
}

fn report(common: &Common, diagnostics: &[Diagnostic]) {
    // Nobody is left to report to when this fails.
    let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, diagnostics, common.quiet);
}

fn new(common: &Common, name: &str, extends: &str) -> Result<u8, Failure> {
    let files = match or_report(common, start::new(&common.site, name, extends)) {
        Ok(files) => files,
        Err(code) => return Ok(code),
    };
    say(common.quiet, &format!("`theme: {name}` in dateline.yaml makes it the theme of the site"));
    print(format!("{}\n", files.join("\n")).as_bytes())
}

fn checked(common: &Common, name: Option<&str>, strict: bool) -> Result<u8, Failure> {
    let Checked { value: pages, diagnostics } = match or_report(common, check::check(&common.site, name)) {
        Ok(found) => found,
        Err(code) => return Ok(code),
    };
    report(common, &diagnostics);
    let problems = if diagnostics.is_empty() {
        "nothing to complain of".to_string()
    } else {
        plural(diagnostics.len(), "problem", "problems")
    };
    say(common.quiet, &format!("{} of stress stories made: {problems}", plural(pages, "page", "pages")));
    Ok(verdict(&diagnostics, strict))
}

fn differences(common: &Common, read: &ReadArgs, json: bool) -> Result<u8, Failure> {
    let options = BuildOptions {
        drafts: read.drafts,
        base_url: read.base_url.clone(),
        output: read.output.clone(),
        ..BuildOptions::read_only(clock(&read.clock, &site_zone(&common.site))?)
    };
    let found = match or_report(common, diff::changes(&common.site, &options)) {
        Ok(found) => found,
        Err(code) => return Ok(code),
    };
    report(common, &found.diagnostics);
    let text = if json { as_json(&found.value) } else { as_text(&found.value) };
    print(text.as_bytes())?;
    Ok(if found.diagnostics.is_empty() { GOOD } else { verdict(&found.diagnostics, false) })
}

fn as_json(changes: &diff::Changes) -> String {
    let groups = changes.groups.iter().map(|group| {
        serde_json::json!({ "pages": group.pages, "url": group.url, "sample": group.sample, "more": group.more })
    });
    let groups: Vec<serde_json::Value> = groups.collect();
    let changed: usize = changes.groups.iter().map(|group| group.pages).sum();
    let value = serde_json::json!({
        "pages": changes.pages, "changed": changed, "new": changes.new, "same": changes.same, "groups": groups,
    });
    format!("{value:#}\n")
}

fn as_text(changes: &diff::Changes) -> String {
    let changed: usize = changes.groups.iter().map(|group| group.pages).sum();
    let of = format!("of {}", plural(changes.pages, "page", "pages"));
    let mut text = format!("{} {of} change", count(changed));
    if changes.new > 0 {
        let _ = write!(text, ", {} are new", count(changes.new));
    }
    let ways = changes.groups.len();
    let _ = writeln!(text, "{}", if ways > 1 { format!(", in {} ways", count(ways)) } else { String::new() });
    for group in changes.groups.iter().take(SHOWN) {
        let _ = writeln!(text, "\n{}, among them {}", plural(group.pages, "page", "pages"), escape(&group.url));
        for line in &group.sample {
            let _ = writeln!(text, "  {}", escape(line));
        }
        if group.more > 0 {
            let _ = writeln!(text, "  and {} more", plural(group.more, "line", "lines"));
        }
    }
    if ways > SHOWN {
        let rest: usize = changes.groups[SHOWN..].iter().map(|group| group.pages).sum();
        let _ = writeln!(text, "\n{} more ways, on {}", count(ways - SHOWN), plural(rest, "page", "pages"));
    }
    text
}
