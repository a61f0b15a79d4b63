//! The dateline of a story, as one string: `Tehran, Jan 10 (EFE)`.

/// Finds the place in a dateline: what stands before the first comma, bracket or slash. `None` where there is none.
///
/// Only the place is needed to file a story; what is shown is the text as it stands.
pub fn place(text: &str) -> Option<&str> {
    let end = text.find([',', '،', '(', '/']).unwrap_or(text.len());
    let place = text[..end].trim().trim_end_matches(['-', '–', '—', '.', ':']).trim();
    let is_place = place.chars().next().is_some_and(char::is_alphabetic) && place.len() <= 80;
    is_place.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn places() {
        for (text, expected) in [
            ("Tehran, Jan 10 (EFE)", Some("Tehran")),
            ("NEW YORK, March 3 -", Some("NEW YORK")),
            ("Berlin (dpa) -", Some("Berlin")),
            ("København /ritzau/:", Some("København")),
            ("مرسى الصفا, 15-10-2026 (LSW)", Some("مرسى الصفا")),
            ("OTTAWA -", Some("OTTAWA")),
            ("(ANSA) - ROME", None),
            ("", None),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
