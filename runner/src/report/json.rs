//! The whole run as one JSON document, for programs. `docs/report.md` describes it.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::Reporter;
use crate::event::{Event, Summary};
use crate::plan::Plan;
use crate::run::{CellReport, NotebookReport};
use crate::verdict::{Failure, Verdict};

/// The version of the document's form. It changes when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// Writes the document when the run is over.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
    notebooks: Vec<NotebookEntry>,
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    version: u32,
    summary: SummaryEntry,
    notebooks: &'a [NotebookEntry],
}

#[derive(Debug, Serialize)]
struct SummaryEntry {
    passed: usize,
    failed: usize,
    broken: usize,
    unchanged: usize,
    not_run: usize,
    cells: usize,
    skipped_cells: usize,
    unsolved_exercises: usize,
    solved_exercises: usize,
    refused_answers: usize,
    interrupted: bool,
    seconds: f64,
    exit_code: u8,
}

#[derive(Debug, Serialize)]
struct NotebookEntry {
    path: String,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The number of the job that ran it, from 0.
    job: usize,
    /// Since the run started.
    started: f64,
    seconds: f64,
    cells: Vec<CellEntry>,
}

#[derive(Debug, Serialize)]
struct CellEntry {
    index: usize,
    number: u32,
    id: Option<String>,
    heading: Option<String>,
    line: usize,
    verdict: &'static str,
    #[serde(flatten)]
    failure: Option<FailureEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    seconds: TimesEntry,
}

#[derive(Debug, Serialize)]
struct FailureEntry {
    summary: String,
    detail: String,
    failed_line: Option<usize>,
}

#[derive(Debug, Serialize)]
struct TimesEntry {
    waiting: f64,
    compiling: f64,
    running: f64,
}

impl<W: Write> Json<W> {
    /// A reporter that writes to `out`.
    pub fn new(out: W) -> Json<W> {
        Json {
            out,
            notebooks: Vec::new(),
        }
    }
}

impl<W: Write> Reporter for Json<W> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Broken { path, reason } | Event::NotWritten { path, reason } => {
                self.notebooks
                    .push(without_run(path, "broken", Some(reason)));
            }
            Event::Unchanged { plan } => {
                let path = &plan.notebook.path;
                self.notebooks.push(without_run(path, "unchanged", None));
            }
            Event::NotebookFinished { plan, report } => self.notebooks.push(entry(plan, report)),
            Event::Finished { summary } => {
                self.notebooks
                    .sort_by(|one, other| one.path.cmp(&other.path));
                let document = Document {
                    version: VERSION,
                    summary: summary_entry(summary),
                    notebooks: &self.notebooks,
                };
                serde_json::to_writer_pretty(&mut self.out, &document)?;
                writeln!(self.out)?;
                self.out.flush()?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn without_run(path: &Path, verdict: &'static str, reason: Option<&String>) -> NotebookEntry {
    NotebookEntry {
        path: path.display().to_string(),
        verdict,
        reason: reason.cloned(),
        job: 0,
        started: 0.0,
        seconds: 0.0,
        cells: Vec::new(),
    }
}

fn entry(plan: &Plan, report: &NotebookReport) -> NotebookEntry {
    NotebookEntry {
        path: plan.notebook.path.display().to_string(),
        verdict: if report.is_good() { "passed" } else { "failed" },
        reason: None,
        job: report.job,
        started: report.started.as_secs_f64(),
        seconds: report.took.as_secs_f64(),
        cells: report
            .cells
            .iter()
            .map(|cell| cell_entry(plan, cell))
            .collect(),
    }
}

fn cell_entry(plan: &Plan, report: &CellReport) -> CellEntry {
    let cell = &plan.notebook.cells[report.index];
    let (failure, cause) = match &report.verdict {
        Verdict::Failed(failure) => (Some(failure_entry(failure)), None),
        Verdict::NotRun { cause } => (None, Some(cause.clone())),
        Verdict::Passed | Verdict::Skipped => (None, None),
    };
    CellEntry {
        index: report.index,
        number: cell.number.unwrap_or_default(),
        id: cell.id.clone(),
        heading: cell.heading.clone(),
        line: cell.line,
        verdict: report.verdict.name(),
        failure,
        cause,
        seconds: TimesEntry {
            waiting: report.times.waiting.as_secs_f64(),
            compiling: report.times.compiling.as_secs_f64(),
            running: report.times.running.as_secs_f64(),
        },
    }
}

fn failure_entry(failure: &Failure) -> FailureEntry {
    FailureEntry {
        summary: failure.summary.clone(),
        detail: failure.detail.clone(),
        failed_line: failure.line,
    }
}

fn summary_entry(summary: &Summary) -> SummaryEntry {
    SummaryEntry {
        passed: summary.passed,
        failed: summary.failed,
        broken: summary.broken,
        unchanged: summary.unchanged,
        not_run: summary.not_run,
        cells: summary.cells,
        skipped_cells: summary.skipped_cells,
        unsolved_exercises: summary.unsolved,
        solved_exercises: summary.solved,
        refused_answers: summary.refused,
        interrupted: summary.interrupted,
        seconds: summary.took.as_secs_f64(),
        exit_code: summary.exit_code(),
    }
}
