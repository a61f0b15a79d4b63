//! One story for machines: NewsArticle of schema.org (JSON-LD, for the page's head) and ninjs 3.1, the IPTC's JSON.
//!
//! Both are public. Desk matter (edNote, sign-off, take, notes, priority and the like) is not in `Article`, so it
//! cannot get out here.
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
//! | translation of | `associations` with rel `translationOf` |
//! | the page | `renditions` with name `web` |
//! | text for those who do not see a picture | `descriptions` of its association with role `altText` |

use super::schema::{Breadcrumbs, Step};
use crate::clock::Timestamp;
use crate::load::Texts;
use crate::topics;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;
use std::io;

/// All that the outside may know of one story.
#[derive(Clone, Debug)]
pub struct Article<'a> {
    /// The story's identifier, the same across versions.
    pub uri: &'a str,
    /// Version of the story.
    pub version: u64,
    /// Full address of the story's page.
    pub url: &'a str,
    /// Headline, plain text.
    pub headline: &'a str,
    /// Second headline.
    pub subheadline: Option<&'a str>,
    /// Line over the headline.
    pub kicker: Option<&'a str>,
    /// Summary, plain text.
    pub description: Option<&'a str>,
    /// BCP 47 language.
    pub language: &'a str,
    /// First publication.
    pub published: Timestamp,
    /// Time of this version.
    pub modified: Timestamp,
    /// When this version was written, which may be before it was published.
    pub version_created: Timestamp,
    /// Whether it is an alert, which may have no text.
    pub alert: bool,
    /// When the first version was written, which may be before it was published.
    pub first_created: Option<Timestamp>,
    /// An embargo that has passed.
    pub embargoed: Option<Timestamp>,
    /// When the story stops being of interest.
    pub expires: Option<Timestamp>,
    /// 1 (flash) to 9.
    pub urgency: u8,
    /// Names of the writers.
    pub authors: Vec<&'a str>,
    /// Full addresses of their pages, in the same order; empty where there is none.
    pub author_urls: Vec<String>,
    /// The byline as text; without it the export joins `authors`.
    pub by: Option<&'a str>,
    /// Name of the publisher.
    pub publisher: &'a str,
    /// Full address of the publisher's site.
    pub publisher_url: &'a str,
    /// Name of the section.
    pub section: Option<&'a str>,
    /// The sections from the top to the story's own.
    pub trail: Vec<Step<'a>>,
    /// Keywords.
    pub keywords: Vec<&'a str>,
    /// Subjects.
    pub subjects: Vec<Subject<'a>>,
    /// Place of the dateline.
    pub place: Option<&'a str>,
    /// The dateline as shown, `Tehran, Jan 10 (EFE)`.
    pub dateline: Option<&'a str>,
    /// Where the story comes from, without being its dateline.
    pub located: Option<&'a str>,
    /// The desk's name of the story.
    pub slugline: Option<&'a str>,
    /// The text as HTML.
    pub body_html: &'a str,
    /// Words in the text.
    pub word_count: usize,
    /// What was corrected.
    pub correction: Option<Correction<'a>>,
    /// Who holds the rights.
    pub copyright_holder: Option<&'a str>,
    /// Copyright line.
    pub copyright_notice: Option<&'a str>,
    /// What may be done with the story, in words.
    pub usage_terms: Option<&'a str>,
    /// Credit line.
    pub credit_line: Option<&'a str>,
    /// The agency the story comes from.
    pub provider: Option<&'a str>,
    /// Other identifiers.
    pub alt_ids: Vec<&'a str>,
    /// Code of the IPTC's digital source types, `trainedAlgorithmicMedia`.
    pub digital_source_type: Option<&'a str>,
    /// Published pictures and other media.
    pub associations: Vec<Association<'a>>,
    /// The original of a translation, if it is public.
    pub translation_of: Option<Translation<'a>>,
    /// The published pictures.
    pub images: Vec<Image<'a>>,
    /// Genres by name.
    pub genres: Vec<&'a str>,
    /// People the story is about.
    pub people: Vec<&'a str>,
    /// Organisations the story is about.
    pub organisations: Vec<&'a str>,
    /// Places the story is about.
    pub places: Vec<&'a str>,
    /// Kinds of change, `update`, `correction`.
    pub signals: Vec<&'a str>,
}

/// A subject by code.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// `medtop:20000082`, `subj:11000000`, or a full address.
    pub code: &'a str,
    /// Its name in the language of the story.
    pub name: Option<&'a str>,
}

/// What was corrected, and when.
#[derive(Clone, Copy, Debug)]
pub struct Correction<'a> {
    /// The notice as published.
    pub note: &'a str,
    /// When it was corrected.
    pub date: Option<Timestamp>,
}

/// A picture or another medium that belongs to the story.
#[derive(Clone, Copy, Debug)]
pub struct Association<'a> {
    /// `picture`, `video`, `audio`, `graphic` …
    pub kind: &'a str,
    /// Full address.
    pub href: &'a str,
    /// Caption.
    pub caption: Option<&'a str>,
    /// Who made it.
    pub by: Option<&'a str>,
    /// Credit line.
    pub credit: Option<&'a str>,
    /// Terms of use.
    pub rights: Option<&'a str>,
    /// Copyright line.
    pub copyright_notice: Option<&'a str>,
    /// Text for those who do not see it.
    pub alt_text: Option<&'a str>,
    /// The file itself and its renditions; empty where nothing is known but `href`.
    pub renditions: &'a [Rendition],
}

/// One form of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// `main` for the file itself, `480` for a width, `social` for the cut for social media.
    pub name: String,
    /// Full address.
    pub href: String,
    /// Media type.
    pub content_type: &'static str,
    /// Size in pixels; 0 if unknown.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

/// A picture for JSON-LD; texts are empty where nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Image<'a> {
    /// Full address.
    pub url: &'a str,
    /// Size in pixels; 0 if unknown.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// What else is said of it.
    pub texts: Texts<'a>,
}

/// The story that this one is a translation of.
#[derive(Clone, Copy, Debug)]
pub struct Translation<'a> {
    /// Its identifier.
    pub uri: &'a str,
    /// Full address of its page.
    pub url: &'a str,
}

/// The NewsArticle as JSON-LD, safe inside a script element: no `<`, `>`, `&`, U+2028 or U+2029 stands in it as itself.
pub fn json_ld(article: &Article<'_>) -> String {
    script_safe(&NewsArticle(article))
}

/// A value as JSON that can stand in a script element.
pub(super) fn script_safe(value: &impl Serialize) -> String {
    let mut out = Vec::with_capacity(2048);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, ScriptSafe);
    // Writing to memory does not fail, every key is a string, and JSON of strings is UTF-8.
    value.serialize(&mut serializer).expect("strings become JSON");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// Appends the ninjs 3.1 export.
pub fn ninjs(article: &Article<'_>, out: &mut Vec<u8>) {
    push_json(out, &Ninjs(article));
}

/// Appends what is left of a killed story in ninjs: that it is canceled, and nothing else.
pub fn ninjs_tombstone(uri: &str, version: u64, out: &mut Vec<u8>) {
    let version = version.to_string();
    push_json(out, &Fields::of(&[("uri", uri), ("version", &version), ("pubStatus", "canceled")]));
}

fn push_json(out: &mut Vec<u8>, value: &impl Serialize) {
    // Writing to memory does not fail, and every key is a string.
    serde_json::to_writer(&mut *out, value).expect("strings become JSON");
    out.push(b'\n');
}

struct NewsArticle<'a>(&'a Article<'a>);

impl Serialize for NewsArticle<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let article = self.0;
        let mut map = Map(serializer.serialize_map(None)?);
        map.put("@context", "https://schema.org")?;
        map.put("@type", "NewsArticle")?;
        map.put("mainEntityOfPage", &OwnPage(article))?;
        map.put("url", article.url)?;
        map.put("identifier", article.uri)?;
        map.put("version", &article.version)?;
        map.put("headline", article.headline)?;
        map.text("alternativeHeadline", article.subheadline)?;
        map.text("description", article.description)?;
        map.text("inLanguage", Some(article.language))?;
        map.time("dateCreated", article.first_created)?;
        map.time("datePublished", Some(article.published))?;
        map.time("dateModified", Some(article.modified))?;
        map.time("expires", article.expires)?;
        let authors = if article.authors.is_empty() {
            let provider = article.provider.unwrap_or(article.publisher);
            vec![Fields::of(&[("@type", "Organization"), ("name", provider)])]
        } else {
            let urls = article.author_urls.iter().map(String::as_str).chain(std::iter::repeat(""));
            let people = article.authors.iter().zip(urls);
            people.map(|(name, url)| Fields::of(&[("@type", "Person"), ("name", name), ("url", url)])).collect()
        };
        map.list("author", &authors)?;
        let publisher =
            [("@type", "NewsMediaOrganization"), ("name", article.publisher), ("url", article.publisher_url)];
        map.put("publisher", &Fields::of(&publisher))?;
        map.text("dateline", article.dateline)?;
        if let Some(place) = article.place.or(article.located) {
            map.put("contentLocation", &Fields::of(&[("@type", "Place"), ("name", place)]))?;
        }
        map.text("articleSection", article.section)?;
        let about: Vec<Fields> = article.subjects.iter().map(about).collect();
        map.list("about", &about)?;
        map.list("keywords", &article.keywords)?;
        map.list("genre", &article.genres)?;
        let mut mentions = things("Person", &article.people);
        mentions.extend(things("Organization", &article.organisations));
        mentions.extend(things("Place", &article.places));
        map.list("mentions", &mentions)?;
        map.list("image", &article.images)?;
        if article.word_count > 0 {
            map.put("wordCount", &article.word_count)?;
        }
        if let Some(holder) = article.copyright_holder {
            map.put("copyrightHolder", &Fields::of(&[("@type", "Organization"), ("name", holder)]))?;
        }
        map.text("copyrightNotice", article.copyright_notice)?;
        map.text("creditText", article.credit_line)?;
        // `usageInfo` takes an address or a work; words about usage are a work.
        if let Some(terms) = article.usage_terms {
            map.put("usageInfo", &Fields::of(&[("@type", "CreativeWork"), ("text", terms)]))?;
        }
        if let Some(correction) = article.correction {
            let date = correction.date.map(|date| date.to_string()).unwrap_or_default();
            let fields = [("@type", "CorrectionComment"), ("text", correction.note), ("datePublished", &date)];
            map.put("correction", &Fields::of(&fields))?;
        }
        if let Some(code) = article.digital_source_type {
            map.put("digitalSourceType", &source_type_address(code))?;
        }
        if let Some(original) = article.translation_of {
            let fields = [("@type", "NewsArticle"), ("url", original.url), ("identifier", original.uri)];
            map.put("translationOfWork", &Fields::of(&fields))?;
        }
        map.0.end()
    }
}

/// A length as schema.org has it: a `QuantitativeValue`, with the code of UN/CEFACT for pixels.
struct Pixels(u32);

impl Serialize for Pixels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = Map(serializer.serialize_map(None)?);
        map.put("@type", "QuantitativeValue")?;
        map.put("value", &self.0)?;
        map.put("unitCode", "E37")?;
        map.0.end()
    }
}

impl Serialize for Image<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Texts { caption, by, credit, copyright_notice, web_statement, licensor_url, digital_source_type, .. } =
            self.texts;
        let mut map = Map(serializer.serialize_map(None)?);
        map.put("@type", "ImageObject")?;
        map.put("contentUrl", self.url)?;
        map.put("url", self.url)?;
        if self.width > 0 && self.height > 0 {
            map.put("width", &Pixels(self.width))?;
            map.put("height", &Pixels(self.height))?;
        }
        map.text("caption", Some(caption))?;
        if !by.is_empty() {
            map.put("creator", &Fields::of(&[("@type", "Person"), ("name", by)]))?;
        }
        map.text("creditText", Some(credit))?;
        map.text("copyrightNotice", Some(copyright_notice))?;
        map.text("license", Some(web_statement))?;
        map.text("acquireLicensePage", Some(licensor_url))?;
        map.text("digitalSourceType", Some(digital_source_type))?;
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
        map.0.end()
    }
}

/// The page that a story stands on, and the way to it.
struct OwnPage<'a>(&'a Article<'a>);

impl Serialize for OwnPage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = Map(serializer.serialize_map(None)?);
        map.put("@type", "WebPage")?;
        map.put("@id", self.0.url)?;
        if !self.0.trail.is_empty() {
            let (steps, last) = (&*self.0.trail, (self.0.headline, self.0.url));
            map.put("breadcrumb", &Breadcrumbs { steps, last })?;
        }
        map.0.end()
    }
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
        map.list("infoSources", &with_role("name", &sources))?;
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

fn source_type_address(code: &str) -> String {
    if code.contains("://") {
        code.to_string()
    } else {
        format!("http://cv.iptc.org/newscodes/digitalsourcetype/{code}")
    }
}

/// A subject for JSON-LD. `sameAs` is the address of the Media Topic that means the same where there is one, so that stories
/// from different wires name the same thing.
fn about(subject: &Subject<'_>) -> Fields {
    let name = subject.name.unwrap_or_default();
    let code = topics::Subject::read(subject.code);
    let same = match code {
        topics::Subject::Code(code) => code.same().map(topics::Topic::uri),
        _ => None,
    };
    match same.or_else(|| code.uri()) {
        Some(address) => Fields::of(&[("@type", "Thing"), ("name", name), ("sameAs", &address)]),
        None => Fields::of(&[("@type", "Thing"), ("name", name), ("identifier", subject.code)]),
    }
}

/// A subject for ninjs 3.1, which has neither `code` nor `scheme` any more: the address holds both.
fn subject(subject: &Subject<'_>) -> Fields {
    let name = subject.name.unwrap_or_default();
    match topics::Subject::read(subject.code).uri() {
        Some(address) => Fields::of(&[("name", name), ("rel", "about"), ("uri", &address)]),
        None => Fields::of(&[("name", name), ("rel", "about"), ("literal", subject.code)]),
    }
}

fn things(kind: &str, names: &[&str]) -> Vec<Fields> {
    names.iter().map(|name| Fields::of(&[("@type", kind), ("name", name)])).collect()
}

fn each(key: &'static str, texts: &[&str]) -> Vec<Fields> {
    texts.iter().map(|text| Fields::of(&[(key, text)])).collect()
}

/// Objects of a role and a text under `key`, for each text there is.
fn with_role(key: &'static str, texts: &[(&str, Option<&str>)]) -> Vec<Fields> {
    let texts = texts.iter().filter_map(|(role, text)| Some((*role, text.filter(|text| !text.is_empty())?)));
    texts.map(|(role, text)| Fields::of(&[("role", role), (key, text)])).collect()
}

/// A small JSON object of texts, without the empty ones.
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    fn of(fields: &[(&'static str, &str)]) -> Fields {
        let fields = fields.iter().filter(|(_, text)| !text.is_empty());
        Fields(fields.map(|(key, text)| (*key, text.to_string())).collect())
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, text)| (*key, text)))
    }
}

/// A JSON object in the making, in which what is missing or empty leaves no key.
struct Map<M>(M);

impl<M: SerializeMap> Map<M> {
    fn put<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), M::Error> {
        self.0.serialize_entry(key, value)
    }

    fn text(&mut self, key: &'static str, text: Option<&str>) -> Result<(), M::Error> {
        text.filter(|text| !text.is_empty()).map_or(Ok(()), |text| self.put(key, text))
    }

    fn time(&mut self, key: &'static str, time: Option<Timestamp>) -> Result<(), M::Error> {
        time.map_or(Ok(()), |time| self.put(key, &time.to_string()))
    }

    fn list<T: Serialize>(&mut self, key: &'static str, list: &[T]) -> Result<(), M::Error> {
        if list.is_empty() { Ok(()) } else { self.put(key, list) }
    }
}

/// Writes strings so that they cannot end a script element, begin a comment in it, or break a line of script.
struct ScriptSafe;

impl Formatter for ScriptSafe {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let bytes = fragment.as_bytes();
        // Few texts have any of these, and this look at a text costs much less than the one below.
        if !bytes.iter().fold(false, |found, byte| found | matches!(byte, b'<' | b'>' | b'&' | 0xe2)) {
            return writer.write_all(bytes);
        }
        // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
        let is_unsafe = |at: usize| match bytes[at] {
            b'<' | b'>' | b'&' => true,
            0xe2 => matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])),
            _ => false,
        };
        let mut start = 0;
        for at in (0..bytes.len()).filter(|at| is_unsafe(*at)) {
            writer.write_all(&bytes[start..at])?;
            let c = fragment[at..].chars().next().unwrap_or_default();
            write!(writer, "\\u{:04x}", u32::from(c))?;
            start = at + c.len_utf8();
        }
        writer.write_all(&bytes[start..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const HOSTILE: &str = "</script><script>alert('x')]]> & \"q\" \\ \u{0}\u{b}\u{7f}\u{2028}\u{2029}🚀 عاجل <!-- ]]>";

    fn bare() -> Article<'static> {
        Article {
            uri: "urn:x:1",
            version: 8,
            url: "https://example.org/a/",
            headline: "Talks resume",
            subheadline: None,
            kicker: None,
            description: None,
            language: "en",
            published: Timestamp::EPOCH,
            modified: Timestamp::EPOCH.plus_seconds(60),
            version_created: Timestamp::EPOCH.plus_seconds(60),
            alert: false,
            first_created: None,
            embargoed: None,
            expires: None,
            urgency: 5,
            authors: vec![],
            author_urls: vec![],
            by: None,
            publisher: "Agency",
            publisher_url: "https://example.org/",
            section: None,
            trail: vec![],
            keywords: vec![],
            subjects: vec![],
            place: None,
            dateline: None,
            located: None,
            slugline: None,
            body_html: "",
            word_count: 0,
            correction: None,
            copyright_holder: None,
            copyright_notice: None,
            usage_terms: None,
            credit_line: None,
            provider: None,
            alt_ids: vec![],
            digital_source_type: None,
            associations: vec![],
            translation_of: None,
            images: vec![],
            genres: vec![],
            people: vec![],
            organisations: vec![],
            places: vec![],
            signals: vec![],
        }
    }

    fn hostile() -> Article<'static> {
        let (text, list) = (Some(HOSTILE), vec![HOSTILE]);
        let medium = Association {
            kind: "photo",
            href: HOSTILE,
            caption: text,
            by: text,
            credit: text,
            rights: text,
            copyright_notice: text,
            alt_text: text,
            renditions: &[],
        };
        let texts = Texts {
            alt: HOSTILE,
            caption: HOSTILE,
            by: HOSTILE,
            credit: HOSTILE,
            copyright_notice: HOSTILE,
            usage_terms: HOSTILE,
            web_statement: HOSTILE,
            licensor_url: HOSTILE,
            digital_source_type: HOSTILE,
        };
        Article {
            uri: HOSTILE,
            version: 1_542_761_538,
            url: HOSTILE,
            headline: HOSTILE,
            subheadline: text,
            kicker: text,
            description: text,
            language: HOSTILE,
            published: Timestamp::EPOCH,
            modified: Timestamp::EPOCH,
            version_created: Timestamp::EPOCH,
            alert: false,
            first_created: Some(Timestamp::EPOCH),
            embargoed: Some(Timestamp::EPOCH),
            expires: Some(Timestamp::EPOCH),
            urgency: 12,
            authors: list.clone(),
            author_urls: vec![HOSTILE.to_string()],
            by: text,
            publisher: HOSTILE,
            publisher_url: HOSTILE,
            section: text,
            trail: vec![(HOSTILE, ""), (HOSTILE, HOSTILE)],
            keywords: list.clone(),
            subjects: vec![
                Subject { code: "medtop:20000082", name: text },
                Subject { code: "subj:11000000", name: None },
                Subject { code: HOSTILE, name: text },
            ],
            place: text,
            dateline: text,
            located: text,
            slugline: text,
            body_html: HOSTILE,
            word_count: 7,
            correction: Some(Correction { note: HOSTILE, date: Some(Timestamp::EPOCH) }),
            copyright_holder: text,
            copyright_notice: text,
            usage_terms: text,
            credit_line: text,
            provider: text,
            alt_ids: list.clone(),
            digital_source_type: Some("trainedAlgorithmicMedia"),
            associations: vec![medium, Association { kind: "hologram", caption: None, alt_text: None, ..medium }],
            translation_of: Some(Translation { uri: "urn:x:2", url: HOSTILE }),
            images: vec![Image { url: HOSTILE, width: 3, height: 2, texts }],
            genres: list.clone(),
            people: list.clone(),
            organisations: list.clone(),
            places: list.clone(),
            signals: list,
        }
    }

    fn read_ninjs(article: &Article<'_>) -> Value {
        let mut out = Vec::new();
        ninjs(article, &mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn json_ld_stands_in_a_script_element_and_loses_nothing() {
        let text = json_ld(&hostile());
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\n']), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        for key in ["headline", "alternativeHeadline", "description", "dateline", "articleSection", "identifier"] {
            assert_eq!(value[key], HOSTILE, "{key}");
        }
        assert_eq!(value["author"], json!([{ "@type": "Person", "name": HOSTILE, "url": HOSTILE }]));
        let steps = &value["mainEntityOfPage"]["breadcrumb"]["itemListElement"];
        assert_eq!(steps[0], json!({ "@type": "ListItem", "position": 1, "name": HOSTILE }));
        assert_eq!(steps[2], json!({ "@type": "ListItem", "position": 3, "name": HOSTILE, "item": HOSTILE }));
        assert_eq!(
            value["about"],
            json!([
                { "@type": "Thing", "name": HOSTILE, "sameAs": "http://cv.iptc.org/newscodes/mediatopic/20000082" },
                { "@type": "Thing", "sameAs": "http://cv.iptc.org/newscodes/mediatopic/11000000" },
                { "@type": "Thing", "name": HOSTILE, "identifier": HOSTILE },
            ])
        );
        assert_eq!(value["correction"]["@type"], "CorrectionComment");
        assert_eq!(value["correction"]["datePublished"], "1970-01-01T00:00:00Z");
        assert_eq!(value["version"], 1_542_761_538);
        let image = &value["image"][0];
        assert_eq!(
            (&image["@type"], &image["width"]["value"], &image["height"]["value"]),
            (&json!("ImageObject"), &json!(3), &json!(2))
        );
        for key in ["contentUrl", "caption", "creditText", "copyrightNotice", "license", "acquireLicensePage"] {
            assert_eq!(image[key], HOSTILE, "{key}");
        }
        assert_eq!(image["creator"], json!({ "@type": "Person", "name": HOSTILE }));
        assert_eq!(value["translationOfWork"]["identifier"], "urn:x:2");
    }

    #[test]
    fn json_ld_of_a_bare_story_has_no_empty_keys() {
        let value: Value = serde_json::from_str(&json_ld(&bare())).unwrap();
        assert_eq!(
            value,
            json!({
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "mainEntityOfPage": { "@type": "WebPage", "@id": "https://example.org/a/" },
                "url": "https://example.org/a/",
                "identifier": "urn:x:1",
                "version": 8,
                "headline": "Talks resume",
                "inLanguage": "en",
                "datePublished": "1970-01-01T00:00:00Z",
                "dateModified": "1970-01-01T00:01:00Z",
                "author": [{ "@type": "Organization", "name": "Agency" }],
                "publisher": { "@type": "NewsMediaOrganization", "name": "Agency", "url": "https://example.org/" },
            })
        );
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
        ninjs_tombstone(HOSTILE, 3, &mut out);
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value, json!({ "uri": HOSTILE, "version": "3", "pubStatus": "canceled" }));
    }
}
