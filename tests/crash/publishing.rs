//! A publish to a folder that is stopped at any change of the disk goes on with the next run: the first one, and later ones.

use super::*;
use dateline::config::publish::{Percent, Target};
use dateline::progress::{Progress, Silent};
use dateline::publish::{Report, Request};

/// A site of few files, since each of its changes is a round.
fn site() -> Site {
    let site = Site::with(
        "search: false\nimages: {widths: [16]}\nlists: {per_page: 2}\n\
         pages: {days: false, json_feed: false, atom: false, list_feeds: [], places: false, authors: false}\n",
    );
    site.file("content/2026/11/urn.png", support::png(80, 60, "urn"));
    site.story("dock", "keywords: [Docks]\n", "Cranes stood idle at the port as dockers walked out.");
    site.story("vote", "keywords: [Votes]\nassociations: [{href: urn.png}]\n", "Dockers vote on the offer.");
    site
}

/// One story is killed, with all that it had alone, one changes, and one comes.
fn next(site: &Site, number: u32) {
    site.story("vote", "pubStatus: canceled\nversion: 2\n", "Kill.");
    site.story("dock", "keywords: [Docks]\nversion: 2\n", &format!("Day {number}."));
    site.story(&format!("new-{number}"), "keywords: [Docks]\n", "More.");
}

fn publish(root: &Path, releases: usize) -> Report {
    publish_beside(root, releases, &Silent)
}

fn publish_beside(root: &Path, releases: usize, progress: &dyn Progress) -> Report {
    let config = dateline::config::load(root).unwrap();
    let mut target = Target::at("./www").unwrap();
    target.options.releases = releases;
    let request = Request {
        target,
        output: None,
        now: time(NOW),
        rollback: None,
        dry_run: false,
        audit: false,
        prune: false,
        allow_errors: false,
        max_delete: Some(Percent(100.0)),
        preset: None,
        take_over: false,
        purge_file: None,
        verify: None,
        gate: None,
        environment: &|_| None,
        progress,
    };
    dateline::publish::run(root, &config, &request)
}

/// The files that readers get; none where nothing was published.
fn live(root: &Path, releases: usize) -> Tree {
    let folder = root.join(if releases == 0 { "www" } else { "www/current/" });
    if !folder.exists() {
        return Tree::new();
    }
    tree(&folder).into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect()
}

/// Puts a copy in the place of a folder, links and times as they are.
fn restore(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
}

/// Nothing is left of a release that readers never saw, or that names what was withdrawn; here and at the target.
fn assert_tidy(root: &Path, releases: usize, context: &str) {
    for (path, bytes) in tree(&root.join(".dateline/publish")) {
        let is_public = |files: Tree| files.values().any(|file| *file == bytes);
        let is_former = support::contains(&bytes, "Dockers vote on the offer.");
        assert!(!path.contains("/kept/") || !is_former || is_public(live(root, releases)), "{path}: {context}");
    }
    if releases == 0 {
        return;
    }
    let current = fs::read_link(root.join("www/current")).unwrap();
    let current: u64 = current.file_name().unwrap().to_str().unwrap().parse().unwrap();
    let killed = support::contains(&fs::read(root.join("content/2026/11/vote.md")).unwrap(), "canceled");
    for entry in fs::read_dir(root.join("www/releases")).unwrap().flatten() {
        let serial: u64 = entry.file_name().to_str().unwrap().parse().unwrap();
        assert!(serial <= current, "release {serial}: {context}");
        for (path, bytes) in tree(&entry.path()) {
            let names = support::contains(&bytes, "Dockers vote on the offer.");
            assert!(!killed || !names, "{path} of release {serial}: {context}");
        }
    }
}

/// Lets each change of the disk in turn be the first that fails, for the publish of what was built last.
fn faults_of(site: &Site, releases: usize, number: u32) {
    let root = site.root();
    let snapshot = support::folder();
    let before = live(root, releases);
    let after = tree(&root.join("output"));
    let had_target = root.join("www").exists();
    restore(&root.join(".dateline"), &snapshot.path().join("state"));
    if had_target {
        restore(&root.join("www"), &snapshot.path().join("www"));
    }
    // Each moment of a first publish in place, and every fifth of the others, from another one on each time; fewer where not all
    // rounds are made.
    let (begin, step) = if number == 1 && releases == 0 { (0, 1) } else { (number, 5) };
    let step = if is_whole() { step } else { step * 4 };
    for changes in (begin..).step_by(step) {
        restore(&snapshot.path().join("state"), &root.join(".dateline"));
        let _ = fs::remove_dir_all(root.join("www"));
        if had_target {
            restore(&snapshot.path().join("www"), &root.join("www"));
        }
        faults::fail_after(changes);
        let report = publish(root, releases);
        let failed = faults::mend();
        let context = format!("publish {number}, {releases} releases, after {changes} changes");
        for (path, bytes) in live(root, releases) {
            let is_temporary = path.contains(".dateline-tmp-");
            let is_whole = [&before, &after].iter().any(|tree| tree.get(&path) == Some(&bytes));
            assert!(is_temporary || is_whole, "{path} is half; {context}");
        }
        let again = publish(root, releases);
        assert!(again.finished, "{context}: {:#?}\nand before: {:#?}", again.diagnostics, report.diagnostics);
        let found = live(root, releases);
        assert_eq!(found.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{context}");
        assert!(found == after, "{context}");
        assert_tidy(root, releases, &context);
        if !failed {
            assert!(report.finished && changes > 20, "{context}");
            return;
        }
    }
}

/// Another publish, which begins after this one has read what the target holds, and is killed.
struct Other<'a>(&'a (dyn Fn() + Sync));

impl Progress for Other<'_> {
    fn stage(&self, stage: &'static str, _: Option<usize>) {
        if stage == "check" {
            (self.0)();
        }
    }

    fn step(&self, _: usize) {}
}

#[test]
fn a_publish_that_was_killed_meanwhile_leaves_its_doubt() {
    for (releases, mark, list) in [(0, "lease", "other\nindex.html\n"), (2, "stale-1", "index.html\n")] {
        let site = site();
        let root = site.root();
        assert!(try_build(root));
        assert!(publish(root, releases).finished);
        next(&site, 2);
        site.story("vote", "keywords: [Votes]\nassociations: [{href: urn.png}]\n", "Dockers vote on the offer.");
        assert!(try_build(root));
        let other = || {
            site.file(&format!("www/.dateline/{mark}"), list);
            let page = root.join(if releases == 0 { "www/index.html" } else { "www/current/index.html" });
            fs::remove_file(&page).unwrap();
            fs::write(page, "Other.").unwrap();
        };
        let report = publish_beside(root, releases, &Other(&other));
        let messages: Vec<&str> = report.diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert!(
            !report.finished && messages.iter().any(|one| one.starts_with("somebody else publishes to ")),
            "{messages:?}"
        );
        let again = publish(root, releases);
        assert!(again.finished, "{:#?}", again.diagnostics);
        assert!(live(root, releases) == tree(&root.join("output")), "{releases} releases");
    }
}

/// The story that a stopped publish was withdrawing may be public again in the next one.
#[test]
fn a_withdrawal_that_is_stopped_may_be_taken_back() {
    alone("publishing::a_withdrawal_that_is_stopped_may_be_taken_back", || {
        for releases in [0, 2] {
            withdraw_and_take_back(releases);
        }
    });
}

fn withdraw_and_take_back(releases: usize) {
    let site = site();
    let root = site.root();
    assert!(try_build(root));
    assert!(publish(root, releases).finished);
    let snapshot = support::folder();
    let public = tree(&root.join("output"));
    restore(&root.join("www"), &snapshot.path().join("www"));
    restore(&root.join(".dateline/publish"), &snapshot.path().join("state"));
    let vote = fs::read_to_string(root.join("content/2026/11/vote.md")).unwrap();
    let mut stopped = 0;
    for changes in (0..).step_by(if is_whole() { 3 } else { 6 }) {
        restore(&snapshot.path().join("www"), &root.join("www"));
        restore(&snapshot.path().join("state"), &root.join(".dateline/publish"));
        site.story("vote", "pubStatus: canceled\nversion: 2\n", "Kill.");
        assert!(try_build(root));
        faults::fail_after(changes);
        let finished = publish(root, releases).finished;
        faults::mend();
        if finished {
            break;
        }
        stopped += 1;
        site.file("content/2026/11/vote.md", &vote);
        assert!(try_build(root));
        let again = publish(root, releases);
        let context = format!("{releases} releases, after {changes} changes");
        assert!(again.finished, "{context}: {:#?}", again.diagnostics);
        let found = live(root, releases);
        assert_eq!(found.keys().collect::<Vec<_>>(), public.keys().collect::<Vec<_>>(), "{context}");
        assert!(found == public, "{context}");
    }
    assert!(stopped > if is_whole() { 10 } else { 5 }, "{stopped}");
}

#[test]
fn a_publish_to_a_folder_may_meet_a_full_disk_at_any_change() {
    alone("publishing::a_publish_to_a_folder_may_meet_a_full_disk_at_any_change", || fill_the_disk(0));
}

#[test]
fn a_publish_with_releases_may_meet_a_full_disk_at_any_change() {
    alone("publishing::a_publish_with_releases_may_meet_a_full_disk_at_any_change", || fill_the_disk(2));
}

fn fill_the_disk(releases: usize) {
    let site = site();
    assert!(try_build(site.root()));
    faults_of(&site, releases, 1);
    for number in 2..4 {
        next(&site, number);
        assert!(try_build(site.root()));
        faults_of(&site, releases, number);
    }
}

/// A process that is killed takes no step more, not even to tidy up.
#[test]
fn a_publish_to_a_folder_may_be_killed_at_any_time() {
    let mut dice = support::Dice(11);
    for round in 0..support::number("DATELINE_KILLS", 4, 50) {
        let releases = [0, 2][round as usize % 2];
        let site = site();
        let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
        let target = format!("publish: {{live: {{to: www, releases: {releases}, max_delete: \"100%\"}}}}\n");
        site.file("dateline.yaml", settings + &target);
        for number in 1..4 {
            if number > 1 {
                next(&site, number);
            }
            assert!(try_build(site.root()));
            let publish = || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
                command.args(["publish", "--quiet", "--now", NOW, "--site"]).arg(site.root());
                command.stderr(Stdio::null());
                command
            };
            let begun = if releases == 0 { "www/.dateline/lease".into() } else { format!("www/releases/{number}") };
            let begun = site.root().join(begun);
            let mut process = publish().spawn().unwrap();
            // Before that, nothing but reading has been done.
            while !begun.exists() && process.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros(dice.below(6_000) as u64));
            let _ = process.kill();
            process.wait().unwrap();
            let context = format!("round {round}, {releases} releases, publish {number}");
            assert!(publish().status().unwrap().success(), "{context}");
            assert!(live(site.root(), releases) == tree(&site.root().join("output")), "{context}");
        }
    }
}
