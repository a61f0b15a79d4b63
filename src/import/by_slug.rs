//! Versions and takes of one story, and its kill, in wire formats without identifiers: only the slug says that they belong together.
//!
//! An update is a version of what the site has if both have one slug, one provider and one day, one of them says that it is an update,
//! and they share most of their words. Parts of one edition are joined in their order. Everything else stays apart, with a warning.

use super::site_stories::{Detail, Known, SiteStories};
use super::story_slug::without_marks;
use crate::diag::{Code, Diagnostic};
use crate::path::RelPath;
use crate::story::Status;
use crate::wire::{self, DERIVED, Part, WireItem, markup};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Words shorter than this say nothing about what a text is about.
const WORD: usize = 4;
/// The fewest such words by which two texts can be compared.
const FEWEST: usize = 5;

/// How many stories or numbers a warning names.
const NAMED: usize = 5;

/// What binds stories without identifiers: provider and slug, without case and without what says which version or part it is. `None`
/// where an item has an identifier of its own, or neither slug nor headline.
pub(super) fn key(uri: &str, slugline: Option<&str>, headline: &str) -> Option<String> {
    let provider = uri.strip_prefix(DERIVED)?.split(':').next()?;
    let words = match slugline {
        Some(slug) => letters(slug),
        None => headline_key(headline),
    };
    (!words.is_empty()).then(|| format!("{provider}:{words}"))
}

fn headline_key(headline: &str) -> String {
    without_marks(headline).to_lowercase().chars().filter(|c| c.is_alphabetic()).collect()
}

/// A slug for comparison.
fn letters(slug: &str) -> String {
    let lower = slug.to_lowercase();
    let head = lower.split(',').next().unwrap_or(&lower);
    let end = ["take", "1stld", "2ndld", "3rdld", "1st ld", "2nd ld", "3rd ld", "4th ld", "5th ld"]
        .iter()
        .filter_map(|mark| head.find(&format!(" {mark}")))
        .min();
    head[..end.unwrap_or(head.len())].chars().filter(|c| c.is_alphabetic()).collect()
}

/// A slug as kills without identifiers are compared by; `None` where it has no letters.
pub(super) fn slug_letters(slug: &str) -> Option<String> {
    Some(letters(slug)).filter(|slug| !slug.is_empty())
}

pub(super) fn key_of(item: &WireItem) -> Option<String> {
    key(item.uri(), item.meta.slugline.as_deref(), &item.meta.headline)
}

/// Which part of a story an item is, if it says so.
pub(super) fn part(take: Option<&str>, slugline: Option<&str>) -> Option<Part> {
    take.and_then(wire::part).or_else(|| slugline.and_then(wire::part))
}

pub(super) fn take_of(item: &WireItem) -> Option<Part> {
    part(item.meta.take.as_deref(), item.meta.slugline.as_deref())
}

/// A story of the same key and day.
pub(super) struct SlugMatch {
    pub(super) path: RelPath,
    pub(super) detail: Arc<Detail>,
    pub(super) known: Known,
}

impl SlugMatch {
    fn part(&self) -> u32 {
        // The first part rarely says that it is one.
        part(self.detail.take.as_deref(), self.detail.slugline.as_deref()).map_or(1, |part| part.number)
    }

    fn uri(&self) -> &str {
        self.detail.uri.as_deref().unwrap_or("")
    }
}

/// The most stories of one key and day that an item is compared with: the first and the last of them. What the others say would
/// take longer with every item, and a day has no story of which a hundred versions and parts came without an identifier.
pub(super) const COMPARED: usize = 100;

pub(super) fn of(site: &mut SiteStories, item: &WireItem, folder: &str) -> Vec<SlugMatch> {
    let Some(key) = key_of(item) else { return Vec::new() };
    let all = site.of_key(folder, &key);
    let left_out = if all.len() > COMPARED { COMPARED / 2..all.len() - COMPARED / 2 } else { 0..0 };
    let mut paths: Vec<RelPath> = all[..left_out.start].iter().chain(&all[left_out.end..]).cloned().collect();
    paths.sort();
    let slug_match = |path: RelPath| {
        let detail = site.bound(&path);
        let known = site.get(detail.uri.as_deref()?).filter(|known| known.path == path)?.clone();
        Some(SlugMatch { path, detail, known })
    };
    paths.into_iter().filter_map(slug_match).collect()
}

/// What an update is a version of.
pub(super) enum Former {
    /// None that is known, or no update.
    None,
    /// The story with this identifier.
    Story(String),
    /// A story that was withdrawn.
    Withdrawn(String),
    /// One of these files; which one is not known.
    Doubt(Vec<RelPath>),
}

/// Looks for the story that an item is another version of.
pub(super) fn former(site: &mut SiteStories, item: &WireItem, folder: &str) -> Former {
    let same_slug = of(site, item, folder);
    let is_version = |one: &&SlugMatch| one.part() == 1 && item.version().max(one.known.version) > 1;
    let all: Vec<&SlugMatch> = same_slug.iter().filter(is_version).collect();
    if all.is_empty() {
        return Former::None;
    }
    let text = format!("{} {}", item.meta.headline, markup::markdown(&item.body));
    let alike: Vec<&&SlugMatch> = all
        .iter()
        .filter(|one| {
            let headline = one.detail.headline.clone().unwrap_or_default();
            one.known.status == Status::Canceled
                || site.text(&one.path).is_some_and(|other| are_alike(&text, &format!("{headline} {}", body(&other))))
        })
        .collect();
    match alike.as_slice() {
        [one] if one.known.status == Status::Canceled => Former::Withdrawn(one.uri().to_string()),
        [one] if one.known.status == Status::Usable => Former::Story(one.uri().to_string()),
        [] if item.version() == 1 => Former::None,
        _ => Former::Doubt(all.iter().take(NAMED).map(|one| one.path.clone()).collect()),
    }
}

fn body(file: &str) -> &str {
    crate::parse::front_matter::split(file).map_or(file, |parts| parts.body)
}

/// Whether two texts say the same: at least half of the longer words of one stand in the other.
fn are_alike(one: &str, other: &str) -> bool {
    let words = |text: &str| -> FxHashSet<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() >= WORD)
            .map(str::to_lowercase)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    let fewer = one.len().min(other.len());
    fewer >= FEWEST && one.intersection(&other).count() * 2 >= fewer
}

/// The first part of an item that is a later one.
pub(super) fn first_take(site: &mut SiteStories, item: &WireItem, folder: &str) -> Option<SlugMatch> {
    let mut firsts = of(site, item, folder)
        .into_iter()
        .filter(|one| one.part() == 1 && one.known.version == item.version() && one.known.status == Status::Usable);
    let first = firsts.next()?;
    // Of two nobody knows which.
    firsts.next().is_none().then_some(first)
}

/// The part with this number that came before those in front of it and is a file of its own.
pub(super) fn waiting_take(site: &mut SiteStories, item: &WireItem, folder: &str, number: u32) -> Option<SlugMatch> {
    let mut loose = of(site, item, folder).into_iter().filter(|one| {
        one.part() == number && one.known.version == item.version() && one.known.status == Status::Usable
    });
    let found = loose.next()?;
    loose.next().is_none().then_some(found)
}

/// Looks at the stories of the same day with the same slug and says what is missing or left over.
pub(super) fn check(site: &mut SiteStories, item: &WireItem, path: Option<&str>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(folder) = path.and_then(folder) else { return };
    if item.held.as_deref().is_some_and(|held| held.ends_with("the story is withdrawn")) {
        still_public(site, item, folder, diagnostics);
    }
    if let Some(key) = key_of(item) {
        let count = site.of_key(folder, &key).len();
        if count > COMPARED {
            let message = format!(
                "{} is one of {count} stories with the same slug and day and without identifiers; it was compared with {COMPARED} of them",
                item.uri()
            );
            let hint =
                "a version or part of one of the others is a story of its own now; ask the agency for identifiers";
            diagnostics.push(Diagnostic::warning(Code::ImportVersion, message).hint(hint));
        }
    }
    if let Some(part) = take_of(item) {
        missing(item, part, &of(site, item, folder), diagnostics);
    }
}

/// A kill without the identifier of what it kills cannot withdraw it.
fn still_public(site: &mut SiteStories, item: &WireItem, folder: &str, diagnostics: &mut Vec<Diagnostic>) {
    let Some(slug) = item.meta.slugline.as_deref().and_then(slug_letters) else { return };
    let (paths, count) = site.public_of_slug(folder, &slug, item.uri(), NAMED);
    let named: Vec<String> = paths.iter().map(|path| format!("content/{path}")).collect();
    let (verb, they) = match count {
        0 => return,
        1 => ("has the same slug and is", "it is the one, set `pubStatus: canceled` in it"),
        _ => ("have the same slug and are", "one of them is the one, set `pubStatus: canceled` in it"),
    };
    let (all_but_last, last) = named.split_at(named.len() - 1);
    let named = match count - named.len() {
        0 if all_but_last.is_empty() => last[0].clone(),
        0 => format!("{} and {}", all_but_last.join(", "), last[0]),
        more => format!("{} and {more} more", named.join(", ")),
    };
    let message = format!("{} is a kill without the identifier of its story, and {named} {verb} public", item.uri());
    diagnostics.push(Diagnostic::warning(Code::ImportKill, message).hint(format!("if {they}")));
}

fn missing(item: &WireItem, part: Part, same_slug: &[SlugMatch], diagnostics: &mut Vec<Diagnostic>) {
    let joined = same_slug.iter().flat_map(|one| one.detail.import.parts.iter().map(|(joined, _)| *joined));
    let there: FxHashSet<u32> = same_slug.iter().map(SlugMatch::part).chain(joined).chain([part.number]).collect();
    // A number may be any that the copy says.
    let missing = (1..=part.total.unwrap_or(part.number)).filter(|number| !there.contains(number));
    let missing: Vec<String> = missing.take(NAMED).map(|number| number.to_string()).collect();
    if !missing.is_empty() {
        let of = part.total.map(|total| format!(" of {total}")).unwrap_or_default();
        let message = format!(
            "{} is take {}{of} of a story, and take {} is missing",
            item.uri(),
            part.number,
            missing.join(", ")
        );
        diagnostics.push(
            Diagnostic::warning(Code::ImportTake, message)
                .hint("the story is told in parts; import the missing one, or hold this one"),
        );
    }
}

/// The folder below `content/` of a story's path.
fn folder(path: &str) -> Option<&str> {
    path.strip_prefix("content/")?.rsplit_once('/').map(|(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let key = |slug: &str| key("urn:dateline:ap:w0815-2026-11-18", Some(slug), "");
        assert_eq!(key("BC-Port-Strike, 2nd Take"), key("bc-port-strike"));
        assert_eq!(key("BC-Port-Strike 1stLd-Writethru"), key("BC-Port-Strike"));
        assert_ne!(key("BC-Port-Strike"), key("BC-Port-Opens"));
        assert_eq!(super::key("urn:newsml:x:1", Some("BC-Port"), ""), None);
        let of_headline = |headline: &str| super::key("urn:dateline:wire:1", None, headline);
        assert_eq!(of_headline("UPDATE 2-Port opens"), of_headline("Port opens"));
    }

    #[test]
    fn texts_that_say_the_same() {
        let first = "Harbour workers in Halden went on strike on Wednesday, the union said.";
        let second = "Harbour workers in Halden went on strike on Wednesday over pay, their union said. Ships waited off the coast.";
        assert!(are_alike(first, second));
        assert!(!are_alike(first, "Scores of Wednesday: Halden beat Bergen by three goals after extra time."));
        assert!(!are_alike("Port opens", "Port opens"));
    }
}
