//! What all wire copy has in common, whatever it came in: dateline, byline, notes, end mark, sign-off, boilerplate, headline.
//!
//! A format's reader fills a [`RawItem`] with what its fields say; [`RawItem::finish`] reads the text itself and gives the story.

mod advisory;
mod byline;
mod edition;
mod ending;
mod kill;
mod language;
mod notes;
mod release;

pub use edition::{Part, part};

pub(super) use byline::{byline, is_byline_title, is_header_byline, writers};
pub(super) use ending::{is_copyright, is_end_mark, is_signoff};
pub(super) use kill::{any_mark, leading_mark};
pub(super) use notes::{is_desk_note, says_embargo, says_not_for_publication};
pub(super) use release::is_embargo_role;

use super::block::{Block, Inline, cut_back, cut_front, plain};
use super::body::{self, Body};
use super::dateline;
use super::item::WireItem;
use super::text::{clean, cut, meaningful};
use super::time::WireTime;
use super::{Context, Notes, work};
use crate::diag::Code;
use crate::story::{Correction, Status};
use byline::{is_placeholder, last_byline, without_by};
use ending::{is_desk_line, is_rule, run_in_ending, without_closing};
use kill::Mark;
use kill::{in_note, in_signal};
use language::language_tag;
use notes::{correction_field, is_addressed, is_boilerplate, is_lead_in, is_letter, is_release_line, reader_note};
use rustc_hash::FxHashSet;

/// A story as its fields tell it, before its text is read.
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
        if is_empty && item.meta.status != Status::Canceled {
            item.meta.alert = true;
        }
        Ok(item)
    }

    /// Single texts lose markup, control characters and words that mean nothing.
    fn texts(&mut self) {
        let item = &mut self.item;
        item.meta.headline = body::single(&item.meta.headline);
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
        self.item.meta.version = Some(self.item.version().max(edition::edition(&self.item)));
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

    /// A letter of the agency to its customers is an advisory.
    fn letter(&mut self) {
        let is_letter = is_letter(&self.item.meta.headline) || self.paragraph(0).is_some_and(|text| is_letter(&text));
        if !self.item.meta.advisory && is_letter {
            self.item.meta.advisory = true;
            let message = "the text is a letter to those who receive the wire: it is kept as an advisory";
            self.notes.warn(Code::WireWithheld, message);
        }
    }

    /// A diary, schedule or notice for desks is an advisory, whatever field says so.
    fn advisory(&mut self) {
        if self.item.meta.advisory {
            return;
        }
        let Some((place, words)) = advisory::found(self.item) else { return };
        self.item.meta.advisory = true;
        let words: String = words.chars().take(60).collect();
        let message = format!("`{words}` in the {place} marks a text for desks: it is kept as an advisory");
        self.notes.warn(Code::WireWithheld, message);
    }

    /// A test of the line is no story.
    fn test_message(&mut self) {
        if self.item.meta.status == Status::Usable && advisory::is_test(self.item) {
            let reason = "the item is a test message";
            self.notes.warn(Code::WireWithheld, format!("{reason}; it is kept withheld"));
            self.item.hold(reason);
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
            self.item.meta.advisory = true;
            let message = "the whole item is marked as not for publication: it is kept as an advisory";
            self.notes.warn(Code::WireWithheld, message);
            return;
        }
        let cut: Vec<String> =
            self.item.body.drain(at..).map(|block| block.plain()).filter(|text| !text.is_empty()).collect();
        self.notes.warn(Code::WireWithheld, "text marked as not for publication, and all after it, was taken out");
        self.item.meta.notes.push(("notForPublication".to_string(), cut.join("\n")));
    }

    /// First lines that say again what the fields say.
    fn repeated_lines(&mut self) {
        for _ in 0..6 {
            let text = match self.item.body.first() {
                Some(Block::Paragraph(inlines) | Block::Heading(_, inlines)) => plain(inlines),
                _ => return,
            };
            let item = &*self.item;
            let fields = [
                Some(item.meta.headline.as_str()),
                item.meta.subheadline.as_deref(),
                item.meta.kicker.as_deref(),
                item.byline.as_deref(),
            ];
            let longest = fields.into_iter().flatten().map(str::len).max().unwrap_or(0);
            // What is much longer than any field repeats none; nor does the quotation mark change that.
            if text.len() > longest * 2 + 40 {
                return;
            }
            let text = fold(&text);
            // A sub-headline that is the first sentence of the text belongs to the text.
            let first = self.paragraph(0);
            let is_sentence = first.as_deref().is_some_and(is_text_line);
            if is_sentence && self.item.meta.subheadline.as_deref().is_some_and(|second| fold(second) == text) {
                self.item.meta.subheadline = None;
                return;
            }
            let item = &*self.item;
            let known = [
                Some(item.meta.headline.as_str()),
                item.meta.subheadline.as_deref(),
                item.meta.kicker.as_deref(),
                item.byline.as_deref(),
            ];
            let repeats = known.into_iter().flatten().any(|known| {
                // What is much shorter than the text cannot be it, whatever its signs.
                if known.len() * 3 + 12 < text.len() {
                    return false;
                }
                let known = fold(known);
                known == text || without_by(&known) == without_by(&text)
            });
            if !repeats || self.item.body.len() == 1 {
                return;
            }
            self.drop_block(0);
        }
    }

    /// `(Adds quote) HALDEN (AP) - …`: a note in front of the text, in its paragraph.
    fn run_in_note(&mut self, at: usize) {
        let Some(text) = self.paragraph(at).filter(|text| text.starts_with('(')) else { return };
        let Some(close) = text.find(')').filter(|close| *close <= 300 && close + 1 < text.trim_end().len()) else {
            return;
        };
        let note = &text[..=close];
        let correction = reader_note(note);
        if correction.is_none() && !is_desk_note(note) {
            return;
        }
        if let Some(Block::Paragraph(inlines)) = self.item.body.get_mut(at) {
            let lead = plain(inlines).len() - plain(inlines).trim_start().len();
            cut_front(inlines, lead + close + 1);
        }
        match correction {
            Some(correction) => {
                self.item.meta.correction.get_or_insert_with(|| correction.into());
            }
            None => add(&mut self.item.meta.ed_note, note),
        }
    }

    /// Desk notes, correction notices and bylines before the first real paragraph.
    fn leading_lines(&mut self) {
        let mut at = 0;
        let mut after_byline = false;
        while at < 8 {
            self.run_in_note(at);
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
                self.item.meta.correction.get_or_insert_with(|| note.into());
            } else if let Some(second) = text.strip_prefix("Utl.:") {
                // APA's word for what stands below the headline.
                let second = clean(second.trim_end().trim_end_matches('='));
                self.item.meta.subheadline.get_or_insert(second);
            } else if is_desk_note(&text) {
                add(&mut self.item.meta.ed_note, &text);
            } else if self.item.body.len() > 1 && is_agency_alone(&text) {
                self.item.meta.notes.push(("agency".to_string(), text));
            } else if text.len() <= 100 && is_copyright(&text) && self.item.meta.copyright_notice.is_none() {
                self.item.meta.copyright_notice = Some(text);
            } else if after_byline && is_byline_title(&text) && self.item.body.len() > 1 {
                self.item.meta.notes.push(("bylineTitle".to_string(), text));
            } else if let Some(name) = byline(&text) {
                after_byline = true;
                let known =
                    self.item.byline.as_deref().is_some_and(|known| !is_placeholder(known) && !is_signoff(known));
                if !known {
                    self.item.byline = Some(text.clone());
                } else if without_by(&fold(self.item.byline.as_deref().unwrap_or(""))) != fold(name)
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
            self.drop_block(at);
        }
    }

    /// Takes a block off that a rule knows: a field has its words, or nobody needs them.
    fn drop_block(&mut self, at: usize) {
        let block = self.item.body.remove(at);
        self.item.dropped.push(block.plain());
    }

    /// End mark, sign-off and credit lines after the last real paragraph.
    fn trailing_lines(&mut self) {
        for _ in 0..8 {
            let Some(last) = self.item.body.len().checked_sub(1) else { return };
            if self.item.body[last] == Block::Rule {
                self.drop_block(last);
                continue;
            }
            let Some(text) = self.paragraph(last) else { return };
            if last == 0 && !is_end_mark(&text) && !is_signoff(&text) {
                break;
            }
            if is_end_mark(&text) || is_rule(&text) {
                self.drop_block(last);
                continue;
            }
            if let Some(note) = reader_note(&text).filter(|_| last > 0) {
                match &mut self.item.meta.correction {
                    Some(known) if known.note.contains(&note) => {}
                    Some(known) => known.note = format!("{}. {note}", known.note.trim_end_matches('.')),
                    None => self.item.meta.correction = Some(note.into()),
                }
                self.drop_block(last);
                continue;
            }
            if last > 0 && is_signoff(&text) {
                let signoff = without_closing(&text).trim_matches(['(', ')']).replace("\\/", "/");
                self.item.meta.signoff.get_or_insert(signoff);
                self.drop_block(last);
                continue;
            }
            if last > 0 && is_release_line(&text) && says_embargo(&text) {
                add(&mut self.item.meta.ed_note, &text);
                self.drop_block(last);
                continue;
            }
            if last > 0 && is_desk_line(&text) {
                self.notes.note(Code::WireDropped, "a last line with contacts or keywords for desks was taken out");
                self.item.meta.notes.push(("contact".to_string(), text));
                self.drop_block(last);
                continue;
            }
            if last > 0
                && self.item.byline.is_none()
                && let Some(by) = last_byline(&text)
            {
                self.item.byline = Some(by.to_string());
                self.drop_block(last);
                continue;
            }
            if last > 0 && is_copyright(&text) {
                self.item.meta.copyright_notice.get_or_insert(text);
                self.drop_block(last);
                continue;
            }
            break;
        }
        if let Some(Block::Paragraph(inlines)) = self.item.body.last_mut() {
            let text = plain(inlines);
            if let Some((end, signoff)) = run_in_ending(&text) {
                self.item.dropped.push(text[end..].to_string());
                cut_back(inlines, text.len() - end);
                if let Some(signoff) = signoff {
                    self.item.meta.signoff.get_or_insert(signoff);
                }
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
            // Only a dateline with an agency can be one of several; without such a one, the rest of a long text says nothing.
            if at >= 12 && !found.as_ref().is_some_and(|(_, one): &(usize, dateline::DatelineMatch)| one.known_agency) {
                break;
            }
            if others > 0 {
                break;
            }
            if let Some(one) = dateline::find(&text) {
                // A line that is nothing but a dateline stands above the text; further down it is a credit.
                if found.is_none() && at > 3 && one.length == text.len() {
                    continue;
                }
                if found.is_none() && at < 12 {
                    found = Some((at, one));
                } else if one.known_agency && one.dateline.place.is_some() {
                    others += 1;
                }
            }
        }
        if found.is_none()
            && self.item.body.len() > 1
            && let Some(one) = self.paragraph(0).as_deref().and_then(dateline::of_paragraph)
        {
            found = Some((0, one));
        }
        // The place of a first paragraph counts even if later ones look like datelines; an agency that names itself again does not.
        let round_up = others > 0 && found.as_ref().is_some_and(|(_, one)| one.known_agency);
        if let Some((at, one)) = found.filter(|_| !round_up) {
            let is_whole = if let Some(Block::Paragraph(inlines)) = self.item.body.get_mut(at) {
                let text = plain(inlines);
                let lead = text.len() - text.trim_start().len();
                self.item.dropped.push(text[..lead + one.length].to_string());
                cut_front(inlines, lead + one.length);
                plain(inlines).trim().is_empty()
            } else {
                false
            };
            if is_whole {
                self.item.body.remove(at);
            }
            self.item.meta.dateline = Some(one.dateline);
            // With the dateline gone, what stands first may be a byline or note again.
            if at == 0 && is_whole {
                self.leading_lines();
            }
        }
        self.item.dropped.extend(field.map(str::to_string));
        let field = field.and_then(dateline::of_field);
        match (&mut self.item.meta.dateline, field) {
            (None, Some(field)) if !round_up => self.item.meta.dateline = Some(field),
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

    /// Marks of a kill or a hold in an item that says usable: in headline, kicker, slug and take, in notes and signals.
    fn marks(&mut self, commands: &[String]) {
        if self.item.meta.status != Status::Usable {
            return;
        }
        if let Some((place, mark)) = self.found_mark(commands) {
            let reason = mark.reason(place);
            self.notes.warn(Code::WireWithheld, format!("{reason}; it says usable, so it is kept withheld"));
            self.item.hold(reason);
        }
    }

    fn found_mark(&self, commands: &[String]) -> Option<(&'static str, Mark)> {
        let item = &*self.item;
        let at = |place: &'static str, mark: Option<Mark>| mark.map(|mark| (place, mark));
        let notes = || {
            item.meta
                .ed_note
                .iter()
                .chain(item.meta.notes.iter().filter(|(kind, _)| is_order(kind)).map(|(_, text)| text))
        };
        at("take", item.meta.take.as_deref().and_then(any_mark))
            .or_else(|| at("slug", item.meta.slugline.as_deref().and_then(any_mark)))
            .or_else(|| at("headline", leading_mark(&item.meta.headline)))
            .or_else(|| at("kicker", item.meta.kicker.as_deref().and_then(leading_mark)))
            .or_else(|| at("note for desks", notes().find_map(|text| in_note(text))))
            .or_else(|| {
                let codes = item.meta.signals.iter().chain(&item.meta.genres).chain(commands);
                at("signals", codes.into_iter().find_map(|code| in_signal(code)))
            })
            .or_else(|| at("text", self.order_in_text()))
    }

    /// A message to desks in place of a story: a few lines, with an order in them.
    fn order_in_text(&self) -> Option<Mark> {
        let body = &self.item.body;
        if body.len() > 6 {
            return None;
        }
        let text: Vec<String> = body.iter().map(Block::plain).collect();
        let length: usize = text.iter().map(String::len).sum();
        (length <= 800).then(|| text.iter().find_map(|text| kill::order(&text.to_lowercase()))).flatten()
    }

    /// An embargo that only a note for desks tells of. When it ends is in words, so an editor has to release the story.
    fn embargo_notes(&mut self) {
        let item = &*self.item;
        if item.meta.status != Status::Usable || item.meta.embargoed_until.is_some() {
            return;
        }
        let notes = item.meta.notes.iter().filter(|(kind, _)| is_order(kind)).map(|(_, text)| text.as_str());
        let fields = [item.meta.ed_note.as_deref(), item.meta.take.as_deref(), item.meta.usage_terms.as_deref()];
        let in_text = item.meta.notes.iter().filter(|(kind, text)| kind == "body" && is_release_line(text));
        let notes = notes.chain(in_text.map(|(_, text)| text.as_str()));
        let words = fields.into_iter().flatten().chain(notes).filter(|text| says_embargo(text));
        // A headline may be about an embargo; only one that begins with the words is a note.
        let lines = [
            Some(item.meta.headline.as_str()),
            item.meta.kicker.as_deref(),
            item.meta.subheadline.as_deref(),
            item.meta.description.as_deref(),
        ];
        let lines = lines.into_iter().flatten().filter_map(release::in_line);
        let slug = item.meta.slugline.as_deref().and_then(release::in_slug);
        let Some(found) = words.chain(lines).chain(slug).next() else { return };
        let shown: String = found.chars().take(80).collect();
        let reason = format!("a note speaks of an embargo, `{shown}`, and no field says when it ends");
        self.notes.warn(Code::WireWithheld, format!("{reason}; the story is kept withheld"));
        self.item.hold(reason);
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
        self.item.meta.headline = cut(&clean(&source), 150);
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

/// `AFP`, a line of its own between headline and text.
fn is_agency_alone(text: &str) -> bool {
    (2..=12).contains(&text.len()) && !text.chars().any(|c| c.is_lowercase() || c == ' ') && dateline::is_known(text)
}

/// An address that is a program or holds the file itself.
fn is_active(href: &str) -> bool {
    let scheme = href.split(':').next().unwrap_or("").to_ascii_lowercase();
    href.contains(':') && matches!(scheme.as_str(), "javascript" | "vbscript" | "data" | "file" | "blob")
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
    )
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

/// Whether a line is running text: it ends like a sentence or has a dateline.
fn is_text_line(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(['.', ':', '!', '?', '…', '؟']) || dateline::find(text).is_some()
}

/// For comparison: no case, no quotes, single blanks.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '“' | '”' | '"' | '„' | '«' | '»' => {}
            '‘' | '’' | '`' => folded.push('\''),
            c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// A paragraph of one text, for readers of formats without markup.
pub(super) fn paragraph(text: &str) -> Option<Block> {
    let text = clean(text);
    (!text.is_empty()).then(|| Block::Paragraph(vec![Inline::Text(text)]))
}
