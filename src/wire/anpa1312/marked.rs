//! What stands over the text of copy without carets, whose lines end in `<`: headline, notes in brackets, initials, byline and rights.

use super::head::{FIELD, LINES, is_alarm, note};
use super::{Line, is_tabular};
use crate::wire::copy::{RawItem, byline, is_byline_title, is_copyright, is_desk_note, reporters};
use crate::wire::item::WireItem;
use crate::wire::text::clean;

/// The most lines of a headline or note that is known by the byline below it alone.
const RUN: usize = 6;

/// Whether copy is set so: its first line ends in `<`, and the next is not a field of carets.
pub(super) fn is_marked(lines: &[Line]) -> bool {
    let first = lines.iter().take(4).position(|line| line.is_ended);
    // Where every line is ended, as in a table, `<` says nothing.
    let is_table = lines.iter().take(4).any(is_tabular);
    first.filter(|_| !is_table).is_some_and(|first| {
        lines[..lines.len().min(first + 2)].iter().all(|line| !line.is_caret)
            && lines[..first].iter().all(|line| !line.is_indented && !line.text.trim().is_empty())
    })
}

/// Reads these lines, and returns where the text begins.
pub(super) fn marked_head(lines: &mut Vec<Line>, raw: &mut RawItem) -> usize {
    part_units(lines);
    let item = &mut raw.item;
    let first = lines.iter().position(|line| line.is_ended).unwrap_or(0);
    let headline = joined(&lines[..=first]);
    // `PORT CLOSES (DW)`: initials of the desk.
    let (headline, initials) = without_initials(&headline);
    item.meta.headline = headline.to_string();
    item.meta.signoff = initials.map(str::to_string);
    let mut at = first + 1;
    while at < lines.len().min(LINES) {
        match unit(&lines[at..], item) {
            Some(count) => at += count,
            None => break,
        }
    }
    at
}

/// Takes one unit of the head; how many lines it has, `None` where the text begins.
fn unit(lines: &[Line], item: &mut WireItem) -> Option<usize> {
    let line = &lines[0];
    let text = clean(&line.text);
    if text.is_empty() {
        return Some(1);
    }
    if let Some(count) = bracketed(lines) {
        let text = joined(&lines[..count]);
        let inner = text.trim_matches(['(', ')']);
        if inner.chars().count() <= 3 && item.meta.signoff.is_none() {
            item.meta.signoff = Some(inner.to_string());
        } else {
            note(&mut item.meta.ed_note, &text);
        }
        return Some(count);
    }
    let is_head = item.byline.is_none() || item.meta.copyright_notice.is_none();
    if item.byline.is_none() && byline(&text).is_some() {
        let count = 1 + lines[1..].iter().take(2).take_while(|line| line.text.trim().starts_with("and ")).count();
        if line.is_closed || !line.is_indented || next_is_rights(&lines[count..]) {
            item.byline = Some(joined(&lines[..count]));
            return Some(count);
        }
    }
    if is_copyright(&text) && (is_head || line.is_ended) {
        item.meta.copyright_notice.get_or_insert(text);
    } else if item.byline.is_some() && is_head && is_byline_title(&text) {
        item.meta.notes.push(("bylineTitle".to_string(), text));
    } else if is_alarm(&text) {
        item.meta.take = Some(item.meta.take.take().map_or(text.clone(), |known| format!("{known}, {text}")));
    } else if line.is_ended && !item.meta.headline.is_empty() && is_kicker(&text) && item.meta.kicker.is_none() {
        item.meta.kicker = Some(text);
    } else if let Some(count) = run(lines).filter(|_| is_head) {
        for one in lines[..count].iter().map(|line| clean(&line.text)).filter(|text| is_desk_note(text)) {
            note(&mut item.meta.ed_note, &one);
        }
        let others: Vec<String> =
            lines[..count].iter().map(|line| clean(&line.text)).filter(|text| !is_desk_note(text)).collect();
        let others = clean(&others.join(" "));
        let (credit, initials) = without_initials(&others);
        if let Some(names) = reporters(credit).filter(|_| item.byline.is_none()) {
            item.byline = Some(names.to_string());
            item.meta.notes.push(("bylineTitle".to_string(), credit.to_string()));
            item.meta.signoff = item.meta.signoff.take().or(initials.map(str::to_string));
        } else if item.meta.headline.is_empty() {
            item.meta.headline = others;
        } else if !others.is_empty() {
            note(&mut item.meta.ed_note, &others);
        }
        return Some(count);
    } else {
        return None;
    }
    Some(1)
}

/// `Commentary`, in a field of its own.
fn is_kicker(text: &str) -> bool {
    text.split(' ').count() <= 4
}

/// How many lines from here stand over a byline, the rights, or a note that ends its line.
fn run(lines: &[Line]) -> Option<usize> {
    for at in 1..lines.len().min(RUN + 1) {
        let line = &lines[at];
        let text = clean(&line.text);
        let by = byline(&text).is_some() && (line.is_closed || next_is_rights(&lines[at + 1..]));
        if by || is_copyright(&text) {
            return Some(at);
        }
        if let Some(count) = bracketed(&lines[at..]).filter(|_| at == 1) {
            return (lines[count].is_ended && lines[0].text.len() <= 60).then_some(at);
        }
        if text.is_empty() {
            return None;
        }
    }
    None
}

/// How many lines a note in brackets takes; `None` where none stands alone. The end of a field ends it, too.
fn bracketed(lines: &[Line]) -> Option<usize> {
    if !lines.first()?.text.trim_start().starts_with('(') {
        return None;
    }
    let mut depth = 0_i32;
    for (at, line) in lines.iter().take(FIELD).enumerate() {
        let text = line.text.trim();
        if at > 0 && text.is_empty() {
            return line.is_ended.then_some(at);
        }
        if at > 0 && line.is_indented && !text.starts_with('(') {
            return None;
        }
        for b in text.bytes() {
            depth += i32::from(b == b'(') - i32::from(b == b')');
        }
        if line.is_ended || (depth <= 0 && text.ends_with(')')) {
            return Some(at + 1);
        }
        if depth <= 0 {
            return None;
        }
    }
    None
}

fn next_is_rights(lines: &[Line]) -> bool {
    lines.iter().map(|line| clean(&line.text)).find(|text| !text.is_empty()).is_some_and(|text| is_copyright(&text))
}

/// A byline or a note may stand behind another field, with a gap between them: each becomes a line of its own.
fn part_units(lines: &mut Vec<Line>) {
    let mut at = 0;
    while at < lines.len().min(LINES) {
        if let Some(gap) = second_unit(&lines[at].text) {
            let line = &mut lines[at];
            let second = line.text.split_off(gap);
            let (set, is_ended, is_closed) = (line.set, line.is_ended, line.is_closed);
            (line.is_ended, line.is_closed) = (false, false);
            let text = second.trim().to_string();
            lines.insert(at + 1, Line { text, set, is_caret: false, is_indented: false, is_ended, is_closed });
        }
        at += 1;
    }
}

/// Where a gap stands before the second unit of a line.
fn second_unit(text: &str) -> Option<usize> {
    let lead = text.len() - text.trim_start().len();
    let gap = ["  ", " \t", "\t"].iter().filter_map(|gap| text[lead..].find(gap)).min()? + lead;
    let (first, second) = (text[..gap].trim_end(), text[gap..].trim());
    let is_unit = byline(second).is_some() || (second.starts_with('(') && first.ends_with(')'));
    is_unit.then_some(gap)
}

/// A headline, and the two letters in brackets at its end.
fn without_initials(headline: &str) -> (&str, Option<&str>) {
    let found = headline.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    match found.filter(|(_, letters)| letters.len() == 2 && letters.bytes().all(|b| b.is_ascii_alphabetic())) {
        Some((before, letters)) if !before.is_empty() => (before, Some(letters)),
        _ => (headline, None),
    }
}

fn joined(lines: &[Line]) -> String {
    clean(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::line;
    use super::*;

    /// Headline, byline, rights, note, initials, and how many lines are left for the text.
    fn head(text: &str) -> (String, String, String, String, String, usize) {
        let mut lines: Vec<Line> = text.lines().map(line).collect();
        assert!(is_marked(&lines), "{text}");
        let mut raw = RawItem::default();
        let at = marked_head(&mut lines, &mut raw);
        let item = raw.item;
        let part = |text: Option<String>| text.unwrap_or_default();
        let (by, rights) = (part(item.byline), part(item.meta.copyright_notice));
        (item.meta.headline, by, rights, part(item.meta.ed_note), part(item.meta.signoff), lines.len() - at)
    }

    fn check(text: &str, expected: [&str; 5], left: usize) {
        let (headline, by, rights, note, signoff, found) = head(text);
        assert_eq!(([headline.as_str(), &by, &rights, &note, &signoff], found), (expected, left), "{text}");
    }

    #[test]
    fn heads_of_services() {
        check(
            "PORT CLOSES (DW)<\n   By ANA REYES<\n c.2026 Longshore Service<\n   HALDEN _ Ships wait.\n",
            ["PORT CLOSES", "By ANA REYES", "c.2026 Longshore Service", "", "DW"],
            1,
        );
        check(
            "\t \t<\n \t    Port closes in a storm that came\nover night\n \t    Advance for use on or after Sunday, Nov. 22\n \t    By Ana Reyes\n \t    c. 2026 Longshore Service\n   HALDEN _ Ships wait.\n   More.\n",
            [
                "Port closes in a storm that came over night",
                "By Ana Reyes",
                "c. 2026 Longshore Service",
                "Advance for use on or after Sunday, Nov. 22",
                "",
            ],
            2,
        );
        check(
            "<\n<\n PORT CLOSES  \t     By ANA REYES\n \t     c. 2026 The Longshore\n   HALDEN _ Ships wait.\n",
            ["PORT CLOSES", "By ANA REYES", "c. 2026 The Longshore", "", ""],
            1,
        );
        check(
            "PORT CLOSES<\n<\n (ATTN: Halden, Moss)  (Eds: recasts the\nlead.)  (mk)\n By ANA REYES\nand TOM VALE\nc.2026 Longshore\n\n   Ships wait.\n",
            [
                "PORT CLOSES",
                "By ANA REYES and TOM VALE",
                "c.2026 Longshore",
                "(ATTN: Halden, Moss) (Eds: recasts the lead.)",
                "mk",
            ],
            1,
        );
        // A note that lacks its bracket ends with its field; what is said over the byline is a note.
        check(
            "PORT CLOSES<\n (NOTE TO CLIENTS: call Ana (Phone: 000. Others: call Tom\n(Phone: 111)<\n Includes a slide of the port.\n By ANA REYES<\n c.2026 Longshore <\n   HALDEN _ Ships wait.\n",
            [
                "PORT CLOSES",
                "By ANA REYES",
                "c.2026 Longshore",
                "(NOTE TO CLIENTS: call Ana (Phone: 000. Others: call Tom (Phone: 111) Includes a slide of the port.",
                "",
            ],
            1,
        );
        check(
            "PORT CLOSES<\n (See also: STORM)\n This article was reported by ANA REYES,\nTOM VALE and ANN LUND and written by LUND  (mk)\n c.2026 Longshore <\n   HALDEN _ Ships wait.\n",
            ["PORT CLOSES", "ANA REYES, TOM VALE and ANN LUND", "c.2026 Longshore", "(See also: STORM)", "mk"],
            1,
        );
        check("PORT CLOSES (UN TALKS)<\n   HALDEN _ Ships wait.\n", ["PORT CLOSES (UN TALKS)", "", "", "", ""], 1);
    }
}
