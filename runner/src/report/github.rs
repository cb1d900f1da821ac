//! What GitHub Actions shows: annotations on lines of notebooks, and a summary of the step.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use super::Reporter;
use super::failure::{evidence, shortened};
use crate::event::Event;
use crate::plan::Plan;
use crate::run::NotebookReport;

/// Prints workflow commands, and a Markdown summary at the end.
#[derive(Debug)]
pub struct Github<A, S> {
    annotations: A,
    summary: S,
    rows: Vec<String>,
}

impl<A: Write, S: Write> Github<A, S> {
    /// A reporter that prints annotations to one place and the summary to another.
    pub fn new(annotations: A, summary: S) -> Github<A, S> {
        Github {
            annotations,
            summary,
            rows: Vec::new(),
        }
    }

    /// A row of the summary's table: `rest` is the columns behind the verdict.
    fn row(&mut self, path: &impl Display, verdict: &str, rest: &str) {
        let (path, verdict) = (cell_text(&path.to_string()), cell_text(verdict));
        self.rows.push(format!("| {path} | {verdict} | {rest} |"));
    }

    fn annotate(&mut self, path: &Path, line: usize, title: &str, text: &str) -> io::Result<()> {
        let path = property(&path.display().to_string());
        let title = property(title);
        writeln!(
            self.annotations,
            "::error file={path},line={line},title={title}::{}",
            message(text)
        )
    }

    fn finished(&mut self, plan: &Plan, report: &NotebookReport) -> io::Result<()> {
        let path = plan.notebook.path.display();
        let took = report.took.as_secs_f64();
        let cells = report.cells.len();
        let Some((cell, failure)) = report.failure() else {
            self.row(&path, "passed", &format!("{cells} | {took:.1} s"));
            return Ok(());
        };
        let place = &plan.notebook.cells[cell.index];
        let (name, kind) = (place.name(), failure.kind.name());
        let verdict = format!("**{kind}** in `{name}`");
        self.row(&path, &verdict, &format!("{cells} | {took:.1} s"));
        let evidence = shortened(&evidence(failure));
        let text = format!("{}\n{evidence}", failure.summary);
        // Each line of the source has a line of its own in the file.
        let line = place.line + failure.line.map_or(0, |line| line);
        self.annotate(
            &plan.notebook.path,
            line,
            &format!("{kind} in {name}"),
            &text,
        )
    }
}

impl<A: Write, S: Write> Reporter for Github<A, S> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Broken { path, reason } | Event::NotWritten { path, reason } => {
                self.row(&path.display(), "**broken**", " |");
                self.annotate(path, line_of(reason), "broken notebook", reason)
            }
            Event::Unchanged { plan } => {
                let path = plan.notebook.path.display();
                self.row(&path, "unchanged", " |");
                Ok(())
            }
            Event::NotebookFinished { plan, report } => self.finished(plan, report),
            Event::Finished { summary } => {
                writeln!(self.summary, "### Notebooks\n\n{summary}\n")?;
                if !self.rows.is_empty() {
                    self.rows.sort();
                    writeln!(self.summary, "| notebook | verdict | cells | time |")?;
                    writeln!(self.summary, "| --- | --- | --- | --- |")?;
                    writeln!(self.summary, "{}", self.rows.join("\n"))?;
                }
                self.summary.flush()?;
                self.annotations.flush()
            }
            _ => Ok(()),
        }
    }
}

/// The line that a reason begins with, as readers of notebooks name it.
fn line_of(reason: &str) -> usize {
    let named = reason.strip_prefix("line ");
    let number = named.and_then(|rest| rest.split(':').next()?.parse().ok());
    number.unwrap_or(1)
}

/// A text as the content of a cell in a Markdown table.
fn cell_text(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// A text as the message of a workflow command.
fn message(text: &str) -> String {
    text.trim_end()
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text as a property of a workflow command.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
