//! Requests to others than the target: purge services, hubs, search engines, and the published site itself.

use super::fault::Fault;
use crate::config::publish::Options;

/// One request.
#[cfg_attr(not(feature = "http"), allow(dead_code, reason = "without the feature no request is sent"))]
pub(super) struct Request<'a> {
    pub(super) method: &'static str,
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'static str, String)],
    pub(super) body: Vec<u8>,
}

/// An answer, whatever its status.
pub(super) struct Answer {
    pub(super) status: u16,
    /// The fields of its head, by lower-case name.
    #[cfg_attr(not(feature = "s3"), allow(dead_code, reason = "the one reader is S3"))]
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Whether the request was carried out.
    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A field of the head, by lower-case name.
    #[cfg_attr(not(feature = "s3"), allow(dead_code, reason = "the one reader is S3"))]
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Answers larger than this are cut.
#[cfg(feature = "http")]
const LIMIT: usize = 64 << 20;

/// Sends requests, one at a time, over connections that it keeps.
#[cfg(feature = "http")]
pub(super) struct Client {
    runtime: tokio::runtime::Runtime,
    sender: Sender,
}

/// Sends requests from code that waits for other things too.
#[cfg(feature = "http")]
#[derive(Clone)]
pub(super) struct Sender {
    client: reqwest::Client,
    retries: usize,
}

/// Names the TLS implementation; has to come before the first connection.
#[cfg(feature = "http")]
pub(super) fn prepare() {
    // An error means that it was named before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(feature = "http")]
impl Client {
    /// A client with the timeouts of the settings.
    pub(super) fn new(options: &Options) -> Result<Client, Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Fault::failed(format!("threads cannot be started: {error}")))?;
        Ok(Client { runtime, sender: Sender::new(options)? })
    }

    /// Sends a request, again where the answer is one that may pass.
    pub(super) fn send(&self, request: &Request) -> Result<Answer, Fault> {
        self.runtime.block_on(self.sender.send(request))
    }
}

#[cfg(feature = "http")]
impl Sender {
    /// A sender with the timeouts of the settings.
    pub(super) fn new(options: &Options) -> Result<Sender, Fault> {
        prepare();
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(options.timeout_seconds))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("dateline/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Fault::failed(format!("requests cannot be sent: {error}")))?;
        Ok(Sender { client, retries: options.retries })
    }

    /// Sends a request, again where the answer is one that may pass.
    pub(super) async fn send(&self, request: &Request<'_>) -> Result<Answer, Fault> {
        let mut wait = std::time::Duration::from_millis(200);
        let mut left = self.retries;
        loop {
            let result = self.once(request).await;
            let passing = result.as_ref().map_or(true, |answer| answer.status >= 500 || answer.status == 429);
            if left == 0 || !passing {
                return result.map_err(|message| Fault::failed(format!("{}: {message}", host(request.url))));
            }
            left -= 1;
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(std::time::Duration::from_secs(10));
        }
    }

    async fn once(&self, request: &Request<'_>) -> Result<Answer, String> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut builder = self.client.request(method, request.url).body(request.body.clone());
        for (name, value) in request.headers {
            builder = builder.header(*name, value);
        }
        // The library's messages name the address, which may hold a token of a service. What lies below says more than they do.
        let plain = |error: reqwest::Error| {
            let error = error.without_url();
            let mut cause: &dyn std::error::Error = &error;
            while let Some(next) = cause.source() {
                cause = next;
            }
            cause.to_string()
        };
        let mut response = builder.send().await.map_err(plain)?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(plain)? {
            body.extend_from_slice(&chunk);
            if body.len() > LIMIT {
                break;
            }
        }
        Ok(Answer { status, headers, body })
    }
}

/// Says that requests cannot be sent.
#[cfg(not(feature = "http"))]
pub(super) struct Client;

#[cfg(not(feature = "http"))]
impl Client {
    pub(super) fn new(_: &Options) -> Result<Client, Fault> {
        Err(super::fault::without("http"))
    }

    pub(super) fn send(&self, _: &Request) -> Result<Answer, Fault> {
        Err(super::fault::without("http"))
    }
}

/// The host of an address; the rest may hold a token.
pub(super) fn host(url: &str) -> &str {
    url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or(url)
}
