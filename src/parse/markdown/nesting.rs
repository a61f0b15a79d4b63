//! Quotations, lists and footnotes inside one another, within bounds.
//!
//! A parser looks through all open containers at each new one, so the time for a line that opens thousands of them grows with the
//! square of their number. A line that opens too many is left out before the text is parsed.

use std::borrow::Cow;

/// The most containers that one line may open or go on with.
pub(super) const DEPTH: usize = 100;

/// The text with blanks in the place of lines that open too many containers, and where these lines begin. Places stay.
pub(super) fn bounded(markdown: &str) -> (Cow<'_, str>, Vec<usize>) {
    let mut deep: Vec<usize> = Vec::new();
    let mut shallow: Option<String> = None;
    let mut start = 0;
    for line in markdown.split_inclusive('\n') {
        if is_too_deep(line.as_bytes()) {
            let length = line.trim_end_matches(['\n', '\r']).len();
            let text = shallow.get_or_insert_with(|| markdown.to_string());
            text.replace_range(start..start + length, &" ".repeat(length));
            deep.push(start);
        }
        start += line.len();
    }
    (shallow.map_or(Cow::Borrowed(markdown), Cow::Owned), deep)
}

/// Whether any line opens too many containers.
pub(super) fn has_too_deep(markdown: &str) -> bool {
    markdown.split('\n').any(|line| is_too_deep(line.as_bytes()))
}

fn is_too_deep(line: &[u8]) -> bool {
    // Each takes a character at least.
    if line.len() <= DEPTH {
        return false;
    }
    let (mut at, mut depth) = (0, 0);
    while let Some(byte) = line.get(at) {
        let is_blank = |at: usize| line.get(at).is_none_or(u8::is_ascii_whitespace);
        match byte {
            b' ' | b'\t' => {
                at += 1;
                continue;
            }
            b'>' => at += 1,
            b'-' | b'*' | b'+' if is_blank(at + 1) => at += 2,
            b'0'..=b'9' => {
                let digits = line[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let is_number = matches!(line.get(at + digits), Some(b'.' | b')')) && is_blank(at + digits + 1);
                if !is_number {
                    return false;
                }
                at += digits + 2;
            }
            b'[' if line.get(at + 1) == Some(&b'^') => {
                let Some(end) = memchr::memmem::find(&line[at..], b"]:") else { return false };
                at += end + 2;
            }
            _ => return false,
        }
        depth += 1;
        // Signs alone are a rule, however many there are.
        if depth > DEPTH && !is_rule(line) {
            return true;
        }
        if depth > DEPTH {
            return false;
        }
    }
    false
}

/// Whether nothing stands in a line but one sign, again and again.
fn is_rule(line: &[u8]) -> bool {
    let mut signs = line.iter().filter(|byte| !byte.is_ascii_whitespace());
    signs.next().is_some_and(|first| matches!(first, b'-' | b'*') && signs.all(|sign| sign == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_open_too_many_containers() {
        for unit in ["> ", ">", "- ", "+ ", "* ", "1. ", "1) ", "> - ", "   > 1. ", "[^a]: ", "-\t"] {
            let each = if unit.contains("> ") && unit.len() > 2 { 2 } else { 1 };
            let line = |count: usize| format!("{}a", unit.repeat(count));
            let fits = line(DEPTH / each);
            assert_eq!(bounded(&fits), (Cow::Borrowed(fits.as_str()), Vec::new()), "{unit}");
            let text = format!("é\r\n{}\r\nb", line(DEPTH / each + 1));
            let (shallow, deep) = bounded(&text);
            assert_eq!((shallow.len(), deep), (text.len(), vec![4]), "{unit}");
            assert_eq!(shallow.split_whitespace().collect::<Vec<_>>(), ["é", "b"], "{unit}");
            assert!(has_too_deep(&text) && !has_too_deep(&fits));
        }
        for line in ["- ".repeat(300), "* ".repeat(300), "1 ".repeat(300), "-".repeat(300), "> a ".repeat(300)] {
            assert!(!has_too_deep(&line), "{line}");
        }
    }
}
