//! Front matter of other generators: YAML, TOML or JSON, as one tree.

use crate::parse::front_matter::{self, SIZE_LIMIT};
use serde_json::{Map, Value};

/// A file cut in two and read.
pub(super) struct Front<'t> {
    /// Its keys.
    pub(super) keys: Map<String, Value>,
    /// The text after them.
    pub(super) body: &'t str,
    /// Line of the file on which the text begins, from 1.
    pub(super) line: u32,
}

/// Reads the front matter of a file. `Ok(None)` where it has none, `Err` where what it has cannot be read.
pub(super) fn read(text: &str) -> Result<Option<Front<'_>>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some((head, body, line)) = fenced(text, "+++") {
        return Ok(Some(Front { keys: toml_keys(bounded(head)?)?, body, line }));
    }
    if let Some((head, body, line)) = fenced(text, "---json") {
        return Ok(Some(Front { keys: keys(serde_json::from_str(bounded(head)?).map_err(message)?)?, body, line }));
    }
    if let Some(parts) = front_matter::split(text) {
        let value = serde_yaml::from_str(bounded(parts.yaml)?).map_err(message)?;
        return Ok(Some(Front { keys: keys(value)?, body: parts.body, line: parts.body_line }));
    }
    if text.starts_with("{\n") || text.starts_with("{\r\n") {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let value = values.next().transpose().map_err(message)?.unwrap_or(Value::Null);
        let (head, body) = text.split_at(values.byte_offset());
        bounded(head)?;
        let line = head.lines().count() as u32 + 1;
        let body = body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')).unwrap_or(body);
        return Ok(Some(Front { keys: keys(value)?, body, line }));
    }
    match text.starts_with("---\n") || text.starts_with("---\r\n") || text.starts_with("+++") {
        true => Err("it has no closing line".to_string()),
        false => Ok(None),
    }
}

/// Settings in a file whose name ends so.
pub(super) fn settings(name: &str, text: &str) -> Result<Map<String, Value>, String> {
    match name.rsplit('.').next().unwrap_or("") {
        "toml" => toml_keys(text),
        "json" => keys(serde_json::from_str(text).map_err(message)?),
        _ => keys(serde_yaml::from_str(text).map_err(message)?),
    }
}

/// What stands between a first line and the line that closes it (`---` for `---json`), the rest, and the rest's line.
fn fenced<'t>(text: &'t str, opening: &str) -> Option<(&'t str, &'t str, u32)> {
    let after = text.strip_prefix(opening)?;
    let (rest, inner) = after.split_once('\n')?;
    if !rest.trim().is_empty() {
        return None;
    }
    let closing = &opening[..3];
    let mut at = 0;
    for (number, line) in (3..).zip(inner.split_inclusive('\n')) {
        if line.trim_end() == closing {
            return Some((&inner[..at], &inner[at + line.len()..], number));
        }
        at += line.len();
    }
    None
}

fn bounded(head: &str) -> Result<&str, String> {
    if head.len() > SIZE_LIMIT { Err(format!("it has {} bytes, more than 64 KiB", head.len())) } else { Ok(head) }
}

fn message(error: impl std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or("").to_string()
}

fn keys(value: Value) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        _ => Err("it is not made of keys with values".to_string()),
    }
}

fn toml_keys(text: &str) -> Result<Map<String, Value>, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_string())?;
    keys(json(toml::Value::Table(table)))
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_form_gives_the_same_keys() {
        let wanted = json!({"title": "A: b", "date": "2020-01-02T10:00:00Z", "tags": ["x", "y"], "draft": true});
        for (text, line) in [
            ("---\ntitle: 'A: b'\ndate: 2020-01-02T10:00:00Z\ntags: [x, y]\ndraft: true\n---\nText\n", 7),
            (
                "+++\r\ntitle = \"A: b\"\r\ndate = 2020-01-02T10:00:00Z\r\ntags = [\"x\", \"y\"]\r\ndraft = true\r\n+++\r\nText\n",
                7,
            ),
            (
                "{\n\"title\": \"A: b\", \"date\": \"2020-01-02T10:00:00Z\", \"tags\": [\"x\", \"y\"], \"draft\": true\n}\nText\n",
                4,
            ),
            (
                "---json\n{\"title\": \"A: b\", \"date\": \"2020-01-02T10:00:00Z\", \"tags\": [\"x\", \"y\"], \"draft\": true}\n---\nText\n",
                4,
            ),
        ] {
            let front = read(text).unwrap().unwrap();
            assert_eq!(Value::Object(front.keys), wanted, "{text}");
            assert_eq!((front.body, front.line), ("Text\n", line), "{text}");
        }
    }

    #[test]
    fn what_has_none_and_what_cannot_be_read_are_told_apart() {
        for none in ["", "Text\n", "{{ x }}\n", "----\n"] {
            assert!(read(none).unwrap().is_none(), "{none:?}");
        }
        for bad in
            ["---\ntitle: a: b\n---\n", "+++\ntitle = a\n+++\n", "---\ntitle: a\n", "+++\nx = 1\n", "{\n\"a\": \n"]
        {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
