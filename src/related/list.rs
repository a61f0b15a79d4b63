//! The list of stories to show beside a story: the best of those that it is tied to, in either direction.

use rayon::prelude::*;

use super::words::Words;
use super::{BLOCK, EDGES, NONE, Related};

/// How many candidates for a list are compared with each other.
const SHORTLIST: usize = 12;

/// The divisor of a score before it is shown: two full weights, the scale of the roots and the eighths.
const UNIT: f32 = 255.0 * 255.0 * 16.0 * 8.0;

/// The edges by the story they lead to.
#[derive(Clone, Debug)]
pub(super) struct Newer {
    /// Where the edges that lead to a story start in `edges`.
    starts: Vec<u32>,
    /// Edges, as their places in the array of edges to older stories, ascending for each story.
    edges: Vec<u32>,
}

impl Newer {
    /// The edges that lead to the stories that are `wanted`, out of all edges to older stories.
    pub(super) fn of(older: &[u32], wanted: impl Fn(u32) -> bool + Sync) -> Self {
        let found = leading(older, 0, wanted);
        let mut starts = vec![0_u32; older.len() / EDGES + 1];
        for &edge in found.iter().flatten() {
            starts[older[edge as usize] as usize + 1] += 1;
        }
        for story in 1..starts.len() {
            starts[story] += starts[story - 1];
        }
        let mut ends = starts.clone();
        let mut edges = vec![0; found.iter().map(Vec::len).sum()];
        for &edge in found.iter().flatten() {
            let end = &mut ends[older[edge as usize] as usize];
            edges[*end as usize] = edge;
            *end += 1;
        }
        Self { starts, edges }
    }

    fn leading_to(&self, story: usize) -> &[u32] {
        &self.edges[self.starts[story] as usize..self.starts[story + 1] as usize]
    }
}

/// The edges of the stories from `first` on that lead to a story that is `wanted`, ascending, in parts.
pub(super) fn leading(older: &[u32], first: usize, wanted: impl Fn(u32) -> bool + Sync) -> Vec<Vec<u32>> {
    let blocks = older[first * EDGES..].par_chunks(16 * BLOCK * EDGES).enumerate();
    blocks
        .map(|(block, older)| {
            let edges = (first + block * 16 * BLOCK) as u32 * EDGES as u32..;
            let leads = |&(_, &story): &(u32, &u32)| story != NONE && wanted(story);
            edges.zip(older).filter(leads).map(|(edge, _)| edge).collect()
        })
        .collect()
}

/// What is used of the places that a story has in an array of so many a story.
pub(super) fn used(places: &[u32], story: usize, each: usize) -> impl Iterator<Item = u32> {
    places[story * each..(story + 1) * each].iter().copied().filter(|&other| other != NONE)
}

/// The edges of a graph, seen from both ends.
#[derive(Clone, Copy)]
pub(super) struct Ties<'a> {
    pub(super) older: &'a [u32],
    pub(super) scores: &'a [u32],
    pub(super) newer: &'a Newer,
}

impl Ties<'_> {
    /// Fills the list of a story.
    pub(super) fn list<'w>(&self, story: usize, words: impl Fn(usize) -> &'w Words, list: &mut [u32]) {
        list.fill(NONE);
        let related = self.related(story, words, list.len());
        for (place, related) in list.iter_mut().zip(related) {
            *place = related.story;
        }
    }

    /// The stories to show beside a story, best first, at most `limit`.
    pub(super) fn related<'w>(&self, story: usize, words: impl Fn(usize) -> &'w Words, limit: usize) -> Vec<Related> {
        let mut candidates: Vec<(u32, u32)> = self.tied(story).collect();
        candidates.sort_unstable_by(|a, b| b.cmp(a));
        let mut shortlist: Vec<(u32, u32)> = Vec::with_capacity(SHORTLIST.max(limit));
        for (score, candidate) in candidates {
            if shortlist.len() == SHORTLIST.max(limit) {
                break;
            }
            let own = words(candidate as usize);
            let repeats = |other: usize| words(other).is_near_duplicate_of(own);
            if !repeats(story) && !shortlist.iter().any(|&(_, listed)| repeats(listed as usize)) {
                shortlist.push((score, candidate));
            }
        }
        let mut best: Vec<(u64, u32)> = Vec::with_capacity(shortlist.len());
        for &(score, candidate) in &shortlist {
            let ties = shortlist.iter().filter(|&&(_, other)| self.is_tied(candidate, other)).count();
            // Each tie to another candidate is worth an eighth more.
            best.push((u64::from(score) * (8 + ties as u64), candidate));
        }
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(limit);
        best.into_iter().map(|(score, story)| Related { story, score: score as f32 / UNIT }).collect()
    }

    /// All stories an edge leads to or from, with the likeness.
    fn tied(&self, story: usize) -> impl Iterator<Item = (u32, u32)> {
        let older = used(self.older, story, EDGES).zip(&self.scores[story * EDGES..]);
        let newer = self.newer.leading_to(story).iter();
        older
            .map(|(older, &score)| (score, older))
            .chain(newer.map(|&edge| (self.scores[edge as usize], edge / EDGES as u32)))
    }

    fn is_tied(&self, a: u32, b: u32) -> bool {
        let newer = a.max(b) as usize;
        self.older[newer * EDGES..(newer + 1) * EDGES].contains(&a.min(b))
    }
}
