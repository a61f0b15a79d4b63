//! What Google Cloud Storage and Azure Blob Storage say to the requests that publishing makes, on loopback, in this process: objects
//! with headers and versions, conditions on writes, uploads in parts, lists in pages, deletions. Written after their public
//! references of the XML API and the Blob service REST API. Signatures are not looked at.

use crate::s3::{Fault, Kind};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const DATE: &str = "Mon, 23 Nov 2026 12:00:00 GMT";
/// Objects on a page of a list: few, so that there are several pages.
const PAGE: usize = 7;

/// Whose words the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cloud {
    Google,
    Azure,
}

/// What the environment of a publish has to hold.
pub(crate) fn credentials(cloud: Cloud) -> &'static [(&'static str, &'static str)] {
    match cloud {
        Cloud::Google => &[(
            "GOOGLE_SERVICE_ACCOUNT_KEY",
            r#"{"private_key":"none","private_key_id":"none","client_email":"none","disable_oauth":true}"#,
        )],
        Cloud::Azure => &[("AZURE_STORAGE_ACCOUNT_KEY", "bm90LWEtc2VjcmV0LWJ1dC1sb25nLWVub3VnaA==")],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) bytes: Vec<u8>,
    /// Content type, cache control and coding.
    pub(crate) headers: [String; 3],
    generation: u64,
}

#[derive(Default)]
struct Shared {
    objects: BTreeMap<String, Stored>,
    /// Parts of uploads that are not complete, by upload or block.
    parts: BTreeMap<String, Vec<u8>>,
    headers: BTreeMap<String, [String; 3]>,
    generation: u64,
    log: Vec<String>,
    fault: Option<Fault>,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    cloud: Cloud,
    shared: Arc<Mutex<Shared>>,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(crate) fn start(cloud: Cloud) -> Server {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Mutex<Shared>>::default();
        let state = shared.clone();
        runtime.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let state = state.clone();
                let service = hyper::service::service_fn(move |request| answer(cloud, state.clone(), request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service),
                );
            }
        });
        Server { address, cloud, shared, _runtime: runtime }
    }

    /// Settings of a target in this server.
    pub(crate) fn settings(&self, more: &str) -> String {
        let lines: String = more.lines().map(|line| format!("    {line}\n")).collect();
        let to = match self.cloud {
            Cloud::Google => "gs://wire/site",
            Cloud::Azure => "az://wire/$web/site",
        };
        format!("publish:\n  live:\n    to: {to}\n    endpoint: http://{}{}\n{lines}", self.address, self.root())
    }

    fn root(&self) -> &'static str {
        // An account on another host than Azure's own is the first part of the path.
        if self.cloud == Cloud::Azure { "/wire" } else { "" }
    }

    pub(crate) fn fail(&self, fault: Option<Fault>) {
        let mut shared = self.shared.lock().unwrap();
        shared.log.clear();
        shared.fault = fault;
    }

    pub(crate) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().unwrap().log)
    }

    /// The objects of the site.
    pub(crate) fn objects(&self) -> BTreeMap<String, Stored> {
        let shared = self.shared.lock().unwrap();
        let site = shared.objects.iter().filter_map(|(key, stored)| Some((key.strip_prefix("site/")?, stored)));
        site.filter(|(path, _)| !path.starts_with(".dateline/"))
            .map(|(path, s)| (path.to_string(), s.clone()))
            .collect()
    }

    /// dateline's own objects.
    pub(crate) fn own(&self) -> Vec<String> {
        let shared = self.shared.lock().unwrap();
        shared.objects.keys().filter_map(|key| key.strip_prefix("site/.dateline/")).map(str::to_string).collect()
    }

    /// Changes what is stored behind the back of everybody.
    pub(crate) fn meddle(&self, change: impl FnOnce(&mut BTreeMap<String, Stored>)) {
        change(&mut self.shared.lock().unwrap().objects);
    }

    /// Everything that is stored.
    pub(crate) fn snapshot(&self) -> BTreeMap<String, Stored> {
        self.shared.lock().unwrap().objects.clone()
    }
}

type Answer = Response<Full<Bytes>>;

fn plain(status: u16, body: &str) -> Answer {
    Response::builder().status(status).body(Full::from(body.to_string())).unwrap()
}

fn error(status: u16, code: &str) -> Answer {
    plain(status, &format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>none</Message></Error>"))
}

async fn answer(cloud: Cloud, shared: Arc<Mutex<Shared>>, request: Request<Incoming>) -> Result<Answer, String> {
    let line = format!("{} {}", request.method(), unescape(request.uri().path()));
    let fault = {
        let mut shared = shared.lock().unwrap();
        shared.log.push(line);
        let number = shared.log.len() - 1;
        shared.fault.filter(|fault| number == fault.at || (fault.lasting && number > fault.at)).map(|fault| fault.kind)
    };
    match fault {
        Some(Kind::Cut) => return Err("cut".into()),
        Some(Kind::Error) => return Ok(error(500, "InternalError")),
        Some(Kind::Throttle) => return Ok(error(503, "SlowDown")),
        Some(Kind::Denied) => return Ok(error(403, "AccessDenied")),
        Some(Kind::Silence) => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            return Err("silence".into());
        }
        Some(Kind::CutAfter) | None => {}
    }
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    let call = Call {
        method: head.method,
        path: unescape(head.uri.path()),
        query: head.uri.query().unwrap_or_default().to_string(),
        headers: head.headers,
        body: body.to_vec(),
    };
    let mut shared = shared.lock().unwrap();
    let answer = match cloud {
        Cloud::Google => google(&mut shared, &call),
        Cloud::Azure => azure(&mut shared, &call),
    };
    if fault == Some(Kind::CutAfter) { Err("cut".into()) } else { Ok(answer) }
}

struct Call {
    method: Method,
    path: String,
    query: String,
    headers: hyper::HeaderMap,
    body: Vec<u8>,
}

impl Call {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn query(&self, name: &str) -> Option<String> {
        let mut pairs = self.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| unescape(&value.replace('+', " ")))
    }

    fn stored_headers(&self, names: [&str; 3]) -> [String; 3] {
        names.map(|name| self.header(name).unwrap_or_default().to_string())
    }
}

impl Shared {
    fn put(&mut self, key: &str, bytes: Vec<u8>, headers: [String; 3]) -> u64 {
        self.generation += 1;
        let generation = self.generation;
        self.objects.insert(key.to_string(), Stored { bytes, headers, generation });
        generation
    }

    fn page(&self, prefix: &str, after: &str) -> (Vec<(&String, &Stored)>, Option<String>) {
        let mut found: Vec<_> = self
            .objects
            .iter()
            .filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after)
            .take(PAGE + 1)
            .collect();
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let last = found.last().filter(|_| more).map(|(key, _)| key.to_string());
        (found, last)
    }
}

fn got(stored: &Stored, unpack: bool) -> Answer {
    let [kind, cache, coding] = &stored.headers;
    let mut builder = Response::builder().header("etag", etag(stored.generation)).header("last-modified", DATE);
    builder = builder.header("x-goog-generation", stored.generation);
    let mut bytes = stored.bytes.clone();
    if unpack && coding == "gzip" {
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&stored.bytes[..]), &mut plain).unwrap();
        bytes = plain;
    } else if !coding.is_empty() {
        builder = builder.header("content-encoding", coding);
    }
    builder = builder.header("content-type", kind).header("cache-control", cache).header("content-length", bytes.len());
    builder.body(Full::from(bytes)).unwrap()
}

fn etag(generation: u64) -> String {
    format!("\"{generation:x}\"")
}

/// Google's XML API: `/BUCKET/OBJECT`.
fn google(shared: &mut Shared, call: &Call) -> Answer {
    let Some(rest) = call.path.strip_prefix("/wire") else { return error(404, "NoSuchBucket") };
    let key = rest.trim_start_matches('/').to_string();
    if key.is_empty() {
        let (found, last) = shared
            .page(&call.query("prefix").unwrap_or_default(), &call.query("continuation-token").unwrap_or_default());
        let mut text = String::from("<?xml version=\"1.0\"?><ListBucketResult>");
        for (key, stored) in found {
            text.push_str(&format!(
                "<Contents><Key>{}</Key><LastModified>2026-11-23T12:00:00.000Z</LastModified><ETag>{}</ETag><Size>{}</Size></Contents>",
                xml(key), xml(&etag(stored.generation)), stored.bytes.len()
            ));
        }
        text.push_str(
            &last
                .map_or(String::new(), |last| format!("<NextContinuationToken>{}</NextContinuationToken>", xml(&last))),
        );
        return plain(200, &(text + "</ListBucketResult>"));
    }
    let now = shared.objects.get(&key).map_or(0, |stored| stored.generation);
    if call.header("x-goog-if-generation-match").is_some_and(|wanted| wanted != now.to_string()) {
        return error(412, "PreconditionFailed");
    }
    let headers = call.stored_headers(["content-type", "cache-control", "content-encoding"]);
    let version = |generation: u64, body: &str| {
        let builder = Response::builder().header("etag", etag(generation)).header("x-goog-generation", generation);
        builder.body(Full::from(body.to_string())).unwrap()
    };
    let upload = call.query("uploadId");
    match (&call.method, upload) {
        (&Method::PUT, Some(upload)) => {
            let number: usize = call.query("partNumber").unwrap().parse().unwrap();
            shared.parts.insert(format!("{upload} {number:05}"), call.body.clone());
            version(number as u64, "")
        }
        (&Method::POST, Some(upload)) => {
            let (parts, rest): (BTreeMap<_, _>, _) = std::mem::take(&mut shared.parts)
                .into_iter()
                .partition(|(name, _)| name.starts_with(&format!("{upload} ")));
            shared.parts = rest;
            let headers = shared.headers.remove(&upload).unwrap();
            let generation = shared.put(&key, parts.into_values().flatten().collect(), headers);
            version(
                generation,
                &format!(
                    "<CompleteMultipartUploadResult><ETag>{}</ETag></CompleteMultipartUploadResult>",
                    etag(generation)
                ),
            )
        }
        (&Method::DELETE, Some(upload)) => {
            shared.headers.remove(&upload);
            plain(204, "")
        }
        (&Method::POST, None) if call.query("uploads").is_some() => {
            shared.generation += 1;
            let upload = format!("upload{}", shared.generation);
            shared.headers.insert(upload.clone(), headers);
            let text = "<InitiateMultipartUploadResult><Bucket>wire</Bucket><Key>x</Key><UploadId>";
            plain(200, &format!("{text}{upload}</UploadId></InitiateMultipartUploadResult>"))
        }
        (&Method::PUT, None) => {
            let generation = shared.put(&key, call.body.clone(), headers);
            version(generation, "")
        }
        (&Method::DELETE, None) => match shared.objects.remove(&key) {
            Some(_) => plain(204, ""),
            None => error(404, "NoSuchKey"),
        },
        (&Method::GET | &Method::HEAD, None) => match shared.objects.get(&key) {
            Some(stored) => got(stored, !call.header("accept-encoding").unwrap_or_default().contains("gzip")),
            None => error(404, "NoSuchKey"),
        },
        _ => error(400, "InvalidArgument"),
    }
}

/// Azure's Blob service: `/ACCOUNT/CONTAINER/BLOB`.
fn azure(shared: &mut Shared, call: &Call) -> Answer {
    let Some(rest) = call.path.strip_prefix("/wire/$web") else { return error(404, "ContainerNotFound") };
    let key = rest.trim_start_matches('/').to_string();
    if call.header("authorization").is_none_or(|value| !value.starts_with("SharedKey wire:")) {
        return error(403, "AuthenticationFailed");
    }
    if call.query("restype").as_deref() == Some("container") {
        return if call.method == Method::POST { azure_batch(shared, call) } else { azure_list(shared, call) };
    }
    let now = shared.objects.get(&key);
    let conflict = call.header("if-none-match") == Some("*") && now.is_some();
    let stale = call.header("if-match").is_some_and(|wanted| now.is_none_or(|now| etag(now.generation) != wanted));
    if conflict {
        return error(409, "BlobAlreadyExists");
    }
    if stale {
        return error(412, "ConditionNotMet");
    }
    let headers =
        call.stored_headers(["x-ms-blob-content-type", "x-ms-blob-cache-control", "x-ms-blob-content-encoding"]);
    let made = |generation: u64| {
        let builder = Response::builder().status(201).header("etag", etag(generation)).header("last-modified", DATE);
        builder.body(Full::default()).unwrap()
    };
    match (&call.method, call.query("comp").as_deref()) {
        (&Method::PUT, Some("block")) => {
            shared.parts.insert(call.query("blockid").unwrap(), call.body.clone());
            made(1)
        }
        (&Method::PUT, Some("blocklist")) => {
            let text = String::from_utf8(call.body.clone()).unwrap();
            let blocks = text.split("<Uncommitted>").skip(1).map(|rest| rest.split('<').next().unwrap().to_string());
            let bytes = blocks.flat_map(|block| shared.parts.remove(&block).unwrap()).collect();
            made(shared.put(&key, bytes, headers))
        }
        (&Method::PUT, None) if call.header("x-ms-blob-type") == Some("BlockBlob") => {
            made(shared.put(&key, call.body.clone(), headers))
        }
        (&Method::GET | &Method::HEAD, None) => match now {
            Some(stored) => got(stored, false),
            None => error(404, "BlobNotFound"),
        },
        _ => error(400, "InvalidInput"),
    }
}

fn azure_list(shared: &Shared, call: &Call) -> Answer {
    let (found, last) =
        shared.page(&call.query("prefix").unwrap_or_default(), &call.query("marker").unwrap_or_default());
    let mut text = String::from("<?xml version=\"1.0\"?><EnumerationResults><Blobs>");
    for (key, stored) in found {
        text.push_str(&format!(
            "<Blob><Name>{}</Name><Properties><Last-Modified>{DATE}</Last-Modified><Etag>{}</Etag><Content-Length>{}</Content-Length>\
             <Content-Type>text/html</Content-Type></Properties></Blob>",
            xml(key), xml(&etag(stored.generation)), stored.bytes.len()
        ));
    }
    plain(
        200,
        &format!("{text}</Blobs><NextMarker>{}</NextMarker></EnumerationResults>", xml(&last.unwrap_or_default())),
    )
}

fn azure_batch(shared: &mut Shared, call: &Call) -> Answer {
    let text = String::from_utf8(call.body.clone()).unwrap();
    let mut answer = String::new();
    for (number, line) in text.lines().filter(|line| line.starts_with("DELETE ")).enumerate() {
        let path = unescape(line.split(' ').nth(1).unwrap());
        let key = path.rsplit_once("$web/").map_or("", |(_, key)| key);
        let status = if shared.objects.remove(key).is_some() { "202 Accepted" } else { "404 Not Found" };
        answer.push_str(&format!(
            "--answer\r\nContent-Type: application/http\r\nContent-ID: {number}\r\n\r\nHTTP/1.1 {status}\r\nx-ms-version: 2019-12-12\r\n\r\n"
        ));
    }
    answer.push_str("--answer--\r\n");
    let builder =
        Response::builder().status(StatusCode::ACCEPTED).header("content-type", "multipart/mixed; boundary=answer");
    builder.body(Full::from(answer)).unwrap()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = (byte == b'%').then(|| [rest.next().unwrap(), rest.next().unwrap()]);
        bytes.push(hex.map_or(byte, |hex| u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()));
    }
    String::from_utf8(bytes).unwrap()
}
