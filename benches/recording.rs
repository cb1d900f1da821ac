//! What it costs a thread to be recorded, with 1 to 8 threads at once.
//!
//! Run it with `cargo bench --bench recording`, and with `--profile dev` for the speed in a notebook.
//! It records spans in two ways: as `timeline` does, and in one log that all threads share behind
//! one lock, as the obvious recorder would.
//! For each it prints:
//!
//! - `running`: the time that a thread ran for each span;
//! - `waits`: how often a thread had to wait, in a thousand spans. A recorder that makes no thread
//!   wait for another one has none, however many threads there are and whatever else runs.
//!
//! Both come from Linux; elsewhere there is nothing to see.

use std::fs;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use threadlab::timeline;

/// How many spans each thread records.
const SPANS: u32 = 400_000;

fn main() -> io::Result<()> {
    say("           a log for each thread      one log behind a lock");
    say("threads     running        waits       running        waits");
    for threads in [1, 2, 4, 8] {
        let recorded = timeline::record(|| on_threads(threads, &|| timeline::span("step", || ())));
        let spans: usize = recorded.lanes().iter().map(|lane| lane.spans().len()).sum();
        assert_eq!(spans, threads * SPANS as usize, "a span is missing");
        let log = Mutex::new(Vec::new());
        let shared = on_threads(threads, &|| {
            for what in ["begin", "end"] {
                let now = Instant::now();
                log.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((what, now));
            }
        })?;
        say(&format!("{threads:>7}   {}   {shared}", recorded.value?));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its result")]
fn say(line: &str) {
    println!("{line}");
}

/// Runs the step on this many threads at once and returns what it cost each of them, as two columns.
fn on_threads(threads: usize, step: &(dyn Fn() + Sync)) -> io::Result<String> {
    let costs: io::Result<Vec<(f64, f64)>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| cost_of(step)))
            .collect();
        let costs = workers.into_iter().map(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a worker panicked")))
        });
        costs.collect()
    });
    let costs = costs?;
    let mean = |of: fn(&(f64, f64)) -> f64| costs.iter().map(of).sum::<f64>() / threads as f64;
    Ok(format!(
        "{:>6.0} ns  {:>11.3}",
        mean(|cost| cost.0),
        mean(|cost| cost.1)
    ))
}

/// The nanoseconds that this thread runs for a step, and how often it waits in a thousand steps.
fn cost_of(step: &dyn Fn()) -> io::Result<(f64, f64)> {
    let before = (running()?, waits()?);
    for _ in 0..SPANS {
        step();
    }
    let after = (running()?, waits()?);
    let spans = f64::from(SPANS);
    Ok((
        (after.0 - before.0) / spans,
        (after.1 - before.1) / spans * 1000.0,
    ))
}

/// How long this thread has run, in nanoseconds.
fn running() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    number(text.split(' ').next())
}

/// How often this thread gave up its core because it had to wait.
fn waits() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/thread-self/status")?;
    let mut lines = text.lines();
    number(lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")))
}

fn number(text: Option<&str>) -> io::Result<f64> {
    let number = text.and_then(|text| text.trim().parse().ok());
    number.ok_or_else(|| io::Error::other("the system tells in another way"))
}
