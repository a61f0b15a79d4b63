//! Labels: names and looks that a site's owner gives to genres, such as Opinion or Analysis.

use super::check::Faults;
use super::places::{self, Step};
use super::{FILE, Localized};
use crate::diag::{Code, Diagnostic, Location};
use crate::path::slugify;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most labels, and the most genres of one.
const ENTRIES: usize = 200;
/// The longest key or style, in bytes.
const WORD: usize = 40;

/// What stories of some genres are marked with.
#[derive(Clone, Debug)]
pub struct Label {
    /// Its text.
    pub name: Localized,
    /// What it looks like: a word that themes know.
    pub style: String,
    /// The genres that get it, as slugs.
    pub genres: Vec<String>,
}

/// A label as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLabel {
    #[serde(default)]
    name: Localized,
    style: Option<String>,
    #[serde(default)]
    genres: Vec<String>,
}

/// Checks the labels. `text` are the settings, for places.
pub(super) fn check(raw: BTreeMap<String, RawLabel>, text: &str, faults: &mut Faults) -> Vec<Label> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut fault = |place: Option<(u32, u32)>, message: String, hint: &str| {
        let (line, column) = place.unwrap_or((1, 1));
        faults.push(Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column)).hint(hint));
    };
    if raw.len() > ENTRIES {
        let place = places::of_key(text, &[Step::Key("labels", 0)]);
        fault(place, format!("`labels` has more than {ENTRIES} entries"), "shorten it");
    }
    let mut labels = Vec::new();
    for (key, RawLabel { name, style, genres }) in raw.into_iter().take(ENTRIES) {
        let at = [Step::Key("labels", 0), Step::Key(&key, 0)];
        let of_key = || places::of_key(text, &at);
        let inner = |steps: &[Step]| places::of_value(text, &[&at, steps].concat());
        if !is_word(&key) {
            let message = format!("labels: `{}` is not a valid name for a label", key.escape_debug());
            fault(of_key(), message, WORDS);
        }
        if name.is_empty() {
            let message = format!("labels: `{}` has no `name`", key.escape_debug());
            fault(of_key(), message, "add `name:`, the text of the label");
        }
        if let Some(style) = style.as_ref().filter(|style| !is_word(style)) {
            let message = format!("labels: {key}: `style` is `{}`, expected a word", style.escape_debug());
            fault(inner(&[Step::Key("style", 0)]), message, WORDS);
        }
        if genres.len() > ENTRIES {
            let message = format!("labels: {key}: `genres` has more than {ENTRIES} entries");
            fault(inner(&[Step::Key("genres", 0)]), message, "shorten it");
        }
        let mut slugs = vec![key.clone()];
        let others = genres.iter().take(ENTRIES).zip(0..).map(|(genre, number)| (slugify(genre), genre, Some(number)));
        for (slug, genre, number) in [(key.clone(), &key, None)].into_iter().chain(others) {
            let place = || match number {
                // One genre may be written without a list.
                Some(number) => {
                    inner(&[Step::Key("genres", 0), Step::Item(number)]).or_else(|| inner(&[Step::Key("genres", 0)]))
                }
                None => of_key(),
            };
            if slug.is_empty() {
                let message = format!("labels: {key}: `{}` is not a genre", genre.escape_debug());
                fault(place(), message, "a genre has a letter or a digit");
            } else if let Some(other) = known.get(&slug).filter(|other| **other != key) {
                let message =
                    format!("labels: the genre `{}` has two labels, `{other}` and `{key}`", genre.escape_debug());
                fault(place(), message, "keep one of them");
            } else {
                known.insert(slug.clone(), key.clone());
                slugs.extend((!slugs.contains(&slug)).then_some(slug));
            }
        }
        labels.push(Label { name, style: style.unwrap_or(key), genres: slugs });
    }
    labels
}

const WORDS: &str = "use small letters and digits joined by hyphens, as in `opinion` or `live-report`";

/// Whether it can be a part of the name of a class.
fn is_word(word: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    word.len() <= WORD && word.starts_with(|first: char| first.is_ascii_lowercase()) && word.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_text;

    fn labels(yaml: &str) -> Result<String, String> {
        let config = check_text(&format!("title: x\nbase_url: https://e.org/\nlabels:\n{yaml}"))?;
        let shown = config.labels.iter().map(|label| {
            let name = label.name.get("es").unwrap_or_default();
            format!("{name} {} {}", label.style, label.genres.join(","))
        });
        Ok(shown.collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn a_label_is_for_the_genre_of_its_name_and_for_others() {
        let yaml = "  opinion: {name: {en: Opinion, es: Opinión}, genres: [Op-Ed, Opinión, رأي]}\n  live: {name: Live, style: red, genres: Live blog}\n";
        assert_eq!(labels(yaml).as_deref(), Ok("Live red live,live-blog; Opinión opinion opinion,op-ed,رأي"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (yaml, expected) in [
            ("  opinion: {style: a}\n", "dateline.yaml:4:3: error: labels: `opinion` has no `name` [add `name:`"),
            (
                "  Opinion: {name: x}\n",
                "dateline.yaml:4:3: error: labels: `Opinion` is not a valid name for a label [use small",
            ),
            ("  a-: {name: x}\n", "labels: `a-` is not a valid name"),
            (
                "  opinion:\n    name: x\n    style: a\\\" onclick\n",
                "dateline.yaml:6:12: error: labels: opinion: `style` is `a\\\\\\\" onclick`, expected a word",
            ),
            ("  a: {name: x, genres: [\"?\"]}\n", "dateline.yaml:4:25: error: labels: a: `?` is not a genre"),
            (
                "  a: {name: x, genres: [y, b]}\n  b: {name: x}\n",
                "dateline.yaml:5:3: error: labels: the genre `b` has two labels, `a` and `b` [keep one of them]",
            ),
            (
                "  a: {name: x}\n  b: {name: x, genres: A}\n",
                "dateline.yaml:5:24: error: labels: the genre `A` has two labels, `a` and `b`",
            ),
            ("  a: {name: x, colour: red}\n", "dateline.yaml:4:16: error: labels: a: unknown field `colour`"),
            ("  a: Opinion\n", "dateline.yaml:4:6: error: labels: `a` is `Opinion`, expected a mapping"),
        ] {
            let error = labels(yaml).unwrap_err();
            assert!(error.contains(expected), "{yaml}{error}");
        }
    }
}
