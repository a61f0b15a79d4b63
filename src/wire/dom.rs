//! A small tree of elements, the same for XML and HTML. Names are local names: prefixes and namespaces are not looked at,
//! because agencies get them wrong.

use super::shown::{fraction, is_deleted, is_hidden, lowered, raised};
use super::work;
use std::borrow::Cow;

/// A name in lower case; most are so already.
pub(super) fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// An element.
#[derive(Clone, Debug, Default)]
pub(super) struct Element<'a> {
    /// Local name, as written.
    pub(super) name: Cow<'a, str>,
    /// Attributes by local name.
    pub(super) attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Elements and text, in order.
    pub(super) children: Vec<Node<'a>>,
    /// Where its start tag stands, in bytes.
    pub(super) at: usize,
}

/// What stands in an element.
#[derive(Clone, Debug)]
pub(super) enum Node<'a> {
    Element(Element<'a>),
    Text(Cow<'a, str>),
}

impl<'a> Element<'a> {
    pub(super) fn new(name: impl Into<Cow<'a, str>>) -> Element<'a> {
        Element { name: name.into(), ..Element::default() }
    }

    /// Whether it has this local name, in any case: agencies differ there.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// An attribute, trimmed; `None` where absent or empty.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self
            .attributes
            .iter()
            .find(|(key, _)| key == name)
            .or_else(|| self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)));
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether the class attribute holds this word.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    /// Child elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element<'a>> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Child elements of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element<'a>> {
        self.elements().filter(move |element| element.is(name))
    }

    /// The first child element of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.elements().find(|element| element.is(name))
    }

    /// The element at the end of a path of names.
    pub(super) fn path(&self, names: &[&str]) -> Option<&Element<'a>> {
        names.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The first element of a name below this one, in document order.
    pub(super) fn find(&self, name: &str) -> Option<&Element<'a>> {
        for element in self.elements() {
            if element.is(name) {
                return Some(element);
            }
            if let Some(found) = element.find(name) {
                return Some(found);
            }
        }
        None
    }

    /// Calls `visit` for every element of a name below this one, in document order.
    pub(super) fn each<'e>(&'e self, name: &str, visit: &mut impl FnMut(&'e Element<'a>)) {
        for element in self.elements() {
            if element.is(name) {
                visit(element);
            }
            element.each(name, visit);
        }
    }

    /// All text below, cleaned; a blank between block elements.
    pub(super) fn text(&self) -> Option<String> {
        let mut raw = String::new();
        self.push_text(&mut raw);
        work::spend(raw.len());
        let text = super::text::clean(&raw);
        (!text.is_empty()).then_some(text)
    }

    /// The lines of its text, which `br` parts.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![String::new()];
        for node in &self.children {
            match (node, lines.last_mut()) {
                (Node::Element(element), _) if element.is("br") => lines.push(String::new()),
                (Node::Element(element), Some(line)) => element.push_text(line),
                (Node::Text(text), Some(line)) => line.push_str(text),
                (_, None) => {}
            }
        }
        lines.iter().map(|line| super::text::clean(line)).filter(|line| !line.is_empty()).collect()
    }

    /// All text below, as it stands.
    pub(super) fn raw_text(&self) -> String {
        let mut raw = String::new();
        self.push_raw(&mut raw);
        raw
    }

    fn push_raw(&self, out: &mut String) {
        work::spend(self.children.len());
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => element.push_raw(out),
            }
        }
    }

    fn push_text(&self, out: &mut String) {
        work::spend(self.children.len());
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) if is_hidden(element) || is_deleted(element) => {}
                Node::Element(element) if element.is("frac") => out.push_str(&fraction(element)),
                Node::Element(element) if element.is("sup") || element.is("sub") => {
                    let mut inner = String::new();
                    element.push_text(&mut inner);
                    out.push_str(&if element.is("sup") { raised(&inner) } else { lowered(&inner) });
                }
                Node::Element(element) => {
                    let inline = matches!(
                        element.name.as_ref(),
                        "em" | "i"
                            | "b"
                            | "strong"
                            | "span"
                            | "a"
                            | "u"
                            | "ins"
                            | "s"
                            | "small"
                            | "font"
                            | "abbr"
                            | "mark"
                            | "cite"
                            | "person"
                            | "org"
                            | "location"
                            | "money"
                            | "num"
                            | "chron"
                            | "lang"
                            | "q"
                            | "virtloc"
                            | "object.title"
                            | "event"
                            | "function"
                    );
                    if !inline {
                        out.push(' ');
                    }
                    element.push_text(out);
                    if !inline {
                        out.push(' ');
                    }
                }
            }
        }
    }

    /// The text of a child element.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        self.all(name).find_map(Element::text)
    }
}
