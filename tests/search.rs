//! What the site's search finds, asked of the built files as `search.js` asks them; and what a change costs there.

use crate::support::{NOW, Site, attributes, contains, texts};
use dateline::search::{read, words};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The built index of an edition.
struct Index {
    files: BTreeMap<String, Vec<u8>>,
    folder: String,
    root: Value,
}

impl Index {
    fn of(site: &Site, folder: &str) -> Index {
        let files = site.tree();
        let root = serde_json::from_slice(&files[&format!("{folder}index.json")]).unwrap();
        Index { files, folder: folder.to_string(), root }
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.files[&format!("{}parts/{name}", self.folder)]).unwrap()
    }

    /// Segments as they are described, newest first.
    fn segments(&self) -> Vec<Value> {
        let segments = self.root["segments"].as_array().unwrap();
        segments.iter().map(|segment| self.json(&format!("{}.json", segment[0].as_str().unwrap()))).collect()
    }

    fn names(text: &Value) -> Vec<&str> {
        let text = text.as_str().unwrap();
        (0..text.len() / 10).map(|at| &text[at * 10..at * 10 + 10]).collect()
    }

    /// The stories of a segment, oldest first, as `headline, address, section, summary`.
    fn stories(&self, segment: &Value) -> Vec<Value> {
        let mut stories = Vec::new();
        for (name, size) in Index::names(&segment["chunks"]).iter().zip(segment["sizes"].as_array().unwrap()) {
            for part in 0..size.as_u64().unwrap().div_ceil(64) {
                stories.extend(self.json(&format!("{name}-{part}.json")).as_array().unwrap().iter().cloned());
            }
        }
        assert_eq!(stories.len() as u64, segment["stories"].as_u64().unwrap());
        stories
    }

    /// The stories of a segment that have a word, by their places.
    fn having(&self, segment: &Value, word: &str) -> BTreeSet<u32> {
        let firsts: Vec<&str> =
            segment["firsts"].as_array().unwrap().iter().map(|first| first.as_str().unwrap()).collect();
        let place = firsts.partition_point(|first| *first <= word).saturating_sub(1);
        let Some(name) = Index::names(&segment["words"]).get(place).copied() else { return BTreeSet::new() };
        let bytes = &self.files[&format!("{}parts/{name}.txt", self.folder)];
        assert_eq!(bytes.len() as u64, segment["lengths"][place].as_u64().unwrap());
        let entries = read::entries(bytes, segment["stories"].as_u64().unwrap() as u32).unwrap();
        let found = entries.into_iter().find(|entry| entry.word == word);
        found.into_iter().flat_map(|entry| entry.stories).map(|(story, _)| story).collect()
    }

    /// The last parts of the addresses of stories that have all words of a text, newest first.
    fn find(&self, text: &str) -> Vec<String> {
        let mut wanted = Vec::new();
        match text.starts_with('/') {
            true => wanted.push(text.to_string()),
            false => words::each_word(text, |word| wanted.push(word.to_string())),
        }
        let mut found = Vec::new();
        for segment in self.segments() {
            let all = wanted.iter().map(|word| self.having(&segment, word));
            let all = all.reduce(|a, b| a.intersection(&b).copied().collect()).unwrap();
            let stories = self.stories(&segment);
            found.extend(all.iter().rev().map(|at| {
                let url = stories[*at as usize][1].as_str().unwrap();
                url.trim_end_matches('/').rsplit('/').next().unwrap().to_string()
            }));
        }
        found
    }

    /// Every word of the index.
    fn words(&self) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        for segment in self.segments() {
            for name in Index::names(&segment["words"]) {
                let bytes = &self.files[&format!("{}parts/{name}.txt", self.folder)];
                let entries = read::entries(bytes, segment["stories"].as_u64().unwrap() as u32).unwrap();
                words.extend(entries.into_iter().map(|entry| entry.word));
            }
        }
        words
    }
}

fn check(index: &Index, text: &str, expected: &[&str]) {
    assert_eq!(index.find(text), expected, "{text}");
}

#[test]
fn stories_are_found_by_all_that_they_say() {
    let site = Site::new();
    site.story(
        "strike",
        "headline: Dockers down tools\nkicker: Harbour\nkeywords: [Labour law]\nby: Ana Ruiz\ndateline: LIMA, Nov 20 (Check)\n\
         description: A summary of walkouts.\ncategory: economy/ports\nfirstCreated: 2026-11-20T12:00:00Z",
        "Cranes stood *idle* at the [southern quay](https://example.com/elsewhere).\n\n![pictured gull](none.jpg)\n\n<!-- unseen -->\n\n\
         AT&amp;T said so.",
    );
    site.story("later", "category: economy\nfirstCreated: 2026-11-21T12:00:00Z", "The cranes work again.");
    site.build();
    let index = Index::of(&site, "search/");
    for word in ["Dockers", "harbour", "labour", "Ruíz", "lima", "walkouts", "IDLE", "quay", "dockers cranes southern"]
    {
        check(&index, word, &["strike"]);
    }
    check(&index, "cranes", &["later", "strike"]);
    check(&index, "/economy", &["later", "strike"]);
    check(&index, "/economy/ports", &["strike"]);
    for word in ["pictured", "unseen", "elsewhere", "the", "amp", "dockers again"] {
        check(&index, word, &[]);
    }
    let segment = &index.segments()[0];
    // 20 and 21 November 2026, a story each.
    assert_eq!(segment["days"], serde_json::json!([20_777, 1, 1, 1]));
    let story = &index.stories(segment)[0];
    assert_eq!(story[0], "Dockers down tools");
    assert_eq!((&story[2], &story[3]), (&"economy/ports".into(), &"A summary of walkouts.".into()));
}

#[test]
fn editions_have_an_index_each_and_words_are_folded() {
    let site = Site::with("languages: [en, es, ar, ja]\n");
    site.story("en", "language: en", "The economy.");
    site.story("es", "language: es\nheadline: La Économía según Núñez", "Acción en el café.");
    site.story("ar", "language: ar\nheadline: أخبار الميناء", "إضراب في المدينة.");
    site.story("ja", "language: ja\nheadline: 港湾労働者のスト", "東京の港。");
    site.build();
    check(&Index::of(&site, "search/"), "economy", &["en"]);
    check(&Index::of(&site, "search/"), "economia", &[]);
    let spanish = Index::of(&site, "es/search/");
    for text in ["economia", "ECONOMÍA", "nunez", "accion cafe"] {
        check(&spanish, text, &["es"]);
    }
    check(&spanish, "según", &[]);
    let arabic = Index::of(&site, "ar/search/");
    for text in ["ميناء", "الميناء", "والميناء", "اضراب", "مدينه"] {
        check(&arabic, text, &["ar"]);
    }
    let japanese = Index::of(&site, "ja/search/");
    for text in ["港湾", "労働者", "スト"] {
        check(&japanese, text, &["ja"]);
    }
    check(&japanese, "者労", &[]);
}

#[test]
fn what_is_hidden_is_not_found_and_a_withdrawn_story_leaves() {
    let site = Site::new();
    site.story("open", "", "Cranes stood idle.");
    site.story("held", "headline: Zebrawood tariff\npubStatus: withheld", "Zebrawood.");
    site.story("late", "headline: Quincewood tariff\nembargoedUntil: 2026-12-01T00:00:00Z", "Quincewood.");
    site.story("old", "headline: Cedarwood tariff\nexpires: 2026-11-21T00:00:00Z", "Cedarwood.");
    site.story("bad", "headline: Mayor took Larchwood money from firms", "Larchwood.");
    site.build();
    let index = Index::of(&site, "search/");
    check(&index, "larchwood", &["bad"]);
    check(&index, "cedarwood", &["old"]);
    let words = index.words();
    assert!(!words.contains("zebrawood") && !words.contains("quincewood"));
    let leaking: Vec<String> =
        site.files_with("Mayor took Larchwood").into_iter().filter(|f| f.contains("/parts/")).collect();
    assert_eq!(leaking.len(), 1);
    site.story("bad", "headline: Mayor took Larchwood money from firms\nversion: 2\npubStatus: canceled", "Larchwood.");
    site.build();
    let after = Index::of(&site, "search/");
    assert!(!after.words().contains("larchwood"));
    check(&after, "cranes", &["open"]);
    site.assert_nowhere("Larchwood", &[]);
    site.assert_nowhere("larchwood", &[]);
    // An old part that somebody keeps is found by the search for leaks.
    fs::write(site.output().join(&leaking[0]), &index.files[&leaking[0]]).unwrap();
    let ran = site.cli(&["check", "--now", NOW, "--leaks"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("error[leak]") && ran.stderr.contains(&leaking[0]), "{}", ran.stderr);
    // In December the embargo is over.
    fs::remove_file(site.output().join(&leaking[0])).unwrap();
    site.build_at("2026-12-02T00:00:00Z");
    check(&Index::of(&site, "search/"), "quincewood", &["late"]);
}

fn story(site: &Site, number: usize, more: &str) {
    let time = format!("2026-{:02}-{:02}T{:02}:00:00Z", 1 + number / 240, 1 + number / 10 % 24, number % 10);
    let body = format!("Cranes stood idle at quay{number} and berth{}.{more}", number % 7);
    site.file(
        &format!("content/{:02}/s{number}.md", 1 + number / 240),
        format!("---\nuri: urn:t:{number}\nheadline: Story {number}\nfirstCreated: {time}\n---\n\n{body}\n"),
    );
}

/// Files of the index that a build wrote.
fn written(report: &dateline::build::Report) -> usize {
    report.written.iter().filter(|line| line.url.starts_with("/search/")).count()
}

#[test]
fn an_archive_is_cut_into_segments_and_a_change_touches_one() {
    let site = Site::with("related: 0\npages: {ninjs: false, days: false, list_feeds: []}\n");
    (0..1_200).for_each(|number| story(&site, number, ""));
    let first = site.build();
    let index = Index::of(&site, "search/");
    let sizes: Vec<u64> = index.segments().iter().map(|segment| segment["stories"].as_u64().unwrap()).collect();
    assert!(sizes[0] <= 128 && sizes.len() > 2 && sizes.len() < 9, "{sizes:?}");
    assert_eq!(sizes.iter().sum::<u64>(), 1_200);
    check(&index, "quay7", &["s7"]);
    check(&index, "quay1199", &["s1199"]);
    assert_eq!(index.find("berth3").len(), (0..1_200).filter(|number| number % 7 == 3).count());
    assert!(written(&first) < 80, "{}", written(&first));
    // Only what names the story is made again, and it equals a build from nothing.
    for (number, more) in [(1_200, ""), (1_200, " Again."), (600, " Mended."), (1_201, "")] {
        story(&site, number, more);
        let report = site.build();
        assert!((1..40).contains(&written(&report)), "{number}: {}", written(&report));
        // What the first two edits leave wrong is still wrong after the third.
        if number != 1_200 || crate::support::is_whole() {
            let copy = site.copy();
            copy.build();
            assert!(site.tree() == copy.tree(), "{number}{more}");
        }
    }
    check(&Index::of(&site, "search/"), "mended", &["s600"]);
    // Stories of many threads come in the same order.
    let copy = site.copy();
    copy.build_with(NOW, |options| options.threads = 1);
    assert!(site.tree() == copy.tree());
}

#[test]
fn new_stories_close_segments_as_a_clean_build_does() {
    let site = Site::with("related: 0\npages: {ninjs: false, days: false, list_feeds: []}\n");
    (0..250).for_each(|number| story(&site, number, ""));
    site.build();
    for (round, from) in (250..420).step_by(17).enumerate() {
        (from..from + 17).for_each(|number| story(&site, number, ""));
        if from % 2 == 0 {
            site.remove(&format!("content/01/s{}.md", from / 5));
        }
        site.build();
        // What one build leaves wrong, the next ones do not mend: every third is compared, and the last.
        if round % crate::support::step(3) == 0 {
            let copy = site.copy();
            copy.build();
            assert!(site.tree() == copy.tree(), "{from}");
        }
    }
}

#[test]
fn damage_to_the_state_costs_time_alone() {
    let site = Site::new();
    (0..300).for_each(|number| story(&site, number, ""));
    site.build();
    let whole = site.tree();
    for entry in fs::read_dir(site.root().join(".dateline/search")).unwrap().flatten() {
        let mut bytes = fs::read(entry.path()).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(entry.path(), bytes).unwrap();
    }
    fs::remove_dir_all(site.output()).unwrap();
    let report = site.build();
    assert!(report.diagnostics.iter().all(|d| d.code == dateline::diag::Code::StateDamaged));
    assert!(!report.diagnostics.is_empty() && site.tree() == whole);
    // An output folder that went is made again from what the state has.
    fs::remove_dir_all(site.output()).unwrap();
    assert!(site.build().diagnostics.is_empty() && site.tree() == whole);
}

#[test]
fn the_page_is_linked_and_can_be_switched_off() {
    for theme in ["default", "archive", "bulletin"] {
        let site = Site::with(&format!("theme: {theme}\nlanguages: [en, ar]\n"));
        site.story("strike", "category: economy", "Cranes.").story("ar", "language: ar", "أخبار.");
        site.build();
        assert_eq!(attributes(&site.html("index.html"), ".find", "href"), ["/search/"]);
        assert_eq!(attributes(&site.html("ar/index.html"), ".find", "href"), ["/ar/search/"]);
        let page = site.html("search/index.html");
        assert_eq!(attributes(&page, "form[role=search]", "data-index"), ["/search/index.json"]);
        assert_eq!(attributes(&page, "option[value=economy]", "value"), ["economy"]);
        assert_eq!(attributes(&page, "meta[name=robots]", "content"), ["noindex"]);
        assert_eq!(texts(&page, "[role=status]"), [""]);
        assert!(!texts(&page, "noscript").is_empty());
        assert!(!contains(&site.tree()["sitemap-lists.xml"], "search/"));
        site.file(
            "dateline.yaml",
            format!("title: Check\nbase_url: https://example.org/\ntheme: {theme}\nsearch: false\n"),
        );
        site.build();
        assert!(!site.has("search/index.html"));
        site.assert_nowhere("/search/", &["search.js"]);
    }
}

#[test]
fn the_page_may_stand_elsewhere_and_a_standing_page_in_its_place_is_reported() {
    let site = Site::with("permalinks: {search: /find/}\n");
    site.file("content/pages/search.md", "---\nheadline: Our search\n---\n\nText.\n").story("a", "", "Cranes.");
    assert!(site.build().diagnostics.is_empty());
    check(&Index::of(&site, "find/"), "cranes", &["a"]);
    assert_eq!(texts(&site.html("search/index.html"), "h1"), ["Our search"]);
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/wire/\n");
    let report = site.build();
    assert_eq!(crate::support::found(&report), ["error same-url content/pages/search.md"]);
    let index: Value = serde_json::from_str(&site.read("search/index.json")).unwrap();
    assert_eq!(index["parts"], "/wire/search/parts/");
}

#[test]
fn a_story_without_an_address_keeps_its_place_and_says_nothing() {
    let site = Site::with("permalinks: {story: \"/{category}/{slug}/\"}\n");
    site.story("first", "slug: one\nfirstCreated: 2026-11-18T12:00:00Z", "Cranes.");
    site.story("second", "slug: one\nfirstCreated: 2026-11-19T12:00:00Z\nheadline: Unseen", "Cranes.");
    site.story("third", "", "Cranes.");
    site.build();
    let index = Index::of(&site, "search/");
    let stories = index.stories(&index.segments()[0]);
    assert_eq!(stories[1], serde_json::json!(["", "", "", ""]));
    assert_eq!(stories[2][0], "Headline of third");
}
