//! Files that end in `.md` and have no front matter. One that nobody means as a story is left out; one whose front matter is damaged
//! may be a story or the kill of one, so it stays an error.

use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::path::{RelPath, slugify};
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// What tools and repositories keep beside the content, whatever the case of the names. Names in capitals are such files anyway.
const NO_STORIES: &[&str] =
    &["changelog", "code-of-conduct", "codeowners", "contributing", "copying", "license", "licence", "readme"];

/// Keys, in small letters, that stand in the front matter of nearly every story and at the head of few other texts.
const KEYS: &[&str] = &[
    "embargoeduntil",
    "firstcreated",
    "headline",
    "kicker",
    "pubstatus",
    "replaces",
    "slug",
    "slugline",
    "title",
    "translationof",
    "uri",
    "versioncreated",
];

/// How far into a file front matter is looked for, in lines that are not blank.
const HEAD: usize = 12;

/// What there is to say of a file that could not be cut into front matter and text.
pub(super) fn diagnostic(path: &RelPath, file: &str, text: &str) -> Diagnostic {
    let (line, _) = lines(text).next().unwrap_or((1, ""));
    let at = Location::at(file, line, 1);
    let head: Vec<&str> = lines(text).take(HEAD).map(|(_, line)| line).collect();
    let keys = head.iter().filter(|line| is_key(line)).count();
    let is_for_people = is_for_people(path);
    if head.first().is_some_and(|line| is_fence(line)) || keys > usize::from(is_for_people) {
        let (message, hint) = if head.first() == Some(&"---") {
            (
                "the front matter has no closing `---` line",
                "the front matter begins and ends with a `---` line of its own",
            )
        } else {
            (
                "the file has no front matter",
                "a story begins with a `---` line, `key: value` lines and another `---` line",
            )
        };
        return Diagnostic::error(Code::NoFrontMatter, message).at(at).hint(hint);
    }
    let hint = "list files of content/ to skip silently under `ignore` in dateline.yaml";
    if is_for_people {
        let note = Diagnostic::new(Severity::Note, Code::NoFrontMatter, "not a story; skipped");
        return note.at(Location::file(file)).hint(hint);
    }
    let message = if head.is_empty() {
        "the file is empty; skipped"
    } else {
        "the file has no front matter, so it is not a story; skipped"
    };
    Diagnostic::warning(Code::NoFrontMatter, message)
        .at(at)
        .hint("a story begins with a `---` line, `key: value` lines and another `---` line")
        .hint(hint)
}

/// Whether a file is called like one that tools and repositories keep: in capitals alone (`SECURITY.md`, `LICENSE-MIT.md`), or like one
/// of [`NO_STORIES`], in a language too (`README.es.md`).
fn is_for_people(path: &RelPath) -> bool {
    let stem = path.stem().split('.').next().unwrap_or_default();
    let in_capitals = stem.chars().any(|c| c.is_ascii_uppercase()) && !stem.chars().any(char::is_lowercase);
    in_capitals || NO_STORIES.contains(&slugify(stem).as_str())
}

/// The lines that are not blank, with their numbers, without blanks and signs that cannot be seen at their ends.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let is_blank =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    // A file of old Macs has no other line ends.
    let lines = (1..).zip(text.split(['\n', '\r'])).map(move |(number, line)| (number, line.trim_matches(is_blank)));
    lines.filter(|(_, line)| !line.is_empty())
}

/// Whether a line is, or was meant as, one between which front matter stands: two dashes of any kind or more, whatever comes after
/// them, or the beginning of another form of front matter (`+++`, `;;;`, `{"`).
fn is_fence(line: &str) -> bool {
    let is_dash = |c: char| {
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        category == GeneralCategory::DashPunctuation || matches!(c, '\u{2212}' | '\u{2500}' | '\u{2501}' | 'ー' | 'ｰ')
    };
    let is_all = |marks: &str| line.len() > 1 && line.chars().all(|c| marks.contains(c) || c.is_whitespace());
    // Editors that know Markdown put a `\` before a dash, or the whole into a block of code.
    let code = line.trim_start_matches(['`', '~']);
    let inner = line.trim_start_matches(['\\', '>', '#', '"', '\'', ' ']);
    let is_item = inner.starts_with("- ") && !inner[1..].trim_start().starts_with(is_dash);
    let dashes = inner.chars().filter(|c| !c.is_whitespace()).take_while(|c| is_dash(*c)).count();
    dashes >= 2 && !is_item
        || is_all("_")
        || is_all("=")
        || matches!(inner.get(..3), Some("+++" | ";;;"))
        || inner == "{"
        || inner.starts_with('{') && inner[1..].trim_start().starts_with('"')
        || code.len() < line.len() && matches!(code.trim(), "yaml" | "yml" | "toml" | "json")
}

/// Whether a line begins with one of [`KEYS`], in any case.
fn is_key(line: &str) -> bool {
    let line = line.trim_start_matches(['"', '\'', '*', '_', '-', '>', ' ']);
    let Some((key, _)) = line.split_once([':', '：', '=']) else { return false };
    KEYS.binary_search(&&*key.trim_end_matches(['"', '\'', '*', '_', ' ']).to_ascii_lowercase()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str) -> (Severity, String) {
        assert_eq!(crate::parse::front_matter::split(text), None, "{text:?}");
        let diagnostic = diagnostic(&RelPath::new(name).unwrap(), name, text);
        (diagnostic.severity, diagnostic.message)
    }

    #[test]
    fn files_that_nobody_means_as_a_story_are_left_out() {
        for name in [
            "README.md",
            "docs/readme.es.md",
            "SECURITY.md",
            "AUTHORS.md",
            "NOTICE.md",
            "LICENSE-MIT.md",
            "AGENTS.md",
            "TODO.md",
            "CLAUDE.md",
            "CONTRIBUTING.md",
            "Contributing.md",
            "CODE_OF_CONDUCT.md",
            "2026/HISTORY.md",
        ] {
            let expected = (Severity::Note, "not a story; skipped".to_string());
            for text in ["# For the desk\n\nText.\n", "", "\n\n", "Text\n---\n", "- one\n- two\n", "* * *\n"] {
                assert_eq!(check(name, text), expected, "{name} {text:?}");
            }
        }
        let message = "the file has no front matter, so it is not a story; skipped".to_string();
        for text in ["# Index\n\n* [a](a.md)\n", "A text: with a colon.\n", "- a\n- b\n", "Text\n---\nmore", "1. x"] {
            for name in ["index.md", "notes.md", "2026/11/23/strike.md", "pages/_index.md"] {
                assert_eq!(check(name, text), (Severity::Warning, message.clone()), "{name} {text:?}");
            }
        }
        let empty = (Severity::Warning, "the file is empty; skipped".to_string());
        for text in ["", "\n", "\u{feff}", " \r\n\t\n", "\u{feff}\n\u{200b}\n"] {
            assert_eq!(check("strike.md", text), empty, "{text:?}");
        }
    }

    #[test]
    fn damaged_front_matter_is_an_error() {
        let yaml = "headline: Strike\nuri: u\npubStatus: canceled\n";
        let damaged = [
            format!("---\n{yaml}"),
            format!("---\n{yaml}\nText.\n"),
            format!("---\n{yaml}\u{2014}\nText.\n"),
            format!("\n---\n{yaml}---\n"),
            format!("\u{feff}\n---\n{yaml}---\n"),
            format!(" ---\n{yaml}---\n"),
            format!("\u{a0}---\n{yaml}---\n"),
            format!("\u{200b}---\n{yaml}---\n"),
            format!("--\n{yaml}--\n"),
            format!("----\n{yaml}----\n"),
            format!("--- x\n{yaml}---\n"),
            format!("- - -\n{yaml}- - -\n"),
            format!("\u{fe58}\u{fe58}\u{fe58}\n{yaml}\u{fe58}\u{fe58}\u{fe58}\n"),
            format!("\u{2014}\u{2014}\n{yaml}---\n"),
            format!("\u{2013}-\n{yaml}---\n"),
            format!("\\---\n{yaml}\\---\n"),
            format!("\u{2014}\n{yaml}\u{2014}\n"),
            format!("___\n{yaml}___\n"),
            "+++\nheadline = \"x\"\n+++\n".to_string(),
            "{\"headline\": \"x\"}\n".to_string(),
            format!("```yaml\n{yaml}```\n"),
            format!("<!-- desk -->\n---\n{yaml}---\n"),
            yaml.to_string(),
            format!("{yaml}---\nText.\n"),
            format!("Text.\n\n{yaml}"),
            "---\rheadline: x\r---\rText.\r".to_string(),
            "---".to_string(),
        ];
        for text in damaged {
            for name in ["strike.md", "README.md", "SECURITY.md"] {
                assert_eq!(check(name, &text).0, Severity::Error, "{name} {text:?}");
            }
        }
        for text in ["Pubstatus: withheld\n", "title：Strike\n", "type: article\nversion: 2\n**uri**: u\n"] {
            assert_eq!(check("strike.md", text).0, Severity::Error, "{text:?}");
            assert_eq!(check("README.md", text).0, Severity::Note, "{text:?}");
        }
        assert!(KEYS.is_sorted());
    }
}
