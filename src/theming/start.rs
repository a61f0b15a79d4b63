//! `theme new`: a theme to start from.

use crate::diag::{Code, Diagnostic, Location, Result};
use crate::file;
use crate::path::RelPath;
use crate::theme;
use std::path::Path;

/// Writes `themes/NAME` with what a theme needs to extend another, and gives the paths of its files.
pub fn new(root: &Path, name: &str, extends: &str) -> Result<Vec<String>> {
    let folder = format!("themes/{name}");
    if RelPath::new(name).is_none_or(|path| path.as_str().contains('/')) || name.starts_with('.') {
        return Err(refused(&folder, format!("`{}` cannot be the name of a theme", name.escape_debug())));
    }
    // A theme that cannot be read is reported before anything is written.
    let parent = theme::load(root, extends, &theme::Choices::new(), "/assets/")?;
    // A parent may itself leave this template to the theme that it extends.
    let has_story = |name: &&String| parent.sources().contains_key(&format!("{name}/story.html"));
    let holder = parent.chain().iter().find(has_story).map_or(extends, String::as_str);
    if extends == name {
        return Err(refused(&folder, "a theme cannot extend itself".to_string()));
    }
    if root.join(&folder).exists() {
        return Err(refused(&folder, "there is such a theme already".to_string()));
    }
    // What the new theme takes in is up to its author from now on, and so is the policy; this one holds until then.
    let policy = theme::policy(root, extends)?.map(|policy| format!("content_security_policy: \"{policy}\"\n"));
    let policy = policy.unwrap_or_default();
    let files = [
        ("theme.yaml", format!("name: {name}\nextends: {extends}\n{policy}")),
        (
            "templates/story.html",
            format!(
                "{{# What this file does not change comes from {holder}. #}}\n{{% extends \"{holder}/story.html\" %}}\n"
            ),
        ),
        (
            "i18n/en.yaml",
            "# Words of the theme, as `key: text`. What is not here comes from the theme it extends.\n".to_string(),
        ),
    ];
    let mut written = Vec::new();
    for (path, text) in files {
        let shown = format!("{folder}/{path}");
        let place = root.join(&shown);
        let write = || -> std::io::Result<()> {
            place.parent().map_or(Ok(()), file::make_folders)?;
            file::write_new(&place, text.as_bytes())
        };
        write().map_err(|error| refused(&shown, format!("cannot be written: {error}")))?;
        written.push(shown);
    }
    file::make_folders(&root.join(&folder).join("static"))
        .map_err(|error| refused(&folder, format!("cannot be written: {error}")))?;
    Ok(written)
}

fn refused(place: &str, message: String) -> crate::diag::Error {
    Diagnostic::error(Code::ThemeInvalid, message).at(Location::file(place)).into()
}
