//! The run as one HTML page without network access: what failed, where the time went, and the
//! schedule of the cells over the jobs.

use std::io::{self, Write};
use std::time::Duration;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Reporter;
use super::failure::{evidence, excerpt, place};
use crate::event::{Event, Summary};
use crate::plan::Plan;
use crate::run::{CellReport, NotebookReport};
use crate::verdict::{Failure, Verdict};

/// The height of a job's lane in the schedule, of its bars, and the width of the whole, in units of
/// the picture.
const LANE: f64 = 40.0;
const BAR: f64 = 16.0;
const WIDTH: f64 = 1000.0;

/// Colors that people who see colors differently can tell apart, on light and on dark.
const STYLE: &str = "
:root { color-scheme: light dark; --bad: light-dark(#b3261e, #ff8a70); --good: light-dark(#1b6e3c, #6fcf97);
  --line: light-dark(#d8dadf, #3a3d44); --soft: light-dark(#f5f6f8, #1e2126); --quiet: light-dark(#5c6068, #a3a8b3); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1.5rem;
  background: light-dark(#fff, #14161a); color: light-dark(#1b1d21, #e4e6ea); }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 0.6rem; }
h3 { font-size: 1rem; margin: 0; }
.summary { margin: 0.2rem 0 0; color: var(--quiet); }
.bad { color: var(--bad); } .good { color: var(--good); } .quiet { color: var(--quiet); }
article { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: 0.8rem 1rem; margin: 0 0 1rem; }
article p { margin: 0.2rem 0; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow: auto; max-height: 40rem; margin: 0.6rem 0; padding: 0.7rem 0.9rem; border-radius: 4px; background: var(--soft); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--line); font-weight: normal; }
th { color: var(--quiet); font-size: 0.85rem; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
details { border-bottom: 1px solid var(--line); } details[open] { padding-bottom: 1rem; }
summary { cursor: pointer; padding: 0.35rem 0; }
summary .n { float: right; }
svg.schedule { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
svg .axis { stroke: var(--line); } svg .axis-text { fill: var(--quiet); }
.waiting { fill: #999999; } .compiling { fill: #3b82c4; } .running { fill: #e69f00; }
.failed { fill: none; stroke: var(--bad); stroke-width: 2; }
.key { width: 0.8em; height: 0.8em; margin: 0 0.35em 0 1.2em; } .key:first-child { margin-left: 0; }
";

/// Writes the page when the run is over.
#[derive(Debug)]
pub struct Html<W> {
    out: W,
    notebooks: Vec<Entry>,
    broken: Vec<(String, String)>,
}

/// What is kept of a notebook until the page is written.
#[derive(Debug)]
struct Entry {
    path: String,
    good: bool,
    job: usize,
    started: Duration,
    took: Duration,
    failure: Option<FailureEntry>,
    cells: Vec<CellEntry>,
}

#[derive(Debug)]
struct FailureEntry {
    kind: &'static str,
    summary: String,
    place: String,
    excerpt: String,
    evidence: String,
    again: String,
}

#[derive(Debug)]
struct CellEntry {
    name: String,
    verdict: &'static str,
    good: bool,
    started: Duration,
    waiting: Duration,
    compiling: Duration,
    running: Duration,
}

impl<W: Write> Html<W> {
    /// A reporter that writes to `out`.
    pub fn new(out: W) -> Html<W> {
        Html {
            out,
            notebooks: Vec::new(),
            broken: Vec::new(),
        }
    }
}

impl<W: Write> Reporter for Html<W> {
    fn on_event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Broken { path, reason } | Event::NotWritten { path, reason } => {
                self.broken
                    .push((path.display().to_string(), reason.clone()));
            }
            Event::NotebookFinished { plan, report } => self.notebooks.push(entry(plan, report)),
            Event::Finished { summary } => {
                self.notebooks
                    .sort_by(|one, other| one.path.cmp(&other.path));
                let page = page(summary, &self.notebooks, &self.broken);
                self.out.write_all(page.into_string().as_bytes())?;
                self.out.flush()?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn entry(plan: &Plan, report: &NotebookReport) -> Entry {
    Entry {
        path: plan.notebook.path.display().to_string(),
        good: report.is_good(),
        job: report.job,
        started: report.started,
        took: report.took,
        failure: report
            .failure()
            .map(|(cell, failure)| failure_entry(plan, cell, failure)),
        cells: report
            .cells
            .iter()
            .filter(|cell| !matches!(cell.verdict, Verdict::NotRun { .. }))
            .map(|cell| CellEntry {
                name: plan.notebook.cells[cell.index].name(),
                verdict: cell.verdict.name(),
                good: cell.verdict.is_good(),
                started: report.started + cell.started,
                waiting: cell.times.waiting,
                compiling: cell.times.compiling,
                running: cell.times.running,
            })
            .collect(),
    }
}

fn failure_entry(plan: &Plan, report: &CellReport, failure: &Failure) -> FailureEntry {
    let path = plan.notebook.path.display();
    let cell = &plan.notebook.cells[report.index];
    FailureEntry {
        kind: failure.kind.name(),
        summary: failure.summary.clone(),
        place: place(plan, report),
        excerpt: excerpt(plan, report, failure),
        evidence: evidence(failure),
        again: format!("nbrun test '{path}::{}'", cell.name()),
    }
}

fn page(summary: &Summary, notebooks: &[Entry], broken: &[(String, String)]) -> Markup {
    let failures: Vec<&FailureEntry> = notebooks
        .iter()
        .filter_map(|notebook| notebook.failure.as_ref())
        .collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "Notebooks: " (summary) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 {
                    @match summary.exit_code() {
                        0 => span class="good" { "Notebooks are right" },
                        4 => span class="bad" { "Nothing was run" },
                        130 => span class="bad" { "Interrupted" },
                        _ => span class="bad" { "Notebooks are not right" },
                    }
                }
                p class="summary" { (summary) }
                @if !broken.is_empty() || !failures.is_empty() { h2 { "Failures" } }
                @for (path, reason) in broken {
                    article {
                        h3 { span class="bad" { "broken" } " " (path) }
                        pre { (reason) }
                    }
                }
                @for failure in failures { (described(failure)) }
                @if !notebooks.is_empty() {
                    h2 { "Schedule" }
                    (schedule(notebooks))
                    h2 { "Cells" }
                    @for notebook in notebooks { (cells(notebook)) }
                }
            }
        }
    }
}

fn described(failure: &FailureEntry) -> Markup {
    html! {
        article {
            h3 { span class="bad" { (failure.kind) } " " (failure.summary) }
            p class="quiet" { (failure.place) }
            pre { (failure.excerpt) }
            @if !failure.evidence.is_empty() { pre { (failure.evidence) } }
            p class="quiet" { "run only this again: " code { (failure.again) } }
        }
    }
}

/// A lane for each job, a bar for each cell.
fn schedule(notebooks: &[Entry]) -> Markup {
    let jobs = notebooks
        .iter()
        .map(|notebook| notebook.job + 1)
        .max()
        .unwrap_or(0);
    let end = notebooks
        .iter()
        .map(|notebook| notebook.started + notebook.took)
        .max()
        .unwrap_or_default()
        .as_secs_f64()
        .max(0.001);
    let x = |time: Duration| time.as_secs_f64() / end * WIDTH;
    let height = LANE * jobs as f64 + 8.0;
    let marks: Vec<f64> = (0..=4).map(|quarter| f64::from(quarter) / 4.0).collect();
    html! {
        p class="quiet" {
            @for kind in ["waiting", "compiling", "running"] {
                svg class="key" viewBox="0 0 1 1" aria-hidden="true" { rect width="1" height="1" class=(kind) {} }
                (kind)
            }
        }
        svg class="schedule" viewBox={ "0 0 " (WIDTH) " " (height + 20.0) } role="img" aria-label="Which job ran which cell when" {
            @for mark in &marks {
                line class="axis" x1=(mark * WIDTH) x2=(mark * WIDTH) y1="0" y2=(height) {}
                text class="axis-text" x=(mark * WIDTH) y=(height + 14.0) text-anchor=(anchor(*mark)) {
                    (format!("{:.1} s", mark * end))
                }
            }
            @for (number, notebook) in notebooks.iter().enumerate() {
                @let top = LANE * notebook.job as f64;
                @let (left, width) = (x(notebook.started), x(notebook.took));
                // Names do not run into the notebook beside.
                clipPath id={ "lane-" (number) } {
                    rect x=(round(left)) y=(round(top)) width=(round(width.max(2.0))) height=(LANE) {}
                }
                g clip-path={ "url(#lane-" (number) ")" } {
                    text x=(round(left + 2.0)) y=(round(top + 14.0)) { (stem(&notebook.path)) }
                    @for cell in &notebook.cells { (bar(notebook, cell, top + 18.0, &x)) }
                }
            }
        }
    }
}

fn bar(notebook: &Entry, cell: &CellEntry, top: f64, x: &impl Fn(Duration) -> f64) -> Markup {
    let (compiling, running) = (
        cell.started + cell.waiting,
        cell.started + cell.waiting + cell.compiling,
    );
    let parts = [
        ("waiting", cell.started, cell.waiting),
        ("compiling", compiling, cell.compiling),
        ("running", running, cell.running),
    ];
    let end = running + cell.running;
    html! {
        g {
            title {
                (stem(&notebook.path)) " " (cell.name) ": " (cell.verdict) ", "
                (seconds(end - cell.started)) " s"
            }
            @for (kind, from, length) in parts {
                @if !length.is_zero() {
                    rect class=(kind) x=(round(x(from))) y=(round(top)) width=(round(x(length))) height=(BAR) {}
                }
            }
            @if !cell.good {
                rect class="failed" x=(round(x(cell.started))) y=(round(top))
                    width=(round(x(end - cell.started).max(3.0))) height=(BAR) {}
            }
        }
    }
}

fn anchor(mark: f64) -> &'static str {
    match mark {
        0.0 => "start",
        1.0 => "end",
        _ => "middle",
    }
}

/// A length in the picture.
fn round(length: f64) -> String {
    format!("{length:.2}")
}

/// The times of a notebook's cells, in seconds.
fn cells(notebook: &Entry) -> Markup {
    html! {
        details {
            summary {
                span class=[(!notebook.good).then_some("bad")] { (notebook.path) }
                span class="n quiet" { (seconds(notebook.took)) " s" }
            }
            table {
                tr {
                    th { "cell" } th { "verdict" }
                    th class="n" { "waiting (s)" } th class="n" { "compiling (s)" } th class="n" { "running (s)" }
                }
                @for cell in &notebook.cells {
                    tr {
                        td { (cell.name) }
                        td class=[(!cell.good).then_some("bad")] { (cell.verdict) }
                        td class="n" { (seconds(cell.waiting)) }
                        td class="n" { (seconds(cell.compiling)) }
                        td class="n" { (seconds(cell.running)) }
                    }
                }
            }
        }
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".ipynb").unwrap_or(name)
}

fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}
