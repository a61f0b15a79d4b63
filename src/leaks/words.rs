//! The words of a file, whatever form it has: HTML, XML, JSON, plain text, or the readable parts of a picture.
//!
//! A word is a run of letters and digits. Tags, entities, percent-encoding, the escapes of JSON and typographic signs part words or
//! belong to them just as in plain text, so that a sentence gives the same words in every form. What stands inside a tag is a text of
//! its own.

/// A word of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Hash of its letters in lower case.
    pub(super) hash: u64,
    /// Where it begins and ends, in bytes.
    pub(super) start: usize,
    /// See `start`.
    pub(super) end: usize,
    /// Whether it stands inside a tag.
    pub(super) in_tag: bool,
    /// Whether it is the first of a tag.
    pub(super) opens: bool,
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

struct Reader<F> {
    hash: u64,
    start: usize,
    /// Whether a word has begun.
    open: bool,
    in_tag: bool,
    opens: bool,
    each: F,
}

impl<F: FnMut(Word)> Reader<F> {
    fn letter(&mut self, byte: u8, at: usize) {
        if !self.open {
            (self.open, self.start, self.hash) = (true, at, SEED);
        }
        self.hash = (self.hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME);
    }

    fn end(&mut self, at: usize) {
        if self.open {
            self.open = false;
            // The last step mixes the high bits down, which are the good ones.
            let hash = self.hash ^ self.hash >> 29;
            (self.each)(Word { hash, start: self.start, end: at, in_tag: self.in_tag, opens: self.opens });
            self.opens = false;
        }
    }

    fn tag(&mut self, at: usize, opens: bool) {
        self.end(at);
        (self.in_tag, self.opens) = (opens, opens);
    }

    /// A character that was written in another form, from `at` to `end`.
    fn decoded(&mut self, c: char, at: usize, next: Option<u8>) {
        match c {
            '<' if begins_tag(next) => self.tag(at, true),
            '>' => self.tag(at, false),
            _ => {
                let mut buffer = [0; 4];
                let bytes = c.encode_utf8(&mut buffer).as_bytes();
                match class(bytes) {
                    Class::Part => self.end(at),
                    Class::Letters => bytes.iter().for_each(|byte| self.letter(*byte, at)),
                    Class::Whole(_) => {
                        self.end(at);
                        bytes.iter().for_each(|byte| self.letter(*byte, at));
                        self.end(at + 1);
                    }
                }
            }
        }
    }
}

enum Class {
    /// Parts words.
    Part,
    /// A byte of a word.
    Letters,
    /// So many bytes that are a word, as in writing without blanks.
    Whole(usize),
}

/// What a character is, by its first bytes.
fn class(bytes: &[u8]) -> Class {
    match bytes {
        [b, ..] if b.is_ascii_alphanumeric() => Class::Letters,
        [..=0x7f, ..] | [] => Class::Part,
        // No-break space, soft hyphen, quotation marks, inverted signs, and others of Latin-1 that are not letters.
        [0xc2, ..] => Class::Part,
        [0xd8, 0x8c | 0x9b | 0x9f, ..] => Class::Part,
        // General punctuation; ideographic punctuation; full-width forms are letters and signs, taken as letters.
        [0xe2, 0x80 | 0x81, ..] | [0xe3, 0x80, ..] => Class::Part,
        [0xe3..=0xe9, _, _, ..] => Class::Whole(3),
        _ => Class::Letters,
    }
}

fn begins_tag(next: Option<u8>) -> bool {
    next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
}

/// Hands over the words of some bytes, in order.
pub(super) fn words(bytes: &[u8], each: impl FnMut(Word)) {
    let mut reader = Reader { hash: SEED, start: 0, open: false, in_tag: false, opens: false, each };
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let step = match byte {
            _ if byte.is_ascii_alphanumeric() => {
                reader.letter(byte, at);
                1
            }
            b'<' if begins_tag(rest.get(1).copied()) => {
                reader.tag(at, true);
                1
            }
            b'>' => {
                reader.tag(at, false);
                1
            }
            b'\\' | b'&' | b'%' => match decode(rest) {
                Some((c, length)) => {
                    reader.decoded(c, at, rest.get(length).copied());
                    length
                }
                None => {
                    reader.end(at);
                    // The character after a backslash is not part of a word: `\n` ends a line.
                    1 + usize::from(byte == b'\\')
                }
            },
            _ => match class(rest) {
                Class::Part => {
                    reader.end(at);
                    if byte >= 0x80 { length(byte) } else { 1 }
                }
                Class::Letters => {
                    reader.letter(byte, at);
                    1
                }
                Class::Whole(length) => {
                    reader.end(at);
                    rest[..length].iter().for_each(|byte| reader.letter(*byte, at));
                    reader.end(at + length);
                    length
                }
            },
        };
        at += step;
    }
    reader.end(bytes.len());
}

/// Bytes of a character by its first.
fn length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        _ => 2,
    }
}

/// A character in another form, and how many bytes it takes: `\u00e9`, `&#233;`, `&eacute;`, `%C3%A9`.
fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    match bytes {
        [b'\\', b'u', ..] => Some((char::from_u32(hexadecimal(bytes.get(2..6)?)?)?, 6)),
        [b'&', b'#', ..] => {
            let end = bytes.iter().take(12).position(|b| *b == b';')?;
            let code = match bytes.get(2..end)? {
                [b'x' | b'X', digits @ ..] => hexadecimal(digits)?,
                digits => std::str::from_utf8(digits).ok()?.parse().ok()?,
            };
            Some((char::from_u32(code)?, end + 1))
        }
        [b'&', ..] => {
            let end = bytes.iter().take(12).position(|b| *b == b';')?;
            let name = std::str::from_utf8(bytes.get(1..end)?).ok()?;
            let c = match name {
                "lt" => '<',
                "gt" => '>',
                _ => LATIN.iter().find(|(known, _)| *known == name).map_or(' ', |(_, c)| *c),
            };
            Some((c, end + 1))
        }
        [b'%', ..] => {
            let one = |at: usize| {
                u8::try_from(hexadecimal(bytes.get(at + 1..at + 3).filter(|_| bytes.get(at) == Some(&b'%'))?)?).ok()
            };
            let first = one(0)?;
            if first < 0x80 {
                return Some((char::from(first), 3));
            }
            let all: Vec<u8> = (0..length(first)).map_while(|n| one(n * 3)).collect();
            let c = std::str::from_utf8(&all).ok()?.chars().next()?;
            Some((c, all.len() * 3))
        }
        _ => None,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let good = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| good)?, 16).ok()
}

/// Entities of HTML that are letters of Latin-1; all other names stand for signs.
const LATIN: &[(&str, char)] = &[
    ("Agrave", 'À'),
    ("Aacute", 'Á'),
    ("Acirc", 'Â'),
    ("Atilde", 'Ã'),
    ("Auml", 'Ä'),
    ("Aring", 'Å'),
    ("AElig", 'Æ'),
    ("Ccedil", 'Ç'),
    ("Egrave", 'È'),
    ("Eacute", 'É'),
    ("Ecirc", 'Ê'),
    ("Euml", 'Ë'),
    ("Igrave", 'Ì'),
    ("Iacute", 'Í'),
    ("Icirc", 'Î'),
    ("Iuml", 'Ï'),
    ("ETH", 'Ð'),
    ("Ntilde", 'Ñ'),
    ("Ograve", 'Ò'),
    ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'),
    ("Otilde", 'Õ'),
    ("Ouml", 'Ö'),
    ("Oslash", 'Ø'),
    ("Ugrave", 'Ù'),
    ("Uacute", 'Ú'),
    ("Ucirc", 'Û'),
    ("Uuml", 'Ü'),
    ("Yacute", 'Ý'),
    ("THORN", 'Þ'),
    ("szlig", 'ß'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("auml", 'ä'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("eth", 'ð'),
    ("ntilde", 'ñ'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("ouml", 'ö'),
    ("oslash", 'ø'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("uuml", 'ü'),
    ("yacute", 'ý'),
    ("thorn", 'þ'),
    ("yuml", 'ÿ'),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The hashes of the words in and outside tags.
    fn hashes(text: &str) -> (Vec<u64>, Vec<u64>) {
        let (mut outside, mut inside) = (Vec::new(), Vec::new());
        words(text.as_bytes(), |word| if word.in_tag { inside.push(word.hash) } else { outside.push(word.hash) });
        (outside, inside)
    }

    #[test]
    fn a_sentence_has_the_same_words_in_every_form() {
        let plain = hashes("Café “Süd”: the mayor's plan, 東京 and 50% of it").0;
        assert_eq!(plain.len(), 12);
        for form in [
            "<p>Caf&eacute; &quot;S&#252;d&quot;: the <em>mayor&rsquo;s</em> plan, 東<b>京</b> and\n50% of it",
            "Caf\\u00e9 \\\"S\\u00FCd\\\": the\\nmayor's plan, \\u6771\\u4eac and 50% of it",
            "caf%C3%A9%20S%c3%bcd the mayor&#x27;s plan 東京, and 50% of it",
            "Café «Süd» — the &lt;em&gt;mayor’s&lt;/em&gt; plan… 東京 and 50% of it",
        ] {
            assert_eq!(hashes(form).0, plain, "{form}");
        }
        assert_eq!(hashes("<img alt=\"Café “Süd”: the mayor's plan, 東京 and 50% of it\">").1[2..], plain);
        assert_eq!(hashes("a < b > c").0.len(), 3);
    }

    #[test]
    fn any_bytes_are_read() {
        for bytes in [&b"\xff\xc3"[..], b"&#xffffffff; &;&#; \\u12 \\", b"%zz%e2%82 %", b"\xe3\x81", b"<"] {
            words(bytes, |word| assert!(word.start < word.end && word.end <= bytes.len()));
        }
    }
}
