//! The parts of a mail (MIME): cut at their boundaries, without their transfer encoding.
//!
//! Nesting is bounded here, and headers alone go to the crate that reads them.

use crate::wire::work;
use base64::Engine as _;
use mail_parser::{HeaderName, Message, MessageParser};
use memchr::memmem;
use std::borrow::Cow;

/// The most bytes of the headers of a mail or part.
const HEAD: usize = 1 << 20;
/// How deep parts may stand in each other.
const DEPTH: u32 = 10;
/// The most parts of a mail.
const PARTS: usize = 500;

/// A part that holds something.
#[derive(Debug)]
pub(super) struct Leaf<'m> {
    /// Its media type in lower case.
    pub(super) kind: String,
    /// The character set that it declares.
    pub(super) charset: Option<String>,
    /// The name of its file.
    pub(super) name: Option<String>,
    /// Its `Content-ID`, by which HTML names pictures.
    pub(super) id: Option<String>,
    /// Sent as a file, and not to be read in the mail.
    pub(super) is_attachment: bool,
    /// Belongs to the HTML beside it, as the logo in a signature does.
    pub(super) is_related: bool,
    /// Lines go on where they end in a blank (RFC 3676).
    pub(super) is_flowed: bool,
    pub(super) bytes: Cow<'m, [u8]>,
}

/// A mail in its parts.
pub(super) struct Parts<'m> {
    pub(super) head: Message<'m>,
    pub(super) leaves: Vec<Leaf<'m>>,
    /// There are more parts than are read, or deeper ones.
    pub(super) is_cut: bool,
}

/// Takes a mail apart; `None` where it has no headers.
pub(super) fn of(mail: &[u8]) -> Option<Parts<'_>> {
    // Blank lines and a line of mailboxes may stand before the first header.
    let mail = mail.trim_ascii_start();
    let mail = match mail.starts_with(b"From ") {
        true => &mail[memchr::memchr(b'\n', mail).map_or(mail.len(), |at| at + 1)..],
        false => mail,
    };
    let (head, body) = split(mail)?;
    let head = headers(head)?;
    let mut parts = Parts { head: Message::default(), leaves: Vec::new(), is_cut: false };
    parts.add(Some(&head), body, false, 0);
    parts.head = head;
    Some(parts)
}

/// Headers with the empty line after them, and what comes then.
fn split(mail: &[u8]) -> Option<(&[u8], &[u8])> {
    let near = &mail[..mail.len().min(HEAD)];
    work::spend(near.len() / 8);
    // A part without headers begins with the empty line.
    let start = [&b"\r\n"[..], b"\n"].into_iter().find(|end| near.starts_with(end)).map(<[u8]>::len);
    let end = start.or_else(|| {
        let ends = [&b"\n\r\n"[..], b"\n\n"].into_iter();
        ends.filter_map(|end| memmem::find(near, end).map(|at| at + end.len())).min()
    });
    match end {
        Some(end) => Some(mail.split_at(end)),
        None => (mail.len() < HEAD).then_some((mail, &[][..])),
    }
}

fn headers(head: &[u8]) -> Option<Message<'_>> {
    work::spend(head.len());
    // Whoever asks a message without parts for a header is answered with a panic.
    MessageParser::new().parse_headers(head).filter(|message| !message.parts.is_empty())
}

impl<'m> Parts<'m> {
    fn add(&mut self, head: Option<&Message<'_>>, body: &'m [u8], is_related: bool, depth: u32) {
        let value = |name: HeaderName<'static>| head.and_then(|head| head.header(name));
        let kind = value(HeaderName::ContentType).and_then(|value| value.as_content_type());
        let media = kind.map_or("text/plain".to_string(), |kind| {
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("plain")).to_ascii_lowercase()
        });
        let boundary = kind.and_then(|kind| kind.attribute("boundary")).filter(|boundary| !boundary.is_empty());
        if media.starts_with("multipart/")
            && let Some(boundary) = boundary
        {
            let is_related = is_related || media == "multipart/related";
            return self.multipart(boundary, body, &media, is_related, depth);
        }
        let disposition = value(HeaderName::ContentDisposition).and_then(|value| value.as_content_type());
        let attribute = |name: &str| kind.and_then(|kind| kind.attribute(name)).map(str::to_string);
        let name = disposition.and_then(|one| one.attribute("filename")).map(str::to_string);
        let encoding = value(HeaderName::ContentTransferEncoding).and_then(|value| value.as_text());
        self.leaves.push(Leaf {
            charset: attribute("charset"),
            name: name.or_else(|| attribute("name")),
            id: value(HeaderName::ContentId).and_then(|value| value.as_text()).map(str::to_string),
            is_attachment: disposition.is_some_and(|one| one.is_attachment()),
            is_related: is_related && !media.starts_with("text/"),
            is_flowed: attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")),
            bytes: decoded(body, encoding.unwrap_or("").trim()),
            kind: media,
        });
    }

    fn multipart(&mut self, boundary: &str, body: &'m [u8], media: &str, is_related: bool, depth: u32) {
        if depth >= DEPTH || !work::spend(body.len()) {
            self.is_cut = true;
            return;
        }
        let from = self.leaves.len();
        for part in between(body, boundary.as_bytes()) {
            if self.leaves.len() >= PARTS {
                self.is_cut = true;
                break;
            }
            let Some((head, rest)) = split(part) else { continue };
            self.add(headers(head).as_ref(), rest, is_related, depth + 1);
        }
        if media == "multipart/alternative" {
            self.choose(from);
        }
    }

    /// Of alternatives, plain text stays with what belongs to neither; without it the others do.
    fn choose(&mut self, from: usize) {
        let is_body = |leaf: &Leaf<'_>, kind: &str| leaf.kind == kind && !leaf.is_attachment;
        let has_text = |leaf: &Leaf<'_>| leaf.bytes.iter().any(|byte| !byte.is_ascii_whitespace());
        if self.leaves[from..].iter().any(|leaf| is_body(leaf, "text/plain") && has_text(leaf)) {
            let mut number = 0;
            self.leaves.retain(|leaf| {
                number += 1;
                number <= from || !(is_body(leaf, "text/html") || leaf.is_related)
            });
        }
    }
}

/// What stands between the lines of a boundary.
fn between<'m>(body: &'m [u8], boundary: &[u8]) -> Vec<&'m [u8]> {
    let mark = [b"--", boundary].concat();
    let (mut parts, mut start) = (Vec::new(), None);
    for at in memmem::find_iter(body, &mark) {
        if at > 0 && body[at - 1] != b'\n' {
            continue;
        }
        let after = &body[at + mark.len()..];
        let line = &after[..memchr::memchr(b'\n', after).map_or(after.len(), |end| end + 1)];
        let is_last = line.starts_with(b"--");
        // Another boundary may begin in the same way.
        if !line.iter().skip(if is_last { 2 } else { 0 }).all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(start) = start.replace(at + mark.len() + line.len()) {
            // The line break before a boundary belongs to it.
            let part: &[u8] = &body[start..at.max(start)];
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(part.strip_suffix(b"\r").unwrap_or(part));
        }
        if is_last || parts.len() > PARTS {
            return parts;
        }
    }
    // The last boundary is missing where a mail was cut.
    parts.extend(start.map(|start| &body[start.min(body.len())..]));
    parts
}

fn decoded<'m>(body: &'m [u8], encoding: &str) -> Cow<'m, [u8]> {
    if encoding.eq_ignore_ascii_case("base64") {
        work::spend(body.len());
        let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let packed: Vec<u8> = body.iter().copied().filter(is_sign).collect();
        // Padding may be missing, and so may the end.
        let whole = packed.len() - usize::from(packed.len() % 4 == 1);
        let unpacked = base64::engine::general_purpose::STANDARD_NO_PAD.decode(&packed[..whole]);
        return unpacked.map_or(Cow::Borrowed(body), Cow::Owned);
    }
    if encoding.eq_ignore_ascii_case("quoted-printable") {
        work::spend(body.len());
        return Cow::Owned(unquoted(body));
    }
    Cow::Borrowed(body)
}

/// Quoted-printable; what is damaged stays as it is.
fn unquoted(body: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        // Blanks at the end of a line were added on the way.
        let text = line.trim_ascii_end();
        let (text, is_soft) = text.strip_suffix(b"=").map_or((text, false), |text| (text, true));
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'=', rest) {
            out.extend_from_slice(&rest[..at]);
            let byte = match rest[at + 1..] {
                [high, low, ..] => hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low),
                _ => None,
            };
            out.push(byte.unwrap_or(b'='));
            rest = &rest[at + if byte.is_some() { 3 } else { 1 }..];
        }
        out.extend_from_slice(rest);
        if !is_soft && line.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_at_their_boundaries() {
        let body = b"preamble\r\n--b\r\nContent-Type: text/plain\r\n\r\nOne\r\n--bc\r\n--b\r\n\r\nTwo\r\n--b--\r\nend\r\n--b\r\n";
        let parts = between(body, b"b");
        assert_eq!(parts, [&b"Content-Type: text/plain\r\n\r\nOne\r\n--bc"[..], b"\r\nTwo"]);
        assert_eq!(between(b"--b\nOne\n", b"b"), [b"One\n"]);
        assert!(between(b"x--b\nOne", b"b").is_empty());
    }

    #[test]
    fn transfer_encodings_come_off() {
        for (encoding, text, expected) in [
            ("7bit", "a=20b", "a=20b"),
            ("Quoted-Printable", "a=20b=\r\nc =E4=\n d=ZZ=4\n", "a bc \u{e4} d=ZZ=4\n"),
            ("base64", "YSBi\r\nYw==\r\n", "a bc"),
            ("BASE64", "YSBiYw", "a bc"),
        ] {
            let found: String = decoded(text.as_bytes(), encoding).iter().map(|byte| char::from(*byte)).collect();
            assert_eq!(found, expected, "{encoding}");
        }
    }

    #[test]
    fn so_many_parts_are_not_read() {
        let mail = |body: &str| format!("Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n{body}");
        let many = mail(&"--b\n\na\n".repeat(600));
        let found = of(many.as_bytes()).unwrap();
        assert_eq!((found.leaves.len(), found.is_cut), (PARTS, true));
        let deep: String =
            (0..600).map(|n| format!("--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1)).collect();
        let deep = format!("Content-Type: multipart/mixed; boundary=b0\n\n{deep}--b600\n\na\n");
        let found = of(deep.as_bytes()).unwrap();
        assert_eq!((found.leaves.len(), found.is_cut), (0, true));
    }
}
