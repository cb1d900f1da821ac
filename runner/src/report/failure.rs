//! A failure for a person: which cell, which line of it, what happened, how to see it again.

use std::fmt::Write;

use crate::plan::Plan;
use crate::redact;
use crate::run::CellReport;
use crate::verdict::Failure;

/// How many lines of evidence are shown at most.
const LONGEST_DETAIL: usize = 60;

/// How many lines of the cell are shown around the line that failed.
const CONTEXT: usize = 3;

/// The report of a failed cell, without a final newline.
pub(super) fn describe(plan: &Plan, report: &CellReport, failure: &Failure) -> String {
    let cell = &plan.notebook.cells[report.index];
    let path = plan.notebook.path.display();
    let number = cell.number.unwrap_or_default();
    let mut text = format!("{}: {}\n", failure.kind.name(), failure.summary);
    let _ = write!(text, "  --> {path}:{}, code cell {number}", cell.line);
    if let Some(id) = &cell.id {
        let _ = write!(text, " `{id}`");
    }
    if let Some(heading) = &cell.heading {
        let _ = write!(text, ", under \"{heading}\"");
    }
    text.push('\n');
    let source = plan
        .steps
        .iter()
        .find(|step| step.index == report.index)
        .map_or(cell.source.as_str(), |step| plan.source(step));
    text.push_str(&excerpt(source, failure.line));
    let detail = redact::without_backtraces(&redact::colors(&failure.detail));
    let detail = detail.trim_matches('\n');
    if !detail.is_empty() {
        text.push('\n');
        text.push_str(&indented(detail));
    }
    let name = cell.name();
    let _ = write!(text, "\nrun only this again: nbrun test '{path}::{name}'");
    text
}

/// The lines of the cell, the one that failed marked; all of a short cell, the surroundings in a
/// long one.
fn excerpt(source: &str, marked: Option<usize>) -> String {
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

fn indented(detail: &str) -> String {
    let lines: Vec<&str> = detail.lines().collect();
    let mut text = String::new();
    for line in lines.iter().take(LONGEST_DETAIL) {
        let _ = writeln!(text, "    {line}");
    }
    if lines.len() > LONGEST_DETAIL {
        let rest = lines.len() - LONGEST_DETAIL;
        let _ = writeln!(text, "    ... and {rest} more lines");
    }
    text
}
