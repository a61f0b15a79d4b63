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

/// Paths of the pages that list all sections, topics, places or authors. The latter have the fixed part of their permalinks.
pub fn index_urls(config: &Config, edition: u8) -> Vec<(PageKind, String)> {
    let all = [
        (PageKind::Category, &config.permalinks.sections, config.pages.categories),
        (PageKind::Topic, &config.permalinks.topic, config.pages.topics),
        (PageKind::Place, &config.permalinks.place, config.pages.places),
        (PageKind::Author, &config.permalinks.author, config.pages.authors),
    ];
    let mut urls = Vec::new();
    for (of, permalink, on) in all {
        let fixed = permalink.fixed();
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
    let permalink = if month == 0 { &config.permalinks.year } else { &config.permalinks.month };
    let mut url = config.edition_prefix(edition);
    permalink.push(Day { year, month, day: 1 }, "", "", &mut url);
    url
}

/// Path of the page that names the feeds of an edition.
pub fn feeds_url(config: &Config, edition: u8) -> String {
    format!("{}{}", config.edition_prefix(edition), config.permalinks.feeds.fixed())
}

/// Path of the search page; its index lies below.
pub fn search_url(config: &Config, edition: u8) -> String {
    format!("{}{}", config.edition_prefix(edition), config.permalinks.search.fixed())
}

/// Path of a list's open page; `None` where its kind is switched off.
pub(super) fn list_url(site: &Inputs, list: &List) -> Option<String> {
    let (config, stories) = (site.config, site.stories);
    let pages = &config.pages;
    let permalinks = &config.permalinks;
    let mut day = NO_DAY;
    let (on, permalink, slug) = match list.of {
        ListOf::Category(id) => (pages.categories, &permalinks.category, stories.sections.slug(id)),
        ListOf::Topic(id) => (pages.topics, &permalinks.topic, stories.topics.slug(id)),
        ListOf::Place(id) => (pages.places, &permalinks.place, stories.places.slug(id)),
        ListOf::Author(id) => (pages.authors, &permalinks.author, stories.authors.slug(id)),
        ListOf::Corrections => (pages.corrections, &permalinks.corrections, ""),
        ListOf::Latest => (pages.latest, &permalinks.latest, ""),
        ListOf::Day(of) => {
            day = of;
            (pages.days, &permalinks.day, "")
        }
    };
    on.then(|| {
        let mut url = config.edition_prefix(list.edition);
        permalink.push(day, "", slug, &mut url);
        url
    })
}

/// Stands for the day of a page that is of none.
const NO_DAY: Day = Day { year: 1970, month: 1, day: 1 };

/// Path of a story. The first version makes it, so it never changes: its section, the day it was first created, its slug.
pub fn story_url(site: &Inputs, first: StoryId) -> String {
    let mut url = String::new();
    push_story_url(site, first, &mut url);
    url
}

pub(super) fn push_story_url(site: &Inputs, first: StoryId, url: &mut String) {
    let story = site.stories.get(first);
    let day = story.first_created.day(&site.config.zone);
    url.push_str(&site.config.edition_prefix(story.edition));
    site.config.permalinks.story.push(day, site.stories.sections.slug(story.section), &story.slug, url);
}
