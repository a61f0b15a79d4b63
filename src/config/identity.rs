//! Who the site is: its pictures, its places elsewhere, and its colours.

use super::check::Faults;
use super::menus::{Place, is_elsewhere};
use super::places::{self, Step};
use super::{FILE, Localized};
use crate::diag::{Code, Diagnostic, Location};
use crate::path::RelPath;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most places elsewhere, and the most colours.
const ENTRIES: usize = 50;

/// The settings `logo`, `icon`, `social` and `colors`.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The publisher's logo, a file of `static/`.
    pub logo: Option<(RelPath, Place)>,
    /// The picture that icons are made from, a file of `static/`.
    pub icon: Option<(RelPath, Place)>,
    /// Where the publisher is elsewhere.
    pub social: Vec<Profile>,
    /// Colours by name.
    pub colors: BTreeMap<String, Color>,
}

/// A place of the publisher's on another site.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the place is called.
    pub name: String,
    /// Its address.
    pub url: String,
}

/// A colour, `#0d5468` for example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Color {
    /// On a light ground.
    pub light: String,
    /// On a dark ground; the same where the settings have one colour.
    pub dark: String,
}

/// These settings as they are written.
#[derive(Default)]
pub(super) struct Raw {
    pub(super) logo: Option<String>,
    pub(super) icon: Option<String>,
    pub(super) social: Vec<Profile>,
    pub(super) colors: BTreeMap<String, Localized>,
}

/// Checks them. `text` are the settings, for places.
pub(super) fn check(raw: Raw, text: &str, faults: &mut Faults) -> Identity {
    let mut file = |key: &'static str, path: Option<String>| {
        let path = path?;
        let (line, column) = places::of_value(text, &[Step::Key(key, 0)]).unwrap_or((1, 1));
        let fault = |message: String, hint: &str| {
            Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column)).hint(hint)
        };
        if key == "icon" && cfg!(not(feature = "images")) {
            faults.push(fault("this dateline was built without the feature `images`".into(), "leave `icon` out"));
            return None;
        }
        match RelPath::new(&path) {
            Some(path) if !path.as_str().starts_with("static/") => Some((path, Place(line, column))),
            _ => {
                let message = format!("`{key}` is `{}`, no path in static/", path.escape_debug());
                faults.push(fault(message, "write the path of a file below static/, as in `pictures/logo.png`"));
                None
            }
        }
    };
    let (logo, icon) = (file("logo", raw.logo), file("icon", raw.icon));
    let at = |steps: &[Step]| places::of_value(text, steps).unwrap_or((1, 1));
    for (profile, number) in raw.social.iter().zip(0..) {
        let is_link = is_elsewhere(&profile.url) && profile.url.starts_with("http");
        if !is_link || profile.name.is_empty() || number >= ENTRIES {
            let (line, column) = at(&[Step::Key("social", 0), Step::Item(number)]);
            let message = match (is_link, number < ENTRIES) {
                (_, false) => format!("`social` has more than {ENTRIES} entries"),
                (false, _) => format!("social: `{}` is not an address", profile.url.escape_debug()),
                (true, _) => "social: `name` is empty".to_string(),
            };
            let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column));
            faults.push(diagnostic.hint("write it as in `{name: Mastodon, url: https://news.example/@desk}`"));
        }
    }
    let mut colors = BTreeMap::new();
    for (name, value) in raw.colors {
        match color(&name, &value) {
            Ok(color) => _ = colors.insert(name, color),
            Err(message) => {
                let (line, column) = at(&[Step::Key("colors", 0), Step::Key(&name, 0)]);
                let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column));
                let hint = "write it as in `accent: \"#0d5468\"`, or `accent: {light: \"#0d5468\", dark: \"#12353f\"}`";
                faults.push(diagnostic.hint(hint));
            }
        }
    }
    Identity { logo, icon, social: raw.social, colors }
}

fn color(name: &str, value: &Localized) -> Result<Color, String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
    if name.is_empty() || name.len() > 40 || !name.chars().all(is_name) || !name.starts_with(char::is_alphabetic) {
        return Err(format!("colors: `{}` is not a valid name for a colour", name.escape_debug()));
    }
    if let Some(wrong) = value.all().find(|text| !is_color(text)) {
        return Err(format!("colors: `{name}` is `{}`, which is not a colour", wrong.escape_debug()));
    }
    if let Localized::Many(texts) = value
        && let Some(key) = texts.keys().find(|key| !["light", "dark"].contains(&key.as_str()))
    {
        return Err(format!("colors: {name}: unknown field `{}`, expected `light` or `dark`", key.escape_debug()));
    }
    let light = value.exactly("light").ok_or_else(|| format!("colors: `{name}` has no colour `light`"))?;
    Ok(Color { light: light.to_string(), dark: value.exactly("dark").unwrap_or(light).to_string() })
}

/// Whether a text is a colour of three or six hexadecimal digits.
fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_text;

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let read = |yaml: &str| check_text(&format!("title: x\nbase_url: https://e.org/\n{yaml}\n"));
        let identity = read("colors: {accent: \"#0d5468\", link: {light: \"#abc\", dark: \"#FFF\"}}").unwrap().identity;
        assert_eq!(identity.colors["accent"].dark, "#0d5468");
        assert_eq!((identity.colors["link"].light.as_str(), identity.colors["link"].dark.as_str()), ("#abc", "#FFF"));
        for (yaml, expected) in [
            (
                "logo: ../logo.png",
                "dateline.yaml:3:7: error: `logo` is `../logo.png`, no path in static/ [write the path of a file below static/",
            ),
            ("logo: static/logo.png", "`logo` is `static/logo.png`, no path in static/"),
            ("icon: /icon.png", "dateline.yaml:3:7: error: `icon` is `/icon.png`, no path in static/"),
            (
                "social: [{name: X, url: news.example}]",
                "dateline.yaml:3:10: error: social: `news.example` is not an address [write it as in",
            ),
            ("social: [{name: X, url: \"mailto:a@b.c\"}]", "social: `mailto:a@b.c` is not an address"),
            ("social: [{name: X}]", "error: social: missing field `url`"),
            (
                "colors:\n  accent: red",
                "dateline.yaml:4:11: error: colors: `accent` is `red`, which is not a colour [write it as in",
            ),
            ("colors: {accent: \"#12345\"}", "colors: `accent` is `#12345`, which is not a colour"),
            (
                "colors: {accent: {bright: \"#123\"}}",
                "colors: accent: unknown field `bright`, expected `light` or `dark`",
            ),
            ("colors: {accent: {dark: \"#123\"}}", "colors: `accent` has no colour `light`"),
            ("colors: {\"a;b\": \"#123\"}", "colors: `a;b` is not a valid name for a colour"),
        ] {
            let error = read(yaml).unwrap_err();
            assert!(error.contains(expected), "{yaml}\n{error}");
        }
    }
}
