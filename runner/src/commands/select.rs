//! Finding the notebooks that the command line means.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context;

use crate::cli::SelectArguments;
use crate::notebook::Notebook;
use crate::plan::{Options, Plan, Selection};

/// A notebook that was selected: ready to be run, or the reason why not.
pub(super) type Selected = Result<Plan, (PathBuf, String)>;

/// Reads all selected notebooks, each once, in the order of their paths.
pub(super) fn select(
    arguments: &SelectArguments,
    options: &Options,
) -> anyhow::Result<Vec<Selected>> {
    let selected = selected(arguments)?;
    Ok(selected
        .into_iter()
        .map(|(path, cell)| {
            Plan::read(&path, cell.as_deref(), options).map_err(|error| (path, error.to_string()))
        })
        .collect())
}

/// The paths of all selected notebooks, each once.
pub(super) fn select_paths(arguments: &SelectArguments) -> anyhow::Result<Vec<PathBuf>> {
    let selected = selected(arguments)?;
    Ok(selected.into_iter().map(|(path, _)| path).collect())
}

/// Reads notebooks, without asking whether they can be run; and those that are none, with reasons.
pub(super) fn read_all(paths: &[PathBuf]) -> (Vec<Notebook>, Vec<(PathBuf, String)>) {
    let mut notebooks = Vec::new();
    let mut broken = Vec::new();
    for path in paths {
        match Notebook::read(path) {
            Ok(notebook) => notebooks.push(notebook),
            Err(error) => broken.push((path.clone(), error.to_string())),
        }
    }
    (notebooks, broken)
}

fn selected(arguments: &SelectArguments) -> anyhow::Result<Vec<(PathBuf, Option<String>)>> {
    let mut seen = BTreeSet::new();
    let mut selected = Vec::new();
    for argument in &arguments.paths {
        let selection = Selection::parse(argument);
        let shown = selection.path.display();
        let paths = selection
            .notebooks()
            .with_context(|| format!("cannot read `{shown}`"))?;
        for path in paths.into_iter().map(short) {
            let wanted = arguments
                .filter
                .as_ref()
                .is_none_or(|text| path.to_string_lossy().contains(text.as_str()));
            let notebook = (path, selection.cell.clone());
            if wanted && seen.insert(notebook.clone()) {
                selected.push(notebook);
            }
        }
    }
    Ok(selected)
}

/// The path as a person would write it here: relative where it stands below this directory.
fn short(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().ok();
    match here.as_ref().and_then(|here| path.strip_prefix(here).ok()) {
        Some(relative) => relative.to_owned(),
        None => path,
    }
}
