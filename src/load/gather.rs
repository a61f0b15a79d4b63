//! One table of all stories, from what the files of its parts say.

use super::table::Entry;
use super::{derived_uri, shown, spelling};
use crate::arena::SharedStr;
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::path::{RelPath, name_key, nfc};
use crate::source::SourceFile;
use crate::story::{NameId, Names, Spelt, StandingPage, Stories, Story, StoryId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// A part of the table of stories; its stories are taken out in order.
pub(super) struct GatheredPart {
    pub(super) stories: std::vec::IntoIter<Result<Entry, Vec<Diagnostic>>>,
    pub(super) names: Vec<(SharedStr, SharedStr)>,
    /// What is known of each of the names, as that of a section, a topic, an author, a place, a genre.
    pub(super) spelt: Vec<[Option<Spelt>; KINDS]>,
}

const SECTION: usize = 0;

const TOPIC: usize = 1;

const AUTHOR: usize = 2;

const PLACE: usize = 3;

const GENRE: usize = 4;

/// How many kinds of names there are.
pub(super) const KINDS: usize = 5;

impl GatheredPart {
    /// The name that has this number in the part, as a name of one kind.
    fn name(&mut self, id: NameId, kind: usize, names: &mut Names) -> Spelt {
        let (slug, name) = &self.names[id.index()];
        *self.spelt[id.index()][kind].get_or_insert_with(|| names.spelt(slug, name))
    }

    /// Gives a story's names the ids that they have among all.
    fn intern(&mut self, story: &mut Story, stories: &mut Stories) {
        let id = Some(StoryId(stories.stories.len() as u32));
        let section = self.names[story.section.index()].0.clone();
        let mut take = |name: &mut NameId, kind: usize, names: &mut Names| {
            let spelt = self.name(*name, kind, names);
            names.used(spelt, id);
            *name = spelt.id;
        };
        take(&mut story.section, SECTION, &mut stories.sections);
        // A section is in all sections above it.
        for (at, _) in section.match_indices('/') {
            stories.sections.intern(&section[..at], &section[..at], id);
        }
        story.topics.iter_mut().for_each(|name| take(name, TOPIC, &mut stories.topics));
        story.authors.iter_mut().for_each(|name| take(name, AUTHOR, &mut stories.authors));
        story.genres.iter_mut().for_each(|name| take(name, GENRE, &mut stories.genres));
        story.place.iter_mut().for_each(|name| take(name, PLACE, &mut stories.places));
    }
}

/// Puts the files' stories and pages into one table, in order of their paths. `part_of` has the part of each file; a part has its
/// files in the same order.
pub(super) fn gather(
    files: &[&SourceFile],
    part_of: &[u32],
    mut parts: Vec<GatheredPart>,
    count: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Stories {
    let mut stories = Stories { stories: Vec::with_capacity(count), ..Stories::default() };
    let mut spelling: FxHashMap<Box<str>, (String, RelPath)> = FxHashMap::default();
    let mut noted: FxHashSet<String> = FxHashSet::default();
    let mut derived: Vec<usize> = Vec::new();
    for (file, number) in files.iter().zip(part_of) {
        let part = &mut parts[*number as usize];
        let Some(result) = part.stories.next() else { continue };
        if part.stories.len() == 0 {
            // What was taken is given back at once, so that there is never room for all twice.
            part.stories = Vec::new().into_iter();
        }
        // A code that is new to the table may be on every story of a desk: it is noted once, with the first file.
        let mut is_new = |d: &Diagnostic| {
            (d.code, d.severity) != (Code::UnknownSubject, Severity::Note) || noted.insert(d.message.clone())
        };
        let (mut story, has_category, extra) = match result {
            Ok(entry) => entry.story(file.path.clone()),
            Err(reasons) => {
                diagnostics.extend(reasons.into_iter().filter(&mut is_new));
                continue;
            }
        };
        if let Some(extra) = extra {
            diagnostics.extend(extra.diagnostics.into_iter().filter(&mut is_new));
            for (path, facts) in extra.pictures {
                match facts {
                    Some(facts) => drop(stories.pictures.insert(path, facts)),
                    None => drop(stories.broken.insert(path)),
                }
            }
        }
        if !story.source.is_standing_page() {
            if has_category {
                let (path, category) = &part.names[story.section.index()];
                check_spelling(&mut spelling, path, category, &story.source, diagnostics);
            }
            part.intern(&mut story, &mut stories);
            if story.is_uri_derived {
                derived.push(stories.stories.len());
            }
            stories.stories.push(story);
            continue;
        }
        let path: Vec<Cow<str>> = story.source.folders().map(nfc).skip(1).chain([nfc(&story.slug)]).collect();
        let rare = story.rare();
        stories.pages.push(StandingPage {
            source: story.source.clone(),
            uri: story.uri.clone(),
            is_uri_derived: story.is_uri_derived,
            headline: story.headline.to_string(),
            description: story.description.to_string(),
            edition: story.edition,
            path: path.join("/"),
            media: rare.media.clone(),
            rights: rare.rights.clone(),
            links: rare.links.clone(),
            anchors: rare.anchors.clone(),
            has_blocks: rare.has_blocks,
            aliases: rare.aliases.clone(),
            layout: rare.layout.clone(),
            menu: rare.menu.clone(),
            status: story.status,
            draft: story.draft,
            advisory: story.advisory,
            embargoed_until: story.embargoed_until,
            content: story.content,
        });
    }
    derived_uri::part(&mut stories.stories, derived, diagnostics);
    spelling::check(&stories, diagnostics);
    stories
}

fn check_spelling(
    known: &mut FxHashMap<Box<str>, (String, RelPath)>,
    path: &str,
    written: &str,
    file: &RelPath,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match known.get(path) {
        None => {
            known.insert(path.into(), (written.to_string(), file.clone()));
        }
        Some((other, first)) if other != written => {
            let message = format!("the category is written `{written}` here and `{other}` in content/{first}");
            let is_one = name_key(other) == name_key(written);
            let severity = if is_one { Severity::Note } else { Severity::Warning };
            let diagnostic = Diagnostic::new(severity, Code::CategorySpelling, message).at(Location::file(shown(file)));
            diagnostics.push(diagnostic.hint(format!("both mean /{path}/; write one of them everywhere")));
        }
        Some(_) => {}
    }
}
