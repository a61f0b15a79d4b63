//! The kinds of files that a site has.
//!
//! Everything that is decided by the kind of a file goes by [`PageKind`], so that the compiler names every place that a new kind has
//! to answer: reports and templates have its word, purge lists its [`Role`], publishing its order and its time in caches.

use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $word:literal,)*) => {
        /// The kind of a file of the site.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PageKind {
            $($(#[$doc])* $kind,)*
        }

        impl PageKind {
            /// Every kind.
            pub const ALL: &[PageKind] = &[$(PageKind::$kind,)*];

            /// Its word in reports, in the manifest, in the record of a target, and for `page.kind` in templates.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(PageKind::$kind => $word,)*
                }
            }

            /// The kind that a word names.
            pub fn parse(word: &str) -> Option<PageKind> {
                match word {
                    $($word => Some(PageKind::$kind),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A story.
    Story "story",
    /// The notice in the place of a withdrawn story.
    Tombstone "tombstone",
    /// A story as ninjs.
    Ninjs "ninjs",
    /// The ninjs of a withdrawn story.
    TombstoneNinjs "tombstone-ninjs",
    /// The front page of an edition.
    Front "front",
    /// A page of the stories of a section.
    Category "category",
    /// A page of the stories of a topic.
    Topic "topic",
    /// A page of the stories from a place.
    Place "place",
    /// A page of the stories of an author.
    Author "author",
    /// A page of the stories of a day.
    Day "day",
    /// A page of all stories of an edition.
    Latest "latest",
    /// The calendar of a month.
    Month "month",
    /// The calendar of a year.
    Year "year",
    /// A page of the stories that were corrected.
    Corrections "corrections",
    /// All sections, topics, places or authors of an edition.
    Index "index",
    /// The page that names the feeds of an edition.
    Feeds "feeds",
    /// A standing page.
    Page "page",
    /// A feed in RSS 2.0.
    Rss "rss",
    /// A feed in Atom.
    Atom "atom",
    /// A feed in JSON Feed.
    JsonFeed "json-feed",
    /// The page for addresses that do not exist.
    NotFound "not-found",
    /// The list of sitemaps.
    SitemapIndex "sitemap-index",
    /// A sitemap.
    Sitemap "sitemap",
    /// The sitemap of the stories of the last two days.
    NewsSitemap "news-sitemap",
    /// `robots.txt`.
    Robots "robots",
    /// `tdmrep.json`.
    TdmRep "tdmrep",
    /// The licence for machines (RSL).
    License "license",
    /// An old address that leads to a page.
    Redirect "redirect",
    /// A static file of the theme.
    Asset "asset",
    /// An icon of the site.
    Icon "icon",
    /// The web application manifest.
    WebManifest "web-manifest",
    /// The style sheet with the colours of the settings.
    Colors "colors",
    /// A file of `static/`, which goes to the root of the site.
    Static "static",
    /// A picture or other file of `content/`.
    Media "media",
    /// A picture in another size.
    Rendition "rendition",
    /// The picture that social networks show of a page.
    SocialCard "social-card",
    /// The search page of an edition.
    Search "search",
    /// What the search page loads first.
    SearchIndex "search-index",
    /// A file of the search index.
    SearchPart "search-part",
    /// A file that only the host of the site reads. Publishing makes it.
    Host "host",
}

impl fmt::Display for PageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for PageKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Kinds whose files change alike: caches keep them for as long, and publishing sends them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Stories, standing pages, and what stands in their place.
    Stories,
    /// Front pages.
    Front,
    /// Lists of stories, calendars and indexes.
    Lists,
    /// What programs read: feeds, sitemaps, statements, and the head of the search index.
    Feeds,
    /// Search pages.
    Search,
    /// The rest of the search index.
    SearchParts,
    /// Pictures that dateline makes.
    Made,
    /// Files of the theme.
    Assets,
    /// Files of `static/`.
    Static,
    /// Files of `content/`.
    Media,
    /// Files that only the host reads.
    Host,
}

/// What the files of a kind have to do with withdrawals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Says that a story was withdrawn. Where it goes, the story may not even be named any more.
    Notice,
    /// A story or a standing page: withdrawn where it goes.
    Story,
    /// Shows or forwards to a story, and nothing else: where it goes together with one, that may be the reason.
    OfStory,
    /// Names stories, or lists that have stories.
    List,
    /// Has nothing to do with stories.
    Other,
}

impl PageKind {
    /// Whether it is a web feed.
    pub fn is_feed(self) -> bool {
        match self {
            PageKind::Rss | PageKind::Atom | PageKind::JsonFeed => true,
            PageKind::Story
            | PageKind::Tombstone
            | PageKind::Ninjs
            | PageKind::TombstoneNinjs
            | PageKind::Front
            | PageKind::Category
            | PageKind::Topic
            | PageKind::Place
            | PageKind::Author
            | PageKind::Day
            | PageKind::Latest
            | PageKind::Month
            | PageKind::Year
            | PageKind::Corrections
            | PageKind::Index
            | PageKind::Feeds
            | PageKind::Page
            | PageKind::NotFound
            | PageKind::SitemapIndex
            | PageKind::Sitemap
            | PageKind::NewsSitemap
            | PageKind::Robots
            | PageKind::TdmRep
            | PageKind::License
            | PageKind::Redirect
            | PageKind::Asset
            | PageKind::Icon
            | PageKind::WebManifest
            | PageKind::Colors
            | PageKind::Static
            | PageKind::Media
            | PageKind::Rendition
            | PageKind::SocialCard
            | PageKind::Search
            | PageKind::SearchIndex
            | PageKind::SearchPart
            | PageKind::Host => false,
        }
    }

    /// The kinds whose files change as those of this one do.
    pub fn group(self) -> Group {
        match self {
            PageKind::Story
            | PageKind::Tombstone
            | PageKind::Ninjs
            | PageKind::TombstoneNinjs
            | PageKind::Page
            | PageKind::Redirect => Group::Stories,
            PageKind::Front => Group::Front,
            PageKind::Category
            | PageKind::Topic
            | PageKind::Place
            | PageKind::Author
            | PageKind::Day
            | PageKind::Latest
            | PageKind::Month
            | PageKind::Year
            | PageKind::Corrections
            | PageKind::Index
            | PageKind::Feeds => Group::Lists,
            PageKind::Rss
            | PageKind::Atom
            | PageKind::JsonFeed
            | PageKind::NotFound
            | PageKind::SitemapIndex
            | PageKind::Sitemap
            | PageKind::NewsSitemap
            | PageKind::Robots
            | PageKind::TdmRep
            | PageKind::License
            | PageKind::WebManifest
            | PageKind::SearchIndex => Group::Feeds,
            PageKind::Search => Group::Search,
            PageKind::SearchPart => Group::SearchParts,
            PageKind::Rendition | PageKind::SocialCard => Group::Made,
            PageKind::Asset | PageKind::Icon | PageKind::Colors => Group::Assets,
            PageKind::Static => Group::Static,
            PageKind::Media => Group::Media,
            PageKind::Host => Group::Host,
        }
    }

    /// What its files have to do with withdrawals.
    pub fn role(self) -> Role {
        match self {
            PageKind::Tombstone | PageKind::TombstoneNinjs => Role::Notice,
            PageKind::Story | PageKind::Ninjs | PageKind::Page => Role::Story,
            // What a file of `static/` shows cannot be known.
            PageKind::Static
            | PageKind::Media
            | PageKind::Rendition
            | PageKind::SocialCard
            | PageKind::SearchPart
            | PageKind::Redirect => Role::OfStory,
            PageKind::Asset
            | PageKind::Icon
            | PageKind::WebManifest
            | PageKind::Colors
            | PageKind::Robots
            | PageKind::TdmRep
            | PageKind::License
            | PageKind::Host => Role::Other,
            PageKind::Front
            | PageKind::Category
            | PageKind::Topic
            | PageKind::Place
            | PageKind::Author
            | PageKind::Day
            | PageKind::Latest
            | PageKind::Month
            | PageKind::Year
            | PageKind::Corrections
            | PageKind::Index
            | PageKind::Feeds
            | PageKind::Rss
            | PageKind::Atom
            | PageKind::JsonFeed
            | PageKind::NotFound
            | PageKind::SitemapIndex
            | PageKind::Sitemap
            | PageKind::NewsSitemap
            | PageKind::Search
            | PageKind::SearchIndex => Role::List,
        }
    }
}

/// Which of the files that change or go have to leave caches first. Each is given by its kind, and whether it goes.
///
/// These are the withdrawals, and with them all that goes in the same step and may have gone for their sake: a list that only a
/// withdrawn story was in shows its headline too.
pub fn come_first(changes: impl Iterator<Item = (PageKind, bool)> + Clone) -> Vec<bool> {
    let is_withdrawal = |(kind, goes): (PageKind, bool)| match kind.role() {
        Role::Notice => true,
        Role::Story => goes,
        Role::OfStory | Role::List | Role::Other => false,
    };
    let withdraws = changes.clone().any(is_withdrawal);
    let comes_first =
        |(kind, goes): (PageKind, bool)| is_withdrawal((kind, goes)) || withdraws && goes && kind.role() != Role::Other;
    changes.map(comes_first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for kind in PageKind::ALL {
            assert_eq!(PageKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(PageKind::parse("Story"), None);
    }

    #[test]
    fn all_that_goes_with_a_withdrawn_story_comes_first() {
        let first = |changes: &[(PageKind, bool)]| come_first(changes.iter().copied());
        let with = |kind, goes| first(&[(PageKind::Story, true), (kind, goes)])[1];
        for kind in PageKind::ALL.iter().copied() {
            let (alone, other) = (matches!(kind.role(), Role::Story | Role::Notice), kind.role() == Role::Other);
            assert_eq!(with(kind, true), !other, "{kind} goes");
            assert_eq!(with(kind, false), kind.role() == Role::Notice, "{kind} changes");
            assert_eq!(first(&[(kind, true)]), [alone], "{kind} goes alone");
        }
        for (kind, role) in [
            (PageKind::Story, Role::Story),
            (PageKind::TombstoneNinjs, Role::Notice),
            (PageKind::SearchPart, Role::OfStory),
            (PageKind::Corrections, Role::List),
            (PageKind::Host, Role::Other),
        ] {
            assert_eq!(kind.role(), role, "{kind}");
        }
        let changes = [(PageKind::Tombstone, false), (PageKind::Topic, true), (PageKind::Front, false)];
        assert_eq!(first(&changes), [true, true, false]);
    }
}
