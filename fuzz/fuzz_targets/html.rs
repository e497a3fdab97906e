//! Any bytes through the intake of web pages.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| onrecord::fuzzing::html(data));
