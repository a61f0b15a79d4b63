//! The build, stage by stage. This is the function to read first.

mod pictures;

use crate::clock::Timestamp;
use crate::config::Config;
use crate::desk::{Rules, Standing};
use crate::diag::{Checked, Code, Diagnostic, Location, Result, Severity};
use crate::hash::{Hash, Hasher};
use crate::index::Index;
use crate::load::{Found, Reading};
use crate::mark::{self, Mark};
use crate::moved::{self, Moved};
use crate::page::{self, PageKind};
use crate::plan::changes::{self, Reasons};
use crate::plan::{self, Inputs, Kind, Page, Plan};
use crate::purge;
use crate::render::key::{Key, KeyBuilder, Keys, Part};
use crate::render::{Cards, Renderer};
use crate::source::Source;
use crate::state::{self, Head, Made, Pages, Parts, State, Table, page_id};
use crate::story::Stories;
use crate::theme::Theme;
use crate::write::{self, All, Filed, Lines, Outcome, Output};
use crate::{config, desk, index, leaks, load, source, theme};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What a build is told besides the site's own files.
pub struct BuildOptions<'a> {
    /// The clock of the build; nothing else tells the time.
    pub now: Timestamp,
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
    /// Who hears how far it is.
    pub progress: &'a dyn Progress,
}

impl BuildOptions<'_> {
    /// Whether a stamp may stand for a file's bytes in this run.
    fn trusts_stamps(&self) -> bool {
        self.trust_stamps && !self.verify && !self.leaks
    }

    /// From what time on a stamp proves nothing to this run.
    fn sure_before(&self, state: &State) -> i64 {
        if self.trusts_stamps() { state.head.began } else { i64::MIN }
    }

    /// Options of a run that only looks, at this time.
    pub fn looking(now: Timestamp) -> BuildOptions<'static> {
        BuildOptions {
            now,
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

/// The largest file of the output that is compared, in bytes.
const OLD_LIMIT: u64 = 256 << 20;

/// Hears how far a build is. Called from many threads.
pub trait Progress: Sync {
    /// A stage begins; `total` is the number of steps if known.
    fn stage(&self, name: &'static str, total: Option<usize>);
    /// Some steps are done.
    fn step(&self, steps: usize);
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &'static str, _: Option<usize>) {}
    fn step(&self, _: usize) {}
}

/// What a build did.
#[derive(Debug, Default)]
pub struct Report {
    /// Every page of the site, by URL, where [`BuildOptions::list_pages`] asks for it.
    pub pages: Vec<PageLine>,
    /// Every page that was written, by URL, likewise.
    pub written: Vec<WrittenLine>,
    /// When the clock alone will next change the site.
    pub next_change: Option<NextChange>,
    /// All that was found wrong, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// The stages and their seconds of wall time, in order.
    pub stages: Vec<(&'static str, f64)>,
    /// Counts for the summary line.
    pub counts: Counts,
}

/// One page in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// Path on the site, percent-encoded.
    pub url: String,
    /// What it is.
    pub kind: PageKind,
    /// Uri, version and headline of a story's page.
    pub story: Option<(String, u64, String)>,
}

/// One written page in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenLine {
    /// Path on the site, percent-encoded.
    pub url: String,
    /// Why it was made again, in words; see [`words`].
    pub reasons: Vec<&'static str>,
}

/// A moment at which the clock alone changes the site, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextChange {
    /// When.
    pub at: Timestamp,
    /// Why: `embargo of urn:… ends`.
    pub reason: String,
}

/// What the summary line counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stories that are public (published or archived).
    pub stories: usize,
    /// Story files of the site.
    pub files: usize,
    /// Files of the content folder that were opened to see what they say.
    pub opened: usize,
    /// Files of the site.
    pub pages: usize,
    /// Files of the site that were made.
    pub rendered: usize,
    /// Files written.
    pub written: usize,
    /// Files that were as they should be.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
    /// Bytes written.
    pub bytes: u64,
}

/// Builds the site in `root`.
pub fn build(root: &Path, options: &BuildOptions) -> Result<Report> {
    in_pool(options.threads, || run(root, options))
}

/// Runs something with so many threads; 0 means one a core.
fn in_pool<T: Send>(threads: usize, run: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Diagnostic::error(Code::OutputWrite, format!("threads cannot be started: {error}")))?;
    threads.install(run)
}

/// Leaves the mark that publishing looks for, of a build that left a manifest of this hash.
fn note(root: &Path, folder: &Path, manifest: Hash, options: &BuildOptions, diagnostics: &mut Vec<Diagnostic>) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let mark = Mark::new(manifest, errors, options.drafts, options.now).at(options.base_url.clone());
    // One complaint of a folder that cannot be used is enough.
    let is_told = diagnostics.iter().any(|diagnostic| diagnostic.code == Code::StateUnusable);
    if let Some(error) = mark::write(root, folder, mark).err().filter(|_| !is_told) {
        let message = format!("the mark of this build cannot be written, so it cannot be published: {error}");
        diagnostics.push(Diagnostic::warning(Code::OutputWrite, message).at(Location::file(state::FOLDER)));
    }
}

fn run(root: &Path, options: &BuildOptions) -> Result<Report> {
    let mut report = Report::default();
    let mut clock = Stages::start(&mut report, options.progress);

    let mut state = if options.write { clock.take(State::open(root)?) } else { State::peek(root) };
    let site = Site::load(root, options.base_url.as_deref(), &mut state)?;
    clock.next("read", None);
    let folder = options.output.clone().unwrap_or_else(|| root.join("output"));
    let name = options.output.as_ref().map_or_else(|| "output".to_string(), |folder| folder.display().to_string());
    let purge_list = purge::place(root, &folder, options.purge.as_deref(), options.output.is_none())?;
    let content = root.join("content");
    let open = || options.write.then(|| Output::open(&folder, &name, options.sync)).transpose();
    let (output, source) = rayon::join(open, || source::walk(&content, &site.config.ignore));
    let source = clock.take(source);
    let output = output?.map(|output| clock.take(output));
    let trusted = output.as_ref().is_some_and(|output| output.is_as_noted(state.head.manifest));
    let inputs = site.hash(options.drafts);
    if trusted
        && clock.report.diagnostics.is_empty()
        && is_untouched(&state.head, &source, inputs, output.as_ref(), options)
    {
        clock.next("", None);
        report.next_change = state.head.next_change.clone().map(|(at, reason)| NextChange { at, reason });
        report.counts.files = source.stories.len() + source.pages.len();
        report.counts.stories = state.head.stories;
        report.counts.pages = state.head.pages;
        report.counts.unchanged = state.head.pages;
        if options.write {
            note(root, &folder, state.head.manifest, options, &mut report.diagnostics);
        }
        return Ok(report);
    }
    if let Some(damage) = output.as_ref().filter(|_| !trusted).and_then(Output::damage) {
        clock.report.diagnostics.push(damage);
    }
    let last = || if trusted { state.pages() } else { Checked::default() };
    let (mut prepared, last) = rayon::join(|| prepare(root, site, source, &state, options, &mut clock), last);
    let whole = trusted && last.diagnostics.is_empty();
    let last = clock.take(last);
    let recalled = pictures::recall(&mut prepared, root);
    clock.report.diagnostics.extend(recalled);

    clock.next("plan", None);
    let mut planned = plan::pages(&prepared.inputs());
    let missing = pictures::missing(&planned.value, &last);
    if !missing.is_empty() {
        clock.next("pictures", Some(missing.len()));
        let broken = pictures::make(&mut prepared, root, &missing, state.is_writable(), options.progress);
        clock.next("plan", None);
        if !broken.is_empty() {
            clock.report.diagnostics.extend(broken);
            planned = plan::pages(&prepared.inputs());
        }
    }
    let site = prepared.inputs();
    let plan = clock.take(planned);
    let review = (!options.drafts).then(|| clock.take(moved::review(&site, &plan, &state)));
    let moved = review.as_ref().map(|review| moved::diagnostics(&review.moved));
    clock.report.diagnostics.extend(moved.unwrap_or_default());
    let renderer = Renderer::new(site, &plan, root);
    let missing = pictures::missing_cards(&plan, &last);
    if !missing.is_empty() && state.is_writable() {
        clock.next("social cards", Some(missing.len()));
        pictures::draw(&renderer, &plan, root, &missing, options.progress);
        clock.next("plan", None);
    }
    let keys = Keys::new(&renderer, options.sure_before(&state));
    let work = Work {
        renderer: &renderer,
        plan: &plan,
        keys: &keys,
        last: &last,
        output: output.as_ref(),
        verify: options.verify,
    };
    let (stale, known) = work.stale();
    // Where a part of the table is missing, the list of files has to say what went.
    let has_gone = |output: &Output| !whole || known < last.len() || output.was_stopped();
    let gone = |output: &Output| output.gone(|file| plan.at(file).is_some());
    let mut gone = output.as_ref().filter(|output| has_gone(output)).map(gone).unwrap_or_default();
    if let Some(output) = &output {
        let stale = stale.iter().map(|stale| (work.file(stale.at), work.last(stale.at).is_some()));
        let gone = gone.iter().filter(|_| trusted);
        output.announce(stale.chain(gone.map(|file| (file.clone(), true))))?;
    }

    clock.next("render", Some(stale.len()));
    let rendered = work.pages(&stale, options.progress);
    let mut counts = Counts { files: prepared.files(), pages: plan.pages.len(), ..Counts::default() };
    counts.opened = prepared.found.opened;
    counts.rendered = rendered.len();
    counts.stories = site.standing.live.iter().filter(|live| live.state != desk::State::Tombstone).count();
    counts.unchanged = plan.pages.len() - stale.len();
    let mut done = Done { stale, rendered: Vec::with_capacity(rendered.len()) };
    let mut template_faults = TemplateFaults::default();
    for (stale, rendered) in done.stale.iter_mut().zip(rendered) {
        if !rendered.diagnostics.is_empty() {
            // What gave a warning is made again by the next build, to warn again.
            stale.key.hash = Hash::default();
            clock.report.diagnostics.extend(template_faults.once(rendered.diagnostics));
        }
        match rendered.outcome {
            Some(Outcome::Written) => {
                counts.written += 1;
                counts.bytes += u64::from(rendered.length);
                if options.list_pages {
                    let url = site.config.href(plan.pages[stale.at as usize].url.as_str());
                    clock.report.written.push(WrittenLine { url, reasons: words(stale.reasons) });
                }
            }
            Some(Outcome::Same) => counts.unchanged += 1,
            _ => {}
        }
        done.rendered.push((rendered.hash, rendered.outcome.is_some()));
    }
    template_faults.count(&mut clock.report.diagnostics);

    clock.next("tidy", None);
    let failed = done.failed();
    match &output {
        Some(output) => {
            if !failed.is_empty() {
                gone.extend(failed.iter().map(|at| work.file(*at)).filter(|file| output.owns(file)));
                gone.sort_unstable();
            }
            if let Some(list) = &purge_list {
                let stale = work.out_of_date(output, &done, &gone);
                let stale = stale.iter().map(|(file, withdrawn)| purge::Stale { file, withdrawn: *withdrawn });
                if let Err(error) = purge::add(list, &site.config.home(), stale) {
                    let message = format!("the purge list cannot be written: {error}");
                    let at = Location::file(list.display().to_string());
                    clock.report.diagnostics.push(Diagnostic::error(Code::OutputWrite, message).at(at));
                }
            }
            let (removed, manifest) = work.finish(output, trusted, &done, &gone)?;
            if !gone.is_empty() && state.is_writable() {
                pictures::tidy(&prepared, &plan, root);
            }
            counts.removed = removed;
            let head = Head {
                settings: prepared.settings,
                began: state.began,
                source: prepared.source.stamp(),
                site: inputs,
                now: options.now,
                next_change: site.standing.next_change.clone(),
                // A note is no complaint: it need not be said again while nothing changes.
                clean: clock.report.diagnostics.iter().all(|said| said.severity == Severity::Note),
                manifest,
                stories: counts.stories,
                pages: counts.pages,
                tables: Default::default(),
            };
            let pages = |state: &State| {
                let mut names: Vec<u64> = done.stale.iter().map(|stale| plan.ids[stale.at as usize]).collect();
                // What could not be made has a record no more, and may be gone as well.
                let known: FxHashSet<u64> = names.iter().copied().collect();
                names.extend(gone.iter().map(|file| page_id(file)).filter(|id| !known.contains(id)));
                state.put_pages(&last, &names, |at| done.made(at))
            };
            let noted = review.map_or(Ok(()), |review| state.addresses().save(&review.changes, &review.unsettled));
            if let Err(error) = noted.and_then(|()| save(&mut state, head, &prepared, pages, options.sync)) {
                let message = format!("cannot be written: {error}");
                let diagnostic = Diagnostic::warning(Code::StateUnusable, message).at(Location::file(state::FOLDER));
                clock.report.diagnostics.push(diagnostic.hint("the next build reads and makes everything again"));
            }
            if options.leaks || options.verify {
                clock.next("leaks", None);
                clock.report.diagnostics.extend(leaks::search(&site, root, &folder, &name));
            }
            note(root, &folder, manifest, options, &mut clock.report.diagnostics);
        }
        None => {
            let is_kept = |file: &str| plan.at(file).is_some_and(|at| !failed.contains(&at));
            clock.report.diagnostics.extend(write::foreign(&folder, is_kept));
            if options.leaks {
                clock.next("leaks", None);
                clock.report.diagnostics.extend(leaks::search(&site, root, &folder, &name));
            }
        }
    }
    clock.next("", None);
    report.counts = counts;
    report.next_change = site.standing.next_change.clone().map(|(at, reason)| NextChange { at, reason });
    if options.list_pages {
        report.pages = lines(&site, &plan);
    }
    report.written.sort_by(|a, b| a.url.cmp(&b.url));
    Diagnostic::sort(&mut report.diagnostics);
    drop(keys);
    drop(renderer);
    set_aside((prepared, plan, last));
    Ok(report)
}

/// Gives memory back while the caller goes on, or not at all where the program ends: at a hundred thousand stories that takes
/// nearly as long as a tenth of a build with one change.
fn set_aside<T: Send + 'static>(large: T) {
    // Where no thread can be started the closure is dropped here, and what it holds with it.
    let _ = std::thread::Builder::new().spawn(move || drop(large));
}

/// Whether nothing can have changed since the last build: no file was touched, nothing was found wrong, and the clock has not
/// reached the next moment that matters.
fn is_untouched(head: &Head, source: &Source, inputs: Hash, output: Option<&Output>, options: &BuildOptions) -> bool {
    let in_time = head.now <= options.now && head.next_change.as_ref().is_none_or(|(at, _)| options.now < *at);
    head.clean
        && in_time
        && options.trusts_stamps()
        && !options.list_pages
        && head.site == inputs
        && output.is_none_or(|output| !output.was_stopped())
        && source.newest() < head.began
        && head.source == source.stamp()
}

/// Notes what this build saw and made, for the next one.
fn save(
    state: &mut State,
    mut head: Head,
    prepared: &Prepared,
    pages: impl FnOnce(&State) -> std::io::Result<Parts>,
    sync: bool,
) -> std::io::Result<()> {
    if !state.is_writable() {
        return Ok(());
    }
    head.tables[Table::Stories as usize].clone_from(&prepared.found.parts);
    head.tables[Table::Related as usize] = prepared.index.keep(state)?;
    head.tables[Table::Search as usize].clone_from(prepared.index.search.parts());
    head.tables[Table::Pages as usize] = pages(state)?;
    state.save(head, sync)
}

/// Settings and theme of a site.
pub struct Site {
    config: Config,
    theme: Theme,
    settings: Hash,
}

impl Site {
    /// Loads both. A state that other settings, or another program, left is put aside: stories read by them are not ours.
    fn load(root: &Path, base_url: Option<&str>, state: &mut State) -> Result<Site> {
        let mut config = config::load(root)?;
        if let Some(base_url) = base_url {
            config = config.with_base_url(base_url)?;
        }
        let theme = theme::load(root, &config.theme, &config.href("/assets/"))?;
        let settings = state::settings(config.hash());
        state.restrict_to(settings);
        Ok(Site { config, theme, settings })
    }

    /// All that the site is made from besides its content and the clock.
    fn hash(&self, drafts: bool) -> Hash {
        Hasher::new().hash(self.settings).hash(self.theme.hash()).number(i64::from(drafts)).finish()
    }
}

/// A site that was read: all that plans and pages are made from.
pub struct Prepared {
    config: Config,
    theme: Arc<Theme>,
    settings: Hash,
    source: Source,
    stories: Stories,
    found: Found,
    standing: Standing,
    index: Index,
    now: Timestamp,
}

impl Prepared {
    /// What plans are made from.
    pub fn inputs(&self) -> Inputs<'_> {
        Inputs {
            config: &self.config,
            theme: &self.theme,
            stories: &self.stories,
            standing: &self.standing,
            index: &self.index,
            source: &self.source,
            now: self.now,
        }
    }

    /// The theme, to keep for longer than the rest.
    #[cfg(feature = "serve")]
    pub fn theme(&self) -> Arc<Theme> {
        Arc::clone(&self.theme)
    }

    fn files(&self) -> usize {
        self.source.stories.len() + self.source.pages.len()
    }
}

/// The theme of a site, or another by its name.
pub fn theme_of(root: &Path, name: Option<&str>) -> Result<Theme> {
    let config = config::load(root)?;
    theme::load(root, name.unwrap_or(&config.theme), &config.href("/assets/"))
}

/// Reads other content by the settings and the theme of the site in `root`: that of the folder `content/` in `elsewhere`.
pub fn read_elsewhere(root: &Path, theme: Option<&str>, elsewhere: &Path, now: Timestamp) -> Result<Checked<Prepared>> {
    let mut config = config::load(root)?;
    if let Some(name) = theme {
        config.theme = name.to_string();
    }
    let theme = theme::load(root, &config.theme, &config.href("/assets/"))?;
    let settings = state::settings(config.hash());
    let options = BuildOptions::looking(now);
    let mut report = Report::default();
    let mut clock = Stages::start(&mut report, options.progress);
    let source = clock.take(source::walk(&elsewhere.join("content"), &[]));
    let site = Site { config, theme, settings };
    let value = prepare(elsewhere, site, source, &State::none(), &options, &mut clock);
    Ok(Checked { value, diagnostics: report.diagnostics })
}

/// A page that a build would make again.
pub struct Stale<'s> {
    /// Path on the site, percent-encoded.
    pub url: &'s str,
    /// Its file as it lies in the output folder; `None` where there is none.
    pub old: Option<Vec<u8>>,
    /// Its bytes, or why it cannot be made.
    pub made: std::result::Result<&'s [u8], Diagnostic>,
}

/// Makes the pages that the next build would make, without writing any, and shows each to `see`, in parallel. Gives the number of
/// pages of the site and what `see` gave. Files of themes and pictures are pages, too.
pub fn each_stale<T: Send>(
    root: &Path,
    options: &BuildOptions,
    see: impl Fn(Stale) -> T + Sync,
) -> Result<Checked<(usize, Vec<T>)>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut clock = Stages::start(&mut report, options.progress);
        let (state, prepared) = read(root, options, &mut clock)?;
        let site = prepared.inputs();
        let plan = clock.take(plan::pages(&site));
        let renderer = Renderer::new(site, &plan, root);
        let keys = Keys::new(&renderer, options.sure_before(&state));
        let last = clock.take(state.pages());
        let output = options.output.clone().unwrap_or_else(|| root.join("output"));
        let seen = plan.pages.par_iter().zip(&plan.ids).map_init(Worker::default, |worker, (page, id)| {
            let (file, key) = (page.url.file(), keys.of(page));
            changes::compare(key.hash, &key.parts, last.get(*id).as_ref())?;
            let Worker { cards, bytes, buffer } = worker;
            bytes.clear();
            let made = renderer.page(page, cards, bytes, &mut Vec::new()).map(|()| bytes.as_slice());
            let old = crate::file::read_bounded(&output.join(&file), OLD_LIMIT, buffer).ok().map(|()| buffer.clone());
            Some(see(Stale { url: &site.config.href(page.url.as_str()), old, made }))
        });
        let seen: Vec<T> = seen.flatten().collect();
        Ok(Checked { value: (plan.pages.len(), seen), diagnostics: report.diagnostics })
    })
}

/// Reads a site for a program that stays. `state` holds in memory what was read, so that the next time only what changed is
/// opened; `began` is the file system's time before `source` was walked, as stamps have it.
#[cfg(feature = "serve")]
pub fn reread(
    root: &Path,
    options: &BuildOptions,
    source: Source,
    state: &mut State,
    began: i64,
) -> Result<Checked<Prepared>> {
    let mut report = Report::default();
    let mut clock = Stages::start(&mut report, options.progress);
    let site = Site::load(root, options.base_url.as_deref(), state)?;
    let mut prepared = prepare(root, site, source, state, options, &mut clock);
    let recalled = pictures::recall(&mut prepared, root);
    clock.report.diagnostics.extend(recalled);
    let mut head = Head { settings: prepared.settings, began, ..Head::default() };
    head.tables[Table::Stories as usize].clone_from(&prepared.found.parts);
    // What is not remembered is worked out again.
    let related = prepared.index.keep(state);
    head.tables[Table::Related as usize] = related.unwrap_or_default();
    head.tables[Table::Search as usize].clone_from(prepared.index.search.parts());
    state.remember(head);
    Ok(Checked { value: prepared, diagnostics: report.diagnostics })
}

/// Reads the stories, finds out which are public, and files them under their lists.
fn prepare(
    root: &Path,
    site: Site,
    source: Source,
    state: &State,
    options: &BuildOptions,
    clock: &mut Stages,
) -> Prepared {
    let Site { config, theme, settings } = site;
    clock.next("load", Some(source.stories.len() + source.pages.len()));
    let step = |steps| options.progress.step(steps);
    let reading = Reading { root, config: &config, state, trust_stamps: options.trusts_stamps(), step: &step };
    let (mut stories, found) = clock.take(load::stories(&reading, &source));
    clock.next("index", None);
    let rules = Rules { now: options.now, drafts: options.drafts, breaking: config.breaking_seconds() };
    let standing = clock.take(desk::standing(&stories, rules));
    stories.spell(&standing.versions());
    stories.hold_pages(options.now);
    let last = index::Last { state, dropped: &found.dropped };
    let (index, search) = rayon::join(
        || index::build(&stories, &standing, &config, rules, last),
        || index::search::build(root, &config, &stories, &standing, state),
    );
    let mut index = clock.take(index);
    index.search = clock.take(search);
    Prepared { config, theme: Arc::new(theme), settings, source, stories, found, standing, index, now: options.now }
}

/// A page to make.
struct Due {
    /// Its place in the plan.
    at: u32,
    /// Why.
    reasons: Reasons,
    key: Key,
}

/// What came of one page.
#[derive(Default)]
struct Rendered {
    hash: Option<Hash>,
    outcome: Option<Outcome>,
    length: u32,
    diagnostics: Vec<Diagnostic>,
}

/// The pages that were to be made, and what came of them.
struct Done {
    stale: Vec<Due>,
    /// The hash of each one's bytes, and whether its file holds them.
    rendered: Vec<(Option<Hash>, bool)>,
}

impl Done {
    /// The pages that have no file, by their place in the plan.
    fn failed(&self) -> FxHashSet<u32> {
        let failed = self.stale.iter().zip(&self.rendered).filter(|(_, (hash, _))| hash.is_none());
        failed.map(|(stale, _)| stale.at).collect()
    }

    /// What to remember of one of them, if anything.
    fn made(&self, at: usize) -> Option<Made> {
        let Due { key, reasons, .. } = self.stale.get(at)?;
        let bytes = self.rendered[at].0.filter(|_| self.rendered[at].1)?;
        Some(Made { key: key.hash, parts: key.parts, bytes, reasons: reasons.0 })
    }
}

/// Pages to make, and what they were when they were last made.
struct Work<'w> {
    renderer: &'w Renderer<'w>,
    plan: &'w Plan,
    keys: &'w Keys<'w, 'w>,
    last: &'w Pages,
    output: Option<&'w Output>,
    /// Look at files that should be as they were.
    verify: bool,
}

impl Work<'_> {
    /// The file of a page.
    fn file(&self, at: u32) -> String {
        self.plan.pages[at as usize].url.file()
    }

    /// A page as it was last made, if its file is known to be so still.
    fn last(&self, at: u32) -> Option<Made> {
        self.sure(at, self.last.get(self.plan.ids[at as usize])?)
    }

    /// What the last build noted of a page, unless it was stopped while it wrote its file.
    fn sure(&self, at: u32, last: Made) -> Option<Made> {
        let is_sure = self.output.is_some_and(|output| !output.was_stopped() || !output.is_pending(&self.file(at)));
        is_sure.then_some(last)
    }

    /// The pages that have to be made, in the order in which to make them: by the newest story they show, so that a worker meets
    /// the same stories again and again. And how many pages the last build had, too.
    fn stale(&self) -> (Vec<Due>, usize) {
        const BLOCK: usize = 256;
        let check = |at: u32, key: &Key, last: Option<Made>, buffer: &mut Vec<u8>| {
            let last = last.and_then(|last| self.sure(at, last));
            changes::compare(key.hash, &key.parts, last.as_ref()).or_else(|| {
                let holds = |output: &Output| last.is_some_and(|last| output.holds(&self.file(at), last.bytes, buffer));
                (self.verify && !self.output.is_some_and(holds)).then(Reasons::default)
            })
        };
        let blocks: Vec<(Vec<Due>, usize)> = self
            .plan
            .pages
            .par_chunks(BLOCK)
            .enumerate()
            .map_init(Default::default, |(making, buffer): &mut (KeyBuilder, Vec<u8>), (block, pages)| {
                let first = (block * BLOCK) as u32;
                let (mut stale, mut known) = (Vec::new(), 0);
                for (at, page) in (first..).zip(pages) {
                    let key = self.keys.make(page, making);
                    let last = self.last.get(self.plan.ids[at as usize]);
                    known += usize::from(last.is_some());
                    stale.extend(check(at, &key, last, buffer).map(|reasons| Due { at, reasons, key }));
                }
                (stale, known)
            })
            .collect();
        let known = blocks.iter().map(|(_, known)| known).sum();
        let mut stale = Vec::with_capacity(blocks.iter().map(|(stale, _)| stale.len()).sum());
        blocks.into_iter().for_each(|(block, _)| stale.extend(block));
        stale.par_sort_by_cached_key(|stale| self.renderer.newest(&self.plan.pages[stale.at as usize]));
        (stale, known)
    }

    /// Removes what has gone, and brings the list of files up to date. How many files were removed, and the hash of the list.
    fn finish(&self, output: &Output, trusted: bool, done: &Done, gone: &[String]) -> Result<(usize, Hash)> {
        let index = self.renderer.site().index;
        let kind = |number: u32| self.plan.pages[done.stale[number as usize].at as usize].kind.of(index);
        let made = |number: u32| done.rendered[number as usize].0;
        if trusted {
            let filed = |number: u32| made(number).map(|hash| Filed { hash, kind: kind(number) });
            let files = done.stale.iter().zip(0..).map(|(stale, number)| (self.file(stale.at), filed(number)));
            let mut changed: Vec<(String, Option<Filed>)> = files.filter(|(_, filed)| filed.is_some()).collect();
            changed.extend(gone.iter().map(|file| (file.clone(), None)));
            changed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
            return output.finish(&Lines::Changed(changed), gone);
        }
        // Nothing was taken over, so every page was made.
        let url = |number: u32| &self.plan.pages[done.stale[number as usize].at as usize].url;
        let mut files: Vec<u32> = (0..done.stale.len() as u32).filter(|number| made(*number).is_some()).collect();
        files.par_sort_unstable_by(|a, b| url(*a).cmp_files(url(*b)));
        let filed = |number: u32| Filed { hash: made(number).unwrap_or_default(), kind: kind(number) };
        output.finish(&Lines::All(All { files, url: &url, filed: &filed }), gone)
    }

    /// The files that the last build left and that this one changed or removes, each with whether it was withdrawn.
    fn out_of_date(&self, output: &Output, done: &Done, gone: &[String]) -> Vec<(String, bool)> {
        // Each with its kind, and whether it goes.
        let mut found: Vec<(String, PageKind, bool)> = Vec::new();
        for (stale, (now, _)) in done.stale.iter().zip(&done.rendered) {
            let file = self.file(stale.at);
            let before = self.last(stale.at).map(|last| last.bytes);
            let before = before.or_else(|| output.filed(&file).map(|filed| filed.hash));
            if before.is_some() && before != *now {
                found.push((file, self.purge_kind(&self.plan.pages[stale.at as usize]), now.is_none()));
            }
        }
        // What could not be made was found above.
        let gone = gone.iter().filter(|file| self.plan.page_of(file).is_none());
        found.extend(gone.filter_map(|file| Some((file.clone(), output.filed(file)?.kind, true))));
        found.sort();
        let first = page::come_first(found.iter().map(|(_, kind, goes)| (*kind, *goes)));
        found.into_iter().zip(first).map(|((file, ..), first)| (file, first)).collect()
    }

    /// The kind of a page, with the ninjs of withdrawn stories told apart.
    fn purge_kind(&self, page: &Page) -> PageKind {
        let site = self.renderer.site();
        match &page.kind {
            Kind::Ninjs(id) if site.standing.get(*id).state == desk::State::Tombstone => PageKind::TombstoneNinjs,
            kind => kind.of(site.index),
        }
    }

    /// Makes and writes pages, in parallel; what came of them, in their order.
    fn pages(&self, stale: &[Due], progress: &dyn Progress) -> Vec<Rendered> {
        const BLOCK: usize = 32;
        let mut all: Vec<Rendered> = Vec::new();
        all.resize_with(stale.len(), Rendered::default);
        let blocks = stale.par_chunks(BLOCK).zip(all.par_chunks_mut(BLOCK));
        blocks.for_each_init(Worker::default, |worker, (stale, rendered)| {
            for (stale, rendered) in stale.iter().zip(rendered) {
                *rendered = worker.page(self, stale.at);
            }
            progress.step(stale.len());
        });
        all
    }
}

/// What a thread keeps from page to page.
#[derive(Default)]
struct Worker {
    cards: Cards,
    bytes: Vec<u8>,
    buffer: Vec<u8>,
}

impl Worker {
    fn page(&mut self, work: &Work, at: u32) -> Rendered {
        let Worker { cards, bytes, buffer } = self;
        let page: &Page = &work.plan.pages[at as usize];
        let mut rendered = Rendered::default();
        bytes.clear();
        // A run that writes nothing has seen that the picture can be decoded, or that fonts have all characters of the card.
        if work.output.is_none() && matches!(page.kind, Kind::Rendition(..) | Kind::SocialCard(_)) {
            rendered.hash = Some(Hash::default());
            return rendered;
        }
        if let Err(diagnostic) = work.renderer.page(page, cards, bytes, &mut rendered.diagnostics) {
            rendered.diagnostics.push(diagnostic);
            return rendered;
        }
        // No page or picture has more than 256 MB.
        rendered.length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let hash = Hash::of(bytes);
        let Some(output) = work.output else {
            rendered.hash = Some(hash);
            return rendered;
        };
        let file = work.file(at);
        let known = work.last(at).filter(|_| !work.verify).map(|last| last.bytes);
        match output.write(&file, bytes, hash, known, buffer) {
            Ok(Outcome::Foreign) => {
                let diagnostic = Diagnostic::error(
                    Code::ForeignFile,
                    "dateline did not write this file, so the page was not written",
                );
                let at = Location::file(output.shown(&file));
                rendered.diagnostics.push(diagnostic.at(at).hint("move it away; if dateline wrote it, remove it"));
            }
            Ok(outcome) => {
                rendered.outcome = Some(outcome);
                rendered.hash = Some(hash);
            }
            Err(diagnostic) => {
                // The old file, if there was one, is still there, whole and ours.
                rendered.hash = (!output.is_new()).then(Hash::default);
                rendered.diagnostics.push(diagnostic);
            }
        }
        rendered
    }
}

/// What there is to say of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// Path on the site, percent-encoded.
    pub url: String,
    /// What it is.
    pub kind: PageKind,
    /// Why the next build makes it again, in words; `None` if it does not.
    pub next: Option<Vec<&'static str>>,
    /// Why it was last made, in words; `None` where the last build did not have it.
    pub last: Option<Vec<&'static str>>,
}

/// Says why a page was made, and whether and why the next build would make it. `None` where the site has no such page. Nothing
/// is written.
pub fn why(root: &Path, options: &BuildOptions, url: &str) -> Result<Checked<Option<Why>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut clock = Stages::start(&mut report, options.progress);
        let (state, prepared) = read(root, options, &mut clock)?;
        let site = prepared.inputs();
        let plan = clock.take(plan::pages(&site));
        let path = url.strip_prefix(&site.config.origin).unwrap_or(url);
        let wanted = |page: &&Page| site.config.href(page.url.as_str()) == path || page.url.as_str() == path;
        let Some(page) = plan.pages.iter().find(wanted) else {
            return Ok(Checked { value: None, diagnostics: report.diagnostics });
        };
        let renderer = Renderer::new(site, &plan, root);
        let key = Keys::new(&renderer, options.sure_before(&state)).of(page);
        let folder = options.output.clone().unwrap_or_else(|| root.join("output"));
        let is_ours = write::manifest_hash(&folder)? == state.head.manifest;
        let pages = clock.take(state.pages());
        let last = pages.get(page_id(&page.url.file()));
        let next = match changes::compare(key.hash, &key.parts, last.as_ref()) {
            None if !is_ours => Some(vec!["the output is not as the last build left it"]),
            reasons => reasons.map(words),
        };
        let why = Why {
            url: site.config.href(page.url.as_str()),
            kind: page.kind.of(site.index),
            next,
            last: last.map(|last| words(Reasons(last.reasons))),
        };
        Ok(Checked { value: Some(why), diagnostics: report.diagnostics })
    })
}

/// The next moment at which the clock alone changes the site: the first after the last build, which may be due already, or the
/// first after `options.now` where nothing was built yet. Nothing is written.
pub fn next_change(root: &Path, options: &BuildOptions) -> Result<Checked<Option<NextChange>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut clock = Stages::start(&mut report, options.progress);
        let (state, prepared) = read(root, options, &mut clock)?;
        let built = if state.head.settings == prepared.settings { state.head.now } else { options.now };
        let breaking = prepared.config.breaking_seconds();
        let rules = Rules { now: built.min(options.now), drafts: options.drafts, breaking };
        let standing = desk::standing(&prepared.stories, rules).value;
        let next = standing.next_change.map(|(at, reason)| NextChange { at, reason });
        Ok(Checked { value: next, diagnostics: report.diagnostics })
    })
}

/// The addresses that lead nowhere, as the next build would name them. Nothing is written.
pub fn moved(root: &Path, options: &BuildOptions) -> Result<Checked<Vec<Moved>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let (state, prepared) = read(root, options, &mut Stages::start(&mut report, options.progress))?;
        let site = prepared.inputs();
        let review = moved::review(&site, &plan::pages(&site).value, &state);
        Ok(Checked { value: review.value.moved, diagnostics: review.diagnostics })
    })
}

/// Lets addresses go that lead nowhere: these, or all where none is named. Gives those that are left.
pub fn forget_moved(root: &Path, options: &BuildOptions, paths: &[String]) -> Result<Checked<Vec<Moved>>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut clock = Stages::start(&mut report, options.progress);
        let mut state = clock.take(State::open(root)?);
        let prepared = read_by(root, options, &mut state, &mut clock)?;
        let site = prepared.inputs();
        let mut review = moved::review(&site, &plan::pages(&site).value, &state);
        let path = |path: &String| crate::path::on_site(&site.config.home(), path).unwrap_or(path).to_string();
        let named: FxHashSet<String> = paths.iter().map(path).collect();
        let (gone, left): (Vec<Moved>, Vec<Moved>) =
            review.value.moved.into_iter().partition(|one| named.is_empty() || named.contains(&one.path));
        let is_forgotten = |path: &str, uri: &str| gone.iter().any(|one| one.path == path && one.uri == uri);
        review.value.unsettled.retain(|address| !is_forgotten(&address.path, &address.uri));
        let saved = state.addresses().save(&review.value.changes, &review.value.unsettled);
        saved.map_err(|error| {
            let diagnostic = Diagnostic::error(Code::StateUnusable, format!("cannot be written: {error}"));
            diagnostic.at(Location::file(state::addresses::shown()))
        })?;
        Ok(Checked { value: left, diagnostics: review.diagnostics })
    })
}

/// Reads a site without building it.
fn read(root: &Path, options: &BuildOptions, clock: &mut Stages) -> Result<(State, Prepared)> {
    let mut state = State::peek(root);
    let prepared = read_by(root, options, &mut state, clock)?;
    Ok((state, prepared))
}

fn read_by(root: &Path, options: &BuildOptions, state: &mut State, clock: &mut Stages) -> Result<Prepared> {
    let site = Site::load(root, options.base_url.as_deref(), state)?;
    let source = clock.take(source::walk(&root.join("content"), &site.config.ignore));
    let mut prepared = prepare(root, site, source, state, options, clock);
    let recalled = pictures::recall(&mut prepared, root);
    clock.report.diagnostics.extend(recalled);
    Ok(prepared)
}

/// Reasons in words.
pub fn words(reasons: Reasons) -> Vec<&'static str> {
    if reasons.is_new() {
        return vec!["the last build did not have it"];
    }
    let words: Vec<&str> = reasons.parts().map(|part| Part::ALL[part].reason()).collect();
    if words.is_empty() {
        vec!["its file was not as the last build left it, or making it gave a warning"]
    } else {
        words
    }
}

/// Faults of templates: one that is in every page is told once, with the number of pages.
#[derive(Default)]
struct TemplateFaults(BTreeMap<(Option<Location>, String), usize>);

impl TemplateFaults {
    /// Leaves out the faults told before.
    fn once(&mut self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        diagnostics.retain(|diagnostic| {
            if diagnostic.code != Code::TemplateRender {
                return true;
            }
            let pages = self.0.entry((diagnostic.at.clone(), diagnostic.message.clone())).or_default();
            *pages += 1;
            *pages == 1
        });
        diagnostics
    }

    /// Adds to each fault how many pages more have it.
    fn count(&self, diagnostics: &mut [Diagnostic]) {
        for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.code == Code::TemplateRender) {
            let pages = self.0.get(&(diagnostic.at.clone(), diagnostic.message.clone())).copied().unwrap_or(1);
            if pages > 1 {
                diagnostic.hints.push(format!("and on {} more pages", pages - 1));
            }
        }
    }
}

/// The report's list of pages, by URL.
fn lines(site: &Inputs, plan: &Plan) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = plan
        .pages
        .iter()
        .map(|page| {
            let story = match page.kind {
                Kind::Story(id) | Kind::Tombstone(id) => {
                    let story = site.stories.get(site.standing.get(id).current);
                    let withdrawn = matches!(page.kind, Kind::Tombstone(_));
                    let headline = if withdrawn { String::new() } else { story.headline.to_string() };
                    Some((story.uri.to_string(), story.version, headline))
                }
                _ => None,
            };
            PageLine { url: site.config.href(page.url.as_str()), kind: page.kind.of(site.index), story }
        })
        .collect();
    lines.sort_by(|a, b| a.url.cmp(&b.url));
    lines
}

/// Keeps time and diagnostics from stage to stage.
struct Stages<'r> {
    report: &'r mut Report,
    progress: &'r dyn Progress,
    since: Instant,
    name: &'static str,
}

impl<'r> Stages<'r> {
    fn start(report: &'r mut Report, progress: &'r dyn Progress) -> Stages<'r> {
        Stages { report, progress, since: Instant::now(), name: "settings" }
    }

    /// Ends the stage and begins another; an empty name ends the last.
    fn next(&mut self, name: &'static str, total: Option<usize>) {
        self.report.stages.push((self.name, self.since.elapsed().as_secs_f64()));
        (self.since, self.name) = (Instant::now(), name);
        if !name.is_empty() {
            self.progress.stage(name, total);
        }
    }

    fn take<T>(&mut self, checked: Checked<T>) -> T {
        self.report.diagnostics.extend(checked.diagnostics);
        checked.value
    }
}
