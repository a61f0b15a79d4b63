//! Marks of a kill or a hold in headline, slug and take.

/// A mark before the headline proper: `KILL-`, `BULLETIN KILL`, `WITHDRAW:`.
pub(in crate::wire) fn leading_mark(text: &str) -> Option<&'static str> {
    const MARKS: &[(&str, bool)] = &[
        ("BULLETIN KILL", false),
        ("MANDATORY KILL", false),
        ("STORY KILL", false),
        ("KILL", true),
        ("ELIM", true),
        ("WITHDRAWN", true),
        ("WITHDRAW", true),
        ("HOLD FOR RELEASE", false),
        ("ADVISORY KILL", false),
        ("STORY WITHDRAWN", false),
        ("STORY REMOVED", false),
        ("EMBARGOED", true),
    ];
    let text = text.trim_start_matches(['(', '[', '*', ' ']);
    MARKS.iter().find_map(|(mark, needs_sign)| {
        let rest = text.strip_prefix(mark)?;
        let rest = rest.trim_start_matches([')', ']']);
        let signed = rest.trim_start().starts_with(['-', ':', '–', '—', '.']) || rest.is_empty();
        let border = !rest.starts_with(char::is_alphanumeric);
        (border && (signed || !needs_sign)).then_some(*mark)
    })
}

/// The same mark as a word of a slug or take line.
pub(in crate::wire) fn any_mark(text: &str) -> Option<&'static str> {
    let upper = text.to_uppercase();
    let words: Vec<&str> = upper.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // A slug is made of words, so the word alone may be the story's subject; the desk writes the mark in capitals.
    let in_capitals = |mark: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == mark);
    let pair = |a: &str, b: &str| words.windows(2).any(|pair| pair[0] == a && pair[1] == b);
    if pair("BULLETIN", "KILL") || pair("MANDATORY", "KILL") || pair("STORY", "KILL") {
        return Some("KILL");
    }
    for mark in ["KILL", "ELIM", "WITHDRAW", "WITHDRAWN"] {
        let alone = words.len() == 1 && words[0] == mark;
        let is_edge = words.last() == Some(&mark) || words.first() == Some(&mark);
        if alone || (in_capitals(mark) && is_edge) {
            return Some(mark);
        }
    }
    if pair("HOLD", "FOR") && words.contains(&"RELEASE") {
        return Some("HOLD FOR RELEASE");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_a_kill() {
        assert_eq!(leading_mark("KILL-Halden strike"), Some("KILL"));
        assert_eq!(leading_mark("STORMS KILL TWO"), None);
        assert_eq!(leading_mark("KILL BILL returns"), None);
        assert_eq!(any_mark("BC-Halden-Strike, BULLETIN KILL"), Some("KILL"));
        assert_eq!(any_mark("BC-US--Storms Kill Two"), None);
        assert_eq!(any_mark("KILL"), Some("KILL"));
    }
}
