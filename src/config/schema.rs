//! The JSON Schema of the settings, so that editors complete and check what is typed.
//!
//! Each table below is one map of the settings. `docs/configuration.md` has the same keys with the same meanings; tests hold both
//! to the keys that are read.

use super::mapping::{FIELDS, FORMS, FieldKind};
use super::{publish, rights, sources, yes_no};
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;

/// A key of a map of settings.
#[derive(Clone, Copy)]
struct Setting {
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
}

/// What the value of a setting looks like.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// One text, or a map of texts by language.
    Texts,
    List,
    /// A list of these words.
    Words(&'static [&'static str]),
    /// One of these words.
    Word(&'static [&'static str]),
    YesNo,
    /// A whole number between two bounds.
    Number(u64, u64),
    /// A list of such numbers.
    Numbers(u64, u64),
    /// A map of these settings.
    Map(&'static [Setting]),
    /// A map of such maps, by names that the site gives.
    Named(&'static [Setting]),
    /// A list of maps of these settings.
    Maps(&'static [Setting]),
    /// A map of texts, or of maps of texts, by names.
    TextsByName,
    /// A map of lists of such maps, by names that the site gives.
    Lists(&'static [Setting]),
    /// A map of texts by names.
    TextByName,
    /// A map of lists by names.
    ListByName,
    /// A path or a list of paths, or a map of these settings in which they stand.
    PathsOr(&'static [Setting]),
    /// A map of such values by the keys that a mapping can fill.
    Fields,
    Anything,
}

/// The bounds of a number in the settings, by the keys that lead to it.
pub(super) fn bounds(keys: &[&str]) -> RangeInclusive<u64> {
    let mut settings = SITE;
    for key in keys {
        match settings.iter().find(|setting| setting.name == *key).map(|setting| setting.kind) {
            Some(Kind::Map(below)) => settings = below,
            Some(Kind::Number(least, most)) => return least..=most,
            _ => break,
        }
    }
    0..=MOST
}

const fn setting(name: &'static str, kind: Kind, meaning: &'static str) -> Setting {
    Setting { name, kind, meaning }
}

const MOST: u64 = u32::MAX as u64;

const SITE: &[Setting] = &[
    setting("title", Kind::Text, "name of the site"),
    setting(
        "base_url",
        Kind::Text,
        "where the site will stand; may have a path, as in `https://example.org/wire/`; a host in capitals or in letters of any script is brought into its ASCII form",
    ),
    setting("description", Kind::Texts, "one sentence about the site"),
    setting("publisher", Kind::Text, "who publishes; in JSON-LD and feeds"),
    setting("copyright", Kind::Texts, "line for the foot of every page"),
    setting("languages", Kind::List, "language editions"),
    setting("time_zone", Kind::Text, "zone of days and of times written without one"),
    setting("theme", Kind::Text, "folder below `themes/`, or a built-in theme: `default`, `archive`"),
    setting("permalinks", Kind::Map(PERMALINKS), "form of the addresses"),
    setting("lists", Kind::Map(LISTS), "lengths of lists"),
    setting("pages", Kind::Map(PAGES), "kinds of page, on or off"),
    setting(
        "breaking_minutes",
        Kind::Number(0, 10_080),
        "[how long urgent news is breaking](#breaking_minutes); 0 never",
    ),
    setting("related", Kind::Number(0, 10), "related articles of a story; 0 finds none"),
    setting("search", Kind::YesNo, "[the site's search](#search)"),
    setting(
        "version_history",
        Kind::YesNo,
        "whether a story lists [its former versions](desk-rules.md#version-history): when, and what was corrected",
    ),
    setting("default_category", Kind::Text, "section of a story that nothing else gives one"),
    setting("navigation", Kind::List, "sections in the navigation, in order"),
    setting("menus", Kind::Lists(MENU_ITEM), "[lists of links](#menus), by name"),
    setting("logo", Kind::Text, "[the publisher's logo](#identity), a file of `static/`"),
    setting("icon", Kind::Text, "[picture that icons are made from](#identity), a file of `static/`"),
    setting("social", Kind::Maps(PROFILE), "[where the publisher is elsewhere](#identity)"),
    setting("colors", Kind::TextsByName, "[colours of the theme](#identity), by name"),
    setting("categories", Kind::ListByName, "subject codes by section, of any vocabulary"),
    setting("rights", Kind::Map(RIGHTS), "[what the site says to machines about rights](#rights)"),
    setting("images", Kind::Map(IMAGES), "renditions of pictures"),
    setting("publish", Kind::Named(TARGET), "targets to publish to, by name"),
    setting("sources", Kind::Named(SOURCE), "[feeds of wire copy](wire.md#sources), by name"),
    setting("extra", Kind::Anything, "values for the theme, as `site.extra`"),
    setting("ignore", Kind::List, "[files and folders of `content/`](#ignore) that are not part of the site"),
];

const PERMALINKS: &[Setting] = &[
    setting("story", Kind::Text, "`{category}` `{yyyy}` `{mm}` `{dd}` `{slug}`"),
    setting("category", Kind::Text, "`{slug}`, the path of the section"),
    setting("topic", Kind::Text, "`{slug}`"),
    setting("place", Kind::Text, "`{slug}`"),
    setting("author", Kind::Text, "`{slug}`"),
    setting("day", Kind::Text, "`{yyyy}` `{mm}` `{dd}`"),
    setting("month", Kind::Text, "`{yyyy}` `{mm}`"),
    setting("year", Kind::Text, "`{yyyy}`"),
    setting("sections", Kind::Text, "none"),
    setting("corrections", Kind::Text, "none"),
    setting("feeds", Kind::Text, "none"),
    setting("search", Kind::Text, "none"),
];

const PROFILE: &[Setting] =
    &[setting("name", Kind::Text, "what the place is called"), setting("url", Kind::Text, "its address")];

const MENU_ITEM: &[Setting] = &[
    setting("name", Kind::Texts, "text of the link"),
    setting("section", Kind::Text, "a section, by its path"),
    setting("page", Kind::Texts, "a standing page, by its path below `content/pages/` without `.md`"),
    setting(
        "index",
        Kind::Word(&["sections", "topics", "places", "authors", "corrections", "feeds", "search"]),
        "a page that dateline makes: `sections`, `topics`, `places`, `authors`, `corrections`, `feeds` or `search`",
    ),
    setting("url", Kind::Texts, "a path of the site, such as `/topics/ports/`, or a full address"),
];

const LISTS: &[Setting] = &[
    setting("per_page", Kind::Number(1, 1000), "stories of a full list page"),
    setting("front", Kind::Number(1, 1000), "stories of a front page, besides those of its sections"),
    setting("feed", Kind::Number(1, 1000), "entries of a feed"),
];

const PAGES: &[Setting] = &[
    setting("front", Kind::YesNo, "front page of each edition"),
    setting("categories", Kind::YesNo, "sections"),
    setting("topics", Kind::YesNo, "topics, from `keywords`"),
    setting("places", Kind::YesNo, "places, from datelines"),
    setting("authors", Kind::YesNo, "authors, from `by`"),
    setting("days", Kind::YesNo, "days"),
    setting(
        "calendars",
        Kind::YesNo,
        "months, which lead to their days, and years, which lead to their months; none without `days`, nor where another page has the address",
    ),
    setting("corrections", Kind::YesNo, "[corrections](desk-rules.md#corrections)"),
    setting("feeds", Kind::YesNo, "the page of each edition that names its feeds"),
    setting("rss", Kind::YesNo, "RSS 2.0, `feed.xml`"),
    setting("atom", Kind::YesNo, "Atom, `atom.xml`"),
    setting("json_feed", Kind::YesNo, "JSON Feed, `feed.json`"),
    setting(
        "list_feeds",
        Kind::Words(&["category", "topic", "place", "author", "corrections"]),
        "kinds of list with feeds of their own: `[category, topic, place, author, corrections]`; each edition has feeds in any case",
    ),
    setting("sitemap", Kind::YesNo, "`sitemap.xml` and its parts"),
    setting("news_sitemap", Kind::YesNo, "`news-sitemap.xml`"),
    setting("robots", Kind::YesNo, "`robots.txt`"),
    setting("not_found", Kind::YesNo, "`404.html` of each edition, with a search field and the newest stories"),
    setting("ninjs", Kind::YesNo, "`ninjs.json` beside each story"),
];

const RIGHTS: &[Setting] = &[
    setting(
        "tdm_reservation",
        Kind::YesNo,
        "whether text and data mining is reserved: `/.well-known/tdmrep.json` and `<meta name=\"tdm-reservation\">` (TDMRep)",
    ),
    setting("tdm_policy", Kind::Text, "the policy for it"),
    setting(
        "permits",
        Kind::Words(rights::USES),
        "uses that a licence in RSL 1.0 permits: `/license.xml`, named in `robots.txt` and in each page",
    ),
    setting("prohibits", Kind::Words(rights::USES), "uses that this licence prohibits"),
    setting("terms", Kind::Text, "the terms for people, in that licence"),
    setting("disallow", Kind::List, "robots that may read nothing, in `robots.txt`"),
];

const IMAGES: &[Setting] = &[
    setting(
        "widths",
        Kind::Numbers(16, 4096),
        "widths in pixels in which pictures are published besides their own; an empty list makes none",
    ),
    setting("quality", Kind::Number(1, 100), "quality of these renditions"),
    setting(
        "social",
        Kind::YesNo,
        "whether the first picture of a story is cut to 1200 × 630 for previews in social media",
    ),
    setting(
        "social_cards",
        Kind::Number(0, MOST),
        "how many of the newest stories have a [social card](story-format.md#social-cards) where they have no picture, 100 for example; 0 makes no cards at all, neither for stories nor for editions",
    ),
];

const SOURCE: &[Setting] = &[
    setting("drop", Kind::Text, "drop folder, for `import --watch`; relative to the site's folder"),
    setting("format", Kind::Word(sources::FORMATS), "the one format it sends; a file in another one is an error"),
    setting("mapping", Kind::Text, "file that says how [a format of its own](wire.md#a-format-of-your-own) is read"),
    setting("charset", Kind::Text, "character set of files that are not UTF-8 and declare none"),
    setting("time_zone", Kind::Text, "zone of times that name none"),
    setting("provider", Kind::Text, "provider of items that name none"),
    setting("language", Kind::Text, "language of items that name none"),
    setting("category", Kind::Text, "section of stories that nothing else gives one"),
    setting("trust", Kind::Word(sources::TRUST), "`public`, or `withheld` until an editor says otherwise"),
    setting(
        "without_uri",
        Kind::Word(sources::WITHOUT_URI),
        "items without an identifier: `derive` one, `withhold` the story as well, or `refuse` them",
    ),
    setting("copy", Kind::YesNo, "text is wire copy, though nothing in it shows that it is"),
    setting("summary_is_text", Kind::YesNo, "what a web feed calls a summary is the text of the story"),
];

const TARGET: &[Setting] = &[
    setting("to", Kind::Text, "[address](publishing.md#targets)"),
    setting("endpoint", Kind::Text, "address of a store"),
    setting("region", Kind::Text, "region of an S3 bucket"),
    setting(
        "conditional_writes",
        Kind::YesNo,
        "whether the store knows conditions on writes; [two publishers](publishing.md#stores)",
    ),
    setting("website_redirects", Kind::YesNo, "whether former addresses are redirects of S3's website endpoint"),
    setting("base_url", Kind::Text, "address of the site at this target, for purging"),
    setting("preset", Kind::Word(publish::PRESETS), "`netlify`, `cloudflare`, `github`, `gitlab`, `codeberg`"),
    setting("domain", Kind::Text, "the site's own domain, for `CNAME` and `.domains`"),
    setting("max_files", Kind::Number(0, MOST), "files that the host takes"),
    setting("releases", Kind::Number(0, MOST), "releases kept in a folder; 0 publishes in place"),
    setting("keep", Kind::Number(0, MOST), "publishes that can be taken back"),
    setting("max_delete", Kind::Text, "share of the files that may be deleted at once"),
    setting("asset_grace_hours", Kind::Number(0, MOST), "how long a file of the theme stays when it is no longer used"),
    setting("compress", Kind::Words(&["gzip", "br"]), "`gzip`, `br`"),
    setting("cache", Kind::Map(CACHE), "`Cache-Control`"),
    setting(
        "headers",
        Kind::TextByName,
        "more headers for every file, where the host takes them; an empty text leaves one out",
    ),
    setting("concurrency", Kind::Number(1, 256), "requests at a time, 1 to 256"),
    setting("retries", Kind::Number(0, 100), "tries more where a request fails, 0 to 100"),
    setting("timeout_seconds", Kind::Number(1, 3600), "after which a request counts as failed, 1 to 3600"),
    setting("history", Kind::YesNo, "whether a git branch keeps former commits"),
    setting("author", Kind::Text, "author of git commits, `Name <mail>`"),
    setting("purge", Kind::Map(PURGE), "`command`, `url`, `wildcards`: who is notified of changed addresses"),
    setting("websub", Kind::Text, "WebSub hub, which feeds name"),
    setting("indexnow", Kind::Text, "IndexNow address"),
    setting("verify", Kind::Number(0, MOST), "pages fetched afterwards"),
    setting("allow_secrets_in", Kind::List, "files that may hold what looks like a secret"),
];

const CACHE: &[Setting] = &[
    setting("front", Kind::Text, "front pages"),
    setting("lists", Kind::Text, "sections, topics, places, authors, days and their indexes"),
    setting("feeds", Kind::Text, "feeds, sitemaps, `robots.txt`, 404"),
    setting("stories", Kind::Text, "stories, notices of withdrawal, standing pages and redirects"),
    setting("assets", Kind::Text, "files of the theme"),
    setting("media", Kind::Text, "pictures and other files from `content/`"),
    setting("immutable", Kind::Text, "files whose name holds a hash of their bytes"),
];

const PURGE: &[Setting] = &[
    setting("command", Kind::Text, "a command; `{file}` becomes the path of the list"),
    setting("url", Kind::Text, "an address that gets the list in a POST request, as JSON"),
    setting("wildcards", Kind::YesNo, "whether whole folders may be named with `*`"),
];

const SECTION: &[Setting] = &[
    setting("name", Kind::Texts, "name of the section"),
    setting("description", Kind::Texts, "one sentence"),
    setting("mediaTopics", Kind::List, "[Media Topics](topics.md) whose stories the section takes, `medtop:15000000`"),
    setting("layout", Kind::Text, "template of the pages of its list"),
    setting("extra", Kind::Anything, "values for the theme, as `list.extra`"),
];

const MAPPING: &[Setting] = &[
    setting("items", Kind::Text, "where the items are; default the document, or each entry of its list"),
    setting("fields", Kind::Fields, "keys of front matter, and where their values are"),
    setting("body", Kind::PathsOr(BODY), "where the text is"),
    setting("associations", Kind::Map(ASSOCIATIONS), "where pictures and other files are"),
    setting("ignore", Kind::List, "what is neither for readers nor for the desk"),
];

const FIELD: &[Setting] = &[
    setting("path", Kind::List, "a path, or several, of which the first that has a value counts"),
    setting("value", Kind::Text, "what counts where no path has a value"),
    setting("values", Kind::TextByName, "words of the sender, and what they are in a story"),
];

const DATES: Setting = setting("dates", Kind::List, "forms of times, as for strftime, or the word `milliseconds`");

const BODY: &[Setting] = &[
    setting("path", Kind::List, "a path, or several, of which the first that has a text counts"),
    setting("as", Kind::Word(FORMS), "`html`, the default; `text` with blank lines between paragraphs; `lines`"),
];

const ASSOCIATIONS: &[Setting] = &[
    setting("items", Kind::Text, "where they are; the other paths begin at each of them"),
    setting("href", Kind::List, "address of the file"),
    setting("type", Kind::PathsOr(FIELD), "`picture`, the default, `video` or `audio`"),
    setting("caption", Kind::List, "caption"),
    setting("by", Kind::List, "who made it"),
    setting("credit", Kind::List, "credit"),
    setting("rights", Kind::List, "terms of use"),
];

/// The schema of a mapping (JSON Schema 2020-12).
pub fn mapping() -> Value {
    let mut schema = map(MAPPING);
    schema["$schema"] = DIALECT.into();
    schema["title"] = "Mapping of a format of wire copy".into();
    schema["required"] = json!(["fields"]);
    schema["properties"]["associations"]["required"] = json!(["items", "href"]);
    schema
}

/// The schema of `dateline.yaml` (JSON Schema 2020-12).
pub fn settings() -> Value {
    let mut schema = map(SITE);
    schema["$schema"] = DIALECT.into();
    schema["title"] = "Settings of a site".into();
    schema["required"] = json!(["title", "base_url"]);
    schema
}

/// The schema of `content/categories.yaml` (JSON Schema 2020-12).
pub fn sections() -> Value {
    let mut schema = values(Kind::Named(SECTION));
    schema["$schema"] = DIALECT.into();
    schema["title"] = "Sections of a site".into();
    schema
}

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

fn map(settings: &[Setting]) -> Value {
    let property = |setting: &Setting| {
        let mut property = values(setting.kind);
        property["description"] = setting.meaning.into();
        (setting.name.to_string(), property)
    };
    let properties: Map<String, Value> = settings.iter().map(property).collect();
    json!({"type": ["object", "null"], "properties": properties, "additionalProperties": false})
}

/// The values of a kind, as `read` takes them: a number is text, one value is a list of one, and null is an absent value.
fn values(kind: Kind) -> Value {
    match kind {
        Kind::Text => text(),
        Kind::Texts => json!({"anyOf": [text(), {"type": "object", "additionalProperties": text()}]}),
        Kind::List => list(text()),
        Kind::Words(words) => list(json!({"enum": words})),
        Kind::Word(words) => json!({"anyOf": [{"enum": words}, {"type": "null"}]}),
        Kind::YesNo => yes_no::schema(),
        Kind::Number(least, most) => number(least, most),
        Kind::Numbers(least, most) => list(number(least, most)),
        Kind::Map(settings) => map(settings),
        Kind::Named(settings) => json!({"type": ["object", "null"], "additionalProperties": map(settings)}),
        Kind::Lists(settings) => json!({"type": ["object", "null"], "additionalProperties": list(map(settings))}),
        Kind::Maps(settings) => list(map(settings)),
        Kind::TextsByName => json!({"type": ["object", "null"], "additionalProperties": values(Kind::Texts)}),
        Kind::TextByName => json!({"type": ["object", "null"], "additionalProperties": text()}),
        Kind::ListByName => json!({"type": ["object", "null"], "additionalProperties": list(text())}),
        Kind::PathsOr(settings) => json!({"anyOf": [text(), {"type": "array", "items": text()}, map(settings)]}),
        Kind::Fields => fields(),
        Kind::Anything => json!({}),
    }
}

fn fields() -> Value {
    let field = |(name, kind): &(&str, FieldKind)| {
        let mut field = values(Kind::PathsOr(FIELD));
        if *kind == FieldKind::Time {
            field["anyOf"][2]["properties"][DATES.name] = values(DATES.kind);
        }
        (name.to_string(), field)
    };
    let properties: Map<String, Value> = FIELDS.iter().map(field).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn text() -> Value {
    json!({"type": ["string", "number", "null"]})
}

fn list(item: Value) -> Value {
    json!({"anyOf": [item, {"type": "array", "items": item}, {"type": "null"}]})
}

fn number(least: u64, most: u64) -> Value {
    json!({"anyOf": [
        {"type": ["integer", "null"], "minimum": least, "maximum": most},
        {"type": "string", "pattern": "^[0-9]*$"},
    ]})
}

#[cfg(test)]
mod tests {
    use super::super::check::Raw;
    use super::super::mapping;
    use super::super::menus::RawItem;
    use super::super::permalinks::RawPermalinks;
    use super::super::publish::{Cache, Options, Purge};
    use super::super::section::RawSection;
    use super::super::sources::RawSource;
    use super::super::{Images, Lists, Pages, Profile};
    use super::*;
    use serde::de::value::Error;
    use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
    use serde::forward_to_deserialize_any;

    /// Answers a record that wants to be read with an error that names its keys.
    struct Ask;

    impl<'de> Deserializer<'de> for Ask {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("no record"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            Err(Error::custom(fields.join(" ")))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn check<'de, T: Deserialize<'de>>(settings: &[Setting]) {
        let Err(keys) = T::deserialize(Ask) else { panic!("it is not a record") };
        let keys = keys.to_string();
        let mut read: Vec<&str> = keys.split(' ').collect();
        let mut named: Vec<&str> = settings.iter().map(|setting| setting.name).collect();
        read.sort_unstable();
        named.sort_unstable();
        assert_eq!(read, named);
    }

    #[test]
    fn the_keys_are_those_that_are_read() {
        check::<Raw>(SITE);
        check::<RawPermalinks>(PERMALINKS);
        check::<Lists>(LISTS);
        check::<Pages>(PAGES);
        check::<rights::Rights>(RIGHTS);
        check::<Images>(IMAGES);
        check::<RawSource>(SOURCE);
        check::<Options>(TARGET);
        check::<Cache>(CACHE);
        check::<Purge>(PURGE);
        check::<RawSection>(SECTION);
        check::<RawItem>(MENU_ITEM);
        check::<Profile>(PROFILE);
        check::<mapping::RawMapping>(MAPPING);
        check::<mapping::RawParts>(&[FIELD, &[DATES]].concat());
        check::<mapping::RawText>(BODY);
        check::<mapping::RawAssociations>(ASSOCIATIONS);
    }

    #[test]
    fn the_documentation_has_each_key_with_its_meaning() {
        let page = include_str!("../../docs/configuration.md");
        let rows: Vec<(Vec<&str>, &str)> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "))
            .map(|(names, rest)| {
                let names = names.split(", ").map(|name| name.trim_matches('`')).collect();
                (names, rest.rsplit(" | ").next().unwrap_or(rest))
            })
            .collect();
        for settings in [
            SITE,
            PERMALINKS,
            LISTS,
            PAGES,
            RIGHTS,
            IMAGES,
            SOURCE,
            TARGET,
            SECTION,
            MENU_ITEM,
            PROFILE,
            MAPPING,
            FIELD,
            &[DATES],
            BODY,
            ASSOCIATIONS,
        ] {
            for setting in settings {
                let is_there =
                    rows.iter().any(|(names, meaning)| names.contains(&setting.name) && *meaning == setting.meaning);
                assert!(is_there, "docs/configuration.md has no row of `{}`: {}", setting.name, setting.meaning);
            }
        }
    }
}
