//! Forms of the URLs.

use super::check::Faults;
use crate::clock::Day;
use crate::path::UrlPath;
use serde::Deserialize;
use std::fmt;

/// Forms of the URLs.
#[derive(Clone, Debug)]
pub struct Permalinks {
    /// A story; `/{category}/{yyyy}/{mm}/{dd}/{slug}/`.
    pub story: Permalink,
    /// A section; `/{slug}/`, where `{slug}` is its path.
    pub category: Permalink,
    /// A topic; `/topics/{slug}/`.
    pub topic: Permalink,
    /// A place; `/places/{slug}/`.
    pub place: Permalink,
    /// An author; `/by/{slug}/`.
    pub author: Permalink,
    /// A day; `/{yyyy}/{mm}/{dd}/`.
    pub day: Permalink,
    /// The calendar of a month; that of the day without its last part, `/{yyyy}/{mm}/`, where the settings have none.
    pub month: Permalink,
    /// The calendar of a year; that of the day without its last two parts, `/{yyyy}/`, where the settings have none.
    pub year: Permalink,
    /// The index of all sections; the fixed text before a section's slug, or `/sections/` where that has none, where the settings have
    /// none.
    pub sections: Permalink,
    /// Corrections; `/corrections/`.
    pub corrections: Permalink,
    /// All stories; `/latest/`.
    pub latest: Permalink,
    /// The page that names all feeds; `/feeds/`.
    pub feeds: Permalink,
    /// The search page, with the index below it; `/search/`.
    pub search: Permalink,
}

/// A permalink, taken apart: fixed text, and what differs from page to page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permalink(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Category,
    Year,
    Month,
    Day,
    Slug,
}

/// What may stand in braces.
const NAMES: &[(&str, Piece)] = &[
    ("category", Piece::Category),
    ("yyyy", Piece::Year),
    ("mm", Piece::Month),
    ("dd", Piece::Day),
    ("slug", Piece::Slug),
];

impl Piece {
    fn of(name: &str) -> Option<Piece> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, piece)| piece.clone())
    }
}

/// The permalink as it is written in the settings.
impl fmt::Display for Permalink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            piece => {
                let name = NAMES.iter().find(|(_, known)| known == piece).map_or("", |(name, _)| name);
                write!(f, "{{{name}}}")
            }
        })
    }
}

impl Permalink {
    /// Reads a permalink, in which the names of `allowed` may stand in braces, and the last of them must.
    fn parse(text: &str, allowed: &[&str]) -> Result<Permalink, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once('{') {
            let (name, after) = tail.split_once('}').ok_or("a `{` has no `}`")?;
            let piece = Piece::of(name).filter(|_| allowed.contains(&name));
            let piece = piece.ok_or_else(|| format!("`{{{name}}}` is not one of {}", allowed.join(", ")))?;
            pieces.extend([Piece::Text(before.to_string()), piece]);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_string()));
        let permalink = Permalink(pieces);
        let mut example = String::new();
        permalink.push(Day { year: 2026, month: 11, day: 23 }, "x", "x", &mut example);
        if !example.ends_with('/') || UrlPath::new(&example).is_none() {
            return Err("it must be a path that begins and ends with /".into());
        }
        match allowed.last() {
            None if example == "/" => Err("the front page is there".into()),
            Some(last) if Piece::of(last).is_some_and(|last| !permalink.0.contains(&last)) => {
                Err(format!("it needs {{{last}}}"))
            }
            _ => Ok(permalink),
        }
    }

    /// The text before everything that differs from page to page; all of it where nothing does.
    pub fn fixed(&self) -> &str {
        match self.0.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// Appends the path of a page.
    pub fn push(&self, day: Day, category: &str, slug: &str, url: &mut String) {
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

/// The permalinks as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPermalinks {
    story: String,
    category: String,
    topic: String,
    place: String,
    author: String,
    day: String,
    month: String,
    year: String,
    sections: String,
    corrections: String,
    latest: String,
    feeds: String,
    search: String,
}

impl Default for RawPermalinks {
    fn default() -> RawPermalinks {
        RawPermalinks {
            story: "/{category}/{yyyy}/{mm}/{dd}/{slug}/".into(),
            category: "/{slug}/".into(),
            topic: "/topics/{slug}/".into(),
            place: "/places/{slug}/".into(),
            author: "/by/{slug}/".into(),
            day: "/{yyyy}/{mm}/{dd}/".into(),
            month: String::new(),
            year: String::new(),
            sections: String::new(),
            corrections: "/corrections/".into(),
            latest: "/latest/".into(),
            feeds: "/feeds/".into(),
            search: "/search/".into(),
        }
    }
}

impl RawPermalinks {
    pub(super) fn check(mut self, faults: &mut Faults) -> Permalinks {
        self.shorten_day();
        if self.sections.is_empty() {
            let fixed = self.category.split('{').next().filter(|fixed| fixed.len() > 1 && fixed.ends_with('/'));
            self.sections = fixed.unwrap_or("/sections/").to_string();
        }
        let mut parse = |key: &str, text: &str, allowed: &[&str]| {
            Permalink::parse(text, allowed).unwrap_or_else(|reason| {
                let hint = "a permalink looks like /{category}/{yyyy}/{slug}/";
                faults.add(key, format!("permalink `{text}`: {reason}"), hint);
                Permalink(Vec::new())
            })
        };
        Permalinks {
            story: parse("story", &self.story, &["category", "yyyy", "mm", "dd", "slug"]),
            category: parse("category", &self.category, &["slug"]),
            topic: parse("topic", &self.topic, &["slug"]),
            place: parse("place", &self.place, &["slug"]),
            author: parse("author", &self.author, &["slug"]),
            day: parse("day", &self.day, &["yyyy", "mm", "dd"]),
            month: parse("month", &self.month, &["yyyy", "mm"]),
            year: parse("year", &self.year, &["yyyy"]),
            sections: parse("sections", &self.sections, &[]),
            corrections: parse("corrections", &self.corrections, &[]),
            latest: parse("latest", &self.latest, &[]),
            feeds: parse("feeds", &self.feeds, &[]),
            search: parse("search", &self.search, &[]),
        }
    }

    /// The addresses of months and years where the settings have none: readers take parts off the end of a day's.
    fn shorten_day(&mut self) {
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

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &[&str] = &["category", "yyyy", "mm", "dd", "slug"];

    #[test]
    fn permalinks_are_filled_in() {
        let fill = |pattern: &str, year| {
            let mut url = String::new();
            let permalink = Permalink::parse(pattern, STORY).unwrap();
            assert_eq!(permalink.to_string(), pattern);
            permalink.push(Day { year, month: 3, day: 14 }, "sport/tennis", "final", &mut url);
            url
        };
        assert_eq!(fill("/{category}/{yyyy}/{mm}/{dd}/{slug}/", 2026), "/sport/tennis/2026/03/14/final/");
        assert_eq!(fill("/{yyyy}{slug}/", 987), "/0987final/");
        assert_eq!(fill("/a/{yyyy}/{slug}-{slug}/", -5), format!("/a/{:04}/final-final/", -5));
    }

    #[test]
    fn what_cannot_be_a_permalink() {
        for (pattern, allowed, reason) in [
            ("/{slug/", STORY, "a `{` has no `}`"),
            ("/{slug}/{", STORY, "a `{` has no `}`"),
            ("/{year}/{slug}/", STORY, "`{year}` is not one of category, yyyy, mm, dd, slug"),
            ("/{dd}/{slug}/", &["slug"], "`{dd}` is not one of slug"),
            ("/{slug}", STORY, "it must be a path that begins and ends with /"),
            ("{slug}/", STORY, "it must be a path that begins and ends with /"),
            ("/../{slug}/", STORY, "it must be a path that begins and ends with /"),
            ("", &[], "it must be a path that begins and ends with /"),
            ("/", &[], "the front page is there"),
            ("/{yyyy}/{mm}/", &["yyyy", "mm", "dd"], "it needs {dd}"),
        ] {
            assert_eq!(Permalink::parse(pattern, allowed).unwrap_err(), reason, "{pattern}");
        }
    }

    #[test]
    fn the_fixed_part_ends_before_the_first_brace() {
        for (pattern, fixed) in [("/topics/{slug}/", "/topics/"), ("/{slug}/", "/"), ("/t-{slug}/", "/t-")] {
            assert_eq!(Permalink::parse(pattern, STORY).unwrap().fixed(), fixed);
        }
        assert_eq!(Permalink::parse("/feeds/", &[]).unwrap().fixed(), "/feeds/");
    }
}
