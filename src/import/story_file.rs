//! The files of stories: their names, and how they are written.

use super::intake::StoryImport;
use super::media::Beside;
use super::record::{self, Keep};
use super::site_stories::{Detail, Known};
use super::story_slug::{neutral_slug, story_slug};
use super::{Action, ImportOutcome, media};
use crate::clock::Timestamp;
use crate::diag::{Code, Diagnostic};
use crate::file;
use crate::hash::Hash;
use crate::path::{RelPath, numbered, slug_fault, slugify};
use crate::source::STORY_LIMIT;
use crate::story::{Sponsor, Status};
use crate::wire::{WireItem, WireTime};
use serde_json::Value;
use std::io::ErrorKind;
use std::path::Path;

/// Files of one slug and day that are tried before something must be wrong.
const ATTEMPTS: u32 = 10_000;

impl StoryImport<'_> {
    pub(super) fn write_new(
        &mut self,
        item: &WireItem,
        hash: Hash,
        beside: Beside<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ImportOutcome {
        let day_folder = self.day_folder(item);
        // A kill of a story that nobody saw must not show its headline in an address.
        let slug = match &item.meta.slug {
            _ if item.meta.status == Status::Canceled => neutral_slug(item.uri()),
            Some(slug) => slug.clone(),
            None => story_slug(item),
        };
        let directory = self.site.content.join(&day_folder);
        if let Err(error) = file::make_folders(&directory) {
            return self.failed(item, format!("cannot make the folder content/{day_folder}: {error}"), diagnostics);
        }
        // The names before the last one that was given are taken, as far as this run knows.
        let first = self.site.names.get(&(day_folder.clone(), slug.clone())).copied().unwrap_or(1);
        for number in first..=ATTEMPTS {
            let name = format!("{}.md", numbered(&slug, number));
            let Some(path) = RelPath::new(&format!("{day_folder}/{name}")) else { break };
            let target = directory.join(&name);
            if target.exists() {
                continue;
            }
            let media = self.media(item, beside, &target, diagnostics);
            let mut keep = Keep { missing: media.missing.clone(), ..Keep::default() };
            keep.site.extend(self.category(item).map(|path| ("category".to_string(), Value::from(path))));
            if !item.meta.aliases.is_empty() {
                keep.site.push(("aliases".to_string(), Value::from(item.meta.aliases.clone())));
            }
            keep_sponsor(item, &mut keep);
            let text = record::file(item, &media.associations, &keep, hash);
            match self.write(&target, &text, true) {
                Ok(()) => {
                    self.remember(item, path.clone(), &text, None);
                    self.site.names.insert((day_folder, slug), number);
                    return ImportOutcome {
                        uri: item.uri().to_string(),
                        action: Action::New,
                        path: Some(format!("content/{path}")),
                        media: media.taken,
                        missing: media.missing,
                    };
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return self.failed(item, format!("cannot write content/{path}: {error}"), diagnostics),
            }
        }
        self.failed(item, format!("content/{day_folder} has too many stories called {slug}"), diagnostics)
    }

    pub(super) fn replace(
        &mut self,
        item: &WireItem,
        hash: Hash,
        beside: Beside<'_>,
        known: &Known,
        detail: Detail,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ImportOutcome {
        let first_created = detail.first_created.unwrap_or_else(|| known.first_created.rfc3339(&self.site.zone));
        let mut keep = Keep {
            site: detail.site,
            first_created: Some(first_created),
            language: detail.language,
            headline: detail.headline,
            missing: Vec::new(),
        };
        self.pin_address(item, known, &mut keep);
        keep_sponsor(item, &mut keep);
        let target = known.path.under(&self.site.content);
        let media = self.media(item, beside, &target, diagnostics);
        keep.missing.clone_from(&media.missing);
        let text = record::file(item, &media.associations, &keep, hash);
        if let Err(error) = self.write(&target, &text, false) {
            return self.failed(item, format!("cannot write content/{}: {error}", known.path), diagnostics);
        }
        self.remember(item, known.path.clone(), &text, Some(known.first_created));
        ImportOutcome {
            uri: item.uri().to_string(),
            action: Action::Replaced,
            path: Some(format!("content/{}", known.path)),
            media: media.taken,
            missing: media.missing,
        }
    }

    /// Files that were missing when the story was imported, and are there now.
    pub(super) fn late(
        &mut self,
        item: &WireItem,
        beside: Beside<'_>,
        known: &Known,
        outcome: &mut ImportOutcome,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let target = known.path.under(&self.site.content);
        let Some(before) = self.site.text(&known.path) else { return };
        let mut text = before.clone();
        for association in &item.meta.associations {
            let Some(href) = association.href.as_deref() else { continue };
            // Only what is noted as missing: an editor may have taken a picture out.
            if record::with_late(&text, href, association).is_none() {
                continue;
            }
            match media::late(association, beside, &target, diagnostics) {
                Some((one, source)) => {
                    text = record::with_late(&text, href, &one).unwrap_or(text);
                    outcome.media.push(source);
                }
                None => outcome.missing.push(href.to_string()),
            }
        }
        if text == before {
            return;
        }
        match self.write(&target, &text, false) {
            Ok(()) => outcome.action = Action::Completed,
            Err(error) => diagnostics
                .push(Diagnostic::error(Code::ImportWrite, format!("cannot write content/{}: {error}", known.path))),
        }
    }

    /// The section that an item names, or that the source gives a story which has none by itself.
    fn category(&self, item: &WireItem) -> Option<String> {
        if item.meta.category.is_some() && item.meta.status != Status::Canceled {
            return item.meta.category.clone();
        }
        let path = self.options.source?.category.as_ref()?;
        let is_known = self.site.has_section(item) || item.meta.status == Status::Canceled;
        (!is_known).then(|| path.clone())
    }

    /// The address is that of the first version: section and slug must not follow the new one. A story that was withheld from
    /// the beginning has no address yet, and its first public headline may make one.
    fn pin_address(&self, item: &WireItem, known: &Known, keep: &mut Keep) {
        let has = |keep: &Keep, key: &str| keep.site.iter().any(|(name, _)| name == key);
        if !has(keep, "category") {
            let section = self.site.section(known);
            keep.site.extend(
                Some(section)
                    .filter(|section| !section.is_empty())
                    .map(|section| ("category".to_string(), Value::from(section))),
            );
        }
        if has(keep, "slug") {
            return;
        }
        let held = known.status == Status::Withheld;
        let own = known.path.stem();
        if held && item.meta.status == Status::Usable {
            keep.site.push(("slug".to_string(), Value::from(story_slug(item))));
        } else if !held && slug_fault(own).is_none() {
            keep.site.push(("slug".to_string(), Value::from(slugify(own))));
        }
    }

    fn media(
        &self,
        item: &WireItem,
        beside: Beside<'_>,
        target: &Path,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> media::Placed {
        if item.meta.status == Status::Canceled {
            return media::Placed::default();
        }
        media::place(item, beside, target, diagnostics)
    }

    pub(super) fn write(&self, target: &Path, text: &str, is_new: bool) -> std::io::Result<()> {
        if text.len() as u64 > STORY_LIMIT {
            return Err(std::io::Error::other("the story would have more than 8 MiB"));
        }
        if is_new {
            file::write_new(target, text.as_bytes())
        } else {
            file::write_atomic(target, text.as_bytes(), false)
        }
    }

    pub(super) fn failed(&self, item: &WireItem, message: String, diagnostics: &mut Vec<Diagnostic>) -> ImportOutcome {
        diagnostics.push(Diagnostic::error(Code::ImportWrite, message));
        ImportOutcome {
            uri: item.uri().to_string(),
            action: Action::Failed,
            path: None,
            media: Vec::new(),
            missing: Vec::new(),
        }
    }

    fn remember(&mut self, item: &WireItem, path: RelPath, text: &str, first: Option<Timestamp>) {
        let instant = |time: &Option<WireTime>| time.as_ref().map(|time| time.instant(&self.site.zone));
        let created = instant(&item.meta.first_created)
            .or(instant(&item.meta.content_created))
            .or(instant(&item.meta.version_created));
        let first_created = first.or(created).unwrap_or(self.options.now);
        let body = crate::parse::front_matter::split(text).map_or(0, |parts| parts.body.trim().len());
        let known = Known {
            path,
            version: item.version(),
            status: item.meta.status,
            version_created: instant(&item.meta.version_created).unwrap_or(first_created),
            first_created,
            body_length: body,
            section: None,
        };
        self.site.put(item.uri(), known);
    }

    /// `2026/11/23`: the day of the story, else the day assumed, else today.
    pub(super) fn day_folder(&self, item: &WireItem) -> String {
        let times = [&item.meta.first_created, &item.meta.content_created, &item.meta.version_created];
        let day = times.into_iter().flatten().next().map(|time| time.instant(&self.site.zone).day(&self.site.zone));
        match (day, self.options.date) {
            (Some(day), _) => format!("{:04}/{:02}/{:02}", day.year, day.month, day.day),
            (None, Some(date)) => format!("{:04}/{:02}/{:02}", date.year(), date.month(), date.day()),
            (None, None) => {
                let day = self.options.now.day(&self.site.zone);
                format!("{:04}/{:02}/{:02}", day.year, day.month, day.day)
            }
        }
    }
}
/// Marks a story as sponsored where the item says so and no editor said otherwise.
fn keep_sponsor(item: &WireItem, keep: &mut Keep) {
    let Some(Sponsor { name, url }) = &item.meta.sponsor else { return };
    if keep.site.iter().all(|(key, _)| key != "sponsor") {
        let value = match url {
            Some(url) => serde_json::json!({"name": name, "url": url}),
            None => Value::from(name.as_str()),
        };
        keep.site.push(("sponsor".to_string(), value));
    }
}
