//! Blocks to HTML and to Markdown. Both come from the same blocks, so they say the same.

use super::block::{Block, Inline, Row};

/// Well-formed HTML. Every character of the text is escaped; tags come from here alone.
pub fn html(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        push_html(block, &mut out);
    }
    out
}

fn push_html(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(inlines) => wrap("p", inlines, out),
        Block::Heading(level, inlines) => wrap(&format!("h{}", (*level).clamp(2, 6)), inlines, out),
        Block::List { start, items } => {
            let tag = if start.is_some() { "ol" } else { "ul" };
            match start {
                Some(first) if *first != 1 => out.push_str(&format!("<ol start=\"{first}\">\n")),
                _ => out.push_str(&format!("<{tag}>\n")),
            }
            for item in items {
                out.push_str("<li>");
                match item.as_slice() {
                    [Block::Paragraph(inlines)] => html_inlines(inlines, out),
                    blocks => blocks.iter().for_each(|block| push_html(block, out)),
                }
                out.push_str("</li>\n");
            }
            out.push_str(&format!("</{tag}>\n"));
        }
        Block::Quote(blocks) => {
            out.push_str("<blockquote>\n");
            blocks.iter().for_each(|block| push_html(block, out));
            out.push_str("</blockquote>\n");
        }
        Block::Pre(text) => {
            out.push_str("<pre>");
            escape(text, out);
            out.push_str("</pre>\n");
        }
        Block::Table(rows) => {
            out.push_str("<table>\n");
            for row in rows {
                out.push_str("<tr>");
                for (heading, cell) in &row.cells {
                    let tag = if *heading { "th" } else { "td" };
                    out.push_str(&format!("<{tag}>"));
                    html_inlines(cell, out);
                    out.push_str(&format!("</{tag}>"));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
        Block::Rule => out.push_str("<hr/>\n"),
    }
}

fn wrap(tag: &str, inlines: &[Inline], out: &mut String) {
    out.push_str(&format!("<{tag}>"));
    html_inlines(inlines, out);
    out.push_str(&format!("</{tag}>\n"));
}

fn html_inlines(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => escape(text, out),
            Inline::Break => out.push_str("<br/>"),
            Inline::Strong(inner) => spanned("strong", inner, out),
            Inline::Emphasis(inner) => spanned("em", inner, out),
            Inline::Struck(inner) => spanned("s", inner, out),
            Inline::Link(address, inner) => {
                out.push_str("<a href=\"");
                escape(address, out);
                out.push_str("\">");
                html_inlines(inner, out);
                out.push_str("</a>");
            }
        }
    }
}

fn spanned(tag: &str, inner: &[Inline], out: &mut String) {
    out.push_str(&format!("<{tag}>"));
    html_inlines(inner, out);
    out.push_str(&format!("</{tag}>"));
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// CommonMark with tables, as `parse::markdown` reads it. All that could be markup in the text is escaped.
pub fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    push_blocks(blocks, "", &mut out);
    out
}

/// Blocks one after the other, with `indent` before every line but the first.
fn push_blocks(blocks: &[Block], indent: &str, out: &mut String) {
    let mut previous: Option<&Block> = None;
    for block in blocks {
        if let Some(previous) = previous {
            out.push_str(indent.trim_end());
            out.push('\n');
            // Two lists in a row would be one; a comment parts them and shows nothing.
            if matches!((previous, block), (Block::List { start: a, .. }, Block::List { start: b, .. }) if a.is_some() == b.is_some())
            {
                out.push_str(&format!("{indent}<!-- -->\n{}\n", indent.trim_end()));
            }
            out.push_str(indent);
        }
        push_markdown(block, indent, out);
        previous = Some(block);
    }
}

fn push_markdown(block: &Block, indent: &str, out: &mut String) {
    match block {
        Block::Paragraph(inlines) => {
            push_line(inlines, indent, false, out);
            out.push('\n');
        }
        Block::Heading(level, inlines) => {
            out.push_str(&"#".repeat(usize::from((*level).clamp(2, 6))));
            out.push(' ');
            let mut line = String::new();
            push_line(inlines, indent, true, &mut line);
            // Hashes at the end of a heading are taken for its closing.
            let line = if line.ends_with('#') { format!("{}\\#", &line[..line.len() - 1]) } else { line };
            out.push_str(&line);
            out.push('\n');
        }
        Block::List { start, items } => {
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.push_str(indent);
                }
                let mark = match start {
                    Some(first) => format!("{}. ", *first as usize + number),
                    None => "- ".to_string(),
                };
                out.push_str(&mark);
                let inner = format!("{indent}{}", " ".repeat(mark.len()));
                push_blocks(item, &inner, out);
            }
        }
        Block::Quote(blocks) => {
            out.push_str("> ");
            push_blocks(blocks, &format!("{indent}> "), out);
        }
        Block::Pre(text) => push_fence(text, indent, out),
        Block::Table(rows) => push_table(rows, indent, out),
        Block::Rule => out.push_str("***\n"),
    }
}

fn push_fence(text: &str, indent: &str, out: &mut String) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    out.push_str(&fence);
    out.push('\n');
    for line in text.lines() {
        out.push_str(format!("{indent}{line}").trim_end());
        out.push('\n');
    }
    out.push_str(&format!("{indent}{fence}\n"));
}

/// The widest table whose rows are filled up with empty cells.
const FILLED: usize = 200;

/// A table needs a heading row: it is empty where the first row is not one.
fn push_table(rows: &[Row], indent: &str, out: &mut String) {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(1);
    let mut rows = rows;
    let head = rows.first().filter(|row| row.cells.iter().all(|(heading, _)| *heading));
    if head.is_some() {
        rows = &rows[1..];
    }
    push_row(head, columns, out);
    out.push_str(&format!("{indent}|{}\n", " --- |".repeat(columns)));
    for row in rows {
        out.push_str(indent);
        // A row that is shorter than the table counts as filled up. To fill up many of a table without measure would take more
        // room than the table.
        let written = if columns > FILLED { row.cells.len().max(1) } else { columns };
        push_row(Some(row), written, out);
    }
}

fn push_row(row: Option<&Row>, columns: usize, out: &mut String) {
    out.push('|');
    for number in 0..columns {
        out.push(' ');
        if let Some((_, cell)) = row.and_then(|row| row.cells.get(number)) {
            let mut text = String::new();
            push_inlines(cell, "", true, &mut text);
            out.push_str(&text.replace('|', "\\|"));
        }
        out.push_str(" |");
    }
    out.push('\n');
}

/// The inlines of a paragraph, with what a line could begin with escaped.
fn push_line(inlines: &[Inline], indent: &str, one_line: bool, out: &mut String) {
    let mut text = String::new();
    push_inlines(inlines, indent, one_line, &mut text);
    let start = text.trim_start();
    out.push_str(&escape_start(start));
}

/// Signs that would make a line a heading, list, quotation, rule or indented code.
fn escape_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['#', '+', '-', '=', '>', ':']) { format!("\\{line}") } else { line.to_string() }
}

fn push_inlines(inlines: &[Inline], indent: &str, one_line: bool, out: &mut String) {
    for (number, inline) in inlines.iter().enumerate() {
        match inline {
            Inline::Text(text) => escape_markdown(text, out),
            Inline::Break if one_line => out.push_str("<br>"),
            Inline::Break => {
                let rest = inlines.get(number + 1);
                out.push_str("\\\n");
                out.push_str(indent);
                // The next line begins like a block, too.
                if let Some(Inline::Text(text)) = rest {
                    let start = text.trim_start();
                    if escape_start(start) != start && !start.bytes().next().is_some_and(|b| b.is_ascii_digit()) {
                        out.push('\\');
                    }
                }
            }
            Inline::Strong(inner) => push_marked("**", inner, indent, one_line, out),
            Inline::Emphasis(inner) => push_marked("*", inner, indent, one_line, out),
            Inline::Struck(inner) => push_marked("~~", inner, indent, one_line, out),
            Inline::Link(address, inner) => {
                out.push('[');
                push_inlines(inner, indent, true, out);
                let address = address.replace('<', "%3C").replace('>', "%3E").replace('\\', "%5C");
                out.push_str(&format!("](<{address}>)"));
            }
        }
    }
}

/// Marked text; the marks stand next to a letter on the inside, as CommonMark wants it.
fn push_marked(mark: &str, inner: &[Inline], indent: &str, one_line: bool, out: &mut String) {
    let mut text = String::new();
    push_inlines(inner, indent, one_line, &mut text);
    let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
    if start >= end {
        out.push_str(&text);
        return;
    }
    let words = &text[start..end];
    let open_tight = out.chars().next_back().is_some_and(char::is_alphanumeric) && start == 0;
    let punctuated = !words.starts_with(char::is_alphanumeric) || !words.ends_with(char::is_alphanumeric);
    // Beside letters and with punctuation inside, the marks would be read as themselves; tags always hold.
    if open_tight || punctuated || out.ends_with('*') {
        let tag = match mark {
            "**" => "strong",
            "~~" => "s",
            _ => "em",
        };
        out.push_str(&format!("{}<{tag}>{words}</{tag}>{}", &text[..start], &text[end..]));
    } else {
        out.push_str(&format!("{}{mark}{words}{mark}{}", &text[..start], &text[end..]));
    }
}

fn escape_markdown(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '`', '*', '_', '[', ']', '<', '>', '~', '&', '|', '$']) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'&' if !looks_like_reference(&rest[at..]) => out.push('&'),
            b'$' => out.push('$'),
            // In tables the caller escapes it; elsewhere it means nothing.
            b'|' => out.push('|'),
            b'_' if is_inside_word(&rest[..at], &rest[at + 1..]) => out.push('_'),
            sign => {
                out.push('\\');
                out.push(char::from(sign));
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

fn is_inside_word(before: &str, after: &str) -> bool {
    before.ends_with(|c: char| c.is_ascii_alphanumeric()) && after.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn looks_like_reference(text: &str) -> bool {
    let inside = text.bytes().skip(1).take(33).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    inside > 0 && inside <= 32 && text.as_bytes().get(inside + 1) == Some(&b';')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown as reader;
    use crate::wire::body;

    /// What the site makes of the Markdown.
    fn rendered(html: &str) -> String {
        let mut out = String::new();
        let text = markdown(&body::of_string(html).blocks);
        reader::render(&text, "https://example.org", &mut out, |reference| {
            reader::Target::To(reference.target.to_string())
        });
        out.replace("<div class=\"table-scroll\" tabindex=\"0\">", "")
            .replace("</div>\n", "")
            .replace(" id=\"h-a-b\"", "")
    }

    #[test]
    fn what_is_written_reads_back() {
        for html in [
            "<p>1. One * two _three_ [four] &lt;IBM&gt; `five` \\ ~~six~~ | $7</p>\n",
            "<p># no heading</p>\n<p>- no item</p>\n<p>+ plus</p>\n<p>&gt; no quote</p>\n<p>12) x</p>\n",
            "<h2>A <em>b</em></h2>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n",
            "<p>a<strong>b</strong>c <em>d.</em>e</p>\n",
            "<p><a href=\"https://e.example/a_(b)?c=1&amp;d=2\">x</a></p>\n",
            "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n<hr />\n",
            "<p>a<br />\nb</p>\n<p>a<br />\n- b</p>\n",
            "<ol start=\"7\">\n<li>a</li>\n<li>b</li>\n</ol>\n",
            "<p><strong>Head</strong><br />\ntext <em>note</em><br />\nmore</p>\n",
            "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n<li>\n<p>c</p>\n</li>\n</ul>\n",
        ] {
            assert_eq!(rendered(html), html);
        }
    }

    #[test]
    fn struck_text_stays_struck() {
        assert_eq!(rendered("<p>a <s>b</s> c<strike>d</strike></p>"), "<p>a <del>b</del> c<s>d</s></p>\n");
    }

    #[test]
    fn references_in_text_stay_text() {
        let mut out = String::new();
        let text = markdown(&[Block::text("&amp; &lt;b&gt; &#65; AT&T")]);
        reader::render(&text, "https://example.org", &mut out, |_| reader::Target::Drop);
        assert_eq!(out, "<p>&amp;amp; &amp;lt;b&amp;gt; &amp;#65; AT&amp;T</p>\n");
    }

    #[test]
    fn preformatted_text_keeps_every_sign() {
        let block = Block::Pre("a  ```  b\n  # c\n\n<d>".to_string());
        assert_eq!(markdown(&[block]), "````\na  ```  b\n  # c\n\n<d>\n````\n");
    }

    #[test]
    fn tables() {
        let table = "<table><tr><td>a|b</td><td>c</td></tr><tr><td>d</td></tr></table>";
        assert_eq!(markdown(&body::of_string(table).blocks), "|  |  |\n| --- | --- |\n| a\\|b | c |\n| d |  |\n");
    }
}
