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

/// Whether a note says that its story is under embargo. `Embargo lifted` says the opposite; a story about an embargo says nothing.
pub(in crate::wire) fn says_embargo(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "embargoed until",
        "embargoed to",
        "embargoed till",
        "embargoed for",
        "embargoed:",
        "embargo:",
        "embargo until",
        "embargo till",
        "under embargo",
        "strictly embargoed",
        "sperrfrist",
        "sperrvermerk",
        "hold for release",
        "not for release before",
        "not for release until",
        "not for use before",
        "not for use until",
        "not for publication before",
        "not for publication until",
        "release not before",
        "sous embargo",
        "embargo jusqu",
        "bajo embargo",
        "embargo hasta",
        "embargado hasta",
        "embargada hasta",
        "embargado até",
        "embargo até",
        "sotto embargo",
        "embargo fino",
        "onder embargo",
        "embargo tot",
        "belagt med embargo",
    ];
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
    ];
    if text.chars().count() > 400 {
        return false;
    }
    let lower = text.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word)) && !LIFTED.iter().any(|word| lower.contains(word))
}

/// Whether a line stands over a text to say when it may be used: it begins with words of an embargo, or of immediate release.
pub(in crate::wire) fn is_release_line(text: &str) -> bool {
    const FIRST: &[&str] = &[
        "embargo",
        "strictly embargo",
        "under embargo",
        "sperr",
        "hold for",
        "not for",
        "sous embargo",
        "bajo embargo",
        "sotto embargo",
        "onder embargo",
    ];
    let lower = text.trim_start_matches(['(', '[', '*', '#', '!', ' ']).to_lowercase();
    let lower = lower.trim_end_matches([')', ']', '*', '#', '!', '.', ' ']);
    let immediate = [
        "for immediate release",
        "for release",
        "for immediate use",
        "zur sofortigen veröffentlichung",
        "para su publicación inmediata",
    ];
    lower.chars().count() <= 150
        && ((FIRST.iter().any(|word| lower.starts_with(word)) && says_embargo(lower)) || immediate.contains(&lower))
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

/// A correction that readers are told of: `(Corrects …)`, `(In Jan. 3 story, …)`.
pub(in crate::wire) fn reader_note(text: &str) -> Option<String> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?.trim();
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
        "rettelse",
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

/// A note in brackets or after `Eds:` that tells desks what is new.
pub(in crate::wire) fn is_desk_note(text: &str) -> bool {
    if is_release_line(text) {
        return true;
    }
    let lower = text.to_lowercase();
    if ["eds:", "eds.:", "eds :", "editors:", "note to editors:", "attn:", "attention editors"]
        .iter()
        .any(|word| lower.starts_with(word))
    {
        return true;
    }
    let Some(inner) = lower.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) else { return false };
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
        ] {
            assert!(says_embargo(text) && is_desk_note(text), "{text}");
        }
        assert!(is_desk_note("FOR IMMEDIATE RELEASE"));
        for text in [
            "Trade embargo on Halden ends",
            "The embargo was lifted",
            "Embargo lifted; was embargoed until noon",
            "For release of the men they paid",
        ] {
            assert!(!says_embargo(text) && !is_desk_note(text), "{text}");
        }
    }
}
