//! Near-duplicates: what is kept of a body to recognise another body with nearly the same text.
//!
//! Two bodies are near-duplicates if, of the four-word runs (shingles) that occur in either, more than half occur in both.
//! Exact sets would cost more room than the words themselves, so each body keeps a one-permutation MinHash: every shingle hash
//! falls into one of 128 bins, a bin keeps eight bits of its least hash, and an empty bin keeps nothing. Two bodies agree in a
//! bin about as often as they share shingles. Short bodies fill few bins and are compared almost exactly; for long ones the
//! estimate is within about five points of the truth, which is as sharp as the notion itself.

/// How many words make a shingle.
const SHINGLE: u64 = 4;

/// How many bins a minhash has; a power of two.
const BINS: usize = 128;

/// Gathers the shingles of one body while its words go by.
pub(super) struct MinHasher {
    least: [u32; BINS],
    /// The hashes of the latest words, each rotated by its age, so that order counts.
    run: u64,
    seen: u64,
    latest: [u64; SHINGLE as usize],
}

impl MinHasher {
    pub(super) fn new() -> Self {
        Self { least: [u32::MAX; BINS], run: 0, seen: 0, latest: [0; SHINGLE as usize] }
    }

    /// Takes the next word of the body, stop words and numbers included.
    #[inline]
    pub(super) fn word(&mut self, hash: u64) {
        let place = (self.seen % SHINGLE) as usize;
        let gone = std::mem::replace(&mut self.latest[place], hash);
        // Rotating by 16 at each step brings the oldest of four words round to where it began, where it cancels out.
        self.run = (self.run ^ gone.rotate_left(48)).rotate_left(16) ^ hash;
        self.seen += 1;
        if self.seen >= SHINGLE {
            let mixed = (self.run ^ (self.run >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mixed = mixed ^ (mixed >> 29);
            let bin = &mut self.least[(mixed >> 57) as usize];
            *bin = (*bin).min(mixed as u32);
        }
    }

    /// The minhash; empty if the body is shorter than one shingle.
    pub(super) fn finish(&self) -> Box<[u8]> {
        if self.seen < SHINGLE {
            return Box::default();
        }
        self.least.iter().map(|&least| if least == u32::MAX { 0 } else { (least % 255) as u8 + 1 }).collect()
    }
}

/// Whether two minhashes say that more than half of the shingles of both bodies together are common to both.
pub(super) fn near(a: &[u8], b: &[u8]) -> bool {
    // Small counters, which the 128 bins cannot overflow, let the compiler compare many bins at once.
    let (mut common, mut filled) = (0_u8, 0_u8);
    for (&a, &b) in a.iter().zip(b) {
        common += u8::from((a == b) & (a != 0));
        filled += u8::from((a | b) != 0);
    }
    u32::from(common) * 2 > u32::from(filled)
}
