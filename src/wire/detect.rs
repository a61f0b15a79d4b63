//! Which format a file is in, by its bytes and never by its name.

/// What the first 64 KiB of a file look like. Formats in XML and JSON are told apart by their readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// IPTC 7901.
    Iptc7901,
    /// ANPA 1312.
    Anpa1312,
    /// Mail.
    Mail,
    /// Text without a format.
    Plain,
    /// XML; its root decides.
    Xml,
    /// JSON; its keys decide.
    Json,
    /// None of ours: what it is, and the offset at which that shows.
    Foreign(String, Option<usize>),
}

const LOOK: usize = 64 << 10;

/// Looks at the bytes. UTF-16 must have been made UTF-8 before.
pub(super) fn kind(bytes: &[u8]) -> Kind {
    let bytes = &bytes[..bytes.len().min(LOOK)];
    let mut bytes = bytes;
    // Tools that add a byte order mark do so to files that have one.
    while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest;
    }
    if bytes.is_empty() {
        return Kind::Foreign("the file is empty".to_string(), None);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Kind::Foreign("the file holds nothing but white space".to_string(), None);
    }
    if let Some(name) = magic(bytes) {
        return Kind::Foreign(format!("the file is {name}, not text"), Some(0));
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        return Kind::Foreign("the file holds a NUL byte, so it is not text".to_string(), Some(at));
    }
    // Padding, and what a message before this one left behind: DEL, EOT, form feed.
    let start = bytes.iter().position(|b| !matches!(b, 0x7f | 0x04 | 0x0c | b'\r' | b'\n')).unwrap_or(0);
    let head = &bytes[start..];
    if is_anpa(head) {
        return Kind::Anpa1312;
    }
    if is_7901(head) {
        return Kind::Iptc7901;
    }
    match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{' | b'[') => Kind::Json,
        Some(b'<') => Kind::Xml,
        // A few characters before the first tag do not turn XML into text: a status in it would be overlooked.
        _ if is_late_xml(bytes) => Kind::Xml,
        _ if memchr::memmem::find(bytes, b"\"pubstatus\"").is_some()
            || memchr::memmem::find(bytes, b"\"pubStatus\"").is_some() =>
        {
            Kind::Foreign("the file is JSON with something before it".to_string(), Some(0))
        }
        _ if is_mail(bytes) => Kind::Mail,
        _ => Kind::Plain,
    }
}

/// XML of the wire after a few other signs.
fn is_late_xml(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(400)];
    let starts: [&[u8]; 5] = [b"<?xml ", b"<newsMessage", b"<newsItem", b"<NewsML", b"<nitf"];
    starts.iter().any(|start| memchr::memmem::find(head, start).is_some())
}

fn magic(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: &[(&[u8], &str)] = &[
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"\x89PNG", "a PNG picture"),
        (b"GIF8", "a GIF picture"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"%PDF-", "a PDF document"),
        (b"\x1f\x8b", "gzip data"),
    ];
    SIGNS.iter().find(|(sign, _)| bytes.starts_with(sign)).map(|(_, name)| *name)
}

/// `SYN SYN SOH`, or a first line `x dddd … US` with a priority line after it. The unit separator is the key.
pub(super) fn is_anpa(head: &[u8]) -> bool {
    let synchronized = head.iter().take_while(|b| **b == 0x16).count();
    if synchronized >= 2 && head.get(synchronized) == Some(&1) {
        return true;
    }
    let after_soh = head.strip_prefix(b"\x01");
    let head = after_soh.unwrap_or(head);
    let line = head.split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or(head);
    let number = line.get(1..5).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    let service = line.first().is_some_and(u8::is_ascii_alphabetic);
    let separated = line.len() <= 40 && line.contains(&0x1f);
    let next = head[line.len()..].iter().position(|b| !matches!(b, b'\r' | b'\n')).map(|at| &head[line.len() + at..]);
    let priority = next.is_some_and(|next| {
        next.first().is_some_and(u8::is_ascii_lowercase) && next.get(1) == Some(&b' ') && next.len() > 3
    });
    service && number && separated && (after_soh.is_some() || priority)
}

/// `[SOH] abc0000 4 pl 110`: service and number, priority, category, words.
pub(super) fn is_7901(head: &[u8]) -> bool {
    let after_soh = head.strip_prefix(b"\x01");
    // With its control characters there is no mistaking it, however long an agency makes the fields.
    let is_framed = after_soh.is_some() && memchr::memchr(2, head).is_some();
    let head = after_soh.unwrap_or(head);
    let line = head.split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or(head);
    let line = &line[..line.len().min(120)];
    let letters = line.iter().take_while(|b| b.is_ascii_alphabetic() || is_framed && **b == b'-').count();
    let numbers = line[letters..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut words = line[letters + numbers..].split(|b| *b == b' ');
    let empty = words.next().is_some_and(<[u8]>::is_empty);
    let priority = words.next().is_some_and(|word| word.len() == 1 && word[0].is_ascii_digit());
    let category = words.next().is_some_and(|word| {
        let is_cased = word.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase);
        (1..=3).contains(&word.len()) && is_cased || is_framed && !word.is_empty()
    });
    if is_framed {
        return (1..=24).contains(&letters) && (1..=6).contains(&numbers) && empty && priority && category;
    }
    let count = words.next().is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit));
    (2..=4).contains(&letters) && (2..=5).contains(&numbers) && empty && priority && category && count
}

/// Header lines of RFC 822 at the top, of which two at least are mail's own.
fn is_mail(bytes: &[u8]) -> bool {
    const HEADERS: &[&str] = &[
        "from",
        "to",
        "received",
        "mime-version",
        "subject",
        "return-path",
        "message-id",
        "delivered-to",
        "date",
        "reply-to",
        "content-type",
        "x-mailer",
    ];
    const SURE: &[&str] = &["from", "received", "mime-version", "return-path", "message-id", "delivered-to", "subject"];
    let mut known = 0;
    let mut sure = 0;
    let lines = bytes.split(|b| matches!(b, b'\n' | b'\r'));
    let lines = lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace)).take(12);
    for (number, line) in lines.enumerate() {
        if number == 0 && line.starts_with(b"From ") && line.contains(&b'@') {
            return true;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { continue };
        let name = String::from_utf8_lossy(&line[..colon.min(20)]).to_ascii_lowercase();
        known += usize::from(HEADERS.contains(&name.as_str()));
        sure += usize::from(SURE.contains(&name.as_str()));
    }
    sure >= 1 && known >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_tell() {
        for (bytes, expected) in [
            (&b"\x16\x16\x01W2870\x1fasian\n"[..], Kind::Anpa1312),
            (b"\x16\x16\x16\x01W2870\x1fasian\n", Kind::Anpa1312),
            (b"a0105X\x1fk-\r\nu s x", Kind::Anpa1312),
            (b"\x7f\x7f\r\n\x01bsf025 3 ec 121   etf 967\r\n", Kind::Iptc7901),
            (b"eca00075 3 i 510    dpa 1003\n", Kind::Iptc7901),
            (b"\x01i0123 4 pol efe\r\n\x02A =\r\n", Kind::Iptc7901),
            (b"\x01BIN045 3 GEN 0 F BELGA\r\n\x02A =\r\n", Kind::Iptc7901),
            (b"\x01europapress-int0000 4 pl 826  dpa 0000\r\n\x02A =\r\n", Kind::Iptc7901),
            (b"APA0123 5 WI 0110  apa\r\n", Kind::Iptc7901),
            (b"Room101 5 At 20 people\r\n", Kind::Plain),
            (b"  {\"uri\":1}", Kind::Json),
            (b"\xef\xbb\xbf<?xml", Kind::Xml),
            (b"\xef\xbb\xbf\xef\xbb\xbf<?xml", Kind::Xml),
            (b"?? <?xml version='1.0'?><nitf/>", Kind::Xml),
            (b"Politics\n\nA headline\n\nText.", Kind::Plain),
            (b"Room 101 is a story\n", Kind::Plain),
            (b"From: a@b.example\nTo: c\nSubject: d\n\nText", Kind::Mail),
            (b"From: a@b.example\rTo: c\rSubject: d\r\rText", Kind::Mail),
        ] {
            assert_eq!(kind(bytes), expected, "{bytes:?}");
        }
        for foreign in
            [&b"x({\"uri\": \"u\", \"pubstatus\": \"withheld\"})"[..], &b""[..], b" \n ", b"a\0b", b"\xff\xd8\xff\xe0"]
        {
            assert!(matches!(kind(foreign), Kind::Foreign(..)), "{foreign:?}");
        }
    }
}
