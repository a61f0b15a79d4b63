//! Which files a template is made of: itself, and all that it extends and includes.
//!
//! Templates are looked through for `extends` and `include`, whose names are always written out. Components may be called from
//! anywhere, so every file that defines one belongs to all.

use super::Files;
use super::reads::Reads;
use crate::hash::{Hash, Hasher};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

/// What a template is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Closure {
    /// A hash of all of it.
    pub(super) hash: Hash,
    /// Its files, by the names they have in tera: `THEME/FILE`.
    pub(super) files: Vec<String>,
    /// What it reads of the values of the site's owner.
    pub(super) reads: Reads,
}

/// A template as it is written.
struct Source<'f> {
    text: &'f str,
    hash: Hash,
    reads: Reads,
    /// The templates that it extends or includes, by their places in the list of all.
    uses: Vec<usize>,
}

/// What each template is made of, by the name that pages use (`story.html`). `common` belongs to all.
pub(super) fn closures(chain: &[(String, Files)], common: Hash) -> BTreeMap<String, Closure> {
    let mut texts: BTreeMap<String, (&str, bool)> = BTreeMap::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (theme, files) in chain {
        for (path, bytes) in files {
            if let Some(name) = path.as_str().strip_prefix("templates/") {
                let is_built_in = matches!(bytes, Cow::Borrowed(_));
                texts.insert(format!("{theme}/{name}"), (std::str::from_utf8(bytes).unwrap_or_default(), is_built_in));
                names.insert(name);
            }
        }
    }
    let places: HashMap<&str, usize> = texts.keys().enumerate().map(|(place, full)| (full.as_str(), place)).collect();
    let resolve = |name: &str| {
        let of_chain = || chain.iter().find_map(|(theme, _)| places.get(&*format!("{theme}/{name}")));
        places.get(name).or_else(of_chain).copied()
    };
    let sources: Vec<Source> = texts
        .values()
        .map(|(text, is_built_in)| {
            let hash = Hash::of(text.as_bytes());
            let reads = if *is_built_in { reads_of_built_in(text, hash) } else { Reads::of(text) };
            Source { text, hash, reads, uses: used(text).into_iter().filter_map(resolve).collect() }
        })
        .collect();
    let files: Vec<&String> = texts.keys().collect();
    let components: Vec<usize> = (0..sources.len()).filter(|n| sources[*n].text.contains("component")).collect();
    let closure = |name: &str| {
        let mut is_seen = vec![false; sources.len()];
        let mut open: Vec<usize> = resolve(name).into_iter().chain(components.iter().copied()).collect();
        while let Some(place) = open.pop() {
            if !std::mem::replace(&mut is_seen[place], true) {
                open.extend(&sources[place].uses);
            }
        }
        let mut closure = Closure::default();
        let mut hasher = Hasher::new();
        hasher.hash(common);
        for (place, source) in sources.iter().enumerate().filter(|(place, _)| is_seen[*place]) {
            hasher.bytes(files[place]).hash(source.hash);
            closure.reads.extend(&source.reads);
            closure.files.push(files[place].clone());
        }
        Closure { hash: hasher.finish(), ..closure }
    };
    names.into_iter().map(|name| (name.to_string(), closure(name))).collect()
}

/// What a template that comes along with the program reads. Each is looked through once a process, since many builds may run in one.
fn reads_of_built_in(text: &str, hash: Hash) -> Reads {
    static KNOWN: LazyLock<Mutex<FxHashMap<Hash, Reads>>> = LazyLock::new(Default::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(hash).or_insert_with(|| Reads::of(text)).clone()
}

/// The names that a template extends or includes.
fn used(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for at in memchr::memmem::find_iter(source.as_bytes(), b"{%") {
        let tag = &source[at + 2..];
        let tag = tag.trim_start_matches('-').trim_start();
        let Some(rest) = ["extends", "include"].iter().find_map(|word| tag.strip_prefix(word)) else { continue };
        let rest = rest.trim_start();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
            names.extend(rest[1..].split(quote).next());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RelPath;
    use std::borrow::Cow;

    fn check(files: &[(&str, &str)], changed: (&str, &str), expected: &[&str]) {
        let hashes = |changed: Option<(&str, &str)>| {
            let mut chain: Vec<(String, Files)> = vec![("own".into(), Files::new()), ("base".into(), Files::new())];
            for (name, text) in files.iter().copied().chain(changed) {
                let (theme, path) = name.split_once('/').unwrap();
                let theme = chain.iter_mut().find(|(known, _)| known == theme).unwrap();
                let path = RelPath::new(&format!("templates/{path}")).unwrap();
                theme.1.insert(path, Cow::Owned(text.as_bytes().to_vec()));
            }
            let closures = super::closures(&chain, Hash::default());
            closures.into_iter().map(|(name, closure)| (name, closure.hash)).collect::<BTreeMap<_, _>>()
        };
        let (before, after) = (hashes(None), hashes(Some(changed)));
        let differ = after.iter().filter(|(name, hash)| before.get(*name) != Some(hash)).map(|(name, _)| name.as_str());
        assert_eq!(differ.collect::<Vec<_>>(), expected, "{changed:?}");
    }

    #[test]
    fn a_change_reaches_what_uses_it() {
        let files = [
            ("base/base.html", "{% block x %}{% endblock %}"),
            ("base/part.html", "part"),
            ("base/story.html", "{% extends \"base.html\" %}{%- include 'part.html' -%}"),
            ("base/list.html", "{% extends \"base.html\" %}"),
            ("own/list.html", "{% extends \"base/list.html\" %}"),
            ("base/page.html", "alone"),
        ];
        check(&files, ("base/page.html", "other"), &["page.html"]);
        check(&files, ("base/part.html", "other"), &["part.html", "story.html"]);
        check(&files, ("base/base.html", "other"), &["base.html", "list.html", "story.html"]);
        check(&files, ("base/list.html", "{% extends \"base.html\" %} "), &["list.html"]);
        // A file that now wins over its parent's.
        check(&files, ("own/part.html", "other"), &["part.html", "story.html"]);
        check(
            &files,
            ("own/unused.html", "{% component card() %}{% endcomponent card %}"),
            &["base.html", "list.html", "page.html", "part.html", "story.html", "unused.html"],
        );
    }
}
