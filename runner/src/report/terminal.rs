//! Lines for a person: one a notebook, the failures in full, a summary.

use std::io::{self, Write};
use std::time::Duration;

use super::Reporter;
use super::failure::describe;
use crate::event::{Event, Summary};
use crate::plan::Plan;
use crate::run::NotebookReport;
use crate::verdict::Verdict;

/// Writes lines to a terminal or a log.
#[derive(Debug)]
pub struct Terminal<W> {
    out: W,
    failures: Vec<String>,
}

impl<W: Write> Terminal<W> {
    /// A reporter that writes to `out`.
    pub fn new(out: W) -> Terminal<W> {
        Terminal {
            out,
            failures: Vec::new(),
        }
    }

    fn finished(&mut self, plan: &Plan, report: &NotebookReport) -> io::Result<()> {
        let path = plan.notebook.path.display();
        let took = seconds(report.took);
        let cells = report.cells.len();
        match report.failure() {
            None => {
                let skipped = count(report, |verdict| *verdict == Verdict::Skipped);
                let skipped = match skipped {
                    0 => String::new(),
                    skipped => format!(", {skipped} skipped"),
                };
                writeln!(
                    self.out,
                    "    pass {took:>8}  {path}  {cells} cells{skipped}"
                )
            }
            Some((cell, failure)) => {
                let name = plan.notebook.cells[cell.index].name();
                let left = count(report, |verdict| matches!(verdict, Verdict::NotRun { .. }));
                self.failures.push(describe(plan, cell, failure));
                writeln!(
                    self.out,
                    "    FAIL {took:>8}  {path}  {} in `{name}`, {left} of {cells} cells not run",
                    failure.kind.name(),
                )
            }
        }
    }

    fn summary(&mut self, summary: &Summary) -> io::Result<()> {
        for failure in std::mem::take(&mut self.failures) {
            writeln!(self.out, "\n{failure}")?;
        }
        let mut parts = vec![format!("{} passed", summary.passed)];
        let named = [
            (summary.failed, "failed"),
            (summary.broken, "broken"),
            (summary.not_run, "not run"),
        ];
        parts.extend(
            named
                .iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, name)| format!("{number} {name}")),
        );
        let mut cells = format!("{} cells", summary.cells);
        if summary.skipped_cells > 0 {
            cells.push_str(&format!(", {} skipped", summary.skipped_cells));
        }
        if summary.unsolved > 0 {
            cells.push_str(&format!(", {} exercises as shipped", summary.unsolved));
        }
        let took = seconds(summary.took);
        let word = if summary.interrupted {
            "interrupted: "
        } else {
            ""
        };
        writeln!(self.out, "\n{word}{} ({cells}) in {took}", parts.join(", "))
    }
}

impl<W: Write> Reporter for Terminal<W> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { notebooks, jobs } => {
                let notebooks = plural(*notebooks, "notebook");
                writeln!(self.out, "running {notebooks}, {jobs} at a time")
            }
            Event::Broken { path, reason } => {
                let path = path.display();
                let reason = reason.replace('\n', "\n  ");
                writeln!(self.out, "  BROKEN           {path}\n  {reason}")
            }
            Event::NotebookStarted { .. } | Event::CellStarted { .. } => Ok(()),
            Event::NotebookFinished { plan, report } => self.finished(plan, report),
            Event::Updated { plan, cells } => {
                let path = plan.notebook.path.display();
                let cells = plural(*cells, "cell");
                writeln!(self.out, "  update           {path}  {cells} changed")
            }
            Event::Finished { summary } => self.summary(summary),
        }
    }
}

fn count(report: &NotebookReport, wanted: impl Fn(&Verdict) -> bool) -> usize {
    report
        .cells
        .iter()
        .filter(|cell| wanted(&cell.verdict))
        .count()
}

fn plural(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
