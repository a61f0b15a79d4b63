//! The envelope of text copy: `ZCZC … NNNN`, and the codes at its head.

use super::super::copy::RawItem;
use super::super::newsml_g2::bare_code;
use super::super::text::clean;
use super::is_slug;

/// A file cut before each `ZCZC` line that follows the `NNNN` of the message before.
pub(super) fn envelopes(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at, mut ended) = (Vec::new(), 0, 0, false);
    for line in text.split_inclusive('\n') {
        let shown = line.trim();
        if ended && shown.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("zczc")) {
            parts.push(&text[start..at]);
            start = at;
        }
        if !shown.is_empty() {
            ended = shown.rsplit(' ').next().is_some_and(is_nnnn);
        }
        at += line.len();
    }
    parts.push(&text[start..]);
    parts
}

pub(super) fn starts_envelope(text: &str) -> bool {
    text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("zczc"))
}

/// `ZCZC … NNNN` and the codes of its header, of which there are two kinds.
pub(super) fn envelope(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let Some(first) = lines.iter().position(|line| !line.trim().is_empty()) else { return };
    if !starts_envelope(lines[first].trim_start()) {
        return;
    }
    raw.item.dropped.extend([lines[first].to_string(), "NNNN nnnn".to_string()]);
    lines.drain(..=first);
    if let Some(last) = lines.iter().rposition(|line| !line.trim().is_empty()) {
        let text = lines[last].trim_end();
        let mark = text.len().checked_sub(4).filter(|at| text.get(*at..).is_some_and(is_nnnn));
        match mark {
            Some(at) if text[..at].trim().is_empty() => lines.truncate(last),
            // It may stand behind the time.
            Some(at) if text[..at].ends_with(' ') => {
                lines.truncate(last);
                lines.push(text[..at].trim_end());
            }
            _ => {}
        }
    }
    let is_field = |line: &str| {
        let bytes = line.as_bytes();
        bytes.len() >= 3 && bytes[0].is_ascii_uppercase() && bytes[1].is_ascii_uppercase() && bytes[2] == b'#'
    };
    // `BC-HALDEN` and the letter of its priority may stand right below.
    if let [slug, priority, ..] = lines.as_slice()
        && is_slug(slug.trim())
        && priority.trim().len() == 1
        && priority.trim().bytes().all(|b| b.is_ascii_lowercase())
    {
        raw.item.meta.slugline = Some(clean(slug));
        raw.item.meta.wire_priority = Some(clean(priority));
        lines.drain(..2);
    }
    if lines.first().is_some_and(|line| is_field(line)) { named_fields(lines, raw) } else { line_codes(lines, raw) }
}

/// What machines write behind the mark of the end, up to six short lines, and `=08221026` right before it.
pub(super) fn after_end(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let near = lines.len().saturating_sub(8);
    if let Some(at) =
        lines[near..].iter().position(|line| is_nnnn(line.trim())).map(|at| near + at).filter(|at| *at > 2)
        && lines[at + 1..].iter().all(|line| line.len() <= 40)
    {
        let gone = lines.split_off(at + 1);
        raw.item.dropped.extend(gone.iter().map(|line| line.to_string()));
    }
    let is_code = |line: &str| {
        let digits = line.strip_prefix('=').unwrap_or("");
        digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let end = lines.len();
    let is_last = |at: usize, lines: &[&str]| lines[at..].iter().all(|line| line.len() <= 40);
    for at in (end.saturating_sub(6)..end).rev() {
        if is_code(lines[at].trim()) && is_last(at, lines) {
            raw.item.dropped.push(lines.remove(at).to_string());
        }
    }
}

fn is_nnnn(text: &str) -> bool {
    text.eq_ignore_ascii_case("nnnn")
}

/// `TI#headline`, `AB#abstract`, `TX#` and the text.
fn named_fields(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let item = &mut raw.item;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        let Some((code, value)) = line.split_once('#').filter(|(code, _)| code.len() == 2) else {
            item.dropped.push(line.to_string());
            continue;
        };
        item.dropped.push(code.to_string());
        let value = clean(value);
        let value = Some(value).filter(|value| !value.is_empty() && value != "*");
        match code {
            "TI" => item.meta.headline = value.unwrap_or_default(),
            "AB" => item.meta.description = value,
            "BY" => item.byline = value,
            "SO" => item.meta.provider = value,
            "AN" => {
                item.dropped.extend(value.clone());
                raw.derive_uri_from = value;
            }
            "TX" => {
                if value.is_some() {
                    lines[at - 1] = &line[3..];
                    at -= 1;
                }
                break;
            }
            _ => item.meta.notes.extend(value.map(|value| (code.to_string(), value))),
        }
    }
    lines.drain(..at.min(lines.len()));
}

/// `%` category, `#` slug, `$` headline or the letter of a category, `^` headline, `:` place or slug, `*` and `+` subject, `=`, `&`, `~`
/// and `@` for desks, one a line; perhaps below a line of routing, where `:` is the headline.
fn line_codes(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let mut at = 0;
    let is_routed = lines.first().is_some_and(|line| is_routing(line.trim()));
    if is_routed {
        raw.item.meta.notes.push(("routing".to_string(), clean(lines[0])));
        at = 1;
    }
    while let Some(line) = lines.get(at) {
        // A blank line may stand between two codes.
        let is_blank = line.trim().is_empty();
        let is_code = |line: &&str| line.starts_with([':', '&', '*', '@', '~', '+']);
        if is_blank && at > 0 && lines.get(at + 1).is_some_and(is_code) {
            at += 1;
            continue;
        }
        if is_blank || !line_code(line.trim_end(), is_routed, raw) {
            break;
        }
        at += 1;
    }
    lines.drain(..at);
}

/// Takes one line of a code; says whether it is one.
fn line_code(line: &str, is_routed: bool, raw: &mut RawItem) -> bool {
    let Some(code) = line.chars().next() else { return false };
    let rest = clean(&line[code.len_utf8()..]);
    let item = &mut raw.item;
    let mut desk = |kind: &str, text: String| {
        if !text.is_empty() {
            item.meta.notes.push((kind.to_string(), text));
        }
    };
    let is_letter = rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_alphabetic());
    match code {
        '%' => item.meta.wire_category = Some(rest),
        '#' => item.meta.slugline = Some(rest),
        // `$J`, `*X`: a letter alone is no text.
        '$' | '*' if is_letter => desk("routing", rest),
        '$' => item.meta.headline = rest,
        '^' if item.meta.headline.is_empty() && rest.contains(' ') => item.meta.headline = rest,
        ':' if is_routed => routed_names(&rest, raw),
        ':' => {
            let place = rest.trim_matches(['(', ')']);
            if rest.starts_with('(') && !place.is_empty() && !place.bytes().any(|b| b.is_ascii_digit()) {
                raw.dateline_field = Some(place.to_string());
            } else {
                desk("subslug", rest);
            }
        }
        '*' | '+' if bare_code(&rest).is_some() => item.meta.subjects.extend(bare_code(&rest)),
        '=' => desk("subslug", rest),
        '&' | '~' | '@' | '^' => desk("routing", rest),
        _ => return false,
    }
    true
}

/// `:SLUG :Headline`, `:Headline` or `:SLUG` below a line of routing.
fn routed_names(text: &str, raw: &mut RawItem) {
    let meta = &mut raw.item.meta;
    let (slug, headline) = match text.split_once(" :") {
        Some((slug, headline)) => (Some(slug), Some(headline)),
        None if text.contains(' ') && meta.headline.is_empty() => (None, Some(text)),
        None => (Some(text), None),
    };
    if let Some(slug) = slug.filter(|slug| !slug.is_empty()) {
        match meta.slugline {
            None => meta.slugline = Some(slug.to_string()),
            Some(_) => meta.notes.push(("subslug".to_string(), slug.to_string())),
        }
    }
    if let Some(headline) = headline {
        meta.headline = headline.to_string();
    }
}

/// `YY TDR`, `HH RFG INTERNET (3RR)`: one letter twice, and those whom the copy is for.
fn is_routing(line: &str) -> bool {
    let mut words = line.split(' ');
    let is_twice = words.next().is_some_and(|word| {
        let bytes = word.as_bytes();
        bytes.len() == 2 && bytes[0] == bytes[1] && bytes[0].is_ascii_uppercase()
    });
    let is_name = |word: &str| word.bytes().filter(u8::is_ascii_uppercase).count() >= 2 && word.len() <= 16;
    let names: Vec<&str> = words.collect();
    is_twice && (1..=8).contains(&names.len()) && names.into_iter().all(is_name)
}
