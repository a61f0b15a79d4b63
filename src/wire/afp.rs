//! JSON of AFP's Core API: documents with `uno` and the paragraphs of their text in `news`.

use super::item::Format;
use super::json::{Adapted, Keys, objects, text_of};
use super::{Context, Notes, Parsed, body};
use serde_json::{Map, Value};

/// Reads a value of JSON; `None` where it is another format.
pub(super) fn read(value: &Value, context: &Context, notes: &mut Notes, parsed: &mut Parsed) -> Option<()> {
    let places: [&[&str]; 5] =
        [&["response", "docs", "documents"], &["response", "docs"], &["documents"], &["docs"], &[]];
    let items =
        places.into_iter().map(|path| objects(value, path)).find(|items| items.iter().any(|item| is_document(item)))?;
    parsed.format = Some(Format::AfpCore);
    for item in items {
        adapt(item).read(item, context, notes, parsed);
    }
    Some(())
}

fn is_document(item: &Map<String, Value>) -> bool {
    let keys = Keys(item);
    keys.get(&["uno"]).is_some() && ["news", "headline", "product"].iter().any(|key| keys.get(&[*key]).is_some())
}

fn adapt(item: &Map<String, Value>) -> Adapted {
    let keys = Keys(item);
    let mut adapted = Adapted::of(item);
    adapted.set("uri", keys.text(&["uno"]).or_else(|| keys.text(&["guid"])));
    adapted.set("version", keys.text(&["revision"]));
    adapted.set("language", keys.text(&["lang"]));
    adapted.set("headline", keys.text(&["headline"]).or_else(|| keys.text(&["title"])));
    adapted.set("byline", names(&keys, &["byline", "creator"]));
    adapted.set("description_text", keys.list(&["abstract"]).iter().find_map(|one| text_of(one)));
    adapted.set("versioncreated", keys.text(&["updated"]).or_else(|| keys.text(&["published"])));
    adapted.set("firstcreated", keys.text(&["created"]).or_else(|| keys.text(&["published"])));
    adapted.set("slugline", Some(texts(&keys, &["slug"]).join("-")));
    adapted.set("ednote", Some(texts(&keys, &["advisory"]).join(" ")));
    adapted.set("located", keys.text(&["city"]));
    adapted.set("source", keys.text(&["provider", "source"]).or(Some("AFP".to_string())));
    adapted.set("embargoed", keys.text(&["embargo"]));
    // `news` is the class of a text; pictures and video have their own.
    let class = keys.text(&["class", "product"]).unwrap_or_default().to_lowercase();
    let kind = match class.as_str() {
        "photo" | "picture" | "video" | "videography" | "graphic" | "infographie" | "audio" => class.as_str(),
        _ => "text",
    };
    adapted.set("type", Some(kind.to_string()));
    let subjects: Vec<Value> = ["medtop", "iptc"].iter().flat_map(|name| keys.list(&[*name])).cloned().collect();
    adapted.put("subject", Value::Array(subjects));
    adapted.object.remove("news");
    // Each string is a paragraph, with markup or without.
    let paragraphs = texts(&keys, &["news"]);
    adapted.aside.body = Some(body::of_string(&paragraphs.join("\n\n"))).filter(|_| !paragraphs.is_empty());
    adapted
}

fn texts(keys: &Keys<'_>, names: &[&str]) -> Vec<String> {
    keys.list(names).into_iter().filter_map(text_of).collect()
}

fn names(keys: &Keys<'_>, of: &[&str]) -> Option<String> {
    of.iter().map(|name| texts(keys, &[*name]).join(", ")).find(|text| !text.is_empty())
}
