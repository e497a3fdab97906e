//! Any line through the intake of NDJSON.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| onrecord::fuzzing::ndjson(data));
