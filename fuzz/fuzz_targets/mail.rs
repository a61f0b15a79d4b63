//! Wire copy, beginning with mails.

#![no_main]

use dateline::wire::{self, Context, markup};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for item in wire::read(data, "fuzz", &Context::default()).items {
        markup::html(&item.body);
        markup::markdown(&item.body);
    }
});
