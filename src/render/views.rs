//! What templates see: the theme contract, as types. `docs/themes.md` says the same in words.
//!
//! A view holds exactly what the plan chose to show. Nothing here can be asked for more, so a template cannot reach another
//! story, the clock or the disk, and what a page depends on is known before it is rendered. Every field is always present:
//! what is absent is `null`, an empty text or an empty list, and false in a condition.

use crate::page::PageKind;
use serde::Serialize;
use tera::Value;

mod shown;
mod site;

pub use shown::Shown;
use shown::view;

pub use site::{
    ColorView, EditionLink, EditionView, Feeds, IconsView, Link, LogoView, MenuLink, ProfileView, RightsView,
    SectionLink, SiteView,
};

view! {
    /// `page`: what the head of every page needs.
    #[derive(Clone, Debug)]
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
        pub feeds: Value,
        /// Full address of the picture for previews in social media, or empty.
        pub image: String,
        /// Its size in pixels, or 0 if unknown.
        pub image_width: u32,
        /// See `image_width`.
        pub image_height: u32,
        /// Text for those who do not see it, or empty.
        pub image_alt: String,
        /// What the page says of frames in a content security policy of its own, or empty.
        pub frame_policy: String,
        /// JSON-LD for a `<script type="application/ld+json">`, already safe to stand there; or empty.
        pub json_ld: Value,
    }
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

view! {
    /// `story` in `story.html`.
    #[derive(Clone, Debug)]
    pub struct StoryView<'v> {
        /// The story's uri, the same in every version.
        pub uri: &'v str,
        /// Version number.
        pub version: u64,
        /// Path of the page.
        pub url: &'v str,
        /// Headline.
        pub headline: &'v str,
        /// Line under the headline, or empty.
        pub subheadline: &'v str,
        /// Line over the headline, or empty.
        pub kicker: &'v str,
        /// The section it belongs to.
        pub section: Value,
        /// The sections above it, from the top.
        pub parents: Vec<Value>,
        /// Authors.
        pub authors: Vec<Link>,
        /// The dateline as it reads, without the dash: `Tehran, Jan 10 (EFE)`; or empty.
        pub dateline: &'v str,
        /// The place of the dateline.
        pub place: Link,
        /// Summary, or empty.
        pub description: &'v str,
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
        /// Audio and video in front of the text.
        pub recordings: Vec<RecordingView>,
        /// What the page has of `parts/media/`, each kind once: `video`, `audio`, `embed`, `gallery`, `facts`, `quote`,
        /// `timeline`, `chart`, `map`.
        pub media: Value,
        /// Credit line, or empty.
        pub credit: &'v str,
        /// Copyright notice, or empty.
        pub copyright: &'v str,
        /// Usage terms, or empty.
        pub usage_terms: &'v str,
        /// How it was made, where a machine had a part: the IPTC code, or empty.
        pub digital_source_type: &'v str,
        /// Related articles, best first.
        pub related: Vec<Value>,
        /// The same story in other languages.
        pub translations: Vec<TranslationView>,
        /// Path of the story as ninjs, or empty.
        pub ninjs: String,
        /// The front matter's `extra`.
        pub extra: Value,
    }
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

/// Audio or video: `recording` in `parts/media/recording.html`.
#[derive(Clone, Debug, Serialize)]
pub struct RecordingView {
    /// `audio` or `video`.
    pub kind: &'static str,
    /// Path of the file.
    pub src: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Size in pixels, or 0 if unknown.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// Path of the picture that is seen before it plays, or empty.
    pub poster: String,
    /// Caption, or empty.
    pub caption: String,
    /// Credit, or empty.
    pub credit: String,
    /// Copyright notice, or empty.
    pub copyright: String,
    /// How long it is: `2:05`; empty if unknown.
    pub duration: String,
    /// The same for machines: `PT2M5S`.
    pub duration_iso: String,
    /// Captions for those who do not hear it.
    pub tracks: Vec<TrackView>,
}

/// Something of another site that a frame can show: `embed` in `parts/media/embed.html`.
#[derive(Clone, Debug, Serialize)]
pub struct EmbedView<'e> {
    /// The site.
    pub name: &'e str,
    /// `video`, `audio`, `chart` or `post`.
    pub shape: &'e str,
    /// Address of the page, as the text has it.
    pub url: &'e str,
    /// Address of the frame.
    pub frame: &'e str,
    /// The host that the frame is asked from.
    pub host: String,
}

/// A gallery: `gallery` in `parts/media/gallery.html`.
#[derive(Clone, Debug, Serialize)]
pub struct GalleryView {
    /// Its place among the blocks of the text, from 1: for ids.
    pub number: usize,
    /// What it shows, or empty.
    pub title: String,
    /// Its pictures; at least one.
    pub pictures: Vec<GalleryPictureView>,
}

/// A picture of a gallery.
#[derive(Clone, Debug, Serialize)]
pub struct GalleryPictureView {
    /// The picture, its caption in plain words.
    pub picture: PictureView,
    /// The caption as HTML, or empty.
    pub caption: Value,
}

/// A picture of a map: `map` in `parts/media/map.html`.
#[derive(Clone, Debug, Serialize)]
pub struct MapView {
    /// Its place among the blocks of the text, from 1: for ids.
    pub number: usize,
    /// What it shows, or empty.
    pub title: String,
    /// The picture.
    pub picture: PictureView,
    /// The caption as HTML, or empty.
    pub caption: Value,
    /// Address or path of a larger map, or empty.
    pub url: String,
    /// The host of that, or empty.
    pub host: String,
}

/// A box with a list: `facts` in `parts/media/facts.html`.
#[derive(Clone, Debug, Serialize)]
pub struct FactsView {
    /// Its place among the blocks of the text, from 1: for ids.
    pub number: usize,
    /// Its heading, or empty.
    pub title: String,
    /// Its items as HTML.
    pub items: Vec<Value>,
}

/// A pull quote: `quote` in `parts/media/quote.html`.
#[derive(Clone, Debug, Serialize)]
pub struct QuoteView {
    /// Paragraphs as HTML.
    pub text: Value,
    /// Who said it, or empty.
    pub by: String,
}

/// What happened when: `timeline` in `parts/media/timeline.html`.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineView {
    /// Its place among the blocks of the text, from 1: for ids.
    pub number: usize,
    /// Its heading, or empty.
    pub title: String,
    /// In the order of the text.
    pub entries: Vec<EntryView>,
}

/// Figures, drawn: `chart` in `parts/media/chart.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ChartView {
    /// Its place among the blocks of the text, from 1: for ids.
    pub number: usize,
    /// What it shows, or empty.
    pub title: String,
    /// What its series are, in the order of their colours.
    pub series: Vec<String>,
    /// The drawing, an `<svg>` element that screen readers pass over.
    pub svg: Value,
    /// Heads of the table.
    pub head: Vec<String>,
    /// Rows of the table: a label, and the figures as written.
    pub rows: Vec<Vec<String>>,
    /// Where the figures come from, as HTML; or empty.
    pub source: Value,
}

/// An entry of a timeline.
#[derive(Clone, Debug, Serialize)]
pub struct EntryView {
    /// When, for machines: `2026`, `2026-11`, `2026-11-18`, `2026-11-18T14:05`.
    pub iso: String,
    /// Year, month or day, in the language of the text.
    pub date: String,
    /// `14:05`, or empty.
    pub time: String,
    /// What happened, as HTML.
    pub text: Value,
}

/// A file of captions.
#[derive(Clone, Debug, Serialize)]
pub struct TrackView {
    /// Path of the file.
    pub src: String,
    /// BCP 47 tag.
    pub language: String,
    /// The language's own name.
    pub name: String,
}

view! {
    /// A story in a list: `list.stories`, `front.stories`, `story.related`.
    #[derive(Clone, Debug)]
    pub struct CardView<'v> {
        /// Path of its page.
        pub url: &'v str,
        /// Headline.
        pub headline: &'v str,
        /// Kicker, or empty.
        pub kicker: &'v str,
        /// Summary, or empty.
        pub description: &'v str,
        /// Its section.
        pub section: Value,
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
        pub language: &'v str,
        /// `ltr` or `rtl`.
        pub dir: &'v str,
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
    /// The newest stories of the edition, newest first, for readers who followed an address that leads nowhere.
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
    /// What the page has of `parts/media/`, each kind once.
    pub media: Value,
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
