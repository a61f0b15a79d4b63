//! What browsers receive: events (text/event-stream, HTML Standard) with JSON.

use super::html::Html;
use crate::diag::{Diagnostic, Severity};
use crate::file;
use crate::path::RelPath;
use serde::Serialize;
use std::path::Path;

/// The largest file that is read for an excerpt.
const EXCERPT_LIMIT: u64 = 1 << 20;
/// The longest line of an excerpt, in characters.
const LINE_LIMIT: usize = 240;
/// How many problems of a kind are listed one by one.
const SHOWN: usize = 50;

/// A problem as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    /// `error`, `warning` or `note`.
    severity: &'static str,
    /// Its code.
    code: &'static str,
    /// What is wrong.
    message: String,
    /// Where: file, line and column as far as they are known.
    place: Option<String>,
    /// What to do about it.
    hints: Vec<String>,
    /// Lines of the source.
    excerpt: Option<String>,
}

impl Shown {
    pub(super) fn new(root: &Path, diagnostic: &Diagnostic) -> Shown {
        Shown {
            severity: diagnostic.severity.as_str(),
            code: diagnostic.code.as_str(),
            message: diagnostic.message.clone(),
            place: diagnostic.at.as_ref().map(ToString::to_string),
            hints: diagnostic.hints.clone(),
            excerpt: diagnostic.excerpt.clone().or_else(|| excerpt(root, diagnostic)),
        }
    }
}

impl Shown {
    /// Writes it into a page.
    pub(super) fn draw(&self, html: &mut Html) {
        html.open("section", &format!("problem {}", self.severity));
        html.text("h2", &format!("{}[{}]: {}", self.severity, self.code, self.message));
        self.place.iter().for_each(|place| html.classed("p", "place", place));
        self.excerpt.iter().for_each(|excerpt| html.text("pre", excerpt));
        self.hints.iter().for_each(|hint| html.classed("p", "hint", hint));
        html.close("section");
    }
}

/// What is wrong, as a page receives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Problems {
    /// What keeps settings, theme or page from being shown as they now are.
    pub(super) fatal: Vec<Shown>,
    /// What is wrong with the content that the page shows.
    pub(super) page: Vec<Shown>,
    /// Errors in the content of the site.
    pub(super) errors: usize,
    /// Warnings.
    pub(super) warnings: usize,
    /// What sets the preview apart from the site as it is now: another time, drafts.
    pub(super) notice: Option<String>,
    /// Why the public cannot see this page.
    pub(super) hidden: Option<String>,
}

impl Problems {
    pub(super) fn new(root: &Path, fatal: &[Diagnostic], page: &[Diagnostic], site: &[Diagnostic]) -> Problems {
        let show = |all: &[Diagnostic]| all.iter().take(SHOWN).map(|one| Shown::new(root, one)).collect();
        let count = |severity| site.iter().filter(|one| one.severity == severity).count();
        Problems {
            fatal: show(fatal),
            page: show(page),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notice: None,
            hidden: None,
        }
    }
}

/// An event of a stream.
pub(super) fn event(name: &str, data: &impl Serialize) -> Vec<u8> {
    // JSON written by serde_json has no line breaks of its own.
    let data = serde_json::to_string(data).unwrap_or_else(|_| "null".to_string());
    format!("event: {name}\ndata: {data}\n\n").into_bytes()
}

/// The lines around a place, with an arrow under the column.
fn excerpt(root: &Path, diagnostic: &Diagnostic) -> Option<String> {
    let at = diagnostic.at.as_ref()?;
    let (line, column) = at.place?;
    let path = RelPath::new(&at.file)?;
    let mut bytes = Vec::new();
    file::read_bounded(&path.under(root), EXCERPT_LIMIT, &mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let line = line as usize;
    let first = line.saturating_sub(2).max(1);
    let width = (line + 1).to_string().len();
    let mut out = String::new();
    for (at, text) in text.lines().enumerate().skip(first - 1).take(line + 2 - first) {
        let cut: String = text.chars().take(LINE_LIMIT).collect();
        out.push_str(&format!("{:>width$} | {}\n", at + 1, cut.replace('\t', " ")));
        if at + 1 == line && (column as usize) <= LINE_LIMIT {
            out.push_str(&format!("{:>width$} | {}^\n", "", " ".repeat((column as usize).saturating_sub(1))));
        }
    }
    Some(out).filter(|out| !out.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Location};

    #[test]
    fn an_excerpt_points_at_the_column() {
        let folder = tempfile::tempdir().unwrap();
        crate::file::write_atomic(&folder.path().join("a.md"), b"one\ntwo\nthree\nfour\n", false).unwrap();
        let diagnostic = Diagnostic::error(Code::BadTime, "x").at(Location::at("a.md", 2, 2));
        let shown = excerpt(folder.path(), &diagnostic).unwrap();
        assert_eq!(shown, "1 | one\n2 | two\n  |  ^\n3 | three\n");
        for outside in ["../a.md", "/etc/passwd", "b.md"] {
            let diagnostic = Diagnostic::error(Code::BadTime, "x").at(Location::at(outside, 1, 1));
            assert_eq!(excerpt(folder.path(), &diagnostic), None);
        }
    }

    #[test]
    fn an_event_is_one_line_of_data() {
        let event = event("page", &serde_json::json!({ "a": "x\ny" }));
        assert_eq!(event, b"event: page\ndata: {\"a\":\"x\\ny\"}\n\n");
    }
}
