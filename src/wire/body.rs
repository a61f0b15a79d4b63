//! Markup to blocks: XHTML, HTML, NITF and what vendors make of them. What has no block here does not get into a story.

use super::block::{Block, Inline, Row, plain, trim_back, trim_front};
use super::dom::{Element, Node};
use super::html;
use super::item::Association;
use super::text::{clean, is_blank, is_unfit};
use std::borrow::Cow;

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
    let mut walker = Walker::default();
    walker.children(element, 0);
    walker.finish()
}

/// The blocks of HTML, or of text where the string has no tags: blank lines or indented lines part its paragraphs.
pub(super) fn of_string(text: &str) -> Body {
    if has_tags(text) {
        return of_element(&html::parse(&with_tickers(text)));
    }
    let mut walker = Walker::default();
    // No tags, but perhaps the references of HTML (`&amp;`): they are resolved where all of `&` is such.
    let text =
        if text.contains('&') && text.contains(';') { Cow::Owned(html::parse(text).raw_text()) } else { text.into() };
    walker.add_text(&text, 2);
    walker.finish()
}

/// Whether a text holds tags of HTML. `<IBM>` is a ticker symbol, not a tag.
pub(super) fn has_tags(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let inner = rest.strip_prefix('/').unwrap_or(rest);
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let name = &inner[..length.min(12)];
        let is_tag = TAGS.contains(&name.to_ascii_lowercase().as_str()) && name != "B" && name != "I" && name != "A";
        // No tag of the wire is longer than this; the bound keeps a file of `<` signs from being read over and over.
        let after = &inner.as_bytes()[length..inner.len().min(length + 2000)];
        if is_tag && after.first().is_some_and(|b| b">/ \n\t\r".contains(b)) && memchr::memchr(b'>', after).is_some() {
            return true;
        }
    }
    false
}

/// HTML in which ticker symbols (`<IBM>`, `<BAC.N>`) are escaped: a parser would take them for elements, and they would be lost.
fn with_tickers(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('<') {
        let rest = &text.as_bytes()[at + 1..];
        let length =
            rest.iter().take(11).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'.').count();
        if !(1..=10).contains(&length) || rest.get(length) != Some(&b'>') {
            continue;
        }
        let name = text[at + 1..=at + length].to_ascii_lowercase();
        let known = TAGS.contains(&name.as_str())
            || ["nobr", "dir", "caption", "col", "tfoot", "wbr", "map"].contains(&name.as_str());
        if !known {
            out.push_str(&text[done..at]);
            out.push_str("&lt;");
            done = at + 1;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "endash",
    "emdash",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hl2",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "li",
    "link",
    "main",
    "math",
    "meta",
    "object",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "video",
];

/// Text without tags of HTML, cleaned: for headlines and other single texts.
pub(super) fn single(text: &str) -> String {
    if has_tags(text) { clean(&html::parse(text).text().unwrap_or_default()) } else { clean(text) }
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
    let name = element.name.to_ascii_lowercase();
    match name.as_str() {
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
        self.run.push(Inline::Text(text.to_string()));
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
            Role::Inline => self.children(element, unescaped),
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

/// The address of a link if it leads to the web, to mail or to a telephone.
pub(super) fn address(href: &str) -> Option<String> {
    let clean: String = href.chars().filter(|c| !c.is_control() && !is_unfit(*c)).collect();
    let clean = clean.trim();
    let scheme = clean.split(':').next()?.to_ascii_lowercase();
    let good = matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel") && clean.len() > scheme.len() + 1;
    (good && clean.len() <= 2048).then(|| clean.replace(' ', "%20"))
}

/// A medium inside the text, with its caption.
pub(super) fn figure(element: &Element<'_>) -> Option<Association> {
    let mut one = Association { kind: "picture".to_string(), ..Association::default() };
    if element.is("media") {
        one.kind = match element.attribute("media-type") {
            Some("image" | "photo") | None => "picture".to_string(),
            Some(other) => other.to_ascii_lowercase(),
        };
        let reference = element.find("media-reference");
        one.href = reference.and_then(|r| r.attribute("source")).map(str::to_string);
        one.caption = element.text_of("media-caption");
        one.by = element.text_of("media-producer");
        return (one.href.is_some() || one.caption.is_some()).then_some(one);
    }
    if element.is("video") || element.is("audio") {
        one.kind = element.name.to_ascii_lowercase();
    }
    let image = if element.is("img") { Some(element) } else { element.find("img") };
    let source = image.and_then(|image| image.attribute("src")).or_else(|| element.attribute("src"));
    one.href = source.map(str::to_string).or_else(|| element.find("bildfil").and_then(Element::text));
    let caption = element.find("figcaption").or_else(|| element.find("bildtext")).and_then(Element::text);
    one.caption = caption.or_else(|| image.and_then(|image| image.attribute("alt")).map(clean));
    one.by = element.find("bildskapare").and_then(Element::text);
    (one.href.is_some() || one.caption.is_some()).then_some(one)
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

/// Lines kept as they are, without blank ones at the ends. Tabs become four blanks.
pub(super) fn preformatted<'l>(lines: impl Iterator<Item = &'l str>) -> Option<Block> {
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        let mut clean = String::with_capacity(line.len());
        for c in line.chars() {
            match c {
                '\t' => clean.push_str("    "),
                c if is_unfit(c) || c == '\r' => {}
                c if is_blank(c) => clean.push(' '),
                c => clean.push(c),
            }
        }
        clean.truncate(clean.trim_end().len());
        if !(clean.is_empty() && kept.is_empty()) {
            kept.push(clean);
        }
    }
    while kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    (!kept.is_empty()).then(|| Block::Pre(kept.join("\n")))
}

/// Whether lines are columns made with blanks, which must keep their breaks.
fn is_columnar(lines: &[&str]) -> bool {
    let full = lines.iter().filter(|line| !line.trim().is_empty()).count();
    let columns = lines.iter().filter(|line| has_columns(line)).count();
    full >= 3 && columns * 2 > full
}

/// Whether a line has gaps of blanks, bars or a rule that only make sense below each other.
pub(super) fn has_columns(line: &str) -> bool {
    let line = line.trim();
    let gap = line.find("   ").or_else(|| line.find("  ").filter(|_| line.contains(|c: char| c.is_ascii_digit())));
    // Two blanks after a full stop are a typist's habit, not a column.
    gap.is_some_and(|at| !line[..at].ends_with(['.', '!', '?', ':', '"']) || line[at..].trim().len() < 12)
        || line.matches('|').count() >= 2
        || (line.len() > 8 && line.bytes().all(|b| matches!(b, b'-' | b'=' | b'_')))
}

/// One run of inline content as paragraphs.
fn paragraphs(mut run: Vec<Inline>) -> Vec<Block> {
    if let [Inline::Text(text)] = run.as_slice() {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() >= 3 && is_columnar(&lines) && lines.iter().any(|line| !line.starts_with("  ")) {
            return preformatted(lines.into_iter()).into_iter().collect();
        }
    }
    mark_indented_lines(&mut run);
    let mut blank = true;
    collapse(&mut run, &mut blank);
    let mut out = Vec::new();
    for mut part in split_at_breaks(run) {
        trim_front(&mut part);
        trim_back(&mut part);
        if !plain(&part).trim().is_empty() {
            join_wraps(&mut part);
            out.push(Block::Paragraph(part));
        }
    }
    out
}

/// Where some lines of a text are indented and others are not, the indented ones and those after a blank line begin paragraphs.
/// Markup that is only printed prettily has all its lines indented.
fn mark_indented_lines(run: &mut Vec<Inline>) {
    let mut least = usize::MAX;
    let mut lines = 0;
    for inline in run.iter() {
        if let Inline::Text(text) = inline {
            for line in text.split('\n').skip(1).filter(|line| !line.trim().is_empty()) {
                least = least.min(indent(line));
                lines += 1;
            }
        }
    }
    if lines == 0 {
        return;
    }
    let mut marked = Vec::with_capacity(run.len());
    for inline in run.drain(..) {
        let Inline::Text(text) = inline else {
            marked.push(inline);
            continue;
        };
        let mut part = String::with_capacity(text.len());
        let mut after_blank = false;
        for (number, line) in text.split('\n').enumerate() {
            let is_empty = line.trim().is_empty();
            let indented = indent(line) >= least.saturating_add(2) && indent(line) >= 2;
            if number > 0 && !is_empty && (indented || (after_blank && least < 2)) {
                marked.push(Inline::Text(std::mem::take(&mut part)));
                marked.extend([Inline::Break, Inline::Break]);
            } else if number > 0 {
                part.push('\n');
            }
            after_blank = is_empty && number > 0;
            part.push_str(line);
        }
        marked.push(Inline::Text(part));
    }
    *run = marked;
}

fn indent(line: &str) -> usize {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    if line.starts_with('\t') { 8 } else { blanks }
}

/// Makes white space runs single blanks across the borders of marked text.
fn collapse(run: &mut Vec<Inline>, blank: &mut bool) {
    for inline in run.iter_mut() {
        match inline {
            Inline::Text(text) => {
                let mut clean = String::with_capacity(text.len());
                for c in text.chars() {
                    if is_blank(c) {
                        if !*blank {
                            clean.push(' ');
                        }
                        *blank = true;
                    } else if !is_unfit(c) {
                        clean.push(c);
                        *blank = false;
                    }
                }
                *text = clean;
            }
            Inline::Break => *blank = true,
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link(_, inner) => collapse(inner, blank),
        }
    }
    run.retain(|inline| match inline {
        Inline::Text(text) => !text.is_empty(),
        Inline::Break => true,
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link(_, inner) => !inner.is_empty(),
    });
}

/// Two breaks in a row part paragraphs.
fn split_at_breaks(run: Vec<Inline>) -> Vec<Vec<Inline>> {
    let mut parts = vec![Vec::new()];
    let mut breaks = 0;
    for inline in run {
        let is_space = matches!(&inline, Inline::Text(text) if text.trim().is_empty());
        let part = match parts.last_mut() {
            Some(part) if !(breaks >= 2 && !is_space && inline != Inline::Break) => part,
            _ => {
                parts.push(Vec::new());
                breaks = 0;
                let last = parts.len() - 1;
                &mut parts[last]
            }
        };
        if inline == Inline::Break {
            breaks += 1;
        } else if !is_space {
            breaks = 0;
        }
        part.push(inline);
    }
    parts
}

/// Breaks that a line printer made, every 45 to 85 characters, are blanks.
fn join_wraps(inlines: &mut [Inline]) {
    let mut length = 0;
    let mut breaks = 0;
    for inline in inlines.iter() {
        if *inline == Inline::Break {
            breaks += 1;
            if !(45..=85).contains(&length) {
                return;
            }
            length = 0;
        } else {
            length += plain(std::slice::from_ref(inline)).chars().count();
        }
    }
    if breaks > 0 {
        for inline in inlines.iter_mut().filter(|inline| **inline == Inline::Break) {
            *inline = Inline::Text(" ".to_string());
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
        check("One<br/><br/>Two<br/>b", "<p>One</p>\n<p>Two<br/>b</p>\n");
    }
}
