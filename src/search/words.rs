//! The words that a story is found by, and how they are spelt in the index.
//!
//! `search.js` reads a query by the same rules, so a change here is a change there; the tests in the browser hold the two against
//! each other. Accents, case and forms of one letter are folded, an Arabic noun loses its article, and scripts without spaces between
//! words are read in pairs of neighbouring characters.

use crate::letters::is_unspaced;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use std::sync::LazyLock;

/// The longest word, in characters; what is longer is cut.
const LONGEST: usize = 32;

/// The most digits of a number; longer ones are not looked for, and there are too many of them.
const DIGITS: usize = 4;

/// Letters that have no decomposition, with what they are folded to.
const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ł', "l"),
    ('ŋ', "n"),
    ('ŧ', "t"),
    ('ς', "σ"),
    ('ى', "ي"),
    ('ة', "ه"),
    ('ٱ', "ا"),
    ('ک', "ك"),
    ('ی', "ي"),
];

/// Articles of Arabic, alone and with the one-letter words that are written on to them.
const ARTICLES: &[&str] = &["ال", "وال", "بال", "كال", "فال", "لل"];

/// How the letters of Latin, Greek, Cyrillic, Hebrew and Arabic are folded, one by one: a text of these needs no look at
/// neighbours.
static TABLE: LazyLock<Vec<Box<str>>> = LazyLock::new(|| {
    let mut texts: Vec<Box<str>> = Vec::with_capacity(FAST as usize);
    for code in 0..FAST {
        let mut folded = String::new();
        if let Some(c) = char::from_u32(code) {
            fold_slowly(c.encode_utf8(&mut [0; 4]), &mut folded);
        }
        texts.push(folded.into());
    }
    texts
});

/// The end of the table.
const FAST: u32 = 0x700;

/// What each byte of ASCII is to the reader: the letter in lower case or the digit, [`BLANK`], or zero for any other gap. Bytes beyond
/// ASCII are [`WIDE`].
static BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let one = byte as u8;
        bytes[byte] = match one {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => one.to_ascii_lowercase(),
            128.. => WIDE,
            _ if one.is_ascii_whitespace() => BLANK,
            _ => 0,
        };
        byte += 1;
    }
    bytes
};

/// See [`BYTES`]: no letter or digit.
const BLANK: u8 = 1;
/// See [`BYTES`]: no byte of ASCII.
const WIDE: u8 = 128;

/// Calls `word` for each word of a plain text, as the index spells it.
pub fn each_word(text: &str, mut word: impl FnMut(&str)) {
    let mut folded = String::new();
    let mut buffer = [0_u8; LONGEST];
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // A run without blanks, and whether all of it is ASCII.
        let start = at;
        let mut seen = 0;
        while at < bytes.len() {
            let byte = BYTES[usize::from(bytes[at])];
            if byte == BLANK {
                break;
            }
            seen |= byte;
            at += 1;
        }
        if seen & WIDE == 0 {
            each_ascii(&text[start..at], &mut buffer, &mut word);
        } else {
            folded.clear();
            fold(&text[start..at], &mut folded);
            each_folded(&folded, &mut word);
        }
        at += 1;
    }
}

/// The words of a run of ASCII. A word in small letters is handed on as it stands.
fn each_ascii(run: &str, buffer: &mut [u8; LONGEST], word: &mut impl FnMut(&str)) {
    let bytes = run.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let (mut letters, mut capitals) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            let folded = BYTES[usize::from(*byte)];
            if folded == 0 {
                break;
            }
            // This bit is in all letters and in no digit.
            letters |= folded & 0x40;
            capitals |= folded ^ byte;
            at += 1;
        }
        let length = at - start;
        let shown = &run[start..start + length.min(LONGEST)];
        at += 1;
        if length < 2 || letters == 0 && length > DIGITS {
            continue;
        }
        if capitals == 0 {
            word(shown);
            continue;
        }
        let buffer = &mut buffer[..shown.len()];
        buffer.iter_mut().zip(shown.bytes()).for_each(|(place, byte)| *place = BYTES[usize::from(byte)]);
        if let Ok(folded) = std::str::from_utf8(buffer) {
            word(folded);
        }
    }
}

/// The words of a folded text.
fn each_folded(folded: &str, word: &mut impl FnMut(&str)) {
    for part in folded.split(|c| !is_word(c)).filter(|part| !part.is_empty()) {
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let unspaced = is_unspaced(first);
            let end = rest.find(|c| is_unspaced(c) != unspaced).unwrap_or(rest.len());
            let (run, tail) = rest.split_at(end);
            if unspaced {
                each_pair(run, word)
            } else {
                spaced_word(run, word)
            }
            rest = tail;
        }
    }
}

/// Neighbouring characters, two by two; a character alone is a word.
fn each_pair(run: &str, word: &mut impl FnMut(&str)) {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    if let [start, end] = starts[..] {
        word(&run[start..end]);
    }
    starts.windows(3).for_each(|pair| word(&run[pair[0]..pair[2]]));
}

/// One word of a script with spaces.
fn spaced_word(run: &str, word: &mut impl FnMut(&str)) {
    let bare = without_article(run);
    let end = bare.char_indices().nth(LONGEST).map_or(bare.len(), |(end, _)| end);
    let length = bare.chars().take(LONGEST + 1).count();
    let digits = bare.bytes().all(|byte| byte.is_ascii_digit());
    if length > 1 && (!digits || length <= DIGITS) {
        word(&bare[..end]);
    }
}

/// An Arabic noun without its article, where three letters are left.
fn without_article(word: &str) -> &str {
    let bare = |article: &&str| word.strip_prefix(*article).filter(|rest| rest.chars().nth(2).is_some());
    ARTICLES.iter().find_map(bare).unwrap_or(word)
}

/// Appends a text in lower case, without accents and vowel marks, each letter in one form.
pub fn fold(text: &str, out: &mut String) {
    if text.chars().all(|c| (c as u32) < FAST) {
        text.chars().for_each(|c| out.push_str(&TABLE[c as usize]));
    } else {
        fold_slowly(text, out);
    }
}

fn fold_slowly(text: &str, out: &mut String) {
    let split = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut bare = String::with_capacity(split.len());
    for c in split.to_lowercase().chars().filter(|c| !is_mark(*c)) {
        match c {
            '\u{660}'..='\u{669}' => bare.push(char::from(b'0' + (c as u32 - 0x660) as u8)),
            '\u{6f0}'..='\u{6f9}' => bare.push(char::from(b'0' + (c as u32 - 0x6f0) as u8)),
            _ => match LETTERS.iter().find(|(letter, _)| *letter == c) {
                Some((_, text)) => bare.push_str(text),
                None => bare.push(c),
            },
        }
    }
    out.push_str(&ComposingNormalizerBorrowed::new_nfc().normalize(&bare));
}

/// Accents, vowel points, and signs that only help to set a text.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{ad}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// Whether a folded character belongs to a word: letters and digits, and in scripts of India the signs between them.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{900}'..='\u{963}' | '\u{970}'..='\u{dff}' | '\u{e00}'..='\u{e4e}')
}

/// Endings by which forms of one word differ, for a language by its tag. A word of a query finds forms with another of these
/// endings, where three letters are left of it. There is no more stemming than this: names are half of all queries to a news site.
pub fn endings(language: &str) -> &'static [&'static str] {
    match language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "en" => &["s", "es"],
        "es" | "pt" | "ca" | "gl" => &["s", "es"],
        "fr" => &["s", "x", "e", "es"],
        "de" => &["e", "n", "s", "en", "er", "es", "em"],
        "nl" => &["s", "e", "en"],
        "it" => &["a", "e", "i", "o"],
        _ => &[],
    }
}

/// The function words of a language as the index spells them, in order; none where there is no list.
pub fn stop_words(language: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(crate::related::stop_list(language), |word| words.push(word.to_string()));
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut words = Vec::new();
        each_word(text, |word| words.push(word.to_string()));
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn case_accents_and_forms_of_letters() {
        check("The PORT strike's 2nd day", "the port strike 2nd day");
        check("Économía, ação; Größe Œuvre smørrebrød Łódź", "economia acao grosse oeuvre smorrebrod lodz");
        check("İstanbul ISTANBUL ışık", "istanbul istanbul isik");
        check("ﬁnance ＴＯＫＹＯ №5", "finance tokyo no5");
        check("Αθήνα ΑΘΗΝΑΣ", "αθηνα αθηνασ");
        check("Ёлка йод", "елка иод");
        check("शान्ति और", "शान्ति और");
    }

    #[test]
    fn apostrophes_hyphens_and_single_letters_part_words() {
        check("l’état d'urgence co-op F-16 a x", "etat urgence co op 16");
    }

    #[test]
    fn short_numbers_are_words() {
        check("1987 12,345.67 20261123 MH370 ٢٠٢٦", "1987 12 345 67 mh370 2026");
    }

    #[test]
    fn arabic_loses_articles_and_vowels() {
        check("الميناء والنفط للبلاد", "ميناء نفط بلاد");
        check("مُدَرِّسَة أحمد إيران آخر مـــدى", "مدرسه احمد ايران اخر مدي");
    }

    #[test]
    fn scripts_without_spaces_go_by_pairs() {
        check("港湾労働者", "港湾 湾労 労働 働者");
        check("東京2026年", "東京 2026 年");
        check("ประเทศ", "ปร ระ ะเ เท ทศ");
        check("한국어", "한국어");
    }

    #[test]
    fn long_words_are_cut() {
        check(&"a".repeat(99), &"a".repeat(32));
        check(&"ä".repeat(99), &"a".repeat(32));
        check(&"ж".repeat(99), &"ж".repeat(32));
    }

    #[test]
    fn the_table_folds_as_the_slow_way_does() {
        let text: String = (0x80..FAST).filter_map(char::from_u32).collect();
        for c in text.chars() {
            for neighbour in ["a", "א", "ال", "é"] {
                let run = format!("{neighbour}{c}{neighbour}");
                let (mut fast, mut slow) = (String::new(), String::new());
                fold(&run, &mut fast);
                fold_slowly(&run, &mut slow);
                // A capital sigma at the end of a word has a form of its own, which is folded to the same.
                assert_eq!(fast, slow, "{run:?} {:x}", c as u32);
            }
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in (0..0x3_0000).filter_map(char::from_u32) {
            let (mut once, mut twice) = (String::new(), String::new());
            fold(c.encode_utf8(&mut [0; 4]), &mut once);
            fold(&once, &mut twice);
            assert_eq!(once, twice, "{:x}", c as u32);
        }
    }

    #[test]
    fn stop_words_are_spelt_as_words_are() {
        assert!(stop_words("fr").binary_search(&"apres".to_string()).is_ok());
        assert!(stop_words("es-MX").binary_search(&"segun".to_string()).is_ok());
        assert!(stop_words("ja").is_empty());
    }
}
