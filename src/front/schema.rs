//! The JSON Schema of a front, from the table of keys, so that editors complete and check what is typed.

use super::keys::{KEYS, Key, Value, ZoneKind};
use crate::config::yes_no;
use serde_json::{Map, Value as Json, json};

/// The schema of a file of `content/fronts/` (JSON Schema 2020-12).
pub fn schema() -> Json {
    let zones = json!({"oneOf": ZoneKind::ALL.map(zone)});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A front: what stands on a front page or at the head of a section",
        "type": ["object", "null"],
        "properties": {
            "zones": {"description": "zones from top to bottom", "anyOf": [zones, {"type": "array", "items": zones}, {"type": "null"}]},
        },
        "additionalProperties": false,
    })
}

fn zone(kind: ZoneKind) -> Json {
    let keys = KEYS.iter().filter(|key| key.zones.contains(&kind));
    let properties: Map<String, Json> = keys.map(|key| (key.name.to_string(), property(key, kind))).collect();
    let (one_of, required): (&[&str], &[&str]) = match kind {
        ZoneKind::Lead | ZoneKind::Latest => (&[], &["zone"]),
        ZoneKind::Package => (&["stories", "count"], &["zone"]),
        ZoneKind::Section => (&[], &["zone", "section"]),
        ZoneKind::Text => (&[], &["zone", "text"]),
        ZoneKind::Slot => (&[], &["zone", "name"]),
    };
    let mut zone =
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    if !one_of.is_empty() {
        zone["anyOf"] = one_of.iter().map(|name| json!({"required": [name]})).collect();
    }
    zone
}

fn property(key: &Key, kind: ZoneKind) -> Json {
    let mut property = match key.value {
        Value::Kind => json!({"const": kind.as_str()}),
        Value::Text | Value::Pick => text(),
        Value::Word => json!({"type": ["string", "null"], "pattern": "^([a-z][a-z0-9_-]*)?$"}),
        Value::Section => json!({"type": ["string", "null"], "examples": ["sport/rowing"]}),
        Value::Picks => json!({"anyOf": [text(), {"type": "array", "items": text()}]}),
        Value::Count => json!({"anyOf": [
            {"type": ["integer", "null"], "minimum": 1, "maximum": 100},
            {"type": "string", "pattern": "^[0-9]*$"},
        ]}),
        Value::Time => {
            json!({"type": ["string", "integer", "null"], "examples": ["2026-11-23T14:05:00+01:00", "2026-11-23 14:05"]})
        }
        Value::YesNo => yes_no::schema(),
    };
    property["description"] = key.meaning.into();
    property
}

/// A number is a text where text is wanted.
fn text() -> Json {
    json!({"type": ["string", "number", "null"]})
}
