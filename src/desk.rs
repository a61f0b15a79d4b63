//! The desk's rules: which version of which story is public at a given time, and which standing page.
//!
//! Pure: versions and a clock in, the public stories out. No list, page, feed or link can name a hidden story, because no later stage ever
//! gets its id. The table of states in `docs/desk-rules.md` is implemented by [`Conditions::state`].

use crate::clock::Timestamp;
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::path::RelPath;
use crate::story::{StandingPage, Status, Stories, Story, StoryId};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How old a story may be to stand in the news sitemap, in seconds (two days).
pub const NEWS_SECONDS: i64 = 2 * 24 * 3600;

/// The least urgency of what may be breaking: 1 is a flash, 2 a bulletin.
const BREAKING_URGENCY: u8 = 2;

/// A public story's place in [`PublicStories::stories`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicId(pub u32);

impl PublicId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What the public may see of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All of it.
    Published,
    /// All of it, marked as archive, in its category alone.
    Archived,
    /// That it was withdrawn.
    Tombstone,
}

/// Why the public may not see a version or a standing page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// It is a draft.
    Draft,
    /// Its status holds it back.
    Withheld,
    /// Its front matter has an error, so it may be a kill or under embargo.
    Unreadable,
    /// It is under embargo until then.
    Embargo(Timestamp),
    /// It is for desks only.
    Advisory,
    /// It was withdrawn.
    Withdrawn,
    /// Another version of the story counts, or another story that replaces it.
    Replaced,
}

impl Hidden {
    /// The reason in words, as in "the story is withheld".
    pub fn words(self) -> &'static str {
        match self {
            Hidden::Draft => "a draft",
            Hidden::Withheld => "withheld",
            Hidden::Unreadable => "hidden for an error in its front matter",
            Hidden::Embargo(_) => "under embargo",
            Hidden::Advisory => "an advisory",
            Hidden::Withdrawn => "withdrawn",
            Hidden::Replaced => "replaced by another version or story",
        }
    }
}

/// A story with a public page.
#[derive(Clone, Copy, Debug)]
pub struct PublicStory {
    /// The version that counts.
    pub current: StoryId,
    /// The lowest version: its path, slug, section and date make the URL.
    pub first: StoryId,
    /// What the public may see.
    pub visibility: Visibility,
    /// First publication: when it was first created, or its embargo ended if that was later.
    pub published: Timestamp,
}

/// Which stories are public, and when that changes.
#[derive(Clone, Debug, Default)]
pub struct PublicStories {
    /// Stories with a public page, withdrawn ones included, oldest first: by publication, then uri.
    pub stories: Vec<PublicStory>,
    /// The public story that each version belongs to.
    pub of_version: Vec<Option<PublicId>>,
    /// Retired stories: any of their versions, and the live story that took the place.
    pub replaced: Vec<(StoryId, PublicId)>,
    /// The next moment at which the clock alone changes the site, and why.
    pub next_change: Option<(Timestamp, String)>,
}

impl PublicStories {
    /// A public story.
    pub fn get(&self, id: PublicId) -> &PublicStory {
        &self.stories[id.index()]
    }

    /// Whether a story counts as breaking: urgent, and young by the clock of these rules.
    pub fn is_breaking(&self, stories: &Stories, id: PublicId, rules: Rules) -> bool {
        let live = self.get(id);
        let is_young = live.published <= rules.now && rules.now < live.published.plus_seconds(rules.breaking);
        is_young && live.visibility == Visibility::Published && stories.get(live.current).urgency <= BREAKING_URGENCY
    }

    /// The version that counts and the first one of every story with a public text.
    pub fn versions(&self) -> Vec<(StoryId, StoryId)> {
        self.readable().map(|(_, live)| (live.current, live.first)).collect()
    }

    /// Notes that something else changes at that time, which lies ahead, by the clock alone.
    pub fn note_change(&mut self, time: Timestamp, reason: String) {
        if self.next_change.as_ref().is_none_or(|(known, _)| time < *known) {
            self.next_change = Some((time, reason));
        }
    }

    /// Every story with a public page, withdrawn ones included, oldest first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = PublicId> {
        (0..self.stories.len() as u32).map(PublicId)
    }

    /// Every story whose text is public, oldest first: all but the withdrawn ones.
    pub fn readable(&self) -> impl DoubleEndedIterator<Item = (PublicId, &PublicStory)> {
        self.ids().map(|id| (id, self.get(id))).filter(|(_, live)| live.visibility != Visibility::Tombstone)
    }

    /// Whether a story was withdrawn.
    pub fn is_withdrawn(&self, id: PublicId) -> bool {
        self.get(id).visibility == Visibility::Tombstone
    }

    /// Why a version is hidden at that time. `None` if the public sees it, or another version of the same story in its place.
    pub fn hidden(&self, stories: &Stories, id: StoryId, now: Timestamp) -> Option<Hidden> {
        let story = stories.get(id);
        match self.of_version[id.index()] {
            Some(live) if self.get(live).current == id => None,
            _ if story.draft => Some(Hidden::Draft),
            Some(_) => None,
            None => Some(Conditions::of(story).state(now).err().unwrap_or(Hidden::Replaced)),
        }
    }
}

/// Versions of one uri.
struct Chain {
    current: StoryId,
    first: StoryId,
}

/// What the rules depend on, besides the stories.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The clock.
    pub now: Timestamp,
    /// Whether drafts count.
    pub drafts: bool,
    /// Seconds for which a story of urgency 1 or 2 counts as breaking.
    pub breaking: i64,
}

/// Applies the rules at a given time.
pub fn public_stories(stories: &Stories, rules: Rules) -> Checked<PublicStories> {
    let Rules { now, drafts, .. } = rules;
    let mut found = Checked::<PublicStories>::default();
    let (chains, of_chain) = chains(stories, drafts, &mut found.diagnostics);
    let mut changes = Changes { now, next: None };
    let mut live: Vec<PublicStory> = Vec::with_capacity(chains.len());
    for chain in &chains {
        if let Some(visibility) = visibility(stories.get(chain.current), now, &mut changes) {
            let published = published(stories.get(chain.first));
            live.push(PublicStory { current: chain.current, first: chain.first, visibility, published });
        }
    }
    let replaced = retire(stories, &mut live);
    live.sort_by(|a, b| (a.published, &stories.get(a.current).uri).cmp(&(b.published, &stories.get(b.current).uri)));
    for one in &live {
        let story = stories.get(one.current);
        changes.of_story(story, one, rules);
        found.diagnostics.extend(future_date(story, now).filter(|_| one.visibility != Visibility::Tombstone));
    }
    changes.of_pages(stories);
    let of_version = of_version(&live, &of_chain, chains.len());
    let with_id = |(retired, successor): (StoryId, StoryId)| Some((retired, of_version[successor.index()]?));
    found.value.replaced = replaced.into_iter().filter_map(with_id).collect();
    found.value.of_version = of_version;
    found.value.stories = live;
    found.value.next_change = changes.next;
    found
}

/// When a story first came, by its first version: when that was created, or its embargo ended if that was later.
pub fn published(first: &Story) -> Timestamp {
    first.embargoed_until.map_or(first.first_created, |end| first.first_created.max(end))
}

/// The first version of the story that this version is of, drafts included.
pub fn first_version(stories: &Stories, id: StoryId) -> StoryId {
    let uri = &stories.get(id).uri;
    let versions = stories.ids().filter(|other| stories.get(*other).uri == *uri);
    versions.min_by_key(|other| from_first(stories.get(*other))).unwrap_or(id)
}

/// Orders the versions of a story from the first one, which makes its address.
fn from_first(story: &Story) -> (u64, &RelPath) {
    (story.version, &story.source)
}

/// A warning for a story that is dated in the future.
fn future_date(story: &Story, now: Timestamp) -> Option<Diagnostic> {
    let dated = story.first_created.max(story.version_created);
    let message = || format!("the story is dated {dated}, later than the clock of the build");
    let warning = (dated > now).then(|| Diagnostic::warning(Code::FutureDate, message()))?;
    let at = Location::file(format!("content/{}", story.source));
    Some(warning.at(at).hint("it is public all the same; `embargoedUntil` holds a story back"))
}

/// Takes out the standing pages that are hidden, by the rules of stories. A draft of one is hidden whatever the options, a withdrawn one
/// has no notice, and none becomes archive.
pub fn standing_pages(stories: &mut Stories, now: Timestamp) {
    let is_hidden = |page: &mut StandingPage| hidden_page(page, now).is_some();
    stories.hidden_pages.extend(stories.pages.extract_if(.., is_hidden));
}

/// Why a standing page is hidden, if it is.
fn hidden_page(page: &StandingPage, now: Timestamp) -> Option<Hidden> {
    let StandingPage { status, embargoed_until, .. } = *page;
    match (Conditions { status, embargoed_until, advisory: false, expires: None }).state(now) {
        _ if page.draft => Some(Hidden::Draft),
        _ if page.advisory => Some(Hidden::Advisory),
        Err(hidden) => Some(hidden),
        Ok(Visibility::Tombstone) => Some(Hidden::Withdrawn),
        Ok(Visibility::Published | Visibility::Archived) => None,
    }
}

/// A version that the public saw, and from when on.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// Which.
    pub id: StoryId,
    /// When it came.
    pub published: Timestamp,
}

/// The public versions of stories that have several, newest first.
///
/// An older version was public if it was usable and no newer one came before its time. One with an embargo of its own, beyond that
/// of the story, is left out: whether it ever was public would depend on the clock of builds long past.
pub fn public_versions(stories: &Stories, public: &PublicStories) -> BTreeMap<PublicId, Vec<Version>> {
    let mut versions: BTreeMap<PublicId, Vec<Version>> = BTreeMap::new();
    for id in stories.ids() {
        let Some(live) = public.of_version[id.index()] else { continue };
        let PublicStory { current, published, visibility, .. } = *public.get(live);
        let (story, counting) = (stories.get(id), stories.get(current));
        let was_public = story.status == Status::Usable
            && !story.advisory
            && story.version < counting.version
            && story.embargoed_until.is_none_or(|end| end <= published);
        if was_public && visibility != Visibility::Tombstone {
            let version = Version { id, published: story.version_created.max(published) };
            versions.entry(live).or_default().push(version);
        }
    }
    for (live, older) in &mut versions {
        let PublicStory { current, published, .. } = *public.get(*live);
        // Of equal versions, the later one counted.
        older.sort_by_key(|version| Reverse((stories.get(version.id).version, version.published, version.id)));
        let newest = Version { id: current, published: stories.get(current).version_created.max(published) };
        let mut shown = vec![newest];
        for version in older.iter() {
            let is_older = |later: &Version| {
                let (version_number, later_number) = (stories.get(version.id).version, stories.get(later.id).version);
                version_number < later_number && version.published < later.published
            };
            if shown.last().is_some_and(is_older) {
                shown.push(*version);
            }
        }
        *older = shown;
    }
    versions.retain(|_, shown| shown.len() > 1);
    versions
}

/// The chain of a version that is in none.
const NO_CHAIN: u32 = u32::MAX;

/// Groups versions by uri and finds the current and the first of each; with the chain that each version is in.
fn chains(stories: &Stories, drafts: bool, diagnostics: &mut Vec<Diagnostic>) -> (Vec<Chain>, Vec<u32>) {
    let mut by_uri: FxHashMap<&str, usize> = FxHashMap::default();
    by_uri.reserve(stories.stories.len());
    let mut chains: Vec<Chain> = Vec::with_capacity(stories.stories.len());
    let mut of_chain = vec![NO_CHAIN; stories.stories.len()];
    for id in stories.ids() {
        let story = stories.get(id);
        if story.draft && !drafts {
            continue;
        }
        let at = *by_uri.entry(&story.uri).or_insert(chains.len());
        of_chain[id.index()] = at as u32;
        let Some(chain) = chains.get_mut(at) else {
            chains.push(Chain { current: id, first: id });
            continue;
        };
        let other = stories.get(chain.current);
        if story.version == other.version && story.content != other.content && story.status != Status::Unreadable {
            let message = format!("version {} of {} is also in content/{}", story.version, story.uri, other.source);
            let at = Location::file(format!("content/{}", story.source));
            diagnostics.push(
                Diagnostic::warning(Code::SameVersion, message)
                    .at(at)
                    .hint("the later `versionCreated` counts; give the newer text a higher `version`"),
            );
        }
        if rank(story) > rank(other) {
            chain.current = id;
        }
        if from_first(story) < from_first(stories.get(chain.first)) {
            chain.first = id;
        }
    }
    (chains, of_chain)
}

/// What makes one version count before another.
fn rank(story: &Story) -> impl Ord {
    // A file that cannot be read counts first: what it meant to say may be a kill.
    let is_unreadable = story.status == Status::Unreadable;
    (story.version, is_unreadable, story.version_created, !story.headline.is_empty(), story.body_length, story.content)
}

/// What the state of a story depends on, besides the time.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// `pubStatus`.
    pub status: Status,
    /// `embargoedUntil`.
    pub embargoed_until: Option<Timestamp>,
    /// Whether it is for desks only.
    pub advisory: bool,
    /// `expires`.
    pub expires: Option<Timestamp>,
}

impl Conditions {
    /// Those of a story's version.
    fn of(story: &Story) -> Conditions {
        let Story { status, embargoed_until, advisory, expires, .. } = *story;
        Conditions { status, embargoed_until, advisory, expires }
    }

    /// The table of states: the first row that holds decides what the public sees, or why it sees nothing.
    pub fn state(self, now: Timestamp) -> Result<Visibility, Hidden> {
        let embargo = self.embargoed_until.filter(|end| *end > now);
        match (self.status, embargo) {
            (Status::Canceled, _) => Ok(Visibility::Tombstone),
            (Status::Withheld, _) => Err(Hidden::Withheld),
            (Status::Unreadable, _) => Err(Hidden::Unreadable),
            (Status::Usable, Some(end)) => Err(Hidden::Embargo(end)),
            (Status::Usable, None) if self.advisory => Err(Hidden::Advisory),
            (Status::Usable, None) if self.expires.is_some_and(|end| end <= now) => Ok(Visibility::Archived),
            (Status::Usable, None) => Ok(Visibility::Published),
        }
    }
}

/// The state of the version that counts; notes when the clock alone will change it.
fn visibility(current: &Story, now: Timestamp, changes: &mut Changes) -> Option<Visibility> {
    let state = Conditions::of(current).state(now);
    match state {
        Err(Hidden::Embargo(end)) => changes.at(Some(end), || format!("embargo of {} ends", current.uri)),
        Ok(Visibility::Published) => changes.at(current.expires, || format!("{} expires", current.uri)),
        Ok(Visibility::Archived | Visibility::Tombstone) | Err(_) => {}
    }
    state.ok()
}

/// Takes out stories that a newer public story replaces. A killed successor retires its predecessor too: the older text must
/// not come back because the newer one was withdrawn. Returns the retired stories, and the version that took each one's place.
fn retire(stories: &Stories, live: &mut Vec<PublicStory>) -> Vec<(StoryId, StoryId)> {
    if !live.iter().any(|one| !stories.get(one.current).rare().replaces.is_empty()) {
        return Vec::new();
    }
    let by_uri: FxHashMap<&str, usize> =
        live.iter().enumerate().map(|(at, one)| (&*stories.get(one.current).uri, at)).collect();
    let order = |one: &PublicStory| {
        let story = stories.get(one.current);
        (story.version_created, story.uri.clone())
    };
    let mut successor: Vec<Option<usize>> = vec![None; live.len()];
    for (at, one) in live.iter().enumerate() {
        for uri in &stories.get(one.current).rare().replaces {
            if let Some(&old) = by_uri.get(uri.as_str()) {
                // Only the later of two may replace the other, so no circle can retire both.
                if old != at && live[old].visibility != Visibility::Tombstone && order(one) > order(&live[old]) {
                    successor[old] = Some(at);
                }
            }
        }
    }
    let mut replaced = Vec::new();
    for (at, next) in successor.iter().enumerate() {
        let Some(mut end) = *next else { continue };
        while let Some(further) = successor[end] {
            end = further;
        }
        if live[end].visibility != Visibility::Tombstone {
            replaced.push((live[at].first, live[end].current));
        }
    }
    let mut at = 0;
    live.retain(|_| {
        at += 1;
        successor[at - 1].is_none()
    });
    replaced
}

/// Every version of a public story leads to it, except drafts, which are ignored.
fn of_version(live: &[PublicStory], of_chain: &[u32], chains: usize) -> Vec<Option<PublicId>> {
    let mut by_chain: Vec<Option<PublicId>> = vec![None; chains];
    for (one, at) in live.iter().zip(0..) {
        by_chain[of_chain[one.current.index()] as usize] = Some(PublicId(at));
    }
    of_chain.iter().map(|chain| by_chain.get(*chain as usize).copied().flatten()).collect()
}

/// Collects the earliest moment at which the clock alone changes something.
struct Changes {
    now: Timestamp,
    next: Option<(Timestamp, String)>,
}

impl Changes {
    /// Notes what the clock changes about a public story.
    fn of_story(&mut self, story: &Story, live: &PublicStory, rules: Rules) {
        if live.visibility == Visibility::Published {
            self.at(story.pin_until, || format!("pin of {} ends", story.uri));
            // A date in the future is not an embargo, but the age of the story counts from it.
            self.at(Some(live.published), || format!("{} is as new as its date says", story.uri));
            let news_end = live.published.plus_seconds(NEWS_SECONDS);
            self.at(Some(news_end), || format!("{} leaves the news sitemap", story.uri));
            if story.urgency <= BREAKING_URGENCY {
                let end = live.published.plus_seconds(rules.breaking);
                self.at(Some(end), || format!("{} is no longer breaking", story.uri));
            }
        }
        for rights in story.rare().rights.iter().filter(|_| live.visibility != Visibility::Tombstone) {
            self.at(Some(rights.until), || format!("the rights to {} of {} end", rights.href, story.uri));
        }
    }

    /// Notes what the clock changes about standing pages, those under embargo included.
    fn of_pages(&mut self, stories: &Stories) {
        for page in stories.pages.iter().chain(&stories.hidden_pages) {
            if !matches!(hidden_page(page, self.now), None | Some(Hidden::Embargo(_))) {
                continue;
            }
            for rights in &page.rights {
                self.at(Some(rights.until), || format!("the rights to {} of content/{} end", rights.href, page.source));
            }
            self.at(page.embargoed_until, || format!("embargo of content/{} ends", page.source));
        }
    }

    fn at(&mut self, time: Option<Timestamp>, reason: impl FnOnce() -> String) {
        if let Some(time) = time.filter(|time| *time > self.now)
            && self.next.as_ref().is_none_or(|(known, _)| time < *known)
        {
            self.next = Some((time, reason()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_the_table_that_holds_decides() {
        let now = Timestamp::from_millis(1_000);
        let (past, future) = (Some(now), Some(Timestamp::from_millis(1_001)));
        let usable = Conditions { status: Status::Usable, embargoed_until: None, advisory: false, expires: None };
        let embargoed = Conditions { embargoed_until: future, ..usable };
        for (conditions, expected) in [
            (Conditions { status: Status::Canceled, ..embargoed }, Ok(Visibility::Tombstone)),
            (Conditions { status: Status::Withheld, ..embargoed }, Err(Hidden::Withheld)),
            (Conditions { status: Status::Unreadable, ..embargoed }, Err(Hidden::Unreadable)),
            (Conditions { advisory: true, ..embargoed }, Err(Hidden::Embargo(Timestamp::from_millis(1_001)))),
            (Conditions { advisory: true, expires: past, ..usable }, Err(Hidden::Advisory)),
            (Conditions { embargoed_until: past, expires: past, ..usable }, Ok(Visibility::Archived)),
            (Conditions { embargoed_until: past, expires: future, ..usable }, Ok(Visibility::Published)),
        ] {
            assert_eq!(conditions.state(now), expected, "{conditions:?}");
        }
    }
}
