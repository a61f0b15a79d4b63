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
        let length = 3 + self.below(24);
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
        assert_complete(&before, &graph, &kept, &updated);
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
    assert!(graph == clean, "{what}");
}

/// What is said to have changed is what changed.
fn assert_complete(before: &Graph, after: &Graph, kept: &[Option<u32>], updated: &Updated) {
    for places in [&updated.edges, &updated.lists, &updated.changed] {
        assert!(places.is_sorted_by(|a, b| a < b));
    }
    let mut places = vec![NONE; before.len()];
    for (place, kept) in (0_u32..).zip(kept) {
        kept.iter().for_each(|old| places[*old as usize] = place);
    }
    let now = |old: u32| places[old as usize];
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
        let mut log = format!("seed {seed}, step {step}:");
        for _ in 0..1 + draw.below(2) * draw.below(12) {
            let at = draw.below(next.len());
            match draw.below(6) {
                0 => next.push(Next::Came(draw.story(vocabulary))),
                1 => next.insert(at, Next::Came(draw.story(vocabulary))),
                2 => drop(next.remove(at)),
                3 => next[at] = Next::Came(draw.story(vocabulary)),
                4 => next[at] = Next::Came(Words::default()),
                _ => {
                    let again = &archive.stories[draw.below(archive.stories.len())];
                    let mut weights = again.weights().to_vec();
                    weights.iter_mut().take(1).for_each(|weight| *weight = weight.saturating_add(1));
                    next.insert(at, Next::Came(Words::new(again.terms().to_vec(), &weights, again.minhash())));
                }
            }
            log += &format!(" {at} of {}", next.len());
        }
        archive.check(next, &log);
    }
}

/// How many archives change at random: all where `DATELINE_WHOLE` is set, which `.ci/run` does.
fn archives(few: u64, all: u64) -> u64 {
    if std::env::var_os("DATELINE_WHOLE").is_some() { all } else { few }
}

#[test]
fn random_changes_to_small_archives() {
    for seed in 0..archives(2, 8) {
        random_steps(seed, 300, 120, 8);
    }
}

#[test]
fn random_changes_to_archives_of_frequent_words() {
    for seed in 100..100 + archives(1, 3) {
        random_steps(seed, 1500, 48, 4);
    }
}

#[test]
fn a_story_at_the_end_changes_no_other_edges() {
    let mut draw = Draw(1);
    let mut archive = Archive::new((0..254).map(|_| draw.story(60)).collect());
    for place in 254..259 {
        let mut next = archive.list();
        next.push(Next::Came(draw.story(60)));
        let updated = archive.check(next, "at the end");
        let mut lists: Vec<u32> = archive.graph.older(place).chain([place as u32]).collect();
        lists.sort_unstable();
        assert_eq!((updated.edges, updated.lists), (vec![place as u32], lists));
    }
}

/// A story that shares no word with any other, put before all and taken away again, can only be felt through the places.
#[test]
fn places_that_pass_a_power_of_two() {
    let mut draw = Draw(2);
    let mut archive = Archive::new((0..1100).map(|_| draw.story(300)).collect());
    let stranger = Words::of("Zanzibar", "", "en");
    let mut next = archive.list();
    next.insert(0, Next::Came(stranger));
    assert_eq!(archive.check(next, "before all").edges, [0, 256, 512, 1024]);
    let mut next = archive.list();
    next.remove(0);
    assert_eq!(archive.check(next, "taken away").edges, [255, 511, 1023]);
}

/// A word whose holders pass a power of two makes the word less rare for the one story where the count passes it, however far
/// that story is from the one that came.
#[test]
fn holders_that_pass_a_power_of_two() {
    let mut draw = Draw(3);
    let stories = (0..1400).map(|at| {
        let mut words = draw.story(200);
        if at % 2 == 0 {
            let other = Words::of("", &format!("ferry x{}x y{}y", at % 14, at % 22), "en");
            words = other;
        }
        words
    });
    let mut archive = Archive::new(stories.collect());
    let mut next = archive.list();
    next.insert(0, Next::Came(Words::of("", "ferry", "en")));
    let updated = archive.check(next, "one more holder");
    // The 512 holders before the story at 1,024 have become 513.
    assert!(updated.edges.contains(&1025) && !updated.edges.contains(&1023) && !updated.edges.contains(&1027));
    let mut next = archive.list();
    next.remove(0);
    assert!(archive.check(next, "one holder less").edges.contains(&1024));
}

/// The word is all that the first and the last of its holders share, and there are 500 of them before the last.
#[test]
fn the_far_end_of_a_window() {
    let mut stories = vec![Words::default(); 600];
    stories.extend((0..499).map(|at| Words::of("", &format!("ferry f{at}x"), "en")));
    stories.push(Words::of("", "ferry harbour", "en"));
    let mut archive = Archive::new(stories);
    let mut next = archive.list();
    next.insert(0, Next::Came(Words::of("", "ferry ferry ferry ferry ferry lantern", "en")));
    assert!(archive.check(next, "the 500th holder came").changed.contains(&1100));
    assert_eq!(archive.graph.older(1100).next(), Some(0));
    let mut next = archive.list();
    next.remove(0);
    assert!(archive.check(next, "the 500th holder went").changed.contains(&1099));
}

/// The last story finds one word less rare, with five older holders where there were four. That the window of another word has
/// changed as well, one so light that it is never looked at, must not hide this.
#[test]
fn a_window_out_of_view_does_not_hide_a_word_less_rare() {
    let mut draw = Draw(7);
    let mut story = |at: usize| {
        let body: Vec<String> = (0..12).filter(|_| draw.below(10) < 6).map(|word| format!("w{word}x")).collect();
        Words::of("", &format!("{} {}", body.join(" "), if at < 4 { "ferry" } else { "" }), "en")
    };
    let mut stories: Vec<Words> = (0..1030).map(&mut story).collect();
    let heavy: Vec<String> = (0..11).map(|word| format!("w{word}x w{word}x")).collect();
    stories.push(Words::of("", &format!("{} ferry ferry w11x", heavy.join(" ")), "en"));
    let mut archive = Archive::new(stories);
    let mut next = archive.list();
    next.insert(1010, Next::Came(Words::of("", "ferry w11x", "en")));
    assert!(archive.check(next, "a fifth holder").edges.contains(&1031));
}

/// At 1,023 a story whose one word most stories have is tied to none; at 1,024 the word is rare enough, and the story tied to the
/// five that do not repeat it. Newer stories have the same edges as before, but among those they are tied to there are now ties.
#[test]
fn stories_that_are_tied_for_the_first_time_change_other_lists() {
    let story = |at: usize| match at {
        0..400 => Words::default(),
        400..1018 | 1023 => Words::of("", "the ferry", "en"),
        _ => Words::of("", &format!("ferry f{at}x"), "en"),
    };
    let mut archive = Archive::new((0..1034).map(story).collect());
    assert_eq!(archive.graph.older(1023).count(), 0);
    let mut next = archive.list();
    next.insert(0, Next::Came(Words::default()));
    let updated = archive.check(next, "one more before all");
    assert_eq!(archive.graph.older(1024).count(), 5);
    assert!(!updated.edges.contains(&1029) && updated.lists.contains(&1029));
}

#[test]
fn near_duplicates_come_and_go() {
    let mut draw = Draw(4);
    let mut archive = Archive::new((0..300).map(|_| draw.story(80)).collect());
    let again = |words: &Words| {
        let mut minhash = words.minhash().to_vec();
        minhash.iter_mut().filter(|bin| **bin != 0).step_by(5).for_each(|bin| *bin ^= 1);
        let again = Words::new(words.terms().to_vec(), words.weights(), &minhash);
        assert!(again.is_near_duplicate_of(words) && again != *words);
        again
    };
    for step in 0..12 {
        let long = |at: &usize| archive.stories[*at].terms().len() > 10;
        let at = (20 * step..300).find(long).expect("many stories are long");
        let copy = again(&archive.stories[at]);
        let mut next = archive.list();
        next.insert([300, 0, 7, 290][step % 4], Next::Came(copy));
        archive.check(next, "a near-duplicate came");
        let mut next = archive.list();
        next.remove(at);
        archive.check(next, "what it repeats is gone");
    }
}

#[test]
fn from_nothing_and_to_nothing() {
    let mut draw = Draw(5);
    let mut archive = Archive::new(Vec::new());
    assert_eq!(archive.check(Vec::new(), "nothing"), Updated::default());
    archive.check(vec![Next::Came(draw.story(20))], "the first");
    archive.check((0..40).map(|_| Next::Came(draw.story(20))).collect(), "others");
    archive.check(archive.list(), "the same");
    archive.check(archive.list().into_iter().step_by(2).collect(), "half");
    archive.check(Vec::new(), "everything gone");
}

#[test]
fn a_graph_without_lists_is_kept_up_to_date() {
    let words = archive(300);
    let stories = refs(&words);
    let kept: Vec<Option<u32>> = (0..299).map(Some).chain([None]).collect();
    let (graph, updated) = Graph::build(&stories[..299], 0).update(&stories, &kept, &[]);
    assert!(graph == Graph::build(&stories, 0));
    assert_eq!(updated.edges, [299]);
}

#[test]
fn threads_do_not_show_in_updates() {
    let words = archive(1200);
    let stories = refs(&words);
    let kept: Vec<Option<u32>> =
        (0..1200).map(|place| if place == 90 { None } else { Some(place - u32::from(place > 90)) }).collect();
    let mut others = stories.clone();
    others.remove(90);
    let update = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| Graph::build(&others, LIMIT).update(&stories, &kept, &[]))
    };
    assert!(update(1) == update(8));
}

/// What is said to be kept and gone does not go with the graph, or with each other.
#[test]
fn an_impossible_change_means_a_clean_build() {
    let words = archive(60);
    let stories = refs(&words);
    let clean = Graph::build(&stories, LIMIT);
    let check = |graph: Graph, kept: &[Option<u32>], gone: &[Gone<'_>]| {
        let (graph, updated) = graph.update(&stories, kept, gone);
        assert_same(&graph, &clean, "from nothing");
        assert_eq!(updated.edges.len(), 60);
    };
    let gone = |place: u32| Gone { place, words: &words[0] };
    let same: Vec<Option<u32>> = (0..60).map(Some).collect();
    let with = |at: usize, kept: Option<u32>| {
        let mut changed = same.clone();
        changed[at] = kept;
        changed
    };
    check(clean.clone(), &same[..59], &[gone(59)]);
    check(clean.clone(), &same, &[gone(3)]);
    check(clean.clone(), &same, &[gone(60)]);
    check(clean.clone(), &with(3, None), &[]);
    check(clean.clone(), &with(3, None), &[gone(4)]);
    check(clean.clone(), &with(3, None), &[gone(3), gone(3)]);
    check(clean.clone(), &with(3, Some(2)), &[gone(3)]);
    check(clean.clone(), &with(3, Some(5)), &[gone(3)]);
    check(clean.clone(), &with(59, Some(60)), &[gone(59)]);
    check(clean.clone(), &with(59, Some(NONE)), &[gone(59)]);
    check(Graph::build(&stories[..20], LIMIT), &same, &[]);
    check(Graph::build(&[], LIMIT), &with(0, Some(7)), &[]);
}

#[test]
fn a_damaged_graph_is_not_taken() {
    const AT: usize = 250 * EDGES;
    const LIST: usize = 250 * LIMIT;
    let words = archive(300);
    let graph = Graph::build(&refs(&words), LIMIT);
    let parts = |damage: fn(&mut [Vec<u32>; 3])| {
        let mut damaged = [graph.edges(), graph.scores(), graph.lists()].map(<[u32]>::to_vec);
        damage(&mut damaged);
        let [edges, scores, lists] = damaged;
        Graph::from_parts(edges, scores, lists, 300, LIMIT)
    };
    assert!(parts(|_| {}).is_some_and(|taken| taken == graph));
    let taken = |damage| parts(damage).is_some();
    assert!(!taken(|[edges, _, _]| edges.truncate(2999)));
    assert!(!taken(|[_, scores, _]| scores.push(0)));
    assert!(!taken(|[_, _, lists]| lists.clear()));
    assert!(!taken(|[edges, _, _]| edges[AT] = 250));
    assert!(!taken(|[edges, _, _]| edges[AT] = 300));
    assert!(!taken(|[edges, _, _]| edges[AT] = NONE));
    assert!(!taken(|[edges, _, _]| edges[AT] = edges[AT + 1]));
    assert!(!taken(|[_, scores, _]| scores.swap(AT, AT + 9)));
    assert!(!taken(|[_, scores, _]| scores[AT + 9] = u32::MAX));
    assert!(!taken(|[_, scores, _]| scores[0] = 1));
    assert!(!taken(|[_, _, lists]| lists[LIST] = 300));
    assert!(!taken(|[_, _, lists]| lists[LIST] = 250));
    assert!(!taken(|[_, _, lists]| lists[LIST] = lists[LIST + 1]));
    assert!(!taken(|[_, _, lists]| lists[LIST] = NONE));
    let none = || Vec::new();
    assert!(Graph::from_parts(none(), none(), none(), usize::MAX, LIMIT).is_none());
    assert!(Graph::from_parts(none(), none(), none(), 0, LIMIT).is_some());
}

/// What is whole in itself but belongs to other stories gives a graph of no worth, and no panic.
#[test]
fn the_graph_of_other_stories_does_no_harm() {
    let mut draw = Draw(6);
    let others: Vec<Words> = (0..400).map(|_| draw.story(50)).collect();
    let words: Vec<Words> = (0..401).map(|_| draw.story(50)).collect();
    let gone: Vec<Gone<'_>> = (10..13).map(|place| Gone { place, words: &words[0] }).collect();
    let kept: Vec<Option<u32>> = (0..10).chain(13..400).map(Some).chain([None; 4]).collect();
    let (graph, _) = Graph::build(&refs(&others), LIMIT).update(&refs(&words), &kept, &gone);
    assert_eq!(graph.len(), 401);
    let stories = refs(&words);
    assert!((0..401).all(|story| graph.related(story, |at| stories[at], 9).len() < 10));
}
