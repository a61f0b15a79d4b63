//! Themes: templates, strings and static files, through the chain of themes that extend one another.
//!
//! The first theme of the chain that has a file wins. The themes `default`, `archive` and
//! `bulletin` are compiled into the program from `themes/`; a folder of the same name in the site wins over them.

use crate::config::{EmbedHost, embeds};
use crate::diag::{Code, Diagnostic, Location, Result};
use crate::file::{self, ReadError};
use crate::hash::{Hash, Hasher};
use crate::path::RelPath;
use crate::picture::social_card::{Colour, Colours, Font, Style};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tera::Tera;
use walkdir::WalkDir;

mod closure;
mod fields;
mod functions;
pub(crate) mod hooks;
mod reads;
mod settings;
mod strings;
mod template_names;

use closure::Closure;
pub use fields::Fields;
pub use functions::refill_range;
use hooks::{Hooks, WrittenHooks};
pub use reads::{Names, Reads};
pub(crate) use reads::{TAG, VALUE, masked};
pub use settings::Choices;
use strings::Strings;
use template_names::TemplateNames;

include!(concat!(env!("OUT_DIR"), "/built_in_themes.rs"));

/// The largest template or string file, in bytes.
const TEXT_LIMIT: u64 = 1 << 20;
/// The largest static file, in bytes.
const STATIC_LIMIT: u64 = 64 << 20;
/// Templates that every chain must have.
const REQUIRED: &[&str] = &[
    "corrections.html",
    "feeds.html",
    "story.html",
    "tombstone.html",
    "front.html",
    "list.html",
    "index.html",
    "calendar.html",
    "page.html",
    "not-found.html",
    "redirect.html",
    "search.html",
];

/// A chain of themes, ready to render.
pub struct Theme {
    /// The compiled templates, with `asset` and a bounded `range`.
    pub tera: Tera,
    /// Static files by their path below `static/`.
    pub assets: BTreeMap<RelPath, Cow<'static, [u8]>>,
    /// The theme that each static file comes from.
    asset_themes: BTreeMap<RelPath, String>,
    /// The words of each language.
    strings: Strings,
    /// What each template is made of.
    closures: BTreeMap<String, Closure>,
    /// Whether a template is for a section or a kind of page; most themes have none.
    has_variants: bool,
    /// The templates as they are written, and the themes.
    names: TemplateNames,
    /// How wide pictures in a text are.
    picture_sizes: String,
    /// The content security policy that its pages keep to.
    policy: Option<String>,
    /// How social cards look.
    social_card: Style,
    /// What the site's owner chose of its settings.
    chosen: Choices,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct About {
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    extends: Option<String>,
    picture_sizes: Option<String>,
    content_security_policy: Option<String>,
    #[serde(default)]
    social_card: SocialCard,
    #[serde(default)]
    hooks: WrittenHooks,
    #[serde(default)]
    settings: settings::Offered,
}

/// What a theme says of social cards.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SocialCard {
    background: Option<String>,
    text: Option<String>,
    soft: Option<String>,
    accent: Option<String>,
    on_accent: Option<String>,
    fonts: Vec<String>,
}

/// One theme's files by path.
type Files = BTreeMap<RelPath, Cow<'static, [u8]>>;

/// Loads the theme of that name with all it extends. `chosen` are its settings, and `assets_url` is the link to the folder of the static files.
pub fn load(root: &Path, name: &str, chosen: &Choices, assets_url: &str) -> Result<Theme> {
    let (chain, abouts) = chain(root, name)?;
    made(chain, &abouts, chosen, assets_url)
}

impl Theme {
    /// The theme that extends this one and marks each of its hooks on the pages that show it.
    pub(crate) fn trial_of_hooks(&self, root: &Path, assets_url: &str) -> Result<Theme> {
        let (mut chain, mut abouts) = chain(root, &self.names.chain[0])?;
        let trial = hooks::trial(&chain, |template, hook| self.has_block(template, hook));
        chain.insert(0, trial);
        abouts.insert(0, About { hooks: WrittenHooks::OFTEN, ..About::default() });
        made(chain, &abouts, &self.chosen, assets_url)
    }

    /// Whether a template, or one that it extends, has this block.
    pub(crate) fn has_block(&self, template: &str, block: &str) -> bool {
        let files = self.closures.get(template).map_or(&[][..], |closure| &closure.files);
        files.iter().filter_map(|file| self.names.sources.get(file)).any(|source| {
            source.split("{%").skip(1).any(|tag| {
                let mut words = tag.trim_start_matches('-').split_whitespace();
                words.next() == Some("block") && words.next() == Some(block)
            })
        })
    }
}

/// A chain of themes with what each says of itself, ready to render.
fn made(chain: Vec<(String, Files)>, abouts: &[About], chosen: &Choices, assets_url: &str) -> Result<Theme> {
    let name = &chain[0].0;
    let social_card = social_card(&chain, abouts)?;
    let picture_sizes =
        abouts.iter().find_map(|about| about.picture_sizes.clone()).unwrap_or_else(|| "100vw".to_string());
    // A policy is not inherited.
    let policy = abouts.first().and_then(|about| about.content_security_policy.clone());
    let mut tera = Tera::new();
    let prefixes: Vec<String> = chain.iter().map(|(name, _)| format!("{name}/")).collect();
    tera.set_fallback_prefixes(prefixes).map_err(|error| Diagnostic::error(Code::ThemeInvalid, error.to_string()))?;
    functions::register(&mut tera, &chain, assets_url);
    let hooks = Hooks::of(abouts.iter().map(|about| about.hooks));
    let settings = settings::settle(abouts.iter().map(|about| &about.settings), chosen)?;
    hooks.register(&mut tera, &settings);
    let mut sources: BTreeMap<String, String> = BTreeMap::new();
    for (theme, files) in &chain {
        for (path, bytes) in files {
            if let Some(template) = path.as_str().strip_prefix("templates/") {
                let at = format!("themes/{theme}/{path}");
                let text = std::str::from_utf8(bytes).map_err(|_| {
                    Diagnostic::error(Code::NotUtf8, "the template is not UTF-8").at(Location::file(at))
                })?;
                sources.insert(format!("{theme}/{template}"), text.to_string());
            }
        }
    }
    for required in REQUIRED {
        let path = RelPath::new(&format!("templates/{required}"));
        if !chain.iter().any(|(_, files)| path.as_ref().is_some_and(|path| files.contains_key(path))) {
            let diagnostic =
                Diagnostic::error(Code::ThemeInvalid, format!("the theme `{name}` has no template `{required}`"));
            return Err(diagnostic.hint("add it, or write `extends: default` in the theme's theme.yaml").into());
        }
    }
    let names = TemplateNames { chain: chain.iter().map(|(name, _)| name.clone()).collect(), sources };
    tera.add_raw_templates(names.for_tera()).map_err(|error| names.error(&error, Code::TemplateSyntax))?;
    let (mut assets, mut asset_themes) = (BTreeMap::new(), BTreeMap::new());
    for (theme, files) in chain.iter().rev() {
        for (path, bytes) in files {
            if let Some(asset) = path.as_str().strip_prefix("static/").and_then(RelPath::new) {
                asset_themes.insert(asset.clone(), theme.clone());
                assets.insert(asset, bytes.clone());
            }
        }
    }
    let strings = Strings::of(&chain)?;
    let mut common = Hasher::new();
    strings.hash(&mut common);
    // A template may ask for any static file by name.
    assets.keys().for_each(|path: &RelPath| {
        common.bytes(path.as_str());
    });
    common.bytes(&picture_sizes);
    for number in hooks.numbers() {
        common.number(number);
    }
    for (name, word) in &settings {
        common.bytes(name).bytes(word);
    }
    let closures = closure::closures(&chain, common.finish());
    let has_variants = closures.keys().any(|name| name.contains("--"));
    Ok(Theme {
        tera,
        assets,
        asset_themes,
        strings,
        closures,
        has_variants,
        names,
        picture_sizes,
        policy,
        social_card,
        chosen: chosen.clone(),
    })
}

impl Theme {
    /// A hash of a template and all that it is made of: what it extends and includes, the strings, the names of static files.
    pub fn closure(&self, template: &str) -> Hash {
        self.closures.get(template).map(|closure| closure.hash).unwrap_or_default()
    }

    /// The template of a name that the theme has for a section, or for the nearest section above it: `story--sport--football.html`, then
    /// `story--sport.html`, for `story.html` and the section `sport/football`.
    pub fn for_section(&self, template: &str, section: &str) -> Option<&str> {
        let stem = template.strip_suffix(".html").filter(|_| self.has_variants)?;
        let mut path = Some(section);
        while let Some(section) = path {
            let wanted = format!("{stem}--{}.html", section.replace('/', "--"));
            if let Some((name, _)) = self.closures.get_key_value(&wanted) {
                return Some(name);
            }
            path = section.rsplit_once('/').map(|(above, _)| above);
        }
        None
    }

    /// The template of a name that the theme has for a kind of page: `list--topic.html`, for `list.html` and pages of topics.
    pub fn for_kind(&self, template: &str, kind: &str) -> Option<&str> {
        let stem = template.strip_suffix(".html").filter(|_| self.has_variants)?;
        self.closures.get_key_value(&format!("{stem}--{kind}.html")).map(|(name, _)| &**name)
    }

    /// What a template, with all that it is made of, reads of the values of the site's owner.
    pub fn reads(&self, template: &str) -> &Reads {
        static ALL: Reads = Reads::ALL;
        self.closures.get(template).map_or(&ALL, |closure| &closure.reads)
    }

    /// The files that a template is made of, from the site's folder; those of built-in themes as if they lay there.
    pub fn files_of(&self, template: &str) -> Vec<String> {
        let files = self.closures.get(template).map_or(&[][..], |closure| &closure.files);
        files.iter().map(|name| template_file(name)).collect()
    }

    /// The templates that pages are made of, by `THEME/FILE`: not those of a parent in whose place others stand.
    pub(crate) fn files_in_use(&self) -> BTreeSet<&str> {
        self.closures.values().flat_map(|closure| closure.files.iter().map(String::as_str)).collect()
    }

    /// The file of a static file, from the site's folder.
    pub(crate) fn asset_file(&self, path: &RelPath) -> String {
        let theme = self.asset_themes.get(path).map_or(self.names.chain[0].as_str(), String::as_str);
        format!("themes/{theme}/static/{path}")
    }

    /// The templates as they are written, by `THEME/FILE`.
    pub fn sources(&self) -> &BTreeMap<String, String> {
        &self.names.sources
    }

    /// The names of the themes, each before the one that it extends.
    pub fn chain(&self) -> &[String] {
        &self.names.chain
    }

    /// How wide pictures in a text are, for the attribute `sizes`.
    pub fn picture_sizes(&self) -> &str {
        &self.picture_sizes
    }

    /// The content security policy that the theme says its pages keep to.
    pub fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// What is wrong with a template, with the place and excerpt that tera gives.
    pub fn fault(&self, error: &tera::Error) -> Diagnostic {
        self.names.diagnostic(error, Code::TemplateRender)
    }

    /// How social cards look.
    pub fn social_card(&self) -> &Style {
        &self.social_card
    }

    /// A hash of the whole theme.
    pub fn hash(&self) -> Hash {
        let mut hasher = Hasher::new();
        for (name, closure) in &self.closures {
            hasher.bytes(name).hash(closure.hash);
        }
        for (path, bytes) in &self.assets {
            hasher.bytes(path.as_str()).hash(Hash::of(bytes));
        }
        hasher.optional(self.policy.as_deref()).hash(self.social_card.hash()).finish()
    }

    /// The strings of a language; of its primary language, or English, where the theme does not know it.
    pub fn strings(&self, language: &str) -> &BTreeMap<String, String> {
        self.strings.words(language)
    }
}

/// Whether a policy says something of its own on one of these directives.
fn decides(policy: &str, directives: &[&str]) -> bool {
    policy
        .split(';')
        .filter_map(|directive| directive.split_ascii_whitespace().next())
        .any(|name| directives.iter().any(|directive| name.eq_ignore_ascii_case(directive)))
}

/// A content security policy under which a page may play audio and video of the site. One that decides on them itself stays.
pub fn with_media(policy: &str) -> String {
    match decides(policy, &["media-src"]) {
        true => policy.to_string(),
        false => format!("{}; media-src 'self'", policy.trim_end().trim_end_matches(';')),
    }
}

/// Whether a theme leaves it to the settings which frames pages may show.
pub fn leaves_frames(policy: &str) -> bool {
    !decides(policy, &["frame-src", "child-src"])
}

/// A content security policy under which pages may show the frames of these sites. One that decides on them itself stays.
pub fn with_frames(policy: &str, hosts: &[EmbedHost]) -> String {
    if hosts.is_empty() || !leaves_frames(policy) {
        return policy.to_string();
    }
    let origins: Vec<String> = embeds::origins(hosts).into_iter().collect();
    format!("{}; frame-src {}", policy.trim_end().trim_end_matches(';'), origins.join(" "))
}

/// Themes with their files, and what each says of itself.
type Chain = (Vec<(String, Files)>, Vec<About>);

/// Follows `extends` from theme to theme.
fn chain(root: &Path, name: &str) -> Result<Chain> {
    let mut chain: Vec<(String, Files)> = Vec::new();
    let mut abouts: Vec<About> = Vec::new();
    let mut next = Some(name.to_string());
    while let Some(name) = next {
        let at = Location::file(format!("themes/{name}/theme.yaml"));
        if chain.iter().any(|(known, _)| *known == name) {
            let names: Vec<&str> = chain.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!("themes extend each other in a circle: {} → {name}", names.join(" → "));
            return Err(Diagnostic::error(Code::ThemeInvalid, message).at(at).into());
        }
        if RelPath::new(&name).is_none_or(|path| path.as_str().contains('/')) {
            return Err(Diagnostic::error(Code::ThemeInvalid, format!("`{name}` is not a theme name")).at(at).into());
        }
        let files = files(root, &name)?;
        let about = match of_itself(&files) {
            Some(bytes) if !bytes.iter().all(u8::is_ascii_whitespace) => about(&name, bytes)?,
            _ => About::default(),
        };
        next = about.extends.clone();
        abouts.push(about);
        chain.push((name, files));
    }
    Ok((chain, abouts))
}

/// How social cards look: each colour by the first theme that names it, and the fonts of all.
fn social_card(chain: &[(String, Files)], abouts: &[About]) -> Result<Style> {
    let mut colours = Colours::default();
    let mut fonts: Vec<Font> = Vec::new();
    let invalid = |theme: &str, message: String, hint: &str| {
        let at = Location::file(format!("themes/{theme}/theme.yaml"));
        Diagnostic::error(Code::ThemeInvalid, message).at(at).hint(hint)
    };
    let themes = || chain.iter().zip(abouts.iter().map(|about| &about.social_card));
    for ((theme, _), style) in themes().rev() {
        for (name, written, colour) in [
            ("background", &style.background, &mut colours.background),
            ("text", &style.text, &mut colours.text),
            ("soft", &style.soft, &mut colours.soft),
            ("accent", &style.accent, &mut colours.accent),
            ("on_accent", &style.on_accent, &mut colours.on_accent),
        ] {
            if let Some(text) = written {
                *colour = Colour::parse(text).ok_or_else(|| {
                    let message = format!("`{name}` of `social_card` is not a colour: `{}`", text.escape_debug());
                    invalid(theme, message, "write it as in `\"#0d5468\"`")
                })?;
            }
        }
    }
    // Without the feature nothing is drawn, and the built-in themes carry no fonts.
    if cfg!(not(feature = "images")) {
        return Ok(Style::new(colours, fonts));
    }
    for ((theme, files), style) in themes() {
        for name in &style.fonts {
            let path = RelPath::new(name).filter(|path| path.as_str().starts_with("fonts/"));
            let font = path.and_then(|path| files.get(&path)).map(|bytes| Font::new(bytes.clone()));
            let Some(font) = font else {
                let message = format!("the theme has no font `{}`", name.escape_debug());
                return Err(invalid(theme, message, "`fonts` of `social_card` names files below `fonts/`").into());
            };
            // Those of the program need no look.
            if matches!(&*font, Cow::Owned(_)) && !is_font(&font) {
                let message = format!("`{}` is not a font", name.escape_debug());
                return Err(invalid(
                    theme,
                    message,
                    "social cards are drawn with TrueType and OpenType, not with WOFF",
                )
                .into());
            }
            fonts.push(font);
        }
    }
    Ok(Style::new(colours, fonts))
}

#[cfg(feature = "images")]
fn is_font(font: &Font) -> bool {
    crate::picture::social_card::is_font(font)
}

#[cfg(not(feature = "images"))]
fn is_font(_: &Font) -> bool {
    true
}

/// The file in which a theme describes itself.
fn of_itself(files: &Files) -> Option<&[u8]> {
    files.iter().find(|(path, _)| path.as_str() == "theme.yaml").map(|(_, bytes)| &**bytes)
}

fn about(name: &str, bytes: &[u8]) -> Result<About> {
    let at = Location::file(format!("themes/{name}/theme.yaml"));
    let invalid = |message: String, place| {
        let at = Location { place, ..at.clone() };
        Diagnostic::error(Code::ThemeInvalid, message).at(at)
    };
    let about: About = serde_yaml::from_slice(bytes).map_err(|error| {
        let place = error.location().map(|place| (place.line() as u32, place.column() as u32));
        invalid(error.to_string(), place)
            .hint("theme.yaml knows `name`, `description`, `extends`, `content_security_policy`, `picture_sizes`, `social_card`, `hooks` and `settings`")
    })?;
    if about.picture_sizes.as_deref().is_some_and(|sizes| sizes.contains(['"', '<', '&', '\n'])) {
        return Err(invalid("`picture_sizes` is not a valid value of the attribute `sizes`".into(), None).into());
    }
    if let Some(key) = about.hooks.fault() {
        return Err(invalid(format!("hooks: `{key}` is not between 1 and 1000"), None).into());
    }
    if let Some(message) = settings::fault(&about.settings) {
        let hint = "write it as in `palette: [slate, sand]`; the first word counts where a site chooses none";
        return Err(invalid(message, None).hint(hint).into());
    }
    let policy = about.content_security_policy.as_deref().unwrap_or("none");
    if policy.is_empty() || !is_header_value(policy) {
        let diagnostic = invalid("`content_security_policy` is not a valid value of a header".into(), None);
        return Err(diagnostic.hint("write it on one line, as in `default-src 'self'`").into());
    }
    Ok(about)
}

/// Whether a text can be sent as the value of a header: visible ASCII and blanks, on one line.
fn is_header_value(text: &str) -> bool {
    text.len() <= 1_900 && text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

/// Reads only the content security policy of a theme. It is not inherited from the theme that it extends.
pub fn policy(root: &Path, name: &str) -> Result<Option<String>> {
    let files = files(root, name)?;
    match of_itself(&files) {
        Some(bytes) if !bytes.iter().all(u8::is_ascii_whitespace) => Ok(about(name, bytes)?.content_security_policy),
        _ => Ok(None),
    }
}

fn files(root: &Path, name: &str) -> Result<Files> {
    let folder = root.join("themes").join(name);
    if !folder.is_dir() {
        if let Some((_, files)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            let files = files.iter();
            return Ok(files.filter_map(|(path, bytes)| Some((RelPath::new(path)?, Cow::Borrowed(*bytes)))).collect());
        }
        let diagnostic = Diagnostic::error(Code::ThemeInvalid, format!("there is no theme `{name}`"));
        let at = Location::file(format!("themes/{name}"));
        return Err(diagnostic
            .at(at)
            .hint("themes lie in themes/NAME; `default`, `archive` and `bulletin` are built in")
            .into());
    }
    let mut files = Files::new();
    for entry in WalkDir::new(&folder).follow_links(false).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            Diagnostic::error(Code::FileUnreadable, error.to_string()).at(Location::file(format!("themes/{name}")))
        })?;
        let hidden = entry.file_name().to_str().is_some_and(|name| name.starts_with('.') || name.ends_with('~'));
        if !entry.file_type().is_file() || hidden {
            continue;
        }
        let Some(path) = entry.path().strip_prefix(&folder).ok().and_then(RelPath::from_path) else { continue };
        let mut bytes = Vec::new();
        let limit = if ["static/", "fonts/"].iter().any(|folder| path.as_str().starts_with(folder)) {
            STATIC_LIMIT
        } else {
            TEXT_LIMIT
        };
        file::read_bounded(entry.path(), limit, &mut bytes).map_err(|error| {
            let message = match error {
                ReadError::TooLarge(size) => format!("the file has {size} bytes, more than {limit}"),
                ReadError::Io(error) => format!("cannot be read: {error}"),
            };
            Diagnostic::error(Code::FileUnreadable, message).at(Location::file(format!("themes/{name}/{path}")))
        })?;
        files.insert(path, Cow::Owned(bytes));
    }
    Ok(files)
}

/// The file of a template by its name `THEME/FILE`.
pub fn template_file(name: &str) -> String {
    let (theme, template) = name.split_once('/').unwrap_or(("", name));
    format!("themes/{theme}/templates/{template}")
}
