//! Requests to others than the target: purge services, hubs, search engines, and the published site itself.

use super::Fault;
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
    pub(super) body: Vec<u8>,
}

/// Answers larger than this are cut.
#[cfg(feature = "http")]
const LIMIT: usize = 64 << 20;

/// Names the TLS implementation; has to come before the first connection.
#[cfg(feature = "http")]
pub(super) fn prepare() {
    // An error means that it was named before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Sends a request, again where the answer is one that may pass.
#[cfg(feature = "http")]
pub(super) fn send(request: &Request, options: &Options) -> Result<Answer, Fault> {
    use std::time::Duration;
    prepare();
    let fail = |message: String| Fault::failed(format!("{}: {message}", host(request.url)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| fail(error.to_string()))?;
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(options.timeout_seconds))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("dateline/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| fail(error.to_string()))?;
    let mut wait = Duration::from_millis(200);
    for attempt in 0..=options.retries {
        let result = runtime.block_on(once(&client, request));
        let again = attempt < options.retries
            && result.as_ref().map_or(true, |answer| answer.status >= 500 || answer.status == 429);
        if !again {
            return result.map_err(fail);
        }
        std::thread::sleep(wait);
        wait = (wait * 2).min(Duration::from_secs(10));
    }
    Err(fail("not tried".into()))
}

#[cfg(feature = "http")]
async fn once(client: &reqwest::Client, request: &Request<'_>) -> Result<Answer, String> {
    let method = if request.method == "POST" { reqwest::Method::POST } else { reqwest::Method::GET };
    let mut builder = client.request(method, request.url).body(request.body.clone());
    for (name, value) in request.headers {
        builder = builder.header(*name, value);
    }
    // The library's messages name the address, which may hold a token of a service.
    let plain = |error: reqwest::Error| error.without_url().to_string();
    let mut response = builder.send().await.map_err(plain)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(plain)? {
        body.extend_from_slice(&chunk);
        if body.len() > LIMIT {
            break;
        }
    }
    Ok(Answer { status, body })
}

/// Says that requests cannot be sent.
#[cfg(not(feature = "http"))]
pub(super) fn send(_: &Request, _: &Options) -> Result<Answer, Fault> {
    Err(super::target::without("http"))
}

/// The host of an address; the rest may hold a token.
pub(super) fn host(url: &str) -> &str {
    url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or(url)
}
