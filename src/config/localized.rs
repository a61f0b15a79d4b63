//! A text of the settings: one for all languages, or one a language.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// One text, or one a language.
#[derive(Clone, Debug)]
pub enum Localized {
    /// The same in every language.
    One(String),
    /// By the tag of the edition.
    Many(BTreeMap<String, String>),
}

impl Default for Localized {
    fn default() -> Localized {
        Localized::Many(BTreeMap::new())
    }
}

impl<'de> Deserialize<'de> for Localized {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Localized, D::Error> {
        deserializer.deserialize_string(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Localized;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or one text for each language")
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Localized, E> {
        Ok(if text.is_empty() { Localized::default() } else { Localized::One(text.to_string()) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> std::result::Result<Localized, A::Error> {
        let mut texts = BTreeMap::new();
        while let Some((language, text)) = access.next_entry::<String, String>()? {
            texts.extend((!text.is_empty()).then_some((language, text)));
        }
        Ok(Localized::Many(texts))
    }
}

impl Localized {
    /// Whether there is none in any language.
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// The texts of all languages.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Localized::One(text) => (Some(text.as_str()), None),
            Localized::Many(texts) => (None, Some(texts.values().map(String::as_str))),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// The text in a language, else in English, else the first by tag.
    pub fn get(&self, language: &str) -> Option<&str> {
        let Localized::Many(texts) = self else { return self.exactly(language) };
        let other = || texts.get("en").or_else(|| texts.values().next()).map(String::as_str);
        self.exactly(language).or_else(other)
    }

    /// The text in a language, by the whole tag or the primary language (`en` for `en-GB`).
    pub(super) fn exactly(&self, language: &str) -> Option<&str> {
        match self {
            Localized::One(text) => Some(text),
            Localized::Many(texts) => {
                let primary = || texts.get(language.split('-').next()?);
                texts.get(language).or_else(primary).map(String::as_str)
            }
        }
    }
}
