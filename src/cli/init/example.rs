//! The newsroom of a new site: a few stories by invented people about invented places, dated by the hours before now.
//!
//! Between them they show what a site can do: a picture, an update, a correction, an embargo, a front by hand.

use crate::cli::new;
use crate::clock::{Timestamp, Zone};
use std::borrow::Cow;

/// One file of a story.
struct Example {
    name: &'static str,
    text: &'static str,
    /// Minutes before now: when it was first written, and when this version was.
    created: i64,
    updated: i64,
}

const fn example(name: &'static str, text: &'static str, created: i64, updated: i64) -> Example {
    Example { name, text, created, updated }
}

const EXAMPLES: [Example; 9] = [
    example("quay-crane", include_str!("example/quay-crane.md"), 40, 40),
    example("mayor-not-again", include_str!("example/mayor-not-again.md"), 190, 190),
    example("tansy-valley-power", include_str!("example/tansy-valley-power.md"), 430, 430),
    example("tansy-valley-power-v2", include_str!("example/tansy-valley-power-v2.md"), 430, 150),
    example("school-budget", include_str!("example/school-budget.md"), 1500, 320),
    example("eastmoor-final", include_str!("example/eastmoor-final.md"), 1010, 1010),
    example("oyster-count", include_str!("example/oyster-count.md"), 1720, 1720),
    example("keeper-letters", include_str!("example/keeper-letters.md"), 2950, 2950),
    example("jobless-figures", include_str!("example/jobless-figures.md"), 60, 60),
];

/// The sections of `categories.yaml` as the navigation has them.
pub(super) const NAVIGATION: &str = "politics, economy, climate, culture, sport";

/// When the story under embargo may be published, in minutes from now.
const EMBARGO: i64 = 18 * 60;

const PICTURE: &[u8] = include_bytes!("example/cranes.jpg");

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The example's files: paths from the site's folder, and what they hold.
pub(super) fn files(now: Timestamp, zone: &Zone) -> Vec<(String, Cow<'static, [u8]>)> {
    let now = Timestamp::from_millis(now.millis().div_euclid(60_000) * 60_000);
    let mut files = vec![(
        "content/categories.yaml".to_string(),
        Cow::Borrowed(include_bytes!("example/categories.yaml").as_slice()),
    )];
    for example in &EXAMPLES {
        let created = now.plus_seconds(-60 * example.created);
        let updated = now.plus_seconds(-60 * example.updated);
        let embargo = now.plus_seconds(60 * EMBARGO);
        let first = created.day(zone);
        let day = updated.day(zone);
        let month = MONTHS[usize::from(day.month).clamp(1, 12) - 1];
        let text = example
            .text
            .replace("{created}", &created.rfc3339(zone))
            .replace("{updated}", &updated.rfc3339(zone))
            .replace("{embargo}", &embargo.rfc3339(zone))
            .replace("{date}", &format!("{:04}{:02}{:02}", first.year, first.month, first.day))
            .replace("{day}", &format!("{month} {}", day.day));
        let folder = new::folder(created, zone);
        if text.contains("cranes.jpg") {
            files.push((format!("{folder}/cranes.jpg"), Cow::Borrowed(PICTURE)));
        }
        files.push((format!("{folder}/{}.md", example.name), Cow::Owned(text.into_bytes())));
    }
    files.push(("content/fronts/en.yaml".to_string(), Cow::Owned(front(now, zone).into_bytes())));
    files
}

/// The example of a front, which picks stories by their uris.
fn front(now: Timestamp, zone: &Zone) -> String {
    let mut text = include_str!("example/front.yaml").to_string();
    for example in &EXAMPLES {
        let day = now.plus_seconds(-60 * example.created).day(zone);
        let date = format!("{:04}{:02}{:02}", day.year, day.month, day.day);
        text = text.replace(&format!("{{date of {}}}", example.name), &date);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::front_matter;

    #[test]
    fn every_story_reads_without_a_complaint() {
        let zone = Zone::utc();
        let now = zone.parse("2026-03-01T00:10:30Z").unwrap();
        let mut read = 0;
        for (path, bytes) in files(now, &zone) {
            if !path.ends_with(".md") {
                continue;
            }
            let text = std::str::from_utf8(&bytes).unwrap();
            assert!(!text.contains('{'), "{path}");
            let yaml = front_matter::split(text).unwrap().yaml;
            let mut found = Vec::new();
            let front = front_matter::read(yaml, &path, &zone, &mut found).unwrap();
            assert!(found.is_empty(), "{found:?}");
            assert!(front.first_created.unwrap() <= front.version_created.unwrap_or(now), "{path}");
            read += 1;
        }
        assert_eq!(read, EXAMPLES.len());
    }

    #[test]
    fn the_front_picks_stories_that_are_there() {
        let zone = Zone::utc();
        // Three days of stories, over the end of a year.
        let now = zone.parse("2026-01-01T12:00:00Z").unwrap();
        let files = files(now, &zone);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let front = files.iter().find(|(path, _)| path == "content/fronts/en.yaml").map(|(_, bytes)| text(bytes));
        let front = front.unwrap();
        assert!(!front.contains("{date"), "{front}");
        let picks: Vec<&str> = front.lines().filter_map(|line| line.strip_prefix("  - ")).collect();
        assert_eq!(picks.len(), 3);
        for pick in picks {
            let line = format!("uri: {pick}\n");
            assert!(files.iter().any(|(path, bytes)| path.ends_with(".md") && text(bytes).contains(&line)), "{pick}");
        }
    }
}
