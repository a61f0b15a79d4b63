//! Lines to blocks, for formats without markup: wrapped lines are joined, columns keep their breaks.

use super::block::{Block, Inline};
use super::body::{has_columns, preformatted};
use super::copy::{is_end_mark, is_service_line, is_signoff, paragraph};
use super::dateline;
use super::text::clean;

/// Words before which a hyphen stands for a part that two compounds share: `Haupt- und Nebenbahn`.
const LINKS: &[&str] = &[
    "und", "oder", "bis", "sowie", "and", "or", "to", "et", "ou", "y", "e", "o", "u", "och", "eller", "og", "en", "of",
    "ja", "tai",
];

/// A line longer than this is a whole paragraph: its sender does not wrap.
const UNWRAPPED: usize = 110;

/// The width that lines have at least where they are wrapped, in characters, if any is as long.
const NARROW: usize = 60;
/// How much more room than its first word the next line leaves where a line was ended by intent.
const ROOM: usize = 8;
/// Short lines that are a list if each begins as an entry does.
const ENTRIES: usize = 6;
/// A line without columns among rows is a label if it is no longer.
const LABEL: usize = 40;

/// Paragraphs begin after a blank line and at a line indented by `indent` blanks or a tab.
pub(super) fn blocks(lines: &[&str], indent: usize) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let width = width(lines);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if !super::work::spend(line.len() + 1) {
            return Vec::new();
        }
        let columns = columns_from(&lines[at..]);
        if columns > 0 {
            push_paragraph(&mut open, width, &mut out);
            out.extend(preformatted(lines[at..at + columns].iter().copied()));
            at += columns;
            continue;
        }
        at += 1;
        if line.trim().is_empty() {
            push_paragraph(&mut open, width, &mut out);
            continue;
        }
        // `___` parts what follows from the text, blank lines or not.
        if line.trim().len() >= 3 && line.trim().bytes().all(|b| b == b'_') {
            push_paragraph(&mut open, width, &mut out);
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
        // Some wrap wider than that: then the next line goes on in the middle of a sentence.
        let goes_on = line.starts_with(char::is_lowercase);
        let after_long = !goes_on && open.last().is_some_and(|last| last.chars().count() > UNWRAPPED);
        let indented = is_indented(line, indent) && !hangs(open.first(), line);
        if indented || after_long || begins || ends || bullet(line).is_some() {
            push_paragraph(&mut open, width, &mut out);
        }
        open.push(line);
    }
    push_paragraph(&mut open, width, &mut out);
    join_numbers(join_lists(out))
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

/// How many lines from here are columns; 0 where fewer than three have any. A blank line ends them, a label between two rows does not,
/// nor does a last row whose blanks got lost.
fn columns_from(lines: &[&str]) -> usize {
    if !lines.first().is_some_and(|line| has_columns(line)) {
        return 0;
    }
    let (mut rows, mut count) = (0, 0);
    for (at, line) in lines.iter().enumerate().take_while(|(_, line)| !line.trim().is_empty()) {
        if has_columns(line) {
            (rows, count) = (rows + 1, at + 1);
        } else if at > count || !is_label(line) {
            break;
        }
    }
    if rows < 3 {
        return 0;
    }
    count + usize::from(lines.get(count).is_some_and(|line| is_row(line)))
}

/// `Soybean Oils --` between rows of figures.
fn is_label(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() <= LABEL && !line.ends_with(['.', '!', '?', '"', '”', ',', ';'])
}

/// Two figures and more behind a short name.
fn is_row(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let figures = words.iter().rev().take_while(|word| word.starts_with(|c: char| c.is_ascii_digit())).count();
    figures >= 2 && words.len() - figures <= 3
}

/// How wide the lines are that their sender wrapped: as long as three of four are at most. Where hardly any is long, as the longest.
fn width(lines: &[&str]) -> usize {
    let lengths =
        lines.iter().map(|line| line.trim_end().chars().count()).filter(|length| (1..=UNWRAPPED).contains(length));
    let mut lengths: Vec<usize> = lengths.collect();
    lengths.sort_unstable();
    let longest = lengths.last().copied().unwrap_or(0);
    let usual = lengths.get(lengths.len() * 3 / 4).copied().unwrap_or(0);
    if longest < NARROW { longest } else { usual.max(NARROW) }
}

/// Lines that were ended by intent, as those of a list or of a table without columns: the next word would have had room, and most of
/// them begin as a sentence or an entry does. Their breaks stay.
fn broken_lines(lines: &[&str], width: usize) -> Option<Block> {
    let first_word = |line: &str| line.split_whitespace().next().map_or(0, |word| word.chars().count());
    let has_room = |pair: &&[&str]| {
        let length = pair[0].trim_end().chars().count();
        length + 1 + first_word(pair[1]) + ROOM <= width
    };
    let begins = |line: &&&str| !line.trim_start().starts_with(char::is_lowercase);
    // An entry of a list is one, however its lines end.
    let ends = lines.len().checked_sub(1).filter(|ends| *ends > 0 && bullet(lines[0]).is_none())?;
    let early = lines.windows(2).filter(has_room).count();
    let beginnings = lines[1..].iter().filter(begins).count();
    // So many short lines in a row of which each begins an entry are a list, however long its longest is.
    let is_entry = |line: &&&str| line.trim_start().starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let entries = lines.iter().filter(is_entry).count();
    let is_list = width < NARROW && entries >= ENTRIES && (lines.len() - entries) * ENTRIES < entries;
    if !is_list && (early * 2 < ends || beginnings * 4 < ends * 3) {
        return None;
    }
    let mut inlines: Vec<Inline> = Vec::new();
    for line in lines {
        let text = clean(line);
        match inlines.last_mut() {
            Some(Inline::Text(before)) if !begins(&line) => {
                before.push(' ');
                before.push_str(&text);
                continue;
            }
            Some(_) => inlines.push(Inline::Break),
            None => {}
        }
        inlines.push(Inline::Text(text));
    }
    Some(Block::Paragraph(inlines))
}

/// Whether a line goes on below the text of an entry: `  -- Ships wait in` / `     the bay`.
fn hangs(first: Option<&&str>, line: &str) -> bool {
    let blanks = |line: &str| line.chars().take_while(|c| *c == ' ').count();
    let Some(first) = first else { return false };
    let entry = first.trim_start();
    let mark = ["-- ", "- ", "– ", "* ", "• "].iter().find(|mark| entry.starts_with(**mark));
    mark.is_some_and(|mark| {
        blanks(line) == blanks(first) + mark.chars().count() && !line.trim_start().starts_with(mark)
    })
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

fn push_paragraph(open: &mut Vec<&str>, width: usize, out: &mut Vec<Block>) {
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
        out.extend(broken_lines(open, width).or_else(|| paragraph(&joined(open))));
        open.clear();
    }
}

/// Wrapped lines as one. A compound may be parted behind its hyphen (`Schiiten-` / `Miliz`, `ill-` / `fated`), not before `und` and
/// its like. A quotation mark behind a blank belongs to the next line.
fn joined(lines: &[&str]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    for line in lines {
        let is_open = text.strip_suffix('-').is_some_and(|before| before.ends_with(char::is_alphabetic));
        let is_word = line.starts_with(char::is_alphabetic);
        let is_and = || LINKS.contains(&line.split(|c: char| !c.is_alphabetic()).next().unwrap_or(""));
        let is_quoted = [" \"", " “"].iter().any(|mark| text.ends_with(mark));
        let goes_on = is_word && (is_quoted || (is_open && !is_and()));
        if !text.is_empty() && !goes_on {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
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
        if let Some(text) = single_text(&block).filter(|text| bullet(text).is_some()) {
            items.push(text.to_string());
            continue;
        }
        flush(&mut items, &mut out);
        out.push(block);
    }
    flush(&mut items, &mut out);
    out
}

/// The text of a paragraph that is nothing else.
fn single_text(block: &Block) -> Option<&str> {
    let Block::Paragraph(inlines) = block else { return None };
    match inlines.as_slice() {
        [Inline::Text(text)] => Some(text),
        _ => None,
    }
}

/// Paragraphs numbered from 1 on, two and more in a row, are a list.
fn join_numbers(blocks: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut items: Vec<Block> = Vec::new();
    let flush = |items: &mut Vec<Block>, out: &mut Vec<Block>| {
        let strip = |(at, block): (usize, &Block)| {
            single_text(block).and_then(|text| numbered(text, at + 1)).map(|item| vec![Block::text(clean(item))])
        };
        let texts: Vec<Vec<Block>> = items.iter().enumerate().filter_map(strip).collect();
        if texts.len() >= 2 {
            out.push(Block::List { start: Some(1), items: texts });
            items.clear();
        }
        out.append(items);
    };
    for block in blocks {
        let is_next = |number: usize| single_text(&block).is_some_and(|text| numbered(text, number).is_some());
        if is_next(items.len() + 1) {
            items.push(block);
            continue;
        }
        let begins = is_next(1);
        flush(&mut items, &mut out);
        (if begins { &mut items } else { &mut out }).push(block);
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

    fn check(text: &str, expected: &str) {
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(markup::html(&blocks(&lines, 3)), expected, "{text}");
    }

    #[test]
    fn lines_that_end_by_intent() {
        let prose = "The port of Halden closed on Wednesday after a storm, its master\nTom Vale said, and some twenty ships had to wait in the bay over\nnight.";
        let shown = format!("<p>{}</p>\n", prose.replace('\n', " "));
        check(prose, &shown);
        check(
            &format!("{prose}\n\nRace one\n3.00 Dream\n4.80 Wonder\n\n{prose}"),
            &format!("{shown}<p>Race one<br/>3.00 Dream<br/>4.80 Wonder</p>\n{shown}"),
        );
        // A long entry goes on in the next line.
        check(
            &format!(
                "{prose}\n\nAna Reyes\nTom Vale, of the port\nSix others whose names were not known to the police at first\nor later\nOthers"
            ),
            &format!(
                "{shown}<p>Ana Reyes<br/>Tom Vale, of the port<br/>Six others whose names were not known to the police at first or later<br/>Others</p>\n"
            ),
        );
        check(
            &format!("{prose}\n\n* One\n* Two with\nMore\n\n{prose}"),
            &format!("{shown}<ul>\n<li>One</li>\n<li>Two with More</li>\n</ul>\n{shown}"),
        );
        // Narrow lines are wrapped all the same.
        check(
            "The port closed in\nHalden on Monday,\nTom Vale said in\nthe bay.",
            "<p>The port closed in Halden on Monday, Tom Vale said in the bay.</p>\n",
        );
    }

    #[test]
    fn compounds_and_numbers() {
        check(
            "The Moss-\nHalden line is\nlong- und\nre-\nopened.",
            "<p>The Moss-Halden line is long- und re-opened.</p>\n",
        );
        check(
            "    1. Rain\n    2. Sun\n\nThe end.\n    1. Alone",
            "<ol>\n<li>Rain</li>\n<li>Sun</li>\n</ol>\n<p>The end.</p>\n<p>1. Alone</p>\n",
        );
    }

    #[test]
    fn rows_beside_columns() {
        check(
            "          1/08/26    1/01/26\n Oils --\n   Crude  1,663.3    1,542.6\n Refined    300.5      294.7\n Total U.S. 19,416 20,115\nThe port said so.",
            "<pre>          1/08/26    1/01/26\n Oils --\n   Crude  1,663.3    1,542.6\n Refined    300.5      294.7\n Total U.S. 19,416 20,115</pre>\n<p>The port said so.</p>\n",
        );
    }

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
