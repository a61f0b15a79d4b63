//! How the site is found and followed: each rule of the feed formats and of the news sitemap that readers and search engines hold a
//! site to. `.ci/browser` holds the structured data against schema.org.

use crate::support::{Site, attributes, found, texts, time};
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::BTreeSet;

const HUB: &str = "https://hub.example.org/";

/// A site with what makes feeds hard: two languages, names and words with marks, an alert, a correction, withdrawals, one story in another
/// language than its edition, sections below sections.
fn newsroom() -> Site {
    let site = Site::with(&format!(
        "languages: [en, ar, zh-Hant]\ndescription: {{en: 'News & views <daily>', ar: أخبار, zh: 新聞}}\npublisher: Agency & Sons\n\
         publish: {{live: {{to: www, websub: '{HUB}'}}, twin: {{to: www2, websub: '{HUB}'}}}}\n"
    ));
    site.file("content/categories.yaml", "ports: {name: {en: Ports & quays}}\nports/fishing: {}\n");
    site.story(
        "whole",
        "category: ports/fishing\nheadline: Cranes & <quays> stand still\nby: [Ana Reyes, Bo Lind]\nkeywords: [Quay & mole]\n\
         dateline: Halden, Nov 22 (CHK)\nfirstCreated: 2026-11-22T12:00:00Z\nversionCreated: 2026-11-22T15:00:00Z\n\
         correction: {date: 2026-11-22T15:00:00Z, note: 'It was two cranes & not three.'}\n",
        "Nobody works at the *cranes* & quays today.",
    );
    site.story("bare", "category: ports\nfirstCreated: 2026-11-22T09:00:00Z\n", "");
    site.story("alert", "category: ports\nalert: true\nfirstCreated: 2026-11-23T11:00:00Z\n", "");
    site.story("old", "category: ports\nfirstCreated: 2026-11-01T09:00:00Z\n", "An older text.");
    site.story(
        "past",
        "category: ports\nfirstCreated: 2026-11-23T08:00:00Z\nexpires: 2026-11-23T09:00:00Z\n",
        "It is over.",
    );
    site.story("gone", "category: ports\nfirstCreated: 2026-11-23T10:00:00Z\npubStatus: canceled\n", "Secret text.");
    site.story("later", "category: ports\nembargoedUntil: 2026-12-01T00:00:00Z\n", "Secret text.");
    site.story(
        "french",
        "category: ports\nlanguage: fr\nfirstCreated: 2026-11-22T10:00:00Z\n",
        "Les grues sont à l’arrêt.",
    );
    site.story("arabic", "category: ports\nlanguage: ar\nfirstCreated: 2026-11-23T10:00:00Z\n", "نص الخبر.");
    site.story("chinese", "category: ports\nlanguage: zh-Hant\nfirstCreated: 2026-11-23T10:00:00Z\n", "起重機停了。");
    assert_eq!(found(&site.build()), ["warning empty-body content/2026/11/bare.md:7:1"]);
    site
}

/// An element of XML: its name, attributes and children, and the text right below it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn read(text: &str) -> Element {
        let mut reader = quick_xml::Reader::from_str(text);
        let mut open = vec![Element::default()];
        let begin = |tag: &BytesStart<'_>| {
            let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
                let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                (attribute.key.as_ref().to_string(), value)
            };
            let attributes = tag.attributes().map(|one| attribute(one.unwrap())).collect();
            Element { name: tag.name().as_ref().to_string(), attributes, ..Element::default() }
        };
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) => open.push(begin(&tag)),
                Event::Empty(tag) => open.last_mut().unwrap().children.push(begin(&tag)),
                Event::Text(part) => open.last_mut().unwrap().text.push_str(&part),
                Event::GeneralRef(name) => {
                    let text = quick_xml::escape::unescape(&format!("&{};", &*name)).unwrap().into_owned();
                    open.last_mut().unwrap().text.push_str(&text);
                }
                Event::End(_) => {
                    let element = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(element);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open.len(), 1, "well-formed");
        open.remove(0).children.remove(0)
    }

    fn all<'e>(&'e self, name: &str) -> impl Iterator<Item = &'e Element> + use<'e> {
        let name = name.to_string();
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The one child of that name; fails where there are none or two.
    fn one(&self, name: &str) -> &Element {
        let found: Vec<&Element> = self.all(name).collect();
        assert_eq!(found.len(), 1, "{} has {} of {name}", self.name, found.len());
        found[0]
    }

    fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    fn has_at_most_one(&self, names: &[&str]) {
        for name in names {
            assert!(self.all(name).count() <= 1, "{} has two of {name}", self.name);
        }
    }
}

/// The feeds of a form with their paths.
fn feeds(site: &Site, name: &str) -> Vec<(String, String)> {
    let tree = site.tree();
    let feeds = tree.into_iter().filter(|(path, _)| path.rsplit('/').next() == Some(name));
    let feeds: Vec<_> = feeds.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect();
    assert!(feeds.len() > 8, "{name}: {}", feeds.len());
    feeds
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://example.org/") && text.is_ascii() && !text.contains([' ', '<', '"', '\\'])
}

/// `Sun, 22 Nov 2026 12:00:00 +0000`: a year of four digits, and the day of the week that it was.
fn is_rfc822(text: &str) -> bool {
    jiff::fmt::rfc2822::parse(text).is_ok() && text.len() == "Sun, 22 Nov 2026 12:00:00 +0000".len()
}

fn is_rfc3339(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok() && text.contains('T') && text.ends_with('Z')
}

fn is_language(text: &str) -> bool {
    !text.is_empty() && text.len() <= 35 && text.split('-').all(|part| (1..=8).contains(&part.len()) && part.is_ascii())
}

#[test]
fn rss_keeps_the_rules() {
    let site = newsroom();
    for (path, text) in feeds(&site, "feed.xml") {
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"), "{path}");
        let root = Element::read(&text);
        assert_eq!((root.name.as_str(), root.attribute("version")), ("rss", "2.0"), "{path}");
        for child in &root.one("channel").children {
            if let Some((prefix, _)) = child.name.split_once(':') {
                assert!(!root.attribute(&format!("xmlns:{prefix}")).is_empty(), "{path}: {prefix} is declared");
            }
        }
        let channel = root.one("channel");
        for name in ["title", "link", "description"] {
            assert!(!channel.one(name).text.trim().is_empty(), "{path}: {name}");
        }
        assert!(is_address(&channel.one("link").text), "{path}");
        assert!(is_language(&channel.one("language").text), "{path}");
        assert_eq!(channel.all("lastBuildDate").count(), channel.all("item").count().min(1), "{path}");
        assert!(channel.all("lastBuildDate").all(|date| is_rfc822(&date.text)), "{path}");
        let links = |rel: &str| {
            let links = channel.all("atom:link").filter(|link| link.attribute("rel") == rel);
            links.map(|link| link.attribute("href").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(links("self"), [format!("https://example.org/{path}")]);
        assert_eq!(links("hub"), [HUB], "{path}: two targets, one hub");
        let mut guids = BTreeSet::new();
        for item in channel.all("item") {
            item.has_at_most_one(&["title", "link", "description", "guid", "pubDate", "enclosure", "source", "author"]);
            assert!(!item.one("title").text.trim().is_empty(), "{path}");
            assert!(is_address(&item.one("link").text), "{path}");
            let guid = item.one("guid");
            assert!(guid.attribute("isPermaLink") == "false" && !guid.text.is_empty(), "{path}");
            assert!(guids.insert(guid.text.clone()), "{path}: {} twice", guid.text);
            assert!(is_rfc822(&item.one("pubDate").text), "{path}");
            assert_eq!(item.all("author").count(), 0, "{path}: names without an address are no `author`");
            assert!(item.all("dc:creator").count() >= 1, "{path}");
            for media in item.all("media:content") {
                assert!(is_address(media.attribute("url")), "{path}");
                assert!(media.attribute("type").starts_with("image/"), "{path}");
                assert!(["width", "height"].iter().all(|side| media.attribute(side).parse::<u32>().is_ok()), "{path}");
            }
        }
    }
    let titles = |path: &str| {
        let root = Element::read(&site.read(path));
        root.one("channel").all("item").map(|item| item.one("title").text.clone()).collect::<Vec<_>>()
    };
    // Titles are text: a `<` in them is not a tag, and nothing is escaped twice.
    assert!(titles("ports/feed.xml").contains(&"Cranes & <quays> stand still".to_string()));
}

#[test]
fn atom_keeps_the_rules() {
    let site = newsroom();
    for (path, text) in feeds(&site, "atom.xml") {
        let feed = Element::read(&text);
        assert_eq!((feed.name.as_str(), feed.attribute("xmlns")), ("feed", "http://www.w3.org/2005/Atom"));
        feed.has_at_most_one(&["subtitle", "rights", "logo", "icon", "generator"]);
        assert!(
            !feed.one("title").text.is_empty() && feed.one("id").text.starts_with("urn:x-dateline:feed:"),
            "{path}"
        );
        assert!(is_rfc3339(&feed.one("updated").text) && is_language(feed.attribute("xml:lang")), "{path}");
        assert!(feed.all("author").all(|author| !author.one("name").text.is_empty()), "{path}");
        let links = |element: &Element, rel: &str| {
            let links = element.all("link").filter(|link| link.attribute("rel") == rel);
            links.map(|link| link.attribute("href").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(links(&feed, "self"), [format!("https://example.org/{path}")]);
        assert_eq!((links(&feed, "hub"), links(&feed, "alternate").len()), (vec![HUB.to_string()], 1), "{path}");
        let mut ids = BTreeSet::new();
        let mut newest = String::new();
        for entry in feed.all("entry") {
            entry.has_at_most_one(&["content", "published", "rights", "source", "summary"]);
            let id = &entry.one("id").text;
            assert!(id.contains(':') && !id.contains(char::is_whitespace), "{path}: {id}");
            assert!(ids.insert(id.clone()), "{path}: {id} twice");
            assert!(!entry.one("title").text.is_empty(), "{path}");
            let (published, updated) = (&entry.one("published").text, &entry.one("updated").text);
            assert!(is_rfc3339(published) && is_rfc3339(updated) && published <= updated, "{path}");
            newest = newest.max(updated.clone());
            // An entry without content has to say where it can be read.
            assert!(links(entry, "alternate").iter().all(|link| is_address(link)), "{path}");
            assert_eq!((entry.all("content").count(), links(entry, "alternate").len()), (0, 1), "{path}");
            assert!(feed.all("author").chain(entry.all("author")).count() >= 1, "{path}");
            assert!(entry.all("category").all(|category| !category.attribute("term").is_empty()), "{path}");
        }
        for deleted in feed.all("at:deleted-entry") {
            assert!(!deleted.attribute("ref").is_empty() && is_rfc3339(deleted.attribute("when")), "{path}");
            assert!(!ids.contains(deleted.attribute("ref")), "{path}: deleted and there");
            newest = newest.max(deleted.attribute("when").to_string());
        }
        assert!(newest.is_empty() || feed.one("updated").text == newest, "{path}");
    }
    let feed = Element::read(&site.read("ports/atom.xml"));
    assert_eq!(feed.one("at:deleted-entry").attribute("ref"), "urn:check:gone");
    let french = feed.all("entry").find(|entry| entry.one("id").text == "urn:check:french").unwrap();
    assert_eq!(french.attribute("xml:lang"), "fr");
}

#[test]
fn json_feed_keeps_the_rules() {
    let site = newsroom();
    let known = "version title home_page_url feed_url description user_comment next_url icon favicon authors language expired hubs items";
    let known_of_item = "id url external_url title content_html content_text summary image banner_image date_published date_modified authors tags \
        language attachments";
    let keys = |value: &Value, known: &str, path: &str| {
        for key in value.as_object().unwrap().keys() {
            assert!(known.split_whitespace().any(|one| one == key) || key.starts_with('_'), "{path}: {key}");
        }
    };
    for (path, text) in feeds(&site, "feed.json") {
        let feed: Value = serde_json::from_str(&text).unwrap();
        keys(&feed, known, &path);
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1", "{path}");
        assert!(!feed["title"].as_str().unwrap().is_empty(), "{path}");
        assert_eq!(feed["feed_url"], format!("https://example.org/{path}"));
        assert!(is_address(feed["home_page_url"].as_str().unwrap()), "{path}");
        assert_eq!(feed["hubs"], serde_json::json!([{ "type": "WebSub", "url": HUB }]), "{path}");
        let mut ids = BTreeSet::new();
        for item in feed["items"].as_array().unwrap() {
            keys(item, known_of_item, &path);
            assert!(ids.insert(item["id"].as_str().unwrap().to_string()), "{path}: {} twice", item["id"]);
            assert!(is_address(item["url"].as_str().unwrap()), "{path}");
            assert!(item["content_text"].as_str().is_some_and(|text| !text.is_empty()), "{path}");
            for date in ["date_published", "date_modified"] {
                assert!(is_rfc3339(item[date].as_str().unwrap()), "{path}: {date}");
            }
            for author in item["authors"].as_array().into_iter().flatten() {
                assert!(author["name"].as_str().is_some_and(|name| !name.is_empty()), "{path}");
            }
            assert!(item["tags"].as_array().is_none_or(|tags| tags.iter().all(Value::is_string)), "{path}");
        }
    }
}

#[test]
fn the_news_sitemap_keeps_the_rules() {
    let site = newsroom();
    let map = Element::read(&site.read("news-sitemap.xml"));
    assert_eq!(map.attribute("xmlns:news"), "http://www.google.com/schemas/sitemap-news/0.9");
    let mut places = BTreeSet::new();
    let mut languages = BTreeSet::new();
    for url in map.all("url") {
        assert!(is_address(&url.one("loc").text), "{}", url.one("loc").text);
        assert!(places.insert(url.one("loc").text.clone()), "{} twice", url.one("loc").text);
        let news = url.one("news:news");
        let publication = news.one("news:publication");
        assert_eq!(publication.one("news:name").text, "Check");
        languages.insert(publication.one("news:language").text.clone());
        let published = time(&news.one("news:publication_date").text);
        let (now, oldest) = (time(crate::support::NOW), time("2026-11-21T12:00:00Z"));
        assert!(oldest <= published && published <= now, "two days, by first publication");
        let title = &news.one("news:title").text;
        assert!(!title.is_empty() && !title.contains("Check"), "the headline alone: {title}");
        // Fields that the format had once and has no more.
        assert_eq!(news.children.iter().filter(|child| !child.name.ends_with("publication")).count(), 2, "{news:?}");
    }
    let names: Vec<&str> = places.iter().filter_map(|place| place.trim_end_matches('/').rsplit('/').next()).collect();
    assert_eq!(names, ["arabic", "bare", "french", "alert", "whole", "chinese"]);
    assert_eq!(languages.iter().map(String::as_str).collect::<Vec<_>>(), ["ar", "en", "fr", "zh-tw"]);
    assert!(site.read("robots.txt").contains("Sitemap: https://example.org/news-sitemap.xml\n"));
}

#[test]
fn readers_and_programs_find_the_feeds() {
    let site = newsroom();
    for page in ["index.html", "ar/index.html", "ports/index.html", "by/ana-reyes/index.html", "corrections/index.html"]
    {
        let html = site.html(page);
        let folder = page.strip_suffix("index.html").unwrap();
        for (kind, name) in [("rss+xml", "feed.xml"), ("atom+xml", "atom.xml"), ("feed+json", "feed.json")] {
            let link = format!("/{folder}{name}");
            let selector = format!("head link[rel=alternate][type='application/{kind}']");
            assert_eq!(attributes(&html, &selector, "href"), std::slice::from_ref(&link), "{page}");
            // Those of an edition stand on the page of feeds, which every page names at its foot.
            let clicked = attributes(&html, "main a", "href");
            let edition = if page.starts_with("ar/") { "/ar/" } else { "/" };
            let feeds = site.html(&format!("{}feeds/index.html", &edition[1..]));
            assert_eq!(clicked.contains(&link), folder != &edition[1..], "{page}: {link} to click on");
            assert!(attributes(&html, "footer a", "href").contains(&format!("{edition}feeds/")), "{page}");
            let is_by = folder.starts_with("by/");
            assert_eq!(
                attributes(&feeds, "main a", "href").contains(&link),
                !is_by,
                "{page}: {link} on the page of feeds"
            );
        }
    }
    // Every link there leads to a feed that there is, or to a list whose pages have feeds; each says what it is of.
    let feeds = site.html("feeds/index.html");
    let links = attributes(&feeds, "main a", "href");
    assert!(links.iter().all(|link| site.has(&format!(
        "{}{}",
        &link[1..],
        if link.ends_with('/') { "index.html" } else { "" }
    ))));
    for list in ["/topics/", "/places/", "/by/"] {
        assert!(links.contains(&list.to_string()), "{list}");
    }
    let names = attributes(&feeds, "main p a", "aria-label");
    let mut once = names.clone();
    once.sort();
    once.dedup();
    assert!(names.len() >= 9 && once.len() == names.len(), "{names:?}");
    assert!(names.contains(&"Ports & quays: RSS".to_string()) && names.contains(&"Corrections: JSON Feed".to_string()));
    assert!(texts(&site.html("ar/feeds/index.html"), "h1") == ["خلاصات الأخبار"]);
    assert!(site.read("sitemap-lists.xml").contains("https://example.org/feeds/"));
    // A title tells feeds apart in readers that list them.
    let titles = attributes(&site.html("ports/index.html"), "head link[rel=alternate][type*=xml]", "title");
    assert_eq!(titles, ["Ports & quays – RSS", "Ports & quays – Atom"]);
}

#[test]
fn a_story_has_metadata_for_other_sites() {
    let site = newsroom();
    let page = site.html("ports/fishing/2026/11/22/whole/index.html");
    let meta = |name: &str| attributes(&page, &format!("meta[property='{name}'], meta[name='{name}']"), "content");
    for (name, value) in [
        ("og:site_name", "Check"),
        ("og:title", "Cranes & <quays> stand still"),
        ("og:type", "article"),
        ("og:url", "https://example.org/ports/fishing/2026/11/22/whole/"),
        ("og:description", "Nobody works at the cranes & quays today."),
        ("article:published_time", "2026-11-22T12:00:00Z"),
        ("article:modified_time", "2026-11-22T15:00:00Z"),
        ("article:section", "Fishing"),
        ("article:tag", "Quay & mole"),
        ("twitter:card", "summary"),
    ] {
        assert_eq!(meta(name), [value], "{name}");
    }
    assert_eq!(meta("article:author"), ["https://example.org/by/ana-reyes/", "https://example.org/by/bo-lind/"]);
    let data: Value = serde_json::from_str(&texts(&page, "script[type='application/ld+json']")[0]).unwrap();
    assert_eq!(data["correction"]["text"], "It was two cranes & not three.");
    assert_eq!(data["author"][0]["url"], "https://example.org/by/ana-reyes/");
    let steps = data["mainEntityOfPage"]["breadcrumb"]["itemListElement"].as_array().unwrap();
    let steps: Vec<&str> = steps.iter().filter_map(|step| step["name"].as_str()).collect();
    assert_eq!(steps, ["Ports & quays", "Fishing", "Cranes & <quays> stand still"]);
}
