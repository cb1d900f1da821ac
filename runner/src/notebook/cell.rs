//! One cell: its source, its tags, its place in the file.

use std::ops::Range;

use serde::Deserialize;

use super::Output;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Rust source and evcxr commands, executed by the engine.
    Code,
    /// Prose.
    Markdown,
    /// Text that nothing interprets.
    Raw,
}

/// A cell of a notebook.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What the cell holds.
    pub kind: CellKind,
    /// The position among all cells, from 0.
    pub index: usize,
    /// The position among the code cells, from 1; `None` for other cells.
    pub number: Option<u32>,
    /// The `id` of nbformat 4.5.
    pub id: Option<String>,
    /// The nearest Markdown heading above, without its hashes.
    pub heading: Option<String>,
    /// The line in the file, from 1, on which the cell's source starts.
    pub line: usize,
    /// The source, with `\n` between its lines.
    pub source: String,
    /// `metadata.tags`.
    pub tags: Vec<String>,
    /// `metadata.nbrun`.
    pub meta: CellMeta,
    /// The saved outputs.
    pub outputs: Vec<Output>,
    /// The saved execution count.
    pub execution_count: Option<u32>,
    /// Where `outputs` and `execution_count` stand in the file; `None` for cells that have none.
    pub(super) spans: Option<Spans>,
}

impl Cell {
    /// Whether the cell carries this tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }

    /// Whether the file holds a recorded run of this cell, to compare a new run with.
    pub fn is_recorded(&self) -> bool {
        self.execution_count.is_some() || !self.outputs.is_empty()
    }

    /// How a person refers to the cell: its id, or its number among the code cells.
    pub fn name(&self) -> String {
        match (&self.id, self.number) {
            (Some(id), _) => id.clone(),
            (None, Some(number)) => number.to_string(),
            (None, None) => format!("#{}", self.index + 1),
        }
    }
}

/// The values that tags cannot carry, from `metadata.nbrun`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CellMeta {
    /// Ties the parts of an exercise or a prediction together.
    pub id: Option<String>,
    /// Text that a panic's output must contain.
    pub panic: Option<String>,
    /// Text that stderr must contain; allows stderr.
    pub stderr: Option<String>,
    /// The exit code that `should_exit` expects.
    pub exit_code: Option<i32>,
    /// The signal that ends the process, as a name (`SIGABRT`) or a number.
    pub signal: Option<SignalName>,
    /// `"pass"` when the cell is meant to run into its time limit.
    pub on_timeout: Option<OnTimeout>,
    /// The cell's time limit in seconds, in place of `--cell-timeout`.
    pub timeout: Option<f64>,
    /// Expected codes of errors that are names of lints.
    pub lints: Vec<String>,
    /// Which parts of the output differ from run to run.
    pub redact: Vec<crate::redact::Redaction>,
    /// Whether the cell is measured, with no other worker beside it.
    pub exclusive: bool,
}

/// What a time limit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnTimeout {
    /// Running into the limit is what the cell shows.
    Pass,
}

/// A signal as a notebook names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum SignalName {
    /// By its number.
    Number(i32),
    /// By its name, `SIGABRT`.
    Name(String),
}

/// Byte ranges in the file of the values that the runner may replace.
#[derive(Clone, Debug)]
pub(super) struct Spans {
    pub(super) outputs: Range<usize>,
    pub(super) execution_count: Range<usize>,
}
