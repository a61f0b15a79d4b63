//! JSON of the AP Media API: the answer for one item, and for a search or a feed. The text is a rendition in NITF, which may be in the
//! same file; an item whose text is elsewhere is kept withheld.

use super::item::Format;
use super::json::{Adapted, Keys, joined, objects, text_of};
use super::{Context, Notes, Parsed};
use crate::diag::Code;
use serde_json::{Map, Value};

/// Reads a value of JSON; `None` where it is another format.
pub(super) fn read(value: &Value, context: &Context, notes: &mut Notes, parsed: &mut Parsed) -> Option<()> {
    let wrapped = [objects(value, &["data", "items"]), objects(value, &["items"]), objects(value, &[])];
    let wrapped = wrapped.into_iter().flatten().filter_map(|one| one.get("item")?.as_object());
    let mut items = objects(value, &["data", "item"]);
    items.extend(wrapped);
    if items.is_empty() {
        items = objects(value, &[]);
    }
    items.retain(|item| is_item(item));
    if items.is_empty() {
        return None;
    }
    parsed.format = Some(Format::ApMedia);
    if let [item] = items.as_slice()
        && let Some(kind) = Keys(item).text(&["type"]).filter(|kind| !kind.eq_ignore_ascii_case("text"))
    {
        let kind = super::text::cut(&super::text::clean(&kind), 40);
        notes.error(
            Code::WireFormat,
            format!("JSON of the AP Media API with nothing but an item of type {kind}: it has no text"),
        );
        return Some(());
    }
    for item in items {
        adapt(item).read(item, context, notes, parsed);
    }
    Some(())
}

/// An identifier of AP's, and a version or a type.
fn is_item(item: &Map<String, Value>) -> bool {
    let keys = Keys(item);
    alt_id(&keys, "itemid").is_some() && (keys.get(&["versioncreated"]).is_some() || keys.get(&["type"]).is_some())
}

fn alt_id(keys: &Keys<'_>, name: &str) -> Option<String> {
    Keys(keys.get(&["altids"])?.as_object()?).text(&[name])
}

fn adapt(item: &Map<String, Value>) -> Adapted {
    let keys = Keys(item);
    let mut adapted = Adapted::of(item);
    adapted.set("uri", alt_id(&keys, "itemid"));
    adapted.set("byline", joined(&keys.list(&["bylines"]), "by"));
    adapted.set("description_text", keys.text(&["description_summary"]));
    adapted.set("usageterms", joined(&keys.list(&["usageterms"]), "text"));
    if let Some(Value::Object(place)) = keys.get(&["datelinelocation"]) {
        let place = Keys(place);
        adapted.set("dateline", place.text(&["city"]).or_else(|| place.text(&["countryname"])));
    }
    // `headline_extended` is the same headline at length, not a second one.
    if let Some(extended) = keys.text(&["headline_extended"]) {
        if keys.text(&["headline"]).is_none() {
            adapted.set("headline", Some(extended));
        } else {
            adapted.aside.notes.push(("extendedHeadline".to_string(), extended));
        }
        adapted.object.remove("headline_extended");
    }
    let nitf = nitf(&keys);
    let is_text = keys.text(&["type"]).is_none_or(|kind| kind.eq_ignore_ascii_case("text"));
    if nitf.is_none() && is_text && !has_body(&keys) {
        let href = rendition(&keys).and_then(|nitf| nitf.text(&["href"]));
        let place = href.map(|href| format!(" `{}`", super::text::cut(&super::text::clean(&href), 120)));
        let place = place.unwrap_or_default();
        adapted.aside.held =
            Some(format!("the text of the item is its NITF rendition{place}, which is not in the file"));
    }
    adapted.set("body_nitf", nitf);
    adapted.object.remove("renditions");
    adapted
}

fn has_body(keys: &Keys<'_>) -> bool {
    keys.0.iter().any(|(key, value)| {
        key.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("body")) && text_of(value).is_some()
    })
}

fn rendition<'v>(keys: &Keys<'v>) -> Option<Keys<'v>> {
    let renditions = Keys(keys.get(&["renditions"])?.as_object()?);
    renditions.get(&["nitf"])?.as_object().map(Keys)
}

/// The text as NITF, where whoever fetched it put it into the item or its rendition.
fn nitf(keys: &Keys<'_>) -> Option<String> {
    let is_nitf = |text: &String| text.contains("<nitf") || text.contains("<body") || text.contains("<p>");
    let inside = rendition(keys).and_then(|nitf| nitf.text(&["content", "value", "body", "text", "data", "nitf"]));
    keys.text(&["body_nitf", "nitf", "story"]).or(inside).filter(is_nitf)
}
