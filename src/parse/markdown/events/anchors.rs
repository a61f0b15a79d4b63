//! The ids of a text, and the links to them.

use super::super::definitions;
use super::{Events, Placed};
use crate::diag::Code;
use crate::path::{decode, slugify};
use pulldown_cmark::{Event, Tag};

/// What ids of headings begin with, so that no theme has them.
const HEADING: &str = "h-";

impl<'a> Events<'a> {
    /// What can only be said at the end of the text, `all` being its events: the ids of headings, definitions that nothing uses, links
    /// to places that are not there.
    pub(in crate::parse::markdown) fn finish(&mut self, all: &mut [Placed<'a>]) {
        let (names, twice) = std::mem::take(&mut self.ids).finish();
        let mut names = names.into_iter();
        for (event, _) in all {
            if let Event::Start(Tag::Heading { id, .. }) = event
                && let Some(name) = names.next()
            {
                let own = format!("{HEADING}{name}");
                self.anchors.push(own.clone());
                *id = Some(own.into());
            }
        }
        for (id, at) in twice {
            let message = format!("the id `{id}` appears a second time in the text");
            self.fault(
                at,
                Code::DuplicateId,
                message,
                "links lead to the first place that has it: give this one another id",
            );
        }
        self.anchors.sort_unstable();
        for (fragment, at) in std::mem::take(&mut self.fragments) {
            if anchor(&self.anchors, &fragment).is_none() && !is_any_page(&fragment) {
                let message = format!("`#{fragment}` leads to no heading of this text");
                let hint =
                    "a heading has its words as its id, as in `#port-strike`, or the id that is written after it";
                self.fault(at, Code::LinkFragment, message, hint);
            }
        }
        let known = self.parser.reference_definitions().iter();
        let known: Vec<(String, usize)> = known.map(|(label, one)| (label.to_string(), one.span.start)).collect();
        for (at, label) in definitions::repeated(self.source, &known) {
            let message = format!("`[{label}]:` is defined a second time, and this line is not shown");
            self.fault(
                at,
                Code::TextDropped,
                message,
                "links lead to the first address: leave one of the lines out, or rename it",
            );
        }
        let definitions = self.parser.reference_definitions().iter();
        let unused = definitions.filter(|(label, _)| !self.used_definitions.contains(&label.to_lowercase()));
        let mut unused: Vec<(usize, String)> =
            unused.map(|(label, definition)| (definition.span.start, label.to_string())).collect();
        unused.sort();
        for (at, label) in unused {
            let message = format!("`[{label}]:` defines a link that the text does not use, so the line is not shown");
            let hint = "put `\\` before the bracket if it is text, or leave the line out";
            self.fault(at, Code::TextDropped, message, hint);
        }
        self.faults.sort_by(|a, b| (a.at, &a.message).cmp(&(b.at, &b.message)));
    }
}

/// The id that something in raw HTML has on the page.
pub(in crate::parse::markdown) fn raw_id(id: &str) -> String {
    format!("a-{}", id.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// The id of a page that a fragment means, `anchors` being its ids in order: as it is written there, of a heading by its words, or one of raw HTML.
pub fn anchor<'i>(anchors: &'i [String], fragment: &str) -> Option<&'i str> {
    let fragment = decode(fragment);
    let find = |wanted: &str| {
        let at = anchors.binary_search_by(|id| id.as_str().cmp(wanted)).ok()?;
        Some(anchors[at].as_str())
    };
    find(&fragment)
        .or_else(|| find(&format!("{HEADING}{fragment}")))
        .or_else(|| find(&raw_id(&fragment)))
        .or_else(|| find(&format!("{HEADING}{}", slugify(&fragment))))
}

/// Fragments that mean a place of every page, or a text in it.
pub fn is_any_page(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top") || fragment.starts_with(":~:")
}
