//! The runner's side of a worker: starting it, asking it, ending it with everything it started.

use std::fs::File;
use std::io::{self, BufReader};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::cargo;
use super::protocol::{Answer, Order, WORKER_VARIABLE, receive, send};
use crate::engine::{CellRun, End, Engine, EngineError, Phase, Request, Times};
use crate::workspace::{ProcessGroups, RunDirectory};

/// How long a worker may take to become ready for a notebook.
const READY_LIMIT: Duration = Duration::from_secs(300);

/// How long a worker may take to end itself and everything below it.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long after a cell's limit a worker may still answer, before it is ended from outside.
const GRACE: Duration = Duration::from_secs(2);

/// The engine: evcxr in a worker process, which is started when it is needed and kept for the next
/// notebook.
#[derive(Debug)]
pub struct Embedded {
    directory: Arc<RunDirectory>,
    groups: Arc<ProcessGroups>,
    /// How many bytes a worker may take more than when it was fresh, before it is replaced.
    growth: u64,
    worker: Option<Worker>,
    /// Whether the last worker that ended was killed by a signal.
    killed: bool,
}

impl Embedded {
    /// An engine whose processes are listed in `groups` and whose files stand in `directory`.
    /// A worker that takes `growth` bytes more than when it was fresh gets no further notebook.
    pub fn new(directory: Arc<RunDirectory>, groups: Arc<ProcessGroups>, growth: u64) -> Embedded {
        Embedded {
            directory,
            groups,
            growth,
            worker: None,
            killed: false,
        }
    }

    fn ask(&mut self, order: &Order, limit: Duration) -> Result<Answer, AskError> {
        let worker = self.worker.as_mut().ok_or(AskError::Closed)?;
        let result = worker.ask(order, limit);
        if !matches!(result, Ok(Answer::Opened { .. } | Answer::Ran(_))) {
            // What it did is not known any more, so it is not used any more.
            let worker = self.worker.take();
            self.killed = worker.is_some_and(Worker::end) && !self.groups.is_closed();
        }
        result
    }

    /// Whether the worker, ready for its next notebook with so much memory, has leaked too much.
    fn has_grown(&mut self, memory: u64) -> bool {
        self.worker.as_mut().is_some_and(|worker| {
            let fresh = *worker.fresh.get_or_insert(memory);
            memory > fresh.saturating_add(self.growth)
        })
    }
}

impl Engine for Embedded {
    fn open(&mut self, dir: &Path) -> Result<(), EngineError> {
        let config = Config::read(dir);
        let usable = self
            .worker
            .as_ref()
            .is_some_and(|worker| worker.config == config);
        if !usable {
            self.worker = None;
            let worker = Worker::start(&self.directory, &self.groups, config)
                .map_err(|error| EngineError(format!("cannot start a worker: {error}")))?;
            self.worker = Some(worker);
        }
        let log = self.worker.as_ref().map(|worker| worker.log.clone());
        let order = Order::Open {
            dir: dir.to_owned(),
        };
        match self.ask(&order, READY_LIMIT) {
            // The next notebook would find what this one has set, and be charged for what it has
            // leaked. A fresh worker has not changed.
            Ok(Answer::Opened { memory, changed }) if changed || self.has_grown(memory) => {
                self.worker = None;
                self.open(dir)
            }
            Ok(Answer::Opened { .. }) => Ok(()),
            Ok(Answer::Failed(reason)) => Err(EngineError(reason)),
            Ok(Answer::Ran(_)) => Err(EngineError("the worker is out of step".to_owned())),
            Err(error) => Err(error.explain(log.as_deref())),
        }
    }

    fn execute(&mut self, request: &Request<'_>) -> Result<CellRun, EngineError> {
        let log = self.worker.as_ref().map(|worker| worker.log.clone());
        let order = Order::Execute {
            source: request.source.to_owned(),
            count: request.count,
            time_limit: request.time_limit,
            output_limit: request.output_limit,
            memory_limit: request.memory_limit,
        };
        match self.ask(&order, request.time_limit + GRACE) {
            Ok(Answer::Ran(run)) => Ok(*run),
            Ok(Answer::Failed(reason)) => Err(EngineError(reason)),
            Ok(Answer::Opened { .. }) => Err(EngineError("the worker is out of step".to_owned())),
            // The worker ends what takes too long, so it is the worker that hangs.
            Err(AskError::Timeout) => {
                Ok(ended(End::TimedOut(Phase::Compiling), request.time_limit))
            }
            // Only a signal from outside ends a worker without a word.
            Err(AskError::Closed) if self.killed => Ok(ended(End::KernelDied, Duration::ZERO)),
            Err(error) => Err(error.explain(log.as_deref())),
        }
    }
}

/// What is known of a cell whose worker is gone.
fn ended(end: End, compiling: Duration) -> CellRun {
    CellRun {
        end,
        outputs: Vec::new(),
        late: String::new(),
        times: Times {
            compiling,
            ..Times::default()
        },
    }
}

/// What is read when a context is built, and so cannot change in a worker.
#[derive(Debug, PartialEq)]
struct Config(Option<Vec<u8>>);

impl Config {
    fn read(dir: &Path) -> Config {
        Config(std::fs::read(dir.join("evcxr.toml")).ok())
    }
}

/// Why there was no answer.
#[derive(Debug)]
enum AskError {
    Closed,
    Timeout,
    Io(io::Error),
}

impl AskError {
    fn explain(self, log: Option<&Path>) -> EngineError {
        let reason = match self {
            AskError::Closed => "the worker process ended".to_owned(),
            AskError::Timeout => "the worker process did not answer in time".to_owned(),
            AskError::Io(error) => format!("the worker process cannot be reached: {error}"),
        };
        let log = log
            .and_then(|path| std::fs::read_to_string(path).ok())
            .unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(20).collect();
        if tail.is_empty() {
            return EngineError(reason);
        }
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        EngineError(format!("{reason}; its last words:\n{}", tail.join("\n")))
    }
}

/// A worker process, leader of a process group of its own.
#[derive(Debug)]
struct Worker {
    process: Child,
    socket: BufReader<UnixStream>,
    config: Config,
    /// Its memory when it was ready for its first notebook, in bytes.
    fresh: Option<u64>,
    log: PathBuf,
    groups: Arc<ProcessGroups>,
}

impl Worker {
    fn start(
        directory: &RunDirectory,
        groups: &Arc<ProcessGroups>,
        config: Config,
    ) -> io::Result<Worker> {
        let (ours, theirs) = UnixStream::pair()?;
        let dir = directory.worker_directory()?;
        let log = dir.join("log");
        let log_file = File::create(&log)?;
        let process = Command::new(std::env::current_exe()?)
            .env(WORKER_VARIABLE, &dir)
            .env("TMPDIR", &dir)
            // Workers would share a build directory.
            .env_remove("EVCXR_TMPDIR")
            .env_remove("NBRUN_NOTEBOOKS")
            .envs(cargo::environment(&dir)?)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(log_file.try_clone()?)
            .stderr(log_file)
            .process_group(0)
            .spawn()?;
        groups.add(group(&process));
        Ok(Worker {
            process,
            socket: BufReader::new(ours),
            config,
            fresh: None,
            log,
            groups: Arc::clone(groups),
        })
    }

    fn ask(&mut self, order: &Order, limit: Duration) -> Result<Answer, AskError> {
        send(self.socket.get_mut(), order).map_err(AskError::Io)?;
        self.socket
            .get_ref()
            .set_read_timeout(Some(limit))
            .map_err(AskError::Io)?;
        match receive(&mut self.socket) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(AskError::Closed),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(AskError::Timeout),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Err(AskError::Closed),
            Err(error) => Err(AskError::Io(error)),
        }
    }
}

impl Worker {
    /// Ends the worker and everything it started; says whether something else had killed it before.
    fn end(mut self) -> bool {
        self.wait_until_gone();
        matches!(self.process.try_wait(), Ok(Some(status)) if status.signal().is_some())
    }

    /// Waits for the worker's end, but not for long.
    fn wait_until_gone(&mut self) {
        let deadline = Instant::now() + LAST_WORDS;
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Without its socket the worker ends itself, and first everything below it; what does not
        // go by itself is killed.
        let _ = self.socket.get_ref().shutdown(Shutdown::Both);
        self.wait_until_gone();
        self.groups.end(group(&self.process));
        let _ = self.process.wait();
    }
}

fn group(process: &Child) -> Pid {
    Pid::from_child(process)
}
