//! Lines to blocks, for formats without markup: wrapped lines are joined, columns keep their breaks.

use super::block::{Block, Inline};
use super::body::{has_columns, preformatted};
use super::copy::{is_end_mark, is_service_line, is_signoff, paragraph};
use super::dateline;
use super::text::clean;

/// A line longer than this is a whole paragraph: its sender does not wrap.
const UNWRAPPED: usize = 110;

/// Paragraphs begin after a blank line and at a line indented by `indent` blanks or a tab.
pub(super) fn blocks(lines: &[&str], indent: usize) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if !super::work::spend(line.len() + 1) {
            return Vec::new();
        }
        let columns = columns_from(&lines[at..]);
        if columns > 0 {
            push_paragraph(&mut open, &mut out);
            out.extend(preformatted(lines[at..at + columns].iter().copied()));
            at += columns;
            continue;
        }
        at += 1;
        if line.trim().is_empty() {
            push_paragraph(&mut open, &mut out);
            continue;
        }
        // `___` parts what follows from the text, blank lines or not.
        if line.trim().len() >= 3 && line.trim().bytes().all(|b| b == b'_') {
            push_paragraph(&mut open, &mut out);
            out.push(Block::Rule);
            continue;
        }
        // The line with the dateline begins the text, whatever stands right above it: a note to desks, or the head of the copy.
        let begins = out.is_empty()
            && (1..=3).contains(&open.len())
            && dateline::find(line.trim()).is_some_and(|found| found.known_agency && found.dateline.place.is_some());
        // An end mark or initials right below the text are not part of it.
        let ends = line.len() <= 60
            && !open.is_empty()
            && is_last(&lines[at..])
            && (is_end_mark(line.trim()) || is_signoff(line) || is_service_line(line.trim()));
        let after_long = open.last().is_some_and(|last| last.chars().count() > UNWRAPPED);
        if is_indented(line, indent) || after_long || begins || ends || bullet(line).is_some() {
            push_paragraph(&mut open, &mut out);
        }
        open.push(line);
    }
    push_paragraph(&mut open, &mut out);
    join_lists(out)
}

/// Whether at most two lines with words follow.
fn is_last(lines: &[&str]) -> bool {
    lines.iter().filter(|line| !line.trim().is_empty()).take(3).count() <= 2
}

/// The text of a line with this number before it: `1. One`, `1) One`.
fn numbered(line: &str, number: usize) -> Option<&str> {
    let rest = line.trim_start().strip_prefix(&number.to_string())?;
    rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))
}

/// Lines with the numbers from 1 on, three and more.
fn numbered_lines(lines: &[&str]) -> Option<Block> {
    let texts: Option<Vec<&str>> = lines.iter().enumerate().map(|(at, line)| numbered(line, at + 1)).collect();
    let items: Vec<Vec<Block>> =
        texts.filter(|texts| texts.len() >= 3)?.into_iter().filter_map(paragraph).map(|block| vec![block]).collect();
    (!items.is_empty()).then_some(Block::List { start: Some(1), items })
}

/// How many lines from here are columns; 0 where there are fewer than three. A blank line ends them.
fn columns_from(lines: &[&str]) -> usize {
    let count = lines.iter().take_while(|line| !line.trim().is_empty() && has_columns(line)).count();
    if count >= 3 { count } else { 0 }
}

fn is_indented(line: &str, indent: usize) -> bool {
    let blanks = line.chars().take_while(|c| matches!(c, ' ' | '\u{a0}')).count();
    line.starts_with('\t') || blanks >= indent
}

/// The text of a line that begins with a bullet.
fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ["* ", "• ", "•\u{a0}", "•\t"]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .filter(|text| !text.trim().is_empty())
}

fn push_paragraph(open: &mut Vec<&str>, out: &mut Vec<Block>) {
    let dashes = open.iter().filter(|line| line.starts_with("- ")).count();
    if dashes >= 2 && open[0].starts_with("- ") {
        let mut items: Vec<String> = Vec::new();
        for line in open.drain(..) {
            match (line.strip_prefix("- "), items.last_mut()) {
                (None, Some(item)) => {
                    item.push('\n');
                    item.push_str(line);
                }
                (text, _) => items.push(text.unwrap_or(line).to_string()),
            }
        }
        let items = items.iter().filter_map(|text| paragraph(text)).map(|block| vec![block]).collect();
        out.push(Block::List { start: None, items });
        return;
    }
    if let Some(list) = numbered_lines(open) {
        out.push(list);
        open.clear();
        return;
    }
    if !open.is_empty() {
        out.extend(paragraph(&open.join("\n")));
        open.clear();
    }
}

/// Two bulleted paragraphs and more in a row are a list; one alone keeps its bullet.
fn join_lists(blocks: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut items: Vec<String> = Vec::new();
    let flush = |items: &mut Vec<String>, out: &mut Vec<Block>| {
        if items.len() >= 2 {
            let strip = |text: &String| vec![Block::text(clean(bullet(text).unwrap_or(text)))];
            out.push(Block::List { start: None, items: items.iter().map(strip).collect() });
        } else {
            out.extend(items.iter().map(|text| Block::text(text.as_str())));
        }
        items.clear();
    };
    for block in blocks {
        if let Block::Paragraph(inlines) = &block
            && let [Inline::Text(text)] = inlines.as_slice()
            && bullet(text).is_some()
        {
            items.push(text.clone());
            continue;
        }
        flush(&mut items, &mut out);
        out.push(block);
    }
    flush(&mut items, &mut out);
    out
}

/// Where desk material begins: a heading `# Notebook`, `## Kontakt` or their like.
pub(super) fn notebook(lines: &[&str]) -> Option<usize> {
    lines.iter().position(|line| {
        let line = line.trim();
        if line.len() > 80 || !line.starts_with(['#', 'N', 'n', 'R', 'r', 'd']) {
            return false;
        }
        let line = line.to_lowercase();
        if matches!(
            line.trim_end_matches(':'),
            "notizblock" | "dpa-notizblock" | "notebook" | "redaktionelle hinweise" | "redaktioneller hinweis"
        ) {
            return true;
        }
        let words = [
            "notebook",
            "notizblock",
            "notiz",
            "note to editors",
            "notes to editors",
            "redaktionell",
            "kontakt",
            "contact",
            "ansprechpartner",
        ];
        let is_heading = line.trim_start_matches('#').starts_with(' ');
        line.starts_with('#') && is_heading && words.iter().any(|word| line.contains(word)) && line.chars().count() < 40
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::markup;

    #[test]
    fn wrapped_lines_and_columns() {
        let text =
            "    One is\nwrapped.\n    Two.\n\n* a\n* b\nPort        1  2\nHalden      3  4\nMoss        5  6\nEnd.";
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            markup::html(&blocks(&lines, 4)),
            "<p>One is wrapped.</p>\n<p>Two.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n\
             <pre>Port        1  2\nHalden      3  4\nMoss        5  6</pre>\n<p>End.</p>\n"
        );
    }
}
