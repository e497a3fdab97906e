//! Any bytes as a feed.

#![no_main]

use onrecord_intake::Holds;

libfuzzer_sys::fuzz_target!(|data: &[u8]| onrecord_intake::fuzzing::input(data, Some(Holds::Feed)));
