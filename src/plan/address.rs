//! The addresses of pages.

use super::{FeedForm, Inputs, PART_LIMIT};
use crate::clock::Day;
use crate::config::Config;
use crate::index::{List, ListOf};
use crate::page::PageKind;
use crate::story::StoryId;

/// How many parts a month of so many stories has.
pub fn parts(stories: usize) -> u32 {
    stories.div_ceil(PART_LIMIT) as u32
}

/// Path of a part of the sitemap.
pub fn part_url(year: i16, month: u8, part: u32) -> String {
    match part {
        0 => format!("/sitemap-{year:04}-{month:02}.xml"),
        part => format!("/sitemap-{year:04}-{month:02}-{}.xml", part + 1),
    }
}

/// Path of a part of the sitemap of lists.
pub fn lists_url(part: u32) -> String {
    match part {
        0 => "/sitemap-lists.xml".to_string(),
        part => format!("/sitemap-lists-{}.xml", part + 1),
    }
}

/// The forms of feeds that the site has, with their file names.
pub fn forms(config: &Config) -> impl Iterator<Item = (FeedForm, &'static str)> {
    [
        (config.pages.rss, FeedForm::Rss, "feed.xml"),
        (config.pages.atom, FeedForm::Atom, "atom.xml"),
        (config.pages.json_feed, FeedForm::Json, "feed.json"),
    ]
    .into_iter()
    .filter_map(|(on, form, name)| on.then_some((form, name)))
}

/// Paths of the pages that list all sections, topics, places or authors: the fixed part of their permalinks.
pub fn index_urls(config: &Config, edition: u8) -> Vec<(PageKind, String)> {
    let all = [
        (PageKind::Category, &config.permalinks.category, config.pages.categories),
        (PageKind::Topic, &config.permalinks.topic, config.pages.topics),
        (PageKind::Place, &config.permalinks.place, config.pages.places),
        (PageKind::Author, &config.permalinks.author, config.pages.authors),
    ];
    let mut urls = Vec::new();
    for (of, pattern, on) in all {
        let fixed = pattern.split('{').next().unwrap_or("/");
        if on && fixed.len() > 1 && fixed.ends_with('/') {
            urls.push((of, format!("{}{fixed}", config.edition_prefix(edition))));
        }
    }
    urls
}

/// Whether editions have a page that names their feeds.
pub fn has_feeds_page(config: &Config) -> bool {
    config.pages.feeds && forms(config).next().is_some()
}

/// Path of the page of an edition for addresses that do not exist.
pub fn not_found_url(config: &Config, edition: u8) -> String {
    format!("{}/404.html", config.edition_prefix(edition))
}

/// Path of the calendar of a month, or of a year where the month is 0.
pub(super) fn calendar_url(config: &Config, edition: u8, year: i16, month: u8) -> String {
    let pattern = if month == 0 { &config.permalinks.year } else { &config.permalinks.month };
    format!("{}{}", config.edition_prefix(edition), dated(pattern, Day { year, month, day: 1 }))
}

/// Path of the page that names the feeds of an edition.
pub fn feeds_url(config: &Config, edition: u8) -> String {
    format!("{}{}", config.edition_prefix(edition), config.permalinks.feeds)
}

/// Path of the search page; its index lies below.
pub fn search_url(config: &Config, edition: u8) -> String {
    format!("{}{}", config.edition_prefix(edition), config.permalinks.search)
}

/// Path of a list's open page; `None` where its kind is switched off.
pub(super) fn list_url(site: &Inputs, list: &List) -> Option<String> {
    let (config, stories) = (site.config, site.stories);
    let pages = &config.pages;
    let (on, pattern, slug) = match list.of {
        ListOf::Category(id) => (pages.categories, &config.permalinks.category, stories.sections.slug(id)),
        ListOf::Topic(id) => (pages.topics, &config.permalinks.topic, stories.topics.slug(id)),
        ListOf::Place(id) => (pages.places, &config.permalinks.place, stories.places.slug(id)),
        ListOf::Author(id) => (pages.authors, &config.permalinks.author, stories.authors.slug(id)),
        ListOf::Corrections => {
            let url = &config.permalinks.corrections;
            return pages.corrections.then(|| format!("{}{url}", config.edition_prefix(list.edition)));
        }
        ListOf::Day(day) => {
            let url = dated(&config.permalinks.day, day);
            return pages.days.then(|| format!("{}{url}", config.edition_prefix(list.edition)));
        }
    };
    on.then(|| format!("{}{}", config.edition_prefix(list.edition), pattern.replace("{slug}", slug)))
}

/// Path of a story. The first version makes it, so it never changes: its section, the day it was first created, its slug.
pub fn story_url(site: &Inputs, first: StoryId) -> String {
    let mut url = String::new();
    push_story_url(site, &Permalink::of(&site.config.permalinks.story), first, &mut url);
    url
}

pub(super) fn push_story_url(site: &Inputs, pattern: &Permalink, first: StoryId, url: &mut String) {
    let story = site.stories.get(first);
    let day = story.first_created.day(&site.config.zone);
    url.push_str(&site.config.edition_prefix(story.edition));
    pattern.push(day, site.stories.sections.slug(story.section), &story.slug, url);
}

fn dated(pattern: &str, day: Day) -> String {
    let mut url = String::new();
    Permalink::of(pattern).push(day, "", "", &mut url);
    url
}

/// A permalink of the settings, taken apart.
pub(super) struct Permalink<'p>(Vec<Piece<'p>>);

enum Piece<'p> {
    Text(&'p str),
    Year,
    Month,
    Day,
    Category,
    Slug,
}

impl Permalink<'_> {
    pub(super) fn of(pattern: &str) -> Permalink<'_> {
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while let Some(at) = rest.find('{') {
            let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
            let piece = match &rest[at..end] {
                "{yyyy}" => Piece::Year,
                "{mm}" => Piece::Month,
                "{dd}" => Piece::Day,
                "{category}" => Piece::Category,
                "{slug}" => Piece::Slug,
                other => Piece::Text(other),
            };
            pieces.extend([Piece::Text(&rest[..at]), piece]);
            rest = &rest[end..];
        }
        pieces.push(Piece::Text(rest));
        Permalink(pieces)
    }

    fn push(&self, day: Day, category: &str, slug: &str, url: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => url.push_str(text),
                Piece::Year => push_padded(url, day.year, 4),
                Piece::Month => push_padded(url, i16::from(day.month), 2),
                Piece::Day => push_padded(url, i16::from(day.day), 2),
                Piece::Category => url.push_str(category),
                Piece::Slug => url.push_str(slug),
            }
        }
    }
}

/// Appends a number with zeros before it.
fn push_padded(text: &mut String, number: i16, width: usize) {
    use std::fmt::Write as _;
    let limit = 10_i16.pow(width as u32);
    if !(0..limit).contains(&number) {
        // Writing to a string does not fail.
        let _ = write!(text, "{number:0width$}");
        return;
    }
    let mut unit = limit / 10;
    while unit > 0 {
        text.push(char::from(b'0' + (number / unit % 10) as u8));
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permalinks_are_filled_in() {
        let fill = |pattern: &str, year| {
            let mut url = String::new();
            Permalink::of(pattern).push(Day { year, month: 3, day: 14 }, "sport/tennis", "final", &mut url);
            url
        };
        assert_eq!(fill("/{category}/{yyyy}/{mm}/{dd}/{slug}/", 2026), "/sport/tennis/2026/03/14/final/");
        assert_eq!(fill("/{yyyy}{x}/{slug", 987), "/0987{x}/{slug");
        assert_eq!(fill("/{yyyy}/", -5), format!("/{:04}/", -5));
        assert_eq!(fill("", 2026), "");
    }
}
