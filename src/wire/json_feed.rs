//! JSON Feed 1 and 1.1: `items` with `content_html` or `content_text`.

use super::item::Format;
use super::json::{Adapted, Keys, objects, version_of};
use super::{Context, Notes, Parsed, WireTime};
use serde_json::{Map, Value, json};

/// Reads a value of JSON; `None` where it is another format.
pub(super) fn read(value: &Value, context: &Context, notes: &mut Notes, parsed: &mut Parsed) -> Option<()> {
    let feed = value.as_object()?;
    Keys(feed).text(&["version"]).filter(|version| version.contains("jsonfeed.org/version/"))?;
    parsed.format = Some(Format::JsonFeed);
    for item in objects(value, &["items"]) {
        adapt(item, &Keys(feed)).read(item, context, notes, parsed);
    }
    if parsed.items.is_empty() {
        notes.skip(parsed, super::Outcome::NotStory, "the feed has no items");
    }
    Some(())
}

fn adapt(item: &Map<String, Value>, feed: &Keys<'_>) -> Adapted {
    let keys = Keys(item);
    let mut adapted = Adapted::of(item);
    let published = keys.text(&["date_published"]);
    let updated = keys.text(&["date_modified"]).or_else(|| published.clone());
    adapted.set("uri", keys.text(&["id"]).or_else(|| keys.text(&["url"])));
    adapted.set("version", version_of(updated.as_deref().and_then(WireTime::parse)));
    adapted.set("versioncreated", updated);
    adapted.set("firstcreated", published);
    adapted.set("type", Some("text".to_string()));
    adapted.set("headline", keys.text(&["title"]));
    adapted.set("language", keys.text(&["language"]).or_else(|| feed.text(&["language"])));
    adapted.set("source", feed.text(&["title"]));
    adapted.set("description_text", keys.text(&["summary"]));
    let mut authors = keys.list(&["authors"]);
    if authors.is_empty() {
        authors = keys.get(&["author"]).into_iter().collect();
    }
    adapted.set("byline", super::json::joined(&authors, "name"));
    adapted.put("keywords", Value::Array(keys.list(&["tags"]).into_iter().cloned().collect()));
    let html = keys.text(&["content_html"]);
    adapted.set("body_text", keys.text(&["content_text"]).filter(|_| html.is_none()));
    adapted.set("body_html", html);
    if adapted.text(&["body_html", "body_text"]).is_none() {
        adapted.set("body_text", keys.text(&["summary"]));
        adapted.aside.is_summary = true;
    }
    let mut media: Vec<Value> = Vec::new();
    media.extend(keys.text(&["image"]).map(|href| json!({"type": "picture", "href": href})));
    for one in keys.list(&["attachments"]) {
        let Some(one) = one.as_object().map(Keys) else { continue };
        let kind = one.text(&["mime_type"]).unwrap_or_default();
        media.push(json!({
            "type": super::feed::media_kind(&kind),
            "href": one.text(&["url"]),
            "description_text": one.text(&["title"]),
        }));
    }
    adapted.put("associations", Value::Array(media));
    adapted
}
