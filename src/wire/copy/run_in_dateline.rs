//! The dateline that is run into the text: which one counts, and the text without it.

use super::Copy;
use crate::wire::block::{Block, cut_front, plain};
use crate::wire::text::clean;
use crate::wire::{body, dateline};

impl Copy<'_> {
    /// The dateline of the copy, else that of the field. A round-up has one for each part and none of its own.
    pub(super) fn dateline(&mut self, field: Option<&str>) {
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
                let rest = &text[lead + one.length..];
                let marks = monitoring_marks(rest);
                let note = rest[..marks].trim();
                if !note.is_empty() {
                    self.item.meta.notes.push(("header".to_string(), note.to_string()));
                }
                cut_front(inlines, lead + one.length + marks);
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
}

/// `[TEXT]`, `[SPEECH] [ANA REYES] [TEXT]`: how services that monitor others mark what follows. The length of all such marks; a name
/// behind the last of them says who speaks, and is text.
fn monitoring_marks(text: &str) -> usize {
    const WORDS: &[&str] = &[
        "text",
        "excerpt",
        "excerpts",
        "article",
        "communique",
        "report",
        "commentary",
        "editorial",
        "statement",
        "speech",
        "interview",
        "news",
        "continued",
        "begin",
        "passage",
        "words",
        "unidentified",
    ];
    let (mut at, mut length) = (0, 0);
    for _ in 0..MARKS {
        let rest = text[at..].trim_start();
        let Some((inner, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else { break };
        if inner.len() > 160 {
            break;
        }
        at = text.len() - after.len();
        let first = inner.split(' ').next().unwrap_or("");
        if first.starts_with(char::is_uppercase) && WORDS.contains(&first.to_lowercase().as_str()) {
            length = at;
        }
    }
    length
}

/// The most marks before a text.
const MARKS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_monitoring_services() {
        for (text, rest) in [
            ("[TEXT] Ships left.", " Ships left."),
            (" [EXCERPTS] [ARTICLE BY ANA REYES] Ships left.", " Ships left."),
            ("[Interview with Ana Reyes by Tom Vale] [Text] Ships left.", " Ships left."),
            ("[LONGSHORE CORRESPONDENT ANA REYES] [TEXT] Ships left.", " Ships left."),
            ("[CONTINUED] [REYES] Ships left.", " [REYES] Ships left."),
            ("[text] Ships left.", "[text] Ships left."),
            ("[SHIPS] left.", "[SHIPS] left."),
            ("Ships [TEXT] left.", "Ships [TEXT] left."),
        ] {
            assert_eq!(&text[monitoring_marks(text)..], rest);
        }
    }
}
