//! `nbrun fmt`: one form for notebooks.

use std::io::{self, Write};

use super::select::{read_all, select_paths};
use crate::cli::SelectArguments;
use crate::format::format;
use crate::update;

/// Formats notebooks, or with `check` only says which are not formatted.
pub(super) fn fmt(arguments: &SelectArguments, check: bool) -> anyhow::Result<u8> {
    let (notebooks, broken) = read_all(&select_paths(arguments)?);
    let mut out = io::stdout().lock();
    if notebooks.is_empty() && broken.is_empty() {
        writeln!(out, "nothing was selected")?;
        return Ok(4);
    }
    let mut code = if broken.is_empty() { 0 } else { 2 };
    for (path, reason) in &broken {
        writeln!(out, "{}: {reason}", path.display())?;
    }
    for notebook in &notebooks {
        let path = notebook.path.display();
        let formatted = match format(notebook) {
            Ok(formatted) => formatted,
            Err(error) => {
                writeln!(out, "{path}: {error}")?;
                code = 2;
                continue;
            }
        };
        for (index, reason) in &formatted.unparsed {
            let cell = &notebook.cells[*index];
            writeln!(
                out,
                "{path}:{}: cell `{}` stays as it is: {reason}",
                cell.line,
                cell.name()
            )?;
        }
        if formatted.text == notebook.text() {
            continue;
        }
        if check {
            writeln!(out, "{path}: not formatted")?;
            code = code.max(1);
        } else if let Err(error) = update::write(notebook, &formatted.text) {
            writeln!(out, "{path}: cannot be written: {error}")?;
            code = 2;
        } else {
            writeln!(out, "{path}: formatted")?;
        }
    }
    Ok(code)
}
