//! Tests of `nbrun` as a program.
//!
//! Where a new test goes:
//! * [`cli`]: arguments, exit codes, files. The scripted engine runs the cells, so these take
//!   milliseconds and need no compiler.
//! * [`kernel`]: what real cells do in the embedded evcxr.
//! * [`project`]: the harness.

mod cli;
#[cfg(feature = "evcxr")]
mod kernel;
mod project;
