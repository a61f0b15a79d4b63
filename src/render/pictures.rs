//! Pictures as pages show them, and their renditions.

use super::Renderer;
use super::views::PictureView;
use crate::diag::{Diagnostic, Location};
use crate::load;
use crate::parse::markdown;
use crate::path::RelPath;
use crate::picture::shelf::Shelf;
use crate::picture::{Cut, Flaw, Rendition};
use crate::state;
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
        let kept = Shelf::new(&self.root.join(state::FOLDER)).get(&rendition);
        let bytes = kept.map_or_else(|| self.made(&rendition), Ok).map_err(|flaw| {
            let file = format!("content/{}", rendition.file);
            load::broken(&flaw, rendition.file.file_name(), Location::file(file))
        })?;
        out.extend_from_slice(&bytes);
        Ok(())
    }

    #[cfg(feature = "images")]
    fn made(&self, rendition: &Rendition) -> Result<Vec<u8>, Flaw> {
        let facts = self.site.stories.pictures.get(&rendition.file);
        let facts = facts.ok_or_else(|| Flaw::Broken("it is gone".to_string()))?;
        let bytes = crate::picture::shelf::original(&self.root.join("content"), &rendition.file, facts)?;
        crate::picture::make::open(&bytes, facts)?.rendition(&rendition.cut)
    }

    /// Without the feature no picture has renditions.
    #[cfg(not(feature = "images"))]
    fn made(&self, _: &Rendition) -> Result<Vec<u8>, Flaw> {
        Err(Flaw::Broken("this program makes no picture smaller".to_string()))
    }
}
