//! Bad content, themes and folders: a clear error at its place, no panic, and the rest of the site is built.

use crate::support::{NOW, Ran, Site, attributes, contains, skip, texts, tree};
use std::fs;
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

/// Builds a site of one good story and one bad file. Fails unless the good one is there and exactly these things were found.
fn check(path: &str, bytes: impl AsRef<[u8]>, code: i32, expected: &[&str]) -> (Site, Ran) {
    let site = Site::new();
    site.story("good", "", "Text.").file(path, bytes);
    let ran = site.run_build(&[]);
    assert_eq!(ran.found(), expected, "{}", ran.stderr);
    assert_eq!(ran.code, code, "{}", ran.stderr);
    good_is_there(&site);
    (site, ran)
}

fn good_is_there(site: &Site) {
    let page = site.html("news/2026/11/20/good/index.html");
    assert_eq!(texts(&page, "h1"), ["Headline of good"]);
}

/// A story whose front matter is these lines.
fn front(lines: &str) -> String {
    format!("---\n{lines}---\n\nBODY-OF-BAD\n")
}

#[test]
fn no_front_matter() {
    for text in ["headline: x\n", "---\nheadline: x\n", "--- x\nheadline: x\n---\n"] {
        let (site, _) = check("content/bad.md", text, 1, &["error no-front-matter content/bad.md:1:1"]);
        site.assert_nowhere("bad", &[]);
    }
    for text in ["", "Just text.\n"] {
        let (site, _) = check("content/bad.md", text, 0, &["warning no-front-matter content/bad.md:1:1"]);
        site.assert_nowhere("bad", &[]);
    }
    check("content/bad.md", "---\n---\nText.\n", 1, &["error missing-headline content/bad.md:1:1"]);
    check("content/bad.md", front("headline: \"  \"\n"), 1, &["error missing-headline content/bad.md:1:1"]);
}

#[test]
fn broken_yaml() {
    for (lines, line, column) in [
        ("headline: Talks: day two\n", 2, 16),
        ("headline: x\nby: [Ana\n", 4, 1),
        ("headline: \"x\n", 3, 1),
        ("headline: x\n\tby: Ana\n", 3, 1),
    ] {
        let expected = format!("error front-matter-syntax content/bad.md:{line}:{column}");
        let (site, _) = check("content/bad.md", front(lines), 1, &[&expected]);
        site.assert_nowhere("BODY-OF-BAD", &[]);
    }
    check("content/bad.md", front("- a\n- b\n"), 1, &["error front-matter-syntax content/bad.md:2:1"]);
    check("content/bad.md", front("text\n"), 1, &["error front-matter-syntax content/bad.md:2:1"]);
    let big = front(&format!("headline: x\ndescription: {}\n", "x".repeat(70_000)));
    check("content/bad.md", big, 1, &["error front-matter-size content/bad.md:1:1"]);
}

#[test]
fn wrong_types_are_all_found_in_one_run() {
    let lines = "headline: [a, b]\nby: {a: b}\nurgency: high\nadvisory: maybe\nfirstCreated: [1]\nversion: -1\n\
                 kicker: true\nkeywords: [a, [b]]\nassociations: photo.jpg\nurgancy: 3\nkicker: again\n";
    let (site, ran) = check(
        "content/bad.md",
        front(lines),
        1,
        &[
            "error wrong-type content/bad.md:2:11",
            "error wrong-type content/bad.md:3:5",
            "error wrong-type content/bad.md:4:10",
            "error wrong-type content/bad.md:5:11",
            "error wrong-type content/bad.md:6:15",
            "error bad-value content/bad.md:7:10",
            "error wrong-type content/bad.md:8:9",
            "error wrong-type content/bad.md:9:15",
            "error wrong-type content/bad.md:10:15",
            "error unknown-key content/bad.md:11:10",
            "error duplicate-key content/bad.md:12:9",
        ],
    );
    site.assert_nowhere("BODY-OF-BAD", &[]);
    assert!(ran.stderr.contains("did you mean `urgency`?"), "{}", ran.stderr);
}

#[test]
fn alias_bombs() {
    let mut lines = String::from("headline: x\nextra:\n  a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (name, of) in ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"]) {
        lines.push_str(&format!("  {name}: &{name} [{}]\n", vec![format!("*{of}"); 9].join(", ")));
    }
    let start = Instant::now();
    check("content/bad.md", front(&lines), 1, &["error front-matter-alias content/bad.md:4:6"]);
    // The same where no line begins with an anchor.
    let flow = lines.replacen("extra:\n  ", "extra: {", 1).replace("]\n  ", "], ").replacen("]\n", "]}\n", 1);
    let site = Site::new();
    site.story("good", "", "Text.").file("content/bad.md", front(&flow));
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found().len()), (1, 1), "{}", ran.stderr);
    assert!(ran.found()[0].starts_with("error front-matter-"), "{:?}", ran.found());
    good_is_there(&site);
    let deep = format!("headline: x\nextra: {}{}\n", "[".repeat(5000), "]".repeat(5000));
    let site = Site::new();
    site.story("good", "", "Text.").file("content/bad.md", front(&deep));
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found().len()), (1, 1), "{}", ran.stderr);
    good_is_there(&site);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_file_of_100_megabytes() {
    let site = Site::new();
    site.story("good", "", "Text.").file("content/bad.md", front("headline: x\n"));
    let file = fs::File::options().append(true).open(site.root().join("content/bad.md")).unwrap();
    file.set_len(100 << 20).unwrap();
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (1, vec!["error file-too-large content/bad.md".to_string()]), "{}", ran.stderr);
    good_is_there(&site);
}

/// What is cut off at a bound is named with its place, its number and the bound.
#[test]
fn more_than_a_page_can_hold_is_named() {
    let site = Site::with("languages: [en, es]\n");
    site.story("deep", "", &format!("{}\nText.\n{}", "<div>".repeat(400), "</div>".repeat(400)));
    let attributes: String = (0..300).map(|number| format!(" a{number}=\"x\"")).collect();
    site.story("wide", "", &format!("<p{attributes}>\nText.\n</p>"));
    site.story("root", "", "Text.");
    for name in ["first", "second", "third"] {
        site.story(name, "language: es\ntranslationOf: urn:check:root\n", "Text.");
    }
    let found: Vec<String> = site.build().diagnostics.iter().map(ToString::to_string).collect();
    let expected = [
        "content/2026/11/deep.md:7:1: warning: 300 tags of HTML were left out with what stands in them, the first of them `<div>`: \
         elements may nest 100 deep, and those for marked text 32",
        "content/2026/11/second.md: warning: 2 translations of urn:check:root are named on no other page: it has one in `es` before, \
         or more than 100 languages",
        "content/2026/11/wide.md:7:1: warning: 200 attributes of `<p` were left out: a tag may have 100",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_no_text() {
    check("content/bad.md", b"\x7fELF\x02\x01\x01\0\0\xff\xfe", 1, &["error binary-file content/bad.md"]);
    check("content/bad.md", b"---\nheadline: x\n---\nText\0.\n", 1, &["error binary-file content/bad.md"]);
    check("content/bad.md", b"---\nheadline: Caf\xe9\n---\nText.\n", 1, &["error not-utf8 content/bad.md:2:14"]);
    check("content/bad.md", b"---\nheadline: x\n---\n\xe9t\xe9\n", 1, &["error not-utf8 content/bad.md:4:1"]);
}

#[test]
fn two_stories_on_one_url() {
    let site = Site::new();
    site.story("good", "", "Text.").story("a", "", "FIRST.").story("b", "slug: a\n", "SECOND.");
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (1, vec!["error same-url content/2026/11/b.md".to_string()]), "{}", ran.stderr);
    assert!(ran.stderr.contains("content/2026/11/a.md"), "both are named: {}", ran.stderr);
    assert!(site.read("news/2026/11/20/a/index.html").contains("FIRST."));
    // The loser has no page, so nothing links to one.
    assert!(site.files_with("Headline of b").is_empty(), "{:?}", site.files_with("Headline of b"));
    good_is_there(&site);
}

#[test]
fn a_story_cannot_take_the_place_of_a_list() {
    let site = Site::with("permalinks:\n  story: /{category}/{slug}/\n");
    site.story("good", "category: economy\n", "Text.").story(
        "economy",
        "category: economy/x\nslug: economy\n",
        "Text.",
    );
    site.story("trade", "category: economy\n", "STORY.").story("list", "category: economy/trade\n", "Text.");
    let ran = site.run_build(&[]);
    assert_eq!(ran.found(), ["error same-url content/2026/11/trade.md"], "{}", ran.stderr);
    assert!(!site.read("economy/trade/index.html").contains("STORY."));
}

#[test]
fn categories_that_differ_by_case() {
    let site = Site::new();
    site.story("good", "", "Text.").story("a", "category: Politics\n", "Text.").story(
        "b",
        "category: politics\n",
        "Text.",
    );
    let ran = site.run_build(&[]);
    assert_eq!(ran.found(), ["note category-spelling content/2026/11/b.md"], "{}", ran.stderr);
    assert_eq!(ran.code, 0);
    let list = attributes(&site.html("politics/index.html"), "article :is(h2, h3) a", "href");
    assert_eq!(list.len(), 2, "{list:?}");
    assert!(!site.has("Politics"));
}

#[test]
fn slugs_that_are_none() {
    let long = "x".repeat(300);
    for slug in ["../up", "a/b", "a\\\\b", ".", "..", ".hidden", "🚀", "a b", "a?b", "a%2fb", "a:b", "a\\u0000b", &long]
    {
        let lines = format!("headline: x\nslug: \"{slug}\"\n");
        let (site, _) = check("content/bad.md", front(&lines), 1, &["error bad-slug content/bad.md:3:7"]);
        site.assert_nowhere("BODY-OF-BAD", &[]);
    }
    let lines = "headline: x\nfirstCreated: 2026-11-20\nslug: انتخابات-جديدة\n";
    let (site, _) = check("content/fine.md", front(lines), 0, &[]);
    assert!(site.read("news/2026/11/20/انتخابات-جديدة/index.html").contains(
        "https://example.org/news/2026/11/20/%D8%A7%D9%86%D8%AA%D8%AE%D8%A7%D8%A8%D8%A7%D8%AA-%D8%AC%D8%AF%D9%8A%D8%AF%D8%A9/"
    ));
}

#[test]
fn file_names_of_all_kinds_get_a_slug() {
    let site = Site::new();
    let long = "wort ".repeat(49);
    for name in ["🚀", "انتخابات", "a b & c", "CON", "index", "page", "x.y.z", long.trim()] {
        let text = format!("---\nheadline: \"🚀\"\nfirstCreated: 2026-11-20\n---\n\nBODY of {name}.\n");
        site.file(&format!("content/{name}.md"), text);
    }
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found().len()), (0, 0), "{}", ran.stderr);
    let pages = site.tree().into_keys().filter(|path| path.starts_with("news/2026/") && path.ends_with("index.html"));
    assert_eq!(pages.count(), 8);
}

#[test]
fn categories_and_aliases_that_are_none() {
    for category in ["../x", "a//b", "/", "topics", "by/x", "🚀", ".."] {
        let lines = format!("headline: x\ncategory: \"{category}\"\n");
        let site = Site::new();
        site.story("good", "", "Text.").file("content/bad.md", front(&lines));
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 1, "{category}: {}", ran.stderr);
        assert!(ran.found().iter().any(|line| line.starts_with("error bad-category content/bad.md:")), "{category}");
        site.assert_nowhere("BODY-OF-BAD", &[]);
        good_is_there(&site);
    }
    for alias in ["../../etc/x", "/", "/a/../b", "/.git/config", "/a?b", "/%2e%2e/x", "https://evil.example/x"] {
        let lines = format!("headline: x\naliases: [\"{alias}\"]\n");
        let site = Site::new();
        site.story("good", "", "Text.").file("content/bad.md", front(&lines));
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 0, "{alias}: {}", ran.stderr);
        assert!(ran.found().iter().any(|line| line.starts_with("warning bad-alias content/bad.md:")), "{alias}");
        assert!(!site.tree().keys().any(|path| path.contains("etc") || path.ends_with("x/index.html")), "{alias}");
        good_is_there(&site);
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_the_content_folder() {
    use std::os::unix::fs::symlink;
    let site = Site::new();
    site.story("good", "", "Text.").file("secret.md", front("headline: SECRET\n")).file("secret.png", "SECRET");
    let content = site.root().join("content");
    symlink(&content, content.join("loop")).unwrap();
    symlink("self.md", content.join("self.md")).unwrap();
    symlink(site.root().join("secret.md"), content.join("out.md")).unwrap();
    symlink(site.root().join("secret.png"), content.join("out.png")).unwrap();
    // The same far below, and what is hidden.
    let below = content.join("2026/11/20/wire");
    fs::create_dir_all(&below).unwrap();
    symlink(&content, below.join("loop")).unwrap();
    symlink(site.root().join("secret.md"), below.join("out.md")).unwrap();
    for hidden in ["content/.secret.md", "content/2026/11/20/wire/.secret.md", "content/2026/11/20/.wire/secret.md"] {
        site.file(hidden, front("headline: SECRET\n"));
    }
    site.file(
        "content/picture.md",
        "---\nheadline: x\nfirstCreated: 2026-11-20\n---\n\n![x](out.png)\n![y](../secret.png)\n",
    );
    let mut expected = vec![
        "warning file-unreadable content/2026/11/20/wire/loop",
        "warning file-unreadable content/2026/11/20/wire/out.md",
        "warning file-unreadable content/loop",
        "warning file-unreadable content/out.md",
        "warning file-unreadable content/out.png",
        "warning media-missing content/picture.md:6:1",
        "warning media-path content/picture.md:7:1",
        "warning file-unreadable content/self.md",
    ];
    match Command::new("mkfifo").arg(content.join("pipe.md")).status() {
        Ok(status) if status.success() => expected.insert(7, "warning file-unreadable content/pipe.md"),
        _ => skip("no named pipes here"),
    }
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (0, expected.iter().map(|line| line.to_string()).collect()), "{}", ran.stderr);
    site.assert_nowhere("SECRET", &[]);
    good_is_there(&site);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    site.story("good", "", "Text.").file("content/bad.md", front("headline: x\n"));
    let path = site.root().join("content/bad.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return skip("this user can read every file");
    }
    let ran = site.run_build(&[]);
    assert_eq!(
        (ran.code, ran.found()),
        (1, vec!["error file-unreadable content/bad.md".to_string()]),
        "{}",
        ran.stderr
    );
    good_is_there(&site);
}

/// A site of one good story with a child theme whose story template ends with this in its main block.
fn themed(template: &str) -> Site {
    let site = Site::with("theme: mine\n");
    site.story("good", "", "Text.").file("themes/mine/theme.yaml", "extends: default\n");
    let text = format!("{{% extends \"base.html\" %}}\n{{% block main %}}\n{template}\n{{% endblock %}}\n");
    site.file("themes/mine/templates/story.html", text);
    site
}

#[test]
fn a_template_that_does_not_parse() {
    for template in [
        "{% if story.headline %}x",
        "{{ story.headline",
        "{% fro x in y %}{% endfor %}",
        "{{ story.headline | nofilter }}",
        "{{ nofunction(x=1) }}",
        "{% include \"nope.html\" %}",
    ] {
        let site = themed(template);
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 2, "{template}: {}", ran.stderr);
        let found = ran.found();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("error template-syntax themes/mine/templates/story.html:"),
            "{template}: {found:?}"
        );
        assert!(!site.output().exists(), "nothing is written");
    }
}

#[test]
fn a_template_that_fails_on_a_page() {
    for template in [
        "{{ story.nope }}",
        "{{ nope }}",
        "{{ story.headline.deeper.still }}",
        "{{ asset(path=\"nope.css\") }}",
        "{{ 1 / 0 }}",
        "{% for i in range(end=2000000) %}{% endfor %}",
        "{% for i in range(end=10000) %}{% for j in range(end=10000) %}{% endfor %}{% endfor %}",
        "{% for i in range(end=9223372036854775807) %}{% endfor %}",
        "{% for i in range(end=10, step_by=0) %}{% endfor %}",
    ] {
        let site = themed(template);
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 1, "{template}: {}", ran.stderr);
        let found = ran.found();
        assert_eq!(found, ["error template-render themes/mine/templates/story.html:3:".to_string() + column(&found)]);
        assert!(ran.stderr.contains("story.html") && ran.stderr.contains("seen on /news/2026/11/20/good/"));
        assert!(!site.has("news/2026/11/20/good/index.html") && site.has("index.html"), "the rest is built");
    }
}

fn column(found: &[String]) -> &str {
    found.first().and_then(|line| line.rsplit(':').next()).unwrap_or("")
}

#[test]
fn a_page_that_grows_without_end() {
    let text = "x".repeat(1000);
    let site = themed(&format!(
        "{{% for i in range(end=1000) %}}{{% for j in range(end=900) %}}{text}{{% endfor %}}{{% endfor %}}"
    ));
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found().len()), (1, 1), "{}", ran.stderr);
    assert!(ran.found()[0].starts_with("error page-too-large"), "{:?}", ran.found());
    assert!(site.has("index.html") && !site.has("news/2026/11/20/good/index.html"));
}

#[test]
fn themes_that_are_wrong() {
    for (path, text, expected) in [
        ("themes/mine/theme.yaml", "extends: mine\n", "error theme-invalid themes/mine/theme.yaml"),
        ("themes/mine/theme.yaml", "extends: ../..\n", "error theme-invalid themes/../../theme.yaml"),
        ("themes/mine/theme.yaml", "extends: nowhere\n", "error theme-invalid themes/nowhere"),
        ("themes/mine/theme.yaml", "extend: default\n", "error theme-invalid themes/mine/theme.yaml:1:1"),
        ("themes/mine/theme.yaml", "name: alone\n", "error theme-invalid "),
        ("themes/mine/i18n/en.yaml", "by: [x]\n", "error theme-invalid themes/mine/i18n/en.yaml:1:5"),
    ] {
        let site = themed("x");
        site.file(path, text);
        let ran = site.run_build(&[]);
        assert_eq!((ran.code, ran.found()), (2, vec![expected.to_string()]), "{text}{}", ran.stderr);
    }
}

#[test]
fn settings_that_are_wrong() {
    for (text, expected) in [
        ("title: x\nbase_url: https://e.org/\nlanguage: [en]\n", "error config-invalid dateline.yaml:3:1"),
        ("title: [x]\nbase_url: https://e.org/\n", "error config-invalid dateline.yaml:1:8"),
        ("title: x\nbase_url: ftp://e.org/\n", "error config-invalid dateline.yaml:2:1"),
        ("title: x\nbase_url: https://e.org/\ntheme: ../x\n", "error theme-invalid themes/../x/theme.yaml"),
        (
            "title: x\nbase_url: https://e.org/\npermalinks: {story: \"/../{slug}/\"}\n",
            "error config-invalid dateline.yaml:1:1",
        ),
    ] {
        let site = Site::new();
        site.story("good", "", "Text.").file("dateline.yaml", text);
        let ran = site.run_build(&[]);
        assert_eq!((ran.code, ran.found()), (2, vec![expected.to_string()]), "{text}{}", ran.stderr);
        assert!(!site.output().exists());
    }
    let site = Site::new();
    site.remove("dateline.yaml");
    assert_eq!(site.run_build(&[]).code, 2);
}

#[test]
fn output_that_cannot_be_written() {
    let site = Site::new();
    site.story("good", "", "Text.").file("output", "a file");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.found().len() == 1 && ran.found()[0].starts_with("error output-write "), "{:?}", ran.found());
    assert_eq!(fs::read(site.output()).unwrap(), b"a file");

    // A foreign file where a folder should be, and a folder where a file should be.
    let site = Site::new();
    site.story("good", "", "Text.").file("output/topics", "a file").file("output/robots.txt/x", "a file");
    site.story("tagged", "keywords: [tides]\n", "Text.");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.found().iter().all(|line| line.starts_with("error ")), "{:?}", ran.found());
    assert_eq!((site.read("topics"), site.read("robots.txt/x")), ("a file".to_string(), "a file".to_string()));
    good_is_there(&site);
}

/// A small file system in memory as output folder, gone when dropped. A file of nothing takes up its room.
struct SmallDisk {
    folder: std::path::PathBuf,
}

impl SmallDisk {
    fn mount(site: &Site) -> Option<SmallDisk> {
        let folder = site.output();
        fs::create_dir_all(&folder).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(&folder).output();
        if !mount.is_ok_and(|mount| mount.status.success()) {
            return None;
        }
        let disk = SmallDisk { folder };
        // Some sandboxes mount the file system and leave its bound out.
        (disk.fill(0) < 9 << 20).then_some(disk)
    }

    /// Leaves only so much room. Returns the size of the file that takes the rest.
    fn fill(&self, room: u64) -> u64 {
        let mut ballast = fs::File::create(self.folder.join(".ballast")).unwrap();
        let mut size = 0;
        while size < 16 << 20 {
            match ballast.write(&[0; 4096]) {
                Ok(written) if written > 0 => size += written as u64,
                _ => break,
            }
        }
        size = size.saturating_sub(room);
        ballast.set_len(size).unwrap();
        size
    }

    fn empty(&self) {
        fs::remove_file(self.folder.join(".ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.folder).status();
    }
}

#[test]
fn a_full_disk() {
    let site = Site::new();
    site.story("good", "", "Text.");
    for n in 0..40 {
        site.story(&format!("s{n}"), "", &format!("Text {n}. {}", "More words. ".repeat(400)));
    }
    let whole = site.root().join("whole");
    site.build_with(NOW, |options| options.output = Some(whole.clone()));
    let whole = tree(&whole);
    let Some(disk) = SmallDisk::mount(&site) else {
        return skip("no small file system can be mounted here");
    };
    let pages = || {
        let mut pages = site.tree();
        pages.remove(".ballast");
        pages
    };
    disk.fill(200 << 10);
    let ran = site.run_build(&[]);
    assert_ne!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.found().iter().any(|line| line.starts_with("error output-write ")), "{:?}", ran.found());
    for (path, bytes) in pages() {
        assert!(whole.get(&path) == Some(&bytes), "{path} is not whole");
    }
    // With room again, everything is built: the files of the first run are recognised as dateline's own.
    disk.empty();
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found().len()), (0, 0), "{}", ran.stderr);
    assert_eq!(pages(), whole);
    // A disk that is full when a story changes keeps every page whole, and all of them known.
    disk.fill(0);
    site.story("s1", "headline: Changed\n", "Changed.");
    let ran = site.run_build(&[]);
    assert_ne!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(pages().keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
    disk.empty();
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found().len()), (0, 0), "{}", ran.stderr);
    assert_eq!(texts(&site.html("news/2026/11/20/s1/index.html"), "h1"), ["Changed"]);
}

#[test]
fn scripts_do_not_get_through() {
    const EVIL: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\\\"'></script>]]>";
    let site = Site::new();
    site.file("content/2026/11/x.png", crate::support::png(2, 3, ""));
    let lines = format!(
        "headline: \"{EVIL} headline\"\nkicker: \"{EVIL}\"\nsubheadline: \"{EVIL}\"\nby: [\"{EVIL} by\"]\ndescription: \"{EVIL}\"\n\
         dateline: \"{EVIL}\"\nkeywords: [\"{EVIL} key\"]\ncategory: news\ncreditLine: \"{EVIL}\"\nusageTerms: \"{EVIL}\"\n\
         uri: \"urn:check:{EVIL}\"\ncorrection: {{note: \"{EVIL}\"}}\nfirstCreated: 2026-11-23T10:00:00Z\n\
         associations: [{{type: picture, href: x.png, caption: \"{EVIL}\", credit: \"{EVIL}\"}}, {{href: \"javascript:alert(3)\"}}]\n"
    );
    let body = "<script>alert(1)</script>\n\nText <a href=\"javascript:alert(4)\" onclick=\"alert(5)\">a</a> \
                [b](javascript:alert(6)) [c](JaVaScRiPt:alert(7)) [d](<java\tscript:alert(8)>) [e](data:text/html,x) \
                [f](vbscript:x) ![g](javascript:alert(9)) <img src=x onerror=alert(10)> <https://good.example/> \
                <javascript:alert(11)> [h](&#106;avascript:alert(12)) [i](//evil.example/x)\n\n\
                <iframe src=\"https://evil.example\"></iframe><svg onload=alert(13)><style>*{}</style><form action=x>\n";
    site.story("good", "", "Text.").file("content/2026/11/evil.md", format!("---\n{lines}---\n\n{body}"));
    site.story("evil-kill", "pubStatus: canceled\ncorrection: {note: \"<script>alert(1)</script>\"}\n", "");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let kinds = ["warning link-", "warning text-dropped", "warning markup-shown", "warning picture-remote"];
    assert!(ran.found().iter().all(|line| kinds.iter().any(|kind| line.starts_with(kind))), "{:?}", ran.found());

    let headline = EVIL.replace("\\\"", "\"") + " headline";
    for (path, bytes) in site.tree() {
        let text = String::from_utf8_lossy(&bytes);
        if path.ends_with(".html") {
            let html = scraper::Html::parse_document(&text);
            let scripts = "script:not([type='application/ld+json'], [src='/assets/share.js'], [src='/assets/times.js'], [src='/assets/search.js']), \
                           iframe, svg, form:not([action='/search/']), [onerror], [onclick], [onload], img[src=x]";
            assert_eq!(texts(&html, scripts), [] as [&str; 0], "{path}");
            for (selector, name) in [("[href]", "href"), ("[src]", "src"), ("meta[content]", "content")] {
                for value in attributes(&html, selector, name) {
                    let value = value.split_whitespace().collect::<String>().to_lowercase();
                    let bad =
                        ["javascript:", "data:", "vbscript:", "//"].iter().any(|scheme| value.starts_with(scheme));
                    assert!(!bad, "{path}: {value}");
                }
            }
            for ld in texts(&html, "script[type='application/ld+json']") {
                serde_json::from_str::<serde_json::Value>(&ld).unwrap_or_else(|error| panic!("{path}: {error}"));
            }
        } else if path.ends_with(".xml") {
            assert!(!text.contains("<script") && !text.contains("<img"), "{path}");
            let mut reader = quick_xml::Reader::from_str(&text);
            while reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}")) != quick_xml::events::Event::Eof
            {
            }
        } else if path.ends_with("ninjs.json") {
            let ninjs: serde_json::Value = serde_json::from_str(&text).unwrap();
            let body = ninjs["bodies"][0]["value"].as_str().unwrap_or("");
            let html = scraper::Html::parse_fragment(body);
            assert_eq!(texts(&html, "script, iframe, svg, form, img, [onclick], [onerror]"), [] as [&str; 0], "{body}");
            let links = attributes(&html, "[href]", "href");
            assert!(links.iter().all(|link| link.starts_with("https://good.example/")), "{body}");
        } else if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }
    let page = site.html("news/2026/11/23/evil/index.html");
    assert_eq!(texts(&page, "h1"), [headline.as_str()]);
    assert!(texts(&page, ".body").concat().contains('f'), "the text of a link stays");
    assert!(attributes(&page, ".body a", "href").contains(&"https://good.example/".to_string()));
    let feed: serde_json::Value = serde_json::from_str(&site.read("feed.json")).unwrap();
    assert_eq!(feed["items"][0]["title"], headline.as_str());
    good_is_there(&site);
}

#[test]
fn dates_that_do_not_exist() {
    for (text, line) in [("2026-02-30", 3), ("2026-13-01T00:00:00Z", 3), ("2026-11-23T25:00:00Z", 3), ("yesterday", 3)]
    {
        let expected = format!("error bad-time content/bad.md:{line}:15");
        let (site, _) =
            check("content/bad.md", front(&format!("headline: x\nfirstCreated: {text}\n")), 1, &[&expected]);
        site.assert_nowhere("BODY-OF-BAD", &[]);
    }
    let site = Site::new();
    site.story("good", "", "Text.").file("content/2026/02/30/odd.md", front("headline: x\n"));
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (0, vec!["warning no-date content/2026/02/30/odd.md:1:1".to_string()]));
    assert_eq!(site.cli(&["build", "--now", "2026-02-30T00:00:00Z"]).code, 2);
}

#[test]
fn the_ends_of_time() {
    for zone in ["UTC", "America/New_York", "Pacific/Auckland"] {
        let site = Site::with(&format!("time_zone: {zone}\n"));
        site.story("good", "firstCreated: 2026-11-20T12:00:00Z\n", "Text.");
        site.story("first", "firstCreated: 0001-01-01T00:00:00Z\nversionCreated: 0001-01-01T00:00:00Z\n", "Text.");
        site.story("zero", "firstCreated: 0000-06-01T00:00:00Z\n", "Text.");
        site.story("last", "firstCreated: 9999-12-29T00:00:00Z\nexpires: 9999-12-29T00:00:00Z\n", "Text.");
        let ran = site.run_build(&[]);
        assert_eq!(
            (ran.code, ran.found()),
            (0, vec!["warning future-date content/2026/11/last.md".to_string()]),
            "{zone}"
        );
        let pages = ran.report["pages"].as_array().unwrap();
        let url = |slug: &str| {
            let end = format!("/{slug}/");
            let page = pages.iter().find(|page| page["url"].as_str().is_some_and(|url| url.ends_with(&end)));
            page.unwrap()["url"].as_str().unwrap()[1..].to_string()
        };
        if zone == "UTC" {
            assert_eq!(url("first"), "news/0001/01/01/first/");
        }
        for slug in ["first", "zero", "last"] {
            assert_eq!(texts(&site.html(&format!("{}index.html", url(slug))), "h1"), [format!("Headline of {slug}")]);
        }
        for feed in ["feed.xml", "atom.xml", "feed.json", "sitemap.xml"] {
            assert!(site.has(feed), "{feed}");
        }
    }
}

#[test]
fn a_report_that_cannot_be_written() {
    let site = Site::new();
    site.story("good", "", "Text.");
    let ran = site.cli(&["build", "--now", NOW, "--report", "nowhere/report.json"]);
    assert_eq!((ran.code, site.output().exists()), (2, false), "{}", ran.stderr);
    assert!(!contains(ran.stdout.as_bytes(), "Headline"));
}

#[test]
fn a_layout_that_the_theme_lacks() {
    let site = Site::new();
    site.story("dock", "layout: long.html\n", "Text.").story("vote", "", "Text.");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.found(), ["warning unknown-layout content/2026/11/dock.md"]);
    let message = "`layout` names the template `long.html`, which the theme does not have";
    assert!(ran.stderr.contains(message) && ran.stderr.contains("story.html was used"), "{}", ran.stderr);
    assert!(site.has("news/2026/11/20/dock/index.html") && site.has("news/2026/11/20/vote/index.html"));
}

#[test]
fn links_that_may_not_be_and_stories_that_are_not_there() {
    let site = Site::new();
    site.story("dock", "related: [urn:check:gone]\n", "See [this](javascript:x) now.");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0);
    let place = "content/2026/11/dock.md";
    assert_eq!(ran.found(), [format!("warning related-target {place}"), format!("warning link-scheme {place}:8:5")]);
    assert!(site.read("news/2026/11/20/dock/index.html").contains("See this now."));
}

#[cfg(unix)]
#[test]
fn a_site_folder_that_cannot_keep_state() {
    let site = Site::new();
    site.story("dock", "", "Text.").file(".dateline", "a file where the folder should be");
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (0, vec!["warning state-unusable .dateline".to_string()]));
    assert!(site.has("news/2026/11/20/dock/index.html"));
    // Nothing was kept, so nothing is trusted, and nothing is written twice.
    assert_eq!(site.run_build(&[]).report["counts"]["written"], 0);
}
