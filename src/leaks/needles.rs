//! What to search for: the texts, names and pictures of stories that are hidden or withdrawn.

use super::words::{Word, words};
use crate::desk::Hidden;
use crate::file;
use crate::hash::Hash;
use crate::load;
use crate::parse::markdown;
use crate::path::RelPath;
use crate::picture::position;
use crate::picture::rendition::hash_in_names;
use crate::plan::Inputs;
use crate::story::{Story, StoryId};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;

/// Words of a piece of running text that is searched for.
const WINDOW: usize = 8;
/// The fewest words of a headline or short text that are not likely to match by chance.
const LEAST: usize = 4;
/// The most words of anything that is searched for.
const LONGEST: usize = 40;
/// Pieces of running text searched for at most, over all stories; each takes some 60 bytes of memory.
const PIECES: usize = 4_000_000;
/// Pieces of one story at least, however many there are.
const PIECES_EACH: usize = 6;
/// The largest picture that is read.
const PICTURE_LIMIT: u64 = 256 << 20;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Headline,
    Text,
    /// What a public page hides of its own text.
    HiddenText,
    /// What a front does not show: its time has not come, has passed, or its stories are hidden.
    Zone,
    Slug,
    Uri,
    /// The uri of a withdrawn story, which may stand in its notice of withdrawal.
    KilledUri,
    Picture,
}

impl What {
    /// In a sentence.
    pub(super) fn name(self) -> &'static str {
        match self {
            What::Headline => "the headline",
            What::Text => "text",
            What::HiddenText => "a comment or other hidden text",
            What::Zone => "text of a zone",
            What::Slug => "the slug",
            What::Uri | What::KilledUri => "the uri",
            What::Picture => "a picture",
        }
    }
}

/// Something to search for.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    pub(super) what: What,
    /// Whose it is.
    pub(super) file: RelPath,
    /// Why the story is not public.
    pub(super) state: &'static str,
    /// A slug or uri, letter for letter.
    exact: Option<Box<str>>,
    key: Key,
}

/// The words of a needle, as hashes.
#[derive(Clone, Copy, Debug)]
struct Key {
    words: u8,
    /// Of the last two words, or of the only one.
    end: u64,
    /// Of all words.
    whole: u64,
}

/// Everything to search for, by what words end it.
#[derive(Default)]
pub(super) struct Needles {
    pub(super) list: Vec<Needle>,
    by_end: FxHashMap<u64, Vec<u32>>,
    /// Pieces of `WINDOW` words, by the hash of all.
    pieces: FxHashMap<u64, u32>,
    /// Pictures by their length.
    pictures: FxHashMap<u64, Vec<(Hash, u32)>>,
}

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The last words of a text, so that the hash of any number of them is at hand.
struct Ring {
    /// Hash of all words so far, and where each began.
    sums: [(u64, usize); 64],
    count: usize,
    powers: [u64; 64],
}

impl Ring {
    fn new() -> Ring {
        let mut powers = [1u64; 64];
        for n in 1..64 {
            powers[n] = powers[n - 1].wrapping_mul(BASE);
        }
        Ring { sums: [(0, 0); 64], count: 0, powers }
    }

    fn push(&mut self, word: &Word) {
        let sum = self.sums[self.count % 64].0.wrapping_mul(BASE).wrapping_add(word.hash);
        self.sums[self.count % 64].1 = word.start;
        self.count += 1;
        self.sums[self.count % 64] = (sum, word.end);
    }

    /// The hash of the last words, and where the first of them begins.
    fn last(&self, words: usize) -> Option<(u64, usize)> {
        let before = self.sums[self.count.checked_sub(words)? % 64];
        let now = self.sums[self.count % 64].0;
        let hash = now.wrapping_sub(before.0.wrapping_mul(self.powers[words]));
        Some((hash ^ hash >> 31, before.1))
    }
}

/// Each run of words of a text as a key.
fn key(text: &str) -> Option<Key> {
    let mut ring = Ring::new();
    words(text.as_bytes(), |word| ring.push(&word));
    let count = ring.count;
    let (end, whole) = (ring.last(count.min(2))?.0, ring.last(count.min(LONGEST))?.0);
    (count > 0).then_some(Key { words: count.min(LONGEST) as u8, end, whole })
}

/// The pieces of a running text, evenly, so many at most; a short one is one piece.
fn pieces(text: &str, most: usize) -> Vec<Key> {
    let mut ring = Ring::new();
    let mut all = Vec::new();
    words(text.as_bytes(), |word| {
        ring.push(&word);
        if ring.count.is_multiple_of(WINDOW)
            && let (Some((end, _)), Some((whole, _))) = (ring.last(2), ring.last(WINDOW))
        {
            all.push(Key { words: WINDOW as u8, end, whole });
        }
    });
    if all.is_empty() {
        return key(text).filter(|key| usize::from(key.words) > LEAST).into_iter().collect();
    }
    let step = all.len().div_ceil(most.max(1));
    all.into_iter().step_by(step).collect()
}

impl Needles {
    fn add(&mut self, needle: Needle) {
        let (id, key) = (self.list.len() as u32, needle.key);
        if matches!(needle.what, What::Text | What::HiddenText | What::Zone) && usize::from(key.words) == WINDOW {
            if self.pieces.contains_key(&key.whole) {
                return;
            }
            self.pieces.insert(key.whole, id);
        } else {
            self.by_end.entry(key.end).or_default().push(id);
        }
        self.list.push(needle);
    }

    /// The same with these needles alone; their numbers stay.
    pub(super) fn only(&self, wanted: &FxHashSet<u32>) -> Needles {
        let mut by_end: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        let mut pieces = FxHashMap::default();
        for (id, needle) in self.list.iter().enumerate().filter(|(id, _)| wanted.contains(&(*id as u32))) {
            if self.pieces.get(&needle.key.whole) == Some(&(id as u32)) {
                pieces.insert(needle.key.whole, id as u32);
            } else {
                by_end.entry(needle.key.end).or_default().push(id as u32);
            }
        }
        Needles { list: self.list.clone(), by_end, pieces, pictures: FxHashMap::default() }
    }

    /// Whether there is nothing to search for.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The picture that has these bytes; `bytes` is only asked for where the length is right.
    pub(super) fn picture(&self, length: u64, bytes: impl FnOnce() -> Option<Hash>) -> Option<u32> {
        let known = self.pictures.get(&length)?;
        let hash = bytes()?;
        known.iter().find(|(picture, _)| *picture == hash).map(|(_, id)| *id)
    }

    /// Finds all needles in some bytes: number, and where it begins and ends.
    pub(super) fn find(&self, bytes: &[u8], found: &mut dyn FnMut(u32, usize, usize)) {
        let (mut text, mut tag) = (Ring::new(), Ring::new());
        words(bytes, |word| {
            if word.opens {
                tag.count = 0;
                tag.sums[0] = (0, 0);
            }
            let ring = if word.in_tag { &mut tag } else { &mut text };
            ring.push(&word);
            if let Some((whole, start)) = ring.last(WINDOW)
                && let Some(id) = self.pieces.get(&whole)
            {
                found(*id, start, word.end);
            }
            for last in [1, 2] {
                let Some(ids) = ring.last(last).and_then(|(end, _)| self.by_end.get(&end)) else { continue };
                for id in ids {
                    let needle = &self.list[*id as usize];
                    let Some((whole, start)) = ring.last(usize::from(needle.key.words)) else { continue };
                    if whole == needle.key.whole && needle.is_whole(bytes, start, word.end) {
                        found(*id, start, word.end);
                    }
                }
            }
        });
    }
}

impl Needle {
    /// Whether what stands there is all of a slug or uri, not a part of a longer one.
    fn is_whole(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        let Some(exact) = &self.exact else { return true };
        let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        let mut after = bytes[end..].iter().copied();
        let (after, next) = (after.next().unwrap_or(b' '), after.next().unwrap_or(b' '));
        let joins = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if joins(before) || joins(after) {
            return false;
        }
        if self.what == What::Picture {
            return true;
        }
        if self.what == What::Slug {
            let written = bytes.get(start..end).is_some_and(|text| text.eq_ignore_ascii_case(exact.as_bytes()));
            // One word alone may stand in any sentence; as a part of an address it is meant.
            return written && (self.key.words > 1 || before == b'/' && matches!(after, b'/' | b'.'));
        }
        !(matches!(after, b':' | b'.' | b'/' | b'%') && joins(next))
    }
}

/// Slugs that public pages have; a hidden story may have the same without a leak.
fn public_slugs<'a>(site: &Inputs<'a>) -> FxHashSet<&'a str> {
    let stories = site.stories;
    let mut slugs: FxHashSet<&str> = site.public.stories.iter().map(|live| &*stories.get(live.first).slug).collect();
    slugs.extend(site.public.replaced.iter().map(|(first, _)| &*stories.get(*first).slug));
    for (current, first) in site.public.versions() {
        let (story, first) = (stories.get(current), stories.get(first));
        slugs.extend(story.topics.iter().map(|id| stories.topics.slug(*id)));
        slugs.extend(story.authors.iter().map(|id| stories.authors.slug(*id)));
        slugs.extend(story.place.iter().map(|id| stories.places.slug(*id)));
        slugs.extend(stories.sections.slug(first.section).split('/'));
        let aliases = story.rare().aliases.iter();
        slugs.extend(aliases.flat_map(|alias| alias.split('/')));
        slugs.extend(story.rare().media.iter().flat_map(|file| file.as_str().split(['/', '.'])));
    }
    slugs.extend(site.config.named_sections().flat_map(|path| path.split('/')));
    slugs.extend(stories.pages.iter().flat_map(|page| page.path.split('/')));
    let zones = || site.fronts.iter().flat_map(|front| &front.zones);
    slugs.extend(zones().map(|zone| zone.name.as_str()).chain(zones().filter_map(|zone| zone.layout.as_deref())));
    slugs
}

/// Gathers all that must not be found.
pub(super) fn gather(site: &Inputs, root: &Path) -> Needles {
    let stories = site.stories;
    let hidden: Vec<(StoryId, Hidden)> = stories.ids().filter_map(|id| Some((id, why_hidden(site, id)?))).collect();
    let mut needles = Needles::default();
    hidden_texts(site, root, &mut needles);
    hidden_zones(site, &mut needles);
    if hidden.is_empty() {
        return needles;
    }
    let slugs = public_slugs(site);
    let public = |one: &crate::desk::PublicStory| &*stories.get(one.current).uri;
    let uris: FxHashSet<&str> = site.public.stories.iter().map(public).collect();
    let most = (PIECES / hidden.len()).clamp(PIECES_EACH, 4096);
    let read: Vec<Vec<(What, Key)>> =
        hidden.par_iter().map(|(id, _)| texts(site, root, stories.get(*id), most)).collect();
    for ((id, why), texts) in hidden.iter().zip(read) {
        let (story, killed) = (stories.get(*id), *why == Hidden::Withdrawn);
        let mut add = |what: What, key: Key, exact: Option<Box<str>>| {
            needles.add(Needle { what, file: story.source.clone(), state: why.words(), exact, key });
        };
        texts.into_iter().for_each(|(what, key)| add(what, key, None));
        // A withdrawn story keeps its address.
        let slug = Some(&*story.slug).filter(|slug| !killed && slug.len() > 2 && !slugs.contains(slug));
        if let Some((slug, key)) = slug.and_then(|slug| Some((slug, key(slug)?))) {
            add(What::Slug, key, Some(slug.into()));
        }
        let uri = Some(&*story.uri).filter(|uri| uri.len() > 4 && (killed || !uris.contains(uri)));
        if let Some((uri, key)) = uri.and_then(|uri| Some((uri, key(uri)?))) {
            add(if killed { What::KilledUri } else { What::Uri }, key, Some(uri.into()));
        }
    }
    pictures(site, root, &hidden, &mut needles);
    needles
}

/// Why the text of a version is not public; `None` where it is, or the text of another version in its place.
fn why_hidden(site: &Inputs, id: StoryId) -> Option<Hidden> {
    match site.public.of_version[id.index()] {
        Some(live) => site.public.is_withdrawn(live).then_some(Hidden::Withdrawn),
        None => site.public.hidden(site.stories, id, site.now),
    }
}

/// What the pages of public stories hide: comments, scripts, and all that cleaning takes away.
fn hidden_texts(site: &Inputs, root: &Path, needles: &mut Needles) {
    let stories = site.stories;
    let public = site.public.versions();
    let hiding: Vec<&Story> =
        public.iter().map(|(current, _)| stories.get(*current)).filter(|story| story.rare().hides).collect();
    let most = (PIECES / hiding.len().max(1)).clamp(PIECES_EACH, 4096);
    let read = |story: &&Story| {
        let Ok((_, body, _)) = load::read_for_page(root, site.source, &story.source, site.config) else {
            return Vec::new();
        };
        markdown::hidden(&body).into_iter().flat_map(|text| pieces(text, most)).collect::<Vec<Key>>()
    };
    let keys: Vec<Vec<Key>> = hiding.par_iter().map(read).collect();
    for (story, keys) in hiding.iter().zip(keys) {
        for key in keys {
            let file = story.source.clone();
            needles.add(Needle { what: What::HiddenText, file, state: "public without it", exact: None, key });
        }
    }
}

/// The texts of zones that fronts do not show.
fn hidden_zones(site: &Inputs, needles: &mut Needles) {
    let shown: FxHashSet<(&RelPath, usize)> =
        site.shown_zones().map(|(front, zone)| (&front.path, zone.number)).collect();
    for front in site.fronts {
        for zone in front.zones.iter().filter(|zone| !shown.contains(&(&front.path, zone.number))) {
            for text in zone.texts() {
                let text = markdown::shown(text, &site.config.home());
                for key in pieces(&text, 4096) {
                    let file = front.path.clone();
                    needles.add(Needle { what: What::Zone, file, state: "not shown", exact: None, key });
                }
            }
        }
    }
}

/// The headline and the running text of a story's file.
fn texts(site: &Inputs, root: &Path, story: &Story, most: usize) -> Vec<(What, Key)> {
    let mut found = Vec::new();
    let headline = key(&story.headline).filter(|key| usize::from(key.words) >= LEAST);
    found.extend(headline.map(|key| (What::Headline, key)));
    // The headline and the names of a file that is no longer a story can still be searched for.
    let Ok((front, body, _)) = load::read_for_page(root, site.source, &story.source, site.config) else { return found };
    let captions = front.associations.iter().filter_map(|association| association.caption.as_deref());
    let shown = markdown::shown(&body, &site.config.home());
    let short = [front.subheadline.as_deref(), front.description.as_deref()].into_iter().flatten().chain(captions);
    let unseen = markdown::hidden(&body);
    for text in short.chain([&*shown]).chain(unseen) {
        found.extend(pieces(text, most).into_iter().map(|key| (What::Text, key)));
    }
    found
}

/// The pictures that only hidden stories show.
fn pictures(site: &Inputs, root: &Path, hidden: &[(StoryId, Hidden)], needles: &mut Needles) {
    let stories = site.stories;
    let mut shown: FxHashSet<&RelPath> =
        site.public.versions().iter().flat_map(|(current, _)| &stories.get(*current).rare().media).collect();
    shown.extend(stories.pages.iter().flat_map(|page| &page.media));
    shown.extend(site.front_texts().flat_map(|(_, text)| &text.media));
    let mut seen: FxHashSet<&RelPath> = FxHashSet::default();
    let mut bytes = Vec::new();
    let mut read = |file: &RelPath| {
        file::read_bounded(&file.under(&root.join("content")), PICTURE_LIMIT, &mut bytes).ok()?;
        let own = (bytes.len() as u64, Hash::of(&bytes));
        // A picture is published without the place where it was taken.
        let published = position::without(std::mem::take(&mut bytes));
        Some((own, (published.len() as u64, Hash::of(&published))))
    };
    let mut found: Vec<([(u64, Hash); 2], Needle)> = Vec::new();
    for (id, why) in hidden {
        let story = stories.get(*id);
        for file in story.rare().media.iter().filter(|file| !shown.contains(file)) {
            if let Some((own, published)) = seen.insert(file).then(|| read(file)).flatten() {
                let (state, key) = (why.words(), Key { words: 0, end: 0, whole: 0 });
                let needle = Needle { what: What::Picture, file: file.clone(), state, exact: None, key };
                found.push(([own, published], needle));
            }
        }
    }
    // The same picture may lie in two places, one of them public.
    let lengths: FxHashSet<u64> = found.iter().map(|([own, _], _)| own.0).collect();
    let mut public: FxHashSet<Hash> = FxHashSet::default();
    let mut shown: Vec<&RelPath> = shown.into_iter().collect();
    shown.sort();
    for file in shown.into_iter().filter(|file| lengths.contains(&site.source.media_stamp(file).length)) {
        public.extend(read(file).map(|(own, _)| own.1));
    }
    for (forms, needle) in found.into_iter().filter(|([own, _], _)| !public.contains(&own.1)) {
        for (length, hash) in forms {
            needles.pictures.entry(length).or_default().push((hash, needles.list.len() as u32));
        }
        // All renditions have its hash in their names, so they are known whatever their bytes.
        let name = hash_in_names(forms[0].1);
        let of_renditions = key(&name).map(|key| Needle { exact: Some(name.into()), key, ..needle.clone() });
        needles.list.push(needle);
        of_renditions.into_iter().for_each(|needle| needles.add(needle));
    }
}
