//! IPTC Media Topics: what a story is about, in a tree of some 1,100 living terms with names in ten languages.
//!
//! The terms come from `vocab/`, which is built into the program and read once, when the first is asked for. The older
//! Subject Codes lead to the Media Topics that mean the same. A code that is in neither table is not an error: agencies use
//! newer ones, and vocabularies of their own.

pub mod code;
mod table;

pub use code::{Fault, Subject};

use table::{TABLE, Table};

/// What stands in front of the code in the address of a Media Topic.
const MEDIA_TOPIC: &str = "http://cv.iptc.org/newscodes/mediatopic/";
/// What stands in front of the code in the address of a Subject Code.
const SUBJECT_CODE: &str = "http://cv.iptc.org/newscodes/subjectcode/";

/// A term of the IPTC Media Topics, living or retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(u16);

impl Topic {
    /// Every topic in order of the codes, retired ones included.
    pub fn all() -> impl Iterator<Item = Topic> {
        (0..TABLE.topics.len() as u16).map(Topic)
    }

    /// The topic of a code as stories write it: `medtop:20000065`, or the address
    /// `http://cv.iptc.org/newscodes/mediatopic/20000065`. `None` for every other text, Subject Codes included.
    pub fn find(code: &str) -> Option<Topic> {
        match Subject::read(code) {
            Subject::Topic(topic) => Some(topic),
            _ => None,
        }
    }

    /// The living topic whose [`path`](Topic::path) this is.
    pub fn at_path(path: &str) -> Option<Topic> {
        // Most sections are not named like a Media Topic, and reading the whole table is a third of a small build.
        let top = path.split('/').next().unwrap_or(path);
        if !table::TOP.iter().any(|known| known == top) {
            return None;
        }
        let at = TABLE.by_path.binary_search_by(|topic| (*topic.row().path).cmp(path)).ok()?;
        TABLE.by_path.get(at).copied()
    }

    /// The living topic of this name in any of the languages, whatever the case; the first by code if there are several.
    pub fn named(name: &str) -> Option<Topic> {
        table::NAMES.get(&name.to_lowercase()).copied()
    }

    /// The eight digits of the code, `20000065`.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The code with the prefix that news formats use, `medtop:20000065`.
    pub fn qcode(self) -> String {
        format!("medtop:{}", self.code())
    }

    /// The address that names the topic, `http://cv.iptc.org/newscodes/mediatopic/20000065`.
    pub fn uri(self) -> String {
        format!("{MEDIA_TOPIC}{}", self.code())
    }

    /// The name in a language (BCP 47 tag), else in English, which every topic has. `es-MX` takes the Spanish name, `pt-PT`
    /// the Portuguese; Chinese names are in simplified script, so `zh-Hant` and `zh-TW` take the English.
    pub fn name(self, language: &str) -> &'static str {
        self.own_name(language).unwrap_or_else(|| self.row().name(0).unwrap_or_else(|| self.code()))
    }

    /// The name in a language, without falling back to English.
    pub fn own_name(self, language: &str) -> Option<&'static str> {
        table::columns(language).find_map(|column| self.row().name(column))
    }

    /// The topic right above, `None` for the 17 top terms.
    pub fn broader(self) -> Option<Topic> {
        self.row().broader
    }

    /// The topic and those above it, the nearest first. A retired topic is followed by the one that is used
    /// [instead](Topic::current), and those above that.
    pub fn lineage(self) -> impl Iterator<Item = Topic> {
        std::iter::successors(Some(self), |topic| match topic.retired() {
            Some(_) => topic.row().successor.or(topic.broader()),
            None => topic.broader(),
        })
    }

    /// The day on which the topic was retired, `2019-07-25`; `None` if it is in use.
    pub fn retired(self) -> Option<&'static str> {
        self.row().retired
    }

    /// The topic to use: itself, unless it is retired; then its successor, or if none is known, the nearest living topic above.
    pub fn current(self) -> Topic {
        self.lineage().find(|topic| topic.retired().is_none()).unwrap_or(self)
    }

    /// The path of a section for this topic, from the English names: `conflict-war-and-peace/civil-unrest`. A retired topic has
    /// that of its [`current`](Topic::current) one.
    pub fn path(self) -> &'static str {
        &self.current().row().path
    }

    fn row(self) -> &'static table::TopicRow {
        // A `Topic` is only made with a place in the table.
        &TABLE.topics[usize::from(self.0)]
    }
}

/// A term of the IPTC Subject Codes, the vocabulary before the Media Topics: two digits for the subject, three for the matter,
/// three for the detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectCode(u16);

impl SubjectCode {
    /// The term of a code as stories write it: `subj:15054000`, or the address
    /// `http://cv.iptc.org/newscodes/subjectcode/15054000`.
    pub fn find(code: &str) -> Option<SubjectCode> {
        match Subject::read(code) {
            Subject::Code(code) => Some(code),
            _ => None,
        }
    }

    /// The eight digits of the code, `15054000`.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The address that names the term.
    pub fn uri(self) -> String {
        format!("{SUBJECT_CODE}{}", self.code())
    }

    /// The English name; this vocabulary has no other here.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The term above: a detail is in its matter, a matter in its subject.
    pub fn broader(self) -> Option<SubjectCode> {
        let code = self.code();
        let end = if code.ends_with("000") { 2 } else { 5 };
        let broader = format!("{:0<8}", code.get(..end)?);
        TABLE.code(&broader).filter(|broader| *broader != self)
    }

    /// The term and those above it, the nearest first.
    pub fn lineage(self) -> impl Iterator<Item = SubjectCode> {
        std::iter::successors(Some(self), |code| code.broader())
    }

    /// The Media Topic that means exactly the same.
    pub fn same(self) -> Option<Topic> {
        self.row().topic
    }

    /// The Media Topic that means the same, else that of the nearest broader term that has one. Some have none at all, such as
    /// `16000000` (unrest, conflicts and war).
    pub fn topic(self) -> Option<Topic> {
        self.lineage().find_map(SubjectCode::same)
    }

    fn row(self) -> &'static table::CodeRow {
        // A `SubjectCode` is only made with a place in the table.
        &TABLE.codes[usize::from(self.0)]
    }
}

impl Table {
    fn topic(&self, code: &str) -> Option<Topic> {
        let at = self.topics.binary_search_by(|row| row.code.cmp(code)).ok()?;
        u16::try_from(at).ok().map(Topic)
    }

    fn code(&self, code: &str) -> Option<SubjectCode> {
        let at = self.codes.binary_search_by(|row| row.code.cmp(code)).ok()?;
        u16::try_from(at).ok().map(SubjectCode)
    }
}

#[cfg(test)]
mod tests;
