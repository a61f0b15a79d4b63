//! Datelines of Chinese, Japanese and Korean agencies.

use super::{DatelineMatch, Head, dateline};

const CHINESE: &[&str] = &["新华社", "新華社", "中新社", "中新网", "中央社"];
const JAPANESE: &[&str] = &["共同", "時事", "AFP時事", "ロイター"];
const KOREAN: &[&str] = &["연합뉴스", "뉴시스", "뉴스1"];

/// `新华社北京1月10日电`, `【ワシントン共同】`, `［北京　２０日　ロイター］`, `(서울=연합뉴스) 홍길동 기자 =`
pub(super) fn east_asian(text: &str) -> Option<DatelineMatch> {
    match text.chars().next()? {
        '【' => japanese(text),
        '［' => spaced(text),
        '(' | '[' => korean(text),
        '（' => in_brackets(text),
        _ => chinese(text),
    }
}

fn japanese(text: &str) -> Option<DatelineMatch> {
    let (inner, _) = text.strip_prefix('【')?.split_once('】').filter(|(inner, _)| inner.chars().count() <= 30)?;
    let (place, agency) = JAPANESE.iter().find_map(|agency| Some((inner.strip_suffix(agency)?, *agency)))?;
    let length = inner.len() + '【'.len_utf8() + '】'.len_utf8();
    Some(found(inner, place, None, agency, length))
}

/// Place, day and agency between wide blanks.
fn spaced(text: &str) -> Option<DatelineMatch> {
    let (inner, rest) = text.strip_prefix('［')?.split_once('］').filter(|(inner, _)| inner.chars().count() <= 40)?;
    let words: Vec<&str> = inner.split(['\u{3000}', ' ']).filter(|word| !word.is_empty()).collect();
    let [place @ .., agency] = words.as_slice() else { return None };
    if !JAPANESE.contains(agency) {
        return None;
    }
    let day = place.last().copied().filter(|day| day.ends_with('日'));
    let place = place[..place.len() - usize::from(day.is_some())].join(" ");
    let after = rest.trim_start().trim_start_matches(['-', '－', '―']).trim_start();
    Some(found(inner, &place, day, agency, text.len() - after.len()))
}

/// The reporter stands between the agency and one more sign.
fn korean(text: &str) -> Option<DatelineMatch> {
    let (inner, rest) = text[1..].split_once([')', ']']).filter(|(inner, _)| inner.chars().count() <= 30)?;
    let (place, agency) = inner.split_once('=').filter(|(_, agency)| KOREAN.contains(agency))?;
    let end = rest.find("= ").filter(|at| rest[..*at].chars().count() <= 40)? + 2;
    let length = inner.len() + 2 + end;
    Some(found(text[..length].trim_end_matches([' ', '=']), place, None, agency, length))
}

/// `（中央社記者王五台北10日電）`: nothing parts the reporter from the place.
fn in_brackets(text: &str) -> Option<DatelineMatch> {
    let (inner, _) = text.strip_prefix('（')?.split_once('）').filter(|(inner, _)| inner.chars().count() <= 40)?;
    let agency = CHINESE.iter().find(|agency| inner.starts_with(**agency))?;
    let line = inner.strip_suffix(['电', '電'])?;
    let digit = line.find(is_digit)?;
    let length = inner.len() + '（'.len_utf8() + '）'.len_utf8();
    Some(found(inner, "", Some(&line[digit..]), agency, length))
}

fn chinese(text: &str) -> Option<DatelineMatch> {
    let agency = CHINESE.iter().find(|agency| text.starts_with(**agency))?;
    let rest = &text[agency.len()..];
    let (line, sign) = ['电', '電'].iter().find_map(|sign| Some((rest.split_once(*sign)?.0, *sign)))?;
    let digit = line.find(is_digit).filter(|_| line.chars().count() <= 25)?;
    let (place, day) = line.split_at(digit);
    let mut length = agency.len() + line.len() + sign.len_utf8();
    // `（记者张三）` belongs to the line.
    let after = text[length..].trim_start();
    let reporter = [('（', '）'), ('(', ')')].iter().find_map(|(open, close)| {
        let (inner, _) = after.strip_prefix(*open)?.split_once(*close)?;
        let is_reporter = inner.chars().count() <= 40 && (*open == '（' || inner.starts_with("记者"));
        is_reporter.then(|| open.len_utf8() + inner.len() + close.len_utf8())
    });
    if let Some(reporter) = reporter {
        length = text.len() - after.len() + reporter;
    }
    let shown = &text[..length];
    length += text[length..].len() - text[length..].trim_start().len();
    Some(found(shown, place, Some(day), agency, length))
}

fn found(shown: &str, place: &str, day: Option<&str>, agency: &str, length: usize) -> DatelineMatch {
    let place = Some(place.trim().to_string()).filter(|place| !place.is_empty());
    let head = Head { place, date: day.map(str::to_string), iso_date: day.and_then(iso_date), capitals: false };
    DatelineMatch { dateline: dateline(shown, head, Some(agency)), length, known_agency: true }
}

/// Month and day of `1月10日`, in figures of either width.
fn iso_date(day: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        c => c,
    };
    let (month, day) = day.strip_suffix('日')?.split_once('月')?;
    let number = |text: &str| text.chars().map(narrow).collect::<String>().parse::<i8>().ok();
    let (month, day) = (number(month)?, number(day)?);
    jiff::civil::Date::new(2000, month, day).ok()?;
    Some(format!("--{month:02}-{day:02}"))
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}
