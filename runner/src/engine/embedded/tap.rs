//! The tap: a thread in the worker that reads everything the child prints.
//!
//! It gives the child two pipes in place of stdout and stderr, and keeps the ends of evcxr's own
//! pipes. When the child says that a cell has ended, the tap reads the pipes empty, files the
//! cell's [`Transcript`], and only then tells evcxr, through evcxr's pipe, how the cell ended.
//! In the Jupyter kernel the text goes on through evcxr as well, see [`forward`](super::forward).

use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, kill_process};

use super::connection::Connection;
use super::rustc::{Sign, Signs};
use crate::engine::transcript::Transcript;

/// A running tap.
#[derive(Debug)]
pub(super) struct Tap {
    socket: PathBuf,
    shared: Arc<Mutex<Shared>>,
    stop: UnixStream,
    thread: Option<JoinHandle<()>>,
}

/// For whom the child's output is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// The worker collects it, and evcxr sees nothing of it.
    Worker,
    /// It goes through evcxr to Jupyter; a strict kernel reports a panic or an early `?` as failure.
    Kernel { strict: bool },
}

/// What the tap's thread and the worker both look at.
#[derive(Debug)]
pub(super) struct Shared {
    /// The child's process, while it is connected.
    pub(super) child: Option<Pid>,
    /// When the cell that is running began to run.
    running_since: Option<Instant>,
    /// Whether a cell has ended. evcxr runs one of its own before it is ready.
    pub(super) is_ready: bool,
    /// How the cells' code tells its end.
    pub(super) signs: Signs,
    /// What was printed since the last cell ended.
    pub(super) current: Transcript,
    /// What came before the current cell began.
    late: Vec<u8>,
    /// How long cells ran since the last collection.
    ran: Duration,
    output_limit: u64,
    cut_off: Option<CutOff>,
}

/// Which limit of a cell was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CutOff {
    Time,
    Output,
    Memory,
}

/// What a cell printed, and how long it ran.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) transcript: Transcript,
    pub(super) late: Vec<u8>,
    pub(super) ran: Duration,
    pub(super) cut_off: Option<CutOff>,
}

impl Tap {
    /// Where a tap in `dir` has its socket, on which the child finds it.
    pub(super) fn socket_in(dir: &Path) -> PathBuf {
        dir.join("tap")
    }

    /// Starts a tap whose socket stands in `dir`.
    pub(super) fn start(dir: &Path, audience: Audience) -> io::Result<Tap> {
        let socket = Tap::socket_in(dir);
        let listener = UnixListener::bind(&socket)?;
        let (stop, stopped) = UnixStream::pair()?;
        let shared = Arc::new(Mutex::new(Shared {
            child: None,
            running_since: None,
            is_ready: false,
            signs: Signs::in_directory(dir),
            current: Transcript::default(),
            late: Vec::new(),
            ran: Duration::ZERO,
            output_limit: u64::MAX,
            cut_off: None,
        }));
        let thread = thread::Builder::new().name("tap".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || serve(&listener, &stopped, &shared, audience)
        })?;
        Ok(Tap {
            socket,
            shared,
            stop,
            thread: Some(thread),
        })
    }

    /// Sets the limit for the next cell.
    pub(super) fn limit_output(&self, bytes: u64) {
        lock(&self.shared).output_limit = bytes;
    }

    /// Kills the child if a cell is running; says whether one was.
    pub(super) fn cut_off_running_cell(&self, why: CutOff) -> bool {
        let mut shared = lock(&self.shared);
        let runs = shared.cell_runs();
        if runs {
            shared.cut_off(why);
        }
        runs
    }

    /// What the tap's thread looks at.
    pub(super) fn shared(&self) -> Arc<Mutex<Shared>> {
        Arc::clone(&self.shared)
    }

    /// The child's process, while it is connected.
    pub(super) fn child(&self) -> Option<Pid> {
        lock(&self.shared).child
    }

    /// Takes what was collected since the last call.
    pub(super) fn collect(&self) -> Collected {
        let mut shared = lock(&self.shared);
        shared.current.flush();
        Collected {
            transcript: std::mem::take(&mut shared.current),
            late: std::mem::take(&mut shared.late),
            ran: std::mem::take(&mut shared.ran),
            cut_off: shared.cut_off.take(),
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        let _ = self.stop.write_all(&[0]);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = std::fs::remove_file(&self.socket);
    }
}

impl Shared {
    /// A cell begins. What came before it is kept apart for the worker.
    pub(super) fn begin(&mut self, keep_apart: bool) {
        if keep_apart && self.ran == Duration::ZERO {
            self.current.flush();
            let before = std::mem::take(&mut self.current);
            self.late.extend(before.stdout);
            self.late.extend(before.stderr);
        }
        self.current.told_by_signs = self.signs.take(Sign::Rewritten);
        self.running_since = Some(Instant::now());
    }

    pub(super) fn cell_runs(&self) -> bool {
        self.running_since.is_some()
    }

    pub(super) fn stop_clock(&mut self) {
        if let Some(since) = self.running_since.take() {
            self.ran += since.elapsed();
            self.is_ready = true;
        }
    }

    fn cut_off(&mut self, why: CutOff) {
        self.cut_off.get_or_insert(why);
        self.kill_child();
    }

    pub(super) fn kill_child(&self) {
        if let Some(child) = self.child {
            // It may be gone already, which is what is wanted.
            let _ = kill_process(child, Signal::KILL);
        }
    }

    pub(super) fn check_output_limit(&mut self) {
        if self.current.size() as u64 > self.output_limit {
            self.cut_off(CutOff::Output);
        }
    }
}

/// A poisoned lock holds text that was read; it is as good as ever.
pub(super) fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves one child after the other.
fn serve(
    listener: &UnixListener,
    stopped: &UnixStream,
    shared: &Mutex<Shared>,
    audience: Audience,
) {
    let mut connection: Option<Connection> = None;
    loop {
        let mut ready = [false; 5];
        let descriptors = connection.as_ref().map(|open| open.descriptors(shared));
        if wait(listener, stopped, descriptors, &mut ready).is_err() || ready[1] {
            return;
        }
        if let Some(open) = &mut connection
            && open.take(&ready[2..], shared).is_err()
        {
            open.close(shared);
            connection = None;
        }
        if ready[0] {
            // evcxr starts a child only when the one before is gone.
            if let Some(mut old) = connection.take() {
                old.close(shared);
            }
            connection = listener
                .accept()
                .and_then(|(socket, _)| Connection::open(socket, shared, audience))
                .ok();
        }
    }
}

/// Waits until the listener, the stop signal, or one of the connection's three descriptors is ready.
fn wait(
    listener: &UnixListener,
    stopped: &UnixStream,
    connection: Option<[(BorrowedFd<'_>, PollFlags); 3]>,
    ready: &mut [bool; 5],
) -> io::Result<()> {
    let mut descriptors = vec![
        PollFd::new(listener, PollFlags::IN),
        PollFd::new(stopped, PollFlags::IN),
    ];
    let connected = connection.into_iter().flatten();
    descriptors.extend(connected.map(|(one, flags)| PollFd::from_borrowed_fd(one, flags)));
    loop {
        match poll(&mut descriptors, None) {
            Err(rustix::io::Errno::INTR) => {}
            result => {
                result?;
                break;
            }
        }
    }
    for (ready, descriptor) in ready.iter_mut().zip(&descriptors) {
        *ready = !descriptor.revents().is_empty();
    }
    Ok(())
}
