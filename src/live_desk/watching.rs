//! Signs that something may have come: from the system's watcher where it works, else by looking.

use super::cycle::Sign;
use crate::file;
use crate::serve::watch::{self, Change, Look, Watch};
use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Instant;

/// Watches the site and the drop folders.
pub(super) struct Watching {
    root: PathBuf,
    site: Watch,
    looked: Instant,
    /// Watches as long as it lives; `None` where the system cannot do it.
    _drops: Option<RecommendedWatcher>,
}

impl Watching {
    /// Begins to watch. The second value says why changes are looked for, where they are.
    pub(super) fn start(
        root: &Path,
        drops: &[PathBuf],
        poll: bool,
        sender: &Sender<Sign>,
    ) -> (Watching, Option<String>) {
        let site = if poll { Err("as asked for".to_string()) } else { watch_site(root, sender.clone()) };
        let drop_folders = if poll { Err(String::new()) } else { watch_drops(drops, sender.clone()) };
        let why = site.as_ref().err().or(drop_folders.as_ref().err()).cloned();
        let site = site.unwrap_or_else(|_| looking(root));
        let watching = Watching { root: root.to_path_buf(), site, looked: Instant::now(), _drops: drop_folders.ok() };
        (watching, why)
    }

    /// Whether signs name all files that changed.
    pub(super) fn names_changes(&self) -> bool {
        matches!(self.site, Watch::System(_))
    }

    /// Looks for changes of the site where the system does not report them, if it is time to.
    pub(super) fn look(&mut self) -> Change {
        let Watch::Looking(pause, last) = &mut self.site else { return Change::default() };
        if self.looked.elapsed() < *pause {
            return Change::default();
        }
        let start = Instant::now();
        let look = Look::at(&self.root);
        let change = look.since(last);
        **last = look;
        (self.looked, *pause) = (Instant::now(), watch::pause(start.elapsed()));
        change
    }

    /// A folder that is watched may have come or gone. Says why changes are looked for from now on, if they are.
    pub(super) fn renew(&mut self) -> Option<String> {
        let Watch::System(watcher) = &mut self.site else { return None };
        let why = watch::watch_folders(watcher, &self.root).err()?;
        self.site = looking(&self.root);
        Some(why)
    }
}

fn looking(root: &Path) -> Watch {
    let start = Instant::now();
    let look = Look::at(root);
    Watch::Looking(watch::pause(start.elapsed()), Box::new(look))
}

fn watch_site(root: &Path, sender: Sender<Sign>) -> Result<Watch, String> {
    watch::system(root, move |change, paths| {
        // What is written to them counts when they are renamed.
        let is_temporary = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(file::TEMPORARY_PREFIX))
        };
        if paths.is_empty() || !paths.iter().all(is_temporary) {
            let paths = paths.into_iter().filter(|path| !is_temporary(path)).collect();
            // The receiver is gone when the desk ends.
            let _ = sender.send(Sign::Site(change, paths));
        }
    })
}

fn watch_drops(drops: &[PathBuf], sender: Sender<Sign>) -> Result<RecommendedWatcher, String> {
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let is_whole = matches!(
            event.kind,
            EventKind::Access(AccessKind::Close(AccessMode::Write))
                | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both))
        );
        if is_whole {
            // Of a name that changed, the last path is the new one.
            let _ = sender.send(Sign::Closed(event.paths.into_iter().next_back().unwrap_or_default()));
        }
    });
    let mut watcher = watcher.map_err(|error| watch::words(&error))?;
    for folder in drops {
        watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|error| watch::words(&error))?;
    }
    Ok(watcher)
}
