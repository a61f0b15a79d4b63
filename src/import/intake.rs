//! What becomes of each item that arrives: a new story, another version, a further take, or nothing.

use super::shelf::Shelf;
use super::verdict::Verdict;
use super::{Action, FileReport, Input, InputSource, Landed, Options, record, siblings};
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::path::RelPath;
use crate::story::Status;
use crate::wire::{self, Outcome, WireItem};
use std::borrow::Cow;
use std::path::Path;

/// Puts items where they belong.
pub(super) struct Desk {
    pub(super) shelf: Shelf,
    pub(super) options: Options,
}

impl Desk {
    pub(super) fn land(&mut self, report: &mut FileReport, input: &Input) {
        let folder = match &input.source {
            _ if input.media.is_some() => input.media.as_deref(),
            InputSource::Path(path) => {
                Some(path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))
            }
            InputSource::Bytes(_) => None,
        };
        for item in &report.reading.items {
            let mut found = Vec::new();
            let landed = self.item(item, folder, &report.name, &mut found);
            if matches!(landed.action, Action::New | Action::Replaced) {
                siblings::check(&mut self.shelf, item, landed.path.as_deref(), &mut found);
            }
            report.landed.push(landed);
            for diagnostic in found {
                if diagnostic.severity == Severity::Error {
                    report.reading.outcome = Some(Outcome::Error);
                }
                report.reading.diagnostics.push(diagnostic.at(Location::file(&report.name)));
            }
        }
    }

    fn item(&mut self, item: &WireItem, folder: Option<&Path>, name: &str, found: &mut Vec<Diagnostic>) -> Landed {
        let is_open = item.meta.status == Status::Usable && !item.meta.advisory && item.meta.embargoed_until.is_none();
        let is_bound = item.uri().starts_with(wire::DERIVED) && is_open && self.shelf.get(item.uri()).is_none();
        if !is_bound {
            return self.version(item, folder, name, found);
        }
        let day = self.day_folder(item);
        if siblings::part_of(item).is_some_and(|part| part.number > 1) {
            return self.join(item, &day, name, found).unwrap_or_else(|| self.version(item, folder, name, found));
        }
        let mut own = Cow::Borrowed(item);
        match siblings::former(&mut self.shelf, item, &day) {
            siblings::Former::None => {}
            siblings::Former::Story(uri) => {
                let own = own.to_mut();
                own.meta.alt_ids.extend(own.meta.uri.replace(uri));
            }
            siblings::Former::Withdrawn(uri) => {
                let message =
                    format!("{} may be a version of {uri}, which was withdrawn; it is kept withheld", item.uri());
                found.push(Diagnostic::warning(Code::ImportVersion, message));
                own.to_mut().hold(format!("a story with the same slug, {uri}, was withdrawn"));
            }
            siblings::Former::Doubt(paths) => {
                let paths: Vec<String> = paths.iter().map(|path| format!("content/{path}")).collect();
                let message = format!(
                    "{} is an update, and it is not sure that it is one of {}, with the same slug; it became a story of its own",
                    item.uri(),
                    paths.join(", ")
                );
                found.push(
                    Diagnostic::warning(Code::ImportVersion, message)
                        .hint("if it is, give both the same `uri`, and this one the higher `version`"),
                );
            }
        }
        let landed = self.version(&own, folder, name, found);
        if matches!(landed.action, Action::New | Action::Replaced) {
            self.gather(&own, &day, found);
        }
        landed
    }

    fn version(&mut self, item: &WireItem, folder: Option<&Path>, name: &str, found: &mut Vec<Diagnostic>) -> Landed {
        let hash = record::content_hash(item);
        let known = self.shelf.get(item.uri()).cloned();
        let done = |action, path: Option<&RelPath>| Landed {
            uri: item.uri().to_string(),
            action,
            path: path.map(|path| format!("content/{path}")),
            media: Vec::new(),
            missing: Vec::new(),
        };
        let Some(known) = known else { return self.write_new(item, hash, folder, found) };
        let detail = self.shelf.detail(&known.path);
        match self.verdict(item, hash, &known, &detail, name, found) {
            Verdict::Same => {
                let mut landed = done(Action::Same, Some(&known.path));
                self.late(item, folder, &known, &mut landed, found);
                landed
            }
            Verdict::Older => done(Action::Older, Some(&known.path)),
            Verdict::Replace => self.replace(item, hash, folder, &known, detail, found),
        }
    }
}
