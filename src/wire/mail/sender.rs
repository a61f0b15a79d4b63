//! What a mail says of its sender below the copy: name, telephone, and the notice that it is confidential.

use crate::wire::copy::{is_end_mark, is_signoff};

/// The most lines with words of it.
const LINES: usize = 24;

/// The line from which on nothing of a text is copy, for a text as lines or paragraphs.
pub(super) fn from(lines: &[&str]) -> Option<usize> {
    let is_blank = |line: &str| line.trim().is_empty();
    let words: Vec<usize> = (0..lines.len()).filter(|at| !is_blank(lines[*at])).collect();
    let near = &words[words.len().saturating_sub(LINES)..];
    let notice = near.iter().copied().find(|at| is_notice(lines[*at]));
    // Below the end of the copy, where somebody says how to reach them.
    let has_address = |at: usize| lines[at + 1..].iter().any(|line| is_address(line));
    let is_end = |line: &str| is_end_mark(line.trim()) || is_signoff(line.trim());
    let end = near.iter().copied().filter(|at| *at > words[0]).find(|at| is_end(lines[*at]) && has_address(*at));
    let at = match (end.map(|at| at + 1), notice) {
        (Some(one), Some(other)) => one.min(other),
        (one, other) => one.or(other)?,
    };
    (at > 0).then_some(at)
}

/// `This e-mail may contain information that is confidential`, and its like.
fn is_notice(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    let subject =
        ["this e-mail", "this email", "this message", "the information in this", "diese e-mail", "diese nachricht"];
    let says =
        ["confidential", "intended recipient", "intended only for", "intended solely", "privileged", "vertraulich"];
    subject.iter().any(|words| lower.starts_with(words)) && says.iter().any(|words| lower.contains(words))
}

/// An address of mail, or a number of a telephone.
fn is_address(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    let is_mail = line.split_whitespace().any(|word| {
        word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.trim_end_matches('.').contains('.'))
    });
    is_mail || (digits >= 7 && line.chars().count() <= 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_the_copy() {
        let check = |text: &str, expected: Option<usize>| {
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(from(&lines), expected, "{text}");
        };
        check("The port closed.\n\nLSW ar/\nAna Reyes\nPort Writer\nPh: +47 555 0100", None);
        check("The port closed.\n\nAAP ar/\nAna Reyes\nPort Writer\nPh: +47 555 0100", Some(3));
        check("The port closed.\nENDS\nana@wire.example", Some(2));
        check("The port closed.\n____\nThis email may contain information that is confidential.", Some(2));
        check("The port closed.\nENDS\nIt opens on Monday.", None);
        check("This message was privileged.", None);
        check("", None);
    }
}
