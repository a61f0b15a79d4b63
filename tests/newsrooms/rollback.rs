//! Nothing that was withdrawn comes back by a rollback, shown by newsrooms made at random.
//!
//! A newsroom is built and published two or three times; stories are killed, withheld, put under embargo, expire or go in between, and
//! others change. Then the publishes are rolled back. No file may have a mark of a story that is withdrawn by then, except what the
//! newest build says of it too, and every link must lead to a file.
//!
//! `DATELINE_ROLLBACKS` says how many newsrooms, `DATELINE_ROLLBACK_SEED` where to begin.

use super::*;
use dateline::config::publish::{Percent, Target};
use dateline::progress::Silent;
use dateline::publish::{Report, Request};
use std::path::{Path, PathBuf};

fn publish(root: &Path, releases: usize, now: i64, rollback: Option<u64>) -> Report {
    let config = dateline::config::load(root).unwrap();
    let mut target = Target::at("./www").unwrap();
    target.options.releases = releases;
    let request = Request {
        target,
        output: None,
        now: time(&stamp(now)),
        rollback,
        dry_run: false,
        audit: false,
        prune: false,
        allow_errors: true,
        max_delete: Some(Percent(100.0)),
        preset: None,
        take_over: false,
        purge_file: None,
        verify: None,
        gate: None,
        environment: &|_| None,
        progress: &Silent,
    };
    let report = dateline::publish::run(root, &config, &request);
    assert!(report.finished && report.diagnostics.is_empty(), "{:#?}", report.diagnostics);
    report
}

/// The files that readers get.
fn live(root: &Path, releases: usize) -> BTreeMap<String, Vec<u8>> {
    let folder: PathBuf = if releases == 0 { root.join("www") } else { root.join("www/current/") };
    crate::support::tree(&folder).into_iter().filter(|(path, _)| !path.starts_with(".dateline/")).collect()
}

/// The links of all files that lead to no file.
fn dead_links(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let mut dead = BTreeSet::new();
    for (path, bytes) in files {
        let is_html = path.ends_with(".html");
        if !is_html && !path.ends_with(".xml") && !path.ends_with(".json") {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        for word in text.split(|c: char| c.is_whitespace() || "\"'<>,".contains(c)) {
            let word = word.strip_prefix("url=").unwrap_or(word);
            let link = match word.strip_prefix("https://example.org") {
                Some(link) => link,
                None if is_html => word,
                None => continue,
            };
            let link = link.split(['#', '?']).next().unwrap_or("");
            let Some(file) = link.strip_prefix('/').filter(|file| !file.is_empty() && !file.starts_with('/')) else {
                continue;
            };
            let page = format!("{file}{}", if file.ends_with('/') { "index.html" } else { "" });
            if !files.contains_key(&page) {
                dead.insert(file.to_string());
            }
        }
    }
    dead
}

/// The marks in all files and their names.
fn marks_of(files: &BTreeMap<String, Vec<u8>>) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut words, mut spellings) = (BTreeSet::new(), BTreeSet::new());
    for (file, bytes) in files {
        marks_in(file.as_bytes(), &mut words, &mut spellings);
        marks_in(bytes, &mut words, &mut spellings);
    }
    (words, spellings)
}

impl Newsroom {
    /// A story goes in one of the ways there are.
    fn withdraw(&mut self, story: usize, now: i64) {
        let Some((current, _)) = self.chain(story) else { return };
        let choice = self.dice.below(5);
        let version = &mut self.stories[story][current];
        match choice {
            0 | 1 => version.status = "canceled",
            2 => version.status = "withheld",
            3 => version.embargo = Some(now + 1000),
            _ => version.expires = Some(now),
        }
        version.write(&self.site);
    }

    /// Whether a former file may have the mark, though no file of the newest build has.
    fn may_return(&self, mark: Mark, standings: &[Standing]) -> bool {
        let is_public = |story: usize| {
            matches!(standings[story], Standing::Published | Standing::Archived | Standing::Retired(true))
        };
        match mark.owner {
            Owner::Version(story, _) => is_public(story),
            Owner::Page(_) => false,
            Owner::Site => true,
            // A front that led to a story which is withdrawn does not return, whatever else it said.
            Owner::Zone(at) => {
                let zone = &self.zones[at];
                mark.part != Part::Desk && (!zone.is_package || zone.picks.iter().any(|(story, _)| is_public(*story)))
            }
            Owner::Picture(at) => {
                let of_story = |story: &usize| {
                    is_public(*story) && self.stories[*story].iter().any(|version| version.pictures.contains(&at))
                };
                (0..self.stories.len()).any(|story| of_story(&story))
            }
        }
    }

    /// Looks for what must not have come back.
    fn search_rolled_back(
        &self,
        files: &BTreeMap<String, Vec<u8>>,
        now: i64,
        seen: &BTreeSet<usize>,
    ) -> Result<(), String> {
        let standings = self.standings(now);
        for (file, bytes) in files {
            let words = (file.contains("search/parts/") && file.ends_with(".txt"))
                .then(|| words_of(file, bytes, files).into_bytes());
            let (mut words_found, mut spellings) = (BTreeSet::new(), BTreeSet::new());
            marks_in(file.as_bytes(), &mut words_found, &mut spellings);
            marks_in(words.as_ref().unwrap_or(bytes), &mut words_found, &mut spellings);
            for id in words_found {
                let mark = self.marks[id];
                let may_return = seen.contains(&id) && self.may_return(mark, &standings);
                if !may_return && !self.may_see(mark, file, &standings, now) {
                    let standing = match mark.owner {
                        Owner::Version(story, _) => format!("{:?}", standings[story]),
                        _ => String::new(),
                    };
                    return Err(format!("{} in {file}: {mark:?} {standing}", word(id)));
                }
            }
        }
        Ok(())
    }
}

/// Publishes a newsroom, rolls it back, and looks; how many files came back.
fn run(seed: u64) -> Result<usize, String> {
    let mut room = Newsroom::new(seed);
    let root = room.site.root().to_path_buf();
    let releases = [0, 2][room.dice.below(2)];
    let mut now = room.hour();
    let (mut seen, mut dead) = (BTreeSet::new(), BTreeSet::new());
    let rounds = 1 + room.dice.below(2);
    for round in 0..=rounds {
        if round > 0 {
            (0..room.dice.below(4)).for_each(|_| room.edit());
            for _ in 0..1 + room.dice.below(2) {
                let story = room.dice.below(room.stories.len());
                room.withdraw(story, now);
            }
            now += room.dice.below(20) as i64;
        }
        build_at(&room.site, now);
        publish(&root, releases, now, None);
        let files = room.site.tree();
        if live(&root, releases) != files {
            return Err(format!("seed {seed}: publish {round} differs from the build"));
        }
        seen.extend(marks_of(&files).0);
        dead.extend(dead_links(&files));
    }
    let newest = live(&root, releases);
    // A second publish that found nothing to do left nothing to roll back.
    let remembered = std::fs::read_dir(root.join(".dateline/publish")).unwrap().flatten().next().unwrap();
    let remembered = std::fs::read_dir(remembered.path().join("undo")).unwrap().count();
    let steps = (1 + room.dice.below(rounds)).min(remembered);
    publish(&root, releases, now, Some(steps as u64));
    let files = live(&root, releases);
    let context = |fault: String| format!("seed {seed}, {releases} releases, {steps} of {rounds} rolled back: {fault}");
    room.search_rolled_back(&files, now, &seen).map_err(context)?;
    if let Some(link) = dead_links(&files).difference(&dead).next() {
        let by: Vec<&String> =
            files.iter().filter(|(_, bytes)| crate::support::contains(bytes, link)).map(|(path, _)| path).collect();
        return Err(context(format!("{link} leads nowhere; it stands in {by:?}")));
    }
    // And forward once more.
    publish(&root, releases, now, None);
    if live(&root, releases) != newest {
        return Err(context("the next publish is not what was built".into()));
    }
    Ok(files.iter().filter(|(path, bytes)| newest.get(*path) != Some(bytes)).count())
}

#[test]
#[allow(clippy::print_stdout, reason = "a failure has to be repeatable")]
fn a_rollback_brings_nothing_back_that_was_withdrawn() {
    let count = crate::support::number("DATELINE_ROLLBACKS", 8, 16);
    let first = crate::support::number("DATELINE_ROLLBACK_SEED", 20_261_200, 20_261_200);
    println!("{count} newsrooms from seed {first}");
    let returned = AtomicU64::new(0);
    crate::support::rounds(count, |at| {
        returned.fetch_add(run(first + at).unwrap_or_else(|fault| panic!("{fault}")) as u64, Ordering::Relaxed);
    });
    // A rollback that brings nothing back would prove nothing.
    assert!(returned.into_inner() > 0);
}
