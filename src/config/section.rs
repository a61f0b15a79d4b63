//! Sections: their paths, names and descriptions.

use super::Localized;
use crate::path::slugify;
use crate::topics::Topic;
use serde::Deserialize;
use std::borrow::Cow;

/// What `categories.yaml` says of a section: name and description by language, and what its pages are given.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub(super) name: Localized,
    pub(super) description: Localized,
    pub(super) topic: Option<Topic>,
    /// Template of the pages of its list, in place of the usual one.
    pub layout: Option<String>,
    /// Values for the theme, as `list.extra`; null where there are none.
    pub extra: serde_json::Value,
}

impl Section {
    /// The name in a language: the site's own, else that of its first Media Topic, else the site's own in another language.
    pub fn name(&self, language: &str) -> Option<Cow<'_, str>> {
        let own = self.name.exactly(language).map(Cow::Borrowed);
        let topic = || self.topic.and_then(|topic| topic.own_name(language)).map(capital);
        let other = || self.name.get(language).map(Cow::Borrowed);
        own.or_else(topic).or_else(other).or_else(|| self.topic.map(|topic| capital(topic.name(language))))
    }

    /// The description in a language, else in another.
    pub fn description(&self, language: &str) -> Option<&str> {
        self.description.get(language)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSection {
    #[serde(default)]
    pub(super) name: Localized,
    #[serde(default)]
    pub(super) description: Localized,
    #[serde(default, rename = "mediaTopics")]
    pub(super) media_topics: Vec<String>,
    #[serde(default)]
    pub(super) layout: Option<String>,
    #[serde(default)]
    pub(super) extra: serde_json::Value,
}

pub(super) fn capital(text: &str) -> Cow<'_, str> {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if first.is_lowercase() => Cow::Owned(first.to_uppercase().chain(chars).collect()),
        _ => Cow::Borrowed(text),
    }
}

/// A category as written, as the path of its section: each part a slug. `None` where a part is empty or reserved.
pub fn section_path(text: &str) -> Option<String> {
    let parts: Vec<String> = text.trim().trim_matches('/').split('/').map(slugify).collect();
    let reserved = ["topics", "places", "by", "page", "media", "assets"];
    let good = parts.iter().all(|part| !part.is_empty())
        && !reserved.contains(&parts[0].as_str())
        && !parts.iter().any(|part| part == "page")
        && parts.len() <= 6;
    let path = parts.join("/");
    (good && path.len() <= 200).then_some(path)
}
