//! Settings of a theme: words that its author offers and a site's owner chooses among.

use crate::config::Choice;
use crate::diag::{Code, Diagnostic, Error, Location, Result};
use std::collections::BTreeMap;

/// The most words that a setting offers.
const MOST: usize = 50;
/// Names that templates read as numbers of the [hooks](super::hooks).
const TAKEN: [&str; 2] = ["in_body_after", "list_every"];

/// Settings as `theme.yaml` has them: the words of each, the usual one first.
pub(super) type Offered = BTreeMap<String, Vec<String>>;
/// What a site's owner chose, by name.
pub type Choices = BTreeMap<String, Choice>;
/// The word that each setting has.
pub(super) type Settings = BTreeMap<String, String>;

/// What is wrong with the settings of a `theme.yaml`.
pub(super) fn fault(offered: &Offered) -> Option<String> {
    offered.iter().find_map(|(name, words)| {
        if !is_word(name, '_') || TAKEN.contains(&name.as_str()) {
            return Some(format!("settings: `{}` is not a name for a setting", name.escape_debug()));
        }
        if words.is_empty() || words.len() > MOST {
            return Some(format!("settings: `{name}` has {} words, expected 1 to {MOST}", words.len()));
        }
        let wrong = words.iter().find(|word| !is_word(word, '-'))?;
        Some(format!("settings: `{name}` has the word `{}`, expected small letters and digits", wrong.escape_debug()))
    })
}

/// Small letters, digits and one sign, beginning with a letter: fit for a class and for the name of a file.
fn is_word(text: &str, sign: char) -> bool {
    let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == sign;
    text.len() <= 40 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_fit)
}

/// The word of each setting: the chosen one, else the first. Of the themes of a chain, the first that has a setting counts.
pub(super) fn settle<'o>(offered: impl DoubleEndedIterator<Item = &'o Offered>, chosen: &Choices) -> Result<Settings> {
    let offered: Offered = offered.rev().flat_map(|settings| settings.clone()).collect();
    let mut diagnostics = Vec::new();
    for (name, choice) in chosen {
        let (message, hint) = match offered.get(name) {
            Some(words) if words.contains(&choice.word) => continue,
            Some(words) => (
                format!("theme_settings: `{name}` is `{}`", choice.word.escape_debug()),
                format!("the theme has {}", quoted(words)),
            ),
            None if offered.is_empty() => (
                format!("theme_settings: the theme has no setting `{}`", name.escape_debug()),
                "it has no settings; take the line out".to_string(),
            ),
            None => (
                format!("theme_settings: the theme has no setting `{}`", name.escape_debug()),
                format!("it has {}", quoted(offered.keys())),
            ),
        };
        let at = Location::at(crate::config::FILE, choice.line, choice.column);
        diagnostics.push(Diagnostic::error(Code::ConfigInvalid, message).at(at).hint(hint));
    }
    if !diagnostics.is_empty() {
        return Err(Error { diagnostics });
    }
    let word = |(name, words): (String, Vec<String>)| {
        let chosen = chosen.get(&name).map(|choice| choice.word.clone());
        let word = chosen.or_else(|| words.into_iter().next()).unwrap_or_default();
        (name, word)
    };
    Ok(offered.into_iter().map(word).collect())
}

fn quoted<'w>(words: impl IntoIterator<Item = &'w String>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}
