//! The headers that objects are stored with, and their compressed forms.

use crate::config::publish::{Cache, Encoding};
use crate::media_type;
use crate::page::{Group, PageKind};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Header fields by lower-case name.
pub type Headers = BTreeMap<&'static str, String>;

/// The field that makes an S3 object a redirect.
pub const REDIRECT: &str = "x-amz-website-redirect-location";

/// The headers of a file.
pub fn of(path: &str, kind: PageKind, form: Option<Encoding>, cache: &Cache) -> Headers {
    let mut headers = Headers::new();
    headers.insert("content-type", media_type::of(path).to_string());
    headers.insert("cache-control", cache_control(path, kind, cache).to_string());
    if let Some(form) = form {
        headers.insert("content-encoding", coding(form).to_string());
    }
    headers
}

/// Header fields for every file of the site that keep readers safe, by name as hosts show it: those of the settings, where an empty
/// value leaves one out, and the policy of the theme.
pub fn security(own: &BTreeMap<String, String>, policy: Option<&str>) -> Vec<(String, String)> {
    let defaults = [
        ("Content-Security-Policy", policy.unwrap_or("")),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ];
    let is_own = |name: &str| own.keys().any(|known| known.eq_ignore_ascii_case(name));
    let defaults = defaults.into_iter().filter(|(name, _)| !is_own(name));
    let own = own.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all = defaults.chain(own).filter(|(_, value)| !value.is_empty());
    all.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// How long a file may be kept by others.
pub fn cache_control<'a>(path: &str, kind: PageKind, cache: &'a Cache) -> &'a str {
    match kind.group() {
        Group::Front => &cache.front,
        Group::Lists | Group::Search => &cache.lists,
        Group::Feeds => &cache.feeds,
        // Their names are hashes of their contents.
        Group::SearchParts | Group::Made => &cache.immutable,
        Group::Assets | Group::Static | Group::Media if has_hash(path) => &cache.immutable,
        Group::Assets => &cache.assets,
        Group::Media => &cache.media,
        // Programs ask for many of them: a change of `ads.txt` must not take a day.
        Group::Static | Group::Stories | Group::Host => &cache.stories,
    }
}

/// Whether a name holds a hash, as in `style.3f9a0c1d.css`: at least eight hexadecimal digits between dots or after a hyphen.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
    let hash = stem.rsplit(['.', '-']).next().unwrap_or("");
    let is_hash = hash.len() >= 8 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    // A date such as 20261123 is not a hash.
    is_hash && hash.len() < stem.len() && hash.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a file becomes smaller by compression.
pub fn compresses(path: &str) -> bool {
    let kind = media_type::of(path);
    kind.contains("charset=utf-8") || kind == "application/wasm" || kind == "font/ttf"
}

/// The name of a coding in `Content-Encoding`.
pub fn coding(form: Encoding) -> &'static str {
    match form {
        Encoding::Gzip => "gzip",
        Encoding::Brotli => "br",
    }
}

/// The ending of a compressed copy beside the plain file.
pub fn ending(form: Encoding) -> &'static str {
    match form {
        Encoding::Gzip => ".gz",
        Encoding::Brotli => ".br",
    }
}

/// The plain file beside which a compressed copy of this name would lie.
pub fn plain_path(path: &str) -> Option<&str> {
    [Encoding::Gzip, Encoding::Brotli].into_iter().find_map(|form| path.strip_suffix(ending(form)))
}

/// Compresses; the same bytes come out every time.
pub fn compress(form: Encoding, bytes: &[u8]) -> io::Result<Vec<u8>> {
    match form {
        Encoding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        Encoding::Brotli => {
            let mut out = Vec::new();
            let parameters = brotli::enc::BrotliEncoderParams { quality: 6, ..Default::default() };
            brotli::BrotliCompress(&mut io::Cursor::new(bytes), &mut out, &parameters)?;
            Ok(out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn readers_are_kept_safe_unless_the_settings_say_otherwise() {
        let own = [("referrer-policy", ""), ("Permissions-Policy", "interest-cohort=()")];
        let own = own.map(|(name, value)| (name.to_string(), value.to_string())).into();
        let names = |policy| security(&own, policy).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let safe = ["X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Permissions-Policy"];
        assert_eq!(names(None), safe);
        assert_eq!(names(Some("default-src 'self'"))[0], "Content-Security-Policy");
    }

    #[test]
    fn only_names_with_a_hash_are_immutable() {
        let cache = Cache::default();
        for (path, kind, expected) in [
            ("assets/style.3f9a0c1d.css", PageKind::Asset, &cache.immutable),
            ("assets/style.css", PageKind::Asset, &cache.assets),
            ("media/port-20261123.jpg", PageKind::Media, &cache.media),
            ("media/port-20261123ab.jpg", PageKind::Media, &cache.immutable),
            ("media/port-480q75.1234567890123456.webp", PageKind::Rendition, &cache.immutable),
            ("index.html", PageKind::Front, &cache.front),
            ("topics/x/index.html", PageKind::Topic, &cache.lists),
            ("feed.xml", PageKind::Rss, &cache.feeds),
            ("a/index.html", PageKind::Tombstone, &cache.stories),
        ] {
            assert_eq!(cache_control(path, kind, &cache), expected, "{path}");
        }
    }

    #[test]
    fn compressed_forms_give_the_text_back() {
        let text = "port strike ".repeat(500);
        let gzip = compress(Encoding::Gzip, text.as_bytes()).unwrap();
        let mut back = String::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        let brotli = compress(Encoding::Brotli, text.as_bytes()).unwrap();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut io::Cursor::new(&brotli), &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
        assert_eq!(gzip, compress(Encoding::Gzip, text.as_bytes()).unwrap());
    }
}
