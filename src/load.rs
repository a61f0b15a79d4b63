//! Story metadata from the content folder: reads each changed file once, in parallel, without keeping its text; unchanged files come
//! from the state of the last build.
//!
//! What is taken from the state, and when a file is opened for it, is decided in `unchanged`. What is wrong with a file is kept with it,
//! so that every build says so.

mod data;
mod derived_uri;
mod fronts;
mod gather;
mod identity;
mod lost;
mod media;
mod no_story;
mod parsed;
mod part;
mod place;
mod spelling;
mod table;
mod unchanged;

pub use crate::path::decode;
pub use data::{DATA_FOLDER, Data, data};
pub use derived_uri::derived_day;
pub use fronts::fronts;
pub use identity::{Identity, Logo, identity};
pub use media::{Beside, Texts, broken};
pub use parsed::section_of_words;
pub use place::place_of;

use crate::arena::SharedStr;
use crate::config::Config;
use crate::diag::Checked;
use crate::file::ReadError;
use crate::hash::Hash;
use crate::parse::front_matter::{self, FrontMatter};
use crate::path::{RelPath, nfc};
use crate::related::Words;
use crate::source::{Source, SourceFile};
use crate::state::{Parts as TableParts, State, Table};
use crate::story::Stories;
use gather::{GatheredPart, gather};
use part::{PartRead, by_folder, part, part_id, parts};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Where the files of a theme stand on the site.
pub const ASSETS: &str = "/assets/";

/// What the stories are read from, and how.
pub struct LoadInputs<'a> {
    /// The site's folder.
    pub root: &'a Path,
    /// The settings.
    pub config: &'a Config,
    /// What the last build saw. It has to have read the content by the same program and settings.
    pub state: &'a State,
    /// Whether a stamp may stand for a file's bytes; else every file is read.
    pub trust_stamps: bool,
    /// Called with the number of files that are done.
    pub step: &'a (dyn Fn(usize) + Sync),
}

/// The result of loading, besides the stories.
#[derive(Debug, Default)]
pub struct LoadReport {
    /// How many files were opened.
    pub opened: usize,
    /// The table of stories for the next build.
    pub parts: TableParts,
    /// The words of versions that the last build knew and this one does not, by the story's uri.
    pub dropped: Vec<(SharedStr, Words)>,
}

/// Loads every story and standing page.
pub fn stories(inputs: &LoadInputs, source: &Source) -> Checked<(Stories, LoadReport)> {
    let mut of_part: BTreeMap<u64, Vec<(usize, &SourceFile)>> = BTreeMap::new();
    let files: Vec<&SourceFile> = source.stories.iter().chain(&source.pages).collect();
    for (folder, files) in by_folder(&files) {
        let parts = parts(files.len());
        let mut numbered: Vec<Vec<(usize, &SourceFile)>> = vec![Vec::new(); parts as usize];
        for (at, file) in files {
            let number = if parts == 1 { 0 } else { Hash::of(file.path.as_str().as_bytes()).short() & (parts - 1) };
            numbered[number as usize].push((at, file));
        }
        for (files, number) in numbered.into_iter().zip(0..).filter(|(files, _)| !files.is_empty()) {
            of_part.entry(part_id(folder, number, parts)).or_default().extend(files);
        }
    }
    // Parts whose files are all gone are read too, for what they dropped.
    for id in inputs.state.parts(Table::Stories).keys() {
        of_part.entry(*id).or_default();
    }
    let of_part: Vec<_> = of_part.into_iter().collect();
    let content = inputs.root.join("content");
    let mut nearly = lost::nearly_stories(&content, &source.media);
    nearly.extend(lost::links_as_text(&content, &source.media));
    let read: Vec<PartRead> =
        of_part.par_iter().with_max_len(1).map(|(id, files)| part(inputs, source, *id, files)).collect();
    let mut found = Checked::<(Stories, LoadReport)> { diagnostics: nearly, ..Checked::default() };
    let mut part_of = vec![0_u32; files.len()];
    let mut parts = Vec::with_capacity(read.len());
    for ((part, (id, files)), number) in read.into_iter().zip(&of_part).zip(0..) {
        found.value.1.opened += part.opened;
        found.value.1.dropped.extend(part.dropped);
        found.value.1.parts.extend(part.hash.map(|hash| (*id, hash)));
        found.diagnostics.extend(part.diagnostics);
        files.iter().for_each(|(at, _)| part_of[*at] = number);
        parts.push(GatheredPart {
            stories: part.stories.into_iter(),
            spelt: vec![[None; gather::KINDS]; part.names.len()],
            names: part.names,
        });
    }
    found.value.0 = gather(&files, &part_of, parts, source.stories.len(), &mut found.diagnostics);
    for path in inputs.config.named_sections() {
        found.value.0.sections.intern(path, path, None);
    }
    found
}

/// Reads a content file again for its page: text, front matter and where the body begins.
pub fn read_for_page(
    root: &Path,
    source: &Source,
    path: &RelPath,
    config: &Config,
) -> std::io::Result<(FrontMatter, String, u32)> {
    let changed = || std::io::Error::other("the file changed while the site was built");
    let bytes = source.read_for_page(&root.join("content"), path).map_err(|error| match error {
        ReadError::Io(error) => error,
        ReadError::TooLarge(_) => changed(),
    })?;
    let mut text = String::from_utf8(bytes).map_err(|_| changed())?;
    let parts = front_matter::split(&text).ok_or_else(changed)?;
    let yaml = front_matter::read(parts.yaml, path.as_str(), &config.zone, &mut Vec::new());
    let front = yaml.ok_or_else(changed)?;
    let (body_at, line) = (text.len() - parts.body.len(), parts.body_line);
    text.drain(..body_at);
    Ok((front, text, line))
}

fn shown(path: &RelPath) -> String {
    format!("content/{path}")
}

/// The path of an alias, with a `/` at its end where it names a folder.
pub fn alias_path(alias: &str) -> Option<crate::path::UrlPath> {
    let path = format!("/{}", nfc(&decode(alias.trim())).trim_start_matches('/'));
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let path = if is_file || path.ends_with('/') { path } else { format!("{path}/") };
    crate::path::UrlPath::new(&path).filter(|path| path.as_str() != "/")
}
