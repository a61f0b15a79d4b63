//! The kinds of zones, and the keys that each has. Reading, messages, the JSON Schema and `docs/fronts.md` go by this table.

use serde::Deserialize;

/// What a zone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ZoneKind {
    /// One story, with others as links below it.
    Lead,
    /// Stories that belong together, below a heading.
    Package,
    /// The newest stories.
    Latest,
    /// Stories of a section.
    Section,
    /// A text.
    Text,
    /// A place for what the theme puts there.
    Slot,
}

use ZoneKind::{Latest, Lead, Package, Section, Slot, Text};

impl ZoneKind {
    /// Every one, in the order of the manual.
    pub const ALL: [ZoneKind; 6] = [Lead, Package, Latest, Section, Text, Slot];

    /// Its word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Lead => "lead",
            Package => "package",
            Latest => "latest",
            Section => "section",
            Text => "text",
            Slot => "slot",
        }
    }

    /// How many stories it shows where the file does not say.
    pub fn usual_count(self) -> usize {
        match self {
            Lead => 1,
            Latest => 12,
            Section => 4,
            Package | Text | Slot => 0,
        }
    }
}

/// What the value of a key looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// The kind of a zone.
    Kind,
    /// A text.
    Text,
    /// A word of small letters, digits, `-` and `_`.
    Word,
    /// A picked story.
    Pick,
    /// Picked stories.
    Picks,
    /// The path of a section.
    Section,
    /// How many stories.
    Count,
    /// A time.
    Time,
    /// Yes or no.
    YesNo,
}

/// A key of a zone.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Its values.
    pub value: Value,
    /// The zones that have it.
    pub zones: &'static [ZoneKind],
    /// What it means, in one line.
    pub meaning: &'static str,
}

const fn key(name: &'static str, value: Value, zones: &'static [ZoneKind], meaning: &'static str) -> Key {
    Key { name, value, zones, meaning }
}

/// Every key of a zone.
pub const KEYS: &[Key] = &[
    key(
        "zone",
        Value::Kind,
        &ZoneKind::ALL,
        "kind of the zone: `lead`, `package`, `latest`, `section`, `text` or `slot`",
    ),
    key("story", Value::Pick, &[Lead], "the story; where it cannot be shown, the first of the automatic order"),
    key("links", Value::Picks, &[Lead], "stories as links below it, at most 20"),
    key("stories", Value::Picks, &[Package, Section], "stories that stand first, at most 50"),
    key("section", Value::Section, &[Section], "path of the section, as in `sport/rowing`"),
    key(
        "count",
        Value::Count,
        &[Package, Latest, Section],
        "how many stories, 1 to 100; a package with a count is filled from the automatic order",
    ),
    key(
        "title",
        Value::Text,
        &[Package, Latest, Section, Text, Slot],
        "heading; of a slot, its label for those who do not see it",
    ),
    key("standfirst", Value::Text, &[Package], "a sentence or two below the heading"),
    key("layout", Value::Word, &[Package], "a layout of the theme"),
    key("text", Value::Text, &[Text], "Markdown, as in the body of a story"),
    key("name", Value::Word, &[Slot], "name of the slot"),
    key("from", Value::Time, &ZoneKind::ALL, "not shown before"),
    key("until", Value::Time, &ZoneKind::ALL, "not shown from then on"),
    key(
        "repeat",
        Value::YesNo,
        &[Lead, Package, Latest, Section],
        "whether the zone is independent: it may show stories of other zones, and they may show its stories",
    ),
];
