//! `import --wxr`: a newsroom that moves from WordPress.

use crate::support::{NOW, Ran, Site};
use std::fs;

const EXPORT: &str = include_str!("wxr/longshore.xml");

fn site() -> Site {
    let site = Site::new();
    site.file("move/export.xml", EXPORT);
    site
}

fn import(site: &Site) -> Ran {
    site.cli(&["import", "--wxr", "move/export.xml", "--now", NOW])
}

fn text(site: &Site, path: &str) -> String {
    fs::read_to_string(site.root().join("content").join(path)).unwrap_or_else(|_| panic!("{path} is not there"))
}

#[test]
fn posts_become_stories_at_their_old_addresses() {
    let site = site();
    let ran = import(&site);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("6 stories and 2 standing pages, 4 of them withheld: 8 written, 0 unchanged"),
        "{}",
        ran.stderr
    );
    let story = text(&site, "2026/11/18/port-of-halden.md");
    for line in [
        "uri: \"https://old.example/?p=11\"",
        "version: 20261118103000",
        "headline: \"Port of Halden & its ships\"",
        "firstCreated: 2026-11-18T09:00:00Z",
        "versionCreated: 2026-11-18T10:30:00Z",
        "language: \"en-GB\"",
        "category: \"economy/ports\"",
        "aliases: [\"/2026/11/18/port-of-halden/\",\"/2026/11/18/halden-port/\"]",
        "by: \"Ana Reyes\"",
        "description: \"Seven ships wait off Halden.\"",
        "keywords: [\"Storms\", \"Economy\"]",
    ] {
        assert!(story.lines().any(|own| own == line), "{line}\n{story}");
    }
    assert!(
        story.contains(
            "href: \"https://old.example/wp-content/uploads/2026/11/quay.jpg\", caption: \"The quay at noon\""
        ),
        "{story}"
    );
    let body = story.split("\n---\n").nth(1).unwrap();
    assert_eq!(
        body.trim(),
        "The port of Halden closed on **Wednesday**.\n\n|  |  |\n| --- | --- |\n| Ships | 7 |\n\nhttps://film.example/1"
    );
    let old = text(&site, "2009/05/02/old-ships.md");
    assert!(old.contains("by: \"gone\"") && !old.contains("category:"), "{old}");
    assert!(
        old.contains("Two old ships lie in the bay.\\\nThey will be scrapped.")
            && old.contains("as good as new \\[sic\\]"),
        "{old}"
    );
    assert!(old.contains("caption: \"The old quay\""), "{old}");
    assert!(old.contains("type: \"audio\", href: \"https://old.example/audio/ships.mp3\""), "{old}");
    // The old addresses forward.
    assert_eq!(site.cli(&["build", "--quiet", "--now", NOW]).code, 0);
    let forward = fs::read_to_string(site.root().join("output/2026/11/18/halden-port/index.html")).unwrap();
    assert!(forward.contains("/economy/ports/2026/11/18/port-of-halden/"), "{forward}");
}

#[test]
fn what_was_not_public_stays_so() {
    let site = site();
    let ran = import(&site);
    for (path, reason) in [
        ("2026/11/17/a-draft-on-the-mayor.md", "it is a draft in WordPress"),
        ("2026/11/16/for-subscribers.md", "it is protected by a password in WordPress"),
        ("2026/11/15/in-private.md", "it is private in WordPress"),
    ] {
        let story = text(&site, path);
        assert!(story.contains("pubStatus: withheld") && story.contains(reason), "{path}\n{story}");
    }
    assert!(text(&site, "2026/11/24/tomorrow.md").contains("embargoedUntil: 2026-11-24T06:00:00Z"));
    assert!(text(&site, "pages/salaries.md").contains("pubStatus: withheld"));
    for line in [
        "1 item in the bin was left out",
        "1 item of the type `product` was left out",
        "1 comment of readers was left out",
        "the shortcode `[contact-form-7]` has no counterpart and was left out (in 1 item)",
    ] {
        assert!(ran.stderr.contains(line), "{line}\n{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("text-lost") && !ran.stderr.contains("text-invented"), "{}", ran.stderr);
    site.cli(&["build", "--quiet", "--now", NOW]);
    for word in [
        "the mayor",
        "subscribers",
        "sail on Thursday",
        "Nobody reads",
        "Salaries",
        "In the bin",
        "A word of a reader",
        "Operation Sting",
    ] {
        site.assert_nowhere(word, &[]);
    }
}

#[test]
fn pages_and_sections() {
    let site = site();
    assert_eq!(import(&site).code, 0);
    let page = text(&site, "pages/company/about.md");
    assert_eq!(
        page,
        "---\nuri: \"https://old.example/?page_id=18\"\nheadline: \"About us\"\nlanguage: \"en-GB\"\n---\n\nWe print since 1901.\n"
    );
    let sections = text(&site, "categories.yaml");
    assert!(
        sections.contains("\"economy/ports\":\n  name: \"Ports & Ships\"\n  description: \"All that floats\"\n"),
        "{sections}"
    );
    assert!(!sections.contains("Sting"), "{sections}");
    assert_eq!(site.cli(&["check"]).code, 0);
    // Sections and pages of the site's own stay.
    let other = self::site();
    other
        .file("content/categories.yaml", "economy: {name: Business}\n")
        .file("content/pages/company/about.md", "---\nheadline: Us\n---\n\nText.\n");
    let ran = import(&other);
    assert!(ran.stderr.contains("has no names of these sections of the old site: economy/ports"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("content/pages/company/about.md is there already and was left as it is"),
        "{}",
        ran.stderr
    );
    assert_eq!(text(&other, "categories.yaml"), "economy: {name: Business}\n");
}

#[test]
fn another_export_brings_what_is_new() {
    let site = site();
    site.file("move/wp-content/uploads/2026/11/quay.jpg", b"\xff\xd8\xff\xe0");
    assert_eq!(site.cli(&["import", "--wxr", "move/export.xml", "--dry-run"]).code, 0);
    assert!(!site.root().join("content").exists());
    import(&site);
    // Pictures that lie beside the export go with their stories.
    assert!(text(&site, "2026/11/18/port-of-halden.md").contains("href: \"port-of-halden-quay.jpg\""));
    let again = import(&site);
    assert!(again.stderr.contains("0 written, 8 unchanged"), "{}", again.stderr);
    site.file(
        "move/export.xml",
        EXPORT.replace("2026-11-18 10:30:00", "2026-11-18 12:00:00").replace("closed on", "opened on"),
    );
    let again = import(&site);
    assert!(again.stderr.contains("1 written, 7 unchanged"), "{}", again.stderr);
    let story = text(&site, "2026/11/18/port-of-halden.md");
    assert!(story.contains("opened on") && story.contains("/2026/11/18/halden-port/"), "{story}");
}

#[test]
fn damaged_exports() {
    let site = site();
    for (file, message) in [
        (
            "<html></html>",
            "move/export.xml:1:1: error: the file is not an export of WordPress: its root element is not <rss>",
        ),
        ("<rss><channel>\n<item><title>A", "the file ends in the middle, in an element that begins at line 2"),
    ] {
        site.file("move/export.xml", file);
        let ran = import(&site);
        assert!(
            ran.code == 2 && ran.stderr.replace("\n --> ", " ").contains(message.rsplit("error: ").next().unwrap()),
            "{}",
            ran.stderr
        );
    }
    assert!(!site.root().join("content").exists());
    // One broken item does not stop the others.
    site.file("move/export.xml", EXPORT.replace("<title>Old ships</title>", "<title>Old &ships; </title>"));
    let ran = import(&site);
    assert!(ran.code == 1 && ran.stderr.contains("move/export.xml:74:"), "{}", ran.stderr);
    assert!(text(&site, "2026/11/18/port-of-halden.md").contains("Halden"));
}
