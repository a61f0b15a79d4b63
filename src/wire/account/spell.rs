//! Text to the hashes of its words.

/// A set of words by their hashes. It may take one word in a few hundred for one that it has, and never the other way round.
#[derive(Debug)]
pub(in crate::wire) struct Words {
    bits: Vec<u64>,
}

impl Words {
    pub(super) fn of(hashes: &[u64]) -> Words {
        let mut words = Words { bits: vec![0; (hashes.len() / 2).next_power_of_two().max(64)] };
        let mask = words.bits.len() - 1;
        for hash in hashes {
            // The parts of the hash that are used do not overlap for sets of up to millions of words.
            let (one, other) = (*hash, *hash >> 32);
            words.bits[(one >> 6) as usize & mask] |= 1 << (one & 63);
            words.bits[(other >> 6) as usize & mask] |= 1 << (other & 63);
        }
        words
    }

    #[inline(always)]
    pub(super) fn has(&self, hash: u64) -> bool {
        let mask = self.bits.len() - 1;
        let (one, other) = (hash, hash >> 32);
        self.bits[(one >> 6) as usize & mask] & 1 << (one & 63) != 0
            && self.bits[(other >> 6) as usize & mask] & 1 << (other & 63) != 0
    }
}

/// A word where it stands. Few are asked for their letters.
#[derive(Clone, Copy)]
pub(super) struct Word<'t> {
    text: &'t str,
    from: usize,
    to: usize,
}

impl<'t> Word<'t> {
    pub(super) fn as_str(self) -> &'t str {
        self.text.get(self.from..self.to).unwrap_or_default()
    }
}

/// Splits text into words. A word may go on in the next text, as where markup stands inside it, until [`Speller::end`].
#[derive(Default)]
pub(super) struct Speller {
    open: String,
    pieces: Vec<u64>,
}

impl Speller {
    /// Whether a word is open.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// One whole text.
    pub(super) fn whole(&mut self, text: &str, visit: &mut impl FnMut(u64, &[u64], Word<'_>)) {
        self.text(text, visit);
        self.end(visit);
    }

    /// Visits the words of a text with their hashes; the last one stays open where nothing ends it.
    pub(super) fn text(&mut self, text: &str, visit: &mut impl FnMut(u64, &[u64], Word<'_>)) {
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
        while at < bytes.len() {
            // Most words are short ones of ASCII with a sign behind them: all of that is in the next eight bytes.
            let near = bytes.get(at..at + 8).and_then(|part| <[u8; 8]>::try_from(part).ok()).map(u64::from_le_bytes);
            if let Some(near) = near {
                let length = letters_in(near);
                if length < 8 && near >> (length * 8) & 0x80 == 0 {
                    if length > 0 {
                        let part = near & ((1 << (length * 8)) - 1);
                        let hash = finish((length as u64).wrapping_mul(K), part);
                        visit(hash, &[], Word { text, from: at, to: at + length });
                    }
                    at += length + 1;
                    continue;
                }
            }
            let b = bytes[at];
            if !LETTERS[usize::from(b)] && b < 0x80 {
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
                visit(hash(&bytes[at..end]), &[], Word { text, from: at, to: end });
                at = end;
            }
        }
    }

    /// Ends the word that is open.
    pub(super) fn end(&mut self, visit: &mut impl FnMut(u64, &[u64], Word<'_>)) {
        if self.open.is_empty() {
            return;
        }
        let pieces = if self.pieces.len() > 1 { self.pieces.as_slice() } else { &[] };
        let word = Word { text: &self.open, from: 0, to: self.open.len() };
        visit(hash(self.open.as_bytes()), pieces, word);
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

pub(super) const LETTERS: [bool; 256] = letters();

/// Where the word ends that begins at `at`; `at` itself where none does.
pub(super) fn word_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        while at < bytes.len() && LETTERS[usize::from(bytes[at])] {
            at += 1;
        }
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
fn single(text: &str, at: usize, visit: &mut impl FnMut(u64, &[u64], Word<'_>)) -> usize {
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
        visit(hash(figure.encode_utf8(&mut buffer).as_bytes()), &[], Word { text, from: at, to: at + length });
    } else if c >= '\u{e00}' && c.is_alphanumeric() {
        visit(hash(&bytes[at..at + length]), &[], Word { text, from: at, to: at + length });
    }
    length
}

const K: u64 = 0x9e37_79b9_7f4a_7c15;

/// How many letters and digits of ASCII stand at the beginning of eight bytes, of which the first is the lowest.
#[inline(always)]
fn letters_in(bytes: u64) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    // Adding to seven bits of each byte sets its eighth where the sum reaches 128.
    let low = bytes & !HIGH;
    let small = low | (0x20 * EACH);
    let letters = (small + (0x80 - b'a' as u64) * EACH) & !(small + (0x7f - b'z' as u64) * EACH);
    let digits = (low + (0x80 - b'0' as u64) * EACH) & !(low + (0x7f - b'9' as u64) * EACH);
    let others = !(letters | digits) & HIGH | bytes & HIGH;
    (others.trailing_zeros() / 8) as usize
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

#[inline(always)]
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
        let mut visit = |_, pieces: &[u64], word: Word<'_>| found.push(format!("{}/{}", word.as_str(), pieces.len()));
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
    fn eight_bytes_at_a_time_are_as_one_by_one() {
        for b in 0..=255_u8 {
            for at in 0..8 {
                let mut part = *b"abcdefgh";
                part[at] = b;
                let expected = if b.is_ascii_alphanumeric() { 8 } else { at };
                assert_eq!(letters_in(u64::from_le_bytes(part)), expected, "{b} at {at}");
            }
        }
        // The same word has one hash, wherever it stands.
        let hashes = |text: &str| {
            let mut found = Vec::new();
            Speller::default().whole(text, &mut |hash, _: &[u64], _: Word<'_>| found.push(hash));
            found
        };
        for word in ["a", "Port", "seventy", "eighteen", "ninetieth", "Ñandú", "1"] {
            let own = hashes(word);
            assert_eq!(own.len(), 1, "{word}");
            for text in [
                format!("{word} and more words"),
                format!("x {word}"),
                format!("x {word}é y").replace('é', "."),
                format!("«{word}»"),
            ] {
                assert!(hashes(&text).contains(&own[0]), "{text}");
            }
        }
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
