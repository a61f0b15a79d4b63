//! What all wire copy has in common, whatever it came in: dateline, byline, notes, end mark, sign-off, boilerplate, headline.
//!
//! A format's reader fills a [`Draft`] with what its fields say; [`Draft::finish`] reads the text itself and gives the story.

use super::block::{Block, Inline, cut_back, cut_front, plain};
use super::body::{self, Body};
use super::dateline;
use super::item::{PubStatus, WireItem};
use super::text::{clean, cut, meaningful};
use super::time::WireTime;
use super::{Context, Notes};
use crate::diag::Code;

/// A story as its fields tell it, before its text is read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) item: WireItem,
    /// A dateline from a field, for copy that has none run in.
    pub(super) dateline_field: Option<String>,
    /// The file names no provider, identifier or both: what makes the story's name instead.
    pub(super) derive_uri_from: Option<String>,
    /// Whether an item without text is an alert by what its fields say.
    pub(super) may_be_empty: bool,
    /// The text was read before: it is an export of a site, without bylines and repeated headlines of the wire.
    pub(super) is_export: bool,
    /// The text as it came.
    pub(super) body: Body,
}

/// Why an item gives no story.
pub(super) enum NoStory {
    /// It claims to be text and has none.
    NoText,
}

impl Draft {
    /// Reads the text and gives the story.
    pub(super) fn finish(mut self, context: &Context, notes: &mut Notes) -> Result<WireItem, NoStory> {
        let body = std::mem::take(&mut self.body);
        self.item.body = body.blocks;
        for what in &body.lost {
            notes.note(Code::WireDropped, format!("{what} in the text was left out: a story has no place for it"));
        }
        for note in body.notes {
            self.item.notes.push(("body".to_string(), note));
        }
        if !body.figures.is_empty() && self.item.associations.is_empty() {
            self.item.associations = body.figures;
        }
        self.texts();
        let mut copy = Copy { item: &mut self.item, notes };
        copy.boilerplate();
        copy.not_for_publication();
        if !self.is_export {
            copy.repeated_lines();
        }
        copy.leading_lines();
        copy.trailing_lines();
        copy.dateline(self.dateline_field.as_deref());
        copy.marks();
        copy.headline();
        copy.dates(context);
        self.uri(notes);
        // Names alone: "By" is the theme's word.
        self.item.by = self.item.by.take().map(|by| byline(&by).map(str::to_string).unwrap_or(by));
        let item = self.item;
        let is_empty = item.body.iter().all(|block| block.is_empty() || *block == Block::Rule);
        let excused =
            item.alert || item.status != PubStatus::Usable || (self.may_be_empty && !item.headline.is_empty());
        if is_empty && !excused {
            return Err(NoStory::NoText);
        }
        let mut item = item;
        if is_empty && item.status != PubStatus::Canceled {
            item.alert = true;
        }
        Ok(item)
    }

    /// Single texts lose markup, control characters and words that mean nothing.
    fn texts(&mut self) {
        let item = &mut self.item;
        item.headline = body::single(&item.headline);
        for text in [
            &mut item.subheadline,
            &mut item.kicker,
            &mut item.slugline,
            &mut item.by,
            &mut item.located,
            &mut item.description,
            &mut item.provider,
            &mut item.credit_line,
            &mut item.copyright_holder,
            &mut item.copyright_notice,
            &mut item.usage_terms,
            &mut item.ed_note,
            &mut item.signoff,
            &mut item.take,
            &mut item.correction,
        ] {
            *text = text.take().and_then(|text| meaningful(body::single(&text)));
        }
        for list in [
            &mut item.keywords,
            &mut item.genres,
            &mut item.places,
            &mut item.people,
            &mut item.organisations,
            &mut item.signals,
            &mut item.replaces,
            &mut item.alt_ids,
            &mut item.subjects,
        ] {
            let mut kept: Vec<String> = Vec::with_capacity(list.len());
            for text in list.drain(..).map(|text| clean(&text)).filter(|text| !text.is_empty()) {
                if !kept.contains(&text) {
                    kept.push(text);
                }
            }
            *list = kept;
        }
        for one in &mut item.associations {
            for text in [&mut one.caption, &mut one.by, &mut one.credit, &mut one.rights] {
                *text = text.take().and_then(|text| meaningful(body::single(&text)));
            }
            one.href = one.href.take().map(|href| clean(&href)).filter(|href| !href.is_empty());
        }
        item.notes = item
            .notes
            .drain(..)
            .map(|(kind, text)| (kind, clean(&text)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        item.language = item.language.take().and_then(|language| language_tag(&language));
        item.uri = clean(&item.uri);
    }

    fn uri(&mut self, notes: &mut Notes) {
        if self.item.version == 0 {
            self.item.version = 1;
        }
        if !self.item.uri.is_empty() {
            return;
        }
        let item = &self.item;
        let from = self.derive_uri_from.as_deref().map(clean).filter(|from| !from.is_empty());
        let provider = item.provider.as_deref().or(item.service.as_deref()).unwrap_or("wire");
        let hash = |text: &str| crate::hash::Hash::of(text.as_bytes()).to_string()[..16].to_string();
        let name = match &from {
            Some(from) => slug(from),
            None => {
                let text: String = item.body.iter().map(Block::plain).collect();
                hash(&format!("{}\n{text}", item.headline))
            }
        };
        self.item.uri = format!("urn:dateline:{}:{name}", slug(provider));
        let how = if from.is_some() { "from its header" } else { "from provider and content" };
        notes.warn(Code::WireUri, format!("the item has no identifier; `{}` was derived {how}", self.item.uri));
    }
}

fn slug(text: &str) -> String {
    let slug = crate::path::slugify(text);
    if slug.is_empty() { crate::hash::Hash::of(text.as_bytes()).to_string()[..16].to_string() } else { slug }
}

/// A BCP 47 tag from what agencies write; `None` for what is none.
fn language_tag(text: &str) -> Option<String> {
    let text = text.trim().replace('_', "-");
    let tag = match text.to_ascii_lowercase().as_str() {
        "eng" | "english" => "en",
        "spa" | "esp" => "es",
        "fre" | "fra" => "fr",
        "ger" | "deu" => "de",
        "swe" => "sv",
        "por" => "pt",
        "ita" => "it",
        "ara" => "ar",
        "" | "x-default" | "und" | "mul" | "zxx" => return None,
        _ => &text,
    };
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or("");
    let good = (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && tag.len() <= 35;
    if !good {
        return None;
    }
    Some(match tag.split_once('-') {
        Some((first, rest)) => format!("{}-{rest}", first.to_ascii_lowercase()),
        None => tag.to_ascii_lowercase(),
    })
}

/// The analysis of one story's text.
struct Copy<'d> {
    item: &'d mut WireItem,
    notes: &'d mut Notes,
}

/// Lines that belong to a web page around the story.
const BOILERPLATE: &[&str] = &[
    "related articles",
    "related stories",
    "related",
    "back to top button",
    "back to top",
    "share",
    "tweet",
    "print",
    "email",
    "read more",
    "advertisement",
    "artículos relacionados",
    "noticias relacionadas",
    "artigos relacionados",
    "notícias relacionadas",
    "leer más",
    "leia mais",
    "lire aussi",
    "articles liés",
    "mehr zum thema",
    "anzeige",
    "publicidad",
    "publicidade",
    "publicité",
    "compartir",
    "partager",
    "teilen",
    "share this article",
    "share this",
    "subscribe",
    "comments",
    "follow us",
];

fn is_boilerplate(text: &str) -> bool {
    let lower = text.to_lowercase();
    let lower = lower.trim_end_matches([':', '.', '!', '…', ' ']);
    BOILERPLATE.contains(&lower)
        || ((lower.starts_with("share on ") || lower.starts_with("follow us on ")) && lower.split(' ').count() <= 5)
}

/// Words that say a text is for desks. Doubt means that nothing after them is published.
const NOT_FOR_PUBLICATION: &[&str] = &[
    "not for publication",
    "not intended for publication",
    "not for release",
    "not be published",
    "nicht zur veröffentlichung",
    "nicht zur publikation",
    "no publicar",
    "no para su publicación",
    "no es para publicación",
    "ne pas publier",
    "non destiné à la publication",
    "não publicar",
    "não se destina a publicação",
    "non per la pubblicazione",
    "niet voor publicatie",
    "ikke til publicering",
    "inte för publicering",
];

/// Whether a text says that it, or what follows, is not for publication.
pub(super) fn says_not_for_publication(text: &str) -> bool {
    if text.chars().count() > 200 {
        return false;
    }
    let lower = text.to_lowercase();
    NOT_FOR_PUBLICATION.iter().any(|words| lower.contains(words))
}

impl Copy<'_> {
    fn paragraph(&self, at: usize) -> Option<String> {
        match self.item.body.get(at)? {
            Block::Paragraph(inlines) => Some(plain(inlines).trim().to_string()),
            _ => None,
        }
    }

    fn boilerplate(&mut self) {
        let mut dropped: Vec<String> = Vec::new();
        self.item.body.retain(|block| {
            let text = match block {
                Block::Paragraph(inlines) | Block::Heading(_, inlines) => plain(inlines),
                _ => return !block.is_empty(),
            };
            let text = text.trim();
            let drop = is_boilerplate(text);
            if drop {
                dropped.push(text.to_string());
            }
            !drop && !text.is_empty()
        });
        for text in dropped {
            self.notes.note(Code::WireDropped, format!("the line `{text}` belongs to a web page and was left out"));
        }
    }

    fn not_for_publication(&mut self) {
        let at = self.item.body.iter().position(|block| match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => says_not_for_publication(&plain(inlines)),
            Block::Pre(text) => says_not_for_publication(text),
            _ => false,
        });
        let Some(mut at) = at else { return };
        // A heading or a row of signs just before it belongs to it.
        while at > 0 && is_lead_in(&self.item.body[at - 1]) {
            at -= 1;
        }
        if at == 0 {
            // All of it is for desks: as an advisory it has no page, and the desk can still read it.
            self.item.advisory = true;
            let message = "the whole item is marked as not for publication: it is kept as an advisory";
            self.notes.warn(Code::WireWithheld, message);
            return;
        }
        let cut: Vec<String> =
            self.item.body.drain(at..).map(|block| block.plain()).filter(|text| !text.is_empty()).collect();
        self.notes.warn(Code::WireWithheld, "text marked as not for publication, and all after it, was taken out");
        self.item.notes.push(("notForPublication".to_string(), cut.join("\n")));
    }

    /// First lines that say again what the fields say.
    fn repeated_lines(&mut self) {
        for _ in 0..6 {
            let text = match self.item.body.first() {
                Some(Block::Paragraph(inlines) | Block::Heading(_, inlines)) => fold(&plain(inlines)),
                _ => return,
            };
            // A sub-headline that is the first sentence of the text belongs to the text.
            let first = self.paragraph(0);
            let is_sentence = first.as_deref().is_some_and(is_text_line);
            if is_sentence && self.item.subheadline.as_deref().is_some_and(|second| fold(second) == text) {
                self.item.subheadline = None;
                return;
            }
            let item = &*self.item;
            let known =
                [Some(item.headline.as_str()), item.subheadline.as_deref(), item.kicker.as_deref(), item.by.as_deref()];
            let repeats = known
                .into_iter()
                .flatten()
                .any(|known| fold(known) == text || without_by(&fold(known)) == without_by(&text));
            if !repeats || self.item.body.len() == 1 {
                return;
            }
            self.item.body.remove(0);
        }
    }

    /// Desk notes, correction notices and bylines before the first real paragraph.
    fn leading_lines(&mut self) {
        let mut at = 0;
        while at < 8 {
            let Some(text) = self.paragraph(at) else {
                // Lists and headings may stand between a note and the byline.
                if at + 1 < self.item.body.len()
                    && matches!(self.item.body[at], Block::List { .. } | Block::Heading(..))
                {
                    at += 1;
                    continue;
                }
                return;
            };
            if let Some(note) = reader_note(&text) {
                self.item.correction.get_or_insert(note);
            } else if is_desk_note(&text) {
                add(&mut self.item.ed_note, &text);
            } else if let Some(name) = byline(&text) {
                let known = self.item.by.as_deref().is_some_and(|known| !is_placeholder(known) && !is_signoff(known));
                if !known {
                    self.item.by = Some(text.clone());
                } else if without_by(&fold(self.item.by.as_deref().unwrap_or(""))) != fold(name)
                    && self.item.body.len() == 1
                {
                    return;
                }
            } else if text.starts_with(['*', '•', '-', '–']) {
                at += 1;
                continue;
            } else {
                return;
            }
            if self.item.body.len() == 1 {
                return;
            }
            self.item.body.remove(at);
        }
    }

    /// End mark, sign-off and credit lines after the last real paragraph.
    fn trailing_lines(&mut self) {
        for _ in 0..8 {
            let Some(last) = self.item.body.len().checked_sub(1) else { return };
            if self.item.body[last] == Block::Rule {
                self.item.body.pop();
                continue;
            }
            let Some(text) = self.paragraph(last) else { return };
            if last == 0 && !is_end_mark(&text) && !is_signoff(&text) {
                break;
            }
            if is_end_mark(&text) || is_rule(&text) {
                self.item.body.pop();
                continue;
            }
            if last > 0 && is_signoff(&text) {
                let signoff = text.trim_matches(['(', ')']).replace("\\/", "/");
                self.item.signoff.get_or_insert(signoff);
                self.item.body.pop();
                continue;
            }
            if last > 0 && is_copyright(&text) {
                self.item.copyright_notice.get_or_insert(text);
                self.item.body.pop();
                continue;
            }
            break;
        }
        if let Some(Block::Paragraph(inlines)) = self.item.body.last_mut() {
            let text = plain(inlines);
            if let Some(cut) = run_in_end_mark(&text) {
                cut_back(inlines, text.len() - cut);
            }
        }
    }

    /// The dateline of the copy, else that of the field. A round-up has one for each part and none of its own.
    fn dateline(&mut self, field: Option<&str>) {
        self.split_table_head();
        let mut found = None;
        let mut others = 0;
        for at in 0..self.item.body.len() {
            let Some(text) = self.paragraph(at) else { continue };
            if let Some(one) = dateline::find(&text) {
                if found.is_none() && at < 12 {
                    found = Some((at, one));
                } else if one.known_agency && one.dateline.place.is_some() {
                    others += 1;
                }
            }
        }
        // The place of a first paragraph counts even if later ones look like datelines; an agency that names itself again does not.
        let round_up = others > 0 && found.as_ref().is_some_and(|(_, one)| one.known_agency);
        if let Some((at, one)) = found.filter(|_| !round_up) {
            let is_whole = if let Some(Block::Paragraph(inlines)) = self.item.body.get_mut(at) {
                let text = plain(inlines);
                let lead = text.len() - text.trim_start().len();
                cut_front(inlines, lead + one.length);
                plain(inlines).trim().is_empty()
            } else {
                false
            };
            if is_whole {
                self.item.body.remove(at);
            }
            self.item.dateline = Some(one.dateline);
            // With the dateline gone, what stands first may be a byline or note again.
            if at == 0 && is_whole {
                self.leading_lines();
            }
        }
        let field = field.and_then(dateline::of_field);
        match (&mut self.item.dateline, field) {
            (None, Some(field)) if !round_up => self.item.dateline = Some(field),
            (Some(own), Some(field)) => {
                own.place = own.place.take().or(field.place);
                own.agency = own.agency.take().or(field.agency);
            }
            _ => {}
        }
    }

    /// A table of columns may have the dateline in its first line.
    fn split_table_head(&mut self) {
        let Some(Block::Pre(text)) = self.item.body.first() else { return };
        let Some((first, rest)) = text.split_once('\n') else { return };
        let first = clean(first);
        if dateline::find(&first).is_some() {
            let rest = body::preformatted(rest.lines());
            self.item.body.splice(0..1, std::iter::once(Block::text(first)).chain(rest));
        }
    }

    /// Marks of a kill or a hold, which stand before the headline or in the slug, in an item that says usable.
    fn marks(&mut self) {
        if self.item.status != PubStatus::Usable {
            return;
        }
        let item = &*self.item;
        let places = [
            ("take", item.take.as_deref()),
            ("slug", item.slugline.as_deref()),
            ("headline", Some(item.headline.as_str())),
        ];
        let found = places.iter().find_map(|(place, text)| {
            let text = text.as_ref()?;
            let mark = if *place == "headline" { leading_mark(text) } else { any_mark(text) };
            mark.map(|mark| (*place, mark))
        });
        if let Some((place, mark)) = found {
            let reason = format!("`{mark}` in the {place} means that the story is withdrawn or held");
            self.notes.warn(Code::WireWithheld, format!("{reason}; it says usable, so it is kept withheld"));
            self.item.hold(reason);
        }
    }

    /// A headline made from the text, where there is none.
    fn headline(&mut self) {
        if !self.item.headline.is_empty() {
            return;
        }
        let from_text = (0..self.item.body.len()).find_map(|at| self.paragraph(at).filter(|text| !text.is_empty()));
        let source = from_text.or_else(|| {
            let heading = self.item.body.iter().map(Block::plain).find(|text| !text.is_empty());
            self.item.slugline.clone().or(heading).or_else(|| self.item.description.clone())
        });
        let Some(source) = source else { return };
        self.item.headline = cut(&clean(&source), 150);
        self.item.headline_derived = true;
        self.notes.warn(
            Code::WireHeadline,
            format!("the item has no headline; `{}` was taken from the text", self.item.headline),
        );
    }

    /// The year of a dateline that has none, and a word about floating times.
    fn dates(&mut self, context: &Context) {
        let item = &mut *self.item;
        if item.first_created.is_none() && item.version_created.is_none() && item.content_created.is_none() {
            let written = item.dateline.as_ref().and_then(|line| line.iso_date.clone());
            let full = written.as_deref().filter(|date| !date.starts_with("--")).and_then(WireTime::parse);
            let partial = written.as_deref().and_then(|date| date.strip_prefix("--"));
            let assumed = match (partial, context.date) {
                (Some(part), Some(day)) => WireTime::parse(&format!("{:04}-{part}", nearest_year(part, day))),
                (None, Some(day)) if full.is_none() => WireTime::parse(&day.to_string()),
                _ => None,
            };
            if full.is_none() {
                let message = match (&assumed, partial) {
                    (Some(day), _) => format!("the copy names no full date; {day} was assumed"),
                    (None, Some(_)) => "the copy names no year; say the day with --date".to_string(),
                    (None, None) => "the copy names no date; say the day with --date".to_string(),
                };
                self.notes.warn(Code::WireTime, message);
            }
            item.content_created = full.or(assumed);
        }
    }
}

/// The year in which a month and day lies nearest before or at a day: copy of late December may arrive in January.
pub(super) fn nearest_year(month_and_day: &str, day: jiff::civil::Date) -> i16 {
    let written = month_and_day.replace('-', "");
    let own = format!("{:02}{:02}", day.month(), day.day());
    let ahead = written.parse::<i32>().unwrap_or(0) - own.parse::<i32>().unwrap_or(0);
    // More than about half a year ahead is the year before.
    if ahead > 600 { day.year() - 1 } else { day.year() }
}

fn add(to: &mut Option<String>, text: &str) {
    match to {
        Some(known) if known.contains(text) => {}
        Some(known) => {
            known.push(' ');
            known.push_str(text);
        }
        None => *to = Some(text.to_string()),
    }
}

/// Whether a line is running text: it ends like a sentence or has a dateline.
fn is_text_line(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(['.', ':', '!', '?', '…', '؟']) || dateline::find(text).is_some()
}

/// For comparison: no case, no quotes, single blanks.
fn fold(text: &str) -> String {
    clean(text).to_lowercase().replace(['“', '”', '"', '„', '«', '»'], "").replace(['‘', '’', '`'], "'")
}

fn without_by(text: &str) -> &str {
    let lower = ["by ", "von ", "por ", "par ", "de ", "av ", "af ", "door ", "di "];
    lower.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text)
}

/// A heading or a row of signs that leads into what is not for publication.
fn is_lead_in(block: &Block) -> bool {
    match block {
        Block::Rule => true,
        Block::Heading(_, inlines) => {
            let text = plain(inlines).to_lowercase();
            text.contains("note") || text.contains("notiz")
        }
        Block::Paragraph(inlines) => {
            let text = plain(inlines);
            let text = text.trim();
            !text.is_empty()
                && (text.chars().all(|c| matches!(c, '*' | '-' | '_' | '=' | '#' | ' ')) || text.starts_with("# "))
        }
        _ => false,
    }
}

/// The name in a line that is a byline and nothing else: `By Jane Doe`, `Von Almut Kipp, dpa`.
pub(super) fn byline(text: &str) -> Option<&str> {
    let words = [
        "By ",
        "BY ",
        "by ",
        "Von ",
        "VON ",
        "Por ",
        "POR ",
        "Par ",
        "PAR ",
        "De ",
        "Di ",
        "Av ",
        "Af ",
        "Door ",
        "بقلم ",
    ];
    let name = words.iter().find_map(|word| text.strip_prefix(word))?.trim();
    let count = name.split(' ').count();
    let is_sentence = name.ends_with(['.', '!', '?', ':']) && !name.ends_with("Jr.") && !name.ends_with("Sr.");
    let begins = name.starts_with(|c: char| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()));
    // Of what remains the words are names, `and` and titles; a verb would make it a sentence.
    let lower = name.split([' ', ',']).filter(|word| word.starts_with(char::is_lowercase)).count();
    let first_three = name.split(' ').take(3).filter(|word| word.starts_with(|c: char| c.is_lowercase())).count();
    (count <= 14 && name.chars().count() <= 100 && !is_sentence && begins && lower * 2 <= count && first_three <= 1)
        .then_some(name)
}

/// The same for a line among header lines, where no sentence stands: `By dpa correspondents`.
pub(super) fn is_header_byline(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or("");
    let is_by = ["By", "BY", "by", "Von", "VON", "Por", "POR", "Par", "PAR", "De", "Av", "Af"].contains(&first);
    byline(text).is_some() || (is_by && (2..=10).contains(&text.split(' ').count()) && !text.ends_with(['.', '!', '?']))
}

fn is_placeholder(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains("staff reporter") || lower.contains("staff writer") || lower.len() < 3
}

/// A correction that readers are told of: `(Corrects …)`, `(In Jan. 3 story, …)`.
fn reader_note(text: &str) -> Option<String> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    let lower = inner.to_lowercase();
    let starts = [
        "corrects",
        "correcting",
        "correction",
        "corrected",
        "in ",
        "berichtigung",
        "korrektur",
        "berichtigt",
        "corrige",
        "corrección",
        "correção",
        "rectification",
        "rectificatif",
        "rettelse",
        "korrigerar",
        "this version corrects",
        "this story corrects",
    ];
    let first = starts.iter().find(|word| lower.starts_with(*word))?;
    let is_story = *first != "in "
        || (lower.contains("story") || lower.contains("item"))
            && (lower.contains("correct") || lower.contains("please read"));
    is_story.then(|| inner.to_string())
}

/// A note in brackets or after `Eds:` that tells desks what is new.
pub(super) fn is_desk_note(text: &str) -> bool {
    let lower = text.to_lowercase();
    if ["eds:", "eds.:", "eds :", "editors:", "note to editors:", "attn:", "attention editors"]
        .iter()
        .any(|word| lower.starts_with(word))
    {
        return true;
    }
    let Some(inner) = lower.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) else { return false };
    let words = [
        "adds",
        "adding",
        "attn",
        "recasts",
        "recast",
        "updates",
        "updating",
        "writes through",
        "releads",
        "new throughout",
        "with ",
        "repeats",
        "refiles",
        "refiling",
        "changes ",
        "edits",
        "eds:",
        "note ",
        "for global distribution",
        "see also",
        "embargoed",
        "foto ",
        "achtung",
        "neu:",
        "zusammenfassung",
        "aktualisierung",
        "actualiza",
        "amplía",
        "amplia",
        "añade",
        "anade",
        "actualise",
        "ajoute",
        "aggiorna",
        "eil",
        "zufa",
        "korr-bericht",
        "updated",
        "clarifies",
        "removes",
        "rewrites",
        "fixes",
        "drops ",
        "tops ",
        "background",
    ];
    words.iter().any(|word| inner.starts_with(word)) && inner.chars().count() <= 400
}

/// A line that is an end mark and nothing else.
fn is_end_mark(text: &str) -> bool {
    const MARKS: &[&str] = &[
        "efe",
        "reuters",
        "reuter",
        "-30-",
        "30",
        "###",
        "# # #",
        "##",
        "(end)",
        "end",
        "ends",
        "the end",
        "enditem",
        "/ritzau/",
        "==kyodo",
        "aap rtv",
        "nnnn",
        "(ansa)",
        "--30--",
        "xxx",
        "(businessdesk)",
        "end of text",
        "/end",
        "- end -",
        "--end--",
        "fim",
        "fin",
        "fine",
        "ende",
        "slut",
        "ansa",
        "kyodo",
        "--",
        "*** end ***",
        "(fin)",
        "(fim)",
        "/tass/",
        "afp",
        "(afp)",
        "-ends-",
        "- ends -",
        "~ends~",
        "endit",
        "(reuters)",
        "//",
        "(ende)",
        "(pti)",
    ];
    let lower = text.trim().to_lowercase();
    if MARKS.contains(&lower.as_str()) {
        return true;
    }
    // `NewsAgency/Fim`, `(EFE)`
    let parts: Vec<&str> = lower.split('/').collect();
    parts.len() == 2
        && matches!(parts[1], "fim" | "fin" | "end" | "ende")
        && parts[0].len() <= 24
        && !parts[0].contains(' ')
}

fn is_rule(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '–' | '—' | ' ' | '^'))
}

/// Where the text ends if an end mark stands after its last sentence.
fn run_in_end_mark(text: &str) -> Option<usize> {
    let trimmed = text.trim_end();
    const MARKS: &[&str] = &[
        "EFE", "REUTERS", "Reuters", "REUTER", "Reuter", "-30-", "###", "Enditem", "/ritzau/", "(END)", "(ANSA)",
        "==Kyodo", "ENDS", "NNNN", "AFP", "(Lusa)", "LUSA",
    ];
    for mark in MARKS {
        if let Some(rest) = trimmed.strip_suffix(mark) {
            let before = rest.trim_end();
            let is_apart = rest.len() > before.len() || mark.starts_with(['(', '#', '/', '=']);
            if is_apart && before.ends_with(['.', '!', '?', '"', '”', '»', ')', '…', ',', '\'', '’']) {
                return Some(before.len());
            }
        }
    }
    None
}

/// A line of initials: `ar-jlr/sc`, `dpa abc yydd n1`, `AFP sn`, `MA // EA`.
pub(super) fn is_signoff(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')']).replace("\\/", "/");
    let count = text.chars().count();
    if !(2..=60).contains(&count) || text.ends_with(['.', '!', '?', ':', ';', ',']) || text.contains(['"', '«', '“'])
    {
        return false;
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let agencies = [
        "dpa", "AFP", "afp", "SDA", "sda", "ats", "AAP", "aap", "EFE", "efe", "AP", "PA", "apa", "APA", "KNA", "ANSA",
        "PRN",
    ];
    if words.len() >= 2 && (agencies.contains(&words[0]) || text.starts_with("AAP RTV")) {
        let rest = &words[1..];
        let initials = rest.iter().all(|word| word.chars().count() <= 12 && word.chars().all(is_initial));
        let short = rest.iter().filter(|word| word.chars().count() <= 4 || word.contains('/')).count();
        let lower = rest.iter().all(|word| !word.chars().any(char::is_uppercase) || *word == "RTV");
        return initials && lower && short * 2 >= rest.len() && words.len() <= 14;
    }
    if count > 40 {
        return false;
    }
    let joined: String = words.join("");
    let parts: Vec<&str> = joined.split(['/', '-']).filter(|part| !part.is_empty()).collect();
    let slashes = joined.contains('/');
    let is_lower = !joined.chars().any(|c| c.is_uppercase());
    let is_upper = !joined.chars().any(|c| c.is_lowercase());
    let initials = parts.len() >= 2
        && parts.iter().all(|part| (1..=5).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic));
    let has_case = joined.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    // Initials of scripts without case hold together by their slashes: `بور/منى/نور`, `ا ف ب/جص`.
    let agency_first = parts.first().is_some_and(|part| agencies.contains(part)) && slashes;
    (initials
        && slashes
        && words.len() <= 5
        && (is_lower || (is_upper && (joined.contains("//") || joined.len() <= 7)) || !has_case))
        || (initials && agency_first && parts.len() == 2)
        || (initials
            && words.len() == 1
            && is_lower
            && has_case
            && joined.contains('-')
            && joined.len() <= 12
            && parts.iter().all(|part| part.len() <= 3))
}

fn is_initial(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '/' | '-')
}

fn is_copyright(text: &str) -> bool {
    let lower = text.to_lowercase();
    (lower.starts_with('©') || lower.starts_with("(c) ") || lower.starts_with("copyright "))
        && text.chars().count() <= 600
}

/// A mark before the headline proper: `KILL-`, `BULLETIN KILL`, `WITHDRAW:`.
fn leading_mark(text: &str) -> Option<&'static str> {
    const MARKS: &[(&str, bool)] = &[
        ("BULLETIN KILL", false),
        ("MANDATORY KILL", false),
        ("STORY KILL", false),
        ("KILL", true),
        ("ELIM", true),
        ("WITHDRAWN", true),
        ("WITHDRAW", true),
        ("HOLD FOR RELEASE", false),
        ("ADVISORY KILL", false),
        ("STORY WITHDRAWN", false),
        ("STORY REMOVED", false),
        ("EMBARGOED", true),
    ];
    let text = text.trim_start_matches(['(', '[', '*', ' ']);
    MARKS.iter().find_map(|(mark, needs_sign)| {
        let rest = text.strip_prefix(mark)?;
        let rest = rest.trim_start_matches([')', ']']);
        let signed = rest.trim_start().starts_with(['-', ':', '–', '—', '.']) || rest.is_empty();
        let border = !rest.starts_with(char::is_alphanumeric);
        (border && (signed || !needs_sign)).then_some(*mark)
    })
}

/// The same mark as a word of a slug or take line.
fn any_mark(text: &str) -> Option<&'static str> {
    let upper = text.to_uppercase();
    let words: Vec<&str> = upper.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // A slug is made of words, so the word alone may be the story's subject; the desk writes the mark in capitals.
    let in_capitals = |mark: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == mark);
    let pair = |a: &str, b: &str| words.windows(2).any(|pair| pair[0] == a && pair[1] == b);
    if pair("BULLETIN", "KILL") || pair("MANDATORY", "KILL") || pair("STORY", "KILL") {
        return Some("KILL");
    }
    for mark in ["KILL", "ELIM", "WITHDRAW", "WITHDRAWN"] {
        let alone = words.len() == 1 && words[0] == mark;
        let is_edge = words.last() == Some(&mark) || words.first() == Some(&mark);
        if alone || (in_capitals(mark) && is_edge) {
            return Some(mark);
        }
    }
    if pair("HOLD", "FOR") && words.contains(&"RELEASE") {
        return Some("HOLD FOR RELEASE");
    }
    None
}

/// A paragraph of one text, for readers of formats without markup.
pub(super) fn paragraph(text: &str) -> Option<Block> {
    let text = clean(text);
    (!text.is_empty()).then(|| Block::Paragraph(vec![Inline::Text(text)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_offs() {
        for text in [
            "ar-jlr/sc",
            "daa/mt/msr",
            "hh/ph/ts/hd",
            "dpa abc yydd n1",
            "AFP sn",
            "SDA/sj",
            "(SDA\\/sj)",
            "MA // EA",
            "بور/منى/نور",
            "ا ف ب/جص",
            "dpa hoe tam mfi mi xxde pba rdp bst wjh",
            "gr/bp",
            "AAP RTV ar",
            "dpa kre/su yysw a3 lön mda",
            "بور/نور/غ ر",
        ] {
            assert!(is_signoff(text), "{text}");
        }
        for text in [
            "He won.",
            "Halden",
            "www.halden.example/news",
            "24/7",
            "One two three",
            "The end of it",
            "dpa reported it today",
        ] {
            assert!(!is_signoff(text), "{text}");
        }
    }

    #[test]
    fn bylines() {
        assert_eq!(byline("By Jane Doe"), Some("Jane Doe"));
        assert_eq!(byline("Von Almut Berg, dpa"), Some("Almut Berg, dpa"));
        assert_eq!(byline("By the time they came it was over"), None);
        assert_eq!(byline("De Halden viajó ayer a la capital para una reunión con el ministro."), None);
    }

    #[test]
    fn marks_of_a_kill() {
        assert_eq!(leading_mark("KILL-Halden strike"), Some("KILL"));
        assert_eq!(leading_mark("STORMS KILL TWO"), None);
        assert_eq!(leading_mark("KILL BILL returns"), None);
        assert_eq!(any_mark("BC-Halden-Strike, BULLETIN KILL"), Some("KILL"));
        assert_eq!(any_mark("BC-US--Storms Kill Two"), None);
        assert_eq!(any_mark("KILL"), Some("KILL"));
    }

    #[test]
    fn languages() {
        for (text, tag) in [
            ("EN", Some("en")),
            ("es-ES", Some("es-ES")),
            ("pt_BR", Some("pt-BR")),
            ("swe", Some("sv")),
            ("x-default", None),
            ("français", None),
        ] {
            assert_eq!(language_tag(text).as_deref(), tag, "{text}");
        }
    }
}
