//! Object stores: S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage.
//!
//! Credentials come from the environment and from the provider's chain (instance roles, web identity), as the library finds them.

use super::{Audit, Drift, Held, Target, Work};
use crate::clock::Timestamp;
use crate::config::publish::{Destination, Options};
use crate::hash::Hash;
use crate::publish::object::{Abilities, Object};
use crate::publish::plan::Change;
use crate::publish::record::{self, FOLDER, Lease, Record, Root};
use crate::publish::state::State;
use crate::publish::{Fault, LEASE_SECONDS, Traffic};
use futures_util::StreamExt;
use object_store::path::Path as Key;
use object_store::{
    Attribute, Attributes, BackoffConfig, ClientOptions, GetOptions, ObjectStore, ObjectStoreExt, PutMode,
    PutMultipartOptions, PutOptions, RetryConfig, UpdateVersion, WriteMultipart,
};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const ROOT: &str = "published";
/// A file larger than this is sent in parts, so that no request takes long.
const PART_BYTES: usize = 16 << 20;
/// Between two signs of life of a long publish.
const RENEW: Duration = Duration::from_secs(LEASE_SECONDS as u64 / 5);
/// Changes between two looks at the clock.
const BATCH: usize = 1000;
/// How often the record is read again where it changes while it is read.
const TRIES: usize = 5;

/// A bucket, or a folder in one.
pub(super) struct Store {
    store: Arc<dyn ObjectStore>,
    shown: String,
    prefix: String,
    concurrency: usize,
    runtime: Runtime,
    /// The root as it stands at the target, and its version.
    root: Root,
    version: Option<UpdateVersion>,
    touched: Option<String>,
    renewed: Instant,
    sent: Arc<Sent>,
}

#[derive(Default)]
struct Sent {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Sent {
    fn add(&self, bytes: usize) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Store {
    pub(super) fn new(to: &Destination, options: &Options) -> Result<Store, Fault> {
        crate::publish::http::prepare();
        let client = ClientOptions::new()
            .with_allow_http(options.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http:")))
            .with_timeout(Duration::from_secs(options.timeout_seconds))
            .with_connect_timeout(Duration::from_secs(options.timeout_seconds.min(10)));
        let retry = RetryConfig {
            backoff: BackoffConfig { init_backoff: Duration::from_millis(100), ..BackoffConfig::default() },
            max_retries: options.retries,
            retry_timeout: Duration::from_secs(180),
        };
        let (store, shown, prefix) = match to {
            Destination::S3 { bucket, prefix } => {
                (s3(bucket, options, client, retry)?, format!("s3://{bucket}/{prefix}"), prefix)
            }
            Destination::Gcs { bucket, prefix } => {
                (gcs(bucket, options, client, retry)?, format!("gs://{bucket}/{prefix}"), prefix)
            }
            Destination::Azure { account, container, prefix } => (
                azure(account, container, options, client, retry)?,
                format!("az://{account}/{container}/{prefix}"),
                prefix,
            ),
            _ => return Err(Fault::refused("the address is none of a store")),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Fault::failed(format!("threads cannot be started: {error}")))?;
        Ok(Store {
            store,
            shown: shown.trim_end_matches('/').to_string(),
            prefix: prefix.clone(),
            concurrency: options.concurrency,
            runtime,
            root: Root::default(),
            version: None,
            touched: None,
            renewed: Instant::now(),
            sent: Arc::default(),
        })
    }

    fn key(&self, path: &str) -> Result<Key, Fault> {
        let key = if self.prefix.is_empty() { path.to_string() } else { format!("{}/{path}", self.prefix) };
        // `Key::from` would percent-encode what is not ASCII.
        Key::parse(&key).map_err(|error| Fault::failed(format!("`{key}` cannot be a key: {error}")))
    }

    fn own(&self, name: &str) -> Result<Key, Fault> {
        self.key(&format!("{FOLDER}/{name}"))
    }

    fn fault(&self, what: &str, error: &object_store::Error) -> Fault {
        let fault = Fault::failed(format!("{}: {what}: {}", self.shown, reason(error)));
        match error {
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                fault.hint("check the credentials in the environment, and what they allow")
            }
            _ => fault,
        }
    }

    /// One of dateline's own objects with its version; `None` where there is none.
    fn get(&self, name: &str) -> Result<Option<(Vec<u8>, UpdateVersion)>, Fault> {
        let key = self.own(name)?;
        self.sent.add(0);
        let got = self.runtime.block_on(async {
            let got = self.store.get(&key).await?;
            let version = UpdateVersion { e_tag: got.meta.e_tag.clone(), version: got.meta.version.clone() };
            Ok((got.bytes().await?.to_vec(), version))
        });
        match got {
            Ok(got) => Ok(Some(got)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) if name == ROOT => {
                let fault = self.fault("reading the record", &error);
                Err(fault.hint("is the address right, and does the environment hold credentials? docs/publishing.md names the variables"))
            }
            Err(error) => Err(self.fault(name, &error)),
        }
    }

    fn put_own(&self, name: &str, text: &str, mode: PutMode) -> Result<UpdateVersion, object_store::Error> {
        let key = self.own(name).map_err(|_| object_store::Error::NotImplemented {
            operation: name.to_string(),
            implementer: self.shown.clone(),
        })?;
        self.sent.add(text.len());
        let attributes = Attributes::from_iter([
            (Attribute::ContentType, "text/plain; charset=utf-8"),
            (Attribute::CacheControl, "no-store"),
        ]);
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let put = self.runtime.block_on(self.store.put_opts(&key, text.to_string().into(), options))?;
        Ok(UpdateVersion { e_tag: put.e_tag, version: put.version })
    }

    /// Replaces the root if nobody else did since it was read.
    fn replace_root(&mut self, root: Root) -> Result<(), Fault> {
        let text = root.to_text();
        let mode = self.version.clone().map_or(PutMode::Create, PutMode::Update);
        match self.put_own(ROOT, &text, mode) {
            Ok(version) => self.version = Some(version),
            Err(object_store::Error::Precondition { .. } | object_store::Error::AlreadyExists { .. }) => {
                // A request that was cut off and repeated meets its own work.
                match self.get(ROOT)? {
                    Some((bytes, version)) if bytes == text.as_bytes() => self.version = Some(version),
                    _ => {
                        return Err(Fault::conflict(format!("somebody else publishes to {}", self.shown))
                            .hint("run again when they have ended"));
                    }
                }
            }
            Err(error @ object_store::Error::NotImplemented { .. }) => {
                return Err(self.fault("no compare-and-set", &error).hint("the store must support If-Match"));
            }
            Err(error) => return Err(self.fault(ROOT, &error)),
        }
        self.root = root;
        Ok(())
    }

    /// Says that a long publish is still going on, and finds out whether it was taken over.
    fn renew(&mut self, now: Timestamp) -> Result<(), Fault> {
        if self.renewed.elapsed() < RENEW {
            return Ok(());
        }
        let passed = self.renewed.elapsed().as_secs();
        let mut root = self.root.clone();
        if let Some(lease) = &mut root.lease {
            let since = lease.since.max(now);
            lease.since = since.plus_seconds(i64::try_from(passed).unwrap_or(i64::MAX));
        }
        self.renewed = Instant::now();
        self.replace_root(root)
    }

    /// Runs requests side by side. After the first failure none is begun, but those under way are waited for: one that was cut off
    /// here could still take effect later, over the work of the next publish.
    fn all(&self, puts: &[&Change], work: &Work) -> Result<(), Fault> {
        let stop = AtomicBool::new(false);
        let mut first = None;
        let requests = futures_util::stream::iter(puts).map(|change| {
            let stop = &stop;
            async move {
                if stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let result = self.put(change, work).await;
                if result.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
                result
            }
        });
        self.runtime.block_on(async {
            let mut results = requests.buffer_unordered(self.concurrency);
            while let Some(result) = results.next().await {
                if let Err(fault) = result {
                    first.get_or_insert(fault);
                }
            }
        });
        first.map_or(Ok(()), Err)
    }

    async fn put(&self, change: &Change, work: &Work<'_>) -> Result<(), Fault> {
        let Some(object) = &change.put else { return Ok(()) };
        let key = self.key(&change.path)?;
        let (store, sent) = (self.store.clone(), self.sent.clone());
        let (object, kept) = (object.clone(), work.state.kept_path(object.hash));
        // On a thread of its own, so that files are read and compressed side by side.
        let task = tokio::spawn(async move { put_object(&*store, &key, &object, kept, &sent).await });
        match task.await {
            Ok(Ok(())) => work.done(change),
            Ok(Err(PutError::Store(error))) => Err(self.fault(&change.path, &error)),
            Ok(Err(PutError::Local(path, error))) => Err(Fault::local(&path, &error)),
            Err(error) => Err(Fault::failed(format!("{}: {error}", change.path))),
        }
    }

    fn delete(&self, deletions: &[&Change], work: &Work) -> Result<(), Fault> {
        let keys = deletions.iter().map(|change| self.key(&change.path)).collect::<Result<Vec<Key>, Fault>>()?;
        if keys.is_empty() {
            return Ok(());
        }
        let mut left: BTreeSet<Key> = keys.iter().cloned().collect();
        let mut first = self.delete_keys(keys, &mut left).err();
        for change in deletions {
            if !left.contains(&self.key(&change.path)?)
                && let Err(fault) = work.done(change)
            {
                first.get_or_insert(fault);
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// Deletes keys, up to a thousand with one request, and takes those that are gone out of `left`.
    fn delete_keys(&self, keys: Vec<Key>, left: &mut BTreeSet<Key>) -> Result<(), Fault> {
        for _ in 0..keys.len().div_ceil(1000) {
            self.sent.add(0);
        }
        let mut first = None;
        self.runtime.block_on(async {
            let keys = futures_util::stream::iter(keys.into_iter().map(Ok)).boxed();
            let mut results = self.store.delete_stream(keys);
            while let Some(result) = results.next().await {
                match result {
                    Ok(key) => {
                        left.remove(&key);
                    }
                    Err(object_store::Error::NotFound { path, .. }) => {
                        left.retain(|key| key.as_ref() != path);
                    }
                    Err(error) => {
                        first.get_or_insert(error);
                    }
                }
            }
        });
        first.map_or(Ok(()), |error| Err(self.fault("deleting", &error)))
    }

    async fn listed(&self, found: &mut Vec<(String, object_store::ObjectMeta)>) -> Result<(), object_store::Error> {
        let prefix = (!self.prefix.is_empty()).then(|| Key::parse(&self.prefix)).transpose()?;
        let mut list = self.store.list(prefix.as_ref());
        while let Some(meta) = list.next().await {
            let meta = meta?;
            let path = meta.location.as_ref();
            let path =
                if self.prefix.is_empty() { Some(path) } else { path.strip_prefix(&format!("{}/", self.prefix)) };
            if let Some(path) = path.filter(|path| !path.starts_with(&format!("{FOLDER}/"))) {
                found.push((path.to_string(), meta.clone()));
            }
        }
        Ok(())
    }

    /// Whether an object is there with the bytes and headers that it should have.
    async fn is_right(&self, path: &str, object: &Object, audit: &Audit) -> Result<bool, Fault> {
        let key = self.key(path)?;
        self.sent.add(0);
        let got = match self.store.get_opts(&key, GetOptions::default()).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(self.fault(path, &error)),
        };
        let same = attributes(object).iter().all(|(name, value)| got.attributes.get(name) == Some(value));
        if !same {
            return Ok(false);
        }
        let bytes = got.bytes().await.map_err(|error| self.fault(path, &error))?;
        Ok(bytes[..] == audit.bytes(object)?[..])
    }
}

impl Store {
    /// Reads the record that a root names.
    fn held(&mut self, bytes: &[u8], version: UpdateVersion, state: &State) -> Result<Held, Fault> {
        let damaged = || {
            Fault::failed(format!("{}: the record of what was published is damaged", self.shown))
                .hint(format!("remove the folder {FOLDER}/ there and publish with --audit"))
        };
        let root = std::str::from_utf8(bytes).ok().and_then(Root::parse).ok_or_else(damaged)?;
        let mut held = Held { serial: root.serial, lease: root.lease.clone(), ..Held::default() };
        let mut chunks = Vec::new();
        for name in &root.chunks {
            let text = match state.chunk(*name) {
                Some(text) => text,
                None => {
                    let (bytes, _) = self.get(&name.to_string())?.ok_or_else(damaged)?;
                    String::from_utf8(bytes).map_err(|_| damaged())?
                }
            };
            record::read_chunk(*name, &text, &mut held.record).ok_or_else(damaged)?;
            chunks.push((*name, text));
        }
        state.keep_chunks(&chunks).map_err(|error| Fault::local(&state.work("chunks"), &error))?;
        if let Some(lease) = &root.lease {
            let (bytes, _) = self.get(&lease.touched.to_string())?.ok_or_else(damaged)?;
            let text = String::from_utf8(bytes).map_err(|_| damaged())?;
            held.unsure = record::read_paths(&text).ok_or_else(damaged)?;
        }
        (self.root, self.version) = (root, Some(version));
        Ok(held)
    }
}

impl Target for Store {
    fn shown(&self) -> String {
        self.shown.clone()
    }

    fn abilities(&self) -> Abilities {
        Abilities { headers: true, ..Abilities::default() }
    }

    fn open(&mut self, state: &State) -> Result<Held, Fault> {
        let mut tries = 0;
        loop {
            let Some((bytes, version)) = self.get(ROOT)? else { return Ok(Held::default()) };
            match self.held(&bytes, version, state) {
                // Somebody else who ends a publish meanwhile removes what the former root named.
                Err(_) if tries < TRIES && self.get(ROOT)?.is_none_or(|(now, _)| now != bytes) => tries += 1,
                outcome => return outcome,
            }
        }
    }

    fn begin(&mut self, lease: &Lease, touched: &str, _: bool) -> Result<(), Fault> {
        let name = lease.touched.to_string();
        self.put_own(&name, touched, PutMode::Overwrite).map_err(|error| self.fault(&name, &error))?;
        let former = self.root.lease.as_ref().map(|lease| lease.touched.to_string());
        self.touched = former.filter(|former| *former != name);
        self.replace_root(Root { lease: Some(lease.clone()), ..self.root.clone() })?;
        self.renewed = Instant::now();
        Ok(())
    }

    fn apply(&mut self, _: u64, changes: &[Change], work: &Work) -> Result<(), Fault> {
        for batch in changes.chunks(BATCH) {
            self.renew(work.now)?;
            let (puts, deletions): (Vec<&Change>, Vec<&Change>) = batch.iter().partition(|change| change.put.is_some());
            self.all(&puts, work)?;
            self.delete(&deletions, work)?;
        }
        Ok(())
    }

    fn finish(&mut self, serial: u64, after: &Record, state: &State) -> Result<(), Fault> {
        let chunks = record::chunks(after);
        let known: BTreeSet<Hash> = self.root.chunks.iter().copied().collect();
        for (name, text) in chunks.iter().filter(|(name, _)| !known.contains(name)) {
            let name = name.to_string();
            self.put_own(&name, text, PutMode::Overwrite).map_err(|error| self.fault(&name, &error))?;
        }
        let old = self.root.clone();
        let root = Root { serial, lease: None, chunks: chunks.iter().map(|(name, _)| *name).collect() };
        self.replace_root(root)?;
        state.keep_chunks(&chunks).map_err(|error| Fault::local(&state.work("chunks"), &error))?;
        // Nothing refers to these any more. If that fails, they lie about and harm nobody.
        let wanted: BTreeSet<Hash> = self.root.chunks.iter().copied().collect();
        let useless = old.chunks.iter().filter(|name| !wanted.contains(name)).map(Hash::to_string);
        let lists = old.lease.iter().map(|lease| lease.touched.to_string()).chain(self.touched.take());
        let keys: Vec<Key> = useless.chain(lists).filter_map(|name| self.own(&name).ok()).collect();
        let _ = self.delete_keys(keys, &mut BTreeSet::new());
        Ok(())
    }

    fn drift(&mut self, record: &Record, audit: &Audit) -> Result<Drift, Fault> {
        let mut listed = Vec::new();
        self.sent.add(0);
        self.runtime.block_on(self.listed(&mut listed)).map_err(|error| self.fault("listing", &error))?;
        let there: BTreeSet<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
        let mut drift = Drift::default();
        for (path, _) in &listed {
            if !record.contains_key(path) && !audit.objects.contains_key(path) {
                drift.unknown.insert(path.clone());
            }
        }
        drift.wrong.extend(record.keys().filter(|path| !there.contains(path.as_str())).cloned());
        let known = audit.objects.iter().filter(|(path, _)| there.contains(path.as_str()));
        let this = &*self;
        let checks = futures_util::stream::iter(known)
            .map(|(path, object)| async move { this.is_right(path, object, audit).await.map(|right| (path, right)) });
        let results: Vec<Result<(&String, bool), Fault>> =
            this.runtime.block_on(checks.buffer_unordered(this.concurrency).collect());
        for result in results {
            let (path, right) = result?;
            if !right {
                drift.wrong.insert(path.clone());
            }
        }
        Ok(drift)
    }

    fn traffic(&self) -> Traffic {
        let (requests, bytes) = (&self.sent.requests, &self.sent.bytes);
        Traffic { requests: requests.load(Ordering::Relaxed), bytes: bytes.load(Ordering::Relaxed) }
    }
}

enum PutError {
    Store(object_store::Error),
    Local(PathBuf, std::io::Error),
}

async fn put_object(
    store: &dyn ObjectStore,
    key: &Key,
    object: &Object,
    kept: PathBuf,
    sent: &Sent,
) -> Result<(), PutError> {
    let read = || {
        let bytes = std::fs::read(&kept)?;
        if Hash::of(&bytes) != object.hash {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "the kept copy was changed"));
        }
        crate::publish::object::stored(object, bytes)
    };
    let bytes = read().map_err(|error| PutError::Local(kept.clone(), error))?;
    sent.add(bytes.len());
    let attributes = attributes(object);
    if bytes.len() <= PART_BYTES {
        let options = PutOptions { attributes, ..PutOptions::default() };
        return store.put_opts(key, bytes.into(), options).await.map(|_| ()).map_err(PutError::Store);
    }
    let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
    let upload = store.put_multipart_opts(key, options).await.map_err(PutError::Store)?;
    let mut upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES / 2);
    for part in bytes.chunks(PART_BYTES / 2) {
        upload.wait_for_capacity(4).await.map_err(PutError::Store)?;
        upload.write(part);
    }
    upload.finish().await.map(|_| ()).map_err(PutError::Store)
}

fn attributes(object: &Object) -> Attributes {
    let attribute = |name: &str| match name {
        "content-type" => Some(Attribute::ContentType),
        "cache-control" => Some(Attribute::CacheControl),
        "content-encoding" => Some(Attribute::ContentEncoding),
        _ => None,
    };
    object.headers.iter().filter_map(|(name, value)| Some((attribute(name)?, value.clone()))).collect()
}

/// The useful part of the library's message: the innermost cause, without addresses that may hold signatures.
fn reason(error: &object_store::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    let mut text = cause.to_string();
    while let Some(next) = cause.source() {
        cause = next;
        text = cause.to_string();
    }
    let mut text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(query) = text.find("X-Amz-") {
        text.truncate(query);
    }
    text.chars().take(300).collect()
}

#[cfg(feature = "s3")]
fn s3(
    bucket: &str,
    options: &Options,
    client: ClientOptions,
    retry: RetryConfig,
) -> Result<Arc<dyn ObjectStore>, Fault> {
    let mut builder = object_store::aws::AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_client_options(client)
        .with_retry(retry)
        .with_conditional_put(object_store::aws::S3ConditionalPut::ETagMatch);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
    }
    if let Some(region) = &options.region {
        builder = builder.with_region(region);
    }
    builder.build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|error| unusable(&error))
}

#[cfg(not(feature = "s3"))]
fn s3(_: &str, _: &Options, _: ClientOptions, _: RetryConfig) -> Result<Arc<dyn ObjectStore>, Fault> {
    Err(super::without("s3"))
}

#[cfg(feature = "gcs")]
fn gcs(
    bucket: &str,
    options: &Options,
    client: ClientOptions,
    retry: RetryConfig,
) -> Result<Arc<dyn ObjectStore>, Fault> {
    let mut builder = object_store::gcp::GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(bucket)
        .with_client_options(client)
        .with_retry(retry);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_base_url(endpoint);
    }
    builder.build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|error| unusable(&error))
}

#[cfg(not(feature = "gcs"))]
fn gcs(_: &str, _: &Options, _: ClientOptions, _: RetryConfig) -> Result<Arc<dyn ObjectStore>, Fault> {
    Err(super::without("gcs"))
}

#[cfg(feature = "azure")]
fn azure(
    account: &str,
    container: &str,
    options: &Options,
    client: ClientOptions,
    retry: RetryConfig,
) -> Result<Arc<dyn ObjectStore>, Fault> {
    let mut builder = object_store::azure::MicrosoftAzureBuilder::from_env()
        .with_account(account)
        .with_container_name(container)
        .with_client_options(client)
        .with_retry(retry);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint.clone());
    }
    builder.build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|error| unusable(&error))
}

#[cfg(not(feature = "azure"))]
fn azure(_: &str, _: &str, _: &Options, _: ClientOptions, _: RetryConfig) -> Result<Arc<dyn ObjectStore>, Fault> {
    Err(super::without("azure"))
}

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
fn unusable(error: &object_store::Error) -> Fault {
    Fault::refused(format!("the store cannot be used: {}", reason(error)))
        .hint("credentials come from the environment; docs/publishing.md says from which variables")
}
