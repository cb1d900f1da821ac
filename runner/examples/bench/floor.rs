//! What rustc alone needs for the crates that evcxr generated for the cells: no tool can be faster
//! that compiles each cell by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::capture::{Captured, Compilation, Profile, capture};
use crate::stage::Stage;
use crate::tree::{Usage, measure};

/// The crates of all cells, ready to be compiled.
pub(crate) struct Floor {
    /// For each notebook, a directory with the libraries, and the crates in order.
    notebooks: Vec<(PathBuf, Vec<Compilation>)>,
    pub(crate) profile: Profile,
}

impl Floor {
    /// Runs the notebooks once and keeps their crates in `dir`.
    pub(crate) fn capture(stage: &Stage, dir: &Path) -> anyhow::Result<Floor> {
        let Captured { notebooks, profile } = capture(&stage.notebooks, dir)?;
        let crates: usize = notebooks.iter().map(Vec::len).sum();
        // A cell with nothing but `:dep` needs no crate of its own.
        if crates * 2 < profile.cells {
            bail!(
                "only {crates} crates were found for {} cells",
                profile.cells
            );
        }
        let number = |number: usize| dir.join(number.to_string());
        Ok(Floor {
            notebooks: notebooks
                .into_iter()
                .enumerate()
                .map(|(index, crates)| (number(index), crates))
                .collect(),
            profile,
        })
    }

    /// How many crates there are.
    pub(crate) fn crates(&self) -> usize {
        self.notebooks.iter().map(|(_, crates)| crates.len()).sum()
    }

    /// Compiles them all, one after the other, with the flags that cargo gave rustc.
    pub(crate) fn compile(&self) -> anyhow::Result<Usage> {
        let mut commands = Vec::new();
        for (dir, crates) in &self.notebooks {
            // What the round before knew incrementally would be too good.
            for part in ["x", "incremental"] {
                let _ = fs::remove_dir_all(dir.join(part));
            }
            for (index, compilation) in crates.iter().enumerate() {
                commands.push(command(compilation, dir, index)?);
            }
        }
        // Some cells are meant not to compile.
        measure(commands, true)
    }
}

/// The command that compiles a crate once more.
fn command(compilation: &Compilation, dir: &Path, index: usize) -> anyhow::Result<Command> {
    let place = dir.join("x").join(index.to_string());
    fs::create_dir_all(place.join("src"))?;
    fs::write(place.join("src/lib.rs"), &compilation.code)?;
    let Some((rustc, arguments)) = compilation.command.split_first() else {
        bail!("a compilation without a compiler");
    };
    let (old, new) = (compilation.dir.to_string_lossy(), dir.to_string_lossy());
    let mut command = Command::new(rustc);
    command.current_dir(&place);
    let mut is_place = false;
    for argument in arguments {
        match argument {
            _ if is_place => command.arg(&place),
            _ if argument.starts_with("incremental=") => {
                command.arg(format!("incremental={new}/incremental"))
            }
            _ => command.arg(argument.replace(&*old, &new)),
        };
        is_place = argument == "--out-dir";
    }
    Ok(command)
}
