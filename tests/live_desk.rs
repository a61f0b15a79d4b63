//! The live desk: what comes in is live, in whatever order, by whatever clock, however often it is killed.

#![cfg(feature = "serve")]

use crate::support::{self, Site, copy, time, tree};
use dateline::clock::Timestamp;
use dateline::live_desk::{DeskOptions, Event, ItemLine, Listener, run};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a test waits before it fails; nothing is measured by it.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// A desk in a thread of the test.
pub(crate) struct Desk {
    pub(crate) heard: Arc<Heard>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<dateline::diag::Result<bool>>>,
}

#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<Event>>);

impl Listener for Heard {
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Heard {
    pub(crate) fn items(&self) -> Vec<ItemLine> {
        let items = |event: &Event| if let Event::Item(line) = event { Some(line.clone()) } else { None };
        self.0.lock().unwrap().iter().filter_map(items).collect()
    }
}

pub(crate) fn noon() -> Timestamp {
    time(support::NOW)
}

pub(crate) fn options(site: &Site, clock: fn() -> Timestamp) -> DeskOptions {
    DeskOptions {
        root: site.root().to_path_buf(),
        drops: vec![site.root().join("drop")],
        push: None,
        once: false,
        stop: Arc::default(),
        poll: false,
        clock,
        environment: |_| None,
    }
}

impl Desk {
    pub(crate) fn start(options: DeskOptions) -> Desk {
        let (heard, stop) = (Arc::new(Heard::default()), Arc::clone(&options.stop));
        let listener = Arc::clone(&heard);
        Desk { heard, stop, thread: Some(std::thread::spawn(move || run(options, listener))) }
    }

    pub(crate) fn stop(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap().unwrap();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < TIMEOUT, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A ninjs item about a place, which is its headline.
pub(crate) fn item(uri: &str, version: u32, status: &str, place: &str, more: &str) -> String {
    format!(
        r#"{{"uri": "urn:desk:{uri}", "version": "{version}", "type": "text", "pubstatus": "{status}", "language": "en",
"headline": "{place} closes", "versioncreated": "2026-11-23T09:0{version}:00Z", "firstcreated": "2026-11-23T09:00:00Z",
"body_html": "<p>The port of {place} closed on Monday, and ferries turned back.</p>"{more}}}"#
    )
}

/// Puts an item into the drop folder as a program does that renames.
fn drop_item(site: &Site, name: &str, text: &str) {
    let folder = site.root().join("drop");
    fs::write(folder.join(format!(".{name}")), text).unwrap();
    fs::rename(folder.join(format!(".{name}")), folder.join(name)).unwrap();
}

pub(crate) fn newsroom(settings: &str) -> Site {
    let site = Site::with(settings);
    site.story("dock", "keywords: [Docks]\n", "Cranes stood idle at the port.");
    fs::create_dir_all(site.root().join("drop")).unwrap();
    site
}

/// What a build without state makes of the content as it is.
pub(crate) fn clean(site: &Site, now: Timestamp) -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder = support::folder();
    copy(&site.root().join("content"), &folder.path().join("content"));
    fs::copy(site.root().join("dateline.yaml"), folder.path().join("dateline.yaml")).unwrap();
    let options = dateline::build::BuildOptions { write: true, ..dateline::build::BuildOptions::read_only(now) };
    dateline::build::build(folder.path(), &options).unwrap();
    tree(&folder.path().join("output"))
}

/// What readers have. While a publish goes on, what goes meanwhile is left out.
pub(crate) fn live(site: &Site) -> std::collections::BTreeMap<String, Vec<u8>> {
    let root = site.root().join("www/current/");
    let files = walkdir::WalkDir::new(&root).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let path = |file: &Path| file.strip_prefix(&root).unwrap().to_str().unwrap().to_string();
    let read = |entry: walkdir::DirEntry| Some((path(entry.path()), fs::read(entry.path()).ok()?));
    files.filter_map(read).filter(|(path, _)| !path.starts_with(".dateline-")).collect()
}

/// Whether readers have a page. A publish may go on meanwhile, so no other file is looked at.
pub(crate) fn is_live(site: &Site, page: &str) -> bool {
    site.root().join("www/current").join(page).is_file()
}

pub(crate) const TARGET: &str = "publish: {live: {to: ./www}}\n";

#[test]
fn what_comes_in_is_live_and_has_its_line() {
    let site = newsroom(TARGET);
    let desk = Desk::start(options(&site, noon));
    until("the first build", || is_live(&site, "index.html"));
    drop_item(&site, "a.json", &item("a", 1, "usable", "Halden", ""));
    until("the item's line", || !desk.heard.items().is_empty());
    let lines = desk.heard.items();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((line.uri.as_deref(), line.version, line.became), (Some("urn:desk:a"), Some(1), "new"));
    assert!(line.written <= line.built.unwrap() && line.built <= line.live, "{line:?}");
    assert!(site.root().join("drop/done/a.json").is_file());
    assert!(live(&site) == clean(&site, noon()) && site.has("news/2026/11/23/halden-closes/index.html"));
    // An editor's save, and the withdrawal of the item.
    site.story("ferry", "", "Three sailings a day.");
    until("the save", || site.has("news/2026/11/20/ferry/index.html"));
    drop_item(&site, "b.json", &item("a", 2, "canceled", "Halden", ""));
    until("the withdrawal", || desk.heard.items().len() == 2);
    let line = desk.heard.items().remove(1);
    assert!(line.withdraws && line.became == "replaced" && line.live.is_some(), "{line:?}");
    assert!(live(&site).values().all(|bytes| !support::contains(bytes, "ferries turned back")));
    desk.stop();
    assert!(live(&site) == clean(&site, noon()));
}

#[test]
fn a_bad_item_in_a_burst_goes_to_failed_and_the_others_are_live() {
    let site = newsroom(TARGET);
    for number in 0..150 {
        site.file(
            &format!("drop/{number:03}.json"),
            item(&format!("{number}"), 1, "usable", &format!("Port {number}"), ""),
        );
    }
    site.file("drop/075-bad.xml", "<nitf><body>").file("drop/149-kill.json", item("7", 2, "canceled", "Port 7", ""));
    let desk = Desk::start(options(&site, noon));
    until("all lines", || desk.heard.items().len() == 152);
    desk.stop();
    assert!(site.root().join("drop/failed/075-bad.xml.diagnostics.txt").is_file());
    assert_eq!(fs::read_dir(site.root().join("drop")).unwrap().count(), 3, "nothing is left");
    assert!(live(&site) == clean(&site, noon()));
    assert!(site.has("news/2026/11/23/port-149-closes/index.html"));
}

#[test]
fn a_withdrawal_overtakes_what_waits() {
    let site = newsroom("");
    for number in 0..150 {
        site.file(
            &format!("drop/{number:03}.json"),
            item(&format!("{number}"), 1, "usable", &format!("Port {number}"), ""),
        );
    }
    site.file("drop/999-kill.json", item("7", 2, "canceled", "Port 7", ""));
    let desk = Desk::start(DeskOptions { once: true, ..options(&site, noon) });
    until("all lines", || desk.heard.items().len() == 151);
    let place = desk.heard.items().iter().position(|line| line.withdraws).unwrap();
    assert_eq!(place, 0);
    assert!(site.html("news/2026/11/23/port-8-closes/index.html").html().contains("Port 8"));
    assert!(!support::contains(&fs::read(site.output().join("feed.xml")).unwrap_or_default(), "Port 7 closes"));
}

#[test]
fn the_clock_alone_changes_the_site_within_a_second_and_may_jump() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    fn clock() -> Timestamp {
        Timestamp::from_millis(NOW.load(Ordering::Relaxed))
    }
    let at = |text: &str| NOW.store(time(text).millis(), Ordering::Relaxed);
    at("2026-11-23T12:00:00Z");
    let site = newsroom("");
    site.story("jobs", "embargoedUntil: 2026-11-23T13:00:00Z\n", "Fewer were out of work.");
    let desk = Desk::start(options(&site, clock));
    until("the first build", || site.has("index.html"));
    let page = "news/2026/11/20/jobs/index.html";
    assert!(!site.has(page));
    let jumped = Instant::now();
    at("2026-11-23T13:00:00Z");
    until("the end of the embargo", || site.has(page));
    assert!(jumped.elapsed() < Duration::from_secs(5), "{:?}", jumped.elapsed());
    // Set back, the clock hides it again, as the next build would.
    at("2026-11-23T12:30:00Z");
    until("the clock that was set back", || !site.has(page));
    desk.stop();
    assert!(site.tree() == clean(&site, time("2026-11-23T12:30:00Z")));
}

/// One edit at random, of a wire, an editor or the clock.
fn edit(site: &Site, dice: &mut support::Dice, step: usize, clock: &AtomicI64) -> String {
    let number = dice.below(6);
    let (uri, place) = (format!("r{number}"), format!("Cove {number}"));
    match dice.below(8) {
        0..=2 => {
            let status = dice.pick(&["usable", "usable", "usable", "canceled", "withheld"]);
            let more = dice.pick(&["", r#", "embargoed": "2026-11-23T14:00:00Z""#]);
            let version = u32::try_from(step).unwrap() % 9 + 1;
            drop_item(site, &format!("{step}.json"), &item(&uri, version, status, &place, more));
            format!("{status} version {version} of {uri}")
        }
        3 => {
            for more in 0..dice.below(100) {
                let text = item(&format!("b{step}-{more}"), 1, "usable", &format!("Burst {step} {more}"), "");
                drop_item(site, &format!("{step}-{more}.json"), &text);
            }
            "a burst".to_string()
        }
        4 => {
            let front =
                dice.pick(&["", "urgency: 1\n", "keywords: [Docks]\n", "embargoedUntil: 2026-11-23T15:00:00Z\n"]);
            site.story(&format!("own-{number}"), front, &format!("Step {step}."));
            format!("a save of own-{number}")
        }
        5 => {
            let _ = fs::remove_file(site.root().join(format!("content/2026/11/own-{number}.md")));
            format!("own-{number} is removed")
        }
        6 => {
            let title = format!("title: Check {step}\nbase_url: https://example.org/\n{TARGET}");
            site.file("dateline.yaml", title);
            "settings".to_string()
        }
        _ => {
            let back = i64::try_from(dice.below(4)).unwrap() - 1;
            clock.fetch_add(back * 3_600_000, Ordering::Relaxed);
            format!("the clock moves by {back} hours")
        }
    }
}

#[test]
fn after_random_edits_the_site_is_that_of_a_clean_build() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    fn clock() -> Timestamp {
        Timestamp::from_millis(NOW.load(Ordering::Relaxed))
    }
    NOW.store(noon().millis(), Ordering::Relaxed);
    let site = newsroom(TARGET);
    let desk = Desk::start(options(&site, clock));
    let mut dice = support::Dice(support::seed(11));
    for step in 0..usize::try_from(support::number("DATELINE_DESK_STEPS", 12, 24)).unwrap() {
        let what = edit(&site, &mut dice, step, &NOW);
        let is_taken = || {
            let waits = fs::read_dir(site.root().join("drop")).unwrap().flatten();
            waits.filter(|entry| entry.path().is_file()).count() == 0
        };
        until(&format!("step {step}: {what}: the drop folder"), is_taken);
        until(&format!("step {step}: {what}"), || {
            let expected = clean(&site, clock());
            site.tree() == expected && live(&site) == expected
        });
    }
    desk.stop();
}

#[test]
fn a_site_has_one_desk() {
    let site = newsroom("");
    let desk = Desk::start(options(&site, noon));
    until("the first build", || site.has("index.html"));
    let second = run(options(&site, noon), Arc::new(Heard::default())).unwrap_err();
    assert_eq!(second.diagnostics[0].to_string(), "error: another desk runs for this site");
    let ran = site.cli(&["desk", "--once"]);
    assert!(ran.code == 2 && ran.stderr.contains("another desk runs for this site"), "{}", ran.stderr);
    desk.stop();
    assert_eq!(site.cli(&["desk", "--once"]).code, 0);
}

#[test]
fn a_target_that_is_down_keeps_nothing_else_from_going_on() {
    let site = newsroom("publish: {live: {to: ./www}, other: {to: ./blocked/www}}\n");
    site.file("blocked", "a file where a folder should be");
    let desk = Desk::start(options(&site, noon));
    until("the first build", || is_live(&site, "index.html"));
    drop_item(&site, "a.json", &item("a", 1, "usable", "Halden", ""));
    until("the item's line", || !desk.heard.items().is_empty());
    assert!(desk.heard.items()[0].built.is_some() && desk.heard.items()[0].live.is_none());
    until("the target that works", || live(&site) == clean(&site, noon()));
    fs::remove_file(site.root().join("blocked")).unwrap();
    until("the target that was down", || site.root().join("blocked/www/current/index.html").is_file());
    desk.stop();
}

#[test]
fn a_full_disk_loses_nothing() {
    crate::crash::in_own_process("live_desk::a_full_disk_loses_nothing", || {
        use dateline::file::faults;
        let site = newsroom(TARGET);
        assert!(run(DeskOptions { once: true, ..options(&site, noon) }, Arc::new(Heard::default())).unwrap());
        for (round, changes) in (0..).zip((0..120).step_by(if support::is_whole() { 4 } else { 12 })) {
            faults::fail_after(u32::MAX);
            faults::mend();
            site.file("drop/a.json", item(&format!("{round}"), 1, "usable", &format!("Port {round}"), ""));
            let desk = Desk::start(options(&site, noon));
            faults::fail_after(changes);
            std::thread::sleep(Duration::from_millis(900));
            faults::mend();
            let page = format!("news/2026/11/23/port-{round}-closes/index.html");
            if desk.thread.as_ref().is_some_and(JoinHandle::is_finished) {
                // It could not even start; the next one takes the item.
                let _ = run(DeskOptions { once: true, ..options(&site, noon) }, Arc::new(Heard::default()));
            }
            until(&format!("the item after {changes} changes"), || site.has(&page) && is_live(&site, &page));
            desk.stop.store(true, Ordering::Relaxed);
            drop(desk);
            until("the end of the desk", || !dateline::file::is_locked(&site.root().join(".dateline/desk/lock")));
        }
    });
}

/// The program as a process.
fn spawn(site: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["desk", "--quiet", "--drop"])
        .arg(site.join("drop"))
        .arg("--site")
        .arg(site)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_desk_may_be_killed_at_any_time() {
    let site = newsroom(TARGET);
    let mut dice = 7_u64;
    let kills = support::number("DATELINE_DESK_KILLS", 6, 100);
    for round in 0..kills {
        let mut desk = spawn(site.root());
        let version = u32::try_from(round % 2).unwrap() + 1;
        let status = if round % 4 == 3 { "canceled" } else { "usable" };
        drop_item(
            &site,
            &format!("{round}.json"),
            &item(&format!("k{}", round / 2), version, status, &format!("Bay {}", round / 2), ""),
        );
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros((dice >> 33) % 1_200_000));
        desk.kill().unwrap();
        desk.wait().unwrap();
    }
    let mut desk = spawn(site.root());
    drop_item(&site, "last.json", &item("last", 1, "usable", "Quay", ""));
    let mut lines = BufReader::new(desk.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("urn:desk:last")));
    desk.kill().unwrap();
    desk.wait().unwrap();
    let uris = |uri: &str| {
        let files = tree(&site.root().join("content"));
        files.values().filter(|bytes| support::contains(bytes, &format!("urn:desk:{uri}"))).count()
    };
    for number in 0..kills / 2 {
        assert_eq!(uris(&format!("k{number}\"")) + uris(&format!("k{number}\n")), 1, "k{number} is there once");
    }
    // A version that its kill overtook has a note beside it.
    let done = tree(&site.root().join("drop/done")).into_keys().filter(|name| name.ends_with(".json")).count();
    assert_eq!(done as u64, kills + 1, "nothing is lost and nothing came twice");
    assert!(live(&site) == tree(&site.output()));
    for (path, bytes) in live(&site) {
        let is_killed =
            (0..kills / 2).filter(|n| n % 2 == 1).any(|n| support::contains(&bytes, &format!("port of Bay {n} ")));
        assert!(!is_killed, "{path} shows what was withdrawn");
    }
}
