//! The stored corpus of the fuzz targets, run without a fuzzer: every file whole, cut, and with bytes changed.

use dateline::clock::Zone;
use dateline::parse::{front_matter, markdown};
use dateline::wire::{self, Context, markup};
use std::path::Path;

/// What the fuzz targets do with a file.
fn run(target: &str, bytes: &[u8]) {
    if target != "front_matter" {
        for item in wire::read(bytes, "fuzz", &Context::default()).items {
            assert!(!item.uri.is_empty());
            let html = markup::html(&item.body);
            assert!(!html.contains("<script") && !html.contains("onclick"), "{html}");
            markup::markdown(&item.body);
        }
        return;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(parts) = front_matter::split(text) else { return };
    front_matter::read(parts.yaml, "fuzz.md", &Zone::utc(), &mut Vec::new());
    markdown::render(parts.body, "https://example.org", &mut String::new(), |_| markdown::Target::Drop);
}

#[test]
fn no_file_of_the_corpus_breaks_a_reader() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut count = 0;
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap) {
        if !entry.file_type().is_file() {
            continue;
        }
        let target = entry.path().parent().unwrap().file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        run(target, &bytes);
        for step in 0..200_usize {
            let at = step * bytes.len() / 200;
            run(target, &bytes[..at]);
            let mut changed = bytes.clone();
            // Bytes that mean something to one format or another.
            for (offset, byte) in [(0, b"<>&\"'(){}[]\x00\x01\x02\x03\x1f\x1b\xc3\xff-_/"[step % 22]), (7, b'\n')] {
                if let Some(place) = changed.get_mut((at + offset) % bytes.len().max(1)) {
                    *place = byte;
                }
            }
            run(target, &changed);
        }
        count += 1;
    }
    assert!(count >= 9, "{count}");
}
