//! Curated fronts: what stands where, what is passed over, and what a change costs.

use crate::support::{NOW, Site, attributes, found, texts, written};

const FRONT: &str = "content/fronts/en.yaml";

/// A site with eight stories, an hour apart, the last of them the newest, of two sections.
fn site() -> Site {
    let site = Site::with("navigation: [sport, world]\n");
    for number in 1..=8 {
        let section = ["sport", "world"][number % 2];
        let front = format!("firstCreated: 2026-11-20T{number:02}:00:00Z\ncategory: {section}\n");
        site.story(&format!("s{number}"), &front, "Text.");
    }
    site
}

/// The stories in the main part of a page, each zone in brackets.
fn zones(site: &Site, page: &str) -> String {
    let html = site.html(page);
    let mut all = String::new();
    let selector = scraper::Selector::parse(".zones .zone, .zones .block").unwrap();
    for zone in html.select(&selector) {
        let links =
            scraper::Selector::parse("a[href^='/sport/20'], a[href^='/world/20'], a[href^='/news/20']").unwrap();
        let names: Vec<&str> =
            zone.select(&links).map(|link| link.value().attr("href").unwrap().rsplit('/').nth(1).unwrap()).collect();
        all.push_str(&format!("[{}]", names.join(" ")));
    }
    all
}

fn check(site: &Site, front: &str, expected: &str) {
    site.file(FRONT, front);
    assert_eq!(found(&site.build()), [] as [&str; 0], "{front}");
    assert_eq!(zones(site, "index.html"), expected, "{front}");
}

#[test]
fn zones_stand_in_the_order_of_the_file() {
    let site = site();
    check(
        &site,
        "zones:\n- {zone: lead, story: urn:check:s2, links: [2026/11/s3.md]}\n- {zone: package, title: Storm, stories: [/2026/11/s1.md, urn:check:s8]}\n\
         - {zone: latest, count: 2}\n- {zone: section, section: sport, count: 2}\n",
        "[s2 s3][s1 s8][s7 s6][s4]",
    );
    let html = site.html("index.html");
    assert_eq!(
        texts(&html, ".zones h2, .zones h3.day"),
        ["Headline of s2", "Storm", "Latest", "November 20, 2026", "Sport"]
    );
    assert_eq!(attributes(&html, ".block h2 a", "href"), ["/sport/"]);
    // Automatic choices pass over what is picked below.
    check(
        &site,
        "zones:\n- {zone: lead}\n- {zone: latest, count: 1}\n- {zone: package, title: P, stories: [urn:check:s8, urn:check:s7]}\n",
        "[s6][s5][s8 s7]",
    );
    check(
        &site,
        "zones:\n- {zone: lead, story: urn:check:s8}\n- {zone: latest, count: 2, repeat: true}\n- {zone: package, count: 2}\n\
         - {zone: package, title: P, repeat: true, stories: [urn:check:s8]}\n- {zone: package, title: Q, stories: [urn:check:s8]}\n",
        "[s8][s8 s7][s7 s6][s8]",
    );
    check(
        &site,
        "zones:\n- {zone: package, title: P, count: 1, stories: [urn:check:s8, urn:check:s7]}\n- {zone: latest, count: 1}\n",
        "[s8][s7]",
    );
    check(&site, "zones:\n- {zone: section, section: world, stories: [urn:check:s2], count: 3}\n", "[s2 s7 s5]");
}

#[test]
fn without_a_file_the_page_is_as_it_was() {
    let site = site();
    site.build();
    let before = site.read("index.html");
    site.file(FRONT, "zones: []\n");
    site.build();
    assert_eq!(site.read("index.html"), before);
    assert!(!before.contains("class=\"zones\""));
}

#[test]
fn picks_that_are_not_public_leave_no_trace() {
    let picked = "zones:\n- {zone: lead, story: urn:check:gone, links: [urn:check:gone, urn:check:s1]}\n\
                  - {zone: package, title: Quagga, standfirst: Zebu, stories: [urn:check:gone]}\n\
                  - {zone: package, title: P, stories: [urn:check:gone, urn:check:s2], count: 2}\n- {zone: section, section: sport, stories: [urn:check:gone]}\n";
    let without = "zones:\n- {zone: lead, links: [urn:check:s1]}\n- {zone: package, title: P, stories: [urn:check:s2], count: 2}\n- {zone: section, section: sport}\n";
    for front in [
        "pubStatus: withheld",
        "embargoedUntil: 2026-12-24T06:00:00Z",
        "draft: true",
        "advisory: true",
        "pubStatus: canceled",
        "expires: 2026-11-21T00:00:00Z",
        "headline: [",
    ] {
        let site = site();
        site.story("gone", front, "Text of the quagga.");
        site.file(FRONT, without);
        site.build();
        let expected = site.read("index.html");
        site.file(FRONT, picked);
        let report = site.build_with(NOW, |options| options.leaks = true);
        let said: Vec<&str> = report
            .diagnostics
            .iter()
            .filter(|d| d.code.as_str() == "front-pick")
            .map(|d| d.severity.as_str())
            .collect();
        // In an archive it is public, and no news.
        assert_eq!(said, ["note"; 5], "{front}: {:?}", report.diagnostics);
        assert!(!report.diagnostics.iter().any(|d| d.code.as_str() == "leak"), "{front}");
        assert_eq!(site.read("index.html"), expected, "{front}");
        site.assert_nowhere("Quagga", &[]);
        site.assert_nowhere("Zebu", &[]);
    }
}

#[test]
fn a_pick_that_never_was_is_an_error_at_its_place() {
    let site = site();
    site.file(
        FRONT,
        "zones:\n- zone: package\n  title: P\n  stories:\n  - urn:check:s1\n  - urn:check:none\n- zone: section\n  section: chess\n",
    );
    site.file("content/fronts/en/chess.yaml", "zones: [{zone: latest}]\n");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.found(),
        [
            "error front-pick content/fronts/en.yaml:6:5",
            "error front-invalid content/fronts/en.yaml:8:12",
            "error front-invalid content/fronts/en/chess.yaml",
        ]
    );
    assert!(ran.stderr.contains("`urn:check:none` is picked, and there is no such story"), "{}", ran.stderr);
    assert_eq!(zones(&site, "index.html"), "[s1]");
    site.file(FRONT, "zones: [{zone: lead, sory: x}]\n");
    site.remove("content/fronts/en/chess.yaml");
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (1, vec!["error front-invalid content/fronts/en.yaml:1:22".to_string()]));
    assert!(site.has("index.html") && !site.read("index.html").contains("class=\"zones\""));
}

#[test]
fn many_faults_are_counted_and_a_front_without_a_page_is_said() {
    let site = site();
    let picks: String = (0..45).map(|number| format!("urn:check:none-{number}, ")).collect();
    site.file(FRONT, format!("zones: [{{zone: package, title: P, stories: [{picks}]}}]\n"));
    let report = site.build();
    assert_eq!(report.diagnostics.len(), 21);
    assert!(report.diagnostics.iter().any(|one| one.message == "and 25 more picks are not shown"));
    let site = Site::with("pages: {front: no}\n");
    site.file(FRONT, "zones: [{zone: latest}]\n");
    assert_eq!(found(&site.build()), ["warning front-invalid content/fronts/en.yaml"]);
}

#[test]
fn zones_come_and_go_by_the_clock() {
    let site = site();
    site.file(
        FRONT,
        "zones:\n- {zone: text, text: A quagga is no zebra and never was one., from: 2026-11-24T06:00:00Z, until: 2026-11-25T06:00:00Z}\n- zone: latest\n",
    );
    let next = |now: &str| site.build_at(now).next_change.map(|change| format!("{} {}", change.at, change.reason));
    assert_eq!(next(NOW).unwrap(), "2026-11-24T06:00:00Z zone 1 of content/fronts/en.yaml begins");
    site.assert_nowhere("quagga", &[]);
    assert_eq!(next("2026-11-24T06:00:00Z").unwrap(), "2026-11-25T06:00:00Z zone 1 of content/fronts/en.yaml ends");
    assert!(site.read("index.html").contains("quagga"));
    assert_eq!(next("2026-11-25T06:00:00Z"), None);
    site.assert_nowhere("quagga", &[]);
}

#[test]
fn what_a_front_does_not_show_is_searched_for() {
    let site = site();
    let text = "The quagga was seen again by three people near the old bridge";
    site.file(FRONT, format!("zones:\n- {{zone: text, text: {text}, from: 2026-11-24T06:00:00Z}}\n"));
    site.file("static/note.txt", text);
    let report = site.build_with(NOW, |options| options.leaks = true);
    let leaks: Vec<&str> =
        report.diagnostics.iter().filter(|d| d.code.as_str() == "leak").map(|d| d.message.as_str()).collect();
    assert_eq!(leaks, ["text of a zone of content/fronts/en.yaml stands here, and the zone is not shown"]);
    let later = site.build_with("2026-11-24T06:00:00Z", |options| options.leaks = true);
    assert_eq!(found(&later), [] as [&str; 0]);
}

#[test]
fn a_section_has_a_lead_by_urgency() {
    let site = site();
    site.story("s5", "firstCreated: 2026-11-20T05:00:00Z\ncategory: world\nurgency: 2\n", "Text.");
    site.build();
    assert_eq!(zones(&site, "world/index.html"), "[s5]");
    let html = site.html("world/index.html");
    assert_eq!(
        attributes(&html, ".list h3 a", "href"),
        ["s7", "s3", "s1"].map(|name| format!("/world/2026/11/20/{name}/"))
    );
    site.file(
        "content/fronts/en/world.yaml",
        "zones:\n- {zone: lead, story: urn:check:s1}\n- {zone: section, section: sport, count: 1}\n",
    );
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    assert_eq!(zones(&site, "world/index.html"), "[s1][s8]");
    let html = site.html("world/index.html");
    assert_eq!(attributes(&html, ".list h3 a", "href").len(), 3);
    // The front page is none of its business.
    assert!(!site.read("index.html").contains("class=\"zones\""));
}

#[test]
fn a_text_is_as_clean_as_a_body() {
    let site = site();
    site.file("content/2026/11/map.png", crate::support::png(40, 30, "map"));
    site.story("held", "pubStatus: withheld", "Text.");
    site.file(
        FRONT,
        "zones:\n- zone: text\n  title: Help\n  text: |\n    Call **112**. [One](/2026/11/s1.md), [held](/2026/11/held.md).\n\n    <script>alert(1)</script>\n\n    ![A map](/2026/11/map.png)\n",
    );
    let report = site.build();
    let said = found(&report);
    assert!(said.iter().any(|line| line == "warning link-target content/fronts/en.yaml:5:42"), "{said:?}");
    let page = site.read("index.html");
    assert!(page.contains("<strong>112</strong>") && page.contains("href=\"/world/2026/11/20/s1/\""), "{page}");
    assert!(!page.contains("alert(1)") && !page.contains("held.md"));
    assert!(site.has("media/2026/11/map.png") || page.contains("map"), "{:?}", site.tree().keys());
    assert_eq!(texts(&site.html("index.html"), ".prose h2"), ["Help"]);
}

#[test]
fn slots_and_layouts_are_templates_of_the_theme() {
    let site = site();
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/\ntheme: own\n");
    site.file("themes/own/theme.yaml", "extends: default\n");
    site.file("themes/own/templates/slots/letter.html", "<p>Subscribe to {{ site.title }}, {{ zone.name }}</p>");
    site.file("themes/own/templates/layouts/odd.html", "<p>{{ zone.stories | length }} odd</p>");
    site.file(
        FRONT,
        "zones:\n- {zone: slot, name: letter}\n- {zone: slot, name: ads, title: Advertisement}\n\
         - {zone: package, title: P, layout: odd, stories: [urn:check:s1]}\n- {zone: package, title: Q, layout: lits, stories: [urn:check:s2]}\n",
    );
    assert_eq!(found(&site.build()), ["warning unknown-layout content/fronts/en.yaml:5:37"]);
    let html = site.html("index.html");
    assert_eq!(texts(&html, "[data-slot=letter]"), ["Subscribe to Check, letter"]);
    assert_eq!(attributes(&html, "[data-slot=ads]", "aria-label"), ["Advertisement"]);
    assert_eq!(texts(&html, ".package p")[0], "1 odd");
    // An edit of such a template makes the page again.
    site.file("themes/own/templates/slots/letter.html", "<p>Changed</p>");
    let written: Vec<String> = site.build().written.into_iter().map(|line| line.url).collect();
    assert_eq!(written, ["/"]);
}

/// A changed file, and a changed card of a story that it picks, make the front again and nothing else of the archive.
#[test]
fn a_change_of_a_pick_costs_one_page() {
    let site = Site::with("pages: {ninjs: false}\nsearch: false\nrelated: 0\n");
    for number in 0..400 {
        let day = 1 + number / 16;
        site.story(&format!("n{number}"), &format!("firstCreated: 2026-10-{day:02}T12:00:00Z\n"), "Text.");
    }
    site.file(FRONT, "zones: [{zone: package, title: P, stories: [urn:check:n1]}]\n");
    // A file of the same tick of the clock as a build is read again.
    std::thread::sleep(std::time::Duration::from_millis(20));
    site.build();
    site.file(FRONT, "zones: [{zone: package, title: P, stories: [urn:check:n2]}]\n");
    let report = site.build();
    assert_eq!((report.counts.rendered, report.counts.opened), (1, 0));
    assert_eq!(report.written[0].url, "/");
    site.story("n2", "firstCreated: 2026-10-01T12:00:00Z\nheadline: Another\n", "Text.");
    let report = site.build();
    assert!(report.written.iter().any(|line| line.url == "/"), "{:?}", report.counts);
    assert_eq!(report.counts.opened, 1);
}

#[test]
fn a_front_is_never_published_itself() {
    let site = site();
    site.file(FRONT, "# quagga\nzones: [{zone: latest}]\n");
    site.story("s1", "firstCreated: 2026-11-20T05:00:00Z\n", "See [it](/fronts/en.yaml).");
    site.build();
    site.assert_nowhere("quagga", &[]);
    assert!(!site.tree().keys().any(|path| path.ends_with("en.yaml")));
}

#[test]
fn the_theme_archive_shows_zones_as_text() {
    let site = site();
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/\ntheme: archive\n");
    site.file(
        FRONT,
        "zones:\n- {zone: lead, story: urn:check:s2}\n- {zone: package, title: Storm, layout: feature, stories: [urn:check:s1]}\n- {zone: slot, name: ads}\n",
    );
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    assert_eq!(texts(&site.html("index.html"), "main h2"), ["Top story", "Storm"]);
}

#[test]
fn the_band_is_not_said_again_below_it() {
    let site = site();
    site.story("flash", "firstCreated: 2026-11-23T11:30:00Z\nurgency: 1\n", "Text.");
    for front in ["", "zones: [{zone: lead}, {zone: latest, repeat: true}]\n"] {
        site.file(FRONT, front);
        site.build();
        let html = site.html("index.html");
        assert_eq!(texts(&html, ".alerts.breaking.again").len(), 1, "{front}");
        assert_eq!(texts(&html, ".wire li.again").len(), 1, "{front}");
        // What is left on a phone says that it is breaking.
        assert_eq!(texts(&html, ".lead .tag.alert"), ["Breaking"], "{front}");
    }
}

#[test]
fn a_slot_shows_the_figures_of_its_edition() {
    for theme in ["default", "archive", "bulletin"] {
        let site = Site::with(&format!("theme: {theme}\nlanguages: [en, es]\n"));
        site.story("one", "", "Text.");
        for language in ["en", "es"] {
            site.file(
                &format!("content/fronts/{language}.yaml"),
                "zones:\n- {zone: latest}\n- {zone: slot, name: markets, title: Markets}\n",
            );
        }
        assert_eq!(found(&site.build()), [""; 0], "{theme}: without the file there is nothing to show");
        assert_eq!(texts(&site.html("index.html"), "[data-slot=markets]"), [""], "{theme}");
        site.file("data/markets.csv", "language,name,value,change\nen,Oil <1>,71,+1%\nes,Trigo,6,−2 %\n,Tin,3,\n");
        assert_eq!(written(&site), ["/", "/es/"], "{theme}");
        // `bulletin` has a table, with marks beside the words that style sheets make.
        let row = if theme == "bulletin" { "[data-slot=markets] tbody tr" } else { "[data-slot=markets] li" };
        let shown = |page: &str| texts(&site.html(page), row);
        assert_eq!(shown("index.html"), ["Oil <1> 71 +1%", "Tin 3"], "{theme}");
        assert_eq!(shown("es/index.html"), ["Trigo 6 −2 %", "Tin 3"], "{theme}");
        let down = texts(&site.html("es/index.html"), "[data-slot=markets] .down");
        assert_eq!(down, ["−2 %"], "{theme}");
    }
}
