//! Notes to desks in the copy.

use super::embargo::is_release_line;
use super::notes::is_addressed;

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

/// How a note in brackets begins that says what is new in this version, or how to use it.
const NEWS: &[&str] = &[
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

/// A note in brackets or after `Eds:` that says to desks what is new.
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
    NEWS.iter().any(|word| inner.starts_with(word)) && inner.chars().count() <= 400
}
