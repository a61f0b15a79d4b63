//! `publish:` in the settings: where the site goes, and how.
//!
//! No secret stands here: credentials come from the environment or from the provider's own chain.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use std::collections::BTreeMap;

/// A place to publish to.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is called in the settings; the address itself where it was given on the command line.
    pub name: String,
    /// Where it is.
    pub to: Destination,
    /// Everything else.
    pub options: Options,
}

/// An address to publish to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// `s3://bucket/prefix`: S3, or a store that speaks its protocol.
    S3 {
        /// The bucket.
        bucket: String,
        /// Folder in it, without slashes at its ends; may be empty.
        prefix: String,
    },
    /// `gs://bucket/prefix`: Google Cloud Storage.
    Gcs {
        /// The bucket.
        bucket: String,
        /// Folder in it.
        prefix: String,
    },
    /// `az://account/container/prefix`: Azure Blob Storage.
    Azure {
        /// The storage account.
        account: String,
        /// The container.
        container: String,
        /// Folder in it.
        prefix: String,
    },
    /// `ssh://user@host:port/path`: a folder on a machine with rsync.
    Ssh {
        /// `user@host` or `host`, as ssh takes it.
        host: String,
        /// The port, where it is not ssh's own default.
        port: Option<u16>,
        /// Absolute path of the folder.
        path: String,
    },
    /// `git+URL#branch`: a branch of a git repository.
    Git {
        /// The repository that git pushes to.
        url: String,
        /// The branch; `gh-pages` where not said.
        branch: String,
    },
    /// A folder of this machine, relative to the site's.
    Folder(String),
}

impl Destination {
    /// Whether it is an object store, which keeps a file in one form with its headers.
    pub fn is_store(&self) -> bool {
        match self {
            Destination::S3 { .. } | Destination::Gcs { .. } | Destination::Azure { .. } => true,
            Destination::Ssh { .. } | Destination::Git { .. } | Destination::Folder(_) => false,
        }
    }

    /// Whether it is a branch of a git repository.
    pub fn is_git(&self) -> bool {
        matches!(self, Destination::Git { .. })
    }

    /// The folder of this machine that it is, relative to the site's.
    pub fn local_folder(&self) -> Option<&str> {
        match self {
            Destination::Folder(folder) => Some(folder),
            Destination::S3 { .. }
            | Destination::Gcs { .. }
            | Destination::Azure { .. }
            | Destination::Ssh { .. }
            | Destination::Git { .. } => None,
        }
    }
}

/// How a target is published to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// The target's address as the settings have it; [`Target::to`] is what it says.
    pub to: String,
    /// Address of the store, where it is not the provider's own.
    pub endpoint: Option<String>,
    /// Region of an S3 bucket.
    pub region: Option<String>,
    /// Whether the store keeps the conditions of a write (`If-Match`), by which two publishers notice each other.
    #[serde(deserialize_with = "super::yes_no::required")]
    pub conditional_writes: bool,
    /// Whether redirect pages are redirects of S3's website endpoint too; by default on Amazon's own S3.
    #[serde(deserialize_with = "super::yes_no::optional")]
    pub website_redirects: Option<bool>,
    /// Whose rules the files must follow.
    pub preset: Option<Preset>,
    /// The site's own domain, for `CNAME` and the like.
    pub domain: Option<String>,
    /// Address of the site at this target, where it is not `base_url`.
    pub base_url: Option<String>,
    /// Releases kept in a local folder; 0 publishes in place.
    pub releases: usize,
    /// Former states kept for `--rollback`.
    pub keep: usize,
    /// Share of the files that may be deleted at once, in percent.
    pub max_delete: Percent,
    /// Hours for which a file of the theme stays after pages stopped using it.
    pub asset_grace_hours: u32,
    /// Forms that text is compressed to.
    pub compress: Vec<Encoding>,
    /// `Cache-Control` by kind of file.
    pub cache: Cache,
    /// Header fields for every file, where the host takes them; an empty value leaves one of ours out.
    pub headers: BTreeMap<String, String>,
    /// Requests at a time.
    pub concurrency: usize,
    /// Times that a request is tried again.
    pub retries: usize,
    /// Seconds after which a request counts as failed.
    pub timeout_seconds: u64,
    /// Whether a git branch keeps former commits.
    #[serde(deserialize_with = "super::yes_no::required")]
    pub history: bool,
    /// Author of git commits, `Name <mail>`.
    pub author: Option<String>,
    /// The services that are notified of changed addresses.
    pub purge: Purge,
    /// The WebSub hub to notify of changed feeds.
    pub websub: Option<String>,
    /// The IndexNow address to notify of changed stories; the key is `DATELINE_INDEXNOW_KEY` of the environment.
    pub indexnow: Option<String>,
    /// Files that the host takes, where its plan allows another number than the preset says.
    pub max_files: Option<usize>,
    /// Pages fetched after publishing, besides every withdrawal; 0 fetches none.
    pub verify: usize,
    /// Files that may hold what looks like a secret.
    pub allow_secrets_in: Vec<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            to: String::new(),
            endpoint: None,
            region: None,
            conditional_writes: true,
            website_redirects: None,
            preset: None,
            domain: None,
            base_url: None,
            releases: 3,
            keep: 3,
            max_delete: Percent(5.0),
            asset_grace_hours: 24,
            compress: Vec::new(),
            cache: Cache::default(),
            headers: BTreeMap::new(),
            concurrency: 16,
            retries: 5,
            timeout_seconds: 30,
            history: false,
            author: None,
            purge: Purge::default(),
            websub: None,
            indexnow: None,
            max_files: None,
            verify: 0,
            allow_secrets_in: Vec::new(),
        }
    }
}

/// A share, written `5%`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(try_from = "String")]
pub struct Percent(pub f64);

impl TryFrom<String> for Percent {
    type Error = String;

    fn try_from(text: String) -> Result<Percent, String> {
        text.parse()
    }
}

impl std::str::FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Percent, String> {
        let number = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
        let number = number.filter(|number| (0.0..=100.0).contains(number));
        number.map(Percent).ok_or_else(|| format!("`{text}` is not a percentage; write it as in 5%"))
    }
}

/// The names of the hosts whose files and limits are known.
pub const PRESETS: &[&str] = &["netlify", "cloudflare", "github", "gitlab", "codeberg"];

/// A host whose files and limits are known.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "each is the host of its name")]
pub enum Preset {
    Netlify,
    Cloudflare,
    Github,
    Gitlab,
    Codeberg,
}

impl std::str::FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Preset, String> {
        let text: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
        Preset::deserialize(text).map_err(|_| format!("expected one of {}", PRESETS.join(", ")))
    }
}

/// A compressed form (RFC 9110 content coding).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// gzip, RFC 1952.
    #[serde(rename = "gzip")]
    Gzip,
    /// Brotli, RFC 7932.
    #[serde(rename = "br")]
    Brotli,
}

/// `Cache-Control` by kind of file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cache {
    /// Front pages.
    pub front: String,
    /// Sections, topics, places, authors, days and their indexes.
    pub lists: String,
    /// Feeds, sitemaps, `robots.txt`, 404.
    pub feeds: String,
    /// Stories, notices of withdrawal, standing pages and redirects.
    pub stories: String,
    /// Files of the theme.
    pub assets: String,
    /// Pictures and other files from `content/`.
    pub media: String,
    /// Files whose name holds a hash of their bytes.
    pub immutable: String,
}

impl Default for Cache {
    fn default() -> Cache {
        let seconds = |seconds: u32| format!("public, max-age={seconds}");
        Cache {
            front: seconds(60),
            lists: seconds(60),
            feeds: seconds(60),
            stories: seconds(300),
            assets: seconds(3600),
            media: seconds(86_400),
            immutable: "public, max-age=31536000, immutable".into(),
        }
    }
}

/// The services that are notified of changed addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Purge {
    /// A command; `{file}` becomes the path of the list.
    pub command: Option<String>,
    /// An address that gets the list in a POST request, as JSON.
    pub url: Option<String>,
    /// Whether whole folders may be named with `*`.
    #[serde(deserialize_with = "super::yes_no::required")]
    pub wildcards: bool,
}

/// Checks `publish:`. A fault names the key and what is wrong with it.
pub(super) fn check(raw: BTreeMap<String, Options>, fault: &mut dyn FnMut(&str, String, &str)) -> Vec<Target> {
    let mut targets = Vec::new();
    for (name, mut options) in raw {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            fault(&name, format!("`{name}` is not a valid name for a target"), "use letters, digits, `-` and `_`");
            continue;
        }
        if options.to.is_empty() {
            fault(&name, format!("publish: {name}: missing field `to`"), ADDRESSES);
            continue;
        }
        let to = std::mem::take(&mut options.to);
        let Ok(to) = destination(&to).map_err(|reason| fault("to", reason, ADDRESSES)) else { continue };
        options.tidy();
        let target = Target { name, to, options };
        for (key, reason) in target.faults() {
            fault(key, format!("publish: {}: {reason}", target.name), "");
        }
        targets.push(target);
    }
    targets
}

impl Options {
    /// Brings addresses into the one form that they have everywhere.
    fn tidy(&mut self) {
        if let Some(written) = self.base_url.as_deref()
            && let Some((origin, prefix)) = super::split_base_url(written)
        {
            let slash = if written.ends_with('/') { "/" } else { "" };
            self.base_url = Some(format!("{origin}{prefix}{slash}"));
        }
        if let Some(host) = self.domain.as_deref().and_then(crate::path::ascii_host) {
            self.domain = Some(host);
        }
    }
}

/// Forms of address, for hints.
pub const ADDRESSES: &str = "addresses are s3://bucket/prefix, gs://bucket/prefix, az://account/container/prefix, \
    ssh://user@host/path, git+URL#branch, or a folder";

impl Target {
    /// A target that the settings do not name.
    pub fn at(address: &str) -> Result<Target, String> {
        Ok(Target { name: address.to_string(), to: destination(address)?, options: Options::default() })
    }

    /// Names of files that only the host reads and that publishing puts beside the site; no page may stand in their place.
    pub fn host_files(&self) -> Vec<&'static str> {
        let (preset, has_domain) = (self.options.preset, self.options.domain.is_some());
        let is_git = self.to.is_git();
        let mut files = Vec::new();
        if preset == Some(Preset::Github) || (is_git && preset.is_none()) {
            files.push(".nojekyll");
            files.extend(has_domain.then_some("CNAME"));
        }
        if preset == Some(Preset::Codeberg) {
            files.extend(has_domain.then_some(".domains"));
        }
        if let Some(Preset::Netlify | Preset::Cloudflare) = preset {
            files.extend(["_headers", "_redirects"]);
        }
        files
    }

    /// Names at the host's root at which no page may stand: those of [`Target::host_files`], and others that the host reads or answers
    /// itself. A git host looks for functions to run in the branch that the site is in.
    pub fn host_names(&self) -> Vec<&'static str> {
        let mut names = self.host_files();
        let is_git = self.to.is_git();
        match self.options.preset {
            Some(Preset::Netlify) => {
                names.extend([".netlify", "netlify.toml"]);
                names.extend(is_git.then_some(["netlify/functions", "netlify/edge-functions"]).into_iter().flatten());
            }
            Some(Preset::Cloudflare) => {
                names.extend(["_routes.json", "_worker.js", "cdn-cgi"]);
                names.extend(is_git.then_some("functions"));
            }
            Some(Preset::Github) => names.push("CNAME"),
            Some(Preset::Gitlab) => names.push("_redirects"),
            Some(Preset::Codeberg) => names.push(".domains"),
            None if is_git => names.push("CNAME"),
            None => {}
        }
        // For certificates.
        names.extend(self.options.preset.map(|_| ".well-known/acme-challenge"));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What is wrong with the values, by key.
    fn faults(&self) -> Vec<(&'static str, String)> {
        let options = &self.options;
        let mut faults = Vec::new();
        for (key, value, most) in [
            ("releases", options.releases, 1000),
            ("keep", options.keep, 1000),
            ("concurrency", options.concurrency, 256),
            ("retries", options.retries, 100),
            ("verify", options.verify, 10_000),
        ] {
            let least = usize::from(key == "concurrency");
            if !(least..=most).contains(&value) {
                faults.push((key, format!("`{key}` is {value}, expected {least} to {most}")));
            }
        }
        if !(1..=3600).contains(&options.timeout_seconds) {
            faults.push(("timeout_seconds", "`timeout_seconds` must be from 1 to 3600".into()));
        }
        let cache = &options.cache;
        for value in
            [&cache.front, &cache.lists, &cache.feeds, &cache.stories, &cache.assets, &cache.media, &cache.immutable]
        {
            if value.is_empty() || !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                faults.push(("cache", format!("`{value}` is not a valid Cache-Control")));
            }
        }
        for (name, value) in &options.headers {
            let is_token = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            let is_name = !name.is_empty() && name.len() <= 100 && name.bytes().all(is_token);
            if !is_name || value.len() > 1_900 || !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                faults.push(("headers", format!("`{}` is not a header on one line", name.escape_debug())));
            }
            if ["cache-control", "content-type", "content-encoding"].contains(&&*name.to_ascii_lowercase()) {
                faults
                    .push(("headers", format!("`{name}` is not the same for every file; `cache` sets Cache-Control")));
            }
        }
        for (key, url) in [
            ("endpoint", &options.endpoint),
            ("base_url", &options.base_url),
            ("websub", &options.websub),
            ("indexnow", &options.indexnow),
            ("url", &options.purge.url),
        ] {
            if url.as_ref().is_some_and(|url| super::split_base_url(url.split('?').next().unwrap_or(url)).is_none()) {
                faults.push((
                    key,
                    format!("`{key}` is not an address such as https://example.org/, without user or password"),
                ));
            }
        }
        if let Some(domain) = &options.domain
            && (domain.is_empty() || !domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'))
        {
            faults.push(("domain", format!("`{domain}` is not a domain")));
        }
        if self.to.is_store() && options.compress.len() > 1 {
            faults.push(("compress", "a store keeps one form of a file; name one".into()));
        }
        if self.to.is_store() && !options.headers.is_empty() {
            faults.push(("headers", "a store keeps no such headers; set them where it is served from".into()));
        }
        if self.to.is_git() && !options.compress.is_empty() {
            faults.push(("compress", "a git branch has no compressed forms".into()));
        }
        faults
    }
}

/// Reads an address.
pub fn destination(text: &str) -> Result<Destination, String> {
    let wrong = || Err(format!("`{text}` is not an address to publish to"));
    let Some((scheme, rest)) = text.split_once("://") else {
        let plain = !text.is_empty() && !text.chars().any(char::is_control) && !text.starts_with('-');
        return if plain { Ok(Destination::Folder(text.to_string())) } else { wrong() };
    };
    if rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return wrong();
    }
    if let Some(scheme) = scheme.strip_prefix("git+") {
        let (url, branch) = rest.rsplit_once('#').unwrap_or((rest, "gh-pages"));
        let good_branch = !branch.is_empty()
            && !branch.starts_with('-')
            && !branch.contains("..")
            && branch.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.'));
        if url.is_empty() || !good_branch || !["https", "http", "ssh", "file"].contains(&scheme) {
            return wrong();
        }
        if scheme.starts_with("http") && url.split('/').next().is_some_and(|host| host.contains('@')) {
            return Err("the address of the repository holds a user or password".into());
        }
        return Ok(Destination::Git { url: format!("{scheme}://{url}"), branch: branch.to_string() });
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = |path: &str| {
        let path = path.trim_matches('/');
        (path.is_empty() || crate::path::RelPath::new(path).is_some()).then(|| path.to_string())
    };
    let name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    match scheme {
        "s3" | "gs" => match prefix(path) {
            Some(prefix) if name(host) && scheme == "s3" => Ok(Destination::S3 { bucket: host.into(), prefix }),
            Some(prefix) if name(host) => Ok(Destination::Gcs { bucket: host.into(), prefix }),
            _ => wrong(),
        },
        "az" => {
            let (container, path) = path.split_once('/').unwrap_or((path, ""));
            // Azure serves websites from a container of this name.
            let is_web = container == "$web";
            match prefix(path) {
                Some(prefix) if name(host) && (is_web || name(container)) => {
                    Ok(Destination::Azure { account: host.into(), container: container.into(), prefix })
                }
                _ => wrong(),
            }
        }
        "ssh" => ssh(host, path).map_or_else(wrong, Ok),
        "file" if host.is_empty() => Ok(Destination::Folder(format!("/{path}"))),
        _ => wrong(),
    }
}

fn ssh(host: &str, path: &str) -> Option<Destination> {
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok()?)),
        None => (host, None),
    };
    // The path passes through a shell at the other end, so only plain characters are taken.
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c) || more.contains(c))
    };
    let path = format!("/{}", path.trim_matches('/'));
    let good =
        plain(host, "@") && !host.starts_with('-') && path.len() > 1 && plain(&path, "/~") && !path.contains("..");
    good.then(|| Destination::Ssh { host: host.to_string(), port, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let text = |address: &str| match destination(address) {
            Ok(to) => format!("{to:?}"),
            Err(reason) => reason,
        };
        for (address, expected) in [
            ("s3://wire/live/", r#"S3 { bucket: "wire", prefix: "live" }"#),
            ("gs://wire", r#"Gcs { bucket: "wire", prefix: "" }"#),
            ("az://acct/$web", r#"Azure { account: "acct", container: "$web", prefix: "" }"#),
            ("az://acct/web/a/b", r#"Azure { account: "acct", container: "web", prefix: "a/b" }"#),
            ("ssh://desk@host:2222/srv/www/", r#"Ssh { host: "desk@host", port: Some(2222), path: "/srv/www" }"#),
            ("git+ssh://git@host/a/b.git", r#"Git { url: "ssh://git@host/a/b.git", branch: "gh-pages" }"#),
            ("git+https://host/a.git#pages", r#"Git { url: "https://host/a.git", branch: "pages" }"#),
            ("../www", r#"Folder("../www")"#),
            ("file:///srv/www", r#"Folder("/srv/www")"#),
            ("git+https://me:secret@host/a.git", "the address of the repository holds a user or password"),
        ] {
            assert_eq!(text(address), expected, "{address}");
        }
        for bad in [
            "",
            "-x",
            "s3://",
            "s3://a b/",
            "s3://a/../b",
            "ftp://x/y",
            "ssh://h/",
            "ssh://h/$(x)",
            "ssh://-o/x",
            "git+x://y",
        ] {
            assert!(destination(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn headers_are_checked() {
        let faults = |address: &str, name: &str, value: &str| {
            let mut target = Target::at(address).unwrap();
            target.options.headers.insert(name.into(), value.into());
            target.faults().into_iter().map(|(_, reason)| reason).collect::<Vec<_>>()
        };
        assert_eq!(faults("www", "Permissions-Policy", "interest-cohort=()"), [] as [&str; 0]);
        assert_eq!(faults("www", "Referrer-Policy", ""), [] as [&str; 0]);
        assert_eq!(faults("www", "A\n/*", "x"), ["`A\\n/*` is not a header on one line"]);
        assert_eq!(faults("www", "A", "x\n  Set-Cookie: a"), ["`A` is not a header on one line"]);
        let reason = "`Cache-Control` is not the same for every file; `cache` sets Cache-Control";
        assert_eq!(faults("www", "Cache-Control", "no-store"), [reason]);
        let reason = "a store keeps no such headers; set them where it is served from";
        assert_eq!(faults("s3://wire", "X-Frame-Options", "DENY"), [reason]);
    }

    #[test]
    fn shares_are_read() {
        assert_eq!("5%".parse(), Ok(Percent(5.0)));
        assert_eq!("0.5 %".parse(), Ok(Percent(0.5)));
        for bad in ["5", "-1%", "101%", "x%", ""] {
            assert!(bad.parse::<Percent>().is_err(), "{bad}");
        }
    }
}
