//! Which kinds of pages there are, and how long their lists are.

use super::yes_no;
use serde::Deserialize;

/// Kinds of lists that may have feeds.
pub(super) const LIST_FEEDS: &[&str] = &["category", "topic", "place", "author", "corrections"];

/// Lengths of lists.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lists {
    /// Stories on a closed list page; 50.
    pub per_page: usize,
    /// Stories on the front page; 30.
    pub front: usize,
    /// Entries of a feed; 30.
    pub feed: usize,
}

impl Default for Lists {
    fn default() -> Lists {
        Lists { per_page: 50, front: 30, feed: 30 }
    }
}

/// Which kinds of page there are; all, unless said otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "each field switches the kind of its name")]
pub struct Pages {
    #[serde(deserialize_with = "yes_no::required")]
    pub front: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub categories: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub topics: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub places: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub authors: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub days: bool,
    /// Calendars of months and years, which lead to the days.
    #[serde(deserialize_with = "yes_no::required")]
    pub calendars: bool,
    /// All stories of an edition.
    #[serde(deserialize_with = "yes_no::required")]
    pub latest: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub corrections: bool,
    /// The page that names all feeds of an edition.
    #[serde(deserialize_with = "yes_no::required")]
    pub feeds: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub rss: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub atom: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub json_feed: bool,
    /// Feeds beside the lists of these kinds; the front page always has them.
    pub list_feeds: Vec<String>,
    /// Feeds with whole texts: `edition`, kinds of lists, and paths of lists.
    pub full_text_feeds: Vec<String>,
    #[serde(deserialize_with = "yes_no::required")]
    pub sitemap: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub news_sitemap: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub robots: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub not_found: bool,
    #[serde(deserialize_with = "yes_no::required")]
    pub ninjs: bool,
}

impl Default for Pages {
    fn default() -> Pages {
        Pages {
            front: true,
            categories: true,
            topics: true,
            places: true,
            authors: true,
            days: true,
            calendars: true,
            latest: true,
            corrections: true,
            feeds: true,
            rss: true,
            atom: true,
            json_feed: true,
            list_feeds: LIST_FEEDS.iter().map(ToString::to_string).collect(),
            full_text_feeds: Vec::new(),
            sitemap: true,
            news_sitemap: true,
            robots: true,
            not_found: true,
            ninjs: true,
        }
    }
}
