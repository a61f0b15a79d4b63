//! The JSON Schema of front matter, from the table of keys, so that editors complete and check what is typed.

use super::Association;
use crate::clock::Timestamp;
use crate::config::yes_no;
use crate::story::{Correction, Dateline, KEYS, Key, KeyGroup, KeyKind, MenuPlace, Sponsor};
use serde_json::{Map, Value, json};

/// The schema of a story's front matter (JSON Schema 2020-12).
pub fn schema() -> Value {
    let mut properties = Map::new();
    for key in KEYS {
        let of_key = property(key);
        for name in key.other_names {
            let mut other = of_key.clone();
            other["description"] = format!("The same as `{}`.", key.name).into();
            properties.insert((*name).to_string(), other);
        }
        properties.insert(key.name.to_string(), of_key);
    }
    let headline = KEYS.iter().find(|key| key.kind == KeyKind::Headline);
    let names = headline.into_iter().flat_map(|key| [key.name].into_iter().chain(key.other_names.iter().copied()));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a story",
        "type": "object",
        "properties": properties,
        "anyOf": names.map(|name| json!({"required": [name]})).collect::<Vec<_>>(),
        "additionalProperties": false,
    })
}

fn property(key: &Key) -> Value {
    let mut property = if key.group == KeyGroup::Desk { json!({}) } else { values(key.kind) };
    property["description"] = key.meaning.into();
    property
}

/// The values of a kind. An empty value counts as absent, so null goes with each.
fn values(kind: KeyKind) -> Value {
    match kind {
        KeyKind::Headline | KeyKind::Text | KeyKind::Identifier | KeyKind::Slug => text(),
        KeyKind::Language => {
            json!({"type": ["string", "null"], "pattern": "^([A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8})*)?$"})
        }
        KeyKind::Texts
        | KeyKind::Names
        | KeyKind::Identifiers
        | KeyKind::Codes
        | KeyKind::Subjects
        | KeyKind::Paths => {
            json!({"anyOf": [text(), {"type": "array", "items": text()}]})
        }
        KeyKind::Time => time(),
        KeyKind::Flag => yes_no::schema(),
        KeyKind::Version => number("^[0-9]*$", 0, None),
        KeyKind::Urgency => number("^[1-9]?$", 1, Some(9)),
        KeyKind::Status => {
            let words = ["usable", "withheld", "canceled"];
            json!({"anyOf": [
                {"enum": words},
                {"type": ["string", "null"], "pattern": format!("^({})?$", yes_no::in_any_case(&words))},
            ]})
        }
        KeyKind::Dateline => json!({"anyOf": [text(), map(Dateline::KEYS.map(|key| (key, text())))]}),
        KeyKind::Correction => {
            let of_key = |key| (key, if key == "date" { time() } else { text() });
            json!({"anyOf": [text(), map(Correction::<Timestamp>::KEYS.map(of_key))]})
        }
        KeyKind::Sponsor => json!({"anyOf": [text(), map(Sponsor::KEYS.map(|key| (key, text())))]}),
        KeyKind::Menu => {
            let of_key =
                |key| (key, if key == "order" { number("^[0-9]*$", 1, Some(MenuPlace::LAST.into())) } else { text() });
            json!({"anyOf": [text(), map(MenuPlace::KEYS.map(of_key))]})
        }
        KeyKind::Associations => {
            let of_key = |key| (key, if key == "validTo" { time() } else { text() });
            let one = map(Association::KEYS.map(of_key));
            let mut item = one.clone();
            item["type"] = json!(["object", "null"]);
            json!({"anyOf": [one, {"type": "array", "items": item}, {"type": "null"}]})
        }
        KeyKind::Anything | KeyKind::Notes | KeyKind::Import => json!({}),
    }
}

/// A whole number is a text where text is wanted.
fn text() -> Value {
    json!({"type": ["string", "integer", "null"]})
}

/// A day may be written without hyphens, which makes it a number.
fn time() -> Value {
    json!({"type": ["string", "integer", "null"], "examples": ["2026-11-23T14:05:00+01:00", "2026-11-23 14:05", "2026-11-23"]})
}

fn number(pattern: &str, least: u64, most: Option<u64>) -> Value {
    let mut number = json!({"type": ["integer", "null"], "minimum": least});
    if let Some(most) = most {
        number["maximum"] = most.into();
    }
    json!({"anyOf": [number, {"type": "string", "pattern": pattern}]})
}

fn map<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let properties: Map<String, Value> = properties.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_in_the_schema() {
        let schema = schema();
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.len(), KEYS.iter().map(|key| 1 + key.other_names.len()).sum::<usize>());
        for key in KEYS {
            assert_eq!(properties[key.name]["description"], key.meaning);
        }
        assert_eq!(schema["anyOf"], json!([{"required": ["headline"]}, {"required": ["title"]}]));
        assert_eq!(properties["pubStatus"]["anyOf"][0]["enum"], json!(["usable", "withheld", "canceled"]));
    }
}
