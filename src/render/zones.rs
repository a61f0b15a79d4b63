//! The zones of fronts, as templates get them.
//!
//! A package with a layout, and a slot, may have templates of their own: `layouts/LAYOUT.html`, `slots/NAME.html`. Which of them a page
//! uses is known from its front, so their closures are a part of the page's key.

use super::key::{KeyBuilder, Keys, Part};
use super::views::{Link, PageView, ZoneView};
use super::{Cards, Renderer};
use crate::diag::{Code, Diagnostic, Severity};
use crate::front::{Front, Zone, ZoneKind};
use crate::index::ListOf;
use crate::index::fronts::Arrangement;
use crate::theme::Fields;
use tera::Value;

/// The template that a zone has of its own, if the theme has it.
fn template(zone: &Zone) -> Option<String> {
    match zone.kind {
        ZoneKind::Package => zone.layout.as_ref().map(|layout| format!("layouts/{layout}.html")),
        ZoneKind::Slot => Some(format!("slots/{}.html", zone.name)),
        _ => None,
    }
}

impl Keys<'_, '_> {
    /// All that the zones of a front depend on; `fields` are those of cards that the template of its page reads.
    pub(super) fn zones(&self, edition: u8, arrangement: &Arrangement, fields: Fields, key: &mut KeyBuilder) {
        let theme = self.renderer.site.theme;
        for shown in &arrangement.zones {
            let of_file = arrangement.of_file(self.renderer.site.fronts, shown);
            let own = of_file.and_then(|(_, zone)| template(zone)).filter(|name| theme.tera.contains_template(name));
            let fields = own.as_ref().map_or(fields, |name| fields.and(theme.reads(name).cards));
            key.part(Part::List).bytes(shown.kind.as_str());
            self.stories(shown.stories.iter().map(|placed| placed.id), fields, key);
            key.part(Part::List).number(0);
            self.stories(shown.links.iter().copied(), fields, key);
            if let Some(ListOf::Category(section)) = shown.list.map(|at| self.renderer.site.index.lists[at as usize].of)
            {
                self.name(edition, ListOf::Category(section), key.part(Part::List));
            }
            let Some((front, zone)) = of_file else { continue };
            key.part(Part::List).hash(zone.hash());
            if let Some(template) = own {
                self.frame(edition, &template, key);
            }
            if let Some(text) = &zone.text {
                self.links(&front.path, &text.links, &text.media, key);
            }
        }
    }
}

impl Renderer<'_> {
    /// The zones of a front that has the page `head`; `fields` are those of cards that the page's template reads.
    pub(super) fn zones(
        &self,
        edition: u8,
        arrangement: &Arrangement,
        fields: Fields,
        head: &PageView,
        cards: &mut Cards,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Vec<ZoneView>, Diagnostic> {
        let mut zones: Vec<ZoneView> = Vec::new();
        for shown in &arrangement.zones {
            let of_file = arrangement.of_file(self.site.fronts, shown);
            let has = |name: &String| self.site.theme.tera.contains_template(name);
            let own = of_file.and_then(|(_, zone)| template(zone)).filter(has);
            let fields = own.map_or(fields, |name| fields.and(self.card_fields(&name)));
            let mut view = ZoneView {
                kind: shown.kind.as_str(),
                number: zones.len() + 1,
                title: String::new(),
                url: String::new(),
                standfirst: String::new(),
                layout: String::new(),
                stories: self.cards(fields, cards, shown.stories.iter().map(|placed| placed.id)),
                links: self.cards(fields, cards, shown.links.iter().copied()),
                name: String::new(),
                html: Value::safe_string(""),
            };
            // Where another page has the address of a story, it has no card.
            if view.stories.is_empty() && !matches!(shown.kind, ZoneKind::Text | ZoneKind::Slot) {
                continue;
            }
            if let Some(ListOf::Category(section)) = shown.list.map(|at| self.site.index.lists[at as usize].of) {
                let Link { name, url } = self.section_link(edition, section);
                (view.title, view.url) = (name, url);
            }
            if let Some((front, zone)) = of_file {
                self.of_file(edition, head, (front, zone), &mut view, diagnostics)?;
            }
            zones.push(view);
        }
        Ok(zones)
    }

    /// Adds what the file says of a zone.
    fn of_file(
        &self,
        edition: u8,
        head: &PageView,
        (front, zone): (&Front, &Zone),
        view: &mut ZoneView,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        if !zone.title.is_empty() {
            view.title.clone_from(&zone.title);
        }
        view.standfirst.clone_from(&zone.standfirst);
        view.layout = zone.layout.clone().unwrap_or_default();
        view.name.clone_from(&zone.name);
        if let Some(text) = &zone.text {
            let mut html = String::new();
            self.markdown(&front.path, &text.markdown, text.start, &mut html, diagnostics);
            self.dress(&text.media, false, &mut html);
            view.html = Value::safe_string(&html);
        }
        let Some(template) = template(zone) else { return Ok(()) };
        if self.site.theme.tera.contains_template(&template) {
            let mut html = Vec::new();
            self.template(&template, edition, head, |context| context.insert("zone", &*view), &mut html)?;
            view.html = Value::safe_string(&String::from_utf8_lossy(&html));
        } else if zone.kind == ZoneKind::Package {
            let message = format!("`layout` names `{}`, and the theme has no template {template}", view.layout);
            let fault = front.fault(Code::UnknownLayout, message, zone.number, Some(("layout", None)));
            let fault = Diagnostic { severity: Severity::Warning, ..fault };
            diagnostics
                .push(fault.hint("the usual layout was used; add the template to the theme, or leave `layout` out"));
        }
        Ok(())
    }
}
