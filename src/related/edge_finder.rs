//! The search for a story's edges among the stories older than it.
//!
//! It goes in two steps, because a story shares some word with very many others. First the latest holders of the story's terms
//! are summed up, heaviest term first, until a fixed number has been seen: this finds the candidates, and costs the same in any
//! archive. Then the likeness to the few best of them is worked out in full, so that an edge's score depends on the two stories
//! and the statistics of the newer one, and not on how far the first step went.

use std::cmp::Reverse;

use super::EDGES;
use super::postings::Postings;
use super::words::Words;

/// How many of the latest older stories with a term are looked at.
pub(super) const WINDOW: usize = 500;

/// How many older stories are looked at for all terms together, the heaviest first. Enough to find the candidates; how like the
/// story they are is then worked out in full.
const VIEW: usize = 4000;

/// How many of the best candidates for edges are first set aside, so that near-duplicates can be passed over.
const CANDIDATES: usize = 24;

/// Young archives are weighed as though they had this many stories: in a site of three, a word of all three still counts.
const SMALLEST: usize = 256;

/// Sixteen times the root of each rarity.
const ROOTS: [u32; 33] = {
    let mut roots = [0; 33];
    let mut rarity = 0;
    while rarity < roots.len() {
        roots[rarity] = (256 * rarity as u32).isqrt();
        rarity += 1;
    }
    roots
};

/// One thread's search for edges; what it keeps from story to story is room, and hints where to look.
pub(super) struct EdgeFinder<'a> {
    stories: &'a [&'a Words],
    postings: &'a Postings,
    /// The likeness to each story so far; all zero between searches.
    sums: Vec<u32>,
    /// The stories that have a sum, in the first places.
    touched: Vec<u32>,
    /// For each list, where the last story that looked was in it.
    hints: Vec<u32>,
    /// The windows to look at, by their terms.
    windows: Vec<Window<'a>>,
    /// Their places, heaviest term first; what a term weighs stands in the upper half, the other way round.
    order: Vec<u64>,
    /// For each term of the story, its weight times the root of its rarity.
    pulls: Vec<u32>,
    /// The best candidates, each as likeness and place in one number, so that sorting needs one comparison.
    best: Vec<u64>,
    meter: Meter,
}

/// The latest older stories that hold one term of a story.
struct Window<'a> {
    term: u32,
    /// The term's weight times the root of its rarity.
    pull: u32,
    stories: &'a [u32],
    weights: &'a [u8],
}

impl<'a> EdgeFinder<'a> {
    pub(super) fn new(stories: &'a [&'a Words], postings: &'a Postings) -> Self {
        Self {
            stories,
            postings,
            sums: vec![0; stories.len()],
            // Writing goes one place ahead.
            touched: vec![0; VIEW + 1],
            hints: vec![0; postings.lists],
            windows: Vec::new(),
            order: Vec::new(),
            pulls: Vec::new(),
            best: Vec::new(),
            meter: Meter::default(),
        }
    }

    /// Whether the search for the story's edges reaches the window of any of these terms. If only these windows changed and the
    /// search reaches none of them, the edges are unchanged: all windows before the first changed one are the same, so the former
    /// search did not reach it either.
    pub(super) fn looks_at(&mut self, story: usize, terms: &[u32]) -> bool {
        self.open(story);
        let mut seen = 0;
        let windows = self.order.iter().map(|&place| &self.windows[place as u32 as usize]);
        for window in windows.take_while(|window| !terms.contains(&window.term)) {
            seen += window.stories.len();
        }
        seen < VIEW
    }

    /// The likeness and the place of the best older stories, best first.
    pub(super) fn edges(&mut self, story: usize) -> Vec<(u32, u32)> {
        self.open(story);
        let words = self.stories[story];
        let mut edges = Vec::with_capacity(EDGES);
        let mut wanted = CANDIDATES;
        loop {
            let touched = self.add_up();
            self.choose(touched, wanted);
            self.fetch();
            self.meter.set(words.terms());
            for candidate in &mut self.best {
                let (_, other) = split(*candidate);
                let other_words = self.stories[other as usize];
                *candidate = join(self.meter.likeness(words.terms(), &self.pulls, other_words), other);
            }
            self.meter.unset(words.terms());
            self.best.sort_unstable_by_key(|&candidate| Reverse(candidate));
            let fresh = |other: u32| !words.is_near_duplicate_of(self.stories[other as usize]);
            edges.clear();
            edges.extend(
                self.best.iter().map(|&candidate| split(candidate)).filter(|&(_, other)| fresh(other)).take(EDGES),
            );
            if edges.len() == EDGES || wanted >= touched {
                return edges;
            }
            // A text that is sent every day: too many of the best say the same.
            wanted *= 8;
        }
    }

    /// Reads a little of the words of every candidate. They lie anywhere in memory; asked for one right after the other they are
    /// fetched side by side, and not each when the one before has been compared.
    fn fetch(&self) {
        // One in sixteen terms, and one in 64 bytes, is one in a cache line.
        let mut read = 0;
        for &candidate in &self.best {
            let words = self.stories[split(candidate).1 as usize];
            read ^= words.terms().iter().step_by(16).fold(0, |read, term| read ^ term);
            let bytes = words.weights().iter().step_by(64).chain(words.minhash().iter().step_by(64));
            read ^= bytes.fold(0, |read, &byte| read ^ u32::from(byte));
        }
        // What is read has to look as though it were used.
        std::hint::black_box(read);
    }

    /// Finds the windows of a story.
    fn open(&mut self, story: usize) {
        let archive = archive(story);
        let words = self.stories[story];
        self.pulls.clear();
        self.windows.clear();
        self.order.clear();
        for (&term, &weight) in words.terms().iter().zip(words.weights()) {
            let list = self.postings.list(term);
            let hint = &mut self.hints[list.number];
            let older = place(list.stories, story as u32, *hint as usize);
            *hint = older as u32;
            let pull = u32::from(weight) * ROOTS[rarity(archive, older) as usize];
            self.pulls.push(pull);
            if pull > 0 {
                let window = older.saturating_sub(WINDOW)..older;
                let (stories, weights) = (&list.stories[window.clone()], &list.weights[window]);
                // Of equals the lower term comes first, as the terms do.
                self.order.push(join(!(pull * u32::from(weight)), self.windows.len() as u32));
                self.windows.push(Window { term, pull, stories, weights });
            }
        }
        self.order.sort_unstable();
    }

    /// Sums up the likeness to all older stories in the windows, and says how many these are.
    fn add_up(&mut self) -> usize {
        let (mut touched, mut left) = (0, VIEW);
        for &place in &self.order {
            let window = &self.windows[place as u32 as usize];
            let from = window.stories.len().saturating_sub(left);
            left -= window.stories.len() - from;
            touched = add(
                window.pull,
                &window.stories[from..],
                &window.weights[from..],
                &mut self.sums,
                &mut self.touched[touched..],
            ) + touched;
        }
        touched
    }

    /// Takes down all sums and puts the `wanted` best into `best`, best first; of equals the newer first.
    fn choose(&mut self, touched: usize, wanted: usize) {
        self.best.clear();
        let mut least = 0;
        for &other in &self.touched[..touched] {
            let candidate = join(std::mem::take(&mut self.sums[other as usize]), other);
            if candidate > least {
                self.best.push(candidate);
                if self.best.len() == 2 * wanted {
                    let order = |&candidate: &u64| Reverse(candidate);
                    least = *self.best.select_nth_unstable_by_key(wanted - 1, order).1;
                    self.best.truncate(wanted);
                }
            }
        }
        self.best.sort_unstable_by_key(|&candidate| Reverse(candidate));
        self.best.truncate(wanted);
    }
}

/// Adds a window's part to the sums of its stories. This is where nearly all the time goes; it stands alone so that all it needs
/// fits in registers.
#[inline(never)]
fn add(pull: u32, stories: &[u32], weights: &[u8], sums: &mut [u32], touched: &mut [u32]) -> usize {
    let mut count = 0;
    for (&story, &weight) in stories.iter().zip(weights) {
        let sum = &mut sums[story as usize];
        touched[count] = story;
        count += usize::from(*sum == 0);
        *sum += pull * u32::from(weight);
    }
    count
}

/// A likeness and a place in one number that sorts by likeness, and of equals the newer last.
fn join(likeness: u32, story: u32) -> u64 {
    u64::from(likeness) << 32 | u64::from(story)
}

/// What [`join`] put together.
fn split(candidate: u64) -> (u32, u32) {
    ((candidate >> 32) as u32, candidate as u32)
}

/// How far a term is shifted to get its slot in a [`Meter`].
const SLOT: u32 = 20;

/// Finds the terms two stories share: for one story's terms, by their upper bits, where they start. Most terms of another story
/// meet an empty slot, which is much faster than going through both lists side by side.
struct Meter {
    starts: Box<[u8]>,
}

impl Default for Meter {
    fn default() -> Self {
        Self { starts: vec![Self::EMPTY; 1 << (32 - SLOT)].into() }
    }
}

impl Meter {
    const EMPTY: u8 = u8::MAX;

    /// Takes the terms of a story, ascending; there are fewer than 255.
    fn set(&mut self, terms: &[u32]) {
        for (at, term) in (0..Self::EMPTY).zip(terms).rev() {
            self.starts[(term >> SLOT) as usize] = at;
        }
    }

    fn unset(&mut self, terms: &[u32]) {
        for term in terms {
            self.starts[(term >> SLOT) as usize] = Self::EMPTY;
        }
    }

    /// How alike the story that was set, with these terms and pulls, and another one are.
    fn likeness(&self, terms: &[u32], pulls: &[u32], other: &Words) -> u32 {
        let mut sum = 0;
        for (&term, &weight) in other.terms().iter().zip(other.weights()) {
            let mut at = usize::from(self.starts[(term >> SLOT) as usize]);
            while at < terms.len() && terms[at] < term {
                at += 1;
            }
            if at < terms.len() && terms[at] == term {
                sum += pulls[at] * u32::from(weight);
            }
        }
        sum
    }
}

/// The logarithm of how many stories there are up to this one.
pub(super) fn archive(story: usize) -> u32 {
    log2_up(story + 1).max(log2_up(SMALLEST))
}

/// How rare a term is that so many `older` stories hold, in an archive of this logarithm. A term of none says nothing.
pub(super) fn rarity(archive: u32, older: usize) -> u32 {
    if older == 0 { 0 } else { archive.saturating_sub(log2_up(older)) }
}

/// The logarithm of the power of two a number rounds up to.
fn log2_up(number: usize) -> u32 {
    number.next_power_of_two().trailing_zeros()
}

/// Where a story is, or would be, in an ascending list; found soon if it is a little after the hint.
fn place(list: &[u32], story: u32, hint: usize) -> usize {
    if list.get(hint).is_none_or(|&other| other > story) {
        return list.partition_point(|&other| other < story);
    }
    let (mut low, mut step) = (hint, 1);
    while list.get(low + step).is_some_and(|&other| other <= story) {
        low += step;
        step *= 2;
    }
    let high = list.len().min(low + step);
    low + list[low..high].partition_point(|&other| other < story)
}
