//! Addresses of other sites that stories show in frames.

use crate::support::{Site, attributes, texts};

const PAGE: &str = "politics/2026/11/23/storm/index.html";
const FRONT: &str = "category: politics\nfirstCreated: 2026-11-23T10:00:00Z";
const BODY: &str = "https://youtu.be/a1?si=x\n\nFirst, see https://youtu.be/b2 too.\n\n<https://vimeo.com/3>\n\n- https://youtu.be/c4\n";

fn site(settings: &str) -> Site {
    let site = Site::with(&format!("pages: {{full_text_feeds: [edition]}}\n{settings}"));
    site.story("storm", FRONT, BODY).story("other", FRONT, "Nothing of other sites.");
    site
}

#[test]
fn an_address_alone_is_a_placeholder_that_says_whom_it_asks() {
    let site = site("embeds: youtube\n");
    site.run_build(&[]).well();
    let page = site.html(PAGE);
    assert_eq!(attributes(&page, ".embed.video a", "href"), ["https://youtu.be/a1?si=x"]);
    assert_eq!(texts(&page, ".embed a"), ["youtu.be/a1?si=x"]);
    assert_eq!(attributes(&page, ".embed button", "data-frame"), ["https://www.youtube-nocookie.com/embed/a1"]);
    assert_eq!(texts(&page, ".embed button"), ["Load from YouTube"]);
    assert!(texts(&page, ".embed .asks")[0].contains("www.youtube-nocookie.com"));
    assert_eq!(texts(&page, ".body > p > a"), ["https://youtu.be/b2", "https://vimeo.com/3"]);
    assert!(texts(&page, "iframe").is_empty());
    assert_eq!(attributes(&page, "script[src*='embed']", "src"), ["/assets/embed.js"]);
    let policy = "meta[http-equiv='Content-Security-Policy']";
    assert_eq!(attributes(&page, policy, "content"), ["frame-src https://www.youtube-nocookie.com"]);
    for path in ["index.html", "politics/2026/11/23/other/index.html", "404.html"] {
        let page = site.html(path);
        assert_eq!(attributes(&page, policy, "content"), ["frame-src 'none'"], "{path}");
        assert!(attributes(&page, "script[src*='embed']", "src").is_empty(), "{path}");
    }
    let feed = site.read("feed.json");
    assert!(feed.contains("<a href=\\\"https://youtu.be/a1?si=x\\\">") && !feed.contains("nocookie"), "{feed}");
    let summary = "First, see https://youtu.be/b2 too.".to_string();
    assert!(texts(&site.html("politics/index.html"), ".desc").contains(&summary), "an address is no summary");
}

#[test]
fn without_the_setting_addresses_are_links() {
    let site = site("");
    site.build();
    let page = site.html(PAGE);
    assert_eq!(texts(&page, ".body > p > a").len(), 3);
    assert!(texts(&page, ".embed, button[data-frame]").is_empty());
    assert!(!site.read(PAGE).contains("frame-src") && !site.read(PAGE).contains("media.css"));
}

#[test]
fn a_changed_setting_makes_the_pages_anew() {
    let site = site("embeds: [youtube, vimeo]\n");
    site.build();
    assert_eq!(texts(&site.html(PAGE), ".embed").len(), 2);
    site.file("dateline.yaml", "title: Test\nbase_url: https://example.org\nembeds: [vimeo]\n");
    site.build();
    let page = site.html(PAGE);
    assert_eq!(attributes(&page, ".embed button", "data-frame"), ["https://player.vimeo.com/video/3?dnt=1"]);
    let policy = attributes(&page, "meta[http-equiv='Content-Security-Policy']", "content");
    assert_eq!(policy, ["frame-src https://player.vimeo.com"]);
}

#[test]
fn a_theme_without_scripts_has_a_link_and_one_that_decides_on_frames_no_policy_of_pages() {
    let site = site("embeds: [youtube]\ntheme: archive\n");
    site.build();
    assert_eq!(texts(&site.html(PAGE), "p.embed"), ["YouTube: youtu.be/a1?si=x"]);
    assert!(!site.read(PAGE).contains("embed.js"));
    site.file("dateline.yaml", "title: Test\nbase_url: https://example.org\nembeds: [youtube]\ntheme: own\n");
    site.file(
        "themes/own/theme.yaml",
        "extends: default\ncontent_security_policy: \"default-src 'self'; frame-src *\"\n",
    );
    site.build();
    assert!(site.read(PAGE).contains("data-frame") && !site.read(PAGE).contains("frame-src"));
}

#[test]
fn headers_of_the_site_name_the_hosts_of_all_embeds() {
    let site = site("embeds: [youtube, vimeo]\npublish: {live: {to: www, preset: netlify}}\n");
    site.run_build(&[]).well();
    site.cli(&["publish", "live"]).well();
    let headers = std::fs::read_to_string(site.root().join("www/current/_headers")).unwrap();
    assert!(headers.contains("; frame-src https://player.vimeo.com https://www.youtube-nocookie.com\n"), "{headers}");
}
