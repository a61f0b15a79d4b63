//! Which renditions a picture has, and what they are called.
//!
//! A name ends in the hash of the picture's bytes, so it never stands for another picture, and whoever knows a picture's hash finds
//! all its renditions: the search for leaks does.

use super::{Facts, Format};
use crate::config::Images;
use crate::hash::Hash;
use crate::path::RelPath;

/// Width and height of the cut for previews in social media, in pixels.
pub const SOCIAL: (u32, u32) = (1200, 630);
/// The least part of that size that a picture must have to be cut.
const SOCIAL_LEAST: u32 = 2;
/// The largest height of a rendition, by the limits of WebP.
const HEIGHT_LIMIT: u32 = 16_383;
/// A file with fewer bytes is as small as its renditions would be.
const SMALL: u64 = 12 << 10;
/// The longest part of a picture's own name that the name of a rendition has, in bytes.
const STEM_LIMIT: usize = 160;

/// What a rendition shows of its picture, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Whether it is cut to a form of its own, for social media; else all of the picture is there.
    pub social: bool,
    /// Quality of the encoder, 1 to 100.
    pub quality: u8,
}

impl Cut {
    /// Its media type.
    pub fn content_type(&self) -> &'static str {
        if self.social { "image/jpeg" } else { "image/webp" }
    }

    /// The ending of its name.
    pub fn extension(&self) -> &'static str {
        if self.social { "jpg" } else { "webp" }
    }
}

/// A picture with its renditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// The picture, below `content/`.
    pub file: RelPath,
    /// Hash of its bytes.
    pub hash: Hash,
    /// What is shown.
    pub cut: Cut,
}

/// The hash of a picture as it stands in names: 16 digits.
pub fn hash_in_names(hash: Hash) -> String {
    format!("{:016x}", hash.short())
}

impl Rendition {
    /// Its path on the site: `/media/2026/11/23/quay-960q75.3f9a0c1d52e64b78.webp`.
    pub fn url(&self) -> String {
        let path = self.file.as_str();
        let folder = &path[..path.len() - self.file.file_name().len()];
        let mut stem = self.file.stem();
        while stem.len() > STEM_LIMIT {
            stem = &stem[..stem.char_indices().next_back().map_or(0, |(at, _)| at)];
        }
        format!("/media/{folder}{stem}-{}", self.tail())
    }

    /// The part of its name that distinguishes it from all other renditions, whatever the picture is called.
    pub fn tail(&self) -> String {
        let Cut { width, height, social, quality } = self.cut;
        let hash = hash_in_names(self.hash);
        let size = if social { format!("{width}x{height}") } else { width.to_string() };
        format!("{size}q{quality}.{hash}.{}", self.cut.extension())
    }
}

/// The renditions of a picture in its own form, from the smallest. None where the picture is small, moves, or is of a form that is
/// left as it is.
pub fn widths<'s>(facts: &Facts, settings: &'s Images) -> impl Iterator<Item = Cut> + use<'s> {
    let (width, height, length) = (facts.width, facts.height, facts.length);
    let is_left = facts.format == Format::Other || facts.animated || length < SMALL || !settings.is_on();
    let smallest = settings.widths.first().copied().unwrap_or(u32::MAX);
    let largest = settings.widths.last().copied().unwrap_or(0);
    // Its own width stands in for those that it does not reach.
    let own = (width < largest).then_some(width);
    let widths = settings.widths.iter().copied().filter(move |wanted| *wanted <= width).chain(own);
    let quality = settings.quality;
    let mut last = 0;
    let cuts = widths.filter_map(move |wanted| {
        let scaled = (u64::from(height) * u64::from(wanted) + u64::from(width) / 2) / u64::from(width);
        let is_new = std::mem::replace(&mut last, wanted) != wanted;
        let cut = Cut { width: wanted, height: (scaled as u32).max(1), social: false, quality };
        (is_new && cut.height <= HEIGHT_LIMIT).then_some(cut)
    });
    // The cuts of one without a size are never asked for.
    cuts.take(if is_left || width <= smallest { 0 } else { usize::MAX })
}

/// The cut for previews in social media: `None` where the picture is too small for one, or is left as it is.
pub fn social(facts: &Facts, settings: &Images) -> Option<Cut> {
    let (width, height) = SOCIAL;
    let is_large = facts.width * SOCIAL_LEAST >= width && facts.height * SOCIAL_LEAST >= height;
    let is_left = facts.format == Format::Other || facts.animated || !settings.is_on() || !settings.social;
    if !is_large || is_left {
        return None;
    }
    // Never larger than the picture: the form stays.
    let scale = |n: u32, of: u32, to: u32| (u64::from(n) * u64::from(to) / u64::from(of)) as u32;
    let fit = width.min(facts.width).min(scale(width, height, facts.height));
    Some(Cut { width: fit, height: scale(height, width, fit).max(1), social: true, quality: settings.quality.max(80) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(width: u32, height: u32) -> Facts {
        Facts {
            hash: Hash(0xab << 120),
            length: 1 << 20,
            width,
            height,
            format: Format::Jpeg,
            animated: false,
            milliseconds: 0,
            embedded: None,
        }
    }

    #[test]
    fn a_picture_is_made_smaller_and_never_larger() {
        let settings = Images::default();
        for ((width, height), expected) in [
            ((4000, 3000), &[(480, 360), (960, 720), (1440, 1080)][..]),
            ((1440, 960), &[(480, 320), (960, 640), (1440, 960)]),
            ((1200, 800), &[(480, 320), (960, 640), (1200, 800)]),
            ((481, 100_000), &[]),
            ((481, 1), &[(480, 1), (481, 1)]),
            ((480, 320), &[]),
        ] {
            let cuts: Vec<(u32, u32)> =
                widths(&facts(width, height), &settings).map(|cut| (cut.width, cut.height)).collect();
            assert_eq!(cuts, expected, "{width}x{height}");
        }
        let none = |facts: Facts| assert_eq!(widths(&facts, &settings).count(), 0);
        none(Facts { animated: true, ..facts(4000, 3000) });
        none(Facts { format: Format::Other, ..facts(4000, 3000) });
        none(Facts { length: 4000, ..facts(4000, 3000) });
        assert_eq!(widths(&facts(4000, 3000), &Images { widths: vec![], ..Images::default() }).count(), 0);
    }

    #[test]
    fn a_cut_for_social_media_keeps_its_form() {
        let size = |width, height| social(&facts(width, height), &Images::default()).map(|cut| (cut.width, cut.height));
        assert_eq!(size(4000, 3000), Some((1200, 630)));
        assert_eq!(size(800, 1200), Some((800, 420)));
        assert_eq!(size(4000, 400), Some((761, 399)));
        assert_eq!(size(599, 3000), None);
        assert_eq!(social(&facts(4000, 3000), &Images { social: false, ..Images::default() }), None);
    }

    #[test]
    fn names_end_in_the_hash() {
        let cut = widths(&facts(4000, 3000), &Images::default()).next().unwrap();
        let rendition = |path: &str| Rendition { file: RelPath::new(path).unwrap(), hash: facts(1, 1).hash, cut };
        assert_eq!(rendition("2026/11/quay.view.jpg").url(), "/media/2026/11/quay.view-480q75.ab00000000000000.webp");
        assert_eq!(rendition("quay.png").url(), "/media/quay-480q75.ab00000000000000.webp");
        let long = rendition(&format!("{}.jpg", "é".repeat(120)));
        assert!(crate::path::UrlPath::new(&long.url()).is_some() && long.url().len() < 220);
    }
}
