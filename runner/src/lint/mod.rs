//! Rules that a machine can check without running a notebook.

mod cells;
mod index;
mod links;

use std::fmt;
use std::path::PathBuf;

use crate::format::{FormatError, format};
use crate::notebook::{Cell, Notebook};
use crate::plan::{Options, Plan, PlanError};

pub use index::{claims, listed_in};

/// A rule that does not hold somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// The line in the file, from 1.
    pub line: usize,
    /// The name of the rule.
    pub rule: &'static str,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let Finding {
            line, rule, reason, ..
        } = self;
        write!(formatter, "{path}:{line}: {rule}: {reason}")
    }
}

/// Checks a notebook by itself.
///
/// # Errors
/// When rustfmt cannot be started.
pub fn lint(notebook: &Notebook) -> Result<Vec<Finding>, FormatError> {
    let mut findings = Vec::new();
    if let Err(PlanError::Cells(errors)) = Plan::new(notebook.clone(), None, &Options::default()) {
        findings.extend(errors.into_iter().map(|error| Finding {
            path: notebook.path.clone(),
            line: error.line,
            rule: "tags",
            reason: format!("cell `{}`: {}", error.cell, error.reason),
        }));
    }
    findings.extend(cells::check(notebook));
    findings.extend(links::check(notebook));
    match format(notebook) {
        Ok(formatted) => {
            let unparsed = formatted.unparsed.into_iter().map(|(index, reason)| {
                finding(notebook, &notebook.cells[index], "format", &reason)
            });
            findings.extend(unparsed);
            if formatted.text != notebook.text() {
                findings.push(first_difference(notebook, &formatted.text));
            }
        }
        Err(FormatError::Notebook(reason)) => findings.push(Finding {
            path: notebook.path.clone(),
            line: 1,
            rule: "format",
            reason,
        }),
        Err(error) => return Err(error),
    }
    findings.sort();
    Ok(findings)
}

fn first_difference(notebook: &Notebook, formatted: &str) -> Finding {
    let same = notebook
        .text()
        .lines()
        .zip(formatted.lines())
        .take_while(|(one, other)| one == other)
        .count();
    Finding {
        path: notebook.path.clone(),
        line: same + 1,
        rule: "format",
        reason: "not as `nbrun fmt` writes it".to_owned(),
    }
}

fn finding(notebook: &Notebook, cell: &Cell, rule: &'static str, reason: &str) -> Finding {
    Finding {
        path: notebook.path.clone(),
        line: cell.line,
        rule,
        reason: format!("cell `{}`: {reason}", cell.name()),
    }
}
