//! Pictures as pages show them, and their renditions.

use super::Renderer;
use super::dates;
use super::feed::Image;
use super::views::PictureView;
use crate::diag::{Code, Diagnostic, Location};
use crate::hash::Hasher;
use crate::load;
use crate::parse::markdown;
use crate::path::RelPath;
use crate::picture::rendition_cache::RenditionCache;
#[cfg(feature = "images")]
use crate::picture::social_card::Artist;
use crate::picture::social_card::Lines;
use crate::picture::{Cut, Flaw, Format, Rendition};
use crate::plan::{self, CardOf};
use crate::state;
use crate::story::Story;
use std::fmt::Write;

/// A rendition as pages name it.
pub(super) struct Sized {
    /// Path on the site.
    pub(super) url: String,
    /// What it shows.
    pub(super) cut: Cut,
}

impl Renderer<'_> {
    /// A picture without words; `None` where it is not published.
    pub(super) fn picture_view(&self, file: &RelPath) -> Option<PictureView> {
        let src = self.plan.media_urls.get(file)?.clone();
        let (width, height) = self.picture_size(file);
        Some(PictureView { src, width, height, srcset: self.srcset(file), ..PictureView::default() })
    }

    /// Size of a picture in pixels, as it is seen; 0 where it is not known.
    pub(super) fn picture_size(&self, file: &RelPath) -> (u32, u32) {
        self.site.stories.pictures.get(file).map_or((0, 0), |facts| (facts.width, facts.height))
    }

    /// The renditions of a picture.
    pub(super) fn renditions(&self, file: &RelPath) -> Vec<Sized> {
        let renditions = self.plan.pictured(file).into_iter().flat_map(|pictured| pictured.renditions());
        renditions.map(|one| Sized { url: self.site.config.href(&one.url()), cut: one.cut }).collect()
    }

    /// A story's first picture as feeds name it. Readers load it on the way and at a size of their own: the cut for social media, a JPEG
    /// that all of them know, does for that. Without one it is the largest rendition, and of a small picture the picture itself.
    pub(super) fn feed_image(&self, story: &Story) -> Option<Image> {
        let file = &story.rare().picture.as_ref()?.file;
        let own = self.plan.media_urls.get(file)?;
        // The cut is the last.
        if let Some(Sized { url, cut }) = self.renditions(file).pop() {
            let (content_type, url) = (cut.content_type(), self.site.config.address(&url));
            return Some(Image { url, content_type, width: cut.width, height: cut.height });
        }
        let content_type = self.picture_type(file);
        let (width, height) = self.picture_size(file);
        Some(Image { url: self.site.config.address(own), content_type, width, height })
    }

    /// The media type of a picture; empty where it is not known.
    pub(super) fn picture_type(&self, file: &RelPath) -> &'static str {
        match self.site.stories.pictures.get(file).map(|facts| facts.format) {
            Some(Format::Jpeg) => "image/jpeg",
            Some(Format::Png) => "image/png",
            Some(Format::WebP) => "image/webp",
            _ => "",
        }
    }

    fn srcset(&self, file: &RelPath) -> String {
        let mut srcset = String::new();
        for Sized { url, cut } in self.renditions(file).iter().filter(|one| !one.cut.social) {
            let comma = if srcset.is_empty() { "" } else { ", " };
            // Writing to a text does not fail.
            let _ = write!(srcset, "{comma}{url} {}w", cut.width);
        }
        srcset
    }

    /// Gives the pictures of a text their sizes and renditions. The first is not waited for where nothing of the story stands before
    /// it (`leads`).
    pub(super) fn dress(&self, media: &[RelPath], leads: bool, html: &mut String) {
        if !html.contains("<img ") {
            return;
        }
        let mut is_first = leads;
        let sizes = self.site.theme.picture_sizes();
        markdown::dress(html, |src| {
            let mut attributes = String::new();
            let file = media.iter().find(|file| self.plan.media_urls.get(*file).is_some_and(|url| url == src));
            if let Some(view) = file.and_then(|file| self.picture_view(file)) {
                if view.width > 0 && view.height > 0 {
                    let _ = write!(attributes, " width=\"{}\" height=\"{}\"", view.width, view.height);
                }
                if !view.srcset.is_empty() {
                    let _ = write!(attributes, " srcset=\"{}\" sizes=\"{sizes}\"", view.srcset);
                }
            }
            attributes.push_str(match std::mem::take(&mut is_first) {
                true => " fetchpriority=\"high\"",
                false => " loading=\"lazy\"",
            });
            attributes.push_str(" decoding=\"async\"");
            attributes
        });
    }

    /// Appends the bytes of a rendition: as they were made before, or made now.
    pub(super) fn rendition(&self, at: u32, number: u8, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let pictured = &self.plan.pictures[at as usize];
        let rendition = pictured.rendition(pictured.cuts[usize::from(number)]);
        let kept = RenditionCache::new(&self.root.join(state::FOLDER)).get(&rendition);
        let bytes = kept.map_or_else(|| self.made(&rendition), Ok).map_err(|flaw| {
            let file = format!("content/{}", rendition.file);
            load::broken(&flaw, rendition.file.file_name(), Location::file(file))
        })?;
        out.extend_from_slice(&bytes);
        Ok(())
    }

    /// Appends the bytes of a social card, likewise.
    pub(super) fn social_card(&self, of: CardOf, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let kept = self
            .plan
            .social_cards
            .get(of)
            .and_then(|hash| RenditionCache::new(&self.root.join(state::FOLDER)).get_card(hash));
        let bytes = kept
            .map_or_else(|| self.drawn(of), Ok)
            .map_err(|flaw| Diagnostic::error(Code::SocialCardFont, format!("a social card {}", flaw.message())))?;
        out.extend_from_slice(&bytes);
        Ok(())
    }

    /// What a social card shows.
    pub fn social_card_lines(&self, of: CardOf) -> Lines {
        let card = plan::card(&self.site, of);
        let date = card.day.map(|day| dates::long(card.edition, day)).unwrap_or_default();
        let is_drawn = self.site.theme.social_card().fonts.lack(&date).is_none();
        Lines {
            rtl: dates::direction(card.language) == "rtl",
            brand: card.brand.to_string(),
            kicker: card.kicker.into_owned(),
            headline: card.headline.to_string(),
            date: if is_drawn { date } else { String::new() },
        }
    }

    #[cfg(feature = "images")]
    fn drawn(&self, of: CardOf) -> Result<Vec<u8>, Flaw> {
        let style = self.site.theme.social_card();
        Artist::new(&style.fonts).draw(style, &self.social_card_lines(of))
    }

    /// Without the feature no page has one.
    #[cfg(not(feature = "images"))]
    fn drawn(&self, _: CardOf) -> Result<Vec<u8>, Flaw> {
        Err(Flaw::Broken("this program draws none".to_string()))
    }

    #[cfg(feature = "images")]
    fn made(&self, rendition: &Rendition) -> Result<Vec<u8>, Flaw> {
        let facts = self.site.stories.pictures.get(&rendition.file);
        let facts = facts.ok_or_else(|| Flaw::Broken("it is gone".to_string()))?;
        let bytes = crate::picture::rendition_cache::original(&self.root.join("content"), &rendition.file, facts)?;
        crate::picture::make::open(&bytes, facts)?.rendition(&rendition.cut)
    }

    /// Without the feature no picture has renditions.
    #[cfg(not(feature = "images"))]
    fn made(&self, _: &Rendition) -> Result<Vec<u8>, Flaw> {
        Err(Flaw::Broken("this program makes no picture smaller".to_string()))
    }

    /// Adds all that a page says of a picture besides what the page's own story says.
    pub(super) fn picture_hash(&self, file: &RelPath, hasher: &mut Hasher) {
        hasher.optional(self.plan.media_urls.get(file).map(String::as_str));
        if let Some(facts) = self.site.stories.pictures.get(file) {
            hasher.hash(facts.hash).number(i64::from(facts.width)).number(i64::from(facts.height));
            hasher.number(i64::from(facts.milliseconds));
        }
        for cut in self.plan.pictured(file).map_or(&[][..], |pictured| &pictured.cuts) {
            hasher.number(i64::from(cut.width)).number(i64::from(cut.social));
        }
    }
}
