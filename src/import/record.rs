//! A wire item as a story file: front matter with the model's keys, then Markdown.

use crate::hash::{Hash, Hasher};
use crate::parse::front_matter::{self, SIZE_LIMIT};
use crate::parse::scalar::quoted;
use crate::story::{ImportRecord, Meta, Status};
use crate::wire::item::Association;
use crate::wire::{WireItem, markup};
use serde_json::Value;

/// What a file keeps of the one it replaces, and what of the item is for this site alone.
#[derive(Debug, Default)]
pub(super) struct Keep {
    /// Keys of the site, with their values.
    pub(super) site: Vec<(String, Value)>,
    /// First creation of the first version, which makes the address.
    pub(super) first_created: Option<String>,
    /// Language of the former version, for one that does not say its own.
    pub(super) language: Option<String>,
    /// Headline of the former version, for a kill without one.
    pub(super) headline: Option<String>,
    /// Files that the item names and that had not come when it was imported.
    pub(super) missing: Vec<String>,
}

/// A hash of what an item says, whatever format it came in: two items with one hash are the same story in the same words.
///
/// It is compared with hashes in files that exist, so what it counts must not change: the lines that the first release wrote, which
/// had the reason for holding a story among the notes.
pub(super) fn content_hash(item: &WireItem) -> Hash {
    let mut meta = meta(item, &item.meta.associations, &Keep::default());
    if let Some(reason) = &item.held {
        meta.notes.insert(0, ("held".to_string(), reason.clone()));
    }
    let mut hasher = Hasher::new();
    for line in front_matter::lines(&meta, &[]) {
        hasher.bytes(&line);
    }
    hasher.bytes(markup::markdown(&item.body));
    hasher.finish()
}

/// The whole file.
pub(super) fn file(item: &WireItem, associations: &[Association], keep: &Keep, hash: Hash) -> String {
    let mut meta = meta(item, associations, keep);
    meta.import = Some(ImportRecord {
        hash: Some(hash),
        parts: Vec::new(),
        missing: keep.missing.clone(),
        held: item.held.clone(),
    });
    let mut lines = front_matter::lines(&meta, &keep.site);
    // Front matter has a limit; what only desks read goes first, then captions.
    for droppable in ["notes:", "edNote:", "keywords:", "associations:", "usageTerms:", "description:"] {
        if lines.iter().map(|line| line.len() + 1).sum::<usize>() <= SIZE_LIMIT - 64 {
            break;
        }
        lines.retain(|line| !line.starts_with(droppable));
    }
    let mut text = String::from("---\n");
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("---\n");
    if item.meta.status != Status::Canceled && !item.body.is_empty() {
        text.push('\n');
        text.push_str(&markup::markdown(&item.body));
    }
    text
}

/// What the file says in its keys. Times are texts, because those of a former version stay as they are written.
fn meta(item: &WireItem, associations: &[Association], keep: &Keep) -> Meta<String> {
    let mut meta = item.meta.clone().map_times(|time| time.to_string());
    if meta.status == Status::Canceled {
        meta = of_kill(meta);
    } else {
        meta.associations =
            associations.iter().cloned().map(|one| one.map_times(&mut |time| time.to_string())).collect();
        meta.by = item.byline.iter().cloned().collect();
    }
    // Every item that becomes a story is a text.
    meta.kind = None;
    meta.version = Some(item.version());
    if meta.headline.is_empty() {
        meta.headline = keep.headline.clone().unwrap_or_else(|| "(no headline)".to_string());
    }
    meta.first_created = keep.first_created.clone().or(meta.first_created);
    meta.language = meta.language.filter(|language| !language.is_empty()).or_else(|| keep.language.clone());
    meta
}

/// What of a story's keys a kill keeps: which story it was, and what the desk says of it.
fn of_kill(meta: Meta<String>) -> Meta<String> {
    Meta {
        uri: meta.uri,
        headline: meta.headline,
        headline_derived: meta.headline_derived,
        status: meta.status,
        first_created: meta.first_created,
        version_created: meta.version_created,
        content_created: meta.content_created,
        language: meta.language,
        correction: meta.correction,
        ed_note: meta.ed_note,
        signoff: meta.signoff,
        take: meta.take,
        wire_priority: meta.wire_priority,
        wire_category: meta.wire_category,
        wire_sequence: meta.wire_sequence,
        wire_service: meta.wire_service,
        notes: meta.notes,
        ..Meta::default()
    }
}

/// How notes begin that older versions of dateline wrote in place of [`ImportRecord`].
const OLD_NOTES: [&str; 4] = ["importHash: ", "part: ", "missing: ", "held: "];

/// What an import noted in a story's front matter, in the key `import` or among the notes, as older versions wrote it.
pub(super) fn noted(values: &serde_json::Map<String, Value>) -> ImportRecord {
    let texts = |value: Option<&Value>| -> Vec<String> {
        value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
    };
    let part = |text: &str| {
        let (number, hash) = text.split_once(' ')?;
        number.parse().ok().zip(Hash::parse(hash))
    };
    let mut record = ImportRecord::default();
    if let Some(own) = values.get("import").and_then(Value::as_object) {
        record.hash = own.get("hash").and_then(Value::as_str).and_then(Hash::parse);
        record.parts = texts(own.get("parts")).iter().filter_map(|text| part(text)).collect();
        record.missing = texts(own.get("missing"));
        record.held = own.get("held").and_then(Value::as_str).map(str::to_string);
        return record;
    }
    for note in texts(values.get("notes")) {
        match OLD_NOTES.map(|start| note.strip_prefix(start)) {
            [Some(hash), ..] => record.hash = Hash::parse(hash),
            [_, Some(text), ..] => record.parts.extend(part(text)),
            [_, _, Some(href), _] => record.missing.push(href.to_string()),
            [.., Some(reason)] => record.held = Some(reason.to_string()),
            _ => {}
        }
    }
    record
}

/// A story's file with another record of the import. Notes of older versions become one. `None` where an editor has written the
/// line: then it is theirs.
fn with_record(text: &str, change: impl FnOnce(&mut ImportRecord)) -> Option<String> {
    let yaml = front_matter::split(text)?.yaml;
    let Ok(Value::Object(values)) = serde_yaml::from_str::<Value>(yaml) else { return None };
    let mut record = noted(&values);
    let own = |record: &ImportRecord| format!("import: {}", front_matter::import(record));
    let (old, notes) = match yaml.lines().find(|line| line.starts_with("import:")) {
        Some(line) => (line, None),
        None => {
            let line = yaml.lines().find(|line| line.starts_with("notes: [") && line.ends_with(']'))?;
            let notes = values.get("notes")?.as_array()?.iter().filter_map(Value::as_str);
            let others: Vec<String> =
                notes.filter(|note| !OLD_NOTES.iter().any(|start| note.starts_with(start))).map(quoted).collect();
            (line, (!others.is_empty()).then(|| format!("notes: [{}]\n", others.join(", "))))
        }
    };
    if notes.is_none() && old.starts_with("import:") && old != own(&record) {
        return None;
    }
    change(&mut record);
    let at = text.find(yaml)? + yaml.find(old)?;
    let new = format!("{}{}", notes.unwrap_or_default(), own(&record));
    Some(format!("{}{new}{}", &text[..at], &text[at + old.len()..]))
}

/// A story's file with one more item in a list of a line of its own: a new line after `import` where there is none.
fn with_item(text: &str, key: &str, item: &str) -> Option<String> {
    let head = text.lines().skip(1).take_while(|line| *line != "---");
    match head.clone().find(|line| line.starts_with(key) && line[key.len()..].starts_with(':')) {
        Some(line) => {
            let open = line.strip_suffix(']')?;
            Some(text.replacen(line, &format!("{open}, {item}]"), 1))
        }
        None => {
            let line = head.clone().find(|line| line.starts_with("import:"))?;
            Some(text.replacen(line, &format!("{line}\n{key}: [{item}]"), 1))
        }
    }
}

/// A story's file with an association that came late, which is then no longer noted as missing. `None` where it was not, or an
/// editor has rewritten the lines.
pub(super) fn with_late(text: &str, href: &str, one: &Association) -> Option<String> {
    let mut was_missing = false;
    let text = with_record(text, |record| {
        let before = record.missing.len();
        record.missing.retain(|missing| missing != href);
        was_missing = record.missing.len() < before;
    })?;
    was_missing.then(|| with_item(&text, "associations", &front_matter::association(one)))?
}

/// A story's file with the next part of the story at its end. `replaces` names the part where it had a page of its own. `None` where
/// an editor has rewritten the lines.
pub(super) fn with_part(text: &str, number: u32, hash: Hash, body: &str, replaces: Option<&str>) -> Option<String> {
    let mut text = with_record(text, |record| record.parts.push((number, hash)))?;
    if let Some(uri) = replaces {
        text = with_item(&text, "replaces", &quoted(uri))?;
    }
    Some(format!("{}\n\n{}\n", text.trim_end(), body.trim()))
}
