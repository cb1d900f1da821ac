//! Rules for single cells: ASCII, no `unsafe`, ids, counts, tags, outputs.

use std::collections::BTreeSet;

use super::{Finding, finding};
use crate::expectation::{Ending, TAGS, expectation, is_code};
use crate::notebook::{Cell, CellKind, Notebook};
use crate::source::has_word;

/// A cell's saved outputs may take this many bytes: a notebook is read on a code host, too.
const LARGEST_OUTPUTS: usize = 512 << 10;

/// Checks all cells.
pub(super) fn check(notebook: &Notebook) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for cell in &notebook.cells {
        let mut report = |rule, reason: &str| findings.push(finding(notebook, cell, rule, reason));
        match &cell.id {
            None => report("id", "it has no id; save the notebook as nbformat 4.5"),
            Some(id) if !ids.insert(id) => report("id", "another cell has the same id"),
            Some(_) => {}
        }
        for tag in &cell.tags {
            if !TAGS.contains(&tag.as_str()) && !is_code(tag) {
                report("tags", &format!("unknown tag `{tag}`"));
            }
        }
        if cell.kind == CellKind::Code {
            check_code(cell, &mut report);
        }
    }
    findings.extend(check_counts(notebook));
    findings
}

fn check_code(cell: &Cell, report: &mut impl FnMut(&'static str, &str)) {
    let not_ascii =
        cell.source.lines().enumerate().find_map(|(index, line)| {
            Some((index + 1, line.chars().find(|char| !char.is_ascii())?))
        });
    if let Some((line, char)) = not_ascii {
        let reason = format!(
            "line {line} has `{char}`, and the kernel shows codes of errors only where a cell is ASCII"
        );
        report("ascii", &reason);
    }
    if has_word(&cell.source, "unsafe") {
        report("unsafe", "it uses `unsafe`");
    }
    let size: usize = cell
        .outputs
        .iter()
        .map(|output| output.to_file_value().to_string().len())
        .sum();
    if size > LARGEST_OUTPUTS {
        report(
            "outputs",
            &format!(
                "its saved outputs take {} KiB, more than {} KiB",
                size >> 10,
                LARGEST_OUTPUTS >> 10
            ),
        );
    }
    let Ok(expected) = expectation(cell) else {
        return;
    };
    if expected.skip || matches!(expected.ending, Ending::Success | Ending::Timeout) {
        return;
    }
    if !cell.has_tag("raises-exception") {
        report(
            "tags",
            "it is meant to fail; without `raises-exception` other tools stop at it",
        );
    }
    let fails = matches!(expected.ending, Ending::CompileFail(_));
    if fails && cell.execution_count.is_some() && cell.outputs.is_empty() {
        report("outputs", "it is meant to fail, and no error is saved");
    }
}

/// Counts are all null, or 1 to n in order.
fn check_counts(notebook: &Notebook) -> Option<Finding> {
    let counted = |cell: &&Cell| !cell.has_tag("skip-execution");
    let recorded = notebook.code_cells().filter(counted).any(Cell::is_recorded);
    let wrong = notebook
        .code_cells()
        .filter(counted)
        .find(|cell| recorded && cell.execution_count != cell.number)?;
    let number = wrong.number.unwrap_or_default();
    Some(finding(
        notebook,
        wrong,
        "count",
        &format!("its saved count is not {number}; `nbrun update` saves a run from top to bottom"),
    ))
}
