//! The program `nbrun`: see the library's documentation.

use std::process::ExitCode;

use clap::Parser;
use nbrun::cli::Cli;
use nbrun::commands;

fn main() -> ExitCode {
    #[cfg(feature = "evcxr")]
    nbrun::engine::embedded::become_part();
    match commands::execute(Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            commands::complain(&error);
            ExitCode::from(2)
        }
    }
}
