//! A text of the settings: one for all languages, or one a language.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// One text, or one a language.
#[derive(Clone, Debug)]
pub enum Text {
    /// The same in every language.
    One(String),
    /// By the tag of the edition.
    Many(BTreeMap<String, String>),
}

impl Default for Text {
    fn default() -> Text {
        Text::Many(BTreeMap::new())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Text, D::Error> {
        deserializer.deserialize_string(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or one text for each language")
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Text, E> {
        Ok(if text.is_empty() { Text::default() } else { Text::One(text.to_string()) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> std::result::Result<Text, A::Error> {
        let mut texts = BTreeMap::new();
        while let Some((language, text)) = access.next_entry::<String, String>()? {
            texts.extend((!text.is_empty()).then_some((language, text)));
        }
        Ok(Text::Many(texts))
    }
}

impl Text {
    /// The text in a language, else in English, else the first by tag.
    pub fn get(&self, language: &str) -> Option<&str> {
        let Text::Many(texts) = self else { return self.exactly(language) };
        let other = || texts.get("en").or_else(|| texts.values().next()).map(String::as_str);
        self.exactly(language).or_else(other)
    }

    /// The text in a language, by the whole tag or the primary language (`en` for `en-GB`).
    pub(super) fn exactly(&self, language: &str) -> Option<&str> {
        match self {
            Text::One(text) => Some(text),
            Text::Many(texts) => {
                let primary = || texts.get(language.split('-').next()?);
                texts.get(language).or_else(primary).map(String::as_str)
            }
        }
    }
}
