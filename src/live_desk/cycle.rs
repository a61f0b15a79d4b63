//! The cycles of a desk: what waits is imported, the site is built once, the targets are woken.

use super::events::{Event, ItemLine, Listener as _};
use super::intake::{self, Batch, Intake};
use super::lanes::{Lanes, Published};
use super::push::{Health, Push};
use super::tally::Tally;
use super::watching::Watching;
use super::{DeskOptions, FIRST_PAUSE, longer, targets};
use crate::build::{BuildOptions, Resident, Touched, build_again};
use crate::clock::Timestamp;
use crate::config::{self, Config};
use crate::diag::{Diagnostic, Result, Severity};
use crate::file;
use crate::import::drop::Filed;
use crate::import::{Action, FileReport, Importer, Options};
use crate::serve::watch::Change;
use crate::source::Stamp;
use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The most items of a cycle: enough that a burst costs few builds, few enough that a withdrawal which comes meanwhile does not wait
/// long.
pub(super) const BATCH: usize = 64;
/// The longest sleep of the desk, and so the longest delay until it notices that the clock jumped or that a file has settled.
const TICK: Duration = Duration::from_millis(250);
/// How long it must be quiet before a cycle begins, so that files written together are taken together.
const QUIET: Duration = Duration::from_millis(3);
/// The longest wait for that.
const LONGEST_QUIET: Duration = Duration::from_millis(30);
/// How long it must be quiet after a build that trusted the system's watcher, before all content is looked at: a watcher may miss
/// what happens in a new folder.
const LOOK_AGAIN: Duration = Duration::from_secs(20);
/// The same where a folder came.
const LOOK_AT_NEW: Duration = Duration::from_secs(1);
/// Files that the desk wrote itself and remembers, to know its own events.
const OWN_FILES: usize = 4096;

/// A sign that something may be to do.
pub(super) enum Sign {
    /// Something of the site changed: at these paths or, if there are none, anywhere.
    Site(Change, Vec<PathBuf>),
    /// A file of a drop folder was closed.
    Closed(PathBuf),
    /// A lane published, or could not.
    Published(Box<Published>),
}

/// See the module.
pub(super) struct Cycle {
    options: DeskOptions,
    /// The settings as they were when they could last be read.
    config: Config,
    listener: Arc<Tally>,
    intake: Intake,
    importer: Importer,
    lanes: Lanes,
    gate: Arc<RwLock<()>>,
    watching: Watching,
    /// Takes pushes as long as it lives.
    _push: Option<Push>,
    /// What `/health` answers.
    health: Arc<Mutex<Health>>,
    receiver: Receiver<Sign>,
    /// Whether the site may be other than it was last built.
    is_stale: bool,
    /// What the last build left in memory, and where content may have changed since.
    resident: Resident,
    touched: Touched,
    /// When to look at the whole content again.
    look_again: Option<Instant>,
    /// What to do about a cycle that failed: when to try again, and the pause after that.
    again: Option<(Instant, Duration)>,
    /// The number of the last build.
    built: u64,
    /// The time of the last build, and when the clock alone next changes the site.
    now: Timestamp,
    next_change: Option<Timestamp>,
    /// Stories that the desk wrote, as it left them.
    own: FxHashMap<PathBuf, Stamp>,
    /// Items that were imported and not reported yet, with the build that has them and the moment they were seen.
    unreported: VecDeque<(u64, Instant, ItemLine)>,
    /// Problems of the content that were reported.
    reported: BTreeSet<String>,
    /// Whether everything went well.
    is_good: bool,
}

impl Cycle {
    /// Opens the folders, starts the lanes and begins to watch.
    pub(super) fn open(options: DeskOptions, config: Config, listener: Arc<Tally>) -> Result<Cycle> {
        let (sender, receiver): (Sender<Sign>, Receiver<Sign>) = channel();
        let address = options.push.or(config.desk.push).filter(|_| !options.once);
        let intake = Intake::open(&options, &config, address.is_some())?;
        let gate = Arc::default();
        let lanes = Lanes::start(targets(&config), &options, &gate, &sender)?;
        let (watching, why) = Watching::start(&options.root, &intake.paths(), options.poll, &sender);
        listener.on_event(Event::Started { drops: intake.drops(), targets: lanes.names() });
        why.into_iter().for_each(|why| listener.on_event(Event::Polling(why)));
        let health = Arc::default();
        let push = address
            .map(|address| Push::start(address, &options, &config, intake.paths(), Arc::clone(&health), &listener))
            .transpose()?;
        let importer = Importer::new(&options.root);
        Ok(Cycle {
            now: (options.clock)(),
            options,
            config,
            listener,
            intake,
            importer,
            lanes,
            gate,
            watching,
            _push: push,
            health,
            receiver,
            // Whatever happened while no desk ran is taken in by the first cycle.
            is_stale: true,
            resident: Resident::default(),
            touched: Touched::Anywhere,
            look_again: None,
            again: None,
            built: 0,
            next_change: None,
            own: FxHashMap::default(),
            unreported: VecDeque::new(),
            reported: BTreeSet::new(),
            is_good: true,
        })
    }

    /// Goes on until nothing waits, where that is asked for, else for ever. Says whether everything was done well.
    pub(super) fn run(mut self) -> Result<bool> {
        while !self.options.stop.load(Ordering::Relaxed) {
            let batch = self.batch();
            let is_idle = batch.folders.is_empty() && !self.is_due();
            let is_all = batch.is_all;
            if !is_idle {
                self.turn(batch);
            }
            self.report_items();
            let is_over = is_idle && is_all && self.again.is_none() && self.unreported.is_empty();
            if self.options.once && (is_over && self.lanes.is_over(self.built) || self.again.is_some()) {
                return Ok(self.is_good && self.again.is_none() && !self.lanes.has_failed());
            }
            if is_idle {
                self.wait();
            }
        }
        Ok(self.is_good)
    }

    /// What goes into the next cycle; nothing while one that failed waits.
    fn batch(&mut self) -> Batch {
        if self.again.is_some_and(|(at, _)| at > Instant::now()) {
            return Batch::default();
        }
        let options = self.import_options();
        match self.intake.next(BATCH, &self.config, &options) {
            Ok(batch) => batch,
            Err(error) => {
                self.settle(error.diagnostics);
                Batch::default()
            }
        }
    }

    fn import_options(&self) -> Options<'static> {
        Options { now: (self.options.clock)(), date: None, is_copy: false, source: None }
    }

    /// Whether the site has to be built: it changed, the clock reached a moment that matters, or it was set back.
    fn is_due(&self) -> bool {
        if let Some((at, _)) = self.again {
            return at <= Instant::now();
        }
        let now = (self.options.clock)();
        self.is_stale || now < self.now || self.next_change.is_some_and(|at| at <= now)
    }

    /// Waits for a sign, and takes those that come with it.
    fn wait(&mut self) {
        let mut wait = TICK;
        let now = (self.options.clock)();
        if let Some(at) = self.next_change {
            let left = u64::try_from(at.millis().saturating_sub(now.millis())).unwrap_or(0);
            wait = wait.min(Duration::from_millis(left.max(1)));
        }
        let mut begun = None;
        loop {
            match self.receiver.recv_timeout(wait) {
                Ok(sign) => {
                    self.take(sign);
                    let begun = *begun.get_or_insert_with(Instant::now);
                    if begun.elapsed() > LONGEST_QUIET {
                        break;
                    }
                    wait = QUIET;
                }
                Err(RecvTimeoutError::Timeout) => break,
                // The watchers and the lanes are gone; the clock is left.
                Err(RecvTimeoutError::Disconnected) => {
                    std::thread::sleep(wait);
                    break;
                }
            }
        }
        if !self.watching.look().is_none() || self.look_again.is_some_and(|at| at <= Instant::now()) {
            self.is_stale = true;
            self.touched = Touched::Anywhere;
        }
    }

    fn take(&mut self, sign: Sign) {
        match sign {
            Sign::Site(change, paths) => {
                if change.folders
                    && let Some(why) = self.watching.renew()
                {
                    self.listener.on_event(Event::Polling(why));
                }
                self.is_stale |= paths.is_empty() || !paths.iter().all(|path| self.is_own(path));
                self.note_touched(paths, change.folders);
            }
            Sign::Closed(path) => self.intake.closed(&path),
            Sign::Published(published) => {
                self.lanes.take(&published);
                self.listener.on_event(Event::Target(published.line));
            }
        }
    }

    /// Notes where content may have changed: at these paths, or anywhere where there are none.
    fn note_touched(&mut self, paths: Vec<PathBuf>, anywhere: bool) {
        if anywhere || paths.is_empty() {
            self.touched = Touched::Anywhere;
        }
        for path in paths {
            if path.is_dir() {
                // What came into it before it was watched is in no sign.
                self.touched = Touched::Anywhere;
                self.look_again = Some(Instant::now() + LOOK_AT_NEW);
            }
            self.touched.add(path);
        }
    }

    /// Whether a file is as the desk itself left it.
    fn is_own(&self, path: &Path) -> bool {
        let stamp = || std::fs::symlink_metadata(path).ok().map(|metadata| Stamp::of(&metadata));
        self.own.get(path).is_some_and(|own| stamp() == Some(*own))
    }

    /// One cycle.
    fn turn(&mut self, batch: Batch) {
        match config::load(&self.options.root) {
            Ok(config) => self.config = config,
            // The build says why.
            Err(_) => self.is_stale = true,
        }
        let mut problems = Vec::new();
        let mut is_written = false;
        for (folder, paths) in batch.folders {
            // The items were chosen by the settings as they were before.
            if self.intake.lacks_source(folder, &self.config) {
                continue;
            }
            match self.import(folder, &paths) {
                Ok(wrote) => is_written |= wrote,
                Err(error) => problems.extend(error.diagnostics),
            }
        }
        // Signs that came until now are of what the build will see.
        while let Ok(sign) = self.receiver.try_recv() {
            self.take(sign);
        }
        if is_written || self.is_due() {
            problems.extend(self.build());
        }
        self.settle(problems);
    }

    /// Imports items of one folder, and moves them on. Says whether anything was written.
    fn import(&mut self, folder: usize, paths: &[PathBuf]) -> Result<bool> {
        let received = (self.options.clock)();
        let plain = self.import_options();
        let options = self.intake.options(folder, &plain, &self.config);
        let inputs = self.intake.inputs(folder, paths);
        let mut reports: Vec<FileReport> = Vec::with_capacity(inputs.len());
        self.importer.import(&inputs, &options, |report| reports.push(report))?;
        let is_written = self.bring_to_disk(&reports)?;
        for (report, path) in reports.iter().zip(paths) {
            let (source, seen) = self.intake.seen(folder, path);
            let filed = self.intake.file(folder, report, path, !self.options.once)?;
            self.is_good &= filed != Filed::Failed;
            let lines = lines(report, path, source, received, seen.elapsed());
            self.unreported.extend(lines.into_iter().map(|line| (self.built + 1, seen, line)));
            if matches!(filed, Filed::Failed | Filed::Kept) {
                self.listener.on_event(Event::Problems(report.parsed.diagnostics.clone()));
            }
        }
        Ok(is_written)
    }

    /// Brings the stories of an import to the disk, before their items leave the folder. Says whether there are any.
    fn bring_to_disk(&mut self, reports: &[FileReport]) -> Result<bool> {
        let wrote = |action| matches!(action, Action::New | Action::Replaced | Action::Completed);
        let outcomes = reports.iter().flat_map(|report| &report.imported);
        let paths: BTreeSet<PathBuf> = outcomes
            .filter(|outcome| wrote(outcome.action))
            .filter_map(|outcome| Some(self.options.root.join(outcome.path.as_ref()?)))
            .collect();
        if self.own.len() + paths.len() > OWN_FILES {
            self.own.clear();
        }
        let fail = |path: &Path, error: std::io::Error| {
            super::refused(format!("cannot bring {} to the disk: {error}", path.display()))
        };
        let mut folders = BTreeSet::new();
        for path in &paths {
            file::sync(path).map_err(|error| fail(path, error))?;
            folders.extend(path.parent());
            if let Ok(metadata) = std::fs::symlink_metadata(path) {
                self.own.insert(path.clone(), Stamp::of(&metadata));
            }
            self.touched.add(path.clone());
        }
        folders.into_iter().try_for_each(|folder| file::sync_folder(folder).map_err(|error| fail(folder, error)))?;
        Ok(!paths.is_empty())
    }

    /// Builds the site, and wakes the lanes. Returns what is wrong with the run as a whole.
    fn build(&mut self) -> Vec<Diagnostic> {
        let now = (self.options.clock)();
        let options = BuildOptions { write: true, machine_clock: Some(now), ..BuildOptions::read_only(now) };
        let mut touched = std::mem::replace(&mut self.touched, Touched::nowhere());
        if !self.watching.names_changes() {
            touched = Touched::Anywhere;
        }
        self.look_again = match &touched {
            Touched::Anywhere => self.look_again.filter(|at| *at > Instant::now()),
            Touched::At(_) => self.look_again.or(Some(Instant::now() + LOOK_AGAIN)),
        };
        let built = {
            let _closed = self.gate.write().unwrap_or_else(PoisonError::into_inner);
            build_again(&self.options.root, &options, &mut self.resident, &touched)
        };
        let report = match built {
            Ok(report) => report,
            Err(error) => {
                self.touched = Touched::Anywhere;
                return error.diagnostics;
            }
        };
        self.built += 1;
        (self.is_stale, self.now) = (false, now);
        self.next_change = report.next_change.map(|next| next.at);
        *self.health.lock().unwrap_or_else(PoisonError::into_inner) =
            Health { last_build: Some(now), next_change: self.next_change };
        for (build, seen, line) in &mut self.unreported {
            if *build == self.built {
                line.built = Some(seen.elapsed());
            }
        }
        self.lanes.publish(self.built);
        self.report_new_problems(report.diagnostics);
        Vec::new()
    }

    /// Reports problems of the content that were not there before.
    fn report_new_problems(&mut self, diagnostics: Vec<Diagnostic>) {
        let all: Vec<Diagnostic> = diagnostics.into_iter().filter(|one| one.severity != Severity::Note).collect();
        let known = std::mem::take(&mut self.reported);
        self.reported = all.iter().map(ToString::to_string).collect();
        self.is_good &= all.iter().all(|one| one.severity != Severity::Error);
        let new: Vec<Diagnostic> = all.into_iter().filter(|one| !known.contains(&one.to_string())).collect();
        if !new.is_empty() {
            self.listener.on_event(Event::Problems(new));
        }
    }

    /// Notes whether a cycle went well; else the next one waits, each time longer.
    fn settle(&mut self, problems: Vec<Diagnostic>) {
        if problems.is_empty() {
            if self.again.take().is_some() {
                self.listener.on_event(Event::Mended);
            }
            return;
        }
        let pause = self.again.map_or(FIRST_PAUSE, |(_, pause)| pause);
        self.again = Some((Instant::now() + pause, longer(pause)));
        self.is_stale = true;
        self.listener.on_event(Event::Problems(problems));
    }

    /// Reports the items that are live, or as far as they get for now.
    fn report_items(&mut self) {
        while let Some((build, seen, _)) = self.unreported.front() {
            // An item that changed nothing needs no build.
            let build = (*build).min(self.built);
            let is_built = self.again.is_none() || self.unreported[0].2.built.is_some();
            if is_built && !self.lanes.is_over(build) {
                return;
            }
            let live = self.lanes.live_since(build).filter(|_| is_built);
            let live = live.map(|at| at.saturating_duration_since(*seen));
            if let Some((_, _, line)) = self.unreported.pop_front() {
                self.listener.on_event(Event::Item(ItemLine { live: live.filter(|_| line.built.is_some()), ..line }));
            }
        }
    }
}

/// What is reported of a file: a line for each story, or one for the file where it holds none.
fn lines(
    report: &FileReport,
    path: &Path,
    source: Option<String>,
    received: Timestamp,
    written: Duration,
) -> Vec<ItemLine> {
    let line = ItemLine {
        received,
        source,
        file: path.to_path_buf(),
        uri: None,
        version: None,
        became: report.parsed.outcome().as_str(),
        withdraws: intake::withdraws(report),
        written,
        built: None,
        live: None,
    };
    if report.imported.is_empty() {
        return vec![line];
    }
    let versions = report.parsed.items.iter().map(|item| item.version());
    let of_story = |(outcome, version): (&crate::import::ImportOutcome, u64)| ItemLine {
        uri: Some(outcome.uri.clone()),
        version: Some(version),
        became: outcome.action.as_str(),
        ..line.clone()
    };
    report.imported.iter().zip(versions).map(of_story).collect()
}
