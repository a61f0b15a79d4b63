//! `init`: a new site that builds at once, with the stories of an invented newsroom or with none.

mod example;

use super::args::{Common, InitArgs};
use super::show::escape;
use super::{Failure, GOOD, clock, say, typed};
use crate::clock::Zone;
use crate::file;
use std::fs;
use std::path::Path;

const SETTINGS: &str = "\
# The settings of this site. `title` and `base_url` are enough; everything else has a default.

# The name of the site, on every page and in every feed.
title: My wire

# Where the site will be published.
base_url: https://example.org/

# One sentence about the site, for feeds and search engines.
# description: News as it comes in

# The languages of the stories. The first is the language of stories that name none, and has no prefix in its URLs.
# languages: [en]

# The time zone of the site's days, and of times written without one.
# time_zone: UTC

# A folder in themes/, or a built-in theme: default or archive.
# theme: default

# The sections in the navigation, in order. All others are found at /sections/. content/categories.yaml has their names.
navigation: [{navigation}]

# Whether a story lists when it was updated and corrected.
version_history: true

# Pictures for social media, drawn from the headlines of the newest stories that have none of their own.
# images: {social_cards: 100}
";

const ABOUT: &str = "\
---
uri: urn:newsml:example.org:page:about
headline: About
---

This is a standing page: it has an address, but no date. Write here who you are and how to reach you.
";

const THEMES: &str = "Each folder here is a theme; `theme:` in dateline.yaml names the one to use.\n";

const IGNORE: &str = "output/\n.dateline/\n";

/// What a new site has at its root; none of it may be there already.
const ROOT: [&str; 4] = ["dateline.yaml", "content", "themes", ".gitignore"];

pub(super) fn run(common: &Common, args: &InitArgs) -> Result<u8, Failure> {
    // Below --site like every path of a site; `.` would only make the messages longer.
    let root = if common.site == Path::new(".") { args.dir.clone() } else { common.site.join(&args.dir) };
    // The zone of the new site's settings.
    let zone = Zone::utc();
    let now = clock(&args.clock, &zone)?;
    refuse_overwriting(&root)?;

    // Without stories there is the section of those that name none.
    let navigation = if args.empty { "news" } else { example::NAVIGATION };
    let settings = SETTINGS.replace("{navigation}", navigation);
    for (path, text) in [
        ("dateline.yaml", settings.as_str()),
        ("content/pages/about.md", ABOUT),
        ("themes/README.md", THEMES),
        (".gitignore", IGNORE),
    ] {
        write(&root.join(path), text.as_bytes())?;
    }
    if !args.empty {
        for (path, bytes) in example::files(now, &zone) {
            write(&root.join(path), &bytes)?;
        }
    }
    let there =
        Common { site: root.clone(), color: common.color, quiet: common.quiet, program: common.program.clone() };
    let next = [typed(&there, "serve --open"), typed(&there, "build")];
    say(
        common.quiet,
        &format!("new site in {}\nlook at it: {}\nbuild it:   {}", escape(&root.to_string_lossy()), next[0], next[1]),
    );
    Ok(GOOD)
}

fn refuse_overwriting(root: &Path) -> Result<(), Failure> {
    // Dangling links count too, so the link itself is asked for.
    let there = |path: &Path| fs::symlink_metadata(path).is_ok();
    if there(root) && !root.is_dir() {
        return Err(Failure::new(format!("cannot make a site in {}: it is not a folder", root.display())));
    }
    let taken: Vec<&str> = ROOT.into_iter().filter(|name| there(&root.join(name))).collect();
    if taken.is_empty() {
        return Ok(());
    }
    let failure =
        Failure::new(format!("cannot make a site in {}: it already has {}", root.display(), taken.join(", ")));
    Err(failure.hint("nothing was written; name a new folder, or move these away"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    file::make_folders(folder)
        .and_then(|()| file::write_new(path, bytes))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::ClockArgs;
    use std::collections::BTreeMap;

    fn init(root: &Path) -> Result<u8, Failure> {
        init_with(root, false)
    }

    fn init_with(root: &Path, empty: bool) -> Result<u8, Failure> {
        let common = Common { site: ".".into(), quiet: true, color: clap::ColorChoice::Never, program: String::new() };
        let clock = ClockArgs { now: Some("2026-11-23T12:00:00Z".to_string()) };
        run(&common, &InitArgs { dir: root.to_path_buf(), empty, clock })
    }

    #[test]
    fn a_new_site_has_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a/b");
        assert_eq!(init(&root).unwrap(), GOOD);
        let story = fs::read_to_string(root.join("content/2026/11/23/quay-crane.md")).unwrap();
        assert!(story.contains("\ndateline: Marrow Bay, Nov 23\n"), "{story}");
        for file in [
            "content/pages/about.md",
            "content/categories.yaml",
            "content/fronts/en.yaml",
            "content/2026/11/23/cranes.jpg",
            "themes/README.md",
        ] {
            assert!(root.join(file).is_file(), "{file}");
        }
        assert_eq!(fs::read_to_string(root.join(".gitignore")).unwrap(), "output/\n.dateline/\n");
        let settings: BTreeMap<String, serde_yaml::Value> =
            serde_yaml::from_str(&fs::read_to_string(root.join("dateline.yaml")).unwrap()).unwrap();
        assert_eq!(settings.keys().collect::<Vec<_>>(), ["base_url", "navigation", "title", "version_history"]);
        let config = crate::config::load(&root).unwrap();
        let mut navigation = config.navigation;
        navigation.sort();
        assert!(navigation.iter().eq(config.sections.keys()), "{navigation:?}");
    }

    #[test]
    fn an_empty_site_has_no_story() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(init_with(folder.path(), true).unwrap(), GOOD);
        let content: Vec<_> =
            fs::read_dir(folder.path().join("content")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(content, ["pages"]);
        assert_eq!(crate::config::load(folder.path()).unwrap().navigation, ["news"]);
    }

    #[test]
    fn nothing_is_overwritten_and_all_that_is_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        file::write_new(&folder.path().join(".gitignore"), b"mine\n").unwrap();
        file::make_folder(&folder.path().join("content")).unwrap();
        let failure = init(folder.path()).unwrap_err();
        assert!(failure.message.ends_with("it already has content, .gitignore"), "{}", failure.message);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert_eq!(fs::read_to_string(folder.path().join(".gitignore")).unwrap(), "mine\n");
        assert!(init(&folder.path().join(".gitignore")).is_err());
    }

    #[test]
    fn other_files_are_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        file::write_new(&folder.path().join("LICENSE"), b"mine\n").unwrap();
        assert_eq!(init(folder.path()).unwrap(), GOOD);
        assert!(init(folder.path()).is_err());
    }
}
