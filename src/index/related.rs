//! Related articles: which stories to show beside a story, found by the words they share.
//!
//! Every story is tied to the ten *older* stories most like it: its edges. What a page shows is the best of those and of the
//! newer stories that are tied to it, so that old coverage leads to new as well. Dates, tags and categories play no part. The
//! engine knows stories only by their place in a list, oldest first, and by their [`Words`]; which stories belong in the list
//! (live ones, of one language), and which are versions of one another, is for the caller to say.
//!
//! # How alike two stories are
//!
//! The product of their weights, term by term, each times the root of the term's rarity. A weight is BM25's saturated frequency,
//! worked out when the text is read. The rarity of a term is the whole part of log2(N' / df), where df is how many older stories
//! hold the term, and N' how many stories there are up to this one, rounded up to a power of two. (The root of the logarithm, and
//! not the logarithm, as in BM25: rare words are mostly names, and weigh too much as they are.) A story is found by at most 64
//! terms and looks at no more than 4,000 postings, the latest 500 a term, so it costs the same in any archive.
//!
//! Near-duplicates of a story are passed over when its edges are chosen, and near-duplicates of each other when a list is made.
//! Of what remains a list prefers stories that are tied to one another: they are coverage of one event or matter, while a story
//! that is tied to none of the others may share its words by chance.
//!
//! # What an edge depends on
//!
//! Whatever keeps edges from one build to the next and mends them has to come to what a build from nothing comes to. These things
//! must stay true; they make the cost of mending follow the change and not the archive.
//!
//! 1. **The edges of a story depend on older stories only.** Even df and N' are counted up to the story and not over the archive.
//!    A new story at the end changes no edge of another story, without exception; its own need, of each of its terms, how many
//!    stories hold it and the latest 500 of them.
//! 2. More closely, the edges of a story depend on its own words; on its place in the list, through the power of two that the
//!    place rounds up to (256 at least); and for each of its terms on the number of older holders, through the power of two that
//!    the number rounds up to, and on the latest 500 of them, that is on their order and their words.
//! 3. A story put into the past, or taken out of it, can therefore change the edges of these stories and no others: for each of
//!    its terms, the next 500 holders, and after these one holder for each power of two, the one whose count passes it; and one
//!    later story for each power of two, the one whose place passes it.
//! 4. A list depends on the story's own edges, on the edges that lead to it, and on the edges that the stories at either end of
//!    those have among themselves. A new story at the end can change no lists but its own and those of its ten edges.
//! 5. All sums are of whole numbers, and of equals the newer comes first, so neither the number of threads nor the order of the
//!    work can show.

mod postings;
mod search;
mod sketch;
mod stop;
mod words;

use rayon::prelude::*;

use postings::Postings;
use search::Search;
pub use words::{VERSION, Words};

/// How many older stories a story is tied to.
const EDGES: usize = 10;

/// How many candidates for a list are compared with each other.
const SHORTLIST: usize = 12;

/// Stories that are worked on in one go, by one thread; neighbours in time look at the same stretches of the postings.
const BLOCK: usize = 512;

/// An edge that leads nowhere: the story has fewer than ten.
const NONE: u32 = u32::MAX;

/// A story to show beside another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Related {
    /// The story's place in the list the graph was built from.
    pub story: u32,
    /// How well it fits; only good for comparing.
    pub score: f32,
}

/// Which stories are tied to which, in both directions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The older stories each story is tied to, best first, ten places a story.
    older: Vec<u32>,
    /// The likeness along each edge of `older`.
    scores: Vec<u32>,
    /// Where the edges that lead to a story start in `newer`.
    starts: Vec<u32>,
    /// The edges of `older`, by the story they lead to.
    newer: Vec<u32>,
}

impl Graph {
    /// Ties every story to older ones. The stories are ordered oldest first, all live and of one language.
    #[must_use]
    pub fn build(stories: &[&Words]) -> Self {
        let postings = Postings::of(stories);
        let mut older = vec![NONE; stories.len() * EDGES];
        let mut scores = vec![0; stories.len() * EDGES];
        let blocks = older.par_chunks_mut(BLOCK * EDGES).zip(scores.par_chunks_mut(BLOCK * EDGES));
        blocks.enumerate().for_each_init(
            || Search::new(stories, &postings),
            |search, (block, (older, scores))| {
                let places = older.chunks_mut(EDGES).zip(scores.chunks_mut(EDGES));
                for (story, (older, scores)) in (block * BLOCK..).zip(places) {
                    for (place, (score, found)) in search.edges(story).into_iter().enumerate() {
                        older[place] = found;
                        scores[place] = score;
                    }
                }
            },
        );
        let (starts, newer) = reversed(&older, stories.len());
        Self { older, scores, starts, newer }
    }

    /// How many stories there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.older.len() / EDGES
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.older.is_empty()
    }

    /// The older stories a story is tied to, best first. When the newest story arrives, of older lists only theirs
    /// can change.
    pub fn older(&self, story: usize) -> impl Iterator<Item = u32> {
        self.edges(story).iter().copied().filter(|&older| older != NONE)
    }

    /// The stories to show beside a story, best first, at most `limit`. `words` gives the words that the graph was built from; `same` says
    /// whether two stories are versions of one another, which are never shown together.
    #[must_use]
    pub fn related<'w>(
        &self,
        story: usize,
        words: impl Fn(usize) -> &'w Words,
        limit: usize,
        same: impl Fn(usize, usize) -> bool,
    ) -> Vec<Related> {
        let mut candidates: Vec<(u32, u32)> = self.tied(story).collect();
        candidates.sort_unstable_by(|a, b| b.cmp(a));
        let mut shortlist: Vec<(u32, u32)> = Vec::with_capacity(SHORTLIST.max(limit));
        for (score, candidate) in candidates {
            if shortlist.len() == SHORTLIST.max(limit) {
                break;
            }
            let at = candidate as usize;
            let repeats = |other: usize| same(other, at) || words(other).is_near_duplicate_of(words(at));
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

    fn edges(&self, story: usize) -> &[u32] {
        &self.older[story * EDGES..(story + 1) * EDGES]
    }

    /// All stories an edge leads to or from, with the likeness.
    fn tied(&self, story: usize) -> impl Iterator<Item = (u32, u32)> {
        let scores = &self.scores[story * EDGES..];
        let older = self
            .edges(story)
            .iter()
            .zip(scores)
            .filter(|&(&older, _)| older != NONE)
            .map(|(&older, &score)| (score, older));
        let newer = &self.newer[self.starts[story] as usize..self.starts[story + 1] as usize];
        older.chain(newer.iter().map(|&edge| (self.scores[edge as usize], edge / EDGES as u32)))
    }

    fn is_tied(&self, a: u32, b: u32) -> bool {
        self.edges(a.max(b) as usize).contains(&a.min(b))
    }
}

/// What a score is divided by to be told: two full weights, the scale of the roots and the eighths.
const UNIT: f32 = 255.0 * 255.0 * 16.0 * 8.0;

/// The edges by the story they lead to: where each story's start, and the edges.
fn reversed(older: &[u32], stories: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; stories + 1];
    for &story in older.iter().filter(|&&story| story != NONE) {
        starts[story as usize + 1] += 1;
    }
    for story in 1..starts.len() {
        starts[story] += starts[story - 1];
    }
    let mut ends = starts.clone();
    let mut newer = vec![0; starts[stories] as usize];
    for (edge, &story) in (0_u32..).zip(older).filter(|&(_, &story)| story != NONE) {
        let end = &mut ends[story as usize];
        newer[*end as usize] = edge;
        *end += 1;
    }
    (starts, newer)
}

#[cfg(test)]
mod tests;
