//! Renditions of pictures.

use serde::Deserialize;

/// The settings below `images`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Images {
    /// Widths of renditions in pixels, from the smallest; 480, 960 and 1440. An empty list switches renditions off.
    pub widths: Vec<u32>,
    /// Quality of renditions, 1 to 100; 75.
    pub quality: u8,
    /// Whether the first picture of a story is cut for previews in social media; yes.
    #[serde(deserialize_with = "super::yes_no::required")]
    pub social: bool,
    /// How many of the newest stories have a social card where they have no picture, one drawn from their headline; none. Where it
    /// is 0 no page has one.
    pub social_cards: u32,
}

impl Default for Images {
    fn default() -> Images {
        Images { widths: vec![480, 960, 1440], quality: 75, social: true, social_cards: 0 }
    }
}

impl Images {
    /// Whether this program can make renditions.
    pub fn is_on(&self) -> bool {
        cfg!(feature = "images")
    }

    /// How many of the newest stories may have a social card.
    pub fn social_cards(&self) -> usize {
        if self.is_on() { self.social_cards as usize } else { 0 }
    }

    /// What is wrong with them: the key, and the message.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        if !self.is_on() && *self != Images::default() {
            return Some(("images", "this dateline was built without the feature `images`".to_string()));
        }
        if let Some(width) = self.widths.iter().find(|width| !(16..=4096).contains(*width)) {
            return Some(("widths", format!("a width of `images` is {width}, expected 16 to 4096")));
        }
        if self.widths.len() > 8 || !self.widths.is_sorted_by(|a, b| a < b) {
            return Some((
                "widths",
                "`widths` of `images` are at most eight, from the smallest, each once".to_string(),
            ));
        }
        let is_good = (1..=100).contains(&self.quality);
        (!is_good).then(|| ("quality", format!("`quality` of `images` is {}, expected 1 to 100", self.quality)))
    }
}
