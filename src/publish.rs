//! Publishing: sends the contents of the output folder to a target, in an order in which no page links to one that is not there yet.
//!
//! [`run`] goes through it from top to bottom. The plan comes from two lists, the manifest of the output folder and the record at the
//! target (`record`). Neither is listed, except for an audit. Targets differ in how they store (`target`); order, limits, the journal and
//! rollback are the same for all.
//!
//! What stays true:
//! - A withdrawal is done before anything else, is never counted against a limit or left out, and nothing brings it back.
//! - At the first lasting error nothing more is sent. The next run continues from the journal.
//! - The record at the target is written last, by compare-and-set; while a publish is under way the record says so.
//! - A request under way is never abandoned. After an error, those that run are waited for, since one that took effect late could undo
//!   the next publish.
//! - What is sent is a hard link into the output folder, made and checked before the first request. A build that runs meanwhile cannot
//!   change it, and it stays for rollback.
//! - Addresses that caches have to drop are noted before the change and crossed off when the caches have answered. So neither a crash nor a
//!   purge service that is down leaves a withdrawn text in a cache for good.
//! - Memory does not grow with a file: files of more than 8 MiB are hashed, searched for secrets, sent and compared piece by piece.
//! - Credentials come from the environment, or from the chain of the provider's own tools, and stand in no file or message.
//! - Whether a build had errors or drafts, and for which time it was made, is read from `.dateline/last-build.json`: the output folder is a
//!   pure function of its inputs, so it cannot say (`last_build`).

mod fault;
pub mod headers;
mod http;
mod job;
mod limits;
mod links;
mod notify;
pub mod object;
pub mod plan;
mod presets;
mod purge;
pub mod record;
mod redirects;
mod request;
mod rollback;
pub mod secrets;
pub mod state;
pub mod target;
mod undo;
mod withdrawn;

pub use fault::Fault;
pub use request::{Report, Request, Traffic};

use crate::clock::Timestamp;
use crate::config::Config;
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::file;
use crate::hash::Hash;
use crate::last_build;
use crate::write;
use job::Job;
use object::Objects;
use plan::{Before, Change, Plan, Stage};
use purge::Due;
use record::{Head, LEASE_SECONDS, Lease, Record};
use state::State;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use target::{Held, Work};
use undo::Undo;

/// Every so many publishes, kept files that nothing needs are looked for.
const SWEEP: u64 = 20;

/// What to do where a target holds files and no record of them.
const UNRECORDED: &str = "publish to an empty folder; if it holds this site, and the record of that in .dateline/ was lost, --audit --prune \
    makes a new one and deletes what is not part of the site";

/// The note of files that caches still have to drop.
const DUE: &str = "due";

/// Publishes the site in `root`. Whatever fails is in the report, and so is what is live by then.
pub fn run(root: &Path, config: &Config, request: &Request) -> Report {
    let mut settings = request.target.clone();
    settings.options.preset = request.preset.or(settings.options.preset);
    let output = request.output.clone().unwrap_or_else(|| root.join(write::OUTPUT));
    let mut report = Report::default();
    let outcome = target::open(root, &settings, config).and_then(|target| {
        report.target = target.shown();
        let state = State::open(root, &settings.name)?;
        Job { root, config, request, settings: &settings, output, state, target }.run(&mut report)
    });
    if let Err(fault) = outcome {
        report.diagnostics.push(fault.diagnostic());
    }
    report
}

/// What a publish makes of a target.
struct Next {
    head: Head,
    lease_id: String,
    objects: Objects,
    after: Record,
}

impl Job<'_> {
    fn run(mut self, report: &mut Report) -> Result<(), Fault> {
        let result = self.steps(report);
        report.traffic = self.target.traffic();
        result.map_err(|fault| self.meanwhile(fault))
    }

    /// A running build explains a fault in the output folder: that is reported instead.
    fn meanwhile(&self, fault: Fault) -> Fault {
        if !fault.of_output || !file::is_locked(&self.output.join(write::LOCK)) {
            return fault;
        }
        Fault::refused(format!("a build is writing to {}", self.output.display())).hint("publish when it has ended")
    }

    fn steps(&mut self, report: &mut Report) -> Result<(), Fault> {
        let (request, options) = (self.request, &self.settings.options);
        purge::check_place(self)?;
        request.progress.stage("compare", None);
        let mut held = self.target.open(&self.state)?;
        let (lease_id, base) = self.lease_id(&mut held, report)?;
        if held.has_unrecorded_files && !(request.audit && request.prune) {
            return Err(Fault::refused(format!("{} {}", self.target.shown(), target::HOLDS_OTHERS)).hint(UNRECORDED));
        }

        let gate = request.gate.map(|gate| gate.read().unwrap_or_else(PoisonError::into_inner));
        // What the target should hold.
        let (objects, extra) = match request.rollback {
            None => self.desired()?,
            Some(steps) => (self.former(&held, base.as_ref(), steps)?, Vec::new()),
        };
        limits::host(&objects, options.preset, &self.output, &self.state)?;
        let unknown = if request.audit { self.audit(&mut held, &objects, &extra, report)? } else { BTreeSet::new() };

        // What has to be done.
        let grace = i64::from(options.asset_grace_hours) * 3600;
        let before = Before { record: &held.record, unsure: &held.unsure, unknown: &unknown, now: request.now, grace };
        report.plan = plan::compare(&before, &objects);
        let plan = &report.plan;
        limits::deletions(plan, request.max_delete.unwrap_or(options.max_delete))?;
        self.check(plan, &extra)?;
        drop(gate);
        if request.dry_run {
            return Ok(());
        }
        let after = plan::after(&held.record, &objects, plan, request.now);
        if plan.is_empty() && held.lease.is_none() && after == held.record {
            report.finished = true;
            self.tidy_up(&after, held.head, report)?;
            return self.purge(&Due::read(&self.state.path(DUE)), report);
        }
        let next = Next { head: held.head.next(), lease_id, objects, after };
        self.carry_out(&held, base.as_ref().unwrap_or(&held.record), &next, report)
    }

    /// Where there is nothing to publish: ends what a publish left that was stopped right after its last step, or before its first.
    fn tidy_up(&mut self, after: &Record, head: Head, report: &mut Report) -> Result<(), Fault> {
        let is_due = self.state.is_unsettled();
        let tidied = self.target.tidy(is_due);
        if is_due {
            self.settle(after, head, BTreeSet::new(), true)?;
            if tidied.is_ok() {
                self.state.end();
            }
        }
        report.diagnostics.extend(tidied.err().map(Fault::diagnostic));
        Ok(())
    }

    /// Makes the target what it should be, and says so to those who have to know.
    fn carry_out(&mut self, held: &Held, base: &Record, next: &Next, report: &mut Report) -> Result<(), Fault> {
        let (request, head, after) = (self.request, next.head, &next.after);
        let touched = record::path_list(report.plan.changes.iter().map(|change| change.path.as_str()).chain(
            // What an unfinished publish touched stays in doubt until this one ends.
            held.unsure.iter().map(String::as_str),
        ));
        let lease = Lease { id: next.lease_id.clone(), since: request.now, touched: Hash::of(touched.as_bytes()) };
        // A rollback also removes stories that came since, but that is not a withdrawal.
        if request.rollback.is_none() {
            let noted = self.archive().withdraw(held.head, head, base, &plan::withdrawn(base, after));
            noted.map_err(|error| Fault::local(&self.state.path("withdrawn"), &error))?;
        }
        // Noted before the last step: a process killed right after that step must leave the note behind.
        let is_behind = self.state.is_unsettled();
        self.note_way_back(base, after, held.head, head)?;
        // The journal comes first: if the answer of the target is lost, the next run must know that the lease is its own.
        self.state.begin(&lease.id, report.resumed)?;
        let owed = Due::read(&self.state.path(DUE));
        let mut due = owed.clone();
        due.add(report.plan.changes.iter());
        due.write(&self.state.path(DUE)).map_err(|error| Fault::local(&self.state.path(DUE), &error))?;
        self.target.begin(&lease, &touched, request.take_over)?;
        let live = self.apply(report, head.serial, &due).and_then(|()| self.target.finish(head, after, &self.state));
        if let Err(fault) = live {
            self.stopped(owed, report);
            return Err(fault);
        }
        report.finished = true;
        report.done = report.plan.changes.len();
        let tidied = self.target.tidy(true);
        // Readers come before what this machine remembers.
        let purged = self.purge(&due, report);
        let replaced = plan::difference(base, after).values().flatten().map(|entry| entry.hash).collect();
        let remembered = self.settle(after, head, replaced, is_behind);
        if tidied.is_ok() && remembered.is_ok() {
            self.state.end();
        }
        let faults = [tidied.err(), purged.err()].into_iter().flatten();
        report.diagnostics.extend(faults.map(Fault::diagnostic));
        let changes =
            if report.resumed { self.changes_since(base, &next.objects) } else { report.plan.changes.clone() };
        notify::all(self, &changes, &mut report.diagnostics);
        remembered
    }

    /// Compares what the target really holds with its record and with what it should hold. Returns the unknown files to delete.
    fn audit(
        &mut self,
        held: &mut Held,
        objects: &Objects,
        extra: &[presets::Extra],
        report: &mut Report,
    ) -> Result<BTreeSet<String>, Fault> {
        let drift = self.target.drift(&held.record, &self.audit_inputs(extra, objects)?)?;
        held.unsure.extend(drift.wrong);
        report.unknown = drift.unknown.into_iter().filter(|path| !objects.contains_key(path)).collect();
        let deletes = self.request.prune;
        Ok(if deletes { report.unknown.drain(..).collect() } else { BTreeSet::new() })
    }

    /// After an error: reports what is live by now, and purges it with what was `owed` before.
    fn stopped(&self, owed: Due, report: &mut Report) {
        let changed = self.journalled(report);
        report.done = changed.len();
        let mut due = owed;
        due.add(changed.iter());
        if let Err(fault) = self.purge(&due, report) {
            report.diagnostics.push(fault.diagnostic());
        }
    }

    /// All changes of a publish that was stopped and then resumed, as if it had run in one go.
    fn changes_since(&self, base: &Record, objects: &Objects) -> Vec<Change> {
        let nothing = BTreeSet::new();
        let now = self.request.now;
        plan::compare(&Before { record: base, unsure: &nothing, unknown: &nothing, now, grace: 0 }, objects).changes
    }

    /// Finds out whether somebody else is publishing. Returns a name for this publish. If it continues one of ours that was stopped,
    /// that is its name, with the record before it, and `held` is brought up to date with what it did.
    fn lease_id(&self, held: &mut Held, report: &mut Report) -> Result<(String, Option<Record>), Fault> {
        let request = self.request;
        let unfinished = self.state.unfinished();
        let fresh = || format!("{} {} {}", job::host_name(), std::process::id(), request.now.millis());
        // A journal without an open record is from a publish that ended but could not say so, or that never began.
        let Some(lease) = &held.lease else { return Ok((fresh(), None)) };
        if let Some((id, done)) = unfinished.filter(|(id, _)| *id == lease.id) {
            let base = held.record.clone();
            for (path, entry) in done {
                held.unsure.remove(&path);
                match entry {
                    Some(entry) => held.record.insert(path, entry),
                    None => held.record.remove(&path),
                };
            }
            report.resumed = true;
            return Ok((id, Some(base)));
        }
        let age = request.now.millis().saturating_sub(lease.since.millis()) / 1000;
        if age < LEASE_SECONDS && !request.take_over && !request.dry_run {
            return Err(Fault::conflict(format!("another publish to this target is under way, begun by {}", lease.id))
                .hint("wait for it to end; if it is dead, --take-over goes on in its place"));
        }
        Ok((fresh(), None))
    }

    /// What the target should hold after a build, from its manifest.
    fn desired(&self) -> Result<(Objects, Vec<presets::Extra>), Fault> {
        let manifest = self.manifest()?;
        let (options, abilities) = (&self.settings.options, self.target.abilities());
        let extra =
            presets::files(&manifest, self.settings, self.config, self.root, &self.output, self.request.environment)?;
        let redirects = if abilities.redirects {
            redirects::all(&manifest, &self.output, self.config)?
        } else {
            redirects::Redirects::new()
        };
        Ok((object::all(&manifest, &extra, &redirects, options, abilities), extra))
    }

    /// The manifest, if it is that of the last build and that build may be published.
    fn manifest(&self) -> Result<write::Manifest, Fault> {
        let request = self.request;
        let folder = self.output.display();
        let build_first = |message: String| Err(Fault::refused(message).of_output("build"));
        let path = self.output.join(write::MANIFEST);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return build_first(format!("there is no build in {folder}"));
            }
            Err(error) => return Err(Fault::local(&path, &error)),
        };
        let Some(last_build) = last_build::read(self.root, &self.output) else {
            return build_first(format!("it is not known how the last build of {folder} ended"));
        };
        if last_build.manifest != Hash::of(&bytes).to_string() {
            return build_first(format!("{folder} is not as the last build left it"));
        }
        if last_build.drafts {
            return build_first("the last build shows drafts".to_string());
        }
        if last_build.now > request.now.millis() {
            let shown = Timestamp::from_millis(last_build.now);
            return build_first(format!("the last build shows the site as of {shown}, which is still to come"));
        }
        if let Some(address) = last_build.base_url.as_deref().filter(|address| !self.is_own(address)) {
            return build_first(format!("the last build is for {address}, which is not the address of this target"));
        }
        if let Some(home) = last_build.home.as_deref().filter(|home| !self.is_own(home) && *home != self.config.home())
        {
            let now = self.config.home();
            return build_first(format!("the last build is for {home}, and `base_url` of the settings is {now} now"));
        }
        if last_build.errors > 0 && !request.allow_errors {
            let count = last_build.errors;
            let plural = if count == 1 { "error" } else { "errors" };
            return Err(Fault::refused(format!("the last build had {count} {plural} in content"))
                .hint("correct them and build again, or publish with --allow-errors"));
        }
        let checked = write::manifest(&self.output).map_err(|error| first(error.diagnostics))?;
        match checked.diagnostics.into_iter().next() {
            None => Ok(checked.value),
            Some(diagnostic) => Err(diagnostic.into()),
        }
    }

    /// Whether readers find this target at an address.
    fn is_own(&self, address: &str) -> bool {
        self.home().trim_end_matches('/') == address.trim_end_matches('/')
    }

    /// What the target held some publishes ago. A publish that was stopped is taken back with them.
    fn former(&self, held: &Held, base: Option<&Record>, steps: u64) -> Result<Objects, Fault> {
        let base = base.unwrap_or(&held.record);
        let former = self.archive().former(base, &held.record, held.head, steps)?;
        let abilities = self.target.abilities();
        let redirects = if abilities.redirects {
            redirects::former(&former, &self.state, self.config)
        } else {
            redirects::Redirects::new()
        };
        Ok(object::of_record(&former, &redirects, &self.settings.options, abilities))
    }

    fn archive(&self) -> rollback::Archive<'_> {
        let homes = links::Home::all(self.config, self.settings.options.base_url.as_deref());
        rollback::Archive { state: &self.state, homes }
    }

    /// Reads everything that will be sent, before anything is.
    fn check(&self, plan: &Plan, extra: &[presets::Extra]) -> Result<(), Fault> {
        let puts: Vec<(&str, Hash)> =
            plan.changes.iter().filter_map(|change| Some((change.path.as_str(), change.put.as_ref()?.hash))).collect();
        self.keep_and_scan(&puts, extra)
    }

    /// What an audit compares the target with: every object, with its bytes kept.
    fn audit_inputs(&self, extra: &[presets::Extra], objects: &Objects) -> Result<target::Audit, Fault> {
        let all: Vec<(&str, Hash)> = objects.iter().map(|(path, object)| (path.as_str(), object.hash)).collect();
        self.keep_and_scan(&all, extra)?;
        let kept = all.iter().map(|(_, hash)| (*hash, self.state.kept_path(*hash))).collect();
        Ok(target::Audit { objects: objects.clone(), kept })
    }

    /// Keeps the bytes of files and of what publishing adds (`extra`): they must be what the manifest says, and hold no secret.
    fn keep_and_scan(&self, files: &[(&str, Hash)], extra: &[presets::Extra]) -> Result<(), Fault> {
        use rayon::prelude::*;
        let (progress, state, output) = (self.request.progress, &self.state, self.output.as_path());
        let former = self.request.rollback.is_some();
        progress.stage("check", Some(files.len()));
        for extra in extra {
            self.state.keep_bytes(&extra.bytes).map_err(|error| Fault::local(&self.output, &error))?;
        }
        let made: BTreeSet<&str> = extra.iter().map(|extra| extra.path.as_str()).collect();
        let secrets = secrets::Secrets::new(
            self.request.environment,
            self.target.secrets(),
            &self.settings.options.allow_secrets_in,
        );
        files.par_iter().try_for_each(|(path, hash)| {
            progress.step(1);
            let look = |found: &mut Option<String>, piece: &[u8]| {
                if found.is_none() {
                    *found = secrets.find(path, piece);
                }
            };
            let found = if former || made.contains(path) {
                let mut found = None;
                let seen = state.look(*hash, &mut |piece| look(&mut found, piece));
                seen.map_err(|error| match error.kind() {
                    std::io::ErrorKind::NotFound => rollback::not_kept(path, &error),
                    _ => Fault::local(&state.kept_path(*hash), &error),
                })?;
                found
            } else {
                keep(state, &source(output, path), *hash, look)?
            };
            match found {
                None => Ok(()),
                Some(what) => {
                    let diagnostic = Diagnostic::error(Code::SecretFound, format!("it seems to hold {what}"));
                    let diagnostic = diagnostic.at(Location::file(format!("{}/{path}", output.display())));
                    let hint = "remove it from the site and revoke it; if it is not a secret, list the file in `allow_secrets_in`";
                    Err(diagnostic.hint(hint).into())
                }
            }
        })
    }

    /// Carries out the plan, stage by stage. Withdrawals are purged before the next stage begins, and so are those of a publish
    /// that was killed before it could.
    fn apply(&mut self, report: &mut Report, serial: u64, due: &Due) -> Result<(), Fault> {
        let plan = std::mem::take(&mut report.plan);
        let first = plan.changes.partition_point(|change| change.stage == Stage::Withdraw);
        let (withdrawals, rest) = plan.changes.split_at(first);
        let mut outcome = self.stages(withdrawals, serial);
        if outcome.is_ok() && self.target.abilities().withdraws_at_once() {
            // A later list replaces this one, and holds these addresses too.
            if let Err(fault) = purge::send(self, &due.withdrawn()) {
                report.diagnostics.push(fault.diagnostic());
            }
        }
        outcome = outcome.and_then(|()| self.stages(rest, serial));
        report.plan = plan;
        outcome
    }

    fn stages(&mut self, changes: &[Change], serial: u64) -> Result<(), Fault> {
        let progress = self.request.progress;
        for (stage, changes) in plan::stages(changes) {
            progress.stage(stage.name(), Some(changes.len()));
            let work = Work { state: &self.state, progress, options: &self.settings.options, now: self.request.now };
            self.target.apply(serial, changes, &work)?;
        }
        Ok(())
    }

    /// The planned changes that the journal says are live.
    fn journalled(&self, report: &Report) -> Vec<Change> {
        let done = self.state.unfinished().map(|(_, done)| done).unwrap_or_default();
        report.plan.changes.iter().filter(|change| done.contains_key(&change.path)).cloned().collect()
    }

    /// Notes what the publish `next` changes, so that it can be taken back. The first one cannot be: there was nothing before it.
    fn note_way_back(&self, base: &Record, after: &Record, head: Head, next: Head) -> Result<(), Fault> {
        if base.is_empty() || self.settings.options.keep == 0 {
            return Ok(());
        }
        let before = plan::difference(base, after).into_iter();
        let before = before.map(|(path, entry)| (path.to_string(), entry.copied())).collect();
        let undo = Undo { from: next.publish, to: head.publish, before, lost: BTreeSet::new() };
        self.state.add_undo(next.serial, &undo).map_err(|error| Fault::local(&self.state.path("undo"), &error))
    }

    /// Deletes kept files that no rollback needs any more, and everything withdrawn. `replaced` has the files that the target held
    /// before; `is_behind` says that an earlier publish stopped before this step.
    fn settle(&self, after: &Record, head: Head, mut replaced: BTreeSet<Hash>, is_behind: bool) -> Result<(), Fault> {
        let (state, keep) = (&self.state, self.settings.options.keep as u64);
        let fail = |error: std::io::Error| Fault::local(&state.path("undo"), &error);
        let dropped = state.keep_undos(&state.way_back(head, keep)).map_err(fail)?;
        replaced.extend(self.archive().expunge(head, is_behind).map_err(fail)?);
        match dropped.filter(|_| !is_behind && !head.serial.is_multiple_of(SWEEP)) {
            Some(dropped) => {
                replaced.extend(dropped);
                state.forget(&replaced, after);
            }
            None => state.sweep(after),
        }
        Ok(())
    }

    /// Writes the list of what caches have to drop, and notifies those that the settings name. What was sent is crossed off; what
    /// could not be sent stays for the next run, and so does everything as long as the publish is not finished.
    fn purge(&self, due: &Due, report: &mut Report) -> Result<(), Fault> {
        if due.is_empty() {
            return Ok(());
        }
        report.purge = Some(purge::write(self, due)?);
        purge::send(self, due)?;
        if !report.finished {
            return Ok(());
        }
        let note = self.state.path(DUE);
        Due::default().write(&note).map_err(|error| Fault::local(&note, &error))
    }
}

/// The file that an object is made from: a compressed form comes from the plain file beside it.
fn source(output: &Path, path: &str) -> PathBuf {
    let file = output.join(path);
    match headers::plain_path(path) {
        Some(plain) if !file.exists() => output.join(plain),
        _ => file,
    }
}

/// Keeps a file of the output folder and looks through it; it must be what the manifest says.
fn keep<T: Default>(state: &State, file: &Path, hash: Hash, look: impl Fn(&mut T, &[u8])) -> Result<T, Fault> {
    match state.keep_file(file, hash, look) {
        Ok(Some(seen)) => Ok(seen),
        Ok(None) => {
            let mut fault = Fault::refused("the file is not what the last build wrote");
            fault.diagnostic.at = Some(Location::file(file.display().to_string()));
            Err(fault.of_output("build --verify"))
        }
        Err(error) => Err(Fault::local(file, &error).of_output("build --verify")),
    }
}

/// Whether a report ends a run with exit code 1.
pub fn failed(report: &Report, dry_run: bool) -> bool {
    let error = report.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    error || (!dry_run && !report.finished)
}

fn first(diagnostics: Vec<Diagnostic>) -> Fault {
    diagnostics.into_iter().next().map_or_else(|| Fault::failed("the manifest cannot be read"), Fault::from)
}
