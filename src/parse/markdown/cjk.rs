//! Scripts that are written without blanks: line ends in them, and emphasis beside their punctuation.
//!
//! CommonMark knows where emphasis begins and ends by blanks and punctuation, so `**「引用」**と` has no end: a bracket stands before the
//! stars and a letter after them. Before such a text is parsed, the character beside the stars gets a stand-in of the same length
//! that the rule takes for what it is in these scripts, and its own form afterwards.

use std::borrow::Cow;

/// Whether a line end between two characters is nothing. Beside Chinese and Japanese, quotation marks, dashes and dots that other
/// scripts have too are as theirs.
pub(super) fn joins(before: char, after: char) -> bool {
    let is_theirs = |c: char| is_joined(c) && c >= '\u{2e80}';
    is_joined(before) && is_joined(after)
        || is_theirs(before) && is_shared(after)
        || is_shared(before) && is_theirs(after)
}

/// The character of a text by which a line end after it is judged: the last one, or the one before marks at the end that scripts
/// share, if it says more (`好。”`).
pub(super) fn last(text: &str) -> Option<char> {
    telling(text.chars().rev())
}

/// Likewise for a line end before a text.
pub(super) fn first(text: &str) -> Option<char> {
    telling(text.chars())
}

fn telling(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let end = chars.next()?;
    // Longer runs of marks are not a quotation.
    let inner = || chars.take(4).find(|c| !is_shared(*c)).filter(|c| is_joined(*c) && *c >= '\u{2e80}');
    if is_shared(end) { inner().or(Some(end)) } else { Some(end) }
}

/// Marks that Chinese and Japanese have in common with other scripts: dashes, quotation marks, dots, and signs at the head of items.
fn is_shared(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{2014}' | '\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{2025}'..='\u{2027}' | '\u{203b}'
        | '\u{25a0}'..='\u{25ff}' | '\u{2605}' | '\u{2606}')
}

/// A text of front matter with its lines joined as on the page: YAML makes a blank of a line end. `yaml` is the front matter, for a
/// blank that stands in it between the same characters was written. `None` where the text is the same.
pub(in crate::parse) fn join_folded(text: &str, yaml: &str) -> Option<String> {
    if !text.bytes().any(may_begin) {
        return None;
    }
    let mut joined: Option<(String, usize)> = None;
    let mut at = 0;
    while let Some(start) = text[at..].find([' ', '\n']).map(|found| at + found) {
        let end = start + text[start..].find(|c| !matches!(c, ' ' | '\n')).unwrap_or(text.len() - start);
        at = end;
        let (before, after) = (&text[..start], &text[end..]);
        let (Some(one), Some(other)) = (last(before), first(after)) else { continue };
        let is_folded = || text[start..end].contains('\n') || end - start == 1 && !is_written(before, after, yaml);
        if joins(one, other) && is_folded() {
            let (joined, copied) = joined.get_or_insert_with(|| (String::with_capacity(text.len()), 0));
            joined.push_str(&text[*copied..start]);
            *copied = end;
        }
    }
    joined.map(|(joined, copied)| joined + &text[copied..])
}

/// Whether two texts stand in front matter with one blank between them. Characters that YAML may write in another way are not compared.
fn is_written(before: &str, after: &str, yaml: &str) -> bool {
    const NEAR: usize = 12;
    let is_plain = |c: &char| !c.is_ascii() && !c.is_whitespace();
    let start = before.chars().rev().take(NEAR).take_while(is_plain).map(char::len_utf8).sum::<usize>();
    let near: String = after.chars().take(NEAR).take_while(is_plain).collect();
    let wanted = format!("{} {near}", &before[before.len() - start..]);
    memchr::memmem::find(yaml.as_bytes(), wanted.as_bytes()).is_some()
}

/// Chinese and Japanese characters with their punctuation, and the scripts of South East Asia that have no blanks between words.
/// Korean has blanks.
pub(super) fn is_joined(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{f00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{312f}' | '\u{3190}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff9f}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3ffff}')
        && c != '\u{3000}'
}

/// Whether a byte may begin a character of [`is_joined`].
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_between_characters_of_unspaced_scripts_are_nothing() {
        for (before, after) in [
            ("中", "文"),
            ("東京", "都"),
            ("，", "他"),
            ("说：", "“好"),
            ("好”", "他"),
            ("好。”", "“不"),
            ("——", "他"),
            ("他", "——"),
            ("好……", "他"),
            ("约翰", "·史密斯"),
            ("３", "月"),
            ("ข่าว", "ไทย"),
            ("。", "●東京"),
        ] {
            assert!(last(before).zip(first(after)).is_some_and(|(one, other)| joins(one, other)), "{before} {after}");
        }
        for (before, after) in [
            ("中", "a"),
            ("a", "中"),
            ("a”", "“b"),
            ("a —", "b"),
            ("한국", "어"),
            ("中", "1"),
            ("he said “", "x"),
            ("ข่าว", "“x"),
            ("中\u{3000}", "文"),
        ] {
            assert!(!last(before).zip(first(after)).is_some_and(|(one, other)| joins(one, other)), "{before} {after}");
        }
    }

    #[test]
    fn lines_of_front_matter_are_joined_as_those_of_the_text() {
        for (text, yaml, joined) in [
            ("東京で 地震", "headline: 東京で\n  地震\n", Some("東京で地震")),
            ("東京で 地震", "headline: 東京で 地震\n", None),
            ("东京 地震 东京", "headline: >\n  东京 地震\n  东京\n", Some("东京 地震东京")),
            ("他说 “好” 然后", "a: 他说\n  “好”\n  然后\n", Some("他说“好”然后")),
            ("甲\n乙\n", "a: |\n  甲\n  乙\n", Some("甲乙\n")),
            ("甲 A 乙", "a: 甲\n  A\n  乙\n", None),
            ("a b", "a: a\n  b\n", None),
            ("한국 어", "a: 한국\n  어\n", None),
        ] {
            assert_eq!(join_folded(text, yaml).as_deref(), joined, "{text} {yaml}");
        }
    }
}
