//! Texts as YAML scalars, for programs that write front matter.

/// A text as YAML, always as a quoted string: JSON's strings are YAML's, and no text is mistaken for anything else.
/// Control characters are escaped, so the scalar is one line.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            // YAML takes these for line breaks or a byte order mark, or does not allow them.
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn every_text_reads_back() {
        for text in ["", "a\nb\tc", "\"x\" \\n", "- item", "\u{7f}\u{85}\u{2028}\u{feff}", "yes", "🚀 خبر: x"] {
            assert_eq!(serde_yaml::from_str::<String>(&quoted(text)).unwrap(), text, "{text:?}");
            assert_eq!(quoted(text).lines().count(), 1);
        }
    }
}
