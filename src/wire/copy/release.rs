//! Words of an embargo in places that are not notes: in a slug, at the end of a headline, in the role of a note.

use super::embargo::{is_release_line, is_time_word, says_embargo};

/// Words that stand in a slug for an embargo and are hardly ever what a story is about.
const SLUG_WORDS: &[&str] = &[
    "sperrfrist",
    "sperrvermerk",
    "sperrefrist",
    "klausuleret",
    "klausulert",
    "embargoed",
    "embargado",
    "embargada",
    "embargiem",
];

/// The part of a slug that speaks of an embargo: `Sperrfrist 1800`. `US-IRAN-EMBARGO` is a subject.
pub(in crate::wire) fn in_slug(slug: &str) -> Option<&str> {
    let is_mark = |part: &&str| {
        let lower = part.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            let is_word = SLUG_WORDS.contains(&word);
            let is_timed = matches!(word, "embargo" | "эмбарго" | "hold")
                && words
                    .peek()
                    .is_some_and(|next| matches!(*next, "until" | "till" | "bis" | "hasta") || is_time_word(next));
            if is_word || is_timed {
                return true;
            }
        }
        (part.trim() != "Embargo" && part.contains(' ') && is_release_line(part) && says_embargo(part))
            || is_free_from(&lower)
    };
    slug.split(['/', ',', ';', '\n']).find(is_mark).map(str::trim)
}

/// The part of a headline or a similar line that speaks of an embargo: all of it, or what stands in brackets or behind a dash.
pub(in crate::wire) fn in_line(line: &str) -> Option<&str> {
    let says = |part: &&str| is_release_line(part) && says_embargo(part);
    if says(&line) {
        return Some(line);
    }
    let edge = |c: char| matches!(c, '(' | ')' | '[' | ']' | '+' | '*' | '|' | '/' | '–' | '—');
    let parts = line.split(edge).flat_map(|part| part.split(" - ")).map(str::trim).filter(|part| !part.is_empty());
    parts.into_iter().find(says).or_else(|| {
        // Behind a comma or a full stop only words that no headline is about.
        let last = line.rsplit([',', '.', ';', ':']).find(|part| part.contains(' '))?.trim();
        (last.len() < line.len() && says(&last)).then_some(last)
    })
}

/// `frei ab 18.00`, `frei für Dienstagausgaben`; not `frei ab 16 Jahren`. The text is in lower case.
pub(super) fn is_free_from(lower: &str) -> bool {
    ["frei ab ", "frei für ", "frei fuer ", "frei zum "].iter().any(|lead| {
        lower.match_indices(lead).any(|(at, _)| {
            let is_start = !lower[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
            let rest = &lower[at + lead.len()..];
            let mut words = rest.split_whitespace();
            let first = words.next().unwrap_or("");
            let is_age = words.next().is_some_and(|next| next.starts_with("jahr"));
            let is_edition = ["ausgabe", "zeitungen", "sendung"].iter().any(|kind| first.contains(kind));
            is_start && !is_age && (is_time_word(first) || is_edition)
        })
    })
}

/// Whether the role of a note is that of an embargo: `embargotext`, `aparole:sperrfrist`.
pub(in crate::wire) fn is_embargo_role(role: &str) -> bool {
    let lower = role.to_ascii_lowercase();
    ["embarg", "sperrfrist", "sperrvermerk", "holdnote", "releasetime"].iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embargoes_in_slugs() {
        for slug in [
            "Brücke/Sperrfrist 1800/",
            "BRIDGE-SPERRFRIST",
            "Bridge/Embargo 10.00/Traffic",
            "Bridge, EMBARGOED UNTIL FRIDAY",
            "Brücke/frei ab 18.00 Uhr",
            "Bridge-Embargo-1800",
        ] {
            assert!(in_slug(slug).is_some(), "{slug}");
        }
        for slug in
            ["US-IRAN-EMBARGO", "Iran/Embargo/", "Handel/Embargo gegen Halden", "Kino/Frei ab 16 Jahren", "Hold-Ups"]
        {
            assert_eq!(in_slug(slug), None, "{slug}");
        }
    }

    #[test]
    fn embargoes_in_headlines() {
        for line in [
            "Bridge opens at noon (EMBARGOED UNTIL 18:00 GMT)",
            "Brücke öffnet am Mittag - Sperrfrist 18.00 Uhr",
            "Brücke öffnet +++ Sperrfrist: Freitag, 6.00 Uhr +++",
            "Brücke öffnet (frei ab 18.00 Uhr)",
            "Puente abre [EMBARGO HASTA LAS 12.00]",
            "Bridge opens, embargoed until Friday",
            "Embargo: Friday 10:00",
            "Bro åbner – klausuleret til onsdag kl. 18",
        ] {
            assert!(in_line(line).is_some(), "{line}");
        }
        for line in [
            "Halden lifts embargo",
            "Oil embargo hurts Halden - ministers meet Friday",
            "Film frei ab 16 Jahren",
            "Port strike ends (with pictures)",
            "Ministers agree, embargo stays",
        ] {
            assert_eq!(in_line(line), None, "{line}");
        }
    }
}
