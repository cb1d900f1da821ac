//! What is to be run: notebooks that were found, read and checked, with what each cell is meant to
//! do.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::answers::{WrongAnswer, wrong_answers};
use crate::expectation::{Expectation, expectation};
use crate::notebook::{Notebook, ReadError};
use crate::parts::{Exercise, parts};

/// A notebook ready to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The notebook.
    pub notebook: Notebook,
    /// Its code cells in order.
    pub steps: Vec<Step>,
    /// Its exercises.
    pub exercises: Vec<Exercise>,
    /// The wrong answers that the check of each exercise must refuse, in the same order.
    pub wrong_answers: Vec<Vec<WrongAnswer>>,
    /// Whether solutions take the place of stubs.
    solutions: bool,
}

/// What is done with exercises.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Solutions take the place of stubs.
    pub solutions: bool,
    /// Where the wrong answers stand that checks must refuse.
    pub answers: Option<PathBuf>,
}

/// A code cell to be run.
#[derive(Clone, Debug)]
pub struct Step {
    /// The position among all cells.
    pub index: usize,
    /// What it is meant to do.
    pub expectation: Expectation,
}

/// A path on the command line: a notebook or a directory, and perhaps a cell up to which to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The notebook or directory.
    pub path: PathBuf,
    /// The id or number of the last cell to run.
    pub cell: Option<String>,
}

/// Why a notebook cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// It could not be found or listed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not a notebook that can be run.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// Its cells contradict themselves.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Cells(Vec<CellError>),
    /// It has no cell of this name.
    #[error("there is no code cell with the id or number `{0}`")]
    NoCell(String),
}

/// Something wrong in a cell, found without running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// The cell's name.
    pub cell: String,
    /// The line in the file.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for CellError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CellError { cell, line, reason } = self;
        write!(formatter, "line {line}: cell `{cell}`: {reason}")
    }
}

impl Selection {
    /// Reads `PATH` or `PATH::CELL`.
    pub fn parse(argument: &str) -> Selection {
        match argument.split_once("::") {
            Some((path, cell)) => Selection {
                path: PathBuf::from(path),
                cell: Some(cell.to_owned()),
            },
            None => Selection {
                path: PathBuf::from(argument),
                cell: None,
            },
        }
    }

    /// The notebooks that are meant, in order: the file itself, or all that stand in the directory
    /// and below it, but for hidden directories and Jupyter's checkpoints.
    ///
    /// # Errors
    /// When the path does not exist or a directory cannot be listed.
    pub fn notebooks(&self) -> io::Result<Vec<PathBuf>> {
        if !fs::metadata(&self.path)?.is_dir() {
            return Ok(vec![self.path.clone()]);
        }
        let mut found = Vec::new();
        collect(&self.path, &mut found)?;
        found.sort();
        Ok(found)
    }
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // A link to a directory may lead back here.
        if entry.file_type()?.is_dir() {
            collect(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "ipynb")
        {
            found.push(path);
        }
    }
    Ok(())
}

impl Plan {
    /// Reads a notebook and what its cells are meant to do. With `last`, only the cells up to the
    /// one with this id or number are run.
    ///
    /// # Errors
    /// When it is not a notebook that can be run, or its tags contradict themselves.
    pub fn read(path: &Path, last: Option<&str>, options: &Options) -> Result<Plan, PlanError> {
        Plan::new(Notebook::read(path)?, last, options)
    }

    /// As [`Plan::read`], for a notebook that was read before.
    ///
    /// # Errors
    /// As [`Plan::read`].
    pub fn new(
        notebook: Notebook,
        last: Option<&str>,
        options: &Options,
    ) -> Result<Plan, PlanError> {
        let mut errors = Vec::new();
        let mut report = |index: usize, reason: String| {
            let cell = &notebook.cells[index];
            errors.push(CellError {
                cell: cell.name(),
                line: cell.line,
                reason,
            });
        };
        let mut steps = Vec::new();
        for cell in &notebook.cells {
            match expectation(cell) {
                Ok(expectation) if cell.number.is_some() => steps.push(Step {
                    index: cell.index,
                    expectation,
                }),
                Ok(_) => {}
                Err(error) => report(cell.index, error.to_string()),
            }
        }
        let (exercises, wrong) = parts(&notebook);
        for error in wrong {
            report(error.index, error.reason);
        }
        if !errors.is_empty() {
            errors.sort_by_key(|error| error.line);
            return Err(PlanError::Cells(errors));
        }
        if let Some(last) = last {
            let end = steps
                .iter()
                .position(|step| is_named(&notebook, step.index, last))
                .ok_or_else(|| PlanError::NoCell(last.to_owned()))?;
            steps.truncate(end + 1);
        }
        let wrong_answers = match &options.answers {
            Some(dir) => exercises
                .iter()
                .map(|exercise| wrong_answers(dir, &notebook.path, &exercise.id))
                .collect::<io::Result<_>>()?,
            None => vec![Vec::new(); exercises.len()],
        };
        Ok(Plan {
            notebook,
            steps,
            exercises,
            wrong_answers,
            solutions: options.solutions,
        })
    }

    /// The directory in which the cells run: the notebook's own.
    pub fn directory(&self) -> PathBuf {
        let parent = self.notebook.path.parent().unwrap_or(Path::new(""));
        let parent = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        std::path::absolute(parent).unwrap_or_else(|_| parent.to_owned())
    }

    /// The source to run for a step: the cell's, or the solution in its place.
    pub fn source(&self, step: &Step) -> &str {
        let exercise = self
            .exercises
            .iter()
            .find(|exercise| self.solutions && exercise.stub == step.index);
        match exercise {
            Some(exercise) => &exercise.code,
            None => &self.notebook.cells[step.index].source,
        }
    }

    /// Whether all code cells are run.
    pub fn is_whole(&self) -> bool {
        self.steps.len() == self.notebook.code_cells().count()
    }
}

fn is_named(notebook: &Notebook, index: usize, name: &str) -> bool {
    let cell = &notebook.cells[index];
    cell.id.as_deref() == Some(name) || cell.number.is_some_and(|number| number.to_string() == name)
}
