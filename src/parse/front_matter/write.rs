//! Front matter as text: one line a key, in the order of the table of keys.

use crate::parse::scalar::quoted;
use crate::story::{Association, Dateline, ImportRecord, KEYS, KeyGroup, KeyKind, Meta, Status, Value};
use std::fmt::Display;

/// The lines of a record, without the `---` lines around them. Keys without a value have no line. `site` has the values of the
/// site's own keys as they are to be written, with their names; those of the record are not looked at.
pub fn lines<T: Display>(meta: &Meta<T>, site: &[(String, serde_json::Value)]) -> Vec<String> {
    let mut lines = Vec::with_capacity(32);
    for key in KEYS {
        let text = if key.group == KeyGroup::Site {
            site.iter().find(|(name, _)| name == key.name).map(|(_, value)| value.to_string())
        } else {
            meta.value(key.name).and_then(|value| written(value, key.kind))
        };
        lines.extend(text.map(|text| format!("{}: {text}", key.name)));
    }
    lines
}

fn written<T: Display>(value: Value<'_, T>, kind: KeyKind) -> Option<String> {
    let text = |text: &str| (!text.is_empty()).then(|| quoted(text));
    match value {
        Value::Headline(headline) => text(headline),
        Value::Text(value) => text(value.as_deref()?),
        Value::Texts(values) => match values.as_slice() {
            [] => None,
            [one] if kind == KeyKind::Names => text(one),
            values => Some(list(values.iter().map(|value| quoted(value)))),
        },
        Value::Time(time) => time.as_ref().map(ToString::to_string),
        Value::Flag(flag) => flag.then(|| "true".to_string()),
        Value::Version(number) => number.map(|number| number.to_string()),
        Value::Urgency(number) => number.map(|number| number.to_string()),
        Value::Status(status) => (*status != Status::Usable).then(|| status.as_str().to_string()),
        Value::Dateline(dateline) => dateline.as_ref().map(self::dateline),
        Value::Correction(correction) => correction.as_ref().and_then(|correction| match &correction.date {
            Some(date) => Some(format!("{{note: {}, date: {date}}}", quoted(&correction.note))),
            None => text(&correction.note),
        }),
        Value::Sponsor(sponsor) => sponsor.as_ref().and_then(|sponsor| match &sponsor.url {
            Some(url) => Some(format!("{{name: {}, url: {}}}", quoted(&sponsor.name), quoted(url))),
            None => text(&sponsor.name),
        }),
        Value::Menu(menu) => menu.as_ref().and_then(|menu| match &menu.order {
            Some(order) => Some(format!("{{name: {}, order: {order}}}", quoted(&menu.name))),
            None => text(&menu.name),
        }),
        Value::Associations(list_of) => (!list_of.is_empty()).then(|| list(list_of.iter().map(association))),
        Value::Anything(value) => value.as_ref().map(ToString::to_string),
        Value::Notes(notes) => {
            (!notes.is_empty()).then(|| list(notes.iter().map(|(kind, text)| quoted(&format!("{kind}: {text}")))))
        }
        Value::Import(record) => record.as_ref().map(import),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// A map on one line, of the parts that have a value.
fn map(parts: &[(&str, Option<String>)]) -> String {
    let parts = parts.iter().filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}: {value}")));
    format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
}

/// A text alone where its place can be read from it, else a map.
fn dateline(dateline: &Dateline) -> String {
    if crate::parse::dateline::place(&dateline.text) == dateline.place.as_deref() {
        return quoted(&dateline.text);
    }
    let text = |text: &Option<String>| text.as_deref().map(quoted);
    let values = [
        Some(quoted(&dateline.text)),
        text(&dateline.place),
        text(&dateline.date),
        text(&dateline.agency),
        text(&dateline.iso_date),
    ];
    let parts: Vec<(&str, Option<String>)> = Dateline::KEYS.into_iter().zip(values).collect();
    map(&parts)
}

/// An association as a map on one line.
pub fn association<T: Display>(one: &Association<T>) -> String {
    let text = |text: &Option<String>| text.as_deref().map(quoted);
    map(&[
        ("type", text(&one.kind)),
        ("href", text(&one.href)),
        ("caption", text(&one.caption)),
        ("by", text(&one.by)),
        ("credit", text(&one.credit)),
        ("rights", text(&one.rights)),
        ("validTo", one.valid_to.as_ref().map(ToString::to_string)),
        ("altText", text(&one.alt_text)),
        ("copyrightNotice", text(&one.copyright_notice)),
    ])
}

/// What an import notes, as a map on one line.
pub fn import(record: &ImportRecord) -> String {
    let texts = |items: Vec<String>| (!items.is_empty()).then(|| list(items.iter().map(|item| quoted(item))));
    map(&[
        ("hash", record.hash.map(|hash| quoted(&hash.to_string()))),
        ("parts", texts(record.parts.iter().map(|(number, hash)| format!("{number} {hash}")).collect())),
        ("missing", texts(record.missing.clone())),
        ("held", record.held.as_deref().map(quoted)),
    ])
}
