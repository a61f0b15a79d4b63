//! `theme check`: tests a theme against the contract and the stress stories.

use super::markup;
use super::references;
use super::stress::{self, StressPage};
use crate::build;
use crate::config;
use crate::diag::{Checked, Code, Diagnostic, Location, Repeated, Result, nearest};
use crate::render::Observer;
use crate::theme::hooks::{self, HOOKS};
use crate::theme::{self, Theme};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tera::Context;

/// What templates are given, by the names of `docs/themes.md`. `t` holds what the theme itself defines.
const GIVEN: [&str; 14] = [
    "data",
    "page",
    "story",
    "list",
    "front",
    "zone",
    "index",
    "calendar",
    "not_found",
    "feeds",
    "standing",
    "tombstone",
    "edition",
    "site",
];

/// Checks the theme of the site in `root`, or another by its name. The value is the number of pages made.
pub fn check(root: &Path, name: Option<&str>) -> Result<Checked<usize>> {
    let fields = Fields::default();
    let pages = stress::pages(root, build::theme_of(root, name)?, Some(&fields))?;
    let theme = build::theme_of(root, name)?;
    let mut found = Checked { value: pages.len(), diagnostics: Vec::new() };
    let mut faults: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut errors = Repeated::default();
    for StressPage { name, outcome, .. } in &pages {
        match outcome {
            Ok(bytes) => {
                for fault in markup::faults(&String::from_utf8_lossy(bytes)) {
                    faults.entry(fault).or_default().push(name);
                }
            }
            Err(error) => errors.add(error.clone()),
        }
    }
    found.diagnostics.extend(errors.once());
    for (fault, pages) in faults {
        let others = if pages.len() > 1 { format!(" and {} more", pages.len() - 1) } else { String::new() };
        let diagnostic = Diagnostic::warning(Code::ThemeCheck, format!("{fault}: {}{others}", pages[0]));
        found.diagnostics.push(diagnostic.hint("`dateline serve` shows these pages at /_dateline/stress/"));
    }
    let fields = fields.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.diagnostics.extend(missing(&pages));
    found.diagnostics.extend(unknown(&theme, &fields));
    found.diagnostics.extend(references::check(&theme, &config::load(root)?, &pages));
    // A theme that stands on its own has the blocks that it wants.
    if theme.chain().iter().any(|name| name == "default") {
        found.diagnostics.extend(lost_hooks(&stress::pages(root, build::trial_of_hooks(root, name)?, None)?));
    }
    Diagnostic::sort(&mut found.diagnostics);
    Ok(found)
}

/// What readers must find, whatever the theme: on which stress story, and how to recognise it.
const WANTED: [(&str, &str, &str); 24] = [
    ("01-plain", "A story with everything", "the headline"),
    ("01-plain", "We will come back to it", "the text"),
    ("01-plain", "Ana Reyes", "the author"),
    ("01-plain", "HALDEN, Nov 20", "the dateline"),
    ("01-plain", "2026-11-20", "when the story was published"),
    ("02-headline-alone", "Harbour closed until further notice", "the headline of an alert"),
    ("07-correction", "wrong number of cranes", "the notice of a correction"),
    ("08-withdrawn", "its source cannot be confirmed", "why a story was withdrawn"),
    ("10-picture", "wide.png", "a picture of the text"),
    ("front-by-hand", "A package of every kind of story", "a package of a front"),
    ("front-by-hand", "A text without a heading", "a text of a front"),
    ("17-thirty-related", "One of thirty, number 7", "related stories"),
    ("21-audio-and-video", "storm.mp4", "the video of a story"),
    ("21-audio-and-video", "The keeper on the old light", "the caption of audio in a text"),
    ("22-blocks", "Cranes lie across the quay", "the picture of a gallery"),
    ("22-blocks", "Four ports closed", "the facts in a text"),
    ("22-blocks", "a pilot of thirty years", "who said a quotation"),
    ("22-blocks", "The first shift stays at home", "the entry of a timeline"),
    ("22-blocks", "the quay of the fishermen</th>", "the figures of a chart as a table"),
    ("22-blocks", "openstreetmap.org/#map=12/52.1/1.2", "where a map leads"),
    ("23-embeds", "youtube.com/watch?v=aqz-KE-bpKQ", "the address of an embed"),
    ("20-sponsored", "The Quiet Ferry Company", "who paid for a story"),
    ("front", "The Quiet Ferry Company", "who paid for a story"),
    ("category", "The Quiet Ferry Company", "who paid for a story"),
];

/// What the contract wants readers to find, and pages do not show.
fn missing(pages: &[StressPage]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, text, what) in WANTED {
        // A site may have several sections; one of them is that of the story.
        let pages = pages.iter().filter(|page| page.name == name).filter_map(|page| page.outcome.as_ref().ok());
        // The head says much of it too, but not to readers.
        let mut bodies = pages.map(|bytes| &bytes[memchr::memmem::find(bytes, b"<body").unwrap_or(0)..]).peekable();
        let shows = |body: &[u8]| memchr::memmem::find(body, text.as_bytes()).is_some();
        if bodies.peek().is_some() && !bodies.any(shows) {
            let diagnostic = Diagnostic::warning(Code::ThemeCheck, format!("pages do not show {what}: {name}"));
            found.push(diagnostic.hint("docs/themes.md lists what each template gets"));
        }
    }
    found
}

/// Hooks of the parent that pages no longer show: a block that is replaced takes those inside it along.
fn lost_hooks(pages: &[StressPage]) -> Vec<Diagnostic> {
    let mut lost: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, hook, kind) in HOOKS {
        let mark = hooks::mark(hook);
        let shows = |page: &&StressPage| {
            page.outcome.as_ref().is_ok_and(|bytes| memchr::memmem::find(bytes, mark.as_bytes()).is_some())
        };
        let made = || pages.iter().filter(|page| page.outcome.is_ok());
        // What stands in the frame is on every page; what belongs to a text or a list, on those that are long enough.
        let kinds: BTreeSet<&str> = match kind {
            None => made().filter(|page| !shows(page)).map(|page| page.kind.as_str()).collect(),
            Some(_) if made().any(|page| shows(&page)) => BTreeSet::new(),
            Some(kind) => BTreeSet::from([kind.as_str()]),
        };
        for kind in kinds {
            lost.entry(kind).or_default().push(format!("`{hook}`"));
        }
    }
    let warning = |(kind, hooks): (&str, Vec<String>)| {
        let message = format!("pages of the kind `{kind}` do not show what stands in {}", hooks.join(", "));
        let hint =
            "a block that is replaced takes the blocks inside it along: write them into it; docs/themes.md lists them";
        Diagnostic::warning(Code::ThemeCheck, message).hint(hint)
    };
    lost.into_iter().map(warning).collect()
}

/// The fields of what templates were given.
#[derive(Default)]
struct Fields(Mutex<BTreeMap<&'static str, BTreeSet<String>>>);

impl Observer for Fields {
    fn template(&self, _: &str, values: &Context) {
        let mut fields = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for name in GIVEN {
            let value = values.get(name).and_then(|value| serde_json::to_value(value).ok());
            if let Some(serde_json::Value::Object(map)) = value {
                fields.entry(name).or_default().extend(map.into_iter().map(|(key, _)| key));
            }
        }
    }
}

fn warning(name: &str, source: &str, at: usize, message: String) -> Diagnostic {
    let before = &source[..at];
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
    Diagnostic::warning(Code::ThemeCheck, message).at(Location::at(theme::template_file(name), line, column))
}

/// Fields that templates are never given.
fn unknown(theme: &Theme, fields: &BTreeMap<&'static str, BTreeSet<String>>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, source) in theme.sources() {
        for given in GIVEN {
            let Some(known) = fields.get(given) else { continue };
            // A name that the template gives to something of its own is not the one that it is given.
            let is_own = source.contains(&format!("for {given} in"))
                || source.contains(&format!("set {given} "))
                || source.contains("{% component");
            if is_own {
                continue;
            }
            for (at, code) in code(source) {
                for (place, field) in uses(code, given) {
                    // A file of `data/` that the template asks for first may be missing.
                    if known.contains(field) || source.contains(&format!("{given}.{field} is defined")) {
                        continue;
                    }
                    let message = format!("`{given}` has no `{field}`");
                    let mut diagnostic = warning(name, source, at + place, message);
                    if let Some(near) = nearest(field, known.iter().map(String::as_str)) {
                        diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
                    }
                    found.push(diagnostic.hint("docs/themes.md lists what each template gets"));
                }
            }
        }
    }
    found
}

/// The insides of `{% … %}` and `{{ … }}`, with their places.
fn code(source: &str) -> impl Iterator<Item = (usize, &str)> {
    between(source, "{%", "%}").chain(between(source, "{{", "}}"))
}

fn between<'s>(source: &'s str, start: &'static str, end: &'static str) -> impl Iterator<Item = (usize, &'s str)> {
    source.match_indices(start).filter_map(move |(at, _)| {
        let inner = at + start.len();
        let length = source[inner..].find(end)?;
        Some((inner, &source[inner..inner + length]))
    })
}

/// Uses of a field of a name in code, outside of strings.
fn uses<'c>(code: &'c str, name: &str) -> Vec<(usize, &'c str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, _) in code.match_indices(name) {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let is_whole = !before.ends_with(|c: char| is_word(c) || c == '.' || c == '?');
        let in_text = before.matches('"').count() % 2 == 1 || before.matches('\'').count() % 2 == 1;
        let Some(rest) = after.strip_prefix("?.").or_else(|| after.strip_prefix('.')) else { continue };
        let field = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        if is_whole && !in_text && !field.is_empty() {
            found.push((at, field));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_of_fields_are_found() {
        for (code, expected) in [
            (" story.headline | upper ", &["headline"][..]),
            (" if story.picture and story.alert ", &["picture", "alert"]),
            (" story?.kicker or \"story.none\" ", &["kicker"]),
            (" history.x, a.story.y, story ", &[]),
        ] {
            let found: Vec<&str> = uses(code, "story").into_iter().map(|(_, field)| field).collect();
            assert_eq!(found, expected, "{code}");
        }
    }
}
