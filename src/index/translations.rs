//! Stories that say the same in several languages.

use crate::config::Config;
use crate::desk::{PublicId, PublicStories};
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::story::{Stories, Story};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// The most languages of one story that a page leads to. Each page of a story names all of them, so the bytes of all pages grow with
/// the square of their number.
const LANGUAGES: usize = 100;

/// For each story with translations, the stories that its page leads to, with itself: the original first, one a language.
pub(super) fn groups(
    stories: &Stories,
    public: &PublicStories,
    config: &Config,
) -> Checked<FxHashMap<PublicId, Vec<PublicId>>> {
    let mut groups: BTreeMap<&str, Vec<PublicId>> = BTreeMap::new();
    for (id, live) in public.readable() {
        if let Some(root) = &stories.get(live.current).rare().translation_of {
            groups.entry(root).or_default().push(id);
        }
    }
    let mut of_story = FxHashMap::default();
    let mut diagnostics = Vec::new();
    if groups.is_empty() {
        return Checked { value: of_story, diagnostics };
    }
    for (id, live) in public.readable() {
        if let Some(group) = groups.get_mut(&*stories.get(live.current).uri) {
            group.retain(|other| *other != id);
            group.insert(0, id);
        }
    }
    let story = |id: PublicId| stories.get(public.get(id).current);
    let language = |id: PublicId| language(story(id), config);
    for (root, group) in groups.into_iter().filter(|(_, group)| group.len() > 1) {
        let mut seen = FxHashSet::default();
        let shown: Vec<PublicId> =
            group.iter().copied().filter(|id| seen.len() < LANGUAGES && seen.insert(language(*id))).collect();
        let mut more = 0;
        let mut first_of_more = None;
        for id in &group {
            let mut own = shown.clone();
            if !shown.contains(id) {
                more += 1;
                first_of_more.get_or_insert(*id);
                // It stands for its own language on its own page.
                match own.iter().position(|other| language(*other) == language(*id)) {
                    Some(at) => own[at] = *id,
                    None => own.push(*id),
                }
            }
            if own.len() > 1 {
                of_story.insert(*id, own);
            }
        }
        if let Some(id) = first_of_more {
            let message = format!(
                "{more} translations of {root} are named on no other page: it has one in `{}` before, or more than {LANGUAGES} languages",
                language(id)
            );
            diagnostics.push(
                Diagnostic::warning(Code::TranslationLanguage, message)
                    .at(Location::file(format!("content/{}", story(id).source)))
                    .hint("give each translation its own `language`, and make later ones versions of the first"),
            );
        }
    }
    Checked { value: of_story, diagnostics }
}

/// The language of a story: its own, else that of its edition.
fn language<'s>(story: &'s Story, config: &'s Config) -> &'s str {
    if !story.language.is_empty() {
        return &story.language;
    }
    config.languages.get(usize::from(story.edition)).map_or("", String::as_str)
}
