//! The Jupyter kernel: `evcxr_jupyter` as it is, with the tap between it and what cells print.
//!
//! ```text
//! Jupyter ── starts, kills ── outer (owns the directory, relays, outlives nothing)
//!                               │ stdin: its end is the end
//!                               │ shell and control channel: see `relay`
//!                             inner (evcxr_jupyter, the tap, cargo, rustc)
//!                               │
//!                             child (runs the cells' code)
//! ```
//!
//! Two processes, because Jupyter kills a kernel without a warning: whichever of the two is killed,
//! the other ends what is left, however busy, and removes the directory. And where Jupyter itself is
//! killed, the outer one sees that.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, getppid, kill_current_process_group, kill_process_group};
use serde_json::Value;

use super::cargo;
use super::child::{self, SHADOWED_JUPYTER_PATH, TAP_VARIABLE};
use super::interrupt::Interrupts;
use super::processes::{adopt_orphans, kill_descendants};
use super::relay::relay;
use super::tap::{Audience, Tap};
use crate::kernelspec::STRICT;
use crate::workspace::RunDirectory;

/// The environment variable that makes a process the inner one; its value is the directory.
pub(super) const KERNEL_VARIABLE: &str = "NBRUN_KERNEL";

/// How long a kernel that was killed may hold its ports.
const PORTS_LIMIT: Duration = Duration::from_secs(10);

/// How often the kernel looks whether Jupyter is still there.
const LOOK: Duration = Duration::from_secs(1);

/// Runs the kernel for Jupyter, which gives the connection file: `--control_file FILE [--strict]`.
///
/// A strict kernel reports a cell that panics, or that a `?` leaves early, as failed.
///
/// # Errors
/// When the arguments are not Jupyter's, or the kernel cannot be started.
pub fn run_kernel() -> anyhow::Result<ExitCode> {
    match env::var_os(KERNEL_VARIABLE) {
        Some(dir) => inner(Path::new(&dir)),
        None => outer(),
    }
}

fn outer() -> anyhow::Result<ExitCode> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    if arguments
        .first()
        .is_none_or(|first| first != "--control_file")
    {
        bail!(
            "this program is started by Jupyter; `nbrun kernel install --prefix DIR` tells Jupyter \
             about it"
        );
    }
    let file = arguments.get(1).context("`--control_file` needs a file")?;
    // evcxr_jupyter says only that there is no such file.
    let file = Path::new(file);
    fs::File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?;

    let interrupts = Interrupts::receive()?;
    adopt_orphans();
    let directory = RunDirectory::create().context("cannot make a temporary directory")?;
    let dir = directory.worker_directory()?;
    let mut arguments = arguments.clone();
    arguments[1] = relay_channels(file, &dir)
        .with_context(|| format!("`{}`", file.display()))?
        .into_os_string();
    let mut inner = inner_command(&dir, &arguments)?
        .spawn()
        .context("cannot start the kernel")?;
    end_with_parent(Pid::from_child(&inner))?;
    interrupts.pass_on(Pid::from_child(&inner))?;
    // `wait` would close it.
    let lifeline = inner.stdin.take();
    let status = inner.wait()?;
    drop(lifeline);
    // Where it was killed, what it had started is left.
    let _ = kill_process_group(Pid::from_child(&inner), Signal::KILL);
    kill_descendants(None);
    drop(directory);
    match status.signal() {
        Some(signal) => bail!("the kernel was killed by signal {signal}"),
        None => Ok(ExitCode::from(
            u8::try_from(status.code().unwrap_or(1)).unwrap_or(1),
        )),
    }
}

/// Listens where Jupyter looks for the shell and the control channel, relays both to other ports, and
/// writes a connection file with these for the inner process; returns its path.
///
/// The file's format: <https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files>
fn relay_channels(file: &Path, dir: &Path) -> anyhow::Result<PathBuf> {
    let text = fs::read_to_string(file)?;
    let mut connection: Value = serde_json::from_str(&text)?;
    let ip = connection["ip"].as_str().unwrap_or_default().to_owned();
    if connection["transport"] != "tcp" {
        return Ok(file.to_owned());
    }
    let deadline = Instant::now() + PORTS_LIMIT;
    for name in ["shell_port", "control_port"] {
        let port = connection[name].as_u64().unwrap_or_default();
        let port = u16::try_from(port).with_context(|| format!("`{name}` is no port"))?;
        let listener = listen(&ip, port, deadline)?;
        let own = TcpListener::bind((ip.as_str(), 0))?.local_addr()?.port();
        relay(listener, own)?;
        connection[name] = Value::from(own);
    }
    for name in ["iopub_port", "stdin_port", "hb_port"] {
        let port = connection[name].as_u64().unwrap_or_default();
        if let Ok(port) = u16::try_from(port) {
            // evcxr_jupyter says what is wrong, if something still is.
            let _ = listen(&ip, port, deadline);
        }
    }
    let path = dir.join("connection.json");
    // It has the key, which nobody else may read.
    let mut inner = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    inner.write_all(connection.to_string().as_bytes())?;
    Ok(path)
}

/// Listens at a port; waits for a kernel before this one to let go of it: Jupyter restarts a kernel
/// with the same connection file, and one that it had to kill takes a moment to end.
fn listen(ip: &str, port: u16, deadline: Instant) -> anyhow::Result<TcpListener> {
    loop {
        match TcpListener::bind((ip, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if Instant::now() > deadline => {
                return Err(error).with_context(|| format!("cannot listen at {ip}:{port}"));
            }
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Ends the inner process when Jupyter is gone without a word. Not so for a kernel that was started
/// to outlive it, where Jupyter does not say which process it is.
fn end_with_parent(inner: Pid) -> io::Result<()> {
    if env::var_os("JPY_PARENT_PID").is_none() {
        return Ok(());
    }
    let parent = getppid();
    // Never joined: it lasts as long as the process.
    thread::Builder::new()
        .name("parent".to_owned())
        .spawn(move || {
            while getppid() == parent {
                thread::sleep(LOOK);
            }
            let _ = kill_process_group(inner, Signal::KILL);
        })?;
    Ok(())
}

fn inner_command(dir: &Path, arguments: &[impl AsRef<OsStr>]) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command
        .args(arguments)
        .env(KERNEL_VARIABLE, dir)
        .env(TAP_VARIABLE, Tap::socket_in(dir))
        .envs(child::environment())
        .envs(cargo::environment(dir)?)
        // evcxr_jupyter replaces the kernel that it finds there if that has another version. It
        // looks nowhere else once this variable is set, and in `dir` there is none.
        .env("JUPYTER_PATH", dir)
        .stdin(Stdio::piped())
        // Jupyter signals its kernel's group, and the outer process decides what reaches this one.
        .process_group(0);
    if let Some(path) = env::var_os("JUPYTER_PATH") {
        command.env(SHADOWED_JUPYTER_PATH, path);
    }
    if env::var_os("EVCXR_TMPDIR").is_none() {
        let build = dir.join("build");
        fs::create_dir(&build)?;
        command.env("EVCXR_TMPDIR", build);
    }
    Ok(command)
}

fn inner(dir: &Path) -> anyhow::Result<ExitCode> {
    let interrupts = Interrupts::receive()?;
    adopt_orphans();
    end_with_outer(dir.to_owned())?;
    let strict = env::args_os().any(|argument| argument == STRICT);
    // Before evcxr_jupyter, which starts the child at once.
    let tap = Tap::start(dir, Audience::Kernel { strict })?;
    interrupts.obey(tap.shared())?;
    let result = evcxr_jupyter::main();
    // Also what a cell has left running.
    kill_descendants(None);
    drop(tap);
    result?;
    Ok(ExitCode::SUCCESS)
}

/// Ends everything when the outer process is gone, whose end of this pipe closes with it.
fn end_with_outer(dir: PathBuf) -> io::Result<()> {
    // Never joined: it lasts as long as the process.
    thread::Builder::new()
        .name("lifeline".to_owned())
        .spawn(move || {
            let mut nothing = [0];
            while matches!(io::stdin().read(&mut nothing), Ok(1)) {}
            kill_descendants(None);
            let _ = fs::remove_dir_all(dir.parent().unwrap_or(&dir));
            let _ = kill_current_process_group(Signal::KILL);
        })?;
    Ok(())
}
