//! What templates see: the theme contract, as types. `docs/themes.md` says the same in words.
//!
//! A view holds exactly what the plan chose to show. Nothing here can be asked for more, so a template cannot reach another
//! story, the clock or the disk, and what a page depends on is known before it is rendered. Every field is always present:
//! what is absent is `null`, an empty text or an empty list, and false in a condition.

use crate::page::PageKind;
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

/// `page`: what the head of every page needs.
#[derive(Clone, Debug, Serialize)]
pub struct PageView {
    /// `story`, `tombstone`, `front`, `category`, `topic`, `place`, `author`, `day`, `latest`, `month`, `year`, `corrections`, `search`, `index`, `feeds`, `page` or `not-found`.
    pub kind: PageKind,
    /// Title of the page without the site's name.
    pub title: String,
    /// One or two sentences, or empty.
    pub description: String,
    /// Path on the site, percent-encoded.
    pub url: String,
    /// Full address.
    pub canonical: String,
    /// BCP 47 tag of the page's text.
    pub language: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// The same page in other languages (with full addresses), this one included; empty if there is no other.
    pub alternates: Vec<Alternate>,
    /// Keep search engines out.
    pub noindex: bool,
    /// Feeds of the list, or of the edition.
    pub feeds: Feeds,
    /// Full address of the picture for previews in social media, or empty.
    pub image: String,
    /// Its size in pixels, or 0 if unknown.
    pub image_width: u32,
    /// See `image_width`.
    pub image_height: u32,
    /// Text for those who do not see it, or empty.
    pub image_alt: String,
    /// JSON-LD for a `<script type="application/ld+json">`, already safe to stand there; or empty.
    pub json_ld: Value,
}

/// One translation of a page.
#[derive(Clone, Debug, Serialize)]
pub struct Alternate {
    /// BCP 47 tag, or `x-default`.
    pub language: String,
    /// Full address.
    pub url: String,
}

/// A moment, in the forms that templates want.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DateView {
    /// RFC 3339 with the site's offset.
    pub iso: String,
    /// The day in the site's zone: `2026-11-23`.
    pub day: String,
    /// That day in the page's language: `23 November 2026`.
    pub date: String,
    /// In the site's zone: `14:05`.
    pub time: String,
    /// Path of the day's page, or empty.
    pub url: String,
}

/// `story` in `story.html`.
#[derive(Clone, Debug, Serialize)]
pub struct StoryView {
    /// The story's uri, the same in every version.
    pub uri: String,
    /// Version number.
    pub version: u64,
    /// Path of the page.
    pub url: String,
    /// Headline.
    pub headline: String,
    /// Line under the headline, or empty.
    pub subheadline: String,
    /// Line over the headline, or empty.
    pub kicker: String,
    /// The section it belongs to.
    pub section: Link,
    /// The sections above it, from the top.
    pub parents: Vec<Link>,
    /// Authors.
    pub authors: Vec<Link>,
    /// The dateline as it reads, without the dash: `Tehran, Jan 10 (EFE)`; or empty.
    pub dateline: String,
    /// The place of the dateline.
    pub place: Link,
    /// Summary, or empty.
    pub description: String,
    /// The text as HTML, safe.
    pub body: Value,
    /// First publication.
    pub published: DateView,
    /// This version, where later than the first publication; else null.
    pub updated: Option<DateView>,
    /// The correction notice, or null.
    pub correction: Option<CorrectionView>,
    /// Its public versions, newest first; empty if there is one alone, or if the settings do not ask for them.
    pub versions: Vec<VersionView>,
    /// Whether it is an alert: a headline alone.
    pub alert: bool,
    /// Whether it is past its date and kept as archive.
    pub archived: bool,
    /// 1 (flash) to 9.
    pub urgency: u8,
    /// Topics.
    pub topics: Vec<Link>,
    /// Genres.
    pub genres: Vec<String>,
    /// The label of its genres, or null.
    pub label: Option<LabelView>,
    /// Who paid for it, or null.
    pub sponsor: Option<SponsorView>,
    /// Pictures in front of the text.
    pub pictures: Vec<PictureView>,
    /// Credit line, or empty.
    pub credit: String,
    /// Copyright notice, or empty.
    pub copyright: String,
    /// Usage terms, or empty.
    pub usage_terms: String,
    /// How it was made, where a machine had a part: the IPTC code, or empty.
    pub digital_source_type: String,
    /// Related articles, best first.
    pub related: Vec<Value>,
    /// The same story in other languages.
    pub translations: Vec<TranslationView>,
    /// Path of the story as ninjs, or empty.
    pub ninjs: String,
    /// The front matter's `extra`.
    pub extra: Value,
}

/// What the settings call the genres of a story.
#[derive(Clone, Debug, Serialize)]
pub struct LabelView {
    /// Text to show, in the language of the edition.
    pub name: String,
    /// What it looks like: a word of small letters, digits and hyphens.
    pub style: String,
}

/// Who paid for a story.
#[derive(Clone, Debug, Serialize)]
pub struct SponsorView {
    /// Name to show.
    pub name: String,
    /// Address of their own site, or empty.
    pub url: String,
}

/// A correction notice.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectionView {
    /// What was corrected.
    pub note: String,
    /// When, or null.
    pub date: Option<DateView>,
}

/// One version that the public saw. It says when and why, never what the text said.
#[derive(Clone, Debug, Serialize)]
pub struct VersionView {
    /// Version number.
    pub version: u64,
    /// When it was published.
    pub date: DateView,
    /// Whether it carried a correction notice.
    pub corrected: bool,
    /// That notice, or empty.
    pub note: String,
}

/// The same story in another language.
#[derive(Clone, Debug, Serialize)]
pub struct TranslationView {
    /// BCP 47 tag.
    pub language: String,
    /// The language's own name.
    pub name: String,
    /// Headline there.
    pub headline: String,
    /// Path.
    pub url: String,
}

/// A picture.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PictureView {
    /// Path of the file.
    pub src: String,
    /// Size in pixels, or 0 if unknown.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// Text for those who do not see it; the caption where nothing else is given.
    pub alt: String,
    /// Caption, or empty.
    pub caption: String,
    /// Credit (`by` and `credit`), or empty.
    pub credit: String,
    /// Copyright notice, or empty.
    pub copyright: String,
    /// Its renditions with their widths, for the attribute `srcset`; empty where it has none.
    pub srcset: String,
}

/// A story in a list: `list.stories`, `front.stories`, `story.related`.
#[derive(Clone, Debug, Serialize)]
pub struct CardView {
    /// Path of its page.
    pub url: String,
    /// Headline.
    pub headline: String,
    /// Kicker, or empty.
    pub kicker: String,
    /// Summary, or empty.
    pub description: String,
    /// Its section.
    pub section: Link,
    /// First publication.
    pub published: DateView,
    /// Whether a correction was made.
    pub corrected: bool,
    /// The correction notice, or null.
    pub correction: Option<CorrectionView>,
    /// The last change, where later than the first publication; else null.
    pub updated: Option<DateView>,
    /// Whether it is an alert: a headline alone.
    pub alert: bool,
    /// Whether it is kept as archive.
    pub archived: bool,
    /// 1 (flash) to 9.
    pub urgency: u8,
    /// Its first picture, or null.
    pub picture: Option<PictureView>,
    /// BCP 47 tag.
    pub language: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// Authors.
    pub authors: Vec<Link>,
    /// Topics.
    pub topics: Vec<Link>,
    /// Genres.
    pub genres: Vec<String>,
    /// The label of its genres, or null.
    pub label: Option<LabelView>,
    /// Who paid for it, or null.
    pub sponsor: Option<SponsorView>,
    /// The front matter's `extra`; an empty map where there is none.
    pub extra: Value,
    /// In related lists: whether it is newer than the story it stands beside.
    pub newer: bool,
}

/// `list` in `list.html` (category, topic, place, author, day, latest) and `corrections.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ListView {
    /// The same word as `page.kind`.
    pub kind: PageKind,
    /// Its name.
    pub name: String,
    /// What it is about, or empty.
    pub description: String,
    /// Path of the newest page.
    pub url: String,
    /// The stories of this page, newest first.
    pub stories: Vec<Value>,
    /// Number of this page, counted from the oldest; 0 for the open page with the newest stories.
    pub number: u32,
    /// Path of the page with newer stories, or empty.
    pub newer: String,
    /// Path of the page with older stories, or empty.
    pub older: String,
    /// The next day with stories, on the newest page of a day; or null.
    pub next_day: Option<Link>,
    /// The day with stories before it, likewise.
    pub previous_day: Option<Link>,
    /// Sections below a category.
    pub children: Vec<Link>,
    /// Sections above a category, from the top; the year and the month of a day.
    pub parents: Vec<Link>,
    /// What stands at the head of a section: zones of its file in `content/fronts/`, or its lead. Full pages have none.
    pub zones: Vec<ZoneView>,
    /// Those of the stories that no zone shows.
    pub rest: Vec<Value>,
    /// Feeds of this list.
    pub feeds: Feeds,
    /// `extra` of the section in `categories.yaml`; an empty map where there is none.
    pub extra: Value,
}

/// `front` in `front.html`.
#[derive(Clone, Debug, Serialize)]
pub struct FrontView {
    /// What is breaking: urgency 1 or 2 and younger than the time in the settings, newest first. They stand in `stories`, too.
    pub breaking: Vec<Value>,
    /// The stories in the order of the front page: pinned, then by day, urgency and time.
    pub stories: Vec<Value>,
    /// As many stories by time alone, newest first.
    pub latest: Vec<Value>,
    /// The sections of the navigation that have stories, in its order.
    pub sections: Vec<FrontSection>,
    /// The zones of the edition's file in `content/fronts/`, from top to bottom; empty where there is no file, or it shows nothing.
    pub zones: Vec<ZoneView>,
}

/// A zone of a front, in `front.zones` and `list.zones`.
#[derive(Clone, Debug, Serialize)]
pub struct ZoneView {
    /// `lead`, `package`, `latest`, `section`, `text` or `slot`.
    pub kind: &'static str,
    /// Its place among the zones that are shown, from 1.
    pub number: usize,
    /// Heading, or empty; of a section its name where the file has none, of a slot its label.
    pub title: String,
    /// Path of the page of its section, or empty.
    pub url: String,
    /// A sentence or two below the heading, or empty.
    pub standfirst: String,
    /// The layout that the file names, or empty.
    pub layout: String,
    /// Its stories, in order.
    pub stories: Vec<Value>,
    /// Stories as links below a lead.
    pub links: Vec<Value>,
    /// Name of a slot, or empty.
    pub name: String,
    /// HTML, safe: of a text; of a package by the template of its layout; of a slot by the template of its name. Else empty.
    pub html: Value,
}

/// A section on the front page.
#[derive(Clone, Debug, Serialize)]
pub struct FrontSection {
    /// Its name.
    pub name: String,
    /// Path of its page, or empty.
    pub url: String,
    /// Its newest stories, at most eight, newest first.
    pub stories: Vec<Value>,
}

/// `index` in `index.html`: all topics, places, authors or categories.
#[derive(Clone, Debug, Serialize)]
pub struct IndexView {
    /// `topic`, `place`, `author` or `category`.
    pub of: PageKind,
    /// Each by name.
    pub entries: Vec<Link>,
}

/// `calendar` in `calendar.html`: the days of a month, or the months of a year.
#[derive(Clone, Debug, Serialize)]
pub struct CalendarView {
    /// The same word as `page.kind`: `month` or `year`.
    pub kind: PageKind,
    /// Its name, `November 2026`.
    pub name: String,
    /// The days or months that have stories, in their order.
    pub entries: Vec<Link>,
    /// The year of a month; empty for a year.
    pub parents: Vec<Link>,
    /// The next month or year that has stories, or null.
    pub newer: Option<Link>,
    /// The one before, or null.
    pub older: Option<Link>,
}

/// `not_found` in `not-found.html`.
#[derive(Clone, Debug, Serialize)]
pub struct NotFoundView {
    /// The newest stories of the edition, newest first, for readers whom the address led nowhere.
    pub stories: Vec<Value>,
}

/// `feeds` in `feeds.html`: where an edition can be followed.
#[derive(Clone, Debug, Serialize)]
pub struct FeedsView {
    /// The feeds of the whole edition.
    pub all: Feeds,
    /// The feeds of each section, by name.
    pub sections: Vec<Feeds>,
    /// The feeds of the corrections; all empty where they have none.
    pub corrections: Feeds,
    /// Lists of topics, places and authors whose pages have feeds: too many to name here.
    pub lists: Vec<Link>,
}

/// `standing` in `page.html`: a page that is not a story.
#[derive(Clone, Debug, Serialize)]
pub struct StandingView {
    /// Headline.
    pub headline: String,
    /// Text as HTML, safe.
    pub body: Value,
    /// `extra` of the front matter.
    pub extra: Value,
}

/// `tombstone` in `tombstone.html`: a story that was withdrawn. It never says what the story said.
#[derive(Clone, Debug, Serialize)]
pub struct TombstoneView {
    /// When it was withdrawn.
    pub date: DateView,
    /// The agency's public note, or empty.
    pub note: String,
}

/// `search`: the search page of an edition.
#[derive(Clone, Debug, Serialize)]
pub struct SearchView {
    /// Path of the index, for the script.
    pub index: String,
    /// Sections to choose from, by name.
    pub sections: Vec<SearchSection>,
}

/// A section to choose from.
#[derive(Clone, Debug, Serialize)]
pub struct SearchSection {
    /// Text to show.
    pub name: String,
    /// Its path, as the index has it: `economy/energy`.
    pub path: String,
}
