//! Takes changes in: finds out how little has to be read again, makes the next snapshot, notifies the browsers.

use super::options::Event;
use super::shared::Shared;
use super::snapshot::{self, Snapshot, SnapshotOptions};
use super::watch::{self, Change, Watch};
use crate::clock::Timestamp;
use crate::config;
use crate::diag::{Checked, Diagnostic, Severity};
use crate::load;
use crate::source::{self, Source};
use crate::state::State;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// A stamp this much younger than the clock proves nothing: the file may change again within it.
const DOUBT_NANOSECONDS: i64 = 2_000_000_000;

/// Keeps the site up to date.
pub(super) struct Updater {
    shared: Arc<Shared>,
    state: State,
    number: u64,
    /// What could not be taken in because something else was wrong.
    owed: Change,
    /// Problems that were reported already.
    reported: BTreeSet<String>,
}

impl Updater {
    pub(super) fn new(shared: Arc<Shared>) -> Updater {
        let state = State::peek(&shared.root).in_memory();
        Updater { shared, state, number: 0, owed: Change::default(), reported: BTreeSet::new() }
    }

    fn now(&self) -> Timestamp {
        self.shared.options.now.unwrap_or_else(self.shared.options.clock)
    }

    /// Reads the site for the first time.
    pub(super) fn open(&mut self) {
        let start = Instant::now();
        let outcome = self.read(None);
        if let Ok(snapshot) = &outcome {
            let stories = snapshot.inputs().public.readable().count();
            let pages = snapshot.plan.pages.len();
            self.shared.listener.on_event(Event::Opened { stories, pages, took: start.elapsed() });
        }
        self.settle(outcome.map(Some), Change::ALL);
    }

    /// Takes changes in for ever.
    pub(super) fn run(mut self) {
        let (sender, receiver) = channel();
        let mut watch = self.watch(sender);
        // Whatever changed before the watch was there.
        self.take(Change { folders: false, ..Change::ALL }, Instant::now());
        while let Ok((change, begun)) = self.wait(&mut watch, &receiver) {
            if change.folders
                && let Watch::System(watcher) = &mut watch
                && let Err(why) = watch::watch_folders(watcher, &self.shared.root)
            {
                watch = self.looking(why);
            }
            self.take(change, begun);
        }
    }

    fn watch(&self, sender: Sender<Change>) -> Watch {
        if self.shared.options.poll {
            return self.looking("as asked for".to_string());
        }
        let report = move |change, _| {
            // The receiver is gone when the server ends.
            let _ = sender.send(change);
        };
        watch::system(&self.shared.root, report).unwrap_or_else(|why| self.looking(why))
    }

    fn looking(&self, why: String) -> Watch {
        self.shared.listener.on_event(Event::Polling(why));
        let start = Instant::now();
        let look = watch::Look::at(&self.shared.root);
        Watch::Looking(watch::pause(start.elapsed()), Box::new(look))
    }

    /// Waits for the next change, and when it began.
    fn wait(&self, watch: &mut Watch, receiver: &Receiver<Change>) -> Result<(Change, Instant), watch::Ended> {
        let mut begun = Instant::now();
        let due = self.due();
        let by_clock = due.map(|wait| Instant::now() + wait);
        let change = match watch {
            Watch::System(_) => watch::next(receiver, by_clock, || {
                begun = Instant::now();
                self.shared.busy.send_replace(true);
            })?,
            Watch::Looking(pause, last) => {
                std::thread::sleep(due.map_or(*pause, |due| due.min(*pause)));
                begun = Instant::now();
                let look = watch::Look::at(&self.shared.root);
                let change = look.since(last);
                **last = look;
                change
            }
        };
        let is_due = by_clock.is_some_and(|at| Instant::now() >= at);
        Ok((Change { clock: change.clock || is_due, ..change }, begun))
    }

    /// How long until the clock alone changes the site.
    fn due(&self) -> Option<Duration> {
        if self.shared.options.now.is_some() {
            return None;
        }
        let snapshot = self.shared.snapshot()?;
        let (at, _) = snapshot.inputs().public.next_change.clone()?;
        let wait = at.millis().saturating_sub((self.shared.options.clock)().millis());
        // Sleeping longer than a day is of no use: the machine's clock may be set.
        Some(Duration::from_millis(u64::try_from(wait).unwrap_or(0)).min(Duration::from_secs(86_400)))
    }

    fn take(&mut self, change: Change, begun: Instant) {
        let change = change.and(std::mem::take(&mut self.owed));
        if change.is_none() {
            self.shared.busy.send_replace(false);
            return;
        }
        self.shared.busy.send_replace(true);
        let before = self.shared.snapshot();
        let (change, outcome) = self.follow(change, before.as_deref());
        let was_mended = self.settle(outcome, change);
        let Some(after) = self.shared.snapshot() else { return };
        let is_new = before.as_ref().is_none_or(|before| !Arc::ptr_eq(before, &after));
        let files = before.filter(|_| is_new).map(|before| after.files_since(&before)).unwrap_or_default();
        let pages = self.shared.send(&files);
        if is_new || was_mended {
            self.report_new(&after);
            self.shared.listener.on_event(Event::Updated { what: change.word(), pages, took: begun.elapsed() });
        }
    }

    /// Makes the snapshot that follows one, from as little as the change allows. `None` where it would be the same.
    fn follow(
        &mut self,
        mut change: Change,
        before: Option<&Snapshot>,
    ) -> (Change, crate::diag::Result<Option<Snapshot>>) {
        let Some(before) = before else { return (change, self.read(None).map(Some)) };
        if change.clock || change.folders {
            change.content = true;
        }
        if change.content || change.settings {
            let source = source::walk_site(&self.shared.root, &config::ignore(&self.shared.root));
            // Swap files and the like leave no trace. A stamp in doubt is looked at, whatever it says.
            let is_same = source.value.stamp() == before.inputs().source.stamp()
                && source.value.newest() < self.state.head.began
                && source.diagnostics.is_empty();
            if !is_same || change.clock || self.settings_differ(before) {
                return (change, self.read(Some(source)).map(Some));
            }
        }
        self.number += 1;
        (change, before.with_reloaded_theme(self.number))
    }

    /// Whether the settings or the data are not those of a snapshot, or cannot be read.
    fn settings_differ(&self, before: &Snapshot) -> bool {
        let (root, inputs) = (&self.shared.root, before.inputs());
        config::load(root).map_or(true, |config| config.hash() != inputs.config.hash())
            || load::data(root).map_or(true, |data| data.hash() != inputs.data.hash())
    }

    fn read(&mut self, source: Option<Checked<Source>>) -> crate::diag::Result<Snapshot> {
        self.number += 1;
        let began = (self.shared.options.clock)().millis().saturating_mul(1_000_000).saturating_sub(DOUBT_NANOSECONDS);
        let source = source.unwrap_or_else(|| source::walk_site(&self.shared.root, &config::ignore(&self.shared.root)));
        let options =
            SnapshotOptions { now: self.now(), drafts: self.shared.options.drafts, began, number: self.number };
        snapshot::read(&self.shared.root, &options, source, &mut self.state)
    }

    /// Shows what came of a change, or notes why nothing did. Says whether something was wrong before and no longer is.
    fn settle(&mut self, outcome: crate::diag::Result<Option<Snapshot>>, change: Change) -> bool {
        let fatal = match outcome {
            Ok(snapshot) => {
                if let Some(snapshot) = snapshot {
                    self.shared.show(Arc::new(snapshot));
                }
                Vec::new()
            }
            Err(error) => {
                self.owed = Change { folders: false, ..change };
                error.diagnostics
            }
        };
        let before = self.shared.set_fatal(fatal.clone());
        self.shared.busy.send_replace(false);
        if !fatal.is_empty() && fatal != before {
            self.shared.listener.on_event(Event::Problems(fatal));
            return false;
        }
        let is_mended = fatal.is_empty() && !before.is_empty();
        if is_mended {
            self.shared.listener.on_event(Event::Mended);
        }
        is_mended
    }

    /// Reports problems of the content that were not there before.
    fn report_new(&mut self, snapshot: &Snapshot) {
        let name = |one: &Diagnostic| format!("{one}");
        let known = std::mem::take(&mut self.reported);
        let all = snapshot.diagnostics.iter().filter(|one| one.severity != Severity::Note);
        let new: Vec<Diagnostic> = all.clone().filter(|one| !known.contains(&name(one))).cloned().collect();
        self.reported = all.map(name).collect();
        if !new.is_empty() {
            self.shared.listener.on_event(Event::Problems(new));
        }
    }
}
