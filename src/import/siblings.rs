//! Stories that belong together on the wire and have nothing but their slug in common: the takes of one story, and a kill in a
//! format without identifiers. An import says what is missing or left over; it changes nothing.

use super::shelf::Shelf;
use crate::diag::{Code, Diagnostic};
use crate::path::RelPath;
use crate::wire::{PubStatus, WireItem};

/// The most takes that are asked for: a greater number is a typing error.
const TAKES: u32 = 20;

/// Looks at the stories of the same day with the same slug.
pub(super) fn check(shelf: &Shelf, item: &WireItem, path: Option<&str>, found: &mut Vec<Diagnostic>) {
    let take = item.take.as_deref().and_then(take).or_else(|| item.slugline.as_deref().and_then(take));
    let is_kill = item.held.as_deref().is_some_and(|held| held.ends_with("the story is withdrawn"));
    let (Some(slug), Some(folder)) = (item.slugline.as_deref().map(key), path.and_then(folder)) else { return };
    if slug.is_empty() || (take.is_none() && !is_kill) {
        return;
    }
    let of_slug: Vec<(RelPath, super::Detail)> = shelf
        .in_folder(folder)
        .into_iter()
        .map(|path| {
            let detail = shelf.detail(&path);
            (path, detail)
        })
        .filter(|(_, detail)| detail.slugline.as_deref().map(key).as_deref() == Some(&*slug))
        .collect();
    if is_kill {
        still_public(item, &of_slug, found);
    }
    if let Some(take) = take {
        missing(item, take, &of_slug, found);
    }
}

/// A kill without the identifier of what it kills cannot withdraw it.
fn still_public(item: &WireItem, of_slug: &[(RelPath, super::Detail)], found: &mut Vec<Diagnostic>) {
    let is_public =
        |detail: &super::Detail| detail.status.as_deref().is_none_or(|status| status == PubStatus::Usable.as_str());
    for (path, _) in of_slug.iter().filter(|(_, detail)| detail.uri.as_deref() != Some(&item.uri) && is_public(detail))
    {
        let message = format!(
            "{} is a kill without the identifier of its story, and content/{path} has the same slug and is public",
            item.uri
        );
        found.push(
            Diagnostic::warning(Code::ImportKill, message).hint("if it is the one, set `pubStatus: canceled` in it"),
        );
    }
}

fn missing(
    item: &WireItem,
    (own, total): (u32, Option<u32>),
    of_slug: &[(RelPath, super::Detail)],
    found: &mut Vec<Diagnostic>,
) {
    let there = |number: u32| {
        number == own
            || of_slug.iter().any(|(_, detail)| {
                let named = detail.take.as_deref().and_then(take).or_else(|| detail.slugline.as_deref().and_then(take));
                // The first take rarely says that it is one.
                named.map_or(number == 1, |(named, _)| named == number)
            })
    };
    let missing: Vec<String> = (1..=total.unwrap_or(own).min(TAKES))
        .filter(|number| !there(*number))
        .map(|number| number.to_string())
        .collect();
    if !missing.is_empty() {
        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
        let message = format!("{} is take {own}{of} of a story, and take {} is missing", item.uri, missing.join(", "));
        found.push(
            Diagnostic::warning(Code::ImportTake, message)
                .hint("the story is told in parts; import the missing one, or hold this one"),
        );
    }
}

/// The number of a take, and of how many: `2nd Take`, `Take 2 of 3`, `TAKE 2`, `Take 2/3`.
fn take(text: &str) -> Option<(u32, Option<u32>)> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| *word == "take")?;
    let number = |at: usize| {
        words.get(at).and_then(|word| word.parse::<u32>().ok()).filter(|number| (1..=TAKES).contains(number))
    };
    let ordinal = at.checked_sub(1).and_then(|at| {
        let word = words[at];
        ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).and_then(|digits| digits.parse().ok())
    });
    if let Some(own) = ordinal.filter(|own| (1..=TAKES).contains(own)) {
        return Some((own, None));
    }
    let own = number(at + 1)?;
    let total =
        if words.get(at + 2) == Some(&"of") { number(at + 3) } else { number(at + 2).filter(|_| lower.contains('/')) };
    Some((own, total.filter(|total| *total >= own)))
}

/// A slug for comparison: without case, and without what says which take it is.
fn key(slug: &str) -> String {
    let lower = slug.to_lowercase();
    let head = lower.split(", ").next().unwrap_or(&lower);
    let head = head.find("take").map_or(head, |at| &head[..at]);
    head.chars().filter(|c| c.is_alphabetic()).collect()
}

/// The folder below `content/` of a story's path.
fn folder(path: &str) -> Option<&str> {
    path.strip_prefix("content/")?.rsplit_once('/').map(|(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes() {
        for (text, expected) in [
            ("2nd Take", Some((2, None))),
            ("BC-Port, Take 2 of 3", Some((2, Some(3)))),
            ("TAKE 3", Some((3, None))),
            ("take 2/4", Some((2, Some(4)))),
            ("1st Ld-Writethru", None),
            ("Take", None),
            ("Take 2016", None),
        ] {
            assert_eq!(take(text), expected, "{text}");
        }
        assert_eq!(key("BC-Port-Strike, 2nd Take"), key("bc-port-strike"));
    }
}
