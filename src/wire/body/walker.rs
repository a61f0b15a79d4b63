//! The walk over the markup that makes blocks.

use super::figure::{address, figure};
use super::role::{Role, is_desk_section, is_head_line, role};
use super::runs::{paragraphs, preformatted};
use super::tags::{has_tags, with_tickers};
use super::{Body, blank_lines};
use crate::wire::block::{Block, Inline};
use crate::wire::dom::{Element, Node};
use crate::wire::shown::{fraction, is_deleted, is_hidden, is_struck};
use crate::wire::{html, text, work};
use std::borrow::Cow;

#[derive(Default)]
pub(super) struct Walker {
    pub(super) body: Body,
    pub(super) out: Vec<Block>,
    /// Inline content that no block has taken yet, with its white space as it came.
    pub(super) run: Vec<Inline>,
    /// How many paragraphs, headings or items are open.
    pub(super) in_text: u32,
    /// Notes to readers, which stand below the text.
    pub(super) footnotes: Vec<String>,
    /// Tables found inside cells.
    pub(super) inner_tables: Vec<Block>,
    /// The markup is XML, whose lines may part paragraphs.
    pub(super) is_xml: bool,
    /// The text has tracked changes.
    pub(super) is_revised: bool,
    /// How text that is raised or lowered is written.
    pub(super) shift: Option<fn(&str) -> String>,
}

impl Walker {
    pub(super) fn finish(mut self) -> Body {
        self.flush();
        self.out.extend(self.footnotes.into_iter().map(Block::text));
        self.body.blocks = self.out;
        self.body
    }

    pub(super) fn children(&mut self, element: &Element<'_>, unescaped: u8) {
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

    pub(super) fn lose_attributes(&mut self, count: usize) {
        if count > 0 {
            self.lose("an attribute beyond the hundredth of its tag");
        }
    }

    /// Text; markup and references that were escaped once too often are taken as what they are.
    pub(super) fn add_text(&mut self, text: &str, unescaped: u8) {
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

    pub(super) fn element(&mut self, element: &Element<'_>, unescaped: u8) {
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
            Role::Figure => self.figure(element, unescaped),
            Role::Footnote => self.footnotes.extend(element.text()),
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
            Role::Quote => self.quote(element, unescaped),
            Role::Pre => self.pre(element),
            Role::Table => self.table(element, unescaped),
            Role::Strong => self.span(element, unescaped, Inline::Strong),
            Role::Emphasis => self.span(element, unescaped, Inline::Emphasis),
            Role::Link => self.link(element, unescaped),
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

    fn link(&mut self, element: &Element<'_>, unescaped: u8) {
        match element.attribute("href").and_then(address) {
            Some(address) => self.span(element, unescaped, |inner| Inline::Link(address, inner)),
            None => self.children(element, unescaped),
        }
    }

    fn quote(&mut self, element: &Element<'_>, unescaped: u8) {
        let blocks = self.inner(element, unescaped);
        if !blocks.is_empty() {
            self.out.push(Block::Quote(blocks));
        }
    }

    /// What readers do not get: sections for desks, hidden text and deleted text.
    pub(super) fn is_left_out(&mut self, element: &Element<'_>) -> bool {
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

    fn lose(&mut self, what: &str) {
        if !self.body.lost.iter().any(|known| known == what) {
            self.body.lost.push(what.to_string());
        }
    }

    /// The blocks inside an element, apart from what is open here.
    pub(super) fn inner(&mut self, element: &Element<'_>, unescaped: u8) -> Vec<Block> {
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
    pub(super) fn blocks_of(&mut self, element: &Element<'_>, unescaped: u8) -> Vec<Block> {
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

    fn pre(&mut self, element: &Element<'_>) {
        self.flush();
        let mut raw = String::new();
        push_lines(element, &mut raw);
        self.out.extend(preformatted(raw.lines()));
    }

    fn figure(&mut self, element: &Element<'_>, unescaped: u8) {
        let one = figure(element);
        // A figure may also hold a table, a quotation, several pictures, or an address alone.
        let others = ["figure", "table", "blockquote", "pre"];
        let is_frame = element.is("figure")
            && (one.as_ref().is_none_or(|one| one.href.is_none())
                || others.iter().any(|name| element.find(name).is_some()));
        if !is_frame {
            return self.body.figures.extend(one);
        }
        self.flush();
        let outer = std::mem::take(&mut self.in_text);
        self.children(element, unescaped);
        self.in_text = outer;
        self.flush();
    }

    /// Ends the open run of text.
    pub(super) fn flush(&mut self) {
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
            Node::Element(child) if is_hidden(child) || is_deleted(child) => {}
            Node::Element(child) => push_lines(child, out),
        }
    }
}
