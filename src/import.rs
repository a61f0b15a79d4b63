//! Import: files of wire copy become stories of a site, once. After that there is one format, the story file.
//!
//! Files are read in parallel and written one after the other, in the order given. Whatever the order in which versions of a
//! story arrive, the version that counts is the same at the end; only the address is that of the first to arrive. Each file
//! appears whole or not at all, and an import that is run again writes nothing.

mod by_slug;
pub mod drop;
mod intake;
mod media;
mod record;
mod site_stories;
mod source;
mod story_file;
mod story_slug;
mod takes;
mod verdict;
pub mod wxr;

use crate::clock::{Timestamp, Zone};
use crate::config::{self, Source};
use crate::desk::{Conditions, Visibility};
use crate::diag::{Code, Diagnostic, Error, Location, Result};
use crate::file::{self, ReadError};
use crate::wire::{self, Outcome, Parsed, WireItem, WireTime};
use intake::StoryImport;
use jiff::civil::Date;
use rayon::prelude::*;
use site_stories::SiteStories;
use std::path::{Path, PathBuf};

/// Files read in one go: enough for all threads, few enough that their texts fit in memory.
const BATCH: usize = 64;

/// A file to import.
#[derive(Clone, Debug)]
pub struct Input {
    /// What it is called, in messages and reports.
    pub name: String,
    /// Where its bytes are.
    pub source: InputSource,
    /// The folders of the files that it names, the first one first; none for the one it lies in itself.
    pub media: Vec<PathBuf>,
}

/// Where the bytes of an input are.
#[derive(Clone, Debug)]
pub enum InputSource {
    /// In a file.
    Path(PathBuf),
    /// Here, because they came from standard input.
    Bytes(Vec<u8>),
}

/// What became of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A new file.
    New,
    /// The file of an older version was replaced.
    Replaced,
    /// The site has a later version; nothing was written.
    Older,
    /// The site has exactly this; nothing was written.
    Same,
    /// The site has exactly this, except a picture that has come now.
    Completed,
    /// The file could not be written.
    Failed,
}

impl Action {
    /// The word in messages and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::New => "new",
            Action::Replaced => "replaced",
            Action::Older => "older",
            Action::Same => "same",
            Action::Completed => "completed",
            Action::Failed => "failed",
        }
    }
}

/// A story that was dealt with.
#[derive(Clone, Debug)]
pub struct ImportOutcome {
    /// The story.
    pub uri: String,
    /// What became of it.
    pub action: Action,
    /// Its file below the site's folder.
    pub path: Option<String>,
    /// Media that were copied, where they came from.
    pub media: Vec<PathBuf>,
    /// Files that the item names and that have not come yet.
    pub missing: Vec<String>,
}

/// What came of one input.
#[derive(Debug)]
pub struct FileReport {
    /// The input's name.
    pub name: String,
    /// What it holds, and what is to be said about it.
    pub parsed: Parsed,
    /// What became of its stories; empty for a dry run.
    pub imported: Vec<ImportOutcome>,
}

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options<'s> {
    /// The clock: the folder of stories that have no date.
    pub now: Timestamp,
    /// The day to assume for copy that names none.
    pub date: Option<Date>,
    /// Text is wire copy, though nothing in it shows that.
    pub is_copy: bool,
    /// Where the inputs come from, if the settings know that.
    pub source: Option<&'s Source>,
}

/// Reads inputs and writes nothing. Reports come in the order of the inputs.
pub fn dry_run(inputs: &[Input], options: &Options, mut done: impl FnMut(FileReport)) {
    for batch in inputs.chunks(BATCH) {
        read_batch(batch, options).into_iter().for_each(&mut done);
    }
}

/// Imports inputs into a site. Reports come in the order of the inputs.
///
/// Fails if the settings cannot be read or another import is at work; problems of single files are in their reports.
pub fn import(root: &Path, inputs: &[Input], options: &Options, done: impl FnMut(FileReport)) -> Result<()> {
    Importer::new(root).import(inputs, options, done)
}

/// Imports into one site again and again, as for a drop folder. Between two imports it keeps what it knows of the site, and opens
/// only files whose stamps have changed; another program may write to the site meanwhile.
pub struct Importer {
    root: PathBuf,
    site: Option<SiteStories>,
}

impl Importer {
    /// An importer that has not looked at its site yet.
    pub fn new(root: &Path) -> Importer {
        Importer { root: root.to_path_buf(), site: None }
    }

    /// The same as [`import`](import()).
    pub fn import(&mut self, inputs: &[Input], options: &Options, mut done: impl FnMut(FileReport)) -> Result<()> {
        let config = config::load(&self.root)?;
        let _lock = lock(&self.root)?;
        let site = match self.site.take().filter(|site| site.is_of(&config)) {
            Some(mut site) => {
                site.refresh();
                site
            }
            None => SiteStories::open(&self.root, &config),
        };
        let mut stories = StoryImport { site, options: *options };
        for batch in inputs.chunks(BATCH) {
            for (mut report, input) in read_batch(batch, options).into_iter().zip(batch) {
                stories.land(&mut report, input);
                done(report);
            }
        }
        self.site = Some(stories.site);
        Ok(())
    }
}

/// The state of one version by itself at a time. Times without a zone count in `zone`. `None` is hidden.
pub fn state(item: &WireItem, now: Timestamp, zone: &Zone) -> Option<Visibility> {
    let instant = |time: &Option<WireTime>| time.as_ref().map(|time| time.instant(zone));
    let conditions = Conditions {
        status: item.meta.status,
        embargoed_until: instant(&item.meta.embargoed_until),
        advisory: item.meta.advisory,
        expires: instant(&item.meta.expires),
    };
    conditions.state(now).ok()
}

/// Whether a file goes with a story and is not a story itself, by its ending.
pub fn is_media(path: &Path) -> bool {
    let ending = path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
    ending.is_some_and(|ending| wire::item::is_media_ending(&ending))
}

fn read_batch(batch: &[Input], options: &Options) -> Vec<FileReport> {
    batch.par_iter().map(|input| read_one(input, options)).collect()
}

fn read_one(input: &Input, options: &Options) -> FileReport {
    let fail = |message: String| Parsed {
        outcome: Some(Outcome::Error),
        diagnostics: vec![Diagnostic::error(Code::FileUnreadable, message).at(Location::file(&input.name))],
        ..Parsed::default()
    };
    let parsed = match &input.source {
        InputSource::Bytes(bytes) if bytes.len() as u64 > wire::SIZE_LIMIT => {
            fail("the input is larger than 32 MiB".to_string())
        }
        InputSource::Bytes(bytes) => source::read(bytes, &input.name, options),
        InputSource::Path(path) => {
            let mut bytes = Vec::new();
            match file::read_bounded(path, wire::SIZE_LIMIT, &mut bytes) {
                Ok(()) => source::read(&bytes, &input.name, options),
                Err(ReadError::TooLarge(size)) => fail(format!("the file has {size} bytes, more than 32 MiB")),
                Err(ReadError::Io(error)) => fail(format!("the file cannot be read: {error}")),
            }
        }
    };
    FileReport { name: input.name.clone(), parsed, imported: Vec::new() }
}

/// Two imports at once could give one story two files.
fn lock(root: &Path) -> Result<file::Lock> {
    let folder = root.join(".dateline");
    let fail = |message: String| Error::from(Diagnostic::error(Code::ImportWrite, message));
    file::make_folders(&folder)
        .map_err(|error| fail(format!("cannot make the folder {}: {error}", folder.display())))?;
    match file::Lock::take(&folder.join("import.lock")) {
        Ok(Some((lock, _))) => Ok(lock),
        Ok(None) => Err(fail("another import into this site is at work".to_string())),
        Err(error) => Err(fail(format!("cannot lock the site for the import: {error}"))),
    }
}
