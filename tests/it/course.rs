//! The notebooks of the course beside the compiler alone: a cell that must not compile gives the
//! same codes outside the kernel.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use threadlab::program::Program;

/// Cells whose program cannot be told from the notebook alone, and why.
const LEFT_OUT: [(&str, &str, &str); 1] = [(
    "10_choosing",
    "task-borrows",
    "it needs Tokio, which the compiler alone does not know",
)];

/// A cell that must not compile, with what the cells before it have defined.
struct Case {
    name: String,
    expected: BTreeSet<String>,
    /// The `use` lines of the cells before, each of which may hide an earlier one.
    imports: Vec<String>,
    /// The items of the cells before that the cell mentions.
    items: Vec<String>,
    source: String,
}

impl Case {
    /// The cell as a program: every import in a block of its own, the cell as a function's body.
    fn program(&self) -> String {
        let opened: String = self
            .imports
            .iter()
            .map(|line| format!("{line}\n{{\n"))
            .collect();
        let closed = "}\n".repeat(self.imports.len());
        let items = self.items.join("\n");
        let source = &self.source;
        format!(
            "#![allow(unused)]\nfn cell() {{\n{opened}{items}\n{source}\n{closed}}}\nfn main() {{}}\n"
        )
    }
}

#[test]
fn cells_that_must_not_compile_give_the_same_codes_without_the_kernel() {
    let mut wrong = Vec::new();
    let mut examined = 0;
    for path in notebooks() {
        for case in cases(&path) {
            examined += 1;
            let errors = Program::new(&case.program())
                .compile_errors()
                .unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let codes: BTreeSet<String> = errors.codes().into_iter().map(Into::into).collect();
            if codes != case.expected {
                wrong.push(format!(
                    "{}: {:?}, not {:?}",
                    case.name, codes, case.expected
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examined > 50, "only {examined} cells were examined");
}

fn notebooks() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks");
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)
        .expect("the notebooks are there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "ipynb")
        })
        .collect();
    paths.sort();
    paths
}

fn cases(path: &Path) -> Vec<Case> {
    let stem = path.file_stem().expect("a name").to_string_lossy();
    let text = fs::read_to_string(path).expect("a notebook");
    let notebook: Value = serde_json::from_str(&text).expect("JSON");
    let (mut cases, mut imports, mut earlier) = (Vec::new(), Vec::new(), Vec::new());
    for cell in notebook["cells"].as_array().expect("a list of cells") {
        if cell["cell_type"] != "code" {
            continue;
        }
        let source = source(cell);
        let tags = strings(&cell["metadata"]["tags"]);
        let id = cell["id"].as_str().expect("an id");
        if tags.iter().any(|tag| tag == "compile_fail") {
            let left_out = LEFT_OUT
                .iter()
                .any(|(notebook, cell, _)| *notebook == stem && *cell == id);
            if !left_out {
                let codes = tags.iter().filter(|tag| is_code(tag)).cloned();
                let lints = strings(&cell["metadata"]["nbrun"]["lints"]);
                cases.push(Case {
                    name: format!("{stem} `{id}`"),
                    expected: codes.chain(lints).collect(),
                    imports: imports.clone(),
                    items: mentioned(&earlier, &source),
                    source,
                });
            }
            continue;
        }
        imports.extend(imports_of(&source));
        earlier.extend(items_of(&source));
    }
    cases
}

/// The `use` lines of a cell for what every program has.
fn imports_of(source: &str) -> Vec<String> {
    source
        .split_inclusive(';')
        .map(str::trim)
        .filter(|line| line.starts_with("use std::") || line.starts_with("use core::"))
        .map(str::to_owned)
        .collect()
}

/// The items that stand at the top level of a cell, each from its first line to the line that closes
/// it: their names and sources. Notebooks are formatted, so a closing sign stands at the margin.
fn items_of(source: &str) -> Vec<(String, String)> {
    let mut items = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in source.lines() {
        let (name, mut text) = match open.take() {
            Some(item) => item,
            None => match name_of_item(line) {
                Some(name) => (name, String::new()),
                None => continue,
            },
        };
        text.push_str(line);
        text.push('\n');
        let closes =
            line.starts_with(['}', ']', ')']) || !line.starts_with(' ') && line.ends_with(';');
        if closes || line.ends_with('}') && text.lines().count() == 1 {
            items.push((name, text));
        } else {
            open = Some((name, text));
        }
    }
    items
}

fn name_of_item(line: &str) -> Option<String> {
    let mut words = line.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
    let kind = words.next()?;
    let name = words.next()?;
    ["fn", "struct", "enum", "const", "static", "trait", "type"]
        .contains(&kind)
        .then(|| name.to_owned())
}

/// The items that the source mentions, and those that they mention in turn.
fn mentioned(items: &[(String, String)], source: &str) -> Vec<String> {
    let mut found: Vec<&(String, String)> = Vec::new();
    let mut texts = vec![source];
    while let Some(text) = texts.pop() {
        // The last definition of a name is the one that holds.
        for item in items.iter().rev() {
            let known = found.iter().any(|known| known.0 == item.0);
            if !known && has_word(text, &item.0) {
                found.push(item);
                texts.push(&item.1);
            }
        }
    }
    found.into_iter().map(|item| item.1.clone()).collect()
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
        .any(|own| own == word)
}

fn is_code(tag: &str) -> bool {
    tag.len() == 5 && tag.starts_with('E') && tag[1..].bytes().all(|byte| byte.is_ascii_digit())
}

fn source(cell: &Value) -> String {
    match cell["source"].as_str() {
        Some(source) => source.to_owned(),
        None => strings(&cell["source"]).concat(),
    }
}

fn strings(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
