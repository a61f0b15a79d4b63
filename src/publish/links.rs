//! Which files of the site a file names: by link, by address, in any form that pages, feeds and data have.
//!
//! It reads text, not HTML, because themes write what they like. A word that only looks like a link does no harm: those who ask
//! look for files that they know.

use crate::config::Config;
use std::collections::BTreeSet;

/// An address that the site has.
#[derive(Debug)]
pub(super) struct Home {
    /// Its host, as in `//example.org`.
    host: String,
    /// The path before all paths of the site, as in `/wire`; often empty.
    prefix: String,
}

impl Home {
    /// The addresses of a site: that of the settings, and the target's own.
    pub(super) fn all(config: &Config, own: Option<&str>) -> Vec<Home> {
        let addresses = std::iter::once(config.home()).chain(own.map(str::to_string));
        addresses.filter_map(|address| Home::of(&address)).collect()
    }

    fn of(address: &str) -> Option<Home> {
        let address = address.trim_end_matches('/');
        let rest = &address[address.find("//")? + 2..];
        let (host, prefix) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Some(Home { host: format!("//{host}"), prefix: prefix.to_string() })
    }

    /// The file that a path with the prefix leads to.
    fn file(&self, link: &str) -> Option<String> {
        let path = link.strip_prefix(&self.prefix)?;
        (path.is_empty() || path.starts_with('/')).then(|| file("", path)).flatten()
    }
}

/// Attributes that hold links relative to their page.
const ATTRIBUTES: &[&str] = &["href", "src", "srcset", "poster", "action", "data"];

/// The files that a text names, as links write them: what leads to a folder may lack the last slash, and then names no file yet
/// (see [`find`]).
pub(super) fn of(text: &str, page: &str, homes: &[Home]) -> BTreeSet<String> {
    let plain;
    let mut text = text;
    if ["\\/", "&#x2", "&#47"].iter().any(|form| text.contains(form)) {
        plain = text.replace("\\/", "/").replace("&#x2f;", "/").replace("&#x2F;", "/").replace("&#47;", "/");
        text = &plain;
    }
    let mut found = BTreeSet::new();
    for home in homes {
        for (at, host) in text.match_indices(&home.host) {
            found.extend(home.file(link_at(text, at + host.len())));
        }
    }
    let begins = |before: Option<char>| before.is_none_or(|c| c.is_whitespace() || "\"'=(,>".contains(c));
    for (at, _) in text.match_indices('/').filter(|(at, _)| begins(text[..*at].chars().next_back())) {
        let link = link_at(text, at);
        found.extend(homes.iter().filter_map(|home| home.file(link)));
    }
    for (at, quote) in text.match_indices("=\"").chain(text.match_indices("='")) {
        if !ATTRIBUTES.iter().any(|name| text[..at].ends_with(name)) {
            continue;
        }
        let value = &text[at + quote.len()..];
        let value = &value[..value.find(&quote[1..]).unwrap_or(value.len())];
        for link in value.split(',').filter_map(|piece| piece.split_whitespace().next()) {
            let is_full = link.split('/').next().is_some_and(|first| first.contains(':'));
            if !is_full && !link.starts_with(['/', '#', '?']) {
                let folder = page.rfind('/').map_or("", |end| &page[..=end]);
                found.extend(file(folder, link));
            }
        }
    }
    found
}

/// The known file that a link leads to, if there is one.
pub(super) fn find(link: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    if is_known(link) {
        return Some(link.to_string());
    }
    let page = format!("{link}/index.html");
    is_known(&page).then_some(page)
}

/// A link from some place on.
fn link_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || "\"'<>()\\`,;".contains(c));
    &rest[..end.unwrap_or(rest.len())]
}

/// The file of a link that is relative to a folder.
fn file(folder: &str, link: &str) -> Option<String> {
    let path = &link[..link.find(['#', '?', '&']).unwrap_or(link.len())];
    let path = crate::load::decode(path);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if path.is_empty() || path.ends_with(['/', '.']) {
        parts.push("index.html");
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        let homes = [Home::of("https://example.org/wire").unwrap(), Home::of("http://localhost:8000/").unwrap()];
        of(text, "a/b/index.html", &homes).into_iter().filter(|link| !link.starts_with("wire")).collect()
    }

    #[test]
    fn links_are_found_in_every_form() {
        for (text, expected) in [
            (r#"<a href="/wire/c/">"#, &["c/index.html"][..]),
            (r#"<a href='/wire/c/?x#y'>"#, &["c/index.html"]),
            ("<a href=/wire/c/>", &["c/index.html"]),
            (r#"<a href="/wire">"#, &["index.html"]),
            (r#"<a href="&#x2f;wire&#x2F;c">"#, &["c"]),
            (r#"<img srcset="/wire/x.webp 1x,/wire/y.webp 2x">"#, &["x.webp", "y.webp"]),
            (r#"content="0; url=/wire/c/""#, &["c/index.html"]),
            ("<loc>https://example.org/wire/%C3%A9/</loc>", &["é/index.html"]),
            (r#""url":"http:\/\/example.org\/wire\/c\/""#, &["c/index.html"]),
            ("/wire/old/ /wire/new/ 301!\n", &["new/index.html", "old/index.html"]),
            (r#"<a href="../c/"> <a href=".">"#, &["a/b/index.html", "a/c/index.html"]),
            (r#"<a href="x.html" title="y.html">"#, &["a/b/x.html"]),
            ("see https://example.org/wire.", &[]),
            ("https://example.org.uk/wire/c/ and https://other.org/wire/c/", &[]),
            (r##"<a href="mailto:x@example.org"> <a href="tel:/wire"> <a href="#top">"##, &[]),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }

    #[test]
    fn a_link_to_a_folder_may_lack_its_slash() {
        let known = |file: &str| file == "c/index.html" || file == "d.json";
        assert_eq!(find("c", known).as_deref(), Some("c/index.html"));
        assert_eq!(find("d.json", known).as_deref(), Some("d.json"));
        assert_eq!(find("e", known), None);
    }
}
