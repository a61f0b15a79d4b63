//! Object stores: S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage.
//!
//! Credentials come from the environment and from the provider's chain (instance roles, web identity), as the library finds them.

mod open;
mod profile;
mod reason;
#[cfg(feature = "s3")]
mod redirect;
mod upload;

use super::{Audit, Drift, Held, Target, Work};
use crate::clock::Timestamp;
use crate::config::publish::{Destination, Encoding, Options};
use crate::hash::Hash;
use crate::publish::fault::Fault;
use crate::publish::object::{Abilities, Object};
use crate::publish::plan::Change;
use crate::publish::record::{self, FOLDER, Head, LEASE_SECONDS, Lease, Record, Root};
use crate::publish::request::Traffic;
use crate::publish::state::State;
use futures_util::StreamExt;
use object_store::path::Path as Key;
use object_store::{
    Attribute, Attributes, GetOptions, GetResult, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion,
};
use reason::Reason;
use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use upload::{Sent, Uploader};

const ROOT: &str = "published";
/// Between two signs of life of a long publish.
const RENEW: Duration = Duration::from_secs(LEASE_SECONDS as u64 / 5);
/// Changes between two looks at the clock.
const BATCH: usize = 1000;
/// How often the record is read again where it changes while it is read, and how often a change of it is tried.
const TRIES: usize = 5;

/// A bucket, or a folder in one.
pub(super) struct Store {
    store: Arc<dyn ObjectStore>,
    uploader: Arc<Uploader>,
    shown: String,
    prefix: String,
    concurrency: usize,
    deletes: usize,
    unpacks: bool,
    /// Whether the store is to be trusted with conditions on writes.
    conditional: bool,
    runtime: Arc<Runtime>,
    /// The root as it stands at the target, and its version.
    root: Root,
    version: Option<UpdateVersion>,
    touched: Option<String>,
    renewed: Instant,
    sent: Arc<Sent>,
    secrets: Vec<(&'static str, String)>,
}

impl Store {
    pub(super) fn new(to: &Destination, options: &Options) -> Result<Store, Fault> {
        let opened = open::open(to, options)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Fault::failed(format!("threads cannot be started: {error}")))?;
        #[cfg_attr(not(feature = "s3"), allow(unused_mut, reason = "S3 alone leads on"))]
        let mut uploader = Uploader::new(opened.store.clone());
        #[cfg(feature = "s3")]
        {
            uploader.redirects = opened.redirects;
        }
        Ok(Store {
            store: opened.store,
            sent: uploader.sent.clone(),
            uploader: Arc::new(uploader),
            shown: opened.shown,
            prefix: opened.prefix,
            concurrency: options.concurrency,
            deletes: opened.deletes,
            unpacks: opened.unpacks,
            conditional: options.conditional_writes,
            runtime: Arc::new(runtime),
            root: Root::default(),
            version: None,
            touched: None,
            renewed: Instant::now(),
            secrets: opened.secrets,
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
        self.fault_of(what, reason::of_error(error))
    }

    fn fault_of(&self, what: &str, reason: Reason) -> Fault {
        let fault = Fault::failed(format!("{}: {what}: {}", self.shown, reason.text));
        match reason.hint {
            Some(hint) => fault.hint(hint),
            None => fault,
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
            Err(error @ object_store::Error::NotFound { .. }) => {
                // A missing bucket is a missing object too, in the words of stores.
                let reason = reason::of_error(&error);
                if reason.hint.is_some() { Err(self.fault_of("reading the record", reason)) } else { Ok(None) }
            }
            Err(error) => Err(self.fault(if name == ROOT { "reading the record" } else { name }, &error)),
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
        let busy = |shown: &str| {
            Fault::conflict(format!("somebody else publishes to {shown}")).hint("run again when they have ended")
        };
        for attempt in 1.. {
            let mode = match (&self.version, self.conditional) {
                (Some(version), true) => PutMode::Update(version.clone()),
                (None, true) => PutMode::Create,
                (_, false) => self.is_as_read()?.then_some(PutMode::Overwrite).ok_or_else(|| busy(&self.shown))?,
            };
            let error = match self.put_own(ROOT, &text, mode) {
                Ok(version) => {
                    self.version = Some(version);
                    break;
                }
                Err(error) => error,
            };
            if matches!(error, object_store::Error::NotImplemented { .. }) {
                return Err(self.fault("writing the record", &error).hint(WITHOUT_CONDITIONS));
            }
            // A request that was cut off may have been carried out: then the answer meets its own work, now or when it is repeated.
            let refused =
                matches!(error, object_store::Error::Precondition { .. } | object_store::Error::AlreadyExists { .. });
            match self.get(ROOT) {
                Ok(Some((bytes, version))) if bytes == text.as_bytes() => {
                    self.version = Some(version);
                    break;
                }
                Ok(_) if refused => return Err(busy(&self.shown)),
                Ok(_) if attempt < TRIES && is_passing(&error) => {}
                _ => return Err(self.fault("writing the record", &error)),
            }
        }
        self.root = root;
        Ok(())
    }

    /// Whether the root at the target is the one that was read: what can be done without conditions.
    fn is_as_read(&self) -> Result<bool, Fault> {
        let now = self.get(ROOT)?.map(|(bytes, _)| bytes);
        Ok(match now {
            Some(bytes) => self.version.is_some() && bytes == self.root.to_text().as_bytes(),
            None => self.version.is_none(),
        })
    }

    /// Finds out, once for each target, whether the store minds conditions: it must refuse to replace a version that never was.
    fn test_conditions(&self) -> Result<(), Fault> {
        let never =
            UpdateVersion { e_tag: Some("\"00000000000000000000000000000000\"".into()), version: Some("1".into()) };
        match self.put_own(ROOT, &self.root.to_text(), PutMode::Update(never)) {
            Ok(_) => Err(Fault::refused(format!(
                "{} minds no conditions on writes, so two publishers at once would not notice each other",
                self.shown
            ))
            .hint(WITHOUT_CONDITIONS)),
            Err(error @ object_store::Error::NotImplemented { .. }) => {
                Err(self.fault("writing the record", &error).hint(WITHOUT_CONDITIONS))
            }
            // Refused, as it must be; what goes wrong otherwise will go wrong again with the next request.
            Err(_) => Ok(()),
        }
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
    /// here could still take effect later, over the work of the next publish. Meanwhile the lease is renewed.
    fn all(&mut self, puts: &[&Change], work: &Work) -> Result<(), Fault> {
        let (runtime, uploader) = (self.runtime.clone(), self.uploader.clone());
        let mut tasks = Vec::with_capacity(puts.len());
        for change in puts {
            let Some(object) = &change.put else { continue };
            tasks.push((*change, self.key(&change.path)?, object, work.state.kept_path(object.hash)));
        }
        let stop = &AtomicBool::new(false);
        let mut results = futures_util::stream::iter(tasks)
            .map(|(change, key, object, kept)| {
                let uploader = uploader.clone();
                async move {
                    if stop.load(Ordering::Relaxed) {
                        return (change, Ok(false));
                    }
                    let done = upload::put_one(uploader, key, object.clone(), kept).await;
                    (change, done.map(|()| true))
                }
            })
            .buffer_unordered(self.concurrency);
        let mut first = None;
        loop {
            let left = RENEW.saturating_sub(self.renewed.elapsed());
            let next = runtime.block_on(async { tokio::time::timeout(left, results.next()).await });
            let outcome = match next {
                Ok(None) => break,
                Ok(Some((change, Ok(true)))) => work.done(change),
                Ok(Some((_, Ok(false)))) => Ok(()),
                Ok(Some((change, Err(upload::Fault::Store(reason))))) => Err(self.fault_of(&change.path, reason)),
                Ok(Some((_, Err(upload::Fault::Local(path, error))))) => Err(Fault::local(&path, &error)),
                Err(_) => self.renew(work.now),
            };
            if let Err(fault) = outcome {
                stop.store(true, Ordering::Relaxed);
                first.get_or_insert(fault);
            }
        }
        first.map_or(Ok(()), Err)
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
        for _ in 0..keys.len().div_ceil(self.deletes) {
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
        // Google unpacks gzip for those who do not ask for it, and says nothing of the coding then.
        let coding = Attribute::ContentEncoding;
        let unpacked = self.unpacks && object.form == Some(Encoding::Gzip) && got.attributes.get(&coding).is_none();
        let mut wanted = upload::attributes(object);
        if unpacked {
            wanted.remove(&coding);
        }
        if !wanted.iter().all(|(name, value)| got.attributes.get(name) == Some(value)) {
            return Ok(false);
        }
        let plain =
            if unpacked { audit.kept.get(&object.hash).map(|path| path.as_path()) } else { audit.plain(object) };
        let same = match plain {
            Some(kept) => self.holds(path, got, kept).await?,
            None => {
                let bytes = got.bytes().await.map_err(|error| self.fault(path, &error))?;
                bytes[..] == audit.bytes(object)?[..]
            }
        };
        Ok(same && self.leads_right(&key, path, object).await?)
    }

    /// Whether an object has the bytes of a file; neither has to fit into the memory.
    async fn holds(&self, path: &str, got: GetResult, kept: &std::path::Path) -> Result<bool, Fault> {
        let local = |error: std::io::Error| Fault::local(kept, &error);
        let mut file = std::io::BufReader::new(crate::file::open_regular(kept).map_err(local)?);
        let mut stream = got.into_stream();
        let mut buffer = Vec::new();
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|error| self.fault(path, &error))?;
            buffer.clear();
            (&mut file).take(piece.len() as u64).read_to_end(&mut buffer).map_err(local)?;
            if buffer[..] != piece[..] {
                return Ok(false);
            }
        }
        buffer.clear();
        Ok((&mut file).take(1).read_to_end(&mut buffer).map_err(local)? == 0)
    }

    /// Whether an object leads where it should, if it should lead anywhere.
    #[cfg(feature = "s3")]
    async fn leads_right(&self, key: &Key, path: &str, object: &Object) -> Result<bool, Fault> {
        let wanted = object.headers.get(crate::publish::headers::REDIRECT);
        let (Some(redirects), Some(wanted)) = (&self.uploader.redirects, wanted) else { return Ok(true) };
        self.sent.add(0);
        let leads = redirects.leads_to(key).await.map_err(|reason| self.fault_of(path, reason))?;
        Ok(leads.as_ref() == Some(wanted))
    }

    #[cfg(not(feature = "s3"))]
    async fn leads_right(&self, _: &Key, _: &str, _: &Object) -> Result<bool, Fault> {
        Ok(true)
    }
}

/// What is said of stores that cannot compare and set.
const WITHOUT_CONDITIONS: &str = "with `conditional_writes: false` it is published to all the same; then see to it that one machine \
    publishes at a time";

/// Whether a request that failed so may succeed when it is repeated.
fn is_passing(error: &object_store::Error) -> bool {
    !matches!(
        error,
        object_store::Error::PermissionDenied { .. }
            | object_store::Error::Unauthenticated { .. }
            | object_store::Error::NotFound { .. }
            | object_store::Error::NotSupported { .. }
    )
}

impl Store {
    /// Reads the record that a root names.
    fn held(&mut self, bytes: &[u8], version: UpdateVersion, state: &State) -> Result<Held, Fault> {
        let damaged = || {
            Fault::failed(format!("{}: the record of what was published is damaged", self.shown))
                .hint(format!("remove the folder {FOLDER}/ there and publish with --audit --prune"))
        };
        let root = std::str::from_utf8(bytes).ok().and_then(Root::parse).ok_or_else(damaged)?;
        let mut held = Held { head: root.head, lease: root.lease.clone(), ..Held::default() };
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
        state.keep_chunks(&chunks).map_err(|error| Fault::local(&state.path("chunks"), &error))?;
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
        #[cfg(feature = "s3")]
        let redirects = self.uploader.redirects.is_some();
        #[cfg(not(feature = "s3"))]
        let redirects = false;
        Abilities { headers: true, redirects, ..Abilities::default() }
    }

    fn open(&mut self, state: &State) -> Result<Held, Fault> {
        let mut tries = 0;
        loop {
            let Some((bytes, version)) = self.get(ROOT)? else { return Ok(Held::default()) };
            match self.held(&bytes, version, state) {
                // Another publisher that finishes in the meantime deletes the chunks of the previous root.
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
        // Also where a first publish was stopped before it could find out.
        let first = self.root.head.serial == 0;
        self.replace_root(Root { lease: Some(lease.clone()), ..self.root.clone() })?;
        if first && self.conditional {
            self.test_conditions()?;
        }
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

    fn finish(&mut self, head: Head, after: &Record, state: &State) -> Result<(), Fault> {
        let chunks = record::chunks(after);
        let known: BTreeSet<Hash> = self.root.chunks.iter().copied().collect();
        for (name, text) in chunks.iter().filter(|(name, _)| !known.contains(name)) {
            let name = name.to_string();
            self.put_own(&name, text, PutMode::Overwrite).map_err(|error| self.fault(&name, &error))?;
        }
        let old = self.root.clone();
        let root = Root { head, lease: None, chunks: chunks.iter().map(|(name, _)| *name).collect() };
        self.replace_root(root)?;
        state.keep_chunks(&chunks).map_err(|error| Fault::local(&state.path("chunks"), &error))?;
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

    fn secrets(&self) -> &[(&'static str, String)] {
        &self.secrets
    }

    fn traffic(&self) -> Traffic {
        let (requests, bytes) = (&self.sent.requests, &self.sent.bytes);
        Traffic { requests: requests.load(Ordering::Relaxed), bytes: bytes.load(Ordering::Relaxed) }
    }
}
