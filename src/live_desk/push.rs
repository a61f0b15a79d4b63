//! Pushes: items that come by HTTP are written into folders of the desk, which it reads as it reads drop folders.
//!
//! - **Durable before it is acknowledged.** A sender gets 201 when the item is on the disk under its last name. Whatever lies in a folder is
//!   to be done, so the desk may be killed at any moment after that.
//! - **Bounds.** Connections, the memory of all bodies, the time of a connection and what waits in a folder have bounds; a sender who
//!   meets one learns when to try again.
//! - **Who may push.** With a secret, who signs the item. Without one the server listens on loopback alone, and refuses what a web page
//!   could make a browser send: another name in `Host`, and any `Origin`.
//! - **Nothing comes back.** No answer to a sender holds anything of an item but what is wrong with the one that was just sent. What the
//!   desk [reports](reports) of itself names items, and is for its owner.

mod answer;
mod assets;
mod folder;
mod reports;
mod signature;

use super::events::{Event, Listener};
use super::tally::Tally;
use super::{DeskOptions, refused};
use crate::config::{Config, Source};
use crate::diag::Result;
use crate::serve::{body::Body, connections::serve_each, is_loopback};
use crate::state;
use assets::Assets;
pub(super) use assets::folder as assets;
use folder::Folder;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
pub(super) use reports::Health;
use signature::Secret;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// The variable of the environment with the secret that senders sign with.
pub const SECRET: &str = "DATELINE_PUSH_SECRET";
/// Connections at once.
const CONNECTIONS: usize = 64;
/// How long a sender may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// The longest life of a connection: enough for the largest item on a slow line.
const CONNECTION_TIME: Duration = Duration::from_secs(150);
/// How long what is still being sent is thrown away after an answer, so that the sender can read the answer.
const LINGER_TIME: Duration = Duration::from_secs(2);
/// The memory of all bodies that are being received, in KiB.
const BODY_MEMORY: usize = 128 << 10;
/// Threads that write and read items.
const WORKERS: usize = 4;

/// A folder for pushes: where it is, and the source that pushes there; `None` for items without a source.
pub(super) type Place = (PathBuf, Option<String>);

/// The folders for pushes: one for each source, and one for items without.
pub(super) fn places(root: &Path, config: &Config) -> Vec<Place> {
    let own = root.join(state::FOLDER).join(super::FOLDER).join("push");
    let of_source = |source: &Source| (own.join("source").join(&source.name), Some(source.name.clone()));
    let without = (own.join("plain"), None);
    config.sources.iter().map(of_source).chain([without]).collect()
}

/// What the answers need.
struct Shared {
    root: PathBuf,
    /// The settings as they were when the desk began, for when they cannot be read.
    config: Config,
    clock: fn() -> crate::clock::Timestamp,
    secret: Option<Secret>,
    folders: BTreeMap<Option<String>, Folder>,
    assets: BTreeMap<Option<String>, Assets>,
    /// All folders that items come into, also those that are no pushes.
    drops: Vec<PathBuf>,
    health: Arc<Mutex<Health>>,
    bodies: Arc<Semaphore>,
    tally: Arc<Tally>,
}

/// A server for pushes. It ends when this is dropped, after the items that are being written.
pub(super) struct Push {
    _runtime: Runtime,
}

impl Push {
    /// Begins to listen. The folders were opened; `drops` are all that items come into.
    pub(super) fn start(
        address: SocketAddr,
        options: &DeskOptions,
        config: &Config,
        drops: Vec<PathBuf>,
        health: Arc<Mutex<Health>>,
        tally: &Arc<Tally>,
    ) -> Result<Push> {
        let secret = Secret::of((options.environment)(SECRET)).map_err(|why| refused(format!("{SECRET} {why}")))?;
        if secret.is_none() && !is_loopback(address) {
            let message = format!("{address} can be reached from other machines, and there is no secret for pushes");
            return Err(super::hinted(message, &format!("set {SECRET} in the environment, or listen on 127.0.0.1")));
        }
        let places = places(&options.root, config);
        let stored = |(path, name): &Place| (name.clone(), Assets::new(assets::folder(path)));
        let assets = places.iter().map(stored).collect();
        let folders = places.into_iter().map(|(path, name)| (name, Folder::new(path, folder::MOST))).collect();
        let shared = Shared {
            root: options.root.clone(),
            config: config.clone(),
            clock: options.clock,
            secret,
            folders,
            assets,
            drops,
            health,
            bodies: Arc::new(Semaphore::new(BODY_MEMORY)),
            tally: Arc::clone(tally),
        };
        let fail = |error: std::io::Error| {
            super::hinted(format!("cannot listen on {address} for pushes: {error}"), "choose another with `--push`")
        };
        let socket = TcpListener::bind(address).map_err(fail)?;
        let bound = socket.local_addr().map_err(fail)?;
        socket.set_nonblocking(true).map_err(fail)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(WORKERS)
            .thread_name("push")
            .enable_all()
            .build()
            .map_err(|error| refused(format!("threads cannot be started: {error}")))?;
        let socket = {
            let _within = runtime.enter();
            tokio::net::TcpListener::from_std(socket).map_err(fail)?
        };
        runtime.spawn(listen(Arc::new(shared), socket));
        tally.on_event(Event::Listening(bound));
        Ok(Push { _runtime: runtime })
    }
}

/// Takes connections for ever.
async fn listen(shared: Arc<Shared>, socket: tokio::net::TcpListener) {
    serve_each(socket, CONNECTIONS, |stream, _| {
        let shared = Arc::clone(&shared);
        async move {
            // A sender that takes too long is cut off; it has no answer, so it sends again.
            let _ = tokio::time::timeout(CONNECTION_TIME, serve(shared, stream)).await;
        }
    })
    .await;
}

/// Answers one request.
async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<hyper::Response<Body>, Infallible>(answer::answer(shared, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(32 * 1024)
        // One request a connection: then the bounds of a connection are those of a request.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // A sender may go at any time.
    let Ok(parts) = connection.without_shutdown().await else { return };
    let _ = tokio::time::timeout(LINGER_TIME, linger(parts.io.into_inner())).await;
}

/// Says that nothing more is sent, and throws away what comes. A connection that is closed while bytes wait is reset, and the sender
/// may lose the answer.
async fn linger(mut stream: TcpStream) {
    if poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await.is_err() {
        return;
    }
    let mut thrown_away = [0; 16 * 1024];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut thrown_away) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
