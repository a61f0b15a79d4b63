//! The build, stage by stage. [`build`] is the function to read first.
//!
//! Stages that do not depend on one another run side by side: listing the content and reading the manifest, reading the content and the
//! table of pages, the index and the search index.

mod finish;
mod moves;
mod pictures;
mod rebuild;
mod report;
mod site;
mod stages;
mod start;
mod why;

pub use moves::{forget_moved, moved};
pub use rebuild::{Comparison, each_stale};
pub use report::{Counts, NextChange, PageLine, Report, WrittenLine, reasons_in_words};
#[cfg(feature = "serve")]
pub use site::read_for_server;
pub use site::{Prepared, read_elsewhere, theme_of, trial_of_hooks};
pub use why::{Why, next_change, why};

use crate::clock::Timestamp;
use crate::diag::{Checked, Code, Diagnostic, Result};
use crate::moved;
use crate::plan;
use crate::progress::{Progress, Silent};
use crate::render::Renderer;
use crate::render::key::Keys;
pub use crate::source::Touched;
use crate::source::Walk;
use crate::state::State;
use crate::write::{OUTPUT, Output};
use finish::{Finish, Noted};
use rebuild::Rebuild;
use site::prepare;
use stages::Stages;
use start::Start;
use std::path::{Path, PathBuf};

/// The options of a build, besides the site's own files.
pub struct BuildOptions<'a> {
    /// The clock of the build; time comes from nowhere else.
    pub now: Timestamp,
    /// The clock of the machine, where it is known. No page depends on it. What a clock ahead of it makes public has not been public
    /// yet, so such a build does not note its addresses.
    pub machine_clock: Option<Timestamp>,
    /// Show drafts too.
    pub drafts: bool,
    /// Overrides `base_url` of the settings.
    pub base_url: Option<String>,
    /// Overrides the output folder (default: `output` in the site's folder).
    pub output: Option<PathBuf>,
    /// Threads to use; 0 means one a core.
    pub threads: usize,
    /// Whether to write; `check` does everything but.
    pub write: bool,
    /// Whether a file's stamp may stand for its bytes; else every file is read and compared.
    pub trust_stamps: bool,
    /// Look at every file of the output, and write again what is not as the last build left it. No stamp is trusted.
    pub verify: bool,
    /// Search the output for what is hidden or withdrawn; `verify` does, too. No stamp is trusted.
    pub leaks: bool,
    /// Where to add the addresses whose copies in caches are out of date, instead of the file beside the state.
    pub purge: Option<PathBuf>,
    /// Bring every file to the disk, so that a loss of power leaves each whole.
    pub sync: bool,
    /// List every page, and every written one with its reasons, in the report.
    pub list_pages: bool,
    /// Receives progress.
    pub progress: &'a dyn Progress,
}

impl BuildOptions<'_> {
    /// The output folder of the site in `root`.
    pub fn output_folder(&self, root: &Path) -> PathBuf {
        self.output.clone().unwrap_or_else(|| root.join(OUTPUT))
    }

    /// Whether a stamp may stand for a file's bytes in this run.
    fn trusts_stamps(&self) -> bool {
        self.trust_stamps && !self.verify && !self.leaks
    }

    /// Whether the clock of this run is ahead of the machine's.
    fn is_ahead(&self) -> bool {
        self.machine_clock.is_some_and(|clock| self.now > clock)
    }

    /// From what time on a stamp proves nothing to this run.
    fn sure_before(&self, state: &State) -> i64 {
        if self.trusts_stamps() { state.head.began } else { i64::MIN }
    }

    /// Options that write nothing and build for this time. Override what differs: `BuildOptions { write: true, ..BuildOptions::read_only(now) }`.
    pub fn read_only(now: Timestamp) -> BuildOptions<'static> {
        BuildOptions {
            now,
            machine_clock: None,
            drafts: false,
            base_url: None,
            output: None,
            threads: 0,
            write: false,
            trust_stamps: true,
            verify: false,
            leaks: false,
            purge: None,
            sync: false,
            list_pages: false,
            progress: &Silent,
        }
    }
}

/// Builds the site in `root`.
pub fn build(root: &Path, options: &BuildOptions) -> Result<Report> {
    build_again(root, options, &mut Resident::default(), &Touched::Anywhere)
}

/// What a process keeps from one build of a site to the next.
#[derive(Default)]
pub struct Resident {
    walk: Walk,
}

/// Builds the site once more, in the process that built it last. `touched` says where content may have changed since. A change
/// elsewhere is not seen until a later build is told about it.
pub fn build_again(root: &Path, options: &BuildOptions, resident: &mut Resident, touched: &Touched) -> Result<Report> {
    in_pool(options.threads, || run(root, options, resident, touched))
}

/// Runs something with so many threads; 0 means one a core.
fn in_pool<T: Send>(threads: usize, run: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Diagnostic::error(Code::OutputWrite, format!("threads cannot be started: {error}")))?;
    threads.install(run)
}

/// The build, stage by stage.
fn run(root: &Path, options: &BuildOptions, resident: &mut Resident, touched: &Touched) -> Result<Report> {
    let mut report = Report::default();
    let mut stages = Stages::start(&mut report, options.progress);
    let start = Start::open(root, options, (&mut resident.walk, touched), &mut stages)?;
    if stages.report.diagnostics.is_empty() && start.is_untouched(options) {
        stages.end();
        start.repeat(root, options, &mut report);
        return Ok(report);
    }
    let Start { mut state, site, source, place, output, inputs, is_known } = start;
    stages.add(output.as_ref().filter(|_| !is_known).and_then(Output::damage));
    let last = || if is_known { state.pages() } else { Checked::default() };
    source.keep_stories();
    let (mut prepared, last) = rayon::join(|| prepare(root, site, source, &state, options, &mut stages), last);
    let is_whole = is_known && last.diagnostics.is_empty();
    let last = stages.take(last);

    stages.add(pictures::recall(&mut prepared, root));
    stages.next("plan", None);
    let mut planned = plan::pages(&prepared.inputs());
    if pictures::make_missing(&mut prepared, root, &planned.value, &last, state.is_writable(), &mut stages) {
        // No plan has a picture that is broken.
        planned = plan::pages(&prepared.inputs());
    }
    let plan = stages.take(planned);
    let site = prepared.inputs();
    let review = (!options.drafts).then(|| stages.take(moved::review(&site, &plan, &state)));
    stages.add(review.iter().flat_map(|review| moved::diagnostics(&review.moved)));
    let renderer = Renderer::new(site, &plan, root);
    if state.is_writable() {
        pictures::draw_missing(&renderer, &plan, root, &last, &mut stages);
    }
    let keys = Keys::new(&renderer, options.sure_before(&state));
    let (renderer, keys, output) = (&renderer, &keys, output.as_ref());
    let rebuild = Rebuild { renderer, plan: &plan, keys, last: &last, output, verify: options.verify, is_known };
    let (stale, known) = rebuild.stale();
    // Where a part of the table is missing, the list of files has to say what went.
    let gone = rebuild.gone(is_whole && known == last.len());
    rebuild.note_pending(&stale, &gone)?;

    stages.next("render", Some(stale.len()));
    let mut rebuilt = rebuild.make(stale, options.progress);
    stages.add(std::mem::take(&mut rebuilt.diagnostics));
    let mut counts = rebuild.counts(&rebuilt, &prepared);

    stages.next("tidy", None);
    let finish = Finish { root, options, place: &place, prepared: &prepared, rebuild: &rebuild, rebuilt: &rebuilt };
    match output {
        Some(output) => {
            let review = review.filter(|_| !options.is_ahead());
            let noted = Noted { state: &mut state, inputs, review };
            counts.removed = finish.write(output, gone, noted, counts, &mut stages)?;
        }
        None => finish.look(&mut stages),
    }
    stages.end();
    report.complete(counts, &site, options.list_pages.then_some((&plan, &rebuilt)));
    drop_in_background((prepared, plan, last));
    Ok(report)
}

/// Gives memory back while the caller goes on, or not at all where the program ends: at a hundred thousand stories that takes
/// nearly as long as a tenth of a build with one change.
fn drop_in_background<T: Send + 'static>(large: T) {
    // Where no thread can be started the closure is dropped here, and what it holds with it.
    let _ = std::thread::Builder::new().spawn(move || drop(large));
}
