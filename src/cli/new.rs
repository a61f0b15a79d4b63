//! `new`: starts a story where the newsroom's habits put it, `content/YYYY/MM/DD/slug.md`.

use super::args::{Common, NewArgs};
use super::{Failure, clock, print, site_zone};
use crate::clock::{Timestamp, Zone};
use crate::config;
use crate::file;
use crate::parse::scalar::quoted;
use crate::path::{numbered, push_encoded, slug_fault, slugify};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Files of one slug and day that are tried before something must be wrong.
const ATTEMPTS: u32 = 10_000;

pub(super) fn run(common: &Common, args: &NewArgs) -> Result<u8, Failure> {
    let site = &common.site;
    if !site.join("dateline.yaml").is_file() {
        let failure = Failure::new(format!("there is no site in {}: dateline.yaml is missing", site.display()));
        return Err(failure.hint("name its folder with --site, or make a site with `dateline init DIR`"));
    }
    let zone = site_zone(site);
    let now = clock(&args.clock, &zone)?;
    let host = config::load(site).map_or_else(|_| "localhost".to_string(), |config| config.host().to_string());
    let text = |name: &str| front_matter(&args.headline, args.category.as_deref(), &uri(&host, name, now), now, &zone);
    // What is wrong with the call is found out before a folder is made.
    text("")?;
    let path = write(site, &slug(&args.headline), &folder(now, &zone), text)?;
    let mut line = path.into_os_string().into_encoded_bytes();
    line.push(b'\n');
    print(&line)
}

/// The folder of a story begun at that time.
pub(super) fn folder(now: Timestamp, zone: &Zone) -> String {
    let day = now.day(zone);
    format!("content/{:04}/{:02}/{:02}", day.year, day.month, day.day)
}

/// A name for a story of this host and moment: once written, it stays whatever becomes of host, file and headline.
pub(super) fn uri(host: &str, name: &str, now: Timestamp) -> String {
    let mut uri = String::from("urn:newsml:");
    push_encoded(&mut uri, host);
    let time: String = now.rfc3339(&Zone::utc()).chars().filter(char::is_ascii_digit).collect();
    let (day, time) = time.split_at(time.len().saturating_sub(6));
    uri.push_str(&format!(":{day}:{time}-"));
    push_encoded(&mut uri, name);
    uri
}

/// Front matter and an empty body.
pub(super) fn front_matter(
    headline: &str,
    category: Option<&str>,
    uri: &str,
    now: Timestamp,
    zone: &Zone,
) -> Result<String, Failure> {
    let headline = one_line("the headline", headline)?;
    let mut text = format!("---\nuri: {uri}\nheadline: {}\nfirstCreated: {}\n", quoted(&headline), now.rfc3339(zone));
    if let Some(category) = category {
        let category = category_path(category)?;
        text.push_str(&format!("category: {}\n", quoted(&category)));
    }
    text.push_str("---\n");
    Ok(text)
}

fn one_line(what: &str, text: &str) -> Result<String, Failure> {
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        return Err(Failure::new(format!("{what} has a control character, U+{:04X}", u32::from(control))));
    }
    let text = text.trim();
    if text.is_empty() { Err(Failure::new(format!("{what} is empty"))) } else { Ok(text.to_string()) }
}

fn category_path(text: &str) -> Result<String, Failure> {
    let path = one_line("the category", text)?;
    let path = path.trim_matches('/');
    for part in path.split('/') {
        if let Some(fault) = slug_fault(part) {
            let failure = Failure::new(format!("the category `{path}` cannot be a part of a URL: {fault}"));
            return Err(failure.hint("a category is a path such as politics/elections"));
        }
    }
    Ok(path.to_string())
}

fn slug(headline: &str) -> String {
    let slug = slugify(headline);
    // Of a headline of signs alone nothing is left.
    if slug_fault(&slug).is_some() { "story".to_string() } else { slug }
}

/// Writes a file that was not there, with `-2`, `-3` … where the name is taken; its path.
fn write(
    site: &Path,
    slug: &str,
    folder: &str,
    text: impl Fn(&str) -> Result<String, Failure>,
) -> Result<PathBuf, Failure> {
    let folder = site.join(folder);
    file::make_folders(&folder)
        .map_err(|error| Failure::new(format!("cannot make the folder {}: {error}", folder.display())))?;
    for number in 1..=ATTEMPTS {
        let name = numbered(slug, number);
        let path = folder.join(format!("{name}.md"));
        match file::write_new(&path, text(&name)?.as_bytes()) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Failure::new(format!("cannot write {}: {error}", path.display()))),
        }
    }
    Err(Failure::new(format!("{} has too many stories called {slug}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_yaml::Value;
    use std::fs;

    fn noon() -> Timestamp {
        Zone::utc().parse("2026-11-23T12:00:00Z").unwrap()
    }

    /// The headline as YAML reads it back.
    fn read_back(headline: &str) -> Value {
        let text = front_matter(headline, Some("politics/elections"), "urn:x", noon(), &Zone::utc()).unwrap();
        let yaml = text.strip_prefix("---\n").and_then(|text| text.strip_suffix("---\n")).unwrap();
        assert_eq!(yaml.lines().count(), 4, "{yaml:?}");
        let value: Value = serde_yaml::from_str(yaml).unwrap();
        assert_eq!(value["firstCreated"], Value::from("2026-11-23T12:00:00Z"));
        assert_eq!(value["category"], Value::from("politics/elections"));
        value["headline"].clone()
    }

    #[test]
    fn hostile_headlines_stay_headlines() {
        for headline in [
            "Talks: the end",
            "\"Quoted\" and 'quoted'",
            "back\\slash \\n \\u0041",
            "# no comment",
            "a # b",
            "---",
            "--- a",
            "...",
            "- item",
            "? key",
            "&anchor",
            "*alias",
            "!!int 7",
            "!tag",
            "{a: b}",
            "[a, b]",
            "| block",
            "> folded",
            "@at",
            "`tick`",
            "%YAML 1.2",
            "null",
            "~",
            "yes",
            "No",
            "true",
            "1e3",
            "0x10",
            "2026-11-23",
            "12:30:45",
            ".inf",
            "<<",
            "=",
            "a\u{2028}b\u{2029}c",
            "a\u{feff}b",
            "a\u{ffff}b\u{fffe}c",
            "a\u{a0}b",
            "خبر عاجل: انتخابات",
            "🚀",
            "\u{202e}turned",
        ] {
            assert_eq!(read_back(headline), Value::from(headline), "{headline:?}");
        }
    }

    proptest! {
        #[test]
        fn any_headline_reads_back(headline in "\\PC{1,60}") {
            prop_assume!(!headline.trim().is_empty());
            prop_assert_eq!(read_back(&headline), Value::from(headline.trim()));
        }
    }

    #[test]
    fn control_characters_and_emptiness_are_refused() {
        let refused = |headline, category| front_matter(headline, category, "urn:x", noon(), &Zone::utc()).is_err();
        for headline in ["", "  ", "a\nb", "a\tb", "a\0b", "a\u{1b}[2Jb", "a\u{85}b", "a\u{9b}b", "a\u{7f}"] {
            assert!(refused(headline, None), "{headline:?}");
        }
        for category in ["", "/", "a//b", "../etc", "a/..", "a\nb: c", "a b", "a\\b"] {
            assert!(refused("Talks", Some(category)), "{category:?}");
        }
        assert!(!refused("Talks", Some("/política/elecciones/")));
    }

    #[test]
    fn nothing_is_overwritten() {
        let site = tempfile::tempdir().unwrap();
        let folder = folder(noon(), &Zone::named("Pacific/Auckland").unwrap());
        assert_eq!(folder, "content/2026/11/24");
        let name = |text: &str| {
            let path = write(site.path(), "talks", &folder, |_| Ok(text.to_string())).unwrap();
            (path.file_name().unwrap().to_str().unwrap().to_string(), fs::read_to_string(path).unwrap())
        };
        for (expected, text) in [("talks.md", "1"), ("talks-2.md", "2"), ("talks-3.md", "3")] {
            assert_eq!(name(text), (expected.to_string(), text.to_string()));
        }
        assert_eq!(fs::read_to_string(site.path().join(&folder).join("talks.md")).unwrap(), "1");
        assert_eq!(fs::read_dir(site.path().join(&folder)).unwrap().count(), 3);
    }

    #[test]
    fn a_story_is_named_by_host_time_and_file() {
        assert_eq!(uri("example.org", "talks-2", noon()), "urn:newsml:example.org:20261123:120000-talks-2");
        assert_eq!(uri("localhost:80", "é", noon()), "urn:newsml:localhost%3A80:20261123:120000-%C3%A9");
    }

    #[test]
    fn slugs_always_name_a_file() {
        assert_eq!(slug("Talks resume"), "talks-resume");
        assert_eq!(slug("🚀 …"), "story");
        for long in ["wort ".repeat(90), "é".repeat(300), "خ".repeat(300)] {
            let slug = numbered(&slug(&long), 9_999);
            assert!(slug.ends_with("-9999") && slug_fault(&slug).is_none(), "{slug}");
        }
    }
}
