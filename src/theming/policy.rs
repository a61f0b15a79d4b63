//! A content security policy, as far as it decides what a page may load and run (CSP Level 3).

use url::Url;

/// The directives of a policy in their order, names in lower case. Of two of one name the first counts.
pub(crate) fn directives(policy: &str) -> Vec<(String, Vec<&str>)> {
    let mut directives: Vec<(String, Vec<&str>)> = Vec::new();
    for directive in policy.split(';') {
        let mut words = directive.split_ascii_whitespace();
        let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
        if !directives.iter().any(|(known, _)| *known == name) {
            directives.push((name, words.collect()));
        }
    }
    directives
}

/// The policy of a theme on a site.
pub(super) struct Policy<'p> {
    directives: Vec<(String, Vec<&'p str>)>,
    /// Where its pages are: `https://example.org`.
    origin: Option<Url>,
}

/// Where an address leads.
enum Place {
    /// To this site.
    Own,
    /// To a host.
    Host(Url),
    /// It is what it says: `data:`, `blob:`.
    Scheme(String),
    /// A value of the template says.
    Unknown,
}

impl<'p> Policy<'p> {
    pub(super) fn new(policy: &'p str, origin: &str) -> Policy<'p> {
        Policy { directives: directives(policy), origin: Url::parse(origin).ok() }
    }

    /// The directive that blocks what stands in the page itself, as it is written; `None` where none does. One with hashes or nonces
    /// may allow it, which only a browser can tell.
    pub(super) fn blocks_inline(&self, directive: &str) -> Option<String> {
        let (name, sources) = self.in_force(directive)?;
        let has = |wanted: fn(&str) -> bool| sources.iter().any(|source| wanted(&source.to_ascii_lowercase()));
        let is_named = has(|source| source.starts_with("'nonce-") || source.starts_with("'sha"));
        let is_free = has(|source| source == "'unsafe-inline'") && !has(|source| source == "'strict-dynamic'");
        (!is_named && !is_free).then(|| written(name, sources))
    }

    /// The directive that blocks a load from an address, as it is written; `None` where none does. `value` stands in the address where
    /// a template puts in a value.
    pub(super) fn blocks(&self, directive: &str, address: &str, value: char) -> Option<String> {
        let (name, sources) = self.in_force(directive)?;
        let place = self.place(address, value);
        let allows = |source: &&str| self.allows(source, &place);
        (!sources.iter().any(allows)).then(|| written(name, sources))
    }

    /// The first of the directives that decide in turn that the policy has (CSP Level 3, 6.8.3).
    fn in_force(&self, directive: &str) -> Option<(&str, &[&'p str])> {
        let turns: &[&str] = match directive {
            "script-src-elem" | "script-src-attr" => &[directive, "script-src", "default-src"],
            "style-src-elem" | "style-src-attr" => &[directive, "style-src", "default-src"],
            "frame-src" => &[directive, "child-src", "default-src"],
            // These do not fall back.
            "form-action" | "base-uri" => &[directive],
            _ => &[directive, "default-src"],
        };
        let find = |wanted: &&str| self.directives.iter().find(|(name, _)| name == wanted);
        turns.iter().find_map(find).map(|(name, sources)| (name.as_str(), sources.as_slice()))
    }

    fn place(&self, address: &str, value: char) -> Place {
        if address.starts_with(value) {
            return Place::Unknown;
        }
        let (scheme, is_scheme) = match address.split_once(':') {
            Some((scheme, _)) => (scheme, scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))),
            None => ("", false),
        };
        let full = match () {
            () if address.starts_with("//") => format!("https:{address}"),
            () if !is_scheme => return Place::Own,
            () if ["http", "https", "ws", "wss"].contains(&&*scheme.to_ascii_lowercase()) => address.to_string(),
            () => return Place::Scheme(scheme.to_ascii_lowercase()),
        };
        let host = full.split("//").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        match Url::parse(&full).ok().filter(|_| !host.contains(value)) {
            Some(url) if self.origin.as_ref().is_some_and(|own| own.origin() == url.origin()) => Place::Own,
            Some(url) => Place::Host(url),
            None => Place::Unknown,
        }
    }

    fn allows(&self, source: &str, place: &Place) -> bool {
        let source = source.to_ascii_lowercase();
        if source.starts_with('\'') {
            return source == "'self'" && matches!(place, Place::Own | Place::Unknown);
        }
        match place {
            Place::Unknown => true,
            Place::Scheme(scheme) => source.strip_suffix(':') == Some(scheme),
            Place::Own => self.origin.as_ref().is_some_and(|own| is_from(&source, own)),
            Place::Host(url) => is_from(&source, url),
        }
    }
}

/// A directive as it is written.
fn written(name: &str, sources: &[&str]) -> String {
    [&[name], sources].concat().join(" ")
}

/// Whether an address is one of a source of hosts: `*`, `https:`, `*.example.org`, `https://example.org:8080/path/`.
fn is_from(source: &str, url: &Url) -> bool {
    let is_scheme = |scheme: &str| scheme == url.scheme() || format!("{scheme}s") == url.scheme();
    if source == "*" {
        return true;
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return is_scheme(scheme);
    }
    let (scheme, rest) = source.split_once("://").map_or((None, source), |(scheme, rest)| (Some(scheme), rest));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = host.rsplit_once(':').map_or((host, None), |(host, port)| (host, Some(port)));
    let own = url.host_str().unwrap_or_default();
    let is_host = match host.strip_prefix('*') {
        Some(end) => own.ends_with(end),
        None => own == host,
    };
    let is_port = match port {
        Some("*") => true,
        Some(port) => url.port_or_known_default().is_some_and(|own| own.to_string() == port),
        None => url.port().is_none(),
    };
    let is_path = path.len() < 2 || if path.ends_with('/') { url.path().starts_with(path) } else { url.path() == path };
    is_host && is_port && is_path && scheme.is_none_or(is_scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: char = '\u{1}';

    fn check(policy: &str, directive: &str, addresses: &[(&str, bool)]) {
        let policy = Policy::new(policy, "https://news.example");
        for (address, is_blocked) in addresses {
            let found = policy.blocks(directive, address, VALUE);
            assert_eq!(found.is_some(), *is_blocked, "{directive} {address}: {found:?}");
        }
    }

    #[test]
    fn addresses_are_allowed_as_browsers_allow_them() {
        let own = [("/a.js", false), ("a.js", false), ("https://news.example/a.js", false), ("\u{1}x", false)];
        check("script-src 'self'", "script-src-elem", &own);
        check("default-src 'SELF'", "script-src-elem", &own);
        check("img-src 'self'", "script-src-elem", &[("https://x.example/a.js", false), ("data:,1", false)]);
        check(
            "default-src 'self'; IMG-SRC data: https://*.x.example x.example/a/ y.example:*/b.png http:; img-src *",
            "img-src",
            &[
                ("data:image/png;base64,A", false),
                ("blob:x", true),
                ("/a.png", false),
                ("https://x.example/a/b.png", false),
                ("//i.x.example/b.png", false),
                ("http://z.example/b.png", false),
            ],
        );
        check(
            "img-src https://*.x.example x.example/a/ y.example:*/b.png",
            "img-src",
            &[
                ("data:image/png;base64,A", true),
                ("/a.png", true),
                ("https://x.example/a/b.png", false),
                ("https://x.example/b.png", true),
                ("//i.x.example/b.png", false),
                ("//i.x.example:99/b.png", true),
                ("http://i.x.example/b.png", true),
                ("https://y.example:99/b.png", false),
                ("https://y.example/c.png", true),
                ("https://\u{1}/c.png", false),
                ("https://z.example/\u{1}.png", true),
            ],
        );
        check("default-src 'none'; img-src 'none'", "img-src", &[("/a.png", true), ("\u{1}", true)]);
        check("default-src 'none'", "form-action", &[("https://x.example/", false)]);
        check("child-src x.example; default-src 'none'", "frame-src", &[("https://x.example/", false), ("/", true)]);
    }

    #[test]
    fn what_stands_in_the_page_has_to_be_allowed() {
        let blocks =
            |policy: &str, directive: &str| Policy::new(policy, "https://news.example").blocks_inline(directive);
        assert_eq!(blocks("default-src 'self'; x y", "style-src-attr").as_deref(), Some("default-src 'self'"));
        assert_eq!(blocks("script-src 'self' 'unsafe-inline'", "script-src-attr"), None);
        assert!(blocks("script-src 'strict-dynamic' 'unsafe-inline'", "script-src-elem").is_some());
        assert_eq!(blocks("script-src 'sha256-abc='", "script-src-elem"), None);
        assert_eq!(
            blocks("script-src-elem 'unsafe-inline'; script-src 'none'", "script-src-attr").as_deref(),
            Some("script-src 'none'")
        );
        assert_eq!(blocks("img-src 'none'", "script-src-elem"), None);
    }
}
