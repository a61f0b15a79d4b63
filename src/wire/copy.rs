//! What all wire copy has in common, whatever it came in: dateline, byline, notes, end mark, sign-off, boilerplate, headline.
//!
//! A format's reader fills a [`RawItem`] with what its fields say; [`RawItem::finish`] reads the text itself and gives the story.

mod advisory;
mod byline;
mod desk_note;
mod embargo;
mod ending;
mod head;
mod kill;
mod language;
mod lead;
mod notes;
mod release;
mod run_in_dateline;
mod tail;
mod withheld;

pub use lead::{Part, part};

pub(super) use byline::{byline, is_byline_title, is_header_byline, reporters, writers};
pub(super) use desk_note::is_desk_note;
pub(super) use embargo::says_embargo;
pub(super) use ending::{is_copyright, is_end_mark, is_service_line, is_signoff};
pub(super) use kill::{any_mark, leading_mark};
pub(super) use notes::says_not_for_publication;
pub(super) use release::is_embargo_role;

use super::block::{Block, Inline, plain};
use super::body::{self, Body};
use super::item::WireItem;
use super::text::{clean, cut, meaningful};
use super::time::WireTime;
use super::{Context, Notes, work};
use crate::diag::Code;
use crate::story::{Correction, Status};
use embargo::is_release_line;
use language::language_tag;
use notes::{correction_field, is_addressed, is_boilerplate};
use rustc_hash::FxHashSet;

/// A story as its fields give it, before its text is read.
#[derive(Debug, Default)]
pub(super) struct RawItem {
    pub(super) item: WireItem,
    /// A dateline from a field, for copy that has none run in.
    pub(super) dateline_field: Option<String>,
    /// The file names no provider, identifier or both: what makes the story's name instead.
    pub(super) derive_uri_from: Option<String>,
    /// Whether an item without text is an alert by what its fields say.
    pub(super) may_be_empty: bool,
    /// The text was read before: it is an export of a site, without bylines and repeated headlines of the wire.
    pub(super) is_export: bool,
    /// Words of fields without a place in a story that may take it back or hold it: an instruction, a type of item.
    pub(super) commands: Vec<String>,
    /// The text as it came.
    pub(super) body: Body,
}

/// Why an item gives no story.
pub(super) enum NoStory {
    /// It claims to be text and has none.
    NoText,
}

impl RawItem {
    /// Reads the text and gives the story.
    pub(super) fn finish(mut self, context: &Context, notes: &mut Notes) -> Result<WireItem, NoStory> {
        let body = std::mem::take(&mut self.body);
        self.item.body = body.blocks;
        self.item.body.iter_mut().filter(|block| is_rule_line(block)).for_each(|block| *block = Block::Rule);
        let meta = &mut self.item.meta;
        for (field, own) in [(&mut meta.provider, context.provider), (&mut meta.language, context.language)] {
            *field = field.take().filter(|text| !text.is_empty()).or_else(|| own.map(str::to_string));
        }
        for what in &body.lost {
            notes.note(Code::WireDropped, format!("{what} in the text was left out: a story has no place for it"));
        }
        if body.has_deleted {
            notes.note(
                Code::WireDropped,
                "text that an editor deleted stood in it as a tracked change and was left out",
            );
        }
        if body.was_encoded_twice {
            notes.warn(Code::WireCharset, super::TWICE);
        }
        for note in body.notes {
            self.item.meta.notes.push(("body".to_string(), note));
        }
        self.item.meta.notes.extend(body.asides.into_iter().map(|text| ("aside".to_string(), text)));
        self.item.meta.kicker = self.item.meta.kicker.take().or(body.kicker);
        self.item.meta.credit_line = self.item.meta.credit_line.take().or(body.source);
        if self.item.meta.associations.is_empty() {
            self.item.meta.associations = body.figures;
        } else {
            // The item lists its pictures itself; what the text says of them stays with the desk.
            let captions = body.figures.into_iter().flat_map(|one| [one.caption, one.by]).flatten();
            self.item.meta.notes.extend(captions.map(|text| ("media".to_string(), text)));
        }
        self.texts();
        let mut copy = Copy { item: &mut self.item, notes };
        copy.desk_address();
        copy.correction_fields();
        copy.boilerplate();
        copy.letter();
        copy.advisory();
        copy.not_for_publication();
        if !self.is_export {
            copy.repeated_lines();
        }
        copy.leading_lines();
        copy.trailing_lines();
        copy.dateline(self.dateline_field.as_deref());
        copy.marks(&self.commands);
        copy.embargo_notes();
        copy.for_sale();
        if !self.is_export {
            copy.values();
        }
        copy.test_message();
        copy.headline();
        copy.dates(context);
        self.uri(notes);
        // Names alone: "By" is the theme's word.
        if let Some(by) = self.item.byline.take() {
            self.item.byline = Some(byline::names(&by).to_string());
            self.item.dropped.push(by);
        }
        let item = self.item;
        let is_empty = item.body.iter().all(|block| block.is_empty() || *block == Block::Rule);
        let excused = item.meta.alert
            || item.meta.status != Status::Usable
            || (self.may_be_empty && !item.meta.headline.is_empty());
        let is_canceled = item.meta.status == Status::Canceled;
        if is_empty && (!excused || (item.meta.headline.is_empty() && !is_canceled)) {
            return Err(NoStory::NoText);
        }
        let mut item = item;
        // What is withheld without a text is not an alert: an editor may still add one.
        if is_empty && item.meta.status == Status::Usable {
            item.meta.alert = true;
        }
        Ok(item)
    }

    /// Single texts lose markup, control characters and words that mean nothing.
    fn texts(&mut self) {
        let item = &mut self.item;
        item.meta.headline = body::single(&item.meta.headline);
        item.meta.headline.truncate(without_line_sign(&item.meta.headline).len());
        // `Port opens EDS-Updates with quotes`: a note behind the headline.
        if let Some(at) = ["EDS-", "EDS:", "Eds:"].iter().filter_map(|word| item.meta.headline.find(word)).min()
            && item.meta.headline[..at].ends_with(' ')
        {
            let note = item.meta.headline.split_off(at);
            item.meta.headline.truncate(item.meta.headline.trim_end().len());
            add(&mut item.meta.ed_note, &note);
        }
        for text in [
            &mut item.meta.subheadline,
            &mut item.meta.kicker,
            &mut item.meta.slugline,
            &mut item.byline,
            &mut item.meta.located,
            &mut item.meta.description,
            &mut item.meta.provider,
            &mut item.meta.credit_line,
            &mut item.meta.copyright_holder,
            &mut item.meta.copyright_notice,
            &mut item.meta.usage_terms,
            &mut item.meta.ed_note,
            &mut item.meta.signoff,
            &mut item.meta.take,
        ] {
            *text = text.take().and_then(|text| meaningful(body::single(&text)));
        }
        item.meta.correction = item.meta.correction.take().and_then(|correction| {
            Some(Correction { note: meaningful(body::single(&correction.note))?, ..correction })
        });
        for list in [
            &mut item.meta.keywords,
            &mut item.meta.genres,
            &mut item.meta.places,
            &mut item.meta.people,
            &mut item.meta.organisations,
            &mut item.meta.signals,
            &mut item.meta.replaces,
            &mut item.meta.alt_ids,
            &mut item.meta.subjects,
        ] {
            let mut seen = FxHashSet::default();
            let cleaned = list.drain(..).map(|text| clean(&text)).filter(|text| !text.is_empty());
            *list = cleaned.filter(|text| seen.insert(text.clone())).collect();
        }
        for one in &mut item.meta.associations {
            for text in [&mut one.caption, &mut one.by, &mut one.credit, &mut one.rights] {
                *text = text.take().and_then(|text| meaningful(body::single(&text)));
            }
            one.href = one.href.take().map(|href| clean(&href)).filter(|href| !href.is_empty() && !is_active(href));
        }
        item.meta.notes = item
            .meta
            .notes
            .drain(..)
            .map(|(kind, text)| (kind, clean(&text)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        item.meta.language = item.meta.language.take().and_then(|language| language_tag(&language));
        if item.meta.language.is_none() {
            // Which way it is written depends on it.
            let words = item.body.iter().take(3).map(Block::plain);
            item.meta.language = language::of_script(&words.fold(item.meta.headline.clone(), |all, text| all + &text))
                .map(str::to_string);
        }
        item.meta.uri = item.meta.uri.take().map(|uri| clean(&uri)).filter(|uri| !uri.is_empty());
    }

    fn uri(&mut self, notes: &mut Notes) {
        self.item.meta.version.get_or_insert(1);
        if self.item.meta.uri.is_some() {
            return;
        }
        // Without an identifier there is no number either, but the copy's own word.
        self.item.meta.version = Some(self.item.version().max(lead::version(&self.item)));
        let item = &self.item;
        let from = self.derive_uri_from.as_deref().map(clean).filter(|from| !from.is_empty());
        let provider = item.meta.provider.as_deref().or(item.meta.wire_service.as_deref()).unwrap_or("wire");
        let hash = |text: &str| crate::hash::Hash::of(text.as_bytes()).to_string()[..16].to_string();
        let name = match &from {
            Some(from) => slug(from),
            None => {
                let text: String = item.body.iter().map(Block::plain).collect();
                hash(&format!("{}\n{text}", item.meta.headline))
            }
        };
        self.item.meta.uri = Some(format!("{DERIVED}{}:{name}", slug(provider)));
        let how = if from.is_some() { "from its header" } else { "from provider and content" };
        notes.warn(Code::WireUri, format!("the item has no identifier; `{}` was derived {how}", self.item.uri()));
    }
}

/// How identifiers begin that an item did not bring itself.
pub const DERIVED: &str = "urn:dateline:";

fn slug(text: &str) -> String {
    let slug = crate::path::slugify(text);
    if slug.is_empty() { crate::hash::Hash::of(text.as_bytes()).to_string()[..16].to_string() } else { slug }
}

/// The analysis of one story's text.
struct Copy<'d> {
    item: &'d mut WireItem,
    notes: &'d mut Notes,
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
        // A note to desks may stand anywhere in the text.
        let mut desk: Vec<String> = Vec::new();
        self.item.body.retain(|block| {
            let text = match block {
                Block::Paragraph(inlines) | Block::Heading(_, inlines) => plain(inlines),
                _ => return !block.is_empty(),
            };
            let text = text.trim();
            // A line about an embargo may, too: `END EMBARGO 0001 GMT MONDAY`.
            if is_addressed(text) || (is_release_line(text) && says_embargo(text)) {
                desk.push(text.to_string());
                return false;
            }
            let drop = is_boilerplate(text);
            if drop {
                dropped.push(text.to_string());
            }
            !drop && !text.is_empty()
        });
        for text in desk {
            add(&mut self.item.meta.ed_note, &text);
        }
        for text in dropped {
            self.notes.note(Code::WireDropped, format!("the line `{text}` belongs to a web page and was left out"));
            self.item.dropped.push(text);
        }
    }

    /// A summary that is an address alone is that of a desk.
    fn desk_address(&mut self) {
        let meta = &mut self.item.meta;
        if let Some(address) = meta.description.take_if(|text| is_mail_alone(text)) {
            meta.notes.push(("contact".to_string(), address));
        }
    }

    /// A correction that stands in a field for notes is for readers, as it is in the text.
    fn correction_fields(&mut self) {
        let item = &mut *self.item;
        if item.meta.correction.is_some() {
            return;
        }
        if let Some(note) = item.meta.ed_note.as_deref().and_then(correction_field) {
            item.meta.correction = Some(note.into());
            item.meta.ed_note = None;
            return;
        }
        let is_open = |kind: &str| !matches!(kind, "nonpublic" | "body") && is_order(kind);
        let found = item.meta.notes.iter().position(|(kind, text)| is_open(kind) && correction_field(text).is_some());
        if let Some(at) = found {
            let (_, text) = item.meta.notes.remove(at);
            item.meta.correction = correction_field(&text).map(Correction::from);
        }
    }

    /// Takes a block off that a rule knows: a field has its words, or nobody needs them.
    fn drop_block(&mut self, at: usize) {
        let block = self.item.body.remove(at);
        self.item.dropped.push(block.plain());
    }

    /// A headline made from the text, where there is none.
    fn headline(&mut self) {
        if !self.item.meta.headline.is_empty() {
            return;
        }
        let from_text = (0..self.item.body.len()).find_map(|at| self.paragraph(at).filter(|text| !text.is_empty()));
        let source = from_text.or_else(|| {
            let heading = self.item.body.iter().map(Block::plain).find(|text| !text.is_empty());
            self.item.meta.slugline.clone().or(heading).or_else(|| self.item.meta.description.clone())
        });
        let Some(source) = source else { return };
        self.item.meta.headline = cut(without_line_sign(&clean(&source)), 150);
        self.item.meta.headline_derived = true;
        self.notes.warn(
            Code::WireHeadline,
            format!("the item has no headline; `{}` was taken from the text", self.item.meta.headline),
        );
    }

    /// The year of a dateline that has none, and a word about floating times.
    fn dates(&mut self, context: &Context) {
        let item = &mut *self.item;
        if item.meta.first_created.is_none()
            && item.meta.version_created.is_none()
            && item.meta.content_created.is_none()
        {
            let written = item.meta.dateline.as_ref().and_then(|line| line.iso_date.clone());
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
            item.meta.content_created = full.or(assumed);
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

/// An address that is a program or holds the file itself.
fn is_active(href: &str) -> bool {
    let scheme = href.split(':').next().unwrap_or("").to_ascii_lowercase();
    href.contains(':') && matches!(scheme.as_str(), "javascript" | "vbscript" | "data" | "file" | "blob")
}

/// `Desk <desk@x.example>`, `desk@x.example`: a text that is an address of mail, with a name of up to three words.
fn is_mail_alone(text: &str) -> bool {
    let (name, address) = text.trim().rsplit_once(' ').unwrap_or(("", text.trim()));
    let address = address.trim_matches(['<', '>', '(', ')']);
    name.split(' ').count() <= 3
        && !name.ends_with([':', ',', '.'])
        && address.split_once('@').is_some_and(|(own, host)| !own.is_empty() && host.contains('.'))
}

/// Kinds of notes that say what to do with a story. Notebooks and contacts speak of other things, also of other people's embargoes.
fn is_order(kind: &str) -> bool {
    !matches!(
        kind,
        "notebook"
            | "contact"
            | "notForPublication"
            | "routing"
            | "media"
            | "body"
            | "aside"
            | "headline"
            | "description"
            | "sender"
            | "signature"
    )
}

/// `Port opens.-` without the sign that ends a line of the desk.
fn without_line_sign(line: &str) -> &str {
    line.strip_suffix(".-").map_or(line, str::trim_end)
}

fn add(to: &mut Option<String>, text: &str) {
    match to {
        Some(known) if !work::spend(known.len()) || known.contains(text) => {}
        Some(known) => {
            known.push(' ');
            known.push_str(text);
        }
        None => *to = Some(text.to_string()),
    }
}

/// `___`, a paragraph of its own, parts what follows from the text.
fn is_rule_line(block: &Block) -> bool {
    let Block::Paragraph(inlines) = block else { return false };
    let [Inline::Text(text)] = inlines.as_slice() else { return false };
    let text = text.trim();
    text.len() >= 3 && text.bytes().all(|b| b == b'_')
}

/// A paragraph of one text, for readers of formats without markup.
pub(super) fn paragraph(text: &str) -> Option<Block> {
    let text = clean(text);
    (!text.is_empty()).then(|| Block::Paragraph(vec![Inline::Text(text)]))
}
