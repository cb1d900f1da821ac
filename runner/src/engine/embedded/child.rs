//! The process that runs the cells' code.
//!
//! evcxr starts it with a pipe on stdin, on which it says what to load and run, and with pipes on
//! stdout and stderr. The child hands the latter two over to the tap and takes the tap's own pipes
//! in their place, so that what a cell prints never meets evcxr.
//! On its socket it says when a cell begins and when it has ended, and each time waits until the
//! tap has read everything that was printed before.

use std::ffi::{OsStr, OsString, c_void};
use std::io::{self, BufRead, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process;

use libloading::Library;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use rustix::stdio;

use super::cargo::{DIRECTORY_VARIABLE, SHADOWED_PATH};
use super::kernel::KERNEL_VARIABLE;

/// The environment variable with the path of the tap's socket.
pub(super) const TAP_VARIABLE: &str = "NBRUN_TAP";

/// The environment variable with the `JUPYTER_PATH` that the kernel hides from evcxr_jupyter.
pub(super) const SHADOWED_JUPYTER_PATH: &str = "NBRUN_JUPYTER_PATH";

/// What evcxr sets for the child.
const RUNTIME_VARIABLE: &str = "EVCXR_IS_RUNTIME";

/// evcxr sets this for the child, too: each panic would print twenty lines of generated code.
const BACKTRACE_VARIABLE: &str = "RUST_BACKTRACE";

/// The environment variable with the `RUST_BACKTRACE` that the user has set.
const SHADOWED_BACKTRACE: &str = "NBRUN_RUST_BACKTRACE";

/// The child says: a cell begins.
pub(super) const BEGIN: u8 = b'B';
/// The child says: the cell has ended.
pub(super) const END: u8 = b'E';
/// The tap says: everything printed so far was read.
pub(super) const READ: u8 = b'R';

/// What evcxr sends to have a cell run: this word, a library and a function's name.
const LOAD_AND_RUN: &str = "LOAD_AND_RUN ";

/// What the process that starts evcxr hands down to the child, beside the tap's socket.
pub(super) fn environment() -> Option<(&'static str, OsString)> {
    std::env::var_os(BACKTRACE_VARIABLE).map(|value| (SHADOWED_BACKTRACE, value))
}

/// Becomes the child and does not return, if the environment names a tap.
pub(super) fn become_child() {
    // In the kernel the compilers inherit the tap's path as well.
    if std::env::var_os(RUNTIME_VARIABLE).is_none() {
        return;
    }
    let Some(tap) = take_variable(TAP_VARIABLE) else {
        return;
    };
    let backtrace = take_variable(SHADOWED_BACKTRACE);
    set_variable(BACKTRACE_VARIABLE, backtrace.as_deref());
    if take_variable(DIRECTORY_VARIABLE).is_some() {
        let path = take_variable(SHADOWED_PATH);
        set_variable("PATH", path.as_deref());
    }
    if !leave_kernel() {
        die_with_parent();
    }
    let code = match connect(Path::new(&tap)).and_then(serve) {
        Ok(()) => 0,
        Err(error) => {
            // Standard error is still, or already, where the worker sees it.
            let _ = writeln!(io::stderr(), "cannot run cells: {error}");
            99
        }
    };
    process::exit(code);
}

/// Takes a variable out of the environment, so that programs started by a cell do not see it.
fn take_variable(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name)?;
    set_variable(name, None);
    Some(value)
}

fn set_variable(name: &str, value: Option<&OsStr>) {
    #[expect(unsafe_code, reason = "the environment can only be changed so")]
    // SAFETY: this is the first thing that `main` does, and no other thread exists yet.
    unsafe {
        match value {
            Some(value) => std::env::set_var(name, value),
            None => std::env::remove_var(name),
        }
    }
}

/// Undoes what the kernel has set in the environment for itself and its compilers; says whether
/// this is the kernel's child.
fn leave_kernel() -> bool {
    let Some(dir) = take_variable(KERNEL_VARIABLE) else {
        return false;
    };
    let path = take_variable(SHADOWED_JUPYTER_PATH);
    set_variable("JUPYTER_PATH", path.as_deref());
    let build = std::env::var_os("EVCXR_TMPDIR");
    if build.is_some_and(|build| Path::new(&build).starts_with(&dir)) {
        set_variable("EVCXR_TMPDIR", None);
    }
    true
}

/// Exchanges standard output and error with the tap.
fn connect(tap: &Path) -> io::Result<UnixStream> {
    let socket = UnixStream::connect(tap)?;
    let (stdout, stderr) = (stdio::stdout(), stdio::stderr());
    send_descriptors(&socket, &process::id().to_le_bytes(), [stdout, stderr])?;
    let (_, pipes) = receive_descriptors(&socket)?;
    stdio::dup2_stdout(&pipes[0])?;
    stdio::dup2_stderr(&pipes[1])?;
    Ok(socket)
}

/// A worker that is killed takes its child with it. Not so in the kernel, where the thread that
/// started the child may end before it, which counts as the parent's death.
fn die_with_parent() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // The signal is a second line of defense, beside the end of stdin.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
}

/// Runs cells until evcxr closes stdin.
fn serve(mut tap: UnixStream) -> io::Result<()> {
    // Libraries stay loaded for good: threads and statics of earlier cells live in them.
    let mut libraries = Vec::new();
    let mut variables: *mut c_void = std::ptr::null_mut();
    let mut line = String::new();
    loop {
        line.clear();
        // Only for a moment: a cell may read from stdin, too.
        if io::stdin().lock().read_line(&mut line)? == 0 {
            break;
        }
        let order = line.trim_end().strip_prefix(LOAD_AND_RUN);
        let Some((library, function)) = order.and_then(|order| order.rsplit_once(' ')) else {
            // The answer to a question that nobody waits for any more.
            continue;
        };
        tell(&mut tap, BEGIN)?;
        libraries.push(std::mem::ManuallyDrop::new(run(
            library,
            function,
            &mut variables,
        )?));
        tell(&mut tap, END)?;
    }
    Ok(())
}

/// Loads a compiled cell and calls its function.
fn run(library: &str, function: &str, variables: &mut *mut c_void) -> io::Result<Library> {
    type Cell = extern "C" fn(*mut c_void) -> *mut c_void;
    #[expect(unsafe_code, reason = "a cell is a library that is loaded and called")]
    // SAFETY: evcxr compiled the library just now, with the same compiler, and wrote the function
    // with this signature. The pointer is null or came from the function of the cell before, as
    // evcxr's protocol has it. The library is never unloaded.
    unsafe {
        let library = Library::new(library).map_err(io::Error::other)?;
        let cell: Cell = *library.get(function.as_bytes()).map_err(io::Error::other)?;
        *variables = cell(*variables);
        Ok(library)
    }
}

/// Says something to the tap and waits until it has read what was printed before.
fn tell(tap: &mut UnixStream, what: u8) -> io::Result<()> {
    tap.write_all(&[what])?;
    tap.read_exact(&mut [0])
}

/// Sends `data` with two descriptors.
pub(super) fn send_descriptors(
    socket: &UnixStream,
    data: &[u8],
    descriptors: [impl AsFd; 2],
) -> io::Result<()> {
    let borrowed = [descriptors[0].as_fd(), descriptors[1].as_fd()];
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(&borrowed));
    sendmsg(
        socket,
        &[IoSlice::new(data)],
        &mut ancillary,
        SendFlags::empty(),
    )?;
    Ok(())
}

/// Receives four bytes with two descriptors.
pub(super) fn receive_descriptors(socket: &UnixStream) -> io::Result<([u8; 4], [OwnedFd; 2])> {
    let mut data = [0; 4];
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC;
    recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut data)],
        &mut ancillary,
        flags,
    )?;
    let descriptors: Vec<OwnedFd> = ancillary
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
            _ => None,
        })
        .flatten()
        .collect();
    let descriptors = descriptors
        .try_into()
        .map_err(|_| io::Error::other("the other side sent no descriptors"))?;
    Ok((data, descriptors))
}
