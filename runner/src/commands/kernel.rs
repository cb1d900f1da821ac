//! `nbrun kernel`: tells Jupyter about the kernel from the same build.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::cli::{KernelCommand, KernelPlace};
use crate::kernelspec::{self, Kernel, PROGRAM};

/// Does what the command says; returns the exit code.
pub(super) fn kernel(command: &KernelCommand) -> anyhow::Result<u8> {
    match command {
        KernelCommand::Install(place) => install(place),
    }
}

fn install(place: &KernelPlace) -> anyhow::Result<u8> {
    let program = env::current_exe()
        .context("cannot find this program's own path")?
        .with_file_name(PROGRAM);
    if !program.is_file() {
        bail!(
            "there is no `{}`; build it with `cargo build --locked --package nbrun`, or install it \
             with `cargo install --locked --path runner`",
            program.display()
        );
    }
    let data = data_directory(place)?;
    let toolchain = env::var("RUSTUP_TOOLCHAIN").ok();
    for kernel in Kernel::ALL {
        let dir = kernelspec::install(kernel, &data, &program, toolchain.as_deref())
            .with_context(|| format!("cannot write below `{}`", data.display()))?;
        writeln!(io::stdout(), "{} in {}", kernel.name(), dir.display())?;
    }
    Ok(0)
}

/// Jupyter's data directory of the environment that is meant.
fn data_directory(place: &KernelPlace) -> anyhow::Result<PathBuf> {
    if place.user {
        return user_data_directory();
    }
    let active = || env::var_os("VIRTUAL_ENV").or_else(|| env::var_os("CONDA_PREFIX"));
    let prefix = place.prefix.clone().or_else(|| active().map(PathBuf::from));
    let Some(prefix) = prefix else {
        bail!(
            "for which Jupyter? Activate its environment, or say `--prefix DIR` (a virtual \
             environment) or `--user` (every Jupyter of yours)"
        );
    };
    if !prefix.is_dir() {
        bail!("`{}` is no directory", prefix.display());
    }
    Ok(prefix.join("share").join("jupyter"))
}

/// Where Jupyter looks for a user's own kernels.
fn user_data_directory() -> anyhow::Result<PathBuf> {
    if let Some(dir) = env::var_os("JUPYTER_DATA_DIR") {
        return Ok(PathBuf::from(dir));
    }
    let home = env::home_dir().context("there is no home directory")?;
    if cfg!(target_os = "macos") {
        return Ok(home.join("Library").join("Jupyter"));
    }
    let data = env::var_os("XDG_DATA_HOME")
        .filter(|dir| !dir.is_empty())
        .map_or_else(|| home.join(".local").join("share"), PathBuf::from);
    Ok(data.join("jupyter"))
}
