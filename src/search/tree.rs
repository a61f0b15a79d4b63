//! Where the order of stories is cut: a tree over time that halves a span again and again.
//!
//! Where a cut falls depends on times and on how many stories lie in a span, never on places in the order. So a story that comes or goes
//! moves only cuts of its own span, and of the spans above it that cross a limit because of it; and the cuts do not depend on the order in
//! which the stories came. Spans are powers of two of a millisecond. Stories of one millisecond are told apart by a hash, so there is
//! always a way to cut.
//!
//! A span that the newest story lies in may still grow, and is cut down to [`OPEN`](super::OPEN) stories. When a newer story leaves it behind
//! it is closed: its halves become one segment, unless that had more than [`CLOSED`](super::CLOSED) stories. So an archive has few large
//! segments, and before its end ever smaller ones, about one for each doubling.

use std::ops::Range;

/// A story's place in the order: milliseconds of its publication and a hash of its uri.
pub fn key(millis: i64, uri: u64) -> u128 {
    u128::from(millis.cast_unsigned() ^ 1 << 63) << 64 | u128::from(uri)
}

/// A span of the tree, and the stories in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How many bits of the keys are the same.
    pub depth: u32,
    /// These bits.
    pub prefix: u128,
    /// The places of its stories.
    pub stories: Range<usize>,
}

impl Span {
    /// The span of all stories.
    fn whole(keys: &[u128]) -> Span {
        Span { depth: 0, prefix: 0, stories: 0..keys.len() }
    }

    /// The two halves.
    fn halves(&self, keys: &[u128]) -> [Span; 2] {
        let bit = 1 << (127 - self.depth);
        let within = &keys[self.stories.clone()];
        let middle = self.stories.start + within.partition_point(|key| key & bit == 0);
        let half = |prefix: u128, stories: Range<usize>| Span { depth: self.depth + 1, prefix, stories };
        [half(self.prefix, self.stories.start..middle), half(self.prefix | bit, middle..self.stories.end)]
    }
}

/// Cuts all stories into segments, oldest first. `keys` ascend.
pub fn segments(keys: &[u128], open: usize, closed: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let limit = |span: &Span| if span.stories.end == keys.len() { open } else { closed };
    cut(keys, Span::whole(keys), &limit, &mut spans);
    spans
}

/// Cuts a segment into chunks of at most so many stories, oldest first.
pub fn chunks(keys: &[u128], segment: &Span, most: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    cut(keys, segment.clone(), &|_| most, &mut spans);
    spans
}

fn cut(keys: &[u128], span: Span, limit: &impl Fn(&Span) -> usize, spans: &mut Vec<Span>) {
    if span.stories.is_empty() {
        return;
    }
    if span.stories.len() <= limit(&span) || span.depth == 128 {
        return spans.push(span);
    }
    span.halves(keys).into_iter().for_each(|half| cut(keys, half, limit, spans));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    /// A story every hour, one by one.
    fn keys(count: usize) -> Vec<u128> {
        (0..count).map(|at| key(at as i64 * HOUR, (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect()
    }

    fn names(spans: &[Span]) -> std::collections::BTreeSet<(u32, u128, usize)> {
        spans.iter().map(|span| (span.depth, span.prefix, span.stories.len())).collect()
    }

    #[test]
    fn segments_follow_one_another_and_hold_their_limits() {
        for count in [0, 1, 128, 129, 5_000, 50_000] {
            let keys = keys(count);
            let segments = segments(&keys, 128, 4_096);
            let mut next = 0;
            for segment in &segments {
                assert_eq!(segment.stories.start, next);
                next = segment.stories.end;
                let limit = if next == count { 128 } else { 4_096 };
                assert!((1..=limit).contains(&segment.stories.len()), "{count}: {segment:?}");
                let chunks = chunks(&keys, segment, 256);
                assert!(chunks.iter().all(|chunk| chunk.stories.len() <= 256));
                assert_eq!(chunks.iter().map(|chunk| chunk.stories.len()).sum::<usize>(), segment.stories.len());
            }
            assert_eq!(next, count);
            assert!(segments.len() <= 2 * count / 4_096 + 12, "{count}: {}", segments.len());
        }
    }

    #[test]
    fn a_new_story_touches_few_segments() {
        let keys = keys(30_000);
        let mut changed = 0;
        for count in 20_000..20_400 {
            let before = names(&segments(&keys[..count], 128, 4_096));
            let after = names(&segments(&keys[..count + 1], 128, 4_096));
            changed += after.difference(&before).count();
        }
        // One each, and some more where one closes.
        assert!((400..440).contains(&changed), "{changed}");
    }

    #[test]
    fn a_story_that_goes_touches_its_own_segment() {
        let keys = keys(30_000);
        let before = names(&segments(&keys, 128, 4_096));
        for gone in (100..29_000).step_by(1_711) {
            let mut fewer = keys.clone();
            fewer.remove(gone);
            let after = names(&segments(&fewer, 128, 4_096));
            assert!(after.difference(&before).count() <= 1, "{gone}");
        }
    }

    #[test]
    fn stories_of_one_moment_are_cut_too() {
        let keys: Vec<u128> = {
            let mut keys: Vec<u128> = (0..3_000_u64).map(|at| key(0, at.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
            keys.sort_unstable();
            keys
        };
        let segments = segments(&keys, 128, 1_024);
        assert!(segments.iter().all(|segment| segment.stories.len() <= 1_024) && segments.len() > 2);
    }

    #[test]
    fn times_before_1970_come_first() {
        assert!(key(-1, u64::MAX) < key(0, 0) && key(i64::MIN, 0) < key(-1, 0));
    }
}
