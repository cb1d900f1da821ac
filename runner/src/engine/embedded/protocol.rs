//! The messages between the runner and a worker: one JSON value a line.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::CellRun;

/// The environment variable that makes a process a worker; its value is the worker's directory.
pub(super) const WORKER_VARIABLE: &str = "NBRUN_WORKER";

/// What the runner asks of a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Be ready for a notebook in this directory.
    Open { dir: PathBuf },
    /// Execute a cell.
    Execute {
        source: String,
        count: u32,
        time_limit: Duration,
        output_limit: u64,
        memory_limit: u64,
    },
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// Ready for a notebook.
    Opened {
        /// The worker's resident memory in bytes. Everything that earlier notebooks left running has
        /// been ended.
        memory: u64,
        /// Whether an earlier notebook has changed the environment, which cannot be taken back.
        changed: bool,
    },
    /// What a cell did.
    Ran(Box<CellRun>),
    /// The worker cannot go on.
    Failed(String),
}

/// Writes a message.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    to.write_all(&line)?;
    to.flush()
}

/// Reads the next message; `None` at the end.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    if from.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}
