//! What stands over the text: the slug, headline, notes to desks, byline and rights, with the marks of ANPA 1312 or without.

use super::{Line, Set, is_rule};
use crate::diag::Code;
use crate::wire::Notes;
use crate::wire::block::Block;
use crate::wire::body::has_columns;
use crate::wire::copy::{RawItem, byline, is_byline_title, is_copyright, is_desk_note};
use crate::wire::dateline;
use crate::wire::text::clean;

/// The most lines over the text.
pub(super) const LINES: usize = 30;
/// The most paragraphs that say where a text was taken from.
const SOURCE: usize = 10;
/// The most lines of one field.
pub(super) const FIELD: usize = 12;

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
            let mut rest: Vec<Line> = lines.drain(at + 1..at + 2 + end).collect();
            // A headline that is said twice.
            rest.retain(|line| line.text.trim() != lines[at].text.trim());
            for line in &rest {
                lines[at].text.push(' ');
                lines[at].text.push_str(line.text.trim());
            }
            lines[at].is_closed = true;
        }
        at += 1;
    }
}

pub(super) fn note(field: &mut Option<String>, text: &str) {
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
    // `PORT-IN-STORM sked`
    let is_sked = text.strip_suffix(" sked").is_some_and(is_capital_slug);
    line.is_caret && line.set == Set::Flush && (counted || is_sked || (text.contains("--") && text.contains('-')))
}

fn is_capital_slug(text: &str) -> bool {
    text.contains('-') && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
}

/// Day, newspaper, country, language and rights that a service of articles puts over the text: for desks.
pub(super) fn source_lines(raw: &mut RawItem) {
    let near = &raw.body.blocks[..raw.body.blocks.len().min(SOURCE)];
    let texts: Vec<String> = near.iter().map(Block::plain).collect();
    let is_loud = |text: &String| text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase);
    let rights = |text: &String| {
        let at = text.find("COPYRIGHT ")?;
        text[at + 10..].starts_with(|c: char| c.is_ascii_digit()).then_some(at)
    };
    let Some((at, start)) = texts.iter().enumerate().find_map(|(at, text)| Some((at, rights(text)?))) else { return };
    let is_label = |text: &String| text.chars().count() <= 100 && !text.ends_with('.');
    if at == 0 || !is_loud(&texts[at][start..].to_string()) || !texts[..at].iter().all(is_label) {
        return;
    }
    let end = at + 1 + texts[at + 1..].iter().take_while(|text| is_loud(text)).count();
    let notice = format!("{} {}", &texts[at][start..], texts[at + 1..end].join(" "));
    let labels = format!("{} {}", texts[..at].join(" "), &texts[at][..start]);
    raw.item.meta.notes.push(("header".to_string(), clean(&labels)));
    match raw.item.meta.copyright_notice {
        None => raw.item.meta.copyright_notice = Some(clean(&notice)),
        Some(_) => raw.item.meta.notes.push(("rights".to_string(), clean(&notice))),
    }
    raw.body.blocks.drain(..end);
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
pub(super) fn is_alarm(text: &str) -> bool {
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
    let is_next = |at: &usize| begins_text(&lines[start], &lines[*at]);
    end = (start + 1..end).find(is_next).unwrap_or(end);
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
    // `******`: how old lines marked a flash.
    raw.item.meta.headline = clean(headline.join(" ").trim_start_matches('*'));
    end
}

/// Whether a line below the first of a headline is not part of it: it is set in, in another case, columns, or has the dateline.
fn begins_text(first: &Line, line: &Line) -> bool {
    let is_set_in = |line: &Line| line.text.starts_with(' ');
    let is_capital = |text: &str| text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase);
    (is_set_in(line) && !is_set_in(first))
        || (is_capital(&first.text) && first.text.trim().contains(' ') && line.text.chars().any(char::is_lowercase))
        || has_columns(&line.text)
        || dateline::find(&clean(&line.text)).is_some_and(|found| found.dateline.date.is_some())
}

/// `NYT-03-01-99 1110EST`: when a text was first sent, below the text itself.
pub(super) fn sent_before(lines: &mut Vec<Line>, raw: &mut RawItem) {
    let Some(last) = lines.iter().rposition(|line| !line.text.trim().is_empty()) else { return };
    let text = clean(&lines[last].text);
    let Some((day, clock)) = text.split_once(' ') else { return };
    let mut parts = day.rsplitn(4, '-');
    let is_day = parts.by_ref().take(3).all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()));
    let is_name = parts.next().is_some_and(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'-'));
    let (hours, zone) = clock.split_at(clock.bytes().take_while(u8::is_ascii_digit).count());
    let is_clock = hours.len() == 4 && zone.len() == 3 && zone.bytes().all(|b| b.is_ascii_uppercase());
    if last > 0 && is_day && is_name && is_clock {
        raw.item.dropped.push(text);
        lines.truncate(last);
    }
}
