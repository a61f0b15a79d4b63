//! Which stories hold a term, oldest first.
//!
//! The table is split by term into shards that are filled side by side. How many there are depends on the threads at hand and
//! shows in nothing that comes out.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::BLOCK;
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
    /// The postings of all terms.
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

    /// The postings of these terms, ascending, and no others. Goes through all stories, but passes over what is not asked for
    /// without looking it up.
    pub(super) fn of_terms(stories: &[&Words], terms: &[u32]) -> Self {
        let lists: FxHashMap<u32, u32> = terms.iter().copied().zip(0..).collect();
        let sieve = Sieve::of(terms);
        let blocks = stories.par_chunks(BLOCK).enumerate();
        let found: Vec<Vec<(u32, u32, u8)>> = blocks
            .map(|(block, stories)| {
                let mut found = Vec::new();
                for (story, words) in ((block * BLOCK) as u32..).zip(stories) {
                    for (term, &weight) in words.terms().iter().zip(words.weights()) {
                        if sieve.may_have(*term)
                            && let Some(&list) = lists.get(term)
                        {
                            found.push((list, story, weight));
                        }
                    }
                }
                found
            })
            .collect();
        let shard = Shard::filled(lists, &found);
        Self { lists: terms.len(), shards: vec![shard], shift: 32 }
    }

    /// The list of a term, which has to be a term that the postings were made of.
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
    /// A shard of postings that come oldest first, each with the number of its list.
    fn filled(lists: FxHashMap<u32, u32>, found: &[Vec<(u32, u32, u8)>]) -> Self {
        let mut starts = vec![0; lists.len() + 1];
        for &(list, ..) in found.iter().flatten() {
            starts[list as usize + 1] += 1;
        }
        for list in 1..starts.len() {
            starts[list] += starts[list - 1];
        }
        let total = found.iter().map(Vec::len).sum();
        let (mut stories, mut weights) = (vec![0; total], vec![0; total]);
        let mut ends = starts.clone();
        for &(list, story, weight) in found.iter().flatten() {
            let end = &mut ends[list as usize];
            stories[*end as usize] = story;
            weights[*end as usize] = weight;
            *end += 1;
        }
        Self { lists, starts, stories, weights, before: 0 }
    }

    /// Counts, makes room, and fills: lists are as long as they have to be and lie side by side.
    fn of(stories: &[&Words], shard: u64, bits: u32) -> Self {
        let share = |words: &Words| {
            let bound = |shard: u64| words.terms().partition_point(|&term| u64::from(term) < shard << (32 - bits));
            bound(shard)..bound(shard + 1)
        };
        let mut lists: FxHashMap<u32, u32> = FxHashMap::default();
        let mut starts = vec![0];
        for words in stories {
            for &term in &words.terms()[share(words)] {
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
            for (term, &weight) in words.terms()[share.clone()].iter().zip(&words.weights()[share]) {
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

/// A set of terms that answers fast and is sometimes wrong: it may take another term for one of its own, never the other way.
struct Sieve {
    bits: Vec<u64>,
    /// How far to shift a term to the right to see its bit.
    shift: u32,
}

impl Sieve {
    /// Takes 64 bits a term, so that it is seldom wrong, but no more than 128 KiB, so that it stays near.
    fn of(terms: &[u32]) -> Self {
        let size = (terms.len() * 64).next_power_of_two().clamp(1 << 12, 1 << 20);
        let shift = 32 - size.trailing_zeros();
        let mut bits = vec![0; size / 64];
        for term in terms {
            let bit = term >> shift;
            bits[bit as usize / 64] |= 1 << (bit % 64);
        }
        Self { bits, shift }
    }

    /// Whether a term may be of the set.
    #[inline]
    fn may_have(&self, term: u32) -> bool {
        let bit = term >> self.shift;
        self.bits[bit as usize / 64] >> (bit % 64) & 1 != 0
    }
}
