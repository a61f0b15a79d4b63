//! Runs of text to paragraphs: white space, breaks, indented lines and columns.

use crate::wire::block::{Block, Inline, plain, trim_back, trim_front};
use crate::wire::text::{is_blank, is_unfit, regular};
use crate::wire::work;

/// Lines kept as they are, without blank ones at the ends. Tabs become four blanks.
pub(in crate::wire) fn preformatted<'l>(lines: impl Iterator<Item = &'l str>) -> Option<Block> {
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        let mut clean = String::with_capacity(line.len());
        for c in line.chars() {
            match c {
                '\t' => clean.push_str("    "),
                c if is_unfit(c) || c == '\r' => {}
                c if is_blank(c) => clean.push(' '),
                c => clean.push(c),
            }
        }
        clean.truncate(clean.trim_end().len());
        if !(clean.is_empty() && kept.is_empty()) {
            kept.push(clean);
        }
    }
    while kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    (!kept.is_empty()).then(|| Block::Pre(kept.join("\n")))
}

/// Whether lines are columns made with blanks, which must keep their breaks.
fn is_columnar(lines: &[&str]) -> bool {
    let full = lines.iter().filter(|line| !line.trim().is_empty()).count();
    let columns = lines.iter().filter(|line| has_columns(line)).count();
    full >= 3 && columns * 2 > full
}

/// Whether a line has gaps of blanks, bars or a rule that only make sense below each other.
pub(in crate::wire) fn has_columns(line: &str) -> bool {
    let line = line.trim();
    // Most lines are words with one blank between them.
    let bytes = line.as_bytes();
    let is_plain = !bytes.windows(2).any(|pair| pair == b"  ") && memchr::memchr(b'|', bytes).is_none();
    if is_plain && !line.starts_with(['-', '=', '_']) {
        return false;
    }
    let has_digit = line.bytes().any(|b| b.is_ascii_digit());
    // Two blanks after a full stop are a typist's habit, not a column.
    let is_gap = |at: usize| {
        (has_digit || line[at..].starts_with("   "))
            && (!line[..at].ends_with(['.', '!', '?', ':', '"']) || line[at..].trim().len() < 12)
    };
    let starts = bytes.windows(3).enumerate().filter(|(_, near)| near[0] != b' ' && near[1] == b' ' && near[2] == b' ');
    starts.map(|(at, _)| at + 1).any(is_gap)
        || line.matches('|').count() >= 2
        || (line.len() > 8 && line.bytes().all(|b| matches!(b, b'-' | b'=' | b'_')))
}

/// One run of inline content as paragraphs.
pub(in crate::wire) fn paragraphs(mut run: Vec<Inline>) -> Vec<Block> {
    if !work::spend(run.len()) {
        return Vec::new();
    }
    if let [Inline::Text(text)] = run.as_slice() {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() >= 3 && is_columnar(&lines) && lines.iter().any(|line| !line.starts_with("  ")) {
            return preformatted(lines.into_iter()).into_iter().collect();
        }
    }
    if run.iter().any(holds_break) {
        run = with_breaks_outside(without_double_marks(run, 0));
    }
    mark_indented_lines(&mut run);
    mark_indented_breaks(&mut run);
    let mut blank = true;
    collapse(&mut run, &mut blank);
    let mut out = Vec::new();
    let parts = if run.contains(&Inline::Break) { split_at_breaks(run) } else { vec![run] };
    for mut part in parts {
        trim_front(&mut part);
        trim_back(&mut part);
        if has_words(&part) {
            join_wraps(&mut part);
            out.push(Block::Paragraph(part));
        }
    }
    out
}

/// Whether a break stands inside marked text.
fn holds_break(inline: &Inline) -> bool {
    match inline {
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
            inner.iter().any(|one| *one == Inline::Break || holds_break(one))
        }
        Inline::Text(_) | Inline::Break => false,
    }
}

/// The bit of links among the marks that text stands in.
const LINK: u8 = 8;

/// Marked text without the same mark inside it, and links without links: what breaks cut would have all its marks on each line.
fn without_double_marks(run: Vec<Inline>, marks: u8) -> Vec<Inline> {
    let mut out = Vec::with_capacity(run.len());
    for inline in run {
        let (mark, inner, wrap): (u8, _, fn(Vec<Inline>) -> Inline) = match inline {
            Inline::Strong(inner) => (1, inner, Inline::Strong),
            Inline::Emphasis(inner) => (2, inner, Inline::Emphasis),
            Inline::Struck(inner) => (4, inner, Inline::Struck),
            Inline::Link(address, inner) => {
                let inner = without_double_marks(inner, marks | LINK);
                if marks & LINK == 0 {
                    out.push(Inline::Link(address, inner))
                } else {
                    out.extend(inner)
                }
                continue;
            }
            other => {
                out.push(other);
                continue;
            }
        };
        let inner = without_double_marks(inner, marks | mark);
        if marks & mark == 0 { out.push(wrap(inner)) } else { out.extend(inner) }
    }
    out
}

/// Marked text cut at its breaks, which then stand beside it: `<b>Head<br/></b>text` is bold, a break, and text. So breaks part
/// paragraphs wherever they stand, and no mark of Markdown reaches over a line.
fn with_breaks_outside(run: Vec<Inline>) -> Vec<Inline> {
    // Each line has all marks that are open, so a few breaks may make many.
    if !work::spend(run.len() * 16) {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(run.len() + 2);
    for inline in run {
        if !holds_break(&inline) {
            out.push(inline);
            continue;
        }
        let (inner, wrap): (_, Box<dyn Fn(Vec<Inline>) -> Inline>) = match inline {
            Inline::Strong(inner) => (inner, Box::new(Inline::Strong)),
            Inline::Emphasis(inner) => (inner, Box::new(Inline::Emphasis)),
            Inline::Struck(inner) => (inner, Box::new(Inline::Struck)),
            Inline::Link(address, inner) => (inner, Box::new(move |inner| Inline::Link(address.clone(), inner))),
            other => {
                out.push(other);
                continue;
            }
        };
        let mut part = Vec::new();
        let end_part = |part: &mut Vec<Inline>, out: &mut Vec<Inline>| {
            let part = std::mem::take(part);
            if has_words(&part) { out.push(wrap(part)) } else { out.extend(part) }
        };
        for one in with_breaks_outside(inner) {
            if one == Inline::Break {
                end_part(&mut part, &mut out);
                out.push(one);
            } else {
                part.push(one);
            }
        }
        end_part(&mut part, &mut out);
    }
    out
}

fn has_words(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Text(text) => !text.trim().is_empty(),
        Inline::Break => false,
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
            has_words(inner)
        }
    })
}

/// A line that is indented after a break begins a paragraph, too.
fn mark_indented_breaks(run: &mut Vec<Inline>) {
    let starts = |pair: &[Inline]| match pair {
        [Inline::Break, Inline::Text(text)] => {
            text.starts_with(['\t', ' ']) && indent(text) >= 3 && !text.trim().is_empty()
        }
        _ => false,
    };
    let places: Vec<usize> =
        run.windows(2).enumerate().filter(|(_, pair)| starts(pair)).map(|(at, _)| at + 1).collect();
    if places.is_empty() {
        return;
    }
    let mut out = Vec::with_capacity(run.len() + places.len());
    for (at, inline) in run.drain(..).enumerate() {
        if places.binary_search(&at).is_ok() {
            out.push(Inline::Break);
        }
        out.push(inline);
    }
    *run = out;
}

/// How many lines of one run of text may begin paragraphs. No story has so many; what has more is taken for one paragraph, for each
/// takes some hundred bytes in memory beside its text.
const INDENTED: usize = 50_000;

/// Where some lines of a text are indented and others are not, the indented ones and those after a blank line begin paragraphs.
/// Markup that is only printed prettily has all its lines indented.
fn mark_indented_lines(run: &mut Vec<Inline>) {
    let has_lines =
        |inline: &Inline| matches!(inline, Inline::Text(text) if memchr::memchr(b'\n', text.as_bytes()).is_some());
    if !run.iter().any(has_lines) {
        return;
    }
    let mut least = usize::MAX;
    let mut lines = 0;
    for inline in run.iter() {
        if let Inline::Text(text) = inline {
            for line in text.split('\n').skip(1).filter(|line| !line.trim().is_empty()) {
                least = least.min(indent(line));
                lines += 1;
            }
        }
    }
    if lines == 0 || lines > INDENTED {
        return;
    }
    let mut marked = Vec::with_capacity(run.len());
    for inline in run.drain(..) {
        let Inline::Text(text) = inline else {
            marked.push(inline);
            continue;
        };
        let mut part = String::with_capacity(text.len());
        let mut after_blank = false;
        for (number, line) in text.split('\n').enumerate() {
            let is_empty = line.trim().is_empty();
            let indented = indent(line) >= least.saturating_add(2) && indent(line) >= 2;
            if number > 0 && !is_empty && (indented || (after_blank && least < 2)) {
                marked.push(Inline::Text(std::mem::take(&mut part)));
                marked.extend([Inline::Break, Inline::Break]);
            } else if number > 0 {
                part.push('\n');
            }
            after_blank = is_empty && number > 0;
            part.push_str(line);
        }
        marked.push(Inline::Text(part));
    }
    *run = marked;
}

fn indent(line: &str) -> usize {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    if line.starts_with('\t') { 8 } else { blanks }
}

/// Makes white space runs single blanks across the borders of marked text.
fn collapse(run: &mut Vec<Inline>, blank: &mut bool) {
    for inline in run.iter_mut() {
        match inline {
            Inline::Text(text) => {
                if regular(text, *blank) == text.len() {
                    *blank = if text.is_empty() { *blank } else { text.ends_with(' ') };
                    continue;
                }
                let mut clean = String::with_capacity(text.len());
                let mut rest = text.as_str();
                while !rest.is_empty() {
                    // What is regular goes over whole; anything else is looked at.
                    let lead = regular(rest, *blank);
                    if lead > 0 {
                        clean.push_str(&rest[..lead]);
                        *blank = rest[..lead].ends_with(' ');
                        rest = &rest[lead..];
                    }
                    let Some(c) = rest.chars().next() else { break };
                    rest = &rest[c.len_utf8()..];
                    if is_blank(c) {
                        if !*blank {
                            clean.push(' ');
                        }
                        *blank = true;
                    } else if !is_unfit(c) {
                        clean.push(c);
                        *blank = false;
                    }
                }
                *text = clean;
            }
            Inline::Break => *blank = true,
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                collapse(inner, blank)
            }
        }
    }
    run.retain(|inline| match inline {
        Inline::Text(text) => !text.is_empty(),
        Inline::Break => true,
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
            !inner.is_empty()
        }
    });
}

/// Whether each break of a long text ends a sentence: then its sender has no other mark for paragraphs.
fn breaks_are_paragraphs(run: &[Inline]) -> bool {
    let lines: Vec<String> = run.split(|inline| *inline == Inline::Break).map(plain).collect();
    let words: usize = lines.iter().map(|line| line.trim().chars().count()).sum();
    let ends = |line: &String| line.trim_end().ends_with(['.', '!', '?', '"', '”', '»', '…', '؟', '。', ')']);
    lines.len() >= 2 && words / lines.len() >= 60 && lines.iter().all(|line| !line.trim().is_empty() && ends(line))
}

fn doubled(run: Vec<Inline>) -> Vec<Inline> {
    let twice =
        |inline: Inline| if inline == Inline::Break { vec![Inline::Break, Inline::Break] } else { vec![inline] };
    run.into_iter().flat_map(twice).collect()
}

/// Two breaks in a row part paragraphs.
fn split_at_breaks(run: Vec<Inline>) -> Vec<Vec<Inline>> {
    let mut parts = vec![Vec::new()];
    let mut breaks = 0;
    let run = if breaks_are_paragraphs(&run) { doubled(run) } else { run };
    for inline in run {
        let is_space = matches!(&inline, Inline::Text(text) if text.trim().is_empty());
        let part = match parts.last_mut() {
            Some(part) if !(breaks >= 2 && !is_space && inline != Inline::Break) => part,
            _ => {
                parts.push(Vec::new());
                breaks = 0;
                let last = parts.len() - 1;
                &mut parts[last]
            }
        };
        if inline == Inline::Break {
            breaks += 1;
        } else if !is_space {
            breaks = 0;
        }
        part.push(inline);
    }
    parts
}

/// Breaks that a line printer made, every 45 to 85 characters, are blanks.
fn join_wraps(inlines: &mut [Inline]) {
    let mut length = 0;
    let mut breaks = 0;
    for inline in inlines.iter() {
        if *inline == Inline::Break {
            breaks += 1;
            if !(45..=85).contains(&length) {
                return;
            }
            length = 0;
        } else {
            length += plain(std::slice::from_ref(inline)).chars().count();
        }
    }
    if breaks > 0 {
        for inline in inlines.iter_mut().filter(|inline| **inline == Inline::Break) {
            *inline = Inline::Text(" ".to_string());
        }
    }
}
