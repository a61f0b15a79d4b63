//! The inspector: what made a page, of what, and why it shows what it shows.

use crate::diag::{Code, Diagnostic};
use crate::plan::{Page, PageOwner};
use crate::render::Observer;
use crate::serve::html::{Html, document};
use crate::serve::route;
use crate::serve::snapshot::Snapshot;
use serde_json::Value;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tera::Context;

/// The longest text of a value that is shown, in characters.
const TEXT_LIMIT: usize = 300;
/// How many entries of a list are shown.
const ENTRIES: usize = 5;
/// What templates are given, in the order to show it. `t` and `site` are the same on every page and come last.
const NAMES: [&str; 12] = [
    "page",
    "story",
    "list",
    "front",
    "index",
    "calendar",
    "not_found",
    "standing",
    "tombstone",
    "target",
    "edition",
    "site",
];

/// What was seen while a page was made.
struct Seen {
    start: Instant,
    of: Mutex<Option<Values>>,
}

struct Values {
    template: String,
    values: Vec<(&'static str, Value)>,
    after: Duration,
    /// Until when the observer itself was at work.
    left: Duration,
}

impl Observer for Seen {
    fn template(&self, name: &str, values: &Context) {
        let after = self.start.elapsed();
        let taken = NAMES.iter().filter_map(|name| Some((*name, serde_json::to_value(values.get(name)?).ok()?)));
        let values: Vec<(&'static str, Value)> = taken.collect();
        let seen = Values { template: name.to_string(), values, after, left: self.start.elapsed() };
        *self.of.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(seen);
    }
}

/// The inspector's page for a path of the site.
pub(super) fn page(snapshot: &Snapshot, path: &str) -> String {
    let mut html = Html::default();
    html.text("h1", path);
    match route::find(snapshot, path).page() {
        Some(page) => of_page(snapshot, page, &mut html),
        None => html.text("p", "No page of the site stands here."),
    }
    document("Inspector", &html)
}

fn of_page(snapshot: &Snapshot, page: &Page, html: &mut Html) {
    let site = snapshot.inputs();
    let seen = Seen { start: Instant::now(), of: Mutex::new(None) };
    let made = snapshot.render_observed(page, &seen);
    let seen = seen.of.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    html.open("table", "");
    html.row("kind", page.of.page_kind(site.index).as_str());
    html.row("address", &site.config.href(page.url.as_str()));
    if let Some(PageOwner::Story(id)) = page.of.owner() {
        let live = site.public.get(id);
        let story = site.stories.get(live.current);
        html.row("story", &format!("{}, version {}", story.uri, story.version));
        html.row(
            "state",
            &format!("{:?}, first published {}", live.visibility, live.published.rfc3339(&site.config.zone)),
        );
    }
    html.row("themes", &snapshot.theme.chain().join(" → "));
    if let Some(seen) = &seen {
        html.row("template", &seen.template);
        let template = made.took.saturating_sub(seen.left);
        let text = format!("{} to gather values, {} in the template", time(seen.after), time(template));
        html.row("time", &text);
    } else {
        html.row("time", &format!("{}; made without a template", time(made.took)));
    }
    html.row("size", &format!("{} bytes", made.bytes.len()));
    html.close("table");
    if let Some(error) = &made.error {
        html.text("h2", "Not made");
        super::problem(html, &snapshot.root, error);
    }
    if let Some(seen) = &seen {
        files(html, "Template files", &snapshot.theme.files_of(&seen.template));
    }
    shown(snapshot, page, html);
    not_shown(snapshot, page, html);
    let mut sources = snapshot.sources(page);
    sources.dedup();
    sources.push(crate::config::FILE.to_string());
    files(html, "Read besides", &sources);
    html.classed("p", "dim", "Strings of the themes and the names of their static files count for every page. dateline why ADDRESS says why the next build makes this page again.");
    if let Some(seen) = seen {
        html.text("h2", "Values");
        for (name, value) in seen.values {
            html.open("details", "");
            html.text("summary", name);
            html.text("pre", &serde_json::to_string_pretty(&cut(value)).unwrap_or_default());
            html.close("details");
        }
    }
}

fn files(html: &mut Html, title: &str, files: &[String]) {
    html.text("h2", title);
    html.open("ul", "");
    for file in files {
        html.open("li", "");
        html.text("code", file);
        html.close("li");
    }
    html.close("ul");
}

fn shown(snapshot: &Snapshot, page: &Page, html: &mut Html) {
    let site = snapshot.inputs();
    let shown = snapshot.renderer().shown(page);
    if shown.is_empty() {
        return;
    }
    html.text("h2", "Stories shown");
    html.open("table", "");
    for one in shown {
        let story = site.stories.get(one.story);
        html.open("tr", "");
        html.open("td", "");
        html.link(&one.url, &story.headline);
        html.classed("div", "place dim", &format!("content/{}", story.source));
        html.close("td");
        html.text("td", &one.why);
        html.close("tr");
    }
    html.close("table");
}

/// Stories that the page's front picks and that do not stand there.
fn not_shown(snapshot: &Snapshot, page: &Page, html: &mut Html) {
    let sources = snapshot.sources(page);
    let is_its =
        |one: &&Diagnostic| one.code == Code::FrontPick && one.at.as_ref().is_some_and(|at| sources.contains(&at.file));
    let mut picks = snapshot.diagnostics.iter().filter(is_its).peekable();
    if picks.peek().is_none() {
        return;
    }
    html.text("h2", "Picks not shown");
    html.open("ul", "");
    for one in picks {
        html.open("li", "");
        html.text("span", &one.message);
        html.classed("div", "place dim", &one.at.as_ref().map(ToString::to_string).unwrap_or_default());
        html.close("li");
    }
    html.close("ul");
}

fn time(took: Duration) -> String {
    format!("{:.2} ms", took.as_secs_f64() * 1000.0)
}

/// A value with long texts and lists cut.
fn cut(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() > TEXT_LIMIT => {
            let start: String = text.chars().take(TEXT_LIMIT).collect();
            Value::String(format!("{start}… ({} bytes)", text.len()))
        }
        Value::Array(all) => {
            let count = all.len();
            let mut some: Vec<Value> = all.into_iter().take(ENTRIES).map(cut).collect();
            if count > ENTRIES {
                some.push(Value::String(format!("… and {} more", count - ENTRIES)));
            }
            Value::Array(some)
        }
        Value::Object(all) => Value::Object(all.into_iter().map(|(key, value)| (key, cut(value))).collect()),
        other => other,
    }
}
