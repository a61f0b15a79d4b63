//! HTML in a string to a tree: html5ever's tokens, and a tree lenient enough for the HTML of news systems.
//!
//! The tree is never shown: [`super::body`] takes from it what its allow-list knows. So it need not be what a browser would make.

use super::dom::{Element, Node};
use super::work;
use crate::html::{RAW, ends_paragraph, is_void};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use std::borrow::Cow;
use std::cell::RefCell;

/// The deepest nesting kept; what is deeper is put beside it.
const DEPTH: usize = 100;

/// Parses a fragment or a whole document. Never fails.
pub(super) fn parse(html: &str) -> Element<'static> {
    parse_counted(html).0
}

/// The same, and how many attributes were left out because their tag has too many.
pub(super) fn parse_counted(html: &str) -> (Element<'static>, usize) {
    if !work::spend(html.len() + 1) {
        return (Element::new("html"), 0);
    }
    let (html, left_out) = crate::html::with_few_attributes(html);
    (parse_whole(&html), left_out)
}

fn parse_whole(html: &str) -> Element<'static> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let builder = Builder { open: vec![Element::new("html")], keeps_fffd: html.contains('\u{fffd}'), ends: ends(html) };
    let sink = Sink(RefCell::new(builder));
    let tokenizer = Tokenizer::new(sink, Default::default());
    // Scripts are raw data here, so the tokenizer never stops for one.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

/// References of HTML that stand as text (`&nbsp;`, `&#233;`) become their characters; anything else stays.
pub(super) fn without_references(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let name = &text.as_bytes()[at + 1..text.len().min(at + 12)];
        let Some(length) = memchr::memchr(b';', name).filter(|length| *length >= 2) else { continue };
        let is_name = name[..length].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'#');
        if at < done || !is_name {
            continue;
        }
        let reference = &text[at..at + length + 2];
        let resolved = parse(reference).raw_text();
        if resolved != reference && resolved.chars().count() <= 2 {
            out.push_str(&text[done..at]);
            out.push_str(&resolved);
            done = at + reference.len();
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

struct Sink(RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let name = tag.name.to_string();
                let mut element = Element::new(name.clone());
                for attribute in &tag.attrs {
                    let key = attribute.name.local.to_string();
                    let key = key.rsplit(':').next().unwrap_or("").to_string();
                    element.attributes.push((Cow::Owned(key), Cow::Owned(attribute.value.to_string())));
                }
                let is_raw = !tag.self_closing && builder.is_raw(&name);
                let is_unclosed = !is_raw && name != "title" && RAW.contains(&name.as_str());
                builder.start(element, tag.self_closing || is_unclosed);
                if !is_raw {
                    return TokenSinkResult::Continue;
                }
                return match name.as_str() {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::RawData(RawKind::Rawtext),
                };
            }
            Token::TagToken(tag) => builder.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    /// XHTML in a string may have CDATA sections; their text is text.
    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        true
    }
}

/// How often the end tag of each of these stands in a text.
fn ends(html: &str) -> [usize; RAW.len()] {
    let mut counts = [0; RAW.len()];
    for at in memchr::memmem::find_iter(html.as_bytes(), b"</") {
        let rest = &html.as_bytes()[at + 2..];
        // Nearly all end tags are `</p>` and the like.
        if rest.get(1).is_none_or(|b| *b == b'>') {
            continue;
        }
        let length = rest.iter().take(10).take_while(|b| b.is_ascii_alphanumeric()).count();
        if let Some(at) = RAW.iter().position(|name| rest[..length].eq_ignore_ascii_case(name.as_bytes())) {
            counts[at] += 1;
        }
    }
    counts
}

struct Builder {
    open: Vec<Element<'static>>,
    /// For each name of `RAW`, the end tags that are still to come.
    ends: [usize; RAW.len()],
    /// U+FFFD stands in the source. Otherwise it comes from references to what is not a character (`&#0;`), which are dropped.
    keeps_fffd: bool,
}

/// Elements that a start tag ends, and those beyond which it does not look.
fn ended_by(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    const TABLE: &[&str] = &["table", "html"];
    match name {
        "li" => (&["li", "p"], &["ul", "ol", "html", "table", "td", "th"]),
        "dt" | "dd" => (&["dt", "dd", "p"], &["dl", "html", "table", "td", "th"]),
        "td" | "th" => (&["td", "th", "p"], &["tr", "table", "html"]),
        "tr" => (&["tr", "td", "th", "p"], TABLE),
        "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot", "tr", "td", "th", "p"], TABLE),
        name if ends_paragraph(name) => {
            (&["p"], &["html", "td", "th", "li", "div", "section", "blockquote", "table", "article"])
        }
        _ => (&[], &[]),
    }
}

impl Builder {
    /// Whether the text after a start tag is raw: one that nobody closes would take the rest of the document. Scripts and style
    /// sheets are raw all the same, because their text is for no reader.
    fn is_raw(&mut self, name: &str) -> bool {
        let Some(at) = RAW.iter().position(|raw| *raw == name) else { return false };
        let is_closed = self.ends[at] > 0;
        self.ends[at] = self.ends[at].saturating_sub(1);
        is_closed || matches!(name, "script" | "style")
    }

    fn text(&mut self, text: &str) {
        let text = if self.keeps_fffd { Cow::Borrowed(text) } else { Cow::Owned(text.replace('\u{fffd}', "")) };
        let text = &*text;
        let Some(parent) = self.open.last_mut() else { return };
        if let Some(Node::Text(Cow::Owned(last))) = parent.children.last_mut() {
            last.push_str(text);
        } else {
            parent.children.push(Node::Text(Cow::Owned(text.to_string())));
        }
    }

    fn start(&mut self, element: Element<'static>, is_empty: bool) {
        work::spend(self.open.len() + element.attributes.len());
        let name = element.name.to_string();
        // A title that nobody closed ends at the next tag.
        if self.open.last().is_some_and(|last| last.name == "title") {
            self.close_to(self.open.len() - 1);
        }
        let (ends, border) = ended_by(&name);
        let from = self.open.iter().rposition(|open| border.contains(&open.name.as_ref())).unwrap_or(0);
        if let Some(at) = self.open.iter().skip(from + 1).position(|open| ends.contains(&open.name.as_ref())) {
            self.close_to(from + 1 + at);
        }
        // `<title/>`, `<b/>` and their like come from XHTML and are empty. HTML would open the element there, up to the end of
        // the text; no sender of news means that.
        if is_void(&name) || is_empty || self.open.len() >= DEPTH {
            self.add(element);
        } else {
            self.open.push(element);
        }
    }

    fn end(&mut self, name: &str) {
        work::spend(self.open.len());
        if name == "br" {
            return self.add(Element::new("br"));
        }
        let is_cell =
            self.open.iter().rposition(|open| matches!(open.name.as_ref(), "td" | "th" | "table")).unwrap_or(0);
        let found = self.open.iter().rposition(|open| open.name == name).filter(|at| *at > 0);
        // An end tag inside a cell does not close what is around the table.
        let found = found.filter(|at| *at >= is_cell || matches!(name, "table" | "tr" | "tbody" | "thead" | "tfoot"));
        if let Some(at) = found {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length.max(1) {
            if let Some(element) = self.open.pop() {
                self.add(element);
            }
        }
    }

    fn add(&mut self, element: Element<'static>) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(Node::Element(element));
        }
    }

    fn finish(mut self) -> Element<'static> {
        self.close_to(1);
        self.open.pop().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(element: &Element) -> String {
        let inner: String = element
            .children
            .iter()
            .map(|node| match node {
                Node::Text(text) => text.to_string(),
                Node::Element(element) => show(element),
            })
            .collect();
        format!("({}:{inner})", element.name)
    }

    #[test]
    fn open_tags_end_where_they_must() {
        for (html, tree) in [
            ("<p>a<p>b", "(html:(p:a)(p:b))"),
            ("<ul><li>a<li>b</ul>c", "(html:(ul:(li:a)(li:b))c)"),
            ("<table><tr><td>a<td><p>b<tr><td>c</table>d", "(html:(table:(tr:(td:a)(td:(p:b)))(tr:(td:c)))d)"),
            ("a<br>b<br/>c</p>", "(html:a(br:)b(br:)c)"),
            ("<b>a<i>b</b>c", "(html:(b:a(i:b))c)"),
            ("<script>a<b></script>c &amp; &eacute;", "(html:(script:a<b>)c & é)"),
            // XHTML: an element that ends in `/>` is empty, whatever HTML makes of it.
            ("<head><title/></head><body><p>a</p></body>", "(html:(head:(title:))(body:(p:a)))"),
            ("<script src='x'/>a<style/>b<textarea />c<iframe/>d", "(html:(script:)a(style:)b(textarea:)c(iframe:)d)"),
            ("a<b/>c<a name='x'/>d<p/>e<div/>f", "(html:a(b:)c(a:)d(p:)e(div:)f)"),
            ("<p>A <![CDATA[& B < C]]> d</p>", "(html:(p:A & B < C d))"),
            // An end tag that is missing does not take the rest of the text along.
            ("<title>a<p>b</p>", "(html:(title:a)(p:b))"),
            ("<title>a</title><title>b<p>c", "(html:(title:a)(title:b)(p:c))"),
            ("<p>a<textarea>b<iframe src='x'>c</p>", "(html:(p:a(textarea:)b(iframe:)c))"),
        ] {
            assert_eq!(show(&parse(html)), tree, "{html}");
        }
        parse(&"<div>".repeat(100_000));
    }
}
