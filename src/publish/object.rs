//! What a target should hold: every file of the manifest, with the headers it is served under and the form it is stored in.
//!
//! Planned from the manifest alone, never from a listing of the output folder.

use super::headers::{self, Headers};
use super::presets::Extra;
use super::record::{Entry, Record, is_compressed_copy};
use super::redirects::Redirects;
use crate::config::publish::{Encoding, Options};
use crate::hash::{Hash, Hasher};
use crate::page::PageKind;
use crate::write::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a target can do with an object besides keeping its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    /// It stores headers with each object.
    pub headers: bool,
    /// It answers with a redirect where an object has the header for it.
    pub redirects: bool,
    /// It serves compressed forms that lie beside a file, `x.html.gz` and `x.html.br`.
    pub compressed_files: bool,
    /// It changes all at once, withdrawals with the rest, so that there is no order to keep.
    pub atomic: bool,
}

impl Abilities {
    /// Whether a withdrawal is seen by readers before the rest is done.
    pub fn withdraws_at_once(self) -> bool {
        !self.atomic
    }
}

/// Everything that a target should hold, by path.
pub type Objects = BTreeMap<String, Object>;

/// One file at a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Hash of the file it is made from, before compression.
    pub hash: Hash,
    /// What it is.
    pub kind: PageKind,
    /// How it is compressed.
    pub form: Option<Encoding>,
    /// The headers it is stored with; empty where the target stores none. Shared, because a site has a million objects and a dozen sets.
    pub headers: Arc<Headers>,
}

impl Object {
    /// Stands for form and headers where objects are compared: a change of either is a change.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Hasher::new();
        hasher.number(self.form.map_or(0, |form| 1 + form as i64));
        for (name, value) in self.headers.iter() {
            hasher.bytes(name).bytes(value);
        }
        (hasher.finish().0 >> 64) as u64
    }

    /// Its entry in a record once it is stored.
    pub fn entry(&self) -> Entry {
        Entry { hash: self.hash, fingerprint: self.fingerprint(), kind: self.kind, retired: None }
    }
}

/// The record of a target that holds exactly these objects.
pub fn record(objects: &Objects) -> Record {
    objects.iter().map(|(path, object)| (path.clone(), object.entry())).collect()
}

/// Lists what the target should hold.
pub(super) fn all(
    manifest: &Manifest,
    extra: &[Extra],
    redirects: &Redirects,
    options: &Options,
    abilities: Abilities,
) -> Objects {
    let mut objects = Gathered::new(options, abilities, redirects);
    for (path, filed) in manifest {
        objects.add(path, filed.hash, filed.kind);
    }
    for extra in extra {
        objects.add(&extra.path, Hash::of(&extra.bytes), PageKind::Host);
    }
    objects.objects
}

/// Objects, and the sets of headers that they share.
struct Gathered<'a> {
    options: &'a Options,
    abilities: Abilities,
    redirects: &'a Redirects,
    objects: Objects,
    headers: BTreeSet<Arc<Headers>>,
}

impl<'a> Gathered<'a> {
    fn new(options: &'a Options, abilities: Abilities, redirects: &'a Redirects) -> Gathered<'a> {
        Gathered { options, abilities, redirects, objects: Objects::new(), headers: BTreeSet::new() }
    }

    fn share(&mut self, headers: Headers) -> Arc<Headers> {
        if let Some(known) = self.headers.get(&headers) {
            return known.clone();
        }
        let headers = Arc::new(headers);
        self.headers.insert(headers.clone());
        headers
    }

    fn add(&mut self, path: &str, hash: Hash, kind: PageKind) {
        let (options, abilities) = (self.options, self.abilities);
        let worthwhile = kind != PageKind::Host && headers::compresses(path);
        let form = options.compress.first().copied().filter(|_| abilities.headers && worthwhile);
        let mut own = Headers::new();
        if abilities.headers {
            own = headers::of(path, kind, form, &options.cache);
            own.extend(self.redirects.get(path).map(|to| (headers::REDIRECT, to.clone())));
        }
        let headers = self.share(own);
        self.objects.insert(path.to_string(), Object { hash, kind, form, headers });
        if abilities.compressed_files && worthwhile {
            for form in &options.compress {
                let compressed = format!("{path}{}", headers::ending(*form));
                let headers = self.share(Headers::new());
                self.objects.insert(compressed, Object { hash, kind, form: Some(*form), headers });
            }
        }
    }
}

/// The objects of a former state.
pub(super) fn of_record(record: &Record, redirects: &Redirects, options: &Options, abilities: Abilities) -> Objects {
    let mut objects = Gathered::new(options, abilities, redirects);
    for (path, entry) in record.iter().filter(|(path, entry)| !is_compressed_copy(record, path, entry)) {
        objects.add(path, entry.hash, entry.kind);
    }
    objects.objects
}

/// The bytes of an object as it is stored, from the bytes of its file.
pub fn stored(object: &Object, bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    match object.form {
        None => Ok(bytes),
        Some(form) => headers::compress(form, &bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::Filed;

    fn manifest(files: &[(&str, PageKind)]) -> Manifest {
        let filed = |kind| Filed { hash: Hash::of(b"x"), kind };
        files.iter().map(|(path, kind)| (path.to_string(), filed(*kind))).collect()
    }

    #[test]
    fn a_store_keeps_one_form_and_a_folder_the_compressed_files_too() {
        let files = manifest(&[("index.html", PageKind::Front), ("media/a.jpg", PageKind::Media)]);
        let options = Options { compress: vec![Encoding::Gzip], ..Options::default() };
        let none = Redirects::new();
        let store = all(&files, &[], &none, &options, Abilities { headers: true, ..Abilities::default() });
        assert_eq!(store.keys().collect::<Vec<_>>(), ["index.html", "media/a.jpg"]);
        assert_eq!(store["index.html"].headers["content-encoding"], "gzip");
        assert!(!store["media/a.jpg"].headers.contains_key("content-encoding"));
        let folder = all(&files, &[], &none, &options, Abilities { compressed_files: true, ..Abilities::default() });
        assert_eq!(folder.keys().collect::<Vec<_>>(), ["index.html", "index.html.gz", "media/a.jpg"]);
    }

    #[test]
    fn a_redirect_is_a_header_where_the_target_knows_it() {
        let files = manifest(&[("old/index.html", PageKind::Redirect)]);
        let redirects = Redirects::from([("old/index.html".to_string(), "/new/".to_string())]);
        let of = |redirects: &Redirects, able| all(&files, &[], redirects, &Options::default(), able);
        let able = Abilities { headers: true, redirects: true, ..Abilities::default() };
        let objects = of(&redirects, able);
        assert_eq!(objects["old/index.html"].headers[headers::REDIRECT], "/new/");
        assert_ne!(
            objects["old/index.html"].fingerprint(),
            of(&Redirects::new(), able)["old/index.html"].fingerprint()
        );
    }

    #[test]
    fn headers_and_form_are_part_of_the_fingerprint() {
        let files = manifest(&[("index.html", PageKind::Front)]);
        let able = Abilities { headers: true, ..Abilities::default() };
        let print = |options: &Options| all(&files, &[], &Redirects::new(), options, able)["index.html"].fingerprint();
        let plain = print(&Options::default());
        let mut other = Options::default();
        other.cache.front = "no-cache".into();
        assert_ne!(plain, print(&other));
        assert_ne!(plain, print(&Options { compress: vec![Encoding::Brotli], ..Options::default() }));
        assert_eq!(plain, print(&Options::default()));
    }
}
