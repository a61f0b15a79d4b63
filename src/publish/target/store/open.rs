//! How stores are reached: addresses, credentials, timeouts.

use super::reason;
use crate::config::publish::{Destination, Options};
use crate::publish::fault::Fault;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use std::sync::Arc;
use std::time::Duration;

/// A store that can be spoken to.
pub(super) struct Opened {
    pub(super) store: Arc<dyn ObjectStore>,
    #[cfg(feature = "s3")]
    pub(super) redirects: Option<super::redirect::Redirects>,
    /// How messages name it.
    pub(super) shown: String,
    pub(super) prefix: String,
    /// Objects that one request deletes.
    pub(super) deletes: usize,
    /// Whether it unpacks what is stored with a coding for those who do not ask for that coding.
    pub(super) unpacks: bool,
    /// Credentials that came from files: nothing that is published may hold them.
    pub(super) secrets: Vec<(&'static str, String)>,
}

/// Opens the store of an address.
pub(super) fn open(to: &Destination, options: &Options) -> Result<Opened, Fault> {
    crate::publish::http::prepare();
    let opened = match to {
        Destination::S3 { bucket, prefix } => s3(bucket, prefix, options)?,
        Destination::Gcs { bucket, prefix } => gcs(bucket, prefix, options)?,
        Destination::Azure { account, container, prefix } => azure(account, container, prefix, options)?,
        Destination::Folder(_) | Destination::Ssh { .. } | Destination::Git { .. } => {
            return Err(Fault::refused("not the address of an object store"));
        }
    };
    Ok(Opened { shown: opened.shown.trim_end_matches('/').to_string(), ..opened })
}

/// How requests are sent. Without encryption only where an address says so.
fn client(options: &Options, endpoint: Option<&str>) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(endpoint.is_some_and(|endpoint| endpoint.starts_with("http:")))
        .with_timeout(Duration::from_secs(options.timeout_seconds))
        .with_connect_timeout(Duration::from_secs(options.timeout_seconds.min(10)))
}

fn retry(options: &Options) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig { init_backoff: Duration::from_millis(100), ..BackoffConfig::default() },
        max_retries: options.retries,
        retry_timeout: Duration::from_secs(180).max(Duration::from_secs(options.timeout_seconds * 3)),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(feature = "s3")]
const S3_HINT: &str = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for a profile of ~/.aws";

/// Variables that say where else Amazon's credentials come from.
#[cfg(feature = "s3")]
const ELSEWHERE: &[&str] =
    &["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_METADATA_ENDPOINT"];

#[cfg(feature = "s3")]
fn s3(bucket: &str, prefix: &str, options: &Options) -> Result<Opened, Fault> {
    use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
    let endpoint =
        options.endpoint.clone().or_else(|| variable("AWS_ENDPOINT_URL_S3")).or_else(|| variable("AWS_ENDPOINT_URL"));
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_client_options(client(options, endpoint.as_deref()))
        .with_retry(retry(options))
        .with_conditional_put(S3ConditionalPut::ETagMatch);
    if let Some(endpoint) = &endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
    }
    let mut region = options.region.clone();
    let mut secrets = Vec::new();
    // The order of Amazon's own tools: the environment, the files, the machine.
    if !is_set(&["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"]) {
        let profile = super::profile::read(&variable)?;
        if variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")).is_none() {
            region = region.or(profile.region);
        }
        match profile.keys {
            Some((id, secret, token)) => {
                secrets.push(("the secret key of the profile", secret.clone()));
                builder = builder.with_access_key_id(id).with_secret_access_key(secret);
                if let Some(token) = token {
                    secrets.push(("the session token of the profile", token.clone()));
                    builder = builder.with_token(token);
                }
            }
            None if is_set(ELSEWHERE) => {}
            None if variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) => {
                return Err(nobody("S3", S3_HINT));
            }
            None => machine("S3", S3_HINT)?,
        }
    }
    if let Some(region) = &region {
        builder = builder.with_region(region);
    }
    let store = Arc::new(builder.build().map_err(|error| unusable(&error))?);
    // Only Amazon's own store is known to answer with a redirect.
    let leads_on = options.website_redirects.unwrap_or(endpoint.is_none());
    let redirects = leads_on
        .then(|| crate::publish::http::Sender::new(options))
        .transpose()?
        .map(|sender| super::redirect::Redirects { store: store.clone(), sender });
    Ok(Opened {
        store,
        redirects,
        shown: format!("s3://{bucket}/{prefix}"),
        prefix: prefix.to_string(),
        deletes: 1000,
        unpacks: false,
        secrets,
    })
}

/// Whether this may be a machine that has a role of its own: those of all three providers answer at this address, and any other lets
/// the request wait until it times out.
fn machine(store: &str, hint: &str) -> Result<(), Fault> {
    let address = std::net::SocketAddr::from(([169, 254, 169, 254], 80));
    match std::net::TcpStream::connect_timeout(&address, Duration::from_secs(2)) {
        Ok(_) => Ok(()),
        Err(_) => Err(nobody(store, hint)),
    }
}

fn nobody(store: &str, hint: &str) -> Fault {
    Fault::refused(format!("there are no credentials for {store}"))
        .hint(format!("{hint}; docs/publishing.md says more"))
}

fn is_set(names: &[&str]) -> bool {
    names.iter().any(|name| variable(name).is_some())
}

#[cfg(not(feature = "s3"))]
fn s3(_: &str, _: &str, _: &Options) -> Result<Opened, Fault> {
    Err(crate::publish::fault::without("s3"))
}

#[cfg(feature = "gcs")]
fn gcs(bucket: &str, prefix: &str, options: &Options) -> Result<Opened, Fault> {
    let endpoint = options.endpoint.clone().or_else(|| variable("GOOGLE_BASE_URL"));
    let own = variable("HOME").map(|home| format!("{home}/.config/gcloud/application_default_credentials.json"));
    let has_own = own.is_some_and(|own| std::path::Path::new(&own).exists());
    if !has_own && !std::env::vars_os().any(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("GOOGLE_"))) {
        machine("Google", "set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`")?;
    }
    let mut builder = object_store::gcp::GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(bucket)
        .with_client_options(client(options, endpoint.as_deref()))
        .with_retry(retry(options));
    if let Some(endpoint) = &endpoint {
        builder = builder.with_base_url(endpoint.trim_end_matches('/'));
    }
    let store = builder.build().map_err(|error| unusable(&error))?;
    Ok(Opened {
        store: Arc::new(store),
        #[cfg(feature = "s3")]
        redirects: None,
        shown: format!("gs://{bucket}/{prefix}"),
        prefix: prefix.to_string(),
        deletes: 1,
        unpacks: true,
        secrets: Vec::new(),
    })
}

#[cfg(not(feature = "gcs"))]
fn gcs(_: &str, _: &str, _: &Options) -> Result<Opened, Fault> {
    Err(crate::publish::fault::without("gcs"))
}

#[cfg(feature = "azure")]
fn azure(account: &str, container: &str, prefix: &str, options: &Options) -> Result<Opened, Fault> {
    let endpoint = options.endpoint.clone().or_else(|| variable("AZURE_STORAGE_ENDPOINT"));
    if !std::env::vars_os().any(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("AZURE_"))) {
        machine("Azure", "set AZURE_STORAGE_ACCOUNT_KEY, or AZURE_USE_AZURE_CLI=true after `az login`")?;
    }
    let mut builder = object_store::azure::MicrosoftAzureBuilder::from_env()
        .with_account(account)
        .with_container_name(container)
        .with_client_options(client(options, endpoint.as_deref()))
        .with_retry(retry(options));
    if let Some(endpoint) = &endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_string());
    }
    let store = builder.build().map_err(|error| unusable(&error))?;
    Ok(Opened {
        store: Arc::new(store),
        #[cfg(feature = "s3")]
        redirects: None,
        shown: format!("az://{account}/{container}/{prefix}"),
        prefix: prefix.to_string(),
        deletes: 256,
        unpacks: false,
        secrets: Vec::new(),
    })
}

#[cfg(not(feature = "azure"))]
fn azure(_: &str, _: &str, _: &str, _: &Options) -> Result<Opened, Fault> {
    Err(crate::publish::fault::without("azure"))
}

fn unusable(error: &object_store::Error) -> Fault {
    Fault::refused(format!("the store cannot be used: {}", reason::of_error(error).text))
        .hint("credentials come from the environment; docs/publishing.md says from which variables")
}
