//! What a build makes: pages, lists, feeds, and which files it touches.

use crate::support::{NOW, Site, attributes, found, png, texts};
use dateline::page::PageKind;
use scraper::{Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// A site with a bit of everything, for tests of the whole.
fn newsroom(site: &Site) {
    site.file("content/2026/11/quay.png", png(2, 3, ""));
    site.story(
        "strike",
        "headline: Dockers strike in Port Halden\nsubheadline: Third day\nkicker: Ports\nversion: 2\n\
         dateline: Port Halden, Nov 20 (CHK)\nby: [Ana Reis, Tom Hale]\ncategory: economy/shipping\nkeywords: [dockers, ports]\n\
         versionCreated: 2026-11-20T15:00:00Z\ncreditLine: Check Wire\ncopyrightNotice: © Check 2026\nusageTerms: Editorial use only\n\
         correction: {note: Corrects the number of ships., date: 2026-11-20T15:00:00Z}\n\
         associations:\n  - {type: picture, href: quay.png, caption: The quay, credit: Check/Lee}\n",
        "Dockers in Port Halden walked out for a third day.\n\nThe port authority, the union and [talks](talks.md).\n\n\
         | ship | berth |\n|---|---|\n| Mole | 4 |\n",
    );
    site.story(
        "talks",
        "headline: Talks with dockers begin in Port Halden\nfirstCreated: 2026-11-19T09:00:00Z\ncategory: economy/shipping\n\
         keywords: [dockers]\nby: Ana Reis\n",
        "The union of dockers and the port authority met in Port Halden before the strike.",
    );
    site.story("alert", "alert: true\nurgency: 1\nfirstCreated: 2026-11-23T11:00:00Z\n", "");
    site.story(
        "killed",
        "pubStatus: canceled\ncorrection: {note: We withdraw this story.}\nassociations: [{type: picture, href: quay.png}]\n",
        "BODY-OF-KILLED",
    );
    site.story("old", "firstCreated: 0999-03-01T00:00:00Z\nlanguage: ar\nheadline: خبر قديم\n", "نص قديم.");
    site.file("content/pages/about.md", "---\nheadline: About\n---\n\nWho we are.\n");
}

#[test]
fn a_story_page_holds_every_part() {
    let site = Site::new();
    newsroom(&site);
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    let page = site.html("economy/shipping/2026/11/20/strike/index.html");
    for (selector, expected) in [
        (".kicker", "Ports"),
        ("h1", "Dockers strike in Port Halden"),
        (".sub", "Third day"),
        (".dateline", "Port Halden, Nov 20 (CHK)"),
        (".byline", "By Ana Reis, Tom Hale"),
        ("figcaption", "The quay Check/Lee"),
        ("#correction p:last-child", "Corrects the number of ships."),
        (".related-articles h2", "Related Articles"),
        (".related-articles li a", "Talks with dockers begin in Port Halden"),
        (".totop a", "Back to top"),
    ] {
        assert_eq!(texts(&page, selector), [expected], "{selector}");
    }
    let body = texts(&page, ".body").concat();
    assert!(body.contains("walked out for a third day") && body.contains("Mole"), "{body}");
    let rights = texts(&page, ".rights").concat();
    for part in ["Check Wire", "© Check 2026", "Editorial use only"] {
        assert!(rights.contains(part), "{part}: {rights}");
    }
    assert_eq!(attributes(&page, ".body a", "href"), ["/economy/shipping/2026/11/19/talks/"]);
    assert_eq!(attributes(&page, ".totop a", "href"), ["#top"]);
    assert_eq!(
        attributes(&page, "link[rel=canonical]", "href"),
        ["https://example.org/economy/shipping/2026/11/20/strike/"]
    );
    assert_eq!(attributes(&page, "figure img", "width"), ["2"]);
    // An alert stands without a body and says so.
    let alert = site.html("news/2026/11/23/alert/index.html");
    assert_eq!((texts(&alert, ".flag"), texts(&alert, ".body").len()), (vec!["Alert".to_string()], 0));
}

#[test]
fn every_page_is_sound() {
    let site = Site::with("languages: [en, ar]\n");
    newsroom(&site);
    site.build();
    let tree = site.tree();
    let mut pages = 0;
    for (path, bytes) in tree.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = Html::parse_document(std::str::from_utf8(bytes).unwrap());
        let count = |selector| html.select(&Selector::parse(selector).unwrap()).count();
        assert_eq!((count("h1"), count("title")), (1, 1), "{path}");
        let noindex = count("meta[name=robots][content=noindex]");
        assert!(count("link[rel=canonical]") == 1 || path.ends_with("404.html"), "{path}");
        assert_eq!(
            noindex,
            usize::from(path.ends_with("404.html") || path.ends_with("search/index.html") || path.contains("killed")),
            "{path}"
        );
        let ids = attributes(&html, "[id]", "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: {ids:?}");
        for (selector, name) in [("[href]", "href"), ("[src]", "src")] {
            for link in attributes(&html, selector, name) {
                let file = local_file(&link);
                assert!(file.is_none_or(|file| tree.contains_key(&file)), "{path} links to {link}");
            }
        }
        for text in texts(&html, "script[type='application/ld+json']") {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let kind = attributes(&html, "body", "class").remove(0);
            let wanted = match kind.as_str() {
                "k-story" => "NewsArticle",
                "k-front" => "WebSite",
                "k-author" => "ProfilePage",
                _ => "CollectionPage",
            };
            assert_eq!((&value["@context"], &value["@type"]), (&"https://schema.org".into(), &wanted.into()), "{path}");
        }
        pages += 1;
    }
    assert!(pages > 15, "{pages}");
    let arabic = site.html("ar/news/0999/03/01/old/index.html");
    assert_eq!(attributes(&arabic, "html", "dir"), ["rtl"]);
}

/// The file of the output that a link of the site leads to.
fn local_file(link: &str) -> Option<String> {
    let path = link.strip_prefix("https://example.org").unwrap_or(link).split('#').next()?;
    if !path.starts_with('/') {
        return None;
    }
    let path = dateline::load::decode(&path[1..]);
    Some(if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path })
}

#[test]
fn feeds_sitemaps_and_exports_parse() {
    let site = Site::new();
    newsroom(&site);
    site.build();
    let tree = site.tree();
    let (mut xml, mut json) = (0, 0);
    for (path, bytes) in &tree {
        let text = || std::str::from_utf8(bytes).unwrap();
        if path.ends_with(".xml") || path.ends_with(".svg") {
            elements(path, text());
            xml += 1;
        } else if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(text()).unwrap_or_else(|error| panic!("{path}: {error}"));
            json += 1;
        }
    }
    assert!(xml >= 10 && json >= 8, "{xml} {json}");

    let rss = elements("feed.xml", &site.read("feed.xml"));
    assert_eq!(rss["guid"], ["urn:check:alert", "urn:check:strike", "urn:check:talks", "urn:check:old"]);
    assert_eq!(rss["pubDate"][0], "Mon, 23 Nov 2026 11:00:00 +0000");
    let atom = elements("atom.xml", &site.read("atom.xml"));
    assert_eq!(atom["id"][1..], ["urn:check:alert", "urn:check:strike", "urn:check:talks", "urn:check:old"]);
    assert!(site.read("atom.xml").contains("<at:deleted-entry ref=\"urn:check:killed\""));
    let feed: serde_json::Value = serde_json::from_str(&site.read("feed.json")).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"].as_array().unwrap().len(), 4);

    // Every address of a sitemap is a file, and every public story is in one.
    let mut addresses = Vec::new();
    for part in &elements("sitemap.xml", &site.read("sitemap.xml"))["loc"] {
        addresses.extend(elements(part, &site.read(&local_file(part).unwrap())).remove("loc").unwrap());
    }
    for address in &addresses {
        assert!(tree.contains_key(&local_file(address).unwrap()), "{address}");
    }
    for story in ["strike", "talks", "alert", "old"] {
        assert_eq!(addresses.iter().filter(|url| url.ends_with(&format!("/{story}/"))).count(), 1, "{story}");
    }
    assert!(!addresses.iter().any(|url| url.contains("killed")));
    let news = elements("news-sitemap.xml", &site.read("news-sitemap.xml"));
    assert_eq!(news["news:title"], ["Headline of alert"]);

    let ninjs: serde_json::Value =
        serde_json::from_str(&site.read("economy/shipping/2026/11/20/strike/ninjs.json")).unwrap();
    assert_eq!((&ninjs["uri"], &ninjs["version"]), (&"urn:check:strike".into(), &"2".into()));
    assert!(ninjs["bodies"][0]["value"].as_str().unwrap().contains("third day"));
    let killed: serde_json::Value = serde_json::from_str(&site.read("news/2026/11/20/killed/ninjs.json")).unwrap();
    assert_eq!(killed, serde_json::json!({"uri": "urn:check:killed", "version": "1", "pubStatus": "canceled"}));
}

/// The texts of the elements of an XML document, by name. Fails where it is not well-formed.
fn elements(path: &str, text: &str) -> BTreeMap<String, Vec<String>> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<(String, String)> = Vec::new();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}")) {
            Event::Start(start) => {
                start.attributes().for_each(|attribute| drop(attribute.unwrap()));
                open.push((start.name().as_ref().to_string(), String::new()));
            }
            Event::Empty(start) => start.attributes().for_each(|attribute| drop(attribute.unwrap())),
            Event::Text(part) => {
                if let Some((_, text)) = open.last_mut() {
                    text.push_str(&part);
                }
            }
            Event::End(_) => {
                let (name, text) = open.pop().unwrap();
                found.entry(name).or_default().push(text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty() && !found.is_empty(), "{path}");
    found
}

#[test]
fn a_newer_story_leaves_full_pages_alone() {
    // Stories come in pairs that share words with each other and with no other story.
    let words = |pair: u32| format!("Quay{pair} pilot{pair} crane{pair} barge{pair}");
    let text = |own: &str, pair| {
        ["cargo", "tide", "rope", "anchor"].map(|word| format!("{word}{own} {}.", words(pair))).join(" ")
    };
    let site = Site::with("lists:\n  per_page: 5\n");
    for n in 10..22 {
        let front = format!("headline: {}\nfirstCreated: 2026-11-{n}T08:00:00Z\n", words(n / 2));
        site.story(&format!("s{n}"), &front, &text(&n.to_string(), n / 2));
    }
    site.build();
    let list = |path| attributes(&site.html(path), "article h3 a, article h2 a", "href");
    assert_eq!(list("news/page/1/index.html").len(), 5);
    assert_eq!(list("news/index.html").len(), 7);
    assert!(site.read("news/page/1/index.html").contains("/s10/"), "the first page holds the oldest");
    assert!(!site.has("news/page/2/index.html"));
    let before = site.tree();

    site.story(
        "newest",
        &format!(
            "headline: {}
firstCreated: 2026-11-22T08:00:00Z
",
            words(10)
        ),
        &text("new", 10),
    );
    site.build();
    let after = site.tree();
    let story = "news/2026/11/22/newest/";
    for (path, bytes) in &after {
        if before.get(path) == Some(bytes) {
            continue;
        }
        let is_story = path.strip_prefix("news/2026/").is_some_and(|rest| rest.ends_with("index.html"));
        let may_change = path.starts_with(story)
            || ["index.html", "404.html", "news/index.html", "latest/index.html"].contains(&path.as_str())
            // Its day, the day before, and the month.
            || ["2026/11/22/index.html", "2026/11/21/index.html", "2026/11/index.html"].contains(&path.as_str())
            || ["feed.xml", "atom.xml", "feed.json"].iter().any(|feed| path.trim_start_matches("news/") == *feed)
            || path.starts_with("sitemap") || path == "news-sitemap.xml"
            || path == "search/index.json" || path.starts_with("search/parts/")
            // The page of an older story, where the newer one is now related to it.
            || is_story && crate::support::contains(bytes, &format!("/{story}"));
        assert!(may_change, "{path} changed");
    }
    assert!(before.keys().all(|path| after.contains_key(path) || path.starts_with("search/parts/")));
    assert!(before["news/2026/11/20/s20/index.html"] != after["news/2026/11/20/s20/index.html"], "it is related");
    assert!(before["news/page/1/index.html"] == after["news/page/1/index.html"]);

    // Enough of them close a page: the open one begins after it.
    for n in 1..3 {
        site.story(&format!("more{n}"), &format!("firstCreated: 2026-11-23T0{n}:00:00Z\n"), "More.");
    }
    site.build();
    assert_eq!(list("news/page/2/index.html").len(), 5);
    assert_eq!(list("news/index.html").len(), 5);
    assert!(list("news/page/1/index.html").iter().all(|url| !url.contains("/more")), "older pages keep their stories");
    assert_eq!(list("news/page/1/index.html").len(), 5);
}

#[test]
fn the_same_bytes_everywhere() {
    let (site, other) = (Site::new(), Site::new());
    newsroom(&site);
    newsroom(&other);
    for n in 0..40 {
        let [forth, back] = [n, 39 - n].map(|n| (format!("s{n}"), format!("Text {n} of harbour and quay {}.", n % 7)));
        site.story(&forth.0, "", &forth.1);
        other.story(&back.0, "", &back.1);
    }
    let build = |site: &Site, threads: &str, zone: &str| {
        let _ = fs::remove_dir_all(site.output());
        let environment = [("TZ", zone), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")];
        let ran = site.cli_with(&["build", "--now", NOW, "--threads", threads], &environment);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        (site.tree(), fs::read(site.output().join(".dateline-manifest")).unwrap())
    };
    let first = build(&site, "1", "UTC");
    assert!(first.0.len() > 80);
    assert_eq!(first, build(&site, "8", "Pacific/Auckland"));
    assert_eq!(first, build(&other, "2", "America/Los_Angeles"));
}

#[test]
fn a_second_build_writes_nothing() {
    let site = Site::new();
    newsroom(&site);
    let first = site.build();
    assert_eq!((first.counts.written, first.counts.unchanged), (first.counts.pages, 0));
    let times = |site: &Site| -> BTreeMap<String, SystemTime> {
        let walk = walkdir::WalkDir::new(site.output()).into_iter().map(Result::unwrap);
        walk.filter(|entry| entry.file_type().is_file() && entry.file_name() != ".dateline-lock")
            .map(|entry| (entry.path().display().to_string(), entry.metadata().unwrap().modified().unwrap()))
            .collect()
    };
    let before = times(&site);
    let second = site.build();
    assert_eq!((second.counts.written, second.counts.removed), (0, 0));
    assert_eq!(second.counts.unchanged, first.counts.pages);
    assert_eq!(times(&site), before);
}

#[test]
fn check_writes_nothing() {
    let site = Site::new();
    newsroom(&site);
    let ran = site.cli(&["check", "--now", NOW]);
    assert_eq!((ran.code, site.output().exists()), (0, false), "{}", ran.stderr);
}

#[test]
fn a_removed_story_leaves_nothing_behind() {
    let site = Site::new();
    newsroom(&site);
    site.build();
    let before = site.tree();
    site.story("gone", "firstCreated: 2025-01-02T00:00:00Z\nby: Zoe Gone\ncategory: lonely\n", "Text.");
    site.build();
    assert!(site.has("lonely/2025/01/02/gone/index.html") && site.has("by/zoe-gone/index.html"));
    site.remove("content/2026/11/gone.md");
    let report = site.build();
    assert!(report.counts.removed > 5, "{:?}", report.counts);
    assert_eq!(site.tree(), before);
    for folder in ["lonely", "by/zoe-gone", "2025"] {
        assert!(!site.has(folder), "{folder}");
    }
}

#[test]
fn foreign_files_are_kept() {
    let site = Site::new();
    newsroom(&site);
    site.file("output/robots.txt", "mine").file("output/notes/todo.txt", "mine too");
    site.file("output/news/2026/11/23/alert/index.html", "mine three");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(
        ran.found(),
        ["error foreign-file output/news/2026/11/23/alert/index.html", "error foreign-file output/robots.txt"]
    );
    let kept = || (site.read("robots.txt"), site.read("notes/todo.txt"), site.read("news/2026/11/23/alert/index.html"));
    let mine = ("mine".to_string(), "mine too".to_string(), "mine three".to_string());
    assert_eq!(kept(), mine);
    assert!(site.has("economy/shipping/2026/11/20/strike/index.html"), "the rest is built");
    // Nor do they become ours on the second run, or when the story goes.
    assert_eq!(site.run_build(&[]).code, 1);
    site.remove("content/2026/11/alert.md");
    site.build();
    assert_eq!(kept(), mine);
    // `check` names them all.
    let check = site.cli(&["check", "--now", NOW]);
    assert!(check.stderr.contains("todo.txt") && check.stderr.contains("robots.txt"), "{}", check.stderr);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_output_folder_is_not_followed_out_of_it() {
    let site = Site::new();
    newsroom(&site);
    site.file("outside/index.html", "mine").file("output/.keep", "");
    std::os::unix::fs::symlink(site.root().join("outside/index.html"), site.output().join("robots.txt")).unwrap();
    let ran = site.run_build(&[]);
    assert_eq!(ran.found(), ["error foreign-file output/robots.txt"]);
    assert_eq!(fs::read(site.root().join("outside/index.html")).unwrap(), b"mine");
}

#[test]
fn a_damaged_manifest_removes_nothing() {
    let site = Site::new();
    newsroom(&site);
    site.story("gone", "category: lonely\n", "Text.");
    site.build();
    site.file("victim.txt", "mine");
    let before = site.tree();
    let (zeros, absolute) = ("0".repeat(32), site.root().join("victim.txt").display().to_string());
    let lists = [
        "garbage".to_string(),
        String::new(),
        format!("dateline manifest 2\n{zeros} story ../victim.txt\n"),
        format!("dateline manifest 2\n{zeros} story {absolute}\n"),
    ];
    for list in &lists {
        site.file("output/.dateline-manifest", list);
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 0, "{list:?}\n{}", ran.stderr);
        assert_eq!(ran.found().len(), 1, "{list:?}\n{:?}", ran.found());
        assert!(ran.found()[0].starts_with("warning manifest-damaged "), "{:?}", ran.found());
        assert_eq!(site.tree(), before);
    }
    // That build wrote the list again, so the next one knows its files again.
    site.remove("content/2026/11/gone.md");
    assert_eq!(site.run_build(&[]).code, 0);
    assert!(!site.has("lonely"));
    // With the list damaged and the content changed, old pages count as foreign: kept, and an error.
    site.file("output/.dateline-manifest", &lists[0]).remove("content/2026/11/talks.md");
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.report["counts"]["removed"].as_u64()), (1, Some(0)), "{}", ran.stderr);
    assert!(site.has("economy/shipping/2026/11/19/talks/index.html"));
    assert_eq!(fs::read(site.root().join("victim.txt")).unwrap(), b"mine");
}

#[test]
fn two_builds_do_not_meet() {
    let site = Site::new();
    newsroom(&site);
    site.build();
    let before = site.tree();
    let lock = fs::File::options().write(true).open(site.output().join(".dateline-lock")).unwrap();
    lock.try_lock().unwrap();
    site.story("late", "", "Text.");
    let ran = site.cli(&["build", "--now", NOW]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("another build"), "{}", ran.stderr);
    assert_eq!(site.tree(), before);
    drop(lock);
    assert_eq!(site.cli(&["build", "--now", NOW]).code, 0);
}

#[test]
fn the_first_build_appears_all_at_once() {
    let site = Site::new();
    site.story("strike", "", "Text.");
    // What a killed first build leaves.
    site.file("output/.dateline-new/2026/half.html", "half").file("output/.gitignore", "*");
    site.build();
    assert!(!site.has(".dateline-new") && site.has(".gitignore"));
    assert_eq!(site.tree().keys().filter(|file| file.contains("half")).count(), 0);
    let before = site.tree();
    site.build();
    assert_eq!(site.tree(), before);
}

#[test]
fn an_interrupted_build_is_taken_up() {
    let site = Site::new();
    newsroom(&site);
    site.build();
    let whole = site.tree();
    // As if the first build had been killed before its end: a list of names, some files, no manifest, a temporary file.
    let manifest = fs::read_to_string(site.output().join(".dateline-manifest")).unwrap();
    site.file("output/.dateline-pending", manifest).remove("output/.dateline-manifest");
    site.remove("output/robots.txt").file("output/index.html", "half").file("output/.dateline-tmp-1-1", "half");
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found().len()), (0, 0), "{}", ran.stderr);
    assert_eq!(site.tree(), whole);
    assert!(!site.has(".dateline-pending") && !site.has(".dateline-tmp-1-1"));
}

#[test]
fn drafts_show_only_when_asked() {
    let site = Site::new();
    site.story("open", "", "Text.").story("secret", "draft: true\n", "BODY-OF-SECRET");
    site.story("chain", "version: 1\n", "BODY-OF-FIRST");
    site.file(
        "content/2026/11/chain-v2.md",
        "---\nuri: urn:check:chain\nversion: 2\ndraft: true\nheadline: Second\n---\n\nBODY-OF-SECOND\n",
    );
    site.build();
    for hidden in ["secret", "BODY-OF-SECRET", "BODY-OF-SECOND", "chain-v2"] {
        site.assert_nowhere(hidden, &[]);
    }
    assert!(site.read("news/2026/11/20/chain/index.html").contains("BODY-OF-FIRST"));
    site.build_with(NOW, |options| options.drafts = true);
    assert!(site.read("news/2026/11/20/secret/index.html").contains("BODY-OF-SECRET"));
    assert!(site.read("news/2026/11/20/chain/index.html").contains("BODY-OF-SECOND"));
    site.build();
    site.assert_nowhere("secret", &[]);
}

#[test]
fn the_next_change_is_announced() {
    let site = Site::new();
    site.story("plain", "firstCreated: 2026-11-01T00:00:00Z\n", "Text.");
    assert_eq!(site.build().next_change, None);
    site.story("held", "embargoedUntil: 2026-11-25T10:00:00+01:00\n", "Text.");
    site.story("short", "firstCreated: 2026-11-01T00:00:00Z\nexpires: 2026-11-30T00:00:00Z\n", "Text.");
    let next = |now| site.build_at(now).next_change.map(|next| (next.at.to_string(), next.reason));
    let is = |at: &str, reason: &str| Some((at.to_string(), reason.to_string()));
    assert_eq!(next(NOW), is("2026-11-25T09:00:00Z", "embargo of urn:check:held ends"));
    assert_eq!(next("2026-11-25T09:00:00Z"), is("2026-11-27T09:00:00Z", "urn:check:held leaves the news sitemap"));
    assert_eq!(next("2026-11-28T00:00:00Z"), is("2026-11-30T00:00:00Z", "urn:check:short expires"));
    assert_eq!(next("2026-11-30T00:00:00Z"), None);
    let ran = site.run_build(&[]);
    assert_eq!(ran.report["nextChange"], "2026-11-25T09:00:00Z");
}

#[test]
fn hidden_stories_leave_no_byte() {
    let site = Site::new();
    let cases = [
        (
            "held",
            "embargoedUntil: 2026-11-25T09:00:00Z\nby: Writer Held\nkeywords: [topic-held]\ncategory: section-held\n",
        ),
        ("stalled", "embargoedUntil: 2026-12-25T09:00:00Z\n"),
        ("withheld", "pubStatus: withheld\ndateline: Placewithheld, Nov 20 (CHK)\n"),
        ("unread", "pubStatus: cancelled\n"),
        ("nowhen", "embargoedUntil: tomorrow\n"),
        ("advised", "advisory: true\naliases: [/old/advised-alias/]\n"),
        ("sketched", "draft: true\n"),
    ];
    site.story("open", "edNote: DESK-NOTE\nsignoff: DESK-SIGN\ntake: DESK-TAKE\nwireCategory: DESK-CAT\n", &{
        let links = cases.map(|(name, _)| format!("[text of link {}]({name}.md)", name.len()));
        format!("Text. {}", links.join(" "))
    });
    for (name, front) in cases {
        site.file(&format!("content/2026/11/{name}.png"), png(2, 3, ""));
        let front = format!("version: 2\n{front}associations: [{{type: picture, href: {name}.png}}]\n");
        site.story(name, &front, &format!("BODY-OF-{name}"));
        // A former version that would be public hides with it.
        if !["sketched", "held"].contains(&name) {
            let first =
                format!("---\nuri: urn:check:{name}\nversion: 1\nheadline: First {name}\n---\n\nBODY-OF-{name}\n");
            site.file(&format!("content/2026/11/{name}-first.md"), first);
        }
    }
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let found = ran.found();
    assert!(found.contains(&"error bad-value content/2026/11/unread.md:6:12".to_string()), "{found:#?}");
    assert!(found.contains(&"error bad-time content/2026/11/nowhen.md:6:17".to_string()), "{found:#?}");
    let dropped = found.iter().filter(|line| line.starts_with("warning link-target content/2026/11/open.md:")).count();
    assert_eq!(dropped, cases.len(), "{found:#?}");
    for (name, _) in cases {
        site.assert_nowhere(name, &[]);
    }
    for desk in ["DESK-NOTE", "DESK-SIGN", "DESK-TAKE", "DESK-CAT"] {
        site.assert_nowhere(desk, &[]);
    }
    let page = site.html("news/2026/11/20/open/index.html");
    assert!(texts(&page, ".body").concat().contains("text of link 4"), "the text of the link stays");
    assert_eq!(attributes(&page, ".body a", "href").len(), 0);

    // At the very moment of its end the embargo is over; one millisecond before it is not.
    site.build_at("2026-11-25T08:59:59.999Z");
    site.assert_nowhere("held", &[]);
    site.build_at("2026-11-25T09:00:00Z");
    let page = site.read("section-held/2026/11/20/held/index.html");
    assert!(page.contains("BODY-OF-held") && page.contains("2026-11-25T09:00:00Z"), "published when it ended");
    assert!(site.has("media/2026/11/held.png") && site.has("topics/topic-held/index.html"));
    // And the output of that build is cleaned when the story is withheld.
    site.story("held", "version: 3\npubStatus: withheld\n", "BODY-OF-held");
    site.build_at("2026-11-25T09:00:00Z");
    site.assert_nowhere("held", &[]);
}

#[test]
fn a_kill_leaves_a_tombstone_alone() {
    let site = Site::new();
    site.file("content/2026/11/shot.png", png(2, 3, ""));
    let front = "headline: Harbour HEADMARK\nby: Writer Killed\nkeywords: [topic-killed]\naliases: [/old/killed-alias/]\n\
                 associations: [{type: picture, href: shot.png, caption: CAPMARK}]\n";
    site.story("killed", front, "BODYMARK of the harbour.");
    site.story("open", "related: [urn:check:killed]\n", "Text of the harbour. See [the link text](killed.md).");
    site.build();
    let url = "news/2026/11/20/killed/index.html";
    assert!(site.has("media/2026/11/shot.png") && site.read(url).contains("BODYMARK"));
    assert!(site.read("news/2026/11/20/open/index.html").contains("HEADMARK"));

    let kill = format!(
        "---\nuri: urn:check:killed\nversion: 2\npubStatus: canceled\n{front}versionCreated: 2026-11-21T10:00:00Z\n\
         correction: {{note: NOTEMARK we withdraw this.}}\n---\n\nBODYMARK again.\n"
    );
    site.file("content/2026/11/killed-kill.md", kill);
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for gone in
        ["HEADMARK", "BODYMARK", "CAPMARK", "Writer Killed", "topic-killed", "killed-alias", "shot", "killed-kill"]
    {
        site.assert_nowhere(gone, &[]);
    }
    site.assert_nowhere("urn:check:killed", &["ninjs.json", "atom.xml"]);
    assert_eq!(site.files_with("/killed/"), [url], "no other page links to it");
    let page = site.html(url);
    assert_eq!(attributes(&page, "meta[name=robots]", "content"), ["noindex"]);
    assert_eq!(attributes(&page, "meta[property^='og:']", "content").len(), 0);
    assert!(texts(&page, "main").concat().contains("NOTEMARK"));
    assert_eq!(attributes(&page, "main time", "datetime"), ["2026-11-21T10:00:00Z"]);
    assert!(site.read("atom.xml").contains("<at:deleted-entry ref=\"urn:check:killed\" when=\"2026-11-21T10:00:00Z\""));
    // A kill that comes alone, of a story never seen, ends the same way.
    let alone = Site::new();
    alone.story("killed", "pubStatus: canceled\n", "");
    alone.build();
    assert!(alone.has(url));
    alone.assert_nowhere("Headline of", &[]);
}

#[test]
fn an_expired_story_is_archive() {
    let site = Site::new();
    let front = "firstCreated: 2026-11-23T08:00:00Z\nexpires: 2026-11-23T12:00:00Z\nkeywords: [tides]\nby: Ana Reis\n";
    site.story("stale", front, "Text.").story("open", "firstCreated: 2026-11-23T08:00:00Z\n", "Text.");
    site.build_at("2026-11-23T11:59:59Z");
    assert!(site.read("index.html").contains("/stale/") && site.read("news-sitemap.xml").contains("/stale/"));
    site.build();
    let url = "news/2026/11/23/stale/";
    assert_eq!(texts(&site.html(&format!("{url}index.html")), ".archived").len(), 1);
    let mut allowed = vec!["news/index.html".to_string(), format!("{url}index.html"), format!("{url}ninjs.json")];
    allowed.extend(["sitemap-2026-11.xml".to_string(), "news/2026/11/23/open/index.html".to_string()]);
    allowed.push("latest/index.html".to_string());
    let mut holders = site.files_with("/stale/");
    holders.retain(|path| !path.starts_with("search/parts/"));
    assert!(holders.iter().all(|path| allowed.contains(path)), "{holders:?}");
    assert!(holders.contains(&"news/index.html".to_string()) && holders.contains(&"sitemap-2026-11.xml".to_string()));
    assert!(!site.has("topics/tides/index.html") && !site.has("by/ana-reis/index.html"));
}

#[test]
fn the_greatest_version_counts_as_a_number() {
    let site = Site::new();
    for version in ["6", "10", "9"] {
        let front = format!(
            "---\nuri: urn:check:chain\nversion: {version}\nheadline: Number {version}\ncategory: v{version}\n\
             firstCreated: 2026-11-{:0>2}T00:00:00Z\n---\n\nBODY-{version}-\n",
            version
        );
        site.file(&format!("content/a/v{version}.md"), front);
    }
    let report = site.build();
    assert_eq!(found(&report), [] as [&str; 0]);
    // The lowest version makes the URL.
    let page = site.read("v6/2026/11/06/v6/index.html");
    assert!(page.contains("BODY-10-") && page.contains("Number 10"));
    for gone in ["BODY-6-", "BODY-9-", "Number 6", "Number 9"] {
        site.assert_nowhere(gone, &[]);
    }
    let stories: Vec<_> = report.pages.iter().filter(|page| page.kind == PageKind::Story).collect();
    assert_eq!(stories.len(), 1);
    assert_eq!(stories[0].story, Some(("urn:check:chain".into(), 10, "Number 10".into())));
    // The same version twice: a warning that names both files, and the later one counts.
    site.file(
        "content/a/rival.md",
        "---\nuri: urn:check:chain\nversion: 10\nheadline: Rival\nversionCreated: 2026-11-22T00:00:00Z\n---\n\nBODY-RIVAL\n",
    );
    let report = site.build();
    assert_eq!(report.diagnostics.len(), 1, "{:?}", report.diagnostics);
    assert_eq!(report.diagnostics[0].code, dateline::diag::Code::SameVersion);
    let message = report.diagnostics[0].to_string();
    assert!(message.contains("content/a/rival.md") && message.contains("content/a/v10.md"), "{message}");
    assert!(site.read("v6/2026/11/06/v6/index.html").contains("BODY-RIVAL"));
}

#[test]
fn old_addresses_forward() {
    let site = Site::new();
    site.story("first", "", "OLDMARK");
    site.story(
        "second",
        "replaces: [urn:check:first]\nversionCreated: 2026-11-21T00:00:00Z\naliases: [/archive/1999/x.html, /old/second]\n",
        "Text.",
    );
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    for path in ["news/2026/11/20/first/index.html", "archive/1999/x.html", "old/second/index.html"] {
        let page = site.html(path);
        assert_eq!(attributes(&page, "a", "href"), ["/news/2026/11/20/second/"], "{path}");
        assert_eq!(attributes(&page, "meta[http-equiv=refresh]", "content"), ["0; url=/news/2026/11/20/second/"]);
        assert_eq!(attributes(&page, "link[rel=canonical]", "href"), ["https://example.org/news/2026/11/20/second/"]);
        assert_eq!(attributes(&page, "meta[name=robots]", "content"), ["noindex"]);
    }
    site.assert_nowhere("OLDMARK", &[]);
    site.assert_nowhere("Headline of first", &[]);
    assert!(!site.read("sitemap-2026-11.xml").contains("/first/"));
    // A kill of the new one takes the old one along, also where something else in it is at fault.
    let killed = |fault: &str| {
        format!("replaces: [urn:check:first]\nversionCreated: 2026-11-21T00:00:00Z\npubStatus: canceled\n{fault}\n")
    };
    for fault in ["", "embargoedUntil: 2026-11-65"] {
        site.story("second", &killed(fault), "");
        site.build();
        assert!(site.has("news/2026/11/20/second/index.html"), "{fault}: the notice");
        assert!(!site.has("news/2026/11/20/first/index.html"), "{fault}");
        site.assert_nowhere("OLDMARK", &[]);
    }
    site.story("second", "replaces: [urn:check:first]\nversionCreated: 2026-11-21T00:00:00Z\n", "Text.");
    // Two that replace each other do not both vanish.
    site.story("first", "replaces: [urn:check:second]\n", "OLDMARK");
    site.build();
    assert!(texts(&site.html("news/2026/11/20/second/index.html"), "h1") == ["Headline of second"]);
}

#[test]
fn other_output_address_and_strictness() {
    let site = Site::new();
    newsroom(&site);
    site.story("bare", "", "");
    let output = site.root().join("elsewhere");
    let args = ["--output", output.to_str().unwrap(), "--base-url", "https://news.example.com/wire"];
    let ran = site.run_build(&args);
    assert_eq!((ran.code, ran.found().len()), (0, 1), "{}", ran.stderr);
    assert!(!site.output().exists() && Path::new(&output).join("index.html").is_file());
    let page = fs::read_to_string(output.join("economy/shipping/2026/11/20/strike/index.html")).unwrap();
    assert!(page.contains("https://news.example.com/wire/economy/") && !page.contains("example.org"));
    assert_eq!(site.run_build(&["--strict"]).code, 1);
    assert_eq!(ran.stdout, "");
}

#[test]
fn kinds_of_page_can_be_switched_off() {
    let all = "front categories topics places authors days latest corrections feeds rss atom json_feed sitemap news_sitemap robots not_found ninjs";
    let mut settings = String::from("search: false\nimages: {social_cards: 0}\npages:\n");
    for kind in all.split(' ') {
        settings.push_str(&format!("  {kind}: false\n"));
    }
    let site = Site::with(&settings);
    newsroom(&site);
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    let mut paths: Vec<String> = site.tree().into_keys().filter(|path| !path.starts_with("assets/")).collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "about/index.html",
            "economy/shipping/2026/11/19/talks/index.html",
            "economy/shipping/2026/11/20/strike/index.html",
            "media/2026/11/quay.png",
            "news/0999/03/01/old/index.html",
            "news/2026/11/20/killed/index.html",
            "news/2026/11/23/alert/index.html",
        ]
    );
}

#[test]
fn a_build_lists_what_caches_must_forget_until_the_list_is_taken_away() {
    let site = Site::with("images: {social_cards: 0}\npages: {list_feeds: [], days: false, authors: false}\n");
    site.story("kept", "", "Text.").story("killed", "", "Text.").story("held", "", "Text.");
    site.build();
    let list = site.root().join(".dateline/purge-build.txt");
    assert!(!list.exists(), "no cache has what is new");
    site.build();
    assert!(!list.exists(), "nothing changed");
    site.story("kept", "", "Other text.");
    site.build();
    let story = |name: &str| format!("https://example.org/news/2026/11/20/{name}/");
    let lines = || fs::read_to_string(&list).unwrap().lines().map(str::to_string).collect::<Vec<_>>();
    assert!(
        lines().contains(&story("kept")) && lines().contains(&"https://example.org/feed.xml".to_string()),
        "{:?}",
        lines()
    );
    // Nobody took the list away: the next build adds to it, and withdrawals go to its head.
    site.story("killed", "pubStatus: canceled", "").story("held", "pubStatus: withheld", "");
    site.build();
    let withdrawn = ["held", "killed"]
        .map(|name| [format!("{}index.html", story(name)), story(name), format!("{}ninjs.json", story(name))]);
    let mut expected: Vec<String> = withdrawn.concat();
    expected.sort();
    let mut head = lines()[..6].to_vec();
    head.sort();
    assert_eq!(head, expected);
    assert!(lines()[6..].contains(&story("kept")) && lines()[6..].contains(&"https://example.org/".to_string()));
    fs::remove_file(&list).unwrap();
    site.build();
    assert!(!list.exists());
}

#[test]
fn a_purge_list_is_never_published() {
    let site = Site::new();
    site.story("kept", "", "Text.");
    site.build();
    for (place, message) in [
        ("output/list.txt", "the purge list lies in the output folder, so it would be published with the site"),
        (
            "output/../output/news/list.txt",
            "the purge list lies in the output folder, so it would be published with the site",
        ),
        ("none/list.txt", "the folder of the purge list does not exist"),
        ("content", "the purge list is a folder"),
    ] {
        let ran = site.cli(&["build", "--now", NOW, "--purge", place]);
        assert_eq!(ran.code, 2, "{place}");
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
    site.story("kept", "", "Other text.");
    assert_eq!(site.cli(&["build", "--now", NOW, "--purge", "list.txt"]).code, 0);
    assert!(fs::read_to_string(site.root().join("list.txt")).unwrap().contains("/news/2026/11/20/kept/\n"));
    assert!(!site.root().join(".dateline/purge-build.txt").exists());
}

#[test]
fn corrections_have_a_page_and_a_feed_in_each_edition() {
    let site = Site::with("languages: [en, es]\nlists: {per_page: 2}\n");
    site.build();
    assert_eq!(
        texts(&site.html("corrections/index.html"), ".none"),
        ["There are no corrections."],
        "it is there before the first correction"
    );
    for (name, more) in [
        ("early", "correction: {note: The tonnage was wrong., date: 2026-11-22}"),
        (
            "late",
            "correction: {note: \"A name was \\\"Ruiz\\\".\", date: 2026-11-23}\nfirstCreated: 2026-11-01T12:00:00Z",
        ),
        ("undated", "correction: {note: Corrects a date.}\nversionCreated: 2026-11-21T00:00:00Z"),
        ("spanish", "language: es\ncorrection: {note: Se corrige un nombre., date: 2026-11-22}"),
        ("archived", "correction: {note: Old note., date: 2026-11-22}\nexpires: 2026-11-22"),
        ("held", "correction: {note: Held note., date: 2026-11-22}\npubStatus: withheld"),
        ("killed", "correction: {note: Kill note., date: 2026-11-22}\npubStatus: canceled"),
        ("plain", ""),
    ] {
        site.story(name, more, "Text.");
    }
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    let page = site.html("corrections/index.html");
    // By the date of the correction, not of the story.
    assert_eq!(texts(&page, "article h2"), ["Headline of late", "Headline of early", "Headline of undated"]);
    assert_eq!(texts(&page, "article .desc"), ["A name was \"Ruiz\".", "The tonnage was wrong.", "Corrects a date."]);
    assert_eq!(texts(&site.html("es/corrections/index.html"), "article .desc"), ["Se corrige un nombre."]);
    let feed = site.read("corrections/feed.xml");
    assert!(
        feed.contains("<description>The tonnage was wrong.</description>") && feed.contains("Check: Corrections"),
        "{feed}"
    );
    for note in ["Old note", "Held note", "Kill note"] {
        assert!(site.files_with(note).iter().all(|file| !file.contains("corrections/")), "{note}");
    }
    // A newer version without the notice takes the story off the list.
    site.story("early", "version: 2", "Text.");
    site.build();
    assert_eq!(texts(&site.html("corrections/index.html"), "article h2"), ["Headline of late", "Headline of undated"]);
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/\npages: {corrections: false}\n");
    site.build();
    site.assert_nowhere("corrections/", &[]);
}

#[test]
fn a_picture_without_rights_for_the_web_is_left_out_everywhere() {
    let site = Site::new();
    for name in ["out", "ended", "ends", "free"] {
        site.file(&format!("content/2026/11/{name}.png"), png(2, 3, ""));
    }
    let picture = |name: &str, terms: &str| format!("{{href: {name}.png, caption: Of {name}, {terms}}}");
    let associations = [
        picture("out", "rights: \"Mandatory credit; ONLINE OUT\""),
        picture("ended", "validTo: 2026-11-22"),
        picture("ends", "validTo: 2026-11-24T00:00:00Z"),
        picture("free", "rights: No sales"),
        "{href: \"https://agency.example/hall.jpg\", rights: no internet}".to_string(),
        "{href: \"https://agency.example/quay.jpg\"}".to_string(),
    ];
    site.story("own", &format!("associations: [{}]", associations.join(", ")), "Text.");
    // The rights are the picture's, so another story cannot show it either. What a hidden story says of rights counts for nothing.
    site.story("other", "", "See ![it](out.png) and ![that](ends.png).");
    site.story(
        "held",
        &format!("pubStatus: withheld\nassociations: [{}]", picture("free", "rights: ONLINE OUT")),
        "Text.",
    );
    let ran = site.run_build(&[]);
    let rights = ["warning media-rights content/2026/11/own.md"; 3];
    let remote = [278, 342].map(|column| format!("warning picture-remote content/2026/11/own.md:5:{column}"));
    assert_eq!(ran.found(), [&rights.map(String::from)[..], &remote].concat());
    let warned = |message: &str| assert!(ran.stderr.contains(message), "{message}\n{}", ran.stderr);
    warned("the terms of `out.png` forbid its use on the web");
    warned("the rights to `ended.png` ended on 2026-11-22T00:00:00Z");
    warned("the terms of `https://agency.example/hall.jpg` forbid its use on the web");
    let page = site.html("news/2026/11/20/own/index.html");
    assert_eq!(attributes(&page, "article img", "src"), ["/media/2026/11/ends.png", "/media/2026/11/free.png"]);
    for gone in ["out.png", "ended.png", "hall.jpg"] {
        site.assert_nowhere(gone, &[]);
    }
    assert!(site.read("news/2026/11/20/own/ninjs.json").contains("quay.jpg"));
    site.build_at("2026-11-24T00:00:00Z");
    site.assert_nowhere("ends.png", &[]);
}

#[test]
fn rights_for_machines_are_published_where_the_settings_say_so() {
    let site = Site::new();
    site.build();
    assert!(!site.has(".well-known/tdmrep.json") && !site.has("license.xml"), "nothing is said unasked");
    let settings = "title: Check\nbase_url: https://example.org/wire/\n";
    site.file("dateline.yaml", format!("{settings}rights:\n  tdm_reservation: true\n  tdm_policy: https://example.org/policy\n  permits: [search]\n  prohibits: [ai-train]\n  disallow: [GPTBot, CCBot]\n"));
    site.build();
    assert!(site.read(".well-known/tdmrep.json").contains("\"tdm-reservation\":1"));
    assert!(site.read("license.xml").contains("<prohibits type=\"usage\">ai-train</prohibits>"));
    assert!(site.read("robots.txt").contains(
        "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nLicense: https://example.org/wire/license.xml\n"
    ));
    let page = site.html("index.html");
    assert_eq!(attributes(&page, "meta[name=tdm-reservation]", "content"), ["1"]);
    assert_eq!(attributes(&page, "meta[name=tdm-policy]", "content"), ["https://example.org/policy"]);
    assert_eq!(attributes(&page, "link[rel=license]", "href"), ["/wire/license.xml"]);
    for (rights, message) in [
        (
            "{permits: [mining]}",
            "`mining` is not a known use; expected all, ai-all, ai-train, ai-input, ai-index, search",
        ),
        ("{permits: [search], prohibits: [search]}", "`search` is permitted and prohibited"),
        ("{tdm_policy: \"https://e.org/p\"}", "`tdm_policy` needs `tdm_reservation: true`"),
        ("{terms: /terms}", "`/terms` is not a full address"),
        ("{disallow: [\"a b\"]}", "`a b` is not a valid name for a robot"),
        ("{tdm: true}", "unknown field `tdm`"),
    ] {
        site.file("dateline.yaml", format!("{settings}rights: {rights}\n"));
        let ran = site.cli(&["check", "--now", NOW]);
        assert_eq!(ran.code, 2, "{rights}");
        assert!(ran.stderr.contains(message), "{rights}\n{}", ran.stderr);
    }
}
