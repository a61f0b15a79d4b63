//! NITF: a document of its own, or the text inside an item of NewsML.

use super::account::Source;
use super::body::{self, Body};
use super::copy::{RawItem, byline, is_copyright, is_signoff};
use super::dom::{Element, Node};
use super::newsml_g2::{bare_code, is_alert};
use super::text::clean;
use super::{Context, Notes, Parsed, account, status};
use crate::diag::Code;

/// Reads a document.
pub(super) fn read(root: &Element<'_>, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let mut raw = RawItem::default();
    raw.item.meta.kind = Some("text".to_string());
    raw.item.meta.language = ["baselang", "lang"].iter().find_map(|name| root.attribute(name)).map(str::to_string);
    let empty = Element::default();
    let head = root.child("head").unwrap_or(&empty);
    docdata(head, &mut raw, notes);
    metas(head, &mut raw);
    fill_gaps(root, &mut raw, notes);
    body_head(root, &mut raw, notes);
    raw.body = body(root);
    notes.take(raw, context, parsed);
    account::balance(Source::Xml(root, root), 0, notes, parsed);
}

/// The text: `body/body.content` and nothing else, because a note may hold another one.
pub(super) fn body(nitf: &Element<'_>) -> Body {
    let body = nitf.child("body");
    let contents: Vec<&Element<'_>> = body.into_iter().flat_map(|body| body.all("body.content")).collect();
    match (contents.is_empty(), body) {
        (false, _) => body::of_elements(contents),
        (true, Some(body)) => body::of_element(body),
        (true, None) => nitf.child("body.content").map(body::of_element).unwrap_or_default(),
    }
}

/// Headline, byline and the like, where the envelope has none.
pub(super) fn fill_gaps(nitf: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let empty = Element::default();
    let head = nitf.path(&["body", "body.head"]).unwrap_or(&empty);
    let hedline = head.child("hedline").or_else(|| head.child("headline")).unwrap_or(&empty);
    if raw.item.meta.headline.is_empty() {
        let headline = hedline
            .text_of("hl1")
            .or_else(|| hedline.text())
            .or_else(|| nitf.path(&["head", "title"]).and_then(Element::text));
        raw.item.meta.headline = headline.map(|headline| without_marks(&headline)).unwrap_or_default();
    }
    if raw.item.byline.is_none() {
        let mut names: Vec<String> = Vec::new();
        for element in head.all("byline") {
            raw.item.dropped.extend(element.text());
            let titles = element.elements().filter(|child| child.is("byttl")).filter_map(Element::text);
            raw.item.meta.notes.extend(titles.map(|title| ("bylineTitle".to_string(), title)));
        }
        for found in head.all("byline").filter_map(person) {
            take_byline(found, raw, notes);
            names.extend(raw.item.byline.take().map(|by| byline(&by).unwrap_or(&by).to_string()));
        }
        names.dedup();
        raw.item.byline = Some(names.join(", ")).filter(|names| !names.is_empty());
    }
    body_end(nitf, raw);
    if raw.dateline_field.is_none() {
        raw.dateline_field = head.child("dateline").and_then(dateline);
        raw.item.dropped.extend(head.child("dateline").and_then(Element::text));
    }
}

/// The same for a document inside an item of another format, whose fields come first: what says something else stays with the desk.
pub(super) fn fill_gaps_inside(nitf: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    fill_gaps(nitf, raw, notes);
    let Some(head) = nitf.path(&["body", "body.head"]) else { return };
    let headline = head.child("hedline").or_else(|| head.child("headline")).and_then(Element::text);
    if let Some(headline) = headline.filter(|headline| *headline != raw.item.meta.headline) {
        raw.item.meta.notes.push(("headline".to_string(), headline));
    }
    for name in ["abstract", "note"] {
        let texts = head.all(name).filter_map(Element::text);
        raw.item.meta.notes.extend(texts.map(|text| (name.to_string(), text)));
    }
}

/// What stands below the text: a copyright line, initials, or a line for desks.
fn body_end(nitf: &Element<'_>, raw: &mut RawItem) {
    let Some(end) = nitf.path(&["body", "body.end"]) else { return };
    for text in end.elements().filter_map(Element::text) {
        if is_copyright(&text) {
            raw.item.meta.copyright_notice.get_or_insert(text);
        } else if is_signoff(&text) {
            raw.item.meta.signoff.get_or_insert(text);
        } else {
            raw.item.meta.notes.push(("tagline".to_string(), text));
        }
    }
}

/// `>>>ANSA/Headline`: the desk's signs before a headline.
fn without_marks(headline: &str) -> String {
    let text = headline.trim_start_matches(['>', ' ']);
    if text.len() == headline.trim_start().len() {
        return headline.to_string();
    }
    match text.split_once('/') {
        Some((agency, rest)) if agency.len() <= 10 && agency.chars().all(char::is_alphabetic) => {
            rest.trim().to_string()
        }
        _ => text.to_string(),
    }
}

/// A byline without the title that stands in it.
fn person(byline: &Element<'_>) -> Option<String> {
    let mut without = byline.clone();
    without.children.retain(|node| !matches!(node, Node::Element(element) if element.is("byttl")));
    // `By<person>Name</person>` has no blank of its own.
    let text = without.text()?;
    if without.children.len() == byline.children.len() {
        return Some(text);
    }
    // `By Ana Reyes, <byttl>…</byttl>.`: the signs around the title go with it.
    let shown = text.trim_end_matches([',', ' ']);
    let shown = shown.strip_suffix('.').filter(|rest| rest.ends_with([',', ' '])).unwrap_or(shown);
    Some(shown.trim_end_matches([',', ' ']).to_string()).filter(|text| !text.is_empty())
}

/// What stands in a byline: a name, initials, or a second headline.
pub(super) fn take_byline(text: String, raw: &mut RawItem, notes: &mut Notes) {
    let words = text.split(' ').count();
    let lower = text.split(' ').filter(|word| word.starts_with(char::is_lowercase)).count();
    if is_signoff(&text) {
        raw.item.meta.signoff.get_or_insert(text);
    } else if words >= 6 && byline(&text).is_none() && lower * 2 >= words {
        notes.note(Code::WireDropped, "the byline reads like a second headline and was taken as one");
        raw.item.meta.subheadline.get_or_insert(text);
    } else {
        raw.item.byline = Some(text);
    }
}

/// `City, date` from the parts of a dateline; a normalised date alone is not one that somebody wrote.
fn dateline(element: &Element<'_>) -> Option<String> {
    let location = element.child("location").map(|location| location.text_of("city").or_else(|| location.text()));
    let place = location.flatten();
    let date = element.text_of("story.date");
    match (place, date) {
        (Some(place), Some(date)) => Some(format!("{place}, {date}")),
        (Some(place), None) => Some(place),
        (None, _) => element.text(),
    }
}

/// What the head of the body says beyond headline and byline.
fn body_head(root: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let Some(head) = root.path(&["body", "body.head"]) else { return };
    let is_short =
        |second: &Element<'_>| second.attribute("class").is_some_and(|class| class.to_lowercase().contains("short"));
    let hedline = head.child("hedline").or_else(|| head.child("headline"));
    let lower = hedline.into_iter().flat_map(|hedline| hedline.elements().filter(|one| is_lower_headline(one)));
    let (mut others, mut second): (Vec<_>, Vec<_>) = lower.partition(|one| is_short(one));
    // A story has one headline below its first; a short one is for lists of the desk's own.
    others.extend(second.drain(1.min(second.len())..));
    raw.item.meta.notes.extend(others.iter().filter_map(|one| one.text()).map(|text| ("headline".to_string(), text)));
    if let Some(second) = second.first().and_then(|second| second.text()) {
        let folded = second.to_lowercase();
        let is_keyword = raw.item.meta.keywords.iter().any(|keyword| keyword.to_lowercase() == folded);
        if is_keyword || is_slug(&second) {
            raw.item.meta.slugline.get_or_insert(second);
        } else {
            raw.item.meta.subheadline.get_or_insert(second);
        }
    }
    raw.item.meta.description = head.child("abstract").and_then(|summary| {
        let text: Vec<String> = body::of_element(summary).blocks.iter().map(|block| block.plain()).collect();
        Some(text.join(" ")).filter(|text| !text.trim().is_empty())
    });
    let provider = head.child("distributor").and_then(Element::text);
    raw.item.meta.provider = raw.item.meta.provider.take().or(provider);
    if raw.item.meta.version_created.is_none() {
        let norm = head.path(&["dateline", "story.date"]).and_then(|date| date.attribute("norm"));
        raw.item.meta.version_created = status::time("story.date", norm, notes);
    }
    for note in head.all("note") {
        raw.item.meta.notes.extend(note.text().map(|text| ("note".to_string(), text)));
    }
    let rights = head.child("rights");
    if let Some(rights) = rights {
        raw.item.meta.copyright_holder =
            raw.item.meta.copyright_holder.take().or_else(|| rights.text_of("rights.owner"));
        raw.item.meta.copyright_notice = raw.item.meta.copyright_notice.take().or_else(|| notice(rights));
    }
}

/// `hl2` to `hl5`.
fn is_lower_headline(element: &Element<'_>) -> bool {
    ["hl2", "hl3", "hl4", "hl5"].iter().any(|name| element.is(name))
}

/// The words about the rights to the text, without those to its pictures.
fn notice(rights: &Element<'_>) -> Option<String> {
    let mut without = rights.clone();
    without.children.retain(|node| !matches!(node, Node::Element(element) if element.name.ends_with(".photo")));
    without.text()
}

/// Two or three words in capitals are the desk's slug.
pub(super) fn is_slug(text: &str) -> bool {
    text.split(' ').count() <= 4
        && text.len() <= 50
        && text.chars().any(char::is_alphabetic)
        && !text.chars().any(char::is_lowercase)
}

/// A date by its `norm`, else as its text.
fn norm<'e>(date: &'e Element<'_>) -> Option<&'e str> {
    let text = date.children.iter().find_map(|node| match node {
        Node::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Node::Element(_) => None,
    });
    date.attribute("norm").or(text)
}

fn docdata(head: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let empty = Element::default();
    let docdata = head.child("docdata").unwrap_or(&empty);
    let item = &mut raw.item;
    let norm = |name: &str| docdata.child(name).and_then(norm);
    let id = docdata.child("doc-id");
    item.meta.uri = id.and_then(|id| id.attribute("id-string")).map(str::to_string);
    item.meta.urgency = status::urgency(head.find("urgency").and_then(|urgency| urgency.attribute("ed-urg")));
    item.meta.version_created = status::time("date.issue", norm("date.issue"), notes);
    item.meta.expires = status::time("date.expire", norm("date.expire"), notes);
    let key = docdata.child("du-key");
    let timed = item.meta.uri.as_deref().and_then(timed_id).map(|(own, time)| (own.to_string(), time.to_string()));
    let stated = key.and_then(|key| key.attribute("version"));
    item.meta.version = Some(status::version(stated.or(timed.as_ref().map(|(_, time)| time.as_str())), notes));
    item.meta.uri = timed.map(|(own, _)| own).or(item.meta.uri.take());
    let messages: Vec<&str> = docdata.all("ed-msg").filter_map(|message| message.attribute("info")).collect();
    item.meta.ed_note = Some(messages.join(" ")).filter(|note| !note.is_empty());
    if let Some(comment) = head.find("revision-history").and_then(|history| history.attribute("comment")) {
        match item.meta.ed_note {
            None => item.meta.ed_note = Some(clean(comment)),
            Some(_) => item.meta.notes.push(("revision".to_string(), clean(comment))),
        }
    }
    if let Some(kind) =
        docdata.all("ed-msg").filter_map(|message| message.attribute("msg-type")).find(|kind| is_kill(kind))
    {
        notes.warn(
            Code::WireWithheld,
            format!("the editors' message is of the type `{}`; the story is kept withheld", clean(kind)),
        );
        item.hold(format!("an editors' message of the type {}", clean(kind)));
    }
    let replaced = docdata.attribute("management-doc-idref");
    if docdata.attribute("management-idref-status").is_some_and(|status| status.eq_ignore_ascii_case("canceled")) {
        item.meta.replaces.extend(replaced.map(str::to_string));
    }
    let mut commands = Vec::new();
    head.each("tobject.property", &mut |property: &Element<'_>| {
        let kind = property.attribute("tobject.property.type").unwrap_or("");
        item.meta.alert |= is_alert(kind);
        item.meta.advisory |= kind.eq_ignore_ascii_case("advisory");
        commands.push(kind.to_string());
    });
    raw.commands.extend(commands);
    let kinds = head.all("tobject").filter_map(|tobject| tobject.attribute("tobject.type"));
    for kind in kinds {
        item.meta.alert |= is_alert(kind);
        item.meta.advisory |= kind.eq_ignore_ascii_case("advisory");
        raw.commands.push(kind.to_string());
    }
    docdata.each("keyword", &mut |keyword: &Element<'_>| {
        let key = keyword.attribute("key").map(str::to_string).or_else(|| keyword.text());
        item.meta.keywords.extend(key.iter().flat_map(|key| keywords(key)).map(str::to_string));
    });
    let copyright = docdata.child("doc.copyright");
    item.meta.copyright_holder = copyright.and_then(|copyright| copyright.attribute("holder")).map(str::to_string);
    head.each("tobject.subject", &mut |subject: &Element<'_>| {
        item.meta.subjects.extend(subject.attribute("tobject.subject.refnum").and_then(refnum));
    });
    release(docdata, head, raw, notes);
}

/// The words of a key: `Port/Storm/Halden/` and `port,storm,halden` are three. `Halden, Norway` and `AC/DC` are one.
fn keywords(key: &str) -> Vec<&str> {
    let of = |sign: char| key.split(sign).map(str::trim).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let (by_slash, by_comma) = (of('/'), of(','));
    if by_slash.len() > 2 || key.ends_with('/') {
        by_slash
    } else if by_comma.len() > 2 || (by_comma.len() == 2 && !key.contains(", ")) {
        by_comma
    } else {
        vec![key]
    }
}

/// A name that ends in the time of its version, in milliseconds: `urn-x-99-1:1562753522000`.
fn timed_id(id: &str) -> Option<(&str, &str)> {
    let (own, time) = id.rsplit_once(':')?;
    (time.len() == 13 && time.starts_with('1') && time.bytes().all(|b| b.is_ascii_digit())).then_some((own, time))
}

/// A number of a subject, with the prefix that some put before it: `IPTC:11006005`.
fn refnum(text: &str) -> Option<String> {
    bare_code(text.rsplit(':').next().unwrap_or(text))
}

/// Types of messages that take a story back or hold it.
fn is_kill(kind: &str) -> bool {
    ["kill", "withdraw", "withdrawn", "withdrawal", "elim", "hold", "cancel", "canceled", "retract"]
        .contains(&kind.trim().to_ascii_lowercase().as_str())
}

/// Status and release. A release is an embargo if the status says so, or if it lies after the issue.
fn release(docdata: &Element<'_>, head: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let meta = head.all("meta").find(|meta| {
        meta.attribute("name")
            .is_some_and(|name| matches!(name.to_ascii_lowercase().as_str(), "management-status" | "pubstatus"))
    });
    let word = docdata.attribute("management-status").or_else(|| meta.and_then(|meta| meta.attribute("content")));
    let norm = docdata.child("date.release").and_then(norm);
    let is_embargoed = word.is_some_and(|word| word.eq_ignore_ascii_case("embargoed"));
    let item = &mut raw.item;
    if is_embargoed {
        match norm {
            Some(norm) => status::embargo(item, Some(norm), notes),
            None => {
                notes.warn(
                    Code::WireStatus,
                    "the item is embargoed and gives no time of release; the story is not published",
                );
                item.hold("embargoed without a time of release");
            }
        }
        return;
    }
    if let Some(word) = word {
        status::set(item, Some(word), notes);
    }
    // `YYYYMMDD000000-HHMM` is a template that nobody filled in. Anything else that is not a time may have been meant as an embargo.
    if let Some(norm) = norm.filter(|norm| super::time::WireTime::parse(norm).is_none() && !norm.starts_with("YYYY")) {
        return status::embargo(item, Some(norm), notes);
    }
    let released = status::time("date.release", norm, notes);
    let zone = crate::clock::Zone::utc();
    // Where nothing says when it was issued, the release may well be later.
    let is_later = |released: &super::time::WireTime| {
        item.meta.version_created.is_none_or(|issued| released.instant(&zone) > issued.instant(&zone))
    };
    item.meta.embargoed_until = released.filter(is_later);
}

/// Names that agencies give to their own fields.
fn metas(head: &Element<'_>, raw: &mut RawItem) {
    let item = &mut raw.item;
    for meta in head.all("meta") {
        let (Some(name), Some(content)) = (meta.attribute("name"), meta.attribute("content")) else { continue };
        match name.to_ascii_lowercase().as_str() {
            "anpa-keyword" | "slug" | "slugline" => item.meta.slugline = Some(content.to_string()),
            "anpa-category" => item.meta.wire_category = Some(content.to_string()),
            "anpa-takekey" => item.meta.take = Some(content.to_string()),
            "priority" | "anpa-priority" => item.meta.wire_priority = Some(content.to_string()),
            "status" | "anpa-status" => raw.commands.push(content.to_string()),
            "embargo" | "embargoed" | "embargo-date"
                if !matches!(content.to_ascii_lowercase().as_str(), "no" | "none" | "false" | "0") =>
            {
                item.meta.notes.push(("embargo".to_string(), format!("embargo: {content}")));
            }
            "copyright" => item.meta.copyright_notice = item.meta.copyright_notice.take().or(Some(content.to_string())),
            _ => {}
        }
    }
}
