//! A target that begins again: emptied, led elsewhere, or restored from a copy. Its serials are those of other states then, and what
//! this machine remembers of those must not be believed.

use super::*;

/// Another machine publishes what is built: nothing of it is remembered here.
fn publish_elsewhere(site: &Site) {
    let (own, aside) = (site.root().join(".dateline/publish"), site.root().join("aside"));
    fs::rename(&own, &aside).unwrap();
    publish_well(site, &["--max-delete", "100%"]);
    fs::remove_dir_all(&own).unwrap();
    fs::rename(&aside, &own).unwrap();
}

fn set(site: &Site, line: &str) {
    let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", settings + line);
}

/// Three publishes, of which the last changed the story that will be killed.
fn first_life(site: &Site) {
    build(site);
    publish_well(site, &[]);
    story(site, "other", "More.");
    build(site);
    publish_well(site, &[]);
    story(site, "doomed", "Slander, and more of it.");
    build(site);
    publish_well(site, &[]);
}

/// What readers get, wherever the target is now.
fn readers_get(site: &Site) -> BTreeMap<String, Vec<u8>> {
    if site.root().join("bare.git").exists() {
        return checkout(site);
    }
    let folder = ["elsewhere", "www"].map(|name| site.root().join(name)).into_iter().find(|folder| folder.exists());
    let folder = folder.unwrap();
    let current = folder.join("current/");
    let files = tree(if current.exists() { &current } else { &folder });
    files.into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect()
}

fn assert_away(site: &Site, context: &str) {
    let files = readers_get(site);
    assert!(files.contains_key("economy/2026/11/20/strike/index.html"), "{context}");
    for (path, bytes) in files {
        assert!(!crate::support::contains(&bytes, "Slander"), "{context}: {path}");
        let is_notice = path.starts_with("economy/2026/11/20/doomed/");
        assert!(is_notice || !crate::support::contains(&bytes, "Headline of doomed"), "{context}: {path}");
    }
}

/// A site for each kind of target that can begin again without a server, and how it does.
fn sites(mut check: impl FnMut(&Site, &dyn Fn(), &str)) {
    for options in ["releases: 0", "releases: 2"] {
        let site = site(options);
        check(&site, &|| fs::remove_dir_all(site.root().join("www")).unwrap(), &format!("{options}, emptied"));
        let site = self::site(options);
        let lead = || {
            let settings = fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
            site.file("dateline.yaml", settings.replace("to: www", "to: elsewhere"));
        };
        check(&site, &lead, &format!("{options}, led elsewhere"));
    }
    if let Some(site) = git_site("") {
        check(&site, &|| _ = git(&site, &["update-ref", "-d", "refs/heads/gh-pages"]), "a branch, deleted");
    }
}

#[test]
fn a_killed_story_stays_away_from_a_target_that_began_again() {
    sites(|site, begin_again, context| {
        // Files of the search that one machine made and another did not touch would not be kept on that one.
        set(site, "search: false\n");
        first_life(site);
        begin_again();
        publish_well(site, &[]);
        refused(site, &["--rollback"], "this machine remembers 0 former states, not 1");
        kill(site);
        build(site);
        publish_well(site, &[]);
        story(site, "strike", "Day two.");
        build(site);
        publish_elsewhere(site);
        refused(site, &["--rollback"], "this machine remembers 0 former states, not 1");
        assert_away(site, context);
        // What is published from here is remembered, and only that. The state that came from elsewhere is not kept here.
        story(site, "strike", "Day three.");
        build(site);
        publish_well(site, &[]);
        refused(site, &["--rollback", "2"], "this machine remembers 1 former states, not 2");
        refused(site, &["--rollback"], "is not kept on this machine");
        story(site, "strike", "Day four.");
        build(site);
        publish_well(site, &[]);
        publish_well(site, &["--rollback"]);
        assert_away(site, context);
        let strike = &readers_get(site)["economy/2026/11/20/strike/index.html"];
        assert!(crate::support::contains(strike, "Day three."), "{context}");
        // And the text is nowhere on this machine, except in the folder of the former place.
        for (path, bytes) in tree(&site.root().join(".dateline/publish/live/kept")) {
            assert!(!crate::support::contains(&bytes, "Slander"), "{context}: {path}");
        }
    });
}

#[test]
fn a_target_that_began_again_can_be_rolled_back_soon() {
    sites(|site, begin_again, context| {
        first_life(site);
        for day in 0..3 {
            story(site, "strike", &format!("Day {day}."));
            build(site);
            publish_well(site, &[]);
        }
        kill(site);
        build(site);
        publish_well(site, &[]);
        begin_again();
        publish_well(site, &[]);
        let first = readers_get(site);
        story(site, "strike", "Day four.");
        build(site);
        publish_well(site, &[]);
        publish_well(site, &["--rollback"]);
        assert!(readers_get(site) == first, "{context}");
    });
}

#[test]
fn a_killed_story_stays_away_from_a_target_that_was_restored() {
    for options in ["releases: 0", "releases: 2"] {
        let site = site(options);
        let (www, backup) = (site.root().join("www"), site.root().join("backup"));
        let copied = |from: &Path, to: &Path| {
            let _ = fs::remove_dir_all(to);
            assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
        };
        build(&site);
        publish_well(&site, &[]);
        story(&site, "other", "More.");
        build(&site);
        publish_well(&site, &[]);
        copied(&www, &backup);
        story(&site, "doomed", "Slander, and more of it.");
        build(&site);
        publish_well(&site, &[]);
        copied(&backup, &www);
        kill(&site);
        build(&site);
        publish_elsewhere(&site);
        refused(&site, &["--rollback"], "this machine remembers 0 former states, not 1");
        assert_away(&site, options);
        // It is withdrawn from here, and then the copy comes back once more: until it is withdrawn again, nothing is rolled back.
        copied(&backup, &www);
        publish_well(&site, &[]);
        assert_away(&site, options);
        copied(&backup, &www);
        refused(&site, &["--rollback", "1"], "or the target was restored to the state before it");
        publish_well(&site, &[]);
        assert_away(&site, options);
        // By now, files of the state before it are forgotten, because they named it.
        refused(&site, &["--rollback"], "is not kept on this machine");
        story(&site, "strike", "Day two.");
        build(&site);
        publish_well(&site, &[]);
        publish_well(&site, &["--rollback"]);
        assert_away(&site, options);
    }
}

/// Whatever the serial: a story that was withdrawn once, and is not public now, does not come back.
#[test]
fn a_story_that_was_withdrawn_long_ago_stays_away() {
    let site = site("releases: 0\nkeep: 9");
    build(&site);
    publish_well(&site, &[]);
    kill(&site);
    build(&site);
    publish_well(&site, &[]);
    // The newsroom publishes it after all, goes back over that, and takes this back.
    site.story("doomed", "category: economy\nkeywords: [Ports]\nversion: 3\n", "Slander.");
    build(&site);
    publish_well(&site, &[]);
    story(&site, "strike", "Day two.");
    build(&site);
    publish_well(&site, &[]);
    publish_well(&site, &["--rollback", "2"]);
    assert_away(&site, "the rollback");
    publish_well(&site, &["--rollback"]);
    assert_away(&site, "the rollback from there");
    publish_well(&site, &[]);
    assert!(readers_get(&site) == site.tree());
}

/// A publish that is killed as soon as readers have it can be taken back, and what it withdrew goes from this machine too.
#[test]
fn a_publish_that_is_killed_at_the_very_end_is_remembered() {
    let Some(site) = git_site("") else { return };
    let path = std::env::var("PATH").unwrap_or_default();
    let real = path.split(':').map(|folder| Path::new(folder).join("git")).find(|git| git.is_file()).unwrap();
    site.file(
        "bin/git",
        format!(
            "#!/bin/sh\ncase \"$*\" in *update-ref*refs/heads/live*) [ ! -e die ] || kill -9 $PPID;; esac\nexec {} \"$@\"\n",
            real.display()
        ),
    );
    let script = site.root().join("bin/git");
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{path}", site.root().join("bin").display());
    // Stories that are alike would link to one another, and such a page would not come back.
    set(&site, "related: 0\n");
    build(&site);
    publish_well(&site, &[]);
    kill(&site);
    story(&site, "strike", "Day two.");
    build(&site);
    site.file("die", "");
    let ran = site.cli_with(&["publish", "--now", NOW], &[("PATH", &path)]);
    assert_eq!(ran.code, -1, "{}", ran.stderr);
    site.remove("die");
    assert_eq!(checkout(&site), with_host_files(&site));
    let ran = publish_well(&site, &[]);
    assert!(ran.stderr.contains("0 put, 0 deleted"), "{}", ran.stderr);
    let own = site.root().join(".dateline/publish/live/");
    for (path, bytes) in tree(&own.join("kept")) {
        assert!(!crate::support::contains(&bytes, "Slander"), "{path}");
    }
    let mut objects = Command::new(real);
    objects.arg("--git-dir").arg(own.join("repository.git"));
    let objects = objects.args(["cat-file", "--batch-all-objects", "--batch"]).output().unwrap();
    assert!(objects.status.success() && crate::support::contains(&objects.stdout, "Day two."));
    assert!(!crate::support::contains(&objects.stdout, "Slander"));
    publish_well(&site, &["--rollback"]);
    assert_away(&site, "after the rollback");
    assert!(crate::support::contains(&checkout(&site)["economy/2026/11/20/strike/index.html"], "The strike began."));
}
