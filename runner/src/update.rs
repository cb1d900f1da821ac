//! Writing the outputs of a run into a notebook.

use std::io;

use crate::compare::difference;
use crate::file;
use crate::notebook::{Notebook, Output, Recording, Stream, splice};
use crate::plan::Plan;
use crate::run::NotebookReport;
use crate::verdict::Verdict;

/// The new text of a notebook after a run, and how many cells changed; `None` where nothing did.
/// Cells that were not run stay as they are.
///
/// A cell whose new output matches the saved one in the way its tags ask for keeps the saved one,
/// with the new count in it, unless `refresh` is set.
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
        // A cell whose output is not compared has lost it, where none is saved.
        let lost = cell.outputs.is_empty() && !result.outputs.is_empty();
        let keeps = matches && !lost && !refresh;
        let outputs = (!keeps).then(|| canonical(&result.outputs));
        let same = outputs
            .as_ref()
            .is_none_or(|outputs| *outputs == cell.outputs);
        let stale = keeps
            && cell
                .outputs
                .iter()
                .any(|output| has_other_count(output, number));
        if !same || stale || cell.execution_count != Some(number) {
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

/// Whether a value names another execution than this one.
fn has_other_count(output: &Output, number: u32) -> bool {
    let Output::ExecuteResult {
        execution_count, ..
    } = output
    else {
        return false;
    };
    execution_count.is_some_and(|count| count != number)
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
/// As [`file::replace`].
pub fn write(notebook: &Notebook, text: &str) -> io::Result<()> {
    file::replace(&notebook.path, notebook.text().as_bytes(), text.as_bytes())
}
