//! Keeping a graph up to date: what a change can have a part in is worked out again, the rest is carried over.
//!
//! The outcome is what [`Graph::build`] would come to. Which edges may change is known beforehand, from words and places alone
//! (`affected`). Which lists change follows from the edges that really did: most of those that are worked out again come out as
//! they were.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::affected::{Affected, Change, terms};
use super::edge_finder::EdgeFinder;
use super::list::{Newer, Ties, leading, used};
use super::postings::Postings;
use super::words::Words;
use super::{BLOCK, EDGES, Graph, NONE};

/// If more than one story in this many came or went, everything is built from nothing.
const TOO_MANY: usize = 8;

/// From one story in so many whose edges are worked out again, postings of all terms are made, which takes less than to look
/// for the terms of these.
const MANY: usize = 64;

/// A story that was in the list and is no longer there, or not with these words.
#[derive(Clone, Copy, Debug)]
pub struct Gone<'a> {
    /// The place it had.
    pub place: u32,
    /// The words it had.
    pub words: &'a Words,
}

/// What [`Graph::update`] did. All are places of stories in the new list, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// The stories whose edges were worked out again.
    pub edges: Vec<u32>,
    /// The stories whose lists were worked out again.
    pub lists: Vec<u32>,
    /// Of `lists`, the stories that are new, and those whose related articles or their order changed.
    pub changed: Vec<u32>,
}

impl Graph {
    /// The graph of a list of stories that was changed, equal to what [`Graph::build`] makes of the new list.
    ///
    /// For each of the new `stories`, `kept` has the place that it had in the former list, if it was there with the same words;
    /// these places ascend. `gone` has all others of the former list. A story whose words changed is in `gone`
    /// and counts as new. If the two contradict each other or this graph, or if very much changed, all is built from scratch.
    #[must_use]
    pub fn update(self, stories: &[&Words], kept: &[Option<u32>], gone: &[Gone<'_>]) -> (Self, Updated) {
        let change = Change::of(self.len(), kept, gone).filter(|_| kept.len() == stories.len());
        match change {
            Some(change) if change.len() == 0 => (self, Updated::default()),
            Some(change) if change.len() * TOO_MANY <= stories.len() => self.mended(stories, &change),
            _ => {
                let all: Vec<u32> = (0..stories.len() as u32).collect();
                let updated = Updated { edges: all.clone(), lists: all.clone(), changed: all };
                (Self::build(stories, self.limit), updated)
            }
        }
    }

    fn mended(self, stories: &[&Words], change: &Change<'_>) -> (Self, Updated) {
        let found = found_edges(stories, change);
        let mut graph = self.moved(change);
        let mut lists = Marks::new(stories.len());
        for gone in &change.gone {
            used(&self.older, gone.place as usize, EDGES).for_each(|older| lists.mark(change.now(older)));
        }
        let mut retied = Marks::new(stories.len());
        for (story, found) in &found {
            graph.tie(*story, change, found, &mut lists, &mut retied);
        }
        // A list prefers stories that are tied to one another. So if a story has other ties, the lists of the newer ones that are
        // tied to it can change as well, and not only the lists of those it is or was tied to.
        if let Some(first) = retied.first {
            let newer = leading(&graph.older, first as usize, |story| retied.has(story));
            newer.iter().flatten().for_each(|edge| lists.mark(edge / EDGES as u32));
        }
        let lists = lists.all();
        let changed = graph.list_again(stories, change, &lists);
        (graph, Updated { edges: found.into_iter().map(|(story, _)| story).collect(), lists, changed })
    }

    /// The same graph with the new places, and room for the stories that came.
    fn moved(&self, change: &Change<'_>) -> Self {
        let older = moved(&self.older, EDGES, change, NONE, |story| change.now(story));
        let scores = moved(&self.scores, EDGES, change, 0, |score| score);
        let lists = moved(&self.lists, self.limit, change, NONE, |story| change.now(story));
        Self { older, scores, limit: self.limit, lists, newer: OnceLock::new() }
    }

    /// Gives a story the edges that were `found`. If these are others than before, marks the lists that depend on them, and the
    /// story as `retied` if it is tied to others than before.
    fn tie(&mut self, story: u32, change: &Change<'_>, found: &[(u32, u32)], lists: &mut Marks, retied: &mut Marks) {
        let range = story as usize * EDGES..(story as usize + 1) * EDGES;
        let (older, scores) = (&mut self.older[range.clone()], &mut self.scores[range]);
        let (mut new_older, mut new_scores) = ([NONE; EDGES], [0; EDGES]);
        for (place, &(score, other)) in found.iter().enumerate() {
            new_older[place] = other;
            new_scores[place] = score;
        }
        let came = change.kept[story as usize].is_none();
        if came || *older != new_older || *scores != new_scores {
            lists.mark(story);
            older.iter().chain(&new_older).for_each(|&other| lists.mark(other));
        }
        let ties_differ = older.iter().any(|other| !new_older.contains(other))
            || new_older.iter().any(|other| !older.contains(other));
        if !came && ties_differ {
            retied.mark(story);
        }
        older.copy_from_slice(&new_older);
        scores.copy_from_slice(&new_scores);
    }

    /// Works out these lists, and says which of them are not what they were.
    fn list_again(&mut self, stories: &[&Words], change: &Change<'_>, lists: &[u32]) -> Vec<u32> {
        let mut wanted = Marks::new(stories.len());
        lists.iter().for_each(|&story| wanted.mark(story));
        let newer = Newer::of(&self.older, |story| wanted.has(story));
        let ties = Ties { older: &self.older, scores: &self.scores, newer: &newer };
        let limit = self.limit;
        let listed: Vec<Vec<u32>> = lists
            .par_iter()
            .map(|&story| {
                let mut list = vec![NONE; limit];
                ties.list(story as usize, |at| stories[at], &mut list);
                list
            })
            .collect();
        let mut changed = Vec::new();
        for (&story, new) in lists.iter().zip(&listed) {
            let list = &mut self.lists[story as usize * limit..(story as usize + 1) * limit];
            if list != new || change.kept[story as usize].is_none() {
                changed.push(story);
            }
            list.copy_from_slice(new);
        }
        changed
    }
}

/// The edges, as likeness and place, of the stories that came and of those whose edges may be others now.
fn found_edges(stories: &[&Words], change: &Change<'_>) -> Vec<(u32, Vec<(u32, u32)>)> {
    let changed_terms = change.terms(stories);
    let mut postings = Postings::of_terms(stories, &changed_terms);
    let affected = change.affected(&changed_terms, &postings);
    if affected.len() > stories.len() / MANY {
        postings = Postings::of(stories);
    } else if affected.len() > change.inserted.len() {
        let affected = affected.iter().map(|affected| stories[affected.story as usize]);
        postings = Postings::of_terms(stories, &terms(affected));
    }
    let each = affected.len().div_ceil(4 * rayon::current_num_threads()).clamp(16, BLOCK);
    let blocks = affected.par_chunks(each).map_init(
        || EdgeFinder::new(stories, &postings),
        |edge_finder, block| {
            let mut found = Vec::new();
            for Affected { story, windows } in block {
                if windows.is_empty() || edge_finder.looks_at(*story as usize, windows) {
                    found.push((*story, edge_finder.edges(*story as usize)));
                }
            }
            found
        },
    );
    blocks.flatten_iter().collect()
}

/// An array of so many entries a story, in the new order; `fill` is for stories that came.
fn moved(old: &[u32], each: usize, change: &Change<'_>, fill: u32, entry: impl Fn(u32) -> u32 + Sync) -> Vec<u32> {
    let mut new = vec![fill; change.kept.len() * each];
    let stories = new.par_chunks_mut(each.max(1)).with_min_len(BLOCK).zip(change.kept);
    stories.for_each(|(new, kept)| {
        if let Some(from) = kept.map(|place| place as usize * each) {
            for (new, &old) in new.iter_mut().zip(&old[from..from + each]) {
                *new = entry(old);
            }
        }
    });
    new
}

/// Some of the stories.
struct Marks {
    marks: Vec<bool>,
    /// The first of them.
    first: Option<u32>,
}

impl Marks {
    fn new(stories: usize) -> Self {
        Self { marks: vec![false; stories], first: None }
    }

    /// Marks a story; [`NONE`] is nothing to mark.
    fn mark(&mut self, story: u32) {
        if let Some(mark) = self.marks.get_mut(story as usize) {
            *mark = true;
            self.first = Some(self.first.map_or(story, |first| first.min(story)));
        }
    }

    fn has(&self, story: u32) -> bool {
        self.marks[story as usize]
    }

    fn all(&self) -> Vec<u32> {
        (0_u32..).zip(&self.marks).filter(|&(_, &mark)| mark).map(|(story, _)| story).collect()
    }
}
