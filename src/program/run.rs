//! Runs a compiled program, feeds it, listens to it, and ends it when its time is over.

use std::env;
use std::fmt;
use std::io::{self, Read, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::directory::Directory;
use super::directory::write_executable;
use super::{Program, group};
use crate::show;
use crate::timing::pretty;

/// How much of each output is kept, in bytes.
const KEPT: usize = 16 << 20;

/// What a program did; shows itself as a terminal would.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Finished {
    /// What it wrote to standard output, at most 16 MiB; bytes that are not UTF-8 are U+FFFD.
    pub stdout: String,
    /// What it wrote to standard error, likewise.
    pub stderr: String,
    /// How it ended.
    pub ending: Ending,
    /// How long it ran.
    pub duration: Duration,
}

/// How a program ended.
///
/// # Examples
///
/// ```
/// use threadlab::program::Ending;
///
/// assert_eq!(Ending::Code(101).to_string(), "exit code 101");
/// assert_eq!(Ending::Signal(6).to_string(), "killed by signal 6 (SIGABRT)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Ending {
    /// It exited with this code; 0 means success, 101 a panic of the main thread.
    Code(i32),
    /// A signal killed it.
    Signal(i32),
    /// It ran longer than it may and was killed.
    TimeLimit,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::TimeLimit => f.write_str("killed at its time limit"),
            Self::Signal(signal) => {
                write!(f, "killed by signal {signal}")?;
                // The numbers that Linux and macOS share.
                let name = match signal {
                    2 => "SIGINT",
                    4 => "SIGILL",
                    6 => "SIGABRT",
                    8 => "SIGFPE",
                    9 => "SIGKILL",
                    11 => "SIGSEGV",
                    13 => "SIGPIPE",
                    15 => "SIGTERM",
                    _ => return Ok(()),
                };
                write!(f, " ({name})")
            }
        }
    }
}

impl Finished {
    /// Whether it exited with code 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// let quits = Program::new("fn main() { std::process::exit(3) }");
    /// assert!(!quits.run().unwrap().success());
    /// ```
    pub fn success(&self) -> bool {
        self.ending == Ending::Code(0)
    }

    /// Shows the run as the result of a cell.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadlab::program::Program;
    ///
    /// Program::new("fn main() {}").run().unwrap().evcxr_display();
    /// ```
    pub fn evcxr_display(&self) {
        show::text(&self.to_string());
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.stdout.lines() {
            writeln!(f, "{line}")?;
        }
        for line in self.stderr.lines() {
            writeln!(f, "stderr: {line}")?;
        }
        write!(f, "{} after {}", self.ending, pretty(self.duration))
    }
}

/// What a program may see of the environment of the kernel: what programs usually need to run.
const PASSED_ON: [&str; 9] = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR",
];

/// Runs this executable file as the program says.
pub(super) fn run(program: &Program, binary: &[u8]) -> io::Result<Finished> {
    let directory = Directory::new()?;
    let path = directory.path().join("main");
    write_executable(&path, binary)?;
    let mut command = Command::new(&path);
    command
        .args(&program.args)
        .env_clear()
        .envs(
            PASSED_ON
                .iter()
                .filter_map(|&name| Some((name, env::var_os(name)?))),
        )
        .envs(program.env.iter().map(|(name, value)| (name, value)))
        .current_dir(directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    group::lead(&mut command);
    let start = Instant::now();
    let mut child = spawn(&mut command)?;
    // From here on nothing returns early: the program has to end first.
    let feeding = child
        .stdin
        .take()
        .map(|pipe| feed(pipe, program.stdin.clone()));
    let stdout = child
        .stdout
        .take()
        .map(|pipe| Listener::new("stdout", pipe));
    let stderr = child
        .stderr
        .take()
        .map(|pipe| Listener::new("stderr", pipe));
    let in_time = group::wait(&mut child, program.time_limit);
    let duration = start.elapsed();
    // What the program has started ends with it, or its output would never end.
    group::kill(&mut child);
    let status = child.wait()?;
    let ending = if in_time {
        ending(status)
    } else {
        Ending::TimeLimit
    };
    drop(feeding.transpose()?);
    Ok(Finished {
        stdout: stdout.transpose()?.map(Listener::heard).unwrap_or_default(),
        stderr: stderr.transpose()?.map(Listener::heard).unwrap_or_default(),
        ending,
        duration,
    })
}

/// Starts the program.
fn spawn(command: &mut Command) -> io::Result<Child> {
    let mut tries = 0;
    loop {
        match command.spawn() {
            // Another thread started a process while the file was being written, and that process
            // holds the file open until it has become another program, which is a matter of moments.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && tries < 1000 => {
                tries += 1;
                thread::sleep(Duration::from_millis(1));
            }
            other => return other,
        }
    }
}

fn ending(status: ExitStatus) -> Ending {
    match (status.code(), group::signal(status)) {
        (Some(code), _) => Ending::Code(code),
        (None, Some(signal)) => Ending::Signal(signal),
        (None, None) => Ending::Code(-1),
    }
}

/// Writes the input; the thread ends when the program has read it or has ended.
fn feed(mut pipe: ChildStdin, input: Vec<u8>) -> io::Result<JoinHandle<()>> {
    let feeder = thread::Builder::new().name("program stdin".into());
    feeder.spawn(move || {
        // A program need not read its input.
        let _ = pipe.write_all(&input);
    })
}

/// Reads one output of a program on a thread of its own.
struct Listener {
    heard: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
    ended: mpsc::Receiver<()>,
}

impl Listener {
    fn new(name: &str, mut pipe: impl Read + Send + 'static) -> io::Result<Self> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = mpsc::channel();
        let gathered = Arc::clone(&heard);
        let thread = thread::Builder::new()
            .name(format!("program {name}"))
            .spawn(move || {
                let mut chunk = vec![0; 64 * 1024];
                while let Ok(count @ 1..) = pipe.read(&mut chunk) {
                    let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
                    let room = KEPT.saturating_sub(gathered.len()).min(count);
                    gathered.extend_from_slice(&chunk[..room]);
                }
                // Nobody waits for it when the program was given up.
                let _ = end.send(());
            })?;
        Ok(Self {
            heard,
            thread,
            ended,
        })
    }

    /// Everything that was written.
    fn heard(self) -> String {
        // A process that left the group of the program may hold the pipe open; what it writes later
        // is not waited for.
        if self.ended.recv_timeout(Duration::from_secs(1)).is_ok() {
            // It has nothing left to do, and it does not panic.
            let _ = self.thread.join();
        }
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&heard).into_owned()
    }
}
