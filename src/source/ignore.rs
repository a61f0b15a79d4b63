//! Patterns of files in `content/` that are not part of the site.

use crate::path::nfc;

/// Files to leave out, by the patterns of `ignore` in the settings.
///
/// In a pattern, `*` stands for any letters of one name, `?` for one, and `**` for any folders. A pattern without a slash is the name of
/// a file or folder wherever it lies; one with a slash is a path from `content/`. What lies in a folder that is left out is left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignore(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    /// Whether it is a path, and not a name.
    is_path: bool,
    parts: Vec<Box<str>>,
}

impl Ignore {
    pub(super) fn new(patterns: &[String]) -> Ignore {
        let pattern = |text: &String| {
            let text = nfc(text.trim().trim_end_matches('/'));
            let parts = text.split('/').filter(|part| !part.is_empty()).map(Box::from).collect();
            Pattern { is_path: text.contains('/'), parts }
        };
        Ignore(patterns.iter().map(pattern).filter(|pattern: &Pattern| !pattern.parts.is_empty()).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a file or folder, by its path below `content/`, or a folder above it is left out.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = nfc(path);
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.into_iter().any(|end| self.names(&path[..end]))
    }

    fn names(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        self.0.iter().any(|pattern| match (pattern.is_path, parts.last()) {
            (false, Some(name)) => is_like(name, &pattern.parts[0]),
            _ => is_path_like(&parts, &pattern.parts),
        })
    }
}

/// Steps are taken side by side for all places that a pattern may have reached, so that none takes long.
fn is_path_like(parts: &[&str], pattern: &[Box<str>]) -> bool {
    let mut at = vec![false; pattern.len() + 1];
    at[0] = true;
    let pass = |at: &mut Vec<bool>| {
        for (n, part) in pattern.iter().enumerate() {
            if at[n] && &**part == "**" {
                at[n + 1] = true;
            }
        }
    };
    pass(&mut at);
    for name in parts {
        let mut next = vec![false; pattern.len() + 1];
        for (n, part) in pattern.iter().enumerate().filter(|(n, _)| at[*n]) {
            match &**part {
                "**" => next[n] = true,
                part => next[n + 1] |= is_like(name, part),
            }
        }
        pass(&mut next);
        at = next;
    }
    at[pattern.len()]
}

/// Whether a name is like a pattern of letters, `?` and `*`.
fn is_like(name: &str, pattern: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut at = vec![false; pattern.len() + 1];
    at[0] = true;
    let pass = |at: &mut Vec<bool>| {
        for (n, _) in pattern.iter().enumerate().filter(|(_, c)| **c == '*') {
            at[n + 1] |= at[n];
        }
    };
    pass(&mut at);
    for c in name.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for (n, wanted) in pattern.iter().enumerate().filter(|(n, _)| at[*n]) {
            if *wanted == '*' {
                next[n] = true;
            } else if *wanted == '?' || *wanted == c {
                next[n + 1] = true;
            }
        }
        pass(&mut next);
        at = next;
    }
    at[pattern.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_files_and_folders() {
        for (pattern, path, expected) in [
            ("README.md", "README.md", true),
            ("README.md", "2026/11/README.md", true),
            ("README.md", "2026/11/README.md.txt", false),
            ("*.tmp.md", "a/b.tmp.md", true),
            ("draft-?.md", "draft-1.md", true),
            ("draft-?.md", "draft-12.md", false),
            ("templates/", "2026/templates/x.md", true),
            ("2026/*.md", "2026/x.md", true),
            ("2026/*.md", "2026/11/x.md", false),
            ("2026/**/x.md", "2026/11/23/x.md", true),
            ("2026/**/x.md", "2026/x.md", true),
            ("/desk", "desk/notes.md", true),
            ("/desk", "2026/desk/notes.md", false),
            ("и\u{306}од.md", "йод.md", true),
            ("", "x.md", false),
        ] {
            assert_eq!(Ignore::new(&[pattern.to_string()]).has(path), expected, "{pattern} {path}");
        }
        assert!(!Ignore::new(&["*a".repeat(200)]).has(&"a".repeat(150)));
    }
}
