//! What happens during a run, for those who tell about it.

use std::fmt;
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
    /// A notebook passed before, and nothing that it depends on has changed; it is not run.
    Unchanged {
        /// The notebook.
        plan: &'a Plan,
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
    /// Time went by.
    Tick,
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
    /// A notebook's file could not be written; it is as it was.
    NotWritten {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
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
    /// Runs of notebooks in which every cell did what it should.
    pub passed: usize,
    /// Runs of notebooks in which one did not.
    pub failed: usize,
    /// Files that are not notebooks that can be run, or that could not be written.
    pub broken: usize,
    /// Notebooks that passed before and were not run again.
    pub unchanged: usize,
    /// Notebooks that were not run, because the run was stopped.
    pub not_run: usize,
    /// Cells that were executed.
    pub cells: usize,
    /// Cells that say that they are not to be run.
    pub skipped_cells: usize,
    /// Exercises whose stub is as it is shipped.
    pub unsolved: usize,
    /// Exercises whose solution was accepted.
    pub solved: usize,
    /// Wrong answers that were refused.
    pub refused: usize,
    /// Whether this is a part of the whole that may be empty.
    pub partition: bool,
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
            summary if summary.passed + summary.unchanged > 0 || summary.partition => 0,
            _ => 4,
        }
    }
}

/// One line for a person.
impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.interrupted {
            formatter.write_str("interrupted: ")?;
        }
        let nothing = self.passed + self.failed + self.broken + self.unchanged + self.not_run == 0;
        if nothing && self.partition {
            return formatter.write_str("nothing to run: this part of the partition is empty");
        }
        if nothing {
            return formatter.write_str("nothing was selected");
        }
        write!(formatter, "{} passed", self.passed)?;
        let named = [
            (self.failed, "failed"),
            (self.broken, "broken"),
            (self.unchanged, "unchanged"),
            (self.not_run, "not run"),
        ];
        for (number, name) in named.iter().filter(|(number, _)| *number > 0) {
            write!(formatter, ", {number} {name}")?;
        }
        write!(formatter, " ({} cells", self.cells)?;
        let named = [
            (self.skipped_cells, "skipped"),
            (self.unsolved, "exercises as shipped"),
            (self.solved, "exercises solved"),
            (self.refused, "wrong answers refused"),
        ];
        for (number, name) in named.iter().filter(|(number, _)| *number > 0) {
            write!(formatter, ", {number} {name}")?;
        }
        write!(formatter, ") in {:.1} s", self.took.as_secs_f64())
    }
}
