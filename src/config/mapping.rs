//! `mapping` of a source: where a format of the house has what a story needs. A file of its own, so that no format needs code.

pub mod path;

use super::places::{self, Step};
use crate::diag::{Code, Diagnostic, Error, Location, nearest};
use jiff::tz::TimeZone;
use path::Path;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// What a field of a mapping holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One text.
    Text,
    /// All texts that stand there.
    Texts,
    /// A time.
    Time,
}

/// Keys of front matter that a mapping can fill.
pub const FIELDS: &[(&str, FieldKind)] = &[
    ("uri", FieldKind::Text),
    ("version", FieldKind::Text),
    ("headline", FieldKind::Text),
    ("pubStatus", FieldKind::Text),
    ("embargoedUntil", FieldKind::Time),
    ("expires", FieldKind::Time),
    ("firstCreated", FieldKind::Time),
    ("versionCreated", FieldKind::Time),
    ("contentCreated", FieldKind::Time),
    ("language", FieldKind::Text),
    ("category", FieldKind::Text),
    ("correction", FieldKind::Text),
    ("edNote", FieldKind::Texts),
    ("notes", FieldKind::Texts),
    ("advisory", FieldKind::Text),
    ("alert", FieldKind::Text),
    ("subheadline", FieldKind::Text),
    ("kicker", FieldKind::Text),
    ("by", FieldKind::Texts),
    ("dateline", FieldKind::Text),
    ("located", FieldKind::Text),
    ("description", FieldKind::Text),
    ("slugline", FieldKind::Text),
    ("urgency", FieldKind::Text),
    ("subjects", FieldKind::Texts),
    ("keywords", FieldKind::Texts),
    ("genres", FieldKind::Texts),
    ("places", FieldKind::Texts),
    ("people", FieldKind::Texts),
    ("organisations", FieldKind::Texts),
    ("signals", FieldKind::Texts),
    ("altIds", FieldKind::Texts),
    ("replaces", FieldKind::Texts),
    ("translationOf", FieldKind::Text),
    ("provider", FieldKind::Text),
    ("creditLine", FieldKind::Text),
    ("copyrightHolder", FieldKind::Text),
    ("copyrightNotice", FieldKind::Text),
    ("usageTerms", FieldKind::Text),
    ("digitalSourceType", FieldKind::Text),
];

/// The forms of a text.
pub(super) const FORMS: &[&str] = &["html", "text", "lines"];

/// The word for times that are numbers of milliseconds.
const MILLISECONDS: &str = "milliseconds";

/// The most paths of a field, forms of its times, and paths of `ignore`.
const LIST: usize = 50;
/// The most entries of `values`.
const VALUES: usize = 1000;

/// Where a format has what a story needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Where the items are; the document itself, or each entry of its list, where not said.
    pub items: Option<Path>,
    /// Keys of front matter, each a name of [`FIELDS`], and where their values are.
    pub fields: Vec<(&'static str, Field)>,
    /// Where the text is.
    pub body: Vec<Path>,
    /// What form it has.
    pub form: Form,
    /// Where pictures and other files are.
    pub associations: Option<Associations>,
    /// What is neither for readers nor for the desk.
    pub ignore: Vec<Path>,
}

/// Where the value of a key is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// The first of these that has a value counts.
    pub paths: Vec<Path>,
    /// What counts where none of them has.
    pub value: Option<String>,
    /// Words of the sender, and what they are in a story.
    pub values: BTreeMap<String, String>,
    /// Forms of times, besides RFC 3339.
    pub dates: Vec<String>,
}

/// The form of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Markup, or text with blank lines between paragraphs.
    #[default]
    Html,
    /// Blank lines part paragraphs; a tag is text.
    Text,
    /// Each line is a paragraph; a tag is text.
    Lines,
}

/// Where pictures are, and in each of them its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Associations {
    /// The pictures.
    pub items: Path,
    /// Address of the file.
    pub href: Vec<Path>,
    /// What kind it is: `picture`, `video`, `audio`.
    pub kind: Field,
    /// Caption.
    pub caption: Vec<Path>,
    /// Who made it.
    pub by: Vec<Path>,
    /// Credit.
    pub credit: Vec<Path>,
    /// Terms of use.
    pub rights: Vec<Path>,
}

/// A mapping as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMapping {
    #[serde(default)]
    items: Option<String>,
    fields: BTreeMap<String, RawField>,
    body: Option<RawBody>,
    associations: Option<RawAssociations>,
    #[serde(default)]
    ignore: Vec<String>,
}

/// A path, a list of paths, or a map.
#[derive(Debug, Default)]
pub(super) struct RawField {
    parts: RawParts,
    is_map: bool,
}

/// The map of a field.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawParts {
    path: Vec<String>,
    value: Option<String>,
    values: BTreeMap<String, String>,
    dates: Vec<String>,
}

/// A path, a list of paths, or a map.
#[derive(Debug, Default)]
pub(super) struct RawBody {
    parts: RawText,
    is_map: bool,
}

/// The map of the text.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawText {
    path: Vec<String>,
    #[serde(rename = "as")]
    form: Form,
}

/// Where pictures are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAssociations {
    items: String,
    href: Vec<String>,
    #[serde(default, rename = "type")]
    kind: RawField,
    #[serde(default)]
    caption: Vec<String>,
    #[serde(default)]
    by: Vec<String>,
    #[serde(default)]
    credit: Vec<String>,
    #[serde(default)]
    rights: Vec<String>,
}

impl<'de> Deserialize<'de> for RawField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawField, D::Error> {
        let (path, map) = deserializer.deserialize_any(PathsOr::<RawParts>(None))?;
        let is_map = map.is_some();
        Ok(RawField { parts: map.unwrap_or(RawParts { path, ..RawParts::default() }), is_map })
    }
}

impl<'de> Deserialize<'de> for RawBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawBody, D::Error> {
        let (path, map) = deserializer.deserialize_any(PathsOr::<RawText>(None))?;
        let is_map = map.is_some();
        Ok(RawBody { parts: map.unwrap_or(RawText { path, ..RawText::default() }), is_map })
    }
}

/// Reads a path or a list of them, or the map in which they stand.
struct PathsOr<M>(Option<M>);

impl<'de, M: Deserialize<'de>> Visitor<'de> for PathsOr<M> {
    type Value = (Vec<String>, Option<M>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, a list of paths or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok((Vec::new(), None))
    }

    fn visit_str<E>(self, path: &str) -> Result<Self::Value, E> {
        Ok((vec![path.to_string()], None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut paths = Vec::new();
        while let Some(path) = access.next_element()? {
            paths.push(path);
        }
        Ok((paths, None))
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
        M::deserialize(MapAccessDeserializer::new(access)).map(|map| (Vec::new(), Some(map)))
    }
}

/// Reads and checks a mapping. `file` is what messages call it.
pub fn read(text: &str, file: &str) -> Result<Mapping, Error> {
    let raw: RawMapping = super::read::read(text, file)?;
    let mut check = Check { text, file, diagnostics: Vec::new() };
    let mapping = check.mapping(raw);
    if check.diagnostics.is_empty() { Ok(mapping) } else { Err(Error { diagnostics: check.diagnostics }) }
}

struct Check<'t> {
    text: &'t str,
    file: &'t str,
    diagnostics: Vec<Diagnostic>,
}

impl Check<'_> {
    fn mapping(&mut self, raw: RawMapping) -> Mapping {
        let items = raw.items.and_then(|path| self.path(&path, &[Step::Key("items", 0)]));
        let mut fields = Vec::new();
        for (name, raw) in raw.fields {
            let at = [Step::Key("fields", 0), Step::Key(&name, 0)];
            match FIELDS.iter().find(|(known, _)| *known == name) {
                Some((known, kind)) => {
                    let field = self.field(raw, *kind, &at);
                    fields.push((*known, field));
                }
                None => self.unknown(&name, &at),
            }
        }
        let has = |name: &str| fields.iter().any(|(known, _)| *known == name);
        if !has("headline") && raw.body.is_none() {
            let hint = "without one of them no item makes a story";
            self.fault(&[], "the mapping has neither a field `headline` nor a `body`".to_string(), hint);
        }
        let body = raw.body.unwrap_or_default();
        let below =
            if body.is_map { &[Step::Key("body", 0), Step::Key("path", 0)][..] } else { &[Step::Key("body", 0)] };
        let form = body.parts.form;
        let body = self.paths(&body.parts.path, below);
        let associations = raw.associations.and_then(|raw| self.associations(raw));
        let ignore = self.paths(&raw.ignore, &[Step::Key("ignore", 0)]);
        Mapping { items, fields, body, form, associations, ignore }
    }

    fn field(&mut self, raw: RawField, kind: FieldKind, at: &[Step]) -> Field {
        let with = |key: &'static str| [at, &[Step::Key(key, 0)]].concat();
        let below = if raw.is_map { with("path") } else { at.to_vec() };
        let RawParts { path, value, values, dates } = raw.parts;
        let paths = self.paths(&path, &below);
        if path.is_empty() && value.is_none() {
            self.fault(at, "there is neither a path nor a `value`".to_string(), "write a path, as in `story.title`");
        }
        if values.len() > VALUES {
            self.fault(&with("values"), format!("`values` has more than {VALUES} entries"), "");
        }
        if kind != FieldKind::Time && !dates.is_empty() {
            self.fault(&with("dates"), "only times have `dates`".to_string(), "leave it out");
        } else if dates.len() > LIST {
            self.fault(&with("dates"), format!("`dates` has more than {LIST} forms"), "");
        }
        for (number, form) in dates.iter().enumerate().filter(|(_, form)| !is_form(form)) {
            let mut at = with("dates");
            at.push(Step::Item(number));
            let place = places::of_value(self.text, &at).map_or_else(|| with("dates"), |_| at);
            let hint = "write it as for strftime, as in \"%d.%m.%Y %H:%M\", or the word milliseconds";
            self.fault(&place, format!("`{}` is not a form of a time", form.escape_debug()), hint);
        }
        Field { paths, value, values, dates }
    }

    fn associations(&mut self, raw: RawAssociations) -> Option<Associations> {
        let at = |key: &'static str| [Step::Key("associations", 0), Step::Key(key, 0)];
        let items = self.path(&raw.items, &at("items"));
        let kind = if raw.kind.parts.path.is_empty() && raw.kind.parts.value.is_none() {
            Field::default()
        } else {
            self.field(raw.kind, FieldKind::Text, &at("type"))
        };
        let mut paths = |key: &'static str, paths: &[String]| self.paths(paths, &at(key));
        let (href, caption) = (paths("href", &raw.href), paths("caption", &raw.caption));
        let (by, credit, rights) = (paths("by", &raw.by), paths("credit", &raw.credit), paths("rights", &raw.rights));
        Some(Associations { items: items?, href, kind, caption, by, credit, rights })
    }

    fn paths(&mut self, paths: &[String], at: &[Step]) -> Vec<Path> {
        if paths.len() > LIST {
            self.fault(at, format!("there are more than {LIST} paths"), "");
            return Vec::new();
        }
        let of = |(number, path): (usize, &String)| {
            let item = [at, &[Step::Item(number)]].concat();
            // One path needs no list.
            let is_list = paths.len() > 1
                || places::of_value(self.text, &item)
                    .is_some_and(|place| Some(place) != places::of_value(self.text, at));
            self.path(path, if is_list { &item } else { at })
        };
        paths.iter().enumerate().filter_map(of).collect()
    }

    fn path(&mut self, path: &str, at: &[Step]) -> Option<Path> {
        match Path::parse(path) {
            Ok(path) => Some(path),
            Err(fault) => {
                let hint = "a path is names with points between them, as in `story.texts[role=main].value`";
                self.fault(at, format!("`{}` is not a path: {fault}", path.escape_debug()), hint);
                None
            }
        }
    }

    fn unknown(&mut self, name: &str, at: &[Step]) {
        let names = FIELDS.iter().map(|(name, _)| *name);
        let near = nearest(name, names);
        let hint = match (name, near) {
            ("body" | "associations" | "items" | "ignore", _) => format!("`{name}` belongs beside `fields`, not in it"),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            _ => "docs/wire.md has the fields that a mapping can fill".to_string(),
        };
        let (line, column) = places::of_key(self.text, at).unwrap_or((1, 1));
        let message = format!("fields: there is no field `{}`", name.escape_debug());
        let diagnostic = Diagnostic::error(Code::ConfigInvalid, message);
        self.diagnostics.push(diagnostic.at(Location::at(self.file, line, column)).hint(hint));
    }

    fn fault(&mut self, at: &[Step], message: String, hint: &str) {
        let keys = at.iter().filter_map(|step| match step {
            Step::Key(key, _) => Some(format!("{key}: ")),
            Step::Item(_) => None,
        });
        let message = keys.collect::<String>() + &message;
        let place = if at.is_empty() { None } else { places::of_value(self.text, at) };
        let (line, column) = place.unwrap_or((1, 1));
        let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(self.file, line, column));
        self.diagnostics.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    }
}

/// Whether times can be written and read in a form.
fn is_form(form: &str) -> bool {
    let sample = jiff::civil::date(2026, 11, 29).at(21, 34, 56, 0);
    let sample = TimeZone::UTC.to_timestamp(sample).map(|sample| jiff::ZonedDateTime::new(sample, TimeZone::UTC));
    form == MILLISECONDS
        || form.len() <= 100
            && sample.is_ok_and(|sample| {
                let written = jiff::fmt::strtime::format(form, &sample);
                written.is_ok_and(|written| Field::time_in(form, &written).is_some())
            })
}

impl Field {
    /// A time in one of the forms of the field, as RFC 3339 or without a zone. `None` where it is in none of them.
    pub fn time(&self, text: &str) -> Option<String> {
        self.dates.iter().find_map(|form| Field::time_in(form, text))
    }

    fn time_in(form: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if form == MILLISECONDS {
            let time = jiff::Timestamp::from_millisecond(text.parse().ok()?).ok()?;
            return Some(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
        let time = jiff::fmt::strtime::parse(form, text).ok()?;
        if let Ok(instant) = time.to_timestamp() {
            return Some(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
        let date = time.to_date().ok()?;
        Some(match time.to_time() {
            Ok(clock) if time.hour().is_some() => date.to_datetime(clock).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            _ => date.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str, expected: &[&str]) {
        let found = match read(yaml, "m.yaml") {
            Ok(_) => Vec::new(),
            Err(error) => error.diagnostics.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(found, expected, "{yaml}");
    }

    #[test]
    fn every_form_of_a_field() {
        let mapping = read(
            "items: stories[*]\nfields:\n  uri: id\n  headline: [web.title, title]\n  urgency: {path: prio, values: {hoch: 3}}\n  \
             language: {value: en}\n  firstCreated: {path: [a, b], dates: \"%d.%m.%Y\"}\nbody: {path: text, as: lines}\n\
             associations: {items: \"pics[*]\", href: url}\nignore: [internal]\n",
            "m.yaml",
        )
        .unwrap();
        let field =
            |name: &str| mapping.fields.iter().find(|(known, _)| *known == name).map(|(_, field)| field).unwrap();
        assert_eq!(field("headline").paths.iter().map(Path::as_str).collect::<Vec<_>>(), ["web.title", "title"]);
        assert_eq!(field("urgency").values["hoch"], "3");
        assert_eq!((field("language").paths.len(), field("language").value.as_deref()), (0, Some("en")));
        assert_eq!(field("firstCreated").time("3.11.2026").as_deref(), Some("2026-11-03"));
        assert_eq!((mapping.form, mapping.ignore.len()), (Form::Lines, 1));
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        check("fields: {headline: a}\n", &[]);
        check("fields: {uri: id}\n", &["m.yaml:1:1: error: the mapping has neither a field `headline` nor a `body`"]);
        check("fields:\n  headline: a\n  urgencyy: b\n", &["m.yaml:3:3: error: fields: there is no field `urgencyy`"]);
        check(
            "fields:\n  headline: a..b\n",
            &["m.yaml:2:13: error: fields: headline: `a..b` is not a path: a name is empty"],
        );
        check(
            "fields:\n  headline:\n  - a\n  - b[x\n",
            &["m.yaml:4:5: error: fields: headline: `b[x` is not a path: a bracket is not closed"],
        );
        check(
            "fields:\n  headline: a\n  firstCreated: {path: b, dates: [\"%d.%m.\"]}\n",
            &["m.yaml:3:35: error: fields: firstCreated: dates: `%d.%m.` is not a form of a time"],
        );
        check(
            "fields:\n  headline: {values: {a: b}}\n",
            &["m.yaml:2:13: error: fields: headline: there is neither a path nor a `value`"],
        );
        check(
            "fields:\n  headline: {path: a, dates: [\"%Y\"]}\n",
            &[
                "m.yaml:2:30: error: fields: headline: dates: only times have `dates`",
                "m.yaml:2:31: error: fields: headline: dates: `%Y` is not a form of a time",
            ],
        );
        for (yaml, start) in [
            ("fields:\n  headline: {paths: a}\n", "m.yaml:2:14: error: fields: headline: unknown field `paths`"),
            ("fields: {headline: a}\nbody: {path: b, as: xml}\n", "m.yaml:2:21: error: body: `as` is `xml`, expected"),
            ("fields: {headline: 5}\n", "m.yaml:1:20: error: fields: `headline` is `5`, expected a path"),
            (
                "associations: {items: a}\nfields: {headline: a}\n",
                "m.yaml:1:1: error: associations: missing field `href`",
            ),
            ("body: a\n", "m.yaml:1:1: error: missing field `fields`"),
        ] {
            let error = read(yaml, "m.yaml").unwrap_err().diagnostics[0].to_string();
            assert!(error.starts_with(start), "{error}");
        }
    }

    #[test]
    fn times_in_other_forms() {
        for (form, text, expected) in [
            ("%d.%m.%Y %H:%M", "29.11.2026 21:34", Some("2026-11-29T21:34:00")),
            ("%d/%b/%Y:%H:%M:%S %z", "29/Nov/2026:21:34:00 +0100", Some("2026-11-29T20:34:00Z")),
            ("%s", "1795988096", Some("2026-11-29T21:34:56Z")),
            ("milliseconds", "1795988096000", Some("2026-11-29T21:34:56Z")),
            ("%Y%m%d", "20261129", Some("2026-11-29")),
            ("%d.%m.%Y", "tomorrow", None),
        ] {
            assert!(is_form(form), "{form}");
            assert_eq!(Field::time_in(form, text).as_deref(), expected, "{text}");
        }
        assert!(!is_form("%H:%M") && !is_form("%?") && !is_form("now"));
    }
}
