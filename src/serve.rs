//! The preview: pages as `build` would make them, made when a browser asks, from the same plan.
//!
//! ```text
//!  disk ─▶ watch ─▶ update ─▶ snapshot ──▶ shared ──▶ http ─▶ browser
//!                                            └─ messages ─────▶
//! ```
//!
//! - **Nothing is written**, neither `output/` nor `.dateline/`. The state of the last build is read, so that unchanged stories need not
//!   be; what is read besides stays in memory (`State::in_memory`). A build may run at the same time.
//! - **A snapshot never changes.** It is a plan, what the plan was made from, a theme, and the renderer's cache, which holds no references.
//!   Requests take the snapshot that is shown; an edit puts another in its place.
//! - **An edit of a theme keeps the plan.** The site is planned again only where static files come or go, or where social cards look
//!   different. So the cost of such an edit does not grow with the archive. An edit of a story reads that file and plans again.
//! - **A story is read by the same function as in a build** (`build::read_for_server`).
//! - **A change is complete before it is shown.** Requests wait while one is taken in. Events within some hundredths of a second are one
//!   change.
//! - **Browsers are sent what differs.** For each open page the server renders it again and compares; the kind of event decides nothing.
//! - **A hidden story never enters the snapshot.** Its page is made from a copy of the public stories with the hidden one added, for that
//!   page alone.

pub(crate) mod body;
pub(crate) mod connections;
mod gallery;
mod hidden;
pub(crate) mod html;
mod http;
mod messages;
mod options;
mod pages;
mod policy;
pub(crate) mod response;
mod route;
mod shared;
mod snapshot;
pub(crate) mod stall_timeout;
mod update;
pub(crate) mod watch;

use crate::config;
use crate::diag::{Code, Diagnostic, Error, Location, Result};
pub use options::{Event, Listener, ServeOptions, is_loopback};
use shared::Shared;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};
use update::Updater;

/// Threads that make pages.
const MAKERS: usize = 8;

/// A server that listens already; [`Server::run`] lets it answer.
pub struct Server {
    shared: Arc<Shared>,
    listener: TcpListener,
    runtime: Runtime,
    address: SocketAddr,
}

/// Takes the port. The site is not read yet.
pub fn start(options: ServeOptions, listener: Arc<dyn Listener>) -> Result<Server> {
    let file = options.root.join(config::FILE);
    if !file.is_file() {
        let diagnostic =
            Diagnostic::error(Code::ConfigInvalid, "there is no such file").at(Location::file(config::FILE));
        return Err(diagnostic.hint("run this in the folder of a site, or name it with `--site`").into());
    }
    // Events of the watcher name files by their real path.
    let root = options.root.canonicalize().map_err(|error| failure(format!("the site's folder: {error}")))?;
    let socket = listen(&options)?;
    let address = socket.local_addr().map_err(|error| failure(error.to_string()))?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(MAKERS)
        .enable_all()
        .build()
        .map_err(|error| failure(format!("threads cannot be started: {error}")))?;
    let shared = Arc::new(Shared::new(options, root.into(), listener));
    Ok(Server { shared, listener: socket, runtime, address })
}

fn listen(options: &ServeOptions) -> Result<TcpListener> {
    let mut port = options.port;
    let last = options.port.saturating_add(options.spare_ports);
    loop {
        let error = match TcpListener::bind((options.address, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) => error,
        };
        if error.kind() == io::ErrorKind::AddrInUse && port < last {
            port += 1;
            continue;
        }
        let message = match error.kind() {
            io::ErrorKind::AddrInUse => format!("port {} is in use", options.port),
            io::ErrorKind::PermissionDenied => format!("port {} may not be used: {error}", options.port),
            _ => format!("cannot listen on {}: {error}", SocketAddr::new(options.address, options.port)),
        };
        let diagnostic = Diagnostic::error(Code::ServeAddress, message);
        return Err(diagnostic.hint("choose another with `--port`, or let the system choose with `--port 0`").into());
    }
}

fn failure(message: String) -> Error {
    Diagnostic::error(Code::ServeAddress, message).into()
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads the site, then answers for ever. `opened` is called when the site was read; requests that come before wait.
    pub fn run(self, opened: impl FnOnce()) -> Result<()> {
        let Server { shared, listener, runtime, .. } = self;
        shared.busy.send_replace(true);
        listener.set_nonblocking(true).map_err(|error| failure(error.to_string()))?;
        let answering = Arc::clone(&shared);
        let listening = runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            http::listen(answering, listener).await;
            io::Result::Ok(())
        });
        let mut updater = Updater::new(shared);
        updater.open();
        opened();
        let spawned = std::thread::Builder::new().name("updates".to_string()).spawn(move || updater.run());
        spawned.map_err(|error| failure(format!("threads cannot be started: {error}")))?;
        match runtime.block_on(listening) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(failure(error.to_string())),
            Err(error) => Err(failure(error.to_string())),
        }
    }
}
