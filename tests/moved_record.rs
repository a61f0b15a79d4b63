//! What is noted of addresses, what is lost of it where it is damaged, and how addresses are forgotten.

#![allow(clippy::disallowed_methods, reason = "tests damage and move files")]

use crate::support::{NOW, Site, time};
use dateline::build::Report;
use dateline::diag::Diagnostic;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;

/// Ahead of any machine's clock.
const AHEAD: &str = "2999-01-01T00:00:00Z";
/// Behind it.
const BEHIND: &str = "2020-01-01T00:00:00Z";

fn lines(report: &Report, code: &str) -> Vec<String> {
    let at = |one: &Diagnostic| one.at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default();
    let of_code = report.diagnostics.iter().filter(|one| one.code.as_str() == code);
    of_code.map(|one| format!("{}{}: {}", at(one), one.severity.as_str(), one.message)).collect()
}

fn said(report: &Report) -> Vec<String> {
    lines(report, "address-moved")
}

fn path(slug: &str) -> String {
    format!("/news/2026/11/20/{slug}/")
}

fn moved(name: &str) -> String {
    let old = path(name);
    format!("content/2026/11/{name}.md: warning: {old} was an address of urn:check:{name} and leads nowhere now")
}

/// The files of the state that name a path.
fn records(site: &Site, text: &str) -> Vec<PathBuf> {
    let folder = fs::read_dir(site.root().join(".dateline/addresses")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path());
    files.filter(|file| crate::support::contains(&fs::read(file).unwrap(), text)).collect()
}

/// Damages the line with this text in the only file that has it, and gives the name of the file.
fn damage(site: &Site, text: &str) -> String {
    let [file] = &records(site, text)[..] else { panic!("{text}") };
    let mut bytes = fs::read(file).unwrap();
    let at = bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
    bytes[at + 1] ^= 1;
    fs::write(file, bytes).unwrap();
    file.file_name().unwrap().to_str().unwrap().to_string()
}

#[test]
fn damage_takes_no_more_addresses_than_it_must() {
    let site = Site::new();
    site.story("a", "", "Text.").story("b", "", "Text.").story("c", "", "Text.").build();
    let file = damage(&site, &path("b"));
    for name in ["a", "b", "c"] {
        site.story(name, "category: economy", "Text.");
    }
    let report = site.build();
    let damaged = "warning: the addresses of the last build are damaged here; what could be read was kept";
    assert_eq!(lines(&report, "state-damaged"), [format!(".dateline/addresses/{file}: {damaged}")]);
    let hints = &report.diagnostics.iter().find(|one| one.code.as_str() == "state-damaged").unwrap().hints;
    let hint = "the others are not compared: if one of them moved since, nothing says so; the pages of the site are not affected";
    assert_eq!(hints, &[hint]);
    assert_eq!(said(&report), [moved("a"), moved("c")]);
    let report = site.build();
    assert!(lines(&report, "state-damaged").is_empty());
    assert_eq!(said(&report), [moved("a"), moved("c")]);
    // Those that are not settled.
    assert_eq!(damage(&site, &path("c")), "gone");
    let ran = site.cli(&["check", "--moved", "--now", NOW]);
    let damaged = "the list of addresses that lead nowhere is damaged here; what could be read was kept";
    assert!(ran.stderr.contains(damaged) && ran.stderr.contains("the others are not named any more"), "{}", ran.stderr);
    let report = site.build();
    assert_eq!(lines(&report, "state-damaged"), [format!(".dateline/addresses/gone: warning: {damaged}")]);
    assert_eq!(said(&report), [moved("a")]);
    let report = site.build();
    assert!(lines(&report, "state-damaged").is_empty());
    assert_eq!(said(&report), [moved("a")]);
    // Nothing of it is left but its name.
    fs::write(site.root().join(".dateline/addresses/gone"), "").unwrap();
    let report = site.build();
    assert_eq!((lines(&report, "state-damaged").len(), said(&report).len()), (1, 0));
    assert!(site.build().diagnostics.is_empty());
}

#[test]
fn a_build_by_a_clock_ahead_notes_no_address() {
    let site = Site::new();
    site.story("a", "", "Text.").story("b", "embargoedUntil: 2500-01-01T00:00:00Z", "Text.").build();
    let elsewhere = site.root().join("elsewhere");
    site.cli(&["build", "--now", AHEAD, "--output", elsewhere.to_str().unwrap()]).well();
    assert!(elsewhere.join("news/2500/01/01/b/index.html").exists() || elsewhere.join(&path("b")[1..]).exists());
    site.remove("content/2026/11/b.md");
    assert!(said(&site.build()).is_empty());
    // It compares all the same, and leaves what it finds to the next build.
    site.story("a", "category: economy", "Text.");
    let ran = site.cli(&["build", "--now", AHEAD]).well();
    assert!(ran.stderr.contains("was an address of urn:check:a and leads nowhere now"), "{}", ran.stderr);
    assert!(!records(&site, &path("a")).is_empty() && records(&site, "/economy/").is_empty());
    assert_eq!(said(&site.build()), [moved("a")]);
    // Letting go needs to know what is public.
    let ran = site.cli(&["check", "--moved", "--now", AHEAD, "--forget"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("addresses cannot be forgotten with `--now` later than the machine's clock"),
        "{}",
        ran.stderr
    );
    assert_eq!(said(&site.build()), [moved("a")]);
}

#[test]
fn the_build_after_one_ahead_notes_the_addresses() {
    let site = Site::new();
    site.story("a", "", "Text.");
    let build = |now: &str, machine: &str| {
        site.build_with(now, |options| {
            options.machine_clock = Some(time(machine));
            options.list_pages = false;
        })
    };
    build("2026-12-24T12:00:00Z", NOW);
    assert!(!site.root().join(".dateline/addresses").exists());
    // Nothing changed but the time.
    build("2026-12-24T13:00:00Z", "2026-12-24T13:00:00Z");
    assert_eq!(records(&site, &path("a")).len(), 1);
    // The same by the clock of a machine that is not known.
    site.story("a", "category: economy", "Text.");
    assert_eq!(said(&site.build_at("2026-12-24T14:00:00Z")), [moved("a")]);
}

#[test]
fn addresses_are_let_go_in_any_spelling() {
    let spellings: [(&str, &str); 9] = [
        ("/news/2026/11/20/öl/", "/news/2026/11/20/öl/"),
        ("/news/2026/11/20/öl/", "news/2026/11/20/öl"),
        ("/news/2026/11/20/öl/", "/news/2026/11/20/%C3%B6l"),
        ("/news/2026/11/20/öl/", "/news/2026/11/20/o\u{308}l/"),
        ("/news/2026/11/20/öl/", "https://example.org/news/2026/11/20/%c3%b6l/?utm=1#top"),
        ("/news/2026/11/20/öl/", " HTTP://EXAMPLE.org/news/2026/11/20/öl "),
        ("/old.html", "old.html"),
        ("/old.html", "https://example.org/old.html"),
        ("/v1.2/", "/v1.2"),
    ];
    for (address, spelling) in spellings {
        let site = Site::new();
        let front = if address.contains("öl") { "slug: öl".to_string() } else { format!("aliases: [{address}]") };
        site.story("a", &front, "Text.").build();
        site.story("a", if address.contains("öl") { "slug: b" } else { "" }, "Text.");
        assert_eq!(said(&site.build()).len(), 1, "{address}");
        let ran = site.cli(&["check", "--moved", "--now", BEHIND, "--forget", spelling]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{spelling}: {}", ran.stderr);
        assert!(said(&site.build()).is_empty(), "{spelling}");
    }
}

#[test]
fn an_address_to_let_go_that_is_none_is_an_error() {
    let site = Site::new();
    site.story("a", "", "Text.").story("b", "", "Text.").build();
    site.story("a", "slug: new", "Text.").story("b", "slug: other", "Text.").build();
    for wrong in ["/news/2026/11/20/aa/", "/news/2026/11/20/new/", "https://example.com/news/2026/11/20/a/", "", "/"] {
        let ran = site.cli(&["check", "--moved", "--now", BEHIND, "--forget", wrong]);
        let message = format!("error[address-moved]: {wrong} is not one of the addresses that lead nowhere");
        assert!(ran.code == 1 && ran.stderr.contains(&message), "{wrong}: {}", ran.stderr);
        assert!(ran.stderr.contains("`dateline check --moved` names them all"), "{}", ran.stderr);
        assert_eq!(said(&site.build()).len(), 2, "{wrong}");
    }
    // Those that are right go all the same.
    let ran = site.cli(&["check", "--moved", "--now", BEHIND, "--forget", &path("a"), "/no/", &path("b")]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert_eq!(ran.stderr.matches("is not one of the addresses").count(), 1, "{}", ran.stderr);
    assert!(said(&site.build()).is_empty());
    // The address of a hidden story goes by name alone.
    site.story("a", "pubStatus: withheld", "Text.");
    assert!(said(&site.build()).is_empty());
    site.cli(&["check", "--moved", "--now", BEHIND, "--forget"]).well();
    site.cli(&["check", "--moved", "--now", BEHIND, "--forget", &path("new")]).well();
    let again = site.cli(&["check", "--moved", "--now", BEHIND, "--forget", &path("new")]);
    assert_eq!(again.code, 1, "{}", again.stderr);
}

#[test]
fn a_fixed_file_keeps_its_owner_and_permissions() {
    let site = Site::new();
    site.story("a", "", "Text.").build();
    site.story("a", "category: economy", "Text.").build();
    let file = site.root().join("content/2026/11/a.md");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    if chown(&file, Some(12_345), Some(23_456)).is_err() {
        crate::support::skip("only root may give files away");
        return;
    }
    assert_eq!(site.cli(&["check", "--moved", "--fix", "--now", NOW]).code, 0);
    let metadata = fs::metadata(&file).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), metadata.mode() & 0o7777), (12_345, 23_456, 0o640));
}

#[test]
fn letters_that_turn_the_direction_of_text_are_escaped_as_yaml_has_it() {
    let site = Site::new();
    site.story("a", "aliases: [\"/a\\u202Eb/\"]", "Text.").build();
    site.story("a", "", "Text.");
    let ran = site.cli(&["build", "--now", NOW]);
    assert!(ran.stderr.contains(r#"add `aliases: ["/a\u202Eb/"]`"#), "{}", ran.stderr);
    assert!(ran.stderr.contains("--forget /a%E2%80%AEb/`"), "{}", ran.stderr);
    assert_eq!(site.cli(&["check", "--moved", "--fix", "--now", NOW]).code, 0);
    let text = fs::read_to_string(site.root().join("content/2026/11/a.md")).unwrap();
    assert!(text.contains(r#"aliases: ["/a\u202Eb/"]"#), "{text}");
    assert!(said(&site.build()).is_empty() && site.has("a\u{202e}b/index.html"));
}
