//! Whatever the change, an updated graph is the graph a clean build makes.

use super::*;

const LIMIT: usize = 5;

/// Pseudo-random numbers.
struct Draw(u64);

impl Draw {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    /// A story of words out of so many, of which the first are frequent: every list of postings is soon longer than a window.
    fn story(&mut self, vocabulary: usize) -> Words {
        let length = 3 + self.below(8);
        let word = |draw: &mut Self| format!("w{}x", draw.below(vocabulary) * draw.below(vocabulary) / vocabulary);
        let body: Vec<String> = (0..length).map(|_| word(self)).collect();
        Words::of("", &body.join(" "), "en")
    }
}

/// An archive that is changed step by step, and its graph as the updates have left it.
struct Archive {
    stories: Vec<Words>,
    graph: Graph,
}

/// The next list of stories: those of the former one, by place, and new ones.
enum Next {
    Same(usize),
    Came(Words),
}

impl Archive {
    fn new(stories: Vec<Words>) -> Self {
        let graph = Graph::build(&refs(&stories), LIMIT);
        Self { stories, graph }
    }

    /// The list as it is, to be changed.
    fn list(&self) -> Vec<Next> {
        (0..self.stories.len()).map(Next::Same).collect()
    }

    /// Updates the graph to a new list and compares it with a clean build.
    fn check(&mut self, next: Vec<Next>, what: &str) -> Updated {
        let kept: Vec<Option<u32>> = next
            .iter()
            .map(|next| match next {
                Next::Same(place) => Some(*place as u32),
                Next::Came(_) => None,
            })
            .collect();
        let stories: Vec<Words> = next
            .into_iter()
            .map(|next| match next {
                Next::Same(place) => self.stories[place].clone(),
                Next::Came(words) => words,
            })
            .collect();
        let gone: Vec<Gone<'_>> = (0_u32..)
            .zip(&self.stories)
            .filter(|(place, _)| !kept.contains(&Some(*place)))
            .map(|(place, words)| Gone { place, words })
            .collect();
        let clean = Graph::build(&refs(&stories), LIMIT);
        let before = std::mem::take(&mut self.graph);
        let (graph, updated) = before.clone().update(&refs(&stories), &kept, &gone);
        assert_same(&graph, &clean, what);
        assert_told(&before, &graph, &kept, &updated);
        *self = Self { stories, graph };
        updated
    }
}

fn assert_same(graph: &Graph, clean: &Graph, what: &str) {
    assert_eq!(graph.len(), clean.len(), "{what}");
    for story in 0..clean.len() {
        let edges = story * EDGES..(story + 1) * EDGES;
        assert_eq!(graph.edges()[edges.clone()], clean.edges()[edges.clone()], "{what}: edges of {story}");
        assert_eq!(graph.scores()[edges.clone()], clean.scores()[edges], "{what}: scores of {story}");
        let list = story * LIMIT..(story + 1) * LIMIT;
        assert_eq!(graph.lists()[list.clone()], clean.lists()[list], "{what}: list of {story}");
    }
    assert_eq!(graph, clean, "{what}");
}

/// What is said to have changed is what changed.
fn assert_told(before: &Graph, after: &Graph, kept: &[Option<u32>], updated: &Updated) {
    for places in [&updated.edges, &updated.lists, &updated.changed] {
        assert!(places.is_sorted_by(|a, b| a < b));
    }
    let now = |old: u32| kept.iter().position(|&kept| kept == Some(old)).map_or(NONE, |place| place as u32);
    for (story, kept) in kept.iter().enumerate() {
        let same = kept.is_some_and(|old| before.list(old as usize).map(now).eq(after.list(story)));
        let all = updated.changed.len() == after.len();
        assert!(all || same != updated.changed.contains(&(story as u32)), "{story}");
    }
}

#[test]
fn lists_are_what_related_says() {
    let words = archive(700);
    let stories = refs(&words);
    for limit in [0, 1, 5, 10] {
        let graph = Graph::build(&stories, limit);
        for story in 0..stories.len() {
            let related = graph.related(story, |at| stories[at], limit);
            assert!(graph.list(story).eq(related.iter().map(|related| related.story)));
        }
    }
}

/// Random steps: stories come at the end and in the middle, go, change and come again nearly the same, one at a time or several.
fn random_steps(seed: u64, count: usize, vocabulary: usize, steps: usize) {
    let mut draw = Draw(seed);
    let mut archive = Archive::new((0..count).map(|_| draw.story(vocabulary)).collect());
    for step in 0..steps {
        let mut next = archive.list();
        let mut told = format!("seed {seed}, step {step}:");
        for _ in 0..1 + draw.below(2) * draw.below(12) {
            let at = draw.below(next.len());
            match draw.below(6) {
                0 => next.push(Next::Came(draw.story(vocabulary))),
                1 => next.insert(at, Next::Came(draw.story(vocabulary))),
                2 => drop(next.remove(at)),
                3 => next[at] = Next::Came(draw.story(vocabulary)),
                4 => next[at] = Next::Came(Words::default()),
                _ => {
                    let mut again = archive.stories[draw.below(archive.stories.len())].clone();
                    again.weights.iter_mut().take(1).for_each(|weight| *weight = weight.saturating_add(1));
                    next.insert(at, Next::Came(again));
                }
            }
            told += &format!(" {at} of {}", next.len());
        }
        archive.check(next, &told);
    }
}

#[test]
fn random_changes_to_small_archives() {
    for seed in 0..12 {
        random_steps(seed, 300, 60, 12);
    }
}

#[test]
fn random_changes_to_archives_of_frequent_words() {
    for seed in 100..104 {
        random_steps(seed, 1500, 24, 4);
    }
}
