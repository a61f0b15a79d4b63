//! Files of `static/`: published as they are at the root of the site, and never in the place of anything else.

#![allow(clippy::disallowed_methods, reason = "tests make links and files of any bytes")]

use crate::support::{NOW, Site, found, tree};
use std::fs;
use std::os::unix::fs::symlink;

/// Longer ago than any stamp that is in doubt.
fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(20));
}

#[test]
fn files_go_to_the_root_as_they_are() {
    let site = Site::new();
    site.story("strike", "", "See [our terms](/terms.pdf), [this](/tools/) and [nothing](/none.pdf).");
    let bytes: Vec<u8> = (0..=255).collect();
    site.file("static/terms.pdf", &bytes).file("static/.well-known/security.txt", "Contact: x\n");
    site.file("static/tools/index.html", "<p>A tool</p>").file("static/google1234.html", "google-site-verification");
    for left in [".DS_Store", ".htaccess", "ads.txt~", ".well-known/.x"] {
        site.file(&format!("static/{left}"), "left");
    }
    assert_eq!(found(&site.build()), ["warning link-target content/2026/11/strike.md:7:50"]);
    let out = tree(&site.output());
    assert_eq!(out["terms.pdf"], bytes);
    assert_eq!(site.read(".well-known/security.txt"), "Contact: x\n");
    assert_eq!(site.read("google1234.html"), "google-site-verification");
    assert!(!out.values().any(|bytes| bytes == b"left"));
    let story = site.read("news/2026/11/20/strike/index.html");
    assert!(story.contains("<a href=\"/terms.pdf\">our terms</a>") && story.contains("<a href=\"/tools/\">this</a>"));
    assert!(!story.contains("/none.pdf"));
    let manifest = fs::read_to_string(site.output().join(".dateline-manifest")).unwrap();
    assert_eq!(manifest.lines().filter(|line| line.contains(" static ")).count(), 4, "{manifest}");
}

#[test]
fn a_changed_file_is_copied_alone_and_a_removed_one_goes() {
    let site = Site::new();
    site.story("strike", "", "Text.");
    site.file("static/ads.txt", "one").file("static/a/b.txt", "b");
    settle();
    site.build();
    let report = site.build();
    assert_eq!(report.counts.rendered, 0);
    site.file("static/ads.txt", "two");
    settle();
    let report = site.build_with(NOW, |options| options.list_pages = true);
    let written: Vec<String> = report.written.iter().map(|line| format!("{line:?}")).collect();
    assert_eq!(report.counts.rendered, 1, "{written:?}");
    assert!(written.len() == 1 && written[0].contains("/ads.txt"), "{written:?}");
    assert_eq!(site.read("ads.txt"), "two");
    let purge = fs::read_to_string(site.root().join(".dateline/purge.txt")).unwrap_or_default();
    assert!(purge.is_empty() || purge.contains("/ads.txt"), "{purge}");
    site.remove("static/ads.txt").remove("static/a/b.txt");
    let report = site.build();
    assert_eq!((report.counts.rendered, report.counts.removed), (0, 2));
    assert!(!site.has("ads.txt") && !site.output().join("a").exists());
    // The folder may come later, and hold an empty file.
    fs::remove_dir_all(site.root().join("static")).unwrap();
    site.build();
    site.file("static/empty", "");
    assert_eq!(site.build().counts.rendered, 1);
    assert_eq!(site.read("empty"), "");
}

#[test]
fn a_clash_names_both_places() {
    let site = Site::with("publish: {live: {to: www, preset: netlify}}\nlanguages: [en, es]\n");
    site.story("strike", "associations: [{href: shot.png}]", "Text.").story("port", "category: economy", "Text.");
    site.file("content/2026/11/shot.png", crate::support::png(4, 4, "x"));
    site.file("content/pages/about.md", "---\nheadline: About\naliases: [/who/]\n---\n\nText.\n");
    for name in [
        "robots.txt",
        "index.html",
        "es/feed.xml",
        "sitemap.xml",
        "404.html",
        "assets/style.css",
        "media/2026/11/shot.png",
        "news/2026/11/20/strike/index.html",
        "news/2026/11/20/strike/ninjs.json",
        "News/index.html",
        "about/index.html",
        "economy",
        "who/index.html",
        "_headers",
        "feeds",
        "a?b.txt",
    ] {
        site.file(&format!("static/{name}"), "mine");
    }
    let report = site.build();
    let switch =
        |name: &str| format!("take it out of static/, or write `{name}` in dateline.yaml, so that it is not made");
    let rename = "rename the file, or take it out of static/";
    let expected = [
        (
            "404.html",
            "/404.html is already the address of the not-found file that dateline makes",
            switch("pages: {not_found: no}"),
        ),
        (
            "News/index.html",
            "/News/ and /news/ (the category page) differ in case or Unicode form alone, and many disks and hosts have one file for both",
            rename.into(),
        ),
        (
            "_headers",
            "/_headers is in the place of the file `_headers`, which a host of this site needs",
            "take it out of static/; `publish` in dateline.yaml says which host it is".into(),
        ),
        (
            "a?b.txt",
            "the file's path cannot be an address of the site",
            "rename it: no part may have one of `? # \" < > % | * :`, and all has at most 1,024 bytes".into(),
        ),
        ("about/index.html", "/about/ is already the address of content/pages/about.md", rename.into()),
        (
            "assets/style.css",
            "/assets/style.css is already the address of the file static/style.css of the theme",
            rename.into(),
        ),
        (
            "economy",
            "/economy and /economy/ (the category page) need one name as a file and as a folder",
            rename.into(),
        ),
        (
            "es/feed.xml",
            "/es/feed.xml is already the address of the rss file that dateline makes",
            switch("pages: {rss: no}"),
        ),
        (
            "feeds",
            "/feeds and /feeds/ (the feeds page) need one name as a file and as a folder",
            switch("pages: {feeds: no}"),
        ),
        ("index.html", "/ is already the address of the front page", switch("pages: {front: no}")),
        (
            "media/2026/11/shot.png",
            "/media/2026/11/shot.png is already the address of content/2026/11/shot.png",
            rename.into(),
        ),
        (
            "news/2026/11/20/strike/index.html",
            "/news/2026/11/20/strike/ is already the address of content/2026/11/strike.md",
            rename.into(),
        ),
        (
            "news/2026/11/20/strike/ninjs.json",
            "/news/2026/11/20/strike/ninjs.json is already the address of content/2026/11/strike.md",
            rename.into(),
        ),
        (
            "robots.txt",
            "/robots.txt is already the address of the robots file that dateline makes",
            switch("pages: {robots: no}"),
        ),
        (
            "sitemap.xml",
            "/sitemap.xml is already the address of the sitemap-index file that dateline makes",
            switch("pages: {sitemap: no}"),
        ),
        ("who/index.html", "/who/ is already the address of content/pages/about.md", rename.into()),
    ];
    let messages: Vec<_> = report
        .diagnostics
        .iter()
        .filter(|one| one.at.as_ref().is_some_and(|at| at.file.starts_with("static/")))
        .collect();
    let messages: Vec<(&str, &str, String)> = messages
        .iter()
        .map(|one| (&one.at.as_ref().unwrap().file["static/".len()..], one.message.as_str(), one.hints.join("; ")))
        .collect();
    for (wanted, is) in expected.iter().zip(&messages) {
        assert_eq!(is, wanted);
    }
    assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    assert!(report.diagnostics.iter().all(|one| one.code == dateline::diag::Code::SameUrl), "{:?}", report.diagnostics);
    assert_eq!(site.run_build(&[]).code, 1);
    assert!(site.files_with("mine").is_empty(), "{:?}", site.files_with("mine"));
    // What dateline does not make leaves its place.
    let site = Site::with("pages: {robots: no}\n");
    site.file("static/robots.txt", "mine");
    assert_eq!(found(&site.build()), [""; 0]);
    assert_eq!(site.read("robots.txt"), "mine");
}

#[test]
fn links_are_not_followed() {
    let site = Site::new();
    let outside = crate::support::folder();
    fs::write(outside.path().join("secret.txt"), "a very long-kept word").unwrap();
    site.file("static/ads.txt", "ads").file("content/notes.txt", "an inner word");
    symlink(outside.path().join("secret.txt"), site.root().join("static/out.txt")).unwrap();
    symlink(outside.path(), site.root().join("static/folder")).unwrap();
    symlink("../content/notes.txt", site.root().join("static/in.txt")).unwrap();
    let report = site.build();
    let message = "is not a regular file or folder and was not published";
    let expected =
        ["folder", "in.txt", "out.txt"].map(|name| format!("error file-unreadable static/{name}: {message}"));
    let messages: Vec<String> = report
        .diagnostics
        .iter()
        .map(|one| format!("error {} {}: {}", one.code, one.at.as_ref().unwrap().file, one.message))
        .collect();
    assert_eq!(messages, expected);
    assert!(report.diagnostics.iter().all(|one| one.hints == ["symbolic links in static/ are not followed; put a copy in the place of the link"]));
    assert!(
        site.files_with("a very long-kept word").is_empty()
            && site.files_with("an inner word").is_empty()
            && site.has("ads.txt")
    );
    // The folder itself is none either.
    let site = Site::new();
    symlink(outside.path(), site.root().join("static")).unwrap();
    let report = site.build();
    assert_eq!(
        report.diagnostics.iter().map(|one| one.to_string()).collect::<Vec<_>>(),
        [format!("static: error: {message}")]
    );
    assert!(site.files_with("a very long-kept word").is_empty());
}

#[test]
fn a_file_that_says_what_is_hidden_is_a_leak() {
    let site = Site::new();
    let text = "The merger of two freight firms on the river will be announced on Monday, said somebody who knows";
    site.story("merger", "pubStatus: withheld", text);
    site.file("static/old/page.html", format!("<p>{text}</p>"));
    site.build();
    let ran = site.cli(&["check", "--now", NOW, "--leaks"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("output/old/page.html:1:4"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the file comes from static/: take it out there"), "{}", ran.stderr);
}

#[test]
fn files_are_published_with_their_types_and_purged() {
    let site = Site::with("pages: {days: false}\npublish: {live: {to: www, releases: 0}}\n");
    site.story("strike", "", "Text.");
    site.file("static/ads.txt", "one").file("static/.well-known/apple-app-site-association", "{}");
    site.run_build(&[]).well();
    let publish = || site.cli(&["publish", "--now", NOW]).well();
    publish();
    let live = |path: &str| fs::read_to_string(site.root().join("www").join(path)).unwrap();
    assert_eq!((live("ads.txt"), live(".well-known/apple-app-site-association")), ("one".into(), "{}".into()));
    site.file("static/ads.txt", "other");
    site.run_build(&["--purge", "purge.txt"]).well();
    let ran = publish();
    assert!(ran.stderr.contains("1 put, 0 deleted"), "{}", ran.stderr);
    assert_eq!(live("ads.txt"), "other");
    site.remove("static/ads.txt");
    site.run_build(&[]).well();
    assert!(publish().stderr.contains("0 put, 1 deleted"));
    assert!(!site.root().join("www/ads.txt").exists());
}
