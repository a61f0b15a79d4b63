//! The files that a story shows or links to, and what is said of its pictures.

use super::{ASSETS, lost};
use crate::diag::{Code, Diagnostic, Location};
use crate::file::{self, ReadError};
use crate::parse::front_matter::Association;
use crate::parse::markdown::Shows;
use crate::parse::{markdown, terms};
use crate::path::{RelPath, UrlPath, decode, on_site};
use crate::picture::{self, Embedded, Facts, Flaw, svg};
use crate::recording;
use crate::source::Source;
use std::path::Path;

/// The content folder: where it lies, and what is in it.
pub(super) struct Folder<'a> {
    pub(super) path: &'a Path,
    pub(super) source: &'a Source,
    /// The languages of the site.
    pub(super) languages: &'a [String],
}

/// Endings of the picture that stands for a video until it plays; the first that is there counts.
const POSTERS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// The files beside audio or video that go with it by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// What is seen before a video plays: `storm.jpg` for `storm.mp4`.
    pub poster: Option<RelPath>,
    /// Captions: `storm.vtt` in the language of the text, `storm.es.vtt` in that language.
    pub captions: Vec<(Option<String>, RelPath)>,
    /// What would count too, and is not there.
    missing: Vec<RelPath>,
}

impl Beside {
    /// Of the file at `path`, in a site of these languages.
    pub fn of(source: &Source, languages: &[String], path: &RelPath) -> Beside {
        let mut beside = Beside::default();
        let Some((stem, _)) = path.as_str().rsplit_once('.') else { return beside };
        let is_here = |path: &RelPath| source.media_stamp(path).length > 0 && !source.keeps_back(path);
        if recording::kind(path.as_str()) == Some(recording::Kind::Video) {
            for poster in POSTERS.iter().filter_map(|ending| RelPath::new(&format!("{stem}.{ending}"))) {
                if is_here(&poster) {
                    beside.poster = Some(poster);
                    break;
                }
                beside.missing.push(poster);
            }
        }
        let all = languages.iter().map(|language| (Some(language.clone()), format!("{stem}.{language}.vtt")));
        for (language, name) in std::iter::once((None, format!("{stem}.vtt"))).chain(all) {
            let Some(path) = RelPath::new(&name) else { continue };
            match is_here(&path) {
                true => beside.captions.push((language, path)),
                false => beside.missing.push(path),
            }
        }
        beside
    }
}

/// What is said of a picture: by the front matter, else by the picture itself. Empty where neither says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Texts<'a> {
    /// For those who do not see it; the caption where there is no other.
    pub alt: &'a str,
    /// Caption.
    pub caption: &'a str,
    /// Who made it.
    pub by: &'a str,
    /// Credit.
    pub credit: &'a str,
    /// Copyright notice.
    pub copyright_notice: &'a str,
    /// What may be done with it.
    pub usage_terms: &'a str,
    /// Address of a statement of its rights.
    pub web_statement: &'a str,
    /// Address where a licence can be had.
    pub licensor_url: &'a str,
    /// How it was made, an address of the IPTC's.
    pub digital_source_type: &'a str,
}

impl<'a> Texts<'a> {
    /// The texts of a picture that a story's front matter names.
    pub fn of(association: &'a Association, embedded: Option<&'a Embedded>) -> Texts<'a> {
        let own = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        let or = |text: &'a Option<String>, of: fn(&Embedded) -> &str| match own(text) {
            "" => embedded.map_or("", of),
            text => text,
        };
        // Whoever names a photographer or an agency in the front matter has said who is to be named.
        let is_named = !own(&association.by).is_empty() || !own(&association.credit).is_empty();
        let name =
            |text: &'a Option<String>, of: fn(&Embedded) -> &str| if is_named { own(text) } else { or(text, of) };
        let caption = or(&association.caption, |embedded| &embedded.caption);
        let alt = or(&association.alt_text, |embedded| &embedded.alt_text);
        Texts {
            alt: if alt.is_empty() { caption } else { alt },
            caption,
            by: name(&association.by, |embedded| &embedded.by),
            credit: name(&association.credit, |embedded| &embedded.credit),
            copyright_notice: or(&association.copyright_notice, |embedded| &embedded.copyright_notice),
            usage_terms: or(&association.rights, |embedded| &embedded.usage_terms),
            web_statement: embedded.map_or("", |embedded| &embedded.web_statement),
            licensor_url: embedded.map_or("", |embedded| &embedded.licensor_url),
            digital_source_type: embedded.map_or("", |embedded| &embedded.digital_source_type),
        }
    }
}

/// Collects the local files of a story, and says which are not there or cannot be used.
pub(super) struct Media<'a> {
    pub(super) content: &'a Folder<'a>,
    pub(super) path: &'a RelPath,
    pub(super) file: &'a str,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
    pub(super) files: Vec<RelPath>,
    /// What links name and the content folder does not have.
    pub(super) missing: Vec<RelPath>,
    pub(super) pictures: Vec<(RelPath, Option<Facts>)>,
}

impl<'a> Media<'a> {
    /// Of the content file at `path`, which messages call `file`.
    pub(super) fn of(
        content: &'a Folder<'a>,
        path: &'a RelPath,
        file: &'a str,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Media<'a> {
        Media { content, path, file, diagnostics, files: Vec::new(), missing: Vec::new(), pictures: Vec::new() }
    }

    /// Takes a file up that is `shown`, or only linked. `place` is where it is named.
    pub(super) fn take(&mut self, target: &str, shown: bool, place: impl FnOnce() -> (u32, u32)) -> Option<RelPath> {
        let file = self.file;
        let at = || {
            let (line, column) = place();
            Location::at(file, line, column)
        };
        let Some(path) = self.path.resolve(target) else {
            let diagnostic =
                Diagnostic::warning(Code::MediaPath, format!("`{target}` leads outside the content folder"));
            self.diagnostics.push(diagnostic.at(at()).hint("the file was left out"));
            return None;
        };
        let path = self.content.source.on_disk(path);
        // What is only linked need not be playable.
        let plays = shown && recording::kind(path.as_str()).is_some();
        let is_taken = self.files.contains(&path);
        if is_taken && (!plays || self.pictures.iter().any(|(known, _)| *known == path)) {
            return Some(path);
        }
        let on_disk = path.under(self.content.path);
        let is_file = on_disk.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        let is_hidden = path.as_str().split('/').any(|part| part.starts_with('.')) || path.extension().is_none();
        let is_file = is_file && !self.content.source.keeps_back(&path);
        if !is_file || is_hidden || UrlPath::new(&format!("/{path}")).is_none() {
            if !shown || target.starts_with(ASSETS) {
                // It may be a file that the build makes, such as a feed. That is known when there is a plan.
                self.missing.push(path);
                return None;
            }
            let diagnostic = Diagnostic::warning(Code::MediaMissing, format!("there is no file `{target}`"));
            self.diagnostics.push(
                diagnostic.at(at()).hint("paths are relative to the story's file, or from content/ with a / before"),
            );
            return None;
        }
        if path.extension().is_some_and(|ending| picture::is_picture(ending) || svg::is_svg(ending)) {
            let facts = facts(&on_disk);
            if let Err(flaw) = &facts {
                self.diagnostics.push(broken(flaw, target, at()));
            }
            self.pictures.push((path.clone(), facts.ok()));
        } else if plays {
            let facts = recorded(&on_disk);
            if let Err(why) = &facts {
                let message = format!("`{target}` cannot be played: {why}");
                let diagnostic = Diagnostic::error(Code::RecordingBroken, message).at(at());
                self.diagnostics.push(diagnostic.hint("save it again; it was left out, the text stays"));
            }
            self.pictures.push((path.clone(), facts.ok()));
        } else if let Some(size) = size(&on_disk) {
            self.pictures.push((path.clone(), Some(size)));
        }
        if !is_taken {
            self.files.push(path.clone());
        }
        Some(path)
    }

    /// Takes up what goes with audio or video by its name. `place` is where that is named.
    pub(super) fn take_beside(&mut self, path: &RelPath, place: (u32, u32)) {
        let Beside { poster, captions, missing } = Beside::of(self.content.source, self.content.languages, path);
        for file in poster.into_iter().chain(captions.into_iter().map(|(_, file)| file)) {
            self.take(&format!("/{file}"), true, || place);
        }
        // The story is read again as soon as one of them comes.
        self.missing.extend(missing);
    }

    /// Takes up the files that a text shows or links to. Returns its links and pictures that do not lead to other sites. `place` has the
    /// place in the file of a byte of the text.
    pub(super) fn references(
        &mut self,
        references: &[(String, Shows, usize)],
        home: &str,
        mut place: impl FnMut(usize) -> (u32, u32),
    ) -> Vec<String> {
        let mut links = Vec::new();
        for (target, shows, at) in references {
            let leads_away = markdown::is_external(target) && on_site(home, target).is_none();
            if !target.is_empty() && !leads_away && !target.starts_with('#') {
                links.push(target.clone());
            }
            let target = target.split(['?', '#']).next().unwrap_or("");
            let may_be_file = !target.is_empty()
                && !markdown::has_scheme(target)
                && !target.ends_with(".md")
                && !target.ends_with('/');
            let has_ending = || target.rsplit('/').next().is_some_and(|name| name.contains('.'));
            if may_be_file && (*shows != Shows::Link || has_ending()) {
                let taken = self.take(&decode(target), *shows != Shows::Link, || place(*at));
                if let Some(path) = taken.filter(|_| *shows == Shows::Recording) {
                    self.take_beside(&path, place(*at));
                }
            }
            if *shows == Shows::Picture {
                let place = place(*at);
                self.diagnostics.extend(lost::format(target, self.file, place));
                self.diagnostics.extend(lost::remote_in_text(target, home, self.file, place));
            }
        }
        links
    }

    /// What a picture says of itself.
    pub(super) fn embedded(&self, file: &RelPath) -> Option<&Embedded> {
        let (_, facts) = self.pictures.iter().find(|(path, _)| path == file)?;
        facts.as_ref()?.embedded.as_deref()
    }

    /// Pictures that say themselves that they may not be shown on the web, where the front matter does not say otherwise.
    pub(super) fn forbidden(&self, associations: &[Association]) -> Vec<RelPath> {
        let is_told = |file: &RelPath| {
            let is_it = |one: &&Association| {
                let named = one.href.as_deref().and_then(|href| self.path.resolve(href));
                named.map(|named| self.content.source.on_disk(named)).as_ref() == Some(file)
            };
            associations.iter().filter(is_it).any(|one| one.rights.is_some())
        };
        let forbids = |file: &&RelPath| {
            let terms = self.embedded(file).map(Embedded::terms);
            terms.is_some_and(|terms| terms.into_iter().any(terms::forbid_web)) && !is_told(file)
        };
        self.pictures.iter().map(|(path, _)| path).filter(forbids).cloned().collect()
    }
}

/// What is wrong with a picture, in words.
pub fn broken(flaw: &Flaw, target: &str, at: Location) -> Diagnostic {
    let code = match flaw {
        Flaw::Broken(_) => Code::PictureBroken,
        Flaw::Active(_) => Code::PictureActive,
        Flaw::Bytes(_) | Flaw::Pixels(..) => Code::PictureTooLarge,
    };
    Diagnostic::error(code, format!("the picture `{target}` {}", flaw.message())).at(at).hint(flaw.hint())
}

/// What audio or video says of itself; why it cannot be played, where it is none.
pub(super) fn recorded(file: &Path) -> Result<Facts, String> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut opened = std::fs::File::open(file).map_err(|error| error.to_string())?;
    let facts = recording::facts(name, &mut opened)?;
    Ok(Facts { milliseconds: facts.milliseconds, ..Facts::of_size(facts.width, facts.height) })
}

/// The size of a picture of another form, which is all that is known of it.
pub(super) fn size(file: &Path) -> Option<Facts> {
    let size = imagesize::size(file).ok()?;
    Some(Facts::of_size(size.width as u32, size.height as u32))
}

pub(super) fn facts(file: &Path) -> Result<Facts, Flaw> {
    let mut bytes = Vec::new();
    match file::read_bounded(file, picture::BYTES_LIMIT, &mut bytes) {
        Ok(()) if file.extension().and_then(|ending| ending.to_str()).is_some_and(svg::is_svg) => svg::facts(&bytes),
        Ok(()) => picture::facts(&bytes),
        Err(ReadError::TooLarge(length)) => Err(Flaw::Bytes(length)),
        Err(ReadError::Io(error)) => Err(Flaw::Broken(error.to_string())),
    }
}
