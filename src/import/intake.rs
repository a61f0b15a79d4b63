//! What becomes of each item that arrives: a new story, another version, a further take, or nothing.

use super::media::Beside;
use super::site_stories::SiteStories;
use super::verdict::Verdict;
use super::{Action, FileReport, ImportOutcome, Input, InputSource, Options, by_slug, record};
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::path::RelPath;
use crate::wire::{self, Outcome, WireItem};
use std::borrow::Cow;
use std::path::Path;

/// Puts items where they belong.
pub(super) struct StoryImport<'s> {
    pub(super) site: SiteStories,
    pub(super) options: Options<'s>,
}

impl StoryImport<'_> {
    pub(super) fn land(&mut self, report: &mut FileReport, input: &Input) {
        let own = match &input.source {
            InputSource::Path(path) if input.media.is_empty() => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                vec![parent.unwrap_or(Path::new(".")).to_path_buf()]
            }
            InputSource::Path(_) | InputSource::Bytes(_) => input.media.clone(),
        };
        let files = std::mem::take(&mut report.parsed.files);
        let beside = Beside { folders: &own, attached: &files };
        for item in &report.parsed.items {
            let mut diagnostics = Vec::new();
            let outcome = self.item(item, beside, &report.name, &mut diagnostics);
            if matches!(outcome.action, Action::New | Action::Replaced) {
                by_slug::check(&mut self.site, item, outcome.path.as_deref(), &mut diagnostics);
            }
            report.imported.push(outcome);
            for diagnostic in diagnostics {
                if diagnostic.severity == Severity::Error {
                    report.parsed.outcome = Some(Outcome::Error);
                }
                report.parsed.diagnostics.push(diagnostic.at(Location::file(&report.name)));
            }
        }
    }

    fn item(
        &mut self,
        item: &WireItem,
        beside: Beside<'_>,
        name: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ImportOutcome {
        let is_open = item.is_open();
        let is_bound = item.uri().starts_with(wire::DERIVED) && is_open && self.site.get(item.uri()).is_none();
        if !is_bound {
            return self.version(item, beside, name, diagnostics);
        }
        let day = self.day_folder(item);
        if by_slug::take_of(item).is_some_and(|part| part.number > 1) {
            return self
                .append_take(item, &day, name, diagnostics)
                .unwrap_or_else(|| self.version(item, beside, name, diagnostics));
        }
        let mut own = Cow::Borrowed(item);
        match by_slug::former(&mut self.site, item, &day) {
            by_slug::Former::None => {}
            by_slug::Former::Story(uri) => {
                let own = own.to_mut();
                own.meta.alt_ids.extend(own.meta.uri.replace(uri));
            }
            by_slug::Former::Withdrawn(uri) => {
                let message =
                    format!("{} may be a version of {uri}, which was withdrawn; it is kept withheld", item.uri());
                diagnostics.push(Diagnostic::warning(Code::ImportVersion, message));
                own.to_mut().hold(format!("a story with the same slug, {uri}, was withdrawn"));
            }
            by_slug::Former::Doubt(paths) => {
                let paths: Vec<String> = paths.iter().map(|path| format!("content/{path}")).collect();
                let message = format!(
                    "{} is an update, and it is not sure that it is one of {}, with the same slug; it became a story of its own",
                    item.uri(),
                    paths.join(", ")
                );
                diagnostics.push(
                    Diagnostic::warning(Code::ImportVersion, message)
                        .hint("if it is, give both the same `uri`, and this one the higher `version`"),
                );
            }
        }
        let outcome = self.version(&own, beside, name, diagnostics);
        if matches!(outcome.action, Action::New | Action::Replaced) {
            self.append_waiting_takes(&own, &day, diagnostics);
        }
        outcome
    }

    fn version(
        &mut self,
        item: &WireItem,
        beside: Beside<'_>,
        name: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ImportOutcome {
        let hash = record::content_hash(item);
        let known = self.site.get(item.uri()).cloned();
        let done = |action, path: Option<&RelPath>| ImportOutcome {
            uri: item.uri().to_string(),
            action,
            path: path.map(|path| format!("content/{path}")),
            media: Vec::new(),
            missing: Vec::new(),
        };
        let Some(known) = known else { return self.write_new(item, hash, beside, diagnostics) };
        let detail = self.site.detail(&known.path);
        match self.verdict(item, hash, &known, &detail, name, diagnostics) {
            Verdict::Same => {
                let mut outcome = done(Action::Same, Some(&known.path));
                self.late(item, beside, &known, &mut outcome, diagnostics);
                outcome
            }
            Verdict::Older => done(Action::Older, Some(&known.path)),
            Verdict::Replace => self.replace(item, hash, beside, &known, detail, diagnostics),
        }
    }
}
