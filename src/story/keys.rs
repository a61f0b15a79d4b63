//! The keys of a story's front matter, in one table.
//!
//! From the table come the record of their values ([`Meta`]), the reader and the writer of front matter, the keys of wire items,
//! the tables of `docs/story-format.md`, and the JSON Schema. It stands in the order in which an import writes the keys, which the
//! hashes of imported stories depend on.

use super::{Association, Correction, Dateline, ImportRecord, MenuPlace, Sponsor, Status};

/// A key of front matter.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written: `firstCreated`.
    pub name: &'static str,
    /// What other generators call it; read as the same key.
    pub other_names: &'static [&'static str],
    /// Which table of the documentation has it.
    pub group: KeyGroup,
    /// What its values look like.
    pub kind: KeyKind,
    /// What it means, in Markdown, as the documentation has it.
    pub meaning: &'static str,
}

/// What a key is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyGroup {
    /// Which story it is, and whether and when it is public.
    State,
    /// About the text.
    Text,
    /// Who holds the rights.
    Rights,
    /// Pictures and other files.
    Files,
    /// Set by a site's editors. These keys outlive a new version of the story.
    Site,
    /// For desks. These keys take any value and never leave the desk.
    Desk,
}

/// What the values of a key look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The headline: a text that every story has.
    Headline,
    /// A text.
    Text,
    /// An identifier, which is compared byte by byte and therefore never brought into another form of Unicode.
    Identifier,
    /// A language tag (BCP 47).
    Language,
    /// The last part of an address.
    Slug,
    /// A list of texts; one text counts as a list of one.
    Texts,
    /// Authors: a list of texts, written as one text where there is one.
    Names,
    /// A list of identifiers.
    Identifiers,
    /// A list of codes.
    Codes,
    /// Subject codes.
    Subjects,
    /// A list of paths on the site.
    Paths,
    /// A time.
    Time,
    /// Yes or no.
    Flag,
    /// A number from 0.
    Version,
    /// A number from 1 to 9.
    Urgency,
    /// Publishing status (IPTC).
    Status,
    /// A dateline.
    Dateline,
    /// A correction notice.
    Correction,
    /// Who paid for the story.
    Sponsor,
    /// A menu, and a place in it.
    Menu,
    /// Pictures and files.
    Associations,
    /// Anything.
    Anything,
    /// Notes of the desk.
    Notes,
    /// What an import notes for the next.
    Import,
}

impl KeyKind {
    /// The kind of value in words, for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            KeyKind::Headline | KeyKind::Text | KeyKind::Slug => "text",
            KeyKind::Identifier => "identifier",
            KeyKind::Language => "tag",
            KeyKind::Texts | KeyKind::Names | KeyKind::Notes => "list",
            KeyKind::Identifiers => "list of identifiers",
            KeyKind::Codes | KeyKind::Subjects => "list of codes",
            KeyKind::Paths => "list of paths",
            KeyKind::Time => "time",
            KeyKind::Flag => "yes/no",
            KeyKind::Version => "number",
            KeyKind::Urgency => "1 to 9",
            KeyKind::Status => "`usable`, `withheld`, `canceled`",
            KeyKind::Dateline => "text, or a map",
            KeyKind::Correction => "text, or `note` and `date`",
            KeyKind::Sponsor => "text, or `name` and `url`",
            KeyKind::Menu => "text, or `name` and `order`",
            KeyKind::Associations => "list of maps",
            KeyKind::Anything => "anything",
            KeyKind::Import => "map",
        }
    }

    /// Whether texts are brought into Unicode's composed form.
    pub fn is_composed(self) -> bool {
        !matches!(self, KeyKind::Identifier | KeyKind::Identifiers | KeyKind::Associations)
    }
}

/// One line a key: field, its type, kind, group, name, other names, meaning.
macro_rules! keys {
    ($($field:ident: $type:ty = $kind:ident, $group:ident, $name:literal $(or ($($other:literal),+))?, $meaning:literal;)+) => {
        /// The values of a story's keys. Times (`T`) are instants in front matter; on the wire they may have no zone.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Meta<T> {
            $(#[doc = concat!("`", $name, "`: ", $meaning)] pub $field: $type,)+
        }

        /// All keys, in the order in which an import writes them.
        pub const KEYS: &[Key] = &[$(Key {
            name: $name,
            other_names: &[$($($other),+)?],
            group: KeyGroup::$group,
            kind: KeyKind::$kind,
            meaning: $meaning,
        },)+];

        /// The key of a name, or of another name for it.
        pub fn key(name: &str) -> Option<&'static Key> {
            #[allow(non_camel_case_types, reason = "these are the names of the fields")]
            enum Place { $($field,)+ }
            match name {
                $($name $($(| $other)+)? => Some(&KEYS[Place::$field as usize]),)+
                _ => None,
            }
        }

        impl<T> Default for Meta<T> {
            fn default() -> Meta<T> {
                Meta { $($field: Default::default(),)+ }
            }
        }

        impl<T> Meta<T> {
            /// The value of the key with this name, to be read.
            pub fn value(&self, name: &str) -> Option<Value<'_, T>> {
                match name {
                    $($name => Some(keys!(@value $kind &self.$field)),)+
                    _ => None,
                }
            }

            /// The same with other times.
            pub fn map_times<U>(self, mut change: impl FnMut(T) -> U) -> Meta<U> {
                Meta { $($field: keys!(@map $kind self.$field, change),)+ }
            }

            /// The value of the key with this name, to be set.
            pub fn slot(&mut self, name: &str) -> Option<Slot<'_, T>> {
                match name {
                    $($name => Some(keys!(@slot $kind &mut self.$field)),)+
                    _ => None,
                }
            }
        }
    };
    (@map Time $value:expr, $change:ident) => { $value.map(&mut $change) };
    (@map Correction $value:expr, $change:ident) => { $value.map(|one| one.map_times(&mut $change)) };
    (@map Associations $value:expr, $change:ident) => {
        $value.into_iter().map(|one| one.map_times(&mut $change)).collect()
    };
    (@map $kind:ident $value:expr, $change:ident) => { $value };
    (@value $kind:ident $value:expr) => { keys!(@enum Value $kind $value) };
    (@slot $kind:ident $value:expr) => { keys!(@enum Slot $kind $value) };
    (@enum $enum:ident Identifier $value:expr) => { $enum::Text($value) };
    (@enum $enum:ident Language $value:expr) => { $enum::Text($value) };
    (@enum $enum:ident Slug $value:expr) => { $enum::Text($value) };
    (@enum $enum:ident Names $value:expr) => { $enum::Texts($value) };
    (@enum $enum:ident Identifiers $value:expr) => { $enum::Texts($value) };
    (@enum $enum:ident Codes $value:expr) => { $enum::Texts($value) };
    (@enum $enum:ident Subjects $value:expr) => { $enum::Texts($value) };
    (@enum $enum:ident Paths $value:expr) => { $enum::Texts($value) };
    (@enum $enum:ident $kind:ident $value:expr) => { $enum::$kind($value) };
}

keys! {
    uri: Option<String> = Identifier, State, "uri",
        "the story's name for all its versions; [made from its day and slug](#the-uri) if absent";
    version: Option<u64> = Version, State, "version", "default 1; the highest counts";
    headline: String = Headline, Text, "headline" or ("title"), "required";
    headline_derived: bool = Flag, Desk, "headlineDerived", "the headline was made from the text";
    status: Status = Status, State, "pubStatus", "in any case; default `usable`";
    embargoed_until: Option<T> = Time, State, "embargoedUntil", "hidden before";
    expires: Option<T> = Time, State, "expires", "archived from then on";
    first_created: Option<T> = Time, State, "firstCreated" or ("date"), "when it was first written; makes the address";
    version_created: Option<T> = Time, State, "versionCreated" or ("updated"),
        "when this version was written; default `firstCreated`";
    content_created: Option<T> = Time, State, "contentCreated", "when the content was made";
    language: Option<String> = Language, Text, "language" or ("lang"), "`es`, `pt-BR`; default the first language of the site";
    category: Option<String> = Text, Site, "category", "path of the section, as `politics/elections`";
    slug: Option<String> = Slug, Site, "slug", "last part of the address";
    draft: bool = Flag, Site, "draft", "taken out unless the build has `--drafts`";
    aliases: Vec<String> = Paths, Site, "aliases", "old paths that forward here, as `/old/2025/strike/`";
    related: Vec<String> = Identifiers, Site, "related", "uris or slugs of related stories, shown first";
    pin_until: Option<T> = Time, Site, "pinUntil", "first on the front page until then";
    layout: Option<String> = Text, Site, "layout",
        "template instead of `story.html`, or `page.html` for a standing page; one that the theme does not have is [left aside](diagnostics.md#unknown-layout)";
    extra: Option<serde_json::Value> = Anything, Site, "extra", "values for the theme, as `story.extra`; the only place for keys of your own";
    sponsor: Option<Sponsor> = Sponsor, Site, "sponsor", "who paid for the story; [marks it wherever it stands](#sponsored-stories)";
    menu: Option<MenuPlace> = Menu, Site, "menu", "the menu that a [standing page](#standing-pages) joins, and its place there";
    correction: Option<Correction<T>> = Correction, State, "correction", "correction notice for readers; in a kill, the public reason";
    ed_note: Option<String> = Text, Desk, "edNote", "note to editors";
    signoff: Option<String> = Text, Desk, "signoff", "initials of writers and editors";
    take: Option<String> = Text, Desk, "take", "which part of the story it was";
    wire_priority: Option<String> = Text, Desk, "wirePriority", "priority as the wire has it";
    wire_category: Option<String> = Text, Desk, "wireCategory", "category as the wire has it";
    wire_sequence: Option<String> = Text, Desk, "wireSequence", "number in the service";
    wire_service: Option<String> = Text, Desk, "wireService", "service by which it came";
    notes: Vec<(String, String)> = Notes, Desk, "notes", "notes of the desk";
    import: Option<ImportRecord> = Import, Desk, "import", "what an import notes for the next; leave it as it is";
    advisory: bool = Flag, State, "advisory", "for desks only; hidden";
    alert: bool = Flag, State, "alert", "may be a headline alone";
    subheadline: Option<String> = Text, Text, "subheadline", "second headline";
    kicker: Option<String> = Text, Text, "kicker", "line over the headline";
    by: Vec<String> = Names, Text, "by" or ("author", "authors"), "authors, without \"By\", at most 200; each has a page";
    dateline: Option<Dateline> = Dateline, Text, "dateline", "as below";
    located: Option<String> = Text, Text, "located", "place of the desk; only in ninjs and JSON-LD";
    description: Option<String> = Text, Text, "description" or ("summary"),
        "summary; if absent, lists take the beginning of the first paragraph";
    slugline: Option<String> = Text, Text, "slugline", "the desk's slug; only in ninjs";
    urgency: Option<u8> = Urgency, Text, "urgency", "1 is the highest; default 5; orders the front page within a day";
    subjects: Vec<String> = Subjects, Text, "subjects", "[subject codes](topics.md), such as `medtop:20000082`";
    keywords: Vec<String> = Texts, Text, "keywords" or ("tags"), "topics, at most 200; each has a page";
    genres: Vec<String> = Texts, Text, "genres", "what kind of text it is, in ninjs and JSON-LD; [labels](configuration.md#labels) come from here";
    places: Vec<String> = Texts, Text, "places",
        "places the story is about; place pages come from the dateline, not from here";
    people: Vec<String> = Texts, Text, "people", "in ninjs and JSON-LD";
    organisations: Vec<String> = Texts, Text, "organisations", "in ninjs and JSON-LD";
    signals: Vec<String> = Codes, Text, "signals", "such as `update`; only in ninjs";
    alt_ids: Vec<String> = Identifiers, Text, "altIds", "other identifiers; only in ninjs";
    replaces: Vec<String> = Identifiers, State, "replaces", "stories that this one takes the place of";
    translation_of: Option<String> = Identifier, Text, "translationOf", "the story this is a translation of";
    provider: Option<String> = Text, Rights, "provider", "who supplied the story";
    credit_line: Option<String> = Text, Rights, "creditLine", "credit shown with the story";
    copyright_holder: Option<String> = Text, Rights, "copyrightHolder", "who holds the rights";
    copyright_notice: Option<String> = Text, Rights, "copyrightNotice", "notice shown with the story";
    usage_terms: Option<String> = Text, Rights, "usageTerms", "terms shown with the story";
    digital_source_type: Option<String> = Text, Text, "digitalSourceType",
        "IPTC code where a machine had a part; a label is shown";
    kind: Option<String> = Text, Text, "type", "accepted; not used yet";
    associations: Vec<Association<T>> = Associations, Files, "associations", "pictures and files, as below";
}

/// The value of a key, to be read.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "variants are named after the kinds whose values they hold")]
pub enum Value<'m, T> {
    Headline(&'m String),
    Text(&'m Option<String>),
    Texts(&'m Vec<String>),
    Time(&'m Option<T>),
    Flag(&'m bool),
    Version(&'m Option<u64>),
    Urgency(&'m Option<u8>),
    Status(&'m Status),
    Dateline(&'m Option<Dateline>),
    Correction(&'m Option<Correction<T>>),
    Sponsor(&'m Option<Sponsor>),
    Menu(&'m Option<MenuPlace>),
    Associations(&'m Vec<Association<T>>),
    Anything(&'m Option<serde_json::Value>),
    Notes(&'m Vec<(String, String)>),
    Import(&'m Option<ImportRecord>),
}

impl<T> Value<'_, T> {
    /// Whether front matter has to name the key to say this.
    pub fn is_given(&self) -> bool {
        match self {
            Value::Headline(text) => !text.is_empty(),
            Value::Text(text) => text.is_some(),
            Value::Texts(texts) => !texts.is_empty(),
            Value::Time(time) => time.is_some(),
            Value::Flag(flag) => **flag,
            Value::Version(number) => number.is_some(),
            Value::Urgency(number) => number.is_some(),
            Value::Status(status) => **status != Status::default(),
            Value::Dateline(dateline) => dateline.is_some(),
            Value::Correction(correction) => correction.is_some(),
            Value::Sponsor(sponsor) => sponsor.is_some(),
            Value::Menu(menu) => menu.is_some(),
            Value::Associations(associations) => !associations.is_empty(),
            Value::Anything(value) => value.is_some(),
            Value::Notes(notes) => !notes.is_empty(),
            Value::Import(import) => import.is_some(),
        }
    }
}

/// The value of a key, to be set.
#[derive(Debug)]
#[allow(missing_docs, reason = "variants are named after the kinds whose values they hold")]
pub enum Slot<'m, T> {
    Headline(&'m mut String),
    Text(&'m mut Option<String>),
    Texts(&'m mut Vec<String>),
    Time(&'m mut Option<T>),
    Flag(&'m mut bool),
    Version(&'m mut Option<u64>),
    Urgency(&'m mut Option<u8>),
    Status(&'m mut Status),
    Dateline(&'m mut Option<Dateline>),
    Correction(&'m mut Option<Correction<T>>),
    Sponsor(&'m mut Option<Sponsor>),
    Menu(&'m mut Option<MenuPlace>),
    Associations(&'m mut Vec<Association<T>>),
    Anything(&'m mut Option<serde_json::Value>),
    Notes(&'m mut Vec<(String, String)>),
    Import(&'m mut Option<ImportRecord>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_key() {
        let names: Vec<&str> = KEYS.iter().flat_map(|key| key.other_names.iter().copied().chain([key.name])).collect();
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
            assert!(key(name).is_some_and(|key| key.name == *name || key.other_names.contains(name)), "{name}");
        }
        let mut meta = Meta::<u8>::default();
        for key in KEYS {
            assert!(meta.value(key.name).is_some() && meta.slot(key.name).is_some(), "{}", key.name);
        }
    }
}
