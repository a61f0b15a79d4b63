//! Story files: front matter and Markdown.

#![no_main]

use dateline::clock::Zone;
use dateline::parse::{front_matter, markdown};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some(parts) = front_matter::split(text) else { return };
    front_matter::read(parts.yaml, "fuzz.md", &Zone::utc(), &mut Vec::new());
    let mut html = String::new();
    markdown::render(parts.body, "https://example.org", &mut html, |reference| markdown::Target::To(reference.target.to_string()));
});
