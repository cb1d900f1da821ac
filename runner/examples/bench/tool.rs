//! The tools that are measured: their command lines, and what they executed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use crate::stage::{Stage, executed_cells};
use crate::tree::{Usage, measure};

/// A tool that executes notebooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Nbrun,
    Nbconvert,
    Nbmake,
    Papermill,
}

/// Where the tools are, and how they are run.
#[derive(Debug)]
pub(crate) struct Setup {
    /// The directory with `nbrun`.
    pub(crate) programs: PathBuf,
    /// The virtual environment with the others.
    pub(crate) venv: PathBuf,
    /// Jupyter's data directory with evcxr's own kernel.
    pub(crate) stock: PathBuf,
    /// How many notebooks run at the same time, where a tool can do that.
    pub(crate) jobs: usize,
}

/// What a tool took, and did for it.
pub(crate) struct Measured {
    pub(crate) usage: Usage,
    pub(crate) executed: usize,
    /// Where nbrun says that its time went.
    pub(crate) split: Option<Split>,
}

/// Sums over all cells, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Split {
    pub(crate) waiting: f64,
    pub(crate) compiling: f64,
    pub(crate) running: f64,
}

impl Tool {
    pub(crate) const ALL: [Tool; 4] = [Tool::Nbrun, Tool::Nbconvert, Tool::Nbmake, Tool::Papermill];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Tool::Nbrun => "nbrun",
            Tool::Nbconvert => "nbconvert",
            Tool::Nbmake => "nbmake",
            Tool::Papermill => "papermill",
        }
    }

    /// What a person types, for the page.
    pub(crate) fn shown(self, jobs: usize) -> String {
        match self {
            Tool::Nbrun => "nbrun test".to_owned(),
            Tool::Nbconvert => "jupyter nbconvert --execute".to_owned(),
            Tool::Nbmake => format!("pytest --nbmake -n {jobs}"),
            Tool::Papermill => "papermill, one after the other".to_owned(),
        }
    }

    /// How much faster than this tool `nbrun` is to be.
    pub(crate) fn goal(self) -> Option<f64> {
        match self {
            Tool::Nbconvert => Some(5.0),
            Tool::Nbmake => Some(3.0),
            Tool::Nbrun | Tool::Papermill => None,
        }
    }

    /// Runs copies of the notebooks in `dir`, from nothing.
    pub(crate) fn measure(
        self,
        notebooks: &[PathBuf],
        dir: &Path,
        setup: &Setup,
    ) -> anyhow::Result<Measured> {
        let stage = Stage::of(notebooks, dir)?;
        if self != Tool::Nbrun {
            stage.prepare_for_others()?;
        }
        let out = dir.with_extension("out");
        fs::create_dir_all(&out)?;
        let mut commands = self.commands(&stage, &out, setup);
        for command in &mut commands {
            environment(command, &out, setup);
            command.current_dir(dir);
        }
        // It executes everything, and fails in the end where a cell failed, on purpose or not.
        let may_fail = self == Tool::Papermill;
        let usage =
            measure(commands, may_fail).with_context(|| format!("{} failed", self.name()))?;
        if self == Tool::Nbrun {
            return told(&out, usage);
        }
        let executed = match self {
            Tool::Nbmake => &stage.dir,
            _ => &out,
        };
        let cells = stage.notebooks.iter().map(|notebook| {
            let name = notebook.file_name().unwrap_or_default();
            executed_cells(&executed.join(name))
        });
        Ok(Measured {
            usage,
            executed: cells.sum::<anyhow::Result<usize>>()?,
            split: None,
        })
    }

    fn commands(self, stage: &Stage, out: &Path, setup: &Setup) -> Vec<Command> {
        let program = |name: &str| match self {
            Tool::Nbrun => Command::new(setup.programs.join(name)),
            _ => Command::new(setup.venv.join("bin").join(name)),
        };
        match self {
            Tool::Nbrun => {
                let mut nbrun = program("nbrun");
                nbrun.arg("test").arg(&stage.dir);
                nbrun.arg("--jobs").arg(setup.jobs.to_string());
                nbrun.arg("--json").arg(out.join("report.json"));
                vec![nbrun]
            }
            Tool::Nbconvert => {
                let mut jupyter = program("jupyter");
                jupyter.args(["nbconvert", "--execute", "--to", "notebook", "--output-dir"]);
                jupyter.arg(out).args(&stage.notebooks);
                vec![jupyter]
            }
            Tool::Nbmake => {
                let mut pytest = program("pytest");
                pytest.args(["--nbmake", "--nbmake-timeout=600", "--overwrite"]);
                pytest.args(["-p", "no:cacheprovider", "-n"]);
                pytest.arg(setup.jobs.to_string()).args(&stage.notebooks);
                vec![pytest]
            }
            Tool::Papermill => {
                let one = |notebook: &PathBuf| {
                    let mut papermill = program("papermill");
                    papermill.args(["--no-progress-bar", "--cwd"]);
                    papermill.arg(&stage.dir).arg(notebook);
                    papermill.arg(out.join(notebook.file_name().unwrap_or_default()));
                    papermill
                };
                stage.notebooks.iter().map(one).collect()
            }
        }
    }
}

/// Only one kernel, and no settings of this machine.
fn environment(command: &mut Command, out: &Path, setup: &Setup) {
    let own = |name: &str| out.join("jupyter").join(name);
    command
        .env("JUPYTER_PATH", &setup.stock)
        .env("JUPYTER_DATA_DIR", own("data"))
        .env("JUPYTER_CONFIG_DIR", own("config"))
        .env("JUPYTER_RUNTIME_DIR", own("runtime"))
        .env("IPYTHONDIR", own("ipython"))
        .env_remove("PYTHONPATH")
        .env_remove("EVCXR_TMPDIR");
}

/// What nbrun tells of its run.
fn told(out: &Path, usage: Usage) -> anyhow::Result<Measured> {
    let report: Value = serde_json::from_slice(&fs::read(out.join("report.json"))?)?;
    let executed = report["summary"]["cells"].as_u64().unwrap_or_default();
    let cells = report["notebooks"].as_array().into_iter().flatten();
    let cells = cells.flat_map(|notebook| notebook["cells"].as_array().into_iter().flatten());
    let mut split = Split::default();
    for cell in cells {
        let time = |name: &str| cell["seconds"][name].as_f64().unwrap_or_default();
        split.waiting += time("waiting");
        split.compiling += time("compiling");
        split.running += time("running");
    }
    Ok(Measured {
        usage,
        executed: usize::try_from(executed)?,
        split: Some(split),
    })
}
