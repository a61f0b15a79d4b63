//! The JSON Schema of the settings, so that editors complete and check what is typed.
//!
//! Each table below is one map of the settings. `docs/configuration.md` has the same keys with the same meanings; tests hold both
//! to the keys that are read.

use super::embeds::SHAPES;
use super::mapping::{FIELDS, FORMS, FieldKind};
use super::menus::IndexPage;
use super::pages::LIST_FEEDS;
use super::{publish, rights, sources, yes_no};
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;

/// A key of a map of settings.
#[derive(Clone, Copy)]
struct Setting {
    name: &'static str,
    kind: SettingKind,
    meaning: &'static str,
}

/// What the value of a setting looks like.
#[derive(Clone, Copy)]
enum SettingKind {
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
            Some(SettingKind::Map(below)) => settings = below,
            Some(SettingKind::Number(least, most)) => return least..=most,
            _ => break,
        }
    }
    0..=MOST
}

const fn setting(name: &'static str, kind: SettingKind, meaning: &'static str) -> Setting {
    Setting { name, kind, meaning }
}

const MOST: u64 = u32::MAX as u64;

const SITE: &[Setting] = &[
    setting("title", SettingKind::Text, "name of the site"),
    setting(
        "base_url",
        SettingKind::Text,
        "where the site will stand; may have a path, as in `https://example.org/wire/`; a host in capitals or in letters of any script is brought into its ASCII form",
    ),
    setting("description", SettingKind::Texts, "one sentence about the site"),
    setting("publisher", SettingKind::Text, "who publishes; in JSON-LD and feeds"),
    setting("copyright", SettingKind::Texts, "line for the foot of every page"),
    setting("languages", SettingKind::List, "language editions"),
    setting("time_zone", SettingKind::Text, "zone of days and of times written without one"),
    setting(
        "theme",
        SettingKind::Text,
        "folder below `themes/`, or a built-in theme: `default`, `archive`, `bulletin`",
    ),
    setting("theme_settings", SettingKind::TextByName, "[settings of the theme](themes.md#settings), by name"),
    setting("permalinks", SettingKind::Map(PERMALINKS), "form of the addresses"),
    setting("lists", SettingKind::Map(LISTS), "lengths of lists"),
    setting("pages", SettingKind::Map(PAGES), "kinds of page, on or off"),
    setting(
        "breaking_minutes",
        SettingKind::Number(0, 10_080),
        "[how long urgent news is breaking](#breaking_minutes); 0 never",
    ),
    setting("related", SettingKind::Number(0, 10), "related articles of a story; 0 finds none"),
    setting("search", SettingKind::YesNo, "[the site's search](#search)"),
    setting(
        "version_history",
        SettingKind::YesNo,
        "whether a story lists [its former versions](desk-rules.md#version-history): when, and what was corrected",
    ),
    setting("default_category", SettingKind::Text, "section of a story that nothing else gives one"),
    setting("navigation", SettingKind::List, "sections in the navigation, in order"),
    setting("menus", SettingKind::Lists(MENU_ITEM), "[lists of links](#menus), by name"),
    setting("labels", SettingKind::Named(LABEL), "[names and looks of genres](#labels), by name"),
    setting("embeds", SettingKind::List, "[sites whose pages stories show in frames](#embeds)"),
    setting("embed_hosts", SettingKind::Named(EMBED_HOST), "[such sites of your own](#embeds), by name"),
    setting("logo", SettingKind::Text, "[the publisher's logo](#identity), a file of `static/`"),
    setting("icon", SettingKind::Text, "[picture that icons are made from](#identity), a file of `static/`"),
    setting("social", SettingKind::Maps(PROFILE), "[where the publisher is elsewhere](#identity)"),
    setting("colors", SettingKind::TextsByName, "[colours of the theme](#identity), by name"),
    setting("categories", SettingKind::ListByName, "subject codes by section, of any vocabulary"),
    setting("rights", SettingKind::Map(RIGHTS), "[what the site says to machines about rights](#rights)"),
    setting("images", SettingKind::Map(IMAGES), "renditions of pictures"),
    setting("publish", SettingKind::Named(TARGET), "targets to publish to, by name"),
    setting("sources", SettingKind::Named(SOURCE), "[feeds of wire copy](wire.md#sources), by name"),
    setting("desk", SettingKind::Map(DESK), "[the live desk](desk.md): what comes in, and where it goes"),
    setting("extra", SettingKind::Anything, "values for the theme, as `site.extra`"),
    setting("ignore", SettingKind::List, "[files and folders of `content/`](#ignore) that are not part of the site"),
];

const PERMALINKS: &[Setting] = &[
    setting("story", SettingKind::Text, "`{category}` `{yyyy}` `{mm}` `{dd}` `{slug}`"),
    setting("category", SettingKind::Text, "`{slug}`, the path of the section"),
    setting("topic", SettingKind::Text, "`{slug}`"),
    setting("place", SettingKind::Text, "`{slug}`"),
    setting("author", SettingKind::Text, "`{slug}`"),
    setting("day", SettingKind::Text, "`{yyyy}` `{mm}` `{dd}`"),
    setting("month", SettingKind::Text, "`{yyyy}` `{mm}`"),
    setting("year", SettingKind::Text, "`{yyyy}`"),
    setting("sections", SettingKind::Text, "none"),
    setting("corrections", SettingKind::Text, "none"),
    setting("latest", SettingKind::Text, "none"),
    setting("feeds", SettingKind::Text, "none"),
    setting("search", SettingKind::Text, "none"),
];

const PROFILE: &[Setting] =
    &[setting("name", SettingKind::Text, "what the place is called"), setting("url", SettingKind::Text, "its address")];

const MENU_ITEM: &[Setting] = &[
    setting("name", SettingKind::Texts, "text of the link"),
    setting("section", SettingKind::Text, "a section, by its path"),
    setting("page", SettingKind::Texts, "a standing page, by its path below `content/pages/` without `.md`"),
    setting(
        "index",
        SettingKind::Word(&IndexPage::WORDS),
        "a page that dateline makes: `latest`, `sections`, `topics`, `places`, `authors`, `corrections`, `feeds` or `search`",
    ),
    setting("url", SettingKind::Texts, "a path of the site, such as `/topics/ports/`, or a full address"),
];

const EMBED_HOST: &[Setting] = &[
    setting("name", SettingKind::Text, "what readers call the site"),
    setting("address", SettingKind::Text, "addresses of its pages, with values in braces"),
    setting("frame", SettingKind::Text, "address of the frame, with the same values"),
    setting("shape", SettingKind::Word(SHAPES), "`video`, `audio`, `chart` or `post`: the size of the frame"),
];

const LABEL: &[Setting] = &[
    setting("name", SettingKind::Texts, "text of the label"),
    setting("style", SettingKind::Text, "look of the label, a word that the theme knows"),
    setting("genres", SettingKind::List, "other genres that get the label"),
];

const LISTS: &[Setting] = &[
    setting("per_page", SettingKind::Number(1, 1000), "stories of a full list page"),
    setting("front", SettingKind::Number(1, 1000), "stories of a front page, besides those of its sections"),
    setting("feed", SettingKind::Number(1, 1000), "entries of a feed"),
];

const PAGES: &[Setting] = &[
    setting("front", SettingKind::YesNo, "front page of each edition"),
    setting("categories", SettingKind::YesNo, "sections"),
    setting("topics", SettingKind::YesNo, "topics, from `keywords`"),
    setting("places", SettingKind::YesNo, "places, from datelines"),
    setting("authors", SettingKind::YesNo, "authors, from `by`"),
    setting("days", SettingKind::YesNo, "days"),
    setting(
        "calendars",
        SettingKind::YesNo,
        "months, which lead to their days, and years, which lead to their months; none without `days`, nor where another page has the address",
    ),
    setting("latest", SettingKind::YesNo, "all stories, newest first, in numbered pages"),
    setting("corrections", SettingKind::YesNo, "[corrections](desk-rules.md#corrections)"),
    setting("feeds", SettingKind::YesNo, "the page of each edition that names its feeds"),
    setting("rss", SettingKind::YesNo, "RSS 2.0, `feed.xml`"),
    setting("atom", SettingKind::YesNo, "Atom, `atom.xml`"),
    setting("json_feed", SettingKind::YesNo, "JSON Feed, `feed.json`"),
    setting(
        "list_feeds",
        SettingKind::Words(LIST_FEEDS),
        "kinds of list with feeds of their own: `[category, topic, place, author, corrections]`; each edition has feeds in any case",
    ),
    setting(
        "full_text_feeds",
        SettingKind::List,
        "feeds with whole texts, see [below](#full-texts-in-feeds): `edition`, kinds of list, and paths of lists; none by default",
    ),
    setting("sitemap", SettingKind::YesNo, "`sitemap.xml` and its parts"),
    setting("news_sitemap", SettingKind::YesNo, "`news-sitemap.xml`"),
    setting("robots", SettingKind::YesNo, "`robots.txt`"),
    setting("not_found", SettingKind::YesNo, "`404.html` of each edition, with a search field and the newest stories"),
    setting("ninjs", SettingKind::YesNo, "`ninjs.json` beside each story"),
];

const RIGHTS: &[Setting] = &[
    setting(
        "tdm_reservation",
        SettingKind::YesNo,
        "whether text and data mining is reserved: `/.well-known/tdmrep.json` and `<meta name=\"tdm-reservation\">` (TDMRep)",
    ),
    setting("tdm_policy", SettingKind::Text, "the policy for it"),
    setting(
        "permits",
        SettingKind::Words(rights::USES),
        "uses that a licence in RSL 1.0 permits: `/license.xml`, named in `robots.txt` and in each page",
    ),
    setting("prohibits", SettingKind::Words(rights::USES), "uses that this licence prohibits"),
    setting("terms", SettingKind::Text, "the terms for people, in that licence"),
    setting("disallow", SettingKind::List, "robots that may read nothing, in `robots.txt`"),
];

const IMAGES: &[Setting] = &[
    setting(
        "widths",
        SettingKind::Numbers(16, 4096),
        "widths in pixels in which pictures are published besides their own; an empty list makes none",
    ),
    setting("quality", SettingKind::Number(1, 100), "quality of these renditions"),
    setting(
        "social",
        SettingKind::YesNo,
        "whether the first picture of a story is cut to 1200 × 630 for previews in social media",
    ),
    setting(
        "social_cards",
        SettingKind::Number(0, MOST),
        "how many of the newest stories have a [social card](story-format.md#social-cards) where they have no picture, 100 for example; 0 makes no cards at all, neither for stories nor for editions",
    ),
];

const SOURCE: &[Setting] = &[
    setting("drop", SettingKind::Text, "drop folder, for `import --watch`; relative to the site's folder"),
    setting(
        "format",
        SettingKind::Word(sources::FORMATS),
        "the one format it sends; a file in another one is an error",
    ),
    setting(
        "mapping",
        SettingKind::Text,
        "file that says how [a format of its own](wire.md#a-format-of-your-own) is read",
    ),
    setting("charset", SettingKind::Text, "character set of files that are not UTF-8 and declare none"),
    setting("time_zone", SettingKind::Text, "zone of times that name none"),
    setting("provider", SettingKind::Text, "provider of items that name none"),
    setting("language", SettingKind::Text, "language of items that name none"),
    setting("category", SettingKind::Text, "section of stories that nothing else gives one"),
    setting("trust", SettingKind::Word(sources::TRUST), "`public`, or `withheld` until an editor says otherwise"),
    setting(
        "without_uri",
        SettingKind::Word(sources::WITHOUT_URI),
        "items without an identifier: `derive` one, `withhold` the story as well, or `refuse` them",
    ),
    setting("copy", SettingKind::YesNo, "text is wire copy, though nothing in it shows that it is"),
    setting("summary_is_text", SettingKind::YesNo, "what a web feed calls a summary is the text of the story"),
];

const DESK: &[Setting] = &[
    setting("drop", SettingKind::List, "drop folders without a source, besides those of `sources`"),
    setting("push", SettingKind::Text, "address to listen on for [pushes](desk.md#pushes)"),
    setting("targets", SettingKind::List, "targets to publish to, by name"),
];

const TARGET: &[Setting] = &[
    setting("to", SettingKind::Text, "[address](publishing.md#targets)"),
    setting("endpoint", SettingKind::Text, "address of a store"),
    setting("region", SettingKind::Text, "region of an S3 bucket"),
    setting(
        "conditional_writes",
        SettingKind::YesNo,
        "whether the store knows conditions on writes; [two publishers](publishing.md#stores)",
    ),
    setting("website_redirects", SettingKind::YesNo, "whether former addresses are redirects of S3's website endpoint"),
    setting("base_url", SettingKind::Text, "address of the site at this target, for purging"),
    setting("preset", SettingKind::Word(publish::PRESETS), "`netlify`, `cloudflare`, `github`, `gitlab`, `codeberg`"),
    setting("domain", SettingKind::Text, "the site's own domain, for `CNAME` and `.domains`"),
    setting("max_files", SettingKind::Number(0, MOST), "files that the host takes"),
    setting("releases", SettingKind::Number(0, MOST), "releases kept in a folder; 0 publishes in place"),
    setting("keep", SettingKind::Number(0, MOST), "publishes that can be taken back"),
    setting("max_delete", SettingKind::Text, "share of the files that may be deleted at once"),
    setting(
        "asset_grace_hours",
        SettingKind::Number(0, MOST),
        "how long a file of the theme stays when it is no longer used",
    ),
    setting("compress", SettingKind::Words(&["gzip", "br"]), "`gzip`, `br`"),
    setting("cache", SettingKind::Map(CACHE), "`Cache-Control`"),
    setting(
        "headers",
        SettingKind::TextByName,
        "more headers for every file, where the host takes them; an empty text leaves one out",
    ),
    setting("concurrency", SettingKind::Number(1, 256), "requests at a time, 1 to 256"),
    setting("retries", SettingKind::Number(0, 100), "tries more where a request fails, 0 to 100"),
    setting("timeout_seconds", SettingKind::Number(1, 3600), "after which a request counts as failed, 1 to 3600"),
    setting("history", SettingKind::YesNo, "whether a git branch keeps former commits"),
    setting("author", SettingKind::Text, "author of git commits, `Name <mail>`"),
    setting("purge", SettingKind::Map(PURGE), "`command`, `url`, `wildcards`: who is notified of changed addresses"),
    setting("websub", SettingKind::Text, "WebSub hub, which feeds name"),
    setting("indexnow", SettingKind::Text, "IndexNow address"),
    setting("verify", SettingKind::Number(0, MOST), "pages fetched afterwards"),
    setting("allow_secrets_in", SettingKind::List, "files that may hold what looks like a secret"),
];

const CACHE: &[Setting] = &[
    setting("front", SettingKind::Text, "front pages"),
    setting("lists", SettingKind::Text, "sections, topics, places, authors, days and their indexes"),
    setting("feeds", SettingKind::Text, "feeds, sitemaps, `robots.txt`, 404"),
    setting("stories", SettingKind::Text, "stories, notices of withdrawal, standing pages and redirects"),
    setting("assets", SettingKind::Text, "files of the theme"),
    setting("media", SettingKind::Text, "pictures and other files from `content/`"),
    setting("immutable", SettingKind::Text, "files whose name holds a hash of their bytes"),
];

const PURGE: &[Setting] = &[
    setting("command", SettingKind::Text, "a command; `{file}` becomes the path of the list"),
    setting("url", SettingKind::Text, "an address that gets the list in a POST request, as JSON"),
    setting("wildcards", SettingKind::YesNo, "whether whole folders may be named with `*`"),
];

const SECTION: &[Setting] = &[
    setting("name", SettingKind::Texts, "name of the section"),
    setting("description", SettingKind::Texts, "one sentence"),
    setting(
        "mediaTopics",
        SettingKind::List,
        "[Media Topics](topics.md) whose stories the section takes, `medtop:15000000`",
    ),
    setting("layout", SettingKind::Text, "template of the pages of its list"),
    setting("extra", SettingKind::Anything, "values for the theme, as `list.extra`"),
];

const MAPPING: &[Setting] = &[
    setting("items", SettingKind::Text, "where the items are; default the document, or each entry of its list"),
    setting("fields", SettingKind::Fields, "keys of front matter, and where their values are"),
    setting("body", SettingKind::PathsOr(BODY), "where the text is"),
    setting("associations", SettingKind::Map(ASSOCIATIONS), "where pictures and other files are"),
    setting("ignore", SettingKind::List, "what is neither for readers nor for the desk"),
];

const FIELD: &[Setting] = &[
    setting("path", SettingKind::List, "a path, or several, of which the first that has a value counts"),
    setting("value", SettingKind::Text, "what counts where no path has a value"),
    setting("values", SettingKind::TextByName, "words of the sender, and what they are in a story"),
];

const DATES: Setting =
    setting("dates", SettingKind::List, "forms of times, as for strftime, or the word `milliseconds`");

const BODY: &[Setting] = &[
    setting("path", SettingKind::List, "a path, or several, of which the first that has a text counts"),
    setting("as", SettingKind::Word(FORMS), "`html`, the default; `text` with blank lines between paragraphs; `lines`"),
];

const ASSOCIATIONS: &[Setting] = &[
    setting("items", SettingKind::Text, "where they are; the other paths begin at each of them"),
    setting("href", SettingKind::List, "address of the file"),
    setting("type", SettingKind::PathsOr(FIELD), "`picture`, the default, `video` or `audio`"),
    setting("caption", SettingKind::List, "caption"),
    setting("by", SettingKind::List, "who made it"),
    setting("credit", SettingKind::List, "credit"),
    setting("rights", SettingKind::List, "terms of use"),
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
    let mut schema = values(SettingKind::Named(SECTION));
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
fn values(kind: SettingKind) -> Value {
    match kind {
        SettingKind::Text => text(),
        SettingKind::Texts => json!({"anyOf": [text(), {"type": "object", "additionalProperties": text()}]}),
        SettingKind::List => list(text()),
        SettingKind::Words(words) => list(json!({"enum": words})),
        SettingKind::Word(words) => json!({"anyOf": [{"enum": words}, {"type": "null"}]}),
        SettingKind::YesNo => yes_no::schema(),
        SettingKind::Number(least, most) => number(least, most),
        SettingKind::Numbers(least, most) => list(number(least, most)),
        SettingKind::Map(settings) => map(settings),
        SettingKind::Named(settings) => json!({"type": ["object", "null"], "additionalProperties": map(settings)}),
        SettingKind::Lists(settings) => {
            json!({"type": ["object", "null"], "additionalProperties": list(map(settings))})
        }
        SettingKind::Maps(settings) => list(map(settings)),
        SettingKind::TextsByName => {
            json!({"type": ["object", "null"], "additionalProperties": values(SettingKind::Texts)})
        }
        SettingKind::TextByName => json!({"type": ["object", "null"], "additionalProperties": text()}),
        SettingKind::ListByName => json!({"type": ["object", "null"], "additionalProperties": list(text())}),
        SettingKind::PathsOr(settings) => json!({"anyOf": [text(), {"type": "array", "items": text()}, map(settings)]}),
        SettingKind::Fields => fields(),
        SettingKind::Anything => json!({}),
    }
}

fn fields() -> Value {
    let field = |(name, kind): &(&str, FieldKind)| {
        let mut field = values(SettingKind::PathsOr(FIELD));
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
    use super::super::desk::RawDesk;
    use super::super::embeds::RawHost;
    use super::super::labels::RawLabel;
    use super::super::mapping;
    use super::super::menus::RawItem;
    use super::super::permalinks::RawPermalinks;
    use super::super::publish::{Cache, Options, Purge};
    use super::super::record_keys;
    use super::super::section::RawSection;
    use super::super::sources::RawSource;
    use super::super::{Images, Lists, Pages, Profile};
    use super::*;
    use serde::de::Deserialize;

    #[track_caller]
    fn check<'de, T: Deserialize<'de>>(settings: &[Setting]) {
        let mut named: Vec<&str> = settings.iter().map(|setting| setting.name).collect();
        named.sort_unstable();
        assert_eq!(record_keys::of::<T>(), named);
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
        check::<RawDesk>(DESK);
        check::<Options>(TARGET);
        check::<Cache>(CACHE);
        check::<Purge>(PURGE);
        check::<RawSection>(SECTION);
        check::<RawItem>(MENU_ITEM);
        check::<RawLabel>(LABEL);
        check::<RawHost>(EMBED_HOST);
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
            DESK,
            TARGET,
            SECTION,
            MENU_ITEM,
            LABEL,
            EMBED_HOST,
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
