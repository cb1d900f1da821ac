//! Tests of `nbrun` as a program.
//!
//! Where a new test goes:
//! * [`cli`]: arguments, exit codes, files. The scripted engine runs the cells, so these take
//!   milliseconds and need no compiler.
//! * [`corpus`]: inputs of the fuzzer, which `scripts/fuzz` runs.
//! * [`files`]: broken files, and writes that do not succeed.
//! * [`hostile`]: what cells can do to the runner.
//! * [`properties`]: what holds for every notebook; [`generate`] makes them.
//! * [`kernel`]: what real cells do in the embedded evcxr.
//! * [`loop`](r#loop): limits, parts, repeats, what is run again, what is written.
//! * [`project`]: the harness.

mod cli;
mod corpus;
mod files;
mod generate;
#[cfg(feature = "evcxr")]
mod hostile;
#[cfg(feature = "evcxr")]
mod kernel;
mod r#loop;
mod project;
mod properties;
