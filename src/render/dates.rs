//! Dates and languages as readers write them, from CLDR by way of ICU4X.

use crate::clock::{Day, Zone};
use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::zone::ExemplarCity;
use icu_datetime::fieldsets::{Y, YM, YMD};
use icu_datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_locale::{Locale, locale};
use icu_time::zone::IanaParser;
use rustc_hash::FxHashMap;

/// The long form of every day that a site shows, in each of its languages: made once, so that pages only look it up.
#[derive(Debug, Default)]
pub struct Dates {
    long: FxHashMap<Day, Box<[Box<str>]>>,
}

impl Dates {
    /// Writes out all these days in all these languages.
    pub fn new(languages: &[String], days: impl Iterator<Item = Day>) -> Dates {
        let formatters: Vec<_> = languages.iter().map(|language| formatter(language)).collect();
        let mut dates = Dates::default();
        for day in days {
            dates.long.entry(day).or_insert_with(|| formatters.iter().map(|f| write(f.as_ref(), day).into()).collect());
        }
        dates
    }

    /// `23 November 2026`, by the language's place in the list of languages; the ISO form where it is not known.
    pub fn long(&self, language: usize, day: Day) -> String {
        self.long
            .get(&day)
            .and_then(|texts| texts.get(language))
            .map_or_else(|| day.to_string(), |text| text.to_string())
    }
}

type Formatter = FixedCalendarDateTimeFormatter<Gregorian, YMD>;

fn formatter(language: &str) -> Option<Formatter> {
    let locale: Locale = language.parse().unwrap_or(locale!("en"));
    Formatter::try_new(locale.into(), YMD::long()).ok()
}

fn write(formatter: Option<&Formatter>, day: Day) -> String {
    let date = Date::try_new_gregorian(i32::from(day.year), day.month, day.day);
    match (formatter, date) {
        (Some(formatter), Ok(date)) => formatter.format(&date).to_string(),
        _ => day.to_string(),
    }
}

/// The long form of a day in a language.
pub fn long(language: &str, day: Day) -> String {
    write(formatter(language).as_ref(), day)
}

/// A month (`November 2026`) in a language; a year where the month is 0.
pub fn month(language: &str, year: i16, month: u8) -> String {
    let locale: Locale = language.parse().unwrap_or(locale!("en"));
    let date = Date::try_new_gregorian(i32::from(year), month.max(1), 1).ok();
    let text = match month {
        0 => FixedCalendarDateTimeFormatter::<Gregorian, Y>::try_new(locale.into(), Y::long())
            .ok()
            .zip(date)
            .map(|(formatter, date)| formatter.format(&date).to_string()),
        _ => FixedCalendarDateTimeFormatter::<Gregorian, YM>::try_new(locale.into(), YM::long())
            .ok()
            .zip(date)
            .map(|(formatter, date)| formatter.format(&date).to_string()),
    };
    text.unwrap_or_else(|| if month == 0 { format!("{year:04}") } else { format!("{year:04}-{month:02}") })
}

/// What readers of a language call a zone: by its city (`Lisbon`), or by its name where it has none (`UTC`).
pub fn zone(language: &str, zone: &Zone) -> String {
    let locale: Locale = language.parse().unwrap_or(locale!("en"));
    let name = zone.name();
    let own = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
    if !name.contains('/') || name.starts_with("Etc/") {
        return own;
    }
    let formatter = NoCalendarFormatter::try_new(locale.into(), ExemplarCity).ok();
    formatter.map_or(own, |formatter| formatter.format(&IanaParser::new().parse(name).without_offset()).to_string())
}

/// `rtl` for languages written from right to left, else `ltr`.
pub fn direction(language: &str) -> &'static str {
    let locale: Locale = language.parse().unwrap_or(locale!("en"));
    if icu_locale::LocaleDirectionality::new_common().is_right_to_left(&locale.id) { "rtl" } else { "ltr" }
}

/// A language's own name for itself; the tag where it is not in the table. CLDR's display names are not stable in ICU4X yet.
pub fn language_name(language: &str) -> String {
    let primary = language.split('-').next().unwrap_or(language);
    let names = [
        ("ar", "العربية"),
        ("ca", "Català"),
        ("de", "Deutsch"),
        ("en", "English"),
        ("es", "Español"),
        ("fa", "فارسی"),
        ("fr", "Français"),
        ("he", "עברית"),
        ("it", "Italiano"),
        ("ja", "日本語"),
        ("nl", "Nederlands"),
        ("pl", "Polski"),
        ("pt", "Português"),
        ("ru", "Русский"),
        ("tr", "Türkçe"),
        ("uk", "Українська"),
        ("zh", "中文"),
    ];
    names.iter().find(|(tag, _)| *tag == primary).map_or_else(|| language.to_string(), |(_, name)| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_dates() {
        let day = Day { year: 2026, month: 11, day: 23 };
        let languages = ["en-GB", "es", "de", "ar", "no such tag"].map(String::from);
        let dates = Dates::new(&languages, [day].into_iter());
        assert_eq!(dates.long(0, day), "23 November 2026");
        assert_eq!(dates.long(1, day), "23 de noviembre de 2026");
        assert_eq!(dates.long(2, day), "23. November 2026");
        assert!(dates.long(3, day).contains("نوفمبر"));
        assert_eq!(dates.long(9, day), "2026-11-23");
    }

    #[test]
    fn months_and_years() {
        assert_eq!([month("en", 2026, 11), month("en", 2026, 0)], ["November 2026", "2026"]);
        assert_eq!([month("es", 2026, 11), month("de", 2026, 1)], ["noviembre de 2026", "Januar 2026"]);
        assert!(month("ar", 2026, 11).contains("نوفمبر"));
        assert!(month("ja", 2026, 11).contains("11月"));
    }

    #[test]
    fn zones() {
        let name = |language, name| zone(language, &Zone::named(name).unwrap());
        assert_eq!([name("en", "Europe/Lisbon"), name("es", "Europe/Lisbon")], ["Lisbon", "Lisboa"]);
        assert_eq!([name("ar", "Europe/Lisbon"), name("de", "America/New_York")], ["لشبونة", "New York"]);
        assert_eq!([name("en", "UTC"), name("fr", "Etc/GMT+5"), name("?", "Asia/Tokyo")], ["UTC", "GMT+5", "Tokyo"]);
    }

    #[test]
    fn directions() {
        assert_eq!(
            [direction("ar"), direction("he-IL"), direction("ur"), direction("en"), direction("?")],
            ["rtl", "rtl", "rtl", "ltr", "ltr"]
        );
    }
}
