//! Icons, the manifest that names them, and the colours of the settings.

use super::PageOf;
use super::planner::Planner;
use crate::hash::Hash;
use crate::picture::rendition::hash_in_names;

/// Path of the web application manifest.
pub const WEB_MANIFEST: &str = "/site.webmanifest";
/// Path of the style sheet with the colours of the settings.
pub const COLORS: &str = "/colors.css";

/// An icon of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// `favicon.ico` at the root, where browsers look without being asked.
    Favicon,
    /// For home screens of Apple's systems.
    Touch,
    /// For tabs, and for home screens.
    Small,
    /// For large screens.
    Large,
}

impl Icon {
    /// Every icon.
    pub const ALL: [Icon; 4] = [Icon::Favicon, Icon::Touch, Icon::Small, Icon::Large];

    /// Width and height in pixels.
    pub fn size(self) -> u32 {
        match self {
            Icon::Favicon => 32,
            Icon::Touch => 180,
            Icon::Small => 192,
            Icon::Large => 512,
        }
    }

    /// Its path on the site. All but one have the hash of the picture in their names, so that caches may keep them.
    pub fn url(self, picture: Hash) -> String {
        match self {
            Icon::Favicon => "/favicon.ico".to_string(),
            icon => format!("/icons/icon-{}.{}.png", icon.size(), hash_in_names(picture)),
        }
    }
}

impl Planner<'_> {
    /// What the settings `icon` and `colors` ask for.
    pub(super) fn identity(&mut self) {
        if let Some((_, facts)) = &self.site.identity.icon {
            for icon in Icon::ALL {
                self.add(&icon.url(facts.hash), PageOf::Icon(icon));
            }
            self.add(WEB_MANIFEST, PageOf::WebManifest);
        }
        if !self.site.config.identity.colors.is_empty() {
            self.add(COLORS, PageOf::Colors);
        }
    }
}
