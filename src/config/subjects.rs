//! Which section a subject belongs to: the site's own mapping of codes, and the Media Topics' tree for the rest.

use super::{CATEGORIES_FILE, FILE};
use crate::diag::{Code, Diagnostic, Location};
use crate::topics::{self, Subject, Topic};
use std::collections::BTreeMap;

/// The site's mapping of subject codes to sections.
#[derive(Clone, Debug, Default)]
pub struct Subjects {
    by_topic: BTreeMap<Topic, String>,
    /// Codes that are not known Media Topics: newer ones, those of other vocabularies, and Subject Codes, which are finer in places.
    by_code: BTreeMap<String, String>,
}

impl Subjects {
    /// The section of a story that names none. The first of its subjects that a section of the site takes, by itself or by the
    /// nearest broader one, decides; if the site takes none of them, the first that is or leads to a Media Topic gives its own
    /// path. `None` where there is no such subject.
    pub fn section(&self, subjects: &[String]) -> Option<&str> {
        let own = subjects.iter().find_map(|code| self.own_section(code));
        own.or_else(|| subjects.iter().find_map(|code| Subject::read(code).topic()).map(Topic::path))
    }

    /// The site's own section for one code.
    fn own_section(&self, code: &str) -> Option<&str> {
        let subject = Subject::read(code);
        let by_code = |subject: Subject| self.by_code.get(&*subject.qcode());
        let by_topic = |topic: Topic| self.by_topic.get(&topic);
        let own = match subject {
            Subject::Code(code) => {
                code.lineage().find_map(|code| by_code(Subject::Code(code)).or_else(|| code.same().and_then(by_topic)))
            }
            subject => by_code(subject),
        };
        own.or_else(|| subject.topic()?.lineage().find_map(by_topic)).map(String::as_str)
    }

    /// Gives a section a code. The other section that has it already is returned.
    fn take(&mut self, code: &str, section: &str) -> Option<String> {
        let subject = Subject::read(code);
        if let Subject::Code(code) = subject
            && let Some(topic) = code.same()
        {
            self.by_topic.entry(topic).or_insert_with(|| section.to_string());
        }
        let before = match subject {
            Subject::Topic(topic) => self.by_topic.insert(topic, section.to_string()),
            _ => self.by_code.insert(subject.qcode().into_owned(), section.to_string()),
        };
        before.filter(|other| other != section)
    }
}

/// Reads the mapping from both files of settings: `categories` of the first, `mediaTopics` of the second, each as section
/// and codes, with the text of the file to find their places.
pub(super) fn check(
    categories: &BTreeMap<String, Vec<String>>,
    settings: &str,
    media_topics: &[(&str, &[String])],
    sections: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Subjects {
    let mut subjects = Subjects::default();
    let of_settings = |old: bool, subjects: &mut Subjects, diagnostics: &mut Vec<Diagnostic>| {
        for (section, codes) in categories {
            for code in codes.iter().filter(|code| matches!(Subject::read(code), Subject::Code(_)) == old) {
                let place = || place(settings, FILE, "categories", section, code);
                add_code(subjects, section, code, place, diagnostics);
            }
        }
    };
    of_settings(false, &mut subjects, diagnostics);
    for (section, codes) in media_topics {
        for code in *codes {
            let place = || place(sections, CATEGORIES_FILE, "", section, code);
            if matches!(Subject::read(code), Subject::Topic(_) | Subject::UnknownTopic(_)) {
                add_code(&mut subjects, section, code, place, diagnostics);
                continue;
            }
            let diagnostic =
                Diagnostic::error(Code::ConfigInvalid, format!("`{code}` is not a Media Topic")).at(place());
            let hint = match topics::code::nearest(code) {
                Some(topic) => format!("did you mean `{}` ({})?", topic.qcode(), topic.name("en")),
                None => "other vocabularies than the Media Topics go under `categories` in dateline.yaml".to_string(),
            };
            diagnostics.push(diagnostic.hint(hint));
        }
    }
    // Subject Codes come last, because a Media Topic that is mapped by itself counts more than one that they stand for.
    of_settings(true, &mut subjects, diagnostics);
    subjects
}

fn add_code(
    subjects: &mut Subjects,
    section: &str,
    code: &str,
    place: impl Fn() -> Location,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // A code that may be newer than the table is taken: stories that have it are found by it.
    if let Some(fault) = topics::code::fault(code).filter(|fault| !fault.may_be_newer) {
        diagnostics.push(Diagnostic::error(Code::ConfigInvalid, fault.message).at(place()).hint(fault.hint));
    } else if let Some(other) = subjects.take(code, section) {
        let message = format!("`{code}` belongs to `{other}` and to `{section}`");
        diagnostics.push(Diagnostic::error(Code::ConfigInvalid, message).at(place()).hint("name it in one section"));
    }
}

/// The place of a code: after the line that begins its section, which is after the line that begins `key` if that is given.
/// YAML has more ways to write these than are looked for; where the section is not seen, the whole file is the place.
fn place(text: &str, file: &str, key: &str, section: &str, code: &str) -> Location {
    let begins = |line: &str, name: &str| {
        let rest = line.trim_start().trim_start_matches(['"', '\'']).strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| !key.is_empty() && !begins(line, key));
    let inside = lines.by_ref().skip_while(|(_, line)| !begins(line, section));
    for (number, line) in inside {
        // `medtop:2000065` is not the beginning of `medtop:20000650`.
        let ends = |at: &usize| !line[at + code.len()..].starts_with(|c: char| c.is_alphanumeric());
        if let Some(at) = line.match_indices(code).map(|(at, _)| at).find(ends) {
            let column = line.get(..at).map_or(1, |before| before.chars().count() + 1);
            return Location::at(file, number as u32 + 1, column as u32);
        }
    }
    Location::file(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::section_path;

    fn subjects(mapping: &[(&str, &[&str])]) -> Subjects {
        let list = |codes: &[&str]| codes.iter().map(|code| code.to_string()).collect::<Vec<_>>();
        let categories = mapping.iter().map(|(section, codes)| (section.to_string(), list(codes))).collect();
        let mut diagnostics = Vec::new();
        let subjects = check(&categories, "", &[], "", &mut diagnostics);
        assert_eq!(diagnostics, []);
        subjects
    }

    fn section(subjects: &Subjects, codes: &[&str]) -> Option<String> {
        let codes: Vec<String> = codes.iter().map(|code| code.to_string()).collect();
        subjects.section(&codes).map(str::to_string)
    }

    #[test]
    fn the_nearest_broader_topic_gives_the_section() {
        let own = subjects(&[("politics", &["medtop:11000000"]), ("vote", &["medtop:20000574"]), ("x", &["acme:9"])]);
        for (codes, expected) in [
            (&["medtop:20000579"][..], Some("vote")),
            (&["http://cv.iptc.org/newscodes/mediatopic/20000579"], Some("vote")),
            (&["medtop:11000000"], Some("politics")),
            // A Subject Code by the topic it leads to.
            (&["subj:11003004"], Some("vote")),
            // A section of the site goes before the path of an earlier subject.
            (&["medtop:20000065", "medtop:20000579"], Some("vote")),
            (&["medtop:11000000", "medtop:20000579"], Some("politics")),
            (&["acme:9"], Some("x")),
            (&["acme:8", "medtop:20009999"], None),
            (&[], None),
        ] {
            assert_eq!(section(&own, codes).as_deref(), expected, "{codes:?}");
        }
    }

    #[test]
    fn without_a_section_of_the_site_the_topic_gives_its_path() {
        let own = Subjects::default();
        for (codes, expected) in [
            (&["acme:8", "medtop:20000065"][..], "conflict-war-and-peace/civil-unrest"),
            (&["subj:15054000"], "sport/competition-discipline/soccer"),
            // Retired, and so where its successor is.
            (&["medtop:20000267"], Topic::find("medtop:20001243").map(Topic::path).unwrap_or_default()),
        ] {
            assert_eq!(section(&own, codes).as_deref(), Some(expected), "{codes:?}");
        }
        for topic in Topic::all() {
            assert_eq!(section_path(topic.path()).as_deref(), Some(topic.path()));
        }
    }

    #[test]
    fn subject_codes_are_taken_as_written_and_as_topics() {
        let own = subjects(&[("ball", &["subj:15054000"]), ("sport", &["subj:15000000", "medtop:20001065"])]);
        assert_eq!(section(&own, &["subj:15054000"]).as_deref(), Some("ball"));
        assert_eq!(section(&own, &["medtop:20001065"]).as_deref(), Some("sport"));
        assert_eq!(section(&own, &["subj:15003001"]).as_deref(), Some("sport"));
        assert_eq!(section(&own, &["medtop:20000822"]).as_deref(), Some("sport"));
        // The topic of a code is nearer than a broader code.
        let own = subjects(&[("ball", &["medtop:20001065"]), ("sport", &["subj:15000000"])]);
        assert_eq!(section(&own, &["subj:15054000"]).as_deref(), Some("ball"));
    }

    #[test]
    fn a_code_and_its_address_are_one() {
        let topic = |digits: &str| format!("http://cv.iptc.org/newscodes/mediatopic/{digits}");
        let own = subjects(&[("new", &[&topic("20009999")]), ("unrest", &[&topic("20000065")])]);
        assert_eq!(section(&own, &["medtop:20009999"]).as_deref(), Some("new"));
        assert_eq!(section(&own, &["medtop:20000065"]).as_deref(), Some("unrest"));
    }

    #[test]
    fn faults_have_their_place() {
        let settings = "title: x\ncategories:\n  sport: [medtop:15000000]\n  \"play\":\n    - medtop:15000000\n    - medtop:2000065\n";
        let categories: BTreeMap<String, Vec<String>> = serde_yaml::from_str::<serde_yaml::Value>(settings)
            .and_then(|value| serde_yaml::from_value(value["categories"].clone()))
            .unwrap();
        let sections = "sport:\n  mediaTopics: [medtop:20000822, subj:15000000]\nart:\n  mediaTopics: [politics]\n";
        let mut diagnostics = Vec::new();
        let (sport, art) = (["medtop:20000822".into(), "subj:15000000".into()], ["politics".into()]);
        let media_topics: [(&str, &[String]); 2] = [("sport", &sport), ("art", &art)];
        check(&categories, settings, &media_topics, sections, &mut diagnostics);
        let shown: Vec<String> = diagnostics.iter().map(|d| format!("{d} [{}]", d.hints.join("; "))).collect();
        assert_eq!(
            shown,
            [
                "dateline.yaml:6:7: error: `medtop:2000065` is not a code of eight digits [did you mean `medtop:20000065` (civil unrest)?]",
                "dateline.yaml:3:11: error: `medtop:15000000` belongs to `play` and to `sport` [name it in one section]",
                "content/categories.yaml:2:34: error: `subj:15000000` is not a Media Topic [other vocabularies than the Media Topics go under `categories` in dateline.yaml]",
                "content/categories.yaml:4:17: error: `politics` is not a Media Topic [did you mean `medtop:11000000` (politics)?]",
            ]
        );
    }
}
