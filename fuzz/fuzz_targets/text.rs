//! Any text through intake, layers and assembly; the model's part is played by the input's own bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| onrecord::fuzzing::text(data));
