//! Further takes of a story, appended to the first.

use super::intake::StoryImport;
use super::site_stories::Known;
use super::{Action, ImportOutcome, by_slug, record};
use crate::diag::{Code, Diagnostic};
use crate::wire::{self, WireItem};

impl StoryImport<'_> {
    /// Joins a later part to the first one of its story. `None` where that is not there, or parts between them are not.
    pub(super) fn append_take(
        &mut self,
        item: &WireItem,
        day: &str,
        name: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<ImportOutcome> {
        let part = by_slug::take_of(item)?;
        let hash = record::content_hash(item);
        let first = by_slug::first_take(&mut self.site, item, day)?;
        let outcome = |action| ImportOutcome {
            uri: first.detail.uri.clone().unwrap_or_default(),
            action,
            path: Some(format!("content/{}", first.path)),
            media: Vec::new(),
            missing: Vec::new(),
        };
        match first.detail.import.parts.iter().find(|(number, _)| *number == part.number) {
            Some((_, known)) if *known == hash => return Some(outcome(Action::Same)),
            Some(_) => {
                let message = format!(
                    "take {} in {name} differs from the one that was joined to content/{}; that one stays",
                    part.number, first.path
                );
                diagnostics.push(Diagnostic::warning(Code::ImportConflict, message));
                return Some(outcome(Action::Older));
            }
            None => {}
        }
        let last = first.detail.import.parts.iter().map(|(number, _)| *number).max().unwrap_or(1);
        if part.number != last + 1 {
            return None;
        }
        let text = record::with_part(
            &self.site.text(&first.path)?,
            part.number,
            hash,
            &wire::markup::markdown(&item.body),
            None,
        )?;
        if let Err(error) = self.rewrite(&first, &text) {
            return Some(self.failed(item, format!("cannot write content/{}: {error}", first.path), diagnostics));
        }
        self.append_waiting_takes(item, day, diagnostics);
        Some(outcome(Action::Replaced))
    }

    /// Joins parts that came before those in front of them, as long as the next one is there. Their addresses lead to the whole.
    pub(super) fn append_waiting_takes(&mut self, item: &WireItem, day: &str, diagnostics: &mut Vec<Diagnostic>) {
        while let Some(first) = by_slug::first_take(&mut self.site, item, day) {
            let next = first.detail.import.parts.iter().map(|(number, _)| *number).max().unwrap_or(1) + 1;
            let Some(loose) = by_slug::waiting_take(&mut self.site, item, day, next) else { return };
            let (Some(hash), Some(uri)) = (loose.detail.import.hash, loose.detail.uri.as_deref()) else { return };
            let (Some(whole), Some(other)) = (self.site.text(&first.path), self.site.text(&loose.path)) else {
                return;
            };
            let Some(parts) = crate::parse::front_matter::split(&other) else { return };
            let Some(text) = record::with_part(&whole, next, hash, parts.body, Some(uri)) else { return };
            if let Err(error) = self.rewrite(&first, &text) {
                let message = format!("cannot write content/{}: {error}", first.path);
                return diagnostics.push(Diagnostic::error(Code::ImportWrite, message));
            }
        }
    }

    /// Rewrites a story's file, with more text and otherwise the same.
    fn rewrite(&mut self, story: &by_slug::SlugMatch, text: &str) -> std::io::Result<()> {
        self.write(&story.path.under(&self.site.content), text, false)?;
        let body_length = crate::parse::front_matter::split(text).map_or(0, |parts| parts.body.trim().len());
        let uri = story.detail.uri.clone().unwrap_or_default();
        self.site.put(&uri, Known { body_length, ..story.known.clone() });
        Ok(())
    }
}
