//! Gets the crates that evcxr generates for the cells, by standing in front of rustc.
//!
//! The notebooks are run cell by cell with the embedded engine, in a process of their own whose
//! environment makes cargo call this program in the place of rustc. Of each cell the last crate
//! that was compiled for it is kept, with rustc's command line and the libraries that it names.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail};
use nbrun::engine::embedded::Embedded;
use nbrun::engine::{Engine, Request};
use nbrun::plan::{Options, Plan};
use nbrun::workspace::{ProcessGroups, RunDirectory};
use serde::{Deserialize, Serialize};

use crate::tree::processor_times;

/// The environment variable with the directory to which compilations are noted.
const CAPTURE: &str = "NBRUN_BENCH_CAPTURE";
/// The environment variable that makes a process run notebooks for their crates: where they stand.
const NOTEBOOKS: &str = "NBRUN_BENCH_NOTEBOOKS";

/// Set by nbrun where cargo calls it in the place of rustc; it does not ask cargo for each cell.
const NBRUN_WRAPPER: &str = "NBRUN_RUSTC";

/// What evcxr calls the crate of a cell, and its code.
const CRATE: &str = "ctx";
const CODE: &str = "src/lib.rs";

/// A compilation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Compilation {
    /// rustc and its arguments.
    pub(crate) command: Vec<String>,
    /// Where it ran.
    pub(crate) dir: PathBuf,
    pub(crate) code: String,
    took: Duration,
    processor: Duration,
}

/// What came of a run of the notebooks.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Captured {
    /// For each notebook, the crates of its cells; a cell that needs no compilation has none.
    pub(crate) notebooks: Vec<Vec<Compilation>>,
    pub(crate) profile: Profile,
}

/// Where the time of the cells went, one notebook at a time. Sums over all cells.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) cells: usize,
    /// How often rustc compiled a cell's crate.
    pub(crate) compilations: usize,
    /// From the order to execute a cell to its answer.
    pub(crate) whole: Duration,
    /// The cells' own code.
    pub(crate) running: Duration,
    /// In rustc, of which the linker is a part.
    pub(crate) rustc: Duration,
    pub(crate) rustc_processor: Duration,
    /// Processor time of the worker itself: evcxr and rust-analyzer.
    pub(crate) worker_processor: Duration,
    /// Processor time of what the worker started and waited for: cargo and rustc.
    pub(crate) children_processor: Duration,
}

/// Becomes a wrapper around rustc and does not return, if cargo called this process as one.
pub(crate) fn become_wrapper() {
    let Some(dir) = std::env::var_os(CAPTURE) else {
        return;
    };
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    // The process that runs the notebooks, and its worker, have the variable as well.
    let Some((program, rest)) = arguments.split_first().filter(|(program, _)| {
        let own = std::env::current_exe().is_ok_and(|own| own == **program);
        let rustc = Path::new(program).file_stem();
        // Where both are set, this one is the inner wrapper, nbrun's.
        let inner = std::env::var_os(NBRUN_WRAPPER).is_some();
        own || (!inner && rustc.is_some_and(|name| name == "rustc"))
    }) else {
        return;
    };
    let began = Instant::now();
    let status = Command::new(program).args(rest).status();
    let code = match status {
        Ok(status) => status.code().unwrap_or(128 + status.signal().unwrap_or(0)),
        Err(_) => 127,
    };
    // Without the note the cell has no crate, which is noticed where they are counted.
    let _ = note(Path::new(&dir), &arguments, began.elapsed());
    std::process::exit(code);
}

/// Notes a compilation of a cell's crate.
fn note(dir: &Path, arguments: &[OsString], took: Duration) -> io::Result<()> {
    let mut command: Vec<String> = arguments
        .iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let of_cell = command
        .windows(2)
        .any(|pair| pair == ["--crate-name", CRATE]);
    if !of_cell || !command.iter().any(|argument| argument == CODE) {
        return Ok(());
    }
    // nbrun's own wrapper stands before rustc.
    if Path::new(&command[0]) == std::env::current_exe()? {
        command.remove(0);
    }
    let compilation = Compilation {
        command,
        dir: std::env::current_dir()?,
        code: fs::read_to_string(CODE)?,
        took,
        processor: processor_times(std::process::id()).1,
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let name = now.unwrap_or_default().as_nanos().to_string();
    fs::write(dir.join(name), serde_json::to_vec(&compilation)?)
}

/// Runs notebooks in a process of their own.
pub(crate) fn capture(notebooks: &[PathBuf], crates: &Path) -> anyhow::Result<Captured> {
    let notes = crates.join("notes");
    fs::create_dir_all(&notes)?;
    let program = std::env::current_exe()?;
    let output = Command::new(&program)
        .env("RUSTC_WRAPPER", &program)
        .env(CAPTURE, &notes)
        .env(NOTEBOOKS, crates)
        .env_remove("EVCXR_TMPDIR")
        .args(notebooks)
        .output()?;
    if !output.status.success() {
        bail!(
            "the notebooks cannot be run: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(serde_json::from_slice(&fs::read(
        crates.join("captured.json"),
    )?)?)
}

/// Runs notebooks cell by cell, if the environment says so.
pub(crate) fn become_captor() -> anyhow::Result<Option<ExitCode>> {
    let Some(crates) = std::env::var_os(NOTEBOOKS).map(PathBuf::from) else {
        return Ok(None);
    };
    let notes = crates.join("notes");
    let groups = Arc::new(ProcessGroups::default());
    // What one notebook leaves warm is of use to the next, as when nbrun runs them.
    let mut engine = Embedded::new(Arc::new(RunDirectory::create()?), groups, u64::MAX);
    let mut captured = Captured::default();
    for (number, path) in std::env::args_os().skip(1).enumerate() {
        let plan = Plan::read(Path::new(&path), None, &Options::default())
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        let compilations = run(&plan, &mut engine, &notes, &mut captured.profile)?;
        if let Some(last) = compilations.last() {
            keep_libraries(last, &crates.join(number.to_string()))?;
        }
        captured.notebooks.push(compilations);
    }
    fs::write(crates.join("captured.json"), serde_json::to_vec(&captured)?)?;
    Ok(Some(ExitCode::SUCCESS))
}

/// Runs a notebook; returns the last compilation of each cell.
fn run(
    plan: &Plan,
    engine: &mut Embedded,
    notes: &Path,
    profile: &mut Profile,
) -> anyhow::Result<Vec<Compilation>> {
    engine.open(&plan.directory())?;
    let worker = worker()?;
    take_notes(notes)?;
    let mut kept = Vec::new();
    for step in plan.steps.iter().filter(|step| !step.expectation.skip) {
        let before = processor_times(worker);
        let began = Instant::now();
        let result = engine.execute(&Request {
            source: plan.source(step),
            count: plan.notebook.cells[step.index].number.unwrap_or_default(),
            time_limit: step.expectation.timeout.unwrap_or(Duration::from_secs(600)),
            output_limit: 1 << 24,
            memory_limit: 1 << 32,
        })?;
        profile.whole += began.elapsed();
        let after = processor_times(worker);
        profile.worker_processor += after.0.saturating_sub(before.0);
        profile.children_processor += after.1.saturating_sub(before.1);
        profile.running += result.times.running;
        profile.cells += 1;
        let mut compilations = take_notes(notes)?;
        for compilation in &compilations {
            profile.compilations += 1;
            profile.rustc += compilation.took;
            profile.rustc_processor += compilation.processor;
        }
        kept.extend(compilations.pop());
    }
    Ok(kept)
}

/// The process in which evcxr lives: the only child of this one.
fn worker() -> anyhow::Result<u32> {
    let own = std::process::id();
    let mut found = Vec::new();
    for task in fs::read_dir(format!("/proc/{own}/task"))? {
        let children = fs::read_to_string(task?.path().join("children"))?;
        found.extend(children.split_whitespace().map(str::to_owned));
    }
    let [worker] = &found[..] else {
        bail!("one worker was expected, not {}", found.len());
    };
    Ok(worker.parse()?)
}

/// Takes what was noted so far, in order.
fn take_notes(dir: &Path) -> anyhow::Result<Vec<Compilation>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    paths.sort();
    let mut notes = Vec::new();
    for path in paths {
        notes.push(serde_json::from_slice(&fs::read(&path)?)?);
        fs::remove_file(path)?;
    }
    Ok(notes)
}

/// Copies the libraries that a notebook's crates name, which end with the worker, to the same
/// places below `to`.
fn keep_libraries(compilation: &Compilation, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let dirs = compilation
        .command
        .iter()
        .filter_map(|argument| argument.strip_prefix("dependency="));
    for dir in dirs {
        let inside = Path::new(dir).strip_prefix(&compilation.dir)?;
        fs::create_dir_all(to.join(inside))?;
        let Ok(entries) = fs::read_dir(dir) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let of_cell = ["libctx", "libcode_"]
                .iter()
                .any(|own| name.starts_with(own));
            let library = [".rlib", ".rmeta", ".so", ".dylib"];
            if !of_cell && library.iter().any(|end| name.ends_with(end)) {
                fs::copy(&path, to.join(inside).join(&*name))?;
            }
        }
    }
    Ok(())
}
