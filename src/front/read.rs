//! A front as it is written, and what is wrong with it.

use super::keys::{KEYS, ZoneKind};
use super::{FOLDER, Front, FrontOf, Text, ValueAt, Zone, place};
use crate::clock::Timestamp;
use crate::config::places::{self, Step};
use crate::config::{self, Config, Form, section_path, yes_no};
use crate::diag::{Checked, Code, Diagnostic, Location, plural};
use crate::path::RelPath;
use serde::Deserialize;

/// The most zones of a front.
const ZONES: usize = 60;
/// The most stories that a zone picks.
const STORIES: usize = 50;
/// The most links below a lead.
const LINKS: usize = 20;
/// The most stories that a zone shows.
const COUNT: usize = 100;
/// Faults of one file that are listed. To find the place of each, the file is read again.
const FAULTS: usize = 20;

const FORM: Form =
    Form { code: Code::FrontInvalid, noun: "fronts", manual: "docs/fronts.md", keys: "keys", own_keys: "" };

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFront {
    #[serde(default)]
    zones: Vec<RawZone>,
}

/// A zone as it is written. Which of the keys its kind has is seen afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawZone {
    zone: ZoneKind,
    story: Option<String>,
    #[serde(default)]
    links: Vec<String>,
    #[serde(default)]
    stories: Vec<String>,
    section: Option<String>,
    count: Option<usize>,
    title: Option<String>,
    standfirst: Option<String>,
    layout: Option<String>,
    text: Option<String>,
    name: Option<String>,
    from: Option<String>,
    until: Option<String>,
    #[serde(default, deserialize_with = "yes_no::required")]
    repeat: bool,
}

impl RawZone {
    /// The keys that have a value.
    fn keys(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("story", self.story.is_some()),
            ("links", !self.links.is_empty()),
            ("stories", !self.stories.is_empty()),
            ("section", self.section.is_some()),
            ("count", self.count.is_some()),
            ("title", self.title.is_some()),
            ("standfirst", self.standfirst.is_some()),
            ("layout", self.layout.is_some()),
            ("text", self.text.is_some()),
            ("name", self.name.is_some()),
            ("repeat", self.repeat),
        ];
        given.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| key)
    }
}

/// Collects the faults of a file. Their number is limited, because finding each place means reading the file again.
pub struct Faults<'f> {
    yaml: &'f str,
    file: &'f str,
    diagnostics: Vec<Diagnostic>,
    more: usize,
}

impl<'f> Faults<'f> {
    fn new(yaml: &'f str, file: &'f str) -> Faults<'f> {
        Faults { yaml, file, diagnostics: Vec::new(), more: 0 }
    }

    fn add(&mut self, code: Code, message: String, hint: &str, zone: usize, at: Option<ValueAt>) {
        if self.diagnostics.len() == FAULTS {
            self.more += 1;
            return;
        }
        let diagnostic = Diagnostic::error(code, message).at(place(self.yaml, self.file, zone, at));
        self.diagnostics.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    }

    fn finish(mut self) -> Vec<Diagnostic> {
        if self.more > 0 {
            let message = format!("and {} of zones", plural(self.more, "more fault", "more faults"));
            self.diagnostics.push(Diagnostic::error(Code::FrontInvalid, message).at(Location::file(self.file)));
        }
        self.diagnostics
    }
}

/// Which page a file is of, by its path below `content/`.
pub fn of_path(path: &RelPath, config: &Config) -> Result<FrontOf, Diagnostic> {
    let fault = |message: String, hint: String| {
        Diagnostic::error(Code::FrontInvalid, message).at(Location::file(format!("content/{path}"))).hint(hint)
    };
    let languages = config.languages.iter().map(|language| format!("`{language}.yaml`"));
    let names = languages.collect::<Vec<_>>().join(", ");
    let inner = path.as_str().strip_prefix(FOLDER).and_then(|path| path.strip_prefix('/')).unwrap_or(path.as_str());
    let Some(name) = inner.strip_suffix(".yaml") else {
        return Err(fault("the file's name does not end in .yaml".into(), "rename it".into()));
    };
    let (language, section) = name.split_once('/').map_or((name, None), |(language, path)| (language, Some(path)));
    let Some(edition) = config.languages.iter().position(|known| known == language) else {
        let what = if section.is_some() { "folder" } else { "file" };
        let message = format!("the {what} is named `{}`, and no edition has that language", language.escape_debug());
        return Err(fault(
            message,
            format!("fronts of editions are {names}, those of sections lie in a folder of that name"),
        ));
    };
    if let Some(path) = section
        && section_path(path).as_deref() != Some(path)
    {
        let hint = "name folder and file after the section, as in sport/rowing.yaml";
        return Err(fault(format!("`{}` is not a section path", path.escape_debug()), hint.into()));
    }
    Ok(FrontOf { edition: edition as u8, section: section.map(str::to_string) })
}

/// Reads a file. The value is `None` where it cannot be read at all; else it has the zones without fault.
pub fn read(path: &RelPath, of: FrontOf, yaml: String, config: &Config) -> Checked<Option<Front>> {
    let file = format!("content/{path}");
    let raw: RawFront = match config::read_as(&yaml, &file, &FORM) {
        Ok(raw) => raw,
        Err(error) => return Checked { value: None, diagnostics: error.diagnostics },
    };
    let mut faults = Faults::new(&yaml, &file);
    if raw.zones.len() > ZONES {
        faults.add(
            Code::FrontInvalid,
            format!("the front has more than {ZONES} zones"),
            "the rest was left out",
            ZONES,
            None,
        );
    }
    let zones = raw.zones.into_iter().take(ZONES).enumerate();
    let zones = zones.filter_map(|(number, raw)| zone(raw, number, config, &mut faults)).collect();
    let diagnostics = faults.finish();
    Checked { value: Some(Front { path: path.clone(), of, zones, yaml }), diagnostics }
}

/// Checks a zone; `None` where it is at fault.
fn zone(raw: RawZone, number: usize, config: &Config, faults: &mut Faults) -> Option<Zone> {
    let known = faults.diagnostics.len() + faults.more;
    let kind = raw.zone;
    let mut fault = |code: Code, message: String, hint: &str, at: Option<ValueAt>| {
        faults.add(code, format!("zones: {message}"), hint, number, at);
    };
    let mut invalid = |message: String, hint: &str, at: ValueAt| fault(Code::FrontInvalid, message, hint, Some(at));
    for name in raw.keys().filter(|name| !has(kind, name)) {
        let keys = KEYS.iter().filter(|key| key.zones.contains(&kind)).map(|key| format!("`{}`", key.name));
        let hint = format!("such a zone has {}", keys.collect::<Vec<_>>().join(", "));
        invalid(format!("a zone `{}` has no key `{name}`", kind.as_str()), &hint, (name, None));
    }
    for (key, picks, most) in [("stories", &raw.stories, STORIES), ("links", &raw.links, LINKS)] {
        if picks.len() > most {
            invalid(format!("`{key}` has more than {most} stories"), "shorten it", (key, Some(most)));
        }
    }
    if raw.count.is_some_and(|count| !(1..=COUNT).contains(&count)) {
        invalid(format!("`count` is {}, expected 1 to {COUNT}", raw.count.unwrap_or(0)), "", ("count", None));
    }
    for (key, word) in [("layout", &raw.layout), ("name", &raw.name)] {
        if let Some(word) = word.as_ref().filter(|word| !is_word(word)) {
            let message = format!("`{key}` is `{}`, which is not a name", word.escape_debug());
            invalid(message, "use small letters, digits, `-` and `_`, as in `newsletter`", (key, None));
        }
    }
    if let Some(section) = raw.section.as_ref().filter(|path| section_path(path).as_ref() != Some(*path)) {
        let message = format!("`{}` is not a section path", section.escape_debug());
        invalid(message, "use lower-case words joined by hyphens, with / between levels", ("section", None));
    }
    let lacks = |name: &str| !raw.keys().any(|key| key == name);
    let missing = match kind {
        ZoneKind::Package if lacks("stories") && lacks("count") => Some("`stories` or `count`"),
        ZoneKind::Section if lacks("section") => Some("`section`"),
        ZoneKind::Text if lacks("text") => Some("`text`"),
        ZoneKind::Slot if lacks("name") => Some("`name`"),
        _ => None,
    };
    if let Some(missing) = missing {
        fault(Code::FrontInvalid, format!("a zone `{}` needs {missing}", kind.as_str()), "add it", None);
    }
    let [from, until] = [("from", &raw.from), ("until", &raw.until)].map(|(key, written)| {
        let written = written.as_ref()?;
        match config.zone.parse(written) {
            Ok(time) => Some(time),
            Err(reason) => {
                let message = format!("`{key}` is `{}`: {reason}", written.escape_debug());
                fault(Code::BadTime, message, "", Some((key, None)));
                None
            }
        }
    });
    if from.zip(until).is_some_and(|(from, until)| from >= until) {
        fault(
            Code::FrontInvalid,
            "`until` is not later than `from`".into(),
            "such a zone never shows",
            Some(("until", None)),
        );
    }
    let is_good = faults.diagnostics.len() + faults.more == known;
    is_good.then(|| checked(raw, number, (from, until), faults.yaml))
}

/// The zone of what was found good.
fn checked(raw: RawZone, number: usize, time: (Option<Timestamp>, Option<Timestamp>), yaml: &str) -> Zone {
    let text = raw.text.map(|markdown| Text { start: start(yaml, number), markdown, ..Text::default() });
    Zone {
        kind: raw.zone,
        number,
        title: raw.title.unwrap_or_default(),
        standfirst: raw.standfirst.unwrap_or_default(),
        layout: raw.layout,
        stories: raw.story.into_iter().chain(raw.stories).collect(),
        links: raw.links,
        section: raw.section.unwrap_or_default(),
        count: raw.count,
        name: raw.name.unwrap_or_default(),
        text,
        from: time.0,
        until: time.1,
        repeat: raw.repeat,
    }
}

fn has(kind: ZoneKind, name: &str) -> bool {
    KEYS.iter().any(|key| key.name == name && key.zones.contains(&kind))
}

fn is_word(word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    word.len() <= 60 && word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(is_letter)
}

/// Where the text of a zone begins: its first line, and how many characters stand before each of its lines.
fn start(yaml: &str, zone: usize) -> (u32, u32) {
    let steps = [Step::Key("zones", 0), Step::Item(zone), Step::Key("text", 0)];
    let Some((line, column)) = places::of_value(yaml, &steps) else { return (1, 0) };
    let mut lines = (1..).zip(yaml.lines()).skip(line as usize - 1);
    let is_block = lines.next().is_some_and(|(_, text)| {
        let value = text.chars().skip(column as usize - 1).collect::<String>();
        value.starts_with(['|', '>'])
    });
    let first = lines.find(|(_, text)| !text.trim().is_empty()).filter(|_| is_block);
    first.map_or((line, column - 1), |(line, text)| (line, (text.len() - text.trim_start().len()) as u32))
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    fn config() -> Config {
        let folder = tempfile::tempdir().unwrap();
        let settings = b"title: x\nbase_url: https://e.org/\nlanguages: [en, es]\ntime_zone: Europe/Lisbon\n";
        crate::file::write_new(&folder.path().join("dateline.yaml"), settings).unwrap();
        config::load(folder.path()).unwrap()
    }

    fn read_text(yaml: &str) -> Checked<Option<Front>> {
        let of = FrontOf { edition: 0, section: None };
        read(&RelPath::new("fronts/en.yaml").unwrap(), of, yaml.to_string(), &config())
    }

    /// What is said of a file that has one fault.
    fn check(yaml: &str, expected: &str) {
        let found = read_text(yaml);
        let said = found.diagnostics.iter().map(|one| format!("{} {one} [{}]", one.code, one.hints.join("; ")));
        let said: Vec<String> = said.collect();
        assert_eq!(said.len(), 1, "{yaml}\n{said:#?}");
        assert!(said[0].contains(expected), "{yaml}\n{}\n{expected}", said[0]);
    }

    #[test]
    fn a_front_is_read_as_it_is_written() {
        let yaml = "zones:\n- zone: lead\n  story: urn:a\n  links: urn:b\n- {zone: package, title: 1999, stories: [a.md, urn:c], from: 2026-11-24 10:00}\n\
                    - zone: text\n  text: |\n\n    Some *text*.\n\n    More.\n- {zone: slot, name: ads-1}\n- {zone: latest, count: \"5\", repeat: yes}\n";
        let found = read_text(yaml);
        assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
        let zones = found.value.unwrap().zones;
        assert_eq!(
            (zones[0].stories.as_slice(), zones[0].links.as_slice()),
            (&["urn:a".into()][..], &["urn:b".into()][..])
        );
        assert_eq!((zones[1].title.as_str(), zones[1].stories.len()), ("1999", 2));
        let from = zones[1].from.unwrap();
        assert!(!zones[1].is_due(from.plus_seconds(-1)) && zones[1].is_due(from));
        let text = zones[2].text.as_ref().unwrap();
        assert_eq!((text.markdown.as_str(), text.start), ("Some *text*.\n\nMore.", (9, 4)));
        assert_eq!((zones[3].name.as_str(), zones[4].count, zones[4].repeat), ("ads-1", Some(5), true));
        assert!(read_text("").value.unwrap().zones.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (yaml, expected) in [
            ("zones: [", "front-invalid content/fronts/en.yaml:"),
            (
                "zone: []\n",
                "content/fronts/en.yaml:1:1: error: unknown field `zone`, expected one of `zones` [did you mean `zones`?]",
            ),
            (
                "zones:\n- zone: lead\n  storry: urn:a\n",
                "content/fronts/en.yaml:3:3: error: zones: unknown field `storry`, expected one of",
            ),
            ("zones:\n- zone: lead\n  storry: urn:a\n", "[did you mean `story`?]"),
            (
                "zones:\n- zone: led\n",
                "content/fronts/en.yaml:2:9: error: zones: `zone` is `led`, expected `lead`, `package`",
            ),
            ("zones:\n- title: x\n", "error: zones: missing field `zone`"),
            (
                "zones:\n- zone: latest\n  story: urn:a\n",
                "content/fronts/en.yaml:3:10: error: zones: a zone `latest` has no key `story` [such a zone has `zone`, `count`, `title`",
            ),
            (
                "zones:\n- zone: package\n  title: x\n",
                "content/fronts/en.yaml:2:3: error: zones: a zone `package` needs `stories` or `count` [add it]",
            ),
            ("zones:\n- zone: section\n", "a zone `section` needs `section`"),
            ("zones:\n- zone: text\n", "a zone `text` needs `text`"),
            ("zones:\n- zone: slot\n", "a zone `slot` needs `name`"),
            (
                "zones:\n- {zone: latest, count: 101}\n",
                "content/fronts/en.yaml:2:25: error: zones: `count` is 101, expected 1 to 100",
            ),
            (
                "zones:\n- {zone: latest, count: many}\n",
                "content/fronts/en.yaml:2:25: error: zones: `count` is `many`, expected a whole number",
            ),
            (
                "zones:\n- {zone: section, section: Sport Now}\n",
                "`Sport Now` is not a section path [use lower-case words",
            ),
            (
                "zones:\n- {zone: slot, name: Ads 1}\n",
                "content/fronts/en.yaml:2:22: error: zones: `name` is `Ads 1`, which is not a name",
            ),
            (
                "zones:\n- {zone: latest, from: tomorrow}\n",
                "bad-time content/fronts/en.yaml:2:24: error: zones: `from` is `tomorrow`:",
            ),
            (
                "zones:\n- {zone: latest, from: 2026-11-25, until: 2026-11-24}\n",
                "content/fronts/en.yaml:2:43: error: zones: `until` is not later than `from`",
            ),
        ] {
            check(yaml, expected);
        }
        let picks = "urn:a, ".repeat(51);
        check(
            &format!("zones:\n- {{zone: package, stories: [{picks}]}}\n"),
            "zones: `stories` has more than 50 stories",
        );
        check(&format!("zones:\n{}", "- zone: latest\n".repeat(61)), "the front has more than 60 zones");
        let many = read_text(&format!("zones:\n{}", "- zone: text\n".repeat(60))).diagnostics;
        assert_eq!((many.len(), many[20].message.as_str()), (21, "and 40 more faults of zones"));
    }

    #[test]
    fn a_zone_at_fault_leaves_the_others() {
        let found = read_text("zones:\n- zone: slot\n- zone: latest\n");
        let zones = found.value.unwrap().zones;
        assert_eq!((zones.len(), zones[0].kind, zones[0].number), (1, ZoneKind::Latest, 1));
    }

    #[test]
    fn the_path_says_which_page_it_is() {
        let of = |path: &str| of_path(&RelPath::new(path).unwrap(), &config()).map_err(|one| one.to_string());
        assert_eq!(of("fronts/es.yaml").unwrap(), FrontOf { edition: 1, section: None });
        assert_eq!(of("fronts/en/sport/rowing.yaml").unwrap().section.as_deref(), Some("sport/rowing"));
        for (path, expected) in [
            (
                "fronts/fr.yaml",
                "content/fronts/fr.yaml: error: the file is named `fr`, and no edition has that language",
            ),
            ("fronts/fr/sport.yaml", "the folder is named `fr`"),
            ("fronts/en/Sport.yaml", "`Sport` is not a section path"),
            ("fronts/en.yml", "the file's name does not end in .yaml"),
        ] {
            let error = of(path).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn the_table_has_the_keys_that_are_read_and_the_manual_has_the_table() {
        let mut named: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        named.sort_unstable();
        assert_eq!(config::record_keys::of::<RawZone>(), named);
        let manual = include_str!("../../docs/fronts.md");
        for key in KEYS {
            let zones: Vec<String> = key.zones.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
            let zones = if zones.len() == ZoneKind::ALL.len() { "all".to_string() } else { zones.join(", ") };
            let row = format!("| `{}` | {zones} | {} |", key.name, key.meaning);
            assert!(manual.lines().any(|line| line == row), "docs/fronts.md has no row {row}");
        }
        let example = manual.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
        let found = read_text(example);
        assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
        assert!(ZoneKind::ALL.iter().all(|kind| example.contains(&format!("- zone: {}\n", kind.as_str()))));
        let schema = schema::schema().to_string();
        assert!(KEYS.iter().all(|key| schema.contains(&format!("\"{}\":", key.name))));
    }
}
