//! `check --leaks` finds what is planted in the output in any form, and nothing else.

use crate::support::{NOW, Site};
use std::fs;
use std::io::Write;

const SECRET: &str =
    "The merger of Halden Freight and \"Norsk Café\" will be announced on Monday, said a person who knows of the plan";

/// A picture that only a withheld story shows.
fn hall() -> Vec<u8> {
    crate::support::png(20, 10, "hall")
}

/// A site with a story of each kind that is not public, and a public one.
fn newsroom() -> Site {
    let site = Site::new();
    site.file("content/2026/11/hall.png", hall());
    site.story("open", "", "The council met. It rained on all of the harbour and its many old boats that day.");
    site.story(
        "merger-of-two",
        "headline: Freight firms to merge on Monday\npubStatus: withheld\nassociations: [{href: hall.png}]",
        SECRET,
    );
    site.story("killed-one", "headline: Mayor took money from firms\npubStatus: canceled\ncorrection: {note: This story was withdrawn at the wish of the agency.}",
        "The mayor took money from three firms that wanted to build on the hill, a court was told.");
    // A draft of a public story says what the public version says, and more.
    site.file("content/2026/11/open-2.md", "---\nuri: urn:check:open\nversion: 2\ndraft: true\nheadline: Headline of open\n---\n\nThe council met. It rained on all of the harbour and its many old boats that day.\n");
    site
}

/// What `check --leaks` says of the output, without the source lines.
fn found(site: &Site) -> Vec<String> {
    let ran = site.cli(&["check", "--now", NOW, "--leaks"]);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    let leaks = lines.windows(2).filter(|pair| pair[0].starts_with("error[leak]"));
    let found: Vec<String> = leaks
        .map(|pair| {
            format!("{} {}", pair[1].trim().trim_start_matches("--> "), pair[0].trim_start_matches("error[leak]: "))
        })
        .collect();
    assert_eq!(ran.code, i32::from(!found.is_empty()), "{}", ran.stderr);
    found
}

#[test]
fn a_good_site_has_no_leak() {
    let site = newsroom();
    site.build();
    assert_eq!(found(&site), [""; 0]);
    assert_eq!(site.cli(&["build", "--now", NOW, "--verify"]).code, 0);
}

#[test]
fn text_is_found_in_every_form() {
    let site = newsroom();
    site.build();
    let html = "<p>x</p>\n<p>é The <em>merger</em> of Halden Freight and “Norsk Caf&eacute;”&nbsp;will be announced on Monday, said";
    let json = serde_json::to_string(&serde_json::json!({ "text": SECRET })).unwrap().replace('é', "\\u00e9");
    site.file("output/planted.html", html).file("output/planted.json", &json);
    site.file("output/planted.txt", "one\ntwo FREIGHT FIRMS TO MERGE ON MONDAY\n");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(json.as_bytes()).unwrap();
    site.file("output/search/part.pf", gzip.finish().unwrap());
    let mut brotli = Vec::new();
    brotli::BrotliCompress(&mut json.as_bytes(), &mut brotli, &brotli::enc::BrotliEncoderParams::default()).unwrap();
    site.file("output/planted.json.br", brotli);
    let says = "content/2026/11/merger-of-two.md stands here, and the story is withheld";
    let expected = [
        ("planted.html:2:6", "text"),
        ("planted.json:1:10", "text"),
        ("planted.json.br", "text"),
        ("planted.txt:2:5", "the headline"),
        ("search/part.pf", "text"),
    ];
    let expected = expected.map(|(place, what)| format!("output/{place} {what} of {says}"));
    let mut once = found(&site);
    once.dedup();
    assert_eq!(once, expected);
}

#[test]
fn names_and_pictures_are_found() {
    let site = newsroom();
    site.build();
    site.file("output/news/2026/11/20/merger-of-two/index.html", "x");
    site.file("output/links.html", "<a href=\"/a/merger-of-two/\">a</a>\n <a href=\"urn%3Acheck%3Amerger-of-two\">b</a> merger of two, merger-of-two-more urn:check:merger-of-two-more");
    site.file("output/killed.json", "{\"id\":\"urn:check:killed-one\"}");
    site.file("output/atom.xml", "<at:deleted-entry ref=\"urn:check:killed-one\"/>");
    fs::copy(site.root().join("content/2026/11/hall.png"), site.output().join("other-name.png")).unwrap();
    // A rendition has other bytes; its name shows it.
    let hash = &dateline::hash::Hash::of(&hall()).to_string()[..16];
    site.file(&format!("output/media/2026/11/renamed-480q75.{hash}.webp"), "RIFF");
    let withheld = "of content/2026/11/merger-of-two.md stands here, and the story is withheld";
    let picture = "a picture of content/2026/11/hall.png stands here, and the story is withheld";
    assert_eq!(
        found(&site),
        [
            "output/killed.json:1:8 the uri of content/2026/11/killed-one.md stands here, and the story is withdrawn"
                .to_string(),
            format!("output/links.html:1:13 the slug {withheld}"),
            format!("output/links.html:2:11 the uri {withheld}"),
            format!("output/media/2026/11/renamed-480q75.{hash}.webp {picture}"),
            format!("output/news/2026/11/20/merger-of-two/index.html the slug {withheld}"),
            format!("output/other-name.png {picture}"),
        ]
    );
}

#[test]
fn what_the_public_may_read_is_no_leak() {
    let site = newsroom();
    // Another story has the sentence, the site has the headline, and a public page the slug.
    site.story("copy", "extra: {teaser: Freight firms to merge on Monday}", SECRET);
    site.file(
        "content/pages/merger-of-two.md",
        "---\nheadline: Two firms\n---\n\nThe mayor took money from three firms that wanted to build on the hill.\n",
    );
    site.build();
    site.file("output/planted.txt", "Freight firms to merge on Monday");
    assert_eq!(found(&site), [""; 0]);
}

#[test]
fn verify_fails_a_build_that_leaks() {
    let site = newsroom();
    site.file("themes/own/theme.yaml", "extends: default\n");
    site.file("themes/own/templates/not-found.html", format!("<p>{SECRET}</p>"));
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/\ntheme: own\n");
    let ran = site.cli(&["build", "--now", NOW]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = site.cli(&["build", "--now", NOW, "--verify"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("output/404.html:1:4"), "{}", ran.stderr);
    // Nor is it published.
    let ran = site.cli(&["publish", "../public/"]);
    assert_ne!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn letters_by_chance_are_no_leak() {
    let site = Site::new();
    site.story("open", "", "Nothing.");
    site.story("h85", "pubStatus: withheld\n", "Nothing at all.");
    site.build();
    // In Base64 a stroke is a letter.
    site.file("output/search/parts/other.txt", "AAAA/h85/AAAAAA+".repeat(40));
    assert_eq!(found(&site), [""; 0]);
    let mut packed = vec![b' '; 300];
    packed.extend(b"/2026/h85/");
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, packed);
    site.file("output/search/parts/other.txt", base64);
    let slug = "the slug of content/2026/11/h85.md stands here, and the story is withheld";
    assert_eq!(found(&site), [format!("output/search/parts/other.txt {slug}")]);
}

/// The cost of the search, for `DATELINE_SCALE` public stories and a hundred hidden ones; said with `--nocapture`.
#[test]
#[allow(clippy::print_stdout, reason = "a measurement is to be read")]
fn the_search_takes_one_pass() {
    let Some(scale) = std::env::var("DATELINE_SCALE").ok().and_then(|text| text.parse::<usize>().ok()) else { return };
    let site = Site::with("pages: {days: false}\n");
    let words = |seed: usize| {
        let mut dice = crate::support::Dice(seed as u64);
        (0..350).map(|_| format!("word{}", dice.below(9000))).collect::<Vec<_>>().join(" ")
    };
    for number in 0..scale + 100 {
        let status = if number < scale { "" } else { "pubStatus: withheld\n" };
        let (month, day) = (1 + number / 1000 % 12, 1 + number / 12_000 % 28);
        site.file(
            &format!("content/2025/{month:02}/{day:02}/s{number}.md"),
            format!("---\nuri: urn:t:{number}\nheadline: Story {number} of many words\nfirstCreated: 2025-{month:02}-{day:02}T00:00:00Z\n{status}---\n\n{}\n", words(number)),
        );
    }
    let report = site.build_with(NOW, |options| options.list_pages = false);
    assert!(report.diagnostics.is_empty());
    let start = std::time::Instant::now();
    let report = site.build_with(NOW, |options| (options.leaks, options.list_pages) = (true, false));
    println!("{:?} in all {:?}, {:?}", report.counts, start.elapsed(), report.stages);
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics.first());
}
