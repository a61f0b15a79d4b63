//! Import: files of wire copy become stories of a site, once. After that there is one format, the story file.
//!
//! Files are read in parallel and written one after the other, in the order given. Whatever the order in which versions of a
//! story arrive, the version that counts is the same at the end; only the address is that of the first to arrive. Each file
//! appears whole or not at all, and an import that is run again writes nothing.

mod media;
mod record;
mod shelf;
mod siblings;

use crate::clock::{Timestamp, Zone};
use crate::config;
use crate::desk::State;
use crate::diag::{Code, Diagnostic, Error, Location, Result, Severity};
use crate::file::{self, ReadError};
use crate::hash::Hash;
use crate::path::{RelPath, numbered, slug_fault, slugify};
use crate::source::STORY_LIMIT;
use crate::story::Status;
use crate::wire::{self, Context, Outcome, PubStatus, Reading, WireItem, WireTime};
use rayon::prelude::*;
use record::Keep;
use serde_json::Value;
use shelf::{Detail, Known, Shelf};
use std::borrow::Cow;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Files read in one go: enough for all threads, few enough that their texts fit in memory.
const BATCH: usize = 64;
/// Files of one slug and day that are tried before something must be wrong.
const ATTEMPTS: u32 = 10_000;

/// A file to import.
#[derive(Clone, Debug)]
pub struct Input {
    /// What it is called, in messages and reports.
    pub name: String,
    /// Where its bytes are.
    pub from: From,
    /// The folder of the files that it names; `None` for the one it lies in itself.
    pub media: Option<PathBuf>,
}

/// Where the bytes of an input are.
#[derive(Clone, Debug)]
pub enum From {
    /// In a file.
    Path(PathBuf),
    /// Here, because they came from standard input.
    Bytes(Vec<u8>),
}

/// What became of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A new file.
    New,
    /// The file of an older version was replaced.
    Replaced,
    /// The site has a later version; nothing was written.
    Older,
    /// The site has exactly this; nothing was written.
    Same,
    /// The site has exactly this, but for a picture that has come now.
    Completed,
    /// The file could not be written.
    Failed,
}

impl Action {
    /// The word in messages and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::New => "new",
            Action::Replaced => "replaced",
            Action::Older => "older",
            Action::Same => "same",
            Action::Completed => "completed",
            Action::Failed => "failed",
        }
    }
}

/// A story that was dealt with.
#[derive(Clone, Debug)]
pub struct Landed {
    /// The story.
    pub uri: String,
    /// What became of it.
    pub action: Action,
    /// Its file below the site's folder.
    pub path: Option<String>,
    /// Media that were copied, where they came from.
    pub media: Vec<PathBuf>,
    /// Files that the item names and that have not come yet.
    pub missing: Vec<String>,
}

/// What came of one input.
#[derive(Debug)]
pub struct FileReport {
    /// The input's name.
    pub name: String,
    /// What it holds, and what is to be said about it.
    pub reading: Reading,
    /// What became of its stories; empty for a dry run.
    pub landed: Vec<Landed>,
}

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The clock: the folder of stories that have no date.
    pub now: Timestamp,
    /// What the readers are told.
    pub context: Context,
}

/// Reads inputs and writes nothing. Reports come in the order of the inputs.
pub fn dry_run(inputs: &[Input], options: &Options, mut done: impl FnMut(FileReport)) {
    for batch in inputs.chunks(BATCH) {
        read_batch(batch, options).into_iter().for_each(&mut done);
    }
}

/// Imports inputs into a site. Reports come in the order of the inputs.
///
/// Fails if the settings cannot be read or another import is at work; problems of single files are in their reports.
pub fn import(root: &Path, inputs: &[Input], options: &Options, done: impl FnMut(FileReport)) -> Result<()> {
    Importer::new(root).import(inputs, options, done)
}

/// Imports into one site again and again, as for a drop folder. Between two imports it keeps what it knows of the site, and opens
/// only files whose stamps have changed; another program may write to the site meanwhile.
pub struct Importer {
    root: PathBuf,
    shelf: Option<Shelf>,
}

impl Importer {
    /// An importer that has not looked at its site yet.
    pub fn new(root: &Path) -> Importer {
        Importer { root: root.to_path_buf(), shelf: None }
    }

    /// The same as [`import`](import()).
    pub fn import(&mut self, inputs: &[Input], options: &Options, mut done: impl FnMut(FileReport)) -> Result<()> {
        let config = config::load(&self.root)?;
        let _lock = lock(&self.root)?;
        let shelf = match self.shelf.take().filter(|shelf| shelf.is_of(&config)) {
            Some(mut shelf) => {
                shelf.refresh();
                shelf
            }
            None => Shelf::open(&self.root, &config),
        };
        let mut desk = Desk { shelf, options: *options };
        for batch in inputs.chunks(BATCH) {
            for (mut report, input) in read_batch(batch, options).into_iter().zip(batch) {
                desk.land(&mut report, input);
                done(report);
            }
        }
        self.shelf = Some(desk.shelf);
        Ok(())
    }
}

/// The state of one version by itself at a time. Floating times count in `zone`. `None` is hidden.
pub fn state(item: &WireItem, now: Timestamp, zone: &Zone) -> Option<State> {
    let passed = |time: &Option<WireTime>| time.as_ref().map(|time| time.instant(zone) <= now);
    match item.status {
        PubStatus::Canceled => Some(State::Tombstone),
        PubStatus::Withheld => None,
        PubStatus::Usable if passed(&item.embargoed_until) == Some(false) || item.advisory => None,
        PubStatus::Usable if passed(&item.expires) == Some(true) => Some(State::Archived),
        PubStatus::Usable => Some(State::Published),
    }
}

/// Whether a file goes with a story and is none by itself, by its ending.
pub fn is_media(path: &Path) -> bool {
    let ending = path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
    ending.is_some_and(|ending| media::ENDINGS.contains(&ending.as_str()))
}

fn read_batch(batch: &[Input], options: &Options) -> Vec<FileReport> {
    batch.par_iter().map(|input| read_one(input, options)).collect()
}

fn read_one(input: &Input, options: &Options) -> FileReport {
    let fail = |message: String| Reading {
        outcome: Some(Outcome::Error),
        diagnostics: vec![Diagnostic::error(Code::FileUnreadable, message).at(Location::file(&input.name))],
        ..Reading::default()
    };
    let reading = match &input.from {
        From::Bytes(bytes) if bytes.len() as u64 > wire::SIZE_LIMIT => {
            fail("the input is larger than 32 MiB".to_string())
        }
        From::Bytes(bytes) => wire::read(bytes, &input.name, &options.context),
        From::Path(path) => {
            let mut bytes = Vec::new();
            match file::read_bounded(path, wire::SIZE_LIMIT, &mut bytes) {
                Ok(()) => wire::read(&bytes, &input.name, &options.context),
                Err(ReadError::TooLarge(size)) => fail(format!("the file has {size} bytes, more than 32 MiB")),
                Err(ReadError::Io(error)) => fail(format!("the file cannot be read: {error}")),
            }
        }
    };
    FileReport { name: input.name.clone(), reading, landed: Vec::new() }
}

/// Two imports at once could give one story two files.
fn lock(root: &Path) -> Result<file::Lock> {
    let folder = root.join(".dateline");
    let fail = |message: String| Error::from(Diagnostic::error(Code::ImportWrite, message));
    file::make_folders(&folder)
        .map_err(|error| fail(format!("cannot make the folder {}: {error}", folder.display())))?;
    match file::Lock::take(&folder.join("import.lock")) {
        Ok(Some((lock, _))) => Ok(lock),
        Ok(None) => Err(fail("another import into this site is at work".to_string())),
        Err(error) => Err(fail(format!("cannot lock the site for the import: {error}"))),
    }
}

/// Puts items where they belong.
struct Desk {
    shelf: Shelf,
    options: Options,
}

/// Whether an item takes the place of what the site has.
enum Verdict {
    Replace,
    Same,
    Older,
}

impl Desk {
    fn land(&mut self, report: &mut FileReport, input: &Input) {
        let folder = match &input.from {
            _ if input.media.is_some() => input.media.as_deref(),
            From::Path(path) => {
                Some(path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))
            }
            From::Bytes(_) => None,
        };
        for item in &report.reading.items {
            let mut found = Vec::new();
            let landed = self.item(item, folder, &report.name, &mut found);
            if matches!(landed.action, Action::New | Action::Replaced) {
                siblings::check(&mut self.shelf, item, landed.path.as_deref(), &mut found);
            }
            report.landed.push(landed);
            for diagnostic in found {
                if diagnostic.severity == Severity::Error {
                    report.reading.outcome = Some(Outcome::Error);
                }
                report.reading.diagnostics.push(diagnostic.at(Location::file(&report.name)));
            }
        }
    }

    fn item(&mut self, item: &WireItem, folder: Option<&Path>, name: &str, found: &mut Vec<Diagnostic>) -> Landed {
        let is_open = item.status == PubStatus::Usable && !item.advisory && item.embargoed_until.is_none();
        let is_bound = item.uri.starts_with(wire::DERIVED) && is_open && self.shelf.get(&item.uri).is_none();
        if !is_bound {
            return self.version(item, folder, name, found);
        }
        let day = self.day_folder(item);
        if siblings::part_of(item).is_some_and(|part| part.number > 1) {
            return self.join(item, &day, name, found).unwrap_or_else(|| self.version(item, folder, name, found));
        }
        let mut own = Cow::Borrowed(item);
        match siblings::former(&mut self.shelf, item, &day) {
            siblings::Former::None => {}
            siblings::Former::Story(uri) => {
                let own = own.to_mut();
                own.alt_ids.push(std::mem::replace(&mut own.uri, uri));
            }
            siblings::Former::Withdrawn(uri) => {
                let message =
                    format!("{} may be a version of {uri}, which was withdrawn; it is kept withheld", item.uri);
                found.push(Diagnostic::warning(Code::ImportVersion, message));
                own.to_mut().hold(format!("a story with the same slug, {uri}, was withdrawn"));
            }
            siblings::Former::Doubt(paths) => {
                let paths: Vec<String> = paths.iter().map(|path| format!("content/{path}")).collect();
                let message = format!(
                    "{} is an update, and it is not sure that it is one of {}, with the same slug; it became a story of its own",
                    item.uri,
                    paths.join(", ")
                );
                found.push(
                    Diagnostic::warning(Code::ImportVersion, message)
                        .hint("if it is, give both the same `uri`, and this one the higher `version`"),
                );
            }
        }
        let landed = self.version(&own, folder, name, found);
        if matches!(landed.action, Action::New | Action::Replaced) {
            self.gather(&own, &day, found);
        }
        landed
    }

    /// Joins a later part to the first one of its story. `None` where that is not there, or parts between them are not.
    fn join(&mut self, item: &WireItem, day: &str, name: &str, found: &mut Vec<Diagnostic>) -> Option<Landed> {
        let part = siblings::part_of(item)?;
        let hash = record::content_hash(item);
        let first = siblings::first_part(&mut self.shelf, item, day)?;
        let landed = |action| Landed {
            uri: first.detail.uri.clone().unwrap_or_default(),
            action,
            path: Some(format!("content/{}", first.path)),
            media: Vec::new(),
            missing: Vec::new(),
        };
        match first.detail.parts.iter().find(|(number, _)| *number == part.number) {
            Some((_, known)) if *known == hash => return Some(landed(Action::Same)),
            Some(_) => {
                let message = format!(
                    "take {} in {name} differs from the one that was joined to content/{}; that one stays",
                    part.number, first.path
                );
                found.push(Diagnostic::warning(Code::ImportConflict, message));
                return Some(landed(Action::Older));
            }
            None => {}
        }
        let last = first.detail.parts.iter().map(|(number, _)| *number).max().unwrap_or(1);
        if part.number != last + 1 {
            return None;
        }
        let text = record::with_part(
            &self.shelf.text(&first.path)?,
            part.number,
            hash,
            &wire::markup::markdown(&item.body),
            None,
        )?;
        if let Err(error) = self.rewrite(&first, &text) {
            return Some(self.failed(item, format!("cannot write content/{}: {error}", first.path), found));
        }
        self.gather(item, day, found);
        Some(landed(Action::Replaced))
    }

    /// Joins parts that came before those in front of them, as long as the next one is there. Their addresses lead to the whole.
    fn gather(&mut self, item: &WireItem, day: &str, found: &mut Vec<Diagnostic>) {
        while let Some(first) = siblings::first_part(&mut self.shelf, item, day) {
            let next = first.detail.parts.iter().map(|(number, _)| *number).max().unwrap_or(1) + 1;
            let Some(loose) = siblings::loose_part(&mut self.shelf, item, day, next) else { return };
            let (Some(hash), Some(uri)) = (loose.detail.hash, loose.detail.uri.as_deref()) else { return };
            let (Some(whole), Some(other)) = (self.shelf.text(&first.path), self.shelf.text(&loose.path)) else {
                return;
            };
            let Some(parts) = crate::parse::front_matter::split(&other) else { return };
            let Some(text) = record::with_part(&whole, next, hash, parts.body, Some(uri)) else { return };
            if let Err(error) = self.rewrite(&first, &text) {
                let message = format!("cannot write content/{}: {error}", first.path);
                return found.push(Diagnostic::error(Code::ImportWrite, message));
            }
        }
    }

    /// Writes a story's file anew, with more text and otherwise the same.
    fn rewrite(&mut self, story: &siblings::Sibling, text: &str) -> std::io::Result<()> {
        self.write(&story.path.under(&self.shelf.content), text, false)?;
        let body_length = crate::parse::front_matter::split(text).map_or(0, |parts| parts.body.trim().len());
        let uri = story.detail.uri.clone().unwrap_or_default();
        self.shelf.put(&uri, Known { body_length, ..story.known.clone() });
        Ok(())
    }

    fn version(&mut self, item: &WireItem, folder: Option<&Path>, name: &str, found: &mut Vec<Diagnostic>) -> Landed {
        let hash = record::content_hash(item);
        let known = self.shelf.get(&item.uri).cloned();
        let done = |action, path: Option<&RelPath>| Landed {
            uri: item.uri.clone(),
            action,
            path: path.map(|path| format!("content/{path}")),
            media: Vec::new(),
            missing: Vec::new(),
        };
        let Some(known) = known else { return self.write_new(item, hash, folder, found) };
        let detail = self.shelf.detail(&known.path);
        match self.verdict(item, hash, &known, &detail, name, found) {
            Verdict::Same => {
                let mut landed = done(Action::Same, Some(&known.path));
                self.late(item, folder, &known, &mut landed, found);
                landed
            }
            Verdict::Older => done(Action::Older, Some(&known.path)),
            Verdict::Replace => self.replace(item, hash, folder, &known, detail, found),
        }
    }

    /// Files that were missing when the story was imported, and are there now.
    fn late(
        &mut self,
        item: &WireItem,
        folder: Option<&Path>,
        known: &Known,
        landed: &mut Landed,
        found: &mut Vec<Diagnostic>,
    ) {
        let target = known.path.under(&self.shelf.content);
        let Some(before) = self.shelf.text(&known.path) else { return };
        let mut text = before.clone();
        for association in &item.associations {
            let Some(href) = association.href.as_deref() else { continue };
            // Only what is noted as missing: an editor may have taken a picture out.
            if record::with_late(&text, href, association).is_none() {
                continue;
            }
            match media::late(association, folder, &target, found) {
                Some((one, source)) => {
                    text = record::with_late(&text, href, &one).unwrap_or(text);
                    landed.media.push(source);
                }
                None => landed.missing.push(href.to_string()),
            }
        }
        if text == before {
            return;
        }
        match self.write(&target, &text, false) {
            Ok(()) => landed.action = Action::Completed,
            Err(error) => found
                .push(Diagnostic::error(Code::ImportWrite, format!("cannot write content/{}: {error}", known.path))),
        }
    }

    /// The higher version counts; of two with one number the later, the one with a headline, the longer, the greater.
    fn verdict(
        &self,
        item: &WireItem,
        hash: Hash,
        known: &Known,
        detail: &Detail,
        name: &str,
        found: &mut Vec<Diagnostic>,
    ) -> Verdict {
        let (uri, there) = (&item.uri, format!("content/{}", known.path));
        let returns = |killed: u64, newer: u64| {
            let message =
                format!("{uri} comes back: version {killed} canceled it, version {newer} is usable ({there})");
            Diagnostic::warning(Code::ImportReturns, message)
                .hint("if it must stay withdrawn, set `pubStatus: canceled` in a higher version")
        };
        if item.version < known.version {
            if item.status == PubStatus::Canceled && known.status == Status::Usable {
                found.push(returns(item.version, known.version));
            }
            let message = format!(
                "version {} of {uri} is older than version {} in {there}; it was not imported",
                item.version, known.version
            );
            found.push(Diagnostic::new(Severity::Note, Code::ImportOlder, message));
            return Verdict::Older;
        }
        if item.version > known.version {
            if item.status == PubStatus::Usable && known.status == Status::Canceled {
                found.push(returns(known.version, item.version));
            }
            return Verdict::Replace;
        }
        if detail.hash == Some(hash) {
            return Verdict::Same;
        }
        let message = format!("version {} of {uri} in {name} differs from the same version in {there}", item.version);
        let body_length = crate::wire::markup::markdown(&item.body).trim().len();
        let created = item.version_created.as_ref().map(|time| time.instant(&self.shelf.zone));
        let created = created.or_else(|| item.first_created.as_ref().map(|time| time.instant(&self.shelf.zone)));
        let own = (created.unwrap_or(Timestamp::EPOCH), !item.headline_derived, body_length, hash);
        let other =
            (known.version_created, !detail.headline_derived, known.body_length, detail.hash.unwrap_or_default());
        let takes = own > other;
        let hint = if takes {
            "this one was taken: it is later or fuller"
        } else {
            "the one on the site stays: it is later or fuller"
        };
        found.push(Diagnostic::warning(Code::ImportConflict, message).hint(hint));
        if takes { Verdict::Replace } else { Verdict::Older }
    }

    fn write_new(&mut self, item: &WireItem, hash: Hash, folder: Option<&Path>, found: &mut Vec<Diagnostic>) -> Landed {
        let day_folder = self.day_folder(item);
        // A kill of a story that nobody saw must not tell its headline in an address.
        let slug = if item.status == PubStatus::Canceled { neutral_slug(&item.uri) } else { story_slug(item) };
        let directory = self.shelf.content.join(&day_folder);
        if let Err(error) = fs::create_dir_all(&directory) {
            return self.failed(item, format!("cannot make the folder content/{day_folder}: {error}"), found);
        }
        // The names before the last one that was given are taken, as far as this run knows.
        let first = self.shelf.names.get(&(day_folder.clone(), slug.clone())).copied().unwrap_or(1);
        for number in first..=ATTEMPTS {
            let name = format!("{}.md", numbered(&slug, number));
            let Some(path) = RelPath::new(&format!("{day_folder}/{name}")) else { break };
            let target = directory.join(&name);
            if target.exists() {
                continue;
            }
            let media = self.media(item, folder, &target, found);
            let keep = Keep { missing: media.missing.clone(), ..Keep::default() };
            let text = record::file(item, &media.associations, &keep, hash);
            match self.write(&target, &text, true) {
                Ok(()) => {
                    self.remember(item, path.clone(), &text, None);
                    self.shelf.names.insert((day_folder, slug), number);
                    return Landed {
                        uri: item.uri.clone(),
                        action: Action::New,
                        path: Some(format!("content/{path}")),
                        media: media.taken,
                        missing: media.missing,
                    };
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return self.failed(item, format!("cannot write content/{path}: {error}"), found),
            }
        }
        self.failed(item, format!("content/{day_folder} has too many stories called {slug}"), found)
    }

    fn replace(
        &mut self,
        item: &WireItem,
        hash: Hash,
        folder: Option<&Path>,
        known: &Known,
        detail: Detail,
        found: &mut Vec<Diagnostic>,
    ) -> Landed {
        let first_created = detail.first_created.unwrap_or_else(|| known.first_created.rfc3339(&self.shelf.zone));
        let mut keep = Keep {
            site: detail.site,
            first_created: Some(first_created),
            language: detail.language,
            headline: detail.headline,
            missing: Vec::new(),
        };
        self.pin_address(item, known, &mut keep);
        let target = known.path.under(&self.shelf.content);
        let media = self.media(item, folder, &target, found);
        keep.missing.clone_from(&media.missing);
        let text = record::file(item, &media.associations, &keep, hash);
        if let Err(error) = self.write(&target, &text, false) {
            return self.failed(item, format!("cannot write content/{}: {error}", known.path), found);
        }
        self.remember(item, known.path.clone(), &text, Some(known.first_created));
        Landed {
            uri: item.uri.clone(),
            action: Action::Replaced,
            path: Some(format!("content/{}", known.path)),
            media: media.taken,
            missing: media.missing,
        }
    }

    /// The address is that of the first version: section and slug must not follow the new one. A story that was withheld from
    /// the beginning has no address yet, and its first public headline may make one.
    fn pin_address(&self, item: &WireItem, known: &Known, keep: &mut Keep) {
        let has = |keep: &Keep, key: &str| keep.site.iter().any(|(name, _)| name == key);
        if !has(keep, "category") {
            let section = self.shelf.section(known);
            keep.site.extend(
                Some(section)
                    .filter(|section| !section.is_empty())
                    .map(|section| ("category".to_string(), Value::from(section))),
            );
        }
        if has(keep, "slug") {
            return;
        }
        let held = known.status == Status::Withheld;
        let own = known.path.stem();
        if held && item.status == PubStatus::Usable {
            keep.site.push(("slug".to_string(), Value::from(story_slug(item))));
        } else if !held && slug_fault(own).is_none() {
            keep.site.push(("slug".to_string(), Value::from(slugify(own))));
        }
    }

    fn media(
        &self,
        item: &WireItem,
        folder: Option<&Path>,
        target: &Path,
        found: &mut Vec<Diagnostic>,
    ) -> media::Placed {
        if item.status == PubStatus::Canceled {
            return media::Placed::default();
        }
        media::place(&item.associations, folder, target, found)
    }

    fn write(&self, target: &Path, text: &str, is_new: bool) -> std::io::Result<()> {
        if text.len() as u64 > STORY_LIMIT {
            return Err(std::io::Error::other("the story would have more than 8 MiB"));
        }
        if is_new {
            file::write_new(target, text.as_bytes())
        } else {
            file::write_atomic(target, text.as_bytes(), false)
        }
    }

    fn failed(&self, item: &WireItem, message: String, found: &mut Vec<Diagnostic>) -> Landed {
        found.push(Diagnostic::error(Code::ImportWrite, message));
        Landed { uri: item.uri.clone(), action: Action::Failed, path: None, media: Vec::new(), missing: Vec::new() }
    }

    fn remember(&mut self, item: &WireItem, path: RelPath, text: &str, first: Option<Timestamp>) {
        let instant = |time: &Option<WireTime>| time.as_ref().map(|time| time.instant(&self.shelf.zone));
        let created =
            instant(&item.first_created).or(instant(&item.content_created)).or(instant(&item.version_created));
        let first_created = first.or(created).unwrap_or(self.options.now);
        let body = crate::parse::front_matter::split(text).map_or(0, |parts| parts.body.trim().len());
        let known = Known {
            path,
            version: item.version,
            status: match item.status {
                PubStatus::Usable => Status::Usable,
                PubStatus::Withheld => Status::Withheld,
                PubStatus::Canceled => Status::Canceled,
            },
            version_created: instant(&item.version_created).unwrap_or(first_created),
            first_created,
            body_length: body,
            section: None,
        };
        self.shelf.put(&item.uri, known);
    }

    /// `2026/11/23`: the day of the story, else the day assumed, else today.
    fn day_folder(&self, item: &WireItem) -> String {
        let times = [&item.first_created, &item.content_created, &item.version_created];
        let day = times.into_iter().flatten().next().map(|time| time.instant(&self.shelf.zone).day(&self.shelf.zone));
        match (day, self.options.context.date) {
            (Some(day), _) => format!("{:04}/{:02}/{:02}", day.year, day.month, day.day),
            (None, Some(date)) => format!("{:04}/{:02}/{:02}", date.year(), date.month(), date.day()),
            (None, None) => {
                let day = self.options.now.day(&self.shelf.zone);
                format!("{:04}/{:02}/{:02}", day.year, day.month, day.day)
            }
        }
    }
}

/// The slug of a story: its headline without marks of the desk.
fn story_slug(item: &WireItem) -> String {
    let slug = slugify(without_marks(&item.headline));
    if slug_fault(&slug).is_some() { neutral_slug(&item.uri) } else { slug }
}

/// A slug that says nothing of the story.
fn neutral_slug(uri: &str) -> String {
    format!("story-{}", &Hash::of(uri.as_bytes()).to_string()[..10])
}

/// A headline without `UPDATE 1-`, `CORRECTED-`, `(CORRECTED) -` before it and `(2)` after it.
fn without_marks(headline: &str) -> &str {
    const MARKS: &[&str] = &[
        "UPDATE",
        "CORRECTED",
        "CORRECTION",
        "REFILE",
        "RPT",
        "WRAPUP",
        "REPEAT",
        "RECAST",
        "AMPL",
        "AMP",
        "LEAD",
        "URGENT",
        "URGENTE",
        "EILMELDUNG",
        "1ST LD",
        "2ND LD",
        "3RD LD",
        "2ND LEAD",
        "3RD LEAD",
    ];
    let mut text = headline.trim();
    for _ in 0..4 {
        let inner = text.trim_start_matches(['(', '[', '*']);
        let head = |mark: &str| inner.get(..mark.len()).filter(|head| head.eq_ignore_ascii_case(mark));
        let Some(mark) = MARKS.iter().find_map(|mark| head(mark)) else { break };
        let rest = inner[mark.len()..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        // In brackets the mark needs no sign after it; without, it must be in capitals or have a colon.
        let after = rest.strip_prefix([')', ']']).filter(|_| inner.len() < text.len());
        let rest = match after {
            Some(after) => after.trim_start().trim_start_matches(['-', ':', '–', '.']),
            None => {
                let is_capital = !mark.chars().any(char::is_lowercase) || mark == "Ampl";
                let Some(rest) = rest.strip_prefix(if is_capital { &['-', ':', '–', '.'][..] } else { &[':'][..] })
                else {
                    break;
                };
                rest
            }
        };
        text = rest.trim_start_matches(['-', ' ']);
    }
    if let Some(open) =
        text.rfind(" (").filter(|open| text[open + 2..].trim_end_matches(')').bytes().all(|b| b.is_ascii_digit()))
    {
        text = text[..open].trim_end();
    }
    if text.is_empty() { headline } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_out_of_addresses() {
        for (headline, expected) in [
            ("UPDATE 1-Port reopens", "Port reopens"),
            ("CORRECTED-UPDATE 2-Port reopens", "Port reopens"),
            ("(CORRECTED) - PORT REOPENS", "PORT REOPENS"),
            ("Port reopens (2)", "Port reopens"),
            ("(LEAD) Port reopens", "Port reopens"),
            ("(2nd LD) (URGENT) Port reopens", "Port reopens"),
            ("Urgent: Port reopens", "Port reopens"),
            ("Ampl.- Port reopens", "Port reopens"),
            ("Lead-free paint", "Lead-free paint"),
            ("Updates to the port law", "Updates to the port law"),
            ("LEADERS MEET", "LEADERS MEET"),
            ("(2)", "(2)"),
        ] {
            assert_eq!(without_marks(headline), expected);
        }
    }
}
