//! What stands over the text: the slug, headline, notes to desks, byline and rights, with the marks of ANPA 1312 or without.

use super::{Line, Set, is_rule};
use crate::diag::Code;
use crate::wire::Notes;
use crate::wire::copy::{RawItem, byline, is_byline_title, is_copyright, is_desk_note};
use crate::wire::text::clean;

/// The most lines over the text.
const LINES: usize = 30;
/// The most lines of one field.
const FIELD: usize = 12;

/// `(PROFILE … )` below the text, by which a service sorts its copy: for machines.
pub(super) fn profile(lines: &mut Vec<Line>, raw: &mut RawItem) {
    let Some(at) = lines.iter().rposition(|line| line.text.trim() == "(PROFILE") else { return };
    let text = clean(&lines[at..].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
    const LANGUAGES: &[(&str, &str)] = &[
        ("ENGLISH", "en"),
        ("SPANISH", "es"),
        ("GERMAN", "de"),
        ("FRENCH", "fr"),
        ("DUTCH", "nl"),
        ("PORTUGUESE", "pt"),
        ("ITALIAN", "it"),
        ("SWEDISH", "sv"),
    ];
    let name = text.split_once("LANG:").map_or("", |(_, rest)| rest.split([';', ')']).next().unwrap_or(""));
    let language = LANGUAGES.iter().find(|(word, _)| *word == name.trim()).map(|(_, code)| code.to_string());
    raw.item.meta.language = raw.item.meta.language.take().or(language);
    raw.item.meta.notes.push(("routing".to_string(), text));
    lines.truncate(at);
}

/// A field that begins with `^` goes on to its `<` or `=`, over the ends of lines.
pub(super) fn join_fields(lines: &mut Vec<Line>) {
    let mut at = 0;
    while at < lines.len().min(LINES) {
        let is_open = lines[at].is_caret && !lines[at].is_closed;
        let goes_on = |line: &&Line| !line.is_caret && !line.is_indented && !line.text.trim().is_empty();
        let more = if is_open { lines[at + 1..].iter().take(FIELD).take_while(goes_on).count() } else { 0 };
        if let Some(end) = lines[at + 1..at + 1 + more].iter().position(|line| line.is_closed) {
            let rest: Vec<Line> = lines.drain(at + 1..at + 2 + end).collect();
            for line in &rest {
                lines[at].text.push(' ');
                lines[at].text.push_str(line.text.trim());
            }
            lines[at].is_closed = true;
        }
        at += 1;
    }
}

/// Copy without carets whose headline ends in `<`: notes in brackets, desk initials, byline and rights stand between it and the text.
/// Returns where the text begins; `None` for other copy.
pub(super) fn marked_head(lines: &[Line], raw: &mut RawItem) -> Option<usize> {
    let first = lines.iter().take(4).position(|line| line.is_ended)?;
    if lines[..first].iter().any(|line| line.is_indented || line.text.trim().is_empty()) {
        return None;
    }
    let item = &mut raw.item;
    item.meta.headline = clean(&lines[..=first].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
    let mut at = first + 1;
    let mut after_byline = false;
    while at < lines.len().min(LINES) {
        let line = &lines[at];
        let text = clean(&line.text);
        let mut next = at + 1;
        let was_byline = std::mem::take(&mut after_byline);
        if text.is_empty() {
        } else if let Some(end) = bracketed(&lines[at..]) {
            next = at + end;
            let text = clean(&lines[at..next].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
            let inner = text.trim_matches(['(', ')']);
            if inner.chars().count() <= 3 && item.meta.signoff.is_none() {
                item.meta.signoff = Some(inner.to_string());
            } else {
                note(&mut item.meta.ed_note, &text);
            }
        } else if byline(&text).is_some() && (line.is_ended || !line.is_indented || next_is_rights(&lines[next..])) {
            item.byline = Some(text);
            after_byline = true;
        } else if is_copyright(&text) {
            item.meta.copyright_notice.get_or_insert(text);
        } else if was_byline && is_byline_title(&text) {
            item.meta.notes.push(("bylineTitle".to_string(), text));
        } else if is_alarm(&text) {
            item.meta.take = Some(item.meta.take.take().map_or(text.clone(), |known| format!("{known}, {text}")));
        } else if item.meta.headline.is_empty() && line.is_indented && over_byline(&lines[next..]) {
            item.meta.headline = text;
        } else if line.is_ended && text.split(' ').count() <= 4 && item.meta.kicker.is_none() {
            item.meta.kicker = Some(text);
        } else {
            break;
        }
        at = next;
    }
    Some(at)
}

/// How many lines a note in brackets takes; `None` where none stands alone.
fn bracketed(lines: &[Line]) -> Option<usize> {
    if !lines.first()?.text.trim_start().starts_with('(') {
        return None;
    }
    let mut depth = 0_i32;
    for (at, line) in lines.iter().take(FIELD).enumerate() {
        let text = line.text.trim();
        if at > 0 && (text.is_empty() || line.is_indented) {
            return None;
        }
        for b in text.bytes() {
            depth += i32::from(b == b'(') - i32::from(b == b')');
        }
        if depth <= 0 {
            return text.ends_with(')').then_some(at + 1);
        }
    }
    None
}

/// Whether the next line with words is a byline or the rights.
fn over_byline(lines: &[Line]) -> bool {
    let next = lines.iter().map(|line| clean(&line.text)).find(|text| !text.is_empty());
    next.is_some_and(|text| byline(&text).is_some() || is_copyright(&text))
}

fn next_is_rights(lines: &[Line]) -> bool {
    lines.iter().map(|line| clean(&line.text)).find(|text| !text.is_empty()).is_some_and(|text| is_copyright(&text))
}

fn note(field: &mut Option<String>, text: &str) {
    *field = Some(field.take().map_or(text.to_string(), |known| format!("{known} {text}")));
}

/// `AP Photos BAI103-113`, in lower case: what there is beside the text.
fn is_media(lower: &str) -> bool {
    ["ap photo", "ap video", "ap graphic"].iter().any(|word| lower.starts_with(word))
}

/// The first line between `^` and `<` that ends in the number of words, or is one word of hyphens: `ADV23-NO--Halden-Storm,100`.
pub(super) fn is_slug_line(line: &Line) -> bool {
    let text = line.text.trim();
    let counted =
        text.rsplit_once(',').is_some_and(|(_, count)| !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()));
    line.is_caret && line.set == Set::Flush && (counted || (text.contains("--") && text.contains('-')))
}

/// `BC-US--Ethanol-Losing Grassland, 1st Ld-Writethru,1140`: slug, take, number of words.
pub(in crate::wire) fn slug_line(text: &str, raw: &mut RawItem) {
    let mut parts: Vec<String> = text.split(',').map(clean).collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| last.is_empty() || last.bytes().all(|b| b.is_ascii_digit())) {
        parts.pop();
    }
    let take = parts.split_off(1.min(parts.len())).join(", ");
    let lower = take.to_lowercase();
    for (word, signal) in [("writethru", "update"), ("corrective", "correction"), ("correction", "correction")] {
        if lower.contains(word) {
            raw.item.meta.signals.push(signal.to_string());
        }
    }
    raw.item.meta.slugline = parts.pop().filter(|slug| !slug.is_empty());
    raw.item.meta.take = Some(take).filter(|take| !take.is_empty());
}

/// The lines before the text, marked by carets: headline, notes, byline. Returns where the text begins.
pub(super) fn caret_head(lines: &[Line], raw: &mut RawItem, notes: &mut Notes) -> usize {
    let item = &mut raw.item;
    let mut after_byline = false;
    for (at, line) in lines.iter().enumerate() {
        let text = clean(&line.text);
        if text.is_empty() {
            continue;
        }
        let is_name = line.set == Set::Text
            && !line.is_indented
            && !item.meta.headline.is_empty()
            && (is_alarm(&text) || byline(&text).is_some() || (after_byline && is_byline_title(&text)));
        if (line.set == Set::Text && !is_name)
            || is_rule(&text)
            || text.contains(';') && line.is_caret && text.matches(';').count() > 3
        {
            return at;
        }
        let lower = text.to_lowercase();
        let is_addressed = ["eds:", "eds.", "attn", "editors:", "editors -", "attention editors"]
            .iter()
            .any(|word| lower.starts_with(word));
        // `With BC-Storm-Map` names another story; over the headline it is short.
        let over_headline = text.split(' ').count() <= 4 && lines.get(at + 1).is_some_and(|next| next.is_caret);
        let is_companion =
            line.set == Set::Flush && lower.starts_with("with ") && (!item.meta.headline.is_empty() || over_headline);
        if is_addressed || is_companion || is_desk_note(&text) {
            let note =
                if is_addressed { text.split_once(':').map_or(text.as_str(), |(_, note)| note).trim() } else { &text };
            item.dropped.extend(text.split_once(':').filter(|_| is_addressed).map(|(label, _)| label.to_string()));
            if !note.is_empty() {
                item.meta.ed_note =
                    Some(item.meta.ed_note.take().map_or(note.to_string(), |known| format!("{known} {note}")));
            }
        } else if is_alarm(&text) {
            item.meta.take = Some(item.meta.take.take().map_or(text.clone(), |known| format!("{known}, {text}")));
        } else if lower.starts_with("editor") && lower.contains("note") {
            notes.note(
                Code::WireDropped,
                "an editor's note stands before the text; it is kept as a desk note, not shown",
            );
            item.meta.notes.push(("editorsNote".to_string(), text));
        } else if is_media(&lower) {
            item.meta.notes.push(("media".to_string(), text));
        } else if is_copyright(&text) {
            item.meta.copyright_notice.get_or_insert(text);
        } else if byline(&text).is_some() {
            item.byline = Some(text);
            after_byline = true;
            continue;
        } else if after_byline && (line.set == Set::Centred || is_byline_title(&text)) {
            item.meta.notes.push(("bylineTitle".to_string(), text));
        } else if item.meta.headline.is_empty() {
            item.meta.headline = text;
        } else if line.set == Set::Flush && item.meta.description.is_none() {
            item.meta.description = Some(text);
        } else {
            return at;
        }
        after_byline = false;
    }
    lines.len()
}

/// `BULLETIN`, `URGENT`: over the text, for desks.
fn is_alarm(text: &str) -> bool {
    matches!(text, "FLASH" | "BULLETIN" | "URGENT" | "BULLETIN KILL" | "BULLETIN ELIMINATION" | "MANDATORY KILL")
}

/// Copy without carets: the headline is what stands before the first indented line, and perhaps a byline.
pub(super) fn plain_head(lines: &[Line], raw: &mut RawItem) -> usize {
    let end = lines.iter().position(|line| line.is_indented || line.text.trim().is_empty()).unwrap_or(lines.len());
    let mut end = end.min(6);
    // `(NYT)`: who may use it.
    let is_mark = |text: &str| {
        let inner = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
        inner.is_some_and(|inner| inner.len() <= 16 && !inner.chars().any(|c| c.is_lowercase() || c == ' '))
    };
    let start = lines[..end].iter().take_while(|line| is_mark(line.text.trim())).count();
    let lines_before: Vec<String> = lines[..start].iter().map(|line| clean(&line.text)).collect();
    raw.item.meta.notes.extend(lines_before.into_iter().map(|mark| ("header".to_string(), mark)));
    end = end.min(start + 3);
    if let Some(at) = lines[..end].iter().position(|line| byline(line.text.trim()).is_some()).filter(|at| *at > 0) {
        raw.item.byline = Some(clean(&lines[at].text));
        raw.item.meta.headline =
            clean(&lines[start.min(at)..at].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
        let titles = lines[at + 1..end].iter().map(|line| clean(&line.text)).take_while(|text| is_byline_title(text));
        let titles: Vec<String> = titles.collect();
        end = at + 1 + titles.len();
        raw.item.meta.notes.extend(titles.into_iter().map(|title| ("bylineTitle".to_string(), title)));
        return end;
    }
    let headline: Vec<&str> = lines[start..end].iter().map(|line| line.text.trim_end_matches(['+', ' '])).collect();
    raw.item.meta.headline = clean(&headline.join(" "));
    end
}
