//! Which pages have to be made again, and why: the plan's keys held against those of the last build.

use crate::hash::Hash;
use crate::state::{KEY_PARTS, Made};

/// Why a page is made: a bit for each part of its key that changed, and one more where the last build did not have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons(pub u8);

impl Reasons {
    /// The bit for a page that was not there before.
    pub const NEW: Reasons = Reasons(1 << KEY_PARTS);

    /// The parts of the key that changed, by their place.
    pub fn parts(self) -> impl Iterator<Item = usize> {
        (0..KEY_PARTS).filter(move |part| self.0 & (1 << part) != 0)
    }

    /// Whether the page was not there before.
    pub fn is_new(self) -> bool {
        self == Reasons::NEW
    }
}

/// Holds a page's key against the page as it was last made. `None` where it need not be made again. Where no part changed and it
/// has to be made all the same, because making it gave a warning, no reason is given.
pub fn compare(key: Hash, parts: &[u32; KEY_PARTS], last: Option<&Made>) -> Option<Reasons> {
    let Some(last) = last else { return Some(Reasons::NEW) };
    if last.key == key && key != Hash::default() {
        return None;
    }
    let changed = (0..KEY_PARTS).filter(|part| last.parts[*part] != parts[*part]);
    Some(Reasons(changed.fold(0, |bits, part| bits | 1 << part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_say_what_changed() {
        let key = |text: &str| Hash::of(text.as_bytes());
        let last = Made { key: key("a"), parts: [1, 2, 3, 4, 5, 6, 7], ..Made::default() };
        assert_eq!(compare(key("a"), &last.parts, Some(&last)), None);
        assert_eq!(compare(key("a"), &last.parts, None), Some(Reasons::NEW));
        let reasons = compare(key("b"), &[1, 0, 3, 4, 0, 6, 7], Some(&last)).unwrap();
        assert_eq!(reasons.parts().collect::<Vec<_>>(), [1, 4]);
        // A page whose making gave a warning is made again, and warns again.
        let warned = Made { key: Hash::default(), ..last };
        assert_eq!(compare(key("a"), &last.parts, Some(&warned)), Some(Reasons::default()));
        assert_eq!(compare(Hash::default(), &last.parts, Some(&warned)), Some(Reasons::default()));
    }
}
