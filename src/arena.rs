//! Strings that share one block of memory.
//!
//! At a million stories, an allocation for every headline costs more than the headlines, in memory and in time. So texts that are read
//! together stay in one block, and each string is a range of it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A block of text that many strings share.
pub type Whole = Arc<Box<str>>;

/// A slice of a shared block, or a string of its own. It is as small as a `Box<str>` and is used like one.
#[derive(Clone, Default)]
pub struct SharedStr {
    /// `None` for the empty text.
    whole: Option<Whole>,
    start: u32,
    end: u32,
}

impl SharedStr {
    /// A slice of a block; `None` where the range is outside it.
    pub fn of(whole: &Whole, range: Range<usize>) -> Option<SharedStr> {
        if range.is_empty() {
            return Some(SharedStr::default());
        }
        whole.get(range.clone())?;
        let (start, end) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
        Some(SharedStr { whole: Some(Arc::clone(whole)), start, end })
    }
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.whole.as_ref().map_or("", |whole| &whole[self.start as usize..self.end as usize])
    }
}

impl From<&str> for SharedStr {
    /// A text of its own. What is longer than four gigabytes is cut; nothing that is read is.
    fn from(text: &str) -> SharedStr {
        SharedStr::of(&Arc::new(text.into()), 0..text.len()).unwrap_or_default()
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> SharedStr {
        let length = text.len();
        SharedStr::of(&Arc::new(text.into_boxed_str()), 0..length).unwrap_or_default()
    }
}

impl AsRef<str> for SharedStr {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl PartialEq for SharedStr {
    fn eq(&self, other: &SharedStr) -> bool {
        **self == **other
    }
}

impl Eq for SharedStr {}

impl PartialOrd for SharedStr {
    fn partial_cmp(&self, other: &SharedStr) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedStr {
    fn cmp(&self, other: &SharedStr) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Hash for SharedStr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_where_the_text_has_them() {
        let whole: Whole = Arc::new("añb".into());
        let text = |range: Range<usize>| SharedStr::of(&whole, range).map(|text| text.to_string());
        assert_eq!(text(0..4).as_deref(), Some("añb"));
        assert_eq!(text(1..3).as_deref(), Some("ñ"));
        assert_eq!(text(9..9).as_deref(), Some(""));
        for bad in [0..2, 3..5, 5..6] {
            assert_eq!(text(bad.clone()), None, "{bad:?}");
        }
        assert_eq!(SharedStr::from("añb"), SharedStr::of(&whole, 0..4).unwrap());
        assert_eq!((&*SharedStr::from(""), &*SharedStr::from("ñ".to_string())), ("", "ñ"));
        assert!(SharedStr::from("a") < SharedStr::from("b") && std::mem::size_of::<SharedStr>() == 16);
    }
}
