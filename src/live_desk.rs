//! The live desk: one process that runs a newsroom's site, from wire to web.
//!
//! ```text
//!  drop folders ─┐                                         ┌─▶ lane of a target ─▶ publish
//!  content/ ─────┼─▶ intake ─▶ import ─▶ build ─▶ output/ ─┼─▶ lane of a target ─▶ publish
//!  the clock ────┘            └── a cycle ──┘              └─▶ …
//! ```
//!
//! - **A cycle** takes what waits, imports it, builds once, and wakes the lanes. It calls the functions that the commands `import`,
//!   `build` and `publish` call, so its output is that of a clean build, and whatever makes them faster makes the desk faster.
//! - **What is kept in memory** from cycle to cycle (`build::Resident`) is each folder of the content as it was last read. The system's
//!   watcher says which to read again. Where it cannot say, where a folder came, and once after things have quietened down, all are read:
//!   a watcher may miss what happens in a folder before it is watched. All other stages still go over the whole archive. Two alternatives
//!   were considered and not built: an archive that is a tree of days, each a pure function of its inputs, and tables with stable ids in
//!   which each kind of page declares which changes affect it.
//! - **What overtakes what.** Withdrawals go into a cycle before everything else that waits. A cycle takes at most [`cycle::BATCH`]
//!   items, so that a withdrawal which comes while a burst is taken in waits for one short cycle. Publishing sends withdrawals first
//!   anyway.
//! - **What is durable when.** An item leaves its folder only when the story that was made of it is on the disk. Whatever lies in a
//!   folder is to be done, so a desk that was killed begins where it stopped, and an item that is imported twice writes nothing. Output
//!   and targets follow from the content: the first cycle of a desk builds, whatever was done before, and each lane publishes.
//! - **Pushes** are written into folders of the desk's own, and read like drop folders: there is one way in.
//! - **Lanes.** Each target has a thread of its own. One that is out of reach is tried again, each time later, and keeps neither other
//!   targets nor cycles from going on. A publish reads the output folder behind a gate that a build closes; what it sends it has kept
//!   by then.
//! - **The clock** is asked several times a second, so it may jump. The desk follows it, also backwards, as the next build would.
//! - **One desk a site**, by a lock.
//!
//! The library neither prints nor reads the clock or the environment: the options bring them, and a [`Listener`] gets an event for whatever happens.

mod cycle;
mod events;
mod intake;
mod lanes;
mod push;
mod tally;
mod watching;

use crate::clock::Timestamp;
use crate::config::{self, Config};
use crate::diag::{Code, Diagnostic, Error, Result};
use crate::{file, state};
use cycle::Cycle;
pub use events::{Event, ItemLine, Listener, TargetLine};
pub use push::SECRET;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tally::Tally;

/// The pause after a first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The pause after the next failure; 30 seconds at most.
fn longer(pause: Duration) -> Duration {
    (pause * 2).min(Duration::from_secs(30))
}

/// The folder of the desk below that of the state.
const FOLDER: &str = "desk";

/// The options of a desk, besides the site's own settings.
#[derive(Clone, Debug)]
pub struct DeskOptions {
    /// The site's folder.
    pub root: PathBuf,
    /// Drop folders, besides those of the settings.
    pub drops: Vec<PathBuf>,
    /// Where to listen for pushes, in place of the address of the settings. A desk that stops when nothing waits does not listen.
    pub push: Option<SocketAddr>,
    /// Stop when nothing waits.
    pub once: bool,
    /// Stop after the cycle under way, as soon as this is set.
    pub stop: Arc<AtomicBool>,
    /// Look for changes again and again, and do without the system's watcher.
    pub poll: bool,
    /// The machine's clock.
    pub clock: fn() -> Timestamp,
    /// Reads a variable of the environment.
    pub environment: fn(&str) -> Option<String>,
}

/// Runs the desk of a site. Returns with [`DeskOptions::once`] or [`DeskOptions::stop`] alone, and then says whether everything
/// was done well.
///
/// Fails where another desk runs for the site, where its settings cannot be read, or where a drop folder cannot be made.
pub fn run(options: DeskOptions, listener: Arc<dyn Listener>) -> Result<bool> {
    // Events of the watcher name files by their real path.
    let root = options.root.canonicalize().map_err(|error| refused(format!("the site's folder: {error}")))?;
    let config = config::load(&root)?;
    let _lock = lock(&root)?;
    let tally = Arc::new(Tally::new(listener, options.clock));
    Cycle::open(DeskOptions { root, ..options }, config, tally)?.run()
}

fn refused(message: String) -> Error {
    Diagnostic::error(Code::DeskRefused, message).into()
}

fn hinted(message: String, hint: &str) -> Error {
    Diagnostic::error(Code::DeskRefused, message).hint(hint).into()
}

/// Two desks would publish in turn, and each would miss what the other takes.
fn lock(root: &Path) -> Result<file::Lock> {
    let folder = root.join(state::FOLDER).join(FOLDER);
    file::make_folders(&folder)
        .map_err(|error| refused(format!("cannot make the folder {}: {error}", folder.display())))?;
    match file::Lock::take(&folder.join("lock")) {
        Ok(Some((lock, _))) => Ok(lock),
        Ok(None) => {
            let diagnostic = Diagnostic::error(Code::DeskRefused, "another desk runs for this site");
            Err(diagnostic.hint("stop it first; a site has one desk").into())
        }
        Err(error) => Err(refused(format!("cannot lock the site for the desk: {error}"))),
    }
}

/// The targets that a desk publishes to, by name.
fn targets(config: &Config) -> Vec<String> {
    let wanted = |name: &String| config.desk.targets.as_ref().is_none_or(|names| names.contains(name));
    config.publish.iter().map(|target| target.name.clone()).filter(wanted).collect()
}
