//! What keeps a story, or a part of it, from being published: letters and advisories, tests, kills, holds and embargoes in the copy.

use super::embargo::{is_release_line, says_embargo};
use super::kill::{self, Mark, any_mark, in_note, in_signal, leading_mark};
use super::notes::{is_lead_in, is_letter, says_not_for_publication};
use super::{Copy, advisory, is_order, release};
use crate::diag::Code;
use crate::story::Status;
use crate::wire::block::{Block, plain};

/// A headline with so many figures may be a row of values, if they are a quarter of its words and more.
const FIGURES: usize = 5;

/// The longest paragraph that may say that a text has to be bought, in bytes.
const FOR_SALE: usize = 1500;

impl Copy<'_> {
    /// A letter of the agency to its customers is an advisory.
    pub(super) fn letter(&mut self) {
        let is_letter = is_letter(&self.item.meta.headline) || self.paragraph(0).is_some_and(|text| is_letter(&text));
        if !self.item.meta.advisory && is_letter {
            self.item.meta.advisory = true;
            let message = "the text is a letter to those who receive the wire: it is kept as an advisory";
            self.notes.warn(Code::WireWithheld, message);
        }
    }

    /// A diary, schedule or notice for desks is an advisory, whatever field says so.
    pub(super) fn advisory(&mut self) {
        if self.item.meta.advisory {
            return;
        }
        let Some((place, words)) = advisory::found(self.item) else { return };
        self.item.meta.advisory = true;
        let words: String = words.chars().take(60).collect();
        let message = format!("`{words}` in the {place} marks a text for desks: it is kept as an advisory");
        self.notes.warn(Code::WireWithheld, message);
    }

    /// A test of the line is not a story.
    pub(super) fn test_message(&mut self) {
        if self.item.meta.status == Status::Usable && advisory::is_test(self.item) {
            let reason = "the item is a test message";
            self.notes.warn(Code::WireWithheld, format!("{reason}; it is kept withheld"));
            self.item.hold(reason);
        }
    }

    /// A text that subscribers must buy or arrange for is withheld until an editor has done so.
    pub(super) fn for_sale(&mut self) {
        if self.item.meta.status != Status::Usable {
            return;
        }
        let item = &*self.item;
        let fields = [item.meta.ed_note.as_deref(), item.meta.usage_terms.as_deref()];
        let notes = item.meta.notes.iter().filter(|(kind, _)| is_order(kind)).map(|(_, text)| text.as_str());
        let first =
            item.body.iter().take(3).map(Block::plain).filter(|text| text.len() <= FOR_SALE).collect::<Vec<_>>();
        let mut texts = fields.into_iter().flatten().chain(notes).chain(first.iter().map(String::as_str));
        let is_for_sale = texts.any(says_for_sale);
        drop(texts);
        if is_for_sale {
            let reason = "the article has to be bought or arranged for";
            self.notes.warn(Code::WireWithheld, format!("{reason}; it is kept withheld"));
            self.item.hold(reason);
        }
    }

    /// A headline that is a row of values, over a text without a sentence: a table that lost its lines.
    pub(super) fn values(&mut self) {
        if self.item.meta.status != Status::Usable || !is_row_of_values(&self.item.meta.headline) {
            return;
        }
        if self.item.body.iter().any(|block| is_sentence(&block.plain())) {
            return;
        }
        let reason = "the headline is a row of values and no sentence follows it";
        self.notes.warn(Code::WireWithheld, format!("{reason}; it is kept withheld"));
        self.item.hold(reason);
    }

    pub(super) fn not_for_publication(&mut self) {
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

    /// Marks of a kill or a hold in an item that says usable: in headline, kicker, slug and take, in notes and signals.
    pub(super) fn marks(&mut self, commands: &[String]) {
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

    /// An embargo that only a note for desks mentions. When it ends is in words, so an editor has to release the story.
    pub(super) fn embargo_notes(&mut self) {
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
}

/// `COIN PRICES crown 142-152 ducat 126-136 …`
fn is_row_of_values(headline: &str) -> bool {
    let is_figure = |word: &&str| word.trim_start_matches(['(', '+', '-']).starts_with(|c: char| c.is_ascii_digit());
    let figures = headline.split_whitespace().filter(is_figure).count();
    figures >= FIGURES && figures * 4 >= headline.split_whitespace().count()
}

/// Whether a paragraph has six words of letters and the end of a sentence.
fn is_sentence(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.starts_with(char::is_alphabetic));
    text.trim_end().ends_with(['.', '!', '?', '"', '”']) && words.take(6).count() == 6
}

/// `This "separate buy" article …`, `for use only by arrangement with …`: what agencies say over articles of a syndicate.
fn says_for_sale(text: &str) -> bool {
    let lower = text.to_lowercase();
    let kinds = ["article", "material", "column", "story", "series", "syndicate", "sales representative"];
    let is_notice = kinds.iter().any(|word| lower.contains(word));
    let sells = [
        "separate buy",
        "separate-buy",
        "only by arrangement with",
        "must be purchased",
        "must be bought",
        "for purchase information",
        "to purchase this",
    ];
    is_notice && sells.iter().any(|words| lower.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_values() {
        assert!(is_row_of_values(
            "HALDEN COIN PRICES - MAY 4 crown 142-152 ducat 126-136 mark old 150-160 new 148-158"
        ));
        for headline in
            ["Halden beat Moss 3-2, 4-6, 7-5 in the final", "5 dead, 12 hurt as bus falls 30 metres near Moss"]
        {
            assert!(!is_row_of_values(headline), "{headline}");
        }
        assert!(is_sentence("The port of Halden closed on Monday."));
        assert!(!is_sentence("639-654 florin 519-523 bar 20400-20650"));
    }

    #[test]
    fn articles_that_have_to_be_bought() {
        for text in [
            "ATTENTION EDITORS: The following material is for use only by arrangement with Longshore Syndicate.",
            "(To publish this article, it must be purchased; call 000-0000.)",
            "(This “separate buy” article is available to clients.)",
            "(This is part two of a series. For purchase information call 000-0000.)",
        ] {
            assert!(says_for_sale(text), "{text}");
        }
        for text in ["Tickets must be purchased at the door.", "The article was sold.", "Eds: This story is free."] {
            assert!(!says_for_sale(text), "{text}");
        }
    }
}
