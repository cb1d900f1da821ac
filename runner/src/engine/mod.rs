//! What runs a cell, and the evidence it brings back.
//!
//! An [`Engine`] executes and reports; it never judges.
//! Behind the trait stand the embedded evcxr in a worker process ([`embedded`]) and a scripted fake
//! ([`scripted`]) for the tests of everything else.

#[cfg(feature = "evcxr")]
pub mod embedded;
pub mod scripted;
pub mod transcript;

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::notebook::Output;

/// Executes the cells of one notebook after the other.
pub trait Engine {
    /// Makes ready for a notebook whose cells run in the directory `dir`.
    /// Nothing that an earlier notebook defined is left.
    ///
    /// # Errors
    /// When the engine cannot be started; the run of the notebook cannot go on.
    fn open(&mut self, dir: &Path) -> Result<(), EngineError>;

    /// Executes one cell and reports what happened.
    /// A failing cell is a report, not an error.
    ///
    /// # Errors
    /// When the engine itself fails, and what the cell did cannot be known.
    fn execute(&mut self, request: &Request<'_>) -> Result<CellRun, EngineError>;
}

/// A cell to execute.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The cell's source.
    pub source: &'a str,
    /// The execution count: it names the cell in diagnostics and stands in its outputs.
    pub count: u32,
    /// How long compiling and running may take together.
    pub time_limit: Duration,
    /// How many bytes the cell may write to stdout and stderr together.
    pub output_limit: u64,
    /// How many bytes of resident memory the kernel and all that it started may take together.
    pub memory_limit: u64,
}

/// The engine failed, as opposed to a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EngineError(pub String);

/// What a cell did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellRun {
    /// How it ended.
    pub end: End,
    /// What it printed and showed, as a notebook stores it.
    pub outputs: Vec<Output>,
    /// What threads that outlived an earlier cell printed before this one began to run.
    pub late: String,
    /// How long it took.
    pub times: Times,
}

/// How a cell ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// It ran to its end.
    Completed,
    /// It did not compile, or the kernel refused it.
    NotCompiled(Vec<Diagnostic>),
    /// It panicked; the line in the cell, from 1, where the panic's report names one.
    Panicked {
        /// The line of the panic in the cell.
        line: Option<usize>,
    },
    /// A top-level `?` left it early.
    LeftEarly,
    /// The process exited.
    Exited(i32),
    /// A signal killed the process.
    Signaled(i32),
    /// It ran into its time limit.
    TimedOut(Phase),
    /// It wrote more than it may.
    OutputLimit,
    /// Its processes took more memory than they may.
    MemoryLimit,
    /// It took the kernel's own process with it.
    KernelDied,
}

/// What a cell was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Being compiled.
    Compiling,
    /// Running.
    Running,
}

/// An error of the compiler, or of the kernel before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// `E0373`, or the name of a lint; `None` where the compiler gives none.
    pub code: Option<String>,
    /// The message.
    pub message: String,
    /// The line in the cell, from 1.
    pub line: Option<usize>,
    /// The whole report for a person, without colors.
    pub report: String,
}

/// Where a cell's time went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Until the kernel was ready, and until an exclusive cell of another notebook was done.
    pub waiting: Duration,
    /// Analysis and compilation.
    pub compiling: Duration,
    /// The cell's own code.
    pub running: Duration,
}
