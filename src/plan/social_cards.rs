//! Which pages have a social card of their own, and what it says.
//!
//! The newest stories without a picture have one, and every edition, for all its other pages. Only public stories can have one,
//! since only these have an id. A story whose card the fonts cannot draw has none, so its page names the edition's.

use super::planner::Planner;
use super::{Inputs, PageOf, story_url};
use crate::desk::PublicId;
use crate::diag::{Code, Diagnostic, Location};
use crate::hash::Hash;
use crate::picture::social_card::{self, Card};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Whose card one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardOf {
    /// That of an edition.
    Edition(u8),
    /// That of a story.
    Story(PublicId),
}

/// The cards of a site.
#[derive(Clone, Debug, Default)]
pub struct SocialCards {
    stories: FxHashMap<PublicId, Hash>,
    editions: Vec<Option<Hash>>,
}

impl SocialCards {
    /// The hash of a card; `None` where there is none.
    pub fn get(&self, of: CardOf) -> Option<Hash> {
        match of {
            CardOf::Edition(edition) => self.editions.get(usize::from(edition)).copied().flatten(),
            CardOf::Story(id) => self.stories.get(&id).copied(),
        }
    }

    /// All of them, in no order.
    pub fn hashes(&self) -> impl Iterator<Item = Hash> + '_ {
        self.editions.iter().flatten().chain(self.stories.values()).copied()
    }
}

/// What a card says.
pub fn card<'a>(site: &Inputs<'a>, of: CardOf) -> Card<'a> {
    let (config, stories) = (site.config, site.stories);
    let language = |edition: u8| config.languages[usize::from(edition)].as_str();
    match of {
        CardOf::Edition(edition) => {
            let (language, title) = (language(edition), config.title.as_str());
            let about = config.description.get(language).filter(|about| !about.is_empty());
            // A name is enough: it stands where the headline does, and not twice.
            let (brand, headline) = about.map_or(("", title), |about| (title, about));
            Card { language, edition: language, brand, kicker: Cow::Borrowed(""), headline, day: None }
        }
        CardOf::Story(id) => {
            let live = site.public.get(id);
            let (story, first) = (stories.get(live.current), stories.get(live.first));
            let edition = language(story.edition);
            let section = || {
                let (path, spelling) = (stories.sections.slug(first.section), stories.sections.name(first.section));
                Cow::Owned(config.section_name(path, edition, spelling))
            };
            Card {
                language: if story.language.is_empty() { edition } else { &story.language },
                edition,
                brand: &config.title,
                kicker: if story.kicker.is_empty() { section() } else { Cow::Borrowed(&*story.kicker) },
                headline: &story.headline,
                day: Some(live.published.day(&config.zone)),
            }
        }
    }
}

/// Path of a card: in the folder of the story's page, or of the edition's front page.
fn url(site: &Inputs, of: CardOf, hash: Hash) -> String {
    let folder = match of {
        CardOf::Edition(edition) => format!("{}/", site.config.edition_prefix(edition)),
        CardOf::Story(id) => story_url(site, site.public.get(id).first),
    };
    format!("{folder}{}", social_card::file_name(hash))
}

/// Path of the card that there is; `None` where there is none.
pub fn card_url(site: &Inputs, cards: &SocialCards, of: CardOf) -> Option<String> {
    Some(site.config.href(&url(site, of, cards.get(of)?)))
}

impl Planner<'_> {
    /// Comes after everything that may be a story's picture.
    pub(super) fn social_cards(&mut self) {
        let site = self.site;
        let most = site.config.images.social_cards();
        if most == 0 {
            return;
        }
        let mut lacking: Vec<(CardOf, char)> = Vec::new();
        for edition in 0..site.config.languages.len() as u8 {
            let hash = self.social_card(CardOf::Edition(edition), &mut lacking);
            self.plan.social_cards.editions.push(hash);
        }
        let newest = site.public.readable().rev().map(|(id, _)| id);
        for id in newest.take(most) {
            let story = site.stories.get(site.public.get(id).current);
            let picture = story.rare().picture.as_ref();
            let has_picture = picture.is_some_and(|picture| self.plan.media_urls.contains_key(&picture.file));
            if has_picture || self.plan.story_urls[id.index()].is_empty() {
                continue;
            }
            if let Some(hash) = self.social_card(CardOf::Story(id), &mut lacking) {
                self.plan.social_cards.stories.insert(id, hash);
            }
        }
        self.diagnostics.extend(diagnostic(site, &lacking));
    }

    fn social_card(&mut self, of: CardOf, lacking: &mut Vec<(CardOf, char)>) -> Option<Hash> {
        let style = self.site.theme.social_card();
        let card = card(self.site, of);
        if let Some(lacks) = card.lacks(&style.fonts) {
            lacking.push((of, lacks));
            return None;
        }
        let hash = card.hash(style);
        self.add(&url(self.site, of, hash), PageOf::SocialCard(of)).then_some(hash)
    }
}

/// Says for how many cards the fonts lack a character, by the first.
fn diagnostic(site: &Inputs, lacking: &[(CardOf, char)]) -> Option<Diagnostic> {
    let (of, lacks) = *lacking.first()?;
    let (what, at) = match of {
        CardOf::Edition(edition) => {
            let language = &site.config.languages[usize::from(edition)];
            (format!("the edition `{language}`"), Location::file("dateline.yaml"))
        }
        CardOf::Story(id) => {
            let source = &site.stories.get(site.public.get(id).current).source;
            ("this story".to_string(), Location::file(format!("content/{source}")))
        }
    };
    let more = match lacking.len() - 1 {
        0 => String::new(),
        1 => ", and one more has none".to_string(),
        more => format!(", and {more} more have none"),
    };
    let message = format!(
        "{what} has no social card, because no font of the theme has `{lacks}` (U+{:04X}){more}",
        u32::from(lacks)
    );
    let diagnostic = Diagnostic::warning(Code::SocialCardFont, message).at(at);
    Some(diagnostic.hint("add a font that has it to `fonts` of `social_card` in the theme's theme.yaml"))
}
