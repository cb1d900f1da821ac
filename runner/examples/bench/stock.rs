//! evcxr's own kernel, as people have it who do not know nbrun: this program, when Jupyter starts it.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

/// The argument that Jupyter starts a kernel with.
const CONTROL_FILE: &str = "--control_file";

/// Becomes the kernel, if Jupyter started this process as one.
pub(crate) fn become_kernel() -> anyhow::Result<Option<ExitCode>> {
    if std::env::args()
        .nth(1)
        .is_none_or(|first| first != CONTROL_FILE)
    {
        return Ok(None);
    }
    evcxr_jupyter::main()?;
    Ok(Some(ExitCode::SUCCESS))
}

/// Writes the kernelspec below `data`, a data directory of Jupyter.
pub(crate) fn install(data: &Path) -> anyhow::Result<()> {
    let dir = data.join("kernels/rust");
    fs::create_dir_all(&dir)?;
    let spec = json!({
        "argv": [std::env::current_exe()?, CONTROL_FILE, "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
        // It would replace this file, seeing that it is not its own.
        "env": {"JUPYTER_PATH": dir},
    });
    fs::write(dir.join("kernel.json"), spec.to_string())?;
    Ok(())
}
