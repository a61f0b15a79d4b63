//! Calendars: the days of a month and the months of a year that have stories. And what they and pages of days say of one another.

use super::key::{KeyBuilder, Keys, Part};
use super::views::{CalendarView, Link};
use super::{Renderer, dates};
use crate::clock::Day;
use crate::diag::Diagnostic;
use crate::index::ListOf;
use crate::page::PageKind;
use crate::plan::Page;
use tera::Value;

impl Keys<'_, '_> {
    pub(super) fn calendar(&self, (edition, year, month): (u8, i16, u8), key: &mut KeyBuilder) {
        self.frame(edition, "calendar.html", key);
        // Names are those of the dates in the language of the edition.
        let view = self.renderer.calendar_view(edition, year, month);
        let part = key.part(Part::List);
        for link in view.entries.iter().chain(&view.parents) {
            part.bytes(&link.url);
        }
        part.optional(view.older.map(|link| link.url).as_deref());
        part.optional(view.newer.map(|link| link.url).as_deref());
    }
}

impl Renderer<'_> {
    pub(super) fn calendar(
        &self,
        page: &Page,
        (edition, year, month): (u8, i16, u8),
        out: &mut Vec<u8>,
    ) -> Result<(), Diagnostic> {
        let config = self.site.config;
        let view = self.calendar_view(edition, year, month);
        let mut head = self.page_view(page, view.kind, edition, view.name.clone());
        let url = config.address(&head.url);
        head.json_ld = Value::safe_string(&self.list_schema(view.kind, &head, &url, &view.parents));
        self.template("calendar.html", edition, &head, |context| context.insert("calendar", &view), out)
    }

    /// What a calendar shows.
    pub(super) fn calendar_view(&self, edition: u8, year: i16, month: u8) -> CalendarView {
        let calendars = &self.plan.calendar_urls;
        let link = |(year, month): (i16, u8), url: &String| Link {
            name: dates::month(self.language(edition), year, month),
            url: url.clone(),
        };
        let entries = match month {
            0 => {
                let months = calendars.range((edition, year, 1)..=(edition, year, 12));
                months.map(|((_, year, month), url)| link((*year, *month), url)).collect()
            }
            _ => {
                let days = (1..=31).map(|day| Day { year, month, day });
                let days = days.map(|day| (self.day_url(edition, day), day)).filter(|(url, _)| !url.is_empty());
                let name = |day| self.lookups.dates.long(usize::from(edition), day);
                days.map(|(url, day)| Link { name: name(day), url: url.to_string() }).collect()
            }
        };
        // A year is beside years, a month beside months.
        let is_like = |(at, _): &(&(u8, i16, u8), &String)| at.0 == edition && (at.2 == 0) == (month == 0);
        let own = (edition, year, month);
        let older = calendars.range(..own).rev().find(is_like);
        let newer = calendars.range(own..).filter(|(at, _)| **at != own).find(is_like);
        CalendarView {
            kind: if month == 0 { PageKind::Year } else { PageKind::Month },
            name: dates::month(self.language(edition), year, month),
            entries,
            parents: if month == 0 { Vec::new() } else { self.calendars_above(edition, year, 0) },
            newer: newer.map(|(at, url)| link((at.1, at.2), url)),
            older: older.map(|(at, url)| link((at.1, at.2), url)),
        }
    }

    /// The calendars of a year and, if it is not 0, a month, as far as there are pages of them.
    fn calendars_above(&self, edition: u8, year: i16, month: u8) -> Vec<Link> {
        let of = |month: u8| {
            let url = self.plan.calendar_urls.get(&(edition, year, month))?.clone();
            Some(Link { name: dates::month(self.language(edition), year, month), url })
        };
        let month = if month == 0 { None } else { of(month) };
        of(0).into_iter().chain(month).collect()
    }

    /// The days with stories before and behind that of a list. Full pages name none, so a new day leaves them as they are.
    pub(super) fn days_beside(&self, at: u32, number: u32) -> [Option<Link>; 2] {
        let lists = &self.site.index.lists;
        let list = &lists[at as usize];
        if number > 0 || !matches!(list.of, ListOf::Day(_)) {
            return [None, None];
        }
        // Lists lie by edition, kind and day.
        let link = |at: usize| {
            let other = lists.get(at).filter(|other| other.edition == list.edition)?;
            let ListOf::Day(day) = other.of else { return None };
            Some(self.list_link(list.edition, other.of, &self.lookups.dates.long(usize::from(list.edition), day)))
        };
        let at = at as usize;
        [at.checked_sub(1).and_then(link), link(at + 1)].map(|day| day.filter(|day| !day.url.is_empty()))
    }

    /// The year and the month of a day, for the page of that day.
    pub(super) fn day_parents(&self, edition: u8, of: ListOf) -> Vec<Link> {
        match of {
            ListOf::Day(day) => self.calendars_above(edition, day.year, day.month),
            _ => Vec::new(),
        }
    }
}
