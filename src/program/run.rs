//! Runs a compiled program, feeds it, and ends it when its time is over.

use std::env;
use std::fmt;
use std::io::{self, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::directory::{Directory, write_executable};
use super::listener::Listener;
use super::{Program, group};
use crate::show;
use crate::timing::pretty;

/// How long an output may stay open when the program has ended.
const GRACE: Duration = Duration::from_secs(1);

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
        .map(|pipe| Listener::new("stdout", Box::new(pipe)));
    let stderr = child
        .stderr
        .take()
        .map(|pipe| Listener::new("stderr", Box::new(pipe)));
    let status = wait(&mut child, start, program.time_limit);
    let duration = start.elapsed();
    let (stdout, stderr) = (stdout.transpose(), stderr.transpose());
    let is_open = |listener: &io::Result<Option<Listener>>| match listener {
        Ok(Some(listener)) => !listener.ends_within(GRACE),
        Ok(None) | Err(_) => false,
    };
    if !matches!(status, Ok(Some(_))) {
        group::kill(&mut child);
        child.wait()?;
    } else if is_open(&stdout) || is_open(&stderr) {
        // What the program has started and left behind holds its output open.
        group::kill(&mut child);
    }
    // It has nobody left to feed, and ends by itself.
    drop(feeding.transpose()?);
    let heard = |listener: Listener| listener.heard(GRACE);
    Ok(Finished {
        stdout: stdout?.map(heard).unwrap_or_default(),
        stderr: stderr?.map(heard).unwrap_or_default(),
        ending: status?.map_or(Ending::TimeLimit, ending),
        duration,
    })
}

/// Waits until the program has ended, or its time is over, which gives `None`.
///
/// The end of a process cannot be waited for with a limit, only asked for: often at first, and then
/// every two milliseconds.
fn wait(child: &mut Child, start: Instant, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_micros(100);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let left = limit.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Ok(None);
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(2));
    }
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
