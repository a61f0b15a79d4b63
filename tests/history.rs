//! The versions that a story lists: when each came and what was corrected, and never one that the public did not see.

use crate::support::{Site, found, texts};

/// Writes one version of the story `urn:check:chain`.
fn version(site: &Site, number: u32, hour: u32, front: &str) {
    let front = format!(
        "uri: urn:check:chain\nheadline: Words {number} of it\nversion: {number}\nfirstCreated: 2026-11-20T08:00:00Z\n\
         versionCreated: 2026-11-20T{hour:02}:00:00Z\n{front}"
    );
    site.story(&format!("chain-{number}"), &front, &format!("Text of version {number}."));
}

fn history(site: &Site) -> Vec<String> {
    texts(&site.html("news/2026/11/20/chain-1/index.html"), ".versions li")
}

fn site() -> Site {
    Site::with("version_history: true\ntime_zone: Europe/Lisbon\n")
}

#[test]
fn a_story_says_when_it_changed_and_why() {
    let site = site();
    version(&site, 1, 8, "");
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    assert_eq!(history(&site), [] as [&str; 0], "one version makes no history");
    version(&site, 2, 9, "correction: {note: It was & is two.}\n");
    version(&site, 10, 11, "");
    site.build();
    let expected = [
        "Updated November 20, 2026, 11:00",
        "Corrected November 20, 2026, 09:00 It was & is two.",
        "Published November 20, 2026, 08:00",
    ];
    assert_eq!(history(&site), expected);
    // What a former version said is not shown.
    site.assert_nowhere("Words 1 of it", &[]);
    site.assert_nowhere("Text of version 2", &[]);
    for theme in ["archive", "bulletin", "default"] {
        let settings = format!("title: Check\nbase_url: https://example.org/\ntheme: {theme}\nversion_history: true\n");
        site.file("dateline.yaml", settings);
        assert_eq!(found(&site.build()), [] as [&str; 0]);
        assert_eq!(history(&site).len(), 3, "{theme}");
    }
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/\n");
    site.build();
    assert_eq!(history(&site), [] as [&str; 0], "nobody asked for it");
}

#[test]
fn what_was_not_public_is_not_listed() {
    for hidden in [
        "pubStatus: withheld\n",
        "pubStatus: canceled\n",
        "advisory: true\n",
        "draft: true\n",
        "embargoedUntil: 2026-11-20T10:00:00Z\n",
        "embargoedUntil: 2026-11-30T10:00:00Z\n",
        "urgency: none\n",
    ] {
        let site = site();
        version(&site, 1, 8, "");
        version(&site, 2, 9, &format!("{hidden}correction: {{note: Unseen words.}}\n"));
        version(&site, 3, 11, "");
        site.build();
        let expected = ["Updated November 20, 2026, 11:00", "Published November 20, 2026, 08:00"];
        assert_eq!(history(&site), expected, "{hidden}");
        site.assert_nowhere("Unseen words", &[]);
    }
}

#[test]
fn versions_from_before_an_embargo_ended_are_one() {
    let site = site();
    version(&site, 1, 8, "embargoedUntil: 2026-11-20T12:00:00Z\n");
    version(&site, 2, 9, "embargoedUntil: 2026-11-20T12:00:00Z\n");
    version(&site, 3, 13, "");
    site.build();
    let expected = ["Updated November 20, 2026, 13:00", "Published November 20, 2026, 12:00"];
    assert_eq!(history(&site), expected);
}

#[test]
fn a_page_follows_the_versions_that_come_and_go() {
    let site = site();
    version(&site, 1, 8, "");
    version(&site, 5, 12, "");
    site.build();
    version(&site, 3, 10, "correction: {note: Late.}\n");
    site.build();
    assert_eq!(history(&site).len(), 3);
    let clean = site.copy();
    clean.build();
    assert_eq!(site.tree(), clean.tree(), "an older version makes its page anew");
    site.remove("content/2026/11/chain-3.md");
    site.build();
    assert_eq!(history(&site).len(), 2);
}
