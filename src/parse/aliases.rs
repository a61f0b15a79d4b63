//! Adds old addresses to the front matter of a file, and leaves everything else in it as it is.
//!
//! The text is changed in one place, by the form that `aliases` has there. What comes of it is read again and compared; where it
//! does not say what it should, nothing is changed.

use super::front_matter::{self, SIZE_LIMIT};
use super::scalar::quoted;
use serde_yaml::Value;

/// A file with more aliases in its front matter; `None` where they cannot be added safely.
pub fn add(text: &str, new: &[String]) -> Option<String> {
    let yaml = front_matter::split(text)?.yaml;
    // The front matter begins behind the first line.
    let start = text.find('\n')? + 1;
    let line_end = if text[..start].ends_with("\r\n") { "\r\n" } else { "\n" };
    let changed = edited(yaml, new, line_end)?;
    let after = format!("{}{changed}{}", &text[..start], &text[start + yaml.len()..]);
    let is_safe = changed.len() <= SIZE_LIMIT
        && front_matter::split(&after).is_some_and(|parts| parts.yaml == changed)
        && says(yaml, &changed, new)?;
    is_safe.then_some(after)
}

/// An alias as it stands in a list.
pub fn item(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
    if path.starts_with('/') && path.chars().all(is_plain) {
        return path.to_string();
    }
    let mut item = String::with_capacity(path.len() + 2);
    for c in quoted(path).chars() {
        match c {
            // They turn the direction of text, or cannot be seen at all.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {
                item.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => item.push(c),
        }
    }
    item
}

fn edited(yaml: &str, new: &[String], line_end: &str) -> Option<String> {
    let items: Vec<String> = new.iter().map(|path| item(path)).collect();
    let list = items.join(", ");
    let indent = indent_of(yaml);
    let Some((at, line, value_at)) = key_line(yaml, indent) else {
        return Some(format!("{yaml}{indent}aliases: [{list}]{line_end}"));
    };
    let value = line[value_at..].trim_start();
    let value_start = at + line.len() - value.len();
    let value = value.trim_end();
    let insert = |place: usize, text: &str| format!("{}{text}{}", &yaml[..place], &yaml[place..]);
    let into_flow = |start: usize| {
        let inside = yaml[start + 1..start + flow_end(&yaml[start..])?].trim_end();
        let comma = match inside.chars().next_back() {
            None => "",
            Some(',') => " ",
            Some(_) => ", ",
        };
        Some(insert(start + 1 + inside.len(), &format!("{comma}{list}")))
    };
    if value.starts_with('[') {
        return into_flow(value_start);
    }
    if !value.is_empty() && !value.starts_with('#') {
        let end = value_start + scalar_end(value)?;
        let scalar = &yaml[value_start..end];
        let before =
            if matches!(scalar, "~" | "null" | "Null" | "NULL") { String::new() } else { format!("{scalar}, ") };
        return Some(format!("{}[{before}{list}]{}", &yaml[..value_start], &yaml[end..]));
    }
    let mut last = None;
    let mut end = at + line.len();
    for line in yaml[end..].split_inclusive('\n') {
        let inner = line.trim_start();
        let is_deeper = line.strip_prefix(indent).is_some_and(|line| line.starts_with([' ', '\t', '-']));
        if !(inner.is_empty() || inner.starts_with('#') || is_deeper) {
            break;
        }
        if inner.starts_with('[') && last.is_none() {
            return into_flow(end + line.len() - inner.len());
        }
        end += line.len();
        if inner.starts_with("- ") {
            last = Some((end, &line[..line.len() - inner.len()]));
        }
    }
    let Some((place, indent)) = last else {
        return Some(insert(at + value_at, &format!(" [{list}]")));
    };
    let lines: String = items.iter().map(|item| format!("{indent}- {item}{line_end}")).collect();
    Some(insert(place, &lines))
}

/// The blanks before every key, where all front matter is indented.
fn indent_of(yaml: &str) -> &str {
    let is_key = |line: &&str| !matches!(line.trim_start().bytes().next(), None | Some(b'#'));
    let line = yaml.lines().find(is_key).unwrap_or("");
    &line[..line.len() - line.trim_start_matches(' ').len()]
}

/// Where the line of the key begins, the line, and where its value begins in it.
fn key_line<'y>(yaml: &'y str, indent: &str) -> Option<(usize, &'y str, usize)> {
    let mut at = 0;
    for line in yaml.split_inclusive('\n') {
        let text = line.strip_prefix(indent).unwrap_or("");
        let rest = ["aliases", "\"aliases\"", "'aliases'"].iter().find_map(|key| text.strip_prefix(key));
        if let Some(value) = rest.and_then(|rest| rest.trim_start_matches(' ').strip_prefix(':'))
            && (value.is_empty() || value.starts_with([' ', '\t', '\r', '\n']))
        {
            return Some((at, line, line.len() - value.len()));
        }
        at += line.len();
    }
    None
}

/// Where a list in brackets ends: at the first closing bracket outside of quotation marks and comments. A quotation mark inside a
/// word is a letter of it.
fn flow_end(list: &str) -> Option<usize> {
    let (mut quote, mut is_comment, mut before) = (None, false, ' ');
    for (at, c) in list.char_indices() {
        match (c, quote) {
            ('\n', _) => is_comment = false,
            _ if is_comment => {}
            (_, Some(open)) => quote = quote.filter(|_| c != open),
            ('"' | '\'', None) if before.is_whitespace() || matches!(before, '[' | ',') => quote = Some(c),
            ('#', None) if before.is_whitespace() => is_comment = true,
            (']', None) => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

/// Where a text on one line ends.
fn scalar_end(value: &str) -> Option<usize> {
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].find(quote).map(|end| end + 2),
        '|' | '>' | '{' | '&' | '*' | '!' => None,
        _ => Some(value.find(" #").map_or(value, |end| &value[..end]).trim_end().len()),
    }
}

/// Whether the changed front matter says the same, with these aliases more. `None` where one of the two cannot be read.
fn says(before: &str, after: &str, new: &[String]) -> Option<bool> {
    let read = |yaml: &str| -> Option<(serde_yaml::Mapping, Vec<String>)> {
        let mut keys = match serde_yaml::from_str(yaml).ok()? {
            Value::Mapping(keys) => keys,
            Value::Null => serde_yaml::Mapping::new(),
            _ => return None,
        };
        let aliases = match keys.shift_remove("aliases") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(one)) => vec![one],
            Some(Value::Sequence(all)) => {
                all.iter().map(|one| one.as_str().map(str::to_string)).collect::<Option<Vec<_>>>()?
            }
            Some(_) => return None,
        };
        Some((keys, aliases))
    };
    let ((keys, aliases), (new_keys, new_aliases)) = (read(before)?, read(after)?);
    Some(keys == new_keys && new_aliases == [&aliases[..], new].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_added_in_the_form_that_is_there() {
        for (before, after) in [
            ("headline: A\n", "headline: A\naliases: [/x/, /y/]\n"),
            ("aliases: [] # none\nuri: u\n", "aliases: [/x/, /y/] # none\nuri: u\n"),
            ("aliases: [/a/]\n", "aliases: [/a/, /x/, /y/]\n"),
            ("aliases: [/it's/]\n", "aliases: [/it's/, /x/, /y/]\n"),
            ("aliases: [/a/, ]\n", "aliases: [/a/, /x/, /y/ ]\n"),
            ("aliases: /a/  # old\n", "aliases: [/a/, /x/, /y/]  # old\n"),
            ("aliases: \"/a b/\"\n", "aliases: [\"/a b/\", /x/, /y/]\n"),
            ("aliases:\nuri: u\n", "aliases: [/x/, /y/]\nuri: u\n"),
            ("aliases: null\nuri: u\n", "aliases: [/x/, /y/]\nuri: u\n"),
            ("aliases: ~ # none\n", "aliases: [/x/, /y/] # none\n"),
            (
                "aliases: [ # old ]\n  /a/,\n  \"/b]/\",\n  ]\nuri: u\n",
                "aliases: [ # old ]\n  /a/,\n  \"/b]/\", /x/, /y/\n  ]\nuri: u\n",
            ),
            ("aliases:\n  [/a/]\nuri: u\n", "aliases:\n  [/a/, /x/, /y/]\nuri: u\n"),
            ("aliases: # none\nuri: u\n", "aliases: [/x/, /y/] # none\nuri: u\n"),
            (
                "aliases:\n  - /a/ # old\n  # more\nuri: u\n",
                "aliases:\n  - /a/ # old\n  - /x/\n  - /y/\n  # more\nuri: u\n",
            ),
            ("aliases:\n- /a/\n- /b/\nuri: u\n", "aliases:\n- /a/\n- /b/\n- /x/\n- /y/\nuri: u\n"),
            ("'aliases' : [/a/]\n", "'aliases' : [/a/, /x/, /y/]\n"),
            ("  headline: A\n  slug: b\n", "  headline: A\n  slug: b\n  aliases: [/x/, /y/]\n"),
            (
                "# desk\n\n    uri: u\n    aliases:\n    - /a/\n",
                "# desk\n\n    uri: u\n    aliases:\n    - /a/\n    - /x/\n    - /y/\n",
            ),
            ("  aliases:\n    - /a/\n  uri: u\n", "  aliases:\n    - /a/\n    - /x/\n    - /y/\n  uri: u\n"),
            ("  aliases: [/a/]\n  extra:\n    aliases: b\n", "  aliases: [/a/, /x/, /y/]\n  extra:\n    aliases: b\n"),
            ("  extra:\n    aliases: b\n", "  extra:\n    aliases: b\n  aliases: [/x/, /y/]\n"),
            ("extra: |\n  aliases: [/a/]\n", "extra: |\n  aliases: [/a/]\naliases: [/x/, /y/]\n"),
        ] {
            let text = |yaml: &str| format!("\u{feff}---\n{yaml}---\n\naliases: none\n");
            let new = ["/x/".to_string(), "/y/".to_string()];
            assert_eq!(add(&text(before), &new), Some(text(after)), "{before}");
            let crlf = |yaml: &str| text(yaml).replace('\n', "\r\n");
            assert_eq!(add(&crlf(before), &new), Some(crlf(after)), "{before}");
        }
    }

    #[test]
    fn what_cannot_be_added_safely_is_left_alone() {
        for yaml in [
            "aliases: [/a/,\n  /b/ # old\n  ]\n",
            "aliases: {a: b}\n",
            "aliases: |\n  /a/\n",
            "aliases: [/a/]\naliases: [/b/]\n",
            "extra: {\naliases: 1}\n",
            "headline: [\n",
        ] {
            assert_eq!(add(&format!("---\n{yaml}---\n"), &["/x/".to_string()]), None, "{yaml}");
        }
        let long = format!("---\ndescription: {}\n---\n", "x".repeat(SIZE_LIMIT - 20));
        assert_eq!(add(&long, &["/x/".to_string()]), None);
        assert_eq!(add("no front matter", &["/x/".to_string()]), None);
    }

    #[test]
    fn addresses_of_any_script_are_quoted() {
        assert_eq!(item("/a/b-c_d.html"), "/a/b-c_d.html");
        assert_eq!(item("/خبر/"), "\"/خبر/\"");
        assert_eq!(item("/a, b/"), "\"/a, b/\"");
        // As YAML has it, and in letters that everybody can see.
        for (path, expected) in [("/a\u{202e}b/", "\"/a\\u202Eb/\""), ("/a\u{2067}\u{200b}/", "\"/a\\u2067\\u200B/\"")]
        {
            assert_eq!(item(path), expected);
            assert_eq!(serde_yaml::from_str::<String>(expected).unwrap(), path);
        }
    }
}
