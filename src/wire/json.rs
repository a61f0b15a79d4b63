//! JSON of the wire: reads a value strictly, finds out which of the formats it is, and asks objects for their keys.

use super::account::{self, Source};
use super::item::Format;
use super::{Context, Notes, Parsed, afp, ap_media, digitalwires, json_feed, mapped, ninjs, reuters, text};
use crate::diag::Code;
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

/// Reads a file.
pub(super) fn read(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let mut doubled = Vec::new();
    let value = match parse(text.trim_start_matches('\u{feff}'), &mut doubled) {
        Ok(value) => value,
        Err(error) => {
            let line_start =
                text.lines().take(error.line().saturating_sub(1)).map(|line| line.len() + 1).sum::<usize>();
            let at = line_start + error.column().saturating_sub(1);
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or("it is not JSON");
            if text.contains("\"uri\"") || text.contains("\"guid\"") {
                parsed.format = Some(Format::Ninjs);
            }
            return notes.error_at_text(Code::WireSyntax, format!("the JSON cannot be read: {message}"), text, at);
        }
    };
    let from = parsed.items.len();
    // ninjs comes last, because the others have keys of it.
    let by_mapping = context.mapping.map(|mapping| mapped::json(&value, mapping, context, notes, parsed));
    let known = by_mapping
        .or_else(|| digitalwires::read(&value, context, notes, parsed))
        .or_else(|| ap_media::read(&value, context, notes, parsed))
        .or_else(|| reuters::read(&value, context, notes, parsed))
        .or_else(|| afp::read(&value, context, notes, parsed))
        .or_else(|| json_feed::read(&value, context, notes, parsed))
        .or_else(|| ninjs::read(&value, context, notes, parsed));
    if known.is_none() {
        return notes
            .error(Code::WireFormat, "JSON, but not ninjs: it has no `uri` or `guid` beside another key of ninjs");
    }
    for key in doubled {
        // Which of two the sender meant is in doubt; with a status or an embargo that hides the story.
        let is_bound = super::hold::is_key(&key) || key.to_ascii_lowercase().starts_with("embargo");
        let shown: String = text::clean(&key).chars().take(40).collect();
        let reason = format!("the key `{shown}` appears twice in one object, with different values");
        if is_bound {
            parsed.items[from..].iter_mut().for_each(|item| item.hold(reason.clone()));
            notes.warn(Code::WireStatus, format!("{reason}; the story is not published"));
        } else {
            notes.warn(Code::WireSyntax, format!("{reason}; the last counts"));
        }
    }
}

/// The most doubled keys that are spoken of.
const DOUBLED: usize = 20;

/// One value, or the list of several that stand one after the other, as feeds of lines have them.
fn parse(text: &str, doubled: &mut Vec<String>) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let first = Checked(doubled).deserialize(&mut reader)?;
    let Err(trailing) = reader.end() else { return Ok(first) };
    let mut values = vec![first];
    while reader.end().is_err() {
        let Ok(value) = Checked(doubled).deserialize(&mut reader) else { return Err(trailing) };
        values.push(value);
    }
    if values.iter().all(Value::is_object) { Ok(Value::Array(values)) } else { Err(trailing) }
}

/// Reads a value and notes the keys that appear twice in one object with different values; the last counts, as everywhere.
struct Checked<'d>(&'d mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Checked<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Checked<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(text::decoded_twice(value).unwrap_or_else(|| value.to_string())))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(text::decoded_twice(&value).unwrap_or(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element_seed(Checked(self.0))? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(Checked(self.0))?;
            match map.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                Entry::Occupied(mut entry) => {
                    if *entry.get() != value && self.0.len() < DOUBLED {
                        self.0.push(entry.key().clone());
                    }
                    entry.insert(value);
                }
            }
        }
        Ok(Value::Object(map))
    }
}

/// An object whose keys are asked for without regard to case.
pub(super) struct Keys<'v>(pub(super) &'v Map<String, Value>);

impl<'v> Keys<'v> {
    pub(super) fn get(&self, names: &[&str]) -> Option<&'v Value> {
        names
            .iter()
            .find_map(|name| self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    }

    /// All values under a key, however it is written: an item may mix the spellings of two versions.
    pub(super) fn every(&self, names: &[&str]) -> impl Iterator<Item = &'v Value> {
        self.0.iter().filter(|(key, _)| names.iter().any(|name| key.eq_ignore_ascii_case(name))).map(|(_, value)| value)
    }

    /// The objects of a list, or the one that stands in its place. In version 1 lists are objects with names for keys.
    pub(super) fn objects(&self, names: &[&str]) -> Vec<&'v Value> {
        match self.get(names) {
            Some(value @ Value::Object(object)) if object.values().any(|one| !one.is_object() && !one.is_null()) => {
                vec![value]
            }
            _ => self.list(names),
        }
    }

    /// A text, or a number as text.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        self.get(names).and_then(text_of)
    }

    pub(super) fn list(&self, names: &[&str]) -> Vec<&'v Value> {
        match self.get(names) {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(Value::Object(object)) => object.values().collect(),
            Some(Value::Null) | None => Vec::new(),
            Some(other) => vec![other],
        }
    }
}

/// A text, or a number as text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a value says nothing.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// An object of another format, under the keys that ninjs has for what it says. Its own keys stay beside them.
#[derive(Default)]
pub(super) struct Adapted {
    pub(super) object: Map<String, Value>,
    /// What no key of ninjs can say.
    pub(super) aside: Aside,
}

/// What an item brings beside its keys.
#[derive(Default)]
pub(super) struct Aside {
    /// A text that was read before.
    pub(super) body: Option<super::body::Body>,
    /// Why the story may not be published.
    pub(super) held: Option<String>,
    /// The text is what a feed has as a summary.
    pub(super) is_summary: bool,
    /// Notes for desks, by kind.
    pub(super) notes: Vec<(String, String)>,
    /// Without an identifier one is derived.
    pub(super) may_lack_uri: bool,
}

impl Adapted {
    pub(super) fn of(object: &Map<String, Value>) -> Adapted {
        Adapted { object: object.clone(), aside: Aside::default() }
    }

    /// Reads the story as one of ninjs, and balances its words against the object that it came from.
    pub(super) fn read(self, source: &Map<String, Value>, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
        let from = parsed.items.len();
        ninjs::read_item(&Keys(&self.object), self.aside, context, notes, parsed);
        account::balance(Source::Json(source), from, notes, parsed);
    }

    /// Sets a key to a text, if there is one.
    pub(super) fn set(&mut self, key: &str, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.put(key, Value::String(text));
        }
    }

    /// Sets a key, in place of every spelling of it.
    pub(super) fn put(&mut self, key: &str, value: Value) {
        self.object.retain(|own, _| !own.eq_ignore_ascii_case(key));
        self.object.insert(key.to_string(), value);
    }

    /// A text of the object itself.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        Keys(&self.object).text(names)
    }
}

/// A number that grows with the time of a version, for formats that count none: `20261127103000`.
pub(super) fn version_of(time: Option<super::WireTime>) -> Option<String> {
    let instant = time?.instant(&crate::clock::Zone::utc()).to_jiff();
    Some(instant.strftime("%Y%m%d%H%M%S").to_string())
}

/// The texts of several values as one, parted by commas.
pub(super) fn joined(values: &[&Value], name: &str) -> Option<String> {
    let one = |value: &&Value| match value {
        Value::Object(object) => Keys(object).text(&[name]),
        other => text_of(other),
    };
    let texts: Vec<String> = values.iter().filter_map(one).collect();
    Some(texts.join(", ")).filter(|text| !text.is_empty())
}

/// The objects in a list under one of these keys.
pub(super) fn objects<'v>(value: &'v Value, path: &[&str]) -> Vec<&'v Map<String, Value>> {
    let found = path.iter().try_fold(value, |value, key| value.get(*key));
    match found {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(object)) => vec![object],
        _ => Vec::new(),
    }
}
