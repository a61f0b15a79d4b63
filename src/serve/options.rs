//! The options of a preview, and its reports.

use crate::clock::Timestamp;
use crate::diag::Diagnostic;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The options of a preview, besides the site's own files.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The site's folder.
    pub root: PathBuf,
    /// The address to listen on.
    pub address: IpAddr,
    /// The port to listen on; 0 lets the system choose.
    pub port: u16,
    /// How many ports after it may be taken where it is in use.
    pub spare_ports: u16,
    /// Names besides `localhost` and plain addresses by which browsers may ask for the server.
    pub names: Vec<String>,
    /// The time to show the site at; without it the clock goes on.
    pub now: Option<Timestamp>,
    /// The machine's clock.
    pub clock: fn() -> Timestamp,
    /// Show drafts too.
    pub drafts: bool,
    /// Look for changes again and again, and do without the system's watcher.
    pub poll: bool,
}

/// Something that happened while the server runs.
#[derive(Clone, Debug)]
pub enum Event {
    /// The site was read for the first time.
    Opened {
        /// Public stories.
        stories: usize,
        /// Files of the site.
        pages: usize,
        /// How long it took.
        took: Duration,
    },
    /// The site was brought up to date.
    Updated {
        /// `theme`, `content`, `settings` or `clock`.
        what: &'static str,
        /// Open pages that changed.
        pages: usize,
        /// From the first sign of the change until browsers were notified.
        took: Duration,
    },
    /// Something is wrong that was not wrong before.
    Problems(Vec<Diagnostic>),
    /// All that was wrong with settings and theme was mended.
    Mended,
    /// The system does not report changes, so they are polled for. Why, in words.
    Polling(String),
}

/// Receives what happens. Called from several threads.
pub trait Listener: Send + Sync {
    /// Something happened.
    fn on_event(&self, event: Event);
}

/// Whether only this machine can reach an address.
pub fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}
