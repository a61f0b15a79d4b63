//! `migrate`: sites of other generators come in whole, and nothing that they did not show becomes public.

use crate::support::{NOW, Site, png, texts};

/// A site of another generator beside a new, empty one.
fn migrated(generator: &str, files: &[(&str, &str)]) -> (Site, String) {
    let site = Site::with("time_zone: Europe/Lisbon\n");
    for (path, text) in files {
        site.file(&format!("old/{path}"), text);
    }
    site.file("old/static/images/quay.png", png(40, 40, "quay"));
    site.file("old/images/quay.png", png(40, 40, "quay"));
    site.file("old/content/posts/strike/quay.png", png(40, 40, "beside"));
    let ran = site.cli(&["migrate", generator, site.root().join("old").to_str().unwrap(), "--now", NOW]);
    assert!(ran.code < 2, "{}", ran.stderr);
    let output = ran.stderr.replace(&*site.root().to_string_lossy(), "");
    (site, output)
}

const HIDDEN: &[(&str, &str)] = &[
    ("hugo.yaml", "baseURL: https://old.example/\n"),
    ("content/news/plain.md", "---\ntitle: SECRET 1\ndate: 2026-01-02\ndraft: true\n---\nSECRET\n"),
    ("content/news/word.md", "+++\ntitle = \"SECRET 2\"\ndate = 2026-01-02\ndraft = \"yes\"\n+++\nSECRET\n"),
    ("content/news/json.md", "{\n\"title\": \"SECRET 3\", \"date\": \"2026-01-02\", \"draft\": true\n}\nSECRET\n"),
    ("content/news/future.md", "---\ntitle: SECRET 4\ndate: 2027-01-02\n---\nSECRET\n"),
    ("content/news/publish.md", "---\ntitle: SECRET 5\ndate: 2026-01-02\npublishDate: 2027-01-02\n---\nSECRET\n"),
    ("content/news/expired.md", "---\ntitle: SECRET 6\ndate: 2026-01-02\nexpiryDate: 2026-02-02\n---\nSECRET\n"),
    ("content/news/when.md", "---\ntitle: SECRET 7\ndate: when it is ready\n---\nSECRET\n"),
    ("content/news/build.md", "---\ntitle: SECRET 8\ndate: 2026-01-02\nbuild:\n  render: never\n---\nSECRET\n"),
    (
        "content/news/comment.md",
        "---\ntitle: Comment\ndate: 2026-01-02\n---\nText. {{< comment >}}SECRET{{< /comment >}} <!-- SECRET -->\n",
    ),
    ("content/team/_index.md", "---\ntitle: Team\ncascade:\n  draft: true\n---\n"),
    ("content/team/below.md", "---\ntitle: SECRET 9\ndate: 2026-01-02\n---\nSECRET\n"),
    ("content/private.md", "---\ntitle: SECRET 10\ndraft: true\n---\nSECRET\n"),
];

#[test]
fn nothing_that_a_hugo_site_hides_becomes_public() {
    let (site, output) = migrated("hugo", HIDDEN);
    assert!(output.contains("9 stories and 2 standing pages, 8 drafts among them"), "{output}");
    assert!(output.contains("`date` is not a date, so the file is a draft"), "{output}");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    site.assert_nowhere("SECRET", &[]);
    assert!(site.has("news/2026/01/02/comment/index.html"));
}

#[test]
fn a_hugo_site_comes_in_whole() {
    let (site, output) = migrated(
        "hugo",
        &[
            ("hugo.toml", "baseURL = \"https://old.example/\"\n[permalinks]\nposts = \"/:year/:month/:slug/\"\n"),
            (
                "content/posts/strike/index.md",
                "+++\ntitle = \"Port strike\"\ndate = 2026-01-02T09:00:00Z\nlastmod = 2026-01-03\ntags = [\"Ports\"]\ncategories = [\"Economy\"]\nweight = 2\naliases = [\"/older/\"]\n[cover]\nimage = \"/images/quay.png\"\nalt = \"A quay\"\n+++\n\n{{< figure src=\"quay.png\" alt=\"Quay\" >}}\n\nSee [the talks]({{< ref \"talks.md\" >}}) and [about](https://old.example/about), [again](/2026/01/talks).\n{{< chart >}}\n",
            ),
            (
                "content/posts/talks.md",
                "---\ntitle: Talks\ndate: 2026-01-03\naliases: [/news/2026/01/03/talks/]\n---\nText with ![a quay](/images/quay.png).\n",
            ),
            ("content/about.md", "---\ntitle: About us\nlayout: wide\nlastmod: 2026-01-02\n---\nWe are here.\n"),
            ("content/posts/broken.md", "---\ntitle: a: b\n---\nText\n"),
        ],
    );
    assert!(output.contains("error[migrate-front-matter]: the front matter cannot be read: "), "{output}");
    assert!(
        output.contains("warning[migrate-markup]: the tag `chart` has no counterpart and was left out"),
        "{output}"
    );
    assert!(output.contains("note[migrate-key]: `weight` has no counterpart and is kept under `extra`"), "{output}");
    let ran = site.run_build(&[]);
    assert_eq!(ran.found(), [] as [&str; 0], "{}", ran.stderr);
    let page = site.html("economy/2026/01/02/strike/index.html");
    assert_eq!(texts(&page, "h1"), ["Port strike"]);
    let text = site.read("economy/2026/01/02/strike/index.html");
    assert!(text.contains("/news/2026/01/03/talks/") && text.contains("href=\"/about/\""), "{text}");
    assert!(site.read("2026/01/strike/index.html").contains("/economy/2026/01/02/strike/"));
    assert!(site.has("older/index.html") && site.has("media/images/quay.png"));
    // A second run writes nothing.
    let again = site.cli(&["migrate", "hugo", site.root().join("old").to_str().unwrap(), "--now", NOW]);
    assert!(again.stderr.contains(": 0 written, 5 unchanged"), "{}", again.stderr);
}

#[test]
fn sites_of_jekyll_zola_and_eleventy_come_in() {
    let (site, output) = migrated(
        "jekyll",
        &[
            (
                "_config.yml",
                "title: Old\nexclude: [notes]\ndefaults:\n  - scope: {path: hidden}\n    values: {published: false}\n",
            ),
            (
                "_posts/2026-01-02-port-strike.md",
                "---\nlayout: post\ntags: harbour strike\ndate: 2026-01-02 10:00:00 +0100\n---\n![q]({{ '/images/quay.png' | relative_url }})\n",
            ),
            ("_drafts/idea.md", "---\ntitle: SECRET idea\ndate: 2026-01-02\n---\nSECRET\n"),
            ("_team/ana.md", "---\ntitle: SECRET team\n---\nSECRET\n"),
            ("notes/own.md", "---\ntitle: SECRET note\ndate: 2026-01-02\n---\nSECRET\n"),
            ("hidden/_posts/2026-01-02-x.md", "---\ntitle: SECRET default\n---\nSECRET\n"),
            ("_posts/2026-01-03-members.md", "---\ntitle: SECRET members\n---\n{% if user %}SECRET{% endif %}\n"),
            ("README.md", "No front matter, SECRET.\n"),
        ],
    );
    assert!(output.contains("4 stories and 0 standing pages, 3 drafts among them"), "{output}");
    let ran = site.run_build(&[]);
    assert_eq!(ran.found(), [] as [&str; 0], "{}", ran.stderr);
    site.assert_nowhere("SECRET", &[]);
    assert!(site.has("news/2026/01/02/port-strike/index.html") && site.has("media/images/quay.png"));
    assert!(site.has("topics/harbour/index.html") && site.has("2026/01/02/port-strike.html"));

    let zola = "+++\ntitle = \"Four years\"\npath = \"2026/01/02/four\"\nauthors = [\"Ana Reyes\"]\n[taxonomies]\ntags = [\"Rust\"]\n[extra]\nx = 1\n+++\n[t](@/2026-01-03-talks.md) {{ youtube(id=\"a\") }}\n";
    let (site, _) = migrated(
        "zola",
        &[
            ("config.toml", "base_url = \"/\"\n"),
            ("content/four.md", zola),
            ("content/2026-01-03-talks.md", "+++\ntitle = \"Talks\"\n+++\nText.\n"),
            ("content/off.md", "+++\ntitle = \"SECRET\"\ndate = 2026-01-02\nrender = false\n+++\nSECRET\n"),
        ],
    );
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    site.assert_nowhere("SECRET", &[]);
    assert!(site.has("news/2026/01/02/four/index.html") && site.has("news/2026/01/03/talks/index.html"));
    assert!(site.read("2026/01/02/four/index.html").contains("/news/2026/01/02/four/"));

    let (site, _) = migrated(
        "eleventy",
        &[
            ("eleventy.config.js", "export default function () {}\n"),
            (
                "content/news/talks.md",
                "---\ntitle: Talks\ndate: 2026-01-03\ntags: [post, Ports]\n---\nText.{# SECRET #}\n",
            ),
            ("content/news/off.md", "---\ntitle: SECRET\ndate: 2026-01-03\npermalink: false\n---\nSECRET\n"),
            ("content/members/members.json", "{\"draft\": true}\n"),
            ("content/members/a.md", "---\ntitle: SECRET\ndate: 2026-01-03\n---\nSECRET\n"),
        ],
    );
    let ran = site.run_build(&[]);
    assert_eq!(ran.found(), [] as [&str; 0], "{}", ran.stderr);
    site.assert_nowhere("SECRET", &[]);
    assert!(site.has("topics/ports/index.html") && !site.has("topics/post/index.html"));
}

#[test]
fn a_dry_run_writes_nothing_and_what_is_no_site_is_said() {
    let site = Site::new();
    site.file("old/content/a.md", "---\ntitle: A\ndate: 2026-01-02\n---\nText.\n");
    let old = site.root().join("old");
    let ran = site.cli(&["migrate", "hugo", old.join("content").to_str().unwrap(), "--dry-run", "--now", NOW]);
    assert!(ran.code == 0 && ran.stderr.contains("1 story and 0 standing pages"), "{}", ran.stderr);
    assert!(!site.root().join("content").exists());
    let ran = site.cli(&["migrate", "hugo", old.join("no").to_str().unwrap()]);
    assert!(ran.code == 2 && ran.stderr.contains("error[migrate-file]: cannot take a site from "), "{}", ran.stderr);
}
