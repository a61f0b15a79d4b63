//! Web feeds: RSS 2.0 and 1.0, Atom. Items with their full text are stories; one with a summary alone is kept withheld.
//!
//! An item is known by its `guid` or `id`. Feeds count no versions, so the time of the last change makes the number.

use super::account::{self, Source};
use super::body::{self, Body};
use super::dom::{Element, Node};
use super::json::{Adapted, Keys, version_of};
use super::{Context, Notes, Outcome, Parsed, WireTime, ninjs};
use crate::diag::Code;
use serde_json::{Value, json};

/// The most authors of a feed that stand for the author of an entry.
const AUTHORS: usize = 20;

/// Reads a feed.
pub(super) fn read(root: &Element<'_>, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let channel = root.child("channel").unwrap_or(root);
    let mut count = 0;
    let feed = Feed::read(channel, notes);
    for element in root.elements().chain(channel.elements().filter(|_| !std::ptr::eq(channel, root))) {
        let mut adapted = match element.name.as_ref() {
            "item" => rss(element, &feed),
            "entry" => atom(element, &feed),
            "deleted-entry" => deleted(element),
            _ => continue,
        };
        count += 1;
        if let Some(other) = second_text(element, &adapted) {
            notes.error(
                Code::WireFormat,
                format!(
                    "an item in <{}> has a text in <{other}> beside its content; which one is the story is in doubt",
                    root.name
                ),
            );
            continue;
        }
        extensions(element, &mut adapted);
        let from = parsed.items.len();
        ninjs::read_item(&Keys(&adapted.object), adapted.aside, context, notes, parsed);
        account::balance(Source::Xml(element, root), from, notes, parsed);
    }
    if count == 0 {
        notes.skip(parsed, Outcome::NotStory, "the feed has no items");
    }
}

/// What a feed says for all of its entries. It is read once: an entry that looked for it itself would go over all the others.
struct Feed {
    title: Option<String>,
    language: Option<String>,
    rights: Option<String>,
    authors: Vec<String>,
}

impl Feed {
    fn read(channel: &Element<'_>, notes: &mut Notes) -> Feed {
        let mut authors = authors(channel);
        // More than this are the staff of the house, and no byline.
        if authors.len() > AUTHORS {
            authors.clear();
            let message =
                format!("the feed has more than {AUTHORS} authors; entries without an author of their own have none");
            notes.note(Code::WireDropped, message);
        }
        Feed {
            title: channel.text_of("title"),
            language: channel.attribute("lang").map(str::to_string).or_else(|| channel.text_of("language")),
            rights: channel.text_of("copyright").or_else(|| channel.text_of("rights")),
            authors,
        }
    }
}

/// The names in the `author` elements of a feed or an entry of Atom.
fn authors(of: &Element<'_>) -> Vec<String> {
    of.all("author").filter_map(|author| author.text_of("name").or_else(|| author.text())).collect()
}

/// The name of an element of a vendor's own with a text that is longer than the one of the item.
fn second_text(item: &Element<'_>, adapted: &Adapted) -> Option<&'static str> {
    let own = adapted.aside.body.iter().flat_map(|body| &body.blocks).map(|block| block.plain().len()).sum::<usize>();
    let parts = item.elements().filter(|part| !is_content(part));
    let longest = parts
        .filter_map(|part| part.find("body").or_else(|| part.find("fulltext")))
        .filter_map(Element::text)
        .map(|text| text.len())
        .max()?;
    (longest > own.saturating_mul(2).max(200)).then_some("body")
}

/// Elements of the feed's own for title, summary and text.
fn is_content(element: &Element<'_>) -> bool {
    matches!(element.name.as_ref(), "content" | "encoded" | "description" | "summary" | "title" | "body" | "group")
}

/// Status and schedule in elements of a vendor's own, such as `wp:status` in an export of WordPress.
fn extensions(item: &Element<'_>, adapted: &mut Adapted) {
    for part in item.elements().filter(|part| !is_content(part)) {
        let mut texts = vec![part];
        texts.extend(part.elements());
        for element in texts.into_iter().filter(|element| element.elements().next().is_none()) {
            if super::hold::is_key(&element.name) && !adapted.object.contains_key(element.name.as_ref()) {
                adapted.set(&element.name, element.text());
            }
        }
    }
    // What is protected by a password is not for all.
    if item.text_of("post_password").is_some() {
        adapted.put("private", Value::Bool(true));
    }
    if item.text_of("post_type").is_some_and(|kind| !matches!(kind.as_str(), "post" | "page")) {
        adapted.set("type", Some("component".to_string()));
    }
}

/// The kind of an association, by the media type of its file.
pub(super) fn media_kind(media_type: &str) -> &'static str {
    match media_type.split('/').next().unwrap_or("") {
        "video" => "video",
        "audio" => "audio",
        "image" | "" => "picture",
        _ => "other",
    }
}

/// What both kinds of feeds have, once each part is found.
#[derive(Default)]
struct Entry {
    uri: Option<String>,
    title: Option<String>,
    authors: Vec<String>,
    published: Option<String>,
    updated: Option<String>,
    summary: Option<String>,
    keywords: Vec<String>,
    media: Vec<Value>,
    rights: Option<String>,
    language: Option<String>,
    source: Option<String>,
    is_draft: bool,
}

impl Entry {
    fn adapt(self, text: Option<Body>) -> Adapted {
        let mut adapted = Adapted::default();
        let updated = self.updated.or_else(|| self.published.clone());
        adapted.set("uri", self.uri);
        adapted.set("type", Some("text".to_string()));
        adapted.set("version", version_of(updated.as_deref().and_then(WireTime::parse)));
        adapted.set("versioncreated", updated);
        adapted.set("firstcreated", self.published.clone());
        // A publication after the version is one to come.
        adapted.set("published", self.published);
        adapted.set("headline", self.title);
        adapted.set("byline", Some(self.authors.join(", ")));
        adapted.set("source", self.source);
        adapted.set("language", self.language);
        adapted.set("copyrightnotice", self.rights);
        adapted.put("keywords", json!(self.keywords));
        adapted.put("associations", Value::Array(self.media));
        if self.is_draft {
            adapted.put("draft", Value::Bool(true));
        }
        match text.filter(|body| body.blocks.iter().any(|block| !block.is_empty())) {
            Some(body) => {
                adapted.set("description_text", self.summary.map(|html| body::single(&html)));
                adapted.aside.body = Some(body);
            }
            None => {
                adapted.aside.body = self.summary.as_deref().map(body::of_string);
                adapted.aside.is_summary = true;
            }
        }
        adapted
    }
}

fn rss(item: &Element<'_>, feed: &Feed) -> Adapted {
    let date = |names: &[&str]| names.iter().find_map(|name| item.text_of(name)).map(|text| moment(&text));
    let link = item.text_of("link").or_else(|| item.attribute("about").map(str::to_string));
    let mut entry = Entry {
        uri: item.text_of("guid").or_else(|| item.attribute("about").map(str::to_string)).or(link),
        title: item.text_of("title"),
        published: date(&["pubDate", "date", "issued"]),
        updated: date(&["updated", "modified"]),
        // `text_of` joins words; the markup in the string must stay.
        summary: item.child("description").map(Element::raw_text).filter(|text| !text.trim().is_empty()),
        rights: item.text_of("rights").or_else(|| feed.rights.clone()),
        language: item.text_of("language").or_else(|| feed.language.clone()),
        source: feed.title.clone(),
        ..Entry::default()
    };
    entry.authors.extend(item.all("creator").filter_map(Element::text));
    if entry.authors.is_empty() {
        entry.authors.extend(item.text_of("author").map(|author| person(&author)));
    }
    entry.keywords.extend(item.all("category").filter_map(Element::text));
    for enclosure in item.all("enclosure") {
        entry.media.extend(medium(enclosure.attribute("url"), enclosure.attribute("type"), None));
    }
    // Media RSS has a `content`, too: a file with an address.
    let groups = item.all("group").chain(std::iter::once(item));
    for content in groups.flat_map(|group| group.all("content").filter(|content| content.attribute("url").is_some())) {
        let caption = ["description", "title", "text"].iter().find_map(|name| content.text_of(name));
        let kind = content.attribute("type").or_else(|| content.attribute("medium"));
        entry.media.extend(medium(content.attribute("url"), kind, caption));
    }
    let full = item.child("encoded").or_else(|| item.child("body")).or_else(|| item.child("full-text"));
    let text = full.map(|full| match full.elements().next() {
        Some(_) => body::of_element(full),
        None => body::of_string(&full.raw_text()),
    });
    entry.adapt(text)
}

fn atom(item: &Element<'_>, feed: &Feed) -> Adapted {
    let links: Vec<&Element<'_>> = item.all("link").collect();
    let href = |rel: &str| {
        links
            .iter()
            .find(|link| link.attribute("rel").unwrap_or("alternate") == rel)
            .and_then(|link| link.attribute("href"))
            .map(str::to_string)
    };
    let mut entry = Entry {
        uri: item.text_of("id").or_else(|| href("alternate")),
        title: item.child("title").map(|title| body::single(&title.raw_text())),
        authors: authors(item),
        published: item.text_of("published").map(|text| moment(&text)),
        updated: item.text_of("updated").map(|text| moment(&text)),
        summary: item.child("summary").map(markup),
        rights: item.text_of("rights").or_else(|| feed.rights.clone()),
        language: item.attribute("lang").map(str::to_string).or_else(|| feed.language.clone()),
        source: item.child("source").and_then(|source| source.text_of("title")).or_else(|| feed.title.clone()),
        is_draft: item.path(&["control", "draft"]).and_then(Element::text).is_some_and(|raw| raw == "yes"),
        ..Entry::default()
    };
    if entry.authors.is_empty() {
        entry.authors.clone_from(&feed.authors);
    }
    let term = |one: &Element<'_>| one.attribute("label").or_else(|| one.attribute("term")).map(str::to_string);
    entry.keywords.extend(item.all("category").filter_map(term));
    for link in links.iter().filter(|link| link.attribute("rel") == Some("enclosure")) {
        let title = link.attribute("title").map(str::to_string);
        entry.media.extend(medium(link.attribute("href"), link.attribute("type"), title));
    }
    let content = item.all("content").find(|content| content.attribute("src").is_none());
    let text = content.map(|content| match content.attribute("type").unwrap_or("text") {
        "xhtml" => body::of_element(content),
        _ if content.elements().next().is_some() => body::of_element(content),
        _ => body::of_string(&content.raw_text()),
    });
    entry.adapt(text)
}

/// An entry that its feed took back (RFC 6721).
fn deleted(element: &Element<'_>) -> Adapted {
    let mut adapted = Adapted::default();
    let when = element.attribute("when").map(moment);
    adapted.set("uri", element.attribute("ref").map(str::to_string));
    adapted.set("type", Some("text".to_string()));
    adapted.set("pubstatus", Some("canceled".to_string()));
    adapted.set("version", version_of(when.as_deref().and_then(WireTime::parse)));
    adapted.set("versioncreated", when);
    adapted.set("ednote", element.text_of("comment"));
    adapted
}

/// The text of a construct that may be XHTML.
fn markup(element: &Element<'_>) -> String {
    let has_elements = element.children.iter().any(|node| matches!(node, Node::Element(_)));
    if has_elements { element.text().unwrap_or_default() } else { element.raw_text() }
}

/// RSS writes times as mail does; both kinds of feeds are full of the other's.
pub(super) fn moment(text: &str) -> String {
    let text = text.trim();
    match jiff::fmt::rfc2822::parse(text) {
        Ok(time) => time.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Err(_) => text.to_string(),
    }
}

/// `desk@wire.example (Ada Moss)`: the name, and never the address.
fn person(author: &str) -> String {
    match author.split_once('(') {
        Some((_, name)) => name.trim_end_matches(')').trim().to_string(),
        None if author.contains('@') => String::new(),
        None => author.to_string(),
    }
}

fn medium(href: Option<&str>, kind: Option<&str>, caption: Option<String>) -> Option<Value> {
    Some(json!({"type": media_kind(kind.unwrap_or("")), "href": href?, "description_text": caption}))
}
