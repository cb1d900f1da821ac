//! `nbrun lint`: rules that need no run.

use std::io::{self, Write};

use anyhow::Context;

use super::select::{read_all, select_paths};
use crate::cli::LintArguments;
use crate::lint;

/// Prints everything that breaks a rule.
pub(super) fn lint(arguments: &LintArguments) -> anyhow::Result<u8> {
    let (notebooks, broken) = read_all(&select_paths(&arguments.select)?);
    let mut out = io::stdout().lock();
    for (path, reason) in &broken {
        writeln!(out, "{}: {reason}", path.display())?;
    }
    let mut findings = Vec::new();
    for notebook in &notebooks {
        findings.extend(lint::lint(notebook)?);
    }
    if let Some(index) = &arguments.listed_in {
        let found = lint::listed_in(index, &notebooks);
        findings.extend(found.with_context(|| format!("cannot read `{}`", index.display()))?);
    }
    if let Some(table) = &arguments.claims {
        let found = lint::claims(table, &notebooks);
        findings.extend(found.with_context(|| format!("cannot read `{}`", table.display()))?);
    }
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    writeln!(
        out,
        "{} notebooks, {} findings",
        notebooks.len(),
        findings.len()
    )?;
    Ok(
        match (broken.is_empty(), notebooks.is_empty(), findings.is_empty()) {
            (false, ..) => 2,
            (true, true, _) => 4,
            (true, false, false) => 1,
            (true, false, true) => 0,
        },
    )
}
