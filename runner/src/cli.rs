//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::partition::Partition;

/// Runs Rust notebooks headlessly and says whether they are right.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Execute notebooks and judge every cell; changes no file
    Test(RunArguments),
    /// Execute notebooks and write the outputs into them, where they really changed
    Update {
        /// What to run, and how.
        #[command(flatten)]
        run: RunArguments,
        /// Write new outputs also where the saved ones still match
        #[arg(long)]
        refresh: bool,
    },
    /// Format code cells with rustfmt, and the file as Jupyter would save it
    Fmt {
        /// Which notebooks.
        #[command(flatten)]
        select: SelectArguments,
        /// Change nothing, and fail where something would change
        #[arg(long)]
        check: bool,
    },
    /// Check rules that need no run: tags, format, links, ids, ASCII, no `unsafe`
    Lint(LintArguments),
    /// List what `test` would run
    List(SelectArguments),
    /// Copy notebooks for somebody to work in, or bring newer versions into such copies, which keep
    /// what was written in them
    HandOut(HandOutArguments),
    /// The Jupyter kernel from the same build
    #[command(subcommand)]
    Kernel(KernelCommand),
}

/// What to do with the Jupyter kernel.
#[derive(Debug, Subcommand)]
pub enum KernelCommand {
    /// Tell Jupyter about the kernels `rust` and `rust-strict`
    Install(KernelPlace),
}

/// Which Jupyter is meant; without an option, that of the active environment.
#[derive(Clone, Debug, Args)]
pub struct KernelPlace {
    /// A virtual environment
    #[arg(long, value_name = "DIR")]
    pub prefix: Option<PathBuf>,
    /// Every Jupyter of this user; replaces a kernel of the same name
    #[arg(long, conflicts_with = "prefix")]
    pub user: bool,
}

/// Which notebooks.
#[derive(Clone, Debug, Args)]
pub struct SelectArguments {
    /// Notebooks, or directories to look for notebooks in; `PATH::CELL` ends with that cell, named
    /// by its id or number
    #[arg(
        default_value = "notebooks",
        env = "NBRUN_NOTEBOOKS",
        value_name = "PATH"
    )]
    pub paths: Vec<String>,
    /// Only notebooks whose path contains this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
}

/// Which notebooks, and which files speak of them.
#[derive(Clone, Debug, Args)]
pub struct LintArguments {
    /// Which notebooks.
    #[command(flatten)]
    pub select: SelectArguments,
    /// A Markdown file that must link to every notebook
    #[arg(long, value_name = "FILE")]
    pub listed_in: Option<PathBuf>,
    /// A Markdown table of claims whose notebooks and cells must exist
    #[arg(long, value_name = "FILE")]
    pub claims: Option<PathBuf>,
}

/// What is handed out, and where to.
#[derive(Clone, Debug, Args)]
pub struct HandOutArguments {
    /// The directory with the originals: notebooks, and what stands beside them
    #[arg(value_name = "DIR")]
    pub from: PathBuf,
    /// The directory with the copies; beside the originals, `..` means the same in both
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Restore this notebook, and keep what it replaces as a backup; named by its path, its name or
    /// its number
    #[arg(long, value_name = "NOTEBOOK")]
    pub reset: Vec<String>,
}

/// Which notebooks, and how they are run.
#[derive(Clone, Debug, Args)]
pub struct RunArguments {
    /// Which notebooks.
    #[command(flatten)]
    pub select: SelectArguments,
    /// How many notebooks run at the same time [default: as cores and free memory allow]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// How long a cell may take, compiling included, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub cell_timeout: Duration,
    /// How long a notebook may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    pub notebook_timeout: Duration,
    /// How much resident memory a kernel and all that it started may take, in bytes or as `4G`
    #[arg(long, value_name = "SIZE", default_value = "4G", value_parser = bytes)]
    pub memory: u64,
    /// How much resident memory a kernel may keep after a notebook, more than a fresh one takes,
    /// before it is replaced
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = bytes)]
    pub worker_growth: u64,
    /// How much a cell may write to stdout and stderr, in bytes or as `16M`
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = bytes)]
    pub output_limit: u64,
    /// Run everything so often, to find what does not go the same way each time
    #[arg(long, value_name = "N", default_value = "1")]
    pub repeat: NonZeroUsize,
    /// Run only part K of N; all parts together are everything, each once
    #[arg(long, value_name = "K/N")]
    pub partition: Option<Partition>,
    /// Leave out notebooks that passed before and for which nothing has changed
    #[arg(long)]
    pub changed: bool,
    /// Start no further notebook after one that is not right
    #[arg(long)]
    pub fail_fast: bool,
    /// Put the solution of each exercise in the stub's place and require its check to pass
    #[arg(long)]
    pub solutions: bool,
    /// Write executed copies of the notebooks to this directory, also of those that failed
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,
    /// Write a report for programs to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write JUnit's XML to this file
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write a page for people to this file
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Put wrong answers, `DIR/NOTEBOOK/EXERCISE/NAME.rs`, in the stub's place as well, and require
    /// each check to refuse them
    #[arg(long, value_name = "DIR")]
    pub answers: Option<PathBuf>,
    /// What executes the cells; `scripted` is for tests of everything else
    #[arg(long, value_enum, default_value = "embedded", hide = true)]
    pub engine: EngineKind,
}

/// What executes the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EngineKind {
    /// evcxr, in worker processes.
    Embedded,
    /// A fake whose cells say what happens, see [`crate::engine::scripted`].
    Scripted,
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "a positive number of seconds is needed".to_owned())
}

fn bytes(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'K') => (&text[..text.len() - 1], 1 << 10),
        Some(b'M') => (&text[..text.len() - 1], 1 << 20),
        Some(b'G') => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "a positive number of bytes is needed, such as `500M` or `4G`".to_owned())
}
