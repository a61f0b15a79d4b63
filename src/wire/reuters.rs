//! JSON of Reuters Connect: the answer of its content API for one item or several, with the text as XHTML in a string.

use super::body;
use super::item::Format;
use super::json::{Adapted, Keys, objects};
use super::{Context, Notes, Parsed, xml};
use serde_json::{Map, Value};

/// Reads a value of JSON; `None` where it is another format.
pub(super) fn read(value: &Value, context: &Context, notes: &mut Notes, parsed: &mut Parsed) -> Option<()> {
    let places: [&[&str]; 6] =
        [&["data", "item"], &["data", "items"], &["data", "search", "items"], &["item"], &["items"], &[]];
    let items =
        places.into_iter().map(|path| objects(value, path)).find(|items| items.iter().any(|item| is_item(item)))?;
    parsed.format = Some(Format::ReutersConnect);
    for item in items {
        adapt(item).read(item, context, notes, parsed);
    }
    Some(())
}

/// Names that no other format writes so.
fn is_item(item: &Map<String, Value>) -> bool {
    item.contains_key("uri")
        && ["bodyXhtml", "bodyXhtmlRich", "headLine", "versionedGuid"].iter().any(|key| item.contains_key(*key))
}

fn adapt(item: &Map<String, Value>) -> Adapted {
    let keys = Keys(item);
    let mut adapted = Adapted::of(item);
    let guid = keys.text(&["versionedGuid"]);
    let numbered = guid.as_deref().or(item.get("uri").and_then(Value::as_str)).and_then(split_version);
    if let Some((base, version)) = numbered {
        adapted.set("version", keys.text(&["version"]).or(Some(version.to_string())));
        adapted.set("uri", Some(base.to_string()));
    }
    adapted.set("slugline", keys.text(&["slug"]).map(|slug| slug.trim_end_matches('/').to_string()));
    adapted.set("description_text", keys.text(&["intro"]).or_else(|| keys.text(&["fragment"])));
    let text = keys.text(&["bodyXhtmlRich", "bodyXhtml"]);
    // It is XML, so `<title/>` is whole. What is not XML is read as any HTML.
    let read = text.as_deref().and_then(|text| xml::parse(text.trim()).ok().map(|own| body::of_element(&own.root)));
    adapted.aside.body = read;
    if adapted.aside.body.is_none() {
        adapted.set("body_html", text);
    }
    adapted
}

/// `tag:reuters.com,2026:newsml_KBN1:2` is version 2 of what stands before the number.
fn split_version(guid: &str) -> Option<(&str, &str)> {
    let (base, version) = guid.rsplit_once(':')?;
    let is_number = !version.is_empty() && version.len() <= 9 && version.bytes().all(|b| b.is_ascii_digit());
    (is_number && base.contains("newsml")).then_some((base, version))
}
