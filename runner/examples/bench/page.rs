//! `docs/benchmark.md`: the numbers, how they came about, and which goals they reach.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::table::{FLOOR_GOAL, Table, median};
use crate::tool::{Setup, Tool};

/// The page, with `chart` beside it.
pub(crate) fn page(table: &Table, setup: &Setup, chart: &Path) -> anyhow::Result<String> {
    let mut page = String::new();
    let chart = chart.file_name().unwrap_or_default().to_string_lossy();
    let rounds = table.rounds.len();
    let machine = machine();
    let versions = versions(setup)?;
    write!(
        page,
        "# nbrun beside other tools\n\n\
         Written by `./scripts/bench`; do not edit it, run that again.\n\n\
         ![Bars with the seconds that each tool takes; the table below has the same numbers]({chart})\n\n\
         {} notebooks with {} code cells, each tool {rounds} times, in turns, on {machine}.\n\
         Versions: {versions}.\n\n",
        table.notebooks, table.cells
    )?;
    page.push_str(
        "| | wall, s | processor, s | memory, MB | times as long as nbrun, each round |\n\
         | --- | ---: | ---: | ---: | --- |\n",
    );
    for row in table.rows() {
        let shown = match row.tool {
            Some(tool) => format!("`{}`", tool.shown(table.jobs))
                .replace(", one after the other`", "`, one after the other"),
            None => format!("rustc alone, divided by {}", table.jobs),
        };
        writeln!(
            page,
            "| {shown} | {:.1} | {:.1} | {:.0} | {} |",
            row.wall,
            row.processor,
            row.megabytes,
            row.ratios_text()
        )?;
    }
    page.push_str(
        "\nMedians of all rounds.\n\
         Processor time is that of the user and the system, of all processes.\n\
         Memory is the most that all processes took at the same time, looked at ten times a second, \
         where a page that several share counts once (PSS).\n",
    );
    goals(&mut page, table)?;
    time(&mut page, table)?;
    page.push_str(HOW);
    Ok(page)
}

fn goals(page: &mut String, table: &Table) -> std::fmt::Result {
    page.push_str("\n## Goals\n\n");
    for row in table.rows() {
        let ratio = median(row.ratios.clone());
        let Some(goal) = row.tool.and_then(Tool::goal) else {
            continue;
        };
        let reached = match ratio >= goal {
            true => "reached",
            false => "missed",
        };
        writeln!(
            page,
            "- At least {goal:.0} times as fast as {}: {reached}, {ratio:.2} times in the median.",
            row.name()
        )?;
    }
    if let Some(floor) = table.rows().iter().find(|row| row.tool.is_none()) {
        let times = 1.0 / median(floor.ratios.clone());
        let reached = match times <= FLOOR_GOAL {
            true => "reached",
            false => "missed",
        };
        writeln!(
            page,
            "- At most {FLOOR_GOAL} times as long as rustc alone, divided by the cores: {reached}, {times:.2} times in the median."
        )?;
    }
    Ok(())
}

fn time(page: &mut String, table: &Table) -> std::fmt::Result {
    let split = table.split();
    let profile = &table.profile;
    let cells = profile.cells.max(1) as f64;
    let each = |time: std::time::Duration| 1000.0 * time.as_secs_f64() / cells;
    let alone = profile.whole.saturating_sub(profile.running);
    write!(
        page,
        "\n## Where the time of nbrun goes\n\n\
         Summed over all cells, which run {} at a time: {:.1} s waiting for a kernel to be ready, {:.1} s compiling, {:.1} s running the cells' own code, part of which is sleep.\n\n\
         The rest is from a run of one notebook after the other, in which every call of rustc was noted:\n\n\
         | for each cell, on average | ms |\n\
         | --- | ---: |\n\
         | from the order to execute it to the answer, without its own code | {:.0} |\n\
         | of that in rustc, with the linker, in {:.2} calls | {:.0} |\n\
         | the rest: evcxr, rust-analyzer, at times cargo | {:.0} |\n\
         | processor time of rustc, with the linker | {:.0} |\n\
         | processor time of what else evcxr starts: nbrun in cargo's place, at times cargo and what it starts | {:.0} |\n\
         | processor time of the worker: evcxr and rust-analyzer | {:.0} |\n",
        table.jobs,
        split.waiting,
        split.compiling,
        split.running,
        each(alone),
        profile.compilations as f64 / cells,
        each(profile.rustc),
        each(alone.saturating_sub(profile.rustc)),
        each(profile.rustc_processor),
        each(
            profile
                .children_processor
                .saturating_sub(profile.rustc_processor)
        ),
        each(profile.worker_processor),
    )?;
    writeln!(
        page,
        "\n{} of the {} cells have a crate of their own; rustc alone compiles each of these once, with the same flags.\n\
         A cell costs a second call of rustc when evcxr has to try how its value is printed, or when it moves a variable of an earlier cell.",
        table.crates, table.cells
    )
}

const HOW: &str = "
## How it is measured

```console
$ ./scripts/bench                      # the whole course, three rounds
$ ./scripts/bench notebooks/03_*.ipynb # some of it; writes nothing
```

Nothing else may run on the machine.
Each tool gets a fresh copy of the notebooks in each round, and no kernel or build directory that is warm.
The others use evcxr's own kernel, as people have it who do not know nbrun, but built with the same profile.
Some cells fail on purpose, and a tool that stops there would be fast for the wrong reason: in the copies for the others each cell has the tag `raises-exception`, which lets them go on.
The executed cells are counted in what each tool writes, and where one has not executed all of them there is no result.
Only nbrun judges what the cells did.
";

/// The machine, as it describes itself.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, model)| model.trim());
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes: f64 = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"))
        .and_then(|number| number.parse().ok())
        .unwrap_or_default();
    format!(
        "{cores} cores of {model} with {:.0} GB",
        kilobytes / f64::from(1 << 20)
    )
}

fn versions(setup: &Setup) -> anyhow::Result<String> {
    let of = |program: &Path, arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new(program)
            .args(arguments)
            .output()
            .with_context(|| format!("cannot run `{}`", program.display()))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let rustc = of(Path::new("rustc"), &["--version"])?;
    let python = setup.venv.join("bin/python");
    let code = "import sys, importlib.metadata as m\n\
                for name in sys.argv[1:]: print(name, m.version(name), end=', ')";
    let names = [
        "nbconvert",
        "nbmake",
        "pytest-xdist",
        "papermill",
        "nbclient",
    ];
    let others = of(&python, &[&["-c", code], &names[..]].concat())?;
    let rustc = rustc.split(" (").next().unwrap_or_default();
    let others = others.trim_end_matches([',', ' ']);
    Ok(format!(
        "nbrun {}, evcxr 0.22.0, {rustc}, {others}",
        env!("CARGO_PKG_VERSION")
    ))
}
