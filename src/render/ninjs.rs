//! A story as ninjs 3.1, the IPTC's JSON.
//!
//! ninjs 3.1 is a closed format: its schema says `unevaluatedProperties: false` for the story and for associations,
//! and `additionalProperties: false` for the objects below, so keys of our own would make an export invalid. But
//! `role` (of headlines, descriptions, sources) and `rel` (of subjects and associations) are free text. There we put
//! what ninjs has no key for; import reads it from there:
//!
//! | ours | in ninjs |
//! |---|---|
//! | subheadline, kicker | `headlines` with role `subheadline`, `kicker` |
//! | description, dateline | `descriptions` with role `summary`, `dateline` |
//! | correction | `descriptions` with role `correction` (its note) and `correctionDate` |
//! | subjects | `subjects` with rel `about`: IPTC's codes as address in `uri`, others in `literal` |
//! | keywords, signals | `subjects` with rel `keyword` (in `name`), `signal` (in `literal`) |
//! | alert | a signal `alert` |
//! | provider, credit line | `infoSources` with role `provider`, `creditLine` |
//! | sponsor | `infoSources` with role `sponsor`, its address in `uri` |
//! | translation of | `associations` with rel `translationOf` |
//! | the page | `renditions` with name `web` |
//! | text for those who do not see a picture | `descriptions` of its association with role `altText` |

use super::article::{Article, Association, Rendition, Subject, Translation, source_type_address};
use super::json::{Fields, Map, push_json};
use crate::topics;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Appends the ninjs 3.1 export.
pub(super) fn story(article: &Article<'_>, out: &mut Vec<u8>) {
    push_json(out, &Ninjs(article));
}

/// Appends what is left of a killed story in ninjs: that it is canceled, and nothing else.
pub(super) fn tombstone(uri: &str, version: u64, out: &mut Vec<u8>) {
    let version = version.to_string();
    push_json(out, &Fields::of(&[("uri", uri), ("version", &version), ("pubStatus", "canceled")]));
}

struct Ninjs<'a>(&'a Article<'a>);

impl Serialize for Ninjs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let article = self.0;
        let mut map = Map(serializer.serialize_map(None)?);
        let schema = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#";
        map.put("standard", &Fields::of(&[("name", "ninjs"), ("version", "3.1"), ("schema", schema)]))?;
        map.put("uri", article.uri)?;
        map.put("type", "text")?;
        map.put("version", &article.version.to_string())?;
        map.time("firstCreated", article.first_created)?;
        map.time("versionCreated", Some(article.version_created))?;
        map.time("embargoedUntil", article.embargoed)?;
        map.time("expires", article.expires)?;
        map.put("pubStatus", "usable")?;
        map.put("urgency", &article.urgency.clamp(1, 9))?;
        map.text("language", Some(article.language))?;
        let headlines =
            [("main", Some(article.headline)), ("subheadline", article.subheadline), ("kicker", article.kicker)];
        map.list("headlines", &with_role("value", &headlines))?;
        let corrected = article.correction.and_then(|correction| correction.date).map(|date| date.to_string());
        let descriptions = [
            ("summary", article.description),
            ("dateline", article.dateline),
            ("correction", article.correction.map(|correction| correction.note)),
            ("correctionDate", corrected.as_deref()),
        ];
        map.list("descriptions", &with_role("value", &descriptions))?;
        let by = article.authors.join(", ");
        map.text("by", article.by.or(Some(&by)))?;
        map.text("slugline", article.slugline)?;
        map.text("located", article.located)?;
        map.put("bodies", &[Body(article)])?;
        let mut subjects: Vec<Fields> = article.subjects.iter().map(subject).collect();
        subjects.extend(article.keywords.iter().map(|name| Fields::of(&[("name", name), ("rel", "keyword")])));
        let alert = article.alert.then_some("alert").filter(|alert| !article.signals.contains(alert));
        let signals = article.signals.iter().copied().chain(alert);
        subjects.extend(signals.map(|code| Fields::of(&[("literal", code), ("rel", "signal")])));
        map.list("subjects", &subjects)?;
        map.list("genres", &each("name", &article.genres))?;
        map.list("people", &each("name", &article.people))?;
        map.list("organisations", &each("name", &article.organisations))?;
        map.list("places", &each("name", &article.places))?;
        let sources = [("provider", article.provider), ("creditLine", article.credit_line)];
        let mut sources = with_role("name", &sources);
        sources.extend(article.sponsor.map(|sponsor| {
            let uri = sponsor.url.as_deref().unwrap_or_default();
            Fields::of(&[("role", "sponsor"), ("name", &sponsor.name), ("uri", uri)])
        }));
        map.list("infoSources", &sources)?;
        map.text("copyrightHolder", article.copyright_holder)?;
        map.text("copyrightNotice", article.copyright_notice)?;
        map.text("usageTerms", article.usage_terms)?;
        if let Some(code) = article.digital_source_type {
            map.put("digitalSourceType", &Fields::of(&[("uri", &source_type_address(code))]))?;
        }
        map.list("altIds", &each("value", &article.alt_ids))?;
        map.put("renditions", &[web_rendition(article.url)])?;
        let mut associated: Vec<Associated> = Vec::new();
        associated
            .extend(article.associations.iter().zip(1..).map(|(medium, number)| Associated::Medium(medium, number)));
        associated.extend(article.translation_of.iter().map(Associated::Original));
        map.list("associations", &associated)?;
        map.0.end()
    }
}

struct Body<'a>(&'a Article<'a>);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("role", "main")?;
        map.serialize_entry("contentType", "text/html")?;
        map.serialize_entry("wordCount", &self.0.word_count)?;
        map.serialize_entry("value", self.0.body_html)?;
        map.end()
    }
}

/// ninjs demands `name` and `uri` of every association.
enum Associated<'a> {
    /// A medium, with its place in the list; its address is the only identifier we know.
    Medium(&'a Association<'a>, usize),
    Original(&'a Translation<'a>),
}

impl Serialize for Associated<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = Map(serializer.serialize_map(None)?);
        match self {
            Associated::Medium(medium, number) => {
                let kind = ninjs_type(medium.kind);
                map.put("name", &format!("{}-{number}", kind.unwrap_or("media")))?;
                map.put("uri", medium.href)?;
                map.text("type", kind)?;
                let descriptions = [("caption", medium.caption), ("altText", medium.alt_text)];
                map.list("descriptions", &with_role("value", &descriptions))?;
                map.text("by", medium.by)?;
                map.list("infoSources", &with_role("name", &[("creditLine", medium.credit)]))?;
                map.text("copyrightNotice", medium.copyright_notice)?;
                map.text("usageTerms", medium.rights)?;
                match medium.renditions {
                    [] => map.put("renditions", &[Fields::of(&[("name", "main"), ("href", medium.href)])])?,
                    renditions => map.put("renditions", renditions)?,
                }
            }
            Associated::Original(original) => {
                map.put("name", "original")?;
                map.put("rel", "translationOf")?;
                map.put("uri", original.uri)?;
                map.put("type", "text")?;
                map.put("renditions", &[web_rendition(original.url)])?;
            }
        }
        map.0.end()
    }
}

impl Serialize for Rendition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = Map(serializer.serialize_map(None)?);
        map.put("name", &*self.name)?;
        map.put("href", &*self.href)?;
        map.text("contentType", Some(self.content_type))?;
        if self.width > 0 && self.height > 0 {
            map.put("width", &self.width)?;
            map.put("height", &self.height)?;
        }
        if self.seconds > 0 {
            map.put("duration", &self.seconds)?;
        }
        map.0.end()
    }
}

/// The types that ninjs lists; the words for "picture" that people use count as one.
fn ninjs_type(kind: &str) -> Option<&str> {
    match kind {
        "image" | "photo" => Some("picture"),
        "text" | "audio" | "video" | "picture" | "graphic" | "composite" | "component" | "event" | "planning" => {
            Some(kind)
        }
        _ => None,
    }
}

fn web_rendition(url: &str) -> Fields {
    Fields::of(&[("name", "web"), ("href", url), ("contentType", "text/html")])
}

/// A subject for ninjs 3.1, which has neither `code` nor `scheme` any more: the address holds both.
fn subject(subject: &Subject<'_>) -> Fields {
    let name = subject.name.unwrap_or_default();
    match topics::Subject::read(subject.code).uri() {
        Some(address) => Fields::of(&[("name", name), ("rel", "about"), ("uri", &address)]),
        None => Fields::of(&[("name", name), ("rel", "about"), ("literal", subject.code)]),
    }
}

fn each(key: &'static str, texts: &[&str]) -> Vec<Fields> {
    texts.iter().map(|text| Fields::of(&[(key, text)])).collect()
}

/// Objects of a role and a text under `key`, for each text there is.
fn with_role(key: &'static str, texts: &[(&str, Option<&str>)]) -> Vec<Fields> {
    let texts = texts.iter().filter_map(|(role, text)| Some((*role, text.filter(|text| !text.is_empty())?)));
    texts.map(|(role, text)| Fields::of(&[("role", role), (key, text)])).collect()
}

#[cfg(test)]
mod tests {
    use super::super::article::tests::{HOSTILE, hostile};
    use super::*;
    use serde_json::{Value, json};

    fn read_ninjs(article: &Article<'_>) -> Value {
        let mut out = Vec::new();
        story(article, &mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn ninjs_loses_nothing() {
        let value = read_ninjs(&hostile());
        assert_eq!(value["version"], "1542761538");
        assert_eq!(value["urgency"], 9);
        assert_eq!(
            value["headlines"],
            json!([
                { "role": "main", "value": HOSTILE },
                { "role": "subheadline", "value": HOSTILE },
                { "role": "kicker", "value": HOSTILE },
            ])
        );
        assert_eq!(value["descriptions"][3], json!({ "role": "correctionDate", "value": "1970-01-01T00:00:00Z" }));
        assert_eq!(
            value["bodies"],
            json!([{ "role": "main", "contentType": "text/html", "wordCount": 7, "value": HOSTILE }])
        );
        assert_eq!(
            value["subjects"][1],
            json!({ "rel": "about", "uri": "http://cv.iptc.org/newscodes/subjectcode/11000000" })
        );
        assert_eq!(value["subjects"][2], json!({ "name": HOSTILE, "rel": "about", "literal": HOSTILE }));
        assert_eq!(value["subjects"][3], json!({ "name": HOSTILE, "rel": "keyword" }));
        assert_eq!(value["subjects"][4], json!({ "literal": HOSTILE, "rel": "signal" }));
        assert_eq!(value["associations"][0]["name"], "picture-1");
        assert_eq!(value["associations"][0]["type"], "picture");
        assert_eq!(value["associations"][1]["name"], "media-2");
        assert_eq!(value["associations"][1].get("descriptions"), None);
        assert_eq!(value["associations"][2]["rel"], "translationOf");
    }

    /// The keys that the schema of 3.1 has for a story; it forbids all others.
    #[test]
    fn ninjs_has_no_key_that_the_schema_forbids() {
        let known = "uri type representationType profile version firstCreated versionCreated contentCreated \
            embargoedUntil pubStatus urgency copyrightHolder copyrightNotice usageTerms language descriptions \
            bodies headlines people organisations places subjects infoSources by slugline located renditions \
            associations altIds standard genres expires digitalSourceType";
        let known: Vec<&str> = known.split_whitespace().collect();
        let value = read_ninjs(&hostile());
        for key in value.as_object().unwrap().keys() {
            assert!(known.contains(&key.as_str()), "{key}");
        }
        for association in value["associations"].as_array().unwrap() {
            let association = association.as_object().unwrap();
            assert!(association.contains_key("name") && association.contains_key("uri"));
            for key in association.keys() {
                assert!(known.contains(&key.as_str()) || ["name", "rel"].contains(&key.as_str()), "{key}");
            }
        }
    }

    #[test]
    fn ninjs_has_the_renditions_of_a_picture() {
        let rendition = |name: &str, width| Rendition {
            name: name.to_string(),
            href: format!("https://example.org/{name}"),
            content_type: "image/webp",
            width,
            height: width / 2,
            seconds: 0,
        };
        let mut article = hostile();
        let renditions = [rendition("main", 0), rendition("480", 480)];
        article.associations[0].renditions = &renditions;
        let association = &read_ninjs(&article)["associations"][0];
        let small = json!({ "name": "480", "href": "https://example.org/480", "contentType": "image/webp", "width": 480, "height": 240 });
        assert_eq!(association["renditions"][1], small);
        assert_eq!(association["renditions"][0].get("width"), None);
        assert_eq!(association["descriptions"][1], json!({ "role": "altText", "value": HOSTILE }));
    }

    #[test]
    fn a_tombstone_says_three_things() {
        let mut out = Vec::new();
        tombstone(HOSTILE, 3, &mut out);
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value, json!({ "uri": HOSTILE, "version": "3", "pubStatus": "canceled" }));
    }
}
