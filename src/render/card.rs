//! Cards: a story as other pages show it. Fields that few themes show are made, and are part of a page's key, only where its templates read them.

use super::key::Keys;
use super::views::{CardView, CorrectionView, DateView, LabelView, Link, PictureView, Shown, SponsorView};
use super::{Renderer, dates};
use crate::clock::{Day, Timestamp, two_digits};
use crate::desk::{PublicId, PublicStory, Visibility};
use crate::hash::{Hash, Hasher};
use crate::index::ListOf;
use crate::story::{NameId, Story};
use crate::theme::Fields;
use tera::Value;

/// How many cards a worker keeps; a power of two.
const CARDS: usize = 2048;

/// The cards that one worker made last. Pages near one another in time show the same stories, so where pages are rendered in
/// that order most cards are made once.
#[derive(Default)]
pub struct Cards(Vec<Option<(CardForm, Value)>>);

/// A story, whether its card says that it is newer, and which fields the card has.
type CardForm = (PublicId, bool, Fields);

impl Cards {
    /// The card of a story with at least these fields. Others, which another template read, are left in: this one does not read them.
    pub(super) fn get(&mut self, form: CardForm, make: impl FnOnce(CardForm) -> Value) -> Value {
        let (id, newer, fields) = form;
        if self.0.is_empty() {
            self.0.resize(CARDS, None);
        }
        // A story stands beside older and newer ones in turn; the two forms must not push each other out.
        let slot = &mut self.0[(id.index() * 2 + usize::from(newer)) % CARDS];
        let had = match slot {
            Some(((known, form, had), card)) if *known == id && *form == newer => {
                if had.has(fields) {
                    return card.clone();
                }
                *had
            }
            _ => Fields::NONE,
        };
        let form = (id, newer, fields.and(had));
        let card = make(form);
        *slot = Some((form, card.clone()));
        card
    }
}

impl Renderer<'_> {
    pub(super) fn card(&self, (id, newer, fields): CardForm) -> Value {
        let live = self.site.public.get(id);
        let story = self.site.stories.get(live.current);
        let section = self.site.stories.get(live.first).section;
        let picture = story.rare().picture.as_ref();
        let picture = picture
            .and_then(|picture| Some(PictureView { alt: picture.alt.clone(), ..self.picture_view(&picture.file)? }));
        let view = CardView {
            url: self.story_url(id),
            headline: &story.headline,
            kicker: &story.kicker,
            description: &story.description,
            section: self.section(story.edition, section).value.clone(),
            published: self.date(story.edition, live.published),
            corrected: story.corrected,
            correction: story.corrected.then(|| self.correction(story)),
            updated: if fields.has(Fields::UPDATED) { self.updated(live, story) } else { None },
            alert: story.is_headline_alone(),
            archived: live.visibility == Visibility::Archived,
            urgency: story.urgency,
            picture,
            language: self.story_language(story),
            dir: self.direction(story),
            authors: if fields.has(Fields::AUTHORS) { self.authors(story) } else { Vec::new() },
            topics: if fields.has(Fields::TOPICS) { self.topics(story) } else { Vec::new() },
            genres: if fields.has(Fields::GENRES) { self.genres(story) } else { Vec::new() },
            label: self.label(story).filter(|_| fields.has(Fields::LABEL)),
            sponsor: sponsor(story),
            extra: if fields.has(Fields::EXTRA) { extra(story) } else { Value::none() },
            newer,
        };
        Value::from_serializable(&Shown { view: &view, fields })
    }

    /// When a story was last changed, where that is after its first publication.
    pub(super) fn updated(&self, live: &PublicStory, story: &Story) -> Option<DateView> {
        (story.version_created > live.published).then(|| self.unlinked_date(story.edition, story.version_created))
    }

    /// The correction notice of a story as its card has it.
    pub(super) fn correction(&self, story: &Story) -> CorrectionView {
        let date = story.rare().corrected_at.map(|date| self.unlinked_date(story.edition, date));
        CorrectionView { note: story.rare().note.clone().unwrap_or_default(), date }
    }

    /// The cards of stories with the fields that are wanted besides the usual ones.
    pub(super) fn cards(&self, fields: Fields, cards: &mut Cards, ids: impl Iterator<Item = PublicId>) -> Vec<Value> {
        let shown = ids.filter(|id| !self.story_url(*id).is_empty()).map(|id| (id, false, fields));
        shown.map(|form| cards.get(form, |form| self.card(form))).collect()
    }

    /// The fields of cards that a template reads. Whoever explains a page sees all.
    pub(super) fn card_fields(&self, template: &str) -> Fields {
        if self.observer.is_some() { Fields::ALL } else { self.site.theme.reads(template).cards }
    }

    pub(super) fn authors(&self, story: &Story) -> Vec<Link> {
        let names = &self.site.stories.authors;
        let link = |id: &NameId| self.list_link(story.edition, ListOf::Author(*id), names.name(*id));
        story.authors.iter().map(link).collect()
    }

    pub(super) fn topics(&self, story: &Story) -> Vec<Link> {
        let names = &self.site.stories.topics;
        let link = |id: &NameId| self.list_link(story.edition, ListOf::Topic(*id), names.name(*id));
        story.topics.iter().map(link).collect()
    }

    pub(super) fn genres(&self, story: &Story) -> Vec<String> {
        story.genres.iter().map(|id| self.site.stories.genres.name(*id).to_string()).collect()
    }

    /// The label of the first of a story's genres that has one.
    pub(super) fn label(&self, story: &Story) -> Option<LabelView> {
        let label = &self.site.config.labels[self.lookups.label(story)?];
        let name = label.name.get(self.language(story.edition)).unwrap_or_default().to_string();
        Some(LabelView { name, style: label.style.clone() })
    }

    /// A time of a day on which no story needs to have come, so it has no link to that day.
    pub(super) fn unlinked_date(&self, edition: u8, time: Timestamp) -> DateView {
        DateView { url: String::new(), ..self.date(edition, time) }
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
            day: day.to_string(),
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

    /// A hash of all that a story's card shows, whatever its template reads.
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
        hasher.number(i64::from(story.corrected));
        hasher.number(i64::from(story.is_headline_alone())).number(i64::from(story.urgency));
        hasher.bytes(self.story_language(story));
        if let Some(sponsor) = &story.rare().sponsor {
            hasher.bytes(&sponsor.name).optional(sponsor.url.as_deref());
        }
        if let Some(picture) = &story.rare().picture {
            self.picture_hash(&picture.file, hasher.bytes(&picture.alt));
        }
        hasher.finish()
    }
}

impl Keys<'_, '_> {
    /// Adds what a card shows in the fields that a template reads.
    pub(super) fn card(&self, id: PublicId, fields: Fields, part: &mut Hasher) {
        let renderer = self.renderer;
        let live = renderer.site.public.get(id);
        let story = renderer.site.stories.get(live.current);
        part.hash(self.cards[id.index()]);
        if fields.has(Fields::AUTHORS) {
            story.authors.iter().for_each(|id| self.name(story.edition, ListOf::Author(*id), part));
            part.number(0);
        }
        if fields.has(Fields::TOPICS) {
            story.topics.iter().for_each(|id| self.name(story.edition, ListOf::Topic(*id), part));
            part.number(0);
        }
        if fields.has(Fields::GENRES) {
            self.genres(story, part);
        }
        if fields.has(Fields::LABEL) {
            self.label(story, part);
        }
        if fields.has(Fields::EXTRA) {
            part.optional(story.rare().extra.as_deref());
        }
        if fields.has(Fields::UPDATED) {
            part.number(story.version_created.max(live.published).millis());
        }
    }

    /// The genres of a story, as they are spelt.
    pub(super) fn genres(&self, story: &Story, part: &mut Hasher) {
        for id in &story.genres {
            part.bytes(self.renderer.site.stories.genres.name(*id));
        }
        part.number(0);
    }

    /// What the label of a story says.
    pub(super) fn label(&self, story: &Story, part: &mut Hasher) {
        match self.renderer.label(story) {
            Some(LabelView { name, style }) => part.bytes(name).bytes(style),
            None => part.number(0),
        };
    }
}

/// Who paid for a story.
pub(super) fn sponsor(story: &Story) -> Option<SponsorView> {
    let sponsor = story.rare().sponsor.as_ref()?;
    Some(SponsorView { name: sponsor.name.clone(), url: sponsor.url.clone().unwrap_or_default() })
}

/// The `extra` of a story's front matter.
fn extra(story: &Story) -> Value {
    let extra = story.rare().extra.as_deref().and_then(|json| serde_json::from_str(json).ok());
    let extra: serde_json::Value = extra.unwrap_or_else(|| serde_json::json!({}));
    Value::from_serializable(&extra)
}
