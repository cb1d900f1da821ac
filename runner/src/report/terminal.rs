//! Lines for a person: one a notebook, the failures in full, a summary.
//!
//! On a terminal the notebooks that run have live lines below; elsewhere, in CI, a line says from
//! time to time what is still running.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::failure::describe;
use super::live::Live;
use super::{Reporter, harmless};
use crate::event::{Event, Summary};
use crate::plan::Plan;
use crate::run::NotebookReport;
use crate::verdict::Verdict;

/// How long there may be silence where there are no live lines.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Writes lines to a terminal or a log.
#[derive(Debug)]
pub struct Terminal<W> {
    out: W,
    live: Option<Live>,
    failures: Vec<String>,
    /// The notebooks that run: the cell they are in, and since when.
    running: BTreeMap<PathBuf, (String, Instant)>,
    spoke: Instant,
}

impl<W: Write> Terminal<W> {
    /// A reporter that writes to `out`, which with `live` is a terminal.
    pub fn new(out: W, live: bool) -> Terminal<W> {
        Terminal {
            out,
            live: live.then(Live::new),
            failures: Vec::new(),
            running: BTreeMap::new(),
            spoke: Instant::now(),
        }
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        self.spoke = Instant::now();
        let line = harmless(line);
        match &self.live {
            Some(live) => live.print(&line),
            None => writeln!(self.out, "{line}"),
        }
    }

    fn heartbeat(&mut self) -> io::Result<()> {
        if self.live.is_some() || self.spoke.elapsed() < HEARTBEAT || self.running.is_empty() {
            return Ok(());
        }
        let running: Vec<String> = self
            .running
            .iter()
            .map(|(path, (cell, since))| {
                let seconds = since.elapsed().as_secs();
                format!("{} in `{cell}` for {seconds} s", path.display())
            })
            .collect();
        self.line(&format!("      still running: {}", running.join(", ")))
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
                let cells = plural(cells, "cell");
                self.line(&format!("    pass {took:>8}  {path}  {cells}{skipped}"))
            }
            Some((cell, failure)) => {
                let name = plan.notebook.cells[cell.index].name();
                let left = count(report, |verdict| matches!(verdict, Verdict::NotRun { .. }));
                self.failures.push(describe(plan, cell, failure));
                let kind = failure.kind.name();
                self.line(&format!(
                    "    FAIL {took:>8}  {path}  {kind} in `{name}`, {left} of {cells} cells not run"
                ))
            }
        }
    }

    fn summary(&mut self, summary: &Summary) -> io::Result<()> {
        if let Some(live) = self.live.take() {
            live.clear()?;
        }
        for failure in std::mem::take(&mut self.failures) {
            writeln!(self.out, "\n{}", harmless(&failure))?;
        }
        writeln!(self.out, "\n{summary}")?;
        self.out.flush()
    }
}

impl<W: Write> Reporter for Terminal<W> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { notebooks, jobs } => {
                let notebooks = plural(*notebooks, "notebook");
                self.line(&format!("running {notebooks}, {jobs} at a time"))
            }
            Event::Broken { path, reason } => {
                let path = path.display();
                let reason = reason.replace('\n', "\n  ");
                self.line(&format!("  BROKEN           {path}\n  {reason}"))
            }
            Event::Unchanged { plan } => {
                let path = plan.notebook.path.display();
                self.line(&format!(
                    "    same           {path}  passed before, unchanged"
                ))
            }
            Event::NotebookStarted { plan } => {
                let path = plan.notebook.path.clone();
                let start = ("start".to_owned(), Instant::now());
                self.running.insert(path, start);
                if let Some(live) = &mut self.live {
                    live.start(plan);
                }
                Ok(())
            }
            Event::CellStarted { plan, index } => {
                let cell = &plan.notebook.cells[*index];
                let path = plan.notebook.path.clone();
                self.running.insert(path, (cell.name(), Instant::now()));
                if let Some(live) = &mut self.live {
                    live.cell(plan, cell);
                }
                Ok(())
            }
            Event::Tick => self.heartbeat(),
            Event::NotebookFinished { plan, report } => {
                self.running.remove(&plan.notebook.path);
                if let Some(live) = &mut self.live {
                    live.finish(plan);
                }
                self.finished(plan, report)
            }
            Event::Updated { plan, cells } => {
                let path = plan.notebook.path.display();
                let cells = plural(*cells, "cell");
                self.line(&format!("  update           {path}  {cells} changed"))
            }
            Event::NotWritten { path, reason } => {
                let path = path.display();
                self.line(&format!(
                    "  BROKEN           {path}\n  cannot be written: {reason}"
                ))
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

pub(super) fn plural(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
