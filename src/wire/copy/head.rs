//! The lines before the text proper: what repeats the fields, notes to desks, corrections and bylines.

use super::byline::{byline, is_byline_title, is_placeholder, without_by};
use super::desk_note::is_desk_note;
use super::ending::{is_copyright, is_signoff};
use super::notes::reader_note;
use super::{Copy, add};
use crate::wire::block::{Block, cut_front, plain};
use crate::wire::dateline;
use crate::wire::text::clean;

impl Copy<'_> {
    /// First lines that say again what the fields say.
    pub(super) fn repeated_lines(&mut self) {
        self.credit_over_headline();
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

    /// A source in a line of its own, and below it the headline once more: neither is text.
    fn credit_over_headline(&mut self) {
        let (Some(credit), Some(second)) = (self.paragraph(0), self.paragraph(1)) else { return };
        let is_credit = credit.chars().count() <= 40 && !is_text_line(&credit) && byline(&credit).is_none();
        let headline = &self.item.meta.headline;
        if !is_credit || headline.is_empty() || second.len() > headline.len() * 2 + 40 || self.item.body.len() < 3 {
            return;
        }
        if fold(&second) == fold(headline) && fold(&credit) != fold(headline) {
            self.drop_block(1);
            let credit = self.item.body.remove(0).plain();
            match self.item.meta.credit_line {
                None => self.item.meta.credit_line = Some(credit),
                Some(_) => self.item.meta.notes.push(("credit".to_string(), credit)),
            }
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
    pub(super) fn leading_lines(&mut self) {
        let mut known = Vec::new();
        self.find_leading_lines(&mut known);
        // All at once: to take the first of many blocks away moves all the others.
        let mut known = known.into_iter().peekable();
        let mut at = 0;
        let dropped = &mut self.item.dropped;
        self.item.body.retain(|block| {
            let goes = known.next_if_eq(&at).is_some();
            at += 1;
            if goes {
                dropped.push(block.plain());
            }
            !goes
        });
    }

    /// Reads these lines into fields, and gives the places of those that leave the text with it.
    fn find_leading_lines(&mut self, known: &mut Vec<usize>) {
        let mut at = 0;
        let mut after_byline = false;
        // Some lines may stand among them and stay.
        while at - known.len() < 8 {
            let left = self.item.body.len() - known.len();
            self.run_in_note(at);
            if let Some(Block::Pre(text)) = self.item.body.get(at)
                && left > 1
                && let Some(note) = boxed_correction(text)
            {
                self.item.meta.correction.get_or_insert_with(|| note.into());
                known.push(at);
                at += 1;
                continue;
            }
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
            } else if left > 1 && is_release_line(&text) {
                self.item.meta.notes.push(("header".to_string(), text));
            } else if is_desk_note(&text) {
                add(&mut self.item.meta.ed_note, &text);
            } else if left > 1 && is_agency_alone(&text) {
                self.item.meta.notes.push(("agency".to_string(), text));
            } else if text.len() <= 100 && is_copyright(&text) && self.item.meta.copyright_notice.is_none() {
                self.item.meta.copyright_notice = Some(text);
            } else if after_byline && is_byline_title(&text) && left > 1 {
                self.item.meta.notes.push(("bylineTitle".to_string(), text));
            } else if let Some(name) = byline(&text) {
                after_byline = true;
                let has_name =
                    self.item.byline.as_deref().is_some_and(|known| !is_placeholder(known) && !is_signoff(known));
                if !has_name {
                    self.item.byline = Some(text.clone());
                } else if without_by(&fold(self.item.byline.as_deref().unwrap_or(""))) != fold(name) && left == 1 {
                    return;
                }
            } else if text.starts_with(['*', '•', '-', '–']) {
                at += 1;
                continue;
            } else {
                return;
            }
            if left == 1 {
                return;
            }
            known.push(at);
            at += 1;
        }
    }
}

/// `2.4.2026 16:02:09 CEST | Halden Port | Annual report`: what a service puts over a press release.
fn is_release_line(text: &str) -> bool {
    let parts: Vec<&str> = text.split(" | ").collect();
    let first = parts[0];
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    (3..=6).contains(&parts.len())
        && text.len() <= 300
        && first.len() <= 40
        && first.starts_with(|c: char| c.is_ascii_digit())
        && first.contains(':')
        && digits >= 8
}

/// The correction that stands in a box of lines over the text, as APA sets it.
fn boxed_correction(text: &str) -> Option<String> {
    let is_rule = |line: &&str| !line.is_empty() && line.bytes().all(|b| matches!(b, b'-' | b'_' | b'=' | b'*'));
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_rule(line)).collect();
    let (head, note) = lines.split_first()?;
    let head = head.trim_end_matches(':').to_lowercase();
    let is_head = ["korrektur-hinweis", "korrekturhinweis", "korrektur", "berichtigung", "correction"];
    (is_head.contains(&head.as_str()) && !note.is_empty() && text.len() <= 2000).then(|| clean(&note.join(" ")))
}

/// `AFP`, a line of its own between headline and text.
fn is_agency_alone(text: &str) -> bool {
    (2..=12).contains(&text.len()) && !text.chars().any(|c| c.is_lowercase() || c == ' ') && dateline::is_known(text)
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
