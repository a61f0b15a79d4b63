//! Story metadata from the content folder: every file that changed is read once, in parallel, and its text dropped again; what
//! the others say is in the state of the last build.
//!
//! What is taken from the state, and when a file is opened for it, is decided in `kept`. What is wrong with a file is kept with it,
//! so that every build says so.

mod derived_uri;
mod kept;
mod lost;
mod no_story;
mod spelling;
mod table;

use crate::arena::Text;
use crate::clock::Timestamp;
use crate::config::{Config, section_path};
use crate::diag::{Checked, Code, Diagnostic, Location, Severity};
use crate::file::{self, ReadError};
use crate::hash::Hash;
use crate::parse::front_matter::{self, Association, FrontMatter, Parts};
use crate::parse::{markdown, terms};
pub use crate::path::decode;
use crate::path::{RelPath, SLUG_LIMIT, name_key, nfc, on_site, slugify};
use crate::picture::{self, Embedded, Facts, Flaw};
use crate::related::Words;
use crate::source::{STORY_LIMIT, Source, SourceFile, Stamp};
use crate::state::{Parts as TableParts, State, Table};
use crate::story::{MediaRights, NameId, Names, Picture, Rare, Spelt, StandingPage, Status, Stories, Story, StoryId};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use table::{Entry, Made, Table as StoryTable, Writer};

/// Where the files of a theme stand on the site.
pub const ASSETS: &str = "/assets/";

/// Where stories are read from.
pub struct Reading<'a> {
    /// The site's folder.
    pub root: &'a Path,
    /// The settings.
    pub config: &'a Config,
    /// What the last build saw. It has to have read the content by the same program and settings.
    pub state: &'a State,
    /// Whether a stamp may stand for a file's bytes; else every file is read.
    pub trust_stamps: bool,
    /// Hears how many files are done.
    pub step: &'a (dyn Fn(usize) + Sync),
}

/// What was read besides the stories.
#[derive(Debug, Default)]
pub struct Found {
    /// How many files were opened.
    pub opened: usize,
    /// The table of stories for the next build.
    pub parts: TableParts,
    /// The words of versions that the last build knew and this one does not, by the story's uri.
    pub dropped: Vec<(Text, Words)>,
}

/// Loads every story and standing page.
pub fn stories(reading: &Reading, source: &Source) -> Checked<(Stories, Found)> {
    let mut of_part: BTreeMap<u64, Vec<(usize, &SourceFile)>> = BTreeMap::new();
    let files: Vec<&SourceFile> = source.stories.iter().chain(&source.pages).collect();
    for (folder, files) in by_folder(&files) {
        let parts = parts(files.len());
        let mut numbered: Vec<Vec<(usize, &SourceFile)>> = vec![Vec::new(); parts as usize];
        for (at, file) in files {
            let number = if parts == 1 { 0 } else { Hash::of(file.path.as_str().as_bytes()).short() & (parts - 1) };
            numbered[number as usize].push((at, file));
        }
        for (files, number) in numbered.into_iter().zip(0..).filter(|(files, _)| !files.is_empty()) {
            of_part.entry(part_id(folder, number, parts)).or_default().extend(files);
        }
    }
    // Parts whose files are all gone are read too, for what they dropped.
    for id in reading.state.parts(Table::Stories).keys() {
        of_part.entry(*id).or_default();
    }
    let of_part: Vec<_> = of_part.into_iter().collect();
    let content = reading.root.join("content");
    let mut nearly = lost::nearly_stories(&content, &source.media);
    nearly.extend(lost::links_as_text(&content, &source.media));
    let read: Vec<PartRead> =
        of_part.par_iter().with_max_len(1).map(|(id, files)| part(reading, source, *id, files)).collect();
    let mut found = Checked::<(Stories, Found)> { diagnostics: nearly, ..Checked::default() };
    let mut part_of = vec![0_u32; files.len()];
    let mut parts = Vec::with_capacity(read.len());
    for ((part, (id, files)), number) in read.into_iter().zip(&of_part).zip(0..) {
        found.value.1.opened += part.opened;
        found.value.1.dropped.extend(part.dropped);
        found.value.1.parts.extend(part.hash.map(|hash| (*id, hash)));
        found.diagnostics.extend(part.diagnostics);
        files.iter().for_each(|(at, _)| part_of[*at] = number);
        parts.push(GatheredPart {
            said: part.said.into_iter(),
            spelt: vec![Default::default(); part.names.len()],
            names: part.names,
        });
    }
    found.value.0 = gather(&files, &part_of, parts, source.stories.len(), &mut found.diagnostics);
    for path in reading.config.sections.keys().chain(&reading.config.navigation) {
        found.value.0.sections.intern(path, path, None);
    }
    found
}

/// A part of which stories are taken, in order.
struct GatheredPart {
    said: std::vec::IntoIter<Result<Entry, Vec<Diagnostic>>>,
    names: Vec<(Text, Text)>,
    /// What is known of each of the names, as that of a section, a topic, an author, a place.
    spelt: Vec<[Option<Spelt>; 4]>,
}

const SECTION: usize = 0;
const TOPIC: usize = 1;
const AUTHOR: usize = 2;
const PLACE: usize = 3;

impl GatheredPart {
    /// The name that has this number in the part, as a name of one kind.
    fn name(&mut self, id: NameId, kind: usize, names: &mut Names) -> Spelt {
        let (slug, name) = &self.names[id.index()];
        *self.spelt[id.index()][kind].get_or_insert_with(|| names.spelt(slug, name))
    }

    /// Gives a story's names the ids that they have among all.
    fn intern(&mut self, story: &mut Story, stories: &mut Stories) {
        let id = Some(StoryId(stories.stories.len() as u32));
        let section = self.names[story.section.index()].0.clone();
        let mut take = |name: &mut NameId, kind: usize, names: &mut Names| {
            let spelt = self.name(*name, kind, names);
            names.used(spelt, id);
            *name = spelt.id;
        };
        take(&mut story.section, SECTION, &mut stories.sections);
        // A section is in all sections above it.
        for (at, _) in section.match_indices('/') {
            stories.sections.intern(&section[..at], &section[..at], id);
        }
        story.topics.iter_mut().for_each(|name| take(name, TOPIC, &mut stories.topics));
        story.authors.iter_mut().for_each(|name| take(name, AUTHOR, &mut stories.authors));
        story.place.iter_mut().for_each(|name| take(name, PLACE, &mut stories.places));
    }
}

/// Puts the files' stories and pages into one table, in order of their paths. `part_of` has the part of each file; a part has its
/// files in the same order.
fn gather(
    files: &[&SourceFile],
    part_of: &[u32],
    mut parts: Vec<GatheredPart>,
    count: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Stories {
    let mut stories = Stories { stories: Vec::with_capacity(count), ..Stories::default() };
    let mut spelling: FxHashMap<Box<str>, (String, RelPath)> = FxHashMap::default();
    let mut noted: FxHashSet<String> = FxHashSet::default();
    let mut derived: Vec<usize> = Vec::new();
    for (file, number) in files.iter().zip(part_of) {
        let part = &mut parts[*number as usize];
        let Some(said) = part.said.next() else { continue };
        if part.said.len() == 0 {
            // What was taken is given back at once, so that there is never room for all twice.
            part.said = Vec::new().into_iter();
        }
        // A code that is new to the table may be on every story of a desk: it is noted once, with the first file.
        let mut is_new = |d: &Diagnostic| {
            (d.code, d.severity) != (Code::UnknownSubject, Severity::Note) || noted.insert(d.message.clone())
        };
        let (mut story, Made { has_category, has_uri }, extra) = match said {
            Ok(entry) => entry.story(file.path.clone()),
            Err(said) => {
                diagnostics.extend(said.into_iter().filter(&mut is_new));
                continue;
            }
        };
        if let Some(extra) = extra {
            diagnostics.extend(extra.diagnostics.into_iter().filter(&mut is_new));
            for (path, facts) in extra.pictures {
                match facts {
                    Some(facts) => drop(stories.pictures.insert(path, facts)),
                    None => drop(stories.broken.insert(path)),
                }
            }
        }
        if story.source.folders().next() != Some("pages") {
            if has_category {
                let (path, category) = &part.names[story.section.index()];
                check_spelling(&mut spelling, path, category, &story.source, diagnostics);
            }
            part.intern(&mut story, &mut stories);
            if !has_uri {
                derived.push(stories.stories.len());
            }
            stories.stories.push(story);
            continue;
        }
        if story.draft || story.advisory || story.status != Status::Usable {
            stories.left_out.push(story.uri);
            continue;
        }
        let path: Vec<Cow<str>> = story.source.folders().map(nfc).skip(1).chain([nfc(&story.slug)]).collect();
        let rare = story.rare();
        stories.pages.push(StandingPage {
            source: story.source.clone(),
            uri: story.uri.clone(),
            headline: story.headline.to_string(),
            description: story.description.to_string(),
            edition: story.edition,
            path: path.join("/"),
            media: rare.media.clone(),
            rights: rare.rights.clone(),
            links: rare.links.clone(),
            anchors: rare.anchors.clone(),
            aliases: rare.aliases.clone(),
            layout: rare.layout.clone(),
            embargoed_until: story.embargoed_until,
            content: story.content,
        });
    }
    derived_uri::part(&mut stories.stories, derived, diagnostics);
    spelling::check(&stories, diagnostics);
    stories
}

/// The files of a folder two levels down (a year's month, where folders are dates), each with its place among all.
fn by_folder<'s>(files: &[&'s SourceFile]) -> BTreeMap<&'s str, Vec<(usize, &'s SourceFile)>> {
    let mut folders: BTreeMap<&str, Vec<(usize, &SourceFile)>> = BTreeMap::new();
    let folder = |file: &&'s SourceFile| {
        let path = file.path.as_str();
        let mut ends = memchr::memchr_iter(b'/', path.as_bytes());
        let first = ends.next();
        &path[..ends.next().or(first).unwrap_or(0)]
    };
    // Files come by path, so those of a folder come in runs.
    let mut at = 0;
    for run in files.chunk_by(|a, b| folder(a) == folder(b)) {
        folders.entry(folder(&run[0])).or_default().extend((at..).zip(run.iter().copied()));
        at += run.len();
    }
    folders
}

/// Into how many parts of the table the stories of such a folder go: a part has some 500 to 2,000 of them.
fn parts(files: usize) -> u64 {
    (files as u64 / 1024).max(1).next_power_of_two()
}

fn part_id(folder: &str, number: u64, parts: u64) -> u64 {
    Hash::of(format!("{folder} {number} {parts}").as_bytes()).short()
}

/// What came of one part of the table.
#[derive(Default)]
struct PartRead {
    /// What each file says, in their order; or why it says nothing.
    said: Vec<Result<Entry, Vec<Diagnostic>>>,
    /// The names that they use, with their slugs.
    names: Vec<(Text, Text)>,
    hash: Option<u64>,
    opened: usize,
    dropped: Vec<(Text, Words)>,
    diagnostics: Vec<Diagnostic>,
}

/// What one file of a part says.
#[allow(clippy::large_enum_variant, reason = "nearly all are the large one; a box would be an allocation a story")]
enum Said {
    /// What it said before.
    Kept(Entry),
    /// Something new.
    New(Box<Draft>),
    /// Something new that the next build has to ask for again.
    Passing(Box<Draft>),
    /// Nothing.
    Nothing(Vec<Diagnostic>),
}

/// Reads the files of one part: those that did not change from the table, the others from their files.
fn part(reading: &Reading, source: &Source, id: u64, files: &[(usize, &SourceFile)]) -> PartRead {
    let mut read = PartRead::default();
    let known = match reading.state.part(Table::Stories, id) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(diagnostic) => {
            read.diagnostics.push(diagnostic);
            Vec::new()
        }
    };
    let StoryTable { names, entries } = StoryTable::read(&known).unwrap_or_default();
    drop(known);
    let mut is_same = !entries.is_empty();
    let mut said: Vec<Said> = Vec::with_capacity(files.len());
    let mut entries = entries.into_iter().peekable();
    let mut buffer = Vec::new();
    for (_, file) in files {
        // Both are in order of their paths.
        while let Some(gone) = entries.next_if(|entry| entry.path() < file.path.as_str()) {
            is_same = false;
            read.dropped.push(gone.words());
        }
        let entry = entries.next_if(|entry| entry.path() == file.path.as_str());
        let kept = entry.as_ref().and_then(|entry| kept::look(reading, source, file, entry, &mut buffer));
        match (entry, kept) {
            (Some(entry), Some(kept)) => {
                read.opened += usize::from(kept.opened);
                is_same &= entry.stamp() == file.stamp && kept.files.is_none();
                said.push(Said::Kept(entry.stamped(file.stamp, kept.files)));
            }
            (entry, _) => {
                is_same = false;
                read.opened += 1;
                read.dropped.extend(entry.map(|entry| entry.words()));
                said.push(one(reading, source, &file.path, &mut buffer));
            }
        }
    }
    for gone in entries {
        is_same = false;
        read.dropped.push(gone.words());
    }
    if is_same {
        read.hash = reading.state.parts(Table::Stories).get(&id).copied();
        read.names = names;
        read.said = said.into_iter().filter_map(Said::kept).map(Ok).collect();
        debug_assert_eq!(read.said.len(), files.len());
    } else {
        read.write(reading.state, id, said, files, &names);
    }
    (reading.step)(files.len());
    read
}

impl PartRead {
    /// Writes the part anew, and takes what its files say from what was written, where all of it lies together.
    fn write(
        &mut self,
        state: &State,
        id: u64,
        said: Vec<Said>,
        files: &[(usize, &SourceFile)],
        names: &[(Text, Text)],
    ) {
        let (mut table, mut passing) = (Writer::default(), Writer::default());
        let has_passing = said.iter().any(|said| matches!(said, Said::Passing(_)));
        for (said, (_, file)) in said.iter().zip(files) {
            match said {
                Said::Kept(entry) => table.keep(entry, names),
                Said::New(draft) => table.add(file.stamp, draft),
                Said::Passing(_) | Said::Nothing(_) => {}
            }
            // Names have one numbering, so where something is not written all is put together once more.
            match said {
                _ if !has_passing => {}
                Said::Kept(entry) => passing.keep(entry, names),
                Said::New(draft) | Said::Passing(draft) => passing.add(file.stamp, draft),
                Said::Nothing(_) => {}
            }
        }
        let written = (!table.is_empty()).then(|| table.finish());
        // What cannot be written is read again by the next build.
        self.hash = written.as_ref().and_then(|bytes| state.put(Table::Stories, id, bytes).ok());
        let bytes = if has_passing { passing.finish() } else { written.unwrap_or_default() };
        let StoryTable { names, entries } = StoryTable::read(&bytes).unwrap_or_default();
        let mut entries = entries.into_iter();
        self.names = names;
        let lost = |file: &SourceFile| {
            let message = "what the file says cannot be kept in the table of stories";
            let diagnostic = Diagnostic::error(Code::StateUnusable, message).at(Location::file(shown(&file.path)));
            vec![diagnostic.hint("spread the stories of its folder over several")]
        };
        let written = said.into_iter().zip(files).map(|(said, (_, file))| match said {
            Said::Nothing(diagnostics) => Err(diagnostics),
            Said::Kept(_) | Said::New(_) | Said::Passing(_) => entries.next().ok_or_else(|| lost(file)),
        });
        self.said = written.collect();
    }
}

impl Said {
    /// What it said before, if it says no more.
    fn kept(self) -> Option<Entry> {
        match self {
            Said::Kept(entry) => Some(entry),
            Said::New(_) | Said::Passing(_) | Said::Nothing(_) => None,
        }
    }
}

/// Reads a content file again for its page: text, front matter and where the body begins.
pub fn reread(root: &Path, path: &RelPath, config: &Config) -> std::io::Result<(FrontMatter, String, u32)> {
    let mut bytes = Vec::new();
    let gone = |reason: &str| std::io::Error::other(reason.to_string());
    match file::read_bounded(&path.under(&root.join("content")), STORY_LIMIT, &mut bytes) {
        Ok(()) => {}
        Err(ReadError::Io(error)) => return Err(error),
        Err(ReadError::TooLarge(_)) => return Err(gone("the file grew while the site was built")),
    }
    let mut text = String::from_utf8(bytes).map_err(|_| gone("the file changed while the site was built"))?;
    let parts = front_matter::split(&text).ok_or_else(|| gone("the file changed while the site was built"))?;
    let front = front_matter::read(parts.yaml, path.as_str(), &config.zone, &mut Vec::new())
        .ok_or_else(|| gone("the file changed while the site was built"))?;
    let (body_at, line) = (text.len() - parts.body.len(), parts.body_line);
    text.drain(..body_at);
    Ok((front, text, line))
}

/// A story whose names have no ids yet, for they are given in one place and in order of the paths.
struct Draft {
    story: Story,
    /// Whether the front matter names the uri.
    has_uri: bool,
    category: Option<String>,
    section_path: String,
    topics: Vec<Named>,
    authors: Vec<Named>,
    place: Vec<Named>,
    /// What is known of the pictures among its files; `None` for one that cannot be used.
    pictures: Vec<(RelPath, Option<Facts>)>,
    /// Stamps of the files that it shows.
    files: Vec<(RelPath, Stamp)>,
    /// What is wrong with the file, to be said by every build.
    diagnostics: Vec<Diagnostic>,
}

/// A name with the slug that makes its URL.
struct Named {
    slug: String,
    name: String,
}

/// Names with their slugs; a name without a letter or digit is none.
fn named(texts: impl IntoIterator<Item = String>) -> Vec<Named> {
    let named = texts.into_iter().map(|name| Named { slug: slugify(&name), name });
    named.filter(|named| !named.slug.is_empty()).collect()
}

fn check_spelling(
    known: &mut FxHashMap<Box<str>, (String, RelPath)>,
    path: &str,
    written: &str,
    file: &RelPath,
    found: &mut Vec<Diagnostic>,
) {
    match known.get(path) {
        None => {
            known.insert(path.into(), (written.to_string(), file.clone()));
        }
        Some((other, first)) if other != written => {
            let message = format!("the category is written `{written}` here and `{other}` in content/{first}");
            let is_one = name_key(other) == name_key(written);
            let severity = if is_one { Severity::Note } else { Severity::Warning };
            let diagnostic = Diagnostic::new(severity, Code::CategorySpelling, message).at(Location::file(shown(file)));
            found.push(diagnostic.hint(format!("both mean /{path}/; write one of them everywhere")));
        }
        Some(_) => {}
    }
}

fn shown(path: &RelPath) -> String {
    format!("content/{path}")
}

fn one(reading: &Reading, source: &Source, path: &RelPath, buffer: &mut Vec<u8>) -> Said {
    let mut diagnostics = Vec::new();
    let folder = Folder { path: &reading.root.join("content"), source };
    let draft = read(&folder, reading.config, path, buffer, &mut diagnostics);
    let Some(mut draft) = draft.map(Box::new) else { return Said::Nothing(diagnostics) };
    draft.diagnostics = diagnostics;
    let shown = draft.story.rare().media.iter().map(|path| (path.clone(), source.media_stamp(path)));
    // Those that are not there have an empty stamp, and another one as soon as they come.
    draft.files.extend(shown);
    // Whether a picture is there is not told by this file's stamp: while one is missing, the file is read again.
    let is_whole = draft.diagnostics.iter().all(|diagnostic| diagnostic.code != Code::MediaMissing);
    if is_whole { Said::New(draft) } else { Said::Passing(draft) }
}

/// The content folder: where it lies, and what is in it.
struct Folder<'a> {
    path: &'a Path,
    source: &'a Source,
}

fn read(
    content: &Folder,
    config: &Config,
    path: &RelPath,
    buffer: &mut Vec<u8>,
    found: &mut Vec<Diagnostic>,
) -> Option<Draft> {
    let file = shown(path);
    let mut fail = |code: Code, message: String, place: Option<(u32, u32)>, hint: &str| {
        let diagnostic = Diagnostic::error(code, message).at(Location { file: file.clone(), place });
        found.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    };
    match file::read_bounded(&path.under(content.path), STORY_LIMIT, buffer) {
        Ok(()) => {}
        Err(ReadError::TooLarge(size)) => {
            let message = format!("the file has {size} bytes, more than 8 MiB");
            fail(Code::FileTooLarge, message, None, "a story is text; put large data elsewhere and link to it");
            return None;
        }
        Err(ReadError::Io(error)) => {
            fail(Code::FileUnreadable, format!("cannot be read: {error}"), None, "");
            return None;
        }
    }
    let text = match std::str::from_utf8(buffer) {
        Ok(text) => text,
        Err(error) => {
            let good = &buffer[..error.valid_up_to()];
            let line = memchr::memchr_iter(b'\n', good).count() as u32 + 1;
            let start = memchr::memrchr(b'\n', good).map_or(0, |at| at + 1);
            let column = String::from_utf8_lossy(&good[start..]).chars().count() as u32 + 1;
            if buffer.contains(&0) {
                fail(Code::BinaryFile, "the file holds binary data, not text".into(), None, "only text may end in .md");
            } else {
                let hint = "save the file as UTF-8";
                fail(Code::NotUtf8, "the text is not UTF-8 from here".into(), Some((line, column)), hint);
            }
            return None;
        }
    };
    if text.contains('\0') {
        fail(Code::BinaryFile, "the file holds binary data, not text".into(), None, "only text may end in .md");
        return None;
    }
    let Some(parts) = front_matter::split(text) else {
        found.push(no_story::diagnostic(path, &file, text));
        return None;
    };
    let front = front_matter::read(parts.yaml, &file, &config.zone, found).unwrap_or_else(|| FrontMatter {
        uri: uri_line(parts.yaml),
        status: Some(Status::Unreadable),
        ..FrontMatter::default()
    });
    Some(draft(content, config, path, front, parts, Hash::of(buffer), found))
}

/// The uri in front matter that is no YAML, if a line tells it: the file may be a kill, so the story must not stay public.
fn uri_line(yaml: &str) -> Option<String> {
    let value = yaml.lines().find_map(|line| line.strip_prefix("uri:"))?;
    let value = value.trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_string())
}

fn draft(
    content: &Folder,
    config: &Config,
    path: &RelPath,
    mut front: FrontMatter,
    parts: Parts,
    content_hash: Hash,
    found: &mut Vec<Diagnostic>,
) -> Draft {
    let file = shown(path);
    let is_page = path.folders().next() == Some("pages");
    let mut status = front.status.unwrap_or(Status::Usable);
    let edition = config.edition(front.language.as_deref());
    let edition_language = &config.languages[usize::from(edition)];
    let section_path = section(config, path, &front, edition_language).unwrap_or_else(|| {
        let written = front.category.clone().unwrap_or_default();
        let diagnostic = Diagnostic::error(Code::BadCategory, format!("`category` `{written}` cannot be a path of this site"));
        found.push(
            diagnostic
                .at(Location::at(&file, 1, 1))
                .hint("use words joined by hyphens, with / between levels; topics, places, by, page, media and assets are reserved"),
        );
        status = Status::Unreadable;
        front.category = None;
        config.default_category.clone()
    });
    for alias in &front.aliases {
        if alias_path(alias).is_none() {
            let diagnostic = Diagnostic::warning(Code::BadAlias, format!("alias `{alias}` is no path on this site"));
            found.push(
                diagnostic
                    .at(Location::at(&file, 1, 1))
                    .hint("no redirect was made; write the old path from the root, as in /old/2025/strike/"),
            );
        }
    }
    lost::comments(parts.yaml, &file, found);
    lost::names(&front, &file, parts.yaml, found);
    if is_page {
        lost::of_page(&front, &file, parts.yaml, found);
    }
    let text_is_empty = parts.body.trim().is_empty();
    if text_is_empty && !front.alert && !front.draft && status == Status::Usable && !is_page {
        let diagnostic = Diagnostic::warning(Code::EmptyBody, "the story has no text");
        found.push(
            diagnostic
                .at(Location::at(&file, parts.body_line, 1))
                .hint("a headline alone is an alert: set `alert: true`"),
        );
    }
    let dated =
        front.first_created.or(front.content_created).or(front.version_created).or_else(|| folder_date(config, path));
    let first_created = dated.unwrap_or_else(|| {
        if !is_page && status == Status::Usable {
            let diagnostic =
                Diagnostic::warning(Code::NoDate, "the story has no date and is filed under 1 January 1970");
            found
                .push(diagnostic.at(Location::at(&file, 1, 1)).hint("add a line `firstCreated: 2026-11-23T14:05:00Z`"));
        }
        Timestamp::EPOCH
    });
    let mut media =
        Media { content, path, file: &file, found, files: Vec::new(), missing: Vec::new(), pictures: Vec::new() };
    let (mut picture, mut rights) = (None, Vec::new());
    for association in &front.associations {
        if let (Some(href), Some(until)) = (&association.href, association.shown_until()) {
            let file = path.resolve(href).filter(|_| !markdown::has_scheme(href));
            let file = file.map(|file| content.source.on_disk(file));
            rights.push(MediaRights { file, href: href.clone(), until });
        }
        let Some(target) = association.href.as_deref() else { continue };
        if markdown::has_scheme(target) {
            media.found.extend(lost::remote(association, &file, parts.yaml));
            continue;
        }
        let place = || place_of(parts.yaml, target).map_or((1, 1), |(line, column)| (line + 1, column));
        if let Some(file) = media.take(target, true, place)
            && association.is_picture()
            && picture.is_none()
        {
            let alt = Texts::of(association, media.embedded(&file)).alt.to_string();
            picture = Some(Picture { file, alt });
        }
        if association.is_picture() {
            media.found.extend(lost::format(target, media.file, place()));
        }
    }
    let home = config.home();
    let hrefs = front.associations.iter().filter_map(|association| association.href.as_deref());
    let mut links: Vec<String> = hrefs.filter(|href| on_site(&home, href).is_some()).map(str::to_string).collect();
    let body = markdown::read(parts.body, &home);
    for (target, picture, at) in &body.references {
        let leads_away = markdown::is_external(target) && on_site(&home, target).is_none();
        if !target.is_empty() && !leads_away && !target.starts_with('#') {
            links.push(target.clone());
        }
        let target = target.split(['?', '#']).next().unwrap_or("");
        let is_file =
            !target.is_empty() && !markdown::has_scheme(target) && !target.ends_with(".md") && !target.ends_with('/');
        if is_file && (*picture || target.rsplit('/').next().is_some_and(|name| name.contains('.'))) {
            let place = place_at(&parts, *at);
            media.take(&decode(target), *picture, || place);
        }
        if *picture {
            let place = place_at(&parts, *at);
            media.found.extend(lost::format(target, &file, place));
            media.found.extend(lost::remote_in_text(target, &home, &file, place));
        }
    }
    let forbidden = media.forbidden(&front.associations);
    rights.extend(forbidden.into_iter().map(|file| MediaRights {
        href: format!("/{file}"),
        file: Some(file),
        until: Timestamp::from_millis(i64::MIN),
    }));
    let (media, pictures, missing) = (media.files, media.pictures, media.missing);
    for fault in body.faults {
        let (line, column) = place_at(&parts, fault.at);
        let diagnostic = Diagnostic::new(fault.severity, fault.code, fault.message);
        found.push(diagnostic.at(Location::at(&file, line, column)).hint(fault.hint));
    }
    let slug = match front.slug.take() {
        Some(slug) => slug,
        None => [slugify(path.stem()), slugify(&front.headline)]
            .into_iter()
            .find(|slug| !slug.is_empty())
            .unwrap_or_else(|| format!("story-{}", &Hash::of(path.as_str().as_bytes()).to_string()[..8])),
    };
    debug_assert!(slug.len() <= SLUG_LIMIT);
    let description = match front.description.take() {
        Some(description) => description,
        None => summary(body.lead),
    };
    let has_uri = front.uri.is_some();
    let derived = match is_page {
        true => derived_uri::of_page(path, &nfc(&slug), config, edition),
        false => derived_uri::of_story(first_created.day(&config.zone), &nfc(&slug), config, edition),
    };
    let note = front.correction.as_ref().map(|correction| correction.note.clone()).filter(|note| !note.is_empty());
    let rare = Rare {
        replaces: front.replaces,
        translation_of: front.translation_of,
        related: front.related,
        aliases: front.aliases,
        links,
        anchors: body.anchors,
        hides: body.hides,
        layout: front.layout,
        media,
        picture,
        rights,
        note,
        corrected_at: front.correction.as_ref().and_then(|correction| correction.date),
    };
    let has_rare = !rare.replaces.is_empty()
        || rare.translation_of.is_some()
        || !rare.related.is_empty()
        || !rare.aliases.is_empty()
        || !rare.links.is_empty()
        || !rare.anchors.is_empty()
        || rare.hides
        || rare.corrected_at.is_some()
        || rare.layout.is_some()
        || !rare.media.is_empty()
        || !rare.rights.is_empty()
        || rare.note.is_some();
    let words = if is_page { Words::default() } else { Words::of(&front.headline, &body.text, edition_language) };
    let own_language = front.language.filter(|language| language != edition_language).unwrap_or_default();
    let story = Story {
        source: path.clone(),
        uri: front.uri.unwrap_or(derived).into(),
        // A version that cannot be read could be any: the story stays hidden until it is mended.
        version: front.version.unwrap_or(if status == Status::Unreadable { u64::MAX } else { 1 }),
        status,
        draft: front.draft,
        advisory: front.advisory,
        alert: front.alert,
        corrected: front.correction.is_some(),
        urgency: front.urgency.unwrap_or(5),
        edition,
        slug: slug.into(),
        section: NameId(0),
        headline: front.headline.into(),
        kicker: front.kicker.unwrap_or_default().into(),
        description: description.into(),
        language: own_language.into(),
        first_created,
        version_created: front.version_created.unwrap_or(first_created),
        embargoed_until: front.embargoed_until,
        expires: front.expires,
        pin_until: front.pin_until,
        topics: Box::default(),
        authors: Box::default(),
        place: None,
        rare: has_rare.then(|| Box::new(rare)),
        words,
        body_length: parts.body.trim().len() as u32,
        content: content_hash,
    };
    Draft {
        story,
        has_uri,
        category: front.category,
        section_path,
        topics: named(front.keywords),
        authors: named(front.by),
        place: named(front.dateline.and_then(|dateline| dateline.place)),
        pictures,
        files: missing.into_iter().map(|path| (path, Stamp::default())).collect(),
        diagnostics: Vec::new(),
    }
}

/// The section: `category`, the folder, the settings' subjects, the kicker, the default. `None` where `category` is no path.
fn section(config: &Config, path: &RelPath, front: &FrontMatter, language: &str) -> Option<String> {
    if let Some(category) = &front.category {
        return section_path(category);
    }
    let folders: Vec<&str> = path.folders().filter(|name| !name.bytes().all(|b| b.is_ascii_digit())).collect();
    if !folders.is_empty()
        && folders[0] != "pages"
        && let Some(section) = section_path(&folders.join("/"))
    {
        return Some(section);
    }
    if let Some(section) = config.subjects.section(&front.subjects) {
        return Some(section.to_string());
    }
    let kicker = front.kicker.as_deref().unwrap_or("");
    let named = config
        .sections
        .iter()
        .find(|(_, section)| section.name(language).is_some_and(|name| name_key(&name) == name_key(kicker)));
    let by_kicker =
        named.map(|(path, _)| path.clone()).or_else(|| section_path(kicker).filter(|path| !path.contains('/')));
    Some(by_kicker.filter(|_| !kicker.is_empty()).unwrap_or_else(|| config.default_category.clone()))
}

/// The path of an alias, with a `/` at its end where it names a folder.
pub fn alias_path(alias: &str) -> Option<crate::path::UrlPath> {
    let path = format!("/{}", nfc(&decode(alias.trim())).trim_start_matches('/'));
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let path = if is_file || path.ends_with('/') { path } else { format!("{path}/") };
    crate::path::UrlPath::new(&path).filter(|path| path.as_str() != "/")
}

/// Midnight of the day that date folders name (`2026/11/23/x.md`).
fn folder_date(config: &Config, path: &RelPath) -> Option<Timestamp> {
    let numbers: Vec<&str> = path.folders().filter(|name| name.bytes().all(|b| b.is_ascii_digit())).collect();
    let [year, month, day] = numbers[..] else { return None };
    config.zone.parse(&format!("{year}-{month}-{day}")).ok()
}

/// The first paragraph, cut at a word.
fn summary(text: String) -> String {
    const LIMIT: usize = 240;
    if text.len() <= LIMIT {
        return text;
    }
    let mut end = LIMIT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // Scripts without blanks have none near the end.
    let cut = text[..end].rfind(' ').filter(|cut| *cut > LIMIT / 2).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', '.', ' ']))
}

/// Line and column in the file of a place in its text.
fn place_at(parts: &Parts, at: usize) -> (u32, u32) {
    let before = &parts.body[..at];
    let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
    let line = parts.body_line + memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32;
    (line, before[start..].chars().count() as u32 + 1)
}

/// Line and column of the first place where a text stands, from 1.
pub fn place_of(text: &str, wanted: &str) -> Option<(u32, u32)> {
    let before = &text[..text.find(wanted)?];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Some((before.matches('\n').count() as u32 + 1, before[start..].chars().count() as u32 + 1))
}

/// What is said of a picture: by the front matter, else by the picture itself. Empty where neither says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Texts<'a> {
    /// For those who do not see it; the caption where there is no other.
    pub alt: &'a str,
    /// Caption.
    pub caption: &'a str,
    /// Who made it.
    pub by: &'a str,
    /// Credit.
    pub credit: &'a str,
    /// Copyright notice.
    pub copyright_notice: &'a str,
    /// What may be done with it.
    pub usage_terms: &'a str,
    /// Address of a statement of its rights.
    pub web_statement: &'a str,
    /// Address where a licence can be had.
    pub licensor_url: &'a str,
    /// How it was made, an address of the IPTC's.
    pub digital_source_type: &'a str,
}

impl<'a> Texts<'a> {
    /// The texts of a picture that a story's front matter names.
    pub fn of(association: &'a Association, embedded: Option<&'a Embedded>) -> Texts<'a> {
        let own = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        let or = |text: &'a Option<String>, of: fn(&Embedded) -> &str| match own(text) {
            "" => embedded.map_or("", of),
            text => text,
        };
        // Whoever names a photographer or an agency in the front matter has said who is to be named.
        let is_named = !own(&association.by).is_empty() || !own(&association.credit).is_empty();
        let name =
            |text: &'a Option<String>, of: fn(&Embedded) -> &str| if is_named { own(text) } else { or(text, of) };
        let caption = or(&association.caption, |embedded| &embedded.caption);
        let alt = or(&association.alt_text, |embedded| &embedded.alt_text);
        Texts {
            alt: if alt.is_empty() { caption } else { alt },
            caption,
            by: name(&association.by, |embedded| &embedded.by),
            credit: name(&association.credit, |embedded| &embedded.credit),
            copyright_notice: or(&association.copyright_notice, |embedded| &embedded.copyright_notice),
            usage_terms: or(&association.rights, |embedded| &embedded.usage_terms),
            web_statement: embedded.map_or("", |embedded| &embedded.web_statement),
            licensor_url: embedded.map_or("", |embedded| &embedded.licensor_url),
            digital_source_type: embedded.map_or("", |embedded| &embedded.digital_source_type),
        }
    }
}

/// Collects the local files of a story, and says which are not there or cannot be used.
struct Media<'a> {
    content: &'a Folder<'a>,
    path: &'a RelPath,
    file: &'a str,
    found: &'a mut Vec<Diagnostic>,
    files: Vec<RelPath>,
    /// What links name and the content folder does not have.
    missing: Vec<RelPath>,
    pictures: Vec<(RelPath, Option<Facts>)>,
}

impl Media<'_> {
    /// Takes a file up that is `shown`, or only linked. `place` is where it is named.
    fn take(&mut self, target: &str, shown: bool, place: impl FnOnce() -> (u32, u32)) -> Option<RelPath> {
        let file = self.file;
        let at = || {
            let (line, column) = place();
            Location::at(file, line, column)
        };
        let Some(path) = self.path.resolve(target) else {
            let diagnostic =
                Diagnostic::warning(Code::MediaPath, format!("`{target}` leads outside the content folder"));
            self.found.push(diagnostic.at(at()).hint("the file was left out"));
            return None;
        };
        let path = self.content.source.on_disk(path);
        if self.files.contains(&path) {
            return Some(path);
        }
        let on_disk = path.under(self.content.path);
        let is_file = on_disk.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        let is_hidden = path.as_str().split('/').any(|part| part.starts_with('.')) || path.extension().is_none();
        let is_file = is_file && !self.content.source.ignores(&path);
        if !is_file || is_hidden || crate::path::UrlPath::new(&format!("/{path}")).is_none() {
            if !shown || target.starts_with(ASSETS) {
                // It may be a file that the build makes, such as a feed. That is known when there is a plan.
                self.missing.push(path);
                return None;
            }
            let diagnostic = Diagnostic::warning(Code::MediaMissing, format!("there is no file `{target}`"));
            self.found.push(
                diagnostic.at(at()).hint("paths are relative to the story's file, or from content/ with a / before"),
            );
            return None;
        }
        if path.extension().is_some_and(picture::is_picture) {
            let facts = facts(&on_disk);
            if let Err(flaw) = &facts {
                self.found.push(broken(flaw, target, at()));
            }
            self.pictures.push((path.clone(), facts.ok()));
        } else if let Some(size) = size(&on_disk) {
            self.pictures.push((path.clone(), Some(size)));
        }
        self.files.push(path.clone());
        Some(path)
    }

    /// What a picture says of itself.
    fn embedded(&self, file: &RelPath) -> Option<&Embedded> {
        let (_, facts) = self.pictures.iter().find(|(path, _)| path == file)?;
        facts.as_ref()?.embedded.as_deref()
    }

    /// Pictures that say themselves that they may not be shown on the web, where the front matter does not say otherwise.
    fn forbidden(&self, associations: &[Association]) -> Vec<RelPath> {
        let is_told = |file: &RelPath| {
            let is_it = |one: &&Association| {
                let named = one.href.as_deref().and_then(|href| self.path.resolve(href));
                named.map(|named| self.content.source.on_disk(named)).as_ref() == Some(file)
            };
            associations.iter().filter(is_it).any(|one| one.rights.is_some())
        };
        let forbids = |file: &&RelPath| {
            let terms = self.embedded(file).map(Embedded::terms);
            terms.is_some_and(|terms| terms.into_iter().any(terms::forbid_web)) && !is_told(file)
        };
        self.pictures.iter().map(|(path, _)| path).filter(forbids).cloned().collect()
    }
}

/// What is wrong with a picture, as it is told.
pub fn broken(flaw: &Flaw, target: &str, at: Location) -> Diagnostic {
    let code = match flaw {
        Flaw::Broken(_) => Code::PictureBroken,
        Flaw::Bytes(_) | Flaw::Pixels(..) => Code::PictureTooLarge,
    };
    Diagnostic::error(code, format!("the picture `{target}` {}", flaw.message())).at(at).hint(flaw.hint())
}

/// The size of a picture of another form, which is all that is known of it.
fn size(file: &Path) -> Option<Facts> {
    let size = imagesize::size(file).ok()?;
    Some(Facts::of_size(size.width as u32, size.height as u32))
}

fn facts(file: &Path) -> Result<Facts, Flaw> {
    let mut bytes = Vec::new();
    match file::read_bounded(file, picture::BYTES_LIMIT, &mut bytes) {
        Ok(()) => picture::facts(&bytes),
        Err(ReadError::TooLarge(length)) => Err(Flaw::Bytes(length)),
        Err(ReadError::Io(error)) => Err(Flaw::Broken(error.to_string())),
    }
}
