//! ninjs 1 to 3: JSON objects, alone, in a list or in an envelope. Keys of all versions are accepted, even mixed.

use super::account::Source;
use super::body::{self, Body};
use super::copy::RawItem;
use super::item::{Association, Format, Outcome};
use super::json::{Aside, Keys, is_empty, text_of};
use super::newsml_g2::{bare_code, is_alert, subject_code};
use super::pushed::file_name;
use super::shown::is_pixel;
use super::{Context, Notes, Parsed, account, hold, nitf, status, xml};
use crate::diag::Code;
use crate::story::{Correction, Sponsor, Status};
use serde_json::{Map, Value, json};

/// Reads a value of JSON; `None` where it is not ninjs.
pub(super) fn read(value: &Value, context: &Context, notes: &mut Notes, parsed: &mut Parsed) -> Option<()> {
    let items = items(value);
    if !items.iter().any(|item| is_ninjs(&Keys(item))) {
        return None;
    }
    parsed.format = Some(Format::Ninjs);
    for item in items {
        let from = parsed.items.len();
        read_item(&Keys(item), Aside::default(), context, notes, parsed);
        account::balance(Source::Json(item), from, notes, parsed);
    }
    Some(())
}

/// The items of a file: the object, the list, or the list in an envelope.
fn items(value: &Value) -> Vec<&Map<String, Value>> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_object).collect(),
        Value::Object(object) => {
            let keys = Keys(object);
            let is_envelope =
                !is_ninjs(&keys) && ["total", "count", "limit", "offset"].iter().any(|key| object.contains_key(*key));
            let inner = ["item", "items", "_items", "hits"].iter().find_map(|key| object.get(*key));
            match inner {
                Some(Value::Array(list)) if is_envelope || !is_ninjs(&keys) => {
                    list.iter().filter_map(Value::as_object).collect()
                }
                Some(Value::Object(item)) if !is_ninjs(&keys) && is_ninjs(&Keys(item)) => vec![item],
                _ => vec![object],
            }
        }
        _ => Vec::new(),
    }
}

/// Whether an object has an identifier and another key of ninjs.
fn is_ninjs(keys: &Keys<'_>) -> bool {
    let known = [
        "type",
        "headline",
        "headlines",
        "pubstatus",
        "versioncreated",
        "body_html",
        "body_xhtml",
        "body_text",
        "body_html5",
        "bodies",
        "byline",
        "by",
        "urgency",
        "language",
        "subject",
        "subjects",
        "version",
        "associations",
        "copyrightholder",
        "renditions",
        "descriptions",
        "description_text",
        "firstcreated",
        "standard",
        "profile",
        "slugline",
        "embargoed",
        "located",
        "mimetype",
        "altids",
    ];
    keys.get(&["uri", "guid"]).is_some()
        && keys.0.keys().any(|key| {
            let key = key.to_ascii_lowercase();
            known.contains(&key.as_str())
                || ["headline_", "body_", "description_"].iter().any(|start| key.starts_with(start))
        })
}

/// Types of items that are not text, whatever else they carry.
const NO_TEXT: &[&str] = &[
    "picture",
    "photo",
    "image",
    "graphic",
    "video",
    "audio",
    "event",
    "planning",
    "component",
    "package",
    "map",
    "animated",
    "list",
];

/// `http://FEED/item/2026-02-09T15:02:05.000Z/2` less time and number of the version, which would make each version a story of its own.
fn without_version(uri: String, keys: &Keys<'_>) -> String {
    let end = |text: Option<String>| text.map(|text| format!("/{text}"));
    let version = end(keys.text(&["version"]));
    let time = end(keys.text(&["versioncreated"]));
    let own = version.zip(time).and_then(|(version, time)| uri.strip_suffix(&version)?.strip_suffix(&time));
    own.map(str::to_string).filter(|own| own.contains('/')).unwrap_or(uri)
}

/// Reads an item, whose format may have other keys beside those of ninjs.
pub(super) fn read_item(keys: &Keys<'_>, mut aside: Aside, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let uri = keys.text(&["uri", "guid"]);
    if uri.is_none() && !aside.may_lack_uri {
        return notes.error(Code::WireFormat, "an item has no `uri`, which ninjs requires");
    }
    let kind = keys.text(&["type"]).map(|kind| kind.to_lowercase());
    let mut raw = RawItem::default();
    raw.item.meta.uri = uri.map(|uri| without_version(uri, keys));
    publication(keys, &mut raw, notes);
    let is_summary = aside.is_summary && !context.summary_is_text;
    let summary_alone = is_summary.then(|| "the feed has a summary of the story and not its text".to_string());
    if let Some(reason) = aside.held.take().or(summary_alone) {
        notes.warn(Code::WireWithheld, format!("{reason}; the story is kept withheld"));
        raw.item.hold(reason);
    }
    raw.item.meta.notes.append(&mut aside.notes);
    raw.body = match aside.body.take() {
        Some(body) => body,
        None => body(keys, &mut raw, notes),
    };
    let has_text = raw.body.blocks.iter().any(|block| !block.is_empty());
    let is_hidden = raw.item.meta.status != Status::Usable;
    match kind.as_deref() {
        Some("text" | "composite") => {}
        Some("advisory") => raw.item.meta.advisory = true,
        Some(other) if !NO_TEXT.contains(&other) && (has_text || is_hidden) => {}
        None if has_text || is_hidden => {}
        None => return notes.skip(parsed, Outcome::NotStory, "an item with neither type nor body is not a story"),
        Some(other) => return notes.skip(parsed, Outcome::Skip, format!("an item of type {other} is not text")),
    }
    if kind.as_deref() == Some("composite") && !has_text && !is_hidden {
        return notes.skip(parsed, Outcome::Skip, "a composite without a text of its own");
    }
    raw.item.meta.kind = Some("text".to_string());
    fields(keys, &mut raw, notes);
    lists(keys, &mut raw);
    associations(keys, &mut raw, notes);
    notes.take(raw, context, parsed);
}

/// Status, version and times. A value of the wrong type is as unreadable as a wrong word.
fn publication(keys: &Keys<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let item = &mut raw.item;
    let words = |value: &Value| text_of(value).unwrap_or_else(|| value.to_string());
    // The strictest of several counts.
    for value in keys.every(&["pubStatus"]) {
        status::set(item, Some(&words(value)), notes);
    }
    for value in keys.every(&["embargoedUntil", "embargoed"]).filter(|value| !is_empty(value)) {
        let known = item.meta.embargoed_until.take();
        status::embargo(item, Some(&words(value)), notes);
        let zone = crate::clock::Zone::utc();
        let later = item
            .meta
            .embargoed_until
            .is_none_or(|own| known.is_some_and(|known| known.instant(&zone) > own.instant(&zone)));
        if later {
            item.meta.embargoed_until = known.or(item.meta.embargoed_until);
        }
    }
    // Keys of vendors' own: what says when is an embargo, what says it in words is a note, which holds the story.
    for (key, value) in keys.0.iter().filter(|(key, value)| is_other_embargo(key) && !is_empty(value)) {
        match (value, text_of(value).and_then(|text| super::WireTime::parse(&text))) {
            (Value::Bool(false), _) => {}
            (Value::String(text), _) if super::text::meaningful(text.as_str()).is_none() => {}
            (_, Some(time)) => {
                let zone = crate::clock::Zone::utc();
                if item.meta.embargoed_until.is_none_or(|own| time.instant(&zone) > own.instant(&zone)) {
                    status::embargo(item, Some(&time.to_string()), notes);
                }
            }
            _ => item.meta.notes.push(("embargo".to_string(), format!("embargo: {key} {}", words(value)))),
        }
    }
    item.meta.version = Some(status::version(keys.text(&["version"]).as_deref(), notes));
    let mut time = |names: &[&str]| status::time(names[0], keys.text(names).as_deref(), notes);
    item.meta.version_created = time(&["versionCreated"]);
    item.meta.first_created = time(&["firstCreated"]);
    item.meta.content_created = time(&["contentCreated"]);
    item.meta.expires = time(&["expires"]);
    hold::object(item, keys.0, notes);
}

fn is_other_embargo(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    lower.starts_with("embargo") && !matches!(lower.as_str(), "embargoed" | "embargoeduntil")
}

/// The texts of a list of `{role, value}` with this role; `None` asks for any.
fn with_role(list: &[&Value], role: Option<&str>) -> Option<String> {
    list.iter().find_map(|one| {
        if let Value::String(text) = one {
            return role.is_none().then(|| text.clone());
        }
        let keys = Keys(one.as_object()?);
        let own = keys.text(&["role"]).unwrap_or_default();
        let fits = role.is_none_or(|role| own.eq_ignore_ascii_case(role));
        fits.then(|| keys.text(&["value", "name"])).flatten()
    })
}

fn fields(keys: &Keys<'_>, raw: &mut RawItem, notes: &mut Notes) {
    // Version 1.6 has the role in the name of the key: `headline_main`.
    let (own_headlines, own_descriptions) = (suffixed(keys, "headline_"), suffixed(keys, "description_"));
    let mut headlines = keys.list(&["headlines"]);
    headlines.extend(&own_headlines);
    let mut descriptions = keys.list(&["descriptions"]);
    descriptions.extend(&own_descriptions);
    let sources = keys.list(&["infoSources", "infosource"]);
    // Who paid for a text is not who supplied it.
    let is_sponsor = |one: &&&Value| {
        let role = one.as_object().and_then(|one| Keys(one).text(&["role"]));
        role.is_some_and(|role| role.eq_ignore_ascii_case("sponsor"))
    };
    let sponsor = sources.iter().find(is_sponsor).and_then(|one| one.as_object());
    let sponsor = sponsor.and_then(|one| {
        let url = Keys(one).text(&["uri"]).filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        Some(Sponsor { name: Keys(one).text(&["name"])?, url })
    });
    let sources: Vec<&Value> = sources.iter().filter(|one| !is_sponsor(one)).copied().collect();
    let item = &mut raw.item;
    let without = |roles: &[&str]| {
        headlines.iter().find_map(|one| {
            let own = one.as_object().and_then(|one| Keys(one).text(&["role"])).unwrap_or_default();
            if roles.contains(&own.to_lowercase().as_str()) { None } else { with_role(&[one], None) }
        })
    };
    let main = with_role(&headlines, Some("main"))
        .or_else(|| with_role(&headlines, Some("headline")))
        .or_else(|| without(&["subheadline", "kicker", "sub", "short", "web", "mobile", "seo", "push", "overline"]))
        .or_else(|| without(&["subheadline", "subhead", "kicker", "sub", "overline"]));
    let named = keys.text(&["headline", "headline_text"]).or(main).or_else(|| keys.text(&["title", "name"]));
    item.meta.headline = named.unwrap_or_default();
    item.meta.subheadline = ["subheadline", "sub"]
        .iter()
        .find_map(|role| with_role(&headlines, Some(role)))
        .or_else(|| keys.text(&["subheadline"]));
    item.meta.kicker = with_role(&headlines, Some("kicker")).or_else(|| keys.text(&["kicker"]));
    raw.is_export = with_role(&descriptions, Some("dateline")).is_some();
    raw.dateline_field = with_role(&descriptions, Some("dateline")).or_else(|| match keys.get(&["dateline"])? {
        Value::Object(object) => Keys(object).text(&["text"]),
        other => text_of(other),
    });
    let corrected = with_role(&descriptions, Some("correctionDate"));
    let date = status::time("correctionDate", corrected.as_deref(), notes);
    item.meta.correction = with_role(&descriptions, Some("correction")).map(|note| Correction { note, date });
    let summary = ["summary", "main", "abstract", "lead"].iter().find_map(|role| with_role(&descriptions, Some(role)));
    let other = descriptions.iter().find_map(|one| {
        let own = one.as_object().and_then(|one| Keys(one).text(&["role"])).unwrap_or_default();
        let taken = ["dateline", "correction", "correctiondate", "caption"].contains(&own.to_lowercase().as_str());
        if taken { None } else { with_role(&[one], None) }
    });
    item.meta.description = keys.text(&["description_text", "description_html"]).or(summary).or(other);
    item.byline = names_of(keys, &["by", "byline"]).or_else(|| names_of(keys, &["authors"]));
    // Photographers and others who are not writers of the text.
    for one in keys.list(&["bylines"]).into_iter().filter_map(Value::as_object) {
        let name = Keys(one).text(&["byline", "name"]).filter(|name| item.byline.as_ref() != Some(name));
        item.meta.notes.extend(name.map(|name| ("byline".to_string(), name)));
    }
    item.meta.slugline = keys.text(&["slugline", "slug"]);
    item.meta.located = keys.text(&["located"]);
    item.meta.language = keys.text(&["language"]);
    item.meta.urgency = status::urgency(keys.text(&["urgency"]).as_deref());
    let rights = keys.get(&["rightsInfo"]).and_then(Value::as_object).map(Keys);
    let right = |name: &str| keys.text(&[name]).or_else(|| rights.as_ref()?.text(&[name]));
    item.meta.copyright_holder = right("copyrightHolder");
    item.meta.copyright_notice = right("copyrightNotice");
    item.meta.usage_terms = right("usageTerms");
    item.meta.ed_note = keys.text(&["edNote"]);
    item.meta.sponsor = sponsor;
    item.meta.provider = with_role(&sources, Some("provider"))
        .or_else(|| keys.text(&["source", "provider"]))
        .or_else(|| with_role(&sources, None).filter(|_| with_role(&sources, Some("creditLine")).is_none()));
    item.meta.credit_line = with_role(&sources, Some("creditLine")).or_else(|| keys.text(&["creditLine"]));
    let source_type = keys.get(&["digitalSourceType"]);
    let code = source_type.and_then(|value| match value {
        Value::Object(object) => Keys(object).text(&["uri", "code"]),
        other => text_of(other),
    });
    item.meta.digital_source_type = code.map(|code| code.rsplit('/').next().unwrap_or(&code).to_string());
}

/// Keys with a role in their name, as the later versions write them: `{role, value}`.
fn suffixed(keys: &Keys<'_>, start: &str) -> Vec<Value> {
    let role = |key: &str| {
        let head = key.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start))?;
        Some(key[head.len()..].to_ascii_lowercase()).filter(|role| !role.is_empty())
    };
    keys.0.iter().filter_map(|(key, value)| Some(json!({"role": role(key)?, "value": text_of(value)?}))).collect()
}

/// A text, or the names of a list of texts or objects.
fn names_of(keys: &Keys<'_>, names: &[&str]) -> Option<String> {
    let one = |value: &Value| match value {
        Value::Object(object) => Keys(object).text(&["name", "byline", "value"]),
        other => text_of(other),
    };
    let found: Vec<String> = keys.list(names).into_iter().filter_map(one).collect();
    Some(found.join(", ")).filter(|text| !text.is_empty())
}

fn lists(keys: &Keys<'_>, raw: &mut RawItem) {
    let item = &mut raw.item;
    for subject in keys.list(&["subjects", "subject"]) {
        let Some(object) = subject.as_object() else {
            item.meta
                .subjects
                .extend(subject.as_str().and_then(|code| subject_code(code, &[]).or_else(|| bare_code(code))));
            continue;
        };
        let subject = Keys(object);
        match subject.text(&["rel"]).as_deref() {
            Some("keyword") => item.meta.keywords.extend(subject.text(&["name", "literal"])),
            Some("signal") => item.meta.signals.extend(subject.text(&["literal", "name"])),
            _ => {
                let codes = ["uri", "qcode", "code", "literal"].iter().filter_map(|name| subject.text(&[name]));
                let code = codes.filter_map(|code| subject_code(&code, &[]).or_else(|| bare_code(&code))).next();
                item.meta.subjects.extend(code);
            }
        }
    }
    item.meta.keywords.extend(keys.list(&["keywords", "keyword"]).into_iter().filter_map(text_of));
    let names = |names: &[&str]| -> Vec<String> {
        let one = |value: &Value| match value {
            Value::Object(object) => Keys(object).text(&["name", "literal", "value"]),
            other => text_of(other),
        };
        keys.list(names).into_iter().filter_map(one).collect()
    };
    item.meta.genres = names(&["genres", "genre"]);
    item.meta.people = names(&["people", "person"]);
    item.meta.organisations = names(&["organisations", "organisation"]);
    item.meta.places = names(&["places", "place"]);
    item.meta.alt_ids = names(&["altIds"]);
    for one in keys.list(&["replacing", "replaces", "evolvedfrom", "evolved_from", "rewrite_of"]) {
        item.meta.replaces.extend(match one {
            Value::Object(object) => Keys(object).text(&["uri", "guid"]),
            other => text_of(other),
        });
    }
    for signal in keys.list(&["signals", "signal"]) {
        item.meta.signals.extend(match signal {
            Value::Object(object) => Keys(object).text(&["code", "qcode", "literal", "name"]),
            other => text_of(other),
        });
    }
    // An export of a site says so with a signal, because ninjs has no key for it.
    let profile = keys.text(&["profile"]);
    let marks = item.meta.signals.iter().chain(&item.meta.genres).chain(&profile);
    item.meta.alert = marks.into_iter().any(|mark| is_alert(mark.rsplit(':').next().unwrap_or(mark)));
    item.meta.signals.retain(|signal| signal != "alert");
    item.meta.advisory |= item.meta.genres.iter().any(|genre| genre.eq_ignore_ascii_case("advisory"));
    raw.commands.extend(profile);
}

/// The text: HTML first, then NITF in a string, then plain text.
fn body(keys: &Keys<'_>, raw: &mut RawItem, notes: &mut Notes) -> Body {
    let mut found: Vec<((u8, bool), String)> = Vec::new();
    for (rank, name) in [(0, "body_html"), (0, "body_xhtml"), (1, "body_html5"), (2, "body_nitf"), (3, "body_text")] {
        found.extend(keys.text(&[name]).map(|text| ((rank, false), text)));
    }
    for one in suffixed(keys, "body_") {
        let (Some(role), Some(text)) = (one["role"].as_str(), one["value"].as_str()) else { continue };
        if !["html", "xhtml", "html5", "nitf", "text"].contains(&role) {
            let is_aside =
                ["summary", "short", "teaser", "abstract", "caption", "lead"].iter().any(|aside| role.contains(aside));
            let rank = match role {
                _ if role.contains("html") => 1,
                _ if role.contains("nitf") || role.contains("xml") => 2,
                _ => 3,
            };
            found.push(((rank, is_aside), text.to_string()));
        }
    }
    for one in keys.objects(&["bodies", "body"]) {
        let Some(object) = one.as_object() else {
            found.extend(text_of(one).map(|text| ((3, false), text)));
            continue;
        };
        let body = Keys(object);
        let kind = body.text(&["contentType"]).unwrap_or_default().to_lowercase();
        let role = body.text(&["role"]).unwrap_or_default().to_lowercase();
        // A summary is the text only where there is no other.
        let is_aside = !matches!(role.as_str(), "" | "main")
            && !role.contains("html")
            && !role.contains("nitf")
            && !role.contains("text");
        let kind = format!("{kind} {role}");
        let rank = if kind.contains("html") {
            0
        } else if kind.contains("nitf") || kind.contains("xml") {
            2
        } else {
            3
        };
        found.extend(body.text(&["value"]).map(|text| ((rank, is_aside), text)));
    }
    found.sort_by_key(|((rank, is_aside), _)| (*is_aside, *rank));
    for ((rank, _), text) in found {
        let body = if rank == 2 { of_nitf(&text, raw, notes) } else { body::of_string(&text) };
        if body.blocks.iter().any(|block| !block.is_empty()) {
            return body;
        }
    }
    Body::default()
}

fn of_nitf(text: &str, raw: &mut RawItem, notes: &mut Notes) -> Body {
    match xml::parse(text.trim()) {
        Ok(document) if document.root.is("nitf") => {
            nitf::fill_gaps_inside(&document.root, raw, notes);
            nitf::body(&document.root)
        }
        Ok(document) => body::of_element(&document.root),
        Err(_) => body::of_string(text),
    }
}

/// Pictures and other items that go with the story; a translation's original is not a medium.
fn associations(keys: &Keys<'_>, raw: &mut RawItem, notes: &mut Notes) {
    for one in keys.list(&["associations"]) {
        let Some(object) = one.as_object().filter(|object| !object.is_empty()) else { continue };
        let keys = Keys(object);
        if keys.text(&["rel"]).is_some_and(|rel| rel == "translationOf") {
            raw.item.meta.translation_of = keys.text(&["uri"]);
            continue;
        }
        // What its agency took back or holds does not go with a story.
        let mut own = super::WireItem::default();
        keys.every(&["pubStatus"]).for_each(|value| status::set(&mut own, text_of(value).as_deref(), notes));
        if own.meta.status != Status::Usable {
            notes.warn(
                Code::WireWithheld,
                "a picture or other item that goes with the story is not usable and was left out",
            );
            continue;
        }
        let descriptions = keys.list(&["descriptions"]);
        let caption =
            keys.text(&["description_text", "description_html"]).or_else(|| with_role(&descriptions, Some("caption")));
        let headlines = keys.list(&["headlines"]);
        let caption = caption
            .or_else(|| with_role(&descriptions, None))
            .or_else(|| keys.text(&["body_text", "headline"]))
            .or_else(|| with_role(&headlines, None));
        let sources = keys.list(&["infoSources"]);
        let credit = with_role(&sources, Some("creditLine")).or_else(|| keys.text(&["creditLine", "source"]));
        raw.item.meta.associations.push(Association {
            kind: Some(keys.text(&["type"]).unwrap_or_else(|| "picture".to_string()).to_lowercase()),
            href: rendition(&keys, &mut raw.item.pushed),
            caption,
            by: keys.text(&["by", "byline"]),
            credit,
            rights: keys.text(&["usageTerms"]).or_else(|| keys.text(&["copyrightNotice"])),
            ..Association::default()
        });
    }
}

/// The address of the largest rendition, else of the item itself. A rendition that its sender pushes has an id in `media`, and
/// perhaps no address; then it is named by its file. Which file is at the address goes to `pushed`.
fn rendition(keys: &Keys<'_>, pushed: &mut Vec<(String, String)>) -> Option<String> {
    let mut best: Option<(f64, String, Option<String>)> = None;
    for one in keys.list(&["renditions"]) {
        let Some(rendition) = one.as_object().map(Keys) else { continue };
        let media_type = rendition.text(&["mimetype", "mimeType", "contenttype"]);
        let file =
            rendition.text(&["media"]).and_then(|id| file_name(&id, media_type.as_deref().unwrap_or("image/jpeg")));
        let Some(href) = rendition.text(&["href"]).or_else(|| file.clone()) else { continue };
        if is_pixel(rendition.text(&["width"]).as_deref(), rendition.text(&["height"]).as_deref()) {
            continue;
        }
        let width = rendition.text(&["width"]).and_then(|width| width.parse().ok()).unwrap_or(0.0_f64);
        if best.as_ref().is_none_or(|(known, ..)| width > *known) {
            best = Some((width, href, file));
        }
    }
    if let Some((_, href, Some(file))) = &best {
        pushed.push((href.clone(), file.clone()));
    }
    best.map(|(_, href, _)| href)
        .or_else(|| keys.text(&["href"]))
        .or_else(|| keys.text(&["uri", "guid"]).filter(|uri| uri.starts_with("http://") || uri.starts_with("https://")))
}
