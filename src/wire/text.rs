//! Cleaning of single texts.

use crate::diag;
use std::borrow::Cow;

/// White space runs become one blank, control characters go, the ends are trimmed.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    push_clean(text, &mut clean);
    clean.truncate(clean.trim_end().len());
    clean
}

/// Whether a line holds only letters and signs of ASCII, and tabs: most do, and need no second look.
pub(super) fn is_printable(line: &str) -> bool {
    line.bytes().all(|b| matches!(b, b' '..=b'~' | b'\t'))
}

/// Appends text with white space runs as one blank and without control characters; no blank at the front of `out`.
pub(super) fn push_clean(text: &str, out: &mut String) {
    if !super::work::spend(text.len() + 1) {
        return;
    }
    let mut rest = text;
    loop {
        let lead = regular(rest, out.is_empty() || out.ends_with(' '));
        out.push_str(&rest[..lead]);
        let Some(c) = rest[lead..].chars().next() else { break };
        rest = &rest[lead + c.len_utf8()..];
        if is_blank(c) {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_unfit(c) {
            out.push(c);
        }
    }
}

/// How many bytes from the front need no cleaning: letters, signs, and single blanks between them. Nearly all of a text is so.
pub(super) fn regular(text: &str, after_blank: bool) -> usize {
    let bytes = text.as_bytes();
    let mut blank = after_blank;
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        match b {
            b'!'..=b'~' => blank = false,
            b' ' if !blank => blank = true,
            // Blanks, controls and characters that nobody uses begin with these.
            0x80.. if !matches!(b, 0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef) => blank = false,
            0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef => {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { return at };
                if is_blank(c) || is_unfit(c) {
                    return at;
                }
                at += c.len_utf8() - 1;
                blank = false;
            }
            _ => return at,
        }
        at += 1;
    }
    bytes.len()
}

/// White space of any script, and characters that stand for it on the wire.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

/// Characters that XML and feeds forbid, or that have no meaning in text.
pub(super) fn is_unfit(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{fdd0}'..='\u{fdef}')
}

/// Whether bytes of UTF-8 may hold an unfit character: a quick look, since hardly any text does.
fn may_be_unfit(bytes: &[u8]) -> bool {
    // Two loops without a branch are read many bytes at a time.
    let control = bytes
        .iter()
        .fold(false, |found, b| found | ((*b < 0x20) & (*b != b'\t') & (*b != b'\n') & (*b != b'\r')) | (*b == 0x7f));
    control
        || memchr::memchr2_iter(0xc2, 0xef, bytes).any(|at| match (bytes[at], bytes.get(at + 1)) {
            (0xc2, Some(next)) => *next < 0xa0,
            (_, Some(next)) => matches!(next, 0xb7 | 0xbf),
            _ => true,
        })
}

/// The text without unfit characters, and how many there were. Line breaks stay.
pub(super) fn without_controls(text: &str) -> (Cow<'_, str>, usize) {
    if !may_be_unfit(text.as_bytes()) {
        return (Cow::Borrowed(text), 0);
    }
    let unfit = text.chars().filter(|c| is_unfit(*c)).count();
    if unfit == 0 {
        return (Cow::Borrowed(text), 0);
    }
    // The separators of ASCII (FS, GS, RS, US) part words.
    let shown = text.chars().map(|c| if matches!(c, '\u{1c}'..='\u{1f}') { ' ' } else { c });
    (Cow::Owned(shown.filter(|c| !is_unfit(*c)).collect()), unfit)
}

/// The text without escape sequences for other graphic sets and without shifts, and whether there were any.
pub(super) fn without_escapes(text: &str) -> (Cow<'_, str>, bool) {
    const MARKS: [char; 3] = ['\u{1b}', '\u{e}', '\u{f}'];
    if memchr::memchr3(0x1b, 0x0e, 0x0f, text.as_bytes()).is_none() {
        return (Cow::Borrowed(text), false);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // ESC, intermediate characters, and the final one that names the set.
            while chars.next_if(|c| matches!(c, '\u{20}'..='\u{2f}')).is_some() {}
            chars.next_if(|c| matches!(c, '\u{30}'..='\u{7e}'));
        } else if !MARKS.contains(&c) {
            out.push(c);
        }
    }
    (Cow::Owned(out), true)
}

/// Text whose lines end in line feeds, with or without a carriage return before it. Carriage returns alone end lines, too, also
/// beside others: a gateway may have made the header and the desk's editor the text.
pub(super) fn with_line_ends(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // `CR CR LF` is one line end.
    let is_bare = |at: usize| !matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) || is_blank_line(bytes, at);
    if !memchr::memchr_iter(b'\r', bytes).any(is_bare) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut done = 0;
    for at in memchr::memchr_iter(b'\r', bytes).filter(|at| is_bare(*at)) {
        out.push_str(&text[done..at]);
        // `LF CR` is one line end where no carriage return stands before it.
        let is_second = bytes[..at].ends_with(b"\n") && !bytes[..at].ends_with(b"\r\n");
        if !is_second {
            out.push('\n');
        }
        done = at + 1;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Whether the carriage return at `at` is one of several that no line feed follows: each ends a line.
fn is_blank_line(bytes: &[u8], at: usize) -> bool {
    let run = bytes[at..].iter().take(64).take_while(|b| **b == b'\r').count();
    run > 1 && bytes.get(at + run) != Some(&b'\n')
}

/// Characters of windows-1252 as the bytes they stand for; `None` for what has none.
fn as_byte(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match c {
        '\u{80}'..='\u{ff}' => Some(c as u8),
        _ => HIGH.iter().position(|high| *high == c).map(|at| 0x80 + at as u8),
    }
}

/// The characters of a text that was encoded in UTF-8 twice (`Ã©` for `é`), where it has any. Beginnings of sequences that no
/// language writes (`Ã`, `Â`, `â€`, `ðŸ`) are enough by themselves; others (`Ð¿Ð¾`) only where nothing else in the text is beyond ASCII.
pub(super) fn decoded_twice(text: &str) -> Option<String> {
    // Each such sequence begins with a letter from `Â` to `ô`, and goes on with another character beyond ASCII.
    let bytes = text.as_bytes();
    let may_be = memchr::memchr_iter(0xc3, bytes)
        .any(|at| matches!((bytes.get(at + 1), bytes.get(at + 2)), (Some(0x82..=0xb4), Some(0x80..))));
    if !may_be {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut sure, mut likely, mut others) = (0_usize, 0_usize, 0_usize);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii() {
            let length = rest.bytes().take_while(u8::is_ascii).count();
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let packed: Vec<u8> = rest.chars().take(4).map_while(as_byte).collect();
        let length = match packed.first() {
            Some(0xc2..=0xdf) => 2,
            Some(0xe0..=0xef) => 3,
            Some(0xf0..=0xf4) => 4,
            _ => 0,
        };
        let found =
            packed.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).filter(|one| !one.is_empty());
        let Some(found) = found else {
            others += 1;
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        if matches!(packed.as_slice(), [0xc2 | 0xc3, ..] | [0xe2, 0x80 | 0x82 | 0x84, ..] | [0xf0, 0x9f, ..]) {
            sure += 1;
        } else {
            likely += 1;
        }
        out.push_str(found);
        let taken: usize = rest.chars().take(length).map(char::len_utf8).sum();
        rest = &rest[taken..];
    }
    let is_whole = others == 0 && (sure > 0 || likely >= 3);
    (is_whole || (sure > 0 && likely == 0)).then_some(out)
}

/// `None` for texts that mean nothing: empty, or a converter's word for it.
pub(super) fn meaningful(text: impl Into<String>) -> Option<String> {
    let text = clean(&text.into());
    let nothing = matches!(text.to_ascii_lowercase().as_str(), "" | "none" | "null" | "n/a" | "-" | "undefined");
    (!nothing).then_some(text)
}

/// Line and column of an offset, from 1; columns in characters.
pub(super) fn place(text: &str, offset: usize) -> (u32, u32) {
    diag::place(text.as_bytes(), text.floor_char_boundary(offset))
}

/// Line and column of many offsets. Each is counted from the one before it, so offsets in order cost one look at the text.
pub(super) fn places(text: &str, offsets: impl Iterator<Item = usize>) -> Vec<(u32, u32)> {
    let (mut from, mut line, mut column) = (0, 1, 1);
    let next = |mut offset: usize| {
        offset = text.floor_char_boundary(offset);
        if offset < from {
            (from, line, column) = (0, 1, 1);
        }
        let (down, right) = place(&text[from..], offset - from);
        column = if down == 1 { column + right - 1 } else { right };
        line += down - 1;
        super::work::spend(offset - from);
        from = offset;
        (line, column)
    };
    offsets.map(next).collect()
}

/// At most `limit` characters, cut at the end of a sentence or else of a word.
pub(super) fn cut(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_string() };
    let head = &text[..end];
    let mut sentence = head.match_indices(['.', '!', '?', '…']).map(|(at, mark)| at + mark.len());
    let ends = |at: &usize| {
        let last: String = head[..*at].chars().rev().skip(1).take_while(|c| c.is_alphanumeric()).collect();
        // `U.S.` and `Mr.` end no sentence; a sentence of a few words is not a headline.
        let is_word = last.chars().count() >= 3 || last.chars().all(|c| c.is_ascii_digit());
        is_word && head[..*at].chars().count() * 3 > limit && text[*at..].starts_with(' ')
    };
    if let Some(at) = sentence.rfind(ends) {
        return head[..at].to_string();
    }
    // A word that is longer than all this is cut where it must be.
    let word = if text[end..].starts_with(' ') { end } else { head.rfind(' ').unwrap_or(end) };
    format!("{} …", head[..word].trim_end_matches([' ', ',', ';', ':', '-', '–', '—']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_are_those_of_each() {
        let text = "One\nzwölf\n\nthree";
        for offsets in [vec![0, 3, 4, 8, 9, 11, 12, 13, 99], vec![12, 0, 12, 5, 4, 7]] {
            let each: Vec<(u32, u32)> = offsets.iter().map(|at| place(text, *at)).collect();
            assert_eq!(places(text, offsets.into_iter()), each);
        }
    }

    #[test]
    fn cleaning() {
        assert_eq!(clean(" a\u{a0}\n\tb\u{7}c\u{85}d\u{200b} "), "a bc d");
        assert_eq!(clean("Über  „den“ – Ñandú\u{3000}東京\u{feff}\u{2009}ж\u{fdd0}."), "Über „den“ – Ñandú 東京 ж.");
        assert_eq!(regular("ab – “c” d", false), "ab – “c” d".len());
        assert_eq!(without_escapes("a\u{1b}(Bb\u{e}c\u{f}").0, "abc");
        for (text, unfit) in
            [("a\u{a0}«b»\t\r\n", 0), ("a\u{85}", 1), ("\u{fffe}\u{fffd}", 1), ("\u{fdd0}", 1), ("\u{7f}\u{1}é", 2)]
        {
            assert_eq!(without_controls(text).1, unfit, "{text:?}");
        }
        assert_eq!(meaningful(" None "), None);
        for (text, expected) in [
            ("a\rb\r\rc\r", "a\nb\n\nc\n"),
            ("a\r\nb\nc\r\r\nd", "a\r\nb\nc\r\r\nd"),
            ("a\rb\r\n\r\nc", "a\nb\r\n\r\nc"),
            ("a\n\rb\n\r", "a\nb\n"),
        ] {
            assert_eq!(with_line_ends(text), expected, "{text:?}");
        }
        for (text, expected) in [
            ("CafÃ© ZÃ¼rich", Some("Café Zürich")),
            ("He said â€œnoâ€\u{9d}", Some("He said “no”")),
            ("itâ€™s", Some("it’s")),
            ("ÐŸÐ¾Ñ€Ñ‚", Some("Порт")),
            ("Café Ã©", Some("Café é")),
            ("São Paulo, SÃO, Ð°", None),
            ("„MENÜ“ und „CAFÉ”", None),
            ("Ägypten, Übung", None),
        ] {
            assert_eq!(decoded_twice(text).as_deref(), expected, "{text}");
        }
        assert_eq!(place("ab\ncé d", 6), (2, 3));
    }

    #[test]
    fn cuts_fall_between_words() {
        assert_eq!(cut("One two three.", 40), "One two three.");
        assert_eq!(cut("One two. Three four five six", 14), "One two.");
        assert_eq!(cut("One two three four", 10), "One two …");
    }
}
