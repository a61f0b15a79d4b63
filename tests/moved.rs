//! No address that was public goes away in silence, by whatever edit; and ids stay where stories move.

use crate::support::{NOW, Site};
use dateline::build::Report;
use std::fs;

/// What a build says of addresses, with the place.
fn said(report: &Report) -> Vec<String> {
    let of_addresses = report.diagnostics.iter().filter(|one| one.code.as_str() == "address-moved");
    let at = |one: &dateline::diag::Diagnostic| one.at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default();
    of_addresses.map(|one| format!("{}{}: {}", at(one), one.severity.as_str(), one.message)).collect()
}

const OLD: &str = "/news/2026/11/20/dock/";

fn site() -> Site {
    let site = Site::new();
    site.story("dock", "", "Cranes stood idle.");
    site.file("content/pages/about.md", "---\nheadline: About\nuri: urn:page\n---\n\nText.\n");
    assert!(said(&site.build()).is_empty());
    site
}

fn moved(file: &str, uri: &str) -> String {
    format!("content/{file}: warning: {OLD} was an address of {uri} and leads nowhere now")
}

#[test]
fn an_address_that_went_is_named_until_it_is_settled() {
    let site = site();
    site.story("dock", "category: economy", "Cranes stood idle.");
    let expected = [moved("2026/11/dock.md", "urn:check:dock")];
    let report = site.build();
    assert_eq!(said(&report), expected);
    let hints = &report.diagnostics.iter().find(|one| one.code.as_str() == "address-moved").unwrap().hints;
    assert_eq!(
        hints[0],
        format!(
            "add `aliases: [{OLD}]`, or only the path if there is a list already, or run `dateline check --moved --fix`"
        )
    );
    assert_eq!(hints[1], format!("if it may go: `dateline check --moved --forget {OLD}`"));
    // Nobody may have seen it.
    assert_eq!(said(&site.build()), expected);
    assert_eq!(said(&site.build_with(NOW, |options| options.write = false)), expected);
    assert_eq!(site.cli(&["build", "--strict", "--now", NOW]).code, 1);
    site.story("dock", &format!("category: economy\naliases: [{OLD}]"), "Cranes stood idle.");
    assert!(said(&site.build()).is_empty() && site.has("news/2026/11/20/dock/index.html"));
    // An alias is an address, too.
    site.story("dock", "category: economy", "Cranes stood idle.");
    assert_eq!(said(&site.build()), expected);
    site.story("dock", "", "Cranes stood idle.");
    let back = said(&site.build());
    assert_eq!(back.len(), 1);
    assert!(back[0].contains("/economy/2026/11/20/dock/"), "{back:?}");
}

#[test]
fn every_edit_that_moves_a_story_is_found() {
    let path = "content/2026/11/dock.md";
    let text = |site: &Site| fs::read_to_string(site.root().join(path)).unwrap();
    type Edit<'e> = &'e dyn Fn(&Site) -> &'static str;
    let edits: [(&str, Edit); 6] = [
        ("slug", &|site| {
            site.story("dock", "slug: quay", "Cranes.");
            "2026/11/dock.md"
        }),
        ("file name", &|site| {
            fs::rename(site.root().join(path), site.root().join("content/2026/11/quay.md")).unwrap();
            "2026/11/quay.md"
        }),
        ("folder", &|site| {
            let text = text(site);
            site.remove(path).file("content/sport/dock.md", text);
            "sport/dock.md"
        }),
        ("day", &|site| {
            site.story("dock", "firstCreated: 2026-11-21T12:00:00Z", "Cranes.");
            "2026/11/dock.md"
        }),
        ("permalinks", &|site| {
            let settings = "title: Check\nbase_url: https://example.org/\npermalinks: {story: \"/{yyyy}/{slug}/\"}\n";
            site.file("dateline.yaml", settings);
            "2026/11/dock.md"
        }),
        ("edition", &|site| {
            let settings = "title: Check\nbase_url: https://example.org/\nlanguages: [en, es]\n";
            site.file("dateline.yaml", settings).story("dock", "language: es", "Cranes.");
            "2026/11/dock.md"
        }),
    ];
    for (name, edit) in edits {
        let site = site();
        let file = edit(&site);
        assert_eq!(said(&site.build()), [moved(file, "urn:check:dock")], "{name}");
        let ran = site.cli(&["check", "--moved", "--fix", "--now", NOW]);
        assert_eq!((ran.code, ran.stdout), (0, format!("content/{file}: added {OLD}\n")), "{name}: {}", ran.stderr);
        assert!(said(&site.build()).is_empty(), "{name}");
        assert!(site.read("news/2026/11/20/dock/index.html").contains("http-equiv"), "{name}");
    }
}

#[test]
fn a_renamed_story_without_a_uri_is_known_by_its_headline() {
    let site = Site::new();
    let text = "---\nheadline: Cranes stop\nfirstCreated: 2026-11-20T12:00:00Z\n---\n\nText.\n";
    site.file("content/2026/11/dock.md", text);
    site.build();
    site.remove("content/2026/11/dock.md").file("content/2026/11/quay.md", text);
    let expected = [moved("2026/11/quay.md", "tag:dateline,2026:2026-11-20:quay")];
    assert_eq!(said(&site.build()), expected);
    assert_eq!(said(&site.build()), expected);
    // Two that could be it are not guessed at.
    let site = Site::new();
    site.file("content/2026/11/dock.md", text);
    site.build();
    site.remove("content/2026/11/dock.md");
    site.file("content/2026/11/quay.md", text).file("content/2026/11/pier.md", text);
    let gone = "note: /news/2026/11/20/dock/ was an address of tag:dateline,2026:2026-11-20:dock, which is in no file any more";
    assert_eq!(said(&site.build()), [gone]);
}

#[test]
fn standing_pages_keep_their_addresses_too() {
    let site = site();
    fs::rename(site.root().join("content/pages/about.md"), site.root().join("content/pages/contact.md")).unwrap();
    let expected = "content/pages/contact.md: warning: /about/ was an address of urn:page and leads nowhere now";
    assert_eq!(said(&site.build()), [expected]);
    assert_eq!(site.cli(&["check", "--moved", "--fix", "--now", NOW]).code, 0);
    assert!(said(&site.build()).is_empty());
    assert!(site.read("about/index.html").contains("url=/contact/"));
    assert!(!site.read("sitemap-lists.xml").contains("/about/"));
}

#[test]
fn an_alias_that_a_standing_page_loses_is_an_address_that_went() {
    let site = site();
    let page = |aliases: &str| {
        site.file("content/pages/about.md", format!("---\nheadline: About\nuri: urn:page\n{aliases}---\n\nText.\n"));
        said(&site.build())
    };
    assert!(page("aliases: [/contact/, /who/]\n").is_empty());
    let expected = "content/pages/about.md: warning: /contact/ was an address of urn:page and leads nowhere now";
    assert_eq!(page("aliases: [/who/]\n"), [expected]);
    assert!(page("aliases: [/contact/, /who/]\n").is_empty());
}

#[test]
fn what_is_hidden_on_purpose_is_not_named() {
    let site = site();
    for front in ["pubStatus: withheld", "embargoedUntil: 2027-01-01T00:00:00Z", "draft: true", "advisory: true"] {
        site.story("dock", front, "Cranes stood idle.");
        assert!(said(&site.build()).is_empty(), "{front}");
    }
    site.file("content/pages/about.md", "---\nheadline: About\nuri: urn:page\ndraft: true\n---\n\nText.\n");
    assert!(said(&site.build()).is_empty());
    // It comes back elsewhere.
    site.story("dock", "slug: quay", "Cranes stood idle.");
    assert_eq!(said(&site.build()), [moved("2026/11/dock.md", "urn:check:dock")]);
    // A kill takes the old addresses of a story with it.
    site.story("dock", "slug: quay\npubStatus: canceled", "");
    let kill = said(&site.build());
    let expected = "whose notice of withdrawal stands at /news/2026/11/20/quay/";
    assert!(kill.len() == 1 && kill[0].ends_with(expected), "{kill:?}");
}

#[test]
fn a_later_version_in_another_file_and_a_successor_keep_addresses() {
    let site = site();
    site.story("dock", &format!("slug: quay\naliases: [{OLD}]"), "Cranes.");
    assert!(said(&site.build()).is_empty());
    site.story("dock2", "uri: urn:check:dock\nversion: 2", "Cranes.");
    assert_eq!(said(&site.build()), [moved("2026/11/dock2.md", "urn:check:dock")]);
    site.remove("content/2026/11/dock2.md");
    site.build();
    site.story("next", "replaces: [\"urn:check:dock\"]\nversionCreated: 2026-11-21T00:00:00Z", "Cranes.");
    assert_eq!(said(&site.build()), [moved("2026/11/next.md", "urn:check:dock")]);
}

#[test]
fn a_file_that_is_deleted_is_noted_until_it_is_let_go() {
    let site = site();
    site.remove("content/2026/11/dock.md");
    let expected = [format!("note: {OLD} was an address of urn:check:dock, which is in no file any more")];
    assert_eq!(said(&site.build()), expected);
    assert_eq!(said(&site.build()), expected);
    let named = site.cli(&["check", "--moved", "--now", NOW]);
    assert_eq!((named.code, named.stdout), (1, format!("{OLD} urn:check:dock in no file\n")));
    let address = format!("https://example.org{OLD}");
    // By a clock that no machine is behind.
    let ran = site.cli(&["check", "--moved", "--now", "2020-01-01T00:00:00Z", "--forget", &address]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(said(&site.build()).is_empty());
}

#[test]
fn many_addresses_are_counted_and_kept_at_once() {
    let site = Site::new();
    let story = |number: usize, category: &str| {
        let front = format!("category: {category}\n");
        site.story(&format!("s{number}"), &front, "Text.");
    };
    (0..30).for_each(|number| story(number, "politics"));
    site.build();
    (0..30).for_each(|number| story(number, "policy"));
    let found = said(&site.build());
    assert_eq!(found.len(), 21);
    assert_eq!(
        found.iter().filter(|line| *line == "warning: 10 more addresses that were public lead nowhere now").count(),
        1
    );
    let ran = site.cli(&["check", "--moved", "--fix", "--now", NOW]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 30), "{}", ran.stderr);
    assert!(said(&site.build()).is_empty());
}

#[test]
fn the_output_does_not_depend_on_former_addresses() {
    let site = site();
    site.story("dock", "slug: quay", "Cranes stood idle.");
    site.build();
    let clean = site.copy();
    assert!(said(&clean.build()).is_empty());
    assert_eq!(site.tree(), clean.tree());
}

#[test]
fn a_file_that_cannot_be_changed_safely_is_left_alone() {
    let site = site();
    site.story("dock", "slug: quay\naliases: [/a/,\n  /b/ # old\n  ]", "Cranes.");
    let path = site.root().join("content/2026/11/dock.md");
    let before = fs::read(&path).unwrap();
    site.build();
    let ran = site.cli(&["check", "--moved", "--fix", "--now", NOW]);
    assert_eq!((ran.code, ran.stdout), (1, format!("{OLD} urn:check:dock content/2026/11/dock.md\n")));
    let why = "the aliases were not added: the front matter has a form that cannot be changed safely";
    assert!(
        ran.stderr.contains(why) && ran.stderr.contains(&format!("add `{OLD}` to `aliases` by hand")),
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_derived_uri_depends_on_day_and_slug_alone() {
    let text = "---\nheadline: A\nfirstCreated: 2026-11-20T10:00:00Z\n---\n\nText.\n";
    let ids = |host: &str, file: &str| {
        let site = Site::new();
        site.file("dateline.yaml", format!("title: Check\nbase_url: https://{host}/\n")).file(file, text);
        site.build();
        let feed = site.read("feed.xml");
        let guid = feed.split("<guid").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_string();
        guid.split('>').nth(1).unwrap().to_string()
    };
    assert_eq!(ids("example.org", "content/2026/11/a.md"), "tag:dateline,2026:2026-11-20:a");
    assert_eq!(ids("news.example.net", "content/sport/cup/a.md"), "tag:dateline,2026:2026-11-20:a");
}

#[test]
fn stories_of_one_day_and_slug_stay_two_stories() {
    let site = Site::with("languages: [en, es]\n");
    let text = |hour: u8, more: &str| {
        format!("---\nheadline: H{hour}\nfirstCreated: 2026-11-20T{hour}:00:00Z\n{more}---\n\nText.\n")
    };
    site.file("content/sport/results.md", text(11, "")).file("content/politics/results.md", text(12, ""));
    site.file("content/es/results.md", text(10, "language: es\n"));
    let report = site.build();
    let notes: Vec<String> = report.diagnostics.iter().map(|one| format!("{one}")).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    let note = "the story has the day and slug of content/sport/results.md, and no `uri`";
    assert!(notes[0].contains("content/politics/results.md") && notes[0].contains(note), "{notes:?}");
    for page in ["sport/2026/11/20/results", "politics/2026/11/20/results", "es/es/2026/11/20/results"] {
        assert!(site.has(&format!("{page}/index.html")), "{page}");
    }
    let feed = site.read("feed.xml");
    for uri in ["tag:dateline,2026:2026-11-20:results<", "tag:dateline,2026:2026-11-20:results:2<"] {
        assert!(feed.contains(uri), "{feed}");
    }
    // One that comes later takes no other's uri, wherever its file lies.
    site.file("content/art/results.md", text(13, ""));
    site.build();
    let feed = site.read("feed.xml");
    assert!(feed.contains("results:3<") && said(&site.build()).is_empty());
}
