//! Which stories hold a term, oldest first.
//!
//! The table is split by term into shards that are filled side by side. How many there are depends on the threads at hand and
//! shows in nothing that comes out.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::words::Words;

/// The postings of all terms of a list of stories.
pub(super) struct Postings {
    shards: Vec<Shard>,
    /// How far to shift a term to the right to see its shard.
    shift: u32,
    /// How many lists there are in all shards.
    pub(super) lists: usize,
}

/// The postings of a range of terms, list after list.
#[derive(Default)]
struct Shard {
    /// For each term the number of its list within the shard.
    lists: FxHashMap<u32, u32>,
    /// Where each list starts, and last where the last one ends.
    starts: Vec<u32>,
    stories: Vec<u32>,
    weights: Vec<u8>,
    /// How many lists the shards before this one have.
    before: u32,
}

/// The stories that hold one term.
pub(super) struct List<'a> {
    /// The list's number among all lists.
    pub(super) number: usize,
    /// The stories, oldest first.
    pub(super) stories: &'a [u32],
    /// How much each of them is about the term.
    pub(super) weights: &'a [u8],
}

impl Postings {
    pub(super) fn of(stories: &[&Words]) -> Self {
        let bits = rayon::current_num_threads().next_power_of_two().trailing_zeros().min(8);
        let mut shards: Vec<Shard> =
            (0..1_u64 << bits).into_par_iter().map(|at| Shard::of(stories, at, bits)).collect();
        let mut lists = 0;
        for shard in &mut shards {
            shard.before = lists as u32;
            lists += shard.lists.len();
        }
        Self { shards, shift: 32 - bits, lists }
    }

    /// The list of a term, which has to be a term of one of the stories.
    #[inline]
    pub(super) fn list(&self, term: u32) -> List<'_> {
        let shard = &self.shards[(u64::from(term) >> self.shift) as usize];
        let list = shard.lists[&term];
        let range = shard.starts[list as usize] as usize..shard.starts[list as usize + 1] as usize;
        List {
            number: (shard.before + list) as usize,
            stories: &shard.stories[range.clone()],
            weights: &shard.weights[range],
        }
    }
}

impl Shard {
    /// Counts, makes room, and fills: lists are as long as they have to be and lie side by side.
    fn of(stories: &[&Words], shard: u64, bits: u32) -> Self {
        let share = |words: &Words| {
            let bound = |shard: u64| words.terms.partition_point(|&term| u64::from(term) < shard << (32 - bits));
            bound(shard)..bound(shard + 1)
        };
        let mut lists: FxHashMap<u32, u32> = FxHashMap::default();
        let mut starts = vec![0];
        for words in stories {
            for &term in &words.terms[share(words)] {
                let list = *lists.entry(term).or_insert(starts.len() as u32 - 1) as usize;
                if list + 1 == starts.len() {
                    starts.push(0);
                }
                starts[list + 1] += 1;
            }
        }
        for list in 1..starts.len() {
            starts[list] += starts[list - 1];
        }
        let total = starts.last().map_or(0, |&end| end as usize);
        let mut filled = Self { lists, stories: vec![0; total], weights: vec![0; total], ..Self::default() };
        let mut ends = starts.clone();
        for (story, words) in (0_u32..).zip(stories) {
            let share = share(words);
            for (term, &weight) in words.terms[share.clone()].iter().zip(&words.weights[share]) {
                let end = &mut ends[filled.lists[term] as usize];
                filled.stories[*end as usize] = story;
                filled.weights[*end as usize] = weight;
                *end += 1;
            }
        }
        filled.starts = starts;
        filled
    }
}
