//! Ids of a text: headings get theirs once all of them are known, since one that its author wrote stands before one made of words.

use crate::hash::Hash;
use crate::path::slugify;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;

/// The ids of a text as they are found.
#[derive(Default)]
pub(super) struct Ids {
    /// What each heading is to be called, in order; where the id stands, if the author wrote it.
    headings: Vec<(String, Option<usize>)>,
    /// Ids that the author wrote, with their places: of headings and of raw HTML.
    written: Vec<(String, usize)>,
    footnotes: FxHashMap<String, usize>,
}

impl Ids {
    /// Notes a heading of these words, and the id that is written after them.
    pub(super) fn heading(&mut self, words: &str, written: Option<(String, usize)>) {
        if let Some((id, at)) = written {
            self.written.push((id.clone(), at));
            return self.headings.push((id, Some(at)));
        }
        let name = Some(slugify(words)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| match words.trim() {
            "" => "heading".to_string(),
            signs => Hash::of(signs.as_bytes()).to_string()[..8].to_string(),
        });
        self.headings.push((name, None));
    }

    /// Notes an id of raw HTML.
    pub(super) fn raw(&mut self, id: &str, at: usize) {
        self.written.push((id.split_whitespace().collect::<Vec<_>>().join("-"), at));
    }

    /// The id of a footnote's definition, and whether there was one before.
    pub(super) fn footnote(&mut self, id: &str) -> (String, bool) {
        let count = self.footnotes.entry(id.to_string()).or_insert(0);
        *count += 1;
        if *count == 1 { (id.to_string(), false) } else { (format!("{id}-{count}"), true) }
    }

    /// The names of all headings in order, and what the author wrote twice.
    pub(super) fn finish(self) -> (Vec<String>, Vec<(String, usize)>) {
        // How often each name was taken.
        let mut taken: FxHashMap<String, usize> = FxHashMap::default();
        let mut twice = Vec::new();
        let mut seconds: FxHashSet<usize> = FxHashSet::default();
        for (id, at) in self.written {
            match taken.entry(id) {
                Entry::Occupied(first) => {
                    seconds.insert(at);
                    twice.push((first.key().clone(), at));
                }
                Entry::Vacant(free) => {
                    free.insert(0);
                }
            }
        }
        let names = self.headings.into_iter().map(|(base, written)| {
            if written.is_some_and(|at| !seconds.contains(&at)) {
                return base;
            }
            let mut name = base.clone();
            let mut count = taken.get(&base).copied().unwrap_or(0);
            while taken.contains_key(&name) {
                count += 1;
                name = format!("{base}-{}", count + 1);
            }
            taken.insert(base, count);
            taken.entry(name.clone()).or_insert(0);
            name
        });
        let names = names.collect();
        (names, twice)
    }
}

/// What stands in braces: `{#id .class key=value}`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) id: Option<String>,
    pub(super) has_classes: bool,
    pub(super) has_values: bool,
}

impl Attributes {
    /// Reads what stands between braces; `None` where it is text.
    pub(super) fn read(inner: &str) -> Option<Attributes> {
        // Values in quotation marks may have blanks.
        let inner = inner.split('"').step_by(2).collect::<Vec<_>>().join("x");
        let mut found = Attributes::default();
        let mut words = inner.trim_start_matches(':').split_whitespace().peekable();
        words.peek()?;
        let is_name = |name: &str| name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '-');
        for word in words {
            match (word.strip_prefix('#'), word.strip_prefix('.'), word.split_once('=')) {
                (Some(id), ..) if !id.is_empty() => found.id = Some(id.to_string()),
                (_, Some(class), _) if is_name(class) => found.has_classes = true,
                (.., Some((key, value))) if is_name(key) && !value.is_empty() => found.has_values = true,
                _ => return None,
            }
        }
        Some(found)
    }
}
