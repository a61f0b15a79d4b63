//! The feeds of a list: RSS 2.0, Atom and JSON Feed 1.1, each a pure function of one `Feed`.
//!
//! This module does not know which stories belong in a list, nor what time it is: "last changed" is the latest date
//! among what the feed holds, so that the same stories always give the same bytes.

use crate::clock::Timestamp;
use crate::path::push_encoded;
use serde::Serialize;
use std::borrow::Cow;

/// One list of stories, as a feed tells it.
#[derive(Clone, Debug)]
pub struct Feed<'a> {
    /// Name of the list.
    pub title: &'a str,
    /// What the list holds; may be empty.
    pub description: &'a str,
    /// BCP 47 language of the edition.
    pub language: &'a str,
    /// Full address of the list's page; also the id of the Atom feed, because it stays when file names change.
    pub home: &'a str,
    /// Full address of this feed.
    pub url: &'a str,
    /// The WebSub hubs that tell subscribers of changes.
    pub hubs: Vec<&'a str>,
    /// The stories, in the order shown.
    pub entries: Vec<Entry<'a>>,
    /// Stories withdrawn from the list; only Atom has words for them (RFC 6721).
    pub deleted: Vec<Deleted<'a>>,
}

/// A picture as a feed names it.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Full address.
    pub url: String,
    /// Its media type, or empty.
    pub content_type: &'static str,
    /// Width and height in pixels, or 0.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

/// One story in a feed.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The story's identifier, the same across versions and addresses.
    pub uri: &'a str,
    /// Full address of the story's page.
    pub url: &'a str,
    /// Headline, plain text.
    pub headline: &'a str,
    /// Summary, plain text; may be empty.
    pub description: &'a str,
    /// First publication.
    pub published: Timestamp,
    /// Time of the current version.
    pub updated: Timestamp,
    /// Names of the writers; without them the publisher stands as author.
    pub authors: Vec<&'a str>,
    /// Who publishes the story; may be empty.
    pub publisher: &'a str,
    /// Categories by name.
    pub categories: Vec<&'a str>,
    /// The lead picture.
    pub image: Option<Image>,
    /// BCP 47 language of the story.
    pub language: &'a str,
}

/// A story that has left the feed for good.
#[derive(Clone, Copy, Debug)]
pub struct Deleted<'a> {
    /// The identifier the story had in the feed.
    pub uri: &'a str,
    /// When it was withdrawn.
    pub when: Timestamp,
}

impl Feed<'_> {
    /// When the feed last changed, by its own contents; the epoch if it is empty.
    fn updated(&self) -> Timestamp {
        let entries = self.entries.iter().map(|entry| entry.updated);
        let deleted = self.deleted.iter().map(|deleted| deleted.when);
        entries.chain(deleted).max().unwrap_or(Timestamp::EPOCH)
    }
}

impl<'a> Entry<'a> {
    /// The writers, or else the publisher, if it has a name.
    fn authors(&self) -> impl Iterator<Item = &'a str> + '_ {
        let publisher = (self.authors.is_empty() && !self.publisher.is_empty()).then_some(self.publisher);
        self.authors.iter().copied().chain(publisher)
    }
}

/// Appends the RSS 2.0 feed.
///
/// RSS knows authors only by e-mail address, so names go into Dublin Core's `creator`; a picture goes into Media RSS,
/// because `enclosure` demands a length in bytes.
pub fn rss(feed: &Feed<'_>, out: &mut Vec<u8>) {
    push(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"",
    );
    push(
        out,
        " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n",
    );
    push_element(out, "title", feed.title);
    push_element(out, "link", feed.home);
    push_element(out, "description", feed.description);
    push_unless_empty(out, "language", feed.language);
    if !feed.entries.is_empty() {
        push_element(out, "lastBuildDate", &feed.updated().rfc2822());
    }
    push_tag(out, "atom:link", &[("rel", "self"), ("type", "application/rss+xml"), ("href", feed.url)]);
    for hub in &feed.hubs {
        push_tag(out, "atom:link", &[("rel", "hub"), ("href", hub)]);
    }
    for entry in &feed.entries {
        push(out, "<item>\n");
        push_element(out, "title", entry.headline);
        push_element(out, "link", entry.url);
        // The address may change, the uri does not; it is no link.
        push(out, "<guid isPermaLink=\"false\">");
        push_text(out, entry.uri);
        push(out, "</guid>\n");
        push_element(out, "pubDate", &entry.published.rfc2822());
        push_unless_empty(out, "description", entry.description);
        for author in entry.authors() {
            push_element(out, "dc:creator", author);
        }
        push_unless_empty(out, "dc:publisher", entry.publisher);
        if entry.language != feed.language {
            push_unless_empty(out, "dc:language", entry.language);
        }
        for category in &entry.categories {
            push_element(out, "category", category);
        }
        push_image(out, entry.image.as_ref());
        push(out, "</item>\n");
    }
    push(out, "</channel>\n</rss>\n");
}

/// Appends the Atom feed (RFC 4287), with the marks of withdrawn stories (RFC 6721).
pub fn atom(feed: &Feed<'_>, out: &mut Vec<u8>) {
    push(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    push(out, " xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"");
    push_attributes(out, &[("xml:lang", feed.language)]);
    push(out, ">\n");
    push_element(out, "title", feed.title);
    push_unless_empty(out, "subtitle", feed.description);
    push_element(out, "id", &atom_id(feed.home));
    push_tag(out, "link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", feed.url)]);
    push_tag(out, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", feed.home)]);
    for hub in &feed.hubs {
        push_tag(out, "link", &[("rel", "hub"), ("href", hub)]);
    }
    push_element(out, "updated", &feed.updated().to_string());
    // Atom wants an author for each entry; this one covers entries that name nobody.
    push_author(out, feed.title);
    for entry in &feed.entries {
        push(out, "<entry");
        if entry.language != feed.language {
            push_attributes(out, &[("xml:lang", entry.language)]);
        }
        push(out, ">\n");
        push_element(out, "title", entry.headline);
        push_element(out, "id", &atom_id(entry.uri));
        push_tag(out, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", entry.url)]);
        push_element(out, "published", &entry.published.to_string());
        push_element(out, "updated", &entry.updated.to_string());
        for author in entry.authors() {
            push_author(out, author);
        }
        for category in &entry.categories {
            push_tag(out, "category", &[("term", category)]);
        }
        push_unless_empty(out, "summary", entry.description);
        push_image(out, entry.image.as_ref());
        push(out, "</entry>\n");
    }
    for deleted in &feed.deleted {
        push_tag(out, "at:deleted-entry", &[("ref", &atom_id(deleted.uri)), ("when", &deleted.when.to_string())]);
    }
    push(out, "</feed>\n");
}

/// Appends the JSON Feed, version 1.1.
pub fn json(feed: &Feed<'_>, out: &mut Vec<u8>) {
    let items = feed.entries.iter().map(|entry| JsonItem {
        id: entry.uri,
        url: entry.url,
        title: entry.headline,
        // Every item must have a content; a story without summary has at least its headline.
        content_text: if entry.description.is_empty() { entry.headline } else { entry.description },
        image: entry.image.as_ref().map(|image| image.url.as_str()),
        date_published: entry.published.to_string(),
        date_modified: entry.updated.to_string(),
        authors: entry.authors().map(|name| JsonAuthor { name }).collect(),
        tags: &entry.categories,
        language: entry.language,
    });
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: feed.title,
        home_page_url: feed.home,
        feed_url: feed.url,
        description: feed.description,
        language: feed.language,
        hubs: feed.hubs.iter().map(|url| JsonHub { kind: "WebSub", url }).collect(),
        items: items.collect(),
    };
    // Writing to memory does not fail, and every key is a string.
    serde_json::to_writer(&mut *out, &feed).expect("strings become JSON");
    out.push(b'\n');
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'a str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<JsonHub<'a>>,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonHub<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<JsonAuthor<'a>>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    tags: &'a [&'a str],
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
}

#[derive(Serialize)]
struct JsonAuthor<'a> {
    name: &'a str,
}

/// An Atom id is an IRI with a scheme. A uri that is one stays as it is; one without a scheme (`170629-99-43475`) or
/// with characters that no IRI has (blanks) becomes `urn:x-dateline:` with the uri percent-encoded.
///
/// The form names no host, so that ids live through a move of the site.
fn atom_id(uri: &str) -> Cow<'_, str> {
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "<>\"{}|\\^`".contains(c);
    let has_scheme = uri.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.is_empty()
    });
    if has_scheme && !uri.contains(forbidden) {
        return Cow::Borrowed(uri);
    }
    let mut id = "urn:x-dateline:".to_string();
    push_encoded(&mut id, uri);
    Cow::Owned(id)
}

fn push_author(out: &mut Vec<u8>, name: &str) {
    push(out, "<author><name>");
    push_text(out, name);
    push(out, "</name></author>\n");
}

fn push_image(out: &mut Vec<u8>, image: Option<&Image>) {
    let Some(Image { url, content_type, width, height }) = image else { return };
    let (width, height) = (width.to_string(), height.to_string());
    let mut attributes = vec![("url", url.as_str()), ("medium", "image")];
    if !content_type.is_empty() {
        attributes.push(("type", content_type));
    }
    if width != "0" && height != "0" {
        attributes.extend([("width", width.as_str()), ("height", height.as_str())]);
    }
    push_tag(out, "media:content", &attributes);
}

fn push_unless_empty(out: &mut Vec<u8>, name: &str, text: &str) {
    if !text.is_empty() {
        push_element(out, name, text);
    }
}

/// Appends `<name>text</name>` and a line end.
pub(super) fn push_element(out: &mut Vec<u8>, name: &str, text: &str) {
    push(out, "<");
    push(out, name);
    push(out, ">");
    push_text(out, text);
    push(out, "</");
    push(out, name);
    push(out, ">\n");
}

/// Appends an empty element with attributes, and a line end.
fn push_tag(out: &mut Vec<u8>, name: &str, attributes: &[(&str, &str)]) {
    push(out, "<");
    push(out, name);
    push_attributes(out, attributes);
    push(out, "/>\n");
}

fn push_attributes(out: &mut Vec<u8>, attributes: &[(&str, &str)]) {
    for (name, value) in attributes {
        push(out, " ");
        push(out, name);
        push(out, "=\"");
        push_text(out, value);
        push(out, "\"");
    }
}

/// Appends text, escaped for content and attributes alike, without the characters that XML 1.0 cannot hold in any form.
fn push_text(out: &mut Vec<u8>, text: &str) {
    let forbidden =
        |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    let text = if text.contains(forbidden) { Cow::Owned(text.replace(forbidden, "")) } else { Cow::Borrowed(text) };
    push(out, &quick_xml::escape::escape(text));
}

/// Appends markup as it stands.
pub(super) fn push(out: &mut Vec<u8>, markup: &str) {
    out.extend_from_slice(markup.as_bytes());
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use quick_xml::events::{BytesStart, Event};

    /// Text as an enemy would write it.
    pub(in super::super) const HOSTILE: &str =
        "</script><script>alert('x')]]> & \"q\" \u{0}\u{b}\u{7f}\u{ffff}🚀 عاجل <!-- ]]>";
    /// What is left of it once the characters that XML forbids are gone.
    pub(in super::super) const HARMLESS: &str = "</script><script>alert('x')]]> & \"q\" 🚀 عاجل <!-- ]]>";

    fn hostile_feed() -> Feed<'static> {
        let entry = Entry {
            uri: HOSTILE,
            url: "https://example.org/a?b=1&c=2",
            headline: HOSTILE,
            description: HOSTILE,
            published: Timestamp::from_millis(1_000_000),
            updated: Timestamp::from_millis(5_000_000),
            authors: vec![HOSTILE, "Ana"],
            publisher: HOSTILE,
            categories: vec![HOSTILE, "Politics"],
            image: Some(Image {
                url: "https://example.org/\"><x>.jpg".to_string(),
                content_type: "image/jpeg",
                width: 1200,
                height: 630,
            }),
            language: "ar",
        };
        let bare = Entry {
            uri: "urn:newsml:dpa.com:20090101:1",
            description: "",
            authors: vec![],
            publisher: "Agency",
            categories: vec![],
            image: None,
            language: "en",
            ..entry.clone()
        };
        Feed {
            title: HOSTILE,
            description: HOSTILE,
            language: "en",
            home: "https://example.org/",
            url: "https://example.org/feed.xml",
            hubs: vec!["https://hub.example.org/?a&b"],
            entries: vec![entry, bare],
            deleted: vec![Deleted { uri: "170629 99", when: Timestamp::from_millis(9_000_000) }],
        }
    }

    /// Reads well-formed XML back as lines of `path attribute=value` and `path text`.
    pub(in super::super) fn read(bytes: &[u8]) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes).unwrap());
        let (mut path, mut text, mut lines) = (Vec::new(), String::new(), Vec::new());
        let attributes = |tag: &BytesStart<'_>, path: &[String], lines: &mut Vec<String>| {
            for attribute in tag.attributes() {
                let attribute = attribute.unwrap();
                let value = quick_xml::escape::unescape(&attribute.value).unwrap();
                lines.push(format!("{} {}={value}", path.join("/"), attribute.key.as_ref()));
            }
        };
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) => {
                    text.clear();
                    path.push(tag.name().as_ref().to_string());
                    attributes(&tag, &path, &mut lines);
                }
                Event::Empty(tag) => {
                    path.push(tag.name().as_ref().to_string());
                    attributes(&tag, &path, &mut lines);
                    path.pop();
                }
                Event::Text(part) => text.push_str(&part),
                Event::GeneralRef(name) => {
                    text.push_str(&quick_xml::escape::unescape(&format!("&{};", &*name)).unwrap());
                }
                Event::End(_) => {
                    if !text.trim().is_empty() {
                        lines.push(format!("{} {text}", path.join("/")));
                    }
                    text.clear();
                    path.pop();
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(path.is_empty(), "{path:?}");
        lines
    }

    fn check(bytes: &[u8], expected: &[&str]) {
        let lines = read(bytes);
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line}\nis not in\n{}", lines.join("\n"));
        }
    }

    #[test]
    fn rss_survives_hostile_text() {
        let mut out = Vec::new();
        rss(&hostile_feed(), &mut out);
        check(
            &out,
            &[
                &format!("rss/channel/title {HARMLESS}"),
                "rss/channel/atom:link rel=self",
                "rss/channel/atom:link rel=hub",
                "rss/channel/atom:link href=https://hub.example.org/?a&b",
                "rss/channel/lastBuildDate Thu, 01 Jan 1970 02:30:00 +0000",
                "rss/channel/item/link https://example.org/a?b=1&c=2",
                "rss/channel/item/guid isPermaLink=false",
                &format!("rss/channel/item/guid {HARMLESS}"),
                &format!("rss/channel/item/description {HARMLESS}"),
                &format!("rss/channel/item/dc:creator {HARMLESS}"),
                "rss/channel/item/dc:creator Agency",
                "rss/channel/item/dc:language ar",
                "rss/channel/item/media:content url=https://example.org/\"><x>.jpg",
            ],
        );
    }

    #[test]
    fn atom_survives_hostile_text_and_tells_of_withdrawals() {
        let mut out = Vec::new();
        atom(&hostile_feed(), &mut out);
        check(
            &out,
            &[
                "feed xml:lang=en",
                "feed/id https://example.org/",
                "feed/link rel=hub",
                "feed/link href=https://hub.example.org/?a&b",
                "feed/updated 1970-01-01T02:30:00Z",
                "feed/entry xml:lang=ar",
                &format!("feed/entry/title {HARMLESS}"),
                "feed/entry/published 1970-01-01T00:16:40Z",
                "feed/entry/updated 1970-01-01T01:23:20Z",
                &format!("feed/entry/category term={HARMLESS}"),
                "feed/entry/id urn:newsml:dpa.com:20090101:1",
                "feed/entry/author/name Agency",
                "feed/at:deleted-entry ref=urn:x-dateline:170629%2099",
                "feed/at:deleted-entry when=1970-01-01T02:30:00Z",
            ],
        );
    }

    #[test]
    fn json_feed_survives_hostile_text() {
        let mut out = Vec::new();
        json(&hostile_feed(), &mut out);
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(value["title"], HOSTILE);
        assert_eq!(value["hubs"], serde_json::json!([{ "type": "WebSub", "url": "https://hub.example.org/?a&b" }]));
        assert_eq!(value["items"][0]["content_text"], HOSTILE);
        assert_eq!(value["items"][0]["tags"][1], "Politics");
        assert_eq!(value["items"][0]["date_published"], "1970-01-01T00:16:40Z");
        // A story without summary and writers still has a content and an author.
        assert_eq!(value["items"][1]["content_text"], HOSTILE);
        assert_eq!(value["items"][1]["authors"][0]["name"], "Agency");
        assert_eq!(value["items"][1].get("image"), None);
    }

    #[test]
    fn an_empty_feed_is_a_feed() {
        let feed = Feed { entries: vec![], deleted: vec![], ..hostile_feed() };
        let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
        rss(&feed, &mut one);
        assert!(!read(&one).iter().any(|line| line.contains("lastBuildDate")), "nothing has a date");
        atom(&feed, &mut two);
        check(&two, &["feed/updated 1970-01-01T00:00:00Z", &format!("feed/author/name {HARMLESS}")]);
        json(&feed, &mut three);
        let value: serde_json::Value = serde_json::from_slice(&three).unwrap();
        assert_eq!(value["items"], serde_json::json!([]));
    }

    #[test]
    fn atom_ids_are_iris() {
        for (uri, id) in [
            ("urn:newsml:dpa.com:20090101:170629-99-43475", "urn:newsml:dpa.com:20090101:170629-99-43475"),
            ("https://example.org/خبر", "https://example.org/خبر"),
            ("170629-99-43475", "urn:x-dateline:170629-99-43475"),
            ("nL1N0A:", "urn:x-dateline:nL1N0A%3A"),
            ("2009:x", "urn:x-dateline:2009%3Ax"),
            ("tag:a b", "urn:x-dateline:tag%3Aa%20b"),
        ] {
            assert_eq!(atom_id(uri), id, "{uri}");
        }
    }
}
