//! Audio and video of stories: players, what goes with them, and where else they are named.

use crate::support::{Site, attributes, movie, png, texts};
use serde_json::Value;

const PAGE: &str = "politics/2026/11/23/storm/index.html";
const FRONT: &str = "category: politics\nfirstCreated: 2026-11-23T10:00:00Z";

fn site(front: &str, body: &str) -> Site {
    let site = Site::with("pages: {full_text_feeds: [edition]}\nlanguages: [en, es]\n");
    site.file("content/2026/11/storm.mp4", movie(125_500, "waves"));
    site.story("storm", &format!("{FRONT}\n{front}"), body);
    site
}

#[test]
fn a_video_in_a_text_is_a_player_with_what_lies_beside_it() {
    let site = site("", "First.\n\n![The *storm*](storm.mp4 \"Ana Reyes\")\n\nLast.");
    site.file("content/2026/11/storm.png", png(64, 36, "poster"))
        .file("content/2026/11/storm.vtt", "WEBVTT\n")
        .file("content/2026/11/storm.es.vtt", "WEBVTT\n");
    site.run_build(&[]).well();
    let page = site.html(PAGE);
    assert_eq!(attributes(&page, "video", "poster"), ["/media/2026/11/storm.png"]);
    assert_eq!((&*attributes(&page, "video", "width")[0], &*attributes(&page, "video", "height")[0]), ("640", "360"));
    assert_eq!(attributes(&page, "source", "src"), ["/media/2026/11/storm.mp4"]);
    assert_eq!(attributes(&page, "track", "srclang"), ["en", "es"]);
    assert_eq!(attributes(&page, "track", "src"), ["/media/2026/11/storm.vtt", "/media/2026/11/storm.es.vtt"]);
    assert_eq!(attributes(&page, "figcaption time", "datetime"), ["PT2M6S"]);
    assert_eq!(texts(&page, ".body figcaption .credit"), ["Ana Reyes"]);
    assert!(site.read(PAGE).contains("media.css"));
    for file in ["storm.mp4", "storm.png", "storm.vtt", "storm.es.vtt"] {
        assert!(site.has(&format!("media/2026/11/{file}")), "{file}");
    }
    let ninjs: Value = serde_json::from_str(&site.read("politics/2026/11/23/storm/ninjs.json")).unwrap();
    let association = &ninjs["associations"][0];
    assert_eq!((&association["type"], &association["renditions"][0]["duration"]), (&"video".into(), &126.into()));
    assert_eq!(association["renditions"][0]["contentType"], "video/mp4");
    let json_ld = &texts(&page, "script[type='application/ld+json']")[0];
    let json_ld: Value = serde_json::from_str(json_ld).unwrap();
    let video = &json_ld["video"][0];
    assert_eq!((&video["@type"], &video["name"]), (&"VideoObject".into(), &"The storm".into()));
    assert_eq!((&video["duration"], &video["uploadDate"]), (&"PT2M6S".into(), &"2026-11-23T10:00:00Z".into()));
    assert_eq!(video["thumbnailUrl"], "https://example.org/media/2026/11/storm.png");
    assert!(site.read("feed.xml").contains("<enclosure url=\"https://example.org/media/2026/11/storm.mp4\""));
    let feed = site.read("feed.json");
    assert!(!feed.contains("<video") && feed.contains(">The storm</a> (Ana Reyes)"), "{feed}");
    assert!(!site.read("politics/index.html").contains("The storm"), "a caption is no summary");
}

#[test]
fn what_lies_beside_a_video_may_come_and_go() {
    let site = site("", "First.\n\n![The storm](storm.mp4)");
    site.build();
    assert!(!site.read(PAGE).contains("poster="));
    site.file("content/2026/11/storm.png", png(64, 36, "poster"));
    site.build();
    assert!(site.read(PAGE).contains("poster=") && site.has("media/2026/11/storm.png"));
    site.remove("content/2026/11/storm.png");
    site.build();
    assert!(!site.read(PAGE).contains("poster=") && !site.has("media/2026/11/storm.png"));
}

#[test]
fn what_the_wire_brings_is_played_once() {
    let named = "associations: [{type: video, href: storm.mp4, caption: From the wire, credit: LSW}]";
    let site = site(named, "First.");
    site.run_build(&[]).well();
    let page = site.html(PAGE);
    assert_eq!(attributes(&page, "source", "src"), ["/media/2026/11/storm.mp4"]);
    assert!(texts(&page, "article > figure figcaption")[0].starts_with("From the wire"));
    // The text gives the caption, the association the rest.
    site.story("storm", &format!("{FRONT}\n{named}"), "First.\n\n![In the text](storm.mp4)");
    site.run_build(&[]).well();
    let page = site.html(PAGE);
    assert_eq!(texts(&page, "figure").len(), 1);
    assert!(texts(&page, ".body figcaption")[0].starts_with("In the text"));
    assert_eq!(texts(&page, ".body .credit"), ["LSW"]);
}

#[test]
fn files_of_hidden_and_withdrawn_stories_leave_with_them() {
    let site = site("", "First.\n\n![The storm](storm.mp4)");
    site.file("content/2026/11/storm.vtt", "WEBVTT\n");
    site.build();
    assert!(site.has("media/2026/11/storm.mp4"));
    for state in ["pubStatus: withheld", "pubStatus: canceled", "embargoedUntil: 2030-01-01", "draft: true"] {
        site.story("storm", &format!("{FRONT}\n{state}"), "First.\n\n![The storm](storm.mp4)");
        site.build();
        assert!(!site.has("media/2026/11/storm.mp4") && !site.has("media/2026/11/storm.vtt"), "{state}");
        site.assert_nowhere("The storm", &[]);
    }
}

#[test]
fn rights_bar_a_video_and_its_poster() {
    let named = "associations: [{href: storm.mp4, validTo: 2026-11-20}]";
    let site = site(named, "First.\n\n![The storm](storm.mp4)");
    site.file("content/2026/11/storm.png", png(64, 36, "poster"));
    site.build();
    assert!(!site.has("media/2026/11/storm.mp4") && !site.has("media/2026/11/storm.png"));
    let page = site.html(PAGE);
    assert!(texts(&page, "video, a[href*='.mp4']").is_empty());
    assert!(texts(&page, ".body p").contains(&"The storm".to_string()), "the text stays");
}

#[test]
fn faults_have_their_places() {
    let site = site("", "First ![inside](storm.mp4) text.\n\n![None](none.mp3)\n\n![Bad](bad.webm)");
    site.file("content/2026/11/bad.webm", "not a video");
    let found = site.run_build(&[]).found();
    assert_eq!(
        found,
        [
            "warning media-block content/2026/11/storm.md:8:7",
            "warning media-missing content/2026/11/storm.md:10:1",
            "error recording-broken content/2026/11/storm.md:12:1",
        ],
    );
    let page = site.html(PAGE);
    assert_eq!(attributes(&page, ".body a", "href"), ["/media/2026/11/storm.mp4"]);
    assert!(texts(&page, "video, audio").is_empty() && !site.has("media/2026/11/bad.webm"));
}

#[test]
fn what_is_only_linked_need_not_be_playable() {
    let site = site("", "First [the raw take](raw.mp4).");
    site.file("content/2026/11/raw.mp4", "no head");
    assert_eq!(site.run_build(&[]).well().found(), [""; 0]);
    assert!(site.has("media/2026/11/raw.mp4"));
    site.story("storm", FRONT, "First [the raw take](raw.mp4).\n\n![Played](raw.mp4)");
    assert_eq!(
        site.run_build(&[]).found(),
        ["warning link-target content/2026/11/storm.md:8:7", "error recording-broken content/2026/11/storm.md:10:1",],
    );
}

#[test]
fn a_page_without_media_loads_nothing_for_it() {
    let site = site("", "First.");
    site.build();
    assert!(!site.read(PAGE).contains("media.css") && !site.has("media/2026/11/storm.mp4"));
}

#[test]
fn raw_html_around_a_player_does_not_break_it() {
    let forged = "<div id=\"\u{f8ff}block-0\"></div>";
    let site = site("", &format!("<div>\n{forged}\n\n![The storm](storm.mp4)\n\n</div>\n\n<b>Last.</b>"));
    site.build();
    let page = site.html(PAGE);
    assert_eq!(attributes(&page, "video source", "src"), ["/media/2026/11/storm.mp4"]);
    assert!(!site.read(PAGE).contains("block-0"), "{}", site.read(PAGE));
}
