//! Whether two executed copies of the same notebooks have the same outputs, cell by cell.
//!
//! ```text
//! same_outputs EXPECTED ACTUAL    # two notebooks, or two directories with notebooks
//! ```
//!
//! The outputs are compared as `nbrun test` compares a run with the saved outputs, with the tags of
//! the expected notebook. Of a cell whose output is not compared there, the kinds are: that there is
//! text on stdout, on stderr, an error, a value of these MIME types.

#![expect(clippy::print_stdout, reason = "a program that says what differs")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use nbrun::compare::difference;
use nbrun::expectation::expectation;
use nbrun::notebook::{Cell, Notebook, Output, Stream};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [expected, actual] = &paths[..] else {
        return Err("two notebooks or directories are needed: EXPECTED ACTUAL".into());
    };
    let pairs = match expected.is_dir() {
        true => pairs(expected, actual)?,
        false => vec![(expected.clone(), actual.clone())],
    };
    let (mut cells, mut differing) = (0, 0);
    for (expected, actual) in &pairs {
        let name = expected.file_name().unwrap_or_default().to_string_lossy();
        for (cell, found) in differences(expected, actual)? {
            cells += 1;
            if let Some(found) = found {
                differing += 1;
                println!("{name} {cell}\n{}", found.trim_end());
            }
        }
    }
    println!(
        "{} notebooks, {cells} code cells, {differing} differ",
        pairs.len()
    );
    // A comparison of nothing proves nothing.
    Ok(ExitCode::from(u8::from(differing > 0 || cells == 0)))
}

/// The notebooks of one directory with those of the same name in the other.
fn pairs(expected: &Path, actual: &Path) -> Result<Vec<(PathBuf, PathBuf)>, Box<dyn Error>> {
    let mut pairs = Vec::new();
    for entry in fs::read_dir(expected)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "ipynb")
        {
            let name = path.file_name().unwrap_or_default();
            pairs.push((path.clone(), actual.join(name)));
        }
    }
    pairs.sort();
    Ok(pairs)
}

/// The name of a code cell, and in what its outputs differ.
type Difference = (String, Option<String>);

fn differences(expected: &Path, actual: &Path) -> Result<Vec<Difference>, Box<dyn Error>> {
    let read = |path: &Path| {
        Notebook::read(path).map_err(|error| format!("`{}`: {error}", path.display()))
    };
    let (expected, actual) = (read(expected)?, read(actual)?);
    let sources = |notebook: &Notebook| -> Vec<String> {
        notebook
            .code_cells()
            .map(|cell| cell.source.clone())
            .collect()
    };
    if sources(&expected) != sources(&actual) {
        return Err(format!("`{}` has other cells", actual.path.display()).into());
    }
    expected
        .code_cells()
        .zip(actual.code_cells())
        .map(|(expected, actual)| {
            let how = expectation(expected)?.comparison;
            let found = match how.ignore {
                true => kinds_differ(expected, actual),
                false => difference(&expected.outputs, &actual.outputs, &how),
            };
            let name = expected.id.clone().unwrap_or_default();
            Ok((name, found))
        })
        .collect()
}

fn kinds_differ(expected: &Cell, actual: &Cell) -> Option<String> {
    let (expected, actual) = (kinds(&expected.outputs), kinds(&actual.outputs));
    (expected != actual).then(|| format!("expected {expected:?}, got {actual:?}"))
}

fn kinds(outputs: &[Output]) -> BTreeSet<String> {
    outputs
        .iter()
        .flat_map(|output| match output {
            Output::Stream {
                name: Stream::Stdout,
                ..
            } => vec!["stdout".to_owned()],
            Output::Stream {
                name: Stream::Stderr,
                ..
            } => vec!["stderr".to_owned()],
            Output::Error { .. } => vec!["error".to_owned()],
            Output::ExecuteResult { data, .. } | Output::DisplayData { data, .. } => {
                data.keys().cloned().collect()
            }
        })
        .collect()
}
