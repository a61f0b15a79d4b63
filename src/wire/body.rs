//! Markup to blocks: XHTML, HTML, NITF and what vendors make of them. What has no block here does not get into a story.

mod figure;
mod runs;
mod tags;

pub(super) use runs::{has_columns, preformatted};
pub(super) use tags::has_tags;

use super::block::{Block, Inline, Row};
use super::dom::{Element, Node};
use super::html;
use super::item::Association;
use super::text::clean;
use figure::{address, figure};
use runs::paragraphs;
use std::borrow::Cow;
use tags::with_tickers;

/// The text of an item, and what stood in it that is no text.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    /// Pictures and other media inside the text.
    pub(super) figures: Vec<Association>,
    /// Notes for desks that stood in the text.
    pub(super) notes: Vec<String>,
    /// Kinds of markup that were left out because Markdown has no place for them.
    pub(super) lost: Vec<String>,
}

/// The blocks of an element's children.
pub(super) fn of_element(element: &Element<'_>) -> Body {
    let mut walker = Walker { is_xml: true, ..Walker::default() };
    walker.children(element, 0);
    walker.finish()
}

/// The blocks of several elements, one after the other.
pub(super) fn of_elements<'e, 'a: 'e>(elements: impl IntoIterator<Item = &'e Element<'a>>) -> Body {
    let mut walker = Walker { is_xml: true, ..Walker::default() };
    for element in elements {
        walker.element(element, 0);
    }
    walker.finish()
}

/// The blocks of HTML, or of text where the string has no tags: blank lines or indented lines part its paragraphs.
pub(super) fn of_string(text: &str) -> Body {
    if has_tags(text) {
        return of_html(text);
    }
    let mut walker = Walker::default();
    // No tags, but perhaps the references of HTML (`&amp;`): they are resolved where all of `&` is such.
    let text =
        if text.contains('&') && text.contains(';') { Cow::Owned(html::parse(text).raw_text()) } else { text.into() };
    if has_tags(&text) {
        // All of its markup was escaped.
        return of_html(&text);
    }
    // Where nothing is indented but the first lines of paragraphs, a blank line always parts them.
    let mut parts = blank_lines(&text);
    if parts.len() == 1 && lines_are_paragraphs(&text) {
        parts = text.lines().collect();
    }
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            walker.flush();
        }
        walker.add_text(part, 2);
    }
    walker.finish()
}

fn of_html(text: &str) -> Body {
    let mut walker = Walker::default();
    walker.children(&html::parse(&with_tickers(text)), 0);
    walker.finish()
}

/// Text without tags of HTML, cleaned: for headlines and other single texts.
pub(super) fn single(text: &str) -> String {
    if has_tags(text) { clean(&html::parse(text).text().unwrap_or_default()) } else { clean(text) }
}

/// The text that Base64 holds; `None` where it holds none.
pub(super) fn from_base64(text: &str) -> Option<String> {
    use base64::Engine as _;
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    (!bytes.contains(&0)).then(|| super::charset::decode(&bytes, None).text.into_owned())
}

/// Whether each line is a paragraph: none is blank, each is long and ends a sentence.
fn lines_are_paragraphs(text: &str) -> bool {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    let ends = |line: &&str| line.ends_with(['.', '!', '?', '"', '”', '»', '…', '؟', '。', ')']);
    let letters: usize = lines.iter().map(|line| line.chars().count()).sum();
    lines.len() >= 2 && letters / lines.len() >= 60 && lines.iter().all(ends)
}

/// A text cut at its blank lines.
fn blank_lines(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() && !text[start..at].trim().is_empty() {
            parts.push(&text[start..at]);
            start = at;
        }
        at += line.len();
    }
    parts.push(&text[start..]);
    parts
}

#[derive(Default)]
struct Walker {
    body: Body,
    out: Vec<Block>,
    /// Inline content that no block has taken yet, with its white space as it came.
    run: Vec<Inline>,
    /// How many paragraphs, headings or items are open.
    in_text: u32,
    /// Tables found inside cells.
    inner_tables: Vec<Block>,
    /// The markup is XML, in which references of HTML (`&amp;nbsp;`) were escaped once too often.
    is_xml: bool,
}

/// What an element is to us.
enum Role {
    Skip,
    Lost(&'static str),
    Figure,
    Note,
    Break,
    Rule,
    Paragraph,
    Heading(u8),
    List(bool),
    Definitions,
    Quote,
    Pre,
    Table,
    Container,
    Strong,
    Emphasis,
    Link,
    Inline,
    Typographic(&'static str),
    /// A name of a vendor's own.
    Unknown,
}

fn role(element: &Element<'_>) -> Role {
    let lower;
    let name = if element.name.bytes().any(|b| b.is_ascii_uppercase()) {
        lower = element.name.to_ascii_lowercase();
        lower.as_str()
    } else {
        element.name.as_ref()
    };
    match name {
        "script"
        | "style"
        | "head"
        | "title"
        | "meta"
        | "link"
        | "template"
        | "noscript"
        | "base"
        | "col"
        | "colgroup"
        | "nitf-table-metadata"
        | "body.head"
        | "body.end"
        | "byline"
        | "dat"
        | "vinjett"
        | "hedline"
        | "time"
        | "wbr" => Role::Skip,
        "iframe" | "object" | "embed" | "svg" | "math" | "canvas" | "applet" => Role::Lost("embedded content"),
        "form" | "input" | "button" | "select" | "textarea" => Role::Lost("a form"),
        "figure" | "img" | "picture" | "media" | "bild" | "video" | "audio" => Role::Figure,
        "note" | "fn" => Role::Note,
        "br" => Role::Break,
        "hr" => Role::Rule,
        "p" | "citat" | "address" | "summary" | "center" | "credit" => Role::Paragraph,
        "h1" | "h2" | "hl2" | "rubrik" | "hl1" => Role::Heading(2),
        "h3" | "mellis" => Role::Heading(3),
        "h4" | "h5" | "h6" => Role::Heading(4),
        "ul" => Role::List(false),
        "ol" => Role::List(true),
        "dl" => Role::Definitions,
        "blockquote" | "bq" => Role::Quote,
        "pre" | "xmp" | "listing" => Role::Pre,
        "table" => Role::Table,
        "strong" | "b" => Role::Strong,
        "em" | "i" | "cite" | "dfn" => Role::Emphasis,
        "a" => Role::Link,
        "endash" => Role::Typographic("–"),
        "emdash" => Role::Typographic("—"),
        "span" | "u" | "small" | "big" | "font" | "sub" | "sup" | "abbr" | "acronym" | "s" | "strike" | "del"
        | "ins" | "q" | "tt" | "code" | "kbd" | "samp" | "var" | "mark" | "bdi" | "bdo" | "person" | "org"
        | "location" | "city" | "state" | "country" | "region" | "sublocation" | "money" | "num" | "chron"
        | "event" | "function" | "object.title" | "virtloc" | "lang" | "pronounce" | "copyrite" | "name.given"
        | "name.family" | "label" | "data" | "ruby" | "rb" | "rt" | "postaddr" | "addressee" | "delivery.point"
        | "frac" | "frac-num" | "frac-sep" | "frac-den" | "classifier" | "alt-code" => Role::Inline,
        "html" | "body" | "body.content" | "block" | "div" | "section" | "article" | "main" | "header" | "footer"
        | "aside" | "nav" | "nitf" | "nitf-table" | "text" | "ingress" | "brodtext" | "li" | "dd" | "dt" | "td"
        | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" | "figcaption" | "details" | "fieldset" | "hgroup"
        | "datasource" => Role::Container,
        _ => Role::Unknown,
    }
}

/// Sections that agencies put into the text for desks: notebooks and closing lines.
fn is_desk_section(element: &Element<'_>) -> bool {
    // What a page would not show is for nobody but a desk.
    let is_hidden = element.attribute("style").is_some_and(|style| {
        let style = style.replace(' ', "").to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    });
    if is_hidden {
        return true;
    }
    let Some(classes) = element.attribute("class") else { return false };
    classes.split_ascii_whitespace().any(|class| {
        let class = class.to_ascii_lowercase();
        class.starts_with("np-")
            || matches!(
                class.as_str(),
                "notepad"
                    | "notebook"
                    | "closingline"
                    | "nonpublic"
                    | "not-for-publication"
                    | "ednote"
                    | "editorsnote"
                    | "private"
            )
    })
}

impl Walker {
    fn finish(mut self) -> Body {
        self.flush();
        self.body.blocks = self.out;
        self.body
    }

    fn children(&mut self, element: &Element<'_>, unescaped: u8) {
        for node in &element.children {
            match node {
                Node::Text(text) => self.add_text(text, unescaped),
                Node::Element(child) => self.element(child, unescaped),
            }
        }
    }

    /// Text; markup that was escaped once too often is taken as markup.
    fn add_text(&mut self, text: &str, unescaped: u8) {
        if unescaped < 2 && has_tags(text) {
            return self.children(&html::parse(&with_tickers(text)), unescaped + 1);
        }
        let text = if self.is_xml && unescaped == 0 { html::without_references(text) } else { Cow::Borrowed(text) };
        // Text beside paragraphs has only its blank lines to part its own.
        if self.is_xml
            && self.in_text == 0
            && memchr::memchr(b'\n', text.as_bytes()).is_some()
            && !text.trim().is_empty()
        {
            for (number, part) in blank_lines(&text).into_iter().enumerate() {
                if number > 0 {
                    self.flush();
                }
                self.run.push(Inline::Text(part.to_string()));
            }
            return;
        }
        self.run.push(Inline::Text(text.into_owned()));
    }

    fn element(&mut self, element: &Element<'_>, unescaped: u8) {
        if is_desk_section(element) {
            self.flush();
            self.body.notes.extend(element.text());
            return;
        }
        match role(element) {
            Role::Skip => {}
            Role::Lost(what) => self.lose(what),
            Role::Figure => self.figure(element),
            Role::Note => self.body.notes.extend(element.text()),
            Role::Break => self.run.push(Inline::Break),
            Role::Typographic(text) => {
                self.run.push(Inline::Text(text.to_string()));
                self.children(element, unescaped);
            }
            Role::Rule => {
                self.flush();
                self.out.push(Block::Rule);
            }
            Role::Paragraph => {
                self.flush();
                self.in_text += 1;
                self.children(element, unescaped);
                self.in_text -= 1;
                self.flush();
            }
            Role::Container => {
                self.flush();
                let outer = std::mem::take(&mut self.in_text);
                self.children(element, unescaped);
                self.in_text = outer;
                self.flush();
            }
            Role::Heading(level) => self.heading(level, element, unescaped),
            Role::List(ordered) => self.list(ordered, element, unescaped),
            Role::Definitions => self.definitions(element, unescaped),
            Role::Quote => {
                let blocks = self.inner(element, unescaped);
                if !blocks.is_empty() {
                    self.out.push(Block::Quote(blocks));
                }
            }
            Role::Pre => self.pre(element),
            Role::Table => self.table(element, unescaped),
            Role::Strong => self.span(element, unescaped, Inline::Strong),
            Role::Emphasis => self.span(element, unescaped, Inline::Emphasis),
            Role::Link => {
                let address = element.attribute("href").and_then(address);
                match address {
                    Some(address) => self.span(element, unescaped, |inner| Inline::Link(address, inner)),
                    None => self.children(element, unescaped),
                }
            }
            Role::Inline => {
                // `5<frac>1/2</frac>` is five and a half.
                if element.is("frac") {
                    self.run.push(Inline::Text(" ".to_string()));
                }
                self.children(element, unescaped);
            }
            // Inside a paragraph it marks words; between paragraphs it is one, or holds some.
            Role::Unknown if self.in_text > 0 => self.children(element, unescaped),
            Role::Unknown => {
                self.flush();
                self.children(element, unescaped);
                self.flush();
            }
        }
    }

    fn lose(&mut self, what: &str) {
        if !self.body.lost.iter().any(|known| known == what) {
            self.body.lost.push(what.to_string());
        }
    }

    /// The blocks inside an element, apart from what is open here.
    fn inner(&mut self, element: &Element<'_>, unescaped: u8) -> Vec<Block> {
        self.flush();
        let outer = std::mem::take(&mut self.out);
        self.in_text += 1;
        self.children(element, unescaped);
        self.in_text -= 1;
        self.flush();
        std::mem::replace(&mut self.out, outer)
    }

    /// Marked text. Blocks inside it (`<b><p>…`) end it: they count for more.
    fn span(&mut self, element: &Element<'_>, unescaped: u8, wrap: impl FnOnce(Vec<Inline>) -> Inline) {
        let outer = std::mem::take(&mut self.run);
        let blocks = self.out.len();
        self.children(element, unescaped);
        let inner = std::mem::replace(&mut self.run, outer);
        if self.out.len() > blocks {
            // What was open before stands before the blocks.
            let after = self.out.split_off(blocks);
            self.flush();
            self.out.extend(after);
            self.run = inner;
        } else if inner.iter().any(|one| !matches!(one, Inline::Text(text) if text.is_empty())) {
            self.run.push(wrap(inner));
        }
    }

    fn heading(&mut self, level: u8, element: &Element<'_>, unescaped: u8) {
        for block in self.inner(element, unescaped) {
            match block {
                Block::Paragraph(inlines) => self.out.push(Block::Heading(level, inlines)),
                other => self.out.push(other),
            }
        }
    }

    fn list(&mut self, ordered: bool, element: &Element<'_>, unescaped: u8) {
        self.flush();
        let mut items = Vec::new();
        for child in element.elements() {
            let blocks = self.inner(child, unescaped);
            if !blocks.is_empty() {
                items.push(blocks);
            }
        }
        if items.is_empty() {
            // Text without items is text.
            return self.children(element, unescaped);
        }
        self.out.push(Block::List { ordered, items });
    }

    fn definitions(&mut self, element: &Element<'_>, unescaped: u8) {
        self.flush();
        let mut items = Vec::new();
        for child in element.elements() {
            let mut blocks = self.inner(child, unescaped);
            if child.is("dt") {
                for block in &mut blocks {
                    if let Block::Paragraph(inlines) = block {
                        *inlines = vec![Inline::Strong(std::mem::take(inlines))];
                    }
                }
            }
            if !blocks.is_empty() {
                items.push(blocks);
            }
        }
        if !items.is_empty() {
            self.out.push(Block::List { ordered: false, items });
        }
    }

    fn pre(&mut self, element: &Element<'_>) {
        self.flush();
        let mut raw = String::new();
        push_lines(element, &mut raw);
        self.out.extend(preformatted(raw.lines()));
    }

    fn table(&mut self, element: &Element<'_>, unescaped: u8) {
        self.flush();
        if let Some(caption) = element.child("caption").and_then(Element::text) {
            self.out.push(Block::Paragraph(vec![Inline::Strong(vec![Inline::Text(caption)])]));
        }
        let mut rows = Vec::new();
        let outer_tables = std::mem::take(&mut self.inner_tables);
        self.rows(element, unescaped, &mut rows);
        if rows.iter().any(|row: &Row| !row.cells.is_empty()) {
            rows.retain(|row| !row.cells.is_empty());
            self.out.push(Block::Table(rows));
        }
        let inner = std::mem::replace(&mut self.inner_tables, outer_tables);
        self.out.extend(inner);
    }

    fn rows(&mut self, element: &Element<'_>, unescaped: u8, rows: &mut Vec<Row>) {
        for child in element.elements() {
            if child.is("tr") {
                let mut row = Row::default();
                for cell in child.elements().filter(|cell| cell.is("td") || cell.is("th")) {
                    let content = self.cell(cell, unescaped);
                    row.cells.push((cell.is("th"), content));
                }
                rows.push(row);
            } else if !child.is("caption") && !child.is("table") {
                self.rows(child, unescaped, rows);
            }
        }
    }

    /// The content of a cell as one run of text; tables inside it stand after the outer one.
    fn cell(&mut self, cell: &Element<'_>, unescaped: u8) -> Vec<Inline> {
        let mut content: Vec<Inline> = Vec::new();
        for block in self.inner(cell, unescaped) {
            let inlines = match block {
                Block::Paragraph(inlines) | Block::Heading(_, inlines) => inlines,
                Block::Table(_) => {
                    self.inner_tables.push(block);
                    continue;
                }
                other => vec![Inline::Text(clean(&other.plain()))],
            };
            if !content.is_empty() {
                content.push(Inline::Break);
            }
            content.extend(inlines);
        }
        content
    }

    fn figure(&mut self, element: &Element<'_>) {
        self.body.figures.extend(figure(element));
    }

    /// Ends the open run of text.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.is_empty() {
            return;
        }
        self.out.extend(paragraphs(run));
    }
}

/// The text of a `pre`, with breaks as lines.
fn push_lines(element: &Element<'_>, out: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(child) if child.is("br") => out.push('\n'),
            Node::Element(child) => push_lines(child, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::markup;

    fn check(html: &str, expected: &str) {
        assert_eq!(markup::html(&of_string(html).blocks), expected, "{html}");
    }

    #[test]
    fn the_allow_list_holds() {
        check("<p onclick='x'>a <script>b</script><b>c</b></p>", "<p>a <strong>c</strong></p>\n");
        check(
            "<a href=' java\tscript:x'>y</a> <a href='https://e.example/'>z</a>",
            "<p>y <a href=\"https://e.example/\">z</a></p>\n",
        );
        check("<scr<script>ipt>x</scr</script>ipt>", "<p>ipt&gt;xipt&gt;</p>\n");
        check("<p>&lt;b&gt;bold&lt;/b&gt; &lt;IBM&gt;</p>", "<p><strong>bold</strong> &lt;IBM&gt;</p>\n");
        check("<p>a</p><svg><p>b</p></svg><iframe srcdoc=x></iframe>", "<p>a</p>\n");
    }

    #[test]
    fn lists_tables_headings() {
        check("<h1>A</h1><ul><li>a<li>b <i>c</i></ul>", "<h2>A</h2>\n<ul>\n<li>a</li>\n<li>b <em>c</em></li>\n</ul>\n");
        check(
            "<table><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>",
            "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2<br/>3</td></tr>\n</table>\n",
        );
        check("<b>a<p>b</p>c</b>", "<p>a</p>\n<p>b</p>\n<p>c</p>\n");
    }

    #[test]
    fn lines_that_are_paragraphs() {
        check("<p>One\n    Two goes\non.\n    Three</p>", "<p>One</p>\n<p>Two goes on.</p>\n<p>Three</p>\n");
        check("<p>\n      One\n      two\n    </p>", "<p>One two</p>\n");
        let xml = |text: &str| {
            let document = crate::wire::xml::parse(text).unwrap();
            markup::html(&of_element(&document.root).blocks)
        };
        assert_eq!(
            xml("<c>One\n\n   Two <em>b</em>.\n\n   <p>Three</p></c>"),
            "<p>One</p>\n<p>Two <em>b</em>.</p>\n<p>Three</p>\n"
        );
        assert_eq!(xml("<c>&lt;p&gt;A&amp;amp;B&lt;/p&gt;&lt;p&gt;C&lt;/p&gt;</c>"), "<p>A&amp;B</p>\n<p>C</p>\n");
        assert_eq!(
            xml("<c><p>A&amp;nbsp;B &amp;quot;C&amp;quot; &amp;x; D&amp;E</p></c>"),
            "<p>A B &quot;C&quot; &amp;x; D&amp;E</p>\n"
        );
        check("One<br/><br/>Two<br/>b", "<p>One</p>\n<p>Two<br/>b</p>\n");
        // So many are no paragraphs; every word is there all the same.
        let lines = format!("<p>One{}</p>", "\n    x\n".repeat(50_001));
        check(&lines, &format!("<p>One{}</p>\n", " x".repeat(50_001)));
    }
}
