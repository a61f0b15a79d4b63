//! Rollback to a former state, and what never comes back.
//!
//! A story that was withdrawn since stays withdrawn, and so does every mention of it. Over a withdrawal, a former file comes back only
//! if it names no withdrawn story and if all that it linked to is there again: what comes back is closed under links. Every other
//! file stays as it is now, and because those files may link to stories that came since, nothing that came since is removed. A
//! picture comes back only with a page that shows it, and the search, whose files cannot be read for links, stays as it is now.

use super::fault::Fault;
use super::links::{self, Home};
use super::record::{Entry, Head, Record, is_compressed_copy};
use super::state::State;
use super::undo::Undo;
use super::withdrawn::{Withdrawals, Withdrawn};
use crate::hash::Hash;
use crate::page::{PageKind, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// What a target held, and who may remember it.
pub(super) struct Archive<'a> {
    /// Kept files, former states and withdrawals.
    pub state: &'a State,
    /// The addresses of the site.
    pub homes: Vec<Home>,
}

impl Archive<'_> {
    /// Notes what the publish `next` withdraws from the state that `head` left: paths, and the uris of the stories.
    pub(super) fn withdraw(&self, head: Head, next: Head, base: &Record, paths: &BTreeSet<&str>) -> io::Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let uris: BTreeSet<String> =
            paths.iter().filter_map(|path| Some(format!("/{}", self.uri(base.get(*path)?)?))).collect();
        self.state.add_withdrawn(head, next, paths.iter().copied().chain(uris.iter().map(String::as_str)))
    }

    /// The uri of a story, from its ninjs or from the JSON-LD of its page.
    fn uri(&self, entry: &Entry) -> Option<String> {
        let key = match entry.kind {
            PageKind::Ninjs | PageKind::TombstoneNinjs => "uri",
            PageKind::Story => "identifier",
            _ => return None,
        };
        let text = self.text(entry.hash).ok()?;
        let object = if key == "uri" { text.as_str() } else { json_ld(&text)? };
        let value: serde_json::Value = serde_json::from_str(object).ok()?;
        let uri = value.get(key)?.as_str()?;
        (!uri.is_empty() && !uri.contains(char::is_control)).then(|| uri.to_string())
    }

    /// The text of a kept file.
    fn text(&self, hash: Hash) -> io::Result<String> {
        let bytes = self.state.kept(hash)?;
        Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Takes withdrawn files, and those that name them, out of the former states before their withdrawal. Returns the hashes of files
    /// that may not be needed any more. There is nothing to do if the publish `head` withdrew nothing, unless an earlier one may have
    /// stopped before this step.
    pub(super) fn expunge(&self, head: Head, is_behind: bool) -> io::Result<BTreeSet<Hash>> {
        let withdrawals = self.state.withdrawn(head);
        let mut hashes = BTreeSet::new();
        if !is_behind && !withdrawals.all.values().any(|at| *at == head.serial) {
            return Ok(hashes);
        }
        for serial in self.state.undo_serials() {
            let withdrawn = withdrawals.since(serial);
            if withdrawn.paths.is_empty() {
                continue;
            }
            let Some(undo) = self.state.undo(serial) else { continue };
            let mut left = Undo { before: BTreeMap::new(), ..undo };
            let count = undo.before.len();
            for (path, entry) in undo.before {
                let names = |entry: &Entry| self.names(&path, entry, &withdrawn).unwrap_or(false);
                if withdrawn.has(&path) {
                    hashes.extend(entry.map(|entry| entry.hash));
                } else if entry.as_ref().is_some_and(names) {
                    hashes.extend(entry.map(|entry| entry.hash));
                    left.lost.insert(path);
                } else {
                    left.before.insert(path, entry);
                }
            }
            if left.before.len() != count {
                self.state.add_undo(serial, &left)?;
            }
        }
        Ok(hashes)
    }

    /// Whether a former file names what was withdrawn. Search files count as naming it, because they hold words and not links.
    fn names(&self, path: &str, entry: &Entry, withdrawn: &Withdrawn) -> io::Result<bool> {
        match comes_back(entry.kind) {
            ComesBack::Never => Ok(true),
            ComesBack::WithItsPage | ComesBack::Always => Ok(false),
            ComesBack::IfLinksHold => {
                let text = self.text(entry.hash)?;
                let names = links::of(&text, path, &self.homes).iter().any(|link| withdrawn.is_target_of(link));
                Ok(names || withdrawn.has_uri_in(&text))
            }
        }
    }

    /// What the target held so many publishes before the last finished one, `head`, whose record is `base`, without what was withdrawn
    /// since. `now` is what it holds: more than `base` where a publish was stopped.
    pub(super) fn former(&self, base: &Record, now: &Record, head: Head, steps: u64) -> Result<Record, Fault> {
        let wanted = self.state.way_back(head, steps);
        if (wanted.len() as u64) < steps {
            let count = wanted.len();
            return Err(Fault::refused(format!("this machine remembers {count} former states, not {steps}")).hint(
                "publish a build of the state that is wanted; this machine remembers its own publishes, up to `keep` of the settings, \
                 since the last one from elsewhere",
            ));
        }
        let withdrawals = self.state.withdrawn(head);
        if withdrawals.is_half_way {
            return Err(Fault::refused(
                "a publish that withdraws stories was stopped half-way, or the target was restored to the state before it",
            )
            .hint("run `dateline publish` to withdraw them, then roll back"));
        }
        let mut former = base.clone();
        let mut lost = BTreeSet::new();
        for serial in &wanted {
            let undo = self.state.undo(*serial).ok_or_else(|| Fault::refused("a former state is damaged"))?;
            for (path, entry) in undo.before {
                match entry {
                    Some(entry) => former.insert(path, entry),
                    None => former.remove(&path),
                };
            }
            lost.extend(undo.lost);
        }
        let mut withdrawn = withdrawals.since((head.serial + 1).saturating_sub(steps));
        self.add_returning(now, &former, &withdrawals, &mut withdrawn);
        if withdrawn.paths.is_empty() && lost.is_empty() {
            return Ok(former);
        }
        let notices = now.iter().filter(|(_, entry)| entry.kind.role() == Role::Notice);
        notices.for_each(|(path, _)| withdrawn.add(path.clone()));
        let (former, now) = (without_compressed(&former), without_compressed(now));
        self.add_moved(&now, &former, &mut withdrawn);
        self.over_withdrawals(&former, now, &lost, &withdrawn)
    }

    /// Adds stories that would be public again and are not now, if they were withdrawn at any time. They became public again since,
    /// and were taken back by a publish that a rollback does not pass, or the target was emptied meanwhile.
    fn add_returning(&self, now: &Record, former: &Record, withdrawals: &Withdrawals, withdrawn: &mut Withdrawn) {
        let is_story = |entry: &Entry| entry.kind.role() == Role::Story;
        for (path, entry) in former.iter().filter(|(_, entry)| is_story(entry)) {
            if now.get(path).is_some_and(is_story) {
                continue;
            }
            let uri = self.uri(entry).map(|uri| format!("/{uri}")).filter(|uri| withdrawals.all.contains_key(uri));
            if uri.is_some() || withdrawals.all.contains_key(path) {
                withdrawn.add(path.clone());
                uri.into_iter().for_each(|uri| withdrawn.add(uri));
            }
        }
    }

    /// Adds addresses that stories had before they moved, where they forward to what was withdrawn: the former file is the story.
    fn add_moved(&self, now: &Record, former: &Record, withdrawn: &mut Withdrawn) {
        let forwards = |entry: &Entry| entry.kind == PageKind::Redirect;
        for (path, entry) in now.iter().filter(|(_, entry)| forwards(entry)) {
            if former.get(path).is_none_or(forwards) {
                continue;
            }
            // One that cannot be read may lead there.
            if self.names(path, entry, withdrawn).unwrap_or(true) {
                withdrawn.add(path.clone());
            }
        }
    }

    /// What comes back over a withdrawal, and what is there now in the place of all else.
    fn over_withdrawals(
        &self,
        former: &Record,
        mut now: Record,
        lost: &BTreeSet<String>,
        withdrawn: &Withdrawn,
    ) -> Result<Record, Fault> {
        let was_there = |path: &str| former.contains_key(path) || lost.contains(path) || withdrawn.has(path);
        let mut back = Back::default();
        for (path, entry) in former {
            let is_same = now.get(path).is_some_and(|now| now.hash == entry.hash);
            if is_same || withdrawn.has(path) || lost.contains(path) {
                continue;
            }
            match comes_back(entry.kind) {
                ComesBack::Never => {}
                ComesBack::WithItsPage => _ = back.pictures.insert(path),
                ComesBack::Always => _ = back.assets.insert(path),
                ComesBack::IfLinksHold => _ = back.pages.insert(path, Vec::new()),
            }
        }
        let mut out: BTreeSet<&str> = BTreeSet::new();
        let paths: Vec<&str> = back.pages.keys().copied().collect();
        for path in paths {
            let text = former.get(path).map_or(Ok(String::new()), |entry| self.text(entry.hash));
            let text = text.map_err(|error| not_kept(path, &error))?;
            let links = links::of(&text, path, &self.homes);
            if withdrawn.has_uri_in(&text) || links.iter().any(|link| withdrawn.is_target_of(link)) {
                out.insert(path);
                continue;
            }
            let mut needs = Vec::new();
            for link in &links {
                let Some(target) = links::find(link, |path| now.contains_key(path) || was_there(path)) else {
                    continue;
                };
                if back.has(&target) {
                    needs.extend(former.get_key_value(&target).map(|(target, _)| target.as_str()));
                } else if !now.contains_key(&target) {
                    out.insert(path);
                }
            }
            back.pages.insert(path, needs);
        }
        back.close(out, &now);
        let shown: BTreeSet<&str> = back.pages.values().flatten().copied().collect();
        let pictures = back.pictures.iter().filter(|path| shown.contains(**path));
        for path in back.pages.keys().chain(pictures).chain(&back.assets) {
            if let Some(entry) = former.get(*path) {
                now.insert((*path).to_string(), *entry);
            }
        }
        Ok(now)
    }
}

/// Says that a former file is gone from this machine.
pub(super) fn not_kept(path: &str, error: &io::Error) -> Fault {
    Fault::refused(format!("the former {path} is not kept on this machine: {error}"))
        .hint("publish a build of the state that is wanted")
}

/// What may come back.
#[derive(Default)]
struct Back<'a> {
    /// Pages and data, with the files that they link to and that may come back too.
    pages: BTreeMap<&'a str, Vec<&'a str>>,
    pictures: BTreeSet<&'a str>,
    assets: BTreeSet<&'a str>,
}

impl<'a> Back<'a> {
    fn has(&self, path: &str) -> bool {
        self.pages.contains_key(path) || self.pictures.contains(path) || self.assets.contains(path)
    }

    /// Takes pages out, and with them those that link to one that would then be missing.
    fn close(&mut self, out: BTreeSet<&'a str>, now: &Record) {
        let mut linked_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (page, needs) in &self.pages {
            for target in needs {
                linked_by.entry(target).or_default().push(page);
            }
        }
        let mut open: Vec<&str> = out.into_iter().collect();
        while let Some(page) = open.pop() {
            if self.pages.remove(page).is_some() && !now.contains_key(page) {
                open.extend(linked_by.remove(page).unwrap_or_default());
            }
        }
    }
}

/// When a former file comes back over a withdrawal.
enum ComesBack {
    /// If its links are there and none is withdrawn.
    IfLinksHold,
    /// With a page that shows it.
    WithItsPage,
    Always,
    Never,
}

fn comes_back(kind: PageKind) -> ComesBack {
    match kind {
        PageKind::Media | PageKind::Rendition | PageKind::SocialCard => ComesBack::WithItsPage,
        PageKind::Asset | PageKind::Icon | PageKind::WebManifest | PageKind::Colors => ComesBack::Always,
        // Files of the search have words and no links; files of the host go with the pages of now.
        PageKind::Search | PageKind::SearchIndex | PageKind::SearchPart | PageKind::Host => ComesBack::Never,
        PageKind::Story
        | PageKind::Tombstone
        | PageKind::Ninjs
        | PageKind::TombstoneNinjs
        | PageKind::Front
        | PageKind::Category
        | PageKind::Topic
        | PageKind::Place
        | PageKind::Author
        | PageKind::Day
        | PageKind::Month
        | PageKind::Year
        | PageKind::Latest
        | PageKind::Corrections
        | PageKind::Index
        | PageKind::Feeds
        | PageKind::Page
        | PageKind::Rss
        | PageKind::Atom
        | PageKind::JsonFeed
        | PageKind::NotFound
        | PageKind::SitemapIndex
        | PageKind::Sitemap
        | PageKind::NewsSitemap
        | PageKind::Robots
        | PageKind::TdmRep
        | PageKind::License
        | PageKind::Redirect
        | PageKind::Static => ComesBack::IfLinksHold,
    }
}

/// A record without compressed copies: they are made of what comes back.
fn without_compressed(record: &Record) -> Record {
    let plain = record.iter().filter(|(path, entry)| !is_compressed_copy(record, path, entry));
    plain.map(|(path, entry)| (path.clone(), *entry)).collect()
}

/// The JSON-LD of a page.
fn json_ld(html: &str) -> Option<&str> {
    let at = html.find("application/ld+json")?;
    let script = &html[at..];
    let script = &script[script.find('>')? + 1..];
    Some(&script[..script.find("</script")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_left_out_with_all_that_lead_to_it_alone() {
        let mut back = Back::default();
        back.pages.extend([("a", vec!["b"]), ("b", vec!["c"]), ("c", vec![]), ("d", vec!["e"]), ("e", vec![])]);
        let entry = Entry { hash: Hash::default(), fingerprint: 0, kind: PageKind::Story, retired: None };
        // `e` stays as it is now, so links to it lead somewhere; `c` does not.
        let now = Record::from([("e".to_string(), entry)]);
        back.close(BTreeSet::from(["c", "e"]), &now);
        assert_eq!(back.pages.keys().collect::<Vec<_>>(), [&"d"]);
    }

    #[test]
    fn a_former_file_that_names_what_was_withdrawn_stays_out() {
        let site = tempfile::tempdir().unwrap();
        let settings = b"title: Check\nbase_url: https://example.org/\n";
        crate::file::write_atomic(&site.path().join("dateline.yaml"), settings, false).unwrap();
        let config = crate::config::load(site.path()).unwrap();
        let state = State::open(site.path(), "live").unwrap();
        let keep = |path: &str, text: &str| {
            state.keep_bytes(text.as_bytes()).unwrap();
            let hash = Hash::of(text.as_bytes());
            (path.to_string(), Entry { hash, fingerprint: 0, kind: PageKind::Story, retired: None })
        };
        let former = Record::from([
            keep("uri.html", "<p>See urn:x:killed.</p>"),
            keep("link.html", "<a href=\"/killed/\">See</a>"),
            keep("neither.html", "<a href=\"/link.html\">See urn:x:other.</a>"),
            keep("killed/index.html", "<h1>Killed</h1>"),
        ]);
        let paths = ["uri.html", "link.html", "neither.html", "killed/index.html"];
        let now = Record::from(paths.map(|path| keep(path, "<p>Now.</p>")));
        let mut withdrawn = Withdrawn::default();
        ["killed/index.html", "/urn:x:killed"].iter().for_each(|noted| withdrawn.add((*noted).to_string()));
        let archive = Archive { state: &state, homes: Home::all(&config, None) };
        let after = archive.over_withdrawals(&former, now.clone(), &BTreeSet::new(), &withdrawn).unwrap();
        let came_back: Vec<&str> = paths.into_iter().filter(|path| after[*path].hash == former[*path].hash).collect();
        assert_eq!(came_back, ["neither.html"]);
        assert_eq!(after.len(), now.len());
    }

    #[test]
    fn the_data_of_a_page_are_found() {
        let html = r#"<script type="application/ld+json">{"identifier":"urn:x"}</script><p>"#;
        assert_eq!(json_ld(html), Some(r#"{"identifier":"urn:x"}"#));
        assert_eq!(json_ld("<p>"), None);
    }
}
