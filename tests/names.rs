//! Names that are one to a reader, whatever their Unicode form, case or width: topics, files, links and addresses.

use crate::support::{Site, attributes, png, texts};

/// `й` in two code points, as macOS writes file names.
const DECOMPOSED: &str = "и\u{306}";

#[test]
fn a_name_in_either_unicode_form_is_one() {
    let site = Site::new();
    site.story("a", "keywords: [йога, ข้าว]\nby: Ёлка\n", "Text.");
    site.story("b", &format!("keywords: [{DECOMPOSED}ога, ข่าว]\nby: Е\u{308}лка\n"), "Text.");
    let text = "---\nuri: urn:check:c\nheadline: C\nfirstCreated: 2026-11-20\n---\n\nText.\n";
    site.file(&format!("content/{DECOMPOSED}од.md"), text);
    site.file(&format!("content/pages/{DECOMPOSED}/о нас.md"), "---\nheadline: About\n---\n\nText.\n");
    let ran = site.run_build(&["--strict"]).well();
    assert!(ran.found().is_empty(), "{:?}", ran.found());
    assert_eq!(texts(&site.html("topics/йога/index.html"), "h3"), ["Headline of b", "Headline of a"]);
    assert_eq!(texts(&site.html("by/ёлка/index.html"), "h3").len(), 2);
    assert!(site.has("topics/ข้าว/index.html") && site.has("topics/ข่าว/index.html"));
    assert!(site.has("news/2026/11/20/йод/index.html") && site.has("й/о-нас/index.html"));
    site.assert_nowhere(DECOMPOSED, &[]);
}

#[test]
fn links_find_files_in_either_unicode_form() {
    let site = Site::new();
    let picture = png(20, 10, "");
    site.file(&format!("content/2026/11/{DECOMPOSED}1.png"), &picture).file("content/2026/11/й2.png", &picture);
    site.file(&format!("content/2026/11/{DECOMPOSED}3.pdf"), "PDF");
    site.file(
        &format!("content/2026/11/{DECOMPOSED}ога.md"),
        "---\nuri: urn:check:yoga\nheadline: Yoga\nslug: йога\nfirstCreated: 2026-11-20\n---\n\nText.\n",
    );
    let body = format!(
        "![](й1.png) ![]({DECOMPOSED}2.png)\n\n[file](й3.pdf) [story](йога.md) \
         [page](/news/2026/11/20/{DECOMPOSED}ога/)"
    );
    site.story("dock", "related: [\"и\\u0306ога\"]\nassociations: [{href: й1.png, caption: Mat}]\n", &body);
    let ran = site.run_build(&["--strict"]).well();
    assert!(ran.found().is_empty(), "{:?}", ran.found());
    let page = site.html("news/2026/11/20/dock/index.html");
    assert_eq!(texts(&page, "figcaption"), ["Mat"]);
    let links = attributes(&page, ".body a", "href");
    let yoga = "/news/2026/11/20/%D0%B9%D0%BE%D0%B3%D0%B0/";
    assert_eq!(links, ["/media/2026/11/%D0%B93.pdf", yoga, yoga]);
    let sources = attributes(&page, "figure img, .body img", "src");
    assert!(sources.iter().all(|src| src.starts_with("/media/2026/11/%D0%B9")), "{sources:?}");
    for name in ["й1.png", "й2.png", "й3.pdf"] {
        assert!(site.has(&format!("media/2026/11/{name}")), "{name}");
    }
    site.assert_nowhere(DECOMPOSED, &[]);
}

#[test]
fn spellings_of_one_name_are_noted() {
    let site = Site::new();
    site.story("a", "keywords: [Wind power, \"C++\"]\nby: José Peña\n", "Text.");
    site.story("b", "keywords: [ＷＩＮＤ\u{3000}ＰＯＷＥＲ, \"C#\"]\nby: Jose Pena\n", "Text.");
    site.story("c", "keywords: [wind  power]\ndateline: {text: OSLO, place: OSLO}\n", "Text.");
    site.story("d", "keywords: [Wind-Power]\ndateline: {text: Oslo, place: Oslo}\n", "Text.");
    let ran = site.run_build(&[]).well();
    let found = ran.found();
    for line in [
        "note name-spelling content/2026/11/b.md",
        "note name-spelling content/2026/11/c.md",
        "note name-spelling content/2026/11/d.md",
        "warning name-spelling content/2026/11/b.md",
    ] {
        assert!(found.contains(&line.to_string()), "{line}: {found:?}");
    }
    assert_eq!(found.len(), 6, "{found:?}");
    for text in [
        "the topics `C#` here and `C++` in content/2026/11/a.md share one page",
        "both are `c` in an address; if they are two, write out what tells them apart",
        "the authors `Jose Pena` here and `José Peña` in content/2026/11/a.md share one page",
        "the topic is written `wind power` here and `Wind power` in content/2026/11/a.md",
        "the place is written `Oslo` here and `OSLO` in content/2026/11/c.md",
        "they are one; write it in one way everywhere",
    ] {
        assert!(ran.stderr.contains(text), "{text}\n{}", ran.stderr);
    }
    assert_eq!(texts(&site.html("topics/wind-power/index.html"), "h3").len(), 4);
    // Notes alone fail nothing.
    site.remove("content/2026/11/b.md");
    site.run_build(&["--strict"]).well();
}

#[test]
fn no_two_files_that_one_disk_cannot_hold() {
    let site = Site::new();
    site.story("a", "slug: Report\n", "FIRST.").story("b", "slug: report\n", "SECOND.");
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (1, vec!["error same-url content/2026/11/b.md".to_string()]));
    let message = "/news/2026/11/20/report/ and /news/2026/11/20/Report/ (content/2026/11/a.md) differ in case or Unicode form \
                   alone, and many disks and hosts have one file for both";
    assert!(ran.stderr.contains(message), "{}", ran.stderr);
    assert!(site.has("news/2026/11/20/Report/index.html") && !site.has("news/2026/11/20/report/index.html"));

    for (settings, files, expected) in [
        // Pictures, pages, aliases, names that are a file and a folder, in any order.
        ("", &[("a", "", "![](x/A.png) ![](x/a.png)")][..], "the media page"),
        ("", &[("a", "aliases: [/Old/]\n", "Text."), ("b", "aliases: [/old/]\n", "Text.")], "content/2026/11/a.md"),
        ("", &[("a", "slug: Σίγμας\n", "Text."), ("b", "slug: σίγμασ\n", "Text.")], "content/2026/11/a.md"),
        ("", &[("a", "aliases: [/feed.xml/old/]\n", "Text.")], "need one name as a file and as a folder"),
        ("", &[("a", "aliases: [/media/x/a.png/]\n", "![](x/a.png)")], "need one name as a file and as a folder"),
    ] {
        let site = Site::with(settings);
        site.file("content/2026/11/x/A.png", png(20, 10, "A")).file("content/2026/11/x/a.png", png(20, 10, "a"));
        for (name, front, body) in files {
            let body = body.replace("x/", "/2026/11/x/").replace("/media/", "/media/2026/11/");
            site.story(name, &front.replace("/media/x/", "/media/2026/11/x/"), &body);
        }
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 1, "{files:?}: {}", ran.stderr);
        assert!(ran.found().iter().all(|line| line.starts_with("error same-url")), "{:?}", ran.found());
        assert!(ran.stderr.contains(expected), "{files:?}: {}", ran.stderr);
        let mut names: Vec<String> = site.tree().into_keys().map(|path| path.to_uppercase()).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "{files:?}");
    }
}

#[test]
fn an_alias_never_clashes_with_its_own_story() {
    let site = Site::new();
    let own = "/news/2026/11/20/a/";
    site.story("a", &format!("aliases: [{own}, news/2026/11/20/a/index.html, /old/x, /old/x/, old/x]\n"), "Text.");
    let ran = site.run_build(&["--strict"]).well();
    assert!(ran.found().is_empty(), "{:?}", ran.found());
    assert!(site.read("old/x/index.html").contains(own));

    site.story("b", "slug: b-side\naliases: [/news/2026/11/20/B-Side/]\n", "Text.");
    let ran = site.run_build(&[]).well();
    assert!(ran.found().contains(&"warning same-url content/2026/11/b.md".to_string()), "{:?}", ran.found());

    // A story that took another's place, and names its address as well.
    let site = Site::new();
    site.story("old", "", "Text.").story(
        "new",
        "firstCreated: 2026-11-21\nreplaces: [urn:check:old]\naliases: [/news/2026/11/20/old/]\n",
        "Text.",
    );
    let ran = site.run_build(&["--strict"]).well();
    assert!(ran.found().is_empty(), "{:?}", ran.found());
    assert!(site.read("news/2026/11/20/old/index.html").contains("/news/2026/11/21/new/"));
}

#[test]
fn no_page_stands_where_a_host_needs_its_own_file() {
    for (preset, alias, host) in [
        ("{to: t, preset: netlify}", "/_headers/", "_headers"),
        ("{to: t, preset: cloudflare}", "/_redirects/x/", "_redirects"),
        ("{to: t, preset: cloudflare}", "/_Redirects", "_redirects"),
        ("{to: t, preset: github, domain: example.org}", "/CNAME/", "CNAME"),
        ("{to: \"git+https://example.org/x\", domain: example.org}", "/cname/", "CNAME"),
        ("{to: t, preset: github}", "/CNAME", "CNAME"),
        ("{to: t, preset: cloudflare}", "/_worker.js", "_worker.js"),
        ("{to: t, preset: cloudflare}", "/_worker.js/", "_worker.js"),
        ("{to: t, preset: cloudflare}", "/_routes.json", "_routes.json"),
        ("{to: t, preset: cloudflare}", "/cdn-cgi/trace/", "cdn-cgi"),
        ("{to: \"git+https://example.org/x\", preset: cloudflare}", "/Functions/a/", "functions"),
        ("{to: t, preset: netlify}", "/netlify.toml", "netlify.toml"),
        ("{to: \"git+https://example.org/x\", preset: netlify}", "/netlify/functions/a/", "netlify/functions"),
        ("{to: t, preset: gitlab}", "/_redirects", "_redirects"),
        ("{to: t, preset: netlify}", "/.well-known/acme-challenge/a", ".well-known/acme-challenge"),
    ] {
        let site = Site::with(&format!("publish: {{live: {preset}}}\n"));
        site.story("a", &format!("aliases: [\"{alias}\"]\n"), "Text.");
        let ran = site.run_build(&[]);
        assert_eq!((ran.code, ran.found()), (1, vec!["error same-url content/2026/11/a.md".to_string()]), "{preset}");
        let message = format!("is in the place of the file `{host}`, which a host of this site needs");
        assert!(ran.stderr.contains(&message), "{}", ran.stderr);
    }
    // Without such a host these are names like others, until the site goes to one.
    let site = Site::with("publish: {plain: {to: t, releases: 0}}\n");
    site.story(
        "a",
        "aliases: [/_headers/, /_worker.js, /functions/a/, /netlify/a/, /.well-known/change-password]\n",
        "Text.",
    );
    site.run_build(&[]).well();
    for (preset, name) in [("netlify", "_headers/index.html"), ("cloudflare", "_headers/index.html")] {
        let ran = site.cli(&["publish", "plain", "--preset", preset]);
        assert_ne!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
    }
    let site = Site::with("publish: {plain: {to: t, releases: 0}}\n");
    site.story("a", "aliases: [/_worker.js]\n", "Text.");
    site.run_build(&[]).well();
    let ran = site.cli(&["publish", "plain", "--preset", "cloudflare"]);
    let message = "the site has a file _worker.js of its own in the place of one that the host needs";
    assert!(ran.code != 0 && ran.stderr.contains(message), "{}{}", ran.stdout, ran.stderr);
    assert!(!site.root().join("t").exists());
}

#[test]
fn a_table_of_harmless_input() {
    for (name, text, notes) in [
        ("content/README.md", "# For the desk\n", &["note no-front-matter content/README.md"][..]),
        ("content/2026/CONTRIBUTING.md", "How to.\n", &["note no-front-matter content/2026/CONTRIBUTING.md"]),
        ("content/SECURITY.md", "# Security\n", &["note no-front-matter content/SECURITY.md"]),
        ("content/2026/11/LICENSE-MIT.md", "MIT\n", &["note no-front-matter content/2026/11/LICENSE-MIT.md"]),
        ("content/index.md", "# Index\n", &["warning no-front-matter content/index.md:1:1"]),
        ("content/pages/notes.md", "\n\nText\n---\n", &["warning no-front-matter content/pages/notes.md:3:1"]),
        ("content/2026/11/empty.md", "", &["warning no-front-matter content/2026/11/empty.md:1:1"]),
        ("content/LICENSE", "CC\n", &[]),
        ("content/.gitkeep", "", &[]),
        ("content/a.md", "\u{feff}---\r\nheadline: A\r\ndate: 2026-11-20\r\n---\r\nText.\r\n", &[]),
        ("content/a.md", "---  \nheadline: A  \ndate: 2026-11-20 10:00:00 +0100\ndraft: \"no\"\n---\t\nText.\n", &[]),
        (
            "content/a.md",
            "---\nheadline:\tA\ndate: 20261120\nslug: 2026\nurgency: \"3\"\nalert: off\n---\nText.\n",
            &[],
        ),
        (
            "content/a.md",
            "---\nheadline: A\ndate: 2026/11/20 9:05\ntags: port\nlanguage: en_GB\n---\nText.\n\n---\n",
            &[],
        ),
        (
            "content/a.md",
            "---\nheadline: A\ndate: 2026-11-20\nlayout: post\n---\nText.\n",
            &["warning unknown-layout content/a.md"],
        ),
        (
            "content/a.md",
            "---\nheadline: A\ndate: 2026-11-20\naliases: [\"/?p=123\", \"\"]\n---\nText.\n",
            &["warning bad-alias content/a.md:1:1"],
        ),
        ("content/a.md", "---\nheadline: A\ndate: 2026-11-20\naliases:\ntags:\nby:\nslug:\n---\nText.\n", &[]),
        (
            "content/a.md",
            "---\nheadline: \" A \"\ndate: \" 2026-11-20 \"\npubStatus: \"Usable \"\nurgency: \" 3 \"\nslug: \" a \"\n---\nText.\n",
            &[],
        ),
        (
            "content/a.md",
            "---\nheadline: A\ndate: 2026-11-20\n---\n[f](/feed.xml) [i](/index.html) [s](/sitemap.xml) [c](/assets/style.css)\n\n![](/assets/favicon.svg)\n",
            &[],
        ),
    ] {
        let site = Site::new();
        site.story("good", "", "Text.").file(name, text);
        let ran = site.run_build(&[]);
        assert_eq!(
            (ran.code, ran.found()),
            (0, notes.iter().map(ToString::to_string).collect()),
            "{text:?}: {}",
            ran.stderr
        );
        assert!(site.has("news/2026/11/20/good/index.html"));
        assert!(
            !name.ends_with("a.md") || texts(&site.html("index.html"), "h2").contains(&"A".to_string()),
            "{text:?}"
        );
    }
}

#[test]
fn links_to_files_that_the_build_does_not_make_are_still_said() {
    let site = Site::new();
    site.story("a", "", "[gone](/gone.xml) [file](gone.pdf) ![](/assets/gone.png) ![](gone.png)");
    let ran = site.run_build(&[]).well();
    let found = ran.found();
    for line in [
        "warning link-target content/2026/11/a.md:7:1",
        "warning link-target content/2026/11/a.md:7:19",
        "warning media-missing content/2026/11/a.md:7:58",
    ] {
        assert!(found.contains(&line.to_string()), "{line}: {found:?}");
    }
    assert_eq!(found.len(), 4, "{found:?}");
    // As soon as the file comes, the link leads to it, though the story did not change.
    site.file("content/2026/11/gone.pdf", "PDF");
    site.run_build(&[]);
    assert!(site.read("news/2026/11/20/a/index.html").contains("/media/2026/11/gone.pdf"));
}

#[test]
fn a_link_may_lack_its_last_slash() {
    let site = Site::with("languages: [en, es]\n");
    site.story("b", "keywords: [port]\nby: Ana\n", "## Part\n\nText.");
    site.story("hidden", "pubStatus: withheld\n", "Text.");
    site.file("content/pages/about.md", "---\nheadline: About\n---\n\nText.\n");
    let paths =
        ["/2026", "/2026/11", "/2026/11/20", "/news/2026/11/20/b", "/topics/port", "/by/ana", "/news", "/about", "/es"];
    let links: Vec<String> = paths.iter().map(|path| format!("[x]({path})")).collect();
    let more = "[x](/news/2026/11/20/b?q#part) [x](https://example.org/about) [x](/news/2026/11/20/hidden)";
    site.story("a", "language: en\n", &format!("{} {more}", links.join(" ")));
    let ran = site.run_build(&[]).well();
    assert_eq!(ran.found(), ["warning link-target content/2026/11/a.md:8:192"], "{}", ran.stderr);
    let hrefs = attributes(&site.html("news/2026/11/20/a/index.html"), "article p a", "href");
    for path in paths {
        assert!(hrefs.contains(&format!("{path}/")), "{path}: {hrefs:?}");
    }
    assert!(hrefs.contains(&"/news/2026/11/20/b/?q#h-part".to_string()), "{hrefs:?}");
}

#[test]
fn files_to_ignore_are_no_part_of_the_site() {
    let site = Site::with("ignore: [\"*.tmp.md\", desk/, 2026/11/x.png]\n");
    site.story("a", "", "![](x.png)");
    site.file("content/2026/11/x.png", png(20, 10, ""));
    site.file("content/2026/11/b.tmp.md", "no story").file("content/desk/2026/c.md", "---\nheadline: SECRET\n---\n");
    let ran = site.run_build(&[]).well();
    assert_eq!(ran.found(), ["warning media-missing content/2026/11/a.md:7:1"]);
    site.assert_nowhere("SECRET", &[]);
    site.assert_nowhere("x.png", &[]);
    // The setting is one of those that decide what is read.
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/\n");
    let ran = site.run_build(&[]);
    assert!(
        ran.found().contains(&"warning no-front-matter content/2026/11/b.tmp.md:1:1".to_string()),
        "{:?}",
        ran.found()
    );
    assert!(site.has("media/2026/11/x.png") && !site.files_with("SECRET").is_empty());
}

/// Every key that may be left out may be empty as well, in any of the ways in which YAML writes that.
#[test]
fn an_empty_value_counts_as_absent() {
    let docs = include_str!("../docs/story-format.md");
    let not_here =
        ["headline", "uri", "firstCreated", "extra", "href", "caption", "altText", "credit", "rights", "validTo"];
    let (own, _) = docs.split_once("| `title` | `headline` |").expect("the table of other names");
    let keys: std::collections::BTreeSet<&str> = own
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|key| key.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !not_here.contains(key))
        .collect();
    assert!(keys.len() > 30 && keys.contains(&"pubStatus") && keys.contains(&"embargoedUntil"), "{keys:?}");
    let plain = Site::new();
    plain.story("a", "", "Text.");
    plain.run_build(&["--strict"]).well();
    for empty in ["", " ~", " \"\"", " '  '", " \"\\u200b\"", " \"\\t\"", " |\n", " null"] {
        let lines: String = keys.iter().map(|key| format!("{key}:{empty}\n")).collect();
        let site = Site::new();
        site.story("a", &lines, "Text.");
        let ran = site.run_build(&["--strict"]);
        assert_eq!((ran.code, ran.found()), (0, Vec::new()), "{empty:?}\n{}", ran.stderr);
        assert_eq!(site.tree(), plain.tree(), "{empty:?}");
    }
    // What is there and cannot be read still hides.
    for line in ["pubStatus: usably", "embargoedUntil: soon", "embargoedUntil: \"-\"", "pubStatus: []", "pubStatus: {}"]
    {
        let site = Site::new();
        site.story("good", "", "Text.").story("a", &format!("{line}\n"), "SECRET");
        assert_eq!(site.run_build(&[]).code, 1, "{line}");
        site.assert_nowhere("SECRET", &[]);
    }
}

#[test]
fn names_that_differ_in_form_alone_are_one_topic() {
    for (one, other, slug) in [
        ("Երևան", "Երեւան", "երեւան"),
        ("oﬃce", "office", "office"),
        ("5 µm", "5 μm", "5-μm"),
        ("ᾳ", "ΑΙ", "αι"),
        ("⾦融", "金融", "金融"),
        ("ﻣﺼﺮ", "مصر", "مصر"),
        ("น้\u{e4d}\u{e32}", "น้ำ", "น้ำ"),
        ("ﾡ", "ㄱ", "ㄱ"),
        ("ဘဏ်\u{200b}လုပ်ငန်း", "ဘဏ်လုပ်ငန်း", "ဘဏ်လုပ်ငန်း"),
        ("Wind\u{2064}power", "windpower", "windpower"),
    ] {
        let site = Site::new();
        site.story("a", &format!("keywords: [\"{one}\"]\nby: \"{one}\"\n"), "Text.");
        site.story("b", &format!("keywords: [\"{other}\"]\nby: \"{other}\"\n"), "Text.");
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 0, "{one}: {}", ran.stderr);
        assert!(ran.found().iter().all(|line| line.starts_with("note name-spelling")), "{one}: {}", ran.stderr);
        assert_eq!(texts(&site.html(&format!("topics/{slug}/index.html")), "h3").len(), 2, "{one}");
    }
    let site = Site::new();
    for (name, folder) in [("a", "ΟΔΟΣ"), ("b", "οδος"), ("c", "οδοσ"), ("d", "οδ\u{200b}ος")] {
        let text = format!("---\nuri: u:{name}\nheadline: {name}\nfirstCreated: 2026-11-20\n---\nText.\n");
        site.file(&format!("content/{folder}/{name}.md"), text);
    }
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(texts(&site.html("οδος/index.html"), ".card :is(h2, h3)").len(), 4);
}

#[test]
fn names_past_two_hundred_are_said() {
    let site = Site::with("pages: {topics: true, authors: true}\n");
    let names = |kind: &str| (1..=201).map(|number| format!("{kind} {number}")).collect::<Vec<_>>().join(", ");
    site.story("a", &format!("keywords: [{}]\nby: [{}]", names("Topic"), names("Name")), "Text.");
    let found = crate::support::found(&site.build());
    let place = |place: &str| format!("warning name-address content/2026/11/a.md:{place}");
    assert_eq!(found, [place("5:2104"), place("6:1898")]);
    for (folder, name) in [("topics", "topic"), ("by", "name")] {
        assert!(site.has(&format!("{folder}/{name}-200/index.html")), "{folder}");
        assert!(!site.has(&format!("{folder}/{name}-201/index.html")), "{folder}");
    }
}

#[test]
fn a_name_without_an_address_is_said() {
    let site = Site::new();
    site.story("a", "keywords: [🚀, \"!\"]\nby:\n- 🦊🦊\ndateline: {text: \"🌍, Nov. 20\", place: 🌍}\n", "Text.");
    let ran = site.run_build(&[]).well();
    let place = |line: &str| format!("warning name-address content/2026/11/a.md:{line}");
    assert_eq!(ran.found(), [place("5:12"), place("5:16"), place("7:3"), place("8:19")], "{}", ran.stderr);
    assert!(ran.stderr.contains("the author `🦊🦊` has no letter or digit, so it has no page"), "{}", ran.stderr);
}

#[test]
fn lines_of_chinese_and_japanese_front_matter_are_joined() {
    let site = Site::new();
    site.story(
        "a",
        "headline: 東京で大きな\n  地震\ndescription: >\n  他说：“好。”\n  “不。”\nkeywords:\n- 北京\n  大学\n- 清华 大学\n",
        "“好。”\n“不。”——\n他说……\n“走”。",
    );
    site.run_build(&[]);
    let page = site.html("news/2026/11/20/a/index.html");
    assert_eq!(texts(&page, "h1"), ["東京で大きな地震"]);
    assert!(site.read("news/2026/11/20/a/index.html").contains("<p>“好。”“不。”——他说……“走”。</p>"));
    assert!(site.read("index.html").contains("他说：“好。”“不。”"));
    assert!(site.has("topics/北京大学/index.html") && site.has("topics/清华-大学/index.html"));
}
