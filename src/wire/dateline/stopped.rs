//! Datelines of agencies that put full stops between the parts, or their name behind the dash: `Москва. 10 января. ИНТЕРФАКС - `,
//! `МОСКВА, 1 дек — РИА Новости. `.

use super::agencies::{is_agency, is_known};
use super::dates::date;
use super::place::{Head, head, is_capitals, is_place};
use super::{DatelineMatch, dashes, dateline, separator};

/// `PLACE. DAY. AGENCY - `, `PLACE. DAY. AGENCY. `
pub(super) fn stopped(text: &str, limit: usize) -> Option<DatelineMatch> {
    let stop = memchr::memchr(b'.', &text.as_bytes()[..limit])?;
    let (place, rest) = (&text[..stop], text[stop + 1..limit].strip_prefix(' ')?);
    if !rest.starts_with(|c: char| c.is_ascii_digit()) || !is_place(place) {
        return None;
    }
    let (day, rest) = rest.split_once(". ")?;
    let (written, iso_date) = date(&[day])?;
    let from = place.len() + day.len() + 4;
    // The name ends at a dash or at a full stop with a blank behind it.
    let ends = [rest.find(" -"), rest.find(" –"), rest.find(" —"), rest.find(". ")];
    let end = ends.into_iter().flatten().min()?;
    let agency = &rest[..end];
    // `INTERFAX.RU`
    let name = agency.rsplit_once('.').map_or(agency, |(name, _)| name);
    if !is_known(name) || agency.split(' ').count() > 3 {
        return None;
    }
    let after = from + end;
    let length = after + separator(&text[after..])?;
    let head = Head { place: Some(place.to_string()), date: Some(written), iso_date, capitals: is_capitals(place) };
    Some(DatelineMatch { dateline: dateline(&text[..after], head, Some(agency)), length, known_agency: true })
}

/// `PLACE, DAY — AGENCY. `, and perhaps the writer behind the agency.
pub(super) fn behind_dash(text: &str, limit: usize) -> Option<DatelineMatch> {
    for (at, end) in dashes(text, limit) {
        let Some(head) = head(text[..at].trim_end()).filter(|head| head.date.is_some()) else { continue };
        let Some((line, _)) = text[end..].split_once(". ") else { continue };
        let (agency, writer) = line.split_once(", ").map_or((line, None), |(name, writer)| (name, Some(writer)));
        let is_writer = |writer: &str| writer.chars().count() <= 40 && is_place(writer);
        if line.chars().count() > 60 || !is_agency(&agency.to_lowercase()) || !writer.is_none_or(is_writer) {
            continue;
        }
        let shown = end + line.len();
        let length = shown + 1 + (text[shown + 1..].len() - text[shown + 1..].trim_start().len());
        let dateline = dateline(&text[..shown], head, Some(agency));
        return Some(DatelineMatch { dateline, length, known_agency: true });
    }
    None
}
