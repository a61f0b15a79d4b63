//! The settings: `dateline.yaml` and `content/categories.yaml`, checked.
//!
//! `docs/configuration.md` explains every key. A key that is not known is an error, because a misspelt one would be a setting that
//! silently does nothing.

mod address;
mod check;
pub mod desk;
pub mod embeds;
mod form;
mod identity;
mod images;
mod labels;
mod localized;
pub mod mapping;
mod menus;
mod pages;
mod permalinks;
pub mod places;
pub mod publish;
mod read;
#[cfg(test)]
pub(crate) mod record_keys;
pub mod rights;
pub mod schema;
mod section;
pub mod sources;
mod subjects;
pub mod yes_no;

pub use embeds::{EmbedHost, Frame};
pub use form::Form;
pub use identity::{Color, Identity, Profile};
pub use images::Images;
pub use labels::Label;
pub use localized::Localized;
pub use menus::{FOOTER, IndexPage, MAIN, MenuItem, MenuTarget, Place};
pub use pages::{Lists, Pages};
pub use permalinks::{Permalink, Permalinks};
pub use read::read_as;
pub use section::{Section, section_path};
pub use sources::Source;
pub use subjects::Subjects;

use crate::clock::Zone;
use crate::diag::{Code, Diagnostic, Location, Result};
use crate::file::{self, ReadError};
use crate::hash::Hash;
use crate::path::nfc;
use crate::topics::Topic;
use address::split_base_url;
use check::{Raw, check};
use section::{RawSection, capital};
use std::collections::BTreeMap;
use std::path::Path;

/// The name of the settings file.
pub const FILE: &str = "dateline.yaml";

/// A word that the owner chose for a setting of the theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The word.
    pub word: String,
    /// Its line in the settings, from 1.
    pub line: u32,
    /// Its column there, from 1.
    pub column: u32,
}
/// The name of the sections file.
pub const CATEGORIES_FILE: &str = "content/categories.yaml";

/// What the site's owner wants.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site's name.
    pub title: String,
    /// One sentence on the site, or empty.
    pub description: Localized,
    /// Scheme and host of the site: `https://example.org`.
    pub origin: String,
    /// Path below which the site lies on that host, without a last slash; empty for the root.
    pub prefix: String,
    /// Who publishes; the title where not said.
    pub publisher: String,
    /// Copyright line, or empty.
    pub copyright: Localized,
    /// Language editions; the first has no URL prefix.
    pub languages: Vec<String>,
    /// The site's zone: dates in URLs, lists and pages.
    pub zone: Zone,
    /// Name of the theme.
    pub theme: String,
    /// What the owner chose of the theme's settings, by name.
    pub theme_settings: BTreeMap<String, Choice>,
    /// Forms of the URLs.
    pub permalinks: Permalinks,
    /// Lengths of lists.
    pub lists: Lists,
    /// Which kinds of page there are.
    pub pages: Pages,
    /// Minutes for which a story of urgency 1 or 2 counts as breaking; 0 switches that off.
    pub breaking_minutes: u32,
    /// Related articles shown with a story; 0 switches them off.
    pub related: usize,
    /// Whether the site has a search.
    pub search: bool,
    /// Whether a story lists its former versions.
    pub version_history: bool,
    /// Section of a story that names none.
    pub default_category: String,
    /// Sections in the navigation, by path; where not said, those of the menu `main`, or those of `categories.yaml` without a parent.
    pub navigation: Vec<String>,
    /// Menus by name.
    pub menus: BTreeMap<String, Vec<MenuItem>>,
    /// Which section a subject belongs to.
    pub subjects: Subjects,
    /// Names and descriptions of sections, by path.
    pub sections: BTreeMap<String, Section>,
    /// What the site says to machines about rights.
    pub rights: rights::Rights,
    /// Renditions of pictures.
    pub images: Images,
    /// Who the site is: logo, icon, places elsewhere, colours.
    pub identity: Identity,
    /// Names and looks of genres, by key.
    pub labels: Vec<Label>,
    /// Sites whose pages stories show in frames.
    pub embeds: Vec<EmbedHost>,
    /// Anything the theme wants.
    pub extra: serde_json::Value,
    /// Where the site can be published, by name.
    pub publish: Vec<publish::Target>,
    /// Where wire copy comes from, by name.
    pub sources: Vec<Source>,
    /// What `dateline desk` does besides what the command line says.
    pub desk: desk::Desk,
    /// Patterns of files and folders below `content/` that are not part of the site.
    pub ignore: Vec<String>,
}

/// Loads and checks the settings of the site in `root`.
pub fn load(root: &Path) -> Result<Config> {
    let text = read(root, FILE)?.ok_or_else(|| {
        Diagnostic::error(Code::ConfigInvalid, format!("there is no {FILE} here"))
            .at(Location::file(root.join(FILE).display().to_string()))
            .hint("`dateline init DIR` makes a new site; `--site DIR` names another folder")
    })?;
    let raw: Raw = read::read(&text, FILE)?;
    let sections_text = read(root, CATEGORIES_FILE)?.unwrap_or_default();
    let sections: BTreeMap<String, RawSection> = read::read(&sections_text, CATEGORIES_FILE)?;
    let mut config = check(raw, sections, &text, &sections_text)?;
    sources::read_mappings(root, &mut config.sources, &text)?;
    Ok(config)
}

/// Reads a file of YAML with the rules of the settings, but as it stands: `extra` of the settings is read so.
pub fn read_yaml(text: &str, file: &str) -> Result<serde_json::Value> {
    read::read(text, file)
}

/// The patterns of files to leave out; none where the settings cannot be read.
pub fn ignore(root: &Path) -> Vec<String> {
    load(root).map(|config| config.ignore).unwrap_or_default()
}

fn read(root: &Path, name: &str) -> Result<Option<String>> {
    let mut bytes = Vec::new();
    match file::read_bounded(&root.join(name), 1 << 20, &mut bytes) {
        Ok(()) => String::from_utf8(bytes)
            .map(|text| Some(nfc(&text).into_owned()))
            .map_err(|_| Diagnostic::error(Code::NotUtf8, "the file is not UTF-8").at(Location::file(name)).into()),
        Err(ReadError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(ReadError::Io(error)) => {
            Err(Diagnostic::error(Code::FileUnreadable, error.to_string()).at(Location::file(name)).into())
        }
        Err(ReadError::TooLarge(size)) => {
            let message = format!("the file has {size} bytes, more than 1 MiB");
            Err(Diagnostic::error(Code::FileTooLarge, message).at(Location::file(name)).into())
        }
    }
}

impl Config {
    /// The source of this name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// A hash of all settings that a site is made by.
    pub fn hash(&self) -> Hash {
        // Covers every field, also future ones, except `sources` and `desk`, which make no page. The debug format may change between
        // compilers; the hash is only compared between runs of the same binary.
        Hash::of(
            format!("{:?}", Config { sources: Vec::new(), desk: desk::Desk::default(), ..self.clone() }).as_bytes(),
        )
    }

    /// A hash of the settings without what only templates read (`extra`, also of sections, settings of the theme, the menus and the labels) or only imports. Which
    /// sections the menus name counts.
    pub fn core_hash(&self) -> Hash {
        let sections: std::collections::BTreeSet<&String> = self.named_sections().collect();
        let mut core = Config {
            extra: serde_json::Value::Null,
            theme_settings: BTreeMap::new(),
            menus: BTreeMap::new(),
            labels: Vec::new(),
            sources: Vec::new(),
            desk: desk::Desk::default(),
            ..self.clone()
        };
        for section in core.sections.values_mut() {
            (section.layout, section.extra) = (None, serde_json::Value::Null);
        }
        Hash::of(format!("{sections:?}{core:?}").as_bytes())
    }

    /// The settings with another base address.
    pub fn with_base_url(mut self, base_url: &str) -> Result<Config> {
        let (origin, prefix) = split_base_url(base_url).ok_or_else(|| {
            Diagnostic::error(Code::ConfigInvalid, format!("`--base-url {base_url}` is not an address"))
                .hint("write the full address, as in https://news.example.org/")
        })?;
        self.origin = origin;
        self.prefix = prefix;
        Ok(self)
    }

    /// The frame that shows an address of another site; `None` where the site wants none.
    pub fn frame(&self, address: &str) -> Option<Frame<'_>> {
        self.embeds.iter().find_map(|host| host.frame(address))
    }

    /// The WebSub hubs that targets notify of changed feeds, each once.
    pub fn hubs(&self) -> Vec<&str> {
        let hubs = self.publish.iter().filter_map(|target| target.options.websub.as_deref());
        hubs.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// The link to a path of the site.
    pub fn href(&self, path: &str) -> String {
        let mut href = String::with_capacity(self.prefix.len() + path.len() + 8);
        href.push_str(&self.prefix);
        crate::path::push_encoded(&mut href, path);
        href
    }

    /// The full address of a link made by [`Config::href`].
    pub fn address(&self, href: &str) -> String {
        [&self.origin, href].concat()
    }

    /// Seconds for which an urgent story counts as breaking.
    pub fn breaking_seconds(&self) -> i64 {
        i64::from(self.breaking_minutes) * 60
    }

    /// Address of the site, without a last slash: `https://example.org/wire`.
    pub fn home(&self) -> String {
        format!("{}{}", self.origin, self.prefix)
    }

    /// The host of the site, with its port where one is named.
    pub fn host(&self) -> &str {
        self.origin.split("://").nth(1).unwrap_or("localhost")
    }

    /// Which edition a language belongs to: the same tag, else the same primary language, else the first.
    pub fn edition(&self, language: Option<&str>) -> u8 {
        let Some(language) = language else { return 0 };
        let primary = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        let same = self.languages.iter().position(|known| known.eq_ignore_ascii_case(language));
        let near = || self.languages.iter().position(|known| primary(known) == primary(language));
        same.or_else(near).unwrap_or(0) as u8
    }

    /// Path prefix of an edition: empty for the first.
    pub fn edition_prefix(&self, edition: u8) -> String {
        if edition == 0 {
            String::new()
        } else {
            format!("/{}", self.languages[usize::from(edition)].to_ascii_lowercase())
        }
    }

    /// The sections that the settings name; some may be named twice. They have pages before their first stories.
    pub fn named_sections(&self) -> impl Iterator<Item = &String> {
        let of_menus = self.menus.values().flatten().filter_map(|item| match &item.to {
            MenuTarget::Section(path) => Some(path),
            _ => None,
        });
        self.sections.keys().chain(&self.navigation).chain(of_menus)
    }

    /// The name of a section in a language: from `categories.yaml`, else that of the Media Topic whose path it has, else the
    /// last part of its path, as stories write it where no setting names it. The latter two get a capital.
    pub fn section_name(&self, path: &str, language: &str, spelling: &str) -> String {
        // Every page shows the sections of the navigation: their names must not depend on the stories.
        let is_named = self.named_sections().any(|named| named == path);
        let spelling = if is_named { path } else { spelling };
        if let Some(name) = self.sections.get(path).and_then(|section| section.name(language)) {
            return name.into_owned();
        }
        if let Some(topic) = Topic::at_path(path) {
            return capital(topic.name(language)).into_owned();
        }
        capital(&spelling.rsplit('/').next().unwrap_or(spelling).replace('-', " ")).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_names_in_the_language_of_the_edition() {
        let sections = "politics:\n  name: {en: Powers}\n  mediaTopics: [medtop:11000000]\n\
                        ball: {mediaTopics: [medtop:20001065]}\nart: {name: {es: Artes, pt: Arte}}\n";
        let raw = read::read("title: x\nbase_url: https://e.org/\n", FILE).unwrap();
        let config = check(raw, read::read(sections, CATEGORIES_FILE).unwrap(), "", sections).unwrap();
        for (path, language, name) in [
            ("politics", "en-GB", "Powers"),
            ("politics", "es", "Política"),
            ("politics", "el", "Powers"),
            ("ball", "en", "Soccer"),
            ("ball", "el", "Soccer"),
            ("art", "pt-BR", "Arte"),
            ("art", "en", "Artes"),
            ("sport/competition-discipline/soccer", "de", "Fußball"),
            ("sport/golf-in-halden", "de", "Golf in halden"),
        ] {
            assert_eq!(config.section_name(path, language, path), name, "{path} {language}");
        }
    }

    #[test]
    fn yes_and_no_are_read_wherever_they_may_stand() {
        let docs = include_str!("../docs/configuration.md");
        let mut section = "";
        let mut keys: Vec<(&str, &str)> = Vec::new();
        for line in docs.lines() {
            section = line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")).unwrap_or(section);
            let mut cells = line.split('|').map(str::trim).skip(1);
            if let (Some(key), Some(kind)) = (cells.next(), cells.next())
                && let Some(key) = key.strip_prefix('`').and_then(|key| key.strip_suffix('`'))
                && (kind == "yes/no" || (section == "pages" && !key.ends_with("_feeds")))
            {
                keys.push((section, key));
            }
        }
        keys.extend(["conditional_writes", "website_redirects", "history"].map(|key| ("target", key)));
        keys.push(("purge", "wildcards"));
        assert!(keys.len() >= 25, "{keys:?}");
        for (section, key) in keys {
            let yaml = |word: &str| {
                let line = match section {
                    "dateline.yaml" => format!("{key}: {word}\n"),
                    "target" => format!("publish: {{x: {{to: y, {key}: {word}}}}}\n"),
                    "purge" => format!("publish: {{x: {{to: y, purge: {{{key}: {word}}}}}}}\n"),
                    section => format!("{section}: {{{key}: {word}}}\n"),
                };
                check_text(&format!("title: x\nbase_url: https://e.org/\n{line}")).map(|config| format!("{config:?}"))
            };
            for (yes, no) in [("yes", "no"), ("on", "off"), ("Yes", "NO"), ("\"true\"", "'false'")] {
                assert_eq!(yaml(yes), yaml("true"), "{section} {key} {yes}");
                assert_eq!(yaml(no), yaml("false"), "{section} {key} {no}");
            }
            assert_ne!(yaml("yes"), yaml("no"), "{section} {key}");
            let error = yaml("maybe").unwrap_err();
            assert!(error.contains("expected yes or no"), "{section} {key}: {error}");
        }
    }

    pub(super) fn check_text(yaml: &str) -> std::result::Result<Config, String> {
        read::read::<Raw>(yaml, FILE).and_then(|raw| check(raw, BTreeMap::new(), yaml, "")).map_err(|error| {
            let hints: Vec<&str> = error.diagnostics.iter().flat_map(|d| d.hints.iter().map(String::as_str)).collect();
            format!("{error} [{}]", hints.join("; "))
        })
    }

    #[test]
    fn title_and_address_are_enough() {
        let config = check_text("title: Check\nbase_url: https://example.org/\n").unwrap();
        assert_eq!((config.origin.as_str(), config.prefix.as_str()), ("https://example.org", ""));
        assert_eq!(config.languages, ["en"]);
        let config = check_text("title: Check\nbase_url: https://example.org/wire/\n").unwrap();
        assert_eq!(config.href("/a b/"), "/wire/a%20b/");
    }

    #[test]
    fn faults_have_place_and_hint() {
        for (yaml, expected) in [
            (
                "title: x\nbase_url: https://e.org/\nlanguage: [en]\n",
                "dateline.yaml:3:1: error: unknown field `language`",
            ),
            (
                "title: x\nbase_url: https://e.org/\nlists:\n  per_pag: 3\n",
                "dateline.yaml:4:3: error: lists: unknown field `per_pag`",
            ),
            ("title: x\nbase_url: example\n", "dateline.yaml:2:1: error: `base_url` is `example`, not an address"),
            (
                "title: x\nbase_url: https://e.org/\ntime_zone: Mars\n",
                "dateline.yaml:3:1: error: there is no time zone `Mars`",
            ),
            ("title: x\n", "error: missing field `base_url`"),
            ("title: [x]\n", "dateline.yaml:1:8: error: `title` is a list, expected text"),
            ("title: [x\n", "dateline.yaml:2:1: error: did not find expected ',' or ']'"),
        ] {
            let error = check_text(yaml).unwrap_err();
            assert!(error.contains(expected), "{yaml}\n{error}");
        }
        assert!(
            check_text("title: x\nbase_url: https://e.org/\nlanguage: [en]\n")
                .unwrap_err()
                .contains("did you mean `languages`?")
        );
    }

    #[test]
    fn settings_are_read_as_people_write_them() {
        const HEAD: &str = "title: x\nbase_url: https://e.org/\n";
        let read = |more: &str| check_text(&format!("{HEAD}{more}")).map(|config| format!("{config:?}"));
        let plain = read("");
        assert!(plain.is_ok());
        let keys = [
            "description",
            "publisher",
            "copyright",
            "languages",
            "time_zone",
            "theme",
            "theme_settings",
            "permalinks",
            "lists",
            "pages",
            "breaking_minutes",
            "rights",
            "images",
            "related",
            "search",
            "version_history",
            "default_category",
            "navigation",
            "menus",
            "labels",
            "embeds",
            "embed_hosts",
            "logo",
            "icon",
            "social",
            "colors",
            "categories",
            "extra",
            "publish",
            "sources",
            "ignore",
        ];
        for empty in ["", " ~", " null", " \"\"", " '  '", " # none"] {
            for key in keys.iter().filter(|key| **key != "extra" || !empty.contains(['"', '\''])) {
                assert_eq!(read(&format!("{key}:{empty}\n")), plain, "{key}:{empty}");
            }
            for inner in [
                "lists: {per_page: EMPTY, feed: EMPTY}",
                "images: {widths: EMPTY, quality: EMPTY, social: EMPTY}",
                "pages: {list_feeds: EMPTY, ninjs: EMPTY}",
                "permalinks: {story: EMPTY, month: EMPTY}",
                "rights: {tdm_reservation: EMPTY, terms: EMPTY, permits: EMPTY, disallow: [EMPTY]}",
                "ignore: [EMPTY, EMPTY]",
                "description: {en: EMPTY}",
            ] {
                let empty = if empty.trim_start().starts_with(['#', '~']) || empty.is_empty() { "~" } else { empty };
                assert_eq!(read(&inner.replace("EMPTY", empty)), plain, "{inner} {empty}");
            }
        }
        for (one, other) in [
            ("languages: es", "languages: [es]"),
            ("ignore: drafts/", "ignore: [drafts/]"),
            ("images: {widths: 480}", "images: {widths: [480]}"),
            ("images: {widths: [\"480\", \" 960\"]}", "images: {widths: [480, 960]}"),
            ("navigation: news", "navigation: [news]"),
            ("pages: {list_feeds: topic}", "pages: {list_feeds: [topic]}"),
            ("rights: {disallow: GPTBot}", "rights: {disallow: [GPTBot]}"),
            ("categories: {sport: medtop:15000000}", "categories: {sport: [medtop:15000000]}"),
            ("publish: {a: {to: t, compress: gzip}}", "publish: {a: {to: t, compress: [gzip]}}"),
            ("copyright: 2026", "copyright: \"2026\""),
            ("description: 1.10", "description: \"1.10\""),
            ("publisher: 007", "publisher: \"007\""),
            ("description: {en: 24, es: true}", "description: {en: \"24\", es: \"true\"}"),
            ("lists: {per_page: \"10\"}", "lists: {per_page: 10}"),
            (
                "publish: {a: {to: t, headers: {X-A: 1, X-B: }}}",
                "publish: {a: {to: t, headers: {X-A: \"1\", X-B: \"\"}}}",
            ),
            ("theme: \" default \"", "theme: default"),
            ("extra: {a: , b: 1.0, c: [~]}", "extra: {\"a\": null, b: 1.0, c: [null]}"),
        ] {
            assert_eq!(read(one), read(other), "{one}");
            assert!(read(one).is_ok(), "{one}: {:?}", read(one));
        }
        for text in [
            format!("\u{feff}{HEAD}"),
            format!("---\n{HEAD}---\n"),
            format!("{HEAD}...\n"),
            format!("---\n{HEAD}...\n---\n"),
            format!("---\n---\n{HEAD}"),
            format!("{HEAD}---\n# end\n").replace('\n', "\r\n"),
        ] {
            assert_eq!(check_text(&text).map(|config| format!("{config:?}")), plain, "{text:?}");
        }
    }

    #[test]
    fn wrong_settings_are_named_with_their_place() {
        for (more, expected) in [
            (
                "copyright: [a]",
                "dateline.yaml:3:12: error: `copyright` is a list, expected text, or one text for each language [write it as in `copyright: {en: one, es: other}`]",
            ),
            ("description: {en: {a: b}}", "dateline.yaml:3:19: error: description: `en` is a mapping, expected text"),
            (
                "lists:\n  per_page: many",
                "dateline.yaml:4:13: error: lists: `per_page` is `many`, expected a whole number, 0 or more [write it as in `per_page: 10`]",
            ),
            (
                "lists: 3",
                "dateline.yaml:3:8: error: `lists` is `3`, expected a mapping [write `lists:` and below it, indented, one `key: value` a line]",
            ),
            (
                "images: {quality: 300}",
                "dateline.yaml:3:19: error: images: `quality` is `300`, expected a whole number from 0 to 255",
            ),
            (
                "images: {widths: [1, x]}",
                "dateline.yaml:3:22: error: images: `widths` is `x`, expected a whole number, 0 or more",
            ),
            ("languages: [{a: b}]", "dateline.yaml:3:13: error: `languages` is a mapping, expected text"),
            (
                "search: maybe",
                "dateline.yaml:3:9: error: `search` is `maybe`, expected yes or no [write it as in `search: yes`]",
            ),
            ("langauges:", "dateline.yaml:3:1: error: unknown field `langauges`"),
            ("my_own_thing: [a]", "[docs/configuration.md has all settings; those of your own go under `extra:`]"),
            (
                "publish: {a: {to: t, preset: netlfy}}",
                "dateline.yaml:3:30: error: publish: a: `preset` is `netlfy`, expected `netlify`, `cloudflare`",
            ),
            ("publish: {a: {keep: 3}}", "error: publish: a: missing field `to` [addresses are s3://"),
            (
                "publish: {a: {to: t, max_delete: 5}}",
                "dateline.yaml:3:34: error: publish: a: `max_delete`: `5` is not a percentage; write it as in 5%",
            ),
            ("theme: a\ntheme: b", "dateline.yaml:4:1: error: `theme` appears twice; keep one of them"),
            ("languages: [en, e n]", "dateline.yaml:3:1: error: `e n` is not a language tag"),
            ("languages: [en, en]", "dateline.yaml:3:1: error: `en` is listed twice [keep one of them]"),
            ("breaking_minutes: 10081", "dateline.yaml:3:1: error: `breaking_minutes` is over 10080, a week"),
            ("related: 11", "dateline.yaml:3:1: error: `related` is over 10"),
            ("lists: {front: 0}", "error: `front` is 0, expected 1 to 1000"),
            (
                "---\ntitle: y",
                "dateline.yaml:3:1: error: a second YAML document begins here; settings must be one [take the line `---` out]",
            ),
        ] {
            let error = check_text(&format!("title: x\nbase_url: https://e.org/\n{more}\n")).unwrap_err();
            assert!(error.contains(expected), "{more}\n{error}");
        }
        for (text, expected) in [
            (
                "base_url: https://e.org/\ntitle: \"\"\n",
                "dateline.yaml:2:1: error: `title` is empty [write a value behind `title:`]",
            ),
            ("title: x\n", "dateline.yaml:1:1: error: missing field `base_url` [add a line `base_url: …`]"),
            ("", "dateline.yaml:1:1: error: missing field `title`"),
            ("- a\n", "dateline.yaml:1:1: error: the file is a list, expected a mapping"),
            ("title: a: b\n", "[settings are YAML: one `key: value` a line, and text that holds `: ` in quotes]"),
        ] {
            let error = check_text(text).unwrap_err();
            assert!(error.contains(expected), "{text}\n{error}");
        }
    }

    #[test]
    fn categories_become_paths() {
        assert_eq!(section_path("Politics / Elections").as_deref(), Some("politics/elections"));
        assert_eq!(section_path("Economía").as_deref(), Some("economia"));
        for bad in ["", "/", "a//b", "topics", "by/x", "..", "a/page"] {
            assert_eq!(section_path(bad), None, "{bad}");
        }
    }
}
