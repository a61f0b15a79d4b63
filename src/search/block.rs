//! The words of a few hundred neighbouring stories, with the stories that each word is in.
//!
//! A block is what is kept between builds. Its words stand in the order in which they came, since that of the index is made when blocks
//! are merged.

use super::words;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// A set of words, each with a number, in the order in which they came.
#[derive(Clone, Default)]
pub(super) struct Numbered {
    /// The hash of each word in the upper half and its number and one in the lower, at the place of the hash; zero is free.
    slots: Vec<u64>,
    /// All words, one after another.
    text: Vec<u8>,
    /// Where each word ends.
    ends: Vec<u32>,
}

impl Numbered {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[number] as usize]
    }

    /// The number of a word, new or known.
    #[inline]
    pub(super) fn number(&mut self, word: &[u8]) -> usize {
        if self.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = xxh3_64(word) as u32;
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot] != 0 {
            let number = self.slots[slot] as u32 as usize - 1;
            if (self.slots[slot] >> 32) as u32 == hash && self.get(number) == word {
                return number;
            }
            slot = (slot + 1) & mask;
        }
        let number = self.len();
        self.text.extend_from_slice(word);
        self.ends.push(self.text.len() as u32);
        self.slots[slot] = u64::from(hash) << 32 | (number as u64 + 1);
        number
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 4).max(1024);
        let slots = std::mem::replace(&mut self.slots, vec![0; size]);
        for word in slots.into_iter().filter(|word| *word != 0) {
            let mut slot = (word >> 32) as usize & (size - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = word;
        }
    }
}

/// Gathers the words of stories, one story after another.
pub struct Gathering {
    words: Numbered,
    /// How many words at the beginning are function words, which are left out.
    stop: usize,
    /// For each word, the story it was last seen in, counted from one.
    last: Vec<u32>,
    /// Each word of each story once: the word in the upper half, the story and whether the headline has the word in the lower.
    found: Vec<u64>,
    story: u32,
}

impl Gathering {
    /// Begins, for stories of a language by its tag.
    pub fn new(language: &str) -> Gathering {
        let words = stop(language);
        let stop = words.len();
        Gathering { last: vec![0; stop], words, stop, found: Vec::new(), story: 0 }
    }

    /// Begins the next story. The words of its headline come first, then all others.
    pub fn story(&mut self) {
        self.story += 1;
    }

    /// Adds the words of a plain text of the story.
    pub fn text(&mut self, text: &str, headline: bool) {
        words::each_word(text, |word| self.word(word, headline));
    }

    /// Adds a word as it stands: one that no text has, such as a section.
    pub fn word(&mut self, word: &str, headline: bool) {
        let number = self.words.number(word.as_bytes());
        if number == self.last.len() {
            self.last.push(0);
        }
        if number >= self.stop && self.last[number] != self.story {
            self.last[number] = self.story;
            self.found.push((number as u64) << 32 | u64::from((self.story - 1) << 1 | u32::from(headline)));
        }
    }

    /// The block of these stories.
    pub fn finish(self) -> Block {
        let words = self.words.len() - self.stop;
        let mut starts = vec![0_u32; words + 1];
        let word = |found: u64| (found >> 32) as usize - self.stop;
        self.found.iter().for_each(|found| starts[word(*found) + 1] += 1);
        (0..words).for_each(|at| starts[at + 1] += starts[at]);
        let mut next = starts.clone();
        let mut postings = vec![0_u16; self.found.len()];
        for found in &self.found {
            let at = &mut next[word(*found)];
            postings[*at as usize] = *found as u16;
            *at += 1;
        }
        let mut text = Vec::new();
        let mut lengths = Vec::with_capacity(words);
        for number in self.stop..self.words.len() {
            let word = self.words.get(number);
            text.extend_from_slice(word);
            lengths.push(word.len() as u8);
        }
        Block { stories: self.story, text, lengths, starts, postings }
    }
}

/// The function words of a language, numbered; made once for each.
fn stop(language: &str) -> Numbered {
    static KNOWN: Mutex<BTreeMap<String, Arc<Numbered>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let words = known.entry(language.to_string()).or_insert_with(|| {
        let mut words = Numbered::default();
        super::words::stop_words(language).iter().for_each(|word| {
            words.number(word.as_bytes());
        });
        Arc::new(words)
    });
    Numbered::clone(words)
}

/// The words of some stories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// How many stories.
    pub stories: u32,
    /// All words, one after another.
    text: Vec<u8>,
    /// The length of each word.
    lengths: Vec<u8>,
    /// Where the postings of each word begin, and where the last ones end.
    starts: Vec<u32>,
    /// Story and whether its headline has the word, `story << 1 | headline`, ascending for each word.
    postings: Vec<u16>,
}

impl Block {
    /// Each word with its postings.
    pub fn words(&self) -> impl Iterator<Item = (&[u8], &[u16])> {
        let mut at = 0;
        self.lengths.iter().enumerate().map(move |(number, length)| {
            let start = at;
            at += usize::from(*length);
            let postings = self.starts[number] as usize..self.starts[number + 1] as usize;
            (&self.text[start..at], &self.postings[postings])
        })
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// The block as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + self.text.len() + self.lengths.len() * 3 + self.postings.len() * 2);
        for number in [self.stories as usize, self.text.len(), self.lengths.len(), self.postings.len()] {
            bytes.extend_from_slice(&(number as u32).to_le_bytes());
        }
        bytes.extend_from_slice(&self.text);
        bytes.extend_from_slice(&self.lengths);
        for count in self.starts.windows(2) {
            bytes.extend_from_slice(&((count[1] - count[0]) as u16).to_le_bytes());
        }
        for posting in &self.postings {
            bytes.extend_from_slice(&posting.to_le_bytes());
        }
        bytes
    }

    /// Reads a block; `None` where the bytes are not a block.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Block> {
        let mut take = |length: usize| {
            let (head, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            Some(head)
        };
        let mut heads = [0_usize; 4];
        for head in &mut heads {
            *head = u32::from_le_bytes(take(4)?.try_into().ok()?) as usize;
        }
        let [stories, text, words, postings] = heads;
        let text = take(text)?.to_vec();
        let lengths = take(words)?.to_vec();
        let numbers = |bytes: &[u8]| bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let counts: Vec<u16> = numbers(take(words.checked_mul(2)?)?);
        let postings: Vec<u16> = numbers(take(postings.checked_mul(2)?)?);
        let mut starts = vec![0_u32];
        for count in counts {
            starts.push(starts.last()? + u32::from(count));
        }
        let sound = lengths.iter().map(|length| usize::from(*length)).sum::<usize>() == text.len()
            && *starts.last()? as usize == postings.len()
            && postings.iter().all(|posting| usize::from(posting >> 1) < stories)
            && bytes.is_empty();
        sound.then_some(Block { stories: stories as u32, text, lengths, starts, postings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(stories: &[(&str, &str)]) -> Block {
        let mut gathering = Gathering::new("en");
        for (headline, text) in stories {
            gathering.story();
            gathering.text(headline, true);
            gathering.text(text, false);
        }
        gathering.finish()
    }

    fn check(stories: &[(&str, &str)], expected: &str) {
        let block = block(stories);
        let words = block.words().map(|(word, postings)| format!("{}{postings:?}", String::from_utf8_lossy(word)));
        assert_eq!(words.collect::<Vec<_>>().join(" "), expected);
        assert_eq!(Block::from_bytes(&block.to_bytes()).as_ref(), Some(&block));
    }

    #[test]
    fn words_with_their_stories() {
        check(&[], "");
        check(
            &[("Port strike", "The strike at the port. Cranes."), ("", "Cranes again"), ("Cranes", "")],
            "port[1] strike[1] cranes[0, 2, 5]",
        );
    }

    #[test]
    fn many_words_keep_their_numbers() {
        let mut words = Numbered::default();
        for round in 0..2 {
            for at in 0..5_000 {
                assert_eq!(words.number(format!("word{at}").as_bytes()), at, "{round}");
            }
        }
        assert_eq!(words.get(4_999), b"word4999");
    }

    #[test]
    fn other_bytes_are_no_block() {
        let bytes = block(&[("Port strike", "Cranes stand still.")]).to_bytes();
        for length in 0..bytes.len() {
            assert_eq!(Block::from_bytes(&bytes[..length]), None, "{length}");
        }
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 0x55;
            // Whatever it is read as can be walked through.
            if let Some(block) = Block::from_bytes(&other) {
                assert!(block.words().count() == block.len());
            }
        }
    }
}
