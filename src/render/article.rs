//! One story for machines: the facts for NewsArticle of schema.org and for ninjs.
//!
//! Both are public. Desk matter (edNote, sign-off, take, notes, priority and the like) is not in `Article`, so it
//! cannot get out here.

use super::schema::Step;
use crate::clock::Timestamp;
use crate::load::Texts;
use crate::recording;
use crate::story::Sponsor;

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
    /// Full address of the publisher's logo, or empty.
    pub publisher_logo: &'a str,
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
    /// Who paid for it.
    pub sponsor: Option<&'a Sponsor>,
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
    /// The published audio and video.
    pub recordings: Vec<Recording<'a>>,
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
    /// How long audio or video is, in seconds; 0 if unknown.
    pub seconds: u32,
}

/// Audio or video for JSON-LD; texts are empty where nothing is said.
#[derive(Clone, Debug)]
pub struct Recording<'a> {
    /// Whether it is heard or watched.
    pub kind: recording::Kind,
    /// Full address.
    pub url: &'a str,
    /// Media type.
    pub content_type: &'static str,
    /// Its caption, or the story's headline.
    pub name: String,
    /// Full address of a picture of it.
    pub thumbnail: String,
    /// When it was published.
    pub published: Timestamp,
    /// How long it is; 0 if unknown.
    pub milliseconds: u32,
    /// Size in pixels; 0 if unknown.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// Who made it.
    pub credit: &'a str,
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

/// The address of a digital source type, for a code of the IPTC's vocabulary or an address.
pub(super) fn source_type_address(code: &str) -> String {
    if code.contains("://") {
        code.to_string()
    } else {
        format!("http://cv.iptc.org/newscodes/digitalsourcetype/{code}")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::render) const HOSTILE: &str =
        "</script><script>alert('x')]]> & \"q\" \\ \u{0}\u{b}\u{7f}\u{2028}\u{2029}🚀 عاجل <!-- ]]>";

    pub(in crate::render) fn bare() -> Article<'static> {
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
            publisher_logo: "",
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
            sponsor: None,
            alt_ids: vec![],
            digital_source_type: None,
            associations: vec![],
            translation_of: None,
            images: vec![],
            recordings: vec![],
            genres: vec![],
            people: vec![],
            organisations: vec![],
            places: vec![],
            signals: vec![],
        }
    }

    /// A sponsor that every hostile article has.
    fn sponsor() -> &'static Sponsor {
        static SPONSOR: std::sync::LazyLock<Sponsor> =
            std::sync::LazyLock::new(|| Sponsor { name: HOSTILE.to_string(), url: Some("https://e.org/".to_string()) });
        &SPONSOR
    }

    pub(in crate::render) fn hostile() -> Article<'static> {
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
            publisher_logo: HOSTILE,
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
            sponsor: Some(sponsor()),
            alt_ids: list.clone(),
            digital_source_type: Some("trainedAlgorithmicMedia"),
            associations: vec![medium, Association { kind: "hologram", caption: None, alt_text: None, ..medium }],
            translation_of: Some(Translation { uri: "urn:x:2", url: HOSTILE }),
            recordings: vec![Recording {
                kind: recording::Kind::Video,
                url: HOSTILE,
                content_type: "video/mp4",
                name: HOSTILE.to_string(),
                thumbnail: HOSTILE.to_string(),
                published: Timestamp::EPOCH,
                milliseconds: 125_000,
                width: 640,
                height: 360,
                credit: HOSTILE,
            }],
            images: vec![Image { url: HOSTILE, width: 3, height: 2, texts }],
            genres: list.clone(),
            people: list.clone(),
            organisations: list.clone(),
            places: list.clone(),
            signals: list,
        }
    }
}
