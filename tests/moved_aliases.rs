//! An alias that the next build would refuse is neither offered nor written.

#![allow(clippy::disallowed_methods, reason = "tests move files")]

use crate::support::{NOW, Site};
use dateline::build::Report;
use dateline::diag::Diagnostic;

/// What a build says of addresses: each line with its place, and what it is that helps.
fn said(report: &Report) -> Vec<(String, Vec<String>)> {
    let of_addresses = report.diagnostics.iter().filter(|one| one.code.as_str() == "address-moved");
    let at = |one: &Diagnostic| one.at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default();
    of_addresses
        .map(|one| (format!("{}{}: {}", at(one), one.severity.as_str(), one.message), one.hints.clone()))
        .collect()
}

fn line(file: &str, path: &str, uri: &str, why: &str) -> String {
    format!(
        "content/2026/11/{file}.md: warning: {path} was an address of {uri} and leads nowhere now; no alias can keep it: {why}"
    )
}

/// Fixes what can be fixed, which must be nothing, and say so.
fn unfixed(site: &Site, expected: &str, rest: &str) {
    let report = site.build();
    let found = said(&report);
    assert_eq!(found.iter().map(|(line, _)| line.as_str()).collect::<Vec<_>>(), [expected]);
    assert!(found[0].1.iter().all(|hint| !hint.contains("aliases") && !hint.contains("--fix")), "{:?}", found[0].1);
    let before = crate::support::tree(&site.root().join("content"));
    for _ in 0..2 {
        let ran = site.cli(&["check", "--moved", "--fix", "--now", NOW]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, rest), "{}", ran.stderr);
        assert!(ran.stderr.contains("no alias can keep it"), "{}", ran.stderr);
    }
    assert_eq!(crate::support::tree(&site.root().join("content")), before);
}

const CASE: &str = "and many disks and hosts have one file for both";

#[test]
fn a_change_of_case_alone_is_named_and_not_fixed() {
    let site = Site::new();
    site.story("a", "slug: Strike", "Text.").build();
    site.story("a", "slug: strike", "Text.");
    let why = format!("it differs in case or Unicode form alone from /news/2026/11/20/strike/, {CASE}");
    let expected = line("a", "/news/2026/11/20/Strike/", "urn:check:a", &why);
    let rest = "/news/2026/11/20/Strike/ urn:check:a content/2026/11/a.md (no alias can keep it)\n";
    unfixed(&site, &expected, rest);
    let hints = said(&site.build()).remove(0).1;
    assert_eq!(hints[0], "undo the edit that moved it, if readers or other sites have the address");
    assert_eq!(hints[1], "if it may go: `dateline check --moved --forget /news/2026/11/20/Strike/`");
    // The story has the alias, by hand.
    site.story("a", "slug: strike\naliases: [/news/2026/11/20/Strike/]", "Text.");
    unfixed(&site, &expected, rest);
}

#[test]
fn an_alias_that_another_page_is_too_near_to_is_not_added() {
    let site = Site::new();
    site.story("a", "slug: Strike", "Text.").story("b", "slug: bb", "Text.").build();
    site.story("a", "slug: new", "Text.").story("b", "slug: strike", "Text.");
    assert_eq!(said(&site.build()).len(), 2);
    let ran = site.cli(&["check", "--moved", "--fix", "--now", NOW]);
    let rest = "/news/2026/11/20/Strike/ urn:check:a content/2026/11/a.md (no alias can keep it)\n";
    let added = "content/2026/11/b.md: added /news/2026/11/20/bb/\n";
    assert_eq!((ran.code, ran.stdout), (1, format!("{added}{rest}")), "{}", ran.stderr);
    let why = format!("it differs in case or Unicode form alone from /news/2026/11/20/strike/, {CASE}");
    unfixed(&site, &line("a", "/news/2026/11/20/Strike/", "urn:check:a", &why), rest);
    assert_eq!(site.cli(&["build", "--now", NOW]).code, 0);
    // A file where a folder is needed.
    let site = Site::new();
    site.story("a", "aliases: [/old.html]", "Text.").story("b", "", "Text.").build();
    site.story("a", "", "Text.").story("b", "aliases: [/old.html/b/]", "Text.");
    let rest = "/old.html urn:check:a content/2026/11/a.md (no alias can keep it)\n";
    let why = "it and /old.html/b/ need one name as a file and as a folder";
    unfixed(&site, &line("a", "/old.html", "urn:check:a", why), rest);
    // A name that a host needs.
    let site = Site::new();
    site.story("a", "aliases: [/_headers/a/]", "Text.").build();
    site.story("a", "", "Text.").file(
        "dateline.yaml",
        "title: Check\nbase_url: https://example.org/\npublish:\n  pages: {to: /srv/www, preset: netlify}\n",
    );
    let rest = "/_headers/a/ urn:check:a content/2026/11/a.md (no alias can keep it)\n";
    let why = "it is in the place of the file `_headers`, which a host of this site needs";
    unfixed(&site, &line("a", "/_headers/a/", "urn:check:a", why), rest);
}

#[test]
fn aliases_that_stand_in_each_others_way_are_not_added_both() {
    let site = Site::new();
    site.story("a", "slug: Strike", "Text.").build();
    site.story("a", "slug: other", "Text.").build();
    site.story("b", "slug: strike", "Text.").build();
    site.story("b", "slug: another", "Text.").build();
    let report = site.build();
    let found: Vec<String> = said(&report).into_iter().map(|(line, _)| line).collect();
    let first =
        "content/2026/11/a.md: warning: /news/2026/11/20/Strike/ was an address of urn:check:a and leads nowhere now";
    let why = format!("it differs in case or Unicode form alone from /news/2026/11/20/Strike/, {CASE}");
    assert_eq!(found, [first.to_string(), line("b", "/news/2026/11/20/strike/", "urn:check:b", &why)]);
    let ran = site.cli(&["check", "--moved", "--fix", "--now", NOW]);
    let added = "content/2026/11/a.md: added /news/2026/11/20/Strike/\n";
    let rest = "/news/2026/11/20/strike/ urn:check:b content/2026/11/b.md (no alias can keep it)\n";
    assert_eq!((ran.code, ran.stdout), (1, format!("{added}{rest}")), "{}", ran.stderr);
    assert_eq!(site.cli(&["build", "--now", NOW]).code, 0);
}

#[test]
fn a_story_without_a_page_gets_no_alias() {
    let site = Site::new();
    site.story("a", "", "Text.").story("b", "", "Text.").build();
    site.story("b", "slug: a", "Text.");
    let why = "the file itself has no page, because its own address is not free";
    let rest = "/news/2026/11/20/b/ urn:check:b content/2026/11/b.md (no alias can keep it)\n";
    unfixed(&site, &line("b", "/news/2026/11/20/b/", "urn:check:b", why), rest);
}
