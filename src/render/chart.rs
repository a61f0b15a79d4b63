//! Charts as SVG. Places from side to side are shares of the width and letters keep their size, so that a chart fits a telephone as
//! it is. Colours are classes, which the theme's style sheet answers for: it knows light and dark.

use super::xml::escaped;
use crate::parse::markdown::{Chart, Form, Row};
use std::fmt::Write;

/// Height of what is drawn between the outer lines of a line or dot chart, in pixels.
const PLOT: f64 = 240.0;
/// Room above it for the topmost number.
const TOP: f64 = 18.0;
/// Height of a bar.
const BAR: f64 = 14.0;
/// Share of the width that bars may take; the rest is for their figures.
const BARS: f64 = 84.0;
/// Letters that a label of the lower axis may have before it is cut.
const LABEL: usize = 14;

/// The numbers of an axis: steps of 1, 2 or 5 that hold all values.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    least: f64,
    most: f64,
    step: f64,
}

impl Axis {
    /// Of values, with zero where `from_zero` or where they are near it.
    fn of(values: impl Iterator<Item = f64>, from_zero: bool) -> Axis {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let is_near = low >= 0.0 && low <= high / 2.0 || high <= 0.0 && high >= low / 2.0;
        let (low, high) = if from_zero || is_near || low == high { (low.min(0.0), high.max(0.0)) } else { (low, high) };
        // A chart of zeros has an axis too.
        let high = if high > low { high } else { low + 1.0 };
        let span = high - low;
        let power = 10_f64.powf((span / 5.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| span / step <= 5.0).unwrap_or(span);
        Axis { least: (low / step).floor() * step, most: (high / step).ceil() * step, step }
    }

    /// Where a value is, from 0 to 1.
    fn at(self, value: f64) -> f64 {
        let span = self.most - self.least;
        if span > 0.0 { (value - self.least) / span } else { 0.0 }
    }

    fn marks(self) -> impl Iterator<Item = f64> {
        let count = ((self.most - self.least) / self.step).round() as usize;
        (0..=count).map(move |number| self.least + number as f64 * self.step)
    }

    /// A number as readers write it, with as many decimals as a step has.
    fn written(self, value: f64, has_decimal_comma: bool) -> String {
        let decimals = (-self.step.log10().floor()).clamp(0.0, 6.0) as usize;
        // Zero has no sign.
        let text = format!("{:.decimals$}", if value.abs() < self.step / 2.0 { 0.0 } else { value });
        let text = text.replace('-', "−");
        if has_decimal_comma { text.replace('.', ",") } else { text }
    }
}

/// The chart as an `<svg>` element that screen readers pass over: the table has what it shows.
pub(super) fn svg(chart: &Chart) -> String {
    let mut svg = String::new();
    // Writing to a text does not fail.
    let _ = match chart.form {
        Form::Bar => bars(chart, &mut svg),
        Form::Line | Form::Dot => plot(chart, &mut svg),
    };
    svg
}

fn values(chart: &Chart) -> impl Iterator<Item = f64> + '_ {
    chart.rows.iter().flat_map(|row| row.values.iter().flatten().copied())
}

fn open(height: f64, svg: &mut String) -> std::fmt::Result {
    write!(svg, "<svg class=\"drawing\" width=\"100%\" height=\"{height}\" direction=\"ltr\" aria-hidden=\"true\">")
}

/// A label over its bars, one below the other, which leaves long labels their room.
fn bars(chart: &Chart, svg: &mut String) -> std::fmt::Result {
    let axis = Axis::of(values(chart), true);
    // Bars end where their axis does not: only the figures decide how long they are.
    let (low, high) = values(chart).fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let axis = Axis { least: low, most: if high > low { high } else { low + 1.0 }, ..axis };
    let room = 20.0 + (BAR + 3.0) * (chart.head.len() - 1) as f64 + 8.0;
    open(room * chart.rows.len() as f64, svg)?;
    let zero = axis.at(0.0) * BARS;
    for (Row { label, cells, values }, number) in chart.rows.iter().zip(0_u32..) {
        let top = f64::from(number) * room;
        write!(svg, "<text x=\"0\" y=\"{:.0}\">{}</text>", top + 14.0, escaped(label))?;
        for ((value, cell), series) in values.iter().zip(cells).zip(1..) {
            let Some(value) = value else { continue };
            let y = top + 20.0 + (BAR + 3.0) * f64::from(series - 1);
            let end = axis.at(*value) * BARS;
            let (left, right) = if end < zero { (end, zero) } else { (zero, end) };
            write!(
                svg,
                "<rect class=\"s{series}\" x=\"{left:.2}%\" y=\"{y:.0}\" width=\"{:.2}%\" height=\"{BAR}\"/>",
                right - left
            )?;
            let text = y + BAR - 2.5;
            write!(svg, "<text class=\"figure\" x=\"{right:.2}%\" dx=\"5\" y=\"{text:.1}\">{}</text>", escaped(cell))?;
        }
    }
    if zero > 0.0 {
        write!(svg, "<line class=\"zero\" x1=\"{zero:.2}%\" x2=\"{zero:.2}%\" y1=\"0\" y2=\"100%\"/>")?;
    }
    svg.write_str("</svg>")
}

/// Lines or dots over an axis of labels.
fn plot(chart: &Chart, svg: &mut String) -> std::fmt::Result {
    let axis = Axis::of(values(chart), false);
    open(TOP + PLOT + 28.0, svg)?;
    let y = |value: f64| TOP + PLOT * (1.0 - axis.at(value));
    for mark in axis.marks() {
        let (at, text) = (y(mark), axis.written(mark, chart.has_decimal_comma));
        let class = if mark.abs() < axis.step / 2.0 { "zero" } else { "grid" };
        write!(svg, "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>")?;
        write!(svg, "<text class=\"figure\" x=\"0\" y=\"{:.1}\">{text}</text>", at - 4.0)?;
    }
    // Room on the left for the numbers.
    let last = chart.rows.len().saturating_sub(1).max(1) as f64;
    let x = |row: usize| 9.0 + 88.0 * row as f64 / last;
    labels(chart, x, svg)?;
    for series in 0..chart.head.len() - 1 {
        let places = chart.rows.iter().enumerate().map(|(row, one)| Some((x(row), y(one.values[series]?))));
        let places: Vec<Option<(f64, f64)>> = places.collect();
        let class = series + 1;
        if chart.form == Form::Line {
            for pair in places.windows(2) {
                let [Some((x1, y1)), Some((x2, y2))] = pair else { continue };
                write!(
                    svg,
                    "<line class=\"s{class}\" x1=\"{x1:.2}%\" y1=\"{y1:.1}\" x2=\"{x2:.2}%\" y2=\"{y2:.1}\"/>"
                )?;
            }
        }
        let is_alone = |row: usize| {
            let none = |at: Option<usize>| at.and_then(|at| places.get(at)).is_none_or(Option::is_none);
            none(row.checked_sub(1)) && none(Some(row + 1))
        };
        for (row, (x, y)) in places.iter().enumerate().filter_map(|(row, place)| Some((row, (*place)?))) {
            // Of a line those that have no neighbour, which would not be seen, and the last.
            if chart.form == Form::Dot || is_alone(row) || row + 1 == places.len() {
                write!(svg, "<circle class=\"s{class}\" cx=\"{x:.2}%\" cy=\"{y:.1}\" r=\"4\"/>")?;
            }
        }
    }
    svg.write_str("</svg>")
}

/// As many labels as fit a telephone: the first, the last, and one or two between.
fn labels(chart: &Chart, x: impl Fn(usize) -> f64, svg: &mut String) -> std::fmt::Result {
    let last = chart.rows.len() - 1;
    let longest = chart.rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0);
    let parts = if longest <= 7 { 3 } else { 2 };
    let mut shown: Vec<usize> = (0..=parts).map(|part| (last * part + parts / 2) / parts).collect();
    shown.dedup();
    for row in shown {
        let label = &chart.rows[row].label;
        let anchor = match row {
            row if row == last && last > 0 => "end",
            0 => "start",
            _ => "middle",
        };
        let mut text: String = label.chars().take(LABEL).collect();
        if text.len() < label.len() {
            text.push('…');
        }
        let (x, y) = (if anchor == "end" { 100.0 } else { x(row) }, TOP + PLOT + 20.0);
        write!(svg, "<text x=\"{x:.2}%\" y=\"{y:.0}\" text-anchor=\"{anchor}\">{}</text>", escaped(&text))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(values: &[f64], from_zero: bool) -> Vec<String> {
        let axis = Axis::of(values.iter().copied(), from_zero);
        axis.marks().map(|mark| axis.written(mark, false)).collect()
    }

    #[test]
    fn axes_have_round_numbers_that_hold_all_values() {
        assert_eq!(axis(&[0.0, 97.0], true), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(axis(&[4.1, 5.9], false), ["4.0", "4.5", "5.0", "5.5", "6.0"]);
        assert_eq!(axis(&[-3.0, 8.0], false), ["−5", "0", "5", "10"]);
        assert_eq!(axis(&[7.0], false), ["0", "2", "4", "6", "8"]);
        assert_eq!(axis(&[0.0], false), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(axis(&[1e15, -1e15], false).len(), 5);
        assert_eq!(axis(&[1_200_000.0, 3_400_000.0], false), ["0", "1000000", "2000000", "3000000", "4000000"]);
    }

    #[test]
    fn every_form_is_drawn_with_gaps_and_one_row() {
        for form in [Form::Bar, Form::Line, Form::Dot] {
            for rows in [&[Some(1.0)][..], &[None, Some(-2.5), None], &[Some(0.0), Some(0.0)]] {
                let row = |value: &Option<f64>| Row {
                    label: "<a & b>".into(),
                    cells: vec![value.map(|value| value.to_string()).unwrap_or_default()],
                    values: vec![*value],
                };
                let head = vec!["Month".to_string(), "Ships".to_string()];
                let chart = Chart { form, head, rows: rows.iter().map(row).collect(), ..Chart::default() };
                let svg = svg(&chart);
                assert!(svg.starts_with("<svg") && svg.ends_with("</svg>") && !svg.contains("NaN"), "{svg}");
                assert!(svg.contains("&lt;a &amp; b&gt;") && !svg.contains("<a "), "{svg}");
                let shapes = svg.matches("<rect").count() + svg.matches("<circle").count();
                assert!(shapes >= 1, "{svg}");
            }
        }
    }
}
