//! What a command takes, with everything that it starts.

use std::fmt;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, wait};

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What was taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// From the start of the command to its end.
    pub(crate) wall: Duration,
    /// Processor time, of the user and the system, of all processes.
    pub(crate) processor: Duration,
    /// The most memory that all processes took at the same time, in bytes, where shared pages are
    /// divided by those who share them (PSS).
    pub(crate) memory: u64,
}

/// Orphans of what is measured become children of this process, so that their processor time can
/// be told, and none of them runs beside what is measured next.
pub(crate) fn adopt_orphans() {
    // Where the system cannot do that, an orphan's time is missing.
    let _ = set_child_subreaper(Some(getpid()));
}

/// Runs commands one after the other. Their output is thrown away unless one fails.
pub(crate) fn measure(commands: Vec<Command>, may_fail: bool) -> anyhow::Result<Usage> {
    let before = processor_time_of_children();
    let (stop, stopped) = mpsc::channel::<()>();
    let began = Instant::now();
    let (result, wall, memory) = thread::scope(|scope| {
        let memory = scope.spawn(move || peak(&stopped));
        let result = commands
            .into_iter()
            .try_for_each(|command| run(command, may_fail));
        let wall = began.elapsed();
        drop(stop);
        (result, wall, memory.join().unwrap_or_default())
    });
    end_orphans();
    result?;
    Ok(Usage {
        wall,
        processor: processor_time_of_children().saturating_sub(before),
        memory,
    })
}

fn run(mut command: Command, may_fail: bool) -> anyhow::Result<()> {
    let shown = format!("{command:?}");
    command.stdin(Stdio::null());
    if may_fail {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().with_context(|| shown)?;
        return Ok(());
    }
    let output = command.output().with_context(|| shown.clone())?;
    if !output.status.success() {
        bail!(
            "{shown}\n{}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// Ends what a command left behind, and takes note of its processor time.
fn end_orphans() {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => {
                for process in descendants() {
                    let _ = kill_process(process.pid, Signal::KILL);
                }
                thread::yield_now();
            }
            Err(_) => return,
        }
    }
}

/// The most memory that all processes take until `stopped` ends.
fn peak(stopped: &Receiver<()>) -> u64 {
    let (mut resident, mut proportional) = (0, 0);
    while stopped.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        let processes = descendants();
        let now = processes.iter().map(|process| process.resident).sum();
        // Telling who shares what takes longer, so only where it may be the most.
        if now > resident {
            resident = now;
            proportional = proportional.max(processes.iter().map(proportional_memory).sum());
        }
    }
    proportional
}

/// A process below this one.
struct Process {
    pid: Pid,
    resident: u64,
}

fn descendants() -> Vec<Process> {
    let stats: Vec<Stat> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
        .filter_map(|stat| Stat::parse(&stat))
        .collect();
    let mut found = Vec::new();
    let mut parents = vec![std::process::id().cast_signed()];
    while let Some(parent) = parents.pop() {
        for stat in stats.iter().filter(|stat| stat.parent == parent) {
            parents.push(stat.pid);
            if let Some(pid) = Pid::from_raw(stat.pid) {
                found.push(Process {
                    pid,
                    resident: stat.resident,
                });
            }
        }
    }
    found
}

fn proportional_memory(process: &Process) -> u64 {
    let path = format!("/proc/{}/smaps_rollup", process.pid.as_raw_nonzero());
    let text = fs::read_to_string(path).unwrap_or_default();
    let kilobytes = text.lines().find_map(|line| {
        let number = line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?;
        number.parse::<u64>().ok()
    });
    kilobytes.unwrap_or_default() * 1024
}

/// The processor time of this process itself and of the children that it waited for.
pub(crate) fn processor_times(pid: u32) -> (Duration, Duration) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    Stat::parse(&stat).map_or_else(Default::default, |stat| (stat.own, stat.children))
}

fn processor_time_of_children() -> Duration {
    processor_times(std::process::id()).1
}

/// A part of `/proc/PID/stat`, see proc(5).
struct Stat {
    pid: i32,
    parent: i32,
    own: Duration,
    children: Duration,
    resident: u64,
}

impl Stat {
    fn parse(stat: &str) -> Option<Stat> {
        let (pid, rest) = stat.split_once(" (")?;
        // The name in parentheses may hold anything.
        let fields: Vec<&str> = rest.rsplit_once(") ")?.1.split(' ').collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        let time = |first: usize| {
            let ticks = number(first)? + number(first + 1)?;
            let each = 1000 / rustix::param::clock_ticks_per_second().max(1);
            Some(Duration::from_millis(ticks * each))
        };
        Some(Stat {
            pid: pid.parse().ok()?,
            parent: fields.get(1)?.parse().ok()?,
            own: time(11)?,
            children: time(13)?,
            resident: number(21)? * rustix::param::page_size() as u64,
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        let megabytes = self.memory >> 20;
        write!(
            formatter,
            "{wall:.1} s, processor {processor:.1} s, {megabytes} MB"
        )
    }
}
