//! The loss account over all samples: no word of theirs is lost, none is invented.

#![allow(clippy::print_stdout, reason = "tests print what they skip")]

use dateline::wire::{self, Context};
use std::path::{Path, PathBuf};

/// The samples of this repository, and those of `DATELINE_FIXTURES`.
fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("tests/wire"), root.join("fuzz/corpus")];
    match std::env::var_os("DATELINE_FIXTURES") {
        Some(folder) => folders.push(Path::new(&folder).join("wire")),
        None => println!("the fixtures are passed over, DATELINE_FIXTURES is not set"),
    }
    folders
}

#[test]
fn no_word_of_a_sample_is_lost_or_invented() {
    let mut stories = 0;
    let mut found = Vec::new();
    for entry in folders().iter().flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name()) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() || entry.path().ends_with("datelines.json") {
            continue;
        }
        let name = entry.path().display().to_string();
        let parsed = wire::read(&std::fs::read(entry.path()).unwrap(), &name, &Context::default());
        assert_eq!(parsed.accounted, parsed.items.len(), "{name}");
        stories += parsed.items.len();
        let texts = parsed.diagnostics.iter().filter(|one| one.code.as_str().starts_with("text-"));
        found.extend(texts.map(|one| one.to_string()));
    }
    assert!(stories >= 10, "{stories}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What is lost is counted and named, also where the rest of the story is whole.
#[test]
fn a_lost_word_is_named() {
    // A list of one language inside a story of another is a rendition that no story takes.
    let item = "<newsItem guid='urn:x:1' version='1'><itemMeta><itemClass qcode='ninat:text'/></itemMeta><contentMeta><headline>Port</headline>\
        </contentMeta><contentSet><inlineXML xml:lang='en'><html><body><p>One two.</p></body></html></inlineXML>\
        <inlineXML xml:lang='fr'><html><body><p>Deux mots perdus.</p></body></html></inlineXML></contentSet></newsItem>";
    let parsed = wire::read(item.as_bytes(), "x.xml", &Context::default());
    assert_eq!((parsed.lost_words, parsed.invented_words), (3, 0));
    let lost = parsed.diagnostics.iter().find(|one| one.code.as_str() == "text-lost").unwrap();
    assert_eq!(lost.message, "3 words did not get into the story: `Deux mots perdus`");
    assert!(lost.at.as_ref().unwrap().place.is_some());
}
