//! What a run leaves on the machine while it lasts: a directory and process groups.
//!
//! Both end with the run, also where it is interrupted. A directory whose run was killed is swept
//! by the next one.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

const PREFIX: &str = "nbrun-";
const LOCK: &str = "lock";

/// The temporary directory of a run.
#[derive(Debug)]
pub struct RunDirectory {
    dir: TempDir,
    workers: AtomicU32,
    /// Locked while the run lasts, so that others know that the directory is in use.
    _lock: File,
}

impl RunDirectory {
    /// Makes the directory, and removes those of runs that were killed.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn create() -> io::Result<RunDirectory> {
        sweep(&std::env::temp_dir());
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        let lock = File::create(dir.path().join(LOCK))?;
        lock.lock()?;
        Ok(RunDirectory {
            dir,
            workers: AtomicU32::new(0),
            _lock: lock,
        })
    }

    /// Makes a directory for one worker.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn worker_directory(&self) -> io::Result<PathBuf> {
        let number = self.workers.fetch_add(1, Ordering::Relaxed);
        let dir = self.dir.path().join(number.to_string());
        fs::create_dir(&dir)?;
        Ok(dir)
    }
}

/// Removes the directories that no running process has locked. Others may sweep at the same time,
/// so nothing here is an error.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(PREFIX)) && is_abandoned(&entry.path())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_abandoned(dir: &Path) -> bool {
    // A directory without its lock belongs to a run that is just starting.
    match File::open(dir.join(LOCK)) {
        Ok(lock) => !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)),
        Err(_) => false,
    }
}

/// The process groups of the workers that are alive.
#[derive(Debug, Default)]
pub struct ProcessGroups {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    alive: HashSet<Pid>,
    /// The run is over: what is started from now on ends at once.
    closed: bool,
}

impl ProcessGroups {
    /// Notes a group.
    pub fn add(&self, group: Pid) {
        let mut state = self.lock();
        if state.closed {
            kill(group);
        } else {
            state.alive.insert(group);
        }
    }

    /// Kills all processes of a group.
    pub fn end(&self, group: Pid) {
        // A group whose number was given back may belong to somebody else by now.
        if self.lock().alive.remove(&group) {
            kill(group);
        }
    }

    /// Kills all processes of all groups, also of those that are yet to come.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for group in std::mem::take(&mut state.alive) {
            kill(group);
        }
    }

    /// Whether the run is over.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kill(group: Pid) {
    // It may be gone already, which is what is wanted.
    let _ = kill_process_group(group, Signal::KILL);
}
