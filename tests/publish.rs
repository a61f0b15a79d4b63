//! Publishing to folders and git branches, what is refused, rollback, and who is notified.

use crate::support::{NOW, Ran, Site, copy, skip, tree};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

#[path = "publish/folders.rs"]
mod folders;
#[path = "publish/restarted.rs"]
mod restarted;

const PAGES: &str = "pages: {days: false, json_feed: false, atom: false, list_feeds: []}\n";

/// A site with a target `live` in the folder `www` beside its content.
fn site(options: &str) -> Site {
    let lines: String = options.lines().map(|line| format!("    {line}\n")).collect();
    let site = Site::with(&format!("{PAGES}images: {{social_cards: 10}}\npublish:\n  live:\n    to: www\n{lines}"));
    story(&site, "strike", "The strike began.");
    story(&site, "doomed", "Slander.");
    site
}

fn story(site: &Site, name: &str, text: &str) {
    site.story(name, "category: economy\nkeywords: [Ports]\n", text);
}

fn kill(site: &Site) {
    site.story("doomed", "category: economy\nkeywords: [Ports]\npubStatus: canceled\nversion: 2\n", "Kill.");
}

fn build(site: &Site) {
    site.run_build(&[]).well();
}

fn publish(site: &Site, args: &[&str]) -> Ran {
    let mut all = vec!["publish", "--now", NOW];
    all.extend(args);
    site.cli(&all)
}

fn publish_well(site: &Site, args: &[&str]) -> Ran {
    publish(site, args).well()
}

fn refused(site: &Site, args: &[&str], expected: &str) {
    let ran = publish(site, args);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(expected), "expected `{expected}`:\n{}", ran.stderr);
}

fn live(site: &Site) -> BTreeMap<String, Vec<u8>> {
    tree(&site.root().join("www/current/"))
}

// Folders.

#[test]
fn a_folder_turns_to_a_new_release_in_one_step() {
    let site = site("");
    build(&site);
    publish_well(&site, &[]);
    assert!(live(&site) == site.tree());
    let first = fs::canonicalize(site.root().join("www/current")).unwrap();
    story(&site, "strike", "The strike goes on.");
    build(&site);
    publish_well(&site, &[]);
    assert!(live(&site) == site.tree());
    assert!(tree(&first) != live(&site), "the former release stays as it was");
    for n in 0..4 {
        story(&site, "strike", &format!("Day {n}."));
        build(&site);
        publish_well(&site, &[]);
    }
    assert_eq!(fs::read_dir(site.root().join("www/releases")).unwrap().count(), 3);
    let ran = publish_well(&site, &[]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
}

#[test]
fn a_withdrawal_leaves_no_release_that_names_it() {
    let site = site("");
    build(&site);
    publish_well(&site, &[]);
    story(&site, "strike", "The strike goes on.");
    build(&site);
    publish_well(&site, &[]);
    kill(&site);
    build(&site);
    publish_well(&site, &[]);
    let folders = ["www/releases", "www/.dateline"].map(|folder| tree(&site.root().join(folder)));
    for (path, bytes) in folders.into_iter().flatten() {
        for text in ["Slander", "Headline of doomed"] {
            assert!(!crate::support::contains(&bytes, text), "{text} in {path}");
        }
    }
    assert!(live(&site) == site.tree());
    // Also where the publish that withdraws it stops before its release is made.
    let site = self::site("");
    build(&site);
    publish_well(&site, &[]);
    story(&site, "strike", "The strike goes on.");
    build(&site);
    publish_well(&site, &[]);
    kill(&site);
    build(&site);
    let release = site.root().join("www/releases/1/economy");
    fs::create_dir(site.root().join("www/.dateline/record-3")).unwrap();
    assert_eq!(publish(&site, &[]).code, 1);
    assert!(!release.exists());
    fs::remove_dir(site.root().join("www/.dateline/record-3")).unwrap();
    publish_well(&site, &[]);
    assert!(live(&site) == site.tree());
    assert_eq!(fs::read_dir(site.root().join("www/releases")).unwrap().count(), 1);
    // What is kept of former releases is like the one that readers see.
    assert!(tree(&site.root().join("www/.dateline/spares/2")) == site.tree());
    let own = tree(&site.root().join("www/.dateline")).into_keys();
    let own: Vec<String> = own.filter(|name| !name.starts_with("spares/")).collect();
    assert_eq!(own, ["lock", "record-3", "spare-2"]);
}

/// Whatever in a target has become a symbolic link: what it leads to stays as it is, and the run after the link is gone goes on.
#[cfg(unix)]
#[test]
fn a_link_in_a_target_is_not_followed() {
    use std::os::unix::fs::symlink;
    // By the folder or file that becomes a link, with and without releases; whether the publish then fails.
    let places = [
        ("releases: 0", "www/economy", true),
        ("releases: 0", "www/economy/2026/11", true),
        ("releases: 0", "www/economy/2026/11/20/doomed", true),
        ("releases: 0", "www/economy/2026/11/20/strike", true),
        ("releases: 0", "www/search", true),
        ("releases: 0", "www/.dateline", true),
        ("releases: 0", "www/.dateline/lock", true),
        ("releases: 0", "www/.dateline/lease", true),
        ("releases: 0", "www/.dateline/record", true),
        ("", "www/.dateline/record-1", true),
        ("releases: 0", "www/index.html", false),
        ("releases: 0", "www/economy/2026/11/20/doomed/index.html", false),
        ("releases: 0", "www/economy/2026/11/20/doomed/ninjs.json", false),
        ("", "www/.dateline", true),
        ("", "www/.dateline/lock", true),
        ("", "www/.dateline/next", false),
        ("", "www/.dateline/record-2", false),
        ("", "www/releases", true),
        ("", "www/releases/1/economy", true),
        ("", "www/releases/1/economy/2026/11/20/doomed", true),
        ("", "www/releases/1/index.html", false),
        ("", "www/releases/2", false),
    ];
    for (at, (options, place, fails)) in places.into_iter().enumerate() {
        // One of the two for each place where not all rounds are made.
        let skipped = if crate::support::is_whole() { 0 } else { at % 2 };
        for dangling in [false, true].into_iter().skip(skipped).step_by(crate::support::step(2)) {
            let site = site(options);
            build(&site);
            publish_well(&site, &[]);
            kill(&site);
            story(&site, "strike", "The strike goes on.");
            story(&site, "new", "New.");
            build(&site);
            let (place, moved) = (site.root().join(place), site.root().join("moved"));
            let other = site.root().join("other");
            // A stranger's things, as like the target's own as can be.
            if place.is_dir() {
                copy(&place, &other);
            } else {
                fs::create_dir_all(&other).unwrap();
            }
            site.file("other/index.html", "mine").file("other/file", "mine");
            let before = tree(&other);
            let had = place.exists();
            if had {
                fs::rename(&place, &moved).unwrap();
            }
            let is_file = moved.is_file() || place.extension().is_some() || place.ends_with("lease");
            let aim = match (dangling, is_file) {
                (true, _) => site.root().join("nowhere"),
                (false, true) => other.join("file"),
                (false, false) => other.clone(),
            };
            symlink(&aim, &place).unwrap();
            let context = format!("{} in `{options}`, dangling: {dangling}", place.display());
            let ran = publish(&site, &[]);
            assert!(tree(&other) == before, "{context}");
            assert!(!site.root().join("nowhere").exists(), "{context}");
            assert_eq!(ran.code, i32::from(fails), "{context}: {}", ran.stderr);
            if fails {
                let is_refused = ran.stderr.contains("is a symbolic link, which is not followed");
                let hint = ran.stderr.contains("put a folder in its place");
                // Through a link that leads nowhere, the record of the target is missing too.
                let is_other = ran.stderr.contains("holds files that dateline did not put there");
                assert!(is_refused && hint || is_other, "{context}: {}", ran.stderr);
                fs::remove_file(&place).unwrap();
                if had {
                    fs::rename(&moved, &place).unwrap();
                }
                publish_well(&site, &[]);
            }
            let www = if options.is_empty() { live(&site) } else { tree(&site.root().join("www")) };
            let www: BTreeMap<_, _> = www.into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect();
            assert!(www == site.tree(), "{context}");
            assert!(tree(&other) == before, "{context}");
        }
    }
}

/// The folder itself may be reached by a link, and a link in it that is in nobody's way is nobody's business.
#[cfg(unix)]
#[test]
fn a_target_may_be_reached_by_a_link() {
    use std::os::unix::fs::symlink;
    let site = site("releases: 0");
    fs::create_dir(site.root().join("disk")).unwrap();
    symlink("disk", site.root().join("www")).unwrap();
    build(&site);
    publish_well(&site, &[]);
    site.file("other/letter.txt", "mine");
    symlink("../other", site.root().join("disk/letters")).unwrap();
    kill(&site);
    build(&site);
    publish_well(&site, &[]);
    let ran = publish_well(&site, &["--audit", "--prune"]);
    assert!(ran.stderr.contains("0 put, 1 deleted"), "{}", ran.stderr);
    assert_eq!(fs::read(site.root().join("other/letter.txt")).unwrap(), b"mine");
    assert!(site.root().join("disk/letters").symlink_metadata().is_err());
    // A file that has become a link to the same bytes is not the file that was published.
    let page = site.root().join("disk/index.html");
    fs::rename(&page, site.root().join("other/index.html")).unwrap();
    symlink("../other/index.html", &page).unwrap();
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("1 put, 0 deleted"), "{}", ran.stderr);
    assert!(page.symlink_metadata().unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn current_leads_to_a_release_of_this_target_or_nowhere() {
    let site = site("");
    build(&site);
    publish_well(&site, &[]);
    let current = site.root().join("www/current");
    let lead = |to: &Path| {
        fs::remove_file(&current).unwrap();
        std::os::unix::fs::symlink(to, &current).unwrap();
    };
    copy(&site.root().join("www/releases/1"), &site.root().join("elsewhere/1"));
    lead(Path::new("../elsewhere/1"));
    refused(&site, &[], "leads to no release of dateline");
    lead(&site.root().join("www/releases/1"));
    publish_well(&site, &[]);
}

#[test]
fn a_purge_list_is_not_published() {
    for (options, list) in [("releases: 0", "www/list.txt"), ("", "www/current/list.txt"), ("", "output/list.txt")] {
        let site = site(options);
        build(&site);
        publish_well(&site, &[]);
        kill(&site);
        build(&site);
        refused(&site, &["--purge", list], "would be published with the site");
        publish_well(&site, &["--purge", "list.txt"]);
        assert!(!site.root().join(list).exists());
    }
}

#[test]
fn without_releases_the_folder_is_the_site() {
    let site = site("releases: 0\ncompress: [gzip, br]");
    build(&site);
    publish_well(&site, &[]);
    let www = || -> BTreeMap<String, Vec<u8>> {
        tree(&site.root().join("www")).into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect()
    };
    let plain = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        files.into_iter().filter(|(path, _)| !path.ends_with(".gz") && !path.ends_with(".br")).collect()
    };
    assert!(plain(www()) == site.tree());
    assert!(www().contains_key("index.html.gz") && www().contains_key("index.html.br"));
    site.remove("content/2026/11/doomed.md");
    build(&site);
    publish_well(&site, &[]);
    assert!(plain(www()) == site.tree());
    assert!(!www().keys().any(|path| path.contains("doomed")));
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
    site.remove("www/index.html.gz");
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("1 put, 0 deleted"), "{}", ran.stderr);
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let site = site("releases: 0");
    site.file("www/letter.txt", "mine");
    build(&site);
    refused(&site, &[], "holds files that dateline did not put there");
    let site = self::site("");
    site.file("www/current/letter.txt", "mine");
    build(&site);
    refused(&site, &[], "is not a symbolic link");
}

#[test]
fn the_folders_of_the_site_are_no_targets() {
    let site = site("");
    build(&site);
    for folder in ["./output", "./content/www", "./www/../output/x", "./themes"] {
        if folder == "./themes" {
            fs::create_dir(site.root().join("themes")).unwrap();
        }
        refused(&site, &[folder], "is part of the site's");
    }
}

#[test]
fn a_folder_can_be_named_on_the_command_line() {
    let site = site("");
    build(&site);
    publish_well(&site, &["./elsewhere"]);
    assert!(tree(&site.root().join("elsewhere/current/")) == site.tree());
}

// What is refused.

#[test]
fn only_a_good_build_is_published() {
    let site = site("");
    refused(&site, &[], "there is no build");
    build(&site);
    site.remove(".dateline/last-build.json");
    refused(&site, &[], "it is not known how the last build");
    site.file("content/2026/11/bad.md", "---\nheadlin: x\n---\n\nText.\n");
    assert_eq!(site.run_build(&[]).code, 1);
    refused(&site, &[], "errors in content");
    publish_well(&site, &["--allow-errors"]);
    site.remove("content/2026/11/bad.md");
    assert_eq!(site.run_build(&["--drafts"]).code, 0);
    refused(&site, &["--allow-errors"], "the last build shows drafts");
    assert_eq!(site.cli(&["build", "--now", "2026-12-01T00:00:00Z"]).code, 0);
    refused(&site, &["--allow-errors"], "as of 2026-12-01T00:00:00Z, which is still to come");
    assert_eq!(site.run_build(&["--base-url", "http://localhost:8000/"]).code, 0);
    refused(&site, &[], "the last build is for http://localhost:8000/");
    assert_eq!(site.run_build(&["--base-url", "https://example.org"]).code, 0);
    publish_well(&site, &[]);
    // Pages have the address of the settings that they were built with.
    build(&site);
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", settings.replace("https://example.org/", "https://wire.example.org/"));
    let expected =
        "the last build is for https://example.org, and `base_url` of the settings is https://wire.example.org now";
    refused(&site, &["--dry-run"], expected);
    refused(&site, &[], expected);
    refused(&site, &[], "help: run `dateline build` first");
    build(&site);
    publish_well(&site, &[]);
}

#[test]
fn files_that_no_build_wrote_are_not_published() {
    let site = site("");
    build(&site);
    site.file("output/index.html", "vandalised");
    site.file("output/note.txt", "foreign");
    refused(&site, &[], "the file is not what the last build wrote");
    assert!(!site.root().join("www").exists());
    site.remove("output/index.html");
    assert_eq!(site.run_build(&["--verify"]).code, 0);
    publish_well(&site, &[]);
    assert!(!live(&site).contains_key("note.txt"));
    site.file("output/.dateline-manifest", "dateline manifest 2\n");
    refused(&site, &[], "is not as the last build left it");
}

#[test]
fn a_build_that_is_at_work_is_waited_for() {
    let site = site("");
    build(&site);
    publish_well(&site, &[]);
    // A build holds this lock, and files are ahead of the manifest.
    let lock =
        fs::File::options().write(true).create(true).truncate(false).open(site.root().join("output/.dateline-lock"));
    let lock = lock.unwrap();
    lock.lock().unwrap();
    publish_well(&site, &[]);
    site.file("output/index.html", "of the next build");
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", format!("{settings}    compress: [gzip]\n"));
    refused(&site, &[], "a build is writing to");
    lock.unlock().unwrap();
    refused(&site, &[], "the file is not what the last build wrote");
}

#[test]
fn many_deletions_are_refused_and_withdrawals_are_not() {
    let site = site("");
    for n in 0..30 {
        site.story(&format!("s{n}"), &format!("category: economy\nkeywords: [topic{n}]\n"), "Text.");
    }
    build(&site);
    publish_well(&site, &[]);
    let pages = PAGES.replace("days: false", "days: false, topics: false");
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap().replace(PAGES, &pages);
    site.file("dateline.yaml", settings);
    kill(&site);
    build(&site);
    refused(&site, &[], "files would be deleted, more than 5%");
    refused(&site, &["--max-delete", "0%"], "more than 0% (0)");
    publish_well(&site, &["--max-delete", "60%"]);
    assert!(live(&site) == site.tree());
    for n in 0..30 {
        site.remove(&format!("content/2026/11/s{n}.md"));
    }
    build(&site);
    refused(&site, &["--max-delete", "60%"], "30 of 31 stories would vanish");
    publish_well(&site, &["--max-delete", "100%"]);
}

#[test]
fn settings_are_checked_with_a_hint() {
    for (settings, expected, hint) in [
        ("publish:\n  live:\n    to: www\n    relaeses: 3\n", "unknown field `relaeses`", "did you mean `releases`?"),
        ("publish:\n  live:\n    to: ftp://x/y\n", "is not an address to publish to", "addresses are s3://"),
        ("publish:\n  live:\n    to: www\n    max_delete: 5\n", "publish: live:", ""),
        ("publish:\n  live:\n    to: www\n    retries: 101\n", "`retries` is 101, expected 0 to 100", ""),
        ("publish:\n  a b:\n    to: www\n", "`a b` is not a valid name for a target", "use letters"),
        ("publish:\n  live:\n    to: git+https://me:token@host/x.git\n", "holds a user or password", ""),
    ] {
        let site = Site::with(settings);
        let ran = publish(&site, &[]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(expected) && ran.stderr.contains(hint), "{settings}\n{}", ran.stderr);
    }
    let site = site("");
    let ran = publish(&site, &["lvie"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("there is no target `lvie`") && ran.stderr.contains("did you mean `live`?"));
}

// Rollback.

#[test]
fn a_rollback_restores_a_former_state() {
    let site = site("");
    build(&site);
    publish_well(&site, &[]);
    let mut states = vec![live(&site)];
    for n in 0..2 {
        story(&site, "strike", &format!("Day {n}."));
        story(&site, &format!("new-{n}"), "More.");
        build(&site);
        publish_well(&site, &[]);
        states.push(live(&site));
    }
    publish_well(&site, &["--rollback", "2", "--max-delete", "50%"]);
    assert!(live(&site) == states[0]);
    // A rollback can be taken back too.
    publish_well(&site, &["--rollback"]);
    assert!(live(&site) == states[2]);
    refused(&site, &["--rollback", "9"], "this machine remembers 3 former states, not 9");
}

#[test]
fn a_rollback_never_brings_back_what_was_withdrawn() {
    let site = site("");
    build(&site);
    publish_well(&site, &[]);
    story(&site, "strike", "Corrected.");
    kill(&site);
    story(&site, "later", "Later.");
    build(&site);
    publish_well(&site, &[]);
    let notice = live(&site)["economy/2026/11/20/doomed/index.html"].clone();
    publish_well(&site, &["--rollback"]);
    let after = live(&site);
    assert!(after["economy/2026/11/20/doomed/index.html"] == notice);
    for (path, bytes) in &after {
        assert!(!crate::support::contains(bytes, "Slander"), "{path}");
        let mentions = crate::support::contains(bytes, "Headline of doomed");
        assert!(!mentions, "{path} names the killed story");
    }
    // Lists stayed as they are, so the story that they link to is there.
    assert!(after.contains_key("economy/2026/11/20/later/index.html"));
    // And nothing of it is kept on this machine.
    for (path, bytes) in tree(&site.root().join(".dateline")) {
        let is_page = crate::support::contains(&bytes, "<html") && crate::support::contains(&bytes, "Slander");
        assert!(!is_page, "{path}");
    }
}

/// What a story had alone leaves with it: its topic, place, author, section, redirect, picture and former addresses.
#[test]
fn a_rollback_restores_no_name_that_only_a_withdrawn_story_had() {
    // A section that only this story had leaves with it, too.
    let sections = [("Quuxsection", "Quuxother"), ("economy", "politics")];
    let cases = ["1", "2"].map(|steps| ["canceled", "withheld"].map(|status| sections.map(|of| (steps, status, of))));
    for (steps, status, (section, other)) in cases.concat().concat() {
        let site = site("releases: 0\nmax_delete: \"100%\"\ncompress: [gzip]");
        site.story("budget", "category: politics\nby: [Desk]\ndateline: Harbour, Nov 20\n", "Text.");
        // Stories that are alike would link to one another.
        let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
        site.file("dateline.yaml", settings + "related: 0\n");
        site.file("content/2026/11/quux.png", crate::support::png(80, 60, "quux"));
        let own = format!(
            "uri: urn:x:k\ncategory: {section}\nkeywords: [Ports, Quuxtopic]\nby: [Quuxauthor]\n\
             dateline: Quuxplace, Nov 20\naliases: [/old/quux/]\nassociations: [{{href: quux.png}}]\n"
        );
        site.story("quux", &own, "Text.");
        build(&site);
        publish_well(&site, &[]);
        // It moves, is shown with another picture, and is withdrawn. Others change too.
        site.file("content/2026/11/quux2.png", crate::support::png(80, 60, "quux2"));
        let moved = own.replace(section, other).replace("quux.png", "quux2.png");
        site.story("quux", &format!("{moved}version: 2\n"), "Text.");
        story(&site, "strike", "Day one.");
        build(&site);
        publish_well(&site, &[]);
        site.story("quux", &format!("{moved}version: 3\npubStatus: {status}\n"), "Text.");
        story(&site, "strike", "Day two.");
        story(&site, "later", "Later.");
        build(&site);
        publish_well(&site, &[]);
        publish_well(&site, &["--rollback", steps]);
        let www: BTreeMap<String, Vec<u8>> =
            tree(&site.root().join("www")).into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect();
        for (path, bytes) in &www {
            // The notice of a withdrawal stays at its address, with the uri in its data.
            let is_notice = path.starts_with(&format!("{}/2026/11/20/quux/", other.to_lowercase()));
            let names = String::from_utf8_lossy(bytes).to_lowercase().contains("quux");
            assert!(!names || status == "canceled" && is_notice, "{steps} {status}: {path} names the story");
            assert!(!path.contains("quux") || status == "canceled" && is_notice, "{steps} {status}: {path}");
        }
        // What has nothing to do with it does come back, in every form.
        let strike = "economy/2026/11/20/strike/index.html";
        let expected = if steps == "1" { "Day one." } else { "The strike began." };
        let came_back = crate::support::contains(&www[strike], expected);
        assert!(came_back, "{steps} {status} {section}");
        assert!(www.contains_key("economy/2026/11/20/later/index.html"));
        let mut plain = String::new();
        flate2::read::GzDecoder::new(&www[&format!("{strike}.gz")][..]).read_to_string(&mut plain).unwrap();
        assert!(plain.as_bytes() == www[strike]);
        publish_well(&site, &[]);
    }
}

/// A publish that stopped before it withdrew a story ends first: pages still name it, and a former state would keep them.
#[test]
fn a_stopped_withdrawal_is_ended_before_anything_is_rolled_back() {
    let site = site("releases: 0");
    build(&site);
    publish_well(&site, &[]);
    kill(&site);
    build(&site);
    // The feed cannot be written, so the publish stops after the notice is there.
    let feed = site.root().join("www/feed.xml");
    fs::remove_file(&feed).unwrap();
    fs::create_dir(&feed).unwrap();
    assert_eq!(publish(&site, &[]).code, 1);
    refused(&site, &["--rollback", "0"], "a publish that withdraws stories was stopped half-way");
    fs::remove_dir(&feed).unwrap();
    publish_well(&site, &[]);
    publish_well(&site, &["--rollback"]);
}

#[test]
fn a_story_taken_back_from_the_public_stays_away() {
    let site = site("");
    build(&site);
    publish_well(&site, &[]);
    site.story("doomed", "category: economy\nkeywords: [Ports]\npubStatus: withheld\n", "Slander.");
    build(&site);
    publish_well(&site, &[]);
    publish_well(&site, &["--rollback"]);
    let after = live(&site);
    assert!(!after.keys().any(|path| path.contains("doomed")));
    assert!(!after.values().any(|bytes| crate::support::contains(bytes, "Headline of doomed")));
}

// git.

#[test]
fn a_branch_gets_the_site_in_one_commit() {
    let Some(site) = git_site("") else { return };
    build(&site);
    publish_well(&site, &[]);
    assert_eq!(checkout(&site), with_host_files(&site));
    story(&site, "strike", "Day two.");
    kill(&site);
    build(&site);
    publish_well(&site, &[]);
    assert_eq!(checkout(&site), with_host_files(&site));
    assert_eq!(git(&site, &["rev-list", "--count", "gh-pages"]).trim(), "1", "a killed text is in no former commit");
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
}

/// A program in the place of git that runs it, fails as ordered from some command on, or is killed in it.
fn fail_git(site: &Site, at: usize, kind: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let real = path.split(':').map(|folder| Path::new(folder).join("git")).find(|git| git.is_file()).unwrap();
    let text = format!(
        "#!/bin/sh\ncd {root}\nn=$(cat count 2>/dev/null || echo 0)\nn=$((n + 1))\necho $n > count\n\
         if [ {at} -gt 0 ] && [ $n -ge {at} ]; then\n  case '{kind}' in\n    after) {real} \"$@\"; exit 128;;\n    \
         locked) for lock in dateline-index shallow HEAD refs/heads/live; do : > .dateline/publish/live/repository.git/$lock.lock; done; exit 137;;\n    \
         *) exit 128;;\n  esac\nfi\nexec {real} \"$@\"\n",
        root = site.root().display(),
        real = real.display(),
    );
    site.file("count", "0").file("bin/git", text);
    let script = site.root().join("bin/git");
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    format!("{}:{path}", site.root().join("bin").display())
}

#[test]
fn whatever_command_of_git_fails_the_next_run_ends_with_the_same_site() {
    let Some(site) = git_site("retries: 0\nmax_delete: \"100%\"") else { return };
    let root = site.root();
    let run = |at: usize, kind: &str| {
        let path = fail_git(&site, at, kind);
        site.cli_with(&["publish", "--now", NOW], &[("PATH", &path)])
    };
    for number in 1..4 {
        if number > 1 {
            kill(&site);
            story(&site, &format!("new-{number}"), "New.");
        }
        build(&site);
        let before = crate::support::folder();
        copy(&root.join("bare.git"), &before.path().join("bare.git"));
        copy(&root.join(".dateline"), &before.path().join(".dateline"));
        run(0, "").well();
        let commands: usize = fs::read_to_string(root.join("count")).unwrap().trim().parse().unwrap();
        assert!(commands > 5, "{commands}");
        for at in (1 + (number - 1) % crate::support::step(4)..=commands).step_by(crate::support::step(4)) {
            let kind = ["before", "after", "locked"][(at + number) % 3];
            for folder in ["bare.git", ".dateline"] {
                fs::remove_dir_all(root.join(folder)).unwrap();
                copy(&before.path().join(folder), &root.join(folder));
            }
            let context = format!("publish {number}: {kind} at {at} of {commands}");
            let ran = run(at, kind);
            // What comes after the push is tidying up.
            assert!(ran.code == 1 || at + 3 >= commands, "{context}: {}", ran.stderr);
            let again = run(0, "");
            assert_eq!(again.code, 0, "{context}: {}\nand before: {}", again.stderr, ran.stderr);
            assert_eq!(checkout(&site), with_host_files(&site), "{context}");
        }
    }
}

#[test]
fn a_branch_with_history_keeps_it() {
    let Some(site) = git_site("history: true\nauthor: Desk <desk@example.org>\ndomain: wire.example.org") else {
        return;
    };
    build(&site);
    publish_well(&site, &[]);
    story(&site, "strike", "Day two.");
    build(&site);
    publish_well(&site, &[]);
    assert_eq!(
        git(&site, &["log", "--format=%an %ae %s", "gh-pages"]),
        "Desk desk@example.org Publish 2\nDesk desk@example.org Publish 1\n"
    );
    assert_eq!(checkout(&site)["CNAME"], b"wire.example.org\n");
    site.file("note", "x");
    let head = git(&site, &["rev-parse", "gh-pages"]);
    // Somebody else pushes, from elsewhere, a commit that is not dateline's.
    let tree = git(&site, &["mktree", "--missing"]);
    let other = git(&site, &["-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "x", tree.trim()]);
    git(&site, &["update-ref", "refs/heads/gh-pages", other.trim()]);
    story(&site, "strike", "Day three.");
    build(&site);
    refused(&site, &[], "holds commits that are not dateline's");
    git(&site, &["update-ref", "refs/heads/gh-pages", head.trim()]);
    publish_well(&site, &[]);
}

fn git_site(options: &str) -> Option<Site> {
    if Command::new("git").arg("--version").output().is_err() {
        skip("git is not installed");
        return None;
    }
    let site = Site::with("");
    let bare = site.root().join("bare.git");
    let lines: String = options.lines().map(|line| format!("    {line}\n")).collect();
    let target = format!("publish:\n  live:\n    to: git+file://{}\n{lines}", bare.display());
    site.file("dateline.yaml", format!("title: Check\nbase_url: https://example.org/\n{PAGES}{target}"));
    story(&site, "strike", "The strike began.");
    story(&site, "doomed", "Slander.");
    fs::create_dir(&bare).unwrap();
    git(&site, &["init", "--quiet", "--bare", "."]);
    Some(site)
}

fn git(site: &Site, args: &[&str]) -> String {
    let mut command = Command::new("git");
    let output =
        command.args(args).current_dir(site.root().join("bare.git")).stdin(std::process::Stdio::null()).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What the host would serve.
fn checkout(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let to = crate::support::folder();
    let work = to.path().to_str().unwrap();
    git(site, &["--work-tree", work, "checkout", "--quiet", "--force", "gh-pages", "--", "."]);
    tree(to.path()).into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect()
}

fn with_host_files(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let mut files = site.tree();
    files.insert(".nojekyll".into(), Vec::new());
    files
}

// ssh.

/// A site whose target is reached by a program that stands for ssh: it runs the command here, or fails as ordered.
struct Remote {
    site: Site,
    ssh: String,
}

impl Remote {
    fn new() -> Option<Remote> {
        if Command::new("rsync").arg("--version").output().is_err() {
            skip("rsync is not installed");
            return None;
        }
        let site = Site::with("");
        let www = site.root().join("www");
        let target = format!("publish:\n  live:\n    to: ssh://desk@wire.example{}\n    retries: 0\n", www.display());
        site.file("dateline.yaml", format!("title: Check\nbase_url: https://example.org/\n{PAGES}{target}"));
        let script = site.root().join("ssh");
        let text = format!(
            "#!/bin/sh\ncd {}\nn=$(cat count 2>/dev/null || echo 0)\nn=$((n + 1))\necho $n > count\n\
             at=$(cat at 2>/dev/null || echo 0)\n\
             while :; do case \"$1\" in -o|-p|-i|-l) shift 2;; --) shift; break;; -*) shift;; *) break;; esac; done\nshift\n\
             if [ -f bump ] && [ $n -eq 2 ]; then rm bump; sed -i '2s/.*/serial 9/' www/.dateline/record; fi\n\
             if [ $at -gt 0 ] && [ $n -ge $at ]; then\n  case $(cat kind) in\n    cut) exit 255;;\n    \
             after) sh -c \"$*\"; exit 255;;\n    torn) dd bs=1 count=200 2>/dev/null | sh -c \"$*\"; exit 255;;\n  esac\nfi\nexec sh -c \"$*\"\n",
            site.root().display()
        );
        site.file("ssh", text);
        let mut permissions = fs::metadata(&script).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
        fs::set_permissions(&script, permissions).unwrap();
        let ssh = script.to_str().unwrap().to_string();
        story(&site, "strike", "The strike began.");
        story(&site, "doomed", "Slander.");
        Some(Remote { site, ssh })
    }

    fn publish(&self, args: &[&str]) -> Ran {
        let all = [&["publish", "--now", NOW, "--max-delete", "50%"], args].concat();
        self.site.cli_with(&all, &[("DATELINE_SSH", &self.ssh)])
    }

    fn publish_well(&self, args: &[&str]) -> Ran {
        let ran = self.publish(args);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran
    }

    /// Lets every command from some number on fail; 0 lets none.
    fn fail(&self, at: usize, kind: &str) {
        self.site.file("count", "0").file("at", at.to_string()).file("kind", kind);
    }

    fn commands(&self) -> usize {
        fs::read_to_string(self.site.root().join("count")).unwrap().trim().parse().unwrap()
    }

    fn assert_live(&self, context: &str) {
        let live = tree(&self.site.root().join("www"));
        let live: BTreeMap<String, Vec<u8>> =
            live.into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect();
        assert_eq!(live.keys().collect::<Vec<_>>(), self.site.tree().keys().collect::<Vec<_>>(), "{context}");
        assert!(live == self.site.tree(), "{context}");
    }
}

#[test]
fn whatever_command_over_ssh_fails_the_next_run_ends_with_the_same_site() {
    let Some(remote) = Remote::new() else { return };
    let root = remote.site.root();
    for number in 1..4 {
        if number > 1 {
            kill(&remote.site);
            story(&remote.site, &format!("fish-{number}"), "Fish.");
        }
        build(&remote.site);
        let before = crate::support::folder();
        fs::create_dir_all(root.join("www")).unwrap();
        copy(&root.join("www"), &before.path().join("www"));
        copy(&root.join(".dateline"), &before.path().join("state"));
        remote.fail(0, "cut");
        remote.publish_well(&[]);
        let commands = remote.commands();
        assert!(commands > 5, "{commands}");
        for at in (1 + (number - 1) % crate::support::step(4)..=commands).step_by(crate::support::step(4)) {
            // Where the lock is taken and the record is written, everything; in between, each in turn.
            let kinds = ["cut", "after", "torn"];
            let all = number == 2 && (at <= 3 || at + 1 >= commands);
            for kind in kinds.into_iter().skip(if all { 0 } else { (at + number) % 3 }).take(if all { 3 } else { 1 }) {
                for (folder, from) in [("www", "www"), (".dateline", "state")] {
                    fs::remove_dir_all(root.join(folder)).unwrap();
                    copy(&before.path().join(from), &root.join(folder));
                }
                let context = format!("publish {number}: {kind} at {at} of {commands}");
                remote.fail(at, kind);
                let ran = remote.publish(&[]);
                assert_eq!(ran.code, 1, "{context}: {}", ran.stderr);
                remote.fail(0, "cut");
                remote.publish_well(&[]);
                remote.assert_live(&context);
                let own: Vec<String> = tree(&root.join("www/.dateline")).into_keys().collect();
                assert_eq!(own, ["record"], "{context}");
            }
        }
    }
}

#[test]
fn a_link_at_the_other_end_is_not_followed() {
    let Some(remote) = Remote::new() else { return };
    let root = remote.site.root();
    for place in ["economy", "economy/2026/11/20/doomed", "economy/2026/11/20/strike", ".dateline"] {
        let _ = fs::remove_dir_all(root.join("www"));
        let _ = fs::remove_dir_all(root.join(".dateline/publish"));
        let _ = fs::remove_dir_all(root.join("other"));
        story(&remote.site, "doomed", "Slander.");
        build(&remote.site);
        remote.fail(0, "cut");
        remote.publish_well(&[]);
        kill(&remote.site);
        story(&remote.site, "strike", "Day two.");
        build(&remote.site);
        fs::rename(root.join("www").join(place), root.join("other")).unwrap();
        let before = tree(&root.join("other"));
        std::os::unix::fs::symlink(root.join("other"), root.join("www").join(place)).unwrap();
        let ran = remote.publish(&[]);
        assert!(tree(&root.join("other")) == before, "{place}: {}", ran.stderr);
        if place == ".dateline" {
            assert!(ran.code == 1 && ran.stderr.contains("is a symbolic link"), "{place}: {}", ran.stderr);
        } else {
            remote.publish_well(&["--audit"]);
            remote.assert_live(place);
            assert!(tree(&root.join("other")) == before, "{place}");
        }
    }
}

#[test]
fn over_ssh_one_publisher_holds_the_lock() {
    let Some(remote) = Remote::new() else { return };
    build(&remote.site);
    let lease = "www/.dateline/lease";
    let since = crate::support::time(NOW).millis() - 60_000;
    remote.site.file(lease, format!("{since} {:032x} somebody else\n", 0));
    let ran = remote.publish(&[]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("publish-conflict") && ran.stderr.contains("somebody else"), "{}", ran.stderr);
    remote.publish_well(&["--take-over"]);
    remote.assert_live("taken over");
    // An empty lock is not a lock, and an old one is abandoned.
    remote.site.file(lease, format!("{} {:032x} somebody else\n", since - 3_600_000, 0));
    story(&remote.site, "strike", "Day two.");
    build(&remote.site);
    remote.publish_well(&[]);
    remote.assert_live("given up");
    assert!(!remote.site.root().join(lease).exists());
    let settings = fs::read_to_string(remote.site.root().join("dateline.yaml")).unwrap();
    let absent = "  absent:\n    to: ssh://127.0.0.1:1/srv/www\n    retries: 0\n";
    remote.site.file("dateline.yaml", format!("{settings}{absent}"));
    let ran = remote.site.cli(&["publish", "--now", NOW, "absent"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("127.0.0.1"), "{}", ran.stderr);
    remote.site.file("dateline.yaml", settings);
    // Somebody may publish from the beginning to the end between the reading of the record and the lock.
    let before = tree(&remote.site.root().join("www/economy"));
    story(&remote.site, "strike", "Day three.");
    build(&remote.site);
    remote.fail(0, "cut");
    remote.site.file("bump", "");
    let ran = remote.publish(&[]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("publish-conflict") && ran.stderr.contains("somebody else"), "{}", ran.stderr);
    assert!(tree(&remote.site.root().join("www/economy")) == before);
    assert!(!remote.site.root().join(lease).exists());
    remote.publish_well(&[]);
    remote.assert_live("after the other one");
}

#[test]
fn odd_names_arrive_everywhere() {
    let names = ["Žluť & кошка.png", "نفط.pdf", "a+b=c;d.png", "quote'd (1).png", "$HOME `x`.pdf"];
    let add = |site: &Site| {
        for name in names {
            let bytes = if name.ends_with(".png") { crate::support::png(2, 3, "") } else { name.into() };
            site.file(&format!("content/2026/11/{name}"), bytes);
        }
        let text: String = names.iter().map(|name| format!("[x](<{name}>)\n\n")).collect();
        site.story("names", "category: economy\nkeywords: [Ports]\n", &text);
        build(site);
        let count = site.tree().keys().filter(|path| names.iter().any(|name| path.ends_with(name))).count();
        assert_eq!(count, names.len(), "{:?}", site.tree().keys());
    };
    let folder = site("");
    add(&folder);
    publish_well(&folder, &[]);
    assert!(live(&folder) == folder.tree());
    if let Some(site) = git_site("") {
        add(&site);
        publish_well(&site, &[]);
        assert_eq!(checkout(&site), with_host_files(&site));
        let ran = publish_well(&site, &["--audit"]);
        assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
        site.remove("content/2026/11/names.md");
        build(&site);
        publish_well(&site, &["--max-delete", "50%"]);
        assert_eq!(checkout(&site), with_host_files(&site));
    }
    if let Some(remote) = Remote::new() {
        add(&remote.site);
        remote.publish_well(&[]);
        remote.assert_live("odd names");
        let ran = remote.publish_well(&["--audit"]);
        assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
        let odd = remote.site.tree().keys().find(|path| path.ends_with(names[1])).unwrap().clone();
        remote.site.file(&format!("www/{odd}"), "vandalised");
        let ran = remote.publish_well(&["--audit"]);
        assert!(ran.stderr.contains("1 put, 0 deleted"), "{}", ran.stderr);
        remote.site.remove("content/2026/11/names.md");
        build(&remote.site);
        remote.publish_well(&[]);
        let gone = tree(&remote.site.root().join("www")).into_keys().filter(|path| path.ends_with(names[2])).count();
        assert_eq!(gone, 0);
    }
}

// Hosts.

#[test]
fn presets_write_the_files_of_their_host() {
    let site = site("domain: wire.example.org");
    site.story("moved", "category: economy\naliases: [/old/address/]\n", "Text.");
    build(&site);
    let files = |preset: &str| {
        let folder = format!("./{preset}");
        let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
        site.file("dateline.yaml", settings.replace("to: www", &format!("to: {folder}")));
        publish_well(&site, &["--preset", preset]);
        let files = tree(&site.root().join(preset).join("current/"));
        site.file("dateline.yaml", settings);
        files.into_iter().filter(|(path, _)| !site.tree().contains_key(path)).collect::<BTreeMap<_, _>>()
    };
    let text = |files: &BTreeMap<String, Vec<u8>>, name: &str| String::from_utf8(files[name].clone()).unwrap();
    let netlify = files("netlify");
    let safe = "/*\n  Content-Security-Policy: default-src 'none'; img-src 'self';";
    assert!(text(&netlify, "_headers").starts_with(safe), "{}", text(&netlify, "_headers"));
    assert!(text(&netlify, "_headers").contains("\n  X-Content-Type-Options: nosniff\n"));
    assert_eq!(netlify.keys().collect::<Vec<_>>(), ["_headers", "_redirects"]);
    assert_eq!(text(&netlify, "_redirects"), "/old/address/ /economy/2026/11/20/moved/ 301!\n");
    assert!(text(&netlify, "_headers").contains("/assets/*\n  Cache-Control: public, max-age=3600\n"));
    assert!(text(&netlify, "_headers").contains("/feed.xml\n  Content-Type: application/rss+xml; charset=utf-8\n"));
    assert_eq!(text(&files("cloudflare"), "_redirects"), "/old/address/ /economy/2026/11/20/moved/ 301\n");
    let github = files("github");
    assert_eq!(github.keys().collect::<Vec<_>>(), [".nojekyll", "CNAME"]);
    assert_eq!(text(&github, "CNAME"), "wire.example.org\n");
    assert_eq!(text(&files("codeberg"), ".domains"), "wire.example.org\n");
    assert!(files("gitlab").is_empty());
}

#[test]
fn a_theme_of_the_site_speaks_for_itself() {
    let site = site("headers: {Permissions-Policy: 'interest-cohort=()', cross-origin-opener-policy: ''}");
    site.file("themes/own/theme.yaml", "extends: default\n");
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", format!("theme: own\n{settings}"));
    let headers = |site: &Site| {
        build(site);
        publish_well(site, &["--preset", "netlify"]);
        fs::read_to_string(site.root().join("www/current/_headers")).unwrap()
    };
    let text = headers(&site);
    assert!(!text.contains("Content-Security-Policy"), "{text}");
    assert!(text.contains("  Permissions-Policy: interest-cohort=()\n"), "{text}");
    assert!(!text.to_lowercase().contains("cross-origin-opener-policy"), "{text}");
    site.file("themes/own/theme.yaml", "extends: default\ncontent_security_policy: \"default-src 'self'\"\n");
    assert!(headers(&site).starts_with("/*\n  Content-Security-Policy: default-src 'self'\n"));
}

#[test]
fn a_site_too_large_for_its_host_is_not_begun() {
    let site = site("preset: cloudflare\nmax_files: 5");
    build(&site);
    refused(&site, &[], "files, and Cloudflare Pages takes 5");
    assert!(!site.root().join("www/current").exists());
}

// Who is notified.

#[test]
fn the_purge_list_names_what_changed_with_withdrawals_first() {
    let site = site("purge: {command: \"cat {file} >> purged.txt; echo -- >> purged.txt\"}");
    build(&site);
    publish_well(&site, &[]);
    assert!(!site.root().join("purged.txt").exists(), "no cache has what is new");
    kill(&site);
    story(&site, "new", "New.");
    build(&site);
    publish_well(&site, &["--purge", "list.txt"]);
    let list = fs::read_to_string(site.root().join("list.txt")).unwrap();
    let lines: Vec<&str> = list.lines().take(3).collect();
    assert_eq!(
        lines,
        [
            "https://example.org/economy/2026/11/20/doomed/index.html",
            "https://example.org/economy/2026/11/20/doomed/",
            "https://example.org/economy/2026/11/20/doomed/ninjs.json",
        ]
    );
    assert!(list.lines().any(|line| line == "https://example.org/"), "{list}");
    assert!(!list.contains("/new/"), "{list}");
    let purged = fs::read_to_string(site.root().join("purged.txt")).unwrap();
    let (first, rest) = purged.split_once("--\n").unwrap();
    // And with them the story's social card, and the parts of the search index that named it.
    let more = first.strip_prefix(&(lines.join("\n") + "\n")).expect("withdrawals are purged at once, and first");
    let (cards, parts): (Vec<&str>, Vec<&str>) = more.lines().partition(|line| line.contains("/doomed/social-card."));
    assert!(cards.len() == 1 && parts.iter().all(|line| line.contains("/search/parts/")), "{purged}");
    assert_eq!(rest, format!("{list}--\n"));
}

/// The list of the builds and that of publishing have the same head: all that leaves with a story.
#[test]
fn all_that_leaves_with_a_withdrawn_story_is_at_the_head_of_both_lists() {
    for gone in [false, true] {
        let site = site("max_delete: \"100%\"");
        site.file("content/2026/11/quux.png", crate::support::png(80, 60, "quux"));
        let own = "category: Quuxsection\nkeywords: [Ports, Quuxtopic]\nby: [Quuxauthor]\ndateline: Quuxplace, Nov 20\n\
                   aliases: [/old/quux/]\nassociations: [{href: quux.png}]\n";
        site.story("quux", own, "Text.");
        build(&site);
        publish_well(&site, &[]);
        let before = site.tree();
        if gone {
            site.remove("content/2026/11/quux.md");
        } else {
            site.story("quux", &format!("{own}pubStatus: canceled\nversion: 2\n"), "Kill.");
        }
        story(&site, "strike", "Day two.");
        build(&site);
        publish_well(&site, &[]);
        let after = site.tree();
        let notices = after.keys().filter(|path| path.contains("/quux/"));
        let mut expected: Vec<&String> =
            before.keys().filter(|path| !after.contains_key(*path)).chain(notices).collect();
        expected.retain(|path| !path.starts_with("assets/"));
        let kinds = ["topics/", "places/", "by/", "quuxsection/", "old/", "media/", "search/parts/"];
        for kind in kinds {
            assert!(expected.iter().any(|path| path.contains(kind)), "{kind} does not leave: {expected:?}");
        }
        for list in ["purge.txt", "purge-build.txt"] {
            let text = fs::read_to_string(site.root().join(".dateline").join(list)).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let place = |path: &str| {
                let address = format!("https://example.org/{}", path.strip_suffix("index.html").unwrap_or(path));
                lines.iter().position(|line| *line == address).unwrap_or_else(|| panic!("{list}: {address}: {text}"))
            };
            let last = expected.iter().map(|path| place(path)).max().unwrap();
            let first = place("index.html").min(place("feed.xml")).min(place("economy/2026/11/20/strike/index.html"));
            assert!(last < first, "{list}: {text}");
        }
    }
}

#[test]
fn a_purge_that_fails_is_an_error_of_a_published_site() {
    let site = site("purge: {command: \"echo no way >&2; false\"}");
    build(&site);
    publish_well(&site, &[]);
    story(&site, "strike", "Day two.");
    build(&site);
    refused(&site, &[], "the purge command failed (exit status: 1): no way");
    assert!(live(&site) == site.tree());
}

#[test]
fn what_a_failed_purge_left_is_sent_by_the_next_run() {
    let site = site("purge: {command: \"[ -e up ] && cat {file} >> purged.txt\"}");
    build(&site);
    publish_well(&site, &[]);
    kill(&site);
    build(&site);
    refused(&site, &[], "the purge command failed");
    assert!(live(&site) == site.tree());
    // Nothing is new, but the caches still have to drop the killed story.
    refused(&site, &[], "the purge command failed");
    site.file("up", "");
    let ran = publish_well(&site, &[]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
    let purged = || fs::read_to_string(site.root().join("purged.txt")).unwrap();
    assert!(purged().starts_with("https://example.org/economy/2026/11/20/doomed/index.html\n"), "{}", purged());
    let before = purged();
    publish_well(&site, &[]);
    assert_eq!(purged(), before);
    // Wherever that is the reason, a later publish reports both.
    site.remove("up");
    story(&site, "strike", "Day two.");
    build(&site);
    refused(&site, &[], "the purge command failed");
    site.file("up", "");
    story(&site, "strike", "Day three.");
    story(&site, "later", "More.");
    build(&site);
    publish_well(&site, &[]);
    assert!(purged().contains("/strike/\n"), "{}", purged());
}

#[test]
fn endpoints_are_notified_and_pages_are_fetched() {
    let server = Server::start();
    let at = &server.address;
    let site = site(&format!(
        "purge: {{url: \"http://{at}/purge\"}}\nwebsub: http://{at}/hub\nindexnow: http://{at}/indexnow\nbase_url: http://{at}/\nretries: 0"
    ));
    let environment =
        [("DATELINE_PURGE_TOKEN", "token-for-the-purge-service"), ("DATELINE_INDEXNOW_KEY", "0123456789abcdef")];
    server.serve(&site.root().join("www/current"));
    build(&site);
    let run = |args: &[&str]| {
        let ran = site.cli_with(&[&["publish", "--now", NOW], args].concat(), &environment);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        server.take()
    };
    run(&[]);
    assert_eq!(live(&site)["0123456789abcdef.txt"], b"0123456789abcdef");
    kill(&site);
    build(&site);
    let log = run(&["--verify"]);
    let position = |text: &str| {
        log.iter().position(|request| request.contains(text)).unwrap_or_else(|| panic!("{text}: {log:#?}"))
    };
    let purge = position("POST /purge");
    assert!(
        log[purge].contains("Bearer token-for-the-purge-service")
            || log[purge].contains("bearer token-for-the-purge-service"),
        "{}",
        log[purge]
    );
    assert!(
        log[purge].contains(&format!("{{\"files\":[\"http://{at}/economy/2026/11/20/doomed/index.html\"")),
        "{}",
        log[purge]
    );
    assert!(log[position("POST /hub")].contains("hub.mode=publish&hub.url=http%3A//"), "{log:#?}");
    assert!(log[position("POST /indexnow")].contains("\"key\":\"0123456789abcdef\""), "{log:#?}");
    assert!(position("GET /economy/2026/11/20/doomed/") > purge);
}

/// A server that keeps what it receives and serves a folder.
struct Server {
    address: String,
    log: Arc<Mutex<Vec<String>>>,
    folder: Arc<Mutex<std::path::PathBuf>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (log, folder) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<std::path::PathBuf>>::default());
        let (to, from) = (log.clone(), folder.clone());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let request = read_request(&mut stream);
                let path = request.split(' ').nth(1).unwrap_or("/").trim_start_matches('/').to_string();
                let file = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path };
                let is_get = request.starts_with("GET ");
                let body = if is_get { fs::read(from.lock().unwrap().join(file)).ok() } else { Some(Vec::new()) };
                to.lock().unwrap().push(request);
                let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
                let body = body.unwrap_or_default();
                let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            }
        });
        Server { address, log, folder }
    }

    fn serve(&self, folder: &Path) {
        *self.folder.lock().unwrap() = folder.to_path_buf();
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }
}

fn read_request(stream: &mut std::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap_or(0);
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        if read == 0 {
            return text;
        }
    }
}
