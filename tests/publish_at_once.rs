//! Two machines publish to one folder at once.

use crate::support::{NOW, Site, contains, time, tree};
use dateline::config::publish::{Percent, Target};
use dateline::progress::{Progress, Silent};
use dateline::publish::{Report, Request};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Does something once, after the record of the target was read and before the lock is taken.
struct Between<F: FnOnce() + Send>(Mutex<Option<F>>);

impl<F: FnOnce() + Send> Progress for Between<F> {
    fn stage(&self, name: &'static str, _: Option<usize>) {
        if name == "check"
            && let Some(act) = self.0.lock().unwrap().take()
        {
            act();
        }
    }

    fn step(&self, _: usize) {}
}

fn publish(site: &Site, www: &Path, releases: usize, progress: &dyn Progress) -> Report {
    let config = dateline::config::load(site.root()).unwrap();
    let mut target = Target::at(www.to_str().unwrap()).unwrap();
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
    dateline::publish::run(site.root(), &config, &request)
}

fn write(site: &Site, text: &str) {
    site.story("strike", "", text);
    site.run_build(&[]).well();
}

/// One machine publishes, and another one does so from the beginning to the end between the reading of the record and the lock.
fn check(releases: usize) {
    let folder = crate::support::folder();
    let www = folder.path().join("www");
    let live = if releases == 0 { www.clone() } else { www.join("current/") };
    let (one, other) = (Site::new(), Site::new());
    // To an empty folder, and to one that has the site.
    for (mine, theirs) in [("Day one.", "Day two."), ("Day three.", "Day four.")] {
        write(&one, mine);
        write(&other, theirs);
        let ended = AtomicBool::new(false);
        let other_publishes = || ended.store(publish(&other, &www, releases, &Silent).finished, Relaxed);
        let report = publish(&one, &www, releases, &Between(Mutex::new(Some(other_publishes))));
        assert!(ended.load(Relaxed), "{mine}");
        let found: Vec<(&str, &str)> =
            report.diagnostics.iter().map(|one| (one.code.as_str(), one.message.as_str())).collect();
        let message = format!("somebody else publishes to {}", www.display());
        assert_eq!(found, [("publish-conflict", message.as_str())], "{mine}");
        assert!(!report.finished && report.done == 0, "{mine}");
        // Readers see the whole site of the other machine.
        let mut files = tree(&live);
        files.retain(|path, _| !path.starts_with(".dateline/"));
        assert!(files == other.tree(), "{mine}");
        // The next run reads the new record.
        assert!(publish(&one, &www, releases, &Silent).finished, "{mine}");
        assert!(contains(&tree(&live)["news/2026/11/20/strike/index.html"], mine), "{mine}");
    }
}

#[test]
fn a_publish_with_releases_stops_where_another_machine_published_in_between() {
    check(1);
    check(3);
}

#[test]
fn a_publish_in_place_stops_where_another_machine_published_in_between() {
    check(0);
}
