//! Which version of a story, or which part of one, copy says it is, in formats that have no identifiers: `2nd Ld-Writethru`,
//! `UPDATE 2-`, `(LEAD)`; `2nd Take`, `Take 2 of 3`, `1st Add`.

use crate::wire::item::WireItem;

/// The highest number that is believed: a greater one is a typing error.
const HIGHEST: u32 = 20;

/// A part of a story that comes in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 1.
    pub number: u32,
    /// How many there are, if the copy says it.
    pub total: Option<u32>,
}

/// The version of a story: 1 for the first, one more for each lead or update after it.
pub(in crate::wire) fn version(item: &WireItem) -> u64 {
    // Older slugs have no comma before it: `AM-PORT 1STLD`.
    let is_counted = |take: &&str| take.starts_with(|c: char| c.is_ascii_digit());
    let slug = item.meta.slugline.as_deref();
    let slug = slug.and_then(|slug| {
        let after_blank = || slug.split_once(' ').map(|(_, take)| take).filter(is_counted);
        slug.split_once(',').map(|(_, take)| take).or_else(after_blank)
    });
    // The mark of a headline stands before it: `UPDATE 2-Port opens`, `(2nd LD) Port opens`.
    let head: String = item.meta.headline.chars().take(16).collect();
    let mark = head
        .split_once([')', '-', ':', '–'])
        .map(|(mark, _)| mark)
        .filter(|mark| mark.chars().all(|c| !c.is_lowercase() || matches!(c, 's' | 't' | 'n' | 'd' | 'r' | 'h')));
    let texts = [item.meta.take.as_deref(), slug, mark];
    1 + u64::from(texts.into_iter().flatten().filter_map(lead).max().unwrap_or(0))
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_string)
        .collect()
}

/// The number of an ordinal, and what is written after it: `1st` and ``, `1stld` and `ld`.
fn ordinal(word: &str) -> Option<(u32, &str)> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let number: u32 = word[..digits].parse().ok().filter(|number| (1..=HIGHEST).contains(number))?;
    let rest = &word[digits..];
    Some((number, ["st", "nd", "rd", "th"].iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest)))
}

/// Which lead or update a text names; one without a number is the first.
fn lead(text: &str) -> Option<u32> {
    let words = words(text);
    let is_lead = |word: &str| matches!(word, "ld" | "lead" | "writethru" | "writethrough");
    words.iter().enumerate().find_map(|(at, word)| {
        if let Some((number, rest)) = ordinal(word) {
            return is_lead(rest).then_some(number);
        }
        let before = at.checked_sub(1).and_then(|at| ordinal(&words[at])).filter(|(_, rest)| rest.is_empty());
        let after = words.get(at + 1).and_then(|word| ordinal(word)).filter(|(_, rest)| rest.is_empty());
        match word.as_str() {
            word if is_lead(word) => Some(before.map_or(1, |(number, _)| number)),
            "update" => Some(after.map_or(1, |(number, _)| number)),
            _ => None,
        }
    })
}

/// Which part of a story a take line or a slug names.
pub fn part(text: &str) -> Option<Part> {
    let lower = text.to_lowercase();
    let words = words(text);
    if let Some(at) = words.iter().position(|word| matches!(word.as_str(), "add" | "adds")) {
        // What is added to the first part is the next one.
        let before = at.checked_sub(1).and_then(|at| ordinal(&words[at])).filter(|(_, rest)| rest.is_empty());
        return before.map(|(number, _)| Part { number: number + 1, total: None });
    }
    let at = words.iter().position(|word| word == "take")?;
    if let Some((number, "")) = at.checked_sub(1).and_then(|at| ordinal(&words[at]))
        && words[at - 1].ends_with(|c: char| c.is_alphabetic())
    {
        return Some(Part { number, total: None });
    }
    let number =
        |at: usize| words.get(at).and_then(|word| word.parse().ok()).filter(|number| (1..=HIGHEST).contains(number));
    let own = number(at + 1)?;
    let total = if words.get(at + 2).is_some_and(|word| word == "of") {
        number(at + 3)
    } else {
        number(at + 2).filter(|_| lower.contains('/'))
    };
    Some(Part { number: own, total: total.filter(|total| *total >= own) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Meta;
    use crate::wire::WireTime;

    fn of(meta: Meta<WireTime>) -> u64 {
        version(&WireItem { meta, ..WireItem::default() })
    }

    #[test]
    fn versions() {
        for (take, expected) in [
            ("1st Ld-Writethru", 2),
            ("2nd Ld", 3),
            ("1stLd-Writethru", 2),
            ("Ld-Writethru", 2),
            ("REFILE 1ST LEAD", 2),
            ("2ND LEAD 3RD NET", 3),
            ("2. Lead", 3),
            ("UPDATE 2", 3),
            ("2nd Take", 1),
            ("URGENT", 1),
        ] {
            assert_eq!(of(Meta { take: Some(take.to_string()), ..Meta::default() }), expected, "{take}");
        }
        for (headline, expected) in [
            ("UPDATE 3-Port opens", 4),
            ("(LEAD) Port opens", 2),
            ("(2nd LD) (URGENT) Port opens", 3),
            ("Lead-free paint", 1),
            ("Leads in the case", 1),
            ("Update on port", 1),
        ] {
            assert_eq!(of(Meta { headline: headline.to_string(), ..Meta::default() }), expected, "{headline}");
        }
    }

    #[test]
    fn takes_behind_a_slug() {
        for (slug, expected) in [
            ("AM-PORT 1STLD", 2),
            ("AM-PORT-TALKS 3RDLD-(WRITETHROUGH)", 4),
            ("BC-PORT 1ST LD", 2),
            ("BC-Port, 2nd Ld", 3),
            ("Lead in paint", 1),
            ("BC-PORT 2026", 1),
        ] {
            assert_eq!(of(Meta { slugline: Some(slug.to_string()), ..Meta::default() }), expected, "{slug}");
        }
    }

    #[test]
    fn parts() {
        for (text, expected) in [
            ("2nd Take", Some((2, None))),
            ("BC-Port, Take 2 of 3", Some((2, Some(3)))),
            ("TAKE 3", Some((3, None))),
            ("take 2/4", Some((2, Some(4)))),
            ("1st Add", Some((2, None))),
            ("1st Ld-Writethru, 2nd Take", Some((2, None))),
            ("1st Ld-Writethru", None),
            ("Take", None),
            ("Take 2016", None),
            ("Adds", None),
        ] {
            assert_eq!(part(text).map(|part| (part.number, part.total)), expected, "{text}");
        }
    }
}
