//! Feeds: whole texts, audio and video, and ids that name no host.

use crate::support::{Site, found};
use serde_json::Value;

fn json(site: &Site, path: &str) -> Value {
    serde_json::from_str(&site.read(path)).unwrap()
}

/// Gives a site another address.
fn move_to(site: &Site, host: &str) {
    let settings = std::fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", settings.replace("https://example.org/", &format!("https://{host}/")));
}

/// The texts of all elements of a name in XML that dateline wrote, as they stand there.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let start = format!("<{name}");
    let starts = xml.match_indices(&start).map(|(at, _)| &xml[at..]);
    starts
        .map(|rest| {
            rest[rest.find('>').unwrap() + 1..rest.find('<').unwrap().max(rest[1..].find("</").unwrap() + 1)]
                .to_string()
        })
        .collect()
}

#[test]
fn whole_texts_stand_where_the_settings_ask_for_them() {
    let site = Site::with("pages: {list_feeds: [category, topic], full_text_feeds: [category, /topics/ports/]}\n");
    move_to(&site, "example.org/wire");
    let text = "First *words*, [the vote](urn:check:vote), [held](urn:check:held), [below](#cranes), [a file](sheet.pdf).[^1]\n\n\
                ## Cranes\n\n![Quay](quay.png) <b>Last</b> words & more.\n\n[^1]: A note.\n";
    let front = "category: politics\nkeywords: [Ports, Rail]\ndescription: The summary.\ndateline: Halden, Nov 20 (CHK)\n\
                 correction: {note: \"A name & a place were wrong.\"}\ncreditLine: Check <Wire>\nusageTerms: Not for sale.\n";
    site.story("dock", front, text).story("vote", "category: politics\n", "Dockers vote.");
    site.story("held", "embargoedUntil: 2030-01-01T00:00:00Z\n", "Secret.").story(
        "alert",
        "alert: true\ncategory: politics\n",
        "",
    );
    site.file("content/2026/11/sheet.pdf", "none").file("content/2026/11/quay.png", crate::support::png(4, 4, "quay"));
    site.build();

    let page = "https://example.org/wire/politics/2026/11/20/dock/";
    let whole = [
        "<p><strong>Correction</strong> A name &amp; a place were wrong.</p>\n".to_string(),
        "<p>Halden, Nov 20 (CHK) – First <em>words</em>, <a href=\"https://example.org/wire/politics/2026/11/20/vote/\">the vote</a>, held, ".to_string(),
        format!("<a href=\"{page}#h-cranes\">below</a>"),
        "<a href=\"https://example.org/wire/media/2026/11/sheet.pdf\">a file</a>".to_string(),
        format!("<a href=\"{page}#fn-1\">"),
        "<img src=\"https://example.org/wire/media/2026/11/quay.png\" alt=\"Quay\"".to_string(),
        "<b>Last</b> words &amp; more.".to_string(),
        "<p><small>Check &lt;Wire&gt;</small></p>\n<p><small>Not for sale.</small></p>\n".to_string(),
    ];
    let of_dock = |path: &str| {
        let feed = json(&site, path);
        let item = feed["items"].as_array().unwrap().iter().find(|item| item["url"] == page).cloned();
        item.unwrap_or_else(|| panic!("{path}: {feed:#}"))
    };
    for path in ["politics/feed.json", "topics/ports/feed.json"] {
        let item = of_dock(path);
        let html = item["content_html"].as_str().unwrap_or_else(|| panic!("{path}: {item:#}"));
        whole.iter().for_each(|part| assert!(html.contains(part.as_str()), "{path}: {part}\n{html}"));
        assert!(!html.contains("=\"/") && !html.contains("=\"#"), "{html}");
        assert_eq!((&item["summary"], item.get("content_text")), (&Value::from("The summary."), None), "{path}");
        // What a page has in XML is the same text.
        let escaped = quick_xml::escape::escape(html).into_owned();
        for (name, file, element) in [("rss", "feed.xml", "content:encoded"), ("atom", "atom.xml", "content")] {
            let xml = site.read(&path.replace("feed.json", file));
            assert!(elements(&xml, element).contains(&escaped), "{name}: {xml}");
            let summary = if name == "rss" { "description" } else { "summary" };
            assert!(elements(&xml, summary).contains(&"The summary.".to_string()), "{name}: {xml}");
        }
    }
    for path in ["feed.json", "topics/rail/feed.json"] {
        let item = of_dock(path);
        assert_eq!((item.get("content_html"), &item["content_text"]), (None, &Value::from("The summary.")), "{path}");
        assert!(!site.read(&path.replace("feed.json", "atom.xml")).contains("<content"), "{path}");
    }
    let feed = json(&site, "politics/feed.json");
    let alert = feed["items"].as_array().unwrap().iter().find(|item| item["title"] == "Headline of alert").unwrap();
    assert_eq!((alert.get("content_html"), &alert["content_text"]), (None, &Value::from("Headline of alert")));
    site.assert_nowhere("Secret", &[]);

    // An edit that no card shows reaches the feeds with whole texts, and no others.
    site.story("dock", front, &text.replace("more", "much more"));
    let written = site.build().written;
    let feeds: Vec<&str> =
        written.iter().map(|line| line.url.as_str()).filter(|url| url.ends_with("feed.json")).collect();
    assert_eq!(feeds, ["/wire/politics/feed.json", "/wire/topics/ports/feed.json"]);
}

#[test]
fn links_of_a_sponsored_story_are_marked_in_feeds_too() {
    let site = Site::with("pages: {full_text_feeds: [edition]}\n");
    site.story("paid", "sponsor: Quay Bank\n", "See [them](https://bank.example/) and [us](urn:check:own).")
        .story("own", "", "Text.");
    site.build();
    let feed = json(&site, "feed.json");
    let paid = feed["items"].as_array().unwrap().iter().find(|item| item["id"] == "urn:check:paid").unwrap();
    let html = "<p>See <a href=\"https://bank.example/\" rel=\"sponsored\">them</a> and \
                <a href=\"https://example.org/news/2026/11/20/own/\">us</a>.</p>\n";
    assert_eq!(paid["content_html"], html);
}

#[test]
fn what_is_no_feed_is_an_error() {
    let site = Site::with("pages:\n  full_text_feeds: [edition, day, topics/ports]\n");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for word in ["day", "topics/ports"] {
        let message = format!(
            "`{word}` is neither edition, category, topic, place, author or corrections, nor the path of a list like /topics/ports/"
        );
        assert!(ran.stderr.contains(&message), "{}", ran.stderr);
    }
}

/// Silence of so many bytes.
fn mp3(length: usize) -> Vec<u8> {
    [&b"\xff\xfb\x90\0"[..], &vec![0; length - 4]].concat()
}

#[test]
fn audio_and_video_are_enclosures() {
    let site = Site::new();
    let front = "associations:\n- {type: audio, href: talk.mp3, caption: \"Talk & more\"}\n- {type: video, href: \"https://cdn.example/clip.mp4?a=1&b=2\"}\n\
                 - {type: video, href: \"https://video.example/watch\"}\n- {type: audio, href: \"https://cdn.example/late.mp3\", validTo: 2026-11-01}\n\
                 - {href: quay.png}\n";
    site.file("content/2026/11/talk.mp3", mp3(1234))
        .file("content/2026/11/quay.png", crate::support::png(4, 4, "quay"));
    site.story("dock", front, "Text.").story("plain", "", "Text.");
    site.build();
    let (talk, clip) = ("https://example.org/media/2026/11/talk.mp3", "https://cdn.example/clip.mp4?a=1&amp;b=2");
    let rss = site.read("feed.xml");
    assert_eq!(rss.matches("<enclosure").count(), 1, "{rss}");
    assert!(rss.contains(&format!("<enclosure url=\"{talk}\" length=\"1234\" type=\"audio/mpeg\"/>")), "{rss}");
    assert!(rss.contains(&format!("<media:content url=\"{clip}\" medium=\"video\" type=\"video/mp4\"/>")), "{rss}");
    let atom = site.read("atom.xml");
    for link in [
        format!(
            "<link rel=\"enclosure\" type=\"audio/mpeg\" href=\"{talk}\" length=\"1234\" title=\"Talk &amp; more\"/>"
        ),
        format!("<link rel=\"enclosure\" type=\"video/mp4\" href=\"{clip}\"/>"),
    ] {
        assert!(atom.contains(&link), "{link}\n{atom}");
    }
    let feed = json(&site, "feed.json");
    let attachments: Vec<&Value> =
        feed["items"].as_array().unwrap().iter().filter_map(|item| item.get("attachments")).collect();
    let wanted = serde_json::json!([
        {"url": talk, "mime_type": "audio/mpeg", "title": "Talk & more", "size_in_bytes": 1234},
        {"url": clip.replace("&amp;", "&"), "mime_type": "video/mp4"},
    ]);
    assert_eq!(attachments, [&wanted]);
    for name in ["watch", "late.mp3"] {
        assert!(!(rss.contains(name) || atom.contains(name) || feed.to_string().contains(name)), "{name}");
    }
    // Another length is another feed.
    site.file("content/2026/11/talk.mp3", mp3(99));
    site.build();
    assert!(site.read("feed.xml").contains("length=\"99\""));
}

#[test]
fn ids_survive_a_change_of_host() {
    let ids = |host: &str| {
        let site = Site::with("languages: [en, es]\n");
        move_to(&site, host);
        site.file(
            "content/2026/11/own.md",
            "---\nheadline: No uri\nfirstCreated: 2026-11-20\nkeywords: [Rail]\n---\n\nText.\n",
        );
        site.story("dock", "keywords: [Rail]\n", "Text.").story("gone", "pubStatus: canceled\n", "");
        site.story("uno", "language: es\nkeywords: [Rail]\n", "Texto.");
        assert_eq!(found(&site.build()), [""; 0]);
        let mut ids = Vec::new();
        for (path, bytes) in site.tree() {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match path.rsplit('/').next().unwrap() {
                "feed.xml" => ids.extend(elements(&text, "guid")),
                "atom.xml" => {
                    ids.extend(elements(&text, "id"));
                    ids.extend(
                        text.split("deleted-entry ref=\"")
                            .skip(1)
                            .map(|rest| rest.split('"').next().unwrap().to_string()),
                    );
                }
                "feed.json" => {
                    let feed: Value = serde_json::from_str(&text).unwrap();
                    ids.extend(feed["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
                }
                _ => {}
            }
        }
        ids
    };
    let (old, new) = (ids("old.example"), ids("new.example.org/wire"));
    assert_eq!(old, new);
    assert!(old.len() > 20 && !old.iter().any(|id| id.contains("example.") && !id.contains("urn:check")), "{old:#?}");
    let feeds: Vec<&String> = old.iter().filter(|id| id.starts_with("urn:x-dateline:feed")).collect();
    let distinct: std::collections::BTreeSet<&&String> = feeds.iter().collect();
    assert!(feeds.len() == 8 && distinct.len() == feeds.len(), "{feeds:#?}");
}
