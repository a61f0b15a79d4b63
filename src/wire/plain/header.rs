//! What desks and their machines write over the headline of copy as text: numbers, codes, time stamps, slugs, alarms, notes, and
//! fields with labels. None of it is for readers, but a headline or a byline in a field.

mod labels;

use crate::wire::anpa1312;
use crate::wire::copy::{RawItem, is_desk_note, is_end_mark, says_embargo};
use crate::wire::dateline;
use crate::wire::text::clean;
use crate::wire::time::WireTime;
use jiff::civil::{Date, Time};

/// The most lines of a header.
const LINES: usize = 14;

/// Takes the header off the front of the lines. A headline must remain.
pub(in crate::wire) fn take(lines: &mut Vec<&str>, raw: &mut RawItem) {
    labels::take(lines, raw);
    for seen in 0..LINES {
        let Some(at) = lines.iter().position(|line| !line.trim().is_empty()) else { return };
        let line = clean(lines[at]);
        let next = lines[at + 1..].iter().map(|line| line.trim()).find(|line| !line.is_empty());
        // What is all there is stays: it is a headline.
        let Some(next) = next else { return };
        if !is_header(&line, next, seen > 0, lines.len() > at + 2, raw) {
            return;
        }
        lines.drain(..=at);
    }
}

/// The lines right below the headline that are stamps and codes of a terminal go where they belong; the first line stays.
pub(in crate::wire) fn take_below(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let Some(first) = lines.iter().position(|line| !line.trim().is_empty()) else { return };
    let end = first + lines[first..].iter().take(LINES).take_while(|line| !line.trim().is_empty()).count();
    let has_text = lines[end..].iter().any(|line| !line.trim().is_empty());
    let is_below = |line: &&&str| {
        let line = clean(line);
        stamp(&line).is_some_and(|stamp| stamp.time.is_some()) || is_terminal(&line)
    };
    let count = lines[first + 1..end].iter().rev().take_while(is_below).count();
    if !has_text {
        return;
    }
    for line in lines.drain(end - count..end).map(clean) {
        if let Some(stamp) = stamp(&line) {
            stamp.fill(raw);
        }
        if raw.item.meta.provider.is_none() {
            raw.item.meta.provider = line.split(' ').find(|word| dateline::is_known(word)).map(str::to_string);
        }
        raw.item.meta.notes.push(("header".to_string(), line));
    }
}

/// `#468395 DGTE 1940 QDZ39 (4) AFP (307)`: numbers and codes, with the name of an agency among them.
fn is_terminal(line: &str) -> bool {
    // What a terminal offers beside them is a button: `[Properties]`.
    let words: Vec<&str> = line.split(' ').filter(|word| !word.starts_with('[')).collect();
    let bare = |word: &str| word.trim_matches(['#', '(', ')']).to_string();
    let is_code = |word: &&str| {
        let word = bare(word);
        (1..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let numbers = words.iter().filter(|word| word.bytes().any(|b| b.is_ascii_digit())).count();
    (4..=12).contains(&words.len())
        && words.iter().all(is_code)
        && numbers >= 3
        && words.iter().any(|word| dateline::is_known(word))
}

/// Deals with one line; says whether it belongs to the header.
fn is_header(line: &str, next: &str, seen: bool, has_more: bool, raw: &mut RawItem) -> bool {
    if line.chars().count() > 100 {
        return false;
    }
    // An order comes first: the time in it is not that of the copy.
    if (seen || says_embargo(line)) && is_desk_note(line) {
        let note = raw.item.meta.ed_note.take();
        raw.item.meta.ed_note = Some(note.map_or_else(|| line.to_string(), |known| format!("{known} {line}")));
    } else if let Some(stamp) = stamp(line) {
        stamp.fill(raw);
        raw.item.meta.notes.push(("header".to_string(), line.to_string()));
    } else if is_number(line) || is_count(line) || is_code(line, seen) {
        let name = line.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '/'));
        if raw.item.meta.provider.is_none() && dateline::is_known(name) {
            raw.item.meta.provider = Some(name.to_string());
        }
        raw.item.meta.notes.push(("header".to_string(), line.to_string()));
    } else if is_alarm(line) {
        add_take(line, raw);
    } else if let Some(slug) = anpa_slug(line) {
        anpa1312::slug_line(slug, raw);
    } else if has_more
        && raw.item.meta.slugline.is_none()
        && !dateline_begins(next)
        && (is_slug(line) || is_key(line, next, seen))
    {
        match line.rsplit_once(' ').filter(|(_, last)| is_alarm(last)) {
            Some((slug, alarm)) => {
                raw.item.meta.slugline = Some(slug.to_string());
                add_take(alarm, raw);
            }
            None => raw.item.meta.slugline = Some(line.to_string()),
        }
    } else if seen && has_more && raw.item.meta.kicker.is_none() && is_word_over(line, next) {
        raw.item.meta.kicker = Some(line.to_string());
    } else {
        return false;
    }
    true
}

/// `INTERNACIONAL`: one word in capitals over the headline, below the numbers of a header.
fn is_word_over(line: &str, next: &str) -> bool {
    let is_word = line.chars().all(char::is_alphabetic) && !line.chars().any(char::is_lowercase);
    is_word
        && line.chars().count() >= 4
        && next.split(' ').count() >= 3
        && !next.starts_with('(')
        && !dateline_begins(next)
}

fn add_take(mark: &str, raw: &mut RawItem) {
    let take = raw.item.meta.take.take();
    raw.item.meta.take = Some(take.map_or_else(|| mark.to_string(), |known| format!("{known}, {mark}")));
}

/// `CHILE SISMO` below a number or above a note, `Варна - пристанище - стачка`: key words of a desk, which are not a line for readers.
fn is_key(line: &str, next: &str, seen: bool) -> bool {
    let words = line.split(' ').count();
    let is_capital =
        !line.chars().any(char::is_lowercase) && line.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'));
    let over_headline = seen && next.chars().any(char::is_lowercase) && next.split(' ').count() > words;
    let over_note = next.starts_with('(') && is_desk_note(next);
    let parts: Vec<&str> = line.split(" - ").collect();
    let is_list = seen && parts.len() >= 2 && parts.iter().all(|part| part.split(' ').count() <= 2);
    let is_bound = seen
        && words == 1
        && line.contains('-')
        && line.chars().all(|c| c.is_alphabetic() || c == '-')
        && next.split(' ').count() >= 3;
    ((2..=4).contains(&words) && is_capital && (over_headline || over_note)) || is_list || is_bound
}

/// The text begins here: what stands over it is the headline, whatever it looks like.
fn dateline_begins(line: &str) -> bool {
    dateline::find(line).is_some_and(|found| found.known_agency || found.dateline.date.is_some())
}

/// The last line that is a stamp of the transmission goes off the end; an end mark may stand below it.
pub(in crate::wire) fn take_last_stamp(lines: &mut Vec<&str>) -> Option<Stamp> {
    let mut words = (1..lines.len()).rev().filter(|at| !lines[*at].trim().is_empty());
    let last = words.next()?;
    let at = if is_end_mark(lines[last].trim()) { words.next()? } else { last };
    // `Halden 18.11.2026 18:00` may be the last of a list of matches.
    let found = stamp(&clean(lines[at])).filter(|stamp| stamp.time.is_some() && stamp.is_pure)?;
    lines.remove(at);
    Some(found)
}

/// A line that says when copy was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wire) struct Stamp {
    /// The moment, if the line has day and clock and leaves no doubt about them.
    pub(in crate::wire) time: Option<WireTime>,
    day: Option<Date>,
    /// Whether it holds nothing but figures, zones, codes and names of agencies.
    is_pure: bool,
}

impl Stamp {
    /// What no other line has said before.
    pub(in crate::wire) fn fill(self, raw: &mut RawItem) {
        let item = &mut raw.item;
        item.meta.version_created = item.meta.version_created.or(self.time);
        if item.meta.version_created.is_none() && item.meta.content_created.is_none() {
            item.meta.content_created = self.day.and_then(|day| WireTime::parse(&day.to_string()));
        }
    }
}

/// `18.11.2026 10:15`, `ANP 181015 NOV 26`, `Lusa - Sociedade / 18-11-2026 / 10:15`, `10:15 18Nov26`, `18 November 2026`.
pub(super) fn stamp(line: &str) -> Option<Stamp> {
    if !line.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let (mut day, mut clock, mut zone, mut others, mut halves) = (None, None, None, 0, false);
    let mut words: Vec<&str> = Vec::new();
    for word in line.split_whitespace() {
        // `2026-11-18/10:15`, `GMT+01:00#250707`
        words.extend(if word.contains(':') { word.split(['/', '#']).collect() } else { vec![word] });
    }
    if words.len() > 9 {
        return None;
    }
    let mut at = 0;
    while at < words.len() {
        let word = words[at]
            .trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | ',' | ';' | '|' | '·' | '–' | '-' | '/'));
        let rest = &words[at + 1..];
        at += 1;
        if word.is_empty() {
            continue;
        }
        if let Some(date) = numeric_date(word) {
            day = Some(date);
        } else if let Some(time) = time(word) {
            clock = Some(time);
        } else if let Some((date, time, used)) = transmission(word, rest) {
            (day, clock) = (Some(Some(date)), Some(time));
            at += used;
        } else if let Some((date, used)) = named_date(word, rest) {
            day = Some(Some(date));
            at += used;
        } else if matches!(word.to_ascii_uppercase().as_str(), "AM" | "PM" | "A.M." | "P.M.") {
            halves = true;
        } else if let Some(hours) = counted_zone(word) {
            zone = Some(hours);
        } else if is_zone(word) {
            zone = matches!(word.to_ascii_uppercase().as_str(), "GMT" | "UTC" | "Z").then_some(0).or(zone);
        } else if dateline::is_weekday(&word.trim_end_matches('.').to_lowercase()) {
        } else if dateline::is_known(word) || word.ends_with(':') || is_code(word, false) {
            // Names and labels among the figures.
        } else {
            others += 1;
        }
    }
    let is_stamp = match (day, clock) {
        (Some(_), Some(_)) => others <= 1,
        (Some(_), None) | (None, Some(_)) => others == 0,
        (None, None) => false,
    };
    // Which half of the day such a clock means, and in which zone, is left to who reads it.
    let time = day.flatten().zip(clock).filter(|_| !halves).map(|(day, clock)| WireTime::new(day, clock, zone));
    is_stamp.then_some(Stamp { time, day: day.flatten(), is_pure: others == 0 })
}

/// `18.11.2026`, `2026-11-18`, `18/11/26`. The inner option is empty where day and month could be taken for each other.
fn numeric_date(word: &str) -> Option<Option<Date>> {
    let sign = word.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '.' | '-' | '/'))?;
    let parts: Vec<&str> = word.trim_end_matches('.').split(sign).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| text.parse::<i16>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let (first_number, second_number, third_number) = (number(first)?, number(second)?, number(third)?);
    let date =
        |year: i16, month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    if first.len() == 4 {
        return date(first_number, second_number, third_number).map(Some);
    }
    let year = match third.len() {
        4 => third_number,
        2 if first.len() == 2 => 2000 + third_number,
        _ => return None,
    };
    let day_first = date(year, second_number, first_number);
    let month_first = date(year, first_number, second_number);
    match (day_first, month_first) {
        (Some(date), _) if sign == '.' => Some(Some(date)),
        (Some(one), Some(other)) if one != other => Some(None),
        (one, other) => one.or(other).map(Some),
    }
}

/// `10:15`, `10:15:01`, `10h15`.
fn time(word: &str) -> Option<Time> {
    let parts: Vec<&str> = word.split([':', 'h']).collect();
    let number = |text: &str| {
        (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i8>().ok()).flatten()
    };
    match parts.as_slice() {
        [hour, minute] if minute.len() == 2 => Time::new(number(hour)?, number(minute)?, 0, 0).ok(),
        [hour, minute, second] if minute.len() == 2 => {
            Time::new(number(hour)?, number(minute)?, number(second)?, 0).ok()
        }
        _ => None,
    }
}

/// `181015 NOV 26`, with a zone after the number or without: day, clock and how many more words it took.
fn transmission(word: &str, rest: &[&str]) -> Option<(Date, Time, usize)> {
    let digits = word.trim_end_matches(['Z', 'z']);
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let zoned = usize::from(rest.first().is_some_and(|word| is_zone(word)));
    let (name, year) = (rest.get(zoned)?, rest.get(zoned + 1)?);
    let number = |range: std::ops::Range<usize>| digits[range].parse::<i8>().ok();
    let date = Date::new(short_year(year)?, dateline::month(name)?, number(0..2)?).ok()?;
    Some((date, Time::new(number(2..4)?, number(4..6)?, 0, 0).ok()?, zoned + 2))
}

/// `18 November 2026`, `November 18, 2026`, `18-NOV-26`, `18Nov26`.
fn named_date(word: &str, rest: &[&str]) -> Option<(Date, usize)> {
    let joined: Vec<&str> = match word.find(|c: char| c.is_alphabetic()) {
        _ if word.contains('-') => word.split('-').collect(),
        Some(letters) => {
            let after = letters + word[letters..].find(|c: char| !c.is_alphabetic()).unwrap_or(word.len() - letters);
            vec![&word[..letters], &word[letters..after], &word[after..]]
        }
        None => Vec::new(),
    };
    let number = |text: &str| text.trim_matches([',', '.']).parse::<i8>().ok();
    let date =
        |day: &str, name: &str, year: &str| Date::new(short_year(year)?, dateline::month(name)?, number(day)?).ok();
    if let [day, name, year] = joined.as_slice()
        && let Some(date) = date(day, name, year)
    {
        return Some((date, 0));
    }
    let (second, third) = (rest.first()?, rest.get(1)?);
    date(word, second, third).or_else(|| date(second, word, third)).map(|date| (date, 2))
}

fn short_year(text: &str) -> Option<i16> {
    let text = text.trim_matches([',', '.', ')', ';']);
    let year: i16 = text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))?;
    match text.len() {
        2 => Some(2000 + year),
        4 => Some(year).filter(|year| (1900..2200).contains(year)),
        _ => None,
    }
}

/// `GMT+01:00`, `UTC-5`: whole hours east of UTC.
fn counted_zone(word: &str) -> Option<i8> {
    let upper = word.to_ascii_uppercase();
    let rest = upper.strip_prefix("GMT").or_else(|| upper.strip_prefix("UTC"))?;
    let hours = rest.strip_suffix(":00").unwrap_or(rest);
    let sign = if hours.starts_with('-') { -1 } else { 1 };
    let number: i8 = hours.strip_prefix(['+', '-'])?.parse().ok()?;
    (0..=14).contains(&number).then_some(sign * number)
}

fn is_zone(word: &str) -> bool {
    const ZONES: &[&str] = &[
        "GMT", "UTC", "Z", "CET", "CEST", "MEZ", "MESZ", "EET", "EEST", "BST", "EST", "EDT", "CST", "CDT", "PST",
        "PDT", "MSK", "IST", "JST", "KST", "HKT", "SGT", "WIB", "AEST", "AEDT", "NZST", "ART", "BRT", "UHR", "H",
        "HRS", "LOCAL", "EASTERN", "CENTRAL", "PACIFIC", "STANDARD", "DAYLIGHT", "TIME",
    ];
    ZONES.contains(&word.trim_end_matches('.').to_uppercase().as_str())
}

/// `Nº 123`, `No. 45`, `# 7`, `AFP 1203`, `BELGA-12`: a running number and nothing else.
fn is_number(line: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    let lower = line.to_lowercase();
    let signed = ["nº", "n°", "no.", "nr.", "n.", "num.", "núm.", "№", "#"]
        .iter()
        .any(|sign| lower.strip_prefix(sign).is_some_and(|rest| digits(rest.trim())));
    let named = line.rsplit_once([' ', '-', '/']).is_some_and(|(name, number)| {
        digits(number) && dateline::is_known(name) && !name.chars().any(char::is_lowercase)
    });
    signed || named
}

/// `312 words`, `(312 palabras)`.
fn is_count(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "words", "wds", "wörter", "palabras", "mots", "palavras", "parole", "woorden", "ord", "слов", "signs",
        "zeichen",
    ];
    let inner = line.trim_matches(['(', ')', '[', ']', '.', '-', ' ']);
    inner.split_once(' ').is_some_and(|(number, word)| {
        number.bytes().all(|b| b.is_ascii_digit() || b == b',') && WORDS.contains(&word.to_lowercase().as_str())
    })
}

/// Codes of a wire: `FRS0123 4 I 0312 FRA /AFP-CC45`, `XAI12345_SXA`, `a0123`, `PTI`; a letter for the category. Lines of codes
/// and short numbers that may be words of readers, such as `COP30`, count only below another line of a header.
fn is_code(line: &str, seen: bool) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let is_mixed = |word: &str| {
        word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_alphabetic())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'-' | b'.'))
            && word.bytes().skip(1).all(|b| !b.is_ascii_lowercase())
    };
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    if let [word] = words.as_slice() {
        let is_category =
            seen && word.contains('/') && word.len() <= 12 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'/');
        let is_letter = word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
        let is_agency = word.len() >= 2 && !word.chars().any(char::is_lowercase) && dateline::is_known(word);
        let is_coded = is_mixed(word) && word.len() <= 24 && (digits(word) >= 4 || (seen && digits(word) >= 2));
        return is_letter || is_agency || is_coded || is_category;
    }
    // `u i`: priority and category.
    if words.len() == 2 && words.iter().all(|word| word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase())) {
        return true;
    }
    let is_short = |word: &&str| {
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        word.len() <= 12
            && !word.bytes().any(|b| b.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'-'))
            && (letters <= 4 || is_mixed(word))
    };
    let coded = words.iter().filter(|word| is_mixed(word)).map(|word| digits(word)).max().unwrap_or(0);
    let numbers = words.iter().filter(|word| digits(word) > 0).count();
    words.len() <= 9 && words.iter().all(is_short) && ((coded >= 3 && numbers >= 2) || (seen && coded >= 1))
}

/// What a desk writes over urgent copy, alone on its line.
fn is_alarm(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "URGENT",
        "FLASH",
        "BULLETIN",
        "ALERT",
        "SNAP",
        "NEWS ALERT",
        "BREAKING",
        "NEWSALERT",
        "URGENTE",
        "ALERTA",
        "ALERTE",
        "ÚLTIMA HORA",
        "EIL",
        "EILMELDUNG",
        "EILT",
        "BLITZ",
        "VORRANG",
        "SPOED",
        "SNELBERICHT",
        "HAST",
        "HASTER",
        "PILNE",
        "FLASH NEWS",
        "СРОЧНО",
        "МОЛНИЯ",
        "ТЕРМІНОВО",
        "СПЕШНО",
        "عاجل",
        "速報",
        "긴급",
        "ACİL",
        "SON DAKİKA",
        "SÜRGŐS",
        "LEAD",
        "ADD",
        "RPT",
        "REPEAT",
        "UPDATE",
        "NEWSBREAK",
    ];
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
    // `Urgent` alone may be a word for readers; a desk writes capitals, or signs around it.
    let is_marked = bare != line || !bare.chars().any(char::is_lowercase);
    is_marked && bare.chars().count() <= 16 && WORDS.contains(&bare.to_uppercase().as_str())
}

/// `u w BC-NO--Halden-Strike, 1st Ld-Writethru   11-18 0312` and `BC-NO--Halden-Strike, 1st Ld,312`: the slug line of ANPA 1312,
/// where its controls got lost.
fn anpa_slug(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('^').trim_end_matches('<');
    let is_letter = |word: &str| word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase());
    let text = match text.splitn(3, ' ').collect::<Vec<_>>().as_slice() {
        [priority, category, rest] if is_letter(priority) && is_letter(category) => rest,
        _ => text,
    };
    let is_cycle = ["BC-", "AM-", "PM-", "AP-"].iter().any(|cycle| text.starts_with(cycle));
    // Date and number of words at its end say nothing more.
    let is_figure = |c: char| c.is_ascii_digit() || matches!(c, '-' | ' ');
    let bare = text.trim_end_matches(is_figure);
    let is_whole = text[bare.len()..].contains(' ');
    // `AP-NW-1330: Bridge reopens` is a headline behind a code.
    let is_code = text.split_once(": ").is_some_and(|(code, rest)| !code.contains(' ') && rest.contains(' '));
    (is_cycle && !is_code && text.len() > 5).then_some(if is_whole { bare } else { text })
}

/// `Politique-gouvernement-budget`, `Dockers-strike,lead`, `Hafen/Streik/Hamburg`, `ПОРТ-ЗАБАСТОВКА`: words held together without a
/// blank; with an alarm after them, perhaps.
pub(in crate::wire) fn is_slug(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let slug = match words.as_slice() {
        [slug] => slug,
        [slug, alarm] if is_alarm(alarm) => slug,
        _ => return false,
    };
    let parts: Vec<&str> = slug.split(['-', '/', ',']).filter(|part| !part.is_empty()).collect();
    let is_word = |part: &&str| part.chars().all(|c| c.is_alphanumeric() || matches!(c, '&' | '_' | '\'' | '.'));
    // `COVID-19` is a word.
    let is_numbered = parts.last().is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let is_capital = !slug.chars().any(char::is_lowercase)
        && slug.chars().any(char::is_uppercase)
        && parts.len() >= 2
        && !is_numbered;
    (5..=80).contains(&slug.chars().count())
        && (parts.len() >= 3 || (parts.len() == 2 && slug.contains(',')) || is_capital || words.len() == 2)
        && parts.iter().all(is_word)
        && slug.chars().any(char::is_alphabetic)
        && !slug.ends_with(['-', '.', ','])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(line: &str) -> Option<Option<String>> {
        stamp(line).map(|stamp| stamp.time.map(|time| time.to_string()))
    }

    #[test]
    fn stamps() {
        for (line, time) in [
            ("18.11.2026 10:15", Some("2026-11-18T10:15:00")),
            ("NTB 18.11.2026 10:15", Some("2026-11-18T10:15:00")),
            ("Lusa - Sociedade / 18-11-2026 / 10:15", Some("2026-11-18T10:15:00")),
            ("ANP 181015 NOV 26", Some("2026-11-18T10:15:00")),
            ("181015 GMT Nov 26", Some("2026-11-18T10:15:00")),
            ("10:15 18Nov26", Some("2026-11-18T10:15:00")),
            ("18-NOV-26 10:15", Some("2026-11-18T10:15:00")),
            ("OP 10:15:01 18-11-2026", Some("2026-11-18T10:15:01")),
            ("PAP 2026-11-18 10:15 UTC", Some("2026-11-18T10:15:00Z")),
            ("2026-11-18/10:15", Some("2026-11-18T10:15:00")),
            ("Updated: Nov 18, 2026, 10:15 GMT", Some("2026-11-18T10:15:00Z")),
            ("APA0123 2026-11-18/10:15", Some("2026-11-18T10:15:00")),
            ("18/11/2026 10:15:33 GMT+01:00", Some("2026-11-18T10:15:33+01:00")),
            ("18/11/2026 10:15:33 GMT+01:00#250707", Some("2026-11-18T10:15:33+01:00")),
            ("11/12/2026 10:15", None),
            ("18 November 2026", None),
            ("Wednesday, November 18, 2026", None),
            ("10:15 GMT", None),
        ] {
            assert_eq!(moment(line), Some(time.map(str::to_string)), "{line}");
        }
        for line in ["September 11", "Halden 2026", "Arsenal 3 Chelsea 1", "Port opens on 18 November 2026", "24/7"] {
            assert_eq!(moment(line), None, "{line}");
        }
    }

    #[test]
    fn lines_of_a_terminal() {
        for line in ["#468395 DGTE 1940 QDZ39 (4) AFP (307)", "DVBP 2174 LNE32 (4) AFP (202) [Propriétés]"] {
            assert!(is_terminal(line), "{line}");
        }
        for line in ["AFP 1203", "BOEING 737 AND 747 SOLD 12", "PORT 1 QUAY 2 BAY 3"] {
            assert!(!is_terminal(line), "{line}");
        }
        let mut raw = RawItem::default();
        let text =
            "Port of Halden closes\n18/11/2026 10:15:33 GMT+01:00\n#468395 DGTE 1940 QDZ39 (4) AFP (307)\n\nText.";
        let mut lines: Vec<&str> = text.lines().collect();
        take_below(&mut lines, &mut raw);
        assert_eq!(lines, ["Port of Halden closes", "", "Text."]);
        let time = raw.item.meta.version_created.map(|time| time.to_string());
        assert_eq!(
            (time.as_deref(), raw.item.meta.provider.as_deref()),
            (Some("2026-11-18T10:15:33+01:00"), Some("AFP"))
        );
        // A list of results is not a header.
        let mut lines = vec!["Results", "Halden 3 Moss 1", "Oslo 2 Bergen 2", "", "Text."];
        take_below(&mut lines, &mut raw);
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn last_lines() {
        for (last, taken) in [
            ("181015 NOV 26", true),
            ("APA0123 2026-11-18/10:15", true),
            ("Halden 18.11.2026 18:00", false),
            ("18.11.2026", false),
        ] {
            assert_eq!(take_last_stamp(&mut vec!["Text.", "", last, ""]).is_some(), taken, "{last}");
        }
    }

    #[test]
    fn codes_numbers_and_slugs() {
        for line in ["FRS0123 4 I 0312 FRA /AFP-CC45", "XAI12345_SXA_QBXB", "a0123", "PTI", "i"] {
            assert!(is_code(line, false), "{line}");
        }
        for line in
            ["COP30", "COVID-19", "MH370", "BOEING 737 MAX", "UK GDP UP 3 PCT", "A380 JET SOLD", "Port 123", "USA"]
        {
            assert!(!is_code(line, false), "{line}");
        }
        assert!(is_code("DEL45", true) && is_code("R CRO S0A QBXB", true));
        for line in ["Nº 123", "AFP 1203", "BELGA-12", "№ 7"] {
            assert!(is_number(line), "{line}");
        }
        for line in ["No 10", "Top 10", "Nr. 5 lebt"] {
            assert!(!is_number(line), "{line}");
        }
        for line in ["Politique-gouvernement-budget", "Dockers-strike,lead", "Hafen/Streik/Hamburg", "ПОРТ-ЗАБАСТОВКА"]
        {
            assert!(is_slug(line), "{line}");
        }
        for line in
            ["Franco-German", "Halden-Bergen", "Politics", "Bosnia-Herzegovina votes", "Rock'n'roll", "COVID-19"]
        {
            assert!(!is_slug(line), "{line}");
        }
        assert_eq!(anpa_slug("u w BC-NO--Halden, 1st Ld   11-18 0312"), Some("BC-NO--Halden, 1st Ld"));
        assert_eq!(anpa_slug("BC-NO--Halden, 1st Ld,312"), Some("BC-NO--Halden, 1st Ld,312"));
        assert_eq!(anpa_slug("BC wins"), None);
    }
}
