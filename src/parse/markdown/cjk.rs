//! Scripts that are written without blanks: line ends in them, and emphasis beside their punctuation.
//!
//! CommonMark knows where emphasis begins and ends by blanks and punctuation, so `**「引用」**と` has no end: a bracket stands before the
//! stars and a letter after them. Before such a text is parsed, the character beside the stars gets a stand-in of the same length
//! that the rule takes for what it is in these scripts, and its own form afterwards.

use std::borrow::Cow;

/// Whether a line end between two characters is nothing.
pub(super) fn joins(before: char, after: char) -> bool {
    is_unspaced(before) && is_unspaced(after)
}

/// Chinese and Japanese characters with their punctuation, and the scripts of South East Asia that have no blanks between words.
/// Korean has blanks.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{f00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{312f}' | '\u{3190}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff9f}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3ffff}')
        && c != '\u{3000}'
}

/// Whether a byte may begin a character of [`is_unspaced`].
pub(super) const fn may_begin(byte: u8) -> bool {
    matches!(byte, 0xe0..=0xea | 0xef | 0xf0)
}

/// Letters of Chinese, Japanese and Korean.
fn is_letter(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30fa}' | '\u{30fc}'..='\u{318f}' | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// Their punctuation: all that is theirs and no letter.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{303f}' | '\u{30fb}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffee}')
        && !c.is_alphanumeric()
}

/// Stand-ins of three bytes that are letters to CommonMark, for punctuation.
const LETTERS: std::ops::RangeInclusive<u32> = 0xe000..=0xe1ff;
/// Stand-ins of three bytes that are punctuation to CommonMark, for letters.
const MARKS: std::ops::RangeInclusive<u32> = 0x2e00..=0x2e2e;

/// The characters that a text has in place of others.
#[derive(Default)]
pub(super) struct StandIns {
    /// What they stand for; the first pair of lists is for [`LETTERS`], the second for [`MARKS`].
    letters: Vec<char>,
    marks: Vec<char>,
}

impl StandIns {
    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty() && self.marks.is_empty()
    }

    fn letter(&mut self, c: char) -> Option<char> {
        stand_in(&mut self.letters, LETTERS, c)
    }

    fn mark(&mut self, c: char) -> Option<char> {
        stand_in(&mut self.marks, MARKS, c)
    }

    /// A text with the characters that the stand-ins stand for.
    pub(super) fn restore(&self, text: &str) -> Option<String> {
        let own = |c: char| {
            let code = c as u32;
            let at = |list: &[char], range: &std::ops::RangeInclusive<u32>| {
                range.contains(&code).then(|| list.get((code - range.start()) as usize).copied()).flatten()
            };
            at(&self.letters, &LETTERS).or_else(|| at(&self.marks, &MARKS))
        };
        text.chars().any(|c| own(c).is_some()).then(|| text.chars().map(|c| own(c).unwrap_or(c)).collect())
    }
}

fn stand_in(list: &mut Vec<char>, range: std::ops::RangeInclusive<u32>, c: char) -> Option<char> {
    let at = list.iter().position(|known| *known == c).unwrap_or(list.len());
    let stand_in = char::from_u32(range.start() + at as u32).filter(|c| range.contains(&(*c as u32)))?;
    if at == list.len() {
        list.push(c);
    }
    Some(stand_in)
}

/// The text with stand-ins where emphasis of Chinese, Japanese and Korean needs them; nearly every text is as it was.
pub(super) fn prepare(markdown: &str) -> (Cow<'_, str>, StandIns) {
    let mut stand_ins = StandIns::default();
    let bytes = markdown.as_bytes();
    let is_plain = memchr::memchr2(b'*', b'~', bytes).is_none() || !bytes.iter().any(|byte| *byte >= 0xe1);
    let is_taken = |c: char| LETTERS.contains(&(c as u32)) || MARKS.contains(&(c as u32));
    if is_plain || markdown.chars().any(is_taken) {
        return (Cow::Borrowed(markdown), stand_ins);
    }
    let mut changes: Vec<(usize, char)> = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr2(b'*', b'~', &bytes[at..]).map(|found| at + found) {
        let length = bytes[start..].iter().take_while(|byte| **byte == bytes[start]).count();
        at = start + length;
        let (before, after) = (markdown[..start].chars().next_back(), markdown[at..].chars().next());
        let mut change = |own: Option<char>, other: Option<char>, place: usize| {
            let Some(own) = own else { return };
            let is_mark =
                |c: char| (c.is_ascii_punctuation() || matches!(c, '\u{2010}'..='\u{2027}' | '«' | '»')) && c != '\\';
            let other_is_mark = other.is_some_and(is_mark);
            let stand_in = match own {
                _ if own.len_utf8() != 3 => None,
                _ if is_punctuation(own) => stand_ins.letter(own),
                _ if is_letter(own) && other_is_mark => stand_ins.mark(own),
                _ => None,
            };
            changes.extend(stand_in.map(|stand_in| (place, stand_in)));
        };
        change(before, after, start - before.map_or(0, char::len_utf8));
        change(after, before, at);
    }
    if changes.is_empty() {
        return (Cow::Borrowed(markdown), stand_ins);
    }
    let mut prepared = String::with_capacity(markdown.len());
    let mut copied = 0;
    for (place, stand_in) in changes {
        // The same character may stand between two runs of stars.
        if place >= copied {
            prepared.push_str(&markdown[copied..place]);
            prepared.push(stand_in);
            copied = place + stand_in.len_utf8();
        }
    }
    prepared.push_str(&markdown[copied..]);
    (Cow::Owned(prepared), stand_ins)
}
