//! IPTC 7901: `SOH` header, slug, `STX` text `ETX` date. Gateways lose the control characters, so all of it also works without.

use super::account::Source;
use super::copy::{RawItem, is_header_byline, is_signoff, says_embargo};
use super::dateline::month;
use super::item::Format;
use super::lines;
use super::text::{clean, is_printable, is_unfit};
use super::time::WireTime;
use super::{Context, Notes, Parsed, account};
use crate::diag::Code;
use jiff::civil::{Date, Time};
use std::borrow::Cow;

const SOH: char = '\u{1}';
const STX: char = '\u{2}';
const ETX: char = '\u{3}';

/// Reads a file, which may hold several messages.
pub(super) fn read(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    parsed.format = Some(Format::Iptc7901);
    let starts = starts(text);
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(text.len());
        let from = parsed.items.len();
        message(&text[*start..end], context, notes, parsed);
        account::balance(Source::Text(&text[*start..end], *start), from, notes, parsed);
    }
}

/// Where messages begin: at each SOH; where these got lost, at each header line after the date line of the message before.
fn starts(text: &str) -> Vec<usize> {
    let mut starts: Vec<usize> = text.match_indices(SOH).map(|(at, _)| at).collect();
    if let Some(first) = starts.first() {
        let before = text[..*first].trim_matches(|c: char| is_unfit(c) || c.is_whitespace());
        // A message may have lost its SOH; other signs before the first are the line's noise.
        if super::detect::is_7901(before.as_bytes()) {
            starts.insert(0, 0);
        }
        return starts;
    }
    starts.push(0);
    let (mut at, mut ended) = (0, false);
    for line in text.split_inclusive('\n') {
        let shown = line.trim_matches(|c: char| is_unfit(c) || c.is_whitespace());
        if ended && super::detect::is_7901(shown.as_bytes()) {
            starts.push(at);
        }
        if !shown.is_empty() {
            ended = footer(shown).is_some();
        }
        at += line.len();
    }
    starts
}

/// The parts of the header line: `bdt0000 4 pl 110  dpa 0000`.
struct Header {
    service: String,
    number: String,
    priority: String,
    category: String,
    provider: Option<String>,
}

fn header(line: &str) -> Option<Header> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let letters = first.find(|c: char| c.is_ascii_digit())?;
    let (service, number) = first.split_at(letters);
    let (priority, category) = (words.next()?.to_string(), words.next()?.to_string());
    let provider = words.map(str::to_string).find(|word| super::dateline::is_known(word));
    Some(Header { service: service.to_string(), number: number.to_string(), priority, category, provider })
}

fn message(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let text = text.trim_start_matches(|c: char| c == SOH || c == '\u{7f}' || c.is_whitespace());
    let (before, after) = match text.find(ETX) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (head, rest) = match before.find(STX) {
        Some(at) => (&before[..at], Some(&before[at + 1..])),
        None => (before, None),
    };
    let head_lines = clean_lines(head);
    let mut head_lines: Vec<&str> = head_lines.iter().map(AsRef::as_ref).collect();
    let Some(parts) = head_lines.first().and_then(|line| header(line)) else {
        return notes.error(Code::WireSyntax, "the header line of IPTC 7901 cannot be read");
    };
    let first = head_lines.remove(0);
    let rest_lines = rest.map(clean_lines).unwrap_or_default();
    let mut lines: Vec<&str> = rest_lines.iter().map(AsRef::as_ref).collect();
    let mut slug: Vec<&str> = head_lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    if rest.is_none() {
        // Without STX the first line with words is the slug, if it looks like one.
        let is_slug = slug.first().is_some_and(|line| {
            (line.contains('/') && !line.contains(' ')) || (slug.len() > 2 && super::plain::header::is_slug(line))
        });
        let at = head_lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
        lines = if is_slug { head_lines[at + 1..].to_vec() } else { head_lines[at..].to_vec() };
        slug.truncate(usize::from(is_slug));
    }
    let mut raw = RawItem::default();
    raw.item.dropped.push(first.to_string());
    let footer = footer_of(after, &mut lines, &mut raw.item.dropped);
    if after.is_none() && footer.is_none() {
        notes.warn(Code::WireCut, "the text ends without ETX and date line: the transmission is incomplete");
    }
    let slug = Some(slug.join("/").trim_matches(['/', ' ']).to_string()).filter(|slug| !slug.is_empty());
    // `FLASH` alone is not a slug.
    let is_flash = slug.as_deref().is_some_and(|slug| matches!(slug, "FLASH" | "BULLETIN" | "URGENT" | "ALERT"));
    *(if is_flash { &mut raw.item.meta.take } else { &mut raw.item.meta.slugline }) = slug;
    fill_header(parts, footer, &mut raw, notes);
    if !lines.iter().take(HEADER).any(|line| is_header_end(line)) {
        // Without its mark the header is what it would be in text.
        super::plain::header::take(&mut lines, &mut raw);
    }
    let body_at = header_block(&lines, &mut raw);
    // A flash is a headline alone, with the initials of who sent it.
    raw.may_be_empty = raw.item.meta.take.as_deref().is_some_and(|take| take.contains("FLASH"));
    text_block(&lines[body_at.min(lines.len())..], &mut raw, notes);
    provider_of_dateline(&mut raw);
    notes.take(raw, context, parsed);
}

/// Lines without control characters; a carriage return ends a line only together with its line feed.
fn clean_lines(text: &str) -> Vec<Cow<'_, str>> {
    // Senders that also serve ANPA 1312 frame lines by its signs: `^Headline<`.
    let clean = |line| match super::plain::without_carets(without_end(line)) {
        "<" | "^" => Cow::Borrowed(""),
        line if is_printable(line) => Cow::Borrowed(line),
        line => Cow::Owned(line.chars().filter(|c| !is_unfit(*c) && *c != '\r').collect()),
    };
    text.split('\n').map(clean).collect()
}

/// A line without the carriage returns at its end.
fn without_end(line: &str) -> &str {
    line.trim_end_matches('\r')
}

fn fill_header(parts: Header, footer: Option<WireTime>, raw: &mut RawItem, notes: &mut Notes) {
    let item = &mut raw.item;
    item.meta.urgency = parts.priority.parse().ok().filter(|urgency| (1..=9).contains(urgency));
    // A number of zeros only is not a number: then the slug has to tell messages of one minute apart.
    let slug = if parts.number.bytes().all(|b| b == b'0') || parts.number.ends_with("000") {
        item.meta.slugline.clone()
    } else {
        None
    };
    let when = footer.map(|time| time.to_string()).unwrap_or_default();
    raw.derive_uri_from = Some(format!("{}{} {when} {}", parts.service, parts.number, slug.unwrap_or_default()));
    if let Some(time) = footer.filter(WireTime::is_floating) {
        notes.floating("the time", time);
    }
    item.meta.kind = Some("text".to_string());
    item.meta.version_created = footer;
    item.meta.wire_priority = Some(parts.priority);
    item.meta.wire_category = Some(parts.category);
    item.meta.wire_service = Some(parts.service);
    item.meta.wire_sequence = Some(parts.number);
    item.meta.provider = parts.provider;
}

/// The date line after ETX; where ETX got lost, the last line of the text if it is one.
fn footer_of(after: Option<&str>, lines: &mut Vec<&str>, dropped: &mut Vec<String>) -> Option<WireTime> {
    if let Some(after) = after {
        super::plain::header::take_last_stamp(lines);
        return after.lines().find_map(footer);
    }
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    let time = footer(lines[last])?;
    dropped.push(lines[last].to_string());
    lines.truncate(last);
    // APA says it twice: `APA0123 2026-11-18/10:15`.
    super::plain::header::take_last_stamp(lines);
    Some(time)
}

/// `251100 Sep 24`, `131137 GMT Nov 13`, `091223 dec 18`, `271032 nov 26EST`.
fn footer(line: &str) -> Option<WireTime> {
    let clean: String = line.chars().filter(|c| !is_unfit(*c)).collect();
    let mut words: Vec<&str> = clean.split_whitespace().collect();
    // `AFP 181030 NOV 26`
    if words.len() >= 4 && super::dateline::is_known(words[0]) {
        words.remove(0);
    }
    // `181030Z NOV 26`
    let utc = words.first().and_then(|stamp| stamp.strip_suffix(['Z', 'z']));
    let (stamp, is_utc, name, year) = match words.as_slice() {
        [_, name, year, ..] if utc.is_some() => (utc.unwrap_or(""), true, *name, *year),
        [stamp, zone @ ("GMT" | "UTC" | "Z" | "gmt"), name, year, ..] => (*stamp, !zone.is_empty(), *name, *year),
        [stamp, name, year, ..] => (*stamp, false, *name, *year),
        _ => return None,
    };
    if stamp.len() != 6 || !stamp.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| stamp.get(range).and_then(|digits| digits.parse::<i8>().ok());
    let time = Time::new(number(2..4)?, number(4..6)?, 0, 0).ok()?;
    // The zone stands right behind the year, or in a word of its own.
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    let (year, zone) = year.split_at(digits);
    let zone = if zone.is_empty() { words.last().copied().unwrap_or("") } else { zone };
    let short: i16 = year.parse().ok()?;
    let year = match year.len() {
        2 => short + if short >= 70 { 1900 } else { 2000 },
        4 => short,
        _ => return None,
    };
    let date = Date::new(year, month(name)?, number(0..2)?).ok()?;
    let offset = if is_utc { Some(0) } else { american_zone(zone) };
    Some(WireTime::new(date, time, offset))
}

/// The offset of an American zone in hours; nothing else uses these abbreviations behind a date.
fn american_zone(name: &str) -> Option<i8> {
    let hours = match name.to_ascii_uppercase().as_str() {
        "GMT" | "UTC" | "Z" => 0,
        "AST" | "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return None,
    };
    Some(hours)
}

/// Lines in which the end of the header is looked for.
const HEADER: usize = 40;

fn is_header_end(line: &str) -> bool {
    line.trim_end().ends_with('=')
}

/// The lines up to the first that ends in ` =`: notes, takes, headline, byline. Returns where the text begins.
fn header_block(lines: &[&str], raw: &mut RawItem) -> usize {
    let end = lines.iter().take(HEADER).position(|line| is_header_end(line));
    let Some(end) = end else {
        // No mark: the first line with words is the headline.
        let at = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(lines.len());
        if let Some(line) = lines.get(at) {
            raw.item.meta.headline = without_dash(&clean(line)).to_string();
        }
        return at + 1;
    };
    let head: Vec<String> = lines[..=end].iter().map(|line| clean(line.trim_end().trim_end_matches('='))).collect();
    let mut rest: Vec<String> = Vec::new();
    let mut note: Option<String> = None;
    for line in head.into_iter().filter(|line| !line.is_empty()) {
        if let Some(open) = &mut note {
            open.push(' ');
            open.push_str(&line);
        } else if line.starts_with('(') {
            note = Some(line);
        } else {
            rest.push(line);
            continue;
        }
        if note.as_deref().is_some_and(|note| note.ends_with(')'))
            && let Some(note) = note.take()
        {
            header_note(note.trim_matches(['(', ')']), raw);
        }
    }
    rest.extend(note);
    takes_and_headline(rest, raw);
    end + 1
}

/// A note in brackets: a correction for readers, an advisory, or a word to desks.
fn header_note(note: &str, raw: &mut RawItem) {
    let note = clean(note);
    let lower = note.to_lowercase();
    let item = &mut raw.item;
    let correction = ["berichtigung", "korrektur", "corrects", "correction", "rectificatif", "corrección", "correção"];
    if correction.iter().any(|word| lower.starts_with(word)) {
        item.meta.signals.push("correction".to_string());
        item.meta.correction = Some(note.into());
    } else if says_embargo(&note) {
        item.meta.ed_note = Some(note);
    } else if lower.starts_with("achtung")
        || lower.contains("planungshinweis")
        || lower.starts_with("advisory")
        || lower.starts_with("attention")
    {
        item.meta.advisory = true;
        item.meta.notes.push(("header".to_string(), note));
    } else if lower.starts_with("eil")
        || lower.starts_with("blitz")
        || lower.starts_with("urgent")
        || lower.starts_with("flash")
    {
        item.meta.take.get_or_insert(note);
    } else {
        item.meta.notes.push(("header".to_string(), note));
    }
}

/// Takes come first, then a kicker and a place that end in a colon (ats), the headline, and the byline.
fn takes_and_headline(mut lines: Vec<String>, raw: &mut RawItem) {
    let item = &mut raw.item;
    let mut takes: Vec<String> = item.meta.take.take().into_iter().collect();
    while lines.len() > 1 && (is_take(&lines[0]) || is_service_word(&lines[0])) {
        takes.push(lines.remove(0));
    }
    item.meta.take = Some(takes.join(" ")).filter(|take| !take.is_empty());
    let is_label = |line: &String| line.ends_with(':') && line.split(' ').count() <= 4;
    if let Some(at) = lines.iter().take(3).rposition(is_label).filter(|at| at + 1 < lines.len()) {
        let before: Vec<String> = lines.drain(..=at).collect();
        item.meta.kicker =
            before.first().filter(|_| before.len() > 1).map(|kicker| kicker.trim_end_matches(':').to_string());
    }
    // `--- Achtung Redaktionen ---` is for desks, `Utl.:` is APA's second headline.
    lines.retain(|line| {
        let is_ruled = line.starts_with("--") && line.ends_with("--");
        if is_ruled {
            item.meta.notes.push(("header".to_string(), line.clone()));
        }
        !is_ruled
    });
    if let Some(at) = lines.iter().position(|line| line.starts_with("Utl.:")).filter(|at| *at > 0) {
        let second = lines.drain(at..).collect::<Vec<_>>().join(" ");
        item.meta.subheadline = second.strip_prefix("Utl.:").map(clean);
    }
    if let Some(at) = lines.iter().position(|line| is_header_byline(line)).filter(|at| *at > 0) {
        let by: Vec<String> = lines.drain(at..).collect();
        item.byline = Some(by.join(" "));
    }
    item.meta.headline = without_dash(&lines.join(" ")).to_string();
}

/// `- Port closes`: how AFP sets a flash.
fn without_dash(line: &str) -> &str {
    line.strip_prefix("- ").unwrap_or(line)
}

/// `1ST LEAD`, `3RD NET`, `REFILE`, `EXTRA`.
fn is_take(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "LEAD",
        "NET",
        "TAKE",
        "REFILE",
        "EXTRA",
        "REPEAT",
        "URGENT",
        "FLASH",
        "CORRECTION",
        "CORRECTED",
        "ROUNDUP",
        "FEATURE",
        "SUMMARY",
        "UPDATE",
        "ADVISORY",
        "KILL",
        "PREVIEW",
        "NEWS",
        "ANALYSIS",
        "BACKGROUND",
        "FACTBOX",
        "PROFILE",
        "WRAP",
        "WITHDRAW",
        "EMBARGO",
        "EIL",
        "BLITZ",
        "KORREKTUR",
        "BERICHTIGUNG",
        "WIEDERHOLUNG",
        "ZUSAMMENFASSUNG",
        "ZURÜCKZIEHUNG",
        "ZURÜCKGEZOGEN",
        "ANNULATION",
        "ANNULE",
        "BULLETIN",
    ];
    // `2. Lead`, `Zusammenfassung 1530`: nothing but such words and numbers.
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().count() <= 5;
    let upper = line.to_uppercase();
    let parts: Vec<&str> = upper.split([' ', ':', '-', ',']).filter(|word| !word.is_empty()).collect();
    let numbered = parts.iter().any(|word| is_number(word));
    if numbered
        && parts.len() <= 4
        && parts.iter().all(|word| is_number(word) || WORDS.contains(word))
        && parts.iter().any(|word| WORDS.contains(word))
    {
        return true;
    }
    let is_capital = !line.chars().any(char::is_lowercase);
    let words: Vec<&str> = line.split([' ', ':', '-']).filter(|word| !word.is_empty()).collect();
    is_capital && words.len() <= 4 && words.iter().any(|word| WORDS.contains(word))
}

/// `FullStory`, `WireNewsNow`: the name of a service, one word with a capital inside, on a line over the headline.
fn is_service_word(line: &str) -> bool {
    let is_word = (4..=20).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_alphabetic());
    let starts =
        line.bytes().zip(line.bytes().skip(1)).filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    is_word && line.starts_with(|c: char| c.is_ascii_uppercase()) && starts.count() >= 1
}

/// The text; what follows the notebook's heading is the desk's, except the closing line.
fn text_block(lines: &[&str], raw: &mut RawItem, notes: &mut Notes) {
    let end = lines::notebook(lines).unwrap_or(lines.len());
    let (text, desk) = lines.split_at(end);
    if let Some(last) = desk.iter().map(|line| line.trim()).rfind(|line| !line.is_empty())
        && is_signoff(last)
    {
        raw.item.meta.signoff = Some(last.to_string());
    }
    if !desk.is_empty() {
        raw.item.meta.notes.push(("notebook".to_string(), clean(&desk.join("\n"))));
    }
    raw.body.blocks = lines::blocks(text, 2);
    let kept = std::mem::take(&mut raw.body.blocks);
    for block in kept {
        let words = block.plain();
        // Addresses of people at the desk; readers get none of them, whoever put them outside the notebook.
        if holds_mail_address(&words) {
            notes.warn(Code::WireWithheld, "a paragraph with a mail address was taken out: such are for desks only");
            raw.item.meta.notes.push(("contact".to_string(), clean(&words)));
        } else {
            raw.body.blocks.push(block);
        }
    }
}

/// Where the header names no agency that is known, as regional services do not, the dateline does: `Halden (dpa/lni)`.
fn provider_of_dateline(raw: &mut RawItem) {
    if raw.item.meta.provider.is_some() {
        return;
    }
    let found = raw.body.blocks.iter().take(6).find_map(|block| super::dateline::find(&block.plain()));
    let agency = found.filter(|found| found.known_agency).and_then(|found| found.dateline.agency);
    let first = agency.as_deref().and_then(|agency| agency.split_once('/')).map(|(first, _)| first);
    raw.item.meta.provider = first.filter(|first| super::dateline::is_known(first)).map(str::to_string);
}

/// Whether `name@host.example` stands in a text.
fn holds_mail_address(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';')).any(|word| {
        word.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.trim_end_matches('.').contains('.') && host.starts_with(char::is_alphanumeric)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::footer;

    #[test]
    fn date_lines() {
        for (line, expected) in [
            ("251100 Sep 24", Some("2024-09-25T11:00:00")),
            ("131137 GMT Nov 13 ", Some("2013-11-13T11:37:00Z")),
            ("071341 GMT Okt 15", Some("2015-10-07T13:41:00Z")),
            ("091223 dec 18", Some("2018-12-09T12:23:00")),
            ("181030Z NOV 26", Some("2026-11-18T10:30:00Z")),
            ("271032 nov 26EST", Some("2026-11-27T10:32:00-05:00")),
            ("271032 Jul 2026 PDT", Some("2026-07-27T10:32:00-07:00")),
            ("271032 Nov 26 dpa", Some("2026-11-27T10:32:00")),
            ("311299 Mär 20", None),
            ("dpa abc xx", None),
        ] {
            assert_eq!(footer(line).map(|time| time.to_string()).as_deref(), expected, "{line}");
        }
    }
}
