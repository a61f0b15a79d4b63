//! The build, stage by stage. This is the function to read first.

use crate::clock::Timestamp;
use crate::diag::{Checked, Code, Diagnostic, Location, Result, Severity};
use crate::hash::Hash;
use crate::mark::{self, Mark};
use crate::plan::{self, Inputs, Kind, Page, Plan};
use crate::render::Renderer;
use crate::write::{self, Filed, Manifest, Outcome, Output};
use crate::{config, desk, index, load, source, theme};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
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
    /// Who hears how far it is.
    pub progress: &'a dyn Progress,
}

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
    /// Every page of the site, by URL.
    pub pages: Vec<PageLine>,
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
    /// What it is: `story`, `tombstone`, `front`, `category`, `rss` …
    pub kind: &'static str,
    /// Uri, version and headline of a story's page.
    pub story: Option<(String, u64, String)>,
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
    /// Story files read.
    pub files: usize,
    /// Files of the site.
    pub pages: usize,
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
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .map_err(|error| Diagnostic::error(Code::OutputWrite, format!("threads cannot be started: {error}")))?;
    let mut report = threads.install(|| run(root, options))?;
    if options.write {
        note(root, options, &mut report);
    }
    Ok(report)
}

/// Leaves the mark that publishing looks for.
fn note(root: &Path, options: &BuildOptions, report: &mut Report) {
    let folder = options.output.clone().unwrap_or_else(|| root.join("output"));
    let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let written = std::fs::read(folder.join(write::MANIFEST)).and_then(|manifest| {
        mark::write(
            root,
            &folder,
            Mark::new(&manifest, errors, options.drafts, options.now).at(options.base_url.clone()),
        )
    });
    if let Err(error) = written {
        let message = format!("the mark of this build cannot be written, so it cannot be published: {error}");
        report.diagnostics.push(Diagnostic::warning(Code::OutputWrite, message).at(Location::file(mark::STATE)));
    }
}

fn run(root: &Path, options: &BuildOptions) -> Result<Report> {
    let mut report = Report::default();
    let mut clock = Stages { report: &mut report, progress: options.progress, since: Instant::now(), name: "settings" };

    let mut config = config::load(root)?;
    if let Some(base_url) = &options.base_url {
        config = config.with_base_url(base_url)?;
    }
    let theme = theme::load(root, &config.theme, &config.href("/assets/"))?;

    clock.next("read", None);
    let source = clock.take(source::walk(&root.join("content")));
    let files = source.stories.len() + source.pages.len();
    clock.next("load", Some(files));
    let stories = clock.take(load::stories(root, &config, &source, &|steps| options.progress.step(steps)));

    clock.next("index", None);
    let standing = clock.take(desk::standing(&stories, options.now, options.drafts));
    let index = index::build(&stories, &standing, &config, options.now);

    clock.next("plan", None);
    let site = Inputs {
        config: &config,
        theme: &theme,
        stories: &stories,
        standing: &standing,
        index: &index,
        now: options.now,
    };
    let plan = clock.take(plan::pages(&site));

    clock.next("render", Some(plan.pages.len()));
    let folder = options.output.clone().unwrap_or_else(|| root.join("output"));
    let name = options.output.as_ref().map_or_else(|| "output".to_string(), |folder| folder.display().to_string());
    let renderer = Renderer::new(site, &plan, root);
    let mut counts = Counts { files, pages: plan.pages.len(), ..Counts::default() };
    counts.stories = standing.live.iter().filter(|live| live.state != desk::State::Tombstone).count();
    let output = if options.write { Some(clock.take(Output::open(&folder, &name)?)) } else { None };
    if let Some(output) = &output {
        let names: Vec<String> = plan.pages.iter().map(|page| page.url.file()).collect();
        output.announce(names.iter().map(String::as_str))?;
    }
    let rendered = pages(&renderer, &plan, output.as_ref(), options.progress);
    let mut manifest = Manifest::new();
    let mut template_faults = TemplateFaults::default();
    for (page, rendered) in plan.pages.iter().zip(rendered) {
        clock.report.diagnostics.extend(template_faults.once(rendered.diagnostics));
        if let Some(hash) = rendered.hash {
            manifest.insert(page.url.file(), Filed { hash, kind: page.kind.name(&index) });
        }
        match rendered.outcome {
            Some(Outcome::Written) => {
                counts.written += 1;
                counts.bytes += rendered.length as u64;
            }
            Some(Outcome::Same) => counts.unchanged += 1,
            _ => {}
        }
    }
    template_faults.count(&mut clock.report.diagnostics);
    clock.next("tidy", None);
    match &output {
        Some(output) => counts.removed = output.finish(&manifest)?,
        None => clock.report.diagnostics.extend(write::foreign(&folder, &manifest)),
    }
    clock.next("", None);
    report.counts = counts;
    report.next_change = standing.next_change.clone().map(|(at, reason)| NextChange { at, reason });
    report.pages = lines(&site, &plan);
    Diagnostic::sort(&mut report.diagnostics);
    Ok(report)
}

/// What came of one page.
struct Rendered {
    outcome: Option<Outcome>,
    hash: Option<Hash>,
    length: usize,
    diagnostics: Vec<Diagnostic>,
}

/// Renders and writes every page, in parallel, each worker with buffers of its own.
fn pages(renderer: &Renderer, plan: &Plan, output: Option<&Output>, progress: &dyn Progress) -> Vec<Rendered> {
    plan.pages
        .par_chunks(32)
        .flat_map_iter(|chunk| {
            let (mut bytes, mut buffer) = (Vec::new(), Vec::new());
            let rendered: Vec<Rendered> = chunk
                .iter()
                .map(|page| {
                    bytes.clear();
                    one(renderer, page, output, &mut bytes, &mut buffer)
                })
                .collect();
            progress.step(chunk.len());
            rendered
        })
        .collect()
}

fn one(
    renderer: &Renderer,
    page: &Page,
    output: Option<&Output>,
    bytes: &mut Vec<u8>,
    buffer: &mut Vec<u8>,
) -> Rendered {
    let mut rendered = Rendered { outcome: None, hash: None, length: 0, diagnostics: Vec::new() };
    if let Err(diagnostic) = renderer.page(page, bytes, &mut rendered.diagnostics) {
        rendered.diagnostics.push(diagnostic);
        return rendered;
    }
    rendered.length = bytes.len();
    let Some(output) = output else {
        rendered.hash = Some(Hash::of(bytes));
        return rendered;
    };
    let file = page.url.file();
    match output.write(&file, bytes, buffer) {
        Ok(Outcome::Foreign) => {
            let diagnostic =
                Diagnostic::error(Code::ForeignFile, "dateline did not write this file, so the page was not written");
            let at = Location::file(output.shown(&file));
            rendered.diagnostics.push(diagnostic.at(at).hint("move it away; if dateline wrote it, remove it"));
        }
        Ok(outcome) => {
            rendered.outcome = Some(outcome);
            rendered.hash = Some(Hash::of(bytes));
        }
        Err(diagnostic) => {
            // The old file is still there, whole and ours.
            rendered.hash = Some(Hash::default());
            rendered.diagnostics.push(diagnostic);
        }
    }
    rendered
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
            PageLine { url: site.config.href(page.url.as_str()), kind: page.kind.name(site.index), story }
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

impl Stages<'_> {
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
