//! An export of WordPress, read as `import --wxr` does.

#![no_main]

use dateline::clock::Timestamp;
use dateline::wire::wxr::{self, Export, stream::Stream};
use dateline::wire::{Context, markup};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut export = Export::default();
    let mut chunks = Vec::new();
    let mut stream = Stream::new(data);
    while let Ok(Some(chunk)) = stream.read_chunk() {
        chunks.extend(chunk.text.map(|text| (text, chunk.line)));
    }
    chunks.iter().for_each(|(text, _)| export.note(text));
    for (text, line) in &chunks {
        let entry = wxr::read(text, *line, &export, &Context::default(), Timestamp::EPOCH, "fuzz");
        for item in entry.iter().flat_map(|entry| &entry.parsed.items) {
            markup::html(&item.body);
            markup::markdown(&item.body);
        }
    }
    export.sections();
});
