//! What happened at a desk since it began, in numbers and in the last lines: for its metrics and its page.

use super::events::{Event, ItemLine, Listener, TargetLine};
use crate::clock::Timestamp;
use crate::diag::{Diagnostic, Severity};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The items that the page can show.
const ITEMS: usize = 100;
/// The problems that the page can show.
const PROBLEMS: usize = 20;
/// The upper bounds of the classes of a [`Histogram`], in milliseconds.
pub(super) const BOUNDS: [u64; 11] = [25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000];

/// Counts what happens, and passes it on.
pub(super) struct Tally {
    listener: Arc<dyn Listener>,
    clock: fn() -> Timestamp,
    counts: Mutex<Counts>,
}

/// What was counted.
#[derive(Default)]
pub(super) struct Counts {
    /// When the desk began.
    pub(super) started: Option<Timestamp>,
    /// Stories that came, by source (empty where there is none) and by what became of them.
    pub(super) items: BTreeMap<(String, &'static str), u64>,
    /// Those of them that withdraw a story.
    pub(super) withdrawals: u64,
    /// From the receipt of an item until its story was written, until the site was built, and until it was live.
    pub(super) written: Histogram,
    pub(super) built: Histogram,
    pub(super) live: Histogram,
    /// The targets by name.
    pub(super) targets: BTreeMap<String, TargetCounts>,
    /// Errors that were reported.
    pub(super) errors: u64,
    /// The last items, the oldest first.
    pub(super) last_items: VecDeque<ItemLine>,
    /// The last problems, the oldest first, each with its time.
    pub(super) last_problems: VecDeque<(Timestamp, String)>,
}

/// What was counted of a target.
#[derive(Default)]
pub(super) struct TargetCounts {
    /// When it last held what the desk had built.
    pub(super) up_to_date: Option<Timestamp>,
    /// How long the last publish took.
    pub(super) took: Duration,
    /// How often it could not be brought up to date.
    pub(super) failures: u64,
    /// Whether that was so at the last try.
    pub(super) is_failing: bool,
}

/// How many durations are in each class.
#[derive(Default)]
pub(super) struct Histogram {
    /// Those up to each of [`BOUNDS`], and over the bound before it.
    pub(super) classes: [u64; BOUNDS.len()],
    /// All of them, also those over the last bound.
    pub(super) count: u64,
    /// Their sum.
    pub(super) sum: Duration,
}

impl Histogram {
    fn add(&mut self, duration: Duration) {
        let class = BOUNDS.iter().position(|bound| duration <= Duration::from_millis(*bound));
        if let Some(class) = class {
            self.classes[class] += 1;
        }
        self.count += 1;
        self.sum += duration;
    }
}

impl Tally {
    pub(super) fn new(listener: Arc<dyn Listener>, clock: fn() -> Timestamp) -> Tally {
        Tally { listener, clock, counts: Mutex::default() }
    }

    /// What was counted until now. Nothing is counted while this is held.
    pub(super) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Tally {
    fn on_event(&self, event: Event) {
        let now = (self.clock)();
        self.counts().count(&event, now);
        self.listener.on_event(event);
    }
}

impl Counts {
    fn count(&mut self, event: &Event, now: Timestamp) {
        match event {
            Event::Started { targets, .. } => {
                self.started = Some(now);
                self.targets = targets.iter().map(|name| (name.clone(), TargetCounts::default())).collect();
            }
            Event::Item(line) => self.count_item(line),
            Event::Problems(problems) => self.count_problems(problems, now),
            Event::Target(line) => self.count_target(line, now),
            Event::Listening(_) | Event::Mended | Event::Polling(_) => {}
        }
    }

    fn count_item(&mut self, line: &ItemLine) {
        *self.items.entry((line.source.clone().unwrap_or_default(), line.became)).or_default() += 1;
        self.withdrawals += u64::from(line.withdraws);
        self.written.add(line.written);
        line.built.into_iter().for_each(|built| self.built.add(built));
        line.live.into_iter().for_each(|live| self.live.add(live));
        push_bounded(&mut self.last_items, line.clone(), ITEMS);
    }

    fn count_problems(&mut self, problems: &[Diagnostic], now: Timestamp) {
        self.errors += problems.iter().filter(|one| one.severity == Severity::Error).count() as u64;
        for one in problems {
            push_bounded(&mut self.last_problems, (now, one.to_string()), PROBLEMS);
        }
    }

    fn count_target(&mut self, line: &TargetLine, now: Timestamp) {
        let target = self.targets.entry(line.name.clone()).or_default();
        target.took = line.took;
        target.is_failing = line.live.is_none();
        if target.is_failing {
            target.failures += 1;
        } else {
            target.up_to_date = Some(now);
        }
        self.count_problems(&line.problems, now);
    }
}

/// Appends a value, and lets the oldest go where there are too many.
fn push_bounded<T>(queue: &mut VecDeque<T>, value: T, most: usize) {
    if queue.len() == most {
        queue.pop_front();
    }
    queue.push_back(value);
}
