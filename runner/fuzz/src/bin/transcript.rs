//! Fuzzes the reading of what cells print.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nbrun_fuzz::transcript::check(bytes));
