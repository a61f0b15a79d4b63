//! The names of templates: `THEME/FILE` where they are written, and those by which tera finds them.
//!
//! Templates name one another by file alone. Tera would try each theme of the chain whenever it includes one, so the first template of a
//! name is known to it by that name. It is known by its full name where a template writes that out, as all others are; and where it
//! has components, of which the first theme's win, as tera sees by full names.

use super::template_file;
use crate::diag::{Code, Diagnostic, Error, Location};
use std::collections::{BTreeMap, BTreeSet};

/// The templates of a chain of themes.
pub(super) struct TemplateNames {
    /// The themes, each before the one that it extends.
    pub(super) chain: Vec<String>,
    /// The templates as they are written, by `THEME/FILE`.
    pub(super) sources: BTreeMap<String, String>,
}

impl TemplateNames {
    /// All templates by the names they have in tera.
    pub(super) fn for_tera(&self) -> Vec<(&str, &str)> {
        let mut templates: Vec<(&str, &str)> = Vec::new();
        let mut seen = BTreeSet::new();
        for theme in &self.chain {
            let of_theme = |full: &&String| full.strip_prefix(theme).is_some_and(|file| file.starts_with('/'));
            for (full, text) in self.sources.range(theme.clone()..).filter(|(full, _)| of_theme(full)) {
                let file = &full[theme.len() + 1..];
                let is_first = seen.insert(file) && !self.sources.contains_key(file) && !text.contains("component");
                if is_first {
                    templates.push((file, text));
                }
                if !is_first || self.sources.values().any(|text| text.contains(&**full)) {
                    templates.push((full, text));
                }
            }
        }
        templates
    }

    /// The name `THEME/FILE` of a template by the name it has in tera.
    fn full(&self, name: &str) -> String {
        let of_theme = |theme: &String| Some(format!("{theme}/{name}")).filter(|full| self.sources.contains_key(full));
        match self.sources.contains_key(name) {
            true => name.to_string(),
            false => self.chain.iter().find_map(of_theme).unwrap_or_else(|| name.to_string()),
        }
    }

    /// A template error with the place and excerpt that tera gives.
    pub(super) fn error(&self, error: &tera::Error, code: Code) -> Error {
        Error { diagnostics: vec![self.diagnostic(error, code)] }
    }

    /// The same as one diagnostic.
    pub(super) fn diagnostic(&self, error: &tera::Error, code: Code) -> Diagnostic {
        let drawn: Vec<String> = error.to_string().lines().map(|line| self.with_full_name(line)).collect();
        let (message, at) = match error.kind() {
            tera::ErrorKind::SyntaxError(report) | tera::ErrorKind::RenderingError(report) => {
                let (file, span) = (template_file(&self.full(report.filename())), report.span());
                let at = Location::at(file, span.start_line as u32, span.start_col as u32 + 1);
                (report.message().to_string(), Some(at))
            }
            _ => {
                // Some faults come as text alone: the message, then the place behind an arrow, then the excerpt.
                let message = drawn.first().map_or("", |line| line.trim_start_matches("error: ")).to_string();
                (message, drawn.get(1).and_then(|line| place(line)))
            }
        };
        let message = message.trim_end_matches('.').to_string();
        let undefined = message.contains("not found in context")
            || message.contains("is not defined")
            || message.contains("undefined");
        let mut diagnostic = Diagnostic::error(code, message);
        if undefined {
            diagnostic = diagnostic.hint(
                "docs/themes.md lists what each template gets; `value or \"\"` stands in for what may be missing",
            );
        }
        // Tera draws message, place and excerpt; the first two are reported already where the place is known.
        let excerpt = drawn.get(if at.is_some() { 2 } else { 1 }..).unwrap_or_default().join("\n");
        diagnostic.at = at;
        diagnostic.excerpt = Some(excerpt).filter(|excerpt| !excerpt.is_empty());
        diagnostic
    }

    /// A line that tera drew, in which a place has the full name of its template.
    fn with_full_name(&self, line: &str) -> String {
        let marks = ["--> ", "note: called from "];
        let Some(mark) = marks.into_iter().find(|mark| line.trim_start().starts_with(mark)) else {
            return line.to_string();
        };
        let (before, place) = line.split_at(line.len() - line.trim_start().len() + mark.len());
        let mut parts = place.rsplitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(column), Some(row), Some(name)) => format!("{before}{}:{row}:{column}", self.full(name)),
            _ => line.to_string(),
        }
    }
}

/// Reads ` --> THEME/FILE:LINE:COLUMN`.
fn place(line: &str) -> Option<Location> {
    let mut parts = line.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
    let (column, line, name) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    Some(Location::at(template_file(name), line, column))
}
