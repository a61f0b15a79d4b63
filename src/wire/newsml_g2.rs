//! NewsML-G2: a `newsMessage` with a set of items, or one item alone. Only news items of class text become stories.

use super::account::Source;
use super::body::{self, Body};
use super::copy::{RawItem, is_embargo_role, writers};
use super::dom::Element;
use super::item::{Association, Outcome, WireItem};
use super::shown::is_pixel;
use super::text::{clean, meaningful};
use super::{Context, Notes, Parsed, account, nitf, status};
use crate::story::Status;

/// Reads a message or an item.
pub(super) fn read(root: &Element<'_>, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let items: Vec<&Element<'_>> =
        if root.is("newsMessage") { root.all("itemSet").flat_map(Element::elements).collect() } else { vec![root] };
    let shared: Vec<&Element<'_>> = root.child("header").into_iter().flat_map(|header| header.all("catalog")).collect();
    if items.is_empty() {
        return notes.skip(parsed, Outcome::NotStory, "the message holds no item");
    }
    for item in &items {
        let class = item_class(item);
        if !item.is("newsItem") {
            notes.skip(parsed, Outcome::Skip, format!("a {} has no text of its own", item.name));
        } else if !matches!(class.as_str(), "text" | "") {
            notes.skip(parsed, Outcome::Skip, format!("an item of class {class} is not text"));
        } else {
            let from = parsed.items.len();
            let raw = raw_item(item, &items, &shared, notes);
            notes.take(raw, context, parsed);
            account::balance(Source::Xml(item, root), from, notes, parsed);
        }
    }
}

/// `text`, `picture`, `composite` …; empty where the item does not say.
fn item_class(item: &Element<'_>) -> String {
    let class = item.path(&["itemMeta", "itemClass"]);
    let code = class.and_then(|class| class.attribute("qcode").or_else(|| class.attribute("uri")));
    code.map(|code| local(code).to_ascii_lowercase()).unwrap_or_default()
}

/// Words for an item that may be a headline alone.
pub(super) fn is_alert(word: &str) -> bool {
    ["alert", "flash", "newsalert", "news alert", "breaking news alert"].contains(&word.to_ascii_lowercase().as_str())
}

/// The part of a code after its scheme.
fn local(code: &str) -> &str {
    code.rsplit([':', '/']).next().unwrap_or(code)
}

/// What an element is called: its literal, else its name, else the local part of its code.
fn named(element: &Element<'_>) -> Option<String> {
    let name = element.text_of("name").or_else(|| element.attribute("literal").map(clean));
    name.or_else(|| element.attribute("qcode").map(|code| local(code).to_string())).or_else(|| element.text())
}

fn raw_item(element: &Element<'_>, all: &[&Element<'_>], shared: &[&Element<'_>], notes: &mut Notes) -> RawItem {
    let mut raw = RawItem::default();
    let empty = Element::default();
    let item_meta = element.child("itemMeta").unwrap_or(&empty);
    let content_meta = element.child("contentMeta").unwrap_or(&empty);
    raw.item.meta.uri = element.attribute("guid").map(str::to_string);
    raw.item.meta.version = Some(status::version(element.attribute("version"), notes));
    raw.item.meta.kind = Some("text".to_string());
    management(item_meta, &mut raw, notes);
    raw.item.meta.language = content_meta
        .child("language")
        .and_then(|language| language.attribute("tag"))
        .or_else(|| element.attribute("lang"))
        .map(str::to_string);
    content(content_meta, &mut raw.item, &mut raw.commands, notes);
    raw.dateline_field = content_meta.text_of("dateline");
    subjects(element, shared, content_meta, &mut raw.item);
    rights(element, &mut raw.item);
    text(element, &mut raw, notes);
    media(element, item_meta, all, &mut raw.item);
    raw
}

/// Status, times, notes and links.
fn management(meta: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let item = &mut raw.item;
    // The strictest of several counts.
    for found in meta.all("pubStatus") {
        let word = found.attribute("qcode").or_else(|| found.attribute("uri")).or_else(|| found.attribute("literal"));
        status::set(item, Some(word.unwrap_or("(empty)")), notes);
    }
    let text = |name: &str| meta.text_of(name);
    item.meta.version_created = status::time("versionCreated", text("versionCreated").as_deref(), notes);
    item.meta.first_created = status::time("firstCreated", text("firstCreated").as_deref(), notes);
    item.meta.expires = status::time("expires", text("expires").as_deref(), notes);
    status::embargo(item, text("embargoed").as_deref(), notes);
    item.meta.provider = meta.child("provider").and_then(named);
    item.meta.wire_service = None;
    for signal in meta.all("signal") {
        if let Some(code) = signal.attribute("qcode").or_else(|| signal.attribute("literal")) {
            item.meta.signals.push(code.to_string());
            if code == "edStat:C" {
                item.meta.signals.push("correction".to_string());
            }
        }
    }
    let marks = meta.all("signal").chain(meta.all("role")).chain(meta.all("profile"));
    item.meta.alert = marks
        .filter_map(|mark| mark.attribute("qcode").or(mark.attribute("literal")))
        .any(|mark| is_alert(local(mark)));
    let marks = meta.all("signal").chain(meta.all("role")).chain(meta.all("profile"));
    item.meta.advisory = marks
        .filter_map(|mark| mark.attribute("qcode").or(mark.attribute("uri")).or(mark.attribute("literal")))
        .any(|mark| local(mark).eq_ignore_ascii_case("advisory"));
    editors_notes(meta, item);
    for link in meta.all("link") {
        let target = link.attribute("residref").or_else(|| link.attribute("href"));
        match (link.attribute("rel").map(local), target) {
            (Some("replaces" | "replace" | "supersedes"), Some(target)) => item.meta.replaces.push(target.to_string()),
            (Some("translationOf" | "translatedFrom" | "isTranslationOf"), Some(target)) => {
                item.meta.translation_of = Some(target.to_string())
            }
            _ => {}
        }
    }
    item.meta.headline = meta.text_of("title").unwrap_or_default();
}

/// Notes for desks, by role. Those for readers are corrections; everything else stays with the desk.
fn editors_notes(meta: &Element<'_>, item: &mut WireItem) {
    let corrected = item.meta.signals.iter().any(|signal| local(signal).eq_ignore_ascii_case("correction"));
    for note in meta.all("edNote") {
        let Some(text) = note.text() else { continue };
        let role = note.attribute("role").map(local).unwrap_or("").to_ascii_lowercase();
        let nonpublic = note.attribute("pubconstraint").is_some_and(|constraint| constraint.ends_with("nonpublic"));
        if is_embargo_role(&role) && meaningful(text.as_str()).is_some() {
            // The role says it, whatever the words: `frei für Dienstagausgaben`.
            item.meta.notes.push(("embargo".to_string(), format!("embargo: {text}")));
        }
        match role.as_str() {
            _ if nonpublic => {
                item.meta.notes.push((if role.is_empty() { "nonpublic".to_string() } else { role }, text))
            }
            "closingline" | "closing" => item.meta.signoff = Some(text),
            "public" => item.meta.correction = Some(text.into()),
            "correction" | "correctionnote" if corrected || role == "correctionnote" => {
                item.meta.correction = Some(text.into())
            }
            "" | "editorialnote" | "note" | "ednote" | "embargo" | "embargotext" => match &mut item.meta.ed_note {
                Some(known) => {
                    known.push(' ');
                    known.push_str(&text);
                }
                None => item.meta.ed_note = Some(text),
            },
            _ => item.meta.notes.push((role, text)),
        }
    }
}

/// Headline, byline and the like.
fn content(meta: &Element<'_>, item: &mut WireItem, commands: &mut Vec<String>, notes: &mut Notes) {
    item.meta.urgency = status::urgency(meta.text_of("urgency").as_deref());
    item.meta.content_created = status::time("contentCreated", meta.text_of("contentCreated").as_deref(), notes);
    if item.meta.expires.is_none() {
        item.meta.expires = status::time("expires", meta.text_of("expires").as_deref(), notes);
    }
    headlines(meta, item);
    let bylines = meta.all("by").filter(|by| in_language(by, item));
    let names: Vec<String> = bylines.filter_map(|by| writers(&by.lines())).collect();
    item.byline = Some(names.join(", ")).filter(|names| !names.is_empty());
    item.dropped.extend(meta.all("by").filter_map(Element::text));
    item.meta.slugline = meta.text_of("slugline");
    item.meta.credit_line = meta.text_of("creditline");
    item.meta.located = meta.child("located").and_then(named);
    let is_summary = |description: &&Element<'_>| {
        let role = description.attribute("role").map(local).unwrap_or("").to_ascii_lowercase();
        !role.contains("caption")
    };
    item.meta.description = meta.all("description").filter(is_summary).find_map(Element::text);
    for text in
        meta.all("description").filter_map(Element::text).filter(|text| item.meta.description.as_ref() != Some(text))
    {
        item.meta.notes.push(("description".to_string(), text));
    }
    item.meta.keywords = meta.all("keyword").filter_map(Element::text).collect();
    for genre in meta.all("genre") {
        let code = genre.attribute("qcode").unwrap_or("");
        let name = named(genre).unwrap_or_default();
        let advisory = is_desk_genre(code) || ["advisory", "achtung"].contains(&name.to_lowercase().as_str());
        item.meta.advisory |= advisory || local(code).eq_ignore_ascii_case("advisory");
        item.meta.alert |= is_alert(&name) || is_alert(local(code));
        commands.push(local(code).to_string());
        if genre.text_of("name").is_some() {
            item.meta.genres.push(name);
        }
    }
    let source = meta.all("digitalSourceType").next().or_else(|| meta.child("digsrctype"));
    item.meta.digital_source_type =
        source.and_then(|code| code.attribute("qcode").or_else(|| code.attribute("uri"))).map(|c| local(c).to_string());
    item.meta.alt_ids = meta.all("altId").filter_map(Element::text).collect();
    replaced_reference(meta, item);
}

/// Whether a genre is one of dpa's for desks: 27 for planning notes and corrections of the schedule, 32 for previews.
pub(super) fn is_desk_genre(code: &str) -> bool {
    matches!(code, "dpatextgenre:27" | "dpatextgenre:32")
}

/// The headline of rank 1, else the main one, else the first that is not subordinate, in the language of the item.
fn headlines(meta: &Element<'_>, item: &mut WireItem) {
    let role = |headline: &Element<'_>| headline.attribute("role").map(local).unwrap_or("").to_ascii_lowercase();
    let is_over = |headline: &&Element<'_>| ["kicker", "overline", "over"].contains(&role(headline).as_str());
    let is_sub = |headline: &&Element<'_>| role(headline).contains("sub");
    let is_short =
        |headline: &&Element<'_>| ["short", "web", "mobile", "push", "seo"].contains(&role(headline).as_str());
    let rank = |headline: &Element<'_>| match (headline.attribute("rank"), role(headline).as_str()) {
        _ if is_short(&headline) => 3,
        (Some("1"), _) => 0,
        (_, "main" | "headline") => 1,
        _ => 2,
    };
    let own = meta.all("headline").filter(|headline| headline.text().is_some());
    let best = own
        .filter(|headline| !is_sub(headline) && !is_over(headline))
        .min_by_key(|headline| (!in_language(headline, item), rank(headline)));
    if let Some(text) = best.and_then(Element::text) {
        item.meta.headline = text;
    }
    item.meta.subheadline = meta.all("headline").filter(is_sub).find_map(Element::text);
    item.meta.kicker = meta.all("headline").filter(is_over).find_map(Element::text);
    // Shorter ones, and those of other languages, stay with the desk.
    for text in meta.all("headline").filter_map(Element::text) {
        let taken = [Some(&item.meta.headline), item.meta.subheadline.as_ref(), item.meta.kicker.as_ref()];
        if !taken.into_iter().flatten().any(|known| *known == text) {
            item.meta.notes.push(("headline".to_string(), text));
        }
    }
}

/// Whether an element is in the item's language, or does not say in which.
fn in_language(element: &Element<'_>, item: &WireItem) -> bool {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
    match (element.attribute("lang"), item.meta.language.as_deref()) {
        (Some(own), Some(language)) => primary(own) == primary(language),
        _ => true,
    }
}

/// TT has a number for each version of a story and names the one before by it: a `replace` signal, and among the `altId`s the
/// item's own number (`uno`), which is the end of its guid, and that of the item referred to (`refuno`).
fn replaced_reference(meta: &Element<'_>, item: &mut WireItem) {
    if !item.meta.signals.iter().any(|signal| matches!(local(signal), "replace" | "replaces")) {
        return;
    }
    let number = |kind: &str| {
        meta.all("altId")
            .find(|id| id.attribute("type").is_some_and(|own| local(own).eq_ignore_ascii_case(kind)))
            .and_then(Element::text)
    };
    if let (Some(own), Some(other)) = (number("uno"), number("refuno"))
        && own != other
        && let Some(stem) = item.uri().strip_suffix(&own)
    {
        item.meta.replaces.push(format!("{stem}{other}"));
    }
}

/// Codes of Media Topics and Subject Codes, under whatever alias the catalogue in the file gives them.
fn subjects(element: &Element<'_>, shared: &[&Element<'_>], meta: &Element<'_>, item: &mut WireItem) {
    let mut aliases: Vec<(String, Option<&str>)> = Vec::new();
    for scheme in
        element.all("catalog").chain(shared.iter().copied()).flat_map(|catalog| catalog.all("scheme")).take(LINKS)
    {
        if let (Some(alias), Some(uri)) = (scheme.attribute("alias"), scheme.attribute("uri")) {
            let vocabulary = if uri.contains("/mediatopic") {
                Some("medtop")
            } else if uri.contains("/subjectcode") {
                Some("subj")
            } else {
                // Someone else's vocabulary, even if its alias is one of the IPTC's.
                None
            };
            aliases.push((alias.to_string(), vocabulary));
        }
    }
    for subject in meta.all("subject") {
        for element in std::iter::once(subject).chain(subject.all("sameAs")) {
            let code = [element.attribute("qcode"), element.attribute("uri")].into_iter().flatten();
            item.meta.subjects.extend(code.filter_map(|code| subject_code(code, &aliases)));
        }
    }
}

/// `medtop:20000082` or `subj:02001000` from a qcode or a URI of the IPTC's vocabularies.
pub(super) fn subject_code(code: &str, aliases: &[(String, Option<&str>)]) -> Option<String> {
    let digits = local(code);
    if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let scheme = code.get(..code.len().checked_sub(9)?)?;
    let named = aliases.iter().find(|(alias, _)| alias == scheme).map(|(_, vocabulary)| *vocabulary);
    let vocabulary = match named {
        Some(vocabulary) => vocabulary?,
        None if scheme.contains("/mediatopic") || scheme == "medtop" => "medtop",
        None if scheme.contains("/subjectcode") || scheme == "subj" => "subj",
        None => return None,
    };
    Some(format!("{vocabulary}:{digits}"))
}

/// A bare code of eight digits: those that begin with 2 are Media Topics, all others Subject Codes.
pub(super) fn bare_code(code: &str) -> Option<String> {
    let code = code.trim();
    let good = code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit());
    good.then(|| if code.starts_with('2') { format!("medtop:{code}") } else { format!("subj:{code}") })
}

fn rights(element: &Element<'_>, item: &mut WireItem) {
    for rights in element.all("rightsInfo") {
        item.meta.copyright_holder =
            item.meta.copyright_holder.take().or_else(|| rights.child("copyrightHolder").and_then(named));
        item.meta.copyright_notice =
            item.meta.copyright_notice.take().or_else(|| rights.text_of("copyrightNotice").and_then(meaningful));
        item.meta.usage_terms =
            item.meta.usage_terms.take().or_else(|| rights.text_of("usageTerms").and_then(meaningful));
    }
}

/// The best rendition of the text: XHTML, NITF, other markup, then a string.
fn text(element: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let rank = |rendition: &&Element<'_>| {
        if rendition.is("inlineData") {
            let is_html = rendition.attribute("contenttype").is_some_and(|kind| kind.contains("html"));
            return if is_html { 3 } else { 4 };
        }
        match rendition.elements().next() {
            Some(inner) if inner.is("html") || inner.is("body") => 0,
            Some(inner) if inner.is("nitf") || inner.is("body.content") => 1,
            _ => 2,
        }
    };
    // A picture may be in line, too, in Base64.
    let is_inline = |rendition: &&Element<'_>| {
        let kind = rendition.attribute("contenttype").unwrap_or("text").to_ascii_lowercase();
        let is_text = ["text", "html", "xml", "nitf", "newsml"].iter().any(|word| kind.contains(word))
            && !["css", "script", "calendar", "csv", "vcard", "json"].iter().any(|word| kind.contains(word));
        rendition.is("inlineXML") || (rendition.is("inlineData") && is_text)
    };
    let mut renditions: Vec<&Element<'_>> =
        element.all("contentSet").flat_map(Element::elements).filter(is_inline).collect();
    renditions.sort_by_key(|rendition| (!in_language(rendition, &raw.item), rank(rendition)));
    for rendition in renditions {
        let body = of_rendition(rendition, raw, notes);
        if body.blocks.iter().any(|block| !block.is_empty()) {
            raw.body = body;
            return;
        }
    }
}

fn of_rendition(rendition: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) -> Body {
    if rendition.is("inlineData") {
        let text = rendition.raw_text();
        let is_base64 =
            rendition.attribute("encoding").is_some_and(|name| name.to_ascii_lowercase().ends_with("base64"));
        return body::of_string(&if is_base64 { body::from_base64(&text).unwrap_or_default() } else { text });
    }
    if let Some(found) = rendition.child("nitf") {
        nitf::fill_gaps_inside(found, raw, notes);
        return nitf::body(found);
    }
    let Some(inner) = rendition.elements().next() else { return body::of_string(&rendition.raw_text()) };
    if inner.is("html") {
        if raw.item.meta.headline.is_empty() {
            raw.item.meta.headline = inner.path(&["head", "title"]).and_then(Element::text).unwrap_or_default();
        }
        return inner.child("body").map(html_body).unwrap_or_else(|| body::of_element(inner));
    }
    if inner.is("body") && inner.child("text").is_some() {
        vendor_text(inner, raw);
    }
    if inner.is("body") { html_body(inner) } else { body::of_element(rendition) }
}

/// A `section` of class main is the text; what stands beside it repeats the fields or is for desks.
fn html_body(element: &Element<'_>) -> Body {
    let is_main = |section: &&Element<'_>| section.has_class("main") && (section.is("section") || section.is("div"));
    let mut mains: Vec<&Element<'_>> = element.elements().filter(is_main).collect();
    if mains.is_empty() {
        // The sections may stand in one more element, such as an `article`.
        mains = element.elements().flat_map(Element::elements).filter(is_main).collect();
    }
    if mains.is_empty() {
        return body::of_element(element);
    }
    let mut body = body::of_elements(mains.iter().copied());
    body.asides = beside(element, &mains);
    body
}

/// The texts beside the main sections, which stay with the desk.
fn beside(element: &Element<'_>, mains: &[&Element<'_>]) -> Vec<String> {
    let is_main = |child: &&Element<'_>| mains.iter().any(|main| std::ptr::eq(*main, *child));
    let holds_main = |child: &&Element<'_>| child.elements().any(|inner| is_main(&inner));
    let inner = element.elements().filter(holds_main).flat_map(Element::elements);
    let outer = element.elements().filter(|child| !holds_main(child));
    inner.chain(outer).filter(|child| !is_main(child)).filter_map(Element::text).collect()
}

/// TTNITF, the markup of TT: its headline, byline and lead have names of their own.
fn vendor_text(element: &Element<'_>, raw: &mut RawItem) {
    let Some(text) = element.child("text") else { return };
    if raw.item.meta.headline.is_empty() {
        raw.item.meta.headline = text.text_of("rubrik").unwrap_or_default();
    }
    if raw.item.byline.is_none() {
        raw.item.byline = text.text_of("byline");
    }
}

/// The most links, and the most schemes of a catalogue, that are looked up.
const LINKS: usize = 500;

/// Pictures: of this item, linked with an address, or other items of the message.
fn media(element: &Element<'_>, meta: &Element<'_>, all: &[&Element<'_>], item: &mut WireItem) {
    if item.meta.status == Status::Canceled {
        return;
    }
    if let Some(href) = element.all("contentSet").find_map(best_rendition) {
        item.meta.associations.push(Association {
            kind: Some("picture".to_string()),
            href: Some(href),
            ..Association::default()
        });
    }
    for link in meta.all("link").take(LINKS) {
        let class = link.child("itemClass").and_then(|class| class.attribute("qcode")).map(local).unwrap_or("");
        let reference = link.attribute("residref").or_else(|| link.attribute("guidref"));
        let other = reference.and_then(|reference| all.iter().find(|other| other.attribute("guid") == Some(reference)));
        if let Some(other) = other.filter(|other| !matches!(item_class(other).as_str(), "text" | "composite" | "")) {
            item.meta.associations.push(association(other));
        } else if matches!(class, "picture" | "graphic" | "video" | "audio") {
            item.meta.associations.push(Association {
                kind: Some(class.to_string()),
                href: link.attribute("href").or(link.attribute("residref")).map(str::to_string),
                caption: link.text_of("title"),
                ..Association::default()
            });
        }
    }
}

/// Another item of the message as a picture of this one.
fn association(item: &Element<'_>) -> Association {
    let empty = Element::default();
    let meta = item.child("contentMeta").unwrap_or(&empty);
    let rights = item.child("rightsInfo").unwrap_or(&empty);
    let caption = meta.all("description").find_map(Element::text).or_else(|| meta.text_of("headline"));
    Association {
        kind: Some(item_class(item)),
        href: item.all("contentSet").find_map(best_rendition),
        caption,
        by: meta.text_of("by").or_else(|| meta.child("creator").and_then(named)),
        credit: meta.text_of("creditline"),
        rights: rights.text_of("copyrightNotice").or_else(|| rights.text_of("usageTerms")).and_then(meaningful),
        ..Association::default()
    }
}

/// The address of the picture with the most bytes; where no size is given, the first.
fn best_rendition(set: &Element<'_>) -> Option<String> {
    let is_picture = |remote: &&Element<'_>| {
        remote.attribute("contenttype").is_none_or(|kind| kind.starts_with("image") || kind.starts_with("video"))
            && !is_pixel(remote.attribute("width"), remote.attribute("height"))
    };
    let size = |remote: &Element<'_>| remote.attribute("size").and_then(|size| size.parse::<u64>().ok()).unwrap_or(0);
    let mut best: Option<(&Element<'_>, u64)> = None;
    for remote in set.all("remoteContent").filter(is_picture).filter(|remote| remote.attribute("href").is_some()) {
        if best.is_none_or(|(_, known)| size(remote) > known) {
            best = Some((remote, size(remote)));
        }
    }
    best.and_then(|(remote, _)| remote.attribute("href")).map(str::to_string)
}
