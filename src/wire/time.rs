//! Times as the wire writes them, with their zone or without one.

use super::Notes;
use super::item::WireItem;
use crate::clock::{Timestamp, Zone};
use crate::diag::{Code, Diagnostic};
use jiff::civil::{Date, DateTime, Time};
use std::fmt;

/// A time of the wire. One without zone is floating: it stays so until a source or a site gives it one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireTime {
    civil: DateTime,
    /// Seconds east of UTC.
    offset: Option<i32>,
    /// Only a day was given.
    day_only: bool,
}

impl WireTime {
    /// A day and time, so many hours east of UTC, or floating.
    pub fn new(date: Date, time: Time, hours: Option<i8>) -> WireTime {
        WireTime { civil: date.to_datetime(time), offset: hours.map(|hours| i32::from(hours) * 3600), day_only: false }
    }

    /// Whether no zone is known.
    pub fn is_floating(&self) -> bool {
        self.offset.is_none()
    }

    /// The day as written.
    pub fn date(&self) -> Date {
        self.civil.date()
    }

    /// A floating time as one of a zone; a day alone stays one. Of two instants, where clocks go back, the later.
    pub(super) fn in_zone(self, zone: &Zone) -> WireTime {
        if self.day_only || !self.is_floating() { self } else { self.with_offset(zone.offset(self.civil)) }
    }

    fn with_offset(self, seconds: i32) -> WireTime {
        WireTime { offset: Some(seconds), day_only: false, ..self }
    }

    /// The instant; a floating time counts in `zone`.
    pub fn instant(&self, zone: &Zone) -> Timestamp {
        let text = self.to_string();
        zone.parse(&text).unwrap_or(Timestamp::EPOCH)
    }

    /// Reads RFC 3339 and what agencies write instead: `20140829T135002Z`, `2018-12-10T123731+0100`,
    /// `2016-01-12 12:35:40`, `20040212`, with a fraction of seconds or none. `None` for everything else.
    pub fn parse(text: &str) -> Option<WireTime> {
        let text = text.trim();
        if text.len() > 40 || !text.is_ascii() {
            return None;
        }
        let (date, rest) = date(text)?;
        let rest = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest);
        if rest.is_empty() {
            return Some(WireTime { civil: date.to_datetime(Time::midnight()), offset: None, day_only: true });
        }
        let (time, rest) = time(rest)?;
        Some(WireTime { civil: date.to_datetime(time), offset: zone(rest.trim())?, day_only: false })
    }
}

/// The last zone on earth in which a time of the clock comes, in seconds east of UTC.
const LATEST: i32 = -12 * 3600;

/// Gives the times of an item that name no zone the one of its source. Without that, an embargo counts in the last zone on earth: it
/// may end too late, and never too early.
pub(super) fn settle(item: &mut WireItem, zone: Option<&Zone>, notes: &mut Notes) {
    if let Some(time) = item.meta.embargoed_until.filter(WireTime::is_floating) {
        let offset = zone.map_or(LATEST, |zone| zone.offset(time.civil));
        item.meta.embargoed_until = Some(time.with_offset(offset));
        if zone.is_none() {
            let message =
                format!("the embargo `{time}` has no zone; it is read in UTC-12, the zone where each day ends last");
            let hint = "`time_zone` of a source in dateline.yaml says in which zone the source writes its times";
            notes.push(Diagnostic::warning(Code::WireTime, message).hint(hint));
        }
    }
    if let Some(zone) = zone {
        item.meta = std::mem::take(&mut item.meta).map_times(|time| time.in_zone(zone));
    }
}

/// RFC 3339, with the offset as it came; a floating time without one, a day alone as a day.
impl fmt::Display for WireTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.civil.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())?;
        if self.day_only {
            return Ok(());
        }
        let time = self.civil.time();
        write!(f, "T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())?;
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(seconds) => {
                let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// Exactly `count` digits from the front.
fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let head = text.get(..count)?;
    if !head.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((head.parse().ok()?, &text[count..]))
}

fn date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4)?;
    let dashed = rest.strip_prefix('-');
    let (month, rest) = digits(dashed.unwrap_or(rest), 2)?;
    let rest = if dashed.is_some() { rest.strip_prefix('-')? } else { rest };
    let (day, rest) = digits(rest, 2)?;
    // Years outside these are typing errors, and RFC 3339 has no others.
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| year >= 1000)?;
    Some((date, rest))
}

fn time(text: &str) -> Option<(Time, &str)> {
    let (hour, rest) = digits(text, 2)?;
    let colon = rest.strip_prefix(':');
    let (minute, rest) = digits(colon.unwrap_or(rest), 2)?;
    let (second, rest) = match if colon.is_some() { rest.strip_prefix(':') } else { Some(rest) } {
        Some(seconds) if seconds.starts_with(|c: char| c.is_ascii_digit()) => digits(seconds, 2)?,
        _ => (0, rest),
    };
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    // 60 is a leap second, which nobody schedules by.
    let part = |n: i16| i8::try_from(n).ok();
    Some((Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()?, rest))
}

/// `Some(None)` where there is no zone, `None` where there is something else.
fn zone(text: &str) -> Option<Option<i32>> {
    match text {
        "" => return Some(None),
        "Z" | "z" | "UTC" | "GMT" => return Some(Some(0)),
        _ => {}
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = digits(&text[1..], 2)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, "") } else { digits(rest, 2)? };
    let good = rest.is_empty() && hours <= 23 && minutes <= 59;
    good.then_some(Some(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)))
}

#[cfg(test)]
mod tests {
    use super::WireTime;

    #[test]
    fn forms_of_the_agencies() {
        for (text, expected) in [
            ("2014-07-16T15:53:10.000Z", "2014-07-16T15:53:10Z"),
            ("20140829T135002Z", "2014-08-29T13:50:02Z"),
            ("20140829T134951+0000", "2014-08-29T13:49:51Z"),
            ("2018-12-10T123731+0100", "2018-12-10T12:37:31+01:00"),
            ("2016-01-12 12:35:40", "2016-01-12T12:35:40"),
            ("2022-07-11 18:33", "2022-07-11T18:33:00"),
            ("20020211", "2002-02-11"),
            ("2002-02-11", "2002-02-11"),
            ("2017-02-01T10:00-05", "2017-02-01T10:00:00-05:00"),
        ] {
            assert_eq!(WireTime::parse(text).map(|t| t.to_string()).as_deref(), Some(expected), "{text}");
        }
        for bad in [
            "",
            "soon",
            "YYYYMMDD000000-HHMM",
            "2014-13-01",
            "2014-02-30",
            "24:00",
            "4/4/2018",
            "2014-01-01Tx",
            "0000-01-01",
        ] {
            assert_eq!(WireTime::parse(bad), None, "{bad}");
        }
    }
}
