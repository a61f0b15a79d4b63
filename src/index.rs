//! Which stories belong together: lists by section, topic, place, author and day, and related articles. Ids only, no text.

pub mod fronts;
mod restore;
pub mod search;
mod translations;

use crate::clock::Day;
use crate::config::{Config, Pages};
use crate::desk::{PublicId, PublicStories, Rules, Visibility};
use crate::diag::Checked;
use crate::related::{Graph, Words};
use crate::state::{Parts, State as LastBuild};
use crate::story::{NameId, Names, Stories};
pub use restore::Last;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::ops::Range;

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListOf {
    /// A section and all sections below it.
    Category(NameId),
    /// A topic.
    Topic(NameId),
    /// A place.
    Place(NameId),
    /// An author.
    Author(NameId),
    /// A day of publication in the site's zone.
    Day(Day),
    /// Stories with a correction notice, by when they were corrected.
    Corrections,
    /// All stories, archived ones included: no page of the list changes when a story expires, except for the story's label.
    Latest,
}

impl ListOf {
    /// What lists of one edition are ordered by: their kind, then the slug of their name, or the day.
    fn order(self, stories: &Stories) -> (u8, &str, Option<Day>) {
        match self {
            ListOf::Category(id) => (0, stories.sections.slug(id), None),
            ListOf::Topic(id) => (1, stories.topics.slug(id), None),
            ListOf::Place(id) => (2, stories.places.slug(id), None),
            ListOf::Author(id) => (3, stories.authors.slug(id), None),
            ListOf::Day(day) => (4, "", Some(day)),
            ListOf::Corrections => (5, "", None),
            ListOf::Latest => (6, "", None),
        }
    }
}

/// A list of stories in one language edition.
#[derive(Debug)]
pub struct List {
    /// Which edition.
    pub edition: u8,
    /// What it is of.
    pub of: ListOf,
    /// The stories, oldest first.
    pub stories: Vec<PublicId>,
    /// The places, in order, that stories left empty when they were withdrawn.
    gaps: Vec<u32>,
}

/// The pages of a list.
///
/// Lists are numbered from the oldest story. With `n` places a page, a list of fewer than `2n` has one page. Beyond that, page 1 has the
/// `n` oldest, page 2 the next, and the open page, the one without a number, has the `n` to `2n - 1` newest. A story newer than all others
/// changes only the open page, or closes one page. No page says how many stories there are.
///
/// A story that is withdrawn leaves its place empty in the lists of sections and in that of all stories, so no other page changes. Its
/// topics, authors and place are no longer known once it is withdrawn, so in their lists, as wherever a story comes late or moves, the
/// pages after its place change.
impl List {
    /// How many closed pages there are, of `n` places each.
    pub fn closed_pages(&self, n: usize) -> usize {
        closed_pages(self.stories.len() + self.gaps.len(), n)
    }

    /// Which of the stories a page shows; 0 is the open page.
    pub fn page(&self, n: usize, page: u32) -> Range<usize> {
        let places = places(self.stories.len() + self.gaps.len(), n, page);
        // How many stories stand before a place.
        let before = |place: usize| place - self.gaps.partition_point(|gap| (*gap as usize) < place);
        before(places.start)..before(places.end)
    }
}

fn closed_pages(places: usize, n: usize) -> usize {
    (places / n).saturating_sub(1)
}

/// The places of a page.
fn places(all: usize, n: usize, page: u32) -> Range<usize> {
    let closed = closed_pages(all, n);
    match page as usize {
        0 => closed * n..all,
        page => (page - 1) * n..page * n,
    }
}

/// Stories of a list in the making, with the places that are empty.
#[derive(Clone, Default)]
struct Places {
    stories: Vec<PublicId>,
    gaps: Vec<u32>,
}

impl Places {
    /// Leaves the next place empty.
    fn leave(&mut self) {
        self.gaps.push((self.stories.len() + self.gaps.len()) as u32);
    }
}

impl From<Vec<PublicId>> for Places {
    fn from(stories: Vec<PublicId>) -> Places {
        Places { stories, gaps: Vec::new() }
    }
}

/// All lists and relations.
#[derive(Debug, Default)]
pub struct Index {
    /// Lists, by edition, kind and the slug of their name.
    pub lists: Vec<List>,
    /// Front pages, one an edition, in the order shown.
    pub fronts: Vec<Vec<PublicId>>,
    /// What stands where on front pages and at the heads of sections; see [`fronts::arrange`].
    pub arranged: fronts::Fronts,
    /// What is breaking in each edition, newest first.
    pub breaking: Vec<Vec<PublicId>>,
    /// Published stories of each edition, oldest first.
    pub published: Vec<Vec<PublicId>>,
    /// For each story with translations, those that its page leads to, with itself: the original first, one a language.
    pub translations: FxHashMap<PublicId, Vec<PublicId>>,
    /// What the site's search finds; see [`search::build`].
    pub search: search::Search,
    related: Vec<Relations>,
    at: Vec<u32>,
}

/// Related articles of one edition.
#[derive(Debug, Default)]
struct Relations {
    stories: Vec<PublicId>,
    /// What they are known by to the next build.
    names: Vec<restore::Name>,
    graph: Graph,
}

/// Builds every list and relation. The clock decides only which pins hold and what is breaking. Related articles are taken from the last build as far as
/// they can be; the outcome is the same.
pub fn build(stories: &Stories, public: &PublicStories, config: &Config, rules: Rules, last: Last) -> Checked<Index> {
    let now = rules.now;
    let editions = config.languages.len();
    let mut lists: Vec<Lists> = (0..editions).map(|_| Lists::new(stories)).collect();
    let mut index =
        Index { published: vec![Vec::new(); editions], at: vec![u32::MAX; public.stories.len()], ..Index::default() };
    let mut members: Vec<Vec<PublicId>> = vec![Vec::new(); editions];
    let sections = (0..stories.sections.len() as u32).map(|id| stories.sections.lineage(NameId(id)));
    let lineages: Vec<Vec<NameId>> = sections.collect();
    for id in public.ids() {
        let live = public.get(id);
        let first = stories.get(live.first);
        if live.visibility == Visibility::Tombstone {
            // The notice of the withdrawal may name no language; the story did.
            let lists = &mut lists[usize::from(first.edition)];
            lineages[first.section.index()].iter().for_each(|section| lists.categories[section.index()].leave());
            lists.latest.leave();
            continue;
        }
        let story = stories.get(live.current);
        let edition = usize::from(story.edition);
        let lists = &mut lists[edition];
        for section in &lineages[first.section.index()] {
            lists.categories[section.index()].stories.push(id);
        }
        if config.pages.latest {
            lists.latest.stories.push(id);
        }
        index.at[id.index()] = members[edition].len() as u32;
        members[edition].push(id);
        if live.visibility == Visibility::Published {
            index.published[edition].push(id);
            story.topics.iter().for_each(|topic| lists.topics[topic.index()].push(id));
            story.authors.iter().for_each(|author| lists.authors[author.index()].push(id));
            story.place.iter().for_each(|place| lists.places[place.index()].push(id));
            lists.day(live.published.day(&config.zone)).push(id);
            if story.corrected && config.pages.corrections {
                lists.corrections.push(id);
            }
        }
    }
    let named = config.named_sections().filter_map(|path| stories.sections.get(path));
    let named: Vec<NameId> = named.collect();
    for (lists, edition) in lists.into_iter().zip(0..) {
        lists.into_lists(edition, &named, &config.pages, &mut index.lists);
    }
    for list in index.lists.iter_mut().filter(|list| list.of == ListOf::Corrections) {
        // The others are in the order of publication as they came.
        list.stories.sort_by_key(|id| stories.get(public.get(*id).current).corrected_at());
    }
    // Ids are given to names of hidden stories too, so their order must not be seen.
    index.lists.sort_by(|a, b| (a.edition, a.of.order(stories)).cmp(&(b.edition, b.of.order(stories))));
    index.fronts = index.published.iter().map(|published| front(stories, public, config, published, now)).collect();
    index.breaking = index.published.iter().map(|published| breaking(stories, public, published, rules)).collect();
    let mut diagnostics = Vec::new();
    if config.related > 0 {
        index.related = members
            .into_iter()
            .zip(0..)
            .map(|(members, edition)| {
                let names = restore::names(stories, public, &members);
                let words = members.iter().map(|id| words(stories, public, *id)).collect();
                let of = restore::Members { names: &names, words };
                let graph = restore::graph(stories, &of, config.related, edition, last);
                diagnostics.extend(graph.diagnostics);
                Relations { graph: graph.value, stories: members, names }
            })
            .collect();
    }
    let translations = translations::groups(stories, public, config);
    diagnostics.extend(translations.diagnostics);
    index.translations = translations.value;
    Checked { value: index, diagnostics }
}

/// The lists of an edition in the making, by the ids of names.
struct Lists {
    categories: Vec<Places>,
    topics: Vec<Vec<PublicId>>,
    places: Vec<Vec<PublicId>>,
    authors: Vec<Vec<PublicId>>,
    /// As they come.
    days: Vec<(Day, Vec<PublicId>)>,
    corrections: Vec<PublicId>,
    latest: Places,
}

impl Lists {
    fn new(stories: &Stories) -> Lists {
        let empty = |names: &Names| vec![Vec::new(); names.len()];
        Lists {
            categories: vec![Places::default(); stories.sections.len()],
            topics: empty(&stories.topics),
            places: empty(&stories.places),
            authors: empty(&stories.authors),
            days: Vec::new(),
            corrections: Vec::new(),
            latest: Places::default(),
        }
    }

    /// The list of a day. Stories come in the order of publication, so a day is one run.
    fn day(&mut self, day: Day) -> &mut Vec<PublicId> {
        if self.days.last().is_none_or(|(last, _)| *last != day) {
            self.days.push((day, Vec::new()));
        }
        let last = self.days.len() - 1;
        &mut self.days[last].1
    }

    /// Adds those that have stories, and those of the `named` sections. The lists of corrections and of all stories are there from the
    /// start, so that the first story in one does not change every page that links to it.
    fn into_lists(self, edition: u8, named: &[NameId], pages: &Pages, lists: &mut Vec<List>) {
        let mut place = |of: ListOf, Places { stories, gaps }: Places, always: bool| {
            if always || !stories.is_empty() {
                lists.push(List { edition, of, stories, gaps });
            }
        };
        for (places, id) in self.categories.into_iter().zip((0..).map(NameId)) {
            place(ListOf::Category(id), places, named.contains(&id));
        }
        place(ListOf::Latest, self.latest, pages.latest);
        let mut add = |of: ListOf, stories: Vec<PublicId>, always: bool| place(of, stories.into(), always);
        self.topics.into_iter().zip((0..).map(NameId)).for_each(|(stories, id)| add(ListOf::Topic(id), stories, false));
        self.places.into_iter().zip((0..).map(NameId)).for_each(|(stories, id)| add(ListOf::Place(id), stories, false));
        self.authors
            .into_iter()
            .zip((0..).map(NameId))
            .for_each(|(stories, id)| add(ListOf::Author(id), stories, false));
        self.days.into_iter().for_each(|(day, stories)| add(ListOf::Day(day), stories, false));
        add(ListOf::Corrections, self.corrections, pages.corrections);
    }
}

fn words<'a>(stories: &'a Stories, public: &PublicStories, id: PublicId) -> &'a Words {
    &stories.get(public.get(id).current).words
}

/// The front page: pinned stories, then by day, urgency and time. Only the newest days can reach it, so only they are sorted.
fn front(
    stories: &Stories,
    public: &PublicStories,
    config: &Config,
    published: &[PublicId],
    now: crate::clock::Timestamp,
) -> Vec<PublicId> {
    let day = |id: &PublicId| public.get(*id).published.day(&config.zone);
    let pinned = |id: &PublicId| stories.get(public.get(*id).current).pin_until.is_some_and(|until| until > now);
    let mut start = published.len().saturating_sub(config.lists.front);
    while start > 0 && day(&published[start - 1]) == day(&published[start]) {
        start -= 1;
    }
    let mut front: Vec<PublicId> = published[start..].to_vec();
    front.extend(published[..start].iter().filter(|id| pinned(id)));
    front.sort_by_cached_key(|id| {
        let live = public.get(*id);
        let story = stories.get(live.current);
        (!pinned(id), Reverse(day(id)), story.urgency, Reverse(live.published), story.uri.clone())
    });
    front.truncate(config.lists.front);
    front
}

/// What is breaking, newest first. Stories are in the order of publication, so the search ends at the first that is too old.
fn breaking(stories: &Stories, public: &PublicStories, published: &[PublicId], rules: Rules) -> Vec<PublicId> {
    let is_young = |id: &&PublicId| rules.now < public.get(**id).published.plus_seconds(rules.breaking);
    let young = published.iter().rev().take_while(is_young).copied();
    young.filter(|id| public.is_breaking(stories, *id, rules)).collect()
}

impl Index {
    /// Writes the related articles for the next build.
    pub fn keep(&self, state: &LastBuild) -> std::io::Result<Parts> {
        let mut parts = Parts::new();
        for (relations, edition) in self.related.iter().zip(0..) {
            parts.extend(restore::write(state, &relations.names, &relations.graph, edition)?);
        }
        Ok(parts)
    }

    /// The related articles of a story, best first: those picked by hand, then those found by their words.
    pub fn related(
        &self,
        stories: &Stories,
        public: &PublicStories,
        config: &Config,
        id: PublicId,
        picked: &[PublicId],
    ) -> Vec<PublicId> {
        let mut list: Vec<PublicId> = picked.to_vec();
        let edition = usize::from(stories.get(public.get(id).current).edition);
        let Some(relations) = self.related.get(edition) else { return list };
        let Some(at) = self.at.get(id.index()).map(|at| *at as usize).filter(|at| *at < relations.stories.len()) else {
            return list;
        };
        for related in relations.of(at, picked.len(), |id| words(stories, public, id)) {
            if list.len() >= config.related.max(picked.len()) {
                break;
            }
            if !list.contains(&related) {
                list.push(related);
            }
        }
        list
    }

    /// How well the stories fit that a story's words relate it to; the scores are only good for comparing.
    pub fn scores(
        &self,
        stories: &Stories,
        public: &PublicStories,
        config: &Config,
        id: PublicId,
    ) -> Vec<(PublicId, f32)> {
        let edition = usize::from(stories.get(public.get(id).current).edition);
        let (Some(relations), Some(at)) = (self.related.get(edition), self.at.get(id.index())) else {
            return Vec::new();
        };
        if *at as usize >= relations.stories.len() {
            return Vec::new();
        }
        let story = |place: u32| relations.stories[place as usize];
        let words = |place: usize| words(stories, public, relations.stories[place]);
        let found = relations.graph.related(*at as usize, words, config.related);
        found.into_iter().map(|related| (story(related.story), related.score)).collect()
    }
}

impl Relations {
    /// The stories to show beside a story, best first, and `more` than are shown usually.
    fn of<'a>(&self, at: usize, more: usize, words: impl Fn(PublicId) -> &'a Words) -> Vec<PublicId> {
        let story = |place: u32| self.stories[place as usize];
        if more == 0 {
            return self.graph.list(at).map(story).collect();
        }
        let found = self.graph.related(at, |place| words(story(place as u32)), self.graph.limit() + more);
        found.into_iter().map(|related| story(related.story)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(stories: usize, gaps: &[u32]) -> List {
        let stories = (0..stories as u32).map(PublicId).collect();
        List { edition: 0, of: ListOf::Latest, stories, gaps: gaps.to_vec() }
    }

    #[test]
    fn closed_pages_never_change() {
        for (stories, closed, open) in
            [(0, 0, 0..0), (1, 0, 0..1), (99, 0, 0..99), (100, 1, 50..100), (149, 1, 50..149), (150, 2, 100..150)]
        {
            let list = list(stories, &[]);
            assert_eq!((list.closed_pages(50), list.page(50, 0)), (closed, open), "{stories}");
        }
        for stories in 100..500 {
            assert_eq!(list(stories, &[]).page(50, 1), 0..50);
            let open = list(stories, &[]).page(50, 0);
            assert!(open.len() >= 50 && open.len() < 100 && open.end == stories);
        }
    }

    #[test]
    fn a_place_that_is_left_moves_no_other() {
        let pages = |list: &List| -> Vec<Range<usize>> {
            let closed = list.closed_pages(3) as u32;
            (1..=closed).chain([0]).map(|number| list.page(3, number)).collect()
        };
        assert_eq!(pages(&list(10, &[])), [0..3, 3..6, 6..10]);
        // The fifth of ten is withdrawn, then the first, then the last.
        assert_eq!(pages(&list(9, &[4])), [0..3, 3..5, 5..9]);
        assert_eq!(pages(&list(8, &[0, 4])), [0..2, 2..4, 4..8]);
        assert_eq!(pages(&list(7, &[0, 4, 9])), [0..2, 2..4, 4..7]);
        assert_eq!(pages(&list(0, &[0, 1, 2, 3, 4, 5])), [0..0, 0..0]);
    }
}
