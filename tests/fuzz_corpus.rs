//! The stored corpus of the fuzz targets, run without a fuzzer: every file whole, cut, and with bytes changed.

use dateline::clock::{Timestamp, Zone};
use dateline::config::mapping;
use dateline::parse::{front_matter, markdown};
use dateline::wire::wxr::{self, Export, stream::Stream};
use dateline::wire::{self, Context, WireItem, markup};
use std::path::Path;

/// What the fuzz targets do with a file.
fn run(target: &str, bytes: &[u8]) {
    if target == "mapped" {
        let Some(at) = bytes.windows(5).position(|part| part == b"\n---\n") else { return };
        let Ok(text) = std::str::from_utf8(&bytes[..at]) else { return };
        let Ok(mapping) = mapping::read(text, "fuzz.yaml") else { return };
        return check(&bytes[at + 5..], &Context { mapping: Some(&mapping), ..Context::default() });
    }
    if target == "wxr" {
        return export(bytes);
    }
    if target != "front_matter" {
        return check(bytes, &Context::default());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(parts) = front_matter::split(text) else { return };
    front_matter::read(parts.yaml, "fuzz.md", &Zone::utc(), &mut Vec::new());
    markdown::render(parts.body, "https://example.org", &mut String::new(), |_| markdown::Target::Drop);
}

fn export(bytes: &[u8]) {
    let mut export = Export::default();
    let mut chunks = Vec::new();
    let mut stream = Stream::new(bytes);
    while let Ok(Some(chunk)) = stream.read_chunk() {
        chunks.extend(chunk.text.map(|text| (text, chunk.line)));
    }
    chunks.iter().for_each(|(text, _)| export.note(text));
    for (text, line) in &chunks {
        let entry = wxr::read(text, *line, &export, &Context::default(), Timestamp::EPOCH, "fuzz");
        entry.into_iter().flat_map(|entry| entry.parsed.items).for_each(harmless);
    }
}

fn check(bytes: &[u8], context: &Context) {
    wire::read(bytes, "fuzz", context).items.into_iter().for_each(harmless);
}

fn harmless(item: WireItem) {
    assert!(!item.uri().is_empty());
    let html = markup::html(&item.body);
    // As text it is harmless: a damaged tag may leave it there.
    let in_tag = html.split('<').any(|part| part.split('>').next().unwrap_or("").contains("onclick"));
    assert!(!html.contains("<script") && !in_tag, "{html}");
    markup::markdown(&item.body);
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
        for step in (0..200_usize).step_by(crate::support::step(3)) {
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

/// Numbers by chance, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// Parts of the formats that mean something to a reader.
const TOKENS: &[&str] = &[
    "<p>",
    "</p>",
    "<br/>",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&amp;nbsp;",
    "&#0;",
    "<table><tr><td>",
    "<nitf>",
    "<!--",
    "\r\n",
    "\n\n",
    "\t",
    "   ",
    "\u{1}",
    "\u{2}",
    "\u{3}",
    "\u{1f}",
    "\u{16}\u{16}\u{1}",
    "\u{1b}(B",
    "\u{feff}",
    "\u{a0}",
    "ZCZC\n",
    "NNNN\n",
    "(AP) - ",
    "HALDEN, Nov 18 (",
    "Eds: ",
    "(Adds ",
    "By Ana Reyes",
    "KILL",
    "EMBARGO",
    "【",
    "】",
    "（完）",
    "新华社",
    "电",
    "(=연합뉴스)",
    "EFE",
    " =",
    "^",
    "<",
    "{\"",
    "\":",
    "],[",
    "\\u0000",
    "\\ud800",
    "1e999",
    "é",
    "ÿ",
    "؟",
    "ß",
    "İ",
    "ﬁ",
];

fn damaged(file: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(200)).min(bytes.len());
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => {
                bytes.drain(at..end);
            }
            2 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            3 => {
                let from = dice.below(other.len());
                let part = other[from..(from + dice.below(300)).min(other.len())].to_vec();
                bytes.splice(at..at, part);
            }
            4 if at < bytes.len() => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            _ => {
                bytes.splice(at..at, TOKENS[dice.below(TOKENS.len())].bytes());
            }
        }
    }
    bytes
}

/// `DATELINE_DAMAGE` says how many files are damaged at random, `DATELINE_SEED` how; with `DATELINE_FIXTURES` also those files are.
#[test]
fn no_damage_breaks_a_reader() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (count, seed) = (number("DATELINE_DAMAGE").unwrap_or(2_000), number("DATELINE_SEED").unwrap_or(7));
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")];
    folders.extend(std::env::var("DATELINE_FIXTURES").ok().map(|folder| Path::new(&folder).join("wire")));
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for folder in folders {
        for entry in walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().map(Result::unwrap) {
            let bytes = if entry.file_type().is_file() { std::fs::read(entry.path()).unwrap() } else { continue };
            if bytes.len() < 60_000 {
                let target = entry.path().parent().unwrap().file_name().unwrap().to_str().unwrap().to_string();
                files.push((target, bytes));
            }
        }
    }
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for step in 0..count {
        let (target, file) = &files[dice.below(files.len())];
        let other = &files[dice.below(files.len())].1;
        let bytes = damaged(file, other, &mut dice);
        let result = std::panic::catch_unwind(|| run(target, &bytes));
        if result.is_err() {
            let path = std::env::temp_dir().join(format!("dateline-damage-{seed}-{step}"));
            std::fs::write(&path, &bytes).unwrap();
            panic!("step {step} of seed {seed}, from {target}: the file is {}", path.display());
        }
    }
}
