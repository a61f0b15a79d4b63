//! What becomes of raw HTML: it is cleaned by an allow-list, and loses what its own attributes hide.

use super::{anchor, events, styles, tags};
use crate::html::{LeftOut, balanced};
use crate::path::on_site;
use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};
use pulldown_cmark::{CowStr, Event, Tag};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Mutex;

/// Stands before ids that were made of the text while it is cleaned, for raw HTML has ids of its own.
pub(super) const OWN_ID: char = '\u{f8ff}';

/// An event whose ids are known from those of raw HTML.
pub(super) fn marked(event: Event) -> Event {
    let own = |id: &CowStr| CowStr::from(format!("{OWN_ID}{id}"));
    match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level, id: id.as_ref().map(own), classes, attrs })
        }
        Event::FootnoteReference(name) => Event::FootnoteReference(own(&name)),
        Event::Start(Tag::FootnoteDefinition(name)) => Event::Start(Tag::FootnoteDefinition(own(&name))),
        event => event,
    }
}

/// Cleans HTML by the allow-list. Links and pictures inside it may only lead away from the site or where the text's own links
/// lead: any other path could name a page that is not public, and so could a full address of the site at `home`. A text without
/// pictures in Markdown has none in HTML either. Ids are those of `anchors`; each stands once. What is more than a parser can take in
/// good time is left out.
pub(super) fn sanitise(
    html: &str,
    home: &str,
    resolved: HashSet<String>,
    anchors: &[String],
    has_pictures: bool,
) -> (String, LeftOut) {
    let (html, left_out) = balanced(html, styles::attributes_hide);
    let (home, known, anchors) = (home.to_string(), resolved.clone(), anchors.to_vec());
    let mut builder = Builder::default();
    builder.tags(tags::KEPT.iter().copied().collect());
    if !has_pictures {
        builder.rm_tags(["img"]);
    }
    let seen: Mutex<HashSet<String>> = Mutex::default();
    let cleaned = builder
        .clean_content_tags(tags::REMOVED.iter().copied().collect())
        .add_generic_attributes(["id"])
        .add_tag_attributes("div", ["tabindex"])
        .add_allowed_classes("div", ["table-scroll", "footnote-definition"])
        .add_allowed_classes("th", ["end", "center"])
        .add_allowed_classes("td", ["end", "center"])
        .add_allowed_classes("sup", ["footnote-reference", "footnote-definition-label"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Custom(Box::new(Resolved(resolved))))
        .attribute_filter(move |_, name, value| {
            if name == "id" {
                let id = value.strip_prefix(OWN_ID).map_or_else(|| events::raw_id(value), str::to_string);
                let is_new = seen.lock().is_ok_and(|mut seen| seen.insert(id.clone()));
                return is_new.then_some(Cow::Owned(id));
            }
            if let Some(fragment) = value.strip_prefix('#').filter(|_| name == "href") {
                let own = fragment.strip_prefix(OWN_ID);
                let id = own.or_else(|| anchor(&anchors, fragment)).unwrap_or(fragment);
                return Some(Cow::Owned(format!("#{id}")));
            }
            (on_site(&home, value).is_none() || known.contains(value)).then_some(Cow::Borrowed(value))
        })
        .link_rel(None)
        .clean(&html)
        .to_string();
    (cleaned, left_out)
}

/// The relative links that may stay.
struct Resolved(HashSet<String>);

impl UrlRelativeEvaluate<'static> for Resolved {
    fn evaluate<'url>(&self, url: &'url str) -> Option<Cow<'url, str>> {
        (url.starts_with('#') || self.0.contains(url)).then_some(Cow::Borrowed(url))
    }
}
