//! Any bytes through the loader of weights.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| onrecord::fuzzing::weights(data));
