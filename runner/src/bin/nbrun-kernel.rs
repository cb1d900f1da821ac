//! The program `nbrun-kernel`: the Jupyter kernel from the same build as `nbrun`.

use std::process::ExitCode;

use nbrun::commands;
use nbrun::engine::embedded;

fn main() -> ExitCode {
    embedded::become_part();
    embedded::run_kernel().unwrap_or_else(|error| {
        commands::complain(&error);
        ExitCode::from(2)
    })
}
