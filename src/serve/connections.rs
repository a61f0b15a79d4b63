//! The connections of a server, of which a bounded number is open at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Takes connections for ever, at most `most` at once, and serves each in a task of its own.
pub(crate) async fn serve_each<Served>(
    listener: TcpListener,
    most: usize,
    serve: impl Fn(TcpStream, SocketAddr) -> Served,
) where
    Served: Future<Output = ()> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(most));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of file handles, or a peer that went: neither is a reason to spin or to stop.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let served = serve(stream, peer);
        tokio::spawn(async move {
            served.await;
            drop(permit);
        });
    }
}
