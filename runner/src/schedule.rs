//! Running many notebooks, several at a time.
//!
//! The longest first, so that none of them is left over at the end. An exclusive notebook waits
//! until it is alone.

use std::panic::resume_unwind;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;

use crate::engine::Engine;
use crate::plan::Plan;
use crate::run::{Config, NotebookReport, run};

/// What a worker tells while it runs.
#[derive(Debug)]
pub enum Progress {
    /// The notebook with this number starts.
    Started(usize),
    /// The cell with this position starts.
    Cell(usize, usize),
    /// The notebook is done.
    Finished(usize, NotebookReport),
}

/// Runs all notebooks with `jobs` engines, each made by `make`, and hands `on_progress` what
/// happens, on the caller's thread. Stops starting notebooks when `stop` says so.
///
/// # Panics
/// When `make` or an engine panics.
pub fn run_all<E: Engine>(
    plans: &[Plan],
    jobs: usize,
    config: &Config,
    make: impl Fn() -> E + Sync,
    stop: impl Fn() -> bool + Sync,
    mut on_progress: impl FnMut(Progress),
) {
    let mut order: Vec<usize> = (0..plans.len()).collect();
    order.sort_by_key(|number| plans[*number].steps.len());
    let queue = Mutex::new(order);
    let alone = RwLock::new(());
    let (sender, progress) = mpsc::channel();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for job in 0..jobs.min(plans.len()) {
            let sender = sender.clone();
            let (queue, alone, make, stop) = (&queue, &alone, &make, &stop);
            let worker = thread::Builder::new()
                .name(format!("job {job}"))
                .spawn_scoped(scope, move || {
                    let mut engine = make();
                    while let Some(number) = next(queue)
                        && !stop()
                    {
                        let plan = &plans[number];
                        let report = if plan.is_exclusive() {
                            let _alone = alone.write().unwrap_or_else(PoisonError::into_inner);
                            run_one(plan, number, &mut engine, config, &sender)
                        } else {
                            let _beside = alone.read().unwrap_or_else(PoisonError::into_inner);
                            run_one(plan, number, &mut engine, config, &sender)
                        };
                        // The receiver lives as long as the scope.
                        let _ = sender.send(Progress::Finished(number, report));
                    }
                });
            workers.push(worker.expect("the system starts a thread"));
        }
        drop(sender);
        progress.iter().for_each(&mut on_progress);
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

fn run_one(
    plan: &Plan,
    number: usize,
    engine: &mut impl Engine,
    config: &Config,
    sender: &mpsc::Sender<Progress>,
) -> NotebookReport {
    let _ = sender.send(Progress::Started(number));
    run(plan, engine, config, &mut |cell| {
        let _ = sender.send(Progress::Cell(number, cell.index));
    })
}
