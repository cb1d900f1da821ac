//! The embedded evcxr, one worker process at a time.
//!
//! ```text
//! runner ── socket, one JSON message a line ── worker (evcxr, cargo, rustc)
//!                                                │ stdin: "load this and run it"
//!                                                │ socket: begin, end (the tap)
//!                                              child (runs the cells' code)
//! ```
//!
//! * [`process`]: the runner's side, an [`Engine`](super::Engine).
//! * [`worker`]: the worker's side.
//! * [`session`]: the worker's evcxr context; the only file that executes through it.
//! * [`child`]: the process that runs user code, in place of evcxr's own.
//! * [`cargo`]: compiles a cell without asking cargo what it said for the one before.
//! * [`rustc`]: makes a cell say how it ended where no output can be mistaken for it.
//! * [`tap`]: reads what the child prints, and tells evcxr what it must know.
//! * [`connection`]: the tap's connection to one child.
//! * [`kernel`]: the Jupyter kernel, which has the same tap and child.
//! * [`interrupt`]: what an interrupt ends, in the Jupyter kernel.
//! * [`relay`]: keeps the kernel from ending when Jupyter closes a connection.
//! * [`forward`]: what the child printed, in a form that can go through evcxr to Jupyter.
//! * [`transcript`](super::transcript): finds values to show, and control lines, in what it printed.
//! * [`diagnostics`]: compile errors as the kernel reports them.
//! * [`processes`]: what runs below a worker.
//! * [`protocol`]: the messages between runner and worker.
//!
//! Why the child's output does not go through evcxr: evcxr throws away how a cell ended, hangs on a
//! line that is not finished, and loses output that is not UTF-8.
//! Here the child itself says on a socket of its own when a cell begins and ends, and its standard
//! output and error are pipes that the tap reads to the last byte.

mod cargo;
mod child;
mod connection;
mod diagnostics;
mod forward;
mod interrupt;
mod kernel;
mod process;
mod processes;
mod protocol;
mod relay;
mod rustc;
mod session;
mod tap;
mod worker;

pub use kernel::run_kernel;
pub use process::Embedded;

/// Turns this process into what its environment says it was started as: a worker, a worker's child,
/// a stand-in for cargo, or a wrapper around rustc. Returns if it was started by a person.
///
/// The first line of `main`, before any thread exists.
pub fn become_part() {
    child::become_child();
    cargo::become_cargo();
    rustc::become_rustc();
    evcxr::runtime_hook();
    worker::become_worker();
}
