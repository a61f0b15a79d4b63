//! Pictures and files that come with an item: copied beside the story; addresses of the web are kept and never fetched.

use crate::diag::{Code, Diagnostic};
use crate::file::{self, ReadError};
use crate::path::{RelPath, slugify};
use crate::wire::Attached;
use crate::wire::item::{Association, WireItem, is_media_ending};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The largest file that is copied, in bytes; the same that a build publishes.
const LIMIT: u64 = 256 << 20;

/// Where the files are that an item names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside<'a> {
    /// The folders in which files lie that the item names, the first one first; none for standard input.
    pub(super) folders: &'a [PathBuf],
    /// Files that came together with the item in one mail.
    pub(super) attached: &'a [Attached],
}

/// What became of the media of an item.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// The associations as the site's file names them.
    pub(super) associations: Vec<Association>,
    /// Files that were copied, where they came from.
    pub(super) taken: Vec<PathBuf>,
    /// Files that the item names and that are not beside it yet.
    pub(super) missing: Vec<String>,
}

/// Copies what an item names.
pub(super) fn place(item: &WireItem, beside: Beside<'_>, story: &Path, diagnostics: &mut Vec<Diagnostic>) -> Placed {
    let associations = &item.meta.associations;
    let mut placed = Vec::with_capacity(associations.len());
    let mut taken = Vec::new();
    let mut not_there = Vec::new();
    for association in associations {
        let mut one = association.clone();
        one.href = match association.href.as_deref() {
            None => None,
            Some(href) if href.starts_with("http://") || href.starts_with("https://") => {
                match pushed(item, href, beside).map(|source| copy(&source, story)) {
                    Some(Err(reason)) => missing(href, &reason, diagnostics),
                    Some(Ok(name)) => Some(name),
                    None => Some(href.to_string()),
                }
            }
            Some(href) if beside.attached.iter().any(|file| file.name == href) => {
                let file = beside.attached.iter().find(|file| file.name == href);
                match file.map(|file| put(&file.bytes, Path::new(&file.name), story)) {
                    Some(Ok(name)) => Some(name),
                    Some(Err(reason)) => missing(href, &reason, diagnostics),
                    None => None,
                }
            }
            Some(href) => match beside.local(href).ok_or_else(|| "it is not a file beside the item".to_string()) {
                Ok(source) if !source.exists() => {
                    not_there.push(href.to_string());
                    missing(href, "there is no such file beside the item", diagnostics)
                }
                Ok(source) => match copy(&source, story) {
                    Ok(name) => {
                        taken.push(source);
                        Some(name)
                    }
                    Err(reason) => missing(href, &reason, diagnostics),
                },
                Err(reason) => missing(href, &reason, diagnostics),
            },
        };
        // Without a file there is nothing to show, and a caption alone says nothing.
        if one.href.is_some() {
            placed.push(one);
        }
    }
    Placed { associations: placed, taken, missing: not_there }
}

/// Copies a file that came after its story: the association, and where the file came from. `None` while it is not there.
pub(super) fn late(
    association: &Association,
    beside: Beside<'_>,
    story: &Path,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Association, PathBuf)> {
    let source = beside.local(association.href.as_deref()?).filter(|source| source.exists())?;
    match copy(&source, story) {
        Ok(name) => Some((Association { href: Some(name), ..association.clone() }, source)),
        Err(reason) => {
            missing(association.href.as_deref().unwrap_or_default(), &reason, diagnostics);
            None
        }
    }
}

fn missing(href: &str, reason: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let shown: String = href.chars().take(120).collect();
    let message = format!("`{shown}` goes with the story and was not copied: {reason}");
    diagnostics
        .push(Diagnostic::warning(Code::ImportMedia, message).hint("put the file beside the item and import it again"));
    None
}

/// The file that was pushed for an address.
fn pushed(item: &WireItem, address: &str, beside: Beside<'_>) -> Option<PathBuf> {
    let (_, name) = item.pushed.iter().find(|(known, _)| known == address)?;
    beside.local(name).filter(|file| file.is_file())
}

impl Beside<'_> {
    /// A file in or below one of the folders: the first that is there, else where it would be in the first of them.
    pub(super) fn local(&self, href: &str) -> Option<PathBuf> {
        let relative = RelPath::new(href.strip_prefix("./").unwrap_or(href))?;
        let ending = relative.extension()?.to_ascii_lowercase();
        if !is_media_ending(&ending) {
            return None;
        }
        let mut files = self.folders.iter().map(|folder| relative.under(folder));
        let first = files.clone().next()?;
        Some(files.find(|file| file.exists()).unwrap_or(first))
    }
}

/// Copies a file beside the story under a name of its own; the name. A file with the same bytes is taken as it is.
fn copy(source: &Path, story: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    file::read_bounded(source, LIMIT, &mut bytes).map_err(|error| match error {
        ReadError::TooLarge(_) => "it is larger than 256 MiB".to_string(),
        ReadError::Io(error) if error.kind() == ErrorKind::NotFound => {
            "there is no such file beside the item".to_string()
        }
        ReadError::Io(error) => error.to_string(),
    })?;
    put(&bytes, source, story)
}

/// Writes a file beside the story; its name is made of the one that it came with.
fn put(bytes: &[u8], source: &Path, story: &Path) -> Result<String, String> {
    let ending = source.extension().and_then(|end| end.to_str()).unwrap_or("").to_ascii_lowercase();
    let stem = source.file_stem().and_then(|stem| stem.to_str()).map(slugify).unwrap_or_default();
    let stem = if stem.is_empty() { "file" } else { &stem[..] };
    let folder = story.parent().ok_or("the story has no folder")?;
    let own = story.file_stem().and_then(|stem| stem.to_str()).unwrap_or("story");
    let mut own_end = own.len().min(60);
    while !own.is_char_boundary(own_end) {
        own_end -= 1;
    }
    let mut buffer = Vec::new();
    for number in 1..100 {
        let mark = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("{}-{stem}{mark}.{ending}", &own[..own_end]);
        let target = folder.join(&name);
        if file::holds(&target, bytes, &mut buffer).unwrap_or(false) {
            return Ok(name);
        }
        file::make_folders(folder).map_err(|error| error.to_string())?;
        match file::write_new(&target, bytes) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Err("its name is taken".to_string())
}
