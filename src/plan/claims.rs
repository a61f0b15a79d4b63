//! Which files of the site get in each other's way, though their names are not the same: on many disks and hosts two names that
//! differ in case or Unicode form are one, nowhere is a name both a file and a folder, and some names belong to the host.

use super::Plan;
use crate::config::Config;
use crate::path::{UrlPath, fold_file};
use crate::state::page_id;
use rustc_hash::FxHashMap;

/// Why a page cannot stand where it wants to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clash {
    /// Another page stands there.
    Same(u32),
    /// Another page stands where only case or Unicode form differ.
    Form(u32),
    /// Another page is a file where this one needs a folder, or the other way round.
    Folder(u32),
    /// A host that the site is published to needs the name.
    Host(&'static str),
}

/// Names that are taken and that the plan's own table does not have.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    /// Pages whose file has another name where case does not count, by that name.
    folded: FxHashMap<u64, u32>,
    /// Folders with a dot in their names, which could be files: a page in each.
    folders: FxHashMap<u64, u32>,
    /// Files and folders that hosts need, with their names where case does not count.
    hosts: Vec<(String, &'static str)>,
}

impl Claims {
    pub(super) fn new(config: &Config) -> Claims {
        let files = config.publish.iter().flat_map(|target| target.host_names());
        let mut hosts: Vec<_> = files.map(|file| (file.to_ascii_lowercase(), file)).collect();
        hosts.sort_unstable();
        hosts.dedup();
        Claims { hosts, ..Claims::default() }
    }

    /// What keeps a page from its address. `id` is the name of its file in the state.
    pub(super) fn clash(&self, plan: &Plan, url: &UrlPath, id: u64) -> Option<Clash> {
        if let Some(other) = plan.claimed(id) {
            return Some(Clash::Same(other));
        }
        let folded = folded(url);
        let folded_id = folded.as_deref().map_or(id, page_id);
        let known = |id: u64| plan.claimed(id).or_else(|| self.folded.get(&id).copied());
        let other = if folded.is_some() { known(folded_id) } else { self.folded.get(&id).copied() };
        if let Some(other) = other {
            return Some(Clash::Form(other));
        }
        if let Some(other) = self.folders.get(&folded_id) {
            return Some(Clash::Folder(*other));
        }
        let name = folded.as_deref().unwrap_or(&url.as_str()[1..]);
        let host = self.hosts.iter().find(|(host, _)| name.strip_prefix(host.as_str()).is_some_and(ends_part));
        if let Some((_, host)) = host {
            return Some(Clash::Host(host));
        }
        dotted_folders(name).find_map(|folder| known(page_id(folder))).map(Clash::Folder)
    }

    /// Notes that the page at a place of the plan has its address.
    pub(super) fn note(&mut self, url: &UrlPath, at: u32) {
        let folded = folded(url);
        for folder in dotted_folders(folded.as_deref().unwrap_or(&url.as_str()[1..])) {
            self.folders.entry(page_id(folder)).or_insert(at);
        }
        if let Some(folded) = folded {
            self.folded.insert(page_id(&folded), at);
        }
    }
}

/// The name of a page's file where case does not count, if it is another one.
fn folded(url: &UrlPath) -> Option<String> {
    let is_plain = url.as_str().bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    // Nearly every address; of the others the file is needed.
    if is_plain { None } else { fold_file(&url.file()) }
}

fn ends_part(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// The folders above a file that have a dot in their own name.
fn dotted_folders(path: &str) -> impl Iterator<Item = &str> {
    // Hardly any folder has a dot, and every page asks.
    let last = memchr::memrchr(b'/', path.as_bytes()).unwrap_or(0);
    let has_dot = memchr::memchr(b'.', &path.as_bytes()[..last]).is_some();
    let ends = memchr::memchr_iter(b'/', path.as_bytes()).take(if has_dot { usize::MAX } else { 0 });
    ends.filter(|end| path[..*end].rsplit('/').next().is_some_and(|name| name.contains('.'))).map(|end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_could_be_files() {
        let folders = |path| dotted_folders(path).collect::<Vec<_>>();
        assert_eq!(folders("a/b.c/d.e/f.html"), ["a/b.c", "a/b.c/d.e"]);
        assert_eq!(folders("feed.xml/"), ["feed.xml"]);
        assert!(folders("a/b/c.html").is_empty());
    }
}
