//! What has to be done, and in which order.
//!
//! Withdrawals first. Then everything new, which no page at the target links to yet; then everything changed, from the theme's files
//! to the front page; deletions last. So whatever page a reader has, old or new, all that it links to is there, except what was
//! withdrawn.

use super::object::{Object, Objects};
use super::record::{Entry, Record};
use crate::clock::Timestamp;
use crate::page::{Group, PageKind, Role};
use std::collections::{BTreeMap, BTreeSet};

/// A step of publishing; every change of one is done before the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Notices of withdrawal, and what is gone with the stories.
    Withdraw,
    /// What was not there before.
    Create(Part),
    /// What is there and differs.
    Update(Part),
    /// What is no longer part of the site.
    Delete,
}

/// A part of the site; what comes later links to what comes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Files of the theme, pictures, and what the host reads.
    Assets,
    /// Stories, standing pages and redirects.
    Stories,
    /// Sections, topics, places, authors, days.
    Lists,
    /// Feeds, sitemaps, `robots.txt`, 404.
    Feeds,
    /// Front pages.
    Front,
}

impl Stage {
    /// The word for plans and messages.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Withdraw => "withdraw",
            Stage::Create(Part::Assets) => "new assets",
            Stage::Create(Part::Stories) => "new stories",
            Stage::Create(Part::Lists) => "new lists",
            Stage::Create(Part::Feeds) => "new feeds",
            Stage::Create(Part::Front) => "new front pages",
            Stage::Update(Part::Assets) => "assets",
            Stage::Update(Part::Stories) => "stories",
            Stage::Update(Part::Lists) => "lists",
            Stage::Update(Part::Feeds) => "feeds",
            Stage::Update(Part::Front) => "front pages",
            Stage::Delete => "delete",
        }
    }
}

/// One object to put or to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: String,
    /// When.
    pub stage: Stage,
    /// What to put there; `None` deletes.
    pub put: Option<Object>,
    /// Why, for people: `new`, `changed`, `headers`, `withdrawn`, `gone`, `unsure`, `unknown`.
    pub why: &'static str,
    /// Its kind, before and after.
    pub kind: PageKind,
}

/// Everything to be done, in order, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// By stage, then path.
    pub changes: Vec<Change>,
    /// Files of the theme that no page uses any more, kept until their time of grace is over.
    pub retired: BTreeSet<String>,
    /// Objects that are as they should be.
    pub unchanged: usize,
    /// Objects at the target before, with those that dateline did not know and that are to be deleted.
    pub before: usize,
    /// Pages of stories at the target before.
    pub stories_before: usize,
}

impl Plan {
    /// The changes of one stage after another.
    pub fn stages(&self) -> impl Iterator<Item = (Stage, &[Change])> {
        stages(&self.changes)
    }

    /// Deletions that are not withdrawals.
    pub fn deletions(&self) -> usize {
        self.changes.iter().filter(|change| change.stage == Stage::Delete).count()
    }

    /// Stories that would be gone without a notice.
    pub fn stories_gone(&self) -> usize {
        let gone = |change: &&Change| {
            change.stage == Stage::Withdraw && change.put.is_none() && change.kind == PageKind::Story
        };
        self.changes.iter().filter(gone).count()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// Changes in order, one stage after another.
pub fn stages(changes: &[Change]) -> impl Iterator<Item = (Stage, &[Change])> {
    changes.chunk_by(|a, b| a.stage == b.stage).filter_map(|group| Some((group.first()?.stage, group)))
}

/// What the target holds, and how sure that is.
pub struct Before<'a> {
    /// The record.
    pub record: &'a Record,
    /// Paths that a publish which never ended may have touched.
    pub unsure: &'a BTreeSet<String>,
    /// Files that are in no record and are to be deleted.
    pub unknown: &'a BTreeSet<String>,
    /// The moment.
    pub now: Timestamp,
    /// Seconds for which files of the theme stay.
    pub grace: i64,
}

/// Compares what a target holds with what it should hold.
pub fn compare(before: &Before, objects: &Objects) -> Plan {
    let mut plan = Plan { before: before.record.len(), ..Plan::default() };
    for (path, object) in objects {
        let old = before.record.get(path);
        match why(old, object, before.unsure.contains(path)) {
            None => plan.unchanged += 1,
            Some(why) => {
                let stage = stage(object.kind, old.is_none());
                let change = Change { path: path.clone(), stage, put: Some(object.clone()), why, kind: object.kind };
                plan.changes.push(change);
            }
        }
    }
    gone(before, objects, &mut plan);
    unknown(before, objects, &mut plan);
    let withdraws = plan.changes.iter().any(|change| change.stage == Stage::Withdraw);
    for change in plan.changes.iter_mut().filter(|change| change.put.is_none()) {
        if withdraws && change.kind.role() == Role::OfStory {
            (change.stage, change.why) = (Stage::Withdraw, "withdrawn");
        }
    }
    plan.stories_before = before.record.values().filter(|entry| entry.kind == PageKind::Story).count();
    plan.changes.sort_by(|a, b| (a.stage, &a.path).cmp(&(b.stage, &b.path)));
    plan
}

/// Plans the end of what is no longer part of the site.
fn gone(before: &Before, objects: &Objects, plan: &mut Plan) {
    let unsure = before.unsure.iter().filter(|path| !before.record.contains_key(*path)).map(|path| (path, None));
    let known = before.record.iter().map(|(path, entry)| (path, Some(entry)));
    for (path, entry) in known.chain(unsure).filter(|(path, _)| !objects.contains_key(*path)) {
        let kind = entry.map_or(PageKind::Host, |entry| entry.kind);
        let (stage, why) = match kind {
            _ if matches!(kind.role(), Role::Story | Role::Notice) => (Stage::Withdraw, "withdrawn"),
            PageKind::Asset => {
                let since = entry.and_then(|entry| entry.retired).unwrap_or(before.now);
                if before.now < since.plus_seconds(before.grace) {
                    plan.retired.insert(path.clone());
                    continue;
                }
                (Stage::Delete, "gone")
            }
            // It may be the page of a story that must not be public any more, so it goes first.
            _ if entry.is_none() => (Stage::Withdraw, "unsure"),
            _ => (Stage::Delete, "gone"),
        };
        plan.changes.push(Change { path: path.clone(), stage, put: None, why, kind });
    }
}

/// Plans the end of files that dateline does not know.
fn unknown(before: &Before, objects: &Objects, plan: &mut Plan) {
    let known =
        |path: &str| before.record.contains_key(path) || objects.contains_key(path) || before.unsure.contains(path);
    for path in before.unknown.iter().filter(|path| !known(path)) {
        let change =
            Change { path: path.clone(), stage: Stage::Delete, put: None, why: "unknown", kind: PageKind::Host };
        plan.changes.push(change);
        plan.before += 1;
    }
}

fn why(old: Option<&Entry>, object: &Object, unsure: bool) -> Option<&'static str> {
    let tombstone = object.kind.role() == Role::Notice;
    let Some(old) = old else {
        // One that a stopped publish may have put there may be in a cache.
        return Some(if tombstone {
            "withdrawn"
        } else if unsure {
            "unsure"
        } else {
            "new"
        });
    };
    if old.hash != object.hash {
        return Some(if tombstone { "withdrawn" } else { "changed" });
    }
    if unsure {
        return Some("unsure");
    }
    (old.fingerprint != object.fingerprint()).then_some("headers")
}

fn stage(kind: PageKind, new: bool) -> Stage {
    if kind.role() == Role::Notice {
        return Stage::Withdraw;
    }
    let part = part(kind);
    if new { Stage::Create(part) } else { Stage::Update(part) }
}

fn part(kind: PageKind) -> Part {
    match kind.group() {
        Group::Assets | Group::Static | Group::Media | Group::Made | Group::Host => Part::Assets,
        Group::Lists | Group::SearchParts => Part::Lists,
        Group::Feeds => Part::Feeds,
        Group::Front | Group::Search => Part::Front,
        Group::Stories => Part::Stories,
    }
}

/// The record after a plan has been carried out.
pub fn after(before: &Record, objects: &Objects, plan: &Plan, now: Timestamp) -> Record {
    let mut record = super::object::record(objects);
    for path in &plan.retired {
        if let Some(entry) = before.get(path) {
            let retired = entry.retired.or(Some(now));
            record.insert(path.clone(), Entry { retired, ..*entry });
        }
    }
    record
}

/// What stood before at each path that two records disagree on.
pub fn difference<'a>(before: &'a Record, after: &'a Record) -> BTreeMap<&'a str, Option<&'a Entry>> {
    let same = |a: &Entry, b: &Entry| (a.hash, a.fingerprint, a.kind) == (b.hash, b.fingerprint, b.kind);
    let old = before.iter().filter(|(path, entry)| !after.get(*path).is_some_and(|after| same(entry, after)));
    let new = after.keys().filter(|path| !before.contains_key(*path)).map(|path| (path.as_str(), None));
    old.map(|(path, entry)| (path.as_str(), Some(entry))).chain(new).collect()
}

/// The paths that one record withdraws from another.
pub fn withdrawn<'a>(before: &'a Record, after: &'a Record) -> BTreeSet<&'a str> {
    let gone = |of: Role| {
        let entries = before.iter().filter(move |(path, _)| !after.contains_key(*path));
        entries.filter(move |(_, entry)| entry.kind.role() == of).map(|(path, _)| path.as_str())
    };
    let notices = after.iter().filter(|(_, entry)| entry.kind.role() == Role::Notice);
    let fresh = notices.filter(|(path, entry)| before.get(*path).is_none_or(|before| before.hash != entry.hash));
    let mut paths: BTreeSet<&str> = fresh.map(|(path, _)| path.as_str()).collect();
    paths.extend(gone(Role::Story).chain(gone(Role::Notice)));
    if !paths.is_empty() {
        paths.extend(gone(Role::OfStory));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Hash;
    use crate::publish::headers::Headers;

    fn objects(files: &[(&str, PageKind, &str)]) -> Objects {
        let object = |kind, text: &str| Object {
            hash: Hash::of(text.as_bytes()),
            kind,
            form: None,
            headers: Headers::new().into(),
        };
        files.iter().map(|(path, kind, text)| (path.to_string(), object(*kind, text))).collect()
    }

    fn planned(before: &[(&str, PageKind, &str)], after: &[(&str, PageKind, &str)]) -> Vec<String> {
        planned_unsure(before, after, &[])
    }

    fn planned_unsure(
        before: &[(&str, PageKind, &str)],
        after: &[(&str, PageKind, &str)],
        unsure: &[&str],
    ) -> Vec<String> {
        let record = super::super::object::record(&objects(before));
        let unsure = unsure.iter().map(|path| path.to_string()).collect();
        let before =
            Before { record: &record, unsure: &unsure, unknown: &BTreeSet::new(), now: Timestamp::EPOCH, grace: 60 };
        let line = |change: &Change| {
            let verb = if change.put.is_some() { "put" } else { "delete" };
            format!("{}: {verb} {} ({})", change.stage.name(), change.path, change.why)
        };
        compare(&before, &objects(after)).changes.iter().map(line).collect()
    }

    #[test]
    fn withdrawals_come_first_new_before_changed_and_deletions_last() {
        let before = [
            ("index.html", PageKind::Front, "1"),
            ("killed/index.html", PageKind::Story, "1"),
            ("killed/ninjs.json", PageKind::Ninjs, "1"),
            ("held/index.html", PageKind::Story, "1"),
            ("list/index.html", PageKind::Category, "1"),
            ("feed.xml", PageKind::Rss, "1"),
            ("old/page/index.html", PageKind::Day, "1"),
            ("media/killed.jpg", PageKind::Media, "1"),
            ("same/index.html", PageKind::Story, "1"),
        ];
        let after = [
            ("index.html", PageKind::Front, "2"),
            ("killed/index.html", PageKind::Tombstone, "2"),
            ("killed/ninjs.json", PageKind::TombstoneNinjs, "2"),
            ("list/index.html", PageKind::Category, "2"),
            ("list2/index.html", PageKind::Category, "2"),
            ("new/index.html", PageKind::Story, "2"),
            ("assets/new.css", PageKind::Asset, "2"),
            ("feed.xml", PageKind::Rss, "2"),
            ("same/index.html", PageKind::Story, "1"),
        ];
        assert_eq!(
            planned(&before, &after),
            [
                "withdraw: delete held/index.html (withdrawn)",
                "withdraw: put killed/index.html (withdrawn)",
                "withdraw: put killed/ninjs.json (withdrawn)",
                "withdraw: delete media/killed.jpg (withdrawn)",
                "new assets: put assets/new.css (new)",
                "new stories: put new/index.html (new)",
                "new lists: put list2/index.html (new)",
                "lists: put list/index.html (changed)",
                "feeds: put feed.xml (changed)",
                "front pages: put index.html (changed)",
                "delete: delete old/page/index.html (gone)",
            ]
        );
    }

    #[test]
    fn what_an_unfinished_publish_touched_is_put_again_or_deleted() {
        let site = [("a/index.html", PageKind::Story, "1"), ("b/index.html", PageKind::Story, "1")];
        assert_eq!(
            planned_unsure(&site, &site, &["a/index.html", "c/index.html"]),
            ["withdraw: delete c/index.html (unsure)", "stories: put a/index.html (unsure)"]
        );
    }

    #[test]
    fn a_header_is_a_change() {
        let mut files = objects(&[("a.css", PageKind::Asset, "1")]);
        let record = super::super::object::record(&files);
        files.get_mut("a.css").unwrap().headers = Headers::from([("cache-control", "no-cache".to_string())]).into();
        let before = Before {
            record: &record,
            unsure: &BTreeSet::new(),
            unknown: &BTreeSet::new(),
            now: Timestamp::EPOCH,
            grace: 0,
        };
        assert_eq!(compare(&before, &files).changes[0].why, "headers");
    }

    #[test]
    fn files_of_the_theme_stay_for_their_time_of_grace() {
        let record = super::super::object::record(&objects(&[("old.css", PageKind::Asset, "1")]));
        let none = Objects::new();
        let at = |record: &Record, seconds: i64| {
            let now = Timestamp::EPOCH.plus_seconds(seconds);
            let plan =
                compare(&Before { record, unsure: &BTreeSet::new(), unknown: &BTreeSet::new(), now, grace: 60 }, &none);
            (plan.changes.len(), after(record, &none, &plan, now))
        };
        let (changes, record) = at(&record, 100);
        assert_eq!((changes, record["old.css"].retired), (0, Some(Timestamp::EPOCH.plus_seconds(100))));
        let (changes, record) = at(&record, 159);
        assert_eq!(changes, 0);
        assert_eq!(at(&record, 160).0, 1);
        assert!(at(&record, 160).1.is_empty());
    }
}
