//! The report as JSON: what was built, what was found, and when to build again.
//!
//! The views below are the format; `build::Report` is free to change behind them.

use crate::build::{Counts, PageLine, Report, WrittenLine};
use crate::diag::{Diagnostic, Severity};
use crate::file;
use crate::page::PageKind;
use serde::Serialize;
use std::io;
use std::path::Path;

/// Writes the report whole.
pub(super) fn write(path: &Path, report: &Report) -> io::Result<()> {
    file::write_atomic(path, &json(report)?, false)
}

fn json(report: &Report) -> io::Result<Vec<u8>> {
    let view = ReportView {
        pages: report.pages.iter().map(PageView::from).collect(),
        written: report.written.iter().map(WrittenView::from).collect(),
        next_change: report.next_change.as_ref().map(|next| next.at.to_string()),
        next_change_reason: report.next_change.as_ref().map(|next| next.reason.as_str()),
        diagnostics: report.diagnostics.iter().map(DiagnosticView::from).collect(),
        stages: report.stages.iter().map(|&(name, seconds)| StageView { name, seconds }).collect(),
        counts: CountsView::new(&report.counts, &report.diagnostics),
    };
    let mut bytes = serde_json::to_vec(&view)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportView<'a> {
    pages: Vec<PageView<'a>>,
    written: Vec<WrittenView<'a>>,
    next_change: Option<String>,
    next_change_reason: Option<&'a str>,
    diagnostics: Vec<DiagnosticView<'a>>,
    stages: Vec<StageView>,
    counts: CountsView,
}

/// `uri`, `version` and `headline` are null for pages that do not belong to a story.
#[derive(Serialize)]
struct PageView<'a> {
    url: &'a str,
    kind: PageKind,
    uri: Option<&'a str>,
    version: Option<u64>,
    headline: Option<&'a str>,
}

impl<'a> From<&'a PageLine> for PageView<'a> {
    fn from(page: &'a PageLine) -> PageView<'a> {
        let story = page.story.as_ref();
        PageView {
            url: &page.url,
            kind: page.kind,
            uri: story.map(|(uri, _, _)| uri.as_str()),
            version: story.map(|(_, version, _)| *version),
            headline: story.map(|(_, _, headline)| headline.as_str()),
        }
    }
}

/// Why a page was made again: each reason in words.
#[derive(Serialize)]
struct WrittenView<'a> {
    url: &'a str,
    reasons: &'a [&'static str],
}

impl<'a> From<&'a WrittenLine> for WrittenView<'a> {
    fn from(line: &'a WrittenLine) -> WrittenView<'a> {
        WrittenView { url: &line.url, reasons: &line.reasons }
    }
}

/// Lines and columns count from 1. `offset` is for formats that have no lines, so it is null in a site's own files.
#[derive(Serialize)]
struct DiagnosticView<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    offset: Option<u64>,
    hints: &'a [String],
}

impl<'a> From<&'a Diagnostic> for DiagnosticView<'a> {
    fn from(diagnostic: &'a Diagnostic) -> DiagnosticView<'a> {
        let place = diagnostic.at.as_ref().and_then(|at| at.place);
        DiagnosticView {
            severity: diagnostic.severity.as_str(),
            code: diagnostic.code.as_str(),
            message: &diagnostic.message,
            file: diagnostic.at.as_ref().map(|at| at.file.as_str()),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            offset: None,
            hints: &diagnostic.hints,
        }
    }
}

#[derive(Serialize)]
struct StageView {
    name: &'static str,
    seconds: f64,
}

#[derive(Serialize)]
struct CountsView {
    stories: usize,
    files: usize,
    opened: usize,
    pages: usize,
    rendered: usize,
    written: usize,
    unchanged: usize,
    removed: usize,
    bytes: u64,
    errors: usize,
    warnings: usize,
}

impl CountsView {
    fn new(counts: &Counts, diagnostics: &[Diagnostic]) -> CountsView {
        let of = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        CountsView {
            stories: counts.stories,
            files: counts.files,
            opened: counts.opened,
            pages: counts.pages,
            rendered: counts.rendered,
            written: counts.written,
            unchanged: counts.unchanged,
            removed: counts.removed,
            bytes: counts.bytes,
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::NextChange;
    use crate::clock::Zone;
    use crate::diag::{Code, Location};
    use serde_json::{Value, json};

    fn parsed(report: &Report) -> Value {
        serde_json::from_slice(&super::json(report).unwrap()).unwrap()
    }

    #[test]
    fn an_empty_report_has_every_key() {
        let zero = json!({"stories": 0, "files": 0, "opened": 0, "pages": 0, "rendered": 0, "written": 0, "unchanged": 0, "removed": 0, "bytes": 0,
            "errors": 0, "warnings": 0});
        let expected = json!({"pages": [], "written": [], "nextChange": null, "nextChangeReason": null, "diagnostics": [], "stages": [],
            "counts": zero});
        assert_eq!(parsed(&Report::default()), expected);
    }

    #[test]
    fn a_full_report_has_the_documented_shape() {
        let story = ("urn:x:1".to_string(), 4, "Talks \"resume\"".to_string());
        let report = Report {
            pages: vec![
                PageLine { url: "/news/2026/11/23/talks/".to_string(), kind: PageKind::Story, story: Some(story) },
                PageLine { url: "/".to_string(), kind: PageKind::Front, story: None },
            ],
            written: vec![WrittenLine { url: "/".to_string(), reasons: vec!["what it lists changed"] }],
            next_change: Some(NextChange {
                at: Zone::utc().parse("2026-11-24T00:01:00Z").unwrap(),
                reason: "embargo of urn:x:2 ends".to_string(),
            }),
            diagnostics: vec![
                Diagnostic::error(Code::BadTime, "no such day")
                    .at(Location::at("content/a.md", 3, 7))
                    .hint("correct it"),
                Diagnostic::warning(Code::EmptyBody, "no text").at(Location::file("content/b.md")),
                Diagnostic::warning(Code::ManifestDamaged, "cannot be read"),
            ],
            stages: vec![("load", 0.5), ("write", 1.25)],
            counts: Counts {
                stories: 1,
                files: 2,
                opened: 8,
                pages: 3,
                rendered: 9,
                written: 4,
                unchanged: 5,
                removed: 6,
                bytes: 7,
            },
        };
        let value = parsed(&report);
        assert_eq!(
            value["pages"],
            json!([
                {"url": "/news/2026/11/23/talks/", "kind": "story", "uri": "urn:x:1", "version": 4,
                    "headline": "Talks \"resume\""},
                {"url": "/", "kind": "front", "uri": null, "version": null, "headline": null},
            ])
        );
        assert_eq!(value["written"], json!([{"url": "/", "reasons": ["what it lists changed"]}]));
        assert_eq!(value["nextChange"], "2026-11-24T00:01:00Z");
        assert_eq!(value["nextChangeReason"], "embargo of urn:x:2 ends");
        assert_eq!(
            value["diagnostics"],
            json!([
                {"severity": "error", "code": "bad-time", "message": "no such day", "file": "content/a.md", "line": 3,
                    "column": 7, "offset": null, "hints": ["correct it"]},
                {"severity": "warning", "code": "empty-body", "message": "no text", "file": "content/b.md", "line": null,
                    "column": null, "offset": null, "hints": []},
                {"severity": "warning", "code": "manifest-damaged", "message": "cannot be read", "file": null, "line": null,
                    "column": null, "offset": null, "hints": []},
            ])
        );
        assert_eq!(value["stages"], json!([{"name": "load", "seconds": 0.5}, {"name": "write", "seconds": 1.25}]));
        assert_eq!(
            value["counts"],
            json!({"stories": 1, "files": 2, "opened": 8, "pages": 3, "rendered": 9, "written": 4, "unchanged": 5, "removed": 6, "bytes": 7,
                "errors": 1, "warnings": 2})
        );
    }
}
