//! Values of front matter that have keys of their own.

use crate::hash::Hash;
use crate::recording;
use serde::{Deserialize, Serialize};

/// A dateline, as it reads and taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dateline {
    /// As it stands in the copy, without the dash after it: `Tehran, Jan 10 (EFE)`.
    pub text: String,
    /// `Tehran`.
    pub place: Option<String>,
    /// The date as written, `Jan 10`.
    pub date: Option<String>,
    /// The agency, without brackets.
    pub agency: Option<String>,
    /// The date understood: `2014-08-29`, or `--01-10` without a year.
    pub iso_date: Option<String>,
}

impl Dateline {
    /// The keys of its map in front matter.
    pub const KEYS: [&'static str; 5] = ["text", "place", "date", "agency", "isoDate"];
}

/// A correction notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction<T> {
    /// What was corrected; shown to readers.
    pub note: String,
    /// When.
    pub date: Option<T>,
}

impl<T> From<String> for Correction<T> {
    fn from(note: String) -> Correction<T> {
        Correction { note, date: None }
    }
}

impl<T> Correction<T> {
    /// The keys of its map in front matter.
    pub const KEYS: [&'static str; 2] = ["note", "date"];

    /// The same with another time.
    pub fn map_times<U>(self, change: &mut impl FnMut(T) -> U) -> Correction<U> {
        Correction { note: self.note, date: self.date.map(change) }
    }
}

/// Who paid for a story.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sponsor {
    /// Name, shown to readers.
    pub name: String,
    /// Their own site.
    pub url: Option<String>,
}

impl Sponsor {
    /// The keys of its map in front matter.
    pub const KEYS: [&'static str; 2] = ["name", "url"];
}

/// The menu that a standing page joins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuPlace {
    /// The menu's name.
    pub name: String,
    /// The page's place in the menu, from 1; behind all others where there is none.
    pub order: Option<u16>,
}

impl MenuPlace {
    /// The keys of its map in front matter.
    pub const KEYS: [&'static str; 2] = ["name", "order"];
    /// The last place there is.
    pub const LAST: u16 = 1000;
}

/// A picture or other file that goes with a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association<T> {
    /// `picture`, `video`, `audio`, `graphic`, `text` …
    pub kind: Option<String>,
    /// A file beside the story, or a full address.
    pub href: Option<String>,
    /// Caption.
    pub caption: Option<String>,
    /// Who made it.
    pub by: Option<String>,
    /// Credit line.
    pub credit: Option<String>,
    /// Rights or terms.
    pub rights: Option<String>,
    /// End of the rights.
    pub valid_to: Option<T>,
    /// Text for those who cannot see it.
    pub alt_text: Option<String>,
    /// Copyright notice.
    pub copyright_notice: Option<String>,
}

impl<T> Association<T> {
    /// The keys of its map in front matter.
    pub const KEYS: [&'static str; 9] =
        ["type", "href", "caption", "by", "credit", "rights", "validTo", "altText", "copyrightNotice"];

    /// The text of a key; `None` for `validTo`, which is a time, and for unknown keys.
    pub fn text_mut(&mut self, key: &str) -> Option<&mut Option<String>> {
        Some(match key {
            "type" => &mut self.kind,
            "href" => &mut self.href,
            "caption" => &mut self.caption,
            "by" => &mut self.by,
            "credit" => &mut self.credit,
            "rights" => &mut self.rights,
            "altText" => &mut self.alt_text,
            "copyrightNotice" => &mut self.copyright_notice,
            _ => return None,
        })
    }

    /// The same with another time.
    pub fn map_times<U>(self, change: &mut impl FnMut(T) -> U) -> Association<U> {
        Association {
            kind: self.kind,
            href: self.href,
            caption: self.caption,
            by: self.by,
            credit: self.credit,
            rights: self.rights,
            valid_to: self.valid_to.map(change),
            alt_text: self.alt_text,
            copyright_notice: self.copyright_notice,
        }
    }

    /// What it is: its type, else audio or video by the ending of its file, else a picture.
    pub fn type_or_ending(&self) -> &str {
        let by_ending = || self.href.as_deref().and_then(recording::kind).map(recording::Kind::as_str);
        self.kind.as_deref().or_else(by_ending).unwrap_or("picture")
    }

    /// Whether it is to be heard or watched.
    pub fn is_played(&self) -> bool {
        matches!(self.type_or_ending(), "audio" | "video")
    }

    /// Whether it is shown as a picture.
    pub fn is_picture(&self) -> bool {
        matches!(self.type_or_ending(), "picture" | "photo" | "image" | "graphic")
    }
}

impl<T> Default for Association<T> {
    fn default() -> Association<T> {
        Association {
            kind: None,
            href: None,
            caption: None,
            by: None,
            credit: None,
            rights: None,
            valid_to: None,
            alt_text: None,
            copyright_notice: None,
        }
    }
}

/// What an import notes in a story's file, for the next import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportRecord {
    /// Hash of what the item said, by which an item that comes again is known.
    pub hash: Option<Hash>,
    /// Later parts of the story that were joined to it: number, and hash of what the part said.
    pub parts: Vec<(u32, Hash)>,
    /// Files that the item names and that have not come yet.
    pub missing: Vec<String>,
    /// Why the import withheld the story.
    pub held: Option<String>,
}
