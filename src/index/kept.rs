//! Related articles from build to build: the graph of the last build, and which of its stories are still there.
//!
//! A story is known again by its uri, its day of publication and its words; with other words it is another story to the graph.
//! What is kept is checked as far as it can be; where it does not fit, the graph is built from nothing.

use super::related::{EDGES, Gone, Graph, Words};
use crate::desk::{LiveId, Standing};
use crate::diag::Checked;
use crate::hash::{Hash, Hasher};
use crate::state::{Parts, State, Table};
use crate::story::Stories;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::io;

/// How many stories share a part of the table.
const STORIES: usize = 4096;

/// What a story is known by: uri, words and publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Name {
    uri: u64,
    words: u64,
    published: i64,
}

impl Name {
    fn of(stories: &Stories, standing: &Standing, id: LiveId, hasher: &mut Hasher) -> Name {
        let live = standing.get(id);
        let story = stories.get(live.current);
        Name { uri: uri_name(&story.uri), words: words_name(&story.words, hasher), published: live.published.millis() }
    }
}

fn uri_name(uri: &str) -> u64 {
    Hash::of(uri.as_bytes()).short()
}

fn words_name(words: &Words, hasher: &mut Hasher) -> u64 {
    words.bytes(|bytes| {
        hasher.bytes(bytes);
    });
    hasher.finish().short()
}

/// The names of the stories of one edition, in order.
fn names(stories: &Stories, standing: &Standing, members: &[LiveId]) -> Vec<Name> {
    members.par_iter().map_init(Hasher::new, |hasher, id| Name::of(stories, standing, *id, hasher)).collect()
}

/// A stretch of an edition's graph.
#[derive(Default, Serialize, Deserialize)]
struct Part {
    limit: usize,
    names: Vec<Name>,
    edges: Vec<u32>,
    scores: Vec<u32>,
    lists: Vec<u32>,
}

/// Where the last build's graphs come from.
#[derive(Clone, Copy)]
pub struct Last<'a> {
    /// What the last build left.
    pub state: &'a State,
    /// The words of versions that are no longer there, by uri.
    pub dropped: &'a [(Box<str>, Words)],
}

/// The graph of an edition's stories: the last build's, brought up to date, or a new one.
pub(super) fn graph(
    stories: &Stories,
    standing: &Standing,
    members: &[LiveId],
    limit: usize,
    edition: u8,
    last: Last,
) -> Checked<Graph> {
    let words: Vec<&Words> = members.iter().map(|id| super::words(stories, standing, *id)).collect();
    let old = read(last.state, edition);
    let mended = old.value.and_then(|old| mended(stories, standing, members, &words, limit, old, last));
    Checked { value: mended.unwrap_or_else(|| Graph::build(&words, limit)), diagnostics: old.diagnostics }
}

fn mended(
    stories: &Stories,
    standing: &Standing,
    members: &[LiveId],
    words: &[&Words],
    limit: usize,
    old: Part,
    last: Last,
) -> Option<Graph> {
    let count = old.names.len();
    let graph = (old.limit == limit).then(|| Graph::from_parts(old.edges, old.scores, old.lists, count, limit))??;
    let mut places: FxHashMap<Name, u32> = FxHashMap::default();
    places.reserve(count);
    places.extend(old.names.iter().copied().zip(0..));
    let kept: Vec<Option<u32>> = names(stories, standing, members).iter().map(|name| places.remove(name)).collect();
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
    dropped: &'a [(Box<str>, Words)],
) -> FxHashMap<(u64, u64), &'a Words> {
    if gone.is_empty() {
        return FxHashMap::default();
    }
    let wanted: rustc_hash::FxHashSet<u64> = gone.iter().map(|(name, _)| name.uri).collect();
    let versions = stories.stories.iter().map(|story| (&*story.uri, &story.words));
    let candidates = dropped.iter().map(|(uri, words)| (&**uri, words)).chain(versions);
    let mut hasher = Hasher::new();
    let mut known = FxHashMap::default();
    for (uri, words) in candidates {
        let uri = uri_name(uri);
        if wanted.contains(&uri) {
            known.insert((uri, words_name(words, &mut hasher)), words);
        }
    }
    known
}

fn part_id(edition: u8, part: usize) -> u64 {
    u64::from(edition) << 32 | part as u64
}

/// The graph of an edition as the last build left it; `None` where there is none, or not all of it.
fn read(state: &State, edition: u8) -> Checked<Option<Part>> {
    let parts = state.read_range::<Part>(Table::Related, part_id(edition, 0)..part_id(edition + 1, 0));
    if parts.value.is_empty() || !parts.diagnostics.is_empty() {
        return Checked { value: None, diagnostics: parts.diagnostics };
    }
    let mut whole = Part::default();
    for (_, part) in parts.value {
        whole.limit = part.limit;
        whole.names.extend(part.names);
        whole.edges.extend(part.edges);
        whole.scores.extend(part.scores);
        whole.lists.extend(part.lists);
    }
    Checked { value: Some(whole), diagnostics: Vec::new() }
}

/// Writes the graph of an edition for the next build.
pub(super) fn write(
    state: &State,
    stories: &Stories,
    standing: &Standing,
    members: &[LiveId],
    graph: &Graph,
    edition: u8,
) -> io::Result<Parts> {
    let limit = graph.limit();
    let put = |(part, members): (usize, &[LiveId])| {
        let stretch = |each: usize| part * STORIES * each..(part * STORIES + members.len()) * each;
        let bytes = postcard::to_stdvec(&Part {
            limit,
            names: names(stories, standing, members),
            edges: graph.edges()[stretch(EDGES)].to_vec(),
            scores: graph.scores()[stretch(EDGES)].to_vec(),
            lists: graph.lists()[stretch(limit)].to_vec(),
        });
        let id = part_id(edition, part);
        Ok((id, state.put(Table::Related, id, &bytes.map_err(io::Error::other)?)?))
    };
    members.par_chunks(STORIES).enumerate().map(put).collect()
}
