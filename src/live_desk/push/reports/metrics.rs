//! The text format of Prometheus, version 0.0.4.

use super::{Folder, Health};
use crate::clock::Timestamp;
use crate::live_desk::tally::{BOUNDS, Counts, Histogram};
use std::fmt::Write as _;

/// The type of the text.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Metrics in the making.
#[derive(Default)]
struct Text(String);

impl Text {
    /// Begins a metric.
    fn metric(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A value of the metric.
    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        self.0.push_str(name);
        for (at, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{}{label}=\"{text}\"", if at == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    /// A metric with one value.
    fn single(&mut self, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
        self.metric(name, kind, help);
        self.value(name, &[], value);
    }

    /// A moment, where there is one.
    fn moment(&mut self, name: &str, help: &str, time: Option<Timestamp>) {
        if let Some(time) = time {
            self.single(name, "gauge", help, seconds(time));
        }
    }

    /// The classes of a histogram, each with all below it.
    fn histogram(&mut self, name: &str, stage: &str, histogram: &Histogram) {
        let (bucket, mut below) = (format!("{name}_bucket"), 0);
        for (bound, count) in BOUNDS.iter().zip(histogram.classes) {
            below += count;
            let bound = (*bound as f64 / 1000.0).to_string();
            self.value(&bucket, &[("stage", stage), ("le", &bound)], below);
        }
        self.value(&bucket, &[("stage", stage), ("le", "+Inf")], histogram.count);
        self.value(&format!("{name}_sum"), &[("stage", stage)], histogram.sum.as_secs_f64());
        self.value(&format!("{name}_count"), &[("stage", stage)], histogram.count);
    }
}

/// All metrics of a desk.
pub(super) fn text(counts: &Counts, health: Health, folders: &[Folder]) -> String {
    let mut text = Text::default();
    text.moment("dateline_desk_start_time_seconds", "When the desk began.", counts.started);
    text.metric("dateline_desk_items_total", "counter", "Stories that came, by source and by what became of them.");
    for ((source, became), count) in &counts.items {
        text.value("dateline_desk_items_total", &[("source", source), ("became", became)], count);
    }
    let withdrawals = "Stories that were withdrawn by an item.";
    text.single("dateline_desk_withdrawals_total", "counter", withdrawals, counts.withdrawals);
    text.single("dateline_desk_errors_total", "counter", "Errors that were reported.", counts.errors);
    let item = "dateline_desk_item_seconds";
    text.metric(item, "histogram", "From the receipt of an item until its story was written, built and live.");
    for (stage, histogram) in [("written", &counts.written), ("built", &counts.built), ("live", &counts.live)] {
        text.histogram(item, stage, histogram);
    }
    folder_metrics(&mut text, folders);
    text.moment("dateline_desk_last_build_time_seconds", "When the site was last built.", health.last_build);
    let next = "When the clock alone next changes the site.";
    text.moment("dateline_desk_next_change_time_seconds", next, health.next_change);
    target_metrics(&mut text, counts);
    text.0
}

fn folder_metrics(text: &mut Text, folders: &[Folder]) {
    for (name, help, count) in [
        (
            "dateline_desk_waiting_items",
            "Items that wait, by folder.",
            (|folder| folder.waiting) as fn(&Folder) -> usize,
        ),
        ("dateline_desk_failed_items", "Items in failed/, by folder.", |folder| folder.failed),
    ] {
        text.metric(name, "gauge", help);
        for folder in folders {
            text.value(name, &[("folder", &folder.path.to_string_lossy())], count(folder));
        }
    }
}

fn target_metrics(text: &mut Text, counts: &Counts) {
    if counts.targets.is_empty() {
        return;
    }
    text.metric("dateline_desk_target_up", "gauge", "1 where the last publish to the target succeeded.");
    for (name, target) in &counts.targets {
        let is_up = !target.is_failing && target.up_to_date.is_some();
        text.value("dateline_desk_target_up", &[("target", name)], u8::from(is_up));
    }
    text.metric("dateline_desk_target_failures_total", "counter", "Publishes that failed.");
    for (name, target) in &counts.targets {
        text.value("dateline_desk_target_failures_total", &[("target", name)], target.failures);
    }
    text.metric("dateline_desk_target_publish_seconds", "gauge", "How long the last publish took.");
    for (name, target) in &counts.targets {
        text.value("dateline_desk_target_publish_seconds", &[("target", name)], target.took.as_secs_f64());
    }
    text.metric("dateline_desk_target_live_time_seconds", "gauge", "When the target last held all that was built.");
    for (name, target) in &counts.targets {
        if let Some(time) = target.up_to_date {
            text.value("dateline_desk_target_live_time_seconds", &[("target", name)], seconds(time));
        }
    }
}

/// Seconds since 1970.
fn seconds(time: Timestamp) -> f64 {
    time.millis() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        let mut text = Text::default();
        text.value("a_total", &[("folder", "x\"y\\z\n"), ("b", "")], 3);
        text.single("c", "gauge", "Help.", 1.5);
        assert_eq!(text.0, "a_total{folder=\"x\\\"y\\\\z\\n\",b=\"\"} 3\n# HELP c Help.\n# TYPE c gauge\nc 1.5\n");
    }
}
