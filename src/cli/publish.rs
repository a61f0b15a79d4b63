//! `publish`: shows what publishing does and did.

use super::args::{Common, PublishArgs};
use super::progress::Meter;
use super::show::{count, escape, plural};
use super::{CONTENT_ERRORS, Failure, GOOD, clock, print, say, show};
use crate::config::publish::{ADDRESSES, Target};
use crate::config::{self, Config};
use crate::diag::nearest;
use crate::page::PageKind;
use crate::publish::plan::Change;
use crate::publish::{Report, Request, failed, run as publish};
use serde::Serialize;
use std::time::Instant;

/// Changes that a plan lists before it only counts them.
const SHOWN: usize = 200;

pub(super) fn run(common: &Common, args: &PublishArgs) -> Result<u8, Failure> {
    let config = match config::load(&common.site) {
        Ok(config) => config,
        Err(error) => {
            let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &error.diagnostics, common.quiet);
            return Ok(super::CANNOT_GO_ON);
        }
    };
    let now = clock(&args.clock, &config.zone)?;
    let target = choose(&config, args.target.as_deref())?;
    let meter = Meter::on_stderr(common.quiet);
    let environment = |name: &str| std::env::var(name).ok();
    let request = Request {
        target,
        output: args.output.clone(),
        now,
        rollback: args.rollback,
        dry_run: args.dry_run,
        audit: args.audit,
        prune: args.prune,
        allow_errors: args.allow_errors,
        max_delete: args.max_delete,
        preset: args.preset,
        take_over: args.take_over,
        purge_file: args.purge.clone(),
        verify: args.verify.map(usize::from),
        gate: None,
        environment: &environment,
        progress: &meter,
    };
    let start = Instant::now();
    let report = publish(&common.site, &config, &request);
    let seconds = start.elapsed().as_secs_f64();
    // Ends the progress line before anything else is said.
    drop(meter);
    let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &report.diagnostics, common.quiet);
    if args.json {
        print(&json(&report, args.dry_run)?)?;
    } else if args.dry_run {
        print(plan(&report).as_bytes())?;
    }
    if report.diagnostics.is_empty() || report.finished || report.done > 0 {
        say(common.quiet, &summary(&report, args.dry_run, seconds));
    }
    Ok(if failed(&report, args.dry_run) { CONTENT_ERRORS } else { GOOD })
}

/// The target that is meant.
fn choose(config: &Config, wanted: Option<&str>) -> Result<Target, Failure> {
    let names: Vec<&str> = config.publish.iter().map(|target| target.name.as_str()).collect();
    let list = || format!("the targets are {}", names.join(", "));
    let Some(wanted) = wanted else {
        return match &config.publish[..] {
            [] => Err(Failure::new("there is no target to publish to")
                .hint("name one in `publish:` of dateline.yaml, or an address: `dateline publish ./folder`")
                .hint(ADDRESSES)),
            [target] => Ok(target.clone()),
            _ => Err(Failure::new("there is more than one target").hint(list())),
        };
    };
    if let Some(target) = config.publish.iter().find(|target| target.name == wanted) {
        return Ok(target.clone());
    }
    // A bare word is a misspelt name rather than a folder.
    let is_address = wanted.contains(['/', '\\']) || wanted.contains("://") || wanted == ".";
    if !is_address {
        let failure = Failure::new(format!("there is no target `{wanted}`"));
        return Err(match nearest(wanted, names.iter().copied()) {
            Some(name) => failure.hint(format!("did you mean `{name}`?")),
            None if names.is_empty() => failure.hint(ADDRESSES),
            None => failure.hint(list()),
        });
    }
    Target::at(wanted).map_err(|reason| Failure::new(reason).hint(ADDRESSES))
}

/// The plan as text, one change a line.
fn plan(report: &Report) -> String {
    let mut text = String::new();
    for (stage, changes) in report.plan.stages() {
        text.push_str(&format!("{} ({})\n", stage.name(), count(changes.len())));
        for change in changes.iter().take(SHOWN) {
            text.push_str(&format!("  {} {} ({})\n", verb(change), escape(&change.path), change.why));
        }
        if changes.len() > SHOWN {
            text.push_str(&format!("  and {} more; --json has them all\n", count(changes.len() - SHOWN)));
        }
    }
    for path in &report.unknown {
        text.push_str(&format!("not known: {}\n", escape(path)));
    }
    text
}

fn verb(change: &Change) -> &'static str {
    if change.put.is_some() { "put" } else { "delete" }
}

fn summary(report: &Report, dry_run: bool, seconds: f64) -> String {
    let plan = &report.plan;
    let (puts, deletions) = (plan.changes.iter().filter(|c| c.put.is_some()).count(), plan.changes.len());
    let deletions = deletions - puts;
    let target = escape(&report.target);
    let unchanged = count(plan.unchanged);
    if dry_run {
        return format!("{target}: {} to put, {} to delete, {unchanged} unchanged", count(puts), count(deletions));
    }
    let mut text = if report.finished {
        let resumed = if report.resumed { "went on with a stopped publish; " } else { "" };
        format!("{target}: {resumed}{} put, {} deleted, {unchanged} unchanged", count(puts), count(deletions))
    } else {
        let total = plan.changes.len();
        let live = format!("{} of {} are live", count(report.done), plural(total, "change", "changes"));
        format!("{target}: stopped: {live}; {}", standing(report))
    };
    text.push_str(&format!(" in {}", show::seconds(seconds)));
    if report.traffic.requests > 0 {
        let requests = plural(usize::try_from(report.traffic.requests).unwrap_or(usize::MAX), "request", "requests");
        text.push_str(&format!(" ({requests}, {} KB)", count((report.traffic.bytes / 1024) as usize)));
    }
    if !report.unknown.is_empty() {
        text.push_str(&format!(
            "\n{} at the target that dateline does not know",
            plural(report.unknown.len(), "file", "files")
        ));
    }
    if let Some((path, addresses)) = report.purge.as_ref().filter(|(_, addresses)| *addresses > 0) {
        text.push_str(&format!("\n{} to purge: {}", plural(*addresses, "address", "addresses"), path.display()));
    }
    text
}

/// What the stopped publish has done for withdrawals, which matters most.
fn standing(report: &Report) -> &'static str {
    let withdrawals = report.plan.changes.iter().filter(|change| change.stage == crate::publish::plan::Stage::Withdraw);
    match withdrawals.count() {
        0 => "run again to go on",
        all if report.done >= all => "all withdrawals among them; run again to go on",
        _ => "NOT all withdrawals; run again at once",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonReport<'a> {
    target: &'a str,
    dry_run: bool,
    finished: bool,
    resumed: bool,
    changes: Vec<JsonChange<'a>>,
    done: usize,
    unchanged: usize,
    unknown: &'a [String],
    requests: u64,
    bytes: u64,
    purge_file: Option<String>,
    errors: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonChange<'a> {
    stage: &'static str,
    action: &'static str,
    path: &'a str,
    kind: PageKind,
    why: &'static str,
    headers: std::collections::BTreeMap<&'a str, &'a str>,
}

fn json(report: &Report, dry_run: bool) -> Result<Vec<u8>, Failure> {
    let view = JsonReport {
        target: &report.target,
        dry_run,
        finished: report.finished,
        resumed: report.resumed,
        changes: report.plan.changes.iter().map(json_change).collect(),
        done: report.done,
        unchanged: report.plan.unchanged,
        unknown: &report.unknown,
        requests: report.traffic.requests,
        bytes: report.traffic.bytes,
        purge_file: report.purge.as_ref().map(|(path, _)| path.display().to_string()),
        errors: report.diagnostics.iter().map(ToString::to_string).collect(),
    };
    let mut bytes =
        serde_json::to_vec(&view).map_err(|error| Failure::new(format!("the report cannot be written: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn json_change(change: &Change) -> JsonChange<'_> {
    let headers =
        change.put.iter().flat_map(|object| object.headers.iter().map(|(name, value)| (*name, value.as_str())));
    JsonChange {
        stage: change.stage.name(),
        action: verb(change),
        path: &change.path,
        kind: change.kind,
        why: change.why,
        headers: headers.collect(),
    }
}
