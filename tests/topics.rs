//! Media Topics from the front matter of stories to the pages of a site.

use crate::support::{Site, found, texts};
use serde_json::{Value, json};

/// Three stories on civil unrest, in an English and a Spanish edition.
fn unrest(settings: &str) -> Site {
    let site = Site::with(&format!("languages: [en, es]\n{settings}"));
    site.story("protest", "subjects: [medtop:20000065]\nkicker: Streets\n", "Text.");
    site.story("protesta", "language: es\nsubjects: [medtop:20000065]\n", "Texto.");
    site.story("disturbio", "language: es\nsubjects: subj:16003000\n", "Texto.");
    site
}

fn headings(site: &Site, page: &str) -> (Vec<String>, Vec<String>) {
    let page = site.html(page);
    (texts(&page, "h1"), texts(&page, ".crumbs a"))
}

fn json_ld(site: &Site, page: &str) -> Value {
    let found = texts(&site.html(page), "script[type=\"application/ld+json\"]");
    serde_json::from_str(&found.concat()).unwrap()
}

fn ninjs(site: &Site, path: &str) -> Value {
    serde_json::from_str(&site.read(path)).unwrap()
}

#[test]
fn a_story_without_section_stands_at_the_path_of_its_media_topic() {
    let site = unrest("navigation: [conflict-war-and-peace, sport]\n");
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    assert!(site.has("conflict-war-and-peace/civil-unrest/2026/11/20/protest/index.html"));
    assert_eq!(
        headings(&site, "conflict-war-and-peace/civil-unrest/index.html"),
        (vec!["Civil unrest".to_string()], vec!["Conflict, war and peace".to_string()])
    );
    let spanish = "es/conflict-war-and-peace/civil-unrest/index.html";
    assert_eq!(headings(&site, spanish), (vec!["Disturbios".to_string()], vec!["Conflicto, guerra y paz".to_string()]));
    // A Subject Code leads to the same section, and the section above has the stories of those below.
    for page in [spanish, "es/conflict-war-and-peace/index.html"] {
        let listed = site.read(page);
        assert!(listed.contains("Headline of protesta") && listed.contains("Headline of disturbio"), "{page}");
        assert!(!listed.contains("Headline of protest<"), "{page}");
    }
    let navigation = |page: &str| texts(&site.html(page), "nav.sections a");
    assert_eq!(navigation("index.html"), ["Conflict, war and peace", "Sport"]);
    assert_eq!(navigation("es/index.html"), ["Conflicto, guerra y paz", "Deporte"]);
}

#[test]
fn a_section_of_the_site_takes_the_topics_below_its_own() {
    let site = unrest("");
    site.file(
        "content/categories.yaml",
        "world:\n  name: {en: World}\n  mediaTopics: [medtop:16000000]\nsport:\n  mediaTopics: [\"medtop:15000000\"]\n",
    );
    site.story("cup", "language: es\nsubjects: [acme:cup, medtop:20001065]\n", "Texto.");
    site.story("own", "category: desk\nsubjects: [medtop:20001065]\n", "Text.");
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    assert!(site.has("world/2026/11/20/protest/index.html") && site.has("es/sport/2026/11/20/cup/index.html"));
    assert!(site.has("desk/2026/11/20/own/index.html"));
    // The site's own name counts; where it has none in the language, the topic's.
    assert_eq!(headings(&site, "world/index.html").0, ["World"]);
    assert_eq!(headings(&site, "es/world/index.html").0, ["Conflicto, guerra y paz"]);
    assert_eq!(headings(&site, "es/sport/index.html").0, ["Deporte"]);
}

#[test]
fn subjects_have_names_and_addresses_in_json() {
    let site = unrest("");
    site.story("mixed", "subjects: [subj:15054000, medtop:20009999, acme:9]\nkeywords: [Cup]\nkicker: Ball\n", "Text.");
    site.build();
    let address = "http://cv.iptc.org/newscodes/mediatopic/20000065";
    let page = "es/conflict-war-and-peace/civil-unrest/2026/11/20/protesta/";
    let about = json_ld(&site, &format!("{page}index.html"))["about"].clone();
    assert_eq!(about, json!([{ "@type": "Thing", "name": "Disturbios", "sameAs": address }]));
    let subjects = ninjs(&site, &format!("{page}ninjs.json"))["subjects"].clone();
    assert_eq!(subjects, json!([{ "name": "Disturbios", "rel": "about", "uri": address }]));

    let page = "sport/competition-discipline/soccer/2026/11/20/mixed/";
    assert_eq!(
        json_ld(&site, &format!("{page}index.html"))["about"],
        json!([
            { "@type": "Thing", "name": "soccer", "sameAs": "http://cv.iptc.org/newscodes/mediatopic/20001065" },
            { "@type": "Thing", "sameAs": "http://cv.iptc.org/newscodes/mediatopic/20009999" },
            { "@type": "Thing", "identifier": "acme:9" },
        ])
    );
    assert_eq!(
        ninjs(&site, &format!("{page}ninjs.json"))["subjects"],
        json!([
            { "name": "soccer", "rel": "about", "uri": "http://cv.iptc.org/newscodes/subjectcode/15054000" },
            { "rel": "about", "uri": "http://cv.iptc.org/newscodes/mediatopic/20009999" },
            { "rel": "about", "literal": "acme:9" },
            { "name": "Cup", "rel": "keyword" },
        ])
    );
}

#[test]
fn mistakes_in_codes_are_said_with_their_place() {
    let site = Site::new();
    site.story("typo", "subjects: [medtop:2000065]\n", "Text.");
    // A code that may be newer than the table is noted once, however many stories have it.
    for name in ["new-one", "new-two"] {
        site.story(name, "subjects:\n  - medtop:20009999\n", "Text.");
    }
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        ran.found(),
        ["note unknown-subject content/2026/11/new-one.md:6:5", "warning unknown-subject content/2026/11/typo.md:5:12"]
    );
    assert!(ran.stderr.contains("did you mean `medtop:20000065` (civil unrest)?"), "{}", ran.stderr);
    // The stories are built all the same.
    assert!(site.has("news/2026/11/20/typo/index.html") && site.has("news/2026/11/20/new-two/index.html"));

    site.file("content/categories.yaml", "sport:\n  mediaTopics: [medtop:15000000, sports]\n");
    let ran = site.cli(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for part in
        ["`sports` is not a Media Topic", "content/categories.yaml:2:34", "did you mean `medtop:15000000` (sport)?"]
    {
        assert!(ran.stderr.contains(part), "{part}\n{}", ran.stderr);
    }
}
