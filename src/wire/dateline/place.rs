//! What stands before the agency of a dateline: the place and the date.

use super::dates::date;

/// What stands before the agency.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) place: Option<String>,
    pub(super) date: Option<String>,
    pub(super) iso_date: Option<String>,
    pub(super) capitals: bool,
}

/// `HALDEN 18/11`, as Belga writes it, or `Helsinki, 18.11.`; only before an agency that is known, because it may be a score.
pub(super) fn with_slashed_date(text: &str) -> Option<Head> {
    let (place, date) = text.rsplit_once(' ')?;
    let place = place.trim_end_matches(',');
    let (day, month) = date.trim_end_matches('.').split_once(['/', '.'])?;
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    jiff::civil::Date::new(2000, month, day).ok()?;
    let head = head(place).filter(|head| head.date.is_none())?;
    Some(Head { date: Some(date.to_string()), iso_date: Some(format!("--{month:02}-{day:02}")), ..head })
}

/// A place and a date: `Tehran, Jan 10`, `STOCKHOLM, Aug 29, 2014`, `Jan 30`, `FORT WASHINGTON, Pa.`
pub(super) fn head(text: &str) -> Option<Head> {
    let text = text.trim();
    let mut head = Head::default();
    if text.is_empty() || text.contains(['«', '»', '"', '“', '?', '!', ';']) {
        return None;
    }
    // `18.11.2026 Gdańsk`: a date in figures before the place.
    if text.starts_with(|c: char| c.is_ascii_digit())
        && let Some((first, rest)) = text.split_once(' ')
        && first.len() >= 8
        && let Some((date, iso_date)) = date(&[first.trim_end_matches(',')])
    {
        let place = self::head(rest).filter(|rest| rest.date.is_none())?;
        return Some(Head { date: Some(date), iso_date, ..place });
    }
    let segments: Vec<&str> = text.split([',', '،']).map(str::trim).collect();
    // `10 марта, Минск`
    if let [first, place] = segments.as_slice()
        && first.starts_with(|c: char| c.is_ascii_digit())
        && is_place(place)
        && let Some((date, iso_date)) = date(&[first])
    {
        let capitals = is_capitals(place);
        return Some(Head { place: Some(place.to_string()), date: Some(date), iso_date, capitals });
    }
    let mut places = segments.len();
    for from in 0..segments.len() {
        if let Some((date, iso)) = date(&segments[from..]) {
            (head.date, head.iso_date, places) = (Some(date), iso, from);
            break;
        }
    }
    let mut place: Vec<String> = segments[..places].iter().map(|part| without_country(part)).collect();
    // `NEW DELHI Jan 10`: a date without a comma before it.
    if head.date.is_none()
        && let Some(last) = place.last().cloned()
    {
        for (at, _) in last.match_indices(' ') {
            if let Some((date, iso)) =
                date(&[last[at..].trim()]).filter(|_| last[at..].bytes().any(|b| b.is_ascii_digit()))
            {
                (head.date, head.iso_date) = (Some(date), iso);
                if let Some(part) = place.last_mut() {
                    part.truncate(at);
                    // `MURMANSK. Nov 18 (Interfax)`; the stop of `Pa.` stays.
                    if part.ends_with('.') && part.chars().count() > 5 {
                        part.pop();
                    }
                }
                break;
            }
        }
    }
    place.retain(|part| !part.is_empty());
    if place.is_empty() {
        return head.date.is_some().then_some(head);
    }
    if place.len() > 4 || !place.iter().all(|part| is_place(part)) {
        return None;
    }
    // `دبي في 18 نوفمبر`: the small word before the day.
    if let Some(last) = place.last_mut()
        && let Some(bare) = last.strip_suffix(" في")
    {
        *last = bare.to_string();
    }
    head.capitals = is_capitals(&place[0]);
    head.place = Some(place.join(", "));
    Some(head)
}

/// `كييف (أوكرانيا)` is `كييف`.
fn without_country(part: &str) -> String {
    match (part.find(['(', '[']), part.ends_with([')', ']'])) {
        (Some(open), true) if open > 0 => part[..open].trim().to_string(),
        _ => part.to_string(),
    }
}

pub(super) fn is_capitals(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| c.is_uppercase() && c.is_alphabetic())
}

/// Words of a place begin with a capital, except a few small ones; scripts without capitals have at most five words.
pub(super) fn is_place(text: &str) -> bool {
    const SMALL: &[&str] = &[
        "de", "del", "la", "las", "los", "el", "le", "les", "der", "die", "das", "den", "am", "an", "bei", "im", "in",
        "of", "on", "upon", "sur", "sous", "en", "do", "da", "dos", "das", "di", "du", "des", "the", "and", "und", "y",
        "e", "et", "ob", "a", "al", "aan", "op", "van", "à", "i", "på", "ved", "near", "aboard", "with", "und",
    ];
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty()
        || words.len() > 6
        || text.chars().any(|c| matches!(c, '(' | ')' | ':' | '@' | '=' | '<' | '>' | '*'))
    {
        return false;
    }
    if text.chars().any(|c| c.is_ascii_digit()) || SMALL.contains(&words[0]) && words.len() > 1 && words[0] != "aboard"
    {
        return false;
    }
    words.iter().all(|word| {
        let first = word.trim_start_matches(['\'', '’', '-', '–', '/', '.']).chars().next();
        let Some(first) = first else { return matches!(*word, "-" | "–" | "/") };
        first.is_uppercase()
            || !(first.is_lowercase() || first.is_uppercase())
            || SMALL.contains(word)
            || (word.ends_with('.') && word.chars().count() <= 5)
            || word.contains('\'')
    }) && words.iter().any(|word| !SMALL.contains(word))
}
