//! Writing the outputs of a run into a notebook.

use std::io::{self, Write};
use std::path::Path;

use crate::compare::difference;
use crate::notebook::{Output, Recording, Stream, splice};
use crate::plan::Plan;
use crate::run::NotebookReport;
use crate::verdict::Verdict;

/// The new text of a notebook after a run, and how many cells changed; `None` where nothing did.
/// Cells that were not run stay as they are.
///
/// A cell whose new output matches the saved one in the way its tags ask for keeps the saved one,
/// unless `refresh` is set.
pub fn updated(plan: &Plan, report: &NotebookReport, refresh: bool) -> Option<(String, usize)> {
    let mut changed = 0;
    let mut recordings = Vec::new();
    for (step, result) in plan.steps.iter().zip(&report.cells) {
        let cell = &plan.notebook.cells[step.index];
        if matches!(result.verdict, Verdict::NotRun { .. }) {
            break;
        }
        let Some(number) = cell.number.filter(|_| !step.expectation.skip) else {
            continue;
        };
        let matches = cell.is_recorded()
            && difference(&cell.outputs, &result.outputs, &step.expectation.comparison).is_none();
        let keeps = matches && !refresh;
        let outputs = (!keeps).then(|| canonical(&result.outputs));
        let same = outputs
            .as_ref()
            .is_none_or(|outputs| *outputs == cell.outputs);
        if !same || cell.execution_count != Some(number) {
            changed += 1;
        }
        recordings.push(Recording {
            index: step.index,
            outputs,
            execution_count: number,
        });
    }
    (changed > 0).then(|| (splice(&plan.notebook, &recordings), changed))
}

/// The order in which outputs stand in a file: what was printed, then values and errors.
fn canonical(outputs: &[Output]) -> Vec<Output> {
    let mut outputs = outputs.to_vec();
    outputs.sort_by_key(|output| match output {
        Output::Stream {
            name: Stream::Stdout,
            ..
        } => 0,
        Output::Stream { .. } => 1,
        _ => 2,
    });
    outputs
}

/// Replaces a file's content: all of it or nothing.
///
/// # Errors
/// When the new content cannot be written; the old one is still there.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    // A link stays a link.
    let path = std::fs::canonicalize(path)?;
    let parent = path.parent().unwrap_or(Path::new("."));
    let metadata = std::fs::metadata(&path)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    let mut file = tempfile::Builder::new()
        .prefix(".nbrun-")
        .suffix(".tmp")
        .tempfile_in(parent)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}
