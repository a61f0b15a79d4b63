//! Bytes to text: byte order mark, then UTF-8 if the bytes are that, then what the file declares, then a guess.

mod guess;

use crate::diag::{Code, Diagnostic, Severity};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Text, what its bytes were read as, and what was odd about that.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) charset: &'static str,
    pub(super) warning: Option<Diagnostic>,
    /// The set is not known: its stories must not be published.
    pub(super) in_doubt: bool,
}

/// Decodes a file. `declared` is the name the file gives of its own character set, `assumed` the one of files that give none.
///
/// Valid UTF-8 with a multi-byte sequence is UTF-8 whatever the declaration says, because no other set makes such sequences by
/// chance. Bytes that are not UTF-8 where UTF-8 or nothing was declared are read as what they look like; a warning or note names it.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>, assumed: Option<&'static Encoding>) -> Decoded<'a> {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        if encoding == UTF_8 {
            return utf8_or_guess(&bytes[skip..], skip, true);
        }
        return with(encoding, &bytes[skip..]);
    }
    if let Some(encoding) = utf16_by_zeros(bytes) {
        return with(encoding, bytes);
    }
    let named = declared.map(|name| (name, Encoding::for_label(name.trim().as_bytes())));
    if let Ok(text) = std::str::from_utf8(bytes) {
        let mut decoded = Decoded { text: Cow::Borrowed(text), charset: "utf-8", warning: None, in_doubt: false };
        if let Some((name, encoding)) = named
            && encoding != Some(UTF_8)
            && !text.is_ascii()
        {
            let message = format!("the file declares `{}` but is UTF-8, and was read as UTF-8", short(name));
            decoded.warning = Some(Diagnostic::warning(Code::WireCharset, message));
        }
        return decoded;
    }
    match named {
        None => match assumed.filter(|_| mixed(bytes).is_none()) {
            Some(encoding) => with(encoding, bytes),
            None => utf8_or_guess(bytes, 0, false),
        },
        Some((_, Some(encoding))) if encoding == UTF_8 => utf8_or_guess(bytes, 0, true),
        // Declared Latin-1 and UTF-8 in truth, except for a byte or two.
        Some((_, Some(encoding))) if encoding == WINDOWS_1252 && mixed(bytes).is_some() => {
            utf8_or_guess(bytes, 0, true)
        }
        Some((_, Some(encoding))) if !matches!(encoding.name(), "UTF-16LE" | "UTF-16BE" | "replacement") => {
            with(encoding, bytes)
        }
        Some((declared, _)) => {
            let why = format!("the file declares `{}`, which its bytes are not", short(declared));
            guessed(bytes, &why, true)
        }
    }
}

fn short(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// XML in UTF-16 without a byte order mark begins with `<` and a zero.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, lost) = encoding.decode_without_bom_handling(bytes);
    let warning = lost.then(|| {
        let message = format!("some bytes are not {}; they are shown as U+FFFD", encoding.name());
        Diagnostic::warning(Code::WireCharset, message)
    });
    // A replacement character must not appear in silence, nor at all where a single-byte set has the letters.
    if lost && encoding.is_single_byte() {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
        let message = format!("some bytes are not {}; read as windows-1252", encoding.name());
        return Decoded {
            text,
            charset: "windows-1252",
            warning: Some(Diagnostic::warning(Code::WireCharset, message)),
            in_doubt: false,
        };
    }
    Decoded { text, charset: name(encoding), warning, in_doubt: false }
}

fn utf8_or_guess(bytes: &[u8], skipped: usize, declared: bool) -> Decoded<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: Cow::Borrowed(text), charset: "utf-8", warning: None, in_doubt: false },
        Err(error) => {
            let at = error.valid_up_to() + skipped;
            if let Some(text) = mixed(bytes) {
                let message =
                    format!("byte {at} is not UTF-8, as most of the file is; such bytes were read as windows-1252");
                let warning = Some(Diagnostic::warning(Code::WireCharset, message));
                return Decoded { text: Cow::Owned(text), charset: "utf-8", warning, in_doubt: false };
            }
            if declared {
                guessed(bytes, &format!("byte {at} is not UTF-8, which the file says it is"), true)
            } else {
                guessed(bytes, "the file declares no character set and is not UTF-8", false)
            }
        }
    }
}

/// Text in a set that has to be guessed. `warns` is whether the file said something else.
fn guessed<'a>(bytes: &'a [u8], why: &str, warns: bool) -> Decoded<'a> {
    let guess = guess::guess(bytes);
    let (text, _) = guess.encoding.decode_without_bom_handling(bytes);
    let charset = name(guess.encoding);
    let diagnostic = if guess.is_sure {
        let severity = if warns { Severity::Warning } else { Severity::Note };
        Diagnostic::new(severity, Code::WireCharset, format!("{why}; read as {charset}, which it looks like"))
    } else {
        let message =
            format!("{why}; its character set cannot be told, so its stories are withheld (shown as {charset})");
        Diagnostic::warning(Code::WireCharset, message)
            .hint("send the file in UTF-8, or let it declare its character set")
    };
    Decoded { text, charset, warning: Some(diagnostic), in_doubt: !guess.is_sure }
}

/// UTF-8 with some bytes of another set among it, as comes of pasting: those are read as windows-1252. `None` where the sequences of
/// UTF-8 are not the greater part, for then they are chance.
fn mixed(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() + 16);
    let (mut sequences, mut others) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sequences += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        text.push_str(chunk.valid());
        others += chunk.invalid().len();
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    (sequences > others).then_some(text)
}

/// Lower case, as the registry of character sets prefers.
fn name(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "UTF-8" => "utf-8",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "ISO-8859-15" => "iso-8859-15",
        "ISO-8859-2" => "iso-8859-2",
        "ISO-8859-7" => "iso-8859-7",
        other => other,
    }
}

/// The `encoding` of an XML declaration, if there is one in the first bytes.
pub(super) fn xml_declaration(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(400)];
    let start = memchr::memmem::find(head, b"<?xml")?;
    let end = start + memchr::memmem::find(&head[start..], b"?>")?;
    let head: String = head[start..end].iter().map(|b| char::from(*b)).collect();
    let value = head[head.find("encoding")? + 8..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Option<&str>, text: &str, charset: &str, warns: bool) {
        let decoded = decode(bytes, declared, None);
        assert_eq!((&*decoded.text, decoded.charset, decoded.warning.is_some()), (text, charset, warns), "{bytes:?}");
    }

    #[test]
    fn the_bytes_win_over_the_declaration() {
        check("Décès".as_bytes(), Some("ISO-8859-1"), "Décès", "utf-8", true);
        check(b"D\xe9c\xe8s", Some("ISO-8859-1"), "Décès", "windows-1252", false);
        check(b"D\xe9c\xe8s", Some("utf-8"), "Décès", "windows-1252", true);
        check(b"Gr\xc3\xa8ve \xc3\xa0 d\xe9part", None, "Grève à départ", "utf-8", true);
        check(b"Gr\xc3\xa8ve \xc3\xa0 d\xe9part", Some("iso-8859-1"), "Grève à départ", "utf-8", true);
        check(b"\xc3\xa9 d\xe9j\xe0", None, "Ã© déjà", "windows-1252", true);
        check(b"\x80 \xa4", Some("iso-8859-15"), "\u{80} €", "iso-8859-15", false);
        check(b"don\x92t", None, "don’t", "windows-1252", true);
        check(b"\xef\xbb\xbfa", None, "a", "utf-8", false);
        check(b"\xff\xfea\0", None, "a", "utf-16le", false);
        check(b"<\0a\0", None, "<a", "utf-16le", false);
        check(b"abc\xe9", Some("klingon"), "abcé", "windows-1252", true);
    }

    #[test]
    fn declarations() {
        assert_eq!(xml_declaration(b"<?xml version='1.0' encoding = 'x'?>").as_deref(), Some("x"));
        assert_eq!(xml_declaration(b"<?xml version='1.0'?><a encoding='x'/>"), None);
    }
}
