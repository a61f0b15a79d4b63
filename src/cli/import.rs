//! `import`: wire copy into stories, once or as it comes in.

mod report;
mod watch;

use super::args::{Common, ImportArgs};
use super::progress::Meter;
use super::{CONTENT_ERRORS, Failure, GOOD, clock, machine_clock, say, show, site_zone};
use crate::clock::{Timestamp, Zone};
use crate::config::{self, Source};
use crate::diag::{Diagnostic, Severity};
use crate::import::{self, Action, FileReport, Importer, Input, InputSource, Options};
use crate::progress::Progress;
use crate::wire::{self, Outcome};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

pub(super) fn run(common: &Common, args: &ImportArgs) -> Result<u8, Failure> {
    let zone = site_zone(&common.site);
    let date = args.date.as_deref().map(day).transpose()?;
    let sources = sources(common, args)?;
    let named = args.source.as_deref().map(|name| source(&sources, name)).transpose()?;
    let options = Options { now: clock(&args.clock, &zone)?, date, is_copy: args.copy, source: named };
    if !args.dry_run && !common.site.join("dateline.yaml").is_file() {
        let failure = Failure::new(format!("there is no site in {}: dateline.yaml is missing", common.site.display()));
        return Err(failure.hint("name its folder with --site, or use --dry-run to read without writing"));
    }
    let importer = Importer::new(&common.site);
    let mut job = Job {
        common,
        json: args.json,
        zone,
        counts: Counts::default(),
        clock: args.clock.now.is_some(),
        importer,
        keeps: false,
    };
    if let Some(folder) = &args.watch {
        let drops = drops(&common.site, &sources, folder.as_deref(), options)?;
        return watch::run(&mut job, drops, args.once);
    }
    if let Some(file) = &args.wxr {
        return job.wxr(file, &options, args.dry_run);
    }
    let inputs = inputs(&args.paths)?;
    job.import(&inputs, &options, args.dry_run)?;
    say(common.quiet, &job.counts.summary(args.dry_run));
    Ok(job.counts.exit_code())
}

/// The sources of the settings; none where there is no site, which a dry run does not need.
fn sources(common: &Common, args: &ImportArgs) -> Result<Vec<Source>, Failure> {
    if args.source.is_none() && args.watch.is_none() {
        return Ok(Vec::new());
    }
    config::load(&common.site).map(|config| config.sources).map_err(|error| {
        let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &error.diagnostics, common.quiet);
        Failure::new("nothing was imported")
    })
}

fn source<'s>(sources: &'s [Source], name: &str) -> Result<&'s Source, Failure> {
    sources.iter().find(|source| source.name == name).ok_or_else(|| {
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let known = if names.is_empty() { "dateline.yaml has no `sources`".to_string() } else { names.join(", ") };
        Failure::new(format!("there is no source `{name}`")).hint(format!("known sources: {known}"))
    })
}

/// The folders to watch, each with its import options: the folder that was named, or those of all sources.
fn drops<'s>(
    site: &Path,
    sources: &'s [Source],
    folder: Option<&Path>,
    options: Options<'s>,
) -> Result<Vec<(PathBuf, Options<'s>)>, Failure> {
    let of = |source: &'s Source| Some((site.join(source.drop.as_ref()?), Options { source: Some(source), ..options }));
    if let Some(folder) = folder {
        let is_same = |drop: &Path| {
            folder == drop
                || matches!((folder.canonicalize(), drop.canonicalize()), (Ok(one), Ok(other)) if one == other)
        };
        let own = sources.iter().filter_map(of).find(|(drop, _)| is_same(drop));
        let options = own.filter(|_| options.source.is_none()).map_or(options, |(_, options)| options);
        return Ok(vec![(folder.to_path_buf(), options)]);
    }
    let wanted = |source: &&'s Source| options.source.is_none_or(|only| only.name == source.name);
    let drops: Vec<_> = sources.iter().filter(wanted).filter_map(of).collect();
    if drops.is_empty() {
        let hint = "name a folder, as in --watch ./drop, or give a source in dateline.yaml a `drop`";
        return Err(Failure::new("no source has a drop folder").hint(hint));
    }
    Ok(drops)
}

fn day(text: &str) -> Result<jiff::civil::Date, Failure> {
    text.parse().map_err(|_| {
        Failure::new(format!("invalid value '{text}' for '--date <YYYY-MM-DD>'")).hint("write a day as in 2026-11-23")
    })
}

/// One run of the command.
struct Job<'a> {
    common: &'a Common,
    json: bool,
    zone: Zone,
    counts: Counts,
    /// The clock was given and stands still.
    clock: bool,
    importer: Importer,
    /// Whether reports are handed back; they hold whole texts.
    keeps: bool,
}

impl Job<'_> {
    /// Imports inputs and reports each.
    fn import(&mut self, inputs: &[Input], options: &Options, dry_run: bool) -> Result<Vec<FileReport>, Failure> {
        let meter = (inputs.len() >= 20).then_some(inputs.len());
        let (reports, ()) = self.reported(meter, options.now, dry_run, |importer, done| {
            if dry_run {
                import::dry_run(inputs, options, done);
                return Ok(());
            }
            importer.import(inputs, options, done)
        })?;
        Ok(reports)
    }

    /// Imports an export of WordPress.
    fn wxr(&mut self, file: &Path, options: &Options, dry_run: bool) -> Result<u8, Failure> {
        let root = self.common.site.clone();
        let (_, report) = self
            .reported(Some(0), options.now, dry_run, |_, done| import::wxr::run(&root, file, options, dry_run, done))?;
        let _ =
            show::diagnostics(&mut anstream::stderr().lock(), Path::new(""), &report.diagnostics, self.common.quiet);
        say(self.common.quiet, &wxr_summary(&report, dry_run));
        if !dry_run {
            say(self.common.quiet, &format!("look at them: {}", super::typed(self.common, "check")));
        }
        let has_error = report.diagnostics.iter().any(|one| one.severity == Severity::Error);
        Ok(if has_error { CONTENT_ERRORS } else { self.counts.exit_code() })
    }

    /// Runs an import and shows what it says. `files` is how many there are, 0 where nobody knows, and `None` where they are few.
    fn reported<T>(
        &mut self,
        files: Option<usize>,
        now: Timestamp,
        dry_run: bool,
        run: impl FnOnce(&mut Importer, &mut dyn FnMut(FileReport)) -> crate::diag::Result<T>,
    ) -> Result<(Vec<FileReport>, T), Failure> {
        let meter = Meter::on_stderr(self.common.quiet || files.is_none());
        meter.stage("import", files.filter(|files| *files > 0));
        let mut lost = None;
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        let mut reports = Vec::new();
        let keeps = self.keeps;
        let importer = &mut self.importer;
        let mut out = anstream::stdout().lock();
        let mut done = |report: FileReport| {
            self.counts.take(&report);
            meter.step(1);
            if self.json {
                lost = lost.take().or(write_line(&mut out, &report, now, &self.zone, dry_run).err());
            } else {
                diagnostics.extend(report.parsed.diagnostics.iter().cloned());
            }
            if keeps {
                reports.push(report);
            }
        };
        let result = run(importer, &mut done);
        drop(meter);
        let _ = show::diagnostics(&mut anstream::stderr().lock(), Path::new(""), &diagnostics, self.common.quiet);
        let value = result.map_err(|error| {
            let site = &self.common.site;
            let _ = show::diagnostics(&mut anstream::stderr().lock(), site, &error.diagnostics, self.common.quiet);
            Failure::new("nothing more was imported")
        })?;
        match lost {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("cannot write to standard output: {error}")))
            }
            _ => Ok((reports, value)),
        }
    }

    /// The time of a run that goes on: the machine's, unless one was given.
    fn now(&self, options: &Options) -> Timestamp {
        if self.clock { options.now } else { machine_clock() }
    }
}

/// `12 stories and 1 standing page, 2 of them withheld: 13 written, 0 unchanged`
fn wxr_summary(report: &import::wxr::Report, dry_run: bool) -> String {
    let stories = show::plural(report.stories, "story", "stories");
    let pages = show::plural(report.pages, "standing page", "standing pages");
    let end = match dry_run {
        true => "nothing written (dry run)".to_string(),
        false => format!("{} written, {} unchanged", show::count(report.written), show::count(report.unchanged)),
    };
    format!("{stories} and {pages}, {} of them withheld: {end}", show::count(report.withheld))
}

fn write_line(out: &mut impl Write, report: &FileReport, now: Timestamp, zone: &Zone, dry_run: bool) -> io::Result<()> {
    let mut line = report::line(report, now, zone, dry_run)?;
    line.push(b'\n');
    out.write_all(&line)
}

/// Files as they are given, folders with all files below them in the order of their names.
fn inputs(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::with_capacity(paths.len());
    for path in paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().take(wire::SIZE_LIMIT + 1).read_to_end(&mut bytes);
            read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
            inputs.push(Input { name: "-".to_string(), source: InputSource::Bytes(bytes), media: Vec::new() });
        } else if path.is_dir() {
            inputs.extend(files(path).into_iter().map(input));
        } else {
            inputs.push(input(path.clone()));
        }
    }
    Ok(inputs)
}

fn input(path: PathBuf) -> Input {
    Input { name: path.to_string_lossy().into_owned(), source: InputSource::Path(path), media: Vec::new() }
}

/// Files of a folder that may be wire copy: none that begin with a dot, and no pictures, which go with their stories.
fn files(folder: &Path) -> Vec<PathBuf> {
    let walk = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'));
    let is_copy = |entry: &walkdir::DirEntry| entry.file_type().is_file() && !import::is_media(entry.path());
    walk.filter_map(Result::ok).filter(is_copy).map(walkdir::DirEntry::into_path).collect()
}

/// How many of what.
#[derive(Default)]
struct Counts {
    files: usize,
    outcomes: BTreeMap<Outcome, usize>,
    actions: BTreeMap<Action, usize>,
    stories: usize,
}

impl Counts {
    fn take(&mut self, report: &FileReport) {
        self.files += 1;
        self.stories += report.parsed.items.len();
        *self.outcomes.entry(report.parsed.outcome()).or_default() += 1;
        for outcome in &report.imported {
            *self.actions.entry(outcome.action).or_default() += 1;
        }
    }

    fn exit_code(&self) -> u8 {
        if self.outcomes.get(&Outcome::Error).is_some_and(|count| *count > 0) { CONTENT_ERRORS } else { GOOD }
    }

    /// `3 files: 2 story, 1 error; 2 stories: 1 new, 1 same`
    fn summary(&self, dry_run: bool) -> String {
        let list = |parts: Vec<String>| if parts.is_empty() { "nothing".to_string() } else { parts.join(", ") };
        let outcomes = self
            .outcomes
            .iter()
            .map(|(outcome, count)| format!("{} {}", show::count(*count), outcome.as_str()))
            .collect();
        let actions =
            self.actions.iter().map(|(action, count)| format!("{} {}", show::count(*count), action.as_str())).collect();
        let files = if self.files == 1 { "file" } else { "files" };
        let stories = if self.stories == 1 { "story" } else { "stories" };
        let end = if dry_run { "nothing written (dry run)".to_string() } else { list(actions) };
        format!(
            "{} {files}: {}; {} {stories}: {end}",
            show::count(self.files),
            list(outcomes),
            show::count(self.stories)
        )
    }
}
