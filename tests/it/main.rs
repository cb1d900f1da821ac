//! Tests of `threadlab` as notebooks use it: from outside, and in a process of their own where
//! a test needs the real standard output, the panic hook or anything else that a process has once.
//!
//! A new test goes into the module named after the module of the crate that it tests.
//! [`course`] holds the notebooks against the compiler alone.
//! What can be told from given instants or texts alone is tested beside the code instead.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::todo,
    reason = "the tests print what is captured, and check what has still to be done"
)]

#[macro_use]
mod isolated;

mod capture;
mod course;
mod exercise;
mod gallery;
mod panics;
mod program;
#[cfg(feature = "serde")]
mod serde;
mod timeline;
mod timing;
