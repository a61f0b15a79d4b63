//! What a site is known by: icons from one picture, the logo, places elsewhere, and colours.

#![allow(clippy::disallowed_methods, reason = "tests write pictures")]

use crate::support::{Site, attributes, found, png};
use std::fs;

const SETTINGS: &str = "languages: [en, es]\nlogo: logo.svg\nicon: brand/icon.png\nsocial:\n- {name: Mastodon, url: \"https://news.example/@desk\"}\ncolors:\n  accent: {light: \"#0d5468\", dark: \"#123456\"}\n  link: \"#a00\"\n";

fn site(settings: &str) -> Site {
    let site = Site::with(settings);
    site.file("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.file("static/brand/icon.png", png(512, 512, "icon"));
    site
}

/// The width, height and colour type of a PNG.
fn shape(bytes: &[u8]) -> (u32, u32, u8) {
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20), bytes[25])
}

#[cfg(feature = "images")]
#[test]
fn one_picture_makes_icons_of_all_sizes() {
    for theme in ["default", "archive", "bulletin"] {
        let site = site(&format!("{SETTINGS}theme: {theme}\n"));
        site.story("one", "", "Text.");
        assert_eq!(found(&site.build()), [""; 0]);
        let html = site.html("news/2026/11/20/one/index.html");
        let icons = attributes(&html, "link[rel=icon]", "href");
        assert_eq!((icons.len(), icons[0].as_str()), (2, "/favicon.ico"), "{icons:?}");
        let touch = attributes(&html, "link[rel=apple-touch-icon]", "href").remove(0);
        let read = |path: &str| fs::read(site.output().join(&path[1..])).unwrap();
        assert_eq!((shape(&read(&icons[1])), shape(&read(&touch))), ((192, 192, 2), (180, 180, 2)));
        let favicon = read("/favicon.ico");
        assert_eq!(favicon[..8], [0, 0, 1, 0, 1, 0, 32, 32]);
        assert_eq!(u32::from_le_bytes(favicon[14..18].try_into().unwrap()) as usize, favicon.len() - 22);
        assert_eq!(shape(&favicon[22..]), (32, 32, 2));
        assert_eq!(attributes(&html, "link[rel=manifest]", "href"), ["/site.webmanifest"]);
        let manifest: serde_json::Value = serde_json::from_str(&site.read("site.webmanifest")).unwrap();
        assert_eq!((&manifest["name"], &manifest["theme_color"]), (&"Check".into(), &"#0d5468".into()));
        for icon in manifest["icons"].as_array().unwrap() {
            let (width, ..) = shape(&read(icon["src"].as_str().unwrap()));
            assert_eq!(icon["sizes"], format!("{width}x{width}"));
        }
        assert!(!site.read("index.html").contains("favicon.svg"));
    }
}

#[cfg(feature = "images")]
#[test]
fn another_picture_makes_other_icons_and_the_pages_that_name_them() {
    let site = site("icon: brand/icon.png\n");
    site.build();
    let before = site.tree();
    site.file("static/brand/icon.png", png(600, 600, "other"));
    site.build();
    let after = site.tree();
    assert_ne!(before["favicon.ico"], after["favicon.ico"]);
    let icons = |tree: &std::collections::BTreeMap<String, Vec<u8>>| {
        tree.keys().filter(|path| path.starts_with("icons/")).cloned().collect::<Vec<_>>()
    };
    assert!(icons(&before).len() == 3 && icons(&after).iter().all(|path| !before.contains_key(path)));
    for path in icons(&after) {
        assert!(after["site.webmanifest"].len() > 9 && !site.files_with(&path).is_empty(), "{path} is named nowhere");
    }
    // As a build without a state makes them.
    let copy = site.copy();
    copy.build();
    assert!(copy.tree() == after);
}

#[test]
fn logo_colours_and_places_elsewhere_are_told() {
    let site = site(&SETTINGS.replace("icon: brand/icon.png\n", ""));
    site.story("one", "", "Text.");
    assert_eq!(found(&site.build()), [""; 0]);
    let json = |page: &str| -> serde_json::Value {
        let html = site.html(page);
        let script = scraper::Selector::parse("script[type='application/ld+json']").unwrap();
        serde_json::from_str(&html.select(&script).next().unwrap().inner_html()).unwrap()
    };
    let story = json("news/2026/11/20/one/index.html");
    assert_eq!(story["publisher"]["logo"], "https://example.org/logo.svg");
    let front = json("index.html");
    assert_eq!(front["publisher"]["logo"], "https://example.org/logo.svg");
    assert_eq!(front["publisher"]["sameAs"], serde_json::json!(["https://news.example/@desk"]));
    let html = site.html("es/index.html");
    assert_eq!(attributes(&html, "a[rel=me]", "href"), ["https://news.example/@desk"]);
    assert_eq!(attributes(&html, "meta[name=theme-color]", "content"), ["#0d5468", "#123456"]);
    assert_eq!(attributes(&html, "meta[name=robots]", "content"), ["max-image-preview:large"]);
    assert_eq!(attributes(&site.html("404.html"), "meta[name=robots]", "content"), ["noindex"]);
    let sheets = attributes(&html, "link[rel=stylesheet]", "href");
    assert_eq!(sheets.last().map(String::as_str), Some("/colors.css"));
    let only = "@media screen and (not (prefers-contrast:more))";
    let css = format!(
        "{only}{{:root{{--accent:#0d5468;--link:#a00;}}}}\n{only} and (prefers-color-scheme:dark){{:root{{--accent:#123456;--link:#a00;}}}}\n"
    );
    assert_eq!(site.read("colors.css"), css);
    // Without these settings there is none of it.
    let plain = Site::new();
    plain.build();
    for file in ["colors.css", "site.webmanifest", "favicon.ico"] {
        assert!(!plain.has(file), "{file}");
    }
    assert!(plain.read("index.html").contains("favicon.svg") && !plain.read("index.html").contains("theme-color"));
}

#[test]
fn pictures_that_cannot_be_used_stop_the_build() {
    for (settings, path, bytes, expected) in [
        ("icon: none.png", "x.png", png(1, 1, ""), "dateline.yaml:3:7: error: `icon`: static/none.png is not there"),
        (
            "icon: x.png",
            "x.png",
            png(600, 400, ""),
            "dateline.yaml:3:7: error: `icon`: static/x.png has 600 × 400 pixels",
        ),
        ("icon: x.png", "x.png", png(256, 256, ""), "`icon`: static/x.png has 256 × 256 pixels"),
        ("icon: x.svg", "x.svg", b"<svg/>".to_vec(), "`icon`: static/x.svg is of a form that no icons are made from"),
        ("logo: none.png", "x.png", png(1, 1, ""), "dateline.yaml:3:7: error: `logo`: static/none.png is not there"),
        ("logo: x.pdf", "x.pdf", b"%PDF".to_vec(), "`logo`: static/x.pdf is not a picture"),
        ("logo: x.png", "x.png", b"text".to_vec(), "`logo`: static/x.png cannot be read as a picture"),
    ] {
        let site = Site::with(&format!("{settings}\n"));
        site.file(&format!("static/{path}"), bytes);
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 2, "{settings}: {}", ran.stderr);
        let (place, message) = expected.split_once(": error: ").unwrap_or(("", expected));
        assert!(ran.stderr.contains(place) && ran.stderr.contains(message), "{settings}: {}", ran.stderr);
    }
}

#[cfg(feature = "images")]
#[test]
fn a_favicon_of_ones_own_and_one_that_is_made_clash() {
    let site = site("icon: brand/icon.png\n");
    site.file("static/favicon.ico", "mine");
    let told: Vec<String> = site.build().diagnostics.iter().map(|one| one.to_string()).collect();
    assert_eq!(
        told,
        ["static/favicon.ico: error: /favicon.ico is already the address of the icon file that dateline makes"]
    );
}
