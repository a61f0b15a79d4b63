//! What one content file says: its front matter, with what follows from the settings, its path and its text.

use super::media::{Folder, Media};
use super::part::FileResult;
use super::place::{Places, place_of};
use super::{LoadInputs, derived_uri, lost, no_story, shown};
use crate::clock::Timestamp;
use crate::config::{Config, section_path};
use crate::diag::{self, Code, Diagnostic, Location};
use crate::file::{self, ReadError};
use crate::hash::Hash;
use crate::parse::front_matter::{self, FrontMatter, Parts};
use crate::parse::markdown::{self, Body, Shows};
use crate::path::{PAGES_FOLDER, RelPath, SLUG_LIMIT, name_key, nfc, on_site, slugify};
use crate::picture::Facts;
use crate::related::Words;
use crate::source::{STORY_LIMIT, Source, Stamp};
use crate::story::{MediaRights, NameId, Picture, Rare, Status, Story};

/// A story whose names have no ids yet: ids are assigned later, in order of the paths.
pub(super) struct ParsedStory {
    pub(super) story: Story,
    pub(super) category: Option<String>,
    pub(super) section_path: String,
    pub(super) topics: Vec<Named>,
    pub(super) authors: Vec<Named>,
    pub(super) genres: Vec<Named>,
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

/// The most topics, authors and genres of a story. Each has feeds, and these name all of them again.
pub(super) const NAMES: usize = 200;

/// Names with their slugs; one without a letter or digit is left out, and so are those past [`NAMES`].
fn named(texts: impl IntoIterator<Item = String>) -> Vec<Named> {
    let named = texts.into_iter().map(|name| Named { slug: slugify(&name), name });
    named.filter(|named| !named.slug.is_empty()).take(NAMES).collect()
}

/// Reads the file of a story or standing page.
pub(super) fn read_story_file(
    inputs: &LoadInputs,
    source: &Source,
    path: &RelPath,
    buffer: &mut Vec<u8>,
) -> FileResult {
    let mut diagnostics = Vec::new();
    let languages = &inputs.config.languages;
    let folder = Folder { path: &inputs.root.join("content"), source, languages };
    let parsed = parse_file(&folder, inputs.config, path, buffer, &mut diagnostics);
    let Some(mut parsed) = parsed.map(Box::new) else { return FileResult::NoStory(diagnostics) };
    parsed.diagnostics = diagnostics;
    let shown = parsed.story.rare().media.iter().map(|path| (path.clone(), source.media_stamp(path)));
    // Those that are not there have an empty stamp, and another one as soon as they come.
    parsed.files.extend(shown);
    // The stamp of this file does not show whether a picture is there: while one is missing, the file is read again.
    let is_whole = parsed.diagnostics.iter().all(|diagnostic| diagnostic.code != Code::MediaMissing);
    if is_whole { FileResult::Changed(parsed) } else { FileResult::Unsettled(parsed) }
}

fn parse_file(
    content: &Folder,
    config: &Config,
    path: &RelPath,
    buffer: &mut Vec<u8>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<ParsedStory> {
    let file = shown(path);
    let mut fail = |code: Code, message: String, place: Option<(u32, u32)>, hint: &str| {
        let diagnostic = Diagnostic::error(code, message).at(Location { file: file.clone(), place });
        diagnostics.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
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
    if buffer.contains(&0) {
        fail(Code::BinaryFile, "the file holds binary data, not text".into(), None, "only text may end in .md");
        return None;
    }
    let text = match std::str::from_utf8(buffer) {
        Ok(text) => text,
        Err(error) => {
            let place = diag::place(buffer, error.valid_up_to());
            let message = "the text is not UTF-8 from here".into();
            fail(Code::NotUtf8, message, Some(place), "save the file as UTF-8");
            return None;
        }
    };
    let Some(parts) = front_matter::split(text) else {
        diagnostics.push(no_story::diagnostic(path, &file, text));
        return None;
    };
    let front = front_matter::read(parts.yaml, &file, &config.zone, diagnostics).unwrap_or_else(|| FrontMatter {
        uri: uri_line(parts.yaml),
        status: Status::Unreadable,
        ..FrontMatter::default()
    });
    let is_page = path.is_standing_page();
    content.source.keep(path, buffer);
    let content_file = ContentFile { content, config, path, name: file, parts, hash: Hash::of(buffer), is_page };
    Some(content_file.parsed(front, diagnostics))
}

/// The uri in front matter that is not YAML, if a line has one: the file may be a kill, so the story must not stay public.
fn uri_line(yaml: &str) -> Option<String> {
    let value = yaml.lines().find_map(|line| line.strip_prefix("uri:"))?;
    let value = value.trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_string())
}

/// A content file that has been opened and cut at its front matter.
struct ContentFile<'f> {
    content: &'f Folder<'f>,
    config: &'f Config,
    path: &'f RelPath,
    /// What messages call it.
    name: String,
    parts: Parts<'f>,
    /// Of its bytes.
    hash: Hash,
    /// Whether it is a standing page.
    is_page: bool,
}

impl ContentFile<'_> {
    fn parsed(&self, mut front: FrontMatter, diagnostics: &mut Vec<Diagnostic>) -> ParsedStory {
        let config = self.config;
        let edition = config.edition(front.language.as_deref());
        let language = &config.languages[usize::from(edition)];
        let (section_path, status) = self.section(&mut front, language, diagnostics);
        self.check(&front, status, diagnostics);
        let first_created = self.first_created(&front, status, diagnostics);
        let home = config.home();
        let mut body = markdown::read(self.parts.body, &home);
        let mut media = Media::of(self.content, self.path, &self.name, diagnostics);
        let mut rare = self.rare(&front, &mut body, &home, &mut media);
        let Media { files, missing, pictures, .. } = media;
        rare.media = files;
        let menu = front.menu.take().filter(|_| self.is_page);
        rare.menu = menu.map(|menu| (menu, front_matter::menu_place(self.parts.yaml)));
        let rare = with_front_matter(rare, &mut front);
        let mut places = Places::of(&self.parts);
        diagnostics.extend(body.faults.into_iter().map(|fault| {
            let (line, column) = places.at(fault.at);
            let diagnostic = Diagnostic::new(fault.severity, fault.code, fault.message);
            diagnostic.at(Location::at(&self.name, line, column)).hint(fault.hint)
        }));
        let slug = front.slug.take().unwrap_or_else(|| self.slug(&front.headline));
        debug_assert!(slug.len() <= SLUG_LIMIT);
        let is_uri_derived = front.uri.is_none();
        let derived = match self.is_page {
            true => derived_uri::of_page(self.path, &nfc(&slug), config, edition),
            false => derived_uri::of_story(first_created.day(&config.zone), &nfc(&slug), config, edition),
        };
        let words = if self.is_page { Words::default() } else { Words::of(&front.headline, &body.text, language) };
        let own_language = front.language.filter(|own| own != language).unwrap_or_default();
        let story = Story {
            source: self.path.clone(),
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
            description: front.description.unwrap_or_else(|| summary(body.lead)).into(),
            language: own_language.into(),
            first_created,
            version_created: front.version_created.unwrap_or(first_created),
            embargoed_until: front.embargoed_until,
            expires: front.expires,
            pin_until: front.pin_until,
            topics: Box::default(),
            authors: Box::default(),
            genres: Box::default(),
            place: None,
            rare: Some(rare).filter(has_any).map(Box::new),
            words,
            body_length: self.parts.body.trim().len() as u32,
            content: self.hash,
        };
        ParsedStory {
            story,
            category: front.category,
            section_path,
            topics: named(front.keywords),
            authors: named(front.by),
            genres: named(front.genres),
            place: named(front.dateline.and_then(|dateline| dateline.place)),
            pictures,
            files: missing.into_iter().map(|path| (path, Stamp::default())).collect(),
            diagnostics: Vec::new(),
        }
    }

    /// What the text and the files that it shows say of the story. The files themselves are taken up into `media`.
    fn rare(&self, front: &FrontMatter, body: &mut Body, home: &str, media: &mut Media) -> Rare {
        let (picture, mut rights) = self.associations(front, media);
        let links = self.links(front, &body.references, home, media);
        rights.extend(media.forbidden(&front.associations).into_iter().map(never));
        let plays = front.associations.iter().any(|one| one.is_played())
            || body.references.iter().any(|(_, shows, _)| *shows == Shows::Recording);
        let (anchors, hides) = (std::mem::take(&mut body.anchors), body.hides);
        let has_blocks = body.has_blocks || body.addresses.iter().any(|address| self.config.frame(address).is_some());
        Rare { anchors, hides, has_blocks, picture, rights, links, plays, ..Rare::default() }
    }

    /// The beginning of the file, for what is wrong with all of it.
    fn start(&self) -> Location {
        Location::at(&self.name, 1, 1)
    }

    /// The path of the section, and the status. A story whose section cannot be a path stays hidden.
    fn section(&self, front: &mut FrontMatter, language: &str, diagnostics: &mut Vec<Diagnostic>) -> (String, Status) {
        if let Some(path) = section(self.config, self.path, front, language) {
            return (path, front.status);
        }
        let written = front.category.take().unwrap_or_default();
        let message = format!("`category` `{written}` cannot be a path of this site");
        let hint = "use words joined by hyphens, with / between levels; topics, places, by, page, media and assets are reserved";
        diagnostics.push(Diagnostic::error(Code::BadCategory, message).at(self.start()).hint(hint));
        front.distrust();
        (self.config.default_category.clone(), front.status)
    }

    /// What of the front matter does not reach any page.
    fn check(&self, front: &FrontMatter, status: Status, diagnostics: &mut Vec<Diagnostic>) {
        let yaml = self.parts.yaml;
        for alias in front.aliases.iter().filter(|alias| super::alias_path(alias).is_none()) {
            let diagnostic = Diagnostic::warning(Code::BadAlias, format!("alias `{alias}` is not a path on this site"));
            let hint = "no redirect was made; write the old path from the root, as in /old/2025/strike/";
            diagnostics.push(diagnostic.at(self.start()).hint(hint));
        }
        lost::comments(yaml, &self.name, diagnostics);
        lost::names(front, &self.name, yaml, diagnostics);
        match self.is_page {
            true => lost::of_page(front, &self.name, yaml, diagnostics),
            false => lost::menu_of_story(front, &self.name, yaml, diagnostics),
        }
        let is_empty = self.parts.body.trim().is_empty();
        if is_empty && !front.alert && !front.draft && status == Status::Usable && !self.is_page {
            let at = Location::at(&self.name, self.parts.body_line, 1);
            let diagnostic = Diagnostic::warning(Code::EmptyBody, "the story has no text").at(at);
            diagnostics.push(diagnostic.hint("a headline alone is an alert: set `alert: true`"));
        }
    }

    /// The date of the story: the front matter's, else the one that its folders name.
    fn first_created(&self, front: &FrontMatter, status: Status, diagnostics: &mut Vec<Diagnostic>) -> Timestamp {
        let written = front.first_created.or(front.content_created).or(front.version_created);
        let dated = written.or_else(|| folder_date(self.config, self.path));
        if dated.is_none() && !self.is_page && status == Status::Usable {
            let message = "the story has no date and is filed under 1 January 1970";
            let diagnostic = Diagnostic::warning(Code::NoDate, message).at(self.start());
            diagnostics.push(diagnostic.hint("add a line `firstCreated: 2026-11-23T14:05:00Z`"));
        }
        dated.unwrap_or(Timestamp::EPOCH)
    }

    /// Takes up the files that the front matter names. Returns the first picture, and until when rights hold.
    fn associations(&self, front: &FrontMatter, media: &mut Media) -> (Option<Picture>, Vec<MediaRights>) {
        let (mut picture, mut rights) = (None, Vec::new());
        for association in &front.associations {
            let Some(href) = association.href.as_deref() else { continue };
            let is_remote = markdown::has_scheme(href);
            if let Some(until) = association.shown_until() {
                let file = self.path.resolve(href).filter(|_| !is_remote);
                let file = file.map(|file| self.content.source.on_disk(file));
                rights.push(MediaRights { file, href: href.to_string(), until });
            }
            if is_remote {
                media.diagnostics.extend(lost::remote(association, &self.name, self.parts.yaml));
                continue;
            }
            let place = || place_of(self.parts.yaml, href).map_or((1, 1), |(line, column)| (line + 1, column));
            let file = media.take(href, true, place);
            if let Some(file) = file.as_ref().filter(|_| association.is_played()) {
                media.take_beside(file, place());
            }
            if let Some(file) = file.filter(|_| association.is_picture() && picture.is_none()) {
                let alt = super::Texts::of(association, media.embedded(&file)).alt.to_string();
                picture = Some(Picture { file, alt });
            }
            if association.is_picture() {
                media.diagnostics.extend(lost::format(href, media.file, place()));
            }
        }
        (picture, rights)
    }

    /// Takes up the files that the text shows or links to. Returns the links and pictures that do not lead to other sites, the front
    /// matter's first.
    fn links(
        &self,
        front: &FrontMatter,
        references: &[(String, Shows, usize)],
        home: &str,
        media: &mut Media,
    ) -> Vec<String> {
        let hrefs = front.associations.iter().filter_map(|association| association.href.as_deref());
        let mut links: Vec<String> = hrefs.filter(|href| on_site(home, href).is_some()).map(str::to_string).collect();
        let mut places = Places::of(&self.parts);
        links.extend(media.references(references, home, |at| places.at(at)));
        links
    }

    /// The slug where the front matter has none: of the file's name, else of the headline.
    fn slug(&self, headline: &str) -> String {
        let slugs = [slugify(self.path.stem()), slugify(headline)];
        let slug = slugs.into_iter().find(|slug| !slug.is_empty());
        slug.unwrap_or_else(|| format!("story-{}", &Hash::of(self.path.as_str().as_bytes()).to_string()[..8]))
    }
}

/// A picture whose terms forbid the web at any time.
pub(super) fn never(file: RelPath) -> MediaRights {
    MediaRights { href: format!("/{file}"), file: Some(file), until: Timestamp::from_millis(i64::MIN) }
}

/// Adds what the front matter alone says.
fn with_front_matter(rare: Rare, front: &mut FrontMatter) -> Rare {
    let correction = front.correction.as_ref();
    Rare {
        note: correction.map(|correction| correction.note.clone()).filter(|note| !note.is_empty()),
        corrected_at: correction.and_then(|correction| correction.date),
        replaces: std::mem::take(&mut front.replaces),
        translation_of: front.translation_of.take(),
        related: std::mem::take(&mut front.related),
        aliases: std::mem::take(&mut front.aliases),
        layout: front.layout.take(),
        sponsor: front.sponsor.take(),
        extra: front.extra.take().filter(|extra| !extra.is_null()).map(|extra| extra.to_string().into()),
        ..rare
    }
}

fn has_any(rare: &Rare) -> bool {
    !rare.replaces.is_empty()
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
        || rare.plays
        || rare.has_blocks
        || rare.note.is_some()
        || rare.extra.is_some()
        || rare.sponsor.is_some()
        || rare.menu.is_some()
}

/// The section: `category`, the folder, the settings' subjects, the kicker, the default. `None` where `category` is not a path.
fn section(config: &Config, path: &RelPath, front: &FrontMatter, language: &str) -> Option<String> {
    if let Some(category) = &front.category {
        return section_path(category);
    }
    let folders: Vec<&str> = path.folders().filter(|name| !name.bytes().all(|b| b.is_ascii_digit())).collect();
    if !folders.is_empty()
        && folders[0] != PAGES_FOLDER
        && let Some(section) = section_path(&folders.join("/"))
    {
        return Some(section);
    }
    let named = section_of_words(config, &front.subjects, front.kicker.as_deref(), language);
    Some(named.unwrap_or_else(|| config.default_category.clone()))
}

/// The section that the subjects of a story or its kicker name.
pub fn section_of_words(config: &Config, subjects: &[String], kicker: Option<&str>, language: &str) -> Option<String> {
    if let Some(section) = config.subjects.section(subjects) {
        return Some(section.to_string());
    }
    let kicker = kicker.filter(|kicker| !kicker.is_empty())?;
    let named = config
        .sections
        .iter()
        .find(|(_, section)| section.name(language).is_some_and(|name| name_key(&name) == name_key(kicker)));
    named.map(|(path, _)| path.clone()).or_else(|| section_path(kicker).filter(|path| !path.contains('/')))
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
