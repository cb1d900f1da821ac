//! A run that has everything in it, hostile texts among them, told to a reporter.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nbrun::engine::Times;
use nbrun::event::{Event, Summary};
use nbrun::notebook::Notebook;
use nbrun::plan::{Options, Plan};
use nbrun::report::Reporter;
use nbrun::run::{CellReport, NotebookReport};
use nbrun::verdict::{Failure, FailureKind, Verdict};
use serde_json::{Value, json};

/// What a cell may print to mislead whoever reads the report.
const HOSTILE: &str = "<script src=\"http://x/\">]]>&amp;\u{0}\u{1b}[2K\u{1b}[31mred\u{1b}[0m\r\n  ::error \
                       file=a::forged\n%0A|\u{fffe}\n";

pub(crate) fn plan(path: &str, cells: usize) -> Plan {
    let heading = json!({"cell_type": "markdown", "id": "top", "metadata": {}, "source": "# Locks & \"<b>\""});
    let code = |number: usize| {
        json!({
            "cell_type": "code", "execution_count": null, "id": format!("c-{number}"), "metadata": {},
            "outputs": [], "source": format!("let first = {number};\nassert!(first > 9, \"<b>\");\nfirst"),
        })
    };
    let cells: Vec<Value> = std::iter::once(heading)
        .chain((1..=cells).map(code))
        .collect();
    let notebook = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    let notebook = serde_json::to_vec_pretty(&notebook).expect("plain data");
    let notebook = Notebook::parse(Path::new(path), notebook).expect("a notebook");
    Plan::new(notebook, None, &Options::default()).expect("a plan")
}

/// A report in which each cell has a verdict and took longer than the one before.
fn report(verdicts: Vec<Verdict>, job: usize, started: u64) -> NotebookReport {
    let mut now = 0;
    let cells = verdicts.into_iter().enumerate().map(|(number, verdict)| {
        let length = (number as u64 + 1) * 100;
        let ran = !matches!(verdict, Verdict::NotRun { .. } | Verdict::Skipped);
        let times = match ran {
            true => Times {
                waiting: Duration::from_millis(length / 10),
                compiling: Duration::from_millis(length),
                running: Duration::from_millis(length / 2),
            },
            false => Times::default(),
        };
        let started = Duration::from_millis(now);
        now += (times.waiting + times.compiling + times.running).as_millis() as u64;
        CellReport {
            index: number + 1,
            verdict,
            outputs: Vec::new(),
            started,
            times,
        }
    });
    NotebookReport {
        cells: cells.collect(),
        refused: 0,
        job,
        started: Duration::from_millis(started),
        took: Duration::from_millis(now),
    }
}

/// Tells a reporter of a run: a notebook that passes, one that fails, one that is broken, one that
/// did not change, one that cannot be written.
pub(crate) fn tell(reporter: &mut dyn Reporter) {
    let passed = || Verdict::Passed;
    let failed = Verdict::Failed(Failure {
        kind: FailureKind::Panic,
        summary: "it panicked: no & <none>".to_owned(),
        detail: HOSTILE.to_owned(),
        line: Some(2),
    });
    let cause = || Verdict::NotRun {
        cause: "c-2".to_owned(),
    };
    let runs = [
        (
            plan("a/01_threads.ipynb", 4),
            report(vec![passed(), passed(), Verdict::Skipped, passed()], 0, 0),
        ),
        (
            plan("a/02_l|cks.ipynb", 4),
            report(vec![passed(), failed, cause(), cause()], 1, 80),
        ),
        (
            plan("a/03_atomics.ipynb", 3),
            report(vec![passed(), passed(), passed()], 1, 620),
        ),
    ];
    let unchanged = plan("a/05_same.ipynb", 1);
    let mut tell = |event: Event<'_>| reporter.on_event(&event).expect("it is written to memory");
    tell(Event::Started {
        notebooks: 5,
        jobs: 2,
    });
    tell(Event::Broken {
        path: PathBuf::from("a/04_broken.ipynb"),
        reason: "line 7: the key `a` stands twice".to_owned(),
    });
    tell(Event::Unchanged { plan: &unchanged });
    for (plan, report) in &runs {
        tell(Event::NotebookStarted { plan });
        for cell in &report.cells {
            tell(Event::CellStarted {
                plan,
                index: cell.index,
            });
        }
        tell(Event::Tick);
        tell(Event::NotebookFinished { plan, report });
    }
    tell(Event::Updated {
        plan: &runs[0].0,
        cells: 2,
    });
    tell(Event::NotWritten {
        path: runs[2].0.notebook.path.clone(),
        reason: "No space left on device".to_owned(),
    });
    let summary = Summary {
        passed: 1,
        failed: 1,
        broken: 2,
        unchanged: 1,
        cells: 8,
        skipped_cells: 1,
        took: Duration::from_millis(1560),
        ..Summary::default()
    };
    tell(Event::Finished { summary: &summary });
}
