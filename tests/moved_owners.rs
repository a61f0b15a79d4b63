//! An address is never offered to another story than the one that had it, whatever files and uris become.

use crate::support::{NOW, Site};
use dateline::build::Report;
use std::fs;

/// What a build says of addresses, with the place.
fn said(report: &Report) -> Vec<String> {
    let of_addresses = report.diagnostics.iter().filter(|one| one.code.as_str() == "address-moved");
    let at = |one: &dateline::diag::Diagnostic| one.at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default();
    of_addresses.map(|one| format!("{}{}: {}", at(one), one.severity.as_str(), one.message)).collect()
}

/// A story without a uri.
fn text(headline: &str, hour: u8, more: &str) -> String {
    format!("---\nheadline: {headline}\nfirstCreated: 2026-11-20T{hour}:00:00Z\n{more}---\n\nText.\n")
}

const P: &str = "content/p/strike.md";
const Q: &str = "content/q/strike.md";
const URI: &str = "tag:dateline,2026:2026-11-20:strike";
const OLD: &str = "/p/2026/11/20/strike/";

/// Two stories of one day and slug, without uris: the one in `p` has the uri of both, the other one a number behind it.
fn two(headline: &str, other: &str) -> Site {
    let site = Site::new();
    site.file(P, text(headline, 10, "")).file(Q, text(other, 11, ""));
    assert!(said(&site.build()).is_empty());
    site
}

/// Builds, and fixes what can be fixed. The address must not lead to the story in `q`, whose file must stay as it is.
fn fixed(site: &Site, name: &str) -> Vec<String> {
    let (found, before) = (said(&site.build()), fs::read(site.root().join(Q)).unwrap());
    site.cli(&["check", "--moved", "--fix", "--now", NOW]);
    assert_eq!(fs::read(site.root().join(Q)).unwrap(), before, "{name}");
    // A second build knows no more than the first.
    site.build();
    site.cli(&["check", "--moved", "--fix", "--now", NOW]);
    assert_eq!(fs::read(site.root().join(Q)).unwrap(), before, "{name}");
    found
}

fn moved(file: &str, uri: &str) -> String {
    format!("content/{file}: warning: {OLD} was an address of {uri} and leads nowhere now")
}

fn other(file: &str) -> String {
    format!("content/{file}: note: {OLD} was an address of {URI}, and what is here now seems to be another story")
}

#[test]
fn a_derived_uri_that_changes_hands_takes_no_address_along() {
    for (one, two_) in [("In p", "In q"), ("Weather forecast", "Weather forecast")] {
        // The story stays in its file and loses its uri to the other one.
        for (front, uri) in [
            ("slug: moved\n", "tag:dateline,2026:2026-11-20:moved"),
            ("uri: urn:p\nslug: moved\n", "urn:p"),
            ("category: r\n", URI),
        ] {
            let site = two(one, two_);
            site.file(P, text(one, 10, front));
            assert_eq!(fixed(&site, front), [moved("p/strike.md", uri)], "{front}");
            assert!(site.read("p/2026/11/20/strike/index.html").contains("http-equiv"), "{front}");
        }
        // It becomes the later one, at another address.
        let site = two(one, two_);
        site.file(P, text(one, 12, "category: r\n"));
        assert_eq!(fixed(&site, "later"), [moved("p/strike.md", &format!("{URI}:2"))]);
        // It is hidden, and may come back.
        for front in
            ["pubStatus: withheld\nslug: moved\n", "draft: true\nuri: urn:p\n", "advisory: true\nslug: moved\n"]
        {
            let site = two(one, two_);
            site.file(P, text(one, 10, front));
            assert!(fixed(&site, front).is_empty(), "{front}");
            site.file(P, text(one, 10, "slug: moved\n"));
            assert_eq!(fixed(&site, front), [moved("p/strike.md", "tag:dateline,2026:2026-11-20:moved")], "{front}");
        }
        // It is killed and renamed.
        let site = two(one, two_);
        site.file(P, text(one, 10, "pubStatus: canceled\nslug: moved\n"));
        let kill = fixed(&site, "kill");
        assert!(kill.len() == 1 && kill[0].contains("whose notice of withdrawal stands at /p/2026/11/20/moved/"));
        assert!(!site.has("p/2026/11/20/strike/index.html"));
        // It is deleted.
        let site = two(one, two_);
        site.remove(P);
        assert_eq!(fixed(&site, "deleted"), [other("q/strike.md")]);
        assert_eq!(said(&site.build()), [other("q/strike.md")]);
        assert!(!site.has("p/2026/11/20/strike/index.html"));
        // It comes back elsewhere.
        site.file("content/r/strike.md", text(one, 10, ""));
        assert_eq!(said(&site.build()), [moved("r/strike.md", URI)]);
    }
}

#[test]
fn both_stories_of_a_derived_uri_may_move_at_once() {
    let site = two("In p", "In q");
    site.file(P, text("In p", 10, "slug: new\n")).file(Q, text("In q", 11, "slug: other\n"));
    let q = "content/q/strike.md: warning: /q/2026/11/20/strike/ was an address of tag:dateline,2026:2026-11-20:other and leads nowhere now";
    assert_eq!(said(&site.build()), [moved("p/strike.md", "tag:dateline,2026:2026-11-20:new").as_str(), q]);
    assert_eq!(site.cli(&["check", "--moved", "--fix", "--now", NOW]).code, 0);
    assert!(said(&site.build()).is_empty());
    assert!(site.read("p/2026/11/20/strike/index.html").contains("/p/2026/11/20/new/"));
    assert!(site.read("q/2026/11/20/strike/index.html").contains("/q/2026/11/20/other/"));
    // They change places, slugs and all.
    let site = two("In p", "In q");
    site.file(P, text("In p", 10, "category: q\n")).file(Q, text("In q", 11, "category: p\n"));
    assert!(said(&site.build()).is_empty());
}

#[test]
fn a_file_that_has_another_story_keeps_no_address() {
    let site = two("In p", "In q");
    site.file(P, text("Quite another", 10, "slug: another\n"));
    assert_eq!(fixed(&site, "other headline"), [other("p/strike.md")]);
    let report = site.build();
    let hints = &report.diagnostics.iter().find(|one| one.code.as_str() == "address-moved").unwrap().hints;
    let line = format!("if it is the same, add `aliases: [{OLD}]`, or only the path if there is a list already");
    assert_eq!(hints[0], line);
    let named = site.cli(&["check", "--moved", "--now", NOW]);
    assert_eq!((named.code, named.stdout), (1, format!("{OLD} {URI} content/p/strike.md (another story)\n")));
    // Known by its file and its uri.
    let site = two("In p", "In q");
    site.file(P, text("A better headline", 10, "category: r\n"));
    assert_eq!(fixed(&site, "headline"), [moved("p/strike.md", URI)]);
}

#[test]
fn a_folder_of_stories_without_uris_may_get_another_name() {
    let site = Site::new();
    let file = |folder: &str, day: u8, slug: &str| {
        let text = format!("---\nheadline: Weather forecast\nfirstCreated: 2026-11-{day}T10:00:00Z\n---\n\nText.\n");
        site.file(&format!("content/{folder}/{day}/{slug}.md"), text);
    };
    let all = [(18, "sky"), (19, "sky"), (20, "morning"), (20, "evening")];
    all.iter().for_each(|(day, slug)| file("weather", *day, slug));
    site.build();
    fs::remove_dir_all(site.root().join("content/weather")).unwrap();
    all.iter().for_each(|(day, slug)| file("climate", *day, slug));
    let found = said(&site.build());
    assert_eq!(found.len(), 4, "{found:?}");
    for (day, slug) in all {
        let line = format!(
            "content/climate/{day}/{slug}.md: warning: /weather/2026/11/{day}/{slug}/ was an address of tag:dateline,2026:2026-11-{day}:{slug} and leads nowhere now"
        );
        assert!(found.contains(&line), "{found:?}");
    }
}

#[test]
fn a_headline_alone_makes_no_story_of_two() {
    let forecast = |uri: &str, day: u8, more: &str| {
        format!("---\nheadline: Weather forecast\nfirstCreated: 2026-11-{day}T10:00:00Z\n{uri}{more}---\n\nText.\n")
    };
    let old = "content/2026/11/a.md";
    let path = "/news/2026/11/20/a/";
    let gone = |uri: &str| format!("note: {path} was an address of {uri}, which is in no file any more");
    let derived = "tag:dateline,2026:2026-11-20:a";
    for (had, uri, new) in [
        // Two uris are two stories.
        ("uri: urn:a\n", "urn:a", forecast("uri: urn:b\n", 20, "")),
        ("uri: urn:a\n", "urn:a", forecast("", 20, "")),
        ("", derived, forecast("uri: urn:b\n", 20, "")),
        // That of the next day.
        ("", derived, forecast("", 21, "")),
    ] {
        let site = Site::new();
        site.file(old, forecast(had, 20, ""));
        site.build();
        site.remove(old).file("content/2026/11/b.md", &new);
        assert_eq!(said(&site.build()), [gone(uri)], "{new}");
        assert_eq!(site.cli(&["check", "--moved", "--fix", "--now", NOW]).code, 1);
        assert_eq!(fs::read_to_string(site.root().join("content/2026/11/b.md")).unwrap(), new);
    }
    // The file has another uri now, which was written, and so names another story.
    let site = Site::new();
    site.file(old, forecast("uri: urn:a\n", 20, ""));
    site.build();
    site.file(old, forecast("uri: urn:b\n", 21, ""));
    let other = format!(
        "content/2026/11/a.md: note: {path} was an address of urn:a, and what is here now seems to be another story"
    );
    assert_eq!(said(&site.build()), [other.as_str()]);
    // A uri that is taken out, or put in, leaves file and headline.
    for (had, has, uri) in [("uri: urn:a\n", "", "tag:dateline,2026:2026-11-20:b"), ("", "uri: urn:b\n", "urn:b")] {
        let site = Site::new();
        site.file(old, forecast(had, 20, ""));
        site.build();
        site.file(old, forecast(has, 20, "slug: b\n"));
        let line = format!("content/2026/11/a.md: warning: {path} was an address of {uri} and leads nowhere now");
        assert_eq!(said(&site.build()), [line.as_str()]);
    }
}

#[test]
fn a_hidden_story_that_was_renamed_gives_its_address_to_no_other() {
    for hidden in ["pubStatus: withheld\n", "draft: true\n", "embargoedUntil: 2027-01-01T00:00:00Z\n"] {
        let site = Site::new();
        let path = "/news/2026/11/20/a/";
        site.file("content/2026/11/a.md", text("Weather forecast", 10, ""));
        site.build();
        site.remove("content/2026/11/a.md");
        site.file("content/2026/11/b.md", text("Weather forecast", 10, hidden));
        site.file("content/2026/11/c.md", text("Weather forecast", 11, ""));
        let gone =
            format!("note: {path} was an address of tag:dateline,2026:2026-11-20:a, which is in no file any more");
        assert_eq!(said(&site.build()), [gone.as_str()], "{hidden}");
        assert_eq!(said(&site.build()), [gone.as_str()], "{hidden}");
        // With a uri it is known, hidden as it is.
        let site = Site::new();
        site.file("content/2026/11/a.md", text("Weather forecast", 10, "uri: urn:a\n"));
        site.build();
        site.remove("content/2026/11/a.md");
        site.file("content/2026/11/b.md", text("Weather forecast", 10, &format!("uri: urn:a\n{hidden}")));
        site.file("content/2026/11/c.md", text("Weather forecast", 11, ""));
        assert!(said(&site.build()).is_empty(), "{hidden}");
    }
}

#[test]
fn pages_and_stories_are_not_mistaken_for_one_another() {
    let site = Site::new();
    site.file("content/pages/a.md", "---\nheadline: About\n---\n\nText.\n");
    site.build();
    site.remove("content/pages/a.md").file("content/2026/11/b.md", text("About", 10, ""));
    let report = site.build();
    let gone = "note: /a/ was an address of tag:dateline,2026:page:a, which is in no file any more";
    assert_eq!(said(&report), [gone]);
    let hints = &report.diagnostics.iter().find(|one| one.code.as_str() == "address-moved").unwrap().hints;
    assert_eq!(hints[0], "give the address to another page by `aliases`");
    // Under another name it is the same page.
    let site = Site::new();
    site.file("content/pages/a.md", "---\nheadline: About\n---\n\nText.\n");
    site.build();
    site.remove("content/pages/a.md").file("content/pages/b.md", "---\nheadline: About\n---\n\nText.\n");
    let line = "content/pages/b.md: warning: /a/ was an address of tag:dateline,2026:page:b and leads nowhere now";
    assert_eq!(said(&site.build()), [line]);
}
