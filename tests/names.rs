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
    site.story("a", "aliases: [/_headers/]\n", "Text.");
    site.run_build(&[]).well();
    let ran = site.cli(&["publish", "t", "--preset", "netlify"]);
    assert_ne!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_table_of_harmless_input() {
    for (name, text, notes) in [
        ("content/README.md", "# For the desk\n", &["note no-front-matter content/README.md"][..]),
        ("content/2026/CONTRIBUTING.md", "How to.\n", &["note no-front-matter content/2026/CONTRIBUTING.md"]),
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
        "warning media-missing content/2026/11/a.md:7:1",
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
        ran.found().contains(&"error no-front-matter content/2026/11/b.tmp.md:1:1".to_string()),
        "{:?}",
        ran.found()
    );
    assert!(site.has("media/2026/11/x.png") && !site.files_with("SECRET").is_empty());
}
