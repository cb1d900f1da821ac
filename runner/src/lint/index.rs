//! Files that speak of notebooks: a list of all of them, and a table of claims.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::Finding;
use crate::notebook::Notebook;

/// Checks that the Markdown file `index` links to every notebook.
///
/// # Errors
/// When the file cannot be read.
pub fn listed_in(index: &Path, notebooks: &[Notebook]) -> std::io::Result<Vec<Finding>> {
    let text = std::fs::read_to_string(index)?;
    Ok(notebooks
        .iter()
        .filter_map(|notebook| {
            let name = notebook.path.file_name()?.to_string_lossy();
            let linked = text.contains(&format!("/{name})")) || text.contains(&format!("({name})"));
            (!linked).then(|| Finding {
                path: index.to_owned(),
                line: 1,
                rule: "index",
                reason: format!("no link to `{}`", notebook.path.display()),
            })
        })
        .collect())
}

/// Checks a table of claims: each row that names a notebook names cells by their ids, and they are
/// there. A row is `| claim | notebook | cells |`, with the names in back-ticks.
///
/// # Errors
/// When the file cannot be read.
pub fn claims(table: &Path, notebooks: &[Notebook]) -> std::io::Result<Vec<Finding>> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new("`([^`]+)`").expect("a constant"));
    let text = std::fs::read_to_string(table)?;
    let mut findings = Vec::new();
    let mut rows = 0;
    for (index, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.trim().trim_matches('|').rsplitn(3, '|').collect();
        let [cells, notebook, _claim] = columns[..] else {
            continue;
        };
        let Some(name) = NAME.captures(notebook) else {
            continue;
        };
        rows += 1;
        let mut report = |reason: String| {
            findings.push(Finding {
                path: PathBuf::from(table),
                line: index + 1,
                rule: "claims",
                reason,
            });
        };
        let file = format!("{}.ipynb", &name[1]);
        let found = notebooks
            .iter()
            .find(|notebook| notebook.path.file_name().is_some_and(|own| *own == *file));
        let Some(found) = found else {
            report(format!("there is no notebook `{file}`"));
            continue;
        };
        let mut named = NAME.captures_iter(cells).peekable();
        if named.peek().is_none() {
            report("the row names no cell".to_owned());
        }
        for id in named {
            if !found
                .cells
                .iter()
                .any(|cell| cell.id.as_deref() == Some(&id[1]))
            {
                report(format!("`{file}` has no cell `{}`", &id[1]));
            }
        }
    }
    if rows == 0 {
        findings.push(Finding {
            path: PathBuf::from(table),
            line: 1,
            rule: "claims",
            reason: "the table has no row `| claim | notebook | cells |`".to_owned(),
        });
    }
    Ok(findings)
}
