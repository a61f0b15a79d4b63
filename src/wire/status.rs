//! Publishing status and embargo: read strictly, because what cannot be read must not be published.

use super::Notes;
use super::item::WireItem;
use super::text::clean;
use super::time::WireTime;
use crate::diag::Code;
use crate::story::Status;

/// Sets the status from a file's word for it. Absent is usable; a word nobody knows makes the item withheld.
pub(super) fn set(item: &mut WireItem, word: Option<&str>, notes: &mut Notes) {
    let Some(word) = word.map(str::trim) else { return };
    // A qcode's scheme (`stat:usable`) or the end of a URI says nothing more.
    let value = word.rsplit([':', '/']).next().unwrap_or(word).to_ascii_lowercase();
    match value.as_str() {
        "usable" => {}
        "withheld" => item.meta.status = Status::Withheld,
        "canceled" => item.meta.status = Status::Canceled,
        _ => {
            let shown: String = clean(word).chars().take(40).collect();
            let reason = format!("the publishing status `{shown}` is none of usable, withheld, canceled");
            notes.warn(Code::WireStatus, format!("{reason}; the story is not published"));
            item.hold(reason);
        }
    }
}

/// Sets the embargo from a file's words. One that cannot be read makes the item withheld.
pub(super) fn embargo(item: &mut WireItem, words: Option<&str>, notes: &mut Notes) {
    let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) else { return };
    match WireTime::parse(words) {
        Some(time) => {
            item.meta.embargoed_until = Some(time);
        }
        None => {
            let shown: String = clean(words).chars().take(40).collect();
            let reason = format!("the embargo `{shown}` is not a time");
            notes.warn(Code::WireStatus, format!("{reason}; the story is not published"));
            item.hold(reason);
        }
    }
}

/// Reads a time that is not an embargo: what cannot be read is left out with a warning.
pub(super) fn time(name: &str, words: Option<&str>, notes: &mut Notes) -> Option<WireTime> {
    let words = words.map(str::trim).filter(|words| !words.is_empty())?;
    let time = WireTime::parse(words);
    match &time {
        None => {
            let shown: String = clean(words).chars().take(40).collect();
            notes.warn(Code::WireTime, format!("{name} `{shown}` is not a time and was left out"));
        }
        Some(time) if time.is_floating() => {
            notes.floating(name, *time);
        }
        Some(_) => {}
    }
    time
}

/// A version number: digits, however many agencies use. Nothing else counts.
pub(super) fn version(words: Option<&str>, notes: &mut Notes) -> u64 {
    let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) else { return 1 };
    // JSON writes whole numbers as `3.0`, too.
    let whole = words.split_once('.').filter(|(_, rest)| !rest.is_empty() && rest.bytes().all(|b| b == b'0'));
    match whole.map_or(words, |(whole, _)| whole).parse::<u64>() {
        // YAML readers know signed numbers only.
        Ok(version) if i64::try_from(version).is_ok() => version.max(1),
        _ => {
            let shown: String = clean(words).chars().take(40).collect();
            notes.warn(Code::WireStatus, format!("the version `{shown}` is not a number; it counts as 1"));
            1
        }
    }
}

/// Urgency, 1 to 9.
pub(super) fn urgency(words: Option<&str>) -> Option<u8> {
    words?.trim().parse().ok().filter(|urgency| (1..=9).contains(urgency))
}
