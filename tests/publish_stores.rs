//! Publishing to stores in this process: what arrives, in which order, and what happens when requests fail.

use crate::cloud::{self, Cloud, Server};
use crate::s3::{CREDENTIALS, Fault, Kind, S3};
use crate::support::{NOW, Ran, Site, copy, is_whole};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Few kinds of page, so that a publish is short; two stories that link to each other, and one with a picture.
const SETTINGS: &str = "search: false\npages: {days: false, json_feed: false, atom: false, list_feeds: []}\n";

fn site(s3: &S3, more: &str) -> Site {
    let site = Site::with(&format!("{SETTINGS}images: {{social_cards: 10}}\n{}", s3.settings(more)));
    site.story("strike", "keywords: [Ports]\ncategory: economy\n", "The strike began.");
    site.story("talks", "keywords: [Ports]\ncategory: economy\n", "Talks followed the strike.");
    site.story("doomed", "keywords: [Ports]\ncategory: economy\n", "Slander about the strike.");
    site
}

/// The next day: one story is killed, one is gone, one is changed, one is new with a topic of its own.
fn change(site: &Site) {
    site.story("doomed", "keywords: [Ports]\ncategory: economy\npubStatus: canceled\nversion: 2\n", "Kill.");
    site.remove("content/2026/11/talks.md");
    site.story("strike", "keywords: [Ports]\ncategory: economy\nversion: 2\n", "The strike began and goes on.");
    site.story("fish", "keywords: [Fish, Ports]\ncategory: economy\n", "Fish rots in the strike.");
}

fn build(site: &Site) {
    site.run_build(&[]).well();
}

fn publish(site: &Site, args: &[&str]) -> Ran {
    let mut all = vec!["publish", "--now", NOW];
    all.extend(args);
    site.cli_with(&all, CREDENTIALS)
}

fn publish_well(site: &Site, args: &[&str]) -> Ran {
    publish(site, args).well()
}

/// The bucket holds what the output folder holds, byte for byte, with its headers.
fn assert_published(site: &Site, s3: &S3, context: &str) {
    let objects = s3.objects();
    let wanted = site.tree();
    let names = |keys: Vec<&String>| keys.into_iter().cloned().collect::<BTreeSet<String>>();
    assert_eq!(names(objects.keys().collect()), names(wanted.keys().collect()), "{context}");
    for (path, bytes) in &wanted {
        let (stored, [kind, cache, _]) = &objects[path];
        assert!(stored == bytes, "{context}: {path} differs");
        assert_eq!(kind, dateline::media_type::of(path), "{context}: {path}");
        assert!(cache.starts_with("public, max-age="), "{context}: {path}: {cache}");
    }
}

#[test]
fn a_first_publish_sends_everything_and_a_second_nothing() {
    let s3 = S3::start();
    let site = site(&s3, "");
    build(&site);
    let ran = publish_well(&site, &[]);
    assert!(ran.stderr.contains("put, 0 deleted, 0 unchanged"), "{}", ran.stderr);
    assert_published(&site, &s3, "first");
    s3.take_log();
    let ran = publish_well(&site, &[]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
    assert_eq!(s3.take_log(), ["GET /wire/site/.dateline/published"]);
}

#[test]
fn a_dry_run_shows_the_plan_and_does_nothing() {
    let s3 = S3::start();
    let site = site(&s3, "");
    build(&site);
    publish_well(&site, &[]);
    change(&site);
    build(&site);
    s3.take_log();
    let ran = publish_well(&site, &["--dry-run"]);
    // The cards have hashes in their names.
    let (cards, others): (Vec<&str>, Vec<&str>) =
        ran.stdout.lines().take(7).partition(|line| line.contains("/social-card."));
    assert_eq!(
        others,
        [
            "withdraw (6)",
            "  put economy/2026/11/20/doomed/index.html (withdrawn)",
            "  put economy/2026/11/20/doomed/ninjs.json (withdrawn)",
            "  delete economy/2026/11/20/talks/index.html (withdrawn)",
            "  delete economy/2026/11/20/talks/ninjs.json (withdrawn)",
        ],
        "{}",
        ran.stdout
    );
    assert!(cards.len() == 2 && cards.iter().all(|line| line.starts_with("  delete ")), "{}", ran.stdout);
    assert!(s3.take_log().iter().all(|line| line.starts_with("GET ")));
    let ran = publish_well(&site, &["--dry-run", "--json"]);
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((plan["dryRun"].as_bool(), plan["finished"].as_bool()), (Some(true), Some(false)));
    assert_eq!(plan["changes"][0]["headers"]["content-type"], "text/html; charset=utf-8");
}

/// Replays the requests of a publish over what was there, and looks at the site after each: no page that a reader can have links
/// to a missing one, and no withdrawn text is served once its step is done.
#[test]
fn at_no_moment_does_a_page_link_to_a_missing_one() {
    let s3 = S3::start();
    let site = site(&s3, "");
    build(&site);
    publish_well(&site, &[]);
    let mut live = site.tree();
    // Readers may hold the address of any page that was there, and follow its links from there.
    let known: Vec<String> = live.keys().filter(|path| path.ends_with(".html")).cloned().collect();
    let withdrawn: BTreeSet<String> = ["economy/2026/11/20/talks/index.html", "economy/2026/11/20/talks/ninjs.json"]
        .map(String::from)
        .into_iter()
        .collect();
    change(&site);
    build(&site);
    let after = site.tree();
    s3.take_log();
    publish_well(&site, &["--max-delete", "50%"]);
    let mut steps = 0;
    let mut deleted_bulk = false;
    for line in s3.take_log() {
        let (method, path) = line.split_once(" /wire").unwrap();
        let path = path.strip_prefix("/site/").unwrap_or(path);
        match method {
            "PUT" if !path.starts_with(".dateline/") => {
                live.insert(path.to_string(), after[path].clone());
            }
            // A request that deletes many names none in its address; the first is that of the withdrawals.
            "POST" if !deleted_bulk => {
                deleted_bulk = true;
                live.retain(|path, _| !withdrawn.contains(path));
            }
            _ => continue,
        }
        steps += 1;
        assert_links(&known, &live, &withdrawn, &line);
        if deleted_bulk {
            let slander =
                live.iter().find(|(path, bytes)| path.contains("doomed") && crate::support::contains(bytes, "Slander"));
            assert_eq!(slander.map(|(path, _)| path), None, "{line}");
        }
    }
    assert!(steps > 8, "{steps}");
}

fn assert_links(known: &[String], live: &BTreeMap<String, Vec<u8>>, withdrawn: &BTreeSet<String>, context: &str) {
    let mut open: Vec<String> = known.to_vec();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    while let Some(page) = open.pop() {
        let Some(bytes) = live.get(&page) else {
            assert!(withdrawn.contains(&page), "after {context}: {page} is gone");
            continue;
        };
        if !page.ends_with(".html") {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        for (at, start) in text.match_indices("href=\"/").chain(text.match_indices("src=\"/")) {
            let link = text[at + start.len()..].split(['"', '#', '?']).next().unwrap();
            let index = if link.is_empty() || link.ends_with('/') { "index.html" } else { "" };
            let file = format!("{link}{index}");
            assert!(live.contains_key(&file) || withdrawn.contains(&file), "after {context}: {page} links to {file}");
            if seen.insert(file.clone()) {
                open.push(file);
            }
        }
    }
}

#[test]
fn withdrawals_are_sent_first_and_the_record_last() {
    let s3 = S3::start();
    let site = site(&s3, "");
    build(&site);
    publish_well(&site, &[]);
    change(&site);
    build(&site);
    s3.take_log();
    publish_well(&site, &["--max-delete", "50%"]);
    let log = s3.take_log();
    let first_put = log.iter().position(|line| line.starts_with("PUT ") && !line.contains("/.dateline/")).unwrap();
    assert!(log[first_put].contains("doomed"), "{log:#?}");
    let bulk = log.iter().position(|line| line.starts_with("POST ")).unwrap();
    let others = log.iter().position(|line| line.starts_with("PUT ") && line.contains("fish")).unwrap();
    assert!(bulk < others, "{log:#?}");
    let front = log.iter().rposition(|line| line == "PUT /wire/site/index.html").unwrap();
    let record = log.iter().rposition(|line| line == "PUT /wire/site/.dateline/published").unwrap();
    assert!(front < record, "{log:#?}");
    assert_published(&site, &s3, "after a kill");
}

#[test]
fn one_story_costs_the_same_whatever_the_size_of_the_site() {
    let count = |stories: usize| {
        let s3 = S3::start();
        let site = site(&s3, "");
        for n in 0..stories {
            let time = format!("firstCreated: 2026-11-{:02}T12:00:00Z\ncategory: old\n", 1 + n % 15);
            site.story(&format!("old-{n}"), &time, &format!("Text number {n} {}.", n * 7919));
        }
        build(&site);
        publish_well(&site, &[]);
        site.story("new", "firstCreated: 2026-11-22T12:00:00Z\ncategory: economy\n", "Something else entirely.");
        build(&site);
        s3.take_log();
        publish_well(&site, &[]);
        s3.take_log().len()
    };
    let (few, many) = (count(100), count(700));
    assert!(many <= few + 4 && many < 40, "{few} requests with 100 stories, {many} with 700");
}

#[test]
fn a_header_is_a_change_and_compression_is_stored() {
    let s3 = S3::start();
    let site = site(&s3, "");
    build(&site);
    publish_well(&site, &[]);
    let settings = format!(
        "title: Check\nbase_url: https://example.org/\n{SETTINGS}{}",
        s3.settings("compress: [gzip]\ncache: {front: no-cache}")
    );
    site.file("dateline.yaml", settings);
    let ran = publish_well(&site, &[]);
    assert!(!ran.stderr.contains(" 0 put"), "{}", ran.stderr);
    let (bytes, headers) = &s3.objects()["index.html"];
    assert_eq!(headers, &["text/html; charset=utf-8", "no-cache", "gzip"]);
    assert_eq!(&bytes[..2], [0x1f, 0x8b]);
    publish_well(&site, &[]);
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
}

#[test]
fn an_audit_mends_what_was_changed_behind_our_back() {
    let s3 = S3::start();
    let site = site(&s3, "");
    build(&site);
    publish_well(&site, &[]);
    let bucket = s3.folder().join("wire/site");
    fs::remove_file(bucket.join("index.html")).unwrap();
    site_write(&bucket.join("economy/index.html"), "vandalised");
    site_write(&bucket.join("spam.html"), "spam");
    let ran = publish_well(&site, &[]);
    assert!(ran.stderr.contains("0 put"), "a plain publish trusts the record: {}", ran.stderr);
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("2 put") && ran.stderr.contains("1 file at the target"), "{}", ran.stderr);
    let ran = publish(&site, &["--audit", "--prune", "--max-delete", "0%"]);
    assert!(ran.code == 1 && ran.stderr.contains("1 of"), "{}", ran.stderr);
    let ran = publish_well(&site, &["--audit", "--prune"]);
    assert!(ran.stderr.contains("0 put, 1 deleted"), "{}", ran.stderr);
    assert_published(&site, &s3, "after audit");
}

fn site_write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

/// Every request of a first, second and third publish fails: of the second in every way where all rounds are made, of the others in
/// each way in turn.
#[test]
fn whatever_request_fails_the_next_run_ends_with_the_same_site() {
    let s3 = S3::start();
    // Without tries a fault lasts at once.
    let site = site(&s3, "retries: 0");
    let args = ["--max-delete", "50%"];
    for number in 1..4 {
        match number {
            1 => {}
            2 => change(&site),
            _ => drop(site.story("fish", "keywords: [Fish]\ncategory: economy\npubStatus: canceled\n", "Kill.")),
        }
        build(&site);
        let before = crate::support::folder();
        copy(s3.folder(), &before.path().join("bucket"));
        copy(&site.root().join(".dateline"), &before.path().join("state"));
        s3.fail(None);
        publish_well(&site, &args);
        let requests = s3.take_log().len();
        let restore = || {
            empty(s3.folder());
            copy(&before.path().join("bucket"), s3.folder());
            empty(&site.root().join(".dateline"));
            copy(&before.path().join("state"), &site.root().join(".dateline"));
        };
        let kinds = [Kind::Cut, Kind::CutAfter, Kind::Error, Kind::Throttle];
        for at in (0..requests).step_by(crate::support::step(4)) {
            let of_this =
                if number == 2 && is_whole() { 0..kinds.len() } else { at % kinds.len()..at % kinds.len() + 1 };
            for kind in kinds[of_this].iter().copied() {
                restore();
                let context = format!("publish {number}: {kind:?} at {at} of {requests}");
                s3.fail(Some(Fault { at, lasting: true, kind }));
                let ran = publish(&site, &args);
                // What is left to tidy up after the record is written does not count.
                let late = at + 1 >= requests;
                assert!(ran.code == 1 || (late && ran.code == 0), "{context}: {}", ran.stderr);
                s3.fail(None);
                let ran = publish(&site, &args);
                assert_eq!(ran.code, 0, "{context}: {}", ran.stderr);
                assert_published(&site, &s3, &context);
                let own = s3.own();
                assert!(own.contains(&"published".to_string()), "{context}: {own:?}");
            }
        }
        if number != 2 {
            continue;
        }
        // A server that says nothing costs a second each time: a few places are enough. Only the run that meets it has so short a
        // timeout, since a busy machine can keep an honest answer for longer.
        let timeout = |more: &str| {
            let settings = s3.settings(&format!("retries: 0{more}"));
            site.file("dateline.yaml", format!("title: Check\nbase_url: https://example.org/\n{SETTINGS}{settings}"));
        };
        for at in (0..requests - 1).step_by(requests.div_ceil(5).max(1)) {
            restore();
            s3.fail(Some(Fault { at, lasting: true, kind: Kind::Silence }));
            timeout("\ntimeout_seconds: 1");
            assert_eq!(publish(&site, &args).code, 1, "silence at {at}");
            s3.fail(None);
            timeout("");
            publish_well(&site, &args);
            assert_published(&site, &s3, &format!("silence at {at}"));
        }
    }
}

#[test]
fn a_fault_in_passing_is_not_noticed() {
    let s3 = S3::start();
    let site = site(&s3, "retries: 3");
    build(&site);
    publish_well(&site, &[]);
    let kinds = [Kind::Cut, Kind::CutAfter, Kind::Error, Kind::Throttle];
    for at in 0..20 {
        for kind in if is_whole() { &kinds[..] } else { &kinds[at % 4..=at % 4] } {
            site.story("strike", "keywords: [Ports]\ncategory: economy\n", &format!("Fault {kind:?} at {at}."));
            build(&site);
            s3.fail(Some(Fault { at, lasting: false, kind: *kind }));
            let ran = publish(&site, &[]);
            assert_eq!(ran.code, 0, "{kind:?} at {at}: {}", ran.stderr);
        }
    }
    s3.fail(None);
    assert_published(&site, &s3, "in passing");
}

#[test]
fn a_stopped_publish_goes_on_where_it_stopped() {
    let s3 = S3::start();
    let site = site(&s3, "retries: 0\nconcurrency: 1");
    build(&site);
    s3.fail(Some(Fault { at: 13, lasting: true, kind: Kind::Error }));
    let ran = publish(&site, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("stopped: 9 of") && ran.stderr.contains("run again to go on"), "{}", ran.stderr);
    s3.fail(None);
    let ran = publish_well(&site, &[]);
    assert!(ran.stderr.contains("went on with a stopped publish"), "{}", ran.stderr);
    let puts = s3.take_log().into_iter().filter(|line| line.starts_with("PUT ") && !line.contains("/.dateline/"));
    assert_eq!(puts.count(), site.tree().len() - 9);
    assert_published(&site, &s3, "resumed");
}

#[test]
fn a_stopped_publish_can_be_taken_back() {
    let s3 = S3::start();
    let site = site(&s3, "retries: 0\nconcurrency: 1");
    build(&site);
    publish_well(&site, &[]);
    let before = s3.objects();
    site.story("strike", "keywords: [Ports]\ncategory: economy\nversion: 2\n", "The strike began and goes on.");
    site.story("fish", "keywords: [Fish, Ports]\ncategory: economy\n", "Fish rots in the strike.");
    build(&site);
    s3.fail(Some(Fault { at: 12, lasting: true, kind: Kind::Error }));
    assert_eq!(publish(&site, &[]).code, 1);
    s3.fail(None);
    assert!(s3.objects() != before, "the fault came too early to prove anything");
    publish_well(&site, &["--rollback", "0", "--max-delete", "50%"]);
    assert!(s3.objects() == before);
    publish_well(&site, &[]);
    assert_published(&site, &s3, "after all");
}

#[test]
fn a_killed_process_leaves_nothing_that_the_next_cannot_mend() {
    let s3 = S3::start();
    let site = site(&s3, "concurrency: 2");
    build(&site);
    publish_well(&site, &[]);
    for round in 0..8 {
        for n in 0..6 {
            site.story(&format!("more-{n}"), "category: economy\n", &format!("Round {round} of {n}."));
        }
        build(&site);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(["publish", "--quiet", "--now", NOW, "--site"]).arg(site.root());
        let mut child = command.envs(CREDENTIALS.iter().copied()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30 + 25 * round));
        let _ = child.kill();
        child.wait().unwrap();
        publish_well(&site, &[]);
        assert_published(&site, &s3, &format!("killed in round {round}"));
    }
}

#[test]
fn another_machine_repeats_what_a_dead_publish_may_have_touched() {
    let s3 = S3::start();
    let site = site(&s3, "retries: 0\nconcurrency: 1");
    build(&site);
    publish_well(&site, &[]);
    change(&site);
    build(&site);
    s3.fail(Some(Fault { at: 9, lasting: true, kind: Kind::Error }));
    assert_eq!(publish(&site, &["--max-delete", "50%"]).code, 1);
    s3.fail(None);
    // A machine that never published has no journal.
    fs::remove_dir_all(site.root().join(".dateline/publish")).unwrap();
    let ran = publish(&site, &["--max-delete", "50%"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("another publish to this target is under way"), "{}", ran.stderr);
    publish_well(&site, &["--max-delete", "50%", "--take-over"]);
    assert_published(&site, &s3, "taken over");
    // After a quarter of an hour nobody has to say so.
    site.story("strike", "category: economy\nversion: 3\n", "Over.");
    build(&site);
    s3.fail(Some(Fault { at: 6, lasting: true, kind: Kind::Error }));
    assert_eq!(publish(&site, &[]).code, 1);
    s3.fail(None);
    fs::remove_dir_all(site.root().join(".dateline/publish")).unwrap();
    let late = site.cli_with(&["publish", "--now", "2026-11-23T12:20:00Z"], CREDENTIALS);
    assert_eq!(late.code, 0, "{}", late.stderr);
    assert_published(&site, &s3, "expired");
}

#[test]
fn of_two_publishers_one_wins_and_the_other_says_so() {
    let s3 = S3::start();
    let (a, b) = (site(&s3, ""), site(&s3, ""));
    for (site, text) in [(&a, "Version of A."), (&b, "Version of B.")] {
        site.story("strike", "category: economy\n", text);
        build(site);
    }
    publish_well(&a, &[]);
    for round in 0..5 {
        for (site, name) in [(&a, "A"), (&b, "B")] {
            site.story("strike", "category: economy\n", &format!("Version {round} of {name}."));
            build(site);
        }
        let (first, second) = std::thread::scope(|scope| {
            let other = scope.spawn(|| publish(&b, &[]));
            (publish(&a, &[]), other.join().unwrap())
        });
        // Either one after the other, or one wins; both cannot lose, and the loser reports it.
        assert!(first.code == 0 || second.code == 0, "{}\n{}", first.stderr, second.stderr);
        for ran in [&first, &second].into_iter().filter(|ran| ran.code != 0) {
            assert!(ran.stderr.contains("publish-conflict"), "{}", ran.stderr);
        }
        let objects = s3.objects();
        let holds =
            |site: &Site| site.tree().iter().all(|(path, bytes)| objects.get(path).is_some_and(|o| o.0 == *bytes));
        assert!(holds(&a) || holds(&b), "round {round}: the bucket holds a mixture");
    }
}

#[test]
fn no_credential_is_in_any_file_or_message() {
    let s3 = S3::start();
    let site = site(&s3, "retries: 0");
    build(&site);
    let mut output = publish_well(&site, &["--json"]).stdout;
    output.push_str(
        &site
            .cli_with(
                &["publish"],
                &[
                    ("AWS_ACCESS_KEY_ID", "wrong-key-id"),
                    ("AWS_SECRET_ACCESS_KEY", "wrong-secret-1234567890"),
                    ("AWS_REGION", "us-east-1"),
                ],
            )
            .stderr,
    );
    let secrets = [CREDENTIALS[1].1, "wrong-secret-1234567890"];
    for secret in secrets {
        assert!(!output.contains(secret), "{output}");
        for (path, bytes) in crate::support::tree(site.root()) {
            assert!(!crate::support::contains(&bytes, secret), "{path}");
        }
    }
    // And a page that holds one is refused.
    site.story("leak", "category: economy\n", &format!("The key is {}.", CREDENTIALS[1].1));
    build(&site);
    let ran = publish(&site, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("secret-found") && !ran.stderr.contains(CREDENTIALS[1].1), "{}", ran.stderr);
}

// Redirects, large files, odd names.

#[test]
fn s3_leads_on_by_itself_where_it_can() {
    let s3 = S3::start();
    let site = site(&s3, "website_redirects: true\ncompress: [gzip]");
    site.story("moved", "category: economy\naliases: [/old/address/, /مقال/]\n", "Text.");
    build(&site);
    publish_well(&site, &[]);
    let to = "/economy/2026/11/20/moved/".to_string();
    assert_eq!(s3.redirects()["old/address/index.html"], to);
    assert_eq!(s3.redirects().len(), 2, "{:?}", s3.redirects());
    // The page leads on too, for those who come by another way than the website endpoint.
    let (bytes, headers) = &s3.objects()["old/address/index.html"];
    assert_eq!(&bytes[..2], [0x1f, 0x8b]);
    assert_eq!(headers, &["text/html; charset=utf-8", "public, max-age=300", "gzip"]);
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
    s3.forget_redirect("old/address/index.html");
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("1 put, 0 deleted"), "{}", ran.stderr);
    assert_eq!(s3.redirects()["old/address/index.html"], to);
    // Another aim is another header of the same page, and the rollback brings the former one.
    site.story("other", "category: economy\naliases: [/old/address/]\nfirstCreated: 2026-11-19T10:00:00Z\n", "Text.");
    site.story("moved", "category: economy\n", "Text.");
    build(&site);
    publish_well(&site, &["--max-delete", "50%"]);
    assert_eq!(s3.redirects()["old/address/index.html"], "/economy/2026/11/19/other/");
    publish_well(&site, &["--rollback", "--max-delete", "50%"]);
    assert_eq!(s3.redirects()["old/address/index.html"], to);
    // A store that is not Amazon's gets plain pages unless it is said to know better.
    let other = S3::start();
    let plain = self::site(&other, "");
    plain.story("moved", "category: economy\naliases: [/old/address/]\n", "Text.");
    build(&plain);
    publish_well(&plain, &[]);
    assert!(other.redirects().is_empty() && other.objects().contains_key("old/address/index.html"));
}

#[test]
fn large_files_go_in_parts_and_odd_names_arrive() {
    let s3 = S3::start();
    let site = site(&s3, "retries: 0");
    // Each kilobyte is another one, so that parts cannot change places unseen.
    let kilobytes: Vec<Vec<u8>> = (0..20u32 << 10).map(|n| n.to_le_bytes().repeat(256)).collect();
    let film = kilobytes.concat();
    let names = ["film.mp4", "Žluť & кошка.png", "نفط.pdf", "a+b=c;d.png", "quote'd (1).png"];
    for name in names {
        let bytes = match name.rsplit_once('.') {
            Some((_, "mp4")) => film.clone(),
            Some((_, "png")) => crate::support::png(2, 3, ""),
            _ => name.into(),
        };
        site.file(&format!("content/2026/11/{name}"), bytes);
    }
    let text: String = names.iter().map(|name| format!("[x](<{name}>)\n\n")).collect();
    site.story("names", "category: economy\n", &text);
    assert_eq!(site.run_build(&[]).code, 0);
    let count = site.tree().keys().filter(|path| names.iter().any(|name| path.ends_with(name))).count();
    assert_eq!(count, names.len(), "{:?}", site.tree().keys());
    publish_well(&site, &[]);
    assert_published(&site, &s3, "odd names");
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
    // A part that fails leaves nothing that readers see, and what was changed behind the back is found at the last byte.
    let path = s3.folder().join("wire/site").join(site.tree().keys().find(|path| path.ends_with("mp4")).unwrap());
    let mut other = film.clone();
    *other.last_mut().unwrap() ^= 1;
    fs::write(&path, &other).unwrap();
    s3.fail(None);
    let ran = publish_well(&site, &["--audit"]);
    assert!(ran.stderr.contains("1 put, 0 deleted"), "{}", ran.stderr);
    let parts = s3.take_log().into_iter().filter(|line| line.ends_with("mp4")).count();
    assert!(parts >= 4, "{parts} requests for 20 MiB");
    assert_published(&site, &s3, "parts");
    site.remove("content/2026/11/names.md");
    build(&site);
    publish_well(&site, &["--max-delete", "50%"]);
    assert_published(&site, &s3, "odd names gone");
}

// What stores say.

#[test]
fn what_a_store_says_comes_with_what_to_do() {
    let s3 = S3::start();
    let site = site(&s3, "retries: 0");
    build(&site);
    let with = |environment: &[(&str, &str)]| {
        let ran = site.cli_with(&["publish", "--now", NOW], environment);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        ran.stderr
    };
    let [id, secret, region, config, credentials] = CREDENTIALS else { panic!() };
    let wrong = ("AWS_SECRET_ACCESS_KEY", "wrong-but-long-enough-to-be-one");
    let output = with(&[*id, wrong, *region]);
    assert!(output.contains("SignatureDoesNotMatch") && output.contains("does not know these credentials"), "{output}");
    assert!(!output.contains(wrong.1), "{output}");
    let output = with(&[("AWS_ACCESS_KEY_ID", "AKIDOTHER"), *secret, *region]);
    assert!(output.contains("does not know these credentials") || output.contains("must be allowed"), "{output}");
    // No credentials at all, and none to wait for.
    let output = with(&[*config, *credentials, ("AWS_EC2_METADATA_DISABLED", "true")]);
    assert!(output.contains("there are no credentials for S3") && output.contains("set AWS_ACCESS_KEY_ID"), "{output}");
    let output = with(&[*config, *credentials, ("AWS_PROFILE", "desk")]);
    assert!(output.contains("there is no profile `desk`"), "{output}");
    // A profile of Amazon's own tools will do, and is kept out of the site like any other secret.
    site.file("keys", format!("[desk]\naws_access_key_id={}\naws_secret_access_key={}\n", id.1, secret.1));
    let keys = site.root().join("keys");
    let profile = [*config, ("AWS_PROFILE", "desk"), ("AWS_SHARED_CREDENTIALS_FILE", keys.to_str().unwrap()), *region];
    let ran = site.cli_with(&["publish", "--now", NOW], &profile);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_published(&site, &s3, "with a profile");
    site.story("leak", "category: economy\n", &format!("The key is {}.", secret.1));
    build(&site);
    let output = with(&profile);
    assert!(output.contains("the secret key of the profile") && !output.contains(secret.1), "{output}");
    site.remove("content/2026/11/leak.md");
    build(&site);
    // Rights that end half-way.
    site.story("strike", "category: economy\n", "Changed.");
    build(&site);
    s3.fail(Some(Fault { at: 5, lasting: true, kind: Kind::Denied }));
    let output = with(CREDENTIALS);
    assert!(
        output.contains("AccessDenied: Access Denied") && output.contains("must be allowed to read, write"),
        "{output}"
    );
    s3.fail(None);
    publish_well(&site, &[]);
    // A server that is not there.
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", settings.replace(&s3.address().to_string(), "127.0.0.1:1"));
    let output = with(CREDENTIALS);
    assert!(output.contains("the store cannot be reached: is `endpoint` right"), "{output}");
}

#[test]
fn a_store_that_minds_no_conditions_is_refused_until_it_is_meant() {
    let s3 = S3::careless();
    let site = site(&s3, "");
    build(&site);
    let ran = publish(&site, &[]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("minds no conditions on writes") && ran.stderr.contains("conditional_writes: false"),
        "{}",
        ran.stderr
    );
    assert!(s3.objects().is_empty());
    // Nor does it help to run again: the record that this left there is no reason to trust the store.
    let ran = publish(&site, &[]);
    assert!(ran.code == 1 && ran.stderr.contains("minds no conditions on writes"), "{}", ran.stderr);
    assert!(s3.objects().is_empty());
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", format!("{settings}    conditional_writes: false\n"));
    publish_well(&site, &[]);
    assert_published(&site, &s3, "careless");
    change(&site);
    build(&site);
    publish_well(&site, &["--max-delete", "50%"]);
    assert_published(&site, &s3, "careless, changed");
    // Without conditions the record is looked at before it is replaced: who comes later says so.
    let lease = s3.folder().join("wire/site/.dateline/published");
    let text = fs::read_to_string(&lease).unwrap();
    assert!(!text.contains("lease"), "{text}");
}

// Google and Azure.

fn cloud_site(server: &Server, more: &str) -> Site {
    let site = Site::with(&format!("{SETTINGS}{}", server.settings(more)));
    site.story("strike", "keywords: [Ports]\ncategory: economy\naliases: [/old/]\n", "The strike began.");
    site.story("talks", "keywords: [Ports]\ncategory: economy\n", "Talks followed the strike.");
    site.story("doomed", "keywords: [Ports]\ncategory: economy\n", "Slander about the strike.");
    site
}

fn cloud_publish(site: &Site, cloud: Cloud, args: &[&str]) -> Ran {
    site.cli_with(&[&["publish", "--now", NOW, "--max-delete", "50%"], args].concat(), cloud::credentials(cloud))
}

fn cloud_publish_well(site: &Site, cloud: Cloud, args: &[&str]) -> Ran {
    let ran = cloud_publish(site, cloud, args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran
}

fn assert_in_cloud(site: &Site, server: &Server, context: &str) {
    let objects = server.objects();
    let wanted = site.tree();
    assert_eq!(objects.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{context}");
    for (path, bytes) in &wanted {
        let stored = &objects[path];
        assert!(stored.bytes == *bytes, "{context}: {path} differs");
        assert_eq!(stored.headers[0], dateline::media_type::of(path), "{context}: {path}");
        assert!(stored.headers[1].starts_with("public, max-age="), "{context}: {path}: {:?}", stored.headers);
    }
}

#[test]
fn google_and_azure_hold_what_s3_holds() {
    for cloud in [Cloud::Google, Cloud::Azure] {
        let server = Server::start(cloud);
        let site = cloud_site(&server, "");
        let film: Vec<u8> = (0..5u32 << 20).flat_map(u32::to_le_bytes).collect();
        site.file("content/2026/11/film (1).mp4", film);
        site.file("content/2026/11/نفط & Öl.png", crate::support::png(2, 3, ""));
        site.story("film", "category: economy\n", "[film](<film (1).mp4>) [oil](<نفط & Öl.png>)");
        build(&site);
        assert!(site.tree().keys().any(|path| path.ends_with("film (1).mp4")));
        cloud_publish_well(&site, cloud, &[]);
        assert_in_cloud(&site, &server, &format!("{cloud:?}"));
        server.take_log();
        let ran = cloud_publish_well(&site, cloud, &[]);
        assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
        assert_eq!(server.take_log().len(), 1);
        change(&site);
        build(&site);
        cloud_publish_well(&site, cloud, &[]);
        assert_in_cloud(&site, &server, &format!("{cloud:?}, changed"));
        let log = server.take_log();
        let position =
            |text: &str| log.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{log:#?}"));
        assert!(position("doomed/index.html") < position("fish"), "{log:#?}");
        // What is changed behind the back is mended, headers too.
        server.meddle(|objects| {
            objects.remove("site/index.html");
            objects.get_mut("site/feed.xml").unwrap().headers[0] = "text/plain".into();
            objects.get_mut("site/economy/index.html").unwrap().bytes.push(b'x');
            let spam = objects["site/feed.xml"].clone();
            objects.insert("site/spam.html".into(), spam);
        });
        let ran = cloud_publish_well(&site, cloud, &["--audit", "--prune"]);
        assert!(ran.stderr.contains("3 put, 1 deleted"), "{cloud:?}: {}", ran.stderr);
        assert_in_cloud(&site, &server, &format!("{cloud:?}, mended"));
        cloud_publish_well(&site, cloud, &["--rollback"]);
        let stories = server.objects().keys().filter(|path| path.contains("doomed") || path.contains("talks")).count();
        assert_eq!(stories, 2, "the notice and its ninjs");
        let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
        site.file("dateline.yaml", settings.replace("gs://wire/", "gs://wier/").replace("/$web/", "/other/"));
        let ran = cloud_publish(&site, cloud, &[]);
        assert!(ran.code == 1 && ran.stderr.contains("make the bucket first"), "{}", ran.stderr);
    }
}

#[test]
fn google_and_azure_keep_compressed_forms() {
    for cloud in [Cloud::Google, Cloud::Azure] {
        let server = Server::start(cloud);
        let site = cloud_site(&server, "compress: [gzip]");
        build(&site);
        cloud_publish_well(&site, cloud, &[]);
        assert_eq!(server.objects()["index.html"].headers[2], "gzip");
        // Google gives it unpacked to whoever asks for no coding; that is not drift.
        let ran = cloud_publish_well(&site, cloud, &["--audit"]);
        assert!(ran.stderr.contains("0 put, 0 deleted"), "{cloud:?}: {}", ran.stderr);
        server.meddle(|objects| objects.get_mut("site/index.html").unwrap().headers[1] = "no-store".into());
        let ran = cloud_publish_well(&site, cloud, &["--audit"]);
        assert!(ran.stderr.contains("1 put, 0 deleted"), "{cloud:?}: {}", ran.stderr);
    }
}

#[test]
fn whatever_request_to_google_and_azure_fails_the_next_run_ends_well() {
    for (cloud, number) in [(Cloud::Google, 1), (Cloud::Google, 2), (Cloud::Azure, 1), (Cloud::Azure, 2)] {
        let server = Server::start(cloud);
        let site = cloud_site(&server, "retries: 0");
        build(&site);
        if number > 1 {
            cloud_publish_well(&site, cloud, &[]);
            change(&site);
            build(&site);
        }
        let (before, state) = (server.snapshot(), crate::support::folder());
        copy(&site.root().join(".dateline"), state.path());
        let restore = || {
            server.meddle(|objects| *objects = before.clone());
            empty(&site.root().join(".dateline"));
            copy(state.path(), &site.root().join(".dateline"));
        };
        server.fail(None);
        cloud_publish_well(&site, cloud, &[]);
        let requests = server.take_log().len();
        for at in (0..requests).step_by(crate::support::step(4)) {
            let kinds = [Kind::Cut, Kind::CutAfter, Kind::Throttle, Kind::Denied];
            let of_this =
                if number == 2 && is_whole() { 0..kinds.len() } else { at % kinds.len()..at % kinds.len() + 1 };
            for kind in kinds[of_this].iter().copied() {
                restore();
                let context = format!("{cloud:?}, publish {number}: {kind:?} at {at} of {requests}");
                server.fail(Some(Fault { at, lasting: true, kind }));
                let ran = cloud_publish(&site, cloud, &[]);
                // Tidying up after the record is written is several requests to Google.
                let late = at + 6 >= requests;
                assert!(ran.code == 1 || (late && ran.code == 0), "{context}: {}", ran.stderr);
                server.fail(None);
                cloud_publish_well(&site, cloud, &[]);
                assert_in_cloud(&site, &server, &context);
                assert!(server.own().contains(&"published".to_string()), "{context}");
            }
        }
    }
}

#[test]
fn of_two_publishers_to_google_and_azure_one_wins() {
    for cloud in [Cloud::Google, Cloud::Azure] {
        let server = Server::start(cloud);
        let (a, b) = (cloud_site(&server, ""), cloud_site(&server, ""));
        for (site, text) in [(&a, "Version of A."), (&b, "Version of B.")] {
            site.story("strike", "category: economy\n", text);
            build(site);
        }
        let (first, second) = std::thread::scope(|scope| {
            let other = scope.spawn(|| cloud_publish(&b, cloud, &[]));
            (cloud_publish(&a, cloud, &[]), other.join().unwrap())
        });
        assert!(first.code == 0 || second.code == 0, "{}\n{}", first.stderr, second.stderr);
        for ran in [&first, &second].into_iter().filter(|ran| ran.code != 0) {
            assert!(ran.stderr.contains("publish-conflict"), "{}", ran.stderr);
        }
        let objects = server.objects();
        let holds = |site: &Site| site.tree().iter().all(|(path, bytes)| objects[path].bytes == *bytes);
        assert!(holds(&a) || holds(&b), "{cloud:?}: a mixture");
    }
}

// Caches.

#[test]
fn a_publish_killed_after_a_withdrawal_still_notifies_the_caches() {
    let s3 = S3::start();
    let site =
        site(&s3, "retries: 0\nconcurrency: 1\npurge: {command: \"cat {file} >> purged.txt; echo -- >> purged.txt\"}");
    build(&site);
    publish_well(&site, &[]);
    change(&site);
    build(&site);
    // The process dies while a request of the withdrawals is under way: nobody was notified yet.
    s3.fail(Some(Fault { at: 5, lasting: true, kind: Kind::Silence }));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.args(["publish", "--quiet", "--now", NOW, "--max-delete", "50%", "--site"]).arg(site.root());
    let mut child = command.envs(CREDENTIALS.iter().copied()).spawn().unwrap();
    let start = std::time::Instant::now();
    let journal = site.root().join(".dateline/publish/live/journal");
    let noted = || fs::read_to_string(&journal).is_ok_and(|text| text.contains("doomed/ninjs.json"));
    while !noted() && start.elapsed() < std::time::Duration::from_secs(20) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let _ = child.kill();
    child.wait().unwrap();
    assert!(!site.root().join("purged.txt").exists());
    s3.fail(None);
    let ran = publish_well(&site, &["--max-delete", "50%"]);
    assert!(ran.stderr.contains("went on with a stopped publish"), "{}", ran.stderr);
    let purged = fs::read_to_string(site.root().join("purged.txt")).unwrap();
    let (first, rest) = purged.split_once("--\n").unwrap();
    let killed = "https://example.org/economy/2026/11/20/doomed/\n";
    assert!(
        first.contains(killed) && first.contains("/talks/") && !first.contains("https://example.org/\n"),
        "{purged}"
    );
    assert!(rest.contains(killed) && rest.contains("https://example.org/\n"), "{purged}");
    // And once everybody knows, nobody is notified again.
    site.remove("purged.txt");
    publish_well(&site, &[]);
    assert!(!site.root().join("purged.txt").exists());
}

fn empty(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            fs::remove_dir_all(entry.path()).unwrap();
        } else {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}
