//! The kernelspecs: what Jupyter reads to find `nbrun-kernel`.
//!
//! Format: <https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs>

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::NamedTempFile;

/// The argument after the connection file that makes the kernel strict.
pub const STRICT: &str = "--strict";

/// The name of the kernel's program, which stands beside `nbrun`.
pub const PROGRAM: &str = "nbrun-kernel";

/// A kernel that Jupyter is told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Reports a cell that panics as ok, as evcxr's own does.
    Rust,
    /// Reports a cell that panics, or that a `?` leaves early, as failed.
    RustStrict,
}

impl Kernel {
    /// All of them.
    pub const ALL: [Kernel; 2] = [Kernel::Rust, Kernel::RustStrict];

    /// The name by which notebooks and tools know it, which is also its directory's.
    pub fn name(self) -> &'static str {
        match self {
            Kernel::Rust => "rust",
            Kernel::RustStrict => "rust-strict",
        }
    }

    fn display_name(self) -> &'static str {
        match self {
            Kernel::Rust => "Rust",
            Kernel::RustStrict => "Rust (strict)",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Kernel::Rust => &[],
            Kernel::RustStrict => &[STRICT],
        }
    }
}

/// Writes the kernelspec into Jupyter's data directory `data`, such as
/// `VENV/share/jupyter`, for the kernel's program at `program`; returns the directory.
///
/// `toolchain` is the name of a rustup toolchain for the cells, where the default is not meant.
///
/// # Errors
/// When the files cannot be written. A spec that was there before is whole or replaced.
pub fn install(
    kernel: Kernel,
    data: &Path,
    program: &Path,
    toolchain: Option<&str>,
) -> io::Result<PathBuf> {
    let dir = data.join("kernels").join(kernel.name());
    fs::create_dir_all(&dir)?;
    let mut argv = vec![
        json!(program),
        json!("--control_file"),
        json!("{connection_file}"),
    ];
    argv.extend(kernel.arguments().iter().map(|argument| json!(argument)));
    let mut env = json!({});
    if let Some(toolchain) = toolchain {
        env["RUSTUP_TOOLCHAIN"] = json!(toolchain);
    }
    let spec = json!({
        "argv": argv,
        "display_name": kernel.display_name(),
        "language": "rust",
        "interrupt_mode": "signal",
        "env": env,
    });
    write(&dir, "kernel.json", &format!("{spec:#}\n"))?;
    write(&dir, "logo-svg.svg", include_str!("kernelspec/logo.svg"))?;
    Ok(dir)
}

fn write(dir: &Path, name: &str, text: &str) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(dir)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    set_readable(file.as_file())?;
    file.persist(dir.join(name))?;
    Ok(())
}

/// Temporary files are for their owner alone, a kernelspec is for everybody.
fn set_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::Value;

    use super::{Kernel, install};

    #[test]
    fn a_spec_names_the_program_and_replaces_an_older_one() {
        let data = tempfile::tempdir().expect("a directory");
        for toolchain in [None, Some("stable")] {
            for kernel in Kernel::ALL {
                let dir = install(kernel, data.path(), Path::new("/bin/k \"1\""), toolchain)
                    .expect("it is written");
                assert!(dir.ends_with(Path::new("kernels").join(kernel.name())));
                let text = fs::read_to_string(dir.join("kernel.json")).expect("a spec");
                let spec: Value = serde_json::from_str(&text).expect("JSON");
                assert_eq!(spec["argv"][0], "/bin/k \"1\"");
                assert_eq!(spec["argv"].get(3).is_some(), kernel == Kernel::RustStrict);
                assert_eq!(spec["env"]["RUSTUP_TOOLCHAIN"].as_str(), toolchain);
                assert_eq!(fs::read_dir(&dir).expect("a directory").count(), 2);
            }
        }
    }
}
