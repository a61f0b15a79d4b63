//! Renditions and social cards. Those that are missing are made once the site is planned; where a picture turns out to be broken, the
//! plan is made again without it.
//!
//! A rendition is a function of the picture's bytes and a `Cut`, and its name has the hash of these bytes. Those that the output folder is
//! not known to hold come from the cache in `.dateline/renditions/`, or are made and put there. What the site no longer shows is removed
//! from it. A folder of the cache is named by a hash of the sources and crates that make renditions (`build.rs`), so a new version that
//! makes them in the same way does not make them again.
//!
//! Social cards lie beside them; their names have a hash of the code that sets and draws text. Whether the fonts have all characters of a
//! card is looked up when the card is planned, so drawing it cannot fail. Decoded pictures of all threads share a limit of one gibibyte.

use super::{Prepared, Stages};
use crate::diag::{Diagnostic, Location};
use crate::file;
use crate::hash::Hash;
use crate::load;
use crate::path::RelPath;
use crate::picture::rendition_cache::{self, RenditionCache};
#[cfg(feature = "images")]
use crate::picture::social_card::Artist;
use crate::picture::{Facts, Flaw, Rendition, social_card};
use crate::plan::{CardOf, PageOf, Pictured, Plan, Shown};
use crate::progress::Progress;
use crate::render::Renderer;
use crate::source::STORY_LIMIT;
use crate::state::{self, Pages};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::path::Path;

/// Social cards that an artist draws before another thread may take over.
#[cfg(feature = "images")]
const ARTIST: usize = 64;

/// Makes the renditions of a plan that the output folder does not hold, and keeps them if `write` says so. Pictures that turn out to be
/// broken are noted in `prepared`. Returns whether there are any: then the plan has to be made again.
pub(super) fn make_missing(
    prepared: &mut Prepared,
    root: &Path,
    plan: &Plan,
    last: &Pages,
    write: bool,
    stages: &mut Stages,
) -> bool {
    let missing = missing(plan, last);
    if missing.is_empty() {
        return false;
    }
    stages.next("pictures", Some(missing.len()));
    let broken = make_renditions(prepared, root, &missing, write, stages.progress);
    stages.next("plan", None);
    let has_broken = !broken.is_empty();
    stages.add(broken);
    has_broken
}

/// Draws the social cards that the output folder does not hold.
pub(super) fn draw_missing(renderer: &Renderer, plan: &Plan, root: &Path, last: &Pages, stages: &mut Stages) {
    let missing = missing_cards(plan, last);
    if !missing.is_empty() {
        stages.next("social cards", Some(missing.len()));
        draw(renderer, plan, root, &missing, stages.progress);
        stages.next("plan", None);
    }
}

/// Notes the pictures that an earlier build found broken, and reports them.
pub(super) fn recall(prepared: &mut Prepared, root: &Path) -> Vec<Diagnostic> {
    let flaws = cache(root).flaws();
    if flaws.is_empty() {
        return Vec::new();
    }
    let site = prepared.inputs();
    let (shown, _) = Shown::of(&site);
    let with_renditions = shown.files.iter().filter_map(|file| shown.pictured(&site, file));
    let broken = with_renditions.filter_map(|one| Some((one.file, flaws.get(&one.hash)?.clone()))).collect();
    note_broken(prepared, root, broken)
}

/// The renditions that the output folder is not known to hold, by picture. `last` has the files that it holds.
fn missing(plan: &Plan, last: &Pages) -> Vec<(RelPath, Vec<Rendition>)> {
    let mut missing: BTreeMap<u32, Vec<Rendition>> = BTreeMap::new();
    for (page, id) in plan.pages.iter().zip(&plan.ids) {
        if let PageOf::Rendition(at, number) = page.of
            && last.get(*id).is_none()
        {
            let pictured = &plan.pictures[at as usize];
            missing.entry(at).or_default().push(pictured.rendition(pictured.cuts[usize::from(number)]));
        }
    }
    missing.into_iter().map(|(at, renditions)| (plan.pictures[at as usize].file.clone(), renditions)).collect()
}

/// The social cards that the output folder is not known to hold.
fn missing_cards(plan: &Plan, last: &Pages) -> Vec<CardOf> {
    if plan.social_cards.hashes().next().is_none() {
        return Vec::new();
    }
    let cards = plan.pages.iter().zip(&plan.ids).filter_map(|(page, id)| match page.of {
        PageOf::SocialCard(of) if last.get(*id).is_none() => Some(of),
        _ => None,
    });
    cards.collect()
}

/// Draws social cards and puts them in the cache. What cannot be kept is drawn when its page is made.
#[cfg(feature = "images")]
fn draw(renderer: &Renderer, plan: &Plan, root: &Path, missing: &[CardOf], progress: &dyn Progress) {
    let cache = cache(root);
    let style = renderer.site().theme.social_card();
    let missing: Vec<(CardOf, Hash)> =
        missing.iter().filter_map(|of| Some((*of, plan.social_cards.get(*of)?))).collect();
    // An artist takes longer to get ready than to draw.
    missing.par_chunks(ARTIST).for_each(|cards| {
        let mut artist: Option<Artist> = None;
        for (of, hash) in cards.iter().filter(|(_, hash)| !cache.has_card(*hash)) {
            let artist = artist.get_or_insert_with(|| Artist::new(&style.fonts));
            if let Ok(bytes) = artist.draw(style, &renderer.social_card_lines(*of)) {
                let _ = cache.put_card(*hash, &bytes);
            }
        }
        progress.step(cards.len());
    });
}

/// Without the feature no page has a social card.
#[cfg(not(feature = "images"))]
fn draw(_: &Renderer, _: &Plan, _: &Path, _: &[CardOf], _: &dyn Progress) {}

/// Makes renditions, and reports the pictures that are broken, which are noted in `prepared`. Where nothing may be written (`write`
/// is false), pictures are decoded all the same.
fn make_renditions(
    prepared: &mut Prepared,
    root: &Path,
    missing: &[(RelPath, Vec<Rendition>)],
    write: bool,
    progress: &dyn Progress,
) -> Vec<Diagnostic> {
    let cache = cache(root);
    let site = prepared.inputs();
    let make = |(file, renditions): &(RelPath, Vec<Rendition>)| {
        let facts = site.stories.pictures.get(file);
        let made = facts.map_or(Ok(()), |facts| of_picture(&cache, root, facts, renditions, write));
        progress.step(1);
        made.err().map(|flaw| (file.clone(), flaw))
    };
    let broken: Vec<Option<(RelPath, Flaw)>> = missing.par_iter().with_max_len(1).map(make).collect();
    note_broken(prepared, root, broken.into_iter().flatten().collect())
}

fn cache(root: &Path) -> RenditionCache {
    RenditionCache::new(&root.join(state::FOLDER))
}

/// Makes renditions of a picture. What cannot be kept is made once more when its page is.
fn of_picture(
    cache: &RenditionCache,
    root: &Path,
    facts: &Facts,
    renditions: &[Rendition],
    write: bool,
) -> Result<(), Flaw> {
    let missing: Vec<&Rendition> = renditions.iter().filter(|one| !cache.has(one)).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let bytes = rendition_cache::original(&root.join("content"), &first.file, facts)?;
    encode(&bytes, facts, &missing, |rendition, bytes| {
        if write {
            let _ = cache.put(rendition, bytes);
        }
        write
    })
    .inspect_err(|flaw| {
        // Best effort: what is not noted is found out again.
        if write {
            let _ = cache.put_flaw(facts.hash, flaw);
        }
    })
}

/// Decodes a picture and encodes its renditions, until `take` wants no more.
#[cfg(feature = "images")]
fn encode(
    bytes: &[u8],
    facts: &Facts,
    missing: &[&Rendition],
    take: impl Fn(&Rendition, &[u8]) -> bool,
) -> Result<(), Flaw> {
    let original = crate::picture::make::open(bytes, facts)?;
    for rendition in missing {
        if !take(rendition, &original.rendition(&rendition.cut)?) {
            break;
        }
    }
    Ok(())
}

/// Without the feature no picture has renditions.
#[cfg(not(feature = "images"))]
fn encode(_: &[u8], _: &Facts, _: &[&Rendition], _: impl Fn(&Rendition, &[u8]) -> bool) -> Result<(), Flaw> {
    Ok(())
}

/// Notes which pictures are broken, and reports each.
fn note_broken(prepared: &mut Prepared, root: &Path, broken: Vec<(RelPath, Flaw)>) -> Vec<Diagnostic> {
    let diagnostics = broken.iter().map(|(file, flaw)| diagnostic(prepared, root, file, flaw)).collect();
    prepared.stories.broken.extend(broken.into_iter().map(|(file, _)| file));
    diagnostics
}

/// Reports a broken picture, at the place where the first public file that shows it names it.
fn diagnostic(prepared: &Prepared, root: &Path, file: &RelPath, flaw: &Flaw) -> Diagnostic {
    let site = prepared.inputs();
    let stories = site.public.versions().into_iter().map(|(current, _)| site.stories.get(current));
    let stories = stories.map(|story| (&story.source, &story.rare().media));
    let pages = site.stories.pages.iter().map(|page| (&page.source, &page.media));
    let source = stories.chain(pages).filter(|(_, media)| media.contains(file)).map(|(source, _)| source).min();
    let Some(source) = source else {
        return load::broken(flaw, file.file_name(), Location::file(format!("content/{file}")));
    };
    let mut bytes = Vec::new();
    let _ = file::read_bounded(&source.under(&root.join("content")), STORY_LIMIT, &mut bytes);
    let place = load::place_of(&String::from_utf8_lossy(&bytes), file.file_name());
    load::broken(flaw, file.file_name(), Location { file: format!("content/{source}"), place })
}

/// Removes from the cache what the site no longer shows.
pub(super) fn tidy(prepared: &Prepared, plan: &Plan, root: &Path) {
    let renditions = plan.pictures.iter().flat_map(Pictured::renditions).map(|one| one.tail());
    let renditions: FxHashSet<String> =
        renditions.chain(plan.social_cards.hashes().map(social_card::file_name)).collect();
    let stories = &prepared.stories;
    let pictures: FxHashSet<Hash> =
        stories.broken.iter().filter_map(|file| stories.pictures.get(file)).map(|facts| facts.hash).collect();
    cache(root).keep(&renditions, &pictures);
}
