//! Front matter: YAML between `---` lines at the head of a file, checked value by value.
//!
//! Every fault of a file is found in one go, each with the place of the value at fault. The keys are those of ninjs 3.1 and a
//! few of our own: [`KEYS`](crate::story::KEYS) has them all.

mod schema;
mod tidy;
mod values;
mod write;

use super::node::{self, Node, Step};
use crate::clock::{Timestamp, Zone};
use crate::diag::{self, Code, Diagnostic, Location, Severity, plural};
use crate::story::{self, KeyKind, Meta, Status, key};
use rustc_hash::FxHashMap;
use values::Reader;

pub use schema::schema;
pub use write::{association, import, lines};

/// What the front matter of one file says.
pub type FrontMatter = Meta<Timestamp>;

/// A picture or other file that front matter names.
pub type Association = story::Association<Timestamp>;

/// The largest front matter, in bytes: YAML parsers are slow on hostile input.
pub const SIZE_LIMIT: usize = 64 * 1024;

/// Faults of one front matter that are named one by one. The place of each is found by reading the YAML once more.
const FAULTS: usize = 100;

/// The deepest brackets that YAML is read with. YAML parsers stop at some depth too, but only after a time quadratic in the depth.
const DEPTH: usize = 500;

/// A file cut into front matter and body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts<'a> {
    /// The YAML between the `---` lines.
    pub yaml: &'a str,
    /// The text after them.
    pub body: &'a str,
    /// Line of the file on which the body begins, from 1.
    pub body_line: u32,
}

/// Cuts a file at its `---` lines. `None` where it does not begin with one or has no second.
pub fn split(text: &str) -> Option<Parts<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let after = text.strip_prefix("---")?;
    let head = after.split('\n').next()?;
    if !head.trim_end().is_empty() || head.len() == after.len() {
        return None;
    }
    let inner = &after[head.len() + 1..];
    let mut at = 0;
    for (body_line, end) in (3..).zip(memchr::memchr_iter(b'\n', inner.as_bytes()).chain([inner.len()])) {
        let line = &inner[at..end];
        if line.starts_with("---") && line.trim_end() == "---" {
            let body = inner.get(end + 1..).unwrap_or("");
            return Some(Parts { yaml: &inner[..at], body, body_line });
        }
        at = end + 1;
    }
    None
}

impl FrontMatter {
    /// Takes note of an error: the story is hidden until it is mended. A kill stays one, and counts before all versions that can be read
    /// unless it says which one it is.
    pub fn distrust(&mut self) {
        if self.status == Status::Canceled {
            self.version.get_or_insert(u64::MAX);
        } else {
            self.status = Status::Unreadable;
        }
    }
}

/// Reads front matter. `None` where it cannot be read at all; else what it says, [distrusted](FrontMatter::distrust) if any value is at
/// fault. Diagnostics are added to `diagnostics`.
pub fn read(yaml: &str, file: &str, zone: &Zone, diagnostics: &mut Vec<Diagnostic>) -> Option<FrontMatter> {
    let entries = match tree(yaml, file, diagnostics)? {
        Node::Map(mut entries) => {
            let is_raw = |name: &str, value: &Node| match (key(name).map(|key| key.kind), value) {
                // What does not belong into an address is said, not taken out.
                (Some(KeyKind::Slug), Node::Text(text)) => text.trim().contains(char::is_control),
                (kind, _) => kind == Some(KeyKind::Anything),
            };
            let values = entries.iter_mut().filter(|(name, value)| !is_raw(name, value));
            values.for_each(|(_, value)| tidy::tidy(value, yaml));
            entries
        }
        Node::Null => Vec::new(),
        other => {
            let message = format!("the front matter is {}, not `key: value` lines", other.kind());
            diagnostics.push(Diagnostic::error(Code::FrontMatterSyntax, message).at(Location::at(file, 2, 1)));
            return None;
        }
    };
    let mut reader = Reader::new(zone);
    let mut front = FrontMatter::default();
    // How often each key as it is written has come, and by its own name the first form that it came in.
    let mut times: FxHashMap<&str, usize> = FxHashMap::default();
    let mut first: FxHashMap<&str, &str> = FxHashMap::default();
    for (written, value) in &entries {
        let known = key(written);
        let name = known.map_or(written.as_ref(), |key| key.name);
        let before = times.entry(written).or_default();
        reader.path.clear();
        reader.path.push(Step::Key(written, *before));
        *before += 1;
        if let Some(other) = first.get(name) {
            let message = if other == written {
                format!("`{written}` appears twice")
            } else {
                format!("`{written}` and `{other}` are the same key")
            };
            reader.fault(Code::DuplicateKey, message, Some("keep one of them".to_string()));
        } else if let Some(key) = known {
            reader.set(&mut front, key, value);
        } else {
            reader.unknown(written);
        }
        first.entry(name).or_insert(written);
    }
    let mut has_error = reader.faults.iter().any(|fault| fault.severity == Severity::Error);
    if front.headline.trim().is_empty() && !reader.faults.iter().any(|f| f.path.first().is_some_and(is_headline)) {
        let message = "the story has no headline";
        diagnostics.push(
            Diagnostic::error(Code::MissingHeadline, message)
                .at(Location::at(file, 1, 1))
                .hint("add a line `headline: …` between the `---` lines"),
        );
        has_error = true;
    }
    if has_error {
        front.distrust();
    }
    let beyond = reader.faults.split_off(FAULTS.min(reader.faults.len()));
    for fault in reader.faults {
        let written = fault.written.as_deref().and_then(|text| place_of(yaml, text));
        let (line, column) = written.or_else(|| node::locate(yaml, &fault.path)).unwrap_or((1, 1));
        let mut diagnostic = Diagnostic::new(fault.severity, fault.code, fault.message).at(Location::at(
            file,
            line.saturating_add(1),
            column,
        ));
        diagnostic.hints.extend(fault.hint);
        diagnostics.push(diagnostic);
    }
    if let Some(worst) = beyond.iter().max_by_key(|fault| fault.severity) {
        let message = format!(
            "{} at fault",
            plural(beyond.len(), "more value of the front matter is", "more values of the front matter are")
        );
        diagnostics.push(Diagnostic::new(worst.severity, worst.code, message).at(Location::at(file, 2, 1)));
    }
    Some(front)
}

/// Line and column in the file of the name of the menu that a page joins.
pub fn menu_place(yaml: &str) -> (u32, u32) {
    // Where it is a text, the way ends there.
    let place = node::locate(yaml, &[Step::Key("menu", 0), Step::Key("name", 0)]);
    place.map_or((1, 1), |(line, column)| (line.saturating_add(1), column))
}

/// Line and column of the first place where a text stands, if it ends there.
fn place_of(yaml: &str, text: &str) -> Option<(u32, u32)> {
    let ends = |at: &usize| !yaml[at + text.len()..].starts_with(|c: char| c.is_alphanumeric());
    let at = yaml.match_indices(text).map(|(at, _)| at).find(ends)?;
    Some(diag::place(yaml.as_bytes(), at))
}

fn is_headline(step: &Step) -> bool {
    matches!(step, Step::Key(name, _) if key(name).is_some_and(|key| key.kind == KeyKind::Headline))
}

fn tree<'a>(yaml: &'a str, file: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Node<'a>> {
    if yaml.len() > SIZE_LIMIT {
        let message = format!("the front matter has {} bytes, more than 64 KiB", yaml.len());
        let hint = "is the closing `---` line missing?";
        diagnostics.push(Diagnostic::error(Code::FrontMatterSize, message).at(Location::at(file, 1, 1)).hint(hint));
        return None;
    }
    if let Some(entries) = node::flat(yaml) {
        return Some(Node::Map(entries));
    }
    if let Some((line, column, sign)) = anchor(yaml) {
        let message = format!("YAML anchors and aliases (`{sign}`) are not allowed in front matter");
        let hint = format!("write the value out, or put text that begins with `{sign}` in quotes");
        let at = Location::at(file, line + 1, column);
        diagnostics.push(Diagnostic::error(Code::FrontMatterAlias, message).at(at).hint(hint));
        return None;
    }
    if let Some((line, column)) = too_deep(yaml) {
        let message = format!("brackets are nested more than {DEPTH} deep");
        let at = Location::at(file, line + 1, column);
        diagnostics.push(
            Diagnostic::error(Code::FrontMatterSyntax, message)
                .at(at)
                .hint("take them out: no value of front matter is so deep"),
        );
        return None;
    }
    match node::read(yaml) {
        Ok(node) => Some(node),
        Err((message, place)) => {
            let (line, column) = place.unwrap_or((1, 1));
            let at = Location::at(file, line.saturating_add(1), column);
            let mut diagnostic = Diagnostic::error(Code::FrontMatterSyntax, message.clone()).at(at);
            diagnostic.hints.push(
                if message.contains("mapping values") {
                    "put text that holds `: ` in quotes, as in headline: \"Talks: day two\""
                } else {
                    "front matter is YAML: one `key: value` a line"
                }
                .to_string(),
            );
            diagnostics.push(diagnostic);
            None
        }
    }
}

/// Line and column of the bracket that stands in too many others. Those in quotes count as well: no text has so many unclosed ones.
fn too_deep(yaml: &str) -> Option<(u32, u32)> {
    let mut depth = 0_usize;
    for (number, line) in (1..).zip(yaml.lines()) {
        for (at, byte) in line.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'{' | b']' | b'}')) {
            depth = if matches!(byte, b'[' | b'{') { depth + 1 } else { depth.saturating_sub(1) };
            if depth > DEPTH {
                return Some((number, line[..at].chars().count() as u32 + 1));
            }
        }
    }
    None
}

/// The first YAML anchor or alias: `&` or `*` where a value begins. Quoted and block text is not looked into closely; what
/// looks like an anchor at the head of a line's value there is rare, and quotes mend it.
fn anchor(yaml: &str) -> Option<(u32, u32, char)> {
    for (number, line) in yaml.lines().enumerate() {
        let value = line.find(": ").map_or(0, |colon| colon + 2);
        for start in [0, value] {
            let rest = line[start..].trim_start_matches([' ', '-', '[', '{']);
            if let Some(sign) = rest.chars().next().filter(|c| matches!(c, '&' | '*')) {
                let is_name = rest[1..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
                if is_name {
                    let column = line[..line.len() - rest.len()].chars().count() + 1;
                    return Some((number as u32 + 1, column as u32, sign));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str, expected: &[&str]) -> Option<FrontMatter> {
        let mut diagnostics = Vec::new();
        let front = read(yaml, "x.md", &Zone::utc(), &mut diagnostics);
        let shown: Vec<String> = diagnostics.iter().map(|d| format!("{d}")).collect();
        assert_eq!(shown, expected, "{yaml}");
        front
    }

    /// Each place is found by reading the YAML again, which must not be done without measure.
    #[test]
    fn faults_beyond_a_hundred_are_counted() {
        let read = |count: usize| {
            let keys: String = (0..count).map(|number| format!("nokey{number}: 1\n")).collect();
            let mut found = Vec::new();
            read(&format!("headline: A\n{keys}"), "x.md", &Zone::utc(), &mut found).unwrap();
            found
        };
        assert_eq!(read(100).len(), 100);
        let found = read(250);
        assert_eq!((found.len(), found[0].code), (101, found[100].code));
        assert_eq!(found[100].to_string(), "x.md:2:1: error: 150 more values of the front matter are at fault");
    }

    #[test]
    fn brackets_are_not_followed_without_measure() {
        let deep = format!("headline: A\nextra: {}1{}\n", "[".repeat(501), "]".repeat(501));
        check(&deep, &["x.md:3:508: error: brackets are nested more than 500 deep"]);
        let wide = format!("headline: A\nextra: [{}]\n", "[1],".repeat(1000));
        assert!(check(&wide, &[]).is_some());
    }

    #[test]
    fn splits_at_the_lines() {
        let parts = split("---\nheadline: x\n---\nBody\n").unwrap();
        assert_eq!((parts.yaml, parts.body, parts.body_line), ("headline: x\n", "Body\n", 4));
        assert_eq!(split("---\r\nheadline: x\r\n---\r\nBody").unwrap().body, "Body");
        assert_eq!(split("---\na: 1\n---").unwrap().body, "");
        for bad in ["", "Body", "---", "---\nheadline: x", "--- x\n---\n", "----\n---\n"] {
            assert_eq!(split(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn every_fault_is_found_with_its_place() {
        let front = check(
            "headline: Strike\nurgency: high\npubStatus: cancelled\nfirstCreated: 2026-02-30\nurgancy: 3\nby: [Ana, {a: b}]\nslug: ../x\n",
            &[
                "x.md:3:10: error: `urgency` is text, expected a whole number",
                "x.md:4:12: error: `pubStatus` is `cancelled`, expected `usable`, `withheld` or `canceled`",
                "x.md:5:15: error: `firstCreated` is `2026-02-30`: there is no such day or time (parameter 'day' for `2026-02` is invalid, must be in range `1..=28`)",
                "x.md:6:10: error: there is no key `urgancy`",
                "x.md:7:11: error: `by` is a mapping, expected text",
                "x.md:8:7: error: `slug` `../x` cannot be part of a URL: it has a slash",
            ],
        );
        assert_eq!(front.unwrap().status, Status::Unreadable);
    }

    #[test]
    fn a_kill_with_an_error_is_a_kill() {
        let kill = |more: &str| {
            let mut diagnostics = Vec::new();
            let yaml = format!("headline: Strike\npubStatus: canceled\n{more}\n");
            let front = read(&yaml, "x.md", &Zone::utc(), &mut diagnostics).unwrap();
            assert_eq!(diagnostics.len(), 1, "{more}");
            (front.status, front.version)
        };
        assert_eq!(kill("embargoedUntil: 2026-02-30\nversion: 2"), (Status::Canceled, Some(2)));
        assert_eq!(kill("correction: [1]"), (Status::Canceled, Some(u64::MAX)));
        assert_eq!(kill("version: two"), (Status::Canceled, Some(u64::MAX)));
    }

    #[test]
    fn aliases_mean_the_same_key_and_may_not_meet_it() {
        let front =
            check("title: Strike\ndate: 2026-11-23\ntags: [a]\nauthor: Ana\nsummary: S\nlang: es\n", &[]).unwrap();
        assert_eq!(
            (front.headline.as_str(), front.by, front.language.as_deref()),
            ("Strike", vec!["Ana".to_string()], Some("es"))
        );
        check("title: A\nheadline: B\n", &["x.md:3:11: error: `headline` and `title` are the same key"]);
        check("headline: A\nheadline: B\n", &["x.md:3:11: error: `headline` appears twice"]);
    }

    #[test]
    fn a_value_without_a_character_that_shows_is_none() {
        for empty in ["\"\"", "'  '", "\"\\u200b\"", "~", ""] {
            let keys = ["pubStatus", "embargoedUntil", "urgency", "slug", "language", "version"];
            let lines: String = keys.iter().map(|key| format!("{key}: {empty}\n")).collect();
            let front = check(&format!("headline: Strike\n{lines}"), &[]).unwrap();
            assert!(front.status == Status::Usable && front.slug.is_none() && front.language.is_none(), "{empty}");
        }
    }

    #[test]
    fn what_cannot_be_read_gives_no_story() {
        assert!(
            check("headline: Talks: resume\n", &["x.md:2:16: error: mapping values are not allowed in this context"])
                .is_none()
        );
        assert!(
            check(
                "a: &x [1]\nb: *x\n",
                &["x.md:2:4: error: YAML anchors and aliases (`&`) are not allowed in front matter"]
            )
            .is_none()
        );
        assert!(check("- a\n", &["x.md:2:1: error: the front matter is a list, not `key: value` lines"]).is_none());
        assert_eq!(check("", &["x.md:1:1: error: the story has no headline"]).unwrap().status, Status::Unreadable);
    }

    #[test]
    fn datelines_in_both_forms() {
        let dateline = |yaml: &str| check(&format!("headline: x\n{yaml}"), &[]).unwrap().dateline.unwrap();
        let both = dateline("dateline: Tehran, Jan 10 (EFE)\n");
        assert_eq!((both.text.as_str(), both.place.as_deref()), ("Tehran, Jan 10 (EFE)", Some("Tehran")));
        let map = dateline("dateline: {place: Tehran, date: Jan 10, agency: EFE}\n");
        assert_eq!((map.text, map.place), (both.text, both.place));
    }

    #[test]
    fn unknown_subjects_are_kept_and_said() {
        let front = check(
            "headline: x\nsubjects: [medtop:20000065, medtop:2000065, acme:9, politics, medtop:20009999]\n",
            &[
                "x.md:3:29: warning: `medtop:2000065` is not a code of eight digits",
                "x.md:3:53: warning: `politics` is not a subject code",
                "x.md:3:63: note: `medtop:20009999` is not among the Media Topics that dateline knows",
            ],
        )
        .unwrap();
        assert_eq!((front.subjects.len(), front.status), (5, Status::Usable));
        check("headline: x\nsubjects: politics\n", &["x.md:3:11: warning: `politics` is not a subject code"]);
    }

    #[test]
    fn control_characters_go() {
        let front = check("headline: \"A\\u0007 b\\n  c\"\n", &[]).unwrap();
        assert_eq!(front.headline, "A b c");
    }
}
