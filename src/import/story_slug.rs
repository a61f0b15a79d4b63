//! The slug that a story's file is named by.

use crate::hash::Hash;
use crate::path::{slug_fault, slugify};
use crate::wire::WireItem;

/// The slug of a story: its headline without marks of the desk.
pub(super) fn story_slug(item: &WireItem) -> String {
    let slug = slugify(without_marks(&item.meta.headline));
    if slug_fault(&slug).is_some() { neutral_slug(item.uri()) } else { slug }
}

/// A slug that says nothing of the story.
pub(super) fn neutral_slug(uri: &str) -> String {
    format!("story-{}", &Hash::of(uri.as_bytes()).to_string()[..10])
}

/// A headline without `UPDATE 1-`, `CORRECTED-`, `(CORRECTED) -` before it and `(2)` after it.
pub(super) fn without_marks(headline: &str) -> &str {
    const MARKS: &[&str] = &[
        "UPDATE",
        "CORRECTED",
        "CORRECTION",
        "REFILE",
        "RPT",
        "WRAPUP",
        "REPEAT",
        "RECAST",
        "AMPL",
        "AMP",
        "LEAD",
        "URGENT",
        "URGENTE",
        "EILMELDUNG",
        "1ST LD",
        "2ND LD",
        "3RD LD",
        "2ND LEAD",
        "3RD LEAD",
    ];
    let mut text = headline.trim();
    for _ in 0..4 {
        let inner = text.trim_start_matches(['(', '[', '*']);
        let head = |mark: &str| inner.get(..mark.len()).filter(|head| head.eq_ignore_ascii_case(mark));
        let Some(mark) = MARKS.iter().find_map(|mark| head(mark)) else { break };
        let rest = inner[mark.len()..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        // In brackets the mark needs no sign after it; without, it must be in capitals or have a colon.
        let after = rest.strip_prefix([')', ']']).filter(|_| inner.len() < text.len());
        let rest = match after {
            Some(after) => after.trim_start().trim_start_matches(['-', ':', '–', '.']),
            None => {
                let is_capital = !mark.chars().any(char::is_lowercase) || mark == "Ampl";
                let Some(rest) = rest.strip_prefix(if is_capital { &['-', ':', '–', '.'][..] } else { &[':'][..] })
                else {
                    break;
                };
                rest
            }
        };
        text = rest.trim_start_matches(['-', ' ']);
    }
    if let Some(open) =
        text.rfind(" (").filter(|open| text[open + 2..].trim_end_matches(')').bytes().all(|b| b.is_ascii_digit()))
    {
        text = text[..open].trim_end();
    }
    if text.is_empty() { headline } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_out_of_addresses() {
        for (headline, expected) in [
            ("UPDATE 1-Port reopens", "Port reopens"),
            ("CORRECTED-UPDATE 2-Port reopens", "Port reopens"),
            ("(CORRECTED) - PORT REOPENS", "PORT REOPENS"),
            ("Port reopens (2)", "Port reopens"),
            ("(LEAD) Port reopens", "Port reopens"),
            ("(2nd LD) (URGENT) Port reopens", "Port reopens"),
            ("Urgent: Port reopens", "Port reopens"),
            ("Ampl.- Port reopens", "Port reopens"),
            ("Lead-free paint", "Lead-free paint"),
            ("Updates to the port law", "Updates to the port law"),
            ("LEADERS MEET", "LEADERS MEET"),
            ("(2)", "(2)"),
        ] {
            assert_eq!(without_marks(headline), expected);
        }
    }
}
