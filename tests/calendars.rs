//! Calendars of months and years, and the page of each edition for wrong addresses.

use crate::support::{Site, attributes, texts};
use std::collections::BTreeSet;

fn story(site: &Site, name: &str, day: &str) {
    site.story(name, &format!("firstCreated: {day}T12:00:00Z\n"), "Text.");
}

#[test]
fn months_and_years_lead_to_the_days() {
    let site = Site::with("languages: [en, es]\n");
    story(&site, "a", "2026-11-20");
    story(&site, "b", "2026-11-03");
    story(&site, "c", "2026-09-30");
    story(&site, "d", "2024-02-29");
    site.story("e", "language: es\nfirstCreated: 2026-11-02\n", "Text.");
    site.run_build(&["--strict"]).well();
    let month = site.html("2026/11/index.html");
    assert_eq!(texts(&month, "h1"), ["November 2026"]);
    assert_eq!(texts(&month, ".index a"), ["November 3, 2026", "November 20, 2026"]);
    assert_eq!(attributes(&month, ".index a", "href"), ["/2026/11/03/", "/2026/11/20/"]);
    assert_eq!(attributes(&month, ".crumbs a", "href"), ["/2026/"]);
    assert_eq!(attributes(&month, ".pager a", "href"), ["/2026/09/"]);
    let year = site.html("2026/index.html");
    assert_eq!(
        (texts(&year, "h1"), texts(&year, ".index a")),
        (vec!["2026".to_string()], vec!["September 2026".to_string(), "November 2026".to_string()])
    );
    assert_eq!(attributes(&year, ".pager a", "href"), ["/2024/"]);
    assert_eq!(attributes(&site.html("2024/02/index.html"), ".pager a", "href"), ["/2026/09/"]);
    assert_eq!(attributes(&site.html("2026/11/20/index.html"), ".crumbs a", "href"), ["/2026/", "/2026/11/"]);
    assert_eq!(texts(&site.html("es/2026/11/index.html"), "h1"), ["noviembre de 2026"]);
    assert_eq!(attributes(&site.html("es/2026/11/index.html"), ".index a", "href"), ["/es/2026/11/02/"]);
    assert!(site.read("sitemap-lists.xml").contains("https://example.org/2026/11/</loc>"));
    let schema = site.read("2026/11/index.html");
    assert!(schema.contains("CollectionPage") && schema.contains("BreadcrumbList"), "{schema}");
}

#[test]
fn calendars_follow_the_addresses_of_days_and_give_way() {
    let site = Site::with("permalinks: {day: \"/archive/{yyyy}/{mm}/{dd}/\"}\n");
    story(&site, "a", "2026-11-20");
    site.run_build(&["--strict"]).well();
    assert!(
        site.has("archive/2026/11/index.html") && site.has("archive/2026/index.html") && !site.has("2026/index.html")
    );

    let site = Site::with("permalinks: {day: \"/{yyyy}-{mm}-{dd}/\", year: \"/year-{yyyy}/\"}\n");
    story(&site, "a", "2026-11-20");
    site.run_build(&["--strict"]).well();
    assert!(site.has("2026/11/index.html") && site.has("year-2026/index.html"));

    // A page that the newsroom wrote stays where it was.
    let site = Site::new();
    story(&site, "a", "2026-11-20");
    site.file("content/pages/2026.md", "---\nheadline: Our year\n---\n\nText.\n");
    site.run_build(&["--strict"]).well();
    assert_eq!(texts(&site.html("2026/index.html"), "h1"), ["Our year"]);
    assert!(attributes(&site.html("2026/11/index.html"), ".crumbs a", "href").is_empty());

    for switch in ["calendars: no", "days: off"] {
        let site = Site::with(&format!("pages: {{{switch}}}\n"));
        story(&site, "a", "2026-11-20");
        site.run_build(&["--strict"]).well();
        assert!(!site.has("2026/11/index.html") && !site.has("2026/index.html"), "{switch}");
    }
}

#[test]
fn hidden_stories_leave_no_trace_and_withdrawn_ones_leave() {
    let site = Site::new();
    story(&site, "a", "2026-11-20");
    site.story("hidden", "firstCreated: 2025-03-01\npubStatus: withheld\n", "Text.");
    site.story("later", "firstCreated: 2026-12-24\nembargoedUntil: 2026-12-24T00:00:00Z\n", "Text.");
    site.story("gone", "firstCreated: 2026-10-05\nversionCreated: 2026-10-05\n", "Text.");
    site.build();
    for page in ["2025/index.html", "2025/03/index.html", "2026/12/index.html"] {
        assert!(!site.has(page), "{page}");
    }
    for page in ["404.html", "2026/index.html", "2026/10/index.html", "2026/11/index.html"] {
        let text = site.read(page);
        assert!(
            !text.contains("/hidden/")
                && !text.contains("/later/")
                && !text.contains("2025")
                && !text.contains("December"),
            "{page}"
        );
    }
    assert!(site.read("404.html").contains("Headline of gone"));
    site.story(
        "gone",
        "firstCreated: 2026-10-05\nversion: 2\npubStatus: canceled\nversionCreated: 2026-11-21\n",
        "Text.",
    );
    site.build();
    assert!(!site.has("2026/10/index.html") && !site.read("2026/index.html").contains("2026/10/"));
    assert!(!site.read("404.html").contains("Headline of gone"));
    assert!(!site.read("2026/11/index.html").contains("/2026/10/"));
}

#[test]
fn the_first_story_of_a_month_changes_few_pages() {
    let site = Site::with("related: 0\n");
    for (name, day) in [("a", "2026-08-20"), ("b", "2026-09-03"), ("c", "2026-09-30"), ("d", "2025-02-28")] {
        story(&site, name, day);
    }
    site.build();
    let before = site.tree();
    story(&site, "new", "2026-11-01");
    site.build();
    let after = site.tree();
    let is_changed = |path: &&String| before.get(*path) != after.get(*path);
    let changed: BTreeSet<&str> =
        after.keys().filter(is_changed).map(String::as_str).filter(|path| path.starts_with("20")).collect();
    // The day before leads to the new one.
    let calendars = [
        "2026/09/30/index.html",
        "2026/09/index.html",
        "2026/11/01/index.html",
        "2026/11/index.html",
        "2026/index.html",
    ]
    .into_iter()
    .collect();
    assert_eq!(changed, calendars);
    assert!(before["news/2026/08/20/a/index.html"] == after["news/2026/08/20/a/index.html"]);
}

#[test]
fn every_edition_has_its_page_for_wrong_addresses() {
    let site = Site::with("languages: [en, ar, pt-BR]\npublish: {n: {to: pub, releases: 0, preset: netlify}}\n");
    for number in 0..12 {
        site.story(&format!("en-{number}"), &format!("firstCreated: 2026-11-20T12:{number:02}:00Z\n"), "Text.");
    }
    site.story("arabic", "language: ar\n", "نص.");
    site.run_build(&["--strict"]).well();
    let (english, arabic) = (site.html("404.html"), site.html("ar/404.html"));
    assert_eq!(attributes(&english, "html", "lang"), ["en"]);
    assert_eq!(
        (attributes(&arabic, "html", "lang"), attributes(&arabic, "html", "dir")),
        (vec!["ar".to_string()], vec!["rtl".to_string()])
    );
    assert_eq!(attributes(&english, "main form", "action"), ["/search/"]);
    assert_eq!(attributes(&arabic, "main form", "action"), ["/ar/search/"]);
    let links = attributes(&english, ".heads a", "href");
    assert_eq!(links.len(), 8);
    assert_eq!(links[0], "/news/2026/11/20/en-11/");
    assert_eq!(attributes(&arabic, ".heads a", "href"), ["/ar/news/2026/11/20/arabic/"]);
    assert!(attributes(&site.html("pt-br/404.html"), ".heads a", "href").is_empty());
    let ran = site.cli(&["publish", "n"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let rules = std::fs::read_to_string(site.root().join("pub/_redirects")).unwrap();
    assert_eq!(rules, "/ar/* /ar/404.html 404\n/pt-br/* /pt-br/404.html 404\n");

    let site = Site::with("languages: [en, ar]\npages: {not_found: no}\nsearch: off\n");
    story(&site, "a", "2026-11-20");
    site.build();
    assert!(!site.has("404.html") && !site.has("ar/404.html"));
}

#[test]
fn rules_of_a_host_match_the_files_beside_them() {
    let site = Site::new();
    site.file(
        "dateline.yaml",
        "title: Check\nbase_url: https://example.org/wire/\npublish:\n  n: {to: pub, releases: 0, preset: netlify}\n",
    );
    site.story("a", "aliases: [/old/]\n", "Text.");
    site.run_build(&["--strict"]).well();
    let ran = site.cli(&["publish", "n"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let read = |name: &str| std::fs::read_to_string(site.root().join("pub").join(name)).unwrap();
    assert_eq!(read("_redirects"), "/old/ /wire/news/2026/11/20/a/ 301!\n");
    let headers = read("_headers");
    let paths: Vec<&str> = headers.lines().filter(|line| line.starts_with('/')).collect();
    assert!(
        paths.contains(&"/*") && paths.contains(&"/feed.xml") && paths.iter().all(|path| !path.contains("wire")),
        "{paths:?}"
    );
}
