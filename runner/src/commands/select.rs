//! Finding the notebooks that the command line means.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context;

use crate::cli::SelectArguments;
use crate::plan::{Plan, Selection};

/// A notebook that was selected: ready to be run, or the reason why not.
pub(super) type Selected = Result<Plan, (PathBuf, String)>;

/// Reads all selected notebooks, each once, in the order of their paths.
pub(super) fn select(
    arguments: &SelectArguments,
    solutions: bool,
) -> anyhow::Result<Vec<Selected>> {
    let mut seen = BTreeSet::new();
    let mut selected = Vec::new();
    for argument in &arguments.paths {
        let selection = Selection::parse(argument);
        let shown = selection.path.display();
        let paths = selection
            .notebooks()
            .with_context(|| format!("cannot read `{shown}`"))?;
        for path in paths {
            let wanted = arguments
                .filter
                .as_ref()
                .is_none_or(|text| path.to_string_lossy().contains(text.as_str()));
            if wanted && seen.insert((path.clone(), selection.cell.clone())) {
                let plan = Plan::read(&path, selection.cell.as_deref(), solutions);
                selected.push(plan.map_err(|error| (path, error.to_string())));
            }
        }
    }
    Ok(selected)
}
