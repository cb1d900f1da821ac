//! `nbrun test` and `nbrun update`: running notebooks.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::reporters::reporters;
use super::select::select;
use crate::changed::Passed;
use crate::cli::{EngineKind, RunArguments};
use crate::engine::Engine;
use crate::engine::scripted::Scripted;
use crate::event::{Event, Summary};
use crate::plan::{Options, Plan};
use crate::report::Reporter;
use crate::run::{Config, NotebookReport};
use crate::schedule::{Progress, run_all};
use crate::update;
use crate::verdict::Verdict;
use crate::workspace::ProcessGroups;

/// What happens with the outputs of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// They are compared with the saved ones.
    Test,
    /// They are written into the notebooks; with `refresh` also where the saved ones still match.
    Update { refresh: bool },
}

/// Runs the selected notebooks; returns the exit code.
pub(super) fn run(arguments: &RunArguments, mode: Mode) -> anyhow::Result<u8> {
    let began = Instant::now();
    let mut reporter = reporters(arguments)?;
    let mut summary = Summary::default();
    let options = Options {
        solutions: arguments.solutions,
        answers: arguments.answers.clone(),
    };
    let mut selected = select(&arguments.select, &options)?;
    if let Some(partition) = arguments.partition {
        // A part may be empty, all parts together may not.
        summary.partition = !selected.is_empty();
        selected = partition.select(selected);
    }
    if let Some(dir) = &arguments.save {
        fs::create_dir_all(dir).with_context(|| format!("cannot make `{}`", dir.display()))?;
    }
    let passed = match arguments.changed {
        true => Some(Passed::open(&settings(arguments)).context("cannot use `--changed`")?),
        false => None,
    };
    let jobs = jobs(arguments, selected.len() * arguments.repeat.get());
    reporter.on_event(&Event::Started {
        notebooks: selected.len(),
        jobs,
    })?;
    let mut plans = Vec::new();
    // Told before the run, during which somebody may change a file that a notebook depends on.
    let mut keys = Vec::new();
    for notebook in selected {
        match notebook {
            Ok(plan) if mode != Mode::Test && !plan.is_whole() => {
                bail!("`update` writes whole notebooks; leave out the cell behind `::`")
            }
            Ok(plan) => {
                // A notebook whose key cannot be told counts as changed.
                let passed = passed.as_ref();
                let key = passed.and_then(|passed| Some((passed, passed.key(&plan).ok()?)));
                if key
                    .as_ref()
                    .is_some_and(|(passed, key)| passed.contains(key))
                {
                    summary.unchanged += 1;
                    reporter.on_event(&Event::Unchanged { plan: &plan })?;
                } else {
                    plans.push(plan);
                    keys.push(key);
                }
            }
            Err((path, reason)) => {
                summary.broken += 1;
                reporter.on_event(&Event::Broken { path, reason })?;
            }
        }
    }
    let config = Config {
        cell_timeout: arguments.cell_timeout,
        notebook_timeout: arguments.notebook_timeout,
        output_limit: arguments.output_limit,
        memory_limit: arguments.memory,
        compare: mode == Mode::Test,
        solutions: arguments.solutions,
        fail_fast: arguments.fail_fast,
    };
    let mut finished = 0;
    let mut good_runs = vec![0; plans.len()];
    let mut on_progress = |progress: Progress| match progress {
        Progress::Started(number) => reporter.on_event(&Event::NotebookStarted {
            plan: &plans[number],
        }),
        Progress::Cell(number, index) => reporter.on_event(&Event::CellStarted {
            plan: &plans[number],
            index,
        }),
        Progress::Tick => reporter.on_event(&Event::Tick),
        Progress::Finished(number, report) => {
            let (plan, report) = (&plans[number], &report);
            reporter.on_event(&Event::NotebookFinished { plan, report })?;
            finished += 1;
            good_runs[number] += usize::from(report.is_good());
            count(&mut summary, plan, report, arguments.solutions);
            if let Some(dir) = &arguments.save {
                save(plan, report, dir)?;
            }
            match (mode, &keys[number]) {
                (Mode::Update { refresh }, _) if report.is_good() => {
                    write_outputs(plan, report, refresh, &mut summary, &mut reporter)
                }
                (Mode::Test, Some((passed, key)))
                    if good_runs[number] == arguments.repeat.get() && plan.is_whole() =>
                {
                    passed.insert(key)
                }
                _ => Ok(()),
            }
        }
    };
    let schedule = Schedule {
        plans: &plans,
        repeat: arguments.repeat.get(),
        jobs,
        config: &config,
    };
    summary.interrupted = match arguments.engine {
        EngineKind::Embedded => run_embedded(&schedule, arguments, &mut on_progress)?,
        EngineKind::Scripted => schedule.run(
            &ProcessGroups::default(),
            Scripted::default,
            &mut on_progress,
        )?,
    };
    summary.not_run = plans.len() * schedule.repeat - finished;
    summary.took = began.elapsed();
    reporter.on_event(&Event::Finished { summary: &summary })?;
    Ok(summary.exit_code())
}

/// Everything on the command line that a verdict depends on.
fn settings(arguments: &RunArguments) -> String {
    format!(
        "{:?} {:?} {} {} {} {:?}",
        arguments.cell_timeout,
        arguments.notebook_timeout,
        arguments.memory,
        arguments.output_limit,
        arguments.solutions,
        arguments.answers
    )
}

type OnProgress<'a> = &'a mut dyn FnMut(Progress) -> io::Result<()>;

#[cfg(feature = "evcxr")]
fn run_embedded(
    schedule: &Schedule<'_>,
    arguments: &RunArguments,
    on_progress: OnProgress<'_>,
) -> anyhow::Result<bool> {
    use std::sync::Arc;

    use crate::engine::embedded::Embedded;
    use crate::workspace::RunDirectory;

    let directory = RunDirectory::create().context("cannot make a temporary directory")?;
    let directory = Arc::new(directory);
    let groups = Arc::new(ProcessGroups::default());
    let growth = arguments.worker_growth;
    let make = || Embedded::new(Arc::clone(&directory), Arc::clone(&groups), growth);
    schedule.run(&groups, make, on_progress)
}

#[cfg(not(feature = "evcxr"))]
fn run_embedded(_: &Schedule<'_>, _: &RunArguments, _: OnProgress<'_>) -> anyhow::Result<bool> {
    bail!("this `nbrun` was built without the feature `evcxr` and cannot run cells")
}

/// What is to be run, and how.
struct Schedule<'a> {
    plans: &'a [Plan],
    repeat: usize,
    jobs: usize,
    config: &'a Config,
}

impl Schedule<'_> {
    /// Runs all notebooks; says whether a signal stopped the run. Then the processes in `groups`
    /// are gone, and what their notebooks did is not told.
    fn run<E: Engine>(
        &self,
        groups: &ProcessGroups,
        make: impl Fn() -> E + Sync,
        on_progress: OnProgress<'_>,
    ) -> anyhow::Result<bool> {
        let stopped = AtomicBool::new(false);
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let handle = signals.handle();
        let mut result = Ok(());
        thread::scope(|scope| -> io::Result<()> {
            thread::Builder::new()
                .name("signals".to_owned())
                .spawn_scoped(scope, || {
                    if signals.forever().next().is_some() {
                        groups.close();
                    }
                })?;
            let stop = || groups.is_closed() || stopped.load(Ordering::Relaxed);
            let (plans, repeat, config) = (self.plans, self.repeat, self.config);
            run_all(plans, repeat, self.jobs, config, make, stop, |progress| {
                if matches!(progress, Progress::Finished(..)) && groups.is_closed() {
                    return;
                }
                if result.is_ok() {
                    result = on_progress(progress);
                    stopped.fetch_or(result.is_err(), Ordering::Relaxed);
                }
            });
            handle.close();
            Ok(())
        })
        .context("cannot watch for signals")?;
        result?;
        Ok(groups.is_closed())
    }
}

/// Writes new outputs into a notebook. A file that cannot be written does not stop the others.
fn write_outputs(
    plan: &Plan,
    report: &NotebookReport,
    refresh: bool,
    summary: &mut Summary,
    reporter: &mut dyn Reporter,
) -> io::Result<()> {
    let Some((text, cells)) = update::updated(plan, report, refresh) else {
        return Ok(());
    };
    match update::write(&plan.notebook, &text) {
        Ok(()) => reporter.on_event(&Event::Updated { plan, cells }),
        Err(error) => {
            summary.passed -= 1;
            summary.broken += 1;
            reporter.on_event(&Event::NotWritten {
                path: plan.notebook.path.clone(),
                reason: error.to_string(),
            })
        }
    }
}

/// Writes an executed copy. Notebooks of the same name in different directories keep their
/// directories.
fn save(plan: &Plan, report: &NotebookReport, dir: &Path) -> io::Result<()> {
    let inside = plan
        .notebook
        .path
        .components()
        .filter(|part| matches!(part, std::path::Component::Normal(_)));
    let path = dir.join(inside.collect::<std::path::PathBuf>());
    let text = update::updated(plan, report, true);
    let text = text.map_or(plan.notebook.text().to_owned(), |(text, _)| text);
    write_copy(&plan.notebook.path, &path, &text).map_err(|error| {
        let path = path.display();
        io::Error::new(error.kind(), format!("cannot write `{path}`: {error}"))
    })
}

fn write_copy(original: &Path, path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    if fs::canonicalize(path)
        .is_ok_and(|path| fs::canonicalize(original).is_ok_and(|it| it == path))
    {
        return Err(io::Error::other("it is the notebook itself"));
    }
    fs::write(path, text)
}

fn count(summary: &mut Summary, plan: &Plan, report: &NotebookReport, solutions: bool) {
    for cell in &report.cells {
        match cell.verdict {
            Verdict::Skipped => summary.skipped_cells += 1,
            Verdict::NotRun { .. } => {}
            Verdict::Passed | Verdict::Failed(_) => summary.cells += 1,
        }
    }
    if !report.is_good() {
        summary.failed += 1;
        return;
    }
    summary.passed += 1;
    summary.refused += report.refused;
    let exercises = match solutions {
        true => &mut summary.solved,
        false => &mut summary.unsolved,
    };
    // Where the run ended before, the last check has said nothing of the exercise.
    let was_run = |index: &usize| plan.steps.iter().any(|step| step.index == *index);
    let checked = plan
        .exercises
        .iter()
        .filter(|exercise| exercise.checks.last().is_some_and(was_run));
    *exercises += checked.count();
}

/// How many notebooks run at the same time: a worker keeps a core busy and takes most of a gigabyte.
fn jobs(arguments: &RunArguments, notebooks: usize) -> usize {
    const MEMORY_PER_WORKER: u64 = 1 << 30;
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let by_memory = available_memory().map_or(usize::MAX, |bytes| {
        usize::try_from(bytes / MEMORY_PER_WORKER).unwrap_or(usize::MAX)
    });
    arguments
        .jobs
        .map_or(cores.min(by_memory), |jobs| jobs.get())
        .clamp(1, notebooks.max(1))
}

/// Free memory in bytes, where the system says so in `/proc/meminfo`.
fn available_memory() -> Option<u64> {
    let meminfo = fs::read_to_string("/proc/meminfo").ok()?;
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
