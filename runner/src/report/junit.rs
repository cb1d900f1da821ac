//! JUnit's XML: a suite for each notebook, a test case for each cell.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Reporter;
use crate::event::Event;
use crate::plan::Plan;
use crate::redact;
use crate::run::{CellReport, NotebookReport};
use crate::verdict::Verdict;

/// Writes the report when the run is over.
#[derive(Debug)]
pub struct Junit<W> {
    out: W,
    report: Report,
}

impl<W: Write> Junit<W> {
    /// A reporter that writes to `out`.
    pub fn new(out: W) -> Junit<W> {
        Junit {
            out,
            report: Report::new("nbrun"),
        }
    }
}

impl<W: Write> Reporter for Junit<W> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Broken { path, reason } | Event::NotWritten { path, reason } => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_type("broken").set_message(legal(reason));
                let path = path.display().to_string();
                let mut case = TestCase::new("notebook", status);
                case.set_classname(path.clone());
                let mut suite = TestSuite::new(path);
                suite.add_test_case(case);
                self.report.add_test_suite(suite);
            }
            Event::NotebookFinished { plan, report } => {
                self.report.add_test_suite(suite(plan, report));
            }
            Event::Finished { summary } => {
                self.report.set_time(summary.took);
                let text = self.report.to_string().map_err(io::Error::other)?;
                self.out.write_all(by_the_schema(&text).as_bytes())?;
                self.out.flush()?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// The schema knows no `skipped` of the whole report, only of its suites.
fn by_the_schema(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" skipped=\"") else {
        return text.to_owned();
    };
    match rest.split_once('"') {
        Some((_, after)) if before.ends_with('"') && !before.contains("<testsuite ") => {
            format!("{before}{after}")
        }
        _ => text.to_owned(),
    }
}

fn suite(plan: &Plan, report: &NotebookReport) -> TestSuite {
    let path = plan.notebook.path.display().to_string();
    let mut suite = TestSuite::new(path.clone());
    suite.set_time(report.took);
    for cell in &report.cells {
        let mut case = TestCase::new(plan.notebook.cells[cell.index].name(), status(cell));
        case.set_classname(path.clone());
        case.set_time(cell.times.compiling + cell.times.running);
        suite.add_test_case(case);
    }
    suite
}

fn status(cell: &CellReport) -> TestCaseStatus {
    match &cell.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("tagged `skip-execution`");
            status
        }
        Verdict::NotRun { cause } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("not run, because `{cause}` failed"));
            status
        }
        Verdict::Failed(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status
                .set_type(failure.kind.name())
                .set_message(legal(&failure.summary))
                .set_description(legal(&redact::colors(&failure.detail)));
            status
        }
    }
}

/// A text without the characters that XML has no way to write; control characters, of which the
/// library takes care, aside.
fn legal(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "")
}
