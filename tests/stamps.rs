//! A stamp proves that a file is the same only where nothing could have changed it; where it proves nothing, the bytes decide.

use crate::support::{NOW, Site, copy, edit_behind, modified, png, set_modified};
use std::fs;
use std::time::{Duration, SystemTime};

/// Sets the time of change of every file of the content an hour back.
fn settle(site: &Site) {
    let old = SystemTime::now() - Duration::from_secs(3600);
    for entry in walkdir::WalkDir::new(site.root().join("content")).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            set_modified(entry.path(), old);
        }
    }
    // Or the times of status change would not be before the start of the next build.
    std::thread::sleep(Duration::from_millis(30));
}

#[test]
fn an_edit_of_the_same_length_is_found_where_its_time_was_set_back() {
    let site = Site::new();
    site.story("dock", "embargoedUntil: 2026-11-23T06:00:00Z", "Quagga cranes.");
    site.story("vote", "pubStatus: withheld", "Dockers vote.");
    site.file("content/pages/about.md", "---\nheadline: About\n---\n\nOld text.\n");
    settle(&site);
    let at = "2026-11-23T07:00:00Z";
    site.build_at(at);
    assert!(site.has("news/2026/11/20/dock/index.html") && !site.has("news/2026/11/20/vote/index.html"));
    edit_behind(&site, "content/2026/11/dock.md", b"06:00", b"09:00");
    edit_behind(&site, "content/2026/11/vote.md", b"withheld", b"canceled");
    edit_behind(&site, "content/pages/about.md", b"Old", b"New");
    let report = site.build_at(at);
    assert_eq!(report.counts.opened, 3);
    site.assert_nowhere("Quagga", &[]);
    assert!(site.read("news/2026/11/20/vote/index.html").contains("withdrawn"));
    assert!(site.read("about/index.html").contains("New text."));
}

#[test]
fn a_file_put_in_the_place_of_another_is_read() {
    let site = Site::new();
    site.story("dock", "", "Cranes stood idle.");
    settle(&site);
    site.build();
    // Written elsewhere, given the old time and moved here, as synchronisers do.
    let place = site.root().join("content/2026/11/dock.md");
    let text = fs::read_to_string(&place).unwrap().replace("idle", "busy");
    let other = site.root().join("other.md");
    fs::write(&other, text).unwrap();
    set_modified(&other, modified(&place));
    fs::rename(&other, &place).unwrap();
    assert_eq!(site.build().counts.opened, 1);
    assert!(site.read("news/2026/11/20/dock/index.html").contains("busy"));
}

#[test]
fn pictures_and_files_go_by_the_same_rule() {
    let site = Site::new();
    let link = "associations: [{href: shot.png}, {href: plan.bmp}]";
    site.story("dock", link, "Cranes. [Minutes](minutes.pdf)");
    // Of which nothing but the size is known.
    let bmp = |width: u8| [b"BM", &[0; 16][..], &[width, 0, 0, 0, 9, 0, 0, 0, 1, 0]].concat();
    site.file("content/2026/11/shot.png", png(40, 40, "a")).file("content/2026/11/minutes.pdf", "Old minutes");
    site.file("content/2026/11/plan.bmp", bmp(7));
    settle(&site);
    site.build();
    let picture = fs::read(site.output().join("media/2026/11/shot.png")).unwrap();
    edit_behind(&site, "content/2026/11/minutes.pdf", b"Old", b"New");
    edit_behind(&site, "content/2026/11/plan.bmp", &bmp(7), &bmp(8));
    let time = modified(&site.root().join("content/2026/11/shot.png"));
    let other = png(40, 40, "b");
    assert_eq!(other.len(), picture.len());
    site.file("content/2026/11/shot.png", &other);
    set_modified(&site.root().join("content/2026/11/shot.png"), time);
    site.build();
    assert_eq!(fs::read(site.output().join("media/2026/11/shot.png")).unwrap(), other);
    assert_eq!(site.read("media/2026/11/minutes.pdf"), "New minutes");
    assert_eq!(fs::read(site.output().join("media/2026/11/plan.bmp")).unwrap(), bmp(8));
    assert_eq!(site.tree(), {
        let clean = site.copy();
        clean.build();
        clean.tree()
    });
}

/// A CI job restores the cache of the last one beside a fresh checkout: every file has another inode and other times.
#[test]
fn a_fresh_checkout_is_read_once_and_nothing_is_made() {
    let site = Site::new();
    for number in 0..20 {
        site.story(&format!("s{number}"), "associations: [{href: shot.png}]", "Cranes stood idle.");
    }
    site.file("content/2026/11/shot.png", png(40, 40, "a"));
    site.file("content/pages/about.md", "---\nheadline: About\n---\n\nText.\n");
    settle(&site);
    site.build();
    for keeps_times in [true, false] {
        let content = site.root().join("content");
        let before = site.root().join("before");
        fs::rename(&content, &before).unwrap();
        copy(&before, &content);
        fs::remove_dir_all(&before).unwrap();
        if !keeps_times {
            settle(&site);
        }
        std::thread::sleep(Duration::from_millis(30));
        let counts = site.build_with(NOW, |options| options.list_pages = false).counts;
        assert_eq!((counts.opened, counts.rendered, counts.written), (21, 0, 0), "{keeps_times}");
        // What was read is noted, so the next build opens nothing.
        let counts = site.build_with(NOW, |options| options.list_pages = false).counts;
        assert_eq!((counts.opened, counts.rendered), (0, 0), "{keeps_times}");
    }
}

#[test]
fn a_search_for_leaks_and_a_verified_build_open_every_file() {
    let site = Site::new();
    site.story("dock", "", "Cranes stood idle.").story("vote", "pubStatus: withheld", "Dockers vote.");
    settle(&site);
    site.build();
    let opened = |change: fn(&mut dateline::build::BuildOptions)| site.build_with(NOW, change).counts.opened;
    assert_eq!(opened(|_| {}), 0);
    assert_eq!(opened(|options| options.verify = true), 2);
    assert_eq!(opened(|options| options.leaks = true), 2);
    assert_eq!(opened(|options| (options.write, options.leaks) = (false, true)), 2);
    assert_eq!(opened(|options| options.trust_stamps = false), 2);
    assert_eq!(opened(|_| {}), 0);
}
