//! dpa's digitalwires: JSON objects with `urn` and `article_html`, alone, in a list, or as `entries` of an answer of the API.

use super::body;
use super::item::Format;
use super::json::{Adapted, Keys, joined, objects, text_of};
use super::{Context, Notes, Parsed};
use serde_json::{Map, Value, json};

/// Reads a value of JSON; `None` where it is another format.
pub(super) fn read(value: &Value, context: &Context, notes: &mut Notes, parsed: &mut Parsed) -> Option<()> {
    let items = [objects(value, &[]), objects(value, &["entries"]), objects(value, &["data"])]
        .into_iter()
        .find(|items| items.iter().any(|item| is_entry(item)))?;
    parsed.format = Some(Format::Digitalwires);
    for item in items {
        adapt(item).read(item, context, notes, parsed);
    }
    Some(())
}

fn is_entry(item: &Map<String, Value>) -> bool {
    let keys = Keys(item);
    let is_named = keys.text(&["format"]).is_some_and(|format| format.starts_with("digitalwires"));
    is_named || (keys.get(&["urn"]).is_some() && keys.get(&["article_html"]).is_some())
}

fn adapt(item: &Map<String, Value>) -> Adapted {
    let keys = Keys(item);
    let mut adapted = Adapted::of(item);
    adapted.set("uri", keys.text(&["urn"]).or_else(|| keys.text(&["entry_id"])));
    adapted.set("versioncreated", keys.text(&["version_created"]).or_else(|| keys.text(&["updated"])));
    adapted.set("firstcreated", keys.text(&["first_created"]));
    adapted.set("body_html", keys.text(&["article_html"]));
    adapted.set("subheadline", keys.text(&["subhead"]));
    adapted.set("description_text", keys.text(&["teaser"]));
    for key in ["notepad", "ednotes", "categories"] {
        adapted.object.remove(key);
    }
    notepad(&keys, &mut adapted);
    ed_notes(&keys, &mut adapted);
    categories(&keys, &mut adapted);
    let pictures: Vec<Value> = keys.list(&["associations"]).iter().filter_map(|one| association(one)).collect();
    adapted.put("associations", Value::Array(pictures));
    adapted
}

/// The notebook is for desks, with its public part, too: it has sources, contacts and plans.
fn notepad(keys: &Keys<'_>, adapted: &mut Adapted) {
    let Some(Value::Object(notepad)) = keys.get(&["notepad"]) else { return };
    for (_, value) in notepad {
        let text = text_of(value).map(|html| body::single(&html)).filter(|text| !text.is_empty());
        adapted.aside.notes.extend(text.map(|text| ("notebook".to_string(), text)));
    }
}

fn ed_notes(keys: &Keys<'_>, adapted: &mut Adapted) {
    let mut instructions: Vec<String> = Vec::new();
    for note in keys.list(&["ednotes"]) {
        let Some(note) = note.as_object().map(Keys) else {
            instructions.extend(text_of(note));
            continue;
        };
        let Some(text) = note.text(&["ednote"]) else { continue };
        let role = note.text(&["role"]).unwrap_or_default().to_ascii_lowercase();
        match role.rsplit(':').next().unwrap_or("") {
            "closingline" => adapted.aside.notes.push(("closingLine".to_string(), text)),
            role if role.contains("embargo") || role.contains("sperrfrist") => {
                instructions.push(format!("embargo: {text}"))
            }
            role if role.contains("correction") => {
                adapted.put("descriptions", json!([{"role": "correction", "value": text}]));
            }
            _ => instructions.push(text),
        }
    }
    adapted.set("ednote", Some(instructions.join(" ")));
}

/// Subjects, key words, places and genres stand in one list.
fn categories(keys: &Keys<'_>, adapted: &mut Adapted) {
    let list = keys.list(&["categories"]);
    let of = |kinds: &[&str]| -> Vec<&Value> {
        let is_of = |one: &&&Value| {
            let kind = one.get("type").and_then(Value::as_str).unwrap_or("");
            kinds.contains(&kind.rsplit(':').next().unwrap_or(kind))
        };
        list.iter().filter(is_of).copied().collect()
    };
    let subjects: Vec<Value> =
        list.iter().filter_map(|one| one.get("qcode")).map(|code| json!({"code": code})).collect();
    adapted.put("subject", Value::Array(subjects));
    let names =
        |kinds: &[&str]| -> Vec<Value> { of(kinds).iter().filter_map(|one| one.get("name")).cloned().collect() };
    adapted.put("keywords", Value::Array(names(&["keyword"])));
    adapted.put("genre", Value::Array(names(&["genre"])));
    // Previews of the desk and notes on its plans.
    let is_notice =
        |one: &&Value| one.get("qcode").and_then(Value::as_str).is_some_and(super::newsml_g2::is_desk_genre);
    if of(&["genre"]).iter().any(is_notice) {
        adapted.set("type", Some("advisory".to_string()));
    }
    adapted.put("place", Value::Array(names(&["geosubject"])));
    adapted.set("category", joined(&of(&["desk"]), "name"));
}

fn association(one: &Value) -> Option<Value> {
    let keys = Keys(one.as_object()?);
    let renditions: Vec<Value> = keys
        .list(&["renditions"])
        .into_iter()
        .filter_map(|one| {
            let rendition = Keys(one.as_object()?);
            let href = rendition.text(&["url", "href"])?;
            Some(json!({"href": href, "width": rendition.text(&["width"])}))
        })
        .collect();
    let caption = keys.text(&["caption"]).or_else(|| keys.text(&["headline"]));
    Some(json!({
        "type": keys.text(&["type"]).unwrap_or_else(|| "image".to_string()),
        "uri": keys.text(&["urn"]),
        "description_text": caption,
        "byline": keys.text(&["creator", "byline"]),
        "creditline": keys.text(&["creditline"]),
        "pubstatus": keys.text(&["pubstatus"]).unwrap_or_else(|| "usable".to_string()),
        "renditions": renditions,
    }))
}
