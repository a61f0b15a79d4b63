//! Formats of a house: JSON or XML of any form, read by the mapping that its source names.
//!
//! What the mapping finds becomes the keys of ninjs, so that everything else is as for that format: status, embargo and the words that hold
//! a story count, also where the mapping does not name them.

mod nodes;

use super::account::{self, Part, PartText, Source};
use super::body::{self, Body};
use super::dom::Element;
use super::item::Format;
use super::json::{Adapted, Keys, version_of};
use super::{Context, Notes, Parsed, WireTime, hold, ninjs};
use crate::config::mapping::path::Path;
use crate::config::mapping::{Field, Form, Mapping};
use crate::diag::Code;
use nodes::Node;
use rustc_hash::FxHashSet;
use serde_json::{Value, json};

/// Fields whose words readers see.
const SHOWN: &[&str] = &["headline", "subheadline", "kicker", "by", "dateline", "description", "correction"];
/// Fields that say how their keys are to be understood.
const STATE: &[&str] = &["pubStatus", "embargoedUntil", "expires"];
/// Words in a text that no field of the mapping takes and that is running text all the same.
const PROSE: usize = 6;
/// The deepest nesting of JSON that is looked through for running text. The parser allows no more.
const DEPTH: usize = 128;

/// Reads a value of JSON.
pub(super) fn json(value: &Value, mapping: &Mapping, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let items = match (&mapping.items, value) {
        (Some(path), _) => Node::Json(value).find(path),
        (None, Value::Array(list)) => list.iter().map(Node::Json).collect(),
        (None, _) => vec![Node::Json(value)],
    };
    read(items, None, mapping, context, notes, parsed);
}

/// Reads a document of XML.
pub(super) fn xml(root: &Element<'_>, mapping: &Mapping, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let items = match &mapping.items {
        Some(path) => Node::Xml(root).find(path),
        None => vec![Node::Xml(root)],
    };
    read(items, Some(root), mapping, context, notes, parsed);
}

fn read<'v>(
    items: Vec<Node<'v>>,
    root: Option<&'v Element<'v>>,
    mapping: &Mapping,
    context: &Context,
    notes: &mut Notes,
    parsed: &mut Parsed,
) {
    parsed.format = Some(Format::Mapped);
    if items.is_empty() {
        let place = mapping.items.as_ref().map_or("the document".to_string(), |path| format!("`{}`", path.as_str()));
        return notes.error(Code::WireMapping, format!("there are no items at {place}"));
    }
    for (number, item) in (1..).zip(items) {
        if !item.has_parts() {
            notes.error(Code::WireMapping, format!("item {number} is a value and has no parts that a path could name"));
            continue;
        }
        let mut reader = Reader {
            item,
            mapping,
            adapted: Adapted::default(),
            named: FxHashSet::default(),
            read: FxHashSet::default(),
            account: account::Mapped::of(item.whole(root)),
        };
        let category = reader.fields();
        reader.body();
        reader.associations();
        reader.state();
        reader.prose();
        let Reader { mut adapted, account, .. } = reader;
        adapted.aside.may_lack_uri = true;
        let from = parsed.items.len();
        ninjs::read_item(&Keys(&adapted.object), adapted.aside, context, notes, parsed);
        for item in &mut parsed.items[from..] {
            item.meta.category.clone_from(&category);
        }
        account::balance(Source::Mapped(&account), from, notes, parsed);
    }
}

/// Reads one item.
struct Reader<'v, 'm> {
    item: Node<'v>,
    mapping: &'m Mapping,
    adapted: Adapted,
    /// Parts of the item that the mapping names.
    named: FxHashSet<usize>,
    /// Those among them that say whether the story is public, which are read by the mapping alone.
    read: FxHashSet<usize>,
    account: account::Mapped<'v>,
}

impl<'v> Reader<'v, '_> {
    /// Fills the keys; returns the section, for which ninjs has none.
    fn fields(&mut self) -> Option<String> {
        let mut category = None;
        for (name, field) in &self.mapping.fields {
            let texts = self.texts(name, field);
            let Some(first) = texts.first().cloned() else { continue };
            let is_true = ["true", "yes", "1", "on"].iter().any(|word| first.eq_ignore_ascii_case(word));
            let one = |key: &str, adapted: &mut Adapted| adapted.set(key, Some(first.clone()));
            let adapted = &mut self.adapted;
            match *name {
                "category" => category = crate::config::section_path(&first),
                "description" => one("description_text", adapted),
                "provider" => one("source", adapted),
                "by" => adapted.put("byline", json!(texts)),
                "edNote" => adapted.set("edNote", Some(texts.join(" "))),
                "replaces" => adapted.put("replacing", json!(texts)),
                "correction" => adapted.put("descriptions", json!([{"role": "correction", "value": first}])),
                "notes" => adapted.aside.notes.extend(texts.into_iter().map(|text| ("desk".to_string(), text))),
                "advisory" if is_true => adapted.set("type", Some("advisory".to_string())),
                "alert" if is_true => adapted.put("profile", json!("alert")),
                "advisory" | "alert" => {}
                "translationOf" => self.add_association(json!({"rel": "translationOf", "uri": first})),
                "subjects" | "keywords" | "genres" | "places" | "people" | "organisations" | "signals" | "altIds" => {
                    adapted.put(name, json!(texts));
                }
                _ => one(name, adapted),
            }
        }
        let adapted = &mut self.adapted;
        if adapted.text(&["type"]).is_none() {
            adapted.set("type", Some("text".to_string()));
        }
        // As for web feeds: what counts no versions has the time of the last change for a number.
        if adapted.text(&["version"]).is_none() {
            let time = adapted.text(&["versionCreated"]);
            adapted.set("version", version_of(time.as_deref().and_then(WireTime::parse)));
        }
        category
    }

    /// The texts of a field, in the words of a story.
    fn texts(&mut self, name: &str, field: &Field) -> Vec<String> {
        let mut found: Vec<(Node<'v>, String)> = Vec::new();
        for path in &field.paths {
            let nodes = self.find(path);
            if STATE.contains(&name) {
                self.read.extend(nodes.iter().map(Node::address));
            }
            if found.is_empty() {
                found = nodes.into_iter().flat_map(Node::texts).collect();
            }
        }
        if found.is_empty() {
            self.account.own.extend(field.value.clone());
            return field.value.iter().cloned().collect();
        }
        let mut texts = Vec::with_capacity(found.len());
        for (node, text) in found {
            let own = field.values.get(text.trim()).cloned().or_else(|| field.time(&text));
            match own {
                Some(own) => {
                    self.account.own.push(own.clone());
                    texts.push(own);
                }
                None => {
                    if SHOWN.contains(&name) {
                        self.account.texts.push(node.part(name));
                    }
                    texts.push(text);
                }
            }
        }
        texts
    }

    fn find(&mut self, path: &Path) -> Vec<Node<'v>> {
        let nodes = self.item.find(path);
        self.named.extend(nodes.iter().map(Node::address));
        nodes
    }

    /// The first of the texts that there is; the others are renditions of it.
    fn body(&mut self) {
        let mut text = None;
        for path in &self.mapping.body {
            let nodes: Vec<Node<'v>> = self.find(path).into_iter().flat_map(Node::entries).collect();
            let mut body = Body::default();
            nodes.iter().for_each(|node| body.extend(of_node(*node, self.mapping.form)));
            if body.blocks.iter().all(|block| block.is_empty()) {
                continue;
            }
            let is_plain = self.mapping.form != Form::Html;
            let parts = nodes.iter().map(|node| if is_plain { node.plain_part("body") } else { node.part("body") });
            self.account.bodies.push(parts.collect());
            text.get_or_insert(body);
        }
        self.adapted.aside.body = text.or(Some(Body::default()));
    }

    fn associations(&mut self) {
        let Some(mapping) = &self.mapping.associations else { return };
        for medium in self.find(&mapping.items).into_iter().flat_map(Node::entries) {
            let mut texts = |paths: &[Path]| {
                let found = paths.iter().map(|path| {
                    let nodes = medium.find(path);
                    self.named.extend(nodes.iter().map(Node::address));
                    nodes.into_iter().flat_map(Node::texts).next()
                });
                found.collect::<Vec<_>>().into_iter().flatten().next()
            };
            let caption = texts(&mapping.caption);
            let mut text = |paths: &[Path]| texts(paths).map(|(_, text)| text);
            let kind = text(&mapping.kind.paths);
            let kind = kind
                .map(|kind| mapping.kind.values.get(kind.trim()).cloned().unwrap_or(kind))
                .or_else(|| mapping.kind.value.clone());
            let own = json!({
                "type": kind,
                "href": text(&mapping.href),
                "description_text": caption.as_ref().map(|(_, text)| text),
                "byline": text(&mapping.by),
                "creditline": text(&mapping.credit),
                "usageterms": text(&mapping.rights),
            });
            // A caption without its picture is not shown, and nobody misses it.
            if own["href"].is_string() {
                self.account.texts.extend(caption.map(|(node, _)| node.part("associations: caption")));
                self.add_association(own);
            }
        }
    }

    fn add_association(&mut self, one: Value) {
        let list = self.adapted.object.entry("associations").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(one);
        }
    }

    /// Keys of the item that say whether it may be published, and that the mapping does not read.
    fn state(&mut self) {
        let mut found: Vec<(String, Value)> = Vec::new();
        self.item.state(&self.read, &mut found);
        for (key, value) in found {
            let is_own = hold::is_key(&key) || key.to_ascii_lowercase().starts_with("embargo");
            if is_own && !self.adapted.object.contains_key(&key) {
                self.adapted.object.insert(key, value);
            }
        }
    }

    /// Running text that the mapping does not name: a reader may miss it.
    fn prose(&mut self) {
        let paths = &self.mapping.ignore;
        let ignored: Vec<Node<'v>> = paths.iter().flat_map(|path| self.item.find(path)).collect();
        self.named.extend(ignored.iter().map(Node::address));
        let mut found = Vec::new();
        self.item.prose(&self.named, &mut String::new(), 0, &mut found);
        self.account.texts.append(&mut found);
    }
}

/// The text at a node, as the mapping says that it is.
fn of_node(node: Node<'_>, form: Form) -> Body {
    match (node, form) {
        (Node::Xml(element), _) if element.elements().next().is_some() => body::of_element(element),
        (node, Form::Html) => body::of_string(&node.raw()),
        (node, Form::Text) => body::of_plain(&node.raw(), false),
        (node, Form::Lines) => body::of_plain(&node.raw(), true),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::mapping;
    use crate::config::mapping::FIELDS;
    use crate::story::{KEYS, Status};
    use crate::wire::{self, Context, Parsed, markup};

    fn parsed(mapping: &str, text: &str) -> Parsed {
        let mapping = mapping::read(mapping, "m.yaml").unwrap_or_else(|error| panic!("{error}"));
        let context = Context { mapping: Some(&mapping), ..Context::default() };
        wire::read(text.as_bytes(), "a", &context)
    }

    fn messages(parsed: &Parsed) -> Vec<String> {
        parsed.diagnostics.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_field_is_a_key_of_front_matter() {
        for (name, _) in FIELDS {
            assert!(KEYS.iter().any(|key| key.name == *name), "{name}");
        }
    }

    #[test]
    fn every_field_reaches_its_key() {
        let value = |name: &str| match name {
            "pubStatus" => "withheld",
            "version" | "urgency" => "3",
            "language" => "de",
            "advisory" | "alert" => "yes",
            "subjects" => "medtop:20000082",
            "dateline" => "HALDEN, Nov 18",
            "category" => "politics/elections",
            "genres" | "signals" => "feature",
            _ if name.ends_with("Created") || name.ends_with("Until") || name == "expires" => "2026-11-18T09:00:00Z",
            _ => "Some words",
        };
        for (name, _) in FIELDS {
            let mapping = format!(
                "fields:\n  {name}: own\n{}body: text\n",
                if *name == "headline" { "" } else { "  headline: title\n" }
            );
            let text = serde_json::json!({"own": value(name), "title": "Port closes", "text": "The port closed on Wednesday."}).to_string();
            let with = parsed(&mapping, &text);
            let without = parsed("fields: {headline: title}\nbody: text\nignore: [own]\n", &text);
            let (Some(with), Some(without)) = (with.items.first(), without.items.first()) else { panic!("{name}") };
            let is_byline = *name == "by" && with.byline.as_deref() == Some("Some words");
            let is_set = format!("{:?}", with.meta.value(name)) != format!("{:?}", without.meta.value(name));
            assert!(is_set || is_byline, "{name}: {:?}", with.meta.value(name));
        }
    }

    const FIELDS_OF_JSON: &str = "items: stories[*]\nfields:\n  uri: id\n  headline: [\"titles[kind=web].text\", title]\n  pubStatus: {path: state, values: {frei: usable, weg: canceled}}\nbody: {path: \"paras[*]\", as: text}\n";

    #[test]
    fn paths_find_their_values() {
        let text = r#"{"stories": [
            {"id": 7, "titles": [{"kind": "push", "text": "Short"}, {"kind": "web", "text": "Port closes"}], "state": "frei", "paras": ["One < two.", "Three."]},
            {"id": 8, "title": "Ships wait", "state": "weg"},
            {"id": 9, "title": "Ships sail", "state": "prüfen", "paras": ["Four."]}]}"#;
        let parsed = parsed(FIELDS_OF_JSON, text);
        let found: Vec<_> =
            parsed.items.iter().map(|item| (item.uri(), item.meta.headline.as_str(), item.meta.status)).collect();
        assert_eq!(
            found,
            [
                ("7", "Port closes", Status::Usable),
                ("8", "Ships wait", Status::Canceled),
                ("9", "Ships sail", Status::Withheld)
            ]
        );
        assert_eq!(markup::html(&parsed.items[0].body), "<p>One &lt; two.</p>\n<p>Three.</p>\n");
        assert_eq!((parsed.lost_words, parsed.invented_words), (0, 0), "{:?}", messages(&parsed));
    }

    #[test]
    fn paths_of_xml() {
        let mapping = "items: Story[*]\nfields:\n  uri: \"@id\"\n  headline: Head.Field[@name=Title]\n  by: Head.Author[*].@name\n  \
                       embargoedUntil: {path: Head.Frei, dates: [\"%d.%m.%Y %H:%M %z\"]}\nbody: Body.Para[*]\n\
                       associations: {items: \"Pic[*]\", href: \"@src\", caption: Legend}\n";
        let text = "<x:Export xmlns:x='u'><x:Story id='a:1'><Head><Field name='Slug'>port</Field><Field name='Title'>Port <i>closes</i></Field>\
                    <Author name='Ana Reyes'/><Author name='Tom Vale'/><Frei>30.11.2026 06:00 +0100</Frei></Head>\
                    <Body><Para>One <b>two</b>.</Para><Para>Three.</Para></Body><Pic src='p.jpg'><Legend>The port</Legend></Pic></x:Story></x:Export>";
        let parsed = parsed(mapping, text);
        let [item] = &parsed.items[..] else { panic!("{:?}", messages(&parsed)) };
        assert_eq!(
            (item.uri(), item.meta.headline.as_str(), item.byline.as_deref()),
            ("a:1", "Port closes", Some("Ana Reyes, Tom Vale"))
        );
        assert_eq!(item.meta.embargoed_until.map(|time| time.to_string()).as_deref(), Some("2026-11-30T05:00:00Z"));
        assert_eq!(markup::html(&item.body), "<p>One <strong>two</strong>.</p>\n<p>Three.</p>\n");
        assert_eq!(item.meta.associations[0].caption.as_deref(), Some("The port"));
        assert_eq!((parsed.lost_words, parsed.invented_words), (0, 0), "{:?}", messages(&parsed));
    }

    #[test]
    fn what_says_not_yet_holds_without_being_mapped() {
        let mapping = "fields: {uri: id, headline: title}\nbody: text\n";
        for key in
            [r#""state": "draft""#, r#""embargo": "until noon""#, r#""flags": {"is_draft": true}"#, r#""killed": true"#]
        {
            let text = format!(r#"{{"id": "a:1", "title": "Port closes", "text": "The port closed.", {key}}}"#);
            assert_ne!(parsed(mapping, &text).items[0].meta.status, Status::Usable, "{key}");
        }
        for inner in ["<Status>draft</Status>", "<Head><is-draft>yes</is-draft></Head>"] {
            let text = format!("<S><id>a:1</id><title>Port closes</title><text>The port closed.</text>{inner}</S>");
            assert_ne!(parsed(mapping, &text).items[0].meta.status, Status::Usable, "{inner}");
        }
        let text = "<S state='killed'><id>a:1</id><title>Port closes</title><text>The port closed.</text></S>";
        assert_ne!(parsed(mapping, text).items[0].meta.status, Status::Usable);
        // The words of an embargo in the text count as everywhere.
        let text =
            r#"{"id": "a:1", "title": "Port closes", "text": "EMBARGOED until further notice\n\nThe port closed."}"#;
        assert_ne!(parsed(mapping, text).items[0].meta.status, Status::Usable);
    }

    #[test]
    fn running_text_without_a_field_is_named() {
        let mapping = "fields: {uri: id, headline: title}\nbody: text\n";
        let text = r#"{"id": "a:1", "title": "Port closes", "text": "The port closed.", "boxes": [{"text": "Seven ships wait in the bay tonight"}], "code": "A B C"}"#;
        let found = parsed(mapping, text);
        assert_eq!(found.lost_words, 7, "{:?}", messages(&found));
        assert!(
            messages(&found).iter().any(|message| message.contains("of `boxes.text` did not get into the story")),
            "{:?}",
            messages(&found)
        );
        assert_eq!(parsed(&format!("{mapping}ignore: [boxes]\n"), text).lost_words, 0);
        let xml = "<S><id>a:1</id><title>Port closes</title>\n<text>The port closed.</text>\n<box>Seven <b>ships</b> wait in the bay tonight</box></S>";
        let found = parsed(mapping, xml);
        assert!(
            messages(&found).iter().any(|message| message.starts_with("a:3:1: warning: 7 words")),
            "{:?}",
            messages(&found)
        );
    }

    #[test]
    fn what_does_not_fit_the_mapping_is_an_error() {
        for (mapping, text, message) in [
            ("items: a[*]\nfields: {headline: b}\n", r#"{"b": 1}"#, "there are no items at `a[*]`"),
            ("items: a[*]\nfields: {headline: b}\n", r#"{"a": [1]}"#, "item 1 is a value and has no parts"),
            ("items: a[*]\nfields: {headline: b}\n", "<x/>", "there are no items at `a[*]`"),
        ] {
            let found = messages(&parsed(mapping, text));
            assert!(found.len() == 1 && found[0].contains(message), "{found:?}");
        }
    }

    #[test]
    fn what_the_mapping_says_itself_is_not_invented() {
        let mapping = "fields:\n  uri: id\n  headline: {value: Market report}\n  kicker: {path: desk, values: {B: Business desk}}\nbody: {path: text, as: lines}\n";
        let parsed = parsed(mapping, r#"{"id": "a:1", "desk": "B", "text": "Shares rose.\nBonds fell."}"#);
        assert_eq!(
            (parsed.items[0].meta.headline.as_str(), parsed.items[0].meta.kicker.as_deref()),
            ("Market report", Some("Business desk"))
        );
        assert_eq!(markup::html(&parsed.items[0].body), "<p>Shares rose.</p>\n<p>Bonds fell.</p>\n");
        assert_eq!((parsed.lost_words, parsed.invented_words), (0, 0), "{:?}", messages(&parsed));
    }
}
