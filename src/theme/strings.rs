//! The words of a theme in each language: the files `i18n/LANGUAGE.yaml` of the chain.

use super::Files;
use crate::diag::{Code, Diagnostic, Location, Result};
use crate::hash::Hasher;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Words by their keys.
pub(super) type Words = BTreeMap<String, String>;

/// The words of all languages. Files of the site's own themes are read at once, so that a fault in them is reported; those that are
/// built into the program only for a language that a page is in.
pub(super) struct Strings {
    languages: BTreeMap<String, Language>,
}

struct Language {
    /// One file a theme, the innermost first: a later word replaces an earlier one.
    files: Vec<Cow<'static, [u8]>>,
    words: OnceLock<Words>,
}

impl Strings {
    /// The files of a chain of themes, each before the one that it extends. Fails if a file of the site's own is not YAML.
    pub(super) fn of(chain: &[(String, Files)]) -> Result<Strings> {
        let mut languages: BTreeMap<String, Language> = BTreeMap::new();
        for (theme, files) in chain.iter().rev() {
            for (path, bytes) in files {
                let name = path.as_str().strip_prefix("i18n/").and_then(|name| name.strip_suffix(".yaml"));
                let Some(language) = name else { continue };
                if matches!(bytes, Cow::Owned(_)) {
                    read(bytes).map_err(|error| {
                        let place = error.location().map(|place| (place.line() as u32, place.column() as u32));
                        let at = Location { file: format!("themes/{theme}/{path}"), place };
                        Diagnostic::error(Code::ThemeInvalid, error.to_string())
                            .at(at)
                            .hint("strings are `key: text` lines")
                    })?;
                }
                let known = languages.entry(language.to_string());
                let known = known.or_insert_with(|| Language { files: Vec::new(), words: OnceLock::new() });
                known.files.push(bytes.clone());
            }
        }
        Ok(Strings { languages })
    }

    /// The words of a language; of its primary language, or English, if the theme does not have it. What a language lacks comes
    /// from English.
    pub(super) fn words(&self, language: &str) -> &Words {
        static NONE: Words = Words::new();
        let primary = language.split('-').next().unwrap_or(language);
        let known = [language, primary, "en"].into_iter().find_map(|tag| self.languages.get(tag));
        let Some(known) = known else { return &NONE };
        known.words.get_or_init(|| {
            let english = self.languages.get("en").filter(|english| !std::ptr::eq(*english, known));
            let files = english.into_iter().flat_map(|english| &english.files).chain(&known.files);
            // A fault in a file of the site's own was reported when the theme was read; a test reads those of the program.
            files.flat_map(|bytes| read(bytes).unwrap_or_default()).collect()
        })
    }

    /// Adds the files, which say all that the words depend on.
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        for (language, known) in &self.languages {
            hasher.bytes(language).number(known.files.len() as i64);
            known.files.iter().for_each(|bytes| {
                hasher.bytes(bytes);
            });
        }
    }
}

/// The words of a file. One with comments alone has none yet.
fn read(bytes: &[u8]) -> std::result::Result<Words, serde_yaml::Error> {
    serde_yaml::from_slice::<Option<Words>>(bytes).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_program_are_yaml() {
        let mut languages = 0;
        for (theme, files) in super::super::BUILT_IN {
            for (path, bytes) in *files {
                if path.starts_with("i18n/") {
                    read(bytes).unwrap_or_else(|error| panic!("{theme}/{path}: {error}"));
                    languages += 1;
                }
            }
        }
        assert!(languages > 5, "{languages}");
    }
}
