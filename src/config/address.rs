//! Addresses of sites as people write them: with blanks around them, capitals in the host, or letters of any script in it.

use crate::path::UrlPath;
use url::Url;

/// Scheme and host (`https://example.org`, the host in lower case and in ASCII), and the path without a last slash.
pub(super) fn split_base_url(written: &str) -> Option<(String, String)> {
    let written = written.trim();
    let (scheme, rest) = written.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = format!("/{}", path.trim_matches('/'));
    let good_path = path == "/" || UrlPath::new(&path).is_some();
    // The crate mends more than capitals: it takes blanks out, and reads `\` as `/`.
    if !good_path || host.contains(|c: char| c.is_whitespace() || c.is_control() || "@?#\"<>\\%".contains(c)) {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{host}/")).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    is_web.then(|| (url.origin().ascii_serialization(), if path == "/" { String::new() } else { path }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_brought_into_one_form() {
        for (written, expected) in [
            ("https://example.org", Some(("https://example.org", ""))),
            ("https://example.org/wire/", Some(("https://example.org", "/wire"))),
            (" HTTPS://News.Example.ORG/Wire \n", Some(("https://news.example.org", "/Wire"))),
            ("https://zürich.example/", Some(("https://xn--zrich-kva.example", ""))),
            ("https://Новости.рф/лента/", Some(("https://xn--b1amnebsh.xn--p1ai", "/лента"))),
            ("https://例え.テスト", Some(("https://xn--r8jz45g.xn--zckzah", ""))),
            ("http://127.0.0.1:8080/", Some(("http://127.0.0.1:8080", ""))),
            ("http://[::1]:8080/", Some(("http://[::1]:8080", ""))),
            ("https://example.org:443/", Some(("https://example.org", ""))),
            ("example.org", None),
            ("//example.org/", None),
            ("ftp://example.org/", None),
            ("https://", None),
            ("https:///wire/", None),
            ("https://me@example.org/", None),
            ("https://example.org?x", None),
            ("https://exa mple.org/", None),
            ("https://example.org\\wire/", None),
            ("https://example.org/a?b", None),
        ] {
            let found = split_base_url(written);
            let found = found.as_ref().map(|(origin, prefix)| (origin.as_str(), prefix.as_str()));
            assert_eq!(found, expected, "{written:?}");
        }
    }
}
