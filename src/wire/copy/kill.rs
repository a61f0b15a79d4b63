//! Marks of a kill or a hold: in headline, kicker, slug and take, in notes for desks, and in the signals of an item.
//!
//! Agencies withdraw stories in words where a format has no status for it, or a desk did not set it. A mark counts only where a desk
//! writes: "storms kill two" is a headline like any other. What replaces another story ("annule et remplace") is not a kill.

use crate::wire::hold;

/// What a mark means for the story that bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wire) enum Meaning {
    /// Withdrawn for good.
    Withdrawn,
    /// Held until an editor releases it.
    Held,
}

/// A mark, in the words it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wire) struct Mark {
    pub(in crate::wire) words: &'static str,
    pub(in crate::wire) meaning: Meaning,
}

impl Mark {
    fn kill(words: &'static str) -> Mark {
        Mark { words, meaning: Meaning::Withdrawn }
    }

    fn hold(words: &'static str) -> Mark {
        Mark { words, meaning: Meaning::Held }
    }

    /// For messages and for the note in the story.
    pub(in crate::wire) fn reason(self, place: &str) -> String {
        let what = match self.meaning {
            Meaning::Withdrawn => "withdrawn",
            Meaning::Held => "held",
        };
        format!("`{}` in the {place} means that the story is {what}", self.words)
    }
}

/// Marks of several words, which need no sign after them.
const PHRASES: &[&str] = &[
    "BULLETIN KILL",
    "MANDATORY KILL",
    "STORY KILL",
    "ADVISORY KILL",
    "KILL ADVISORY",
    "KILL NOTICE",
    "STORY KILLED",
    "STORY WITHDRAWN",
    "STORY REMOVED",
    "STORY RETRACTED",
    "MELDUNG ZURÜCKGEZOGEN",
    "MELDUNG ZURUECKGEZOGEN",
    "DÉPÊCHE ANNULÉE",
    "DEPECHE ANNULEE",
    "NOTICIA ANULADA",
    "NOTICIA ELIMINADA",
    "NOTÍCIA ANULADA",
    "NOTIZIA ANNULLATA",
    "BERICHT INGETROKKEN",
    "TRUKKET TILBAKE",
    "TRUKKET TILBAGE",
    "DRAS TILLBAKA",
];

/// Marks of one word, in capitals as desks write them.
const WORDS: &[&str] = &[
    "KILL",
    "ELIM",
    "ELIMINATION",
    "ELIMINATE",
    "WITHDRAWN",
    "WITHDRAW",
    "RETRACTION",
    "ZURÜCKGEZOGEN",
    "ZURUECKGEZOGEN",
    "ZURÜCKZIEHUNG",
    "ZURÜCKNAHME",
    "STORNO",
    "STORNIERT",
    "ANNULLIERT",
    "ANNULE",
    "ANNULÉ",
    "ANNULÉE",
    "ANNULEE",
    "ANNULATION",
    "ANULA",
    "ANULADA",
    "ANULACIÓN",
    "ANULACION",
    "ANULAÇÃO",
    "ANULAR",
    "ANNULLATA",
    "ANNULLATO",
    "ANNULLAMENTO",
    "INGETROKKEN",
    "VERVALT",
    "VERVALLEN",
    "TILBAGEKALDT",
    "TILBAGETRUKKET",
    "TILBAKEKALT",
    "ANNULLERET",
    "ANNULLERT",
    "UDGÅR",
    "UTGÅR",
    "ÅTERKALLAD",
    "ÅTERKALLAS",
    "MAKULERAS",
    "MITÄTÖITY",
    "ANULOWANO",
    "ANULOWANA",
    "WYCOFANA",
    "ZRUŠENO",
    "АННУЛИРОВАНО",
    "АННУЛИРУЕТСЯ",
    "ОТОЗВАНО",
    "ملغى",
    "ملغاة",
    "撤稿",
    "取り消し",
    "전문취소",
    "기사취소",
];

/// Those that a slug may bear at its edge. All others may be what a story is about: `AFGHANISTAN-US-WITHDRAWAL`.
const SLUG_WORDS: &[&str] = &["KILL", "ELIM", "WITHDRAW", "WITHDRAWN", "ZURÜCKGEZOGEN", "ZURÜCKZIEHUNG"];

/// Marks of a hold, likewise.
const HOLDS: &[&str] = &["HOLD FOR RELEASE", "HFR", "EMBARGOED", "EMBARGADA", "EMBARGADO"];

/// Words that turn a kill into a new version: the story that bears them is the one to use.
const REPLACES: &[&str] = &[
    "ET REMPLACE",
    "Y SUSTITUYE",
    "Y REEMPLAZA",
    "E SUBSTITUI",
    "E SOSTITUISCE",
    "AND REPLACE",
    "& REPLACE",
    "UND ERSETZ",
    "EN VERVANGT",
];

/// A mark before the headline proper: `KILL-`, `BULLETIN KILL`, `ZURÜCKGEZOGEN:`, `(ANULADA)`.
pub(in crate::wire) fn leading_mark(text: &str) -> Option<Mark> {
    let text = text.trim_start_matches(['(', '[', '*', ' ', '-', '【', '+', '=', '#']);
    let after = |words: &str| {
        let rest = text.strip_prefix(words)?;
        let is_whole = !rest.starts_with(char::is_alphanumeric);
        let replaces = REPLACES.iter().any(|words| rest.trim_start().to_uppercase().starts_with(words));
        (is_whole && !replaces).then_some(rest)
    };
    if let Some(words) = PHRASES.iter().find(|words| after(words).is_some()) {
        return Some(Mark::kill(words));
    }
    let is_signed = |words: &str| {
        after(words).is_some_and(|rest| {
            let spaced = rest.trim_start();
            spaced.is_empty()
                || spaced.starts_with(['-', ':', '–', '—', '.', ')', ']', '】', '*', '!', '/'])
                || spaced.starts_with(words)
        })
    };
    // `Zurückziehung:` is nothing but a desk's word, in whatever case.
    if text.starts_with("Zurückziehung") {
        return Some(Mark::kill("Zurückziehung"));
    }
    let kill = WORDS.iter().find(|words| is_signed(words)).map(|words| Mark::kill(words));
    kill.or_else(|| {
        let held = |words: &&&str| is_signed(words) || (words.contains(' ') && after(words).is_some());
        HOLDS.iter().find(held).map(|words| Mark::hold(words))
    })
}

/// The same mark as a word of a slug or take line.
pub(in crate::wire) fn any_mark(text: &str) -> Option<Mark> {
    let upper = text.to_uppercase();
    let of = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_string).collect()
    };
    let (words, written) = (of(&upper), of(text));
    if REPLACES.iter().any(|replaces| upper.contains(replaces)) {
        return None;
    }
    let holds = |phrase: &str| {
        let parts: Vec<&str> = phrase.split(' ').collect();
        words.windows(parts.len()).any(|window| window.iter().zip(&parts).all(|(a, b)| a == b))
    };
    if let Some(phrase) = PHRASES.iter().find(|phrase| holds(phrase)) {
        return Some(Mark::kill(phrase));
    }
    // A slug is made of words, so the word alone may be the story's subject; the desk writes the mark in capitals, at an edge.
    let is_mark = |mark: &str| {
        let alone = words.len() == 1 && words[0] == mark;
        let edge = [written.first(), written.last()].into_iter().flatten().any(|word| word == mark);
        alone || edge
    };
    if let Some(mark) = SLUG_WORDS.iter().find(|mark| is_mark(mark)) {
        return Some(Mark::kill(mark));
    }
    // A part of a take line that is nothing but the mark.
    let mut parts = text.split([',', ';', '\n']).map(str::trim);
    if let Some(mark) = parts.find_map(|part| WORDS.iter().find(|mark| **mark == part)) {
        return Some(Mark::kill(mark));
    }
    HOLDS.iter().find(|mark| if mark.contains(' ') { holds(mark) } else { is_mark(mark) }).map(|mark| Mark::hold(mark))
}

/// Words that make desks take a story back, in lower case.
const ORDERS: &[&str] = &[
    "mandatory kill",
    "bulletin kill",
    "kill is mandatory",
    "kill the story",
    "kill this",
    "kill story",
    "please kill",
    "withdraw the story",
    "withdraw this",
    "do not use this",
    "do not use the story",
    "do not publish this",
    "must not be used",
    "must not be published",
    "anula la noticia",
    "anule la noticia",
    "anulen la noticia",
    "anular la noticia",
    "elimine la noticia",
    "eliminen la noticia",
    "annule la dépêche",
    "annulez la dépêche",
    "annuler la dépêche",
    "annule notre dépêche",
    "annullare la notizia",
    "annulla la notizia",
    "meldung wird zurückgezogen",
    "meldung ist zurückgezogen",
    "ziehen die meldung zurück",
    "ziehen wir die meldung zurück",
    "ziehen wir zurück",
];

/// What a text of the wire is called.
const STORIES: &[&str] = &[
    "story",
    "item",
    "article",
    "report",
    "copy",
    "dispatch",
    "meldung",
    "beitrag",
    "bericht",
    "fassung",
    "dépêche",
    "depeche",
    "papier",
    "noticia",
    "notícia",
    "despacho",
    "nota ",
    "notizia",
    "lancio",
    "artikel",
    "artikkel",
    "melding",
    "telegram",
    "historie",
    "сообщение",
];

/// What became of it, where it was taken back.
const TAKEN_BACK: &[&str] = &[
    "withdrawn",
    "killed",
    "eliminated",
    "retracted",
    "zurückgezogen",
    "zurückgenommen",
    "storniert",
    "annullier",
    "annulée",
    "annulee",
    "annulé ",
    "retirée",
    "anulada",
    "anulado",
    "eliminada",
    "eliminado",
    "retirada",
    "annullata",
    "annullato",
    "ritirata",
    "ingetrokken",
    "tilbagekaldt",
    "tilbagetrukket",
    "trukket tilbage",
    "trukket tilbake",
    "tilbakekalt",
    "återkallas",
    "återkallad",
    "dras tillbaka",
    "аннулировано",
    "отозвано",
];

/// What says that the withdrawn story is another one.
const ANOTHER: &[&str] = &[
    "replac", "previous", "earlier", "remplac", "sustitu", "substitu", "sostitu", "ersetz", "vorherig", "vervang",
    "prior ",
];

/// A kill that a note for desks announces.
pub(in crate::wire) fn in_note(text: &str) -> Option<Mark> {
    let trimmed = strip_address(text);
    if let Some(mark) = leading_mark(trimmed) {
        return Some(mark);
    }
    let first = trimmed.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if ["KILL", "ELIM", "ELIMINATION", "WITHDRAW", "WITHDRAWN"].contains(&first) {
        return Some(Mark::kill("KILL"));
    }
    // Hardly any note has one of these stems; only such a one is searched for all the words.
    const STEMS: &[&str] = &[
        "kill",
        "withdr",
        "elimin",
        "retract",
        "zur",
        "annul",
        "anul",
        "retir",
        "ritir",
        "ingetrok",
        "tilba",
        "återk",
        "tillbaka",
        "аннул",
        "отоз",
        "storn",
        "not use",
        "not publish",
        "not be",
    ];
    let lower = trimmed.to_lowercase();
    if !STEMS.iter().any(|stem| lower.contains(stem)) || ANOTHER.iter().any(|word| lower.contains(word)) {
        return None;
    }
    order(&lower).or_else(|| {
        let sentences = lower.split(['.', '!', ';', '\n']);
        sentences.filter(|sentence| sentence.len() <= 400).find_map(taken_back)
    })
}

/// `story withdrawn`, `the story BC-PORT has been withdrawn`; not `report of two killed`.
fn taken_back(sentence: &str) -> Option<Mark> {
    const AUXILIARIES: &[&str] = &[
        "is", "was", "been", "be", "being", "wird", "wurde", "ist", "est", "été", "es", "sido", "queda", "foi", "é",
        "è", "stata", "stato", "wordt", "werd", "er", "blir", "bliver", "är", "har",
    ];
    let story = STORIES.iter().filter_map(|word| sentence.find(word).map(|at| at + word.len())).min()?;
    TAKEN_BACK.iter().find_map(|word| {
        let at = sentence[story..].find(word)?;
        let between = sentence[story..story + at].trim();
        let fits = between.is_empty() || between.rsplit(' ').next().is_some_and(|last| AUXILIARIES.contains(&last));
        fits.then(|| Mark::kill(word))
    })
}

/// An order to desks, which no text for readers holds. The text is in lower case.
pub(in crate::wire) fn order(lower: &str) -> Option<Mark> {
    ORDERS.iter().find(|words| lower.contains(*words)).map(|words| Mark::kill(words))
}

/// The text without those it is addressed to: `Eds:`, `EDITORS:`, `ATTENTION EDITORS -`.
fn strip_address(text: &str) -> &str {
    let text = text.trim_start_matches(['(', '[', '*', ' ']);
    let Some((head, rest)) = text.split_once([':', '-', '–', '—']) else { return text };
    let lower = head.trim().to_lowercase();
    let known =
        ["eds", "editors", "editor", "attention editors", "note to editors", "attn", "attention", "achtung", "note"];
    if known.contains(&lower.trim_end_matches('.')) { rest.trim_start() } else { text }
}

/// A signal, genre or type of an item that takes it back or holds it: `sig:kill`, `Withdrawal`, `Embargoed`.
pub(in crate::wire) fn in_signal(code: &str) -> Option<Mark> {
    let (words, meaning) = hold::of_code(code)?;
    Some(if meaning == hold::Use::Withdrawn { Mark::kill(words) } else { Mark::hold(words) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_before_a_headline() {
        for text in [
            "KILL-Halden strike",
            "BULLETIN KILL",
            "MANDATORY KILL Halden strike",
            "KILL KILL KILL",
            "ZURÜCKGEZOGEN: Hafen steht still",
            "Zurückziehung: Hafen",
            "ANNULATION - Halden: les grues",
            "(ANULADA) Grúas paradas",
            "ELIMINATION",
            "WITHDRAW: Halden",
        ] {
            assert_eq!(leading_mark(text).map(|mark| mark.meaning), Some(Meaning::Withdrawn), "{text}");
        }
        assert_eq!(leading_mark("HOLD FOR RELEASE Halden").map(|mark| mark.meaning), Some(Meaning::Held));
        for text in [
            "STORMS KILL TWO",
            "KILL BILL returns",
            "ANNULE ET REMPLACE: Halden",
            "Withdrawal symptoms: what helps",
            "ELIMINATION RACE OPENS",
            "Anula el juez la orden",
        ] {
            assert_eq!(leading_mark(text), None, "{text}");
        }
    }

    #[test]
    fn marks_in_slugs() {
        for text in
            ["BC-Halden-Strike, BULLETIN KILL", "KILL", "Halden/Hafen/ZURÜCKGEZOGEN", "1st Ld, ELIM", "ANNULATION"]
        {
            assert_eq!(any_mark(text).map(|mark| mark.meaning), Some(Meaning::Withdrawn), "{text}");
        }
        assert_eq!(any_mark("Cranes, HFR").map(|mark| mark.meaning), Some(Meaning::Held));
        for text in [
            "BC-US--Storms Kill Two",
            "ANNULE ET REMPLACE",
            "US-IRAN-EMBARGO",
            "AFGHANISTAN-US-WITHDRAWAL",
            "SYRIA-JOURNALIST-KILLED",
            "TRANSPORT-ANNULATION",
        ] {
            assert_eq!(any_mark(text), None, "{text}");
        }
    }

    #[test]
    fn kills_in_notes_and_signals() {
        for text in [
            "MANDATORY KILL: The story is wrong.",
            "Eds: MANDATORY KILL. Do not use.",
            "EDITORS: ELIMINATION: BC-NO--Halden has been eliminated.",
            "KILL this story at once",
            "Story withdrawn by the agency",
            "A kill is mandatory.",
            "Achtung: Die Meldung bdt0120 wird zurückgezogen.",
            "La dépêche 045 est annulée",
            "ATENCION: Elimine la noticia fechada en Halden",
        ] {
            assert!(in_note(text).is_some(), "{text}");
        }
        for text in [
            "Adds quotes, details on storm that killed two",
            "Replaces earlier story, which was withdrawn",
            "Updates with candidate withdrawn from race",
            "Adds police report of two killed",
            "Annule et remplace la dépêche précédente",
            "With photos. Do not use photo OSL101.",
        ] {
            assert_eq!(in_note(text), None, "{text}");
        }
        assert!(in_signal("sig:kill").is_some() && in_signal("Mandatory Kill").is_some());
        assert!(in_signal("sig:update").is_none() && in_signal("edStat:C").is_none());
    }
}
