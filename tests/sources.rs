//! Sources of wire copy: what the settings know of a feed, and its files do not say.

use crate::support::Site;
use std::fs;

const SETTINGS: &str = "title: T\nbase_url: https://example.org/\ntime_zone: America/New_York\n";

fn site(sources: &str) -> Site {
    let site = Site::new();
    site.file("dateline.yaml", format!("{SETTINGS}sources:\n{sources}"));
    site
}

fn item(more: &str) -> String {
    let item = r#"{"uri":"urn:x:1","type":"text","version":"1","versioncreated":"2026-11-18T09:00:00","headline":"Port closes",
        "body_text":"HALDEN, Nov 18 (LSW) - The port closed on Wednesday after a storm hit the coast.""#;
    format!("{item}{more}}}")
}

fn story(site: &Site) -> String {
    let folder = site.root().join("content/2026/11/18");
    let paths = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let stories: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    assert_eq!(stories.len(), 1, "{stories:?}");
    fs::read_to_string(&stories[0]).unwrap()
}

#[test]
fn a_source_says_what_its_items_leave_out() {
    let site = site(
        "  lsw:\n    time_zone: Europe/Berlin\n    provider: Longshore\n    language: de\n    category: economy\n    format: ninjs\n",
    );
    site.file("a.json", item(r#","embargoed":"2026-11-18T12:00:00""#));
    let ran = site.cli(&["import", "a.json", "--source", "lsw"]);
    assert_eq!((ran.code, ran.stderr.contains("zone")), (0, false), "{}", ran.stderr);
    let text = story(&site);
    for line in [
        "versionCreated: 2026-11-18T09:00:00+01:00",
        "embargoedUntil: 2026-11-18T12:00:00+01:00",
        "provider: \"Longshore\"",
        "language: \"de\"",
        "category: \"economy\"",
    ] {
        assert!(text.lines().any(|found| found.replace('"', "") == line.replace('"', "")), "{line}\n{text}");
    }
    // The same item again changes nothing.
    assert!(site.cli(&["import", "a.json", "--source", "lsw"]).stderr.contains("1 same"));
}

#[test]
fn what_an_item_says_goes_before_what_is_known_of_its_source() {
    let site = site("  lsw:\n    time_zone: Europe/Berlin\n    language: de\n    category: economy\n");
    let own = r#","language":"en","embargoed":"2026-11-18T12:00:00Z","subject":[{"code":"medtop:15000000"}]"#;
    site.file("a.json", item(own));
    assert_eq!(site.cli(&["import", "a.json", "--source", "lsw"]).code, 0);
    let text = story(&site);
    assert!(
        text.contains("2026-11-18T12:00:00Z") && !text.contains("category:") && !text.contains("language: de"),
        "{text}"
    );
}

#[test]
fn an_embargo_without_a_zone_ends_last_of_all() {
    let site = site("  lsw:\n");
    site.file("a.json", item(r#","embargoed":"2026-11-18T12:00:00""#));
    let ran = site.cli(&["import", "a.json"]);
    let message =
        "the embargo `2026-11-18T12:00:00` has no zone; it is read in UTC-12, the zone where each day ends last";
    assert!(ran.code == 0 && ran.stderr.contains(message), "{}", ran.stderr);
    assert!(story(&site).contains("embargoedUntil: 2026-11-18T12:00:00-12:00"), "{}", story(&site));
    let public = |now: &str| {
        assert_eq!(site.cli(&["build", "--quiet", "--now", now]).code, 0);
        site.root().join("output/news/2026/11/18/port-closes/index.html").is_file()
    };
    assert!(!public("2026-11-18T23:59:59Z") && public("2026-11-19T00:00:00Z"));
}

#[test]
fn the_character_set_of_a_source_takes_the_place_of_a_guess() {
    let site = site("  mti:\n    charset: iso-8859-2\n    copy: yes\n");
    // Too little to guess by: ő is 0xf5 in ISO 8859-2, õ in windows-1252.
    site.file("a.txt", b"Es\xf5 esett\n\nSok es\xf5 esett szerdan a varosban.\n");
    let ran = site.cli(&["import", "a.txt", "--source", "mti", "--date", "2026-11-18"]);
    assert!(ran.code == 0 && !ran.stderr.contains("wire-charset"), "{}", ran.stderr);
    let text = story(&site);
    assert!(text.contains("Sok eső esett") && !text.contains("pubStatus"), "{text}");
    // UTF-8 stays what it is.
    fs::remove_dir_all(site.root().join("content")).unwrap();
    site.file("a.txt", "Eső esett\n\nSok eső esett szerdan a városban.\n");
    site.cli(&["import", "a.txt", "--source", "mti", "--date", "2026-11-18"]);
    assert!(story(&site).contains("a városban"));
}

#[test]
fn an_editor_releases_what_a_source_is_not_trusted_with() {
    let site = site("  stringer:\n    trust: withheld\n");
    site.file("a.json", item(""));
    assert!(site.cli(&["import", "a.json", "--source", "stringer"]).stderr.contains("1 not-published"));
    let text = story(&site);
    assert!(
        text.contains("pubStatus: withheld") && text.contains("an editor releases the stories of its source"),
        "{text}"
    );
    // A withdrawal needs nobody.
    site.file("b.json", item(r#","pubstatus":"canceled""#).replace("\"version\":\"1\"", "\"version\":\"2\""));
    assert_eq!(site.cli(&["import", "b.json", "--source", "stringer"]).code, 0);
    assert!(story(&site).contains("pubStatus: canceled"));
}

#[test]
fn what_a_source_does_not_send_is_refused() {
    let site = site("  a:\n    format: nitf\n  b:\n    without_uri: refuse\n  c:\n    without_uri: withhold\n");
    let copy = "HALDEN, Nov 18 (LSW) - The port closed on Wednesday after a storm hit the coast.\n";
    site.file("a.json", item("")).file("a.txt", copy);
    let of = |source: &str, file: &str| site.cli(&["import", file, "--source", source, "--date", "2026-11-18"]);
    let ran = of("a", "a.json");
    assert!(ran.code == 1 && ran.stderr.contains("the source a sends nitf, and this is ninjs"), "{}", ran.stderr);
    let ran = of("b", "a.txt");
    let message = "1 item has no identifier, and the source b refuses such items";
    assert!(ran.code == 1 && ran.stderr.contains(message), "{}", ran.stderr);
    assert!(!site.root().join("content").exists());
    assert!(of("c", "a.txt").stderr.contains("1 not-published"));
    assert!(story(&site).contains("pubStatus: withheld"));
    let ran = of("d", "a.txt");
    assert!(ran.code == 2 && ran.stderr.contains("known sources: a, b, c"), "{}", ran.stderr);
}

#[test]
fn a_summary_is_the_text_where_the_source_says_so() {
    let site = site("  feed:\n    summary_is_text: true\n");
    let rss = "<rss version=\"2.0\"><channel><title>LSW</title><item><guid>urn:x:1</guid><title>Port closes</title>\
        <pubDate>Wed, 18 Nov 2026 09:00:00 GMT</pubDate><description>The port closed on Wednesday after a storm.</description>\
        </item></channel></rss>";
    site.file("a.xml", rss);
    assert!(site.cli(&["import", "a.xml"]).stderr.contains("1 not-published"));
    fs::remove_dir_all(site.root().join("content")).unwrap();
    assert!(site.cli(&["import", "a.xml", "--source", "feed"]).stderr.contains("1 story"));
}

#[test]
fn each_source_has_its_drop_folder() {
    let site = site("  a:\n    drop: in/a\n    trust: withheld\n  b:\n    drop: in/b\n  c: {}\n");
    let second = item("").replace("urn:x:1", "urn:x:2").replace("Port closes", "Bridge opens");
    site.file("in/a/1.json", item("")).file("in/b/2.json", &second);
    let ran = site.cli(&["import", "--watch", "--once"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(site.root().join("in/a/done/1.json").is_file() && site.root().join("in/b/done/2.json").is_file());
    let text = |name: &str| fs::read_to_string(site.root().join("content/2026/11/18").join(name)).unwrap();
    assert!(text("port-closes.md").contains("pubStatus: withheld") && !text("bridge-opens.md").contains("pubStatus"));
    // A folder that is named is that of its source, too.
    let third = item("").replace("urn:x:1", "urn:x:3").replace("Port closes", "Road opens");
    site.file("in/a/3.json", &third);
    assert_eq!(site.cli(&["import", "--watch", "./in/a", "--once"]).code, 0);
    assert!(text("road-opens.md").contains("pubStatus: withheld"));
    let ran = site.cli(&["import", "--watch", "--source", "c", "--once"]);
    assert!(ran.code == 2 && ran.stderr.contains("no source has a drop folder"), "{}", ran.stderr);
}

#[test]
fn a_change_of_sources_makes_no_page_again() {
    let site = site("  a:\n    trust: withheld\n");
    site.file("a.json", item(""));
    assert_eq!(site.cli(&["import", "a.json"]).code, 0);
    let made = || {
        site.cli(&["build", "--now", "2026-11-19T00:00:00Z", "--report", "report.json"]);
        let report = fs::read_to_string(site.root().join("report.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&report).unwrap()["counts"]["rendered"].as_u64().unwrap()
    };
    assert!(made() > 0);
    assert_eq!(made(), 0);
    site.file("dateline.yaml", format!("{SETTINGS}sources:\n  a:\n    trust: public\n"));
    assert_eq!(made(), 0);
}

/// The blocks of code of a language in a section of a document.
fn blocks<'d>(document: &'d str, section: &str, language: &str) -> Vec<&'d str> {
    let (_, after) = document.split_once(&format!("\n## {section}\n")).unwrap();
    let section = after.split("\n## ").next().unwrap();
    let open = format!("```{language}\n");
    section.split(&open).skip(1).map(|part| part.split("```").next().unwrap()).collect()
}

/// A site with both mappings of the documentation, and its examples as files.
fn house() -> Site {
    let document = include_str!("../docs/wire.md");
    let section = "A format of your own";
    let [_, json, xml] = blocks(document, section, "yaml")[..] else { panic!("three blocks of YAML") };
    let site =
        site("  json:\n    mapping: mappings/json.yaml\n  xml:\n    mapping: mappings/xml.yaml\n    trust: withheld\n");
    site.file("mappings/json.yaml", json).file("mappings/xml.yaml", xml);
    site.file("a.json", blocks(document, section, "json")[0]).file("a.xml", blocks(document, section, "xml")[0]);
    site
}

#[test]
fn a_format_of_the_house_needs_no_code() {
    let site = house();
    site.file("port.jpg", b"\xff\xd8\xff\xe0");
    let ran = site.cli(&["import", "a.json", "--source", "json", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in [r#""format":"mapped""#, r#""lostWords":0,"inventedWords":0"#, r#""diagnostics":[]"#] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let text = story(&site);
    for part in [
        "uri: \"4711\"",
        "version: 2",
        "headline: \"Port of Halden closes\"",
        "by: \"Ana Reyes, Tom Vale\"",
        "keywords: [\"Ports\", \"Storms\"]",
        "urgency: 2",
        "category: \"economy\"",
        "versionCreated: 2026-11-18T08:30:00Z",
        "language: \"en\"",
        "caption: \"The port on Wednesday\", by: \"Ivo Lind\"",
        "\n\nThe port of Halden closed on Wednesday.\n\nA storm is due at noon.\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("pubStatus"), "{text}");
    assert!(site.cli(&["import", "a.json", "--source", "json"]).stderr.contains("1 same"));
}

#[test]
fn a_format_of_the_house_in_xml() {
    let site = house();
    let ran = site.cli(&["import", "a.xml", "--source", "xml", "--dry-run", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in [
        r#""format":"mapped""#,
        r#""lostWords":0,"inventedWords":0"#,
        r#""uri":"house:812""#,
        r#""headline":"Ships wait off Halden""#,
        r#""by":"Ana Reyes""#,
        r#""embargoedUntil":"2026-11-18T12:00:00+01:00""#,
        r#""pubStatus":"withheld""#,
        r#""bodyMarkdown":"Seven ships *wait* in the bay.\n\nThey may sail at noon.\n""#,
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    // Its status counts: `dead` is a kill, which needs nobody.
    site.file(
        "b.xml",
        fs::read_to_string(site.root().join("a.xml")).unwrap().replace("state=\"live\"", "state=\"dead\""),
    );
    let ran = site.cli(&["import", "b.xml", "--source", "xml", "--dry-run", "--json"]);
    assert!(ran.stdout.contains(r#""pubStatus":"canceled""#), "{}", ran.stdout);
}

#[test]
fn what_a_mapping_cannot_read_is_an_error_with_its_place() {
    let site = house();
    site.file("a.txt", "HALDEN, Nov 18 (LSW) - The port closed on Wednesday after a storm hit the coast.\n");
    let ran = site.cli(&["import", "a.txt", "--source", "json"]);
    let message = "the source json has a mapping, which is for JSON and XML, and this is neither";
    assert!(ran.code == 1 && ran.stderr.contains(message), "{}", ran.stderr);
    site.file("b.json", "{\"export\": {}}");
    let ran = site.cli(&["import", "b.json", "--source", "json"]);
    assert!(ran.code == 1 && ran.stderr.contains("there are no items at `export.stories[*]`"), "{}", ran.stderr);
    site.file("mappings/json.yaml", "fields:\n  headline: a[\n  urgncy: b\n");
    let ran = site.cli(&["import", "b.json", "--source", "json"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("mappings/json.yaml:2:13") && ran.stderr.contains("mappings/json.yaml:3:3"),
        "{}",
        ran.stderr
    );
    assert_eq!(site.cli(&["check"]).code, 2);
    let schema = site.cli(&["schema", "mapping"]);
    assert!(schema.code == 0 && schema.stdout.contains("\"Mapping of a format of wire copy\""), "{}", schema.stdout);
}
