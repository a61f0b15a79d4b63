//! Which stories stand in which zone of a front, and why.
//!
//! This is the one place where a pick becomes a story: [`Picks`] looks it up among all versions and asks `desk` whether it is published.
//! What comes out has ids of published stories only, and only those zones that are due and have something to show.

use super::{Index, ListOf};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::desk::{Hidden, PublicId, PublicStories, Visibility};
use crate::diag::{Checked, Code, Diagnostic, Location, Severity, plural};
use crate::front::{Front, ValueAt, Zone, ZoneKind};
use crate::path::nfc;
use crate::story::{NameId, Stories, StoryId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Faults of the picks of one front that are listed.
const FAULTS: usize = 20;

/// What the fronts show.
#[derive(Debug, Default)]
pub struct Fronts {
    /// By edition; those that no file arranges have no zones.
    pub editions: Vec<Arrangement>,
    /// Heads of the lists of sections, by their place in [`Index::lists`].
    pub lists: BTreeMap<u32, Arrangement>,
    /// The next moment at which a zone comes or goes, and which.
    pub next_change: Option<(Timestamp, String)>,
}

/// Zones from top to bottom.
#[derive(Debug, Default)]
pub struct Arrangement {
    /// The file, by its place among the fronts; `None` where there is none.
    pub front: Option<usize>,
    /// Those that show something.
    pub zones: Vec<ShownZone>,
}

/// A zone that shows something.
#[derive(Debug)]
pub struct ShownZone {
    /// What it is.
    pub kind: ZoneKind,
    /// Its place among the zones of the front; `None` for the lead of a section that no file names.
    pub zone: Option<usize>,
    /// Its stories, in order.
    pub stories: Vec<Placed>,
    /// Stories below a lead.
    pub links: Vec<PublicId>,
    /// The list of its section, by its place in [`Index::lists`].
    pub list: Option<u32>,
    /// Whether it is independent: it may show stories of other zones, and they may show its stories.
    pub repeats: bool,
}

/// A story in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The story.
    pub id: PublicId,
    /// Whether the file picks it; else the automatic order did.
    pub is_pick: bool,
}

impl Fronts {
    /// Every arrangement by a file, in a fixed order.
    pub fn all(&self) -> impl Iterator<Item = &Arrangement> {
        self.editions.iter().chain(self.lists.values()).filter(|arrangement| arrangement.front.is_some())
    }
}

impl Arrangement {
    /// A zone in its file; `None` where no file has it.
    pub fn of_file<'f>(&self, fronts: &'f [Front], shown: &ShownZone) -> Option<(&'f Front, &'f Zone)> {
        let front = &fronts[self.front?];
        Some((front, &front.zones[shown.zone?]))
    }

    /// The stories that are not shown again below its zones.
    pub fn stories(&self) -> impl Iterator<Item = PublicId> {
        self.zones.iter().filter(|zone| !zone.repeats).flat_map(ShownZone::all)
    }
}

impl ShownZone {
    /// Its stories and links.
    fn all(&self) -> impl Iterator<Item = PublicId> {
        self.stories.iter().map(|placed| placed.id).chain(self.links.iter().copied())
    }
}

/// What fronts are arranged from.
#[derive(Clone, Copy)]
pub struct FrontInputs<'a> {
    /// The settings.
    pub config: &'a Config,
    /// All versions.
    pub stories: &'a Stories,
    /// What is public.
    pub public: &'a PublicStories,
    /// Lists.
    pub index: &'a Index,
    /// The clock of the build.
    pub now: Timestamp,
}

/// Arranges every front page and the head of every section.
pub fn arrange(inputs: FrontInputs, fronts: &[Front]) -> Checked<Fronts> {
    let mut found: Checked<Fronts> = Checked::default();
    let editions = inputs.config.languages.len();
    found.value.editions.resize_with(editions, Arrangement::default);
    let picks = Picks::of(inputs, fronts);
    let lists = inputs.index.lists.iter().zip(0..).filter_map(|(list, at)| match list.of {
        ListOf::Category(id) => Some(((list.edition, id), at)),
        _ => None,
    });
    let lists: FxHashMap<(u8, NameId), u32> = lists.collect();
    for (front, at) in fronts.iter().zip(0..) {
        let pages = &inputs.config.pages;
        let (is_made, kind) = match front.of.section {
            None => (pages.front, "front"),
            Some(_) => (pages.categories, "categories"),
        };
        if !is_made {
            let message = format!("the front has no page: `{kind}` of `pages` is off");
            let diagnostic = Diagnostic::warning(Code::FrontInvalid, message).at(Location::file(front.file()));
            found.diagnostics.push(diagnostic.hint("switch it on in dateline.yaml, or remove the file"));
            continue;
        }
        let list = match &front.of.section {
            None => None,
            Some(path) => {
                let section = section(inputs, front, None, path, &mut found.diagnostics);
                // A section that no public story is in has no page, and nobody may see why.
                let Some(list) = section.and_then(|id| lists.get(&(front.of.edition, id))) else { continue };
                Some(*list)
            }
        };
        note_changes(front, inputs.now, &mut found.value.next_change);
        let mut arranger = Arranger {
            inputs,
            front,
            picks: &picks,
            lists: &lists,
            automatic: Automatic::of(inputs, front.of.edition, list),
            taken: FxHashSet::default(),
            shown: FxHashSet::default(),
            diagnostics: Vec::new(),
            unlisted: 0,
            has_unlisted_error: false,
        };
        let arrangement = Arrangement { front: Some(at), zones: arranger.zones() };
        arranger.finish(&mut found.diagnostics);
        match list {
            None => found.value.editions[usize::from(front.of.edition)] = arrangement,
            // A section keeps its lead while its file shows nothing.
            Some(_) if arrangement.zones.is_empty() => {}
            Some(list) => drop(found.value.lists.insert(list, arrangement)),
        }
    }
    for (list, at) in inputs.index.lists.iter().zip(0..).filter(|(list, _)| matches!(list.of, ListOf::Category(_))) {
        found.value.lists.entry(at).or_insert_with(|| of_section(inputs, list.edition, at));
    }
    found
}

/// The head of a section that no file arranges: its lead.
fn of_section(inputs: FrontInputs, edition: u8, list: u32) -> Arrangement {
    let lead = Automatic::of(inputs, edition, Some(list)).leads().next();
    let stories: Vec<Placed> = lead.map(|id| Placed { id, is_pick: false }).into_iter().collect();
    let is_empty = stories.is_empty();
    let zone = ShownZone { kind: ZoneKind::Lead, zone: None, stories, links: Vec::new(), list: None, repeats: false };
    Arrangement { front: None, zones: if is_empty { Vec::new() } else { vec![zone] } }
}

/// The section of a path, which a story or a setting has to name.
fn section(
    inputs: FrontInputs,
    front: &Front,
    zone: Option<usize>,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<NameId> {
    let id = inputs.stories.sections.get(path);
    if id.is_none() {
        let message = format!("there is no section `{path}`");
        let hint =
            "no story and no setting names it; `navigation` or categories.yaml can name it before its first story";
        let diagnostic = match zone {
            Some(zone) => front.fault(Code::FrontInvalid, message, zone, Some(("section", None))),
            None => Diagnostic::error(Code::FrontInvalid, message).at(Location::file(front.file())),
        };
        diagnostics.push(diagnostic.hint(hint));
    }
    id
}

/// Notes when zones come and go.
fn note_changes(front: &Front, now: Timestamp, next: &mut Option<(Timestamp, String)>) {
    for zone in &front.zones {
        for (time, what) in [(zone.from, "begins"), (zone.until, "ends")] {
            let Some(time) = time.filter(|time| *time > now) else { continue };
            if next.as_ref().is_none_or(|(known, _)| time < *known) {
                *next = Some((time, format!("zone {} of {} {what}", zone.number + 1, front.file())));
            }
        }
    }
}

/// The automatic order of a front page or a section: the first stories by urgency, then all by time.
struct Automatic<'a> {
    first: Cow<'a, [PublicId]>,
    /// Oldest first; not all of them are published.
    by_time: &'a [PublicId],
    stories: &'a Stories,
    public: &'a PublicStories,
}

impl<'a> Automatic<'a> {
    fn of(inputs: FrontInputs<'a>, edition: u8, list: Option<u32>) -> Automatic<'a> {
        let FrontInputs { stories, public, index, config, .. } = inputs;
        let edition = usize::from(edition);
        let Some(list) = list else {
            let (first, by_time) = (Cow::Borrowed(&*index.fronts[edition]), &*index.published[edition]);
            return Automatic { first, by_time, stories, public };
        };
        // What the newest page of the list has at least: by day, urgency and time, as the front page, but without pins.
        let by_time = &*index.lists[list as usize].stories;
        let mut first: Vec<PublicId> = newest(by_time, public).take(config.lists.per_page).collect();
        first.sort_by_cached_key(|id| {
            let live = public.get(*id);
            let story = stories.get(live.current);
            (Reverse(live.published.day(&config.zone)), story.urgency, Reverse(live.published), story.uri.clone())
        });
        Automatic { first: Cow::Owned(first), by_time, stories, public }
    }

    fn by_urgency(&self) -> impl Iterator<Item = PublicId> {
        self.first.iter().copied().chain(self.newest())
    }

    /// What may lead: an alert, which is a headline alone, only where there is nothing else.
    fn leads(&self) -> impl Iterator<Item = PublicId> {
        let is_alert = |id: &PublicId| self.stories.get(self.public.get(*id).current).is_headline_alone();
        self.by_urgency().filter(move |id| !is_alert(id)).chain(self.by_urgency())
    }

    fn newest(&self) -> impl Iterator<Item = PublicId> {
        newest(self.by_time, self.public)
    }
}

/// The published ones of some stories, newest first.
fn newest<'a>(stories: &'a [PublicId], public: &'a PublicStories) -> impl Iterator<Item = PublicId> + use<'a> {
    stories.iter().rev().copied().filter(|id| public.get(*id).visibility == Visibility::Published)
}

/// Arranges one front.
struct Arranger<'a> {
    inputs: FrontInputs<'a>,
    front: &'a Front,
    picks: &'a Picks<'a>,
    lists: &'a FxHashMap<(u8, NameId), u32>,
    automatic: Automatic<'a>,
    /// What is kept for the zones that pick it.
    taken: FxHashSet<PublicId>,
    /// What stands above.
    shown: FxHashSet<PublicId>,
    diagnostics: Vec<Diagnostic>,
    /// How many further picks have a diagnostic that was not listed, and whether one of these is an error.
    unlisted: usize,
    has_unlisted_error: bool,
}

impl Arranger<'_> {
    fn zones(&mut self) -> Vec<ShownZone> {
        let front = self.front;
        // What is wrong is said of zones that are not due, too: before their time comes.
        let picked: Vec<(Vec<PublicId>, Vec<PublicId>)> = front.zones.iter().map(|zone| self.picked(zone)).collect();
        let due = || front.zones.iter().zip(&picked).enumerate().filter(|(_, (zone, _))| zone.is_due(self.inputs.now));
        let taken = due().filter(|(_, (zone, _))| !zone.repeat);
        // Picks beyond the count are not shown, so they are free for others.
        let taken = taken.flat_map(|(_, (zone, (stories, links)))| {
            stories.iter().take(zone.count.unwrap_or(usize::MAX)).chain(links).copied()
        });
        let taken = taken.collect();
        let due: Vec<_> = due().collect();
        self.taken = taken;
        let zones = due.into_iter().filter_map(|(at, (zone, (stories, links)))| self.zone(at, zone, stories, links));
        zones.collect()
    }

    /// The picks of a zone that are published: its stories, and the links of a lead.
    fn picked(&mut self, zone: &Zone) -> (Vec<PublicId>, Vec<PublicId>) {
        let key = if zone.kind == ZoneKind::Lead { "story" } else { "stories" };
        (self.published(zone, key, &zone.stories), self.published(zone, "links", &zone.links))
    }

    fn published(&mut self, zone: &Zone, key: &'static str, picks: &[String]) -> Vec<PublicId> {
        let mut ids: Vec<PublicId> = Vec::new();
        for (text, item) in picks.iter().zip(0..) {
            let at = (key, (key != "story").then_some(item));
            match self.picks.get(text) {
                Pick::Published(id) if ids.contains(&id) => {}
                Pick::Published(id) => ids.push(id),
                Pick::Hidden(story) if zone.is_due(self.inputs.now) => {
                    let message = format!("`{text}` is picked and not shown: it is {}", why(self.inputs, story));
                    let hint = "another story takes its place, or the zone is left out";
                    self.say(Severity::Note, message, hint, (zone.number, at));
                }
                Pick::Hidden(_) => {}
                Pick::Unknown => {
                    let message = format!("`{text}` is picked, and there is no such story");
                    let hint = "write the `uri` of a story, or its file, as in 2026/11/23/strike.md";
                    self.say(Severity::Error, message, hint, (zone.number, at));
                }
            }
        }
        ids
    }

    /// Adds a diagnostic about a pick. Their number is limited, because finding each place means reading the file again.
    fn say(&mut self, severity: Severity, message: String, hint: &str, (zone, at): (usize, ValueAt)) {
        if self.diagnostics.len() < FAULTS {
            let fault = self.front.fault(Code::FrontPick, message, zone, Some(at));
            self.diagnostics.push(Diagnostic { severity, ..fault.hint(hint) });
            return;
        }
        self.unlisted += 1;
        self.has_unlisted_error |= severity == Severity::Error;
    }

    /// What was found, and how much more.
    fn finish(mut self, found: &mut Vec<Diagnostic>) {
        if self.unlisted > 0 {
            let severity = if self.has_unlisted_error { Severity::Error } else { Severity::Note };
            let message = format!("and {} not shown", plural(self.unlisted, "more pick is", "more picks are"));
            let at = Location::file(self.front.file());
            self.diagnostics.push(Diagnostic::new(severity, Code::FrontPick, message).at(at));
        }
        found.extend(self.diagnostics);
    }

    /// What a zone shows; `None` where that is nothing.
    fn zone(&mut self, at: usize, zone: &Zone, stories: &[PublicId], links: &[PublicId]) -> Option<ShownZone> {
        let (kind, repeats) = (zone.kind, zone.repeat);
        let mut shown = ShownZone { kind, zone: Some(at), stories: Vec::new(), links: Vec::new(), list: None, repeats };
        if zone.kind == ZoneKind::Section {
            let id = section(self.inputs, self.front, Some(zone.number), &zone.section, &mut self.diagnostics)?;
            shown.list = Some(*self.lists.get(&(self.front.of.edition, id))?);
        }
        let is_new = |id: &PublicId| zone.repeat || !self.shown.contains(id);
        let picks: Vec<PublicId> = stories.iter().copied().filter(is_new).collect();
        let usual = zone.kind.usual_count().max(picks.len());
        let count = if zone.kind == ZoneKind::Lead { 1 } else { zone.count.unwrap_or(usual) };
        let passes = |id: &PublicId| {
            !picks.contains(id) && (zone.repeat || !self.shown.contains(id) && !self.taken.contains(id))
        };
        let mut placed: Vec<Placed> = picks.iter().take(count).map(|id| Placed { id: *id, is_pick: true }).collect();
        let left = count - placed.len();
        let mut seen = FxHashSet::default();
        let mut fill = |ids: &mut dyn Iterator<Item = PublicId>| {
            let ids = ids.filter(|id| passes(id) && seen.insert(*id)).take(left);
            placed.extend(ids.map(|id| Placed { id, is_pick: false }));
        };
        match shown.list {
            Some(list) => fill(&mut newest(&self.inputs.index.lists[list as usize].stories, self.inputs.public)),
            None if zone.kind == ZoneKind::Latest => fill(&mut self.automatic.newest()),
            None if zone.kind == ZoneKind::Lead => fill(&mut self.automatic.leads()),
            None => fill(&mut self.automatic.by_urgency()),
        }
        let is_lead = |id: &PublicId| placed.iter().any(|placed| placed.id == *id);
        shown.links = links.iter().copied().filter(|id| is_new(id) && !is_lead(id)).collect();
        shown.stories = placed;
        if !repeats {
            self.shown.extend(shown.all());
        }
        let needs_stories = !matches!(zone.kind, ZoneKind::Text | ZoneKind::Slot);
        (!needs_stories || !shown.stories.is_empty()).then_some(shown)
    }
}

/// What became of a pick.
enum Pick {
    Published(PublicId),
    /// There is such a story, and it is not published.
    Hidden(StoryId),
    Unknown,
}

/// Every pick of every front, with the version that it means.
struct Picks<'a> {
    known: FxHashMap<Cow<'a, str>, Option<StoryId>>,
    public: &'a PublicStories,
}

impl<'a> Picks<'a> {
    fn of(inputs: FrontInputs<'a>, fronts: &'a [Front]) -> Picks<'a> {
        let FrontInputs { stories, public, .. } = inputs;
        let zones = fronts.iter().flat_map(|front| &front.zones);
        let texts = zones.flat_map(|zone| zone.stories.iter().chain(&zone.links));
        let mut known: FxHashMap<Cow<str>, Option<StoryId>> = texts.map(|text| (name(text), None)).collect();
        if known.is_empty() {
            return Picks { known, public };
        }
        for id in stories.ids() {
            let story = stories.get(id);
            // Of the versions of a story one that is public says more than a draft.
            let mut note = |name: &str| {
                let Some(noted) = known.get_mut(name) else { return };
                let is_public = |id: &StoryId| public.of_version[id.index()].is_some();
                if !noted.as_ref().is_some_and(is_public) {
                    *noted = Some(id);
                }
            };
            note(&story.uri);
            note(&nfc(story.source.as_str()));
        }
        Picks { known, public }
    }

    fn get(&self, text: &str) -> Pick {
        let Some(story) = self.known.get(&name(text)).copied().flatten() else { return Pick::Unknown };
        let live =
            self.public.of_version[story.index()].filter(|id| self.public.get(*id).visibility == Visibility::Published);
        live.map_or(Pick::Hidden(story), Pick::Published)
    }
}

/// A pick as stories are found by: a uri as it stands, a file by its path below `content/`.
fn name(text: &str) -> Cow<'_, str> {
    let is_file = text.ends_with(".md") && !text.contains(':');
    if is_file { nfc(text.trim_start_matches('/')) } else { Cow::Borrowed(text) }
}

/// Why a story that a front picks is not shown, in words that follow "it is".
fn why(inputs: FrontInputs, id: StoryId) -> String {
    match inputs.public.hidden(inputs.stories, id, inputs.now) {
        Some(Hidden::Embargo(until)) => format!("under embargo until {until}"),
        Some(hidden) => hidden.words().to_string(),
        None => match inputs.public.of_version[id.index()].map(|live| inputs.public.get(live).visibility) {
            Some(Visibility::Tombstone) => Hidden::Withdrawn.words().to_string(),
            Some(Visibility::Archived) => "archived, since it has expired".to_string(),
            Some(Visibility::Published) | None => Hidden::Replaced.words().to_string(),
        },
    }
}
