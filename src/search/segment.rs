//! The words of a segment as the files that readers load.
//!
//! Words stand in the order of their bytes, cut into files of some [`SHARD`](super::SHARD) bytes. An entry of a file is
//!
//! | what | how |
//! |---|---|
//! | bytes that the word shares with the one before, 0 for the first | a byte |
//! | bytes that follow | a byte, then these bytes, in UTF-8 together with what is shared |
//! | how many stories have the word, twice; and one more for the second form | a number |
//! | first form: these stories, ascending | numbers: how far from the one before (from 0 for the first), twice, and one more where the headline has the word |
//! | second form, where it is shorter: a bit for each story of the segment, the lowest of each byte first | bytes |
//! | and the stories whose headline has the word | their count, then numbers: how far from the one before |
//!
//! Numbers are in groups of seven bits, the lowest first, each but the last with the eighth bit set. A file has these
//! bytes in Base64: it is text as all other files of the site are, so servers compress it, and who searches the output for control
//! characters or broken UTF-8 finds none that mean nothing.

use super::block::{Block, Numbered};
use super::{SHARD, push_varint, varint_len};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The words of a segment, in files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The files, in order of their words.
    pub shards: Vec<Shard>,
}

/// One file of words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its first word.
    pub first: String,
    /// Its bytes, in Base64.
    pub bytes: Vec<u8>,
}

/// Merges the blocks of a segment, oldest first.
pub fn merge(blocks: &[Block]) -> Terms {
    let stories: u32 = blocks.iter().map(|block| block.stories).sum();
    // Twice through all blocks: how many postings each word has, then the postings, so that they lie one after another.
    let mut words = Numbered::default();
    let mut counts: Vec<u32> = Vec::new();
    let mut numbers: Vec<u32> = Vec::with_capacity(blocks.iter().map(Block::len).sum());
    for (word, postings) in blocks.iter().flat_map(Block::words) {
        let number = words.number(word);
        if number == counts.len() {
            counts.push(0);
        }
        counts[number] += postings.len() as u32;
        numbers.push(number as u32);
    }
    let mut ends: Vec<u32> = counts;
    let mut total = 0;
    for end in &mut ends {
        let start = total;
        total += *end;
        *end = start;
    }
    let mut all = vec![0_u32; total as usize];
    let (mut base, mut at) = (0, 0);
    for block in blocks {
        for (_, postings) in block.words() {
            let end = &mut ends[numbers[at] as usize];
            for posting in postings {
                all[*end as usize] = base + u32::from(*posting);
                *end += 1;
            }
            at += 1;
        }
        base += block.stories << 1;
    }
    let mut order: Vec<(u64, u32)> = (0..words.len()).map(|number| (head(words.get(number)), number as u32)).collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| words.get(a.1 as usize).cmp(words.get(b.1 as usize))));
    let mut writer = Writer { stories, terms: Terms::default(), last: &[] };
    for (_, number) in order {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| ends[before]) as usize;
        writer.entry(words.get(number), &all[start..ends[number] as usize]);
    }
    writer.terms.shards.iter_mut().for_each(|shard| shard.bytes = STANDARD.encode(&shard.bytes).into_bytes());
    writer.terms
}

/// The first eight bytes as a number, which sorts as they do.
fn head(word: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = word.len().min(8);
    bytes[..length].copy_from_slice(&word[..length]);
    u64::from_be_bytes(bytes)
}

struct Writer<'w> {
    stories: u32,
    terms: Terms,
    last: &'w [u8],
}

impl<'w> Writer<'w> {
    fn entry(&mut self, word: &'w [u8], postings: &[u32]) {
        if self.terms.shards.last().is_none_or(|shard| shard.bytes.len() >= SHARD) {
            // Words come from text, so they are UTF-8.
            let first = String::from_utf8_lossy(word).into_owned();
            self.terms.shards.push(Shard { first, bytes: Vec::with_capacity(SHARD + SHARD / 8) });
            self.last = &[];
        }
        let Some(shard) = self.terms.shards.last_mut() else { return };
        let out = &mut shard.bytes;
        let shared = self.last.iter().zip(word).take_while(|(a, b)| a == b).count().min(255);
        out.push(shared as u8);
        out.push((word.len() - shared) as u8);
        out.extend_from_slice(&word[shared..]);
        push_postings(out, postings, self.stories);
        self.last = word;
    }
}

fn push_postings(out: &mut Vec<u8>, postings: &[u32], stories: u32) {
    let count = postings.len() as u32;
    let field = stories.div_ceil(8) as usize;
    // A list takes a byte for each story at least.
    if postings.len() > field {
        let heads = || postings.iter().filter(|posting| **posting & 1 == 1).map(|posting| posting >> 1);
        let list: usize = steps(postings.iter().map(|posting| posting >> 1))
            .zip(postings)
            .map(|(step, posting)| varint_len(step << 1 | posting & 1))
            .sum();
        let bits = field + varint_len(heads().count() as u32) + steps(heads()).map(varint_len).sum::<usize>();
        if bits < list {
            push_varint(out, count << 1 | 1);
            let start = out.len();
            out.resize(start + field, 0);
            postings.iter().for_each(|posting| out[start + (posting >> 4) as usize] |= 1 << (posting >> 1 & 7));
            push_varint(out, heads().count() as u32);
            steps(heads()).for_each(|step| push_varint(out, step));
            return;
        }
    }
    push_varint(out, count << 1);
    for (step, posting) in steps(postings.iter().map(|posting| posting >> 1)).zip(postings) {
        push_varint(out, step << 1 | posting & 1);
    }
}

/// How far each number is from the one before it.
fn steps(numbers: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    let mut last = 0;
    numbers.map(move |number| number - std::mem::replace(&mut last, number))
}

#[cfg(test)]
mod tests {
    use super::super::block::Gathering;
    use super::super::read;
    use super::*;
    use std::collections::BTreeMap;

    /// Stories with words drawn by a fixed rule: some are in most stories, some in one.
    fn stories(count: usize) -> Vec<(String, String)> {
        let mut state = 7_u64;
        let mut draw = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let word = |at: usize| format!("{}w{}", ["port", "é", "港"][at % 3], at * at % 9_973);
        (0..count)
            .map(|_| {
                let mut text = |length: usize| {
                    let words: Vec<String> = (0..length).map(|_| word(draw() % (1 + draw() % 4_000))).collect();
                    words.join(" ")
                };
                (text(4), text(60))
            })
            .collect()
    }

    #[test]
    fn a_segment_says_what_its_stories_say() {
        let stories = stories(700);
        let mut expected: BTreeMap<String, BTreeMap<u32, bool>> = BTreeMap::new();
        for (at, (headline, text)) in (0..).zip(&stories) {
            for (text, headline) in [(text, false), (headline, true)] {
                super::super::words::each_word(text, |word| {
                    expected.entry(word.to_string()).or_default().insert(at, headline);
                });
            }
        }
        for each in [1, 100, 256] {
            let blocks = stories.chunks(each).map(|stories| {
                let mut gathering = Gathering::new("zz");
                for (headline, text) in stories {
                    gathering.story();
                    gathering.text(headline, true);
                    gathering.text(text, false);
                }
                gathering.finish()
            });
            let terms = merge(&blocks.collect::<Vec<_>>());
            assert!(terms.shards.len() > 2);
            let mut found = BTreeMap::new();
            for shard in &terms.shards {
                assert!(shard.bytes.len() < (SHARD + 2_048) / 3 * 4);
                let entries = read::entries(&shard.bytes, 700).unwrap();
                assert_eq!(entries[0].word, shard.first);
                found.extend(entries.into_iter().map(|entry| (entry.word, entry.stories.into_iter().collect())));
            }
            assert_eq!(found, expected, "{each}");
        }
    }

    #[test]
    fn common_words_take_a_bit_a_story() {
        let check = |postings: &[u32], stories: u32, expected: usize| {
            let mut out = Vec::new();
            push_postings(&mut out, postings, stories);
            assert_eq!(out.len(), expected, "{postings:?}");
        };
        check(&[], 100, 1);
        check(&[1 << 1, 99 << 1], 100, 4);
        let all: Vec<u32> = (0..100).map(|story| story << 1).collect();
        check(&all, 100, 2 + 13 + 1);
    }
}
