//! Forms of the URLs.

use crate::path::UrlPath;
use serde::Deserialize;

/// Forms of the URLs, with `{category}`, `{yyyy}`, `{mm}`, `{dd}`, `{slug}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Permalinks {
    /// A story; `/{category}/{yyyy}/{mm}/{dd}/{slug}/`.
    pub story: String,
    /// A section; `/{slug}/`, where `{slug}` is its path.
    pub category: String,
    /// A topic; `/topics/{slug}/`.
    pub topic: String,
    /// A place; `/places/{slug}/`.
    pub place: String,
    /// An author; `/by/{slug}/`.
    pub author: String,
    /// A day; `/{yyyy}/{mm}/{dd}/`.
    pub day: String,
    /// The calendar of a month; empty for that of the day without its last part, `/{yyyy}/{mm}/`.
    pub month: String,
    /// The calendar of a year; empty for that of the day without its last two parts, `/{yyyy}/`.
    pub year: String,
    /// Corrections; `/corrections/`.
    pub corrections: String,
    /// The page that names all feeds; `/feeds/`.
    pub feeds: String,
    /// The search page, with the index below it; `/search/`.
    pub search: String,
}

impl Default for Permalinks {
    fn default() -> Permalinks {
        Permalinks {
            story: "/{category}/{yyyy}/{mm}/{dd}/{slug}/".into(),
            category: "/{slug}/".into(),
            topic: "/topics/{slug}/".into(),
            place: "/places/{slug}/".into(),
            author: "/by/{slug}/".into(),
            day: "/{yyyy}/{mm}/{dd}/".into(),
            month: String::new(),
            year: String::new(),
            corrections: "/corrections/".into(),
            feeds: "/feeds/".into(),
            search: "/search/".into(),
        }
    }
}

impl Permalinks {
    /// The addresses of months and years where the settings have none: readers take parts off the end of a day's.
    pub(super) fn shorten_day(&mut self) {
        let upto = |name: &str| self.day.split_once(name).map(|(before, _)| before);
        let is_folder = |path: &&str| path.ends_with('/');
        let month = upto("{dd}").filter(is_folder).filter(|path| path.contains("{yyyy}") && path.contains("{mm}"));
        let month = month.unwrap_or("/{yyyy}/{mm}/").to_string();
        let year = upto("{mm}").filter(is_folder).filter(|path| path.contains("{yyyy}") && !path.contains("{dd}"));
        let year = year.unwrap_or("/{yyyy}/").to_string();
        if self.month.is_empty() {
            self.month = month;
        }
        if self.year.is_empty() {
            self.year = year;
        }
    }
}

pub(super) fn pattern_fault(pattern: &str, allowed: &[&str]) -> Option<String> {
    let mut plain = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        plain.push_str(&rest[..open]);
        let close = rest[open..].find('}')? + open;
        let name = &rest[open + 1..close];
        if !allowed.contains(&name) {
            return Some(format!("`{{{name}}}` is not one of {}", allowed.join(", ")));
        }
        plain.push('x');
        rest = &rest[close + 1..];
    }
    plain.push_str(rest);
    if !plain.ends_with('/') || UrlPath::new(&plain).is_none() {
        return Some("it must be a path that begins and ends with /".into());
    }
    if plain == "/" && allowed.is_empty() {
        return Some("the front page is there".into());
    }
    let last = *allowed.last()?;
    let whole = pattern.contains(&format!("{{{last}}}"));
    (!whole).then(|| format!("it needs {{{last}}}"))
}
