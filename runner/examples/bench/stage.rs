//! A copy of notebooks where everything beside them is where they expect it, so that no tool can
//! change the originals.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};

/// Notebooks in a directory of their own.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The directory.
    pub(crate) dir: PathBuf,
    /// The copies in it.
    pub(crate) notebooks: Vec<PathBuf>,
}

impl Stage {
    /// Copies notebooks of one directory below `root`. What else stands in their directory and
    /// beside it is linked.
    pub(crate) fn of(notebooks: &[PathBuf], root: &Path) -> anyhow::Result<Stage> {
        let original = notebooks.first().context("there are no notebooks")?;
        let original = fs::canonicalize(original)?;
        let original = original
            .parent()
            .context("a notebook stands in a directory")?;
        let dir = root.join(original.file_name().unwrap_or("notebooks".as_ref()));
        fs::create_dir_all(&dir)?;
        if let Some(parent) = original.parent() {
            link_all(parent, root, |path| path != original)?;
        }
        link_all(original, &dir, |path| {
            path.extension()
                .is_none_or(|extension| extension != "ipynb")
        })?;
        let mut copies = Vec::new();
        for notebook in notebooks {
            let copy = dir.join(notebook.file_name().context("a notebook has a name")?);
            fs::copy(notebook, &copy)?;
            copies.push(copy);
        }
        Ok(Stage {
            dir,
            notebooks: copies,
        })
    }

    /// Makes the copies ready for tools that know nothing of Rust: no recorded run, so that the
    /// executed cells can be counted; the kernel `rust`; and no cell ends the run, since some fail
    /// on purpose.
    pub(crate) fn prepare_for_others(&self) -> anyhow::Result<()> {
        for path in &self.notebooks {
            let mut notebook: Value = serde_json::from_slice(&fs::read(path)?)?;
            notebook["metadata"]["kernelspec"] =
                json!({"display_name": "Rust", "language": "rust", "name": "rust"});
            for cell in code_cells(&mut notebook) {
                cell["execution_count"] = Value::Null;
                cell["outputs"] = json!([]);
                let tags = cell["metadata"]["tags"].as_array().cloned();
                let mut tags = tags.unwrap_or_default();
                if !tags.contains(&json!("raises-exception")) {
                    tags.push(json!("raises-exception"));
                }
                cell["metadata"]["tags"] = tags.into();
            }
            fs::write(path, serde_json::to_vec(&notebook)?)?;
        }
        Ok(())
    }
}

/// How many code cells of a notebook have been executed.
pub(crate) fn executed_cells(path: &Path) -> anyhow::Result<usize> {
    let text = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut notebook: Value = serde_json::from_slice(&text)?;
    Ok(code_cells(&mut notebook)
        .filter(|cell| !cell["execution_count"].is_null())
        .count())
}

fn code_cells(notebook: &mut Value) -> impl Iterator<Item = &mut Value> {
    let cells = notebook["cells"].as_array_mut();
    cells
        .into_iter()
        .flatten()
        .filter(|cell| cell["cell_type"] == "code")
}

/// Links to what stands in a directory, but for what is hidden or was built.
fn link_all(from: &Path, to: &Path, wanted: impl Fn(&Path) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let hidden = name.as_encoded_bytes().starts_with(b".") || name == "target";
        if !hidden && wanted(&entry.path()) {
            symlink(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}
