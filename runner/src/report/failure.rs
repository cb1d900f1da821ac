//! A failure for a person: which cell, which line of it, what happened, how to see it again.

use std::fmt::Write;

use crate::notebook::Cell;
use crate::plan::Plan;
use crate::redact;
use crate::run::CellReport;
use crate::verdict::Failure;

/// How many lines of evidence a terminal shows at most, and how many characters of each.
const MOST_LINES: usize = 60;
const LONGEST_LINE: usize = 400;

/// How many lines of the cell are shown around the line that failed.
const CONTEXT: usize = 3;

/// The report of a failed cell for a terminal, without a final newline.
pub(super) fn describe(plan: &Plan, report: &CellReport, failure: &Failure) -> String {
    let (path, name) = (plan.notebook.path.display(), cell_of(plan, report).name());
    let kind = failure.kind.name();
    let mut text = format!("{kind}: {}\n", failure.summary);
    let _ = writeln!(text, "  --> {}", place(plan, report));
    text.push_str(&excerpt(plan, report, failure));
    let evidence = evidence(failure);
    if !evidence.is_empty() {
        text.push('\n');
        text.push_str(&shortened(&evidence));
    }
    let _ = write!(text, "\nrun only this again: nbrun test '{path}::{name}'");
    text
}

fn cell_of<'a>(plan: &'a Plan, report: &CellReport) -> &'a Cell {
    &plan.notebook.cells[report.index]
}

/// Where a cell stands.
pub(super) fn place(plan: &Plan, report: &CellReport) -> String {
    let cell = cell_of(plan, report);
    let path = plan.notebook.path.display();
    let number = cell.number.unwrap_or_default();
    let mut text = format!("{path}:{}, code cell {number}", cell.line);
    if let Some(id) = &cell.id {
        let _ = write!(text, " `{id}`");
    }
    if let Some(heading) = &cell.heading {
        let _ = write!(text, ", under \"{heading}\"");
    }
    text
}

/// What the failure's evidence is, as a text: diagnostics, the text of a panic, a diff.
pub(super) fn evidence(failure: &Failure) -> String {
    let detail = redact::without_backtraces(&redact::colors(&failure.detail));
    detail.trim_matches('\n').to_owned()
}

/// The lines of the cell, the one that failed marked; all of a short cell, the surroundings in a
/// long one.
pub(super) fn excerpt(plan: &Plan, report: &CellReport, failure: &Failure) -> String {
    let source = plan
        .steps
        .iter()
        .find(|step| step.index == report.index)
        .map_or("", |step| plan.source(step));
    let marked = failure.line;
    let lines: Vec<&str> = source.lines().collect();
    let (first, last) = match marked {
        Some(line) => (line.saturating_sub(CONTEXT).max(1), line + CONTEXT),
        None => (1, 2 * CONTEXT + 1),
    };
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let number = index + 1;
        if number < first || number > last {
            continue;
        }
        let mark = if marked == Some(number) { '>' } else { ' ' };
        let _ = writeln!(text, "{mark}{number:>4} | {line}");
    }
    if lines.len() > last {
        text.push_str("     | ...\n");
    }
    text
}

/// As much of a text as a terminal or an annotation bears.
pub(super) fn shortened(evidence: &str) -> String {
    let mut text = String::new();
    for line in evidence.lines().take(MOST_LINES) {
        match line.char_indices().nth(LONGEST_LINE) {
            Some((end, _)) => {
                let _ = writeln!(text, "    {} ...", &line[..end]);
            }
            None => {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    let more = evidence.lines().count().saturating_sub(MOST_LINES);
    if more > 0 {
        let _ = writeln!(text, "    ... and {more} more lines");
    }
    text
}
