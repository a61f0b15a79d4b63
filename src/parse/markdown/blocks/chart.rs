//! Charts: comma-separated values in a fenced block, and where they come from.

use super::super::events::Placed;
use super::super::fences::Fence;
use super::fenced::{Fenced, Made, Wrong, paragraph, trimmed};
use pulldown_cmark::{Alignment, Event, Tag, TagEnd};
use std::ops::Range;

/// Rows and series of one chart.
const ROWS: usize = 120;
/// See `ROWS`.
const SERIES: usize = 6;

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// A bar for each value, from zero.
    #[default]
    Bar,
    /// A line for each series.
    Line,
    /// A dot for each value.
    Dot,
}

/// Figures and how they are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What it shows, or empty.
    pub title: String,
    /// How it is drawn.
    pub form: Form,
    /// Heads of the columns: of the labels, then of each series.
    pub head: Vec<String>,
    /// Rows in the order of the text.
    pub rows: Vec<Row>,
    /// Whether the figures have a comma before their decimals.
    pub has_decimal_comma: bool,
    /// Where the figures come from, as HTML; or empty.
    pub source: String,
}

/// A row of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// What it is about.
    pub label: String,
    /// Its figures as written; empty where there is none.
    pub cells: Vec<String>,
    /// The same as numbers.
    pub values: Vec<Option<f64>>,
}

pub(super) const CSV: &str = "write a line of heads and then a line for each row: a label and its figures, with commas (or semicolons) between them";

/// A line of the figures, and where it begins in the text.
type Line = (String, usize);

/// The lines of a paragraph of plain text.
fn lines(paragraph: &[Placed]) -> Result<Vec<Line>, Wrong> {
    let mut lines: Vec<Line> = Vec::new();
    let mut is_open = false;
    for (event, range) in paragraph {
        match event {
            Event::Text(text) if is_open => lines.last_mut().into_iter().for_each(|(line, _)| line.push_str(text)),
            Event::Text(text) => lines.push((text.to_string(), range.start)),
            Event::SoftBreak | Event::HardBreak => {}
            _ => return Err(Wrong(range.start, "has markup in its figures".to_string(), CSV)),
        }
        is_open = matches!(event, Event::Text(_));
    }
    Ok(lines)
}

/// The cells of a line. Quotation marks around one may be curled, as the text has them.
fn cells(line: &str, separator: char) -> Vec<String> {
    const QUOTES: [char; 3] = ['"', '“', '”'];
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            c if QUOTES.contains(&c) && (quoted || cell.trim().is_empty()) => quoted = !quoted,
            c if c == separator && !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells.iter().map(|cell| cell.trim().to_string()).collect()
}

/// A figure; nothing where the cell is empty or has a dash alone.
fn number(cell: &str, has_decimal_comma: bool) -> Result<Option<f64>, ()> {
    if matches!(cell, "" | "-" | "–" | "—") {
        return Ok(None);
    }
    let (thousands, decimal) = if has_decimal_comma { ('.', ',') } else { (',', '.') };
    let plain: String = cell
        .trim_end_matches('%')
        .chars()
        .filter(|c| *c != thousands && !c.is_whitespace() && !matches!(c, '\'' | '’'))
        .map(|c| match c {
            '−' => '-',
            c if c == decimal => '.',
            c => c,
        })
        .collect();
    let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit() || b".-+".contains(&byte));
    // Larger figures have no place on an axis.
    let value = plain.parse::<f64>().ok().filter(|value| is_plain && value.abs() <= 1e15);
    value.map(Some).ok_or(())
}

/// The chart of a block.
pub(super) fn read<'a>(fence: &Fence, inner: &[Placed<'a>]) -> Result<Made<'a>, Wrong> {
    let is_end = |(event, _): &Placed| matches!(event, Event::End(TagEnd::Paragraph));
    let mut paragraphs = inner.split_inclusive(is_end).map(|one| &one[1..one.len() - 1]);
    let lines = lines(paragraphs.next().unwrap_or_default())?;
    let source: Vec<Placed> = paragraphs.next().unwrap_or_default().to_vec();
    if let Some((_, range)) = paragraphs.next().and_then(|third| third.first()) {
        return Err(Wrong(range.start, "has text behind its source".to_string(), CSV));
    }
    let (form, title) = match fence.title.split_once(' ').unwrap_or((&fence.title, "")) {
        ("bar", title) => (Form::Bar, title),
        ("line", title) => (Form::Line, title),
        ("dot", title) => (Form::Dot, title),
        _ => (Form::Bar, &*fence.title),
    };
    let Some(((first, at), rows)) = lines.split_first().filter(|(_, rows)| !rows.is_empty()) else {
        return Err(Wrong(fence.open, "has no figures".to_string(), CSV));
    };
    let separator = if first.contains(';') { ';' } else { ',' };
    let head = cells(first, separator);
    if !(2..=SERIES + 1).contains(&head.len()) || rows.len() > ROWS {
        let what = format!("has {} columns and {} rows", head.len(), rows.len());
        let hint = "a chart has two to seven columns and at most 120 rows";
        return Err(Wrong(*at, what, hint));
    }
    let mut chart =
        Chart { title: title.trim().to_string(), form, head, has_decimal_comma: separator == ';', ..Chart::default() };
    for (line, at) in rows {
        let mut cells = cells(line, separator);
        if cells.len() != chart.head.len() {
            let what = format!("has a row of {} cells below {} heads", cells.len(), chart.head.len());
            return Err(Wrong(*at, what, CSV));
        }
        let label = cells.remove(0);
        let read = |cell: &String| number(cell, chart.has_decimal_comma).map_err(|()| cell.clone());
        let values = cells
            .iter()
            .map(read)
            .collect::<Result<Vec<_>, String>>()
            .map_err(|cell| Wrong(*at, format!("has `{}` where a figure should be", cell.escape_debug()), CSV))?;
        chart.rows.push(Row { label, cells, values });
    }
    if chart.rows.iter().all(|row| row.values.iter().all(Option::is_none)) {
        return Err(Wrong(*at, "has no figures".to_string(), CSV));
    }
    let source = trimmed(source);
    let plain = plain(&(fence.open..fence.close), &chart, &source);
    Ok((Fenced::Chart(chart), vec![source], plain))
}

/// The figures as a table, and their source.
fn plain<'a>(range: &Range<usize>, chart: &Chart, source: &[Placed<'a>]) -> Vec<Placed<'a>> {
    let mut columns = vec![Alignment::Right; chart.head.len()];
    columns[0] = Alignment::None;
    let mut events = vec![Event::Start(Tag::Table(columns)), Event::Start(Tag::TableHead)];
    let mut row = |cells: &mut dyn Iterator<Item = &String>, end: TagEnd| {
        for cell in cells {
            let text = Event::Text(cell.clone().into());
            events.extend([Event::Start(Tag::TableCell), text, Event::End(TagEnd::TableCell)]);
        }
        events.push(Event::End(end));
        if end == TagEnd::TableRow || end == TagEnd::TableHead {
            events.push(Event::Start(Tag::TableRow));
        }
    };
    row(&mut chart.head.iter(), TagEnd::TableHead);
    for one in &chart.rows {
        row(&mut std::iter::once(&one.label).chain(&one.cells), TagEnd::TableRow);
    }
    // No row follows the last.
    events.pop();
    events.push(Event::End(TagEnd::Table));
    let mut plain: Vec<Placed> = events.into_iter().map(|event| (event, range.clone())).collect();
    if !source.is_empty() {
        plain.extend(paragraph(range, source.to_vec()));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_people_write_them() {
        for (cell, comma, expected) in [
            ("12.5", false, Ok(Some(12.5))),
            ("1,234", false, Ok(Some(1234.0))),
            ("1.234,5 %", true, Ok(Some(1234.5))),
            ("−3", false, Ok(Some(-3.0))),
            ("1 000", false, Ok(Some(1000.0))),
            ("7%", false, Ok(Some(7.0))),
            ("", false, Ok(None)),
            ("–", false, Ok(None)),
            ("many", false, Err(())),
            ("1e999", false, Err(())),
            ("nan", false, Err(())),
            ("9999999999999999999", false, Err(())),
        ] {
            assert_eq!(number(cell, comma), expected, "{cell}");
        }
        assert_eq!(cells("“a, b”, 1 ,", ','), ["a, b", "1", ""]);
        assert_eq!(cells("a \"b\";1", ';'), ["a \"b\"", "1"]);
    }
}
