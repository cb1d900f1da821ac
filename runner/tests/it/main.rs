//! Tests of `nbrun` as a program and as a library.
//!
//! Where a new test goes:
//! * [`cli`]: arguments, exit codes, files. The scripted engine runs the cells, so these take
//!   milliseconds and need no compiler.
//! * [`broken`]: files that are no notebooks.
//! * [`lint`]: rules that need no run.
//! * [`files`]: writes, and those that do not succeed.
//! * [`hand_out`]: copies to work in; [`merge`]: what becomes of answers when there is a new version.
//! * [`limits`]: time limits, and cells that run alone.
//! * [`loop`](r#loop): repeats, parts, what is written.
//! * [`changed`]: what is run again.
//! * [`reports`], [`junit`]: what the reporters write of the run in [`sample`].
//! * [`properties`]: what holds for every notebook; [`generate`] and [`odd_json`] make them.
//! * [`corpus`]: inputs of the fuzzer, which `scripts/fuzz` runs.
//! * [`interrupt`]: what a run that is stopped leaves.
//! * [`kernel`]: what real cells do in the embedded evcxr.
//! * [`hostile`]: what cells can do to the runner.
//! * [`cargo`]: when a cell is compiled without cargo.
//! * [`workers`]: which notebooks share a kernel.
//! * [`project`]: the harness.

mod broken;
#[cfg(feature = "evcxr")]
mod cargo;
mod changed;
mod cli;
mod corpus;
mod files;
mod generate;
mod hand_out;
#[cfg(feature = "evcxr")]
mod hostile;
#[cfg(feature = "evcxr")]
mod interrupt;
mod junit;
#[cfg(feature = "evcxr")]
mod kernel;
mod limits;
mod lint;
mod r#loop;
mod merge;
mod odd_json;
#[cfg_attr(
    not(feature = "evcxr"),
    expect(dead_code, reason = "only tests of real cells need all of it")
)]
mod project;
mod properties;
mod reports;
mod sample;
#[cfg(feature = "evcxr")]
mod workers;
