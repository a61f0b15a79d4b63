//! What readers would have read of an item: a walk over its source that knows elements and keys, and nothing of what became of them.

mod mapped;
mod markup;

use super::follow;
use super::spell::{Speller, Word};
use super::{Known, SAMPLE, Source};
use crate::wire::body::{from_base64, has_tags};
use crate::wire::dom::{Element, Node, lower_case};
use crate::wire::shown::{is_deleted, is_inserted, is_struck};
use crate::wire::work;
use serde_json::{Map, Value};

/// Goes over a source, collects its words and counts those that the story does not have.
pub(super) struct Walk<'k> {
    known: &'k Known<'k>,
    speller: Speller,
    /// Hashes of all words but those that `known` was followed along.
    pub(super) words: Vec<u64>,
    /// About how many words it has gone over: blanks, and one for each text.
    length: usize,
    pub(super) lost: usize,
    /// The first words that are lost.
    pub(super) sample: Vec<String>,
    /// Where the first stands: the offset of its element or line.
    pub(super) at: Option<usize>,
    /// The key of JSON that it stands under.
    pub(super) key: Option<String>,
    here: Option<usize>,
    here_key: Option<String>,
    /// Where the text begins that is gone over as a whole.
    text_at: Option<usize>,
    /// Struck text is deleted, since other text was put in its place.
    is_revised: bool,
    /// A message of lines, in which a tag that is not HTML is text.
    keeps_foreign_tags: bool,
    /// Words are collected alone, not counted.
    is_aside: bool,
}

/// Words that one part of a source has and the story has not.
#[derive(Default)]
struct Lost {
    count: usize,
    sample: Vec<String>,
    at: Option<usize>,
    key: Option<String>,
}

/// Elements inside a line: a word may go on across their borders.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "chron"
            | "cite"
            | "city"
            | "code"
            | "country"
            | "data"
            | "dfn"
            | "em"
            | "event"
            | "font"
            | "function"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "lang"
            | "location"
            | "mark"
            | "money"
            | "name.family"
            | "name.given"
            | "num"
            | "object.title"
            | "org"
            | "person"
            | "pronounce"
            | "q"
            | "region"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "state"
            | "strike"
            | "strong"
            | "sublocation"
            | "tt"
            | "u"
            | "var"
            | "virtloc"
            | "wbr"
    )
}

/// Elements whose content no page shows, and those of which a diagnostic says that a story has no place for them.
fn is_unseen(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "head"
            | "title"
            | "meta"
            | "link"
            | "template"
            | "noscript"
            | "base"
            | "col"
            | "colgroup"
            | "nitf-table-metadata"
            | "iframe"
            | "object"
            | "embed"
            | "svg"
            | "math"
            | "canvas"
            | "applet"
            | "form"
            | "input"
            | "button"
            | "select"
            | "textarea"
            | "media-object"
            | "media-metadata"
    )
}

/// Elements that hold the texts of stories.
const TEXTS: &[&str] = &["inlineXML", "inlineData", "DataContent", "encoded"];

impl<'k> Walk<'k> {
    pub(super) fn new(known: &'k Known<'k>) -> Walk<'k> {
        Walk {
            known,
            speller: Speller::default(),
            words: Vec::with_capacity(super::WORDS),
            length: 0,
            lost: 0,
            sample: Vec::new(),
            at: None,
            key: None,
            here: None,
            here_key: None,
            text_at: None,
            is_revised: false,
            keeps_foreign_tags: false,
            is_aside: false,
        }
    }

    /// The parts of an item that are for readers.
    pub(super) fn source(&mut self, source: Source<'_>) {
        match source {
            Source::Text(text, at) => self.lines(text, at),
            Source::Json(object) => self.object(object),
            Source::Xml(element, _) => self.xml(element),
            Source::Mapped(mapped) => self.mapped(mapped),
        }
    }

    /// All that stands in an item, attributes too, for the words alone.
    pub(super) fn everything(&mut self, source: Source<'_>) {
        self.is_aside = true;
        match source {
            Source::Text(text, _) => self.plain(text),
            Source::Json(object) => {
                let others = object.iter().filter(|(key, _)| !is_text_key(&key.to_ascii_lowercase()));
                others.for_each(|(_, value)| self.all_of_value(value));
            }
            Source::Xml(element, _) => self.all_of_element(element, true),
            Source::Mapped(mapped) => self.all_of_mapped(mapped),
        }
        self.is_aside = false;
    }

    /// All that stands in a document, or all but texts of stories, for the words alone.
    pub(super) fn document(&mut self, root: &Element<'_>, has_texts: bool) {
        self.is_aside = true;
        self.all_of_element(root, has_texts);
        self.is_aside = false;
    }

    fn all_of_value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.marked(text),
            Value::Array(list) => list.iter().for_each(|one| self.all_of_value(one)),
            Value::Object(object) => object.values().for_each(|one| self.all_of_value(one)),
            other => self.plain(&other.to_string()),
        }
    }

    fn all_of_element(&mut self, element: &Element<'_>, has_texts: bool) {
        element.attributes.iter().for_each(|(_, value)| self.plain(value));
        for node in &element.children {
            match node {
                Node::Element(child) if !has_texts && TEXTS.contains(&child.name.as_ref()) => {}
                Node::Element(child) => self.all_of_element(child, has_texts),
                Node::Text(text) => self.marked(text),
            }
        }
    }

    fn take(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        work::spend(text.len());
        if self.is_aside {
            return self.spell(text);
        }
        self.length += memchr::memchr_iter(b' ', text.trim_ascii().as_bytes()).count() + 1;
        let mut rest = text;
        while !rest.is_empty() {
            if !self.speller.is_open()
                && let Some(count) = self.known.follow.borrow_mut().along(rest)
            {
                rest = &rest[count..];
                continue;
            }
            self.spell_open();
            if let Some(start) = self.text_at {
                self.here = Some(start + text.len() - rest.trim_ascii_start().len());
            }
            // All signs before the word at once: a run of them would be looked through again for each of its blanks.
            let start = follow::signs(rest.as_bytes(), 0);
            let blank = rest.as_bytes()[start..].iter().skip(1).position(|b| matches!(b, b' ' | b'\n'));
            let (word, after) = rest.split_at(blank.map_or(rest.len(), |blank| start + blank + 2));
            self.spell(word);
            rest = after;
        }
    }

    /// The beginning of a word of which the story goes on otherwise is spelt as any other.
    fn spell_open(&mut self) {
        let open = self.known.follow.borrow_mut().take_open().map(str::to_string);
        if let Some(open) = open {
            self.spell(&open);
        }
    }

    fn spell(&mut self, text: &str) {
        let Walk { known, speller, words, lost, sample, at, key, here, here_key, is_aside, .. } = self;
        let is_aside = *is_aside;
        speller.text(text, &mut |hash, pieces: &[u64], word: Word<'_>| {
            words.push(hash);
            pieces.iter().for_each(|piece| words.push(*piece));
            if is_aside
                || known.has(hash, word)
                || (!pieces.is_empty() && pieces.iter().all(|piece| known.has_hash(*piece)))
            {
                return;
            }
            *lost += 1;
            if sample.is_empty() {
                *at = *here;
                key.clone_from(here_key);
            }
            if sample.len() < SAMPLE {
                sample.push(word.as_str().to_string());
            }
        });
    }

    fn end(&mut self) {
        if !self.is_aside && !self.known.follow.borrow_mut().end() {
            self.spell_open();
        }
        if self.speller.is_open() {
            // A sign ends the word that is open.
            self.spell(" ");
        }
    }

    /// A text without markup.
    fn plain(&mut self, text: &str) {
        self.take(text);
        self.end();
    }

    /// A message of lines: what stands between STX and ETX, where it has them: the header and the date are for machines.
    fn lines(&mut self, message: &str, at: usize) {
        let start = message.find('\u{2}').map_or(0, |at| at + 1);
        let end = message[start..].find('\u{3}').map_or(message.len(), |end| start + end);
        let text = &message[start..end];
        let mut at = at + start;
        // Tags may reach over lines.
        if has_tags(text) {
            self.here = Some(at);
            return self.marked(text);
        }
        self.keeps_foreign_tags = true;
        // Lines without a sign of markup are gone over as one text.
        let mut rest = text;
        while let Some(sign) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
            let from = memchr::memrchr(b'\n', &rest.as_bytes()[..sign]).map_or(0, |line| line + 1);
            let to = memchr::memchr(b'\n', &rest.as_bytes()[sign..]).map_or(rest.len(), |end| sign + end + 1);
            self.lines_without_markup(&rest[..from], at);
            self.here = Some(at + from);
            self.marked(&rest[from..to]);
            at += to;
            rest = &rest[to..];
        }
        self.lines_without_markup(rest, at);
    }

    fn lines_without_markup(&mut self, text: &str, at: usize) {
        self.text_at = Some(at);
        self.plain(text);
        self.text_at = None;
    }

    // ---- XML ----

    /// Headlines and the like of the envelope, and all of the text.
    fn xml(&mut self, item: &Element<'_>) {
        if item.is("nitf") {
            return self.nitf(item);
        }
        if item.is("NewsItem") && item.child("itemMeta").is_none() {
            return self.newsml1(item);
        }
        if let Some(meta) = item.child("contentMeta") {
            for name in ["headline", "by", "dateline", "description"] {
                meta.all(name).for_each(|child| self.element(child));
            }
        }
        let mut languages: Vec<(Option<&str>, Vec<&Element<'_>>)> = Vec::new();
        for rendition in item.all("contentSet").flat_map(Element::elements) {
            let kind = rendition.attribute("contenttype").unwrap_or("text").to_ascii_lowercase();
            let is_text =
                rendition.is("inlineXML") || ["text", "html", "xml", "nitf"].iter().any(|word| kind.contains(word));
            let is_code = ["css", "script", "calendar", "csv", "vcard", "json"].iter().any(|word| kind.contains(word));
            if is_text && !is_code && !rendition.is("remoteContent") {
                let language = rendition.attribute("lang");
                match languages.iter_mut().find(|(known, _)| *known == language) {
                    Some((_, renditions)) => renditions.push(rendition),
                    None => languages.push((language, vec![rendition])),
                }
            }
        }
        for (_, renditions) in languages {
            self.closest(renditions, |walk, rendition| walk.data(rendition));
        }
    }

    /// Of several renditions of one text, the one that lacks the fewest words counts: they are made for different uses.
    fn closest<T>(&mut self, renditions: Vec<T>, mut go_over: impl FnMut(&mut Self, T)) {
        let before = self.take_lost();
        let mut found: Vec<(usize, Lost)> = Vec::new();
        let start = self.known.follow.borrow().at;
        for rendition in renditions {
            let from = self.length;
            self.end();
            self.known.follow.borrow_mut().at = start;
            go_over(self, rendition);
            found.push((self.length - from, self.take_lost()));
        }
        // A summary is not a rendition of the text.
        let longest = found.iter().map(|(length, _)| *length).max().unwrap_or(0);
        let whole = found.into_iter().filter(|(length, _)| length * 2 >= longest).map(|(_, lost)| lost);
        let best = whole.min_by_key(|lost| lost.count).unwrap_or_default();
        let first = if before.count > 0 { &before } else { &best };
        (self.at, self.key) = (first.at, first.key.clone());
        self.lost = before.count + best.count;
        self.sample = before.sample.into_iter().chain(best.sample).take(SAMPLE).collect();
    }

    fn take_lost(&mut self) -> Lost {
        let count = std::mem::take(&mut self.lost);
        Lost { count, sample: std::mem::take(&mut self.sample), at: self.at.take(), key: self.key.take() }
    }

    fn nitf(&mut self, nitf: &Element<'_>) {
        let body = nitf.child("body").or_else(|| nitf.child("body.content"));
        let Some(body) = body else { return };
        for child in body.elements() {
            if !child.is("body.head") {
                self.element(child);
                continue;
            }
            for name in ["hedline", "headline", "note", "abstract", "byline", "dateline"] {
                child.all(name).for_each(|child| self.element(child));
            }
        }
    }

    fn newsml1(&mut self, element: &Element<'_>) {
        for child in element.elements() {
            if child.is("NewsLines") {
                for name in ["HeadLine", "SubHeadLine", "ByLine", "DateLine", "AdvisoryLine", "NewsLine"] {
                    child.all(name).for_each(|line| match line.child("NewsLineText") {
                        Some(text) => self.element(text),
                        None => self.element(line),
                    });
                }
            } else if child.is("DataContent") {
                self.data(child);
            } else if child.is("NewsComponent")
                || child.is("Encoding")
                || (child.is("ContentItem") && is_text_item(child))
            {
                self.newsml1(child);
            }
        }
    }

    /// The data of a rendition: markup, a string, or Base64.
    fn data(&mut self, element: &Element<'_>) {
        let is_base64 = ["encoding", "Notation"]
            .iter()
            .any(|name| element.attribute(name).is_some_and(|name| name.to_ascii_lowercase().ends_with("base64")));
        if is_base64 {
            self.here = Some(element.at);
            return self.marked(&from_base64(&element.raw_text()).unwrap_or_default());
        }
        if let Some(nitf) = element.child("nitf") {
            return self.nitf(nitf);
        }
        self.is_revised = holds_inserted(element);
        self.element(element);
    }

    fn element(&mut self, element: &Element<'_>) {
        let name = &*lower_case(&element.name);
        if is_unseen(name) || is_deleted(element) || (self.is_revised && is_struck(element)) {
            return;
        }
        if !is_inline(name) {
            self.end();
        }
        work::spend(element.children.len());
        let is_shifted = matches!(name, "sup" | "sub");
        for node in &element.children {
            match node {
                Node::Element(child) => self.element(child),
                Node::Text(text) => {
                    self.here = Some(element.at);
                    if is_shifted { self.shifted(text) } else { self.open_text(text) }
                }
            }
        }
        if !is_inline(name) {
            self.end();
        }
    }

    /// Raised or lowered text, whose figures stand for themselves.
    fn shifted(&mut self, text: &str) {
        for c in text.chars() {
            self.take(c.encode_utf8(&mut [0; 4]));
            if c.is_ascii_digit() {
                self.end();
            }
        }
    }

    // ---- JSON ----

    fn object(&mut self, object: &Map<String, Value>) {
        let mut bodies: Vec<(&String, &Value)> = Vec::new();
        for (key, value) in object {
            let lower = lower_case(key);
            match value {
                Value::Array(list) if matches!(&*lower, "body" | "bodies") => {
                    bodies.extend(list.iter().map(|one| (key, one)));
                    continue;
                }
                _ if is_body_key(&lower) => {
                    bodies.push((key, value));
                    continue;
                }
                _ => {}
            }
            if is_text_key(&lower) {
                self.here_key = Some(key.clone());
                self.value(value);
            }
        }
        self.closest(bodies, |walk, (key, value)| {
            walk.here_key = Some(key.clone());
            walk.value(value);
        });
        self.here_key = None;
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.marked(text),
            Value::Array(list) => list.iter().for_each(|one| self.value(one)),
            Value::Object(object) => {
                for (key, value) in object {
                    if matches!(&*lower_case(key), "value" | "name" | "text" | "by" | "byline") {
                        self.value(value);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a key of JSON holds the text, in whatever form.
fn is_body_key(lower: &str) -> bool {
    lower.starts_with("body") || lower == "bodies"
}

/// Whether a key of JSON holds what readers see.
fn is_text_key(lower: &str) -> bool {
    is_body_key(lower)
        || ["headline", "subheadline", "description", "byline"].iter().any(|name| lower.starts_with(name))
        || matches!(lower, "by" | "dateline")
}

fn holds_inserted(element: &Element<'_>) -> bool {
    element.elements().any(|child| is_inserted(child) || holds_inserted(child))
}

/// Whether a content item of NewsML 1 is text, by its media type.
fn is_text_item(content: &Element<'_>) -> bool {
    let kind = |name: &str| {
        content.child(name).and_then(|child| child.attribute("FormalName")).unwrap_or("").to_ascii_lowercase()
    };
    let (media, mime, format) = (kind("MediaType"), kind("MimeType"), kind("Format"));
    let is_other = ["photo", "picture", "image", "graphic", "video", "audio"].contains(&media.as_str());
    let is_code = [&media, &mime, &format]
        .iter()
        .any(|kind| ["css", "stylesheet", "javascript"].iter().any(|word| kind.contains(word)));
    !is_other && !is_code && !["image/", "video/", "audio/"].iter().any(|kind| mime.starts_with(kind))
}
