//! Why a page shows the stories it shows.

use super::Renderer;
use crate::desk::{PublicId, Visibility};
use crate::front::ZoneKind;
use crate::index::fronts::Arrangement;
use crate::plan::{Page, PageOf};
use crate::story::StoryId;

/// A story that a page shows beside its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The version shown.
    pub story: StoryId,
    /// Path of its page.
    pub url: String,
    /// Why it is there, in words.
    pub why: String,
}

impl Renderer<'_> {
    /// The stories that a page shows, in its order, and why each is there.
    pub fn shown(&self, page: &Page) -> Vec<Shown> {
        let site = &self.site;
        let n = site.config.lists.per_page;
        match page.of {
            PageOf::Story(id) => self.related_shown(id),
            PageOf::Front(edition) => {
                let mut shown = self.zones_shown(&site.index.arranged.editions[usize::from(edition)]);
                if !shown.is_empty() {
                    shown.extend(self.each(site.index.breaking[usize::from(edition)].iter().copied(), |id| {
                        format!("breaking: {}", self.front_reason(id))
                    }));
                    return shown;
                }
                let front = site.index.fronts[usize::from(edition)].iter().copied();
                shown.extend(self.each(front, |id| format!("front page: {}", self.front_reason(id))));
                let latest = self.front_latest(edition);
                shown.extend(self.each(latest, |id| format!("latest: {}", self.published(id))));
                for (section, newest) in self.front_sections(edition) {
                    let name = site.stories.sections.slug(section).to_string();
                    shown.extend(
                        self.each(newest.into_iter(), |id| format!("newest in {name}: {}", self.published(id))),
                    );
                }
                shown
            }
            PageOf::List(at, number) => {
                let list = &site.index.lists[at as usize];
                let place = list.page(n, number);
                let from_oldest = place.clone().rev().map(|at| at + 1).collect::<Vec<_>>();
                let mut in_list = self.each(list.stories[place].iter().rev().copied(), |id| self.published(id));
                for (one, at) in in_list.iter_mut().zip(from_oldest) {
                    one.why = format!("number {at} from the oldest; {}", one.why);
                }
                let head = site.index.arranged.lists.get(&at).filter(|_| number == 0);
                let mut shown: Vec<Shown> = head.map(|zones| self.zones_shown(zones)).unwrap_or_default();
                shown.extend(in_list);
                shown
            }
            PageOf::Feed(of, _) => self.each(self.feed_stories(of), |id| self.published(id)),
            _ => Vec::new(),
        }
    }

    /// The stories in the zones of a front, and why each stands there.
    fn zones_shown(&self, arrangement: &Arrangement) -> Vec<Shown> {
        let mut all = Vec::new();
        for shown in &arrangement.zones {
            let number = shown.zone.map(|at| {
                let zones = arrangement.front.map(|front| &self.site.fronts[front].zones);
                zones.and_then(|zones| zones.get(at)).map_or(at + 1, |zone| zone.number + 1)
            });
            let kind = shown.kind.as_str();
            let name = number.map_or_else(|| kind.to_string(), |number| format!("zone {number}, {kind}"));
            for placed in &shown.stories {
                let by_time = shown.list.is_some() || shown.kind == ZoneKind::Latest;
                all.extend(self.each([placed.id].into_iter(), |id| match (placed.is_pick, by_time) {
                    (true, _) => format!("{name}: picked; {}", self.published(id)),
                    (false, true) => format!("{name}: automatic, by time; {}", self.published(id)),
                    (false, false) => format!("{name}: automatic, by urgency; {}", self.front_reason(id)),
                }));
            }
            all.extend(
                self.each(shown.links.iter().copied(), |id| {
                    format!("{name}: picked as a link; {}", self.published(id))
                }),
            );
        }
        all
    }

    fn each(&self, ids: impl Iterator<Item = PublicId>, why: impl Fn(PublicId) -> String) -> Vec<Shown> {
        let has_page = |id: &PublicId| !self.story_url(*id).is_empty();
        ids.filter(has_page)
            .map(|id| Shown {
                story: self.site.public.get(id).current,
                url: self.story_url(id).to_string(),
                why: why(id),
            })
            .collect()
    }

    fn published(&self, id: PublicId) -> String {
        let live = self.site.public.get(id);
        let state = if live.visibility == Visibility::Archived { ", archived" } else { "" };
        format!("published {}{state}", live.published.rfc3339(&self.site.config.zone))
    }

    fn front_reason(&self, id: PublicId) -> String {
        let live = self.site.public.get(id);
        let story = self.site.stories.get(live.current);
        let pin = story.pin_until.filter(|until| *until > self.site.now);
        let pin = pin.map(|until| format!("pinned until {}; ", until.rfc3339(&self.site.config.zone)));
        format!("{}urgency {}, {}", pin.unwrap_or_default(), story.urgency, self.published(id))
    }

    fn related_shown(&self, id: PublicId) -> Vec<Shown> {
        let site = &self.site;
        let story = site.stories.get(site.public.get(id).current);
        let scores = site.index.scores(site.stories, site.public, site.config, id);
        let related = self.related_ids(id, story, &mut Vec::new());
        let wanted = story.rare().related.len();
        self.each(related.into_iter(), |other| {
            let uri = &*site.stories.get(site.public.get(other).current).uri;
            let slug = &*site.stories.get(site.public.get(other).first).slug;
            let is_picked = wanted > 0 && story.rare().related.iter().any(|name| name == uri || name == slug);
            let score = scores.iter().find(|(known, _)| *known == other).map(|(_, score)| *score);
            let reason = match (is_picked, score) {
                (true, _) => "named under `related`".to_string(),
                (false, Some(score)) => format!("related by its words, score {score:.2}"),
                (false, None) => "related by its words".to_string(),
            };
            format!("{reason}; {}", self.published(other))
        })
    }
}
