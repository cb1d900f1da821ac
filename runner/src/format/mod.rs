//! One form for notebooks: code as rustfmt has it, JSON as Jupyter writes it.

mod canonical;
mod code;

pub use canonical::canonical;
pub use code::{FormatError, format_code};

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::notebook::{CellKind, Notebook, ReadError};

/// A notebook in its canonical form.
#[derive(Debug)]
pub struct Formatted {
    /// The text of the file.
    pub text: String,
    /// The cells that rustfmt cannot parse, by their position, and why; they stay as they are.
    pub unparsed: Vec<(usize, String)>,
}

/// Formats a notebook.
///
/// # Errors
/// When rustfmt cannot be started, or the file has something that would be lost, such as a key that
/// stands twice.
pub fn format(notebook: &Notebook) -> Result<Formatted, FormatError> {
    let sources = format_cells(notebook)?;
    let mut unparsed = Vec::new();
    let mut replacements = Vec::new();
    for (index, source) in sources {
        match source {
            Ok(source) => replacements.push((index, source)),
            Err(reason) => unparsed.push((index, reason)),
        }
    }
    let text = canonical(notebook.text(), &replacements)
        .map_err(|error: ReadError| FormatError::Notebook(error.to_string()))?;
    Ok(Formatted { text, unparsed })
}

type CellSource = (usize, Result<String, String>);

/// Formats all code cells, several at a time: each costs the start of a process.
fn format_cells(notebook: &Notebook) -> Result<Vec<CellSource>, FormatError> {
    let cells: Vec<_> = notebook
        .cells
        .iter()
        .filter(|cell| cell.kind == CellKind::Code)
        .collect();
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let jobs = thread::available_parallelism().map_or(1, |cores| cores.get());
    thread::scope(|scope| {
        for job in 0..jobs.min(cells.len()) {
            let worker = || {
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = format_code(&cell.source);
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results.push((cell.index, result));
                }
            };
            thread::Builder::new()
                .name(format!("format {job}"))
                .spawn_scoped(scope, worker)
                .map_err(|error| FormatError::Rustfmt(error.to_string()))?;
        }
        Ok(())
    })?;
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut sources = Vec::new();
    for (index, result) in results {
        match result {
            Ok(source) => sources.push((index, Ok(source))),
            Err(FormatError::Parse(reason)) => sources.push((index, Err(reason))),
            Err(error) => return Err(error),
        }
    }
    sources.sort_by_key(|(index, _)| *index);
    Ok(sources)
}
