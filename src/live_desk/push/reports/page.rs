//! The page of a desk for people: what came, what failed and why, what waits, the targets, and how long items took.

use super::{Folder, Health};
use crate::clock::Timestamp;
use crate::live_desk::events::ItemLine;
use crate::live_desk::tally::Counts;
use crate::serve::html::{Html, document};
use std::time::Duration;

/// The plot: its width and height, in pixels.
const SIZE: (f64, f64) = (640.0, 140.0);
/// The durations at its lower and upper edge, in milliseconds; the scale between is logarithmic.
const SCALE: (f64, f64) = (10.0, 100_000.0);

/// The page.
pub(super) fn page(counts: &Counts, health: Health, folders: &[Folder]) -> String {
    let mut html = Html::default();
    html.text("h1", "Live desk");
    html.open("table", "");
    html.row("Started", &time(counts.started));
    html.row("Last build", &time(health.last_build));
    html.row("Next change by the clock", &time(health.next_change));
    html.row("Stories that came", &counts.items.values().sum::<u64>().to_string());
    html.row("Withdrawn by them", &counts.withdrawals.to_string());
    html.row("Errors", &counts.errors.to_string());
    html.close("table");
    plot(&mut html, counts);
    show_targets(&mut html, counts);
    html.text("h2", "Folders");
    table(&mut html, &["folder", "waiting", "failed"], folders, |folder| {
        vec![folder.path.display().to_string(), folder.waiting.to_string(), folder.failed.to_string()]
    });
    html.text("h2", "Problems");
    table(&mut html, &["time", "problem"], counts.last_problems.iter().rev(), |(at, problem)| {
        vec![at.to_string(), problem.clone()]
    });
    html.text("h2", "Items");
    let names = ["received", "source", "identifier or file", "version", "became", "written", "built", "live"];
    table(&mut html, &names, counts.last_items.iter().rev(), item);
    document("Live desk", &html)
}

fn show_targets(html: &mut Html, counts: &Counts) {
    html.text("h2", "Targets");
    let names = ["target", "state", "live", "last publish, ms", "failures"];
    table(html, &names, &counts.targets, |(name, target)| {
        let state = match target {
            target if target.is_failing => "out of reach",
            target if target.up_to_date.is_some() => "up to date",
            _ => "not published yet",
        };
        let took = target.took.as_millis().to_string();
        vec![name.clone(), state.to_string(), time(target.up_to_date), took, target.failures.to_string()]
    });
}

fn item(line: &ItemLine) -> Vec<String> {
    let millis =
        |duration: Option<Duration>| duration.map_or("–".to_string(), |duration| duration.as_millis().to_string());
    let name = line.uri.clone().unwrap_or_else(|| line.file.display().to_string());
    let became = if line.withdraws { format!("{}, withdrawn", line.became) } else { line.became.to_string() };
    vec![
        line.received.to_string(),
        line.source.clone().unwrap_or_default(),
        name,
        line.version.map_or_else(String::new, |version| version.to_string()),
        became,
        millis(Some(line.written)),
        millis(line.built),
        millis(line.live),
    ]
}

/// A table with a heading; a sentence where it has no rows.
fn table<T>(html: &mut Html, names: &[&str], rows: impl IntoIterator<Item = T>, cells: impl Fn(T) -> Vec<String>) {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        html.text("p", "None.");
        return;
    }
    html.open("table", "");
    html.open("tr", "");
    names.iter().for_each(|name| html.text("th", name));
    html.close("tr");
    for row in rows {
        html.open("tr", "");
        cells(row).iter().for_each(|cell| html.text("td", cell));
        html.close("tr");
    }
    html.close("table");
}

/// How long each of the last items took until it was live, or built where it is not live; the newest at the right.
fn plot(html: &mut Html, counts: &Counts) {
    let mut taken: Vec<f64> = counts
        .last_items
        .iter()
        .filter_map(|line| line.live.or(line.built))
        .map(|duration| duration.as_secs_f64() * 1000.0)
        .collect();
    if taken.is_empty() {
        return;
    }
    let height = |millis: f64| {
        let (low, high) = (SCALE.0.log10(), SCALE.1.log10());
        let part = (millis.clamp(SCALE.0, SCALE.1).log10() - low) / (high - low);
        format!("{:.1}", SIZE.1 - part * SIZE.1)
    };
    let points: Vec<(String, String)> = taken
        .iter()
        .enumerate()
        .map(|(at, millis)| (format!("{:.1}", (at as f64 + 0.5) * SIZE.0 / taken.len() as f64), height(*millis)))
        .collect();
    taken.sort_by(f64::total_cmp);
    let median = taken[taken.len() / 2];
    let label = format!("From receipt to live, the last {} items: median {median:.0} ms", taken.len());
    html.text("h2", &label);
    let view = format!("0 0 {} {}", SIZE.0, SIZE.1);
    html.tagged("svg", &[("viewBox", &*view), ("role", "img"), ("aria-label", &*label), ("fill", "currentColor")]);
    for (millis, name) in [(100.0, "100 ms"), (1_000.0, "1 s"), (10_000.0, "10 s")] {
        let at = height(millis);
        let width = SIZE.0.to_string();
        let line = [("x2", &*width), ("y1", &at), ("y2", &at), ("stroke", "currentColor"), ("stroke-opacity", "0.3")];
        html.tagged("line", &line);
        html.close("line");
        html.tagged("text", &[("x", "2"), ("y", &at), ("dy", "-2"), ("font-size", "10")]);
        html.push(name);
        html.close("text");
    }
    for (x, y) in points {
        html.tagged("circle", &[("cx", &*x), ("cy", &*y), ("r", "2.5")]);
        html.close("circle");
    }
    html.close("svg");
}

fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "–".to_string(), |time| time.to_string())
}
