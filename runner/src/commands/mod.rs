//! What the commands do: [`run`] is `test` and `update`, the others have their names.

mod fmt;
mod hand_out;
mod kernel;
mod lint;
mod list;
mod reporters;
mod run;
mod select;

use std::io::{self, Write};

use anyhow::bail;

use crate::cli::{Cli, Command};

/// Does what the command line says; returns the exit code.
///
/// # Errors
/// When the run cannot be done at all. Notebooks that fail are no error.
pub fn execute(cli: Cli) -> anyhow::Result<u8> {
    match cli.command {
        Command::Test(arguments) => run::run(&arguments, run::Mode::Test),
        Command::Update { run, .. } if run.solutions || run.answers.is_some() => {
            bail!("`update` would save the outputs of solutions; use `test`")
        }
        Command::Update { run, .. } if run.repeat.get() > 1 => {
            bail!(
                "`update` runs each notebook once; what differs from run to run shows `test --repeat`"
            )
        }
        Command::Update {
            run: arguments,
            refresh,
        } => run::run(&arguments, run::Mode::Update { refresh }),
        Command::Fmt { select, check } => fmt::fmt(&select, check),
        Command::Lint(arguments) => lint::lint(&arguments),
        Command::List(arguments) => list::list(&arguments),
        Command::HandOut(arguments) => hand_out::hand_out(&arguments),
        Command::Kernel(command) => kernel::kernel(&command),
    }
}

/// Tells a person why the program could not do its work.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "error: {error:#}");
}
