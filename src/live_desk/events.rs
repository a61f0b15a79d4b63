//! Events of a desk: plain data, for the command line and for the pages of the desk.

use crate::clock::Timestamp;
use crate::diag::Diagnostic;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The desk has begun.
    Started {
        /// The drop folders.
        drops: Vec<PathBuf>,
        /// The targets, by name.
        targets: Vec<String>,
    },
    /// The desk listens for pushes at this address.
    Listening(SocketAddr),
    /// An item is live, or as far as it gets for now.
    Item(ItemLine),
    /// Something is wrong that was not wrong before.
    Problems(Vec<Diagnostic>),
    /// The site could be built again.
    Mended,
    /// A target was brought up to date, or could not be.
    Target(TargetLine),
    /// The system does not report changes, so they are looked for. Why, in words.
    Polling(String),
}

/// What became of an item.
#[derive(Clone, Debug)]
pub struct ItemLine {
    /// When the desk first saw it.
    pub received: Timestamp,
    /// The name of its source; `None` where it has none.
    pub source: Option<String>,
    /// Its file.
    pub file: PathBuf,
    /// The identifier of its story; `None` where it has none.
    pub uri: Option<String>,
    /// The version of its story.
    pub version: Option<u64>,
    /// What became of it: `new`, `replaced`, `older`, `same`, `completed`, `failed`, or the outcome of a file without stories.
    pub became: &'static str,
    /// Whether it withdraws its story.
    pub withdraws: bool,
    /// From its receipt until its story was written.
    pub written: Duration,
    /// The same until the site was built; `None` where it could not be.
    pub built: Option<Duration>,
    /// The same until it was live at every target; `None` where it is not, or where there is none.
    pub live: Option<Duration>,
}

/// What came of publishing to a target.
#[derive(Clone, Debug)]
pub struct TargetLine {
    /// Its name.
    pub name: String,
    /// How many changes are live; `None` where it could not be brought up to date.
    pub live: Option<usize>,
    /// How long it took.
    pub took: Duration,
    /// What is wrong.
    pub problems: Vec<Diagnostic>,
}

/// Receives what happens. Called from several threads.
pub trait Listener: Send + Sync {
    /// Something happened.
    fn on_event(&self, event: Event);
}
