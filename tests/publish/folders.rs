//! Folders that hold what they should not: files of somebody else, a site that was published in the other way, and what publishes left
//! that were killed.

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn set(site: &Site, from: &str, to: &str) {
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    assert!(settings.contains(from), "{settings}");
    site.file("dateline.yaml", settings.replace(from, to));
}

/// Killed between the turn of `current` and tidying up, or before the turn, for a story that was then withheld.
#[test]
fn releases_that_a_killed_publish_left_go_with_the_next_run() {
    for args in [&[][..], &["--audit"]] {
        let site = site("");
        let www = site.root().join("www");
        build(&site);
        publish_well(&site, &[]);
        kill(&site);
        for folder in ["releases", ".dateline"] {
            copy(&www.join(folder), &site.root().join("before").join(folder));
        }
        build(&site);
        publish_well(&site, &[]);
        let leave = || {
            copy(&site.root().join("before/releases/1"), &www.join("releases/1"));
            site.file("www/.dateline/record-1", fs::read(site.root().join("before/.dateline/record-1")).unwrap());
            site.file("www/.dateline/stale-1", "");
            copy(&www.join("releases/2"), &www.join("releases/3"));
            site.file("www/releases/3/withheld/index.html", "Never public.");
            site.file("www/.dateline/record-3", "");
        };
        leave();
        // Another publisher, who is at work, will see to it.
        let lock = fs::File::options().write(true).open(www.join(".dateline/lock")).unwrap();
        lock.lock().unwrap();
        publish_well(&site, args);
        assert_eq!(names(&www.join("releases")), ["1", "2", "3"]);
        lock.unlock().unwrap();
        let ran = publish_well(&site, args);
        assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
        assert_eq!(names(&www.join("releases")), ["2"]);
        assert_eq!(names(&www.join(".dateline")), ["lock", "record-2", "spare-1", "spares"]);
        assert!(live(&site) == site.tree());
        // What cannot be removed is said, and keeps nothing else.
        leave();
        site.remove("www/.dateline/record-1");
        fs::create_dir(www.join(".dateline/record-1")).unwrap();
        refused(&site, args, "record-1");
        assert_eq!(names(&www.join("releases")), ["2"]);
        fs::remove_dir(www.join(".dateline/record-1")).unwrap();
        publish_well(&site, args);
        assert_eq!(names(&www.join(".dateline")), ["lock", "record-2", "spare-1", "spares"]);
    }
}

#[test]
fn a_folder_is_published_to_in_one_way_only() {
    let site = site("releases: 0");
    build(&site);
    publish_well(&site, &[]);
    let before = tree(&site.root().join("www"));
    set(&site, "releases: 0", "releases: 3");
    kill(&site);
    build(&site);
    for args in [&[][..], &["--dry-run"], &["--audit", "--prune", "--max-delete", "100%"], &["--rollback"]] {
        refused(&site, args, "was published to with `releases: 0`, and the files of that would stay");
        refused(
            &site,
            args,
            "help: set `releases: 0` again, or publish to an empty folder and serve that one in its place",
        );
    }
    assert!(tree(&site.root().join("www")) == before);
    // Also where the publish without releases did not end.
    fs::rename(site.root().join("www/.dateline/record"), site.root().join("www/.dateline/lease")).unwrap();
    refused(&site, &[], "was published to with `releases: 0`");

    let site = self::site("releases: 3");
    build(&site);
    publish_well(&site, &[]);
    set(&site, "releases: 3", "releases: 0");
    refused(&site, &[], "was published to with releases, and those would stay");
    refused(&site, &[], "help: take `releases: 0` out again, or publish to an empty folder");
    // Also where the first of them did not come to its turn.
    for name in ["releases", "current"] {
        let _ = fs::remove_file(site.root().join("www").join(name));
        let _ = fs::remove_dir_all(site.root().join("www").join(name));
    }
    fs::rename(site.root().join("www/.dateline/record-1"), site.root().join("www/.dateline/record-0")).unwrap();
    refused(&site, &[], "was published to with releases, and those would stay");
    // Older versions let both happen.
    site.file("www/.dateline/record", "");
    for releases in ["releases: 0", "releases: 3"] {
        set(&site, "releases: 0", releases);
        refused(&site, &[], "was published to both with `releases: 0` and with releases");
        set(&site, releases, "releases: 0");
    }
}

#[test]
fn releases_are_not_made_among_files_of_somebody_else() {
    for place in ["letter.txt", "releases/1/letter.txt", "releases/letter.txt"] {
        let site = site("");
        site.file(&format!("www/{place}"), "mine");
        build(&site);
        for args in [&[][..], &["--dry-run"], &["--audit", "--prune", "--max-delete", "100%"]] {
            refused(&site, args, "holds files that dateline did not put there");
        }
        assert_eq!(tree(&site.root().join("www")).into_keys().collect::<Vec<_>>(), [place]);
    }
    // Another program's `current` leads to another program's release.
    let site = site("");
    site.file("www/releases/20251120/letter.txt", "mine");
    std::os::unix::fs::symlink("releases/20251120", site.root().join("www/current")).unwrap();
    build(&site);
    refused(&site, &[], "holds files that dateline did not put there");
    assert_eq!(fs::read(site.root().join("www/releases/20251120/letter.txt")).unwrap(), b"mine");
}

/// A first publish that was killed while it made its release goes on, and what it left is not a stranger's.
#[test]
fn a_first_release_that_was_stopped_is_made_once_more() {
    let site = site("");
    build(&site);
    let record = site.root().join("www/.dateline/record-1");
    fs::create_dir_all(&record).unwrap();
    assert_eq!(publish(&site, &[]).code, 1);
    fs::remove_dir(&record).unwrap();
    site.file("www/releases/1/half.html", "half");
    publish_well(&site, &[]);
    assert!(live(&site) == site.tree());
    assert_eq!(names(&site.root().join("www/.dateline")), ["lock", "record-1"]);
}

#[test]
fn over_ssh_the_first_publish_wants_an_empty_folder() {
    let Some(remote) = Remote::new() else { return };
    build(&remote.site);
    remote.site.file("www/letter.txt", "mine");
    for args in [&[][..], &["--audit"]] {
        let ran = remote.publish(args);
        assert!(ran.code == 1 && ran.stderr.contains("holds files that dateline did not put there"), "{}", ran.stderr);
    }
    assert_eq!(tree(&remote.site.root().join("www")).into_keys().collect::<Vec<_>>(), ["letter.txt"]);
    remote.publish_well(&["--audit", "--prune"]);
    remote.assert_live("taken over");
    // So is a site whose record was lost.
    fs::remove_dir_all(remote.site.root().join("www/.dateline")).unwrap();
    remote.site.file("www/letter.txt", "mine");
    assert_eq!(remote.publish(&[]).code, 1);
    remote.publish_well(&["--audit", "--prune"]);
    remote.assert_live("with a new record");
    let ran = remote.publish_well(&[]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
}

#[test]
fn a_folder_whose_record_was_lost_gets_a_new_one() {
    for (options, record) in [("releases: 0", "record"), ("", "record-2")] {
        let site = site(options);
        build(&site);
        publish_well(&site, &[]);
        for n in 0..20 {
            site.story(&format!("s{n}"), "category: economy\nkeywords: [Ports]\n", "Text.");
        }
        build(&site);
        publish_well(&site, &[]);
        let record = site.root().join("www/.dateline").join(record);
        for n in 0..20 {
            site.remove(&format!("content/2026/11/s{n}.md"));
        }
        kill(&site);
        build(&site);
        #[allow(clippy::disallowed_methods, reason = "a stranger does not write atomically")]
        fs::write(&record, "damaged").unwrap();
        refused(&site, &[], "is damaged");
        refused(&site, &[], "help: remove it, and publish with --audit --prune");
        fs::remove_file(&record).unwrap();
        for args in [&[][..], &["--audit"], &["--prune", "--max-delete", "100%"], &["--rollback"]] {
            let ran = publish(&site, args);
            assert_ne!(ran.code, 0, "{options} {args:?}");
            assert!(record.parent().unwrap().exists() && !record.exists(), "{options} {args:?}");
        }
        refused(&site, &[], "holds files that dateline did not put there");
        refused(&site, &[], "--audit --prune makes a new one and deletes what is not part of the site");
        refused(&site, &["--audit", "--prune"], "files would be deleted, more than 5%");
        publish_well(&site, &["--audit", "--prune", "--max-delete", "100%"]);
        let www = tree(&site.root().join(if options.is_empty() { "www/current/" } else { "www" }));
        let www: BTreeMap<_, _> = www.into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect();
        assert!(www == site.tree(), "{options}");
        if options.is_empty() {
            assert_eq!(names(&site.root().join("www/releases")), ["3"]);
        }
        let ran = publish_well(&site, &["--audit"]);
        assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
    }
}

#[test]
fn a_branch_whose_record_is_damaged_says_what_to_do() {
    let Some(site) = git_site("") else { return };
    build(&site);
    publish_well(&site, &[]);
    site.file("bare.git/damaged", "damaged");
    let blob = git(&site, &["hash-object", "-w", "damaged"]);
    git(&site, &["read-tree", "gh-pages"]);
    git(&site, &["update-index", "--cacheinfo", &format!("100644,{},.dateline/record", blob.trim())]);
    let tree = git(&site, &["write-tree"]);
    let other = git(&site, &["-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "x", tree.trim()]);
    git(&site, &["update-ref", "refs/heads/gh-pages", other.trim()]);
    refused(&site, &[], "the record of what was published is damaged");
    refused(&site, &[], "help: name another branch, or delete that one");
}
