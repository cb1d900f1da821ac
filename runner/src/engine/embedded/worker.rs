//! A worker: the process in which evcxr lives, for one notebook at a time.
//!
//! One thread reads orders, so that the end of the runner is noticed in the middle of a compilation;
//! the main thread carries them out, with a [`Session`].

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use rustix::process::{Signal, kill_current_process_group};

use super::processes::{adopt_orphans, kill_descendants, own_memory};
use super::protocol::{Answer, Order, WORKER_VARIABLE, receive, send};
use super::session::{Limits, Session};

/// Becomes a worker and does not return, if the environment says so.
pub(super) fn become_worker() {
    let Some(dir) = std::env::var_os(WORKER_VARIABLE) else {
        return;
    };
    let code = match serve(&PathBuf::from(dir)) {
        Ok(()) => 0,
        Err(error) => {
            log(&format!("the worker cannot go on: {error}"));
            1
        }
    };
    process::exit(code);
}

/// A worker's stderr is its log, which the runner shows when the worker fails.
fn log(line: &str) {
    use std::io::Write;
    let _ = writeln!(io::stderr(), "{line}");
}

fn serve(dir: &Path) -> io::Result<()> {
    adopt_orphans();
    let mut answers = take_socket()?;
    let orders = read_orders(answers.try_clone()?)?;
    let mut session: Option<Session> = None;
    // As evcxr leaves it before the first cell.
    let mut environment: Option<Vec<(OsString, OsString)>> = None;
    for order in orders {
        let answer = match (order, &mut session) {
            (Order::Open { dir: notebook }, session) => {
                match Session::open(session.take(), dir, &notebook) {
                    Ok(opened) => {
                        *session = Some(opened);
                        let now: Vec<_> = std::env::vars_os().collect();
                        Answer::Opened {
                            // Below it there is only a new child, which may still be starting.
                            memory: own_memory(),
                            changed: *environment.get_or_insert_with(|| now.clone()) != now,
                        }
                    }
                    Err(error) => Answer::Failed(error),
                }
            }
            (
                Order::Execute {
                    source,
                    count,
                    time_limit,
                    output_limit,
                    memory_limit,
                },
                Some(session),
            ) => {
                let limits = Limits {
                    time: time_limit,
                    memory: memory_limit,
                    output: output_limit,
                };
                Answer::Ran(Box::new(session.execute(&source, count, limits)))
            }
            (Order::Execute { .. }, None) => Answer::Failed("no notebook is open".to_owned()),
        };
        send(&mut answers, &answer)?;
    }
    Ok(())
}

/// Takes the socket that the runner put on stdin, and leaves nothing to read in its place.
fn take_socket() -> io::Result<UnixStream> {
    let socket = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    let nothing = std::fs::File::open("/dev/null")?;
    rustix::stdio::dup2_stdin(nothing)?;
    Ok(UnixStream::from(socket))
}

/// Reads orders on a thread of its own. When the runner is gone, everything here ends with it.
fn read_orders(socket: UnixStream) -> io::Result<Receiver<Order>> {
    let (sender, orders): (Sender<Order>, _) = mpsc::channel();
    // Never joined: the process ends with the socket, or the socket with the process.
    thread::Builder::new()
        .name("orders".to_owned())
        .spawn(move || {
            let mut socket = BufReader::new(socket);
            while let Ok(Some(order)) = receive(&mut socket) {
                if sender.send(order).is_err() {
                    break;
                }
            }
            // Compilers, the child, programs that a cell started; then this process itself.
            kill_descendants(None);
            let _ = kill_current_process_group(Signal::KILL);
        })?;
    Ok(orders)
}
