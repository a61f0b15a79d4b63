//! What came of a file, as one line of JSON.

use crate::clock::{Timestamp, Zone};
use crate::desk::Visibility;
use crate::diag::{Code, Diagnostic};
use crate::import::{self, FileReport, ImportOutcome};
use crate::story::{Association, Correction, Dateline, Status};
use crate::wire::{Parsed, WireItem, WireTime, markup};
use serde::Serialize;
use std::io;

pub(super) fn line(report: &FileReport, now: Timestamp, zone: &Zone, dry_run: bool) -> io::Result<Vec<u8>> {
    let parsed = &report.parsed;
    let view = FileView {
        file: &report.name,
        format: parsed.format.filter(|_| !is_refused(parsed)).map(|format| format.as_str()),
        charset: parsed.charset,
        outcome: parsed.outcome().as_str(),
        lost_words: parsed.lost_words,
        invented_words: parsed.invented_words,
        stories: parsed.items.iter().map(|item| StoryView::new(item, now, zone)).collect(),
        diagnostics: parsed
            .diagnostics
            .iter()
            .map(|diagnostic| DiagnosticView::new(diagnostic, &report.name))
            .collect(),
        imported: (!dry_run).then(|| report.imported.iter().map(OutcomeView::from).collect()),
    };
    Ok(serde_json::to_vec(&view)?)
}

/// Whether nothing of the file could be taken for the format that it claims to have.
fn is_refused(parsed: &Parsed) -> bool {
    parsed.items.is_empty() && parsed.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::WireFormat)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileView<'a> {
    file: &'a str,
    format: Option<&'static str>,
    charset: Option<&'static str>,
    outcome: &'static str,
    lost_words: usize,
    invented_words: usize,
    stories: Vec<StoryView<'a>>,
    diagnostics: Vec<DiagnosticView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imported: Option<Vec<OutcomeView<'a>>>,
}

/// What was done with a story; only where something could be written.
#[derive(Serialize)]
struct OutcomeView<'a> {
    uri: &'a str,
    action: &'static str,
    path: Option<&'a str>,
}

impl<'a> From<&'a ImportOutcome> for OutcomeView<'a> {
    fn from(outcome: &'a ImportOutcome) -> OutcomeView<'a> {
        OutcomeView { uri: &outcome.uri, action: outcome.action.as_str(), path: outcome.path.as_deref() }
    }
}

/// Lines and columns count from 1; `offset` is null, because every place has a line.
#[derive(Serialize)]
struct DiagnosticView<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    offset: Option<u64>,
    hints: &'a [String],
}

impl<'a> DiagnosticView<'a> {
    fn new(diagnostic: &'a Diagnostic, file: &'a str) -> DiagnosticView<'a> {
        let place = diagnostic.at.as_ref().and_then(|at| at.place);
        DiagnosticView {
            severity: diagnostic.severity.as_str(),
            code: diagnostic.code.as_str(),
            message: &diagnostic.message,
            file: diagnostic.at.as_ref().map_or(file, |at| &at.file),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            offset: None,
            hints: &diagnostic.hints,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoryView<'a> {
    uri: &'a str,
    version: u64,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    headline: &'a str,
    headline_derived: bool,
    subheadline: Option<&'a str>,
    kicker: Option<&'a str>,
    slugline: Option<&'a str>,
    by: Option<&'a str>,
    dateline: Option<DatelineView<'a>>,
    located: Option<&'a str>,
    description: Option<&'a str>,
    language: Option<&'a str>,
    urgency: Option<u8>,
    priority: Option<&'a str>,
    category: Option<&'a str>,
    sequence: Option<&'a str>,
    service: Option<&'a str>,
    pub_status: &'static str,
    embargoed_until: Option<String>,
    expires: Option<String>,
    first_created: Option<String>,
    version_created: Option<String>,
    content_created: Option<String>,
    subjects: &'a [String],
    keywords: &'a [String],
    genres: &'a [String],
    signals: &'a [String],
    provider: Option<&'a str>,
    credit_line: Option<&'a str>,
    copyright_holder: Option<&'a str>,
    copyright_notice: Option<&'a str>,
    usage_terms: Option<&'a str>,
    ed_note: Option<&'a str>,
    signoff: Option<&'a str>,
    take: Option<&'a str>,
    notes: Vec<NoteView<'a>>,
    correction: Option<CorrectionView<'a>>,
    advisory: bool,
    alert: bool,
    replaces: &'a [String],
    translation_of: Option<&'a str>,
    associations: Vec<AssociationView<'a>>,
    state: &'static str,
    body_html: String,
    body_markdown: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DatelineView<'a> {
    text: &'a str,
    place: Option<&'a str>,
    date: Option<&'a str>,
    agency: Option<&'a str>,
    iso_date: Option<&'a str>,
}

impl<'a> From<&'a Dateline> for DatelineView<'a> {
    fn from(line: &'a Dateline) -> DatelineView<'a> {
        DatelineView {
            text: &line.text,
            place: line.place.as_deref(),
            date: line.date.as_deref(),
            agency: line.agency.as_deref(),
            iso_date: line.iso_date.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct NoteView<'a> {
    kind: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct CorrectionView<'a> {
    note: &'a str,
}

#[derive(Serialize)]
struct AssociationView<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    href: Option<&'a str>,
    caption: Option<&'a str>,
    by: Option<&'a str>,
    credit: Option<&'a str>,
    rights: Option<&'a str>,
}

impl<'a> From<&'a Association<WireTime>> for AssociationView<'a> {
    fn from(one: &'a Association<WireTime>) -> AssociationView<'a> {
        AssociationView {
            kind: one.kind.as_deref().unwrap_or_default(),
            href: one.href.as_deref(),
            caption: one.caption.as_deref(),
            by: one.by.as_deref(),
            credit: one.credit.as_deref(),
            rights: one.rights.as_deref(),
        }
    }
}

impl<'a> StoryView<'a> {
    fn new(item: &'a WireItem, now: Timestamp, zone: &Zone) -> StoryView<'a> {
        let time = |time: &Option<WireTime>| time.as_ref().map(ToString::to_string);
        // A kill has no text, whatever it came with.
        let body = if item.meta.status == Status::Canceled { &[][..] } else { &item.body[..] };
        StoryView {
            uri: item.uri(),
            version: item.version(),
            kind: item.meta.kind.as_deref(),
            headline: &item.meta.headline,
            headline_derived: item.meta.headline_derived,
            subheadline: item.meta.subheadline.as_deref(),
            kicker: item.meta.kicker.as_deref(),
            slugline: item.meta.slugline.as_deref(),
            by: item.byline.as_deref(),
            dateline: item.meta.dateline.as_ref().map(DatelineView::from),
            located: item.meta.located.as_deref(),
            description: item.meta.description.as_deref(),
            language: item.meta.language.as_deref(),
            urgency: item.meta.urgency,
            priority: item.meta.wire_priority.as_deref(),
            category: item.meta.wire_category.as_deref(),
            sequence: item.meta.wire_sequence.as_deref(),
            service: item.meta.wire_service.as_deref(),
            pub_status: item.meta.status.as_str(),
            embargoed_until: time(&item.meta.embargoed_until),
            expires: time(&item.meta.expires),
            first_created: time(&item.meta.first_created),
            version_created: time(&item.meta.version_created),
            content_created: time(&item.meta.content_created),
            subjects: &item.meta.subjects,
            keywords: &item.meta.keywords,
            genres: &item.meta.genres,
            signals: &item.meta.signals,
            provider: item.meta.provider.as_deref(),
            credit_line: item.meta.credit_line.as_deref(),
            copyright_holder: item.meta.copyright_holder.as_deref(),
            copyright_notice: item.meta.copyright_notice.as_deref(),
            usage_terms: item.meta.usage_terms.as_deref(),
            ed_note: item.meta.ed_note.as_deref(),
            signoff: item.meta.signoff.as_deref(),
            take: item.meta.take.as_deref(),
            notes: item.meta.notes.iter().map(|(kind, text)| NoteView { kind, text }).collect(),
            correction: item.meta.correction.as_ref().map(|Correction { note, .. }| CorrectionView { note }),
            advisory: item.meta.advisory,
            alert: item.meta.alert,
            replaces: &item.meta.replaces,
            translation_of: item.meta.translation_of.as_deref(),
            associations: item.meta.associations.iter().map(AssociationView::from).collect(),
            state: match import::state(item, now, zone) {
                Some(Visibility::Published) => "published",
                Some(Visibility::Archived) => "archived",
                Some(Visibility::Tombstone) => "tombstone",
                None => "hidden",
            },
            body_html: markup::html(body),
            body_markdown: markup::markdown(body),
        }
    }
}
