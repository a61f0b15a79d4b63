//! Related articles from build to build: the graph of the last build, and which of its stories are still there.
//!
//! A story is known again by its uri, its day of publication and its words; with other words it is another story to the graph.
//! What is kept is checked as far as it can be; where it does not fit, the graph is built from nothing.

use crate::arena::SharedStr;
use crate::desk::{PublicId, PublicStories};
use crate::diag::Checked;
use crate::hash::Hash;
use crate::related::{EDGES, Gone, Graph, Words};
use crate::state::{Parts, State, Table, damaged};
use crate::story::Stories;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::io;

/// How many stories share a part of the table.
const STORIES: usize = 4096;

/// What a story is known by: uri, words and publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    uri: u64,
    words: u64,
    published: i64,
}

impl Name {
    fn of(stories: &Stories, public: &PublicStories, id: PublicId, room: &mut Vec<u8>) -> Name {
        let live = public.get(id);
        let story = stories.get(live.current);
        Name { uri: uri_name(&story.uri), words: words_name(&story.words, room), published: live.published.millis() }
    }
}

fn uri_name(uri: &str) -> u64 {
    Hash::of(uri.as_bytes()).short()
}

fn words_name(words: &Words, room: &mut Vec<u8>) -> u64 {
    room.clear();
    words.bytes(|bytes| room.extend_from_slice(bytes));
    Hash::of(room).short()
}

/// The names of the stories of one edition, in order.
pub(super) fn names(stories: &Stories, public: &PublicStories, members: &[PublicId]) -> Vec<Name> {
    let name = |room: &mut Vec<u8>, id: &PublicId| Name::of(stories, public, *id, room);
    members.par_iter().with_min_len(512).map_init(Vec::new, name).collect()
}

/// A part of an edition's graph, or all of it.
#[derive(Default)]
struct Part {
    limit: usize,
    names: Vec<Name>,
    edges: Vec<u32>,
    scores: Vec<u32>,
    lists: Vec<u32>,
}

impl Part {
    /// Adds what a part of the table says; `None` where it is damaged, or of another limit than what came before.
    fn add(&mut self, bytes: &[u8]) -> Option<()> {
        let (head, bytes) = bytes.split_first_chunk::<8>()?;
        let (limit, count) = (number(&head[..4]) as usize, number(&head[4..]) as usize);
        if limit > 1 << 16 || bytes.len() != count.checked_mul(NAME + 4 * (2 * EDGES + limit))? {
            return None;
        }
        if !self.names.is_empty() && self.limit != limit {
            return None;
        }
        self.limit = limit;
        let (names, numbers) = bytes.split_at(count * NAME);
        let name = |name: &[u8; NAME]| {
            let [uri, words, published] =
                [0, 8, 16].map(|at| u64::from(number(&name[at..])) | u64::from(number(&name[at + 4..])) << 32);
            Name { uri, words, published: published.cast_signed() }
        };
        self.names.extend(names.as_chunks().0.iter().map(name));
        let (edges, rest) = numbers.split_at(4 * EDGES * count);
        let (scores, lists) = rest.split_at(4 * EDGES * count);
        for (all, bytes) in [(&mut self.edges, edges), (&mut self.scores, scores), (&mut self.lists, lists)] {
            all.extend(bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number)));
        }
        Some(())
    }
}

/// Bytes of a name.
const NAME: usize = 24;

/// The number that some bytes begin with.
fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Where the last build's graphs come from.
#[derive(Clone, Copy)]
pub struct Last<'a> {
    /// What the last build left.
    pub state: &'a State,
    /// The words of versions that are no longer there, by uri.
    pub dropped: &'a [(SharedStr, Words)],
}

/// The stories of an edition that a graph is of, each with its name and its words.
pub(super) struct Members<'a> {
    pub(super) names: &'a [Name],
    pub(super) words: Vec<&'a Words>,
}

/// The graph of an edition's stories: the last build's, brought up to date, or a new one.
pub(super) fn graph(stories: &Stories, members: &Members, limit: usize, edition: u8, last: Last) -> Checked<Graph> {
    let old = read(last.state, edition);
    let mended = old.value.and_then(|old| mended(stories, members, limit, old, last));
    Checked { value: mended.unwrap_or_else(|| Graph::build(&members.words, limit)), diagnostics: old.diagnostics }
}

fn mended(stories: &Stories, members: &Members, limit: usize, old: Part, last: Last) -> Option<Graph> {
    let Members { names, words } = members;
    let count = old.names.len();
    let graph = (old.limit == limit).then(|| Graph::from_parts(old.edges, old.scores, old.lists, count, limit))??;
    // Most stories are where they were: only what comes after them is looked up.
    let same = old.names.iter().zip(*names).take_while(|(old, new)| old == new).count();
    let mut places: FxHashMap<Name, u32> = FxHashMap::default();
    places.extend(old.names.iter().copied().zip(0..).skip(same));
    let mut kept: Vec<Option<u32>> = (0..same as u32).map(Some).collect();
    kept.extend(names[same..].iter().map(|name| places.remove(name)));
    // What is left over has gone.
    let mut left: Vec<(Name, u32)> = places.into_iter().collect();
    left.sort_unstable_by_key(|(_, place)| *place);
    let known = find(&left, stories, last.dropped);
    let gone: Option<Vec<Gone>> = left
        .iter()
        .map(|(name, place)| Some(Gone { place: *place, words: known.get(&(name.uri, name.words))? }))
        .collect();
    Some(graph.update(words, &kept, &gone?).0)
}

/// The words of stories that have gone: from the files that went, or from versions that are there but no longer public.
fn find<'a>(
    gone: &[(Name, u32)],
    stories: &'a Stories,
    dropped: &'a [(SharedStr, Words)],
) -> FxHashMap<(u64, u64), &'a Words> {
    if gone.is_empty() {
        return FxHashMap::default();
    }
    let wanted: rustc_hash::FxHashSet<u64> = gone.iter().map(|(name, _)| name.uri).collect();
    let versions = stories.stories.iter().map(|story| (&*story.uri, &story.words));
    let candidates = dropped.iter().map(|(uri, words)| (&**uri, words)).chain(versions);
    let mut room = Vec::new();
    let mut known = FxHashMap::default();
    for (uri, words) in candidates {
        let uri = uri_name(uri);
        if wanted.contains(&uri) {
            known.insert((uri, words_name(words, &mut room)), words);
        }
    }
    known
}

fn part_id(edition: u8, part: usize) -> u64 {
    u64::from(edition) << 32 | part as u64
}

/// The graph of an edition as the last build left it; `None` where there is none, or not all of it.
fn read(state: &State, edition: u8) -> Checked<Option<Part>> {
    let ids: Vec<u64> =
        state.parts(Table::Related).range(part_id(edition, 0)..part_id(edition + 1, 0)).map(|(id, _)| *id).collect();
    let mut whole = Part::default();
    let room = ids.len() * STORIES;
    whole.names.reserve_exact(room);
    whole.edges.reserve_exact(room * EDGES);
    whole.scores.reserve_exact(room * EDGES);
    for id in &ids {
        let bytes = match state.part(Table::Related, *id) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(diagnostic) => return Checked { value: None, diagnostics: vec![diagnostic] },
        };
        if whole.add(&bytes).is_none() {
            return Checked { value: None, diagnostics: vec![damaged("related")] };
        }
    }
    Checked { value: (!ids.is_empty()).then_some(whole), diagnostics: Vec::new() }
}

/// Writes the graph of an edition for the next build.
pub(super) fn write(state: &State, names: &[Name], graph: &Graph, edition: u8) -> io::Result<Parts> {
    let limit = graph.limit();
    let put = |(part, names): (usize, &[Name])| {
        let mut bytes = Vec::with_capacity(8 + names.len() * (NAME + 4 * (2 * EDGES + limit)));
        bytes.extend_from_slice(&(limit as u32).to_le_bytes());
        bytes.extend_from_slice(&(names.len() as u32).to_le_bytes());
        for Name { uri, words, published } in names {
            [*uri, *words, published.cast_unsigned()]
                .iter()
                .for_each(|part| bytes.extend_from_slice(&part.to_le_bytes()));
        }
        for (numbers, each) in [(graph.edges(), EDGES), (graph.scores(), EDGES), (graph.lists(), limit)] {
            let stretch = &numbers[part * STORIES * each..(part * STORIES + names.len()) * each];
            stretch.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        }
        let id = part_id(edition, part);
        Ok((id, state.put(Table::Related, id, &bytes)?))
    };
    names.par_chunks(STORIES).enumerate().map(put).collect()
}
