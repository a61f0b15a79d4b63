//! The settings as they are written, and what makes them a [`Config`].

use super::address::split_base_url;
use super::desk::{self, RawDesk};
use super::embeds::{self, RawHost};
use super::labels::{self, RawLabel};
use super::menus::RawItem;
use super::pages::LIST_FEEDS;
use super::permalinks::RawPermalinks;
use super::places::{self, Step};
use super::section::RawSection;
use super::section::{Section, section_path};
use super::sources::{self, RawSource};
use super::{
    CATEGORIES_FILE, Choice, Config, FILE, Images, Lists, Localized, MAIN, MenuItem, MenuTarget, Pages, Profile,
    identity, menus, publish, rights, schema, subjects, yes_no,
};
use crate::clock::Zone;
use crate::diag::{Code, Diagnostic, Error, Location, Result};
use crate::path::UrlPath;
use crate::topics::Topic;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most editions that a site may have; their numbers are bytes.
const LANGUAGES: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) title: String,
    pub(super) base_url: String,
    #[serde(default)]
    pub(super) description: Localized,
    #[serde(default)]
    pub(super) publisher: String,
    #[serde(default)]
    pub(super) copyright: Localized,
    #[serde(default)]
    pub(super) languages: Vec<String>,
    pub(super) time_zone: Option<String>,
    pub(super) theme: Option<String>,
    #[serde(default)]
    pub(super) theme_settings: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) permalinks: RawPermalinks,
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
    pub(super) menus: BTreeMap<String, Vec<RawItem>>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, RawLabel>,
    #[serde(default)]
    pub(super) embeds: Vec<String>,
    #[serde(default)]
    pub(super) embed_hosts: BTreeMap<String, RawHost>,
    pub(super) logo: Option<String>,
    pub(super) icon: Option<String>,
    #[serde(default)]
    pub(super) social: Vec<Profile>,
    #[serde(default)]
    pub(super) colors: BTreeMap<String, Localized>,
    #[serde(default)]
    pub(super) categories: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) extra: serde_json::Value,
    #[serde(default)]
    pub(super) publish: BTreeMap<String, publish::Options>,
    #[serde(default)]
    pub(super) sources: BTreeMap<String, RawSource>,
    #[serde(default)]
    pub(super) desk: RawDesk,
    #[serde(default)]
    pub(super) ignore: Vec<String>,
}

/// Collects what is wrong with the settings.
pub(super) struct Faults<'t> {
    /// The text of `dateline.yaml`, for the places of keys.
    text: &'t str,
    diagnostics: Vec<Diagnostic>,
}

impl Faults<'_> {
    /// Notes what is wrong with a key; an empty hint is left out.
    pub(super) fn add(&mut self, key: &str, message: String, hint: &str) {
        let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, self.line(key), 1));
        self.diagnostics.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    }

    /// Notes a fault whose place is known.
    pub(super) fn push(&mut self, fault: Diagnostic) {
        self.diagnostics.push(fault);
    }

    /// The line of a key, from 1; the first where it has none of its own.
    fn line(&self, key: &str) -> u32 {
        let line = self.text.lines().position(|line| line.trim_start().starts_with(&format!("{key}:")));
        line.map_or(1, |line| line as u32 + 1)
    }

    fn has_line(&self, key: &str) -> bool {
        self.text.lines().any(|line| line.trim_start().starts_with(&format!("{key}:")))
    }
}

pub(super) fn check(
    raw: Raw,
    sections: BTreeMap<String, RawSection>,
    text: &str,
    sections_text: &str,
) -> Result<Config> {
    let mut faults = Faults { text, diagnostics: Vec::new() };
    let media_topics: Vec<_> =
        sections.iter().map(|(path, raw)| (path.as_str(), raw.media_topics.as_slice())).collect();
    let subjects = subjects::check(&raw.categories, text, &media_topics, sections_text, &mut faults.diagnostics);
    if raw.title.trim().is_empty() {
        faults.add("title", "`title` is empty".into(), "");
    }
    let (origin, prefix) = address(&raw.base_url, &mut faults);
    check_numbers(&raw, &mut faults);
    let languages = languages(raw.languages, &mut faults);
    let zone = zone(&raw.time_zone.unwrap_or_else(|| "UTC".into()), &mut faults);
    let permalinks = raw.permalinks.check(&mut faults);
    let publish = publish::check(raw.publish, &mut |key, message, hint| faults.add(key, message, hint));
    let sources = sources::check(raw.sources, text, &mut faults.diagnostics);
    let desk = desk::check(raw.desk, &publish, text, &mut faults.diagnostics);
    if let Some((key, message)) = raw.rights.fault() {
        faults.add(key, message, "");
    }
    if let Some((key, message)) = raw.images.fault() {
        // The whole map may stand on one line.
        faults.add(if faults.has_line(key) { key } else { "images" }, message, "");
    }
    let identity = identity::Raw { logo: raw.logo, icon: raw.icon, social: raw.social, colors: raw.colors };
    let identity = identity::check(identity, text, &mut faults);
    let default_category = raw.default_category.unwrap_or_else(|| "news".into());
    let sections = check_sections(sections, &mut faults);
    let menus = menus::check(raw.menus, text, &mut faults);
    let labels = labels::check(raw.labels, text, &mut faults);
    let embeds = embeds::check(&raw.embeds, raw.embed_hosts, text, &mut faults);
    let of_menu = || menus.get(MAIN).map(|items| menu_sections(items));
    let top_level = || sections.keys().filter(|path| !path.contains('/')).cloned().collect();
    let navigation = raw.navigation.or_else(of_menu).unwrap_or_else(top_level);
    check_paths(&default_category, raw.categories.keys(), &navigation, &mut faults);
    check_list_feeds(&raw.pages.list_feeds, &mut faults);
    check_full_text_feeds(&raw.pages.full_text_feeds, &mut faults);
    if !faults.diagnostics.is_empty() {
        return Err(Error { diagnostics: faults.diagnostics });
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
        theme_settings: choices(raw.theme_settings, text),
        permalinks,
        lists: raw.lists,
        pages: raw.pages,
        breaking_minutes: raw.breaking_minutes.unwrap_or(120),
        related: raw.related.unwrap_or(5),
        search: raw.search.unwrap_or(true),
        version_history: raw.version_history,
        default_category,
        sources,
        desk,
        navigation,
        menus,
        labels,
        embeds,
        subjects,
        sections,
        rights: raw.rights,
        images: raw.images,
        identity,
        extra: raw.extra,
        publish,
        ignore: raw.ignore,
    })
}

/// The origin and the prefix of the site's address.
fn address(base_url: &str, faults: &mut Faults) -> (String, String) {
    split_base_url(base_url).unwrap_or_else(|| {
        let message = format!("`base_url` is `{base_url}`, not an address");
        faults.add("base_url", message, "write the full address, as in https://news.example.org/");
        Default::default()
    })
}

/// What the owner chose of the theme's settings, each with its place in `text`. The theme says whether it has them.
fn choices(written: BTreeMap<String, String>, text: &str) -> BTreeMap<String, Choice> {
    let choice = |(name, word): (String, String)| {
        let steps = [Step::Key("theme_settings", 0), Step::Key(&name, 0)];
        let (line, column) = places::of_value(text, &steps).unwrap_or((1, 1));
        (name, Choice { word, line, column })
    };
    written.into_iter().map(choice).collect()
}

/// The sections that entries of a menu lead to.
fn menu_sections(items: &[MenuItem]) -> Vec<String> {
    let section = |item: &MenuItem| match &item.to {
        MenuTarget::Section(path) => Some(path.clone()),
        _ => None,
    };
    items.iter().filter_map(section).collect()
}

/// Checks the section paths that these settings name.
fn check_paths<'p>(
    default: &'p String,
    categories: impl Iterator<Item = &'p String>,
    navigation: &'p [String],
    faults: &mut Faults,
) {
    let named = std::iter::once(("default_category", default));
    let named = named.chain(categories.map(|path| ("categories", path)));
    for (key, path) in named.chain(navigation.iter().map(|path| ("navigation", path))) {
        if section_path(path).as_ref() != Some(path) {
            faults.add(key, format!("`{path}` is not a section path"), "");
        }
    }
}

fn check_list_feeds(kinds: &[String], faults: &mut Faults) {
    for kind in kinds.iter().filter(|kind| !LIST_FEEDS.contains(&kind.as_str())) {
        let message = format!("`{kind}` has no feeds; expected category, topic, place, author or corrections");
        faults.add("list_feeds", message, "");
    }
}

fn check_full_text_feeds(feeds: &[String], faults: &mut Faults) {
    let is_known = |feed: &&String| {
        let is_path = feed.starts_with('/') && feed.ends_with('/') && UrlPath::new(feed).is_some();
        is_path || *feed == "edition" || LIST_FEEDS.contains(&feed.as_str())
    };
    for feed in feeds.iter().filter(|feed| !is_known(feed)) {
        let message = format!(
            "`{feed}` is neither edition, category, topic, place, author or corrections, nor the path of a list like /topics/ports/"
        );
        faults.add("full_text_feeds", message, "");
    }
}

fn check_numbers(raw: &Raw, faults: &mut Faults) {
    for (key, value) in [("per_page", raw.lists.per_page), ("front", raw.lists.front), ("feed", raw.lists.feed)] {
        let bounds = schema::bounds(&["lists", key]);
        if !bounds.contains(&(value as u64)) {
            let message = format!("`{key}` is {value}, expected {} to {}", bounds.start(), bounds.end());
            faults.add(key, message, "");
        }
    }
    let numbers = [
        ("breaking_minutes", raw.breaking_minutes.map(u64::from), ", a week"),
        ("related", raw.related.map(|n| n as u64), ""),
    ];
    for (key, value, what) in numbers {
        let most = *schema::bounds(&[key]).end();
        if value.is_some_and(|n| n > most) {
            faults.add(key, format!("`{key}` is over {most}{what}"), "");
        }
    }
}

/// The languages of the editions; English where the settings have none.
fn languages(written: Vec<String>, faults: &mut Faults) -> Vec<String> {
    let languages = if written.is_empty() { vec!["en".to_string()] } else { written };
    if languages.len() > LANGUAGES {
        faults.add("languages", format!("`languages` has more than {LANGUAGES} entries"), "shorten it");
    }
    for (n, language) in languages.iter().enumerate().take(LANGUAGES) {
        let is_tag = !language.is_empty()
            && language.len() <= 35
            && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !is_tag {
            let message = format!("`{}` is not a language tag", language.escape_debug());
            faults.add("languages", message, "use tags like en, es, pt-BR");
        } else if languages[..n].contains(language) {
            faults.add("languages", format!("`{language}` is listed twice"), "keep one of them");
        }
    }
    languages
}

fn zone(name: &str, faults: &mut Faults) -> Zone {
    Zone::named(name).unwrap_or_else(|| {
        faults.add("time_zone", format!("there is no time zone `{name}`"), "use an IANA name, as in Europe/Lisbon");
        Zone::utc()
    })
}

fn check_sections(written: BTreeMap<String, RawSection>, faults: &mut Faults) -> BTreeMap<String, Section> {
    let mut sections = BTreeMap::new();
    for (path, section) in written {
        if section_path(&path).as_ref() != Some(&path) {
            faults.diagnostics.push(
                Diagnostic::error(Code::ConfigInvalid, format!("`{path}` is not a section path"))
                    .at(Location::file(CATEGORIES_FILE))
                    .hint("use lower-case words joined by hyphens, with / between levels"),
            );
        }
        let topic = section.media_topics.first().and_then(|code| Topic::find(code));
        let RawSection { name, description, layout, extra, .. } = section;
        sections.insert(path, Section { name, description, topic, layout, extra });
    }
    sections
}
