//! JSON and XML by a mapping. What stands before the first line of `---` is the mapping, and what comes after it is the file.

#![no_main]

use dateline::config::mapping;
use dateline::wire::{self, Context, markup};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(at) = data.windows(5).position(|part| part == b"\n---\n") else { return };
    let Ok(text) = std::str::from_utf8(&data[..at]) else { return };
    let Ok(mapping) = mapping::read(text, "fuzz.yaml") else { return };
    let context = Context { mapping: Some(&mapping), ..Context::default() };
    for item in wire::read(&data[at + 5..], "fuzz", &context).items {
        markup::html(&item.body);
        markup::markdown(&item.body);
    }
});
