//! The processes below a worker: compilers, the child, and what a cell started.
//!
//! On Linux the worker adopts what its descendants leave behind, so that nothing gets out of sight;
//! elsewhere only its process group is known.

use rustix::process::{Pid, Signal, kill_process};

/// A running process below this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: Pid,
    /// Resident memory in bytes.
    pub(super) memory: u64,
}

/// From now on orphans below this process become its children.
pub(super) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    {
        // Without it, what leaves the process group is not found any more; nothing else is lost.
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
    }
}

/// Kills everything below this process but `spared`, until nothing is left.
pub(super) fn kill_descendants(spared: Option<Pid>) {
    kill_all(|| {
        let mut doomed = descendants();
        doomed.retain(|process| Some(process.pid) != spared);
        doomed
    });
}

/// Kills what is doomed, until nothing is.
pub(super) fn kill_all(doomed: impl Fn() -> Vec<Process>) {
    // Each round may find what was started during the one before.
    for _ in 0..100 {
        let doomed = doomed();
        if doomed.is_empty() {
            return;
        }
        for process in doomed {
            let _ = kill_process(process.pid, Signal::KILL);
        }
        std::thread::yield_now();
    }
}

/// Whether a process was started with an environment variable.
pub(super) fn has_variable(pid: Pid, name: &str) -> bool {
    let environment = std::fs::read(format!("/proc/{}/environ", pid.as_raw_nonzero()));
    environment.is_ok_and(|environment| {
        environment.split(|byte| *byte == 0).any(|variable| {
            let rest = variable.strip_prefix(name.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"="))
        })
    })
}

/// Everything below this process that still runs. Empty where there is no `/proc`.
pub(super) fn descendants() -> Vec<Process> {
    let all = all_processes();
    let mut found = Vec::new();
    let mut parents = vec![std::process::id().cast_signed()];
    while let Some(parent) = parents.pop() {
        for entry in all.iter().filter(|entry| entry.parent == parent) {
            parents.push(entry.pid);
            if let (Some(pid), true) = (Pid::from_raw(entry.pid), entry.runs) {
                found.push(Process {
                    pid,
                    memory: entry.memory,
                });
            }
        }
    }
    found
}

/// The resident memory of this process, in bytes. Zero where there is no `/proc`.
pub(super) fn own_memory() -> u64 {
    std::fs::read_to_string("/proc/self/stat")
        .ok()
        .and_then(|stat| parse_stat(&stat))
        .map_or(0, |entry| entry.memory)
}

/// The resident memory of this process and everything below it, in bytes.
pub(super) fn memory_of_tree() -> u64 {
    own_memory()
        + descendants()
            .iter()
            .map(|process| process.memory)
            .sum::<u64>()
}

/// Whether no other thread of this process runs or is about to. Where there is no `/proc`, nobody
/// knows, and it is taken for granted.
pub(super) fn other_threads_sleep() -> bool {
    let Ok(entries) = std::fs::read_dir("/proc/self/task") else {
        return true;
    };
    // It is a link to `PID/task/TID`.
    let own = std::fs::read_link("/proc/thread-self").unwrap_or_default();
    entries
        .flatten()
        .filter(|entry| Some(entry.file_name().as_os_str()) != own.file_name())
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok())
        .filter_map(|stat| parse_stat(&stat))
        .all(|thread| thread.sleeps)
}

/// A line of the system's table of processes.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    pid: i32,
    parent: i32,
    /// It has not ended yet.
    runs: bool,
    /// It waits for something to happen.
    sleeps: bool,
    memory: u64,
}

fn all_processes() -> Vec<Entry> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            name.as_encoded_bytes().iter().all(u8::is_ascii_digit)
        })
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok())
        .filter_map(|stat| parse_stat(&stat))
        .collect()
}

/// Reads `/proc/PID/stat`, see proc(5). The name in parentheses may hold anything.
fn parse_stat(stat: &str) -> Option<Entry> {
    let (pid, rest) = stat.split_once(" (")?;
    let (_name, rest) = rest.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let pages: u64 = fields.get(21)?.parse().ok()?;
    let state = *fields.first()?;
    Some(Entry {
        pid: pid.parse().ok()?,
        parent: fields.get(1)?.parse().ok()?,
        runs: !matches!(state, "Z" | "X"),
        sleeps: matches!(state, "S" | "Z" | "X"),
        memory: pages * rustix::param::page_size() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::{Entry, parse_stat};

    #[test]
    fn a_name_may_look_like_the_rest() {
        let fields = "0 ".repeat(19);
        let stat = format!("7 (a) Z 1 (b) R 3 {fields}5 0");
        let page = rustix::param::page_size() as u64;
        let expected = Entry {
            pid: 7,
            parent: 3,
            runs: true,
            sleeps: false,
            memory: 5 * page,
        };
        assert_eq!(parse_stat(&stat), Some(expected));
        assert_eq!(parse_stat("nonsense"), None);
    }
}
