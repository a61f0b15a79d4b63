//! What is kept of one story's text: its words, weighed within the story, and a minhash of its body.
//!
//! Everything here depends on that one text and its language and on nothing else, so it can be made when a file is read and
//! kept as long as the file does not change. The texts have no markup; addresses in them are not words.

use std::cmp::Reverse;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::letters::is_unspaced;

use super::minhash::{self, MinHasher};
use super::stop::{self, StopWords};

/// Raised when other words, weights or minhashes would come of the same text, so that kept ones are not mixed with new ones.
pub const VERSION: u32 = 2;

/// How many terms a story is found by and looks with.
const TERMS: usize = 64;

/// How often the words of the headline count.
const HEADLINE: usize = 2;

/// What the engine keeps of one story's text: at most 64 terms and 128 bytes of minhash. Stories that are read together have
/// theirs in one [`Arena`].
#[derive(Clone, Default)]
pub struct Words {
    /// `None` where there is nothing.
    arena: Option<Arc<Arena>>,
    /// Where the terms begin in the arena.
    first_term: u32,
    /// Where the weights begin in the arena's marks, and the minhash after them.
    first_mark: u32,
    terms: u8,
    minhash: u8,
}

/// The words of many stories, one story after the other.
#[derive(Debug, Default)]
pub struct Arena {
    /// Terms, each with a weight.
    pub terms: Box<[u32]>,
    /// Weights, and after those of a story its minhash.
    pub marks: Box<[u8]>,
}

/// How much of an arena a story has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many terms, and so weights.
    pub terms: u8,
    /// How many bytes of minhash.
    pub minhash: u8,
}

impl Arena {
    /// Where a story's words end that begin at these places in terms and marks.
    #[must_use]
    pub fn after(share: Share, terms: usize, marks: usize) -> (usize, usize) {
        let (count, minhash) = (usize::from(share.terms), usize::from(share.minhash));
        (terms + count, marks + count + minhash)
    }
}

impl Words {
    /// The words that begin at these places in the terms and marks of an arena. None where they cannot be the words of a text.
    #[must_use]
    pub fn in_arena(arena: &Arc<Arena>, share: Share, terms: usize, marks: usize) -> Option<Self> {
        let (last_term, last_mark) = Arena::after(share, terms, marks);
        let words = Self {
            arena: Some(Arc::clone(arena)),
            first_term: u32::try_from(terms).ok()?,
            first_mark: u32::try_from(marks).ok()?,
            terms: share.terms,
            minhash: share.minhash,
        };
        let fits =
            last_term <= arena.terms.len() && last_mark <= arena.marks.len() && usize::from(share.terms) <= TERMS;
        (fits && words.terms().is_sorted_by(|a, b| a < b)).then_some(words)
    }

    /// Words with an arena of their own: terms in ascending order, a weight for each, and a minhash of at most 255 bytes.
    pub(super) fn new(terms: Vec<u32>, weights: &[u8], minhash: &[u8]) -> Self {
        let share = Share { terms: terms.len() as u8, minhash: minhash.len() as u8 };
        let marks = [weights, minhash].concat().into_boxed_slice();
        let arena = Arc::new(Arena { terms: terms.into_boxed_slice(), marks });
        Self { arena: Some(arena), first_term: 0, first_mark: 0, terms: share.terms, minhash: share.minhash }
    }

    /// How much of an arena they take.
    #[must_use]
    pub fn share(&self) -> Share {
        Share { terms: self.terms, minhash: self.minhash }
    }

    /// The hashes of the story's heaviest words, ascending.
    #[must_use]
    #[inline]
    pub fn terms(&self) -> &[u32] {
        let start = self.first_term as usize;
        self.arena.as_ref().map_or(&[], |arena| &arena.terms[start..start + usize::from(self.terms)])
    }

    /// For each of the terms, how much the story is about it: its saturated frequency, from 1 to 255.
    #[must_use]
    #[inline]
    pub fn weights(&self) -> &[u8] {
        &self.marks()[..usize::from(self.terms)]
    }

    /// The minhash of the body, by which near-duplicates are found; empty for a body of less than four words.
    #[must_use]
    #[inline]
    pub fn minhash(&self) -> &[u8] {
        &self.marks()[usize::from(self.terms)..]
    }

    /// Weights and minhash.
    #[must_use]
    #[inline]
    pub fn marks(&self) -> &[u8] {
        let (start, length) = (self.first_mark as usize, usize::from(self.terms) + usize::from(self.minhash));
        self.arena.as_ref().map_or(&[], |arena| &arena.marks[start..start + length])
    }

    /// Reads the words of a story. `headline` and `body` are plain text, `language` a tag such as `en` or `pt-BR`.
    #[must_use]
    pub fn of(headline: &str, body: &str, language: &str) -> Self {
        let stop = stop::words(language);
        let mut counter = Counter { stop, found: Vec::with_capacity(headline.len() / 3 + body.len() / 8), length: 0 };
        each_word(headline, |hash, is_term| counter.word(hash, is_term, HEADLINE));
        let mut hasher = MinHasher::new();
        each_word(body, |hash, is_term| {
            hasher.word(hash);
            counter.word(hash, is_term, 1);
        });
        let (terms, weights) = counter.heaviest();
        Self::new(terms, &weights, &hasher.finish())
    }

    /// Whether more than half of the four-word runs of the two bodies together are common to both. Alerts, which have no body to
    /// speak of, repeat each other if they have the same terms.
    #[must_use]
    pub fn is_near_duplicate_of(&self, other: &Self) -> bool {
        if self.minhash == 0 && other.minhash == 0 {
            return self.terms > 0 && self.terms() == other.terms();
        }
        minhash::near(self.minhash(), other.minhash())
    }

    /// Feeds a hash, or a file, with all that is kept; equal words give equal bytes, on any machine.
    pub fn bytes(&self, mut feed: impl FnMut(&[u8])) {
        feed(&u32::from(self.terms).to_le_bytes());
        for term in self.terms() {
            feed(&term.to_le_bytes());
        }
        feed(self.weights());
        feed(self.minhash());
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        (self.terms(), self.weights(), self.minhash()) == (other.terms(), other.weights(), other.minhash())
    }
}

impl Eq for Words {}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (terms, weights, minhash) = (self.terms(), self.weights(), self.minhash());
        f.debug_struct("Words").field("terms", &terms).field("weights", &weights).field("minhash", &minhash).finish()
    }
}

/// Gathers the words of one story.
struct Counter {
    stop: &'static StopWords,
    /// Each occurrence of a term: the term in the upper half, when it came in the lower, so that sorting brings the occurrences
    /// of a term together, the first one first.
    found: Vec<u64>,
    /// All words, whether terms or not.
    length: u32,
}

impl Counter {
    #[inline]
    fn word(&mut self, hash: u64, is_term: bool, times: usize) {
        let term = hash as u32;
        if is_term && !self.stop.contains(term) {
            self.found.extend(std::iter::repeat_n(u64::from(term) << 32 | u64::from(self.length), times));
        }
        self.length += times as u32;
    }

    /// The terms that count for most, ascending, with their weights. Among terms of one frequency those that come first are
    /// taken: a news story puts what matters most at its top.
    fn heaviest(mut self) -> (Vec<u32>, Vec<u8>) {
        self.found.sort_unstable();
        let runs = self.found.chunk_by(|a, b| a >> 32 == b >> 32);
        let mut terms: Vec<(Reverse<usize>, u32, u32)> =
            runs.map(|run| (Reverse(run.len()), run[0] as u32, (run[0] >> 32) as u32)).collect();
        if terms.len() > TERMS {
            terms.select_nth_unstable(TERMS);
            terms.truncate(TERMS);
            terms.sort_unstable_by_key(|&(_, _, term)| term);
        }
        let weights = terms.iter().map(|&(Reverse(count), ..)| saturated(count, self.length)).collect();
        (terms.iter().map(|&(.., term)| term).collect(), weights)
    }
}

/// BM25's saturated frequency with k1 = 2, b = 0.75 and a mean length of 130 words, scaled so that its limit is 255. The mean is
/// a constant because a true mean would move with every story. Whole numbers throughout, so it is the same on any machine.
fn saturated(count: usize, length: u32) -> u8 {
    // count / (count + 2 * (0.25 + 0.75 * length / 130)), with both sides of the fraction multiplied by 260.
    let count = 260 * count as u64;
    let whole = count + 130 + 3 * u64::from(length);
    ((255 * count + whole / 2) / whole).clamp(1, 255) as u8
}

/// The hash a word is known by; its low half is the term.
fn hash(word: &[u8]) -> u64 {
    xxh3_64(word)
}

/// What a byte means to the reader; zero for a gap between words.
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const WIDE: u8 = 4;
/// What may begin an address.
const ADDRESS: u8 = 8;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b':' => ADDRESS,
            128.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Calls `word` for each word of the text with its hash, and whether it can be a term: two letters or more, or
/// letters and digits; numbers alone say little and are many.
pub(super) fn each_word(text: &str, mut word: impl FnMut(u64, bool)) {
    let text = text.to_ascii_lowercase();
    let bytes = text.as_bytes();
    let mut folded = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut seen = 0;
        let stop = loop {
            let class = bytes.get(at).map_or(0, |&byte| CLASSES[byte as usize]);
            if class & (LETTER | DIGIT) != 0 {
                at += 1;
            } else if class == WIDE
                && let Some(c) = text[at..].chars().next().filter(|&c| is_word(c))
            {
                at += c.len_utf8();
            } else {
                break class;
            }
            seen |= class;
        };
        if seen & WIDE != 0 {
            each_folded(&text[start..at], &mut folded, &mut word);
        } else if at > start {
            word(hash(&bytes[start..at]), seen & LETTER != 0 && at - start > 1);
        }
        at += match stop {
            ADDRESS => address_len(&bytes[at..]),
            WIDE => text[at..].chars().next().map_or(1, char::len_utf8),
            _ => 1,
        };
    }
}

/// How far to go past a colon, which may begin an address. Searches are bounded, so that no text takes more than linear time.
fn address_len(rest: &[u8]) -> usize {
    const LONGEST: usize = 2048;
    if !rest.starts_with(b"://") {
        return 1;
    }
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b')' | b'>' | b'"');
    rest.iter().take(LONGEST).skip(3).position(ends).map_or(3, |length| 3 + length)
}

/// Whether a character beyond ASCII belongs to a word: letters, digits, and the marks that sit on letters.
fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{640}'..='\u{65f}' | '\u{200c}' | '\u{200d}' | '\u{ad}')
}

/// A word with characters beyond ASCII: lower-cased, and spelled one way where print and wire differ. In scripts without blanks each pair
/// of neighbouring characters counts as a word.
fn each_folded(text: &str, folded: &mut String, word: &mut impl FnMut(u64, bool)) {
    folded.clear();
    let mut unspaced = false;
    for c in text.chars() {
        unspaced |= is_unspaced(c);
        match c {
            // Vowel marks, the stretching stroke, joiners and soft hyphens are spelling aids.
            '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200c}' | '\u{200d}' | '\u{ad}' => {}
            'أ' | 'إ' | 'آ' | 'ٱ' => folded.push('ا'),
            'ى' => folded.push('ي'),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    if unspaced {
        let mut from = 0;
        while let Some(pair) = first_pair(&folded[from..]) {
            word(hash(pair.as_bytes()), true);
            from += pair.chars().next().map_or(1, char::len_utf8);
        }
        return;
    }
    let bare = without_article(folded);
    word(hash(bare.as_bytes()), bare.contains(char::is_alphabetic) && bare.chars().nth(1).is_some());
}

fn first_pair(text: &str) -> Option<&str> {
    let second = text.chars().next()?.len_utf8();
    let end = second + text[second..].chars().next()?.len_utf8();
    Some(&text[..end])
}

/// An Arabic noun without its article and the one-letter words written on to it: "the oil", "with the oil" and "oil" are one.
fn without_article(word: &str) -> &str {
    ["ال", "وال", "بال", "كال", "فال", "لل"]
        .iter()
        .find_map(|article| word.strip_prefix(article).filter(|rest| rest.chars().nth(2).is_some()))
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two texts of the same words.
    fn check(text: &str, same: &str) {
        let (mut found, mut wanted) = (Vec::new(), Vec::new());
        each_word(text, |hash, is_term| found.push((hash, is_term)));
        each_word(same, |hash, is_term| wanted.push((hash, is_term)));
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn addresses_are_not_read() {
        check("see https://example.org/a/b?c=d and go", "see https and go");
        check("if a < b or b ] c: d & e", "if a b or b c d e");
    }

    #[test]
    fn plain_text_is_read_as_it_is() {
        let words = Words::of("Ellery Cranes <ELC> up", "", "en");
        assert!(words.terms().contains(&(hash(b"elc") as u32)));
    }

    #[test]
    fn any_text_can_be_read() {
        let parts = [
            "](", "(", ")", "<a", ">", "&", "&#x", ";", "\\", "://", "\u{2019}", "é", "ال", "ل", "港", "x", "7", " ",
            "\n", "İ",
        ];
        let mut state = 1_u64;
        for _ in 0..2000 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(state >> 40) as usize % parts.len()]);
            }
            let words = Words::of(&text, &text, "ar");
            assert!(words.terms().len() == words.weights().len() && words.terms().is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn case_spelling_and_script() {
        check("GRÖSSE Überfluss ÉTÉ", "grösse überfluss été");
        check("\u{623}\u{633}\u{639}\u{627}\u{631}", "\u{627}\u{633}\u{639}\u{627}\u{631}");
        check("الميناء", "ميناء");
        check("zusammen\u{ad}arbeit", "zusammen\u{200d}arbeit");
        let mut pairs = 0;
        each_word("港湾労働者", |_, is_term| pairs += usize::from(is_term));
        assert_eq!(pairs, 4);
    }

    #[test]
    fn numbers_and_single_letters_are_no_terms() {
        let terms = |text: &str| Words::of("", text, "en").terms().len();
        assert_eq!(terms("1987 3.5 x 7 ٣٤"), 0);
        assert_eq!(terms("G7 F16"), 2);
    }

    #[test]
    fn stop_words_follow_the_language() {
        let terms = |language: &str| Words::of("", "la mayor parte de los puertos", language).terms().len();
        assert_eq!(terms("es"), 2);
        assert_eq!(terms("ES-mx"), 2);
        assert_eq!(terms("und"), 6);
    }

    #[test]
    fn a_long_story_keeps_its_frequent_and_its_first_words() {
        let body: Vec<String> = (0..300).map(|at| format!("word{at}x")).collect();
        let words = Words::of("", &format!("{} word299x", body.join(" ")), "en");
        assert_eq!((words.terms().len(), words.weights().len(), words.minhash().len()), (64, 64, 128));
        let has = |word: &str| words.terms().contains(&(hash(word.as_bytes()) as u32));
        assert!(has("word0x") && has("word62x") && has("word299x") && !has("word63x"));
        assert!(words.terms().is_sorted());
    }

    #[test]
    fn bytes_tell_words_apart() {
        let bytes = |headline: &str| {
            let mut all = Vec::new();
            Words::of(headline, "Cranes stood idle at the quay.", "en").bytes(|part| all.extend_from_slice(part));
            all
        };
        assert_eq!(bytes("Strike"), bytes("Strike"));
        assert_ne!(bytes("Strike"), bytes("Storm"));
    }
}
