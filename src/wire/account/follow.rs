//! The text of stories beside that of their source: nearly all of it is the same, word for word and in the same order, and what is
//! the same needs no hashes.

use super::spell::{LETTERS, word_end};

/// Bytes of the source that are looked for in the story where the two part.
const NEEDLE: usize = 16;
/// How far they are looked for, in bytes.
const WINDOW: usize = 2048;

/// The longest run of signs in the story that is passed over, in bytes. Each word of the source may look at it again.
const RUN: usize = 256;

/// The text of the stories, and how much of it the source was found to have.
#[derive(Default)]
pub(super) struct Follow {
    /// Blocks end in a line feed; markup inside them leaves nothing.
    pub(super) text: String,
    /// Where the source is expected to go on.
    pub(super) at: usize,
    /// Where the word begins that ends at `at`, while the source may go on with it.
    open: Option<usize>,
    /// Parts of the text that the source has, from the beginning of a word to the end of one.
    spans: Vec<(usize, usize)>,
    /// How often in a row the source was looked for in vain.
    misses: u32,
    /// Words until it is looked for again.
    wait: u32,
}

impl Follow {
    /// How many bytes at the beginning of a part of the source stand in the story as well: whole words, or all of the part. No word of
    /// the source may be open elsewhere.
    pub(super) fn along(&mut self, source: &str) -> Option<usize> {
        let source = source.as_bytes();
        if let Some(word) = self.open {
            return match (is_sign(source, 0), is_sign(self.text.as_bytes(), self.at)) {
                (true, true) => {
                    self.open = None;
                    self.spans.push((word, self.at));
                    Some(signs(source, 0))
                }
                (true, false) => None,
                _ => self.extend(source, 0, self.at, word),
            };
        }
        let from = signs(source, 0);
        if from == source.len() {
            return Some(from);
        }
        let text = self.text.as_bytes();
        let next = signs_of_story(text, self.at);
        if text.get(next) == source.get(from)
            && let Some(count) = self.extend(source, from, next, next)
        {
            return Some(count);
        }
        let found = self.seek(&source[from..])?;
        self.extend(source, from, found, found)
    }

    /// The beginning of a word of which the source goes on otherwise than the story.
    pub(super) fn take_open(&mut self) -> Option<&str> {
        let word = self.open.take()?;
        let end = std::mem::replace(&mut self.at, word);
        self.text.get(word..end)
    }

    /// The word of the source ends: whether that of the story does as well.
    pub(super) fn end(&mut self) -> bool {
        let Some(word) = self.open else { return true };
        let is_whole = is_sign(self.text.as_bytes(), self.at);
        if is_whole {
            self.open = None;
            self.spans.push((word, self.at));
        }
        is_whole
    }

    /// Whether a word stands in the text. It is looked for letter by letter, which pays for few words only.
    pub(super) fn has_word(&self, word: &str) -> bool {
        has_word(&self.text, word)
    }

    /// Parts of the text that the source was found to have, in order, and those between them.
    pub(super) fn parts(&mut self) -> (Vec<&str>, Vec<&str>) {
        self.spans.sort_unstable();
        let (mut had, mut others, mut done) = (Vec::new(), Vec::new(), 0);
        for (from, to) in &self.spans {
            if *from > done {
                others.extend(self.text.get(done..*from));
            }
            had.extend(self.text.get(done.max(*from)..*to));
            done = done.max(*to);
        }
        others.extend(self.text.get(done..));
        (had, others)
    }

    /// Goes along both from places where a word begins or goes on; `word` is where it begins in the text.
    fn extend(&mut self, source: &[u8], from: usize, to: usize, mut word: usize) -> Option<usize> {
        let text = self.text.as_bytes();
        let start = word;
        let (mut at, mut here) = (from, to);
        let mut border = None;
        loop {
            let same = common(&source[at..], &text[here..]);
            if let Some(last) = source[at..at + same].iter().rposition(|b| is_ascii_sign(*b)) {
                border = Some((at + last, here + last));
                word = here + last + 1;
            }
            (at, here) = (at + same, here + same);
            if at == source.len() {
                if word > start {
                    self.spans.push((start, word));
                }
                self.open = (word < here).then_some(word);
                self.at = here;
                return Some(at);
            }
            if !is_sign(source, at) || !is_sign(text, here) {
                break;
            }
            border = Some((at, here));
            (at, here) = (signs(source, at), signs_of_story(text, here));
            word = here;
            if at < source.len() && text.get(here) != source.get(at) {
                break;
            }
        }
        let (at, here) = border?;
        self.spans.push((start, here));
        (self.open, self.at) = (None, here);
        Some(at)
    }

    /// Where in the text the source goes on, if it is near or at the beginning.
    fn seek(&mut self, source: &[u8]) -> Option<usize> {
        let needle = source.get(..NEEDLE)?;
        if self.wait > 0 {
            self.wait -= 1;
            return None;
        }
        let text = self.text.as_bytes();
        let near = self.at..text.len().min(self.at + WINDOW);
        let finder = memchr::memmem::Finder::new(needle);
        let found = finder.find(&text[near.clone()]).map(|at| at + near.start);
        let found = found.or_else(|| finder.find(&text[..text.len().min(WINDOW)]));
        let found = found.filter(|at| begins_word(&self.text, *at));
        crate::wire::work::spend(2 * WINDOW / 32);
        if found.is_some() {
            self.misses = 0;
        } else {
            self.misses += 1;
            self.wait = (1_u32 << self.misses.min(5)) - 2;
        }
        found
    }
}

/// Whether a word stands in a text.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    crate::wire::work::spend(text.len() / 8);
    let bytes = text.as_bytes();
    let mut found = memchr::memmem::find_iter(bytes, word.as_bytes());
    // Only the next character is looked at: a word of a million letters has as many places to look at.
    let ends = |end: usize| word_end(&bytes[..bytes.len().min(end + 4)], end) == end;
    found.any(|at| begins_word(text, at) && ends(at + word.len()))
}

/// Whether what stands at a place ends a word: a sign of ASCII, one of general punctuation (U+2000 to U+203F), or nothing.
fn is_sign(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(0xe2) => bytes.get(at + 1) == Some(&0x80),
        b => b.is_none_or(|b| is_ascii_sign(*b)),
    }
}

fn is_ascii_sign(b: u8) -> bool {
    b < 0x80 && !LETTERS[usize::from(b)]
}

/// Where the signs of the story end that stand at `at`, or [`RUN`] bytes after it.
fn signs_of_story(text: &[u8], at: usize) -> usize {
    signs(&text[..text.len().min(at + RUN)], at)
}

/// Where the signs end that stand at `at`.
pub(super) fn signs(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_sign(bytes, at) {
        at += if bytes[at] == 0xe2 { 3 } else { 1 };
    }
    at.min(bytes.len())
}

/// Whether a word may begin at a place.
fn begins_word(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.chars().next_back().is_none_or(|c| !c.is_alphanumeric()))
}

/// How many bytes at the beginning are the same, compared eight at a time.
fn common(one: &[u8], other: &[u8]) -> usize {
    let mut count = 0;
    let (mut left, mut right) = (one, other);
    while let (Some((a, after)), Some((b, rest))) = (left.split_first_chunk::<8>(), right.split_first_chunk::<8>()) {
        let differing = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if differing != 0 {
            return count + (differing.trailing_zeros() / 8) as usize;
        }
        count += 8;
        (left, right) = (after, rest);
    }
    count + left.iter().zip(right).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes along with the texts of a source; the text `|` ends a word. Returns the parts that both have and those of the story alone,
    /// without the signs at their ends.
    fn parts(story: &str, source: &[&str]) -> (String, String) {
        let mut follow = Follow { text: story.to_string(), ..Follow::default() };
        for text in source {
            if *text == "|" {
                assert!(follow.end() || follow.take_open().is_some());
                continue;
            }
            let mut rest = *text;
            while !rest.is_empty() {
                match follow.along(rest) {
                    Some(count) => rest = &rest[count..],
                    None => {
                        follow.take_open();
                        rest = rest.trim_start().split_once(' ').map_or("", |(_, rest)| rest);
                    }
                }
            }
        }
        let (had, others) = follow.parts();
        let show = |parts: Vec<&str>| {
            let parts =
                parts.iter().map(|part| part.trim_matches(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()));
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
        };
        (show(had), show(others))
    }

    #[test]
    fn what_the_story_has_in_its_order_is_found() {
        let check = |story: &str, source: &[&str], had: &str, others: &str| {
            assert_eq!(parts(story, source), (had.to_string(), others.to_string()), "{story} {source:?}");
        };
        // Blanks, line ends and signs of ASCII are no words.
        check("One two, three.\n", &["One two\r\n", "three;"], "One two/three", "");
        // What stands before the text, and what comes in between, does not matter.
        check("Cranes stood still here.\n", &["OSLO (X) - Cranes stood still here."], "Cranes stood still here", "");
        check("One two.\nThree four, five six.\n", &["One x Three four, five six."], "One/Three four, five six", "two");
        // A word may go on over markup, and ends where the source says so.
        check("a second day\n", &["a ", "sec", "ond", " day", "|"], "a/second/day", "");
        check("a seconds\n", &["a ", "second", "|"], "a", "seconds");
        check("Word\n", &["W", "x"], "", "Word");
        check("a onetwo b\n", &["a one two b "], "a", "onetwo b");
        // Signs of typography are no words either.
        check("“One” – two’s three\n", &["``One'' - two's three", "|"], "One” – two’s/three", "“");
        check("北京1月10日\n", &["北京1月", "10日", "|"], "北京1月10日", "");
        check("", &["One"], "", "");
    }

    #[test]
    fn a_word_is_found_whole() {
        for word in ["One", "two", "Ñandú", "s"] {
            assert!(has_word("“One” two’s Ñandú\n", word), "{word}");
        }
        for word in ["On", "ne", "wo", "andú", "Ñand"] {
            assert!(!has_word("“One” two’s Ñandú\n", word), "{word}");
        }
    }

    #[test]
    fn bytes_are_compared_to_the_first_that_differs() {
        for length in 0..20 {
            let one = vec![b'a'; 20];
            let mut other = one.clone();
            other[length] = b'b';
            assert_eq!(common(&one, &other), length);
            assert_eq!(common(&one[..length], &one), length);
        }
    }
}
