//! Text to the hashes of its words.

/// A set of words by their hashes. It may take one word in a few hundred for one that it has, and never the other way round.
#[derive(Debug)]
pub(in crate::wire) struct Words {
    bits: Vec<u64>,
}

impl Words {
    pub(super) fn of(hashes: &[u64]) -> Words {
        let mut words = Words { bits: vec![0; (hashes.len() / 2).next_power_of_two().max(64)] };
        for hash in hashes {
            for (at, bit) in words.places(*hash) {
                words.bits[at] |= bit;
            }
        }
        words
    }

    fn places(&self, hash: u64) -> [(usize, u64); 2] {
        let mask = self.bits.len() - 1;
        // The parts of the hash that are used do not overlap for sets of up to millions of words.
        [hash, hash >> 32].map(|hash| ((hash >> 6) as usize & mask, 1 << (hash & 63)))
    }

    pub(super) fn has(&self, hash: u64) -> bool {
        self.places(hash).into_iter().all(|(at, bit)| self.bits[at] & bit != 0)
    }
}

/// Splits text into words. A word may go on in the next text, as where markup stands inside it, until [`Speller::end`].
#[derive(Default)]
pub(super) struct Speller {
    open: String,
    pieces: Vec<u64>,
}

impl Speller {
    /// One whole text.
    pub(super) fn whole(&mut self, text: &str, visit: &mut impl FnMut(u64, &[u64], &str)) {
        self.text(text, visit);
        self.end(visit);
    }

    /// Visits the words of a text with their hashes; the last one stays open where nothing ends it.
    pub(super) fn text(&mut self, text: &str, visit: &mut impl FnMut(u64, &[u64], &str)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        if !self.open.is_empty() {
            at = word_end(bytes, 0);
            if at > 0 {
                self.open.push_str(&text[..at]);
                self.pieces.push(hash(&bytes[..at]));
            }
            if at == bytes.len() {
                return;
            }
            self.end(visit);
        }
        while let Some(b) = bytes.get(at) {
            if !LETTERS[usize::from(*b)] && *b < 0x80 {
                at += 1;
                continue;
            }
            let end = word_end(bytes, at);
            if end == at {
                at += single(text, at, visit);
            } else if end == bytes.len() {
                self.open.push_str(&text[at..]);
                self.pieces.push(hash(&bytes[at..]));
                return;
            } else {
                visit(hash_at(bytes, at, end), &[], &text[at..end]);
                at = end;
            }
        }
    }

    /// Ends the word that is open.
    pub(super) fn end(&mut self, visit: &mut impl FnMut(u64, &[u64], &str)) {
        if self.open.is_empty() {
            return;
        }
        let pieces = if self.pieces.len() > 1 { self.pieces.as_slice() } else { &[] };
        visit(hash(self.open.as_bytes()), pieces, &self.open);
        self.open.clear();
        self.pieces.clear();
    }
}

const fn letters() -> [bool; 256] {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = (b as u8).is_ascii_alphanumeric();
        b += 1;
    }
    table
}

const LETTERS: [bool; 256] = letters();

/// Where the word ends that begins at `at`; `at` itself where none does.
fn word_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        // Most words have letters of ASCII alone.
        at += bytes[at..].iter().take_while(|b| LETTERS[usize::from(**b)]).count();
        let Some(b) = bytes.get(at).filter(|b| **b >= 0x80) else { break };
        match (*b, bytes.get(at + 1).copied().unwrap_or(0)) {
            (0xc2, 0xaa | 0xb5 | 0xba) => at += 2,
            (0xc3, 0x97 | 0xb7) => break,
            (0xc3..=0xdf, _) => at += 2,
            (0xe0, 0xb8..=0xbb) => break,
            (0xe1, 0x9a | 0xa0) if !is_letter(bytes, at) => break,
            (0xe0 | 0xe1, _) => at += 3,
            (0xef, 0xac..=0xb6 | 0xb8..=0xba) => at += 3,
            _ => break,
        }
    }
    at.min(bytes.len())
}

fn is_letter(bytes: &[u8], at: usize) -> bool {
    !matches!(bytes.get(at..at + 3), Some([0xe1, 0x9a, 0x80] | [0xe1, 0xa0, 0x8e]))
}

/// What is not a word of letters: signs, which are passed over, and characters that are words by themselves, as in scripts without blanks.
/// A raised or lowered figure is the figure. Returns how many bytes it takes.
fn single(text: &str, at: usize, visit: &mut impl FnMut(u64, &[u64], &str)) -> usize {
    let bytes = text.as_bytes();
    if bytes[at] < 0x80 {
        return 1;
    }
    let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { return 1 };
    let length = c.len_utf8();
    let figure = match c {
        '¹' => Some(1),
        '²' => Some(2),
        '³' => Some(3),
        '⁰'..='⁹' => Some(c as u32 - 0x2070),
        '₀'..='₉' => Some(c as u32 - 0x2080),
        _ => None,
    };
    if let Some(figure) = figure.and_then(|figure| char::from_digit(figure, 10)) {
        let mut buffer = [0; 4];
        visit(hash(figure.encode_utf8(&mut buffer).as_bytes()), &[], &text[at..at + length]);
    } else if c >= '\u{e00}' && c.is_alphanumeric() {
        visit(hash(&bytes[at..at + length]), &[], &text[at..at + length]);
    }
    length
}

const K: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of the word that stands at a place of a text. Short words, which most are, are read in one go.
fn hash_at(bytes: &[u8], at: usize, end: usize) -> u64 {
    let length = end - at;
    match bytes.get(at..at + 8).and_then(|part| <[u8; 8]>::try_from(part).ok()) {
        Some(part) if length < 8 => {
            let part = u64::from_le_bytes(part) & ((1 << (length * 8)) - 1);
            finish((length as u64).wrapping_mul(K), part)
        }
        _ => hash(&bytes[at..end]),
    }
}

/// A hash of a word, eight bytes at a time.
fn hash(word: &[u8]) -> u64 {
    let mut hash = (word.len() as u64).wrapping_mul(K);
    let mut rest = word;
    while let Some((part, after)) = rest.split_first_chunk::<8>() {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*part)).wrapping_mul(K);
        rest = after;
    }
    finish(hash, rest.iter().rev().fold(0, |part: u64, b| part << 8 | u64::from(*b)))
}

fn finish(hash: u64, part: u64) -> u64 {
    let hash = (hash.rotate_left(23) ^ part).wrapping_mul(K);
    (hash ^ (hash >> 32)).wrapping_mul(K)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        let mut speller = Speller::default();
        let mut visit = |_, pieces: &[u64], word: &str| found.push(format!("{word}/{}", pieces.len()));
        texts.iter().for_each(|text| speller.text(text, &mut visit));
        speller.end(&mut visit);
        found
    }

    #[test]
    fn words_are_runs_of_letters() {
        assert_eq!(words(&["It’s 4,5\u{a0}km² – «Ñandú»."]), ["It/0", "s/0", "4/0", "5/0", "km/0", "²/0", "Ñandú/0"]);
        assert_eq!(words(&["W", "ord and ", "more"]), ["Word/2", "and/0", "more/0"]);
        assert_eq!(words(&["北京1月"]), ["北/0", "京/0", "1/0", "月/0"]);
        assert_eq!(words(&["Порт «Ж»"]), ["Порт/0", "Ж/0"]);
    }

    #[test]
    fn a_set_has_what_was_put_in() {
        let hashes: Vec<u64> = (0..400_u32).map(|number| hash(number.to_string().as_bytes())).collect();
        let set = Words::of(&hashes);
        assert!((0..400_u32).all(|number| set.has(hash(number.to_string().as_bytes()))));
        let others = (400..10_400_u32).filter(|number| set.has(hash(number.to_string().as_bytes()))).count();
        assert!(others < 100, "{others}");
    }
}
