//! NewsML 1.0 to 1.2: items of components of any depth. Text, captions and pictures are told apart by roles and media types.

mod fields;

use super::account::Source;
use super::block::{Block, Inline};
use super::body::{self, Body};
use super::copy::RawItem;
use super::dom::Element;
use super::item::{Association, Outcome};
use super::text::clean;
use super::{Context, Notes, Parsed, account, nitf};
use crate::diag::Code;
use crate::story::Status;
use fields::{managed, metadata, news_lines, uri};

/// Reads a document.
pub(super) fn read(root: &Element<'_>, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let items: Vec<&Element<'_>> = root.all("NewsItem").collect();
    if items.is_empty() {
        // A catalogue or a set of topics is a good document, but not an empty one.
        if root.elements().any(|child| child.is("TopicSet") || child.is("TopicSetRef")) {
            return notes.skip(parsed, Outcome::Skip, "a set of topics has no text");
        }
        return notes.error(Code::WireNoText, "the document holds no NewsItem");
    }
    for item in items {
        let from = parsed.items.len();
        read_item(item, context, notes, parsed);
        account::balance(Source::Xml(item, root), from, notes, parsed);
    }
}

/// A text of an item, and the components around it from the outside in.
struct Unit<'e, 'a> {
    chain: Vec<&'e Element<'a>>,
    content: &'e Element<'a>,
    is_base64: bool,
}

impl<'e, 'a> Unit<'e, 'a> {
    fn role(&self) -> String {
        self.chain.iter().rev().find_map(|component| role(component)).unwrap_or_default()
    }

    /// By `xml:lang`, else by the descriptive metadata of a component of its own.
    fn language(&self) -> Option<&'e str> {
        let described = |component: &&'e Element<'a>| {
            component.elements().filter(is_descriptive).find_map(|metadata| formal(metadata, "Language"))
        };
        let marked = self.chain.iter().rev().find_map(|component| component.attribute("lang"));
        marked.or_else(|| self.chain.iter().skip(1).rev().find_map(described))
    }
}

/// TASS spells it without its last letter but one.
fn is_descriptive(element: &&Element<'_>) -> bool {
    element.is("DescriptiveMetadata") || element.is("DescriptiveMetada")
}

fn role(component: &Element<'_>) -> Option<String> {
    component.child("Role").and_then(|role| role.attribute("FormalName")).map(str::to_lowercase)
}

fn formal<'e>(element: &'e Element<'_>, name: &str) -> Option<&'e str> {
    element.child(name).and_then(|child| child.attribute("FormalName"))
}

fn is_picture(content: &Element<'_>) -> bool {
    let kind = formal(content, "MediaType").unwrap_or("").to_lowercase();
    let mime = formal(content, "MimeType").unwrap_or("").to_lowercase();
    matches!(kind.as_str(), "photo" | "picture" | "image" | "graphic") || mime.starts_with("image/")
}

/// The type of a film or sound that is all an item holds.
fn other_medium(item: &Element<'_>) -> Option<&'static str> {
    let mut found = None;
    item.each("ContentItem", &mut |content: &Element<'_>| {
        let kind = formal(content, "MediaType").unwrap_or("").to_lowercase();
        let mime = formal(content, "MimeType").unwrap_or("").to_lowercase();
        if kind == "video" || mime.starts_with("video/") {
            found = Some("video");
        } else if kind == "audio" || mime.starts_with("audio/") {
            found = found.or(Some("audio"));
        }
    });
    found
}

fn is_caption(role: &str) -> bool {
    role.contains("caption")
}

/// What a component holds, by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Text,
    Headline,
    Subheadline,
    Byline,
    Dateline,
    Abstract,
    Keywords,
    /// For desks: contacts, notes to editors.
    Desk,
    /// For machines: style sheets, scripts.
    Machine,
}

fn part(role: &str) -> Part {
    let word: String = role.chars().filter(|c| c.is_alphanumeric()).collect();
    match word.as_str() {
        "title" | "headline" | "head" | "maintitle" | "titre" | "titular" => Part::Headline,
        "subheadline" | "subtitle" | "subhead" | "deck" => Part::Subheadline,
        "byline" | "author" => Part::Byline,
        "dateline" => Part::Dateline,
        "abstract" | "summary" | "teaser" | "description" | "synopsis" | "resume" => Part::Abstract,
        "keyword" | "keywords" => Part::Keywords,
        "contact" | "contacts" | "contactinfo" | "presscontact" | "editorsnote" | "editornote" | "notetoeditors"
        | "tweettext" | "tweet" | "socialtext" | "advisory" | "notepad" | "notebook" | "internal" | "instructions" => {
            Part::Desk
        }
        "stylesheet" | "style" | "css" | "script" | "javascript" | "metadata" | "tracking" => Part::Machine,
        _ => Part::Text,
    }
}

/// Whether data is for machines by its media type or format.
fn is_machine_data(content: &Element<'_>) -> bool {
    ["MimeType", "Format", "MediaType"].iter().filter_map(|name| formal(content, name)).any(|kind| {
        let kind = kind.to_ascii_lowercase();
        ["css", "stylesheet", "javascript"].iter().any(|word| kind.contains(word))
    })
}

/// The headline that a component has of its own.
fn own_headline(component: &Element<'_>) -> Option<String> {
    component.child("NewsLines").and_then(|lines| lines.text_of("HeadLine"))
}

fn read_item(item: &Element<'_>, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let mut units = Vec::new();
    let mut pictures = Vec::new();
    for component in item.all("NewsComponent") {
        texts(component, &mut Vec::new(), &mut units);
        self::pictures(component, &mut pictures);
    }
    let raw = managed(item, notes);
    let withdrawn = raw.item.meta.status != Status::Usable;
    if units.is_empty() && !withdrawn {
        let refers = item.find("NewsItemRef").is_some();
        if item.child("NewsComponent").is_none() && item.child("Update").is_some() {
            return notes.skip(
                parsed,
                Outcome::NotStory,
                "an order to change parts of another item, no text of its own",
            );
        }
        if !pictures.is_empty() {
            return notes.skip(parsed, Outcome::Skip, "a picture with its caption, no text story");
        } else if let Some(kind) = other_medium(item) {
            return notes.skip(parsed, Outcome::Skip, format!("an item of type {kind} is not text"));
        } else if refers {
            return notes.skip(
                parsed,
                Outcome::NotStory,
                "a package that only refers to other items, no text of its own",
            );
        }
    }
    let languages = languages(&units);
    if languages.len() < 2 {
        let dispatches = dispatches(&units);
        if dispatches.len() > 1 {
            return several(item, &units, &dispatches, pictures, context, notes, parsed);
        }
        let raw = fill(item, &units, raw, pictures, notes);
        return notes.take(raw, context, parsed);
    }
    // Each language is a story of its own.
    let original = format!("{}-{}", uri(item).0, languages[0].to_lowercase());
    for (number, language) in languages.iter().enumerate() {
        let own: Vec<Unit<'_, '_>> = units
            .iter()
            .filter(|unit| unit.language().is_some_and(|own| own.eq_ignore_ascii_case(language)))
            .map(|unit| Unit { chain: unit.chain.clone(), content: unit.content, is_base64: unit.is_base64 })
            .collect();
        let mut raw = fill(item, &own, managed(item, notes), pictures.clone(), notes);
        raw.item.meta.uri = Some(format!("{}-{}", raw.item.uri(), language.to_lowercase()));
        raw.item.meta.language = Some(language.to_string());
        if number > 0 {
            raw.item.meta.translation_of = Some(original.clone());
        }
        notes.take(raw, context, parsed);
    }
}

/// Where each of several dispatches begins that one item holds: texts of the role Main, each in a component with its own headline.
fn dispatches(units: &[Unit<'_, '_>]) -> Vec<usize> {
    let mut starts: Vec<usize> = Vec::new();
    let mut headlines: Vec<String> = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        let own = unit.chain.last().filter(|own| role(own).is_some_and(|role| role == "main"));
        let Some(headline) = own.and_then(|own| own_headline(own)) else { continue };
        if headlines.contains(&headline) || clean(&unit.content.raw_text()).is_empty() {
            continue;
        }
        headlines.push(headline);
        starts.push(at);
        if starts.len() == EDITIONS {
            break;
        }
    }
    starts
}

/// Each dispatch is a story of its own. The first has the item's name, the others a number behind it.
fn several(
    item: &Element<'_>,
    units: &[Unit<'_, '_>],
    starts: &[usize],
    pictures: Vec<Association>,
    context: &Context,
    notes: &mut Notes,
    parsed: &mut Parsed,
) {
    for (number, start) in starts.iter().enumerate() {
        // What stands before the first belongs to it.
        let from = if number == 0 { 0 } else { *start };
        let end = starts.get(number + 1).copied().unwrap_or(units.len());
        let mut raw = fill(item, &units[from..end], managed(item, notes), Vec::new(), notes);
        if number == 0 {
            raw.item.meta.associations = pictures.clone();
        } else {
            raw.item.meta.uri = Some(format!("{}-{}", raw.item.uri(), number + 1));
        }
        notes.take(raw, context, parsed);
    }
    let message = format!(
        "the item holds {} texts with headlines of their own; each became a story, and the names of all but the first end in a number",
        starts.len()
    );
    notes.note(Code::WireUri, message);
}

/// The most language editions, and the most dispatches, of one item.
const EDITIONS: usize = 50;

/// The languages of the texts, in order; none where texts do not say.
fn languages<'e>(units: &[Unit<'e, '_>]) -> Vec<&'e str> {
    let mut found: Vec<&str> = Vec::new();
    for unit in units.iter().filter(|unit| !clean(&unit.content.raw_text()).is_empty()) {
        match unit.language() {
            Some(language) if !found.iter().any(|known| known.eq_ignore_ascii_case(language)) => found.push(language),
            Some(_) => {}
            None => return Vec::new(),
        }
        // So many editions of one item are a fault.
        if found.len() > EDITIONS {
            return Vec::new();
        }
    }
    found
}

/// The texts below a component, without captions.
fn texts<'e, 'a>(component: &'e Element<'a>, chain: &mut Vec<&'e Element<'a>>, units: &mut Vec<Unit<'e, 'a>>) {
    chain.push(component);
    let caption = role(component).is_some_and(|role| is_caption(&role));
    let equivalent = component.attribute("EquivalentsList").is_some_and(|word| word.eq_ignore_ascii_case("yes"));
    let mut has_text = false;
    for child in component.elements() {
        if child.is("NewsComponent") {
            texts(child, chain, units);
        } else if child.is("ContentItem") && !caption && !is_picture(child) && !is_machine_data(child) {
            // `Encoding` may stand around the data; Base64 is not text of ours.
            let encoding = child.child("Encoding");
            let data = child.child("DataContent").or_else(|| encoding?.child("DataContent"));
            let is_base64 = child.child("DataContent").is_none()
                && encoding
                    .and_then(|encoding| encoding.attribute("Notation"))
                    .is_some_and(|name| name.eq_ignore_ascii_case("base64"));
            // Of equivalent forms of one text the first is enough.
            if data.is_some() && !(has_text && equivalent) {
                has_text = true;
                units.extend(data.map(|content| Unit { chain: chain.clone(), content, is_base64 }));
            }
        }
    }
    chain.pop();
}

/// Pictures: one for each component that holds the files of one, with the caption found beside them.
fn pictures(component: &Element<'_>, found: &mut Vec<Association>) {
    let own: Vec<&Element<'_>> = component.all("ContentItem").filter(|content| is_picture(content)).collect();
    let leaves: Vec<&Element<'_>> =
        component.all("NewsComponent").filter(|child| child.all("ContentItem").any(is_picture)).collect();
    let has_caption = component.all("NewsComponent").any(|child| role(child).is_some_and(|role| is_caption(&role)));
    let is_group = !leaves.is_empty() && (has_caption || leaves.len() > 1 && leaves.iter().all(|leaf| rendition(leaf)));
    if is_group {
        let files = leaves.iter().flat_map(|leaf| leaf.all("ContentItem").map(move |content| (role(leaf), content)));
        found.extend(picture(component, files.filter(|(_, content)| is_picture(content)).collect()));
        return;
    }
    if !own.is_empty() {
        found.extend(picture(component, own.into_iter().map(|content| (None, content)).collect()));
    }
    for child in component.all("NewsComponent") {
        pictures(child, found);
    }
}

/// Whether a component is one size of a picture.
fn rendition(component: &Element<'_>) -> bool {
    role(component).is_some_and(|role| {
        ["highdef", "quicklook", "thumbnail", "preview", "main", "lowres", "highres", "web", "picture"]
            .contains(&role.as_str())
    })
}

/// Whether the headline of a picture's component describes it: press releases have their captions there.
fn has_caption_line(component: &Element<'_>) -> bool {
    rendition(component)
        || role(component).is_some_and(|role| matches!(role.as_str(), "photo" | "logo" | "image" | "graphic"))
}

fn picture(component: &Element<'_>, files: Vec<(Option<String>, &Element<'_>)>) -> Option<Association> {
    let size = |content: &Element<'_>| -> u64 {
        content.find("SizeInBytes").and_then(Element::text).and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    let rank = |role: &Option<String>| match role.as_deref() {
        Some("highdef" | "highres" | "main") => 2,
        Some("thumbnail" | "quicklook" | "preview" | "lowres") => 0,
        _ => 1,
    };
    let best = files
        .iter()
        .filter(|(_, content)| content.attribute("Href").is_some())
        .max_by_key(|(role, content)| (rank(role), size(content)));
    let lines = component.find("NewsLines");
    let mut caption = None;
    component.each("NewsComponent", &mut |child: &Element<'_>| {
        if caption.is_none() && role(child).is_some_and(|role| is_caption(&role)) {
            caption = child.find("DataContent").and_then(caption_text);
        }
    });
    Some(Association {
        kind: Some("picture".to_string()),
        href: best.and_then(|(_, content)| content.attribute("Href")).map(str::to_string),
        caption: caption
            .or_else(|| lines.and_then(|lines| lines.text_of("HeadLine")).filter(|_| has_caption_line(component))),
        by: lines.and_then(|lines| lines.text_of("ByLine")),
        credit: lines.and_then(|lines| lines.text_of("CreditLine")),
        rights: lines.and_then(|lines| lines.text_of("CopyrightLine")),
        ..Association::default()
    })
}

/// The words of a caption; of a document of NITF its text alone.
fn caption_text(content: &Element<'_>) -> Option<String> {
    let Some(found) = content.child("nitf") else { return content.text() };
    let texts: Vec<String> = nitf::body(found).blocks.iter().map(Block::plain).collect();
    Some(clean(&texts.join(" "))).filter(|text| !text.is_empty()).or_else(|| content.text())
}

/// Whether a component is a film, a sound, or a cut of one, whose title is not that of the item.
fn is_clip(component: &Element<'_>) -> bool {
    role(component)
        .is_some_and(|role| matches!(role.as_str(), "video" | "audio" | "clip" | "quote" | "sound" | "soundbite"))
}

/// The headline of an item that holds films or sounds: that of the item itself, unless it says that there is none.
fn headline_over_clips(item: &Element<'_>, around: &[&Element<'_>], raw: &mut RawItem) {
    let own = |component: &&Element<'_>| own_headline(component);
    let is_none = |headline: &String| headline.to_lowercase().trim_end_matches([' ', '!', '.']) == "no headline";
    if around.iter().any(|component| is_clip(component))
        && let Some(headline) = around.iter().rev().filter_map(own).find(|headline| !is_none(headline))
    {
        raw.item.meta.headline = headline;
    }
    let mut titles: Vec<String> = Vec::new();
    item.each("NewsComponent", &mut |component: &Element<'_>| {
        if is_clip(component) {
            titles.extend(own_headline(component).filter(|title| !titles.contains(title)));
        }
    });
    raw.item.dropped.extend(around.iter().filter_map(own).filter(is_none));
    let headline = raw.item.meta.headline.clone();
    let titles = titles.into_iter().filter(|title| *title != headline && !is_none(title)).take(EDITIONS);
    raw.item.meta.notes.extend(titles.map(|title| ("media".to_string(), title)));
}

/// Further lines of components that are not around the text, such as the address behind a logo, are for desks.
fn lines_beside(item: &Element<'_>, around: &[&Element<'_>], raw: &mut RawItem) {
    let mut found: Vec<String> = Vec::new();
    item.each("NewsComponent", &mut |component: &Element<'_>| {
        if around.iter().any(|one| std::ptr::eq(*one, component)) || found.len() >= EDITIONS {
            return;
        }
        let lines = component.child("NewsLines").into_iter().flat_map(|lines| lines.all("NewsLine"));
        let texts = lines.filter_map(|line| line.text_of("NewsLineText"));
        found.extend(texts.filter(|text| !found.contains(text)).collect::<Vec<_>>());
    });
    raw.item.meta.notes.extend(found.into_iter().map(|text| ("media".to_string(), text)));
}

/// News lines, metadata and text.
fn fill(
    item: &Element<'_>,
    units: &[Unit<'_, '_>],
    mut raw: RawItem,
    pictures: Vec<Association>,
    notes: &mut Notes,
) -> RawItem {
    if raw.item.uri().starts_with(|c: char| c.is_ascii_hexdigit()) && !raw.item.uri().contains(':') {
        let message = format!("the item has no identifier; the Duid `{}` of its component was taken", raw.item.uri());
        notes.warn(Code::WireUri, message);
    }
    // From the component around the text outwards, then any other of the item.
    let is_text = |unit: &&Unit<'_, '_>| part(&unit.role()) == Part::Text && unit.role() != "lead";
    let has_words = |unit: &&Unit<'_, '_>| is_text(unit) && !clean(&unit.content.raw_text()).is_empty();
    let main = units.iter().find(has_words).or_else(|| units.iter().find(is_text)).or(units.first());
    let mut around: Vec<&Element<'_>> = main.map(|unit| unit.chain.iter().rev().copied().collect()).unwrap_or_default();
    if around.is_empty() {
        around.extend(item.child("NewsComponent"));
    }
    news_lines(&around, &mut raw);
    headline_over_clips(item, &around, &mut raw);
    item.each("NewsComponent", &mut |component: &Element<'_>| {
        // What stands over the text of a caption says again what the item says.
        if role(component).is_some_and(|role| is_caption(&role)) {
            let nitf = component.find("DataContent").and_then(|content| content.child("nitf"));
            raw.item.dropped.extend(nitf.and_then(|nitf| nitf.path(&["body", "body.head"])).and_then(Element::text));
        }
    });
    lines_beside(item, &around, &mut raw);
    metadata(&around, item, &mut raw, notes);
    texts_of(units, &mut raw, notes);
    raw.item.meta.associations = pictures;
    if raw.item.meta.language.is_none() {
        raw.item.meta.language =
            around.iter().find_map(|one| one.attribute("lang")).or_else(|| item.attribute("lang")).map(str::to_string);
    }
    raw
}

/// Each component's data goes where its role says; texts in their order.
fn texts_of(units: &[Unit<'_, '_>], raw: &mut RawItem, notes: &mut Notes) {
    let mut text = Body::default();
    let mut headlines: Vec<String> = vec![raw.item.meta.headline.clone()];
    for unit in units {
        let part = part(&unit.role());
        if part == Part::Machine {
            continue;
        }
        let body = if unit.is_base64 {
            body::of_string(&body::from_base64(&unit.content.raw_text()).unwrap_or_default())
        } else {
            data(unit.content, raw, notes)
        };
        if part == Part::Text {
            // A text beside the main one keeps its headline.
            let own = unit.chain.last().and_then(|own| own_headline(own));
            if let Some(own) = own.filter(|own| !headlines.contains(own)) {
                text.blocks.push(Block::Heading(2, vec![Inline::Text(own.clone())]));
                headlines.push(own);
            }
            text.extend(body);
            continue;
        }
        let words = body.blocks.iter().map(Block::plain).collect::<Vec<_>>().join(" ");
        let item = &mut raw.item;
        match part {
            Part::Headline if item.meta.headline.is_empty() => item.meta.headline = words,
            Part::Subheadline => item.meta.subheadline = item.meta.subheadline.take().or(Some(words)),
            Part::Byline => item.byline = item.byline.take().or(Some(words)),
            Part::Dateline => raw.dateline_field = raw.dateline_field.take().or(Some(words)),
            Part::Abstract => item.meta.description = item.meta.description.take().or(Some(words)),
            Part::Keywords => item.meta.keywords.extend(words.split([',', ';']).map(str::to_string)),
            Part::Desk => item.meta.notes.push(("contact".to_string(), words)),
            Part::Headline | Part::Text | Part::Machine => {}
        }
    }
    raw.body = text;
}

/// The text of a `DataContent`: NITF, markup, or HTML in a string.
fn data(content: &Element<'_>, raw: &mut RawItem, notes: &mut Notes) -> Body {
    if let Some(found) = content.child("nitf") {
        nitf::fill_gaps_inside(found, raw, notes);
        return nitf::body(found);
    }
    if let Some(html) = content.child("html") {
        return html.child("body").map(body::of_element).unwrap_or_else(|| body::of_element(html));
    }
    if content.elements().next().is_some() {
        return body::of_element(content);
    }
    body::of_string(&content.raw_text())
}
