//! A program and the processes that it starts, as the one group that is killed together.

use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};

/// Makes the program the first of a group of its own.
pub(super) fn lead(command: &mut Command) {
    command.process_group(0);
}

/// Kills the group.
///
/// The standard library kills one process only.
/// The shell, which every such system has, kills groups, and is needed only where a program hangs:
/// to do it here would take a part of `rustix` that every notebook had to compile.
pub(super) fn kill(child: &mut Child) {
    let group = format!("-{}", child.id());
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "kill -s KILL -- \"$1\"", "sh", &group]);
    // Where the group is empty there is nothing to kill.
    let _ = shell
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // It fails when the program has ended, which is what is wanted.
    let _ = child.kill();
}

/// The signal that ended the program.
pub(super) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}
