//! The uri of a story whose front matter names none: a tag URI (RFC 4151) of its day and slug.
//!
//! It depends neither on the site's host nor on the folder of the file, so feeds and customers know a story by it after the site or
//! the file has moved. Day and slug may be the same in two sections. Such stories must not become versions of one another.

use crate::clock::Day;
use crate::config::Config;
use crate::diag::{Code, Diagnostic, Location, Severity};
use crate::path::RelPath;
use crate::story::{DERIVED_URI, Story};
use rustc_hash::FxHashMap;

/// The uri of a story.
pub(super) fn of_story(day: Day, slug: &str, config: &Config, edition: u8) -> String {
    let Day { year, month, day } = day;
    format!("{DERIVED_URI}{year:04}-{month:02}-{day:02}:{}{slug}", language(config, edition))
}

/// The uri of a standing page, which has no day: by its address.
pub(super) fn of_page(path: &RelPath, slug: &str, config: &Config, edition: u8) -> String {
    let folders: Vec<&str> = path.folders().skip(1).chain([slug]).collect();
    format!("{DERIVED_URI}page:{}{}", language(config, edition), folders.join("/"))
}

/// The day in the derived uri of a story, or `page`.
pub fn derived_day(uri: &str) -> Option<&str> {
    uri.strip_prefix(DERIVED_URI)?.split(':').next()
}

/// Editions often have stories of one day and slug.
fn language(config: &Config, edition: u8) -> String {
    match edition {
        0 => String::new(),
        edition => format!("{}:", config.languages[usize::from(edition)].to_ascii_lowercase()),
    }
}

/// Gives a number to stories that have a derived uri in common, except the one that was created first. `derived` has the places of
/// the stories whose uri was derived.
pub(super) fn part(stories: &mut [Story], derived: Vec<usize>, diagnostics: &mut Vec<Diagnostic>) {
    let mut by_uri: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    by_uri.reserve(derived.len());
    for at in derived {
        by_uri.entry(&stories[at].uri).or_default().push(at);
    }
    let mut same: Vec<Vec<usize>> = by_uri.into_values().filter(|all| all.len() > 1).collect();
    same.sort_unstable();
    for mut all in same {
        // One that comes later leaves the uris of those before it alone.
        all.sort_by_key(|at| (stories[*at].first_created, stories[*at].source.clone()));
        let first = stories[all[0]].source.clone();
        for (at, number) in all[1..].iter().zip(2..) {
            let story = &mut stories[*at];
            story.uri = format!("{}:{number}", story.uri).into();
            let message = format!("the story has the day and slug of content/{first}, and no `uri`");
            let note = Diagnostic::new(Severity::Note, Code::SameDerivedUri, message);
            let hint =
                format!("its uri is {} for now; write a `uri`, so that it stays when the other one goes", story.uri);
            diagnostics.push(note.at(Location::file(format!("content/{}", story.source))).hint(hint));
        }
    }
}
