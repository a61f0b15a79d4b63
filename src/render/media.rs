//! Audio and video of stories, and the parts of texts that have templates of their own (`parts/media/`).

use super::Renderer;
use super::dates;
use super::key::{KeyBuilder, Keys, Part};
use super::views::{RecordingView, TrackView};
use crate::diag::Diagnostic;
use crate::load::{self, Beside};
use crate::parse::front_matter::Association;
use crate::parse::markdown::{self, Block, Recording};
use crate::path::RelPath;
use crate::recording::{self, Kind};
use crate::story::Rare;
use tera::Value;

/// The templates of blocks.
const PARTS: [&str; 1] = ["parts/media/recording.html"];

/// Where a text stands.
#[derive(Clone, Copy)]
pub(super) struct Home<'h> {
    /// Its file.
    pub(super) source: &'h RelPath,
    /// The edition of its page.
    pub(super) edition: u8,
    /// Its language.
    pub(super) language: &'h str,
    /// What its front matter names.
    pub(super) associations: &'h [Association],
}

/// What stands beside audio or video in words.
struct Words<'w> {
    caption: &'w str,
    credit: String,
    copyright: &'w str,
}

/// A length as readers know it: `2:05`, `1:02:05`.
fn clock(milliseconds: u32) -> String {
    let seconds = milliseconds.saturating_add(500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// The same for machines (ISO 8601): `PT2M5S`.
pub(super) fn iso_length(milliseconds: u32) -> String {
    let seconds = milliseconds.saturating_add(500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let part = |count: u32, unit: char| if count > 0 { format!("{count}{unit}") } else { String::new() };
    let rest = if hours == 0 && minutes == 0 { format!("{seconds}S") } else { part(seconds, 'S') };
    format!("PT{}{}{rest}", part(hours, 'H'), part(minutes, 'M'))
}

impl Keys<'_, '_> {
    /// The templates of the parts that a story or standing page has.
    pub(super) fn media_parts(&self, has_any: bool, key: &mut KeyBuilder) {
        let theme = self.renderer.site.theme;
        for part in PARTS.iter().filter(|_| has_any) {
            key.part(Part::Template).hash(theme.closure(part));
        }
    }
}

/// Whether templates of `parts/media/` show something of a story.
pub(super) fn has_media(rare: &Rare) -> bool {
    rare.plays || rare.has_blocks
}

impl Renderer<'_> {
    /// Whether the theme has a template for a block.
    pub(super) fn has_part(&self, block: &Block) -> bool {
        self.site.theme.tera.contains_template(block.template())
    }

    /// Puts the blocks of a text into the places that were left for them. Gives the words of their kinds, for templates.
    pub(super) fn fill(
        &self,
        home: Home,
        blocks: &[Block],
        html: &mut String,
    ) -> Result<Vec<&'static str>, Diagnostic> {
        let mut made = Vec::with_capacity(blocks.len());
        let mut kinds: Vec<&'static str> = Vec::new();
        for block in blocks {
            let (kind, text) = self.block(home, block)?;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            made.push(text);
        }
        markdown::fill(html, made.len(), |number| std::mem::take(&mut made[number]));
        Ok(kinds)
    }

    /// The kind and the HTML of a block.
    fn block(&self, home: Home, block: &Block) -> Result<(&'static str, String), Diagnostic> {
        match block {
            Block::Recording(recording) => {
                let view = self.recording_of_text(home, recording);
                let kind = recording::kind(&recording.target).unwrap_or(Kind::Video).as_str();
                // Where the file may not be shown, its words stay.
                let Some(view) = view else {
                    let caption = super::xml::escaped(&recording.caption);
                    return Ok((kind, if caption.is_empty() { String::new() } else { format!("<p>{caption}</p>") }));
                };
                let part = self.part(block.template(), home, |context| context.insert("recording", &view));
                Ok((kind, part?))
            }
        }
    }

    fn part(&self, name: &str, home: Home, values: impl FnOnce(&mut tera::Context)) -> Result<String, Diagnostic> {
        let mut context = self.editions[usize::from(home.edition)].context.clone();
        values(&mut context);
        let mut html = Vec::new();
        self.bounded(name, &context, home.source.as_str(), &mut html)?;
        Ok(String::from_utf8_lossy(&html).into_owned())
    }

    /// The file that a text names, below `content/`.
    fn file_of_text(&self, source: &RelPath, target: &str) -> Option<RelPath> {
        let path = target.split(['?', '#']).next().unwrap_or(target);
        let file = source.resolve(&load::decode(path)).filter(|_| !markdown::has_scheme(target))?;
        Some(self.site.source.on_disk(file))
    }

    fn recording_of_text(&self, home: Home, recording: &Recording) -> Option<RecordingView> {
        let file = self.file_of_text(home.source, &recording.target)?;
        let is_it = |one: &&Association| self.file_of(home.source, one).as_ref() == Some(&file);
        let named = home.associations.iter().find(is_it);
        let association = named.cloned().unwrap_or_default();
        let caption = if recording.caption.is_empty() { association.caption.as_deref() } else { None };
        let credit = if recording.credit.is_empty() { credit(&association) } else { recording.credit.clone() };
        let copyright = association.copyright_notice.as_deref().unwrap_or_default();
        let words = Words { caption: caption.unwrap_or(&recording.caption), credit, copyright };
        self.recording_view(home, &file, &words)
    }

    /// Audio and video that the front matter of a story names and its text does not play.
    pub(super) fn recordings(&self, home: Home, body: &str) -> Vec<RecordingView> {
        let played = markdown::played(body);
        let in_text: Vec<RelPath> =
            played.iter().filter_map(|one| self.file_of_text(home.source, &one.target)).collect();
        let views = home.associations.iter().filter(|one| one.is_played()).filter_map(|one| {
            let file = self.file_of(home.source, one).filter(|file| !in_text.contains(file))?;
            let caption = one.caption.as_deref().unwrap_or_default();
            let copyright = one.copyright_notice.as_deref().unwrap_or_default();
            self.recording_view(home, &file, &Words { caption, credit: credit(one), copyright })
        });
        views.collect()
    }

    /// Audio or video as pages play it; `None` where the file is not published or browsers do not play it.
    fn recording_view(&self, home: Home, file: &RelPath, words: &Words) -> Option<RecordingView> {
        let src = self.plan.media_urls.get(file)?.clone();
        let kind = recording::kind(file.as_str())?;
        let facts = self.site.stories.pictures.get(file);
        let milliseconds = facts.map_or(0, |facts| facts.milliseconds);
        let (width, height) = self.picture_size(file);
        let beside = Beside::of(self.site.source, &self.site.config.languages, file);
        let url = |file: &RelPath| self.plan.media_urls.get(file).cloned();
        let tracks = beside.captions.iter().filter_map(|(language, file)| {
            let language = language.as_deref().unwrap_or(home.language).to_string();
            Some(TrackView { src: url(file)?, name: dates::language_name(&language), language })
        });
        Some(RecordingView {
            kind: kind.as_str(),
            src,
            content_type: recording::content_type(file.as_str()).unwrap_or_default(),
            width,
            height,
            poster: beside.poster.as_ref().and_then(url).unwrap_or_default(),
            caption: words.caption.to_string(),
            credit: words.credit.clone(),
            copyright: words.copyright.to_string(),
            duration: if milliseconds > 0 { clock(milliseconds) } else { String::new() },
            duration_iso: if milliseconds > 0 { iso_length(milliseconds) } else { String::new() },
            tracks: tracks.collect(),
        })
    }

    /// What goes with a story: what its front matter names, and the audio and video of its text besides.
    pub(super) fn associations(&self, source: &RelPath, named: &[Association], body: &str) -> Vec<Association> {
        let mut all = named.to_vec();
        for Recording { target, caption, credit } in markdown::played(body) {
            let Some(file) = self.file_of_text(source, &target) else { continue };
            if all.iter().any(|one| self.file_of(source, one).as_ref() == Some(&file)) {
                continue;
            }
            let text = |text: String| Some(text).filter(|text| !text.is_empty());
            all.push(Association {
                kind: recording::kind(&target).map(|kind| kind.as_str().to_string()),
                href: Some(format!("/{file}")),
                caption: text(caption),
                credit: text(credit),
                ..Association::default()
            });
        }
        all
    }
}

/// Who made it, and who is to be named.
fn credit(association: &Association) -> String {
    let names = [&association.by, &association.credit];
    let names = names.into_iter().flatten().map(String::as_str).filter(|name| !name.is_empty());
    names.collect::<Vec<_>>().join(" / ")
}

/// A list for templates.
pub(super) fn words(kinds: &[&'static str]) -> Value {
    Value::from_serializable(&kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_clocks_do() {
        for (milliseconds, shown, iso) in [
            (400, "0:00", "PT0S"),
            (9_600, "0:10", "PT10S"),
            (125_500, "2:06", "PT2M6S"),
            (3_600_000, "1:00:00", "PT1H"),
            (3_725_000, "1:02:05", "PT1H2M5S"),
        ] {
            assert_eq!((clock(milliseconds), iso_length(milliseconds)), (shown.to_string(), iso.to_string()));
        }
    }
}
