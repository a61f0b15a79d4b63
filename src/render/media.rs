//! Audio and video of stories, and the parts of texts that have templates of their own (`parts/media/`).

mod fenced;

use super::Renderer;
use super::dates;
use super::key::{KeyBuilder, Keys, Part};
use super::views::{EmbedView, RecordingView, TrackView};
use crate::diag::Diagnostic;
use crate::load::{self, Beside};
use crate::parse::front_matter::Association;
use crate::parse::markdown::{self, Block, Files, Picture, Recording};
use crate::path::RelPath;
use crate::recording::{self, Kind};
use crate::story::Rare;
use crate::theme;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use tera::{Context, Value};

/// The templates of blocks.
const PARTS: [&str; 8] = [
    "parts/media/map.html",
    "parts/media/chart.html",
    "parts/media/embed.html",
    "parts/media/recording.html",
    "parts/media/gallery.html",
    "parts/media/facts.html",
    "parts/media/quote.html",
    "parts/media/timeline.html",
];

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
        let is_shown = match block {
            Block::Address(address) => self.site.config.frame(address).is_some(),
            Block::Recording(_) | Block::Fenced(_) => true,
        };
        is_shown && self.site.theme.tera.contains_template(block.template())
    }

    /// What a page says besides the headers of the site: the frames that it may show are those of its text. Empty where the site shows
    /// none, or the theme decides on them.
    pub(super) fn frame_policy(&self, blocks: &[Block]) -> String {
        let config = self.site.config;
        if config.embeds.is_empty() || !self.site.theme.policy().is_some_and(theme::leaves_frames) {
            return String::new();
        }
        let frames = blocks.iter().filter_map(|block| match block {
            Block::Address(address) => config.frame(address),
            Block::Recording(_) | Block::Fenced(_) => None,
        });
        let origins: BTreeSet<String> = frames.map(|frame| frame.origin).collect();
        match origins.is_empty() {
            true => "frame-src 'none'".to_string(),
            false => format!("frame-src {}", origins.into_iter().collect::<Vec<_>>().join(" ")),
        }
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
        for (block, number) in blocks.iter().zip(1..) {
            let (kind, text) = self.block(home, number, block)?;
            kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
            made.push(text);
        }
        markdown::fill(html, &made);
        Ok(kinds)
    }

    /// The kind and the HTML of a block; no kind where it shows nothing by its template. `number` is its place among those of its text.
    fn block(&self, home: Home, number: usize, block: &Block) -> Result<(Option<&'static str>, String), Diagnostic> {
        match block {
            Block::Recording(recording) => {
                let view = self.recording_of_text(home, recording);
                let kind = recording::kind(&recording.target).unwrap_or(Kind::Video).as_str();
                // Where the file may not be shown, its words stay.
                let Some(view) = view else {
                    let caption = super::xml::escaped(&recording.caption);
                    let text = if caption.is_empty() { String::new() } else { format!("<p>{caption}</p>") };
                    return Ok((Some(kind), text));
                };
                let mut values = self.values(home);
                values.insert("recording", &view);
                Ok((Some(kind), self.part(block.template(), home, &values)?))
            }
            Block::Address(address) => {
                let Some(frame) = self.site.config.frame(address) else { return Ok((None, String::new())) };
                let host = frame.origin.trim_start_matches("https://").to_string();
                let view = EmbedView {
                    name: &frame.host.name,
                    shape: &frame.host.shape,
                    url: address,
                    frame: &frame.address,
                    host,
                };
                let mut values = self.values(home);
                values.insert("embed", &view);
                Ok((Some("embed"), self.part(block.template(), home, &values)?))
            }
            Block::Fenced(fenced) => {
                let mut values = self.values(home);
                let lost = self.lost_captions(home, fenced);
                match self.fenced(home, number, fenced, &mut values) {
                    Some(kind) => Ok((Some(kind), self.part(block.template(), home, &values)? + &lost)),
                    None => Ok((None, lost)),
                }
            }
        }
    }

    /// What the template of every block gets.
    fn values(&self, home: Home) -> Context {
        self.editions[usize::from(home.edition)].context.clone()
    }

    fn part(&self, name: &str, home: Home, values: &Context) -> Result<String, Diagnostic> {
        let mut html = Vec::new();
        self.bounded(name, values, home.source.as_str(), &mut html)?;
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
        let association = self.named(home, &file).cloned().unwrap_or_default();
        let caption = if recording.caption.is_empty() { association.caption.as_deref() } else { None };
        let credit = if recording.credit.is_empty() { credit(&association) } else { recording.credit.clone() };
        let copyright = association.copyright_notice.as_deref().unwrap_or_default();
        let words = Words { caption: caption.unwrap_or(&recording.caption), credit, copyright };
        self.recording_view(home, &file, &words)
    }

    /// Audio and video that the front matter of a story names and its text does not play.
    pub(super) fn recordings(&self, home: Home, body: &str) -> Vec<RecordingView> {
        let played = markdown::files(body).recordings;
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

    /// What goes with a story: what its front matter names, and besides the audio and video of its text and the pictures of its
    /// galleries and maps.
    pub(super) fn associations(&self, source: &RelPath, named: &[Association], body: &str) -> Vec<Association> {
        let mut all = named.to_vec();
        let mut known: FxHashSet<RelPath> = named.iter().filter_map(|one| self.file_of(source, one)).collect();
        let text = |text: String| Some(text).filter(|text| !text.is_empty());
        let mut add = |target: &str, association: Association| {
            let file = self.file_of_text(source, target);
            if let Some(file) = file.filter(|file| known.insert(file.clone())) {
                all.push(Association { href: Some(format!("/{file}")), ..association });
            }
        };
        let Files { recordings, pictures } = markdown::files(body);
        for Recording { target, caption, credit } in recordings {
            let kind = recording::kind(&target).map(|kind| kind.as_str().to_string());
            let (caption, credit) = (text(caption), text(credit));
            add(&target, Association { kind, caption, credit, ..Association::default() });
        }
        for Picture { target, alt, credit, words, .. } in pictures {
            let (caption, credit, alt_text) = (text(words), text(credit), text(alt));
            add(&target, Association { caption, credit, alt_text, ..Association::default() });
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
