//! Running many notebooks, several at a time.
//!
//! The longest first, so that none of them is left over at the end.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::plan::Plan;
use crate::run::{Config, Gate, NotebookReport, run};

/// How often a run that has nothing to tell says that time goes by.
const TICK: Duration = Duration::from_secs(1);

/// What a job tells while it runs.
#[derive(Debug)]
pub enum Progress {
    /// The notebook with this number starts.
    Started(usize),
    /// The cell with this position starts.
    Cell(usize, usize),
    /// Time went by.
    Tick,
    /// The notebook is done.
    Finished(usize, NotebookReport),
}

/// Runs all notebooks `repeat` times, `jobs` at a time, each job with an engine made by `make`.
/// Hands `on_progress` what happens, on the caller's thread. Starts no further notebook when `stop`
/// says so, or after a failure where the configuration asks for that.
///
/// # Panics
/// When `make` or an engine panics.
pub fn run_all<E: Engine>(
    plans: &[Plan],
    repeat: usize,
    jobs: usize,
    config: &Config,
    make: impl Fn() -> E + Sync,
    stop: impl Fn() -> bool + Sync,
    mut on_progress: impl FnMut(Progress),
) {
    let mut order: Vec<usize> = (0..plans.len()).collect();
    order.sort_by_key(|number| plans[*number].steps.len());
    let queue = Mutex::new(order.repeat(repeat));
    let gate = Gate::default();
    let failed = AtomicBool::new(false);
    let began = Instant::now();
    let (sender, progress) = mpsc::channel();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for job in 0..jobs.min(plans.len() * repeat) {
            let sender = sender.clone();
            let (queue, gate, make, stop, failed) = (&queue, &gate, &make, &stop, &failed);
            let worker = thread::Builder::new()
                .name(format!("job {job}"))
                .spawn_scoped(scope, move || {
                    let mut engine = make();
                    while let Some(number) = next(queue)
                        && !stop()
                        && !failed.load(Ordering::Relaxed)
                    {
                        let started = began.elapsed();
                        tell(&sender, Progress::Started(number));
                        let plan = &plans[number];
                        let mut report = run(plan, &mut engine, config, gate, &mut |cell| {
                            tell(&sender, Progress::Cell(number, cell.index));
                        });
                        report.job = job;
                        report.started = started;
                        failed.fetch_or(config.fail_fast && !report.is_good(), Ordering::Relaxed);
                        tell(&sender, Progress::Finished(number, report));
                    }
                });
            workers.push(worker.expect("the system starts a thread"));
        }
        drop(sender);
        loop {
            match progress.recv_timeout(TICK) {
                Ok(progress) => on_progress(progress),
                Err(RecvTimeoutError::Timeout) => on_progress(Progress::Tick),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        for worker in workers {
            if let Err(panic) = worker.join() {
                resume_unwind(panic);
            }
        }
    });
}

fn next(queue: &Mutex<Vec<usize>>) -> Option<usize> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn tell(sender: &Sender<Progress>, progress: Progress) {
    // The receiver lives until all senders are gone.
    let _ = sender.send(progress);
}
