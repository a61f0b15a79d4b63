//! Bytes become a response: validators, ranges, and the script that brings changes to the browser.

use super::body::Body;
use crate::hash::Hash;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Response, StatusCode};

/// What is to be sent.
pub(crate) struct Reply {
    /// The status where the request asks for nothing special.
    pub(crate) status: StatusCode,
    /// The media type.
    pub(crate) kind: &'static str,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// More header fields.
    pub(crate) fields: Vec<(&'static str, String)>,
}

impl Reply {
    /// A good answer.
    pub(crate) fn new(kind: &'static str, bytes: impl Into<Vec<u8>>) -> Reply {
        Reply { status: StatusCode::OK, kind, bytes: bytes.into(), fields: Vec::new() }
    }

    /// A page of HTML.
    pub(crate) fn html(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply::new("text/html; charset=utf-8", bytes)
    }

    /// A line of text with a status.
    pub(crate) fn plain(status: StatusCode, text: &str) -> Reply {
        let bytes = format!("{text}\n").into_bytes();
        Reply { status, kind: "text/plain; charset=utf-8", bytes, fields: Vec::new() }
    }

    /// The same with another status.
    pub(crate) fn status(mut self, status: StatusCode) -> Reply {
        self.status = status;
        self
    }

    /// The same with one more header field.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.fields.push((name, value.into()));
        self
    }

    /// The response to a request with this method and these fields (RFC 9110).
    pub(crate) fn respond(self, method: &Method, asked: &HeaderMap) -> Response<Body> {
        let tag = format!("\"{}\"", Hash::of(&self.bytes));
        let mut status = self.status;
        let mut bytes = self.bytes;
        let mut content_range = None;
        let mut headers = HeaderMap::new();
        if status == StatusCode::OK {
            if matches(asked, &tag) {
                (status, bytes) = (StatusCode::NOT_MODIFIED, Vec::new());
            } else if let Some(text) = range(asked, &tag).filter(|_| method == Method::GET) {
                let length = bytes.len();
                match slice(text, length) {
                    Some(Ok((first, last))) => {
                        status = StatusCode::PARTIAL_CONTENT;
                        content_range = Some(format!("bytes {first}-{last}/{length}"));
                        bytes = bytes[first..=last].to_vec();
                    }
                    Some(Err(())) => {
                        (status, bytes) = (StatusCode::RANGE_NOT_SATISFIABLE, Vec::new());
                        content_range = Some(format!("bytes */{length}"));
                    }
                    // Several ranges, or none that can be read: the whole is a good answer to both.
                    None => {}
                }
            }
            put(&mut headers, "etag", &tag);
            put(&mut headers, "accept-ranges", "bytes");
        }
        if status != StatusCode::NOT_MODIFIED {
            put(&mut headers, "content-type", self.kind);
        }
        // Nothing is taken from a cache without asking.
        put(&mut headers, "cache-control", "no-cache");
        put(&mut headers, "x-content-type-options", "nosniff");
        content_range.iter().for_each(|range| put(&mut headers, "content-range", range));
        self.fields.iter().for_each(|(name, value)| put(&mut headers, name, value));
        let mut response = Response::new(Body::whole(bytes));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    // A value that cannot stand in a header is left out; dateline sets none.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Whether the browser has these bytes already.
fn matches(asked: &HeaderMap, tag: &str) -> bool {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

/// The range asked for, unless it is of other bytes.
fn range<'h>(asked: &'h HeaderMap, tag: &str) -> Option<&'h str> {
    let is_ours = asked.get(header::IF_RANGE).is_none_or(|value| value.as_bytes() == tag.as_bytes());
    asked.get(header::RANGE)?.to_str().ok().filter(|_| is_ours)
}

/// First and last byte of `bytes=FIRST-LAST`, `FIRST-` or `-COUNT`; an error where it lies beyond the end, `None` where it is no
/// such thing.
fn slice(range: &str, length: usize) -> Option<Result<(usize, usize), ()>> {
    let (first, last) = range.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().unwrap_or(usize::MAX));
    let end = length.checked_sub(1);
    match (first, last) {
        ("", "") => None,
        ("", count) => {
            let count = number(count)?;
            Some(end.filter(|_| count > 0).map(|end| (length.saturating_sub(count), end)).ok_or(()))
        }
        (first, last) => {
            let first = number(first)?;
            let last = if last.is_empty() { usize::MAX } else { number(last)? };
            if last < first {
                return None;
            }
            Some(end.filter(|end| first <= *end).map(|end| (first, last.min(end))).ok_or(()))
        }
    }
}

/// Puts the script into a page, before the end of its body where that can be found. `version` is of the page without it.
pub(crate) fn with_script(bytes: &[u8], version: Hash) -> Vec<u8> {
    let script = format!("<script src=\"/_dateline/client.js\" data-dateline=\"{version}\" async></script>");
    let at = memchr::memmem::rfind(bytes, b"</body>").unwrap_or(bytes.len());
    let mut out = Vec::with_capacity(bytes.len() + script.len());
    out.extend_from_slice(&bytes[..at]);
    out.extend_from_slice(script.as_bytes());
    out.extend_from_slice(&bytes[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_rfc_9110_has_them() {
        for (text, length, expected) in [
            ("bytes=0-9", 100, Some(Ok((0, 9)))),
            ("bytes=90-", 100, Some(Ok((90, 99)))),
            ("bytes=-10", 100, Some(Ok((90, 99)))),
            ("bytes=-1000", 100, Some(Ok((0, 99)))),
            ("bytes=50-5000", 100, Some(Ok((50, 99)))),
            ("bytes=100-", 100, Some(Err(()))),
            ("bytes=-0", 100, Some(Err(()))),
            ("bytes=0-0", 0, Some(Err(()))),
            ("bytes=9-0", 100, None),
            ("bytes=0-1,5-6", 100, None),
            ("bytes=a-b", 100, None),
            ("bytes=-", 100, None),
            ("lines=1-2", 100, None),
            ("bytes=0-99999999999999999999999", 100, Some(Ok((0, 99)))),
        ] {
            assert_eq!(slice(text, length), expected, "{text}");
        }
    }

    #[test]
    fn the_script_goes_before_the_end_of_the_body() {
        let page = with_script(b"<body>a</body></html>", Hash::default());
        let page = String::from_utf8(page).unwrap();
        assert!(page.starts_with("<body>a<script src=") && page.ends_with("></script></body></html>"), "{page}");
        assert!(with_script(b"a", Hash::default()).starts_with(b"a<script"));
    }
}
