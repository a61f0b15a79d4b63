//! The built-in themes: all keep the contract of docs/themes.md, on every kind of page and in every language.

use crate::support::{Site, attributes, found, texts};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const THEMES: [&str; 3] = ["default", "archive", "bulletin"];
const LANGUAGES: [&str; 6] = ["ar", "de", "en", "es", "fr", "pt"];

/// A site with every kind of page and a story that has every part.
fn newsroom(theme: &str) -> Site {
    let site = Site::with(&format!(
        "theme: {theme}\nlanguages: [en, ar]\ndescription: {{en: News, ar: أخبار}}\ncopyright: {{en: Ours}}\nnavigation: [ports, sport]\n\
         lists: {{per_page: 2}}\n"
    ));
    site.file("content/categories.yaml", "ports:\n  name: {en: Ports, ar: موانئ}\nsport: {}\nports/fishing: {}\n");
    site.file("content/pages/about.md", "---\nheadline: About us\n---\n\nA *standing* page.\n");
    let words = "Dockers at the harbour stopped the cranes, and the ferry lay at the quay until the tide turned.";
    for (n, day) in (10..16).enumerate() {
        let front = format!("category: ports\nfirstCreated: 2026-11-{day}T12:00:00Z\nkeywords: [Quay]\n");
        site.story(&format!("early-{n}"), &front, &format!("{words} Day {n} of it."));
    }
    let front = "category: ports\nheadline: Cranes & <quays>\nsubheadline: Second line\nkicker: Strike\nby: [Ana Reyes, Bo Lind]\n\
                 dateline: Halden, Nov 16 (CHK)\nfirstCreated: 2026-11-16T12:00:00Z\nversionCreated: 2026-11-17T12:00:00Z\nurgency: 2\n\
                 keywords: [Quay]\ncreditLine: Credit of it\ncopyrightNotice: Notice of it\nusageTerms: Terms of it\n\
                 digitalSourceType: algorithmicMedia\ncorrection: {date: 2026-11-17T12:00:00Z, note: What was wrong}\n\
                 related: [early-0, later, early-1, early-2]\n\
                 extra:\n  facts: [First fact, Second fact]\n";
    site.story("whole", front, &format!("{words}\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n"));
    site.story("alert", "category: sport\nalert: true\nfirstCreated: 2026-11-18T12:00:00Z\n", "");
    site.story(
        "later",
        "category: ports\nfirstCreated: 2026-11-18T09:00:00Z\nkeywords: [Quay]\n",
        &format!("{words} Later."),
    );
    site.story("gone", "category: ports\npubStatus: canceled\n", "Secret text.");
    site.story("arabic", "category: ports\nlanguage: ar\ntranslationOf: urn:check:whole\n", "نص الخبر.");
    site
}

fn built(theme: &str) -> Site {
    let site = newsroom(theme);
    assert_eq!(found(&site.build()), [] as [&str; 0], "{theme}");
    site
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn every_page_stands_on_the_same_frame() {
    for theme in THEMES {
        let site = built(theme);
        let mut kinds = BTreeMap::new();
        for (path, bytes) in site.tree().into_iter().filter(|(path, _)| path.ends_with(".html")) {
            let page = Html::parse_document(std::str::from_utf8(&bytes).unwrap());
            let count = |selector: &str| select(&page, selector).len();
            let kind = select(&page, "body")[0].attr("class").unwrap_or("").to_string();
            *kinds.entry(kind).or_insert(0) += 1;
            for (selector, wanted) in [
                ("h1", 1),
                ("main#content", 1),
                ("html[lang][dir]", 1),
                ("title", 1),
                ("body > a.skip[href='#content']", 1),
                // What a content security policy without exceptions would not run or show.
                ("[style], style, script:not([src]):not([type='application/ld+json'])", 0),
                ("[onclick], [onload], [onerror], [href^='javascript:'], [src^='data:']", 0),
                ("img:not([alt]), a[href='']", 0),
                ("[src^='http'], link[rel='stylesheet'][href^='http']", 0),
            ] {
                assert_eq!(count(selector), wanted, "{theme}: `{selector}` in {path}");
            }
            let names: Vec<_> = select(&page, "nav").iter().filter_map(|nav| nav.attr("aria-label")).collect();
            assert_eq!(names.len(), count("nav"), "{theme}: a nav without a name in {path}");
        }
        let wanted = [
            "author",
            "category",
            "corrections",
            "day",
            "feeds",
            "front",
            "index",
            "latest",
            "month",
            "not-found",
            "page",
            "place",
            "search",
            "story",
            "tombstone",
            "topic",
            "year",
        ];
        assert_eq!(kinds.keys().map(|kind| &kind[2..]).collect::<Vec<_>>(), wanted, "{theme}");
        site.assert_nowhere("Secret text", &[]);
    }
}

#[test]
fn a_story_shows_every_part() {
    for theme in THEMES {
        let site = built(theme);
        let page = site.html("ports/2026/11/16/whole/index.html");
        let text = select(&page, "main")[0].text().collect::<String>();
        for part in [
            "Cranes & <quays>",
            "Second line",
            "Ana Reyes",
            "Bo Lind",
            "Halden, Nov 16 (CHK)",
            "November 17, 2026",
            "What was wrong",
            "Quay",
            "Credit of it",
            "Notice of it",
            "Terms of it",
            "produced by a computer",
            "First fact",
            "Second fact",
            "Back to top",
        ] {
            assert!(text.contains(part), "{theme}: no `{part}` in {text}");
        }
        assert_eq!(texts(&page, "h1"), ["Cranes & <quays>"]);
        assert_eq!(texts(&page, "td.end"), ["2"]);
        assert_eq!(texts(&page, ".related-articles h3"), ["Later coverage", "Earlier coverage"], "{theme}");
        let lists = select(&page, ".related-articles ul");
        assert_eq!(lists[0].select(&Selector::parse("a").unwrap()).count(), 1, "{theme}");
        assert_eq!(lists[1].select(&Selector::parse("a").unwrap()).count(), 3, "{theme}");
        assert_eq!(select(&page, "main a[hreflang='ar'][href*='arabic']").len(), 1, "{theme}");
        assert_eq!(select(&page, "head link[hreflang='x-default']").len(), 1, "{theme}");
    }
}

#[test]
fn a_story_is_shared_without_anyone_knowing() {
    let page = built("default").html("ports/2026/11/16/whole/index.html");
    let mail = select(&page, ".share a")[0].attr("href").unwrap().to_string();
    assert_eq!(
        mail,
        "mailto:?subject=Cranes%20%26%20%3Cquays%3E&body=https%3A%2F%2Fexample.org%2Fports%2F2026%2F11%2F16%2Fwhole%2F"
    );
    // The buttons that need the script stand there unseen until it runs.
    assert_eq!(select(&page, ".share button[hidden]").len(), select(&page, ".share button").len());
    assert_eq!(select(&page, "script[src='/assets/share.js']").len(), 1);
}

#[test]
fn times_say_their_zone_once_and_lists_when_a_story_changed() {
    for theme in THEMES {
        let site = newsroom(theme);
        let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
        site.file("dateline.yaml", settings + "time_zone: Europe/Lisbon\n");
        site.story(
            "fixed",
            "category: ports\nfirstCreated: 2026-11-19T08:00:00Z\nversionCreated: 2026-11-19T09:30:00Z\n",
            "Text.",
        );
        site.build();
        for (path, bytes) in site.tree().into_iter().filter(|(path, _)| path.ends_with(".html")) {
            let text = String::from_utf8(bytes).unwrap();
            let zone = if path.starts_with("ar/") {
                "المنطقة الزمنية: لشبونة"
            } else {
                "Time zone: Lisbon"
            };
            assert_eq!(text.matches(zone).count(), 1, "{theme} {path}");
            let scripts = text.matches("times.js\" data-lang=\"").count();
            assert_eq!(scripts, usize::from(theme == "default" && !path.contains("search/")), "{theme} {path}");
        }
        let tags = |path: &str| texts(&site.html(path), ".tag");
        assert!(tags("ports/index.html").contains(&"Updated 09:30".to_string()), "{theme}");
        assert!(tags("topics/quay/index.html").contains(&"Corrected November 17, 2026".to_string()), "{theme}");
    }
    assert!(fs::metadata("themes/default/static/times.js").unwrap().len() < 1000);
}

#[test]
fn the_front_shows_a_story_once_above_the_rail() {
    let page = built("default").html("index.html");
    assert_eq!(texts(&page, ".alerts a"), ["Headline of alert"]);
    assert_eq!(texts(&page, ".lead h2"), ["Headline of later"]);
    assert_eq!(texts(&page, ".block h2"), ["Ports"]);
    let mut shown: Vec<_> = select(&page, ".alerts a, .top h2 a, .blocks li a, .blocks h3 a, .rest a")
        .iter()
        .filter_map(|a| a.attr("href"))
        .collect();
    let all = shown.len();
    shown.sort_unstable();
    shown.dedup();
    assert_eq!((shown.len(), all), (9, 9));
    let latest = texts(&page, ".wire li a");
    assert_eq!(latest[..3], ["Headline of alert", "Headline of later", "Cranes & <quays>"]);
    assert_eq!(latest.len(), 9);
}

#[test]
fn a_section_knows_its_other_languages_and_texts_follow_the_edition() {
    for theme in THEMES {
        let site = built(theme);
        let of = |path: &str| -> Vec<String> {
            let page = site.html(path);
            let links = select(&page, "head link[hreflang]");
            links
                .iter()
                .map(|link| format!("{} {}", link.attr("hreflang").unwrap(), link.attr("href").unwrap()))
                .collect()
        };
        let both = [
            "en https://example.org/ports/",
            "ar https://example.org/ar/ports/",
            "x-default https://example.org/ports/",
        ];
        assert_eq!(of("ports/index.html"), both);
        assert_eq!(of("ar/ports/index.html"), both);
        assert_eq!(of("ports/page/1/index.html"), [] as [&str; 0]);
        assert_eq!(of("topics/quay/index.html"), [] as [&str; 0]);
        assert_eq!(texts(&site.html("ports/page/1/index.html"), "title"), ["Ports (Page 1) – Check"]);
        let arabic = site.html("ar/index.html");
        assert_eq!(texts(&arabic, ".motto"), ["أخبار"]);
        assert!(texts(&arabic, "footer p").contains(&"Ours".to_string()), "the first language stands in");
        assert!(site.read("ar/feed.xml").contains("<description>أخبار</description>"));
    }
}

#[test]
fn pictures_come_below_the_text_in_the_archive() {
    for theme in THEMES {
        let site = Site::with(&format!("theme: {theme}\n"));
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\" height=\"2\"/>";
        site.file("content/2026/11/quay.svg", svg);
        site.story(
            "a",
            "associations: [{type: picture, href: quay.svg, caption: The quay, by: A. Painter}]\n",
            "Text of it.",
        );
        site.build();
        let page = site.read("news/2026/11/20/a/index.html");
        let (picture, text) = (page.find("<figure").unwrap(), page.find("Text of it.</p>").unwrap());
        assert_eq!(picture < text, theme != "archive", "{theme}");
        assert!(page.contains("A. Painter"));
    }
}

fn words(language: &str) -> BTreeMap<String, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("themes/default/i18n/{language}.yaml"));
    serde_yaml::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn every_language_has_every_word() {
    let english = words("en");
    for language in LANGUAGES {
        let texts = words(language);
        assert_eq!(texts.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>(), "{language}");
        for (key, text) in &texts {
            assert!(!text.trim().is_empty() || key.ends_with("separator"), "{language}: {key}");
            assert!(!text.contains(['<', '>', '"', '&']), "{language}: {key} is text, not HTML");
        }
    }
}

#[test]
fn every_word_is_documented_and_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/themes.md")).unwrap();
    let sources = ["src/render/edition.rs", "src/config/menus.rs"];
    let mut templates: String = sources.map(|path| fs::read_to_string(root.join(path)).unwrap()).concat();
    for theme in THEMES {
        for (path, bytes) in crate::support::tree(&root.join("themes").join(theme)) {
            if path.ends_with(".html") {
                templates.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        }
    }
    for (key, text) in words("en") {
        let cells = [format!("| `{key}` | {text} |"), format!("| `{key}` | `{text}` |")];
        assert!(cells.iter().any(|cell| page.contains(cell)), "docs/themes.md says another thing about `{key}`");
        assert!(
            templates.contains(&format!("t.{key} ")) || templates.contains(&format!("\"{key}\"")),
            "nothing uses `{key}`"
        );
    }
}

#[test]
fn every_part_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/themes.md")).unwrap();
    for theme in THEMES {
        for path in crate::support::tree(&root.join("themes").join(theme)).keys() {
            if let Some(template) = path.strip_prefix("templates/").filter(|template| *template != "base.html") {
                assert!(page.contains(&format!("| `{template}` |")), "docs/themes.md lacks `{template}` of {theme}");
            }
        }
    }
}

/// The fenced blocks of a part of a page: language and text.
fn blocks<'a>(page: &'a str, from: &str, to: &str) -> Vec<(&'a str, &'a str)> {
    let part = page.split(from).nth(1).unwrap().split(to).next().unwrap();
    part.split("```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap()).collect()
}

#[test]
fn the_tutorial_holds() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/themes.md")).unwrap();
    let [yaml, css, base, footer, item] = blocks(&page, "## A new theme in ten minutes", "## Files")[..] else {
        panic!("the tutorial has other blocks")
    };
    let policy = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/theme.yaml")).unwrap();
    assert_eq!(yaml.1.lines().last(), policy.lines().last());
    assert_eq!([yaml.0, css.0, base.0, footer.0, item.0], ["yaml", "css", "jinja", "jinja", "jinja"]);
    let site = newsroom("evening\nextra: {phone: \"+351 000 000\"}");
    assert_eq!(site.cli(&["theme", "new", "evening"]).code, 0);
    let read = |path: &str| fs::read_to_string(site.root().join("themes/evening").join(path)).unwrap();
    assert_eq!(read("theme.yaml"), yaml.1, "the page shows what the program writes");
    site.file("themes/evening/i18n/en.yaml", format!("{}related_articles: More on this\n", read("i18n/en.yaml")));
    site.file("themes/evening/static/evening.css", css.1);
    site.file("themes/evening/templates/base.html", format!("{}{}", base.1, footer.1));
    site.file("themes/evening/templates/parts/related-item.html", item.1);
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    let story = site.html("ports/2026/11/16/whole/index.html");
    assert_eq!(texts(&story, ".related-articles h2"), ["More on this"]);
    assert_eq!(select(&story, "link[rel='stylesheet']").len(), 2);
    assert_eq!(texts(&story, "footer + p.wrap"), ["+351 000 000"]);
    assert!(site.has("assets/evening.css") && site.has("assets/style.css"));
}

/// The brightness of a colour as WCAG has it.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colours of a rule.
fn colours(rule: &str) -> BTreeMap<&str, &str> {
    let pairs = rule.split([';', '{', '}']).filter_map(|part| part.strip_prefix("--")?.split_once(':'));
    pairs.filter(|(_, value)| value.len() == 7).collect()
}

#[test]
fn each_palette_of_bulletin_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/bulletin/static/palettes");
    let mut seen = 0;
    for palette in ["slate", "sand", "terminal"] {
        for scheme in ["light", "dark"] {
            let css = fs::read_to_string(folder.join(format!("{palette}-{scheme}.css"))).unwrap();
            let (usual, more) = css.split_once("@media (prefers-contrast:more)").unwrap();
            let usual = colours(usual);
            let mut strong = usual.clone();
            strong.extend(colours(more));
            for (colours, least) in [(usual, 4.5), (strong, 7.0)] {
                for text in ["ink", "soft", "link", "signal", "rise", "fall"] {
                    for ground in ["paper", "wash"] {
                        let found = contrast(colours[text], colours[ground]);
                        assert!(
                            found >= least,
                            "{palette}-{scheme}: {text} on {ground} has {found:.2}, expected {least}"
                        );
                        seen += 1;
                    }
                }
                assert!(contrast(colours["amber"], colours["amber-wash"]) >= least, "{palette}-{scheme}: amber");
                // The masthead and the band have white text.
                assert!(contrast("#ffffff", colours["accent"]) >= 7.0, "{palette}-{scheme}: accent");
                assert!(contrast("#ffffff", colours["band"]) >= 7.0, "{palette}-{scheme}: band");
            }
        }
    }
    assert_eq!(seen, 3 * 2 * 2 * 12);
}

#[test]
fn bulletin_is_light_or_dark_as_the_settings_say() {
    for (chosen, wanted, unwanted) in [
        ("", "media=\"screen and (prefers-color-scheme: dark)\" href=\"/assets/palettes/slate-dark.", "sand"),
        ("{scheme: dark}", "media=\"screen\" href=\"/assets/palettes/slate-dark.", "slate-light"),
        ("{scheme: light, palette: sand}", "media=\"screen\" href=\"/assets/palettes/sand-light.", "-dark"),
    ] {
        let site = Site::with(&format!("theme: bulletin\ntheme_settings: {chosen}\n"));
        assert_eq!(found(&site.build()), [] as [&str; 0]);
        let page = site.read("index.html");
        assert!(page.contains(wanted) && !page.contains(unwanted), "{chosen}:\n{page}");
    }
}

#[test]
fn every_page_leads_to_all_sections_and_its_other_languages() {
    for theme in ["default", "bulletin"] {
        let site = built(theme);
        let page = site.html("ports/2026/11/16/whole/index.html");
        assert_eq!(
            attributes(&page, "details.drawer nav a", "href"),
            ["/ports/", "/ports/fishing/", "/sport/"],
            "{theme}"
        );
        assert_eq!(attributes(&page, ".drawer form", "action"), ["/search/"], "{theme}");
        // The search page has a field of its own.
        assert!(select(&site.html("search/index.html"), ".drawer form").is_empty(), "{theme}");
        let card = attributes(&site.html("topics/quay/index.html"), ".card a[href='/ports/']", "href");
        assert!(!card.is_empty(), "{theme}: no card leads to its section");
    }
    for theme in THEMES {
        let site = built(theme);
        let languages = |path: &str| -> Vec<String> { attributes(&site.html(path), "header a[hreflang]", "href") };
        let story = languages("ports/2026/11/16/whole/index.html");
        assert!(
            story[0] == "/ports/2026/11/16/whole/" && story[1].starts_with("/ar/ports/2026/11/20/arabic"),
            "{theme} {story:?}"
        );
        assert_eq!(languages("ports/index.html"), ["/ports/", "/ar/ports/"], "{theme}");
        assert_eq!(languages("topics/quay/index.html"), ["/", "/ar/"], "{theme}: no other language has this page");
    }
}
