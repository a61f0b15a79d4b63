//! The stage that makes renditions, before the site is planned: a picture that cannot be decoded is in no plan.
//!
//! What the output folder or the shelf holds already is not made again, so that only new pictures are opened.

use super::{Prepared, Progress};
use crate::diag::{Diagnostic, Location};
use crate::file;
use crate::hash::Hash;
use crate::load;
use crate::path::RelPath;
use crate::picture::shelf::{self, Shelf};
use crate::picture::{Facts, Flaw, Rendition};
use crate::plan::{Pictured, Plan, Shown};
use crate::source::STORY_LIMIT;
use crate::state::{self, Pages, page_id};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::path::Path;

/// What is to be done with pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Make the renditions that are missing.
    Make,
    /// Decode those pictures to see whether renditions could be made.
    Try,
    /// Only recall which pictures were found broken.
    Recall,
}

/// Sees to the pictures that public pages show; those that are broken are noted in `prepared`, and told. `last` has the files that
/// the output folder is known to hold.
pub(super) fn see_to(
    prepared: &mut Prepared,
    root: &Path,
    last: &Pages,
    task: Task,
    begin: impl FnOnce(usize),
    progress: &dyn Progress,
) -> Vec<Diagnostic> {
    if prepared.stories.pictures.is_empty() {
        return Vec::new();
    }
    let site = prepared.inputs();
    let (shown, _) = Shown::of(&site);
    let is_there = |one: &Rendition| last.contains_key(&page_id(&one.url()[1..]));
    let wanted = shown.files.iter().filter_map(|file| shown.pictured(&site, file));
    let wanted: Vec<(Pictured, Vec<Rendition>)> = wanted
        .filter_map(|pictured| {
            let missing: Vec<Rendition> = pictured.renditions().filter(|one| !is_there(one)).collect();
            (!missing.is_empty()).then_some((pictured, missing))
        })
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    begin(wanted.len());
    let shelf = Shelf::new(&root.join(state::FOLDER));
    let flaws: Vec<Option<(RelPath, Flaw)>> = wanted
        .par_iter()
        .with_max_len(1)
        .map(|(pictured, missing)| {
            let facts = site.stories.pictures.get(&pictured.file)?;
            let made = one(&shelf, root, facts, missing, task);
            progress.step(1);
            made.err().map(|flaw| (pictured.file.clone(), flaw))
        })
        .collect();
    let flaws: Vec<(RelPath, Flaw)> = flaws.into_iter().flatten().collect();
    let told = flaws.iter().map(|(file, flaw)| tell(prepared, root, file, flaw)).collect();
    prepared.stories.broken.extend(flaws.into_iter().map(|(file, _)| file));
    told
}

/// Makes the missing renditions of a picture. What cannot be kept is made once more when its page is.
fn one(shelf: &Shelf, root: &Path, facts: &Facts, missing: &[Rendition], task: Task) -> Result<(), Flaw> {
    if let Some(flaw) = shelf.flaw(facts.hash) {
        return Err(flaw);
    }
    let missing: Vec<&Rendition> = missing.iter().filter(|one| !shelf.has(one)).collect();
    let Some(first) = missing.first().filter(|_| task != Task::Recall) else { return Ok(()) };
    let bytes = shelf::original(&root.join("content"), &first.file, facts)?;
    make(shelf, &bytes, facts, &missing, task).inspect_err(|flaw| {
        // Best effort: what is not noted is found out again.
        if task == Task::Make {
            let _ = shelf.put_flaw(facts.hash, flaw);
        }
    })
}

#[cfg(feature = "images")]
fn make(shelf: &Shelf, bytes: &[u8], facts: &Facts, missing: &[&Rendition], task: Task) -> Result<(), Flaw> {
    let original = crate::picture::make::open(bytes, facts)?;
    for one in missing.iter().filter(|_| task == Task::Make) {
        let _ = shelf.put(one, &original.rendition(&one.cut)?);
    }
    Ok(())
}

/// Without the feature no picture has renditions.
#[cfg(not(feature = "images"))]
fn make(_: &Shelf, _: &[u8], _: &Facts, _: &[&Rendition], _: Task) -> Result<(), Flaw> {
    Ok(())
}

/// Tells of a broken picture, where the first public file that shows it names it.
fn tell(prepared: &Prepared, root: &Path, file: &RelPath, flaw: &Flaw) -> Diagnostic {
    let site = prepared.inputs();
    let stories = site.standing.versions().into_iter().map(|(current, _)| site.stories.get(current));
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

/// Takes off the shelf what the site does not show any more.
pub(super) fn tidy(prepared: &Prepared, plan: &Plan, root: &Path) {
    let renditions: FxHashSet<String> =
        plan.pictures.iter().flat_map(Pictured::renditions).map(|one| one.tail()).collect();
    let broken = &prepared.stories.broken;
    let pictures: FxHashSet<Hash> =
        broken.iter().filter_map(|file| prepared.stories.pictures.get(file)).map(|facts| facts.hash).collect();
    Shelf::new(&root.join(state::FOLDER)).keep(&renditions, &pictures);
}
