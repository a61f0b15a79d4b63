//! The table of stories: what story files say, as it lies in the state, a part at a time.
//!
//! What is long, or the same in every story, lies together: the texts of all stories one after the other, their words, and the
//! names that they use, each once. To read a part is to look at its bytes once, and takes one piece of memory for all texts.
//! The records say how much of it each story has.

use super::parsed::{Named, ParsedStory};
use crate::arena::{SharedStr, Whole};
use crate::clock::Timestamp;
use crate::diag::Diagnostic;
use crate::hash::Hash;
use crate::path::RelPath;
use crate::picture::Facts;
use crate::related::{Arena, Share, Words};
use crate::source::Stamp;
use crate::story::{NameId, Rare, Status, Story};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The texts of a story: its file's path, uri, slug, headline, kicker, description, language.
const TEXTS: usize = 7;

/// A part of the table.
#[derive(Default)]
pub(super) struct Table {
    /// The names that its stories use, with their slugs; records have their places.
    pub(super) names: Vec<(SharedStr, SharedStr)>,
    /// Its stories, in the order in which they were put into it.
    pub(super) entries: Vec<Entry>,
}

/// What one file says.
pub(super) struct Entry {
    texts: [SharedStr; TEXTS],
    words: Words,
    record: Record,
}

/// All of an entry that is neither text nor words.
#[derive(Clone, Serialize, Deserialize)]
struct Record {
    lengths: [u32; TEXTS],
    words: (u8, u8),
    stamp: Stamp,
    version: u64,
    status: Status,
    flags: u8,
    urgency: u8,
    edition: u8,
    /// Its path, and how it is spelt.
    section: NameId,
    first_created: Timestamp,
    version_created: Timestamp,
    embargoed_until: Option<Timestamp>,
    expires: Option<Timestamp>,
    pin_until: Option<Timestamp>,
    topics: Box<[NameId]>,
    authors: Box<[NameId]>,
    genres: Box<[NameId]>,
    place: Option<NameId>,
    body_length: u32,
    content: Hash,
    extra: Option<Box<Extra>>,
}

const DRAFT: u8 = 1;
const ADVISORY: u8 = 2;
const ALERT: u8 = 4;
const CORRECTED: u8 = 8;
/// The front matter names the section.
const CATEGORY: u8 = 16;
/// The front matter names the uri.
const URI: u8 = 32;

/// What few files have.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Extra {
    rare: Option<Box<Rare>>,
    /// What is known of its pictures; `None` for one that cannot be used.
    pub(super) pictures: Vec<(RelPath, Option<Facts>)>,
    /// Stamps of the files that it shows.
    pub(super) files: Vec<(RelPath, Stamp)>,
    /// What is wrong with the file, to be said by every build.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Entry {
    /// The path of the file.
    pub(super) fn path(&self) -> &str {
        &self.texts[0]
    }

    /// The stamp that the file had.
    pub(super) fn stamp(&self) -> Stamp {
        self.record.stamp
    }

    /// The same with other stamps: of the file, and of the files that it shows where these are given.
    pub(super) fn stamped(mut self, stamp: Stamp, files: Option<Vec<Stamp>>) -> Entry {
        self.record.stamp = stamp;
        if let (Some(files), Some(extra)) = (files, &mut self.record.extra) {
            extra.files.iter_mut().zip(files).for_each(|((_, old), new)| *old = new);
        }
        self
    }

    /// Hash of the whole file.
    pub(super) fn content(&self) -> Hash {
        self.record.content
    }

    /// The story's uri and words.
    pub(super) fn words(&self) -> (SharedStr, Words) {
        (self.texts[1].clone(), self.words.clone())
    }

    /// What few files have.
    pub(super) fn extra(&self) -> Option<&Extra> {
        self.record.extra.as_deref()
    }

    /// The story, whose names have the numbers that they have in the part; whether its front matter names the section; and what few
    /// stories have.
    pub(super) fn story(self, source: RelPath) -> (Story, bool, Option<Box<Extra>>) {
        let Entry { texts, words, mut record } = self;
        let [_, uri, slug, headline, kicker, description, language] = texts;
        let has = |flag: u8| record.flags & flag != 0;
        let story = Story {
            source,
            uri,
            is_uri_derived: !has(URI),
            version: record.version,
            status: record.status,
            draft: has(DRAFT),
            advisory: has(ADVISORY),
            alert: has(ALERT),
            corrected: has(CORRECTED),
            urgency: record.urgency,
            edition: record.edition,
            slug,
            section: record.section,
            headline,
            kicker,
            description,
            language,
            first_created: record.first_created,
            version_created: record.version_created,
            embargoed_until: record.embargoed_until,
            expires: record.expires,
            pin_until: record.pin_until,
            place: record.place,
            rare: record.extra.as_mut().and_then(|extra| extra.rare.take()),
            words,
            body_length: record.body_length,
            content: record.content,
            topics: record.topics,
            authors: record.authors,
            genres: record.genres,
        };
        (story, record.flags & CATEGORY != 0, record.extra)
    }
}

impl Table {
    /// Reads a part that a [`Writer`] made; `None` where it is damaged.
    pub(super) fn read(bytes: &[u8]) -> Option<Table> {
        let mut rest = bytes;
        let mut count = || {
            let (number, tail) = rest.split_first_chunk::<4>()?;
            rest = tail;
            Some(u32::from_le_bytes(*number) as usize)
        };
        let (names, entries, text, terms, marks) = (count()?, count()?, count()?, count()?, count()?);
        let mut cut = |length: usize| {
            let (part, tail) = rest.split_at_checked(length)?;
            rest = tail;
            Some(part)
        };
        let whole: Whole = Arc::new(std::str::from_utf8(cut(text)?).ok()?.into());
        let terms = cut(terms.checked_mul(4)?)?.as_chunks().0.iter().map(|term| u32::from_le_bytes(*term)).collect();
        let arena = Arc::new(Arena { terms, marks: cut(marks)?.into() });
        let mut reader = Reader { whole, arena, text: 0, terms: 0, marks: 0 };
        let mut table = Table { names: Vec::new(), entries: Vec::new() };
        // Each takes a byte at least, so a wrong count reserves no more than what is there.
        table.names.reserve_exact(names.min(rest.len()));
        for _ in 0..names {
            let ((slug, name), tail) = postcard::take_from_bytes::<(u32, u32)>(rest).ok()?;
            rest = tail;
            table.names.push((reader.text(slug)?, reader.text(name)?));
        }
        table.entries.reserve_exact(entries.min(rest.len()));
        for _ in 0..entries {
            let (record, tail) = postcard::take_from_bytes::<Record>(rest).ok()?;
            rest = tail;
            table.entries.push(reader.entry(record, names)?);
        }
        rest.is_empty().then_some(table)
    }
}

/// Gives out what lies one after the other.
struct Reader {
    whole: Whole,
    arena: Arc<Arena>,
    text: usize,
    terms: usize,
    marks: usize,
}

impl Reader {
    fn text(&mut self, length: u32) -> Option<SharedStr> {
        let start = self.text;
        self.text += length as usize;
        SharedStr::of(&self.whole, start..self.text)
    }

    fn entry(&mut self, record: Record, names: usize) -> Option<Entry> {
        let named = [&record.section].into_iter().chain(&record.topics).chain(&record.authors).chain(&record.genres);
        let named = named.chain(&record.place);
        if named.map(|id| id.index()).any(|at| at >= names) {
            return None;
        }
        let mut texts = <[SharedStr; TEXTS]>::default();
        for (text, length) in texts.iter_mut().zip(record.lengths) {
            *text = self.text(length)?;
        }
        let share = Share { terms: record.words.0, minhash: record.words.1 };
        let words = Words::in_arena(&self.arena, share, self.terms, self.marks)?;
        (self.terms, self.marks) = Arena::after(share, self.terms, self.marks);
        Some(Entry { texts, words, record })
    }
}

/// Makes a part of the table.
#[derive(Default)]
pub(super) struct Writer {
    names: Vec<(u32, u32)>,
    /// Places in `names` by slug and name.
    known: FxHashMap<(Box<str>, Box<str>), NameId>,
    name_text: String,
    text: String,
    terms: Vec<u32>,
    marks: Vec<u8>,
    records: Vec<u8>,
    count: u32,
}

impl Writer {
    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Puts an entry of another part into this one. `names` are that part's.
    pub(super) fn keep(&mut self, entry: &Entry, names: &[(SharedStr, SharedStr)]) {
        let mut record = entry.record.clone();
        let mut name = |id: &mut NameId| {
            let (slug, name) = &names[id.index()];
            *id = self.name(slug, name);
        };
        name(&mut record.section);
        let names = record.topics.iter_mut().chain(&mut record.authors).chain(&mut record.genres);
        names.chain(&mut record.place).for_each(name);
        self.push(record, entry.texts.each_ref().map(|text| &**text), &entry.words);
    }

    /// Puts in what was read from a file.
    pub(super) fn add(&mut self, stamp: Stamp, parsed: &ParsedStory) {
        let ParsedStory { story, category, section_path, topics, authors, genres, .. } = parsed;
        let ParsedStory { place, pictures, files, diagnostics, .. } = parsed;
        let flags = [
            (story.draft, DRAFT),
            (story.advisory, ADVISORY),
            (story.alert, ALERT),
            (story.corrected, CORRECTED),
            (category.is_some(), CATEGORY),
            (!story.is_uri_derived, URI),
        ];
        let extra = Extra {
            rare: story.rare.clone(),
            pictures: pictures.clone(),
            files: files.clone(),
            diagnostics: diagnostics.clone(),
        };
        let has_extra = extra.rare.is_some()
            || !extra.pictures.is_empty()
            || !extra.files.is_empty()
            || !extra.diagnostics.is_empty();
        let texts = [
            story.source.as_str(),
            &story.uri,
            &story.slug,
            &story.headline,
            &story.kicker,
            &story.description,
            &story.language,
        ];
        let Share { terms, minhash } = story.words.share();
        let record = Record {
            // Files are of bounded size, so all that is in them is.
            lengths: texts.map(|text| text.len() as u32),
            words: (terms, minhash),
            stamp,
            version: story.version,
            status: story.status,
            flags: flags.iter().filter(|(is_set, _)| *is_set).fold(0, |flags, (_, flag)| flags | flag),
            urgency: story.urgency,
            edition: story.edition,
            section: self.name(section_path, category.as_deref().unwrap_or(section_path)),
            first_created: story.first_created,
            version_created: story.version_created,
            embargoed_until: story.embargoed_until,
            expires: story.expires,
            pin_until: story.pin_until,
            topics: self.names(topics),
            authors: self.names(authors),
            genres: self.names(genres),
            place: self.names(place).first().copied(),
            body_length: story.body_length,
            content: story.content,
            extra: has_extra.then(|| Box::new(extra)),
        };
        self.push(record, texts, &story.words);
    }

    fn push(&mut self, record: Record, texts: [&str; TEXTS], words: &Words) {
        texts.iter().for_each(|text| self.text.push_str(text));
        self.terms.extend_from_slice(words.terms());
        self.marks.extend_from_slice(words.marks());
        // Plain data, written to memory: nothing in it fails.
        self.records.extend(postcard::to_stdvec(&record).unwrap_or_default());
        self.count += 1;
    }

    fn name(&mut self, slug: &str, name: &str) -> NameId {
        let next = NameId(self.names.len() as u32);
        let id = *self.known.entry((slug.into(), name.into())).or_insert(next);
        if id == next {
            self.names.push((slug.len() as u32, name.len() as u32));
            self.name_text.push_str(slug);
            self.name_text.push_str(name);
        }
        id
    }

    /// The names of a story; one given twice stands once, in its first spelling.
    fn names(&mut self, names: &[Named]) -> Box<[NameId]> {
        let first =
            names.iter().enumerate().filter(|(at, one)| names[..*at].iter().all(|other| other.slug != one.slug));
        first.map(|(_, Named { slug, name })| self.name(slug, name)).collect()
    }

    /// The part's bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        let text = self.name_text.len() + self.text.len();
        let counts = [self.names.len(), self.count as usize, text, self.terms.len(), self.marks.len()];
        let room = 20 + text + 4 * self.terms.len() + self.marks.len() + 8 * self.names.len() + self.records.len();
        let mut bytes = Vec::with_capacity(room);
        for count in counts {
            bytes.extend_from_slice(&(count as u32).to_le_bytes());
        }
        bytes.extend_from_slice(self.name_text.as_bytes());
        bytes.extend_from_slice(self.text.as_bytes());
        for term in &self.terms {
            bytes.extend_from_slice(&term.to_le_bytes());
        }
        bytes.extend_from_slice(&self.marks);
        for name in &self.names {
            bytes.extend(postcard::to_stdvec(name).unwrap_or_default());
        }
        bytes.extend_from_slice(&self.records);
        bytes
    }
}
