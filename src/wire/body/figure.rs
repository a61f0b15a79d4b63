//! Media inside a text, and addresses that a text may link to.

use crate::wire::dom::Element;
use crate::wire::item::Association;
use crate::wire::shown::{is_pixel, is_tracker};
use crate::wire::text::{clean, is_unfit};

/// The address of a link if it leads to the web, to mail or to a telephone.
pub(in crate::wire) fn address(href: &str) -> Option<String> {
    let clean: String = href.chars().filter(|c| !c.is_control() && !is_unfit(*c)).collect();
    let clean = clean.trim();
    let scheme = clean.split(':').next()?.to_ascii_lowercase();
    let good = matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel") && clean.len() > scheme.len() + 1;
    (good && clean.len() <= 2048).then(|| clean.replace(' ', "%20"))
}

/// A medium inside the text, with its caption.
pub(in crate::wire) fn figure(element: &Element<'_>) -> Option<Association> {
    let mut one = Association { kind: Some("picture".to_string()), ..Association::default() };
    if element.is("media") {
        let kind = match element.attribute("media-type") {
            Some("image" | "photo") | None => "picture".to_string(),
            Some(other) => other.to_ascii_lowercase(),
        };
        one.kind = Some(kind);
        // The widest of several sizes; where none is given, the first.
        let mut best: Option<(u64, &str)> = None;
        element.each("media-reference", &mut |reference: &Element<'_>| {
            if is_pixel(reference.attribute("width"), reference.attribute("height")) {
                return;
            }
            let width = reference.attribute("width").and_then(|width| width.parse().ok()).unwrap_or(0);
            if let Some(source) = reference.attribute("source").filter(|_| best.is_none_or(|(known, _)| width > known))
            {
                best = Some((width, source));
            }
        });
        one.href = best.map(|(_, source)| source.to_string());
        one.caption = element.text_of("media-caption");
        one.by = element.text_of("media-producer");
        one.credit = credit(element, &["media-caption", "media-producer"], one.by.as_deref());
        return (one.href.is_some() || one.caption.is_some()).then_some(one);
    }
    if element.is("video") || element.is("audio") {
        one.kind = Some(element.name.to_ascii_lowercase());
    }
    let image = if element.is("img") { Some(element) } else { element.find("img") };
    if image.is_some_and(is_tracker) {
        return None;
    }
    let source = image.and_then(|image| image.attribute("src")).or_else(|| element.attribute("src"));
    one.href = source.map(str::to_string).or_else(|| element.find("bildfil").and_then(Element::text));
    let named = |child: &&Element<'_>| child.attribute("class").is_some_and(|class| class.contains("caption"));
    let caption = element.find("figcaption").or_else(|| element.find("bildtext"));
    let caption = caption.or_else(|| element.elements().find(named)).and_then(Element::text);
    one.caption = caption.or_else(|| image.and_then(|image| image.attribute("alt")).map(clean));
    one.by = element.find("bildskapare").and_then(Element::text);
    if element.is("figure") {
        one.credit = credit(element, &["figcaption"], one.caption.as_deref());
    }
    (one.href.is_some() || one.caption.is_some()).then_some(one)
}

/// What a frame says of its medium besides the caption: who made it, most often.
fn credit(element: &Element<'_>, known: &[&str], said: Option<&str>) -> Option<String> {
    let is_machine = |child: &Element<'_>| {
        ["media-reference", "media-metadata", "media-object", "script", "style", "noscript", "svg", "iframe"]
            .iter()
            .any(|name| child.is(name))
    };
    let others = element.elements().filter(|child| !known.iter().any(|name| child.is(name)) && !is_machine(child));
    let texts: Vec<String> = others.filter_map(Element::text).filter(|text| said != Some(text)).collect();
    Some(texts.join(", ")).filter(|text| !text.is_empty())
}
