//! Links of Markdown cells to files and headings. Links to the network are not followed.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, finding};
use crate::notebook::{CellKind, Notebook};

/// Checks all links of a notebook.
pub(super) fn check(notebook: &Notebook) -> Vec<Finding> {
    static LINK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\]\(([^)\s]+)\)").expect("a constant"));
    let mut findings = Vec::new();
    for cell in &notebook.cells {
        if cell.kind != CellKind::Markdown {
            continue;
        }
        let prose = without_code(&cell.source);
        for link in LINK.captures_iter(&prose) {
            if let Err(reason) = resolve(notebook, &link[1]) {
                findings.push(finding(notebook, cell, "links", &reason));
            }
        }
    }
    findings
}

fn resolve(notebook: &Notebook, target: &str) -> Result<(), String> {
    if target.contains("://") || target.starts_with("mailto:") || target.starts_with("attachment:")
    {
        return Ok(());
    }
    let (file, fragment) = match target.split_once('#') {
        Some((file, fragment)) => (file, Some(fragment)),
        None => (target, None),
    };
    let dir = notebook.path.parent().unwrap_or(Path::new(""));
    let path = dir.join(file);
    if !file.is_empty() && !path.exists() {
        return Err(format!("the link `{target}` leads to no file"));
    }
    let Some(fragment) = fragment else {
        return Ok(());
    };
    let found = match file {
        "" => has_heading(notebook, fragment),
        file if file.ends_with(".ipynb") => {
            Notebook::read(&path).is_ok_and(|other| has_heading(&other, fragment))
        }
        _ => true,
    };
    match found {
        true => Ok(()),
        false => Err(format!("the link `{target}` leads to no heading")),
    }
}

/// Jupyter's name for a heading is its text with dashes for spaces.
fn has_heading(notebook: &Notebook, fragment: &str) -> bool {
    notebook
        .cells
        .iter()
        .filter(|cell| cell.kind == CellKind::Markdown)
        .flat_map(|cell| headings(&cell.source))
        .any(|heading| heading.replace(' ', "-") == percent_decoded(fragment))
}

/// The texts of a cell's headings as they are rendered.
fn headings(markdown: &str) -> Vec<String> {
    without_code_blocks(markdown)
        .lines()
        .filter_map(|line| {
            let text = line.trim_start_matches('#');
            let is_heading = text.len() < line.len() && text.starts_with(' ');
            is_heading.then(|| text.trim().replace(['`', '*'], ""))
        })
        .collect()
}

fn percent_decoded(fragment: &str) -> String {
    fragment
        .replace("%60", "`")
        .replace("%20", " ")
        .replace("%3A", ":")
        .replace("%26", "&")
        .replace("%3F", "?")
        .replace("%2C", ",")
        .replace("%27", "'")
}

/// The text without fenced blocks.
fn without_code_blocks(markdown: &str) -> String {
    let mut fenced = false;
    let mut prose = String::with_capacity(markdown.len());
    for line in markdown.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        if !fenced && !fence {
            prose.push_str(line);
        }
        fenced ^= fence;
    }
    prose
}

/// The text without fenced blocks and without code in a line, where brackets are no links.
fn without_code(markdown: &str) -> String {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("`[^`\n]*`").expect("a constant"));
    CODE.replace_all(&without_code_blocks(markdown), "`code`")
        .into_owned()
}
