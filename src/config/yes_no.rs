//! Yes and no in YAML, as people write them: one rule for settings and front matter.
//!
//! YAML 1.2, by which files are read, knows `true` and `false` alone. YAML 1.1 had `yes`, `no`, `on` and `off` too, and most examples
//! on the web are from that time.

use serde::de::{Deserializer, Error, Visitor};
use serde_json::{Value, json};
use std::fmt;

/// Reads a word for yes or no, in any case.
pub fn read(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    if is(["true", "yes", "on"]) { Some(true) } else { is(["false", "no", "off"]).then_some(false) }
}

/// The JSON Schema of a value for yes or no, which may be absent.
pub fn schema() -> Value {
    let words = in_any_case(&["true", "yes", "on", "false", "no", "off"]);
    json!({"anyOf": [{"type": ["boolean", "null"]}, {"type": "string", "pattern": format!("^({words})?$")}]})
}

/// A pattern of these lower-case words in any case. JSON Schema has no flag for that.
pub fn in_any_case(words: &[&str]) -> String {
    let letter = |c: char| format!("[{}{c}]", c.to_ascii_uppercase());
    words.iter().map(|word| word.chars().map(letter).collect::<String>()).collect::<Vec<_>>().join("|")
}

/// For `deserialize_with`.
pub fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    deserializer.deserialize_any(YesNo)
}

/// For `deserialize_with`, where a key without a value is the same as no key.
pub(super) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    deserializer.deserialize_any(OptionalYesNo)
}

struct YesNo;

impl Visitor<'_> for YesNo {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("yes or no")
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        Ok(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        read(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

struct OptionalYesNo;

impl Visitor<'_> for OptionalYesNo {
    type Value = Option<bool>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("yes or no")
    }

    fn visit_unit<E>(self) -> Result<Option<bool>, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Option<bool>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<bool>, E> {
        Ok(Some(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<bool>, E> {
        YesNo.visit_str(text).map(Some)
    }
}
