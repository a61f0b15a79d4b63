//! Lanes: a thread for each target, which publishes what was built last until the target has it.

use super::cycle::Sign;
use super::events::TargetLine;
use super::{DeskOptions, FIRST_PAUSE, longer, refused};
use crate::config;
use crate::diag::{Code, Diagnostic, Result};
use crate::progress::Silent;
use crate::publish::{self, Request};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Instant;

/// All lanes, and how far each is.
pub(super) struct Lanes {
    lanes: Vec<Lane>,
    wanted: Arc<Wanted>,
}

/// A target.
struct Lane {
    name: String,
    /// The last build that is live there.
    live: u64,
    /// Since when.
    since: Instant,
    /// Whether the last try failed.
    is_failing: bool,
}

/// The number of the last build.
#[derive(Default)]
struct Wanted {
    build: Mutex<u64>,
    changed: Condvar,
}

/// What a lane reports.
pub(super) struct Published {
    lane: usize,
    build: u64,
    at: Instant,
    pub(super) line: TargetLine,
}

impl Lanes {
    /// Starts a lane for each of these targets.
    pub(super) fn start(
        names: Vec<String>,
        options: &DeskOptions,
        gate: &Arc<RwLock<()>>,
        sender: &Sender<Sign>,
    ) -> Result<Lanes> {
        let wanted = Arc::new(Wanted::default());
        for (lane, name) in names.iter().enumerate() {
            let worker = Worker {
                lane,
                name: name.clone(),
                options: options.clone(),
                gate: Arc::clone(gate),
                wanted: Arc::clone(&wanted),
                sender: sender.clone(),
            };
            let spawned = std::thread::Builder::new().name(format!("target {name}")).spawn(move || worker.run());
            spawned.map_err(|error| refused(format!("threads cannot be started: {error}")))?;
        }
        let lane = |name| Lane { name, live: 0, since: Instant::now(), is_failing: false };
        Ok(Lanes { lanes: names.into_iter().map(lane).collect(), wanted })
    }

    /// A build ended: every lane publishes it.
    pub(super) fn publish(&self, build: u64) {
        *self.wanted.build.lock().unwrap_or_else(PoisonError::into_inner) = build;
        self.wanted.changed.notify_all();
    }

    /// Takes the report of a lane.
    pub(super) fn take(&mut self, published: &Published) {
        let lane = &mut self.lanes[published.lane];
        lane.is_failing = published.line.live.is_none();
        if !lane.is_failing {
            (lane.live, lane.since) = (published.build, published.at);
        }
    }

    /// Whether every lane has published a build, or failed to.
    pub(super) fn is_over(&self, build: u64) -> bool {
        self.lanes.iter().all(|lane| lane.live >= build || lane.is_failing)
    }

    /// When the last lane had a build live; `None` where one has not, and where there is none.
    pub(super) fn live_since(&self, build: u64) -> Option<Instant> {
        if self.lanes.iter().any(|lane| lane.live < build) {
            return None;
        }
        self.lanes.iter().map(|lane| lane.since).max()
    }

    /// Whether the last try of some lane failed.
    pub(super) fn has_failed(&self) -> bool {
        self.lanes.iter().any(|lane| lane.is_failing)
    }

    /// The names of the targets.
    pub(super) fn names(&self) -> Vec<String> {
        self.lanes.iter().map(|lane| lane.name.clone()).collect()
    }
}

/// The thread of a lane.
struct Worker {
    lane: usize,
    name: String,
    options: DeskOptions,
    gate: Arc<RwLock<()>>,
    wanted: Arc<Wanted>,
    sender: Sender<Sign>,
}

impl Worker {
    /// Publishes until the desk is gone.
    fn run(self) {
        let mut live = 0;
        let mut pause = FIRST_PAUSE;
        loop {
            let build = self.next(live);
            let start = Instant::now();
            let line = self.publish(start);
            let is_live = line.live.is_some();
            let published = Published { lane: self.lane, build, at: Instant::now(), line };
            if self.sender.send(Sign::Published(Box::new(published))).is_err() {
                return;
            }
            if is_live {
                (live, pause) = (build, FIRST_PAUSE);
            } else {
                std::thread::sleep(pause);
                pause = longer(pause);
            }
        }
    }

    /// Waits for a build after this one.
    fn next(&self, live: u64) -> u64 {
        let wanted = self.wanted.build.lock().unwrap_or_else(PoisonError::into_inner);
        let is_live = |wanted: &mut u64| *wanted <= live;
        *self.wanted.changed.wait_while(wanted, is_live).unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, start: Instant) -> TargetLine {
        let line = |live, problems| TargetLine { name: self.name.clone(), live, took: start.elapsed(), problems };
        let config = match config::load(&self.options.root) {
            Ok(config) => config,
            Err(error) => return line(None, error.diagnostics),
        };
        let Some(target) = config.publish.iter().find(|target| target.name == self.name) else {
            let message = format!("the settings have no target `{}` any more", self.name);
            return line(None, vec![Diagnostic::error(Code::PublishRefused, message)]);
        };
        let request = Request {
            target: target.clone(),
            output: None,
            now: (self.options.clock)(),
            rollback: None,
            dry_run: false,
            audit: false,
            prune: false,
            // A story with an error is hidden; that keeps nothing else from readers, least of all a withdrawal.
            allow_errors: true,
            max_delete: None,
            preset: None,
            take_over: false,
            purge_file: None,
            verify: None,
            gate: Some(&self.gate),
            environment: &self.options.environment,
            progress: &Silent,
        };
        let report = publish::run(&self.options.root, &config, &request);
        line(report.finished.then_some(report.done), report.diagnostics)
    }
}
