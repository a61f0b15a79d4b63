//! What a NewsML 1 item says around its texts: management, identifiers, news lines, metadata.

use super::{formal, is_descriptive};
use crate::diag::Code;
use crate::wire::copy::{RawItem, is_signoff};
use crate::wire::dom::Element;
use crate::wire::item::WireItem;
use crate::wire::newsml_g2::bare_code;
use crate::wire::text::{clean, meaningful};
use crate::wire::{Notes, nitf, status};

/// Identification and management of an item.
pub(super) fn managed(item: &Element<'_>, notes: &mut Notes) -> RawItem {
    let mut raw = RawItem::default();
    let empty = Element::default();
    let (uri, derive_from) = uri(item);
    raw.item.meta.uri = Some(uri);
    raw.derive_uri_from = derive_from;
    raw.item.meta.kind = Some("text".to_string());
    let identifier = item.path(&["Identification", "NewsIdentifier"]).unwrap_or(&empty);
    // The end of the public identifier says it once more: `:12U`.
    let public = identifier.text_of("PublicIdentifier");
    let last = public
        .as_deref()
        .and_then(|public| public.rsplit(':').next())
        .map(|last| last.trim_end_matches(['N', 'U', 'A']));
    let last = last.filter(|last| !last.is_empty() && last.len() <= 6 && last.bytes().all(|b| b.is_ascii_digit()));
    raw.item.meta.version = Some(status::version(identifier.text_of("RevisionId").as_deref().or(last), notes));
    let management = item.child("NewsManagement").unwrap_or(&empty);
    let time = |name: &str, notes: &mut Notes| status::time(name, management.text_of(name).as_deref(), notes);
    raw.item.meta.first_created = time("FirstCreated", notes);
    raw.item.meta.version_created = time("ThisRevisionCreated", notes);
    let urgency = management.child("Urgency");
    let own_text = urgency.and_then(Element::text);
    raw.item.meta.urgency =
        status::urgency(urgency.and_then(|urgency| urgency.attribute("FormalName")).or(own_text.as_deref()));
    let kind = formal(management, "NewsItemType").unwrap_or("").to_lowercase();
    raw.item.meta.alert = kind.contains("alert") || kind.contains("flash");
    raw.item.meta.advisory = kind.contains("advisory");
    raw.commands.push(kind);
    raw.commands
        .extend(management.all("Instruction").filter_map(|one| one.attribute("FormalName")).map(str::to_string));
    publication(management, &mut raw.item, notes);
    raw
}

/// The status in any case; an embargo lasts until the change that the item names.
fn publication(management: &Element<'_>, item: &mut WireItem, notes: &mut Notes) {
    let Some(found) = management.child("Status") else { return };
    let text = found.text();
    let word = found.attribute("FormalName").or(text.as_deref()).unwrap_or("(empty)");
    if !word.eq_ignore_ascii_case("embargoed") {
        let ends = management.child("StatusWillChange").filter(|change| {
            formal(change, "FutureStatus").is_some_and(|status| !status.eq_ignore_ascii_case("usable"))
        });
        // What will be canceled is of no use from then on.
        item.meta.expires =
            ends.and_then(|change| status::time("StatusWillChange", change.text_of("DateAndTime").as_deref(), notes));
        return status::set(item, Some(word), notes);
    }
    let change = management.child("StatusWillChange").filter(|change| {
        // A change to anything but usable is not a release.
        formal(change, "FutureStatus").is_none_or(|status| status.eq_ignore_ascii_case("usable"))
    });
    match change.and_then(|change| change.text_of("DateAndTime")) {
        Some(time) => status::embargo(item, Some(&time), notes),
        None => {
            notes.warn(
                Code::WireStatus,
                "the item is embargoed and gives no time of release; the story is not published",
            );
            item.hold("embargoed without a time of release");
        }
    }
}

/// The PublicIdentifier less its revision; else one made of its parts; else what a uri can be derived from.
pub(super) fn uri(item: &Element<'_>) -> (String, Option<String>) {
    let empty = Element::default();
    let identifier = item.path(&["Identification", "NewsIdentifier"]).unwrap_or(&empty);
    if let Some(public) = identifier.text_of("PublicIdentifier") {
        let parts: Vec<&str> = public.split(':').collect();
        let last = parts.last().copied().unwrap_or("");
        let digits = last.trim_end_matches(['N', 'U', 'A']);
        let is_revision = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let names_item = parts.get(4).is_some_and(|id| !id.trim().is_empty());
        if parts.len() >= 6 && is_revision && names_item {
            return (public[..public.len() - last.len() - 1].to_string(), None);
        }
        // `urn:newsml:agency.example:46250506:1N`: without a day, the revision stands one place earlier.
        if parts.len() == 5 && is_revision && last.len() > digits.len() && !parts[3].trim().is_empty() {
            return (public[..public.len() - last.len() - 1].to_string(), None);
        }
        if parts.len() >= 5 && names_item {
            return (public, None);
        }
    }
    let part = |name: &str| identifier.text_of(name);
    match (part("ProviderId"), part("DateId"), part("NewsItemId")) {
        (Some(provider), Some(date), Some(id)) => (format!("urn:newsml:{provider}:{date}:{id}"), None),
        (_, _, Some(id)) => (String::new(), Some(id)),
        _ => {
            let mut duid = None;
            item.each("NewsComponent", &mut |component: &Element<'_>| {
                if duid.is_none() {
                    duid = component.attribute("Duid").filter(|duid| duid.len() >= 8).map(str::to_string);
                }
            });
            (duid.unwrap_or_default(), None)
        }
    }
}

pub(super) fn news_lines(around: &[&Element<'_>], raw: &mut RawItem) {
    let lines = || around.iter().filter_map(|component| component.child("NewsLines"));
    let line = |name: &str| lines().find_map(|lines| lines.text_of(name));
    let item = &mut raw.item;
    item.meta.headline = line("HeadLine").unwrap_or_default();
    item.meta.slugline = line("SlugLine");
    // `(Avance) PORT STORM`: the take, and the desk's slug behind it.
    let second = line("SubHeadLine");
    let taken = second.as_deref().and_then(|text| text.strip_prefix('(')?.split_once(") "));
    let taken = taken.filter(|(take, slug)| !take.contains(' ') && nitf::is_slug(slug));
    let (take, second) = match taken {
        Some((take, slug)) => (Some(take.to_string()), Some(slug.to_string())),
        None => (None, second),
    };
    item.meta.take = take;
    match second {
        Some(second) if item.meta.slugline.is_none() && nitf::is_slug(&second) => item.meta.slugline = Some(second),
        second => item.meta.subheadline = second,
    }
    item.meta.credit_line = line("CreditLine");
    item.meta.copyright_notice = line("CopyrightLine");
    raw.dateline_field = line("DateLine");
    item.meta.keywords = lines().flat_map(|lines| lines.all("KeywordLine")).filter_map(Element::text).collect();
    item.meta.ed_note = line("AdvisoryLine");
    for other in lines().flat_map(|lines| lines.all("NewsLine")) {
        let kind = formal(other, "NewsLineType").unwrap_or("").to_lowercase();
        if let Some(text) = other.text_of("NewsLineText") {
            match kind.as_str() {
                "advisoryline" | "advisory" => item.meta.ed_note = item.meta.ed_note.take().or(Some(text)),
                _ => item.meta.notes.push((if kind.is_empty() { "newsLine".to_string() } else { kind }, text)),
            }
        }
    }
    match line("ByLine") {
        Some(initials) if is_signoff(&initials) => item.meta.signoff = Some(initials),
        by => item.byline = by,
    }
}

pub(super) fn metadata(around: &[&Element<'_>], item: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) {
    let empty = Element::default();
    let found = |name: &str| around.iter().find_map(|component| component.child(name)).unwrap_or(&empty);
    let administrative = found("AdministrativeMetadata");
    let party =
        |name: &str| administrative.path(&[name, "Party"]).and_then(|party| party.attribute("FormalName")).map(clean);
    let story = &mut raw.item;
    story.meta.provider = party("Provider").or_else(|| party("Source"));
    if let Some(creator) = party("Creator").filter(|creator| is_signoff(creator)) {
        story.meta.signoff.get_or_insert(creator);
    }
    let descriptive: Vec<&Element<'_>> =
        around.iter().flat_map(|component| component.elements().filter(is_descriptive)).collect();
    story.meta.language = descriptive.iter().find_map(|one| formal(one, "Language")).map(str::to_string);
    for one in &descriptive {
        for code in one.all("SubjectCode").flat_map(Element::elements) {
            story.meta.subjects.extend(code.attribute("FormalName").and_then(bare_code));
        }
        for genre in one.all("Genre") {
            let name = genre.attribute("FormalName").unwrap_or("").to_string();
            story.meta.advisory |= name.eq_ignore_ascii_case("advisory");
            story.meta.genres.push(name);
        }
        for property in one.all("Property") {
            if property.attribute("FormalName").is_some_and(|name| name.eq_ignore_ascii_case("keyword")) {
                story.meta.keywords.extend(property.attribute("Value").map(str::to_string));
            }
        }
        let cities = one.all("Location").flat_map(|location| location.all("Property"));
        let city = cities
            .filter(|property| property.attribute("FormalName") == Some("City"))
            .find_map(|city| city.attribute("Value"));
        story.meta.located = story.meta.located.take().or_else(|| city.map(clean));
    }
    let mut rights = None;
    item.each("UsageType", &mut |usage: &Element<'_>| {
        rights = rights.take().or_else(|| usage.text().or_else(|| usage.attribute("FormalName").map(str::to_string)));
    });
    let line = || around.iter().filter_map(|one| one.child("NewsLines")).find_map(|lines| lines.text_of("RightsLine"));
    story.meta.usage_terms = rights.and_then(meaningful).or_else(|| line().and_then(meaningful));
    if story.meta.signoff.as_deref().is_some_and(|text| text.trim().is_empty()) {
        notes.note(Code::WireDropped, "an empty sign-off was left out");
        story.meta.signoff = None;
    }
}
