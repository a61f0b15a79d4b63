//! The run-in dateline at the head of a paragraph: `[(AGENCY) -] PLACE[ (country)][, region][, DATE[, year]][.] [AGENCY] SEP`.
//!
//! Five forms are tried in order: agency first; agency in brackets; agency between slashes; bare agency before a dash; none, if
//! there is a date or the place is in capitals.

mod agencies;
mod dates;
mod east_asian;
mod place;
mod stopped;

use super::text::clean;
use crate::story::Dateline;
use agencies::is_agency;
use dates::date;
use east_asian::east_asian;
use place::{Head, head, with_slashed_date};
use stopped::{behind_dash, stopped};

pub(super) use agencies::is_known;
pub(super) use dates::{is_weekday, month};

/// The longest dateline, in characters.
const LONGEST: usize = 90;

/// A dateline at the head of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DatelineMatch {
    pub(super) dateline: Dateline,
    /// Bytes of the text that it takes, with its separator.
    pub(super) length: usize,
    /// Whether an agency that is known stands in it.
    pub(super) known_agency: bool,
}

/// Finds the dateline that a text begins with. The text has single blanks.
pub(super) fn find(text: &str) -> Option<DatelineMatch> {
    let start = text.len() - text.trim_start().len();
    let text = &text[start..];
    if let Some(mut found) = east_asian(text) {
        found.length += start;
        return Some(found);
    }
    if !text.starts_with(|c: char| c.is_alphabetic() || c == '(' || c.is_ascii_digit()) {
        return None;
    }
    let limit = match text.as_bytes().get(..LONGEST) {
        Some(head) if head.is_ascii() => LONGEST,
        _ => text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at),
    };
    if let Some(mut found) = stopped(text, limit) {
        found.length += start;
        return Some(found);
    }
    // Every other form has one of these: the first byte of the long dashes stands for both.
    let head = &text.as_bytes()[..limit];
    memchr::memchr3(b'(', b'/', b'-', head).or_else(|| memchr::memchr2(b'_', 0xe2, head))?;
    let found = agency_first(text, limit)
        .or_else(|| bracketed(text, limit))
        .or_else(|| slashed(text, limit))
        .or_else(|| bare(text, limit))
        .or_else(|| alone(text))
        .or_else(|| behind_dash(text, limit))
        .or_else(|| without_agency(text, limit));
    found.map(|mut found| {
        found.length += start;
        found
    })
}

/// Reads a dateline that stands alone in a field, where the dash may be missing.
pub(super) fn of_field(text: &str) -> Option<Dateline> {
    let text = clean(text);
    let bare = text.trim_end_matches(['-', '–', '—', '_', ' ', ':']);
    if let Some(found) = find(&format!("{bare} - ")) {
        return Some(found.dateline);
    }
    if bare.chars().nth(LONGEST).is_some() {
        return None;
    }
    let head = head(bare)?;
    let is_place = head.place.is_some() && !bare.chars().any(|c| c.is_ascii_digit());
    let is_dateline = is_place || head.date.is_some();
    is_dateline.then(|| dateline(bare, head, None))
}

/// Reads a paragraph that is nothing but a dateline, as above a text: `PORTVILLE, 27 (NORDWIRE)`. The place is in capitals, and so is
/// the agency in brackets, which need not be known.
pub(super) fn of_paragraph(text: &str) -> Option<DatelineMatch> {
    let text = text.trim();
    let bare = text.trim_end_matches(['-', '–', '—', '_', ' ', ':', '.']);
    let (before, agency) = bare.strip_suffix(')')?.rsplit_once(" (")?;
    let is_capital = |text: &str| text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase);
    if text.chars().count() > LONGEST
        || !is_capital(agency)
        || agency.split(' ').count() > 2
        || agency.chars().count() > 20
    {
        return None;
    }
    let (place, date) = before.split_once(", ").map_or((before, None), |(place, date)| (place, Some(date)));
    if !is_capital(place) || place.chars().any(|c| c.is_ascii_digit()) || place.split(' ').count() > 5 {
        return None;
    }
    let is_date =
        |date: &str| date.split(' ').count() <= 4 && date.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase());
    if date.is_some_and(|date| !is_date(date)) {
        return None;
    }
    let iso_date = date.and_then(|_| head(before)).and_then(|head| head.iso_date);
    let head = Head { place: Some(place.to_string()), date: date.map(str::to_string), iso_date, capitals: true };
    Some(DatelineMatch {
        dateline: dateline(bare, head, Some(agency)),
        length: text.len(),
        known_agency: is_known(agency),
    })
}

fn dateline(text: &str, head: Head, agency: Option<&str>) -> Dateline {
    Dateline {
        text: text.trim().to_string(),
        place: head.place,
        date: head.date,
        agency: agency.map(|agency| agency.trim().to_string()),
        iso_date: head.iso_date,
    }
}

/// Length of a separator at the head of a text, with the blanks around it; `None` where there is none.
fn separator(text: &str) -> Option<usize> {
    let mut rest = text.trim_start();
    // Belga's sign.
    if let Some(after) = rest.strip_prefix("= ") {
        return Some(text.len() - after.trim_start().len());
    }
    rest = rest.strip_prefix(['.', ',', ':']).unwrap_or(rest);
    let spaced = rest.trim_start();
    let dash = ["--", "—", "–", "-", "_"].iter().find_map(|dash| spaced.strip_prefix(dash));
    let (rest, is_sign) = match dash {
        Some(after) => (after, true),
        None => (rest, rest.len() != text.trim_start().len()),
    };
    // `(APP):The port`
    let is_glued = dash.is_none() && text.starts_with(':') && rest.starts_with(char::is_uppercase);
    let ends = rest.is_empty()
        || is_glued
        || rest.starts_with(char::is_whitespace)
        || (dash.is_some() && !rest.starts_with(['-', '_']));
    (is_sign && ends).then(|| text.len() - rest.trim_start().len())
}

/// A dash as separator: a blank before it, or a full stop.
fn dashes(text: &str, limit: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let starts = text[..limit].char_indices().filter(|(_, c)| matches!(c, '-' | '–' | '—' | '_')).map(|(at, _)| at);
    starts.filter_map(move |at| {
        let before = text[..at].chars().next_back()?;
        if !matches!(before, ' ' | '.' | '-') || (before == '-' && !text[..at - 1].ends_with([' ', '.'])) {
            return None;
        }
        let at = if before == '-' { at - 1 } else { at };
        let length = separator(&text[at..])?;
        (text[at + length..].is_empty() || text[..at + length].ends_with(' ')).then_some((at, at + length))
    })
}

/// `(ANSA) - ROME, JUL 11 - `
fn agency_first(text: &str, limit: usize) -> Option<DatelineMatch> {
    let inner = text.strip_prefix('(')?;
    let close = inner.find(')').filter(|at| *at <= 40)?;
    let agency = &inner[..close];
    if !is_known(agency) {
        return None;
    }
    let after = close + 2;
    let gap = separator(&text[after..])?;
    let rest = &text[after + gap..];
    let reach = limit.saturating_sub(after + gap).min(rest.len());
    let reach = (0..=reach).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(0);
    for (at, end) in dashes(rest, reach) {
        if let Some(head) =
            head(rest[..at].trim_end_matches([' ', '.'])).filter(|head| head.date.is_some() || head.capitals)
        {
            let shown = &text[..after + gap + at];
            return Some(DatelineMatch {
                dateline: dateline(shown, head, Some(agency)),
                length: after + gap + end,
                known_agency: true,
            });
        }
    }
    let found = dateline(&text[..after], Head::default(), Some(agency));
    Some(DatelineMatch { dateline: found, length: after + gap, known_agency: true })
}

/// `Tehran, Jan 10 (EFE).- `, `Paris (ats afp) `
fn bracketed(text: &str, limit: usize) -> Option<DatelineMatch> {
    let mut from = 0;
    while let Some(open) = text[from..limit].find('(').map(|at| from + at) {
        let close = text[open..].find(')').map(|at| open + at).filter(|at| at - open <= 45)?;
        from = (close + 1).min(limit);
        let agency = &text[open + 1..close];
        let (known, gap) = (is_known(agency), separator(&text[close + 1..]));
        let before = text[..open].trim().trim_end_matches(['-', '–', '—']);
        let slashed = || if known { with_slashed_date(before) } else { None };
        let Some(mut head) = head(before).or_else(slashed) else { continue };
        if head.place.is_none() && head.date.is_none() {
            continue;
        }
        let spaced = text[close + 1..].starts_with(char::is_whitespace) || text[close + 1..].is_empty();
        // A name nobody knows counts after a date or a place in capitals, and only before a dash.
        let is_dateline = if known {
            gap.is_some() || spaced
        } else {
            // `SOFIA (BULGARIA), 31 MAR`: a country, and no agency.
            let is_country = text[close + 1..].starts_with(',');
            gap.is_some() && !is_country && (head.date.is_some() || head.capitals) && is_name(agency)
        };
        if !is_dateline {
            continue;
        }
        let mut end = close + 1 + gap.unwrap_or_else(|| text[close + 1..].len() - text[close + 1..].trim_start().len());
        // `HALDEN--(BUSINESS WIRE)--Nov. 18, 2026--`
        if let Some((date, iso, length)) = date_after(&text[end..]).filter(|_| head.date.is_none()) {
            let shown = text[..end + length].trim_end_matches(['-', '–', '—', ' ']);
            (head.date, head.iso_date) = (Some(date), iso);
            end += length;
            let dateline = dateline(shown, head, Some(agency));
            return Some(DatelineMatch { dateline, length: end, known_agency: known });
        }
        return Some(DatelineMatch {
            dateline: dateline(&text[..=close], head, Some(agency)),
            length: end,
            known_agency: known,
        });
    }
    None
}

/// A date between the agency and a second dash: as written, as understood, and the bytes up to the end of the dash.
fn date_after(text: &str) -> Option<(String, Option<String>, usize)> {
    let limit = text.char_indices().nth(30).map_or(text.len(), |(at, _)| at);
    let at = ["--", "—", "–"].iter().filter_map(|dash| text[..limit].find(dash)).min()?;
    let segments: Vec<&str> = text[..at].split(',').map(str::trim).collect();
    let (written, iso) = date(&segments)?;
    Some((written, iso, at + separator(&text[at..])?))
}

/// `MOSCOW, January 10. /TASS/. `, `København /ritzau/: `
fn slashed(text: &str, limit: usize) -> Option<DatelineMatch> {
    let mut from = 0;
    while let Some(open) = text[from..limit].find('/').map(|at| from + at) {
        let close = text[open + 1..].find('/').map(|at| open + 1 + at).filter(|at| at - open <= 45)?;
        from = (open + 1).min(limit);
        let agency = &text[open + 1..close];
        // `/Иван Иванов, БТА/`: the writer stands before the agency.
        let agency = agency.rsplit_once(", ").map_or(agency, |(_, last)| if is_known(last) { last } else { agency });
        let known = is_known(agency);
        let Some(head) = head(text[..open].trim()) else { continue };
        let after = &text[close + 1..];
        let gap = separator(after).or_else(|| after.is_empty().then_some(0));
        let fits = known || (is_name(agency) && (head.date.is_some() || head.capitals));
        if (head.place.is_none() && head.date.is_none()) || !fits || gap.is_none() && !after.starts_with(' ') {
            continue;
        }
        let end = close + 1 + gap.unwrap_or(1);
        return Some(DatelineMatch {
            dateline: dateline(&text[..=close], head, Some(agency)),
            length: end,
            known_agency: known,
        });
    }
    None
}

/// `HALDEN/STOCKHOLM/TT` and `STT-Helsinki`, each a line of its own.
fn alone(text: &str) -> Option<DatelineMatch> {
    let text = text.trim_end();
    if text.len() > 60 || text.ends_with(['.', ':', '?', '!']) {
        return None;
    }
    let known = |name: &str| name.chars().all(char::is_uppercase) && is_agency(&name.to_lowercase());
    let found = |head: Head, agency: &str| DatelineMatch {
        dateline: dateline(text, head, Some(agency)),
        length: text.len(),
        known_agency: true,
    };
    if let Some((place, agency)) =
        text.rsplit_once('/').filter(|(place, agency)| known(agency) && is_capital_place(place))
    {
        return head(place).filter(|head| head.capitals && head.date.is_none()).map(|head| found(head, agency));
    }
    let (agency, place) = text.split_once(['-', '–']).filter(|(agency, _)| agency.len() >= 3 && known(agency))?;
    let is_name = place.starts_with(char::is_uppercase) && place.chars().any(char::is_lowercase);
    head(place).filter(|head| is_name && head.date.is_none() && !place.contains(' ')).map(|head| found(head, agency))
}

/// `SEOUL, Nov 26 AFP - `, `Accra, March 10, GNA - `, `Tehran, IRNA - `
fn bare(text: &str, limit: usize) -> Option<DatelineMatch> {
    const NAMES: &[&str] = &["Kyodo", "Reuters", "Reuter", "Xinhua", "Interfax"];
    for (at, end) in dashes(text, limit) {
        let before = text[..at].trim_end_matches([' ', '.']);
        let Some((rest, agency)) = before.rsplit_once(' ') else { continue };
        let is_capital = agency.len() >= 2 && agency.bytes().all(|b| b.is_ascii_uppercase());
        if !(NAMES.contains(&agency) || is_capital && is_agency(&agency.to_lowercase())) {
            continue;
        }
        // A comma before a name of three letters sets it apart from the place.
        let is_apart = rest.ends_with(',') && agency.len() >= 3;
        let found = head(rest.trim().trim_end_matches(','));
        if let Some(head) = found.filter(|head| head.date.is_some() || head.capitals || is_apart) {
            return Some(DatelineMatch {
                dateline: dateline(before, head, Some(agency)),
                length: end,
                known_agency: true,
            });
        }
    }
    None
}

/// `OTTAWA - `, `SALVADOR, Feb 26 - `
fn without_agency(text: &str, limit: usize) -> Option<DatelineMatch> {
    for (at, end) in dashes(text, limit) {
        let before = text[..at].trim_end();
        let head = head(before.trim_end_matches('.'))?;
        let is_dateline = head.place.is_some() && (head.date.is_some() || (head.capitals && is_capital_place(before)));
        if is_dateline {
            return Some(DatelineMatch { dateline: dateline(before, head, None), length: end, known_agency: false });
        }
    }
    None
}

/// Words in capitals that are marks of the desk, not places.
fn is_capital_place(text: &str) -> bool {
    const MARKS: &[&str] = &[
        "CORRECTED",
        "CORRECTION",
        "CORRECTS",
        "UPDATE",
        "UPDATES",
        "NOTE",
        "EDITOR",
        "EDITORS",
        "EDITOR'S",
        "EDS",
        "FLASH",
        "URGENT",
        "ALERT",
        "BREAKING",
        "REFILE",
        "REPEAT",
        "RPT",
        "WRAPUP",
        "ADVISORY",
        "ATTENTION",
        "ATTN",
        "KILL",
        "ELIM",
        "AMP",
        "PHOTO",
        "FOTO",
        "BILD",
        "VIDEO",
        "FACTBOX",
        "ANALYSIS",
        "EXCLUSIVE",
        "NEXT",
        "RESULTS",
        "SUMMARY",
        "BREVES",
        "LEAD",
        "NEW",
        "ENDS",
        "SOURCE",
        "FILE",
    ];
    let words = text.split([' ', ',', '/']).filter(|word| !word.is_empty());
    let mut count = 0;
    for word in words {
        count += 1;
        let alone = MARKS.contains(&word.trim_matches(['.', ':', ','])) && !(word == "NEW" && text.starts_with("NEW "));
        if alone {
            return false;
        }
    }
    count <= 6 && text.chars().filter(|c| c.is_alphabetic()).count() >= 3
}

/// A name that may be an agency's: it begins with a letter and is not a sentence.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(char::is_alphabetic) && text.split(' ').count() <= 4 && !text.contains([',', ';', ':', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str, &str, &str, &str)>) {
        let found = find(text);
        let shown = found.as_ref().map(|found| {
            let line = &found.dateline;
            let part = |text: &Option<String>| text.clone().unwrap_or_default();
            (
                part(&line.place),
                part(&line.date),
                part(&line.agency),
                part(&line.iso_date),
                text[found.length..].to_string(),
            )
        });
        let expected =
            expected.map(|(a, b, c, d, e)| (a.to_string(), b.to_string(), c.to_string(), d.to_string(), e.to_string()));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn forms_of_the_agencies() {
        check("Halden, Jan 10 (EFE).- Text", Some(("Halden", "Jan 10", "EFE", "--01-10", "Text")));
        check("HALDEN, Norway (AP) — Text", Some(("HALDEN, Norway", "", "AP", "", "Text")));
        check("Halden, Dec. 9 Kyodo - Text", Some(("Halden", "Dec. 9", "Kyodo", "--12-09", "Text")));
        check("Halden, 10 juil 2024 (AFP)", Some(("Halden", "10 juil 2024", "AFP", "2024-07-10", "")));
        check("HALDEN, January 10. /TASS/. Text", Some(("HALDEN", "January 10", "TASS", "--01-10", "Text")));
        check("(ANSA) - HALDEN, 1 LUG - Text", Some(("HALDEN", "1 LUG", "ANSA", "--07-01", "Text")));
        check("(Reuters) - Text", Some(("", "", "Reuters", "", "Text")));
        check("Halden/Moss (dpa/lni) - Text", Some(("Halden/Moss", "", "dpa/lni", "", "Text")));
        check("Halden /ritzau/: Text", Some(("Halden", "", "ritzau", "", "Text")));
        check("HALDEN, Monday (Reuters) - Text", Some(("HALDEN", "Monday", "Reuters", "", "Text")));
        check("HALDEN 18/11 (BELGA) = Text", Some(("HALDEN", "18/11", "BELGA", "--11-18", "Text")));
        check(
            "HALDEN--(BUSINESS WIRE)--Nov. 18, 2026--Text",
            Some(("HALDEN", "Nov. 18, 2026", "BUSINESS WIRE", "2026-11-18", "Text")),
        );
        check("ХАЛЬДЕН, 10 января. /ТАСС/. Text", Some(("ХАЛЬДЕН", "10 января", "ТАСС", "--01-10", "Text")));
        check("HALDEN, Nov 18, AAP - Text", Some(("HALDEN", "Nov 18", "AAP", "--11-18", "Text")));
        check("Halden o.d. See (dpa/lby) - Text", Some(("Halden o.d. See", "", "dpa/lby", "", "Text")));
        check("HALDEN -- Text", Some(("HALDEN", "", "", "", "Text")));
        check("Helsinki, 18.11. (STT) Text", Some(("Helsinki", "18.11.", "STT", "--11-18", "Text")));
        check(
            "Budapest, 2026. november 18., szerda (MTI) - Text",
            Some(("Budapest", "2026. november 18., szerda", "MTI", "2026-11-18", "Text")),
        );
        check("Praha 18. listopadu (ČTK) - Text", Some(("Praha", "18. listopadu", "ČTK", "--11-18", "Text")));
        check("Warszawa, 18 listopada (PAP) - Text", Some(("Warszawa", "18 listopada", "PAP", "--11-18", "Text")));
        check(
            "هالدن 18 نوفمبر تشرين الثاني (رويترز) - نص",
            Some(("هالدن", "18 نوفمبر تشرين الثاني", "رويترز", "--11-18", "نص")),
        );
        check("新华社奥斯陆11月18日电（记者张三）港口", Some(("奥斯陆", "11月18日", "新华社", "--11-18", "港口")));
        check("【ハルデン共同】港", Some(("ハルデン", "", "共同", "", "港")));
        check("(서울=연합뉴스) 홍길동 기자 = 항구", Some(("서울", "", "연합뉴스", "", "항구")));
        check("［ハルデン　２０日　ロイター］ - 港", Some(("ハルデン", "２０日", "ロイター", "", "港")));
        check("新华社奥斯陆１１月１８日电 港口", Some(("奥斯陆", "１１月１８日", "新华社", "--11-18", "港口")));
        check("中新社奥斯陆11月18日电 (记者 张三)港口", Some(("奥斯陆", "11月18日", "中新社", "--11-18", "港口")));
        check("（中央社記者王五奧斯陸10日電）港口", Some(("", "10日", "中央社", "", "港口")));
        check("[서울=뉴시스] 홍길동 기자 = 항구", Some(("서울", "", "뉴시스", "", "항구")));
        check("ХАЛЬДЕН, 1 дек — РИА Новости. Текст", Some(("ХАЛЬДЕН", "1 дек", "РИА Новости", "--12-01", "Текст")));
        check(
            "ХАЛЬДЕН, 1 дек — РИА Новости, Анна Рей. Текст",
            Some(("ХАЛЬДЕН", "1 дек", "РИА Новости", "--12-01", "Текст")),
        );
        check(
            "Хальден. 10 января. INTERFAX.RU - Текст",
            Some(("Хальден", "10 января", "INTERFAX.RU", "--01-10", "Текст")),
        );
        check("Хальден. 10 марта. ИНТЕРФАКС - Текст", Some(("Хальден", "10 марта", "ИНТЕРФАКС", "--03-10", "Текст")));
        check("ХАЛЬДЕН. 5 травня. УНІАН. Текст", Some(("ХАЛЬДЕН", "5 травня", "УНІАН", "--05-05", "Текст")));
        check(
            "10 марта, Хальден /Корр. БЕЛТА/. Текст",
            Some(("Хальден", "10 марта", "Корр. БЕЛТА", "--03-10", "Текст")),
        );
        check("HALDEN, Jan 10 (APP):The port", Some(("HALDEN", "Jan 10", "APP", "--01-10", "The port")));
        check(
            "Halden, January 10, 2023, SPA -- Text",
            Some(("Halden", "January 10, 2023", "SPA", "2023-01-10", "Text")),
        );
        check("Halden, March 10, GNA - Text", Some(("Halden", "March 10", "GNA", "--03-10", "Text")));
        check("Halden, IRNA – Text", Some(("Halden", "", "IRNA", "", "Text")));
        check(
            "HALDEN CITY, Okla. March 11, Reuter - Text",
            Some(("HALDEN CITY, Okla.", "March 11", "Reuter", "--03-11", "Text")),
        );
        check("HALDEN/STOCKHOLM/TT", Some(("HALDEN/STOCKHOLM", "", "TT", "", "")));
        check("STT-Helsinki", Some(("Helsinki", "", "STT", "", "")));
        check("Feb 3 (Halden Wire) - Text", Some(("", "Feb 3", "Halden Wire", "--02-03", "Text")));
    }

    #[test]
    fn what_is_none() {
        for text in [
            "Lars Berg (Port Radio) - who was there - said so.",
            "By Lars Berg",
            "The port (which was closed) - long a problem - opened.",
            "UPDATE - Text",
            "Halden Line Inc. (HLI) on Monday said",
            "* Port index -0.06 pct",
            "AP-led talks",
            "OIL/GAS/CP stocks rise.",
            "Halden. 10 ships came. Then more.",
            "He met, on 1 Dec — the day — ministers. All went.",
            "Halden, TT – Text",
            "",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn fields_need_no_dash() {
        assert_eq!(of_field("HALDEN, July 23").unwrap().place.as_deref(), Some("HALDEN"));
        assert_eq!(of_field("Halden (dpa) - ").unwrap().agency.as_deref(), Some("dpa"));
        assert_eq!(of_field("2014-07-16 15:53:10 GMT+00:00"), None);
        // A date is looked for at each blank, and with every length from there: what is not a dateline any more is not gone through.
        assert_eq!(of_field(&format!("Halden, 10{}", " >".repeat(50_000))), None);
    }
}
