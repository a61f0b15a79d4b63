//! Values of front matter, each with its faults and their places.

use super::FrontMatter;
use crate::clock::{Timestamp, Zone};
use crate::config::yes_no;
use crate::diag::{Code, Severity, nearest};
use crate::parse::node::{Node, Step};
use crate::path::{nfc, slug_fault};
use crate::story::{Association, Correction, Dateline, KEYS, Key, KeyGroup, KeyKind, MenuPlace, Slot, Sponsor, Status};
use crate::topics;

/// The most subjects of one story that are said to be wrong.
const SUBJECT_FAULTS: usize = 20;

/// A value at fault.
pub(super) struct Fault<'k> {
    pub(super) path: Vec<Step<'k>>,
    pub(super) severity: Severity,
    /// The text at fault where that is distinct enough to find its place, which takes far less time than to read the YAML again.
    pub(super) written: Option<String>,
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// Turns nodes into values and notes each fault with the path of the value.
pub(super) struct Reader<'k> {
    pub(super) faults: Vec<Fault<'k>>,
    pub(super) path: Vec<Step<'k>>,
    zone: &'k Zone,
    /// Whether texts are brought into Unicode's composed form. Identifiers are not: others compare them byte by byte.
    composes: bool,
}

impl<'k> Reader<'k> {
    pub(super) fn new(zone: &'k Zone) -> Reader<'k> {
        Reader { faults: Vec::new(), path: Vec::new(), zone, composes: true }
    }

    pub(super) fn fault(&mut self, code: Code, message: String, hint: Option<String>) {
        self.faults.push(Fault {
            path: self.path.clone(),
            severity: Severity::Error,
            written: None,
            code,
            message,
            hint,
        });
    }

    /// Reads the value of a key.
    pub(super) fn set(&mut self, front: &mut FrontMatter, key: &Key, value: &'k Node) {
        if key.group == KeyGroup::Desk {
            // Understood, never kept, never published.
            return;
        }
        self.composes = key.kind.is_composed();
        let name = key.name;
        let Some(slot) = front.slot(name) else { return };
        match slot {
            Slot::Headline(at) => *at = self.text(name, value).unwrap_or_default(),
            Slot::Text(at) => {
                *at = match key.kind {
                    KeyKind::Language => self.language(value),
                    KeyKind::Slug => self.slug(value),
                    _ => self.text(name, value),
                }
            }
            Slot::Texts(at) if key.kind == KeyKind::Subjects => *at = self.subjects(value),
            Slot::Texts(at) => *at = self.texts(name, value),
            Slot::Time(at) => *at = self.time(name, value),
            Slot::Flag(at) => *at = self.flag(name, value),
            Slot::Version(at) => *at = self.number(name, value, 0, i64::MAX).map(i64::unsigned_abs),
            Slot::Urgency(at) => *at = self.number(name, value, 1, 9).and_then(|n| u8::try_from(n).ok()),
            Slot::Status(at) => *at = self.status(value).unwrap_or_default(),
            Slot::Dateline(at) => *at = self.dateline(value),
            Slot::Correction(at) => *at = self.correction(value),
            Slot::Sponsor(at) => *at = self.sponsor(value),
            Slot::Menu(at) => *at = self.menu(value),
            Slot::Associations(at) => *at = self.associations(value),
            Slot::Anything(at) => *at = Some(value.to_json()),
            // Keys of the desk.
            Slot::Notes(_) | Slot::Import(_) => {}
        }
    }

    /// Says that the key does not exist, and which one is close.
    pub(super) fn unknown(&mut self, written: &str) {
        let own = "keys of your own go under `extra:`";
        let hint = match nearest(written, KEYS.iter().map(|key| key.name)) {
            Some(name) => format!("did you mean `{name}`? {own}"),
            None => own.to_string(),
        };
        self.fault(Code::UnknownKey, format!("there is no key `{written}`"), Some(hint));
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
                let hint = nearest(key, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                self.fault(Code::UnknownKey, format!("there is no key `{key}` in `{name}`"), hint);
            }
            self.path.pop();
        }
    }

    fn dateline(&mut self, value: &'k Node) -> Option<Dateline> {
        let place_of = |text: &str| crate::parse::dateline::place(text).map(str::to_string);
        if let Node::Text(_) | Node::Null | Node::Int(_) = value {
            let text = self.text("dateline", value)?;
            let place = place_of(&text);
            return Some(Dateline { text, place, ..Dateline::default() });
        }
        let mut parts: [Option<String>; 5] = Default::default();
        self.inner("dateline", value, &Dateline::KEYS, |reader, key, value| {
            if let Some(n) = Dateline::KEYS.iter().position(|k| *k == key) {
                parts[n] = reader.text(key, value);
            }
        });
        let [text, place, date, agency, iso_date] = parts;
        let text = text.or_else(|| {
            let mut text = place.clone().unwrap_or_default();
            if let Some(date) = &date {
                text.push_str(if text.is_empty() { "" } else { ", " });
                text.push_str(date);
            }
            if let Some(agency) = &agency {
                text.push_str(&format!(" ({agency})"));
            }
            (!text.is_empty()).then_some(text)
        })?;
        let place = place.or_else(|| place_of(&text));
        Some(Dateline { text: text.trim().to_string(), place, date, agency, iso_date })
    }

    fn correction(&mut self, value: &'k Node) -> Option<Correction<Timestamp>> {
        match value {
            Node::Null => None,
            Node::Text(_) => self.text("correction", value).map(|note| Correction { note, date: None }),
            _ => {
                let (mut note, mut date) = (None, None);
                self.inner("correction", value, &Correction::<Timestamp>::KEYS, |reader, key, value| match key {
                    "note" => note = reader.text(key, value),
                    _ => date = reader.time(key, value),
                });
                (note.is_some() || date.is_some()).then(|| Correction { note: note.unwrap_or_default(), date })
            }
        }
    }

    fn sponsor(&mut self, value: &'k Node) -> Option<Sponsor> {
        let Node::Map(entries) = value else {
            return self.text("sponsor", value).map(|name| Sponsor { name, url: None });
        };
        let (mut name, mut url) = (None, None);
        self.inner("sponsor", value, &Sponsor::KEYS, |reader, key, value| match key {
            "name" => name = reader.text(key, value),
            _ => url = reader.web_address(key, value),
        });
        if name.is_none() && !entries.is_empty() {
            let hint = "add `name:`, who paid for the story";
            self.fault(Code::BadValue, "`sponsor` has no `name`".to_string(), Some(hint.to_string()));
        }
        Some(Sponsor { name: name?, url })
    }

    fn menu(&mut self, value: &'k Node) -> Option<MenuPlace> {
        let Node::Map(entries) = value else {
            return self.text("menu", value).map(|name| MenuPlace { name, order: None });
        };
        let (mut name, mut order) = (None, None);
        self.inner("menu", value, &MenuPlace::KEYS, |reader, key, value| match key {
            "name" => name = reader.text(key, value),
            _ => order = reader.number(key, value, 1, MenuPlace::LAST.into()),
        });
        if name.is_none() && !entries.is_empty() {
            let hint = "add `name:`, the menu that the page joins, such as `footer`";
            self.fault(Code::BadValue, "`menu` has no `name`".to_string(), Some(hint.to_string()));
        }
        Some(MenuPlace { name: name?, order: order.and_then(|order| u16::try_from(order).ok()) })
    }

    /// An address on the web.
    fn web_address(&mut self, name: &str, value: &Node) -> Option<String> {
        let url = self.text(name, value)?;
        let host = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        let is_plain =
            |url: &str| !url.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>\\`".contains(c));
        if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) || !is_plain(&url) {
            let message = format!("`{name}` is `{}`, which is not an address", url.escape_debug());
            self.fault(Code::BadValue, message, Some("write it as in https://sponsor.example/".to_string()));
            return None;
        }
        Some(url)
    }

    fn associations(&mut self, value: &'k Node) -> Vec<Association<Timestamp>> {
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
            self.inner("associations", item, &Association::<Timestamp>::KEYS, |reader, key, value| {
                match one.text_mut(key) {
                    Some(text) => *text = reader.text(key, value),
                    None => one.valid_to = reader.time(key, value),
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
