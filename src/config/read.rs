//! How settings are read: as people write them, and with the place of what is wrong.
//!
//! One rule holds for every setting. A key without a value, or with an empty text, counts as absent. A number is text where text is
//! wanted, as it is written, and text is a number where that is wanted. One value is a list of one. A byte order mark, and the lines
//! `---` and `...` that begin or end a document, change nothing.

use super::form::{Form, SETTINGS};
use super::places::{self, Step};
use crate::diag::{Diagnostic, Location, Result, nearest};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, Visitor,
};
use std::collections::HashSet;
use std::fmt;

/// Reads a file of settings.
pub(super) fn read<T: DeserializeOwned>(text: &str, file: &str) -> Result<T> {
    read_as(text, file, &SETTINGS)
}

/// Reads another file that is written like settings.
pub fn read_as<T: DeserializeOwned>(text: &str, file: &str, form: &Form) -> Result<T> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree = tree(text, file, form)?;
    T::deserialize(Value(&tree)).map_err(|fault| fault.diagnostic(text, file, form).into())
}

/// The one document of a file that holds something.
fn tree(text: &str, file: &str, form: &Form) -> Result<Tree> {
    let unreadable = |error: serde_yaml::Error| {
        let message = error.to_string();
        let at = error.location().map_or((1, 1), |place| (place.line() as u32, place.column() as u32));
        let short = message.split(" at line ").next().unwrap_or(&message).to_string();
        let diagnostic = Diagnostic::error(form.code, short).at(Location::at(file, at.0, at.1));
        diagnostic.hint(format!("{} are YAML: one `key: value` a line, and text that holds `: ` in quotes", form.noun))
    };
    let mut found = Tree::Null;
    let mut written = serde_yaml::Deserializer::from_str(text);
    for document in serde_yaml::Deserializer::from_str(text) {
        let tree = Tree::deserialize(document).map_err(unreadable)?;
        let Some(written) = written.next() else { break };
        if matches!(tree, Tree::Null) {
            continue;
        }
        if !matches!(found, Tree::Null) {
            let line = second_document(text);
            let message = format!("a second YAML document begins here; {} must be one", form.noun);
            let diagnostic = Diagnostic::error(form.code, message).at(Location::at(file, line, 1));
            return Err(diagnostic.hint("take the line `---` out").into());
        }
        found = AsWritten(tree).deserialize(written).map_err(unreadable)?;
    }
    Ok(found)
}

/// The line of the last `---` that begins a document.
fn second_document(text: &str) -> u32 {
    let begins = |line: &str| line == "---" || line.starts_with("--- ");
    (1..).zip(text.lines()).filter(|(_, line)| begins(line)).last().map_or(1, |(number, _)| number)
}

/// What a file says.
#[derive(Debug)]
enum Tree {
    Null,
    /// A value, and how it is written.
    Scalar(Scalar, String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

#[derive(Clone, Copy, Debug)]
enum Scalar {
    Bool(bool),
    Int(i64),
    Large(u64),
    Float(f64),
    Text,
}

impl Tree {
    fn is_empty(&self) -> bool {
        match self {
            Tree::Null => true,
            Tree::Scalar(_, text) => text.trim().is_empty(),
            Tree::List(_) | Tree::Map(_) => false,
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Tree, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a setting")
    }

    fn visit_unit<E>(self) -> std::result::Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> std::result::Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Tree, E> {
        Ok(Tree::Scalar(Scalar::Bool(value), value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Tree, E> {
        Ok(Tree::Scalar(Scalar::Int(value), value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Tree, E> {
        let scalar = i64::try_from(value).map_or(Scalar::Large(value), Scalar::Int);
        Ok(Tree::Scalar(scalar, value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Tree, E> {
        Ok(Tree::Scalar(Scalar::Float(value), value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Tree, E> {
        Ok(Tree::Scalar(Scalar::Text, value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> std::result::Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = access.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> std::result::Result<Tree, A::Error> {
        let mut entries = Vec::new();
        let mut keys = HashSet::new();
        while let Some(key) = access.next_key_seed(NewKey(&mut keys))? {
            entries.push((key, access.next_value()?));
        }
        Ok(Tree::Map(entries))
    }
}

/// A key that its mapping has not had yet.
struct NewKey<'k>(&'k mut HashSet<String>);

impl<'de> DeserializeSeed<'de> for NewKey<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NewKey<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> std::result::Result<String, E> {
        let is_new = self.0.insert(key.to_string());
        if is_new { Ok(key.to_string()) } else { Err(E::custom(format!("`{key}` appears twice; keep one of them"))) }
    }
}

/// Reads the same document once more, for how its numbers are written: `007` and `1.10` stay as written where text is wanted.
struct AsWritten(Tree);

impl<'de> DeserializeSeed<'de> for AsWritten {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Tree, D::Error> {
        match &self.0 {
            Tree::Null => de::IgnoredAny::deserialize(deserializer).map(|_| Tree::Null),
            Tree::Scalar(scalar, _) => Ok(Tree::Scalar(*scalar, String::deserialize(deserializer)?)),
            Tree::List(_) => deserializer.deserialize_seq(self),
            Tree::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for AsWritten {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the same once more")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> std::result::Result<Tree, A::Error> {
        let mut list = Vec::new();
        let Tree::List(items) = self.0 else { return Ok(self.0) };
        for item in items {
            list.extend(access.next_element_seed(AsWritten(item))?);
        }
        while access.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> std::result::Result<Tree, A::Error> {
        let mut map = Vec::new();
        let Tree::Map(entries) = self.0 else { return Ok(self.0) };
        for (key, value) in entries {
            if access.next_key::<de::IgnoredAny>()?.is_some() {
                map.push((key, access.next_value_seed(AsWritten(value))?));
            }
        }
        while access.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
        Ok(Tree::Map(map))
    }
}

/// What is wrong with a value, and where: the path from the value outwards.
#[derive(Debug)]
struct Fault {
    path: Vec<OwnedStep>,
    what: What,
}

#[derive(Debug)]
enum OwnedStep {
    Key(String),
    Item(usize),
}

#[derive(Debug)]
enum What {
    /// The value is of a kind, or a text, that is not wanted.
    Wrong {
        is: String,
        wanted: String,
    },
    Unknown {
        key: String,
        known: &'static [&'static str],
    },
    Missing(&'static str),
    Other(String),
}

impl Fault {
    fn new(what: What) -> Fault {
        Fault { path: Vec::new(), what }
    }

    fn inside(mut self, step: OwnedStep) -> Fault {
        self.path.push(step);
        self
    }

    /// The keys on the way, without numbers of items.
    fn keys(&self) -> Vec<&str> {
        let mut keys = Vec::with_capacity(self.path.len());
        for step in self.path.iter().rev() {
            if let OwnedStep::Key(key) = step {
                keys.push(key.as_str());
            }
        }
        keys
    }

    fn diagnostic(&self, text: &str, file: &str, form: &Form) -> Diagnostic {
        let mut steps: Vec<Step> = Vec::with_capacity(self.path.len() + 1);
        steps.extend(self.path.iter().rev().map(|step| match step {
            OwnedStep::Key(key) => Step::Key(key, 0),
            OwnedStep::Item(number) => Step::Item(*number),
        }));
        let keys = self.keys();
        let named = |keys: &[&str]| keys.iter().map(|key| format!("{key}: ")).collect::<String>();
        let before = named(&keys);
        let name = keys.split_last().map(|(last, above)| format!("{}`{last}`", named(above)));
        let (message, hint, place) = match &self.what {
            What::Wrong { is, wanted } => {
                let name = name.as_deref().unwrap_or("the file");
                let message = format!("{name} is {is}, expected {wanted}");
                (message, form.example(keys.last().copied().unwrap_or("key"), wanted), places::of_value(text, &steps))
            }
            What::Unknown { key, known } => {
                steps.push(Step::Key(key, 0));
                let hint = match nearest(key, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("{} has all {}{}", form.manual, form.keys, form.own_keys),
                };
                let known: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
                let message = format!("{before}unknown field `{key}`, expected one of {}", known.join(", "));
                (message, hint, places::of_key(text, &steps))
            }
            What::Missing(key) => {
                let above = if steps.is_empty() { None } else { places::of_key(text, &steps) };
                steps.push(Step::Key(key, 0));
                match places::of_key(text, &steps) {
                    Some(place) => {
                        (format!("{before}`{key}` is empty"), format!("write a value behind `{key}:`"), Some(place))
                    }
                    None => (format!("{before}missing field `{key}`"), format!("add a line `{key}: …`"), above),
                }
            }
            What::Other(message) => {
                let name = name.as_deref().unwrap_or("the file");
                (format!("{name}: {message}"), String::new(), places::of_value(text, &steps))
            }
        };
        let (line, column) = place.unwrap_or((1, 1));
        let diagnostic = Diagnostic::error(form.code, message).at(Location::at(file, line, column));
        if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.what)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Fault {
        Fault::new(What::Other(message.to_string()))
    }

    fn invalid_type(is: Unexpected, wanted: &dyn Expected) -> Fault {
        Fault::new(What::Wrong { is: shown(is), wanted: plain(&wanted.to_string()) })
    }

    fn invalid_value(is: Unexpected, wanted: &dyn Expected) -> Fault {
        Fault::invalid_type(is, wanted)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Fault {
        let names: Vec<String> = expected.iter().map(|name| format!("`{name}`")).collect();
        Fault::new(What::Wrong { is: format!("`{variant}`"), wanted: names.join(", ") })
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Fault {
        Fault::new(What::Unknown { key: key.to_string(), known })
    }

    fn missing_field(key: &'static str) -> Fault {
        Fault::new(What::Missing(key))
    }
}

fn shown(is: Unexpected) -> String {
    match is {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(number) => format!("`{number}`"),
        Unexpected::Signed(number) => format!("`{number}`"),
        Unexpected::Float(number) => format!("`{number}`"),
        Unexpected::Str(text) => format!("`{}`", text.chars().take(60).collect::<String>().escape_debug()),
        Unexpected::Seq => "a list".to_string(),
        Unexpected::Map => "a mapping".to_string(),
        Unexpected::Unit => "empty".to_string(),
        other => other.to_string(),
    }
}

/// Serde's word for a kind of value in plain ones.
fn plain(wanted: &str) -> String {
    match wanted {
        "a string" => "text",
        "a sequence" => "a list",
        "a map" => "a mapping",
        "u8" => "a whole number from 0 to 255",
        "u32" | "u64" | "usize" => "a whole number, 0 or more",
        wanted if wanted.starts_with("struct ") => "a mapping",
        wanted => wanted,
    }
    .to_string()
}

/// Hands a tree to the types of the settings.
#[derive(Clone, Copy)]
struct Value<'t>(&'t Tree);

impl<'t> Value<'t> {
    fn unexpected(&self) -> Unexpected<'t> {
        match self.0 {
            Tree::Null => Unexpected::Unit,
            Tree::List(_) => Unexpected::Seq,
            Tree::Map(_) => Unexpected::Map,
            Tree::Scalar(Scalar::Bool(value), _) => Unexpected::Bool(*value),
            Tree::Scalar(Scalar::Int(number), _) => Unexpected::Signed(*number),
            Tree::Scalar(Scalar::Large(number), _) => Unexpected::Unsigned(*number),
            Tree::Scalar(Scalar::Float(number), _) => Unexpected::Float(*number),
            Tree::Scalar(Scalar::Text, text) => Unexpected::Str(text),
        }
    }

    fn number<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.0 {
            Tree::Scalar(Scalar::Text, text) => match text.trim().parse() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
            },
            Tree::Scalar(..) => self.deserialize_any(visitor),
            _ => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
        }
    }
}

macro_rules! numbers {
    ($($name:ident)*) => {
        $(fn $name<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
            self.number(visitor)
        })*
    };
}

impl<'t> Deserializer<'t> for Value<'t> {
    type Error = Fault;

    /// As it stands: empty values of `extra` are the theme's to judge.
    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.0 {
            Tree::Null => visitor.visit_unit(),
            Tree::Scalar(Scalar::Bool(value), _) => visitor.visit_bool(*value),
            Tree::Scalar(Scalar::Int(number), _) => visitor.visit_i64(*number),
            Tree::Scalar(Scalar::Large(number), _) => visitor.visit_u64(*number),
            Tree::Scalar(Scalar::Float(number), _) => visitor.visit_f64(*number),
            Tree::Scalar(Scalar::Text, text) => visitor.visit_str(text),
            Tree::List(items) => visitor.visit_seq(Items { items, at: 0, drops_empty: false }),
            Tree::Map(entries) => visitor.visit_map(Entries { entries, at: 0, known: &[] }),
        }
    }

    numbers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64);

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.0 {
            Tree::Null => visitor.visit_str(""),
            Tree::Scalar(_, text) => visitor.visit_str(text.trim()),
            // For texts that may be one a language.
            Tree::Map(entries) => visitor.visit_map(Entries { entries, at: 0, known: &[] }),
            Tree::List(_) => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        let items = match self.0 {
            Tree::List(items) => items.as_slice(),
            tree if tree.is_empty() => &[],
            one => return visitor.visit_seq(One(Some(one))),
        };
        visitor.visit_seq(Items { items, at: 0, drops_empty: true })
    }

    /// Keys of the site's own, whose empty values may mean something.
    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.0 {
            Tree::Map(entries) => visitor.visit_map(Entries { entries, at: 0, known: &[] }),
            tree if tree.is_empty() => visitor.visit_map(Entries { entries: &[], at: 0, known: &[] }),
            _ => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.0 {
            Tree::Map(entries) => visitor.visit_map(Entries { entries, at: 0, known }),
            tree if tree.is_empty() => visitor.visit_map(Entries { entries: &[], at: 0, known }),
            _ => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.0 {
            Tree::Scalar(_, text) => {
                let name: StrDeserializer<'_, Fault> = text.trim().into_deserializer();
                visitor.visit_enum(name)
            }
            _ => Err(de::Error::invalid_type(self.unexpected(), &"text")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool char bytes byte_buf unit unit_struct tuple tuple_struct ignored_any
    }
}

/// The one item of a list that is not written as one.
struct One<'t>(Option<&'t Tree>);

impl<'t> SeqAccess<'t> for One<'t> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> std::result::Result<Option<S::Value>, Fault> {
        self.0.take().map(|tree| seed.deserialize(Value(tree))).transpose()
    }
}

struct Items<'t> {
    items: &'t [Tree],
    at: usize,
    drops_empty: bool,
}

impl<'t> SeqAccess<'t> for Items<'t> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> std::result::Result<Option<S::Value>, Fault> {
        while let Some(tree) = self.items.get(self.at) {
            self.at += 1;
            if !(self.drops_empty && tree.is_empty()) {
                let value = seed.deserialize(Value(tree));
                return value.map(Some).map_err(|fault| fault.inside(OwnedStep::Item(self.at - 1)));
            }
        }
        Ok(None)
    }
}

struct Entries<'t> {
    entries: &'t [(String, Tree)],
    at: usize,
    /// Keys that are left out where they have no value, so that defaults take their place. Others are seen, since they may be misspelt.
    known: &'static [&'static str],
}

impl<'t> MapAccess<'t> for Entries<'t> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> std::result::Result<Option<S::Value>, Fault> {
        let is_absent = |(key, tree): &(String, Tree)| tree.is_empty() && self.known.contains(&key.as_str());
        while self.entries.get(self.at).is_some_and(is_absent) {
            self.at += 1;
        }
        let Some((key, _)) = self.entries.get(self.at) else { return Ok(None) };
        let key: StrDeserializer<'_, Fault> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> std::result::Result<S::Value, Fault> {
        let Some((key, tree)) = self.entries.get(self.at) else { return Err(de::Error::custom("no value is left")) };
        self.at += 1;
        seed.deserialize(Value(tree)).map_err(|fault| fault.inside(OwnedStep::Key(key.clone())))
    }
}
