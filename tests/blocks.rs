//! Fenced blocks of stories: galleries, facts, quotations, timelines.

use crate::support::{Site, attributes, png, texts};
use serde_json::Value;

const PAGE: &str = "politics/2026/11/23/storm/index.html";
const FRONT: &str = "category: politics\nfirstCreated: 2026-11-23T10:00:00Z";

fn site(front: &str, body: &str) -> Site {
    let site = Site::with("pages: {full_text_feeds: [edition]}\nlanguages: [en, de]\n");
    site.file("content/2026/11/quay.png", png(640, 480, "quay"))
        .file("content/2026/11/wall.png", png(480, 640, "wall"));
    site.story("storm", &format!("{FRONT}\n{front}"), body);
    site
}

const GALLERY: &str = "First.\n\n```gallery After the *storm*\n![Cranes](quay.png \"Ana Reyes\") Two cranes [fell](https://a.example/).\n\n![](wall.png)\n```\n\nLast.";

#[test]
fn a_gallery_shows_its_pictures_with_captions_and_links() {
    let named = "associations: [{href: wall.png, caption: The <wall>, by: Tom Brandt, credit: LSW, altText: Waves}]\ndescription: \"\"";
    let site = site(named, GALLERY);
    site.run_build(&[]).well();
    let page = site.html(PAGE);
    assert_eq!(texts(&page, ".gallery .title"), ["After the *storm*"]);
    assert_eq!(attributes(&page, ".strip img", "alt"), ["Cranes", "Waves"]);
    assert_eq!(attributes(&page, ".strip figure > a", "href"), ["/media/2026/11/quay.png", "/media/2026/11/wall.png"]);
    assert_eq!(attributes(&page, ".strip img", "width"), ["640", "480"]);
    let captions = texts(&page, ".strip figcaption");
    assert!(captions[0].starts_with("Two cranes fell.") && captions[0].ends_with("Ana Reyes"), "{captions:?}");
    assert!(captions[1].starts_with("The <wall>") && captions[1].ends_with("Tom Brandt / LSW"), "{captions:?}");
    assert_eq!(attributes(&page, ".strip figcaption a", "href"), ["https://a.example/"]);
    let (ids, links) = (attributes(&page, ".strip figure", "id"), attributes(&page, ".numbers a", "href"));
    assert_eq!(links, ids.iter().map(|id| format!("#{id}")).collect::<Vec<_>>());
    assert_eq!(texts(&page, ".body > p"), ["First.", "Last."]);
    assert!(!site.read(PAGE).contains("<script src=\"/assets/gallery"), "no script");
    let ninjs: Value = serde_json::from_str(&site.read("politics/2026/11/23/storm/ninjs.json")).unwrap();
    let hrefs: Vec<&str> =
        ninjs["associations"].as_array().unwrap().iter().map(|one| one["uri"].as_str().unwrap()).collect();
    assert_eq!(hrefs, ["https://example.org/media/2026/11/wall.png", "https://example.org/media/2026/11/quay.png"]);
    assert_eq!(ninjs["associations"][1]["descriptions"][0]["value"], "Two cranes fell.");
    let json_ld: Value = serde_json::from_str(&texts(&page, "script[type='application/ld+json']")[0]).unwrap();
    assert_eq!(json_ld["image"][1]["contentUrl"], "https://example.org/media/2026/11/quay.png");
    assert_eq!(json_ld["image"][1]["creditText"], "Ana Reyes");
    let feed = site.read("feed.json");
    assert!(feed.contains("src=\\\"https://example.org/media/2026/11/quay.png\\\""), "{feed}");
    assert!(feed.contains("<strong>After the *storm*</strong>") && feed.contains(" (Ana Reyes)"), "{feed}");
    assert!(!feed.contains("```") && !feed.contains("***") && !feed.contains("<hr"), "{feed}");
    assert!(!site.read("politics/index.html").contains("Two cranes"), "a caption is no summary");
}

#[test]
fn facts_quotes_and_timelines_have_their_parts() {
    let site = site(
        "language: de",
        "```facts Zahlen\n- 1.200 *Docker*\n- [Sturm](https://a.example/)\n\n  - innen\n```\n\nErst.\n\n~~~quote Ana & Tom\nWir hörten sie.\n\nLange.\n~~~\n\n```timeline\n- 1998: Gebaut.\n- 2026-09: Gespräche.\n- 2026-11-18 06:00: **Streik**.\n```\n",
    );
    site.run_build(&[]).well();
    let page = site.html(&format!("de/{PAGE}"));
    assert_eq!(texts(&page, ".facts h2"), ["Zahlen"]);
    assert_eq!(texts(&page, ".facts li em"), ["Docker"]);
    assert_eq!(texts(&page, ".facts li li"), ["innen"]);
    assert_eq!(texts(&page, ".pull blockquote p"), ["Wir hörten sie.", "Lange."]);
    assert_eq!(texts(&page, ".pull figcaption"), ["Ana & Tom"]);
    assert_eq!(texts(&page, ".timeline time"), ["1998", "September 2026", "18. November 2026, 06:00"]);
    assert_eq!(attributes(&page, ".timeline time", "datetime"), ["1998", "2026-09", "2026-11-18T06:00"]);
    assert_eq!(texts(&page, ".timeline li div"), ["Gebaut.", "Gespräche.", "Streik."]);
    let feed = site.read("de/feed.json");
    assert!(feed.contains("<blockquote>") && feed.contains("— Ana &amp; Tom"), "{feed}");
    assert!(feed.contains("2026-09: Gespräche."), "{feed}");
    let list = site.html("de/politics/index.html");
    assert_eq!(texts(&list, ".desc"), ["Erst."], "blocks are no summary");
}

#[test]
fn a_chart_is_a_drawing_a_table_and_a_source() {
    let site = site(
        "",
        "First.\n\n```chart line Exports & more\nMonth,\"Halden, old\",Kelby\nJune,12.5,9\nJuly,,1\n\nSource: [Office](https://a.example/)\n```\n",
    );
    site.run_build(&[]).well();
    let page = site.html(PAGE);
    assert_eq!(texts(&page, ".chart .title"), ["Exports & more"]);
    assert_eq!(texts(&page, ".legend span"), ["Halden, old", "Kelby"]);
    assert_eq!(texts(&page, ".chart svg > text:not(.figure)"), ["June", "July"]);
    assert_eq!(attributes(&page, ".chart svg", "aria-hidden"), ["true"]);
    assert_eq!(texts(&page, ".chart th"), ["Month", "Halden, old", "Kelby", "June", "July"]);
    assert_eq!(texts(&page, ".chart td"), ["12.5", "9", "", "1"]);
    assert_eq!(texts(&page, ".chart figcaption"), ["Source: Office"]);
    assert_eq!(attributes(&page, ".chart figcaption a", "href"), ["https://a.example/"]);
    assert!(!site.read(PAGE).contains("style="), "the policy forbids it");
    let feed = site.read("feed.json");
    assert!(feed.contains("<strong>Exports &amp; more</strong>") && feed.contains("12.5</td>"), "{feed}");
    assert!(!feed.contains("<svg"), "{feed}");
}

#[test]
fn a_map_is_a_picture_that_leads_to_a_larger_one() {
    let map = |url: &str| format!("First.\n\n```map The strait\n![A map](quay.png \"LSW\") Off *Kelby*.\n{url}\n```\n");
    let site = site("", &map("https://www.maps.example/#12/1"));
    site.run_build(&[]).well();
    let page = site.html(PAGE);
    assert_eq!(texts(&page, ".map .title"), ["The strait"]);
    assert_eq!(attributes(&page, ".map img", "src"), ["/media/2026/11/quay.png"]);
    assert_eq!(attributes(&page, ".map figcaption a", "href"), ["https://www.maps.example/#12/1"]);
    assert_eq!(texts(&page, ".map figcaption a"), ["Larger map (maps.example)"]);
    assert_eq!(texts(&page, ".map figcaption em"), ["Kelby"]);
    assert!(site.read("feed.json").contains("https://www.maps.example/#12/1"));
    // A page of this site that is not public is not named.
    site.story("storm", FRONT, &map("https://example.org/held/"));
    site.build();
    site.assert_nowhere("example.org/held", &[]);
    assert!(texts(&site.html(PAGE), ".map figcaption a").is_empty());
}

#[test]
fn files_of_hidden_and_withdrawn_stories_leave_with_them() {
    let site = site("", GALLERY);
    site.build();
    assert!(site.has("media/2026/11/quay.png"));
    for state in ["pubStatus: withheld", "pubStatus: canceled", "embargoedUntil: 2030-01-01", "draft: true"] {
        site.story("storm", &format!("{FRONT}\n{state}"), GALLERY);
        site.build();
        assert!(!site.has("media/2026/11/quay.png") && !site.has("media/2026/11/wall.png"), "{state}");
        site.assert_nowhere("Two cranes", &[]);
    }
}

#[test]
fn rights_bar_a_picture_of_a_gallery() {
    let site = site("associations: [{href: quay.png, type: graphic-for-desks, validTo: 2026-11-20}]", GALLERY);
    site.build();
    assert!(!site.has("media/2026/11/quay.png") && site.has("media/2026/11/wall.png"));
    let page = site.html(PAGE);
    assert_eq!(attributes(&page, ".strip img", "src"), ["/media/2026/11/wall.png"]);
    assert!(texts(&page, ".numbers").is_empty(), "one picture needs no numbers");
    assert_eq!(texts(&page, ".body > p"), ["First.", "Two cranes fell.", "Last."]);
}

#[test]
fn wrong_content_is_shown_as_text_and_named() {
    let long = "```facts\n- a\n```\n\n".repeat(201);
    for (body, found, shown) in [
        ("```facts\nNo list.\n```", "2:1", "No list."),
        ("```facts\n```", "1:1", ""),
        ("```facts\n- a\n\nMore.\n```", "4:1", "a More."),
        ("```timeline\n- 2026-11-18: One.\n- Two.\n```", "3:3", "2026-11-18: One. Two."),
        ("```gallery\nA text. ![a](quay.png)\n```", "2:1", "A text."),
        ("```gallery\n[![a](quay.png)](https://a.example/)\n```", "2:1", ""),
        ("```quote\n- a list\n```", "2:1", "a list"),
        ("```quote\na <b>tag</b>\n```", "2:3", "a tag"),
        ("- a\n\n  ```facts\n  - b\n  ```", "3:3", "a - b"),
        ("```chart\nA,B\nx,many\n```", "3:1", "A,B x,many"),
        ("```chart\nA,B\nx,1,2\n```", "3:1", "A,B x,1,2"),
        ("```chart\nA,B\n```", "1:1", "A,B"),
        ("```chart\nA,B\nx,*1*\n```", "3:3", "A,B x,1"),
        ("```map\n![a](quay.png) No address.\n```", "1:1", "No address."),
        ("```map\n![a](quay.png) ![b](wall.png) https://a.example/\n```", "1:1", "https://a.example/"),
        ("```chart\nA\n1\n```", "2:1", "A 1"),
        ("```facts\n- no end", "1:1", "- no end"),
        (&long, "801:1", ""),
    ] {
        let site = site("description: Words.", body);
        let report = site.run_build(&[]);
        let (line, column) = found.split_once(':').unwrap();
        let line = line.parse::<usize>().unwrap() + 8;
        assert_eq!(
            report.found(),
            [format!("warning block-content content/2026/11/storm.md:{line}:{column}")],
            "{body}"
        );
        let page = site.html(PAGE);
        if !shown.is_empty() {
            assert_eq!(
                texts(&page, ".body").concat().split_whitespace().collect::<Vec<_>>().join(" "),
                shown,
                "{body}"
            );
        }
        assert!(texts(&page, ".body hr, .gallery, .timeline, .pull").is_empty(), "{body}");
    }
}

#[test]
fn what_a_comment_hides_in_a_block_is_nowhere() {
    let hidden = "```facts\n- a <!-- secret -->\n```\n\n<!--\n```facts\n- secret\n```\n-->\n\n<!-- open\n\n```facts\n- secret\n-->\n```\n\nLast.";
    let site = site("", hidden);
    site.build();
    site.assert_nowhere("secret", &[]);
    assert_eq!(texts(&site.html(PAGE), ".facts li"), ["a"]);
}

#[test]
fn raw_html_around_blocks_does_not_break_them() {
    let site = site("", "<div>\n\n```facts\n- one\n```\n\n</div>\n\n<b>x</b>\n\n```quote\nSaid.\n```");
    site.build();
    let page = site.html(PAGE);
    assert_eq!(
        (texts(&page, ".facts li"), texts(&page, ".pull p")),
        (vec!["one".to_string()], vec!["Said.".to_string()])
    );
    assert!(!site.read(PAGE).contains("block-"), "{}", site.read(PAGE));
}

#[test]
fn links_in_blocks_lead_to_public_stories_alone() {
    let site = site("", "```facts\n- [held](held.md)\n- [open](open.md)\n```");
    site.story("open", FRONT, "Text.").story("held", &format!("{FRONT}\npubStatus: withheld"), "Text.");
    assert_eq!(site.run_build(&[]).found(), ["warning link-target content/2026/11/storm.md:9:3"]);
    assert_eq!(attributes(&site.html(PAGE), ".facts a", "href"), ["/politics/2026/11/23/open/"]);
    // Nor does the caption say its name where it is plain text.
    let body = "```gallery\n![Cranes <urn:t:held>](quay.png) Seen <urn:t:held> and https://example.org/held/\n```";
    site.story("storm", FRONT, body);
    site.story("held", &format!("{FRONT}\nuri: urn:t:held\npubStatus: withheld"), "Text.");
    site.build();
    site.assert_nowhere("urn:t:held", &[]);
    site.assert_nowhere("example.org/held", &[]);
}

#[test]
fn a_theme_without_the_part_shows_the_text() {
    let site = site("", GALLERY);
    site.file("dateline.yaml", "title: Test\nbase_url: https://example.org\ntheme: own\n");
    site.file("themes/own/theme.yaml", "name: own\n").file("themes/own/templates/base.html", "");
    for template in [
        "front",
        "list",
        "corrections",
        "index",
        "calendar",
        "not-found",
        "page",
        "redirect",
        "tombstone",
        "feeds",
        "search",
    ] {
        site.file(&format!("themes/own/templates/{template}.html"), "");
    }
    site.file("themes/own/templates/story.html", "<main>{{ story.body }}</main>{{ story.media | length }}");
    site.run_build(&[]);
    let page = site.html(PAGE);
    assert_eq!(texts(&page, "main strong"), ["After the *storm*"]);
    assert_eq!(attributes(&page, "main img", "src"), ["/media/2026/11/quay.png", "/media/2026/11/wall.png"]);
}
