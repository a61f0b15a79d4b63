//! The ids of headings.

use super::super::ids::Attributes;
use super::Events;
use crate::diag::Code;
use pulldown_cmark::{Event, Tag};

impl<'a> Events<'a> {
    /// Gives a heading its id: the one written at its end, else one made of its words.
    pub(super) fn name_heading(&mut self, at: usize) {
        let Some((Event::Start(Tag::Heading { .. }), range)) = self.ready.get(at) else { return };
        let range = range.clone();
        let written = self.source.get(range.clone()).and_then(written_id);
        if let Some((brace, attributes)) = &written {
            if attributes.has_classes || attributes.has_values {
                let shown: String =
                    self.source[range.start + brace..range.end].chars().take_while(|c| *c != '}').take(40).collect();
                let message =
                    format!("a heading can only have an id, so the rest of `{shown}}}` is left out of the page");
                self.fault(
                    range.start + brace,
                    Code::TextDropped,
                    message,
                    "take it out: the look of headings comes from the theme",
                );
            }
            let brace = range.start + brace;
            while let Some((Event::Text(_), place)) = self.ready.back()
                && place.start >= brace
            {
                self.ready.pop_back();
            }
            if let Some((Event::Text(text), place)) = self.ready.back_mut() {
                let keep = brace.saturating_sub(place.start).min(text.len());
                let is_as_written = text.len() == place.len();
                let kept = text.get(..keep).filter(|_| is_as_written).unwrap_or(text).trim_end().to_string();
                *text = kept.into();
            }
        }
        let mut words = String::new();
        for (event, _) in self.ready.iter().skip(at) {
            match event {
                Event::Text(text) | Event::Code(text) => words.push_str(text),
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                _ => {}
            }
        }
        let written = written.and_then(|(brace, attributes)| Some((attributes.id?, range.start + brace)));
        self.ids.heading(&words, written);
    }

    /// Whether the heading that is open ends with the braces that begin here.
    pub(super) fn ends_heading(&self, at: usize) -> bool {
        let range = self.heading.and_then(|heading| Some(self.ready.get(heading)?.1.clone()));
        let written = range.and_then(|range| Some(range.start + written_id(self.source.get(range)?)?.0));
        written == Some(at)
    }
}

/// Where the braces begin that end a heading, and what stands in them: an id, classes, and values beside these.
fn written_id(heading: &str) -> Option<(usize, Attributes)> {
    let mut line = heading.trim_end();
    if !line.starts_with('#')
        && let Some((text, under)) = line.rsplit_once('\n')
        && under.trim().trim_matches(['=', '-']).is_empty()
    {
        line = text.trim_end();
    }
    let line = line.trim_end_matches('#').trim_end();
    let inner = line.strip_suffix('}')?;
    let brace = inner.rfind('{')?;
    let attributes = Attributes::read(inner[brace + 1..].trim_start())?;
    (attributes.id.is_some() || attributes.has_classes).then_some((brace, attributes))
}
