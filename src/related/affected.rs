//! Which edges a change can have a part in.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::NONE;
use super::edge_finder::{WINDOW, archive, rarity};
use super::postings::Postings;
use super::update::Gone;
use super::words::Words;

/// A story whose edges the change can have a part in.
pub(super) struct Affected {
    pub(super) story: u32,
    /// The terms through whose windows alone it can; none if the edges have to be worked out again in any case.
    pub(super) windows: Vec<u32>,
}

/// What became of a list of stories.
pub(super) struct Change<'a> {
    /// For each story the place it had, if it was there with the same words.
    pub(super) kept: &'a [Option<u32>],
    /// The stories that are no longer there, by the places they had.
    pub(super) gone: Vec<&'a Gone<'a>>,
    /// The places of stories that were not there, ascending.
    pub(super) inserted: Vec<u32>,
    /// Before this place nothing changed.
    pub(super) first: usize,
    /// For each place there was, from `first` on, the place the story has now, or [`NONE`].
    moved: Vec<u32>,
}

impl<'a> Change<'a> {
    /// None if what is said to be kept and to be gone is not what there was, each story once and in order.
    pub(super) fn of(before: usize, kept: &'a [Option<u32>], gone: &'a [Gone<'a>]) -> Option<Self> {
        let first = kept.iter().zip(0..before as u32).take_while(|&(&kept, place)| kept == Some(place)).count();
        let mut moved = vec![NONE; before - first];
        let mut inserted = Vec::new();
        let mut next = first as u32;
        for (place, kept) in (0_u32..).zip(kept).skip(first) {
            match *kept {
                None => inserted.push(place),
                Some(old) => {
                    if old < next {
                        return None;
                    }
                    *moved.get_mut(old as usize - first)? = place;
                    next = old + 1;
                }
            }
        }
        let mut gone: Vec<&Gone<'_>> = gone.iter().collect();
        gone.sort_unstable_by_key(|gone| gone.place);
        let missing = (first as u32..).zip(&moved).filter(|&(_, &now)| now == NONE).map(|(old, _)| old);
        missing.eq(gone.iter().map(|gone| gone.place)).then_some(Self { kept, gone, inserted, first, moved })
    }

    /// How many stories came or went.
    pub(super) fn len(&self) -> usize {
        self.inserted.len() + self.gone.len()
    }

    /// The new place of the story that had this place; [`NONE`] if it is gone, or if there was no story.
    pub(super) fn now(&self, old: u32) -> u32 {
        match (old as usize).checked_sub(self.first) {
            None => old,
            Some(at) => self.moved.get(at).copied().unwrap_or(NONE),
        }
    }

    /// The terms of the stories that came or went, ascending.
    pub(super) fn terms(&self, stories: &[&Words]) -> Vec<u32> {
        let came = self.inserted.iter().map(|&story| stories[story as usize]);
        terms(came.chain(self.gone.iter().map(|gone| gone.words)))
    }

    /// The stories whose edges the change can affect, and those that came, ascending. `postings` has the `terms` of the
    /// change.
    pub(super) fn affected(&self, terms: &[u32], postings: &Postings) -> Vec<Affected> {
        let mut gone: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for story in &self.gone {
            for &term in story.words.terms() {
                gone.entry(term).or_default().push(story.place);
            }
        }
        let of_term = |&term: &u32| {
            let gone = gone.get(&term).map_or(&[][..], |gone| gone);
            self.affected_through(term, gone, postings.list(term).stories)
        };
        let mut reasons: Vec<(u32, Option<u32>)> = terms.par_iter().flat_map_iter(of_term).collect();
        reasons.extend(self.in_another_archive().chain(self.inserted.iter().copied()).map(|story| (story, None)));
        reasons.par_sort_unstable();
        let of_story = |reasons: &[(u32, Option<u32>)]| {
            // No term sorts before any term.
            let certain = reasons[0].1.is_none();
            let windows = if certain { Vec::new() } else { reasons.iter().filter_map(|reason| reason.1).collect() };
            Affected { story: reasons[0].0, windows }
        };
        reasons.chunk_by(|a, b| a.0 == b.0).map(of_story).collect()
    }

    /// The stories that find all words more or less rare than before, because there are more or fewer stories before them.
    fn in_another_archive(&self) -> impl Iterator<Item = u32> {
        let places = (0_u32..).zip(self.kept).skip(self.first);
        let passed = |&(place, kept): &(u32, &Option<u32>)| {
            kept.is_some_and(|old| archive(old as usize) != archive(place as usize))
        };
        places.filter(passed).map(|(place, _)| place)
    }

    /// The stories that the change can affect through one term: `holders` have it, and those at the places `gone` had it. With the
    /// term if it can only be through the window, and without if the term is more or less rare than before.
    fn affected_through(&self, term: u32, gone: &[u32], holders: &[u32]) -> Vec<(u32, Option<u32>)> {
        let mut affected = Vec::new();
        let mut gone = gone.iter().peekable();
        let same = holders.partition_point(|&story| (story as usize) < self.first);
        // How many older holders there were and are, and how many there were and are up to the last one that went and came.
        let (mut before, mut after) = (same, same);
        let (mut went, mut came) = (None, None);
        let in_window = |last: Option<usize>, older: usize| last.is_some_and(|last| older - last <= WINDOW);
        for &story in &holders[same..] {
            let Some(old) = self.kept[story as usize] else {
                came = Some(after);
                after += 1;
                continue;
            };
            while gone.next_if(|&&gone| gone < old).is_some() {
                went = Some(before);
                before += 1;
            }
            let rare = rarity(archive(story as usize), after);
            if rare != rarity(archive(old as usize), before) {
                affected.push((story, None));
            } else if rare > 0 && (in_window(went, before) || in_window(came, after)) {
                // A term that is not rare at all has no part in any likeness.
                affected.push((story, Some(term)));
            }
            before += 1;
            after += 1;
        }
        affected
    }
}

/// All terms of some stories, ascending, each once.
pub(super) fn terms<'w>(stories: impl Iterator<Item = &'w Words>) -> Vec<u32> {
    let mut terms: Vec<u32> = stories.flat_map(|words| words.terms().iter().copied()).collect();
    terms.par_sort_unstable();
    terms.dedup();
    terms
}
