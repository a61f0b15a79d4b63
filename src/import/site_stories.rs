//! What a site already has: every version of every story, by uri.
//!
//! Nothing is stored for this. An import reads the front matter of the site as a build does, and then keeps up with what changes:
//! files whose stamps are those of the last look are not opened again.

use super::by_slug;
use super::record;
use crate::clock::{Timestamp, Zone};
use crate::config::Config;
use crate::file;
use crate::load::{self, LoadInputs};
use crate::parse::front_matter;
use crate::path::RelPath;
use crate::source::{self, STORY_LIMIT, Source, SourceFile, Stamp};
use crate::state::{self, State};
use crate::story::{ImportRecord, KEYS, KeyGroup, Status, Stories, key};
use crate::wire::{DERIVED, WireItem};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The stories of a site.
pub(super) struct SiteStories {
    root: PathBuf,
    pub(super) content: PathBuf,
    pub(super) zone: Zone,
    config: Config,
    /// The story files at the last look.
    files: FxHashMap<RelPath, (Stamp, Option<String>)>,
    /// All versions of a story; most have one.
    by_uri: FxHashMap<String, Vec<Known>>,
    /// Stories without identifiers of their own by folder and by what binds them, for folders that were asked for. Numbers at the end of
    /// names stand in their order: `strike-9` comes before `strike-10`.
    by_key: FxHashMap<String, FxHashMap<String, Vec<RelPath>>>,
    /// What these stories say, with the key that binds each. To read them again for every story of the key would take longer with each.
    bound: FxHashMap<RelPath, (Option<String>, Arc<Detail>)>,
    /// Public stories by folder and by the letters of their slug, for folders in which a kill without an identifier asked.
    public_by_slug: FxHashMap<String, FxHashMap<String, BTreeSet<RelPath>>>,
    /// The slug by which a story stands there.
    public_slugs: FxHashMap<RelPath, String>,
    /// For folders and slugs that this run wrote to, the number of the last name. To try all names before it again would take longer
    /// with every story of one slug.
    pub(super) names: FxHashMap<(String, String), u32>,
}

/// A version of a story.
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
    /// What the import of it noted.
    pub(super) import: ImportRecord,
    pub(super) headline: Option<String>,
    pub(super) headline_derived: bool,
    pub(super) first_created: Option<String>,
    pub(super) language: Option<String>,
    pub(super) slugline: Option<String>,
    pub(super) take: Option<String>,
    pub(super) uri: Option<String>,
    pub(super) status: Option<String>,
    pub(super) site: Vec<(String, Value)>,
}

impl SiteStories {
    /// Reads what the site has, by the help of what the last build noted.
    pub(super) fn open(root: &Path, config: &Config) -> SiteStories {
        let mut site = SiteStories {
            root: root.to_path_buf(),
            content: root.join("content"),
            zone: config.zone.clone(),
            config: config.clone(),
            files: FxHashMap::default(),
            by_uri: FxHashMap::default(),
            by_key: FxHashMap::default(),
            bound: FxHashMap::default(),
            public_by_slug: FxHashMap::default(),
            public_slugs: FxHashMap::default(),
            names: FxHashMap::default(),
        };
        let mut state = State::peek(root);
        state.restrict_to(state::reader_id(config.core_hash()));
        site.look(&state);
        site
    }

    /// Whether it was read by these settings.
    pub(super) fn is_of(&self, config: &Config) -> bool {
        self.config.hash() == config.hash()
    }

    /// Looks at the site again, for whatever may have changed since: opens only files whose stamps differ.
    pub(super) fn refresh(&mut self) {
        // Names may be free again.
        self.names.clear();
        self.look(&State::none());
    }

    fn look(&mut self, state: &State) {
        // The build reports faults of the content.
        let walked = source::walk(&self.content, &self.config.ignore).value;
        let stamps: FxHashMap<&RelPath, Stamp> = walked.stories.iter().map(|file| (&file.path, file.stamp)).collect();
        let gone: Vec<RelPath> = self.files.keys().filter(|path| !stamps.contains_key(path)).cloned().collect();
        let is_new = |file: &&SourceFile| self.files.get(&file.path).is_none_or(|(known, _)| *known != file.stamp);
        let changed: Vec<SourceFile> = walked.stories.iter().filter(is_new).cloned().collect();
        for path in gone.iter().chain(changed.iter().map(|file| &file.path)) {
            self.forget(path);
        }
        if changed.is_empty() {
            return;
        }
        for file in &changed {
            self.files.insert(file.path.clone(), (file.stamp, None));
        }
        let source = Source::of(changed);
        let inputs = LoadInputs { root: &self.root, config: &self.config, state, trust_stamps: true, step: &|_| {} };
        let (stories, _) = load::stories(&inputs, &source).value;
        self.take(&stories);
    }

    fn take(&mut self, stories: &Stories) {
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
            if let Some((_, uri)) = self.files.get_mut(&story.source) {
                *uri = Some(story.uri.to_string());
            }
            self.bind(&story.uri, &story.source);
            self.enter_public(&story.source);
            self.by_uri.entry(story.uri.to_string()).or_default().push(known);
        }
    }

    /// Enters a story into what is kept of its folder, if anything is.
    fn bind(&mut self, uri: &str, path: &RelPath) {
        let is_kept = uri.starts_with(DERIVED) && parent(path).is_some_and(|folder| self.by_key.contains_key(folder));
        if !is_kept {
            return;
        }
        let detail = self.detail(path);
        let key = by_slug::key(uri, detail.slugline.as_deref(), detail.headline.as_deref().unwrap_or(""));
        if let (Some(key), Some(folder)) = (&key, parent(path).and_then(|folder| self.by_key.get_mut(folder))) {
            let paths = folder.entry(key.clone()).or_default();
            if let Err(at) = paths.binary_search_by(|known| by_number(known, path)) {
                paths.insert(at, path.clone());
            }
        }
        self.bound.insert(path.clone(), (key, Arc::new(detail)));
    }

    /// What a story says that one key binds with others.
    pub(super) fn bound(&self, path: &RelPath) -> Arc<Detail> {
        match self.bound.get(path) {
            Some((_, detail)) => Arc::clone(detail),
            None => Arc::new(self.detail(path)),
        }
    }

    /// Stories without identifiers of their own in a folder of `content/` that one key binds, by path.
    pub(super) fn of_key(&mut self, folder: &str, key: &str) -> &[RelPath] {
        if !self.by_key.contains_key(folder) {
            self.by_key.insert(folder.to_string(), FxHashMap::default());
            for path in self.in_folder(folder) {
                let uri = self.files.get(&path).and_then(|(_, uri)| uri.clone());
                if let Some(uri) = uri {
                    self.bind(&uri, &path);
                }
            }
        }
        self.by_key.get(folder).and_then(|keys| keys.get(key)).map_or(&[], Vec::as_slice)
    }

    /// Enters a public story into what is kept of the slugs of its folder, if anything is.
    fn enter_public(&mut self, path: &RelPath) {
        if !parent(path).is_some_and(|folder| self.public_by_slug.contains_key(folder)) {
            return;
        }
        let detail = self.bound(path);
        let is_public = detail.status.as_deref().is_none_or(|status| status == Status::Usable.as_str());
        let slug = detail.slugline.as_deref().and_then(by_slug::slug_letters).filter(|_| is_public);
        let slugs = parent(path).and_then(|folder| self.public_by_slug.get_mut(folder));
        if let (Some(slug), Some(slugs)) = (slug, slugs) {
            slugs.entry(slug.clone()).or_default().insert(path.clone());
            self.public_slugs.insert(path.clone(), slug);
        }
    }

    /// The public stories in a folder of `content/` whose slug has these letters, without those of one uri: the first of them by path,
    /// `most` at most, and how many there are.
    pub(super) fn public_of_slug(&mut self, folder: &str, slug: &str, but: &str, most: usize) -> (Vec<RelPath>, usize) {
        if !self.public_by_slug.contains_key(folder) {
            self.public_by_slug.insert(folder.to_string(), FxHashMap::default());
            for path in self.in_folder(folder) {
                self.enter_public(&path);
            }
        }
        let Some(paths) = self.public_by_slug.get(folder).and_then(|slugs| slugs.get(slug)) else {
            return (Vec::new(), 0);
        };
        let versions = self.by_uri.get(but).map_or(&[][..], Vec::as_slice);
        let own: FxHashSet<&RelPath> = versions.iter().map(|known| &known.path).collect();
        let others = paths.iter().filter(|path| !own.contains(path)).take(most).cloned().collect();
        (others, paths.len() - own.iter().filter(|path| paths.contains(**path)).count())
    }

    fn forget(&mut self, path: &RelPath) {
        if let Some(slug) = self.public_slugs.remove(path)
            && let Some(paths) = parent(path).and_then(|folder| self.public_by_slug.get_mut(folder)?.get_mut(&slug))
        {
            paths.remove(path);
        }
        if let Some((Some(key), _)) = self.bound.remove(path)
            && let Some(paths) = parent(path).and_then(|folder| self.by_key.get_mut(folder)?.get_mut(&key))
            && let Ok(at) = paths.binary_search_by(|known| by_number(known, path))
        {
            paths.remove(at);
        }
        let Some((_, Some(uri))) = self.files.remove(path) else { return };
        if let Some(versions) = self.by_uri.get_mut(&uri) {
            versions.retain(|known| known.path != *path);
            if versions.is_empty() {
                self.by_uri.remove(&uri);
            }
        }
    }

    /// The current version of a story.
    pub(super) fn get(&self, uri: &str) -> Option<&Known> {
        self.by_uri.get(uri)?.iter().rev().max_by_key(|known| (known.version, known.version_created))
    }

    /// The section of a story as a build sees it.
    pub(super) fn section(&self, known: &Known) -> String {
        if let Some(section) = &known.section {
            return section.clone();
        }
        let file = SourceFile { path: known.path.clone(), stamp: Stamp::default() };
        let one = Source::of(vec![file]);
        let inputs = LoadInputs {
            root: &self.root,
            config: &self.config,
            state: &State::none(),
            trust_stamps: false,
            step: &|_| {},
        };
        let (stories, _) = load::stories(&inputs, &one).value;
        stories.stories.first().map(|story| stories.sections.slug(story.section).to_string()).unwrap_or_default()
    }

    /// Whether an item names its section, by its subjects or its kicker.
    pub(super) fn has_section(&self, item: &WireItem) -> bool {
        let language = item.meta.language.as_deref().unwrap_or(&self.config.languages[0]);
        load::section_of_words(&self.config, &item.meta.subjects, item.meta.kicker.as_deref(), language).is_some()
    }

    /// Takes note of a version that was written. Its stamp is not known, so the next look reads it again.
    pub(super) fn put(&mut self, uri: &str, known: Known) {
        self.forget(&known.path);
        self.files.insert(known.path.clone(), (Stamp::default(), Some(uri.to_string())));
        self.bind(uri, &known.path);
        self.enter_public(&known.path);
        self.by_uri.entry(uri.to_string()).or_default().push(known);
    }

    /// Reads the front matter of a story once more, for what only a replacement needs.
    pub(super) fn detail(&self, path: &RelPath) -> Detail {
        let mut detail = Detail::default();
        let Some(text) = self.text(path) else { return detail };
        let Some(parts) = front_matter::split(&text) else { return detail };
        let Ok(Value::Object(values)) = serde_yaml::from_str::<Value>(parts.yaml) else { return detail };
        let text_of = |name: &str| {
            let other_names = key(name).map_or(&[][..], |key| key.other_names);
            let names = other_names.iter().copied();
            [name].into_iter().chain(names).find_map(|name| values.get(name)?.as_str()).map(str::to_string)
        };
        detail.headline = text_of("headline");
        detail.headline_derived = values.get("headlineDerived").and_then(Value::as_bool).unwrap_or(false);
        detail.first_created = text_of("firstCreated");
        detail.language = text_of("language");
        detail.slugline = text_of("slugline");
        detail.take = text_of("take");
        detail.uri = text_of("uri");
        detail.status = text_of("pubStatus");
        detail.import = record::noted(&values);
        for key in KEYS.iter().filter(|key| key.group == KeyGroup::Site) {
            detail.site.extend(values.get(key.name).map(|value| (key.name.to_string(), value.clone())));
        }
        detail
    }

    /// The text of a story file; `None` where it cannot be read.
    pub(super) fn text(&self, path: &RelPath) -> Option<String> {
        let mut bytes = Vec::new();
        file::read_bounded(&path.under(&self.content), STORY_LIMIT, &mut bytes).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// The story files right in a folder of `content/`, by path.
    fn in_folder(&self, folder: &str) -> Vec<RelPath> {
        let inside = |path: &&RelPath| path.as_str().rsplit_once('/').is_some_and(|(parent, _)| parent == folder);
        let mut found: Vec<RelPath> = self.files.keys().filter(inside).cloned().collect();
        found.sort();
        found
    }
}

/// The order of names that differ by a number at their end.
fn by_number(one: &RelPath, other: &RelPath) -> Ordering {
    let key = |path: &RelPath| path.as_str().len();
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

/// The folder of a story file.
fn parent(path: &RelPath) -> Option<&str> {
    path.as_str().rsplit_once('/').map(|(folder, _)| folder)
}
