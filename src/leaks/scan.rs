//! One pass over the output folder, file by file, on all threads.

use super::needles::{Needles, What};
use crate::diag::{Code, Diagnostic, Location, place};
use crate::file;
use crate::hash::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::io::Read;
use std::path::Path;

/// Most bytes searched per file or archive member; anything beyond is reported.
const LIMIT: u64 = 64 << 20;
/// Bytes of a file that is not text which are searched: pictures have their captions near the beginning.
const HEAD: usize = 64 << 10;
/// How many bytes show whether a file is text.
const SNIFF: usize = 8 << 10;

/// A place where something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) file: String,
    /// Line and column, where the file is text as it stands.
    pub(super) place: Option<(u32, u32)>,
    pub(super) needle: u32,
}

/// Searches every file below a folder but dateline's own.
pub(super) fn folder(needles: &Needles, output: &Path, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Hit> {
    if needles.is_empty() {
        return Vec::new();
    }
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(output).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => {
                files.extend(entry.path().strip_prefix(output).ok().and_then(Path::to_str).map(str::to_string))
            }
            Err(error) => {
                let diagnostic = Diagnostic::error(Code::FileUnreadable, format!("cannot be searched: {error}"));
                diagnostics.push(diagnostic.at(Location::file(name)));
            }
        }
    }
    files.retain(|file| !file.starts_with(".dateline-"));
    let searched: Vec<(Vec<Hit>, Option<Diagnostic>)> = files
        .par_iter()
        .with_max_len(64)
        .map_init(Vec::new, |buffer, file| {
            let shown = format!("{name}/{file}");
            let mut hits = in_name(needles, file, &shown);
            let problem = in_file(needles, &output.join(file), file, &shown, buffer, &mut hits).err();
            (hits, problem)
        })
        .collect();
    let mut hits = Vec::new();
    for (more, problem) in searched {
        hits.extend(more);
        diagnostics.extend(problem);
    }
    hits
}

/// What the path of a file says.
fn in_name(needles: &Needles, file: &str, shown: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    needles.find(format!("/{file}").as_bytes(), &mut |needle, _, _| {
        hits.push(Hit { file: shown.to_string(), place: None, needle });
    });
    hits
}

fn in_file(
    needles: &Needles,
    path: &Path,
    file: &str,
    shown: &str,
    buffer: &mut Vec<u8>,
    hits: &mut Vec<Hit>,
) -> Result<(), Diagnostic> {
    let fault = |message: String| Diagnostic::error(Code::FileUnreadable, message).at(Location::file(shown));
    let unread = |error: std::io::Error| fault(format!("cannot be searched: {error}"));
    let mut opened = std::fs::File::open(path).map_err(unread)?;
    let length = opened.metadata().map_err(unread)?.len();
    buffer.clear();
    (&mut opened).take(SNIFF as u64).read_to_end(buffer).map_err(unread)?;
    let is_text = !buffer.contains(&0) && !buffer.starts_with(&[0x1f, 0x8b]) && !file.ends_with(".br");
    let is_packed = file.ends_with(".br") || buffer.starts_with(&[0x1f, 0x8b]);
    let limit = if is_text || is_packed { LIMIT } else { HEAD as u64 };
    (&mut opened).take(limit - buffer.len() as u64).read_to_end(buffer).map_err(unread)?;
    if (is_text || is_packed) && length > LIMIT {
        return Err(fault(format!("the file has {length} bytes and cannot be searched as a whole"))
            .hint("the first 64 MiB were searched"));
    }
    let mut seen: FxHashSet<u32> = FxHashSet::default();
    let mut note = |needle: u32, place: Option<(u32, u32)>| {
        let is_notice = file.ends_with("ninjs.json") || file.ends_with("atom.xml");
        if !(needles.list[needle as usize].what == What::KilledUri && is_notice) && seen.insert(needle) {
            hits.push(Hit { file: shown.to_string(), place, needle });
        }
    };
    let whole = || {
        let mut bytes = Vec::new();
        file::read_bounded(path, u64::MAX - 1, &mut bytes).ok().map(|()| Hash::of(&bytes))
    };
    if let Some(needle) = needles.picture(length, whole) {
        note(needle, None);
    }
    if is_packed {
        let unpacked =
            unpack(buffer, file.ends_with(".br")).map_err(|error| fault(format!("cannot be unpacked: {error}")))?;
        needles.find(&unpacked, &mut |needle, _, _| note(needle, None));
        return if unpacked.len() as u64 > LIMIT {
            Err(fault("what is packed in it has more than 64 MiB and was not searched as a whole".into()))
        } else {
            Ok(())
        };
    }
    if let Some(decoded) = from_base64(buffer) {
        needles.find(&decoded, &mut |needle, _, _| note(needle, None));
        return Ok(());
    }
    let bytes: &[u8] = buffer;
    needles.find(bytes, &mut |needle, start, _| note(needle, is_text.then(|| place(bytes, start))));
    Ok(())
}

/// What a file says that is nothing but Base64, as those with the words of the search are. Its letters are by chance: in megabytes
/// of them any short name stands between two strokes somewhere.
fn from_base64(bytes: &[u8]) -> Option<Vec<u8>> {
    const LEAST: usize = 256;
    if bytes.len() < LEAST || bytes[..LEAST].iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    STANDARD.decode(bytes.trim_ascii_end()).ok()
}

/// What is in a compressed file, up to a byte over the limit.
fn unpack(bytes: &[u8], brotli: bool) -> std::io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    if brotli {
        brotli::Decompressor::new(bytes, 4096).take(LIMIT + 1).read_to_end(&mut unpacked)?;
    } else {
        flate2::read::MultiGzDecoder::new(bytes).take(LIMIT + 1).read_to_end(&mut unpacked)?;
    }
    Ok(unpacked)
}
