//! Measures how long a notebook waits for `threadlab`: the `:dep` cell and the first use after it.
//!
//! Run it with `scripts/measure-load`, which builds the runner and passes its path.
//!
//! Each row is a crate: an empty one, one with nothing but the dependency, then `threadlab` module
//! by module, each with all the rows above it, up to the whole.
//! Each is loaded by a kernel that has never seen it (cold), and again in the same kernel after
//! `:clear`; the shortest of several runs counts.

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// How often each crate is loaded by a new kernel, unless the second argument says another number.
const RUNS: usize = 3;

/// A crate to load.
struct Load {
    name: &'static str,
    /// The modules of `threadlab` in it.
    modules: Vec<&'static str>,
    with_rustix: bool,
    /// What the second cell does.
    first_use: &'static str,
}

/// Seconds for the two cells that load and use a crate.
#[derive(Clone, Copy)]
struct Seconds {
    cold: f64,
    after_clear: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let runner = args
        .next()
        .ok_or("the first argument is the path of `nbrun`")?;
    let runner = fs::canonicalize(runner)?;
    let runs = args.next().map_or(Ok(RUNS), |number| number.parse())?;
    say("crate                    cold            after :clear");
    let mut empty: Option<Seconds> = None;
    for load in loads() {
        let directory = tempfile::tempdir()?;
        write_crate(&load, &directory.path().join("loaded"))?;
        write_notebook(&load, directory.path())?;
        let mut best: Option<Seconds> = None;
        for _ in 0..runs {
            let new = measure(&runner, directory.path())?;
            best = Some(best.map_or(new, |best| Seconds {
                cold: best.cold.min(new.cold),
                after_clear: best.after_clear.min(new.after_clear),
            }));
        }
        let best = best.ok_or("at least one run is needed")?;
        let empty = *empty.get_or_insert(best);
        say(&format!(
            "{:<22} {:>5.2} s  {:>4.2}x    {:>5.2} s  {:>4.2}x",
            load.name,
            best.cold,
            best.cold / empty.cold,
            best.after_clear,
            best.after_clear / empty.after_clear,
        ));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a measurement prints its result")]
fn say(line: &str) {
    println!("{line}");
}

fn loads() -> Vec<Load> {
    let load = |name, modules: &[&'static str], with_rustix, first_use| Load {
        name,
        modules: modules.to_vec(),
        with_rustix,
        first_use,
    };
    let crunch = "println!(\"{}\", loaded::timing::time(|| 7).value);";
    let short = "loaded::panics::short();";
    vec![
        load("empty", &[], false, "println!(\"{}\", 7);"),
        load("rustix alone", &[], true, "println!(\"{}\", 7);"),
        load(
            "timing, work",
            &["show", "svg", "timing", "work"],
            false,
            crunch,
        ),
        load(
            "+ panics",
            &["show", "svg", "timing", "work", "panics"],
            false,
            short,
        ),
        load(
            "+ timeline",
            &["show", "svg", "timing", "work", "panics", "timeline"],
            false,
            short,
        ),
        load(
            "+ capture (rustix)",
            &[
                "show", "svg", "timing", "work", "panics", "timeline", "capture",
            ],
            true,
            short,
        ),
        load(
            "+ program",
            &[
                "show", "svg", "timing", "work", "panics", "timeline", "capture", "program",
            ],
            true,
            short,
        ),
        load(
            "+ exercise = all",
            &[
                "show", "svg", "timing", "work", "panics", "timeline", "capture", "program",
                "exercise",
            ],
            true,
            short,
        ),
    ]
}

/// Writes a crate named `loaded` with these modules, which stay where they are.
fn write_crate(load: &Load, path: &Path) -> io::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    fs::create_dir_all(path.join("src"))?;
    let mut manifest = "[package]\nname = \"loaded\"\nedition = \"2024\"\n\
        [lib]\ncrate-type = [\"lib\", \"dylib\"]\n[features]\nserde = []\n[workspace]\n"
        .to_owned();
    if load.with_rustix {
        manifest.push_str(
            "[dependencies]\nrustix = { version = \"1.1.6\", default-features = false, \
             features = [\"std\", \"stdio\"] }\n",
        );
    }
    fs::write(path.join("Cargo.toml"), manifest)?;
    let mut lib = "//! Loaded and timed.\n".to_owned();
    for module in &load.modules {
        lib.push_str(&format!("pub mod {module};\n"));
        for entry in [format!("{module}.rs"), (*module).to_owned()] {
            if source.join(&entry).exists() {
                symlink(source.join(&entry), path.join("src").join(&entry))?;
            }
        }
    }
    fs::write(path.join("src/lib.rs"), lib)
}

/// Writes a notebook that loads and uses the crate, forgets it, and does so again.
fn write_notebook(load: &Load, directory: &Path) -> io::Result<()> {
    let dep = ":dep loaded = { path = \"loaded\" }";
    let cells = [
        "println!(\"warm\");",
        dep,
        load.first_use,
        ":clear",
        dep,
        load.first_use,
    ];
    let cells = cells.iter().enumerate().map(|(number, source)| {
        json!({
            "cell_type": "code",
            "execution_count": null,
            "id": format!("cell-{number}"),
            "metadata": {},
            "outputs": [],
            "source": [source],
        })
    });
    let notebook = json!({
        "cells": cells.collect::<Vec<_>>(),
        "metadata": {
            "kernelspec": { "display_name": "Rust", "language": "rust", "name": "rust" },
            "language_info": { "name": "Rust" },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    fs::write(directory.join("load.ipynb"), notebook.to_string())?;
    // The speed of cells is that of the course.
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/evcxr.toml");
    if config.exists() {
        fs::copy(config, directory.join("evcxr.toml"))?;
    }
    Ok(())
}

/// Runs the notebook in a new kernel and reads the times of its cells.
fn measure(runner: &PathBuf, directory: &Path) -> Result<Seconds, Box<dyn Error>> {
    let report = directory.join("report.json");
    let output = Command::new(runner)
        .current_dir(directory)
        .args(["test", "--jobs", "1", "--json"])
        .arg(&report)
        .arg("load.ipynb")
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stdout).into());
    }
    let report: Value = serde_json::from_str(&fs::read_to_string(report)?)?;
    let cells = &report["notebooks"][0]["cells"];
    let seconds = |number: usize| -> Result<f64, String> {
        let seconds = &cells[number]["seconds"];
        let part = |name: &str| seconds[name].as_f64();
        let parts = part("compiling").zip(part("running"));
        let (compiling, running) = parts.ok_or("the report of `nbrun` has no times")?;
        Ok(compiling + running)
    };
    Ok(Seconds {
        cold: seconds(1)? + seconds(2)?,
        after_clear: seconds(4)? + seconds(5)?,
    })
}
