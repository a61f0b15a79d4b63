//! House rules, held by reading the sources: which module may use which, and that every diagnostic is documented.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The layers from the floor up. A module uses modules of lower layers.
const LAYERS: &[&[&str]] = &[
    &[
        "arena",
        "clock",
        "diag",
        "file",
        "hash",
        "html",
        "letters",
        "media_type",
        "page",
        "path",
        "progress",
        "recording",
    ],
    &["related"],
    &["search"],
    &["config", "front", "picture", "story", "topics"],
    &["parse", "source", "state", "theme", "wire"],
    &["load", "desk", "index"],
    &["last_build", "leaks", "moved", "plan", "purge", "render", "write"],
    &["build", "import", "live_desk", "migrate", "publish", "serve", "theming"],
    &["cli"],
];

/// Modules that may use one of their own layer.
const NEIGHBOURS: &[(&str, &str)] = &[
    ("file", "hash"),
    ("media_type", "recording"),
    ("config", "topics"),
    ("front", "config"),
    ("front", "story"),
    ("picture", "config"),
    ("story", "picture"),
    ("state", "source"),
    ("index", "desk"),
    ("leaks", "plan"),
    ("moved", "plan"),
    ("render", "plan"),
    ("write", "plan"),
    ("wire", "parse"),
    ("live_desk", "build"),
    ("live_desk", "import"),
    ("live_desk", "publish"),
    ("live_desk", "serve"),
    ("serve", "build"),
    ("serve", "theming"),
    ("theming", "build"),
];

fn layer(module: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or_else(|| panic!("`{module}` is in no layer"))
}

/// The modules that a line names by `crate::`.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or("");
    let mut modules = Vec::new();
    for (at, text) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + text.len()..];
        let list = rest.strip_prefix('{').map_or_else(|| vec![rest], |list| list.split(',').collect());
        modules.extend(list.into_iter().map(|name| {
            let name = name.trim();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            &name[..end]
        }));
    }
    modules
}

#[test]
fn no_module_uses_a_higher_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        if !path.ends_with(".rs") || path == "lib.rs" || path == "main.rs" {
            continue;
        }
        let own = match path.trim_end_matches(".rs").split('/').collect::<Vec<_>>()[..] {
            [own, ..] => own,
            [] => unreachable!(),
        };
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for (number, line) in text.lines().enumerate() {
            for module in named(line) {
                let may = module == own || layer(module) < layer(own) || NEIGHBOURS.contains(&(own, module));
                if !may {
                    faults.push(format!("src/{path}:{}: `{own}` may not use `{module}`", number + 1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_diagnostic_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("docs/diagnostics.md: {error}"));
    let headings: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("## ")).map(|name| name.trim().trim_matches('`')).collect();
    let codes: Vec<&str> = dateline::diag::Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(headings, codes);
}

#[test]
fn imports_are_seen() {
    for (line, modules) in [
        ("use crate::diag::{Code, Diagnostic};", &["diag"][..]),
        ("use crate::{config, desk::State};", &["config", "desk"]),
        ("    let hash = crate::hash::Hash::of(b); // crate::cli", &["hash"]),
        ("use crate::related::Words;", &["related"]),
        ("use std::fs;", &[]),
    ] {
        assert_eq!(named(line), modules, "{line}");
    }
}

/// The modules of `publish`, each with those of them that it uses, tests left out. What stands in `publish.rs` itself counts as a module
/// that uses all others.
fn parts_of_publish() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root.join("publish")).into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(&root).unwrap().with_extension("");
        let module: Vec<&str> = path.iter().map(|name| name.to_str().unwrap()).collect();
        if entry.file_type().is_file() {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            parts.entry(module[1].to_string()).or_default().extend(used_of_publish(&module, code));
        }
    }
    let all: BTreeSet<String> = parts.keys().cloned().collect();
    for (part, used) in &mut parts {
        let is_part = |name: &String| all.contains(name);
        *used = used.iter().map(|name| if is_part(name) { name.clone() } else { "publish".to_string() }).collect();
        used.remove(part);
    }
    parts.insert("publish".to_string(), all);
    parts
}

/// What a module below `publish` names of `publish`, by `crate::publish::` or by `super::`.
fn used_of_publish(module: &[&str], code: &str) -> BTreeSet<String> {
    let code: String = code.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join(" ");
    let mut used = BTreeSet::new();
    let starts = code.match_indices("crate::publish::").chain(code.match_indices("super::"));
    for (at, start) in starts.filter(|(at, _)| !code[..*at].ends_with("super::")) {
        let mut rest = &code[at..];
        if start.starts_with("crate") {
            rest = &rest[start.len()..];
        } else {
            let mut of = module;
            while let Some(tail) = rest.strip_prefix("super::") {
                (of, rest) = (&of[..of.len() - 1], tail);
            }
            if of != ["publish"] {
                continue;
            }
        }
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let names = listed(rest).into_iter().map(|name| name.trim().split(|c| !is_name(c)).next().unwrap_or(""));
        used.extend(names.filter(|name| !name.is_empty()).map(str::to_string));
    }
    used
}

/// The paths of a list in braces, or the one that stands there without.
fn listed(text: &str) -> Vec<&str> {
    let Some(list) = text.strip_prefix('{') else { return vec![text] };
    let (mut depth, mut start, mut paths) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                paths.push(&list[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                paths.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    paths
}

/// Modules of which each uses the next, and the last the first.
fn circle(parts: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn follow(
        parts: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        let last = way.last()?.clone();
        for next in parts.get(&last).into_iter().flatten().filter(|next| !done.contains(*next)).collect::<Vec<_>>() {
            if let Some(start) = way.iter().position(|module| module == next) {
                return Some(way[start..].to_vec());
            }
            way.push(next.clone());
            let found = follow(parts, way, done);
            if found.is_some() {
                return found;
            }
            way.pop();
        }
        done.insert(last);
        None
    }
    let mut done = BTreeSet::new();
    parts.keys().find_map(|part| follow(parts, &mut vec![part.clone()], &mut done))
}

#[test]
fn the_modules_of_publish_go_in_no_circle() {
    let parts = parts_of_publish();
    assert!(parts["object"].contains("record") && parts["target"].contains("state"));
    if let Some(circle) = circle(&parts) {
        panic!("each of these modules of `publish` uses the next, and the last the first: {}", circle.join(", "));
    }
}

#[test]
fn uses_of_publish_are_seen_and_circles_found() {
    let code = "use super::super::{plan::{Change, Stage}, Fault}; // super::no\nuse super::Work;\nlet x = crate::publish::http::Sender::new();\n";
    let expected = ["plan", "Fault", "http"].map(String::from);
    assert_eq!(used_of_publish(&["publish", "target", "git"], code), BTreeSet::from(expected));
    let graph = |edges: &[(&str, &[&str])]| {
        let set = |names: &&[&str]| names.iter().map(|name| (*name).to_string()).collect();
        edges.iter().map(|(from, to)| ((*from).to_string(), set(to))).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(circle(&graph(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])), None);
    let found = circle(&graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["d"]), ("d", &["b"])]));
    assert_eq!(found.unwrap(), ["b", "c", "d"]);
}
