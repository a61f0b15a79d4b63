//! Wire copy end to end: samples of every format against stored answers, what an import does to a site, and bad input.

#![allow(clippy::print_stdout, reason = "tests say what they pass over")]

use crate::support::Site;
use dateline::clock::Zone;
use dateline::diag::Severity;
use dateline::page::PageKind;
use dateline::story::{Association, Status};
use dateline::wire::{self, Context, Outcome, Parsed};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire")
}

fn read(bytes: &[u8]) -> Parsed {
    wire::read(bytes, "x", &Context::default())
}

/// The answers are stored beside the samples; `UPDATE=1 cargo test --test tests wire::` writes them again, to be read before they are kept.
#[test]
fn samples_give_their_stored_answers() {
    let mut count = 0;
    let mut names: Vec<PathBuf> = fs::read_dir(samples()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for path in names.iter().filter(|path| path.extension().is_some_and(|end| end != "golden")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let site = Site::new();
        site.file(name, fs::read(path).unwrap());
        let ran =
            site.cli(&["import", name, "--dry-run", "--json", "--now", "2026-11-18T12:00:00Z", "--date", "2026-11-18"]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        let answer = serde_json::to_string_pretty(&answer).unwrap() + "\n";
        let stored = path.with_file_name(format!("{name}.golden"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&stored, &answer).unwrap();
        }
        assert_eq!(fs::read_to_string(&stored).unwrap_or_default(), answer, "{name}");
        count += 1;
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn the_json_names_the_format_also_of_an_item_that_becomes_no_story() {
    let site = Site::new();
    let long = "Words of a story. ".repeat(20);
    let two_texts = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>u:1</id><title>Port</title><content>Text.</content>\
         <story><body>{long}</body></story></entry></feed>"
    );
    for (bytes, format) in [
        (&br#"{"uri": "x", "pubstatus": "withheld"}"#[..], Value::from("ninjs")),
        (br#"{"uri": "x", "pubstatus": "cancelled"}"#, Value::from("ninjs")),
        (b"<nitf><body>", Value::from("nitf")),
        (br#"{"a": 1}"#, Value::Null),
        (b"<release/>", Value::Null),
        // No item could be taken from it.
        (two_texts.as_bytes(), Value::Null),
    ] {
        site.file("item", bytes);
        let ran = site.cli(&["import", "item", "--dry-run", "--json"]);
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(answer["format"], format, "{}", ran.stdout);
        assert_eq!(answer["outcome"], "error", "{}", ran.stdout);
    }
}

#[test]
fn bad_input_says_what_is_wrong_and_where() {
    for (bytes, part, placed) in [
        (&b""[..], "empty", false),
        (b" \n", "white space", false),
        (b"a\0b", "NUL byte", true),
        (b"<release/>", "<release>", true),
        (b"{\"a\": 1}", "not ninjs", false),
        (b"{\"uri\": \"x\", \"type\": \"te", "JSON", true),
        (b"<nitf><body><p>a</body></nitf>", "", true),
        (b"<nitf><body>", "not closed", true),
        (b"<!DOCTYPE nitf [<!ENTITY a 'b'>]><nitf><body><p>&a;</p></body></nitf>", "entities are not expanded", true),
        (b"<nitf><head><title>x</title></head><body/></nitf>", "claims to be text and has none", false),
    ] {
        let parsed = read(bytes);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(parsed.outcome(), Outcome::Error, "{shown}");
        let error = parsed.diagnostics.iter().find(|one| one.severity == Severity::Error).unwrap();
        assert!(error.message.contains(part), "{shown}: {}", error.message);
        assert_eq!(error.at.as_ref().unwrap().place.is_some(), placed, "{shown}: {error}");
    }
}

#[test]
fn doubt_is_not_published() {
    let item = |status: &str, embargo: &str, slug: &str| {
        let text = format!(
            "{{\"uri\": \"u:1\", \"type\": \"text\", \"headline\": \"Port\", \"slugline\": {slug:?}, \"body_text\": \"Text.\", \"versioncreated\": \"2026-11-18T07:00:00Z\"{status}{embargo}}}"
        );
        let parsed = read(text.as_bytes());
        (parsed.outcome(), parsed.items[0].meta.status, parsed.items[0].held.is_some())
    };
    let held = (Outcome::NotPublished, Status::Withheld, true);
    assert_eq!(item("", "", "port"), (Outcome::Story, Status::Usable, false));
    assert_eq!(item(", \"pubstatus\": \"cancelled\"", "", "port"), held);
    assert_eq!(item(", \"pubstatus\": null", "", "port"), held);
    assert_eq!(item("", ", \"embargoed\": \"Monday\"", "port"), held);
    assert_eq!(item("", ", \"embargoed\": 7", "port"), held);
    assert_eq!(item("", "", "BC-Port, BULLETIN KILL"), held);
    assert_eq!(item(", \"pubstatus\": \"withheld\"", "", "port"), (Outcome::Story, Status::Withheld, false));
}

/// A ninjs item of one story.
fn version(version: u64, status: &str, headline: &str) -> String {
    format!(
        "{{\"uri\": \"urn:check:port\", \"version\": \"{version}\", \"type\": \"text\", \"pubStatus\": \"{status}\", \"headline\": \"{headline}\", \
         \"versionCreated\": \"2026-11-18T0{version}:00:00Z\", \"firstCreated\": \"2026-11-18T01:00:00Z\", \"edNote\": \"secret of the desk\", \
         \"body_html\": \"<p>Text of version {version} of this story.</p>\"}}"
    )
}

fn stories(site: &Site) -> Vec<String> {
    let mut found: Vec<String> = walkdir::WalkDir::new(site.root().join("content"))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "md"))
        .map(|entry| entry.path().strip_prefix(site.root()).unwrap().to_str().unwrap().to_string())
        .collect();
    found.sort();
    found
}

#[test]
fn importing_twice_writes_nothing_and_a_newer_version_keeps_the_address() {
    let site = Site::new();
    site.file("1.json", version(1, "usable", "Port closes")).file("2.json", version(2, "usable", "Port opens again"));
    assert_eq!(site.cli(&["import", "1.json"]).code, 0);
    let path = "content/2026/11/18/port-closes.md";
    assert_eq!(stories(&site), [path]);
    let first = fs::read_to_string(site.root().join(path)).unwrap();
    // An editor's change outlives the same item sent again.
    let edited = first.replace("headline: \"Port closes\"", "headline: \"Port closes early\"\ncategory: harbour");
    site.file(path, &edited);
    assert!(site.cli(&["import", "1.json"]).stderr.contains("1 same"));
    assert_eq!(fs::read_to_string(site.root().join(path)).unwrap(), edited);
    assert!(site.cli(&["import", "2.json", "1.json"]).stderr.contains("1 replaced, 1 older"));
    let text = fs::read_to_string(site.root().join(path)).unwrap();
    assert!(
        text.contains("version: 2") && text.contains("category: \"harbour\"") && text.contains("Port opens again"),
        "{text}"
    );
    let report = site.build();
    let pages: Vec<&str> =
        report.pages.iter().filter(|page| page.kind == PageKind::Story).map(|page| page.url.as_str()).collect();
    assert_eq!(pages, ["/harbour/2026/11/18/port-closes/"]);
    site.assert_nowhere("secret of the desk", &[]);
}

#[test]
fn every_order_of_versions_ends_the_same() {
    let files = [
        ("a.json", version(1, "usable", "Port closes")),
        ("b.json", version(3, "canceled", "Port closes")),
        ("c.json", version(2, "usable", "Port opens")),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let site = Site::new();
        for at in order {
            site.file(files[at].0, &files[at].1);
            assert_eq!(site.cli(&["import", files[at].0]).code, 0);
        }
        let report = site.build();
        let kinds: Vec<&str> =
            report.pages.iter().filter(|page| page.story.is_some()).map(|page| page.kind.as_str()).collect();
        assert_eq!((stories(&site).len(), kinds), (1, vec!["tombstone"]), "{order:?}");
        site.assert_nowhere("Text of version", &[]);
    }
}

#[test]
fn a_kill_of_an_unknown_story_shows_nothing_of_it() {
    let site = Site::new();
    site.file("a.json", version(4, "canceled", "Secret of the port"));
    assert_eq!(site.cli(&["import", "a.json"]).code, 0);
    site.build();
    site.assert_nowhere("Secret of the port", &[]);
    assert!(!stories(&site)[0].contains("secret"), "{:?}", stories(&site));
}

#[test]
fn pictures_are_copied_from_beside_the_item_and_from_nowhere_else() {
    let item = |href: &str| {
        version(1, "usable", "Port closes").replace(
            "\"edNote\"",
            &format!("\"associations\": [{{\"type\": \"picture\", \"href\": \"{href}\", \"description_text\": \"Cranes\"}}], \"edNote\""),
        )
    };
    let site = Site::new();
    site.file("in/a.json", item("cranes.jpg")).file("in/cranes.jpg", [0xff, 0xd8, 0xff, 0xe0]);
    let ran = site.cli(&["import", "in"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(site.root().join("content/2026/11/18/port-closes-cranes.jpg").is_file());
    for href in ["../secret.jpg", "/etc/secret.jpg", "missing.jpg", "dateline.yaml"] {
        let site = Site::new();
        site.file("secret.jpg", [0xff, 0xd8]).file("in/a.json", item(href));
        let ran = site.cli(&["import", "in"]);
        assert!(ran.code == 0 && ran.stderr.contains("was not copied"), "{href}: {}", ran.stderr);
        assert_eq!(fs::read_dir(site.root().join("content/2026/11/18")).unwrap().count(), 1, "{href}");
    }
}

#[test]
fn the_drop_folder_is_emptied_into_done_and_failed() {
    let site = Site::new();
    site.file("drop/good.json", version(1, "usable", "Port closes"))
        .file("drop/bad.xml", "<nitf><body>")
        .file("drop/.hidden", "x");
    let ran = site.cli(&["import", "--watch", "drop", "--once"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let there = |path: &str| site.root().join("drop").join(path).is_file();
    assert!(
        there("done/good.json")
            && there("failed/bad.xml")
            && there("failed/bad.xml.diagnostics.txt")
            && there(".hidden")
    );
    assert!(!there("good.json") && !there("bad.xml"));
    // Stopped and started again with the same file: nothing is imported twice.
    site.file("drop/good.json", version(1, "usable", "Port closes"));
    assert!(site.cli(&["import", "--watch", "drop", "--once"]).stderr.contains("1 same"));
    assert!(there("done/2-good.json"));
}

/// A ninjs item with a picture beside it.
fn with_picture(href: &str) -> String {
    version(1, "usable", "Port closes").replace(
        "\"edNote\"",
        &format!(
            "\"associations\": [{{\"type\": \"picture\", \"href\": \"{href}\", \"description_text\": \"Cranes\"}}], \"edNote\""
        ),
    )
}

#[test]
fn a_picture_that_comes_late_is_added_to_its_story() {
    let site = Site::new();
    site.file("in/a.json", with_picture("cranes.png"));
    assert!(site.cli(&["import", "in"]).stderr.contains("was not copied"));
    let path = "content/2026/11/18/port-closes.md";
    let first = fs::read_to_string(site.root().join(path)).unwrap();
    assert!(first.contains("missing: [\"cranes.png\"]") && !first.contains("associations"), "{first}");
    // Nothing came: nothing is written. An editor's change stays.
    assert!(site.cli(&["import", "in"]).stderr.contains("1 same"));
    let edited = first.replace("headline: \"Port closes\"", "headline: \"Port closes early\"");
    site.file(path, &edited).file("in/cranes.png", crate::support::png(2, 3, ""));
    assert!(site.cli(&["import", "in"]).stderr.contains("1 completed"));
    let text = fs::read_to_string(site.root().join(path)).unwrap();
    assert!(text.contains("Port closes early") && !text.contains("missing:"), "{text}");
    assert!(
        text.contains("associations: [{type: \"picture\", href: \"port-closes-cranes.png\", caption: \"Cranes\"}]"),
        "{text}"
    );
    assert!(site.cli(&["import", "in"]).stderr.contains("1 same"));
    let report = site.build();
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
}

#[test]
fn what_an_older_version_noted_is_read() {
    let site = Site::new();
    site.file("in/a.json", with_picture("cranes.png"));
    site.cli(&["import", "in"]);
    let path = "content/2026/11/18/port-closes.md";
    let new = fs::read_to_string(site.root().join(path)).unwrap();
    let line = new.lines().find(|line| line.starts_with("import:")).unwrap();
    let hash = line.split('"').nth(1).unwrap();
    let old = format!("notes: [\"sport: a note\", \"missing: cranes.png\", \"importHash: {hash}\"]");
    site.file(path, new.replace(line, &old));
    assert!(site.cli(&["import", "in"]).stderr.contains("1 same"));
    site.file("in/cranes.png", crate::support::png(2, 3, ""));
    assert!(site.cli(&["import", "in"]).stderr.contains("1 completed"));
    let text = fs::read_to_string(site.root().join(path)).unwrap();
    let expected = format!(
        "notes: [\"sport: a note\"]\nimport: {{hash: \"{hash}\"}}\nassociations: [{{type: \"picture\", href: \"port-closes-cranes.png\", caption: \"Cranes\"}}]\n"
    );
    assert!(text.contains(&expected), "{text}");
    assert!(site.cli(&["import", "in"]).stderr.contains("1 same"));
}

#[test]
fn a_story_in_the_drop_folder_waits_for_its_picture() {
    let site = Site::new();
    site.file("drop/a.json", with_picture("cranes.jpg"));
    assert_eq!(site.cli(&["import", "--watch", "drop", "--once"]).code, 0);
    let there = |path: &str| site.root().join("drop").join(path).is_file();
    assert!(there("waiting/a.json") && there("waiting/a.json.waiting.txt"));
    assert_eq!(stories(&site), ["content/2026/11/18/port-closes.md"], "the story does not wait");
    site.file("drop/other.jpg", [0xff, 0xd8])
        .file("drop/cranes.jpg", [0xff, 0xd8, 0xff, 0xe0])
        .file("drop/b.json", version(2, "usable", "x").replace("check:port", "check:other"));
    assert_eq!(site.cli(&["import", "--watch", "drop", "--once"]).code, 0);
    assert!(there("done/a.json") && there("done/cranes.jpg") && there("other.jpg"));
    assert!(!there("waiting/a.json") && !there("waiting/a.json.waiting.txt"));
    assert!(site.root().join("content/2026/11/18/port-closes-cranes.jpg").is_file());
}

#[test]
fn an_importer_sees_what_others_write_meanwhile() {
    use dateline::import::{Action, Importer, Input, InputSource, Options};
    let site = Site::new();
    let mut importer = Importer::new(site.root());
    let options =
        Options { now: Zone::utc().parse("2026-11-18T12:00:00Z").unwrap(), date: None, is_copy: false, source: None };
    let mut import = |text: String| {
        let mut actions = Vec::new();
        let input = Input { name: "x".to_string(), source: InputSource::Bytes(text.into_bytes()), media: Vec::new() };
        importer
            .import(&[input], &options, |report| actions.extend(report.imported.iter().map(|one| one.action)))
            .unwrap();
        actions
    };
    assert_eq!(import(version(2, "usable", "Port opens")), [Action::New]);
    assert_eq!(import(version(2, "usable", "Port opens")), [Action::Same]);
    // Someone else replaces the story, adds one, and takes one away.
    let path = "content/2026/11/18/port-opens.md";
    let text = fs::read_to_string(site.root().join(path)).unwrap();
    site.file(path, text.replace("version: 2", "version: 5"));
    assert_eq!(import(version(3, "usable", "Port opens")), [Action::Older]);
    site.file(
        "content/2026/11/18/other.md",
        text.replace("urn:check:port", "urn:check:other").replace("version: 2", "version: 7"),
    );
    assert_eq!(import(version(6, "usable", "Other").replace("check:port", "check:other")), [Action::Older]);
    site.remove(path);
    assert_eq!(import(version(3, "usable", "Port opens")), [Action::New]);
}

/// An ANPA message with this number and slug line.
fn anpa(number: u32, slug: &str, text: &str) -> String {
    format!(
        "\u{16}\u{16}\u{1}W{number:04}\u{1f}asian\r\nr a\u{13}\u{11} BC-NO--Storm   11-18 0120\r\n\u{2}^{slug},100<\r\n^Storm, part {number}<\r\n\t   HALDEN (AP) _ {text}\r\n\u{3}AP-WF-11-18-26 1509GMT<\r\n"
    )
}

#[test]
fn takes_that_are_missing_and_kills_without_a_name_are_reported() {
    let site = Site::new();
    site.file("1.tst", anpa(1, "BC-NO--Storm", "One."))
        .file("3.tst", anpa(3, "BC-NO--Storm, 3rd Take", "Three."))
        .file("2.tst", anpa(2, "BC-NO--Storm, Take 2 of 3", "Two."))
        .file("4.tst", anpa(4, "BC-NO--Other, 2nd Take", "Four."));
    assert!(!site.cli(&["import", "1.tst"]).stderr.contains("import-take"));
    let ran = site.cli(&["import", "3.tst"]);
    assert!(ran.code == 0 && ran.stderr.contains("is take 3 of a story, and take 2 is missing"), "{}", ran.stderr);
    assert!(!site.cli(&["import", "2.tst"]).stderr.contains("import-take"));
    assert!(site.cli(&["import", "4.tst"]).stderr.contains("is take 2 of a story, and take 1 is missing"));
    // Take 3 waited in a file of its own, whose address now leads to the whole story.
    let whole = fs::read_to_string(site.root().join("content/2026/11/18/storm-part-1.md")).unwrap();
    assert!(whole.ends_with("---\n\nOne.\n\nTwo.\n\nThree.\n"), "{whole}");
    let third = fs::read_to_string(site.root().join("content/2026/11/18/storm-part-3.md")).unwrap();
    let uri = third.lines().nth(1).unwrap().trim_start_matches("uri: ").trim_matches('"');
    assert!(whole.contains(&format!("replaces: [\"{uri}\"]")), "{whole}");
    for name in ["1.tst", "2.tst", "3.tst"] {
        let ran = site.cli(&["import", name, "--json"]);
        assert!(ran.code == 0 && !ran.stderr.contains("warning"), "{}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(site.root().join("content/2026/11/18/storm-part-1.md")).unwrap(), whole);
    site.file("kill.tst", anpa(9, "BC-NO--Storm, KILL", "Kill the story."));
    let ran = site.cli(&["import", "kill.tst"]);
    assert!(
        ran.stderr.contains("storm-part-1.md and content/2026/11/18/storm-part-3.md have the same slug and are public"),
        "{}",
        ran.stderr
    );
}

#[test]
fn more_stories_of_one_slug_and_day_than_are_compared_are_said() {
    let site = Site::new();
    let names: Vec<String> = (1..=101).map(|number| format!("{number}.tst")).collect();
    for (name, number) in names.iter().zip(1..) {
        site.file(name, anpa(number, "BC-NO--Storm", &format!("Ship number {number} is in.")));
    }
    let (last, first) = names.split_last().unwrap();
    let import: Vec<&str> = ["import"].into_iter().chain(first.iter().map(String::as_str)).collect();
    let ran = site.cli(&import);
    assert!(ran.code == 0 && !ran.stderr.contains("it was compared with"), "{}", ran.stderr);
    let ran = site.cli(&["import", last]);
    let message =
        "is one of 101 stories with the same slug and day and without identifiers; it was compared with 100 of them";
    assert!(ran.code == 0 && ran.stderr.contains(message), "{}", ran.stderr);
    site.file("kill.tst", anpa(102, "BC-NO--Storm, KILL", "Kill the story."));
    let ran = site.cli(&["import", "kill.tst"]);
    let message = "storm-part-11.md and 96 more have the same slug and are public";
    assert!(ran.stderr.contains(message), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("storm-part-").count(), 5, "{}", ran.stderr);
}

#[test]
fn a_story_of_this_run_is_known_to_a_kill() {
    let site = Site::new();
    site.file("1-kill.tst", anpa(1, "BC-NO--Storm, KILL", "Kill the story."))
        .file("2-story.tst", anpa(2, "BC-NO--Storm", "One."))
        .file("3-kill.tst", anpa(3, "BC-NO--Storm, KILL", "Kill the story again."));
    let ran = site.cli(&["import", "1-kill.tst", "2-story.tst", "3-kill.tst"]);
    assert!(ran.stderr.contains("storm-part-2.md has the same slug and is public"), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("has the same slug and is public").count(), 1, "{}", ran.stderr);
}

#[test]
fn the_story_in_the_middle_is_the_one_that_is_not_compared() {
    let site = Site::new();
    let text = |number: u32| (1..=6).map(|word| format!("word{number}x{word} ")).collect::<String>();
    let names: Vec<String> = (1..=101).map(|number| format!("{number}.tst")).collect();
    for (name, number) in names.iter().zip(1..) {
        site.file(name, anpa(number, "BC-NO--Storm", &text(number)));
    }
    let import: Vec<&str> = ["import"].into_iter().chain(names.iter().map(String::as_str)).collect();
    assert_eq!(site.cli(&import).code, 0);
    // Of 101 stories these are the last of the first fifty, the one in the middle, and the first of the last fifty.
    for (number, is_compared) in [(50, true), (51, false), (52, true)] {
        let copy = site.copy();
        copy.file("update.tst", anpa(200, "BC-NO--Storm, 1st Ld-Writethru", &text(number)));
        assert_eq!(copy.cli(&["import", "update.tst"]).code, 0);
        let story = copy.root().join(format!("content/2026/11/18/storm-part-{number}.md"));
        let is_version = fs::read_to_string(story).unwrap().contains("version: 2\n");
        assert_eq!(is_version, is_compared, "{number}");
    }
}

#[test]
fn an_update_without_an_identifier_is_a_version_in_any_order() {
    let words = "Cranes stood still in the harbour after heavy gusts, the harbour master said.";
    let first = anpa(1, "BC-NO--Storm", words);
    let second = anpa(2, "BC-NO--Storm, 1st Ld-Writethru", &format!("{words} Ships waited off the coast."));
    let third = anpa(3, "BC-NO--Storm, 2nd Ld-Writethru", &format!("{words} Ships waited off Bergen."));
    let scores =
        anpa(4, "BC-NO--Storm", "Halden beat Bergen by three goals, and nobody expected anything else tonight.");
    let orders = [["1", "2", "3", "4"], ["3", "1", "4", "2"], ["4", "2", "1", "3"], ["4", "3", "2", "1"]];
    for order in orders {
        let site = Site::new();
        for (name, text) in [("1", &first), ("2", &second), ("3", &third), ("4", &scores)] {
            site.file(name, text);
        }
        for name in order {
            assert_eq!(site.cli(&["import", name]).code, 0);
        }
        let stories: Vec<String> = fs::read_dir(site.root().join("content/2026/11/18"))
            .unwrap()
            .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        assert_eq!(stories.len(), 2, "{order:?}: {stories:#?}");
        let last = stories.iter().find(|story| story.contains("Cranes")).unwrap();
        assert!(last.contains("version: 3\n") && last.contains("off Bergen"), "{order:?}: {last}");
        for name in order {
            assert_eq!(site.cli(&["import", name]).code, 0);
        }
        assert_eq!(fs::read_dir(site.root().join("content/2026/11/18")).unwrap().count(), 2, "{order:?}");
    }
    // A text about something else is not a version, and a story that was withdrawn does not come back.
    let site = Site::new();
    site.file("4", &scores).file("2", &second);
    site.cli(&["import", "4"]);
    assert!(
        site.cli(&["import", "2"])
            .stderr
            .contains("it is not sure that it is one of content/2026/11/18/storm-part-4.md")
    );
    let site = Site::new();
    site.file("1", &first).file("2", &second);
    site.cli(&["import", "1"]);
    let path = "content/2026/11/18/storm-part-1.md";
    let text = fs::read_to_string(site.root().join(path)).unwrap();
    site.file(path, text.replacen("version: 1\n", "version: 1\npubStatus: canceled\n", 1));
    assert!(site.cli(&["import", "2"]).stderr.contains("import-version"));
    assert!(
        fs::read_to_string(site.root().join("content/2026/11/18/storm-part-2.md"))
            .unwrap()
            .contains("pubStatus: withheld")
    );
}

#[test]
fn an_import_needs_a_site_and_readable_options() {
    let folder = Site::new();
    folder.remove("dateline.yaml").file("a.json", version(1, "usable", "Port"));
    assert_eq!(folder.cli(&["import", "a.json"]).code, 2);
    assert_eq!(folder.cli(&["import", "a.json", "--dry-run"]).code, 0);
    let site = Site::new();
    assert_eq!(site.cli(&["import"]).code, 2);
    assert_eq!(site.cli(&["import", "a.json", "--date", "soon"]).code, 2);
    assert_eq!(site.cli(&["import", "missing.json"]).code, 1);
}

/// The folder of shared fixtures, or a line that says why the test was passed over.
fn fixtures(test: &str) -> Option<PathBuf> {
    let found = std::env::var_os("DATELINE_FIXTURES").map(PathBuf::from).filter(|path| path.join("wire").is_dir());
    if found.is_none() {
        println!("{test}: passed over, DATELINE_FIXTURES is not set");
    }
    found
}

#[test]
fn the_page_of_a_web_story_is_understood_part_by_part() {
    let Some(shared) = fixtures("seed") else { return };
    let seed = fs::read(shared.join("seed/tehran.txt")).unwrap();
    let date = "2022-01-10".parse().ok();
    let parsed = wire::read(&seed, "tehran.txt", &Context { date, ..Context::default() });
    let item = &parsed.items[0];
    let line = item.meta.dateline.as_ref().unwrap();
    assert_eq!(item.meta.kicker.as_deref(), Some("Politics"));
    assert_eq!(
        (line.place.as_deref(), line.date.as_deref(), line.agency.as_deref()),
        (Some("Tehran"), Some("Jan 10"), Some("EFE"))
    );
    assert_eq!((item.body.len(), item.meta.signoff.as_deref()), (12, Some("ar-jlr/sc")));
    let last = item.body.last().unwrap().plain();
    assert!(last.ends_with('.') && !last.ends_with("EFE"), "{last}");
    let dropped = parsed.diagnostics.iter().filter(|one| one.message.contains("belongs to a web page")).count();
    assert_eq!(dropped, 2);

    let site = Site::new();
    site.file("tehran.txt", &seed);
    assert_eq!(site.cli(&["import", "tehran.txt", "--date", "2022-01-10"]).code, 0);
    let report = site.build();
    let page = report.pages.iter().find(|page| page.kind == PageKind::Story).unwrap();
    let html = fs::read_to_string(site.output().join(format!("{}index.html", &page.url[1..]))).unwrap();
    for part in [&item.meta.headline, "Politics", "Tehran, Jan 10 (EFE)"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(page.url.starts_with("/politics/2022/01/10/"), "{}", page.url);
    site.assert_nowhere("ar-jlr/sc", &[]);
    site.assert_nowhere("Back to top button", &[]);
}

/// What a block is, without its words.
fn kind(block: &wire::block::Block) -> &'static str {
    use wire::block::Block;
    match block {
        Block::Paragraph(_) => "paragraph",
        Block::Heading(..) => "heading",
        Block::List { start: Some(_), .. } => "numbered list",
        Block::List { .. } => "list",
        Block::Quote(_) => "quotation",
        Block::Pre(_) => "lines",
        Block::Table(_) => "table",
        Block::Rule => "rule",
    }
}

/// What a story says, for comparing two ways to it: typographic signs that the site sets are taken back.
fn facts(item: &wire::WireItem) -> Vec<String> {
    let same = |text: &str| -> String {
        let text = text
            .replace(['“', '”'], "\"")
            .replace(['‘', '’'], "'")
            .replace('…', "...")
            .replace(['–', '—'], "-")
            .replace("---", "-")
            .replace("--", "-");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let zone = Zone::utc();
    let text = |text: &Option<String>| same(text.as_deref().unwrap_or(""));
    let mut facts = vec![
        item.uri().to_string(),
        item.version().to_string(),
        same(&item.meta.headline),
        text(&item.meta.subheadline),
        text(&item.meta.kicker),
        text(&item.meta.slugline),
        text(&item.byline),
        text(&item.meta.located),
        text(&item.meta.correction.as_ref().map(|correction| correction.note.clone())),
        text(&item.meta.copyright_holder),
        text(&item.meta.copyright_notice),
        text(&item.meta.usage_terms),
        text(&item.meta.credit_line),
        text(&item.meta.provider),
        item.meta
            .dateline
            .as_ref()
            .map(|line| format!("{} / {:?}", same(&line.text), line.place.as_deref().map(same)))
            .unwrap_or_default(),
        item.meta.version_created.as_ref().map(|time| time.instant(&zone).to_string()).unwrap_or_default(),
    ];
    facts.extend(
        [&item.meta.keywords, &item.meta.subjects, &item.meta.signals, &item.meta.people, &item.meta.organisations]
            .map(|list| list.join("|")),
    );
    facts.extend([&item.meta.genres, &item.meta.places].map(|list| list.join("|")));
    facts.push(item.meta.language.clone().unwrap_or_default().to_lowercase());
    facts.push(item.meta.urgency.unwrap_or(5).to_string());
    facts.extend([text(&item.meta.description), text(&item.meta.digital_source_type), text(&item.meta.translation_of)]);
    facts.push(item.meta.alert.to_string());
    facts.push(item.meta.expires.as_ref().map(|time| time.instant(&zone).to_string()).unwrap_or_default());
    // What lies beside a file is there only if it was imported with it.
    let is_remote = |one: &&Association<wire::WireTime>| {
        one.href.as_deref().is_some_and(|href| href.starts_with("http") && !href.starts_with("https://example.org/"))
    };
    facts.extend(item.meta.associations.iter().filter(is_remote).map(|one| {
        format!(
            "{} {} {} {} {}",
            text(&one.kind),
            text(&one.caption),
            text(&one.by),
            text(&one.credit),
            text(&one.rights)
        )
    }));
    facts.extend(item.body.iter().filter(|block| !block.is_empty()).map(|block| kind(block).to_string()));
    facts.extend(item.body.iter().map(|block| same(&block.plain())).filter(|text| !text.is_empty()));
    facts
}

#[test]
fn the_ninjs_of_a_page_gives_the_same_story_again() {
    let Some(shared) = fixtures("round trip") else { return };
    let mut files: Vec<PathBuf> = ["newsml-g2", "newsml-1", "nitf", "ninjs", "iptc7901", "anpa1312", "plain"]
        .iter()
        .flat_map(|folder| fs::read_dir(shared.join("wire").join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("datelines.json"))
        .collect();
    files.sort();
    files.extend(
        fs::read_dir(samples())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end != "golden")),
    );
    let (mut count, mut faults) = (0, Vec::new());
    for path in files {
        let parsed = wire::read(&fs::read(&path).unwrap(), "x", &Context::default());
        if parsed.outcome() != Outcome::Story {
            continue;
        }
        let site = Site::new();
        site.cli(&["import", path.to_str().unwrap()]);
        site.build_at("2030-01-01T00:00:00Z");
        let written = walkdir::WalkDir::new(site.output()).into_iter().map(Result::unwrap);
        for entry in written.filter(|entry| entry.path().extension().is_some_and(|end| end == "json")) {
            let bytes = fs::read(entry.path()).unwrap();
            if !String::from_utf8_lossy(&bytes).contains("\"name\":\"ninjs\"") {
                continue;
            }
            let again = wire::read(&bytes, "x", &Context::default());
            let name = path.file_name().unwrap().to_str().unwrap();
            let Some(other) = again.items.first() else {
                faults.push(format!("{name}: no story: {:?}", again.diagnostics));
                continue;
            };
            let Some(item) = parsed.items.iter().find(|item| item.uri() == other.uri()) else { continue };
            count += 1;
            let (mut before, mut after) = (facts(item), facts(other));
            // Times that float on the wire have the site's zone in its export.
            if item.meta.version_created.as_ref().is_none_or(|time| time.is_floating()) {
                before[15].clear();
                after[15].clear();
            }
            // Where the wire names no language, the export has the site's.
            if item.meta.language.is_none() {
                before[23].clear();
                after[23].clear();
            }
            if before != after {
                let differing = before.iter().zip(&after).find(|(a, b)| a != b);
                faults.push(format!("{name}: {differing:?} ({} and {} parts)", before.len(), after.len()));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 100, "{count}");
}
