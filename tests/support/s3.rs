//! An S3 server on loopback, in this process, that counts requests and fails them as ordered.

use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const BUCKET: &str = "wire";

/// The credentials of the server, as the environment has them.
pub(crate) const CREDENTIALS: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIDTEST"),
    ("AWS_SECRET_ACCESS_KEY", "not-a-secret-but-long-enough"),
    ("AWS_REGION", "us-east-1"),
    // Names of other places where credentials could come from.
    ("AWS_CONFIG_FILE", "/nonexistent"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
];

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The connection ends before the request is looked at.
    Cut,
    /// The request is carried out, but its answer is lost.
    CutAfter,
    /// 500.
    Error,
    /// 503, as a store says when it is asked too often.
    Throttle,
    /// 403, as a store says to somebody who may not do this.
    Denied,
    /// No answer at all.
    Silence,
}

/// Which requests go wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// The first, counted from 0.
    pub(crate) at: usize,
    /// Whether all after it do, too.
    pub(crate) lasting: bool,
    pub(crate) kind: Kind,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Vec<String>>,
    fault: Mutex<Option<Fault>>,
    /// Where objects lead; the test may forget it.
    redirects: Mutex<BTreeMap<String, String>>,
    /// A store that does as if requests had no conditions.
    careless: bool,
    /// Held by the request with a condition that is at work: the server looks and writes, and a store does both at once.
    condition: tokio::sync::Mutex<()>,
}

pub(crate) struct S3 {
    folder: TempDir,
    address: SocketAddr,
    open: SocketAddr,
    shared: Arc<Shared>,
    _runtime: tokio::runtime::Runtime,
}

impl S3 {
    pub(crate) fn start() -> S3 {
        S3::new(Shared::default())
    }

    /// A store that minds no conditions on writes.
    pub(crate) fn careless() -> S3 {
        S3::new(Shared { careless: true, ..Shared::default() })
    }

    fn new(shared: Shared) -> S3 {
        let folder = crate::support::folder();
        fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let shared = Arc::new(shared);
        let service = |closed: bool| {
            let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
            if closed {
                builder.set_auth(SimpleAuth::from_single(CREDENTIALS[0].1, CREDENTIALS[1].1));
            }
            builder.build()
        };
        let address = serve(&runtime, service(!shared.careless), shared.clone());
        // A second door for looking inside: it asks for no signature, counts nothing and never fails.
        let open = serve(&runtime, service(false), Arc::default());
        S3 { folder, address, open, shared, _runtime: runtime }
    }

    /// Settings of a target in this server.
    pub(crate) fn settings(&self, more: &str) -> String {
        let lines: String = more.lines().map(|line| format!("    {line}\n")).collect();
        format!("publish:\n  live:\n    to: s3://{BUCKET}/site\n    endpoint: http://{}\n{lines}", self.address)
    }

    /// Fails requests from now on, counted from zero.
    pub(crate) fn fail(&self, fault: Option<Fault>) {
        self.shared.log.lock().unwrap().clear();
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// The requests since the last call of `fail` or `take_log`: `PUT /wire/site/index.html`.
    pub(crate) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.log.lock().unwrap())
    }

    /// What the bucket holds: bytes, content type, cache control and coding of each object of the site.
    pub(crate) fn objects(&self) -> BTreeMap<String, (Vec<u8>, [String; 3])> {
        let root = self.folder.path().join(BUCKET).join("site");
        let mut objects = BTreeMap::new();
        for entry in walkdir::WalkDir::new(&root).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
            let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_string();
            if !path.starts_with(".dateline/") {
                let answer = get(self.open, &format!("/{BUCKET}/site/{path}"));
                assert_eq!(answer.status, 200, "{path}");
                let header = |name: &str| answer.headers.get(name).cloned().unwrap_or_default();
                let headers = [header("content-type"), header("cache-control"), header("content-encoding")];
                objects.insert(path, (answer.body, headers));
            }
        }
        objects
    }

    /// Where objects of the site lead, by path.
    pub(crate) fn redirects(&self) -> BTreeMap<String, String> {
        let redirects = self.shared.redirects.lock().unwrap();
        let start = format!("/{BUCKET}/site/");
        redirects.iter().filter_map(|(path, to)| Some((path.strip_prefix(&start)?.to_string(), to.clone()))).collect()
    }

    /// Forgets where an object leads, behind the back of everybody.
    pub(crate) fn forget_redirect(&self, path: &str) {
        self.shared.redirects.lock().unwrap().remove(&format!("/{BUCKET}/site/{path}"));
    }

    /// Its address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// dateline's own objects.
    pub(crate) fn own(&self) -> Vec<String> {
        let root = self.folder.path().join(BUCKET).join("site/.dateline");
        let entries = fs::read_dir(root).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_str().unwrap().to_string()).collect()
    }

    /// The folder in which the server keeps everything.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn serve(runtime: &tokio::runtime::Runtime, service: S3Service, shared: Arc<Shared>) -> SocketAddr {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (service, shared) = (service.clone(), shared.clone());
            let service = hyper::service::service_fn(move |request| answer(service.clone(), shared.clone(), request));
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service));
        }
    });
    address
}

type Request = hyper::Request<hyper::body::Incoming>;

async fn answer(service: S3Service, shared: Arc<Shared>, mut request: Request) -> Result<s3s::HttpResponse, String> {
    let line = format!("{} {}", request.method(), request.uri().path());
    let number = {
        let mut log = shared.log.lock().unwrap();
        log.push(line);
        log.len() - 1
    };
    let fault = *shared.fault.lock().unwrap();
    let fault = fault.filter(|fault| number == fault.at || (fault.lasting && number > fault.at));
    let status = |status: u16| {
        let body = s3s::Body::from("<Error><Code>SlowDown</Code></Error>".to_string());
        Ok(hyper::Response::builder().status(status).body(body).unwrap())
    };
    match fault.map(|fault| fault.kind) {
        Some(Kind::Cut) => return Err("cut".into()),
        Some(Kind::Error) => return status(500),
        Some(Kind::Throttle) => return status(503),
        Some(Kind::Denied) => {
            let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
            return Ok(hyper::Response::builder().status(403).body(s3s::Body::from(body.to_string())).unwrap());
        }
        Some(Kind::Silence) => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            return Err("silence".into());
        }
        Some(Kind::CutAfter) => {
            let _ = service.call(request.map(s3s::Body::from)).await;
            return Err("cut".into());
        }
        None => {}
    }
    if shared.careless {
        // With the conditions goes the signature, which covers them.
        request.headers_mut().remove("authorization");
        request.headers_mut().remove("if-match");
        request.headers_mut().remove("if-none-match");
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    let leads = request.headers().get(REDIRECT).map(|to| to.to_str().unwrap().to_string());
    let has_condition = ["if-match", "if-none-match"].iter().any(|name| request.headers().contains_key(*name));
    let turn = if has_condition { Some(shared.condition.lock().await) } else { None };
    let mut answer = service.call(request.map(s3s::Body::from)).await.map_err(|error| format!("{error:?}"))?;
    drop(turn);
    let mut redirects = shared.redirects.lock().unwrap();
    match (method, leads) {
        (hyper::Method::PUT, leads) if answer.status().is_success() => match leads {
            Some(to) => _ = redirects.insert(path, to),
            None => _ = redirects.remove(&path),
        },
        (hyper::Method::GET | hyper::Method::HEAD, _) => {
            answer.headers_mut().remove(REDIRECT);
            if let Some(to) = redirects.get(&path) {
                answer.headers_mut().insert(REDIRECT, to.parse().unwrap());
            }
        }
        _ => {}
    }
    Ok(answer)
}

const REDIRECT: &str = "x-amz-website-redirect-location";

/// An answer to a plain request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Fetches a path as any client would.
pub(crate) fn get(address: SocketAddr, path: &str) -> Answer {
    let mut encoded = String::new();
    dateline::path::push_encoded(&mut encoded, path);
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {encoded} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_string()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        body = unchunk(&body);
    }
    Answer { status, headers, body }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n").unwrap();
        let size = std::str::from_utf8(&rest[..end]).unwrap().split(';').next().unwrap().trim();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 2 + size + 2..];
    }
}
