//! The run of notebooks in the library, with engines that watch it: time limits, cells that run
//! alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

use nbrun::engine::scripted::Scripted;
use nbrun::engine::{CellRun, Engine, EngineError, Request};
use nbrun::notebook::Notebook;
use nbrun::plan::{Options, Plan};
use nbrun::run::{Config, Gate, NotebookReport, run};
use nbrun::schedule::{Progress, run_all};
use serde_json::{Value, json};

const CONFIG: Config = Config {
    cell_timeout: Duration::from_secs(50),
    notebook_timeout: Duration::from_secs(1000),
    output_limit: 1 << 20,
    memory_limit: 1 << 30,
    compare: true,
    solutions: false,
    fail_fast: false,
};

/// A notebook whose cells have these sources and values.
fn plan(cells: &[(&str, Value)]) -> Plan {
    let cells: Vec<Value> = cells
        .iter()
        .map(|(source, nbrun)| {
            json!({
                "cell_type": "code", "execution_count": null, "outputs": [],
                "metadata": {"nbrun": nbrun}, "source": source,
            })
        })
        .collect();
    let notebook = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4});
    let notebook = Notebook::parse(Path::new("loop.ipynb"), notebook.to_string().into());
    Plan::new(notebook.expect("a notebook"), None, &Options::default()).expect("a plan")
}

/// Does what the scripted engine does, and hands each request to a function before.
struct Watched<F>(F);

impl<F: FnMut(&Request<'_>)> Engine for Watched<F> {
    fn open(&mut self, _: &Path) -> Result<(), EngineError> {
        Ok(())
    }

    fn execute(&mut self, request: &Request<'_>) -> Result<CellRun, EngineError> {
        (self.0)(request);
        Scripted::default().execute(request)
    }
}

/// The time limits with which the cells of a notebook are run.
fn limits(plan: &Plan, config: &Config) -> (Vec<Duration>, NotebookReport) {
    let mut limits = Vec::new();
    let mut engine = Watched(|request: &Request<'_>| limits.push(request.time_limit));
    let report = run(plan, &mut engine, config, &Gate::default(), &mut |_| {});
    (limits, report)
}

/// Fails unless a cell's limit is what was left of the notebook's time, of which waiting is no part.
#[track_caller]
fn assert_is_what_was_left(limit: Duration, report: &NotebookReport, cell: usize, whole: Duration) {
    let (before, after) = report.cells.split_at(cell);
    let waited: Duration = before.iter().map(|cell| cell.times.waiting).sum();
    let earliest = after[0].started;
    let latest = earliest + after[0].times.waiting;
    let whole = whole + waited;
    assert!(
        whole - latest <= limit && limit <= whole - earliest,
        "{limit:?} of {whole:?}, after {earliest:?} to {latest:?}"
    );
}

#[test]
fn a_cell_has_its_own_limit_or_the_common_one() {
    let plan = plan(&[
        ("print a", json!({})),
        ("print b", json!({"timeout": 7.5})),
        ("print c", json!({"timeout": 70})),
    ]);
    let seconds = [50.0, 7.5, 70.0].map(Duration::from_secs_f64);
    assert_eq!(limits(&plan, &CONFIG).0, seconds);
}

#[test]
fn what_is_left_of_the_notebooks_time_is_the_limit_of_its_cells() {
    let short = Config {
        notebook_timeout: Duration::from_secs(40),
        ..CONFIG
    };
    let plan = plan(&[
        ("", json!({})),
        ("", json!({})),
        ("", json!({"timeout": 7})),
    ]);
    let (limit, report) = limits(&plan, &short);
    assert_is_what_was_left(limit[0], &report, 0, short.notebook_timeout);
    assert_is_what_was_left(limit[1], &report, 1, short.notebook_timeout);
    assert_eq!(limit[2], Duration::from_secs(7));
    let over = Config {
        notebook_timeout: Duration::ZERO,
        ..CONFIG
    };
    assert_eq!(limits(&plan, &over).0[0], Duration::ZERO);
}

/// What several notebooks that run at the same time do to each other.
#[derive(Default)]
struct Crowd {
    running: AtomicUsize,
    alone: AtomicBool,
    disturbed: AtomicBool,
    arrived: Mutex<usize>,
    arrival: Condvar,
}

impl Crowd {
    /// Waits until so many have arrived.
    fn meet(&self, number: usize) {
        let mut arrived = self.arrived.lock().unwrap();
        *arrived += 1;
        self.arrival.notify_all();
        let long = Duration::from_secs(20);
        let missing = |arrived: &mut usize| *arrived < number;
        let (arrived, waited) = self
            .arrival
            .wait_timeout_while(arrived, long, missing)
            .unwrap();
        assert!(!waited.timed_out(), "{arrived} of {number} came");
    }

    fn execute(&self, request: &Request<'_>) {
        let beside = self.running.fetch_add(1, Ordering::SeqCst);
        let alone = request.source == "alone";
        if alone && beside > 0 || !alone && self.alone.load(Ordering::SeqCst) {
            self.disturbed.store(true, Ordering::SeqCst);
        }
        self.alone.fetch_or(alone, Ordering::SeqCst);
        match request.source {
            "meet" => self.meet(2),
            // A chance for others to come in.
            _ => (0..200).for_each(|_| thread::yield_now()),
        }
        self.alone.fetch_and(!alone, Ordering::SeqCst);
        self.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Runs all plans, as many at a time as there are.
fn run_together(plans: &[Plan], act: impl Fn(&Request<'_>) + Sync) -> Vec<(usize, NotebookReport)> {
    let act = &act;
    let mut reports = Vec::new();
    run_all(
        plans,
        1,
        plans.len(),
        &CONFIG,
        || Watched(move |request: &Request<'_>| act(request)),
        || false,
        |progress| {
            if let Progress::Finished(number, report) = progress {
                reports.push((number, report));
            }
        },
    );
    reports.sort_by_key(|(number, _)| *number);
    reports
}

#[test]
fn an_exclusive_cell_runs_alone_and_all_others_run_together() {
    let mut cells = vec![("meet", json!({}))];
    for _ in 0..20 {
        cells.push(("beside", json!({})));
        cells.push(("alone", json!({"exclusive": true})));
    }
    let crowd = Crowd::default();
    let reports = run_together(&[plan(&cells), plan(&cells)], |request| {
        crowd.execute(request)
    });
    assert_eq!(reports.len(), 2);
    assert!(
        !crowd.disturbed.load(Ordering::SeqCst),
        "an exclusive cell was not alone"
    );
}

#[test]
fn waiting_for_an_exclusive_cell_costs_a_notebook_none_of_its_time() {
    // While `alone` runs, the other notebook's second cell waits.
    let alone = plan(&[("meet", json!({})), ("alone", json!({"exclusive": true}))]);
    let waiting = plan(&[
        ("meet", json!({})),
        ("held", json!({})),
        ("last", json!({"timeout": 2000})),
    ]);
    let crowd = Crowd::default();
    let limit = Mutex::new(Duration::ZERO);
    let reports = run_together(&[alone, waiting], |request| match request.source {
        "meet" => crowd.meet(2),
        // Time goes by; how much does not matter, as the report says how much it was.
        "alone" => thread::sleep(Duration::from_millis(30)),
        "last" => *limit.lock().unwrap() = request.time_limit,
        _ => {}
    });
    let limit = *limit.lock().unwrap();
    assert_is_what_was_left(limit, &reports[1].1, 2, CONFIG.notebook_timeout);
}
#[test]
fn each_notebook_is_opened_in_its_own_directory() {
    let plan = plan(&[("print a", json!({}))]);
    let mut engine = Scripted::default();
    run(&plan, &mut engine, &CONFIG, &Gate::default(), &mut |_| {});
    let here: BTreeSet<PathBuf> = [std::env::current_dir().expect("a directory")].into();
    assert_eq!(engine.opened.into_iter().collect::<BTreeSet<_>>(), here);
    assert_eq!(engine.executed, 1);
}
