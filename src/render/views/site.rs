//! What stands on every page, or is shared by many: the site, its editions, links, menus and feeds.

use serde::Serialize;
use std::collections::BTreeMap;
use tera::Value;

/// `site`: the same on every page.
#[derive(Clone, Debug, Serialize)]
pub struct SiteView {
    /// The site's name.
    pub title: String,
    /// One sentence on the site, or empty.
    pub description: String,
    /// Address of the site without path and without a last slash: `https://example.org`.
    pub origin: String,
    /// Who publishes, for credits and structured data.
    pub publisher: String,
    /// Copyright line for the foot of each page, or empty.
    pub copyright: String,
    /// Statements of the rights to the site, for machines.
    pub rights: RightsView,
    /// Every language edition.
    pub editions: Vec<EditionLink>,
    /// The publisher's logo, or null.
    pub logo: Option<LogoView>,
    /// Icons from the picture of the settings, or null.
    pub icons: Option<IconsView>,
    /// Where the publisher is elsewhere.
    pub social: Vec<ProfileView>,
    /// The colour of what surrounds a page, or null.
    pub theme_color: Option<ColorView>,
    /// Path of the style sheet with the colours of the settings, or empty.
    pub colors_url: String,
    /// IANA name of the zone of all times: `Europe/Lisbon`.
    pub time_zone: String,
    /// Whatever the settings hold under `extra`.
    pub extra: Value,
}

/// The publisher's logo.
#[derive(Clone, Debug, Serialize)]
pub struct LogoView {
    /// Path on the site.
    pub url: String,
    /// Width in pixels, 0 if unknown.
    pub width: u32,
    /// Height in pixels, 0 if unknown.
    pub height: u32,
}

/// Icons of the site, as paths.
#[derive(Clone, Debug, Serialize)]
pub struct IconsView {
    /// `favicon.ico`, 32 pixels wide.
    pub favicon: String,
    /// PNG, 192 pixels wide.
    pub icon: String,
    /// PNG for home screens of Apple's systems, 180 pixels wide.
    pub touch: String,
    /// The web application manifest, which names larger ones.
    pub manifest: String,
}

/// A place of the publisher's elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct ProfileView {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub url: String,
}

/// A colour on a light and on a dark ground.
#[derive(Clone, Debug, Serialize)]
pub struct ColorView {
    /// `#0d5468`.
    pub light: String,
    /// The same, where the settings have one colour for both.
    pub dark: String,
}

/// Signals for machines, from the settings.
#[derive(Clone, Debug, Serialize)]
pub struct RightsView {
    /// TDMRep: 1 where text and data mining is reserved, 0 where it is not, null where nothing is said.
    pub tdm_reservation: Option<u8>,
    /// Address of the policy for it, or empty.
    pub tdm_policy: String,
    /// Path of the licence in RSL, or empty.
    pub license: String,
}

/// One language edition as a link.
#[derive(Clone, Debug, Serialize)]
pub struct EditionLink {
    /// BCP 47 tag.
    pub language: String,
    /// The language's own name for itself.
    pub name: String,
    /// Path of its front page.
    pub url: String,
}

/// `edition`: the language edition that the page belongs to.
#[derive(Clone, Debug, Serialize)]
pub struct EditionView {
    /// BCP 47 tag.
    pub language: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// Path of its front page.
    pub url: String,
    /// Sections for the navigation, in the order of the settings.
    pub sections: Vec<Link>,
    /// All sections that the settings name, those of the navigation first.
    pub all_sections: Vec<SectionLink>,
    /// Menus by name; `main` and `footer` are always there.
    pub menus: BTreeMap<String, Vec<MenuLink>>,
    /// Standing pages (about, contact …), by title.
    pub pages: Vec<Link>,
    /// Feeds of the whole edition.
    pub feeds: Feeds,
    /// Path of the index of all sections; empty where switched off.
    pub sections_url: String,
    /// Paths of the indexes of topics, places and authors; empty where switched off.
    pub topics_url: String,
    /// See `topics_url`.
    pub places_url: String,
    /// See `topics_url`.
    pub authors_url: String,
    /// Path of all stories; empty where switched off.
    pub latest_url: String,
    /// Path of the corrections; empty where switched off.
    pub corrections_url: String,
    /// Path of the page that names all feeds; empty where switched off.
    pub feeds_url: String,
    /// Path of the search page; empty where switched off.
    pub search_url: String,
    /// What readers call the zone of all times: its city in the edition's language.
    pub zone_name: String,
}

/// A section of the settings with all below it.
#[derive(Clone, Debug, Serialize)]
pub struct SectionLink {
    /// Text to show.
    pub name: String,
    /// Path of its page; empty where switched off.
    pub url: String,
    /// The sections of the settings below it, at any depth, by path.
    pub children: Vec<Link>,
}

/// A name and where it leads; `url` is empty where that kind of page is switched off.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Link {
    /// Text to show.
    pub name: String,
    /// Path on the site.
    pub url: String,
}

/// An entry of a menu.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MenuLink {
    /// Text to show.
    pub name: String,
    /// Path on the site, or an address elsewhere.
    pub url: String,
    /// The theme's word for it, where it has no text of its own.
    #[serde(skip)]
    pub word: Option<&'static str>,
}

/// Paths of the feeds beside a list; empty where switched off.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Feeds {
    /// What they are the feeds of: the name of the list, or that of the site.
    pub name: String,
    /// RSS 2.0.
    pub rss: String,
    /// Atom.
    pub atom: String,
    /// JSON Feed.
    pub json: String,
}
