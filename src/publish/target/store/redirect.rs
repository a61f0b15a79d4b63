//! Redirect pages, as S3's website endpoint takes them: an object with `x-amz-website-redirect-location` is answered with
//! 301 there. The library that speaks to stores has no word for that field, so these requests are signed by it and sent by us.

use super::reason::{self, Reason};
use crate::publish::headers;
use crate::publish::http::{Answer, Request, Sender};
use crate::publish::object::Object;
use object_store::aws::AmazonS3;
use object_store::path::Path as Key;
use object_store::signer::{HeaderName, HeaderValue, Method, SignedUrlOptions, Signer};
use std::sync::Arc;
use std::time::Duration;

/// For so long a signed address is good; tries that are repeated take less.
const VALID: Duration = Duration::from_secs(15 * 60);

/// Puts redirect pages, and reads the targets of those at the store.
#[derive(Clone)]
pub(super) struct Redirects {
    pub(super) store: Arc<AmazonS3>,
    pub(super) sender: Sender,
}

impl Redirects {
    /// Puts an object with all its headers.
    pub(super) async fn put(&self, key: &Key, object: &Object, bytes: Vec<u8>) -> Result<(), Reason> {
        let headers: Vec<(&'static str, String)> =
            object.headers.iter().map(|(name, value)| (*name, value.clone())).collect();
        let answer = self.send("PUT", key, &headers, bytes).await?;
        if answer.is_good() { Ok(()) } else { Err(reason::answered(answer.status, &answer.body)) }
    }

    /// Where an object leads; `None` where it leads nowhere.
    pub(super) async fn leads_to(&self, key: &Key) -> Result<Option<String>, Reason> {
        let answer = self.send("HEAD", key, &[], Vec::new()).await?;
        match answer.status {
            404 => Ok(None),
            _ if answer.is_good() => Ok(answer.header(headers::REDIRECT).map(str::to_string)),
            status => Err(reason::answered(status, &answer.body)),
        }
    }

    async fn send(
        &self,
        method: &'static str,
        key: &Key,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, Reason> {
        let plain = |text: String| Reason { text, hint: None };
        let mut options = SignedUrlOptions::default();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|error| plain(error.to_string()))?;
            options = options.with_signed_header(HeaderName::from_static(name), value);
        }
        let verb = if method == "PUT" { Method::PUT } else { Method::HEAD };
        let url =
            self.store.signed_url_opts(verb, key, VALID, &options).await.map_err(|error| reason::of_error(&error))?;
        let request = Request { method, url: url.as_str(), headers, body };
        self.sender.send(&request).await.map_err(|fault| plain(fault.diagnostic.message.clone()))
    }
}
