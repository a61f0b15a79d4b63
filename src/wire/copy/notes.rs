//! Lines that tell desks or readers about a text, and lines that only a web page needs.

use crate::wire::block::{Block, plain};

/// Lines that belong to a web page around the story.
const BOILERPLATE: &[&str] = &[
    "related articles",
    "related stories",
    "related",
    "back to top button",
    "back to top",
    "share",
    "tweet",
    "print",
    "email",
    "read more",
    "advertisement",
    "artículos relacionados",
    "noticias relacionadas",
    "artigos relacionados",
    "notícias relacionadas",
    "leer más",
    "leia mais",
    "lire aussi",
    "articles liés",
    "mehr zum thema",
    "anzeige",
    "publicidad",
    "publicidade",
    "publicité",
    "compartir",
    "partager",
    "teilen",
    "share this article",
    "share this",
    "subscribe",
    "comments",
    "follow us",
];

pub(in crate::wire) fn is_boilerplate(text: &str) -> bool {
    if text.len() > 80 {
        return false;
    }
    let lower = text.to_lowercase();
    let lower = lower.trim_end_matches([':', '.', '!', '…', ' ']);
    BOILERPLATE.contains(&lower)
        || ((lower.starts_with("share on ") || lower.starts_with("follow us on ")) && lower.split(' ').count() <= 5)
}

/// Words that say a text is for desks. Doubt means that nothing after them is published.
const NOT_FOR_PUBLICATION: &[&str] = &[
    "not for publication",
    "not intended for publication",
    "not for release",
    "not be published",
    "nicht zur veröffentlichung",
    "nicht zur veroeffentlichung",
    "nicht zur publikation",
    "no publicar",
    "no para su publicación",
    "no es para publicación",
    "ne pas publier",
    "non destiné à la publication",
    "não publicar",
    "não se destina a publicação",
    "non per la pubblicazione",
    "niet voor publicatie",
    "ikke til publicering",
    "inte för publicering",
];

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
    ["for release ", "for use ", "advance for "].iter().any(|lead| {
        lower.match_indices(lead).any(|(at, _)| {
            let mut words = lower[at + lead.len()..].split_whitespace();
            let first = words.next().unwrap_or("");
            let word = if matches!(first, "at" | "on" | "after" | "from") { words.next().unwrap_or("") } else { first };
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

/// Whether a line stands over a text to say when it may be used: it begins with words of an embargo, or of immediate release.
pub(in crate::wire) fn is_release_line(text: &str) -> bool {
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
    const IMMEDIATE: &[&str] = &[
        "for immediate release",
        "for release",
        "for immediate use",
        "zur sofortigen veröffentlichung",
        "para su publicación inmediata",
        "pour diffusion immédiate",
    ];
    if text.len() > 600 || text.chars().count() > 150 {
        return false;
    }
    let lower = text.trim_start_matches(['(', '[', '*', '#', '!', '-', '=', '+', ' ']).to_lowercase();
    let lower = lower.trim_end_matches([')', ']', '*', '#', '!', '.', '-', '=', '+', ' ']);
    let after = lower.split_once([':', '!']).filter(|(head, _)| ADDRESSED.contains(&head.trim()));
    let lower = after.map_or(lower, |(_, rest)| rest.trim_start());
    (FIRST.iter().any(|word| lower.starts_with(word)) && says_embargo(lower)) || IMMEDIATE.contains(&lower)
}

/// Whether the stem of one of the phrases is in a text: `publ`, `pubbl`, `release`, `ffentlich`. Most paragraphs have none, and a look at
/// what stands before each `l` tells.
fn may_say_it(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(b'l', b'L', bytes).any(|at| {
        let before = at.checked_sub(2).and_then(|from| bytes.get(from..at));
        before.is_some_and(|before| [b"ub", b"bb", b"re", b"nt"].iter().any(|stem| before.eq_ignore_ascii_case(*stem)))
    })
}

/// Whether a text says that it, or what follows, is not for publication.
pub(in crate::wire) fn says_not_for_publication(text: &str) -> bool {
    if text.len() > 800 || !may_say_it(text.as_bytes()) {
        return false;
    }
    if text.chars().count() > 200 {
        return false;
    }
    let lower = text.to_lowercase();
    NOT_FOR_PUBLICATION.iter().any(|words| lower.contains(words))
}

/// A heading or a row of signs that leads into what is not for publication.
pub(in crate::wire) fn is_lead_in(block: &Block) -> bool {
    match block {
        Block::Rule => true,
        Block::Heading(_, inlines) => {
            let text = plain(inlines).to_lowercase();
            text.contains("note") || text.contains("notiz")
        }
        Block::Paragraph(inlines) => {
            let text = plain(inlines);
            let text = text.trim();
            !text.is_empty()
                && (text.chars().all(|c| matches!(c, '*' | '-' | '_' | '=' | '#' | ' ')) || text.starts_with("# "))
        }
        _ => false,
    }
}

/// A letter to those who receive the wire: `Liebe Kunden`, `Dear clients`. It is no story, whatever its headline says.
pub(in crate::wire) fn is_letter(text: &str) -> bool {
    const SALUTATIONS: &[&str] = &[
        "liebe kund",
        "liebe kolleg",
        "sehr geehrte kund",
        "sehr geehrte kolleg",
        "dear client",
        "dear customer",
        "dear subscriber",
        "dear colleague",
        "dear editor",
        "attention editors",
        "attention subscribers",
        "attn editors",
        "chers client",
        "chers abonné",
        "estimados cliente",
        "estimados abonado",
        "señores abonado",
        "caros cliente",
        "gentili client",
        "beste klant",
        "kære kunde",
        "kjære kunde",
        "bästa kund",
    ];
    let head: String = text.trim_start_matches(['(', '*', ' ']).chars().take(40).collect::<String>().to_lowercase();
    SALUTATIONS.iter().any(|words| head.starts_with(words))
}

/// A correction that readers are told of: `(Corrects …)`, `(In Jan. 3 story, …)`.
pub(in crate::wire) fn reader_note(text: &str) -> Option<String> {
    correction(text.strip_prefix('(')?.strip_suffix(')')?)
}

/// A correction in a field for notes, where it needs no brackets: `CORRECTS para 4 to say …`. What also speaks to desks stays there.
pub(in crate::wire) fn correction_field(text: &str) -> Option<String> {
    let inner = text.trim();
    let inner = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(inner);
    let lower = inner.to_lowercase();
    let for_desks = [
        "editor",
        "eds:",
        "eds.",
        "desk",
        "contact",
        "client",
        "subscriber",
        "redaktion",
        "kunden",
        "to follow",
        "not for",
    ];
    let digits = inner.bytes().filter(u8::is_ascii_digit).count();
    if inner.contains('@') || inner.contains('+') && digits > 6 || for_desks.iter().any(|word| lower.contains(word)) {
        return None;
    }
    // A word alone (`Correction`) says nothing to readers.
    correction(inner).filter(|note| note.split_whitespace().count() >= 3)
}

fn correction(inner: &str) -> Option<String> {
    let inner = inner.trim();
    let lower = inner.to_lowercase();
    let starts = [
        "corrects",
        "correcting",
        "correction",
        "corrected",
        "in ",
        "berichtigung",
        "korrektur",
        "berichtigt",
        "corrige",
        "corrección",
        "correção",
        "rectification",
        "rectificatif",
        "corrigé",
        "corrigendum",
        "rettelse",
        "rättelse",
        "oikaisu",
        "rettifica",
        "correctie",
        "rectificación",
        "retificação",
        "sprostowanie",
        "korrigerar",
        "this version corrects",
        "this story corrects",
    ];
    let first = starts.iter().find(|word| lower.starts_with(*word))?;
    let is_story = *first != "in "
        || (lower.contains("story") || lower.contains("item"))
            && (lower.contains("correct") || lower.contains("please read"));
    is_story.then(|| inner.to_string())
}

/// A note whose first word names the desks it is for. No text for readers begins so.
pub(in crate::wire) fn is_addressed(text: &str) -> bool {
    let head = text.trim_start_matches(['(', '[', '*']).as_bytes();
    let starts = |word: &str| head.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
    const WORDS: &[&str] = &[
        "eds:",
        "eds.:",
        "eds :",
        "eds -",
        "attention editors",
        "attn editors",
        "story can end here",
        "optional add end",
        "optional trim",
        "optional material follows",
        "begin optional trim",
        "end optional trim",
        "editors: story can end",
        "editors: begin optional",
        "editors: end optional",
        "for use by ",
    ];
    // Most texts begin with none of these letters.
    matches!(head.first(), Some(b'e' | b'E' | b'a' | b'A' | b's' | b'S' | b'o' | b'O' | b'b' | b'B' | b'f' | b'F'))
        && WORDS.iter().any(|word| starts(word))
        && (head.len() < text.len() || !starts("for use by "))
}

/// Words in brackets, alone, that say which version of a story this is.
const VERSIONS: &[&str] = &[
    "lead",
    "1st lead",
    "2nd lead",
    "3rd lead",
    "1st ld",
    "2nd ld",
    "3rd ld",
    "update",
    "updated",
    "ampliaci",
    "ampliada",
    "actualizaci",
    "nueva versión",
    "repetici",
    "atualizaç",
    "neufassung",
    "wiederholung",
    "überarbeitet",
    "aggiornamento",
    "rpt",
    "repeat",
    "writethru",
    "recast",
];

/// A note in brackets or after `Eds:` that tells desks what is new.
pub(in crate::wire) fn is_desk_note(text: &str) -> bool {
    if is_release_line(text) {
        return true;
    }
    let lower = text.to_lowercase();
    if text.len() <= 300 && super::kill::order(&lower).is_some() && lower.starts_with(['(', '[', '*']) {
        return true;
    }
    if is_addressed(text) || ["editors:", "note to editors:", "attn:"].iter().any(|word| lower.starts_with(word)) {
        return true;
    }
    // `ATTENTION - ADDS quotes ///`
    if lower.ends_with("///")
        && ["attention", "atención", "atenção", "achtung"].iter().any(|word| lower.starts_with(word))
    {
        return true;
    }
    let Some(inner) = lower.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) else { return false };
    // A word alone that says which version this is.
    if inner.split(' ').count() <= 2 && VERSIONS.iter().any(|word| inner.starts_with(word)) {
        return true;
    }
    let words = [
        "adds",
        "adding",
        "attn",
        "recasts",
        "recast",
        "updates",
        "updating",
        "writes through",
        "releads",
        "new throughout",
        "with ",
        "repeats",
        "refiles",
        "refiling",
        "changes ",
        "edits",
        "eds:",
        "note ",
        "for global distribution",
        "see also",
        "embargoed",
        "foto ",
        "achtung",
        "neu:",
        "zusammenfassung",
        "aktualisierung",
        "actualiza",
        "amplía",
        "amplia",
        "añade",
        "anade",
        "actualise",
        "ajoute",
        "aggiorna",
        "eil",
        "zufa",
        "korr-bericht",
        "updated",
        "clarifies",
        "removes",
        "rewrites",
        "fixes",
        "drops ",
        "tops ",
        "background",
        "com declarações",
        "com reações",
        "con declaraciones",
        "con reacciones",
        "avec ",
        "acrescenta",
        "atualiza",
        "actualizează",
        "sustituye",
        "repite",
        "repetição",
        "recapitula",
        "uppdater",
        "opdater",
        "oppdater",
        "päivit",
        "lisätty",
        "dodaje",
        "aktualizacja",
        "дополн",
        "обновл",
        "добавл",
        "допълн",
    ];
    words.iter().any(|word| inner.starts_with(word)) && inner.chars().count() <= 400
}

#[cfg(test)]
mod tests {
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
