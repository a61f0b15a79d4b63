//! Cards: a story as other pages show it.

use super::views::{CardView, CorrectionView, DateView, PictureView};
use super::{Renderer, dates};
use crate::clock::{Day, Timestamp, two_digits};
use crate::desk::{PublicId, Visibility};
use crate::hash::{Hash, Hasher};
use crate::index::ListOf;
use crate::story::Story;
use tera::Value;

/// How many cards a worker keeps; a power of two.
const CARDS: usize = 2048;

/// The cards that one worker made last. Pages near one another in time show the same stories, so where pages are rendered in
/// that order most cards are made once.
#[derive(Default)]
pub struct Cards(Vec<Option<(PublicId, bool, Value)>>);

impl Cards {
    pub(super) fn get(&mut self, id: PublicId, newer: bool, make: impl FnOnce() -> Value) -> Value {
        if self.0.is_empty() {
            self.0.resize(CARDS, None);
        }
        // A story stands beside older and newer ones in turn; the two forms must not push each other out.
        let slot = &mut self.0[(id.index() * 2 + usize::from(newer)) % CARDS];
        match slot {
            Some((known, form, card)) if *known == id && *form == newer => card.clone(),
            _ => {
                let card = make();
                *slot = Some((id, newer, card.clone()));
                card
            }
        }
    }
}

impl Renderer<'_> {
    pub(super) fn card(&self, id: PublicId, newer: bool) -> Value {
        let live = self.site.public.get(id);
        let story = self.site.stories.get(live.current);
        let section = self.site.stories.get(live.first).section;
        let language = self.story_language(story);
        let picture = story.rare().picture.as_ref();
        let picture = picture
            .and_then(|picture| Some(PictureView { alt: picture.alt.clone(), ..self.picture_view(&picture.file)? }));
        Value::from_serializable(&CardView {
            url: self.story_url(id).to_string(),
            headline: story.headline.to_string(),
            kicker: story.kicker.to_string(),
            description: story.description.to_string(),
            section: self.section_link(story.edition, section),
            published: self.date(story.edition, live.published),
            corrected: story.corrected,
            correction: story.corrected.then(|| self.correction(story)),
            updated: story.version_created > live.published,
            alert: story.is_headline_alone(),
            archived: live.visibility == Visibility::Archived,
            urgency: story.urgency,
            picture,
            language: language.to_string(),
            dir: self.direction(story).to_string(),
            newer,
        })
    }

    /// The correction notice of a story as its card has it. No story needs to have come that day, so it has no link to the day.
    pub(super) fn correction(&self, story: &Story) -> CorrectionView {
        let date =
            story.rare().corrected_at.map(|date| DateView { url: String::new(), ..self.date(story.edition, date) });
        CorrectionView { note: story.rare().note.clone().unwrap_or_default(), date }
    }

    pub(super) fn cards(&self, cards: &mut Cards, ids: impl Iterator<Item = PublicId>) -> Vec<Value> {
        let shown = ids.filter(|id| !self.story_url(*id).is_empty());
        shown.map(|id| cards.get(id, false, || self.card(id, false))).collect()
    }

    pub(super) fn date(&self, edition: u8, time: Timestamp) -> DateView {
        let zone = &self.site.config.zone;
        let local = time.in_zone(zone);
        let day = Day::from(local.date());
        let mut clock = String::with_capacity(5);
        two_digits(&mut clock, local.hour().unsigned_abs());
        clock.push(':');
        two_digits(&mut clock, local.minute().unsigned_abs());
        DateView {
            iso: time.rfc3339(zone),
            date: self.lookups.dates.long(usize::from(edition), day),
            time: clock,
            url: self.day_url(edition, day).to_string(),
        }
    }

    /// Path of a day's page, or empty.
    pub(super) fn day_url(&self, edition: u8, day: Day) -> &str {
        let list = self.plan.lists.get(&(edition, ListOf::Day(day)));
        list.map_or("", |at| self.plan.list_urls[*at as usize].as_str())
    }

    /// The tag of a story's own language.
    pub(super) fn story_language<'s>(&'s self, story: &'s Story) -> &'s str {
        if story.language.is_empty() { self.language(story.edition) } else { &story.language }
    }

    /// `ltr` or `rtl` by a story's own language.
    pub(super) fn direction(&self, story: &Story) -> &str {
        if story.language.is_empty() {
            &self.editions[usize::from(story.edition)].view.dir
        } else {
            dates::direction(&story.language)
        }
    }

    pub(super) fn story_url(&self, id: PublicId) -> &str {
        &self.plan.story_urls[id.index()]
    }

    /// A hash of all that a story's card shows.
    pub(super) fn card_hash(&self, id: PublicId, sections: &[Vec<Hash>], hasher: &mut Hasher) -> Hash {
        let live = self.site.public.get(id);
        let story = self.site.stories.get(live.current);
        let section = self.site.stories.get(live.first).section;
        hasher.bytes(self.story_url(id)).bytes(&*story.headline).bytes(&*story.kicker).bytes(&*story.description);
        hasher.hash(sections[usize::from(story.edition)][section.index()]);
        hasher.number(live.published.millis()).number(live.visibility as i64);
        hasher.bytes(self.day_url(story.edition, live.published.day(&self.site.config.zone)));
        hasher.optional(story.rare().note.as_deref().filter(|_| story.corrected));
        hasher.number(story.rare().corrected_at.map_or(i64::MIN, |date| date.millis()));
        hasher.number(i64::from(story.corrected)).number(i64::from(story.version_created > live.published));
        hasher.number(i64::from(story.is_headline_alone())).number(i64::from(story.urgency));
        hasher.bytes(self.story_language(story));
        if let Some(picture) = &story.rare().picture {
            self.picture_hash(&picture.file, hasher.bytes(&picture.alt));
        }
        hasher.finish()
    }
}
