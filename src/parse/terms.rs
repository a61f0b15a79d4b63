//! Whether the terms of a picture let it be shown on the web.
//!
//! Agencies write restrictions as short phrases in a line of terms: `MANDATORY CREDIT; NO SALES; ONLINE OUT`. There is no code for them
//! on most wires, so these phrases are looked for, in the languages of the desks that write them.

use crate::clock::Timestamp;
use crate::story::Association;

/// Words for the web.
const WEB: &[&str] = &["web", "online", "internet", "digital", "website", "websites"];
/// Words that come before such a word and forbid it.
const BEFORE: &[&str] = &[
    "no",
    "not for",
    "not for use on",
    "except",
    "keine",
    "kein",
    "nicht",
    "nicht für",
    "sin",
    "excepto",
    "pas de",
    "pas d",
    "sauf",
    "sem",
    "exceto",
    "proibido",
];
/// Words that come after such a word and forbid it.
const AFTER: &[&str] = &[
    "out",
    "ausgeschlossen",
    "excluded",
    "prohibited",
    "forbidden",
    "not permitted",
    "not allowed",
    "use prohibited",
    "use not permitted",
];
/// Phrases that leave nothing but paper.
const ONLY: &[&str] = &[
    "print only",
    "print use only",
    "newspapers only",
    "only for print",
    "for print only",
    "nur print",
    "nur für print",
    "sólo prensa escrita",
    "solo prensa escrita",
    "papier uniquement",
];

/// Whether terms forbid the web, as `ONLINE OUT` and `no internet use` do.
pub fn forbid_web(terms: &str) -> bool {
    let lower = terms.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let text = format!(" {} ", words.join(" "));
    let has = |phrase: &str| text.contains(&format!(" {phrase} "));
    let forbids = |web: &&str| {
        BEFORE.iter().any(|before| has(&format!("{before} {web}")))
            || AFTER.iter().any(|after| has(&format!("{web} {after}")))
    };
    ONLY.iter().any(|phrase| has(phrase)) || WEB.iter().any(forbids)
}

impl Association<Timestamp> {
    /// Until when its rights allow it to be shown here: `None` means for ever, and a time long past means never.
    pub fn shown_until(&self) -> Option<Timestamp> {
        let never = self.rights.as_deref().is_some_and(forbid_web);
        if never { Some(Timestamp::from_millis(i64::MIN)) } else { self.valid_to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_forbid_the_web_are_known() {
        for terms in [
            "MANDATORY CREDIT; NO SALES; ONLINE OUT",
            "No web, no archive",
            "Internet out.",
            "Not for internet use",
            "PRINT ONLY",
            "Keine Online-Nutzung",
            "sin internet",
            "Web use not permitted",
            "pas d'internet",
        ] {
            assert!(forbid_web(terms), "{terms}");
        }
        for terms in [
            "",
            "© Agency. All rights reserved",
            "Online and print use",
            "No sales, no archives",
            "For editorial use only, online included",
            "See www.example.org/web for terms",
            "No cobweb",
        ] {
            assert!(!forbid_web(terms), "{terms}");
        }
    }
}
