//! Time as an argument: instants, days, and how text becomes one. Only the command line reads the clock of the machine.

use jiff::civil;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An instant, in milliseconds since 1970 UTC; from the year -9999 to 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z: the date of a story that has none.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// The instant that many milliseconds after 1970 began, held to the range that jiff knows.
    pub fn from_millis(millis: i64) -> Timestamp {
        let (least, most) = (jiff::Timestamp::MIN.as_millisecond(), jiff::Timestamp::MAX.as_millisecond());
        Timestamp(millis.clamp(least, most))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The same instant, later by some seconds.
    pub fn plus_seconds(self, seconds: i64) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// As jiff knows it.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// The day and time of day in a zone.
    pub fn in_zone(self, zone: &Zone) -> civil::DateTime {
        zone.0.to_datetime(self.to_jiff())
    }

    /// The day in a zone.
    pub fn day(self, zone: &Zone) -> Day {
        Day::from(self.in_zone(zone).date())
    }

    /// RFC 3339 in a zone, with its offset: `2026-11-23T14:05:00+01:00`.
    pub fn rfc3339(self, zone: &Zone) -> String {
        let (time, offset) = (self.in_zone(zone), zone.0.to_offset(self.to_jiff()));
        let seconds = offset.seconds();
        let mut text = String::with_capacity(25);
        let year = time.year();
        if (0..=9999).contains(&year) {
            two_digits(&mut text, (year / 100) as u8);
            two_digits(&mut text, (year % 100) as u8);
        } else {
            text.push_str(&format!("{year:05}"));
        }
        let parts =
            [('-', time.month()), ('-', time.day()), ('T', time.hour()), (':', time.minute()), (':', time.second())];
        for (sign, part) in parts {
            text.push(sign);
            two_digits(&mut text, part.unsigned_abs());
        }
        if seconds == 0 {
            text.push('Z');
        } else {
            text.push(if seconds < 0 { '-' } else { '+' });
            let minutes = seconds.unsigned_abs() / 60;
            two_digits(&mut text, (minutes / 60) as u8);
            text.push(':');
            two_digits(&mut text, (minutes % 60) as u8);
        }
        text
    }

    /// RFC 2822, as RSS 2.0 wants it: `Mon, 23 Nov 2026 13:05:00 +0000`.
    pub fn rfc2822(self) -> String {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let time = self.in_zone(&Zone::utc());
        let (year, month) = (time.year(), usize::from(time.month().unsigned_abs()) - 1);
        if year < 0 {
            return self.to_jiff().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        }
        let day = DAYS[time.weekday().to_monday_zero_offset().unsigned_abs() as usize];
        let mut text = String::with_capacity(31);
        text.push_str(day);
        text.push_str(", ");
        two_digits(&mut text, time.day().unsigned_abs());
        text.push(' ');
        text.push_str(MONTHS[month]);
        text.push(' ');
        two_digits(&mut text, (year / 100) as u8);
        two_digits(&mut text, (year % 100) as u8);
        for (sign, part) in [(' ', time.hour()), (':', time.minute()), (':', time.second())] {
            text.push(sign);
            two_digits(&mut text, part.unsigned_abs());
        }
        text.push_str(" +0000");
        text
    }
}

/// Appends a number under 100 as two digits; the formatting machinery costs ten times as much.
pub fn two_digits(text: &mut String, number: u8) {
    text.push(char::from(b'0' + number / 10 % 10));
    text.push(char::from(b'0' + number % 10));
}

/// RFC 3339 in UTC.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339(&Zone::utc()))
    }
}

/// A calendar day in the site's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year, -9999 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl Day {
    /// Days since 1 January 1970.
    pub fn since_epoch(self) -> i32 {
        // The fields come from a date, so they are one.
        let date = civil::Date::new(self.year, self.month.cast_signed(), self.day.cast_signed()).unwrap_or_default();
        let days = date.since((jiff::Unit::Day, civil::date(1970, 1, 1)));
        days.map_or(0, |span| span.get_days())
    }
}

impl From<civil::Date> for Day {
    fn from(date: civil::Date) -> Day {
        Day { year: date.year(), month: date.month().unsigned_abs(), day: date.day().unsigned_abs() }
    }
}

/// `2026-11-23`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.year < 0 {
            return write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day);
        }
        let mut text = String::with_capacity(10);
        two_digits(&mut text, (self.year / 100) as u8);
        two_digits(&mut text, (self.year % 100) as u8);
        text.push('-');
        two_digits(&mut text, self.month);
        text.push('-');
        two_digits(&mut text, self.day);
        f.write_str(&text)
    }
}

/// A time zone by its IANA name, from the table compiled into the program: a build never depends on the machine's.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// UTC.
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// A zone by name, `Europe/Lisbon`.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZoneDatabase::bundled().get(name).ok().map(Zone)
    }

    /// Seconds east of UTC at a time of the clock. Where clocks go back and a time comes twice, of the second.
    pub fn offset(&self, local: civil::DateTime) -> i32 {
        let time = self.0.to_ambiguous_timestamp(local).later();
        time.map_or(0, |time| self.0.to_offset(time).seconds())
    }

    /// Reads a time: RFC 3339, with a blank for the `T`, without seconds, without zone (then in this zone), or a day alone
    /// (its midnight in this zone). The error says what is wrong with it.
    pub fn parse(&self, text: &str) -> std::result::Result<Timestamp, String> {
        let text = text.trim();
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Ok(Timestamp(time.as_millisecond()));
        }
        if let Some(time) = usual_form(text).and_then(|text| text.parse::<jiff::Timestamp>().ok()) {
            return Ok(Timestamp(time.as_millisecond()));
        }
        let usual = usual_form(text);
        let text = usual.as_deref().unwrap_or(text);
        let local = text.parse::<civil::DateTime>().map_err(|error| reason(&error.to_string()))?;
        if text.len() > 10 && text.ends_with(['Z', 'z']) {
            return Err("expected a time like 2026-11-23T14:05:00Z".to_string());
        }
        let time = self.0.to_timestamp(local).map_err(|error| reason(&error.to_string()))?;
        Ok(Timestamp(time.as_millisecond()))
    }
}

/// The forms of other programs as RFC 3339, or without a zone where they have none: `2024-01-02 10:00:00 +0100` of Jekyll,
/// `2024/1/2 10:00` of Hexo, `2024-01-02 10:00:00 UTC`. `None` where a text has no such form. What the numbers say is not looked at.
fn usual_form(text: &str) -> Option<String> {
    let digits = |text: &str, least: usize, most: usize| {
        let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
        (least..=most).contains(&end).then_some(end)
    };
    let (year, rest) = text.split_at(digits(text, 4, 4)?);
    let sign = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    let (month, rest) = rest[1..].split_at(digits(&rest[1..], 1, 2)?);
    let rest = rest.strip_prefix(sign)?;
    let (day, rest) = rest.split_at(digits(rest, 1, 2)?);
    let mut usual = format!("{year}-{month:0>2}-{day:0>2}");
    if rest.is_empty() {
        return Some(usual);
    }
    let rest = rest.strip_prefix([' ', 'T', 't', '\t'])?.trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(end);
    let (hour, after) = clock.split_once(':')?;
    if hour.is_empty() || after.is_empty() {
        return None;
    }
    usual.push_str(&format!("T{hour:0>2}:{after}"));
    if clock.matches(':').count() == 1 {
        usual.push_str(":00");
    }
    let zone = zone.trim();
    if ["", "Z", "UTC", "GMT"].iter().any(|name| zone.eq_ignore_ascii_case(name)) {
        usual.push_str(if zone.is_empty() { "" } else { "Z" });
        return Some(usual);
    }
    let offset = zone.strip_prefix(['+', '-'])?.replace(':', "");
    let end = digits(&offset, 2, 4).filter(|end| *end == offset.len() && *end != 3)?;
    let minutes = if end == 4 { &offset[2..] } else { "00" };
    usual.push_str(&format!("{}{}:{minutes}", &zone[..1], &offset[..2]));
    Some(usual)
}

/// The useful end of jiff's message chain.
fn reason(message: &str) -> String {
    let last = message.rsplit(": ").next().unwrap_or(message);
    if message.contains("range") || message.contains("not in the required") || message.contains("invalid day") {
        format!("there is no such day or time ({last})")
    } else {
        "expected a time like 2026-11-23T14:05:00+01:00 or 2026-11-23".to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_people_write() {
        let lisbon = Zone::named("Europe/Lisbon").unwrap();
        for (text, utc) in [
            ("2026-11-23T14:05:00+01:00", "2026-11-23T13:05:00Z"),
            ("2026-11-23 14:05:00Z", "2026-11-23T14:05:00Z"),
            ("2026-07-01T14:05", "2026-07-01T13:05:00Z"),
            ("2026-07-01 14:05:30", "2026-07-01T13:05:30Z"),
            ("2026-07-01", "2026-06-30T23:00:00Z"),
            ("0001-01-01", "0001-01-01T00:36:45Z"),
            ("2024-01-02 10:00:00 +0100", "2024-01-02T09:00:00Z"),
            ("2024-01-02 10:00 +01:00", "2024-01-02T09:00:00Z"),
            ("2024-01-02T10:00:00+0100", "2024-01-02T09:00:00Z"),
            ("2024-01-02 10:00:00.250 -05", "2024-01-02T15:00:00Z"),
            ("2024-01-02 10:00:00 UTC", "2024-01-02T10:00:00Z"),
            ("2024-07-02 10:00:00 Z", "2024-07-02T10:00:00Z"),
            ("2024-7-2 9:05", "2024-07-02T08:05:00Z"),
            ("2024/07/02 10:00:00", "2024-07-02T09:00:00Z"),
            ("20240702", "2024-07-01T23:00:00Z"),
        ] {
            assert_eq!(lisbon.parse(text).map(|t| t.to_string()), Ok(utc.to_string()), "{text}");
        }
        for bad in [
            "",
            "soon",
            "2026-02-30",
            "2026-13-01",
            "2026-11-23T25:00:00Z",
            "23.11.2026",
            "2024-01-02 10:00 CET",
            "2024-01/02",
            "2024-01-02 +0100",
            "2024-02-30 10:00 +0100",
        ] {
            assert!(lisbon.parse(bad).is_err(), "{bad}");
        }
        assert!(lisbon.parse("2026-02-30").unwrap_err().contains("no such day"));
    }

    #[test]
    fn writes_offsets_and_mail_dates() {
        let time = Zone::utc().parse("2026-07-01T12:00:00Z").unwrap();
        assert_eq!(time.rfc3339(&Zone::named("Asia/Kolkata").unwrap()), "2026-07-01T17:30:00+05:30");
        assert_eq!(time.rfc3339(&Zone::named("America/New_York").unwrap()), "2026-07-01T08:00:00-04:00");
        assert_eq!(time.rfc2822(), "Wed, 01 Jul 2026 12:00:00 +0000");
        for millis in [i64::MIN, -65_000_000_000_001, -1, 0, 951_826_149_000, i64::MAX] {
            let time = Timestamp::from_millis(millis);
            assert_eq!(time.rfc2822(), time.to_jiff().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
        }
        for day in [Day { year: -7, month: 2, day: 1 }, Day { year: 33, month: 12, day: 31 }] {
            assert_eq!(day.to_string(), format!("{:04}-{:02}-{:02}", day.year, day.month, day.day));
        }
        assert_eq!(time.day(&Zone::named("Pacific/Auckland").unwrap()).to_string(), "2026-07-02");
    }
}
