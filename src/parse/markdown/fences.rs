//! Fenced blocks that are parts of a story: `gallery`, `facts`, `quote`, `timeline`, `chart`, `map`.
//!
//! What stands in one is ordinary Markdown, and is read as such: before a text is parsed, a rule of the same length (`***`) takes the
//! place of the two lines around it. A rule ends whatever stands before it, and the events between the two are those of the block.
//! So comments, links, hidden elements and places in it are those of any other text.

use std::borrow::Cow;

/// What a fenced block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Gallery,
    Facts,
    Quote,
    Timeline,
    Chart,
    Map,
}

impl Kind {
    /// By the first word behind the signs of its first line.
    pub(super) fn of(info: &str) -> Option<Kind> {
        match info.split_whitespace().next()? {
            "gallery" => Some(Kind::Gallery),
            "facts" => Some(Kind::Facts),
            "quote" => Some(Kind::Quote),
            "timeline" => Some(Kind::Timeline),
            "chart" => Some(Kind::Chart),
            "map" => Some(Kind::Map),
            _ => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Gallery => "gallery",
            Kind::Facts => "facts",
            Kind::Quote => "quote",
            Kind::Timeline => "timeline",
            Kind::Chart => "chart",
            Kind::Map => "map",
        }
    }
}

/// A fenced block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fence {
    pub(super) kind: Kind,
    /// What follows its word in the first line; may be empty.
    pub(super) title: String,
    /// Where its first line begins, in bytes.
    pub(super) open: usize,
    /// Where its last line begins.
    pub(super) close: usize,
}

/// Signs that begin or end a block of code.
struct Signs<'l> {
    sign: u8,
    count: usize,
    /// Blanks in front of them.
    indent: usize,
    /// What follows them in their line.
    info: &'l str,
}

fn signs(line: &str) -> Option<Signs<'_>> {
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    let sign = *text.as_bytes().first().filter(|sign| matches!(sign, b'`' | b'~'))?;
    let count = text.bytes().take_while(|byte| *byte == sign).count();
    let info = text[count..].trim();
    let is_code = sign == b'`' && info.contains('`');
    (count >= 3 && indent <= 3 && !is_code).then_some(Signs { sign, count, indent, info })
}

/// The text with rules around its blocks, and the blocks. Those that are indented, as in a list, or that never end stay code.
pub(super) fn marked(text: Cow<'_, str>) -> (Cow<'_, str>, Vec<Fence>) {
    let has = |signs: &[u8]| memchr::memmem::find(text.as_bytes(), signs).is_some();
    if !has(b"```") && !has(b"~~~") {
        return (text, Vec::new());
    }
    let mut found = Vec::new();
    // The block of code that is open: its signs, and what it is where it is one of ours.
    let mut open: Option<(u8, usize, Option<Fence>)> = None;
    let mut next = 0;
    for line in text.split_inclusive('\n') {
        let at = next;
        next += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let Some(Signs { sign, count, indent, info }) = signs(line) else { continue };
        match open.take() {
            None => {
                let kind = Kind::of(info).filter(|_| indent == 0);
                let fence = kind.map(|kind| {
                    let title = info.trim_start_matches(kind.word()).trim().to_string();
                    Fence { kind, title, open: at, close: at }
                });
                open = Some((sign, count, fence));
            }
            Some((its, least, fence)) if its == sign && count >= least && info.is_empty() => {
                found.extend(fence.map(|fence| Fence { close: at, ..fence }));
            }
            other => open = other,
        }
    }
    if found.is_empty() {
        return (text, found);
    }
    let mut marked = text.into_owned();
    for at in found.iter().flat_map(|fence| [fence.open, fence.close]) {
        let length = marked[at..].find(['\r', '\n']).unwrap_or(marked.len() - at);
        marked.replace_range(at..at + length, &format!("***{}", " ".repeat(length - 3)));
    }
    (Cow::Owned(marked), found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, titles: &[&str]) {
        let (marked, found) = marked(Cow::Borrowed(text));
        assert_eq!(marked, expected);
        assert_eq!(marked.len(), text.len());
        assert_eq!(found.iter().map(|fence| &*fence.title).collect::<Vec<_>>(), titles);
    }

    #[test]
    fn lines_around_blocks_become_rules() {
        check("a\n```facts\n- b\n```\nc", "a\n***     \n- b\n***\nc", &[""]);
        check("```facts  Zürich \r\n- b\r\n   ````\r\n", "***               \r\n- b\r\n***    \r\n", &["Zürich"]);
        check("~~~quote A\nb\n```\nc\n~~~", "***       \nb\n```\nc\n***", &["A"]);
        check("```quote\na\n```\n```facts\n- b\n```", "***     \na\n***\n***     \n- b\n***", &["", ""]);
    }

    #[test]
    fn all_else_stays_code() {
        for text in [
            "a `` ` `` b",
            "```text\n```facts\n```",
            "```facts\n- no end",
            "- a\n\n  ```facts\n  - b\n  ```",
            "```` text\n```facts\n- b\n```\n````",
            "```factsheet\n- a\n```",
            "    ```facts\n- a\n```",
        ] {
            check(text, text, &[]);
        }
    }
}
