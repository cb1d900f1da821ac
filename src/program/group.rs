//! A program and the processes that it starts, as the one group that is waited for and killed.

use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{self, Pid, Signal, WaitId, WaitIdOptions};

/// Makes the program the first of a group of its own.
pub(super) fn lead(command: &mut Command) {
    command.process_group(0);
}

/// Waits until the program has ended; returns whether it did so in time.
///
/// It is not reaped yet, so that its number cannot be given to another process.
pub(super) fn wait(child: &mut Child, limit: Duration) -> bool {
    let pid = Pid::from_child(child);
    let (end, ended) = mpsc::channel();
    let waiter = thread::Builder::new()
        .name("program waiter".into())
        .spawn(move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let interrupted = rustix::io::Errno::INTR;
            while process::waitid(WaitId::Pid(pid), options).err() == Some(interrupted) {}
            // Nobody listens any more when the time was over.
            let _ = end.send(());
        });
    match waiter {
        // Not joined here when the time is over: it ends when the program is killed.
        Ok(_) => ended.recv_timeout(limit).is_ok(),
        // No thread to wait with: to kill the program is all that is left.
        Err(_) => false,
    }
}

/// Kills what is left of the group.
pub(super) fn kill(child: &mut Child) {
    // It fails when the group is empty, and then there is nothing to kill.
    let _ = process::kill_process_group(Pid::from_child(child), Signal::KILL);
}

/// The signal that ended the program.
pub(super) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}
