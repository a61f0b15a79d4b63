//! A story as NewsArticle of schema.org, in JSON-LD for the head of its page.

use super::article::{Article, Image, Recording, Subject, source_type_address};
use super::json::{Fields, Map, script_safe};
use super::media::iso_length;
use super::schema::Breadcrumbs;
use crate::load::Texts;
use crate::recording::Kind;
use crate::topics;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The NewsArticle as JSON-LD, safe inside a script element: no `<`, `>`, `&`, U+2028 or U+2029 stands in it as itself.
pub(super) fn json_ld(article: &Article<'_>) -> String {
    script_safe(&NewsArticle(article))
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
        let publisher = [
            ("@type", "NewsMediaOrganization"),
            ("name", article.publisher),
            ("url", article.publisher_url),
            ("logo", article.publisher_logo),
        ];
        map.put("publisher", &Fields::of(&publisher))?;
        if let Some(sponsor) = article.sponsor {
            let url = sponsor.url.as_deref().unwrap_or_default();
            map.put("sponsor", &Fields::of(&[("@type", "Organization"), ("name", &sponsor.name), ("url", url)]))?;
        }
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
        let of = |kind| article.recordings.iter().filter(move |one| one.kind == kind).collect::<Vec<_>>();
        map.list("video", &of(Kind::Video))?;
        map.list("audio", &of(Kind::Audio))?;
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

impl Serialize for Recording<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = Map(serializer.serialize_map(None)?);
        map.put("@type", if self.kind == Kind::Video { "VideoObject" } else { "AudioObject" })?;
        map.put("name", &*self.name)?;
        map.put("contentUrl", self.url)?;
        map.text("encodingFormat", Some(self.content_type))?;
        map.text("thumbnailUrl", Some(&self.thumbnail))?;
        map.time("uploadDate", Some(self.published))?;
        if self.milliseconds > 0 {
            map.put("duration", &iso_length(self.milliseconds))?;
        }
        if self.width > 0 && self.height > 0 {
            map.put("width", &Pixels(self.width))?;
            map.put("height", &Pixels(self.height))?;
        }
        map.text("creditText", Some(self.credit))?;
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

fn things(kind: &str, names: &[&str]) -> Vec<Fields> {
    names.iter().map(|name| Fields::of(&[("@type", kind), ("name", name)])).collect()
}

#[cfg(test)]
mod tests {
    use super::super::article::tests::{HOSTILE, bare, hostile};
    use super::*;
    use serde_json::{Value, json};

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
}
