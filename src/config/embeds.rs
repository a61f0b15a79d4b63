//! Sites whose videos, charts and posts stories show in a frame.

use super::FILE;
use super::check::Faults;
use super::places::{self, Step};
use crate::diag::{Code, Diagnostic, Location};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most entries of `embeds` and of `embed_hosts`.
const ENTRIES: usize = 100;
/// What a frame holds, for its size.
pub(super) const SHAPES: &[&str] = &["video", "audio", "chart", "post"];

/// A site that the program knows: its word, its name, what its frames hold, and how addresses of its pages lead to those of frames.
type Known = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const KNOWN: [Known; 10] = [
    (
        "youtube",
        "YouTube",
        "video",
        &[
            ("youtube.com/watch?v={id}", "www.youtube-nocookie.com/embed/{id}"),
            ("youtube.com/shorts/{id}", "www.youtube-nocookie.com/embed/{id}"),
            ("youtube.com/live/{id}", "www.youtube-nocookie.com/embed/{id}"),
            ("youtu.be/{id}", "www.youtube-nocookie.com/embed/{id}"),
        ],
    ),
    ("vimeo", "Vimeo", "video", &[("vimeo.com/{id}", "player.vimeo.com/video/{id}?dnt=1")]),
    ("datawrapper", "Datawrapper", "chart", &[("datawrapper.dwcdn.net/{id}", "datawrapper.dwcdn.net/{id}/")]),
    (
        "flourish",
        "Flourish",
        "chart",
        &[
            ("public.flourish.studio/visualisation/{id}", "flo.uri.sh/visualisation/{id}/embed"),
            ("public.flourish.studio/story/{id}", "flo.uri.sh/story/{id}/embed"),
        ],
    ),
    ("mastodon", "Mastodon", "post", &[("mastodon.social/@{user}/{id}", "mastodon.social/@{user}/{id}/embed")]),
    (
        "bluesky",
        "Bluesky",
        "post",
        &[("bsky.app/profile/{user}/post/{id}", "embed.bsky.app/embed/{user}/app.bsky.feed.post/{id}")],
    ),
    (
        "x",
        "X",
        "post",
        &[
            ("x.com/{user}/status/{id}", "platform.twitter.com/embed/Tweet.html?id={id}&dnt=true"),
            ("twitter.com/{user}/status/{id}", "platform.twitter.com/embed/Tweet.html?id={id}&dnt=true"),
        ],
    ),
    (
        "instagram",
        "Instagram",
        "post",
        &[
            ("instagram.com/p/{id}", "www.instagram.com/p/{id}/embed/"),
            ("instagram.com/reel/{id}", "www.instagram.com/reel/{id}/embed/"),
        ],
    ),
    ("tiktok", "TikTok", "post", &[("tiktok.com/@{user}/video/{id}", "www.tiktok.com/player/v1/{id}")]),
    (
        "soundcloud",
        "SoundCloud",
        "audio",
        &[("soundcloud.com/{user}/{track}", "w.soundcloud.com/player/?url=https%3A//soundcloud.com/{user}/{track}")],
    ),
];

/// A site that stories may show in frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbedHost {
    /// Its name for readers.
    pub name: String,
    /// What its frames hold: `video`, `audio`, `chart` or `post`.
    pub shape: String,
    /// Addresses of its pages and of the frames that show them, without scheme, with the same values in braces.
    forms: Vec<(String, String)>,
}

/// The frame that shows an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'c> {
    /// Whose it is.
    pub host: &'c EmbedHost,
    /// Its address.
    pub address: String,
    /// Scheme and host of that, as policies name it: `https://player.vimeo.com`.
    pub origin: String,
}

/// A site of the owner's choice, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHost {
    name: Option<String>,
    address: Option<String>,
    frame: Option<String>,
    shape: Option<String>,
}

impl EmbedHost {
    /// The frame for an address; `None` where it is none of its pages.
    pub fn frame(&self, address: &str) -> Option<Frame<'_>> {
        let address = without_scheme(address)?;
        let (host, path) = address.split_at(address.find('/')?);
        let address = format!("{}{path}", host.to_ascii_lowercase());
        let address = ["www.", "m."].iter().find_map(|prefix| address.strip_prefix(prefix)).unwrap_or(&address);
        self.forms.iter().find_map(|(pattern, frame)| {
            let mut frame = frame.clone();
            for (name, value) in matched(pattern, address)? {
                frame = frame.replace(&format!("{{{name}}}"), value);
            }
            Some(Frame { host: self, origin: origin(&frame), address: format!("https://{frame}") })
        })
    }

    /// The hosts that its frames are asked from, as policies name them.
    pub fn origins(&self) -> impl Iterator<Item = String> + '_ {
        self.forms.iter().map(|(_, frame)| origin(frame))
    }
}

fn host((_, name, shape, forms): &Known) -> EmbedHost {
    let forms = forms.iter().map(|(pattern, frame)| ((*pattern).to_string(), (*frame).to_string())).collect();
    EmbedHost { name: (*name).to_string(), shape: (*shape).to_string(), forms }
}

/// All sites that the program knows.
pub fn known() -> Vec<EmbedHost> {
    KNOWN.iter().map(host).collect()
}

/// The hosts of all frames that a site may show, each once.
pub fn origins(hosts: &[EmbedHost]) -> BTreeSet<String> {
    hosts.iter().flat_map(EmbedHost::origins).collect()
}

fn origin(frame: &str) -> String {
    format!("https://{}", frame.split(['/', '?']).next().unwrap_or(frame))
}

fn without_scheme(address: &str) -> Option<&str> {
    address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))
}

/// The values in an address, by their names in the pattern. What may follow is no part of the page: another query, a fragment.
fn matched<'a>(pattern: &'a str, address: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let is_value = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(byte);
    let (mut pattern, mut rest, mut values) = (pattern, address, Vec::new());
    while let Some((before, name)) = pattern.split_once('{') {
        let (name, behind) = name.split_once('}')?;
        rest = rest.strip_prefix(before)?;
        let (value, after) = rest.split_at(rest.bytes().take_while(is_value).count());
        // Two dots would lead to another page.
        if value.trim_matches('.').is_empty() {
            return None;
        }
        values.push((name, value));
        (pattern, rest) = (behind, after);
    }
    rest = rest.strip_prefix(pattern)?;
    (rest.is_empty() || rest.starts_with(['/', '?', '&', '#'])).then_some(values)
}

/// Checks what may be shown in frames: `wanted` by word, of those that the program knows and the `own` ones. `text` are the settings,
/// for places.
pub(super) fn check(
    wanted: &[String],
    own: BTreeMap<String, RawHost>,
    text: &str,
    faults: &mut Faults,
) -> Vec<EmbedHost> {
    let mut fault = |steps: &[Step], message: String, hint: String| {
        let (line, column) =
            places::of_value(text, steps).or_else(|| places::of_key(text, &steps[..steps.len() - 1])).unwrap_or((1, 1));
        faults.push(Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column)).hint(hint));
    };
    let own_hosts: BTreeMap<String, Result<EmbedHost, (&str, String)>> =
        own.into_iter().take(ENTRIES).map(|(word, raw)| (word, own_host(raw))).collect();
    for (word, host) in &own_hosts {
        if let Err((key, why)) = host {
            let steps = [Step::Key("embed_hosts", 0), Step::Key(word, 0), Step::Key(key, 0)];
            let message = format!("embed_hosts: {}: {why}", word.escape_debug());
            fault(&steps, message, format!("as in `{EXAMPLE}`"));
        }
    }
    let mut hosts: Vec<EmbedHost> = Vec::new();
    for (number, word) in wanted.iter().enumerate().take(ENTRIES) {
        let known = KNOWN.iter().find(|(known, ..)| known == word).map(host);
        match own_hosts.get(word) {
            Some(host) => hosts.extend(host.as_ref().ok().cloned()),
            None if known.is_some() => hosts.extend(known),
            None => {
                let words: Vec<&str> = KNOWN.iter().map(|(word, ..)| *word).collect();
                let steps = [Step::Key("embeds", 0), Step::Item(number)];
                let message = format!("embeds: `{}` is not known", word.escape_debug());
                fault(&steps, message, format!("known are {}; describe others in `embed_hosts`", words.join(", ")));
            }
        }
    }
    hosts
}

const EXAMPLE: &str =
    "{name: PeerTube, address: \"https://tube.example/w/{id}\", frame: \"https://tube.example/videos/embed/{id}\"}";

/// A host of the owner's; else the key that is wrong, and why.
fn own_host(raw: RawHost) -> Result<EmbedHost, (&'static str, String)> {
    let RawHost { name, address, frame, shape } = raw;
    let name = name.ok_or(("name", "it has no `name`".to_string()))?;
    let part = |key: &'static str, written: Option<String>| {
        let written = written.ok_or((key, format!("it has no `{key}`")))?;
        let part = written.strip_prefix("https://").map(|part| part.trim_start_matches("www.").to_string());
        let is_host = |part: &String| {
            let host = part.split('/').next().unwrap_or_default();
            part.contains('/')
                && host.contains('.')
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
        };
        part.filter(is_host).ok_or((
            key,
            format!(
                "`{key}` is `{}`, expected an address that begins with https:// and a host",
                written.escape_debug()
            ),
        ))
    };
    let address = part("address", address)?;
    let whole = frame.clone();
    part("frame", frame)?;
    let frame = whole.unwrap_or_default().trim_start_matches("https://").to_string();
    let names: Vec<&str> =
        address.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect();
    if names.is_empty() {
        return Err(("address", "`address` has nothing in braces".to_string()));
    }
    let unknown =
        frame.split('{').skip(1).map(|part| part.split('}').next().unwrap_or(part)).find(|name| !names.contains(name));
    if let Some(unknown) = unknown {
        return Err(("frame", format!("`{{{}}}` of `frame` is not in `address`", unknown.escape_debug())));
    }
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?&=%{}@:".contains(&byte);
    if !frame.bytes().all(safe) {
        return Err(("frame", "`frame` has signs that an address does not have".to_string()));
    }
    let shape = shape.unwrap_or_else(|| SHAPES[0].to_string());
    if !SHAPES.contains(&&*shape) {
        return Err(("shape", format!("`shape` is `{}`, expected one of {}", shape.escape_debug(), SHAPES.join(", "))));
    }
    Ok(EmbedHost { name, shape, forms: vec![(address, frame)] })
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_text;
    use super::*;

    fn hosts(yaml: &str) -> Result<Vec<EmbedHost>, String> {
        Ok(check_text(&format!("title: x\nbase_url: https://e.org/\n{yaml}"))?.embeds)
    }

    #[test]
    fn addresses_of_known_sites_have_frames() {
        let words: Vec<&str> = KNOWN.iter().map(|(word, ..)| *word).collect();
        let hosts = hosts(&format!("embeds: [{}]\n", words.join(", "))).unwrap();
        for (address, frame) in [
            ("https://www.youtube.com/watch?v=aB-9_x&t=12s", "https://www.youtube-nocookie.com/embed/aB-9_x"),
            ("http://M.YouTube.com/watch?v=aB", "https://www.youtube-nocookie.com/embed/aB"),
            ("https://youtu.be/aB?si=x", "https://www.youtube-nocookie.com/embed/aB"),
            ("https://vimeo.com/123#t=4", "https://player.vimeo.com/video/123?dnt=1"),
            ("https://datawrapper.dwcdn.net/aBc1/3/", "https://datawrapper.dwcdn.net/aBc1/"),
            ("https://public.flourish.studio/story/12/", "https://flo.uri.sh/story/12/embed"),
            ("https://mastodon.social/@a@b.example/12", "https://mastodon.social/@a@b.example/12/embed"),
            ("https://bsky.app/profile/a.b/post/3k", "https://embed.bsky.app/embed/a.b/app.bsky.feed.post/3k"),
            ("https://twitter.com/a/status/12", "https://platform.twitter.com/embed/Tweet.html?id=12&dnt=true"),
            ("https://www.instagram.com/p/C1/", "https://www.instagram.com/p/C1/embed/"),
            ("https://www.tiktok.com/@a.b/video/12", "https://www.tiktok.com/player/v1/12"),
            ("https://soundcloud.com/a/b", "https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b"),
            ("https://www.youtube.com/watch?list=x", ""),
            ("https://youtu.be/", ""),
            ("https://youtu.be/..", ""),
            ("https://youtu.be/a%2fb", ""),
            ("https://youtu.be.evil.example/a", ""),
            ("https://user@youtu.be/a", ""),
            ("ftp://youtu.be/a", ""),
            ("https://example.org/a", ""),
        ] {
            let found = hosts.iter().find_map(|host| host.frame(address)).map(|frame| frame.address);
            assert_eq!(found.unwrap_or_default(), frame, "{address}");
        }
        assert!(origins(&hosts).contains("https://player.vimeo.com"));
    }

    #[test]
    fn own_hosts_have_patterns() {
        let tube = "embeds: tube\nembed_hosts:\n  tube: {name: PeerTube, address: \"https://www.tube.example/w/{id}\", frame: \"https://www.tube.example/e/{id}\", shape: audio}\n";
        let hosts = hosts(tube).unwrap();
        let frame = hosts[0].frame("https://tube.example/w/a?x=1").unwrap();
        assert_eq!((&*frame.address, &*frame.origin), ("https://www.tube.example/e/a", "https://www.tube.example"));
        assert_eq!((&*frame.host.name, &*frame.host.shape), ("PeerTube", "audio"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (yaml, message) in [
            (
                "embeds: [youtube, yutube]\n",
                "dateline.yaml:3:19: error: embeds: `yutube` is not known [known are youtube",
            ),
            (
                "embed_hosts:\n  a: {name: A, address: \"http://a.example/{id}\", frame: \"https://a.example/{id}\"}\n",
                "dateline.yaml:4:25: error: embed_hosts: a: `address` is `http://a.example/{id}`, expected an address",
            ),
            ("embed_hosts:\n  a: {address: x}\n", "error: embed_hosts: a: it has no `name`"),
            (
                "embed_hosts:\n  a: {name: A, address: \"https://a.example/x\", frame: \"https://a.example/x\"}\n",
                "embed_hosts: a: `address` has nothing in braces",
            ),
            (
                "embed_hosts:\n  a: {name: A, address: \"https://a.example/{x}\", frame: \"https://a.example/{y}\"}\n",
                "embed_hosts: a: `{y}` of `frame` is not in `address`",
            ),
            (
                "embed_hosts:\n  a: {name: A, address: \"https://a.example/{x}\", frame: \"https://a.example/;{x}\"}\n",
                "embed_hosts: a: `frame` has signs",
            ),
            (
                "embed_hosts:\n  a: {name: A, address: \"https://a.example/{x}\", frame: \"https://a.example/{x}\", shape: big}\n",
                "embed_hosts: a: `shape` is `big`, expected one of video",
            ),
        ] {
            let error = hosts(yaml).unwrap_err();
            assert!(error.contains(message), "{yaml}\n{error}");
        }
    }
}
