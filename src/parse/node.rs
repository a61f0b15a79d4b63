//! YAML as a small tree, before it becomes front matter.
//!
//! Two ways lead here. `flat` reads the flat documents that nearly every story has, about ten times faster than a YAML parser;
//! it answers only where it is sure, and a test holds it against `serde_yaml`. `read` is `serde_yaml`, for everything else.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

pub(super) use crate::config::places::{Step, of_value as locate};

/// One YAML value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Map(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl Node<'_> {
    /// What it is, for error messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Node::Null => "nothing",
            Node::Bool(_) => "true or false",
            Node::Int(_) | Node::Float(_) => "a number",
            Node::Text(_) => "text",
            Node::List(_) => "a list",
            Node::Map(_) => "a mapping",
        }
    }

    /// The same as JSON, for `extra`.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            Node::Null => serde_json::Value::Null,
            Node::Bool(value) => (*value).into(),
            Node::Int(value) => (*value).into(),
            Node::Float(value) => (*value).into(),
            Node::Text(value) => value.as_ref().into(),
            Node::List(values) => values.iter().map(Node::to_json).collect(),
            Node::Map(entries) => {
                let pairs = entries.iter().map(|(key, value)| (key.to_string(), value.to_json()));
                serde_json::Value::Object(pairs.collect())
            }
        }
    }
}

/// Reads a document by `serde_yaml`. The error has line and column from 1, where it has a place.
pub(super) fn read(yaml: &str) -> Result<Node<'static>, (String, Option<(u32, u32)>)> {
    serde_yaml::from_str(yaml).map_err(|error| {
        let place = error.location().map(|l| (l.line() as u32, l.column() as u32));
        let text = error.to_string();
        // The place is given apart; serde_yaml repeats it in the text.
        let text = text.split(" at line ").next().unwrap_or(&text).to_string();
        (text, place)
    })
}

impl<'de> Deserialize<'de> for Node<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Node::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Node::Float(value as f64), Node::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(value.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = access.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<String>()? {
            entries.push((Cow::Owned(key), access.next_value()?));
        }
        Ok(Node::Map(entries))
    }
}

/// Reads a flat document (`key: scalar`, `key: [a, b]`, `key:` with `- item` lines); `None` where it is not sure to read it
/// as `serde_yaml` would.
pub(super) fn flat(yaml: &str) -> Option<Vec<(Cow<'_, str>, Node<'_>)>> {
    let mut entries: Vec<(Cow<'_, str>, Node<'_>)> = Vec::with_capacity(16);
    let mut lines = yaml.lines().peekable();
    while let Some(line) = lines.next() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let colon = line.bytes().position(|b| !b.is_ascii_alphanumeric())?;
        if colon == 0 || !line.as_bytes()[0].is_ascii_alphabetic() || line.as_bytes()[colon] != b':' {
            return None;
        }
        let key = &line[..colon];
        let rest = &line[colon + 1..];
        if !(rest.is_empty() || rest.starts_with(' ')) || is_special_word(key) {
            return None;
        }
        let rest = rest.trim_matches(' ');
        let node = if rest.is_empty() {
            let mut items = Vec::new();
            let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
            let first = lines.peek().map_or(0, |next| indent(next));
            while let Some(next) = lines.peek().filter(|next| indent(next) == first) {
                let Some(item) = next[first..].strip_prefix("- ") else { break };
                items.push(scalar(item.trim_matches(' '), false)?);
                lines.next();
            }
            if items.is_empty() { Node::Null } else { Node::List(items) }
        } else if rest.starts_with(['[', '{']) {
            let (node, after) = flow(rest, 0)?;
            after.is_empty().then_some(node)?
        } else {
            scalar(rest, false)?
        };
        // A deeper line goes on with this value in a way that is not flat.
        if lines.peek().is_some_and(|next| next.starts_with([' ', '\t', '-'])) {
            return None;
        }
        if entries.iter().any(|(other, _)| other == key) {
            return None;
        }
        entries.push((Cow::Borrowed(key), node));
    }
    Some(entries)
}

/// How deep flow lists and maps may stand in each other.
const FLOW_DEPTH: usize = 4;

/// A flow list, flow map or scalar at the start of a text, and the text after it.
fn flow(text: &str, depth: usize) -> Option<(Node<'_>, &str)> {
    if depth > FLOW_DEPTH {
        return None;
    }
    if let Some(mut rest) = text.strip_prefix('[') {
        let mut items = Vec::new();
        loop {
            rest = rest.trim_start_matches(' ');
            if let Some(after) = rest.strip_prefix(']') {
                return Some((Node::List(items), after.trim_start_matches(' ')));
            }
            let (item, after) = flow(rest, depth + 1)?;
            items.push(item);
            rest = next_item(after, ']')?;
        }
    }
    if let Some(mut rest) = text.strip_prefix('{') {
        let mut entries: Vec<(Cow<'_, str>, Node<'_>)> = Vec::new();
        loop {
            rest = rest.trim_start_matches(' ');
            if let Some(after) = rest.strip_prefix('}') {
                return Some((Node::Map(entries), after.trim_start_matches(' ')));
            }
            let (key, after) = rest.split_once(": ")?;
            let is_name = key.starts_with(|c: char| c.is_ascii_alphabetic())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !is_special_word(key);
            if !is_name || entries.iter().any(|(other, _)| other == key) {
                return None;
            }
            let (value, after) = flow(after.trim_start_matches(' '), depth + 1)?;
            entries.push((Cow::Borrowed(key), value));
            rest = next_item(after, '}')?;
        }
    }
    let end = match text.as_bytes().first()? {
        b'"' => quoted_end(text)?,
        b'\'' => {
            let close = text[1..].find('\'')? + 2;
            // A doubled quote: leave it to the parser.
            if text[close..].starts_with('\'') {
                return None;
            }
            close
        }
        _ => text.find([',', ']', '}'])?,
    };
    let node = scalar(text[..end].trim_matches(' '), true)?;
    Some((node, text[end..].trim_start_matches(' ')))
}

/// What comes after the comma behind an item, or the end of the list or map, which stays.
fn next_item(after: &str, close: char) -> Option<&str> {
    if after.starts_with(close) { Some(after) } else { after.strip_prefix(',') }
}

/// The end of a text in double quotes, behind the closing one.
fn quoted_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn scalar(text: &str, in_list: bool) -> Option<Node<'_>> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    let is_odd =
        |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let is_plain = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if !is_plain && text.chars().any(is_odd) {
        return None;
    }
    if first == b'"' {
        let inner = text.get(1..text.len() - 1).filter(|_| bytes.len() >= 2 && text.ends_with('"'))?;
        if memchr::memchr2(b'"', b'\\', inner.as_bytes()).is_none() {
            return Some(Node::Text(Cow::Borrowed(inner)));
        }
        let mut plain = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => return None,
                '\\' => match chars.next()? {
                    '"' => plain.push('"'),
                    '\\' => plain.push('\\'),
                    '/' => plain.push('/'),
                    _ => return None,
                },
                c => plain.push(c),
            }
        }
        return Some(Node::Text(Cow::Owned(plain)));
    }
    if first == b'\'' {
        let inner = text.get(1..text.len() - 1).filter(|_| bytes.len() >= 2 && text.ends_with('\''))?;
        return (!inner.contains('\'')).then_some(Node::Text(Cow::Borrowed(inner)));
    }
    if text.ends_with(':') || bytes.windows(2).any(|pair| matches!(pair, b": " | b" #")) {
        return None;
    }
    if in_list && text.contains(['[', ']', '{', '}', ',', '"', '\'', ':', '#']) {
        return None;
    }
    if text == "true" || text == "false" {
        return Some(Node::Bool(text == "true"));
    }
    if first.is_ascii_digit() {
        if bytes.iter().all(u8::is_ascii_digit) {
            return if (first != b'0' && bytes.len() <= 18) || text == "0" {
                text.parse().ok().map(Node::Int)
            } else {
                None
            };
        }
        // A time or a day; all else that begins with a digit may be one of YAML's many numbers.
        let is_time = bytes.iter().filter(|b| matches!(b, b'-' | b':')).count() >= 2
            && bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'T' | b'Z' | b'+' | b'.' | b' '));
        return is_time.then_some(Node::Text(Cow::Borrowed(text)));
    }
    let is_word = first.is_ascii_alphabetic() || !first.is_ascii();
    (is_word && !is_special_word(text)).then_some(Node::Text(Cow::Borrowed(text)))
}

/// Words that YAML may take for something other than text.
fn is_special_word(text: &str) -> bool {
    text.len() <= 8
        && ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan", "infinity"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn agree(yaml: &str) -> bool {
        let Some(fast) = flat(yaml) else { return false };
        let slow = read(yaml).unwrap_or_else(|error| panic!("flat answered, serde_yaml: {error:?}\n{yaml}"));
        let slow = if slow == Node::Null { Node::Map(Vec::new()) } else { slow };
        assert_eq!(Node::Map(fast), slow, "{yaml}");
        true
    }

    #[test]
    fn flat_documents_are_read() {
        for yaml in [
            "headline: Talks resume in Port Halden\ndate: 2026-11-23T14:05:00+01:00\nurgency: 3\nalert: true\n",
            "title: \"A \\\"quoted\\\" word: and a colon\"\ntags: [\"usa\", trade, 'uk']\n",
            "tags:\n- one two\n- \"three\"\nslug: x-1\n",
            "tags:\n  - one\n  - two\n# a comment\n\nempty:\n",
            "import: {hash: \"0a\", parts: [\"2 0b\", \"3 0c\"], held: \"a \\\"b\\\", c\"}\nempty: {}\n",
            "associations: [{type: picture, href: 'a.jpg'}, {href: \"b], {.jpg\"} , ]\nby: []\n",
            "date: 2026-11-23 10:00\nkicker: 'Sport'\nby: Ana Ruiz, EFE\nheadline: العربية اليوم\n",
        ] {
            assert!(agree(yaml), "not taken: {yaml}");
        }
    }

    #[test]
    fn doubtful_documents_are_left_to_the_parser() {
        for yaml in [
            "headline: Talks: resume",
            "a: 1\na: 2",
            "a: &x 1",
            "a: *x",
            "a: |\n  text",
            "a: b\n  c",
            "a: {b: 'c': d}",
            "a: {b: c, b: d}",
            "a: {\"b\": c}",
            "a: {b:c}",
            "a: {b}",
            "a: [b] c",
            "a: [[[[[[b]]]]]]",
            "a: 010",
            "a: 1e5",
            "a: 0x1f",
            "a: .5",
            "a: yes",
            "a: ~",
            "a: \"x\\u0041\"",
            "a: 'it''s'",
            "a: x # comment",
            "- a",
            "a:b",
            "a: \tb",
            "? a",
            "a: !tag b",
            "a:\n- b: c",
            "a:\n- b\n  - c",
        ] {
            assert_eq!(flat(yaml), None, "{yaml}");
        }
    }

    #[test]
    fn places_of_values() {
        let yaml = "a: 1\nlist:\n  - x\n  - {deep: [1, two]}\na: 2\n";
        assert_eq!(locate(yaml, &[Step::Key("a", 0)]), Some((1, 4)));
        assert_eq!(locate(yaml, &[Step::Key("a", 1)]), Some((5, 4)));
        let deep = [Step::Key("list", 0), Step::Item(1), Step::Key("deep", 0), Step::Item(1)];
        assert_eq!(locate(yaml, &deep), Some((4, 16)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_flat_answers_serde_yaml_answers_too(
            lines in prop::collection::vec(("[a-c]{1,2}", prop_oneof![
                "[ -~]{0,12}",
                "[a-z0-9:#'\"\\[\\], .+-]{0,14}",
                "\"[^\"]{0,8}\"",
                "\\[[a-z0-9, '\"]{0,10}\\]",
                "\\{[a-c]: [a-z0-9, '\"\\[\\]{}:]{0,10}\\}",
                "[\\[{][a-c'\"\\\\,: \\[\\]{}]{0,14}[\\]}]",
                "[0-9:TZ+. -]{1,20}",
                "\n- [a-z0-9 :]{1,6}",
                "\\PC{0,6}",
            ]), 0..5)
        ) {
            let yaml: String = lines.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
            agree(&yaml);
        }
    }
}
