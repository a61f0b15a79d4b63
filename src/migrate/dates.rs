//! Dates as other generators take them, which is nearly any way of writing one.

use crate::clock::{Timestamp, Zone};
use jiff::civil;
use jiff::fmt::strtime;

/// Forms beyond those of a story, with and without an offset.
const WITH_OFFSET: [&str; 7] = [
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S %:z",
    "%Y-%m-%d %H:%M %z",
    "%Y-%m-%d %H:%M %:z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %z %Y",
];
const WITHOUT: [&str; 12] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
];

/// Reads a date; one without an offset is in this zone.
pub(super) fn read(text: &str, zone: &Zone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = zone.parse(text) {
        return Some(time);
    }
    let text =
        text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT")).map_or(text.to_string(), |t| format!("{t}+0000"));
    for form in WITH_OFFSET {
        if let Ok(time) = strtime::parse(form, &text).and_then(|broken| broken.to_timestamp()) {
            return Some(Timestamp::from_millis(time.as_millisecond()));
        }
    }
    for form in WITHOUT {
        let Ok(broken) = strtime::parse(form, &text) else { continue };
        let time = broken.to_datetime().or_else(|_| broken.to_date().map(civil::Date::into));
        if let Ok(time) = time {
            return zone.parse(&time.to_string()).ok();
        }
    }
    None
}

/// The day at the head of a file's name, `2020-01-02-name` or `2020-01-02_name`, and the name after it.
pub(super) fn of_name(stem: &str) -> Option<(&str, &str)> {
    let mut parts = stem.splitn(3, '-');
    let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let is_number =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !is_number(year, 4) || !is_number(month, 2) || !(1..=2).contains(&digits) {
        return None;
    }
    let name = rest[digits..].strip_prefix(['-', '_'])?;
    (!name.is_empty()).then(|| (&stem[..stem.len() - name.len() - 1], name))
}

/// A day written as numbers joined by a sign, at midnight in this zone.
pub(super) fn day(text: &str, sign: char, zone: &Zone) -> Option<Timestamp> {
    let mut parts = text.split(sign).map(|part| part.parse::<i16>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    zone.parse(&format!("{year:04}-{month:02}-{day:02}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_their_generators_do() {
        let zone = Zone::named("Europe/Lisbon").unwrap();
        for (text, utc) in [
            ("2020-07-02T10:00:00+02:00", "2020-07-02T08:00:00Z"),
            ("2020-07-02 10:00:00 +0200", "2020-07-02T08:00:00Z"),
            ("2020-07-02 10:00 +02:00", "2020-07-02T08:00:00Z"),
            ("2020-07-02 10:00:00 UTC", "2020-07-02T10:00:00Z"),
            ("Thu, 02 Jul 2020 10:00:00 +0200", "2020-07-02T08:00:00Z"),
            ("2020-07-02 10:00", "2020-07-02T09:00:00Z"),
            ("2020/07/02", "2020-07-01T23:00:00Z"),
            ("2020-7-2", "2020-07-01T23:00:00Z"),
            ("July 2, 2020", "2020-07-01T23:00:00Z"),
            ("2 Jul 2020", "2020-07-01T23:00:00Z"),
        ] {
            assert_eq!(read(text, &zone).map(|time| time.to_string()).as_deref(), Some(utc), "{text}");
        }
        for bad in ["", "soon", "2020-02-30", "Last Modified", "20"] {
            assert!(read(bad, &zone).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_name_may_begin_with_a_day() {
        assert_eq!(of_name("2020-01-02-port-strike"), Some(("2020-01-02", "port-strike")));
        assert_eq!(of_name("2015-10-8-isoc"), Some(("2015-10-8", "isoc")));
        assert_eq!(of_name("2020-01-02_strike"), Some(("2020-01-02", "strike")));
        for none in ["strike", "2020-01-02", "1-2-3-x", "2020-001-02-x", "2020-01-02-", "é-1-2-x"] {
            assert_eq!(of_name(none), None, "{none}");
        }
        assert_eq!(day("2015-10-8", '-', &Zone::utc()).unwrap().to_string(), "2015-10-08T00:00:00Z");
    }
}
