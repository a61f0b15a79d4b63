//! Menus of the settings, in both built-in themes.

use crate::support::{Site, attributes, found, texts};

const MENUS: &str = "languages: [en, es]\nmenus:\n  main:\n  - section: politics\n  - {name: {en: Shop, es: Tienda}, url: \"https://shop.example/?a=1&b=2\"}\n  - {name: Wind, url: /topics/wind/}\n  - index: places\n  footer:\n  - page: {en: about, es: acerca}\n  - {name: Write to us, url: \"mailto:desk@example.org\"}\n  - {name: Everything, index: sections}\n";

fn site(settings: &str) -> Site {
    let site = Site::with(&format!("{MENUS}{settings}"));
    site.file("content/pages/about.md", "---\nheadline: About us\n---\n\nText.\n");
    site.file("content/pages/acerca.md", "---\nheadline: Acerca\nlanguage: es\n---\n\nTexto.\n");
    site
}

#[test]
fn menus_hold_links_of_any_kind() {
    for theme in ["default", "archive"] {
        let site = site(&format!("theme: {theme}\n"));
        site.story("one", "keywords: [Wind]", "Text.").story("uno", "keywords: [Wind]\nlanguage: es", "Texto.");
        assert_eq!(found(&site.build()), [""; 0], "{theme}");
        for (page, sections, foot) in [
            (
                "index.html",
                [
                    ("Politics", "/politics/"),
                    ("Shop", "https://shop.example/?a=1&b=2"),
                    ("Wind", "/topics/wind/"),
                    ("Places", "/places/"),
                ],
                [("About us", "/about/"), ("Write to us", "mailto:desk@example.org"), ("Everything", "/sections/")],
            ),
            (
                "es/index.html",
                [
                    ("Política", "/es/politics/"),
                    ("Tienda", "https://shop.example/?a=1&b=2"),
                    ("Wind", "/topics/wind/"),
                    ("Lugares", "/es/places/"),
                ],
                [
                    ("Acerca", "/es/acerca/"),
                    ("Write to us", "mailto:desk@example.org"),
                    ("Everything", "/es/sections/"),
                ],
            ),
        ] {
            let html = site.html(page);
            let links = |selector: &str| -> Vec<(String, String)> {
                texts(&html, selector).into_iter().zip(attributes(&html, selector, "href")).collect()
            };
            let wanted = |links: &[(&str, &str)]| -> Vec<(String, String)> {
                links.iter().map(|(name, url)| (name.to_string(), url.to_string())).collect()
            };
            assert_eq!(links("nav.sections a"), wanted(&sections), "{theme} {page}");
            assert_eq!(links("footer nav a"), wanted(&foot), "{theme} {page}");
        }
        assert_eq!(attributes(&site.html("about/index.html"), "footer nav a[aria-current=page]", "href"), ["/about/"]);
    }
}

#[test]
fn a_section_of_a_menu_has_a_page_before_its_first_story_and_stands_on_the_front() {
    let site = site("  other:\n  - section: weather\n");
    site.build();
    for section in ["politics", "weather"] {
        assert!(
            site.has(&format!("{section}/index.html")) && site.has(&format!("es/{section}/index.html")),
            "{section}"
        );
    }
    for number in 0..9 {
        site.story(&format!("vote-{number}"), "category: politics", "Text.");
    }
    site.build();
    assert!(texts(&site.html("index.html"), "main h2").iter().any(|text| text == "Politics"));
}

#[test]
fn an_entry_that_leads_nowhere_is_reported_with_its_place() {
    let site = Site::with(
        "menus:\n  main:\n  - page: abuot\n  - name: Wind\n    url: /topics/wind/#top\n  - {name: Front, url: /}\n  - {name: Terms, url: /terms.pdf}\n",
    );
    site.file("static/terms.pdf", "x");
    let messages: Vec<String> =
        site.build().diagnostics.iter().map(|one| format!("{one} [{}]", one.hints.join("; "))).collect();
    assert_eq!(
        messages,
        [
            "dateline.yaml:5:5: warning: the menu's page `abuot` is not a public standing page [the entry was left out; name a file of content/pages/ without its ending]",
            "dateline.yaml:6:5: warning: `/topics/wind/#top` leads to no page of this site [the entry stays; write the path of a page, with the edition before it, as in /es/topics/]",
        ]
    );
    // The navigation must not change with the first story of a topic.
    let before = site.html("index.html");
    site.story("one", "keywords: [Wind]", "Text.");
    site.build();
    let links = |html: &scraper::Html| attributes(html, "nav.sections a", "href");
    assert_eq!(links(&before), ["/topics/wind/#top", "/", "/terms.pdf"]);
    assert_eq!(links(&site.html("index.html")), links(&before));
}

#[test]
fn paths_of_a_site_in_a_folder_stand_below_it() {
    let site = Site::new();
    let menus = "menus: {main: [{name: Front, url: /}, {section: sport}], footer: []}\n";
    site.file("dateline.yaml", format!("title: Check\nbase_url: https://example.org/wire/\n{menus}"));
    assert_eq!(found(&site.build()), [""; 0]);
    assert_eq!(attributes(&site.html("index.html"), "nav.sections a", "href"), ["/wire/", "/wire/sport/"]);
    assert_eq!(attributes(&site.html("index.html"), "footer nav a", "href"), [""; 0]);
}
