//! Writing the outputs of a run into a notebook.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::compare::difference;
use crate::notebook::{Notebook, Output, Recording, Stream, splice};
use crate::plan::Plan;
use crate::run::NotebookReport;
use crate::verdict::Verdict;

/// The name of the file that takes a notebook's place once it is written.
const PREFIX: &str = ".nbrun-";
const SUFFIX: &str = ".tmp";

/// Nobody writes a notebook for so long.
const LONGEST_WRITE: Duration = Duration::from_secs(3600);

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

/// Outputs as they stand in a file: what was printed, each stream once, then values and errors.
fn canonical(outputs: &[Output]) -> Vec<Output> {
    let printed = |wanted: Stream| {
        let texts = outputs.iter().filter_map(move |output| match output {
            Output::Stream { name, text } if *name == wanted => Some(text.as_str()),
            _ => None,
        });
        let text: String = texts.collect();
        (!text.is_empty()).then_some(Output::Stream { name: wanted, text })
    };
    let others = outputs
        .iter()
        .filter(|output| !matches!(output, Output::Stream { .. }));
    [Stream::Stdout, Stream::Stderr]
        .into_iter()
        .filter_map(printed)
        .chain(others.cloned())
        .collect()
}

/// Replaces the text of a notebook's file: all of it or nothing.
///
/// # Errors
/// When the new text cannot be written, or somebody else has changed the file since it was read;
/// what stands in it is still there.
pub fn write(notebook: &Notebook, text: &str) -> io::Result<()> {
    // A link stays a link.
    let path = fs::canonicalize(&notebook.path)?;
    let parent = path.parent().unwrap_or(Path::new("."));
    let metadata = fs::metadata(&path)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    sweep(parent);
    let mut file = tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempfile_in(parent)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    if fs::read(&path)? != notebook.text().as_bytes() {
        return Err(io::Error::other("the file was changed since it was read"));
    }
    file.persist(&path)?;
    Ok(())
}

/// Removes what runs left that were killed while they wrote.
fn sweep(dir: &Path) {
    // Others may sweep at the same time, so nothing here is an error.
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let age = || {
            entry
                .metadata()?
                .modified()?
                .elapsed()
                .map_err(io::Error::other)
        };
        if ours && age().is_ok_and(|age| age > LONGEST_WRITE) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
