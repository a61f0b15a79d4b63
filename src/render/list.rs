//! Pages of lists: sections, topics, places, authors, days, corrections and all stories.

use super::key::{KeyBuilder, Keys, Part};
use super::views::{Alternate, Feeds, Link, ListView, PageView};
use super::{Cards, Renderer, lookups, schema};
use crate::config::{CATEGORIES_FILE, Section};
use crate::desk::PublicId;
use crate::diag::Diagnostic;
use crate::index::{List, ListOf};
use crate::page::PageKind;
use crate::plan::{self, Page};
use crate::story::NameId;
use rustc_hash::FxHashSet;
use tera::Value;

impl Keys<'_, '_> {
    pub(super) fn list(&self, at: u32, number: u32, key: &mut KeyBuilder) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let list = &site.index.lists[at as usize];
        let template = renderer.list_template(list, &mut Vec::new());
        self.frame(list.edition, template, key);
        let fields = site.theme.reads(template).cards;
        let n = site.config.lists.per_page;
        let part = key.part(Part::List);
        part.bytes(renderer.list_name(list)).bytes(&renderer.plan.list_urls[at as usize]).number(i64::from(number));
        // The newest closed page links to the open page, and the open page back to it.
        let closed = list.closed_pages(n) as u32;
        part.number(i64::from(number == 0 || number == closed));
        if number == 0 {
            part.number(i64::from(closed));
            for alternate in renderer.same_section(list) {
                part.bytes(alternate.language).bytes(alternate.url);
            }
        }
        for parent in renderer.day_parents(list.edition, list.of) {
            part.bytes(parent.url);
        }
        // Their names are those of the dates in the language of the edition.
        for day in renderer.days_beside(at, number) {
            part.optional(day.map(|day| day.url).as_deref());
        }
        if let ListOf::Category(id) = list.of {
            let below = renderer.sections_below(list.edition, id, number);
            for section in site.stories.sections.lineage(id).iter().chain(below) {
                let link = renderer.section_link(list.edition, *section);
                part.bytes(link.name).bytes(link.url);
            }
            if let Some(extra) = renderer.settings_of(id).map(|section| &section.extra).filter(|extra| !extra.is_null())
            {
                part.bytes(extra.to_string());
            }
        }
        let shown = list.page(n, number);
        self.stories(list.stories[shown].iter().copied(), fields, key);
        if let Some(arrangement) = site.index.arranged.lists.get(&at).filter(|_| number == 0) {
            key.part(Part::List).number(0);
            self.zones(list.edition, arrangement, fields, key);
        }
    }
}

impl Renderer<'_> {
    /// The template of a list: what the settings say of its section, else that of the theme for its section or its kind, else
    /// the usual one.
    fn list_template<'t>(&'t self, list: &List, diagnostics: &mut Vec<Diagnostic>) -> &'t str {
        let (theme, usual) = (self.site.theme, "list.html");
        let for_section = match list.of {
            ListOf::Corrections => return "corrections.html",
            ListOf::Category(id) => {
                let layout = self.settings_of(id).and_then(|section| section.layout.as_deref());
                if layout.is_some() {
                    return self.layout(layout, usual, || CATEGORIES_FILE.to_string(), diagnostics);
                }
                theme.for_section(usual, self.site.stories.sections.slug(id))
            }
            _ => None,
        };
        for_section.or_else(|| theme.for_kind(usual, plan::list_kind(list).as_str())).unwrap_or(usual)
    }

    /// What the settings say of a section.
    fn settings_of(&self, id: NameId) -> Option<&Section> {
        self.site.config.sections.get(self.site.stories.sections.slug(id))
    }

    pub(super) fn list(
        &self,
        page: &Page,
        (at, number): (u32, u32),
        cards: &mut Cards,
        out: &mut Vec<u8>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let (config, index) = (self.site.config, self.site.index);
        let list = &index.lists[at as usize];
        let edition = list.edition;
        let kind = plan::list_kind(list);
        let url = self.plan.list_urls[at as usize].clone();
        let n = config.lists.per_page;
        let closed = list.closed_pages(n) as u32;
        let (newer, older) = pages_beside(&url, number, closed);
        let name = self.list_name(list);
        let (mut description, mut children, mut extra) = (String::new(), Vec::new(), serde_json::json!({}));
        let mut parents = self.day_parents(edition, list.of);
        if let ListOf::Category(id) = list.of {
            if let Some(section) = self.settings_of(id) {
                description = section.description(self.language(edition)).unwrap_or_default().to_string();
                extra = Some(section.extra.clone()).filter(|extra| !extra.is_null()).unwrap_or(extra);
            }
            parents = self.section_parents(edition, id).map(|section| section.link.clone()).collect();
            let below = self.sections_below(edition, id, number);
            children = below.iter().map(|child| self.section_link(edition, *child)).collect();
            children.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let has_feeds = config.pages.list_feeds.iter().any(|known| known == kind.as_str());
        let path = page.url.as_str().split("page/").next().unwrap_or("/").to_string();
        let feeds = if has_feeds { self.feed_links(&name, "", &path) } else { Feeds::default() };
        let mut head = self.page_view(page, kind, edition, name.clone());
        head.description = description.clone();
        if has_feeds {
            head.feeds = Value::from_serializable(&feeds);
        }
        if number == 0 {
            head.alternates = self.same_section(list);
        }
        head.json_ld = Value::safe_string(&self.list_schema(kind, &head, &config.address(&url), &parents));
        // One complaint of a section is enough.
        let mut all = Vec::new();
        let template = self.list_template(list, if number == 0 { diagnostics } else { &mut all });
        let fields = self.card_fields(template);
        let [previous_day, next_day] = self.days_beside(at, number);
        let shown = list.page(n, number);
        let arrangement = index.arranged.lists.get(&at).filter(|_| number == 0);
        let zones =
            arrangement.map(|zones| self.zones(edition, zones, fields, &head, cards, diagnostics)).transpose()?;
        let above: FxHashSet<PublicId> = arrangement.iter().flat_map(|zones| zones.stories()).collect();
        let rest = list.stories[shown.clone()].iter().rev().copied().filter(|id| !above.contains(id));
        let rest = self.cards(fields, cards, rest);
        let view = ListView {
            kind,
            name,
            description,
            stories: self.cards(fields, cards, list.stories[shown].iter().rev().copied()),
            number,
            newer,
            older,
            url,
            next_day,
            previous_day,
            children,
            parents,
            zones: zones.unwrap_or_default(),
            rest,
            feeds,
            extra: Value::from_serializable(&extra),
        };
        self.template(template, edition, &head, |context| context.insert("list", &view), out)
    }

    /// The sections right below a section that a page of its list names. Full pages name none, so a new section leaves them as they are.
    fn sections_below(&self, edition: u8, section: NameId, number: u32) -> &[NameId] {
        let below = self.lookups.children.get(&(edition, section)).filter(|_| number == 0);
        below.map_or(&[], |below| below)
    }

    /// Structured data of a page of a list; `newest` is the full address of the list's newest page.
    pub(super) fn list_schema(&self, kind: PageKind, head: &PageView, newest: &str, parents: &[Link]) -> String {
        let config = self.site.config;
        let edition = config.languages.iter().position(|language| *language == head.language).unwrap_or(0);
        let home = config.address(&self.editions[edition].view.url);
        let full = |url: &str| if url.is_empty() { String::new() } else { config.address(url) };
        let urls: Vec<String> = parents.iter().map(|parent| full(&parent.url)).collect();
        let parents: Vec<schema::Step> = parents.iter().zip(&urls).map(|(link, url)| (&*link.name, &**url)).collect();
        schema::list(&schema::List {
            kind,
            name: &head.title,
            description: &head.description,
            url: &head.canonical,
            newest,
            language: &head.language,
            site: (&config.title, &home),
            parents: &parents,
        })
    }

    /// A section's page in every edition that has it. Only sections are the same in all languages; topics are words of one.
    pub(super) fn same_section(&self, list: &List) -> Vec<Alternate> {
        let ListOf::Category(_) = list.of else { return Vec::new() };
        let editions = (0..self.site.config.languages.len() as u8)
            .filter_map(|edition| Some((edition, *self.plan.lists.get(&(edition, list.of))?)));
        let mut alternates: Vec<Alternate> = editions
            .map(|(edition, at)| Alternate {
                language: self.language(edition).to_string(),
                url: self.site.config.address(&self.plan.list_urls[at as usize]),
            })
            .collect();
        if alternates.len() < 2 {
            return Vec::new();
        }
        let url = alternates[0].url.clone();
        alternates.push(Alternate { language: "x-default".to_string(), url });
        alternates
    }

    /// What a list is called in its edition.
    pub(super) fn list_name(&self, list: &List) -> String {
        let stories = self.site.stories;
        match list.of {
            ListOf::Category(id) => self.section_link(list.edition, id).name,
            ListOf::Topic(id) => stories.topics.name(id).to_string(),
            ListOf::Place(id) => stories.places.name(id).to_string(),
            ListOf::Author(id) => stories.authors.name(id).to_string(),
            ListOf::Day(day) => self.lookups.dates.long(usize::from(list.edition), day),
            ListOf::Corrections | ListOf::Latest => {
                self.editions[usize::from(list.edition)].title(plan::list_kind(list))
            }
        }
    }

    pub(super) fn list_link(&self, edition: u8, of: ListOf, name: &str) -> Link {
        let at = self.plan.lists.get(&(edition, of));
        Link { name: name.to_string(), url: at.map(|at| self.plan.list_urls[*at as usize].clone()).unwrap_or_default() }
    }

    pub(super) fn section_link(&self, edition: u8, section: NameId) -> Link {
        self.section(edition, section).link.clone()
    }

    /// The sections above one, from the top.
    pub(super) fn section_parents(&self, edition: u8, section: NameId) -> impl Iterator<Item = &lookups::Section> {
        let lineage = self.site.stories.sections.lineage(section).into_iter();
        lineage.skip(1).rev().map(move |section| self.section(edition, section))
    }
}

/// The addresses of the newer and the older page beside page `number` of the list at `url`; empty where there is none. Page 0 is the open
/// one, which has the newest stories; closed pages are numbered from the oldest.
fn pages_beside(url: &str, number: u32, closed: u32) -> (String, String) {
    let address = |number: u32| if number == 0 { url.to_string() } else { format!("{url}page/{number}/") };
    let newer = match number {
        0 => String::new(),
        _ if number == closed => address(0),
        _ => address(number + 1),
    };
    let older = match number {
        0 if closed > 0 => address(closed),
        0 | 1 => String::new(),
        _ => address(number - 1),
    };
    (newer, older)
}
