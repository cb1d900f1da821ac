//! The run as one HTML page without network access: what failed, where the time went, and the
//! schedule of the cells over the jobs.

use std::io::{self, Write};
use std::time::Duration;

use maud::{DOCTYPE, Markup, html};

use super::Reporter;
use super::failure::describe;
use crate::event::{Event, Summary};
use crate::plan::Plan;
use crate::run::NotebookReport;
use crate::verdict::Verdict;

/// The height of a job's lane in the schedule, in pixels of its own.
const LANE: f64 = 34.0;
/// The width of the schedule.
const WIDTH: f64 = 1000.0;

const STYLE: &str = "
:root { color-scheme: light dark; --bar: #888; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: 0.8rem; border-left: 4px solid #d55e00; background: #8881; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.15rem 0.6rem; border-bottom: 1px solid #8884; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.bad { color: #d55e00; font-weight: 600; }
summary { cursor: pointer; padding: 0.3rem 0; }
svg { width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.waiting { fill: #999999; } .compiling { fill: #0072b2; } .running { fill: #e69f00; }
.key { display: inline-block; width: 0.9em; height: 0.9em; margin: 0 0.3em 0 1em; }
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
    failure: Option<String>,
    cells: Vec<CellEntry>,
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
            .map(|(cell, failure)| describe(plan, cell, failure)),
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

fn page(summary: &Summary, notebooks: &[Entry], broken: &[(String, String)]) -> Markup {
    let failures = notebooks
        .iter()
        .filter_map(|notebook| notebook.failure.as_ref());
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "Notebooks: " (summary) }
                style { (STYLE) }
            }
            body {
                h1 { "Notebooks" }
                p { (summary) }
                @for (path, reason) in broken {
                    h2 class="bad" { "Broken: " (path) }
                    pre { (reason) }
                }
                @for failure in failures {
                    pre { (failure) }
                }
                h2 { "Schedule" }
                (schedule(notebooks))
                h2 { "Cells" }
                @for notebook in notebooks { (cells(notebook)) }
            }
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
    let height = LANE * jobs as f64 + 20.0;
    html! {
        p {
            @for kind in ["waiting", "compiling", "running"] {
                svg class="key" viewBox="0 0 1 1" aria-hidden="true" { rect width="1" height="1" class=(kind) {} }
                (kind)
            }
        }
        svg viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label="Which job ran which cell when" {
            @for notebook in notebooks {
                @let top = LANE * notebook.job as f64;
                text x=(x(notebook.started) + 2.0) y=(top + 12.0) { (stem(&notebook.path)) }
                @for cell in &notebook.cells {
                    g {
                        title {
                            (stem(&notebook.path)) " " (cell.name) ": " (cell.verdict) ", "
                            (seconds(cell.waiting + cell.compiling + cell.running)) " s"
                        }
                        @let parts = [
                            ("waiting", cell.started, cell.waiting),
                            ("compiling", cell.started + cell.waiting, cell.compiling),
                            ("running", cell.started + cell.waiting + cell.compiling, cell.running),
                        ];
                        @for (kind, from, length) in parts {
                            rect class=(kind) x=(format!("{:.2}", x(from))) y=(top + 16.0)
                                width=(format!("{:.2}", x(length))) height="12"
                                stroke=(if cell.good { "none" } else { "#d55e00" }) {}
                        }
                    }
                }
            }
            text x="0" y=(height - 4.0) { "0 s" }
            text x=(WIDTH) y=(height - 4.0) text-anchor="end" { (format!("{end:.1} s")) }
        }
    }
}

/// The times of a notebook's cells, in seconds.
fn cells(notebook: &Entry) -> Markup {
    html! {
        details {
            summary {
                span class=[(!notebook.good).then_some("bad")] { (notebook.path) }
                ", " (seconds(notebook.took)) " s"
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
