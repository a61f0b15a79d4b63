//! Which story of the last build is which of this one, where its uri or its file is another.
//!
//! A uri in the front matter names one story for ever, so it alone decides. A derived uri is only as good as the name of the file:
//! it passes to another story when a file is renamed, deleted, redated or gets a slug. So two of three have to agree: uri, file and
//! headline. A renamed file has only the headline left; it counts where no other story, public or hidden, could be meant.

use crate::load::derived_day;
use crate::path::RelPath;
use crate::state::addresses::{Changes, Owner};
use rustc_hash::{FxHashMap, FxHashSet};

type Key = (String, Option<RelPath>);

/// Stories of the last build, with what each is now.
#[derive(Default)]
pub(super) struct Again {
    now: FxHashMap<Key, Owner>,
}

/// Whether two are one story, as far as uri, file and headline tell.
pub(super) fn agree(old: &Owner, new: &Owner) -> bool {
    let is_uri = old.uri == new.uri;
    if !old.is_derived && !new.is_derived {
        return is_uri;
    }
    let is_file = old.file.is_some() && old.file == new.file;
    let is_headline = old.headline != 0 && old.headline == new.headline;
    [is_uri, is_file, is_headline].into_iter().filter(|one| *one).count() >= 2
}

impl Again {
    /// `lost` are the owners of addresses that lead nowhere; `is_there` says whether the content still has the file of an owner;
    /// `hidden` has the hidden stories, as [`names`] gives them.
    pub(super) fn of<'a>(
        changes: &'a Changes,
        lost: impl Iterator<Item = &'a Owner>,
        is_there: impl Fn(&Owner) -> bool,
        hidden: &FxHashSet<Name>,
    ) -> Again {
        let mut known: FxHashSet<_> = FxHashSet::default();
        let old: Vec<&Owner> = changes.before.iter().chain(lost).filter(|owner| known.insert(owner.key())).collect();
        let mut search = Search { left: changes.after.iter().collect(), old, now: FxHashMap::default() };
        // The surest first: what was found by one is not a candidate for the next.
        search.settle(|old, new| !old.is_derived && !new.is_derived && old.uri == new.uri);
        search.settle(|old, new| old.file == new.file && agree(old, new));
        // A story in a file that had one before is that story or not one of these, and so is an old story whose file is still there.
        let files: FxHashSet<&RelPath> = changes.before.iter().filter_map(|owner| owner.file.as_ref()).collect();
        search.left.retain(|new| new.file.as_ref().is_none_or(|file| !files.contains(file)));
        search.old.retain(|old| !is_there(old));
        search.by_headline(0, hidden);
        search.by_headline(1, hidden);
        let now = search.now.into_iter().map(|((uri, file), new)| ((uri.to_string(), file.cloned()), new.clone()));
        Again { now: now.collect() }
    }

    /// What a story of the last build is now, if its uri or its file changed.
    pub(super) fn find(&self, owner: &Owner) -> Option<&Owner> {
        if self.now.is_empty() {
            return None;
        }
        self.now.get(&(owner.uri.clone(), owner.file.clone()))
    }
}

struct Search<'a> {
    /// Stories of former builds that were not found yet.
    old: Vec<&'a Owner>,
    /// Stories that are new, or were not found to be old yet.
    left: Vec<&'a Owner>,
    now: FxHashMap<(&'a str, Option<&'a RelPath>), &'a Owner>,
}

impl<'a> Search<'a> {
    /// Settles those of which this is true. Both must have the uri or the file in common.
    fn settle(&mut self, is_same: impl Fn(&Owner, &Owner) -> bool) {
        let mut by_uri: FxHashMap<&str, Vec<&'a Owner>> = FxHashMap::default();
        let mut by_file: FxHashMap<&RelPath, &'a Owner> = FxHashMap::default();
        for new in &self.left {
            by_uri.entry(&new.uri).or_default().push(new);
            by_file.extend(new.file.as_ref().map(|file| (file, *new)));
        }
        let mut taken: FxHashSet<_> = FxHashSet::default();
        let now = &mut self.now;
        self.old.retain(|old| {
            let by_uri = by_uri.get(old.uri.as_str()).into_iter().flatten().copied();
            let in_file = old.file.as_ref().and_then(|file| by_file.get(file).copied());
            let Some(new) = in_file.into_iter().chain(by_uri).find(|new| is_same(old, new)) else { return true };
            taken.insert(new.key());
            now.insert(old.key(), new);
            false
        });
        self.left.retain(|new| !taken.contains(&new.key()));
    }

    /// Finds stories again that have the headline and one of the [`names`] in common. Where more than one on either side has both,
    /// nothing is guessed.
    fn by_headline(&mut self, which: usize, hidden: &FxHashSet<Name>) {
        let name = |owner: &'a Owner| (owner.headline != 0).then(|| names(&owner.uri, owner.headline)[which]).flatten();
        let mut had: FxHashMap<Name, usize> = FxHashMap::default();
        let mut has: FxHashMap<Name, Vec<&'a Owner>> = FxHashMap::default();
        self.old.iter().filter_map(|old| name(old)).for_each(|name| *had.entry(name).or_default() += 1);
        for new in &self.left {
            if let Some(name) = name(new) {
                has.entry(name).or_default().push(new);
            }
        }
        let mut taken: FxHashSet<_> = FxHashSet::default();
        let now = &mut self.now;
        self.old.retain(|old| {
            let Some(name) = name(old).filter(|name| had[name] == 1 && !hidden.contains(name)) else { return true };
            let Some([new]) = has.get(&name).map(Vec::as_slice) else { return true };
            if !(old.is_derived && new.is_derived || old.uri == new.uri) {
                return true;
            }
            taken.insert(new.key());
            now.insert(old.key(), new);
            false
        });
        self.left.retain(|new| !taken.contains(&new.key()));
    }
}

/// A headline, and what a derived uri has in common with those that could take its place.
pub(super) type Name<'a> = (&'a str, u64);

/// Day and slug in a derived uri, and the day alone, each with the headline. Headlines of every day, such as that of the weather,
/// are not those of one story.
pub(super) fn names(uri: &str, headline: u64) -> [Option<Name<'_>>; 2] {
    let Some(day) = derived_day(uri) else { return [None, None] };
    // A number behind the slug is given to stories that have day and slug in common.
    let numbered = uri.rsplit_once(':').filter(|(_, last)| last.bytes().all(|byte| byte.is_ascii_digit()));
    let slug = numbered.map_or(uri, |(slug, _)| slug);
    [Some((slug, headline)), Some((day, headline))]
}
