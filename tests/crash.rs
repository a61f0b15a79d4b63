//! A build that is stopped at any moment leaves every file whole, and the next one ends with the bytes of a clean build. So does a
//! publish to a folder (`publishing`).
//!
//! Moments come in two ways: each change of the disk in turn (`file::faults`), and the clock (`DATELINE_KILLS` says how many
//! processes are killed). Faults are the process's, so a test that injects some runs in a process of its own ([`alone`]).

mod publishing;

use crate::support::{self, NOW, Site, copy, is_whole, time, tree};
use dateline::build::{self, BuildOptions, build};
use dateline::diag::Code;
use dateline::file::faults;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

type Tree = BTreeMap<String, Vec<u8>>;

/// Runs a test of this file, by its name, in a process of its own.
fn alone(name: &str, test: impl FnOnce()) {
    in_own_process(&format!("crash::{name}"), test);
}

/// The same of any test.
pub(crate) fn in_own_process(name: &str, test: impl FnOnce()) {
    const MARK: &str = "DATELINE_ALONE";
    if std::env::var_os(MARK).is_some() {
        return test();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let ran = command.args(["--exact", name, "--nocapture"]).env(MARK, "1").output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let passed = ran.status.success() && said.contains("test result: ok. 1 passed");
    assert!(passed, "{said}{}", String::from_utf8_lossy(&ran.stderr));
}

fn try_build(root: &Path) -> bool {
    let options = BuildOptions { threads: 2, write: true, ..BuildOptions::read_only(time(NOW)) };
    // The edit removes a story; its address is named until somebody settles it.
    build(root, &options).is_ok_and(|report| report.diagnostics.iter().all(|found| found.code == Code::AddressMoved))
}

/// The address of the story that [`edit`] removes.
const REMOVED: &str = "/climate/2026/11/20/frost/";

/// Whether the site still knows that this address was public and leads nowhere. A build may not say so again: one that finds nothing
/// changed repeats no notes.
fn knows_the_removed(root: &Path) -> bool {
    let moved = build::moved(root, &BuildOptions::read_only(time(NOW))).unwrap().value;
    moved.iter().any(|address| address.path == REMOVED)
}

fn newsroom() -> Site {
    let site = Site::with("lists: {per_page: 2}\nimages: {widths: [16, 40]}\n");
    site.file("content/2026/11/crane.png", support::png(80, 60, "crane"));
    site.file("content/2026/11/urn.png", support::png(80, 60, "urn"));
    site.story(
        "dock",
        "keywords: [Docks]\nassociations: [{href: crane.png}]\n",
        "Cranes stood idle at the port as dockers walked out.",
    );
    site.story(
        "vote",
        "keywords: [Docks]\nassociations: [{href: urn.png}]\n",
        "Dockers vote on the offer of the harbour board.",
    );
    site.story("frost", "category: climate\n", "Growers lit smudge pots as frost crept down the valley.");
    site.story("ferry", "", "Three sailings a day to the islands.");
    site
}

/// What the desk does between two builds: a correction, a kill, a story that goes, one that comes.
fn edit(site: &Path) {
    let file = |name: &str, text: &str| fs::write(site.join("content/2026/11").join(name), text).unwrap();
    let front = |name: &str, more: &str| {
        format!(
            "---\nuri: urn:check:{name}\nheadline: New of {name}\nfirstCreated: 2026-11-20T12:00:00Z\n{more}---\n\nText of {name}.\n"
        )
    };
    file("dock.md", &front("dock", "version: 2\ncorrection: A name was wrong.\n"));
    file("vote.md", &front("vote", "version: 2\npubStatus: canceled\n"));
    fs::write(site.join("content/2026/11/hall.png"), support::png(80, 61, "hall")).unwrap();
    file("new.md", &front("new", "keywords: [Docks]\nassociations: [{href: hall.png}]\n"));
    let _ = fs::remove_file(site.join("content/2026/11/frost.md"));
}

/// What a build without state makes of the same files.
fn clean(site: &Path) -> Tree {
    let folder = support::folder();
    copy(&site.join("content"), &folder.path().join("content"));
    fs::copy(site.join("dateline.yaml"), folder.path().join("dateline.yaml")).unwrap();
    assert!(try_build(folder.path()));
    tree(&folder.path().join("output"))
}

/// Every file is as it was before or as it will be; none is half.
fn assert_whole(now: &Path, before: &Tree, after: &Tree, step: &str) {
    for (path, bytes) in tree(&now.join("output")) {
        let is_own = path.split('/').any(|part| part.starts_with(".dateline-"));
        let is_whole = [before, after].iter().any(|tree| tree.get(&path) == Some(&bytes));
        assert!(is_own || is_whole, "{path} is half; {step}");
    }
}

/// Lets each change of the disk in turn be the first that fails, and looks at what is left, and at the build after it. With
/// `back` the edit is taken back in between. Every ninth change where not all rounds are made.
fn faults_of(base: &Path, edit: impl Fn(&Path), back: bool) {
    let before = tree(&base.join("output"));
    let removes = !before.is_empty() && !back;
    let edited = support::folder();
    copy(base, edited.path());
    edit(edited.path());
    let after = clean(edited.path());
    for changes in (0..).step_by(support::step(9)) {
        let folder = support::folder();
        copy(base, folder.path());
        edit(folder.path());
        faults::fail_after(changes);
        let built = try_build(folder.path());
        let failed = faults::mend();
        let step = format!("after {changes} changes, back: {back}");
        assert_whole(folder.path(), &before, &after, &step);
        if back {
            fs::remove_dir_all(folder.path().join("content")).unwrap();
            copy(&base.join("content"), &folder.path().join("content"));
        }
        assert!(try_build(folder.path()), "the build {step}");
        assert!(!removes || knows_the_removed(folder.path()), "{REMOVED} is forgotten {step}");
        let expected = if back { &before } else { &after };
        let found = tree(&folder.path().join("output"));
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{step}");
        assert!(found == *expected, "{step}");
        let leftover = |path: &Path| path.file_name().unwrap().to_str().unwrap().starts_with(".dateline-tmp");
        let leftovers = walkdir::WalkDir::new(folder.path().join("output")).into_iter().map(Result::unwrap);
        assert_eq!(leftovers.filter(|entry| leftover(entry.path())).count(), 0, "{step}");
        if !failed {
            assert!(built && changes > 20, "{step}");
            return;
        }
    }
}

fn kills(base: &Site, count: u64) {
    let mut dice = 7_u64;
    for number in 0..count {
        let folder = support::folder();
        copy(base.root(), folder.path());
        let is_first = number % 2 == 0;
        if is_first {
            fs::remove_dir_all(folder.path().join("output")).unwrap();
            fs::remove_dir_all(folder.path().join(".dateline")).unwrap();
        }
        let before =
            tree(&folder.path().join("output").canonicalize().unwrap_or_else(|_| folder.path().join("content")));
        edit(folder.path());
        let after = clean(folder.path());
        let mut process = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .args(["build", "--quiet", "--now", NOW, "--site"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros(dice % 60_000));
        let _ = process.kill();
        process.wait().unwrap();
        if folder.path().join("output").exists() {
            assert_whole(folder.path(), &before, &after, &format!("kill {number}"));
        }
        assert!(try_build(folder.path()), "the build after kill {number}");
        assert_eq!(knows_the_removed(folder.path()), !is_first, "{REMOVED} after kill {number}");
        assert!(tree(&folder.path().join("output")) == after, "kill {number}");
    }
}

#[test]
fn any_change_of_a_first_build_may_fail() {
    alone("any_change_of_a_first_build_may_fail", || {
        let site = newsroom();
        std::thread::sleep(Duration::from_millis(20));
        fs::create_dir_all(site.output()).unwrap();
        faults_of(site.root(), |_| {}, false);
    });
}

#[test]
fn any_change_of_a_build_after_an_edit_may_fail() {
    alone("any_change_of_a_build_after_an_edit_may_fail", || faults_of(built().root(), edit, false));
}

#[test]
fn any_change_of_a_build_may_fail_for_which_the_edit_is_taken_back() {
    alone("any_change_of_a_build_may_fail_for_which_the_edit_is_taken_back", || faults_of(built().root(), edit, true));
}

/// The newsroom with its output.
fn built() -> Site {
    let site = newsroom();
    std::thread::sleep(Duration::from_millis(20));
    assert!(try_build(site.root()));
    site
}

#[test]
fn a_build_may_be_killed_at_any_time() {
    let site = built();
    kills(&site, support::number("DATELINE_KILLS", 4, 200));
}
