//! Paths that cannot leave the site: `RelPath` below a folder of the site, `UrlPath` on the published site, and slugs.
//!
//! Both are checked when made, so that code further on never has to ask. Both use `/` on every platform. A `UrlPath` is in composed form
//! (NFC); a path of a file keeps the form that the disk has, and `Source::on_disk` finds a file by either form.

mod slug;

pub use slug::{SLUG_LIMIT, fold_file, name_key, nfc, numbered, slug_fault, slugify};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file of a path that ends in `/`.
const INDEX: &str = "index.html";

/// The folder of standing pages, below `content/`.
pub const PAGES_FOLDER: &str = "pages";

/// A relative path with `/` between its parts; never empty parts, `.`, `..`, backslash or control characters.
///
/// A copy holds the same text in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "Box<str>")]
pub struct RelPath(Arc<str>);

impl Serialize for RelPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl TryFrom<Box<str>> for RelPath {
    type Error = &'static str;

    /// Checks a path that comes from a file, such as the state of the last build.
    fn try_from(text: Box<str>) -> Result<RelPath, &'static str> {
        RelPath::new(&text).ok_or("no path below a folder")
    }
}

impl RelPath {
    /// Checks a path as it stands.
    pub fn new(text: &str) -> Option<RelPath> {
        RelPath::is_one(text).then(|| RelPath(text.into()))
    }

    /// Whether a text is such a path.
    pub fn is_one(text: &str) -> bool {
        !text.is_empty()
            && text.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && part.len() <= 255)
            && !has_bad_character(text)
    }

    /// Takes a path found by walking; `None` where a name is not UTF-8 or breaks the rules.
    pub fn from_path(path: &Path) -> Option<RelPath> {
        RelPath::new(path.to_str()?)
    }

    /// Resolves a reference as written in this file (`../18/x.md`, `photo.jpg`, `/pages/about.md` from the content root);
    /// `None` where it leaves the root.
    pub fn resolve(&self, reference: &str) -> Option<RelPath> {
        let mut parts: Vec<&str> = if reference.starts_with('/') {
            Vec::new()
        } else {
            let mut parts: Vec<&str> = self.0.split('/').collect();
            parts.pop();
            parts
        };
        for part in reference.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                name => parts.push(name),
            }
        }
        RelPath::new(&parts.join("/"))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last part without its ending.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        }
    }

    /// The ending after the last dot, as written.
    pub fn extension(&self) -> Option<&str> {
        let name = self.file_name();
        name.rfind('.').filter(|dot| *dot > 0).map(|dot| &name[dot + 1..])
    }

    /// Whether this file of `content/` is a standing page and not a story.
    pub fn is_standing_page(&self) -> bool {
        self.folders().next() == Some(PAGES_FOLDER)
    }

    /// The folders above the file, from the root down.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let end = self.0.rfind('/').unwrap_or(0);
        self.0[..end].split('/').filter(|part| !part.is_empty())
    }

    /// The place on disk below `root`.
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(&*self.0)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path on the published site: begins with `/`, no empty parts, dots or control characters; letters of any script, in Unicode's
/// composed form. A path that ends in `/` stands for the `index.html` in that folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlPath(Box<str>);

impl UrlPath {
    /// Checks a path as it stands (not percent-encoded).
    pub fn new(text: &str) -> Option<UrlPath> {
        let text: &str = &nfc(text);
        let inner = text.strip_prefix('/')?;
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let good = (text == "/" || RelPath::is_one(inner))
            && text.len() <= 1024
            && !inner.split('/').any(|part| part.starts_with('.') && part != ".well-known")
            && !inner.contains(['?', '#', '"', '<', '>', '%', '|', '*', ':']);
        good.then(|| UrlPath(text.into()))
    }

    /// The path as text, letters as they are.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as it stands in a link: percent-encoded (RFC 3986).
    pub fn href(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        push_encoded(&mut out, &self.0);
        out
    }

    /// The file that holds this page, below the output folder.
    pub fn file(&self) -> String {
        let mut file = String::with_capacity(self.0.len() + INDEX.len());
        self.push_file(&mut file);
        file
    }

    /// Whether [`UrlPath::file`] gives this.
    pub fn is_file(&self, file: &str) -> bool {
        let index = if self.0.ends_with('/') { INDEX } else { "" };
        file.strip_prefix(&self.0[1..]) == Some(index)
    }

    /// Appends what [`UrlPath::file`] gives.
    pub fn push_file(&self, file: &mut String) {
        file.push_str(&self.0[1..]);
        if self.0.ends_with('/') {
            file.push_str(INDEX);
        }
    }

    /// The order of [`UrlPath::file`], byte by byte.
    pub fn cmp_files(&self, other: &UrlPath) -> Ordering {
        let (mine, others) = (self.0.as_bytes(), other.0.as_bytes());
        let common = mine.len().min(others.len());
        let rest = |path: &'_ [u8]| if path.ends_with(b"/") { INDEX } else { "" };
        mine[..common].cmp(&others[..common]).then_with(|| {
            let mine = mine[common..].iter().chain(rest(mine).as_bytes());
            mine.cmp(others[common..].iter().chain(rest(others).as_bytes()))
        })
    }
}

/// Whether a text has a backslash or a control character (C0, DEL, C1).
fn has_bad_character(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_bad = |byte: &u8| *byte < 0x20 || matches!(*byte, b'\\' | 0x7f);
    // U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
    bytes.iter().any(is_bad) || bytes.windows(2).any(|pair| pair[0] == 0xc2 && pair[1] < 0xa0)
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Appends a path, percent-encoding all but unreserved characters and `/`.
pub fn push_encoded(out: &mut String, path: &str) {
    /// All but the unreserved characters of RFC 3986, and the slash.
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    // Most paths stay as they are.
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    if path.bytes().all(is_kept) {
        return out.push_str(path);
    }
    out.extend(utf8_percent_encode(path, ENCODED));
}

/// The path on the site that a full address names, with the query and fragment, if it leads to the site at `home` (scheme, host and
/// folder, without a last slash). `http` and `https` are one here, and so are letters of either case in scheme and host.
pub fn on_site<'a>(home: &str, address: &'a str) -> Option<&'a str> {
    let rest = |text: &str| Some(text.find("://")? + 3).filter(|end| matches!(*end, 7 | 8));
    let (home, after) = (home.get(rest(home)?..)?, address.get(rest(address)?..)?);
    let (host, folder) = home.split_at(home.find('/').unwrap_or(home.len()));
    let (their, path) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
    let is_here =
        || their.eq_ignore_ascii_case(host) || !their.is_ascii() && ascii_host(their).as_deref() == Some(host);
    let is_web = address.get(..4)?.eq_ignore_ascii_case("http");
    let path = Some(path).filter(|_| is_web && is_here())?.strip_prefix(folder)?;
    match path.as_bytes().first() {
        Some(b'/') => Some(path),
        Some(b'?' | b'#') | None => Some("/"),
        Some(_) => None,
    }
}

/// A host in lower case and ASCII (`xn--zrich-kva.example`), with its port if it has one.
pub fn ascii_host(host: &str) -> Option<String> {
    let host = host.trim();
    let (name, port) = host.split_at(host.find(':').unwrap_or(host.len()));
    match url::Host::parse(name).ok()? {
        url::Host::Domain(name) => Some(format!("{name}{port}")),
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
    }
}

/// Takes percent-encoding off a link; one whose bytes are not text stays as it is.
pub fn decode(target: &str) -> String {
    percent_decode_str(target).decode_utf8().map_or_else(|_| target.to_string(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_there_and_back() {
        let mut link = String::new();
        push_encoded(&mut link, "/a b/São-Tomé_~.(1)%+'/");
        assert_eq!(link, "/a%20b/S%C3%A3o-Tom%C3%A9_~.%281%29%25%2B%27/");
        assert_eq!(decode(&link), "/a b/São-Tomé_~.(1)%+'/");
        // What is not an encoding of a text stays as it is.
        for text in ["100%", "%zz", "%+1", "%C3", "a%FFb"] {
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn relative_paths_stay_below_their_root() {
        for bad in ["", "/x", "../x", "a//b", "a/./b", "a/../../b", "a\\b", "a\0b", "a/"] {
            assert_eq!(RelPath::new(bad), None, "{bad:?}");
        }
        let story = RelPath::new("2026/11/18/strike.md").unwrap();
        let resolve = |r: &str| story.resolve(r).map(|p| p.as_str().to_string());
        assert_eq!(resolve("../17/talks.md").as_deref(), Some("2026/11/17/talks.md"));
        assert_eq!(resolve("photo.jpg").as_deref(), Some("2026/11/18/photo.jpg"));
        assert_eq!(resolve("/pages/about.md").as_deref(), Some("pages/about.md"));
        assert_eq!(resolve("../../../../etc/passwd"), None);
        assert_eq!((story.stem(), story.extension()), ("strike", Some("md")));
        assert_eq!(story.folders().collect::<Vec<_>>(), ["2026", "11", "18"]);
    }

    #[test]
    fn url_paths_are_checked_and_encoded() {
        for bad in ["", "x", "//x", "/a/../b", "/.git/x", "/a?b", "/a#b", "/a%2e", "/a\nb"] {
            assert_eq!(UrlPath::new(bad), None, "{bad:?}");
        }
        assert_eq!(UrlPath::new("/").unwrap().file(), "index.html");
        assert_eq!(UrlPath::new("/a/b/").unwrap().file(), "a/b/index.html");
        assert_eq!(UrlPath::new("/feed.xml").unwrap().file(), "feed.xml");
        assert_eq!(UrlPath::new("/خبر/").unwrap().href(), "/%D8%AE%D8%A8%D8%B1/");
        assert_eq!(UrlPath::new("/и\u{306}од/"), UrlPath::new("/йод/"));
    }

    #[test]
    fn paths_are_in_the_order_of_their_files() {
        let paths =
            ["/", "/a", "/a/", "/a.html", "/a/b", "/a/b/", "/a/index", "/a/index.htmlx", "/a/z/", "/index.htm", "/é/"];
        let paths: Vec<UrlPath> = paths.iter().map(|path| UrlPath::new(path).unwrap()).collect();
        for one in &paths {
            for other in &paths {
                assert_eq!(one.cmp_files(other), one.file().cmp(&other.file()), "{one} {other}");
            }
        }
    }

    #[test]
    fn control_characters_of_every_kind_are_found() {
        for c in (0..=0x2ff).filter_map(char::from_u32) {
            assert_eq!(has_bad_character(&format!("a{c}b")), c == '\\' || c.is_control(), "{c:?}");
        }
    }

    #[test]
    fn addresses_of_the_site_are_known_in_any_spelling() {
        let home = "https://example.org/wire";
        for (address, path) in [
            ("https://example.org/wire/a/b/?c#d", Some("/a/b/?c#d")),
            ("HTTP://Example.ORG/wire/a/", Some("/a/")),
            ("https://example.org/wire", Some("/")),
            ("https://example.org/wire#top", Some("/")),
            ("https://example.org/wires/a/", None),
            ("https://example.org/", None),
            ("https://example.org.evil.test/wire/", None),
            ("https://example.orgé/wire/", None),
            ("ftp://example.org/wire/", None),
            ("mailto:desk@example.org", None),
            ("/wire/a/", None),
            ("", None),
        ] {
            assert_eq!(on_site(home, address), path, "{address}");
        }
        assert_eq!(on_site("https://example.org", "http://example.org/a/"), Some("/a/"));
        let home = "https://xn--zrich-kva.example:8443";
        assert_eq!(on_site(home, "https://Zürich.example:8443/a/"), Some("/a/"));
        assert_eq!(on_site(home, "https://xn--zrich-kva.example:8443/a/"), Some("/a/"));
        assert_eq!(on_site(home, "https://zürich.example/a/"), None);
    }
}
