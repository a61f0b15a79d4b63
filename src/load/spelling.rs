//! Names that share an address: spelt in two ways, or two names that only look like one there.

use super::shown;
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::path::name_key;
use crate::story::{NameId, Names, Stories, Story, StoryId};
use rustc_hash::FxHashMap;

/// The most that are reported; a desk that never kept to one spelling has thousands.
const MOST: usize = 100;

/// The names of one kind that a story has.
type NamesOf = fn(&Story) -> &[NameId];

/// Says which topics, authors and places have several spellings. It is a note where a reader takes both for one name, and a warning
/// where two names have one page.
pub(super) fn check(stories: &Stories, diagnostics: &mut Vec<Diagnostic>) {
    let kinds: [(&str, &Names, NamesOf); 3] = [
        ("topic", &stories.topics, |story| &story.topics),
        ("author", &stories.authors, |story| &story.authors),
        ("place", &stories.places, |story| story.place.as_slice()),
    ];
    for (kind, names, of) in kinds {
        let others = names.other_spellings();
        if others.is_empty() {
            continue;
        }
        let mut first: FxHashMap<NameId, StoryId> =
            others.iter().map(|(name, ..)| (*name, StoryId(u32::MAX))).collect();
        for id in stories.ids() {
            for name in of(stories.get(id)) {
                if let Some(known) = first.get_mut(name) {
                    *known = id.min(*known);
                }
            }
        }
        let notes = others.iter().map(|(name, story, spelling)| {
            let first = first.get(name).and_then(|first| stories.stories.get(first.index()));
            let place = first.map_or_else(|| "the settings".to_string(), |first| shown(&first.source));
            let known = names.name(*name);
            let diagnostic = if name_key(spelling) == name_key(known) {
                let message = format!("the {kind} is written `{spelling}` here and `{known}` in {place}");
                Diagnostic::new(Severity::Note, Code::NameSpelling, message)
                    .hint("they are one; write it in one way everywhere")
            } else {
                let message = format!("the {kind}s `{spelling}` here and `{known}` in {place} share one page");
                let hint = format!(
                    "both are `{}` in an address; if they are two, write out what tells them apart",
                    names.slug(*name)
                );
                Diagnostic::warning(Code::NameSpelling, message).hint(hint)
            };
            diagnostic.at(Location::file(shown(&stories.get(*story).source)))
        });
        diagnostics.extend(notes.take(MOST));
    }
}
