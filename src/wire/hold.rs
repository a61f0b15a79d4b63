//! Words and keys that say that a story may not be used yet, or not any more: the one table of all formats.
//!
//! Senders have many names for it: `state: killed`, `is_draft: true`, `publish_schedule: 2026-11-30T12:00Z`, a genre `Withdrawal`.
//! Names are compared without case and signs, so `publish_schedule`, `publishSchedule` and `Publish-Schedule` are one.

mod words;

use super::item::WireItem;
use super::text::clean;
use super::time::WireTime;
use super::{Notes, status};
use crate::clock::Zone;
use crate::diag::Code;
use crate::story::Status;
use serde_json::{Map, Value};
use words::{
    FROM, HELD, HELD_STATUS, INNER, NO_FLAGS, PERMISSIONS, PUBLISHED, UNTIL, USABLE, WITHDRAWN, WITHDRAWN_STATUS,
};

/// What a word means for the story that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It may be used.
    Usable,
    /// Not any more.
    Withdrawn,
    /// Not yet, or not by readers.
    Held,
}

/// The meaning of a code of a signal, genre or type: `sig:kill`, `Withdrawal`, `Embargoed`.
pub(super) fn of_code(code: &str) -> Option<(&'static str, Use)> {
    let word = name(code.rsplit([':', '/']).next().unwrap_or(code));
    let in_list = |list: &[&'static str]| list.iter().find(|known| **known == word).copied();
    in_list(WITHDRAWN).map(|word| (word, Use::Withdrawn)).or_else(|| in_list(HELD).map(|word| (word, Use::Held)))
}

/// The meaning of the value of a status.
fn of_status(value: &str) -> Option<Use> {
    let word = name(value.rsplit([':', '/']).next().unwrap_or(value));
    if USABLE.contains(&word.as_str()) {
        return Some(Use::Usable);
    }
    of_stem(&word)
}

/// The meaning of a word of a status that is not `USABLE`, already made a name.
fn of_stem(word: &str) -> Option<Use> {
    if WITHDRAWN.contains(&word) || WITHDRAWN_STATUS.contains(&word) {
        Some(Use::Withdrawn)
    } else if HELD.contains(&word) || HELD_STATUS.contains(&word) {
        Some(Use::Held)
    } else {
        None
    }
}

/// A key or word without case, blanks and signs.
fn name(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What kind of key a name is.
#[derive(Debug, PartialEq, Eq)]
enum Key {
    /// Its value is a status, of which unknown words are in doubt.
    Status,
    /// Its value may be a status or something else: `state` may be a part of a country.
    MaybeStatus,
    /// The time from which the story may be used.
    From,
    /// The time of publication, which is an embargo if it lies after the version.
    Published,
    /// The time from which it may no longer be used.
    Until,
    /// True means that it may not be used.
    Flag(Use),
    /// False means that it may not be used.
    Permission,
    /// An object with keys of these kinds.
    Inner,
}

fn key(of: &str) -> Option<Key> {
    let name = name(of);
    let is = |list: &[&str]| list.contains(&name.as_str());
    match name.as_str() {
        // Read by the format itself.
        "pubstatus" | "expires" => return None,
        _ if name.starts_with("embargo") => return None,
        "status" => return Some(Key::Status),
        "state" | "visibility" | "availability" | "lifecycle" | "stage" => return Some(Key::MaybeStatus),
        _ => {}
    }
    if is(FROM) {
        return Some(Key::From);
    }
    if is(UNTIL) {
        return Some(Key::Until);
    }
    if is(PUBLISHED) {
        return Some(Key::Published);
    }
    if is(INNER) {
        return Some(Key::Inner);
    }
    let is_publishing = ["publi", "pubst", "item", "story", "article", "content", "workflow", "editorial", "news"]
        .iter()
        .any(|start| name.starts_with(start));
    if is_publishing && (name.ends_with("status") || name.ends_with("state")) {
        return Some(Key::MaybeStatus);
    }
    let mut stem = name.as_str();
    for start in ["is", "has", "was", "been", "markedas", "markedfor", "marked"] {
        stem = stem.strip_prefix(start).filter(|rest| !rest.is_empty()).unwrap_or(stem);
    }
    if PERMISSIONS.contains(&stem) {
        return Some(Key::Permission);
    }
    // `killed_at`, `deletedOn`.
    let flag =
        ["at", "on", "date", "time"].iter().find_map(|end| of_stem(stem.strip_suffix(end)?)).or_else(|| of_stem(stem));
    flag.filter(|_| !NO_FLAGS.contains(&stem)).map(Key::Flag)
}

/// Whether a key has to do with publication, so that two values of it are in doubt.
pub(super) fn is_key(own: &str) -> bool {
    own.eq_ignore_ascii_case("pubstatus") || key(own).is_some()
}

/// Reads the keys of a JSON item, and of the objects in it that are about its publication.
pub(super) fn object(item: &mut WireItem, object: &Map<String, Value>, notes: &mut Notes) {
    inner(item, object, notes, 0);
}

fn inner(item: &mut WireItem, object: &Map<String, Value>, notes: &mut Notes, depth: usize) {
    for (own, value) in object {
        match (key(own), value) {
            (Some(_), Value::Object(nested)) if nested.len() <= 40 && depth < 3 => {
                let words = ["code", "qcode", "name", "value", "literal", "id"].iter().find_map(|key| nested.get(*key));
                if let Some(value) = words.filter(|value| value.is_string()) {
                    pair(item, own, value, notes);
                }
                inner(item, nested, notes, depth + 1);
            }
            (Some(Key::MaybeStatus | Key::Status | Key::Flag(_)), Value::Array(list)) => {
                list.iter().take(20).for_each(|value| pair(item, own, value, notes));
            }
            (Some(_), value) => pair(item, own, value, notes),
            (None, _) => {}
        }
    }
}

/// Reads one key and its value, from JSON or from a property of XML.
pub(super) fn pair(item: &mut WireItem, own: &str, value: &Value, notes: &mut Notes) {
    let Some(kind) = key(own) else { return };
    let text = match value {
        Value::String(text) => clean(text),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    if text.is_empty() || matches!(text.to_ascii_lowercase().as_str(), "null" | "none") {
        return;
    }
    let is_false = matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "0" | "off");
    let is_true = matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "1" | "on");
    let says = |meaning: Use| {
        let meaning = if meaning == Use::Withdrawn { "withdrawn" } else { "held" };
        format!("`{}: {}` means that the story is {meaning}", short(own), short(&text))
    };
    match kind {
        Key::Inner => {}
        Key::From => from(item, own, &text, is_true || is_false, notes),
        Key::Until => {
            if let Some(time) = status::time(
                &short(own),
                Some(&text).filter(|_| !is_true && !is_false).map(|text| text.as_str()),
                notes,
            ) {
                let zone = Zone::utc();
                let is_first = item.meta.expires.is_none_or(|known| time.instant(&zone) < known.instant(&zone));
                item.meta.expires = if is_first { Some(time) } else { item.meta.expires };
            }
        }
        // `published: false`, or a time.
        Key::Published if is_false => hold(item, says(Use::Held), notes),
        Key::Published => {
            let zone = Zone::utc();
            let version = item.meta.version_created.or(item.meta.first_created);
            if let Some(time) = WireTime::parse(&text)
                && version.is_some_and(|version| time.instant(&zone) > version.instant(&zone))
            {
                later(item, time);
            }
        }
        Key::Permission if is_false => hold(item, says(Use::Held), notes),
        Key::Permission => {}
        Key::Flag(_) if is_false => {}
        Key::Flag(meaning) if is_true || of_stem(&name(&text)).is_some() || WireTime::parse(&text).is_some() => {
            hold(item, says(meaning), notes);
        }
        Key::Flag(_) => {}
        Key::Status | Key::MaybeStatus => match of_status(&text) {
            Some(Use::Usable) => {}
            Some(meaning) => hold(item, says(meaning), notes),
            None if kind == Key::Status && value.is_string() => {
                hold(item, format!("the status `{}` is unknown", short(&text)), notes);
            }
            None => {}
        },
    }
}

/// The time from which a story may be used; what says it in other words holds the story.
fn from(item: &mut WireItem, own: &str, text: &str, is_flag: bool, notes: &mut Notes) {
    match WireTime::parse(text) {
        Some(time) => later(item, time),
        None if is_flag && matches!(text, "false" | "no" | "0" | "off") => {}
        None => {
            let reason = format!("`{}: {}` suggests later publication and is not a time", short(own), short(text));
            hold(item, reason, notes);
        }
    }
}

/// The latest of several embargoes counts.
fn later(item: &mut WireItem, time: WireTime) {
    let zone = Zone::utc();
    if item.meta.embargoed_until.is_none_or(|known| time.instant(&zone) > known.instant(&zone)) {
        item.meta.embargoed_until = Some(time);
    }
}

fn hold(item: &mut WireItem, reason: String, notes: &mut Notes) {
    if item.meta.status != Status::Usable {
        return;
    }
    notes.warn(Code::WireStatus, format!("{reason}; the story is not published"));
    item.hold(reason);
}

fn short(text: &str) -> String {
    clean(text).chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Meta;
    use crate::wire::Context;

    /// The status and embargo of an item with these keys.
    fn check(json: &str) -> (Status, Option<String>) {
        let Ok(Value::Object(map)) = serde_json::from_str(json) else { panic!("{json}") };
        let version_created = WireTime::parse("2026-11-27T10:00:00Z");
        let meta = Meta { version_created, ..Meta::default() };
        let mut item = WireItem { meta, ..WireItem::default() };
        object(&mut item, &map, &mut Notes::new("x", &Context::default()));
        (item.meta.status, item.meta.embargoed_until.map(|time| time.to_string()))
    }

    #[test]
    fn what_is_not_usable_is_withheld() {
        for json in [
            r#"{"state": "killed"}"#,
            r#"{"State": "Recalled"}"#,
            r#"{"status": "unpublished"}"#,
            r#"{"status": "stat:spiked"}"#,
            r#"{"status": "Wednesday"}"#,
            r#"{"status": {"code": "draft"}}"#,
            r#"{"workflow_status": "in progress"}"#,
            r#"{"publication-state": "ON HOLD"}"#,
            r#"{"is_draft": true}"#,
            r#"{"killed": 1}"#,
            r#"{"deleted_at": "2026-11-27T10:00:00Z"}"#,
            r#"{"isPublished": false}"#,
            r#"{"published": "no"}"#,
            r#"{"publishable": false}"#,
            r#"{"flags": {"marked_for_not_publication": true}}"#,
            r#"{"visibility": "private"}"#,
            r#"{"publish_at": "Monday"}"#,
        ] {
            assert_eq!(check(json), (Status::Withheld, None), "{json}");
        }
    }

    #[test]
    fn what_is_usable_stays_so() {
        for json in [
            r#"{"state": "published"}"#,
            r#"{"state": "Oregon"}"#,
            r#"{"status": "stat:usable"}"#,
            r#"{"status": 200}"#,
            r#"{"is_draft": false}"#,
            r#"{"draft": null}"#,
            r#"{"deleted_at": ""}"#,
            r#"{"publish_schedule": null}"#,
            r#"{"flags": {"marked_for_not_publication": false}}"#,
            r#"{"published": "2026-11-27T10:00:00Z"}"#,
            r#"{"hold": "a fortress"}"#,
            r#"{"is_live": false}"#,
            r#"{"review": true}"#,
            r#"{"embargo": "2026-11-27T10:00:00Z"}"#,
        ] {
            assert_eq!(check(json), (Status::Usable, None), "{json}");
        }
    }

    #[test]
    fn a_later_publication_is_an_embargo() {
        for json in [
            r#"{"publish_schedule": "2026-11-30T12:00:00Z"}"#,
            r#"{"scheduledFor": "2026-11-30T12:00:00Z"}"#,
            r#"{"published_at": "2026-11-30T12:00:00Z"}"#,
            r#"{"schedule_settings": {"utc_publish_schedule": "2026-11-30T12:00:00Z"}}"#,
            r#"{"release_date": "2026-11-29T12:00:00Z", "hold-until": "2026-11-30T12:00:00Z"}"#,
        ] {
            assert_eq!(check(json), (Status::Usable, Some("2026-11-30T12:00:00Z".to_string())), "{json}");
        }
    }
}
