//! Words and lines of an embargo in the copy.

/// Words that say that a story may not be used yet, wherever they stand in a note.
const EMBARGO_PHRASES: &[&str] = &[
    "embargoed until",
    "embargoed to",
    "embargoed till",
    "embargoed for",
    "embargo until",
    "embargo till",
    "embargo expires",
    "embargo lifts",
    "embargo ends",
    "end embargo",
    "end of embargo",
    "embargo end",
    "under embargo",
    "strictly embargoed",
    "strict embargo",
    "sperrfrist",
    "sperrvermerk",
    "sperrefrist",
    "klausuleret",
    "klausulert",
    "klausulerad",
    "sperret til",
    "sperret inntil",
    "hold for release",
    "hold until",
    "advanced for release",
    "moved in advance",
    "and thereafter",
    "not for release before",
    "not for release until",
    "not for use before",
    "not for use until",
    "not for publication before",
    "not for publication until",
    "or broadcast before",
    "or broadcast until",
    "not to be used before",
    "not to be published before",
    "release not before",
    "do not publish before",
    "do not publish until",
    "do not use before",
    "do not use until",
    "do not release before",
    "do not release until",
    "not before publication",
    "publish not before",
    "veröffentlichung nicht vor",
    "nicht vor ablauf",
    "zur veröffentlichung frei",
    "frei zur veröffentlichung",
    "fin de l'embargo",
    "fin del embargo",
    "fine dell'embargo",
    "fim do embargo",
    "fri til offentliggørelse",
    "til frigivelse",
    "får publiceras",
    "vrij na",
    "wolne od",
    "sous embargo",
    "embargo jusqu",
    "ne pas publier avant",
    "ne pas diffuser avant",
    "bajo embargo",
    "embargo hasta",
    "embargado hasta",
    "embargada hasta",
    "no publicar antes",
    "no publicar hasta",
    "no difundir antes",
    "no difundir hasta",
    "embargado até",
    "embargada até",
    "embargo até",
    "sob embargo",
    "não publicar antes",
    "sotto embargo",
    "embargo fino",
    "non pubblicare prima",
    "onder embargo",
    "embargo tot",
    "niet publiceren voor",
    "niet publiceren vóór",
    "belagt med embargo",
    "får inte publiceras före",
    "må ikke offentliggøres før",
    "må ikke publiseres før",
    "må ikke bringes før",
    "ikke publiceres før",
    "julkaisuvapaa",
    "julkaistavissa",
    "pod embargiem",
    "эмбарго до",
    "под эмбарго",
    "не публиковать до",
    "ембарго до",
    "محظور النشر",
    "حظر النشر حتى",
    "엠바고",
    "解禁",
];

/// Whether a note says that its story is under embargo. `Embargo lifted` says the opposite; a story about an embargo says nothing.
pub(in crate::wire) fn says_embargo(text: &str) -> bool {
    const LIFTED: &[&str] = &[
        "lifted",
        "aufgehoben",
        "levé",
        "levantado",
        "no embargo",
        "not embargoed",
        "abgelaufen",
        "beendet",
        "expired",
        "opgeheven",
        "ophævet",
        "opphevet",
        "hävt",
    ];
    // Hardly any note has one of these stems; only such a one is searched for all the phrases.
    const STEMS: &[&str] = &[
        "embarg",
        "sperr",
        "hold ",
        "release",
        "broadcast",
        "ubli",
        "pubbli",
        "for use",
        "be used",
        "klausul",
        "julkais",
        "dif",
        "offentlig",
        "публик",
        "thereafter",
        "advance",
        "bringes",
        "öffentl",
        "ablauf",
        "frei",
        "frigiv",
        "vrij na",
        "wolne",
        "эмбарг",
        "ембарг",
        "حظ",
        "엠바고",
        "解禁",
    ];
    let lower = text.to_lowercase();
    if !STEMS.iter().any(|stem| lower.contains(stem)) || LIFTED.iter().any(|word| lower.contains(word)) {
        return false;
    }
    EMBARGO_PHRASES.iter().any(|word| lower.contains(word))
        || has_embargo_time(&lower)
        || is_release_time(&lower)
        || super::release::is_free_from(&lower)
}

/// `Embargo: Friday`, `EMBARGO 10:00`, `embargo do 19.11.`, or the word alone. `Embargo on oil` is a subject.
fn has_embargo_time(lower: &str) -> bool {
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.iter().enumerate().any(|(at, word)| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !matches!(bare, "embargo" | "embargoed" | "embargó" | "embargado" | "embargada") {
            return false;
        }
        let rest = &words[at + 1..];
        let is_label =
            word.ends_with([':', '-', '–']) || rest.first().is_some_and(|next| matches!(*next, ":" | "-" | "–"));
        // The word alone, or with a name of an hour or day behind it; perhaps after one small word.
        let small = ["do", "to", "til", "a", "al", "alle", "a las", "am", "at", "on", "le", "för", "by"];
        let next = match rest {
            [small_word, next, ..] if small.contains(small_word) => Some(*next),
            [next, ..] => Some(*next),
            [] => None,
        };
        let is_alone = at == 0 && rest.is_empty();
        is_alone || is_label || next.is_some_and(is_time_word)
    })
}

/// `For release Sunday, Nov. 22`, `for use at noon`: what AP puts over advances.
fn is_release_time(lower: &str) -> bool {
    const SMALL: &[&str] = &["at", "on", "or", "after", "from", "for", "use"];
    ["for release ", "for use ", "advance for "].iter().any(|lead| {
        lower.match_indices(lead).any(|(at, _)| {
            let mut words = lower[at + lead.len()..].split_whitespace();
            let first = words.clone().next().unwrap_or("");
            // `Advance for use on or after Sunday`
            let word = words.find(|word| !SMALL.contains(word)).unwrap_or("");
            // `For use 14 days only` are terms.
            is_time_word(word)
                && !(*lead == "for use " && word == first && word.starts_with(|c: char| c.is_ascii_digit()))
                || word == "noon"
        })
    })
}

/// A weekday, a month or a number.
pub(super) fn is_time_word(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    bare.starts_with(|c: char| c.is_ascii_digit())
        || super::super::dateline::is_weekday(bare)
        || super::super::dateline::month(bare).is_some_and(|_| bare.chars().count() >= 3)
}

/// How a line begins that says when a text may be used.
const FIRST: &[&str] = &[
    "embarg",
    "end embargo",
    "end of embargo",
    "do not ",
    "publish not",
    "release not",
    "frei ",
    "zur veröffentlichung",
    "veröffentlichung",
    "nicht vor",
    "fin de l'embargo",
    "fin del embargo",
    "fine dell'embargo",
    "fim do embargo",
    "fri til ",
    "til frigivelse",
    "får publiceras",
    "vrij na",
    "wolne od",
    "strict",
    "under embargo",
    "sperr",
    "klausul",
    "hold ",
    "advance",
    "for release",
    "for use",
    "moved in advance",
    "not for",
    "not to be",
    "sous embargo",
    "ne pas ",
    "bajo embargo",
    "no publicar",
    "no difundir",
    "sob embargo",
    "não publicar",
    "sotto embargo",
    "non pubblicare",
    "onder embargo",
    "niet publiceren",
    "belagt med embargo",
    "må ikke",
    "får inte",
    "julkais",
    "pod embargiem",
    "эмбарго",
    "под эмбарго",
    "не публиковать",
    "ембарго",
    "محظور",
    "حظر",
    "엠바고",
    "解禁",
    "【解禁",
];

/// Whom such a line may address first, before a colon or an exclamation mark.
const ADDRESSED: &[&str] = &[
    "achtung",
    "attention",
    "atención",
    "atencion",
    "attenzione",
    "hinweis",
    "wichtig",
    "important",
    "note",
    "please note",
    "nb",
    "eds",
    "editors",
];

/// Lines that allow use at once.
const IMMEDIATE: &[&str] = &[
    "for immediate release",
    "for release",
    "for immediate use",
    "zur sofortigen veröffentlichung",
    "para su publicación inmediata",
    "pour diffusion immédiate",
];

/// Whether a line stands over a text to say when it may be used: it begins with words of an embargo, or of immediate release.
pub(in crate::wire) fn is_release_line(text: &str) -> bool {
    if text.len() > 600 || text.chars().count() > 150 {
        return false;
    }
    let lower = text.trim_start_matches(['(', '[', '*', '#', '!', '-', '=', '+', ' ']).to_lowercase();
    let lower = lower.trim_end_matches([')', ']', '*', '#', '!', '.', '-', '=', '+', ' ']);
    let after = lower.split_once([':', '!']).filter(|(head, _)| ADDRESSED.contains(&head.trim()));
    let lower = after.map_or(lower, |(_, rest)| rest.trim_start());
    (FIRST.iter().any(|word| lower.starts_with(word)) && says_embargo(lower)) || IMMEDIATE.contains(&lower)
}

#[cfg(test)]
mod tests {
    use super::super::is_desk_note;
    use super::*;

    #[test]
    fn words_of_an_embargo() {
        for text in [
            "Embargoed to 0001 Friday",
            "Sperrfrist: 19. November, 06.00 Uhr",
            "EMBARGO HASTA LAS 12.00",
            "HOLD FOR RELEASE AT NOON",
            "EMBARGO",
            "EMBARGO 10:00 GMT",
            "Embargo do 19.11. 06:00",
            "ACHTUNG: Sperrfrist Mittwoch, 18.00 Uhr",
            "ADVANCE FOR SUNDAY, NOV. 22",
            "Advance for use on or after Sunday, Nov. 22",
            "For release Sunday, Nov. 22, and thereafter.",
            "*** SOB EMBARGO ATÉ 18:00 ***",
            "Klausuleret til onsdag kl. 18",
            "ЭМБАРГО ДО 18:00",
            "محظور النشر حتى الساعة 18:00",
        ] {
            assert!(says_embargo(text) && is_desk_note(text), "{text}");
        }
        assert!(is_desk_note("FOR IMMEDIATE RELEASE"));
        for text in [
            "Trade embargo on Halden ends",
            "The embargo was lifted",
            "Embargo lifted; was embargoed until noon",
            "For release of the men they paid",
            "Embargo on oil from Halden begins",
            "Advances by the army slowed",
            "Strict rules for ports",
        ] {
            assert!(!says_embargo(text) && !is_desk_note(text), "{text}");
        }
    }
}
