//! The list of all stories, and the days beside a day.

use crate::support::{Site, attributes, texts};
use std::collections::BTreeSet;

const SETTINGS: &str = "languages: [en, es]\nlists: {per_page: 3}\nrelated: 0\n";

fn story(site: &Site, number: u32, more: &str) {
    let (month, day) = (1 + number / 28, 1 + number % 28);
    let front = format!("firstCreated: 2026-{month:02}-{day:02}T12:00:00Z\ncategory: politics\n{more}");
    site.story(&format!("s{number:02}"), &front, "Text.");
}

fn headlines(site: &Site, page: &str) -> Vec<String> {
    texts(&site.html(page), "main h3 a, .lines p > a")
}

#[test]
fn all_stories_stand_in_numbered_pages() {
    for theme in ["default", "archive", "bulletin"] {
        let site = Site::with(&format!("{SETTINGS}theme: {theme}\n"));
        (0..8).for_each(|number| story(&site, number, ""));
        site.story("uno", "language: es\n", "Texto.");
        site.run_build(&["--strict"]).well();
        let names = |numbers: &[u32]| numbers.iter().map(|n| format!("Headline of s{n:02}")).collect::<Vec<_>>();
        assert_eq!(headlines(&site, "latest/index.html"), names(&[7, 6, 5, 4, 3]), "{theme}");
        assert_eq!(headlines(&site, "latest/page/1/index.html"), names(&[2, 1, 0]), "{theme}");
        assert_eq!(attributes(&site.html("latest/index.html"), ".pager a", "href"), ["/latest/page/1/"]);
        assert_eq!(attributes(&site.html("latest/page/1/index.html"), ".pager a", "href"), ["/latest/"]);
        assert_eq!(headlines(&site, "es/latest/index.html"), ["Headline of uno"]);
        let front = site.read("index.html");
        assert!(front.contains("<a href=\"/latest/\">Latest</a>"), "{theme}: {front}");
        let sitemap = site.read("sitemap-lists.xml");
        assert!(sitemap.contains("/latest/</loc>") && !sitemap.contains("/latest/page/"), "{sitemap}");

        // A new story closes a page and leaves the full ones as they are.
        let full = site.read("latest/page/1/index.html");
        (8..11).for_each(|number| story(&site, number, ""));
        let report = site.build();
        let written: Vec<&str> =
            report.written.iter().map(|line| line.url.as_str()).filter(|url| url.starts_with("/latest/")).collect();
        // The newest full page leads to the page after it.
        assert_eq!(written, ["/latest/", "/latest/page/1/", "/latest/page/2/"], "{theme}");
        let links = |text: &str| text.replace("/latest/page/2/", "/latest/");
        assert_eq!(links(&site.read("latest/page/1/index.html")), full, "{theme}");
        story(&site, 11, "");
        site.build();
        let (one, two) = (site.read("latest/page/1/index.html"), site.read("latest/page/2/index.html"));
        story(&site, 12, "");
        site.build();
        assert_eq!((site.read("latest/page/1/index.html"), site.read("latest/page/2/index.html")), (one, two));
    }
}

#[test]
fn it_keeps_what_expired_and_nothing_of_what_is_hidden_or_withdrawn() {
    let site = Site::with(SETTINGS);
    (0..5).for_each(|number| story(&site, number, ""));
    story(&site, 5, "pubStatus: withheld\n");
    story(&site, 6, "embargoedUntil: 2030-01-01T00:00:00Z\n");
    story(&site, 7, "expires: 2026-02-01\n");
    site.build();
    let all = headlines(&site, "latest/index.html");
    assert_eq!(all, ["s07", "s04", "s03", "s02", "s01", "s00"].map(|name| format!("Headline of {name}"))[..3]);
    assert!(site.read("latest/index.html").contains("<span class=\"tag\">Archive</span>"));
    for hidden in ["s05", "s06"] {
        assert!(!site.files_with(hidden).iter().any(|file| file.contains("latest")), "{hidden}");
    }
    story(&site, 3, "version: 2\npubStatus: canceled\n");
    site.build();
    assert!(!site.files_with("s03").iter().any(|file| file.contains("latest")));

    let off = Site::with("pages: {latest: no}\n");
    story(&off, 0, "");
    off.run_build(&["--strict"]).well();
    assert!(!off.has("latest/index.html") && off.files_with("href=\"/latest/\"").is_empty());
    let moved = Site::with("permalinks: {latest: /all/}\nmenus: {main: [{index: latest}]}\n");
    story(&moved, 0, "");
    moved.run_build(&["--strict"]).well();
    assert!(moved.has("all/index.html") && !moved.has("latest/index.html"));
    assert!(moved.read("index.html").contains("<li><a href=\"/all/\">Latest</a></li>"));
}

#[test]
fn days_lead_to_the_days_beside_them() {
    for theme in ["default", "archive", "bulletin"] {
        let site = Site::with(&format!("{SETTINGS}theme: {theme}\n"));
        for number in [3, 5, 40] {
            story(&site, number, "");
        }
        for hour in 0..7 {
            site.story(&format!("h{hour}"), &format!("firstCreated: 2026-01-06T{hour:02}:00:00Z\n"), "Text.");
        }
        story(&site, 9, "pubStatus: withheld\n");
        site.story("uno", "language: es\nfirstCreated: 2026-01-05\n", "Texto.");
        site.run_build(&["--strict"]).well();
        let beside = |page: &str| {
            let html = site.html(page);
            let links = ".pager[aria-label=Calendar] a";
            (texts(&html, links), attributes(&html, links, "href"), attributes(&html, links, "rel"))
        };
        let text = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        assert_eq!(
            beside("2026/01/06/index.html"),
            (
                text(&["February 13, 2026", "January 4, 2026"]),
                text(&["/2026/02/13/", "/2026/01/04/"]),
                text(&["prev", "next"])
            ),
            "{theme}"
        );
        assert_eq!(beside("2026/01/04/index.html").1, ["/2026/01/06/"]);
        assert_eq!(beside("2026/02/13/index.html").1, ["/2026/01/06/"]);
        // Full pages of a day name none, so they stay when a day comes.
        assert_eq!(beside("2026/01/06/page/1/index.html").1, [""; 0]);
        assert!(attributes(&site.html("es/2026/01/05/index.html"), ".pager a", "href").is_empty());

        let before = site.tree();
        site.story("new", "firstCreated: 2026-01-20\n", "Text.");
        site.build();
        let after = site.tree();
        let changed: BTreeSet<&str> = after
            .keys()
            .filter(|path| path.starts_with("2026/") && before.get(*path) != after.get(*path))
            .map(String::as_str)
            .collect();
        let days = ["2026/01/06/index.html", "2026/01/20/index.html", "2026/01/index.html", "2026/02/13/index.html"];
        assert_eq!(changed, days.into_iter().collect(), "{theme}");
        assert_eq!(attributes(&site.html("2026/02/13/index.html"), ".pager a", "href"), ["/2026/01/20/"]);
    }
}

#[test]
fn a_withdrawn_story_leaves_its_place_and_moves_no_other() {
    let site =
        Site::with("lists: {per_page: 3}\nrelated: 0\nsearch: no\npages: {days: no, list_feeds: [category, topic]}\n");
    (0..30).for_each(|number| story(&site, number, &format!("keywords: [Topic {number}]\n")));
    site.story("aside", "firstCreated: 2026-01-01\ncategory: politics/votes\n", "Text.");
    site.build();
    let before = site.tree();
    std::thread::sleep(std::time::Duration::from_millis(20));
    // The notice of a kill says little of the story.
    site.file(
        "content/2026/11/kill.md",
        "---\nuri: urn:check:s04\nversion: 2\nheadline: Kill\npubStatus: canceled\nversionCreated: 2026-11-20T12:00:00Z\n---\n",
    );
    let report = site.build();
    let mut written: Vec<&str> =
        report.written.iter().map(|line| line.url.as_str()).filter(|url| url.contains("/page/")).collect();
    written.sort_unstable();
    assert_eq!(written, ["/latest/page/2/", "/politics/page/2/"]);
    // Nor is anything else made that says the same: of thirty topics, one goes.
    assert!(report.counts.rendered < 20, "{}", report.counts.rendered);
    for list in ["latest", "politics"] {
        let names = ["s03", "s02"].map(|name| format!("Headline of {name}"));
        assert_eq!(headlines(&site, &format!("{list}/page/2/index.html")), names, "{list}");
        assert!(
            before.contains_key(&format!("{list}/page/9/index.html")) && site.has(&format!("{list}/page/9/index.html"))
        );
    }
    // A section all of whose stories were withdrawn has no page.
    site.story("aside", "firstCreated: 2026-01-01\ncategory: politics/votes\npubStatus: canceled\n", "Text.");
    site.build();
    assert!(!site.has("politics/votes/index.html"));
    let copy = site.copy();
    copy.build();
    assert!(copy.tree() == site.tree());
}
