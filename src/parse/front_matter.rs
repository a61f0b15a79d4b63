//! Front matter: YAML between `---` lines at the head of a file, checked value by value.
//!
//! Every fault of a file is found in one go, each with the place of the value at fault. The keys are those of ninjs 3.1 and a
//! few of our own (`docs/story-format.md`); habits from other generators (`title`, `date`, `tags`) are taken as the same keys.

use super::markdown::cjk;
use super::node::{self, Node, Step};
use super::terms;
use crate::clock::{Timestamp, Zone};
use crate::config::yes_no;
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::path::{nfc, slug_fault};
use crate::story::Status;
use crate::topics;
use std::borrow::Cow;

/// The largest front matter, in bytes: YAML parsers are slow on hostile input.
pub const SIZE_LIMIT: usize = 64 * 1024;

/// The most subjects of one story that are said to be wrong.
const SUBJECT_FAULTS: usize = 20;

/// What the front matter of one file says, in the words of `docs/story-format.md`.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "each field is the key of its name in docs/story-format.md")]
pub struct FrontMatter {
    pub uri: Option<String>,
    pub version: Option<u64>,
    pub kind: Option<String>,
    pub headline: String,
    pub subheadline: Option<String>,
    pub kicker: Option<String>,
    pub slugline: Option<String>,
    pub by: Vec<String>,
    pub dateline: Option<Dateline>,
    pub located: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub urgency: Option<u8>,
    pub status: Option<Status>,
    pub embargoed_until: Option<Timestamp>,
    pub expires: Option<Timestamp>,
    pub first_created: Option<Timestamp>,
    pub version_created: Option<Timestamp>,
    pub content_created: Option<Timestamp>,
    pub subjects: Vec<String>,
    pub keywords: Vec<String>,
    pub genres: Vec<String>,
    pub places: Vec<String>,
    pub people: Vec<String>,
    pub organisations: Vec<String>,
    pub provider: Option<String>,
    pub credit_line: Option<String>,
    pub copyright_holder: Option<String>,
    pub copyright_notice: Option<String>,
    pub usage_terms: Option<String>,
    pub signals: Vec<String>,
    pub correction: Option<Correction>,
    pub advisory: bool,
    pub alert: bool,
    pub replaces: Vec<String>,
    pub translation_of: Option<String>,
    pub associations: Vec<Association>,
    pub alt_ids: Vec<String>,
    pub digital_source_type: Option<String>,
    pub category: Option<String>,
    pub slug: Option<String>,
    pub draft: bool,
    pub aliases: Vec<String>,
    pub related: Vec<String>,
    pub pin_until: Option<Timestamp>,
    pub layout: Option<String>,
    pub extra: Option<serde_json::Value>,
}

/// The dateline: as it reads, and its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dateline {
    /// `Tehran, Jan 10 (EFE)`.
    pub text: String,
    /// `Tehran`.
    pub place: Option<String>,
}

/// A correction notice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Correction {
    /// What was corrected; shown to readers.
    pub note: String,
    /// When.
    pub date: Option<Timestamp>,
}

/// A picture or other file that goes with a story.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "each field is the key of its name in docs/story-format.md")]
pub struct Association {
    pub kind: Option<String>,
    pub href: Option<String>,
    pub caption: Option<String>,
    pub by: Option<String>,
    pub credit: Option<String>,
    pub rights: Option<String>,
    pub valid_to: Option<Timestamp>,
    pub alt_text: Option<String>,
    pub copyright_notice: Option<String>,
}

impl Association {
    /// Until when its rights let it be shown here: `None` is for ever, a time long gone never.
    pub fn shown_until(&self) -> Option<Timestamp> {
        let never = self.rights.as_deref().is_some_and(terms::forbid_web);
        if never { Some(Timestamp::from_millis(i64::MIN)) } else { self.valid_to }
    }

    /// Whether it is shown as a picture; one without a type is.
    pub fn is_picture(&self) -> bool {
        self.kind.as_deref().is_none_or(|kind| matches!(kind, "picture" | "photo" | "image" | "graphic"))
    }
}

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

/// Every key with the names that mean the same.
const KEYS: &[&str] = &[
    "uri",
    "version",
    "type",
    "headline",
    "subheadline",
    "kicker",
    "slugline",
    "by",
    "dateline",
    "located",
    "description",
    "language",
    "urgency",
    "pubStatus",
    "embargoedUntil",
    "expires",
    "firstCreated",
    "versionCreated",
    "contentCreated",
    "subjects",
    "keywords",
    "genres",
    "places",
    "people",
    "organisations",
    "provider",
    "creditLine",
    "copyrightHolder",
    "copyrightNotice",
    "usageTerms",
    "edNote",
    "signoff",
    "take",
    "wirePriority",
    "wireCategory",
    "wireSequence",
    "wireService",
    "signals",
    "notes",
    "correction",
    "advisory",
    "alert",
    "replaces",
    "translationOf",
    "associations",
    "altIds",
    "digitalSourceType",
    "headlineDerived",
    "category",
    "slug",
    "draft",
    "aliases",
    "related",
    "pinUntil",
    "layout",
    "extra",
];

/// What other generators call some of them.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("title", "headline"),
    ("date", "firstCreated"),
    ("updated", "versionCreated"),
    ("tags", "keywords"),
    ("author", "by"),
    ("authors", "by"),
    ("summary", "description"),
    ("lang", "language"),
];

fn canonical(key: &str) -> &str {
    OTHER_NAMES.iter().find(|(name, _)| *name == key).map_or(key, |(_, own)| own)
}

/// Reads front matter. `None` where it cannot be read at all; else what it says, with `status` `Unreadable` if any value is at
/// fault. Diagnostics are added to `found`.
pub fn read(yaml: &str, file: &str, zone: &Zone, found: &mut Vec<Diagnostic>) -> Option<FrontMatter> {
    let entries = match tree(yaml, file, found)? {
        Node::Map(mut entries) => {
            let is_raw = |key: &str, value: &Node| match value {
                // What does not belong into an address is said, not taken out.
                Node::Text(text) if key == "slug" => text.trim().contains(char::is_control),
                _ => key == "extra",
            };
            let values = entries.iter_mut().filter(|(key, value)| !is_raw(key, value));
            values.for_each(|(_, value)| tidy(value, yaml));
            entries
        }
        Node::Null => Vec::new(),
        other => {
            let message = format!("the front matter is {}, not `key: value` lines", other.kind());
            found.push(Diagnostic::error(Code::FrontMatterSyntax, message).at(Location::at(file, 2, 1)));
            return None;
        }
    };
    let mut reader = Reader { faults: Vec::new(), path: Vec::new(), zone, composes: true };
    let mut front = FrontMatter::default();
    let mut seen: Vec<(&str, &str)> = Vec::with_capacity(entries.len());
    for (key, value) in &entries {
        let name = canonical(key);
        let before = seen.iter().filter(|(written, _)| written == key).count();
        reader.path.clear();
        reader.path.push(Step::Key(key, before));
        if let Some((other, _)) = seen.iter().find(|(_, known)| *known == name) {
            let message = if other == key {
                format!("`{key}` stands twice")
            } else {
                format!("`{key}` and `{other}` are the same key")
            };
            reader.fault(Code::DuplicateKey, message, Some("keep one of them".to_string()));
        } else {
            reader.key(&mut front, name, value);
        }
        seen.push((key, name));
    }
    if front.headline.trim().is_empty() && !reader.faults.iter().any(|f| f.path.first().is_some_and(is_headline)) {
        let message = "the story has no headline";
        found.push(
            Diagnostic::error(Code::MissingHeadline, message)
                .at(Location::at(file, 1, 1))
                .hint("add a line `headline: …` between the `---` lines"),
        );
        front.status = Some(Status::Unreadable);
    }
    if reader.faults.iter().any(|fault| fault.severity == Severity::Error) {
        front.status = Some(Status::Unreadable);
    }
    for fault in reader.faults {
        let written = fault.written.as_deref().and_then(|text| place_of(yaml, text));
        let (line, column) = written.or_else(|| node::locate(yaml, &fault.path)).unwrap_or((1, 1));
        let mut diagnostic = Diagnostic::new(fault.severity, fault.code, fault.message).at(Location::at(
            file,
            line.saturating_add(1),
            column,
        ));
        diagnostic.hints.extend(fault.hint);
        found.push(diagnostic);
    }
    Some(front)
}

/// Line and column of the first place where a text stands, if it ends there.
fn place_of(yaml: &str, text: &str) -> Option<(u32, u32)> {
    let ends = |at: &usize| !yaml[at + text.len()..].starts_with(|c: char| c.is_alphanumeric());
    let at = yaml.match_indices(text).map(|(at, _)| at).find(ends)?;
    let line = memchr::memchr_iter(b'\n', &yaml.as_bytes()[..at]).count() as u32 + 1;
    let start = memchr::memrchr(b'\n', &yaml.as_bytes()[..at]).map_or(0, |end| end + 1);
    Some((line, yaml[start..at].chars().count() as u32 + 1))
}

fn is_headline(step: &Step) -> bool {
    matches!(step, Step::Key(key, _) if canonical(key) == "headline")
}

fn tree<'a>(yaml: &'a str, file: &str, found: &mut Vec<Diagnostic>) -> Option<Node<'a>> {
    if yaml.len() > SIZE_LIMIT {
        let message = format!("the front matter has {} bytes, more than 64 KiB", yaml.len());
        let hint = "is the closing `---` line missing?";
        found.push(Diagnostic::error(Code::FrontMatterSize, message).at(Location::at(file, 1, 1)).hint(hint));
        return None;
    }
    if let Some(entries) = node::flat(yaml) {
        return Some(Node::Map(entries));
    }
    if let Some((line, column, sign)) = anchor(yaml) {
        let message = format!("YAML anchors and aliases (`{sign}`) are not allowed in front matter");
        let hint = format!("write the value out, or put text that begins with `{sign}` in quotes");
        let at = Location::at(file, line + 1, column);
        found.push(Diagnostic::error(Code::FrontMatterAlias, message).at(at).hint(hint));
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
            found.push(diagnostic);
            None
        }
    }
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

struct Fault<'k> {
    path: Vec<Step<'k>>,
    severity: Severity,
    /// The text at fault where that is distinct enough to find its place, which takes far less time than to read the YAML again.
    written: Option<String>,
    code: Code,
    message: String,
    hint: Option<String>,
}

/// Turns nodes into values and notes each fault with the path of the value.
struct Reader<'k> {
    faults: Vec<Fault<'k>>,
    path: Vec<Step<'k>>,
    zone: &'k Zone,
    /// Whether texts are brought into Unicode's composed form. Identifiers are not: others compare them byte by byte.
    composes: bool,
}

impl<'k> Reader<'k> {
    fn fault(&mut self, code: Code, message: String, hint: Option<String>) {
        self.faults.push(Fault {
            path: self.path.clone(),
            severity: Severity::Error,
            written: None,
            code,
            message,
            hint,
        });
    }

    fn key(&mut self, front: &mut FrontMatter, name: &str, value: &'k Node) {
        self.composes = !matches!(name, "uri" | "replaces" | "translationOf" | "related" | "altIds" | "associations");
        match name {
            "uri" => front.uri = self.text(name, value),
            "version" => front.version = self.number(name, value, 0, i64::MAX).map(i64::unsigned_abs),
            "type" => front.kind = self.text(name, value),
            "headline" => front.headline = self.text(name, value).unwrap_or_default(),
            "subheadline" => front.subheadline = self.text(name, value),
            "kicker" => front.kicker = self.text(name, value),
            "slugline" => front.slugline = self.text(name, value),
            "by" => front.by = self.texts(name, value),
            "dateline" => front.dateline = self.dateline(value),
            "located" => front.located = self.text(name, value),
            "description" => front.description = self.text(name, value),
            "language" => front.language = self.language(value),
            "urgency" => front.urgency = self.number(name, value, 1, 9).and_then(|n| u8::try_from(n).ok()),
            "pubStatus" => front.status = self.status(value),
            "embargoedUntil" => front.embargoed_until = self.time(name, value),
            "expires" => front.expires = self.time(name, value),
            "firstCreated" => front.first_created = self.time(name, value),
            "versionCreated" => front.version_created = self.time(name, value),
            "contentCreated" => front.content_created = self.time(name, value),
            "subjects" => front.subjects = self.subjects(value),
            "keywords" => front.keywords = self.texts(name, value),
            "genres" => front.genres = self.texts(name, value),
            "places" => front.places = self.texts(name, value),
            "people" => front.people = self.texts(name, value),
            "organisations" => front.organisations = self.texts(name, value),
            "provider" => front.provider = self.text(name, value),
            "creditLine" => front.credit_line = self.text(name, value),
            "copyrightHolder" => front.copyright_holder = self.text(name, value),
            "copyrightNotice" => front.copyright_notice = self.text(name, value),
            "usageTerms" => front.usage_terms = self.text(name, value),
            "signals" => front.signals = self.texts(name, value),
            "correction" => front.correction = self.correction(value),
            "advisory" => front.advisory = self.flag(name, value),
            "alert" => front.alert = self.flag(name, value),
            "replaces" => front.replaces = self.texts(name, value),
            "translationOf" => front.translation_of = self.text(name, value),
            "associations" => front.associations = self.associations(value),
            "altIds" => front.alt_ids = self.texts(name, value),
            "digitalSourceType" => front.digital_source_type = self.text(name, value),
            "category" => front.category = self.text(name, value),
            "slug" => front.slug = self.slug(value),
            "draft" => front.draft = self.flag(name, value),
            "aliases" => front.aliases = self.texts(name, value),
            "related" => front.related = self.texts(name, value),
            "pinUntil" => front.pin_until = self.time(name, value),
            "layout" => front.layout = self.text(name, value),
            "extra" => front.extra = Some(value.to_json()),
            // The desk's own: understood, never kept, never published.
            "edNote" | "signoff" | "take" | "wirePriority" | "wireCategory" | "wireSequence" | "wireService"
            | "notes" | "headlineDerived" => {}
            unknown => {
                let near = KEYS
                    .iter()
                    .min_by_key(|key| strsim::damerau_levenshtein(&key.to_lowercase(), &unknown.to_lowercase()));
                let hint = near
                    .filter(|key| strsim::damerau_levenshtein(&key.to_lowercase(), &unknown.to_lowercase()) <= 3)
                    .map(|key| format!("did you mean `{key}`? keys of your own go under `extra:`"))
                    .unwrap_or_else(|| "keys of your own go under `extra:`".to_string());
                self.fault(Code::UnknownKey, format!("there is no key `{unknown}`"), Some(hint));
            }
        }
    }

    fn wrong(&mut self, name: &str, value: &Node, wanted: &str) {
        self.fault(Code::WrongType, format!("`{name}` is {}, expected {wanted}", value.kind()), None);
    }

    /// A text; absent where empty.
    fn text(&mut self, name: &str, value: &Node) -> Option<String> {
        match value {
            Node::Null => None,
            Node::Text(text) if self.composes => Some(nfc(text).into_owned()),
            Node::Text(text) => Some(text.to_string()),
            Node::Int(number) => Some(number.to_string()),
            Node::Float(_) | Node::Bool(_) => {
                self.fault(
                    Code::WrongType,
                    format!("`{name}` is {}, expected text", value.kind()),
                    Some("put it in quotes".to_string()),
                );
                None
            }
            Node::List(_) | Node::Map(_) => {
                self.wrong(name, value, "text");
                None
            }
        }
    }

    /// A list of texts; one text alone counts as a list of one.
    fn texts(&mut self, name: &str, value: &'k Node) -> Vec<String> {
        let Node::List(items) = value else {
            return self.text(name, value).into_iter().collect();
        };
        let mut texts = Vec::with_capacity(items.len());
        for (n, item) in items.iter().enumerate() {
            self.path.push(Step::Item(n));
            texts.extend(self.text(name, item));
            self.path.pop();
        }
        texts
    }

    /// Subject codes. One that is unknown is kept, for agencies use newer codes and others than the IPTC's; what looks like a
    /// mistake is said, up to a number.
    fn subjects(&mut self, value: &'k Node) -> Vec<String> {
        let codes = self.texts("subjects", value);
        let faults = codes.iter().filter_map(|code| Some((code, topics::code::fault(code)?)));
        for (written, fault) in faults.take(SUBJECT_FAULTS) {
            let written = Some(written.clone());
            let severity = if fault.may_be_newer { Severity::Note } else { Severity::Warning };
            let (path, code) = (self.path.clone(), Code::UnknownSubject);
            self.faults.push(Fault { path, severity, written, code, message: fault.message, hint: Some(fault.hint) });
        }
        codes
    }

    fn number(&mut self, name: &str, value: &Node, least: i64, most: i64) -> Option<i64> {
        let number = match value {
            Node::Null => return None,
            Node::Int(number) => *number,
            // Import writes texts as they came; `"4"` means 4.
            Node::Text(text) if text.parse::<i64>().is_ok() => text.parse().unwrap_or(0),
            _ => {
                self.wrong(name, value, "a whole number");
                return None;
            }
        };
        if number < least || number > most {
            let range = if most == i64::MAX { format!("{least} or more") } else { format!("{least} to {most}") };
            self.fault(Code::BadValue, format!("`{name}` is {number}, expected {range}"), None);
            return None;
        }
        Some(number)
    }

    fn flag(&mut self, name: &str, value: &Node) -> bool {
        match value {
            Node::Null => false,
            Node::Bool(flag) => *flag,
            value => {
                let word = if let Node::Text(text) = value { yes_no::read(text) } else { None };
                word.unwrap_or_else(|| {
                    self.wrong(name, value, "true or false");
                    false
                })
            }
        }
    }

    fn time(&mut self, name: &str, value: &Node) -> Option<Timestamp> {
        match value {
            Node::Null => None,
            Node::Text(text) => match self.zone.parse(text) {
                Ok(time) => Some(time),
                Err(reason) => {
                    self.fault(Code::BadTime, format!("`{name}` is `{text}`: {reason}"), None);
                    None
                }
            },
            // A day without hyphens.
            Node::Int(number @ 10_000_000..=99_999_999) => self.time(name, &Node::Text(number.to_string().into())),
            _ => {
                self.wrong(name, value, "a time like 2026-11-23T14:05:00+01:00");
                None
            }
        }
    }

    fn status(&mut self, value: &Node) -> Option<Status> {
        let is = |word: &str| matches!(value, Node::Text(text) if text.eq_ignore_ascii_case(word));
        match value {
            Node::Null => None,
            _ if is("usable") => Some(Status::Usable),
            _ if is("withheld") => Some(Status::Withheld),
            _ if is("canceled") => Some(Status::Canceled),
            _ => {
                let written = if let Node::Text(text) = value { text } else { value.kind() };
                self.fault(
                    Code::BadValue,
                    format!("`pubStatus` is `{written}`, expected `usable`, `withheld` or `canceled`"),
                    Some("until it is mended, no version of this story is published".to_string()),
                );
                Some(Status::Unreadable)
            }
        }
    }

    fn language(&mut self, value: &Node) -> Option<String> {
        // `en_US` is the form of operating systems.
        let text = self.text("language", value)?.replace('_', "-");
        let good = text.len() <= 35
            && text
                .split('-')
                .all(|part| !part.is_empty() && part.len() <= 8 && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !good {
            self.fault(Code::BadValue, format!("`language` is `{text}`, expected a tag like `es` or `pt-BR`"), None);
            return None;
        }
        Some(text)
    }

    fn slug(&mut self, value: &Node) -> Option<String> {
        if let Node::Text(text) = value
            && let Some(fault) = slug_fault(text)
        {
            let short: String = text.chars().take(60).collect();
            let hint = "use letters and digits joined by hyphens, as in port-strike-day-two";
            self.fault(
                Code::BadSlug,
                format!("`slug` `{short}` cannot be part of a URL: {fault}"),
                Some(hint.to_string()),
            );
            return None;
        }
        self.text("slug", value)
    }

    /// Walks the keys of a mapping inside a value.
    fn inner(&mut self, name: &str, value: &'k Node, known: &[&str], mut take: impl FnMut(&mut Self, &str, &Node)) {
        let Node::Map(entries) = value else {
            return self.wrong(name, value, &format!("a mapping with {}", known.join(", ")));
        };
        for (key, value) in entries {
            self.path.push(Step::Key(key, 0));
            if known.contains(&key.as_ref()) {
                take(self, key, value);
            } else {
                let near = known.iter().min_by_key(|k| strsim::damerau_levenshtein(k, key));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                self.fault(Code::UnknownKey, format!("there is no key `{key}` in `{name}`"), hint);
            }
            self.path.pop();
        }
    }

    fn dateline(&mut self, value: &'k Node) -> Option<Dateline> {
        if let Node::Text(_) | Node::Null | Node::Int(_) = value {
            let text = self.text("dateline", value)?;
            let place = super::dateline::place(&text).map(str::to_string);
            return Some(Dateline { text, place });
        }
        let mut parts: [Option<String>; 5] = Default::default();
        const KEYS: [&str; 5] = ["text", "place", "date", "agency", "isoDate"];
        self.inner("dateline", value, &KEYS, |reader, key, value| {
            if let Some(n) = KEYS.iter().position(|k| *k == key) {
                parts[n] = reader.text(key, value);
            }
        });
        let [text, place, date, agency, _] = parts;
        let text = text.or_else(|| {
            let mut text = place.clone().unwrap_or_default();
            if let Some(date) = date {
                text.push_str(if text.is_empty() { "" } else { ", " });
                text.push_str(&date);
            }
            if let Some(agency) = agency {
                text.push_str(&format!(" ({agency})"));
            }
            (!text.is_empty()).then_some(text)
        })?;
        let place = place.or_else(|| super::dateline::place(&text).map(str::to_string));
        Some(Dateline { text: text.trim().to_string(), place })
    }

    fn correction(&mut self, value: &'k Node) -> Option<Correction> {
        match value {
            Node::Null => None,
            Node::Text(_) => self.text("correction", value).map(|note| Correction { note, date: None }),
            _ => {
                let mut correction = Correction::default();
                self.inner("correction", value, &["note", "date"], |reader, key, value| match key {
                    "note" => correction.note = reader.text(key, value).unwrap_or_default(),
                    _ => correction.date = reader.time(key, value),
                });
                (correction != Correction::default()).then_some(correction)
            }
        }
    }

    fn associations(&mut self, value: &'k Node) -> Vec<Association> {
        let items = match value {
            Node::Null => return Vec::new(),
            Node::List(items) => items.as_slice(),
            Node::Map(_) => std::slice::from_ref(value),
            _ => {
                self.wrong("associations", value, "a list");
                return Vec::new();
            }
        };
        let mut associations = Vec::with_capacity(items.len());
        let is_list = matches!(value, Node::List(_));
        for (n, item) in items.iter().enumerate().filter(|(_, item)| **item != Node::Null) {
            self.path.extend(is_list.then_some(Step::Item(n)));
            let mut one = Association::default();
            const KEYS: [&str; 9] =
                ["type", "href", "caption", "by", "credit", "rights", "validTo", "altText", "copyrightNotice"];
            self.inner("associations", item, &KEYS, |reader, key, value| {
                if key == "validTo" {
                    one.valid_to = reader.time(key, value);
                    return;
                }
                let text = reader.text(key, value);
                match key {
                    "type" => one.kind = text,
                    "href" => one.href = text,
                    "caption" => one.caption = text,
                    "by" => one.by = text,
                    "credit" => one.credit = text,
                    "altText" => one.alt_text = text,
                    "copyrightNotice" => one.copyright_notice = text,
                    _ => one.rights = text,
                }
            });
            if is_list {
                self.path.pop();
            }
            associations.push(one);
        }
        associations
    }
}

/// The one rule for every value: white space runs become one blank, control characters go, the ends are trimmed, and what is empty
/// then counts as absent. A line end between two characters of Chinese or Japanese is nothing.
fn tidy(value: &mut Node, yaml: &str) {
    match value {
        Node::Text(text) => {
            if let Some(joined) = cjk::join_folded(text, yaml) {
                *text = Cow::Owned(joined);
            }
            if let Some(clean) = clean(text) {
                *text = Cow::Owned(clean);
            }
            if text.is_empty() {
                *value = Node::Null;
            }
        }
        Node::List(items) => items.iter_mut().for_each(|item| tidy(item, yaml)),
        Node::Map(entries) => entries.iter_mut().for_each(|(_, value)| tidy(value, yaml)),
        Node::Null | Node::Bool(_) | Node::Int(_) | Node::Float(_) => {}
    }
}

/// A text without control characters and superfluous white space; `None` where it is the same.
fn clean(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_clean = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && memchr::memmem::find(bytes, b"  ").is_none()
        && !text.starts_with(' ')
        && !text.ends_with(' ');
    if is_clean {
        // Nearly every value.
        return None;
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !clean.ends_with(' ') {
                clean.push(' ');
            }
        } else if !c.is_control() && !matches!(c, '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') {
            clean.push(c);
        }
    }
    let trimmed = clean.trim();
    Some(if trimmed.len() == clean.len() { clean } else { trimmed.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str, expected: &[&str]) -> Option<FrontMatter> {
        let mut found = Vec::new();
        let front = read(yaml, "x.md", &Zone::utc(), &mut found);
        let shown: Vec<String> = found.iter().map(|d| format!("{d}")).collect();
        assert_eq!(shown, expected, "{yaml}");
        front
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
        assert_eq!(front.unwrap().status, Some(Status::Unreadable));
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
        check("headline: A\nheadline: B\n", &["x.md:3:11: error: `headline` stands twice"]);
    }

    #[test]
    fn a_value_without_a_character_that_shows_is_none() {
        for empty in ["\"\"", "'  '", "\"\\u200b\"", "~", ""] {
            let keys = ["pubStatus", "embargoedUntil", "urgency", "slug", "language", "version"];
            let lines: String = keys.iter().map(|key| format!("{key}: {empty}\n")).collect();
            let front = check(&format!("headline: Strike\n{lines}"), &[]).unwrap();
            assert!(front.status.is_none() && front.slug.is_none() && front.language.is_none(), "{empty}");
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
        assert_eq!(
            check("", &["x.md:1:1: error: the story has no headline"]).unwrap().status,
            Some(Status::Unreadable)
        );
    }

    #[test]
    fn datelines_in_both_forms() {
        let dateline = |yaml: &str| check(&format!("headline: x\n{yaml}"), &[]).unwrap().dateline.unwrap();
        let both = dateline("dateline: Tehran, Jan 10 (EFE)\n");
        assert_eq!((both.text.as_str(), both.place.as_deref()), ("Tehran, Jan 10 (EFE)", Some("Tehran")));
        assert_eq!(dateline("dateline: {place: Tehran, date: Jan 10, agency: EFE}\n"), both);
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
        assert_eq!((front.subjects.len(), front.status), (5, None));
        check("headline: x\nsubjects: politics\n", &["x.md:3:11: warning: `politics` is not a subject code"]);
    }

    #[test]
    fn control_characters_go() {
        let front = check("headline: \"A\\u0007 b\\n  c\"\n", &[]).unwrap();
        assert_eq!(front.headline, "A b c");
    }
}
