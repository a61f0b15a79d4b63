//! JSON and XML as one tree, so that one path leads through either.

use super::{DEPTH, PROSE, Part, PartText};
use crate::config::mapping::path::{Name, Path, Pick};
use crate::wire::account::Whole;
use crate::wire::dom::{Element, Node as DomNode};
use crate::wire::hold;
use crate::wire::work;
use rustc_hash::FxHashSet;
use serde_json::Value;
use std::borrow::Cow;

/// What a step of a path costs in steps of work, each of which is about a byte.
const STEP: usize = 16;

/// A part of an item.
#[derive(Clone, Copy)]
pub(super) enum Node<'v> {
    Json(&'v Value),
    Xml(&'v Element<'v>),
    Attribute(&'v str),
}

impl<'v> Node<'v> {
    /// What stands at the end of a path from here.
    pub(super) fn find(self, path: &Path) -> Vec<Node<'v>> {
        let mut found = vec![self];
        for step in &path.steps {
            // A mapping of many paths goes through the same parts for each of them.
            if !work::spend((found.len() + 1) * STEP) {
                return Vec::new();
            }
            found = found.into_iter().flat_map(|node| node.step(&step.name, &step.pick)).collect();
        }
        found
    }

    fn step(self, name: &Name, pick: &Pick) -> Vec<Node<'v>> {
        let all: Vec<Node<'v>> = match (self, name) {
            (Node::Attribute(_), _) => Vec::new(),
            (Node::Json(value), _) => {
                let child = match name {
                    Name::Itself => Some(value),
                    Name::Child(name) => value.get(name),
                    Name::Attribute(name) => value.get(format!("@{name}")),
                };
                match (child, pick) {
                    (None | Some(Value::Null), _) => Vec::new(),
                    (Some(child), Pick::First) => return vec![Node::Json(child)],
                    (Some(child), _) => Node::Json(child).entries(),
                }
            }
            (Node::Xml(element), Name::Attribute(name)) => {
                element.attribute(local(name)).map(Node::Attribute).into_iter().collect()
            }
            (Node::Xml(element), Name::Child(name)) => {
                if !work::spend(element.children.len() + 1) {
                    return Vec::new();
                }
                let name = local(name);
                let mut elements = element.elements().filter(|child| child.name == name).map(Node::Xml);
                match pick {
                    Pick::First => return elements.next().into_iter().collect(),
                    _ => elements.collect(),
                }
            }
            (Node::Xml(_), Name::Itself) => vec![self],
        };
        if !work::spend(all.len() + 1) {
            return Vec::new();
        }
        match pick {
            Pick::First | Pick::All => all,
            Pick::Number(number) => all.get(*number).copied().into_iter().collect(),
            Pick::Where(name, wanted) => {
                let has = |node: &Node<'v>| {
                    let own = node.step(name, &Pick::First);
                    own.into_iter().flat_map(Node::texts).any(|(_, text)| text.trim() == wanted)
                };
                all.into_iter().filter(has).collect()
            }
        }
    }

    /// The entries of a list; what is none is a list of one.
    pub(super) fn entries(self) -> Vec<Node<'v>> {
        match self {
            Node::Json(Value::Array(list)) if work::spend(list.len()) => list.iter().map(Node::Json).collect(),
            Node::Json(Value::Array(_) | Value::Null) => Vec::new(),
            one => vec![one],
        }
    }

    /// Its texts, without white space around them; none where it says nothing.
    pub(super) fn texts(self) -> Vec<(Node<'v>, String)> {
        let text = |node: Node<'v>| {
            let text = match node {
                Node::Json(Value::String(text)) => text.trim().to_string(),
                Node::Json(Value::Number(number)) => number.to_string(),
                Node::Json(Value::Bool(truth)) => truth.to_string(),
                Node::Json(_) => String::new(),
                Node::Xml(element) => element.text().unwrap_or_default(),
                Node::Attribute(text) => text.trim().to_string(),
            };
            work::spend(text.len() + STEP);
            (!text.is_empty()).then_some((node, text))
        };
        self.entries().into_iter().filter_map(text).collect()
    }

    /// Its text with white space and markup as they came.
    pub(super) fn raw(self) -> Cow<'v, str> {
        match self {
            Node::Json(Value::String(text)) => Cow::Borrowed(text),
            Node::Json(_) => Cow::Owned(self.texts().into_iter().map(|(_, text)| text).collect()),
            Node::Xml(element) => Cow::Owned(element.raw_text()),
            Node::Attribute(text) => Cow::Borrowed(text),
        }
    }

    /// What tells it from every other part of the document.
    pub(super) fn address(&self) -> usize {
        match self {
            Node::Json(value) => std::ptr::from_ref(*value).addr(),
            Node::Xml(element) => std::ptr::from_ref(*element).addr(),
            Node::Attribute(text) => text.as_ptr().addr(),
        }
    }

    /// Whether paths can lead into it.
    pub(super) fn has_parts(&self) -> bool {
        matches!(self, Node::Json(Value::Object(_)) | Node::Xml(_))
    }

    /// The item itself, for the loss account.
    pub(super) fn whole(self, root: Option<&'v Element<'v>>) -> Whole<'v> {
        match self {
            Node::Xml(element) => Whole::Xml(element, root.unwrap_or(element)),
            Node::Json(value) => Whole::Json(value),
            Node::Attribute(text) => Whole::Text(text),
        }
    }

    /// Its text for the loss account, which may hold markup.
    pub(super) fn part(self, name: &str) -> Part<'v> {
        let (text, at) = match self {
            Node::Xml(element) => (PartText::Element(element), Some(element.at)),
            node => (PartText::Marked(node.raw()), None),
        };
        Part { name: name.to_string(), at, text }
    }

    /// The same where tags are text.
    pub(super) fn plain_part(self, name: &str) -> Part<'v> {
        match self {
            Node::Xml(element) if element.elements().next().is_some() => self.part(name),
            Node::Xml(element) => {
                Part { name: name.to_string(), at: Some(element.at), text: PartText::Plain(self.raw()) }
            }
            node => Part { name: name.to_string(), at: None, text: PartText::Plain(node.raw()) },
        }
    }

    /// Keys and values of the item that may say whether it is public; without those in `read`.
    pub(super) fn state(self, read: &FxHashSet<usize>, found: &mut Vec<(String, Value)>) {
        match self {
            Node::Json(Value::Object(object)) => {
                let others = object.iter().filter(|(_, value)| !read.contains(&Node::Json(value).address()));
                let may_be = |key: &str| hold::is_key(key) || key.to_ascii_lowercase().starts_with("embargo");
                found.extend(
                    others.filter(|(key, _)| may_be(key)).map(|(key, value)| (key.clone(), without(value, read, 0))),
                );
            }
            Node::Xml(element) => {
                // The parts of an item and those in them, as for web feeds; deeper ones speak of other things.
                let parts = element.elements().flat_map(|part| std::iter::once(part).chain(part.elements()));
                for part in std::iter::once(element).chain(parts) {
                    let attributes = part
                        .attributes
                        .iter()
                        .filter(|(_, value)| !read.contains(&Node::Attribute(value.trim()).address()));
                    found.extend(attributes.map(|(key, value)| (key.to_string(), Value::from(value.trim()))));
                    if part.elements().next().is_none() && !read.contains(&Node::Xml(part).address()) {
                        found.extend(part.text().map(|text| (part.name.to_string(), Value::from(text))));
                    }
                }
            }
            Node::Json(_) | Node::Attribute(_) => {}
        }
    }

    /// Running text of parts that nobody has named.
    pub(super) fn prose(self, named: &FxHashSet<usize>, key: &mut String, depth: usize, found: &mut Vec<Part<'v>>) {
        if depth > DEPTH || !work::spend(1) || depth > 0 && named.contains(&self.address()) {
            return;
        }
        let is_prose = |text: &str| work::spend(text.len()) && text.split_whitespace().nth(PROSE - 1).is_some();
        match self {
            Node::Json(Value::String(text)) if is_prose(text) => {
                found.push(Part { name: key.clone(), at: None, text: PartText::Marked(Cow::Borrowed(text)) });
            }
            Node::Json(Value::Array(list)) => {
                list.iter().for_each(|one| Node::Json(one).prose(named, key, depth + 1, found))
            }
            Node::Json(Value::Object(object)) => {
                let length = key.len();
                for (name, value) in object {
                    if !key.is_empty() {
                        key.push('.');
                    }
                    key.push_str(&name.chars().take(60).collect::<String>());
                    Node::Json(value).prose(named, key, depth + 1, found);
                    key.truncate(length);
                }
            }
            Node::Json(_) | Node::Attribute(_) => {}
            Node::Xml(element) => {
                let has_text =
                    element.children.iter().any(|node| matches!(node, DomNode::Text(text) if !text.trim().is_empty()));
                if !has_text {
                    return element.elements().for_each(|child| Node::Xml(child).prose(named, key, depth + 1, found));
                }
                if element.text().is_some_and(|text| is_prose(&text)) {
                    found.push(Part {
                        name: element.name.to_string(),
                        at: Some(element.at),
                        text: PartText::Element(element),
                    });
                }
            }
        }
    }
}

/// A value without the parts that are read elsewhere.
fn without(value: &Value, read: &FxHashSet<usize>, depth: usize) -> Value {
    match value {
        Value::Object(object) if depth < DEPTH => {
            let others = object.iter().filter(|(_, value)| !read.contains(&Node::Json(value).address()));
            Value::Object(others.map(|(key, value)| (key.clone(), without(value, read, depth + 1))).collect())
        }
        other => other.clone(),
    }
}

/// The part of a name after its prefix: elements are known by their local names.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
