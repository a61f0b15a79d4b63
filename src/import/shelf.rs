//! What a site already has: the current version of every story, by uri.
//!
//! Nothing is stored for this. An import reads the front matter of the site as a build does, and then keeps up with what it
//! writes itself.

use super::record::{HASH_KEY, SITE_KEYS};
use crate::clock::{Timestamp, Zone};
use crate::config::Config;
use crate::diag::Diagnostic;
use crate::file;
use crate::hash::Hash;
use crate::load::{self, Reading};
use crate::parse::front_matter;
use crate::path::RelPath;
use crate::source::{self, STORY_LIMIT, Source, SourceFile, Stamp};
use crate::state::{self, State};
use crate::story::Status;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The stories of a site.
pub(super) struct Shelf {
    root: PathBuf,
    pub(super) content: PathBuf,
    pub(super) zone: Zone,
    config: Config,
    by_uri: FxHashMap<String, Known>,
}

/// The current version of a story.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) path: RelPath,
    pub(super) version: u64,
    pub(super) status: Status,
    pub(super) version_created: Timestamp,
    pub(super) first_created: Timestamp,
    pub(super) body_length: usize,
    /// Its section, which is a part of its address; `None` where it was written in this run.
    pub(super) section: Option<String>,
}

/// What a file's front matter says that [`Known`] has no room for.
#[derive(Debug, Default)]
pub(super) struct Detail {
    pub(super) hash: Option<Hash>,
    pub(super) headline: Option<String>,
    pub(super) headline_derived: bool,
    pub(super) first_created: Option<String>,
    pub(super) language: Option<String>,
    pub(super) site: Vec<(String, Value)>,
}

impl Shelf {
    /// Reads what the site has.
    pub(super) fn open(root: &Path, config: &Config, found: &mut Vec<Diagnostic>) -> Shelf {
        let walked = source::walk(&root.join("content"));
        found.extend(walked.diagnostics);
        let mut state = State::peek(root);
        state.restrict_to(state::settings(config.hash()));
        let reading = Reading { root, config, state: &state, trust_stamps: true, step: &|_| {} };
        let (stories, _) = load::stories(&reading, &walked.value).value;
        let mut shelf = Shelf {
            root: root.to_path_buf(),
            content: root.join("content"),
            zone: config.zone.clone(),
            config: config.clone(),
            by_uri: FxHashMap::default(),
        };
        for story in &stories.stories {
            let known = Known {
                path: story.source.clone(),
                version: story.version,
                status: story.status,
                version_created: story.version_created,
                first_created: story.first_created,
                body_length: story.body_length as usize,
                section: Some(stories.sections.slug(story.section).to_string()),
            };
            let newer = |other: &Known| (known.version, known.version_created) > (other.version, other.version_created);
            if shelf.by_uri.get(&*story.uri).is_none_or(newer) {
                shelf.by_uri.insert(story.uri.to_string(), known);
            }
        }
        shelf
    }

    /// The current version of a story.
    pub(super) fn get(&self, uri: &str) -> Option<&Known> {
        self.by_uri.get(uri)
    }

    /// The section of a story as a build sees it.
    pub(super) fn section(&self, known: &Known) -> String {
        if let Some(section) = &known.section {
            return section.clone();
        }
        let file = SourceFile { path: known.path.clone(), stamp: Stamp::default() };
        let one = Source { stories: vec![file], ..Source::default() };
        let reading = Reading {
            root: &self.root,
            config: &self.config,
            state: &State::none(),
            trust_stamps: false,
            step: &|_| {},
        };
        let (stories, _) = load::stories(&reading, &one).value;
        stories.stories.first().map(|story| stories.sections.slug(story.section).to_string()).unwrap_or_default()
    }

    /// Takes note of a version that was written.
    pub(super) fn put(&mut self, uri: &str, known: Known) {
        self.by_uri.insert(uri.to_string(), known);
    }

    /// Reads the front matter of a story once more, for what only a replacement needs.
    pub(super) fn detail(&self, known: &Known) -> Detail {
        let mut bytes = Vec::new();
        let mut detail = Detail::default();
        if file::read_bounded(&known.path.under(&self.content), STORY_LIMIT, &mut bytes).is_err() {
            return detail;
        }
        let Ok(text) = std::str::from_utf8(&bytes) else { return detail };
        let Some(parts) = front_matter::split(text) else { return detail };
        let Ok(Value::Object(values)) = serde_yaml::from_str::<Value>(parts.yaml) else { return detail };
        let text_of = |key: &str| values.get(key).and_then(Value::as_str).map(str::to_string);
        detail.headline = text_of("headline").or_else(|| text_of("title"));
        detail.headline_derived = values.get("headlineDerived").and_then(Value::as_bool).unwrap_or(false);
        detail.first_created = text_of("firstCreated").or_else(|| text_of("date"));
        detail.language = text_of("language").or_else(|| text_of("lang"));
        let notes = values.get("notes").and_then(Value::as_array);
        let hash = notes.into_iter().flatten().find_map(|note| note.as_str()?.strip_prefix(HASH_KEY));
        detail.hash = hash.and_then(Hash::parse);
        for key in SITE_KEYS {
            detail.site.extend(values.get(*key).map(|value| (key.to_string(), value.clone())));
        }
        detail
    }
}
