//! The lines after the text proper: end mark, sign-off, credits and copyright.

use super::byline::last_byline;
use super::embargo::{is_release_line, says_embargo};
use super::ending::{
    is_code_line, is_copyright, is_desk_line, is_end_mark, is_pickup, is_rule, is_signoff, run_in_ending,
    without_closing,
};
use super::notes::reader_note;
use super::{Copy, add};
use crate::diag::Code;
use crate::wire::block::{Block, cut_back, plain};

impl Copy<'_> {
    /// End mark, sign-off and credit lines after the last real paragraph.
    pub(super) fn trailing_lines(&mut self) {
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
            // Initials alone below a headline are the sign-off of a flash.
            let is_flash = last == 0 && self.item.meta.take.as_deref().is_some_and(|take| take.contains("FLASH"));
            if (last > 0 || is_flash) && is_signoff(&text) {
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
            if last > 0 && (is_code_line(&text) || is_pickup(&text)) {
                let kind = if is_pickup(&text) { "pickup" } else { "routing" };
                self.item.meta.notes.push((kind.to_string(), text));
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
}
