//! A connected child of the tap: its socket, the pipes that it prints to, and evcxr's pipes.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Mutex;

use rustix::event::PollFlags;
use rustix::io::ioctl_fionread;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;

use super::child::{BEGIN, END, READ, receive_descriptors, send_descriptors};
use super::forward::Forward;
use super::rustc::Sign;
use super::tap::{Audience, Shared, lock};

/// What evcxr waits for at the end of a cell.
const EXECUTION_COMPLETE: &[u8] = b"EVCXR_EXECUTION_COMPLETE\n";

/// A connected child.
pub(super) struct Connection {
    socket: UnixStream,
    /// The ends from which the tap reads.
    stdout: File,
    stderr: File,
    /// The end on which evcxr listens.
    evcxr_stdout: File,
    /// Only held: evcxr reads its end until the child is gone.
    _evcxr_stderr: File,
    /// What takes the output to Jupyter.
    forward: Option<Forward>,
}

impl Connection {
    /// Exchanges descriptors with a child that has just connected.
    pub(super) fn open(
        socket: UnixStream,
        shared: &Mutex<Shared>,
        audience: Audience,
    ) -> io::Result<Connection> {
        let (pid, [evcxr_stdout, evcxr_stderr]) = receive_descriptors(&socket)?;
        let (stdout, child_stdout) = pipe()?;
        let (stderr, child_stderr) = pipe()?;
        let child = i32::from_le_bytes(pid);
        lock(shared).child = Pid::from_raw(child);
        send_descriptors(&socket, &[0; 4], [child_stdout, child_stderr])?;
        let (evcxr_stdout, evcxr_stderr) = (File::from(evcxr_stdout), File::from(evcxr_stderr));
        let forward = match audience {
            Audience::Worker => None,
            Audience::Kernel { strict } => Some(Forward::new(
                evcxr_stdout.try_clone()?,
                evcxr_stderr.try_clone()?,
                strict,
            )),
        };
        Ok(Connection {
            socket,
            stdout: File::from(stdout),
            stderr: File::from(stderr),
            evcxr_stdout,
            _evcxr_stderr: evcxr_stderr,
            forward,
        })
    }

    /// Takes what is ready of the socket, stdout and stderr; an error is the child's end.
    pub(super) fn take(&mut self, ready: &[bool], shared: &Mutex<Shared>) -> io::Result<()> {
        if ready[1] || ready[2] {
            self.read_pipes(shared)?;
        }
        if ready[0] {
            let mut word = [0];
            self.socket.read_exact(&mut word)?;
            // Whatever was printed before the word was said is in the pipes by now.
            self.read_pipes(shared)?;
            match word[0] {
                BEGIN => lock(shared).begin(self.forward.is_none()),
                END => self.end(shared)?,
                _ => return Err(io::Error::other("the child said an unknown word")),
            }
            self.socket.write_all(&[READ])?;
        }
        Ok(())
    }

    /// What to wait for: the socket, stdout, stderr.
    pub(super) fn descriptors(&self, shared: &Mutex<Shared>) -> [(BorrowedFd<'_>, PollFlags); 3] {
        let stdout = match self.is_full(shared) {
            true => PollFlags::empty(),
            false => PollFlags::IN,
        };
        [
            (self.socket.as_fd(), PollFlags::IN),
            (self.stdout.as_fd(), stdout),
            (self.stderr.as_fd(), PollFlags::IN),
        ]
    }

    /// Whether threads have printed enough since the last cell, which evcxr will not take before
    /// the next.
    fn is_full(&self, shared: &Mutex<Shared>) -> bool {
        let shared = lock(shared);
        self.forward.is_some() && !shared.cell_runs() && Forward::is_full(&shared.current)
    }

    /// Reads as much as the pipes hold now; what comes later waits for its turn.
    fn read_pipes(&mut self, shared: &Mutex<Shared>) -> io::Result<()> {
        let out = match self.is_full(shared) {
            true => Vec::new(),
            false => read_available(&mut self.stdout)?,
        };
        let err = read_available(&mut self.stderr)?;
        let mut shared = lock(shared);
        shared.current.read_stdout(&out);
        shared.current.read_stderr(&err);
        if let Some(forward) = &mut self.forward {
            let runs = shared.cell_runs();
            forward.lines(&mut shared.current, runs)?;
        }
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
        shared.stop_clock();
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
        let mut lines = Vec::new();
        for line in std::mem::take(&mut shared.current.for_evcxr) {
            lines.extend(line);
            lines.push(b'\n');
        }
        lines.extend(EXECUTION_COMPLETE);
        match &mut self.forward {
            None => {
                drop(shared);
                self.evcxr_stdout.write_all(&lines)
            }
            Some(forward) => {
                let mut printed = std::mem::take(&mut shared.current);
                drop(shared);
                forward.rest(&mut printed)?;
                forward.end(&printed, &lines)
            }
        }
    }

    /// The child is gone: reads what it left behind. Dropping the connection tells evcxr.
    pub(super) fn close(&mut self, shared: &Mutex<Shared>) {
        let _ = self.read_pipes(shared);
        let mut shared = lock(shared);
        if let (Some(forward), true) = (&mut self.forward, shared.cell_runs()) {
            shared.current.flush();
            let _ = forward.rest(&mut std::mem::take(&mut shared.current));
            let _ = forward.process_ended();
        }
        shared.stop_clock();
        shared.child = None;
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
