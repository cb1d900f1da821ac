//! Measures `nbrun test` beside what a user would do instead, on the same notebooks, on the same
//! machine, in turns; and beside what rustc alone needs for the same cells.
//!
//! `scripts/bench` builds what this needs and calls it.
//!
//! * [`stage`]: the copies of the notebooks that the tools run.
//! * [`stock`]: evcxr's own kernel, which the others use.
//! * [`tool`]: the tools and their command lines, and how many cells they executed.
//! * [`tree`]: what a command and everything that it starts takes: time, processor time, memory.
//! * [`floor`]: the generated crates of all cells, compiled by rustc alone.
//! * [`capture`]: gets these crates, with the embedded engine.
//! * [`table`], [`chart`], [`page`]: what is told about it.

mod capture;
mod chart;
mod floor;
mod page;
mod stage;
mod stock;
mod table;
mod tool;
mod tree;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Parser;
use nbrun::plan::{Options, Plan, Selection};

use floor::Floor;
use stage::Stage;
use table::{Round, Table};
use tool::{Setup, Tool};

/// Measures nbrun beside other tools on the same notebooks.
#[derive(Debug, Parser)]
struct Arguments {
    /// Notebooks of one directory, or that directory
    #[arg(default_value = "notebooks", value_name = "PATH")]
    notebooks: Vec<String>,
    /// How often everything is measured
    #[arg(long, default_value = "3")]
    rounds: usize,
    /// How many notebooks run at the same time, where a tool can do that [default: the cores]
    #[arg(long)]
    jobs: Option<usize>,
    /// The directory with `nbrun`
    #[arg(long)]
    programs: PathBuf,
    /// The virtual environment with the other tools
    #[arg(long)]
    venv: PathBuf,
    /// Writes `FILE.md` and `FILE.svg`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn main() -> anyhow::Result<ExitCode> {
    capture::become_wrapper();
    nbrun::engine::embedded::become_part();
    if let Some(code) = capture::become_captor()? {
        return Ok(code);
    }
    if let Some(code) = stock::become_kernel()? {
        return Ok(code);
    }
    let arguments = Arguments::parse();
    let notebooks = notebooks(&arguments.notebooks)?;
    let cores = std::thread::available_parallelism()?.get();
    let stock = tempfile::Builder::new().prefix("nbrun-stock.").tempdir()?;
    stock::install(stock.path())?;
    let setup = Setup {
        stock: stock.path().to_owned(),
        programs: std::path::absolute(&arguments.programs)?,
        venv: std::path::absolute(&arguments.venv)?,
        jobs: arguments.jobs.unwrap_or(cores),
    };
    tree::adopt_orphans();
    let table = measure(&notebooks, &setup, arguments.rounds)?;
    if let Some(out) = &arguments.out {
        write(&out.with_extension("svg"), &chart::chart(&table))?;
        let page = page::page(&table, &setup, &out.with_extension("svg"))?;
        write(&out.with_extension("md"), &page)?;
    }
    say(&table.text());
    Ok(ExitCode::SUCCESS)
}

/// The notebooks that are meant, which stand in one directory.
fn notebooks(arguments: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for argument in arguments {
        let selection = Selection::parse(argument);
        let listed = selection.notebooks();
        found.extend(listed.with_context(|| format!("cannot read `{argument}`"))?);
    }
    found.sort();
    found.dedup();
    let Some(first) = found.first() else {
        bail!("there are no notebooks in `{}`", arguments.join("`, `"));
    };
    if found.iter().any(|path| path.parent() != first.parent()) {
        bail!("the notebooks stand in several directories; measure one after the other");
    }
    Ok(found)
}

fn measure(notebooks: &[PathBuf], setup: &Setup, rounds: usize) -> anyhow::Result<Table> {
    let work = tempfile::Builder::new().prefix("nbrun-bench.").tempdir()?;
    let cells = code_cells(notebooks)?;
    say(&format!(
        "{} notebooks, {cells} code cells",
        notebooks.len()
    ));
    say("getting the generated crates");
    let stage = Stage::of(notebooks, &work.path().join("floor"))?;
    let floor = Floor::capture(&stage, &work.path().join("crates"))?;
    let mut table = Table {
        notebooks: notebooks.len(),
        cells,
        crates: floor.crates(),
        jobs: setup.jobs,
        rounds: Vec::new(),
        split: Vec::new(),
        profile: floor.profile.clone(),
    };
    for number in 1..=rounds {
        let mut round = Round::default();
        for tool in Tool::ALL {
            let dir = work.path().join(format!("{number}-{}", tool.name()));
            let measured = tool.measure(notebooks, &dir, setup)?;
            let (usage, executed) = (measured.usage, measured.executed);
            say(&format!(
                "round {number}: {} {usage}, {executed} cells",
                tool.name()
            ));
            if executed != cells {
                bail!(
                    "{} executed {executed} of {cells} cells; its time says nothing",
                    tool.name()
                );
            }
            round.tools.push((tool, usage));
            table.split.extend(measured.split);
        }
        let usage = floor.compile()?;
        say(&format!("round {number}: rustc alone {usage}"));
        round.floor = usage;
        table.rounds.push(round);
    }
    Ok(table)
}

/// How many cells are to be executed.
fn code_cells(notebooks: &[PathBuf]) -> anyhow::Result<usize> {
    let mut cells = 0;
    for path in notebooks {
        let plan = Plan::read(path, None, &Options::default())
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        let executed = plan.steps.iter().filter(|step| !step.expectation.skip);
        cells += executed.count();
    }
    Ok(cells)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

fn say(line: &str) {
    // Where nobody reads it, the files are still written.
    let _ = writeln!(std::io::stdout(), "{line}");
}
