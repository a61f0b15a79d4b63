//! The way back to a former state, and what never comes back.
//!
//! A story that was withdrawn since stays withdrawn, and so does every mention: a former list, feed or related block that links to
//! it is not restored either, but stays as it is now. Those pages may link to stories that came since, so where any page is kept for
//! that reason, nothing that came since is removed.

use super::Fault;
use super::object::TOMBSTONE_NINJS;
use super::record::{Entry, Record};
use super::state::{State, Undo};
use crate::config::Config;
use crate::file;
use crate::hash::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

const WITHDRAWN: &str = "withdrawn";

/// Notes what a publish withdrew.
pub(super) fn withdraw(state: &State, serial: u64, paths: &BTreeSet<&str>) -> io::Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut journal = file::Journal::open(&state.work(WITHDRAWN))?;
    paths.iter().try_for_each(|path| journal.line(&format!("{serial} {path}")))
}

/// What was withdrawn, and by which publish; the last one where there were several.
fn withdrawals(state: &State) -> BTreeMap<String, u64> {
    let mut bytes = Vec::new();
    if file::read_bounded(&state.work(WITHDRAWN), 1 << 30, &mut bytes).is_err() {
        return BTreeMap::new();
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let parsed = text.lines().filter_map(|line| {
        let (serial, path) = line.split_once(' ')?;
        Some((path.to_string(), serial.parse().ok()?))
    });
    parsed.collect()
}

/// The paths that were withdrawn after a publish.
fn withdrawn_after(state: &State, serial: u64) -> BTreeSet<String> {
    withdrawals(state).into_iter().filter(|(_, at)| *at > serial).map(|(path, _)| path).collect()
}

/// Takes withdrawn files, and those that name them, out of the former states before their withdrawal. Gives the hashes of files that
/// may not be needed any more. Nothing to do where the publish `now` withdraws nothing.
pub(super) fn expunge(state: &State, now: u64, config: &Config) -> io::Result<BTreeSet<Hash>> {
    let withdrawals = withdrawals(state);
    let mut hashes = BTreeSet::new();
    if !withdrawals.values().any(|at| *at == now) {
        return Ok(hashes);
    }
    for serial in state.undo_serials() {
        let paths: BTreeSet<&String> =
            withdrawals.iter().filter(|(_, at)| **at >= serial).map(|(path, _)| path).collect();
        let Some(undo) = state.undo(serial).filter(|_| !paths.is_empty()) else { continue };
        let links: Vec<Vec<u8>> = paths.iter().filter_map(|path| link(path, config)).collect();
        let mut left = Undo { lost: undo.lost, ..Undo::default() };
        let count = undo.before.len();
        for (path, entry) in undo.before {
            let names = |entry: &Entry| mentions(state, entry.hash, &links).unwrap_or(false);
            if paths.contains(&path) {
                hashes.extend(entry.map(|entry| entry.hash));
            } else if entry.as_ref().is_some_and(names) {
                hashes.extend(entry.map(|entry| entry.hash));
                left.lost.insert(path);
            } else {
                left.before.insert(path, entry);
            }
        }
        if left.before.len() != count {
            state.add_undo(serial, &left, usize::MAX)?;
        }
    }
    Ok(hashes)
}

/// Whether a kept file holds one of these links.
fn mentions(state: &State, hash: Hash, links: &[Vec<u8>]) -> io::Result<bool> {
    let mut found = false;
    state.look(hash, &mut |piece| {
        found = found || links.iter().any(|link| memchr::memmem::find(piece, link).is_some());
    })?;
    Ok(found)
}

/// What the target held so many publishes before the last finished one, whose record is `base`, without what was withdrawn since.
/// `now` is what it holds: more than `base` where a publish was stopped.
pub(super) fn former(
    base: &Record,
    now: &Record,
    serial: u64,
    steps: u64,
    state: &State,
    config: &Config,
) -> Result<Record, Fault> {
    let known = state.undo_serials();
    let wanted: Vec<u64> = (0..steps).filter_map(|step| serial.checked_sub(step)).collect();
    if wanted.len() as u64 != steps || !wanted.iter().all(|serial| known.contains(serial)) {
        let count = (0..).take_while(|step| serial.checked_sub(*step).is_some_and(|s| known.contains(&s))).count();
        return Err(Fault::refused(format!("this machine remembers {count} former states, not {steps}"))
            .hint("publish a build of the state that is wanted; `keep` in the settings says how many are remembered"));
    }
    let mut former = base.clone();
    let mut lost = BTreeSet::new();
    for serial in &wanted {
        let undo = state.undo(*serial).ok_or_else(|| Fault::refused("a former state is damaged"))?;
        for (path, entry) in undo.before {
            match entry {
                Some(entry) => former.insert(path, entry),
                None => former.remove(&path),
            };
        }
        lost.extend(undo.lost);
    }
    let since = withdrawn_after(state, serial - steps);
    keep_withdrawn(now, &mut former, &since, &lost, state, config)?;
    Ok(former)
}

/// Puts what is true now over everything that a withdrawal since touches.
fn keep_withdrawn(
    now: &Record,
    former: &mut Record,
    since: &BTreeSet<String>,
    lost: &BTreeSet<String>,
    state: &State,
    config: &Config,
) -> Result<(), Fault> {
    let mut withdrawn = since.clone();
    let is_notice = |entry: &Entry| matches!(entry.kind, "tombstone" | TOMBSTONE_NINJS);
    withdrawn.extend(now.iter().filter(|(_, entry)| is_notice(entry)).map(|(path, _)| path.clone()));
    let links: Vec<Vec<u8>> = withdrawn.iter().filter_map(|path| link(path, config)).collect();
    let mut stay: Vec<String> = withdrawn.iter().chain(lost).cloned().collect();
    let mut partial = !lost.is_empty();
    for (path, entry) in former.iter().filter(|(path, entry)| now.get(*path).is_none_or(|now| now.hash != entry.hash)) {
        if withdrawn.contains(path) || lost.contains(path) {
            continue;
        }
        // An index for searching tells of stories in a form in which their links cannot be looked for.
        if !since.is_empty() && entry.kind.starts_with("search") {
            partial = true;
            stay.push(path.clone());
            continue;
        }
        let mentions = mentions(state, entry.hash, &links).map_err(|error| {
            Fault::refused(format!("the former {path} is not kept on this machine: {error}"))
                .hint("publish a build of the state that is wanted")
        })?;
        if mentions {
            partial = true;
            stay.push(path.clone());
        }
    }
    for path in stay {
        match now.get(&path) {
            Some(entry) => former.insert(path, *entry),
            None => former.remove(&path),
        };
    }
    if partial {
        for (path, entry) in now {
            former.entry(path.clone()).or_insert(*entry);
        }
    }
    Ok(())
}

/// How pages link to a file, without host: enough of it to find it in full addresses too.
fn link(path: &str, config: &Config) -> Option<Vec<u8>> {
    let page = path.strip_suffix("index.html").unwrap_or(path);
    // The front page is linked from everywhere and is no story.
    (!page.is_empty()).then(|| config.href(&format!("/{page}")).into_bytes())
}
