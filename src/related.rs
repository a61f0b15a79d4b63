//! Related articles: which stories to show beside a story, found by the words they share.
//!
//! Every story is tied to the ten *older* stories most like it: its edges. What a page shows is the best of those and of the
//! newer stories that are tied to it, so that old coverage leads to new as well. Dates, tags and categories play no part. The
//! engine knows stories only by their place in a list, oldest first, and by their [`Words`]; which stories belong in the list
//! (live ones, of one language) is for the caller to say.
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
//! Whatever keeps edges from one build to the next and updates them must give the result of a build from scratch. These things
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

mod affected;
mod edge_finder;
mod list;
mod minhash;
mod postings;
mod stop;
mod update;
mod words;

use std::sync::OnceLock;

use rayon::prelude::*;

use edge_finder::EdgeFinder;
use list::{Newer, Ties};
use postings::Postings;
pub use stop::stop_list;
pub use update::{Gone, Updated};
pub use words::{Arena, Share, VERSION, Words};

/// How many older stories a story is tied to, and so how many places it has in [`Graph::edges`] and [`Graph::scores`].
pub const EDGES: usize = 10;

/// Fills the places of edges and lists that are not used: the story has fewer than ten edges, or its list is not full.
pub const NONE: u32 = u32::MAX;

/// Stories that are worked on in one go, by one thread; neighbours in time look at the same parts of the postings.
const BLOCK: usize = 512;

/// A story to show beside another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Related {
    /// The story's place in the list the graph was built from.
    pub story: u32,
    /// How well it fits; only good for comparing.
    pub score: f32,
}

/// Which stories are tied to which, and which are shown beside which. A story is known by its place in the list of stories the
/// graph was built from, so [`Graph::edges`] and [`Graph::lists`] mean nothing without that list.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The older stories each story is tied to, best first, ten places a story.
    older: Vec<u32>,
    /// The likeness along each edge of `older`.
    scores: Vec<u32>,
    /// How many stories are shown beside a story at most.
    limit: usize,
    /// The stories to show beside each story, best first, `limit` places a story.
    lists: Vec<u32>,
    /// The edges of `older`, by the story they lead to; found when first asked for.
    newer: OnceLock<Newer>,
}

/// Graphs are equal if they say the same, whether or not one has been asked yet for what follows from the rest.
impl PartialEq for Graph {
    fn eq(&self, other: &Self) -> bool {
        (self.limit, &self.older, &self.scores, &self.lists) == (other.limit, &other.older, &other.scores, &other.lists)
    }
}

impl Eq for Graph {}

impl Graph {
    /// Ties every story to older ones, and chooses at most `limit` stories to show beside each. The stories are ordered oldest
    /// first, all live and of one language.
    #[must_use]
    pub fn build(stories: &[&Words], limit: usize) -> Self {
        let postings = Postings::of(stories);
        let mut older = vec![NONE; stories.len() * EDGES];
        let mut scores = vec![0; stories.len() * EDGES];
        let blocks = older.par_chunks_mut(BLOCK * EDGES).zip(scores.par_chunks_mut(BLOCK * EDGES));
        blocks.enumerate().for_each_init(
            || EdgeFinder::new(stories, &postings),
            |edge_finder, (block, (older, scores))| {
                let places = older.chunks_mut(EDGES).zip(scores.chunks_mut(EDGES));
                for (story, (older, scores)) in (block * BLOCK..).zip(places) {
                    for (place, (score, found)) in edge_finder.edges(story).into_iter().enumerate() {
                        older[place] = found;
                        scores[place] = score;
                    }
                }
            },
        );
        drop(postings);
        let mut graph = Self { older, scores, limit, lists: vec![NONE; stories.len() * limit], newer: OnceLock::new() };
        let mut lists = std::mem::take(&mut graph.lists);
        // Zero is not a length for a chunk, and then there is nothing to fill.
        lists.par_chunks_mut(limit.max(1)).with_min_len(BLOCK).enumerate().for_each(|(story, list)| {
            graph.ties().list(story, |at| stories[at], list);
        });
        graph.lists = lists;
        graph
    }

    /// Puts a graph together from the arrays that [`Graph::edges`], [`Graph::scores`] and [`Graph::lists`] gave when it was made
    /// of so many `stories` with this `limit`. None if they cannot be of such a graph: sizes are wrong, places out of range, or
    /// edges not in order. What holds together in itself is believed.
    #[must_use]
    pub fn from_parts(
        edges: Vec<u32>,
        scores: Vec<u32>,
        lists: Vec<u32>,
        stories: usize,
        limit: usize,
    ) -> Option<Self> {
        let sizes = [(edges.len(), EDGES), (scores.len(), EDGES), (lists.len(), limit)];
        let sized = sizes.iter().all(|&(len, each)| stories.checked_mul(each) == Some(len));
        if !sized || u32::try_from(stories).is_err() {
            return None;
        }
        let places = edges.par_chunks(EDGES).zip(scores.par_chunks(EDGES)).with_min_len(BLOCK).enumerate();
        let tied = places.all(|(story, (older, scores))| are_edges(story as u32, older, scores));
        let places = lists.par_chunks(limit.max(1)).with_min_len(BLOCK).enumerate();
        let listed = tied && places.all(|(story, list)| is_list(story as u32, list, stories as u32));
        listed.then_some(Self { older: edges, scores, limit, lists, newer: OnceLock::new() })
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

    /// How many stories are shown beside a story at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The places of the older stories that each story is tied to, best first: [`EDGES`] entries a story, the last ones [`NONE`]
    /// if there are fewer.
    #[must_use]
    pub fn edges(&self) -> &[u32] {
        &self.older
    }

    /// The likeness along each edge; zero where there is none.
    #[must_use]
    pub fn scores(&self) -> &[u32] {
        &self.scores
    }

    /// The places of the stories to show beside each story, best first: [`Graph::limit`] entries a story, the last ones [`NONE`]
    /// if there are fewer.
    #[must_use]
    pub fn lists(&self) -> &[u32] {
        &self.lists
    }

    /// The older stories a story is tied to, best first. When the newest story arrives, of older lists only theirs
    /// can change.
    pub fn older(&self, story: usize) -> impl Iterator<Item = u32> {
        list::used(&self.older, story, EDGES)
    }

    /// The stories to show beside a story, best first, as many as the graph was made for.
    pub fn list(&self, story: usize) -> impl Iterator<Item = u32> {
        list::used(&self.lists, story, self.limit)
    }

    /// The stories to show beside a story, best first, at most `limit`: what [`Graph::list`] has, for another limit. `words` gives
    /// the words that the graph was built from.
    #[must_use]
    pub fn related<'w>(&self, story: usize, words: impl Fn(usize) -> &'w Words, limit: usize) -> Vec<Related> {
        self.ties().related(story, words, limit)
    }

    fn ties(&self) -> Ties<'_> {
        let newer = self.newer.get_or_init(|| Newer::of(&self.older, |_| true));
        Ties { older: &self.older, scores: &self.scores, newer }
    }
}

/// Whether these can be the edges of a story: to older ones, each once, best first, and of equals the newer first.
fn are_edges(story: u32, older: &[u32], scores: &[u32]) -> bool {
    let used = older.iter().position(|&other| other == NONE).unwrap_or(older.len());
    let edges = older.iter().zip(scores).map(|(&other, &score)| (score, other));
    let fits = |(at, other): (usize, &u32)| *other < story && !older[..at].contains(other);
    older[..used].iter().enumerate().all(fits)
        && edges.clone().take(used).is_sorted_by(|a, b| a > b)
        && edges.skip(used).all(|edge| edge == (0, NONE))
}

/// Whether this can be the list of a story: other stories, each once.
fn is_list(story: u32, list: &[u32], stories: u32) -> bool {
    let used = list.iter().position(|&other| other == NONE).unwrap_or(list.len());
    let (shown, rest) = list.split_at(used);
    shown.iter().enumerate().all(|(at, other)| *other < stories && *other != story && !shown[..at].contains(other))
        && rest.iter().all(|&other| other == NONE)
}

#[cfg(test)]
mod tests;
