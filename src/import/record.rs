//! A wire item as a story file: front matter with the model's keys, then Markdown.

use crate::hash::{Hash, Hasher};
use crate::parse::front_matter::SIZE_LIMIT;
use crate::parse::scalar::quoted;
use crate::wire::item::Association;
use crate::wire::{PubStatus, WireItem, markup};
use serde_json::Value;

/// Keys that only a site's editors set. They outlive a new version of the story.
pub(super) const SITE_KEYS: &[&str] =
    &["category", "slug", "draft", "aliases", "related", "pinUntil", "layout", "extra"];

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
pub(super) fn content_hash(item: &WireItem) -> Hash {
    let mut hasher = Hasher::new();
    for text in front_matter(item, &item.associations, &Keep::default(), None) {
        hasher.bytes(&text);
    }
    hasher.bytes(markup::markdown(&item.body));
    hasher.finish()
}

/// The whole file.
pub(super) fn file(item: &WireItem, associations: &[Association], keep: &Keep, hash: Hash) -> String {
    let mut lines = front_matter(item, associations, keep, Some(hash));
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
    if item.status != PubStatus::Canceled && !item.body.is_empty() {
        text.push('\n');
        text.push_str(&markup::markdown(&item.body));
    }
    text
}

struct Lines(Vec<String>);

impl Lines {
    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.0.push(format!("{key}: {}", quoted(value)));
        }
    }

    fn bare(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.0.push(format!("{key}: {value}"));
        }
    }

    fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            self.0.push(format!("{key}: [{}]", values.join(", ")));
        }
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.0.push(format!("{key}: true"));
        }
    }
}

/// One line a key.
fn front_matter(item: &WireItem, associations: &[Association], keep: &Keep, hash: Option<Hash>) -> Vec<String> {
    let mut lines = Lines(Vec::with_capacity(32));
    let is_kill = item.status == PubStatus::Canceled;
    lines.text("uri", Some(&item.uri));
    lines.bare("version", Some(item.version.to_string()));
    let headline = Some(item.headline.as_str()).filter(|headline| !headline.is_empty()).or(keep.headline.as_deref());
    lines.text("headline", headline.or(Some("(no headline)")));
    lines.flag("headlineDerived", item.headline_derived);
    if item.status != PubStatus::Usable {
        lines.bare("pubStatus", Some(item.status.as_str().to_string()));
    }
    let time = |time: &Option<crate::wire::WireTime>| time.as_ref().map(ToString::to_string);
    if !is_kill {
        lines.bare("embargoedUntil", time(&item.embargoed_until));
        lines.bare("expires", time(&item.expires));
    }
    let first = keep.first_created.clone().or_else(|| time(&item.first_created));
    lines.bare("firstCreated", first);
    lines.bare("versionCreated", time(&item.version_created));
    lines.bare("contentCreated", time(&item.content_created));
    lines.text("language", item.language.as_deref().or(keep.language.as_deref()));
    for (key, value) in &keep.site {
        lines.bare(key, Some(value.to_string()));
    }
    if let Some(note) = &item.correction {
        match &item.correction_date {
            Some(date) => lines.bare("correction", Some(format!("{{note: {}, date: {date}}}", quoted(note)))),
            None => lines.text("correction", Some(note)),
        }
    }
    desk_keys(item, hash, &keep.missing, &mut lines);
    if is_kill {
        return lines.0;
    }
    lines.flag("advisory", item.advisory);
    lines.flag("alert", item.alert);
    story_keys(item, &mut lines);
    if !associations.is_empty() {
        let list: Vec<String> = associations.iter().map(association).collect();
        lines.bare("associations", Some(format!("[{}]", list.join(", "))));
    }
    lines.0
}

fn story_keys(item: &WireItem, lines: &mut Lines) {
    lines.text("subheadline", item.subheadline.as_deref());
    lines.text("kicker", item.kicker.as_deref());
    lines.text("by", item.by.as_deref());
    if let Some(dateline) = &item.dateline {
        // A text alone where its place can be read from it: front matter that is flat is read much faster.
        let is_plain = crate::parse::dateline::place(&dateline.text) == dateline.place.as_deref();
        if is_plain {
            lines.text("dateline", Some(&dateline.text));
        }
        let parts = [
            ("text", Some(&dateline.text)),
            ("place", dateline.place.as_ref()),
            ("date", dateline.date.as_ref()),
            ("agency", dateline.agency.as_ref()),
            ("isoDate", dateline.iso_date.as_ref()),
        ];
        lines.bare("dateline", Some(map(&parts)).filter(|_| !is_plain));
    }
    lines.text("located", item.located.as_deref());
    lines.text("description", item.description.as_deref());
    lines.text("slugline", item.slugline.as_deref());
    lines.bare("urgency", item.urgency.map(|urgency| urgency.to_string()));
    for (key, values) in [
        ("subjects", &item.subjects),
        ("keywords", &item.keywords),
        ("genres", &item.genres),
        ("places", &item.places),
        ("people", &item.people),
        ("organisations", &item.organisations),
        ("signals", &item.signals),
        ("altIds", &item.alt_ids),
        ("replaces", &item.replaces),
    ] {
        lines.list(key, values);
    }
    lines.text("translationOf", item.translation_of.as_deref());
    lines.text("provider", item.provider.as_deref());
    lines.text("creditLine", item.credit_line.as_deref());
    lines.text("copyrightHolder", item.copyright_holder.as_deref());
    lines.text("copyrightNotice", item.copyright_notice.as_deref());
    lines.text("usageTerms", item.usage_terms.as_deref());
    lines.text("digitalSourceType", item.digital_source_type.as_deref());
}

/// Keys that never leave the desk.
fn desk_keys(item: &WireItem, hash: Option<Hash>, missing: &[String], lines: &mut Lines) {
    lines.text("edNote", item.ed_note.as_deref());
    lines.text("signoff", item.signoff.as_deref());
    lines.text("take", item.take.as_deref());
    lines.text("wirePriority", item.priority.as_deref());
    lines.text("wireCategory", item.category.as_deref());
    lines.text("wireSequence", item.sequence.as_deref());
    lines.text("wireService", item.service.as_deref());
    let mut notes: Vec<String> = Vec::new();
    notes.extend(item.held.as_ref().map(|reason| format!("held: {reason}")));
    notes.extend(item.notes.iter().map(|(kind, text)| format!("{kind}: {text}")));
    notes.extend(missing.iter().map(|href| missing_note(href)));
    // How a later import knows that it has seen these words.
    notes.extend(hash.map(|hash| format!("{HASH_KEY}{hash}")));
    lines.list("notes", &notes);
}

/// The note that says which file has not come yet.
fn missing_note(href: &str) -> String {
    format!("missing: {href}")
}

/// A story's file with an association that came late, in place of the note that it was missing. `None` where there is no such
/// note, or an editor has written the lines anew: then it is theirs.
pub(super) fn with_late(text: &str, href: &str, one: &Association) -> Option<String> {
    let note = quoted(&missing_note(href));
    let notes = text.lines().find(|line| line.starts_with("notes: [") && line.contains(&note))?;
    let kept = notes.replacen(&format!("{note}, "), "", 1).replacen(&format!(", {note}"), "", 1).replacen(&note, "", 1);
    let text = text.replacen(notes, &kept, 1);
    let old = text.lines().take_while(|line| !line.is_empty()).find(|line| line.starts_with("associations:"));
    match old.map(|line| (line, line.strip_suffix(']'))) {
        Some((line, Some(open))) => Some(text.replacen(line, &format!("{open}, {}]", association(one)), 1)),
        Some((_, None)) => None,
        None => Some(text.replacen(&kept, &format!("{kept}\nassociations: [{}]", association(one)), 1)),
    }
}

/// How the note begins that holds the hash of the item's content.
pub(super) const HASH_KEY: &str = "importHash: ";

/// How the note begins that says which part was joined, and holds the hash of what it said.
pub(super) const PART_KEY: &str = "part: ";

/// A story's file with the next part of the story at its end. `replaces` names the part where it had a page of its own. `None` where
/// an editor has written the lines anew.
pub(super) fn with_part(text: &str, number: u32, hash: Hash, body: &str, replaces: Option<&str>) -> Option<String> {
    let end = text.find("\n---\n")?;
    let notes = text[..end].lines().find(|line| line.starts_with("notes: [") && line.ends_with(']'))?;
    let noted = format!("{}, {}]", notes.strip_suffix(']')?, quoted(&format!("{PART_KEY}{number} {hash}")));
    let mut text = text.replacen(notes, &noted, 1);
    if let Some(uri) = replaces {
        let old = text.lines().take_while(|line| !line.is_empty()).find(|line| line.starts_with("replaces:"));
        text = match old.map(|line| (line, line.strip_suffix(']'))) {
            Some((line, Some(open))) => text.replacen(line, &format!("{open}, {}]", quoted(uri)), 1),
            Some((_, None)) => return None,
            None => text.replacen(&noted, &format!("{noted}\nreplaces: [{}]", quoted(uri)), 1),
        };
    }
    Some(format!("{}\n\n{}\n", text.trim_end(), body.trim()))
}

fn association(one: &Association) -> String {
    map(&[
        ("type", Some(&one.kind)),
        ("href", one.href.as_ref()),
        ("caption", one.caption.as_ref()),
        ("by", one.by.as_ref()),
        ("credit", one.credit.as_ref()),
        ("rights", one.rights.as_ref()),
    ])
}

/// A mapping on one line. Keys that come from outside are quoted like values.
fn map(parts: &[(&str, Option<&String>)]) -> String {
    let is_plain = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphabetic());
    let parts = parts.iter().filter_map(|(key, value)| {
        let key = if is_plain(key) { key.to_string() } else { quoted(key) };
        value.map(|value| format!("{key}: {}", quoted(value)))
    });
    format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
}
