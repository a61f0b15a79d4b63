//! The two tables of `vocab/`, read once. The names stay where they are, in the program's text; a row knows its line.

use super::Topic;
use crate::path::slugify;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

const MEDIA_TOPICS: &str = include_str!("../../vocab/media-topics.tsv");
const SUBJECT_CODES: &str = include_str!("../../vocab/subject-codes.tsv");

/// The languages of the names, in the order of their columns.
pub(super) const LANGUAGES: [&str; 10] = ["en", "ar", "da", "de", "es", "fr", "pt", "pt-BR", "sv", "zh-Hans"];

/// The living topics by their names in small letters; of topics with one name, the first by code. Only asked for when a story
/// or a setting has a word in the place of a code.
pub(super) static NAMES: LazyLock<FxHashMap<String, Topic>> = LazyLock::new(|| {
    let mut names = FxHashMap::default();
    for topic in Topic::all().filter(|topic| topic.retired().is_none()) {
        for name in topic.row().names() {
            names.entry(name.to_lowercase()).or_insert(topic);
        }
    }
    names
});

/// The paths of the top terms, which stand first in the table.
pub(super) static TOP: LazyLock<Vec<String>> = LazyLock::new(|| {
    let top =
        rows(MEDIA_TOPICS).take_while(|line| line.split('\t').next().is_some_and(|code| code.ends_with("000000")));
    top.map(|line| slugify(line.split('\t').nth(4).unwrap_or(""))).collect()
});

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(MEDIA_TOPICS, SUBJECT_CODES));

/// Both vocabularies, each in order of the codes.
pub(super) struct Table {
    pub(super) topics: Vec<TopicRow>,
    pub(super) codes: Vec<CodeRow>,
    /// The living topics in order of their paths.
    pub(super) by_path: Vec<Topic>,
}

pub(super) struct TopicRow {
    pub(super) code: &'static str,
    pub(super) broader: Option<Topic>,
    pub(super) retired: Option<&'static str>,
    pub(super) successor: Option<Topic>,
    pub(super) path: Box<str>,
    names: &'static str,
}

pub(super) struct CodeRow {
    pub(super) code: &'static str,
    pub(super) topic: Option<Topic>,
    pub(super) name: &'static str,
}

impl TopicRow {
    /// The name in a column of [`LANGUAGES`].
    pub(super) fn name(&self, column: usize) -> Option<&'static str> {
        match self.names.split('\t').nth(column)? {
            "" => None,
            "=" => self.name(column.checked_sub(1)?),
            name => Some(name),
        }
    }

    /// The names in all languages.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.split('\t').filter(|name| !name.is_empty() && *name != "=")
    }
}

/// The lines of a table without its comments.
fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

impl Table {
    fn read(topics: &'static str, codes: &'static str) -> Table {
        let known: Vec<&'static str> = rows(topics).map(|line| line.split('\t').next().unwrap_or(line)).collect();
        let topic = |code: &str| known.binary_search(&code).ok().and_then(|at| u16::try_from(at).ok()).map(Topic);
        let mut table = Table { topics: Vec::with_capacity(known.len()), codes: Vec::new(), by_path: Vec::new() };
        for line in rows(topics) {
            let mut columns = line.splitn(5, '\t');
            let mut column = || columns.next().unwrap_or("");
            let (code, broader, retired, successor, names) = (column(), column(), column(), column(), column());
            let (broader, successor) = (topic(broader), topic(successor));
            let retired = (!retired.is_empty()).then_some(retired);
            table.topics.push(TopicRow { code, broader, retired, successor, path: Box::default(), names });
        }
        table.lay_paths();
        for line in rows(codes) {
            let mut columns = line.splitn(3, '\t');
            let mut column = || columns.next().unwrap_or("");
            let (code, same, name) = (column(), column(), column());
            table.codes.push(CodeRow { code, topic: topic(same), name });
        }
        table
    }

    /// Gives each topic its path. A broader topic may have the greater code, so each walks up to the top on its own; the tree
    /// has six levels.
    fn lay_paths(&mut self) {
        let slugs: Vec<String> = self.topics.iter().map(|row| slugify(row.name(0).unwrap_or(row.code))).collect();
        for at in 0..self.topics.len() {
            let mut parts = Vec::new();
            let mut next = Some(at);
            while let Some(at) = next.filter(|_| parts.len() < 6) {
                parts.push(slugs[at].as_str());
                next = self.topics[at].broader.map(|topic| usize::from(topic.0));
            }
            parts.reverse();
            self.topics[at].path = parts.join("/").into();
            if let (None, Ok(at)) = (self.topics[at].retired, u16::try_from(at)) {
                self.by_path.push(Topic(at));
            }
        }
        let topics = &self.topics;
        self.by_path.sort_unstable_by_key(|topic| &topics[usize::from(topic.0)].path);
    }
}

/// The columns that serve a language, best first.
pub(super) fn columns(language: &str) -> impl Iterator<Item = usize> {
    let exact = LANGUAGES.iter().position(|known| known.eq_ignore_ascii_case(language));
    let primary = language.split('-').next().unwrap_or(language);
    let near = if primary.eq_ignore_ascii_case("zh") {
        let traditional = |part: &str| ["hant", "tw", "hk", "mo"].iter().any(|known| part.eq_ignore_ascii_case(known));
        // `zh-Hans-HK` says its script.
        let simplified = language.split('-').any(|part| part.eq_ignore_ascii_case("hans"));
        if simplified || !language.split('-').any(traditional) { Some(LANGUAGES.len() - 1) } else { None }
    } else {
        LANGUAGES.iter().position(|known| known.eq_ignore_ascii_case(primary))
    };
    exact.into_iter().chain(near.filter(|near| Some(*near) != exact))
}
