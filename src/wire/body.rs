//! Markup to blocks: XHTML, HTML, NITF and what vendors make of them. What has no block here does not get into a story.

mod figure;
mod runs;
mod table;
mod tags;

pub(super) use runs::{has_columns, preformatted};
pub(super) use tags::has_tags;

use super::block::{Block, Inline};
use super::dom::{Element, Node};
use super::html;
use super::item::Association;
use super::shown::{fraction, is_deleted, is_hidden, is_inserted, is_struck, lowered, raised};
use super::text::{self, clean};
use super::work;
use figure::{address, figure};
use runs::paragraphs;
use std::borrow::Cow;
pub(super) use tags::with_tickers;

/// The text of an item, and what stood in it that is no text.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    /// Pictures and other media inside the text.
    pub(super) figures: Vec<Association>,
    /// Notes for desks that stood in the text.
    pub(super) notes: Vec<String>,
    /// What stood beside the text and repeats fields, or is for desks.
    pub(super) asides: Vec<String>,
    /// Kinds of markup that were left out because Markdown has no place for them.
    pub(super) lost: Vec<String>,
    /// The word over the text that names its kind, where it stood in the text: TT's vignette.
    pub(super) kicker: Option<String>,
    /// The source beside it.
    pub(super) source: Option<String>,
    /// Text that an editor deleted stood in it, with the change still tracked.
    pub(super) has_deleted: bool,
    /// Some of it was encoded in UTF-8 twice.
    pub(super) was_encoded_twice: bool,
}

impl Body {
    /// Adds another text at the end.
    pub(super) fn extend(&mut self, other: Body) {
        self.blocks.extend(other.blocks);
        self.figures.extend(other.figures);
        self.notes.extend(other.notes);
        self.asides.extend(other.asides);
        self.lost.extend(other.lost);
        self.kicker = self.kicker.take().or(other.kicker);
        self.source = self.source.take().or(other.source);
        self.has_deleted |= other.has_deleted;
        self.was_encoded_twice |= other.was_encoded_twice;
    }
}

/// The blocks of an element's children.
pub(super) fn of_element(element: &Element<'_>) -> Body {
    let mut walker = Walker { is_xml: true, is_revised: is_revised(element), ..Walker::default() };
    walker.children(element, 0);
    walker.finish()
}

/// The blocks of several elements, one after the other.
pub(super) fn of_elements<'e, 'a: 'e>(elements: impl IntoIterator<Item = &'e Element<'a>>) -> Body {
    let mut walker = Walker { is_xml: true, ..Walker::default() };
    for element in elements {
        walker.is_revised |= is_revised(element);
        walker.element(element, 0);
    }
    walker.finish()
}

/// Whether a text has tracked changes: then what is struck through was deleted.
fn is_revised(element: &Element<'_>) -> bool {
    element.elements().any(|child| is_inserted(child) || is_revised(child))
}

/// The blocks of HTML, or of text where the string has no tags: blank lines or indented lines part its paragraphs.
pub(super) fn of_string(text: &str) -> Body {
    let text = &*text::with_line_ends(text);
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
        walker.add_text(part, 1);
    }
    walker.finish()
}

fn of_html(text: &str) -> Body {
    let (root, left_out) = html::parse_counted(&with_tickers(text));
    let mut walker = Walker { is_revised: is_revised(&root), ..Walker::default() };
    walker.lose_attributes(left_out);
    walker.children(&root, 0);
    walker.finish()
}

/// Text without tags and references of HTML, cleaned: for headlines and other single texts. Both may have been escaped more often
/// than once.
pub(super) fn single(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    for _ in 0..3 {
        if has_tags(&text) {
            text = Cow::Owned(html::parse(&with_tickers(&text)).text().unwrap_or_default());
        } else if let Cow::Owned(resolved) = html::without_references(&text) {
            text = Cow::Owned(resolved);
        } else {
            break;
        }
    }
    if let Some(decoded) = text::decoded_twice(&text) { clean(&decoded) } else { clean(&text) }
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
    // Whether there are words since `start`: to look for them at each blank line would take the square of many of these.
    let mut has_words = false;
    work::spend(text.len());
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if is_blank && has_words {
            parts.push(&text[start..at]);
            (start, has_words) = (at, false);
        }
        has_words |= !is_blank;
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
    /// The markup is XML, whose lines may part paragraphs.
    is_xml: bool,
    /// The text has tracked changes.
    is_revised: bool,
    /// How text that is raised or lowered is written.
    shift: Option<fn(&str) -> String>,
}

/// What an element is to us.
enum Role {
    Skip,
    /// A field that stands in the text, or what is for desks.
    Aside,
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
    Time,
    Struck,
    Shifted(fn(&str) -> String),
    Fraction,
    Ruby,
    Quoted,
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
        | "wbr" => Role::Skip,
        "body.head" | "body.end" | "byline" | "dat" | "vinjett" | "hedline" => Role::Aside,
        "time" => Role::Time,
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
        "s" | "strike" => Role::Struck,
        "sup" => Role::Shifted(raised),
        "sub" => Role::Shifted(lowered),
        "frac" => Role::Fraction,
        "ruby" => Role::Ruby,
        "q" => Role::Quoted,
        "span" | "u" | "small" | "big" | "font" | "abbr" | "acronym" | "ins" | "rp" | "rtc" | "tt" | "code" | "kbd"
        | "samp" | "var" | "mark" | "bdi" | "bdo" | "person" | "org" | "location" | "city" | "state" | "country"
        | "region" | "sublocation" | "money" | "num" | "chron" | "event" | "function" | "object.title" | "virtloc"
        | "lang" | "pronounce" | "copyrite" | "name.given" | "name.family" | "label" | "data" | "rb" | "rt"
        | "postaddr" | "addressee" | "delivery.point" | "classifier" | "alt-code" => Role::Inline,
        "html" | "body" | "body.content" | "block" | "div" | "section" | "article" | "main" | "header" | "footer"
        | "aside" | "nav" | "nitf" | "nitf-table" | "text" | "ingress" | "brodtext" | "li" | "dd" | "dt" | "td"
        | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" | "figcaption" | "details" | "fieldset" | "hgroup"
        | "datasource" => Role::Container,
        _ => Role::Unknown,
    }
}

/// `<span class="vignette">Trafik</span><span class="source">TT</span>`, and nothing else: what TT puts over its texts.
fn is_head_line(element: &Element<'_>) -> bool {
    let is_part = |part: &Element<'_>| part.has_class("vignette") || part.has_class("source");
    let has_words = element.children.iter().any(|node| matches!(node, Node::Text(text) if !text.trim().is_empty()));
    let mut parts = element.elements().peekable();
    !has_words
        && parts.peek().is_some()
        && parts.all(is_part)
        && element.elements().any(|part| part.has_class("vignette"))
}

/// Sections that agencies put into the text for desks: notebooks and closing lines.
fn is_desk_section(element: &Element<'_>) -> bool {
    // What a page would not show is for nobody but a desk.
    if is_hidden(element) {
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
        if !work::spend(element.children.len() + 1) {
            return;
        }
        for node in &element.children {
            match node {
                Node::Text(text) => self.add_text(text, unescaped),
                Node::Element(child) => self.element(child, unescaped),
            }
        }
    }

    fn lose_attributes(&mut self, count: usize) {
        if count > 0 {
            self.lose("an attribute beyond the hundredth of its tag");
        }
    }

    /// Text; markup and references that were escaped once too often are taken as what they are.
    fn add_text(&mut self, text: &str, unescaped: u8) {
        if !work::spend(text.len()) {
            return;
        }
        let mut text = Cow::Borrowed(text);
        if unescaped < 2 {
            if let Cow::Owned(resolved) = html::without_references(&text) {
                text = Cow::Owned(resolved);
            }
            if has_tags(&text) {
                let (root, left_out) = html::parse_counted(&with_tickers(&text));
                self.lose_attributes(left_out);
                return self.children(&root, unescaped + 1);
            }
        }
        if let Some(decoded) = text::decoded_twice(&text) {
            self.body.was_encoded_twice = true;
            text = Cow::Owned(decoded);
        }
        if let Some(shift) = self.shift {
            text = Cow::Owned(shift(&text));
        }
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
        if is_head_line(element) {
            for part in element.elements() {
                let field = if part.has_class("vignette") { &mut self.body.kicker } else { &mut self.body.source };
                *field = field.take().or_else(|| part.text());
            }
            return;
        }
        if self.is_left_out(element) {
            return;
        }
        match role(element) {
            Role::Skip => {}
            Role::Aside => self.body.asides.extend(element.text()),
            // Outside of a paragraph it is when the page was made.
            Role::Time if self.in_text > 0 => self.children(element, unescaped),
            Role::Time => self.body.asides.extend(element.text()),
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
            Role::Struck => self.span(element, unescaped, Inline::Struck),
            Role::Inline if is_struck(element) => self.span(element, unescaped, Inline::Struck),
            Role::Inline => self.children(element, unescaped),
            Role::Shifted(shift) => {
                let outer = self.shift.replace(shift);
                self.children(element, unescaped);
                self.shift = outer;
            }
            Role::Fraction => self.run.push(Inline::Text(fraction(element))),
            Role::Ruby => self.ruby(element, unescaped),
            Role::Quoted => self.quoted(element, unescaped),
            // Inside a paragraph it marks words; between paragraphs it is one, or holds some.
            Role::Unknown if self.in_text > 0 => self.children(element, unescaped),
            Role::Unknown => {
                self.flush();
                self.children(element, unescaped);
                self.flush();
            }
        }
    }

    /// What readers do not get: sections for desks, hidden text and deleted text.
    fn is_left_out(&mut self, element: &Element<'_>) -> bool {
        if is_deleted(element) || (self.is_revised && is_struck(element)) {
            self.body.has_deleted = true;
            return true;
        }
        if !is_desk_section(element) {
            return false;
        }
        // In the middle of a line it parts nothing.
        if !matches!(role(element), Role::Strong | Role::Emphasis | Role::Link | Role::Inline | Role::Figure) {
            self.flush();
        }
        self.body.notes.extend(element.text());
        true
    }

    /// `漢字` and how it is read: browsers set that above, a line of text has it in brackets.
    fn ruby(&mut self, element: &Element<'_>, unescaped: u8) {
        let has_brackets = element.find("rp").is_some();
        for node in &element.children {
            match node {
                Node::Element(child) if child.is("rt") && !has_brackets => {
                    self.run.push(Inline::Text("(".to_string()));
                    self.children(child, unescaped);
                    self.run.push(Inline::Text(")".to_string()));
                }
                Node::Element(child) => self.element(child, unescaped),
                Node::Text(text) => self.add_text(text, unescaped),
            }
        }
    }

    /// A quotation in a line, for which browsers set the quotation marks.
    fn quoted(&mut self, element: &Element<'_>, unescaped: u8) {
        let is_mark =
            |c: char| matches!(c, '"' | '“' | '„' | '”' | '«' | '»' | '\'' | '‘' | '‚' | '’' | '`' | '「' | '『');
        let before = match self.run.last() {
            Some(Inline::Text(text)) => text.trim_end().ends_with(is_mark),
            _ => false,
        };
        let own = element.text().is_none_or(|text| text.starts_with(is_mark) || text.ends_with(is_mark));
        let has_marks = own || before;
        if !has_marks {
            self.run.push(Inline::Text("“".to_string()));
        }
        self.children(element, unescaped);
        if !has_marks {
            self.run.push(Inline::Text("”".to_string()));
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
        if self.is_left_out(element) {
            return Vec::new();
        }
        let outer = std::mem::take(&mut self.out);
        self.in_text += 1;
        self.children(element, unescaped);
        self.in_text -= 1;
        self.flush();
        std::mem::replace(&mut self.out, outer)
    }

    /// The blocks that an element makes, apart from what is open here.
    fn blocks_of(&mut self, element: &Element<'_>, unescaped: u8) -> Vec<Block> {
        self.flush();
        let outer = std::mem::take(&mut self.out);
        self.element(element, unescaped);
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
        if self.is_left_out(element) {
            return;
        }
        let mut items: Vec<Vec<Block>> = Vec::new();
        let mut numbers = Vec::new();
        for node in &element.children {
            let child = match node {
                Node::Element(child) => child,
                // Text between items belongs to the one before it.
                Node::Text(text) if text.trim().is_empty() => continue,
                Node::Text(text) => {
                    self.add_text(text, unescaped);
                    let run = std::mem::take(&mut self.run);
                    match items.last_mut() {
                        Some(item) => item.extend(paragraphs(run)),
                        None => self.out.extend(paragraphs(run)),
                    }
                    continue;
                }
            };
            let is_list = child.is("ul") || child.is("ol");
            let blocks = if is_list { self.blocks_of(child, unescaped) } else { self.inner(child, unescaped) };
            match items.last_mut() {
                _ if blocks.is_empty() => {}
                // A list right inside a list is part of the item before it.
                Some(item) if is_list => item.extend(blocks),
                _ => {
                    numbers.push(child.attribute("value").and_then(|value| value.parse::<u32>().ok()));
                    items.push(blocks);
                }
            }
        }
        if items.is_empty() {
            return;
        }
        if !ordered {
            return self.out.push(Block::List { start: None, items });
        }
        let is_reversed = element.attributes.iter().any(|(name, _)| name == "reversed");
        let start = element.attribute("start").and_then(|start| start.parse::<u32>().ok());
        self.numbered(start, is_reversed, numbers, items);
    }

    /// A numbered list. Where the numbers do not go up by one, it falls into lists of which each has its number; where they go down, as
    /// in a list of the ten best, they are written out.
    fn numbered(&mut self, start: Option<u32>, is_reversed: bool, values: Vec<Option<u32>>, items: Vec<Vec<Block>>) {
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let mut next = start.unwrap_or(if is_reversed { count } else { 1 }).min(NUMBER);
        let falls = is_reversed || values.windows(2).any(|pair| matches!(pair, [Some(a), Some(b)] if b < a));
        let mut open: Option<(u32, Vec<Vec<Block>>)> = None;
        for (mut item, value) in items.into_iter().zip(values) {
            let number = value.unwrap_or(next).min(NUMBER);
            next = if is_reversed { number.saturating_sub(1) } else { number.saturating_add(1) };
            if falls {
                let label = Inline::Text(format!("{number}. "));
                match item.first_mut() {
                    Some(Block::Paragraph(inlines)) => inlines.insert(0, label),
                    _ => item.insert(0, Block::Paragraph(vec![label])),
                }
                self.out.extend(item);
                continue;
            }
            match &mut open {
                Some((first, items))
                    if value.is_none_or(|value| u64::from(value) == u64::from(*first) + items.len() as u64) =>
                {
                    items.push(item);
                }
                _ => {
                    let done = open.replace((number, vec![item]));
                    self.out.extend(done.map(|(start, items)| Block::List { start: Some(start), items }));
                }
            }
        }
        self.out.extend(open.map(|(start, items)| Block::List { start: Some(start), items }));
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
            self.out.push(Block::List { start: None, items });
        }
    }

    fn pre(&mut self, element: &Element<'_>) {
        self.flush();
        let mut raw = String::new();
        push_lines(element, &mut raw);
        self.out.extend(preformatted(raw.lines()));
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

/// The largest number of an item: what Markdown can write.
const NUMBER: u32 = 999_999_999;

/// The text of a `pre`, with breaks as lines.
fn push_lines(element: &Element<'_>, out: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(child) if child.is("br") => out.push('\n'),
            Node::Element(child) if is_hidden(child) || is_deleted(child) => {}
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
    fn breaks_inside_marked_text() {
        check("<p><b>Head<br/></b>text</p>", "<p><strong>Head</strong><br/>text</p>\n");
        check("<p><b>Head<br/><br/></b>text</p>", "<p><strong>Head</strong></p>\n<p>text</p>\n");
        check(
            "<p><i><b>a<br>b</b></i> c</p>",
            "<p><em><strong>a</strong></em><br/><em><strong>b</strong></em> c</p>\n",
        );
        check("<p><a href='https://e.example/'><br>a </a>b</p>", "<p><a href=\"https://e.example/\">a </a>b</p>\n");
        check("<p>a<b><br></b>b</p>", "<p>a<br/>b</p>\n");
        // A mark that is open already is not set again.
        check(
            "<p><b>a<i><b>b<br>c</b></i></b></p>",
            "<p><strong>a<em>b</em></strong><br/><strong><em>c</em></strong></p>\n",
        );
    }

    #[test]
    fn figures_do_not_run_into_each_other() {
        check("<p>$1,234<sup>1</sup>, 10<sup>-6</sup>, 1<sup>st</sup></p>", "<p>$1,234¹, 10⁻⁶, 1st</p>\n");
        check("<p>CO<sub>2</sub>, 4<sup>1</sup>/<sub>4</sub>, 4&frac14;</p>", "<p>CO₂, 4¹/₄, 4¼</p>\n");
        check(
            "<p>x<sup><a href='https://e.example/'>12</a></sup></p>",
            "<p>x<a href=\"https://e.example/\">¹²</a></p>\n",
        );
        check("<p>4<frac><frac-num>1</frac-num><frac-den>4</frac-den></frac>", "<p>4 1/4</p>\n");
        check("<p><ruby>漢字<rt>kanji</rt></ruby></p>", "<p>漢字(kanji)</p>\n");
        check("<p>He said <q>no</q>, “<q>yes</q>”</p>", "<p>He said “no”, “yes”</p>\n");
    }

    #[test]
    fn cells_stay_under_their_columns() {
        check(
            "<table><tr><th colspan=2>A</th><th>B</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>",
            "<table>\n<tr><th>A</th><th></th><th>B</th></tr>\n<tr><td>1</td><td>2</td><td>3</td></tr>\n</table>\n",
        );
        check(
            "<table><tr><td rowspan=2>A</td><td>1</td></tr><tr><td>2</td></tr><tr><td>B</td><td>3</td></tr></table>",
            "<table>\n<tr><td>A</td><td>1</td></tr>\n<tr><td></td><td>2</td></tr>\n<tr><td>B</td><td>3</td></tr>\n</table>\n",
        );
        check(
            "<table>a<tr><td>b</td>c</tr><p>d</p></table>",
            "<p>a</p>\n<p>c</p>\n<p>d</p>\n<table>\n<tr><td>b</td></tr>\n</table>\n",
        );
        // So many columns are no table, and cost nothing.
        let wide = format!("<table>{}</table>", "<tr><td colspan=1000 rowspan=9999>a<td>b</tr>".repeat(2_000));
        let cells: usize = of_string(&wide)
            .blocks
            .iter()
            .map(|block| match block {
                Block::Table(rows) => rows.iter().map(|row| row.cells.len()).sum(),
                _ => 0,
            })
            .sum();
        assert!(cells < 450_000, "{cells}");
    }

    #[test]
    fn numbers_of_lists() {
        check("<ol start=5><li>a<li>b</ol>", "<ol start=\"5\">\n<li>a</li>\n<li>b</li>\n</ol>\n");
        check(
            "<ol><li>a<li value=7>b<li>c</ol>",
            "<ol>\n<li>a</li>\n</ol>\n<ol start=\"7\">\n<li>b</li>\n<li>c</li>\n</ol>\n",
        );
        check("<ol reversed><li>a<li>b</ol>", "<p>2. a</p>\n<p>1. b</p>\n");
        check(
            "<ul>x<li>a</li>y<ul><li>b</li></ul></ul>",
            "<p>x</p>\n<ul>\n<li><p>a</p>\n<p>y</p>\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n",
        );
    }

    #[test]
    fn deleted_and_hidden_text() {
        check("<p>It was <del>five</del><ins>six</ins>.</p>", "<p>It was six.</p>\n");
        check("<p>It was <s>five</s><ins>six</ins>.</p>", "<p>It was six.</p>\n");
        check("<p>Now <s>$9</s> $5</p>", "<p>Now <s>$9</s> $5</p>\n");
        check("<p>a<span class='ice-del'>b</span>c<span class='ice-ins'>d</span></p>", "<p>acd</p>\n");
        check("<p>a <span style='display: none'>b</span>c</p><ul hidden><li>d</li></ul>", "<p>a c</p>\n");
        check(
            "<table><tr><td>a</td><td hidden>b</td><td>c</td></tr></table>",
            "<table>\n<tr><td>a</td><td>c</td></tr>\n</table>\n",
        );
        assert!(of_string("<p>a<del>b</del></p>").has_deleted);
        assert_eq!(of_string("<p>a<b hidden>b</b></p>").notes, ["b"]);
        assert!(of_string("<p>a<img src='https://t.example/p.gif' width=1 height=1></p>").figures.is_empty());
    }

    #[test]
    fn what_was_escaped_or_encoded_twice() {
        check("<p>AT&amp;amp;T &amp;eacute;t&amp;eacute;</p>", "<p>AT&amp;T été</p>\n");
        check("&amp;lt;p&amp;gt;a&amp;lt;/p&amp;gt;", "<p>a</p>\n");
        check("<p>CafÃ© &Atilde;&copy;t&Atilde;&copy;</p>", "<p>Café été</p>\n");
        for (text, expected) in [
            ("AT&amp;amp;T", "AT&T"),
            ("&lt;b&gt;A&lt;/b&gt; &amp;eacute;", "A é"),
            ("ZÃ¼rich", "Zürich"),
            ("a &x; b", "a &x; b"),
        ] {
            assert_eq!(single(text), expected);
        }
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
