//! One part of the table of stories: which files are in it, and what they say now.

use super::parsed::{self, ParsedStory};
use super::table::{Entry, Table as StoryTable, Writer};
use super::{LoadInputs, shown, unchanged};
use crate::arena::SharedStr;
use crate::diag::{Code, Diagnostic, Location};
use crate::hash::Hash;
use crate::related::Words;
use crate::source::{Source, SourceFile};
use crate::state::{State, Table};
use std::collections::BTreeMap;

/// The files of a folder two levels down (a year's month, where folders are dates), each with its place among all.
pub(super) fn by_folder<'s>(files: &[&'s SourceFile]) -> BTreeMap<&'s str, Vec<(usize, &'s SourceFile)>> {
    let mut folders: BTreeMap<&str, Vec<(usize, &SourceFile)>> = BTreeMap::new();
    let folder = |file: &&'s SourceFile| {
        let path = file.path.as_str();
        let mut ends = memchr::memchr_iter(b'/', path.as_bytes());
        let first = ends.next();
        &path[..ends.next().or(first).unwrap_or(0)]
    };
    // Files come by path, so those of a folder come in runs.
    let mut at = 0;
    for run in files.chunk_by(|a, b| folder(a) == folder(b)) {
        folders.entry(folder(&run[0])).or_default().extend((at..).zip(run.iter().copied()));
        at += run.len();
    }
    folders
}

/// Into how many parts of the table the stories of such a folder go: a part has some 500 to 2,000 of them.
pub(super) fn parts(files: usize) -> u64 {
    (files as u64 / 1024).max(1).next_power_of_two()
}

pub(super) fn part_id(folder: &str, number: u64, parts: u64) -> u64 {
    Hash::of(format!("{folder} {number} {parts}").as_bytes()).short()
}

/// The result of reading one part of the table.
#[derive(Default)]
pub(super) struct PartRead {
    /// The story of each file, in their order; or why it has none.
    pub(super) stories: Vec<Result<Entry, Vec<Diagnostic>>>,
    /// The names that they use, with their slugs.
    pub(super) names: Vec<(SharedStr, SharedStr)>,
    pub(super) hash: Option<u64>,
    pub(super) opened: usize,
    pub(super) dropped: Vec<(SharedStr, Words)>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The result of reading one file of a part.
#[allow(clippy::large_enum_variant, reason = "nearly all are the large one; a box would be an allocation a story")]
pub(super) enum FileResult {
    /// The entry that the table had.
    Unchanged(Entry),
    /// A story that the table did not have, or had otherwise.
    Changed(Box<ParsedStory>),
    /// A changed story that is not written to the table, so that the next build reads its file again.
    Unsettled(Box<ParsedStory>),
    /// No story, for these reasons.
    NoStory(Vec<Diagnostic>),
}

/// Reads the files of one part: those that did not change from the table, the others from their files.
pub(super) fn part(inputs: &LoadInputs, source: &Source, id: u64, files: &[(usize, &SourceFile)]) -> PartRead {
    let mut read = PartRead::default();
    let known = match inputs.state.part(Table::Stories, id) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(diagnostic) => {
            read.diagnostics.push(diagnostic);
            Vec::new()
        }
    };
    let StoryTable { names, entries } = StoryTable::read(&known).unwrap_or_default();
    drop(known);
    let mut is_same = !entries.is_empty();
    let mut results: Vec<FileResult> = Vec::with_capacity(files.len());
    let mut entries = entries.into_iter().peekable();
    let mut buffer = Vec::new();
    for (_, file) in files {
        // Both are in order of their paths.
        while let Some(gone) = entries.next_if(|entry| entry.path() < file.path.as_str()) {
            is_same = false;
            read.dropped.push(gone.words());
        }
        let entry = entries.next_if(|entry| entry.path() == file.path.as_str());
        let unchanged = entry.as_ref().and_then(|entry| unchanged::check(inputs, source, file, entry, &mut buffer));
        match (entry, unchanged) {
            (Some(entry), Some(unchanged)) => {
                read.opened += usize::from(unchanged.opened);
                is_same &= entry.stamp() == file.stamp && unchanged.files.is_none();
                results.push(FileResult::Unchanged(entry.stamped(file.stamp, unchanged.files)));
            }
            (entry, _) => {
                is_same = false;
                read.opened += 1;
                read.dropped.extend(entry.map(|entry| entry.words()));
                results.push(parsed::read_story_file(inputs, source, &file.path, &mut buffer));
            }
        }
    }
    for gone in entries {
        is_same = false;
        read.dropped.push(gone.words());
    }
    if is_same {
        read.hash = inputs.state.parts(Table::Stories).get(&id).copied();
        read.names = names;
        read.stories = results.into_iter().filter_map(FileResult::unchanged).map(Ok).collect();
        debug_assert_eq!(read.stories.len(), files.len());
    } else {
        read.write(inputs.state, id, results, files, &names);
    }
    (inputs.step)(files.len());
    read
}

impl PartRead {
    /// Writes the part, then reads the stories from the written bytes, so that all their texts lie in one block.
    fn write(
        &mut self,
        state: &State,
        id: u64,
        results: Vec<FileResult>,
        files: &[(usize, &SourceFile)],
        names: &[(SharedStr, SharedStr)],
    ) {
        let (mut table, mut with_unsettled) = (Writer::default(), Writer::default());
        let has_unsettled = results.iter().any(|result| matches!(result, FileResult::Unsettled(_)));
        for (result, (_, file)) in results.iter().zip(files) {
            match result {
                FileResult::Unchanged(entry) => table.keep(entry, names),
                FileResult::Changed(parsed) => table.add(file.stamp, parsed),
                FileResult::Unsettled(_) | FileResult::NoStory(_) => {}
            }
            // Names have one numbering, so where something is not written all is put together once more.
            match result {
                _ if !has_unsettled => {}
                FileResult::Unchanged(entry) => with_unsettled.keep(entry, names),
                FileResult::Changed(parsed) | FileResult::Unsettled(parsed) => with_unsettled.add(file.stamp, parsed),
                FileResult::NoStory(_) => {}
            }
        }
        let written = (!table.is_empty()).then(|| table.finish());
        // What cannot be written is read again by the next build.
        self.hash = written.as_ref().and_then(|bytes| state.put(Table::Stories, id, bytes).ok());
        let bytes = if has_unsettled { with_unsettled.finish() } else { written.unwrap_or_default() };
        let StoryTable { names, entries } = StoryTable::read(&bytes).unwrap_or_default();
        let mut entries = entries.into_iter();
        self.names = names;
        let lost = |file: &SourceFile| {
            let message = "what the file says cannot be kept in the table of stories";
            let diagnostic = Diagnostic::error(Code::StateUnusable, message).at(Location::file(shown(&file.path)));
            vec![diagnostic.hint("spread the stories of its folder over several")]
        };
        let written = results.into_iter().zip(files).map(|(result, (_, file))| match result {
            FileResult::NoStory(diagnostics) => Err(diagnostics),
            FileResult::Unchanged(_) | FileResult::Changed(_) | FileResult::Unsettled(_) => {
                entries.next().ok_or_else(|| lost(file))
            }
        });
        self.stories = written.collect();
    }
}

impl FileResult {
    /// The entry, where the file is unchanged.
    fn unchanged(self) -> Option<Entry> {
        match self {
            FileResult::Unchanged(entry) => Some(entry),
            FileResult::Changed(_) | FileResult::Unsettled(_) | FileResult::NoStory(_) => None,
        }
    }
}
