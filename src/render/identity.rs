//! What a site is known by: icons of all sizes from one picture, the manifest that names them, and the colours of the settings.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use super::views::{ColorView, IconsView, LogoView, ProfileView};
use crate::diag::{Code, Diagnostic, Location};
use crate::hash::Hash;
use crate::picture::Flaw;
use crate::plan::{self, Icon};
use crate::source::STATIC_FOLDER;
use crate::state::ENGINE;
use serde_json::json;
use std::fmt::Write as _;

impl Keys<'_, '_> {
    pub(super) fn icon(&self, key: &mut KeyBuilder) {
        key.part(Part::Settings).bytes(ENGINE);
        if let Some((_, facts)) = &self.renderer.site.identity.icon {
            key.part(Part::Story).hash(facts.hash);
        }
    }

    pub(super) fn web_manifest(&self, key: &mut KeyBuilder) {
        let mut bytes = Vec::new();
        self.renderer.web_manifest(&mut bytes);
        key.part(Part::Settings).hash(Hash::of(&bytes));
    }

    pub(super) fn colors(&self, key: &mut KeyBuilder) {
        let mut bytes = Vec::new();
        self.renderer.colors(&mut bytes);
        key.part(Part::Settings).hash(Hash::of(&bytes));
    }
}

impl Renderer<'_> {
    /// Appends the bytes of an icon.
    pub(super) fn icon(&self, icon: Icon, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let Some((path, _)) = &self.site.identity.icon else { return Ok(()) };
        let made = self.icon_of(icon).map_err(|flaw| {
            let at = Location::file(format!("{STATIC_FOLDER}/{path}"));
            Diagnostic::error(Code::PictureBroken, format!("the icon {}", flaw.message())).at(at)
        })?;
        out.extend_from_slice(&made);
        Ok(())
    }

    #[cfg(feature = "images")]
    fn icon_of(&self, icon: Icon) -> Result<Vec<u8>, Flaw> {
        let Some((path, facts)) = &self.site.identity.icon else { return Ok(Vec::new()) };
        let bytes = crate::picture::rendition_cache::original(&self.root.join(STATIC_FOLDER), path, facts)?;
        let original = crate::picture::make::open(&bytes, facts)?;
        match icon {
            Icon::Favicon => original.favicon(),
            // Apple's systems put what lets light through on black.
            Icon::Touch => original.icon(icon.size(), true),
            Icon::Small | Icon::Large => original.icon(icon.size(), false),
        }
    }

    /// Without the feature no site has icons of its own.
    #[cfg(not(feature = "images"))]
    fn icon_of(&self, _: Icon) -> Result<Vec<u8>, Flaw> {
        Err(Flaw::Broken("this program makes no icons".to_string()))
    }

    /// The web application manifest (W3C), for whoever puts the site on a home screen.
    pub(super) fn web_manifest(&self, out: &mut Vec<u8>) {
        let config = self.site.config;
        let icons = [Icon::Small, Icon::Large].map(|icon| {
            let size = icon.size();
            json!({"src": self.icon_url(icon), "sizes": format!("{size}x{size}"), "type": "image/png"})
        });
        let language = self.language(0);
        let mut manifest = json!({
            "name": config.title,
            "lang": language,
            "dir": super::dates::direction(language),
            "start_url": config.href("/"),
            "scope": config.href("/"),
            "display": "minimal-ui",
            "icons": icons,
        });
        if let Some(description) = config.description.get(language) {
            manifest["description"] = description.into();
        }
        for (key, color) in [("theme_color", "accent"), ("background_color", "paper")] {
            if let Some(color) = config.identity.colors.get(color) {
                manifest[key] = color.light.as_str().into();
            }
        }
        // Writing plain values to memory does not fail.
        let _ = serde_json::to_writer_pretty(&mut *out, &manifest);
        out.push(b'\n');
    }

    /// A style sheet that gives the theme's custom properties the colours of the settings.
    pub(super) fn colors(&self, out: &mut Vec<u8>) {
        let colors = &self.site.config.identity.colors;
        // Paper, and readers who ask for more contrast, keep what the theme has for them.
        const FOR: &str = "@media screen and (not (prefers-contrast:more))";
        let mut css = String::new();
        for (media, is_dark) in [("", false), (" and (prefers-color-scheme:dark)", true)] {
            let _ = write!(css, "{FOR}{media}{{:root{{");
            for (name, color) in colors {
                let _ = write!(css, "--{name}:{};", if is_dark { &color.dark } else { &color.light });
            }
            css.push_str("}}\n");
        }
        out.extend_from_slice(css.as_bytes());
    }

    fn icon_url(&self, icon: Icon) -> String {
        let hash = self.site.identity.icon.as_ref().map(|(_, facts)| facts.hash).unwrap_or_default();
        self.site.config.href(&icon.url(hash))
    }

    pub(super) fn icons_view(&self) -> Option<IconsView> {
        self.site.identity.icon.as_ref()?;
        Some(IconsView {
            favicon: self.icon_url(Icon::Favicon),
            icon: self.icon_url(Icon::Small),
            touch: self.icon_url(Icon::Touch),
            manifest: self.site.config.href(plan::WEB_MANIFEST),
        })
    }

    pub(super) fn logo_view(&self) -> Option<LogoView> {
        let logo = self.site.identity.logo.as_ref()?;
        Some(LogoView { url: self.site.config.href(&logo.url), width: logo.size.0, height: logo.size.1 })
    }

    /// Full address of the publisher's logo, or empty.
    pub(super) fn logo_address(&self) -> String {
        let logo = self.site.identity.logo.as_ref();
        logo.map(|logo| self.site.config.address(&self.site.config.href(&logo.url))).unwrap_or_default()
    }

    pub(super) fn profile_views(&self) -> Vec<ProfileView> {
        let profiles = self.site.config.identity.social.iter();
        profiles.map(|profile| ProfileView { name: profile.name.clone(), url: profile.url.clone() }).collect()
    }

    /// The colour of what surrounds a page, such as a browser's bars.
    pub(super) fn theme_color(&self) -> Option<ColorView> {
        let color = self.site.config.identity.colors.get("accent")?;
        Some(ColorView { light: color.light.clone(), dark: color.dark.clone() })
    }

    /// Path of the style sheet with the colours of the settings, or empty.
    pub(super) fn colors_url(&self) -> String {
        let colors = &self.site.config.identity.colors;
        if colors.is_empty() { String::new() } else { self.site.config.href(plan::COLORS) }
    }
}
