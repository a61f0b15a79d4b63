//! XML to a tree: one root, bounded depth, DOCTYPE passed over, no entities but XML's own five and character references.

use super::dom::{Element, Node};
use super::work;
use quick_xml::Reader;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event};
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// The deepest nesting of elements that is read.
const DEPTH: usize = 200;
/// The most elements in a file: more is not wire copy.
const ELEMENTS: usize = 500_000;
/// The most prefixes of namespaces that are looked after.
const PREFIXES: usize = 100;

/// Why XML could not be read, and at which byte.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) at: usize,
}

/// What a document is, and what was odd but could be passed over.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) root: Element<'a>,
    pub(super) oddities: Vec<Fault>,
}

/// Reads a document. The reader has no way to the disk or the network.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Fault> {
    document(text, false)
}

/// The same, where an `&` that begins no reference stands for itself: exports of sites have such addresses.
pub(super) fn parse_lenient(text: &str) -> Result<Document<'_>, Fault> {
    document(text, true)
}

fn document(text: &str, is_lenient: bool) -> Result<Document<'_>, Fault> {
    // The reader passes over a byte order mark without counting it.
    let text = text.trim_start_matches('\u{feff}');
    let mut builder = Builder {
        text,
        open: Vec::new(),
        root: None,
        elements: 0,
        prefixes: Vec::new(),
        used: Vec::new(),
        oddities: Vec::new(),
    };
    work::spend(text.len());
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = is_lenient;
    loop {
        let start = position(&reader);
        let event = reader.read_event().map_err(|error| builder.parsed(&error.to_string(), &reader, start))?;
        match event {
            Event::Start(_) => builder.start(start, position(&reader), false)?,
            Event::Empty(_) => builder.start(start, position(&reader), true)?,
            Event::End(_) => builder.end(),
            Event::Text(text) => {
                let text = text.into_inner();
                // References are events of their own.
                if memchr::memchr(b'&', text.as_bytes()).is_some() && builder.oddities.is_empty() {
                    builder.oddities.push(Builder::fault("an `&` begins no reference and was read as itself", start));
                }
                builder.text(text, start)?
            }
            Event::CData(text) => builder.text(text.into_inner(), start)?,
            Event::GeneralRef(reference) => builder.reference(&reference, start)?,
            Event::Eof => return builder.finish(),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The local name of the root element, even if the document is broken further on.
pub(super) fn root_name(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => return Some(tag.local_name().into_inner().to_string()),
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

struct Builder<'a> {
    text: &'a str,
    open: Vec<Element<'a>>,
    root: Option<Element<'a>>,
    elements: usize,
    /// Declared prefixes; using an undeclared one gives a warning.
    prefixes: Vec<&'a str>,
    /// Used prefixes, each with the place of its first use.
    used: Vec<(&'a str, usize)>,
    oddities: Vec<Fault>,
}

impl<'a> Builder<'a> {
    fn fault(message: impl Into<String>, at: usize) -> Fault {
        Fault { message: message.into(), at }
    }

    /// A fault of the syntax, in the words of the reader but with the element that was open.
    fn parsed(&self, message: &str, reader: &Reader<&[u8]>, start: usize) -> Fault {
        let at = usize::try_from(reader.error_position()).unwrap_or(start).min(self.text.len());
        let message = message.strip_prefix("syntax error: ").unwrap_or(message);
        let message = message.strip_prefix("ill-formed document: ").unwrap_or(message);
        let ends = message.contains("before end of input");
        match self.open.last() {
            Some(element) if ends => {
                let message = format!("the file ends inside <{}>: {message}", element.name);
                Self::fault(message, at)
            }
            _ => Self::fault(message.to_string(), at),
        }
    }

    fn start(&mut self, from: usize, to: usize, is_empty: bool) -> Result<(), Fault> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(Self::fault("the document has a second root element", from));
        }
        self.elements += 1;
        if self.open.len() >= DEPTH {
            return Err(Self::fault(format!("elements nest deeper than {DEPTH}"), from));
        }
        if self.elements > ELEMENTS {
            return Err(Self::fault(format!("the document has more than {ELEMENTS} elements"), from));
        }
        let tag = self.text.get(from + 1..to.saturating_sub(1)).unwrap_or("");
        let tag = if is_empty { tag.strip_suffix('/').unwrap_or(tag) } else { tag };
        let length = tag.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tag.len());
        let mut element = Element::new(self.local(&tag[..length], from));
        element.at = from;
        self.attributes(tag, length, from, &mut element)?;
        if is_empty {
            self.close(element)
        } else {
            self.open.push(element)
        }
        Ok(())
    }

    fn attributes(&mut self, tag: &'a str, from: usize, at: usize, element: &mut Element<'a>) -> Result<(), Fault> {
        if tag.len() == from {
            return Ok(());
        }
        // The reader would compare each with all before it.
        let mut seen = FxHashSet::default();
        for attribute in quick_attributes(tag, from).with_checks(false) {
            let attribute = attribute.map_err(|error| Self::fault(format!("in <{}>: {error}", element.name), at))?;
            let key: &'a str = attribute.key.into_inner();
            // The first of two attributes of one name stands.
            if !seen.insert(key) {
                if self.oddities.len() < PREFIXES {
                    self.oddities.push(Self::fault("an attribute appears twice", at));
                }
                continue;
            }
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.prefixes.push(prefix);
                continue;
            }
            if key == "xmlns" {
                continue;
            }
            let value = match attribute.value {
                Cow::Borrowed(value) => unescape(value, at)?,
                Cow::Owned(value) => Cow::Owned(unescape(&value, at)?.into_owned()),
            };
            element.attributes.push((Cow::Borrowed(self.local(key, at)), value));
        }
        Ok(())
    }

    /// The part of a name after its prefix.
    fn local(&mut self, name: &'a str, at: usize) -> &'a str {
        let Some((prefix, local)) = name.split_once(':') else { return name };
        // The declarations may stand in the same tag, after this name: asked for at the end.
        let known = prefix == "xml" || self.used.iter().any(|(known, _)| *known == prefix);
        if !known && self.used.len() < PREFIXES {
            self.used.push((prefix, at));
        }
        local
    }

    fn end(&mut self) {
        if let Some(element) = self.open.pop() {
            self.close(element);
        }
    }

    fn close(&mut self, element: Element<'a>) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: Cow<'a, str>, at: usize) -> Result<(), Fault> {
        match self.open.last_mut() {
            // References and CDATA part what is one text.
            Some(parent) => match parent.children.last_mut() {
                Some(Node::Text(last)) => last.to_mut().push_str(&text),
                _ => parent.children.push(Node::Text(text)),
            },
            None if text.trim_matches(['\u{feff}', '\0']).trim().is_empty() => {}
            None => {
                let lead = text.len() - text.trim_start().len();
                return Err(Self::fault("there is text outside the root element", at + lead));
            }
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>, at: usize) -> Result<(), Fault> {
        let text = resolve(reference.borrow().into_inner().as_ref(), at)?;
        self.text(Cow::Owned(text.to_string()), at)
    }

    fn finish(mut self) -> Result<Document<'a>, Fault> {
        if let Some(element) = self.open.last() {
            let (line, column) = super::text::place(self.text, element.at);
            let message = format!("element <{}> of {line}:{column} is not closed (the file ends)", element.name);
            return Err(Self::fault(message, self.text.len()));
        }
        for (prefix, at) in self.used.iter().filter(|(prefix, _)| !self.prefixes.contains(prefix)) {
            let message = format!("the namespace prefix `{prefix}` is used but not declared");
            self.oddities.push(Self::fault(message, *at));
        }
        match self.root {
            Some(root) => Ok(Document { root, oddities: self.oddities }),
            None => Err(Self::fault("the document has no root element", self.text.len())),
        }
    }
}

/// The attributes of a tag, borrowed from the document.
fn quick_attributes(tag: &str, from: usize) -> Attributes<'_> {
    Attributes::new(tag, from)
}

/// The character that a reference stands for.
fn resolve(name: &str, at: usize) -> Result<char, Fault> {
    let fault = |message: String| Fault { message, at };
    let number = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => name.strip_prefix('#'),
    };
    let Some(number) = number else {
        let short: String = name.chars().take(40).collect();
        return Err(fault(format!("the entity `&{short};` is not one of XML's own five; entities are not expanded")));
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    let found = code.ok().and_then(char::from_u32);
    found.ok_or_else(|| fault(format!("`&#{};` is not a character", number.chars().take(20).collect::<String>())))
}

/// An attribute's value with its references resolved.
fn unescape(value: &str, at: usize) -> Result<Cow<'_, str>, Fault> {
    if !value.contains('&') {
        return Ok(Cow::Borrowed(value));
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(amp) = rest.find('&') {
        out.push_str(&rest[..amp]);
        rest = &rest[amp + 1..];
        // No name is longer: a text of `&` alone is not read to its end at each.
        let Some(end) = memchr::memchr(b';', &rest.as_bytes()[..rest.len().min(41)]) else {
            // A bare `&` in an address is a common fault; its meaning is plain.
            out.push('&');
            continue;
        };
        let name = &rest[..end];
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
        if is_name {
            out.push(resolve(name, at)?);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
        }
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_local_and_text_is_whole() {
        let document = parse(
            "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'x'><n:a xmlns:n='u' n:b='1 &amp; 2'>x&#228;<![CDATA[<y>]]></n:a>\n",
        );
        let document = document.unwrap();
        assert_eq!(document.root.name, "a");
        assert_eq!(document.root.attribute("b"), Some("1 & 2"));
        assert_eq!(document.root.raw_text(), "xä<y>");
        assert!(document.oddities.is_empty());
        assert_eq!(parse("<a x:b='1'/>").unwrap().oddities.len(), 1);
    }

    #[test]
    fn faults_have_a_place() {
        for (text, part, at) in [
            ("<a><b></a>", "", 6),
            ("<a><b>", "is not closed", 6),
            ("<a>&j;</a>", "not one of XML's own five", 3),
            ("<a/><b/>", "second root", 4),
            ("<a>&#0;</a>x", "", 11),
            ("<a", "", 0),
            ("", "no root", 0),
        ] {
            let fault = parse(text).unwrap_err();
            assert!(fault.message.contains(part), "{text}: {}", fault.message);
            assert_eq!(fault.at, at, "{text}: {}", fault.message);
        }
        let deep = "<a>".repeat(300) + &"</a>".repeat(300);
        assert!(parse(&deep).unwrap_err().message.contains("deeper"));
    }
}
