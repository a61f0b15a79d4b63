//! Intake: what lies in the drop folders, and what of it goes into the next cycle.

use super::{DeskOptions, FIRST_PAUSE, longer, push, refused};
use crate::config::Config;
use crate::diag::Result;
use crate::file;
use crate::import::drop::{DropFolder, Filed};
use crate::import::{self, FileReport, Input, Options};
use crate::story::Status;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The drop folders of a desk.
pub(super) struct Intake {
    folders: Vec<Folder>,
}

/// A drop folder.
struct Folder {
    drop: DropFolder,
    /// The name of its source.
    source: Option<String>,
    /// Whether it is a folder of the desk's own, for pushes.
    is_pushed: bool,
    /// The items that lie there and were seen.
    items: BTreeMap<PathBuf, Seen>,
}

/// An item that lies in a drop folder.
#[derive(Clone, Copy)]
struct Seen {
    at: Instant,
    /// Whether it withdraws a story; `None` where that was not asked yet.
    withdraws: Option<bool>,
    /// Where its story could not be written: when to try again, and the pause after that.
    again: Option<(Instant, Duration)>,
}

/// What goes into a cycle, and what is left.
#[derive(Default)]
pub(super) struct Batch {
    /// For each folder, by its number, the items to import.
    pub(super) folders: Vec<(usize, Vec<PathBuf>)>,
    /// Whether all that lies there is in it.
    pub(super) is_all: bool,
}

impl Intake {
    /// Opens the drop folders of the settings and of the options.
    pub(super) fn open(options: &DeskOptions, config: &Config, takes_pushes: bool) -> Result<Intake> {
        let mut folders: Vec<Folder> = Vec::new();
        let of_sources = config.sources.iter().filter_map(|source| Some((source.drop.clone()?, Some(&source.name))));
        let named = config.desk.drop.iter().map(|path| (options.root.join(path), None));
        let given = options.drops.iter().map(|path| (path.clone(), None));
        let of_sources = of_sources.map(|(path, name)| (options.root.join(path), name));
        for (path, source) in of_sources.chain(named).chain(given) {
            let drop = DropFolder::open(path)?;
            // Events of the watcher name files by their real path.
            let drop = drop.path().canonicalize().map_or(Ok(drop), DropFolder::open)?;
            if folders.iter().all(|folder| folder.drop.path() != drop.path()) {
                folders.push(Folder { drop, source: source.cloned(), is_pushed: false, items: BTreeMap::new() });
            }
        }
        for (path, source) in push::places(&options.root, config) {
            // What came while the desk listened is taken whether it listens now or not.
            if takes_pushes || path.is_dir() {
                folders.push(Folder::pushed(path, source, options, config)?);
            }
        }
        Ok(Intake { folders })
    }

    /// The drop folders, without the desk's own for pushes.
    pub(super) fn drops(&self) -> Vec<PathBuf> {
        let drops = self.folders.iter().filter(|folder| !folder.is_pushed);
        drops.map(|folder| folder.drop.path().to_path_buf()).collect()
    }

    /// Where the folders are.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.folders.iter().map(|folder| folder.drop.path().to_path_buf()).collect()
    }

    /// Whoever wrote this file closed it.
    pub(super) fn closed(&mut self, path: &Path) {
        self.folders.iter_mut().for_each(|folder| folder.drop.closed(path));
    }

    /// Looks at the folders and chooses what goes into the next cycle: at most `most` items, withdrawals before others.
    pub(super) fn next(&mut self, most: usize, config: &Config, options: &Options) -> Result<Batch> {
        let now = Instant::now();
        let mut ready: Vec<(bool, usize, PathBuf)> = Vec::new();
        let mut is_all = true;
        let mut looks = Vec::with_capacity(self.folders.len());
        for (number, folder) in self.folders.iter_mut().enumerate() {
            if folder.lacks_source(config) {
                continue;
            }
            let look = folder.drop.look()?;
            is_all &= !look.has_more;
            folder.see(look.ready.iter().chain(&look.arrived), now);
            looks.push((number, look));
        }
        let count: usize = looks.iter().map(|(_, look)| look.ready.len() + look.arrived.len()).sum();
        for (number, look) in looks {
            let folder = &mut self.folders[number];
            let due = |path: &PathBuf| folder.items[path].again.is_none_or(|(at, _)| at <= now);
            let paths: Vec<PathBuf> = look.ready.into_iter().chain(look.arrived).filter(due).collect();
            if count > most {
                folder.ask(&paths, &source_options(options, config, folder.source.as_deref()));
            }
            ready.extend(paths.into_iter().map(|path| (folder.items[&path].withdraws != Some(true), number, path)));
        }
        ready.sort();
        is_all &= ready.len() == count && count <= most;
        ready.truncate(most);
        let mut folders: BTreeMap<usize, Vec<PathBuf>> = BTreeMap::new();
        for (_, number, path) in ready {
            folders.entry(number).or_default().push(path);
        }
        Ok(Batch { folders: folders.into_iter().collect(), is_all })
    }

    /// The items as inputs of an import.
    pub(super) fn inputs(&self, folder: usize, paths: &[PathBuf]) -> Vec<Input> {
        paths.iter().map(|path| self.folders[folder].drop.input(path)).collect()
    }

    /// Whether the settings have the source of a folder no more, so that nothing of it may be imported.
    pub(super) fn lacks_source(&self, folder: usize, config: &Config) -> bool {
        self.folders[folder].lacks_source(config)
    }

    /// How items of a folder are imported.
    pub(super) fn options<'s>(&self, folder: usize, options: &Options<'s>, config: &'s Config) -> Options<'s> {
        source_options(options, config, self.folders[folder].source.as_deref())
    }

    /// The source of a folder, and when an item in it was first seen.
    pub(super) fn seen(&self, folder: usize, path: &Path) -> (Option<String>, Instant) {
        let folder = &self.folders[folder];
        (folder.source.clone(), folder.items.get(path).map_or_else(Instant::now, |seen| seen.at))
    }

    /// Moves an item on that was imported.
    pub(super) fn file(&mut self, folder: usize, report: &FileReport, path: &Path, retries: bool) -> Result<Filed> {
        let folder = &mut self.folders[folder];
        let filed = folder.drop.file(report, path, retries)?;
        if filed == Filed::Kept {
            if let Some(seen) = folder.items.get_mut(path) {
                let pause = seen.again.map_or(FIRST_PAUSE, |(_, pause)| pause);
                seen.again = Some((Instant::now() + pause, longer(pause)));
            }
        } else {
            folder.items.remove(path);
        }
        Ok(filed)
    }
}

fn source_options<'s>(options: &Options<'s>, config: &'s Config, name: Option<&str>) -> Options<'s> {
    Options { source: name.and_then(|name| config.source(name)), ..*options }
}

impl Folder {
    /// A folder for pushes. Its items may name assets that were pushed, and pictures of the drop folder of their source.
    fn pushed(path: PathBuf, source: Option<String>, options: &DeskOptions, config: &Config) -> Result<Folder> {
        let of_source = source.as_deref().and_then(|name| config.source(name));
        let media = of_source.and_then(|source| source.drop.as_ref()).map(|drop| options.root.join(drop));
        let assets = push::assets(&path);
        file::make_folders(&assets)
            .map_err(|error| refused(format!("cannot make the folder {}: {error}", assets.display())))?;
        let drop = DropFolder::whole(path.clone(), [assets.clone()].into_iter().chain(media).collect())?;
        file::remove_temporary(&path);
        file::remove_temporary(&assets);
        // A folder that a loss of power takes away takes its items with it.
        let made = assets.ancestors().take_while(|folder| folder.starts_with(&options.root));
        made.into_iter()
            .try_for_each(file::sync_folder)
            .map_err(|error| refused(format!("cannot bring the folder {} to the disk: {error}", path.display())))?;
        Ok(Folder { drop, source, is_pushed: true, items: BTreeMap::new() })
    }

    /// Whether the settings have its source no more. Without the rules of its source an item could become public that must not: it
    /// waits until the settings have them again.
    fn lacks_source(&self, config: &Config) -> bool {
        self.source.as_deref().is_some_and(|name| config.source(name).is_none())
    }

    /// Notes items that were not seen before, and forgets those that are gone.
    fn see<'p>(&mut self, paths: impl Iterator<Item = &'p PathBuf>, now: Instant) {
        let mut known = std::mem::take(&mut self.items);
        for path in paths {
            let seen = known.remove(path).unwrap_or(Seen { at: now, withdraws: None, again: None });
            self.items.insert(path.clone(), seen);
        }
    }

    /// Finds out which items withdraw stories.
    fn ask(&mut self, paths: &[PathBuf], options: &Options) {
        let unknown: Vec<&PathBuf> = paths.iter().filter(|path| self.items[*path].withdraws.is_none()).collect();
        let inputs: Vec<Input> = unknown.iter().map(|path| self.drop.input(path)).collect();
        let mut answers = Vec::with_capacity(inputs.len());
        import::dry_run(&inputs, options, |report| answers.push(withdraws(&report)));
        for (path, answer) in unknown.into_iter().zip(answers) {
            if let Some(seen) = self.items.get_mut(path) {
                seen.withdraws = Some(answer);
            }
        }
    }
}

/// Whether a file withdraws a story.
pub(super) fn withdraws(report: &FileReport) -> bool {
    report.parsed.items.iter().any(|item| item.meta.status == Status::Canceled)
}
