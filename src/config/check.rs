//! The settings as they are written, and what makes them a [`Config`].

use super::address::split_base_url;
use super::permalinks::pattern_fault;
use super::section::RawSection;
use super::section::{Section, section_path};
use super::{CATEGORIES_FILE, Config, FILE, Images, Lists, Pages, Permalinks, Text, publish, rights, subjects, yes_no};
use crate::clock::Zone;
use crate::diag::{Code, Diagnostic, Error, Location, Result};
use crate::topics::Topic;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) title: String,
    pub(super) base_url: String,
    #[serde(default)]
    pub(super) description: Text,
    #[serde(default)]
    pub(super) publisher: String,
    #[serde(default)]
    pub(super) copyright: Text,
    #[serde(default)]
    pub(super) languages: Vec<String>,
    pub(super) time_zone: Option<String>,
    pub(super) theme: Option<String>,
    #[serde(default)]
    pub(super) permalinks: Permalinks,
    #[serde(default)]
    pub(super) lists: Lists,
    #[serde(default)]
    pub(super) pages: Pages,
    pub(super) breaking_minutes: Option<u32>,
    #[serde(default)]
    pub(super) rights: rights::Rights,
    #[serde(default)]
    pub(super) images: Images,
    pub(super) related: Option<usize>,
    #[serde(default, deserialize_with = "yes_no::optional")]
    pub(super) search: Option<bool>,
    #[serde(default, deserialize_with = "yes_no::required")]
    pub(super) version_history: bool,
    pub(super) default_category: Option<String>,
    pub(super) navigation: Option<Vec<String>>,
    #[serde(default)]
    pub(super) categories: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) extra: serde_json::Value,
    #[serde(default)]
    pub(super) publish: BTreeMap<String, publish::Options>,
    #[serde(default)]
    pub(super) ignore: Vec<String>,
}

pub(super) fn check(
    raw: Raw,
    sections: BTreeMap<String, RawSection>,
    text: &str,
    sections_text: &str,
) -> Result<Config> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let media_topics: Vec<_> =
        sections.iter().map(|(path, raw)| (path.as_str(), raw.media_topics.as_slice())).collect();
    let subjects = subjects::check(&raw.categories, text, &media_topics, sections_text, &mut found);
    let mut fault = |key: &str, message: String, hint: &str| {
        let line = text.lines().position(|line| line.trim_start().starts_with(&format!("{key}:"))).map_or(1, |n| n + 1);
        let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line as u32, 1));
        found.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    };
    if raw.title.trim().is_empty() {
        fault("title", "`title` is empty".into(), "");
    }
    let (origin, prefix) = split_base_url(&raw.base_url).unwrap_or_else(|| {
        let message = format!("`base_url` is `{}`, not an address", raw.base_url);
        fault("base_url", message, "write the full address, as in https://news.example.org/");
        (String::new(), String::new())
    });
    let languages = if raw.languages.is_empty() { vec!["en".to_string()] } else { raw.languages };
    for (n, language) in languages.iter().enumerate() {
        let good = !language.is_empty()
            && language.len() <= 35
            && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !good || languages[..n].contains(language) || n > 200 {
            fault(
                "languages",
                format!("`{language}` is no language tag, or stands twice"),
                "use tags like en, es, pt-BR",
            );
        }
    }
    let zone_name = raw.time_zone.unwrap_or_else(|| "UTC".into());
    let zone = Zone::named(&zone_name).unwrap_or_else(|| {
        fault("time_zone", format!("there is no time zone `{zone_name}`"), "use an IANA name, as in Europe/Lisbon");
        Zone::utc()
    });
    let mut permalinks = raw.permalinks;
    permalinks.shorten_day();
    for (key, pattern, allowed) in [
        ("story", &permalinks.story, &["category", "yyyy", "mm", "dd", "slug"][..]),
        ("category", &permalinks.category, &["slug"]),
        ("topic", &permalinks.topic, &["slug"]),
        ("place", &permalinks.place, &["slug"]),
        ("author", &permalinks.author, &["slug"]),
        ("day", &permalinks.day, &["yyyy", "mm", "dd"]),
        ("month", &permalinks.month, &["yyyy", "mm"]),
        ("year", &permalinks.year, &["yyyy"]),
        ("corrections", &permalinks.corrections, &[]),
        ("feeds", &permalinks.feeds, &[]),
        ("search", &permalinks.search, &[]),
    ] {
        if let Some(reason) = pattern_fault(pattern, allowed) {
            fault(key, format!("permalink `{pattern}`: {reason}"), "a permalink looks like /{category}/{yyyy}/{slug}/");
        }
    }
    for (key, value) in [("per_page", raw.lists.per_page), ("front", raw.lists.front), ("feed", raw.lists.feed)] {
        if !(1..=1000).contains(&value) {
            fault(key, format!("`{key}` is {value}, expected 1 to 1000"), "");
        }
    }
    if raw.breaking_minutes.is_some_and(|n| n > 7 * 24 * 60) {
        fault("breaking_minutes", "`breaking_minutes` is over 10080, a week".into(), "");
    }
    if raw.related.is_some_and(|n| n > 10) {
        fault("related", "`related` is over 10".into(), "");
    }
    let targets = publish::check(raw.publish, &mut fault);
    if let Some((key, message)) = raw.rights.fault() {
        fault(key, message, "");
    }
    if let Some((key, message)) = raw.images.fault() {
        // The whole map may stand on one line.
        let has_line = text.lines().any(|line| line.trim_start().starts_with(&format!("{key}:")));
        fault(if has_line { key } else { "images" }, message, "");
    }
    let default_category = raw.default_category.unwrap_or_else(|| "news".into());
    let mut checked_sections = BTreeMap::new();
    for (path, section) in sections {
        let clean = section_path(&path);
        if clean.as_deref() != Some(&path) {
            found.push(
                Diagnostic::error(Code::ConfigInvalid, format!("`{path}` is no section path"))
                    .at(Location::file(CATEGORIES_FILE))
                    .hint("use lower-case words joined by hyphens, with / between levels"),
            );
        }
        let topic = section.media_topics.first().and_then(|code| Topic::find(code));
        checked_sections.insert(path, Section { name: section.name, description: section.description, topic });
    }
    let mut fault = |key: &str, message: String| {
        let line = text.lines().position(|line| line.trim_start().starts_with(&format!("{key}:"))).map_or(1, |n| n + 1);
        found.push(Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line as u32, 1)));
    };
    if section_path(&default_category).as_deref() != Some(&default_category) {
        fault("default_category", format!("`{default_category}` is no section path"));
    }
    for section in raw.categories.keys() {
        if section_path(section).as_deref() != Some(section) {
            fault("categories", format!("`{section}` is no section path"));
        }
    }
    let navigation =
        raw.navigation.unwrap_or_else(|| checked_sections.keys().filter(|path| !path.contains('/')).cloned().collect());
    for path in &navigation {
        if section_path(path).as_deref() != Some(path) {
            fault("navigation", format!("`{path}` is no section path"));
        }
    }
    for kind in &raw.pages.list_feeds {
        if !["category", "topic", "place", "author", "corrections"].contains(&kind.as_str()) {
            fault(
                "list_feeds",
                format!("`{kind}` has no feeds; expected category, topic, place, author or corrections"),
            );
        }
    }
    if !found.is_empty() {
        return Err(Error { diagnostics: found });
    }
    Ok(Config {
        publisher: if raw.publisher.is_empty() { raw.title.clone() } else { raw.publisher },
        title: raw.title,
        description: raw.description,
        origin,
        prefix,
        copyright: raw.copyright,
        languages,
        zone,
        theme: raw.theme.unwrap_or_else(|| "default".into()),
        permalinks,
        lists: raw.lists,
        pages: raw.pages,
        breaking_minutes: raw.breaking_minutes.unwrap_or(120),
        related: raw.related.unwrap_or(5),
        search: raw.search.unwrap_or(true),
        version_history: raw.version_history,
        default_category,
        navigation,
        subjects,
        sections: checked_sections,
        rights: raw.rights,
        images: raw.images,
        extra: raw.extra,
        publish: targets,
        ignore: raw.ignore,
    })
}
