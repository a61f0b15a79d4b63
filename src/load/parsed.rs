//! What one content file says: its front matter, with what follows from the settings, its path and its text.

use super::media::{Folder, Media};
use super::part::Said;
use super::place::{place_at, place_of};
use super::{Reading, derived_uri, lost, no_story, shown};
use crate::clock::Timestamp;
use crate::config::{Config, section_path};
use crate::diag::{Code, Diagnostic, Location};
use crate::file::{self, ReadError};
use crate::hash::Hash;
use crate::parse::front_matter::{self, FrontMatter, Parts};
use crate::parse::markdown;
use crate::path::{RelPath, SLUG_LIMIT, decode, name_key, nfc, on_site, slugify};
use crate::picture::Facts;
use crate::related::Words;
use crate::source::{STORY_LIMIT, Source, Stamp};
use crate::story::{MediaRights, NameId, Picture, Rare, Status, Story};

/// A story whose names have no ids yet, for they are given in one place and in order of the paths.
pub(super) struct Draft {
    pub(super) story: Story,
    pub(super) category: Option<String>,
    pub(super) section_path: String,
    pub(super) topics: Vec<Named>,
    pub(super) authors: Vec<Named>,
    pub(super) place: Vec<Named>,
    /// What is known of the pictures among its files; `None` for one that cannot be used.
    pub(super) pictures: Vec<(RelPath, Option<Facts>)>,
    /// Stamps of the files that it shows.
    pub(super) files: Vec<(RelPath, Stamp)>,
    /// What is wrong with the file, to be said by every build.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A name with the slug that makes its URL.
pub(super) struct Named {
    pub(super) slug: String,
    pub(super) name: String,
}

/// Names with their slugs; a name without a letter or digit is none.
fn named(texts: impl IntoIterator<Item = String>) -> Vec<Named> {
    let named = texts.into_iter().map(|name| Named { slug: slugify(&name), name });
    named.filter(|named| !named.slug.is_empty()).collect()
}

pub(super) fn one(reading: &Reading, source: &Source, path: &RelPath, buffer: &mut Vec<u8>) -> Said {
    let mut diagnostics = Vec::new();
    let folder = Folder { path: &reading.root.join("content"), source };
    let draft = read(&folder, reading.config, path, buffer, &mut diagnostics);
    let Some(mut draft) = draft.map(Box::new) else { return Said::Nothing(diagnostics) };
    draft.diagnostics = diagnostics;
    let shown = draft.story.rare().media.iter().map(|path| (path.clone(), source.media_stamp(path)));
    // Those that are not there have an empty stamp, and another one as soon as they come.
    draft.files.extend(shown);
    // Whether a picture is there is not told by this file's stamp: while one is missing, the file is read again.
    let is_whole = draft.diagnostics.iter().all(|diagnostic| diagnostic.code != Code::MediaMissing);
    if is_whole { Said::New(draft) } else { Said::Passing(draft) }
}

fn read(
    content: &Folder,
    config: &Config,
    path: &RelPath,
    buffer: &mut Vec<u8>,
    found: &mut Vec<Diagnostic>,
) -> Option<Draft> {
    let file = shown(path);
    let mut fail = |code: Code, message: String, place: Option<(u32, u32)>, hint: &str| {
        let diagnostic = Diagnostic::error(code, message).at(Location { file: file.clone(), place });
        found.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    };
    match file::read_bounded(&path.under(content.path), STORY_LIMIT, buffer) {
        Ok(()) => {}
        Err(ReadError::TooLarge(size)) => {
            let message = format!("the file has {size} bytes, more than 8 MiB");
            fail(Code::FileTooLarge, message, None, "a story is text; put large data elsewhere and link to it");
            return None;
        }
        Err(ReadError::Io(error)) => {
            fail(Code::FileUnreadable, format!("cannot be read: {error}"), None, "");
            return None;
        }
    }
    let text = match std::str::from_utf8(buffer) {
        Ok(text) => text,
        Err(error) => {
            let good = &buffer[..error.valid_up_to()];
            let line = memchr::memchr_iter(b'\n', good).count() as u32 + 1;
            let start = memchr::memrchr(b'\n', good).map_or(0, |at| at + 1);
            let column = String::from_utf8_lossy(&good[start..]).chars().count() as u32 + 1;
            if buffer.contains(&0) {
                fail(Code::BinaryFile, "the file holds binary data, not text".into(), None, "only text may end in .md");
            } else {
                let hint = "save the file as UTF-8";
                fail(Code::NotUtf8, "the text is not UTF-8 from here".into(), Some((line, column)), hint);
            }
            return None;
        }
    };
    if text.contains('\0') {
        fail(Code::BinaryFile, "the file holds binary data, not text".into(), None, "only text may end in .md");
        return None;
    }
    let Some(parts) = front_matter::split(text) else {
        found.push(no_story::diagnostic(path, &file, text));
        return None;
    };
    let front = front_matter::read(parts.yaml, &file, &config.zone, found).unwrap_or_else(|| FrontMatter {
        uri: uri_line(parts.yaml),
        status: Status::Unreadable,
        ..FrontMatter::default()
    });
    Some(draft(content, config, path, front, parts, Hash::of(buffer), found))
}

/// The uri in front matter that is no YAML, if a line tells it: the file may be a kill, so the story must not stay public.
fn uri_line(yaml: &str) -> Option<String> {
    let value = yaml.lines().find_map(|line| line.strip_prefix("uri:"))?;
    let value = value.trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_string())
}

fn draft(
    content: &Folder,
    config: &Config,
    path: &RelPath,
    mut front: FrontMatter,
    parts: Parts,
    content_hash: Hash,
    found: &mut Vec<Diagnostic>,
) -> Draft {
    let file = shown(path);
    let is_page = path.folders().next() == Some("pages");
    let mut status = front.status;
    let edition = config.edition(front.language.as_deref());
    let edition_language = &config.languages[usize::from(edition)];
    let section_path = section(config, path, &front, edition_language).unwrap_or_else(|| {
        let written = front.category.clone().unwrap_or_default();
        let diagnostic = Diagnostic::error(Code::BadCategory, format!("`category` `{written}` cannot be a path of this site"));
        found.push(
            diagnostic
                .at(Location::at(&file, 1, 1))
                .hint("use words joined by hyphens, with / between levels; topics, places, by, page, media and assets are reserved"),
        );
        status = Status::Unreadable;
        front.category = None;
        config.default_category.clone()
    });
    for alias in &front.aliases {
        if super::alias_path(alias).is_none() {
            let diagnostic = Diagnostic::warning(Code::BadAlias, format!("alias `{alias}` is no path on this site"));
            found.push(
                diagnostic
                    .at(Location::at(&file, 1, 1))
                    .hint("no redirect was made; write the old path from the root, as in /old/2025/strike/"),
            );
        }
    }
    lost::comments(parts.yaml, &file, found);
    lost::names(&front, &file, parts.yaml, found);
    if is_page {
        lost::of_page(&front, &file, parts.yaml, found);
    }
    let text_is_empty = parts.body.trim().is_empty();
    if text_is_empty && !front.alert && !front.draft && status == Status::Usable && !is_page {
        let diagnostic = Diagnostic::warning(Code::EmptyBody, "the story has no text");
        found.push(
            diagnostic
                .at(Location::at(&file, parts.body_line, 1))
                .hint("a headline alone is an alert: set `alert: true`"),
        );
    }
    let dated =
        front.first_created.or(front.content_created).or(front.version_created).or_else(|| folder_date(config, path));
    let first_created = dated.unwrap_or_else(|| {
        if !is_page && status == Status::Usable {
            let diagnostic =
                Diagnostic::warning(Code::NoDate, "the story has no date and is filed under 1 January 1970");
            found
                .push(diagnostic.at(Location::at(&file, 1, 1)).hint("add a line `firstCreated: 2026-11-23T14:05:00Z`"));
        }
        Timestamp::EPOCH
    });
    let mut media =
        Media { content, path, file: &file, found, files: Vec::new(), missing: Vec::new(), pictures: Vec::new() };
    let (mut picture, mut rights) = (None, Vec::new());
    for association in &front.associations {
        if let (Some(href), Some(until)) = (&association.href, association.shown_until()) {
            let file = path.resolve(href).filter(|_| !markdown::has_scheme(href));
            let file = file.map(|file| content.source.on_disk(file));
            rights.push(MediaRights { file, href: href.clone(), until });
        }
        let Some(target) = association.href.as_deref() else { continue };
        if markdown::has_scheme(target) {
            media.found.extend(lost::remote(association, &file, parts.yaml));
            continue;
        }
        let place = || place_of(parts.yaml, target).map_or((1, 1), |(line, column)| (line + 1, column));
        if let Some(file) = media.take(target, true, place)
            && association.is_picture()
            && picture.is_none()
        {
            let alt = super::Texts::of(association, media.embedded(&file)).alt.to_string();
            picture = Some(Picture { file, alt });
        }
        if association.is_picture() {
            media.found.extend(lost::format(target, media.file, place()));
        }
    }
    let home = config.home();
    let hrefs = front.associations.iter().filter_map(|association| association.href.as_deref());
    let mut links: Vec<String> = hrefs.filter(|href| on_site(&home, href).is_some()).map(str::to_string).collect();
    let body = markdown::read(parts.body, &home);
    for (target, picture, at) in &body.references {
        let leads_away = markdown::is_external(target) && on_site(&home, target).is_none();
        if !target.is_empty() && !leads_away && !target.starts_with('#') {
            links.push(target.clone());
        }
        let target = target.split(['?', '#']).next().unwrap_or("");
        let is_file =
            !target.is_empty() && !markdown::has_scheme(target) && !target.ends_with(".md") && !target.ends_with('/');
        if is_file && (*picture || target.rsplit('/').next().is_some_and(|name| name.contains('.'))) {
            let place = place_at(&parts, *at);
            media.take(&decode(target), *picture, || place);
        }
        if *picture {
            let place = place_at(&parts, *at);
            media.found.extend(lost::format(target, &file, place));
            media.found.extend(lost::remote_in_text(target, &home, &file, place));
        }
    }
    let forbidden = media.forbidden(&front.associations);
    rights.extend(forbidden.into_iter().map(|file| MediaRights {
        href: format!("/{file}"),
        file: Some(file),
        until: Timestamp::from_millis(i64::MIN),
    }));
    let (media, pictures, missing) = (media.files, media.pictures, media.missing);
    for fault in body.faults {
        let (line, column) = place_at(&parts, fault.at);
        let diagnostic = Diagnostic::new(fault.severity, fault.code, fault.message);
        found.push(diagnostic.at(Location::at(&file, line, column)).hint(fault.hint));
    }
    let slug = match front.slug.take() {
        Some(slug) => slug,
        None => [slugify(path.stem()), slugify(&front.headline)]
            .into_iter()
            .find(|slug| !slug.is_empty())
            .unwrap_or_else(|| format!("story-{}", &Hash::of(path.as_str().as_bytes()).to_string()[..8])),
    };
    debug_assert!(slug.len() <= SLUG_LIMIT);
    let description = match front.description.take() {
        Some(description) => description,
        None => summary(body.lead),
    };
    let is_uri_derived = front.uri.is_none();
    let derived = match is_page {
        true => derived_uri::of_page(path, &nfc(&slug), config, edition),
        false => derived_uri::of_story(first_created.day(&config.zone), &nfc(&slug), config, edition),
    };
    let note = front.correction.as_ref().map(|correction| correction.note.clone()).filter(|note| !note.is_empty());
    let rare = Rare {
        replaces: front.replaces,
        translation_of: front.translation_of,
        related: front.related,
        aliases: front.aliases,
        links,
        anchors: body.anchors,
        hides: body.hides,
        layout: front.layout,
        media,
        picture,
        rights,
        note,
        corrected_at: front.correction.as_ref().and_then(|correction| correction.date),
    };
    let has_rare = !rare.replaces.is_empty()
        || rare.translation_of.is_some()
        || !rare.related.is_empty()
        || !rare.aliases.is_empty()
        || !rare.links.is_empty()
        || !rare.anchors.is_empty()
        || rare.hides
        || rare.corrected_at.is_some()
        || rare.layout.is_some()
        || !rare.media.is_empty()
        || !rare.rights.is_empty()
        || rare.note.is_some();
    let words = if is_page { Words::default() } else { Words::of(&front.headline, &body.text, edition_language) };
    let own_language = front.language.filter(|language| language != edition_language).unwrap_or_default();
    let story = Story {
        source: path.clone(),
        uri: front.uri.unwrap_or(derived).into(),
        is_uri_derived,
        // A version that cannot be read could be any: the story stays hidden until it is mended.
        version: front.version.unwrap_or(if status == Status::Unreadable { u64::MAX } else { 1 }),
        status,
        draft: front.draft,
        advisory: front.advisory,
        alert: front.alert,
        corrected: front.correction.is_some(),
        urgency: front.urgency.unwrap_or(5),
        edition,
        slug: slug.into(),
        section: NameId(0),
        headline: front.headline.into(),
        kicker: front.kicker.unwrap_or_default().into(),
        description: description.into(),
        language: own_language.into(),
        first_created,
        version_created: front.version_created.unwrap_or(first_created),
        embargoed_until: front.embargoed_until,
        expires: front.expires,
        pin_until: front.pin_until,
        topics: Box::default(),
        authors: Box::default(),
        place: None,
        rare: has_rare.then(|| Box::new(rare)),
        words,
        body_length: parts.body.trim().len() as u32,
        content: content_hash,
    };
    Draft {
        story,
        category: front.category,
        section_path,
        topics: named(front.keywords),
        authors: named(front.by),
        place: named(front.dateline.and_then(|dateline| dateline.place)),
        pictures,
        files: missing.into_iter().map(|path| (path, Stamp::default())).collect(),
        diagnostics: Vec::new(),
    }
}

/// The section: `category`, the folder, the settings' subjects, the kicker, the default. `None` where `category` is no path.
fn section(config: &Config, path: &RelPath, front: &FrontMatter, language: &str) -> Option<String> {
    if let Some(category) = &front.category {
        return section_path(category);
    }
    let folders: Vec<&str> = path.folders().filter(|name| !name.bytes().all(|b| b.is_ascii_digit())).collect();
    if !folders.is_empty()
        && folders[0] != "pages"
        && let Some(section) = section_path(&folders.join("/"))
    {
        return Some(section);
    }
    if let Some(section) = config.subjects.section(&front.subjects) {
        return Some(section.to_string());
    }
    let kicker = front.kicker.as_deref().unwrap_or("");
    let named = config
        .sections
        .iter()
        .find(|(_, section)| section.name(language).is_some_and(|name| name_key(&name) == name_key(kicker)));
    let by_kicker =
        named.map(|(path, _)| path.clone()).or_else(|| section_path(kicker).filter(|path| !path.contains('/')));
    Some(by_kicker.filter(|_| !kicker.is_empty()).unwrap_or_else(|| config.default_category.clone()))
}

/// Midnight of the day that date folders name (`2026/11/23/x.md`).
fn folder_date(config: &Config, path: &RelPath) -> Option<Timestamp> {
    let numbers: Vec<&str> = path.folders().filter(|name| name.bytes().all(|b| b.is_ascii_digit())).collect();
    let [year, month, day] = numbers[..] else { return None };
    config.zone.parse(&format!("{year}-{month}-{day}")).ok()
}

/// The first paragraph, cut at a word.
fn summary(text: String) -> String {
    const LIMIT: usize = 240;
    if text.len() <= LIMIT {
        return text;
    }
    let mut end = LIMIT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // Scripts without blanks have none near the end.
    let cut = text[..end].rfind(' ').filter(|cut| *cut > LIMIT / 2).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', '.', ' ']))
}
