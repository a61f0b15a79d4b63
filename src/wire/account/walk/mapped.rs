//! The walk over an item whose texts a mapping names.

use super::{Walk, holds_inserted};
use crate::wire::account::{Mapped, Part, PartText, Whole};

impl Walk<'_> {
    /// The texts for readers, and the closest rendition of the text of the story.
    pub(super) fn mapped(&mut self, mapped: &Mapped<'_>) {
        mapped.texts.iter().for_each(|part| self.part(part));
        self.closest(mapped.bodies.iter().collect(), |walk, parts| parts.iter().for_each(|part| walk.part(part)));
    }

    fn part(&mut self, part: &Part<'_>) {
        self.here_key = Some(part.name.clone());
        self.here = part.at;
        match &part.text {
            PartText::Marked(text) => self.marked(text),
            PartText::Plain(text) => self.plain(text),
            PartText::Element(element) => {
                self.is_revised = holds_inserted(element);
                self.element(element);
                self.end();
            }
        }
    }

    /// All words of the item and of the mapping.
    pub(super) fn all_of_mapped(&mut self, mapped: &Mapped<'_>) {
        mapped.own.iter().for_each(|text| self.plain(text));
        match mapped.whole {
            Whole::Json(value) => self.all_of_value(value),
            Whole::Xml(element, _) => self.all_of_element(element, true),
            Whole::Text(text) => self.plain(text),
        }
    }
}
