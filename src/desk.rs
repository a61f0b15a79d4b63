//! The desk's rules: which version of which story is public at a given time.
//!
//! Pure: versions and a clock in, the public stories out. No list, page, feed or link can name a hidden story, because no later stage ever
//! gets its id. The table of states is in `docs/desk-rules.md`.

use crate::clock::Timestamp;
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::story::{Status, Stories, Story, StoryId};
use rustc_hash::FxHashMap;

/// How old a story may be to stand in the news sitemap, in seconds (two days).
pub const NEWS_SECONDS: i64 = 2 * 24 * 3600;

/// The least urgency of what may be breaking: 1 is a flash, 2 a bulletin.
const BREAKING_URGENCY: u8 = 2;

/// A public story's place in [`PublicStories::live`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LiveId(pub u32);

impl LiveId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What the public may see of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All of it.
    Published,
    /// All of it, marked as archive, in its category alone.
    Archived,
    /// That it was withdrawn.
    Tombstone,
}

/// A story with a public page.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// The version that counts.
    pub current: StoryId,
    /// The lowest version: its path, slug, section and date make the URL.
    pub first: StoryId,
    /// What the public may see.
    pub state: State,
    /// First publication: when it was first created, or its embargo ended if that was later.
    pub published: Timestamp,
}

/// Which stories are public, and when that changes.
#[derive(Clone, Debug, Default)]
pub struct PublicStories {
    /// Stories with a public page, oldest first: by publication, then uri.
    pub live: Vec<Live>,
    /// The public story that each version belongs to.
    pub of_version: Vec<Option<LiveId>>,
    /// Retired stories: any of their versions, and the live story that took the place.
    pub replaced: Vec<(StoryId, LiveId)>,
    /// The next moment at which the clock alone changes the site, and why.
    pub next_change: Option<(Timestamp, String)>,
}

impl PublicStories {
    /// A public story.
    pub fn get(&self, id: LiveId) -> &Live {
        &self.live[id.index()]
    }

    /// Whether a story counts as breaking: urgent, and young by the clock of these rules.
    pub fn is_breaking(&self, stories: &Stories, id: LiveId, rules: Rules) -> bool {
        let live = self.get(id);
        let is_young = live.published <= rules.now && rules.now < live.published.plus_seconds(rules.breaking);
        is_young && live.state == State::Published && stories.get(live.current).urgency <= BREAKING_URGENCY
    }

    /// The version that counts and the first one of every story with a public text.
    pub fn versions(&self) -> Vec<(StoryId, StoryId)> {
        let public = self.live.iter().filter(|live| live.state != State::Tombstone);
        public.map(|live| (live.current, live.first)).collect()
    }

    /// Notes that something else changes at that time, which lies ahead, by the clock alone.
    pub fn note_change(&mut self, time: Timestamp, reason: String) {
        if self.next_change.as_ref().is_none_or(|(known, _)| time < *known) {
            self.next_change = Some((time, reason));
        }
    }

    /// Every public story, oldest first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = LiveId> {
        (0..self.live.len() as u32).map(LiveId)
    }
}

/// Versions of one uri.
struct Chain {
    current: StoryId,
    first: StoryId,
}

/// By what the rules are applied.
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
    let mut live: Vec<Live> = Vec::with_capacity(chains.len());
    for chain in &chains {
        let (current, first) = (stories.get(chain.current), stories.get(chain.first));
        let embargo = first.embargoed_until.unwrap_or(first.first_created);
        let published = first.first_created.max(embargo);
        if let Some(state) = state(current, now, &mut changes) {
            live.push(Live { current: chain.current, first: chain.first, state, published });
        }
    }
    let replaced = retire(stories, &mut live);
    live.sort_by(|a, b| (a.published, &stories.get(a.current).uri).cmp(&(b.published, &stories.get(b.current).uri)));
    for one in &live {
        let story = stories.get(one.current);
        if one.state == State::Published {
            changes.at(story.pin_until, || format!("pin of {} ends", story.uri));
            // A date in the future is not an embargo, but the age of the story counts from it.
            changes.at(Some(one.published), || format!("{} is as new as its date says", story.uri));
            changes.at(Some(one.published.plus_seconds(NEWS_SECONDS)), || {
                format!("{} leaves the news sitemap", story.uri)
            });
            if story.urgency <= BREAKING_URGENCY {
                let end = one.published.plus_seconds(rules.breaking);
                changes.at(Some(end), || format!("{} is no longer breaking", story.uri));
            }
        }
        for rights in story.rare().rights.iter().filter(|_| one.state != State::Tombstone) {
            changes.at(Some(rights.until), || format!("the rights to {} of {} end", rights.href, story.uri));
        }
        if one.state != State::Tombstone && story.first_created.max(story.version_created) > now {
            let message = format!(
                "the story is dated {}, later than the clock of the build",
                story.first_created.max(story.version_created)
            );
            let at = Location::file(format!("content/{}", story.source));
            found.diagnostics.push(
                Diagnostic::warning(Code::FutureDate, message)
                    .at(at)
                    .hint("it is public all the same; `embargoedUntil` holds a story back"),
            );
        }
    }
    for page in stories.pages.iter().chain(&stories.held) {
        for rights in &page.rights {
            changes.at(Some(rights.until), || format!("the rights to {} of content/{} end", rights.href, page.source));
        }
        changes.at(page.embargoed_until, || format!("embargo of content/{} ends", page.source));
    }
    let of_version = of_version(&live, &of_chain, chains.len());
    let with_id = |(retired, successor): (StoryId, StoryId)| Some((retired, of_version[successor.index()]?));
    found.value.replaced = replaced.into_iter().filter_map(with_id).collect();
    found.value.of_version = of_version;
    found.value.live = live;
    found.value.next_change = changes.next;
    found
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
        let lowest = stories.get(chain.first);
        if (story.version, &story.source) < (lowest.version, &lowest.source) {
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
    /// The table of states: the first row that holds decides. `None` is hidden.
    pub fn state(self, now: Timestamp) -> Option<State> {
        match self.status {
            Status::Canceled => Some(State::Tombstone),
            Status::Withheld | Status::Unreadable => None,
            Status::Usable if self.embargoed_until.is_some_and(|end| end > now) => None,
            Status::Usable if self.advisory => None,
            Status::Usable if self.expires.is_some_and(|end| end <= now) => Some(State::Archived),
            Status::Usable => Some(State::Published),
        }
    }
}

/// The state of the version that counts; notes when the clock alone will change it.
fn state(current: &Story, now: Timestamp, changes: &mut Changes) -> Option<State> {
    let Story { status, embargoed_until, advisory, expires, .. } = *current;
    let state = Conditions { status, embargoed_until, advisory, expires }.state(now);
    if status == Status::Usable {
        match state {
            None => changes.at(embargoed_until, || format!("embargo of {} ends", current.uri)),
            Some(State::Published) => changes.at(expires, || format!("{} expires", current.uri)),
            Some(State::Archived | State::Tombstone) => {}
        }
    }
    state
}

/// Takes out stories that a newer public story replaces. A killed successor retires its predecessor too: the older text must
/// not come back because the newer one was withdrawn. Returns the retired stories, and the version that took each one's place.
fn retire(stories: &Stories, live: &mut Vec<Live>) -> Vec<(StoryId, StoryId)> {
    if !live.iter().any(|one| !stories.get(one.current).rare().replaces.is_empty()) {
        return Vec::new();
    }
    let by_uri: FxHashMap<&str, usize> =
        live.iter().enumerate().map(|(at, one)| (&*stories.get(one.current).uri, at)).collect();
    let order = |one: &Live| {
        let story = stories.get(one.current);
        (story.version_created, story.uri.clone())
    };
    let mut successor: Vec<Option<usize>> = vec![None; live.len()];
    for (at, one) in live.iter().enumerate() {
        for uri in &stories.get(one.current).rare().replaces {
            if let Some(&old) = by_uri.get(uri.as_str()) {
                // Only the later of two may replace the other, so no circle can retire both.
                if old != at && live[old].state != State::Tombstone && order(one) > order(&live[old]) {
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
        if live[end].state != State::Tombstone {
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
fn of_version(live: &[Live], of_chain: &[u32], chains: usize) -> Vec<Option<LiveId>> {
    let mut by_chain: Vec<Option<LiveId>> = vec![None; chains];
    for (one, at) in live.iter().zip(0..) {
        by_chain[of_chain[one.current.index()] as usize] = Some(LiveId(at));
    }
    of_chain.iter().map(|chain| by_chain.get(*chain as usize).copied().flatten()).collect()
}

/// Collects the earliest moment at which the clock alone changes something.
struct Changes {
    now: Timestamp,
    next: Option<(Timestamp, String)>,
}

impl Changes {
    fn at(&mut self, time: Option<Timestamp>, reason: impl FnOnce() -> String) {
        if let Some(time) = time.filter(|time| *time > self.now)
            && self.next.as_ref().is_none_or(|(known, _)| time < *known)
        {
            self.next = Some((time, reason()));
        }
    }
}
