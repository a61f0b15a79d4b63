//! The search index of the public stories: which segments there are, and what files they have.
//!
//! What a segment says depends on its stories alone, and so does its key. A segment whose key is that of the last build is taken over
//! without a look at a story. Otherwise the words of its stories are needed: of blocks whose stories are the same, from the state; of the
//! others, from the stories' files, which are opened once more.

use crate::config::Config;
use crate::desk::{PublicId, PublicStories, PublicStory};
use crate::diag::{Checked, Diagnostic};
use crate::hash::{Hash, Hasher};
use crate::parse::front_matter;
use crate::parse::markdown;
use crate::search::block::{Block, Gathering};
use crate::search::segment::{self, Terms};
use crate::search::tree::{self, Span};
use crate::search::{CHUNK, CLOSED, OPEN, VERSION};
use crate::source::Source;
use crate::state::{ENGINE, Parts, State, Stored, Table};
use crate::story::{NameId, Stories, Story};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

/// The index of all editions, and its parts in the state.
#[derive(Debug, Default)]
pub struct Search {
    /// By edition; empty where there is no search.
    pub editions: Vec<Edition>,
    parts: Parts,
}

impl Search {
    /// What the next build finds in the state.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }
}

/// The index of one edition.
#[derive(Debug, Default)]
pub struct Edition {
    /// The stories, oldest first.
    pub stories: Vec<PublicId>,
    /// The segments, oldest first.
    pub segments: Vec<Segment>,
}

/// Neighbouring stories, and the words that they are found by.
#[derive(Debug)]
pub struct Segment {
    /// Neighbours whose headlines and addresses share a name.
    pub chunks: Vec<Chunk>,
    /// How many stories there are on each day with any; days are counted from 1 January 1970 in the site's zone.
    pub days: Vec<(i32, u32)>,
    /// The files of words, in order of the words.
    pub shards: Vec<Shard>,
    /// The name of the file that lists all this.
    pub name: u64,
    /// How many stories.
    pub stories: u32,
    words: Words,
}

/// Some stories of a segment.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Their places in the edition.
    pub stories: std::ops::Range<usize>,
    /// What their files are called: a hash of all that is shown of them.
    pub name: u64,
}

/// A file of words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shard {
    /// Its first word.
    pub first: String,
    /// What it is called: a hash of its bytes.
    pub name: u64,
    /// How many bytes it has.
    pub length: u32,
    start: u32,
}

/// The bytes of all files of words of a segment.
#[derive(Debug)]
enum Words {
    Here(Vec<u8>),
    /// In the state, behind so many bytes; read when one is asked for.
    Stored(Stored, usize, OnceLock<Option<Vec<u8>>>),
}

impl Segment {
    /// The bytes of a file of words; `None` where the state that has them was damaged meanwhile.
    pub fn shard(&self, at: usize) -> Option<&[u8]> {
        let shard = self.shards.get(at)?;
        let all = match &self.words {
            Words::Here(bytes) => bytes,
            Words::Stored(stored, behind, read) => {
                let bytes = || stored.read().and_then(|mut all| (*behind <= all.len()).then(|| all.split_off(*behind)));
                read.get_or_init(bytes).as_ref()?
            }
        };
        all.get(shard.start as usize..(shard.start + shard.length) as usize)
    }

    /// The first and the last day.
    pub fn span(&self) -> (i32, i32) {
        let day = |day: Option<&(i32, u32)>| day.map_or(0, |(day, _)| *day);
        (day(self.days.first()), day(self.days.last()))
    }
}

/// What the state keeps of a segment, before the bytes of its files.
#[derive(Serialize, Deserialize)]
struct Head {
    key: Hash,
    days: Vec<(i32, u32)>,
    shards: Vec<Shard>,
}

/// What a part of the state is of.
#[derive(Clone, Copy)]
enum PartOf {
    Segment,
    Chunk,
}

/// From what an index is made.
struct EditionInputs<'a> {
    root: &'a Path,
    source: &'a Source,
    config: &'a Config,
    stories: &'a Stories,
    public: &'a PublicStories,
    state: &'a State,
    edition: u8,
    /// The edition's stories, oldest first.
    members: Vec<PublicId>,
}

/// Makes the index of all public stories, or none where the settings want none.
pub fn build(
    (root, source): (&Path, &Source),
    config: &Config,
    stories: &Stories,
    public: &PublicStories,
    state: &State,
) -> Checked<Search> {
    let mut search = Checked::<Search>::default();
    if !config.search {
        return search;
    }
    for edition in 0..config.languages.len() as u8 {
        let of_edition = public.readable().filter(|(_, live)| stories.get(live.current).edition == edition);
        let key = |(id, live): (PublicId, &PublicStory)| {
            let uri = Hash::of(stories.get(live.current).uri.as_bytes()).short();
            (tree::key(live.published.millis(), uri), id)
        };
        let mut members: Vec<(u128, PublicId)> = of_edition.map(key).collect();
        members.par_sort_unstable();
        let (keys, members): (Vec<u128>, Vec<PublicId>) = members.into_iter().unzip();
        let inputs = EditionInputs { root, source, config, stories, public, state, edition, members };
        let found = inputs.edition(&keys, &mut search.value.parts);
        search.diagnostics.extend(found.diagnostics);
        search.value.editions.push(Edition { segments: found.value, stories: inputs.members });
    }
    search
}

/// A chunk with the keys of what it says.
struct Keyed {
    span: Span,
    /// Of the words of its stories.
    words: Hash,
    /// Of what is shown of them.
    shown: u64,
}

impl EditionInputs<'_> {
    fn edition(&self, keys: &[u128], parts: &mut Parts) -> Checked<Vec<Segment>> {
        let spans = tree::segments(keys, OPEN, CLOSED);
        let chunks: Vec<(usize, Span)> = (0..)
            .zip(&spans)
            .flat_map(|(at, span)| tree::chunks(keys, span, CHUNK).into_iter().map(move |chunk| (at, chunk)))
            .collect();
        let keyed: Vec<(usize, Keyed)> = chunks
            .into_par_iter()
            .with_min_len(16)
            .map_init(Hasher::new, |hasher, (at, span)| (at, self.keyed(span, hasher)))
            .collect();
        let of_segment: Vec<&[(usize, Keyed)]> = keyed.chunk_by(|a, b| a.0 == b.0).collect();
        let mut found = Checked::<Vec<Segment>>::default();
        // One after another, because a large segment takes memory while it is made; its blocks are made on all threads.
        for (span, chunks) in spans.iter().zip(of_segment) {
            let mut hasher = Hasher::new();
            chunks.iter().for_each(|(_, chunk)| {
                hasher.hash(chunk.words);
            });
            let key = hasher.finish();
            let id = self.part(span, PartOf::Segment);
            let last = self.state.part(Table::Search, id);
            let known = last.as_ref().ok().and_then(Option::as_ref).and_then(|bytes| head(bytes));
            let kept = known.filter(|(head, _)| head.key == key);
            found.diagnostics.extend(last.as_ref().err().cloned());
            let (head, words) = match (kept, self.state.stored(Table::Search, id)) {
                (Some((head, behind)), stored) => {
                    parts.extend(self.state.parts(Table::Search).get_key_value(&id));
                    for (_, chunk) in chunks {
                        let id = self.part(&chunk.span, PartOf::Chunk);
                        parts.extend(self.state.parts(Table::Search).get_key_value(&id));
                    }
                    let words = match stored {
                        Some(stored) => Words::Stored(stored, behind, OnceLock::new()),
                        None => Words::Here(last.ok().flatten().unwrap_or_default().split_off(behind)),
                    };
                    (head, words)
                }
                (None, _) => self.made(span, chunks, key, parts, &mut found.diagnostics),
            };
            let chunks =
                chunks.iter().map(|(_, chunk)| Chunk { stories: chunk.span.stories.clone(), name: chunk.shown });
            let mut segment = Segment {
                chunks: chunks.collect(),
                days: head.days,
                shards: head.shards,
                name: 0,
                stories: span.stories.len() as u32,
                words,
            };
            segment.name = segment.named(span, self.edition);
            found.value.push(segment);
        }
        found
    }

    /// Makes a segment from its blocks.
    fn made(
        &self,
        span: &Span,
        chunks: &[(usize, Keyed)],
        key: Hash,
        parts: &mut Parts,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Head, Words) {
        let blocks: Vec<Checked<(Block, bool)>> = chunks
            .par_iter()
            .with_max_len(1)
            .map_init(Vec::new, |buffer, (_, chunk)| self.block(chunk, buffer))
            .collect();
        let take = |block: Checked<(Block, bool)>| {
            diagnostics.extend(block.diagnostics);
            block.value
        };
        let blocks: Vec<(Block, bool)> = blocks.into_iter().map(take).collect();
        let is_whole = blocks.iter().all(|(_, is_whole)| *is_whole);
        // What cannot be kept is made again by the next build.
        let puts: Vec<_> = blocks
            .par_iter()
            .zip(chunks)
            .filter(|((_, is_whole), _)| *is_whole)
            .filter_map(|((block, _), (_, chunk))| {
                let id = self.part(&chunk.span, PartOf::Chunk);
                let bytes = [&chunk.words.0.to_le_bytes()[..], &block.to_bytes()].concat();
                Some((id, self.state.put(Table::Search, id, &bytes).ok()?))
            })
            .collect();
        parts.extend(puts);
        let blocks: Vec<Block> = blocks.into_iter().map(|(block, _)| block).collect();
        let terms = segment::merge(&blocks);
        drop(blocks);
        let head = Head { key, days: self.days(span), shards: self.shards(span, &terms) };
        let mut bytes = Vec::with_capacity(terms.shards.iter().map(|shard| shard.bytes.len()).sum());
        terms.shards.iter().for_each(|shard| bytes.extend_from_slice(&shard.bytes));
        if is_whole && let Ok(start) = postcard::to_stdvec(&head) {
            let whole = [&(start.len() as u32).to_le_bytes()[..], &start, &bytes].concat();
            let id = self.part(span, PartOf::Segment);
            parts.extend(self.state.put(Table::Search, id, &whole).ok().map(|hash| (id, hash)));
        }
        (head, Words::Here(bytes))
    }

    fn shards(&self, span: &Span, terms: &Terms) -> Vec<Shard> {
        let mut start = 0;
        let mut hasher = Hasher::new();
        let shards = terms.shards.iter().map(|shard| {
            let length = shard.bytes.len() as u32;
            // Two segments may have a file of the same bytes, but never one of the same name.
            let place = hasher.number(i64::from(self.edition)).number(i64::from(span.depth)).hash(Hash(span.prefix));
            let name = place.bytes(&shard.bytes).finish().short();
            start += length;
            Shard { first: shard.first.clone(), name, length, start: start - length }
        });
        shards.collect()
    }

    /// How many stories each day has.
    fn days(&self, span: &Span) -> Vec<(i32, u32)> {
        let mut days: BTreeMap<i32, u32> = BTreeMap::new();
        for id in &self.members[span.stories.clone()] {
            let day = self.public.get(*id).published.day(&self.config.zone).since_epoch();
            *days.entry(day).or_default() += 1;
        }
        days.into_iter().collect()
    }

    /// The block of a chunk, and whether all files could be read.
    fn block(&self, chunk: &Keyed, buffer: &mut Vec<u8>) -> Checked<(Block, bool)> {
        let last = self.state.part(Table::Search, self.part(&chunk.span, PartOf::Chunk));
        if let Ok(Some(bytes)) = &last
            && let Some((key, block)) = bytes.split_first_chunk::<16>()
            && u128::from_le_bytes(*key) == chunk.words.0
            && let Some(block) = Block::from_bytes(block)
            && block.stories as usize == chunk.span.stories.len()
        {
            return Checked { value: (block, true), diagnostics: Vec::new() };
        }
        let mut gathering = Gathering::new(&self.config.languages[usize::from(self.edition)]);
        let mut is_whole = true;
        for id in &self.members[chunk.span.stories.clone()] {
            is_whole &= self.gather(*id, &mut gathering, buffer);
        }
        Checked { value: (gathering.finish(), is_whole), diagnostics: last.err().into_iter().collect() }
    }

    /// Adds the words of a story; whether its file could be read, and is the one whose metadata is known.
    fn gather(&self, id: PublicId, gathering: &mut Gathering, buffer: &mut Vec<u8>) -> bool {
        let live = self.public.get(id);
        let story = self.stories.get(live.current);
        gathering.story();
        gathering.text(&story.headline, true);
        gathering.text(&story.kicker, true);
        story.topics.iter().for_each(|topic| gathering.text(self.stories.topics.name(*topic), true));
        story.authors.iter().for_each(|author| gathering.text(self.stories.authors.name(*author), false));
        story.place.iter().for_each(|place| gathering.text(self.stories.places.name(*place), false));
        gathering.text(&story.description, false);
        for section in self.stories.sections.lineage(self.stories.get(live.first).section) {
            gathering.word(&format!("/{}", self.stories.sections.slug(section)), false);
        }
        let read = self.source.read_again(&self.root.join("content"), &story.source, buffer);
        let is_same = read.is_ok() && Hash::of(buffer) == story.content;
        if is_same && let Some(parts) = std::str::from_utf8(buffer).ok().and_then(front_matter::split) {
            gathering.text(&markdown::shown(parts.body, &self.config.home()), false);
        }
        is_same
    }

    fn keyed(&self, span: Span, hasher: &mut Hasher) -> Keyed {
        let language = &self.config.languages[usize::from(self.edition)];
        hasher.bytes(ENGINE).number(VERSION).bytes(language);
        let members = || self.members[span.stories.clone()].iter().map(|id| (*id, self.current(*id)));
        members().for_each(|(id, story)| self.say_words(id, story, hasher));
        let words = hasher.finish();
        let config = self.config;
        hasher.number(VERSION).bytes(&config.prefix).bytes(config.edition_prefix(self.edition));
        hasher.bytes(config.permalinks.story.to_string()).bytes(config.zone.name());
        members().for_each(|(id, story)| self.say_shown(id, story, hasher));
        let shown = hasher.finish().short();
        Keyed { span, words, shown }
    }

    /// The version of a story that counts.
    fn current(&self, id: PublicId) -> &Story {
        self.stories.get(self.public.get(id).current)
    }

    /// All that the words of a story, and its day, depend on.
    fn say_words(&self, id: PublicId, story: &Story, hasher: &mut Hasher) {
        let live = self.public.get(id);
        let stories = self.stories;
        hasher.hash(story.content).number(live.published.millis());
        hasher.bytes(stories.sections.slug(stories.get(live.first).section));
        let mut names = |names: &crate::story::Names, ids: &[NameId]| {
            hasher.number(ids.len() as i64);
            ids.iter().for_each(|id| {
                hasher.bytes(names.name(*id));
            });
        };
        names(&stories.topics, &story.topics);
        names(&stories.authors, &story.authors);
        names(&stories.places, story.place.as_slice());
    }

    /// All that is shown of a story, but the site's own address.
    fn say_shown(&self, id: PublicId, story: &Story, hasher: &mut Hasher) {
        let live = self.public.get(id);
        let first = self.stories.get(live.first);
        hasher.bytes(&*story.headline).bytes(&*story.description).bytes(&*story.language).bytes(&*first.slug);
        hasher.bytes(self.stories.sections.slug(first.section)).number(first.first_created.millis());
        hasher.optional(story.rare().sponsor.as_ref().map(|sponsor| sponsor.name.as_str()));
    }

    /// The name of a segment or of a chunk in the state.
    fn part(&self, span: &Span, of: PartOf) -> u64 {
        let mut hasher = Hasher::new();
        hasher.number(of as i64).number(i64::from(self.edition)).number(i64::from(span.depth)).hash(Hash(span.prefix));
        hasher.finish().short()
    }
}

impl Segment {
    /// The name of the file that describes the segment: a hash of its contents.
    fn named(&self, span: &Span, edition: u8) -> u64 {
        let mut hasher = Hasher::new();
        hasher.number(VERSION).number(i64::from(edition)).number(i64::from(span.depth)).hash(Hash(span.prefix));
        for chunk in &self.chunks {
            hasher.number(chunk.name.cast_signed()).number(chunk.stories.len() as i64);
        }
        for (day, stories) in &self.days {
            hasher.number(i64::from(*day)).number(i64::from(*stories));
        }
        for shard in &self.shards {
            hasher.number(shard.name.cast_signed()).bytes(&shard.first).number(i64::from(shard.length));
        }
        hasher.finish().short()
    }
}

/// What a part of the state says of a segment, and where the bytes of its files begin.
fn head(bytes: &[u8]) -> Option<(Head, usize)> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let head: Head = postcard::from_bytes(rest.get(..length)?).ok()?;
    let files: usize = head.shards.iter().map(|shard| shard.length as usize).sum();
    (files + length + 4 == bytes.len()).then_some((head, length + 4))
}
