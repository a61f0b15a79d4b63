//! ANPA 1312: `SYN SYN SOH` header with the unit separator, a priority line, `STX` text `ETX`, and a footer with the time.

mod head;
mod marked;

use super::account::Source;
use super::block::Block;
use super::body::preformatted;
use super::copy::{RawItem, byline};
use super::item::Format;
use super::lines;
use super::text::{clean, is_printable, is_unfit};
use super::time::WireTime;
use super::{Context, Notes, Parsed, account};
use crate::diag::Code;
pub(super) use head::slug_line;
use head::{caret_head, is_slug_line, plain_head, profile, sent_before};
use jiff::civil::{Date, Time};
use marked::{is_marked, marked_head};
use std::borrow::Cow;

/// Reads a file, which may hold several messages.
pub(super) fn read(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    parsed.format = Some(Format::Anpa1312);
    let starts = starts(text);
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(text.len());
        let from = parsed.items.len();
        message(&text[*start..end], context, notes, parsed);
        account::balance(Source::Text(&text[*start..end], *start), from, notes, parsed);
    }
}

/// Where messages begin: at a line with the unit separator and a priority line below it, with what controls there are before it.
fn starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let control = line.find(|c: char| !is_unfit(c)).unwrap_or(line.len());
        let controls = &line[..control];
        // The first of SYN or SOH begins the message; EOT and form feed before it end the one before.
        let lead = controls.find(['\u{16}', '\u{1}']).unwrap_or(control);
        if line.contains('\u{1f}') && super::detect::is_anpa(&text.as_bytes()[at + lead..]) {
            starts.push(at + lead);
        }
        at += line.len();
    }
    // What stands before the first is a message without its first line, if it has any words.
    let before = &text[..starts.first().copied().unwrap_or(text.len())];
    if starts.is_empty() || before.chars().any(|c| !is_unfit(c) && !c.is_whitespace()) {
        starts.insert(0, 0);
    }
    starts
}

/// The priority line: `u f DC3 DC1 BC-SLUG   02-26 0105`.
#[derive(Default)]
struct Header {
    service: String,
    number: String,
    priority: char,
    category: String,
    slug: String,
    /// DC2 or DC4 before the slug: lines keep their breaks.
    is_tabular: bool,
    /// First and second number of the date, in the order of the line.
    date: Option<(i8, i8)>,
    /// The priority line is missing.
    is_cut: bool,
}

fn header(text: &str) -> Option<Header> {
    let text = text.trim_start_matches(|c: char| is_unfit(c) || c.is_whitespace());
    let mut lines = text.lines().map(|line| line.trim_end_matches('\r'));
    let first = lines.next()?;
    let mut header = Header { service: first.chars().take(1).collect(), ..Header::default() };
    header.number = first.chars().skip(1).take_while(char::is_ascii_digit).collect();
    let Some(line) = lines.find(|line| !line.trim().is_empty()) else {
        (header.is_cut, header.priority) = (true, 'r');
        return (!header.number.is_empty()).then_some(header);
    };
    header.is_tabular = line.contains('\u{12}');
    let line: String = line.chars().map(|c| if is_unfit(c) { ' ' } else { c }).collect();
    header.priority = line.chars().next()?;
    let mut words: Vec<&str> = line.split_whitespace().skip(1).collect();
    if !words.is_empty() {
        header.category = words.remove(0).to_string();
    }
    // From the end: the number of words, then the date.
    if words.last().is_some_and(|word| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit())) {
        words.pop();
    }
    if let Some(date) = words.last().and_then(|word| word.split_once('-')) {
        header.date = date.0.parse().ok().zip(date.1.parse().ok());
        if header.date.is_some() {
            words.pop();
        }
    }
    header.slug = words.join(" ");
    Some(header)
}

fn message(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let (head, rest) = match text.find('\u{2}') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => split_without_stx(text),
    };
    let Some(header) = header(head) else {
        return notes.error(Code::WireSyntax, "the header lines of ANPA 1312 cannot be read");
    };
    let (body, footer) = match rest.find('\u{3}') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => {
            notes.warn(Code::WireCut, "the text ends without ETX and time stamp: the transmission is incomplete");
            (rest, "")
        }
    };
    let mut raw = RawItem::default();
    copy_text(body, header.is_tabular, &mut raw, notes);
    catch_line(&mut raw);
    let line = raw.body.blocks.iter().take(6).find_map(|block| super::dateline::find(&block.plain()));
    let spoken = line.and_then(|line| line.dateline.iso_date);
    let stamp = footer_time(footer, spoken.as_deref());
    let is_cut = header.is_cut;
    if is_cut && raw.body.blocks.iter().all(Block::is_empty) {
        // Where the ends of lines got lost as well, all is one line: it is the text, of which no one can tell the headline.
        let line = std::mem::take(&mut raw.item.meta.headline);
        raw.body.blocks = vec![Block::text(line)];
    }
    fill_header(header, stamp, spoken.as_deref(), footer_agency(footer), context, &mut raw, notes);
    if is_cut {
        let reason = "the priority line of the header is missing";
        notes.warn(Code::WireCut, format!("{reason}; the story is kept withheld"));
        raw.item.hold(reason);
    }
    notes.take(raw, context, parsed);
}

/// `HALDEN: the port.`, over what is added to a text: its place and the last words before, not a headline.
fn catch_line(raw: &mut RawItem) {
    let meta = &mut raw.item.meta;
    let is_add = meta
        .take
        .as_deref()
        .is_some_and(|take| take.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "add"));
    let ends = meta.headline.trim_end_matches(['"', '”', '’', '\'']).ends_with('.');
    if is_add && ends && meta.headline.contains(": ") {
        meta.notes.push(("header".to_string(), std::mem::take(&mut meta.headline)));
    }
}

/// Where STX got lost, the text begins after the second line.
fn split_without_stx(text: &str) -> (&str, &str) {
    let mut seen = 0;
    for (at, line) in text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    }) {
        if line.chars().any(|c| !is_unfit(c) && !c.is_whitespace()) {
            seen += 1;
        }
        if seen == 2 {
            return text.split_at(at + line.len());
        }
    }
    (text, "")
}

fn fill_header(
    header: Header,
    stamp: Option<WireTime>,
    spoken: Option<&str>,
    provider: Option<&str>,
    context: &Context,
    raw: &mut RawItem,
    notes: &mut Notes,
) {
    let item = &mut raw.item;
    item.meta.kind = Some("text".to_string());
    item.meta.urgency = Some(match header.priority.to_ascii_lowercase() {
        'f' => 1,
        'b' => 2,
        'u' => 3,
        'r' => 4,
        'd' => 6,
        _ => 5,
    });
    item.meta.version_created = stamp;
    let day = match (stamp, header.date) {
        (Some(time), _) => Some(time.date()),
        (None, Some((first, second))) => {
            let (month, day) = if first > 12 { (second, first) } else { (first, second) };
            let part = format!("{month:02}-{day:02}");
            let year = context.date.map(|date| super::copy::nearest_year(&part, date));
            let date = year.and_then(|year| Date::new(year, month, day).ok());
            if stamp.is_none() {
                let message = match date {
                    Some(date) => format!("the message has no time stamp; {date} was assumed"),
                    None => format!("the message names month and day {part} only; say the day with --date"),
                };
                notes.warn(Code::WireTime, message);
            }
            date
        }
        _ => None,
    };
    if item.meta.version_created.is_none() {
        item.meta.version_created = day.and_then(|day| WireTime::parse(&day.to_string()));
    }
    if let Some(time) = stamp.filter(WireTime::is_floating) {
        notes.floating("the time", time);
    }
    let when = day
        .map(|day| day.to_string())
        .or_else(|| header.date.map(|(a, b)| format!("{a:02}-{b:02}")))
        .or(spoken.map(str::to_string));
    raw.derive_uri_from = Some(format!("{}{} {}", header.service, header.number, when.unwrap_or_default()));
    // `BC-******PORT`, `1ST LD'*'*'*`: marks of a flash on old lines.
    let slug = clean(&header.slug.replace("'*", "").replace('*', ""));
    item.meta.slugline = item.meta.slugline.take().or(Some(slug.clone())).filter(|slug| !slug.is_empty());
    if item.meta.headline.is_empty() && raw.body.blocks.iter().all(Block::is_empty) {
        item.meta.headline = item.meta.slugline.clone().unwrap_or_default();
        item.meta.headline_derived = true;
    }
    item.meta.alert = matches!(header.priority.to_ascii_lowercase(), 'f' | 'b')
        && raw.body.blocks.iter().filter(|b| !b.is_empty()).count() <= 1;
    item.meta.wire_priority = Some(header.priority.to_string());
    item.meta.wire_category = Some(header.category).filter(|category| !category.is_empty());
    item.meta.wire_service = Some(header.service);
    item.meta.wire_sequence = Some(header.number);
    if item.meta.provider.is_none() {
        item.meta.provider = provider.map(str::to_string);
    }
    advance(item, notes);
    // The mark of a kill may stand in the header alone.
    if let Some(mark) = super::copy::any_mark(&slug) {
        let reason = mark.reason("header");
        notes.warn(Code::WireWithheld, format!("{reason}; it is kept withheld"));
        item.hold(reason);
    }
}

/// `ADV`: an advance is held until its date, which the copy gives in words only.
fn advance(item: &mut super::item::WireItem, notes: &mut Notes) {
    let found = [item.meta.take.as_deref(), item.meta.slugline.as_deref()].into_iter().flatten().any(|text| {
        text.split(|c: char| !c.is_alphanumeric()).any(|word| {
            let upper = word.to_uppercase();
            let rest = upper.strip_prefix("ADV");
            rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit())) && word.starts_with(['A'])
        })
    });
    if found {
        notes.warn(Code::WireWithheld, "ADV in the slug means advance copy: it is held until an editor releases it");
        item.hold("advance copy (ADV)");
    }
}

/// `AP` in `AP-WF-11-13-13 1509GMT`.
fn footer_agency(footer: &str) -> Option<&str> {
    let name = footer.trim_start_matches(|c: char| is_unfit(c) || c.is_whitespace()).split_once('-')?.0;
    super::dateline::is_known(name).then_some(name)
}

/// `AP-WF-11-13-13 1509GMT`, `KWS-21:37-09-12-18`. Agencies differ in the order of day and month; the dateline decides.
fn footer_time(footer: &str, spoken: Option<&str>) -> Option<WireTime> {
    let text: String = footer.chars().map(|c| if is_unfit(c) { ' ' } else { c }).collect();
    // The clock may stand on the line after the date.
    let mut lines = text.lines().map(str::trim).skip_while(|line| !line.bytes().any(|b| b.is_ascii_digit()));
    let first = lines.next()?;
    let joined = format!("{first} {}", lines.next().unwrap_or(""));
    let line = if digit_runs(first).len() < 4 { joined.as_str() } else { first };
    let numbers: Vec<(usize, &str)> = digit_runs(line);
    let zone = zone(line);
    let pair = |at: usize| {
        numbers.get(at).and_then(|(_, digits)| (digits.len() <= 2).then(|| digits.parse::<i8>().ok()).flatten())
    };
    let (first, second, year, time) = if line.contains(':') {
        let time = Time::new(pair(0)?, pair(1)?, 0, 0).ok()?;
        (pair(2)?, pair(3)?, pair(4)?, time)
    } else {
        let clock = numbers.get(3).map(|(_, digits)| *digits).filter(|digits| digits.len() == 4)?;
        let time = Time::new(clock[..2].parse().ok()?, clock[2..].parse().ok()?, 0, 0).ok()?;
        (pair(0)?, pair(1)?, pair(2)?, time)
    };
    let year = i16::from(year) + if year >= 70 { 1900 } else { 2000 };
    let day_first = first > 12
        || spoken.is_some_and(|spoken| spoken.ends_with(&format!("-{second:02}-{first:02}")) && first != second);
    let (month, day) = if day_first { (second, first) } else { (first, second) };
    Some(WireTime::new(Date::new(year, month, day).ok()?, time, zone))
}

/// Hours east of UTC, from the name of a zone of North America or of UTC.
fn zone(line: &str) -> Option<i8> {
    const ZONES: &[(&str, i8)] = &[
        ("GMT", 0),
        ("UTC", 0),
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
    ];
    ZONES.iter().find(|(name, _)| line.contains(name)).map(|(_, hours)| *hours)
}

fn digit_runs(text: &str) -> Vec<(usize, &str)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_digit(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                runs.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// How a line is set, by its marks.
#[derive(Clone, Copy, PartialEq)]
enum Set {
    /// `^…<`: a line of its own, flush left.
    Flush,
    /// `^…=`: centred.
    Centred,
    /// Running text.
    Text,
}

/// A line of the text without its marks.
struct Line {
    text: String,
    set: Set,
    is_caret: bool,
    is_indented: bool,
    /// It ends in `<`.
    is_ended: bool,
    /// It ends in `<` or `=`.
    is_closed: bool,
}

fn line(raw: &str) -> Line {
    let text: Cow<'_, str> = if is_printable(raw) && !raw.contains('{') {
        Cow::Borrowed(raw)
    } else {
        let sign = |c| match c {
            '\u{10}' => Some(' '),
            '{' => Some('½'),
            c => (!is_unfit(c) || c == '\t').then_some(c),
        };
        Cow::Owned(raw.chars().filter_map(sign).collect())
    };
    let is_caret = text.starts_with('^');
    let inner = if is_caret { &text[1..] } else { &text };
    let trimmed = inner.trim_end();
    let (inner, set) = match (is_caret, trimmed.chars().next_back()) {
        (true, Some('=')) => (trimmed.trim_end_matches('='), Set::Centred),
        (_, Some('<')) => (trimmed.trim_end_matches('<'), if is_caret { Set::Flush } else { Set::Text }),
        (true, _) => (trimmed, Set::Flush),
        (false, _) => (trimmed, Set::Text),
    };
    let (is_ended, is_closed) = (trimmed.ends_with('<'), trimmed.ends_with(['<', '=']));
    let lead = &inner[..inner.len() - inner.trim_start().len()];
    let is_indented = lead.contains('\t') || lead.starts_with("   ");
    // Quotes and dashes of typewriters.
    let is_typed = memchr::memchr3(b'`', b'\'', b'_', inner.as_bytes()).is_some();
    let inner = if is_typed { typed(inner) } else { inner.to_string() };
    Line { text: inner, set, is_caret, is_indented, is_ended, is_closed }
}

/// Quotes and dashes of typewriters as signs: ``` `` ```, `''` and a lone `_`.
fn typed(text: &str) -> String {
    let text = text.replace("``", "“").replace("''", "”").replace('`', "‘").replace(" _ ", " — ");
    // A dash may stand at either end of a line.
    let text = match text.strip_suffix(" _") {
        Some(before) => format!("{before} —"),
        None => text,
    };
    match text.trim_start().strip_prefix('_') {
        Some(after) if after.starts_with(char::is_alphabetic) => {
            format!("{}—{after}", &text[..text.len() - after.len() - 1])
        }
        _ => text,
    }
}

/// The longest line with a slug, in characters.
const SLUG_LIMIT: usize = 250;

/// `AM-`, `PM-` or `BC-` begin a slug.
fn is_slug(text: &str) -> bool {
    ["AM-", "PM-", "BC-", "AP-"].iter().any(|cycle| text.trim_start().starts_with(cycle))
}

fn copy_text(body: &str, is_tabular: bool, raw: &mut RawItem, notes: &mut Notes) {
    let mut lines: Vec<Line> = body.split('\n').map(|raw| line(raw.trim_end_matches('\r'))).collect();
    let first = lines.iter().position(|line| !line.text.trim().is_empty()).unwrap_or(lines.len());
    lines.drain(..first);
    // Where the ends of lines got lost, the first line is all there is.
    let is_short = |line: &Line| line.text.chars().count() <= SLUG_LIMIT;
    let is_over = |line: &Line| !line.is_indented && is_short(line) && (is_slug(&line.text) || is_slug_line(line));
    if lines.first().is_some_and(is_over) {
        let line = lines.remove(0).text;
        slug_line(&line, raw);
        raw.item.dropped.push(line);
    }
    profile(&mut lines, raw);
    sent_before(&mut lines, raw);
    let text_at = if is_marked(&lines) {
        marked_head(&mut lines, raw)
    } else if lines.iter().any(|line| line.is_caret) {
        head::join_fields(&mut lines);
        caret_head(&lines, raw, notes)
    } else {
        plain_head(&lines, raw)
    };
    blocks(&lines[text_at.min(lines.len())..], is_tabular, raw);
    head::source_lines(raw);
}

fn is_rule(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    !text.is_empty() && text.chars().all(|c| matches!(c, '_' | '-' | '—'))
}

/// Lines with four fields and more between semicolons are a table, whatever the header says.
fn is_tabular(line: &Line) -> bool {
    line.text.matches(';').count() >= 3 && line.text.chars().count() < 140
}

/// A line of tabular copy that is not running text: ended by hand, or short and without the end of a sentence.
fn is_row(line: &Line) -> bool {
    let text = line.text.trim();
    let ended = line.set == Set::Text && line.is_ended;
    !line.is_caret
        && !text.is_empty()
        && !is_rule(text)
        && (ended || (text.chars().count() <= 40 && text.bytes().any(|b| b.is_ascii_digit())))
}

fn blocks(lines: &[Line], tabular_copy: bool, raw: &mut RawItem) {
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    let flush = |open: &mut Vec<&str>, raw: &mut RawItem| {
        raw.body.blocks.extend(lines::blocks(open, 3));
        open.clear();
    };
    while at < lines.len() {
        let rows = lines[at..].iter().take_while(|line| is_tabular(line) || (tabular_copy && is_row(line))).count();
        let line = &lines[at];
        let text = line.text.trim();
        if rows >= 3 {
            flush(&mut open, raw);
            let table = lines[at..at + rows].iter().map(|line| line.text.trim());
            raw.body.blocks.extend(preformatted(table));
            at += rows;
            continue;
        }
        at += 1;
        if is_rule(text) {
            flush(&mut open, raw);
            raw.body.blocks.push(Block::Rule);
        } else if line.is_caret && !text.is_empty() {
            flush(&mut open, raw);
            let text = clean(text);
            let is_heading = line.set == Set::Centred && byline(&text).is_none();
            raw.body.blocks.push(if is_heading {
                Block::Heading(3, vec![super::block::Inline::Text(text)])
            } else {
                Block::text(text)
            });
        } else {
            open.push(&line.text);
        }
    }
    flush(&mut open, raw);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers() {
        for (footer, spoken, expected) in [
            ("AP-WF-11-13-13 1509GMT<", None, "2013-11-13T15:09:00Z"),
            ("KWS-21:37-09-12-18\u{4}", Some("--12-09"), "2018-12-09T21:37:00"),
            ("AP-CS-02-28-99\r\n0101EST<", None, "1999-02-28T01:01:00-05:00"),
            ("AP-NY-02-28-99 0101EST<", None, "1999-02-28T01:01:00-05:00"),
        ] {
            assert_eq!(footer_time(footer, spoken).map(|t| t.to_string()).as_deref(), Some(expected), "{footer}");
        }
        assert_eq!(footer_time("", None), None);
    }

    #[test]
    fn headers() {
        let found =
            header("\u{16}\u{16}\u{1}W2607\u{1f}asian\nr a\u{13}\u{11} BC-US--X 1stLd-Writethru   11-13 1693\n")
                .unwrap();
        assert_eq!((found.service.as_str(), found.number.as_str(), found.priority), ("W", "2607", 'r'));
        assert_eq!((found.category.as_str(), found.date), ("a", Some((11, 13))));
        assert_eq!(found.slug, "BC-US--X 1stLd-Writethru");
        let cut = header("\u{16}\u{16}\u{1}f0609\u{1f}reute\n").unwrap();
        assert!(cut.is_cut && cut.number == "0609");
    }
}
