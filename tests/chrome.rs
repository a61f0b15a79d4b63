//! What stands on every page (head, navigation, footer) depends on settings and templates, never on which stories there are. So the
//! first story of anything makes its own pages and those that list it, in an archive of any size.
//!
//! `DATELINE_SCALE` is the size of a larger archive, 5,000 for example; without it there is one of 500. `DATELINE_PROGRAM` names a
//! program to count for in the place of the library.

#![allow(clippy::print_stdout, reason = "the numbers are worth seeing")]

use crate::support::{Dice, Site, number};
use std::process::Command;

/// Stories get a time an hour apart, from here.
const NOW: &str = "2040-01-01T00:00:00Z";

/// How many pages one story may make: its own, the lists that it is in with their feeds, the front page, sitemaps, its part of the
/// search, and stories that it is related to.
const MOST: usize = 60;

const SETTINGS: &str = "languages: [en, es]\nimages: {social_cards: 10}\n";

/// Stories without anything that one may have for the first time: of two sections, in one language, of the days of two months.
fn archive(stories: usize) -> Site {
    let site = Site::with(SETTINGS);
    site.file(
        "content/categories.yaml",
        "politics: {name: Politics}\nsport: {}\nscience: {name: Science}\nhalden: {}\n",
    );
    site.file("content/pages/about.md", "---\nheadline: About\n---\n\nText.\n");
    for number in 0..stories {
        let (day, hour) = (1 + number / 24 % 28, number % 24);
        let (year, month) = (2000 + number / 24 / 56, 1 + number / 24 / 28 % 2);
        let category = ["politics", "sport"][number % 2];
        story(
            &site,
            number,
            &format!("category: {category}\nfirstCreated: {year}-{month:02}-{day:02}T{hour:02}:00:00Z\n"),
        );
    }
    site
}

fn story(site: &Site, number: usize, front: &str) {
    let mut dice = Dice(number as u64 + 1);
    // Words that few stories share.
    let words: Vec<String> = (0..40).map(|_| format!("w{}", dice.below(3000))).collect();
    let front = format!("uri: urn:t:{number}\nheadline: Story {number} {}\n{front}", words[0]);
    site.file(&format!("content/{}/s{number}.md", number / 100), format!("---\n{front}---\n\n{}\n", words.join(" ")));
}

/// How many pages a build makes.
fn made(site: &Site) -> usize {
    // A file that was written before has an older time of change than a build that begins now.
    std::thread::sleep(std::time::Duration::from_millis(20));
    let Some(program) = std::env::var_os("DATELINE_PROGRAM") else { return site.build_at(NOW).counts.rendered };
    let report = site.root().join("report.json");
    let mut build = Command::new(program);
    build.args(["build", "--quiet", "--now", NOW, "--site"]).arg(site.root()).arg("--report").arg(&report);
    assert!(build.status().unwrap().success());
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    report["counts"]["rendered"].as_u64().unwrap() as usize
}

#[test]
fn the_first_story_of_anything_makes_few_pages() {
    let larger = number("DATELINE_SCALE", 0, 0) as usize;
    for stories in [500, larger].into_iter().filter(|stories| *stories > 0) {
        let site = archive(stories);
        made(&site);
        assert_eq!(made(&site), 0);
        let common = "category: politics\nfirstCreated: 2039-01-01T";
        let plain = |hour: usize| format!("{common}{hour:02}:00:00Z\n");
        story(&site, stories, &plain(0));
        made(&site);
        let mut too_many = Vec::new();
        for (at, (what, front)) in [
            ("story", plain(1)),
            ("section", plain(2).replace("politics", "weather")),
            ("section of the settings", plain(3).replace("politics", "science")),
            ("spelling of a section", plain(4).replace("politics", "HALDEN")),
            ("section below another", plain(5).replace("politics", "sport/rowing")),
            ("topic", plain(6) + "keywords: [Wind power]\n"),
            ("place", plain(7) + "dateline: OSLO, Jan 1 (Check)\n"),
            ("author", plain(8) + "by: Ana Ruiz\n"),
            ("day", plain(9).replace("01-01", "01-02")),
            ("month", plain(10).replace("01-01", "02-02")),
            ("year", plain(11).replace("2039", "2038")),
            ("language", plain(12) + "language: es\n"),
            (
                "all in another language",
                plain(13) + "language: es\nkeywords: [Viento]\nby: Ben Cole\ndateline: LIMA (Check)\n",
            ),
            ("correction", plain(14) + "correction: {note: A name was wrong., date: 2039-01-01}\n"),
            ("breaking news", plain(15) + "urgency: 1\n"),
        ]
        .into_iter()
        .enumerate()
        {
            story(&site, stories + 1 + at, &front);
            let count = made(&site);
            println!("the first {what} at {stories} stories: {count} pages");
            if count > MOST {
                too_many.push(format!("the first {what} at {stories} stories: {count} pages"));
            }
        }
        assert!(too_many.is_empty(), "{too_many:#?}");
    }
}

#[test]
fn pages_that_every_page_leads_to_are_there_before_the_first_story() {
    for theme in ["default", "archive", "bulletin"] {
        let site = Site::with(&format!("theme: {theme}\nlanguages: [en, es]\nnavigation: [politics]\n"));
        site.build();
        for page in ["sections", "topics", "places", "by", "latest", "corrections", "feeds"] {
            for edition in ["", "es/"] {
                let file = format!("{edition}{page}/index.html");
                assert!(site.has(&file), "{theme} {file}");
                let link = format!("href=\"/{edition}{page}/\"");
                assert!(site.read(&format!("{edition}index.html")).contains(&link), "{theme} {link}");
            }
        }
        assert!(site.read("topics/index.html").contains("There are no stories here yet."));
        assert!(site.read("sections/index.html").contains("<a href=\"/politics/\">Politics</a>"));
    }
}

#[test]
fn a_section_that_no_menu_names_is_found_among_all_sections() {
    let site = Site::with("navigation: [politics]\n");
    site.story("rain", "category: weather/coast\n", "Text.");
    site.build();
    assert!(!site.read("index.html").contains("href=\"/weather/\">Weather</a></li>\n</ul>\n</nav>\n</header>"));
    let all = site.read("sections/index.html");
    for link in ["<a href=\"/weather/\">Weather</a>", "<a href=\"/weather/coast/\">Coast</a>", "href=\"/politics/\""] {
        assert!(all.contains(link), "{link}:\n{all}");
    }
    // The address follows that of sections, or is set.
    let moved = Site::with("permalinks: {category: \"/desk/{slug}/\"}\n");
    moved.build();
    assert!(moved.has("desk/index.html") && !moved.has("sections/index.html"));
    let set = Site::with("permalinks: {sections: /all/}\n");
    set.build();
    assert!(set.has("all/index.html") && !set.has("sections/index.html"));
    let off = Site::with("pages: {categories: no}\n");
    off.build();
    assert!(!off.has("sections/index.html") && !off.read("index.html").contains("/sections/"));
}
