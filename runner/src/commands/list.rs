//! `nbrun list`: what `test` would run.

use std::io::{self, Write};

use super::select::select;
use crate::cli::SelectArguments;
use crate::plan::Options;

/// Prints a line for each notebook.
pub(super) fn list(arguments: &SelectArguments) -> anyhow::Result<u8> {
    let selected = select(arguments, &Options::default())?;
    let mut out = io::stdout().lock();
    if selected.is_empty() {
        writeln!(out, "nothing was selected")?;
        return Ok(4);
    }
    let mut code = 0;
    for notebook in &selected {
        match notebook {
            Ok(plan) => {
                let exercises = plan.exercises.len();
                let path = plan.notebook.path.display();
                let cells = plan.steps.len();
                writeln!(out, "{path}  {cells} code cells, {exercises} exercises")?;
            }
            Err((path, reason)) => {
                code = 2;
                writeln!(out, "{}  broken: {reason}", path.display())?;
            }
        }
    }
    Ok(code)
}
