//! Sponsored stories say so wherever they stand.

use crate::support::{Site, attributes, found, texts};

fn site(settings: &str) -> Site {
    let site = Site::with(settings);
    site.story(
        "paid",
        "sponsor: {name: \"Acme & Sons\", url: \"https://acme.example/?a=1&b=2\"}\nurgency: 1\nlanguage: en\ncorrection: A name.\n",
        "See [the shop](https://shop.example/), [us](https://example.org/news/2026/11/20/free/), <a href=\"http://other.example\" title=\"x\">raw</a>, [mail](mailto:a@e.org) and [free](free.md).",
    );
    site.story("free", "related: [urn:check:paid]", "See [the shop](https://shop.example/).");
    site
}

#[test]
fn its_page_and_every_list_name_who_paid() {
    for theme in ["default", "archive", "bulletin"] {
        let site = site(&format!("theme: {theme}\nbreaking_minutes: 10080\npages: {{list_feeds: [category]}}\n"));
        assert_eq!(found(&site.build()), [""; 0], "{theme}");
        let html = site.html("news/2026/11/20/paid/index.html");
        assert_eq!(texts(&html, ".notice.sponsor"), ["Sponsored: Acme & Sons"], "{theme}");
        assert_eq!(attributes(&html, ".notice.sponsor a[rel=sponsored]", "href"), ["https://acme.example/?a=1&b=2"]);
        assert_eq!(
            attributes(&html, ".body a[rel=sponsored]", "href"),
            ["https://shop.example/", "http://other.example"],
            "{theme}"
        );
        assert!(attributes(&site.html("news/2026/11/20/free/index.html"), ".body a", "rel").is_empty());
        for page in [
            "index.html",
            "news/index.html",
            "2026/11/20/index.html",
            "corrections/index.html",
            "404.html",
            "news/2026/11/20/free/index.html",
        ] {
            let html = site.html(page);
            let links = attributes(&html, "main a[href='/news/2026/11/20/paid/']", "href").len();
            let marks = texts(&html, "main .label-sponsored");
            assert!(links > 0, "{theme} {page}");
            assert_eq!(marks, vec!["Sponsored: Acme & Sons"; links], "{theme} {page}");
        }
        let ld = site.read("news/2026/11/20/paid/index.html");
        assert!(ld.contains(r#""sponsor":{"@type":"Organization","name":"Acme \u0026 Sons","url":"#), "{theme}");
    }
}

#[test]
fn feeds_ninjs_and_search_name_who_paid() {
    let site = site("languages: [en, es]\n");
    site.story("pagado", "language: es\nsponsor: Acme", "Texto.");
    site.build();
    for (file, expected) in [
        ("feed.xml", "<title>Sponsored: Headline of paid</title>"),
        ("feed.xml", "<category>Sponsored</category>"),
        ("atom.xml", "<uri>https://acme.example/?a=1&amp;b=2</uri>"),
        ("feed.json", "\"title\":\"Sponsored: Headline of paid\""),
        ("es/feed.xml", "<title>Patrocinado: Headline of pagado</title>"),
        (
            "news/2026/11/20/paid/ninjs.json",
            r#"{"role":"sponsor","name":"Acme & Sons","uri":"https://acme.example/?a=1&b=2"}"#,
        ),
        ("news/2026/11/20/paid/ninjs.json", r#"<a href=\"https://shop.example/\" rel=\"sponsored\">"#),
        ("search/index.html", "data-sponsored=\"Sponsored:\""),
    ] {
        assert!(site.read(file).contains(expected), "{file} lacks {expected}:\n{}", site.read(file));
    }
    assert!(!site.read("feed.xml").contains("Sponsored: Headline of free"));
    let parts = site.tree();
    let mut shown = parts.iter().filter(|(path, _)| path.starts_with("search/parts/") && path.contains('-'));
    assert!(shown.any(|(_, bytes)| String::from_utf8_lossy(bytes).contains("\"news\",\"See the shop")
        && String::from_utf8_lossy(bytes).contains(",\"\",\"Acme & Sons\"]")));
    // What one site exports, another imports.
    let other = Site::new();
    other.file("in/paid.ninjs.json", site.read("news/2026/11/20/paid/ninjs.json"));
    assert_eq!(other.cli(&["import", "in/paid.ninjs.json"]).code, 0);
    let files = crate::support::tree(&other.root().join("content"));
    let text = files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect::<String>();
    assert!(text.contains("sponsor: {\"name\":\"Acme & Sons\",\"url\":\"https://acme.example/?a=1&b=2\"}"), "{text}");
    assert!(!text.contains("provider: "), "{text}");
}

#[test]
fn what_is_wrong_hides_the_story_and_is_named_with_its_place() {
    for (value, expected) in [
        ("{name: Acme, url: acme.example}", "3:28: error: `url` is `acme.example`, which is not an address"),
        ("{name: Acme, url: \"javascript:alert(1)\"}", "`url` is `javascript:alert(1)`, which is not an address"),
        ("{url: \"https://acme.example/\"}", "error: `sponsor` has no `name`"),
        ("{name: Acme, link: x}", "error: there is no key `link` in `sponsor`"),
    ] {
        let site = Site::new();
        site.file(
            "content/2026/11/a.md",
            format!("---\nheadline: Some\nsponsor: {value}\nuri: urn:a\nfirstCreated: 2026-11-20\n---\n\nText.\n"),
        );
        let messages: Vec<String> = site.build().diagnostics.iter().map(ToString::to_string).collect();
        let messages = messages.join("\n");
        assert!(messages.contains(expected), "{value}: {messages}");
        assert!(!site.has("news/2026/11/20/a/index.html"), "{value}");
    }
}
