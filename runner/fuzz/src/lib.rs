//! What the fuzzer checks, one module for each kind of input.
//!
//! The tests of the runner check the same with the corpus, so that nothing that was found comes back.

pub mod notebook;
pub mod transcript;
