//! Fuzzes the reading of notebooks.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nbrun_fuzz::notebook::check(bytes));
