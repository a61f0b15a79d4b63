//! Addresses of the web and of mail in running text, as GitHub's Markdown makes links of them.
//!
//! Wire copy has no angle brackets around addresses. Punctuation after one belongs to the sentence.

use super::cjk;
use std::ops::Range;

/// The most bytes of the name before the @ of an address, and of the host after it.
const NAME: usize = 64;
const HOST: usize = 255;

/// Whether a text may have any.
pub(super) fn may_have(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memmem::find(bytes, b"://").is_some()
        || memchr::memchr(b'@', bytes).is_some()
        || memchr::memmem::find(bytes, b"www.").is_some()
}

/// The first address from `from` on: where it stands, and what goes before it to make a link.
pub(super) fn find(text: &str, from: usize) -> Option<(Range<usize>, &'static str)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let found = at + memchr::memchr3(b':', b'@', b'w', bytes.get(at..)?)?;
        let address = match bytes[found] {
            b'@' => mail(text, from, found).map(|range| (range, "mailto:")),
            b'w' if bytes[found..].starts_with(b"www.") && begins(text, from, found) => {
                web(text, found, found).map(|range| (range, "http://"))
            }
            b':' if bytes[found..].starts_with(b"://") => {
                let scheme = ["https", "http"].into_iter().find(|scheme| {
                    let start = found.checked_sub(scheme.len()).filter(|start| *start >= from);
                    start.is_some_and(|start| bytes[start..found].eq_ignore_ascii_case(scheme.as_bytes()))
                });
                let start = scheme.map(|scheme| found - scheme.len()).filter(|start| begins(text, from, *start));
                start.and_then(|start| web(text, start, found + 3)).map(|range| (range, ""))
            }
            _ => None,
        };
        if address.is_some() {
            return address;
        }
        at = found + 1;
    }
}

/// Whether an address may begin here: after nothing, a blank, or a sign that is not part of addresses.
fn begins(text: &str, from: usize, at: usize) -> bool {
    let before = text[from..at].chars().next_back();
    before.is_none_or(|c| {
        cjk::is_joined(c) || !c.is_alphanumeric() && !matches!(c, '/' | ':' | '@' | '.' | '-' | '_' | '=')
    })
}

/// An address of the web from `start`, whose host begins at `host`.
fn web(text: &str, start: usize, host: usize) -> Option<Range<usize>> {
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || cjk::is_joined(c)
            || matches!(c, '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»' | '|' | '`')
    };
    let mut end = text[host..].find(ends).map_or(text.len(), |length| host + length);
    let (mut opening, mut closing) = (0_usize, 0_usize);
    text[host..end].bytes().for_each(|byte| {
        opening += usize::from(byte == b'(');
        closing += usize::from(byte == b')');
    });
    while let Some(last) = text[host..end].chars().next_back() {
        match last {
            ')' if closing <= opening => break,
            ')' => closing -= 1,
            '(' => opening -= 1,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '’' | '‘' | '…' | ']' | '[' | '}' | '{'
            | '،' | '؛' | '؟' | '–' | '—' => {}
            _ => break,
        }
        end -= last.len_utf8();
    }
    let name = &text[host..end];
    let name = &name[..name.find(['/', '?', '#']).unwrap_or(name.len())];
    let name = name.rsplit_once('@').map_or(name, |(_, host)| host);
    let name = name.split_once(':').map_or(name, |(host, _)| host);
    (name.len() <= HOST && is_host(name)).then_some(start..end)
}

/// Whether this is a name of a host: labels of letters, digits and hyphens, with a dot between them.
fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.contains('.') && name.split('.').all(is_label)
}

/// An address of mail around the @ at `at`.
fn mail(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    let name = bytes[from..at].iter().rev().take(NAME + 1).take_while(|byte| is_name(byte)).count();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let host = bytes[at + 1..].iter().take(HOST + 1).take_while(|byte| is_part(byte)).count();
    let start = at - name;
    let host = text[at + 1..at + 1 + host].trim_end_matches(['.', '-']);
    let next = text[at + 1 + host.len()..].chars().next();
    let is_whole = !next.is_some_and(|c| c == '@' || c == '_' || c.is_alphanumeric() && !cjk::is_joined(c));
    let is_apart = begins(text, from, start);
    let has_letters = host.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()));
    (name > 0 && name <= NAME && bytes[start] != b'.' && is_host(host) && is_whole && is_apart && has_letters)
        .then(|| start..at + 1 + host.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_before_the_punctuation_of_the_sentence() {
        let check = |text: &str, expected: &[&str]| {
            let (mut found, mut at) = (Vec::new(), 0);
            while let Some((range, before)) = find(text, at) {
                at = range.end;
                found.push(format!("{before}{}", &text[range]));
            }
            assert_eq!(found, expected, "{text}");
        };
        check(
            "At https://example.com/report and www.example.com.",
            &["https://example.com/report", "http://www.example.com"],
        );
        check("(see HTTP://a.example/b_(c)?d=1&e=2#f)!", &["HTTP://a.example/b_(c)?d=1&e=2#f"]);
        check("“https://a.example/”, 'www.b.example'", &["https://a.example/", "http://www.b.example"]);
        check("详情见https://a.example/x。", &["https://a.example/x"]);
        check(
            "write to desk@own.example, or a.b+c@x-y.example.",
            &["mailto:desk@own.example", "mailto:a.b+c@x-y.example"],
        );
        check("@reporter 5@6 a@b @@ x@y_z ://a.b xhttp://a.example www. http:// https://localhost/", &[]);
        check(
            "see http://a.example:80/… and http://münchen.example",
            &["http://a.example:80/", "http://münchen.example"],
        );
        check("ftp://a.example/ javascript://a.example/%0aalert(1)", &[]);
    }
}
