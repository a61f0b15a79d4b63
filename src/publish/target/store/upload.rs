//! Objects on their way to a store.

use super::reason::{self, Reason};
use crate::hash::{Hash, Stream};
#[cfg(feature = "s3")]
use crate::publish::headers;
use crate::publish::object::Object;
use crate::publish::state::{self, PIECE};
use object_store::path::Path as Key;
use object_store::{Attribute, Attributes, MultipartUpload, ObjectStore, PutMultipartOptions, PutOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most KiB on their way at a time, whatever the number of requests: on a slow line a body must arrive before its request
/// counts as dead, and the memory must hold them all.
const IN_FLIGHT: u32 = 32 << 10;
/// Parts that an upload may have; S3, Google and Azure take 10,000 and more.
const PARTS: u64 = 9_000;

/// What was sent so far.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) requests: AtomicU64,
    pub(super) bytes: AtomicU64,
}

impl Sent {
    pub(super) fn add(&self, bytes: usize) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// Why an object did not arrive.
pub(super) enum Fault {
    Store(Reason),
    Local(PathBuf, io::Error),
}

impl From<object_store::Error> for Fault {
    fn from(error: object_store::Error) -> Fault {
        Fault::Store(reason::of_error(&error))
    }
}

/// Puts objects; shared by those that are under way.
pub(super) struct Uploader {
    pub(super) store: Arc<dyn ObjectStore>,
    /// Puts redirect pages, where the store can answer with a redirect.
    #[cfg(feature = "s3")]
    pub(super) redirects: Option<super::redirect::Redirects>,
    pub(super) sent: Arc<Sent>,
    budget: Arc<Semaphore>,
}

impl Uploader {
    pub(super) fn new(store: Arc<dyn ObjectStore>) -> Uploader {
        Uploader {
            store,
            #[cfg(feature = "s3")]
            redirects: None,
            sent: Arc::default(),
            budget: Arc::new(Semaphore::new(IN_FLIGHT as usize)),
        }
    }

    /// Waits until so many bytes may be on their way too.
    async fn room(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let wanted = u32::try_from(bytes >> 10).unwrap_or(IN_FLIGHT).clamp(1, IN_FLIGHT);
        // It is never closed; without a permit nothing worse happens than more at a time.
        self.budget.clone().acquire_many_owned(wanted).await.ok()
    }

    /// Puts an object from its kept file, whose bytes are looked at once more.
    pub(super) async fn put(&self, key: &Key, object: &Object, kept: &Path) -> Result<(), Fault> {
        let local = |error: io::Error| Fault::Local(kept.to_path_buf(), error);
        let length = std::fs::metadata(kept).map_err(local)?.len();
        if length > PIECE as u64 && object.form.is_none() {
            return self.put_large(key, object, kept, length).await;
        }
        let _room = self.room(length).await;
        let bytes = std::fs::read(kept).map_err(local)?;
        if Hash::of(&bytes) != object.hash {
            return Err(local(state::changed()));
        }
        let bytes = crate::publish::object::stored(object, bytes).map_err(local)?;
        self.sent.add(bytes.len());
        #[cfg(feature = "s3")]
        if let (Some(redirects), true) = (&self.redirects, object.headers.contains_key(headers::REDIRECT)) {
            return redirects.put(key, object, bytes).await.map_err(Fault::Store);
        }
        let options = PutOptions { attributes: attributes(object), ..PutOptions::default() };
        self.store.put_opts(key, bytes.into(), options).await?;
        Ok(())
    }

    /// Puts a large file in parts, one after another. Readers see it when all have arrived; what was begun is taken back where it fails.
    async fn put_large(&self, key: &Key, object: &Object, kept: &Path, length: u64) -> Result<(), Fault> {
        let options = PutMultipartOptions { attributes: attributes(object), ..PutMultipartOptions::default() };
        self.sent.add(0);
        let mut upload = self.store.put_multipart_opts(key, options).await?;
        let done = self.put_parts(&mut *upload, object, kept, length).await;
        self.sent.add(0);
        match done {
            Ok(()) => {
                upload.complete().await?;
                Ok(())
            }
            Err(fault) => {
                // Best effort: the first fault is the one to report, and stores can be configured to drop what was never completed.
                let _ = upload.abort().await;
                Err(fault)
            }
        }
    }

    async fn put_parts(
        &self,
        upload: &mut dyn MultipartUpload,
        object: &Object,
        kept: &Path,
        length: u64,
    ) -> Result<(), Fault> {
        let local = |error: io::Error| Fault::Local(kept.to_path_buf(), error);
        let mut file = crate::file::open_regular(kept).map_err(local)?;
        let size = (PIECE as u64).max(length.div_ceil(PARTS));
        let mut stream = Stream::default();
        loop {
            let _room = self.room(size).await;
            let mut part = Vec::with_capacity(usize::try_from(size).unwrap_or(PIECE));
            let read = (&mut file).take(size).read_to_end(&mut part).map_err(local)?;
            if read == 0 {
                break;
            }
            stream.add(&part);
            self.sent.add(read);
            upload.put_part(part.into()).await?;
        }
        if stream.hash() == object.hash { Ok(()) } else { Err(local(state::changed())) }
    }
}

/// What the store keeps with an object.
pub(super) fn attributes(object: &Object) -> Attributes {
    let attribute = |name: &str| match name {
        "content-type" => Some(Attribute::ContentType),
        "cache-control" => Some(Attribute::CacheControl),
        "content-encoding" => Some(Attribute::ContentEncoding),
        _ => None,
    };
    object.headers.iter().filter_map(|(name, value)| Some((attribute(name)?, value.clone()))).collect()
}

/// Puts an object and hands it to the journal's keeper.
pub(super) async fn put_one(uploader: Arc<Uploader>, key: Key, object: Object, kept: PathBuf) -> Result<(), Fault> {
    // On a thread of its own, so that files are read and compressed side by side.
    let task = tokio::spawn(async move { uploader.put(&key, &object, &kept).await });
    task.await.unwrap_or_else(|error| Err(Fault::Store(Reason { text: error.to_string(), hint: None })))
}
