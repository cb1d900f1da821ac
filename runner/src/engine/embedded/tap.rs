//! The tap: a thread in the worker that reads everything the child prints.
//!
//! It gives the child two pipes in place of stdout and stderr, and keeps the ends of evcxr's own
//! pipes. When the child says that a cell has ended, the tap reads the pipes empty, files the
//! cell's [`Transcript`], and only then tells evcxr, through evcxr's pipe, how the cell ended.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::ioctl_fionread;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, kill_process};

use super::child::{BEGIN, END, READ, receive_descriptors, send_descriptors};
use super::rustc::{Sign, Signs};
use crate::engine::transcript::Transcript;

/// What evcxr waits for at the end of a cell.
const EXECUTION_COMPLETE: &[u8] = b"EVCXR_EXECUTION_COMPLETE";

/// A running tap.
#[derive(Debug)]
pub(super) struct Tap {
    socket: PathBuf,
    shared: Arc<Mutex<Shared>>,
    stop: UnixStream,
    thread: Option<JoinHandle<()>>,
}

/// What the tap's thread and the worker both look at.
#[derive(Debug)]
struct Shared {
    /// The child's process, while it is connected.
    child: Option<Pid>,
    /// When the cell that is running began to run.
    running_since: Option<Instant>,
    /// How the cells' code tells its end.
    signs: Signs,
    /// What was printed since the last cell ended.
    current: Transcript,
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
    /// Starts a tap whose socket stands in `dir`.
    pub(super) fn start(dir: &Path) -> io::Result<Tap> {
        let socket = dir.join("tap");
        let listener = UnixListener::bind(&socket)?;
        let (stop, stopped) = UnixStream::pair()?;
        let shared = Arc::new(Mutex::new(Shared {
            child: None,
            running_since: None,
            signs: Signs::in_directory(dir),
            current: Transcript::default(),
            late: Vec::new(),
            ran: Duration::ZERO,
            output_limit: u64::MAX,
            cut_off: None,
        }));
        let thread = thread::Builder::new().name("tap".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || serve(&listener, &stopped, &shared)
        })?;
        Ok(Tap {
            socket,
            shared,
            stop,
            thread: Some(thread),
        })
    }

    /// The path of the socket on which the child finds the tap.
    pub(super) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Sets the limit for the next cell.
    pub(super) fn limit_output(&self, bytes: u64) {
        lock(&self.shared).output_limit = bytes;
    }

    /// Kills the child if a cell is running; says whether one was.
    pub(super) fn cut_off_running_cell(&self, why: CutOff) -> bool {
        let mut shared = lock(&self.shared);
        let runs = shared.running_since.is_some();
        if runs {
            shared.cut_off(why);
        }
        runs
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
    fn cut_off(&mut self, why: CutOff) {
        self.cut_off.get_or_insert(why);
        if let Some(child) = self.child {
            // It may be gone already, which is what is wanted.
            let _ = kill_process(child, Signal::KILL);
        }
    }

    fn check_output_limit(&mut self) {
        if self.current.size() as u64 > self.output_limit {
            self.cut_off(CutOff::Output);
        }
    }
}

/// A poisoned lock holds text that was read; it is as good as ever.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves one child after the other.
fn serve(listener: &UnixListener, stopped: &UnixStream, shared: &Mutex<Shared>) {
    let mut connection: Option<Connection> = None;
    loop {
        let mut ready = [false; 5];
        if wait(listener, stopped, connection.as_ref(), &mut ready).is_err() || ready[1] {
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
                .and_then(|(socket, _)| Connection::open(socket, shared))
                .ok();
        }
    }
}

/// Waits until the listener, the stop signal, or one of the connection's three descriptors is ready.
fn wait(
    listener: &UnixListener,
    stopped: &UnixStream,
    connection: Option<&Connection>,
    ready: &mut [bool; 5],
) -> io::Result<()> {
    let mut descriptors = vec![
        PollFd::new(listener, PollFlags::IN),
        PollFd::new(stopped, PollFlags::IN),
    ];
    if let Some(open) = connection {
        let all = [
            open.socket.as_fd(),
            open.stdout.as_fd(),
            open.stderr.as_fd(),
        ];
        descriptors.extend(all.map(|one| PollFd::from_borrowed_fd(one, PollFlags::IN)));
    }
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

/// A connected child.
struct Connection {
    socket: UnixStream,
    /// The ends from which the tap reads.
    stdout: File,
    stderr: File,
    /// The end on which evcxr listens.
    evcxr_stdout: File,
    /// Only held: evcxr reads its end until the child is gone.
    _evcxr_stderr: OwnedFd,
}

impl Connection {
    /// Exchanges descriptors with a child that has just connected.
    fn open(socket: UnixStream, shared: &Mutex<Shared>) -> io::Result<Connection> {
        let (pid, [evcxr_stdout, evcxr_stderr]) = receive_descriptors(&socket)?;
        let (stdout, child_stdout) = pipe()?;
        let (stderr, child_stderr) = pipe()?;
        let child = i32::from_le_bytes(pid);
        lock(shared).child = Pid::from_raw(child);
        send_descriptors(&socket, &[0; 4], [child_stdout, child_stderr])?;
        Ok(Connection {
            socket,
            stdout: File::from(stdout),
            stderr: File::from(stderr),
            evcxr_stdout: File::from(evcxr_stdout),
            _evcxr_stderr: evcxr_stderr,
        })
    }

    /// Takes what is ready of the socket, stdout and stderr; an error is the child's end.
    fn take(&mut self, ready: &[bool], shared: &Mutex<Shared>) -> io::Result<()> {
        if ready[1] || ready[2] {
            self.read_pipes(shared)?;
        }
        if ready[0] {
            let mut word = [0];
            self.socket.read_exact(&mut word)?;
            // Whatever was printed before the word was said is in the pipes by now.
            self.read_pipes(shared)?;
            match word[0] {
                BEGIN => begin(shared),
                END => self.end(shared)?,
                _ => return Err(io::Error::other("the child said an unknown word")),
            }
            self.socket.write_all(&[READ])?;
        }
        Ok(())
    }

    /// Reads as much as the pipes hold now; what comes later waits for its turn.
    fn read_pipes(&mut self, shared: &Mutex<Shared>) -> io::Result<()> {
        let out = read_available(&mut self.stdout)?;
        let err = read_available(&mut self.stderr)?;
        let mut shared = lock(shared);
        shared.current.read_stdout(&out);
        shared.current.read_stderr(&err);
        for mut question in std::mem::take(&mut shared.current.questions) {
            question.push(b'\n');
            self.evcxr_stdout.write_all(&question)?;
        }
        shared.check_output_limit();
        Ok(())
    }

    /// Files the cell that has ended, then tells evcxr.
    fn end(&mut self, shared: &Mutex<Shared>) -> io::Result<()> {
        let mut shared = lock(shared);
        stop_clock(&mut shared);
        shared.current.flush();
        if shared.signs.take(Sign::Panicked) {
            shared.current.panic();
        }
        if shared.signs.take(Sign::LeftEarly) {
            shared.current.leave_early();
        }
        for variable in shared.signs.take_changed_variables() {
            shared.current.change_type(&variable);
        }
        let mut lines = std::mem::take(&mut shared.current.for_evcxr);
        lines.push(EXECUTION_COMPLETE.to_vec());
        drop(shared);
        for mut line in lines {
            line.push(b'\n');
            self.evcxr_stdout.write_all(&line)?;
        }
        Ok(())
    }

    /// The child is gone: reads what it left behind. Dropping the connection tells evcxr.
    fn close(&mut self, shared: &Mutex<Shared>) {
        let _ = self.read_pipes(shared);
        let mut shared = lock(shared);
        stop_clock(&mut shared);
        shared.child = None;
    }
}

fn begin(shared: &Mutex<Shared>) {
    let mut shared = lock(shared);
    if shared.ran == Duration::ZERO {
        shared.current.flush();
        let before = std::mem::take(&mut shared.current);
        shared.late.extend(before.stdout);
        shared.late.extend(before.stderr);
    }
    shared.current.told_by_signs = shared.signs.take(Sign::Rewritten);
    shared.running_since = Some(Instant::now());
}

fn stop_clock(shared: &mut Shared) {
    if let Some(since) = shared.running_since.take() {
        shared.ran += since.elapsed();
    }
}

fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(pipe_with(PipeFlags::CLOEXEC)?)
}

/// Reads what a pipe holds now.
fn read_available(pipe: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(ioctl_fionread(&*pipe)?).unwrap_or(usize::MAX)];
    pipe.read_exact(&mut bytes)?;
    Ok(bytes)
}
