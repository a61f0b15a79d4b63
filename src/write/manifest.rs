//! The manifest: the list of files that dateline wrote, a line for each, in order of their paths.

use super::MANIFEST;
use crate::diag::{Checked, Code, Diagnostic, Location, Result};
use crate::file::{self, Put, ReadError};
use crate::hash::Hash;
use crate::page::PageKind;
use crate::path::{RelPath, UrlPath};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::ops::Range;
use std::path::Path;

pub(super) const HEAD: &str = "dateline manifest 2\n";

/// Every file that dateline put into an output folder, by its path.
pub type Manifest = BTreeMap<String, Filed>;

/// One file of a [`Manifest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Hash of its bytes; zero if it could not be written and an older file may stand there.
    pub hash: Hash,
    /// What it is.
    pub kind: PageKind,
}

/// What the manifest is to say.
pub enum Lines<'l> {
    /// These files and no others.
    All(All<'l>),
    /// The list as it is, except these files, in order of their names; `None` where a file is to be in it no more. For a
    /// manifest that is [as noted](Output::is_as_noted).
    Changed(Vec<(String, Option<Filed>)>),
}

/// Every file of a site, by numbers.
pub struct All<'l> {
    /// The numbers, in order of the files.
    pub files: Vec<u32>,
    /// The path of a file on the site.
    pub url: &'l (dyn Fn(u32) -> &'l UrlPath + Sync),
    /// What it holds.
    pub filed: &'l (dyn Fn(u32) -> Filed + Sync),
}

/// How many bytes of lines are put together before they are handed on.
const BLOCK: usize = 1 << 16;

impl All<'_> {
    pub(super) fn listing(&self, put: &mut Put) -> io::Result<()> {
        let mut block = String::with_capacity(BLOCK + 2048);
        block.push_str(HEAD);
        for number in &self.files {
            let Filed { hash, kind } = (self.filed)(*number);
            let _ = write!(block, "{hash} {kind} ");
            (self.url)(*number).push_file(&mut block);
            block.push('\n');
            if block.len() >= BLOCK {
                put(block.as_bytes())?;
                block.clear();
            }
        }
        put(block.as_bytes())
    }
}

/// The text of a manifest from the lines that it had, with some of them changed.
pub(super) fn spliced(old: &[u8], changed: &[(String, Option<Filed>)], put: &mut Put) -> io::Result<()> {
    put(HEAD.as_bytes())?;
    let mut rest = old;
    for (file, filed) in changed {
        let (before, after) = match find(rest, file) {
            Ok(line) => (line.start, line.end),
            Err(at) => (at, at),
        };
        put(&rest[..before])?;
        if let Some(Filed { hash, kind }) = filed {
            put(format!("{hash} {kind} {file}\n").as_bytes())?;
        }
        rest = &rest[after..];
    }
    put(rest)
}

/// A text in pieces of whole lines, each of this length and a line at most, so that all threads share the work.
pub(super) fn stretches(text: &str, length: usize) -> Vec<&str> {
    let mut stretches = Vec::with_capacity(text.len() / length + 1);
    let mut rest = text;
    while let Some(end) = rest.as_bytes().get(length..).and_then(|tail| memchr::memchr(b'\n', tail)) {
        let (stretch, tail) = rest.split_at(length + end + 1);
        stretches.push(stretch);
        rest = tail;
    }
    stretches.push(rest);
    stretches
}

/// The line of a file in a manifest's lines, which are in order of the files; or where it would be.
pub(super) fn find(lines: &[u8], file: &str) -> std::result::Result<Range<usize>, usize> {
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &lines[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &lines[middle..high]).map_or(high, |at| middle + at + 1);
        let line = lines[start..end].strip_suffix(b"\n").unwrap_or(&lines[start..end]);
        let name = line.splitn(3, |byte| *byte == b' ').nth(2).unwrap_or_default();
        match name.cmp(file.as_bytes()) {
            Ordering::Less => low = end,
            Ordering::Greater => high = start,
            Ordering::Equal => return Ok(start..end),
        }
    }
    Err(low)
}

/// Whether a manifest can be what dateline wrote: none, or lines in order of their files.
pub(super) fn is_whole(manifest: &[u8]) -> bool {
    if manifest.is_empty() {
        return true;
    }
    let Some(lines) = std::str::from_utf8(manifest).ok().and_then(|text| text.strip_prefix(HEAD)) else { return false };
    let mut last = "";
    (lines.is_empty() || lines.ends_with('\n'))
        && lines.lines().all(|line| filed(line).is_some_and(|(file, _)| std::mem::replace(&mut last, file) < file))
}

/// What a line says; `None` where it is damaged.
pub(super) fn filed(line: &str) -> Option<(&str, Filed)> {
    let (hash, line) = line.split_once(' ')?;
    let (kind, file) = line.split_once(' ')?;
    // A damaged list must never name a file outside the folder.
    let kind = PageKind::parse(kind).filter(|_| RelPath::is_one(file))?;
    Some((file, Filed { hash: Hash::parse(hash)?, kind }))
}

/// The manifest of an output folder; empty where there is none. A damaged one is empty too, with a warning.
pub fn manifest(root: &Path) -> Result<Checked<Manifest>> {
    match parse(&read_file(root, MANIFEST)?) {
        Some(value) => Ok(Checked { value, diagnostics: Vec::new() }),
        None => Ok(Checked { value: Manifest::new(), diagnostics: vec![damaged(root, MANIFEST)] }),
    }
}

/// The hash of an output folder's manifest, as [`Output::finish`] gave it.
pub fn manifest_hash(root: &Path) -> Result<Hash> {
    Ok(Hash::of(&read_file(root, MANIFEST)?))
}

/// The bytes of a list; empty where there is no file.
pub(super) fn read_file(root: &Path, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match file::read_bounded(&root.join(name), 4 << 30, &mut bytes) {
        // dateline never writes an empty list, so an empty file must not count as an absent one.
        Ok(()) if bytes.is_empty() => bytes.push(b'?'),
        Ok(()) => {}
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
        Err(ReadError::Io(error)) => {
            let at = Location::file(root.join(name).display().to_string());
            return Err(Diagnostic::error(Code::OutputWrite, format!("cannot be read: {error}")).at(at).into());
        }
        // Nothing that dateline wrote.
        Err(ReadError::TooLarge(_)) => bytes = b"?".to_vec(),
    }
    Ok(bytes)
}

/// Reads a list; `None` where it is damaged.
pub(super) fn parse<L: FromIterator<(String, Filed)>>(bytes: &[u8]) -> Option<L> {
    if bytes.is_empty() {
        return Some(std::iter::empty().collect());
    }
    let lines = std::str::from_utf8(bytes).ok()?.strip_prefix(HEAD)?.lines();
    lines.map(|line| filed(line).map(|(file, filed)| (file.to_string(), filed))).collect()
}

pub(super) fn damaged(root: &Path, name: &str) -> Diagnostic {
    let message = "the list of written files is damaged and is ignored";
    Diagnostic::warning(Code::ManifestDamaged, message)
        .at(Location::file(root.join(name).display().to_string()))
        .hint("files that dateline wrote before and that changed since count as foreign: remove them")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(files: &[&str]) -> Vec<u8> {
        let lines = files.iter().map(|file| format!("{} story {file}\n", Hash::of(file.as_bytes())));
        format!("{HEAD}{}", lines.collect::<String>()).into_bytes()
    }

    #[test]
    fn a_spliced_manifest_is_what_a_whole_one_would_be() {
        let names: Vec<String> = (0..40).map(|number| format!("{}/{number:02}.html", number / 7)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let old: Vec<&str> =
            names.iter().copied().enumerate().filter(|(at, _)| at % 3 != 1).map(|(_, name)| name).collect();
        let bytes = text(&old);
        assert!(is_whole(&bytes) && !is_whole(&bytes[..bytes.len() - 1]) && !is_whole(&bytes[1..]));
        for pattern in [0_u64, 1, u64::MAX, 0xf0f0_f0f0_f0f0, 0x9249_2492_4924_9249] {
            let chosen = |at: usize| pattern >> at & 1 != 0;
            let kept: Vec<&str> = (0..names.len())
                .filter(|at| if chosen(*at) { at % 2 == 0 } else { at % 3 != 1 })
                .map(|at| names[at])
                .collect();
            let changed: Vec<(String, Option<Filed>)> = (0..names.len())
                .filter(|at| chosen(*at))
                .map(|at| {
                    (
                        names[at].to_string(),
                        (at % 2 == 0).then(|| Filed { hash: Hash::of(names[at].as_bytes()), kind: PageKind::Story }),
                    )
                })
                .collect();
            let mut found = Vec::new();
            spliced(&bytes[HEAD.len()..], &changed, &mut |piece| {
                found.extend_from_slice(piece);
                Ok(())
            })
            .unwrap();
            assert_eq!(String::from_utf8(found), String::from_utf8(text(&kept)), "{pattern:x}");
        }
    }

    #[test]
    fn stretches_are_the_text_cut_between_lines() {
        let lines = "a\nbc\n\ndef\nghij\n";
        for length in 1..lines.len() + 2 {
            let stretches = stretches(lines, length);
            assert_eq!(stretches.concat(), lines);
            assert!(stretches.iter().all(|stretch| stretch.is_empty() || stretch.ends_with('\n')), "{length}");
            assert!(stretches.iter().all(|stretch| stretch.len() <= length + 5), "{length}");
        }
        assert_eq!(stretches("", 4), [""]);
    }

    #[test]
    fn lists_out_of_order_or_leading_out_are_not_whole() {
        assert!(is_whole(b"") && is_whole(HEAD.as_bytes()) && is_whole(&text(&["a/b c", "a/d"])));
        for files in [["b", "a"], ["a", "a"], ["../a", "b"], ["a", ""]] {
            assert!(!is_whole(&text(&files)), "{files:?}");
        }
        assert!(!is_whole(b"?"));
    }
}
