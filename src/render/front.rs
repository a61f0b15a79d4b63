//! The front page of an edition.

use super::key::{KeyBuilder, Keys, Part};
use super::views::{Alternate, FrontSection, FrontView, Link};
use super::{Cards, Renderer, schema};
use crate::desk::{PublicId, Visibility};
use crate::diag::Diagnostic;
use crate::index::ListOf;
use crate::page::PageKind;
use crate::plan::Page;
use crate::story::NameId;
use tera::Value;

/// Stories of a section on a front page.
const FRONT_SECTION: usize = 8;

impl Keys<'_, '_> {
    pub(super) fn front(&self, edition: u8, key: &mut KeyBuilder) {
        let (renderer, index) = (self.renderer, self.renderer.site.index);
        self.frame(edition, "front.html", key);
        let fields = renderer.site.theme.reads("front.html").cards;
        self.stories(index.fronts[usize::from(edition)].iter().copied(), fields, key);
        key.part(Part::List).number(0);
        self.stories(index.breaking[usize::from(edition)].iter().copied(), fields, key);
        key.part(Part::List).number(0);
        self.stories(renderer.front_latest(edition), fields, key);
        for (section, newest) in renderer.front_sections(edition) {
            self.name(edition, ListOf::Category(section), key.part(Part::List));
            self.stories(newest.into_iter(), fields, key);
        }
        self.zones(edition, &index.arranged.editions[usize::from(edition)], fields, key);
    }
}

impl Renderer<'_> {
    pub(super) fn front(
        &self,
        page: &Page,
        edition: u8,
        cards: &mut Cards,
        out: &mut Vec<u8>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let config = self.site.config;
        let mut head = self.page_view(page, PageKind::Front, edition, config.title.clone());
        head.description = config.description.get(self.language(edition)).unwrap_or_default().to_string();
        if config.languages.len() > 1 {
            for other in 0..config.languages.len() as u8 {
                let url = config.address(&self.editions[usize::from(other)].view.url);
                head.alternates.push(Alternate { language: self.language(other).to_string(), url });
            }
            let url = config.address(&self.editions[0].view.url);
            head.alternates.push(Alternate { language: "x-default".to_string(), url });
        }
        let home = config.address(&config.href("/"));
        let elsewhere: Vec<&str> = config.identity.social.iter().map(|profile| profile.url.as_str()).collect();
        let logo = self.logo_address();
        let publisher = schema::Publisher { name: &config.publisher, url: &home, logo: &logo, elsewhere: &elsewhere };
        let json_ld = schema::site(&config.title, &head.canonical, &head.language, &head.description, &publisher);
        head.json_ld = Value::safe_string(&json_ld);
        let fields = self.card_fields("front.html");
        let stories = self.cards(fields, cards, self.site.index.fronts[usize::from(edition)].iter().copied());
        let latest = self.cards(fields, cards, self.front_latest(edition));
        let sections = self.front_sections(edition).into_iter().map(|(section, newest)| {
            let Link { name, url } = self.section_link(edition, section);
            FrontSection { name, url, stories: self.cards(fields, cards, newest.into_iter()) }
        });
        let sections = sections.collect();
        let breaking = self.cards(fields, cards, self.site.index.breaking[usize::from(edition)].iter().copied());
        let arrangement = &self.site.index.arranged.editions[usize::from(edition)];
        let zones = self.zones(edition, arrangement, fields, &head, cards, diagnostics)?;
        let view = FrontView { breaking, stories, latest, sections, zones };
        self.template("front.html", edition, &head, |context| context.insert("front", &view), out)
    }

    /// The newest stories of a front page, by time alone.
    pub(super) fn front_latest(&self, edition: u8) -> impl Iterator<Item = PublicId> {
        let published = &self.site.index.published[usize::from(edition)];
        published.iter().rev().copied().take(self.site.config.lists.front)
    }

    /// The sections of the navigation, each with its newest stories; those without any are left out.
    pub(super) fn front_sections(&self, edition: u8) -> Vec<(NameId, Vec<PublicId>)> {
        let mut sections = Vec::new();
        for section in self.site.config.navigation.iter().filter_map(|path| self.site.stories.sections.get(path)) {
            let Some(at) = self.plan.lists.get(&(edition, ListOf::Category(section))) else { continue };
            let newest = self.site.index.lists[*at as usize].stories.iter().rev().copied();
            let shown = |id: &PublicId| {
                self.site.public.get(*id).visibility == Visibility::Published && !self.story_url(*id).is_empty()
            };
            let newest: Vec<PublicId> = newest.filter(shown).take(FRONT_SECTION).collect();
            if !newest.is_empty() {
                sections.push((section, newest));
            }
        }
        sections
    }
}
