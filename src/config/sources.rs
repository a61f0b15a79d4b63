//! `sources:` in the settings: what a newsroom knows about its feeds that their files do not say.

use super::mapping::{self, Mapping};
use super::places::{self, Step};
use super::{FILE, section_path, yes_no};
use crate::clock::Zone;
use crate::diag::{Code, Diagnostic, Location, Result};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The words for formats, as `import --json` has them.
pub const FORMATS: &[&str] = &[
    "newsml-g2",
    "newsml-1",
    "nitf",
    "ninjs",
    "ap-media",
    "digitalwires",
    "reuters-connect",
    "afp-core",
    "json-feed",
    "rss",
    "atom",
    "iptc7901",
    "anpa1312",
    "plain",
    "mail",
];

/// Where wire copy comes from. What an item says itself goes before what is known of its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// What it is called in the settings.
    pub name: String,
    /// Its drop folder: absolute, or below the site's folder.
    pub drop: Option<PathBuf>,
    /// The one format that it sends, a word of [`FORMATS`].
    pub format: Option<String>,
    /// The file that says how its own format of JSON or XML is read, below the site's folder.
    pub mapping_file: Option<String>,
    /// What this file says; [`read_mappings`] reads it.
    pub mapping: Option<Mapping>,
    /// The character set of files that are not UTF-8 and declare none.
    pub charset: Option<&'static Encoding>,
    /// The zone of times that name none.
    pub zone: Option<Zone>,
    /// The provider of items that name none.
    pub provider: Option<String>,
    /// The language of items that name none, a BCP 47 tag.
    pub language: Option<String>,
    /// The section of stories that nothing else gives one, in place of `default_category`.
    pub category: Option<String>,
    /// Whether its stories are public without an editor.
    pub trust: Trust,
    /// What becomes of items without an identifier.
    pub without_uri: WithoutUri,
    /// Whether its text is wire copy, though nothing in it shows that.
    pub is_copy: bool,
    /// Whether what its feed calls a summary is the text of the story.
    pub summary_is_text: bool,
}

/// Whether the stories of a source are public without an editor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// At once, as far as the items themselves are.
    #[default]
    Public,
    /// When an editor says so in the file of the story. Withdrawals count at once.
    Withheld,
}

/// What becomes of items without an identifier: a later version of such a story cannot be told from another story for certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WithoutUri {
    /// One is made from their header or their text.
    #[default]
    Derive,
    /// The same, and the story is kept withheld.
    Withhold,
    /// They are not imported, and their file is in error.
    Refuse,
}

/// The words for [`Trust`].
pub(super) const TRUST: &[&str] = &["public", "withheld"];
/// The words for [`WithoutUri`].
pub(super) const WITHOUT_URI: &[&str] = &["derive", "withhold", "refuse"];

/// A source as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSource {
    drop: Option<String>,
    format: Option<String>,
    mapping: Option<String>,
    charset: Option<String>,
    time_zone: Option<String>,
    provider: Option<String>,
    language: Option<String>,
    category: Option<String>,
    trust: Trust,
    without_uri: WithoutUri,
    #[serde(deserialize_with = "yes_no::required")]
    copy: bool,
    #[serde(deserialize_with = "yes_no::required")]
    summary_is_text: bool,
}

/// Checks the sources. `text` is that of `dateline.yaml`.
pub(super) fn check(raw: BTreeMap<String, RawSource>, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for (name, raw) in raw {
        let mut fault = |key: &str, message: String, hint: &str| diagnostics.push(at(text, &name, key, message, hint));
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) {
            let message =
                format!("`{}` is not a valid name for a source: letters, digits, - and _", name.escape_debug());
            fault("", message, "");
        }
        let charset = raw.charset.as_deref().and_then(|label| {
            let encoding = Encoding::for_label(label.trim().as_bytes())
                .filter(|encoding| ![UTF_16LE, UTF_16BE].contains(encoding) && encoding.name() != "replacement");
            if encoding.is_none() {
                let hint = "write a name of the WHATWG list, as iso-8859-15, windows-1250 or shift_jis";
                fault("charset", format!("`{label}` is not a character set that a source can have"), hint);
            }
            encoding
        });
        let zone = raw.time_zone.as_deref().and_then(|zone| {
            let named = Zone::named(zone);
            if named.is_none() {
                fault("time_zone", format!("`{zone}` is not a time zone"), "write a name as in Europe/Lisbon, or UTC");
            }
            named
        });
        if let Some(format) = raw.format.as_deref().filter(|format| !FORMATS.contains(format)) {
            fault("format", format!("`{format}` is not a format; expected one of {}", FORMATS.join(", ")), "");
        }
        if raw.mapping.is_some() && raw.format.is_some() {
            let message = "`format` and `mapping` exclude each other".to_string();
            fault("mapping", message, "a mapping is for formats that dateline does not know");
        }
        if let Some(path) = raw.category.as_ref().filter(|path| section_path(path).as_ref() != Some(path)) {
            fault("category", format!("`{path}` is not a section path"), "");
        }
        let drop = raw.drop.map(PathBuf::from);
        if let Some(other) = sources.iter().find(|other| drop.is_some() && other.drop == drop) {
            let message = format!("the drop folder of `{}` is that of `{name}` too", other.name);
            fault("drop", message, "give each source a folder of its own");
        }
        sources.push(Source {
            drop,
            format: raw.format,
            mapping_file: raw.mapping,
            mapping: None,
            charset,
            zone,
            provider: raw.provider,
            language: raw.language,
            category: raw.category,
            trust: raw.trust,
            without_uri: raw.without_uri,
            is_copy: raw.copy,
            summary_is_text: raw.summary_is_text,
            name,
        });
    }
    sources
}

/// Reads the mappings of the sources. `text` is that of `dateline.yaml`.
pub(super) fn read_mappings(root: &Path, sources: &mut [Source], text: &str) -> Result<()> {
    for source in sources {
        let Some(file) = &source.mapping_file else { continue };
        let Some(own) = super::read(root, file)? else {
            let message = format!("there is no file {}", file.escape_debug());
            let hint = "the path is relative to the site's folder; docs/wire.md shows how a mapping is written";
            return Err(at(text, &source.name, "mapping", message, hint).into());
        };
        source.mapping = Some(mapping::read(&own, file)?);
    }
    Ok(())
}

fn at(text: &str, name: &str, key: &str, message: String, hint: &str) -> Diagnostic {
    let path = [Step::Key("sources", 0), Step::Key(name, 0), Step::Key(key, 0)];
    let place = if key.is_empty() { places::of_key(text, &path[..2]) } else { places::of_value(text, &path) };
    let (line, column) = place.unwrap_or((1, 1));
    let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column));
    if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(yaml: &str) -> std::result::Result<Vec<Source>, Vec<String>> {
        let text = format!("title: T\nbase_url: https://example.org/\ntime_zone: UTC\nsources:\n{yaml}");
        let site = tempfile::tempdir().unwrap();
        crate::file::write_atomic(&site.path().join(FILE), text.as_bytes(), false).unwrap();
        let config = super::super::load(site.path());
        config.map(|config| config.sources).map_err(|error| error.diagnostics.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_known_of_a_source() {
        let sources = checked(
            "  dpa:\n    drop: drop/dpa\n    format: nitf\n    charset: latin1\n    time_zone: Europe/Berlin\n    provider: dpa\n    \
             language: de\n    category: politics/elections\n    trust: withheld\n    without_uri: refuse\n    copy: yes\n    \
             summary_is_text: on\n  plain:\n",
        )
        .unwrap();
        let [dpa, plain] = &sources[..] else { panic!("two sources") };
        assert_eq!((dpa.name.as_str(), dpa.drop.as_deref()), ("dpa", Some("drop/dpa".as_ref())));
        assert_eq!(dpa.charset.map(Encoding::name), Some("windows-1252"));
        assert_eq!(dpa.zone.as_ref().map(Zone::name), Some("Europe/Berlin"));
        assert_eq!((dpa.trust, dpa.without_uri), (Trust::Withheld, WithoutUri::Refuse));
        assert_eq!((dpa.is_copy, dpa.summary_is_text), (true, true));
        assert_eq!((plain.name.as_str(), plain.trust, plain.is_copy), ("plain", Trust::Public, false));
    }

    #[test]
    fn what_is_wrong_with_a_source_has_its_place() {
        for (yaml, message) in [
            (
                "  a: { charset: utf-16 }\n",
                "dateline.yaml:5:17: error: `utf-16` is not a character set that a source can have",
            ),
            ("  a:\n    time_zone: Berlin\n", "dateline.yaml:6:16: error: `Berlin` is not a time zone"),
            ("  a:\n    category: /politics\n", "dateline.yaml:6:15: error: `/politics` is not a section path"),
            (
                "  a b: {}\n",
                "dateline.yaml:5:3: error: `a b` is not a valid name for a source: letters, digits, - and _",
            ),
            (
                "  a: { drop: in }\n  b: { drop: in }\n",
                "dateline.yaml:6:14: error: the drop folder of `a` is that of `b` too",
            ),
        ] {
            assert_eq!(checked(yaml).unwrap_err(), [message]);
        }
        assert!(
            checked("  a:\n    format: xml\n").unwrap_err()[0]
                .starts_with("dateline.yaml:6:13: error: `xml` is not a format")
        );
        for (yaml, message) in [
            ("  a: { mapping: m.yaml }\n", "dateline.yaml:5:17: error: there is no file m.yaml"),
            (
                "  a: { mapping: m.yaml, format: nitf }\n",
                "dateline.yaml:5:17: error: `format` and `mapping` exclude each other",
            ),
        ] {
            assert_eq!(checked(yaml).unwrap_err(), [message]);
        }
        assert!(checked("  a:\n    trust: yes\n").unwrap_err()[0].starts_with("dateline.yaml:6:"));
    }
}
