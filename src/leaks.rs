//! The search for leaks: does the output folder hold anything of what is hidden or was withdrawn?
//!
//! This trusts neither the plan nor the renderer. It takes from `desk` only which stories are public, reads the others' files
//! again, and goes once over every file of the output, also inside gzip and Brotli. Texts are compared word by word, so that markup,
//! entities, escapes and typographic signs between the words make no difference.
//!
//! Of the texts of public stories, what their pages hide is searched for too: comments, scripts, and what cleaning removes.
//!
//! A hit counts as a leak only if no public text contains the same words. The public stories are read to check this, but only if
//! there are hits.

mod needles;
mod scan;
mod words;

use crate::diag::{Code, Diagnostic, Location, plural};
use crate::load;
use crate::parse::front_matter::FrontMatter;
use crate::parse::markdown;
use crate::path::nfc;
use crate::plan::Inputs;
use crate::story::{KEYS, KeyGroup, Value};
use needles::{Needles, What};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::path::Path;

/// Leaks listed one by one; the rest are only counted.
const LISTED: usize = 200;

/// Searches an output folder; `name` is what messages call it. An empty list means that nothing was found.
pub fn search(site: &Inputs, root: &Path, output: &Path, name: &str) -> Vec<Diagnostic> {
    let needles = needles::gather(site, root);
    let mut diagnostics = Vec::new();
    let mut hits = scan::folder(&needles, output, name, &mut diagnostics);
    if hits.is_empty() {
        return diagnostics;
    }
    let found: FxHashSet<u32> = hits.iter().map(|hit| hit.needle).collect();
    let harmless = said_in_public(site, root, &needles, &found);
    hits.retain(|hit| !harmless.contains(&hit.needle));
    hits.sort();
    // The first place in a file is enough of one text.
    let mut reported: FxHashSet<(String, What, &str)> = FxHashSet::default();
    hits.retain(|hit| {
        let needle = &needles.list[hit.needle as usize];
        reported.insert((hit.file.clone(), needle.what, needle.file.as_str()))
    });
    for hit in hits.iter().take(LISTED) {
        let needle = &needles.list[hit.needle as usize];
        let whose = if needle.what == What::Zone { "zone" } else { "story" };
        let what = needle.what.name();
        let message = format!("{what} of content/{} stands here, and the {whose} is {}", needle.file, needle.state);
        let at = Location { file: hit.file.clone(), place: hit.place };
        let hint = match needle.what {
            _ if from_static(site, name, &hit.file) => "the file comes from static/: take it out there",
            What::Picture => "remove the file if dateline did not write it; else build again",
            _ => {
                "build again with --verify; if it is still there, look where a template, setting or other story says it"
            }
        };
        diagnostics.push(Diagnostic::error(Code::Leak, message).at(at).hint(hint));
    }
    if hits.len() > LISTED {
        let message = format!(
            "and {} something that is hidden",
            plural(hits.len() - LISTED, "more place holds", "more places hold")
        );
        diagnostics.push(Diagnostic::error(Code::Leak, message).at(Location::file(name)));
    }
    diagnostics
}

/// Whether a file of the output folder is one of `static/`. A build copies those again as they are, so building again does not help.
fn from_static(site: &Inputs, output: &str, file: &str) -> bool {
    let below = file.strip_prefix(output).map(|file| file.trim_start_matches('/'));
    below.is_some_and(|file| site.source.statics.iter().any(|known| nfc(known.path.as_str()) == file))
}

/// Which of these needles stand in what the public may read anyway.
fn said_in_public(site: &Inputs, root: &Path, needles: &Needles, found: &FxHashSet<u32>) -> FxHashSet<u32> {
    let few = needles.only(found);
    let needles_in = |texts: &[&str]| {
        let mut found = Vec::new();
        texts.iter().for_each(|text| few.find(text.as_bytes(), &mut |needle, _, _| found.push(needle)));
        found
    };
    let of_file = |path: &crate::path::RelPath| {
        let Ok((front, body, _)) = load::read_for_page(root, site.source, path, site.config) else { return Vec::new() };
        let body = markdown::shown(&body, &site.config.home());
        let mut texts = public_texts(&front);
        texts.push(&body);
        let extra = front.extra.as_ref().map(ToString::to_string).unwrap_or_default();
        texts.push(&extra);
        needles_in(&texts)
    };
    let public = site.public.versions();
    let mut harmless: FxHashSet<u32> =
        public.par_iter().flat_map_iter(|(current, _)| of_file(&site.stories.get(*current).source)).collect();
    harmless.extend(site.stories.pages.iter().flat_map(|page| of_file(&page.source)));
    let notes = site.public.stories.iter().filter_map(|live| site.stories.get(live.current).rare().note.as_deref());
    notes.for_each(|note| harmless.extend(needles_in(&[note])));
    harmless.extend(of_site(site, &needles_in));
    for text in site.shown_zones().flat_map(|(_, zone)| zone.texts()) {
        harmless.extend(needles_in(&[&markdown::shown(text, &site.config.home())]));
    }
    harmless
}

/// What the settings and the theme say.
fn of_site(site: &Inputs, needles_in: &impl Fn(&[&str]) -> Vec<u32>) -> Vec<u32> {
    let config = site.config;
    let mut harmless = needles_in(&[&config.title, &config.publisher, &config.extra.to_string()]);
    site.data.values.values().for_each(|value| harmless.extend(needles_in(&[&value.to_string()])));
    for language in &config.languages {
        let texts = [config.description.get(language), config.copyright.get(language)];
        harmless.extend(needles_in(&texts.map(Option::unwrap_or_default)));
        site.theme.strings(language).values().for_each(|text| harmless.extend(needles_in(&[text])));
        let menus = config.menus.values().flatten();
        menus.for_each(|item| harmless.extend(needles_in(&[item.name.get(language).unwrap_or_default()])));
        for path in config.named_sections() {
            harmless.extend(needles_in(&[&config.section_name(path, language, path)]));
            let description = config.sections.get(path).and_then(|section| section.description(language));
            harmless.extend(needles_in(&[description.unwrap_or_default()]));
        }
        // Sections without a name of their own have that of a Media Topic.
        let section = |(_, first): (_, crate::story::StoryId)| site.stories.get(first).section;
        let sections: FxHashSet<_> = site.public.versions().into_iter().map(section).collect();
        let mut sections: Vec<_> = sections.into_iter().collect();
        sections.sort_unstable();
        for id in sections {
            let (path, spelling) = (site.stories.sections.slug(id), site.stories.sections.name(id));
            harmless.extend(needles_in(&[&config.section_name(path, language, spelling)]));
        }
    }
    for asset in site.theme.assets.values() {
        harmless.extend(std::str::from_utf8(asset).map(|text| needles_in(&[text])).unwrap_or_default());
    }
    harmless
}

/// The texts of a story that its readers get, without its body.
fn public_texts(front: &FrontMatter) -> Vec<&str> {
    let mut texts: Vec<&str> = Vec::new();
    for key in KEYS.iter().filter(|key| matches!(key.group, KeyGroup::Text | KeyGroup::Rights)) {
        match front.value(key.name) {
            Some(Value::Headline(text)) => texts.push(text),
            Some(Value::Text(text)) => texts.extend(text.as_deref()),
            Some(Value::Texts(list)) => texts.extend(list.iter().map(String::as_str)),
            Some(Value::Dateline(dateline)) => texts.extend(dateline.as_ref().map(|dateline| dateline.text.as_str())),
            // None of these is a text, or it is of another group.
            Some(
                Value::Time(_)
                | Value::Flag(_)
                | Value::Version(_)
                | Value::Urgency(_)
                | Value::Status(_)
                | Value::Correction(_)
                | Value::Sponsor(_)
                | Value::Menu(_)
                | Value::Associations(_)
                | Value::Anything(_)
                | Value::Notes(_)
                | Value::Import(_),
            )
            | None => {}
        }
    }
    texts.extend(front.correction.as_ref().map(|correction| correction.note.as_str()));
    texts.extend(front.sponsor.as_ref().map(|sponsor| sponsor.name.as_str()));
    for association in &front.associations {
        let parts = [&association.caption, &association.by, &association.credit, &association.rights];
        texts.extend(parts.into_iter().filter_map(|text| text.as_deref()));
    }
    texts
}
