//! Lines for desks or readers about a text, and lines that only a web page needs.

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

/// A letter to those who receive the wire: `Liebe Kunden`, `Dear clients`. It is not a story, whatever its headline says.
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

/// A correction for readers: `(Corrects …)`, `(In Jan. 3 story, …)`.
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
