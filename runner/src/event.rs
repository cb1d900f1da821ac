//! What happens during a run, for those who tell about it.

use std::path::PathBuf;
use std::time::Duration;

use crate::plan::Plan;
use crate::run::NotebookReport;

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run starts.
    Started {
        /// How many notebooks will be run.
        notebooks: usize,
        /// How many of them at the same time.
        jobs: usize,
    },
    /// A file is not a notebook that can be run.
    Broken {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A notebook's first cell is about to run.
    NotebookStarted {
        /// The notebook.
        plan: &'a Plan,
    },
    /// A cell is about to run.
    CellStarted {
        /// The notebook.
        plan: &'a Plan,
        /// The cell's position among all cells.
        index: usize,
    },
    /// A notebook's run is over.
    NotebookFinished {
        /// The notebook.
        plan: &'a Plan,
        /// How it went.
        report: &'a NotebookReport,
    },
    /// A notebook's file was written.
    Updated {
        /// The notebook.
        plan: &'a Plan,
        /// How many cells have new outputs or a new count.
        cells: usize,
    },
    /// The run is over.
    Finished {
        /// How it went.
        summary: &'a Summary,
    },
}

/// How a whole run went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Notebooks in which every cell did what it should.
    pub passed: usize,
    /// Notebooks in which one did not.
    pub failed: usize,
    /// Files that are not notebooks that can be run.
    pub broken: usize,
    /// Notebooks that were not run, because the run was stopped.
    pub not_run: usize,
    /// Cells that were executed.
    pub cells: usize,
    /// Cells that say that they are not to be run.
    pub skipped_cells: usize,
    /// Exercises whose stub is as it is shipped.
    pub unsolved: usize,
    /// Whether somebody stopped the run.
    pub interrupted: bool,
    /// How long it took.
    pub took: Duration,
}

impl Summary {
    /// The exit code of the program, see the crate's documentation.
    pub fn exit_code(&self) -> u8 {
        match self {
            Summary {
                interrupted: true, ..
            } => 130,
            summary if summary.broken > 0 => 2,
            summary if summary.failed > 0 || summary.not_run > 0 => 1,
            summary if summary.passed == 0 => 4,
            _ => 0,
        }
    }
}
