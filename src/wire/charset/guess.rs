//! The character set of text in eight bits that declares none: guessed by chardetng, and checked against what words look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, WINDOWS_1252};

/// A guess, and whether the text reads well in it.
pub(super) struct Guess {
    pub(super) encoding: &'static Encoding,
    pub(super) is_sure: bool,
}

/// Fewer letters beyond ASCII say nothing about a set other than the usual one; twice as many are wanted where that one reads well, too.
const FEW: usize = 4;

/// Guesses the set of bytes that are not UTF-8.
pub(super) fn guess(bytes: &[u8]) -> Guess {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if encoding == WINDOWS_1252 {
        return Guess { encoding, is_sure: reads_well(encoding, bytes) };
    }
    let letters = bytes.iter().filter(|b| **b >= 0xa0).count();
    if letters < FEW * 2 && reads_well(WINDOWS_1252, bytes) {
        return Guess { encoding: WINDOWS_1252, is_sure: letters < FEW && is_common(bytes) };
    }
    Guess { encoding, is_sure: letters >= FEW && reads_well(encoding, bytes) }
}

/// Whether words come out as words: every byte is a character, no sign stands between two letters, and no word mixes alphabets.
fn reads_well(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
    !is_broken && text.split(char::is_whitespace).filter(|word| !word.is_ascii()).all(is_word)
}

/// Whether every byte beyond ASCII is a letter that the sets of Western and of Central Europe have in the same place, or a sign that
/// stands where it makes sense, as `£` before a figure.
fn is_common(bytes: &[u8]) -> bool {
    const LETTERS: &str = "ÁÂÄÇÉËÍÎÓÔÖÚÜÝßáâäçéëíîóôöúüý";
    const SIGNS: &str = "‘’“”–—…•«»§©®°€\u{a0}\u{ad}";
    let text = WINDOWS_1252.decode_without_bom_handling(bytes).0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let fits = c.is_ascii() || LETTERS.contains(c) || SIGNS.contains(c) || c == '£' && next.is_ascii_digit();
        if !fits {
            return false;
        }
    }
    true
}

fn is_word(word: &str) -> bool {
    let mut alphabet = None;
    let mut previous: Option<char> = None;
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}') {
            return false;
        }
        if c.is_alphabetic() {
            let own = alphabet_of(c);
            if previous.is_some_and(char::is_alphabetic) && alphabet.is_some_and(|known| known != own) {
                return false;
            }
            alphabet = Some(own);
        } else if !c.is_ascii() && !is_joint(c) {
            let after = chars.peek().is_some_and(|next| next.is_lowercase());
            if after && previous.is_some_and(char::is_lowercase) {
                return false;
            }
        }
        previous = Some(c);
    }
    true
}

/// Signs that may stand inside a word.
fn is_joint(c: char) -> bool {
    matches!(c, '’' | '‘' | '·' | '–' | '—' | '…' | '\u{ad}' | '\u{a0}' | '«' | '»' | '“' | '”' | '„' | '•' | '´')
        || c.is_alphanumeric() && !matches!(c, '¹' | '²' | '³' | '¼' | '½' | '¾')
        // Vowels and marks of scripts that write them beside their letters.
        || c >= '\u{300}' && !('\u{2000}'..='\u{2bff}').contains(&c)
}

fn alphabet_of(c: char) -> u8 {
    match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => 1,
        '\u{400}'..='\u{52f}' => 2,
        '\u{590}'..='\u{5ff}' => 3,
        '\u{600}'..='\u{6ff}' => 4,
        '\u{e00}'..='\u{e7f}' => 5,
        '\u{2e80}'.. => 6,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, encoding: &str) {
        let encoding = Encoding::for_label(encoding.as_bytes()).unwrap();
        let bytes = encoding.encode(text).0;
        let found = guess(&bytes);
        assert_eq!(found.encoding.decode_without_bom_handling(&bytes).0, text, "{}", found.encoding.name());
        assert!(found.is_sure, "{text}");
    }

    #[test]
    fn sets_of_many_languages() {
        check("Łódź (PAP) - Most został otwarty w południe, święto.", "iso-8859-2");
        check("ŁÓDŹ (PAP) - Most został otwarty, a tłumy przyszły wcześnie. Święto trwało.", "windows-1250");
        check("Мост открыт, сообщили в порту. Толпа собралась рано.", "windows-1251");
        check("Мост открыт, сообщили в порту. Толпа собралась рано.", "koi8-u");
        check("Мост открыт, сообщили в порту. Толпа собралась рано.", "iso-8859-5");
        check("Η γέφυρα άνοιξε το μεσημέρι, είπε ο δήμαρχος.", "windows-1253");
        check("Most byl otevřen v poledne a příšerně žluťoučký kůň úpěl.", "windows-1250");
        check("Köprü öğlen açıldı, kalabalık erken geldi, dedi şehir başkanı.", "windows-1254");
        check("橋は正午に開通した、と市長は述べた。", "shift_jis");
        check("大桥中午开通，市长说。人群早早到来。", "gbk");
        check("다리가 정오에 개통되었다고 시장이 말했다.", "euc-kr");
        check("Brücke öffnet für Fußgänger", "windows-1252");
        check("Le maire a déclaré : « L’été, c’est fini »", "windows-1252");
        check("¿Dónde está el puente? El niño salió a las 10°", "windows-1252");
    }

    #[test]
    fn one_accent_is_enough() {
        for (bytes, text) in [
            (&b"a \xa31million prize for ports"[..], "a £1million prize for ports"),
            (b"Ana L\xf3pez won", "Ana López won"),
        ] {
            let found = guess(bytes);
            assert!(found.is_sure, "{text}");
            assert_eq!(found.encoding.decode_without_bom_handling(bytes).0, text);
        }
        // `Ł` of Central Europe, or a `£` that nobody would write.
        assert!(!guess(b"w \xa3odzi").is_sure);
    }

    #[test]
    fn what_does_not_read_well_is_in_doubt() {
        for bytes in [&b"Most otwarty w po\xb3udnie"[..], b"wcze\x9cnie", b"a\x81b c\x8dd", b"\xb9i"] {
            let found = guess(bytes);
            assert!(!found.is_sure, "{bytes:?} {}", found.encoding.name());
        }
    }
}
