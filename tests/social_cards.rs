//! Social cards: which pages have one, what becomes of it, and that it shows nothing that is hidden.

#![cfg(feature = "images")]

use crate::support::{NOW, Site, attributes, contains, found, png};
use dateline::build::Report;
use image::GenericImageView;
use std::fs;

/// The cards below a folder of the output, by their paths.
fn cards(site: &Site, folder: &str) -> Vec<String> {
    let is_card = |name: &String| name.starts_with(folder) && name.contains("social-card.");
    site.tree().into_keys().filter(is_card).collect()
}

/// The only card in a folder.
fn card(site: &Site, folder: &str) -> String {
    match &cards(site, folder)[..] {
        [one] => one.clone(),
        other => panic!("{other:?}"),
    }
}

/// What a page says of its picture: address, width, height, text, and the kind of card for the preview.
fn picture(site: &Site, page: &str) -> [String; 5] {
    let page = site.html(page);
    let meta = |key: &str, name: &str| attributes(&page, &format!("meta[{key}='{name}']"), "content").join("");
    let og = |name: &str| meta("property", name);
    [og("og:image"), og("og:image:width"), og("og:image:height"), og("og:image:alt"), meta("name", "twitter:card")]
}

const CARDS: &str = "images: {social_cards: 100}\n";
const PORT: &str = "news/2026/11/20/port/";

fn written(report: &Report) -> Vec<&str> {
    report.written.iter().map(|line| line.url.as_str()).collect()
}

#[test]
fn a_story_without_a_picture_has_a_card() {
    let site = Site::with(CARDS);
    site.file("content/2026/11/quay.png", png(700, 400, "quay")).story(
        "quay",
        "associations: [{href: quay.png}]",
        "Text.",
    );
    site.story("port", "category: news\nkicker: Ports\nheadline: Ships wait", "Text.");
    let report = site.build();
    assert_eq!(found(&report), [""; 0]);
    let name = card(&site, PORT);
    let address = format!("https://example.org/{name}");
    let expected = [address.as_str(), "1200", "630", "Ships wait", "summary_large_image"];
    assert_eq!(picture(&site, &format!("{PORT}index.html")), expected);
    let drawn = image::open(site.output().join(&name)).unwrap();
    assert_eq!(drawn.dimensions(), (1200, 630));
    // Band, ground, and some letters.
    assert_eq!(
        (drawn.get_pixel(0, 0).0, drawn.get_pixel(0, 600).0),
        ([0x0d, 0x54, 0x68, 255], [0xfd, 0xfd, 0xfb, 255])
    );
    let inked = drawn.pixels().filter(|(_, y, pixel)| *y > 104 && pixel.0[0] < 60).count();
    assert!(inked > 8_000, "{inked}");
    // A card is not a picture of what happened.
    assert!(!site.read(&format!("{PORT}index.html")).contains("\"image\""));
    assert!(
        !site.read("feed.json").contains("social-card")
            && !site.read(&format!("{PORT}ninjs.json")).contains("social-card")
    );
    // A story with a picture keeps it; all other pages have the card of the edition.
    assert_eq!(cards(&site, "news/2026/11/20/quay/"), [""; 0]);
    assert!(picture(&site, "news/2026/11/20/quay/index.html")[0].contains("/media/2026/11/quay-"));
    let edition = cards(&site, "social-card").join("");
    for page in ["index.html", "news/index.html", "feeds/index.html", "search/index.html"] {
        let address = format!("https://example.org/{edition}");
        assert_eq!(picture(&site, page), [address.as_str(), "1200", "630", "Check", "summary_large_image"], "{page}");
    }
    assert_eq!(picture(&site, "404.html"), [""; 5]);
    assert!(site.read(".dateline-manifest").contains("social-card"));
}

#[test]
fn the_newest_stories_have_cards() {
    for (settings, with) in [("2", ["d", "c"].as_slice()), ("0", &[]), ("9", &["d", "c", "b", "a"])] {
        let site = Site::with(&format!("images: {{social_cards: {settings}}}\n"));
        for (at, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
            site.story(name, &format!("firstCreated: 2026-11-20T0{at}:00:00Z"), "Text.");
        }
        site.build();
        let has = |name: &&str| !cards(&site, &format!("news/2026/11/20/{name}/")).is_empty();
        assert_eq!(["d", "c", "b", "a"].into_iter().filter(has).collect::<Vec<_>>(), with, "{settings}");
        let edition = cards(&site, "social-card").len();
        assert_eq!(edition, usize::from(settings != "0"));
        let older = &picture(&site, "news/2026/11/20/a/index.html")[0];
        assert_eq!(older.is_empty(), settings == "0");
    }
}

#[test]
fn an_edit_makes_another_card_and_what_is_hidden_has_none() {
    let site = Site::with(CARDS);
    site.story("port", "headline: Ships wait off the port", "Text.").story("other", "", "Text.");
    site.story("held", "headline: The secret of the harbour\nembargoedUntil: 2026-11-24T00:00:00Z", "Text.");
    let cache = || {
        walkdir::WalkDir::new(site.root().join(".dateline/renditions"))
            .into_iter()
            .flatten()
            .filter(|e| e.file_type().is_file())
            .count()
    };
    site.build();
    let first = card(&site, PORT);
    site.assert_nowhere("secret of the harbour", &[]);
    assert_eq!((cards(&site, "").len(), cache()), (3, 3));
    // The headline stands in the file in clear, so a search for what is hidden sees into cards.
    assert!(contains(&site.tree()[&first], "Ships wait off the port"));
    // The text alone does not matter to a card.
    site.story("port", "headline: Ships wait off the port", "More text.");
    let report = site.build();
    assert!(!written(&report).iter().any(|url| url.contains("social-card")), "{:?}", written(&report));
    site.story("port", "headline: Ships leave the port", "More text.");
    let report = site.build();
    let second = card(&site, PORT);
    assert!(second != first && written(&report).contains(&&*format!("/{second}")), "{:?}", written(&report));
    assert_eq!(report.written.iter().filter(|line| line.url.contains("social-card")).count(), 1);
    site.build_at("2026-11-24T00:00:00Z");
    assert_eq!((cards(&site, "").len(), cache()), (4, 4));
    site.story("port", "pubStatus: canceled\nheadline: Ships leave the port", "Text.");
    site.build_at("2026-11-24T00:00:01Z");
    assert_eq!((cards(&site, PORT).len(), cache()), (0, 3));
    site.assert_nowhere("Ships leave", &[]);
    let purge = fs::read_to_string(site.root().join(".dateline/purge-build.txt")).unwrap();
    assert!(purge.contains(&format!("https://example.org/{second}")), "{purge}");
}

#[test]
fn the_search_for_leaks_sees_into_cards() {
    let site = Site::with(CARDS);
    site.story("port", "headline: The secret of the old harbour master", "Text.");
    site.build();
    let first = card(&site, PORT);
    let drawn = fs::read(site.output().join(&first)).unwrap();
    site.story("port", "pubStatus: withheld\nheadline: The secret of the old harbour master", "Text.").build();
    assert!(!site.has(&first));
    site.file("output/about.png", drawn);
    let report = site.build_with(NOW, |options| options.leaks = true);
    assert_eq!(found(&report).len(), 1, "{:?}", report.diagnostics);
    assert!(
        report.diagnostics[0].message.starts_with("the headline of content/2026/11/port.md stands here"),
        "{:?}",
        report.diagnostics
    );
}

#[test]
fn all_ways_lead_to_the_same_bytes() {
    let site = Site::with(
        "images: {social_cards: 100}\nlanguages: [en, ar]\ndescription: {en: News of the sea, ar: أخبار البحر}\n",
    );
    for n in 0..40 {
        site.story(&format!("s{n}"), &format!("headline: Ships wait {n} ميناء Łódź Київ"), "Text.");
    }
    site.story("arabic", "language: ar\nheadline: سفن تنتظر قبالة الميناء", "نص.");
    site.build_with(NOW, |options| options.threads = 1);
    let all = site.tree();
    assert_eq!(all.keys().filter(|name| name.contains("social-card.")).count(), 43);
    let same = |site: &Site| {
        site.tree()
            .into_iter()
            .filter(|(name, _)| name.contains("social-card."))
            .all(|(name, bytes)| all[&name] == bytes)
    };
    let copy = site.copy();
    copy.build_with(NOW, |options| options.threads = 8);
    assert!(same(&copy) && copy.tree() == all);
    // From the cache, and without it.
    fs::remove_dir_all(site.output()).unwrap();
    site.build();
    assert!(site.tree() == all);
    fs::remove_dir_all(site.root().join(".dateline/renditions")).unwrap();
    site.build_with(NOW, |options| options.verify = true);
    assert!(site.tree() == all);
}

#[test]
fn a_script_without_a_font_has_no_card_and_no_boxes() {
    let chinese = "category: news\nheadline: 港口罢工\nkicker: 港口";
    let site = Site::with(CARDS);
    site.story("port", chinese, "Text.").story("more", chinese, "Text.").story("plain", "", "Text.");
    let report = site.build();
    let messages: Vec<String> =
        report.diagnostics.iter().map(|one| format!("{} {}", one.code.as_str(), one.message)).collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(
        messages[0],
        "social-card-font this story has no social card, because no font of the theme has `港` (U+6E2F), and one more has none"
    );
    assert_eq!(cards(&site, "").len(), 2);
    assert!(picture(&site, &format!("{PORT}index.html"))[0].starts_with("https://example.org/social-card."));
}

#[test]
fn a_theme_has_cards_look_as_it_likes() {
    let site = Site::with("images: {social_cards: 100}\ntheme: own\n");
    site.story("port", "headline: Ships wait", "Text.");
    site.file("themes/own/theme.yaml", "extends: default\nsocial_card: {background: \"#102030\", text: \"#fff\"}\n");
    site.build();
    let first = card(&site, PORT);
    let drawn = image::open(site.output().join(&first)).unwrap();
    assert_eq!(
        (drawn.get_pixel(0, 0).0, drawn.get_pixel(0, 600).0),
        ([0x0d, 0x54, 0x68, 255], [0x10, 0x20, 0x30, 255])
    );
    // Other colours are another card, and another font is.
    site.file("themes/own/theme.yaml", "extends: default\nsocial_card: {background: \"#102031\"}\n");
    site.build();
    let second = card(&site, PORT);
    let font = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/default/fonts/NotoSerifHebrew-Bold.ttf")).unwrap();
    site.file("themes/own/fonts/Own.ttf", font);
    site.file(
        "themes/own/theme.yaml",
        "extends: default\nsocial_card: {background: \"#102031\", fonts: [fonts/Own.ttf]}\n",
    );
    site.build();
    let third = card(&site, PORT);
    assert!(first != second && second != third && first != third);
    // A theme of its own, without fonts, has no cards.
    site.file("themes/own/fonts/Bad.ttf", "no font");
    for (yaml, message) in [
        ("social_card: {accent: teal}", "`accent` of `social_card` is not a colour: `teal`"),
        ("social_card: {fonts: [fonts/None.ttf]}", "the theme has no font `fonts/None.ttf`"),
        ("social_card: {fonts: [../fonts/Own.ttf]}", "the theme has no font `../fonts/Own.ttf`"),
        ("social_card: {fonts: [fonts/Bad.ttf]}", "`fonts/Bad.ttf` is not a font"),
    ] {
        site.file("themes/own/theme.yaml", format!("extends: default\n{yaml}\n"));
        let ran = site.cli(&["check"]);
        assert!(
            ran.code == 2 && ran.stderr.contains(message) && ran.stderr.contains("themes/own/theme.yaml"),
            "{}",
            ran.stderr
        );
    }
}
