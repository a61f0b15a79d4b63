//! Whatever goes by the clock changes at the moment that `next-change` names, and at no other.

use crate::support::{Site, texts};
use dateline::clock::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

type Tree = BTreeMap<String, Vec<u8>>;

const SETTINGS: &str = "breaking_minutes: 90\nlists: {per_page: 2, front: 4, feed: 3}\n";

/// A site with everything that goes by the clock, some of it at the same moment.
fn newsroom() -> Site {
    let site = Site::with(SETTINGS);
    let story = |name: &str, created: &str, more: &str| {
        site.story(name, &format!("firstCreated: 2026-11-{created}\n{more}"), "The council met.");
    };
    story("plain", "20T12:00:00Z", "");
    story("embargo", "20T12:00:00Z", "embargoedUntil: 2026-11-23T12:00:00Z\nurgency: 1\nexpires: 2026-11-27T00:00:00Z");
    story("second-embargo", "20T12:00:00Z", "embargoedUntil: 2026-11-23T12:00:00Z\npinUntil: 2026-11-23T18:00:00Z");
    story("expires", "20T13:00:00Z", "expires: 2026-11-24T06:00:00Z");
    story("pinned", "18T12:00:00Z", "pinUntil: 2026-11-23T18:00:00.500Z");
    story("flash", "23T10:45:00Z", "urgency: 2");
    story("routine", "23T10:45:00Z", "urgency: 3");
    story("of-tomorrow", "24T09:00:00Z", "urgency: 1");
    story("killed", "23T10:00:00Z", "pubStatus: canceled\nurgency: 1");
    site.file("content/2026/11/quay.png", crate::support::png(2, 3, ""));
    story("picture", "20T12:00:00Z", "associations: [{href: quay.png, validTo: 2026-11-23T20:00:00Z}]");
    site.file(
        "content/pages/fair.md",
        "---\nheadline: Fair\nembargoedUntil: 2026-11-23T15:00:00Z\n---\n\nThe fair begins.\n",
    );
    site
}

fn at(site: &Site, now: Timestamp) -> (Tree, Option<(Timestamp, String)>) {
    let report = site.build_at(&millis(now));
    (site.tree(), report.next_change.map(|next| (next.at, next.reason)))
}

/// A time with its milliseconds, as `build_at` reads it.
fn millis(time: Timestamp) -> String {
    time.to_jiff().to_string()
}

fn moved(time: Timestamp, by: i64) -> Timestamp {
    Timestamp::from_millis(time.millis() + by)
}

#[test]
fn a_site_changes_at_the_moments_it_names_and_at_no_other() {
    let site = newsroom();
    let start = crate::support::time("2026-11-23T11:00:00Z");
    let (first, mut next) = at(&site, start);
    let mut before = first.clone();
    let mut reasons = BTreeSet::new();
    let mut last = start;
    while let Some((moment, reason)) = next {
        assert!(moment > last, "{reason}");
        reasons.insert(reason.split_whitespace().next_back().unwrap_or_default().to_string());
        assert!(at(&site, moved(moment, -1)).0 == before, "something changes before {moment}, when {reason}");
        let (changed, following) = at(&site, moment);
        assert!(changed != before, "nothing changes at {moment}, when {reason}");
        assert!(changed == at(&site.copy(), moment).0, "a clean build at {moment} gives another site, when {reason}");
        assert!(changed == at(&site, moved(moment, 1)).0, "something changes after {moment}, when {reason}");
        (before, next, last) = (changed, following, moment);
    }
    let expected = ["end", "ends", "expires", "sitemap", "breaking", "says"].map(str::to_string);
    assert_eq!(reasons, expected.into());
    // A rollback gives the site of that moment, too.
    assert!(at(&site, start).0 == first);
}

#[test]
fn what_is_urgent_and_young_is_breaking() {
    let site = newsroom();
    let breaking = |now: &str| {
        site.build_at(now);
        texts(&site.html("index.html"), ".breaking a")
    };
    assert_eq!(breaking("2026-11-23T11:00:00Z"), ["Headline of flash"]);
    // An embargo makes the date of publication.
    assert_eq!(breaking("2026-11-23T12:00:00Z"), ["Headline of embargo", "Headline of flash"]);
    assert_eq!(breaking("2026-11-23T12:14:59Z"), ["Headline of embargo", "Headline of flash"]);
    assert_eq!(breaking("2026-11-23T12:15:00Z"), ["Headline of embargo"]);
    assert_eq!(breaking("2026-11-24T09:00:00Z"), ["Headline of of-tomorrow"]);
    site.file(
        "dateline.yaml",
        format!("title: Check\nbase_url: https://example.org/\n{}", SETTINGS.replace("90", "0")),
    );
    assert_eq!(breaking("2026-11-24T09:00:00Z"), [""; 0]);
}

/// The order of the front page is data: pins, then the day, the urgency, and the time.
#[test]
fn the_front_is_ordered_by_day_urgency_and_time() {
    let site = Site::with("theme: own\nlists: {front: 5}\n");
    site.file("themes/own/theme.yaml", "extends: default\n");
    site.file(
        "themes/own/templates/front.html",
        "{% for card in front.stories %}<p>{{ card.headline }}</p>{% endfor %}",
    );
    for (name, created, more) in [
        ("old-pinned", "01T12:00:00Z", "pinUntil: 2026-11-24T00:00:00Z"),
        ("old", "02T12:00:00Z", "urgency: 1"),
        ("yesterday-flash", "22T12:00:00Z", "urgency: 1"),
        ("late-routine", "23T11:00:00Z", ""),
        ("early-urgent", "23T01:00:00Z", "urgency: 3"),
        ("late-urgent", "23T02:00:00Z", "urgency: 3"),
    ] {
        site.story(name, &format!("firstCreated: 2026-11-{created}\n{more}"), "Text.");
    }
    site.build();
    let order = ["old-pinned", "late-urgent", "early-urgent", "late-routine", "yesterday-flash"];
    assert_eq!(texts(&site.html("index.html"), "p"), order.map(|name| format!("Headline of {name}")));
}
