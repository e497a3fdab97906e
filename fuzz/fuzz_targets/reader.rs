//! Any text through the whole reader with its real weights.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| onrecord::fuzzing::reader(data));
