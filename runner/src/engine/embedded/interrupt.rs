//! What Jupyter's interrupt, a SIGINT, does to the kernel.
//!
//! While a cell runs, its process is killed: nothing else ends Rust code that does not want to end.
//! While a cell is being compiled, the compilers are killed, and nothing is lost.
//! In a kernel that starts, or has nothing to do, nothing happens.
//!
//! Jupyter can also send a message, which evcxr answers: it kills the process of the cells each time,
//! with all variables, and lets the compilers go on. So the kernelspec asks for the signal.

use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;

use super::cargo;
use super::processes::{kill_all, other_threads_sleep};
use super::tap::{Shared, lock};

/// So long nothing moves only in a kernel that waits for a cell.
const QUIET: Duration = Duration::from_millis(100);
const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

/// The interrupts that reach this process, which no longer ends because of one.
#[derive(Debug)]
pub(super) struct Interrupts(Signals);

impl Interrupts {
    pub(super) fn receive() -> io::Result<Interrupts> {
        Ok(Interrupts(Signals::new([SIGINT])?))
    }

    /// Passes them on to another process, for as long as this one lasts. Those that came before are
    /// forgotten: there was nothing to interrupt.
    pub(super) fn pass_on(mut self, to: Pid) -> io::Result<()> {
        self.0.pending().for_each(drop);
        self.answer(move || {
            // It may have ended already, which is what this process waits for.
            let _ = kill_process(to, Signal::INT);
        })
    }

    /// Ends what they are meant to end, for as long as this process lasts.
    pub(super) fn obey(self, shared: Arc<Mutex<Shared>>) -> io::Result<()> {
        self.answer(move || interrupt(&shared))
    }

    fn answer(mut self, mut act: impl FnMut() + Send + 'static) -> io::Result<()> {
        // Never joined: it lasts as long as the process.
        thread::Builder::new()
            .name("interrupts".to_owned())
            .spawn(move || self.0.forever().for_each(|_| act()))?;
        Ok(())
    }
}

/// Ends the cell that runs, or keeps the one from running that is being compiled.
///
/// Before the compilation, rust-analyzer asks cargo about the dependencies. It would not ask again, so
/// that is left alone, and this waits for what comes next, unless nothing is at work.
fn interrupt(shared: &Mutex<Shared>) {
    let mut quiet_since = Instant::now();
    while quiet_since.elapsed() < QUIET {
        let shared = lock(shared);
        if !shared.is_ready {
            return;
        }
        if shared.cell_runs() {
            shared.kill_child();
            return;
        }
        let child = shared.child;
        drop(shared);
        if !cargo::compilers().is_empty() {
            kill_all(cargo::compilers);
            return;
        }
        if !cargo::stand_ins(child).is_empty() || !other_threads_sleep() {
            quiet_since = Instant::now();
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}
