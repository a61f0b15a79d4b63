//! One part of the table of stories: which files are in it, and what they say now.

use super::parsed::{self, Draft};
use super::table::{Entry, Table as StoryTable, Writer};
use super::{Reading, kept, shown};
use crate::arena::Text;
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

/// What came of one part of the table.
#[derive(Default)]
pub(super) struct PartRead {
    /// What each file says, in their order; or why it says nothing.
    pub(super) said: Vec<Result<Entry, Vec<Diagnostic>>>,
    /// The names that they use, with their slugs.
    pub(super) names: Vec<(Text, Text)>,
    pub(super) hash: Option<u64>,
    pub(super) opened: usize,
    pub(super) dropped: Vec<(Text, Words)>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// What one file of a part says.
#[allow(clippy::large_enum_variant, reason = "nearly all are the large one; a box would be an allocation a story")]
pub(super) enum Said {
    /// What it said before.
    Kept(Entry),
    /// Something new.
    New(Box<Draft>),
    /// Something new that the next build has to ask for again.
    Passing(Box<Draft>),
    /// Nothing.
    Nothing(Vec<Diagnostic>),
}

/// Reads the files of one part: those that did not change from the table, the others from their files.
pub(super) fn part(reading: &Reading, source: &Source, id: u64, files: &[(usize, &SourceFile)]) -> PartRead {
    let mut read = PartRead::default();
    let known = match reading.state.part(Table::Stories, id) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(diagnostic) => {
            read.diagnostics.push(diagnostic);
            Vec::new()
        }
    };
    let StoryTable { names, entries } = StoryTable::read(&known).unwrap_or_default();
    drop(known);
    let mut is_same = !entries.is_empty();
    let mut said: Vec<Said> = Vec::with_capacity(files.len());
    let mut entries = entries.into_iter().peekable();
    let mut buffer = Vec::new();
    for (_, file) in files {
        // Both are in order of their paths.
        while let Some(gone) = entries.next_if(|entry| entry.path() < file.path.as_str()) {
            is_same = false;
            read.dropped.push(gone.words());
        }
        let entry = entries.next_if(|entry| entry.path() == file.path.as_str());
        let kept = entry.as_ref().and_then(|entry| kept::look(reading, source, file, entry, &mut buffer));
        match (entry, kept) {
            (Some(entry), Some(kept)) => {
                read.opened += usize::from(kept.opened);
                is_same &= entry.stamp() == file.stamp && kept.files.is_none();
                said.push(Said::Kept(entry.stamped(file.stamp, kept.files)));
            }
            (entry, _) => {
                is_same = false;
                read.opened += 1;
                read.dropped.extend(entry.map(|entry| entry.words()));
                said.push(parsed::one(reading, source, &file.path, &mut buffer));
            }
        }
    }
    for gone in entries {
        is_same = false;
        read.dropped.push(gone.words());
    }
    if is_same {
        read.hash = reading.state.parts(Table::Stories).get(&id).copied();
        read.names = names;
        read.said = said.into_iter().filter_map(Said::kept).map(Ok).collect();
        debug_assert_eq!(read.said.len(), files.len());
    } else {
        read.write(reading.state, id, said, files, &names);
    }
    (reading.step)(files.len());
    read
}

impl PartRead {
    /// Writes the part anew, and takes what its files say from what was written, where all of it lies together.
    fn write(
        &mut self,
        state: &State,
        id: u64,
        said: Vec<Said>,
        files: &[(usize, &SourceFile)],
        names: &[(Text, Text)],
    ) {
        let (mut table, mut passing) = (Writer::default(), Writer::default());
        let has_passing = said.iter().any(|said| matches!(said, Said::Passing(_)));
        for (said, (_, file)) in said.iter().zip(files) {
            match said {
                Said::Kept(entry) => table.keep(entry, names),
                Said::New(draft) => table.add(file.stamp, draft),
                Said::Passing(_) | Said::Nothing(_) => {}
            }
            // Names have one numbering, so where something is not written all is put together once more.
            match said {
                _ if !has_passing => {}
                Said::Kept(entry) => passing.keep(entry, names),
                Said::New(draft) | Said::Passing(draft) => passing.add(file.stamp, draft),
                Said::Nothing(_) => {}
            }
        }
        let written = (!table.is_empty()).then(|| table.finish());
        // What cannot be written is read again by the next build.
        self.hash = written.as_ref().and_then(|bytes| state.put(Table::Stories, id, bytes).ok());
        let bytes = if has_passing { passing.finish() } else { written.unwrap_or_default() };
        let StoryTable { names, entries } = StoryTable::read(&bytes).unwrap_or_default();
        let mut entries = entries.into_iter();
        self.names = names;
        let lost = |file: &SourceFile| {
            let message = "what the file says cannot be kept in the table of stories";
            let diagnostic = Diagnostic::error(Code::StateUnusable, message).at(Location::file(shown(&file.path)));
            vec![diagnostic.hint("spread the stories of its folder over several")]
        };
        let written = said.into_iter().zip(files).map(|(said, (_, file))| match said {
            Said::Nothing(diagnostics) => Err(diagnostics),
            Said::Kept(_) | Said::New(_) | Said::Passing(_) => entries.next().ok_or_else(|| lost(file)),
        });
        self.said = written.collect();
    }
}

impl Said {
    /// What it said before, if it says no more.
    fn kept(self) -> Option<Entry> {
        match self {
            Said::Kept(entry) => Some(entry),
            Said::New(_) | Said::Passing(_) | Said::Nothing(_) => None,
        }
    }
}
