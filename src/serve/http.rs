//! The server: connections with bounds, who may ask, and what is answered.

use super::body::Body;
use super::connections::serve_each;
use super::hidden;
use super::options::is_loopback;
use super::policy;
use super::response::{Reply, with_script};
use super::route::{self, Route};
use super::shared::Shared;
use super::snapshot::{Made, Snapshot};
use super::{pages, stall_timeout::StallTimeout};
use crate::diag::Diagnostic;
use crate::media_type;
use crate::theme::{with_frames, with_media};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HOST, HeaderMap};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// Connections at once.
const CONNECTIONS: usize = 256;
/// How long a browser may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// How long a request waits for a change that is being taken in.
const BUSY_TIME: Duration = Duration::from_secs(120);
/// How long a request waits for its page.
const PAGE_TIME: Duration = Duration::from_secs(30);
/// How often something is sent on a stream that has no news, so that both ends know the other is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The script of every page, and the library that it morphs pages with.
const SCRIPT: &str = concat!(
    "/* idiomorph 0.8.0, Zero-Clause BSD: github.com/bigskysoftware/idiomorph */\n",
    include_str!("client/idiomorph.min.js"),
    "\n",
    include_str!("client/client.js")
);

/// Takes connections for ever.
pub(super) async fn listen(shared: Arc<Shared>, listener: TcpListener) {
    serve_each(listener, CONNECTIONS, |stream, peer| serve(Arc::clone(&shared), stream, peer)).await;
}

async fn serve(shared: Arc<Shared>, stream: TcpStream, peer: SocketAddr) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| handle(Arc::clone(&shared), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(32 * 1024)
        .serve_connection(StallTimeout::new(TokioIo::new(stream)), service);
    // A browser may close the connection at any time.
    let _ = connection.await;
}

async fn handle(
    shared: Arc<Shared>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let reply = match refusal(&shared, &request) {
        Some(reply) => reply,
        None => {
            let path = request.uri().path().to_string();
            let query = request.uri().query().unwrap_or("").to_string();
            let is_local = is_loopback(peer);
            if path == "/_dateline/events" {
                let events = events(&shared, &query, is_local).await;
                return Ok(events.unwrap_or_else(|reply| reply.respond(&method, &headers)));
            }
            let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("").to_string();
            until_taken_in(&shared).await;
            let work = tokio::task::spawn_blocking(move || answer(&shared, &path, &query, &host, is_local));
            match tokio::time::timeout(PAGE_TIME, work).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(_)) => Reply::plain(StatusCode::INTERNAL_SERVER_ERROR, "making this page failed"),
                Err(_) => Reply::plain(StatusCode::SERVICE_UNAVAILABLE, "this page takes too long to make"),
            }
        }
    };
    Ok(reply.respond(&method, &headers))
}

/// Waits, within bounds, for a change that is being taken in.
async fn until_taken_in(shared: &Shared) {
    let mut busy = shared.busy.subscribe();
    let _ = tokio::time::timeout(BUSY_TIME, busy.wait_for(|busy| !busy)).await;
}

/// Why a request is not answered, if it is not.
fn refusal(shared: &Shared, request: &Request<Incoming>) -> Option<Reply> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let reply = Reply::plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered");
        return Some(reply.field("allow", "GET, HEAD"));
    }
    // A page of another site must not reach the preview under a name of its own (DNS rebinding).
    if !host_is_ours(request.headers(), &shared.options.names) {
        let text = "this server does not answer to that name; start it with `--host NAME` to allow one";
        return Some(Reply::plain(StatusCode::MISDIRECTED_REQUEST, text));
    }
    let uri = request.uri();
    if uri.path_and_query().map_or(0, |text| text.as_str().len()) > route::PATH_LIMIT {
        return Some(Reply::plain(StatusCode::URI_TOO_LONG, "the address is too long"));
    }
    if let Err(why) = route::decoded(uri.path()) {
        return Some(Reply::plain(StatusCode::BAD_REQUEST, why));
    }
    let is_own = uri.path().starts_with("/_dateline/");
    let is_foreign = request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    let is_link = request.headers().get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    if is_own && is_foreign && !is_link {
        return Some(Reply::plain(StatusCode::FORBIDDEN, "other sites have no access to this"));
    }
    None
}

/// Whether a request asks for this server: by an address, as `localhost`, or by a name that was allowed.
fn host_is_ours(headers: &HeaderMap, names: &[String]) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.parse::<IpAddr>().is_ok() || name == "localhost" || name.ends_with(".localhost") || names.contains(&name)
}

/// The value of a query's key.
pub(super) fn value(query: &str, key: &str) -> Option<String> {
    let text = query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))?;
    route::decoded(text).ok()
}

async fn events(shared: &Arc<Shared>, query: &str, is_local: bool) -> Result<Response<Body>, Reply> {
    let page = value(query, "page").unwrap_or_else(|| "/".to_string());
    let version = value(query, "version").unwrap_or_default();
    if page.starts_with(hidden::FOLDER) && !is_local {
        return Err(Reply::plain(StatusCode::NOT_FOUND, "there is no such page of the preview"));
    }
    until_taken_in(shared).await;
    let opened = Arc::clone(shared);
    let opened = tokio::task::spawn_blocking(move || opened.open(&page, &version)).await.ok().flatten();
    let Some((mut events, closed)) = opened else {
        return Err(Reply::plain(StatusCode::SERVICE_UNAVAILABLE, "too many pages are open"));
    };
    let (sender, receiver) = tokio::sync::mpsc::channel(16);
    // Hands events on, and sends a keep-alive while there is nothing to send.
    tokio::spawn(async move {
        loop {
            let next = match tokio::time::timeout(KEEP_ALIVE, events.recv()).await {
                Ok(Some(event)) => event,
                Ok(None) => return,
                Err(_) => Bytes::from_static(b":\n\n"),
            };
            if sender.send(next).await.is_err() {
                return;
            }
        }
    });
    let mut response = Response::new(Body::Events { events: receiver, _open: closed });
    let headers = response.headers_mut();
    headers.insert("content-type", hyper::header::HeaderValue::from_static("text/event-stream"));
    headers.insert("cache-control", hyper::header::HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Answers a request that may be answered.
fn answer(shared: &Arc<Shared>, path: &str, query: &str, host: &str, is_local: bool) -> Reply {
    if path == "/_dateline/client.js" {
        return Reply::new("text/javascript; charset=utf-8", SCRIPT);
    }
    let Some(snapshot) = shared.snapshot() else {
        return failed(&shared.root, &shared.fatal(), crate::hash::Hash::default());
    };
    if let Some(own) = path.strip_prefix("/_dateline/") {
        return pages::answer(shared, &snapshot, own, query, is_local);
    }
    let reply = page(shared, &snapshot, path, query);
    match snapshot.inputs().theme.policy() {
        // Faults have a page of their own.
        Some(policy) if reply.status != StatusCode::INTERNAL_SERVER_ERROR => {
            let plays =
                ["<video", "<audio"].iter().any(|tag| memchr::memmem::find(&reply.bytes, tag.as_bytes()).is_some());
            let policy = if plays { with_media(policy) } else { policy.to_string() };
            let policy = with_frames(&policy, &snapshot.inputs().config.embeds);
            reply.field("content-security-policy", policy::for_preview(&policy, host))
        }
        _ => reply,
    }
}

/// A page of the site, as a host would send it.
fn page(shared: &Shared, snapshot: &Snapshot, path: &str, query: &str) -> Reply {
    let found = route::find(snapshot, path);
    if let Route::Folder(to) = &found {
        let to = if query.is_empty() { to.clone() } else { format!("{to}?{query}") };
        return Reply::plain(StatusCode::MOVED_PERMANENTLY, "this is a folder").field("location", to);
    }
    let Some(page) = found.page() else {
        return Reply::html(with_script(b"<!doctype html><title>404</title><p>Not found", Default::default()))
            .status(StatusCode::NOT_FOUND);
    };
    if !snapshot.is_inside(page) {
        return Reply::plain(StatusCode::NOT_FOUND, "the file leads out of content/");
    }
    let made = shared.made(snapshot, page);
    if let Some(error) = &made.error {
        let good = shared.last_good(page);
        return faulty(shared, page.url.file().ends_with(".html"), error, good.as_deref());
    }
    let kind = media_type::of(&page.url.file());
    match found {
        Route::Moved(_, to) => {
            Reply::new(kind, made.bytes.clone()).status(StatusCode::MOVED_PERMANENTLY).field("location", to)
        }
        Route::NotFound(_) => with_page(&made).status(StatusCode::NOT_FOUND),
        _ if kind.starts_with("text/html") => with_page(&made),
        _ => Reply::new(kind, made.bytes.clone()),
    }
}

fn with_page(made: &Made) -> Reply {
    let version = made.version();
    Reply::html(with_script(&made.bytes, version)).field("x-dateline-version", version.to_string())
}

/// What is sent where a page cannot be made: the page as it last was, if it was; the script puts the reason over it.
fn faulty(shared: &Shared, is_html: bool, error: &Diagnostic, good: Option<&Made>) -> Reply {
    match good {
        Some(good) => with_page(good).status(StatusCode::INTERNAL_SERVER_ERROR),
        None if is_html => failed(&shared.root, std::slice::from_ref(error), Default::default()),
        None => Reply::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// A page that says what is wrong, for those that have no other.
fn failed(root: &std::path::Path, fatal: &[Diagnostic], version: crate::hash::Hash) -> Reply {
    let text = pages::failed(root, fatal);
    Reply::html(with_script(text.as_bytes(), version)).status(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_answered() {
        let names = ["studio.local".to_string()];
        for (host, ours) in [
            ("localhost", true),
            ("localhost:4000", true),
            ("LOCALHOST.:4000", true),
            ("a.localhost", true),
            ("127.0.0.1:80", true),
            ("[::1]:80", true),
            ("192.168.1.7:4000", true),
            ("studio.local:4000", true),
            ("evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example:4000", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            assert_eq!(host_is_ours(&headers, &names), ours, "{host}");
        }
        assert!(!host_is_ours(&HeaderMap::new(), &names));
    }

    #[test]
    fn values_of_a_query_are_decoded() {
        assert_eq!(value("page=%2Fa%20b%2F&x=1", "page").as_deref(), Some("/a b/"));
        assert_eq!(value("pages=1", "page"), None);
        assert_eq!(value("page=%00", "page"), None);
    }
}
