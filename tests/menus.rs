//! Menus of the settings and the standing pages that join them, in both built-in themes.

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
    for theme in ["default", "archive", "bulletin"] {
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

/// A standing page of the first edition, with more lines of front matter.
fn page(site: &Site, name: &str, more: &str) {
    site.file(&format!("content/pages/{name}.md"), format!("---\nheadline: Page {name}\n{more}---\n\nText.\n"));
}

#[test]
fn standing_pages_join_a_menu_at_their_place() {
    for theme in ["default", "archive", "bulletin"] {
        let settings = format!(
            "theme: {theme}\nlanguages: [en, es]\nmenus: {{main: [{{section: politics}}, {{section: sport}}, {{page: known}}]}}\n"
        );
        let site = Site::with(&settings);
        page(&site, "first", "menu: {name: main, order: 1}\n");
        page(&site, "third-b", "menu: {name: main, order: 3}\n");
        page(&site, "third-a", "menu: {name: main, order: 3}\n");
        page(&site, "far", "menu: {name: main, order: 900}\n");
        page(&site, "last", "menu: main\n");
        page(&site, "known", "menu: {name: main, order: 1}\n");
        page(&site, "other", "");
        page(&site, "foot", "menu: {name: footer, order: 2}\n");
        page(&site, "otro", "language: es\nmenu: {name: main, order: 2}\n");
        assert_eq!(found(&site.build()), [""; 0], "{theme}");
        let links = |page: &str, selector: &str| attributes(&site.html(page), selector, "href");
        assert_eq!(
            links("index.html", "nav.sections a"),
            ["/first/", "/politics/", "/third-a/", "/third-b/", "/sport/", "/known/", "/far/", "/last/"],
            "{theme}"
        );
        assert_eq!(
            links("es/index.html", "nav.sections a"),
            ["/es/politics/", "/es/otro/", "/es/sport/"],
            "{theme}: an edition has its own pages"
        );
        // The foot that dateline makes has the pages that join no other menu.
        assert_eq!(links("index.html", "footer nav a")[..3], ["/other/", "/foot/", "/latest/"], "{theme}");
        assert_eq!(links("es/index.html", "footer nav a")[..1], ["/es/latest/"], "{theme}");
    }
}

#[test]
fn hidden_pages_join_no_menu() {
    let site = Site::with("menus: {main: []}\n");
    for (name, more) in [
        ("one", "draft: true\n"),
        ("two", "embargoedUntil: 2026-11-24T06:00:00Z\n"),
        ("three", "pubStatus: withheld\n"),
        ("four", "advisory: true\n"),
        ("five", "pubStatus: canceled\n"),
    ] {
        page(&site, name, &format!("menu: main\n{more}"));
    }
    site.build();
    assert_eq!(attributes(&site.html("index.html"), "nav.sections a", "href"), [""; 0]);
    for name in ["one", "two", "three", "four", "five"] {
        site.assert_nowhere(&format!("Page {name}"), &[]);
    }
    site.build_at("2026-11-24T06:00:00Z");
    assert_eq!(attributes(&site.html("index.html"), "nav.sections a", "href"), ["/two/"]);
}

#[test]
fn a_menu_that_is_not_there_is_said_with_its_place() {
    let site = Site::with("menus: {top_bar: [{section: sport}]}\n");
    page(&site, "one", "menu: foter\n");
    page(&site, "two", "description: Two\nmenu:\n  order: 2\n  name: weather\n");
    page(&site, "three", "menu: top_bar\n");
    page(&site, "four", "draft: true\nmenu: topbar\n");
    site.story("strike", "menu: footer\n", "Text.");
    let said = |site: &Site| -> Vec<String> {
        let report = site.build();
        report.diagnostics.iter().map(|one| format!("{one} [{}]", one.hints.join("; "))).collect()
    };
    let story = "content/2026/11/strike.md:5:7: warning: a story does not use `menu` [standing pages join menus; name the address of a story under `menus:` in dateline.yaml]";
    let wrong = [
        story,
        "content/pages/four.md:4:7: warning: there is no menu `topbar` [did you mean `top_bar`?]",
        "content/pages/one.md:3:7: warning: there is no menu `foter` [did you mean `footer`?]",
        "content/pages/two.md:6:9: warning: there is no menu `weather` [the page joins none; write `main`, `footer`, or a name that stands under `menus:` in dateline.yaml]",
    ];
    assert_eq!(said(&site), wrong);
    assert_eq!(said(&site), wrong, "a build that reads no file says it again");
    let footer = attributes(&site.html("index.html"), "footer nav a", "href");
    assert_eq!(footer[..2], ["/one/", "/two/"], "such a page stands where it would stand without a menu");
    // Another setting makes it right, and no page is read for it.
    site.file(
        "dateline.yaml",
        "title: Check\nbase_url: https://example.org/\nmenus: {top_bar: [], foter: [], weather: [], topbar: []}\n",
    );
    assert_eq!(said(&site), [story]);
}

#[test]
fn a_page_that_joins_a_menu_makes_the_pages_that_show_it() {
    let site = Site::with("theme: own\nmenus: {main: [], footer: [], lists: [], none: []}\n");
    let nav = "{% for link in edition.menus.lists %}<a href=\"{{ link.url }}\">{{ link.name }}</a>{% endfor %}";
    site.file("themes/own/theme.yaml", "extends: default\n").file(
        "themes/own/templates/list.html",
        format!("{{% extends \"default/list.html\" %}}{{% block list_top %}}{nav}{{% endblock %}}"),
    );
    site.story("one", "category: sport", "Text.");
    page(&site, "about", "menu: none\n");
    site.build();
    let written = |more: &str| -> Vec<String> {
        std::thread::sleep(std::time::Duration::from_millis(20));
        page(&site, "about", more);
        let report = site.build();
        assert_eq!(found(&report), [""; 0]);
        report.written.iter().map(|line| line.url.clone()).collect()
    };
    assert_eq!(written("menu: {name: none, order: 4}\n"), [""; 0], "no template shows this menu");
    assert_eq!(written("menu: lists\n"), ["/2026/11/20/", "/latest/", "/sport/"]);
    assert_eq!(site.build().counts.rendered, 0);
    assert_eq!(attributes(&site.html("sport/index.html"), "main a[href='/about/']", "href"), ["/about/"]);
    let copy = site.copy();
    copy.build();
    assert!(copy.tree() == site.tree());
}

#[test]
fn a_wrong_menu_hides_the_page_until_it_is_mended() {
    for (menu, message) in [
        ("[main]", "content/pages/one.md:3:7: error: `menu` is a list, expected text"),
        ("{order: 1}", "content/pages/one.md:3:7: error: `menu` has no `name`"),
        ("{name: main, order: 0}", "content/pages/one.md:3:27: error: `order` is 0, expected 1 to 1000"),
        ("{name: main, place: 1}", "content/pages/one.md:3:27: error: there is no key `place` in `menu`"),
    ] {
        let site = Site::new();
        page(&site, "one", &format!("menu: {menu}\n"));
        let messages: Vec<String> = site.build().diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(messages, [message]);
        assert!(!site.has("one/index.html"));
    }
}
