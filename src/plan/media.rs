//! The pictures and other files of `content/` that public pages show.

use super::Inputs;
use crate::diag::{Code, Diagnostic, Location};
use crate::hash::Hash;
use crate::load::Beside;
use crate::path::RelPath;
use crate::picture::{Cut, Facts, Rendition, rendition};
use crate::recording;
use rustc_hash::FxHashSet;

/// A picture that has renditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictured {
    /// The picture, below `content/`.
    pub file: RelPath,
    /// Hash of its bytes.
    pub hash: Hash,
    /// What its renditions show: from the smallest, and last the cut for social media, if there is one.
    pub cuts: Box<[Cut]>,
}

impl Pictured {
    /// One of its renditions.
    pub fn rendition(&self, cut: Cut) -> Rendition {
        Rendition { file: self.file.clone(), hash: self.hash, cut }
    }

    /// Its renditions.
    pub fn renditions(&self) -> impl Iterator<Item = Rendition> + '_ {
        self.cuts.iter().map(|cut| self.rendition(*cut))
    }
}

/// What public pages show of `content/`.
pub struct Shown<'a> {
    /// Pictures and other files, each once, in the order of the stories.
    pub files: Vec<&'a RelPath>,
    /// Pictures that stand first in a story.
    leads: FxHashSet<&'a RelPath>,
}

impl<'a> Shown<'a> {
    /// Gathers them, and says which are left out for their rights. Pictures that are broken are left out too.
    pub fn of(site: &Inputs<'a>) -> (Shown<'a>, Vec<Diagnostic>) {
        let (stories, public) = (site.stories, site.public);
        let public = || public.readable().map(|(_, live)| stories.get(live.current).rare());
        let (barred, diagnostics) = barred(site);
        let mut seen: FxHashSet<&RelPath> = FxHashSet::default();
        let files = public().flat_map(|rare| &rare.media).chain(stories.pages.iter().flat_map(|page| &page.media));
        let files = files.chain(site.front_texts().flat_map(|(_, text)| &text.media));
        let files: Vec<&RelPath> = files
            .filter(|file| !barred.contains(*file) && !stories.broken.contains(*file) && seen.insert(file))
            .collect();
        let leads = public().filter_map(|rare| rare.picture.as_ref()).map(|picture| &picture.file).collect();
        (Shown { files, leads }, diagnostics)
    }

    /// The renditions that one of the files has; `None` where it has none.
    pub fn pictured(&self, site: &Inputs, file: &RelPath) -> Option<Pictured> {
        let facts: &Facts = site.stories.pictures.get(file)?;
        let settings = &site.config.images;
        let social = rendition::social(facts, settings).filter(|_| self.leads.contains(file));
        let cuts: Box<[Cut]> = rendition::widths(facts, settings).chain(social).collect();
        (!cuts.is_empty()).then(|| Pictured { file: file.clone(), hash: facts.hash, cuts })
    }
}

/// Files that must not be shown because a public text, or the picture itself, says that their rights ended or never held for the
/// web. Rights are those of the picture, so it is not shown beside another text either.
fn barred(site: &Inputs) -> (FxHashSet<RelPath>, Vec<Diagnostic>) {
    let public = site.public.versions().into_iter().map(|(current, _)| site.stories.get(current));
    let stories = public.map(|story| (&story.source, &story.rare().rights));
    let pages = site.stories.pages.iter().map(|page| (&page.source, &page.rights));
    let fronts = site.front_texts().map(|(front, text)| (&front.path, &text.rights));
    let (mut barred, mut diagnostics) = (FxHashSet::default(), Vec::new());
    for (source, rights) in stories.chain(pages).chain(fronts) {
        for rights in rights.iter().filter(|rights| rights.until <= site.now) {
            let message = match rights.is_never() {
                true => format!("the terms of `{}` forbid its use on the web", rights.href),
                false => format!("the rights to `{}` ended on {}", rights.href, rights.until),
            };
            let at = Location::file(format!("content/{source}"));
            let diagnostic = Diagnostic::warning(Code::MediaRights, message).at(at);
            diagnostics.push(diagnostic.hint("the picture was left out, the text stays"));
            barred.extend(rights.file.clone());
            // What shows or says what stands in it goes with it.
            if let Some(file) = rights.file.as_ref().filter(|file| recording::kind(file.as_str()).is_some()) {
                let beside = Beside::of(site.source, &site.config.languages, file);
                barred.extend(beside.poster.into_iter().chain(beside.captions.into_iter().map(|(_, file)| file)));
            }
        }
    }
    (barred, diagnostics)
}
