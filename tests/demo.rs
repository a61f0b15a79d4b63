//! This repository's own site: it builds without a complaint, and nothing that its desk holds back gets out.

use crate::support::{Ran, Site, time};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const DAY: &str = "2026-11-24T00:00:00Z";

/// A copy of the site, built by the program.
fn built() -> (Site, Ran) {
    let (site, root) = (Site::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut settings = fs::read_to_string(root.join("dateline.yaml")).unwrap();
    if !crate::support::is_whole() {
        // Renditions and cards take most of the time, and show nothing besides what pictures and headlines show.
        let own = settings.lines().filter(|line| !line.starts_with("images:"));
        settings = own.chain(["images: {widths: [], social: false}"]).map(|line| format!("{line}\n")).collect();
    }
    site.file("dateline.yaml", settings);
    for folder in ["content", "data", "themes"] {
        for (path, bytes) in crate::support::tree(&root.join(folder)) {
            site.file(&format!("{folder}/{path}"), bytes);
        }
    }
    let report = site.root().join("report.json");
    let mut ran = site.cli(&["build", "--now", DAY, "--report", report.to_str().unwrap()]);
    ran.report = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    (site, ran)
}

/// One version of a story as its front matter has it.
struct Version {
    path: String,
    number: u64,
    front: serde_yaml::Value,
}

impl Version {
    fn text(&self, key: &str) -> &str {
        self.front[key].as_str().unwrap_or("")
    }

    fn is_hidden(&self) -> bool {
        let embargo = self.text("embargoedUntil");
        let flag = |key: &str| self.front[key].as_bool().unwrap_or(false);
        flag("draft")
            || flag("advisory")
            || self.text("pubStatus") == "withheld"
            || !embargo.is_empty() && time(embargo) > time(DAY)
    }
}

/// The versions of every story, by uri, the current one last.
fn stories(site: &Site) -> BTreeMap<String, Vec<Version>> {
    let mut stories: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for (path, bytes) in crate::support::tree(&site.root().join("content")) {
        if !path.ends_with(".md") || path.starts_with("pages/") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let yaml = dateline::parse::front_matter::split(&text).unwrap().yaml;
        let front: serde_yaml::Value = serde_yaml::from_str(yaml).unwrap();
        let uri = front["uri"].as_str().unwrap_or(&path).to_string();
        let number = front["version"].as_u64().unwrap_or(1);
        stories.entry(uri).or_default().push(Version { path, number, front });
    }
    stories.values_mut().for_each(|versions| versions.sort_by_key(|version| version.number));
    stories
}

#[test]
fn it_builds_with_the_one_warning_it_is_to_show_and_holds_back_what_the_desk_does() {
    let (site, ran) = built();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found = ran.found();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("warning link-target content/"), "{found:#?}");
    assert!(site.tree().len() > 300);
    assert_eq!(site.cli(&["check", "--now", DAY]).code, 0);
    assert_held_back(&site);
}

/// Nothing that the desk holds back is in any file.
fn assert_held_back(site: &Site) {
    site.assert_nowhere("DESK ONLY", &[]);
    let (mut hidden, mut killed) = (0, 0);
    for (uri, versions) in stories(site) {
        let current = versions.last().unwrap();
        let is_killed = current.text("pubStatus") == "canceled";
        if !is_killed && !current.is_hidden() {
            continue;
        }
        let allowed: &[&str] = if is_killed { &["ninjs.json", "atom.xml"] } else { &[] };
        site.assert_nowhere(&uri, allowed);
        for version in &versions {
            site.assert_nowhere(version.text("headline"), &[]);
            let stem = Path::new(&version.path).file_stem().unwrap().to_str().unwrap();
            if !is_killed {
                site.assert_nowhere(stem, &[]);
            }
            for association in version.front["associations"].as_sequence().into_iter().flatten() {
                let name = association["href"].as_str().unwrap_or("");
                site.assert_nowhere(name, &[]);
            }
        }
        *(if is_killed { &mut killed } else { &mut hidden }) += 1;
    }
    assert!(hidden >= 4 && killed >= 1, "{hidden} {killed}");
}
