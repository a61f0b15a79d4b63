//! Answers to requests: JSON, except for some of the [reports](super::reports).

use super::assets::{Asset, NoAsset};
use super::folder::NotStored;
use super::reports::Report;
use super::{Event, Listener as _, Shared, signature};
use crate::clock::Timestamp;
use crate::config;
use crate::diag::{Code, Diagnostic, Severity};
use crate::import::{self, Input, InputSource, Options};
use crate::serve::body::Body;
use crate::wire::SIZE_LIMIT;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue, ORIGIN};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SemaphorePermit;

/// How long a sender may send nothing of an item.
const STALL_TIME: Duration = Duration::from_secs(10);
/// After how many seconds a sender tries again that met a bound.
const RETRY_AFTER: u32 = 5;
/// After how many seconds a browser asks for the page again.
const REFRESH: u32 = 5;
/// What a browser asks its user for.
const PASSWORD: &str = "Basic realm=\"dateline desk\", charset=\"UTF-8\"";
/// The page of the desk has a style of its own and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The longest name of a source that is looked up, in bytes.
const NAME_LIMIT: usize = 128;

/// A status, and what is said with it.
pub(super) struct Answer(pub(super) StatusCode, pub(super) Said);

/// What is said.
pub(super) enum Said {
    /// JSON.
    Json(Value),
    /// A text of this type.
    Text(&'static str, String),
}

/// An answer to what was not done.
pub(super) fn no(status: StatusCode, message: impl Into<String>) -> Answer {
    refused(status, &[Diagnostic::error(Code::PushRefused, message)])
}

fn refused(status: StatusCode, diagnostics: &[Diagnostic]) -> Answer {
    let shown = diagnostics.iter().map(|one| {
        let place = one.at.as_ref().and_then(|at| at.place);
        json!({
            "severity": one.severity.as_str(),
            "code": one.code.as_str(),
            "message": one.message,
            "file": one.at.as_ref().map(|at| &at.file),
            "line": place.map(|(line, _)| line),
            "column": place.map(|(_, column)| column),
            "hints": one.hints,
        })
    });
    Answer(status, Said::Json(json!({ "status": "refused", "diagnostics": shown.collect::<Vec<_>>() })))
}

/// Answers a request.
pub(super) async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Response<Body> {
    let path = request.uri().path().to_string();
    let Answer(status, said) = decide(shared, request).await.unwrap_or_else(|refusal| refusal);
    let (kind, text) = match said {
        Said::Json(value) => ("application/json", format!("{value}\n")),
        Said::Text(kind, text) => (kind, text),
    };
    let mut response = Response::new(Body::whole(text.into_bytes()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(kind));
    headers.insert("content-security-policy", HeaderValue::from_static(POLICY));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    match status {
        StatusCode::SERVICE_UNAVAILABLE => headers.insert("retry-after", HeaderValue::from(RETRY_AFTER)),
        StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = match Report::at(&path) {
                Some(_) => "GET, HEAD",
                None if path.starts_with("/assets") => "GET, HEAD, POST",
                None => "POST",
            };
            headers.insert("allow", HeaderValue::from_static(allowed))
        }
        StatusCode::UNAUTHORIZED => headers.insert("www-authenticate", HeaderValue::from_static(PASSWORD)),
        StatusCode::OK if path == "/" => headers.insert("refresh", HeaderValue::from(REFRESH)),
        _ => None,
    };
    response
}

async fn decide(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Answer> {
    if shared.secret.is_none() {
        from_here(request.headers())?;
    }
    let path = request.uri().path();
    if let Some(report) = Report::at(path) {
        report.admits(&shared, request.method(), request.headers())?;
        return within(move || Ok(report.make(&shared))).await;
    }
    let no_such = || {
        let message =
            "there is no such address; items go to /push/SOURCE or /push, and assets to /assets/SOURCE or /assets";
        no(StatusCode::NOT_FOUND, message)
    };
    let below = |address: &str| {
        let rest = path.strip_prefix(address)?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
    };
    let is_asset = below("/assets").is_some();
    let rest = below("/push").or_else(|| below("/assets")).ok_or_else(no_such)?.to_string();
    if is_asset && matches!(*request.method(), Method::GET | Method::HEAD) {
        return within(move || has_asset(&shared, &rest)).await;
    }
    let source = Some(rest).filter(|rest| !rest.is_empty());
    if request.method() != Method::POST {
        return Err(no(StatusCode::METHOD_NOT_ALLOWED, "items are sent by POST, and nothing that came can be read"));
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("").to_string();
    let is_form = kind.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"));
    if is_form != is_asset {
        let message = if is_asset {
            "an asset is sent as a form (multipart/form-data) with the fields `media_id` and `media`"
        } else {
            "pictures and other media are sent to /assets/SOURCE"
        };
        return Err(no(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let signature = request.headers().get(signature::FIELD).cloned();
    let bodies = Arc::clone(&shared);
    let (body, _memory) = read(request.into_body(), &bodies).await?;
    within(move || {
        is_signed(&shared, signature.as_ref(), &body)?;
        match is_asset {
            true => take_asset(&shared, source, &kind, &body),
            false => take(&shared, source, &body),
        }
    })
    .await
}

/// Does what waits for the disk, or takes the processor, in a thread of its own.
async fn within(work: impl FnOnce() -> Result<Answer, Answer> + Send + 'static) -> Result<Answer, Answer> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(no(StatusCode::INTERNAL_SERVER_ERROR, "the item could not be dealt with")))
}

/// Lets through what a program on this machine sends, and not what a web page makes a browser send.
fn from_here(headers: &HeaderMap) -> Result<(), Answer> {
    if headers.contains_key(ORIGIN) {
        return Err(no(StatusCode::FORBIDDEN, "without a secret, web pages have no access"));
    }
    if ["forwarded", "via", "x-forwarded-for"].iter().any(|name| headers.contains_key(*name)) {
        return Err(no(StatusCode::FORBIDDEN, "behind a proxy the desk needs a secret"));
    }
    let mut hosts = headers.get_all(HOST).iter();
    let (host, more) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next());
    if more.is_some() || !host.is_some_and(is_loopback_name) {
        let message = "without a secret, the desk answers to the names of this machine alone, as localhost";
        return Err(no(StatusCode::MISDIRECTED_REQUEST, message));
    }
    Ok(())
}

/// Whether the field `Host` names this machine as it calls itself.
fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let address = name.parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Reads a body within all bounds. Its memory counts until the permit is given back.
async fn read(mut body: Incoming, shared: &Shared) -> Result<(Vec<u8>, Option<SemaphorePermit<'_>>), Answer> {
    let too_large = || {
        let message = format!("the item is larger than {} MiB", SIZE_LIMIT >> 20);
        no(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    if body.size_hint().lower() > SIZE_LIMIT {
        return Err(too_large());
    }
    let mut memory: Option<SemaphorePermit<'_>> = None;
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        let next = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let Ok(next) = tokio::time::timeout(STALL_TIME, next).await else {
            return Err(no(StatusCode::REQUEST_TIMEOUT, "nothing more of the item came"));
        };
        let Some(frame) = next else { break };
        let frame = frame.map_err(|_| no(StatusCode::BAD_REQUEST, "the item ends too early"))?;
        let Ok(data): Result<Bytes, _> = frame.into_data() else { continue };
        if (bytes.len() + data.len()) as u64 > SIZE_LIMIT {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
        let wanted = bytes.capacity().div_ceil(1024) - memory.as_ref().map_or(0, SemaphorePermit::num_permits);
        // Waiting for memory could last for ever where several wait that have some.
        let more = shared.bodies.try_acquire_many(u32::try_from(wanted).unwrap_or(u32::MAX));
        let more = more.map_err(|_| no(StatusCode::SERVICE_UNAVAILABLE, "too many items are sent at once"))?;
        match &mut memory {
            Some(memory) => memory.merge(more),
            None => memory = Some(more),
        }
    }
    Ok((bytes, memory))
}

/// Lets through what is signed with the secret, where there is one.
fn is_signed(shared: &Shared, signature: Option<&HeaderValue>, body: &[u8]) -> Result<(), Answer> {
    let Some(secret) = &shared.secret else { return Ok(()) };
    let signature = signature.and_then(|signature| signature.to_str().ok());
    let signature = signature.ok_or_else(|| no(StatusCode::FORBIDDEN, "the item is not signed"))?;
    match secret.has_signed(signature, body) {
        true => Ok(()),
        false => Err(no(StatusCode::FORBIDDEN, "the signature is not that of the item")),
    }
}

/// What belongs to a source, by its name.
fn of_source<'f, F>(all: &'f BTreeMap<Option<String>, F>, source: &Option<String>) -> Result<&'f F, Answer> {
    let is_name = |name: &String| {
        name.len() <= NAME_LIMIT && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let found = Some(source).filter(|name| name.as_ref().is_none_or(is_name)).and_then(|name| all.get(name));
    found.ok_or_else(|| no(StatusCode::NOT_FOUND, "the settings have no source of that name"))
}

/// What is said of what was not stored.
fn not_stored(shared: &Shared, what: &str, why: NotStored) -> Answer {
    match why {
        NotStored::Full => no(StatusCode::SERVICE_UNAVAILABLE, format!("too many {what}s wait")),
        NotStored::Io(error) => {
            let diagnostic = Diagnostic::error(Code::PushRefused, format!("an {what} cannot be stored: {error}"));
            shared.tally.on_event(Event::Problems(vec![diagnostic]));
            no(StatusCode::SERVICE_UNAVAILABLE, format!("the {what} cannot be stored"))
        }
    }
}

fn stored() -> Answer {
    Answer(StatusCode::CREATED, Said::Json(json!({ "status": "stored" })))
}

/// Whether there is the asset at `SOURCE/ID`, or at `ID` without a source. Says nothing else of it.
fn has_asset(shared: &Shared, rest: &str) -> Result<Answer, Answer> {
    let decoded = percent_encoding::percent_decode_str(rest).decode_utf8_lossy().into_owned();
    let (source, id) = match decoded.split_once('/') {
        Some((source, id)) if shared.assets.contains_key(&Some(source.to_string())) => (Some(source.to_string()), id),
        _ => (None, &*decoded),
    };
    match of_source(&shared.assets, &source)?.has(id) {
        true => Ok(Answer(StatusCode::OK, Said::Json(json!({ "status": "stored" })))),
        false => Err(no(StatusCode::NOT_FOUND, "there is no such asset")),
    }
}

/// Takes an asset.
fn take_asset(shared: &Shared, source: Option<String>, kind: &str, body: &[u8]) -> Result<Answer, Answer> {
    let assets = of_source(&shared.assets, &source)?;
    let asset = Asset::read(kind, body).map_err(|why| match why {
        NoAsset::Lacks(field) => no(StatusCode::BAD_REQUEST, format!("the form has no field `{field}`")),
        NoAsset::Id => no(StatusCode::BAD_REQUEST, "`media_id` cannot be the id of an asset"),
        NoAsset::Type(kind) => {
            no(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("stories show no media of the type `{kind}`"))
        }
    })?;
    assets.store(&asset, (shared.clock)()).map_err(|why| not_stored(shared, "asset", why))?;
    Ok(stored())
}

/// Takes an item: whose it is, whether it can be read, and then to the disk.
fn take(shared: &Shared, source: Option<String>, body: &[u8]) -> Result<Answer, Answer> {
    let folder = of_source(&shared.folders, &source)?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(no(StatusCode::BAD_REQUEST, "the item is empty"));
    }
    let now = (shared.clock)();
    let read = trial(shared, source.as_deref(), body, now);
    if read.items.is_empty() && read.diagnostics.iter().any(|one| one.severity == Severity::Error) {
        shared.tally.on_event(Event::Problems(read.diagnostics.clone()));
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, &read.diagnostics));
    }
    folder.store(body, now).map_err(|why| not_stored(shared, "item", why))?;
    Ok(stored())
}

/// Reads an item as the import will, and writes nothing.
fn trial(shared: &Shared, source: Option<&str>, body: &[u8], now: Timestamp) -> crate::wire::Parsed {
    let config = config::load(&shared.root);
    let config = config.as_ref().unwrap_or(&shared.config);
    let source_settings = source.and_then(|name| config.source(name));
    let options = Options { now, date: None, is_copy: false, source: source_settings };
    let name = source.map_or_else(|| "push".to_string(), |source| format!("push/{source}"));
    let input = Input { name, source: InputSource::Bytes(body.to_vec()), media: Vec::new() };
    let mut parsed = crate::wire::Parsed::default();
    import::dry_run(&[input], &options, |report| parsed = report.parsed);
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for host in ["localhost", "LOCALHOST:80", "localhost.", "127.0.0.1:8000", "[::1]:8000", "[::ffff:127.0.0.1]"] {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in ["", "example.org", "localhost.example.org:80", "10.0.0.1", "[2001:db8::1]:80", "0.0.0.0:80"] {
            assert!(!is_loopback_name(host), "{host}");
        }
    }
}
