//! Exports of WordPress (WXR): RSS with elements of its own for everything that a feed leaves out.
//!
//! An export is read twice, because items name authors, sections and pictures that may stand behind them: [`Export::note`] gathers
//! those, and [`read`] makes a story of an item.

mod markup;
pub mod stream;

use super::account::{self, Mapped, Part, PartText, Source, Whole};
use super::body;
use super::copy::RawItem;
use super::dom::Element;
use super::item::{Association, Format};
use super::json::version_of;
use super::text::{clean, meaningful};
use super::{Context, Notes, Parsed, WireTime, work, xml};
use crate::clock::{Timestamp, Zone};
use crate::config::section_path;
use crate::diag::{Code, Diagnostic};
use crate::path::{slug_fault, slugify};
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The most authors, sections and pictures of an export that are kept in mind.
const MOST: usize = 2_000_000;
/// The most levels of sections.
const LEVELS: usize = 5;

/// What the items of an export need to know of the rest of it.
#[derive(Debug, Default)]
pub struct Export {
    /// Address of the site, without a slash at its end.
    pub base: String,
    language: Option<String>,
    /// Names by login.
    authors: FxHashMap<String, String>,
    /// Sections by slug.
    categories: BTreeMap<String, Category>,
    /// Pictures and other files by number.
    media: FxHashMap<u64, Medium>,
}

#[derive(Debug)]
struct Category {
    name: String,
    description: Option<String>,
    /// Slug of the section above, or empty.
    parent: String,
}

/// A file of the media library.
#[derive(Clone, Debug)]
pub(in crate::wire) struct Medium {
    href: String,
    caption: Option<String>,
    alt: Option<String>,
}

/// A section of the old site.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// Its path, as `politics/elections`.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
}

/// What an item is.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A post.
    Story,
    /// A standing page, at its path below `content/pages/`, without an ending.
    Page(String),
    /// A file of the media library, which goes with the stories that name it.
    Medium,
    /// Something that is not taken over: what to call many of them.
    LeftOut(String),
}

/// What came of an element of the channel.
#[derive(Debug)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its story, if it makes one, and what is to be said about it.
    pub parsed: Parsed,
    /// Shortcodes that were left out.
    pub shortcodes: BTreeSet<String>,
    /// Comments of readers, which are left out.
    pub comments: usize,
}

impl Export {
    /// Takes in an element of the channel.
    pub fn note(&mut self, chunk: &str) {
        let is_asked =
            chunk.starts_with("<item") && memchr::memmem::find(chunk.as_bytes(), b"attachment_url").is_none();
        if is_asked || self.media.len() + self.authors.len() + self.categories.len() >= MOST {
            return;
        }
        let ((), _) = work::count(chunk.len(), || {
            if let Ok(document) = xml::parse(chunk) {
                self.element(&document.root);
            }
        });
    }

    fn element(&mut self, element: &Element<'_>) {
        let text = |name: &str| element.text_of(name);
        match element.name.as_ref() {
            "link" if self.base.is_empty() => self.base = base(element),
            "base_blog_url" => self.base = base(element),
            "language" => self.language = element.text(),
            "author" => {
                if let (Some(login), Some(name)) = (text("author_login"), text("author_display_name")) {
                    self.authors.insert(login, name);
                }
            }
            "category" => {
                if let (Some(slug), Some(name)) = (text("category_nicename"), text("cat_name")) {
                    let parent = text("category_parent").unwrap_or_default();
                    let description = text("category_description").map(|text| body::single(&text));
                    self.categories.insert(slug, Category { name: body::single(&name), description, parent });
                }
            }
            "item" if text("post_type").as_deref() == Some("attachment") => {
                let number = text("post_id").and_then(|id| id.parse().ok());
                if let (Some(number), Some(href)) = (number, text("attachment_url")) {
                    let caption = excerpt(element).and_then(|text| meaningful(body::single(&text)));
                    let alt =
                        meta(element, "_wp_attachment_image_alt").and_then(|text| meaningful(body::single(&text)));
                    self.media.insert(number, Medium { href, caption, alt });
                }
            }
            _ => {}
        }
    }

    /// The sections of the old site, by path.
    pub fn sections(&self) -> Vec<Section> {
        let of = |(slug, one): (&String, &Category)| {
            let path = self.path(slug).filter(|_| slug != UNCATEGORIZED)?;
            Some(Section { path, name: one.name.clone(), description: one.description.clone() })
        };
        let mut sections: Vec<Section> = self.categories.iter().filter_map(of).collect();
        sections.sort_by(|one, other| one.path.cmp(&other.path));
        sections
    }

    /// The path of a section, by its slug.
    fn path(&self, slug: &str) -> Option<String> {
        let mut slugs = vec![slug];
        while let Some(parent) = slugs.last().and_then(|slug| self.categories.get(*slug)).map(|one| one.parent.as_str())
        {
            if parent.is_empty() || slugs.contains(&parent) || slugs.len() >= LEVELS {
                break;
            }
            slugs.push(parent);
        }
        let parts: Vec<String> = slugs.iter().rev().map(|slug| slugify(&decoded(slug))).collect();
        section_path(&parts.join("/"))
    }
}

/// The most writers of one post.
const WRITERS: usize = 20;

/// The most media of one post to which those for players are added.
const MEDIA: usize = 100;

/// The section that WordPress gives what has none.
const UNCATEGORIZED: &str = "uncategorized";

fn base(element: &Element<'_>) -> String {
    element.text().unwrap_or_default().trim_end_matches('/').to_string()
}

/// The value of a custom field.
fn meta(item: &Element<'_>, key: &str) -> Option<String> {
    let own = item.all("postmeta").find(|one| one.text_of("meta_key").as_deref() == Some(key));
    own.and_then(|one| one.text_of("meta_value"))
}

/// Content and excerpt differ in their prefixes alone; content comes first.
fn excerpt(item: &Element<'_>) -> Option<String> {
    item.all("encoded").nth(1).map(Element::raw_text).filter(|text| !text.trim().is_empty())
}

/// A slug as people read it: WordPress stores other scripts in percent signs.
fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

/// Types of items that are about the machine, of which nothing is said.
const MACHINE: &[&str] = &[
    "nav_menu_item",
    "revision",
    "customize_changeset",
    "custom_css",
    "oembed_cache",
    "user_request",
    "wp_global_styles",
    "wp_navigation",
    "wp_template",
    "wp_template_part",
    "wp_font_family",
    "wp_font_face",
];

/// Reads an element of the channel; `None` for those that are not items. `line` is where it begins.
pub fn read(chunk: &str, line: u32, export: &Export, context: &Context, now: Timestamp, name: &str) -> Option<Entry> {
    if !chunk.starts_with("<item") {
        return None;
    }
    let mut notes = Notes::new(name, context);
    let mut entry = Entry { kind: Kind::Story, parsed: Parsed::default(), shortcodes: BTreeSet::new(), comments: 0 };
    entry.parsed.format = Some(Format::Rss);
    let ((), steps) = work::count(chunk.len(), || match xml::parse_lenient(chunk) {
        Ok(document) => {
            for oddity in document.oddities.iter().filter(|one| one.message.contains('&')).take(1) {
                notes.push_at_text(Diagnostic::warning(Code::WireSyntax, oddity.message.clone()), chunk, oddity.at);
            }
            item(&document.root, export, context, now, &mut notes, &mut entry);
            notes.place(chunk);
        }
        Err(fault) => notes.error_at_text(Code::WireSyntax, fault.message, chunk, fault.at),
    });
    if steps.is_none() {
        entry.parsed.items.clear();
        entry.parsed.accounted = 0;
        notes.error(Code::WireWork, "reading the item takes more work than its size allows; it was not imported");
    }
    entry.parsed.items.iter_mut().for_each(|item| super::time::settle(item, context.zone, &mut notes));
    for diagnostic in &mut notes.diagnostics {
        let at = diagnostic.at.as_mut();
        if let Some(at) = at {
            at.place = Some(at.place.map_or((line, 1), |(own, column)| (own + line - 1, column)));
        }
    }
    notes.settle(&mut entry.parsed);
    Some(entry)
}

fn item(item: &Element<'_>, export: &Export, context: &Context, now: Timestamp, notes: &mut Notes, entry: &mut Entry) {
    let text = |name: &str| item.text_of(name);
    entry.comments = item.all("comment").count();
    let kind = text("post_type").unwrap_or_else(|| "post".to_string());
    let status = text("status").unwrap_or_default();
    entry.kind = match kind.as_str() {
        "attachment" => Kind::Medium,
        _ if matches!(status.as_str(), "trash" | "auto-draft") => Kind::LeftOut("in the bin".to_string()),
        "post" => Kind::Story,
        "page" => Kind::Page(page_path(item, export)),
        other if MACHINE.contains(&other) => Kind::LeftOut(String::new()),
        other => Kind::LeftOut(format!("of the type `{}`", clean(other).chars().take(40).collect::<String>())),
    };
    if matches!(entry.kind, Kind::Medium | Kind::LeftOut(_)) {
        return;
    }
    let mut raw = RawItem { is_export: true, ..RawItem::default() };
    raw.item.meta.kind = Some("text".to_string());
    let mut account = Mapped::of(Whole::Xml(item, item));
    times(item, now, &mut raw);
    publication(&status, text("post_password").is_some(), now, &mut raw, notes);
    names(item, export, &mut raw, &mut account);
    addresses(item, export, &mut raw);
    let content = item.child("encoded").map(Element::raw_text).unwrap_or_default();
    let content = markup::read(&content, &export.media);
    account.own.extend(content.captions);
    entry.shortcodes = content.left_out;
    raw.body = body::of_string(&content.html);
    pictures(item, export, &mut raw, &mut account);
    let html = content.html.as_str();
    let shown = [("title", item.child("title").map(Element::raw_text)), ("excerpt", excerpt(item))];
    for (name, text) in &shown {
        let text = PartText::Marked(Cow::Borrowed(text.as_deref().unwrap_or("")));
        account.texts.push(Part { name: (*name).to_string(), at: Some(item.at), text });
    }
    account.bodies.push(vec![Part {
        name: "content".to_string(),
        at: None,
        text: PartText::Marked(Cow::Borrowed(html)),
    }]);
    // A picture alone is a post, and so is a headline.
    raw.may_be_empty = true;
    let from = entry.parsed.items.len();
    notes.take(raw, context, &mut entry.parsed);
    account::balance(Source::Mapped(&account), from, notes, &mut entry.parsed);
}

/// WordPress has the time of UTC, which drafts do not have, and that of the site.
fn times(item: &Element<'_>, now: Timestamp, raw: &mut RawItem) {
    let time = |universal: &str, local: &str| {
        let text = |name: &str| item.text_of(name).filter(|text| !text.starts_with("0000"));
        let universal = text(universal).and_then(|text| WireTime::parse(&format!("{text} Z")));
        universal.or_else(|| text(local).and_then(|text| WireTime::parse(&text)))
    };
    let meta = &mut raw.item.meta;
    // Exports that other systems make may have the time of the feed alone.
    let of_feed = || item.text_of("pubDate").and_then(|text| WireTime::parse(&super::feed::moment(&text)));
    meta.first_created = time("post_date_gmt", "post_date").or_else(of_feed);
    meta.version_created = time("post_modified_gmt", "post_modified").or(meta.first_created);
    meta.first_created = meta.first_created.or(meta.version_created);
    if meta.first_created.is_none() {
        // A draft may have no time at all.
        meta.content_created = WireTime::parse(&now.rfc3339(&Zone::utc()));
    }
    meta.version = version_of(meta.version_created).and_then(|version| version.parse().ok());
}

/// What was not public stays so.
fn publication(status: &str, has_password: bool, now: Timestamp, raw: &mut RawItem, notes: &mut Notes) {
    let item = &mut raw.item;
    let published = item.meta.first_created;
    let is_to_come = published.is_some_and(|time| time.instant(&Zone::utc()) > now);
    let reason = match status {
        _ if has_password => "it is protected by a password",
        "publish" | "future" if is_to_come => {
            item.meta.embargoed_until = published;
            return;
        }
        "publish" => return,
        "future" => "it was planned for a time that has passed, and was not published",
        "draft" => "it is a draft",
        "pending" => "it waits for review",
        "private" => "it is private",
        _ => "its status is unknown",
    };
    let reason = format!("{reason} in WordPress");
    notes.push(Diagnostic::new(
        crate::diag::Severity::Note,
        Code::WireWithheld,
        format!("{reason}; the story is kept withheld"),
    ));
    item.hold(reason);
}

/// Headline, authors, sections and key words.
fn names(item: &Element<'_>, export: &Export, raw: &mut RawItem, account: &mut Mapped<'_>) {
    let meta = &mut raw.item.meta;
    meta.uri = item.text_of("guid").or_else(|| item.text_of("link"));
    meta.language.clone_from(&export.language);
    meta.headline = item.child("title").map(Element::raw_text).unwrap_or_default();
    meta.description = excerpt(item);
    let login = item.text_of("creator");
    let named = |login: String| export.authors.get(&login).cloned().unwrap_or(login);
    // A plugin for several authors gives each as a category of its own domain.
    let mut writers: Vec<String> = Vec::new();
    for one in item.all("category").filter(|one| one.attribute("domain") == Some("author")).take(WRITERS) {
        let writer = one.text().map(|name| named(body::single(&name)));
        writers.extend(writer.filter(|name| !name.is_empty() && !name.contains('@') && !writers.contains(name)));
    }
    let name = Some(writers.join(", ")).filter(|names| !names.is_empty()).or_else(|| login.map(named));
    match name {
        // Where an export names no authors, the login may be an address, which is nobody's name.
        Some(address) if address.contains('@') => meta.notes.push(("author".to_string(), address)),
        name => raw.item.byline = name,
    }
    account.own.extend(raw.item.byline.clone());
    let mut others = Vec::new();
    for one in item.all("category") {
        let (slug, name) = (one.attribute("nicename").unwrap_or(""), one.text().map(|name| body::single(&name)));
        match one.attribute("domain") {
            Some("category") if slug == UNCATEGORIZED => {}
            Some("category") => {
                let path = export.path(slug);
                if meta.category.is_none() && path.is_some() { meta.category = path } else { others.extend(name) }
            }
            Some("post_tag") => meta.keywords.extend(name),
            _ => {}
        }
    }
    meta.keywords.extend(others);
}

/// Slug, and the addresses that lead here from now on.
fn addresses(item: &Element<'_>, export: &Export, raw: &mut RawItem) {
    let meta = &mut raw.item.meta;
    let slug = item.text_of("post_name").map(|slug| slugify(&decoded(&slug)));
    meta.slug = slug.filter(|slug| slug_fault(slug).is_none());
    let Some(path) = path_of(item, export) else { return };
    // A post that changed its slug still answers to the old one.
    let folder = path.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
    let old = item.all("postmeta").filter(|one| one.text_of("meta_key").as_deref() == Some("_wp_old_slug"));
    let old = old.filter_map(|one| one.text_of("meta_value")).take(50);
    let old: Vec<String> = old.map(|slug| format!("{folder}/{}/", decoded(&slug))).collect();
    meta.aliases.push(path);
    meta.aliases.extend(old);
}

/// The path of an item's address on the old site; none where the address has its number alone.
fn path_of(item: &Element<'_>, export: &Export) -> Option<String> {
    let link = item.text_of("link")?;
    let path = link.strip_prefix(export.base.as_str()).filter(|_| !export.base.is_empty());
    let path = match path {
        Some(path) => path.to_string(),
        None => {
            let (_, rest) = link.split_once("://")?;
            rest[rest.find('/')?..].to_string()
        }
    };
    let path = decoded(&path).into_owned();
    let is_path = path.starts_with('/') && path.len() > 1 && !path.contains(['?', '#', '\\']) && !path.contains("//");
    is_path.then_some(path)
}

/// Where a standing page goes: its address tells, and its slug where it has none.
fn page_path(item: &Element<'_>, export: &Export) -> String {
    let path = path_of(item, export).unwrap_or_default();
    let mut parts: Vec<String> = path.split('/').map(slugify).filter(|part| slug_fault(part).is_none()).collect();
    if parts.is_empty() {
        let own = item.text_of("post_name").or_else(|| item.text_of("title")).unwrap_or_default();
        parts.extend(Some(slugify(&decoded(&own))).filter(|slug| slug_fault(slug).is_none()));
    }
    if parts.is_empty() {
        parts.push(format!("page-{}", item.text_of("post_id").map(|id| slugify(&id)).unwrap_or_default()));
    }
    parts.truncate(LEVELS);
    parts.join("/")
}

/// The picture over a post comes first; those in its text have their captions there.
fn pictures(item: &Element<'_>, export: &Export, raw: &mut RawItem, account: &mut Mapped<'_>) {
    let mut associations = std::mem::take(&mut raw.body.figures);
    let over = meta(item, "_thumbnail_id").and_then(|id| id.parse().ok()).and_then(|id: u64| export.media.get(&id));
    if let Some(medium) = over
        && associations.iter().all(|one| one.href.as_deref() != Some(medium.href.as_str()))
    {
        account.own.extend(medium.caption.clone());
        let one = Association {
            kind: Some("picture".to_string()),
            href: Some(medium.href.clone()),
            caption: medium.caption.clone(),
            alt_text: medium.alt.clone(),
            ..Association::default()
        };
        associations.insert(0, one);
    }
    // What WordPress gives to players of podcasts: address, length and media type, each on its line.
    for one in item.all("postmeta").filter(|one| one.text_of("meta_key").as_deref() == Some("enclosure")) {
        let value = one.child("meta_value").map(Element::raw_text).unwrap_or_default();
        let mut lines = value.lines().map(str::trim);
        let (href, kind) = (lines.next().unwrap_or(""), lines.nth(1).unwrap_or(""));
        let is_new = associations.iter().all(|known| known.href.as_deref() != Some(href));
        if href.starts_with("http") && is_new && associations.len() < MEDIA {
            let kind = Some(super::feed::media_kind(kind).to_string());
            associations.push(Association { kind, href: Some(href.to_string()), ..Association::default() });
        }
    }
    raw.item.meta.associations = associations;
}
