//! An export of WordPress becomes stories and standing pages of a site.
//!
//! It is read twice, part by part: first for the names that items refer to, then for the items. Posts go the way of every item that is
//! imported, so that another export of the same site brings what is new and nothing twice.

use super::intake::StoryImport;
use super::site_stories::SiteStories;
use super::{Action, FileReport, ImportOutcome, Input, InputSource, Options, lock, source};
use crate::config;
use crate::diag::{Code, Diagnostic, Error, Location, Result, Severity, plural};
use crate::file;
use crate::load::alias_path;
use crate::parse::front_matter;
use crate::parse::scalar::quoted;
use crate::path::RelPath;
use crate::story::{Meta, Status};
use crate::wire::wxr::stream::{Chunk, Fault, Stream};
use crate::wire::wxr::{self, Entry, Export, Kind, Section};
use crate::wire::{WireItem, markup};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;

/// Parts that are read in one go, and the most bytes of them.
const BATCH: (usize, usize) = (256, 16 << 20);

/// What came of an export.
#[derive(Debug, Default)]
pub struct Report {
    /// Posts.
    pub stories: usize,
    /// Standing pages.
    pub pages: usize,
    /// Stories and pages among them that were not public there.
    pub withheld: usize,
    /// Files that were written.
    pub written: usize,
    /// Files that were there already as they are now.
    pub unchanged: usize,
    /// Items that were left out, by what they are.
    pub left_out: BTreeMap<String, usize>,
    /// What is to be said about the export as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

/// Imports an export. What came of each story and page is handed to `done`, in the order of the file.
///
/// Fails if the file or the settings cannot be read, or another import is at work.
pub fn run(
    root: &Path,
    path: &Path,
    options: &Options<'_>,
    dry_run: bool,
    done: impl FnMut(FileReport),
) -> Result<Report> {
    let name = path.to_string_lossy().into_owned();
    let mut export = Export::default();
    let mut stream = open(path, &name)?;
    while let Some(chunk) = next(&mut stream, &name)? {
        chunk.text.iter().for_each(|text| export.note(text));
    }
    let config = if dry_run { None } else { Some(config::load(root)?) };
    let _lock = if dry_run { None } else { Some(lock(root)?) };
    let stories = config.map(|config| StoryImport { site: SiteStories::open(root, &config), options: *options });
    let input = Input { name: name.clone(), source: InputSource::Path(path.to_path_buf()), media: Vec::new() };
    let mut run = Run {
        root,
        input,
        options,
        export: &export,
        stories,
        report: Report::default(),
        shortcodes: BTreeMap::new(),
        comments: 0,
        used: BTreeSet::new(),
        done,
    };
    let mut stream = open(path, &name)?;
    let (mut batch, mut size) = (Vec::new(), 0);
    while let Some(chunk) = next(&mut stream, &name)? {
        size += chunk.text.as_ref().map_or(0, String::len);
        batch.push(chunk);
        if batch.len() >= BATCH.0 || size >= BATCH.1 {
            run.batch(std::mem::take(&mut batch))?;
            size = 0;
        }
    }
    run.batch(batch)?;
    run.sections()?;
    Ok(run.finish())
}

fn open(path: &Path, name: &str) -> Result<Stream<BufReader<File>>> {
    let file = file::open_regular(path).map_err(|error| {
        Error::from(
            Diagnostic::error(Code::FileUnreadable, format!("the file cannot be read: {error}"))
                .at(Location::file(name)),
        )
    })?;
    Ok(Stream::new(BufReader::with_capacity(1 << 16, file)))
}

fn next(stream: &mut Stream<BufReader<File>>, name: &str) -> Result<Option<Chunk>> {
    stream.read_chunk().map_err(|fault| {
        Error::from(match fault {
            Fault::Io(error) => Diagnostic::error(Code::FileUnreadable, format!("the file cannot be read: {error}"))
                .at(Location::file(name)),
            Fault::Syntax(message, line) => {
                Diagnostic::error(Code::WireSyntax, message).at(Location::at(name, line, 1))
            }
        })
    })
}

struct Run<'r, F> {
    root: &'r Path,
    input: Input,
    options: &'r Options<'r>,
    export: &'r Export,
    /// `None` for a dry run.
    stories: Option<StoryImport<'r>>,
    report: Report,
    /// Shortcodes that were left out: how often, and the line of the first.
    shortcodes: BTreeMap<String, (usize, u32)>,
    comments: usize,
    /// Sections of public stories: the name of any other section could give away a hidden story.
    used: BTreeSet<String>,
    done: F,
}

impl<F: FnMut(FileReport)> Run<'_, F> {
    fn batch(&mut self, batch: Vec<Chunk>) -> Result<()> {
        let context = source::context(self.options);
        let (export, now, name) = (self.export, self.options.now, self.input.name.as_str());
        let read = |chunk: &Chunk| wxr::read(chunk.text.as_deref()?, chunk.line, export, &context, now, name);
        let entries: Vec<Option<Entry>> = batch.par_iter().map(read).collect();
        for (chunk, entry) in batch.iter().zip(entries) {
            let at = || Location::at(&self.input.name, chunk.line, 1);
            if chunk.text.is_none() {
                let message = "an element of the export is larger than 32 MiB and was left out";
                self.report.diagnostics.push(Diagnostic::error(Code::FileTooLarge, message).at(at()));
            }
            if chunk.is_damaged {
                let message = "some bytes are not in the character set of the file; they are shown as U+FFFD";
                self.report.diagnostics.push(Diagnostic::warning(Code::WireCharset, message).at(at()));
            }
            if let Some(entry) = entry {
                self.entry(entry, chunk.line)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, mut entry: Entry, line: u32) -> Result<()> {
        self.comments += entry.comments;
        for name in entry.shortcodes {
            self.shortcodes.entry(name).or_insert((0, line)).0 += 1;
        }
        for item in &mut entry.parsed.items {
            item.meta.aliases.retain(|alias| alias_path(alias).is_some());
            localize(item, self.export, &self.input);
        }
        let is_held = entry.parsed.items.iter().any(|item| item.meta.status != Status::Usable);
        let mut report = FileReport { name: self.input.name.clone(), parsed: entry.parsed, imported: Vec::new() };
        match entry.kind {
            Kind::Medium => return Ok(()),
            Kind::LeftOut(what) => {
                *self.report.left_out.entry(what).or_default() += 1;
                return Ok(());
            }
            Kind::Story => {
                self.report.stories += report.parsed.items.len();
                let open = report.parsed.items.iter().filter(|item| item.is_open());
                self.used.extend(open.filter_map(|item| item.meta.category.clone()));
                if let Some(stories) = &mut self.stories {
                    stories.land(&mut report, &self.input);
                }
            }
            Kind::Page(path) => {
                self.report.pages += report.parsed.items.len();
                if self.stories.is_some() {
                    self.page(&path, &mut report, line)?;
                }
            }
        }
        self.report.withheld += usize::from(is_held);
        for outcome in &report.imported {
            match outcome.action {
                Action::New | Action::Replaced | Action::Completed => self.report.written += 1,
                Action::Same | Action::Older => self.report.unchanged += 1,
                Action::Failed => {}
            }
        }
        (self.done)(report);
        Ok(())
    }

    /// Writes a standing page; one that is there stays.
    fn page(&mut self, path: &str, report: &mut FileReport, line: u32) -> Result<()> {
        let Some(item) = report.parsed.items.first() else { return Ok(()) };
        let relative = format!("content/pages/{path}.md");
        let target = self.root.join(&relative);
        let text = page_text(item, path);
        let folder = target.parent().unwrap_or(self.root);
        let written = file::make_folders(folder).and_then(|()| file::write_new(&target, text.as_bytes()));
        let action = match written {
            Ok(()) => Action::New,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if !file::holds(&target, text.as_bytes(), &mut Vec::new()).unwrap_or(false) {
                    let message = format!("{relative} is there already and was left as it is");
                    let diagnostic =
                        Diagnostic::warning(Code::MigrateFile, message).at(Location::at(&report.name, line, 1));
                    report.parsed.diagnostics.push(diagnostic.hint("delete it to take the page in once more"));
                }
                Action::Same
            }
            Err(error) => return Err(cannot_write(&relative, &error)),
        };
        report.imported.push(ImportOutcome {
            uri: item.uri().to_string(),
            action,
            path: Some(relative),
            media: Vec::new(),
            missing: Vec::new(),
        });
        Ok(())
    }

    /// Names of sections: a file of them where there is none, and a line on those that the site has not.
    fn sections(&mut self) -> Result<()> {
        let sections = self.export.sections();
        let Some(config) = self.stories.is_some().then(|| config::load(self.root)).transpose()? else { return Ok(()) };
        let is_used = |path: &str| {
            self.used
                .iter()
                .any(|own| own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        };
        let is_missing = |one: &&Section| !config.sections.contains_key(&one.path) && is_used(&one.path);
        let missing: Vec<&Section> = sections.iter().filter(is_missing).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let path = self.root.join(config::CATEGORIES_FILE);
        if path.exists() {
            let names: Vec<&str> = missing.iter().map(|one| one.path.as_str()).take(20).collect();
            let more = if missing.len() > names.len() { ", …" } else { "" };
            let message = format!(
                "{} has no names of these sections of the old site: {}{more}",
                config::CATEGORIES_FILE,
                names.join(", ")
            );
            self.say(Severity::Note, Code::MigrateKey, message);
            return Ok(());
        }
        file::write_new(&path, sections_text(&missing).as_bytes())
            .map_err(|error| cannot_write(config::CATEGORIES_FILE, &error))
    }

    fn say(&mut self, severity: Severity, code: Code, message: String) {
        let at = Location::file(&self.input.name);
        self.report.diagnostics.push(Diagnostic::new(severity, code, message).at(at));
    }

    fn finish(mut self) -> Report {
        for (name, (count, line)) in std::mem::take(&mut self.shortcodes) {
            let message = format!(
                "the shortcode `[{name}]` has no counterpart and was left out (in {})",
                plural(count, "item", "items")
            );
            let diagnostic =
                Diagnostic::warning(Code::MigrateMarkup, message).at(Location::at(&self.input.name, line, 1));
            self.report.diagnostics.push(diagnostic.hint("what it showed is not on the new page"));
        }
        self.report.left_out.remove("");
        for (what, count) in self.report.left_out.clone() {
            let message = format!(
                "{} {what} {} left out",
                plural(count, "item", "items"),
                if count == 1 { "was" } else { "were" }
            );
            self.say(Severity::Note, Code::MigrateFile, message);
        }
        if self.comments > 0 {
            let message = format!(
                "{} of readers {} left out",
                plural(self.comments, "comment", "comments"),
                if self.comments == 1 { "was" } else { "were" }
            );
            self.say(Severity::Note, Code::MigrateFile, message);
        }
        self.report
    }
}

fn cannot_write(path: &str, error: &std::io::Error) -> Error {
    Diagnostic::error(Code::ImportWrite, format!("cannot write {path}: {error}")).into()
}

/// Pictures of the old site that lie beside the export, as `wp-content/uploads/…`, go with the stories; others stay where they are.
fn localize(item: &mut WireItem, export: &Export, input: &Input) {
    let InputSource::Path(path) = &input.source else { return };
    let folder = path.parent().unwrap_or(Path::new(""));
    for one in &mut item.meta.associations {
        let own = one.href.as_deref().and_then(|href| of_site(href, &export.base));
        let local = own.and_then(RelPath::new).filter(|path| path.under(folder).is_file());
        if let Some(local) = local {
            one.href = Some(local.to_string());
        }
    }
}

/// The path of an address at the old site; its scheme may have changed since.
fn of_site<'h>(href: &'h str, base: &str) -> Option<&'h str> {
    let bare = |text: &'h str| text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let base =
        base.strip_prefix("https://").or_else(|| base.strip_prefix("http://")).filter(|base| !base.is_empty())?;
    let path = bare(href)?.strip_prefix(base)?.strip_prefix('/')?;
    Some(path.split(['?', '#']).next().unwrap_or(path))
}

fn page_text(item: &WireItem, path: &str) -> String {
    let meta: Meta<String> = Meta {
        uri: item.meta.uri.clone(),
        headline: item.meta.headline.clone(),
        status: item.meta.status,
        language: item.meta.language.clone(),
        description: item.meta.description.clone(),
        ..Meta::default()
    };
    let own = format!("/{path}/");
    let aliases: Vec<&String> = item.meta.aliases.iter().filter(|alias| **alias != own).collect();
    let site: Vec<(String, Value)> = if aliases.is_empty() {
        Vec::new()
    } else {
        vec![("aliases".to_string(), Value::from(aliases.into_iter().cloned().collect::<Vec<_>>()))]
    };
    let mut text = String::from("---\n");
    for line in front_matter::lines(&meta, &site) {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("---\n\n");
    text.push_str(&markup::markdown(&item.body));
    text
}

fn sections_text(sections: &[&Section]) -> String {
    let mut text = String::from("# Sections of the old site. docs/configuration.md has what else can stand here.\n");
    for one in sections {
        text.push_str(&format!("{}:\n  name: {}\n", quoted(&one.path), quoted(&one.name)));
        if let Some(description) = one.description.as_ref().filter(|text| !text.is_empty()) {
            text.push_str(&format!("  description: {}\n", quoted(description)));
        }
    }
    text
}
