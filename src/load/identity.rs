//! The pictures that a site is known by: its logo and the picture of its icons, both files of `static/`.

use super::media::facts;
use crate::config::{self, Config, Place};
use crate::diag::{Code, Diagnostic, Location, Result};
use crate::file::below;
use crate::path::{RelPath, nfc};
use crate::picture::{Facts, Format};
use crate::source::STATIC_FOLDER;
use std::path::Path;

/// The least width and height of the picture that icons are made from.
const ICON_LEAST: u32 = 512;

/// Pictures that a site is known by.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The publisher's logo.
    pub logo: Option<Logo>,
    /// The picture that icons are made from, with its path below `static/`.
    pub icon: Option<(RelPath, Facts)>,
}

/// The publisher's logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Path on the site, without the site's own folder.
    pub url: String,
    /// Width and height in pixels; 0 where they are not known, as of a drawing.
    pub size: (u32, u32),
}

/// Looks at the pictures. A site cannot be built with wrong settings, so what is wrong with one stops the run.
pub fn identity(root: &Path, config: &Config) -> Result<Identity> {
    let folder = root.join(STATIC_FOLDER);
    let mut identity = Identity::default();
    if let Some((path, place)) = &config.identity.logo {
        let fault = |message: &str, hint: &str| fault("logo", path, *place, message, hint);
        let is_known = ["png", "jpg", "jpeg", "webp", "gif", "svg"];
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        if !below::is_file(&folder, path.as_str()) {
            return Err(fault("is not there", "put the picture into static/").into());
        }
        if !is_known.contains(&ending.as_str()) {
            return Err(fault("is not a picture", "use PNG, SVG, JPEG, WebP or GIF").into());
        }
        let size = imagesize::size(path.under(&folder)).ok();
        let size = size.map_or((0, 0), |size| (size.width as u32, size.height as u32));
        if size == (0, 0) && ending != "svg" {
            return Err(fault("cannot be read as a picture", "save it again").into());
        }
        identity.logo = Some(Logo { url: format!("/{}", nfc(path.as_str())), size });
    }
    if let Some((path, place)) = &config.identity.icon {
        let fault = |message: &str, hint: &str| fault("icon", path, *place, message, hint);
        const HINT: &str = "icons are made from a square PNG, JPEG or WebP of at least 512 × 512 pixels";
        if !below::is_file(&folder, path.as_str()) {
            return Err(fault("is not there", "put the picture into static/").into());
        }
        let facts = facts(&path.under(&folder)).map_err(|flaw| fault(&flaw.message(), HINT))?;
        if facts.format == Format::Other || facts.animated {
            return Err(fault("is of a form that no icons are made from", HINT).into());
        }
        if facts.width != facts.height || facts.width < ICON_LEAST {
            return Err(fault(&format!("has {} × {} pixels", facts.width, facts.height), HINT).into());
        }
        identity.icon = Some((path.clone(), facts));
    }
    Ok(identity)
}

fn fault(key: &str, path: &RelPath, Place(line, column): Place, message: &str, hint: &str) -> Diagnostic {
    let message = format!("`{key}`: static/{path} {message}");
    Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(config::FILE, line, column)).hint(hint)
}
