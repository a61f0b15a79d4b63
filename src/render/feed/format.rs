//! The feeds of a list: RSS 2.0, Atom and JSON Feed 1.1, each a pure function of one `Feed`.
//!
//! This module does not know which stories belong in a list, nor what time it is: "last changed" is the latest date
//! among what the feed holds, so that the same stories always give the same bytes.

use crate::clock::Timestamp;
use crate::render::xml::{push, push_attributes, push_element, push_tag, push_text, urn};
use crate::story::Sponsor;
use serde::Serialize;
use std::borrow::Cow;

/// One list of stories, as a feed shows it.
#[derive(Clone, Debug)]
pub(super) struct Feed<'a> {
    /// Name of the list.
    pub(super) title: &'a str,
    /// What the list holds; may be empty.
    pub(super) description: &'a str,
    /// BCP 47 language of the edition.
    pub(super) language: &'a str,
    /// Id of the Atom feed.
    pub(super) id: &'a str,
    /// Full address of the list's page.
    pub(super) home: &'a str,
    /// Full address of this feed.
    pub(super) url: &'a str,
    /// The word that marks sponsored stories, and what separates it from the headline: `Sponsored` and `:`.
    pub(super) sponsored: (&'a str, &'a str),
    /// The WebSub hubs that notify subscribers of changes.
    pub(super) hubs: Vec<&'a str>,
    /// The stories, in the order shown.
    pub(super) entries: Vec<Entry<'a>>,
    /// Stories withdrawn from the list; only Atom has words for them (RFC 6721).
    pub(super) deleted: Vec<Deleted<'a>>,
}

/// A picture as a feed names it.
#[derive(Clone, Debug, Default)]
pub(in crate::render) struct Image {
    /// Full address.
    pub(in crate::render) url: String,
    /// Its media type, or empty.
    pub(in crate::render) content_type: &'static str,
    /// Width and height in pixels, or 0.
    pub(in crate::render) width: u32,
    /// See `width`.
    pub(in crate::render) height: u32,
}

/// Audio or video of a story.
#[derive(Clone, Debug, Default)]
pub(super) struct Enclosure {
    /// Full address.
    pub(super) url: String,
    /// Its media type.
    pub(super) content_type: &'static str,
    /// Its length in bytes, where it is known.
    pub(super) length: Option<u64>,
    /// What is heard or seen; may be empty.
    pub(super) title: String,
}

/// One story in a feed.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    /// The story's identifier, the same across versions and addresses.
    pub(super) uri: &'a str,
    /// Full address of the story's page.
    pub(super) url: &'a str,
    /// Headline, plain text.
    pub(super) headline: &'a str,
    /// Summary, plain text; may be empty.
    pub(super) description: &'a str,
    /// First publication.
    pub(super) published: Timestamp,
    /// Time of the current version.
    pub(super) updated: Timestamp,
    /// Names of the writers; without them the publisher stands as author.
    pub(super) authors: Vec<&'a str>,
    /// Who publishes the story; may be empty.
    pub(super) publisher: &'a str,
    /// Categories by name.
    pub(super) categories: Vec<&'a str>,
    /// The whole text as HTML, where the feed has whole texts; else empty.
    pub(super) html: &'a str,
    /// Its audio and video.
    pub(super) enclosures: &'a [Enclosure],
    /// The lead picture.
    pub(super) image: Option<Image>,
    /// BCP 47 language of the story.
    pub(super) language: &'a str,
    /// Who paid for it.
    pub(super) sponsor: Option<&'a Sponsor>,
}

/// A story that has left the feed for good.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deleted<'a> {
    /// The identifier the story had in the feed.
    pub(super) uri: &'a str,
    /// When it was withdrawn.
    pub(super) when: Timestamp,
}

impl Feed<'_> {
    /// The headline of an entry, marked where it is sponsored: many readers show nothing else in their lists.
    fn headline<'e>(&self, entry: &Entry<'e>) -> Cow<'e, str> {
        match (entry.sponsor, self.sponsored) {
            (Some(_), (word, mark)) => Cow::Owned(format!("{word}{mark} {}", entry.headline)),
            (None, _) => Cow::Borrowed(entry.headline),
        }
    }

    /// The categories of an entry, that it is sponsored among them.
    fn categories<'e>(&'e self, entry: &'e Entry) -> Vec<&'e str> {
        let sponsored = entry.sponsor.map(|_| self.sponsored.0);
        sponsored.into_iter().chain(entry.categories.iter().copied()).collect()
    }

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
/// RSS knows authors only by e-mail address, so names go into Dublin Core's `creator`; a picture goes into Media RSS, because readers
/// take an `enclosure` for what is to be played. They take one of them, so further audio and video go into Media RSS too.
pub(super) fn rss(feed: &Feed<'_>, out: &mut Vec<u8>) {
    push(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"",
    );
    push(out, " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"");
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
        push_element(out, "title", &feed.headline(entry));
        push_element(out, "link", entry.url);
        // The address may change, the uri does not; it is not a link.
        push(out, "<guid isPermaLink=\"false\">");
        push_text(out, entry.uri);
        push(out, "</guid>\n");
        push_element(out, "pubDate", &entry.published.rfc2822());
        push_unless_empty(out, "description", entry.description);
        push_unless_empty(out, "content:encoded", entry.html);
        for author in entry.authors() {
            push_element(out, "dc:creator", author);
        }
        push_unless_empty(out, "dc:publisher", entry.publisher);
        if let Some(sponsor) = entry.sponsor {
            push_element(out, "dc:contributor", &sponsor.name);
        }
        if entry.language != feed.language {
            push_unless_empty(out, "dc:language", entry.language);
        }
        for category in feed.categories(entry) {
            push_element(out, "category", category);
        }
        push_enclosures(out, entry.enclosures);
        push_image(out, entry.image.as_ref());
        push(out, "</item>\n");
    }
    push(out, "</channel>\n</rss>\n");
}

/// Appends the Atom feed (RFC 4287), with the marks of withdrawn stories (RFC 6721).
pub(super) fn atom(feed: &Feed<'_>, out: &mut Vec<u8>) {
    push(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    push(out, " xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"");
    push_attributes(out, &[("xml:lang", feed.language)]);
    push(out, ">\n");
    push_element(out, "title", feed.title);
    push_unless_empty(out, "subtitle", feed.description);
    push_element(out, "id", feed.id);
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
        push_element(out, "title", &feed.headline(entry));
        push_element(out, "id", &atom_id(entry.uri));
        push_tag(out, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", entry.url)]);
        push_element(out, "published", &entry.published.to_string());
        push_element(out, "updated", &entry.updated.to_string());
        for author in entry.authors() {
            push_author(out, author);
        }
        if let Some(sponsor) = entry.sponsor {
            push_person(out, "contributor", &sponsor.name, sponsor.url.as_deref());
        }
        for category in feed.categories(entry) {
            push_tag(out, "category", &[("term", category)]);
        }
        push_unless_empty(out, "summary", entry.description);
        if !entry.html.is_empty() {
            push(out, "<content type=\"html\">");
            push_text(out, entry.html);
            push(out, "</content>\n");
        }
        for Enclosure { url, content_type, length, title } in entry.enclosures {
            let length = length.map(|length| length.to_string()).unwrap_or_default();
            let mut attributes = vec![("rel", "enclosure"), ("type", *content_type), ("href", url.as_str())];
            attributes
                .extend([("length", &*length), ("title", title)].into_iter().filter(|(_, text)| !text.is_empty()));
            push_tag(out, "link", &attributes);
        }
        push_image(out, entry.image.as_ref());
        push(out, "</entry>\n");
    }
    for deleted in &feed.deleted {
        push_tag(out, "at:deleted-entry", &[("ref", &atom_id(deleted.uri)), ("when", &deleted.when.to_string())]);
    }
    push(out, "</feed>\n");
}

/// Appends the JSON Feed, version 1.1.
pub(super) fn json(feed: &Feed<'_>, out: &mut Vec<u8>) {
    let items = feed.entries.iter().map(|entry| JsonItem {
        id: entry.uri,
        url: entry.url,
        title: feed.headline(entry),
        content_html: entry.html,
        summary: if entry.html.is_empty() { "" } else { entry.description },
        // Every item must have a content; a story without summary has at least its headline.
        content_text: match (entry.html, entry.description) {
            ("", "") => entry.headline,
            ("", description) => description,
            _ => "",
        },
        image: entry.image.as_ref().map(|image| image.url.as_str()),
        date_published: entry.published.to_string(),
        date_modified: entry.updated.to_string(),
        authors: entry.authors().map(|name| JsonAuthor { name }).collect(),
        tags: feed.categories(entry),
        language: entry.language,
        sponsor: entry.sponsor,
        attachments: entry.enclosures.iter().map(JsonAttachment::of).collect(),
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
    title: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    content_html: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    content_text: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<JsonAuthor<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
    /// Keys that begin with `_` are for what the format has no word for.
    #[serde(rename = "_sponsor", skip_serializing_if = "Option::is_none")]
    sponsor: Option<&'a Sponsor>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<JsonAttachment<'a>>,
}

#[derive(Serialize)]
struct JsonAttachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

impl<'a> JsonAttachment<'a> {
    fn of(enclosure: &'a Enclosure) -> JsonAttachment<'a> {
        let Enclosure { url, content_type, length, title } = enclosure;
        JsonAttachment { url, mime_type: content_type, title, size_in_bytes: *length }
    }
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
    Cow::Owned(urn(&[uri]))
}

fn push_author(out: &mut Vec<u8>, name: &str) {
    push_person(out, "author", name, None);
}

fn push_person(out: &mut Vec<u8>, role: &str, name: &str, uri: Option<&str>) {
    ["<", role, "><name>"].into_iter().for_each(|markup| push(out, markup));
    push_text(out, name);
    push(out, "</name>");
    if let Some(uri) = uri {
        push(out, "<uri>");
        push_text(out, uri);
        push(out, "</uri>");
    }
    ["</", role, ">\n"].into_iter().for_each(|markup| push(out, markup));
}

fn push_enclosures(out: &mut Vec<u8>, enclosures: &[Enclosure]) {
    for (at, Enclosure { url, content_type, length, .. }) in enclosures.iter().enumerate() {
        let medium = if content_type.starts_with("audio") { "audio" } else { "video" };
        // An unknown length is 0.
        let length = length.unwrap_or(0).to_string();
        match at {
            0 => push_tag(out, "enclosure", &[("url", url), ("length", &length), ("type", content_type)]),
            _ => push_tag(out, "media:content", &[("url", url), ("medium", medium), ("type", content_type)]),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::xml::tests::{HARMLESS, HOSTILE, read};

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
            html: HOSTILE,
            enclosures: &[],
            image: Some(Image {
                url: "https://example.org/\"><x>.jpg".to_string(),
                content_type: "image/jpeg",
                width: 1200,
                height: 630,
            }),
            language: "ar",
            sponsor: None,
        };
        let bare = Entry {
            uri: "urn:newsml:dpa.com:20090101:1",
            description: "",
            authors: vec![],
            publisher: "Agency",
            categories: vec![],
            html: "",
            image: None,
            language: "en",
            ..entry.clone()
        };
        Feed {
            title: HOSTILE,
            description: HOSTILE,
            language: "en",
            id: "urn:x-dateline:feed:Check:/",
            home: "https://example.org/",
            url: "https://example.org/feed.xml",
            sponsored: ("Sponsored", ":"),
            hubs: vec!["https://hub.example.org/?a&b"],
            entries: vec![entry, bare],
            deleted: vec![Deleted { uri: "170629 99", when: Timestamp::from_millis(9_000_000) }],
        }
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
                &format!("rss/channel/item/content:encoded {HARMLESS}"),
                "rss/channel/item/media:content url=https://example.org/\"><x>.jpg",
            ],
        );
    }

    #[test]
    fn atom_survives_hostile_text_and_lists_withdrawals() {
        let mut out = Vec::new();
        atom(&hostile_feed(), &mut out);
        check(
            &out,
            &[
                "feed xml:lang=en",
                "feed/id urn:x-dateline:feed:Check:/",
                &format!("feed/entry/content {HARMLESS}"),
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
        assert_eq!(
            (&value["items"][0]["content_html"], &value["items"][0]["summary"]),
            (&HOSTILE.into(), &HOSTILE.into())
        );
        assert_eq!(value["items"][0]["tags"][1], "Politics");
        assert_eq!(value["items"][0]["date_published"], "1970-01-01T00:16:40Z");
        // A story without summary and writers still has a content and an author.
        assert_eq!(value["items"][1]["content_text"], HOSTILE);
        assert_eq!(value["items"][1]["authors"][0]["name"], "Agency");
        assert_eq!(value["items"][1].get("image"), None);
    }

    #[test]
    fn a_sponsored_story_says_so_in_its_title_and_category() {
        let sponsor = Sponsor { name: HOSTILE.to_string(), url: Some("https://e.org/?a&b".to_string()) };
        let mut feed = hostile_feed();
        feed.entries[0].sponsor = Some(&sponsor);
        let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
        rss(&feed, &mut one);
        let title = format!("Sponsored: {HARMLESS}");
        check(
            &one,
            &[
                &format!("rss/channel/item/title {title}"),
                "rss/channel/item/category Sponsored",
                &format!("rss/channel/item/dc:contributor {HARMLESS}"),
            ],
        );
        atom(&feed, &mut two);
        check(
            &two,
            &[
                &format!("feed/entry/title {title}"),
                "feed/entry/category term=Sponsored",
                &format!("feed/entry/contributor/name {HARMLESS}"),
                "feed/entry/contributor/uri https://e.org/?a&b",
            ],
        );
        json(&feed, &mut three);
        let value: serde_json::Value = serde_json::from_slice(&three).unwrap();
        let item = &value["items"][0];
        assert_eq!((&item["title"], &item["tags"][0]), (&format!("Sponsored: {HOSTILE}").into(), &"Sponsored".into()));
        assert_eq!(item["_sponsor"], serde_json::json!({"name": HOSTILE, "url": "https://e.org/?a&b"}));
        assert_eq!(value["items"][1].get("_sponsor"), None);
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
