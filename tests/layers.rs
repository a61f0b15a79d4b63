//! House rules, held by reading the sources: which module may use which, and that every diagnostic is documented.

use std::path::Path;

/// The layers from the floor up. A module uses modules of lower layers.
const LAYERS: &[&[&str]] = &[
    &["arena", "clock", "diag", "file", "hash", "html", "page", "path", "related"],
    &["search"],
    &["config", "picture", "story", "topics"],
    &["parse", "source", "state", "theme", "wire"],
    &["load", "desk", "index"],
    &["leaks", "mark", "moved", "plan", "purge", "render", "write"],
    &["build", "import", "migrate", "publish", "serve", "theming"],
    &["cli"],
];

/// Modules that may use one of their own layer.
const SIBLINGS: &[(&str, &str)] = &[
    ("config", "topics"),
    ("picture", "config"),
    ("story", "picture"),
    ("state", "source"),
    ("index", "desk"),
    ("leaks", "plan"),
    ("moved", "plan"),
    ("render", "plan"),
    ("write", "plan"),
    ("wire", "parse"),
    ("publish", "build"),
    ("serve", "build"),
    ("serve", "publish"),
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
                let may = module == own || layer(module) < layer(own) || SIBLINGS.contains(&(own, module));
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
