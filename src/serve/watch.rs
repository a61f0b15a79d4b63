//! Changes on the disk: reported by the system where it can, else found by polling.

use crate::config;
use crate::hash::{Hash, Hasher};
use crate::load::DATA_FOLDER;
use crate::source::{self, STATIC_FOLDER, Stamp};
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use walkdir::WalkDir;

/// How long the disk must be quiet before a change counts as complete: editors save in several steps.
const QUIET: Duration = Duration::from_millis(15);
/// The same where many files change at once, as by a checkout.
const QUIET_CROWD: Duration = Duration::from_millis(120);
/// From this many events on, a change counts as one of many files.
const CROWD: usize = 64;
/// The longest wait for a change to complete.
const LONGEST: Duration = Duration::from_millis(500);
/// The same where many files change at once.
const LONGEST_CROWD: Duration = Duration::from_secs(5);

/// The least time between two looks where changes have to be looked for.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Between two looks there is this many times the time that a look takes.
const LOOK_SHARE: u32 = 10;

/// How long to wait between two looks, of which one takes so long.
pub(crate) fn pause(took: Duration) -> Duration {
    LOOK_AGAIN.max(took * LOOK_SHARE)
}

/// What a change is to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// `content/`, `static/`.
    pub(crate) content: bool,
    /// `themes/`.
    pub(crate) themes: bool,
    /// `dateline.yaml`, `content/categories.yaml`, `data/`.
    pub(crate) settings: bool,
    /// The clock reached a moment that matters.
    pub(crate) clock: bool,
    /// A folder that is watched may have come or gone.
    pub(crate) folders: bool,
}

impl Change {
    /// Everything may have changed.
    pub(crate) const ALL: Change = Change { content: true, themes: true, settings: true, clock: false, folders: true };

    /// Both changes.
    pub(crate) fn and(self, other: Change) -> Change {
        Change {
            content: self.content || other.content,
            themes: self.themes || other.themes,
            settings: self.settings || other.settings,
            clock: self.clock || other.clock,
            folders: self.folders || other.folders,
        }
    }

    /// What changed, in a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Change { settings: true, .. } => "settings",
            Change { content: true, .. } => "content",
            Change { themes: true, .. } => "theme",
            _ => "clock",
        }
    }

    /// Whether nothing changed.
    pub(crate) fn is_none(self) -> bool {
        self == Change::default()
    }

    /// What a change of this file is to. `path` is below the site's folder.
    fn of(path: &Path) -> Change {
        let mut parts = path.components().map(|part| part.as_os_str().to_str().unwrap_or(""));
        let none = Change::default();
        match (parts.next(), parts.next(), parts.next()) {
            (Some("content"), Some("categories.yaml"), None) => Change { settings: true, content: true, ..none },
            (Some("content"), Some(_), _) => Change { content: true, ..none },
            (Some("content"), None, _) => Change { content: true, settings: true, folders: true, ..none },
            (Some(STATIC_FOLDER), Some(_), _) => Change { content: true, ..none },
            (Some(STATIC_FOLDER), None, _) => Change { content: true, folders: true, ..none },
            (Some("themes"), Some(_), _) => Change { themes: true, ..none },
            (Some("themes"), None, _) => Change { themes: true, folders: true, ..none },
            (Some(DATA_FOLDER), Some(_), _) => Change { settings: true, ..none },
            (Some(DATA_FOLDER), None, _) => Change { settings: true, folders: true, ..none },
            (Some("dateline.yaml"), None, _) => Change { settings: true, ..none },
            _ => none,
        }
    }
}

/// Where changes come from.
pub(crate) enum Watch {
    /// The system reports changes.
    System(RecommendedWatcher),
    /// They are looked for, so often; the last look.
    Looking(Duration, Box<Look>),
}

/// Starts to watch a site's folder, and reports each change with the paths it is of, none where it may be of any. Where the system cannot
/// do it, says why; then changes have to be looked for.
pub(crate) fn system(root: &Path, report: impl Fn(Change, Vec<PathBuf>) + Send + 'static) -> Result<Watch, String> {
    let base = root.to_path_buf();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let (change, paths) = match event {
            Ok(event) if event.need_rescan() => (Change::ALL, Vec::new()),
            Ok(event) if is_change(&event.kind) => {
                let of = |path: &PathBuf| path.strip_prefix(&base).map(Change::of).unwrap_or_default();
                (event.paths.iter().fold(Change::default(), |all, path| all.and(of(path))), event.paths)
            }
            Ok(_) => return,
            Err(_) => (Change::ALL, Vec::new()),
        };
        if !change.is_none() {
            report(change, paths);
        }
    });
    let mut watcher = watcher.map_err(|error| words(&error))?;
    watch_folders(&mut watcher, root)?;
    Ok(Watch::System(watcher))
}

/// Whether an event is of a change; reading a file makes events too.
pub(crate) fn is_change(kind: &EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

/// Watches the site's folder, and below it the folders that count, as far as they are there.
pub(crate) fn watch_folders(watcher: &mut RecommendedWatcher, root: &Path) -> Result<(), String> {
    watcher.watch(root, RecursiveMode::NonRecursive).map_err(|error| words(&error))?;
    for folder in ["content", STATIC_FOLDER, DATA_FOLDER, "themes"].map(|name| root.join(name)) {
        if !folder.is_dir() {
            continue;
        }
        match watcher.watch(&folder, RecursiveMode::Recursive) {
            Ok(()) => {}
            // It went while it was looked at; the watch on the site's folder shows when it comes back.
            Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => {}
            Err(error) => return Err(words(&error)),
        }
    }
    Ok(())
}

pub(crate) fn words(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system's limit of watched folders is reached (fs.inotify.max_user_watches)".to_string()
        }
        _ => error.to_string(),
    }
}

/// How a site's folder looks, by the stamps of its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    content: Hash,
    themes: Hash,
    settings: Hash,
}

impl Look {
    /// Looks.
    pub(crate) fn at(root: &Path) -> Look {
        let mut settings = Hasher::new();
        for file in config_files(root) {
            put(&mut settings, &file, std::fs::metadata(&file).ok().as_ref());
        }
        let mut themes = Hasher::new();
        for (folder, hasher) in [("themes", &mut themes), (DATA_FOLDER, &mut settings)] {
            for entry in WalkDir::new(root.join(folder)).sort_by_file_name().into_iter().flatten() {
                put(hasher, entry.path(), entry.metadata().ok().as_ref());
            }
        }
        let content = source::walk_site(root, &config::ignore(root)).value.stamp();
        Look { content, themes: themes.finish(), settings: settings.finish() }
    }

    /// What changed since an older look.
    pub(crate) fn since(&self, older: &Look) -> Change {
        Change {
            content: self.content != older.content,
            themes: self.themes != older.themes,
            settings: self.settings != older.settings,
            ..Change::default()
        }
    }
}

fn put(hasher: &mut Hasher, path: &Path, metadata: Option<&std::fs::Metadata>) {
    hasher.bytes(path.as_os_str().as_encoded_bytes());
    metadata.map(Stamp::of).unwrap_or_default().put(hasher);
}

/// The files that hold settings.
fn config_files(root: &Path) -> [PathBuf; 2] {
    [root.join(config::FILE), root.join(config::CATEGORIES_FILE)]
}

/// Waits for a change until `until`, and gathers what belongs to it. `begun` is called at its first sign.
pub(crate) fn next(receiver: &Receiver<Change>, until: Option<Instant>, begun: impl FnOnce()) -> Result<Change, Ended> {
    let first = match until {
        None => receiver.recv().map_err(|_| Ended)?,
        Some(until) => match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(change) => change,
            Err(RecvTimeoutError::Timeout) => return Ok(Change::default()),
            Err(RecvTimeoutError::Disconnected) => return Err(Ended),
        },
    };
    begun();
    let start = Instant::now();
    let (mut all, mut signs) = (first, 1);
    loop {
        let (quiet, longest) = if signs < CROWD { (QUIET, LONGEST) } else { (QUIET_CROWD, LONGEST_CROWD) };
        match receiver.recv_timeout(quiet) {
            Ok(change) => (all, signs) = (all.and(change), signs + 1),
            Err(_) => return Ok(all),
        }
        if start.elapsed() > longest {
            return Ok(all);
        }
    }
}

/// The server has ended.
#[derive(Debug)]
pub(crate) struct Ended;

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn a_path_says_what_changed() {
        let none = Change::default();
        for (path, expected) in [
            ("content/2026/a.md", Change { content: true, ..none }),
            ("content/categories.yaml", Change { content: true, settings: true, ..none }),
            ("themes/own/templates/story.html", Change { themes: true, ..none }),
            ("static/.well-known/x.txt", Change { content: true, ..none }),
            ("static", Change { content: true, folders: true, ..none }),
            ("data/markets.csv", Change { settings: true, ..none }),
            ("data", Change { settings: true, folders: true, ..none }),
            ("themes", Change { themes: true, folders: true, ..none }),
            ("dateline.yaml", Change { settings: true, ..none }),
            ("output/index.html", none),
            (".dateline/state", none),
            ("", none),
        ] {
            assert_eq!(Change::of(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn signs_that_follow_one_another_are_one_change() {
        let (sender, receiver) = channel();
        let content = Change { content: true, ..Change::default() };
        for _ in 0..10_000 {
            sender.send(content).unwrap();
        }
        sender.send(Change { themes: true, ..Change::default() }).unwrap();
        let all = next(&receiver, None, || {}).unwrap();
        assert_eq!(all, Change { themes: true, ..content });
        assert_eq!(next(&receiver, Some(Instant::now()), || {}).unwrap(), Change::default());
        drop(sender);
        assert!(next(&receiver, None, || {}).is_err());
    }

    #[test]
    fn polling_says_what_changed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            crate::file::make_folders(path.parent().unwrap()).unwrap();
            crate::file::write_atomic(&path, text.as_bytes(), false).unwrap();
        };
        write("dateline.yaml", "title: x");
        write("content/a.md", "x");
        let first = Look::at(folder.path());
        assert!(Look::at(folder.path()).since(&first).is_none());
        write("content/a.md", "longer");
        let second = Look::at(folder.path());
        assert_eq!(second.since(&first), Change { content: true, ..Change::default() });
        write("themes/own/theme.yaml", "");
        write("dateline.yaml", "title: longer");
        let third = Look::at(folder.path()).since(&second);
        assert_eq!(third, Change { themes: true, settings: true, ..Change::default() });
    }
}
